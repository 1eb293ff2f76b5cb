//! How fast the criteria run: all accounts of a big store, and one account after one new signal. Whole runs of the
//! program, from start to exit, as a scheduler starts them.
//!
//! `cargo bench --bench evaluate` takes 250,000 accounts with 1,000,000 signals; other numbers may be given:
//! `cargo bench --bench evaluate -- 20000 80000`. With a file named after them, the filled store is kept there:
//! `cargo bench --bench evaluate -- 250000 1000000 /tmp/big.db`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for ourselves")]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use handoff_desk::domain::account::{Account, Tier};
use handoff_desk::domain::contact::{BuyingRole, Contact};
use handoff_desk::domain::dice::Dice;
use handoff_desk::domain::ids::AccountId;
use handoff_desk::domain::person::{Person, Role};
use handoff_desk::domain::signal::Signal;
use handoff_desk::domain::time::{DAY, Instant};
use handoff_desk::policy;
use handoff_desk::store::{Bulk, Machine, Store, StoreError};
use rusqlite::{Connection, params};

/// Friday 20 November 2026, 14:32 in New York.
const NOW_TEXT: &str = "2026-11-20T14:32:00-05:00";
const NOW: Instant = Instant(1_795_203_120_000);

/// The bars (PROMISES, "Fast").
const ALL: Duration = Duration::from_secs(10);
const ONE: Duration = Duration::from_millis(100);

/// Kinds of signal with how often each is seen: much is light, little is a request.
const KINDS: &[(&str, u64)] = &[
    ("site_visit", 400),
    ("email_open", 250),
    ("email_click", 80),
    ("content_download", 80),
    ("pricing_visit", 60),
    ("webinar", 40),
    ("third_party_surge", 40),
    ("key_page_visit", 25),
    ("roi_calculator", 10),
    ("demo_request", 5),
    ("trial_signup", 5),
    ("contact_form", 3),
    ("referral", 2),
];

/// A kind of signal, the frequent ones more often.
fn kind(dice: &mut Dice) -> &'static str {
    let mut at = dice.below(KINDS.iter().map(|(_, often)| often).sum());
    for (kind, often) in KINDS {
        match at.checked_sub(*often) {
            Some(rest) => at = rest,
            None => return kind,
        }
    }
    KINDS[0].0
}

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|given| given != "--bench").collect();
    let given: Vec<i64> = arguments.iter().filter_map(|size| size.parse().ok()).collect();
    let (accounts, signals) = match given.as_slice() {
        [accounts, signals] => (*accounts, *signals),
        _ => (250_000, 1_000_000),
    };
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("big.db");
    let began = std::time::Instant::now();
    fill(&store, accounts, signals);
    if let Some(keep) = arguments.get(2) {
        std::fs::copy(&store, keep).unwrap();
    }
    println!(
        "filled in {:.1} s: {accounts} accounts, {signals} signals",
        began.elapsed().as_secs_f64()
    );

    let (took, answer) = run(folder.path(), &store, &["evaluate", "--dry-run"]);
    tell("all accounts judged, nothing changed", took, None);
    let (took, _) = run(folder.path(), &store, &["evaluate"]);
    tell("first run: all judged, what is ready flagged", took, None);
    println!("{answer}");
    let mut whole: Vec<_> = (0..3).map(|_| run(folder.path(), &store, &["evaluate"]).0).collect();
    whole.sort_unstable();
    tell("all accounts judged again (median of 3)", whole[1], Some(ALL));
    let mut one = Vec::new();
    for n in 0..20 {
        signal(&store, 7 + n * 11, NOW.plus(n - 60_000));
        one.push(run(folder.path(), &store, &["evaluate", "--changed"]).0);
    }
    one.sort_unstable();
    tell("after one new signal (median of 20)", one[10], Some(ONE));
    tell("after one new signal (slowest of 20)", one[19], Some(ONE));
}

fn tell(what: &str, took: Duration, bar: Option<Duration>) {
    let verdict = match bar {
        None => String::new(),
        Some(bar) if took <= bar => format!("  within {bar:?}"),
        Some(bar) => format!("  LATE: the bar is {bar:?}"),
    };
    println!("{what:<48} {:>9.1} ms{verdict}", took.as_secs_f64() * 1_000.0);
}

fn run(folder: &Path, store: &Path, arguments: &[&str]) -> (Duration, String) {
    let began = std::time::Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_handoff"))
        .args(arguments)
        .arg("--json")
        .arg("--store")
        .arg(store)
        .env("HANDOFF_CONFIG_DIR", folder.join("config"))
        .env("HANDOFF_STATE_DIR", folder.join("state"))
        .env("HANDOFF_NOW", NOW_TEXT)
        .output()
        .unwrap();
    let took = began.elapsed();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (took, String::from_utf8(done.stdout).unwrap().trim().to_owned())
}

fn signal(store: &Path, account: i64, at: Instant) {
    let conn = Connection::open(store).unwrap();
    conn.execute(
        "INSERT INTO signal (account, kind, at, source) VALUES (?1, 'pricing_visit', ?2, 'website')",
        params![account, at.0],
    )
    .unwrap();
}

fn fill(path: &Path, accounts: i64, signals: i64) {
    let machine = Machine { os_user: "bench".into(), host: "bench".into(), pid: 1 };
    let policy = policy::shipped().unwrap().hash;
    let filled = Store::create_filled(path, &machine, &policy, |bulk| {
        let mut dice = Dice::new(42);
        bulk.people(NOW, "added the team", &people(&mut dice))?;
        for id in 1..=accounts {
            account(bulk, id, &mut dice)?;
        }
        // Signals of an account come in over months, between those of others.
        for _ in 0..signals {
            let kind = kind(&mut dice);
            let value = matches!(kind, "third_party_surge" | "email_open" | "site_visit")
                .then(|| dice.below(100) as f64);
            bulk.signal(&Signal {
                account: AccountId(1 + below(&mut dice, accounts)),
                kind: kind.to_owned(),
                at: NOW.plus(-below(&mut dice, 180) * DAY - below(&mut dice, DAY)),
                source: Some("website".to_owned()),
                value,
                ..Signal::default()
            })?;
        }
        Ok(())
    });
    drop(filled.unwrap());
}

fn below(dice: &mut Dice, end: i64) -> i64 {
    dice.below(end.unsigned_abs()).cast_signed()
}

fn people(dice: &mut Dice) -> Vec<Person> {
    let roles = [
        (Role::VpSales, 1),
        (Role::Marketing, 1),
        (Role::Manager, 4),
        (Role::Ae, 30),
        (Role::Sdr, 30),
        (Role::Csm, 5),
    ];
    let mut people = Vec::new();
    for (role, number) in roles {
        people.extend((0..number).map(|n| Person {
            email: Some(format!("{role}{n}@desk.example")),
            capacity: Some(100_000),
            ..Person::new(format!("{role} {n} {}", dice.below(1_000)), role)
        }));
    }
    people
}

fn account(bulk: &mut Bulk<'_>, id: i64, dice: &mut Dice) -> Result<(), StoreError> {
    let tier = match dice.below(100) {
        0..5 => Tier::One,
        5..20 => Tier::Two,
        20..50 => Tier::Three,
        _ => Tier::Outside,
    };
    let account = Account {
        external: Some(format!("crm:{id}")),
        name: format!("Company {id} Inc"),
        domain: Some(format!("company{id}.com")),
        industry: Some(dice.pick(&["SaaS", "Retail", "Health care", "Logistics"]).to_owned()),
        region: Some(dice.pick(&["West", "East", "Central"]).to_owned()),
        employees: Some(5 + below(dice, 5_000)),
        revenue: Some(1_000_000 + below(dice, 900_000_000)),
        tier,
        tier_by_hand: true,
        on_tal: dice.one_in(25),
        ..Account::default()
    };
    let contacts: Vec<_> = (1..=1 + dice.below(3))
        .map(|n| Contact {
            name: format!("Person {id} {n}"),
            title: Some("CFO".to_owned()),
            role: BuyingRole::DecisionMaker,
            authority: dice.one_in(2),
            ..Contact::default()
        })
        .collect();
    bulk.account(&account, &contacts).map(drop)
}

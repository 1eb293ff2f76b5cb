//! How fast the criteria run: all accounts of a big store, and one account after one new signal. Whole runs of the
//! program, from start to exit, as a scheduler starts them.
//!
//! `cargo bench --bench evaluate` takes 250,000 accounts with 1,000,000 signals; other numbers may be given:
//! `cargo bench --bench evaluate -- 20000 80000`. With a file named after them, the filled store is kept there:
//! `cargo bench --bench evaluate -- 250000 1000000 /tmp/big.db`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for ourselves")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use handoff_desk::store::Store;
use rusqlite::{Connection, params};

/// Friday 20 November 2026, 14:32 in New York.
const NOW: i64 = 1_795_203_120_000;
const DAY: i64 = 86_400_000;

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

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end).cast_signed()
    }

    fn kind(&mut self) -> &'static str {
        let mut at = self.below(KINDS.iter().map(|(_, often)| often).sum()).unsigned_abs();
        for (kind, often) in KINDS {
            match at.checked_sub(*often) {
                Some(rest) => at = rest,
                None => return kind,
            }
        }
        KINDS[0].0
    }
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
    let began = Instant::now();
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
        signal(&store, 7 + n * 11, NOW - 60_000 + n);
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
    let began = Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_handoff"))
        .args(arguments)
        .arg("--json")
        .arg("--store")
        .arg(store)
        .env("HANDOFF_CONFIG_DIR", folder.join("config"))
        .env("HANDOFF_STATE_DIR", folder.join("state"))
        .env("HANDOFF_NOW", "2026-11-20T14:32:00-05:00")
        .output()
        .unwrap();
    let took = began.elapsed();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (took, String::from_utf8(done.stdout).unwrap().trim().to_owned())
}

fn signal(store: &Path, account: i64, at: i64) {
    let conn = Connection::open(store).unwrap();
    conn.execute(
        "INSERT INTO signal (account, kind, at, source) VALUES (?1, 'pricing_visit', ?2, 'website')",
        params![account, at],
    )
    .unwrap();
}

fn fill(path: &Path, accounts: i64, signals: i64) {
    drop(Store::create(path).unwrap());
    let mut conn = Connection::open(path).unwrap();
    conn.pragma_update(None, "synchronous", "OFF").unwrap();
    let tx = conn.transaction().unwrap();
    let mut dice = Dice(42);
    people(&tx, &mut dice);
    for id in 1..=accounts {
        account(&tx, id, &mut dice);
    }
    // Signals of an account come in over months, between those of others.
    for _ in 0..signals {
        let kind = dice.kind();
        let value = matches!(kind, "third_party_surge" | "email_open" | "site_visit")
            .then(|| dice.below(100));
        tx.prepare_cached(
            "INSERT INTO signal (account, kind, at, source, value) VALUES (?1, ?2, ?3, 'website', ?4)",
        )
        .unwrap()
        .execute(params![
            1 + dice.below(accounts.unsigned_abs()),
            kind,
            NOW - dice.below(180) * DAY - dice.below(DAY.unsigned_abs()),
            value
        ])
        .unwrap();
    }
    tx.commit().unwrap();
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

fn people(tx: &Connection, dice: &mut Dice) {
    let roles =
        [("vp_sales", 1), ("marketing", 1), ("manager", 4), ("ae", 30), ("sdr", 30), ("csm", 5)];
    for (role, number) in roles {
        for n in 0..number {
            tx.execute(
                "INSERT INTO person (name, email, role, active, capacity) VALUES (?1, ?2, ?3, 1, 100000)",
                params![format!("{role} {n} {}", dice.below(1_000)), format!("{role}{n}@desk.example"), role],
            )
            .unwrap();
        }
    }
}

fn account(tx: &Connection, id: i64, dice: &mut Dice) {
    let tier = match dice.below(100) {
        0..5 => "1",
        5..20 => "2",
        20..50 => "3",
        _ => "outside",
    };
    let name = format!("Company {id} Inc");
    tx.prepare_cached(
        "INSERT INTO account (id, external, name, domain, industry, region, employees, revenue, tier, tier_by_hand,
                              relation, on_tal, changed, words)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, 'new', ?10, 0, ?11)",
    )
    .unwrap()
    .execute(params![
        id,
        format!("crm:{id}"),
        name,
        format!("company{id}.com"),
        ["SaaS", "Retail", "Health care", "Logistics"][usize::try_from(dice.below(4)).unwrap()],
        ["West", "East", "Central"][usize::try_from(dice.below(3)).unwrap()],
        5 + dice.below(5_000),
        1_000_000 + dice.below(900_000_000),
        tier,
        dice.below(25) == 0,
        format!(" company {id}"),
    ])
    .unwrap();
    for n in 1..=1 + dice.below(3) {
        tx.prepare_cached(
            "INSERT INTO contact (account, n, name, title, role, authority, do_not_call, opted_out, words)
             VALUES (?1, ?2, ?3, 'CFO', 'decision_maker', ?4, 0, 0, ?5)",
        )
        .unwrap()
        .execute(params![id, n, format!("Person {id} {n}"), dice.below(2), format!(" person {id}")])
        .unwrap();
    }
}

//! A store full of made-up handoffs, the same every time and of any size. Its rows go in by bulk, past the event record,
//! which would take hours at a million; everything that screens read is there.

use std::path::Path;

use handoff_desk::store::Store;
use rusqlite::{Connection, Transaction, params};

/// The moment that the store is full at: Friday 20 November 2026, 14:32 in New York.
pub(crate) const NOW_TEXT: &str = "2026-11-20T14:32:00-05:00";
pub(crate) const NOW: i64 = 1_795_203_120_000;
const HOUR: i64 = 3_600_000;

/// How many signals the first accounts have: opening such a package is measured too.
const MANY_SIGNALS: i64 = 200;
/// How many handoffs have such a package; they come first where the list is by what is due.
pub(crate) const FULL: i64 = 40;
/// How many are due within the hour and count by seconds; they are the only referrals.
const TICKING: i64 = 12;

const SYLLABLES: &[&str] = &[
    "ba", "co", "di", "fu", "ga", "he", "in", "ko", "lu", "ma", "ne", "or", "pa", "qui", "ro",
    "sa", "te", "ul", "vo", "wa", "xe", "ya", "zo", "tri", "gl", "no",
];
const STAGES: &[&str] = &[
    "flagged",
    "queued",
    "queued",
    "assigned",
    "accepted",
    "working",
    "working",
    "engaged",
    "opportunity",
    "returned",
    "nurture",
    "nurture",
    "hibernating",
    "closed",
    "closed",
];
const CLOCKS: &[&str] = &["deliver", "assign", "accept", "first_touch", "report", "work"];
const AES: i64 = 40;

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

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    fn word(&mut self) -> String {
        let mut word: String = (0..2 + self.below(3)).map(|_| self.pick(SYLLABLES)).collect();
        word[..1].make_ascii_uppercase();
        word
    }
}

/// Makes a store with so many handoffs and a quarter as many accounts.
pub(crate) fn store(path: &Path, handoffs: u32) {
    drop(Store::create(path).unwrap());
    let mut conn = Connection::open(path).unwrap();
    conn.pragma_update(None, "synchronous", "OFF").unwrap();
    let tx = conn.transaction().unwrap();
    let mut dice = Dice(42);
    tx.execute("INSERT INTO person (name, email, role, active) VALUES ('Dana Reyes', 'dana@desk.example', 'vp_sales', 1)", [])
        .unwrap();
    for n in 1..=AES {
        let name = format!("{} {}", dice.word(), dice.word());
        tx.execute(
            "INSERT INTO person (name, email, role, active, capacity) VALUES (?1, ?2, 'ae', 1, ?3)",
            params![name, format!("ae{n}@desk.example"), handoffs],
        )
        .unwrap();
    }
    let accounts = i64::from(handoffs / 4) + 5;
    for id in 1..=accounts {
        account(&tx, id, &mut dice);
    }
    for id in 1..=i64::from(handoffs) {
        handoff(&tx, id, accounts, &mut dice);
    }
    tx.commit().unwrap();
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

fn indexed(texts: &[&str]) -> String {
    let words = texts.iter().flat_map(|text| text.split([' ', '-']));
    words.map(|word| format!(" {}", word.to_lowercase())).collect()
}

fn account(tx: &Transaction<'_>, id: i64, dice: &mut Dice) {
    let first = dice.word();
    let name = format!(
        "{first} {} {}",
        dice.word(),
        dice.pick(&["Inc", "LLC", "Group", "Labs", "Software"])
    );
    let domain = format!("{}{id}.com", first.to_lowercase());
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
        domain,
        dice.pick(&["SaaS", "Retail", "Health care", "Logistics"]),
        dice.pick(&["West", "East", "Central"]),
        50 + dice.below(5_000),
        1_000_000 + dice.below(900_000_000),
        dice.pick(&["1", "2", "3"]),
        dice.below(10) == 0,
        indexed(&[&name, &domain]),
    ])
    .unwrap();
    for n in 1..=2 {
        let name =
            format!("{} {}", dice.pick(&["Jane", "Sam", "Ada", "Noor", "Kim", "Ola"]), dice.word());
        tx.prepare_cached(
            "INSERT INTO contact (account, n, name, title, role, authority, do_not_call, opted_out, words)
             VALUES (?1, ?2, ?3, 'CFO', 'decision_maker', 1, 0, 0, ?4)",
        )
        .unwrap()
        .execute(params![id, n, name, indexed(&[&name])])
        .unwrap();
    }
    let signals = if id <= 50 { MANY_SIGNALS } else { 3 };
    for n in 0..signals {
        tx.prepare_cached(
            "INSERT INTO signal (account, kind, at, source) VALUES (?1, ?2, ?3, 'website')",
        )
        .unwrap()
        .execute(params![
            id,
            dice.pick(&["pricing_visit", "site_visit", "webinar"]),
            NOW - (1 + n) * 7 * HOUR
        ])
        .unwrap();
    }
}

fn handoff(tx: &Transaction<'_>, id: i64, accounts: i64, dice: &mut Dice) {
    // The first ones are on the accounts with many signals, and due first of all.
    let full = id <= FULL;
    let ticking = id > FULL && id <= FULL + TICKING;
    let stage = if full || ticking { "queued" } else { dice.pick(STAGES) };
    let open = !matches!(stage, "nurture" | "hibernating" | "closed");
    let assigned = matches!(stage, "assigned" | "accepted" | "working" | "engaged" | "opportunity");
    let assignee = (assigned || !open).then(|| 2 + dice.below(AES.unsigned_abs()));
    let tier = dice.pick(&["1", "2", "3"]);
    let kind = dice.pick(&["tier1", "tier2", "inbound", "intent", "mql"]);
    // What is assigned while it is measured goes to the people there are.
    let kind = if stage == "queued" { "tier1" } else { kind };
    let due = NOW + dice.below(2_000) * HOUR / 4 - 100 * HOUR + dice.below(60) * 60_000;
    let due = if full { NOW - 200 * HOUR + id * HOUR } else { due };
    let due = if ticking { NOW + HOUR / 2 + id * 30_000 } else { due };
    let account = if full { id } else { 1 + dice.below(accounts.unsigned_abs()) };
    let clock = open.then(|| dice.pick(CLOCKS));
    let code = (!open).then(|| dice.pick(&["NO_RESPONSE", "BAD_TIMING"]));
    tx.prepare_cached(
        "INSERT INTO handoff (id, version, account, kind, opportunity, stage, open, tier, score, source, reason, assignee,
             completeness, at_created, on_wake, code, class, outcome_by, outcome_at, next_due, next_clock, next_started,
             next_warn, paused, held_late, touches, company, region, industry, relation, on_tal)
         SELECT ?1, 1, id, ?3, ?4, ?5, ?6, ?7, ?8, ?22, 'Visited the pricing page', ?9, ?10, ?11, ?12, ?13, ?14, ?15,
             ?16, ?17, ?18, ?19, ?20, 0, 0, ?21, name, region, industry, relation, on_tal
         FROM account WHERE id = ?2",
    )
    .unwrap()
    .execute(params![
        id,
        account,
        kind,
        format!("deal {id}"),
        stage,
        open,
        tier,
        dice.below(101),
        assignee,
        dice.below(101),
        NOW - dice.below(60 * 24) * HOUR,
        (stage == "nurture").then_some("2027-01-15"),
        code,
        code.map(|_| "recycle"),
        code.map(|_| 2),
        code.map(|_| NOW),
        if open { due } else { i64::MAX },
        clock,
        clock.map(|_| due - 24 * HOUR),
        clock.map(|_| due - 6 * HOUR),
        dice.below(6),
        if ticking { "referral" } else { "campaign" },
    ])
    .unwrap();
    if let Some(name) = clock {
        tx.prepare_cached(
            "INSERT INTO clock (handoff, name, leg, end_to_end, owes_role, started, target, calendar, warning, due, warn,
                                state, short_notice)
             VALUES (?1, ?2, 1, 0, 'ae', ?3, '24h', 'always', '0.75', ?4, ?5, 'running', 0)",
        )
        .unwrap()
        .execute(params![id, name, due - 24 * HOUR, due, due - 6 * HOUR])
        .unwrap();
    }
}

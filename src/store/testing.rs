//! Stores full of made-up handoffs for tests: the same every time, and of any size.

use rusqlite::{Connection, Transaction, params};

use super::window::words::indexed;
use super::{Store, StoreError, measure};
pub(super) use crate::domain::dice::Dice;
use crate::domain::stage::Stage;
use crate::domain::time::{DAY, HOUR, Instant};

/// The moment that made-up stores are full at: Friday 20 November 2026, 14:32 in New York.
pub(super) const NOW: Instant = Instant(1_795_203_120_000);

/// A made-up store in a folder that goes away with it.
#[derive(Debug)]
pub(super) struct Full {
    pub(super) store: Store,
    _dir: tempfile::TempDir,
}

impl Store {
    /// Every row of every table as text, without some tables and some columns, in an order of its own: what a row's own
    /// number is doesn't count where nothing refers to it.
    pub(crate) fn state_as_text(
        &self,
        but: &[&str],
        without: &[&str],
    ) -> Result<String, StoreError> {
        self.read(|conn| {
            // Whether changes of counts are added up yet is no difference.
            conn.execute_batch("SAVEPOINT added_up")?;
            measure::add_up(conn, 1, i64::MAX)?;
            let text = state_of(conn, but, without);
            conn.execute_batch("ROLLBACK TO added_up; RELEASE added_up")?;
            text.map_err(StoreError::from)
        })
    }
}

const SYLLABLES: &[&str] = &[
    "ba", "co", "di", "fu", "ga", "he", "in", "ko", "lu", "ma", "ne", "or", "pa", "qui", "ro",
    "sa", "te", "ul", "vo", "wa", "xe", "ya", "zo", "tri", "gl", "no",
];
const FORMS: &[&str] = &["Inc", "LLC", "Systems", "Group", "Labs", "Holdings", "Software"];
const FIRST: &[&str] = &["Jane", "Sam", "Émile", "Ada", "Noor", "Kim", "Ola", "Max", "Zoë", "Ida"];
pub(super) const PEOPLE: &[&str] = &[
    "Sam Ortiz",
    "Dana Reyes",
    "Kim Park",
    "Ola Nordmann",
    "Sam Ortiz",
    "Ada Byron",
    "Max Weber",
    "Noor Aziz",
];
pub(super) const REGIONS: &[Option<&str>] =
    &[Some("West"), Some("East"), Some("Central"), Some("Île-de-France"), None];
const INDUSTRIES: &[Option<&str>] = &[Some("software"), Some("Retail"), Some("health care"), None];
const KINDS: &[&str] = &["tier1", "tier2", "inbound", "intent", "mql"];
const SOURCES: &[&str] = &["campaign", "direct_demand", "event", "referral", "product"];
const RUNNING: &[&str] = &["deliver", "assign", "accept", "first_touch", "report", "work"];

/// A store with so many handoffs, a quarter as many accounts and one contact and a bit for each.
pub(super) fn full(handoffs: i64) -> Full {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("desk.db")).unwrap();
    store
        .write(|tx| {
            let dice = &mut Dice::new(42);
            people(tx)?;
            let accounts = handoffs / 4 + 5;
            for account in 1..=accounts {
                add_account(tx, account, dice)?;
            }
            for handoff in 1..=handoffs {
                add_handoff(tx, handoff, accounts, dice)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    Full { store, _dir: dir }
}

fn people(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    for (at, name) in PEOPLE.iter().enumerate() {
        let own = name.to_lowercase().replace(' ', ".");
        tx.execute(
            "INSERT INTO person (name, email, role, active) VALUES (?1, ?2, 'ae', 1)",
            params![name, format!("{own}{at}@desk.example")],
        )?;
    }
    Ok(())
}

fn word(dice: &mut Dice) -> String {
    let mut word: String = (0..2 + dice.below(3)).map(|_| dice.pick(SYLLABLES)).collect();
    word[..1].make_ascii_uppercase();
    word
}

fn add_account(tx: &Transaction<'_>, id: i64, dice: &mut Dice) -> rusqlite::Result<()> {
    let first = word(dice);
    let name = format!("{first} {} {}", word(dice), dice.pick(FORMS));
    let domain = format!("{}{id}.com", first.to_lowercase());
    tx.prepare_cached(
        "INSERT INTO account (id, external, name, domain, industry, region, employees, tier, tier_by_hand, relation,
                              on_tal, changed, words)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, 0, ?11)",
    )?
    .execute(params![
        id,
        format!("crm:{id}"),
        name,
        domain,
        dice.pick(INDUSTRIES),
        dice.pick(REGIONS),
        dice.below(2_000).cast_signed(),
        dice.pick(&["1", "2", "3", "outside"]),
        dice.pick(&["new", "new", "new", "past_prospect", "customer"]),
        dice.one_in(10),
        indexed([name.as_str(), domain.as_str()]),
    ])?;
    for n in 1..=i64::from(!dice.one_in(3)) + i64::from(dice.one_in(4)) {
        let name = format!("{} {}", dice.pick(FIRST), word(dice));
        tx.prepare_cached(
            "INSERT INTO contact (account, n, name, role, authority, do_not_call, opted_out, words)
             VALUES (?1, ?2, ?3, 'unknown', ?4, 0, 0, ?5)",
        )?
        .execute(params![id, n, name, dice.one_in(2), indexed([name.as_str()])])?;
    }
    Ok(())
}

fn add_handoff(
    tx: &Transaction<'_>,
    id: i64,
    accounts: i64,
    dice: &mut Dice,
) -> rusqlite::Result<()> {
    let account = 1 + dice.below(accounts.unsigned_abs()).cast_signed();
    let stage = dice.pick(Stage::ALL);
    let kind = dice.pick(KINDS);
    let person = |dice: &mut Dice| 1 + dice.below(PEOPLE.len() as u64).cast_signed();
    let assignee =
        (stage.is_assigned() || (!stage.is_open() && !dice.one_in(4))).then(|| person(dice));
    let runs = stage.is_open() && !dice.one_in(8);
    let due = NOW.0 + dice.below(400).cast_signed() * HOUR - 100 * HOUR;
    let clock = runs.then(|| dice.pick(RUNNING));
    let held = stage.is_open() && (!runs || dice.one_in(20));
    let day = |dice: &mut Dice| {
        let days = dice.below(120).cast_signed() - 30;
        NOW.plus(days * DAY).utc().date_naive().to_string()
    };
    let wake = (stage == Stage::Nurture && !dice.one_in(3)).then(|| day(dice));
    let defer = (stage == Stage::Queued && dice.one_in(5)).then(|| day(dice));
    let code = (!stage.is_open()).then(|| dice.pick(&["NO_RESPONSE", "BAD_TIMING", "LOST"]));
    let co_owner = dice.one_in(30).then(|| person(dice));
    tx.prepare_cached(
        "INSERT INTO handoff (id, version, account, kind, opportunity, stage, open, tier, score, source, reason,
             assignee, co_owner, co_owner_until, completeness, before_dispute, at_created, on_wake, on_defer, code,
             class, outcome_by, outcome_at, next_due, next_clock, next_started, next_warn, paused, held_late, touches,
             rating, sender, on_batch, company, region, industry, relation, on_tal)
         SELECT ?1, 1, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'because', ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
             ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, name, region, industry, relation, on_tal
         FROM account WHERE id = ?2",
    )?
    .execute(params![
        id,
        account,
        kind,
        format!("deal {id}"),
        stage.key(),
        stage.is_open(),
        dice.pick(&["1", "2", "3", "outside"]),
        dice.below(101).cast_signed(),
        dice.pick(SOURCES),
        assignee,
        co_owner,
        co_owner.map(|_| NOW.0 + dice.below(100).cast_signed() * HOUR - 20 * HOUR),
        (!dice.one_in(4)).then(|| dice.below(101).cast_signed()),
        (stage == Stage::Disputed).then_some("queued"),
        NOW.0 - dice.below(60).cast_signed() * DAY,
        wake,
        defer,
        code,
        code.map(|_| "recycle"),
        code.map(|_| 1),
        code.map(|_| NOW.0),
        if runs { due } else { i64::MAX },
        clock,
        clock.map(|_| due - DAY),
        clock.map(|_| due - HOUR),
        held,
        held && dice.one_in(3),
        dice.below(6).cast_signed(),
        // By the id and not by the dice, which others have in their order.
        (id % 3 == 0).then_some(1 + id % 5),
        (id % 4 == 0).then_some(1 + id % PEOPLE.len() as i64),
        (kind == "tier2").then_some(["2026-11-09", "2026-11-16", "2026-11-23"][usize::try_from(id % 3).unwrap()]),
    ])?;
    if let Some(name) = clock {
        let target = if name == "deliver" { "fri 17:00" } else { "24h" };
        tx.prepare_cached(
            "INSERT INTO clock (handoff, name, leg, end_to_end, started, target, calendar, warning, due, warn, state,
                                short_notice)
             VALUES (?1, ?2, 1, 0, ?3, ?4, 'always', '0.75', ?5, ?6, 'running', 0)",
        )?
        .execute(params![id, name, due - DAY, target, due, due - HOUR])?;
    }
    Ok(())
}

fn state_of(conn: &Connection, but: &[&str], without: &[&str]) -> rusqlite::Result<String> {
    let tables: Vec<String> = conn
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                 AND name NOT LIKE 'search%' ORDER BY name",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut text = String::new();
    for table in tables.iter().filter(|table| !but.contains(&table.as_str())) {
        let columns: Vec<String> = conn
            .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let own = ["touch", "assignment"].contains(&table.as_str());
        let kept: Vec<_> = columns
            .into_iter()
            .filter(|column| !without.contains(&column.as_str()))
            .filter(|column| !own || column != "id")
            .map(|column| format!("quote(\"{column}\")"))
            .collect();
        // A count of nothing is no count.
        let counts = table.starts_with("tally") || table == "success";
        let some = match (counts, table.as_str()) {
            (true, "success") => " WHERE closed > 0",
            (true, _) => " WHERE n > 0",
            _ => "",
        };
        let sql = format!("SELECT {} FROM \"{table}\"{some}", kept.join(", "));
        let mut lines: Vec<String> = conn
            .prepare(&sql)?
            .query_map([], |row| {
                let cells = (0..kept.len()).map(|n| row.get::<_, String>(n));
                Ok(format!("{table}: {}\n", cells.collect::<Result<Vec<_>, _>>()?.join(", ")))
            })?
            .collect::<rusqlite::Result<_>>()?;
        lines.sort_unstable();
        text.extend(lines);
    }
    Ok(text)
}

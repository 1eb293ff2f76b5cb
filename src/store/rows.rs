//! Handoffs as rows and back: one row with the facts that lists sort and filter by, and child rows for the rest.

pub(super) mod clocks;
pub(super) mod mend;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

use super::convert::{List, SqlDay, not_understood};
use super::record::CheckEntry;
use crate::domain::clock::{Clock, ClockName, ClockState};
use crate::domain::handoff::{Check, CoOwner, Day, Handoff, Moment, Outcome, Touch, VpDecision};
use crate::domain::ids::{AccountId, HandoffId};
use crate::domain::measure::blame::{self, Party};
use crate::domain::time::Instant;

/// What `next_due` holds while no clock runs: such handoffs come last.
pub(super) const NEVER: i64 = i64::MAX;

/// The columns that say what a handoff is, in the order of [`values`]; `id` and what is copied from the account apart.
const COLUMNS: &[&str] = &[
    "version",
    "account",
    "kind",
    "opportunity",
    "stage",
    "open",
    "tier",
    "score",
    "source",
    "reason",
    "contact",
    "sender",
    "assignee",
    "co_owner",
    "co_owner_until",
    "brief",
    "completeness",
    "missing",
    "amount",
    "rating",
    "lacked",
    "checks",
    "parent",
    "before_dispute",
    "code",
    "class",
    "claim",
    "overridden",
    "outcome_by",
    "outcome_at",
    "next_due",
    "next_clock",
    "next_started",
    "next_warn",
    "paused",
    "held_late",
    "touches",
    "at_reported",
    "at_created",
    "at_submitted",
    "at_assigned",
    "at_given",
    "at_accepted",
    "at_first_touch",
    "at_responded",
    "at_meeting",
    "at_held",
    "at_opportunity",
    "at_returned",
    "at_ended",
    "at_activated",
    "at_sent",
    "on_wake",
    "on_defer",
    "on_expected_close",
    "on_batch",
];

/// The place of a column in [`SELECT`]: looking names up in each row took longer than reading it.
const fn place(column: &str) -> usize {
    let mut n = 0;
    while !same(COLUMNS[n], column) {
        n += 1;
    }
    n + 1
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut n = 0;
    while n < one.len() && n < other.len() && one[n] == other[n] {
        n += 1;
    }
    n == one.len() && n == other.len()
}

/// The values of [`COLUMNS`].
fn values(handoff: &Handoff) -> Vec<Value> {
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    let id = |id: Option<i64>| id.map_or(Value::Null, Value::Integer);
    let next = handoff.next_clock();
    let outcome = handoff.outcome.as_ref();
    let word = |word: &'static str| Value::Text(word.to_owned());
    let paused = || handoff.clocks.iter().filter(|clock| clock.state == ClockState::Paused);
    let mut values = vec![
        Value::Integer(handoff.version),
        Value::Integer(handoff.account.0),
        Value::Text(handoff.kind.clone()),
        text(&handoff.opportunity),
        word(handoff.stage.key()),
        Value::Integer(i64::from(handoff.stage.is_open())),
        word(handoff.tier.key()),
        Value::Integer(i64::from(handoff.score)),
        word(handoff.source.key()),
        Value::Text(handoff.reason.clone()),
        id(handoff.contact.map(|id| id.0)),
        id(handoff.sender.map(|id| id.0)),
        id(handoff.assignee.map(|id| id.0)),
        id(handoff.co_owner.map(|owner| owner.person.0)),
        id(handoff.co_owner.map(|owner| owner.until.0)),
        text(&handoff.brief),
        id(handoff.completeness.map(i64::from)),
        Value::Text(serde_json::Value::from(handoff.missing.clone()).to_string()),
        id(handoff.amount),
        id(handoff.rating.map(i64::from)),
        text(&handoff.lacked),
        Value::Text(checks_text(&handoff.checks)),
        id(handoff.parent.map(|id| id.0)),
        handoff.before_dispute.map_or(Value::Null, |stage| word(stage.key())),
        outcome.map_or(Value::Null, |outcome| Value::Text(outcome.code.clone())),
        outcome.map_or(Value::Null, |outcome| word(outcome.class.key())),
        outcome.and_then(|outcome| outcome.claim).map_or(Value::Null, |claim| word(claim.key())),
        outcome.map_or(Value::Null, |outcome| text(&outcome.overridden)),
        id(outcome.map(|outcome| outcome.by.0)),
        id(outcome.map(|outcome| outcome.at.0)),
        Value::Integer(next.map_or(NEVER, |clock| clock.due.0)),
        next.map_or(Value::Null, |clock| word(clock.name.key())),
        id(next.map(|clock| clock.started.0)),
        id(next.map(|clock| clock.warn.0)),
        Value::Integer(i64::from(paused().next().is_some())),
        Value::Integer(i64::from(paused().any(|clock| clock.is_breached(clock.due)))),
        Value::Integer(handoff.touches.len() as i64),
        id(reported(handoff).map(|at| at.0)),
    ];
    values.extend(Moment::ALL.iter().map(|moment| id(handoff.moment(*moment).map(|at| at.0))));
    values.extend(
        Day::ALL
            .iter()
            .map(|day| handoff.day(*day).map_or(Value::Null, |day| Value::Text(day.to_string()))),
    );
    values
}

/// What a row holds where nothing is checked off.
const NO_CHECKS: &str = "[]";

/// Checks as they stand in a handoff's row.
fn checks_text(checks: &[Check]) -> String {
    if checks.is_empty() {
        return NO_CHECKS.to_owned();
    }
    let entries: Vec<_> = checks.iter().map(CheckEntry::of).collect();
    // Texts and numbers are always JSON.
    serde_json::to_string(&entries).unwrap_or_else(|_| NO_CHECKS.to_owned())
}

/// Reads what [`checks_text`] wrote.
pub(super) fn checks_of(text: &str) -> rusqlite::Result<Vec<Check>> {
    if text == NO_CHECKS {
        return Ok(Vec::new());
    }
    let entries: Vec<CheckEntry> =
        serde_json::from_str(text).map_err(|error| not_understood(error.to_string()))?;
    Ok(entries.into_iter().map(CheckEntry::check).collect())
}

/// When whoever has it last touched it, or reported.
fn reported(handoff: &Handoff) -> Option<Instant> {
    let kept = |clock: &Clock| {
        clock.name == ClockName::Report
            && matches!(clock.state, ClockState::Met | ClockState::MetLate)
    };
    let reports = handoff.clocks.iter().filter(|clock| kept(clock)).filter_map(|clock| clock.ended);
    reports.chain(handoff.touches.iter().map(|touch| touch.at)).max()
}

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<_> = (1..=COLUMNS.len() + 1).map(|n| format!("?{n}")).collect();
    format!(
        "INSERT INTO handoff (id, {}, company, region, segment, industry, relation, on_tal)
         SELECT {}, name, region, segment, industry, relation, on_tal FROM account WHERE id = ?3",
        COLUMNS.join(", "),
        places.join(", ")
    )
});

static SELECT: LazyLock<String> =
    LazyLock::new(|| format!("SELECT id, {} FROM handoff WHERE id = ?1", COLUMNS.join(", ")));

/// Writes a new handoff with all that hangs on it. An id of 0 gets the next one. Gives the id.
pub(super) fn insert(conn: &Connection, handoff: &Handoff) -> rusqlite::Result<HandoffId> {
    let id = (handoff.id.0 != 0).then_some(handoff.id.0);
    let own = std::iter::once(id.map_or(Value::Null, Value::Integer)).chain(values(handoff));
    if conn.prepare_cached(&INSERT)?.execute(rusqlite::params_from_iter(own))? == 0 {
        return Err(not_understood(format!("there is no account {}", handoff.account)));
    }
    let id = HandoffId(conn.last_insert_rowid());
    for (key, value) in &handoff.fields {
        put_field(conn, id, key, Some(value))?;
    }
    // Nothing hangs on it yet that would have to go first.
    if handoff.outcome.is_some() {
        put_outcome_fields(conn, id, handoff.outcome.as_ref())?;
    }
    if !handoff.decisions.is_empty() {
        put_decisions(conn, id, &handoff.decisions)?;
    }
    for touch in &handoff.touches {
        insert_touch(conn, id, touch)?;
    }
    for clock in &handoff.clocks {
        clocks::put(conn, id, clock.key(), Some(&[]), Some(clock))?;
    }
    if handoff.clocks.iter().any(blame::is_broken) {
        put_breaches(conn, id, handoff)?;
    }
    Ok(id)
}

/// Writes what differs between two states of a handoff's own row.
pub(super) fn update(conn: &Connection, before: &Handoff, after: &Handoff) -> rusqlite::Result<()> {
    let mut set = String::new();
    let mut given = vec![Value::Integer(after.id.0)];
    for ((column, old), new) in COLUMNS.iter().zip(values(before)).zip(values(after)) {
        if old != new {
            given.push(new);
            let comma = if set.is_empty() { "" } else { ", " };
            set.push_str(&format!("{comma}{column} = ?{}", given.len()));
        }
    }
    if !set.is_empty() {
        let sql = format!("UPDATE handoff SET {set} WHERE id = ?1");
        conn.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(given))?;
    }
    Ok(())
}

/// Makes a handoff repeat what the account says that it was moved to.
pub(super) fn follow_account(conn: &Connection, id: HandoffId) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE handoff SET (company, region, segment, industry, relation, on_tal) =
             (SELECT name, region, segment, industry, relation, on_tal FROM account WHERE id = handoff.account)
         WHERE id = ?1",
    )?
    .execute([id])?;
    Ok(())
}

/// Takes a handoff out, with all that hangs on it; its events stay.
pub(super) fn remove(conn: &Connection, id: HandoffId) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM handoff WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Sets or clears a package field.
pub(super) fn put_field(
    conn: &Connection,
    id: HandoffId,
    key: &str,
    value: Option<&str>,
) -> rusqlite::Result<()> {
    match value {
        Some(value) => conn
            .prepare_cached(
                "INSERT OR REPLACE INTO field (handoff, key, value) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![id, key, value])?,
        None => conn
            .prepare_cached("DELETE FROM field WHERE handoff = ?1 AND key = ?2")?
            .execute(params![id, key])?,
    };
    Ok(())
}

/// Replaces the fields of the outcome.
pub(super) fn put_outcome_fields(
    conn: &Connection,
    id: HandoffId,
    outcome: Option<&Outcome>,
) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM outcome_field WHERE handoff = ?1")?.execute([id])?;
    for (key, value) in outcome.iter().flat_map(|outcome| &outcome.fields) {
        conn.prepare_cached("INSERT INTO outcome_field (handoff, key, value) VALUES (?1, ?2, ?3)")?
            .execute(params![id, key, value])?;
    }
    Ok(())
}

/// Replaces the decisions of the VPs.
pub(super) fn put_decisions(
    conn: &Connection,
    id: HandoffId,
    decisions: &[VpDecision],
) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM decision WHERE handoff = ?1")?.execute([id])?;
    for (n, one) in decisions.iter().enumerate() {
        conn.prepare_cached(
            "INSERT INTO decision (handoff, n, role, by, decision, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![id, n as i64, one.role, one.by, one.decision, one.note])?;
    }
    Ok(())
}

/// Replaces what is kept of the handoff's broken end-to-end clocks: who had it while their time ran.
pub(super) fn put_breaches(
    conn: &Connection,
    id: HandoffId,
    handoff: &Handoff,
) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM breach WHERE handoff = ?1")?.execute([id])?;
    for clock in handoff.clocks.iter().filter(|clock| blame::is_broken(clock)) {
        let split = blame::split(handoff, clock);
        conn.prepare_cached(
            "INSERT INTO breach (handoff, name, leg, submitted, marketing, triage, assignee, prospect, blame)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            id,
            clock.name,
            clock.leg,
            handoff.moment(Moment::Submitted),
            split.of(Party::Marketing),
            split.of(Party::Triage),
            split.of(Party::Assignee),
            split.of(Party::Prospect),
            split.blame().key(),
        ])?;
    }
    Ok(())
}

/// Keeps an outcome in the list of all that were recorded.
pub(super) fn add_outcome(
    conn: &Connection,
    id: HandoffId,
    outcome: &Outcome,
) -> rusqlite::Result<()> {
    let fields = serde_json::to_string(&outcome.fields)
        .map_err(|error| not_understood(error.to_string()))?;
    conn.prepare_cached(
        "INSERT INTO outcome (handoff, at, by, code, class, claim, overridden, fields)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        id,
        outcome.at,
        outcome.by,
        outcome.code,
        outcome.class,
        outcome.claim,
        outcome.overridden,
        fields
    ])?;
    Ok(())
}

/// Takes the last such outcome out of the list of all that were recorded.
pub(super) fn drop_outcome(
    conn: &Connection,
    id: HandoffId,
    outcome: &Outcome,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "DELETE FROM outcome
         WHERE id = (SELECT max(id) FROM outcome WHERE handoff = ?1 AND code = ?2 AND at = ?3)",
    )?
    .execute(params![id, outcome.code, outcome.at])?;
    Ok(())
}

/// Adds a touch.
pub(super) fn insert_touch(
    conn: &Connection,
    id: HandoffId,
    touch: &Touch,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO touch (handoff, at, by, channel, template, outcome, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![id, touch.at, touch.by, touch.channel, touch.template, touch.outcome, touch.note])?;
    Ok(())
}

/// Takes out the last touch that is like this one.
pub(super) fn remove_touch(
    conn: &Connection,
    id: HandoffId,
    touch: &Touch,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "DELETE FROM touch WHERE id = (SELECT max(id) FROM touch WHERE handoff = ?1 AND at = ?2 AND by = ?3
             AND channel = ?4 AND template IS ?5 AND outcome = ?6 AND note IS ?7)",
    )?
    .execute(params![id, touch.at, touch.by, touch.channel, touch.template, touch.outcome, touch.note])?;
    Ok(())
}

/// A handoff whole.
pub(super) fn load(conn: &Connection, id: HandoffId) -> rusqlite::Result<Option<Handoff>> {
    let row = |row: &Row<'_>| Ok((own(row)?, row.get(const { place("touches") })?));
    let found: Option<(Handoff, u32)> =
        conn.prepare_cached(&SELECT)?.query_row([id], row).optional()?;
    let Some((mut handoff, touches)) = found else { return Ok(None) };
    handoff.fields =
        pairs(conn.prepare_cached("SELECT key, value FROM field WHERE handoff = ?1")?, id)?;
    if let Some(outcome) = &mut handoff.outcome {
        outcome.fields = pairs(
            conn.prepare_cached("SELECT key, value FROM outcome_field WHERE handoff = ?1")?,
            id,
        )?;
    }
    handoff.decisions = conn
        .prepare_cached(
            "SELECT role, by, decision, note FROM decision WHERE handoff = ?1 ORDER BY n",
        )?
        .query_map([id], |row| {
            Ok(VpDecision {
                role: row.get(0)?,
                by: row.get(1)?,
                decision: row.get(2)?,
                note: row.get(3)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    // Most that are given away are untouched: 200 at once would look in 200 places for nothing.
    if touches > 0 {
        handoff.touches = self::touches(conn, id)?;
    }
    handoff.clocks = clocks::load(conn, id)?;
    Ok(Some(handoff))
}

/// The touches of a handoff, in the order they were made.
fn touches(conn: &Connection, id: HandoffId) -> rusqlite::Result<Vec<Touch>> {
    conn
        .prepare_cached(
            "SELECT at, by, channel, template, outcome, note FROM touch WHERE handoff = ?1 ORDER BY at, id",
        )?
        .query_map([id], |row| {
            Ok(Touch {
                at: row.get(0)?,
                by: row.get(1)?,
                channel: row.get(2)?,
                template: row.get(3)?,
                outcome: row.get(4)?,
                note: row.get(5)?,
            })
        })?
        .collect()
}

fn pairs(
    mut statement: CachedStatement<'_>,
    id: HandoffId,
) -> rusqlite::Result<BTreeMap<String, String>> {
    statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The handoff's own row.
fn own(row: &Row<'_>) -> rusqlite::Result<Handoff> {
    let mut moments = BTreeMap::new();
    // Moments and days stand in their own order, as they are written.
    for (n, moment) in Moment::ALL.iter().enumerate() {
        if let Some(at) = row.get(const { place("at_created") } + n)? {
            moments.insert(*moment, at);
        }
    }
    let mut days = BTreeMap::new();
    for (n, day) in Day::ALL.iter().enumerate() {
        if let Some(SqlDay(on)) = row.get(const { place("on_wake") } + n)? {
            days.insert(*day, on);
        }
    }
    let co_owner = match (
        row.get(const { place("co_owner") })?,
        row.get(const { place("co_owner_until") })?,
    ) {
        (Some(person), Some(until)) => Some(CoOwner { person, until }),
        _ => None,
    };
    let outcome = match row.get(const { place("code") })? {
        Some(code) => Some(Outcome {
            code,
            class: row.get(const { place("class") })?,
            fields: BTreeMap::new(),
            claim: row.get(const { place("claim") })?,
            overridden: row.get(const { place("overridden") })?,
            by: row.get(const { place("outcome_by") })?,
            at: row.get(const { place("outcome_at") })?,
        }),
        None => None,
    };
    Ok(Handoff {
        id: row.get(0)?,
        version: row.get(const { place("version") })?,
        account: AccountId(row.get(const { place("account") })?),
        kind: row.get(const { place("kind") })?,
        opportunity: row.get(const { place("opportunity") })?,
        stage: row.get(const { place("stage") })?,
        tier: row.get(const { place("tier") })?,
        score: row.get(const { place("score") })?,
        source: row.get(const { place("source") })?,
        reason: row.get(const { place("reason") })?,
        contact: row.get(const { place("contact") })?,
        sender: row.get(const { place("sender") })?,
        assignee: row.get(const { place("assignee") })?,
        co_owner,
        brief: row.get(const { place("brief") })?,
        fields: BTreeMap::new(),
        completeness: row.get(const { place("completeness") })?,
        missing: row.get::<_, List<Vec<String>>>(const { place("missing") })?.0,
        moments,
        days,
        amount: row.get(const { place("amount") })?,
        outcome,
        parent: row.get(const { place("parent") })?,
        before_dispute: row.get(const { place("before_dispute") })?,
        decisions: Vec::new(),
        rating: row.get(const { place("rating") })?,
        lacked: row.get(const { place("lacked") })?,
        checks: checks_of(&row.get::<_, String>(const { place("checks") })?)?,
        touches: Vec::new(),
        clocks: Vec::new(),
    })
}

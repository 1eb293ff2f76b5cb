//! Promises that run late: which are to be told of, what was told to whom, and what of it is still open.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::chain::{Chain, Link};
use super::convert::not_understood;
use super::gesture::{self, Kind, Machine, Stamp};
use super::open::Store;
use super::{StoreError, measure, rows};
use crate::domain::clock::{ClockName, Owes};
use crate::domain::escalate::{Due, Promise, Telling};
use crate::domain::handoff::Handoff;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::Role;
use crate::domain::time::Instant;

/// A running promise that has something to be told of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Running {
    /// On which handoff.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// Its type's key.
    pub kind: String,
    /// Which time the promise runs on this handoff.
    pub leg: u32,
    /// The promise.
    pub promise: Promise,
    /// So many steps of its chain are done with.
    pub told: u32,
}

/// What is to be recorded of a promise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Escalate {
    /// The promise as it was read.
    pub running: Running,
    /// What is told of it now, and when to look again.
    pub due: Due,
    /// What each telling is called in the record, in the order of `due.now`.
    pub labels: Vec<String>,
}

/// Something that was told to somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Its event's place in the record.
    pub event: i64,
    /// On which handoff.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// Which promise.
    pub name: ClockName,
    /// Which step of the chain: 0 the warning, 1 the breach, from 2 on what follows.
    pub step: u32,
    /// To whom; none where there was nobody to tell.
    pub person: Option<PersonId>,
    /// When it came due to be told.
    pub at: Instant,
    /// By when the promise was to be kept.
    pub due: Instant,
}

impl Store {
    /// When something is next to be told of; none while nothing runs.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn next_telling(&self) -> Result<Option<Instant>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT min(tell_at) FROM clock
                 WHERE state = 'running' AND end_to_end = 0 AND tell_at IS NOT NULL",
            )?
            .query_row([], |row| row.get(0))
        })
    }

    /// The running promises that have something to be told of, the earliest first, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn to_tell(&self, now: Instant, limit: usize) -> Result<Vec<Running>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT c.handoff, h.company, h.kind, c.leg, c.name, c.owes_person, c.owes_role, c.warn, c.due, c.told
                 FROM clock AS c INDEXED BY clock_tell JOIN handoff AS h ON h.id = c.handoff
                 WHERE c.state = 'running' AND c.end_to_end = 0 AND c.tell_at IS NOT NULL AND c.tell_at <= ?1
                 ORDER BY c.tell_at LIMIT ?2",
            )?
            .query_map(params![now, limit], running)?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// Records what is told of some promises, each telling as a gesture of the desk's own with its event. What ended, or
    /// was told by another desk meanwhile, is left out. Gives how many were recorded.
    ///
    /// # Errors
    /// What the machine failed at; nothing was recorded then.
    pub fn escalate(
        &mut self,
        all: &[Escalate],
        machine: &Machine,
        now: Instant,
        policy: &str,
    ) -> Result<u64, StoreError> {
        self.write(|tx| {
            measure::count_overdue(tx, now)?;
            let mut recorded = 0;
            for one in all {
                let Running { handoff, leg, promise, told, .. } = &one.running;
                let still = tx
                    .prepare_cached(
                        "UPDATE clock SET told = ?1, tell_at = ?2
                         WHERE handoff = ?3 AND name = ?4 AND leg = ?5 AND end_to_end = 0 AND state = 'running'
                             AND told = ?6 AND due = ?7",
                    )?
                    .execute(params![
                        one.due.told, one.due.next, handoff, promise.name, leg, told, promise.due
                    ])?;
                if still == 0 {
                    continue;
                }
                for (telling, label) in one.due.now.iter().zip(&one.labels) {
                    recorded += u64::from(record(tx, one, telling, label, machine, now, policy)?);
                }
            }
            Ok::<_, StoreError>(recorded)
        })
    }

    /// What was told to somebody and is open: its promise is, and they have done nothing with the handoff since. The
    /// last of each promise, those told of first, at most so many; in the order in which they are due.
    ///
    /// Walks what is open for them only until there are so many, as it is asked for after every write.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn told_to(&self, who: PersonId, limit: usize) -> Result<Vec<Told>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|conn| {
            let mut all: Vec<Told> = conn
                .prepare_cached(
                    "SELECT e.event, e.handoff, h.company, e.name, e.step, e.person, e.at, c.due
                     FROM escalation AS e INDEXED BY escalation_inbox CROSS JOIN handoff AS h ON h.id = e.handoff
                         CROSS JOIN clock AS c
                         ON c.handoff = e.handoff AND c.name = e.name AND c.leg = e.leg AND c.end_to_end = 0
                     WHERE e.person = ?1 AND e.open = 1 AND e.latest = 1
                         AND NOT EXISTS (SELECT 1 FROM event AS acted
                             WHERE acted.handoff = e.handoff AND acted.actor = ?1 AND acted.seq > e.event)
                     ORDER BY e.at, e.id LIMIT ?2",
                )?
                .query_map(params![who, limit], told)?
                .collect::<rusqlite::Result<_>>()?;
            all.sort_by_key(|told| (told.due, told.handoff));
            Ok::<_, rusqlite::Error>(all)
        })
    }

    /// All that was told of a handoff, the oldest first.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn told_of(&self, handoff: HandoffId) -> Result<Vec<Told>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT e.event, e.handoff, h.company, e.name, e.step, e.person, e.at, c.due
                 FROM escalation AS e JOIN handoff AS h ON h.id = e.handoff
                     JOIN clock AS c ON c.handoff = e.handoff AND c.name = e.name AND c.leg = e.leg AND c.end_to_end = 0
                 WHERE e.handoff = ?1 ORDER BY e.at, e.id",
            )?
            .query_map([handoff], told)?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// The handoffs that grew out of one, with their types.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn children(&self, parent: HandoffId) -> Result<Vec<(HandoffId, String)>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached("SELECT id, kind FROM handoff WHERE parent = ?1 ORDER BY id")?
                .query_map([parent], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()
        })
    }

    /// Handoffs that came out since a moment in a way that tells marketing something, and with which nobody of marketing
    /// has done anything since; the newest first, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn came_out(
        &self,
        since: Instant,
        limit: usize,
    ) -> Result<Vec<(Handoff, String)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.snapshot(|conn| {
            let found: Vec<(HandoffId, String)> = conn
                .prepare_cached(
                    "SELECT h.id, h.company FROM handoff AS h INDEXED BY handoff_came_out
                     WHERE (h.class = 'recycle' OR h.class = 'disqualify' OR h.class = 'close' OR h.class = 'return')
                         AND h.outcome_at >= ?1
                         AND NOT EXISTS (SELECT 1 FROM event AS e JOIN person AS p ON p.id = e.actor
                             WHERE e.handoff = h.id AND e.at > h.outcome_at AND p.role IN ('marketing', 'vp_marketing'))
                     ORDER BY h.outcome_at DESC LIMIT ?2",
                )?
                .query_map(params![since, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            found
                .into_iter()
                .filter_map(|(id, company)| {
                    rows::load(conn, id).map(|found| found.map(|handoff| (handoff, company))).transpose()
                })
                .collect()
        })
    }
}

fn running(row: &Row<'_>) -> rusqlite::Result<Running> {
    let owes = match (row.get(5)?, row.get::<_, Option<Role>>(6)?) {
        (Some(person), _) => Owes::Person(person),
        (None, Some(role)) => Owes::Role(role),
        (None, None) => Owes::BothVps,
    };
    let promise = Promise { name: row.get(4)?, owes, warn: row.get(7)?, due: row.get(8)? };
    Ok(Running {
        handoff: row.get(0)?,
        company: row.get(1)?,
        kind: row.get(2)?,
        leg: row.get(3)?,
        promise,
        told: row.get(9)?,
    })
}

fn told(row: &Row<'_>) -> rusqlite::Result<Told> {
    Ok(Told {
        event: row.get(0)?,
        handoff: row.get(1)?,
        company: row.get(2)?,
        name: row.get(3)?,
        step: row.get(4)?,
        person: row.get(5)?,
        at: row.get(6)?,
        due: row.get(7)?,
    })
}

/// Records one telling, unless it was told before. Its action's id follows from what is told, so that two desks that
/// come upon it at the same time, or one that tries again, tell it once.
fn record(
    conn: &Connection,
    one: &Escalate,
    telling: &Telling,
    label: &str,
    machine: &Machine,
    now: Instant,
    policy: &str,
) -> rusqlite::Result<bool> {
    let Running { handoff, leg, promise, .. } = &one.running;
    let changes = json!([{"escalated": {
        "handoff": handoff.0, "clock": promise.name.key(), "leg": leg, "step": telling.place,
        "person": telling.to.map(|id| id.0), "at": telling.at.0, "due": promise.due.0,
    }}])
    .to_string();
    let known: Option<i64> = conn
        .prepare_cached(
            "SELECT id FROM escalation
             WHERE handoff = ?1 AND name = ?2 AND leg = ?3 AND step = ?4 AND coalesce(person, 0) = coalesce(?5, 0)",
        )?
        .query_row(params![handoff, promise.name, leg, telling.place, telling.to], |row| row.get(0))
        .optional()?;
    if known.is_some() {
        return Ok(false);
    }
    let sum: [u8; 32] = Sha256::digest(format!("escalation {changes}")).into();
    let action_id = sum.first_chunk::<16>().copied();
    let stamp = Stamp {
        action_id: action_id.ok_or_else(|| not_understood("a hash of less than 16 bytes"))?,
        actor: None,
        machine: machine.clone(),
        at: now,
        label: label.to_owned(),
        policy,
    };
    if stamp.answered(conn)?.is_some() {
        return Ok(false);
    }
    let head = stamp.head(Kind::Escalation, None);
    let gesture = gesture::record(conn, &head, false)?;
    let link = Link {
        handoff: None,
        action: telling.step.key(),
        stage_from: None,
        stage_to: None,
        note: None,
        changes: &changes,
    };
    Chain::end(conn)?.append(conn, gesture, &head, &link)?;
    let event = conn.last_insert_rowid();
    conn.prepare_cached(
        "INSERT INTO escalation (handoff, name, leg, step, person, at, event, open)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)",
    )?
    .execute(params![
        handoff,
        promise.name,
        leg,
        telling.place,
        telling.to,
        telling.at,
        event
    ])?;
    Ok(true)
}

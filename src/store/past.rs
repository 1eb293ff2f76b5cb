//! The store as it stood at a moment: what was recorded since is taken back, the newest first, by the inverse of each
//! change. One handoff is taken back in memory; all of them in a private copy that lists and screens read like any store.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::convert::not_understood;
use super::error::StoreErrorKind;
use super::history::Event;
use super::open::{Access, Store};
use super::{CommitError, StoreError, commit, record, rows, schema, trace};
use crate::domain::change::{Change, before};
use crate::domain::handoff::{Handoff, Moment};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::package::Frozen;
use crate::domain::time::Instant;

/// A handoff as it stood.
#[derive(Clone, PartialEq, Debug)]
pub struct Past {
    /// The handoff.
    pub handoff: Handoff,
    /// The package as it had been sent last.
    pub sent: Option<Frozen>,
    /// The newest events of its record up to then, newest first.
    pub events: Vec<Event>,
}

impl Store {
    /// The place in the record up to which things had happened at a moment: that of the last event recorded at or before
    /// it. The record is ordered by its places, whatever a machine's clock did.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn place_at(&self, at: Instant) -> Result<i64, StoreError> {
        self.read(|conn| place_at(conn, at))
    }

    /// A handoff as it stood at a moment, with the newest events of its record up to then; none where it was not there.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn handoff_as_of(
        &self,
        id: HandoffId,
        at: Instant,
        events: usize,
    ) -> Result<Option<Past>, StoreError> {
        let limit = i64::try_from(events).unwrap_or(i64::MAX);
        let place = self.place_at(at)?;
        let sent = self.frozen(id)?;
        let (handoff, sent) = self.snapshot(|conn| back_to(conn, id, sent, place))?;
        let Some(handoff) = handoff else { return Ok(None) };
        let events = self.events(
            " WHERE handoff = ?1 AND version <= ?2 ORDER BY version DESC LIMIT ?3",
            (id, handoff.version, limit),
        )?;
        Ok(Some(Past { handoff, sent, events }))
    }

    /// A private copy of the store as it stood at a moment, at a path where there is nothing yet. It can only be read.
    /// What the record knows is as it was then: handoffs, their clocks, the record itself, who was given what and who was
    /// told what; and of accounts, contacts, signals and deals what imports and merges made of them. What else was changed
    /// on them, and people, are as they are now, for the record doesn't hold what they were.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn as_of(&self, at: Instant, copy: &Path) -> Result<Self, StoreError> {
        self.read(|conn| schema::vacuum_into(conn, copy))?;
        let mut past = Self::open(copy, Access::ReadWrite)?;
        past.wait_for_disk(false)?;
        past.write(|tx| roll_back(tx, at))?;
        past.only_read()?;
        Ok(past)
    }

    /// A private copy of the store to try things out on, at a path where there is nothing yet. It is not kept for long,
    /// so nothing waits for the disk.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn trial(&self, copy: &Path) -> Result<Self, StoreError> {
        self.read(|conn| schema::vacuum_into(conn, copy))?;
        let mut trial = Self::open(copy, Access::ReadWrite)?;
        trial.wait_for_disk(false)?;
        Ok(trial)
    }
}

fn place_at(conn: &Connection, at: Instant) -> rusqlite::Result<i64> {
    let place = conn
        .prepare_cached("SELECT seq FROM event WHERE at <= ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([at], |row| row.get(0))
        .optional()?;
    Ok(place.unwrap_or_default())
}

/// A handoff as it stood when the record ended at a place, and the package as it had been sent; `sent` is as it is now.
fn back_to(
    conn: &Connection,
    id: HandoffId,
    mut sent: Option<Frozen>,
    place: i64,
) -> rusqlite::Result<(Option<Handoff>, Option<Frozen>)> {
    let mut handoff = rows::load(conn, id)?;
    let mut later = conn.prepare_cached(
        "SELECT changes FROM event WHERE handoff = ?1 AND seq > ?2 ORDER BY version DESC",
    )?;
    let mut found = later.query(params![id, place])?;
    let mut any = false;
    while let Some(row) = found.next()? {
        any = true;
        let changes = record::decode(row.get_ref(0)?.as_str()?).map_err(not_understood)?;
        for change in changes.iter().rev() {
            if let Change::Froze { from, .. } = change {
                sent = from.as_deref().cloned();
            }
        }
        handoff = before(handoff, &changes);
    }
    if any && let Some(handoff) = &mut handoff {
        let version: Option<i64> = conn
            .prepare_cached("SELECT max(version) FROM event WHERE handoff = ?1 AND seq <= ?2")?
            .query_row(params![id, place], |row| row.get(0))?;
        handoff.version = version.unwrap_or_default();
    }
    Ok((handoff, sent))
}

/// Takes back everything that was recorded after a moment. The record's own guards and the rule of one open handoff go
/// first: the copy is not written any more once it stands.
fn roll_back(tx: &Transaction<'_>, at: Instant) -> Result<(), StoreError> {
    let place = place_at(tx, at)?;
    tx.execute_batch(
        "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete;
         DROP TRIGGER gesture_no_update; DROP TRIGGER gesture_no_delete;
         DROP TRIGGER outcome_known; DROP INDEX handoff_one_open;
         CREATE INDEX assignment_handoff ON assignment (handoff);
         CREATE TEMP TABLE told AS SELECT * FROM escalation;",
    )?;
    let changed: Vec<HandoffId> = tx
        .prepare("SELECT DISTINCT handoff FROM event WHERE seq > ?1 AND handoff IS NOT NULL")?
        .query_map([place], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // References are looked at again when all of it is taken back: accounts that were merged are two again, and what was
    // imported since is gone.
    tx.pragma_update(None, "defer_foreign_keys", true)?;
    trace::roll_back(tx, place)?;
    for id in &changed {
        take_back(tx, *id, place).map_err(|error| match error {
            CommitError::Store(error) => error,
            other => StoreError::bare(StoreErrorKind::Broken(other.to_string())),
        })?;
        assignments(tx, *id, place)?;
    }
    tx.execute("DELETE FROM temp.told WHERE event > ?1", [place])?;
    tx.execute("DELETE FROM escalation", [])?;
    tx.execute("DELETE FROM event WHERE seq > ?1", [place])?;
    tx.execute(
        "DELETE FROM adoption WHERE gesture > coalesce((SELECT max(gesture) FROM event), 0)",
        [],
    )?;
    tx.execute("DELETE FROM gesture WHERE id > coalesce((SELECT max(gesture) FROM event), 0)", [])?;
    tx.execute_batch(
        "INSERT INTO escalation (id, handoff, name, leg, step, person, at, event, open)
             SELECT told.id, told.handoff, told.name, told.leg, told.step, told.person, told.at, told.event,
                 EXISTS (SELECT 1 FROM clock WHERE clock.handoff = told.handoff AND clock.name = told.name
                     AND clock.leg = told.leg AND clock.end_to_end = 0 AND clock.state IN ('running', 'paused'))
             FROM temp.told WHERE EXISTS (SELECT 1 FROM handoff WHERE handoff.id = told.handoff);
         DROP TABLE temp.told;",
    )?;
    Ok(())
}

/// Takes back the events of a handoff after a place, row by row.
fn take_back(tx: &Transaction<'_>, id: HandoffId, place: i64) -> Result<(), CommitError> {
    let later: Vec<String> = tx
        .prepare_cached(
            "SELECT changes FROM event WHERE handoff = ?1 AND seq > ?2 ORDER BY version DESC",
        )?
        .query_map(params![id, place], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut now = rows::load(tx, id)?;
    for changes in later {
        let changes = record::decode(&changes).map_err(not_understood)?;
        let back: Vec<_> = changes.iter().rev().map(Change::inverse).collect();
        now = match (now, back.split_first()) {
            (None, Some((Change::Created(handoff), rest))) => {
                let there = Handoff { version: 1, ..(**handoff).clone() };
                rows::insert(tx, &there)?;
                commit::carry_out(tx, &there, rest, |_| Ok(()))?
            }
            (Some(now), _) => commit::carry_out(tx, &now, &back, |_| Ok(()))?,
            (None, _) => None,
        };
    }
    tx.prepare_cached(
        // One whose record begins later than it does stands as it was before the first of it.
        "UPDATE handoff SET version = coalesce(
             (SELECT max(version) FROM event WHERE handoff = ?1 AND seq <= ?2),
             (SELECT max(min(version) - 1, 1) FROM event WHERE handoff = ?1), version)
         WHERE id = ?1",
    )?
    .execute(params![id, place])?;
    Ok(())
}

/// Writes who was given a handoff, as its record up to a place says; what was taken back doesn't count.
fn assignments(tx: &Transaction<'_>, id: HandoffId, place: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM assignment WHERE handoff = ?1")?.execute([id])?;
    let events: Vec<(String, Instant, bool)> = tx
        .prepare_cached(
            "SELECT changes, event.at, backward FROM event JOIN gesture ON gesture.id = event.gesture
             WHERE handoff = ?1 AND seq <= ?2 ORDER BY version",
        )?
        .query_map(params![id, place], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut given: Vec<(PersonId, Instant)> = Vec::new();
    for (changes, at, backward) in events {
        let changes = record::decode(&changes).map_err(not_understood)?;
        // A redo gave it at the time it was given first.
        let when = changes.iter().rev().find_map(|change| match change {
            Change::Happened { moment: Moment::Given, to, .. } => *to,
            Change::Created(handoff) => handoff.moment(Moment::Given),
            _ => None,
        });
        for change in changes {
            let (from, to) = match change {
                Change::Assigned { from, to } => (from, to),
                Change::Created(handoff) => (None, handoff.assignee),
                Change::Removed(handoff) => (handoff.assignee, None),
                _ => continue,
            };
            match (backward, from, to) {
                (true, Some(person), _) => {
                    if let Some(last) = given.iter().rposition(|(who, _)| *who == person) {
                        given.remove(last);
                    }
                }
                (false, _, Some(person)) if from != to => given.push((person, when.unwrap_or(at))),
                _ => {}
            }
        }
    }
    let mut add =
        tx.prepare_cached("INSERT INTO assignment (person, handoff, at) VALUES (?1, ?2, ?3)")?;
    for (person, at) in given {
        add.execute(params![person, id, at])?;
    }
    Ok(())
}

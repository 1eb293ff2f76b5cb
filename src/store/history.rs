//! The event record as it is read: gestures, the events of a handoff with their changes, and the whole record by page.

use rusqlite::{OptionalExtension, Row, params};

use super::convert::not_understood;
use super::open::Store;
use super::{StoreError, record, trace};
use crate::domain::change::Change;
use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::domain::stage::Stage;
use crate::domain::time::Instant;

/// A gesture as it stands in the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gesture {
    /// Its id.
    pub id: GestureId,
    /// Who; none for the desk itself.
    pub actor: Option<PersonId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// When.
    pub at: Instant,
    /// What it is called.
    pub label: String,
    /// The gesture that it took or brought back.
    pub undoes: Option<GestureId>,
    /// The gesture that took it back.
    pub undone_by: Option<GestureId>,
}

/// An event of a handoff, with its changes.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Its place in the record.
    pub seq: i64,
    /// The gesture it is part of.
    pub gesture: GestureId,
    /// Which handoff.
    pub handoff: HandoffId,
    /// The version that it produced.
    pub version: i64,
    /// When.
    pub at: Instant,
    /// Who; none for the desk itself.
    pub actor: Option<PersonId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// The named action, or what else happened.
    pub action: String,
    /// The stage before; none for a creation.
    pub from: Option<Stage>,
    /// The stage after; none for a removal.
    pub to: Option<Stage>,
    /// In the person's own words.
    pub note: Option<String>,
    /// What changed, in order.
    pub changes: Vec<Change>,
}

/// A line of the whole record: what happened, without the changes themselves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its place in the record.
    pub seq: i64,
    /// The gesture it is part of.
    pub gesture: GestureId,
    /// What the gesture is called.
    pub label: String,
    /// Which handoff; none for what is not about one.
    pub handoff: Option<HandoffId>,
    /// The account's name, while there is such a handoff.
    pub company: Option<String>,
    /// When.
    pub at: Instant,
    /// Who; none for the desk itself.
    pub actor: Option<PersonId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// The named action, or what else happened.
    pub action: String,
    /// The stage before.
    pub from: Option<Stage>,
    /// The stage after.
    pub to: Option<Stage>,
    /// In the person's own words.
    pub note: Option<String>,
}

const GESTURE: &str = "SELECT gesture.id, actor, person.name, at, label, undoes,
        (SELECT later.id FROM gesture AS later WHERE later.undoes = gesture.id)
    FROM gesture LEFT JOIN person ON person.id = actor";

const EVENT: &str = "SELECT seq, gesture, handoff, version, at, actor, person.name, action, stage_from, stage_to, note,
        changes
    FROM event LEFT JOIN person ON person.id = actor";

impl Store {
    /// The events of a handoff, newest first, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn events_of_handoff(&self, id: HandoffId, limit: usize) -> Result<Vec<Event>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.events(" WHERE handoff = ?1 ORDER BY version DESC LIMIT ?2", (id, limit))
    }

    /// The events of a gesture, in the order they were recorded.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn events_of(&self, gesture: GestureId) -> Result<Vec<Event>, StoreError> {
        self.events(" WHERE gesture = ?1 AND handoff IS NOT NULL ORDER BY seq", [gesture])
    }

    /// The newest event of a handoff after the one that produced `version`: who changed it since.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn later_event(&self, id: HandoffId, version: i64) -> Result<Option<Event>, StoreError> {
        let found = self.events(
            " WHERE handoff = ?1 AND version > ?2 ORDER BY version DESC LIMIT 1",
            (id, version),
        )?;
        Ok(found.into_iter().next())
    }

    pub(super) fn events(
        &self,
        which: &str,
        given: impl rusqlite::Params,
    ) -> Result<Vec<Event>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(&format!("{EVENT}{which}"))?
                .query_map(given, event)?
                .collect::<rusqlite::Result<_>>()
        })
    }

    /// A page of the whole record, newest first: the lines before a place in it, or the newest.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn activity(&self, before: Option<i64>, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT seq, event.gesture, label, event.handoff, company, event.at, event.actor, person.name, action,
                        stage_from, stage_to, note
                 FROM event JOIN gesture ON gesture.id = event.gesture
                     LEFT JOIN person ON person.id = event.actor
                     LEFT JOIN handoff ON handoff.id = event.handoff
                 WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
            )?
            .query_map(params![before.unwrap_or(i64::MAX), limit], |row| {
                Ok(Entry {
                    seq: row.get(0)?,
                    gesture: row.get(1)?,
                    label: row.get(2)?,
                    handoff: row.get(3)?,
                    company: row.get(4)?,
                    at: row.get(5)?,
                    actor: row.get(6)?,
                    actor_name: row.get(7)?,
                    action: row.get(8)?,
                    from: row.get(9)?,
                    to: row.get(10)?,
                    note: row.get(11)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// A gesture.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn gesture(&self, id: GestureId) -> Result<Option<Gesture>, StoreError> {
        self.one_gesture(" WHERE gesture.id = ?1", [id])
    }

    /// Whether a gesture did anything to facts that can be taken back.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn changed_facts(&self, gesture: GestureId) -> Result<bool, StoreError> {
        self.read(|conn| trace::traced(conn, gesture))
    }

    /// This person's last gesture that can be taken back and is in force: done or redone, and not taken back.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn last_undoable(&self, actor: PersonId) -> Result<Option<Gesture>, StoreError> {
        self.one_gesture(
            " WHERE actor = ?1 AND backward = 0
                 AND (kind IN ('handoffs', 'people') OR EXISTS (SELECT 1 FROM trace WHERE trace.gesture = gesture.id))
                 AND NOT EXISTS (SELECT 1 FROM gesture AS later WHERE later.undoes = gesture.id)
                 AND (kind = 'handoffs' OR NOT EXISTS (SELECT 1 FROM event
                          WHERE event.gesture = gesture.id AND action = 'add person'))
             ORDER BY gesture.id DESC LIMIT 1",
            [actor],
        )
    }

    /// This person's last undo that is in force and with nothing new done since.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn last_redoable(&self, actor: PersonId) -> Result<Option<Gesture>, StoreError> {
        self.one_gesture(
            " WHERE actor = ?1 AND backward = 1
                 AND NOT EXISTS (SELECT 1 FROM gesture AS later WHERE later.undoes = gesture.id)
                 AND gesture.id > coalesce((SELECT max(fresh.id) FROM gesture AS fresh
                     WHERE fresh.actor = ?1 AND fresh.kind <> 'policy' AND fresh.backward = 0
                         AND fresh.undoes IS NULL), 0)
             ORDER BY gesture.id DESC LIMIT 1",
            [actor],
        )
    }

    fn one_gesture(
        &self,
        which: &str,
        given: impl rusqlite::Params,
    ) -> Result<Option<Gesture>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(&format!("{GESTURE}{which}"))?
                .query_row(given, |row| {
                    Ok(Gesture {
                        id: row.get(0)?,
                        actor: row.get(1)?,
                        actor_name: row.get(2)?,
                        at: row.get(3)?,
                        label: row.get(4)?,
                        undoes: row.get(5)?,
                        undone_by: row.get(6)?,
                    })
                })
                .optional()
        })
    }

    /// The place of the newest event; 0 while there is none.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn newest_event(&self) -> Result<i64, StoreError> {
        self.read(|conn| {
            conn.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?
                .query_row([], |row| row.get(0))
        })
    }

    /// The handoffs with events after a place in the record, each once, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn changed_since(&self, seq: i64, limit: u32) -> Result<Vec<HandoffId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT DISTINCT handoff FROM event WHERE seq > ?1 AND handoff IS NOT NULL LIMIT ?2",
            )?
            .query_map(params![seq, limit], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
        })
    }
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let changes: String = row.get(11)?;
    Ok(Event {
        seq: row.get(0)?,
        gesture: row.get(1)?,
        handoff: row.get(2)?,
        version: row.get(3)?,
        at: row.get(4)?,
        actor: row.get(5)?,
        actor_name: row.get(6)?,
        action: row.get(7)?,
        from: row.get(8)?,
        to: row.get(9)?,
        note: row.get(10)?,
        changes: record::decode(&changes).map_err(not_understood)?,
    })
}

//! The one way in which handoffs change: a gesture, its changes and its events, in one transaction or not at all.
//!
//! The action's id comes first, so that a repeat is answered and not applied; then each handoff's version is looked at,
//! so that nobody overwrites in silence; then rows and record are written together; the answer comes after the sync.

mod writer;

use rusqlite::{Connection, OptionalExtension};
use thiserror::Error;

pub(super) use writer::carry_out;

use self::writer::Writer;
use super::error::{StoreError, StoreErrorKind};
use super::gesture::{self, Kind, Machine, Stamp};
use super::import::keep_handoff_key;
use super::merge::Merge;
use super::open::Store;
use super::trace;
use crate::domain::change::Change;
use crate::domain::handoff::{Day, Handoff};
use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::domain::time::Instant;

/// A gesture on handoffs, decided and ready to be written.
#[derive(Clone, PartialEq, Debug)]
pub struct Write<'a> {
    /// Made before the first try; a repeat is answered, not applied.
    pub action_id: [u8; 16],
    /// Who; none for the desk itself.
    pub actor: Option<PersonId>,
    /// Where.
    pub machine: Machine,
    /// When.
    pub at: Instant,
    /// What it is called in the record and by undo: "assigned H-1042 Acme to Sam Ortiz".
    pub label: String,
    /// Hash of the policy in force.
    pub policy: &'a str,
    /// The gesture that it takes back, or brings back when that one took something back itself.
    pub undoes: Option<GestureId>,
    /// What changes, in order. A handoff may appear more than once.
    pub items: Vec<Item>,
}

/// What changes on one handoff.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// The handoff as it was read; its version is the one that was seen. With id 0 it is the handoff that this item
    /// creates, or, where it creates none, the one that an item before it created.
    pub handoff: Handoff,
    /// The named action, or what else happened: `flag`, `undo`.
    pub action: String,
    /// In the person's own words.
    pub note: Option<String>,
    /// What changes, in order.
    pub changes: Vec<Change>,
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Committed {
    /// The gesture.
    pub gesture: GestureId,
    /// Each handoff with the version it has now, in the order of their first items.
    pub handoffs: Vec<(HandoffId, i64)>,
    /// True when this action had been done before, and nothing was done now.
    pub repeated: bool,
}

/// Why a write was not done. Nothing was changed.
#[derive(Debug, Error)]
pub enum CommitError {
    /// Somebody else changed a handoff since it was read.
    #[error("{} changed {handoff} at {at} ({what}); look again before you decide.", by.as_deref().unwrap_or("The desk"))]
    Conflict {
        /// Which.
        handoff: HandoffId,
        /// Who; none for the desk itself.
        by: Option<String>,
        /// When.
        at: Instant,
        /// The action that they took, by its key.
        what: String,
    },
    /// There is an open handoff for this account, type and opportunity already (`DOMAIN.md 2`).
    #[error("{open} is open for the same account and type; work on that one, or close it first.")]
    Duplicate {
        /// The open one.
        open: HandoffId,
    },
    /// What is to be taken back has something that depends on it.
    #[error("{what} can't be undone: {why}.", what = format!("\"{label}\""))]
    Depends {
        /// What the gesture is called.
        label: String,
        /// What depends on it.
        why: String,
    },
    /// Two accounts can't become one as they are.
    #[error("{0}.")]
    Apart(String),
    /// The machine failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for CommitError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Items from which on a gesture is big.
const MANY: usize = 20;
/// What is kept in memory for a big gesture, in KiB as SQLite wants it: negative.
const ROOM: i64 = -6_000;

/// More memory than usual for a big gesture, with how much is usual.
#[derive(Debug)]
pub struct Room(i64);

impl Store {
    /// Writes a gesture: all of it or nothing.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when a handoff's version is no longer the one that was seen.
    /// [`CommitError::Duplicate`] when a second handoff would be open for one account, type and opportunity.
    /// [`CommitError::Store`] when the machine failed; where even that leaves the outcome open, it was looked up.
    pub fn commit(&mut self, write: Write<'_>) -> Result<Committed, CommitError> {
        self.commit_from(write, None)
    }

    /// The same for a gesture that may come from a row of a file: the row's key is kept with the first handoff, in the
    /// same transaction, so that importing it again makes no second one.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub fn commit_from(
        &mut self,
        write: Write<'_>,
        row: Option<&str>,
    ) -> Result<Committed, CommitError> {
        let Write { action_id, actor, machine, at, label, policy, undoes, items } = write;
        let stamp = Stamp { action_id, actor, machine, at, label, policy };
        let room = self.make_room(items.len());
        let done = self.settled(&stamp, |tx| {
            let done = apply(tx, &stamp, undoes, None, &items)?;
            if let (Some(row), Some((id, _))) = (row, done.handoffs.first()) {
                keep_handoff_key(tx, row, *id)?;
            }
            Ok(done)
        });
        self.as_usual(room);
        done
    }

    /// Keeps more of the file in memory for a gesture of so many items, so that what it changes does not crowd out what it
    /// reads; none where they are few, or it is as much already. To be given back by [`Store::as_usual`].
    #[must_use]
    pub fn make_room(&self, items: usize) -> Option<Room> {
        if items < MANY {
            return None;
        }
        let made = self.read(|conn| {
            let usual: i64 = conn.pragma_query_value(None, "cache_size", |row| row.get(0))?;
            if usual <= ROOM {
                return Ok(None);
            }
            conn.pragma_update(None, "cache_size", ROOM)?;
            Ok::<_, rusqlite::Error>(Some(Room(usual)))
        });
        // Where the store can't be asked now, the write itself finds out why, and mends it where it can.
        made.unwrap_or_default()
    }

    /// Keeps as little in memory again as before the room was made.
    pub fn as_usual(&self, room: Option<Room>) {
        if let Some(Room(usual)) = room {
            // What became of the gesture is what counts; more memory than usual does no harm.
            drop(self.read(|conn| conn.pragma_update(None, "cache_size", usual)));
        }
    }

    /// Makes one account of two, as one gesture with what that changes on handoffs: all of it or nothing.
    ///
    /// # Errors
    /// As [`Store::commit`], and [`CommitError::Apart`] when they can't become one as they are.
    pub fn commit_merge(
        &mut self,
        write: Write<'_>,
        merge: &Merge,
    ) -> Result<Committed, CommitError> {
        let Write { action_id, actor, machine, at, label, policy, undoes, items } = write;
        let stamp = Stamp { action_id, actor, machine, at, label, policy };
        self.settled(&stamp, |tx| apply(tx, &stamp, undoes, Some(merge), &items))
    }

    /// Carries out a write; where even its failure leaves the outcome open, it is looked up.
    fn settled(
        &mut self,
        stamp: &Stamp<'_>,
        body: impl FnOnce(&Connection) -> Result<Committed, CommitError>,
    ) -> Result<Committed, CommitError> {
        let rules = self.rules.clone();
        let done = self.write(|tx| {
            rules.iter().try_for_each(|rules| rules.keep(tx, stamp.at))?;
            body(tx)
        });
        match done {
            Err(CommitError::Store(error)) => Ok(self.settle(error, |conn| {
                stamp.answered(conn)?.map(|gesture| result(conn, gesture, false)).transpose()
            })?),
            done => done,
        }
    }
}

fn apply(
    conn: &Connection,
    stamp: &Stamp<'_>,
    undoes: Option<GestureId>,
    merge: Option<&Merge>,
    items: &[Item],
) -> Result<Committed, CommitError> {
    if let Some(gesture) = stamp.answered(conn)? {
        return Ok(result(conn, gesture, true)?);
    }
    let backward = match undoes {
        Some(undone) => !takes_back(conn, undone, items)?,
        None => false,
    };
    // What is taken back is of the kind that it was.
    let kind = match undoes {
        Some(undone) => gesture::kind(conn, undone)?,
        None if merge.is_some() => Kind::Facts,
        None => Kind::Handoffs,
    };
    let head = stamp.head(kind, undoes);
    let gesture = gesture::record(conn, &head, backward)?;
    if let Some(undone) = undoes
        && let Err(depends) = trace::revert(conn, undone, gesture, stamp.actor)?
    {
        let label = gesture::label(conn, undone)?;
        return Err(CommitError::Depends { label, why: depends.0 });
    }
    if let Some(merge) = merge {
        merge.carry_out(conn, gesture, stamp.at)?;
    }
    let mut writer = Writer::new(conn, head, gesture, backward)?;
    let mut rest = items;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(together(rest));
        match now {
            [item] => writer.item(item)?,
            all => writer.born(all)?,
        }
        rest = later;
    }
    if kind == Kind::Facts {
        let action = match (undoes, backward) {
            (None, _) => "merge",
            (Some(_), true) => "undo",
            (Some(_), false) => "redo",
        };
        writer.facts(action)?;
    }
    Ok(result(conn, gesture, false)?)
}

/// How many items from the first on are written as one row: a handoff that is created, with what happens to it in the
/// same gesture. What closes it, wakes it or moves it comes by itself, since other rows follow such a step.
fn together(items: &[Item]) -> usize {
    let stays = |change: &Change| match change {
        Change::Created(_) | Change::Removed(_) | Change::Moved { .. } => false,
        Change::Staged { to, .. } => to.is_open(),
        Change::Planned { day, .. } => *day != Day::Wake,
        _ => true,
    };
    let Some((first, rest)) = items.split_first() else { return 0 };
    match first.changes.split_first() {
        Some((Change::Created(handoff), more))
            if handoff.stage.is_open() && more.iter().all(stays) =>
        {
            let goes_on = |item: &&Item| item.handoff.id.0 == 0 && item.changes.iter().all(stays);
            1 + rest.iter().take_while(goes_on).count()
        }
        _ => 1,
    }
}

/// Whether the gesture that is to be undone took something back itself. Refuses to undo what is undone already.
fn takes_back(conn: &Connection, undone: GestureId, items: &[Item]) -> Result<bool, CommitError> {
    let earlier = conn
        .prepare_cached(
            "SELECT gesture.at, person.name, backward FROM gesture LEFT JOIN person ON person.id = actor
             WHERE undoes = ?1",
        )?
        .query_row([undone], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, bool>(2)?)))
        .optional()?;
    if let Some((at, by, backward)) = earlier {
        let handoff = items.first().map(|item| item.handoff.id).unwrap_or_default();
        let what = if backward { "undo" } else { "redo" }.to_owned();
        return Err(CommitError::Conflict { handoff, by, at, what });
    }
    let backward = conn
        .prepare_cached("SELECT backward FROM gesture WHERE id = ?1")?
        .query_row([undone], |row| row.get(0))
        .optional()?;
    backward.ok_or_else(|| broken(format!("there is no gesture {undone}")))
}

fn broken(rule: impl Into<String>) -> CommitError {
    StoreError::bare(StoreErrorKind::Broken(rule.into())).into()
}

/// What a gesture did, read back from its events.
fn result(conn: &Connection, gesture: GestureId, repeated: bool) -> rusqlite::Result<Committed> {
    let handoffs = conn
        .prepare_cached(
            "SELECT handoff, max(version) FROM event WHERE gesture = ?1 AND handoff IS NOT NULL
             GROUP BY handoff ORDER BY min(seq)",
        )?
        .query_map([gesture], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Committed { gesture, handoffs, repeated })
}

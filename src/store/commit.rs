//! The one way in which handoffs change: a gesture, its changes and its events, in one transaction or not at all.
//!
//! The action's id comes first, so that a repeat is answered and not applied; then each handoff's version is looked at,
//! so that nobody overwrites in silence; then rows and record are written together; the answer comes after the sync.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use thiserror::Error;

use super::chain::{Chain, Head, Link};
use super::error::{StoreError, StoreErrorKind};
use super::gesture::{self, Kind, Machine, Stamp};
use super::import::keep_handoff_key;
use super::merge::Merge;
use super::open::Store;
use super::{record, rows, trace};
use crate::domain::change::Change;
use crate::domain::handoff::{Day, Handoff, Moment};
use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::domain::measure::blame;
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
const ROOM: i64 = -8_000;

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
        // Where the store can't be asked now, the write itself finds out why, and mends it where it can.
        let usual = if items.len() >= MANY { self.make_room().unwrap_or_default() } else { None };
        let done = self.settled(&stamp, |tx| {
            let done = apply(tx, &stamp, undoes, None, &items)?;
            if let (Some(row), Some((id, _))) = (row, done.handoffs.first()) {
                keep_handoff_key(tx, row, *id)?;
            }
            Ok(done)
        });
        if let Some(usual) = usual {
            // What became of the gesture is what counts; more memory than usual does no harm.
            drop(self.read(|conn| conn.pragma_update(None, "cache_size", usual)));
        }
        done
    }

    /// Keeps more of the file in memory for a big gesture, so that what it changes does not crowd out what it reads; gives
    /// back how much it was, or none where it is as much already.
    fn make_room(&self) -> Result<Option<i64>, StoreError> {
        self.read(|conn| {
            let usual: i64 = conn.pragma_query_value(None, "cache_size", |row| row.get(0))?;
            if usual <= ROOM {
                return Ok(None);
            }
            conn.pragma_update(None, "cache_size", ROOM)?;
            Ok::<_, rusqlite::Error>(Some(usual))
        })
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
    let mut writer = Writer {
        conn,
        head,
        gesture,
        backward,
        chain: Chain::end(conn)?,
        live: BTreeMap::new(),
        last: None,
    };
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
        // What facts became is not of any one handoff.
        let action = match (undoes, backward) {
            (None, _) => "merge",
            (Some(_), true) => "undo",
            (Some(_), false) => "redo",
        };
        let link = Link {
            handoff: None,
            action,
            stage_from: None,
            stage_to: None,
            note: None,
            changes: "[]",
        };
        writer.chain.append(conn, gesture, &writer.head, &link)?;
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

struct Writer<'a> {
    conn: &'a Connection,
    head: Head<'a>,
    gesture: GestureId,
    backward: bool,
    chain: Chain,
    /// Handoffs as this gesture has left them so far; none where it took one out.
    live: BTreeMap<HandoffId, Option<Handoff>>,
    /// The handoff that was created last.
    last: Option<HandoffId>,
}

impl Writer<'_> {
    fn item(&mut self, item: &Item) -> Result<(), CommitError> {
        let (before, after) = match item.changes.split_first() {
            Some((Change::Created(handoff), rest)) => {
                let created = self.create(self.newborn(handoff, rest)?)?;
                self.last = Some(created.id);
                (None, Some(created))
            }
            _ => {
                let before = self.before(item)?;
                let after = self.change(&before, &item.changes)?;
                (Some(before), after)
            }
        };
        let Some((id, version)) = after
            .as_ref()
            .map(|handoff| (handoff.id, handoff.version))
            .or_else(|| before.as_ref().map(|handoff| (handoff.id, handoff.version + 1)))
        else {
            return Err(broken("an item without a handoff"));
        };
        self.tell(item, (id, version), before.as_ref(), after.as_ref())?;
        self.live.insert(id, after);
        Ok(())
    }

    /// A handoff with what happens to it as it is created: its rows are written once, as they are in the end, with an
    /// event for each item.
    fn born(&mut self, items: &[Item]) -> Result<(), CommitError> {
        let mut steps: Vec<Handoff> = Vec::with_capacity(items.len());
        for item in items {
            let step = match (item.changes.split_first(), steps.last()) {
                (Some((Change::Created(handoff), rest)), _) => self.newborn(handoff, rest)?,
                (_, Some(before)) => {
                    let mut after = before.clone();
                    after.version += 1;
                    item.changes.iter().for_each(|change| change.apply(&mut after));
                    after
                }
                (_, None) => return Err(broken("a change of a handoff that was not created")),
            };
            steps.push(step);
        }
        let Some(last) = steps.last() else { return Ok(()) };
        let id = self.create(last.clone())?.id;
        steps.iter_mut().for_each(|step| step.id = id);
        for change in items.iter().flat_map(|item| &item.changes) {
            if let Change::Froze { to, .. } = change {
                record::frozen::put(self.conn, id, to.as_deref())?;
            }
        }
        let mut before = None;
        for (item, after) in items.iter().zip(&steps) {
            self.tell(item, (id, after.version), before, Some(after))?;
            before = Some(after);
        }
        self.live.insert(id, steps.pop());
        self.last = Some(id);
        Ok(())
    }

    /// Writes what comes of an item beside the handoff's own rows: what it was given to whom, its outcome, its event.
    fn tell(
        &mut self,
        item: &Item,
        (id, version): (HandoffId, i64),
        before: Option<&Handoff>,
        after: Option<&Handoff>,
    ) -> Result<(), CommitError> {
        // A redo gives it at the time it was given first.
        let given = after.and_then(|handoff| handoff.moment(Moment::Given));
        self.assignments(id, &item.changes, given.unwrap_or(self.head.at))?;
        self.outcomes(id, &item.changes)?;
        let changes = self.recorded(item, id)?;
        let note = item.note.as_deref();
        let link = Link {
            handoff: Some((id, version)),
            action: &item.action,
            stage_from: before.map(|handoff| handoff.stage),
            stage_to: after.map(|handoff| handoff.stage),
            note,
            changes: &changes,
        };
        Ok(self.chain.append(self.conn, self.gesture, &self.head, &link)?)
    }

    /// The item's changes as text; a handoff that was created is recorded under the id that it got.
    fn recorded(&self, item: &Item, id: HandoffId) -> Result<String, CommitError> {
        let text = match item.changes.split_first() {
            Some((Change::Created(handoff), rest)) if handoff.id != id => {
                let named = Handoff { id, ..(**handoff).clone() };
                let all: Vec<_> = std::iter::once(Change::Created(Box::new(named)))
                    .chain(rest.iter().cloned())
                    .collect();
                record::encode(&all)
            }
            _ => record::encode(&item.changes),
        };
        text.map_err(broken)
    }

    /// The handoff as it stands, if its version is the one that was seen.
    fn before(&self, item: &Item) -> Result<Handoff, CommitError> {
        let id = match (item.handoff.id, self.last) {
            (HandoffId(0), Some(last)) => last,
            (HandoffId(0), None) => {
                return Err(broken("a change of a handoff that was not created"));
            }
            (id, _) => id,
        };
        match self.live.get(&id) {
            Some(Some(handoff)) => return Ok(handoff.clone()),
            Some(None) => return Err(broken(format!("a change of {id} after it was taken out"))),
            None => {}
        }
        let found: Option<i64> = self
            .conn
            .prepare_cached("SELECT version FROM handoff WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        if found == Some(item.handoff.version) {
            return Ok(item.handoff.clone());
        }
        Err(self.conflict(id)?)
    }

    /// Says who changed the handoff last.
    fn conflict(&self, id: HandoffId) -> rusqlite::Result<CommitError> {
        let last = self
            .conn
            .prepare_cached(
                "SELECT person.name, event.at, event.action FROM event LEFT JOIN person ON person.id = actor
                 WHERE handoff = ?1 ORDER BY version DESC LIMIT 1",
            )?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        Ok(match last {
            Some((by, at, what)) => CommitError::Conflict { handoff: id, by, at, what },
            None => broken(format!("there is no {id}")),
        })
    }

    /// A handoff as it comes to be.
    fn newborn(&self, handoff: &Handoff, rest: &[Change]) -> Result<Handoff, CommitError> {
        let mut created = handoff.clone();
        rest.iter().for_each(|change| change.apply(&mut created));
        // One that is brought back goes on where its record ended.
        let ended: Option<i64> = self
            .conn
            .prepare_cached("SELECT max(version) FROM event WHERE handoff = ?1")?
            .query_row([created.id], |row| row.get(0))?;
        created.version = ended.unwrap_or_default() + 1;
        Ok(created)
    }

    fn create(&self, mut created: Handoff) -> Result<Handoff, CommitError> {
        self.unique(&created)?;
        created.id = rows::insert(self.conn, &created)?;
        self.reread(&created)?;
        Ok(created)
    }

    /// Carries out the changes; none when the handoff was taken out.
    fn change(&self, before: &Handoff, changes: &[Change]) -> Result<Option<Handoff>, CommitError> {
        let after = carry_out(self.conn, before, changes, |after| {
            let moved = after.account != before.account;
            if after.stage.is_open() && (moved || !before.stage.is_open()) {
                self.unique(after)
            } else {
                Ok(())
            }
        })?;
        if let Some(after) = &after {
            self.reread(after)?;
        }
        Ok(after)
    }

    /// One open handoff per account, type and opportunity.
    fn unique(&self, handoff: &Handoff) -> Result<(), CommitError> {
        if !handoff.stage.is_open() {
            return Ok(());
        }
        let open = self
            .conn
            .prepare_cached(
                "SELECT id FROM handoff
                 WHERE account = ?1 AND kind = ?2 AND coalesce(opportunity, '') = coalesce(?3, '') AND open = 1
                     AND id <> ?4",
            )?
            .query_row(params![handoff.account, handoff.kind, handoff.opportunity, handoff.id], |row| row.get(0))
            .optional()?;
        open.map_or(Ok(()), |open| Err(CommitError::Duplicate { open }))
    }

    /// Builds with debug assertions read back what was written and compare: a change that the rows don't know, or a
    /// handoff that was not what was stored, fails here and not in somebody's queue.
    fn reread(&self, handoff: &Handoff) -> Result<(), CommitError> {
        if cfg!(debug_assertions) && rows::load(self.conn, handoff.id)?.as_ref() != Some(handoff) {
            return Err(broken(format!("{} reads back otherwise than it was written", handoff.id)));
        }
        Ok(())
    }

    /// Keeps the list of all outcomes: one that is taken back is as if it had not been.
    fn outcomes(&self, id: HandoffId, changes: &[Change]) -> rusqlite::Result<()> {
        for change in changes {
            let (from, to) = match change {
                Change::Disposed { from, to } => (from.as_ref(), to.as_ref()),
                Change::Created(handoff) => (None, handoff.outcome.as_ref()),
                Change::Removed(handoff) => (handoff.outcome.as_ref(), None),
                _ => continue,
            };
            match (self.backward, from, to) {
                (true, Some(undone), _) => rows::drop_outcome(self.conn, id, undone)?,
                (false, _, Some(new)) => rows::add_outcome(self.conn, id, new)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Keeps the list of who was given what: an assignment that is taken back doesn't count for rotation.
    fn assignments(
        &self,
        id: HandoffId,
        changes: &[Change],
        given: Instant,
    ) -> rusqlite::Result<()> {
        for change in changes {
            let (from, to) = match change {
                Change::Assigned { from, to } => (*from, *to),
                Change::Created(handoff) => (None, handoff.assignee),
                Change::Removed(handoff) => (handoff.assignee, None),
                _ => continue,
            };
            match (self.backward, from, to) {
                (true, Some(person), _) => self
                    .conn
                    .prepare_cached(
                        "DELETE FROM assignment
                         WHERE id = (SELECT max(id) FROM assignment WHERE handoff = ?1 AND person = ?2)",
                    )?
                    .execute(params![id, person])?,
                (false, _, Some(person)) if from != to => self
                    .conn
                    .prepare_cached("INSERT INTO assignment (person, handoff, at) VALUES (?1, ?2, ?3)")?
                    .execute(params![person, id, given])?,
                _ => 0,
            };
        }
        Ok(())
    }
}

/// Writes changes into the rows of a handoff; none when it was taken out. What comes of it is looked at before its own
/// row is written.
pub(super) fn carry_out(
    conn: &Connection,
    before: &Handoff,
    changes: &[Change],
    look: impl FnOnce(&Handoff) -> Result<(), CommitError>,
) -> Result<Option<Handoff>, CommitError> {
    let mut after = before.clone();
    after.version += 1;
    let id = before.id;
    for change in changes {
        change.apply(&mut after);
        match change {
            Change::Created(_) => {
                return Err(broken(format!("{id} was created after something else")));
            }
            Change::Removed(_) => {
                rows::remove(conn, id)?;
                return Ok(None);
            }
            Change::Filled { field, to, .. } => rows::put_field(conn, id, field, to.as_deref())?,
            Change::Touched(touch) => rows::insert_touch(conn, id, touch)?,
            Change::Untouched(touch) => rows::remove_touch(conn, id, touch)?,
            Change::Disposed { to, .. } => rows::put_outcome_fields(conn, id, to.as_ref())?,
            Change::Decided { to, .. } => rows::put_decisions(conn, id, to)?,
            Change::Clocked { key, from, to } => {
                rows::clocks::put(conn, id, *key, from.as_deref(), to.as_deref())?;
            }
            Change::Froze { to, .. } => record::frozen::put(conn, id, to.as_deref())?,
            Change::Explained { .. }
            | Change::Staged { .. }
            | Change::Assigned { .. }
            | Change::CoOwned { .. }
            | Change::Moved { .. }
            | Change::Contacted { .. }
            | Change::Happened { .. }
            | Change::Planned { .. }
            | Change::Valued { .. }
            | Change::Briefed { .. }
            | Change::Completed { .. }
            | Change::Asked { .. }
            | Change::Suspended { .. }
            | Change::Rated { .. }
            | Change::Lacked { .. }
            | Change::Checked(_)
            | Change::Unchecked(_) => {}
        }
    }
    look(&after)?;
    rows::update(conn, before, &after)?;
    if after.account != before.account {
        rows::follow_account(conn, id)?;
    }
    let broken = |handoff: &Handoff| handoff.clocks.iter().any(blame::is_broken);
    if changes.iter().any(|change| matches!(change, Change::Clocked { .. }))
        && (broken(before) || broken(&after))
    {
        rows::put_breaches(conn, before.id, &after)?;
    }
    Ok(Some(after))
}

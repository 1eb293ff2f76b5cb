//! How a gesture's items become rows and events: each handoff changed if it stands as it was seen, with what is kept
//! beside it and its event.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::{CommitError, Item, broken};
use crate::domain::change::Change;
use crate::domain::handoff::{Handoff, Moment};
use crate::domain::ids::{GestureId, HandoffId};
use crate::domain::measure::blame;
use crate::domain::time::Instant;
use crate::store::chain::{Chain, Head, Link};
use crate::store::{record, rows};

/// Writes the items of one gesture.
pub(super) struct Writer<'a> {
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

impl<'a> Writer<'a> {
    /// Writes into a gesture that was recorded; `backward` where it takes one back.
    pub(super) fn new(
        conn: &'a Connection,
        head: Head<'a>,
        gesture: GestureId,
        backward: bool,
    ) -> rusqlite::Result<Self> {
        let chain = Chain::end(conn)?;
        Ok(Self { conn, head, gesture, backward, chain, live: BTreeMap::new(), last: None })
    }

    /// Writes the gesture's event on what facts became: it is of no one handoff.
    pub(super) fn facts(&mut self, action: &str) -> Result<(), CommitError> {
        let link = Link {
            handoff: None,
            action,
            stage_from: None,
            stage_to: None,
            note: None,
            changes: "[]",
        };
        Ok(self.chain.append(self.conn, self.gesture, &self.head, &link)?)
    }

    /// Writes an item: the handoff's rows, and what is told of it.
    pub(super) fn item(&mut self, item: &Item) -> Result<(), CommitError> {
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
    pub(super) fn born(&mut self, items: &[Item]) -> Result<(), CommitError> {
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
        // One that is brought back goes on where its record ended; a new one has no id yet.
        let ended: Option<i64> = match created.id {
            HandoffId(0) => None,
            id => self
                .conn
                .prepare_cached("SELECT max(version) FROM event WHERE handoff = ?1")?
                .query_row([id], |row| row.get(0))?,
        };
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
                // What is taken back is mostly among the last that they were given.
                (true, Some(person), _) => self
                    .conn
                    .prepare_cached(
                        "DELETE FROM assignment WHERE id = (SELECT id FROM assignment INDEXED BY assignment_person
                             WHERE person = ?2 AND handoff = ?1 ORDER BY at DESC, id DESC LIMIT 1)",
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
pub(in crate::store) fn carry_out(
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
                let kept = from.as_ref().map_or(&[][..], |clock| &clock.pauses);
                rows::clocks::put(conn, id, *key, Some(kept), to.as_deref())?;
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

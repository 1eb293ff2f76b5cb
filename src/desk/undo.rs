//! Undo and redo: the inverse of a whole gesture, as a new gesture, so that the record only grows.

use super::run::{after, past};
use super::{Actor, Desk, DeskError, Receipt};
use crate::domain::change::Change;
use crate::domain::ids::GestureId;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::store::{Gesture, Item, Write};

impl Desk {
    /// Takes back a gesture: the named one, or the last of this person that is not taken back yet.
    ///
    /// # Errors
    /// A refusal when there is none, or when a later change depends on it, which is then named.
    pub fn undo(&mut self, actor: Actor, gesture: Option<GestureId>) -> Result<Receipt, DeskError> {
        let found = match gesture {
            Some(id) => self.store.gesture(id)?,
            None => self.store.last_undoable(actor.who)?,
        };
        let gesture =
            found.ok_or_else(|| DeskError::nothing("There is nothing of yours to undo."))?;
        self.take_back(actor, &gesture, "undo")
    }

    /// Brings back what this person undid last.
    ///
    /// # Errors
    /// A refusal when there is nothing to redo, or when a later change depends on how it is now.
    pub fn redo(&mut self, actor: Actor) -> Result<Receipt, DeskError> {
        let gesture = self
            .store
            .last_redoable(actor.who)?
            .ok_or_else(|| DeskError::nothing("There is nothing of yours to redo."))?;
        self.take_back(actor, &gesture, "redo")
    }

    fn take_back(
        &mut self,
        actor: Actor,
        gesture: &Gesture,
        action: &str,
    ) -> Result<Receipt, DeskError> {
        if let Some(by) = gesture.undone_by {
            return Err(Refusal::new(
                RefusalKind::Nothing,
                format!("{} is already taken back by {by}.", gesture.id),
            )
            .into());
        }
        let events = self.store.events_of(gesture.id)?;
        if events.is_empty() {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("\"{}\" can't be undone.", gesture.label),
            )
            .hint("It is not about handoffs.")
            .into());
        }
        let mut ids: Vec<_> = events.iter().map(|event| event.handoff).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut handoffs = self.store.handoffs(&ids)?;
        for id in &ids {
            let produced =
                events.iter().filter(|event| event.handoff == *id).map(|event| event.version).max();
            let present =
                handoffs.iter().find(|handoff| handoff.id == *id).map(|handoff| handoff.version);
            let removed = events.iter().any(|event| {
                event
                    .changes
                    .iter()
                    .any(|change| matches!(change, Change::Removed(h) if h.id == *id))
            });
            if present != produced && !(removed && present.is_none()) {
                return Err(self.depends(gesture, *id, produced.unwrap_or_default())?);
            }
        }
        let mut items = Vec::with_capacity(events.len());
        for event in events.iter().rev() {
            let changes: Vec<_> = event.changes.iter().rev().map(Change::inverse).collect();
            let place = handoffs.iter().position(|handoff| handoff.id == event.handoff);
            let handoff = match (place, changes.first()) {
                (Some(place), _) => handoffs[place].clone(),
                (None, Some(Change::Created(handoff))) => (**handoff).clone(),
                (None, _) => {
                    return Err(DeskError::NotFound(format!(
                        "There is no handoff {}.",
                        event.handoff
                    )));
                }
            };
            let item = Item { handoff, action: action.to_owned(), note: None, changes };
            // One that is brought back is there for the changes that follow it.
            match place {
                Some(place) => handoffs[place] = after(&item),
                None => handoffs.push(after(&item)),
            }
            items.push(item);
        }
        let label = match action {
            "undo" => format!("undid: {}", gesture.label),
            _ => format!("redid: {}", gesture.label.trim_start_matches("undid: ")),
        };
        let committed = self.store.commit(Write {
            action_id: actor.action,
            actor: Some(actor.who),
            machine: self.machine.clone(),
            at: actor.now,
            label: label.clone(),
            policy: &self.policy.hash,
            undoes: Some(gesture.id),
            items,
        })?;
        Ok(Receipt { gesture: committed.gesture, label, done: ids, refused: Vec::new() })
    }

    /// The refusal that names what was done since.
    fn depends(
        &self,
        gesture: &Gesture,
        handoff: crate::domain::ids::HandoffId,
        produced: i64,
    ) -> Result<DeskError, DeskError> {
        let later = self.store.later_event(handoff, produced)?;
        let what = later.map_or_else(
            || "it was changed since".to_owned(),
            |event| {
                let who = event.actor_name.unwrap_or_else(|| "the desk".to_owned());
                format!("{who} {} it at {}", past(&event.action), event.at)
            },
        );
        Ok(Refusal::new(
            RefusalKind::NotLegal,
            format!("\"{}\" can't be undone: {handoff} depends on it, {what}.", gesture.label),
        )
        .hint("Undo the later change first, or correct it by a new action.")
        .into())
    }
}

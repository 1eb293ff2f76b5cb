//! Undo and redo: the inverse of a whole gesture, as a new gesture, so that the record only grows.

use super::run::{after, past};
use super::{Actor, Desk, DeskError, Receipt};
use crate::domain::change::Change;
use crate::domain::decide::in_team;
use crate::domain::ids::GestureId;
use crate::domain::person::Role;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::store::{Gesture, Item, PersonEdit, Stamp, Write};

impl Desk {
    /// Takes back a gesture: the named one, or the last of this person that is not taken back yet.
    ///
    /// # Errors
    /// A refusal when there is none, or when a later change depends on it, which is then named.
    pub fn undo(&mut self, actor: Actor, gesture: Option<GestureId>) -> Result<Receipt, DeskError> {
        let gesture = match gesture {
            Some(id) => self.store.gesture(id)?.ok_or_else(|| {
                DeskError::NotFound(format!("There is no action {id} in this store."))
            })?,
            None => self
                .store
                .last_undoable(actor.who)?
                .ok_or_else(|| DeskError::nothing("There is nothing of yours to undo."))?,
        };
        self.may_undo(actor, &gesture)?;
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

    /// Everybody takes back what is theirs; what is somebody else's, only who leads them or keeps the desk in order.
    fn may_undo(&self, actor: Actor, gesture: &Gesture) -> Result<(), DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?;
        let leads = gesture.actor.is_some_and(|by| in_team(who, by, &people));
        if gesture.actor == Some(who.id)
            || leads
            || matches!(who.role, Role::VpSales | Role::Revops)
        {
            return Ok(());
        }
        let whose = gesture.actor_name.as_deref().unwrap_or("the desk");
        Err(Refusal::new(
            RefusalKind::NotPermitted,
            format!("{} ({}) may not undo what {whose} did.", who.name, who.role.label()),
        )
        .hint("That is for whoever did it, their manager, the VP of Sales and revenue operations.")
        .into())
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
        let edits = self.store.person_edits(gesture.id)?;
        if events.is_empty() && !edits.is_empty() {
            return self.take_back_edits(actor, gesture, &edits);
        }
        if events.is_empty() && !self.store.changed_facts(gesture.id)? {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("\"{}\" can't be undone.", gesture.label),
            )
            .hint("It changed neither handoffs nor accounts.")
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
        let label = relabelled(&gesture.label);
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

    /// Takes back edits of people: they must be as the edits left them, and nobody who was added is taken out.
    fn take_back_edits(
        &mut self,
        actor: Actor,
        gesture: &Gesture,
        edits: &[PersonEdit],
    ) -> Result<Receipt, DeskError> {
        let no = |sentence: String, hint: &str| -> Result<Receipt, DeskError> {
            Err(Refusal::new(RefusalKind::NotLegal, sentence).hint(hint).into())
        };
        let people = self.store.people()?;
        let mut before = Vec::with_capacity(edits.len());
        for edit in edits {
            let Some(from) = &edit.from else {
                return no(
                    format!(
                        "\"{}\" can't be undone: people are not taken out again.",
                        gesture.label
                    ),
                    "Make them inactive instead.",
                );
            };
            if people.iter().find(|person| person.id == edit.to.id) != Some(&edit.to) {
                return no(
                    format!(
                        "\"{}\" can't be undone: {} was edited since.",
                        gesture.label, edit.to.name
                    ),
                    "Undo the later edit first, or correct it by a new one.",
                );
            }
            before.push(from.clone());
        }
        let label = relabelled(&gesture.label);
        let stamp = Stamp {
            action_id: actor.action,
            actor: Some(actor.who),
            machine: self.machine.clone(),
            at: actor.now,
            label: label.clone(),
            policy: &self.policy.hash,
        };
        let made = self.store.edit_people(&stamp, &before, Some(gesture.id))?;
        Ok(Receipt { gesture: made, label, done: Vec::new(), refused: Vec::new() })
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
                format!(
                    "{who} {} it at {}",
                    past(&event.action),
                    say::moment(event.at, self.policy.zone)
                )
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

/// What the taking back of a gesture is called: of an action or a redo "undid: …", of an undo "redid: …", however often
/// it went to and fro.
fn relabelled(label: &str) -> String {
    let what = label.trim_start_matches("undid: ").trim_start_matches("redid: ");
    match label.starts_with("undid: ") {
        true => format!("redid: {what}"),
        false => format!("undid: {what}"),
    }
}

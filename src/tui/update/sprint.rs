//! The sprint: it begins at what is due first, a card that is dealt with makes room for the next, and it ends by itself
//! when none is left.

#[cfg(test)]
mod tests;

use super::list;
use crate::domain::ids::HandoffId;
use crate::domain::stage::Stage;
use crate::domain::view::{Sort, SortKey};
use crate::tui::action::Action;
use crate::tui::answer::Done;
use crate::tui::effect::{Effect, Load, Ticket};
use crate::tui::model::{Model, Pane, Tone};
use crate::tui::screen::sprint::Sprint;

/// Begins a sprint through the list that is shown, or ends the one there is.
pub(super) fn toggle(model: &mut Model) -> Vec<Effect> {
    if model.sprint.is_some() {
        end(model);
        return Vec::new();
    }
    let Some(list) = model.list_mut() else {
        let screen = model.screen.title();
        model.tell(
            Tone::Notice,
            format!("{screen} has no list of handoffs; go to the queue for a sprint."),
        );
        return Vec::new();
    };
    if list.page.rows.is_empty() {
        let why = list.empty().why;
        model.tell(Tone::Notice, format!("There is nothing to go through: {why}"));
        return Vec::new();
    }
    // One card at a time: what was marked stays out of it.
    list.marks.clear();
    let by_due = Sort::by(SortKey::Due);
    let sorted = list.sort == by_due;
    model.sprint = Some(Sprint::default());
    model.full = false;
    model.pane = Pane::List;
    model.scroll = 0;
    let mut effects = if sorted { list::end(model, false) } else { super::sort_by(model, by_due) };
    effects.extend(proposals(model));
    effects
}

/// Ends the sprint, and says what came of it.
pub(super) fn end(model: &mut Model) {
    let Some(sprint) = model.sprint.take() else { return };
    model.pane = Pane::List;
    let left =
        model.list().and_then(|list| sprint.left(list)).map_or_else(
            String::new,
            |left| match left {
                crate::domain::queue::Count::Exactly(0) => ", none left".to_owned(),
                left => format!(", {} left", crate::tui::view::count(left)),
            },
        );
    model.tell(Tone::Good, format!("Sprint over: {} done{left}.", sprint.count));
}

/// A write is done: where it dealt with the card at hand, the next one comes up.
pub(super) fn done(model: &mut Model, ticket: Ticket, done: &Done) {
    let ids = &done.receipt.done;
    let Some(sprint) = &mut model.sprint else { return };
    if !done.is_new {
        sprint.again(ids);
        return;
    }
    if !sprint.dealt(ticket, ids) {
        return;
    }
    let at_hand = model.list().and_then(|list| list.selected);
    if at_hand.is_some_and(|id| ids.contains(&id)) && !go_on(model) {
        let told = model.toast.take();
        end(model);
        // What was done last is told with it.
        if let (Some(told), Some(toast)) = (told, &mut model.toast) {
            toast.sentence = format!("{} {}", told.sentence, toast.sentence);
            toast.rates = told.rates;
        }
    }
}

/// Puts the next card at hand; false when there is none.
fn go_on(model: &mut Model) -> bool {
    let next = model.sprint.as_ref().zip(model.list()).and_then(|(sprint, list)| sprint.next(list));
    let Some((next, list)) = next.zip(model.list_mut()) else { return false };
    list.select(next);
    model.scroll = 0;
    true
}

/// Leaves the card at hand for later, or goes back to the one before.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    if by > 0 {
        let before = model.list().and_then(|list| list.selected);
        if !go_on(model) {
            model.tell(Tone::Notice, "This is the last card that is left.");
            return Vec::new();
        }
        let mut effects = list::fill(model);
        if model.list().and_then(|list| list.selected) != before {
            effects.extend(list::at_hand(model));
        }
        return effects;
    }
    list::step(model, by)
}

/// Asks whom the desk proposes for the card at hand and the one after it, where somebody must be found for them.
pub(super) fn proposals(model: &mut Model) -> Vec<Effect> {
    let waits = |model: &Model, id: HandoffId| {
        let Some(list) = model.list() else { return false };
        let queued = list.page.rows.iter().any(|row| row.id == id && row.stage == Stage::Queued);
        queued && model.sprint.as_ref().is_some_and(|sprint| sprint.proposal(id).is_none())
    };
    let Some((sprint, list)) = model.sprint.as_ref().zip(model.list()) else { return Vec::new() };
    let near: Vec<_> = list.selected.into_iter().chain(sprint.next(list)).collect();
    let near: Vec<_> = near.into_iter().filter(|id| waits(model, *id)).collect();
    if near.is_empty() || super::refused(model, Action::Assign).is_some() {
        return Vec::new();
    }
    let ticket = model.next_ticket();
    if let Some(sprint) = &mut model.sprint {
        sprint.asked = Some(ticket);
    }
    vec![Effect::Load(Load::Proposals(ticket, near))]
}

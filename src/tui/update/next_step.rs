//! Doing the next step with the handoff at hand: each leads where it is done, and what is only read or ticked off is
//! checked at once.

use super::{act, asks, show_section};
use crate::domain::command::Command;
use crate::domain::field::Section;
use crate::domain::ids::HandoffId;
use crate::domain::playbook::Step;
use crate::domain::policy::{Place, Task};
use crate::domain::stage;
use crate::tui::action::Action;
use crate::tui::effect::{Effect, Load};
use crate::tui::model::{Model, Pane, Subject, Tone};
use crate::tui::popup::Popup;
use crate::tui::popup::message::Letter;
use crate::tui::step::next_step;

/// Does the next step.
pub(super) fn perform(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.row() else { return Vec::new() };
    let subject = Subject::of(row);
    match next_step(model, row) {
        Step::Task(task, ..) => self::task(model, &subject, &task),
        Step::Touch(_) | Step::Meeting(_) => write(model, None),
        Step::AnyTouch => act::perform(model, Action::Touch),
        Step::Report(_) => act::perform(model, Action::Note),
        Step::Propose(code) => outcome(model, Some(&code)),
        Step::Opportunity => outcome(model, Some("OPPORTUNITY")),
        Step::MeetingWas(_) => outcome(model, Some("HELD")),
        Step::Book => outcome(model, Some("MEETING")),
        Step::WonOrLost => outcome(model, None),
        Step::Activate => vec![model.run(asks(&[subject], |_| Command::Activate))],
        Step::Answer
        | Step::Wait(..)
        | Step::Closed
        | Step::Complete
        | Step::Waits(_)
        | Step::Nothing => {
            read(model, Section::Summary);
            Vec::new()
        }
    }
}

/// Opens a message for the handoff at hand; without a name the one that its next step asks for.
pub(super) fn message(model: &mut Model) -> Vec<Effect> {
    write(model, None)
}

/// Opens the playbook of the handoff at hand.
pub(super) fn playbook(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.row().map(|row| row.id) else { return Vec::new() };
    model.popups.push(Popup::playbook(id));
    if model.cards.get(id).is_some() { Vec::new() } else { vec![Effect::Load(Load::Card(id))] }
}

fn task(model: &mut Model, subject: &Subject, task: &Task) -> Vec<Effect> {
    match task.place {
        Place::Elsewhere => return check(model, subject, task),
        Place::Message => return write(model, Some(task.what.clone())),
        Place::Touch => return act::perform(model, Action::Touch),
        Place::Package => read(model, Section::Summary),
        Place::Intelligence => read(model, Section::Intelligence),
        Place::Engagement => read(model, Section::Engagement),
        Place::Motion => read(model, Section::Motion),
    }
    check(model, subject, task)
}

/// Shows a section of the package on the whole screen; in a sprint the card shows it as it stands.
fn read(model: &mut Model, section: Section) {
    show_section(model, section);
    if model.sprint.is_none() {
        model.full = true;
        model.pane = Pane::Package;
    }
}

/// Checks an item off, where the person may.
fn check(model: &mut Model, subject: &Subject, task: &Task) -> Vec<Effect> {
    if model.read_only.is_some() || !may_check(model, subject.id) {
        return Vec::new();
    }
    let command = Command::Check { what: task.what.clone(), done: true };
    let asks = asks(std::slice::from_ref(subject), |_| command.clone());
    vec![model.run(asks)]
}

/// Whether the person may check items off, as far as the screen knows.
pub(in crate::tui) fn may_check(model: &Model, id: HandoffId) -> bool {
    model.cards.get(id).is_none_or(|card| {
        card.actions.iter().any(|(action, no)| *action == stage::Action::Check && no.is_none())
    })
}

fn write(model: &mut Model, checks: Option<String>) -> Vec<Effect> {
    let Some(subject) = model.row().map(Subject::of) else {
        model.tell(Tone::Notice, "There is no handoff in this list to write for.");
        return Vec::new();
    };
    let ticket = model.next_ticket();
    let (letter, load) = Letter::new(subject, checks, ticket);
    model.popups.push(Popup::Letter(Box::new(letter)));
    vec![load]
}

/// Opens the dispositions, with a code at hand where one is proposed.
fn outcome(model: &mut Model, code: Option<&str>) -> Vec<Effect> {
    let effects = act::perform(model, Action::Disposition);
    if let (Some(code), Some(Popup::Work(work))) = (code, model.popups.last_mut()) {
        work.suggest(code);
    }
    effects
}

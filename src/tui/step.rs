//! The next step with a handoff of a list, as its playbook has it (`DOMAIN.md 9`).

use crate::domain::calendar::Calendar;
use crate::domain::playbook::{self, Situation, Step, calendar_of};
use crate::domain::queue::QueueRow;
use crate::tui::model::Model;

/// The next step with the handoff of a row. It is computed for the rows that are drawn, and for no others.
#[must_use]
pub fn next_step(model: &Model, row: &QueueRow) -> Step {
    let policy = &model.policy;
    let holder = match &model.me {
        Some(me) if row.assignee == Some(me.id) => Some(me),
        _ => model.people.iter().find(|person| Some(person.id) == row.assignee),
    };
    let always;
    let calendar = match calendar_of(policy, holder) {
        Some(calendar) => calendar,
        None => {
            always = Calendar::always();
            &always
        }
    };
    let situation = Situation {
        kind: &row.kind,
        stage: row.stage,
        touches: row.touches,
        next: row.next,
        progress: &row.progress,
        calendar,
        now: model.now,
    };
    playbook::next_step(&situation, policy)
}

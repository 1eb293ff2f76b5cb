//! Writes a note to the assignee, over the one that is there.

use super::forms::{about, card_of};
use crate::domain::command::Command;
use crate::tui::form::{Field, Form, Values};
use crate::tui::model::{Model, Subject};

pub(super) fn form(model: &Model, subjects: &[Subject]) -> Form {
    let before = card_of(model, subjects).and_then(|card| card.handoff.brief.clone());
    let field = Field::note("text", "Brief").required().hint("what the assignee should know");
    Form::new(
        format!("Brief · {}", about(subjects)),
        "save",
        vec![field.with(&before.unwrap_or_default())],
    )
}

pub(super) fn command(values: &Values) -> Command {
    Command::Brief { text: values.text("text") }
}

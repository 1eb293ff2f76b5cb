//! Logs a note; it counts as a status report.

use super::forms::about;
use crate::domain::command::Command;
use crate::tui::form::{Field, Form, Values};
use crate::tui::model::Subject;

pub(super) fn form(subjects: &[Subject]) -> Form {
    let field =
        Field::note("text", "Note").required().hint("where it stands; it counts as a report");
    Form::new(format!("Note · {}", about(subjects)), "log", vec![field])
}

pub(super) fn command(values: &Values) -> Command {
    Command::Note { text: values.text("text") }
}

//! Puts a question about a handoff to both VPs.

use super::forms::about;
use crate::domain::command::Command;
use crate::tui::form::{Field, Form, Values};
use crate::tui::model::{Subject, Tone};

pub(super) fn form(subjects: &[Subject]) -> Form {
    let field = Field::note("note", "Question").required().hint("what should be decided, and why");
    Form::new(format!("Dispute · {}", about(subjects)), "dispute", vec![field]).note(
        Tone::Notice,
        "Its clocks are held until the VP of Sales and the VP of Marketing have decided the same.",
    )
}

pub(super) fn command(values: &Values) -> Command {
    Command::Dispute { note: values.text("note") }
}

//! Puts a handoff off to a day.

use super::forms::about;
use crate::domain::command::Command;
use crate::tui::form::{Field, Form, Values};
use crate::tui::model::Subject;

/// The furthest day that a deferral may name, in days from today.
const LAST: i64 = 366;

pub(super) fn form(subjects: &[Subject]) -> Form {
    Form::new(
        format!("Defer · {}", about(subjects)),
        "defer",
        vec![
            Field::date("until", "Until", 1).until(LAST).required(),
            Field::text("reason", "Reason").required(),
        ],
    )
}

/// # Errors
/// The field that wants something, and what.
pub(super) fn command(values: &Values) -> Result<Command, (&'static str, String)> {
    let until = values.day("until").ok_or_else(|| ("until", "a day is needed".to_owned()))?;
    Ok(Command::Defer { until, reason: values.text("reason") })
}

//! Asks for the moment at which the desk is to be seen.

use crate::domain::time::Instant;
use crate::domain::when::parse_moment;
use crate::tui::form::{Field, Form, Tense};
use crate::tui::model::{Model, Tone};

pub(super) const AT: &str = "at";

pub(super) fn form() -> Form {
    let field = Field::moment(AT, "As it stood", Tense::Past).required();
    Form::new("The desk as it stood".to_owned(), "look", vec![field]).note(
        Tone::Notice,
        "Queue, packages and clocks are shown as they were; nothing can be done there.",
    )
}

/// The moment in a line of the palette such as `asof 2026-09-21 10:12`; none where it is another command.
///
/// # Errors
/// A sentence, where it begins so and no moment follows.
pub(super) fn typed(line: &str, model: &Model) -> Option<Result<Instant, String>> {
    let line = line.trim_start().to_lowercase();
    let rest = ["asof ", "as-of ", "as of "].iter().find_map(|word| line.strip_prefix(word))?;
    if rest.trim().is_empty() {
        return None;
    }
    let calendar = model.policy.calendar(&model.policy.calendar)?;
    let now = model.as_of.map_or(model.now, |past| past.present);
    Some(parse_moment(rest.trim(), now, model.zone, calendar).map_err(|why| format!("{why}.")))
}

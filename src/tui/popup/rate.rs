//! Rates the package: one key from 1 to 5, and what was missing.

use super::forms::about;
use crate::domain::command::Command;
use crate::tui::form::{Field, Form, Values};
use crate::tui::model::Subject;

pub(super) fn form(subjects: &[Subject]) -> Form {
    let words = [
        ('1', "1", "useless"),
        ('2', "2", "poor"),
        ('3', "3", "fair"),
        ('4', "4", "good"),
        ('5', "5", "all I needed"),
    ];
    let words = words.map(|(letter, key, word)| (letter, key, word.to_owned()));
    Form::new(
        format!("Rate the package · {}", about(subjects)),
        "rate",
        vec![
            Field::pick("stars", "How good", words.to_vec()).required(),
            Field::text("missing", "What was missing").aside(),
        ],
    )
}

/// Asks what was missing, once one key has rated it.
pub(super) fn lacked(subjects: &[Subject], stars: u8) -> Form {
    let field = Field::text("missing", "What was missing")
        .hint("its sender sees it; Enter or Esc without a word skips it");
    Form::new(format!("{stars} of 5 · {}", about(subjects)), "tell", vec![field])
}

/// # Errors
/// The field that wants something, and what.
pub(super) fn command(values: &Values) -> Result<Command, (&'static str, String)> {
    let stars = values.text("stars").parse();
    let stars = stars.map_err(|error| ("stars", format!("press a key from 1 to 5: {error}")))?;
    Ok(Command::Rate { stars, missing: values.some("missing") })
}

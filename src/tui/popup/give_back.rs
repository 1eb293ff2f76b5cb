//! Returns a handoff to marketing: which fields are missing or wrong, and a note.

use super::forms::{about, card_of, override_field, owed};
use crate::domain::command::Command;
use crate::domain::field::{PACKAGE, PackageField};
use crate::domain::policy::Then;
use crate::tui::form::{Choice, Field, Form, Values};
use crate::tui::model::{Model, Subject, Tone};

pub(super) fn form(model: &Model, subjects: &[Subject]) -> Form {
    let rule = model.policy.dispositions.iter().find(|rule| rule.then == Then::Returned);
    let owed = rule.and_then(|rule| owed(rule, model, subjects));
    let mut fields = vec![
        missing_field(model, subjects, "missing", "What is missing"),
        Field::note("note", "Note").hint("what is wrong, in your words"),
    ];
    fields.extend(override_field(model, subjects, owed.is_some()));
    let mut form = Form::new(format!("Return · {}", about(subjects)), "return", fields);
    if let Some(owed) = owed {
        form = form.note(Tone::Notice, owed);
    }
    form
}

/// The fields of the package to tick, what is required and not there first and ticked.
pub(super) fn missing_field(
    model: &Model,
    subjects: &[Subject],
    key: &'static str,
    label: &'static str,
) -> Field {
    let package = card_of(model, subjects).map(|card| &card.package);
    let missing: &[&PackageField] = package.map_or(&[], |package| &package.missing);
    let choice = |field: &PackageField, group: &str, detail: String| Choice {
        key: field.key.to_owned(),
        label: field.label.to_owned(),
        detail,
        also: field.section.title().to_owned(),
        group: group.to_owned(),
        ..Choice::default()
    };
    let first = missing
        .iter()
        .map(|field| choice(field, "Required and not there", field.section.title().to_owned()));
    let rest = PACKAGE.iter().filter(|field| missing.iter().all(|other| other.key != field.key));
    let rest = rest.map(|field| {
        let value = package.and_then(|package| package.value(field.key)).unwrap_or_default();
        choice(field, field.section.title(), value.to_owned())
    });
    let keys: Vec<_> = missing.iter().map(|field| field.key).collect();
    Field::multi(key, label, first.chain(rest).collect()).with(&keys.join(","))
}

/// # Errors
/// The field that wants something, and what.
pub(super) fn command(values: &Values) -> Result<Command, (&'static str, String)> {
    let (missing, note) = (values.many("missing"), values.text("note"));
    if missing.is_empty() && note.is_empty() {
        return Err((
            "missing",
            "tick what is missing, or say in the note what is wrong".to_owned(),
        ));
    }
    Ok(Command::Return { missing, note, overridden: values.some("overridden") })
}

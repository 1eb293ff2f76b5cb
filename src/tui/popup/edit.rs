//! Fills in the package, section by section. What the data says stands faintly where nothing is typed, and how complete
//! the package would be is told as one types.

use std::collections::BTreeMap;

use super::forms::about;
use crate::domain::command::Command;
use crate::domain::package::FieldValue;
use crate::domain::policy::Policy;
use crate::tui::answer::Card;
use crate::tui::form::{Field, Form};
use crate::tui::model::{Model, Subject, Tone};

/// The longest text that a package field takes, in bytes.
const MOST: usize = 16 * 1024;

pub(super) fn form(model: &Model, subjects: &[Subject], card: &Card) -> Form {
    let mut section = None;
    let fields = card.package.fields.iter().map(|value| {
        let head = value.field.section;
        let field = field(value);
        if section.replace(head) == Some(head) { field } else { field.under(head.title()) }
    });
    let title = format!("Edit the package · {}", about(subjects));
    let mut form = Form::new(title, "save", fields.collect());
    if let Some(missing) = card.package.missing.first() {
        form.go(missing.key);
    }
    tell(&mut form, card, &model.policy);
    form
}

fn field(value: &FieldValue) -> Field {
    let known = value.value.as_deref().unwrap_or_default();
    let (typed, data) = if value.by_hand { (known, "") } else { ("", known) };
    let known = match (data, value.required) {
        ("", true) => "needed",
        ("", false) => "–",
        (data, _) => data,
    };
    let field = Field::lines(value.field.key, value.field.label, MOST).with(typed);
    Field { known: known.to_owned(), marked: value.required, ..field }
}

/// Tells how complete the package would be.
pub(super) fn tell(form: &mut Form, card: &Card, policy: &Policy) {
    let percent = card.package.completeness_with(&typed(form, card), policy);
    let least = policy.kind(&card.handoff.kind).map_or(0, |kind| kind.minimum_completeness);
    let before = card.package.completeness;
    let now = if percent == before {
        format!("{percent} % complete")
    } else {
        format!("{before} % complete, {percent} % with what you typed")
    };
    let (tone, rest) = if percent < least {
        (Tone::Notice, format!("; it is submitted from {least} % on"))
    } else {
        (Tone::Good, String::new())
    };
    form.status = Some((tone, format!("{now}{rest}.")));
}

/// The fields whose text differs from what was kept when the form was opened.
fn typed(form: &Form, card: &Card) -> BTreeMap<String, String> {
    let kept = |key: &str| card.handoff.fields.get(key).map_or("", |text| text.trim());
    form.fields
        .iter()
        .filter_map(|field| Some((field.key, field.editor()?.text().trim())))
        .filter(|(key, text)| kept(key) != *text)
        .map(|(key, text)| (key.to_owned(), text.to_owned()))
        .collect()
}

/// None when nothing was changed.
pub(super) fn command(form: &Form, card: &Card) -> Option<Command> {
    let fields = typed(form, card);
    (!fields.is_empty()).then_some(Command::Edit { fields })
}

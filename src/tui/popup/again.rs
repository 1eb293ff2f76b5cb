//! Hands a resting handoff over again: what is new is told, and another contact may be chosen.

use super::forms::{about, card_of};
use crate::domain::ids::ContactId;
use crate::tui::form::{Choice, Field, Form, Values};
use crate::tui::model::{Model, Subject, Tone};

pub(super) fn form(model: &Model, subjects: &[Subject]) -> Form {
    let card = card_of(model, subjects);
    let now = card.and_then(|card| card.handoff.contact);
    let same = Choice { label: "the same as before".to_owned(), ..Choice::default() };
    let others = card.into_iter().flat_map(|card| &card.contacts);
    let others = others.filter(|contact| Some(contact.id) != now).map(|contact| Choice {
        key: contact.id.to_string(),
        label: contact.name.clone(),
        detail: contact.title.clone().unwrap_or_default(),
        ..Choice::default()
    });
    let field = Field::choice("contact", "Contact", std::iter::once(same).chain(others).collect());
    let mut form =
        Form::new(format!("Hand over again · {}", about(subjects)), "hand over", vec![field]);
    let rests =
        card.into_iter().flat_map(|card| &card.asides).find(|it| it.title.starts_with("Rests"));
    for line in rests.into_iter().flat_map(|aside| &aside.lines).take(3) {
        form = form.note(Tone::Notice, line.clone());
    }
    form
}

/// The contact that was chosen, where it is another one.
pub(super) fn contact(values: &Values) -> Option<ContactId> {
    values.some("contact").and_then(|id| id.parse().ok())
}

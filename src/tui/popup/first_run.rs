//! The first start on an empty store: who works this desk, where the store is, and what to do next.

use crate::desk::NewPerson;
use crate::domain::person::Role;
use crate::tui::form::{Field, Form, Values};
use crate::tui::model::Tone;

/// The letters of the roles.
const ROLES: &[(char, Role)] = &[
    ('v', Role::VpSales),
    ('m', Role::Manager),
    ('a', Role::Ae),
    ('s', Role::Sdr),
    ('c', Role::Csm),
    ('k', Role::Marketing),
    ('w', Role::VpMarketing),
    ('o', Role::Revops),
];

pub(super) fn form(store: &str) -> Form {
    let roles = ROLES.iter().map(|(letter, role)| (*letter, role.key(), role.label().to_owned()));
    let mut form = Form::new(
        "Welcome to Handoff Desk",
        "begin",
        vec![
            Field::text("name", "Your name").required(),
            Field::email("email", "Your e-mail").required(),
            Field::pick("role", "Your role", roles.collect()).required(),
        ],
    );
    form.beside.push(("This store is new".to_owned(), store.to_owned()));
    form.beside.push((
        "What to do next".to_owned(),
        "handoff import FILE… brings accounts and people in; handoff demo shows a desk at work; handoff policy show prints the rules"
            .to_owned(),
    ));
    form.note(Tone::Good, "Say who you are; the desk then knows what is yours.")
}

pub(super) fn newcomer(values: &Values) -> Option<NewPerson> {
    let role = values.text("role").parse().ok()?;
    Some(NewPerson { name: values.text("name"), email: values.text("email"), role })
}

//! Records one VP's decision on a dispute, with what was asked and what both have said so far side by side.

use super::forms::{about, card_of};
use crate::domain::command::Command;
use crate::domain::handoff::Decision;
use crate::domain::person::Role;
use crate::domain::stage::Action;
use crate::tui::answer::Card;
use crate::tui::form::{Field, Form, Values};
use crate::tui::model::{Model, Subject};

pub(super) fn form(model: &Model, subjects: &[Subject]) -> Form {
    let words = vec![
        ('q', Decision::Queue.key(), "Back to the queue".to_owned()),
        ('n', Decision::Nurture.key(), "To nurture".to_owned()),
        ('c', Decision::Close.key(), "Close it".to_owned()),
    ];
    let mut form = Form::new(
        format!("Decide · {}", about(subjects)),
        "decide",
        vec![
            Field::pick("decision", "Decision", words).required(),
            Field::note("note", "Why").required(),
        ],
    );
    if let Some(card) = card_of(model, subjects) {
        form.beside.push(("The question".to_owned(), question(card)));
        for role in [Role::VpSales, Role::VpMarketing] {
            let vote = card.handoff.decisions.iter().find(|vote| vote.role == role);
            let said = vote.map_or_else(
                || "has not decided yet".to_owned(),
                |vote| format!("{}: {}", vote.decision, vote.note),
            );
            form.beside.push((role.label().to_owned(), said));
        }
    }
    form
}

/// What was asked when it was disputed last.
fn question(card: &Card) -> String {
    let asked = card
        .record
        .iter()
        .find(|event| event.what.starts_with("disputed") || event.what == Action::Dispute.key());
    let Some(asked) = asked else { return "is in the record".to_owned() };
    match asked.details.last() {
        Some(said) => format!("{}: {said}", asked.who),
        None => format!("asked by {}", asked.who),
    }
}

/// # Errors
/// The field that wants something, and what.
pub(super) fn command(values: &Values) -> Result<Command, (&'static str, String)> {
    let decision = values.text("decision").parse().map_err(|sentence| ("decision", sentence))?;
    Ok(Command::Decide { decision, note: values.text("note") })
}

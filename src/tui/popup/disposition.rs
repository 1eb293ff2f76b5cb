//! Records an outcome: first the code, found by typing; then what it requires, as a form. What is still owed is told as
//! soon as the code is picked, before anything is typed.

use super::forms::{about, card_of, override_field, owed, permitted};
use super::give_back::missing_field;
use crate::domain::command::{Command, Disposal};
use crate::domain::decide::action_for;
use crate::domain::field::{self, OutcomeField, outcome_field};
use crate::domain::handoff::Claim;
use crate::domain::ids::HandoffId;
use crate::domain::policy::{Class, DispositionRule};
use crate::domain::refusal::Refusal;
use crate::domain::say;
use crate::domain::stage::legal;
use crate::tui::form::{Choice, Field, Form, Kind, Picker, Tense, Values};
use crate::tui::model::{Model, Subject, Tone};

/// The key of the field that holds the code.
pub(super) const CODE: &str = "code";

pub(super) fn form(model: &Model, subjects: &[Subject]) -> Form {
    let mut form = Form::new(
        format!("Disposition · {}", about(subjects)),
        "record",
        vec![code_field(model, subjects)],
    );
    form.list_rows = 16;
    form
}

fn code_field(model: &Model, subjects: &[Subject]) -> Field {
    let mut rules: Vec<_> = model.policy.dispositions.iter().collect();
    rules.sort_by_key(|rule| rule.class);
    let choice = |rule: &&DispositionRule| Choice {
        key: rule.code.clone(),
        label: rule.code.clone(),
        detail: match needs(rule) {
            needs if needs.is_empty() => rule.label.clone(),
            needs => format!("{} · needs {needs}", rule.label),
        },
        group: class_word(rule.class).to_owned(),
        off: off(rule, model, subjects),
        why: why(rule),
        ..Choice::default()
    };
    Field::choice(CODE, "Code", rules.iter().map(choice).collect()).required()
}

/// What a code requires, in words.
fn needs(rule: &DispositionRule) -> String {
    let labels: Vec<_> = rule
        .requires
        .iter()
        .map(|key| outcome_field(key).map_or(key.clone(), |field| field.label.to_lowercase()))
        .collect();
    say::all(&labels)
}

/// What comes of a code.
fn why(rule: &DispositionRule) -> Vec<String> {
    let told = match rule.class {
        Class::Accept => "It is theirs; the first touch is owed.",
        Class::Progress => "It moves on.",
        Class::Close => "It is over.",
        Class::Return => "Marketing gets it back to mend.",
        Class::Recycle => "It rests with marketing and has a way back.",
        Class::Disqualify => "It is closed as no prospect.",
        Class::Escalate => "Both VPs decide; its clocks are held until then.",
    };
    let tell = rule.tell_marketing.iter().map(|told| format!("Marketing is told: {}", open(told)));
    std::iter::once(told.to_owned()).chain(tell).collect()
}

/// A template with `…` for what is not known yet.
fn open(template: &str) -> String {
    let mut parts = template.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| {
        let rest = part.split_once("}}").map_or("", |(_, rest)| rest);
        told + "…" + rest
    })
}

const fn class_word(class: Class) -> &'static str {
    match class {
        Class::Accept => "Accept",
        Class::Progress => "Progress",
        Class::Close => "Close",
        Class::Return => "Return",
        Class::Recycle => "Recycle",
        Class::Disqualify => "Disqualify",
        Class::Escalate => "Escalate",
    }
}

/// Why a code can't be recorded now: by the stage, by the person, or by the work that is owed.
fn off(rule: &DispositionRule, model: &Model, subjects: &[Subject]) -> Option<String> {
    let action = action_for(rule.then);
    let is_legal = |subject: &Subject| legal(subject.stage).contains(&action);
    if !subjects.iter().any(is_legal) {
        return Some(match subjects {
            [only] => format!("not from {}", only.stage),
            _ => "not from any of these stages".to_owned(),
        });
    }
    if let Err(refusal) = permitted(action, model, subjects) {
        return Some(refusal.hint.unwrap_or(refusal.sentence));
    }
    let owed = owed(rule, model, subjects)?;
    let may = override_field(model, subjects, true).is_some();
    (!may).then(|| {
        owed.rsplit_once("; ")
            .map_or(owed.clone(), |(_, rest)| rest.trim_end_matches('.').to_owned())
    })
}

/// Whether the code has the keys.
pub(super) fn is_on_code(form: &Form) -> bool {
    form.focused().is_some_and(|field| field.key == CODE)
}

fn picker(form: &Form) -> Option<&Picker> {
    match &form.field(CODE)?.kind {
        Kind::Choice(picker) => Some(picker),
        _ => None,
    }
}

/// The code at hand, if it can be recorded.
pub(super) fn chosen(form: &Form) -> Option<String> {
    Some(picker(form)?.chosen()?.key.clone())
}

/// Why the code at hand can't be recorded, in full.
pub(super) fn refusal(form: &Form, model: &Model, subjects: &[Subject]) -> Option<String> {
    let hand = picker(form)?.hand()?;
    let rule = model.policy.disposition(&hand.key)?;
    let action = action_for(rule.then);
    if let [only] = subjects
        && !legal(only.stage).contains(&action)
    {
        return Some(Refusal::not_legal(action, only.stage).to_string());
    }
    if let Err(refusal) = permitted(action, model, subjects) {
        return Some(refusal.to_string());
    }
    match owed(rule, model, subjects) {
        Some(owed) => {
            Some(format!("{owed} Do the work, or let a manager override it with a reason."))
        }
        None => hand.off.clone(),
    }
}

/// Shows what a code requires below it, and gives the keys to the first of that. True when nothing is required, so that
/// the code alone is a disposition.
pub(super) fn pick(form: &mut Form, code: &str, model: &Model, subjects: &[Subject]) -> bool {
    let Some(rule) = model.policy.disposition(code) else { return false };
    let owed = owed(rule, model, subjects);
    let mut fields = vec![form.field(CODE).cloned().unwrap_or_else(|| code_field(model, subjects))];
    let required = rule.requires.iter().filter_map(|key| outcome_field(key));
    fields.extend(required.map(|field| outcome(field, model, subjects).required()));
    fields.extend(override_field(model, subjects, owed.is_some()));
    let first = fields.get(1).map(|field| field.key);
    let bare = fields.iter().skip(1).all(|field| field.aside);
    let told = ["note", "reason"].iter().any(|key| rule.requires.iter().any(|own| own == key));
    if !told && !matches!(rule.class, Class::Accept) {
        fields.push(Field::text("note", "Note").aside());
    }
    if matches!(rule.class, Class::Return | Class::Recycle | Class::Disqualify) {
        fields.push(claim());
    }
    form.show(fields);
    form.list_rows = 8;
    form.notes = owed.map(|owed| (Tone::Notice, owed)).into_iter().collect();
    if let Some(first) = first {
        form.go(first);
    }
    bare
}

fn outcome(field: &OutcomeField, model: &Model, subjects: &[Subject]) -> Field {
    let (key, label) = (field.key, field.label);
    let this = match subjects {
        [only] => only.id,
        _ => HandoffId::default(),
    };
    match field.kind {
        field::Kind::Text => Field::text(key, label),
        field::Kind::FutureDay => Field::date(key, label, 0),
        field::Kind::Moment => Field::moment(key, label, Tense::Future),
        field::Kind::Amount => {
            let amount = card_of(model, subjects).and_then(|card| card.handoff.amount);
            Field::amount(key, label)
                .with(&amount.map(|amount| amount.to_string()).unwrap_or_default())
        }
        field::Kind::PackageFields => missing_field(model, subjects, key, label),
        field::Kind::Handoff => Field::handoff(key, label, this),
    }
}

/// Which claim of the package proved wrong, where it is not the code's own.
fn claim() -> Field {
    let none = Choice { label: "the one the code stands for".to_owned(), ..Choice::default() };
    let words = [
        (Claim::Persona, "The right person"),
        (Claim::Timing, "The right moment"),
        (Claim::Fit, "The right kind of company"),
        (Claim::Competitor, "No competitor in the way"),
        (Claim::Signal, "That the signal meant something"),
        (Claim::ContactData, "Telephone, e-mail, name"),
    ];
    let choice = |(claim, label): (Claim, &str)| Choice {
        key: claim.key().to_owned(),
        label: label.to_owned(),
        ..Choice::default()
    };
    let choices = std::iter::once(none).chain(words.map(choice)).collect();
    Field::choice("claim", "What proved wrong", choices).aside()
}

pub(super) fn command(values: &Values) -> Command {
    let fields = values.0.iter().filter(|(key, _)| outcome_field(key).is_some());
    Command::Dispose(Disposal {
        code: values.text(CODE),
        fields: fields.map(|(key, value)| ((*key).to_owned(), value.canonical())).collect(),
        claim: values.some("claim").and_then(|claim| claim.parse().ok()),
        overridden: values.some("overridden"),
    })
}

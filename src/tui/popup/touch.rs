//! Logs an attempt to reach the account: `t` Enter is an e-mail that was sent, a letter says otherwise.

use super::forms::{about, card_of};
use crate::domain::command::{Command, NewTouch};
use crate::domain::contact::Contact;
use crate::domain::handoff::{Channel, TouchOutcome};
use crate::domain::playbook::Step;
use crate::tui::form::{Choice, Field, Form, Tense, Value, Values};
use crate::tui::model::{Model, Subject, Tone};

const CHANNELS: &[(char, Channel, &str)] = &[
    ('e', Channel::Email, "E-mail"),
    ('c', Channel::Call, "Call"),
    ('l', Channel::Social, "Social"),
    ('m', Channel::Meeting, "Meeting"),
    ('o', Channel::Other, "Other"),
];

const OUTCOMES: &[(char, TouchOutcome, &str)] = &[
    ('s', TouchOutcome::Sent, "Sent"),
    ('r', TouchOutcome::Replied, "Replied"),
    ('n', TouchOutcome::NoAnswer, "No answer"),
    ('v', TouchOutcome::Voicemail, "Voicemail"),
    ('b', TouchOutcome::Bounced, "Bounced"),
];

pub(super) fn form(model: &Model, subjects: &[Subject]) -> Form {
    let channels =
        CHANNELS.iter().map(|(letter, it, word)| (*letter, it.key(), (*word).to_owned()));
    let outcomes =
        OUTCOMES.iter().map(|(letter, it, word)| (*letter, it.key(), (*word).to_owned()));
    // What the sequence asks for next is likely what was done.
    let planned = match card_of(model, subjects).map(|card| &card.plan.step) {
        Some(Step::Touch(touch)) => Some(touch),
        _ => None,
    };
    let channel = planned.map_or(Channel::Email, |touch| touch.channel);
    let mut fields = vec![
        Field::pick("channel", "How", channels.collect()).with(channel.key()),
        Field::pick("outcome", "What came of it", outcomes.collect())
            .with(TouchOutcome::Sent.key())
            .aside(),
        Field::text("note", "Note").aside(),
    ];
    let templates = templates(model, subjects);
    if !templates.is_empty() {
        let field = Field::choice("template", "With the template", templates).aside();
        fields.push(match planned {
            Some(touch) => field.with(&touch.template),
            None => field,
        });
    }
    fields.push(
        Field::moment("at", "When", Tense::Past).hint("now; or 9:30, yesterday 16:00, -2h").aside(),
    );
    let mut form = Form::new(format!("Log a touch · {}", about(subjects)), "log", fields);
    let contact = card_of(model, subjects).and_then(|card| {
        card.contacts.iter().find(|contact| Some(contact.id) == card.handoff.contact)
    });
    if let Some(contact) = contact {
        let named = match &contact.title {
            Some(title) => format!("{}, {title}", contact.name),
            None => contact.name.clone(),
        };
        let reached = [contact.email.as_deref(), contact.phone.as_deref()];
        let reached: Vec<_> = reached.into_iter().flatten().collect();
        form.beside.push((named, reached.join(" · ")));
        for warning in warnings(contact) {
            form = form.note(Tone::Notice, warning);
        }
    }
    form
}

/// What must not be done to a contact.
fn warnings(contact: &Contact) -> impl Iterator<Item = String> {
    let name = &contact.name;
    let call = contact.do_not_call.then(|| format!("{name} must not be called."));
    let mail = contact.opted_out.then(|| format!("{name} has opted out of e-mail."));
    call.into_iter().chain(mail)
}

/// The templates of the playbook, each once.
fn templates(model: &Model, subjects: &[Subject]) -> Vec<Choice> {
    let kind = subjects.first().and_then(|subject| model.policy.kind(&subject.kind));
    let playbook = kind.and_then(|kind| model.policy.playbooks.get(kind.playbook.as_ref()?));
    let mut names: Vec<&str> = Vec::new();
    for step in playbook.iter().flat_map(|playbook| &playbook.sequence) {
        if !names.contains(&step.template.as_str()) {
            names.push(&step.template);
        }
    }
    if names.is_empty() {
        return Vec::new();
    }
    let none = Choice { label: "none".to_owned(), ..Choice::default() };
    let named = names.into_iter().map(|name| Choice {
        key: name.to_owned(),
        label: name.replace('_', " "),
        ..Choice::default()
    });
    std::iter::once(none).chain(named).collect()
}

pub(super) fn command(values: &Values) -> Command {
    let channel = values.text("channel").parse().unwrap_or(Channel::Email);
    let outcome = values.text("outcome").parse().unwrap_or(TouchOutcome::Sent);
    let at = match values.0.get("at") {
        Some(Value::Moment(at)) => Some(*at),
        _ => None,
    };
    let (template, note) = (values.some("template"), values.some("note"));
    Command::Touch(NewTouch { channel, template, outcome, note, at })
}

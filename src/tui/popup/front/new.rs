//! A handoff made by hand: the type first, then what that type asks for.

use super::sent::{Sent, Typed};
use super::{Front, FrontWrite};
use crate::domain::account::Account;
use crate::domain::draft::{HandoffDraft, PersonRef};
use crate::domain::field::{PackageField, package_field};
use crate::domain::person::{Person, Role};
use crate::domain::policy::{HandoffType, Policy};
use crate::domain::signal::Source;
use crate::tui::answer::Answer;
use crate::tui::chord::Key;
use crate::tui::form::{Choice, Field, Form, Tense, Value, Values};
use crate::tui::model::Model;
use crate::tui::msg::Input;
use crate::tui::popup::Reply;

/// The longest text that a package field takes, in bytes.
const MOST: usize = 16 * 1024;

/// The form of a new handoff.
#[derive(Clone, PartialEq, Debug)]
pub struct NewHandoff {
    /// The type whose fields are shown.
    shown: Option<String>,
    pub(super) sent: Sent,
}

impl NewHandoff {
    /// The form, for an account or the one at hand.
    #[must_use]
    pub fn open(model: &Model, account: Option<&Account>) -> Front {
        let named = |account: &Account| format!("{} {}", account.id, account.name);
        let at_hand = || model.card().map(|card| named(&card.account));
        let account = account.map(named).or_else(at_hand).unwrap_or_default();
        let types = model.policy.types.iter().map(|kind| Choice {
            key: kind.key.clone(),
            label: kind.label.clone(),
            detail: format!("{} to {}", kind.from.label(), kind.to.label()),
            also: kind.key.clone(),
            off: model.me.as_ref().and_then(|me| not_theirs(me, kind)),
            ..Choice::default()
        });
        let fields = vec![
            Field::text("account", "Account")
                .required()
                .hint("its name, domain or id")
                .with(&account),
            Field::choice("type", "Type", types.collect()).required(),
        ];
        let on = if account.is_empty() { "account" } else { "type" };
        let form = Form::new("New handoff", "make", fields).on(on);
        Front::New(Self { shown: None, sent: Sent::new(form) })
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        let form = &mut self.sent.form;
        // Enter on a type that cannot be taken says why.
        if let Some(off) = form.field("type").and_then(off_at_hand)
            && form.focused().is_some_and(|field| field.key == "type")
            && *input == Input::Key(Key::plain(crossterm::event::KeyCode::Enter))
        {
            form.fail("type", off);
            return Reply::keep();
        }
        self.ask(&model.policy);
        let typed = self.sent.input(input, model);
        self.ask(&model.policy);
        match typed {
            Typed::Done(reply) => *reply,
            Typed::Filled(values) => {
                let (account, draft) = draft(&values);
                self.sent.send(FrontWrite::New { account, draft: Box::new(draft) }, model)
            }
        }
    }

    /// Shows what the chosen type asks for.
    fn ask(&mut self, policy: &Policy) {
        let form = &mut self.sent.form;
        let chosen = form.field("type").and_then(|field| match &field.kind {
            crate::tui::form::Kind::Choice(picker) => {
                picker.chosen().map(|choice| choice.key.clone())
            }
            _ => None,
        });
        // While the type is still being chosen, the fields below stay as they are.
        if chosen.is_none() || chosen == self.shown {
            return;
        }
        let Some(kind) = chosen.as_deref().and_then(|key| policy.kind(key)) else { return };
        let mut fields: Vec<_> = form.fields.iter().take(2).cloned().collect();
        fields.extend(asked(kind));
        let focus = form.focused().map_or("type", |field| field.key);
        form.show(fields);
        form.go(focus);
        form.status = Some((
            crate::tui::model::Tone::Good,
            format!(
                "It is submitted by itself from {} % on; what is missing can be filled in later.",
                kind.minimum_completeness
            ),
        ));
        self.shown = chosen;
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        self.sent.answer(answer)
    }
}

fn off_at_hand(field: &Field) -> Option<String> {
    match &field.kind {
        crate::tui::form::Kind::Choice(picker) => picker.hand()?.off.clone(),
        _ => None,
    }
}

/// Why a type is not for this person to make; none where it is.
fn not_theirs(me: &Person, kind: &HandoffType) -> Option<String> {
    let may = me.role == kind.from
        || matches!(me.role, Role::Marketing | Role::VpMarketing | Role::Revops | Role::VpSales);
    (!may).then(|| format!("made by {}", kind.from.label()))
}

/// What a type asks for: why now and whom, its meeting or deal, and the package fields that only people can fill.
fn asked(kind: &HandoffType) -> Vec<Field> {
    let requires = |key: &str| kind.requires.iter().any(|field| field == key);
    let mut fields = vec![
        Field::lines("reason", "Why now", MOST),
        Field::text("contact", "Contact").hint("a name or an e-mail address of the account's"),
    ];
    let meets = requires("meeting.at");
    if meets {
        fields.push(Field::moment("meeting", "Meeting", Tense::Future));
    }
    if kind.requires.iter().any(|key| key.starts_with("opportunity.") || key == "contract") {
        fields.push(Field::text("opportunity", "Opportunity").hint("as the CRM names it"));
        fields.push(Field::amount("amount", "Amount"));
    }
    let only_people = |field: &&PackageField| {
        (!field.assembled || field.key.starts_with("intelligence."))
            && !(meets && field.key == "meeting.at")
    };
    let package = kind.requires.iter().filter_map(|key| package_field(key)).filter(only_people);
    fields.extend(package.map(|field| Field {
        marked: true,
        known: "needed".into(),
        ..Field::lines(field.key, field.label, MOST)
    }));
    let sources = Source::ALL.iter().map(|source| Choice {
        key: source.key().to_owned(),
        label: source.key().replace('_', " "),
        ..Choice::default()
    });
    let empty = Choice { label: "–".to_owned(), ..Choice::default() };
    let sources = std::iter::once(empty).chain(sources).collect();
    fields.push(Field::choice("source", "Source", sources).aside());
    fields
}

/// The account that was named, and the handoff as it was filled in.
fn draft(values: &Values) -> (String, HandoffDraft) {
    let named = values.text("account");
    // "A-12 Acme Inc" is A-12.
    let first = named.split_whitespace().next().unwrap_or_default();
    let account = match first.parse::<crate::domain::ids::AccountId>() {
        Ok(id) if first.contains('-') => id.to_string(),
        _ => named.trim().to_owned(),
    };
    let text = |key: &str| Some(values.text(key)).filter(|text| !text.trim().is_empty());
    let contact = text("contact").map(|text| {
        if text.contains('@') {
            PersonRef { email: Some(text.trim().to_lowercase()), ..PersonRef::default() }
        } else {
            PersonRef { name: Some(text.trim().to_owned()), ..PersonRef::default() }
        }
    });
    let package =
        values.0.iter().filter(|(key, _)| package_field(key).is_some() && **key != "source");
    let package = package.map(|(key, value)| ((*key).to_owned(), value.canonical()));
    let draft = HandoffDraft {
        kind: values.text("type"),
        reason: text("reason"),
        contact,
        source: text("source").and_then(|source| source.parse().ok()),
        opportunity: text("opportunity"),
        meeting_at: match values.0.get("meeting") {
            Some(Value::Moment(at)) => Some(*at),
            _ => None,
        },
        amount: match values.0.get("amount") {
            Some(Value::Amount(amount)) => Some(*amount),
            _ => None,
        },
        package: package.filter(|(key, _)| !matches!(key.as_str(), "reason" | "contact")).collect(),
        ..HandoffDraft::default()
    };
    (account, draft)
}

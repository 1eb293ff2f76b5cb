//! The package (`DOMAIN.md 7`): what travels with a handoff, assembled from the account, its contacts and signals and
//! the motion table, with what people filled in on top, and how complete it is.

mod committee;
mod engagement;
mod facts;
mod frozen;
mod motion;
mod page;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::account::Account;
use super::contact::Contact;
use super::field::{PACKAGE, PackageField, Section};
use super::handoff::Handoff;
use super::ids::{HandoffId, PersonId, SignalId};
use super::policy::Policy;
use super::signal::Signal;
use super::time::Instant;

pub use facts::{TemplateFacts, facts};
pub use frozen::{Differs, Frozen};
pub use page::one_page;

/// How a template marks a value that nobody knows: this, the name of the value, and `]`.
pub const GAP: &str = "[missing: ";

/// Fills a template with facts. The error is a sentence that names the template's line.
pub type Render<'a> = dyn Fn(&str, &TemplateFacts) -> Result<String, String> + 'a;

/// The full name of a person by id.
pub type NameOf<'a> = dyn Fn(PersonId) -> Option<String> + 'a;

/// What a package is assembled from.
#[derive(Clone, Copy)]
pub struct Material<'a> {
    /// The handoff; what people filled in by hand is in its fields and wins.
    pub handoff: &'a Handoff,
    /// The account.
    pub account: &'a Account,
    /// Its contacts, in any order.
    pub contacts: &'a [Contact],
    /// Its signals, in any order; those after `now` are left out.
    pub signals: &'a [Signal],
    /// The signals that decided, from the judgement; where none are known, the ones that give points tell.
    pub trigger: &'a [SignalId],
    /// A customer in the same industry who may be named to them.
    pub peer: Option<&'a str>,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The zone that days are told in.
    pub zone: Tz,
    /// The moment of looking.
    pub now: Instant,
    /// Names of people.
    pub name_of: &'a NameOf<'a>,
    /// Fills templates.
    pub render: &'a Render<'a>,
}

/// What travels with a handoff.
#[derive(Clone, PartialEq, Debug)]
pub struct Package {
    /// The handoff.
    pub handoff: HandoffId,
    /// `H-1042 · Acme Inc · Tier 1 account`.
    pub title: String,
    /// Every field of [`PACKAGE`], in its order.
    pub fields: Vec<FieldValue>,
    /// Required fields that are there, in percent of all required ones, by weight; 100 where none is required.
    pub completeness: u8,
    /// The required fields that are not there.
    pub missing: Vec<&'static PackageField>,
    /// What is wrong with the policy's templates, a sentence each.
    pub problems: Vec<String>,
}

/// A field of the package with what is known.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldValue {
    /// Which.
    pub field: &'static PackageField,
    /// What is known, short enough for one line where it comes from the data.
    pub value: Option<String>,
    /// The same at length, where there can be more to tell than one line; else empty.
    pub lines: Vec<String>,
    /// A person filled it in.
    pub by_hand: bool,
    /// The type of handoff requires it.
    pub required: bool,
}

impl FieldValue {
    /// Whether it counts as there: something is known, and no template left a gap in it.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.value.as_deref().is_some_and(|value| self.by_hand || !value.contains(GAP))
    }

    /// What to show, line by line: the long form where there is one, else the value.
    pub fn shown(&self) -> impl Iterator<Item = &str> {
        let short = self.value.as_deref().filter(|_| self.lines.is_empty());
        short.into_iter().flat_map(str::lines).chain(self.lines.iter().map(String::as_str))
    }
}

impl Package {
    /// The field with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&FieldValue> {
        self.fields.iter().find(|value| value.field.key == key)
    }

    /// What is known for the field with this key.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        self.field(key)?.value.as_deref()
    }

    /// How complete it would be, in percent, with these texts typed by hand. A field that is not among them stays as it
    /// is; a text of somebody's that is cleared counts as missing, whatever the data may put in its place.
    #[must_use]
    pub fn completeness_with(&self, typed: &BTreeMap<String, String>, policy: &Policy) -> u8 {
        let fields: Vec<_> = self
            .fields
            .iter()
            .map(|value| match typed.get(value.field.key).map(|text| text.trim()) {
                Some("") if value.by_hand => {
                    FieldValue { value: None, by_hand: false, ..value.clone() }
                }
                Some("") | None => value.clone(),
                Some(text) => {
                    FieldValue { value: Some(text.to_owned()), by_hand: true, ..value.clone() }
                }
            })
            .collect();
        completeness(&fields, policy)
    }

    /// The fields of a section that say something or ought to: those with a value and those that are required.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &FieldValue> {
        let told = move |value: &&FieldValue| {
            value.field.section == section && (value.value.is_some() || value.required)
        };
        self.fields.iter().filter(told)
    }
}

/// What the data says for a field.
#[derive(Default)]
struct Known {
    value: Option<String>,
    lines: Vec<String>,
}

impl Known {
    /// A value on one line; a blank one is nothing.
    fn line(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.trim().is_empty() {
            Self::default()
        } else {
            Self { value: Some(text), lines: vec![] }
        }
    }

    fn maybe(text: Option<String>) -> Self {
        text.map(Self::line).unwrap_or_default()
    }

    /// A value with its long form.
    fn long(value: Option<String>, lines: Vec<String>) -> Self {
        Self { lines, ..Self::maybe(value) }
    }
}

/// Assembles the package of a handoff. Nothing it is given can make it fail: what isn't known is missing, and what is
/// wrong with a template is told in [`Package::problems`].
#[must_use]
pub fn assemble(material: &Material<'_>) -> Package {
    let kind = material.policy.kind(&material.handoff.kind);
    let mut problems = Vec::new();
    let motion = motion::Suggested::of(material, &mut problems);
    let fields: Vec<_> = PACKAGE
        .iter()
        .map(|field| {
            let required =
                kind.is_some_and(|kind| kind.requires.iter().any(|key| key == field.key));
            let typed =
                material.handoff.fields.get(field.key).filter(|text| !text.trim().is_empty());
            match typed {
                Some(text) => FieldValue {
                    field,
                    value: Some(text.clone()),
                    lines: vec![],
                    by_hand: true,
                    required,
                },
                None => {
                    let known = known(field.key, material, &motion);
                    let Known { value, lines } = known;
                    FieldValue { field, value, lines, by_hand: false, required }
                }
            }
        })
        .collect();
    let missing: Vec<_> = fields
        .iter()
        .filter(|value| value.required && !value.is_filled())
        .map(|value| value.field)
        .collect();
    let label = kind.map_or(material.handoff.kind.as_str(), |kind| &kind.label);
    Package {
        handoff: material.handoff.id,
        title: format!("{} · {} · {label}", material.handoff.id, material.account.name),
        completeness: completeness(&fields, material.policy),
        missing,
        fields,
        problems,
    }
}

/// Required fields that are there ÷ required fields, by weight, in whole percent rounded down: 100 means all.
fn completeness(fields: &[FieldValue], policy: &Policy) -> u8 {
    let weight = |value: &FieldValue| policy.weights.get(value.field.key).copied().unwrap_or(1.0);
    let required = fields.iter().filter(|value| value.required);
    let all: f64 = required.clone().map(weight).sum();
    if all <= 0.0 {
        return 100;
    }
    let there: f64 = required.filter(|value| value.is_filled()).map(weight).sum();
    // The nudge keeps weights such as 0.1 from costing a percent in the last bit.
    let percent = (there / all * 100.0 + 1e-9).floor().clamp(0.0, 100.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between 0 and 100"
    )]
    let percent = percent as u8;
    percent
}

/// What the data says for a field; nothing for those that only people can fill.
fn known(key: &str, material: &Material<'_>, motion: &motion::Suggested) -> Known {
    if let Some(known) = summary::known(key, material) {
        return known;
    }
    match key {
        "intelligence.news" => summary::dated(&material.account.news, material),
        "intelligence.events" => summary::dated(&material.account.events, material),
        "committee" => committee::known(material),
        "engagement.trigger" => engagement::trigger(material),
        "engagement.when" => engagement::when(material),
        "engagement.history" => engagement::history(material),
        "introducer" => engagement::introducer(material),
        "usage" => engagement::usage(material),
        _ => motion.known(key),
    }
}

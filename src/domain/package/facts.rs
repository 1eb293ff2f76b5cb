//! The facts that templates are filled from: opening angles here, messages elsewhere.

use std::collections::BTreeMap;

use super::summary::{capital, lead, newest_first};
use super::{Material, engagement, motion};
use crate::domain::criteria::{relation_words, told};
use crate::domain::handoff::Day;
use crate::domain::say;

/// Facts by dotted name: `contact.first_name`, `news.headline`, `pain`. What isn't known isn't here.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TemplateFacts {
    values: BTreeMap<String, String>,
}

impl TemplateFacts {
    /// No facts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact; a blank one is not known.
    pub fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        let value = value.into();
        if !value.trim().is_empty() {
            self.values.insert(name.to_owned(), value.trim().to_owned());
        }
        self
    }

    /// The fact with this dotted name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Every fact by its dotted name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Facts that a field filled by hand takes the place of.
const TYPED: &[(&str, &str)] = &[
    ("reason", "handoff.reason"),
    ("intelligence.news", "news.headline"),
    ("intelligence.events", "event.headline"),
    ("engagement.trigger", "trigger"),
    ("pain_points", "pain"),
];

/// The facts of a handoff for its templates: `contact.*`, `account.*`, `news.*`, `event.*`, `trigger`, `pain`, `peer`,
/// `sender.*`, `handoff.*`, `wake_on`, and every field that people filled in by its key, which wins.
#[must_use]
pub fn facts(material: &Material<'_>) -> TemplateFacts {
    let Material { account, handoff, .. } = material;
    let mut facts = TemplateFacts::new();
    let mut put = |name: &str, value: Option<String>| {
        facts.set(name, value.unwrap_or_default());
    };
    if let Some(contact) = lead(material) {
        put("contact.name", Some(contact.name.clone()));
        put("contact.first_name", Some(contact.first_name().to_owned()));
        put("contact.title", contact.title.clone());
        put("contact.email", contact.email.clone());
        put("contact.phone", contact.phone.clone());
    }
    put("account.name", Some(account.name.clone()));
    put("account.domain", account.domain.clone());
    put("account.industry", account.industry.clone());
    put("account.region", account.region.clone());
    put("account.segment", account.segment.clone());
    put("account.product", account.product.clone());
    put("account.tier", Some(handoff.tier.to_string()));
    put("account.relation", Some(relation_words(account.relation).to_owned()));
    put("account.revenue", account.revenue.map(say::money));
    put("account.employees", account.employees.map(|number| number.to_string()));
    put("account.technologies", Some(account.technologies.join(", ")));
    put("account.technology", account.technologies.first().cloned());
    if let Some(news) = newest_first(&account.news).first() {
        put("news.headline", Some(news.headline.clone()));
        put("news.date", Some(say::day(news.on)));
    }
    if let Some(event) = newest_first(&account.events).first() {
        put("event.headline", Some(event.headline.clone()));
        put("event.date", Some(say::day(event.on)));
    }
    let deciding = engagement::deciding(material);
    put("trigger", Some(told(&deciding, material.policy)));
    if let Some(newest) = deciding.first() {
        put("trigger_detail", newest.detail.clone());
        put("trigger_date", Some(say::day(say::day_of(newest.at, material.zone))));
    }
    put("pain", motion::matching(material).map(|motion| motion.pain.clone()));
    put("peer", material.peer.map(str::to_owned));
    if let Some(name) = handoff.assignee.and_then(material.name_of) {
        put("sender.first_name", name.split_whitespace().next().map(str::to_owned));
        put("sender.name", Some(name));
    }
    put("handoff.id", Some(handoff.id.to_string()));
    put("handoff.reason", Some(handoff.reason.clone()));
    put("handoff.source", Some(capital(&handoff.source.key().replace('_', " "))));
    put("wake_on", handoff.day(Day::Wake).map(say::day));
    for (key, text) in &handoff.fields {
        put(key, Some(text.clone()));
        if let Some((_, name)) = TYPED.iter().find(|(field, _)| field == key) {
            put(name, text.lines().next().map(str::to_owned));
        }
    }
    facts
}

//! Section 1 of the package, and what of section 2 the account itself holds.

use super::committee::person_line;
use super::{Known, Material};
use crate::domain::account::{Dated, Tier};
use crate::domain::criteria::{lead_contact, relation_words};
use crate::domain::handoff::Moment;
use crate::domain::say;

/// What the account and the handoff say for a field; `None` for fields that others know.
pub(super) fn known(key: &str, material: &Material<'_>) -> Option<Known> {
    let Material { account, handoff, .. } = material;
    let written =
        |text: &Option<String>| Known::maybe(text.as_deref().map(|text| text.trim().to_owned()));
    Some(match key {
        "reason" => Known::line(handoff.reason.trim()),
        "account.name" => Known::line(account.name.trim()),
        "account.tier" => Known::line(match handoff.tier {
            Tier::Outside => "Outside the ICP".to_owned(),
            tier => format!("Tier {tier}"),
        }),
        "account.revenue" => Known::maybe(account.revenue.map(say::money)),
        "account.employees" => Known::maybe(account.employees.map(|employees| {
            say::count(u64::try_from(employees).unwrap_or(0), "person", "people")
        })),
        "account.industry" => written(&account.industry),
        "account.region" => written(&account.region),
        "account.relation" => Known::line(capital(relation_words(account.relation))),
        "account.fit" => Known::maybe(account.fit.map(|fit| format!("{fit} of 100"))),
        "account.value" => Known::maybe(
            account.expected_value.map(|value| format!("{} a year", say::money(value))),
        ),
        "source" => Known::line(capital(&handoff.source.key().replace('_', " "))),
        "score" => {
            let band = material.policy.intent.bands.of(handoff.score);
            Known::line(format!("{} of 100, {band}", handoff.score))
        }
        "contact" => contact(material),
        "intelligence.technologies" => {
            let used = account.technologies.iter().map(|used| used.trim());
            Known::line(used.filter(|used| !used.is_empty()).collect::<Vec<_>>().join(", "))
        }
        "meeting.at" => {
            Known::maybe(handoff.moment(Moment::Meeting).map(|at| say::moment(at, material.zone)))
        }
        _ => return None,
    })
}

/// The contact to start with: the handoff's own, else the one the signals and roles point to.
pub(super) fn lead<'a>(material: &Material<'a>) -> Option<&'a crate::domain::contact::Contact> {
    let by_id = |id| material.contacts.iter().find(|contact| contact.id == id);
    let chosen = material.handoff.contact.and_then(by_id);
    chosen.or_else(|| {
        lead_contact(material.contacts, &super::engagement::deciding(material)).and_then(by_id)
    })
}

fn contact(material: &Material<'_>) -> Known {
    let Some(contact) = lead(material) else { return Known::default() };
    let mut parts = vec![person_line(contact)];
    parts.extend(contact.email.clone().filter(|_| !contact.opted_out));
    parts.extend(contact.phone.clone().filter(|_| !contact.do_not_call));
    if contact.opted_out {
        parts.push("no e-mail: opted out".into());
    }
    if contact.do_not_call {
        parts.push("do not call".into());
    }
    Known::line(parts.join(" · "))
}

/// Dated headlines, newest first; the value is the newest one.
pub(super) fn dated(all: &[Dated], material: &Material<'_>) -> Known {
    let today = say::day_of(material.now, material.zone);
    let lines: Vec<_> = newest_first(all)
        .into_iter()
        .map(|dated| format!("{} · {}", say::day_near(dated.on, today), dated.headline.trim()))
        .collect();
    let first = lines.first().cloned();
    Known::long(first, lines)
}

/// Headlines that say something, newest first.
pub(super) fn newest_first(all: &[Dated]) -> Vec<&Dated> {
    let mut told: Vec<_> = all.iter().filter(|dated| !dated.headline.trim().is_empty()).collect();
    told.sort_by_key(|dated| std::cmp::Reverse(dated.on));
    told
}

/// The text with its first letter as a capital.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

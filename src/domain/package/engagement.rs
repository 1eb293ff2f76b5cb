//! Section 3 of the package: what they did, when, and what of it decided.

use super::committee::person_line;
use super::{Known, Material};
use crate::domain::criteria::{label, newest_first, points, told};
use crate::domain::handoff::Moment;
use crate::domain::say;
use crate::domain::signal::Signal;

/// So many lines of history are told; of older ones only the number.
const HISTORY: usize = 200;

/// The signals that have happened, newest first.
fn happened<'a>(material: &Material<'a>) -> Vec<&'a Signal> {
    let mut all: Vec<_> =
        material.signals.iter().filter(|signal| signal.at <= material.now).collect();
    all.sort_by(|one, other| newest_first(one, other));
    all
}

/// The signals that decided, newest first; where the judgement named none, those that gave points when the handoff was
/// flagged.
pub(super) fn deciding<'a>(material: &Material<'a>) -> Vec<&'a Signal> {
    let mut all = happened(material);
    if material.trigger.is_empty() {
        let flagged = material.handoff.moment(Moment::Created).unwrap_or(material.now);
        all.retain(|signal| points(signal, material.policy, flagged) > 0);
    } else {
        all.retain(|signal| material.trigger.contains(&signal.id));
    }
    all
}

/// `Wed 15 Apr · Attended a webinar · ABM for SaaS · Mike Lee, VP Sales`.
fn line(signal: &Signal, material: &Material<'_>) -> String {
    let today = say::day_of(material.now, material.zone);
    let mut parts = vec![
        say::day_near(say::day_of(signal.at, material.zone), today),
        label(&signal.kind, material.policy).to_owned(),
    ];
    parts.extend(signal.detail.as_deref().map(|detail| detail.trim().to_owned()));
    let by = signal.contact.and_then(|id| material.contacts.iter().find(|one| one.id == id));
    parts.extend(by.map(|contact| match contact.title.as_deref().map(str::trim) {
        Some(title) if !title.is_empty() => format!("{}, {title}", contact.name.trim()),
        _ => contact.name.trim().to_owned(),
    }));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// What decided: each kind with how often, and at length each signal.
pub(super) fn trigger(material: &Material<'_>) -> Known {
    let deciding = deciding(material);
    if deciding.is_empty() {
        return Known::default();
    }
    let lines = deciding.iter().take(HISTORY).map(|signal| line(signal, material)).collect();
    Known::long(Some(told(&deciding, material.policy)), lines)
}

/// When it happened, and how long ago the newest was: recency matters.
pub(super) fn when(material: &Material<'_>) -> Known {
    let deciding = deciding(material);
    let (Some(newest), Some(oldest)) = (deciding.first(), deciding.last()) else {
        return Known::default();
    };
    let (today, to) =
        (say::day_of(material.now, material.zone), say::day_of(newest.at, material.zone));
    let from = say::day_of(oldest.at, material.zone);
    let days = u64::try_from((today - to).num_days()).unwrap_or(0);
    let ago = match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{} ago", say::count(days, "day", "days")),
    };
    let newest = say::day_near(to, today);
    Known::line(if from == to {
        format!("{newest}, {ago}")
    } else {
        format!("{} to {newest}, the newest {ago}", say::day_near(from, today))
    })
}

/// Everything they did, newest first.
pub(super) fn history(material: &Material<'_>) -> Known {
    let all = happened(material);
    let Some(newest) = all.first() else { return Known::default() };
    let number = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let value = format!(
        "{}, the newest {}",
        say::count(number, "signal", "signals"),
        line(newest, material)
    );
    let mut lines: Vec<_> = all.iter().take(HISTORY).map(|signal| line(signal, material)).collect();
    if all.len() > HISTORY {
        let older = u64::try_from(all.len() - HISTORY).unwrap_or(u64::MAX);
        lines.push(format!("and {}", say::count(older, "older signal", "older signals")));
    }
    Known::long(Some(value), lines)
}

/// Who introduced the account: the newest referral or partner introduction, by its detail, else its source, else its
/// contact.
pub(super) fn introducer(material: &Material<'_>) -> Known {
    let introduced = |signal: &&Signal| matches!(&*signal.kind, "referral" | "partner_intro");
    let all = happened(material);
    let Some(signal) = all.into_iter().find(introduced) else { return Known::default() };
    let contact = || material.contacts.iter().find(|one| Some(one.id) == signal.contact);
    let written = [&signal.detail, &signal.source].into_iter().flatten();
    let mut said = written.map(|text| text.trim()).filter(|text| !text.is_empty());
    Known::maybe(said.next().map(str::to_owned).or_else(|| contact().map(person_line)))
}

/// How they use the product: the newest usage signals.
pub(super) fn usage(material: &Material<'_>) -> Known {
    let all = happened(material);
    let used: Vec<_> = all.into_iter().filter(|signal| signal.kind == "product_usage").collect();
    let lines: Vec<_> = used.iter().take(HISTORY).map(|signal| line(signal, material)).collect();
    let first = lines.first().cloned();
    Known::long(first, lines)
}

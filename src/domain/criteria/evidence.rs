//! Which signals decided, where they came from, whom to start with, and all that in one line.

use super::Standing;
use super::rules::{Condition, Facts, conditions, counts, met_of, newest_first, told};
use super::score::points;
use crate::domain::contact::{BuyingRole, Contact};
use crate::domain::ids::ContactId;
use crate::domain::policy::{CriteriaRule, Policy};
use crate::domain::say;
use crate::domain::signal::{Signal, Source};
use crate::domain::time::Instant;

/// The signals that decided, newest first: those that the rule's conditions name by kind or pattern; where it names
/// none, all that give points.
pub(super) fn deciding<'a>(rule: Option<&CriteriaRule>, facts: &Facts<'a>) -> Vec<&'a Signal> {
    let mut named: Vec<&Signal> = Vec::new();
    for condition in rule.into_iter().flat_map(|rule| conditions(&rule.when)) {
        match condition {
            Condition::Signals(kinds) | Condition::Only(kinds) => {
                named.extend(facts.of_kinds(kinds))
            }
            Condition::Patterns(keys) => {
                for (_, pattern) in met_of(keys, facts) {
                    let counted = |signal: &&Signal| {
                        pattern.tests.iter().any(|test| counts(test, signal, facts.case.now))
                    };
                    named.extend(facts.case.signals.iter().filter(counted));
                }
            }
            _ => {}
        }
    }
    if named.is_empty() {
        let gives = |signal: &&Signal| points(signal, facts.policy, facts.case.now) > 0;
        return facts.window.iter().copied().filter(gives).collect();
    }
    named.sort_by(|one, other| newest_first(one, other));
    named.dedup_by(|one, other| std::ptr::eq(*one, *other));
    named
}

/// The channel of some signals: the one that gives most points, by each signal's own word where it names a channel,
/// else by its kind. Without signals it is the campaign.
#[must_use]
pub fn source_of(signals: &[&Signal], policy: &Policy, now: Instant) -> Source {
    let mut sums = [-1_i64; Source::ALL.len()];
    for signal in signals {
        let channel = channel(signal);
        let mut all = sums.iter_mut().zip(Source::ALL);
        if let Some((sum, _)) = all.find(|(_, source)| **source == channel) {
            *sum = (*sum).max(0).saturating_add(points(signal, policy, now).max(0));
        }
    }
    // The first of the domain's order among equals; `max_by_key` would take the last.
    let best = sums.into_iter().zip(Source::ALL).rev().max_by_key(|(sum, _)| *sum);
    best.filter(|(sum, _)| *sum >= 0).map_or(Source::Campaign, |(_, source)| *source)
}

fn channel(signal: &Signal) -> Source {
    if let Some(named) = signal.source.as_deref().and_then(named) {
        return named;
    }
    match signal.kind.as_str() {
        "demo_request" | "trial_signup" | "sales_call_request" | "contact_form"
        | "chat_callback" | "meeting_request" => Source::DirectDemand,
        "third_party_surge" => Source::IntentPlatform,
        "event" => Source::Event,
        "referral" | "partner_intro" => Source::Referral,
        "product_usage" => Source::Product,
        "expansion_request" => Source::CustomerSuccess,
        _ => Source::Campaign,
    }
}

/// The channel that a word names, however it is written: "Direct demand", `direct-demand`. Asked for every signal of
/// every account, so it builds no text.
fn named(word: &str) -> Option<Source> {
    let word = word.trim().as_bytes();
    let same = |(written, key): (&u8, &u8)| match written {
        b' ' | b'-' => *key == b'_',
        letter => letter.eq_ignore_ascii_case(key),
    };
    Source::ALL.iter().copied().find(|source| {
        let key = source.key().as_bytes();
        key.len() == word.len() && word.iter().zip(key).all(same)
    })
}

/// The contact to start with: who made the newest deciding signal that names somebody we know, preferring none who is
/// against us; else the strongest of the committee, then of all contacts by buying role, then the first one known.
#[must_use]
pub fn lead_contact(contacts: &[Contact], trigger: &[&Signal]) -> Option<ContactId> {
    let open = |contact: &&Contact| contact.role != BuyingRole::Blocker;
    let acted = trigger.iter().find_map(|signal| {
        let by = signal.contact?;
        contacts.iter().filter(open).find(|contact| contact.id == by)
    });
    let strongest = || {
        contacts.iter().min_by_key(|contact| {
            let against = contact.role == BuyingRole::Blocker;
            (against, !contact.authority, contact.role, contact.id)
        })
    };
    acted.or_else(strongest).map(|contact| contact.id)
}

/// Why something is to be done, in a line: what decided and when, or what stands without any signal.
pub(super) fn reason(facts: &Facts<'_>, trigger: &[&Signal], standing: &Standing) -> String {
    if let (Standing::Due { .. }, Some(wake)) =
        (standing, facts.case.rest.and_then(|rest| rest.wake))
    {
        let day = say::day(say::day_of(wake, facts.policy.zone));
        return match trigger {
            [] => format!("To be looked at again on {day}"),
            _ => format!("To be looked at again on {day}; {}", told(trigger, facts.policy)),
        };
    }
    let (Some(newest), Some(oldest)) = (trigger.first(), trigger.last()) else {
        return format!("{}, no signals", facts.fit.line(facts.policy));
    };
    let day = |signal: &Signal| say::day_of(signal.at, facts.policy.zone);
    let today = say::day_of(facts.case.now, facts.policy.zone);
    let (from, to) = (day(oldest), day(newest));
    let to_words = say::day_near(to, today);
    let when = match from == to {
        true => format!("on {to_words}"),
        false => format!("{} to {to_words}", say::day_near(from, today)),
    };
    format!("{}, {when}", told(trigger, facts.policy))
}

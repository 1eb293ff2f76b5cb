//! What keeps an account that is to be discussed or researched from being handed off: the conditions of the nearest
//! rule that hands off (`DOMAIN.md 4`).

use super::rules::{Condition, Facts, conditions};
use crate::domain::policy::Verdict;

/// The conditions that are not met, `wanted: found`, of the rule that hands off and is nearest: the one with the fewest,
/// those that people can see to before those that wait for the account, the first of equals. A rule for another tier or relation is for another
/// account, and is left out.
pub(super) fn missing(facts: &Facts<'_>) -> Vec<String> {
    let rules = facts.policy.criteria.iter().filter(|rule| rule.verdict == Verdict::Handoff);
    let nearest = rules
        .filter_map(|rule| {
            let unmet: Vec<_> =
                conditions(&rule.when).filter(|condition| !condition.met(facts)).collect();
            let other = |condition: &Condition<'_>| {
                matches!(condition, Condition::Tier(_) | Condition::Relation(_))
            };
            let waits = |condition: &Condition<'_>| match condition {
                Condition::Signals(_) => 2,
                Condition::Intent(_) | Condition::LeadScore(_) | Condition::Patterns(_) => 1,
                _ => 0,
            };
            let waits = unmet.iter().map(waits).max().unwrap_or_default();
            (!unmet.is_empty() && !unmet.iter().any(other)).then_some((waits, unmet))
        })
        .min_by_key(|(waits, unmet)| (*waits == 2, unmet.len(), *waits));
    let Some((_, unmet)) = nearest else { return Vec::new() };
    unmet
        .iter()
        .map(|condition| format!("{}: {}", condition.wanted(facts), condition.found(facts)))
        .collect()
}

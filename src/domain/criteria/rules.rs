//! The conditions of the decision table: one list that decides and one and the same that is told.

use super::Case;
use super::fit::{Fit, fit, tier_words};
use super::score::{Score, in_window, intent_score, label, within};
use crate::domain::account::{Relation, Tier};
use crate::domain::contact::Contact;
use crate::domain::ids::SignalId;
use crate::domain::policy::{BandTest, NumberTest, Op, Pattern, PatternTest, Policy, When};
use crate::domain::say;
use crate::domain::signal::Signal;
use crate::domain::time::Instant;

/// What the rules look at, worked out once per case.
pub(super) struct Facts<'a> {
    pub(super) case: Case<'a>,
    pub(super) policy: &'a Policy,
    pub(super) fit: Fit,
    pub(super) score: Score,
    pub(super) committee: u32,
    /// The signals inside the look-back window, newest first.
    pub(super) window: Vec<&'a Signal>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(case: &Case<'a>, policy: &'a Policy) -> Self {
        let mut window: Vec<&Signal> =
            case.signals.iter().filter(|signal| in_window(signal, policy, case.now)).collect();
        window.sort_unstable_by(|one, other| newest_first(one, other));
        Self {
            case: *case,
            policy,
            fit: fit(case.account, case.contacts, policy),
            score: intent_score(case.signals, policy, case.now),
            committee: committee(case.contacts),
            window,
        }
    }

    /// The CRM's own lead score, else the intent score.
    fn lead_score(&self) -> u8 {
        self.case.account.lead_score.unwrap_or(self.score.value)
    }

    /// Signals inside the window of one of these kinds, newest first.
    pub(super) fn of_kinds(&self, kinds: &[String]) -> impl Iterator<Item = &'a Signal> {
        self.window.iter().copied().filter(|signal| kinds.contains(&signal.kind))
    }
}

/// Newest first; signals of one moment by id, so that the order never depends on where they came from.
pub(in crate::domain) fn newest_first(one: &Signal, other: &Signal) -> std::cmp::Ordering {
    (other.at, other.id).cmp(&(one.at, one.id))
}

/// Number of contacts with decision authority (`DOMAIN.md 4`, committee).
#[must_use]
pub fn committee(contacts: &[Contact]) -> u32 {
    let known = contacts.iter().filter(|contact| contact.authority).count();
    u32::try_from(known).unwrap_or(u32::MAX)
}

/// Keys of the patterns that the signals meet, in the policy's order of keys.
#[must_use]
pub fn patterns_met<'p>(signals: &[Signal], policy: &'p Policy, now: Instant) -> Vec<&'p str> {
    let met = policy.patterns.iter().filter(|(_, pattern)| is_met(pattern, signals, now));
    met.map(|(key, _)| key.as_str()).collect()
}

/// Whether all tests of a pattern are met. A pattern without tests never is.
pub(super) fn is_met(pattern: &Pattern, signals: &[Signal], now: Instant) -> bool {
    !pattern.tests.is_empty() && pattern.tests.iter().all(|test| passes(test, signals, now))
}

fn passes(test: &PatternTest, signals: &[Signal], now: Instant) -> bool {
    let counted = || signals.iter().filter(|signal| counts(test, signal, now));
    let number = if test.distinct {
        test.of.iter().filter(|kind| counted().any(|signal| signal.kind == **kind)).count()
    } else {
        counted().count()
    };
    let total = |least: f64| counted().filter_map(|signal| signal.value).sum::<f64>() >= least;
    number >= usize::try_from(test.count).unwrap_or(usize::MAX) && test.total.is_none_or(total)
}

/// Whether a signal counts towards a test of a pattern.
pub(super) fn counts(test: &PatternTest, signal: &Signal, now: Instant) -> bool {
    within(signal, test.within, now)
        && test.of.contains(&signal.kind)
        && test.value.is_none_or(|least| signal.value.is_some_and(|value| value >= least))
}

/// One condition of a rule.
pub(super) enum Condition<'p> {
    Tier(&'p [Tier]),
    Intent(BandTest),
    Committee(NumberTest),
    Relation(&'p [Relation]),
    Signals(&'p [String]),
    Only(&'p [String]),
    Patterns(&'p [String]),
    OnTal(bool),
    LeadScore(NumberTest),
    ExpectedValue(NumberTest),
}

/// The conditions that a rule has, in a fixed order.
pub(super) fn conditions(when: &When) -> impl Iterator<Item = Condition<'_>> {
    let When {
        tier,
        intent,
        committee,
        relation,
        signals,
        only,
        patterns,
        on_tal,
        lead_score,
        expected_value,
    } = when;
    [
        tier.as_deref().map(Condition::Tier),
        relation.as_deref().map(Condition::Relation),
        on_tal.map(Condition::OnTal),
        signals.as_deref().map(Condition::Signals),
        only.as_deref().map(Condition::Only),
        patterns.as_deref().map(Condition::Patterns),
        intent.map(Condition::Intent),
        committee.map(Condition::Committee),
        lead_score.map(Condition::LeadScore),
        expected_value.map(Condition::ExpectedValue),
    ]
    .into_iter()
    .flatten()
}

/// Whether all conditions of a rule hold.
pub(super) fn matches(when: &When, facts: &Facts<'_>) -> bool {
    conditions(when).all(|condition| condition.met(facts))
}

impl Condition<'_> {
    pub(super) fn met(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Tier(tiers) => tiers.contains(&facts.fit.tier),
            Self::Intent(test) => {
                let band = facts.score.band;
                if test.plus { band >= test.band } else { band == test.band }
            }
            Self::Committee(test) => test.passes(f64::from(facts.committee)),
            Self::Relation(relations) => relations.contains(&facts.case.account.relation),
            Self::Signals(kinds) => facts.of_kinds(kinds).next().is_some(),
            Self::Only(kinds) => facts.window.iter().all(|signal| kinds.contains(&signal.kind)),
            Self::Patterns(keys) => met_of(keys, facts).next().is_some(),
            Self::OnTal(wanted) => facts.case.account.on_tal == *wanted,
            Self::LeadScore(test) => test.passes(f64::from(facts.lead_score())),
            Self::ExpectedValue(test) => {
                #[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^52")]
                let passes = |value: i64| test.passes(value as f64);
                facts.case.account.expected_value.is_some_and(passes)
            }
        }
    }

    /// The signals that it looks at and finds, newest first; none for what is not about signals by kind or pattern.
    pub(super) fn evidence(&self, facts: &Facts<'_>) -> Vec<SignalId> {
        let id = |signal: &Signal| signal.id;
        match self {
            Self::Signals(kinds) => facts.of_kinds(kinds).map(id).collect(),
            Self::Only(_) => facts.window.iter().map(|signal| signal.id).collect(),
            Self::Patterns(keys) => {
                let patterns = facts.policy.patterns.iter().filter(|(key, _)| keys.contains(key));
                let tests: Vec<_> = patterns.flat_map(|(_, pattern)| &pattern.tests).collect();
                let counted = |signal: &&Signal| {
                    tests.iter().any(|test| counts(test, signal, facts.case.now))
                };
                let mut seen: Vec<_> = facts.case.signals.iter().filter(counted).collect();
                seen.sort_by(|one, other| newest_first(one, other));
                seen.into_iter().map(id).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What is asked for.
    pub(super) fn wanted(&self, facts: &Facts<'_>) -> String {
        match self {
            Self::Tier(tiers) => {
                say::either(&tiers.iter().map(|tier| tier_words(*tier)).collect::<Vec<_>>())
            }
            Self::Intent(test) if test.plus => format!("intent {} or higher", test.band),
            Self::Intent(test) => format!("intent {}", test.band),
            Self::Committee(test) => {
                format!("{} with decision authority", number_words(test, false))
            }
            Self::Relation(relations) => {
                let words: Vec<_> = relations.iter().map(|one| relation_words(*one)).collect();
                format!("relation {}", say::either(&words))
            }
            Self::Signals(kinds) => format!("signal {}", say::either(kinds)),
            Self::Only(kinds) => format!("nothing but {}", say::all(kinds)),
            Self::Patterns(keys) => format!("pattern {}", say::either(keys)),
            Self::OnTal(true) => "on the target account list".into(),
            Self::OnTal(false) => "not on the target account list".into(),
            Self::LeadScore(test) => {
                let whose = if facts.case.account.lead_score.is_some() {
                    ""
                } else {
                    " (the intent score)"
                };
                format!("lead score{whose} {}", number_words(test, false))
            }
            Self::ExpectedValue(test) => format!("expected value {}", number_words(test, true)),
        }
    }

    /// What was found.
    pub(super) fn found(&self, facts: &Facts<'_>) -> String {
        match self {
            Self::Tier(_) => tier_words(facts.fit.tier).into(),
            Self::Intent(_) => format!("{}, {}", facts.score.value, facts.score.band),
            Self::Committee(_) => facts.committee.to_string(),
            Self::Relation(_) => relation_words(facts.case.account.relation).into(),
            Self::Signals(kinds) => {
                let kind = |signal: &Signal| signal.kind.clone();
                tally(facts.of_kinds(kinds).map(kind))
            }
            Self::Only(kinds) => {
                let others =
                    facts.window.iter().filter(|signal| !kinds.contains(&signal.kind)).peekable();
                let mut others = others;
                match others.peek() {
                    Some(_) => format!("also {}", tally(others.map(|signal| signal.kind.clone()))),
                    None => tally(facts.window.iter().map(|signal| signal.kind.clone())),
                }
            }
            Self::Patterns(keys) => {
                let met: Vec<_> = met_of(keys, facts).map(|(_, pattern)| &*pattern.label).collect();
                if met.is_empty() { "not met".into() } else { say::all(&met) }
            }
            Self::OnTal(_) if facts.case.account.on_tal => "on it".into(),
            Self::OnTal(_) => "not on it".into(),
            Self::LeadScore(_) => facts.lead_score().to_string(),
            Self::ExpectedValue(_) => {
                facts.case.account.expected_value.map_or_else(|| "not known".into(), say::money)
            }
        }
    }
}

/// The patterns among `keys` that are met, with their keys.
pub(super) fn met_of<'p>(
    keys: &'p [String],
    facts: &'p Facts<'_>,
) -> impl Iterator<Item = (&'p str, &'p Pattern)> {
    let known = keys.iter().filter_map(|key| Some((key.as_str(), facts.policy.patterns.get(key)?)));
    known.filter(|(_, pattern)| is_met(pattern, facts.case.signals, facts.case.now))
}

/// `none`, or each word once with how often it occurs, in order of first occurrence.
fn tally(words: impl Iterator<Item = String>) -> String {
    let mut counted: Vec<(String, u32)> = Vec::new();
    for word in words {
        match counted.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counted.push((word, 1)),
        }
    }
    if counted.is_empty() {
        return "none".into();
    }
    let words: Vec<_> = counted.into_iter().map(|(word, count)| times(&word, count)).collect();
    words.join(", ")
}

/// A word with how often it occurs: `site_visit ×3`.
pub(super) fn times(word: &str, count: u32) -> String {
    if count == 1 { word.to_owned() } else { format!("{word} ×{count}") }
}

/// Some signals as people say them, each kind once: `Visited the pricing page ×2, Attended a webinar`.
#[must_use]
pub fn told(signals: &[&Signal], policy: &Policy) -> String {
    tally(signals.iter().map(|signal| label(&signal.kind, policy).to_owned()))
}

/// A comparison in words: `at least 2`, `more than $50K`.
pub(super) fn number_words(test: &NumberTest, money: bool) -> String {
    let value = if money {
        #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
        let whole = test.value as i64;
        say::money(whole)
    } else {
        test.value.to_string()
    };
    let op = match test.op {
        Op::Lt => "less than",
        Op::Le => "at most",
        Op::Eq => "exactly",
        Op::Ge => "at least",
        Op::Gt => "more than",
    };
    format!("{op} {value}")
}

/// A relation as a person would say it.
pub(in crate::domain) const fn relation_words(relation: Relation) -> &'static str {
    match relation {
        Relation::New => "new",
        Relation::PastProspect => "past prospect",
        Relation::Customer => "customer",
    }
}

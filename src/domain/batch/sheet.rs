//! A week's batch as it lies on the desk: what waits, what was decided, what came late, and how it stands.

use std::collections::BTreeMap;

use super::round::{Item, Round, Solved};
use super::{Dates, Decision, Phase, Week};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::Person;
use crate::domain::policy::Policy;
use crate::domain::say;
use crate::domain::stage::Stage;

/// A decision that is not committed yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// The version of the handoff that was seen.
    pub version: i64,
    /// What was decided.
    pub decision: Decision,
}

/// A week's batch.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    /// Which.
    pub week: Week,
    /// Its dates.
    pub dates: Dates,
    /// How far it has come.
    pub phase: Phase,
    /// It was sent by hand.
    pub by_hand: bool,
    /// What waits for a decision, with the people.
    pub round: Round,
    /// What is flagged and not submitted yet: its package is not complete enough.
    pub undelivered: Vec<Item>,
    /// What has its decision.
    pub settled: Vec<Item>,
    /// What was flagged after the cut-off, and belongs to the next week.
    pub late: Vec<Item>,
    /// What was put off to the next week.
    pub put_off: Vec<Item>,
    /// What the person has decided and not committed.
    pub drafts: BTreeMap<HandoffId, Draft>,
}

/// What somebody is given by a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filled<'a> {
    /// Who.
    pub person: &'a Person,
    /// Open handoffs now.
    pub open: u32,
    /// What they were given this week.
    pub week: u32,
    /// What the batch adds.
    pub drawn: u32,
}

impl Sheet {
    /// A batch of these items as one person sees it.
    #[must_use]
    pub fn new(
        week: Week,
        policy: &Policy,
        mut round: Round,
        (late, put_off): (Vec<Item>, Vec<Item>),
        drafts: BTreeMap<HandoffId, Draft>,
    ) -> Self {
        let dates = Dates::of(week, policy);
        let items = std::mem::take(&mut round.items);
        let all = items.len();
        let by_hand = items.iter().any(|item| item.sent.is_some());
        let (waiting, settled): (Vec<_>, Vec<_>) = items.into_iter().partition(Item::waits);
        let (queued, undelivered): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|item| item.stage == Stage::Queued);
        let untouched =
            settled.iter().filter(|item| item.stage.is_assigned() && item.first_touch.is_none());
        let waits = queued.len() + undelivered.len();
        let phase = Phase::of(&dates, round.at, by_hand, waits, untouched.count(), all);
        round.items = queued;
        Self { week, dates, phase, by_hand, round, undelivered, settled, late, put_off, drafts }
    }

    /// What was decided, without the versions.
    #[must_use]
    pub fn decisions(&self) -> BTreeMap<HandoffId, Decision> {
        let drafts = self.drafts.iter().filter(|(id, _)| self.round.item(**id).is_some());
        drafts.map(|(id, draft)| (*id, draft.decision.clone())).collect()
    }

    /// The drafts that somebody else overtook: their item has changed since, or waits no longer.
    #[must_use]
    pub fn overtaken(&self) -> Vec<HandoffId> {
        let drafts = self.drafts.iter().filter(|(id, draft)| {
            self.round.item(**id).is_none_or(|item| item.version != draft.version)
        });
        drafts.map(|(id, _)| *id).collect()
    }

    /// Everybody who takes this batch's items, with what they carry and what is added, by name.
    #[must_use]
    pub fn filled(&self, solved: &Solved, policy: &Policy) -> Vec<Filled<'_>> {
        filled(&self.round, solved, policy)
    }

    /// How many items each word of decision has: routed, deferred, returned, nurtured.
    #[must_use]
    pub fn tally(decisions: &BTreeMap<HandoffId, Decision>) -> String {
        let words = [
            ("route", "routed"),
            ("defer", "deferred"),
            ("return", "returned"),
            ("nurture", "to nurture"),
        ];
        let parts = words.iter().filter_map(|(key, word)| {
            let count = decisions.values().filter(|decision| decision.key() == *key).count();
            (count > 0).then(|| format!("{} {word}", say::thousands(count as u64)))
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// Everybody who takes what a round gives, or is given something by it, with what they carry, by name.
#[must_use]
pub fn filled<'a>(round: &'a Round, solved: &Solved, policy: &Policy) -> Vec<Filled<'a>> {
    let kinds: Vec<_> = round.items.iter().filter_map(|item| policy.kind(&item.kind)).collect();
    let takes = |person: &Person| {
        person.active
            && (kinds.iter().any(|kind| kind.to == person.role)
                || (kinds.is_empty()
                    && policy.kind(&policy.batch.kind).is_some_and(|kind| kind.to == person.role)))
    };
    let drawn = |id: PersonId| solved.drawn.get(&id).copied().unwrap_or_default();
    let people = round.people.iter().filter(|person| takes(person) || drawn(person.id) > 0);
    let filled = people.map(|person| Filled {
        person,
        open: round.loads.get(&person.id).map_or(0, |load| load.open),
        week: round.loads.get(&person.id).map_or(0, |load| load.this_week),
        drawn: drawn(person.id),
    });
    filled.collect()
}

#[cfg(test)]
mod tests;

//! Proposals: whom the desk would give a handoff to, and why.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::{Aside, Desk, DeskError};
use crate::domain::batch::Week;
use crate::domain::clock::ClockName;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::{InHand, Person};
use crate::domain::routing::{self, Candidate, Load, Proposal};
use crate::domain::say;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::store::StoreError;

/// What everybody has in hand while a gesture is decided.
#[derive(Clone, Debug)]
pub(super) struct Hands {
    /// Counted on with what the gesture gives out.
    pub(super) open: Vec<InHand>,
    /// What else a ranking looks at, as it stood before the gesture: counting it for each handoff of a big gesture would
    /// cost more than all the rest. Read when it is first asked for.
    carried: OnceCell<BTreeMap<PersonId, Load>>,
}

impl Desk {
    /// Whom the desk proposes for a handoff, ranked, with a reason for everybody left out (`DOMAIN.md 6`).
    ///
    /// # Errors
    /// There is no such handoff, or the store can't be read.
    pub fn proposal(&self, id: HandoffId, now: Instant) -> Result<Proposal, DeskError> {
        let only = self.proposals(&[id], now)?.pop();
        only.map(|(_, proposal)| proposal).ok_or_else(|| no_such(id))
    }

    /// The same for several, each as if it were the only one; what everybody has in hand is read once for all.
    ///
    /// # Errors
    /// As [`Desk::proposal`].
    pub fn proposals(
        &self,
        ids: &[HandoffId],
        now: Instant,
    ) -> Result<Vec<(HandoffId, Proposal)>, DeskError> {
        let people = self.store.people()?;
        let hands = self.hands(now)?;
        let handoffs = self.store.handoffs(ids)?;
        let each = ids.iter().map(|id| {
            let handoff = handoffs.iter().find(|handoff| handoff.id == *id);
            let handoff = handoff.ok_or_else(|| no_such(*id))?;
            Ok((*id, self.propose(handoff, &people, &hands, now)?))
        });
        each.collect()
    }

    /// Why the desk proposes whom it proposes for a handoff: the ranking with the parts of each score, who is left out and
    /// why, and what would have changed the answer, a line each (`DOMAIN.md 13.3`).
    ///
    /// # Errors
    /// There is no such handoff, or the store can't be read.
    pub fn routing(&self, id: HandoffId, now: Instant) -> Result<Vec<String>, DeskError> {
        let handoff = self.store.handoff(id)?.ok_or_else(|| no_such(id))?;
        let account = self.store.account(handoff.account)?.unwrap_or_default();
        let Some(kind) = self.policy.kind(&handoff.kind) else { return Ok(Vec::new()) };
        let people = self.store.people()?;
        let loads = self.store.loads(&account, now, self.week_start(now))?;
        let candidates: Vec<_> = people
            .iter()
            .map(|person| {
                let (load, record) = loads.get(&person.id).copied().unwrap_or_default();
                Candidate { person, load, record }
            })
            .collect();
        let proposal = routing::propose(&account, kind, &candidates, &self.policy, now);
        let what_if = |who| routing::what_if(&account, kind, &candidates, &self.policy, now, who);
        Ok(crate::report::routing::lines(&proposal, &self.policy, &what_if))
    }

    /// When `accept` is breached the desk proposes the next best, once: a second assignee who lets it lie is for their
    /// manager to see (`DOMAIN.md 6`, 7).
    pub(super) fn next_best(
        &self,
        handoff: &Handoff,
        people: &[Person],
        now: Instant,
    ) -> Result<Option<Aside>, DeskError> {
        let legs = handoff.clocks.iter().filter(|clock| clock.name == ClockName::Accept);
        let breached: Vec<_> = legs.filter(|leg| leg.is_breached(now)).collect();
        let [only] = breached.as_slice() else { return Ok(None) };
        if handoff.stage != Stage::Assigned || !only.is_open() {
            return Ok(None);
        }
        let hands = self.hands(now)?;
        let proposal = self.propose(handoff, people, &hands, now)?;
        let Some(next) = proposal.ranked.first() else { return Ok(None) };
        let mut lines = vec![format!(
            "{} instead: {}. A, or handoff assign --reassign, takes it.",
            next.name,
            next.reasons.join("; ")
        )];
        lines.extend(proposal.note);
        let since = say::moment(only.due, self.policy.zone);
        Ok(Some(Aside {
            title: format!("Not accepted by {since}: the desk proposes the next best"),
            lines,
        }))
    }

    /// When this ISO week began, on the team's wall clock.
    pub(super) fn week_start(&self, now: Instant) -> Instant {
        Week::of(say::day_of(now, self.policy.zone)).start(self.policy.zone)
    }

    /// What everybody has in hand, and was given this week.
    pub(super) fn in_hand(&self, now: Instant) -> Result<Hands, StoreError> {
        let open = self.store.in_hand(self.week_start(now))?;
        Ok(Hands { open, carried: OnceCell::new() })
    }

    /// The same with all that a ranking looks at, for whoever only asks.
    fn hands(&self, now: Instant) -> Result<Hands, StoreError> {
        let carried = self.store.carried(now, self.week_start(now))?;
        let open = carried.iter().map(|(person, load)| InHand {
            person: *person,
            open: load.open,
            week: load.this_week,
        });
        Ok(Hands { open: open.collect(), carried: carried.into() })
    }

    /// The proposal as it stands inside a gesture, where `hands` counts what the gesture has given out already.
    pub(super) fn propose(
        &self,
        handoff: &Handoff,
        people: &[Person],
        hands: &Hands,
        now: Instant,
    ) -> Result<Proposal, DeskError> {
        let account = self.store.account(handoff.account)?.unwrap_or_default();
        let kind = self.policy.kind(&handoff.kind).ok_or_else(|| {
            DeskError::NotFound(format!(
                "The policy has no type \"{}\"; {} is of it.",
                handoff.kind, handoff.id
            ))
        })?;
        let carried = match hands.carried.get() {
            Some(carried) => carried,
            None => {
                let carried = self.store.carried(now, self.week_start(now))?;
                hands.carried.get_or_init(|| carried)
            }
        };
        let records = self.store.records(&account)?;
        // Whoever has it is not proposed for it: the next best is.
        let holder = handoff.assignee.filter(|_| handoff.stage.is_assigned());
        let candidates: Vec<_> = people
            .iter()
            .filter(|person| Some(person.id) != holder)
            .map(|person| {
                let mut load = carried.get(&person.id).copied().unwrap_or_default();
                let record = records.get(&person.id).copied().unwrap_or_default();
                let has = InHand::of(&hands.open, person.id);
                (load.open, load.this_week) = (has.open, has.week);
                Candidate { person, load, record }
            })
            .collect();
        Ok(routing::propose(&account, kind, &candidates, &self.policy, now))
    }
}

fn no_such(id: HandoffId) -> DeskError {
    DeskError::NotFound(format!("There is no handoff {id} in this store."))
}

#[cfg(test)]
mod tests;

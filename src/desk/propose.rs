//! Proposals: whom the desk would give a handoff to, and why.

use super::{Desk, DeskError};
use crate::domain::batch::Week;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::Person;
use crate::domain::routing::{self, Candidate, Proposal};
use crate::domain::say;
use crate::domain::time::Instant;

impl Desk {
    /// Whom the desk proposes for a handoff, ranked, with a reason for everybody left out (`DOMAIN.md 6`).
    ///
    /// # Errors
    /// There is no such handoff, or the store can't be read.
    pub fn proposal(&self, id: HandoffId, now: Instant) -> Result<Proposal, DeskError> {
        let people = self.store.people()?;
        let open = self.store.open_counts()?;
        let handoff = self.store.handoff(id)?.ok_or_else(|| {
            DeskError::NotFound(format!("There is no handoff {id} in this store."))
        })?;
        self.propose(&handoff, &people, &open, now)
    }

    /// When this ISO week began, on the team's wall clock.
    pub(super) fn week_start(&self, now: Instant) -> Instant {
        Week::of(say::day_of(now, self.policy.zone)).start(self.policy.zone)
    }

    /// The proposal as it stands inside a gesture, where `open` counts what the gesture has given out already.
    pub(super) fn propose(
        &self,
        handoff: &Handoff,
        people: &[Person],
        open: &[(PersonId, u32)],
        now: Instant,
    ) -> Result<Proposal, DeskError> {
        let account = self.store.account(handoff.account)?.unwrap_or_default();
        let kind = self.policy.kind(&handoff.kind).ok_or_else(|| {
            DeskError::NotFound(format!(
                "The policy has no type \"{}\"; {} is of it.",
                handoff.kind, handoff.id
            ))
        })?;
        let loads = self.store.loads(&account, now, self.week_start(now))?;
        let candidates: Vec<_> = people
            .iter()
            .map(|person| {
                let (mut load, record) = loads.get(&person.id).copied().unwrap_or_default();
                if let Some((_, count)) = open.iter().find(|(id, _)| *id == person.id) {
                    load.open = *count;
                }
                Candidate { person, load, record }
            })
            .collect();
        Ok(routing::propose(&account, kind, &candidates, &self.policy, now))
    }
}

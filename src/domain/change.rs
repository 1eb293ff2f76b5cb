//! What was recorded: facts about one handoff that know their inverse. Applying a change and then its inverse leaves
//! the handoff as it was, so undo is one more set of changes and the record only grows.

use chrono::NaiveDate;

use super::clock::{Clock, ClockKey};
use super::handoff::{Check, CoOwner, Day, Handoff, Moment, Outcome, Touch, VpDecision};
use super::ids::{AccountId, ContactId, PersonId};
use super::package::Frozen;
use super::stage::Stage;
use super::time::Instant;

/// One recorded fact. Each variant holds what was and what is.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// The handoff came to be.
    Created(Box<Handoff>),
    /// What the criteria said when it was flagged, a line each: kept with the handoff's birth, and nothing of the
    /// handoff itself.
    Explained {
        /// The receipt.
        lines: Vec<String>,
    },
    /// The package as it was sent changed: it is frozen at each submission (`DOMAIN.md 7`). Nothing of the handoff
    /// itself; the store keeps the newest beside it.
    Froze {
        /// What it was.
        from: Option<Box<Frozen>>,
        /// What it is.
        to: Option<Box<Frozen>>,
    },
    /// The handoff was taken out again; only ever the undo of [`Change::Created`].
    Removed(Box<Handoff>),
    /// The stage changed.
    Staged {
        /// What it was.
        from: Stage,
        /// What it is.
        to: Stage,
    },
    /// The assignee changed.
    Assigned {
        /// Who it was.
        from: Option<PersonId>,
        /// Who it is.
        to: Option<PersonId>,
    },
    /// It went over to another account, being the same company.
    Moved {
        /// Which it was.
        from: AccountId,
        /// Which it is.
        to: AccountId,
    },
    /// The co-owner changed.
    CoOwned {
        /// Who it was.
        from: Option<CoOwner>,
        /// Who it is.
        to: Option<CoOwner>,
    },
    /// The contact to start with changed.
    Contacted {
        /// Who it was.
        from: Option<ContactId>,
        /// Who it is.
        to: Option<ContactId>,
    },
    /// A moment was set or cleared.
    Happened {
        /// Which.
        moment: Moment,
        /// What it was.
        from: Option<Instant>,
        /// What it is.
        to: Option<Instant>,
    },
    /// A day was set or cleared.
    Planned {
        /// Which.
        day: Day,
        /// What it was.
        from: Option<NaiveDate>,
        /// What it is.
        to: Option<NaiveDate>,
    },
    /// The amount changed.
    Valued {
        /// What it was.
        from: Option<i64>,
        /// What it is.
        to: Option<i64>,
    },
    /// The brief changed.
    Briefed {
        /// What it was.
        from: Option<String>,
        /// What it is.
        to: Option<String>,
    },
    /// A package field was filled or cleared.
    Filled {
        /// Its key.
        field: String,
        /// What it was.
        from: Option<String>,
        /// What it is.
        to: Option<String>,
    },
    /// The completeness at submit changed.
    Completed {
        /// What it was.
        from: Option<u8>,
        /// What it is.
        to: Option<u8>,
    },
    /// What is asked for on return changed.
    Asked {
        /// What it was.
        from: Vec<String>,
        /// What it is.
        to: Vec<String>,
    },
    /// An attempt was logged.
    Touched(Touch),
    /// An attempt was taken out again; only ever the undo of [`Change::Touched`].
    Untouched(Touch),
    /// The outcome changed.
    Disposed {
        /// What it was.
        from: Option<Outcome>,
        /// What it is.
        to: Option<Outcome>,
    },
    /// The stage to go back to after a dispute changed.
    Suspended {
        /// What it was.
        from: Option<Stage>,
        /// What it is.
        to: Option<Stage>,
    },
    /// The VPs' decisions changed.
    Decided {
        /// What they were.
        from: Vec<VpDecision>,
        /// What they are.
        to: Vec<VpDecision>,
    },
    /// The rating changed.
    Rated {
        /// What it was.
        from: Option<u8>,
        /// What it is.
        to: Option<u8>,
    },
    /// What was missing from the package, as its reader said, changed.
    Lacked {
        /// What it was.
        from: Option<String>,
        /// What it is.
        to: Option<String>,
    },
    /// An item of the checklist was checked off.
    Checked(Check),
    /// A check was taken back.
    Unchecked(Check),
    /// A clock started, moved or ended.
    Clocked {
        /// Which.
        key: ClockKey,
        /// What it was.
        from: Option<Box<Clock>>,
        /// What it is.
        to: Option<Box<Clock>>,
    },
}

impl Change {
    /// The change that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::Created(handoff) => Self::Removed(handoff),
            Self::Removed(handoff) => Self::Created(handoff),
            Self::Explained { lines } => Self::Explained { lines },
            Self::Froze { from, to } => Self::Froze { from: to, to: from },
            Self::Staged { from, to } => Self::Staged { from: to, to: from },
            Self::Assigned { from, to } => Self::Assigned { from: to, to: from },
            Self::Moved { from, to } => Self::Moved { from: to, to: from },
            Self::CoOwned { from, to } => Self::CoOwned { from: to, to: from },
            Self::Contacted { from, to } => Self::Contacted { from: to, to: from },
            Self::Happened { moment, from, to } => Self::Happened { moment, from: to, to: from },
            Self::Planned { day, from, to } => Self::Planned { day, from: to, to: from },
            Self::Valued { from, to } => Self::Valued { from: to, to: from },
            Self::Briefed { from, to } => Self::Briefed { from: to, to: from },
            Self::Filled { field, from, to } => Self::Filled { field, from: to, to: from },
            Self::Completed { from, to } => Self::Completed { from: to, to: from },
            Self::Asked { from, to } => Self::Asked { from: to, to: from },
            Self::Touched(touch) => Self::Untouched(touch),
            Self::Untouched(touch) => Self::Touched(touch),
            Self::Disposed { from, to } => Self::Disposed { from: to, to: from },
            Self::Suspended { from, to } => Self::Suspended { from: to, to: from },
            Self::Decided { from, to } => Self::Decided { from: to, to: from },
            Self::Rated { from, to } => Self::Rated { from: to, to: from },
            Self::Lacked { from, to } => Self::Lacked { from: to, to: from },
            Self::Checked(check) => Self::Unchecked(check),
            Self::Unchecked(check) => Self::Checked(check),
            Self::Clocked { key, from, to } => Self::Clocked { key, from: to, to: from },
        }
    }

    /// Applies the change. `Created`, `Removed` and `Froze` are the store's to carry out and change nothing here.
    pub fn apply(&self, handoff: &mut Handoff) {
        match self {
            Self::Created(_) | Self::Removed(_) | Self::Explained { .. } | Self::Froze { .. } => {}
            Self::Staged { to, .. } => handoff.stage = *to,
            Self::Assigned { to, .. } => handoff.assignee = *to,
            Self::Moved { to, .. } => handoff.account = *to,
            Self::CoOwned { to, .. } => handoff.co_owner = *to,
            Self::Contacted { to, .. } => handoff.contact = *to,
            Self::Happened { moment, to, .. } => put(&mut handoff.moments, *moment, *to),
            Self::Planned { day, to, .. } => put(&mut handoff.days, *day, *to),
            Self::Valued { to, .. } => handoff.amount = *to,
            Self::Briefed { to, .. } => handoff.brief.clone_from(to),
            Self::Filled { field, to, .. } => put(&mut handoff.fields, field.clone(), to.clone()),
            Self::Completed { to, .. } => handoff.completeness = *to,
            Self::Asked { to, .. } => handoff.missing.clone_from(to),
            Self::Touched(touch) => {
                let place = handoff.touches.partition_point(|other| other.at <= touch.at);
                handoff.touches.insert(place, touch.clone());
            }
            Self::Untouched(touch) => {
                if let Some(place) = handoff.touches.iter().rposition(|other| other == touch) {
                    handoff.touches.remove(place);
                }
            }
            Self::Disposed { to, .. } => handoff.outcome.clone_from(to),
            Self::Suspended { to, .. } => handoff.before_dispute = *to,
            Self::Decided { to, .. } => handoff.decisions.clone_from(to),
            Self::Rated { to, .. } => handoff.rating = *to,
            Self::Lacked { to, .. } => handoff.lacked.clone_from(to),
            Self::Checked(check) => {
                let order = |check: &Check| (check.at, check.what.clone());
                let place = handoff.checks.partition_point(|other| order(other) <= order(check));
                handoff.checks.insert(place, check.clone());
            }
            Self::Unchecked(check) => {
                if let Some(place) = handoff.checks.iter().rposition(|other| other == check) {
                    handoff.checks.remove(place);
                }
            }
            Self::Clocked { key, to, .. } => {
                let place = handoff.clocks.iter().position(|clock| clock.key() == *key);
                match (place, to) {
                    (Some(place), Some(clock)) => handoff.clocks[place] = (**clock).clone(),
                    (Some(place), None) => drop(handoff.clocks.remove(place)),
                    (None, Some(clock)) => {
                        let order = |clock: &Clock| (clock.started, clock.key());
                        let place =
                            handoff.clocks.partition_point(|other| order(other) < order(clock));
                        handoff.clocks.insert(place, (**clock).clone());
                    }
                    (None, None) => {}
                }
            }
        }
    }
}

/// The handoff as it was before an event: the inverse of each of its changes, the last first. None where the event
/// created it; a version is not part of a change, and stays for the caller to set.
#[must_use]
pub fn before(handoff: Option<Handoff>, changes: &[Change]) -> Option<Handoff> {
    changes.iter().rev().fold(handoff, |now, change| match (change.inverse(), now) {
        (Change::Created(handoff), _) => Some(*handoff),
        (Change::Removed(_), _) => None,
        (inverse, Some(mut handoff)) => {
            inverse.apply(&mut handoff);
            Some(handoff)
        }
        (_, None) => None,
    })
}

/// The handoff as it was after an event: each of its changes, the first first. None where the event took it out.
#[must_use]
pub fn after(handoff: Option<Handoff>, changes: &[Change]) -> Option<Handoff> {
    changes.iter().fold(handoff, |now, change| match (change, now) {
        (Change::Created(handoff), _) => Some((**handoff).clone()),
        (Change::Removed(_), _) => None,
        (change, Some(mut handoff)) => {
            change.apply(&mut handoff);
            Some(handoff)
        }
        (_, None) => None,
    })
}

fn put<K: Ord, V>(map: &mut std::collections::BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::handoff::{Channel, TouchOutcome};
    use crate::domain::ids::AccountId;

    fn flagged() -> Handoff {
        Handoff::flagged(AccountId(1), "tier1", Instant(0))
    }

    fn touch(at: i64, note: &str) -> Touch {
        Touch {
            at: Instant(at),
            by: PersonId(3),
            channel: Channel::Email,
            template: None,
            outcome: TouchOutcome::Sent,
            note: Some(note.to_owned()),
        }
    }

    /// `ARCHITECTURE.md`: every event is told whole, so that it can be undone and looked at as it was.
    #[test]
    fn what_was_before_an_event_and_after_it_is_told_by_its_changes() {
        let one = flagged();
        let queued = Handoff { stage: Stage::Queued, completeness: Some(90), ..one.clone() };
        let submitted = [
            Change::Staged { from: Stage::Flagged, to: Stage::Queued },
            Change::Completed { from: None, to: Some(90) },
        ];
        assert_eq!(after(Some(one.clone()), &submitted), Some(queued.clone()));
        assert_eq!(before(Some(queued.clone()), &submitted), Some(one.clone()));
        // What was made in the event was not there before it, and what was taken out is not there after.
        let made =
            [Change::Created(Box::new(one.clone())), submitted[0].clone(), submitted[1].clone()];
        assert_eq!(after(None, &made), Some(queued.clone()));
        assert_eq!(before(Some(queued.clone()), &made), None);
        let removed = [Change::Removed(Box::new(queued.clone()))];
        assert_eq!(after(Some(queued.clone()), &removed), None);
        assert_eq!(before(None, &removed), Some(queued));
        // Nothing happens to what is not there, and nothing is nothing.
        assert_eq!((after(None, &submitted), before(None, &submitted)), (None, None));
        assert_eq!(
            (after(Some(one.clone()), &[]), before(Some(one.clone()), &[])),
            (Some(one.clone()), Some(one))
        );
    }

    #[test]
    fn checks_stand_by_time_and_those_of_one_moment_by_name() {
        let check = |at, what: &str| Check { what: what.into(), at: Instant(at), by: PersonId(3) };
        let mut one = flagged();
        let all = [check(5, "b"), check(9, "d"), check(5, "a"), check(7, "c")];
        for check in &all {
            Change::Checked(check.clone()).apply(&mut one);
        }
        let told: Vec<_> = one.checks.iter().map(|check| check.what.as_str()).collect();
        assert_eq!(told, ["a", "b", "c", "d"]);
        for check in &all {
            Change::Checked(check.clone()).inverse().apply(&mut one);
        }
        assert_eq!(one, flagged());
    }

    #[test]
    fn touches_stand_by_time_and_those_of_one_moment_as_they_were_written() {
        let mut one = flagged();
        let all =
            [touch(5, "a"), touch(9, "b"), touch(7, "late"), touch(5, "again"), touch(1, "first")];
        for touch in &all {
            Change::Touched(touch.clone()).apply(&mut one);
        }
        let notes = |one: &Handoff| {
            one.touches
                .iter()
                .map(|touch| touch.note.clone().unwrap_or_default())
                .collect::<Vec<_>>()
        };
        assert_eq!(notes(&one), ["first", "a", "again", "late", "b"]);
        for touch in all.iter().rev() {
            Change::Touched(touch.clone()).inverse().apply(&mut one);
        }
        assert_eq!(one, flagged());
    }
}

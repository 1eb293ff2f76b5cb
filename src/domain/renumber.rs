//! The ids inside a handoff and inside a change, given new numbers: for an export, which must not depend on the ids of
//! the store that it came from.

use super::change::Change;
use super::clock::{Clock, Owes};
use super::handoff::{Handoff, Outcome};
use super::ids::{AccountId, ContactId, PersonId};

/// The new numbers. What is no longer there gets 0.
pub trait Numbers {
    /// Of an account.
    fn account(&self, id: AccountId) -> AccountId;
    /// Of a contact.
    fn contact(&self, id: ContactId) -> ContactId;
    /// Of a person.
    fn person(&self, id: PersonId) -> PersonId;
}

/// Renumbers everything that a handoff names, but for handoffs: their numbers are what people call them by.
pub fn handoff(handoff: &mut Handoff, to: &dyn Numbers) {
    handoff.account = to.account(handoff.account);
    if let Some(id) = &mut handoff.contact {
        *id = to.contact(*id);
    }
    for id in handoff.sender.iter_mut().chain(&mut handoff.assignee) {
        *id = to.person(*id);
    }
    if let Some(owner) = &mut handoff.co_owner {
        owner.person = to.person(owner.person);
    }
    if let Some(one) = &mut handoff.outcome {
        outcome(one, to);
    }
    for decision in &mut handoff.decisions {
        decision.by = to.person(decision.by);
    }
    for check in &mut handoff.checks {
        check.by = to.person(check.by);
    }
    for touch in &mut handoff.touches {
        touch.by = to.person(touch.by);
    }
    for one in &mut handoff.clocks {
        clock(one, to);
    }
}

/// Renumbers everything that a change names.
pub fn change(change: &mut Change, to: &dyn Numbers) {
    match change {
        Change::Created(one) | Change::Removed(one) => handoff(one, to),
        Change::Assigned { from, to: then } => {
            for id in from.iter_mut().chain(then) {
                *id = to.person(*id);
            }
        }
        Change::Moved { from, to: then } => {
            *from = to.account(*from);
            *then = to.account(*then);
        }
        Change::CoOwned { from, to: then } => {
            for owner in from.iter_mut().chain(then) {
                owner.person = to.person(owner.person);
            }
        }
        Change::Contacted { from, to: then } => {
            for id in from.iter_mut().chain(then) {
                *id = to.contact(*id);
            }
        }
        Change::Touched(touch) | Change::Untouched(touch) => touch.by = to.person(touch.by),
        Change::Disposed { from, to: then } => {
            for one in from.iter_mut().chain(then) {
                outcome(one, to);
            }
        }
        Change::Decided { from, to: then } => {
            for decision in from.iter_mut().chain(then) {
                decision.by = to.person(decision.by);
            }
        }
        Change::Clocked { from, to: then, .. } => {
            for one in from.iter_mut().chain(then) {
                clock(one, to);
            }
        }
        Change::Checked(check) | Change::Unchecked(check) => check.by = to.person(check.by),
        Change::Explained { .. }
        | Change::Froze { .. }
        | Change::Lacked { .. }
        | Change::Staged { .. }
        | Change::Happened { .. }
        | Change::Planned { .. }
        | Change::Valued { .. }
        | Change::Briefed { .. }
        | Change::Filled { .. }
        | Change::Completed { .. }
        | Change::Asked { .. }
        | Change::Suspended { .. }
        | Change::Rated { .. } => {}
    }
}

fn outcome(outcome: &mut Outcome, to: &dyn Numbers) {
    outcome.by = to.person(outcome.by);
}

fn clock(clock: &mut Clock, to: &dyn Numbers) {
    if let Owes::Person(id) = &mut clock.owes {
        *id = to.person(*id);
    }
    for pause in &mut clock.pauses {
        if let Some(id) = &mut pause.by {
            *id = to.person(*id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::handoff::Check;
    use crate::domain::time::Instant;

    /// Accounts get 100 more, contacts 200, people 300.
    struct More;

    impl Numbers for More {
        fn account(&self, id: AccountId) -> AccountId {
            AccountId(id.0 + 100)
        }

        fn contact(&self, id: ContactId) -> ContactId {
            ContactId(id.0 + 200)
        }

        fn person(&self, id: PersonId) -> PersonId {
            PersonId(id.0 + 300)
        }
    }

    fn check(by: i64) -> Check {
        Check { what: "Read the package".into(), at: Instant(0), by: PersonId(by) }
    }

    fn one(account: i64, contact: i64, sender: i64, assignee: i64, checker: i64) -> Handoff {
        let mut one = Handoff::flagged(AccountId(account), "tier1", Instant(0));
        one.contact = Some(ContactId(contact));
        one.sender = Some(PersonId(sender));
        one.assignee = Some(PersonId(assignee));
        one.checks = vec![check(checker)];
        one
    }

    #[test]
    fn everybody_whom_a_handoff_names_gets_the_new_number() {
        let mut told = one(1, 2, 3, 4, 5);
        handoff(&mut told, &More);
        assert_eq!(told, one(101, 202, 303, 304, 305));
    }

    /// `renumber` leaves nobody out: one of everything that a handoff can hold, every person by another number.
    fn whole(people: i64) -> Handoff {
        use crate::domain::clock::{ClockName, ClockState};
        use crate::domain::due::Pause;
        use crate::domain::handoff::{Channel, CoOwner, Decision, Touch, TouchOutcome, VpDecision};
        use crate::domain::person::Role;
        use crate::domain::policy::{Class, Warn};
        let who = |id: i64| PersonId(people + id);
        let mut one = Handoff::flagged(AccountId(1), "tier1", Instant(0));
        one.co_owner = Some(CoOwner { person: who(1), until: Instant(9) });
        one.outcome = Some(Outcome {
            code: "WON".into(),
            class: Class::Close,
            fields: std::collections::BTreeMap::new(),
            claim: None,
            overridden: None,
            by: who(2),
            at: Instant(8),
        });
        one.decisions = vec![VpDecision {
            role: Role::VpSales,
            by: who(3),
            decision: Decision::Queue,
            note: "again".into(),
        }];
        one.touches = vec![Touch {
            at: Instant(5),
            by: who(4),
            channel: Channel::Call,
            template: None,
            outcome: TouchOutcome::NoAnswer,
            note: None,
        }];
        let pause = |by| Pause { from: Instant(1), to: None, reason: "away".into(), by };
        one.clocks = vec![Clock {
            name: ClockName::Accept,
            leg: 1,
            end_to_end: false,
            owes: Owes::Person(who(5)),
            started: Instant(0),
            target: crate::domain::target::Target::SameDay,
            calendar: "office".into(),
            warning: Warn::Share(0.5),
            due: Instant(9),
            warn: Instant(4),
            state: ClockState::Paused,
            ended: None,
            pauses: vec![pause(Some(who(6))), pause(None)],
            short_notice: false,
        }];
        one
    }

    #[test]
    fn what_happened_to_a_handoff_is_told_by_the_new_numbers_too() {
        let mut told = whole(0);
        handoff(&mut told, &More);
        let wanted = Handoff { account: AccountId(101), ..whole(300) };
        assert_eq!(told, wanted);
        let clocked = |one: &Handoff| Change::Clocked {
            key: one.clocks[0].key(),
            from: None,
            to: one.clocks.first().cloned().map(Box::new),
        };
        for (told, wanted) in [
            (clocked(&whole(0)), clocked(&whole(300))),
            (
                Change::Disposed { from: whole(0).outcome, to: None },
                Change::Disposed { from: whole(300).outcome, to: None },
            ),
            (
                Change::Decided { from: vec![], to: whole(0).decisions },
                Change::Decided { from: vec![], to: whole(300).decisions },
            ),
            (
                Change::CoOwned { from: whole(0).co_owner, to: None },
                Change::CoOwned { from: whole(300).co_owner, to: None },
            ),
            (
                Change::Touched(whole(0).touches.remove(0)),
                Change::Touched(whole(300).touches.remove(0)),
            ),
        ] {
            let mut renumbered = told;
            change(&mut renumbered, &More);
            assert_eq!(renumbered, wanted);
        }
        let role = Owes::Role(crate::domain::person::Role::VpSales);
        let mut nobodys = Clock { owes: role, pauses: vec![], ..whole(0).clocks.remove(0) };
        clock(&mut nobodys, &More);
        assert_eq!(nobodys.owes, role, "a role has no number");
    }

    #[test]
    fn everybody_whom_a_change_names_gets_the_new_number() {
        let (account, contact, who) =
            (AccountId, |id| Some(ContactId(id)), |id| Some(PersonId(id)));
        for (mut told, wanted) in [
            (
                Change::Created(Box::new(one(1, 2, 3, 4, 5))),
                Change::Created(Box::new(one(101, 202, 303, 304, 305))),
            ),
            (
                Change::Assigned { from: who(1), to: who(2) },
                Change::Assigned { from: who(301), to: who(302) },
            ),
            (
                Change::Moved { from: account(1), to: account(2) },
                Change::Moved { from: account(101), to: account(102) },
            ),
            (
                Change::Contacted { from: None, to: contact(2) },
                Change::Contacted { from: None, to: contact(202) },
            ),
            (Change::Checked(check(5)), Change::Checked(check(305))),
        ] {
            change(&mut told, &More);
            assert_eq!(told, wanted);
        }
    }
}

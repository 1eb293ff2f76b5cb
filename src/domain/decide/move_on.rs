//! The way forward: assign, accept, touch, brief, note; and holding or deferring what is owed.

use chrono::{Days, NaiveDate};

use super::{Draft, Step, reaches, required, untold};
use crate::domain::batch::week_reviewed;
use crate::domain::calendar::Edge;
use crate::domain::change::Change;
use crate::domain::clock::{ClockEvent, ClockName, ClockState};
use crate::domain::command::NewTouch;
use crate::domain::handoff::{Check, CoOwner, Day, Moment, Touch, TouchOutcome};
use crate::domain::ids::PersonId;
use crate::domain::person::{InHand, Person, Role};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::stage::Stage;
use crate::domain::time::{DAY, Instant};
use crate::domain::timing::{DISPUTED, effects, wait_until};

/// The furthest day that a deferral may name, in days from today.
const LONGEST_DEFERRAL: u64 = 366;

impl Draft<'_> {
    pub(super) fn assign(&mut self, to: PersonId, brief: Option<&str>, anyway: bool) -> Step {
        let Some(person) = self.facts.person(to) else {
            return Err(Refusal::new(RefusalKind::NotAvailable, "There is no such person.")
                .hint("`handoff list people` shows who works the desk."));
        };
        if self.handoff.assignee == Some(to) && self.handoff.stage.is_assigned() {
            return Err(Refusal::new(
                RefusalKind::Nothing,
                format!("{} already has it.", person.name),
            ));
        }
        self.within_reach(person)?;
        self.available(person, anyway)?;
        let again = self.handoff.stage.is_assigned();
        let now = self.now();
        self.give_to(Some(to));
        self.stage(Stage::Assigned);
        self.happened(Moment::Given, Some(now));
        self.happened(Moment::Accepted, None);
        self.first(Moment::Assigned, now);
        self.plan(Day::Defer, None);
        if let Some(text) = brief.map(str::trim).filter(|text| !text.is_empty()) {
            let from = self.handoff.brief.clone();
            if from.as_deref() != Some(text) {
                self.record(Change::Briefed { from, to: Some(text.to_owned()) });
            }
        }
        self.clocks(&[if again { ClockEvent::Reassigned } else { ClockEvent::Assigned }])
    }

    /// Refuses a manager who gives it to another team.
    fn within_reach(&self, person: &Person) -> Step {
        let who = self.facts.who;
        if self.facts.automatic || reaches(who, person.id, self.facts.people) {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::NotPermitted,
            format!("{} is not in {}'s team.", person.name, who.name),
        )
        .hint("Choose somebody who is, or ask the VP of Sales."))
    }

    /// Refuses somebody who is gone or has another role, and, unless told to go on, who is away or full.
    fn available(&self, person: &Person, anyway: bool) -> Step {
        let no = |sentence: String| Refusal::new(RefusalKind::NotAvailable, sentence);
        if !person.active {
            return Err(
                no(format!("{} is no longer active.", person.name)).hint("Choose somebody who is.")
            );
        }
        let fallback = matches!(person.role, Role::Manager | Role::VpSales);
        if person.role != self.kind.to && !fallback {
            return Err(no(format!(
                "{} is {} and {} goes to {}.",
                person.name,
                person.role.label(),
                self.kind.label,
                self.kind.to.label()
            ))
            .hint("Choose somebody with that role, or a manager."));
        }
        let has = InHand::of(self.facts.open, person.id);
        let full = person.full(has.open, has.week).into_iter().next();
        let level = matches!(self.facts.who.role, Role::VpSales | Role::Revops);
        if let Some(full) = full.filter(|_| !level && !self.facts.automatic) {
            return Err(Refusal::new(
                RefusalKind::NotPermitted,
                format!(
                    "{} is {}, and {} ({}) may not go beyond it.",
                    person.name,
                    full.said(),
                    self.facts.who.name,
                    self.facts.who.role.label()
                ),
            )
            .hint("Choose somebody else, or ask the VP of Sales or revenue operations."));
        }
        if anyway {
            return Ok(());
        }
        if let Some(absence) = person.away_on(self.facts.today()) {
            return Err(no(format!(
                "{} is out of office until {}.",
                person.name,
                absence.to.format("%a %-d %b")
            ))
            .hint("Choose somebody else, or confirm to assign anyway."));
        }
        match full {
            Some(full) => Err(no(format!("{} is {}.", person.name, full.said()))
                .hint("Choose somebody else, or confirm to assign anyway.")),
            None => Ok(()),
        }
    }

    pub(super) fn accept(&mut self) -> Step {
        self.say_yes(self.now());
        self.clocks(&[ClockEvent::Accepted])
    }

    /// Accepts; a handoff that was further on with somebody else goes back to where it was.
    fn say_yes(&mut self, at: Instant) {
        self.happened(Moment::Accepted, Some(at));
        let stage = if self.handoff.moment(Moment::Opportunity).is_some() {
            Stage::Opportunity
        } else if self.handoff.moment(Moment::Responded).is_some() {
            Stage::Engaged
        } else {
            Stage::Accepted
        };
        self.stage(stage);
        if let (days @ 1.., Some(sender)) = (self.kind.co_owner_days, self.handoff.sender)
            && self.handoff.co_owner.is_none()
        {
            let until = at.plus(i64::from(days) * DAY);
            self.record(Change::CoOwned {
                from: None,
                to: Some(CoOwner { person: sender, until }),
            });
        }
    }

    pub(super) fn touch(&mut self, new: &NewTouch) -> Step {
        let now = self.now();
        let given = self.handoff.moment(Moment::Given);
        // A machine whose clock was set back since the assignment touches no earlier than that.
        let at = new.at.unwrap_or_else(|| given.map_or(now, |given| now.max(given)));
        if new.at.is_some_and(|at| at > now) {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!(
                    "A touch at {} lies in the future.",
                    say::moment(at, self.facts.policy.zone)
                ),
            )
            .hint("Log it when it has happened."));
        }
        if given.is_some_and(|given| at < given) {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("A touch at {at} lies before the assignment."),
            )
            .hint("Only touches since the assignment count."));
        }
        let mut events = vec![ClockEvent::Touched, ClockEvent::Reported];
        if self.handoff.stage == Stage::Assigned {
            self.say_yes(at);
            events.push(ClockEvent::Accepted);
        }
        if self.handoff.stage == Stage::Accepted {
            self.stage(Stage::Working);
        }
        self.record(Change::Touched(Touch {
            at,
            by: self.facts.who.id,
            channel: new.channel,
            template: new.template.clone(),
            outcome: new.outcome,
            note: new.note.clone().filter(|note| !note.trim().is_empty()),
        }));
        self.first(Moment::FirstTouch, at);
        if new.outcome == TouchOutcome::Replied {
            self.first(Moment::Responded, at);
            if self.handoff.stage == Stage::Working {
                self.stage(Stage::Engaged);
            }
            events.push(ClockEvent::Responded);
        }
        self.clocks_at(&effects(&events), "", at)
    }

    pub(super) fn note(&mut self, text: &str) -> Step {
        required(text, "The note")?;
        if self.handoff.stage.is_assigned()
            && self.handoff.clocks.iter().any(|c| c.name == ClockName::Report && c.is_open())
        {
            self.clocks(&[ClockEvent::Reported])?;
        }
        Ok(())
    }

    /// Checks off an item of the type's checklist; one that the policy no longer has can still be taken back.
    pub(super) fn check(&mut self, what: &str, done: bool) -> Step {
        let what = what.trim();
        let now = self.now();
        let known = self.handoff.checks.iter().find(|check| check.what == what).cloned();
        match (done, known) {
            (true, Some(_)) => {
                Err(Refusal::new(RefusalKind::Nothing, format!("\"{what}\" is checked already.")))
            }
            (false, None) => Err(Refusal::new(
                RefusalKind::Nothing,
                format!("\"{what}\" is not checked, so there is no check to take back."),
            )),
            (false, Some(check)) => {
                self.record(Change::Unchecked(check));
                Ok(())
            }
            (true, None) => {
                let items = self.facts.policy.checklist(self.kind);
                if !items.iter().any(|item| item.what == what) {
                    let all: Vec<_> = items.iter().map(|item| item.what.as_str()).collect();
                    let refusal = Refusal::new(
                        RefusalKind::Missing,
                        format!("{} has no item \"{what}\" in its checklist.", self.kind.label),
                    );
                    return Err(match all.as_slice() {
                        [] => refusal.hint("Its playbook in the policy has no checklist."),
                        all => refusal.hint(format!("The items are: {}.", all.join("; "))),
                    });
                }
                let by = self.facts.who.id;
                self.record(Change::Checked(Check { what: what.to_owned(), at: now, by }));
                Ok(())
            }
        }
    }

    pub(super) fn brief(&mut self, text: &str) -> Step {
        let to = required(text, "The brief")?.to_owned();
        let from = self.handoff.brief.clone();
        if from.as_deref() == Some(to.as_str()) {
            return Err(Refusal::new(RefusalKind::Nothing, "The brief already says that."));
        }
        self.record(Change::Briefed { from, to: Some(to) });
        Ok(())
    }

    pub(super) fn defer(&mut self, until: NaiveDate, reason: &str) -> Step {
        let today = self.facts.today();
        let last = today.checked_add_days(Days::new(LONGEST_DEFERRAL)).unwrap_or(today);
        if until <= today || until > last {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("It can't be deferred to {until}: that is not a day of the coming year."),
            )
            .hint(format!("Choose a day from {} to {last}.", today.succ_opt().unwrap_or(today))));
        }
        let reason = required(reason, "The reason")?;
        self.plan(Day::Defer, Some(until));
        let policy = self.facts.policy;
        let told = format!("deferred to {until}: {reason}");
        if self.kind.key == policy.batch.kind {
            let monday = week_reviewed(until, policy).monday();
            self.plan(Day::Batch, Some(monday));
            return self.wait_for_review(monday, &told);
        }
        let start =
            policy.calendar(&policy.calendar).and_then(|days| days.instant(until, 0, Edge::Open));
        if let Some(start) = start {
            let timing = self.timing(self.now());
            for change in wait_until(&self.handoff, ClockName::Assign, start, &told, &timing)
                .map_err(untold)?
            {
                self.record(change);
            }
        }
        Ok(())
    }

    pub(super) fn pause(&mut self, clock: Option<ClockName>, reason: &str) -> Step {
        let reason = required(reason, "The reason")?;
        // The bare word marks the pauses of a dispute, which nobody ends by hand.
        let by_hand = if reason == DISPUTED { ", by hand" } else { "" };
        let reason = format!("{reason}{by_hand}");
        self.hold_or_let(clock, ClockState::Running, ClockEvent::Paused, &reason)
    }

    pub(super) fn resume(&mut self, clock: Option<ClockName>) -> Step {
        self.hold_or_let(clock, ClockState::Paused, ClockEvent::Resumed, "")
    }

    fn hold_or_let(
        &mut self,
        only: Option<ClockName>,
        wanted: ClockState,
        event: ClockEvent,
        reason: &str,
    ) -> Step {
        let any = |name: ClockName| only.is_none_or(|only| only == name);
        if !self.handoff.clocks.iter().any(|clock| any(clock.name) && clock.state == wanted) {
            let which = only.map_or("clock".to_owned(), |name| format!("{name} clock"));
            return Err(Refusal::new(
                RefusalKind::Nothing,
                format!("There is no {wanted} {which} here."),
            ));
        }
        let wanted: Vec<_> =
            effects(&[event]).into_iter().filter(|effect| any(effect.name)).collect();
        self.clocks_at(&wanted, reason, self.now())
    }

    pub(super) fn activate(&mut self) -> Step {
        if !self.kind.clocks.contains_key(&ClockName::Onboard) {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("{} has no activation to record.", self.kind.label),
            ));
        }
        let now = self.now();
        self.happened(Moment::Activated, Some(now));
        self.happened(Moment::Ended, Some(now));
        self.stage(Stage::Closed);
        self.clocks(&[ClockEvent::Activated, ClockEvent::Closed])
    }
}

//! The heart: what a command does to a handoff, or why it may not. Pure and total; the desk commits what comes out.

mod close;
mod form;
mod move_on;
mod package;
mod permission;
mod send_back;
#[cfg(test)]
mod tests;

pub use form::{check_fields, owed_work};
pub use permission::{in_team, may, reaches};

use chrono::NaiveDate;

use super::change::Change;
use super::clock::ClockEvent;
use super::command::Command;
use super::due::DueError;
use super::handoff::{Day, Handoff, Moment};
use super::ids::PersonId;
use super::person::{InHand, Person};
use super::policy::{HandoffType, Policy, Then};
use super::refusal::{Refusal, RefusalKind};
use super::stage::{Action, Stage, legal};
use super::time::Instant;
use super::timing::{Effect, Timing, effects, fire};

/// What the rules look at beside the handoff itself.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// Who asks.
    pub who: &'a Person,
    /// When.
    pub now: Instant,
    /// Everybody who works the desk.
    pub people: &'a [Person],
    /// What people have in hand; who is not named has nothing.
    pub open: &'a [InHand],
    /// The package as it would be with the command's fields: completeness in percent, and the labels of what is missing.
    pub package: Option<(u8, &'a [&'static str])>,
    /// True when the desk itself acts for a rule (auto-submit, auto-assign); the roles of `DOMAIN.md 12` then don't bind.
    pub automatic: bool,
}

impl<'a> Facts<'a> {
    /// What somebody asks by, without a package and without counts of what people have in hand.
    #[must_use]
    pub const fn of(
        policy: &'a Policy,
        who: &'a Person,
        people: &'a [Person],
        now: Instant,
    ) -> Self {
        Self { policy, who, now, people, open: &[], package: None, automatic: false }
    }

    /// The same where the desk itself acts for a rule.
    #[must_use]
    pub const fn automatic(
        policy: &'a Policy,
        who: &'a Person,
        people: &'a [Person],
        now: Instant,
    ) -> Self {
        Self { automatic: true, ..Self::of(policy, who, people, now) }
    }

    /// The person with this id.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&'a Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The name of a person, for sentences.
    #[must_use]
    pub fn name(&self, id: PersonId) -> &'a str {
        self.person(id).map_or("somebody", |person| person.name.as_str())
    }

    /// Today in the team's zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.utc().with_timezone(&self.policy.zone).date_naive()
    }
}

/// The named action that a command is, on this handoff.
#[must_use]
pub fn action_of(command: &Command, handoff: &Handoff, policy: &Policy) -> Action {
    match command {
        Command::Submit => Action::Submit,
        Command::Withdraw { .. } => Action::Withdraw,
        Command::Assign { .. } if handoff.stage.is_assigned() => Action::Reassign,
        Command::Assign { .. } => Action::Assign,
        Command::Accept => Action::Accept,
        Command::Touch(_) => Action::Touch,
        Command::Note { .. } => Action::Note,
        Command::Dispose(disposal) => policy
            .disposition(&disposal.code)
            .map_or(Action::Disqualify, |rule| action_for(rule.then)),
        Command::Return { .. } => Action::Return,
        Command::Resubmit { .. } => Action::Resubmit,
        Command::Dispute { .. } => Action::Dispute,
        Command::Decide { .. } => Action::Decide,
        Command::Defer { .. } => Action::Defer,
        Command::Pause { .. } => Action::Pause,
        Command::Resume { .. } => Action::Resume,
        Command::Brief { .. } => Action::Brief,
        Command::Edit { .. } => Action::Edit,
        Command::Rate { .. } => Action::Rate,
        Command::Check { .. } => Action::Check,
        Command::Activate => Action::Activate,
        Command::Hibernate => Action::Hibernate,
        Command::Wake { .. } => Action::Wake,
        Command::Reopen { .. } => Action::Reopen,
    }
}

/// The named action that recording a disposition with this follow-up is.
#[must_use]
pub const fn action_for(then: Then) -> Action {
    match then {
        Then::Accept => Action::Accept,
        Then::Meeting => Action::Book,
        Then::Held => Action::Held,
        Then::Noshow => Action::Noshow,
        Then::Opportunity => Action::Opportunity,
        Then::Won => Action::Win,
        Then::Lost => Action::Lose,
        Then::Returned => Action::Return,
        Then::Nurture => Action::Recycle,
        Then::Disputed => Action::Dispute,
        Then::Closed => Action::Disqualify,
    }
}

/// What a command does to a handoff: the changes, in the order they apply.
///
/// # Errors
/// A [`Refusal`]: not legal from this stage, not permitted to this person, something missing, work still owed, or
/// nothing to do.
pub fn decide(
    handoff: &Handoff,
    command: &Command,
    facts: &Facts<'_>,
) -> Result<Vec<Change>, Refusal> {
    if let Command::Dispose(disposal) = command
        && facts.policy.disposition(&disposal.code).is_none()
    {
        let codes: Vec<_> =
            facts.policy.dispositions.iter().map(|rule| rule.code.as_str()).collect();
        return Err(Refusal::new(
            RefusalKind::Missing,
            format!("{} is not a disposition code.", disposal.code),
        )
        .hint(format!("The codes are {}.", codes.join(", "))));
    }
    let action = action_of(command, handoff, facts.policy);
    if !legal(handoff.stage).contains(&action) {
        return Err(Refusal::not_legal(action, handoff.stage));
    }
    let kind = facts.policy.kind(&handoff.kind).ok_or_else(|| {
        Refusal::new(RefusalKind::Missing, format!("The policy has no type \"{}\".", handoff.kind))
            .hint("Put the type back into the policy file, or use the policy that this handoff was made under.")
    })?;
    may(action, handoff, kind, facts)?;
    let mut draft = Draft::new(handoff, kind, facts);
    match command {
        Command::Submit => draft.submit(),
        Command::Resubmit { fields } => draft.resubmit(fields),
        Command::Edit { fields } => draft.edit(fields),
        Command::Rate { stars, missing } => draft.rate(*stars, missing.as_deref()),
        Command::Check { what, done } => draft.check(what, *done),
        Command::Assign { to, brief, anyway } => draft.assign(*to, brief.as_deref(), *anyway),
        Command::Accept => draft.accept(),
        Command::Touch(touch) => draft.touch(touch),
        Command::Note { text } => draft.note(text),
        Command::Brief { text } => draft.brief(text),
        Command::Defer { until, reason } => draft.defer(*until, reason),
        Command::Pause { clock, reason } => draft.pause(*clock, reason),
        Command::Resume { clock } => draft.resume(*clock),
        Command::Activate => draft.activate(),
        Command::Dispose(disposal) => draft.dispose(disposal),
        Command::Return { missing, note, overridden } => {
            draft.give_back(missing, note, overridden.as_deref())
        }
        Command::Dispute { note } => draft.dispute(note),
        Command::Decide { decision, note } => draft.decide(*decision, note),
        Command::Withdraw { reason } => draft.withdraw(reason),
        Command::Reopen { reason } => draft.reopen(reason),
        Command::Hibernate => draft.hibernate(),
        Command::Wake { .. } => draft.wake(),
    }?;
    Ok(draft.changes)
}

/// The clocks a handoff is born with; `handoff` is as flagged, without any. Where the package is known to be complete,
/// what is owed of it is kept from the start.
///
/// # Errors
/// A calendar of the policy has no working time.
pub fn first_clocks(
    handoff: &mut Handoff,
    kind: &HandoffType,
    facts: &Facts<'_>,
) -> Result<(), Refusal> {
    let timing = Timing {
        policy: facts.policy,
        kind,
        assignee: None,
        sender: handoff.sender.and_then(|id| facts.person(id)),
        at: facts.now,
        by: facts.who.on_record(),
    };
    // A meeting that has taken place owes nobody a package.
    let ahead = handoff.moment(Moment::Meeting).filter(|meeting| *meeting > facts.now);
    let booked = ahead.map(|_| ClockEvent::Booked);
    let whole = booked.filter(|_| facts.package.is_some_and(|(_, missing)| missing.is_empty()));
    let completed = whole.map(|_| ClockEvent::Completed);
    let events: Vec<_> =
        std::iter::once(ClockEvent::Flagged).chain(booked).chain(completed).collect();
    for change in fire(handoff, &effects(&events), "", &timing).map_err(untold)? {
        change.apply(handoff);
    }
    Ok(())
}

fn untold(error: DueError) -> Refusal {
    Refusal::new(RefusalKind::Missing, format!("{error}."))
        .hint("Mend the calendar or the date and try again.")
}

/// A handoff on its way from what it is to what the command makes of it.
struct Draft<'a> {
    handoff: Handoff,
    kind: &'a HandoffType,
    facts: &'a Facts<'a>,
    changes: Vec<Change>,
}

type Step = Result<(), Refusal>;

impl<'a> Draft<'a> {
    fn new(handoff: &Handoff, kind: &'a HandoffType, facts: &'a Facts<'a>) -> Self {
        Self { handoff: handoff.clone(), kind, facts, changes: Vec::new() }
    }

    /// Applies a change and keeps it.
    fn record(&mut self, change: Change) {
        change.apply(&mut self.handoff);
        self.changes.push(change);
    }

    fn stage(&mut self, to: Stage) {
        let from = self.handoff.stage;
        if from != to {
            self.record(Change::Staged { from, to });
        }
    }

    fn give_to(&mut self, to: Option<PersonId>) {
        let from = self.handoff.assignee;
        if from != to {
            self.record(Change::Assigned { from, to });
        }
    }

    fn happened(&mut self, moment: Moment, to: Option<Instant>) {
        let from = self.handoff.moment(moment);
        if from != to {
            self.record(Change::Happened { moment, from, to });
        }
    }

    /// Puts it before triage; however it came there, it counts as submitted from the first time on.
    fn queue(&mut self) {
        self.stage(Stage::Queued);
        self.first(Moment::Submitted, self.facts.now);
    }

    /// Sets a moment that counts only the first time.
    fn first(&mut self, moment: Moment, at: Instant) {
        if self.handoff.moment(moment).is_none() {
            self.happened(moment, Some(at));
        }
    }

    fn plan(&mut self, day: Day, to: Option<NaiveDate>) {
        let from = self.handoff.day(day);
        if from != to {
            self.record(Change::Planned { day, from, to });
        }
    }

    fn timing(&self, at: Instant) -> Timing<'a> {
        Timing {
            policy: self.facts.policy,
            kind: self.kind,
            assignee: self.handoff.assignee.and_then(|id| self.facts.person(id)),
            sender: self.handoff.sender.and_then(|id| self.facts.person(id)),
            at,
            by: self.facts.who.on_record(),
        }
    }

    /// Lets the clocks know of events that happened now.
    fn clocks(&mut self, events: &[ClockEvent]) -> Step {
        self.clocks_at(&effects(events), "", self.facts.now)
    }

    fn clocks_at(&mut self, effects: &[Effect], reason: &str, at: Instant) -> Step {
        let timing = self.timing(at);
        for change in fire(&self.handoff, effects, reason, &timing).map_err(untold)? {
            self.record(change);
        }
        Ok(())
    }

    fn now(&self) -> Instant {
        self.facts.now
    }
}

/// A text that must not be empty, trimmed.
fn required<'t>(text: &'t str, what: &str) -> Result<&'t str, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::new(RefusalKind::Missing, format!("{what} is missing."))
            .hint("Write a few words; they are kept in the record."));
    }
    Ok(text)
}

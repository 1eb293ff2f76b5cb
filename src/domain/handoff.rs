//! The handoff: one transfer of ownership of one account, the unit of the queue (`DOMAIN.md 1`).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::account::Tier;
use super::clock::Clock;
use super::ids::{AccountId, ContactId, HandoffId, PersonId};
use super::person::Role;
use super::policy::Class;
use super::signal::Source;
use super::stage::Stage;
use super::time::Instant;
use super::words::words;

/// One transfer of ownership, with everything that its rules look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Handoff {
    /// Its id; people see `H-1042`.
    pub id: HandoffId,
    /// Grows by one with every event; a write names the version that it saw.
    pub version: i64,
    /// The account that is handed over.
    pub account: AccountId,
    /// Key of its type in the policy.
    pub kind: String,
    /// The CRM's opportunity, where the type is about one.
    pub opportunity: Option<String>,
    /// Where it stands.
    pub stage: Stage,
    /// The account's tier when it was flagged.
    pub tier: Tier,
    /// The intent score when it was flagged or last woken, 0 to 100.
    pub score: u8,
    /// The channel it came from.
    pub source: Source,
    /// Why it is handed over, in a line.
    pub reason: String,
    /// The contact to start with.
    pub contact: Option<ContactId>,
    /// Who hands over, where it is a person.
    pub sender: Option<PersonId>,
    /// Who has it.
    pub assignee: Option<PersonId>,
    /// The former owner who stays on for a while.
    pub co_owner: Option<CoOwner>,
    /// The note to the assignee.
    pub brief: Option<String>,
    /// Package fields filled by people, by field key.
    pub fields: BTreeMap<String, String>,
    /// Package completeness in percent at the last submit.
    pub completeness: Option<u8>,
    /// Package fields that were asked for when it was returned.
    pub missing: Vec<String>,
    /// Moments that count, by name.
    pub moments: BTreeMap<Moment, Instant>,
    /// Days that count, by name.
    pub days: BTreeMap<Day, NaiveDate>,
    /// Amount of the opportunity in whole units of the team's currency.
    pub amount: Option<i64>,
    /// How it came out, or came out last.
    pub outcome: Option<Outcome>,
    /// The handoff it grew out of.
    pub parent: Option<HandoffId>,
    /// Stage to go back to when a dispute is decided.
    pub before_dispute: Option<Stage>,
    /// What each VP has decided so far.
    pub decisions: Vec<VpDecision>,
    /// How the assignee rated the package, 1 to 5.
    pub rating: Option<u8>,
    /// What they said was missing from it.
    pub lacked: Option<String>,
    /// Items of the checklist that are done, in the order in which they were.
    pub checks: Vec<Check>,
    /// The attempts to reach the account, oldest first.
    pub touches: Vec<Touch>,
    /// Its promises, in the order they started.
    pub clocks: Vec<Clock>,
}

impl Handoff {
    /// A handoff as it is flagged: of this account and type, at this moment, with nothing in it yet.
    #[must_use]
    pub fn flagged(account: AccountId, kind: &str, at: Instant) -> Self {
        Self {
            id: HandoffId::default(),
            version: 0,
            account,
            kind: kind.to_owned(),
            opportunity: None,
            stage: Stage::Flagged,
            tier: Tier::default(),
            score: 0,
            source: Source::default(),
            reason: String::new(),
            contact: None,
            sender: None,
            assignee: None,
            co_owner: None,
            brief: None,
            fields: BTreeMap::new(),
            completeness: None,
            missing: Vec::new(),
            moments: BTreeMap::from([(Moment::Created, at)]),
            days: BTreeMap::new(),
            amount: None,
            outcome: None,
            parent: None,
            before_dispute: None,
            decisions: Vec::new(),
            rating: None,
            lacked: None,
            checks: Vec::new(),
            touches: Vec::new(),
            clocks: Vec::new(),
        }
    }

    /// When a moment came, if it did.
    #[must_use]
    pub fn moment(&self, moment: Moment) -> Option<Instant> {
        self.moments.get(&moment).copied()
    }

    /// A day that counts, if set.
    #[must_use]
    pub fn day(&self, day: Day) -> Option<NaiveDate> {
        self.days.get(&day).copied()
    }

    /// The clock that is due next: the earliest of those that run, and of a handoff's own (end-to-end ones follow).
    #[must_use]
    pub fn next_clock(&self) -> Option<&Clock> {
        self.clocks
            .iter()
            .filter(|clock| clock.state == super::clock::ClockState::Running)
            .min_by_key(|clock| (clock.due, clock.end_to_end))
    }
}

words! {
    /// A moment in the life of a handoff that rules and measures look at.
    Moment, "a moment" {
        /// When it was flagged.
        Created = "created",
        /// When it was first submitted.
        Submitted = "submitted",
        /// When it was first assigned.
        Assigned = "assigned",
        /// When it was given to the present assignee.
        Given = "given",
        /// When the present assignee accepted.
        Accepted = "accepted",
        /// When it was first touched.
        FirstTouch = "first_touch",
        /// When they first answered.
        Responded = "responded",
        /// When the meeting is.
        Meeting = "meeting",
        /// When the meeting was held.
        Held = "held",
        /// When it became an opportunity.
        Opportunity = "opportunity",
        /// When it was returned last.
        Returned = "returned",
        /// When it went to rest or was closed.
        Ended = "ended",
        /// When the customer went live.
        Activated = "activated",
        /// When the weekly batch that it is in was sent by hand.
        Sent = "sent",
    }
}

words! {
    /// A day that counts for a handoff.
    Day, "a day" {
        /// When it wakes from nurture.
        Wake = "wake",
        /// When triage looks at it again.
        Defer = "defer",
        /// When the opportunity is expected to close.
        ExpectedClose = "expected_close",
        /// The Monday of the ISO week whose batch it is in.
        Batch = "batch",
    }
}

/// An item of the checklist of the first 48 hours that is done (`DOMAIN.md 9`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// The item, as the policy words it.
    pub what: String,
    /// When it was checked off.
    pub at: Instant,
    /// By whom.
    pub by: PersonId,
}

/// The former owner who stays on as co-owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CoOwner {
    /// Who.
    pub person: PersonId,
    /// Until when.
    pub until: Instant,
}

words! {
    /// How an attempt reached the account.
    Channel, "a channel" {
        /// E-mail.
        Email = "email",
        /// Telephone.
        Call = "call",
        /// A social network.
        Social = "social",
        /// A meeting.
        Meeting = "meeting",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// What came of an attempt.
    TouchOutcome, "a touch outcome" {
        /// It went out.
        Sent = "sent",
        /// They answered.
        Replied = "replied",
        /// Nobody picked up.
        NoAnswer = "no_answer",
        /// A message was left.
        Voicemail = "voicemail",
        /// It came back.
        Bounced = "bounced",
    }
}

/// One dated attempt to reach the account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Touch {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: PersonId,
    /// How.
    pub channel: Channel,
    /// With which template.
    pub template: Option<String>,
    /// What came of it.
    pub outcome: TouchOutcome,
    /// In their own words.
    pub note: Option<String>,
}

words! {
    /// What marketing had claimed that proved wrong (`DOMAIN.md 8`).
    Claim, "a claim" {
        /// The right person.
        Persona = "persona",
        /// The right moment.
        Timing = "timing",
        /// The right kind of company.
        Fit = "fit",
        /// No competitor in the way.
        Competitor = "competitor",
        /// That the signal meant something.
        Signal = "signal",
        /// Telephone, e-mail, name.
        ContactData = "contact_data",
    }
}

/// The structured outcome of a handoff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The disposition's code.
    pub code: String,
    /// What it does.
    pub class: Class,
    /// Its fields by key.
    pub fields: BTreeMap<String, String>,
    /// The claim that proved wrong, where one did.
    pub claim: Option<Claim>,
    /// Why the minimum work was overridden, where it was.
    pub overridden: Option<String>,
    /// Who recorded it.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

words! {
    /// How a dispute ends.
    Decision, "a decision" {
        /// Back to the queue.
        Queue = "queue",
        /// To nurture.
        Nurture = "nurture",
        /// Closed.
        Close = "close",
    }
}

/// What one VP has decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VpDecision {
    /// VP of Sales or VP of Marketing.
    pub role: Role,
    /// Who.
    pub by: PersonId,
    /// What.
    pub decision: Decision,
    /// Why.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::{ClockName, ClockState, Owes};
    use crate::domain::policy::Warn;

    fn clock(name: ClockName, state: ClockState, end_to_end: bool, due: i64) -> Clock {
        Clock {
            name,
            leg: 1,
            end_to_end,
            owes: Owes::BothVps,
            started: Instant(0),
            target: crate::domain::target::Target::SameDay,
            calendar: "office".into(),
            warning: Warn::Share(0.75),
            due: Instant(due),
            warn: Instant(0),
            state,
            ended: None,
            pauses: vec![],
            short_notice: false,
        }
    }

    /// `DOMAIN.md 5`: what counts down in a list is the promise that is due first of those that run.
    #[test]
    fn the_next_clock_is_the_earliest_that_runs() {
        use ClockName::{Accept, FirstTouch, Report, Work};
        use ClockState::{Met, Paused, Running};
        let mut one = Handoff::flagged(AccountId(1), "tier1", Instant(0));
        let mut next = |clocks: Vec<Clock>| {
            one.clocks = clocks;
            one.next_clock().map(|clock| (clock.name, clock.end_to_end))
        };
        assert_eq!(next(vec![]), None);
        assert_eq!(next(vec![clock(Work, Running, false, 9)]), Some((Work, false)));
        let all = vec![
            clock(Accept, Met, false, 1),
            clock(Report, Paused, false, 2),
            clock(Work, Running, false, 9),
            clock(FirstTouch, Running, true, 5),
            clock(FirstTouch, Running, false, 5),
        ];
        assert_eq!(next(all), Some((FirstTouch, false)), "the assignee's own before the account's");
        assert_eq!(next(vec![clock(Accept, Met, false, 1), clock(Report, Paused, false, 2)]), None);
    }

    #[test]
    fn moments_and_days_are_known_or_not() {
        let mut one = Handoff::flagged(AccountId(1), "tier1", Instant(7));
        assert_eq!(one.moment(Moment::Created), Some(Instant(7)));
        assert_eq!(one.moment(Moment::Assigned), None);
        assert_eq!(one.day(Day::Wake), None);
        let day = NaiveDate::from_ymd_opt(2027, 2, 1).unwrap();
        one.days.insert(Day::Wake, day);
        assert_eq!((one.day(Day::Wake), one.day(Day::Batch)), (Some(day), None));
    }
}

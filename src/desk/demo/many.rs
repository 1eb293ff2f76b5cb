//! A big made-up team: stores of any size, the same for a seed and a moment, to see how the desk does with very much of
//! everything. Two years of handoffs in every stage, with their accounts, contacts, signals, touches, clocks in every
//! state, and the record of them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::account::{Account, Relation, Tier};
use crate::domain::clock::{Clock, ClockName, ClockState, Owes};
use crate::domain::contact::{BuyingRole, Contact};
use crate::domain::dice::Dice;
use crate::domain::due::Pause;
use crate::domain::handoff::{Channel, Claim, Day, Handoff, Moment, Outcome, Touch, TouchOutcome};
use crate::domain::ids::{AccountId, ContactId, PersonId, SignalId};
use crate::domain::person::{Person, Role};
use crate::domain::policy::{Class, Warn};
use crate::domain::signal::{Signal, Source};
use crate::domain::stage::Stage;
use crate::domain::target::{Amount, Target, Unit};
use crate::domain::time::{DAY, HOUR, Instant, MINUTE};
use crate::store::{Bulk, Machine, Store, StoreError};

/// The most handoffs that such a store may have.
pub const MOST: u32 = 5_000_000;
/// What the made-up numbers follow from where nothing is said.
pub const SEED: u64 = 42;
/// So many handoffs come first by what is due, on accounts with [`SIGNALS`] signals each.
pub const FULL: u32 = 40;
/// How many signals such an account has; others have three.
pub const SIGNALS: u32 = 200;
/// So many after those are due within the hour and count by seconds; they are the only referrals.
pub const TICKING: u32 = 12;

/// How many are entered in one gesture.
const BATCH: u32 = 200;
const AES: u64 = 40;

const SYLLABLES: &[&str] = &[
    "ba", "co", "di", "fu", "ga", "he", "in", "ko", "lu", "ma", "ne", "or", "pa", "qui", "ro",
    "sa", "te", "ul", "vo", "wa", "xe", "ya", "zo", "tri", "gl", "no",
];
/// Stages of what is open, those with more in them more often.
const OPEN: &[Stage] = &[
    Stage::Flagged,
    Stage::Queued,
    Stage::Queued,
    Stage::Assigned,
    Stage::Accepted,
    Stage::Working,
    Stage::Working,
    Stage::Engaged,
    Stage::Opportunity,
    Stage::Returned,
];
/// Stages of what is not.
const ENDED: &[Stage] =
    &[Stage::Nurture, Stage::Nurture, Stage::Hibernating, Stage::Closed, Stage::Closed];
/// How many days back handoffs go, and those that are open.
const AGES: (i64, i64) = (730, 60);
/// Of a hundred handoffs, so many are older than any that is open.
const OLD: u32 = 30;

/// How big, and which of all those that are as big.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// How many handoffs; there are a quarter as many accounts, or 40 where that is more.
    pub handoffs: u32,
    /// What the made-up numbers follow from.
    pub seed: u64,
}

/// Makes a new store at `path`, as it looks at `now`.
///
/// # Errors
/// There is a file already, or the machine failed; nothing is left then.
pub fn create(
    path: &Path,
    size: Size,
    now: Instant,
    machine: &Machine,
    policy: &str,
) -> Result<Store, StoreError> {
    Store::create_filled(path, machine, policy, |bulk| {
        let accounts = (size.handoffs / 4 + 5).max(FULL);
        let mut team = Team { now, accounts: accounts.into(), dice: Dice::new(size.seed) };
        bulk.people(now.plus(-2 * HOUR), "added the team", &team.people(size.handoffs))?;
        for id in 1..=accounts {
            team.account(bulk, id)?;
        }
        let mut next = 1;
        while next <= size.handoffs {
            let end = (next + BATCH - 1).min(size.handoffs);
            let handoffs: Vec<_> = (next..=end).map(|id| team.handoff(id, size.handoffs)).collect();
            let label = format!("entered {} handoffs", handoffs.len());
            bulk.handoffs(now.plus(-HOUR), &label, handoffs)?;
            next = end + 1;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests;

struct Team {
    now: Instant,
    accounts: u64,
    dice: Dice,
}

impl Team {
    /// A number below `end`, as one of milliseconds and the like.
    fn below(&mut self, end: u64) -> i64 {
        self.dice.below(end).cast_signed()
    }

    fn word(&mut self) -> String {
        let mut word: String =
            (0..2 + self.dice.below(3)).map(|_| self.dice.pick(SYLLABLES)).collect();
        word[..1].make_ascii_uppercase();
        word
    }

    fn people(&mut self, capacity: u32) -> Vec<Person> {
        let person = |name: String, email: &str, role| Person {
            email: Some(format!("{email}@desk.example")),
            capacity: (role == Role::Ae).then_some(capacity),
            ..Person::new(name, role)
        };
        let mut people = vec![person("Dana Reyes".to_owned(), "dana", Role::VpSales)];
        people.extend((1..=AES).map(|n| {
            person(format!("{} {}", self.word(), self.word()), &format!("ae{n}"), Role::Ae)
        }));
        people.push(person("Priya Nair".to_owned(), "priya", Role::Marketing));
        people.push(person("Marcus Whitfield".to_owned(), "marcus", Role::VpMarketing));
        people
    }

    fn account(&mut self, bulk: &mut Bulk<'_>, id: u32) -> Result<(), StoreError> {
        let first = self.word();
        let form = self.dice.pick(&["Inc", "LLC", "Group", "Labs", "Software"]);
        let account = Account {
            external: Some(format!("crm:{id}")),
            name: format!("{first} {} {form}", self.word()),
            domain: Some(format!("{}{id}.com", first.to_lowercase())),
            industry: Some(
                self.dice.pick(&["SaaS", "Retail", "Health care", "Logistics"]).to_owned(),
            ),
            region: Some(self.dice.pick(&["West", "East", "Central"]).to_owned()),
            employees: Some(50 + self.below(5_000)),
            revenue: Some(1_000_000 + self.below(900_000_000)),
            tier: self.tier(),
            tier_by_hand: true,
            relation: Relation::New,
            on_tal: self.dice.one_in(10),
            ..Account::default()
        };
        let contacts: Vec<_> = (0..2)
            .map(|_| Contact {
                name: format!(
                    "{} {}",
                    self.dice.pick(&["Jane", "Sam", "Ada", "Noor", "Kim", "Ola"]),
                    self.word()
                ),
                title: Some("CFO".to_owned()),
                role: BuyingRole::DecisionMaker,
                authority: true,
                ..Contact::default()
            })
            .collect();
        let account = bulk.account(&account, &contacts)?;
        for n in 0..if id <= FULL + 10 { SIGNALS } else { 3 } {
            bulk.signal(&Signal {
                id: SignalId(0),
                account,
                contact: None,
                kind: self.dice.pick(&["pricing_visit", "site_visit", "webinar"]).to_owned(),
                at: self.now.plus(-i64::from(1 + n) * 7 * HOUR),
                source: Some("website".to_owned()),
                detail: None,
                value: None,
            })?;
        }
        Ok(())
    }

    fn tier(&mut self) -> Tier {
        self.dice.pick(&[Tier::One, Tier::Two, Tier::Three])
    }

    fn handoff(&mut self, id: u32, all: u32) -> Handoff {
        let full = id <= FULL;
        let ticking = !full && id <= FULL + TICKING;
        let (minutes, old) = self.age(id, all);
        let stage = match full || ticking {
            true => Stage::Queued,
            // Of what is not old, one in twenty has ended.
            false if old || self.dice.one_in(20) => self.dice.pick(ENDED),
            false => self.dice.pick(OPEN),
        };
        let account = match full {
            true => i64::from(id),
            false => 1 + self.below(self.accounts),
        };
        // What is in the queue can be given to anybody there is.
        let kind = match stage {
            Stage::Queued => "tier1",
            _ => self.dice.pick(&["tier1", "tier2", "inbound", "intent", "mql"]),
        };
        let created = self.now.plus(-minutes * MINUTE - 2 * HOUR);
        let mut handoff = Handoff::flagged(AccountId(account), kind, created);
        handoff.contact = Some(ContactId(account * 2 - 1));
        handoff.opportunity = Some(format!("deal {id}"));
        handoff.stage = stage;
        handoff.tier = self.tier();
        handoff.score = self.dice.below(101) as u8;
        handoff.source = match (ticking, self.dice.one_in(4)) {
            (true, _) => Source::Referral,
            (_, true) => Source::IntentPlatform,
            _ => Source::Campaign,
        };
        "Visited the pricing page".clone_into(&mut handoff.reason);
        self.live(&mut handoff);
        let due = match (full, ticking) {
            (true, _) => self.now.plus((i64::from(id) - 200) * HOUR),
            (_, true) => self.now.plus(HOUR / 2 + i64::from(id) * 30_000),
            _ => self.now.plus(self.below(2_000) * HOUR / 4 - 100 * HOUR + self.below(60) * MINUTE),
        };
        if stage.is_open() {
            let held = !full && !ticking && self.dice.one_in(25);
            let clock = self.running(&handoff, due, held);
            handoff.clocks.push(clock);
        }
        handoff.clocks.sort_by_key(|clock| (clock.started, clock.key()));
        handoff
    }

    /// How many minutes ago a handoff was made, and whether that is longer than anything open is: they come one after
    /// the other, as in any store. The first ones are not old, for they are due first.
    fn age(&mut self, id: u32, all: u32) -> (i64, bool) {
        let minutes = |days: i64| days * 24 * 60;
        let (oldest, open) = AGES;
        if id <= FULL + TICKING {
            return (self.below(minutes(open).unsigned_abs()), false);
        }
        let (id, all) = (i64::from(id), i64::from(all));
        let old = all * i64::from(OLD) / 100;
        if id <= old {
            return (minutes(open) + minutes(oldest - open) * (old - id) / old, true);
        }
        (minutes(open) * (all - id) / (all - old), false)
    }

    /// What happened to it until now, each thing some time after the one before.
    fn live(&mut self, handoff: &mut Handoff) {
        let stage = handoff.stage;
        let mut at = handoff.moments[&Moment::Created];
        if stage == Stage::Flagged {
            return;
        }
        handoff.completeness = Some(self.dice.below(101) as u8);
        self.then(handoff, Moment::Submitted, &mut at, 48 * 60);
        self.over(handoff, ClockName::Deliver, Owes::Role(Role::Marketing), at);
        if matches!(stage, Stage::Queued | Stage::Returned) {
            return self.returned(handoff, at);
        }
        let person = PersonId(2 + self.below(AES));
        handoff.assignee = Some(person);
        self.then(handoff, Moment::Assigned, &mut at, 24 * 60);
        handoff.moments.insert(Moment::Given, at);
        self.over(handoff, ClockName::Assign, Owes::Role(Role::VpSales), at);
        if stage == Stage::Assigned {
            return;
        }
        self.then(handoff, Moment::Accepted, &mut at, 24 * 60);
        if stage == Stage::Accepted {
            return;
        }
        for n in 0..1 + self.dice.below(3) {
            let moment = if n == 0 { Moment::FirstTouch } else { Moment::Responded };
            let minutes = if self.dice.one_in(8) { 5 } else { 20 * 60 };
            at = self.later(at, minutes);
            if n < 2 {
                handoff.moments.insert(moment, at);
            }
            handoff.touches.push(Touch {
                at,
                by: person,
                channel: self.dice.pick(&[Channel::Email, Channel::Call, Channel::Social]),
                template: None,
                outcome: if n == 1 { TouchOutcome::Replied } else { TouchOutcome::Sent },
                note: None,
            });
        }
        self.over(handoff, ClockName::FirstTouch, Owes::Person(person), at);
        if stage == Stage::Opportunity || (!stage.is_open() && self.dice.one_in(5)) {
            self.then(handoff, Moment::Opportunity, &mut at, 20 * 24 * 60);
        }
        if !stage.is_open() {
            self.ended(handoff, person, at);
        }
    }

    /// Sent back, where that is what it was.
    fn returned(&mut self, handoff: &mut Handoff, mut at: Instant) {
        if handoff.stage == Stage::Returned {
            self.then(handoff, Moment::Returned, &mut at, 24 * 60);
            handoff.missing = vec!["contacts".to_owned()];
        }
    }

    fn ended(&mut self, handoff: &mut Handoff, by: PersonId, mut at: Instant) {
        self.then(handoff, Moment::Ended, &mut at, 30 * 24 * 60);
        let won = handoff.moments.contains_key(&Moment::Opportunity);
        let (code, class, claim) = match handoff.stage {
            Stage::Closed if won => ("WON", Class::Close, None),
            Stage::Closed => self
                .dice
                .pick(&[("LOST", Class::Close, None), ("DUPLICATE", Class::Disqualify, None)]),
            _ => self.dice.pick(&[
                ("NO_RESPONSE", Class::Recycle, None),
                ("BAD_TIMING", Class::Recycle, Some(Claim::Timing)),
            ]),
        };
        handoff.outcome = Some(Outcome {
            code: code.to_owned(),
            class,
            fields: BTreeMap::new(),
            claim,
            overridden: self.dice.one_in(50).then(|| "they called it off".to_owned()),
            by,
            at,
        });
        if handoff.stage == Stage::Nurture {
            let wake = self.now.plus((20 + self.below(80)) * DAY);
            handoff.days.insert(Day::Wake, wake.utc().date_naive());
        }
        self.over(handoff, ClockName::Work, Owes::Person(by), at);
    }

    /// A moment up to so many minutes later, and no later than now.
    fn later(&mut self, at: Instant, minutes: u64) -> Instant {
        at.plus((1 + self.below(minutes)) * MINUTE).min(self.now.plus(-MINUTE))
    }

    fn then(&mut self, handoff: &mut Handoff, moment: Moment, at: &mut Instant, minutes: u64) {
        *at = self.later(*at, minutes);
        handoff.moments.insert(moment, *at);
    }

    /// A promise of a day that ended at some time: mostly kept.
    fn over(&mut self, handoff: &mut Handoff, name: ClockName, owes: Owes, ended: Instant) {
        let state = match self.dice.below(20) {
            0..13 => ClockState::Met,
            13..17 => ClockState::MetLate,
            17..19 => ClockState::Cancelled,
            _ => ClockState::Breached,
        };
        let late = matches!(state, ClockState::MetLate | ClockState::Breached);
        let took = (1 + self.below(1_400)) * MINUTE + if late { DAY } else { 0 };
        let started = ended.plus(-took);
        let mut clock = promise(name, owes, started.plus(DAY));
        clock.state = state;
        clock.ended = Some(ended);
        handoff.clocks.push(clock);
    }

    /// The promise that it waits for, or that is held.
    fn running(&mut self, handoff: &Handoff, due: Instant, held: bool) -> Clock {
        let person = handoff.assignee.map(Owes::Person);
        let (name, owes) = match (handoff.stage, person) {
            (Stage::Flagged, _) => (ClockName::Deliver, Owes::Role(Role::Marketing)),
            (Stage::Returned, _) => (ClockName::Fix, Owes::Role(Role::Marketing)),
            (Stage::Assigned, Some(person)) => (ClockName::Accept, person),
            (Stage::Accepted, Some(person)) => (ClockName::FirstTouch, person),
            (Stage::Opportunity, Some(person)) => (ClockName::Report, person),
            (_, Some(person)) => (self.dice.pick(&[ClockName::Report, ClockName::Work]), person),
            (_, None) => (ClockName::Assign, Owes::Role(Role::VpSales)),
        };
        let mut clock = promise(name, owes, due);
        if held {
            clock.state = ClockState::Paused;
            clock.pauses.push(Pause {
                from: clock.started.plus(HOUR).min(self.now),
                to: None,
                reason: "away until the fair is over".to_owned(),
                by: Some(PersonId(1)),
            });
        }
        clock
    }
}

/// A promise of a day.
fn promise(name: ClockName, owes: Owes, due: Instant) -> Clock {
    Clock {
        name,
        leg: 1,
        end_to_end: false,
        owes,
        started: due.plus(-DAY),
        target: Amount::new(24, Unit::Hour).map_or(Target::SameDay, Target::Elapsed),
        calendar: "always".to_owned(),
        warning: Warn::Share(0.75),
        due,
        warn: due.plus(-DAY / 4),
        state: ClockState::Running,
        ended: None,
        pauses: Vec::new(),
        short_notice: false,
    }
}

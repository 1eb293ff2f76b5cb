//! The back-test (`DOMAIN.md 13`, 2): past months replayed under a changed policy, beside the policy in force.
//!
//! What is replayed, and what it may know:
//! - An account is judged whenever something about it happened: at each of its signals, on a wake date, and whenever
//!   time alone may have changed a verdict to "hand off". The judgement sees only signals up to that moment. It never
//!   looks into the future.
//! - Of size, tier, contacts and the target account list the store keeps no history; they are taken as they are today,
//!   for both policies alike.
//! - Both policies are replayed in the same way, so that what differs comes from the policies and from nothing else.
//! - A flagged account is busy and takes no second handoff. Where a handoff really was made for it at that time (from
//!   [`BEFORE`] ahead of it until a month after), it is busy for as long as that one really was; that is the handoff whose end is
//!   told. Where none was, it is busy for the work clock of its type. After that a new signal is needed.
//! - Handoffs made by hand are no doing of a policy; they keep the account busy in both replays.
//! - The monthly cap is drawn for a month as a whole: what lies above it would have been held back.

#[cfg(test)]
mod tests;
mod trial;

use super::account::{Account, Tier};
use super::contact::Contact;
use super::criteria::{Case, Rest, judge};
use super::ids::HandoffId;
use super::policy::{BandTest, Class, Op, Policy, Verdict};
use super::signal::Signal;
use super::stage::Stage;
use super::target::Target;
use super::time::{DAY, Instant};

pub use trial::{Ending, Month, Rate, Shift, Trial, TypeTally, months_back};

/// So long ahead of a replayed flag a real handoff may have been made and still be the same one: evaluation ran late.
pub const BEFORE: i64 = DAY;
/// So long after a replayed flag a real handoff may have been made and still be the same one.
const AFTER: i64 = 30 * DAY;
/// An account whose type has no work clock of elapsed time is taken to be busy for so long.
const BUSY: i64 = 30 * DAY;

/// A handoff that the account really had.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Real {
    /// Its id.
    pub id: HandoffId,
    /// Key of its type.
    pub kind: String,
    /// When it was made.
    pub created: Instant,
    /// When it ended or went to rest; none while it is open.
    pub ended: Option<Instant>,
    /// Where it stands now.
    pub stage: Stage,
    /// The code of its outcome, and the code's class.
    pub outcome: Option<(String, Class)>,
    /// When it was to wake.
    pub wake: Option<Instant>,
    /// The criteria flagged it, and no person made it.
    pub flagged: bool,
}

/// An account with all that happened to it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Past {
    /// The account as it is today.
    pub account: Account,
    /// Its contacts as they are today.
    pub contacts: Vec<Contact>,
    /// Its signals, in any order.
    pub signals: Vec<Signal>,
    /// The handoffs that it really had, in the order in which they were made.
    pub real: Vec<Real>,
}

/// A handoff that a policy would have flagged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flag {
    /// When.
    pub at: Instant,
    /// Key of the type.
    pub kind: String,
    /// The account's tier.
    pub tier: Tier,
    /// The intent score at that moment.
    pub score: u8,
    /// Place of the real handoff that stands for it in [`Past::real`], where there was one.
    pub real: Option<usize>,
}

/// What a policy would have flagged of an account between two moments.
#[must_use]
pub fn replay(past: &Past, policy: &Policy, from: Instant, to: Instant) -> Vec<Flag> {
    let mut moments: Vec<Instant> = past.signals.iter().map(|signal| signal.at).collect();
    moments.extend(past.real.iter().filter_map(|real| real.wake));
    moments.retain(|at| (from..=to).contains(at));
    moments.sort_unstable();
    moments.dedup();
    if moments.is_empty() && !sinks(policy) {
        return Vec::new();
    }
    moments.insert(0, from);
    let mut replay = Replay { past, policy, to, flags: Vec::new(), busy: Busy::at(past, from) };
    for (place, at) in moments.iter().enumerate() {
        let until = moments.get(place + 1).copied().unwrap_or(to.plus(1));
        let mut at = *at;
        // Between two happenings a verdict may still change by time alone.
        while let Some(next) = replay.step(at) {
            if next >= until || next <= at {
                break;
            }
            at = next;
        }
    }
    replay.flags
}

/// What keeps an account from being flagged.
#[derive(Clone, Debug, Default)]
struct Busy {
    /// It is open until then.
    until: Option<Instant>,
    /// The type that was handed off last, and since when it rests.
    rest: Option<(String, Instant)>,
    /// When the one that rests is to wake.
    wake: Option<Instant>,
    /// It was taken out of all campaigns.
    removed: bool,
    /// Places of the real handoffs that were taken into account already.
    seen: usize,
}

impl Busy {
    /// As it really was before a moment.
    fn at(past: &Past, from: Instant) -> Self {
        let mut busy = Self::default();
        for real in past.real.iter().take_while(|real| real.created < from) {
            busy.seen += 1;
            busy.take(real);
        }
        busy
    }

    fn take(&mut self, real: &Real) {
        let end = real.ended.unwrap_or(Instant(i64::MAX));
        self.until = Some(self.until.map_or(end, |until| until.max(end)));
        self.rest = Some((real.kind.clone(), end));
        self.wake = real.wake;
        self.removed |= real.ended.is_some()
            && real.outcome.as_ref().is_some_and(|(code, _)| code == "WRONG_ACCOUNT");
    }
}

struct Replay<'a> {
    past: &'a Past,
    policy: &'a Policy,
    to: Instant,
    flags: Vec<Flag>,
    busy: Busy,
}

impl Replay<'_> {
    /// Judges the account at a moment; answers when to look again although nothing happens until then.
    fn step(&mut self, at: Instant) -> Option<Instant> {
        // What people made by hand keeps it busy, whatever the policy.
        while let Some(real) = self.past.real.get(self.busy.seen).filter(|real| real.created <= at)
        {
            self.busy.seen += 1;
            if !real.flagged {
                self.busy.take(real);
            }
        }
        if self.busy.until.is_some_and(|until| until > at) {
            return None;
        }
        let rest = self.busy.rest.as_ref().map(|(kind, since)| Rest {
            id: HandoffId::default(),
            kind,
            since: *since,
            wake: self.busy.wake,
            removed: self.busy.removed,
        });
        let Past { account, contacts, signals, .. } = self.past;
        let case = Case { account, contacts, signals, open: &[], rest, now: at };
        let judgement = judge(&case, self.policy);
        if !judgement.flags() {
            let may_rise = match judgement.verdict {
                Verdict::Discuss | Verdict::Research => true,
                Verdict::Handoff => false,
                Verdict::Nurture | Verdict::Never => sinks(self.policy),
            };
            return judgement.again.filter(|again| may_rise && *again <= self.to);
        }
        let kind = judgement.kind?;
        let real = self.stands_for(at, &kind);
        match real.and_then(|place| self.past.real.get(place)) {
            Some(real) => self.busy.take(real),
            None => {
                let until = at.plus(busy_for(self.policy, &kind));
                self.busy.until = Some(until);
                self.busy.rest = Some((kind.clone(), until));
                self.busy.wake = None;
            }
        }
        let (tier, score) = (judgement.fit.tier, judgement.score.value);
        self.flags.push(Flag { at, kind, tier, score, real });
        None
    }

    /// The real handoff that stands for a replayed one: made about then, of the same type rather than another, and of
    /// no other flag of this replay.
    fn stands_for(&self, at: Instant, kind: &str) -> Option<usize> {
        let about = |real: &Real| (-BEFORE..=AFTER).contains(&real.created.since(at));
        let taken = |place: usize| self.flags.iter().any(|flag| flag.real == Some(place));
        let all = self.past.real.iter().enumerate();
        all.filter(|(place, real)| about(real) && real.flagged && !taken(*place))
            .min_by_key(|(_, real)| (real.kind != kind, real.created.since(at).abs()))
            .map(|(place, _)| place)
    }
}

/// How long a handoff of a type keeps its account, where nobody knows better.
fn busy_for(policy: &Policy, kind: &str) -> i64 {
    let clock = policy.kind(kind).and_then(|kind| kind.clock(super::clock::ClockName::Work));
    match clock.map(|clock| clock.target) {
        Some(Target::Elapsed(amount)) => amount.ms(),
        _ => BUSY,
    }
}

/// Whether the policy has a rule that hands off and may come to hold as signals age.
fn sinks(policy: &Policy) -> bool {
    let falls = |op: Op| matches!(op, Op::Lt | Op::Le | Op::Eq);
    policy.criteria.iter().filter(|rule| rule.verdict == Verdict::Handoff).any(|rule| {
        rule.when.only.is_some()
            || matches!(rule.when.intent, Some(BandTest { plus: false, .. }))
            || rule.when.lead_score.is_some_and(|test| falls(test.op))
    })
}

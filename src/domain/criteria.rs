//! The criteria (`DOMAIN.md 4`): hand off, discuss, research, nurture or never, and always why.
//!
//! [`judge`] is what evaluation calls for every account: it stops at the first rule that matches and builds no text but
//! the reason. [`receipt()`] tells the same judgement condition by condition; both ask the same conditions, so a receipt
//! cannot disagree with its verdict.

mod ahead;
mod cap;
mod evidence;
mod fit;
mod gap;
mod receipt;
mod rules;
#[cfg(test)]
pub(in crate::domain) mod sample;
mod score;
mod standing;
#[cfg(test)]
mod tests;

use super::account::Account;
use super::contact::Contact;
use super::ids::{AccountId, ContactId, SignalId};
use super::policy::{Policy, Verdict};
use super::signal::{Signal, Source};
use super::time::Instant;

pub use cap::{Capped, Rank, select_under_cap};
pub use evidence::{lead_contact, source_of};
pub use fit::{Fit, FitWhy, fit};
pub use receipt::{Checked, Evidence, Receipt, Tried, receipt};
pub use rules::{committee, patterns_met, told};
pub(in crate::domain) use rules::{newest_first, relation_words};
pub use score::{Part, Score, intent_score};
pub(in crate::domain) use score::{label, points};
pub use standing::{Open, Rest, Standing, duplicate_of, is_quiet};

/// What the criteria look at: one account at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The account.
    pub account: &'a Account,
    /// Its contacts, in any order.
    pub contacts: &'a [Contact],
    /// Its signals, in any order; those after `now` have not happened yet.
    pub signals: &'a [Signal],
    /// Its open handoffs, in any order.
    pub open: &'a [Open<'a>],
    /// The handoff of it that went to rest last, if any.
    pub rest: Option<Rest<'a>>,
    /// The moment of judging.
    pub now: Instant,
}

/// What the criteria say of an account.
#[derive(Clone, PartialEq, Debug)]
pub struct Judgement {
    /// The account.
    pub account: AccountId,
    /// What the rule says.
    pub verdict: Verdict,
    /// Place of the rule in the policy's decision table; none when no rule matched, which means nurture.
    pub rule: Option<usize>,
    /// Key of the type of handoff to flag.
    pub kind: Option<String>,
    /// What sales is to be briefed on, where the rule has a brief and nobody with decision authority is known.
    pub brief: Option<String>,
    /// How well it fits.
    pub fit: Fit,
    /// How much it wants.
    pub score: Score,
    /// Contacts with decision authority.
    pub committee: u32,
    /// The channel it came from, by the deciding signals.
    pub source: Source,
    /// The deciding signals, newest first.
    pub trigger: Vec<SignalId>,
    /// The contact to start with.
    pub contact: Option<ContactId>,
    /// Why, in a line; empty where nothing is to be done.
    pub reason: String,
    /// Whether an earlier handoff stands in the way, or is the one this grows out of.
    pub standing: Standing,
    /// What keeps an account that is to be discussed or researched from being handed off, `wanted: found`.
    pub missing: Vec<String>,
    /// When the verdict may change although nothing happens; none when it stays until something does.
    pub again: Option<Instant>,
}

impl Judgement {
    /// Whether evaluation flags the account now: its verdict is handoff and nothing stands in the way, or the wake date
    /// that a disposition gave has come (`DOMAIN.md 8`, `BAD_TIMING`).
    #[must_use]
    pub fn flags(&self) -> bool {
        match self.standing {
            Standing::Free | Standing::Woken(_) => self.verdict == Verdict::Handoff,
            Standing::Due { .. } => self.verdict != Verdict::Never,
            Standing::Open(_) | Standing::Resting(_) | Standing::Removed(_) => false,
        }
    }

    /// Whether there is something new to hand over. A handoff that woke by its date alone is flagged for marketing to
    /// look at; it is not re-handed with nothing new (`DOMAIN.md 8`).
    #[must_use]
    pub const fn has_news(&self) -> bool {
        matches!(
            self.standing,
            Standing::Free
                | Standing::Woken(_)
                | Standing::Open(_)
                | Standing::Due { news: true, .. }
        )
    }
}

/// How far back the criteria look, in milliseconds: the look-back window, or the longest window of a pattern.
#[must_use]
pub fn look_back(policy: &Policy) -> i64 {
    let tests = policy.patterns.values().flat_map(|pattern| &pattern.tests);
    tests.map(|test| test.within).fold(policy.intent.window, i64::max)
}

/// Judges an account by the policy's decision table; the first rule that matches decides, and none means nurture.
#[must_use]
pub fn judge(case: &Case<'_>, policy: &Policy) -> Judgement {
    let facts = rules::Facts::of(case, policy);
    let found = policy.criteria.iter().position(|rule| rules::matches(&rule.when, &facts));
    let rule = found.and_then(|place| policy.criteria.get(place));
    let verdict = rule.map_or(Verdict::Nurture, |rule| rule.verdict);
    let standing = standing::standing(case);
    let trigger = evidence::deciding(rule, &facts);
    let due_kind = match (&standing, case.rest) {
        (Standing::Due { .. }, Some(rest)) if verdict != Verdict::Never => Some(rest.kind),
        _ => None,
    };
    let kind = match rule.and_then(|rule| rule.kind.as_deref()) {
        Some(kind) if verdict == Verdict::Handoff => Some(kind),
        _ => due_kind,
    };
    let idle = matches!(verdict, Verdict::Nurture | Verdict::Never) && due_kind.is_none();
    let reason = if idle { String::new() } else { evidence::reason(&facts, &trigger, &standing) };
    let missing = match verdict {
        Verdict::Discuss | Verdict::Research => gap::missing(&facts),
        Verdict::Handoff | Verdict::Nurture | Verdict::Never => Vec::new(),
    };
    Judgement {
        missing,
        again: ahead::next_look(&facts),
        account: case.account.id,
        verdict,
        rule: found,
        kind: kind.map(str::to_owned),
        brief: rule.and_then(|rule| rule.brief.clone()).filter(|_| facts.committee == 0),
        source: source_of(&trigger, policy, case.now),
        contact: lead_contact(case.contacts, &trigger),
        trigger: trigger.iter().map(|signal| signal.id).collect(),
        reason,
        committee: facts.committee,
        fit: facts.fit,
        score: facts.score,
        standing,
    }
}

//! Routing (`DOMAIN.md 6`): whom the desk proposes, in which order, why each, and why not the others. A person decides.
//!
//! Eligibility comes before scoring; everybody who is not ranked is told with every reason. The same people, loads,
//! records and moment always give the same proposal.

mod counterfactual;
mod eligible;
mod queue;
mod rank;
#[cfg(test)]
mod tests;
pub mod whole;

use super::account::Account;
use super::ids::PersonId;
use super::person::Person;
use super::policy::{Fallback, HandoffType, Policy};
use super::time::Instant;

pub use counterfactual::what_if;
pub use eligible::Why;
pub use rank::interval;

/// Somebody who may be proposed, with what they carry and what they have won.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Who.
    pub person: &'a Person,
    /// What they carry.
    pub load: Load,
    /// What they have won.
    pub record: Record,
}

/// What somebody carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Load {
    /// Open handoffs in their hands.
    pub open: u32,
    /// Handoffs assigned to them in the last 30 days.
    pub assigned_30d: u32,
    /// Handoffs assigned to them in this ISO week, as the team's zone counts it.
    pub this_week: u32,
    /// When one was last assigned to them.
    pub last_assigned: Option<Instant>,
}

/// Somebody's closed deals and handoffs. Similar ones are of the account's industry and size band.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Record {
    /// Won, of whatever kind.
    pub won: u32,
    /// Closed, won or lost, of whatever kind.
    pub closed: u32,
    /// Won with similar accounts.
    pub similar_won: u32,
    /// Closed with similar accounts, won or lost.
    pub similar_closed: u32,
    /// Closed in the account's industry, won or lost.
    pub industry_closed: u32,
}

/// Whom the desk proposes, and why.
#[derive(Clone, PartialEq, Debug)]
pub struct Proposal {
    /// The proposed ones, best first. Empty only where nobody active could take it and there is neither an active
    /// manager nor an active VP of Sales.
    pub ranked: Vec<Ranked>,
    /// Everybody else, people of the right role first.
    pub left_out: Vec<LeftOut>,
    /// What was dropped because nobody was eligible, in turn.
    pub dropped: Vec<Fallback>,
    /// What was dropped and why, in a sentence.
    pub note: Option<String>,
    /// How a tie for the first place was broken, in a sentence.
    pub tie_break: Option<String>,
}

/// Somebody who is proposed.
#[derive(Clone, PartialEq, Debug)]
pub struct Ranked {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// From 0 to 1; the sum of the weighted parts.
    pub score: f64,
    /// What the score is made of; none for a manager's own queue, which isn't scored.
    pub parts: Option<Parts>,
    /// What they have won and closed, which the win rate is made of.
    pub record: Record,
    /// Why, each in a few words.
    pub reasons: Vec<String>,
}

/// The parts of a score, each from 0 to 1 and before its weight.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Parts {
    /// Win rate on similar accounts, pulled towards everybody's rate while there are few.
    pub win_rate: f64,
    /// Free share of the capacity.
    pub capacity: f64,
    /// Share of two weeks since the last assignment.
    pub rotation: f64,
    /// Closed deals in the industry, as a share of the most that any candidate has.
    pub industry: f64,
}

/// Somebody who is not proposed.
#[derive(Clone, PartialEq, Debug)]
pub struct LeftOut {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Every reason.
    pub why: Vec<Why>,
    /// Every reason, in a line.
    pub reason: String,
}

impl Proposal {
    /// The one who is proposed first.
    #[must_use]
    pub fn best(&self) -> Option<PersonId> {
        self.ranked.first().map(|ranked| ranked.person)
    }
}

/// Who could be given a handoff, and what each scores; the light half of [`Proposal`], for whole batches.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scores {
    /// The eligible with their scores, the account's own owner apart, best first; empty where it goes to a manager's own
    /// queue.
    pub scored: Vec<Scored>,
    /// What was dropped because nobody was eligible.
    pub dropped: Vec<Fallback>,
}

/// What somebody scores for an account.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scored {
    /// Who.
    pub person: PersonId,
    /// From 0 to 1, as in [`Ranked::score`].
    pub score: f64,
    /// The account is theirs by name, which comes before every score.
    pub owner: bool,
}

/// Proposes who takes a handoff of this type for this account.
#[must_use]
pub fn propose(
    account: &Account,
    kind: &HandoffType,
    candidates: &[Candidate<'_>],
    policy: &Policy,
    now: Instant,
) -> Proposal {
    let checked = check(account, kind, candidates, policy, now);
    let (fit, dropped) = fit(&checked, policy);
    if fit.is_empty() {
        return finish(queue::managers(&checked, kind, account), &checked, dropped, None, account);
    }
    let (ranked, tie_break) = rank::rank(&fit, account, policy, now);
    finish(ranked, &checked, dropped, tie_break, account)
}

/// What everybody who could take a handoff of this type for this account scores, without the words.
#[must_use]
pub fn scores(
    account: &Account,
    kind: &HandoffType,
    candidates: &[Candidate<'_>],
    policy: &Policy,
    now: Instant,
) -> Scores {
    let checked = check(account, kind, candidates, policy, now);
    let (fit, dropped) = fit(&checked, policy);
    Scores { scored: rank::scores(&fit, policy, now), dropped }
}

/// Everybody with every reason against them, by id.
fn check<'a>(
    account: &Account,
    kind: &HandoffType,
    candidates: &'a [Candidate<'a>],
    policy: &Policy,
    now: Instant,
) -> Vec<eligible::Checked<'a>> {
    let mut checked: Vec<_> = candidates
        .iter()
        .map(|candidate| eligible::Checked::of(candidate, account, kind, policy, now))
        .collect();
    checked.sort_by_key(|checked| checked.candidate.person.id);
    checked
}

/// The eligible, and what had to be dropped until there were any. None where it goes to a manager's own queue: a handoff
/// is never without a proposed owner, whether or not the policy names the last step.
fn fit<'c, 'a>(
    checked: &'c [eligible::Checked<'a>],
    policy: &Policy,
) -> (Vec<&'c eligible::Checked<'a>>, Vec<Fallback>) {
    let mut dropped = Vec::new();
    let mut steps = policy.routing.fallback.iter().copied();
    loop {
        let fit: Vec<_> = checked.iter().filter(|one| one.is_eligible(&dropped)).collect();
        if !fit.is_empty() {
            return (fit, dropped);
        }
        match steps.next() {
            Some(Fallback::Manager) | None => {
                dropped.push(Fallback::Manager);
                return (Vec::new(), dropped);
            }
            Some(step) => dropped.push(step),
        }
    }
}

fn finish(
    ranked: Vec<Ranked>,
    checked: &[eligible::Checked<'_>],
    dropped: Vec<Fallback>,
    tie_break: Option<String>,
    account: &Account,
) -> Proposal {
    let mut left_out: Vec<_> = checked
        .iter()
        .filter(|one| ranked.iter().all(|ranked| ranked.person != one.candidate.person.id))
        .map(eligible::Checked::left_out)
        .collect();
    left_out.sort_by_key(|one| (one.why.iter().any(Why::is_role), one.person));
    let note = queue::note(&dropped, account, ranked.is_empty());
    Proposal { ranked, left_out, dropped, note, tie_break }
}

//! What earlier handoffs of an account mean for a new one: open ones take its signals, resting ones wake on something
//! new, and a second one of a kind is a duplicate (`DOMAIN.md 2` and `4`).

use super::Case;
use crate::domain::ids::HandoffId;
use crate::domain::policy::Policy;
use crate::domain::signal::Signal;
use crate::domain::time::{DAY, Instant};

/// An open handoff of the account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open<'a> {
    /// Its id.
    pub id: HandoffId,
    /// Key of its type.
    pub kind: &'a str,
    /// The opportunity it is about, where its type is about one.
    pub opportunity: Option<&'a str>,
}

/// A handoff of the account that rests: in nurture, hibernating, or closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rest<'a> {
    /// Its id.
    pub id: HandoffId,
    /// Key of its type.
    pub kind: &'a str,
    /// When it went to rest; what happened before is not new.
    pub since: Instant,
    /// When it is to be flagged again, where a disposition gave a date.
    pub wake: Option<Instant>,
    /// True when the account was taken out of all campaigns (`WRONG_ACCOUNT`): the criteria never flag it again.
    pub removed: bool,
}

/// Whether an earlier handoff stands in the way of a new one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// There is none.
    Free,
    /// This one is open: new signals join its package.
    Open(HandoffId),
    /// This one rests, and nothing is new since.
    Resting(HandoffId),
    /// This one rested, and something happened since: a new one is linked to it.
    Woken(HandoffId),
    /// This one rested until a date that has come.
    Due {
        /// Which.
        id: HandoffId,
        /// True when something happened since it went to rest.
        news: bool,
    },
    /// This one ended with the account taken out of all campaigns.
    Removed(HandoffId),
}

impl Standing {
    /// The earlier handoff.
    #[must_use]
    pub const fn handoff(self) -> Option<HandoffId> {
        match self {
            Self::Free => None,
            Self::Open(id)
            | Self::Resting(id)
            | Self::Woken(id)
            | Self::Due { id, .. }
            | Self::Removed(id) => Some(id),
        }
    }

    /// What it means, in a sentence; nothing where nothing stands in the way.
    #[must_use]
    pub fn line(self) -> Option<String> {
        Some(match self {
            Self::Free => return None,
            Self::Open(id) => {
                format!("{id} is open: its package takes the new signals, nothing is flagged.")
            }
            Self::Resting(id) => {
                format!("{id} rests, and nothing has happened since: nothing is flagged.")
            }
            Self::Woken(id) => {
                format!("{id} rested, and there is a new signal: a new handoff is linked to it.")
            }
            Self::Due { id, news: true } => {
                format!(
                    "{id} rested until a date that has come, and there is a new signal: a new handoff is linked to it."
                )
            }
            Self::Due { id, news: false } => format!(
                "{id} rested until a date that has come: it is flagged again, and waits for something new before it is handed over."
            ),
            Self::Removed(id) => {
                format!(
                    "{id} ended with the account taken out of all campaigns: nothing is flagged."
                )
            }
        })
    }
}

/// What the account's earlier handoffs mean. The newest open one takes the signals.
pub(super) fn standing(case: &Case<'_>) -> Standing {
    if let Some(open) = case.open.iter().max_by_key(|open| open.id) {
        return Standing::Open(open.id);
    }
    let Some(rest) = case.rest else { return Standing::Free };
    if rest.removed {
        return Standing::Removed(rest.id);
    }
    let news = case.signals.iter().any(|signal| signal.at > rest.since && signal.at <= case.now);
    match rest.wake {
        Some(wake) if wake <= case.now => Standing::Due { id: rest.id, news },
        _ if news => Standing::Woken(rest.id),
        _ => Standing::Resting(rest.id),
    }
}

/// The open handoff that a new one would be a duplicate of: the account's, of the same type and opportunity
/// (`DOMAIN.md 2`). The oldest, where there are several.
#[must_use]
pub fn duplicate_of(open: &[Open<'_>], kind: &str, opportunity: Option<&str>) -> Option<HandoffId> {
    open.iter()
        .filter(|open| open.kind == kind && open.opportunity == opportunity)
        .map(|open| open.id)
        .min()
}

/// Whether a handoff in nurture has been quiet for so long that it hibernates: no signal since it went to rest, or
/// since the last signal, for the policy's number of days (`DOMAIN.md 2`).
#[must_use]
pub fn is_quiet(since: Instant, signals: &[Signal], policy: &Policy, now: Instant) -> bool {
    let last = signals.iter().map(|signal| signal.at).filter(|at| *at <= now).max();
    let since = last.map_or(since, |last| last.max(since));
    now.since(since) >= i64::from(policy.hibernate_after_days).saturating_mul(DAY)
}

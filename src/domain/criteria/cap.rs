//! The monthly cap of a type of handoff: the best are flagged, the rest are shown as held back (`DOMAIN.md 4`).

use std::cmp::Reverse;

use crate::domain::account::Tier;
use crate::domain::ids::AccountId;

/// What decides who comes first under a cap: tier, then score, then the older account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rank {
    tier: Tier,
    score: Reverse<u8>,
    account: AccountId,
}

impl Rank {
    /// The rank of an account of this tier with this score.
    #[must_use]
    pub const fn new(tier: Tier, score: u8, account: AccountId) -> Self {
        Self { tier, score: Reverse(score), account }
    }
}

/// Candidates of one type, split by what is left of its cap; both in order of rank.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capped<T> {
    /// These are flagged.
    pub flagged: Vec<T>,
    /// These are held back by the cap.
    pub held_back: Vec<T>,
}

/// Splits the candidates of one type by what is left of its monthly cap; `None` is no cap.
#[must_use]
pub fn select_under_cap<T>(
    mut candidates: Vec<T>,
    remaining: Option<u32>,
    rank: impl Fn(&T) -> Rank,
) -> Capped<T> {
    candidates.sort_by_key(rank);
    let room = remaining.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
    let held_back = candidates.split_off(room.min(candidates.len()));
    Capped { flagged: candidates, held_back }
}

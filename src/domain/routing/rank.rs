//! The order of those who are eligible: score, then the tie-breaks, each named (`DOMAIN.md 6`, 3 and 5).

use std::cmp::{Ordering, Reverse};

use super::eligible::Checked;
use super::{Parts, Ranked, Record};
use crate::domain::account::Account;
use crate::domain::policy::{Policy, Routing};
use crate::domain::say;
use crate::domain::time::{DAY, Instant};

/// Rate of those who together have closed nothing.
const NO_RATE: f64 = 0.5;

/// Scores that agree to the millionth are a tie.
const MILLIONTHS: f64 = 1_000_000.0;

/// Ranks the eligible, and says how a tie for the first place was broken.
pub(super) fn rank(
    eligible: &[&Checked<'_>],
    account: &Account,
    policy: &Policy,
    now: Instant,
) -> (Vec<Ranked>, Option<String>) {
    let scored = score_all(eligible, policy, now);
    let tie_break = match scored.as_slice() {
        [first, second, ..] => tie_break(first, second),
        _ => None,
    };
    let ranked = scored.iter().map(|scored| scored.ranked(account, now)).collect();
    (ranked, tie_break)
}

/// What everybody who is eligible scores, best first.
pub(super) fn scores(
    eligible: &[&Checked<'_>],
    policy: &Policy,
    now: Instant,
) -> Vec<super::Scored> {
    let scored = score_all(eligible, policy, now);
    let told = scored.iter().map(|scored| super::Scored {
        person: scored.one.candidate.person.id,
        score: scored.score,
        owner: scored.one.is_owner,
    });
    told.collect()
}

fn score_all<'a>(eligible: &[&'a Checked<'a>], policy: &Policy, now: Instant) -> Vec<Scored<'a>> {
    let records: Vec<_> = eligible.iter().map(|one| one.candidate.record).collect();
    let rate = rate(&records);
    let most = records.iter().map(|record| record.industry_closed).max().unwrap_or(0);
    let mut scored: Vec<_> = eligible
        .iter()
        .map(|one| {
            let parts = parts(one, rate, most, &policy.routing, now);
            Scored { one, parts, score: score(&parts, policy) }
        })
        .collect();
    scored.sort_by(Scored::order);
    scored
}

/// The 95 % interval of a win rate of so many of so many (Wilson's), from 0 to 1; none where nothing is closed.
#[must_use]
pub fn interval(won: u32, closed: u32) -> Option<(f64, f64)> {
    /// Standard deviations that hold 95 % of a normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    if closed == 0 {
        return None;
    }
    let n = f64::from(closed);
    let rate = f64::from(won.min(closed)) / n;
    let middle = rate + Z * Z / (2.0 * n);
    let reach = Z * (rate * (1.0 - rate) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    Some((((middle - reach) / whole).max(0.0), ((middle + reach) / whole).min(1.0)))
}

struct Scored<'a> {
    one: &'a Checked<'a>,
    parts: Parts,
    score: f64,
}

impl Scored<'_> {
    fn millionths(&self) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
        let millionths = (self.score * MILLIONTHS).round() as i64;
        millionths
    }

    fn order(&self, other: &Self) -> Ordering {
        let score = |scored: &Self| (Reverse(scored.one.is_owner), Reverse(scored.millionths()));
        score(self).cmp(&score(other)).then_with(|| self.ties().cmp(&other.ties()))
    }

    /// Fewest assigned in the last 30 days, then longest since the last (never comes first), then id.
    fn ties(&self) -> (u32, Option<Instant>, crate::domain::ids::PersonId) {
        let load = self.one.candidate.load;
        (load.assigned_30d, load.last_assigned, self.one.candidate.person.id)
    }

    fn ranked(&self, account: &Account, now: Instant) -> Ranked {
        let person = self.one.candidate.person;
        Ranked {
            person: person.id,
            name: person.name.clone(),
            score: self.score,
            parts: Some(self.parts),
            record: self.one.candidate.record,
            reasons: reasons(self.one, account, now),
        }
    }
}

/// The rate of all candidates' closed deals together.
fn rate(records: &[Record]) -> f64 {
    let sum = |of: fn(&Record) -> u32| records.iter().map(|one| f64::from(of(one))).sum::<f64>();
    let closed = sum(|record| record.closed);
    if closed > 0.0 { (sum(|record| record.won) / closed).min(1.0) } else { NO_RATE }
}

fn parts(one: &Checked<'_>, rate: f64, most: u32, routing: &Routing, now: Instant) -> Parts {
    let prior = routing.win_rate_prior;
    let full = i64::from(routing.rotation_days.max(1)) * DAY;
    let super::Candidate { person, load, record } = *one.candidate;
    let (won, closed) = (f64::from(record.similar_won), f64::from(record.similar_closed));
    let rotation = load.last_assigned.map_or(1.0, |last| {
        #[expect(clippy::cast_precision_loss, reason = "some days in milliseconds")]
        let waited = now.since(last).clamp(0, full) as f64 / full as f64;
        waited
    });
    Parts {
        win_rate: ((won + prior * rate) / (closed + prior)).min(1.0),
        capacity: match person.capacity {
            None => 1.0,
            Some(0) => 0.0,
            Some(capacity) => (1.0 - f64::from(load.open) / f64::from(capacity)).max(0.0),
        },
        rotation,
        industry: if most == 0 { 0.0 } else { f64::from(record.industry_closed) / f64::from(most) },
    }
}

fn score(parts: &Parts, policy: &Policy) -> f64 {
    let weights = &policy.routing;
    weights.win_rate * parts.win_rate
        + weights.capacity * parts.capacity
        + weights.rotation * parts.rotation
        + weights.industry * parts.industry
}

fn reasons(one: &Checked<'_>, account: &Account, now: Instant) -> Vec<String> {
    let super::Candidate { person, load, record } = *one.candidate;
    let mut reasons = Vec::new();
    if one.is_owner {
        reasons.push("owns the account".to_owned());
    }
    if let Some(region) = account.region.as_deref().filter(|region| !region.trim().is_empty()) {
        let named = !person.territories.is_empty()
            && super::eligible::covers(&person.territories, Some(region));
        if named {
            reasons.push(format!("covers {}", region.trim()));
        }
    }
    reasons.push(match person.capacity {
        Some(capacity) => format!("{} of {capacity} open", load.open),
        None => format!("{} open, no limit", load.open),
    });
    reasons.push(match load.last_assigned.map(|last| now.since(last) / DAY) {
        None => "never assigned yet".into(),
        Some(days) => match u64::try_from(days).unwrap_or(0) {
            0 => "last assigned less than a day ago".into(),
            days => format!("last assigned {} ago", say::count(days, "day", "days")),
        },
    });
    reasons.push(match record.similar_closed {
        0 => "no similar accounts closed yet".into(),
        closed => format!("won {} of {closed} similar accounts", record.similar_won),
    });
    if let (closed @ 1.., Some(industry)) = (record.industry_closed, account.industry.as_deref()) {
        reasons.push(format!("{closed} closed in {}", industry.trim()));
    }
    reasons
}

/// How the tie between the first two was broken; nothing when there was none.
fn tie_break(first: &Scored<'_>, second: &Scored<'_>) -> Option<String> {
    if first.one.is_owner != second.one.is_owner || first.millionths() != second.millionths() {
        return None;
    }
    let name = |scored: &Scored<'_>| scored.one.candidate.person.name.clone();
    let (load, other) = (first.one.candidate.load, second.one.candidate.load);
    let because = if load.assigned_30d != other.assigned_30d {
        format!(
            "fewer assigned in the last 30 days, {} against {}",
            load.assigned_30d, other.assigned_30d
        )
    } else if load.last_assigned != other.last_assigned {
        match load.last_assigned {
            None => "never assigned yet".into(),
            Some(_) => "longer since the last assignment".into(),
        }
    } else {
        let ids = (first.one.candidate.person.id, second.one.candidate.person.id);
        format!("equal in all else, {} comes before {}", ids.0, ids.1)
    };
    Some(format!("{} comes before {} on equal scores: {because}.", name(first), name(second)))
}

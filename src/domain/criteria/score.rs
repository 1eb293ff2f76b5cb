//! The intent score: weights that halve with age, summed over the look-back window (`DOMAIN.md 4`, intent).

use crate::domain::policy::{Band, Policy};
use crate::domain::signal::Signal;
use crate::domain::time::Instant;

/// Points are summed in millionths, as whole numbers: a sum of floats would depend on the order of the signals.
const MILLIONTHS: f64 = 1_000_000.0;

/// How much an account wants.
#[derive(Clone, PartialEq, Debug)]
pub struct Score {
    /// From 0 to 100, rounded to the nearest.
    pub value: u8,
    /// The band it falls in.
    pub band: Band,
    /// What each kind of signal gave, most points first.
    pub parts: Vec<Part>,
}

/// What one kind of signal gave to a score.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    /// The kind.
    pub kind: String,
    /// How the kind is told to people.
    pub label: String,
    /// So many signals inside the window.
    pub count: u32,
    /// So many points, before the cap.
    pub points: f64,
}

/// Whether a signal has happened and is not older than the look-back window.
pub(super) fn in_window(signal: &Signal, policy: &Policy, now: Instant) -> bool {
    within(signal, policy.intent.window, now)
}

/// Whether a signal has happened and is not older than `window` milliseconds.
pub(super) fn within(signal: &Signal, window: i64, now: Instant) -> bool {
    (0..=window).contains(&now.since(signal.at))
}

/// What a signal gives to the score now, in millionths of a point: 0 outside the window and for unknown kinds.
pub(in crate::domain) fn points(signal: &Signal, policy: &Policy, now: Instant) -> i64 {
    match policy.signals.get(&signal.kind) {
        Some(rule) if in_window(signal, policy, now) => {
            decayed(rule.weight, now.since(signal.at), policy.intent.half_life)
        }
        _ => 0,
    }
}

fn decayed(weight: f64, age: i64, half_life: i64) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "ages are far below 2^52 milliseconds")]
    let halvings = if half_life > 0 { age as f64 / half_life as f64 } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
    let points = (weight * (-halvings).exp2() * MILLIONTHS).round() as i64;
    points
}

/// The intent score of some signals at a moment; their order doesn't matter. A third-party surge counts through the
/// weight of its own kind.
#[must_use]
pub fn intent_score(signals: &[Signal], policy: &Policy, now: Instant) -> Score {
    let mut kinds: Vec<(&str, u32, i64)> = Vec::new();
    for signal in signals.iter().filter(|signal| in_window(signal, policy, now)) {
        let points = points(signal, policy, now);
        match kinds.iter_mut().find(|(kind, ..)| *kind == signal.kind) {
            Some((_, count, sum)) => {
                *count += 1;
                *sum = sum.saturating_add(points);
            }
            None => kinds.push((&signal.kind, 1, points)),
        }
    }
    kinds.sort_unstable_by(|one, other| other.2.cmp(&one.2).then_with(|| one.0.cmp(other.0)));
    let total = kinds.iter().fold(0_i64, |sum, (_, _, points)| sum.saturating_add(*points));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "it lies between 0 and 100"
    )]
    let value = (total as f64 / MILLIONTHS).round().clamp(0.0, 100.0) as u8;
    let parts = kinds
        .into_iter()
        .map(|(kind, count, points)| Part {
            kind: kind.to_owned(),
            label: label(kind, policy).to_owned(),
            count,
            #[expect(clippy::cast_precision_loss, reason = "a sum of points")]
            points: points as f64 / MILLIONTHS,
        })
        .collect();
    Score { value, band: policy.intent.bands.of(value), parts }
}

/// How a kind of signal is told to people; a kind that the policy doesn't know is told by its key.
pub(in crate::domain) fn label<'a>(kind: &'a str, policy: &'a Policy) -> &'a str {
    policy.signals.get(kind).map_or(kind, |rule| &rule.label)
}

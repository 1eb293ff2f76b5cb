//! When a verdict may change with nothing new: signals age out of windows, the score sinks below a line, a wake date
//! comes. Evaluation of what changed looks at an account again then, and not before (`DOMAIN.md 4`).

use super::rules::{Facts, counts};
use super::score::points;
use crate::domain::policy::{NumberTest, Policy};
use crate::domain::time::Instant;

/// The score sinks smoothly, and points are rounded: a line is looked for so many milliseconds early,
const EARLY: i64 = 1_000;
/// and from then on in steps of so many.
const STEP: i64 = 250;

/// The first moment after the case's own at which its verdict may be another although nobody did anything; none when it
/// stays for good.
pub(super) fn next_look(facts: &Facts<'_>) -> Option<Instant> {
    let now = facts.case.now;
    let policy = facts.policy;
    let mut next: Option<Instant> = None;
    let mut at = |moment: Instant| {
        if moment > now && next.is_none_or(|next| moment < next) {
            next = Some(moment);
        }
    };
    for signal in facts.case.signals {
        // One that lies ahead counts from its own moment on.
        at(signal.at);
        at(signal.at.plus(policy.intent.window).plus(1));
        for test in policy.patterns.values().flat_map(|pattern| &pattern.tests) {
            if counts(test, signal, now) {
                at(signal.at.plus(test.within).plus(1));
            }
        }
    }
    if let Some(wake) = facts.case.rest.and_then(|rest| rest.wake) {
        at(wake);
    }
    let total: i64 = facts.window.iter().fold(0, |sum, signal| sum + points(signal, policy, now));
    #[expect(clippy::cast_precision_loss, reason = "a sum of points is far below 2^52")]
    let total = total as f64 / 1_000_000.0;
    // The highest line below the score is crossed first.
    let below = lines(policy).filter(|line| *line > 0.0 && *line <= total).fold(0.0, f64::max);
    if below > 0.0 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "half-lives are far below 2^52 milliseconds"
        )]
        let left = (total / below).log2() * policy.intent.half_life as f64;
        #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
        let left = left.floor() as i64;
        at(now.plus(left.saturating_sub(EARLY).max(STEP)));
    }
    next
}

/// The points at which the rounded score passes from one side of something that is asked of it to the other.
fn lines(policy: &Policy) -> impl Iterator<Item = f64> {
    let bands = policy.intent.bands;
    let bands = [bands.light, bands.moderate, bands.strong, bands.unprecedented];
    let scores = policy.criteria.iter().filter_map(|rule| rule.when.lead_score);
    let scores = scores.flat_map(|NumberTest { value, .. }| {
        [value.floor() - 0.5, value.floor() + 0.5, value.ceil() + 0.5]
    });
    bands.into_iter().map(|band| f64::from(band) - 0.5).chain(scores)
}

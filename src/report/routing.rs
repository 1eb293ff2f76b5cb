//! A proposal in words: the ranking with the parts of each score, who is left out and why, and what would have changed the
//! answer.

use crate::domain::ids::PersonId;
use crate::domain::policy::Policy;
use crate::domain::routing::{Proposal, Ranked, interval};

/// Of so many who are not first it is told what would put them there.
const IMAGINED: usize = 4;

/// The proposal, a line each; `what_if` says what would put somebody first.
#[must_use]
pub fn lines(
    proposal: &Proposal,
    policy: &Policy,
    what_if: &dyn Fn(PersonId) -> Option<String>,
) -> Vec<String> {
    let mut lines: Vec<_> = proposal.note.iter().cloned().collect();
    for (place, ranked) in proposal.ranked.iter().enumerate() {
        lines.push(format!("{}. {}", place + 1, one(ranked, policy)));
    }
    lines.extend(proposal.tie_break.clone());
    // People of another role say nothing about this handoff.
    let near = proposal
        .left_out
        .iter()
        .filter(|one| !one.why.iter().any(crate::domain::routing::Why::is_role));
    let near: Vec<_> = near.collect();
    for one in &near {
        lines.push(format!("Left out: {}, {}.", one.name, one.reason));
    }
    let others = proposal.ranked.iter().skip(1).map(|ranked| ranked.person);
    let others = others.chain(near.iter().map(|one| one.person));
    lines.extend(others.filter_map(what_if).take(IMAGINED));
    lines
}

fn one(ranked: &Ranked, policy: &Policy) -> String {
    let reasons = ranked.reasons.join("; ");
    let Some(parts) = ranked.parts else { return format!("{}: {reasons}", ranked.name) };
    let weights = &policy.routing;
    let record = ranked.record;
    let seen = match interval(record.similar_won, record.similar_closed) {
        Some((low, high)) => {
            format!(" (n {}, 95 % {:.0}–{:.0} %)", record.similar_closed, low * 100.0, high * 100.0)
        }
        None => " (n 0)".to_owned(),
    };
    format!(
        "{} {:.3} = {} × {:.2} win rate{seen} + {} × {:.2} free + {} × {:.2} rotation + {} × {:.2} industry: {reasons}",
        ranked.name,
        ranked.score,
        weights.win_rate,
        parts.win_rate,
        weights.capacity,
        parts.capacity,
        weights.rotation,
        parts.rotation,
        weights.industry,
        parts.industry,
    )
}

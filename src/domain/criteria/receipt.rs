//! The receipt of a judgement: every rule that was tried with each of its conditions, the evidence, and the policy it
//! was judged by (`DOMAIN.md 13`, criteria receipts).

use chrono_tz::Tz;

use super::rules::{Facts, conditions, times};
use super::score::{label, points};
use super::{Case, Fit, Judgement, Score};
use crate::domain::ids::SignalId;
use crate::domain::policy::{Policy, Verdict};
use crate::domain::say;
use crate::domain::time::Instant;

/// So many signals that didn't decide are told one by one; the rest are counted.
const OTHERS_TOLD: usize = 20;

/// So many days of a condition's evidence are told one by one.
const DAYS_TOLD: usize = 4;

/// Why a judgement came out as it did.
#[derive(Clone, PartialEq, Debug)]
pub struct Receipt {
    /// What was judged, in a line: the verdict and the rule that decided.
    pub headline: String,
    /// When.
    pub at: Instant,
    /// The zone that days are told in.
    pub zone: Tz,
    /// Name of the policy.
    pub policy: String,
    /// Hash of the policy.
    pub hash: String,
    /// The fit.
    pub fit: Fit,
    /// The fit and where it comes from, in words.
    pub fit_line: String,
    /// The intent score.
    pub score: Score,
    /// Contacts with decision authority.
    pub committee: u32,
    /// The rules that were tried, in order, up to the one that matched.
    pub tried: Vec<Tried>,
    /// The signals inside the look-back window and those that decided, newest first.
    pub evidence: Vec<Evidence>,
    /// What earlier handoffs mean, where there are any.
    pub standing: Option<String>,
}

/// A rule that was tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tried {
    /// Its name.
    pub name: String,
    /// Each of its conditions; none means that it always holds.
    pub conditions: Vec<Checked>,
    /// Whether all of them hold.
    pub matched: bool,
}

/// A condition that was checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// What is asked for.
    pub wanted: String,
    /// What was found.
    pub found: String,
    /// Whether it holds.
    pub met: bool,
    /// The signals that it looks at and finds, newest first.
    pub evidence: Vec<SignalId>,
}

/// A signal that was looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct Evidence {
    /// Its id.
    pub id: SignalId,
    /// Its kind.
    pub kind: String,
    /// How the kind is told to people.
    pub label: String,
    /// When it happened.
    pub at: Instant,
    /// What it gives to the score at the moment of judging.
    pub points: f64,
    /// Whether it is one of those that decided.
    pub decided: bool,
}

/// The receipt of a judgement of this case under this policy.
#[must_use]
pub fn receipt(case: &Case<'_>, policy: &Policy, judgement: &Judgement) -> Receipt {
    let facts = Facts::of(case, policy);
    let last = judgement.rule.unwrap_or(usize::MAX);
    let tried = policy.criteria.iter().take(last.saturating_add(1)).map(|rule| {
        let conditions: Vec<_> = conditions(&rule.when)
            .map(|condition| Checked {
                wanted: condition.wanted(&facts),
                found: condition.found(&facts),
                met: condition.met(&facts),
                evidence: condition.evidence(&facts),
            })
            .collect();
        let matched = conditions.iter().all(|condition| condition.met);
        Tried { name: rule.name.clone(), conditions, matched }
    });
    let mut seen: Vec<_> = case
        .signals
        .iter()
        .filter(|signal| {
            judgement.trigger.contains(&signal.id)
                || super::score::in_window(signal, policy, case.now)
        })
        .collect();
    seen.sort_by(|one, other| super::rules::newest_first(one, other));
    let evidence = seen.into_iter().map(|signal| Evidence {
        id: signal.id,
        kind: signal.kind.clone(),
        label: label(&signal.kind, policy).to_owned(),
        at: signal.at,
        #[expect(clippy::cast_precision_loss, reason = "points are small")]
        points: points(signal, policy, case.now) as f64 / 1_000_000.0,
        decided: judgement.trigger.contains(&signal.id),
    });
    Receipt {
        headline: headline(judgement, policy),
        at: case.now,
        zone: policy.zone,
        policy: policy.name.clone(),
        hash: policy.hash.clone(),
        fit: judgement.fit,
        fit_line: judgement.fit.line(policy),
        score: judgement.score.clone(),
        committee: judgement.committee,
        tried: tried.collect(),
        evidence: evidence.collect(),
        standing: judgement.standing.line(),
    }
}

fn headline(judgement: &Judgement, policy: &Policy) -> String {
    let verdict = match judgement.verdict {
        Verdict::Handoff => "Hand off",
        Verdict::Discuss => "Discuss with the marketing leader",
        Verdict::Research => "Research before handing off",
        Verdict::Nurture => "Nurture",
        Verdict::Never => "Never hand off, nurture",
    };
    let kind = judgement.kind.as_deref().map(|key| {
        let label = policy.kind(key).map_or(key, |kind| &kind.label);
        format!(" as {label}")
    });
    let rule = judgement.rule.and_then(|place| Some((place, policy.criteria.get(place)?)));
    let why = match rule {
        Some((place, rule)) => format!("rule {}, {}", place + 1, rule.name),
        None => "no rule matches".into(),
    };
    format!("{verdict}{}: {why}", kind.unwrap_or_default())
}

impl Receipt {
    /// The receipt as lines of text, as the store keeps it and the screens show it.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.headline.clone()];
        lines.extend(self.standing.clone());
        let short_hash: String = self.hash.chars().take(12).collect();
        lines.push(format!(
            "Judged on {} by policy {} {short_hash}",
            say::moment(self.at, self.zone),
            self.policy
        ));
        lines.push(format!("Fit: {}", self.fit_line));
        lines.push(format!("Intent: {}, {}", self.score.value, self.score.band));
        for part in &self.score.parts {
            lines.push(format!("  {:>5.1}  {}", part.points, times(&part.label, part.count)));
        }
        lines.push(format!("Committee: {} with decision authority", self.committee));
        lines.push("Rules tried:".into());
        for (place, tried) in self.tried.iter().enumerate() {
            lines.push(format!("  {} {}. {}", mark(tried.matched), place + 1, tried.name));
            for checked in &tried.conditions {
                let Checked { wanted, found, met, evidence } = checked;
                let on = self.days(evidence);
                lines.push(format!("      {} {wanted}: {found}{on}", mark(*met)));
            }
        }
        lines.push(match self.evidence.len() {
            0 => "Evidence: no signals in the look-back window".into(),
            _ => "Evidence (> decided):".into(),
        });
        let mut others = 0;
        for seen in &self.evidence {
            if !seen.decided {
                others += 1;
                if others > OTHERS_TOLD {
                    continue;
                }
            }
            lines.push(format!(
                "  {} {}  {}  {}  {:.1}",
                if seen.decided { ">" } else { " " },
                say::day(say::day_of(seen.at, self.zone)),
                seen.id,
                seen.label,
                seen.points
            ));
        }
        if others > OTHERS_TOLD {
            let more = u64::try_from(others - OTHERS_TOLD).unwrap_or(u64::MAX);
            lines.push(format!("    and {}", say::count(more, "more signal", "more signals")));
        }
        lines
    }
}

impl Receipt {
    /// The days of some evidence, each once: `, on 12 Apr 2026 and 10 Apr 2026`.
    fn days(&self, evidence: &[SignalId]) -> String {
        let mut days: Vec<String> = Vec::new();
        for seen in self.evidence.iter().filter(|seen| evidence.contains(&seen.id)) {
            let day = say::day(say::day_of(seen.at, self.zone));
            if !days.contains(&day) {
                days.push(day);
            }
        }
        if days.is_empty() {
            return String::new();
        }
        if days.len() > DAYS_TOLD {
            let more = days.split_off(DAYS_TOLD).len();
            days.push(format!("{more} more"));
        }
        format!(", on {}", say::all(&days))
    }
}

const fn mark(met: bool) -> char {
    if met { '✓' } else { '✗' }
}

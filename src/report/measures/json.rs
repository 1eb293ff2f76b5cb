//! A report for programs: every figure with what it is made of, and the parts around it.

use serde_json::{Value as Json, json};

use crate::domain::handoff::Claim;
use crate::domain::measure::Measure;
use crate::domain::measure::blame::Party;
use crate::domain::measure::feedback::Item;
use crate::domain::measure::figure::{Figure, Value};
use crate::domain::measure::sheet::{Report, narrowed};
use crate::domain::time::HOUR;

/// A figure of all or of one value of a cut, flat.
pub(super) struct Entry {
    pub(super) by: String,
    pub(super) name: String,
    pub(super) measure: Measure,
    /// Percent, a mean, hours or a count.
    pub(super) number: Option<f64>,
    pub(super) above: Option<i64>,
    pub(super) below: Option<i64>,
    /// Hours.
    pub(super) p90: Option<f64>,
    pub(super) young: i64,
    pub(super) target: String,
    pub(super) warning: String,
    pub(super) stands: &'static str,
    pub(super) before: Option<f64>,
    pub(super) filter: String,
}

fn hours(ms: f64) -> f64 {
    ms / HOUR as f64
}

fn entry(by: &str, name: &str, figure: &Figure, filter: String) -> Entry {
    let timed = matches!(figure.value, Value::Time { .. });
    let number = |number: f64| if timed { hours(number) } else { number };
    let (above, below, p90) = match figure.value {
        Value::Share { hit, of } => (Some(hit), Some(of), None),
        Value::Mean { sum, of } => (Some(sum), Some(of), None),
        Value::Time { p90, of, .. } => (None, Some(of), p90.map(|ms| hours(ms as f64))),
        Value::Count(_) => (None, None, None),
    };
    Entry {
        by: by.to_owned(),
        name: name.to_owned(),
        measure: figure.measure,
        number: figure.value.number().map(number),
        above,
        below,
        p90,
        young: figure.young,
        target: figure.rule.target.map(|line| line.to_string()).unwrap_or_default(),
        warning: figure.rule.warn.map(|line| line.to_string()).unwrap_or_default(),
        stands: figure.standing().key(),
        before: figure.before.map(number),
        filter,
    }
}

/// Every figure of a report: of all, then of each value of each cut.
pub(super) fn entries(report: &Report) -> Vec<Entry> {
    let filter = |measure: Measure| report.filters.get(&measure).cloned().unwrap_or_default();
    let mut all: Vec<Entry> = report
        .sheet
        .figures
        .iter()
        .map(|figure| entry("all", "", figure, filter(figure.measure)))
        .collect();
    for table in &report.cuts {
        for row in &table.rows {
            for figure in &row.figures {
                let line = narrowed(&filter(figure.measure), &row.term);
                all.push(entry(table.by, &row.name, figure, line));
            }
        }
    }
    all
}

fn items(items: &[Item]) -> Json {
    items
        .iter()
        .map(|item| json!({"handoff": item.handoff.to_string(), "account": item.company, "what": item.what}))
        .collect()
}

/// The document.
pub(super) fn document(report: &Report) -> String {
    let sheet = &report.sheet;
    let span = sheet.scope.period.span(sheet.zone);
    let figures: Vec<Json> = entries(report)
        .into_iter()
        .map(|one| {
            json!({
                "by": one.by, "name": one.name, "measure": one.measure.key(), "figure": one.number,
                "above": one.above, "below": one.below, "p90_h": one.p90, "not_yet_due": one.young,
                "target": one.target, "warning": one.warning, "stands": one.stands, "before": one.before,
                "filter": one.filter,
            })
        })
        .collect();
    let pack = &report.feedback;
    let document = json!({
        "period": sheet.scope.period.to_string(),
        "from": span.from.to_string(),
        "until": span.until.to_string(),
        "zone": sheet.zone.name(),
        "now": sheet.now.to_string(),
        "over": sheet.over,
        "type": sheet.scope.kind,
        "team": sheet.scope.team.as_ref().map(|team| team.name.clone()),
        "figures": figures,
        "weeks": sheet.weeks.iter().map(|(week, kinds)| json!({
            "week": week.to_string(),
            "types": kinds.iter().map(|(kind, n)| (kind.clone(), json!(n))).collect::<serde_json::Map<_, _>>(),
        })).collect::<Vec<_>>(),
        "clocks": sheet.clocks.iter().map(|(name, kept)| json!({
            "clock": name.key(), "met": kept.met, "missed": kept.missed, "open": kept.open,
        })).collect::<Vec<_>>(),
        "rates": sheet.rates.iter().map(|rate| json!({
            "period": rate.period.to_string(), "response": rate.response, "opportunity": rate.opportunity,
        })).collect::<Vec<_>>(),
        "sources": sheet.sources.iter().map(|one| json!({
            "source": one.source, "handed_off": one.handed, "opportunities": one.converted,
        })).collect::<Vec<_>>(),
        "funnel": sheet.funnel.iter().map(|(name, n)| json!({"step": name, "n": n})).collect::<Vec<_>>(),
        "first_touch": {
            "touched": sheet.spread.touched, "untouched": sheet.spread.untouched,
            "median_ms": sheet.spread.median, "p90_ms": sheet.spread.p90, "steps": sheet.spread.steps,
        },
        "broken": report.broken.iter().map(|(name, broken)| json!({
            "clock": name.key(),
            "n": broken.n,
            "ms": Party::ALL.iter().map(|party| (party.key().to_owned(), json!(broken.split.of(*party))))
                .collect::<serde_json::Map<_, _>>(),
            "used_up_by": Party::ALL.iter().zip(broken.blamed).map(|(party, n)| (party.key().to_owned(), json!(n)))
                .collect::<serde_json::Map<_, _>>(),
        })).collect::<Vec<_>>(),
        "actions": report.actions.iter().map(|action| json!({
            "measure": action.measure.key(), "sentence": action.sentence, "filter": action.filter,
            "handoffs": action.examples.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "feedback": {
            "outcomes": pack.outcomes.iter().map(|(code, label, n)| json!({"code": code, "label": label, "n": n}))
                .collect::<Vec<_>>(),
            "reasons": items(&pack.reasons),
            "personas": items(&pack.personas),
            "rehand": items(&pack.rehand),
            "remove": items(&pack.remove),
            "competitors": pack.competitors.iter().map(|(name, n)| json!({"name": name, "n": n})).collect::<Vec<_>>(),
            "claims": pack.claims.iter().map(|one| json!({
                "source": one.source.key(), "outcomes": one.judged,
                "held_percent": Claim::ALL.iter().map(|claim| (claim.key().to_owned(), json!(one.precision(*claim))))
                    .collect::<serde_json::Map<_, _>>(),
            })).collect::<Vec<_>>(),
            "senders": pack.senders.iter().map(|sent| json!({
                "sender": sent.name, "handed_off": sent.sender.handed, "rating": sent.rating(),
                "rated": sent.sender.rated, "incomplete": sent.sender.incomplete,
                "missing": sent.missing.iter().map(|(field, n)| json!({"field": field, "n": n})).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        },
    });
    format!("{document}\n")
}

//! A manager's week, and what marketing is told of a period, as titled tables.

use std::collections::BTreeMap;

use super::doc::{Cell, Doc, Part, broken, feedback, part};
use crate::domain::measure::Measure;
use crate::domain::measure::summary::{MOST, Pack, Summary};
use crate::domain::queue::QueueRow;
use crate::domain::say;
use crate::domain::span::countdown;

/// The weekly summary of a manager; `labels` is how each type is called.
#[must_use]
pub fn summary(summary: &Summary, labels: &BTreeMap<String, String>) -> Doc {
    let sheet = &summary.sheet;
    let mut title = format!("The week, {}", sheet.scope.period.name());
    if let Some(team) = &sheet.scope.team {
        title.push_str(&format!(", team of {}", team.name));
    }
    if let Some(kind) = &sheet.scope.kind {
        title.push_str(&format!(", type {kind}"));
    }
    let parts = vec![
        volume(summary, labels),
        late(summary),
        returned(summary),
        escalated(summary),
        loads(summary),
        next(summary),
    ];
    Doc { title, notes: notes(summary), parts }
}

/// What marketing is told of a period: who used up the promises, and what became of its handoffs. Without parts where
/// there is nothing to tell.
#[must_use]
pub fn pack(pack: &Pack) -> Vec<Part> {
    let mut parts = vec![broken(&pack.broken)];
    parts.extend(feedback(&pack.feedback));
    parts.retain(|part| !part.rows.is_empty());
    parts
}

fn notes(summary: &Summary) -> Vec<String> {
    let sheet = &summary.sheet;
    let told = say::moment(sheet.now, sheet.zone);
    let volume: (i64, i64) = summary
        .volume()
        .iter()
        .fold((0, 0), |(now, before), (_, n, last)| (now + n, before + last));
    let over: Vec<&str> =
        summary.loads.iter().filter(|load| load.is_over()).map(|load| load.name.as_str()).collect();
    let over = match over.as_slice() {
        [] => "nobody is over capacity".to_owned(),
        some => format!("{} over capacity", isare(&say::all(some), some.len())),
    };
    let many = |n: usize, one: &str, all: &str| match n {
        MOST => format!("{MOST} or more {all}"),
        n => say::count(n as u64, one, all),
    };
    let when = if sheet.over {
        format!(
            "As of {told}. The week is over; what is late, what people carry and the next batch are as they are now."
        )
    } else {
        format!("As of {told}; the week is not over.")
    };
    vec![
        when,
        format!(
            "{} handed off, {:+} against the week before; {} late now, {} returned and {} in the week; {over}.",
            say::thousands(volume.0.unsigned_abs()),
            volume.0 - volume.1,
            many(summary.late.len(), "handoff", "handoffs"),
            many(summary.returned.len(), "handoff", "handoffs"),
            many(summary.escalated.len(), "escalation", "escalations"),
        ),
    ]
}

fn isare(names: &str, n: usize) -> String {
    if n == 1 { format!("{names} is") } else { format!("{names} are") }
}

fn volume(summary: &Summary, labels: &BTreeMap<String, String>) -> Part {
    let heads = ["type", "this week", "week before", "change"];
    let mut one = part("volume", "Handed off, against the week before", &heads);
    let change = |now: i64, before: i64| {
        Cell::Figure(Some((now - before) as f64), format!("{:+}", now - before))
    };
    let mut total = (0, 0);
    for (kind, now, before) in summary.volume() {
        total = (total.0 + now, total.1 + before);
        let label = labels.get(&kind).cloned().unwrap_or(kind);
        one.rows.push(vec![
            Cell::text(label),
            Cell::Count(now),
            Cell::Count(before),
            change(now, before),
        ]);
    }
    if one.rows.is_empty() {
        return nothing(one, "Nothing was handed off in this week or the one before.");
    }
    one.rows.push(vec![
        Cell::text("all"),
        Cell::Count(total.0),
        Cell::Count(total.1),
        change(total.0, total.1),
    ]);
    let sla = summary.sheet.figure(Measure::WithinSla).filter(|figure| figure.value.of() > 0);
    if let Some(figure) = sla {
        one.says.push(format!(
            "{} of the promises on them were kept in time ({}).",
            figure.shown(),
            figure.made_of()
        ));
    }
    one
}

/// A part without rows says so.
fn nothing(mut part: Part, says: &str) -> Part {
    part.heads.clear();
    part.says = vec![says.to_owned()];
    part
}

fn owner(row: &QueueRow) -> Cell {
    Cell::text(row.assignee_name.clone().unwrap_or_else(|| "nobody".to_owned()))
}

fn late(summary: &Summary) -> Part {
    let heads = ["handoff", "account", "type", "stage", "owner", "clock", "late by"];
    let mut one = part("late", "Late now", &heads);
    for row in &summary.late {
        let (clock, left) = row.next.map_or_else(Default::default, |next| {
            let late = countdown(next.due.since(summary.sheet.now));
            (next.name.to_string(), late.trim_start_matches(['−', '-']).to_owned())
        });
        one.rows.push(vec![
            Cell::text(row.id.to_string()),
            Cell::text(&row.company),
            Cell::text(&row.kind),
            Cell::text(row.stage.key()),
            owner(row),
            Cell::text(clock),
            Cell::text(left),
        ]);
    }
    match summary.late.len() {
        0 => nothing(one, "Nothing is past due."),
        MOST => {
            one.says.push(format!(
                "The {MOST} latest; handoff list '{}' lists all.",
                summary.late_filter
            ));
            one
        }
        _ => one,
    }
}

fn returned(summary: &Summary) -> Part {
    let heads = ["handoff", "account", "on", "sent by", "why"];
    let mut one = part("returned", "Returned to marketing in the week", &heads);
    for back in &summary.returned {
        one.rows.push(vec![
            Cell::text(back.handoff.to_string()),
            Cell::text(&back.company),
            Cell::text(say::day(say::day_of(back.at, summary.sheet.zone))),
            Cell::text(&back.sender),
            Cell::text(match back.why.as_str() {
                "" => back.label.clone(),
                why => format!("{}: {why}", back.label),
            }),
        ]);
    }
    if one.rows.is_empty() { nothing(one, "Nothing was returned.") } else { one }
}

fn escalated(summary: &Summary) -> Part {
    let heads = ["handoff", "account", "clock", "last told", "told to", "now"];
    let mut one = part("escalated", "Escalated in the week", &heads);
    for raised in &summary.escalated {
        one.rows.push(vec![
            Cell::text(raised.handoff.to_string()),
            Cell::text(&raised.company),
            Cell::text(raised.clock.key()),
            Cell::text(say::moment(raised.at, summary.sheet.zone)),
            Cell::text(if raised.to.is_empty() {
                "nobody".to_owned()
            } else {
                say::all(&raised.to)
            }),
            Cell::text(if raised.open { "still open" } else { "ended" }),
        ]);
    }
    if one.rows.is_empty() { nothing(one, "Nothing was escalated.") } else { one }
}

fn loads(summary: &Summary) -> Part {
    let heads = ["person", "open", "capacity", "stands", "late", "given this week"];
    let mut one = part("capacity", "Who carries what now", &heads);
    for load in &summary.loads {
        one.rows.push(vec![
            Cell::text(&load.name),
            Cell::Count(i64::from(load.open)),
            load.capacity.map_or_else(|| Cell::text("–"), |most| Cell::Count(i64::from(most))),
            Cell::text(load.stands()),
            Cell::Count(i64::from(load.late)),
            Cell::Count(i64::from(load.this_week)),
        ]);
    }
    if one.rows.is_empty() { nothing(one, "Nobody here works handoffs.") } else { one }
}

fn next(summary: &Summary) -> Part {
    let next = &summary.next;
    let heads = ["handoff", "account", "stage", "score", "completeness"];
    let title = format!("The next batch, {}", next.week);
    let mut one = part("batch", &title, &heads);
    for item in &next.items {
        one.rows.push(vec![
            Cell::text(item.handoff.to_string()),
            Cell::text(&item.company),
            Cell::text(item.stage.key()),
            Cell::Count(i64::from(item.score)),
            item.completeness.map_or_else(
                || Cell::text("not submitted"),
                |share| Cell::Figure(Some(f64::from(share)), format!("{share} %")),
            ),
        ]);
    }
    let dates = format!(
        "{}; the cut-off is {}, the review on {}.",
        match next.items.len() {
            0 => "Nothing waits in it".to_owned(),
            n => format!("{} in it", say::count(n as u64, "handoff waits", "handoffs wait")),
        },
        say::moment(next.send, summary.sheet.zone),
        say::day(next.review)
    );
    if one.rows.is_empty() {
        return nothing(one, &dates);
    }
    one.says.push(dates);
    one
}

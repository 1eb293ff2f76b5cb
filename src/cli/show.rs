//! `handoff show`: a handoff with its package, clocks and record.

use serde_json::{Value, json};

use super::args::Show;
use super::context::Context;
use super::failure::{Failure, Status};
use super::road;
use super::table::wrap;
use crate::desk::{Desk, Dossier, Line as Clocked};
use crate::domain::clock::ClockState;
use crate::domain::field::{Section, package_field};
use crate::domain::package::{Package, one_page};
use crate::domain::say;
use crate::domain::span::countdown;
use crate::domain::stage::Stage;
use crate::domain::text::{columns, pad, safe};
use crate::domain::time::Instant;
use crate::platform::stdio;
use crate::report::ledger;
use crate::store::Event;

pub(super) fn run(args: &Show, context: &Context) -> Result<Status, Failure> {
    let desk = context.desk()?;
    let id = args.id.parse().map_err(|why: String| Failure::usage(format!("{}.", safe(&why))))?;
    let as_of = args.as_of.as_deref().map(|text| road::past(text, &desk, context)).transpose()?;
    let now = as_of.unwrap_or(context.clock.now());
    let who = context.person(&desk).ok().map(|person| person.id);
    let dossier = match as_of {
        Some(at) => desk.dossier_as_of(id, who, at)?,
        None => desk.dossier(id, who, now)?,
    };
    if args.why {
        return why(&desk, &dossier, context);
    }
    if context.json {
        let zone = desk.policy().zone;
        stdio::print_json(&format!("{}\n", document(&dossier, as_of, now, zone)));
        return Ok(Status::Done);
    }
    let page = if args.summary {
        one_page(&dossier.package).into_iter().map(Line::plain).collect()
    } else if args.diff {
        diff(&dossier, desk.policy().zone)
    } else {
        page(&dossier, &desk, args.ledger, now)
    };
    if let Some(at) = as_of {
        stdio::tell(&format!("As of {}.\n", crate::domain::say::moment(at, desk.policy().zone)));
    }
    let mut text = String::new();
    for line in &page {
        wrap(&safe(&line.text), line.hang, context.streams.width, &mut text);
    }
    stdio::print(&text);
    Ok(Status::Done)
}

/// Why it was flagged, as it was kept then.
fn why(desk: &Desk, dossier: &Dossier, context: &Context) -> Result<Status, Failure> {
    let kept = desk.flagged_because(dossier.handoff.id)?;
    if context.json {
        let document = json!({"id": dossier.handoff.id.to_string(), "receipt": kept});
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    match kept {
        Some(lines) => {
            let lines: Vec<_> = lines.iter().map(|line| safe(line)).collect();
            stdio::print(&(lines.join("\n") + "\n"));
        }
        None => stdio::tell("It was made by hand, not by the criteria.\n"),
    }
    Ok(Status::Done)
}

/// What the package says differently since it was submitted, field by field.
fn diff(dossier: &Dossier, zone: chrono_tz::Tz) -> Vec<Line> {
    let Some(sent) = dossier.sent else {
        return vec![Line::plain("It has not been submitted yet.".to_owned())];
    };
    let sent = ledger::moment(sent, zone);
    if dossier.changed.is_empty() {
        return vec![Line::plain(format!("Nothing differs from what was submitted {sent}."))];
    }
    let mut lines = vec![Line::plain(format!("Differs from what was submitted {sent}:"))];
    for differs in &dossier.changed {
        lines.push(Line::plain(String::new()));
        lines.push(Line::plain(differs.field.label.to_owned()));
        for (mark, text) in [("-", &differs.sent), ("+", &differs.now)] {
            let text = text.as_deref().unwrap_or_default();
            lines.extend(
                text.lines().map(|line| Line { text: format!("  {mark} {line}"), hang: 4 }),
            );
        }
    }
    lines
}

/// A line of the page, and the column under which it goes on where it is longer than the terminal is wide.
struct Line {
    text: String,
    hang: usize,
}

impl Line {
    const fn plain(text: String) -> Self {
        Self { text, hang: 2 }
    }
}

fn page(dossier: &Dossier, desk: &Desk, ledgers: bool, now: Instant) -> Vec<Line> {
    let handoff = &dossier.handoff;
    let zone = desk.policy().zone;
    let name = |id| dossier.names.get(&id).cloned().unwrap_or_default();
    let mut lines = vec![
        Line::plain(format!("{} · {}", dossier.package.title, handoff.stage)),
        Line::plain(format!(
            "owner {} · package {} % complete",
            handoff.assignee.map_or_else(|| "–".to_owned(), name),
            dossier.package.completeness
        )),
    ];
    if !dossier.package.missing.is_empty() {
        let labels: Vec<_> = dossier.package.missing.iter().map(|field| field.label).collect();
        lines.push(Line::plain(format!("missing {}", labels.join(", "))));
    }
    if handoff.stage == Stage::Returned && !handoff.missing.is_empty() {
        let asked = handoff
            .missing
            .iter()
            .map(|key| package_field(key).map_or(key.as_str(), |field| field.label));
        lines.push(Line::plain(format!("asked for {}", asked.collect::<Vec<_>>().join(", "))));
    }
    if !dossier.changed.is_empty() {
        let labels: Vec<_> = dossier.changed.iter().map(|differs| differs.field.label).collect();
        lines.push(Line::plain(format!(
            "changed since it was submitted: {} (--diff shows how)",
            labels.join(", ")
        )));
    }
    if let Some(brief) = &handoff.brief {
        lines.push(Line::plain(format!("brief {brief}")));
    }
    if let Some(stars) = handoff.rating {
        let lacked = handoff.lacked.as_deref().map(|text| format!(", missing: {text}"));
        lines.push(Line::plain(format!("rated {stars} of 5{}", lacked.unwrap_or_default())));
    }
    let step = dossier.plan.step.words(now, zone);
    if !step.is_empty() {
        lines.push(Line::plain(format!("next {step}")));
    }
    package(&dossier.package, &mut lines);
    playbook(dossier, now, zone, &mut lines);
    lines.push(Line::plain(String::new()));
    lines.push(Line::plain("Clocks".to_owned()));
    for line in &dossier.clocks {
        lines.push(Line { text: format!("  {}", clock(line, now, zone)), hang: 16 });
        if let (true, Some(clock)) = (ledgers, &line.clock) {
            let told = desk.ledger(handoff, clock, now).map(|sum| {
                let calendar = desk.policy().calendar(&clock.calendar).cloned();
                let calendar = calendar.unwrap_or_else(crate::domain::calendar::Calendar::always);
                ledger::lines(&sum, &clock.target.to_string(), &calendar, zone)
            });
            lines.extend(
                told.unwrap_or_else(|why| vec![why])
                    .into_iter()
                    .map(|line| Line { text: format!("      {line}"), hang: 14 }),
            );
        }
    }
    for aside in &dossier.asides {
        lines.push(Line::plain(String::new()));
        lines.push(Line::plain(aside.title.clone()));
        lines.extend(aside.lines.iter().map(|line| Line { text: format!("  {line}"), hang: 4 }));
    }
    record(&dossier.record, zone, &mut lines);
    lines
}

fn package(package: &Package, lines: &mut Vec<Line>) {
    let filled: Vec<_> = package.fields.iter().filter(|field| field.value.is_some()).collect();
    let wide = filled.iter().map(|field| columns(field.field.label)).max().unwrap_or_default();
    for section in [Section::Summary, Section::Intelligence, Section::Engagement, Section::Motion] {
        let mut title = Some(section.title());
        for field in filled.iter().filter(|field| field.field.section == section) {
            if let Some(title) = title.take() {
                lines.push(Line::plain(String::new()));
                lines.push(Line::plain(title.to_owned()));
            }
            for (place, text) in field.shown().enumerate() {
                let label = if place == 0 { field.field.label } else { "" };
                lines
                    .push(Line { text: format!("  {}  {text}", pad(label, wide)), hang: wide + 4 });
            }
        }
    }
}

fn playbook(dossier: &Dossier, now: Instant, zone: chrono_tz::Tz, lines: &mut Vec<Line>) {
    let plan = &dossier.plan;
    if plan.tasks.is_empty() && plan.touches.is_empty() {
        return;
    }
    lines.push(Line::plain(String::new()));
    lines.push(Line::plain("Playbook".to_owned()));
    for (task, check) in &plan.tasks {
        let sign = if check.is_some() { "✓" } else { "·" };
        lines.push(Line { text: format!("  {sign} {}", task.what), hang: 4 });
    }
    let today = say::day_of(now, zone);
    for (at, touch) in plan.touches.iter().enumerate() {
        let done = dossier.handoff.touches.get(at);
        let what = match done {
            Some(touch) => {
                let day = say::day_near(say::day_of(touch.at, zone), today);
                format!("{}, {} {day}", touch.channel, touch.outcome)
            }
            None => format!(
                "{} with {}, {}",
                touch.channel,
                touch.template,
                say::day_near(touch.due, today)
            ),
        };
        lines.push(Line {
            text: format!("  touch {} of {}: {what}", touch.number, touch.of),
            hang: 4,
        });
    }
}

fn record(events: &[Event], zone: chrono_tz::Tz, lines: &mut Vec<Line>) {
    let who = |event: &Event| event.actor_name.clone().unwrap_or_else(|| "the desk".to_owned());
    let wide = events.iter().map(|event| columns(&who(event))).max().unwrap_or_default();
    let act = events.iter().map(|event| columns(&event.action)).max().unwrap_or_default();
    if !events.is_empty() {
        lines.push(Line::plain(String::new()));
        lines.push(Line::plain("Record".to_owned()));
    }
    for event in events {
        let at = ledger::moment(event.at, zone);
        let head = format!("  {at}  {}  {}", pad(&who(event), wide), pad(&event.action, act));
        let moved = match (event.from, event.to) {
            (Some(from), Some(to)) if from != to => format!("  {from} → {to}"),
            _ => String::new(),
        };
        let note = event.note.as_deref().map(|note| format!("  {note}")).unwrap_or_default();
        let text = format!("{head}{moved}{note}");
        lines.push(Line { text: text.trim_end().to_owned(), hang: columns(&at) + 4 });
    }
}

fn clock(line: &Clocked, now: Instant, zone: chrono_tz::Tz) -> String {
    let head = format!("{}  {}", pad(line.name.key(), 12), pad(&line.owes, 20));
    let Some(clock) = &line.clock else { return format!("{head}  pending, {}", line.target) };
    let due = ledger::moment(clock.due, zone);
    let leg = if clock.end_to_end { "  account's own".to_owned() } else { String::new() };
    match clock.state {
        ClockState::Running if clock.is_breached(now) => {
            format!("{head}  breached  due {due}  {}{leg}", countdown(clock.left(now)))
        }
        ClockState::Running => {
            format!("{head}  running   due {due}  {}{leg}", countdown(clock.left(now)))
        }
        ClockState::Paused => {
            let why = clock
                .pauses
                .iter()
                .rev()
                .find(|pause| pause.to.is_none())
                .map(|pause| pause.reason.as_str());
            format!("{head}  paused    {}{leg}", why.unwrap_or_default())
        }
        state => {
            let ended = clock.ended.map(|at| ledger::moment(at, zone)).unwrap_or_default();
            format!("{head}  {}  {ended}{leg}", pad(&state.to_string(), 8))
        }
    }
}

fn document(dossier: &Dossier, as_of: Option<Instant>, now: Instant, zone: chrono_tz::Tz) -> Value {
    let handoff = &dossier.handoff;
    let name = |id| dossier.names.get(&id).cloned();
    let clocks: Vec<_> = dossier
        .clocks
        .iter()
        .map(|line| {
            json!({
                "clock": line.name.key(),
                "owes": line.owes,
                "target": line.target,
                "state": line.clock.as_ref().map_or("pending", |clock| clock.state.key()),
                "breached": line.clock.as_ref().is_some_and(|clock| clock.is_breached(now)),
                "leg": line.clock.as_ref().map(|clock| clock.leg),
                "end_to_end": line.clock.as_ref().is_some_and(|clock| clock.end_to_end),
                "started": line.clock.as_ref().map(|clock| clock.started.to_string()),
                "warn": line.clock.as_ref().map(|clock| clock.warn.to_string()),
                "due": line.clock.as_ref().map(|clock| clock.due.to_string()),
                "ended": line.clock.as_ref().and_then(|clock| clock.ended).map(|at| at.to_string()),
                "left_s": line.clock.as_ref().filter(|clock| clock.is_open()).map(|clock| clock.left(now).div_euclid(1000)),
            })
        })
        .collect();
    let fields: serde_json::Map<String, Value> = dossier
        .package
        .fields
        .iter()
        .filter_map(|field| Some((field.field.key.to_owned(), json!(field.value.as_ref()?))))
        .collect();
    let touches: Vec<_> = handoff
        .touches
        .iter()
        .map(|touch| {
            json!({
                "at": touch.at.to_string(),
                "by": name(touch.by),
                "channel": touch.channel.key(),
                "template": touch.template,
                "outcome": touch.outcome.key(),
                "note": touch.note,
            })
        })
        .collect();
    let record: Vec<_> = dossier
        .record
        .iter()
        .map(|event| {
            json!({
                "at": event.at.to_string(),
                "gesture": event.gesture.to_string(),
                "who": event.actor_name,
                "action": event.action,
                "from": event.from.map(|stage| stage.key()),
                "to": event.to.map(|stage| stage.key()),
                "note": event.note,
            })
        })
        .collect();
    let moments: serde_json::Map<String, Value> = handoff
        .moments
        .iter()
        .map(|(moment, at)| (moment.key().to_owned(), json!(at.to_string())))
        .collect();
    let days: serde_json::Map<String, Value> = handoff
        .days
        .iter()
        .map(|(day, on)| (day.key().to_owned(), json!(on.to_string())))
        .collect();
    json!({
        "id": handoff.id.to_string(),
        "version": handoff.version,
        "account": dossier.account.id.to_string(),
        "company": dossier.account.name,
        "domain": dossier.account.domain,
        "type": handoff.kind,
        "stage": handoff.stage.key(),
        "tier": handoff.tier.key(),
        "score": handoff.score,
        "source": handoff.source.key(),
        "reason": handoff.reason,
        "owner": handoff.assignee.and_then(name),
        "owner_id": handoff.assignee.map(|id| id.to_string()),
        "brief": handoff.brief,
        "completeness": dossier.package.completeness,
        "missing": dossier.package.missing.iter().map(|field| field.key).collect::<Vec<_>>(),
        "asked_for": handoff.missing,
        "sent": dossier.sent.map(|sent| sent.to_string()),
        "changed": dossier.changed.iter().map(|differs| json!({
            "field": differs.field.key,
            "sent": differs.sent,
            "now": differs.now,
        })).collect::<Vec<_>>(),
        "package": fields,
        "moments": moments,
        "days": days,
        "amount": handoff.amount,
        "outcome": handoff.outcome.as_ref().map(|outcome| json!({
            "code": outcome.code,
            "class": outcome.class.key(),
            "fields": outcome.fields,
            "claim": outcome.claim.map(|claim| claim.key()),
            "overridden": outcome.overridden,
            "by": name(outcome.by),
            "at": outcome.at.to_string(),
        })),
        "rating": handoff.rating,
        "lacked": handoff.lacked,
        "next_step": dossier.plan.step.words(now, zone),
        "checklist": dossier.plan.tasks.iter().map(|(task, check)| json!({
            "item": task.what,
            "done": check.is_some(),
            "by": check.as_ref().and_then(|check| name(check.by)),
            "at": check.as_ref().map(|check| check.at.to_string()),
        })).collect::<Vec<_>>(),
        "sequence": dossier.plan.touches.iter().map(|touch| json!({
            "touch": touch.number,
            "of": touch.of,
            "channel": touch.channel.key(),
            "template": touch.template,
            "due": touch.due.to_string(),
        })).collect::<Vec<_>>(),
        "parent": handoff.parent.map(|id| id.to_string()),
        "as_of": as_of.map(|at| at.to_string()),
        "asides": dossier
            .asides
            .iter()
            .map(|aside| json!({"title": aside.title, "lines": aside.lines}))
            .collect::<Vec<_>>(),
        "touches": touches,
        "clocks": clocks,
        "record": record,
    })
}

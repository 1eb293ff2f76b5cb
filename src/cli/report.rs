//! `handoff report`: a month or a week in figures, a manager's week, and the digest of what is due for each person.

mod week;

use std::path::Path;

use serde_json::json;

use super::args::Report;
use super::context::{Context, named};
use super::failure::{Failure, Status};
use super::rows;
use crate::desk::{Desk, Digest};
use crate::domain::measure::period::Period;
use crate::domain::measure::sheet::{Scope, Team};
use crate::domain::text::safe;
use crate::platform::{fs, stdio};
use crate::report::measures::{Format, write};

pub(super) fn run(args: &Report, context: &Context) -> Result<Status, Failure> {
    let desk = context.desk()?;
    let now = context.clock.now();
    let zone = desk.policy().zone;
    let team = args.team.as_deref().map(|who| team(&desk, who)).transpose()?;
    if args.digest {
        return digest(args, &desk, team.as_ref(), context);
    }
    let period = match args.period.as_deref().map(str::trim) {
        None if args.summary => Period::week_of(now, zone),
        None | Some("this") => Period::month_of(now, zone),
        Some("last") => Period::month_of(now, zone).previous(),
        Some("week") => Period::week_of(now, zone),
        Some("last-week") => Period::week_of(now, zone).previous(),
        Some(text) => text.parse().map_err(|why: String| {
            Failure::usage(format!("{}; or this, last, week or last-week.", safe(&why)))
        })?,
    };
    if period.span(zone).from > now {
        return Err(Failure::usage(format!(
            "{} has not begun; the newest report is {}.",
            period.name(),
            Period::month_of(now, zone)
        )));
    }
    if let Some(kind) = &args.kind
        && desk.policy().kind(kind).is_none()
    {
        let known: Vec<_> = desk.policy().types.iter().map(|kind| kind.key.as_str()).collect();
        return Err(Failure::usage(format!(
            "There is no type \"{}\"; there are {}.",
            safe(kind),
            known.join(", ")
        )));
    }
    if args.summary {
        return week::run(args, &desk, (period, team), context);
    }
    let format = format(args.format.as_deref(), args.out.as_deref(), context)?;
    let scope = Scope { period, kind: args.kind.clone(), team };
    let report = desk.report(&scope, now)?;
    let bytes = write(&report, format).map_err(|error| Failure::failed(error.to_string()))?;
    put(&bytes, format, args.out.as_deref(), context)
}

/// The format that is asked for: by name, by the end of the file's name, or as JSON by the option that all commands
/// take.
pub(super) fn format(
    asked: Option<&str>,
    out: Option<&Path>,
    context: &Context,
) -> Result<Format, Failure> {
    if let Some(text) = asked {
        return text.parse().map_err(|why: String| Failure::usage(format!("--format: {why}.")));
    }
    let ending = out.and_then(Path::extension).and_then(|end| end.to_str());
    Ok(match ending.and_then(|end| end.parse().ok()) {
        Some(format) => format,
        None if context.json => Format::Json,
        None => Format::Text,
    })
}

/// Writes to the file that is named, or to the standard output.
pub(super) fn put(
    bytes: &[u8],
    format: Format,
    out: Option<&Path>,
    context: &Context,
) -> Result<Status, Failure> {
    if let Some(path) = out.filter(|path| *path != Path::new("-")) {
        fs::write_atomic(path, bytes).map_err(|error| {
            Failure::failed(format!("{} could not be written: {error}.", named(path)))
        })?;
        stdio::tell(&format!("Wrote {}.\n", named(path)));
        return Ok(Status::Done);
    }
    match format {
        Format::Xlsx if context.streams.width.is_some() => Err(Failure::usage(
            "A workbook is nothing for a terminal; name a file with --out, such as --out report.xlsx.",
        )),
        Format::Text | Format::Md => {
            stdio::print(&String::from_utf8_lossy(bytes));
            Ok(Status::Done)
        }
        Format::Json => {
            stdio::print_json(&String::from_utf8_lossy(bytes));
            Ok(Status::Done)
        }
        Format::Html | Format::Csv | Format::Xlsx => {
            stdio::print_file(bytes);
            Ok(Status::Done)
        }
    }
}

/// Some people by the name of their manager, or one person.
fn team(desk: &Desk, who: &str) -> Result<Team, Failure> {
    let person = desk.person(who)?;
    let led = desk.teams()?.into_iter().find(|team| {
        team.people.iter().any(|(id, _)| *id == person.id) && team.name == person.name
    });
    Ok(led.unwrap_or_else(|| Team {
        name: person.name.clone(),
        people: vec![(person.id, person.name.clone())],
    }))
}

fn digest(
    args: &Report,
    desk: &Desk,
    team: Option<&Team>,
    context: &Context,
) -> Result<Status, Failure> {
    let now = context.clock.now();
    let digests = desk.digests(team, now)?;
    let format = format(args.format.as_deref(), args.out.as_deref(), context)?;
    if format == Format::Json {
        let list: Vec<_> = digests
            .iter()
            .map(|one| {
                let rows = |rows: &[crate::domain::queue::QueueRow]| {
                    rows.iter().map(|row| rows::value(row, now)).collect::<Vec<_>>()
                };
                json!({
                    "person": one.person.name,
                    "open": one.open,
                    "late": rows(&one.late),
                    "due": rows(&one.due),
                    "escalated": rows(&one.escalated),
                })
            })
            .collect();
        let document = format!("{}\n", json!({"now": now.to_string(), "digests": list}));
        return put(document.as_bytes(), Format::Json, args.out.as_deref(), context);
    }
    if !matches!(format, Format::Text | Format::Md) {
        return Err(Failure::usage("A digest is written as text, md or json."));
    }
    let mut text = String::new();
    for one in &digests {
        told(one, format == Format::Md, context, &mut text);
    }
    if digests.is_empty() {
        text.push_str("Nobody here has handoffs.\n");
    }
    put(text.as_bytes(), Format::Text, args.out.as_deref(), context)
}

fn told(one: &Digest, markdown: bool, context: &Context, text: &mut String) {
    let now = context.clock.now();
    let head = if markdown { "## " } else { "" };
    text.push_str(&format!(
        "{head}{}: {} in hand, {} late, {} due within 7 days, {} escalated\n",
        safe(&one.person.name),
        one.open,
        one.late.len(),
        one.due.len(),
        one.escalated.len()
    ));
    for (name, rows) in [("Late", &one.late), ("Due", &one.due), ("Escalated", &one.escalated)] {
        if rows.is_empty() {
            continue;
        }
        let table = rows::table(rows, now, if markdown { None } else { context.streams.width });
        let (open, close) = if markdown { ("```\n", "```\n") } else { ("", "") };
        text.push_str(&format!("\n{name}\n{open}{table}{close}"));
    }
    text.push('\n');
}

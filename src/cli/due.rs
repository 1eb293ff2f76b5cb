//! `handoff due`: what a clock would say, and how it came to it.

use serde_json::json;

use super::args::Due;
use super::context::Context;
use super::failure::{Failure, Status};
use crate::domain::calendar::Calendar;
use crate::domain::due::{DueError, Ledger, Pause, due};
use crate::domain::policy::Policy;
use crate::domain::target::Target;
use crate::domain::text::safe;
use crate::domain::time::{Instant, SECOND, parse_instant};
use crate::platform::stdio;
use crate::report::ledger;

pub(super) fn run(args: &Due, context: &Context) -> Result<Status, Failure> {
    let policy = context.policy()?;
    let from = instant("--from", &args.from)?;
    let target: Target =
        args.target.parse().map_err(|why| Failure::usage(format!("--target: {why}.")))?;
    let reference =
        args.reference.as_deref().map(|text| instant("--reference", text)).transpose()?;
    let pauses = args.pauses.iter().map(|text| pause(text)).collect::<Result<Vec<_>, _>>()?;
    let name = args.calendar.as_deref().unwrap_or(&policy.calendar);
    let calendar = calendar(&policy, name)?;
    let ledger = due(from, &target, &calendar, &pauses, reference, None).map_err(|error| {
        let how =
            if matches!(error, DueError::NoDate { .. }) { " with --reference TIME" } else { "" };
        Failure::usage(format!("{error}{how}."))
    })?;
    if context.json {
        stdio::print_json(&document(&ledger, &target, name));
    } else {
        let lines = ledger::lines(&ledger, &target.to_string(), &calendar, policy.zone);
        stdio::print(&(lines.join("\n") + "\n"));
    }
    Ok(Status::Done)
}

fn instant(option: &str, text: &str) -> Result<Instant, Failure> {
    parse_instant(text).map_err(|why| Failure::usage(format!("{option}: {why}.")))
}

fn pause(text: &str) -> Result<Pause, Failure> {
    let wrong = || {
        Failure::usage(format!(
            "--pause: write \"{}\" as FROM..TO, two times with their zones.",
            safe(text)
        ))
    };
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let (from, to) = (instant("--pause", from)?, instant("--pause", to)?);
    if to < from {
        return Err(Failure::usage(format!(
            "--pause: {to} lies before {from}; write the earlier one first."
        )));
    }
    Ok(Pause { from, to: Some(to), reason: "--pause".to_owned(), by: None })
}

fn calendar(policy: &Policy, name: &str) -> Result<Calendar, Failure> {
    if let Some(calendar) = policy.calendar(name) {
        return Ok(calendar.clone());
    }
    if name == "always" {
        return Ok(Calendar::always());
    }
    let mut names: Vec<_> = policy.calendars.keys().map(String::as_str).collect();
    if !names.contains(&"always") {
        names.push("always");
    }
    Err(Failure::usage(format!(
        "--calendar: the policy has no calendar \"{}\"; it has {}.",
        safe(name),
        names.join(", ")
    )))
}

fn document(ledger: &Ledger, target: &Target, calendar: &str) -> String {
    let steps: Vec<_> = ledger
        .steps
        .iter()
        .map(|step| {
            json!({
                "open": step.open.to_string(),
                "close": step.close.to_string(),
                "counted_s": step.counted_ms / SECOND,
            })
        })
        .collect();
    let mut document = json!({
        "from": ledger.from.to_string(),
        "target": target.to_string(),
        "calendar": calendar,
        "due": ledger.due.to_string(),
        "steps": steps,
    });
    if let Some(why) = &ledger.short_notice {
        document["short_notice"] = json!(why);
    }
    if !ledger.paused.is_empty() {
        let paused: Vec<_> = ledger
            .paused
            .iter()
            .map(|pause| {
                json!({
                    "from": pause.from.to_string(),
                    "to": pause.to.to_string(),
                    "counted_s": pause.counted_ms / SECOND,
                    "reason": pause.reason,
                })
            })
            .collect();
        document["paused"] = json!(paused);
    }
    format!("{document}\n")
}

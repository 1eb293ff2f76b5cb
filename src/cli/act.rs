//! The actions on handoffs, as one gesture each: the same commands as in the desk.

use std::collections::BTreeMap;
use std::io::BufRead;

use chrono::NaiveDate;
use serde_json::json;

use super::args;
use super::context::Context;
use super::failure::{Failure, Status};
use crate::desk::{Actor, Ask, Desk, Receipt, Request};
use crate::domain::command::{Command, Disposal, NewTouch};
use crate::domain::field::{Kind, outcome_field};
use crate::domain::ids::{GestureId, HandoffId};
use crate::domain::policy::Policy;
use crate::domain::text::safe;
use crate::domain::time::Instant;
use crate::domain::when::{parse_date, parse_moment};
use crate::platform::stdio;

/// The most ids that are read from standard input.
const MOST_IDS: usize = 10_000;

/// Carries out the same command on some handoffs.
pub(super) fn same(
    handoffs: &args::Handoffs,
    command: &Command,
    context: &Context,
) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let asks = asks(handoffs, |_| Ok(command.clone()))?;
    run(&mut desk, asks, context)
}

pub(super) fn assign(args: &args::Assign, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let to = args.to.as_deref().map(|who| desk.person(who)).transpose()?.map(|person| person.id);
    let now = context.clock.now();
    let asks = asks(&args.handoffs, |id| {
        let to = match to {
            Some(to) => to,
            None => desk.proposal(id, now)?.best().ok_or_else(|| {
                Failure::failed(format!(
                    "The desk has nobody to propose for {id}; name somebody with --to."
                ))
            })?,
        };
        Ok(Command::Assign { to, brief: args.brief.clone(), anyway: args.anyway })
    })?;
    run(&mut desk, asks, context)
}

pub(super) fn touch(args: &args::Touch, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let at = args
        .at
        .as_deref()
        .map(|text| moment("--at", text, desk.policy(), context.clock.now()))
        .transpose()?;
    let command = Command::Touch(NewTouch {
        channel: word("--channel", &args.channel)?,
        template: args.template.clone(),
        outcome: word("--outcome", &args.outcome)?,
        note: args.note.clone(),
        at,
    });
    let asks = asks(&args.handoffs, |_| Ok(command.clone()))?;
    run(&mut desk, asks, context)
}

pub(super) fn dispose(args: &args::Dispose, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let mut fields = BTreeMap::new();
    for text in &args.fields {
        let (key, value) = text.split_once('=').ok_or_else(|| {
            Failure::usage(format!(
                "--set: write \"{}\" as FIELD=VALUE, such as wake_on=2027-01-15.",
                safe(text)
            ))
        })?;
        let key = key.trim();
        let value = canonical(key, value.trim(), desk.policy(), context.clock.now())?;
        fields.insert(key.to_owned(), value);
    }
    let command = Command::Dispose(Disposal {
        code: args.code.trim().to_ascii_uppercase(),
        fields,
        claim: args.claim.as_deref().map(|claim| word("--claim", claim)).transpose()?,
        overridden: args.overridden.clone(),
    });
    let asks = asks(&args.handoffs, |_| Ok(command.clone()))?;
    run(&mut desk, asks, context)
}

pub(super) fn give_back(args: &args::Return, context: &Context) -> Result<Status, Failure> {
    let missing = args
        .missing
        .iter()
        .flat_map(|keys| keys.split(','))
        .map(|key| key.trim().to_owned())
        .collect();
    let command =
        Command::Return { missing, note: args.note.clone(), overridden: args.overridden.clone() };
    same(&args.handoffs, &command, context)
}

pub(super) fn defer(args: &args::Defer, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let until = day("--until", &args.until, desk.policy(), context.clock.now())?;
    let command = Command::Defer { until, reason: args.reason.clone() };
    let asks = asks(&args.handoffs, |_| Ok(command.clone()))?;
    run(&mut desk, asks, context)
}

pub(super) fn decide(args: &args::Decide, context: &Context) -> Result<Status, Failure> {
    let command =
        Command::Decide { decision: word("--decision", &args.decision)?, note: args.text.clone() };
    same(&args.handoffs, &command, context)
}

pub(super) fn pause(args: &args::Pause, context: &Context) -> Result<Status, Failure> {
    let clock = args.clock.as_deref().map(|name| word("--clock", name)).transpose()?;
    same(&args.handoffs, &Command::Pause { clock, reason: args.reason.clone() }, context)
}

pub(super) fn resume(args: &args::Resume, context: &Context) -> Result<Status, Failure> {
    let clock = args.clock.as_deref().map(|name| word("--clock", name)).transpose()?;
    same(&args.handoffs, &Command::Resume { clock }, context)
}

pub(super) fn undo(args: &args::Undo, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let gesture: Option<GestureId> =
        args.gesture.as_deref().map(|text| text.parse().map_err(Failure::usage)).transpose()?;
    let actor = context.actor(&desk)?;
    let receipt = desk.undo(actor, gesture)?;
    Ok(tell(&receipt, context))
}

pub(super) fn redo(context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let actor = context.actor(&desk)?;
    let receipt = desk.redo(actor)?;
    Ok(tell(&receipt, context))
}

fn run(desk: &mut Desk, asks: Vec<Ask>, context: &Context) -> Result<Status, Failure> {
    let actor: Actor = context.actor(desk)?;
    let receipt = desk.run(&Request { actor, what_can: asks.len() > 1, asks })?;
    Ok(tell(&receipt, context))
}

/// Says what was done and what was left out.
fn tell(receipt: &Receipt, context: &Context) -> Status {
    if context.json {
        let refused: Vec<_> = receipt
            .refused
            .iter()
            .map(|one| json!({"id": one.handoff.to_string(), "company": one.company, "why": one.refusal.to_string()}))
            .collect();
        let done: Vec<_> = receipt.done.iter().map(ToString::to_string).collect();
        let document = json!({
            "gesture": receipt.gesture.to_string(),
            "label": receipt.label,
            "done": done,
            "refused": refused,
        });
        stdio::print_json(&format!("{document}\n"));
    } else {
        let mut label = safe(&receipt.label).into_owned();
        if let Some(first) = label.get(..1).map(str::to_uppercase) {
            label.replace_range(..1, &first);
        }
        stdio::print(&format!("{label} ({}).\n", receipt.gesture));
        for one in &receipt.refused {
            stdio::tell(&format!(
                "{} {}: {}\n",
                one.handoff,
                safe(&one.company),
                safe(&one.refusal.to_string())
            ));
        }
    }
    if receipt.refused.is_empty() { Status::Done } else { Status::Part }
}

fn asks(
    handoffs: &args::Handoffs,
    mut command: impl FnMut(HandoffId) -> Result<Command, Failure>,
) -> Result<Vec<Ask>, Failure> {
    ids(&handoffs.ids)?
        .into_iter()
        .map(|handoff| Ok(Ask { handoff, seen: None, command: command(handoff)? }))
        .collect()
}

/// The ids given, with those of standard input where "-" stands; each once.
fn ids(texts: &[String]) -> Result<Vec<HandoffId>, Failure> {
    let mut ids: Vec<HandoffId> = Vec::new();
    let mut add = |text: &str| -> Result<(), Failure> {
        let id = text.parse().map_err(|why: String| Failure::usage(format!("{}.", safe(&why))))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
        Ok(())
    };
    for text in texts {
        if text != "-" {
            add(text)?;
            continue;
        }
        for line in std::io::stdin().lock().lines().take(MOST_IDS) {
            let line = line.map_err(|error| {
                Failure::failed(format!("Standard input can't be read: {error}."))
            })?;
            if let Some(word) = line.split_whitespace().next() {
                add(word)?;
            }
        }
    }
    if ids.is_empty() {
        return Err(Failure::usage("No handoff was named; write their ids, such as H-1042."));
    }
    Ok(ids)
}

/// A value of a disposition's form as the rules want it: days and moments may be written as people say them.
fn canonical(key: &str, value: &str, policy: &Policy, now: Instant) -> Result<String, Failure> {
    Ok(match outcome_field(key).map(|field| field.kind) {
        Some(Kind::FutureDay) => day(key, value, policy, now)?.to_string(),
        Some(Kind::Moment) => moment(key, value, policy, now)?.to_string(),
        _ => value.to_owned(),
    })
}

fn day(option: &str, text: &str, policy: &Policy, now: Instant) -> Result<NaiveDate, Failure> {
    let calendar = policy
        .calendar(&policy.calendar)
        .ok_or_else(|| Failure::failed("The policy has no calendar."))?;
    let today = now.utc().with_timezone(&policy.zone).date_naive();
    parse_date(text, today, calendar).map_err(|why| Failure::usage(format!("{option}: {why}.")))
}

fn moment(option: &str, text: &str, policy: &Policy, now: Instant) -> Result<Instant, Failure> {
    if let Ok(at) = crate::domain::time::parse_instant(text) {
        return Ok(at);
    }
    let calendar = policy
        .calendar(&policy.calendar)
        .ok_or_else(|| Failure::failed("The policy has no calendar."))?;
    parse_moment(text, now, policy.zone, calendar)
        .map_err(|why| Failure::usage(format!("{option}: {why}.")))
}

fn word<T: std::str::FromStr<Err = String>>(option: &str, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|why: String| Failure::usage(format!("{option}: {}.", safe(&why))))
}

//! `handoff report --summary`: a manager's week.

use serde_json::json;

use super::super::args::Report;
use super::super::context::Context;
use super::super::failure::{Failure, Status};
use super::super::rows;
use super::{format, put};
use crate::desk::Desk;
use crate::domain::measure::period::Period;
use crate::domain::measure::sheet::{Scope, Team};
use crate::domain::measure::summary::Summary;
use crate::domain::person::Role;
use crate::report::measures::{Format, summary, write_doc};

/// Writes the week of whoever is asked for; a manager who asks for nobody gets their own people.
pub(super) fn run(
    args: &Report,
    desk: &Desk,
    (period, team): (Period, Option<Team>),
    context: &Context,
) -> Result<Status, Failure> {
    if !matches!(period, Period::Week(_)) {
        return Err(Failure::usage(format!(
            "A summary is of a week; name one, such as {}, week or last-week.",
            Period::week_of(context.clock.now(), desk.policy().zone)
        )));
    }
    let team = match team {
        Some(team) => Some(team),
        None => own(desk, context)?,
    };
    let scope = Scope { period, kind: args.kind.clone(), team };
    let found = desk.summary(&scope, context.clock.now())?;
    let format = format(args.format.as_deref(), args.out.as_deref(), context)?;
    if format == Format::Json {
        let text = format!("{}\n", document(&found));
        return put(text.as_bytes(), format, args.out.as_deref(), context);
    }
    let types = &desk.policy().types;
    let labels = types.iter().map(|kind| (kind.key.clone(), kind.label.clone())).collect();
    let bytes = write_doc(&summary(&found, &labels), format)
        .map_err(|error| Failure::failed(error.to_string()))?;
    put(&bytes, format, args.out.as_deref(), context)
}

/// The people of the manager who asks; everybody where nobody in particular does.
fn own(desk: &Desk, context: &Context) -> Result<Option<Team>, Failure> {
    let me = context.named_person(desk)?.filter(|me| me.role == Role::Manager);
    let Some(me) = me else { return Ok(None) };
    let mut teams = desk.teams()?.into_iter();
    Ok(teams.find(|team| team.people.iter().any(|(id, _)| *id == me.id) && team.name == me.name))
}

fn document(summary: &Summary) -> serde_json::Value {
    let sheet = &summary.sheet;
    let now = sheet.now;
    let volume = summary.volume();
    let sum = |of: fn(&(String, i64, i64)) -> i64| volume.iter().map(of).sum::<i64>();
    let late: Vec<_> = summary.late.iter().map(|row| rows::value(row, now)).collect();
    json!({
        "week": sheet.scope.period.to_string(),
        "now": now.to_string(),
        "over": sheet.over,
        "team": sheet.scope.team.as_ref().map(|team| &team.name),
        "type": sheet.scope.kind,
        "handed_off": {
            "this_week": sum(|(_, n, _)| *n),
            "week_before": sum(|(_, _, n)| *n),
            "by_type": volume.iter().map(|(kind, n, before)| json!({
                "type": kind, "this_week": n, "week_before": before,
            })).collect::<Vec<_>>(),
        },
        "late": late,
        "late_filter": summary.late_filter,
        "returned": summary.returned.iter().map(|one| json!({
            "handoff": one.handoff.to_string(), "company": one.company, "at": one.at.to_string(),
            "outcome": one.label, "why": one.why, "sender": one.sender,
        })).collect::<Vec<_>>(),
        "escalated": summary.escalated.iter().map(|one| json!({
            "handoff": one.handoff.to_string(), "company": one.company, "clock": one.clock.key(),
            "at": one.at.to_string(), "told": one.to, "open": one.open,
        })).collect::<Vec<_>>(),
        "people": summary.loads.iter().map(|load| json!({
            "name": load.name, "open": load.open, "capacity": load.capacity, "late": load.late,
            "given_this_week": load.this_week, "over_capacity": load.is_over(),
        })).collect::<Vec<_>>(),
        "next_batch": {
            "week": summary.next.week.to_string(), "phase": summary.next.phase.key(),
            "cut_off": summary.next.send.to_string(), "review": summary.next.review.to_string(),
            "items": summary.next.items.iter().map(|item| json!({
                "handoff": item.handoff.to_string(), "company": item.company, "stage": item.stage.key(),
                "score": item.score, "completeness": item.completeness,
            })).collect::<Vec<_>>(),
        },
    })
}

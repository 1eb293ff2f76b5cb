//! `handoff people` and `handoff volume`: days away, edits, handing on, and what the monthly caps hold back.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;

use super::args::{HandOn, Month, People, PeopleWhat, PersonEdit};
use super::context::Context;
use super::failure::{Failure, Status};
use super::receipt;
use super::table::{column, number, render, text};
use crate::desk::Desk;
use crate::domain::batch::Decision;
use crate::domain::ids::HandoffId;
use crate::domain::person::{Absence, Person};
use crate::domain::text::safe;
use crate::domain::when::parse_date;
use crate::intake::away;
use crate::platform::stdio;
use crate::report::batch::facts;

pub(super) fn run(args: &People, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    match &args.what {
        PeopleWhat::Away { who, from, to, ics, clear } => {
            let person = match who {
                Some(who) => desk.person(who)?,
                None => context.person(&desk)?,
            };
            let (absences, told) = match (from, ics) {
                (Some(from), _) => {
                    (vec![by_hand(from, to.as_deref(), &desk, context)?], Vec::new())
                }
                (None, Some(file)) => from_file(file, &person, &desk, context)?,
                (None, None) if *clear => (Vec::new(), Vec::new()),
                (None, None) => {
                    return Err(Failure::usage(
                        "Say when: --from DAY [--to DAY], --ics FILE, or --clear.",
                    ));
                }
            };
            told.iter().for_each(|line| stdio::tell(&format!("{line}\n")));
            let actor = context.actor(&desk)?;
            let done = desk.away(actor, person.id, absences, *clear);
            let status = receipt::tell(done, Vec::new(), &desk, context)?;
            Ok(if status == Status::Done && !told.is_empty() { Status::Part } else { status })
        }
        PeopleWhat::Edit(args) => edit(&mut desk, args, context),
        PeopleWhat::Handon(args) => hand_on(&mut desk, args, context),
    }
}

fn by_hand(
    from: &str,
    to: Option<&str>,
    desk: &Desk,
    context: &Context,
) -> Result<Absence, Failure> {
    let policy = desk.policy();
    let calendar = policy
        .calendar(&policy.calendar)
        .ok_or_else(|| Failure::failed("The policy has no calendar."))?;
    let today = today(desk, context);
    let day = |option: &str, text: &str| {
        parse_date(text, today, calendar)
            .map_err(|why| Failure::usage(format!("{option}: {}.", safe(&why))))
    };
    let from = day("--from", from)?;
    let to = to.map(|to| day("--to", to)).transpose()?.unwrap_or(from);
    if to < from {
        return Err(Failure::usage(format!("--to: {to} lies before {from}.")));
    }
    Ok(Absence { from, to })
}

fn today(desk: &Desk, context: &Context) -> NaiveDate {
    context.clock.now().utc().with_timezone(&desk.policy().zone).date_naive()
}

fn from_file(
    file: &std::path::Path,
    person: &Person,
    desk: &Desk,
    context: &Context,
) -> Result<(Vec<Absence>, Vec<String>), Failure> {
    let bytes = super::batch::read(file)?;
    let name = super::context::named(file);
    let text = String::from_utf8(bytes).map_err(|_bytes| {
        Failure::failed(format!("{name} is not UTF-8 text, which iCalendar files are."))
    })?;
    let policy = desk.policy();
    let own = person.calendar.as_deref().and_then(|name| policy.calendar(name));
    let calendar = own
        .or_else(|| policy.calendar(&policy.calendar))
        .ok_or_else(|| Failure::failed("The policy has no calendar."))?;
    let zone = person.zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(policy.zone);
    let found = away::read(&text, zone, calendar, today(desk, context))
        .map_err(|why| Failure::failed(format!("{name}: {why}")))?;
    if found.absences.is_empty() {
        let mut why = vec![format!("{name} names no day away from today on.")];
        why.extend(found.told);
        return Err(Failure::failed(why.join("\n")));
    }
    Ok((found.absences, found.told))
}

fn edit(desk: &mut Desk, args: &PersonEdit, context: &Context) -> Result<Status, Failure> {
    let before = desk.person(&args.who)?;
    let mut after = before.clone();
    let some = |text: &str| {
        let text = text.trim();
        (!text.is_empty() && !text.eq_ignore_ascii_case("none")).then(|| text.to_owned())
    };
    let list = |text: &str| -> Vec<String> {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts.filter(|part| !part.eq_ignore_ascii_case("none")).map(str::to_owned).collect()
    };
    let limit = |option: &str, text: &str| match some(text) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_not_a_number| {
            Failure::usage(format!(
                "{option}: \"{}\" is not a number; write one, or none.",
                safe(&text)
            ))
        }),
    };
    if let Some(name) = &args.name {
        name.trim().clone_into(&mut after.name);
    }
    if let Some(email) = &args.email {
        after.email = some(email).map(|email| email.to_lowercase());
    }
    if let Some(role) = &args.role {
        after.role = role
            .parse()
            .map_err(|why: String| Failure::usage(format!("--role: {}.", safe(&why))))?;
    }
    if let Some(manager) = &args.manager {
        after.manager = some(manager).map(|who| desk.person(&who)).transpose()?.map(|one| one.id);
    }
    if let Some(active) = &args.active {
        after.active = match active.trim().to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" => true,
            "no" | "false" | "0" => false,
            other => {
                return Err(Failure::usage(format!(
                    "--active: \"{}\" is not yes or no.",
                    safe(other)
                )));
            }
        };
    }
    for (given, own) in [
        (&args.territories, &mut after.territories),
        (&args.segments, &mut after.segments),
        (&args.products, &mut after.products),
        (&args.languages, &mut after.languages),
    ] {
        if let Some(given) = given {
            *own = list(given);
        }
    }
    if let Some(capacity) = &args.capacity {
        after.capacity = limit("--capacity", capacity)?;
    }
    if let Some(weekly) = &args.weekly {
        after.weekly = limit("--weekly", weekly)?;
    }
    if let Some(calendar) = &args.calendar {
        after.calendar = some(calendar);
    }
    if let Some(zone) = &args.zone {
        after.zone = some(zone);
    }
    let actor = context.actor(desk)?;
    let done = desk.edit_person(actor, &before, &after);
    receipt::tell(done, Vec::new(), desk, context)
}

fn hand_on(desk: &mut Desk, args: &HandOn, context: &Context) -> Result<Status, Failure> {
    let person = desk.person(&args.who)?;
    let now = context.clock.now();
    let round = desk.hand_on(person.id, now)?;
    if round.items.is_empty() {
        stdio::print(&format!("{} has nothing in hand.\n", safe(&person.name)));
        return Ok(Status::Done);
    }
    let mut set: BTreeMap<HandoffId, Option<Decision>> = BTreeMap::new();
    for text in &args.set {
        let (id, who) = text.split_once('=').ok_or_else(|| {
            Failure::usage(format!("--set: write \"{}\" as H-12=Sam, or H-12=keep.", safe(text)))
        })?;
        let id: HandoffId =
            id.parse().map_err(|why: String| Failure::usage(format!("--set: {}.", safe(&why))))?;
        if round.item(id).is_none() {
            return Err(Failure::usage(format!(
                "--set: {} doesn't have {id}.",
                safe(&person.name)
            )));
        }
        let decision = match who.trim() {
            "keep" => None,
            who => Some(Decision::Route { to: desk.person(who)?.id, anyway: false }),
        };
        set.insert(id, decision);
    }
    let fixed = set.iter().filter_map(|(id, decision)| Some((*id, decision.clone()?))).collect();
    let solved = round.solve(&fixed, desk.policy());
    let mut plan = BTreeMap::new();
    let mut rows = Vec::new();
    for item in &round.items {
        let decision = match set.get(&item.id) {
            Some(decision) => decision.clone(),
            None => {
                let to = solved.picks.get(&item.id).and_then(|pick| pick.to);
                to.map(|to| Decision::Route { to, anyway: false })
            }
        };
        let words = decision.as_ref().map_or("stays".to_owned(), |one| one.words(&round.people));
        let score = solved.picks.get(&item.id).filter(|pick| pick.score > 0.0);
        rows.push(vec![
            item.id.to_string(),
            item.account.name.clone(),
            item.stage.key().to_owned(),
            words,
            score.map(|pick| format!("{:.3}", pick.score)).unwrap_or_default(),
            facts(item),
        ]);
        if let Some(decision) = decision {
            plan.insert(item.id, (item.version, decision));
        }
    }
    if !args.apply {
        if context.json {
            let items: Vec<_> = rows
                .iter()
                .map(|row| json!({"id": row[0], "company": row[1], "stage": row[2], "decision": row[3]}))
                .collect();
            stdio::print_json(&format!("{}\n", json!({"person": person.name, "items": items})));
            return Ok(Status::Done);
        }
        let heads =
            [column("id"), text("account"), column("stage"), text("decision"), number("at")];
        let rows: Vec<_> = rows
            .into_iter()
            .map(|mut row| {
                row.truncate(5);
                row
            })
            .collect();
        stdio::print(&render(&heads, &rows, context.streams.width));
        stdio::print("Nothing was changed; --apply hands them on, --set ID=WHO changes one.\n");
        return Ok(Status::Done);
    }
    let actor = context.actor(desk)?;
    let done = desk.carry_on(person.id, actor, &plan);
    receipt::tell(done, Vec::new(), desk, context)
}

pub(super) fn volume(args: &Month, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    if let Some(account) = &args.release {
        let actor = context.actor(&desk)?;
        let done = desk.let_through(account, args.reason.as_deref().unwrap_or_default(), actor);
        return receipt::tell(done, Vec::new(), &desk, context);
    }
    let volume = desk.volume(context.clock.now())?;
    if context.json {
        let types: Vec<_> = volume
            .iter()
            .map(|one| {
                let held: Vec<_> = one
                    .held_back
                    .iter()
                    .map(|held| {
                        json!({"account": held.account.to_string(), "company": held.company,
                               "tier": held.tier.key(), "score": held.score, "why": held.why})
                    })
                    .collect();
                json!({"type": one.kind, "cap": one.cap, "flagged": one.flagged, "held_back": held})
            })
            .collect();
        stdio::print_json(&format!("{}\n", json!({"types": types})));
        return Ok(Status::Done);
    }
    if volume.is_empty() {
        stdio::print("No type has a monthly cap; monthly_cap in the policy sets one.\n");
        return Ok(Status::Done);
    }
    for one in &volume {
        stdio::print(&format!("{}\n", safe(&one.told())));
        for held in &one.held_back {
            stdio::print(&format!(
                "  {} {}: {}\n",
                held.account,
                safe(&held.company),
                safe(&held.why)
            ));
        }
    }
    Ok(Status::Done)
}

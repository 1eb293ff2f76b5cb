//! `handoff batch`: the weekly batch from the shell.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};

use super::args::{Batch, BatchWhat, Route};
use super::context::{Context, named as shown};
use super::failure::{Failure, Status};
use super::ids::named;
use super::receipt;
use super::table::{column, number, render, text};
use crate::desk::Desk;
use crate::domain::batch::round::Solved;
use crate::domain::batch::sheet::Sheet;
use crate::domain::batch::{Decision, NEXT_BATCH, Week};
use crate::domain::decide::reaches;
use crate::domain::ids::PersonId;
use crate::domain::person::Person;
use crate::domain::text::safe;
use crate::intake::batch_plan;
use crate::platform::stdio;
use crate::report;

/// The longest plan file that is read.
const LONGEST: u64 = 16 * 1024 * 1024;

pub(super) fn run(args: &Batch, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let own = args.week.as_deref();
    let week = |desk: &Desk, named: &Option<String>| match named.as_deref().or(own) {
        Some(text) => week_of(text),
        None => Ok(desk.week_at_hand(context.clock.now())?),
    };
    match &args.what {
        None => {
            let week = week(&desk, &None)?;
            show(&desk, week, context)
        }
        Some(BatchWhat::Show(args)) => {
            let week = week(&desk, &args.week)?;
            show(&desk, week, context)
        }
        Some(BatchWhat::Summary(args)) => {
            let sheet = sheet(&desk, week(&desk, &args.week)?, context)?;
            stdio::print(&report::batch::summary(&sheet, desk.policy()));
            Ok(Status::Done)
        }
        Some(BatchWhat::Plan(args)) => {
            let sheet = sheet(&desk, week(&desk, &args.week)?, context)?;
            let solved = sheet.round.solve(&sheet.decisions(), desk.policy());
            let who = context.named_person(&desk)?;
            stdio::print(&report::batch::plan(&sheet, &solved, who.as_ref(), desk.policy()));
            Ok(Status::Done)
        }
        Some(BatchWhat::Send(args)) => {
            let week = week(&desk, &args.week)?;
            let actor = context.actor(&desk)?;
            let done = desk.send_batch(week, actor);
            receipt::tell(done, Vec::new(), &desk, context)
        }
        Some(BatchWhat::Commit(args)) => {
            let week = week(&desk, &args.week)?;
            let actor = context.actor(&desk)?;
            let done = desk.commit_batch(week, actor);
            receipt::tell(done, Vec::new(), &desk, context)
        }
        Some(BatchWhat::Route(args)) => {
            let week = week(&desk, &args.week)?;
            route(&mut desk, week, args, context)
        }
        Some(BatchWhat::Apply { file }) => apply(&mut desk, file, context),
        Some(BatchWhat::Diff { one, other }) => {
            let (one, other) = (week_of(one)?, week_of(other)?);
            let (one, other) = (sheet(&desk, one, context)?, sheet(&desk, other, context)?);
            let lines = report::batch::diff(&one, &other);
            if context.json {
                let weeks = [one.week.to_string(), other.week.to_string()];
                stdio::print_json(&format!("{}\n", json!({"weeks": weeks, "changes": lines})));
            } else {
                stdio::print(&format!("{} → {}\n", one.week, other.week));
                lines.iter().for_each(|line| stdio::print(&format!("{line}\n")));
            }
            Ok(Status::Done)
        }
    }
}

fn week_of(text: &str) -> Result<Week, Failure> {
    text.parse().map_err(|why: String| {
        let why = safe(&why);
        let mut letters = why.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        Failure::usage(format!("{first}{}.", letters.as_str()))
    })
}

fn sheet(desk: &Desk, week: Week, context: &Context) -> Result<Sheet, Failure> {
    let who = context.named_person(desk)?.map(|person| person.id);
    Ok(desk.sheet(week, who, context.clock.now())?)
}

fn show(desk: &Desk, week: Week, context: &Context) -> Result<Status, Failure> {
    let sheet = sheet(desk, week, context)?;
    let policy = desk.policy();
    let solved = sheet.round.solve(&sheet.decisions(), policy);
    if context.json {
        stdio::print_json(&format!("{}\n", document(&sheet, &solved, desk)));
        return Ok(Status::Done);
    }
    stdio::print(&format!("{}\n", safe(&report::batch::head(&sheet, policy))));
    let people = &sheet.round.people;
    if !sheet.round.items.is_empty() {
        let heads = [
            column("id"),
            text("account"),
            number("score"),
            text("proposed"),
            number("at"),
            text("decision"),
        ];
        let rows: Vec<_> = sheet
            .round
            .items
            .iter()
            .map(|item| {
                let pick = solved.picks.get(&item.id);
                let to = pick.and_then(|pick| pick.to).map(|to| name(people, to));
                let at =
                    pick.filter(|pick| pick.score > 0.0).map(|pick| format!("{:.3}", pick.score));
                let draft = sheet.drafts.get(&item.id);
                vec![
                    item.id.to_string(),
                    item.account.name.clone(),
                    item.score.to_string(),
                    to.unwrap_or_default(),
                    at.unwrap_or_default(),
                    draft.map(|draft| draft.decision.words(people)).unwrap_or_default(),
                ]
            })
            .collect();
        stdio::print(&format!("\n{}", render(&heads, &rows, context.streams.width)));
    }
    let mut lines = Vec::new();
    for id in sheet.overtaken() {
        lines.push(format!("Your decision on {id} is overtaken: it was changed since."));
    }
    for (what, items) in [
        ("not delivered", &sheet.undelivered),
        ("put off", &sheet.put_off),
        ("late, goes with the next week", &sheet.late),
    ] {
        for item in items {
            lines.push(format!("{} {}: {what}.", item.id, item.account.name));
        }
    }
    if !sheet.settled.is_empty() {
        lines.push(format!(
            "{} decided already; handoff batch summary lists them.",
            sheet.settled.len()
        ));
    }
    if sheet.round.items.is_empty() && lines.is_empty() {
        lines.push("Nothing is in this batch.".to_owned());
    }
    stdio::print("\n");
    lines.iter().for_each(|line| stdio::print(&format!("{}\n", safe(line))));
    if !sheet.round.items.is_empty() {
        for filled in sheet.filled(&solved, policy) {
            stdio::print(&format!("{}\n", safe(&report::batch::capacity(&filled))));
        }
    }
    Ok(Status::Done)
}

fn name(people: &[Person], id: PersonId) -> String {
    people
        .iter()
        .find(|person| person.id == id)
        .map(|person| person.name.clone())
        .unwrap_or_default()
}

fn document(sheet: &Sheet, solved: &Solved, desk: &Desk) -> Value {
    let people = &sheet.round.people;
    let brief = |item: &crate::domain::batch::round::Item| {
        json!({
            "id": item.id.to_string(),
            "version": item.version,
            "company": item.account.name,
            "stage": item.stage.key(),
            "score": item.score,
            "owner": item.assignee.map(|id| name(people, id)),
        })
    };
    let items: Vec<_> = sheet
        .round
        .items
        .iter()
        .map(|item| {
            let pick = solved.picks.get(&item.id);
            let to = pick.and_then(|pick| pick.to);
            let mut value = brief(item);
            value["proposed"] = json!(to.map(|id| name(people, id)));
            value["proposed_id"] = json!(to.map(|id| id.to_string()));
            value["proposed_score"] = json!(pick.map(|pick| thousandths(pick.score)));
            value["alone"] = json!(pick.and_then(|pick| pick.alone).map(|(id, score)| {
                json!({"name": name(people, id), "score": thousandths(score),
                       "loss": solved.loss(item.id, id).map(thousandths)})
            }));
            let draft = sheet.drafts.get(&item.id).map(|draft| &draft.decision);
            value["decision"] = json!(draft.map(Decision::key));
            value["to"] = json!(draft.and_then(|decision| match decision {
                Decision::Route { to, .. } => Some(name(people, *to)),
                _ => None,
            }));
            value
        })
        .collect();
    let filled: Vec<_> = sheet
        .filled(solved, desk.policy())
        .iter()
        .map(|one| {
            json!({"name": one.person.name, "id": one.person.id.to_string(), "open": one.open,
                   "drawn": one.drawn, "capacity": one.person.capacity})
        })
        .collect();
    let all =
        |items: &[crate::domain::batch::round::Item]| items.iter().map(brief).collect::<Vec<_>>();
    json!({
        "week": sheet.week.to_string(),
        "phase": sheet.phase.key(),
        "by_hand": sheet.by_hand,
        "send": sheet.dates.send.to_string(),
        "review": sheet.dates.review.to_string(),
        "outreach": sheet.dates.outreach.to_string(),
        "total": thousandths(solved.total),
        "greedy": thousandths(solved.greedy),
        "items": items,
        "undelivered": all(&sheet.undelivered),
        "settled": all(&sheet.settled),
        "put_off": all(&sheet.put_off),
        "late": all(&sheet.late),
        "capacity": filled,
    })
}

fn thousandths(score: f64) -> f64 {
    (score * 1_000.0).round() / 1_000.0
}

fn route(desk: &mut Desk, week: Week, args: &Route, context: &Context) -> Result<Status, Failure> {
    let actor = context.actor(desk)?;
    let sheet = desk.sheet(week, Some(actor.who), actor.now)?;
    let ids: Vec<_> = match args.ids.is_empty() {
        true => {
            let open = sheet.round.items.iter().filter(|item| !sheet.drafts.contains_key(&item.id));
            open.map(|item| item.id).collect()
        }
        false => named(&args.ids)?.into_iter().map(|named| named.id).collect(),
    };
    let to = args.to.as_deref().map(|who| desk.person(who)).transpose()?;
    let mut others = sheet.decisions();
    ids.iter().for_each(|id| drop(others.remove(id)));
    let solved = sheet.round.solve(&others, desk.policy());
    let me = sheet.round.people.iter().find(|person| person.id == actor.who);
    let mut decisions = Vec::with_capacity(ids.len());
    // What the desk proposes to another manager's team, where all proposals are taken.
    let mut theirs = 0;
    for id in &ids {
        let decision = if let Some(person) = &to {
            Some(Decision::Route { to: person.id, anyway: args.anyway })
        } else if args.proposed {
            let pick = solved.picks.get(id).and_then(|pick| pick.to);
            let pick = pick.ok_or_else(|| {
                Failure::usage(format!("The desk has nobody to propose for {id} in {week}."))
            })?;
            if args.ids.is_empty() && me.is_some_and(|me| !reaches(me, pick, &sheet.round.people)) {
                theirs += 1;
                continue;
            }
            Some(Decision::Route { to: pick, anyway: false })
        } else if args.defer {
            Some(Decision::Defer { reason: NEXT_BATCH.to_owned() })
        } else if let Some(note) = &args.give_back {
            Some(Decision::Return { missing: args.missing.clone(), note: note.clone() })
        } else if let Some(note) = &args.nurture {
            Some(Decision::Nurture { note: note.clone() })
        } else if args.undecide {
            None
        } else {
            return Err(Failure::usage(
                "Say what to decide: --to WHO, --proposed, --defer, --return NOTE, --nurture NOTE or --undecide.",
            ));
        };
        decisions.push((*id, decision));
    }
    if decisions.is_empty() {
        let sentence = match theirs {
            0 => format!("Every item of {week} has a decision already."),
            _ => format!("Every item of {week} without a decision is proposed to another team."),
        };
        return Err(Failure { status: Status::Refused, sentence });
    }
    desk.draft(week, actor, &decisions)?;
    let words: BTreeMap<_, _> =
        decisions.iter().filter_map(|(id, decision)| Some((*id, decision.clone()?))).collect();
    let told = match words.len() {
        0 => format!("{} undecided again", decisions.len()),
        _ => Sheet::tally(&words),
    };
    if context.json {
        let ids: Vec<_> = decisions.iter().map(|(id, _)| id.to_string()).collect();
        stdio::print_json(&format!("{}\n", json!({"week": week.to_string(), "decided": ids})));
    } else {
        let left = match theirs {
            0 => String::new(),
            theirs => format!("; {theirs} left to other teams"),
        };
        stdio::print(&format!(
            "Decided in {week}: {told}{left}. handoff batch commit carries it out.\n"
        ));
    }
    Ok(Status::Done)
}

fn apply(desk: &mut Desk, file: &Path, context: &Context) -> Result<Status, Failure> {
    let bytes = read(file)?;
    let name = shown(file);
    let text = String::from_utf8(bytes)
        .map_err(|_bytes| Failure::usage(format!("{name} is not UTF-8 text; save it as UTF-8.")))?;
    let plan = batch_plan::read(&text).map_err(|problems| {
        Failure::usage(format!("{name} is not a plan:\n{}", problems.join("\n")))
    })?;
    let actor = context.actor(desk)?;
    let done = desk.apply_plan(&plan, actor);
    receipt::tell(done, Vec::new(), desk, context)
}

/// The bytes of a file, or of standard input.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let name = shown(file);
    let failed = |error: std::io::Error| Failure::failed(format!("{name} can't be read: {error}."));
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let opened = std::fs::File::open(file).map_err(failed)?;
        opened.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::failed(format!(
            "{name} is larger than 16 MiB; that is no plan or calendar."
        )));
    }
    Ok(bytes)
}

//! `handoff duplicates` and `handoff merge`.

use serde_json::{Value, json};

use super::args;
use super::context::Context;
use super::failure::{Failure, Status};
use super::receipt;
use crate::desk::MergePlan;
use crate::domain::say;
use crate::domain::text::safe;
use crate::platform::stdio;
use crate::store::{Alike, Named};

pub(super) fn list(args: &args::Duplicates, context: &Context) -> Result<Status, Failure> {
    let desk = context.desk()?;
    let pairs = match &args.account {
        None => desk.duplicates()?,
        Some(text) => desk.duplicates_of(desk.account_called(text)?)?,
    };
    if context.json {
        let all: Vec<_> = pairs.iter().map(value).collect();
        stdio::print_json(&format!("{}\n", json!({"duplicates": all})));
        return Ok(Status::Done);
    }
    if pairs.is_empty() {
        stdio::print("No two accounts look like the same company.\n");
        return Ok(Status::Done);
    }
    for pair in &pairs {
        stdio::print(&format!("{}\n", safe(&pair.to_string())));
    }
    stdio::print("handoff merge KEEP OTHER makes one of two.\n");
    Ok(Status::Done)
}

pub(super) fn merge(args: &args::Merge, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let keep = desk.account_called(&args.keep)?;
    let gone = desk.account_called(&args.other)?;
    if args.dry_run {
        let plan = desk.merge_plan(keep, gone)?;
        match context.json {
            true => stdio::print_json(&format!("{}\n", document(&plan, None))),
            false => {
                stdio::print(&told(&plan));
                stdio::print("This was a dry run: nothing was changed.\n");
            }
        }
        return Ok(Status::Done);
    }
    let actor = context.actor(&desk)?;
    let plan = match desk.merge_plan(keep, gone) {
        Ok(plan) => plan,
        Err(error) => return receipt::tell(Err(error), Vec::new(), &desk, context),
    };
    match desk.merge(actor, keep, gone) {
        Ok(receipt) if context.json => {
            let gesture = receipt.gesture.to_string();
            stdio::print_json(&format!("{}\n", document(&plan, Some(&gesture))));
            Ok(Status::Done)
        }
        done => {
            if done.is_ok() {
                stdio::print(&told(&plan));
            }
            receipt::tell(done, Vec::new(), &desk, context)
        }
    }
}

/// What a merge does, for people.
fn told(plan: &MergePlan) -> String {
    let mut lines = Vec::new();
    for one in &plan.differs {
        lines.push(format!(
            "{}: {} stays, {} goes",
            one.field,
            safe(&one.kept),
            safe(&one.dropped)
        ));
    }
    let moves = [
        (plan.moves.contacts, "contact", "contacts"),
        (plan.moves.signals, "signal", "signals"),
        (plan.moves.deals, "deal", "deals"),
        (plan.moves.handoffs, "handoff", "handoffs"),
    ];
    let moves: Vec<_> = moves
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| say::count(u64::from(count), one, many))
        .collect();
    if !moves.is_empty() {
        let keep = safe(&plan.keep.name);
        lines.push(format!("{} of {} move to {keep}", say::all(&moves), safe(&plan.gone.name)));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn document(plan: &MergePlan, gesture: Option<&str>) -> Value {
    let differs: Vec<_> = plan
        .differs
        .iter()
        .map(|one| json!({"field": one.field, "kept": one.kept, "dropped": one.dropped}))
        .collect();
    json!({
        "dry_run": gesture.is_none(),
        "keep": {"id": plan.keep.id.to_string(), "name": plan.keep.name},
        "gone": {"id": plan.gone.id.to_string(), "name": plan.gone.name},
        "differs": differs,
        "moves": {
            "contacts": plan.moves.contacts,
            "signals": plan.moves.signals,
            "deals": plan.moves.deals,
            "handoffs": plan.moves.handoffs,
        },
        "gesture": gesture,
    })
}

/// A pair for programs.
pub(super) fn value(pair: &Alike) -> Value {
    let named = |named: &Named| json!({"id": named.id.to_string(), "name": named.name, "domain": named.domain});
    json!({"one": named(&pair.one), "other": named(&pair.other), "why": pair.why.key()})
}

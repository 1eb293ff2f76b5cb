//! What became of an action, told on both outputs or as JSON.

use serde_json::{Value, json};

use super::context::Context;
use super::failure::{Failure, Status};
use crate::desk::{Desk, DeskError, Receipt, Refused};
use crate::domain::refusal::RefusalKind;
use crate::domain::say;
use crate::domain::text::safe;
use crate::platform::stdio;

/// Says what was done and what was left out, here or before the desk was asked.
///
/// # Errors
/// What is neither done nor refused.
pub(super) fn tell(
    done: Result<Receipt, DeskError>,
    left_out: Vec<Refused>,
    desk: &Desk,
    context: &Context,
) -> Result<Status, Failure> {
    match done {
        Ok(receipt) => Ok(success(&receipt, left_out, context)),
        Err(DeskError::Refused(refusal)) => {
            let why = refusal.to_string();
            let one = json!({"id": null, "company": null, "kind": key(refusal.kind), "why": why});
            Ok(refused(vec![one], &why, context))
        }
        Err(DeskError::Conflict(conflict)) => {
            let company = desk.handoff(conflict.handoff)?.1;
            let why = format!(
                "Conflict: {} {} {} at {}. Look again before you decide.",
                conflict.by.as_deref().unwrap_or("the desk"),
                conflict.what,
                conflict.handoff,
                say::moment(conflict.at, desk.policy().zone)
            );
            let id = conflict.handoff.to_string();
            let one = json!({"id": id, "company": company, "kind": "conflict", "why": why});
            Ok(refused(vec![one], &why, context))
        }
        Err(error) => Err(error.into()),
    }
}

/// Says why nothing was done: one handoff and why, or several.
pub(super) fn nothing(left_out: &[Refused], context: &Context) -> Status {
    let lines: Vec<_> = left_out.iter().map(line).collect();
    refused(left_out.iter().map(value).collect(), &lines.join("\n"), context)
}

fn success(receipt: &Receipt, left_out: Vec<Refused>, context: &Context) -> Status {
    let all = [left_out.as_slice(), receipt.refused.as_slice()].concat();
    if context.json {
        let done: Vec<_> = receipt.done.iter().map(ToString::to_string).collect();
        let document = json!({
            "gesture": receipt.gesture.to_string(),
            "label": receipt.label,
            "done": done,
            "refused": all.iter().map(value).collect::<Vec<_>>(),
        });
        stdio::print_json(&format!("{document}\n"));
    } else {
        let label = safe(&receipt.label);
        let mut letters = label.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        stdio::print(&format!("{first}{} ({}).\n", letters.as_str(), receipt.gesture));
    }
    for one in &all {
        stdio::tell(&format!("{}\n", safe(&line(one))));
    }
    if all.is_empty() { Status::Done } else { Status::Part }
}

fn refused(list: Vec<Value>, why: &str, context: &Context) -> Status {
    if context.json {
        let document = json!({"gesture": null, "label": null, "done": [], "refused": list});
        stdio::print_json(&format!("{document}\n"));
    }
    let lines: Vec<_> = why.lines().map(safe).collect();
    stdio::tell(&format!("handoff: {}\n", lines.join("\n")));
    Status::Refused
}

fn line(one: &Refused) -> String {
    format!("{} {}: {}", one.handoff, one.company, one.refusal)
}

fn value(one: &Refused) -> Value {
    json!({
        "id": one.handoff.to_string(),
        "company": one.company,
        "kind": key(one.refusal.kind),
        "why": one.refusal.to_string(),
    })
}

/// The kind of a refusal for programs.
const fn key(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::NotLegal => "not_legal",
        RefusalKind::NotPermitted => "not_permitted",
        RefusalKind::Missing => "missing",
        RefusalKind::Owed => "owed",
        RefusalKind::NotAvailable => "not_available",
        RefusalKind::Conflict => "conflict",
        RefusalKind::Nothing => "nothing",
    }
}

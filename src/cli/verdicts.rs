//! `handoff list accounts --verdict …`: the accounts that the criteria want looked at.

use serde_json::{Value, json};

use super::args::List;
use super::context::Context;
use super::failure::{Failure, Status};
use super::table::{column, number, render, text};
use crate::domain::say;
use crate::domain::text::safe;
use crate::platform::stdio;
use crate::store::Look;

pub(super) fn run(verdict: &str, args: &List, context: &Context) -> Result<Status, Failure> {
    let look: Look = verdict
        .parse()
        .map_err(|why: String| Failure::usage(format!("--verdict: {}.", safe(&why))))?;
    let desk = context.desk()?;
    let limit = match args.limit.unwrap_or(50) {
        0 => usize::MAX,
        limit => limit,
    };
    let (rows, total) = desk.looked(look, limit)?;
    if context.json {
        let list: Vec<Value> = rows
            .iter()
            .map(|row| {
                json!({
                    "id": row.account.to_string(),
                    "company": row.company,
                    "tier": row.tier.key(),
                    "score": row.score,
                    "type": row.kind,
                    "rule": row.rule,
                    "reason": row.reason,
                    "missing": row.missing,
                    "judged": row.at.to_string(),
                })
            })
            .collect();
        let document = json!({"verdict": look.key(), "total": total, "accounts": list});
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    if rows.is_empty() {
        stdio::tell(&format!("{}\n", look.empty()));
        return Ok(Status::Done);
    }
    let heads = [
        column("id"),
        text("account"),
        column("tier"),
        number("score"),
        text(if look == Look::Held { "ready as" } else { "missing" }),
        text("why"),
    ];
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            let missing = match look {
                Look::Held | Look::Handoff => row.kind.clone().unwrap_or_default(),
                Look::Discuss | Look::Research => row.missing.join("; "),
            };
            vec![
                row.account.to_string(),
                row.company.clone(),
                row.tier.to_string(),
                row.score.to_string(),
                missing,
                row.reason.clone(),
            ]
        })
        .collect();
    stdio::print(&render(&heads, &cells, context.streams.width));
    if total > rows.len() as u64 {
        let all = say::thousands(total);
        stdio::tell(&format!("Shown {} of {all}; --limit 0 shows all.\n", rows.len()));
    }
    Ok(Status::Done)
}

//! `handoff list accounts --verdict …`: the accounts that the criteria want looked at.

use serde_json::{Value, json};

use super::args::List;
use super::context::Context;
use super::failure::{Failure, Status};
use super::listing::{Listing, limit};
use super::table::{column, number, text};
use crate::domain::text::safe;
use crate::store::Look;

pub(super) fn run(verdict: &str, args: &List, context: &Context) -> Result<Status, Failure> {
    let look: Look = verdict
        .parse()
        .map_err(|why: String| Failure::usage(format!("--verdict: {}.", safe(&why))))?;
    let desk = context.desk()?;
    let limit = limit(args, context)?;
    let (rows, total) = desk.looked(look, limit)?;
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
    let json = json!({"verdict": look.key(), "total": total, "accounts": list});
    let heads = vec![
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
    let (title, none) = (look.title(), look.empty());
    Listing { title, none, heads, rows: cells, total, json }.put(args, context)
}

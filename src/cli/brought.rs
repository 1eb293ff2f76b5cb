//! `handoff list accounts`, `list contacts --unattached` and `list kept`: what imports brought, as it stands.

use serde_json::{Value, json};

use super::args::List;
use super::context::Context;
use super::failure::{Failure, Status};
use super::list::filter;
use super::listing::{Listing, limit};
use super::table::{column, number, text};

/// Refuses what only goes with handoffs.
fn plain(args: &List, what: &str) -> Result<(), Failure> {
    let given = [
        ("--view", args.view.is_some()),
        ("--sort", args.sort.is_some()),
        ("--as-of", args.as_of.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Failure::usage(format!(
            "{option} goes with lists of handoffs; `handoff list {what}` takes --limit, --format and --out."
        ))),
        None => Ok(()),
    }
}

pub(super) fn accounts(
    words: &[String],
    args: &List,
    context: &Context,
) -> Result<Status, Failure> {
    plain(args, "accounts")?;
    let desk = context.desk()?;
    let asked = filter(&words.join(" "))?;
    let me = context.person(&desk).ok().map(|person| person.id);
    let (rows, total) = desk.accounts_listed(&asked, me, limit(args, context)?)?;
    let list: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.account.to_string(),
                "company": row.company,
                "domain": row.domain,
                "tier": row.tier.key(),
                "industry": row.industry,
                "region": row.region,
                "segment": row.segment,
                "relation": row.relation.key(),
                "on_tal": row.on_tal,
                "owner": row.owner,
                "score": row.score,
                "verdict": row.verdict,
            })
        })
        .collect();
    let json = json!({"filter": asked.to_string(), "total": total, "accounts": list});
    let heads = vec![
        column("id"),
        text("account"),
        text("domain"),
        column("tier"),
        text("industry"),
        text("region"),
        text("owner"),
        number("score"),
        column("verdict"),
    ];
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            vec![
                row.account.to_string(),
                row.company.clone(),
                row.domain.clone().unwrap_or_default(),
                row.tier.to_string(),
                row.industry.clone().unwrap_or_default(),
                row.region.clone().unwrap_or_default(),
                row.owner.clone().unwrap_or_default(),
                row.score.map(|score| score.to_string()).unwrap_or_default(),
                row.verdict.clone().unwrap_or_default(),
            ]
        })
        .collect();
    let (title, none) = ("Accounts", "No account matches.");
    Listing { title, none, heads, rows: cells, total, json }.put(args, context)
}

pub(super) fn unattached(args: &List, context: &Context) -> Result<Status, Failure> {
    plain(args, "contacts --unattached")?;
    let (rows, total) = context.desk()?.unattached(limit(args, context)?)?;
    let list: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "name": row.name,
                "email": row.email,
                "external": row.external,
                "account": row.account,
            })
        })
        .collect();
    let json = json!({"total": total, "contacts": list});
    let heads =
        vec![text("name"), text("e-mail"), text("key"), text("account as its file names it")];
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            let said = |text: &Option<String>| text.clone().unwrap_or_default();
            vec![row.name.clone(), said(&row.email), said(&row.external), said(&row.account)]
        })
        .collect();
    let (title, none) = ("Contacts without an account", "Every contact has an account.");
    Listing { title, none, heads, rows: cells, total, json }.put(args, context)
}

pub(super) fn kept(args: &List, context: &Context) -> Result<Status, Failure> {
    plain(args, "kept")?;
    let (rows, total) = context.desk()?.kept_values(limit(args, context)?)?;
    let list: Vec<Value> = rows
            .iter()
            .map(|row| {
                json!({"of": row.kind, "field": row.field, "value": row.value, "count": row.count})
            })
            .collect();
    let json = json!({"total": total, "kept": list});
    let heads = vec![column("of"), column("field"), text("value"), number("records")];
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            vec![row.kind.clone(), row.field.clone(), row.value.clone(), row.count.to_string()]
        })
        .collect();
    let (title, none) = ("Words without a meaning", "Every imported value has a meaning.");
    Listing { title, none, heads, rows: cells, total, json }.put(args, context)
}

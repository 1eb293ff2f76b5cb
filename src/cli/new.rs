//! `handoff new` and `handoff account`: handoffs made by hand, and accounts edited by hand.

use std::collections::BTreeMap;

use serde_json::json;

use super::args;
use super::context::Context;
use super::failure::{Failure, Status};
use crate::desk::Desk;
use crate::domain::account_edit::{ACCOUNT, shown};
use crate::domain::draft::{AccountRef, HandoffDraft, PersonRef};
use crate::domain::field::package_field;
use crate::domain::policy::HandoffType;
use crate::domain::text::{columns, pad, safe};
use crate::domain::when::parse_moment;
use crate::platform::stdio;

/// Makes a handoff by hand.
pub(super) fn new(args: &args::New, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let account = desk.account(&args.account)?;
    let policy = std::sync::Arc::clone(desk.policy());
    let kind = policy.kind(&args.kind).ok_or_else(|| {
        let keys: Vec<_> = policy.types.iter().map(|kind| kind.key.as_str()).collect();
        Failure::usage(format!(
            "The policy has no type \"{}\"; it has {}.",
            safe(&args.kind),
            keys.join(", ")
        ))
    })?;
    let now = context.clock.now();
    let office = policy.calendar(&policy.calendar).cloned();
    let office = office.unwrap_or_else(crate::domain::calendar::Calendar::always);
    let meeting_at = args
        .meeting
        .as_deref()
        .map(|text| parse_moment(text, now, policy.zone, &office))
        .transpose()
        .map_err(|why| {
            Failure::usage(format!("--meeting: {}.", safe(why.trim_end_matches('.'))))
        })?;
    let mut package = BTreeMap::new();
    for text in &args.fields {
        let (key, value) = pair(text)?;
        if package_field(key).is_none() {
            return Err(Failure::usage(format!(
                "\"{}\" is not a package field; `handoff new --help` lists them.",
                safe(key)
            )));
        }
        package.insert(key.to_owned(), value.to_owned());
    }
    let draft = HandoffDraft {
        account: AccountRef { external: Some(account.id.to_string()), ..AccountRef::default() },
        kind: kind.key.clone(),
        source: args
            .source
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|why: String| Failure::usage(format!("--source: {}.", safe(&why))))?,
        reason: args.reason.clone(),
        opportunity: args.opportunity.clone(),
        contact: args.contact.as_deref().map(contact),
        meeting_at,
        amount: args.amount,
        package,
        ..HandoffDraft::default()
    };
    let actor = context.actor(&desk)?;
    let receipt = desk.create_for(actor, account.id, &draft)?;
    tell(&desk, &receipt, kind, context)
}

fn tell(
    desk: &Desk,
    receipt: &crate::desk::Receipt,
    kind: &HandoffType,
    context: &Context,
) -> Result<Status, Failure> {
    let Some(id) = receipt.done.first() else { return Ok(Status::Done) };
    let dossier = desk.dossier(*id, None, context.clock.now())?;
    let missing: Vec<_> = dossier.package.missing.iter().map(|field| field.key).collect();
    if context.json {
        let document = json!({
            "gesture": receipt.gesture.to_string(),
            "label": receipt.label,
            "id": id.to_string(),
            "stage": dossier.handoff.stage.key(),
            "completeness": dossier.package.completeness,
            "missing": missing,
        });
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    stdio::print(&format!(
        "{id} {}: {}, {}, package {} % complete.\n",
        safe(&dossier.account.name),
        safe(&kind.label),
        dossier.handoff.stage,
        dossier.package.completeness
    ));
    if !missing.is_empty() {
        stdio::print(&format!(
            "Still missing: {}; `handoff edit {id} --set FIELD=VALUE` fills them in.\n",
            missing.join(", ")
        ));
    }
    Ok(Status::Done)
}

fn contact(text: &str) -> PersonRef {
    let text = text.trim();
    if text.contains('@') {
        PersonRef { email: Some(text.to_lowercase()), ..PersonRef::default() }
    } else {
        PersonRef { name: Some(text.to_owned()), ..PersonRef::default() }
    }
}

fn pair(text: &str) -> Result<(&str, &str), Failure> {
    text.split_once('=').map(|(key, value)| (key.trim(), value)).ok_or_else(|| {
        Failure::usage(format!(
            "\"{}\" is not FIELD=VALUE; write it like \"bant.budget=Approved\".",
            safe(text)
        ))
    })
}

/// Shows an account, or edits it.
pub(super) fn account(args: &args::Account, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let account = desk.account(&args.account)?;
    let people = desk.people()?;
    let mut fields = BTreeMap::new();
    for text in &args.fields {
        let (key, value) = pair(text)?;
        if ACCOUNT.iter().all(|field| field.key != key) {
            let keys: Vec<_> = ACCOUNT.iter().map(|field| field.key).collect();
            return Err(Failure::usage(format!(
                "An account has no field \"{}\"; it has {}.",
                safe(key),
                keys.join(", ")
            )));
        }
        fields.insert(key.to_owned(), value.to_owned());
    }
    for (key, added) in [("news", &args.news), ("events", &args.events)] {
        if !added.is_empty() {
            let known =
                fields.entry(key.to_owned()).or_insert_with(|| shown(&account, key, &people));
            *known = format!("{}\n{known}", added.join("\n"));
        }
    }
    if fields.is_empty() {
        show(&account, &people, &desk.kept_of_account(account.id)?, context);
        return Ok(Status::Done);
    }
    let actor = context.actor(&desk)?;
    let edited = desk.edit_account(actor, &account, &fields)?;
    if context.json {
        let document = json!({
            "account": account.id.to_string(),
            "gesture": edited.gesture.to_string(),
            "label": edited.label,
            "changed": edited.differs,
        });
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    stdio::print(&format!("{} {}:\n", account.id, safe(&edited.label)));
    for line in &edited.differs {
        stdio::print(&format!("  {}\n", safe(line)));
    }
    Ok(Status::Done)
}

fn show(
    account: &crate::domain::account::Account,
    people: &[crate::domain::person::Person],
    kept: &[(String, String)],
    context: &Context,
) {
    if context.json {
        let fields: serde_json::Map<String, serde_json::Value> = ACCOUNT
            .iter()
            .map(|field| (field.key.to_owned(), json!(shown(account, field.key, people))))
            .collect();
        let document = json!({
            "account": account.id.to_string(),
            "fields": fields,
            "kept": kept.iter().map(|(field, value)| (field.clone(), json!(value))).collect::<serde_json::Map<_, _>>(),
        });
        stdio::print_json(&format!("{document}\n"));
        return;
    }
    let wide = ACCOUNT.iter().map(|field| columns(field.label)).max().unwrap_or_default();
    stdio::print(&format!("{} {}\n", account.id, safe(&account.name)));
    for field in ACCOUNT {
        let text = shown(account, field.key, people);
        for (place, line) in text.lines().enumerate() {
            let label = if place == 0 { field.label } else { "" };
            stdio::print(&format!("  {}  {}\n", pad(label, wide), safe(line)));
        }
    }
    if !kept.is_empty() {
        stdio::print("As imported\n");
    }
    for (field, value) in kept {
        stdio::print(&format!("  {}: {}\n", safe(field), safe(value)));
    }
}

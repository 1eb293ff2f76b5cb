//! `handoff evaluate`: the criteria over the accounts.

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::args::Evaluate;
use super::context::Context;
use super::failure::{Failure, Status};
use crate::desk::{Desk, EvaluateOptions, Evaluated, Explained};
use crate::domain::criteria::{Receipt, Tried};
use crate::domain::say;
use crate::domain::text::safe;
use crate::platform::clock::new_action_id;
use crate::platform::stdio;

pub(super) fn run(args: &Evaluate, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    if let Some(account) = &args.explain {
        let explained = desk.explain(account, context.clock.now())?;
        explain(&explained, context);
        return Ok(Status::Done);
    }
    let who = context.named_person(&desk)?.map(|person| person.id);
    let bar = spinner(context);
    let options = EvaluateOptions { changed: args.changed, dry_run: args.dry_run };
    let found = desk.evaluate(who, context.clock.now(), options, &mut new_action_id, &mut |done| {
        if let Some(bar) = &bar {
            bar.set_message(format!("{done} accounts judged"));
            bar.tick();
        }
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    tell(&found?, args.dry_run, &desk, context);
    Ok(Status::Done)
}

/// A progress line on the standard error, where somebody looks at it.
pub(super) fn spinner(context: &Context) -> Option<ProgressBar> {
    if !context.streams.stderr_terminal || context.json {
        return None;
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    Some(bar)
}

fn tell(found: &Evaluated, dry_run: bool, desk: &Desk, context: &Context) {
    if context.json {
        let verdicts: serde_json::Map<String, serde_json::Value> = found
            .verdicts
            .iter()
            .map(|(verdict, count)| (verdict.key().to_owned(), json!(count)))
            .collect();
        let document = json!({
            "dry_run": dry_run,
            "policy": desk.policy().hash,
            "accounts": found.accounts,
            "verdicts": verdicts,
            "flagged": found.flagged,
            "submitted": found.submitted,
            "assigned": found.assigned,
            "joined": found.joined,
            "held_back": found.held_back,
            "hibernated": found.hibernated,
            "all_for_policy": found.all_for_policy,
        });
        stdio::print_json(&format!("{document}\n"));
        return;
    }
    let mut lines = vec![format!("Judged {}.", say::count(found.accounts, "account", "accounts"))];
    if found.all_for_policy {
        lines.push(
            "The policy is another one than last time, so all accounts were judged.".to_owned(),
        );
    }
    for (verdict, count) in &found.verdicts {
        lines.push(format!("  {verdict:<10} {count}"));
    }
    let total: u64 = found.flagged.values().sum();
    let verb = if dry_run { "Would flag" } else { "Flagged" };
    lines.push(format!("{verb} {total}."));
    for (kind, count) in &found.flagged {
        lines.push(format!("  {:<10} {count}", safe(kind)));
    }
    if !dry_run {
        lines.push(format!(
            "Submitted {}, of which assigned at once {}.",
            found.submitted, found.assigned
        ));
    }
    if found.joined > 0 {
        lines.push(format!(
            "{} ready with an open handoff, which new signals join.",
            say::count(found.joined, "account is", "accounts are")
        ));
    }
    if found.held_back > 0 {
        lines.push(format!(
            "{} ready and held back by the monthly cap of the type.",
            say::count(found.held_back, "account is", "accounts are")
        ));
    }
    if found.hibernated > 0 {
        lines.push(format!(
            "{} quiet in nurture for so long that it hibernates now.",
            say::count(found.hibernated, "handoff was", "handoffs were")
        ));
    }
    if dry_run {
        lines.push("This was a dry run: nothing was changed.".to_owned());
    }
    stdio::print(&(lines.join("\n") + "\n"));
}

fn explain(explained: &Explained, context: &Context) {
    let lines = explained.lines();
    if context.json {
        let judgement = &explained.judgement;
        let document = json!({
            "account": judgement.account.to_string(),
            "company": explained.company,
            "verdict": judgement.verdict.key(),
            "type": judgement.kind,
            "tier": judgement.fit.tier.key(),
            "score": judgement.score.value,
            "committee": judgement.committee,
            "reason": judgement.reason,
            "policy": explained.receipt.hash,
            "held_back": explained.held_back,
            "missing": judgement.missing,
            "rules": rules(&explained.receipt),
            "evidence": evidence(&explained.receipt),
            "receipt": lines,
        });
        stdio::print_json(&format!("{document}\n"));
        return;
    }
    let text: Vec<_> = lines.iter().map(|line| safe(line)).collect();
    stdio::print(&format!("{}\n{}\n", safe(&explained.company), text.join("\n")));
}

/// Every rule that was tried, with each condition, met or not, and the signals behind it.
fn rules(receipt: &Receipt) -> Vec<serde_json::Value> {
    let conditions = |tried: &Tried| -> Vec<serde_json::Value> {
        let checked = tried.conditions.iter().map(|checked| {
            let evidence: Vec<_> = checked.evidence.iter().map(ToString::to_string).collect();
            json!({"wanted": checked.wanted, "found": checked.found, "met": checked.met, "evidence": evidence})
        });
        checked.collect()
    };
    let tried = receipt.tried.iter().map(|tried| {
        json!({"name": tried.name, "matched": tried.matched, "conditions": conditions(tried)})
    });
    tried.collect()
}

/// The signals that were looked at, with their dates and what they give to the score.
fn evidence(receipt: &Receipt) -> Vec<serde_json::Value> {
    let seen = receipt.evidence.iter().map(|seen| {
        json!({
            "id": seen.id.to_string(),
            "kind": seen.kind,
            "at": seen.at.to_string(),
            "points": seen.points,
            "decided": seen.decided,
        })
    });
    seen.collect()
}

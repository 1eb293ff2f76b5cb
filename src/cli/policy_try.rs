//! `handoff policy try` and `handoff policy adopt`: the back-test of a changed policy, and putting it in force.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::args::{PolicyAdopt, PolicyTry};
use super::context::{Context, named};
use super::failure::{Failure, Status};
use super::policy::{invalid, read};
use crate::desk::Adopt;
use crate::domain::backtest::{Ending, Month, Shift, Trial};
use crate::domain::policy::Policy;
use crate::domain::text::safe;
use crate::platform::{fs, stdio};
use crate::policy::{self, Loaded};
use crate::report::trial;

fn load(file: &Path, context: &Context) -> Result<(String, Loaded), Failure> {
    let text = read(file)?;
    let loaded = policy::parse_with(&text, &named(file), &context.own_templates()?)
        .map_err(|errors| invalid(&errors))?;
    Ok((text, loaded))
}

pub(super) fn try_out(args: &PolicyTry, context: &Context) -> Result<Status, Failure> {
    let (_, loaded) = load(&args.file, context)?;
    let desk = context.desk()?;
    let now = context.clock.now();
    let bar = super::evaluate::spinner(context);
    let trial = desk.try_policy(&loaded.policy, args.months, now, &mut |done| {
        if let Some(bar) = &bar {
            bar.set_message(format!("{done} accounts replayed"));
            bar.tick();
        }
        true
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    let Some(trial) = trial? else { return Ok(Status::Done) };
    if context.json {
        let document = document(&trial, desk.policy(), &loaded.policy);
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    let lines = trial::lines(&trial, desk.policy(), &loaded.policy, args.named);
    let lines: Vec<_> = lines.iter().map(|line| safe(line)).collect();
    stdio::print(&(lines.join("\n") + "\n"));
    Ok(Status::Done)
}

fn document(trial: &Trial, before: &Policy, after: &Policy) -> Value {
    let shift = |shift: &Shift| {
        json!({
            "account": shift.account.to_string(),
            "company": shift.company,
            "tier": shift.tier.key(),
            "at": shift.at.to_string(),
            "score": shift.score,
            "handoff": shift.real.map(|id| id.to_string()),
            "ending": shift.ending.key(),
            "code": shift.code,
        })
    };
    let endings = |endings: &std::collections::BTreeMap<Ending, u64>| -> Value {
        endings
            .iter()
            .map(|(ending, number)| (ending.key().to_owned(), json!(number)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let types: serde_json::Map<String, Value> = trial
        .types
        .iter()
        .map(|(key, tally)| {
            let value = json!({
                "in_force": tally.before,
                "changed": tally.after,
                "really": tally.really,
                "more": tally.more,
                "fewer": tally.fewer,
                "more_endings": endings(&tally.more_endings),
                "fewer_endings": endings(&tally.fewer_endings),
                "more_accounts": tally.more_named.iter().map(shift).collect::<Vec<_>>(),
                "fewer_accounts": tally.fewer_named.iter().map(shift).collect::<Vec<_>>(),
            });
            (key.clone(), value)
        })
        .collect();
    let months: Vec<Value> = trial
        .months
        .iter()
        .map(|month| {
            let (old, new) = month.volumes();
            let side = |volume: u64, flagged, policy| {
                let rate = trial.rate(volume, policy).filter(|_| !month.running);
                let over: Vec<_> = Month::over(flagged, policy)
                    .into_iter()
                    .map(|(kind, over, cap)| json!({"type": kind, "held_back": over, "cap": cap}))
                    .collect();
                json!({
                    "flagged": volume,
                    "rate": rate.map(|rate| (rate.percent * 10.0).round() / 10.0),
                    "inside": rate.and_then(|rate| rate.inside),
                    "over_cap": over,
                })
            };
            json!({
                "month": month.first.format("%Y-%m").to_string(),
                "in_force": side(old, &month.before, before),
                "changed": side(new, &month.after, after),
            })
        })
        .collect();
    json!({
        "in_force": before.hash,
        "changed": after.hash,
        "from": trial.from.to_string(),
        "to": trial.to.to_string(),
        "accounts": trial.accounts,
        "on_tal": trial.on_tal,
        "types": types,
        "months": months,
    })
}

pub(super) fn adopt(args: &PolicyAdopt, context: &Context) -> Result<Status, Failure> {
    let (text, loaded) = load(&args.file, context)?;
    let mut desk = context.desk()?;
    let actor = context.actor(&desk)?;
    // Refused before any file is touched.
    let signed = desk.may_adopt(actor.who, &args.signed_by)?;
    let target = context.policy_path().unwrap_or_else(|| context.paths.policy_file());
    let before = desk.policy().hash.clone();
    let placed = place(&target, &text, &before)?;
    let adopt = Adopt { policy: &loaded.policy, toml: &text, signed_by: &args.signed_by };
    let gesture = match desk.adopt(actor, &adopt) {
        Ok(gesture) => gesture,
        Err(error) => {
            placed.take_back(&target);
            return Err(error.into());
        }
    };
    let names: Vec<_> = signed.into_iter().map(|(_, name)| name).collect();
    if context.json {
        let document = json!({
            "name": loaded.policy.name,
            "hash": loaded.policy.hash,
            "before": before,
            "file": named(&target),
            "kept": placed.kept.as_deref().map(named),
            "signed_by": names,
            "gesture": gesture.to_string(),
        });
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    stdio::print(&format!(
        "Policy \"{}\" is in force from now on, signed by {}; it is in {}.\n",
        safe(&loaded.policy.name),
        safe(&crate::domain::say::all(&names)),
        named(&target)
    ));
    if let Some(kept) = &placed.kept {
        stdio::print(&format!("The one before is kept in {}.\n", named(kept)));
    }
    stdio::print(
        "Desks that are open take it when they are started again; `handoff evaluate` judges by it.\n",
    );
    Ok(Status::Done)
}

/// What was done to the files.
struct Placed {
    /// Where the policy that was in force is kept.
    kept: Option<PathBuf>,
    /// Its text; none where there was no file.
    old: Option<String>,
}

impl Placed {
    /// Puts back what was there, because the store could not record it.
    fn take_back(&self, target: &Path) {
        // What can't be put back is still kept under its other name, which the store's error leaves standing.
        let _ = match &self.old {
            Some(old) => fs::write_atomic(target, old.as_bytes()),
            None => std::fs::remove_file(target),
        };
    }
}

/// Puts the text in force, and the one before aside under its hash.
fn place(target: &Path, text: &str, before: &str) -> Result<Placed, Failure> {
    let failed = |path: &Path, error: &std::io::Error| {
        Failure::failed(format!("{} can't be written: {error}.", named(path)))
    };
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::private_dir(folder).map_err(|error| failed(folder, &error))?;
    }
    let old = if target.exists() { Some(read(target)?) } else { None };
    let mut placed = Placed { kept: None, old };
    if placed.old.as_deref() == Some(text) {
        return Ok(placed);
    }
    if let Some(old) = &placed.old {
        let short: String = before.chars().take(12).collect();
        let kept = target.with_file_name(format!("policy-{short}.toml"));
        fs::write_atomic(&kept, old.as_bytes()).map_err(|error| failed(&kept, &error))?;
        placed.kept = Some(kept);
    }
    fs::write_atomic(target, text.as_bytes()).map_err(|error| failed(target, &error))?;
    Ok(placed)
}

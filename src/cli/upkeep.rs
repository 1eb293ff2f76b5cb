//! `handoff backup`, `handoff doctor`, `handoff person`, `handoff completions`, `handoff man`.

use clap::CommandFactory;
use serde_json::json;

use super::args::{Backup, Cli, Completions, Doctor, Person};
use super::context::{Context, named};
use super::failure::{Failure, Status};
use crate::desk::NewPerson;
use crate::domain::text::safe;
use crate::platform::clock::new_action_id;
use crate::platform::stdio;
use crate::store::{Access, Checked, Repaired, Stamp, Store};

pub(super) fn backup(args: &Backup, context: &Context) -> Result<Status, Failure> {
    let store = Store::open(&context.store_path(), Access::ReadOnly)?;
    let made = store.backup(&args.file)?;
    if context.json {
        let document = json!({
            "file": named(&args.file),
            "bytes": made.bytes,
            "accounts": made.accounts,
            "handoffs": made.handoffs,
            "events": made.events,
        });
        stdio::print_json(&format!("{document}\n"));
    } else {
        stdio::print(&format!(
            "Copied {} to {}: {} accounts, {} handoffs, {} events, verified.\n",
            named(&context.store_path()),
            named(&args.file),
            made.accounts,
            made.handoffs,
            made.events
        ));
    }
    Ok(Status::Done)
}

/// The first look, and the repair where it was asked for, with a second look after it.
fn looked(args: &Doctor, context: &Context) -> Result<(Checked, Option<Repaired>), Failure> {
    let path = context.store_path();
    let checked = Store::open(&path, Access::ReadOnly)?.check(&mut |_| {})?;
    if !args.repair {
        return Ok((checked, None));
    }
    let policy = context.policy()?;
    let mut store = Store::open(&path, Access::ReadWrite)?;
    let stamp = Stamp {
        action_id: new_action_id(),
        actor: None,
        machine: context.machine(),
        at: context.clock.now(),
        label: String::new(),
        policy: &policy.hash,
    };
    let done = store.repair(&checked.findings, &stamp)?;
    Ok((store.check(&mut |_| {})?, Some(done)))
}

pub(super) fn doctor(args: &Doctor, context: &Context) -> Result<Status, Failure> {
    let path = context.store_path();
    let (checked, repaired) = looked(args, context)?;
    let sound = checked.findings.is_empty();
    if context.json {
        let list: Vec<_> = checked
            .findings
            .iter()
            .map(|one| json!({"what": one.what, "remedy": one.remedy}))
            .collect();
        let mut document = json!({
            "store": named(&path),
            "sound": sound,
            "handoffs": checked.handoffs,
            "events": checked.events,
            "findings": list,
        });
        if let Some(done) = &repaired {
            document["repaired"] = json!({
                "differed": done.differed,
                "left": done.left,
                "copy": done.copy.as_deref().map(named),
                "gesture": done.gesture.map(|gesture| gesture.to_string()),
            });
        }
        stdio::print_json(&format!("{document}\n"));
        return Ok(if sound { Status::Done } else { Status::Failed });
    }
    if let Some(done) = &repaired {
        for one in done.differed.iter().chain(&done.left) {
            stdio::print(&format!("{}\n", safe(one)));
        }
        stdio::print(&match &done.copy {
            None => "There was nothing to repair.\n".to_owned(),
            Some(copy) => format!("The store as it was before is kept as {}.\n", named(copy)),
        });
    }
    if sound {
        stdio::print(&format!(
            "{} is sound: {} handoffs, {} events; file, record, counts and rules agree.\n",
            named(&path),
            checked.handoffs,
            checked.events
        ));
    } else {
        for one in &checked.findings {
            stdio::print(&format!("{} {}\n", safe(&one.what), safe(one.remedy)));
        }
    }
    Ok(if sound { Status::Done } else { Status::Failed })
}

pub(super) fn person(args: &Person, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk_or_new()?;
    let role = args
        .role
        .parse()
        .map_err(|why: String| Failure::usage(format!("--role: {}.", safe(&why))))?;
    let by = context.person(&desk).ok().map(|person| person.id);
    let new = NewPerson { name: args.name.clone(), email: args.email.clone(), role };
    let id = desk.add_person(by, context.clock.now(), new_action_id(), &new)?;
    let name = args.name.trim();
    if context.json {
        let document = json!({"id": id.to_string(), "name": name});
        stdio::print_json(&format!("{document}\n"));
    } else {
        stdio::print(&format!("Added {} as {id}.\n", safe(name)));
    }
    Ok(Status::Done)
}

pub(super) fn completions(args: &Completions) -> Status {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "handoff", &mut script);
    stdio::print_file(&script);
    Status::Done
}

pub(super) fn man() -> Result<Status, Failure> {
    let mut page = Vec::new();
    let trouble =
        |error: std::io::Error| Failure::failed(format!("The manual page can't be made: {error}."));
    clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(trouble)?;
    stdio::print_file(&page);
    Ok(Status::Done)
}

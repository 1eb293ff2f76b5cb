//! The road back, what is told to whom, and the desk as it stood: `wake`, `follow`, `inbox`, `--as-of`, `--escalate`.

use clap::Args;
use serde_json::json;

use super::act::moment;
use super::context::{Context, named};
use super::failure::{Failure, Status};
use super::ids;
use super::receipt;
use super::table::{column, render, text};
use crate::desk::{Desk, DeskError};
use crate::domain::say;
use crate::domain::text::safe;
use crate::domain::time::Instant;
use crate::platform::scratch::Scratch;
use crate::platform::stdio;

/// `handoff wake`
#[derive(Args, Debug)]
pub struct Wake {
    /// The handoff, in nurture or hibernating. H-12@7 is H-12 as long as its version is still 7
    #[arg(value_name = "ID")]
    pub id: String,
    /// Go on with this contact of the account: a name, an e-mail address or an id such as C-3
    #[arg(long, value_name = "CONTACT")]
    pub contact: Option<String>,
}

/// `handoff follow`
#[derive(Args, Debug)]
pub struct Follow {
    /// The won handoff
    #[arg(value_name = "ID")]
    pub id: String,
}

/// Hands a resting handoff over again.
pub(super) fn wake(args: &Wake, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let named = one(&args.id)?;
    let actor = context.actor(&desk)?;
    let contact = match &args.contact {
        None => None,
        Some(text) => {
            let contacts = desk.dossier(named.id, None, actor.now)?.contacts;
            let wanted = text.trim().to_lowercase();
            let found: Vec<_> = contacts
                .iter()
                .filter(|contact| {
                    contact.id.to_string().to_lowercase() == wanted
                        || contact.name.to_lowercase() == wanted
                        || contact.email.as_deref().is_some_and(|it| it.to_lowercase() == wanted)
                })
                .collect();
            match found.as_slice() {
                [one] => Some(one.id),
                _ => {
                    let names: Vec<_> = contacts.iter().map(|one| safe(&one.name)).collect();
                    return Err(Failure::failed(format!(
                        "--contact: the account has no contact \"{}\" of its own name; it has {}.",
                        safe(text),
                        if names.is_empty() { "none".into() } else { names.join(", ") }
                    )));
                }
            }
        }
    };
    let done = desk.wake(actor, named.id, named.seen, contact);
    receipt::tell(done, Vec::new(), &desk, context)
}

/// Hands a won customer on.
pub(super) fn follow(args: &Follow, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk()?;
    let actor = context.actor(&desk)?;
    let done = desk.follow(actor, one(&args.id)?.id);
    receipt::tell(done, Vec::new(), &desk, context)
}

fn one(id: &str) -> Result<ids::Named, Failure> {
    let found = ids::named(std::slice::from_ref(&id.to_owned()))?;
    match <[ids::Named; 1]>::try_from(found) {
        Ok([one]) => Ok(one),
        Err(_) => Err(Failure::usage("Name one handoff.")),
    }
}

/// `handoff inbox`: what the person was told of and has not acted on.
pub(super) fn inbox(context: &Context) -> Result<Status, Failure> {
    let desk = context.desk()?;
    let me = context.person(&desk)?;
    let lines = desk.inbox(me.id, context.clock.now())?;
    if context.json {
        let list: Vec<_> = lines
            .iter()
            .map(|line| {
                json!({
                    "id": line.handoff.to_string(),
                    "company": line.company,
                    "at": line.at.to_string(),
                    "step": line.step,
                    "what": line.sentence,
                })
            })
            .collect();
        stdio::print_json(&format!("{}\n", json!({"person": me.name, "inbox": list})));
        return Ok(Status::Done);
    }
    if lines.is_empty() {
        stdio::tell(&format!("Nothing waits for {}.\n", safe(&me.name)));
        return Ok(Status::Done);
    }
    let zone = desk.policy().zone;
    let heads = [column("id"), text("account"), text("told"), text("what")];
    let cells: Vec<_> = lines
        .iter()
        .map(|line| {
            vec![
                line.handoff.to_string(),
                line.company.clone(),
                say::moment(line.at, zone),
                line.sentence.clone(),
            ]
        })
        .collect();
    stdio::print(&render(&heads, &cells, context.streams.width));
    Ok(Status::Done)
}

/// Tells all that is to be told by now; how many were told.
pub(super) fn escalate(desk: &mut Desk, now: Instant) -> Result<u64, DeskError> {
    let mut told = 0;
    loop {
        let done = desk.escalate(now)?;
        told += done.told;
        if !done.more {
            return Ok(told);
        }
    }
}

/// The moment of `--as-of`: not one that is still to come.
pub(super) fn past(text: &str, desk: &Desk, context: &Context) -> Result<Instant, Failure> {
    let now = context.clock.now();
    let at = moment("--as-of", text, desk.policy(), now)?;
    if at > now {
        return Err(Failure::usage(format!(
            "--as-of: {} is still to come; name a moment that has passed.",
            say::moment(at, desk.policy().zone)
        )));
    }
    Ok(at)
}

/// The desk as it stood, on a copy that is gone when the second value is.
pub(super) fn as_of(
    at: Instant,
    desk: &Desk,
    context: &Context,
) -> Result<(Desk, Scratch), Failure> {
    let scratch = Scratch::new(&context.paths.state_dir, "as-of").map_err(|error| {
        Failure::failed(format!(
            "There is no place for the desk as it stood in {}: {error}.",
            named(&context.paths.state_dir)
        ))
    })?;
    let past = desk.as_of(at, &scratch.path().join("handoff.db"))?;
    stdio::tell(&format!("As of {}.\n", say::moment(at, desk.policy().zone)));
    Ok((past, scratch))
}

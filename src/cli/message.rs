//! `handoff message`: a message filled in for a handoff; the templates, and what is wrong with them.

use serde_json::json;

use super::args::Message;
use super::context::Context;
use super::failure::{Failure, Status};
use crate::domain::field::PACKAGE;
use crate::domain::message::FACTS;
use crate::domain::text::{columns, pad, safe};
use crate::platform::stdio;
use crate::report::template::{Templates, gaps};

pub(super) fn run(args: &Message, context: &Context) -> Result<Status, Failure> {
    if args.facts {
        return Ok(facts(context));
    }
    if args.list {
        return list(context);
    }
    if args.check {
        return check(context);
    }
    let id = args.id.as_deref().unwrap_or_default();
    let id = id.parse().map_err(|why: String| Failure::usage(format!("{}.", safe(&why))))?;
    let desk = context.desk()?;
    let who = context.person(&desk)?.id;
    let message = desk.message(id, args.template.as_deref(), Some(who), context.clock.now())?;
    let text = message.text.as_ref().map_err(|errors| Failure::usage(errors.join("\n")))?;
    let concerns = message.concerns(text);
    if context.json {
        let document = json!({
            "handoff": id.to_string(),
            "template": message.name,
            "text": text,
            "concerns": concerns,
            "missing": gaps(text).collect::<Vec<_>>(),
            "closed": message.closed,
        });
        stdio::print_json(&format!("{document}\n"));
        return Ok(Status::Done);
    }
    if let Some(closed) = &message.closed {
        return Err(Failure {
            status: Status::Refused,
            sentence: safe(&format!(
                "{closed} Use another channel, or begin with another contact."
            ))
            .into_owned(),
        });
    }
    let mut shown = String::new();
    for line in text.lines() {
        shown.push_str(&safe(line));
        shown.push('\n');
    }
    stdio::print(&shown);
    for concern in concerns {
        stdio::tell(&format!("{}: {}\n", message.name, safe(&concern)));
    }
    Ok(Status::Done)
}

fn list(context: &Context) -> Result<Status, Failure> {
    let offers = context.library()?.offers();
    if context.json {
        let list: Vec<_> = offers
            .iter()
            .map(|(name, title, _)| json!({"template": name, "title": title}))
            .collect();
        stdio::print_json(&format!("{}\n", json!(list)));
    } else {
        pairs(offers.iter().map(|(name, title, _)| (name.as_str(), title.as_str())));
    }
    Ok(Status::Done)
}

fn facts(context: &Context) -> Status {
    let fields = PACKAGE.iter().map(|field| (field.key, field.label));
    let all: Vec<_> = FACTS.iter().copied().chain(fields).collect();
    if context.json {
        let list: Vec<_> =
            all.iter().map(|(name, says)| json!({"name": name, "says": says})).collect();
        stdio::print_json(&format!("{}\n", json!(list)));
    } else {
        pairs(all.into_iter());
    }
    Status::Done
}

/// Two columns, the first as wide as its widest.
fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) {
    let width = pairs.clone().map(|(name, _)| columns(name)).max().unwrap_or(0);
    let line = |(name, says)| format!("{}  {}\n", pad(&safe(name), width), safe(says));
    stdio::print(&pairs.map(line).collect::<String>());
}

fn check(context: &Context) -> Result<Status, Failure> {
    let library = context.library()?;
    let problems = library.problems(&Templates::for_messages());
    if context.json {
        let list = super::policy::told(&problems);
        stdio::print_json(&format!("{}\n", json!({"valid": list.is_empty(), "errors": list})));
    } else if problems.is_empty() {
        stdio::print("All message templates are valid.\n");
    }
    if problems.is_empty() {
        return Ok(Status::Done);
    }
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    Err(Failure::usage(told.join("\n")))
}

//! The one-shot face: one file per command, the same actions as in the desk, scriptable. The help is the manual.

mod act;
mod args;
mod batch;
mod brought;
mod context;
mod due;
mod duplicates;
mod evaluate;
mod export;
mod failure;
mod ids;
mod import;
mod list;
mod listing;
mod manual;
mod maps;
mod message;
mod new;
mod people;
mod policy;
mod policy_try;
mod read;
mod receipt;
mod rejects;
mod report;
mod road;
mod rows;
mod show;
mod sla;
mod table;
mod upkeep;
mod verdicts;

use crate::domain::command as domain;
use crate::domain::text::safe;
use crate::platform::stdio;

pub use args::{Cli, Command, Common, Demo};
pub use context::{Context, named};
pub use failure::{Failure, Status};
pub use maps::saved as saved_maps;

/// Runs a command and says what became of it; none for the demo, which opens the desk and so is `main`'s to run.
#[must_use]
pub fn run(command: &Command, context: &Context) -> Option<Status> {
    let outcome = match command {
        Command::Demo(_) => return None,
        Command::Import(args) => import::run(args, context),
        Command::Evaluate(args) => evaluate::run(args, context),
        Command::List(args) => list::run(args, context),
        Command::Show(args) => show::run(args, context),
        Command::Message(args) => message::run(args, context),
        Command::New(args) => new::new(args, context),
        Command::Account(args) => new::account(args, context),
        Command::Submit(args) => act::submit(args, context),
        Command::Edit(args) => act::edit(args, context),
        Command::Withdraw(args) => act::same(
            &args.handoffs,
            &domain::Command::Withdraw { reason: args.reason.clone() },
            context,
        ),
        Command::Assign(args) => act::assign(args, context),
        Command::Accept(args) => act::same(args, &domain::Command::Accept, context),
        Command::Touch(args) => act::touch(args, context),
        Command::Dispose(args) => act::dispose(args, context),
        Command::Return(args) => act::give_back(args, context),
        Command::Defer(args) => act::defer(args, context),
        Command::Dispute(args) => act::same(
            &args.handoffs,
            &domain::Command::Dispute { note: args.text.clone() },
            context,
        ),
        Command::Decide(args) => act::decide(args, context),
        Command::Pause(args) => act::pause(args, context),
        Command::Resume(args) => act::resume(args, context),
        Command::Rate(args) => act::same(
            &args.handoffs,
            &domain::Command::Rate { stars: args.stars, missing: args.missing.clone() },
            context,
        ),
        Command::Check(args) => act::same(
            &args.handoffs,
            &domain::Command::Check { what: args.item.clone(), done: !args.not },
            context,
        ),
        Command::Activate(args) => act::same(args, &domain::Command::Activate, context),
        Command::Reopen(args) => act::same(
            &args.handoffs,
            &domain::Command::Reopen { reason: args.reason.clone() },
            context,
        ),
        Command::Brief(args) => {
            act::same(&args.handoffs, &domain::Command::Brief { text: args.text.clone() }, context)
        }
        Command::Note(args) => {
            act::same(&args.handoffs, &domain::Command::Note { text: args.text.clone() }, context)
        }
        Command::Undo(args) => act::undo(args, context),
        Command::Redo => act::redo(context),
        Command::Wake(args) => road::wake(args, context),
        Command::Follow(args) => road::follow(args, context),
        Command::Inbox => road::inbox(context),
        Command::Due(args) => due::run(args, context),
        Command::Sla(args) => sla::run(args, context),
        Command::Report(args) => report::run(args, context),
        Command::Policy(args) => policy::run(args, context),
        Command::Person(args) => upkeep::person(args, context),
        Command::Batch(args) => batch::run(args, context),
        Command::People(args) => people::run(args, context),
        Command::Volume(args) => people::volume(args, context),
        Command::Duplicates(args) => duplicates::list(args, context),
        Command::Merge(args) => duplicates::merge(args, context),
        Command::Export(args) => export::run(args, context),
        Command::Restore(args) => export::restore(args, context),
        Command::Backup(args) => upkeep::backup(args, context),
        Command::Doctor(args) => upkeep::doctor(args, context),
        Command::Completions(args) => Ok(upkeep::completions(args)),
        Command::Man => upkeep::man(),
    };
    Some(settle(outcome))
}

/// Tells a failure on the standard error.
pub fn settle(outcome: Result<Status, Failure>) -> Status {
    outcome.unwrap_or_else(|failure| {
        // What a sentence quotes was typed or came from a file; it has no colours of its own.
        let lines: Vec<_> = failure.sentence.lines().map(safe).collect();
        stdio::tell(&format!("handoff: {}\n", lines.join("\n")));
        failure.status
    })
}

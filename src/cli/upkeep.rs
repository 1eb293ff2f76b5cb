//! `handoff backup`, `handoff doctor`, `handoff person`, `handoff completions`, `handoff man`.

use clap::CommandFactory;

use super::args::{Cli, Completions, Person};
use super::context::Context;
use super::failure::{Failure, Status};
use crate::desk::NewPerson;
use crate::domain::text::safe;
use crate::platform::clock::new_action_id;
use crate::platform::stdio;

pub(super) fn person(args: &Person, context: &Context) -> Result<Status, Failure> {
    let mut desk = context.desk_or_new()?;
    let role = args
        .role
        .parse()
        .map_err(|why: String| Failure::usage(format!("--role: {}.", safe(&why))))?;
    let by = context.person(&desk).ok().map(|person| person.id);
    let new = NewPerson { name: args.name.clone(), email: args.email.clone(), role };
    let id = desk.add_person(by, context.clock.now(), new_action_id(), &new)?;
    stdio::print(&format!("Added {} as {id}.\n", safe(args.name.trim())));
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

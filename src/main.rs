//! The `handoff` binary: parse arguments, run a face, turn errors into exit codes.

use std::process::ExitCode;

use handoff_desk::cli::{self, Cli, Command, Context, Status};
use handoff_desk::platform;

mod open;

fn main() -> ExitCode {
    platform::prepare();
    let cli = Cli::read(platform::env::arguments());
    let status = match Context::new(&cli.common) {
        Err(failure) => cli::settle(Err(failure)),
        Ok(context) => match &cli.command {
            None => cli::settle(open::desk(&context)),
            Some(Command::Demo(args)) => cli::settle(open::demo(args, &context)),
            Some(command) => cli::run(command, &context).unwrap_or(Status::Usage),
        },
    };
    ExitCode::from(status as u8)
}

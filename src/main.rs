//! The `handoff` binary: parse arguments, run a face, turn errors into exit codes.

use std::process::ExitCode;

use clap::Parser;
use handoff_desk::cli::{self, Cli, Context};
use handoff_desk::platform;

fn main() -> ExitCode {
    platform::prepare();
    let cli = Cli::parse();
    let status = match Context::new(&cli.common) {
        Err(failure) => cli::settle(Err(failure)),
        Ok(context) => cli::run(&cli.command, &context),
    };
    ExitCode::from(status as u8)
}

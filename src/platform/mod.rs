//! The machine: clock, environment, paths, configuration, files, log, terminal, signals, clipboard. Everything that a
//! test replaces or a fault strikes is here; the rest of the program gets values. Read by `main`, `cli` and `tui` only.

pub mod beside;
pub mod browser;
pub mod clipboard;
pub mod clock;
pub mod config;
pub mod crash;
pub mod editor;
pub mod env;
pub mod frames;
pub mod fs;
pub mod log;
pub mod paths;
pub mod scratch;
pub mod signals;
pub mod stdio;
pub mod terminal;
pub mod user;
pub mod watch;

/// Prepares the process; `main` calls it first, before any thread and any file. Files made from here on are private
/// whatever the shell's umask was, and a limit on file size is an error that can be told instead of the end of the
/// process (RELIABILITY.md 23). A broken pipe is an error value already: Rust ignores SIGPIPE.
pub fn prepare() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    signals::survive_file_size_limit();
}

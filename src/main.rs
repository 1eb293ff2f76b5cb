//! The `handoff` binary: parse arguments, run a face, turn errors into exit codes.

fn main() {}

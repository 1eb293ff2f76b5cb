//! The whole way from bytes to drafts and problems, on the fixtures of `tests/fixtures/intake`.

mod bad_input;
mod by_hand;
mod exports;
mod formats;
mod maven;
mod profiles;
mod random;
mod real;
mod round_trip;
mod wild;

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use super::*;

/// Bytes of a fixture.
fn fixture(name: &str) -> Vec<u8> {
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "tests/fixtures/intake", name].iter().collect();
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Opens bytes as if they were a file of this name.
fn open_bytes(bytes: impl Into<Vec<u8>>, name: &str) -> Result<Input, FileError> {
    open_with(bytes, name, &Options::new(chrono_tz::America::New_York))
}

fn open_with(bytes: impl Into<Vec<u8>>, name: &str, options: &Options) -> Result<Input, FileError> {
    open(Box::new(Cursor::new(bytes.into())), name, options)
}

/// The sentence with which a file is refused.
fn refusal(bytes: impl Into<Vec<u8>>, name: &str) -> String {
    match open_bytes(bytes, name) {
        Ok(input) => panic!("it was taken as {}", input.summary()),
        Err(error) => error.to_string(),
    }
}

/// Everything that the bytes give.
fn read(bytes: impl Into<Vec<u8>>, name: &str) -> (Vec<Drafted>, Vec<Problem>) {
    sorted_out(open_bytes(bytes, name).expect("the file is recognised"))
}

/// Drafts and problems, each in order.
fn sorted_out(input: Input) -> (Vec<Drafted>, Vec<Problem>) {
    let (mut drafts, mut problems) = (Vec::new(), Vec::new());
    for item in input {
        match item {
            Ok(drafted) => drafts.push(drafted),
            Err(problem) => problems.push(problem),
        }
    }
    (drafts, problems)
}

/// What each draft says, without its rows.
fn said(drafts: &[Drafted]) -> Vec<Draft> {
    drafts.iter().map(|drafted| drafted.draft.clone()).collect()
}

//! The whole way from bytes to drafts and problems, on the fixtures of `tests/fixtures/intake`.

mod maven;

use std::io::Cursor;

use super::*;

/// Opens bytes as if they were a file of this name.
fn open_bytes(bytes: impl Into<Vec<u8>>, name: &str) -> Result<Input, FileError> {
    open(Box::new(Cursor::new(bytes.into())), name, &Options::new(chrono_tz::UTC))
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

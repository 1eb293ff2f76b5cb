//! What is wrong with a policy file, where, and what would be right: all of it at once (`POLICY.md`).

use std::fmt;

use crate::domain::text::safe;

/// One thing that is wrong with a policy file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyError {
    /// The line it is on, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// The key it is about (`types.tier1.clocks.accept`, `criteria[2].when.tier`, counted from 1); empty for the whole
    /// file.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub remedy: String,
}

/// `12:5  types.tier1.clocks.accept  "24hh" is not a target; write 45s, 5m, …`
impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}  ", self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "{}  ", self.key)?;
        }
        write!(f, "{}; {}", self.what, self.remedy)
    }
}

/// How many errors are kept; a file with more is not a policy, and nobody reads them.
pub(super) const MOST: usize = 100;

/// All that is wrong with a policy file, in the order of its lines. Its `Display` has one line for each, headed by the
/// file's name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct Errors {
    /// The name of the file, for people.
    pub file: String,
    /// What is wrong; never empty.
    pub list: Vec<PolicyError>,
    /// How many more there were than the list holds.
    pub more: usize,
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = safe(&self.file);
        for (place, error) in self.list.iter().enumerate() {
            let end = if place == 0 { "" } else { "\n" };
            write!(f, "{end}{file}:{error}")?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\n{file}: and {more} more; mend these first"),
        }
    }
}

/// An error before its place in the text is known by line and column.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The byte in the text; none for what stands in the shipped policy.
    pub(super) at: Option<usize>,
    pub(super) key: String,
    pub(super) what: String,
    pub(super) remedy: String,
    /// Something that should be there isn't; not told of a text that couldn't be read whole.
    pub(super) missing: bool,
}

/// Turns what was found in a text into errors, ordered by place, each thing told once.
pub(super) fn located(file: &str, text: &str, mut found: Vec<Found>) -> Errors {
    found.sort_by_key(|one| one.at);
    found.dedup_by(|one, other| {
        one.at == other.at && one.key == other.key && one.what == other.what
    });
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    let list = found
        .into_iter()
        .map(|one| {
            let (line, column) = place(text, one.at.unwrap_or(0));
            PolicyError {
                line,
                column,
                key: safe(&one.key).into_owned(),
                what: safe(&one.what).into_owned(),
                remedy: safe(&one.remedy).into_owned(),
            }
        })
        .collect();
    Errors { file: file.to_owned(), list, more }
}

/// Line and character of a byte, both from 1.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

//! What is wrong with a policy file, where, and what would be right: all of it at once (`POLICY.md`).

use std::collections::BTreeSet;
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
    let lines = Lines::of(text);
    let list = found
        .into_iter()
        .map(|one| {
            let (line, column) = lines.place(one.at.unwrap_or(0));
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

/// Leaves out what only looks wrong because the form of the text is: what is missing, what stands on a line that can't
/// be read, and what stands below a heading that can't be read. One mistake of form is told per line.
pub(super) fn without_echoes(text: &str, form: Vec<Found>, found: Vec<Found>) -> Vec<Found> {
    let lines = Lines::of(text);
    let mut form = form;
    form.sort_by_key(|one| one.at);
    form.dedup_by_key(|one| lines.line(one.at.unwrap_or(0)));
    let mut unread = BTreeSet::new();
    for line in form.iter().map(|one| lines.line(one.at.unwrap_or(0))) {
        unread.insert(line);
        if lines.is_heading(line) {
            unread.extend((line + 1..=lines.count()).take_while(|line| !lines.is_heading(*line)));
        }
    }
    let told =
        |one: &Found| !one.missing && one.at.is_some_and(|at| !unread.contains(&lines.line(at)));
    form.extend(found.into_iter().filter(told));
    form
}

/// The lines of a text.
struct Lines<'t> {
    text: &'t str,
    /// Where each begins.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Self { text, starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    const fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte, from 1.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    /// Line and character of a byte, both from 1.
    fn place(&self, at: usize) -> (usize, usize) {
        let line = self.line(at);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.bytes().take(at).skip(start);
        // Every byte that doesn't go on with a character begins one.
        (line, before.filter(|b| b & 0xc0 != 0x80).count() + 1)
    }

    fn is_heading(&self, line: usize) -> bool {
        let start = self.starts.get(line - 1).and_then(|start| self.text.get(*start..));
        start.is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('['))
    }
}

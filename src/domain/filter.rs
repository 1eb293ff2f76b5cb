//! The filter language: one line, used on every list, in saved views and by `handoff list` (`DESK.md 3`).
//!
//! Words search, `key:value` narrows, `-` negates, `,` means or, quotes hold spaces and take a word literally.
//! [`parse`] gives a [`Filter`]; its `Display` is the canonical line, which parses back to the same filter. One
//! table, [`KEYS`], drives the parser, [`completions`] and the help. Nothing here knows who "me" is, what day it is,
//! or which types a policy has: those are asked of the reader of the filter.

mod complete;
mod keys;
mod lex;
mod nearest;
mod time;

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

pub use complete::{Completion, Completions, completions};
pub use keys::{KEYS, Key};
pub use nearest::nearest;
pub use time::{Facing, TimeTest, When, Window};

use super::account::{Relation, Tier};
use super::clock::ClockName;
use super::ids::HandoffId;
use super::measure::Measure;
use super::measure::figure::Verdict;
use super::signal::Source;
use super::stage::Stage;
use super::words::words;

/// Longest line, in bytes.
pub const MAX_BYTES: usize = 4 * 1024;
/// Most terms in a line.
pub const MAX_TERMS: usize = 64;
/// Most values in a term; more would pass what SQLite takes in one expression.
pub const MAX_VALUES: usize = 32;

/// A filter: all of its terms must hold. None at all lets everything through.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Filter {
    /// What must hold, in the order it was written.
    pub terms: Vec<Term>,
}

/// One condition of a filter.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Term {
    /// True for `-term`: the test must not hold.
    pub negated: bool,
    /// What is tested.
    pub test: Test,
}

/// What a term tests. It holds when any of its values holds; there is always at least one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Test {
    /// Bare words: text to search for, ids and flags.
    Words(Vec<Word>),
    /// The account's tier.
    Tier(Vec<Tier>),
    /// The handoff's stage.
    Stage(Vec<Stage>),
    /// The handoff's type by its key in the policy, lower case.
    Type(Vec<String>),
    /// The assignee.
    Owner(Vec<Who>),
    /// The former owner who stays on during dual ownership.
    CoOwner(Vec<Who>),
    /// Who hands over.
    Sender(Vec<Who>),
    /// When the next running clock is due.
    Due(Vec<TimeTest>),
    /// A clock of this name is running.
    Clock(Vec<ClockName>),
    /// The channel the handoff came from.
    Source(Vec<Source>),
    /// The account's intent score, 0 to 100.
    Score(Vec<Compare<u8>>),
    /// How much of the package is there, in percent.
    Completeness(Vec<Compare<u8>>),
    /// How its reader rated the package, 1 to 5.
    Rating(Vec<Compare<u8>>),
    /// The account's region, compared whole and without regard to case.
    Region(Vec<String>),
    /// The account's segment, compared as the region is.
    Segment(Vec<String>),
    /// The account's industry, compared as the region is.
    Industry(Vec<String>),
    /// What the account is to us.
    Relation(Vec<Relation>),
    /// When the handoff was flagged.
    Created(Vec<TimeTest>),
    /// When the handoff was first submitted.
    Submitted(Vec<TimeTest>),
    /// How it stands to a measure.
    Measured(Verdict, Vec<Measure>),
    /// The last disposition's code, upper case.
    Code(Vec<String>),
    /// The day it comes back from nurture.
    Wake(Vec<TimeTest>),
    /// The weekly batch by its ISO week, written `2026-W47`.
    Batch(Vec<String>),
}

/// A bare word of a filter.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Word {
    /// Matches company, contact and domain by prefix, and, when it is all digits, the id (see [`Word::id_ranges`]).
    Text(String),
    /// An id as people see it, `H-1042`; like all words it matches by prefix (see [`Word::id_ranges`]).
    Id(HandoffId),
    /// A state that has a word of its own.
    Flag(Flag),
}

words! {
    /// States that a filter asks for by a bare word.
    Flag, "a flag" {
        /// A clock is past its due time and still open.
        Breached = "breached",
        /// In an open stage.
        Open = "open",
        /// A clock is paused.
        Paused = "paused",
        /// Nobody is assigned.
        Unassigned = "unassigned",
        /// Put off in the queue to a day that has not come.
        Deferred = "deferred",
        /// The account is on the target account list.
        Tal = "tal",
    }
}

impl Flag {
    /// What the flag asks for, for completion and help.
    #[must_use]
    pub const fn means(self) -> &'static str {
        match self {
            Self::Breached => "a clock is past due and still open",
            Self::Open => "any stage but nurture, hibernating and closed",
            Self::Paused => "a clock is paused",
            Self::Unassigned => "nobody is assigned",
            Self::Deferred => "put off to a later day",
            Self::Tal => "the account is on the target account list",
        }
    }
}

/// A person as a filter names them.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Who {
    /// `me`: whoever asks.
    Me,
    /// `none`: nobody.
    Nobody,
    /// By name or e-mail, as typed; the store knows the people.
    Named(String),
}

/// One comparison with a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Compare<T> {
    /// `70`
    Is(T),
    /// `<70`
    Less(T),
    /// `<=70`
    AtMost(T),
    /// `>70`
    More(T),
    /// `>=70`
    AtLeast(T),
    /// `40..69`, both ends included.
    Between(T, T),
}

impl<T: Copy + PartialOrd> Compare<T> {
    /// Whether `value` passes.
    #[must_use]
    pub fn holds(&self, value: T) -> bool {
        match *self {
            Self::Is(at) => value == at,
            Self::Less(at) => value < at,
            Self::AtMost(at) => value <= at,
            Self::More(at) => value > at,
            Self::AtLeast(at) => value >= at,
            Self::Between(low, high) => low <= value && value <= high,
        }
    }
}

impl<T: fmt::Display> fmt::Display for Compare<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(at) => write!(f, "{at}"),
            Self::Less(at) => write!(f, "<{at}"),
            Self::AtMost(at) => write!(f, "<={at}"),
            Self::More(at) => write!(f, ">{at}"),
            Self::AtLeast(at) => write!(f, ">={at}"),
            Self::Between(low, high) => write!(f, "{low}..{high}"),
        }
    }
}

/// Why a line is no filter, and which of its bytes to underline.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// The bytes of the bad term in the line that was parsed; on character boundaries.
    pub span: Range<usize>,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FilterError {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

/// Reads a filter line.
///
/// # Errors
/// The first bad term, with its place in the line and a sentence that says what it wants.
pub fn parse(line: &str) -> Result<Filter, FilterError> {
    let mut terms = Vec::new();
    for raw in lex::lex(line)? {
        let test =
            keys::read(&raw).map_err(|message| FilterError::new(raw.span.clone(), message))?;
        terms.push(Term { negated: raw.negated, test });
    }
    Ok(Filter { terms })
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(line: &str) -> Result<Self, FilterError> {
        parse(line)
    }
}

impl Test {
    /// The key it is written with; none for bare words.
    #[must_use]
    pub const fn key(&self) -> Option<&'static str> {
        Some(match self {
            Self::Words(_) => return None,
            Self::Tier(_) => "tier",
            Self::Stage(_) => "stage",
            Self::Type(_) => "type",
            Self::Owner(_) => "owner",
            Self::CoOwner(_) => "co",
            Self::Sender(_) => "sender",
            Self::Due(_) => "due",
            Self::Clock(_) => "clock",
            Self::Source(_) => "source",
            Self::Score(_) => "score",
            Self::Completeness(_) => "completeness",
            Self::Rating(_) => "rating",
            Self::Region(_) => "region",
            Self::Segment(_) => "segment",
            Self::Industry(_) => "industry",
            Self::Relation(_) => "relation",
            Self::Created(_) => "created",
            Self::Submitted(_) => "submitted",
            Self::Measured(verdict, _) => verdict.key(),
            Self::Code(_) => "code",
            Self::Wake(_) => "wake",
            Self::Batch(_) => "batch",
        })
    }

    /// Its values as they are written after the key.
    fn values(&self) -> Vec<String> {
        fn plain<T: fmt::Display>(values: &[T]) -> Vec<String> {
            values.iter().map(ToString::to_string).collect()
        }
        fn quoted(values: &[String]) -> Vec<String> {
            values.iter().map(|value| lex::quote(value, false)).collect()
        }
        match self {
            Self::Words(values) => plain(values),
            Self::Tier(values) => plain(values),
            Self::Stage(values) => plain(values),
            Self::Owner(values) | Self::CoOwner(values) | Self::Sender(values) => plain(values),
            Self::Clock(values) => plain(values),
            Self::Source(values) => plain(values),
            Self::Relation(values) => plain(values),
            Self::Score(values) | Self::Completeness(values) | Self::Rating(values) => {
                plain(values)
            }
            Self::Measured(_, values) => plain(values),
            Self::Due(values)
            | Self::Created(values)
            | Self::Submitted(values)
            | Self::Wake(values) => plain(values),
            Self::Type(values)
            | Self::Region(values)
            | Self::Segment(values)
            | Self::Industry(values)
            | Self::Code(values)
            | Self::Batch(values) => quoted(values),
        }
    }
}

impl Word {
    /// The handoff ids that the word matches by prefix, as ranges; none when it is no id. `H-104` matches 104, 1040
    /// to 1049, 10400 to 10499 and so on.
    #[must_use]
    pub fn id_ranges(&self) -> Option<Vec<RangeInclusive<i64>>> {
        let prefix = match self {
            Self::Id(id) => id.0,
            Self::Text(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok()?,
            Self::Text(_) | Self::Flag(_) => return None,
        };
        if prefix <= 0 {
            return None;
        }
        let (mut low, mut high) = (prefix, prefix);
        let mut ranges = vec![low..=high];
        while let (Some(next), Some(last)) =
            (low.checked_mul(10), high.checked_mul(10).and_then(|high| high.checked_add(9)))
        {
            (low, high) = (next, last);
            ranges.push(low..=high);
        }
        Some(ranges)
    }
}

/// The canonical line; it parses back to the same filter.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, term) in self.terms.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        write!(f, "{}", self.test)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(key) = self.key() {
            write!(f, "{key}:")?;
        }
        f.write_str(&self.values().join(","))
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => {
                f.write_str(&lex::quote(text, !matches!(keys::bare(text), Self::Text(_))))
            }
            Self::Id(id) => write!(f, "{id}"),
            Self::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => f.write_str("me"),
            Self::Nobody => f.write_str("none"),
            Self::Named(name) => {
                f.write_str(&lex::quote(name, !matches!(keys::who_bare(name), Self::Named(_))))
            }
        }
    }
}

//! How rules are written: one TOML file, read over the shipped one, as a [`Policy`], with the line, key and remedy of
//! everything that is wrong with it (`POLICY.md`).
//!
//! A file may leave tables out. What it gives is laid over the shipped policy key by key; a list, a calendar, a
//! pattern and a clock, once given, replace the shipped one whole. What comes out is judged as one, so a name may be
//! defined in either.

mod calendars;
mod criteria;
mod decode;
mod error;
mod sheet;
mod show;
mod spot;
mod tree;
mod types;
mod work;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use error::{Errors, PolicyError};
pub use show::show;

use crate::domain::policy::Policy;
use error::{Found, located, without_echoes};
use spot::{Sink, Spot};
use tree::{Table, Value, Whose};

/// The text of the shipped policy, complete with every default of `DOMAIN.md`.
pub const SHIPPED: &str = include_str!("../../assets/policy.toml");

/// The most a policy file may hold, in bytes.
pub const MOST_BYTES: usize = 1024 * 1024;

/// A policy and where each part of it came from.
#[derive(Clone, PartialEq, Debug)]
pub struct Loaded {
    /// The policy in force.
    pub policy: Policy,
    /// The name of the file that was read over the shipped policy, for people; empty where there was none.
    pub file: String,
    /// Paths of the parts that the file gave; each stands for all below it.
    given: BTreeSet<String>,
}

/// Where a part of the policy in force came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// From the shipped policy.
    Default,
    /// From the file.
    File,
    /// Some of what is below it came from the file.
    Mixed,
}

impl Loaded {
    /// The shipped policy, with no file over it.
    ///
    /// # Errors
    /// None in practice, as [`shipped`].
    pub fn shipped() -> Result<Self, Errors> {
        Ok(Self { policy: shipped()?, file: String::new(), given: BTreeSet::new() })
    }

    /// Where the part at a path such as `types.tier1.clocks.accept` came from. Lists are one part: their items come
    /// from where the list does.
    #[must_use]
    pub fn origin(&self, path: &str) -> Origin {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if self.given.iter().any(|given| within(path, given)) {
            Origin::File
        } else if self.given.iter().any(|given| within(given, path)) {
            Origin::Mixed
        } else {
            Origin::Default
        }
    }
}

/// The shipped policy.
///
/// # Errors
/// None in practice: a test reads it.
pub fn shipped() -> Result<Policy, Errors> {
    let (table, form) = tree::read(SHIPPED, Whose::Given);
    decoded(table, "the shipped policy", (SHIPPED, form), Vec::new(), &[])
}

/// The policy of a text laid over the shipped one. `file` is its name for people.
///
/// # Errors
/// Everything that is wrong with the text, each with its line, key and remedy.
pub fn parse(text: &str, file: &str) -> Result<Loaded, Errors> {
    parse_with(text, file, &[])
}

/// The same where the team has message templates of its own, by these names, beside the desk's.
///
/// # Errors
/// As [`parse`].
pub fn parse_with(text: &str, file: &str, own: &[String]) -> Result<Loaded, Errors> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MOST_BYTES {
        let what =
            format!("the file holds {} KiB, and a policy is at most 1,024", text.len() / 1024);
        let found = Found {
            at: Some(0),
            key: String::new(),
            what,
            remedy: "look whether this is the right file".to_owned(),
            missing: false,
        };
        return Err(located(file, text, vec![found]));
    }
    let (given, form) = tree::read(text, Whose::Given);
    let (mut table, _) = tree::read(SHIPPED, Whose::Shipped);
    let laid = tree::lay_over(&mut table, given);
    let policy = decoded(table, file, (text, form), laid.wrong, own)?;
    Ok(Loaded { policy, file: file.to_owned(), given: laid.given })
}

/// The policy that a tree holds, or all that is wrong with the text it came from: `form` is what is wrong with its
/// form, and `wrong` what was found so far.
fn decoded(
    table: Table<'_>,
    file: &str,
    (text, form): (&str, Vec<Found>),
    wrong: Vec<Found>,
    own: &[String],
) -> Result<Policy, Errors> {
    let sink = Sink::new(wrong);
    let top = Value::Table(table);
    let policy = decode::policy(&Spot::top(&sink, &top, Some(0)), own);
    let mut found = sink.into_inner();
    match policy {
        Some(mut policy) if form.is_empty() && found.is_empty() => {
            policy.hash = show::hash(&policy);
            Ok(policy)
        }
        _ => {
            if !form.is_empty() {
                found = without_echoes(text, form, found);
            }
            Err(located(file, text, found))
        }
    }
}

/// The names that other parts of a policy refer to.
struct Names<'r> {
    calendars: Vec<&'r str>,
    signals: Vec<&'r str>,
    patterns: Vec<&'r str>,
    types: Vec<&'r str>,
    playbooks: Vec<&'r str>,
    dispositions: Vec<&'r str>,
    /// Messages: those of the desk, and those of the team.
    templates: Vec<&'r str>,
}

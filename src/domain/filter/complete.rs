//! What could stand at the cursor of a filter line.

use std::ops::Range;

use super::keys::{KEYS, Key};
use super::{Flag, lex};

/// Something that could stand at the cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What to put in place of what is there.
    pub text: String,
    /// What it means; empty for a value that says it itself.
    pub means: &'static str,
}

/// What could stand at the cursor, and what it would replace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completions {
    /// The bytes of the line that a completion replaces.
    pub replace: Range<usize>,
    /// The choices, in the order of the table.
    pub items: Vec<Completion>,
}

/// What could stand at the byte `cursor` of `line`: keys and flags that begin as the word there does, or values of its
/// key. `known` adds, for a key by its name, the values that only the caller knows: people, types, codes, regions.
#[must_use]
pub fn completions(
    line: &str,
    cursor: usize,
    known: impl FnOnce(&'static str) -> Vec<String>,
) -> Completions {
    let cursor = lex::floor(line, cursor);
    let place = Place::at(&line[..cursor]);
    let typed = line[place.start..cursor].replace('"', "").to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&typed);
    let mut items = Vec::new();
    match place.key {
        Some(key) => {
            if let Some(key) = Key::find(&key.to_ascii_lowercase()) {
                let offers = (key.offers)().into_iter().filter(|value| begins(value));
                items.extend(offers.map(|value| Completion { text: value.to_owned(), means: "" }));
                let known = known(key.name).into_iter().filter(|value| begins(value));
                items.extend(
                    known.map(|value| Completion { text: lex::quote(&value, false), means: "" }),
                );
            }
        }
        // A word in quotes is text to search for, and neither a key nor a flag.
        None if place.quoted => {}
        None => {
            // A key cannot follow a comma, a flag can.
            let keys = KEYS.iter().filter(|key| !place.listed && begins(key.name));
            items.extend(
                keys.map(|key| Completion { text: format!("{}:", key.name), means: key.means }),
            );
            let flags = Flag::ALL.iter().filter(|flag| begins(flag.key()));
            items.extend(
                flags.map(|flag| Completion { text: flag.key().to_owned(), means: flag.means() }),
            );
        }
    }
    Completions { replace: place.start..cursor, items }
}

/// Where the end of a line that is being typed stands. Unlike the lexer it never refuses.
struct Place<'a> {
    /// Where the word or value at the end begins.
    start: usize,
    /// The key it belongs to.
    key: Option<&'a str>,
    /// Some of it stands in quotes.
    quoted: bool,
    /// A comma stands before it in its term.
    listed: bool,
}

impl<'a> Place<'a> {
    fn at(line: &'a str) -> Self {
        let begin = |start| Self { start, key: None, quoted: false, listed: false };
        let mut place = begin(0);
        let (mut open, mut escaped) = (false, false);
        for (at, next) in line.char_indices() {
            let past = at + next.len_utf8();
            match next {
                _ if escaped => escaped = false,
                '\\' if open => escaped = true,
                '"' => (open, place.quoted) = (!open, true),
                _ if open => {}
                _ if next.is_whitespace() => place = begin(past),
                '-' if place.start == at && place.key.is_none() && !place.listed => {
                    place.start = past
                }
                ':' if place.key.is_none() && !place.quoted && !place.listed => {
                    place.key = Some(&line[place.start..at]);
                    place.start = past;
                }
                ',' => (place.start, place.quoted, place.listed) = (past, false, true),
                _ => {}
            }
        }
        place
    }
}

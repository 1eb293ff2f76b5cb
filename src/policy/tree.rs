//! A TOML text as a tree that knows where each part stands, and the laying of one tree over another.

use std::borrow::Cow;
use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::error::Found;

/// A byte of the text that is being read; `None` for a part of the shipped policy.
pub(super) type Place = Option<usize>;

/// A part of a policy and where it stands.
#[derive(Debug)]
pub(super) struct Node<'t> {
    pub(super) place: Place,
    pub(super) value: Value<'t>,
}

/// What a part holds.
#[derive(Debug)]
pub(super) enum Value<'t> {
    Text(Cow<'t, str>),
    Integer(i64),
    Float(f64),
    Flag(bool),
    Date(Datetime),
    List(Vec<Node<'t>>),
    Table(Table<'t>),
}

impl Value<'_> {
    /// The value in words, for messages.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Text(text) if text.trim().is_empty() => "an empty text".to_owned(),
            Self::Text(text) => format!("the text {}", shown(text)),
            Self::Integer(number) => format!("the number {number}"),
            Self::Float(number) => format!("the number {number}"),
            Self::Flag(flag) => flag.to_string(),
            Self::Date(date) => format!("the date {date}"),
            Self::List(_) => "a list".to_owned(),
            Self::Table(_) => "a table".to_owned(),
        }
    }
}

/// Text as it is quoted in a message: cut, so that a long one doesn't flood the screen.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("\"{}…\"", &text[..end]),
        None => format!("\"{text}\""),
    }
}

/// A table in the order of its text.
#[derive(Debug, Default)]
pub(super) struct Table<'t> {
    pub(super) entries: Vec<Entry<'t>>,
}

/// A key and what it holds.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    pub(super) key: Cow<'t, str>,
    pub(super) place: Place,
    pub(super) node: Node<'t>,
}

impl<'t> Table<'t> {
    pub(super) fn get(&self, key: &str) -> Option<&Entry<'t>> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

/// Whose text is read: that decides whether places are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// A text that may be wrong.
    Given,
    /// The shipped policy under a given one.
    Shipped,
}

/// Reads a TOML text as far as it can be read, with all that is wrong with its form.
pub(super) fn read(text: &str, whose: Whose) -> (Table<'_>, Vec<Found>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let errors = errors.iter().map(|error| form(text, error)).collect();
    (self::table(table.into_inner(), whose), errors)
}

fn table(table: DeTable<'_>, whose: Whose) -> Table<'_> {
    let at = |at: usize| (whose == Whose::Given).then_some(at);
    let mut entries: Vec<(usize, Entry<'_>)> = table
        .into_iter()
        .map(|(key, value)| {
            let start = key.span().start;
            let node = node(value, whose);
            (start, Entry { key: key.into_inner(), place: at(start), node })
        })
        .collect();
    entries.sort_by_key(|(start, _)| *start);
    Table { entries: entries.into_iter().map(|(_, entry)| entry).collect() }
}

fn node(value: Spanned<DeValue<'_>>, whose: Whose) -> Node<'_> {
    let place = (whose == Whose::Given).then_some(value.span().start);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            // Past what a whole number holds: as a float it fails every range, with a sentence.
            Err(_) => Value::Float(f64::INFINITY),
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Flag(flag),
        DeValue::Datetime(date) => Value::Date(date),
        DeValue::Array(items) => {
            Value::List(items.into_iter().map(|item| node(item, whose)).collect())
        }
        DeValue::Table(inner) => Value::Table(table(inner, whose)),
    };
    Node { place, value }
}

/// A mistake in the form of the text, in words.
fn form(text: &str, error: &toml::de::Error) -> Found {
    let (what, remedy) = match error.message().split_once(", expected ") {
        Some((what @ "string values must be quoted", _)) => (what, "put it in quotes".to_owned()),
        Some((what @ "invalid unquoted key", _)) => {
            (what, "write letters, digits, - and _, or put the key in quotes".to_owned())
        }
        Some((what @ "invalid boolean", word)) => {
            (what, format!("write {word}, or put a text in quotes"))
        }
        Some((what, "nothing")) => (what, "take it out".to_owned()),
        Some((what, expected)) => (what, format!("write {expected} here")),
        None if error.message() == "duplicate key" => {
            (error.message(), "keep one of the two and take the other out".to_owned())
        }
        None => (
            error.message(),
            "look for a missing quote, bracket or equals sign on this line or the one before"
                .to_owned(),
        ),
    };
    let what = what.replace("; ", ", ");
    let at = error.span().map_or(text.len(), |span| span.start);
    Found {
        at: Some(at),
        key: String::new(),
        what: format!("not TOML: {what}"),
        remedy,
        missing: false,
    }
}

/// Whether a part, once given, replaces the shipped one whole instead of being laid over it key by key: a calendar, a
/// pattern, a clock and the like are each one thing.
fn is_whole(path: &[&str]) -> bool {
    matches!(
        path,
        ["calendars" | "patterns", _]
            | ["types", _, "clocks", _]
            | ["escalation", "after"]
            | ["types", _, "escalation", "after"]
            | ["dispositions", _, "owes"]
    )
}

/// What laying a text over the shipped policy came to.
#[derive(Default)]
pub(super) struct Laid {
    /// Paths of the parts that the text gave; each stands for all below it.
    pub(super) given: BTreeSet<String>,
    /// What could not be laid over: something else where a table belongs.
    pub(super) wrong: Vec<Found>,
}

/// Lays a given table over the shipped one.
pub(super) fn lay_over<'t>(shipped: &mut Table<'t>, given: Table<'t>) -> Laid {
    let mut laid = Laid::default();
    over(shipped, given, &[], &mut laid);
    laid
}

fn over<'t>(under: &mut Table<'t>, given: Table<'t>, above: &[&str], laid: &mut Laid) {
    for entry in given.entries {
        let key = entry.key.clone();
        let path: Vec<&str> = above.iter().copied().chain([key.as_ref()]).collect();
        let Some(mine) = under.entries.iter_mut().find(|mine| mine.key == entry.key) else {
            laid.given.insert(join(&path));
            under.entries.push(entry);
            continue;
        };
        let place = entry.node.place;
        match (&mut mine.node.value, entry.node.value) {
            (Value::Table(mine), Value::Table(given)) if !is_whole(&path) => {
                over(mine, given, &path, laid);
            }
            (Value::Table(_), other) if !is_whole(&path) => {
                // The shipped table stays, or all that refers to what is in it would be wrong too.
                laid.wrong.push(Found {
                    at: place,
                    key: join(&path),
                    what: format!("{} stands where a table belongs", other.told()),
                    remedy: format!("write [{}] and below it a line for each key", join(&path)),
                    missing: false,
                });
                continue;
            }
            (mine, given) => {
                laid.given.insert(join(&path));
                *mine = given;
            }
        }
        mine.place = entry.place;
        mine.node.place = place;
    }
}

fn join(path: &[&str]) -> String {
    let mut text = String::new();
    path.iter().for_each(|key| push_key(&mut text, key));
    text
}

/// Adds a key to a dotted path, in quotes where TOML wants them.
pub(super) fn push_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    if is_bare(key) {
        path.push_str(key);
    } else {
        path.push_str(&quoted(key));
    }
}

/// Whether TOML takes a key without quotes.
pub(super) fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A TOML string on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

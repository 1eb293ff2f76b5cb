//! Reading a part of the tree as what it should be; whatever it isn't is noted with its place and key, and reading
//! goes on, so that all mistakes are told at once.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::NaiveDate;

use super::error::Found;
use super::tree::{Place, Table, Value, is_bare, push_key, shown};
use crate::domain::filter::nearest;

/// Where mistakes are noted.
#[derive(Debug)]
pub(super) struct Sink(RefCell<Vec<Found>>);

impl Sink {
    pub(super) const fn new(found: Vec<Found>) -> Self {
        Self(RefCell::new(found))
    }

    pub(super) fn into_inner(self) -> Vec<Found> {
        self.0.into_inner()
    }
}

/// The way from the top of the file to a part.
#[derive(Clone, Copy, Debug)]
struct Path<'p> {
    above: Option<&'p Path<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Top,
    Key(&'p str),
    /// Counted from 1, as people do.
    Item(usize),
}

impl Path<'_> {
    fn write(&self, text: &mut String) {
        if let Some(above) = self.above {
            above.write(text);
        }
        match self.step {
            Step::Top => {}
            Step::Key(key) => push_key(text, key),
            Step::Item(item) => text.push_str(&format!("[{item}]")),
        }
    }
}

/// A part of the policy that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'r> {
    sink: &'r Sink,
    path: Path<'r>,
    /// Where its key stands.
    key_place: Place,
    /// Where it stands itself.
    place: Place,
    value: &'r Value<'r>,
}

/// A table whose keys are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'r> {
    spot: Spot<'r>,
    table: &'r Table<'r>,
}

/// Words as a list for people.
pub(super) fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}

/// `did you mean "tier1"?`, or the choice.
fn hint(word: &str, known: &[&str], choice: &str) -> String {
    match nearest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None if known.is_empty() => "there are none; define one first".to_owned(),
        None => format!("{choice} {}", listed(known.iter().copied())),
    }
}

impl<'r> Spot<'r> {
    /// The top of a file.
    pub(super) const fn top(sink: &'r Sink, value: &'r Value<'r>, place: Place) -> Self {
        let path = Path { above: None, step: Step::Top };
        Self { sink, path, key_place: place, place, value }
    }

    fn note(
        &self,
        place: Place,
        what: impl Into<String>,
        remedy: impl Into<String>,
        missing: bool,
    ) {
        let mut key = String::new();
        self.path.write(&mut key);
        self.sink.0.borrow_mut().push(Found {
            at: place,
            key,
            what: what.into(),
            remedy: remedy.into(),
            missing,
        });
    }

    /// Notes that this part is wrong.
    pub(super) fn fail(&self, what: impl Into<String>, remedy: impl Into<String>) {
        self.note(self.place, what, remedy, false);
    }

    /// Notes that the key of this part is wrong.
    pub(super) fn fail_key(&self, what: impl Into<String>, remedy: impl Into<String>) {
        self.note(self.key_place, what, remedy, false);
    }

    /// Notes a sentence of the domain: `what; remedy`.
    fn fail_with(&self, sentence: &str) {
        match sentence.rsplit_once("; ") {
            Some((what, remedy)) => self.fail(what, remedy),
            None => self.fail(sentence, "see the shipped policy for how it is written"),
        }
    }

    /// Notes that something of another kind stands here.
    fn fail_kind(&self, wanted: &str, remedy: impl Into<String>) {
        self.fail(format!("{} stands where {wanted} belongs", self.value.told()), remedy);
    }

    /// Whether this part is given in the text that is read, and not taken from the shipped policy.
    pub(super) const fn is_given(&self) -> bool {
        self.place.is_some()
    }

    /// A text that isn't empty.
    pub(super) fn text(&self) -> Option<&'r str> {
        match self.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text.as_ref()),
            _ => {
                self.fail_kind("a text", "write it in quotes");
                None
            }
        }
    }

    /// A text that the domain reads; `example` shows what it may look like.
    pub(super) fn parse<T: FromStr<Err = String>>(&self, example: &str) -> Option<T> {
        let Value::Text(text) = self.value else {
            self.fail_kind("a text", format!("write something like \"{example}\""));
            return None;
        };
        if text.len() > 1_000 {
            self.fail("the text is too long", format!("write something like \"{example}\""));
            return None;
        }
        text.parse().map_err(|sentence: String| self.fail_with(&sentence)).ok()
    }

    /// One of the words of a vocabulary.
    pub(super) fn word<T: PartialEq + FromStr<Err = String> + Display>(
        &self,
        all: &[T],
    ) -> Option<T> {
        let keys = || all.iter().map(ToString::to_string).collect::<Vec<_>>();
        let Value::Text(text) = self.value else {
            self.fail_kind("a word", format!("write one of {}", keys().join(", ")));
            return None;
        };
        let what = match text.parse::<T>() {
            Ok(word) if all.contains(&word) => return Some(word),
            Err(sentence) if text.len() <= 60 => {
                sentence.split_once("; ").map_or(sentence.clone(), |(what, _)| what.to_owned())
            }
            _ => format!("{} won't do here", shown(text)),
        };
        let keys = keys();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        self.fail(what, hint(text, &keys, "write one of"));
        None
    }

    /// One of some names; `what` says of what ("a calendar of this policy").
    pub(super) fn name(&self, what: &str, known: &[&str]) -> Option<&'r str> {
        let text = self.text()?;
        if known.contains(&text) {
            return Some(text);
        }
        let what = format!("{} is not {what}", shown(text));
        self.fail(what, hint(text, known, "there are"));
        None
    }

    /// A whole number in a range.
    pub(super) fn whole<T: TryFrom<i64>>(&self, range: RangeInclusive<i64>) -> Option<T> {
        let number = match self.value {
            Value::Integer(number) if range.contains(number) => T::try_from(*number).ok(),
            _ => None,
        };
        if number.is_none() {
            let remedy = format!("write a whole number from {} to {}", range.start(), range.end());
            self.fail_number("a whole number", remedy);
        }
        number
    }

    /// A number in a range.
    #[expect(clippy::cast_precision_loss, reason = "whole numbers of a policy are far below 2^52")]
    pub(super) fn number(&self, range: RangeInclusive<f64>) -> Option<f64> {
        let number = match self.value {
            Value::Integer(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let remedy = format!("write a number from {} to {}", range.start(), range.end());
            self.fail_number("a number", remedy);
        }
        number
    }

    fn fail_number(&self, wanted: &str, remedy: String) {
        match self.value {
            Value::Integer(number) => self.fail(format!("{number} is out of range"), remedy),
            Value::Float(number) if wanted == "a number" => {
                self.fail(format!("{number} is out of range"), remedy);
            }
            _ => self.fail_kind(wanted, remedy),
        }
    }

    /// Yes or no.
    pub(super) fn flag(&self) -> Option<bool> {
        let Value::Flag(flag) = self.value else {
            self.fail_kind("yes or no", "write true or false");
            return None;
        };
        Some(*flag)
    }

    /// What this part holds, for the few that may be one of several things.
    pub(super) const fn value(&self) -> &'r Value<'r> {
        self.value
    }

    /// A day: `2026-11-26`, in quotes or not.
    pub(super) fn day(&self) -> Option<NaiveDate> {
        let day = match self.value {
            Value::Text(text) => day(text),
            Value::Date(date) if date.time.is_none() => day(&date.to_string()),
            _ => None,
        };
        if day.is_none() {
            self.fail_kind("a day", "write one that exists, such as \"2026-11-26\"");
        }
        day
    }

    /// The key of this part as a day.
    pub(super) fn key_day(&self, key: &str) -> Option<NaiveDate> {
        let found = day(key);
        if found.is_none() {
            self.fail_key(format!("{} is not a day", shown(key)), "write it as \"2026-11-26\"");
        }
        found
    }

    fn child<'s>(
        &'s self,
        step: Step<'s>,
        key_place: Place,
        place: Place,
        value: &'s Value<'s>,
    ) -> Spot<'s> {
        let path = Path { above: Some(&self.path), step };
        Spot { sink: self.sink, path, key_place, place, value }
    }

    /// The items of a list; one that isn't a list or a table counts as a list of one.
    pub(super) fn items(&self) -> Option<Vec<Spot<'_>>> {
        match self.value {
            Value::List(items) => Some(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| {
                        self.child(Step::Item(index + 1), item.place, item.place, &item.value)
                    })
                    .collect(),
            ),
            Value::Table(_) => {
                self.fail_kind("a list", "write it in brackets, such as [\"a\", \"b\"]");
                None
            }
            _ => Some(vec![*self]),
        }
    }

    /// Each item of a list read by `read`; none when any of them is wrong.
    pub(super) fn each<T>(&self, read: impl Fn(&Spot<'_>) -> Option<T>) -> Option<Vec<T>> {
        let all: Vec<Option<T>> = self.items()?.iter().map(read).collect();
        all.into_iter().collect()
    }

    /// Each table of a list of tables, `[[name]]`, read by `read`; none when any of them is wrong.
    pub(super) fn each_table<T>(
        &self,
        known: &[&str],
        read: impl Fn(&Fields<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        if !matches!(self.value, Value::List(_)) {
            let mut key = String::new();
            self.path.write(&mut key);
            self.fail_kind("a list of tables", format!("head each with [[{key}]]"));
            return None;
        }
        self.each(|item| item.fields(known).as_ref().and_then(&read))
    }

    /// A table whose keys people choose, in order.
    pub(super) fn entries(&self) -> Option<Vec<(&'r str, Spot<'_>)>> {
        let Value::Table(table) = self.value else {
            self.fail_kind("a table", "write it as { key = value }");
            return None;
        };
        Some(
            table
                .entries
                .iter()
                .map(|entry| {
                    let key = entry.key.as_ref();
                    let spot = self.child(
                        Step::Key(key),
                        entry.place,
                        entry.node.place,
                        &entry.node.value,
                    );
                    (key, spot)
                })
                .collect(),
        )
    }

    /// A table with these keys and no others.
    pub(super) fn fields(&self, known: &[&str]) -> Option<Fields<'r>> {
        let Value::Table(table) = self.value else {
            self.fail_kind("a table", format!("write one with {}", listed(known.iter().copied())));
            return None;
        };
        for entry in &table.entries {
            if !known.contains(&entry.key.as_ref()) {
                let spot = self.child(
                    Step::Key(&entry.key),
                    entry.place,
                    entry.node.place,
                    &entry.node.value,
                );
                spot.unknown_key(&entry.key, known);
            }
        }
        Some(Fields { spot: *self, table })
    }

    /// Notes that nothing is known by this key here.
    pub(super) fn unknown_key(&self, key: &str, known: &[&str]) {
        self.fail_key(format!("unknown key {}", shown(key)), hint(key, known, "the keys here are"));
    }

    /// Whether the key of this part can be a name that only the policy uses: one that TOML takes without quotes.
    pub(super) fn check_key(&self, key: &str) {
        if !is_bare(key) || key.len() > 64 {
            self.fail_key(
                format!("{} can't be a name", shown(key)),
                "write letters, digits, - and _, at most 64",
            );
        }
    }

    /// Whether the key of this part can be a name that filters, files and commands use too: lower-case letters, digits
    /// and `_`.
    pub(super) fn check_name(&self, key: &str) {
        let good = key.starts_with(|c: char| c.is_ascii_lowercase())
            && key.len() <= 64
            && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !good {
            self.fail_key(
                format!("{} can't be a name", shown(key)),
                "write lower-case letters, digits and _, at most 64, a letter first",
            );
        }
    }
}

impl<'r> Fields<'r> {
    /// The part under a key, if it is there.
    pub(super) fn get<'s>(&'s self, key: &'s str) -> Option<Spot<'s>> {
        let entry = self.table.get(key)?;
        Some(self.spot.child(Step::Key(key), entry.place, entry.node.place, &entry.node.value))
    }

    /// The part under a key; its absence is noted, with an example of what to write.
    pub(super) fn need<'s>(&'s self, key: &'s str, example: &str) -> Option<Spot<'s>> {
        let spot = self.get(key);
        if spot.is_none() {
            let place = self.spot.key_place;
            let what = format!("\"{key}\" is missing");
            self.spot.note(place, what, format!("add {key} = {example}"), true);
        }
        spot
    }

    /// Reads what is under a key; `None` where it is wrong, the default where it isn't there.
    pub(super) fn or<T>(
        &self,
        key: &str,
        default: T,
        read: impl FnOnce(&Spot<'_>) -> Option<T>,
    ) -> Option<T> {
        match self.get(key) {
            Some(spot) => read(&spot),
            None => Some(default),
        }
    }

    /// Reads what is under a key; `None` where it is wrong, `Some(None)` where it isn't there.
    pub(super) fn maybe<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Spot<'_>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.get(key) {
            Some(spot) => read(&spot).map(Some),
            None => Some(None),
        }
    }

    /// The keys of the table under a key, whether what they hold can be read or not.
    pub(super) fn names(&self, key: &str) -> Vec<&'r str> {
        match self.table.get(key).map(|entry| &entry.node.value) {
            Some(Value::Table(table)) => {
                table.entries.iter().map(|entry| entry.key.as_ref()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The first of these keys that the file gives, else the table: where to point when they don't agree.
    pub(super) fn blame<'s>(&'s self, keys: &[&'s str]) -> Spot<'s> {
        let given = keys.iter().filter_map(|key| self.get(key)).find(Spot::is_given);
        given.unwrap_or(self.spot)
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

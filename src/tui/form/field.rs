//! A field of a form: what it holds, how it takes keys, and what it understood of what was typed.

use chrono::Days;
use crossterm::event::KeyCode;

use super::Context;
use super::edit::Editor;
use super::picker::{Choice, Picker};
use super::value::{AMOUNT_FORMS, Value, amount_in_full, parse_amount};
use crate::domain::ids::HandoffId;
use crate::domain::say;
use crate::domain::text;
use crate::domain::when::{
    DATE_FORMS, MOMENT_FORMS, PAST_FORMS, describe, describe_moment, parse_date, parse_moment,
};
use crate::tui::chord::Key;

/// A field.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// What it is known by in the form's values.
    pub key: &'static str,
    /// Its label.
    pub label: String,
    /// The form is not taken without it.
    pub required: bool,
    /// It stands beside the way: Enter on the last field before it already submits, and Tab leads to it.
    pub aside: bool,
    /// What is shown faintly while it is empty and has the keys.
    pub hint: String,
    /// What is shown faintly while it is empty, because it holds without being typed.
    pub known: String,
    /// It is marked as one that matters, though the form is taken without it.
    pub marked: bool,
    /// The heading above it, where it is the first of its kind.
    pub head: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a field holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// A line.
    Text(Editor, Shape),
    /// Several lines, of so many bytes at most, shown in so many rows at least.
    Note(Editor, usize, usize),
    /// A day, not before so many days from today, nor after so many.
    Date(Editor, i64, Option<i64>),
    /// A day and time.
    Moment(Editor, Tense),
    /// Whole units of the team's currency.
    Amount(Editor),
    /// One of a few words, each with its letter.
    Pick(Pick),
    /// One of many.
    Choice(Picker),
    /// Several of many.
    Multi(Picker),
    /// Yes or no.
    Toggle(bool),
}

/// What a line must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Any text of so many bytes at most.
    Any(usize),
    /// An e-mail address.
    Email,
    /// A handoff other than this one.
    Handoff(HandoffId),
}

/// On which side of now a moment lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tense {
    /// It has happened.
    Past,
    /// It is to come.
    Future,
}

/// One of a few words, each with its letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pick {
    /// The words: letter, key, label.
    pub words: Vec<(char, &'static str, String)>,
    /// The one that is picked; none before anything was.
    pub at: Option<usize>,
}

/// What a field makes of what it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Check {
    /// There is nothing.
    Empty,
    /// It will do; what was understood, where that isn't plain.
    Good(String),
    /// It won't do, and why.
    Wrong(String),
}

/// The longest text that a disposition, a reason or a note takes, in bytes.
pub const TEXT_MOST: usize = 4 * 1024;

impl Field {
    fn new(key: &'static str, label: impl Into<String>, kind: Kind) -> Self {
        let hint = match &kind {
            Kind::Date(..) => DATE_FORMS,
            Kind::Moment(_, Tense::Past) => PAST_FORMS,
            Kind::Moment(..) => MOMENT_FORMS,
            Kind::Amount(..) => AMOUNT_FORMS,
            Kind::Text(_, Shape::Email) => "name@company.com",
            Kind::Text(_, Shape::Handoff(_)) => "H-1042",
            _ => "",
        };
        let label = label.into();
        Self {
            key,
            label,
            required: false,
            aside: false,
            hint: hint.to_owned(),
            known: String::new(),
            marked: false,
            head: "",
            kind,
        }
    }

    /// A line.
    #[must_use]
    pub fn text(key: &'static str, label: impl Into<String>) -> Self {
        Self::new(key, label, Kind::Text(Editor::line(""), Shape::Any(TEXT_MOST)))
    }

    /// An e-mail address.
    #[must_use]
    pub fn email(key: &'static str, label: impl Into<String>) -> Self {
        Self::new(key, label, Kind::Text(Editor::line(""), Shape::Email))
    }

    /// A handoff other than `this`.
    #[must_use]
    pub fn handoff(key: &'static str, label: impl Into<String>, this: HandoffId) -> Self {
        Self::new(key, label, Kind::Text(Editor::line(""), Shape::Handoff(this)))
    }

    /// Several lines.
    #[must_use]
    pub fn note(key: &'static str, label: impl Into<String>) -> Self {
        Self::new(key, label, Kind::Note(Editor::lines(""), TEXT_MOST, 3))
    }

    /// Several lines of so many bytes at most, in one row while they fit.
    #[must_use]
    pub fn lines(key: &'static str, label: impl Into<String>, most: usize) -> Self {
        Self::new(key, label, Kind::Note(Editor::lines(""), most, 1))
    }

    /// A day at least so many days from today.
    #[must_use]
    pub fn date(key: &'static str, label: impl Into<String>, from: i64) -> Self {
        Self::new(key, label, Kind::Date(Editor::line(""), from, None))
    }

    /// A day and time.
    #[must_use]
    pub fn moment(key: &'static str, label: impl Into<String>, tense: Tense) -> Self {
        Self::new(key, label, Kind::Moment(Editor::line(""), tense))
    }

    /// An amount.
    #[must_use]
    pub fn amount(key: &'static str, label: impl Into<String>) -> Self {
        Self::new(key, label, Kind::Amount(Editor::line("")))
    }

    /// One of a few words.
    #[must_use]
    pub fn pick(
        key: &'static str,
        label: impl Into<String>,
        words: Vec<(char, &'static str, String)>,
    ) -> Self {
        Self::new(key, label, Kind::Pick(Pick { words, at: None }))
    }

    /// One of many.
    #[must_use]
    pub fn choice(key: &'static str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(key, label, Kind::Choice(Picker::new(choices)))
    }

    /// Several of many.
    #[must_use]
    pub fn multi(key: &'static str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(key, label, Kind::Multi(Picker::new(choices)))
    }

    /// Yes or no.
    #[must_use]
    pub fn toggle(key: &'static str, label: impl Into<String>, yes: bool) -> Self {
        Self::new(key, label, Kind::Toggle(yes))
    }

    /// The same, without which the form is not taken.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same under a heading.
    #[must_use]
    pub const fn under(mut self, head: &'static str) -> Self {
        self.head = head;
        self
    }

    /// The same with a last day that many days from today.
    #[must_use]
    pub const fn until(mut self, days: i64) -> Self {
        if let Kind::Date(_, _, to) = &mut self.kind {
            *to = Some(days);
        }
        self
    }

    /// The same beside the way.
    #[must_use]
    pub const fn aside(mut self) -> Self {
        self.aside = true;
        self
    }

    /// The same with another hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same with what is there already: a text, the key of a word or of a choice, keys separated by commas.
    #[must_use]
    pub fn with(mut self, value: &str) -> Self {
        match &mut self.kind {
            Kind::Text(edit, _)
            | Kind::Note(edit, ..)
            | Kind::Date(edit, ..)
            | Kind::Moment(edit, _)
            | Kind::Amount(edit) => edit.set(value),
            Kind::Pick(pick) => pick.at = pick.words.iter().position(|(_, key, _)| *key == value),
            Kind::Choice(picker) => *picker = picker.clone().at(value),
            Kind::Multi(picker) => {
                let keys: Vec<_> = value.split(',').map(str::trim).collect();
                *picker = picker.clone().ticked(&keys);
            }
            Kind::Toggle(yes) => *yes = value == "yes",
        }
        self
    }

    /// What is typed into.
    #[must_use]
    pub const fn editor(&self) -> Option<&Editor> {
        match &self.kind {
            Kind::Text(edit, _)
            | Kind::Note(edit, ..)
            | Kind::Date(edit, ..)
            | Kind::Moment(edit, _)
            | Kind::Amount(edit) => Some(edit),
            Kind::Choice(picker) | Kind::Multi(picker) => Some(picker.filter()),
            Kind::Pick(_) | Kind::Toggle(_) => None,
        }
    }

    /// Whether letters go into it, so that they mean nothing else while it has the keys.
    #[must_use]
    pub const fn takes_letters(&self) -> bool {
        self.editor().is_some()
    }

    /// Takes a key; false when it has nothing to say here.
    pub fn handle(&mut self, key: Key, columns: usize) -> bool {
        match &mut self.kind {
            Kind::Text(edit, _)
            | Kind::Note(edit, ..)
            | Kind::Date(edit, ..)
            | Kind::Moment(edit, _)
            | Kind::Amount(edit) => edit.handle(key, columns),
            Kind::Pick(pick) => pick.handle(key),
            Kind::Choice(picker) => picker.handle(key),
            Kind::Multi(picker) if key == Key::letter(' ') => {
                picker.tick();
                true
            }
            Kind::Multi(picker) => picker.handle(key),
            Kind::Toggle(yes) => {
                *yes = match key.types() {
                    Some(' ') => !*yes,
                    Some('y' | 'Y') => true,
                    Some('n' | 'N') => false,
                    _ => return false,
                };
                true
            }
        }
    }

    /// Takes a pasted text; false when it was cut.
    pub fn paste(&mut self, pasted: &str) -> bool {
        match &mut self.kind {
            Kind::Text(edit, _)
            | Kind::Note(edit, ..)
            | Kind::Date(edit, ..)
            | Kind::Moment(edit, _)
            | Kind::Amount(edit) => edit.paste(pasted),
            Kind::Choice(picker) | Kind::Multi(picker) => picker.paste(pasted),
            Kind::Pick(_) | Kind::Toggle(_) => true,
        }
    }

    /// What it holds; none when it is empty.
    ///
    /// # Errors
    /// A sentence that says why it won't do.
    pub fn value(&self, context: &Context<'_>) -> Result<Option<Value>, String> {
        if self.editor().is_some_and(Editor::is_blank)
            && !matches!(self.kind, Kind::Choice(_) | Kind::Multi(_))
        {
            return Ok(None);
        }
        Ok(Some(match &self.kind {
            Kind::Text(edit, shape) => shape.read(edit.text())?,
            Kind::Note(edit, most, _) => Shape::Any(*most).read(edit.text())?,
            Kind::Date(edit, from, to) => Value::Day(day(edit.text(), *from, *to, context)?),
            Kind::Moment(edit, tense) => {
                let typed = edit.text();
                let at = parse_moment(typed, context.now, context.zone, &context.calendar)?;
                match tense {
                    Tense::Past if at > context.now => {
                        return Err(
                            "this lies in the future; log it when it has happened".to_owned()
                        );
                    }
                    Tense::Future if at <= context.now => {
                        return Err("this lies in the past; write a time to come".to_owned());
                    }
                    _ => Value::Moment(at),
                }
            }
            Kind::Amount(edit) => Value::Amount(parse_amount(edit.text())?),
            Kind::Pick(pick) => match pick.picked() {
                Some(key) => Value::One(key.to_owned()),
                None => return Ok(None),
            },
            Kind::Choice(picker) => match picker.chosen() {
                Some(choice) if !choice.key.is_empty() => Value::One(choice.key.clone()),
                _ => return Ok(None),
            },
            Kind::Multi(picker) => match picker.keys() {
                keys if keys.is_empty() => return Ok(None),
                keys => Value::Many(keys),
            },
            Kind::Toggle(yes) => Value::Yes(*yes),
        }))
    }

    /// What it makes of what it holds, in a sentence where that isn't plain.
    #[must_use]
    pub fn check(&self, context: &Context<'_>) -> Check {
        match self.value(context) {
            Ok(None) => Check::Empty,
            Ok(Some(Value::Day(day))) => Check::Good(describe(day, context.today())),
            Ok(Some(Value::Moment(at))) => {
                Check::Good(describe_moment(at, context.now, context.zone))
            }
            Ok(Some(Value::Amount(amount))) => Check::Good(amount_in_full(amount)),
            Ok(Some(_)) => Check::Good(String::new()),
            Err(sentence) => Check::Wrong(sentence),
        }
    }
}

impl Shape {
    fn read(self, typed: &str) -> Result<Value, String> {
        let typed = typed.trim();
        match self {
            Self::Any(most) if typed.len() > most => Err(format!(
                "this is {} bytes long; {} is the most",
                say::thousands(typed.len() as u64),
                say::thousands(most as u64)
            )),
            Self::Any(_) => Ok(Value::Text(typed.to_owned())),
            Self::Email => {
                let good = typed.split_once('@').is_some_and(|(user, host)| {
                    !user.is_empty()
                        && !host.contains('@')
                        && host.split('.').count() > 1
                        && host.split('.').all(|part| !part.is_empty())
                        && !typed.contains(char::is_whitespace)
                });
                if good {
                    Ok(Value::Text(typed.to_lowercase()))
                } else {
                    Err(format!(
                        "\"{}\" is not an e-mail address; write it as name@company.com",
                        text::clip(typed, 40)
                    ))
                }
            }
            Self::Handoff(this) => match typed.parse::<HandoffId>() {
                Ok(other) if other == this => {
                    Err("this is the handoff itself; name the other one".to_owned())
                }
                Ok(other) => Ok(Value::Text(other.to_string())),
                Err(_) => Err(format!(
                    "\"{}\" is not a handoff; write it as H-1042",
                    text::clip(typed, 40)
                )),
            },
        }
    }
}

fn day(
    typed: &str,
    from: i64,
    to: Option<i64>,
    context: &Context<'_>,
) -> Result<chrono::NaiveDate, String> {
    let today = context.today();
    let day = parse_date(typed, today, &context.calendar)?;
    let apart = day.signed_duration_since(today).num_days();
    let bound = |days: i64| {
        let days = Days::new(days.unsigned_abs());
        say::day_near(today.checked_add_days(days).unwrap_or(today), today)
    };
    if apart < from {
        return Err(format!(
            "{} is too early; choose {} or later",
            describe(day, today),
            bound(from)
        ));
    }
    match to {
        Some(to) if apart > to => {
            Err(format!("{} is too late; choose {} or earlier", describe(day, today), bound(to)))
        }
        _ => Ok(day),
    }
}

impl Pick {
    /// The key of the one that is picked.
    #[must_use]
    pub fn picked(&self) -> Option<&'static str> {
        self.words.get(self.at?).map(|(_, key, _)| *key)
    }

    /// Picks the word of a letter; false when no word has it.
    pub fn letter(&mut self, letter: char) -> bool {
        let found = self.words.iter().position(|(own, ..)| *own == letter);
        self.at = found.or(self.at);
        found.is_some()
    }

    fn handle(&mut self, key: Key) -> bool {
        let last = self.words.len().saturating_sub(1);
        match key.code {
            KeyCode::Left => self.at = Some(self.at.map_or(last, |at| at.saturating_sub(1))),
            KeyCode::Right => self.at = Some(self.at.map_or(0, |at| last.min(at + 1))),
            _ => return key.types().is_some_and(|letter| self.letter(letter)),
        }
        true
    }
}

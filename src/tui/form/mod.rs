//! Forms (`DESK.md 4`): fields with their checks, filled in with few keys. A form is a value; what it draws is in
//! [`draw`]. It knows no handoff and no popup.

pub mod draw;
pub mod edit;
pub mod field;
pub mod list;
pub mod panel;
pub mod picker;
pub mod value;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::NaiveDate;
use chrono_tz::Tz;
use crossterm::event::KeyCode;

use super::chord::Key;
use super::model::{Model, Tone};
use crate::domain::calendar::Calendar;
use crate::domain::time::Instant;

pub use field::{Check, Field, Kind, Shape, Tense};
pub use picker::{Choice, Picker};
pub use value::{Value, Values};

/// What typed texts are read against.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// So late it is.
    pub now: Instant,
    /// The zone in which days and times are meant.
    pub zone: Tz,
    /// The calendar whose business days count.
    pub calendar: Cow<'a, Calendar>,
    /// The width in which the form is drawn.
    pub columns: usize,
}

impl<'a> Context<'a> {
    /// The context of the person who works this desk, for a form of this width.
    #[must_use]
    pub fn of(model: &'a Model, columns: usize) -> Self {
        let policy = &model.policy;
        let own = model.me.as_ref().and_then(|me| policy.calendar(me.calendar.as_deref()?));
        let calendar = own
            .or_else(|| policy.calendar(&policy.calendar))
            .map_or_else(|| Cow::Owned(Calendar::always()), Cow::Borrowed);
        Self { now: model.now, zone: model.zone, calendar, columns }
    }

    /// The day it is.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.utc().with_timezone(&self.zone).date_naive()
    }
}

/// A form.
#[derive(Clone, PartialEq, Debug)]
pub struct Form {
    /// What it is about.
    pub title: String,
    /// What is to be known before it is filled in, a sentence each.
    pub notes: Vec<(Tone, String)>,
    /// The fields.
    pub fields: Vec<Field>,
    /// What stays in sight below the fields while they are filled in.
    pub status: Option<(Tone, String)>,
    /// What different people said, each with a head: shown side by side where there is room.
    pub beside: Vec<(String, String)>,
    /// What submitting it does, in a word or two: "log".
    pub submits: &'static str,
    /// The rows of the list of a field.
    pub list_rows: usize,
    focus: usize,
    error: Option<(Option<usize>, String)>,
    /// The fields as they were when nothing had been typed.
    fresh: Vec<Field>,
}

/// What a form makes of an input.
#[derive(Clone, PartialEq, Debug)]
pub enum FormEvent {
    /// It goes on.
    Stay,
    /// It is filled in.
    Submit(Values),
    /// It is to be given up, and what was typed with it: worth a question.
    Discard,
    /// It is given up; nothing is lost.
    Cancel,
}

impl Form {
    /// A form with its first field in focus.
    #[must_use]
    pub fn new(title: impl Into<String>, submits: &'static str, fields: Vec<Field>) -> Self {
        Self {
            title: title.into(),
            notes: Vec::new(),
            status: None,
            beside: Vec::new(),
            fresh: fields.clone(),
            fields,
            submits,
            list_rows: 8,
            focus: 0,
            error: None,
        }
    }

    /// The same with another field in focus.
    #[must_use]
    pub fn on(mut self, key: &str) -> Self {
        self.go(key);
        self
    }

    /// The same with something to be known first.
    #[must_use]
    pub fn note(mut self, tone: Tone, sentence: impl Into<String>) -> Self {
        self.notes.push((tone, sentence.into()));
        self
    }

    /// The place of the field that has the keys.
    #[must_use]
    pub const fn focus(&self) -> usize {
        self.focus
    }

    /// The field that has the keys.
    #[must_use]
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// The field with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The same, to change it.
    pub fn field_mut(&mut self, key: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.key == key)
    }

    /// What is wrong, and with which field where it is one's.
    #[must_use]
    pub fn error(&self) -> Option<(Option<usize>, &str)> {
        self.error.as_ref().map(|(field, sentence)| (*field, sentence.as_str()))
    }

    /// Whether something was typed that would be lost.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        let typed = |field: &Field| match &field.kind {
            // What narrows a list is no loss.
            Kind::Choice(_) => None,
            Kind::Multi(picker) => Some(picker.keys().join(",")),
            Kind::Pick(_) | Kind::Toggle(_) => None,
            _ => field.editor().map(|edit| edit.text().to_owned()),
        };
        self.fields.iter().map(typed).ne(self.fresh.iter().map(typed))
    }

    /// Puts other fields in place of these. Fields of the same key and kind keep what was typed into them.
    pub fn show(&mut self, fields: Vec<Field>) {
        let mut before = std::mem::replace(&mut self.fields, fields);
        self.fresh.clone_from(&self.fields);
        for field in &mut self.fields {
            let same = |old: &Field| {
                old.key == field.key
                    && std::mem::discriminant(&old.kind) == std::mem::discriminant(&field.kind)
            };
            if let Some(at) = before.iter().position(same) {
                field.kind = before.swap_remove(at).kind;
            }
        }
        self.focus = self.focus.min(self.fields.len().saturating_sub(1));
        self.error = None;
    }

    /// Gives the keys to a field, and says what is wrong with it.
    pub fn fail(&mut self, key: &str, sentence: impl Into<String>) {
        self.go(key);
        self.error = Some((Some(self.focus), sentence.into()));
    }

    /// Gives the keys to a field.
    pub fn go(&mut self, key: &str) {
        self.focus = self.fields.iter().position(|field| field.key == key).unwrap_or(self.focus);
    }

    /// Says that what was submitted was refused; what was typed stays.
    pub fn refuse(&mut self, sentence: impl Into<String>) {
        self.error = Some((None, sentence.into()));
    }

    /// Takes a key.
    pub fn handle(&mut self, key: Key, context: &Context<'_>) -> FormEvent {
        let plain = !key.ctrl && !key.alt;
        match (key.code, key.shift) {
            (KeyCode::Esc, _) if self.is_dirty() => return FormEvent::Discard,
            (KeyCode::Esc, _) => return FormEvent::Cancel,
            (KeyCode::Char('s'), _) if key.ctrl => return self.submit(context),
            (KeyCode::Tab, back) if plain => {
                self.move_by(if back { -1 } else { 1 }, true);
                return FormEvent::Stay;
            }
            (KeyCode::Enter, false) if plain => return self.enter(context),
            _ => {}
        }
        let columns = draw::text_columns(self, context.columns);
        let focus = self.focus;
        let Some(field) = self.fields.get_mut(focus) else { return FormEvent::Stay };
        let took = field.handle(key, columns);
        if took || (!field.takes_letters() && self.pick(key)) {
            if self.error.as_ref().is_some_and(|(field, _)| field.is_none_or(|at| at == focus)) {
                self.error = None;
            }
            return FormEvent::Stay;
        }
        match key.code {
            KeyCode::Up => self.move_by(-1, false),
            KeyCode::Down => self.move_by(1, false),
            _ => {}
        }
        FormEvent::Stay
    }

    /// Takes a pasted text into the field that has the keys.
    pub fn paste(&mut self, pasted: &str) {
        let focus = self.focus;
        if let Some(field) = self.fields.get_mut(focus) {
            let all = field.paste(pasted);
            self.error = (!all).then(|| {
                (
                    Some(focus),
                    "the end of what was pasted was left out: a field holds 64 KiB".to_owned(),
                )
            });
        }
    }

    /// Takes a click on a place of [`draw`]: a field, or a line of the list in focus.
    pub fn click(&mut self, place: usize) {
        match place.checked_sub(list::CHOICES) {
            Some(line) => match self.fields.get_mut(self.focus).map(|field| &mut field.kind) {
                Some(Kind::Choice(picker)) => picker.go(line),
                Some(Kind::Multi(picker)) => {
                    picker.go(line);
                    picker.tick();
                }
                _ => {}
            },
            None if place < self.fields.len() => self.focus = place,
            None => {}
        }
    }

    /// The values as they are now, where all fields that hold something hold what they should; else the first that
    /// does not, and why.
    ///
    /// # Errors
    /// The place of the field, and a sentence.
    pub fn values(&self, context: &Context<'_>) -> Result<Values, (usize, String)> {
        let mut values = Values::default();
        for (at, field) in self.fields.iter().enumerate() {
            match field.value(context) {
                Ok(Some(value)) => {
                    values.0.insert(field.key, value);
                }
                Ok(None) if field.required => {
                    return Err((at, "this is needed".to_owned()));
                }
                Ok(None) => {}
                Err(sentence) => return Err((at, sentence)),
            }
        }
        Ok(values)
    }

    /// Whether Enter on the field in focus submits.
    #[must_use]
    pub fn is_last(&self) -> bool {
        let after = self.fields.get(self.focus + 1..).unwrap_or_default();
        after.iter().all(|field| field.aside)
    }

    fn enter(&mut self, context: &Context<'_>) -> FormEvent {
        if self.is_last() {
            return self.submit(context);
        }
        match self.focused().map(|field| field.check(context)) {
            Some(Check::Wrong(sentence)) => self.error = Some((Some(self.focus), sentence)),
            _ => self.move_by(1, false),
        }
        FormEvent::Stay
    }

    fn submit(&mut self, context: &Context<'_>) -> FormEvent {
        match self.values(context) {
            Ok(values) => {
                self.error = None;
                FormEvent::Submit(values)
            }
            Err((at, sentence)) => {
                self.focus = at;
                self.error = Some((Some(at), sentence));
                FormEvent::Stay
            }
        }
    }

    fn move_by(&mut self, by: isize, around: bool) {
        let count = self.fields.len();
        let to = self.focus.checked_add_signed(by).filter(|to| *to < count);
        self.focus = match to {
            Some(to) => to,
            None if !around => self.focus,
            None if by > 0 => 0,
            None => count.saturating_sub(1),
        };
    }

    /// Picks by its letter from any field of few words.
    fn pick(&mut self, key: Key) -> bool {
        let Some(letter) = key.types() else { return false };
        self.fields.iter_mut().any(|field| match &mut field.kind {
            Kind::Pick(pick) => pick.letter(letter),
            _ => false,
        })
    }
}

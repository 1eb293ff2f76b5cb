//! Fields: what a column of the desk can mean, and how its cell becomes part of a draft.
//!
//! One table per kind ([`super::table`]) drives reading, the help of the command line and the check of profiles.

use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::domain_name;
use super::draft::{AccountRef, Draft, PersonRef};
use super::moment::{self, Reading};
use super::profile::Form;
use super::survey::Style;
use super::value::{self, Signs};
use crate::domain::account::Dated;
use crate::domain::person::Absence;
use crate::domain::time::Instant;

/// What a cell's meaning depends on beside its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// Zone of times that carry none.
    pub(super) zone: Tz,
    /// Cells are separated by semicolons, so a comma may be the decimal sign.
    pub(super) semicolons: bool,
    /// What the column is seen to be.
    pub(super) style: Style,
}

/// A cell that holds something: trimmed, mapped by the profile, not one of its words for "nothing".
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
    /// What the profile puts before an id, so that ids of two sources never meet.
    pub(super) prefix: &'a str,
    /// What the profile multiplies the number with.
    pub(super) times: f64,
    /// How the profile says that ids are written.
    pub(super) form: Option<Form>,
    pub(super) context: Context,
}

impl Cell<'_> {
    pub(super) fn text(&self) -> String {
        self.text.to_owned()
    }

    pub(super) fn id(&self) -> Result<String, String> {
        let id = value::id(self.text)?;
        let id = match self.form {
            None => id,
            // No id of theirs has a colon: this one says itself where it comes from, and names what is known by it.
            Some(Form::Salesforce) if id.contains(':') => return Ok(id),
            Some(Form::Salesforce) => value::salesforce_id(&id),
        };
        Ok(if self.prefix.is_empty() { id } else { format!("{}{id}", self.prefix) })
    }

    pub(super) fn email(&self) -> Result<Option<String>, String> {
        value::email(self.text)
    }

    pub(super) fn domain(&self) -> Result<String, String> {
        domain_name::normalise(self.text).ok_or_else(|| {
            format!("\"{}\" is not a domain; write one, as acme.com", value::brief(self.text))
        })
    }

    const fn signs(&self) -> Signs {
        Signs { semicolons: self.context.semicolons, decimal: self.context.style.decimal }
    }

    const fn reading(&self) -> Reading {
        Reading { zone: self.context.zone, order: self.context.style.order }
    }

    pub(super) fn whole(&self) -> Result<i64, String> {
        value::whole(self.text, self.times, self.signs())
    }

    pub(super) fn headcount(&self) -> Result<i64, String> {
        value::headcount(self.text, self.times, self.signs())
    }

    pub(super) fn number(&self) -> Result<f64, String> {
        Ok(value::number(self.text, self.signs())? * self.times)
    }

    pub(super) fn score(&self) -> Result<u8, String> {
        value::score(self.text, self.signs())
    }

    pub(super) fn flag(&self) -> Result<bool, String> {
        value::flag(self.text)
    }

    pub(super) fn list(&self) -> Vec<String> {
        value::list(self.text)
    }

    pub(super) fn word<T: FromStr<Err = String>>(
        &self,
        others: &[(&str, &str)],
    ) -> Result<T, String> {
        value::word(self.text, others)
    }

    pub(super) fn key(&self, what: &str) -> Result<String, String> {
        value::key(self.text, what)
    }

    pub(super) fn day(&self) -> Result<NaiveDate, String> {
        moment::date_in(self.text, self.reading())
    }

    pub(super) fn instant(&self) -> Result<Instant, String> {
        moment::instant(self.text, self.reading())
    }

    pub(super) fn headlines(&self) -> Result<Vec<Dated>, String> {
        value::headlines(self.text)
    }

    pub(super) fn absences(&self) -> Result<Vec<Absence>, String> {
        value::absences(self.text)
    }

    /// A zone by its IANA name, as the time-zone database spells it.
    pub(super) fn zone(&self) -> Result<String, String> {
        self.text.parse::<Tz>().map(|zone| zone.name().to_owned()).map_err(|_unknown| {
            format!("\"{}\" is not a zone; write it as Europe/Berlin", value::brief(self.text))
        })
    }

    /// Somebody, by e-mail where there is an `@`, else by id or name.
    pub(super) fn person(&self) -> Result<PersonRef, String> {
        if self.text.contains('@') {
            return Ok(PersonRef { email: self.email()?, ..PersonRef::default() });
        }
        Ok(PersonRef {
            external: Some(self.id()?),
            name: Some(self.text()),
            ..PersonRef::default()
        })
    }

    /// An account by id or name, and by domain where the text is one.
    pub(super) fn account(&self, into: &mut AccountRef) -> Result<(), String> {
        into.external = Some(self.id()?);
        into.name = Some(self.text());
        if into.domain.is_none() && !self.text.contains(char::is_whitespace) {
            into.domain = domain_name::normalise(self.text);
        }
        Ok(())
    }
}

/// One thing a column can mean for a kind of draft.
pub(super) struct Field<D: 'static> {
    /// The desk's own header for it.
    pub(super) name: &'static str,
    /// What to write there, in a phrase for the help.
    pub(super) what: &'static str,
    /// Prose: may be four times as long as other cells, and only an empty cell counts as nothing.
    pub(super) prose: bool,
    /// A word of a vocabulary: one without a meaning here is kept as it stands, and the row is taken.
    pub(super) word: bool,
    /// Puts the cell into the draft, or says what is wrong with it.
    pub(super) set: fn(&mut D, &Cell<'_>) -> Result<(), String>,
}

/// Why a row does not make a draft although each of its cells is right: the field that is missing, and the sentence.
pub(super) type Lack = (&'static str, String);

/// A kind of draft under construction.
pub(super) trait Build: Default + 'static {
    /// Everything a column can mean for it.
    const FIELDS: &'static [Field<Self>];
    /// Remembers a value for a record that is new and has none of its own.
    ///
    /// # Errors
    /// The field takes no such value, or not this one.
    fn if_new(&mut self, field: &str, _cell: &Cell<'_>) -> Result<(), String> {
        Err(format!("{field} takes no if_new"))
    }

    /// What the field names may be left out where it is not known.
    fn loosen(&mut self, _field: &str) {}

    /// Keeps a value as it stands, or says that a meaning was found for it.
    fn keep(&mut self, _field: &str, _raw: Option<&str>) {}

    /// The cell holds `raw`, for which the profile has another word.
    fn mapped(&mut self, _field: &str, _raw: &str) {}

    /// Takes the cell of an extra column.
    fn extra(&mut self, _key: &str, _text: &str) {}

    /// The finished draft, once every column is in.
    fn finish(self) -> Result<Draft, Lack>;
}

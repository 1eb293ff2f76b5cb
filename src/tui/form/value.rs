//! What a form is filled with, and the reading of amounts.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::say;
use crate::domain::text;
use crate::domain::time::Instant;

/// What a field holds, once it is right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A text, trimmed.
    Text(String),
    /// A day.
    Day(NaiveDate),
    /// A day and time.
    Moment(Instant),
    /// Whole units of the team's currency.
    Amount(i64),
    /// The key of the one that was chosen.
    One(String),
    /// The keys of those that were chosen.
    Many(Vec<String>),
    /// Yes or no.
    Yes(bool),
}

impl Value {
    /// The value as a command takes it: days as `2026-12-01`, moments as RFC 3339, keys separated by commas.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::Text(text) | Self::One(text) => text.clone(),
            Self::Day(day) => day.to_string(),
            Self::Moment(at) => at.to_string(),
            Self::Amount(amount) => amount.to_string(),
            Self::Many(keys) => keys.join(", "),
            Self::Yes(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        }
    }
}

/// What a form is filled with, by field key. Fields that were left empty are not there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Values(pub BTreeMap<&'static str, Value>);

impl Values {
    /// The text of a field; empty when it was left empty.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        match self.0.get(key) {
            Some(Value::Text(text) | Value::One(text)) => text.clone(),
            _ => String::new(),
        }
    }

    /// The text of a field; none when it was left empty.
    #[must_use]
    pub fn some(&self, key: &str) -> Option<String> {
        Some(self.text(key)).filter(|text| !text.is_empty())
    }

    /// The day of a field.
    #[must_use]
    pub fn day(&self, key: &str) -> Option<NaiveDate> {
        match self.0.get(key) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }

    /// What was chosen in a field of several.
    #[must_use]
    pub fn many(&self, key: &str) -> Vec<String> {
        match self.0.get(key) {
            Some(Value::Many(keys)) => keys.clone(),
            _ => Vec::new(),
        }
    }
}

/// What an amount may look like, for the sentence of a form.
pub const AMOUNT_FORMS: &str = "120000, 120,000, 120k or 1.2m";

/// Reads an amount in whole units, more than zero.
///
/// # Errors
/// A sentence that says what won't do and how to write it.
pub fn parse_amount(typed: &str) -> Result<i64, String> {
    let no = |why: &str| Err(format!("\"{}\" {why}; write {AMOUNT_FORMS}", text::clip(typed, 40)));
    let lower = typed.trim().to_lowercase();
    let bare = lower.trim_start_matches(['$', '€', '£']).trim();
    let (digits, zeros) = match bare.strip_suffix(['k', 'm', 'b']) {
        Some(digits) if bare.ends_with('k') => (digits.trim_end(), 3),
        Some(digits) if bare.ends_with('m') => (digits.trim_end(), 6),
        Some(digits) => (digits.trim_end(), 9),
        None => (bare, 0),
    };
    let (whole, fraction) = match digits.split_once('.') {
        // Without a letter behind it, `1.234` is a thousand and more to half of the world.
        Some(_) if zeros == 0 => return no("can be read in two ways"),
        Some((whole, fraction)) => (whole, fraction.trim_end_matches('0')),
        None => (digits, ""),
    };
    let mut groups = whole.split([',', ' ', '_', '\'']);
    let first = groups.next().unwrap_or_default();
    let grouped = whole.len() > first.len();
    let fits = groups.clone().all(|group| group.len() == 3) && (!grouped || first.len() <= 3);
    let number: String = std::iter::once(first).chain(groups).chain([fraction]).collect();
    let is_number = !first.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number || !fits {
        return no("is not an amount");
    }
    let Some(zeros) = usize::checked_sub(zeros, fraction.len()) else {
        return no("is not a whole amount");
    };
    match format!("{number}{}", "0".repeat(zeros)).parse::<i64>() {
        Ok(0) => no("is nothing"),
        Ok(amount) => Ok(amount),
        Err(_) => no("is more than anybody has"),
    }
}

/// The amount in full, for the sentence under its field: `$1,200,000`.
#[must_use]
pub fn amount_in_full(amount: i64) -> String {
    format!("${}", say::thousands(amount.unsigned_abs()))
}

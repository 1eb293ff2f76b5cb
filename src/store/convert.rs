//! Domain values as SQLite values and back: ids and instants are integers, words their keys, days ISO text, lists JSON.

use std::str::FromStr;

use chrono::NaiveDate;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};

use crate::domain::account::{Relation, Tier};
use crate::domain::clock::{ClockName, ClockState};
use crate::domain::contact::BuyingRole;
use crate::domain::deal::DealStage;
use crate::domain::handoff::{Channel, Claim, Decision, TouchOutcome};
use crate::domain::ids::{AccountId, ContactId, GestureId, HandoffId, PersonId, SignalId};
use crate::domain::person::Role;
use crate::domain::policy::{Class, Warn};
use crate::domain::signal::Source;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;

/// A day or text that the domain does not understand.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotUnderstood(pub(super) String);

/// For values that were read and make no sense to the domain.
pub(super) fn not_understood(message: impl Into<String>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        0,
        Type::Text,
        Box::new(NotUnderstood(message.into())),
    )
}

macro_rules! numbers {
    ($($name:ty),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }
    )+};
}

numbers!(AccountId, ContactId, SignalId, PersonId, HandoffId, GestureId, Instant);

macro_rules! words {
    ($($name:ty),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.key().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                parsed(value)
            }
        }
    )+};
}

words!(
    Tier,
    Relation,
    BuyingRole,
    DealStage,
    Source,
    Role,
    Stage,
    Channel,
    TouchOutcome,
    Claim,
    Class,
    Decision,
    ClockName,
    ClockState
);

/// A value that the domain reads from text.
pub(super) fn parsed<T: FromStr<Err = String>>(value: ValueRef<'_>) -> FromSqlResult<T> {
    value.as_str()?.parse().map_err(|message| FromSqlError::Other(Box::new(NotUnderstood(message))))
}

/// A day, as `2026-12-01`.
#[derive(Clone, Copy, Debug)]
pub(super) struct SqlDay(pub(super) NaiveDate);

impl ToSql for SqlDay {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

impl FromSql for SqlDay {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        day(text).map(Self).map_err(|message| FromSqlError::Other(Box::new(NotUnderstood(message))))
    }
}

/// Reads a day as the store writes it.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::from_str(text).map_err(|error| format!("\"{text}\" is not a day: {error}"))
}

/// A list of texts, as a JSON array.
#[derive(Clone, Debug)]
pub(super) struct List<T>(pub(super) T);

impl ToSql for List<&[String]> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(self.0);
        text.map(ToSqlOutput::from)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
    }
}

impl FromSql for List<Vec<String>> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let list = serde_json::from_str(value.as_str()?);
        list.map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// When a clock's owner is warned, as text: a share is a number, anything else a target.
pub(super) fn warn_text(warn: &Warn) -> String {
    match warn {
        Warn::Share(share) => share.to_string(),
        Warn::At(target) => target.to_string(),
    }
}

/// Reads what [`warn_text`] wrote.
pub(super) fn warn_of(text: &str) -> Result<Warn, String> {
    match text.parse() {
        Ok(share) => Ok(Warn::Share(share)),
        Err(_) => text.parse().map(Warn::At),
    }
}

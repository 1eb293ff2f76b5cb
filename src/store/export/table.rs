//! Rows of facts as objects and back, whatever columns their tables have: what hangs on the store's own ids or is made
//! from other columns is left out, and references get the export's numbers.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row};
use serde_json::{Map, Number, Value as Json};

use super::Numbers;
use crate::domain::ids::{AccountId, ContactId, PersonId};
use crate::store::convert::not_understood;

/// What a column refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Names {
    Person,
    Account,
    Contact,
}

/// A table of facts.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The column that a query gives first.
    id: &'static str,
    /// Columns that are no content.
    without: &'static [&'static str],
    /// Columns that refer to others. A manager keeps the id, since people are numbered after they are read.
    names: &'static [(&'static str, Names)],
    /// Columns that hold lists.
    lists: &'static [&'static str],
}

pub(super) const PERSON: Table = Table {
    name: "person",
    id: "id",
    without: &["id"],
    names: &[],
    lists: &["territories", "segments", "products", "languages"],
};
pub(super) const ACCOUNT: Table = Table {
    name: "account",
    id: "id",
    without: &["id", "changed", "words", "root", "likeness"],
    names: &[("owner", Names::Person)],
    lists: &["technologies"],
};
pub(super) const CONTACT: Table = Table {
    name: "contact",
    id: "id",
    without: &["id", "n", "words"],
    names: &[("account", Names::Account)],
    lists: &[],
};
pub(super) const SIGNAL: Table = Table {
    name: "signal",
    id: "id",
    without: &["id"],
    names: &[("account", Names::Account), ("contact", Names::Contact)],
    lists: &[],
};
pub(super) const DEAL: Table = Table {
    name: "deal",
    id: "id",
    without: &["id"],
    names: &[("account", Names::Account), ("owner", Names::Person)],
    lists: &[],
};

/// Contacts without an account; what domains give is made again.
pub(super) const UNATTACHED: Table = Table {
    name: "unattached",
    id: "id",
    without: &["id", "root", "mail_root"],
    names: &[],
    lists: &[],
};

/// What was told to whom of promises that ran late. The event has its place among those of the export.
pub(super) const ESCALATION: Table = Table {
    name: "escalation",
    id: "event",
    without: &["id", "event", "latest"],
    names: &[("person", Names::Person)],
    lists: &[],
};

/// What stands beside a handoff, one row each.
pub(super) const FROZEN: Table =
    Table { name: "frozen", id: "handoff", without: &["handoff"], names: &[], lists: &["fields"] };

/// What stands beside a gesture that put a policy in force.
pub(super) const ADOPTION: Table = Table {
    name: "adoption",
    id: "gesture",
    without: &["gesture"],
    names: &[],
    lists: &["signed"],
};

impl Table {
    /// Its columns that are content.
    pub(super) fn columns(&self, conn: &Connection) -> rusqlite::Result<Vec<String>> {
        let all: Vec<String> = conn
            .prepare_cached("SELECT name FROM pragma_table_info(?1)")?
            .query_map([self.name], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(all.into_iter().filter(|column| !self.without.contains(&column.as_str())).collect())
    }

    /// A query for its content, the id first.
    pub(super) fn select(&self, conn: &Connection, which: &str) -> rusqlite::Result<String> {
        let columns = self.columns(conn)?.join(", ");
        Ok(format!("SELECT {}, {columns} FROM {} {which}", self.id, self.name))
    }

    /// A row of such a query as an object; what is not known is left out.
    pub(super) fn line(
        &self,
        row: &Row<'_>,
        numbers: &dyn Numbers,
    ) -> rusqlite::Result<Map<String, Json>> {
        let mut line = Map::new();
        for place in 1..row.as_ref().column_count() {
            let column = row.as_ref().column_name(place)?;
            let value = match row.get_ref(place)? {
                ValueRef::Null => continue,
                ValueRef::Integer(number) => self.numbered(column, number, numbers).into(),
                ValueRef::Real(number) => Number::from_f64(number).map_or(Json::Null, Json::Number),
                ValueRef::Text(_) if self.lists.contains(&column) => {
                    let text = row.get_ref(place)?.as_str()?.to_owned();
                    let list: Json = serde_json::from_str(&text)
                        .map_err(|error| not_understood(error.to_string()))?;
                    if list.as_array().is_some_and(Vec::is_empty) {
                        continue;
                    }
                    list
                }
                ValueRef::Text(_) => row.get_ref(place)?.as_str()?.into(),
                ValueRef::Blob(_) => return Err(not_understood("facts hold no bytes")),
            };
            line.insert(column.to_owned(), value);
        }
        Ok(line)
    }

    fn numbered(&self, column: &str, id: i64, numbers: &dyn Numbers) -> i64 {
        match self.names.iter().find(|(name, _)| *name == column) {
            None => id,
            Some((_, Names::Person)) => numbers.person(PersonId(id)).0,
            Some((_, Names::Account)) => numbers.account(AccountId(id)).0,
            Some((_, Names::Contact)) => numbers.contact(ContactId(id)).0,
        }
    }

    /// The value of a column as it is written back.
    pub(super) fn value(&self, column: &str, line: &Map<String, Json>) -> Result<Value, String> {
        Ok(match line.get(column) {
            None | Some(Json::Null) if self.lists.contains(&column) => Value::Text("[]".to_owned()),
            None | Some(Json::Null) => Value::Null,
            Some(Json::Bool(flag)) => Value::Integer(i64::from(*flag)),
            Some(Json::String(text)) => Value::Text(text.clone()),
            Some(Json::Number(number)) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Value::Integer(whole),
                (None, Some(real)) => Value::Real(real),
                (None, None) => return Err(format!("{column}: {number} is no number")),
            },
            Some(list @ (Json::Array(_) | Json::Object(_))) if self.lists.contains(&column) => {
                Value::Text(list.to_string())
            }
            Some(other) => return Err(format!("{column}: {other} can't be read")),
        })
    }
}

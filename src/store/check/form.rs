//! The store's form: its tables, indexes and triggers as the migrations make them. A trigger that is gone leaves roll-ups
//! that stray with the next write, and a text that a disk changed may still be read.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::store::convert::not_understood;
use crate::store::schema;

/// What makes up the form: by kind and name, the statement that makes it.
type Form = BTreeMap<(String, String), String>;

/// Says what is missing, what is otherwise and what is too much.
pub(super) fn differences(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let found = of(conn)?;
    let wanted = wanted(schema::version(conn)?)?;
    let mut told = Vec::new();
    for (key, sql) in &wanted {
        let (kind, name) = key;
        match found.get(key) {
            None => told.push(format!("The {kind} {name} of the store is missing.")),
            Some(found) if found != sql => {
                told.push(format!("The {kind} {name} is not as Handoff Desk makes it."));
            }
            Some(_) => {}
        }
    }
    let more = found.keys().filter(|key| !wanted.contains_key(*key));
    told.extend(more.map(|(kind, name)| {
        format!("The store has a {kind} {} that Handoff Desk did not make.", name.escape_debug())
    }));
    Ok(told)
}

/// The form that a new store of this version has.
fn wanted(version: i64) -> rusqlite::Result<Form> {
    let mut empty = Connection::open_in_memory()?;
    let version = usize::try_from(version).unwrap_or_default();
    schema::migrations()
        .to_version(&mut empty, version)
        .map_err(|error| not_understood(error.to_string()))?;
    of(&empty)
}

/// What SQLite keeps for itself, and what full text is made of, is left out.
fn of(conn: &Connection) -> rusqlite::Result<Form> {
    conn.prepare(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema
         WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'search\\_%' ESCAPE '\\'",
    )?
    .query_map([], |row| {
        // A disk that changes a text may leave one that is none.
        let text = |at: usize| -> rusqlite::Result<String> {
            Ok(String::from_utf8_lossy(row.get_ref(at)?.as_bytes()?).into_owned())
        };
        Ok(((text(0)?, text(1)?), text(2)?))
    })?
    .collect()
}

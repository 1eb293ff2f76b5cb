//! Texts that are none any more: a bit that a disk turned over leaves a file that SQLite finds in order, and a row that
//! nobody can read.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::domain::text;

/// Says for each text of the store that is not UTF-8 where it stands. The record is left out: its hashes say so.
pub(super) fn damaged(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut tables = conn.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
             AND name NOT LIKE 'search%' AND name NOT IN ('event', 'gesture') ORDER BY rowid",
    )?;
    let tables: Vec<String> =
        tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut found = Vec::new();
    for table in tables {
        of_table(conn, &table, &mut found)?;
    }
    Ok(found)
}

fn of_table(conn: &Connection, table: &str, found: &mut Vec<String>) -> rusqlite::Result<()> {
    // Columns that are computed only repeat what the others hold.
    let mut columns = conn.prepare(
        "SELECT name, type = 'TEXT', pk > 0 FROM pragma_table_xinfo(?1) WHERE hidden = 0",
    )?;
    let columns: Vec<(String, bool, bool)> = columns
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let texts: Vec<&str> =
        columns.iter().filter(|(_, text, _)| *text).map(|(name, ..)| name.as_str()).collect();
    if texts.is_empty() {
        return Ok(());
    }
    let keys = columns.iter().filter(|(.., key)| *key).map(|(name, ..)| name.as_str());
    let all: Vec<String> =
        texts.iter().copied().chain(keys).map(|name| format!("\"{name}\"")).collect();
    let mut statement = conn.prepare(&format!("SELECT {} FROM \"{table}\"", all.join(", ")))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for (at, column) in texts.iter().enumerate() {
            let ValueRef::Text(bytes) = row.get_ref(at)? else { continue };
            if std::str::from_utf8(bytes).is_ok() {
                continue;
            }
            let keys: Vec<String> = (texts.len()..all.len())
                .map(|at| Ok(shown(row.get_ref(at)?)))
                .collect::<rusqlite::Result<_>>()?;
            found.push(format!(
                "The file is damaged: {column} of {table} {} is no text any more.",
                keys.join(" ")
            ));
        }
    }
    Ok(())
}

/// A key, as far as it can be read.
fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(bytes) => text::safe(&String::from_utf8_lossy(bytes)).into_owned(),
        _ => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("UPDATE t SET word = CAST(x'C3' AS TEXT) WHERE id = 2", &["word of t 2"])]
    #[case("UPDATE t SET word = CAST(x'61FF62' AS TEXT), other = CAST(x'80' AS TEXT)", &["word of t 1", "other of t 1", "word of t 2", "other of t 2"])]
    #[case("UPDATE w SET key = CAST(x'41FF' AS TEXT)", &["key of w A\u{fffd} 5"])]
    #[case("UPDATE t SET blob = x'C3'", &[])]
    #[case("UPDATE t SET word = 'Zürich' || char(0) || '東京'", &[])]
    fn names_what_is_no_text(#[case] damage: &str, #[case] wanted: &[&str]) {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, other TEXT NOT NULL, blob BLOB) STRICT;
             CREATE TABLE w (key TEXT, n INTEGER, PRIMARY KEY (key, n)) STRICT, WITHOUT ROWID;
             CREATE TABLE event (note TEXT) STRICT;
             INSERT INTO t VALUES (1, 'a', 'b', NULL), (2, NULL, 'd', x'00');
             INSERT INTO w VALUES ('key', 5);
             INSERT INTO event VALUES (CAST(x'FF' AS TEXT));",
        )
        .unwrap();
        assert_eq!(damaged(&conn).unwrap(), Vec::<String>::new());
        conn.execute_batch(damage).unwrap();
        let wanted: Vec<String> = wanted
            .iter()
            .map(|place| format!("The file is damaged: {place} is no text any more."))
            .collect();
        assert_eq!(damaged(&conn).unwrap(), wanted);
    }
}

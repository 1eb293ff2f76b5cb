//! What the store checks of each row that it writes.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::*;

/// Names that a statement gives back.
fn names(conn: &Connection, sql: &str) -> Vec<String> {
    let mut select = conn.prepare(sql).unwrap();
    select.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

/// Tables that a statement makes for itself while it runs.
fn made(conn: &Connection, sql: &str) -> usize {
    let mut explain = conn.prepare(&format!("EXPLAIN {sql}")).unwrap();
    let steps = explain.query_map([7], |row| row.get::<_, String>(1)).unwrap();
    steps.filter(|step| step.as_deref() == Ok("OpenEphemeral")).count()
}

/// SQLite makes a table of an IN list of three and more, anew for each row that a check looks at.
#[test]
fn no_row_is_checked_by_a_table_made_for_it() {
    let home = Home::new();
    drop(home.store(1));
    // To write: of what can only be read, no check is made.
    let conn = Connection::open(home.path()).unwrap();
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false).unwrap();
    assert_eq!(made(&conn, "UPDATE person SET name = 'x' WHERE role IN ('ae', 'sdr', ?1)"), 1);
    let tables = names(
        &conn,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    assert!(tables.len() > 30, "{tables:?}");
    for table in tables {
        let columns = names(&conn, &format!("SELECT name FROM pragma_table_info('{table}')"));
        let values = vec!["?1"; columns.len()].join(", ");
        let insert = format!("INSERT INTO {table} ({}) VALUES ({values})", columns.join(", "));
        assert_eq!(made(&conn, &insert), 0, "{table}: {insert}");
    }
}

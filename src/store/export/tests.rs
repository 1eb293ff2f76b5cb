//! No table is forgotten.

use super::*;

/// What an export says, by table.
const SAID: &[&str] = &[
    "person",
    "absence",
    "account",
    "happening",
    "alias",
    "contact",
    "signal",
    "deal",
    "unattached",
    "kept",
    "handoff",
    "handoff_key",
    "field",
    "outcome_field",
    "decision",
    "touch",
    "clock",
    "pause",
    "frozen",
    "assignment",
    "escalation",
    "adoption",
    "gesture",
    "event",
];

#[test]
fn every_table_is_exported_or_left_out_on_purpose() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create(&dir.path().join("desk.db")).unwrap();
    let tables: Vec<String> = store
        .read(|conn| {
            conn.prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
        })
        .unwrap();
    let left_out = |table: &str| LEFT_OUT.iter().any(|(name, _)| *name == table);
    let missing: Vec<_> = tables
        .iter()
        .filter(|table| !table.starts_with("search_"))
        .filter(|table| !SAID.contains(&table.as_str()) && !left_out(table))
        .collect();
    assert!(
        missing.is_empty(),
        "store/export.rs doesn't know {missing:?}: write them into the export and read them in export/restore.rs, or, \
         where the rest says the same already, name them in LEFT_OUT"
    );
}

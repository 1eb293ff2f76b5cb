//! Opening, and everything that a file may be instead of a store.

use super::*;

#[test]
fn a_new_store_opens_and_its_triggers_keep_search_and_tallies() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b/desk.db");
    let mut store = Store::create(&path).unwrap();
    assert_eq!(store.read_only(), None);
    let number = |store: &Store, sql: &str| {
        store.read(|conn| conn.query_row(sql, [], |row| row.get::<_, i64>(0))).unwrap()
    };
    store
        .write(|tx| {
            tx.execute_batch(
                "INSERT INTO person (name, role, active) VALUES ('Sam', 'ae', 1);
                 INSERT INTO account (name, tier, tier_by_hand, relation, on_tal, changed, words)
                 VALUES ('Acme', '1', 0, 'new', 1, 0, ' acme acme.com');
                 INSERT INTO handoff (version, account, kind, stage, open, tier, score, source, reason, at_created,
                                      next_due, next_clock, company, words)
                 VALUES (1, 1, 'tier1', 'flagged', 1, '1', 50, 'campaign', 'x', 5, 10, 'deliver', 'Acme', ' acme');",
            )
            .map_err(StoreError::from)
        })
        .unwrap();
    assert_eq!(number(&store, "SELECT rowid FROM search WHERE search MATCH 'ac*'"), 1);
    assert_eq!(number(&store, "SELECT n FROM tally WHERE stage = 'flagged'"), 1);
    store
        .write(|tx| {
            tx.execute_batch(
                "UPDATE handoff SET stage = 'assigned', assignee = 1;
                 UPDATE account SET name = 'Zenith', words = ' zenith';",
            )
            .map_err(StoreError::from)
        })
        .unwrap();
    assert_eq!(number(&store, "SELECT n FROM tally WHERE stage = 'flagged'"), 0);
    assert_eq!(
        number(&store, "SELECT n FROM tally_assignee WHERE stage = 'assigned' AND assignee = 1"),
        1
    );
    assert_eq!(number(&store, "SELECT count(*) FROM search WHERE search MATCH 'ac*'"), 0);
    assert_eq!(
        number(
            &store,
            "SELECT count(*) FROM handoff WHERE company = 'zenith' AND words = ' zenith'"
        ),
        1
    );
}

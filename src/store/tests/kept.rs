//! What the triggers keep: search, roll-ups, what handoffs repeat of their account.

use super::*;

fn run(store: &mut Store, sql: &str) {
    store.write(|tx| tx.execute_batch(sql).map_err(StoreError::from)).unwrap();
}

#[test]
fn a_new_store_opens_and_its_triggers_keep_search_and_tallies() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b/desk.db");
    let mut store = Store::create(&path).unwrap();
    assert_eq!(store.read_only(), None);
    run(
        &mut store,
        "INSERT INTO person (name, role, active) VALUES ('Sam', 'ae', 1);
         INSERT INTO account (name, tier, tier_by_hand, relation, on_tal, changed, words)
         VALUES ('Acme', '1', 0, 'new', 1, 0, ' acme acme.com');
         INSERT INTO contact (account, n, name, role, authority, do_not_call, opted_out, words)
         VALUES (1, 1, 'Jane Doe', 'unknown', 0, 0, 0, ' jane doe');
         INSERT INTO handoff (version, account, kind, stage, open, tier, score, source, reason, at_created,
                              next_due, next_clock, next_started, next_warn, company)
         VALUES (1, 1, 'tier1', 'flagged', 1, '1', 50, 'campaign', 'x', 5, 10, 'deliver', 5, 8, 'Acme');",
    );
    assert_eq!(number(&store, "SELECT rowid FROM search WHERE search MATCH 'ac*'"), 1 << 16);
    assert_eq!(number(&store, "SELECT rowid FROM search WHERE search MATCH 'jane'"), (1 << 16) | 1);
    assert_eq!(number(&store, "SELECT n FROM tally WHERE stage = 'flagged'"), 1);
    assert_eq!(number(&store, "SELECT account FROM unjudged"), 1);
    run(
        &mut store,
        "UPDATE handoff SET stage = 'assigned', assignee = 1;
         UPDATE account SET name = 'Zenith', relation = 'customer', words = ' zenith';
         UPDATE contact SET words = ' jane roe';",
    );
    assert_eq!(number(&store, "SELECT n FROM tally WHERE stage = 'flagged'"), 0);
    assert_eq!(
        number(&store, "SELECT n FROM tally_assignee WHERE stage = 'assigned' AND assignee = 1"),
        1
    );
    assert_eq!(number(&store, "SELECT count(*) FROM search WHERE search MATCH 'ac* OR doe'"), 0);
    assert_eq!(
        number(
            &store,
            "SELECT count(*) FROM handoff WHERE company = 'zenith' AND relation = 'customer'"
        ),
        1
    );
}

/// How far what the triggers keep is from what it is when counted from the beginning.
const SUCCESS: &str = "
    WITH kept AS (SELECT sector, band, person, won, closed FROM success WHERE closed > 0),
         ended AS (
            SELECT account, owner AS person, stage = 'won' AS won FROM deal
                WHERE owner IS NOT NULL AND stage IN ('won', 'lost')
            UNION ALL
            SELECT account, assignee, code = 'WON' FROM handoff
                WHERE stage = 'closed' AND class = 'close' AND assignee IS NOT NULL),
         counted AS (
            SELECT coalesce(sector, ''), coalesce(band, ''), person, sum(won), count(*)
            FROM ended LEFT JOIN account ON account.id = ended.account GROUP BY 1, 2, 3)
    SELECT (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted))
         + (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept))";

#[test]
fn what_people_won_is_kept_through_every_change() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("desk.db")).unwrap();
    run(
        &mut store,
        "INSERT INTO person (name, role, active) VALUES ('Sam', 'ae', 1), ('Kim', 'ae', 1);
         INSERT INTO account (name, industry, employees, tier, tier_by_hand, relation, on_tal, changed)
         VALUES ('Acme', 'Software', 49, '1', 0, 'new', 1, 0), ('Globex', NULL, NULL, '1', 0, 'new', 1, 0);",
    );
    let steps = [
        "INSERT INTO deal (external, account, owner, stage) VALUES
            ('a', 1, 1, 'won'), ('b', 1, 1, 'lost'), ('c', NULL, 2, 'won'), ('d', 1, NULL, 'won'),
            ('e', 2, 2, 'engaging')",
        "UPDATE deal SET stage = 'lost' WHERE external IN ('a', 'e')",
        "UPDATE deal SET stage = 'won', owner = 2 WHERE external = 'a'",
        "UPDATE deal SET account = 2 WHERE external IN ('b', 'c')",
        "UPDATE account SET employees = 50, industry = 'software' WHERE id = 1",
        "INSERT INTO handoff (version, account, kind, stage, open, tier, score, source, reason, at_created, next_due,
                              company, assignee, code, class, outcome_by, outcome_at)
         VALUES (1, 2, 'tier1', 'closed', 0, '1', 50, 'campaign', 'x', 5, 9223372036854775807, 'Globex', 1, 'WON',
                 'close', 1, 1)",
        "UPDATE account SET employees = 1000, industry = 'Retail' WHERE id = 2",
        "UPDATE handoff SET code = 'LOST'",
        "UPDATE handoff SET stage = 'nurture'",
        "UPDATE handoff SET stage = 'closed', assignee = 2",
        "DELETE FROM handoff",
        "DELETE FROM deal WHERE external < 'd'",
    ];
    for step in steps {
        run(&mut store, step);
        assert_eq!(number(&store, SUCCESS), 0, "{step}");
    }
    assert_eq!(number(&store, "SELECT closed FROM success WHERE closed > 0"), 1);
}

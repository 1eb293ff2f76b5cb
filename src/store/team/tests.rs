//! The team of a small store, counted by hand.

use rstest::rstest;

use super::*;
use crate::store::Access;
use crate::store::testing::{NOW, full};

fn store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("desk.db")).unwrap();
    let day = |days: i64| NOW.0 - days * DAY;
    let sql = format!(
        "INSERT INTO person (name, email, role, active) VALUES
            ('Sam Ortiz', 'sam@desk.example', 'ae', 1), ('Dana Reyes', NULL, 'ae', 1), ('Kim Park', NULL, 'ae', 0);
         INSERT INTO account (external, name, domain, industry, employees, tier, tier_by_hand, relation, on_tal, changed)
         VALUES ('crm:7', 'Acme', 'acme.com', 'Software', 40, '1', 0, 'new', 0, 0),
                (NULL, 'Globex', 'globex.com', 'software', 600, '1', 0, 'new', 0, 0),
                (NULL, 'Twin', 'twin.com', NULL, NULL, '1', 0, 'new', 0, 0),
                (NULL, 'Twin', 'twin.org', 'Retail', 40, '1', 0, 'new', 0, 0);
         UPDATE account SET root = domain;
         INSERT INTO deal (external, account, owner, stage) VALUES
            ('1', 1, 1, 'won'), ('2', 1, 1, 'lost'), ('3', 2, 1, 'won'), ('4', 4, 1, 'lost'), ('5', 3, 1, 'won'),
            ('6', 1, 2, 'won'), ('7', 1, 2, 'engaging'), ('8', NULL, 2, 'lost');
         INSERT INTO handoff (version, account, kind, stage, open, tier, score, source, reason, at_created, next_due,
                              next_clock, next_started, next_warn, company, assignee, paused, held_late, at_given,
                              at_first_touch)
         VALUES (1, 1, 'a', 'working', 1, '1', 1, 'event', 'x', 0, {late}, 'work', 0, 0, 'Acme', 1, 0, 0, {d2}, {d1}),
                (1, 1, 'b', 'working', 1, '1', 1, 'event', 'x', 0, {never}, NULL, NULL, NULL, 'Acme', 1, 1, 1, {d40},
                 {d30}),
                (1, 2, 'a', 'accepted', 1, '1', 1, 'event', 'x', 0, {soon}, 'work', 0, 0, 'Globex', 1, 1, 0, {d29}, NULL),
                (1, 2, 'b', 'returned', 1, '1', 1, 'event', 'x', 0, {late}, 'fix', 0, 0, 'Globex', 2, 0, 0, NULL, NULL),
                (1, 2, 'c', 'closed', 0, '1', 1, 'event', 'x', 0, {never}, NULL, NULL, NULL, 'Globex', 2, 0, 0, NULL,
                 NULL);
         INSERT INTO assignment (person, handoff, at) VALUES (1, 1, {d2}), (1, 2, {d40}), (1, 3, {d29}), (1, 5, {d30});",
        late = NOW.0 - 1,
        soon = NOW.0 + 1,
        never = i64::MAX,
        d1 = day(1),
        d2 = day(2),
        d29 = day(29),
        d30 = day(30),
        d40 = day(40),
    );
    store.write(|tx| tx.execute_batch(&sql).map_err(StoreError::from)).unwrap();
    (dir, store)
}

#[test]
fn the_team_is_told_with_what_it_carries() {
    let (_dir, store) = store();
    let team = store.team(NOW, NOW).unwrap();
    let told: Vec<_> = team
        .iter()
        .map(|row| {
            (row.person.name.as_str(), row.open, row.breached, row.assigned_30d, row.first_touch)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Dana Reyes", 0, 1, 0, None),
            ("Kim Park", 0, 0, 0, None),
            // One past due and one that was when it was held; 30 days ago to the millisecond is not in 30 days.
            ("Sam Ortiz", 3, 2, 2, Some(10 * DAY)),
        ]
    );
    assert_eq!(team[2].last_assigned, Some(Instant(NOW.0 - 2 * DAY)));
}

/// Whole days come from the roll-up, the day that a time begins in from the list: together they are the list's own count,
/// wherever in a day the time begins.
#[test]
fn what_was_given_is_counted_by_the_day_and_to_the_millisecond() {
    let (_dir, mut store) = store();
    let midnight = NOW.0.div_euclid(DAY) * DAY;
    let edges = [-1, 0, 1].map(|by| midnight + by);
    let given = [0, 6, 7, 30].into_iter().flat_map(|back| edges.map(|at| at - back * DAY));
    let given: Vec<i64> = given.chain([NOW.0 - 7 * DAY, NOW.0 - 30 * DAY, NOW.0]).collect();
    store
        .write(|tx| {
            for at in &given {
                tx.execute("INSERT INTO assignment (person, handoff, at) VALUES (2, 5, ?1)", [at])?;
            }
            // One that is taken back doesn't count.
            tx.execute("DELETE FROM assignment WHERE person = 2 AND at = ?1", [midnight])?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let counts = |since: i64| given.iter().filter(|at| **at >= since && **at != midnight).count();
    for week in edges.into_iter().chain(edges.map(|at| at - 7 * DAY)).chain([NOW.0]) {
        let has = store.in_hand(Instant(week)).unwrap();
        let has = has.iter().find(|has| has.person == PersonId(2)).map_or(0, |has| has.week);
        assert_eq!(has as usize, counts(week), "since {week}");
    }
    for now in [NOW.0, midnight - 1, midnight, midnight + 1] {
        let loads = store.loads(&Account::default(), Instant(now), Instant(midnight)).unwrap();
        let load = loads[&PersonId(2)].0;
        assert_eq!(load.assigned_30d as usize, counts(now - RECENT + 1), "30 days before {now}");
        assert_eq!(load.this_week as usize, counts(midnight));
    }
}

/// What everybody carries is read anew when somebody writes, here or elsewhere, and when the minute or the week turns.
#[test]
fn what_everybody_carries_is_remembered_until_it_may_differ() {
    let (_dir, mut store) = store();
    let mut other = Store::open(store.path(), Access::ReadWrite).unwrap();
    let give = |store: &mut Store, at: i64| {
        let sql = "INSERT INTO assignment (person, handoff, at) VALUES (1, 1, ?1)";
        store.write(|tx| tx.execute(sql, [at]).map_err(StoreError::from)).unwrap();
    };
    let month = |store: &Store, now: Instant, week: Instant| {
        store.carried(now, week).unwrap()[&PersonId(1)].assigned_30d
    };
    let later = |ms: i64| Instant(NOW.0 + ms);
    give(&mut store, NOW.0 + 1 - 30 * DAY);
    assert_eq!(month(&store, NOW, NOW), 3);
    assert_eq!(month(&store, later(1), NOW), 3, "not read anew in the same minute");
    assert_eq!(month(&store, later(1), later(1)), 2, "in another week");
    assert_eq!(month(&store, NOW, NOW), 3);
    assert_eq!(month(&store, later(MINUTE), NOW), 2, "in another minute");
    give(&mut store, NOW.0);
    assert_eq!(month(&store, later(MINUTE), NOW), 3, "after a write here");
    give(&mut other, NOW.0);
    assert_eq!(month(&store, later(MINUTE), NOW), 4, "after a write elsewhere");
}

#[rstest]
#[case(Some("SOFTWARE"), Some(49), (1, 2), (1, 1))]
#[case(Some("software"), Some(250), (1, 1), (0, 0))]
#[case(Some("software"), None, (0, 0), (0, 0))]
#[case(Some("retail"), Some(1), (0, 1), (0, 0))]
#[case(Some("mining"), Some(40), (0, 0), (0, 0))]
#[case(None, Some(40), (0, 0), (0, 0))]
#[case(None, None, (0, 0), (0, 0))]
fn similar_is_of_the_same_industry_and_size(
    #[case] industry: Option<&str>,
    #[case] employees: Option<i64>,
    #[case] sam: (u32, u32),
    #[case] dana: (u32, u32),
) {
    let (_dir, store) = store();
    let account =
        Account { industry: industry.map(str::to_owned), employees, ..Account::default() };
    let loads = store.loads(&account, NOW, NOW).unwrap();
    assert_eq!(loads.len(), 3);
    let (load, record) = loads[&PersonId(1)];
    assert_eq!((load.open, load.assigned_30d), (3, 2));
    assert_eq!((record.won, record.closed), (3, 5));
    assert_eq!((record.similar_won, record.similar_closed), sam);
    let other = loads[&PersonId(2)].1;
    assert_eq!((other.won, other.closed), (1, 2));
    assert_eq!((other.similar_won, other.similar_closed), dana);
    let in_industry = match industry.map(str::to_lowercase).as_deref() {
        Some("software") => 3,
        Some("retail") => 1,
        _ => 0,
    };
    assert_eq!(record.industry_closed, in_industry);
}

#[rstest]
#[case("A-2", Some(2))]
#[case(" 2 ", Some(2))]
#[case("crm:7", Some(1))]
#[case("ACME.com", Some(1))]
#[case("acme", Some(1))]
#[case("twin", None)]
#[case("twin.org", Some(4))]
#[case("A-99", None)]
#[case("", None)]
#[case("nobody", None)]
fn accounts_are_found_by_their_keys(#[case] text: &str, #[case] want: Option<i64>) {
    let (_dir, store) = store();
    assert_eq!(store.find_account(text).unwrap(), want.map(AccountId));
}

#[test]
fn a_full_store_tells_the_same_as_counting() {
    let full = full(300);
    for row in full.store.team(NOW, NOW).unwrap() {
        let count = |what: &str| -> u32 {
            let sql = format!(
                "SELECT count(*) FROM handoff WHERE assignee = {} AND {what}",
                row.person.id.0
            );
            full.store.read(|conn| conn.query_row(&sql, [], |row| row.get(0))).unwrap()
        };
        let late = format!("open = 1 AND (next_due <= {} OR held_late = 1)", NOW.0);
        assert_eq!(row.breached, count(&late));
        assert_eq!(
            row.open,
            count("stage IN ('assigned', 'accepted', 'working', 'engaged', 'opportunity')")
        );
    }
}

//! Backups, the doctor, migrations, and desks that write at once.

use std::fs;
use std::time::Duration;

use proptest::prelude::*;
use rstest::rstest;
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use super::*;

fn flag(store: &mut Store, n: u64, accounts: std::ops::RangeInclusive<i64>) {
    let items = accounts.map(|account| {
        let new = flagged(account);
        item(&new, "flag", vec![Change::Created(Box::new(new.clone()))])
    });
    store.commit(write(n, MAYA, items.collect())).unwrap();
}

fn note(store: &mut Store, n: u64, id: HandoffId) -> Result<Committed, CommitError> {
    let handoff = store.handoff(id).unwrap().unwrap();
    let from = handoff.brief.clone();
    store.commit(write(
        n,
        SAM,
        vec![item(&handoff, "brief", vec![Change::Briefed { from, to: Some(n.to_string()) }])],
    ))
}

fn findings(store: &Store) -> Vec<String> {
    store.check(&mut |_| ()).unwrap().findings.into_iter().map(|finding| finding.what).collect()
}

#[test]
fn a_backup_is_private_verified_and_opens_as_a_store() {
    let home = Home::new();
    let mut store = home.store(3);
    flag(&mut store, 10, 1..=3);
    let target = home.0.path().join("it's a backup.db");
    schema::private_file(&beside(&target, ".partial")).unwrap();
    let backup = store.backup(&target).unwrap();
    assert_eq!((backup.accounts, backup.handoffs, backup.events), (3, 3, 6));
    assert_eq!(mode(&target), 0o600);
    assert!(!beside(&target, ".partial").exists());
    assert_eq!(store.backup(&target).unwrap_err().kind, StoreErrorKind::Exists);
    let mut restored = Store::open(&target, Access::ReadWrite).unwrap();
    assert_eq!(restored.uuid().unwrap(), store.uuid().unwrap());
    assert_eq!(restored.handoff(HandoffId(2)).unwrap(), store.handoff(HandoffId(2)).unwrap());
    assert_eq!(findings(&restored), [] as [&str; 0]);
    note(&mut restored, 11, HandoffId(2)).unwrap();
    let missing = home.0.path().join("no/such/folder.db");
    assert_eq!(store.backup(&missing).unwrap_err().kind, StoreErrorKind::NoFolder);
}

#[test]
fn a_store_that_cannot_be_written_can_be_backed_up() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    drop(home.store(3));
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o400)).unwrap();
    let store = home.open();
    assert!(store.read_only().is_some());
    assert_eq!(store.backup(&home.0.path().join("copy")).unwrap().accounts, 3);
}

#[test]
fn a_backup_under_load_holds_all_that_was_answered_before_it() {
    let home = Home::new();
    let mut store = home.store(1);
    flag(&mut store, 10, 1..=1);
    let reader = Store::open(&home.path(), Access::ReadOnly).unwrap();
    let answered = std::sync::atomic::AtomicI64::new(0);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 100..5_000 {
                let done = note(&mut store, n, HandoffId(1)).unwrap();
                answered.store(done.handoffs[0].1, std::sync::atomic::Ordering::SeqCst);
                if stop.load(std::sync::atomic::Ordering::SeqCst) {
                    break;
                }
            }
        });
        for n in 0..5 {
            let before = answered.load(std::sync::atomic::Ordering::SeqCst);
            let target = home.0.path().join(format!("backup {n}"));
            reader.backup(&target).unwrap();
            let copy = Store::open(&target, Access::ReadWrite).unwrap();
            assert!(copy.handoff(HandoffId(1)).unwrap().unwrap().version >= before);
        }
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
    });
}

/// What somebody with a shell and the file can do, and what the doctor says of it.
#[rstest]
#[case("", &[])]
#[case("UPDATE event SET note = 'never said' WHERE seq = 4", &["Event 4 is not as it was written."])]
#[case("UPDATE event SET actor = NULL WHERE seq = 5", &["Event 5 is not as it was written."])]
#[case(
    "UPDATE gesture SET label = 'something else' WHERE id = 3",
    &["Event 6 is not as it was written.", "Event 7 is not as it was written."]
)]
#[case(
    "DELETE FROM event WHERE seq = 6",
    &["H-1 has 2 events, and the last is number 3.", "Event 7 does not follow the event before it.",
      "Event 7 is not as it was written."]
)]
#[case(
    "DELETE FROM event WHERE seq = 7",
    &["The record ends at event 6, and 7 were written.", "H-1 stands otherwise than its record says."]
)]
#[case("UPDATE handoff SET reason = 'better' WHERE id = 2", &["H-2 stands otherwise than its record says."])]
#[case(
    "UPDATE tally SET n = 9",
    &["The count of handoffs flagged, tier 1, type tier1 is 9, and there are 2."]
)]
#[case(
    "DELETE FROM clock WHERE handoff = 2",
    &["H-2 says it is due at 1795086400000, and its clocks say 9223372036854775807.",
      "H-2 stands otherwise than its record says."]
)]
#[case(
    "UPDATE handoff SET next_due = 9223372036854775807, next_clock = NULL, next_started = NULL, next_warn = NULL
         WHERE id = 2",
    &["H-2 is open, and nobody owes anything on it", "H-2 says it is due at 9223372036854775807"]
)]
#[case("UPDATE handoff SET company = 'Other' WHERE id = 1", &["H-1 shows another company"])]
#[case(
    "PRAGMA foreign_keys = OFF; UPDATE handoff SET contact = 99 WHERE id = 1",
    &["handoff 1 names a contact that isn't there.", "H-1 stands otherwise than its record says."]
)]
fn the_doctor_finds_what_was_done_outside(#[case] sql: &str, #[case] want: &[&str]) {
    let home = Home::new();
    let mut store = home.store(2);
    // Events 1 to 3 are the people, 4 and 5 the creations, 6 and 7 one gesture.
    flag(&mut store, 10, 1..=2);
    let first = store.handoff(HandoffId(1)).unwrap().unwrap();
    let second = Handoff { version: 2, brief: Some("a".into()), ..first.clone() };
    let brief = |from: &Handoff, to: &str| Change::Briefed {
        from: from.brief.clone(),
        to: Some(to.into()),
    };
    let items = vec![
        item(&first, "brief", vec![brief(&first, "a")]),
        item(&second, "brief", vec![brief(&second, "b")]),
    ];
    store.commit(write(11, DANA, items)).unwrap();
    drop(store);
    // Whoever is careful puts back what was in the way.
    let raw = Connection::open(home.path()).unwrap();
    let guards: String = raw
        .query_row(
            "SELECT group_concat(sql, ';') FROM sqlite_schema WHERE name GLOB '*_no_*' AND type = 'trigger'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    raw.execute_batch(
        "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; DROP TRIGGER gesture_no_update;
         DROP TRIGGER gesture_no_delete;",
    )
    .unwrap();
    raw.execute_batch(sql).unwrap();
    raw.execute_batch(&guards).unwrap();
    drop(raw);
    let found = findings(&home.open());
    assert_eq!(found.len(), want.len(), "{found:#?}");
    for (found, want) in found.iter().zip(want) {
        assert!(found.starts_with(want), "{found}\n{want}");
    }
}

#[test]
fn the_doctor_names_loose_files_and_damage() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let mut store = home.store(200);
    flag(&mut store, 10, 1..=200);
    fs::set_permissions(beside(&home.path(), ".next"), fs::Permissions::from_mode(0o644)).unwrap();
    let found = findings(&store);
    assert!(matches!(&found[..], [one] if one.contains("desk.db.next")), "{found:?}");
    let page: u64 =
        number(&store, "SELECT rootpage FROM sqlite_schema WHERE name = 'handoff'").unsigned_abs();
    drop(store);
    let mut bytes = fs::read(home.path()).unwrap();
    let at = (page as usize - 1) * 4096;
    bytes[at..at + 1000].fill(0x77);
    fs::write(home.path(), bytes).unwrap();
    let store = home.open();
    let checked = store.check(&mut |_| ()).unwrap();
    assert!(checked.findings.iter().any(|finding| finding.what.contains("damaged")), "{checked:?}");
    let refused = store.backup(&home.0.path().join("copy")).unwrap_err();
    assert!(matches!(refused.kind, StoreErrorKind::Damaged(_)), "{refused}");
    assert!(!home.0.path().join("copy").exists());
}

#[test]
fn the_doctor_names_what_is_not_as_a_new_store_has_it() {
    let home = Home::new();
    let mut store = home.store(5);
    flag(&mut store, 10, 1..=5);
    assert_eq!(findings(&store), [] as [&str; 0]);
    drop(store);
    let other = rusqlite::Connection::open(home.path()).unwrap();
    other
        .execute_batch(
            "DROP TRIGGER tally_update; DROP INDEX handoff_due; CREATE INDEX handoff_due ON handoff (next_due);
             CREATE TABLE mine (x)",
        )
        .unwrap();
    drop(other);
    assert_eq!(
        findings(&home.open()),
        [
            "The index handoff_due is not as Handoff Desk makes it.",
            "The trigger tally_update of the store is missing.",
            "The store has a table mine that Handoff Desk did not make.",
        ]
    );
}

#[test]
fn desks_that_write_at_once_lose_nothing_and_overwrite_nothing() {
    const EACH: u64 = 25;
    let home = Home::new();
    let mut store = home.store(1);
    flag(&mut store, 10, 1..=1);
    let conflicts: u64 = std::thread::scope(|scope| {
        let desks = [1_000, 2_000, 3_000].map(|base| {
            let mut desk = home.open();
            scope.spawn(move || {
                let mut conflicts = 0;
                for n in 0..EACH {
                    loop {
                        match note(&mut desk, base + n, HandoffId(1)) {
                            Ok(done) => break assert!(!done.repeated),
                            Err(CommitError::Conflict { .. }) => conflicts += 1,
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
                conflicts
            })
        });
        desks.into_iter().map(|desk| desk.join().unwrap()).sum()
    });
    assert_eq!(store.handoff(HandoffId(1)).unwrap().unwrap().version, 1 + 3 * EACH as i64);
    assert!(conflicts > 0, "the desks never met");
    assert_eq!(findings(&store), [] as [&str; 0]);
}

#[test]
fn the_log_stays_small_while_a_desk_looks_on() {
    let home = Home::new();
    let mut store = home.store(1);
    let reader = Store::open(&home.path(), Access::ReadOnly).unwrap();
    flag(&mut store, 10, 1..=1);
    for n in 100..400 {
        note(&mut store, n, HandoffId(1)).unwrap();
        reader.handoffs(&[HandoffId(1)]).unwrap();
    }
    let log = fs::metadata(beside(&home.path(), "-wal")).unwrap().len();
    assert!(log < 8 << 20, "{log} bytes");
}

#[test]
fn whoever_tidies_later_writes_on_and_copies_the_log_back_when_asked() {
    let home = Home::new();
    let mut store = home.store(1);
    flag(&mut store, 10, 1..=1);
    store.copy_later();
    let log = || fs::metadata(beside(&home.path(), "-wal")).unwrap().len();
    for n in 100..300 {
        note(&mut store, n, HandoffId(1)).unwrap();
    }
    let long = log();
    assert!(long > 5 << 20, "no write copied it back: {long} bytes");
    store.tidy();
    for n in 300..350 {
        note(&mut store, n, HandoffId(1)).unwrap();
    }
    assert_eq!(log(), long, "it begins anew");
}

#[test]
fn a_turn_that_never_comes_is_not_waited_for_forever() {
    let home = Home::new();
    let mut store = home.store(1);
    let held = fs::OpenOptions::new().write(true).open(beside(&home.path(), ".write")).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    flag(&mut store, 10, 1..=1);
}

#[test]
fn a_migration_leaves_a_copy_of_what_was_and_three_are_kept() {
    let home = Home::new();
    let path = home.path();
    schema::private_file(&path).unwrap();
    let mut conn = Connection::open(&path).unwrap();
    let all: Vec<_> = [
        "CREATE TABLE a (x)",
        "CREATE TABLE b (x)",
        "CREATE TABLE c (x)",
        "CREATE TABLE d (x)",
        "no SQL",
    ]
    .map(M::up)
    .into();
    for last in 1..=4_usize {
        let steps = Migrations::new(all[..last].to_vec());
        schema::migrate(&mut conn, &path, &steps, last as i64).unwrap();
        conn.execute("INSERT INTO a VALUES (?1)", [last as i64]).unwrap();
    }
    let copy = |n| beside(&path, &format!(".v{n}.bak"));
    let rows = |n| {
        let conn = Connection::open(copy(n)).unwrap();
        let found: (i64, i64) = conn
            .query_row(
                "SELECT count(*), (SELECT user_version FROM pragma_user_version) FROM a",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        found
    };
    assert_eq!([rows(1), rows(2), rows(3)], [(1, 1), (2, 2), (3, 3)]);
    assert_eq!(mode(&copy(1)), 0o600);

    // One that fails leaves the old form, and the oldest copy makes room for the newest.
    let steps = Migrations::new(all);
    assert!(schema::migrate(&mut conn, &path, &steps, 5).is_err());
    assert_eq!(schema::version(&conn).unwrap(), 4);
    assert!(!copy(1).exists() && copy(4).exists());
    assert!(!beside(&path, ".v4.partial").exists());
}

#[test]
fn every_migration_is_valid_and_the_first_form_is_whole() {
    schema::migrations().validate().unwrap();
    assert_eq!(schema::newest(), 1);
}

#[test]
fn an_older_store_is_brought_up_when_opened() {
    // A store of the present form that says it is older: what opening would do to it, up to the step that exists already.
    let home = Home::new();
    drop(home.store(1));
    let raw = Connection::open(home.path()).unwrap();
    raw.pragma_update(None, "user_version", 0).unwrap();
    drop(raw);
    let refused = Store::open(&home.path(), Access::ReadWrite).unwrap_err();
    assert!(matches!(refused.kind, StoreErrorKind::Broken(_)), "{refused}");
}

#[test]
fn opening_a_store_does_not_wait_for_its_size() {
    let home = Home::new();
    let mut store = home.store(500);
    flag(&mut store, 10, 1..=500);
    let prepared = store.read(|conn| {
        // Opening reads the schema and one row of `meta`; no statement of it may scan.
        conn.query_row("EXPLAIN QUERY PLAN SELECT value FROM meta WHERE key = 'uuid'", [], |row| {
            row.get::<_, String>(3)
        })
    });
    assert!(prepared.unwrap().starts_with("SEARCH"));
    drop(store);
    Store::open_waiting(&home.path(), Access::ReadWrite, Duration::from_millis(50)).unwrap();
}

/// One of the changes that people make, from whatever the handoff is now.
fn change(handoff: &Handoff, pick: u8, n: i64) -> Change {
    let at = Some(T0.plus(n));
    match pick % 8 {
        0 => {
            Change::Briefed { from: handoff.brief.clone(), to: (n % 3 != 0).then(|| n.to_string()) }
        }
        1 => Change::Valued { from: handoff.amount, to: Some(n) },
        2 => {
            let from = handoff.fields.get("bant.need").cloned();
            Change::Filled {
                field: "bant.need".into(),
                from,
                to: (n % 2 == 0).then(|| n.to_string()),
            }
        }
        3 => Change::Happened {
            moment: Moment::Meeting,
            from: handoff.moment(Moment::Meeting),
            to: at,
        },
        4 => Change::Rated { from: handoff.rating, to: Some((n % 5 + 1) as u8) },
        5 => Change::Asked { from: handoff.missing.clone(), to: vec![n.to_string()] },
        6 => {
            let ran = &handoff.clocks[0];
            clocked(Some(ran), Some(&Clock { due: ran.due.plus(n), ..ran.clone() }))
        }
        _ => {
            let to = if n % 2 == 0 { Stage::Nurture } else { Stage::Queued };
            Change::Staged { from: handoff.stage, to }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_taken_back_leaves_what_was(picks in proptest::collection::vec((0_u8..8, 0_i64..50), 1..12)) {
        let home = Home::new();
        let mut store = home.store(1);
        flag(&mut store, 10, 1..=1);
        let start = store.handoff(HandoffId(1)).unwrap().unwrap();
        let mut gestures = Vec::new();
        for (step, (pick, n)) in picks.iter().enumerate() {
            let now = store.handoff(HandoffId(1)).unwrap().unwrap();
            let changes = vec![change(&now, *pick, *n)];
            gestures.push(store.commit(write(100 + step as u64, SAM, vec![item(&now, "edit", changes)])).unwrap().gesture);
        }
        for (step, gesture) in gestures.iter().rev().enumerate() {
            let now = store.handoff(HandoffId(1)).unwrap().unwrap();
            let event = store.events_of(*gesture).unwrap().remove(0);
            let changes = event.changes.iter().rev().map(Change::inverse).collect();
            let undo = Write { undoes: Some(*gesture), ..write(900 + step as u64, SAM, vec![item(&now, "undo", changes)]) };
            store.commit(undo).unwrap();
        }
        let back = store.handoff(HandoffId(1)).unwrap().unwrap();
        let version = start.version + 2 * picks.len() as i64;
        prop_assert_eq!(back, Handoff { version, ..start });
        prop_assert_eq!(findings(&store), Vec::<String>::new());
        prop_assert_eq!(store.last_undoable(SAM).unwrap(), None);
    }
}

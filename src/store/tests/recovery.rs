//! Going back to a backup, and rebuilding the state from the record.

use std::fs;

use rstest::rstest;
use rusqlite::Connection;

use super::*;

fn flag(store: &mut Store, n: u64, accounts: std::ops::RangeInclusive<i64>) {
    let items = accounts.map(|account| {
        let new = flagged(account);
        item(&new, "flag", vec![Change::Created(Box::new(new.clone()))])
    });
    store.commit(write(n, MAYA, items.collect())).unwrap();
}

fn brief(store: &mut Store, n: u64, text: &str) {
    let handoff = store.handoff(HandoffId(1)).unwrap().unwrap();
    let change = Change::Briefed { from: handoff.brief.clone(), to: Some(text.to_owned()) };
    store.commit(write(n, DANA, vec![item(&handoff, "brief", vec![change])])).unwrap();
}

fn said(path: &Path) -> Option<String> {
    Store::open(path, Access::ReadOnly).unwrap().handoff(HandoffId(1)).unwrap().unwrap().brief
}

fn findings(store: &Store) -> Vec<Finding> {
    store.check(&mut |_| ()).unwrap().findings
}

/// A store whose H-1 says "old" in its backup and "new" in itself.
fn with_backup() -> (Home, PathBuf) {
    let home = Home::new();
    let mut store = home.store(2);
    flag(&mut store, 10, 1..=2);
    brief(&mut store, 11, "old");
    let backup = home.0.path().join("backup.db");
    store.backup(&backup).unwrap();
    brief(&mut store, 12, "new");
    (home, backup)
}

#[test]
fn a_good_store_is_replaced_only_by_force_and_kept_aside() {
    let (home, backup) = with_backup();
    let before = fs::read(&backup).unwrap();
    let refused = Store::put_back(&backup, &home.path(), false, T0).unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Good);
    assert!(refused.hint().contains("--force"), "{refused}");
    assert_eq!(said(&home.path()).as_deref(), Some("new"));

    let done = Store::put_back(&backup, &home.path(), true, T0).unwrap();
    assert_eq!((done.backup.handoffs, done.backup.events), (2, 6));
    assert_eq!(said(&home.path()).as_deref(), Some("old"));
    let aside = done.aside.unwrap();
    assert_eq!(said(&aside).as_deref(), Some("new"), "what was there is whole");
    assert_eq!(fs::read(&backup).unwrap(), before, "the backup was changed");
    assert_eq!((mode(&home.path()), mode(&aside)), (0o600, 0o600));
    let mut store = home.open();
    brief(&mut store, 13, "goes on");
    assert_eq!(findings(&store), []);

    // A second time in the same second takes another name.
    drop(store);
    let again = Store::put_back(&backup, &home.path(), true, T0).unwrap().aside.unwrap();
    assert_ne!(again, aside);
    assert_eq!(said(&again).as_deref(), Some("goes on"));
}

#[test]
fn a_store_that_a_desk_has_open_is_not_taken_from_under_it() {
    let (home, backup) = with_backup();
    let mut desk = home.open();
    let refused = Store::put_back(&backup, &home.path(), true, T0).unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Busy);
    brief(&mut desk, 14, "still here");
    drop(desk);
    assert_eq!(said(&home.path()).as_deref(), Some("still here"));
    let left: Vec<_> = fs::read_dir(home.0.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("restore-") || name.contains("before-"))
        .collect();
    assert_eq!(left, [] as [&str; 0]);
}

#[rstest]
#[case::nothing(None, false)]
#[case::empty(Some(&b""[..]), false)]
#[case::cut(Some(&b"cut"[..]), false)]
#[case::text(Some(&b"name,domain\n"[..]), true)]
fn what_is_no_use_makes_room_and_is_kept_as_it_is(
    #[case] there: Option<&[u8]>,
    #[case] force: bool,
) {
    let (home, backup) = with_backup();
    drop(home.open());
    let whole = fs::read(home.path()).unwrap();
    let there = there.map(|bytes| if bytes == b"cut" { &whole[..8_000] } else { bytes });
    match there {
        None => fs::remove_file(home.path()).unwrap(),
        Some(bytes) => fs::write(home.path(), bytes).unwrap(),
    }
    if force {
        assert!(Store::put_back(&backup, &home.path(), false, T0).is_err());
        assert_eq!(fs::read(home.path()).unwrap(), there.unwrap());
    }
    let done = Store::put_back(&backup, &home.path(), force, T0).unwrap();
    assert_eq!(said(&home.path()).as_deref(), Some("old"));
    assert_eq!(done.aside.map(|aside| fs::read(aside).unwrap()).as_deref(), there);
}

#[test]
fn a_log_without_its_store_does_not_get_into_another() {
    let (home, backup) = with_backup();
    drop(home.open());
    fs::remove_file(home.path()).unwrap();
    fs::write(beside(&home.path(), "-wal"), b"frames of another store").unwrap();
    let aside = Store::put_back(&backup, &home.path(), false, T0).unwrap().aside.unwrap();
    assert_eq!(fs::read(beside(&aside, "-wal")).unwrap(), b"frames of another store");
    assert_eq!(said(&home.path()).as_deref(), Some("old"));
}

#[rstest]
#[case::damaged(4_000, 4_500)]
#[case::cut(8_000, usize::MAX)]
#[case::no_store(0, 16)]
fn a_bad_backup_is_refused_and_the_store_left(#[case] from: usize, #[case] to: usize) {
    let (home, backup) = with_backup();
    let mut bytes = fs::read(&backup).unwrap();
    match to {
        usize::MAX => bytes.truncate(from),
        to => bytes[from..to].fill(0x55),
    }
    fs::write(&backup, &bytes).unwrap();
    drop(home.open());
    let before = fs::read(home.path()).unwrap();
    assert!(Store::put_back(&backup, &home.path(), true, T0).is_err());
    assert_eq!(fs::read(home.path()).unwrap(), before);
    let own = Store::put_back(&home.path(), &home.path(), true, T0).unwrap_err();
    assert_eq!(own.kind, StoreErrorKind::Exists);
}

/// What somebody with a shell did to the state, and that it is undone from the record.
#[rstest]
#[case::field("UPDATE handoff SET reason = 'better' WHERE id = 2", "H-2: reason \"better\" is now")]
#[case::clock("DELETE FROM clock WHERE handoff = 2", "H-2: ")]
#[case::unreadable("UPDATE clock SET target = 'never' WHERE handoff = 1", "H-1 could not be read")]
#[case::gone(
    "PRAGMA foreign_keys = ON; DELETE FROM handoff WHERE id = 1",
    "H-1 was missing, and is back."
)]
#[case::package("INSERT INTO frozen VALUES (1, 5, 50, '{}')", "H-1: the package as it was sent.")]
#[case::swapped(
    "UPDATE handoff SET kind = 'x' WHERE id = 1; UPDATE handoff SET account = 1 WHERE id = 2;
     UPDATE handoff SET kind = 'tier1', account = 2 WHERE id = 1",
    "H-1: "
)]
#[case::counts(
    "UPDATE tally SET n = 9; DELETE FROM tally_assignee; UPDATE tally_given SET n = 7",
    ""
)]
#[case::company("UPDATE handoff SET company = 'Other' WHERE id = 1", "")]
fn the_state_is_rebuilt_from_the_record(#[case] sql: &str, #[case] told: &str) {
    let home = Home::new();
    let mut store = home.store(2);
    flag(&mut store, 10, 1..=2);
    brief(&mut store, 11, "said");
    let right: Vec<_> = [1, 2].map(|id| store.handoff(HandoffId(id)).unwrap()).into();
    drop(store);
    Connection::open(home.path()).unwrap().execute_batch(sql).unwrap();
    let mut store = home.open();
    let found = findings(&store);
    assert!(!found.is_empty(), "the doctor sees nothing");
    let done = store.repair(&found, &stamp(90)).unwrap();
    assert_eq!(done.left, [] as [&str; 0]);
    assert!(told.is_empty() || done.differed.iter().any(|line| line.starts_with(told)), "{done:?}");
    assert_eq!(findings(&store), []);
    let now: Vec<_> = [1, 2].map(|id| store.handoff(HandoffId(id)).unwrap()).into();
    assert_eq!(now, right);
    // As it was before, it is kept; and the record tells of the repair.
    let copy = done.copy.unwrap();
    assert_eq!(mode(&copy), 0o600);
    assert!(!findings(&Store::open(&copy, Access::ReadOnly).unwrap()).is_empty());
    assert_eq!(number(&store, "SELECT count(*) FROM event WHERE action = 'repair'"), 1);
    // Nothing is left to do, and nothing is done.
    assert_eq!(store.repair(&findings(&store), &stamp(91)).unwrap(), Repaired::default());
}

#[test]
fn a_handoff_that_the_record_does_not_know_goes() {
    let home = Home::new();
    let mut store = home.store(2);
    flag(&mut store, 10, 1..=1);
    drop(store);
    Connection::open(home.path())
        .unwrap()
        .execute_batch(
            "INSERT INTO handoff (version, account, kind, stage, open, tier, score, source, reason, at_created, next_due,
                                  company)
             VALUES (1, 2, 'tier1', 'closed', 0, '1', 5, 'event', 'x', 5, 9223372036854775807, 'Acme 1')",
        )
        .unwrap();
    let mut store = home.open();
    let done = store.repair(&findings(&store), &stamp(90)).unwrap();
    assert_eq!(done.differed, ["H-2 was not in the record, and is gone."]);
    assert_eq!(findings(&store), []);
}

#[test]
fn a_record_that_was_changed_is_nothing_to_rebuild_from() {
    let home = Home::new();
    let mut store = home.store(1);
    flag(&mut store, 10, 1..=1);
    drop(store);
    Connection::open(home.path())
        .unwrap()
        .execute_batch(
            "DROP TRIGGER event_no_update; UPDATE event SET note = 'never said' WHERE seq = 4",
        )
        .unwrap();
    let mut store = home.open();
    let found = findings(&store);
    let refused = store.repair(&found, &stamp(90)).unwrap_err();
    assert!(matches!(refused.kind, StoreErrorKind::Damaged(_)), "{refused}");
    assert_eq!(findings(&store), found, "nothing was changed");
    let left = fs::read_dir(home.0.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(!left.into_iter().any(|name| name.to_string_lossy().contains("repair")));
}

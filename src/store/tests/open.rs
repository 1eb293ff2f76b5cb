//! Opening, and everything that a file may be instead of a store.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

use rstest::rstest;

use super::*;

fn kind(path: &Path) -> StoreErrorKind {
    Store::open(path, Access::ReadWrite).unwrap_err().kind
}

#[test]
fn a_new_store_is_private_whole_and_not_made_twice() {
    let home = Home::new();
    let path = home.0.path().join("new/folder/desk.db");
    let store = Store::create(&path).unwrap();
    assert_eq!(store.read_only(), None);
    assert_eq!(store.uuid().unwrap().len(), 32);
    let folder = path.parent().unwrap();
    assert_eq!(mode(folder), 0o700);
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        assert!(!file.display().to_string().contains(".new-"), "{}", file.display());
    }
    assert_eq!(Store::create(&path).unwrap_err().kind, StoreErrorKind::Exists);
    let again = Store::open_or_create(&path).unwrap();
    assert_eq!(again.uuid().unwrap(), store.uuid().unwrap());
}

#[test]
fn what_is_no_store_is_refused_in_its_own_words_and_left_alone() {
    use StoreErrorKind as K;
    let home = Home::new();
    drop(home.store(50));
    let whole = fs::read(home.path()).unwrap();
    let changed = |at: usize, bytes: &[u8]| {
        let mut copy = whole.clone();
        copy[at..at + bytes.len()].copy_from_slice(bytes);
        copy
    };
    let mut garbage = whole.clone();
    garbage[100..4096].fill(0x5A);
    let length = whole.len();
    let cases: Vec<(&str, Vec<u8>, K)> = vec![
        ("empty", vec![], K::Empty),
        ("text", b"name,domain\nAcme,acme.com\n".to_vec(), K::NotADatabase),
        ("binary", vec![0xFF; 9000], K::NotADatabase),
        ("foreign", changed(68, &[0, 0, 0, 9]), K::Foreign(9)),
        ("newer", changed(60, &[0, 0, 0, 99]), K::Newer { found: 99, known: schema::newest() }),
        ("short", whole[..80].to_vec(), K::Damaged("it is cut off after 80 bytes".into())),
        (
            "cut",
            whole[..8000].to_vec(),
            K::Damaged(format!("it is cut off: 8000 of {length} bytes are there")),
        ),
        ("garbled", garbage, K::Damaged("a part of it cannot be read".into())),
    ];
    for (name, bytes, want) in cases {
        let path = home.0.path().join(name);
        schema::private_file(&path).unwrap();
        fs::write(&path, &bytes).unwrap();
        let error = Store::open(&path, Access::ReadWrite).unwrap_err();
        assert_eq!(error.kind, want, "{name}");
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "{name} was changed");
        assert_eq!(
            fs::metadata(beside(&path, "-wal")).map_or(0, |log| log.len()),
            0,
            "{name} got a log"
        );
    }
}

#[test]
fn what_is_no_file_is_refused() {
    use StoreErrorKind as K;
    let home = Home::new();
    let at = |name: &str| home.0.path().join(name);
    drop(home.store(0));
    fs::create_dir(at("folder")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        at("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    symlink(at("loop"), at("loop")).unwrap();
    assert_eq!(kind(&at("missing")), K::Missing);
    assert_eq!(kind(&at("folder")), K::NotAFile("a folder"));
    assert_eq!(kind(&at("pipe")), K::NotAFile("a pipe"));
    assert_eq!(kind(Path::new("/dev/null")), K::NotAFile("a device"));
    assert_eq!(kind(&at("loop")), K::NotAFile("a link that leads back to itself"));
    symlink(home.path(), at("link")).unwrap();
    let linked = Store::open(&at("link"), Access::ReadWrite).unwrap();
    assert_eq!(linked.path(), fs::canonicalize(home.path()).unwrap());
    drop(linked);
    fs::hard_link(home.path(), at("second")).unwrap();
    assert_eq!(kind(&home.path()), K::HardLinked(2));
}

#[rstest]
#[case(0o644)]
#[case(0o660)]
#[case(0o604)]
fn a_store_that_others_can_read_is_refused_with_the_remedy(#[case] loose: u32) {
    let home = Home::new();
    drop(home.store(0));
    fs::set_permissions(home.path(), fs::Permissions::from_mode(loose)).unwrap();
    let error = Store::open(&home.path(), Access::ReadWrite).unwrap_err();
    assert!(matches!(error.kind, StoreErrorKind::Loose(_)), "{error}");
    assert!(error.hint().contains("chmod 600"), "{error}");
}

#[test]
fn a_store_that_cannot_be_written_is_read() {
    let home = Home::new();
    drop(home.store(2));
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o400)).unwrap();
    let mut store = home.open();
    assert!(store.read_only().unwrap().contains("0400"), "{:?}", store.read_only());
    assert_eq!(number(&store, "SELECT count(*) FROM account"), 2);
    let refused = store.save_people(&stamp(2), &[person("New One", Role::Ae)]).unwrap_err();
    assert!(matches!(refused.kind, StoreErrorKind::ReadOnly(_)), "{refused}");
    assert!(!store.recover().unwrap());
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o600)).unwrap();
    assert!(store.recover().unwrap());
    store.save_people(&stamp(3), &[person("New One", Role::Ae)]).unwrap();
}

#[test]
fn a_locked_store_is_waited_for_and_then_told() {
    let home = Home::new();
    let mut store = home.store(1);
    let other = rusqlite::Connection::open(home.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut impatient =
        Store::open_waiting(&home.path(), Access::ReadWrite, Duration::from_millis(20)).unwrap();
    assert_eq!(number(&impatient, "SELECT count(*) FROM account"), 1);
    let refused = impatient.save_people(&stamp(5), &[person("New One", Role::Ae)]).unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Busy);
    other.execute_batch("ROLLBACK").unwrap();
    impatient.save_people(&stamp(5), &[person("New One", Role::Ae)]).unwrap();
    store.save_people(&stamp(6), &[person("Last One", Role::Ae)]).unwrap();
    drop((store, impatient));
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let error = Store::open_waiting(&home.path(), Access::ReadWrite, Duration::from_millis(20))
        .unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Busy);
}

#[test]
fn a_replaced_file_is_not_written() {
    let home = Home::new();
    let mut store = home.store(1);
    let other = Home::new();
    drop(other.store(3));
    fs::rename(other.path(), home.path()).unwrap();
    let refused = store.save_people(&stamp(7), &[person("New One", Role::Ae)]).unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Replaced);
}

#[test]
fn a_reader_never_writes() {
    let home = Home::new();
    drop(home.store(1));
    let reader = Store::open(&home.path(), Access::ReadOnly).unwrap();
    assert_eq!(reader.read_only(), None);
    let refused = reader.read(|conn| conn.execute("DELETE FROM account", []));
    assert!(matches!(refused.unwrap_err().kind, StoreErrorKind::ReadOnly(_)));
}

/// `/proc/locks` shows what this process holds: a second look at the file must not let go of it.
#[cfg(target_os = "linux")]
#[test]
fn opening_again_keeps_the_locks_of_the_first() {
    let home = Home::new();
    let mut first = home.store(1);
    let before = first.data_version().unwrap();
    drop(Store::open(&home.path(), Access::ReadOnly).unwrap());
    let pid = std::process::id().to_string();
    let inode =
        std::os::unix::fs::MetadataExt::ino(&fs::metadata(beside(&home.path(), "-shm")).unwrap());
    // The file is read in pieces while other tests take and leave locks, so that a line may be missed once.
    let held = || {
        let locks = fs::read_to_string("/proc/locks").unwrap();
        locks.lines().any(|line| line.contains(&pid) && line.contains(&format!(":{inode} ")))
    };
    assert!((0..100).any(|_| held()), "no lock on inode {inode} of {pid}");
    first.save_people(&stamp(8), &[person("New One", Role::Ae)]).unwrap();
    assert_eq!(first.data_version().unwrap(), before, "own commits don't count");
}

#[test]
fn every_pragma_is_what_it_should_be() {
    let home = Home::new();
    let store = home.store(0);
    for (pragma, want) in [
        ("synchronous", "2"),
        ("journal_mode", "wal"),
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("mmap_size", "0"),
        ("temp_store", "2"),
        ("cell_size_check", "1"),
        ("journal_size_limit", "16777216"),
        ("busy_timeout", "5000"),
        ("application_id", "1213154886"),
    ] {
        let found: rusqlite::types::Value =
            store.read(|conn| conn.pragma_query_value(None, pragma, |row| row.get(0))).unwrap();
        let found = match found {
            rusqlite::types::Value::Integer(n) => n.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => format!("{other:?}"),
        };
        assert_eq!(found, want, "{pragma}");
    }
    let defensive = store.read(|conn| conn.execute("DELETE FROM sqlite_schema", []));
    assert!(defensive.is_err());
}

#[test]
fn what_is_read_at_one_moment_is_of_that_moment() {
    let home = Home::new();
    let store = home.store(2);
    let mut other = home.open();
    let names = |store: &Store| -> Vec<_> {
        store.people().unwrap().into_iter().map(|person| person.name).collect()
    };
    let (before, during) = store
        .at_one_moment(|| {
            let before = names(&store);
            other.save_people(&stamp(90), &[person("Ann Otter", Role::Ae)]).unwrap();
            // A read that asks for a moment itself is of this one too.
            let team = store.team(T0, T0).unwrap().len();
            assert_eq!(team, before.len());
            Ok::<_, StoreError>((before, names(&store)))
        })
        .unwrap();
    assert_eq!(before, during);
    assert_eq!(names(&store).len(), before.len() + 1, "and it is over afterwards");
    let failed = store.at_one_moment(|| Err::<(), _>(StoreError::bare(StoreErrorKind::Busy)));
    assert_eq!(failed.unwrap_err().kind, StoreErrorKind::Busy);
    other.save_people(&stamp(91), &[person("Bob Otter", Role::Ae)]).unwrap();
    assert_eq!(names(&store).len(), before.len() + 2, "where it failed too");
}

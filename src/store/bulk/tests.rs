//! What waited while a store was filled is there afterwards.

use super::*;
use crate::store::StoreErrorKind;

fn machine() -> Machine {
    Machine { os_user: "dana".into(), host: "desk-1".into(), pid: 7 }
}

fn form(store: &Store) -> Vec<(String, String, Option<String>)> {
    store
        .read(|conn| {
            conn.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<rusqlite::Result<_>>()
        })
        .unwrap()
}

#[test]
fn a_filled_store_has_the_form_of_any_other_and_what_it_holds_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let plain = Store::create(&folder.path().join("plain.db")).unwrap();
    let filled = Store::create_filled(&folder.path().join("full.db"), &machine(), "hash", |bulk| {
        let acme = Account { name: "Acme".into(), ..Account::default() };
        let jane = Contact { name: "Jane Doe".into(), ..Contact::default() };
        bulk.account(&acme, &[jane]).map(drop)
    })
    .unwrap();
    assert_eq!(form(&filled), form(&plain));
    let found = |word: &str| {
        filled
            .read(|conn| {
                conn.query_row("SELECT rowid FROM search WHERE search MATCH ?1", [word], |row| {
                    row.get::<_, i64>(0)
                })
            })
            .unwrap()
    };
    assert_eq!((found("acme"), found("jane")), (1 << 16, (1 << 16) + 1));
    let mode = filled
        .read(|conn| conn.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0)));
    assert_eq!(mode.unwrap(), "wal");
}

#[test]
fn what_fails_leaves_nothing_and_what_is_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("full.db");
    let failed = Store::create_filled(&path, &machine(), "hash", |_| {
        Err(StoreError::bare(K::Broken("no more".into())))
    });
    assert!(failed.unwrap_err().to_string().contains("no more"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    std::fs::write(&path, "mine").unwrap();
    let there = Store::create_filled(&path, &machine(), "hash", |_| Ok(()));
    assert_eq!(there.unwrap_err().kind, StoreErrorKind::Exists);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}

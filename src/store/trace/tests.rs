//! What a merge changes, row by row, and that taking it back leaves every row as it was.

use crate::domain::draft::{AccountDraft, AccountRef, ContactDraft, Draft, SignalDraft};
use crate::domain::ids::{AccountId, GestureId};
use crate::domain::time::Instant;
use crate::store::{Import, Machine, Merge, Stamp, Store, Write};

/// Every row of what a store knows, but for the record, the trace, and what is only a list of work to do.
fn rows(store: &Store) -> Vec<String> {
    const TABLES: &[&str] = &[
        "person",
        "absence",
        "account",
        "happening",
        "alias",
        "contact",
        "signal",
        "deal",
        "handoff",
        "evaluation",
        "success",
    ];
    store
        .read(|conn| {
            let mut all = Vec::new();
            for table in TABLES {
                let mut select = conn.prepare(&format!("SELECT * FROM {table}"))?;
                let width = select.column_count();
                let mut found: Vec<String> = select
                    .query_map([], |row| {
                        let cells: Vec<_> = (0..width)
                            .map(|at| format!("{:?}", row.get_ref(at).unwrap()))
                            .collect();
                        Ok(format!("{table} {}", cells.join(" ")))
                    })?
                    .collect::<rusqlite::Result<_>>()?;
                // An upsert of an account may leave a roll-up of nothing behind.
                found.retain(|row| !(row.starts_with("success") && row.ends_with("Integer(0)")));
                found.sort();
                all.extend(found);
            }
            let words = "SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid";
            for word in ["acme", "globex", "jane", "joe"] {
                let mut select = conn.prepare(words)?;
                let found: Vec<i64> =
                    select.query_map([word], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
                all.push(format!("search {word} {found:?}"));
            }
            Ok::<_, rusqlite::Error>(all)
        })
        .unwrap()
}

fn stamp(n: u8) -> Stamp<'static> {
    Stamp {
        action_id: [n; 16],
        actor: None,
        machine: Machine { os_user: "tester".into(), host: "here".into(), pid: 1 },
        at: Instant(i64::from(n)),
        label: format!("gesture {n}"),
        policy: "p",
    }
}

fn write(n: u8, undoes: Option<GestureId>) -> Write<'static> {
    let Stamp { action_id, actor, machine, at, label, policy } = stamp(n);
    Write { action_id, actor, machine, at, label, policy, undoes, items: Vec::new() }
}

fn filled(store: &mut Store) {
    let account = |key: &str, name: &str, domain: Option<&str>| {
        Draft::Account(Box::new(AccountDraft {
            external: Some(key.into()),
            name: Some(name.into()),
            domain: domain.map(str::to_owned),
            ..AccountDraft::default()
        }))
    };
    let named = |key: &str| AccountRef { external: Some(key.into()), ..AccountRef::default() };
    let contact = |key: &str, name: &str| {
        Draft::Contact(Box::new(ContactDraft {
            account: named(key),
            name: Some(name.into()),
            ..ContactDraft::default()
        }))
    };
    let signal = |key: &str, at: i64| {
        Draft::Signal(Box::new(SignalDraft {
            account: named(key),
            kind: "webinar".into(),
            at: Instant(at),
            value: Some(0.1 + 0.2),
            ..SignalDraft::default()
        }))
    };
    let drafts = [
        account("crm:1", "Acme", Some("acme.com")),
        account("crm:2", "Globex", None),
        contact("crm:1", "Jane"),
        contact("crm:2", "Joe"),
        contact("crm:2", "Jane Roe"),
        signal("crm:1", 1),
        signal("crm:2", 2),
        signal("crm:2", 3),
    ];
    let all: Vec<&Draft> = drafts.iter().collect();
    let mut import = Import::new(stamp(1));
    let fates = store.take_in(&mut import, &all, None).unwrap();
    assert!(fates.iter().all(Result::is_ok), "{fates:?}");
    store
        .write(|tx| {
            tx.execute_batch(
                "INSERT INTO person (name, role, active) VALUES ('Sam', 'ae', 1);
                 UPDATE account SET industry = 'SaaS', employees = 40 WHERE id = 2;
                 INSERT INTO deal (external, account, owner, stage) VALUES ('d1', 2, 1, 'won'), ('d2', 1, 1, 'lost');
                 INSERT INTO alias VALUES ('account', 'hub:2', 2);",
            )?;
            Ok::<_, crate::store::StoreError>(())
        })
        .unwrap();
}

#[test]
fn a_merge_is_taken_back_and_brought_back_to_the_byte() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("desk.db")).unwrap();
    filled(&mut store);
    let before = rows(&store);
    let keep = store.account(AccountId(1)).unwrap().unwrap();
    let gone = store.account(AccountId(2)).unwrap().unwrap();
    let (merged, _) = crate::domain::merge::merged(&keep, &gone);
    let merge = Merge { keep, gone, merged };
    let done = store.commit_merge(write(2, None), &merge).unwrap();
    let after = rows(&store);
    assert_ne!(after, before);
    // A repeat of the action is answered, not applied.
    assert!(store.commit_merge(write(2, None), &merge).unwrap().repeated);
    let undone = store.commit(write(3, Some(done.gesture))).unwrap();
    assert_eq!(rows(&store), before);
    let redone = store.commit(write(4, Some(undone.gesture))).unwrap();
    assert_eq!(rows(&store), after);
    store.commit(write(5, Some(redone.gesture))).unwrap();
    assert_eq!(rows(&store), before);
    assert_eq!(store.check(&mut |_| {}).unwrap().findings, []);
}

#[test]
fn a_merge_of_what_changed_meanwhile_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("desk.db")).unwrap();
    filled(&mut store);
    let keep = store.account(AccountId(1)).unwrap().unwrap();
    let gone = store.account(AccountId(2)).unwrap().unwrap();
    let (merged, _) = crate::domain::merge::merged(&keep, &gone);
    let merge = Merge { keep, gone, merged };
    let other = Draft::Account(Box::new(AccountDraft {
        external: Some("crm:2".into()),
        employees: Some(41),
        ..AccountDraft::default()
    }));
    store.take_in(&mut Import::new(stamp(7)), &[&other], None).unwrap();
    let before = rows(&store);
    let refused = store.commit_merge(write(2, None), &merge).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "Acme or Globex changed meanwhile; look again before you merge them."
    );
    assert_eq!(rows(&store), before);
}

#[test]
fn a_killed_import_is_one_gesture_up_to_its_last_chunk_and_is_completed_by_another() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("desk.db")).unwrap();
    let drafts: Vec<Draft> = (0..30)
        .map(|n| {
            Draft::Account(Box::new(AccountDraft {
                name: Some(format!("Company {n}")),
                domain: Some(format!("c{n}.com")),
                ..AccountDraft::default()
            }))
        })
        .collect();
    let all: Vec<&Draft> = drafts.iter().collect();
    let empty = rows(&store);
    let mut import = Import::new(stamp(1));
    for chunk in all[..20].chunks(10) {
        store.take_in(&mut import, chunk, None).unwrap();
    }
    let gesture = import.gesture().unwrap();
    drop(import);
    // The same again, whole.
    let mut import = Import::new(stamp(2));
    let fates = store.take_in(&mut import, &all, None).unwrap();
    let new = fates.iter().filter(|fate| **fate == Ok(crate::store::Fate::New)).count();
    assert_eq!(new, 10);
    let whole = rows(&store);
    assert_eq!(whole.iter().filter(|row| row.starts_with("account")).count(), 30);
    // Each part goes by its own.
    let second = import.gesture().unwrap();
    store.commit(write(3, Some(second))).unwrap();
    store.commit(write(4, Some(gesture))).unwrap();
    assert_eq!(rows(&store), empty);
}

#[test]
fn the_past_has_two_accounts_where_there_is_one_now_and_lacks_what_was_imported_since() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("desk.db")).unwrap();
    filled(&mut store);
    let before = rows(&store);
    let keep = store.account(AccountId(1)).unwrap().unwrap();
    let gone = store.account(AccountId(2)).unwrap().unwrap();
    let (merged, _) = crate::domain::merge::merged(&keep, &gone);
    store.commit_merge(write(20, None), &Merge { keep, gone, merged }).unwrap();
    let new = Draft::Account(Box::new(AccountDraft {
        name: Some("Initech".into()),
        ..AccountDraft::default()
    }));
    store.take_in(&mut Import::new(stamp(30)), &[&new], None).unwrap();
    let past = store.as_of(Instant(10), &dir.path().join("past.db")).unwrap();
    assert_eq!(rows(&past), before);
}

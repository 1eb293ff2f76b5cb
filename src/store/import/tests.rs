//! Signals taken in with their triggers at rest come to the same as with them.

use super::*;
use crate::domain::draft::{AccountDraft, AccountRef, ContactDraft, PersonRef, SignalDraft};
use crate::store::testing::Dice;
use crate::store::{Machine, Store};

fn stamp(action: u8) -> Stamp<'static> {
    Stamp {
        action_id: [action; 16],
        actor: None,
        machine: Machine { os_user: "test".into(), host: "here".into(), pid: 1 },
        at: Instant(1_795_203_120_000),
        label: "imported signals".into(),
        policy: "test",
    }
}

fn by_key(n: usize) -> AccountRef {
    AccountRef { external: Some(format!("a:{n}")), ..AccountRef::default() }
}

/// A store with forty accounts of two contacts each, all of them judged.
fn store(folder: &tempfile::TempDir, name: &str) -> Store {
    let mut store = Store::create(&folder.path().join(name)).unwrap();
    store.wait_for_disk(false).unwrap();
    let mut drafts = Vec::new();
    for n in 0..40 {
        drafts.push(Draft::Account(Box::new(AccountDraft {
            external: Some(format!("a:{n}")),
            name: Some(format!("Company {n}")),
            ..AccountDraft::default()
        })));
        for contact in 0..2 {
            drafts.push(Draft::Contact(Box::new(ContactDraft {
                account: by_key(n),
                name: Some(format!("Person {contact}")),
                ..ContactDraft::default()
            })));
        }
    }
    let drafts: Vec<_> = drafts.iter().collect();
    let fates = store.take_in(&mut Import::new(stamp(6)), &drafts, None).unwrap();
    assert_eq!(fates, vec![Ok(Fate::New); 120]);
    judged(&mut store);
    store
}

fn judged(store: &mut Store) {
    store
        .write(|tx| tx.execute("DELETE FROM unjudged", []).map(drop).map_err(StoreError::from))
        .unwrap();
}

fn signal(dice: &mut Dice, keys: usize) -> Draft {
    let mut pick = |from: usize| usize::try_from(dice.below(from as u64)).unwrap();
    let named =
        |name: usize| PersonRef { name: Some(format!("Person {name}")), ..PersonRef::default() };
    Draft::Signal(Box::new(SignalDraft {
        // Most have a key of their own, some the same one, some none.
        external: Some(pick(keys + keys / 3))
            .filter(|key| *key < keys)
            .map(|key| format!("s:{key}")),
        // Some are of an account that is not there, some accounts get none.
        account: by_key(if pick(20) == 0 { 90 } else { pick(30) }),
        contact: (pick(3) == 0).then(|| named(pick(2))),
        kind: ["site_visit", "webinar"][pick(2)].into(),
        kind_before: (pick(9) == 0).then(|| "webinar".into()),
        at: Instant(1_795_000_000_000 + pick(10) as i64 * 1_000),
        source: (pick(2) == 0).then(|| "website".to_owned()),
        value: (pick(4) == 0).then(|| pick(3) as f64),
        ..SignalDraft::default()
    }))
}

/// Few keys, so that many rows are about one signal; and many, so that most are new.
#[rstest::rstest]
#[case(1, 30)]
#[case(2, 3_000)]
fn triggers_at_rest_leave_what_they_would_have_done(#[case] seed: u64, #[case] keys: usize) {
    let dice = &mut Dice::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let (mut quiet, mut loud) = (store(&folder, "quiet.db"), store(&folder, "loud.db"));
    // A row that says nothing new, and is no signal: beside it the triggers work.
    let known = Draft::Account(Box::new(AccountDraft {
        external: Some("a:0".into()),
        name: Some("Company 0".into()),
        ..AccountDraft::default()
    }));
    let (mut by_one, mut by_other) = (Import::new(stamp(7)), Import::new(stamp(7)));
    let mut all = Vec::new();
    for _ in 0..4 {
        let signals: Vec<_> = (0..100).map(|_| signal(dice, keys)).collect();
        let mut drafts: Vec<_> = signals.iter().collect();
        let fates = quiet.take_in(&mut by_one, &drafts, None).unwrap();
        drafts.push(&known);
        let mut other = loud.take_in(&mut by_other, &drafts, None).unwrap();
        assert_eq!(other.pop(), Some(Ok(Fate::Unchanged)));
        assert_eq!(fates, other);
        all.extend(fates);
        let state = |store: &Store| store.state_as_text(&["meta"], &[]).unwrap();
        assert_eq!(state(&quiet), state(&loud));
        let waiting = quiet.accounts_to_judge(Instant(0)).unwrap();
        assert!(!waiting.is_empty() && waiting.len() <= 30, "{waiting:?}");
        judged(&mut quiet);
        judged(&mut loud);
    }
    for fate in [Fate::New, Fate::Changed, Fate::Unchanged] {
        assert!(keys > 30 || all.contains(&Ok(fate)), "{fate:?} is not among them");
    }
    assert!(all.iter().any(Result::is_err));
}

#[test]
fn triggers_work_again_after_signals_whatever_became_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder, "desk.db");
    let fails = store.write(|tx| {
        let _quiet = Quiet::begin(tx)?;
        tx.execute("INSERT INTO signal (account, kind, at) VALUES (2, 'webinar', 1)", [])?;
        Err::<(), _>(StoreError::from(rusqlite::Error::QueryReturnedNoRows))
    });
    assert!(fails.is_err());
    let insert = "INSERT INTO signal (account, kind, at) VALUES (3, 'webinar', 1)";
    store.write(|tx| tx.execute(insert, []).map(drop).map_err(StoreError::from)).unwrap();
    assert_eq!(store.accounts_to_judge(Instant(0)).unwrap(), [AccountId(3)]);
}

/// Whoever gives signals another trigger must do in `Quiet::end` what it does.
#[test]
fn signals_have_the_triggers_that_are_done_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, "desk.db");
    let found: Vec<String> = store
        .read(|conn| {
            conn.prepare(
                "SELECT name || ': ' || substr(sql, instr(sql, 'BEGIN')) FROM sqlite_schema
                 WHERE type = 'trigger' AND tbl_name IN ('signal', 'kept', 'unjudged') ORDER BY name",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
        })
        .unwrap();
    let words = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mark = |whose: &str| {
        format!("INSERT INTO unjudged VALUES ({whose}.account) ON CONFLICT DO NOTHING;")
    };
    assert_eq!(
        found.iter().map(words).collect::<Vec<_>>(),
        [
            format!("unjudged_signal: BEGIN {} END", mark("new")),
            format!("unjudged_signal_change: BEGIN {} {} END", mark("old"), mark("new")),
        ]
    );
}

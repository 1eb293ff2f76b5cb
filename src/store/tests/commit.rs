//! The commit story: created, changed, taken back, refused, repeated, reopened.

use chrono::NaiveDate;

use super::*;
use crate::domain::clock::ClockState;
use crate::domain::due::Pause;
use crate::domain::handoff::{
    Channel, Claim, CoOwner, Day, Decision, Outcome, Touch, TouchOutcome, VpDecision,
};
use crate::domain::ids::{GestureId, PersonId};
use crate::domain::package::Frozen;
use crate::domain::policy::Class;

fn create(store: &mut Store, n: u64, account: i64) -> Handoff {
    let new = flagged(account);
    let done = store.commit(write(
        n,
        MAYA,
        vec![item(&new, "flag", vec![Change::Created(Box::new(new.clone()))])],
    ));
    let (id, version) = done.unwrap().handoffs[0];
    let stored = store.handoff(id).unwrap().unwrap();
    assert_eq!(stored, Handoff { id, version, ..new });
    stored
}

fn assign(handoff: &Handoff, to: PersonId) -> Vec<Change> {
    let running = &handoff.clocks[0];
    let ended = Clock { state: ClockState::Met, ended: Some(T0.plus(HOUR)), ..running.clone() };
    vec![
        Change::Assigned { from: handoff.assignee, to: Some(to) },
        Change::Happened {
            moment: Moment::Given,
            from: handoff.moment(Moment::Given),
            to: Some(T0.plus(HOUR)),
        },
        Change::Staged { from: handoff.stage, to: Stage::Assigned },
        clocked(Some(running), Some(&ended)),
        clocked(None, Some(&clock(ClockName::Accept, T0.plus(HOUR), 24))),
    ]
}

/// What undo composes: the events of a gesture backwards, each change turned round.
fn inverse(store: &Store, gesture: GestureId) -> Vec<Item> {
    let mut events = store.events_of(gesture).unwrap();
    events.reverse();
    let items = events.iter().map(|event| {
        let changes: Vec<_> = event.changes.iter().rev().map(Change::inverse).collect();
        let handoff = match (store.handoff(event.handoff).unwrap(), changes.first()) {
            (Some(handoff), _) => handoff,
            (None, Some(Change::Created(handoff))) => (**handoff).clone(),
            (None, _) => panic!("{} is gone", event.handoff),
        };
        item(&handoff, "undo", changes)
    });
    items.collect()
}

fn take_back(store: &mut Store, n: u64, actor: PersonId, gesture: GestureId) -> Committed {
    let items = inverse(store, gesture);
    store.commit(Write { undoes: Some(gesture), ..write(n, actor, items) }).unwrap()
}

#[test]
fn a_handoff_from_a_row_and_the_rows_key_are_kept_together_or_not_at_all() {
    let home = Home::new();
    let mut store = home.store(1);
    let new = flagged(1);
    let items = || vec![item(&new, "flag", vec![Change::Created(Box::new(new.clone()))])];
    let other = rusqlite::Connection::open(home.path()).unwrap();
    let stop = "CREATE TRIGGER stop BEFORE INSERT ON handoff_key BEGIN SELECT RAISE(ABORT, 'stopped'); END";
    other.execute_batch(stop).unwrap();
    assert!(store.commit_from(write(10, MAYA, items()), Some("crm-7")).is_err());
    assert_eq!(store.handoff_by_key("crm-7").unwrap(), None);
    assert_eq!(store.open_handoff(new.account, &new.kind, None).unwrap(), None);
    other.execute_batch("DROP TRIGGER stop").unwrap();
    let done = store.commit_from(write(11, MAYA, items()), Some("crm-7")).unwrap();
    assert_eq!(store.handoff_by_key("crm-7").unwrap(), Some(done.handoffs[0].0));
}

#[test]
fn every_kind_of_change_reaches_the_rows_and_comes_back_by_its_inverse() {
    let home = Home::new();
    let mut store = home.store(1);
    let start = create(&mut store, 10, 1);
    let day = |d| NaiveDate::from_ymd_opt(2026, 12, d);
    let touch = |note: &str| Touch {
        at: T0.plus(5),
        by: SAM,
        channel: Channel::Call,
        template: Some("first_message".into()),
        outcome: TouchOutcome::Voicemail,
        note: Some(note.into()),
    };
    let outcome = Outcome {
        code: "BAD_TIMING".into(),
        class: Class::Recycle,
        fields: BTreeMap::from([("wake_on".into(), "2026-12-01".into())]),
        claim: Some(Claim::Timing),
        overridden: Some("asked for it".into()),
        by: SAM,
        at: T0.plus(9),
    };
    let held = Clock {
        state: ClockState::Paused,
        pauses: vec![
            Pause { from: T0.plus(1), to: Some(T0.plus(2)), reason: "away".into(), by: Some(DANA) },
            Pause { from: T0.plus(3), to: None, reason: "waiting".into(), by: None },
        ],
        ..start.clocks[0].clone()
    };
    let decision = VpDecision {
        role: Role::VpSales,
        by: DANA,
        decision: Decision::Nurture,
        note: "so".into(),
    };
    let to = Some(CoOwner { person: DANA, until: T0.plus(HOUR) });
    let changes = vec![
        Change::Assigned { from: None, to: Some(SAM) },
        Change::CoOwned { from: None, to },
        Change::Happened { moment: Moment::Meeting, from: None, to: Some(T0.plus(77)) },
        Change::Planned { day: Day::Wake, from: None, to: day(1) },
        Change::Valued { from: None, to: Some(80_000) },
        Change::Briefed { from: None, to: Some("be quick".into()) },
        Change::Filled { field: "competitors".into(), from: Some("Globex".into()), to: None },
        Change::Filled {
            field: "bant.budget".into(),
            from: None,
            to: Some("yes \u{202E}; \"big\"".into()),
        },
        Change::Completed { from: None, to: Some(92) },
        Change::Asked { from: vec![], to: vec!["bant.need".into(), "contact".into()] },
        Change::Touched(touch("one")),
        Change::Touched(touch("two")),
        Change::Disposed { from: None, to: Some(outcome) },
        Change::Suspended { from: None, to: Some(Stage::Queued) },
        Change::Staged { from: Stage::Flagged, to: Stage::Disputed },
        Change::Decided { from: vec![], to: vec![decision] },
        Change::Rated { from: None, to: Some(4) },
        clocked(Some(&start.clocks[0]), Some(&held)),
        clocked(
            None,
            Some(&Clock { owes: Owes::BothVps, ..clock(ClockName::Decide, T0.plus(4), 48) }),
        ),
    ];
    let mut want = start.clone();
    changes.iter().for_each(|change| change.apply(&mut want));
    want.version += 1;
    let done = store.commit(write(11, SAM, vec![item(&start, "dispute", changes)])).unwrap();
    assert_eq!(store.handoff(start.id).unwrap().unwrap(), want);
    take_back(&mut store, 12, SAM, done.gesture);
    let back = store.handoff(start.id).unwrap().unwrap();
    assert_eq!(back, Handoff { version: 3, ..start });
    assert_eq!(
        number(&store, "SELECT count(*) FROM pause") + number(&store, "SELECT count(*) FROM touch"),
        0
    );
}

#[test]
fn undo_and_redo_follow_each_other_over_created_and_changed() {
    let home = Home::new();
    let mut store = home.store(1);
    let start = create(&mut store, 20, 1);
    let assigned =
        store.commit(write(21, MAYA, vec![item(&start, "assign", assign(&start, SAM))])).unwrap();
    let after = store.handoff(start.id).unwrap().unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM assignment WHERE person = 2"), 1);
    assert_eq!(in_hand(&store), [(SAM, 1, 1)]);

    let undone = take_back(&mut store, 22, MAYA, assigned.gesture);
    assert_eq!(number(&store, "SELECT count(*) FROM assignment"), 0);
    assert_eq!(store.gesture(assigned.gesture).unwrap().unwrap().undone_by, Some(undone.gesture));
    let created = store.last_undoable(MAYA).unwrap().unwrap();
    assert_eq!(created.label, "gesture 20");
    assert_eq!(store.last_redoable(MAYA).unwrap().unwrap().id, undone.gesture);
    assert_eq!(store.last_undoable(SAM).unwrap(), None);

    let removed = take_back(&mut store, 23, MAYA, created.id);
    assert_eq!(store.handoff(start.id).unwrap(), None);
    assert_eq!(number(&store, "SELECT sum(n) FROM tally"), 0);
    assert_eq!(store.last_undoable(MAYA).unwrap(), None);

    let redo = store.last_redoable(MAYA).unwrap().unwrap();
    assert_eq!(redo.id, removed.gesture);
    take_back(&mut store, 24, MAYA, redo.id);
    let redo = store.last_redoable(MAYA).unwrap().unwrap();
    assert_eq!(redo.id, undone.gesture);
    let redone = take_back(&mut store, 25, MAYA, redo.id);
    let back = store.handoff(start.id).unwrap().unwrap();
    assert_eq!(back, Handoff { version: 6, ..after });
    assert_eq!(number(&store, "SELECT count(*) FROM assignment WHERE person = 2"), 1);
    assert_eq!(store.last_redoable(MAYA).unwrap(), None);
    assert_eq!(store.last_undoable(MAYA).unwrap().unwrap().id, redone.gesture);

    // Something new: what was undone before can't be redone any more.
    take_back(&mut store, 26, MAYA, redone.gesture);
    let now = store.handoff(start.id).unwrap().unwrap();
    store.commit(write(27, MAYA, vec![item(&now, "note", vec![])])).unwrap();
    assert_eq!(store.last_redoable(MAYA).unwrap(), None);
}

#[test]
fn an_undone_gesture_is_not_undone_twice() {
    let home = Home::new();
    let mut store = home.store(1);
    let start = create(&mut store, 30, 1);
    let note = store.commit(write(31, DANA, vec![item(&start, "note", vec![])])).unwrap();
    take_back(&mut store, 32, DANA, note.gesture);
    let items = inverse(&store, note.gesture);
    let again = store.commit(Write { undoes: Some(note.gesture), ..write(33, SAM, items) });
    assert!(matches!(again, Err(CommitError::Conflict { by: Some(by), .. }) if by == "Dana Reyes"));
}

#[test]
fn the_second_of_two_is_told_who_was_first() {
    let home = Home::new();
    let mut one = home.store(2);
    let start = create(&mut one, 40, 1);
    let other = create(&mut one, 41, 2);
    let mut two = home.open();
    one.commit(write(42, DANA, vec![item(&start, "assign", assign(&start, SAM))])).unwrap();
    let late = write(
        43,
        MAYA,
        vec![
            item(&other, "assign", assign(&other, DANA)),
            item(&start, "assign", assign(&start, DANA)),
        ],
    );
    let Err(CommitError::Conflict { handoff, by, at, what }) = two.commit(late) else {
        panic!("no conflict")
    };
    assert_eq!(
        (handoff, by.as_deref(), at, what.as_str()),
        (start.id, Some("Dana Reyes"), T0.plus(42), "assign")
    );
    assert_eq!(
        two.handoff(other.id).unwrap().unwrap(),
        other,
        "nothing of a refused gesture stays"
    );
    assert_eq!(number(&two, "SELECT count(*) FROM gesture WHERE label = 'gesture 43'"), 0);
    let later = two.later_event(start.id, start.version).unwrap().unwrap();
    assert_eq!(
        (later.actor_name.as_deref(), later.to),
        (Some("Dana Reyes"), Some(Stage::Assigned))
    );
}

#[test]
fn a_repeat_is_answered_and_not_applied() {
    let home = Home::new();
    let mut store = home.store(1);
    let start = create(&mut store, 50, 1);
    let once = write(51, DANA, vec![item(&start, "assign", assign(&start, SAM))]);
    let first = store.commit(once.clone()).unwrap();
    let second = home.open().commit(once).unwrap();
    assert_eq!(second, Committed { repeated: true, ..first.clone() });
    assert!(!first.repeated);
    assert_eq!(store.handoff(start.id).unwrap().unwrap().version, 2);
}

#[test]
fn a_handoff_created_in_a_gesture_goes_on_in_it() {
    let home = Home::new();
    let mut store = home.store(2);
    let items = (1..=2).flat_map(|account| {
        let new = flagged(account);
        let submitted = Handoff { version: 1, ..new.clone() };
        [
            item(&new, "flag", vec![Change::Created(Box::new(new.clone()))]),
            item(
                &submitted,
                "submit",
                vec![Change::Staged { from: Stage::Flagged, to: Stage::Queued }],
            ),
        ]
    });
    let done = store.commit(write(60, MAYA, items.collect())).unwrap();
    assert_eq!(done.handoffs, [(HandoffId(1), 2), (HandoffId(2), 2)]);
    let events = store.events_of_handoff(HandoffId(2), 9).unwrap();
    assert_eq!(
        (events[0].from, events[0].to, events[0].version),
        (Some(Stage::Flagged), Some(Stage::Queued), 2)
    );
    assert_eq!((events[1].from, events[1].to, events[1].version), (None, Some(Stage::Flagged), 1));
    let Change::Created(created) = &events[1].changes[0] else { panic!("{events:?}") };
    assert_eq!(created.id, HandoffId(2));
    take_back(&mut store, 61, MAYA, done.gesture);
    assert_eq!(number(&store, "SELECT count(*) FROM handoff"), 0);
    assert_eq!(number(&store, "SELECT count(*) FROM clock"), 0);
}

/// What happens to a new handoff in the gesture that creates it comes to the same as in gestures of its own: in rows, in
/// roll-ups, and in the accounts that are to be judged again.
#[test]
fn what_goes_on_in_one_gesture_comes_to_what_it_comes_to_in_several() {
    let homes = (Home::new(), Home::new());
    let (mut one, mut each) = (homes.0.store(1), homes.1.store(1));
    let new = flagged(1);
    let frozen = |completeness| {
        let fields = BTreeMap::from([("competitors".to_owned(), "Globex".to_owned())]);
        Some(Box::new(Frozen { at: T0, completeness, fields }))
    };
    let happened = |moment, at| Change::Happened { moment, from: None, to: Some(T0.plus(at)) };
    let met = |clock: &Clock, at| Clock {
        state: ClockState::Met,
        ended: Some(T0.plus(at)),
        ..clock.clone()
    };
    let triage = clock(ClockName::Assign, T0.plus(5), 4);
    let outcome = Outcome {
        code: "BAD_TIMING".into(),
        class: Class::Recycle,
        fields: BTreeMap::from([("wake_on".into(), "2026-12-01".into())]),
        claim: None,
        overridden: None,
        by: SAM,
        at: T0.plus(9),
    };
    let steps = [
        (
            "submit",
            vec![
                Change::Staged { from: Stage::Flagged, to: Stage::Queued },
                happened(Moment::Submitted, 5),
                Change::Completed { from: None, to: Some(80) },
                Change::Filled {
                    field: "competitors".into(),
                    from: Some("Globex".into()),
                    to: None,
                },
                clocked(Some(&new.clocks[0]), Some(&met(&new.clocks[0], 5))),
                clocked(None, Some(&triage)),
                Change::Froze { from: None, to: frozen(80) },
            ],
        ),
        (
            "assign",
            vec![
                Change::Assigned { from: None, to: Some(SAM) },
                happened(Moment::Assigned, 6),
                happened(Moment::Given, 6),
                Change::Staged { from: Stage::Queued, to: Stage::Assigned },
                clocked(Some(&triage), Some(&met(&triage, 6))),
                clocked(None, Some(&clock(ClockName::Accept, T0.plus(6), 24))),
                Change::Froze { from: frozen(80), to: frozen(90) },
            ],
        ),
        (
            "nurture",
            vec![
                Change::Staged { from: Stage::Assigned, to: Stage::Nurture },
                happened(Moment::Ended, 9),
                Change::Planned {
                    day: Day::Wake,
                    from: None,
                    to: NaiveDate::from_ymd_opt(2026, 12, 1),
                },
                Change::Disposed { from: None, to: Some(outcome) },
            ],
        ),
    ];
    for store in [&one, &each] {
        store.read(|conn| conn.execute("DELETE FROM unjudged", []).map(drop)).unwrap();
    }
    let mut items = vec![item(&new, "flag", vec![Change::Created(Box::new(new.clone()))])];
    each.commit(write(80, MAYA, items.clone())).unwrap();
    for (n, (action, changes)) in (81..).zip(&steps) {
        items.push(item(&Handoff { version: 1, ..new.clone() }, action, changes.clone()));
        let handoff = each.handoff(HandoffId(1)).unwrap().unwrap();
        each.commit(write(n, MAYA, vec![item(&handoff, action, changes.clone())])).unwrap();
    }
    let done = one.commit(write(80, MAYA, items)).unwrap();
    assert_eq!(done.handoffs, [(HandoffId(1), 4)]);
    let state = |store: &Store| store.state_as_text(&["meta", "gesture", "event"], &[]).unwrap();
    assert_eq!(state(&one), state(&each));
    let told = |store: &Store| {
        let events = store.events_of_handoff(HandoffId(1), 9).unwrap();
        let told = events.into_iter();
        told.map(|event| (event.version, event.action, event.from, event.to, event.changes))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&one), told(&each));
    assert_eq!(number(&one, "SELECT count(*) FROM unjudged"), 1);
    take_back(&mut one, 85, MAYA, done.gesture);
    assert_eq!(number(&one, "SELECT count(*) FROM handoff"), 0);
    assert_eq!(number(&one, "SELECT coalesce(sum(handed), 0) FROM cell"), 0);
}

#[test]
fn one_handoff_is_open_per_account_type_and_opportunity() {
    let home = Home::new();
    let mut store = home.store(1);
    let first = create(&mut store, 70, 1);
    let second = flagged(1);
    let created = |handoff: &Handoff| {
        vec![item(handoff, "flag", vec![Change::Created(Box::new(handoff.clone()))])]
    };
    let refused = store.commit(write(71, MAYA, created(&second)));
    assert!(matches!(refused, Err(CommitError::Duplicate { open }) if open == first.id));
    let other = Handoff { opportunity: Some("renewal".into()), ..second };
    store.commit(write(72, MAYA, created(&other))).unwrap();
}

#[test]
fn dropped_or_panicked_in_the_middle_is_rolled_back() {
    let home = Home::new();
    let mut store = home.store(1);
    let result = store.write(|tx| {
        tx.execute("DELETE FROM account", [])?;
        Err::<(), StoreError>(StoreError::bare(StoreErrorKind::Full))
    });
    assert_eq!(result.unwrap_err().kind, StoreErrorKind::Full);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(|tx| {
            tx.execute("DELETE FROM account", [])?;
            if true {
                panic!("in the middle");
            }
            Ok::<_, StoreError>(())
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(number(&store, "SELECT count(*) FROM account"), 1);
    assert_eq!(number(&home.open(), "SELECT count(*) FROM account"), 1);
    create(&mut store, 80, 1);
}

#[test]
fn all_is_there_after_reopening_and_readers_see_it_at_once() {
    let home = Home::new();
    let mut store = home.store(1);
    let reader = Store::open(&home.path(), Access::ReadOnly).unwrap();
    let (before, seq) = (reader.data_version().unwrap(), reader.newest_event().unwrap());
    let start = create(&mut store, 90, 1);
    assert_ne!(reader.data_version().unwrap(), before);
    assert_eq!(reader.changed_since(seq, 10).unwrap(), [start.id]);
    drop(store);
    drop(reader);
    let store = home.open();
    assert_eq!(store.handoff(start.id).unwrap().unwrap(), start);
    let lines = store.activity(None, 2).unwrap();
    assert_eq!(lines[0].company.as_deref(), Some("Acme 0"));
    assert_eq!((lines[0].action.as_str(), lines[1].action.as_str()), ("flag", "add person"));
    assert_eq!(store.activity(Some(lines[1].seq), 10).unwrap().len(), 2);
}

#[test]
fn the_record_cannot_be_changed() {
    let home = Home::new();
    let mut store = home.store(1);
    create(&mut store, 100, 1);
    for sql in [
        "UPDATE event SET note = 'x'",
        "DELETE FROM event",
        "UPDATE gesture SET at = 0",
        "DELETE FROM gesture",
    ] {
        let refused = store.write(|tx| Ok::<_, StoreError>(tx.execute(sql, [])?));
        assert!(refused.unwrap_err().to_string().contains("append-only"), "{sql}");
    }
}

#[test]
fn two_hundred_at_once_are_one_gesture() {
    let home = Home::new();
    let mut store = home.store(200);
    let items = (1..=200).map(|account| {
        let new = flagged(account);
        item(&new, "flag", vec![Change::Created(Box::new(new.clone()))])
    });
    store.commit(write(110, MAYA, items.collect())).unwrap();
    let ids: Vec<_> = (1..=200).map(HandoffId).collect();
    let handoffs = store.handoffs(&ids).unwrap();
    let items =
        handoffs.iter().map(|handoff| item(handoff, "assign", assign(handoff, SAM))).collect();
    let done = store.commit(write(111, DANA, items)).unwrap();
    assert_eq!(done.handoffs.len(), 200);
    assert_eq!(in_hand(&store), [(SAM, 200, 200)]);
    take_back(&mut store, 112, DANA, done.gesture);
    assert_eq!(in_hand(&store), []);
}

fn in_hand(store: &Store) -> Vec<(PersonId, u32, u32)> {
    let all = store.in_hand(Instant(0)).unwrap();
    all.into_iter().map(|one| (one.person, one.open, one.week)).collect()
}

#[test]
fn room_for_a_big_gesture_is_given_back() {
    let home = Home::new();
    let store = home.store(1);
    let kept = || -> i64 {
        store.read(|conn| conn.pragma_query_value(None, "cache_size", |row| row.get(0))).unwrap()
    };
    let usual = kept();
    assert!(store.make_room(19).is_none(), "a few items need none");
    let room = store.make_room(20);
    assert!(kept() < usual, "more KiB, which SQLite counts below zero");
    assert!(store.make_room(200).is_none(), "there is room already");
    store.as_usual(None);
    assert!(kept() < usual);
    store.as_usual(room);
    assert_eq!(kept(), usual);
}

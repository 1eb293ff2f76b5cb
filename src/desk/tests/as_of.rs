//! As-of: at any moment the desk shows what a replay of the record up to then gives, and lets nobody change it.

use std::collections::BTreeMap;

use super::model::Run;
use super::office::{Office, T0};
use crate::desk::{Actor, Ask, DeskError, Request, over};
use crate::domain::change::after;
use crate::domain::command::Command;
use crate::domain::filter::Filter;
use crate::domain::handoff::Handoff;
use crate::domain::ids::HandoffId;
use crate::domain::queue::{Edge, Query};
use crate::domain::stage::Stage;
use crate::domain::time::{HOUR, Instant, MINUTE};
use crate::domain::view::Sort;
use crate::store::{Event, Past, StoreErrorKind};

/// The record of every handoff, and what it gives when it is played from its beginning.
struct Replay {
    /// The places and times of all events, in their order.
    record: Vec<(i64, Instant)>,
    /// The states of each handoff with the place of the event that led to them.
    states: BTreeMap<HandoffId, Vec<(i64, Option<Handoff>)>>,
}

impl Replay {
    fn of(run: &Run) -> Self {
        let store = &run.office.desk.store;
        let mut states = BTreeMap::new();
        for id in run.ids() {
            let mut events: Vec<Event> = store.events_of_handoff(id, usize::MAX).unwrap();
            events.reverse();
            let mut now = None;
            let played = events.iter().map(|event| {
                now = after(now.take(), &event.changes)
                    .map(|handoff| Handoff { version: event.version, ..handoff });
                (event.seq, now.clone())
            });
            states.insert(id, played.collect());
        }
        let mut record: Vec<_> = store
            .activity(None, u32::MAX)
            .unwrap()
            .iter()
            .map(|entry| (entry.seq, entry.at))
            .collect();
        record.reverse();
        Self { record, states }
    }

    /// The place in the record of the last event at or before a moment.
    fn place(&self, at: Instant) -> i64 {
        let last = self.record.iter().rev().find(|(_, when)| *when <= at);
        last.map_or(0, |(seq, _)| *seq)
    }

    /// A handoff as the record up to a place gives it.
    fn state(&self, id: HandoffId, place: i64) -> Option<&Handoff> {
        let states = &self.states[&id];
        let end = states.partition_point(|(seq, _)| *seq <= place);
        states[..end].last()?.1.as_ref()
    }

    /// All of them.
    fn all(&self, place: i64) -> Vec<Handoff> {
        self.states.keys().filter_map(|id| self.state(*id, place).cloned()).collect()
    }
}

/// Four people's fortnight, in which the clock jumps now and then.
fn history() -> (Run, Replay) {
    let mut run = Run::new(5);
    for _ in 0..220 {
        run.step();
    }
    let replay = Replay::of(&run);
    (run, replay)
}

#[test]
fn a_thousand_moments_are_as_a_replay_of_the_record_gives_them() {
    let (mut run, replay) = history();
    let length = u64::try_from(run.office.now.since(T0)).unwrap() + 2 * 3_600_000;
    let ids = run.ids();
    let (mut there, mut changed) = (0, 0);
    for _ in 0..1_000 {
        let at = T0.plus(-HOUR).plus(i64::try_from(run.dice.roll(length)).unwrap());
        let place = replay.place(at);
        assert_eq!(run.office.desk.store.place_at(at).unwrap(), place, "{at}");
        let id = run.dice.of(&ids);
        let found = run.office.desk.store.handoff_as_of(id, at, 3).unwrap();
        let wanted = replay.state(id, place);
        assert_eq!(found.as_ref().map(|past| &past.handoff), wanted, "{id} at {at}");
        if let Some(Past { handoff, events, .. }) = found {
            there += 1;
            changed += u32::from(
                handoff != run.office.desk.store.handoff(id).unwrap().unwrap_or(handoff.clone()),
            );
            assert!(events.iter().all(|event| event.seq <= place));
            assert_eq!(events.first().map(|event| event.version), Some(handoff.version));
        }
    }
    assert!(there > 500 && changed > 200, "{there} were there, {changed} differ from now");
}

#[test]
fn the_whole_desk_is_as_a_replay_of_the_record_gives_it() {
    let (mut run, replay) = history();
    let length = u64::try_from(run.office.now.since(T0)).unwrap();
    for n in 0..12 {
        let at = T0.plus(i64::try_from(run.dice.roll(length)).unwrap());
        let place = replay.place(at);
        let copy = run.office.folder.path().join(format!("past-{n}.db"));
        let past = run.office.desk.as_of(at, &copy).unwrap();
        let wanted = replay.all(place);
        let query = Query {
            filter: Filter::default(),
            sort: Sort::default(),
            me: None,
            now: at,
            zone: past.policy().zone,
        };
        let page = past.window(&query, &Edge::First, 500).unwrap();
        let mut ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, wanted.iter().map(|handoff| handoff.id).collect::<Vec<_>>(), "{at}");
        for handoff in &wanted {
            let shown = past.dossier(handoff.id, None, at).unwrap();
            assert_eq!(&shown.handoff, handoff, "{at}");
            let alone = run.office.desk.dossier_as_of(handoff.id, None, at).unwrap();
            assert_eq!((&alone.handoff, &alone.clocks), (&shown.handoff, &shown.clocks));
            assert_eq!((alone.sent, &alone.changed), (shown.sent, &shown.changed));
            assert_eq!((alone.package, alone.record), (shown.package, shown.record));
        }
        let mut open: BTreeMap<_, u32> = BTreeMap::new();
        for handoff in wanted.iter().filter(|handoff| handoff.stage.is_assigned()) {
            *open.entry(handoff.assignee.unwrap()).or_default() += 1;
        }
        let in_hand = past.store.in_hand(Instant(i64::MAX)).unwrap();
        assert_eq!(
            in_hand.iter().map(|one| (one.person, one.open)).collect::<BTreeMap<_, _>>(),
            open
        );
        assert_eq!(past.store.newest_event().unwrap(), place, "the record ends there");
    }
}

#[test]
fn nothing_can_be_done_in_the_past_and_the_present_goes_on() {
    let mut office = Office::new();
    let id = office.queued("tier1", "Globex");
    let then = office.now;
    office.later(MINUTE);
    office.assign("Dana Reyes", id, "Sam Ortiz");
    let mut past = office.desk.as_of(then, &office.folder.path().join("past.db")).unwrap();
    assert_eq!(past.handoff(id).unwrap().0.stage, Stage::Queued);
    let (who, action) = (office.who("Mia Chen"), office.id());
    let asks = vec![Ask { handoff: id, seen: None, command: Command::Brief { text: "x".into() } }];
    let request = Request { actor: Actor { who, now: then, action }, asks, what_can: false };
    let Err(DeskError::Store(error)) = past.run(&request) else { panic!("the past was changed") };
    assert!(matches!(error.kind, StoreErrorKind::Broken(_)), "{error}");
    let shown = office.desk.dossier_as_of(id, Some(who), then).unwrap();
    assert!(!shown.actions.is_empty());
    assert!(shown.actions.iter().all(|(_, refusal)| *refusal == Some(over())));
    office.does("Sam Ortiz", id, Command::Accept);
    assert_eq!(past.handoff(id).unwrap().0.stage, Stage::Queued, "the copy stays as it is");
}

#[test]
fn what_was_not_there_yet_is_said_with_its_day() {
    let mut office = Office::new();
    office.later(HOUR);
    let id = office.queued("tier1", "Globex");
    let why = office.desk.dossier_as_of(id, None, T0).unwrap_err().to_string();
    assert_eq!(why, format!("There was no handoff {id} on Tue 10 Nov 2026 10:00 EST."));
    let why = office.desk.dossier_as_of(HandoffId(99), None, T0).unwrap_err().to_string();
    assert_eq!(why, "There was no handoff H-99 on Tue 10 Nov 2026 10:00 EST.");
}

#[test]
fn somebody_who_was_brought_back_by_undo_is_seen_as_they_were_given_it() {
    let mut office = Office::new();
    let id = office.queued("tier1", "Globex");
    office.assign("Dana Reyes", id, "Sam Ortiz");
    let given = office.now;
    office.later(HOUR);
    let dana = office.actor("Dana Reyes");
    office.desk.undo(dana, None).unwrap();
    office.later(HOUR);
    let past = office.desk.as_of(given, &office.folder.path().join("past.db")).unwrap();
    let team = past.team(given).unwrap();
    let sam = team.iter().find(|row| row.person.name == "Sam Ortiz").unwrap();
    assert_eq!((sam.open, sam.last_assigned), (1, Some(given)));
    let now = office.desk.team(office.now).unwrap();
    let sam = now.iter().find(|row| row.person.name == "Sam Ortiz").unwrap();
    assert_eq!((sam.open, sam.last_assigned), (0, None));
}

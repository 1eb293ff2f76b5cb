//! Undo puts everything back to the byte, redo brings it back, and what something depends on stays, with its name.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::dump::{dump, exported};
use super::model::Run;
use super::office::{Office, dispose, touch};
use crate::desk::{Ask, Request};
use crate::domain::command::Command;
use crate::domain::handoff::{Decision, TouchOutcome};
use crate::domain::ids::{GestureId, HandoffId};
use crate::domain::stage::Stage;
use crate::domain::time::{DAY, HOUR};
use crate::store::Store;

/// What each gesture of a person's day left behind is taken back, brought back, and taken on from there.
pub(super) struct Day {
    pub(super) office: Office,
    pub(super) gestures: u32,
    /// What is compared: all of the store, or its export.
    pub(super) state: fn(&Store) -> String,
}

impl Day {
    /// Does something and looks at what undo and redo make of it, an hour later each.
    pub(super) fn gesture(&mut self, who: &str, what: impl FnOnce(&mut Office) -> GestureId) {
        let dump = self.state;
        let before = dump(&self.office.desk.store);
        let gesture = what(&mut self.office);
        let after = dump(&self.office.desk.store);
        assert_ne!(before, after, "{gesture} did nothing");
        self.office.later(HOUR);
        let actor = self.office.actor(who);
        self.office
            .desk
            .undo(actor, Some(gesture))
            .unwrap_or_else(|why| panic!("{gesture}: {why}"));
        same(&dump(&self.office.desk.store), &before, "undo", gesture);
        self.office.later(HOUR);
        let actor = self.office.actor(who);
        self.office.desk.redo(actor).unwrap_or_else(|why| panic!("{gesture}: {why}"));
        same(&dump(&self.office.desk.store), &after, "redo", gesture);
        self.gestures += 1;
    }

    pub(super) fn does(&mut self, who: &str, id: HandoffId, command: Command) {
        let by = who.to_owned();
        self.gesture(who, move |office| office.does(&by, id, command).gesture);
    }
}

/// Tells the first line that differs.
fn same(found: &str, wanted: &str, what: &str, gesture: GestureId) {
    let differs = found.lines().zip(wanted.lines()).find(|(one, other)| one != other);
    assert_eq!(differs, None, "{what} of {gesture}");
    assert_eq!(found.len(), wanted.len(), "{what} of {gesture}");
}

fn reason() -> String {
    "As agreed".to_owned()
}

#[test]
fn every_gesture_is_undone_to_the_byte_and_redone() {
    let state = |store: &Store| dump(store) + &exported(store);
    let mut day = Day { office: Office::new(), gestures: 0, state };
    let (ana, sam) = (day.office.who("Ana Silva"), day.office.who("Sam Ortiz"));
    let to = |to| Command::Assign { to, brief: Some("Call first".to_owned()), anyway: false };
    let id = HandoffId(1);
    day.gesture("Mia Chen", |office| {
        let id = office.create("tier1", "Globex").unwrap();
        office.desk.store.events_of_handoff(id, 1).unwrap()[0].gesture
    });
    let fields: BTreeMap<_, _> = day
        .office
        .desk
        .dossier(id, None, day.office.now)
        .unwrap()
        .package
        .missing
        .iter()
        .map(|field| (field.key.to_owned(), "told by phone".to_owned()))
        .collect();
    day.does("Mia Chen", id, Command::Edit { fields });
    if day.office.handoff(id).stage == Stage::Flagged {
        day.does("Mia Chen", id, Command::Submit);
    }
    let until = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    day.does("Dana Reyes", id, Command::Defer { until, reason: reason() });
    day.does("Dana Reyes", id, Command::Pause { clock: None, reason: reason() });
    day.does("Dana Reyes", id, Command::Resume { clock: None });
    day.does("Dana Reyes", id, to(sam));
    day.does("Dana Reyes", id, to(ana));
    day.does("Dana Reyes", id, Command::Brief { text: "Ask for the budget".to_owned() });
    day.does("Ana Silva", id, Command::Accept);
    day.does("Ana Silva", id, Command::Rate { stars: 4, missing: None });
    day.does("Ana Silva", id, Command::Rate { stars: 2, missing: Some("The CFO".to_owned()) });
    let what = {
        let policy = day.office.desk.policy();
        policy.checklist(policy.kind("tier1").unwrap())[0].what.clone()
    };
    day.does("Ana Silva", id, Command::Check { what, done: true });
    let give_back = |missing: &[&str]| Command::Return {
        missing: missing.iter().map(|key| (*key).to_owned()).collect(),
        note: "Who decides?".to_owned(),
        overridden: None,
    };
    day.does("Ana Silva", id, give_back(&["committee"]));
    let fields = [("stakeholders".to_owned(), "Their CFO".to_owned())].into();
    day.does("Mia Chen", id, Command::Resubmit { fields });
    day.does("Dana Reyes", id, to(sam));
    day.does("Sam Ortiz", id, touch(TouchOutcome::Sent));
    day.does("Sam Ortiz", id, Command::Note { text: "They are slow".to_owned() });
    day.does("Sam Ortiz", id, dispose("MEETING", &[("meeting_at", "2026-12-20T15:00-05:00")]));
    day.does("Sam Ortiz", id, dispose("NOSHOW", &[]));
    day.does("Sam Ortiz", id, touch(TouchOutcome::Replied));
    day.does("Sam Ortiz", id, dispose("HELD", &[]));
    day.does("Sam Ortiz", id, Command::Dispute { note: "Whose is it?".to_owned() });
    let decide = |decision| Command::Decide { decision, note: reason() };
    day.does("Dana Reyes", id, decide(Decision::Queue));
    day.does("Vera Lang", id, decide(Decision::Queue));
    day.does("Dana Reyes", id, to(sam));
    day.does("Sam Ortiz", id, dispose("ACCEPTED", &[]));
    let amount = [("amount", "90000"), ("expected_close", "2027-03-31")];
    day.does("Sam Ortiz", id, dispose("OPPORTUNITY", &amount));
    day.does("Sam Ortiz", id, dispose("WON", &[("amount", "80000")]));
    day.gesture("Sam Ortiz", |office| {
        let actor = office.actor("Sam Ortiz");
        office.desk.follow(actor, id).unwrap().gesture
    });
    day.does("Dana Reyes", id, Command::Reopen { reason: reason() });
    let other = day.office.queued("mql", "Umbra");
    day.gesture("Dana Reyes", |office| {
        let actor = office.actor("Dana Reyes");
        let command = Command::Brief { text: "Both of you: call".to_owned() };
        let asks =
            [id, other].map(|handoff| Ask { handoff, seen: None, command: command.clone() }).into();
        office.desk.run(&Request { actor, asks, what_can: true }).unwrap().gesture
    });
    day.does("Dana Reyes", other, dispose("BAD_TIMING", &[("wake_on", "2027-06-01")]).overridden());
    day.office.later(DAY).signal("umbra.example", "pricing_visit");
    day.gesture("Mia Chen", |office| {
        let actor = office.actor("Mia Chen");
        office.desk.wake(actor, other, None, None).unwrap().gesture
    });
    let flagged = day.office.create("expansion", "Vandel").unwrap();
    day.does("Mia Chen", flagged, Command::Withdraw { reason: reason() });
    assert_eq!(day.gestures, 34);
    assert_eq!(day.office.desk.store.check(&mut |_| {}).unwrap().findings, []);
}

/// The same disposition, with the work that is owed set aside.
trait Overridden {
    fn overridden(self) -> Self;
}

impl Overridden for Command {
    fn overridden(self) -> Self {
        match self {
            Self::Dispose(disposal) => Self::Dispose(crate::domain::command::Disposal {
                overridden: Some(reason()),
                ..disposal
            }),
            other => other,
        }
    }
}

#[test]
fn whatever_was_done_last_is_undone_to_the_byte_and_redone() {
    let mut run = Run::new(77);
    let mut compared = 0;
    while compared < 150 {
        run.pass_time();
        let before = dump(&run.office.desk.store);
        let (count, _) = run.last();
        run.act();
        let (now, who) = run.last();
        let Some(who) = who.filter(|_| now > count) else { continue };
        let after = dump(&run.office.desk.store);
        run.undo_as(who);
        same(&dump(&run.office.desk.store), &before, "undo", GestureId(0));
        run.redo_as(who);
        same(&dump(&run.office.desk.store), &after, "redo", GestureId(0));
        compared += 1;
    }
    run.close();
}

#[test]
fn an_undo_across_a_later_change_is_refused_with_the_name_of_what_depends_on_it() {
    let mut office = Office::new();
    let id = office.queued("tier1", "Globex");
    office.assign("Dana Reyes", id, "Sam Ortiz");
    office.later(HOUR);
    office.does("Sam Ortiz", id, Command::Accept);
    let state = dump(&office.desk.store);
    let actor = office.actor("Dana Reyes");
    let why = office.desk.undo(actor, None).unwrap_err().to_string();
    assert_eq!(
        why,
        format!(
            "\"assigned {id} Globex to Sam Ortiz\" can't be undone: {id} depends on it, Sam Ortiz accepted it at \
             Tue 10 Nov 2026 11:00 EST. Undo the later change first, or correct it by a new action."
        )
    );
    assert_eq!(dump(&office.desk.store), state);
}

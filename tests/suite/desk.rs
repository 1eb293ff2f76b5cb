//! The desk on a real store: what people do, in which order, and what may be taken back.

mod fixture;

use std::collections::BTreeMap;

use handoff_desk::desk::{DeskError, EvaluateOptions, Request};
use handoff_desk::domain::clock::{ClockName, ClockState};
use handoff_desk::domain::command::{Command, Disposal, NewTouch};
use handoff_desk::domain::draft::{AccountRef, HandoffDraft};
use handoff_desk::domain::handoff::{Channel, TouchOutcome};
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR};

use fixture::{Office, T0};

fn email() -> Command {
    Command::Touch(NewTouch {
        channel: Channel::Email,
        template: None,
        outcome: TouchOutcome::Sent,
        note: None,
        at: None,
    })
}

fn dispose(code: &str, fields: &[(&str, &str)]) -> Command {
    Command::Dispose(Disposal {
        code: code.to_owned(),
        fields: fields
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        claim: None,
        overridden: None,
    })
}

#[test]
fn evaluation_flags_submits_and_starts_the_clocks() {
    let mut office = Office::with_signals();
    let found = office.evaluate(EvaluateOptions::default());
    assert_eq!((found.accounts, found.flagged.get("tier1"), found.submitted), (3, Some(&1), 1));
    let acme = office.handoff("Acme Inc");
    assert_eq!((acme.kind.as_str(), acme.stage), ("tier1", Stage::Queued));
    let states: Vec<_> = acme.clocks.iter().map(|clock| (clock.name, clock.state)).collect();
    assert_eq!(
        states,
        [(ClockName::Deliver, ClockState::Met), (ClockName::Assign, ClockState::Running)]
    );
    let again = office.evaluate(EvaluateOptions::default());
    assert!(again.flagged.is_empty(), "an open handoff is not flagged again");
    assert_eq!(again.joined, 1, "its signals join the open package");
    let none = office.evaluate(EvaluateOptions { changed: true, dry_run: false });
    assert_eq!(none.accounts, 0, "nothing changed since");
}

#[test]
fn a_dry_run_changes_nothing() {
    let mut office = Office::with_signals();
    let found = office.evaluate(EvaluateOptions { changed: false, dry_run: true });
    assert_eq!(found.flagged.get("tier1"), Some(&1));
    assert!(office.all().is_empty());
}

#[test]
fn from_triage_to_a_disposition() {
    let mut office = Office::with_signals();
    office.evaluate(EvaluateOptions::default());
    let id = office.handoff("Acme Inc").id;
    let best = office.desk.proposal(id, T0).unwrap().best();
    assert_eq!(best, Some(office.sam), "the only AE of the West is proposed");
    office.run("Dana Reyes", id, office.assign_to_sam()).unwrap();
    office.later(HOUR);
    office.run("Sam Ortiz", id, Command::Accept).unwrap();
    office.run("Sam Ortiz", id, email()).unwrap();
    let early = office.run("Sam Ortiz", id, dispose("NO_RESPONSE", &[])).unwrap_err();
    assert_eq!(
        early.to_string(),
        "NO_RESPONSE needs 5 touches over 21 days; still owed: 4 touches and 21 days. \
         Do the work, or let a manager override it with a reason."
    );
    office.later(DAY);
    office.run("Sam Ortiz", id, dispose("BAD_TIMING", &[("wake_on", "2027-01-15")])).unwrap();
    let done = office.handoff("Acme Inc");
    assert_eq!(done.stage, Stage::Nurture);
    assert_eq!(done.outcome.as_ref().map(|outcome| outcome.code.as_str()), Some("BAD_TIMING"));
    assert!(done.clocks.iter().all(|clock| !clock.is_open()), "nothing is owed any more");
}

#[test]
fn a_wake_date_brings_it_back_as_a_new_handoff() {
    let mut office = Office::with_signals();
    office.evaluate(EvaluateOptions::default());
    let id = office.handoff("Acme Inc").id;
    office.run("Dana Reyes", id, office.assign_to_sam()).unwrap();
    office.run("Sam Ortiz", id, email()).unwrap();
    office.run("Sam Ortiz", id, dispose("BAD_TIMING", &[("wake_on", "2026-12-10")])).unwrap();
    office.later(5 * DAY);
    office.evaluate(EvaluateOptions { changed: true, dry_run: false });
    assert_eq!(office.all().len(), 1, "not before its date");
    office.later(30 * DAY);
    office.evaluate(EvaluateOptions { changed: true, dry_run: false });
    let all = office.all();
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].stage, all[1].stage), (Stage::Closed, Stage::Flagged));
    assert_eq!(all[1].parent, Some(id), "linked to the old one");
}

#[test]
fn undo_and_redo_put_back_everything() {
    let mut office = Office::with_signals();
    office.evaluate(EvaluateOptions::default());
    let id = office.handoff("Acme Inc").id;
    let queued = office.handoff("Acme Inc");
    office.run("Dana Reyes", id, office.assign_to_sam()).unwrap();
    let assigned = office.handoff("Acme Inc");
    let dana = office.actor("Dana Reyes");
    let receipt = office.desk.undo(dana, None).unwrap();
    assert_eq!(receipt.label, format!("undid: assigned {id} Acme Inc to Sam Ortiz"));
    assert_eq!(fixture::timeless(office.handoff("Acme Inc")), fixture::timeless(queued));
    let dana = office.actor("Dana Reyes");
    office.desk.redo(dana).unwrap();
    assert_eq!(fixture::timeless(office.handoff("Acme Inc")), fixture::timeless(assigned));
    let dana = office.actor("Dana Reyes");
    let nothing = office.desk.redo(dana).unwrap_err();
    assert_eq!(nothing.to_string(), "There is nothing of yours to redo.");
}

#[test]
fn a_flagging_that_was_submitted_at_once_is_undone_and_redone_whole() {
    let mut office = Office::with_signals();
    office.evaluate(EvaluateOptions::default());
    let flagged = office.handoff("Acme Inc");
    let mia = office.actor("Mia Chen");
    office.desk.undo(mia, None).unwrap();
    assert!(office.all().is_empty(), "it never came to be");
    let mia = office.actor("Mia Chen");
    office.desk.redo(mia).unwrap();
    assert_eq!(fixture::timeless(office.handoff("Acme Inc")), fixture::timeless(flagged));
}

#[test]
fn undo_is_refused_when_something_depends_on_it() {
    let mut office = Office::with_signals();
    office.evaluate(EvaluateOptions::default());
    let id = office.handoff("Acme Inc").id;
    office.run("Dana Reyes", id, office.assign_to_sam()).unwrap();
    office.later(HOUR);
    office.run("Sam Ortiz", id, Command::Accept).unwrap();
    let dana = office.actor("Dana Reyes");
    let refused = office.desk.undo(dana, None).unwrap_err().to_string();
    assert!(
        refused.contains("can't be undone") && refused.contains("Sam Ortiz accepted it"),
        "{refused}"
    );
    assert_eq!(office.handoff("Acme Inc").stage, Stage::Accepted);
}

#[test]
fn a_bulk_action_is_one_gesture_and_says_what_it_left_out() {
    let mut office = Office::with_signals();
    office.evaluate(EvaluateOptions::default());
    office.make("mql", "Globex");
    office.make("mql", "Initech");
    let all = office.all();
    let ids: Vec<_> = all.iter().map(|handoff| handoff.id).collect();
    let ask = Command::Brief { text: "Ask for the budget owner.".to_owned() };
    let receipt = office.run_all("Dana Reyes", &ids, ask).unwrap();
    assert_eq!(receipt.done, ids);
    let dana = office.actor("Dana Reyes");
    let undone = office.desk.undo(dana, None).unwrap();
    assert_eq!(undone.done, ids, "one undo for all");
    assert!(office.all().iter().all(|handoff| handoff.brief.is_none()));
    let accept = office.run_all("Dana Reyes", &ids, Command::Accept).unwrap();
    assert_eq!(accept.refused.len(), 1, "the queued one can't be accepted");
    assert_eq!(accept.refused[0].company, "Acme Inc");
    assert_eq!(accept.refused[0].refusal.kind, RefusalKind::NotLegal);
}

#[test]
fn a_stale_version_is_a_conflict_with_a_name() {
    let mut office = Office::with_signals();
    office.evaluate(EvaluateOptions::default());
    let seen = office.handoff("Acme Inc");
    office.run("Dana Reyes", seen.id, office.assign_to_sam()).unwrap();
    let ask = office.ask("Mia Chen", &seen, Command::Brief { text: "Mine.".to_owned() });
    let Err(DeskError::Conflict(conflict)) = office.desk.run(&ask) else { panic!("a conflict") };
    assert_eq!((conflict.by.as_deref(), conflict.what.as_str()), (Some("Dana Reyes"), "assigned"));
}

#[test]
fn a_repeated_action_is_answered_and_not_applied() {
    let mut office = Office::with_signals();
    office.evaluate(EvaluateOptions::default());
    let seen = office.handoff("Acme Inc");
    let ask = office.ask("Dana Reyes", &seen, office.assign_to_sam());
    let first = office.desk.run(&ask).unwrap();
    let again = office.desk.run(&Request { asks: ask.asks.clone(), ..ask });
    let version = office.handoff("Acme Inc").version;
    assert_eq!(version, seen.version + 1, "{again:?}");
    if let Ok(again) = again {
        assert_eq!(again.gesture, first.gesture);
    }
}

#[test]
fn a_second_open_handoff_of_one_account_and_type_is_refused_by_name() {
    let mut office = Office::with_signals();
    let first = office.make("mql", "Globex");
    let draft = HandoffDraft {
        kind: "mql".to_owned(),
        account: AccountRef { name: Some("Globex".to_owned()), ..AccountRef::default() },
        package: BTreeMap::new(),
        ..HandoffDraft::default()
    };
    let actor = office.actor("Mia Chen");
    let refused = office.desk.create(actor, &draft).unwrap_err().to_string();
    assert_eq!(
        refused,
        format!(
            "{first} is open for the same account and type. Work on that one, or close it first."
        )
    );
}

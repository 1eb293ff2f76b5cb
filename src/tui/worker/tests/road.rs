//! The desk as it stood, the inbox, and what a win or a rest leads to, from the keys to the store and back.

use super::{Office, Seat};
use crate::domain::command::{Command, NewTouch};
use crate::domain::handoff::{Channel, Moment, TouchOutcome};
use crate::domain::stage::Stage;
use crate::domain::time::parse_instant;
use crate::tui::msg::{Input, Msg};

/// Types a text, key by key.
fn types(seat: &mut Seat, text: &str) {
    for letter in text.chars() {
        seat.keys(&if letter == ' ' { "Space".to_owned() } else { letter.to_string() });
    }
}

#[test]
fn the_desk_is_seen_as_it_stood_and_left_with_escape() {
    let office = Office::new();
    let mut dana = office.seat("Wanda Kowalczyk");
    let before = (dana.model.queue.page.rows.clone(), dana.model.card().unwrap().clone());
    dana.keys(":");
    types(&mut dana, "asof 2026-11-16 10:12");
    dana.keys("Enter");
    let then = parse_instant("2026-11-16T10:12-05:00").unwrap();
    dana.until("the past", |model| model.as_of.is_some() && !model.awaits());
    assert_eq!(dana.model.now, then);
    let header = dana.screen().lines().next().unwrap().to_owned();
    assert!(
        header.contains("AS OF Mon 16 Nov 2026 10:12 EST · read only · Esc goes back"),
        "{header}"
    );
    // What is on screen is what the desk was.
    let desk = office.desk();
    let rows = dana.model.queue.page.rows.clone();
    assert!(!rows.is_empty());
    for row in &rows {
        let was = desk.dossier_as_of(row.id, None, then).unwrap().handoff;
        assert_eq!((row.stage, row.version), (was.stage, was.version), "{}", row.id);
    }
    // Nothing can be done there, from any key.
    let seen = desk.activity(None, 1).unwrap()[0].seq;
    for key in ["A", "a", "c", "t", "d", "r", "x", "z", "p", "b", "N", "e", "S", "R", "u", "U"] {
        dana.keys(key);
        let told = dana.model.toast.as_ref().map(|toast| toast.sentence.clone());
        let told = told.unwrap_or_default();
        assert!(dana.model.popups.is_empty(), "{key} opened something");
        assert!(told.starts_with("This is the desk as it stood"), "{key}: {told}");
    }
    assert_eq!(desk.activity(None, 1).unwrap()[0].seq, seen);
    // It can be looked around in: another screen, another moment, and back.
    dana.keys("6");
    assert!(dana.screen().lines().next().unwrap().contains("AS OF"));
    dana.keys("1 :");
    types(&mut dana, "asof 2026-11-17 09:00");
    dana.keys("Enter");
    let later = parse_instant("2026-11-17T09:00-05:00").unwrap();
    dana.until("another moment", |model| model.now == later && !model.awaits());
    dana.keys("Esc");
    dana.until("the present", |model| model.as_of.is_none() && !model.awaits());
    assert_eq!(dana.model.now, office.now);
    let (rows, card) = before;
    dana.until("what was there", |model| {
        model.card() == Some(&card) && model.queue.page.rows.starts_with(&rows)
    });
    dana.worker.stop();
}

#[test]
fn enter_records_that_a_customer_is_live() {
    let office = Office::new();
    let mut noor = office.seat("Noor Rahimi");
    assert!(noor.screen().contains("record that they are live"), "{}", noor.screen());
    let id = noor.model.at_hand().unwrap();
    noor.keys("Enter");
    noor.until("it is recorded", |model| model.toast.is_some() && !model.awaits());
    let handoff = office.desk().handoff(id).unwrap().0;
    assert_eq!(handoff.stage, Stage::Closed);
    assert!(handoff.moment(Moment::Activated).is_some());
    noor.keys("u");
    noor.until("it is taken back", |model| {
        let told = model.toast.as_ref().is_some_and(|toast| toast.sentence.starts_with("Undid"));
        told && !model.awaits()
    });
    assert_eq!(office.desk().handoff(id).unwrap().0.stage, Stage::Engaged);
    noor.worker.stop();
}

#[test]
fn who_calls_the_past_off_stays_in_the_present() {
    let office = Office::new();
    let mut dana = office.seat("Wanda Kowalczyk");
    for _ in 0..2 {
        dana.keys(":");
        types(&mut dana, "asof 2026-11-16 10:12");
        assert!(dana.screen().contains("The desk as it stood Mon 16 Nov 2026 10:12 EST"));
        for key in ["Enter", "Esc"] {
            dana.tell(Msg::Input(Input::Key(key.parse().unwrap())));
        }
        assert_eq!((dana.model.going, dana.model.as_of), (None, None));
    }
    // What arrives late changes nothing: the next one asked for is the one that is shown.
    dana.keys(":");
    types(&mut dana, "asof 2026-11-17 09:00");
    dana.keys("Enter");
    let then = parse_instant("2026-11-17T09:00-05:00").unwrap();
    dana.until("another moment", |model| model.as_of.is_some() && !model.awaits());
    assert_eq!(dana.model.now, then);
    dana.worker.stop();
}

#[test]
fn a_moment_that_is_none_or_still_to_come_is_refused() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    for (typed, told) in
        [("asof nonsense", "\"nonsense\""), ("asof 2027-01-01 10:00", "is still to come")]
    {
        dana.keys(":");
        types(&mut dana, typed);
        dana.keys("Enter");
        let toast = dana.model.toast.as_ref().unwrap().sentence.clone();
        assert!(toast.contains(told), "{toast}");
        assert_eq!(dana.model.as_of, None);
        while !dana.model.popups.is_empty() {
            dana.keys("Esc");
        }
    }
    dana.worker.stop();
}

#[test]
fn the_inbox_leads_to_what_was_told_and_acting_clears_it() {
    let office = Office::new();
    let mut marcus = office.seat("Marcus Whitfield");
    marcus.until("the inbox", |model| !model.inbox.is_empty());
    let told = marcus.model.inbox.clone();
    let header = marcus.screen().lines().next().unwrap().to_owned();
    assert!(header.contains(&format!("i inbox {}", told.len())), "{header}");
    marcus.keys("i Enter");
    assert_eq!(marcus.at_hand(), told[0].handoff);
    marcus.keys("N");
    types(&mut marcus, "I have asked");
    marcus.keys("Ctrl-s");
    let id = told[0].handoff;
    marcus.until("a shorter inbox", |model| model.inbox.iter().all(|line| line.handoff != id));
    marcus.worker.stop();
}

#[test]
fn what_runs_late_while_the_desk_is_open_is_told_by_the_desk() {
    let office = Office::new();
    let mut desk = office.desk();
    let next = desk.next_telling().unwrap().unwrap();
    assert!(next > office.now, "the demo has told what was late");
    // The same store a day on.
    let later = Office { now: office.now.plus(86_400_000), ..office };
    let mut dana = later.seat("Dana Reyes");
    let seen = desk.activity(None, 1).unwrap()[0].seq;
    dana.until("others' work", |_| desk.activity(None, 1).unwrap()[0].seq > seen);
    let told = desk.activity(None, 1).unwrap().remove(0);
    assert_eq!((told.actor, told.at), (None, later.now));
    assert!(told.label.starts_with("told ") || told.label.starts_with("warned "), "{}", told.label);
    dana.worker.stop();
    while desk.escalate(later.now).unwrap().told > 0 {}
}

#[test]
fn a_win_is_followed_by_a_question_and_yes_hands_the_customer_on() {
    let office = Office::new();
    let desk = office.desk();
    let filter = "stage:opportunity".parse().unwrap();
    let query = crate::domain::queue::Query {
        filter,
        sort: crate::domain::view::Sort::default(),
        me: None,
        now: office.now,
        zone: chrono_tz::America::New_York,
    };
    let page = desk.window(&query, &crate::domain::queue::Edge::First, 1).unwrap();
    let (id, owner) = (page.rows[0].id, page.rows[0].assignee_name.clone().unwrap());
    let mut owner = office.seat(&owner);
    owner.keys("/");
    types(&mut owner, &id.to_string());
    owner.keys("Enter");
    assert_eq!(owner.at_hand(), id);
    owner.keys("d");
    types(&mut owner, "won");
    owner.keys("Enter Ctrl-s");
    owner.until("the question", |model| !model.popups.is_empty() && model.writing.is_empty());
    assert!(
        owner.screen().contains("is won. The desk proposes a handoff of type"),
        "{}",
        owner.screen()
    );
    owner.tell(crate::tui::msg::Msg::Seen);
    owner.keys("y");
    let made = || desk.dossier(id, None, office.now).unwrap().handoff.stage == Stage::Closed;
    assert!(made());
    owner.until("what was done", |model| {
        model.toast.as_ref().is_some_and(|it| it.sentence.contains("Handed"))
    });
    owner.worker.stop();
}

#[test]
fn the_past_refuses_what_reaches_the_worker_as_well() {
    let office = Office::new();
    let mut dana = office.seat("Wanda Kowalczyk");
    dana.keys(":");
    types(&mut dana, "asof 2026-11-16 10:12");
    dana.keys("Enter");
    dana.until("the past", |model| model.as_of.is_some() && !model.awaits());
    let id = dana.at_hand();
    let touch = NewTouch {
        channel: Channel::Email,
        template: None,
        outcome: TouchOutcome::Sent,
        note: None,
        at: None,
    };
    let ask = crate::desk::Ask { handoff: id, seen: None, command: Command::Touch(touch) };
    let effect = dana.model.run(vec![ask]);
    dana.carry_out(vec![effect]);
    dana.until("a refusal", |model| model.writing.is_empty());
    let told = dana.model.toast.as_ref().unwrap().sentence.clone();
    assert!(told.starts_with("This is the desk as it stood"), "{told}");
    dana.worker.stop();
}

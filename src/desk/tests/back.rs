//! The road back (`DOMAIN.md 2` and 8), route by route: what brings a handoff to rest, what wakes it, what is refused
//! because nothing is new, what sleeps; return and resubmission as a diff; and what a win leads to.

use std::collections::BTreeMap;

use rstest::rstest;

use super::office::{Office, dispose, touch};
use crate::domain::command::{Command, Disposal};
use crate::domain::handoff::{Decision, Handoff, TouchOutcome};
use crate::domain::ids::HandoffId;
use crate::domain::stage::Stage;
use crate::domain::time::{DAY, HOUR, MINUTE};

/// A disposition that a manager lets through, whatever work is owed.
fn anyway(code: &str, fields: &[(&str, &str)]) -> Command {
    match dispose(code, fields) {
        Command::Dispose(disposal) => {
            Command::Dispose(Disposal { overridden: Some("As told".to_owned()), ..disposal })
        }
        other => other,
    }
}

/// Comes to rest in one of the ways there are.
fn rest(office: &mut Office, how: &str) -> HandoffId {
    let id = office.working("Acme Inc");
    office.later(HOUR);
    match how {
        "WRONG_PERSONA" => office.does("Lee Park", id, anyway(how, &[("persona", "Mike Dunn")])),
        "BAD_TIMING" => office.does("Lee Park", id, anyway(how, &[("wake_on", "2027-01-15")])),
        "NO_RESPONSE" => office.does("Lee Park", id, anyway(how, &[])),
        "NOT_READY" => office.does("Lee Park", id, anyway(how, &[("note", "In a year")])),
        _ => {
            office.does("Sam Ortiz", id, Command::Dispute { note: "Is it ours?".to_owned() });
            let decide = Command::Decide { decision: Decision::Nurture, note: "Later".to_owned() };
            office.does("Dana Reyes", id, decide.clone());
            office.does("Vera Lang", id, decide)
        }
    };
    assert_eq!(office.handoff(id).stage, Stage::Nurture, "{how}");
    id
}

/// The handoff that grew out of another.
fn child(office: &Office, id: HandoffId) -> Option<Handoff> {
    let children = office.desk.store.children(id).unwrap();
    assert!(children.len() <= 1, "one way back");
    children.first().map(|(child, _)| office.handoff(*child))
}

/// What happened, so many days after it came to rest; whether evaluation, by somebody or by a scheduler, brings it back,
/// and how far.
#[rstest]
// A new signal within six months, whatever brought it to rest: straight back into the queue.
#[case::persona("WRONG_PERSONA", 30, true, Some(Stage::Queued))]
#[case::timing("BAD_TIMING", 30, true, Some(Stage::Queued))]
#[case::silence("NO_RESPONSE", 30, true, Some(Stage::Queued))]
#[case::not_ready("NOT_READY", 30, true, Some(Stage::Queued))]
#[case::decision("decision", 30, true, Some(Stage::Queued))]
// Nothing happened: it rests, however long; its date alone flags it for marketing to look at.
#[case::persona_quiet("WRONG_PERSONA", 30, false, None)]
#[case::silence_quiet("NO_RESPONSE", 100, false, None)]
#[case::timing_before_its_date("BAD_TIMING", 65, false, None)]
#[case::timing_on_its_date("BAD_TIMING", 67, false, Some(Stage::Flagged))]
// After six months it sleeps, and any signal wakes it.
#[case::asleep("NO_RESPONSE", 200, true, Some(Stage::Queued))]
fn every_way_back(
    #[case] how: &str,
    #[case] days: i64,
    #[case] signal: bool,
    #[case] back: Option<Stage>,
    #[values(Some("Mia Chen"), None)] who: Option<&str>,
) {
    let mut office = Office::new();
    let id = rest(&mut office, how);
    office.evaluate_as(who);
    assert_eq!(child(&office, id), None, "not by itself");
    office.later(days * DAY);
    if days > 183 {
        assert_eq!(office.evaluate_as(who).hibernated, 1);
        assert_eq!(office.handoff(id).stage, Stage::Hibernating);
        office.later(MINUTE);
    }
    if signal {
        office.signal("acme.example", "demo_request");
    }
    office.later(MINUTE).evaluate_as(who);
    let found = child(&office, id);
    // A demo request is inbound and given away at once; what woke is linked to the old one and closes it.
    let stage =
        found.as_ref().map(|it| if it.stage.is_assigned() { Stage::Queued } else { it.stage });
    assert_eq!(stage, back);
    let old = office.handoff(id);
    assert_eq!(old.stage == Stage::Closed, back.is_some(), "{}", old.stage);
    if let Some(new) = found {
        assert_eq!(new.parent, Some(id));
        assert!(new.id > id && new.touches.is_empty(), "a new handoff");
    }
}

#[test]
fn six_quiet_months_put_it_to_sleep_unless_a_date_or_a_signal_says_otherwise() {
    for (how, signal, sleeps) in [
        ("NO_RESPONSE", false, true),
        ("NOT_READY", false, true),
        ("decision", false, true),
        ("BAD_TIMING", false, false),
        ("NO_RESPONSE", true, false),
    ] {
        let mut office = Office::new();
        let id = office.working("Globex");
        office.later(HOUR);
        match how {
            "BAD_TIMING" => {
                drop(office.does("Lee Park", id, anyway(how, &[("wake_on", "2027-10-01")])))
            }
            "NOT_READY" => drop(office.does("Lee Park", id, anyway(how, &[("note", "x")]))),
            _ => drop(office.does("Lee Park", id, anyway("NO_RESPONSE", &[]))),
        }
        office.later(100 * DAY);
        if signal {
            // An open e-mail is a signal, and no reason to hand over.
            office.signal("globex.example", "email_open");
        }
        office.later(82 * DAY);
        assert_eq!(office.evaluate().hibernated, 0, "{how}: 182 days");
        let slept = office.later(2 * DAY).evaluate().hibernated;
        assert_eq!(slept == 1, sleeps, "{how}, a signal: {signal}");
        assert_eq!(office.evaluate().hibernated, 0, "once");
        let stage = office.handoff(id).stage;
        assert_eq!(stage == Stage::Hibernating, sleeps, "{stage}");
    }
}

#[test]
fn with_nothing_new_it_is_not_handed_over_again() {
    let mut office = Office::new();
    let id = rest(&mut office, "BAD_TIMING");
    let day = "Tue 10 Nov 2026";
    let why = format!(
        "Nothing is new at Acme Inc since {id} went to rest on {day}. It is handed over again on a new signal, with \
         another contact, or once you add what you have learnt to the package."
    );
    let actor = office.actor("Mia Chen");
    let refused = office.desk.wake(actor, id, None, None).unwrap_err().to_string();
    assert_eq!(refused, why, "by hand");
    // Its date comes: it is flagged for marketing, who can't send it on as it is.
    office.at("2027-01-15T10:00-05:00").evaluate();
    let new = child(&office, id).unwrap();
    assert_eq!(new.stage, Stage::Flagged);
    assert_eq!(office.refuses("Mia Chen", new.id, Command::Submit), why, "on its date");
    // What marketing has learnt is new.
    let fields = [("stakeholders".to_owned(), "Their new CFO".to_owned())].into();
    office.does("Mia Chen", new.id, Command::Edit { fields });
    office.does("Mia Chen", new.id, Command::Submit);
    assert_eq!(office.handoff(new.id).stage, Stage::Queued);
}

#[test]
fn the_wrong_person_may_be_followed_by_the_right_one() {
    let mut office = Office::new();
    let id = rest(&mut office, "WRONG_PERSONA");
    let contacts = office.desk.dossier(id, None, office.now).unwrap().contacts;
    let old = office.handoff(id).contact;
    let right = contacts.iter().find(|contact| Some(contact.id) != old).unwrap();
    let actor = office.actor("Sam Ortiz");
    let refused = office.desk.wake(actor, id, None, Some(right.id)).unwrap_err().to_string();
    assert!(refused.contains("may not wake this handoff."), "{refused}");
    let actor = office.actor("Mia Chen");
    let done = office.desk.wake(actor, id, None, Some(right.id)).unwrap();
    let new = child(&office, id).unwrap();
    assert_eq!(done.done, [id, new.id]);
    assert_eq!((new.contact, new.parent, new.stage), (Some(right.id), Some(id), Stage::Queued));
    assert_eq!(office.handoff(id).stage, Stage::Closed);
    let actor = office.actor("Mia Chen");
    let refused = office.desk.wake(actor, id, None, None).unwrap_err().to_string();
    assert_eq!(refused, "wake is not legal from closed. From closed you can reopen, note.");
}

#[test]
fn a_wake_meets_a_conflict_or_another_that_is_open() {
    let mut office = Office::new();
    let id = rest(&mut office, "NO_RESPONSE");
    office.later(DAY).signal("acme.example", "pricing_visit");
    let seen = office.handoff(id).version;
    office.does("Mia Chen", id, Command::Note { text: "They are back".to_owned() });
    let actor = office.actor("Mia Chen");
    let refused = office.desk.wake(actor, id, Some(seen), None).unwrap_err().to_string();
    assert!(refused.starts_with("Conflict: Mia Chen wrote a note on H-1 at"), "{refused}");
    let other = office.create("tier1", "Acme Inc").unwrap();
    let actor = office.actor("Mia Chen");
    let refused = office.desk.wake(actor, id, None, None).unwrap_err().to_string();
    assert!(refused.starts_with(&format!("{other} is open for the same account and type.")));
}

/// What is told beside a handoff that came back.
#[test]
fn what_changed_and_what_was_learnt_is_told_beside_it() {
    let mut office = Office::new();
    let id = rest(&mut office, "WRONG_PERSONA");
    office.later(HOUR).does(
        "Sam Ortiz",
        id,
        Command::Note { text: "Mike signs, not Sarah".to_owned() },
    );
    let resting = office.desk.dossier(id, None, office.now).unwrap().asides;
    assert_eq!(resting[0].title, "Rests since Tue 10 Nov 2026");
    assert!(resting[0].lines[1].starts_with("nothing new"), "{:?}", resting[0].lines);
    office.later(30 * DAY).signal("acme.example", "pricing_visit");
    office.later(MINUTE).evaluate();
    let new = child(&office, id).unwrap();
    let asides = office.desk.dossier(new.id, None, office.now).unwrap().asides;
    assert_eq!(asides[0].title, format!("Came back from {id}"));
    assert_eq!(
        asides[0].lines,
        [
            &*format!("score {} then, {} now", office.handoff(id).score, new.score),
            "then: Used the ROI calculator, Visited the pricing page",
            "since Tue 10 Nov 2026: Visited the pricing page",
            "another contact than before",
            "last with Sam Ortiz, 1 touch",
            "WRONG_PERSONA by Lee Park",
            "right persona or contact: Mike Dunn",
            "proved wrong: persona",
            "Sam Ortiz: They look at it in spring",
            "Sam Ortiz: Mike signs, not Sarah",
        ]
    );
}

#[test]
fn a_resubmission_is_told_as_a_diff() {
    let mut office = Office::new();
    let id = office.queued("tier1", "Globex");
    let set = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    };
    office.does("Mia Chen", id, Command::Edit { fields: set(&[("competitors", "None")]) });
    office.assign("Dana Reyes", id, "Sam Ortiz");
    office.later(HOUR);
    let missing = vec!["stakeholders".to_owned(), "competitors".to_owned()];
    let back = Command::Return { missing, note: "Who decides?".to_owned(), overridden: None };
    office.does("Sam Ortiz", id, back);
    let told = |office: &Office| {
        let asides = office.desk.dossier(id, None, office.now).unwrap().asides;
        asides.into_iter().find(|it| it.title.starts_with("Returned")).map(|it| it.lines)
    };
    let asked = ["Sam Ortiz misses Stakeholders, Competitors", "Sam Ortiz: Who decides?"];
    assert_eq!(told(&office).unwrap(), [&asked[..], &["nothing is changed yet"]].concat());
    office.later(HOUR).does(
        "Mia Chen",
        id,
        Command::Edit { fields: set(&[("competitors", "Initech")]) },
    );
    let fields = set(&[("stakeholders", "Their CFO")]);
    office.does("Mia Chen", id, Command::Resubmit { fields });
    let diff = ["- Competitors: None", "+ Competitors: Initech", "+ Stakeholders: Their CFO"];
    assert_eq!(told(&office).unwrap(), [&asked[..], &diff[..]].concat());
    office.later(HOUR).assign("Dana Reyes", id, "Sam Ortiz");
    assert!(told(&office).is_some(), "whoever gets it sees what was mended");
    office.does("Sam Ortiz", id, Command::Accept);
    assert_eq!(told(&office), None, "and takes it as it is");
}

#[test]
fn a_win_proposes_to_hand_the_customer_over() {
    let mut office = Office::new();
    let id = office.working("Globex");
    office.does("Sam Ortiz", id, touch(TouchOutcome::Replied));
    let amount = [("amount", "90000"), ("expected_close", "2027-03-31")];
    office.does("Sam Ortiz", id, dispose("OPPORTUNITY", &amount));
    let follows = |office: &Office| {
        let kind = office.desk.follows(&office.handoff(id)).unwrap();
        kind.map(|kind| kind.key.clone())
    };
    assert_eq!(follows(&office), None);
    let actor = office.actor("Sam Ortiz");
    let refused = office.desk.follow(actor, id).unwrap_err().to_string();
    assert!(refused.starts_with("H-1 is not won, or is handed on already."), "{refused}");
    office.later(DAY).does("Sam Ortiz", id, dispose("WON", &[("amount", "80000")]));
    assert_eq!(follows(&office).as_deref(), Some("closed_won"));
    let actor = office.actor("Joe Sand");
    let refused = office.desk.follow(actor, id).unwrap_err().to_string();
    assert!(refused.starts_with("Joe Sand"), "{refused}");
    let actor = office.actor("Sam Ortiz");
    office.desk.follow(actor, id).unwrap();
    let new = child(&office, id).unwrap();
    assert_eq!(
        (new.kind.as_str(), new.amount, new.sender),
        ("closed_won", Some(80_000), Some(office.who("Sam Ortiz")))
    );
    assert_eq!(follows(&office), None, "once");
    // The former owner stays on for thirty days once the customer has been accepted.
    let fields = office
        .desk
        .dossier(new.id, None, office.now)
        .unwrap()
        .package
        .missing
        .iter()
        .map(|field| (field.key.to_owned(), "in the contract".to_owned()))
        .collect();
    if office.handoff(new.id).stage == Stage::Flagged {
        office.does("Sam Ortiz", new.id, Command::Edit { fields });
        if office.handoff(new.id).stage == Stage::Flagged {
            office.does("Sam Ortiz", new.id, Command::Submit);
        }
    }
    if office.handoff(new.id).stage == Stage::Queued {
        office.assign("Dana Reyes", new.id, "Cleo Mar");
    }
    office.later(HOUR).does("Cleo Mar", new.id, Command::Accept);
    let co = office.handoff(new.id).co_owner.unwrap();
    assert_eq!((co.person, co.until), (office.who("Sam Ortiz"), office.now.plus(30 * DAY)));
    office.later(29 * DAY).does("Sam Ortiz", new.id, Command::Note { text: "Met them".to_owned() });
}

/// The store itself refuses an outcome that lacks what its code requires, and a code that nobody knows.
#[test]
fn the_store_holds_outcomes_to_the_policy() {
    use crate::domain::change::Change;
    use crate::domain::handoff::Outcome;
    use crate::domain::policy::Class;
    use crate::store::{Item, Write};
    let mut office = Office::new();
    let id = office.working("Globex");
    let handoff = office.handoff(id);
    let by = office.who("Sam Ortiz");
    let hash = office.desk.policy().hash.clone();
    for (code, fields, why) in [
        ("BAD_TIMING", vec![("note", "x")], Some("a disposition lacks what its code requires")),
        ("BAD_TIMING", vec![("wake_on", " ")], Some("a disposition lacks what its code requires")),
        ("GONE", vec![], Some("the policy has no such disposition code")),
        ("INCOMPLETE", vec![("note", "Who decides?")], None),
    ] {
        let fields = fields.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
        let outcome = Outcome {
            code: code.to_owned(),
            class: Class::Return,
            fields: fields.collect(),
            claim: None,
            overridden: None,
            by,
            at: office.now,
        };
        let write = Write {
            action_id: office.id(),
            actor: Some(by),
            machine: office.desk.machine.clone(),
            at: office.now,
            label: "by hand".to_owned(),
            policy: &hash,
            undoes: None,
            items: vec![Item {
                handoff: handoff.clone(),
                action: "return".to_owned(),
                note: None,
                changes: vec![Change::Disposed { from: None, to: Some(outcome) }],
            }],
        };
        let done = office.desk.store.commit(write);
        match why {
            Some(why) => {
                let refused = done.unwrap_err().to_string();
                assert!(refused.contains(why), "{code}: {refused}");
                assert_eq!(office.handoff(id), handoff, "nothing of it stays");
            }
            None => drop(done.unwrap()),
        }
    }
}

//! Gestures that are about more than one handoff, or about none: imports, evaluations, edits, merges, the batch and its
//! plan, handing on, and an account let through a cap. Undo restores the export byte for byte, events aside; redo brings
//! it back; and what depends on one keeps it, with its name.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rstest::rstest;

use super::dump::exported;
use super::office::Office;
use super::undo::Day;
use crate::domain::batch::Decision;
use crate::domain::command::Command;
use crate::domain::ids::{GestureId, HandoffId};
use crate::domain::person::Absence;
use crate::domain::stage::Stage;
use crate::domain::time::HOUR;
use crate::intake::batch_plan;

const REVOPS: &str = "Rhea Sol";
const LEE: &str = "Lee Park";

/// What some person did last that can be taken back.
fn last(office: &Office, who: &str) -> GestureId {
    office.desk.store.last_undoable(office.who(who)).unwrap().unwrap().id
}

fn import(day: &mut Day, name: &str, text: &str) {
    day.gesture(REVOPS, |office| office.import_as(Some(REVOPS), name, text).unwrap());
}

fn edit_account(
    office: &mut Office,
    who: &str,
    company: &str,
    fields: &[(&str, &str)],
) -> GestureId {
    let seen = office.desk.account(company).unwrap();
    let fields = fields.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    let actor = office.actor(who);
    office.desk.edit_account(actor, &seen, &fields).unwrap().gesture
}

fn give_capacity(office: &mut Office, who: &str, capacity: u32) -> GestureId {
    let before = office.desk.person(who).unwrap();
    let mut after = before.clone();
    after.capacity = Some(capacity);
    let actor = office.actor(REVOPS);
    office.desk.edit_person(actor, &before, &after).unwrap().gesture
}

fn merge(office: &mut Office, keep: &str, gone: &str) -> GestureId {
    let [keep, gone] = [keep, gone].map(|name| office.desk.account_called(name).unwrap());
    let actor = office.actor(REVOPS);
    office.desk.merge(actor, keep, gone).unwrap().gesture
}

/// Commits a decision about one item of the batch of this week.
fn commit(office: &mut Office, id: HandoffId, to: &str) -> GestureId {
    let decision = Decision::Route { to: office.who(to), anyway: true };
    let week = office.desk.week_at_hand(office.now).unwrap();
    let actor = office.actor(LEE);
    office.desk.draft(week, actor, &[(id, Some(decision))]).unwrap();
    let actor = office.actor(LEE);
    office.desk.commit_batch(week, actor).unwrap().gesture
}

fn hand_on(office: &mut Office, from: &str, to: &str) -> GestureId {
    let (who, to) = (office.who(from), office.who(to));
    let round = office.desk.hand_on(who, office.now).unwrap();
    let decisions: BTreeMap<_, _> = round
        .items
        .iter()
        .map(|item| (item.id, (item.version, Decision::Route { to, anyway: true })))
        .collect();
    let actor = office.actor(LEE);
    office.desk.carry_on(who, actor, &decisions).unwrap().gesture
}

#[test]
fn facts_people_and_batches_are_undone_to_the_byte_of_the_export_and_redone() {
    let mut day = Day { office: Office::new(), gestures: 0, state: exported };
    // Rows that are new and rows that change what is there, of every kind.
    import(
        &mut day,
        "accounts.csv",
        "name,domain,employees,news\nZephyr,zephyr.example,90,\nAcme Inc,acme.example,460,2026-11-08 Acme moves\n",
    );
    import(
        &mut day,
        "contacts.csv",
        "account_domain,name,title,email\nzephyr.example,Zoe Hart,CEO,zoe@zephyr.example\nacme.example,Sarah Holt,CEO,sarah@acme.example\n",
    );
    import(
        &mut day,
        "signals.csv",
        "domain,kind,at\nzephyr.example,webinar,2026-11-09T15:00:00Z\n",
    );
    import(&mut day, "deals.csv", "id,account,owner,stage,value\nd:1,Acme Inc,Sam Ortiz,won,500\n");
    import(
        &mut day,
        "people.csv",
        "name,email,role,capacity\nNew One,new@desk.example,ae,5\nSam Ortiz,sam@desk.example,ae,9\n",
    );
    // Edits by hand.
    let fields = [
        ("employees", "500"),
        ("tier", "outside"),
        ("owner", "Sam Ortiz"),
        ("domain", "acme2.example"),
    ];
    day.gesture("Mia Chen", |office| edit_account(office, "Mia Chen", "Acme Inc", &fields));
    let fields = [("news", "2026-11-09 Acme hires\n2026-11-01 Acme opens"), ("technologies", "")];
    day.gesture("Mia Chen", |office| edit_account(office, "Mia Chen", "Acme Inc", &fields));
    day.gesture(REVOPS, |office| give_capacity(office, "Ana Silva", 12));
    day.gesture("Sam Ortiz", |office| {
        let day = |day| NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
        let actor = office.actor("Sam Ortiz");
        let away = vec![Absence { from: day(24), to: day(31) }];
        office.desk.away(actor, actor.who, away, false).unwrap().gesture
    });
    // Two accounts become one, with a handoff of each.
    day.office.create("mql", "Vandel").unwrap();
    day.office.create("inbound", "Umbra").unwrap();
    day.gesture(REVOPS, |office| merge(office, "Umbra", "Vandel"));
    // The criteria flag, submit and give away.
    day.office.signal("globex.example", "demo_request");
    day.gesture("Mia Chen", |office| {
        assert_eq!(office.evaluate().flagged.values().sum::<u64>(), 1);
        last(office, "Mia Chen")
    });
    // The week's batch: sent, decided, and the rest by a plan.
    let [one, two] =
        ["Initech", "Zephyr"].map(|company| day.office.create("tier2", company).unwrap());
    for id in [one, two] {
        let missing = day.office.desk.dossier(id, None, day.office.now).unwrap().package.missing;
        let fields =
            missing.iter().map(|it| (it.key.to_owned(), "told by phone".to_owned())).collect();
        day.does("Mia Chen", id, Command::Edit { fields });
    }
    let week = day.office.desk.week_at_hand(day.office.now).unwrap();
    day.gesture(LEE, |office| {
        let actor = office.actor(LEE);
        office.desk.send_batch(week, actor).unwrap().gesture
    });
    assert_eq!(day.office.handoff(one).stage, Stage::Queued);
    day.office.at("2026-11-16T10:00-05:00");
    day.gesture(LEE, |office| commit(office, one, "Sam Ortiz"));
    day.gesture(LEE, |office| {
        let sheet = office.desk.sheet(week, None, office.now).unwrap();
        let solved = sheet.round.solve(&BTreeMap::new(), office.desk.policy());
        let text = crate::report::batch::plan(&sheet, &solved, None, office.desk.policy());
        let actor = office.actor(LEE);
        office.desk.apply_plan(&batch_plan::read(&text).unwrap(), actor).unwrap().gesture
    });
    assert_eq!(day.office.handoff(two).stage, Stage::Assigned);
    // Everything of one who is away goes to another.
    day.gesture(LEE, |office| hand_on(office, "Sam Ortiz", "Ana Silva"));
    assert_eq!(day.gestures, 17);
    assert_eq!(day.office.desk.store.check(&mut |_| {}).unwrap().findings, []);
}

#[test]
fn who_was_let_through_a_cap_goes_back_behind_it() {
    let policy = crate::policy::parse("version = 1\n[types.inbound]\nmonthly_cap = 1\n", "test");
    let mut day =
        Day { office: Office::under(policy.unwrap().policy), gestures: 0, state: exported };
    for domain in ["umbra.example", "globex.example"] {
        day.office.signal(domain, "demo_request");
    }
    day.office.later(HOUR).evaluate();
    let held = |office: &Office| {
        let volume = office.desk.volume(office.now).unwrap();
        volume[0].held_back.iter().map(|it| it.company.clone()).collect::<Vec<_>>()
    };
    let waiting = held(&day.office);
    let [company] = waiting.as_slice() else { panic!("{waiting:?}") };
    day.gesture(LEE, |office| {
        let actor = office.actor(LEE);
        office.desk.let_through(company, "The board asked", actor).unwrap().gesture
    });
    assert_eq!(held(&day.office), Vec::<String>::new());
}

/// What somebody does, what somebody else does since, and what the refusal names.
#[rstest]
#[case::account("edit", "edit", "Rhea Sol changed the same account since")]
#[case::import("import", "create", "H-1 depends on an account it brought")]
#[case::person("capacity", "capacity", "Sam Ortiz was edited since")]
#[case::merge("merge", "accept", "H-1 depends on it, Joe Sand accepted it at")]
#[case::batch("commit", "accept", "H-1 depends on it, Sam Ortiz accepted it at")]
#[case::hand_on("hand on", "accept", "H-1 depends on it, Ana Silva accepted it at")]
fn what_depends_on_a_gesture_keeps_it(
    #[case] what: &str,
    #[case] since: &str,
    #[case] named: &str,
) {
    let mut office = Office::new();
    let first = HandoffId(1);
    let (who, gesture) = match what {
        "edit" => {
            ("Mia Chen", edit_account(&mut office, "Mia Chen", "Globex", &[("employees", "7")]))
        }
        "import" => {
            let rows = "name,domain\nZephyr,zephyr.example\n";
            (REVOPS, office.import_as(Some(REVOPS), "accounts.csv", rows).unwrap())
        }
        "capacity" => (REVOPS, give_capacity(&mut office, "Sam Ortiz", 3)),
        "merge" => {
            office.queued("mql", "Vandel");
            (REVOPS, merge(&mut office, "Umbra", "Vandel"))
        }
        "commit" => {
            let id = office.queued("tier2", "Globex");
            office.at("2026-11-16T10:00-05:00");
            (LEE, commit(&mut office, id, "Sam Ortiz"))
        }
        _ => {
            let id = office.queued("tier1", "Globex");
            office.assign("Dana Reyes", id, "Sam Ortiz");
            (LEE, hand_on(&mut office, "Sam Ortiz", "Ana Silva"))
        }
    };
    office.later(HOUR);
    match since {
        "edit" => drop(edit_account(&mut office, REVOPS, "Globex", &[("employees", "8")])),
        "create" => drop(office.create("mql", "Zephyr").unwrap()),
        "capacity" => drop(give_capacity(&mut office, "Sam Ortiz", 4)),
        _ => {
            let assignee = office.handoff(first).assignee.unwrap();
            let people = office.people();
            let name = &people.iter().find(|person| person.id == assignee).unwrap().name;
            office.does(name, first, Command::Accept);
        }
    }
    let state = exported(&office.desk.store);
    let actor = office.actor(who);
    let refused = office.desk.undo(actor, Some(gesture)).unwrap_err().to_string();
    assert!(refused.contains("can't be undone: ") && refused.contains(named), "{refused}");
    assert_eq!(exported(&office.desk.store), state, "a refusal changes nothing");
}

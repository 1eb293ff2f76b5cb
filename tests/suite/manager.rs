//! The manager's week on a real store: the batch of 300, drafts, conflicts, plan files, days away, handing on.

mod limits;
mod shell;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use handoff_desk::desk::{Actor, Ask, Desk, DeskError, EvaluateOptions, ImportOptions, Request};
use handoff_desk::domain::batch::{Decision, Phase, Week};
use handoff_desk::domain::command::Command;
use handoff_desk::domain::ids::HandoffId;
use handoff_desk::domain::person::{Absence, Person};
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{Instant, parse_instant};
use handoff_desk::intake::{self, batch_plan};
use handoff_desk::policy;
use handoff_desk::report;
use handoff_desk::store::{Access, Machine, Store};

const PEOPLE: &str = "\
name,email,role,manager,territories,capacity
Dana Reyes,dana@example.com,vp_sales,,,
Mia Chen,mia@example.com,marketing,,,
Lee Park,lee@example.com,manager,Dana Reyes,,
Sam Ortiz,sam@example.com,ae,Lee Park,West,200
Ana Silva,ana@example.com,ae,Lee Park,East,200
Kim Novak,kim@example.com,ae,Lee Park,,40
";

/// The week of the batch: flagged on Wednesday, reviewed on Monday.
const WEEK: &str = "2026-W47";

fn at(text: &str) -> Instant {
    parse_instant(text).unwrap()
}

fn wednesday() -> Instant {
    at("2026-11-18T10:00:00-05:00")
}

fn monday() -> Instant {
    at("2026-11-23T10:00:00-05:00")
}

/// A store whose weekly batch holds so many items.
struct Office {
    desk: Desk,
    folder: tempfile::TempDir,
    ids: u64,
}

impl Office {
    fn with_batch(items: usize) -> Self {
        Self::with(items, "version = 1\n")
    }

    fn with(items: usize, policy: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("desk.db")).unwrap();
        let mut office = Self { desk: desk(store, policy), folder, ids: 0 };
        office.import("people.csv", PEOPLE);
        let mut accounts = "name,domain,revenue,employees,industry,region,tier,news\n".to_owned();
        let mut contacts = "account_domain,name,title,email,buying_role,authority\n".to_owned();
        let mut signals = "domain,contact,kind,at,source,detail\n".to_owned();
        for n in 0..items {
            let (size, region) = (60 + n * 13 % 900, ["West", "East"][n % 2]);
            let industry = ["SaaS", "Retail", "Media"][n % 3];
            writeln!(accounts, "Company {n:03},c{n}.example,9000000,{size},{industry},{region},2,2026-11-02 Opens an office").unwrap();
            for who in ["a", "b"] {
                writeln!(
                    contacts,
                    "c{n}.example,Jo {who}{n},CFO,{who}{n}@c{n}.example,decision_maker,yes"
                )
                .unwrap();
            }
            for kind in ["pricing_visit", "roi_calculator", "webinar", "content_download"] {
                writeln!(
                    signals,
                    "c{n}.example,a{n}@c{n}.example,{kind},2026-11-17T15:00:00Z,website,x"
                )
                .unwrap();
            }
        }
        office.import("accounts.csv", &accounts);
        office.import("contacts.csv", &contacts);
        office.import("signals.csv", &signals);
        let mia = office.desk.person("Mia Chen").unwrap().id;
        let mut action = 1_000_000_u128;
        let mut ids = || {
            action += 1;
            action.to_be_bytes()
        };
        let found = office
            .desk
            .evaluate(Some(mia), wednesday(), EvaluateOptions::default(), &mut ids, &mut |_| {})
            .unwrap();
        let wanted = found.flagged.get("tier2").copied().unwrap_or_default();
        assert!(policy.contains("cap") || wanted == items as u64, "{found:?}");
        office
    }

    fn import(&mut self, name: &str, text: &str) {
        let options = intake::Options::new(self.desk.policy().zone);
        let bytes = text.as_bytes().to_vec();
        let mut input =
            intake::open(Box::new(std::io::Cursor::new(bytes)), name, &options).unwrap();
        let mut action = [0; 16];
        action[..name.len()].copy_from_slice(name.as_bytes());
        let options = ImportOptions { who: None, now: wednesday(), action };
        let done = self
            .desk
            .import(&mut input, &options, &mut |problem| panic!("{problem:?}"), &mut |_| {})
            .unwrap();
        assert_eq!(done.rejected, 0, "{name}");
    }

    fn actor(&mut self, who: &str, now: Instant) -> Actor {
        self.ids += 1;
        let mut action = [7; 16];
        action[..8].copy_from_slice(&self.ids.to_be_bytes());
        Actor { who: self.desk.person(who).unwrap().id, now, action }
    }

    /// Another desk on the same store.
    fn other(&self) -> Desk {
        desk(
            Store::open(&self.folder.path().join("desk.db"), Access::ReadWrite).unwrap(),
            "version = 1\n",
        )
    }

    fn items(&mut self) -> Vec<HandoffId> {
        let sheet = self.desk.sheet(week(), None, monday()).unwrap();
        sheet.round.items.iter().map(|item| item.id).collect()
    }

    fn stage(&self, id: HandoffId) -> Stage {
        self.desk.handoff(id).unwrap().0.stage
    }

    fn person(&self, name: &str) -> Person {
        self.desk.person(name).unwrap()
    }
}

fn desk(store: Store, text: &str) -> Desk {
    let policy = policy::parse(text, "test").unwrap().policy;
    let machine = Machine { os_user: "test".into(), host: "test".into(), pid: 1 };
    Desk::new(store, Arc::new(policy), machine)
}

fn week() -> Week {
    WEEK.parse().unwrap()
}

fn route(who: &Person) -> Option<Decision> {
    Some(Decision::Route { to: who.id, anyway: false })
}

#[test]
fn a_batch_of_300_opens_decides_commits_and_is_undone_as_one() {
    let mut office = Office::with_batch(300);
    let lee = office.actor("Lee Park", monday());
    let watch = Stopwatch::now();
    let sheet = office.desk.sheet(week(), Some(lee.who), monday()).unwrap();
    let opened = watch.elapsed();
    assert_eq!((sheet.round.items.len(), sheet.phase), (300, Phase::InReview));
    let watch = Stopwatch::now();
    let solved = sheet.round.solve(&BTreeMap::new(), office.desk.policy());
    let took = watch.elapsed();
    assert!(solved.total >= solved.greedy);
    let decisions: Vec<_> = solved
        .picks
        .iter()
        .map(|(id, pick)| (*id, Some(Decision::Route { to: pick.to.unwrap(), anyway: false })))
        .collect();
    office.desk.draft(week(), lee, &decisions).unwrap();
    assert_eq!(office.desk.sheet(week(), Some(lee.who), monday()).unwrap().drafts.len(), 300);
    let before: Vec<_> =
        decisions.iter().map(|(id, _)| office.desk.handoff(*id).unwrap().0).collect();
    let commit = office.actor("Lee Park", monday());
    let watch = Stopwatch::now();
    let receipt = office.desk.commit_batch(week(), commit).unwrap();
    println!(
        "opened in {opened:?}, solved in {took:?}, committed in {:?} (this build)",
        watch.elapsed()
    );
    assert_eq!(receipt.done.len(), 300);
    assert_eq!(receipt.label, "committed the batch of 2026-W47: 300 routed");
    let done = office.desk.sheet(week(), Some(lee.who), monday()).unwrap();
    assert_eq!((done.phase, done.drafts.len(), done.settled.len()), (Phase::Routed, 0, 300));
    let undo = office.actor("Lee Park", monday());
    office.desk.undo(undo, None).unwrap();
    for (handoff, (id, _)) in before.into_iter().zip(&decisions) {
        let now = office.desk.handoff(*id).unwrap().0;
        let same = handoff_desk::domain::handoff::Handoff { version: now.version, ..handoff };
        assert_eq!(now, same, "{id} is as it was");
    }
}

#[test]
fn a_commit_that_somebody_else_overtook_is_refused_whole_and_the_draft_kept() {
    let mut office = Office::with_batch(6);
    let ids = office.items();
    let (sam, ana) = (office.person("Sam Ortiz"), office.person("Ana Silva"));
    let lee = office.actor("Lee Park", monday());
    let decisions: Vec<_> =
        ids.iter().enumerate().map(|(n, id)| (*id, route([&sam, &ana][n % 2]))).collect();
    office.desk.draft(week(), lee, &decisions).unwrap();
    let mut other = office.other();
    let dana = office.actor("Dana Reyes", monday());
    let ask = Ask {
        handoff: ids[2],
        seen: None,
        command: Command::Assign { to: ana.id, brief: None, anyway: false },
    };
    other.run(&Request { actor: dana, asks: vec![ask], what_can: false }).unwrap();
    let commit = office.actor("Lee Park", monday());
    let why = office.desk.commit_batch(week(), commit).unwrap_err();
    let DeskError::Conflict(conflict) = &why else { panic!("{why:?}") };
    assert_eq!((conflict.handoff, conflict.by.as_deref()), (ids[2], Some("Dana Reyes")));
    let open: Vec<_> = ids.iter().filter(|id| office.stage(**id) == Stage::Queued).collect();
    assert_eq!(open.len(), 5, "nothing was committed");
    let sheet = office.desk.sheet(week(), Some(lee.who), monday()).unwrap();
    assert_eq!((sheet.drafts.len(), sheet.overtaken()), (6, vec![ids[2]]));
    office.desk.draft(week(), lee, &[(ids[2], None)]).unwrap();
    let again = office.actor("Lee Park", monday());
    assert_eq!(office.desk.commit_batch(week(), again).unwrap().done.len(), 5);
}

#[test]
fn every_decision_does_what_it_says_and_the_review_is_told() {
    let mut office = Office::with_batch(5);
    let ids = office.items();
    let sam = office.person("Sam Ortiz");
    let lee = office.actor("Lee Park", monday());
    let note = |text: &str| text.to_owned();
    let decisions = [
        (ids[0], route(&sam)),
        (ids[1], Some(Decision::Defer { reason: note("budget in December") })),
        (ids[2], Some(Decision::Return { missing: vec!["committee".into()], note: String::new() })),
        (ids[3], Some(Decision::Nurture { note: note("no project yet") })),
    ];
    office.desk.draft(week(), lee, &decisions).unwrap();
    let receipt = office.desk.commit_batch(week(), lee).unwrap();
    assert_eq!(
        receipt.label,
        "committed the batch of 2026-W47: 1 routed, 1 deferred, 1 returned, 1 to nurture"
    );
    let stages: Vec<_> = ids.iter().map(|id| office.stage(*id)).collect();
    assert_eq!(
        stages,
        [Stage::Assigned, Stage::Queued, Stage::Returned, Stage::Nurture, Stage::Queued]
    );
    let next = office.desk.sheet(week().next(), None, monday()).unwrap();
    assert_eq!(next.round.items.iter().map(|item| item.id).collect::<Vec<_>>(), [ids[1]]);
    let sheet = office.desk.sheet(week(), Some(lee.who), monday()).unwrap();
    let told = report::batch::summary(&sheet, office.desk.policy());
    for line in [
        "To Sam Ortiz (1)",
        "Returned to marketing (1)",
        "To nurture (1)",
        "Put off to 2026-W48 (1)",
        "Waits for a decision (1)",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let lines = report::batch::diff(&sheet, &next);
    assert!(lines.contains(&"items: 4 → 1 (-3)".to_owned()), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("came over to 2026-W48: ")), "{lines:?}");
}

#[test]
fn what_is_sent_by_hand_closes_the_week_for_what_comes_later() {
    let mut office = Office::with_batch(2);
    let early = at("2026-11-19T10:00:00-05:00");
    let ids = office.items();
    let sam = office.person("Sam Ortiz");
    let lee = office.actor("Lee Park", early);
    office.desk.draft(week(), lee, &[(ids[0], route(&sam))]).unwrap();
    let why = office.desk.commit_batch(week(), lee).unwrap_err().to_string();
    assert!(
        why.starts_with("The batch of 2026-W47 is open until Fri 20 Nov 2026 17:00 EST"),
        "{why}"
    );
    let receipt = office.desk.send_batch(week(), lee).unwrap();
    assert_eq!(receipt.label, "sent the batch of 2026-W47 with 2 items");
    let again = office.actor("Lee Park", early);
    assert!(office.desk.send_batch(week(), again).is_err());
    assert_eq!(office.desk.sheet(week(), None, early).unwrap().phase, Phase::Sent);
    let undo = office.actor("Lee Park", early);
    office.desk.undo(undo, None).unwrap();
    assert_eq!(office.desk.sheet(week(), None, early).unwrap().phase, Phase::Open, "undone as one");
}

#[test]
fn triage_of_what_goes_by_batch_waits_for_its_review() {
    let mut office = Office::with_batch(1);
    let id = office.items()[0];
    let handoff = office.desk.handoff(id).unwrap().0;
    let assign = handoff.clocks.iter().find(|clock| clock.name.key() == "assign").unwrap();
    assert_eq!(assign.due, at("2026-11-23T17:00:00-05:00"));
}

fn plan_of(office: &mut Office) -> String {
    let sheet = office.desk.sheet(week(), None, monday()).unwrap();
    let solved = sheet.round.solve(&BTreeMap::new(), office.desk.policy());
    report::batch::plan(&sheet, &solved, None, office.desk.policy())
}

#[test]
fn a_plan_is_read_back_and_applied_as_one() {
    let mut office = Office::with_batch(4);
    let text = plan_of(&mut office);
    assert!(text.contains("# proposed "), "{text}");
    assert!(text.contains("# Capacity after this plan"), "{text}");
    let plan = batch_plan::read(&text).unwrap();
    assert_eq!((plan.week, plan.rows.len()), (week(), 4));
    let edited = text.replacen("decision = \"route\"", "decision = \"defer\"", 1);
    let actor = office.actor("Lee Park", monday());
    let receipt = office.desk.apply_plan(&batch_plan::read(&edited).unwrap(), actor).unwrap();
    assert_eq!(receipt.label, "committed the batch of 2026-W47: 3 routed, 1 deferred");
    let undo = office.actor("Lee Park", monday());
    office.desk.undo(undo, None).unwrap();
    assert_eq!(office.items().len(), 4);
}

#[test]
fn a_plan_that_does_not_fit_is_refused_whole_with_everything_that_is_wrong() {
    let mut office = Office::with_batch(3);
    let ids = office.items();
    let text = plan_of(&mut office);
    let apply = |office: &mut Office, text: &str| -> String {
        let actor = office.actor("Lee Park", monday());
        let plan = batch_plan::read(text).unwrap();
        office.desk.apply_plan(&plan, actor).unwrap_err().to_string()
    };
    let unknown = text.replacen("\nto = \"", "\nto = \"Nobody ", 1);
    let why = apply(&mut office, &unknown);
    assert!(why.contains("Nobody here is called \"Nobody "), "{why}");
    let start = text.find("[[item]]").unwrap();
    let end = start + text[start..].find("\n\n").unwrap();
    let removed = format!("{}{}", &text[..start], &text[end..]);
    let why = apply(&mut office, &removed);
    assert!(why.contains("has no row; it came in since, or its row was removed"), "{why}");
    let twice = format!("{text}\n{}\n", &text[start..end]);
    assert!(batch_plan::read(&twice).unwrap_err()[0].contains("has a row already"));
    let none = text.replacen("2026-W47", "2025-W53", 1);
    let none = none.replacen("week = \"2026-W47\"", "week = \"2025-W53\"", 1);
    assert!(batch_plan::read(&none).unwrap_err()[0].contains("2025 has the weeks 01 to 52"));
    // The store moves under the plan.
    let dana = office.actor("Dana Reyes", monday());
    let ana = office.person("Ana Silva");
    let ask = Ask {
        handoff: ids[1],
        seen: None,
        command: Command::Assign { to: ana.id, brief: None, anyway: false },
    };
    office.desk.run(&Request { actor: dana, asks: vec![ask], what_can: false }).unwrap();
    let why = apply(&mut office, &text);
    assert!(why.contains(&format!("Dana Reyes assigned {}", ids[1])), "{why}");
    assert_eq!(office.items().len(), 2, "nothing was applied");
}

#[test]
fn nobody_is_given_more_than_they_can_carry_but_by_the_vp_and_that_is_recorded() {
    let mut office = Office::with_batch(3);
    let ids = office.items();
    let (sam, lee) = (office.person("Sam Ortiz"), office.actor("Lee Park", monday()));
    let full = Person { capacity: Some(1), ..sam.clone() };
    office.desk.edit_person(lee, &sam, &full).unwrap();
    let anyway = |id| (id, Some(Decision::Route { to: sam.id, anyway: true }));
    office.desk.draft(week(), lee, &[(ids[0], route(&full))]).unwrap();
    let why = office.desk.draft(week(), lee, &[(ids[1], route(&full))]).unwrap_err().to_string();
    assert!(why.contains("Sam Ortiz is at capacity, 1/1 with what you have decided"), "{why}");
    let commit = office.actor("Lee Park", monday());
    office.desk.commit_batch(week(), commit).unwrap();
    let why = office.desk.draft(week(), lee, &[anyway(ids[1])]).unwrap_err().to_string();
    assert!(why.contains("Lee Park (Manager) may not go beyond it"), "{why}");
    let dana = office.actor("Dana Reyes", monday());
    office.desk.draft(week(), dana, &[anyway(ids[1])]).unwrap();
    office.desk.commit_batch(week(), dana).unwrap();
    let entry = office.desk.activity(None, 1).unwrap().remove(0);
    assert_eq!(entry.note.as_deref(), Some("given to Sam Ortiz anyway: at capacity 1/1"));
}

#[test]
fn a_team_that_is_away_leaves_everything_to_the_manager_and_says_so() {
    let mut office = Office::with_batch(2);
    let day = |text: &str| text.parse().unwrap();
    for name in ["Sam Ortiz", "Ana Silva", "Kim Novak"] {
        let actor = office.actor(name, monday());
        let who = actor.who;
        let absence = Absence { from: day("2026-11-20"), to: day("2026-11-27") };
        office.desk.away(actor, who, vec![absence], false).unwrap();
    }
    let sheet = office.desk.sheet(week(), None, monday()).unwrap();
    let solved = sheet.round.solve(&BTreeMap::new(), office.desk.policy());
    let lee = office.person("Lee Park").id;
    assert!(solved.picks.values().all(|pick| pick.to == Some(lee)));
    let text = report::batch::plan(&sheet, &solved, None, office.desk.policy());
    assert!(text.contains("so it goes to a manager's own queue"), "{text}");
    // A capacity of nothing is the same.
    let undo = office.actor("Sam Ortiz", monday());
    office.desk.undo(undo, None).unwrap();
    let (sam, dana) = (office.person("Sam Ortiz"), office.actor("Dana Reyes", monday()));
    assert!(sam.absences.is_empty(), "an edit of a person is undone like anything else");
    office.desk.edit_person(dana, &sam, &Person { capacity: Some(0), ..sam.clone() }).unwrap();
    let sheet = office.desk.sheet(week(), None, monday()).unwrap();
    let solved = sheet.round.solve(&BTreeMap::new(), office.desk.policy());
    assert!(solved.picks.values().all(|pick| pick.to == Some(lee)));
}

#[test]
fn people_are_edited_by_who_may_and_hand_on_before_they_leave() {
    let mut office = Office::with_batch(2);
    let ids = office.items();
    let (sam, kim) = (office.person("Sam Ortiz"), office.person("Kim Novak"));
    let lee = office.actor("Lee Park", monday());
    office.desk.draft(week(), lee, &[(ids[0], route(&sam)), (ids[1], route(&sam))]).unwrap();
    office.desk.commit_batch(week(), lee).unwrap();
    let own = office.actor("Sam Ortiz", monday());
    let why =
        office.desk.edit_person(own, &sam, &Person { capacity: None, ..sam.clone() }).unwrap_err();
    assert!(why.to_string().contains("may not change that about Sam Ortiz"), "{why}");
    let dana = office.actor("Dana Reyes", monday());
    let gone = Person { active: false, ..sam.clone() };
    let why = office.desk.edit_person(dana, &sam, &gone).unwrap_err().to_string();
    assert!(why.starts_with("Sam Ortiz has 2 open handoffs in hand"), "{why}");
    let round = office.desk.hand_on(sam.id, monday()).unwrap();
    let solved = round.solve(&BTreeMap::new(), office.desk.policy());
    assert!(solved.picks.values().all(|pick| pick.to.is_some() && pick.to != Some(sam.id)));
    let plan: BTreeMap<_, _> = round
        .items
        .iter()
        .map(|item| (item.id, (item.version, Decision::Route { to: kim.id, anyway: false })))
        .collect();
    let receipt = office.desk.carry_on(sam.id, dana, &plan).unwrap();
    assert_eq!(receipt.label, "handed on 2 handoffs of Sam Ortiz");
    let edit = office.actor("Dana Reyes", monday());
    office.desk.edit_person(edit, &sam, &gone).unwrap();
    for _ in 0..2 {
        let undo = office.actor("Dana Reyes", monday());
        office.desk.undo(undo, None).unwrap();
    }
    assert!(office.person("Sam Ortiz").active);
    assert!(
        ids.iter().all(|id| office.desk.handoff(*id).unwrap().0.assignee == Some(sam.id)),
        "handed back as one"
    );
    let stale = office.actor("Dana Reyes", monday());
    let why = office.desk.edit_person(stale, &gone, &sam).unwrap_err().to_string();
    assert!(why.contains("edited by somebody else meanwhile"), "{why}");
}

#[test]
fn a_monthly_cap_says_what_it_holds_back_and_lets_one_through_on_record() {
    let policy = "version = 1\n[types.tier2]\nmonthly_cap = 2\n";
    let mut office = Office::with(5, policy);
    let volume = office.desk.volume(monday()).unwrap();
    let [one] = volume.as_slice() else { panic!("{volume:?}") };
    assert_eq!((one.cap, one.flagged, one.held_back.len()), (2, 2, 3));
    let held = one.held_back[0].clone();
    assert!(
        held.why.ends_with("came after the 2 that the cap lets through in November 2026"),
        "{}",
        held.why
    );
    let sam = office.actor("Sam Ortiz", monday());
    assert!(office.desk.let_through(&held.company, "they asked", sam).is_err());
    let lee = office.actor("Lee Park", monday());
    assert!(office.desk.let_through(&held.company, " ", lee).is_err(), "a reason is needed");
    let receipt = office.desk.let_through(&held.company, "the board asked for them", lee).unwrap();
    assert!(
        receipt.label.starts_with(&format!("let {} through the cap", held.company)),
        "{}",
        receipt.label
    );
    let entries = office.desk.activity(None, 5).unwrap();
    let entry = entries.iter().find(|entry| entry.action == "let through").unwrap();
    assert_eq!(entry.note.as_deref(), Some("the board asked for them (beyond the monthly cap)"));
    assert_eq!(office.desk.volume(monday()).unwrap()[0].held_back.len(), 2);
}

#[test]
fn what_is_not_accepted_in_time_is_proposed_to_the_next_best_once() {
    let mut office = Office::with_batch(1);
    let id = office.items()[0];
    let sam = office.person("Sam Ortiz");
    let lee = office.actor("Lee Park", monday());
    office.desk.draft(week(), lee, &[(id, route(&sam))]).unwrap();
    office.desk.commit_batch(week(), lee).unwrap();
    let told = |office: &Office, now: Instant| {
        let asides = office.desk.dossier(id, None, now).unwrap().asides;
        asides.into_iter().find(|aside| aside.title.starts_with("Not accepted by"))
    };
    assert_eq!(told(&office, monday()), None);
    let late = at("2026-11-24T11:00:00-05:00");
    let aside = told(&office, late).unwrap();
    assert!(aside.lines[0].starts_with("Kim Novak instead: "), "{aside:?}");
    let next = office.desk.proposal(id, late).unwrap().best().unwrap();
    assert_eq!(next, office.person("Kim Novak").id);
    let again = office.actor("Lee Park", late);
    let ask = Ask {
        handoff: id,
        seen: None,
        command: Command::Assign { to: next, brief: None, anyway: false },
    };
    office.desk.run(&Request { actor: again, asks: vec![ask], what_can: false }).unwrap();
    let handoff = office.desk.handoff(id).unwrap().0;
    let legs: Vec<_> = handoff.clocks.iter().filter(|clock| clock.name.key() == "accept").collect();
    assert_eq!(legs.len(), 2, "a new leg for the new assignee, and the old one in the record");
    assert_eq!(told(&office, at("2026-11-26T11:00:00-05:00")), None, "once");
}

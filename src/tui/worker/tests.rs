//! The screen, the worker and a real store together, without a terminal: keys in, what is on screen and in the store
//! out.

mod evaluate;
mod import;
mod road;

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use chrono_tz::America::New_York;

use super::*;
use crate::domain::draft::{AccountDraft, Draft};
use crate::domain::ids::HandoffId;
use crate::domain::person::Person;
use crate::domain::queue::{Edge, Query};
use crate::domain::stage::Stage;
use crate::domain::time::parse_instant;
use crate::domain::view::{Sort, built_in};
use crate::store::{Access, Fate, Import, Machine, Stamp, Store};
use crate::tui::effect::Effect;
use crate::tui::keys::Keymap;
use crate::tui::model::{Model, World};
use crate::tui::msg::{Input, Msg};
use crate::tui::shot::shot;
use crate::tui::theme::{Depth, Theme};
use crate::tui::update::{start, update};

/// How long an answer may take before the test gives up; on a busy machine a disk may be slow.
const PATIENCE: Duration = Duration::from_secs(20);

struct Office {
    folder: tempfile::TempDir,
    now: Instant,
}

impl Office {
    /// The demo's store on a Wednesday afternoon.
    fn new() -> Self {
        static MADE: std::sync::OnceLock<tempfile::TempDir> = std::sync::OnceLock::new();
        let now = parse_instant("2026-11-18T15:20:00-05:00").unwrap();
        let made = MADE.get_or_init(|| {
            let office = Self { folder: tempfile::tempdir().unwrap(), now };
            let mut desk = Self::on(Store::create(&office.path()).unwrap());
            let mut last = 0_u128;
            let mut ids = || {
                last += 1;
                last.to_be_bytes()
            };
            crate::desk::demo::fill(&mut desk, now, &mut ids).unwrap();
            drop(desk);
            office.folder
        });
        let office = Self { folder: tempfile::tempdir().unwrap(), now };
        // Nobody has it open any more, so that all of it is in the one file.
        std::fs::copy(made.path().join("desk.db"), office.path()).unwrap();
        office
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("desk.db")
    }

    fn on(store: Store) -> Desk {
        let machine = Machine { os_user: "test".into(), host: "here".into(), pid: 1 };
        Desk::new(store, Arc::new(crate::policy::shipped().unwrap()), machine)
    }

    fn desk(&self) -> Desk {
        Self::on(Store::open(&self.path(), Access::ReadWrite).unwrap())
    }

    fn person(&self, name: &str) -> Person {
        self.desk().person(name).unwrap()
    }

    /// Somebody's screen, with its first answers.
    fn seat(&self, name: &str) -> Seat {
        let me = self.person(name);
        let world = World {
            now: self.now,
            me: Some(me.clone()),
            zone: New_York,
            policy: Arc::new(crate::policy::shipped().unwrap()),
            keys: Arc::new(Keymap::shipped().unwrap()),
            theme: Arc::new(Theme::shipped("dark", Depth::True).unwrap()),
            views: built_in(),
        };
        let (send, answers) = channel();
        let worker =
            Worker::start(self.desk(), Some(me.id), Clock::Fixed(self.now), move |answer| {
                drop(send.send(answer));
            });
        let mut model = Model::new(world);
        model.size = (140, 40);
        let worker = worker.unwrap().below(self.folder.path().to_owned());
        let mut seat = Seat { model, worker, answers };
        let effects = start(&mut seat.model);
        seat.carry_out(effects);
        seat.settle();
        seat
    }
}

struct Seat {
    model: Model,
    worker: Worker,
    answers: Receiver<Answer>,
}

impl Seat {
    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Load(load) => self.worker.load(load),
                Effect::Write(ticket, write) => self.worker.write(ticket, write),
                Effect::Import(ticket, ask) => self.worker.import(ticket, ask),
                other => panic!("{other:?}"),
            }
        }
    }

    fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.carry_out(effects);
    }

    /// Takes answers until what is on screen has all come.
    fn settle(&mut self) {
        while self.model.awaits() {
            let answer = self.answers.recv_timeout(PATIENCE).expect("an answer");
            self.tell(Msg::Answer(answer));
        }
        self.tell(Msg::Seen);
    }

    /// Takes answers until the screen is as wanted.
    fn until(&mut self, what: &str, wanted: impl Fn(&Model) -> bool) {
        while !wanted(&self.model) {
            let answer = self.answers.recv_timeout(PATIENCE);
            let answer =
                answer.unwrap_or_else(|_| panic!("waited for {what} and saw\n{}", self.screen()));
            self.tell(Msg::Answer(answer));
        }
    }

    fn keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.tell(Msg::Input(Input::Key(key.parse().unwrap())));
            self.settle();
        }
    }

    /// Types a key and waits for nothing.
    fn tell_key(&mut self, key: &str) {
        self.tell(Msg::Input(Input::Key(key.parse().unwrap())));
    }

    fn screen(&self) -> String {
        let mut memory = crate::tui::memory::Memory::default();
        shot(140, 40, |frame| crate::tui::view::view(&self.model, &mut memory, frame)).text()
    }

    fn at_hand(&self) -> HandoffId {
        self.model.list().unwrap().selected.unwrap()
    }
}

#[test]
fn a_handoff_is_assigned_undone_and_done_again() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let id = dana.at_hand();
    let desk = office.desk();
    let stage = |id| desk.dossier(id, None, office.now).unwrap().handoff.stage;
    let all = dana.model.queue.page.rows.len();
    assert_eq!(stage(id), Stage::Queued);
    dana.keys("A");
    assert_eq!(stage(id), Stage::Assigned);
    assert!(dana.screen().contains(&format!("Assigned {id} ")), "{}", dana.screen());
    assert_eq!(dana.model.queue.page.rows.len(), all - 1, "it has left triage");
    assert_ne!(dana.at_hand(), id);
    dana.keys("u");
    assert_eq!((stage(id), dana.at_hand()), (Stage::Queued, id), "what was undone is at hand");
    dana.keys("U");
    assert_eq!(stage(id), Stage::Assigned);
    dana.worker.stop();
}

#[test]
fn two_accounts_become_one_and_two_again() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let account = dana.model.card().unwrap().account.clone();
    let draft = AccountDraft {
        external: Some("other:1".into()),
        name: Some(account.name.to_uppercase()),
        industry: Some("Shipbuilding".into()),
        ..AccountDraft::default()
    };
    let mut store = Store::open(&office.path(), Access::ReadWrite).unwrap();
    let mut import = Import::new(Stamp {
        action_id: [7; 16],
        actor: None,
        machine: Machine { os_user: "test".into(), host: "here".into(), pid: 1 },
        at: office.now,
        label: "imported accounts".into(),
        policy: "test",
    });
    let fates = store.take_in(&mut import, &[&Draft::Account(Box::new(draft))], None).unwrap();
    assert_eq!(fates, [Ok(Fate::New)]);
    let named = |key: &str| office.desk().account_called(key).unwrap();
    let twin = named("other:1");
    assert_ne!(twin, account.id);
    dana.keys("M");
    assert!(dana.screen().contains(&format!("{twin} ")), "{}", dana.screen());
    dana.keys("y");
    assert!(dana.model.popups.is_empty(), "{}", dana.screen());
    assert!(dana.screen().contains("Merged"), "{}", dana.screen());
    assert_eq!(named("other:1"), account.id, "its key names the survivor now");
    dana.keys("u");
    assert_eq!(named("other:1"), twin);
    assert_eq!(office.desk().account(&account.id.to_string()).unwrap(), account);
    dana.worker.stop();
}

#[test]
fn two_seats_see_each_others_work_and_only_one_of_them_wins() {
    let office = Office::new();
    let (mut dana, mut lee) = (office.seat("Dana Reyes"), office.seat("Dana Reyes"));
    let id = dana.at_hand();
    assert_eq!(lee.at_hand(), id);
    // Both saw the same version; the second to act is told.
    let proposal = office.desk().proposal(id, office.now).unwrap().best().unwrap();
    let seen = lee.model.row().unwrap().version;
    dana.keys("A");
    let command =
        crate::domain::command::Command::Assign { to: proposal, brief: None, anyway: false };
    let ask = crate::desk::Ask { handoff: id, seen: Some(seen), command };
    let effect = lee.model.run(vec![ask]);
    lee.carry_out(vec![effect]);
    lee.until("the conflict", |model| model.toast.is_some());
    let told = lee.model.toast.as_ref().unwrap().sentence.clone();
    assert!(told.contains("Dana Reyes") && told.contains(&id.to_string()), "{told}");
    // Without a key, what one did is on the other's screen.
    let next = dana.at_hand();
    dana.keys("A");
    lee.until("the other's work", |model| model.queue.page.rows.iter().all(|row| row.id != next));
    dana.worker.stop();
    lee.worker.stop();
}

#[test]
fn every_screen_and_popup_has_its_answers() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    dana.keys("w");
    dana.until("the criteria", |model| model.popups.last().is_some_and(|popup| !popup.awaits()));
    assert!(dana.screen().contains("The sum"), "{}", dana.screen());
    dana.keys("Esc 4");
    assert!(dana.screen().contains("Sam Ortiz"), "{}", dana.screen());
    dana.keys("6");
    assert!(dana.screen().contains("assigned"), "{}", dana.screen());
    dana.keys("1 v B r e a c Enter");
    let list = &dana.model.queue;
    assert_eq!(list.view.name, "Breached");
    assert!(list.row().unwrap().next.is_some_and(|next| next.due <= office.now));
    dana.until("the count", |model| model.queue.count.is_some());
    dana.keys("*");
    dana.until("the marks", |model| !model.queue.marks.is_empty());
    dana.worker.stop();
}

#[test]
fn a_handoff_that_moved_out_of_the_page_is_found_where_it_is_now() {
    let office = Office::new();
    let me = office.person("Dana Reyes");
    let (send, _answers) = channel();
    let work = Work {
        from: office.desk().elsewhere(),
        glance: Arc::default(),
        wanted: Arc::default(),
        desk: office.desk(),
        me: Some(me.id),
        clock: Clock::Fixed(office.now),
        answer: Arc::new(move |answer| drop(send.send(answer))),
        trial: Arc::default(),
        writes: Arc::default(),
        news: news::News::new(Arc::default()),
        seen: None,
        read_only: None,
        failing: false,
        late: None,
        past: None,
        went: channel().1,
    };
    let query = Query {
        filter: Default::default(),
        sort: Sort::default(),
        me: Some(me.id),
        now: office.now,
        zone: New_York,
    };
    let all = work.page(&query, &Edge::First, 1_000, None).unwrap();
    assert!(all.rows.len() > 30);
    let kept = all.rows[25].id;
    let page = work.page(&query, &Edge::First, 10, Some(kept)).unwrap();
    let ids =
        |rows: &[crate::domain::queue::QueueRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(&page.rows), ids(&all.rows[20..30]));
    assert!(page.before && page.after);
    let gone = work.page(&query, &Edge::First, 10, Some(HandoffId(999_999))).unwrap();
    assert_eq!(ids(&gone.rows), ids(&all.rows[..10]));
}

/// A desk that is left alone asks for news once in a minute; it is woken by others' writes.
#[test]
#[cfg(target_os = "linux")]
fn whoever_rests_is_told_that_somebody_wrote() {
    let office = Office::new();
    let desk = office.desk();
    let (jobs, told) = channel();
    let watch = watch(&desk, jobs).unwrap();
    let mut other = office.desk();
    let dana = office.person("Dana Reyes").id;
    let new = crate::desk::NewPerson {
        name: "Ned New".to_owned(),
        email: "ned@example.com".to_owned(),
        role: crate::domain::person::Role::Ae,
    };
    other.add_person(Some(dana), office.now, [7; 16], &new).unwrap();
    assert_eq!(told.recv_timeout(PATIENCE), Ok(Job::Written));
    assert!(!watch.over().load(Ordering::Acquire));
}

#[test]
fn the_end_waits_for_what_was_asked_to_be_written() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let id = dana.at_hand();
    let command = crate::domain::command::Command::Note { text: "last words".to_owned() };
    let ask = crate::desk::Ask { handoff: id, seen: None, command };
    let effect = dana.model.run(vec![ask]);
    dana.carry_out(vec![effect]);
    dana.worker.writes().drain();
    let record = office.desk().dossier(id, None, office.now).unwrap().record;
    assert_eq!(record[0].note.as_deref(), Some("last words"));
    dana.worker.stop();
}

/// What is on each screen goes into a file as it is there, and no cell of it is computed by a spreadsheet.
#[test]
fn what_is_on_screen_is_written_and_safe_to_open() {
    use crate::domain::measure::period::Period;
    use crate::domain::measure::sheet::Scope;
    use crate::tui::effect::Export;
    let office = Office::new();
    let mut desk = office.desk();
    let dana = desk.person("Dana Reyes").unwrap();
    let new = crate::desk::NewPerson {
        name: "=HYPERLINK(\"http://x.example\")".to_owned(),
        email: "bite@x.example".to_owned(),
        role: crate::domain::person::Role::Ae,
    };
    desk.add_person(Some(dana.id), office.now, [7; 16], &new).unwrap();
    let (_go, went) = channel();
    let work = Work {
        from: desk.elsewhere(),
        glance: Arc::default(),
        wanted: Arc::default(),
        desk,
        me: Some(dana.id),
        clock: Clock::Fixed(office.now),
        answer: Arc::new(|_| {}),
        trial: Arc::default(),
        writes: Arc::default(),
        news: news::News::new(Arc::default()),
        seen: None,
        read_only: None,
        failing: false,
        late: None,
        past: None,
        went,
    };
    let query = Query {
        filter: "open".parse().unwrap(),
        sort: Sort::default(),
        me: None,
        now: office.now,
        zone: New_York,
    };
    let listed = office.desk().count(&query, 1_000).unwrap();
    let week: crate::domain::batch::Week = "2026-W47".parse().unwrap();
    let waits = office.desk().sheet(week, None, office.now).unwrap();
    let waits = waits.round.items.len() + waits.undelivered.len() + waits.settled.len();
    let scope = Scope { period: Period::month_of(office.now, New_York), kind: None, team: None };
    let people = office.desk().people().unwrap().len();
    for (what, name, rows) in [
        (Export::List(query), "handoffs-2026-11-18.csv", None),
        (Export::Batch(week), "batch-2026-W47.csv", Some(waits)),
        (Export::Team, "team-2026-11-18.csv", Some(people)),
        (Export::Activity, "activity-2026-11-18.csv", None),
        (Export::Report(scope.clone(), "csv"), "handoff-2026-11.csv", None),
    ] {
        let (found, bytes) = work.file(&what, office.now).unwrap();
        assert_eq!(found, name);
        let bytes = bytes.unwrap();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
        let all: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert!(
            !all.is_empty() && rows.is_none_or(|rows| rows == all.len()),
            "{name}: {}",
            all.len()
        );
        for cell in all.iter().flatten() {
            let number = cell.parse::<f64>().is_ok();
            assert!(
                number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{name}: {cell}"
            );
        }
        match what {
            Export::List(_) => {
                assert_eq!(listed, crate::domain::queue::Count::Exactly(all.len() as u64))
            }
            Export::Team => {
                let named = all.iter().flatten().any(|cell| cell.starts_with("'=HYPERLINK"));
                assert!(named, "the name is there, as a text");
            }
            _ => {}
        }
    }
    let (name, book) = work.file(&Export::Report(scope, "xlsx"), office.now).unwrap();
    assert_eq!((name.as_str(), book.unwrap().get(..2)), ("handoff-2026-11.xlsx", Some(&b"PK"[..])));
}

#[test]
fn measures_are_there_before_whoever_leads_asks_for_them() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    dana.until("the month", |model| model.measures.sheet.is_some());
    assert_eq!(dana.model.measures.waiting, None);
    let sheet = dana.model.measures.sheet.clone().unwrap();
    let scope = dana.model.measures.scope(office.now, New_York);
    assert_eq!(*sheet, office.desk().measures(&scope, office.now).unwrap());
    assert_eq!(sheet.rates.len(), 6);
    // They are drawn with the key itself, and read anew behind it.
    dana.tell_key("5");
    let screen = dana.screen();
    assert!(screen.contains("Handoff to response"), "{screen}");
    assert!(dana.model.measures.waiting.is_some());
    dana.settle();
    assert_eq!(dana.model.measures.waiting, None);

    // So are those of the month before and of the next type, until somebody writes.
    dana.until("what lies near", |model| model.measures.near(model.now, &model.policy).is_none());
    dana.tell_key("[");
    let shown = dana.model.measures.sheet.as_ref().unwrap().scope.period;
    assert_eq!(shown, scope.period.previous());
    assert!(dana.model.measures.waiting.is_some(), "and read anew");
    dana.settle();
    let effects = update(&mut dana.model, Msg::Answer(Answer::Changed));
    let ahead = |effect: &Effect| matches!(effect, Effect::Load(Load::Glance(..)));
    assert!(!effects.iter().any(ahead), "nothing for whoever presses no key: {effects:?}");
    dana.tell_key("]");
    let shown = dana.model.measures.sheet.as_ref().unwrap().scope.period;
    assert_eq!(shown, scope.period.previous(), "what was known may be so no more");
    dana.settle();
    assert_eq!(dana.model.measures.sheet.as_ref().unwrap().scope, scope);

    // Whoever is faster than the figures waits for those that are read already.
    let mut fast = office.seat("Dana Reyes");
    let scope = fast.model.measures.scope(office.now, fast.model.policy.zone);
    let ticket = fast.model.next_ticket();
    (fast.model.measures.sheet, fast.model.measures.glance) = (None, Some(scope));
    fast.model.measures.waiting = Some(ticket);
    fast.tell_key("5");
    assert_eq!(fast.model.measures.waiting, Some(ticket), "nothing else was asked for");
    fast.tell_key("1");
    fast.tell_key("5");
    assert_ne!(fast.model.measures.waiting, Some(ticket), "asked again, it is read again");

    let sam = office.seat("Sam Ortiz");
    assert_eq!((&sam.model.measures.sheet, sam.model.measures.waiting), (&None, None));
}

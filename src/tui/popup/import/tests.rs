//! The import screen under scripts of keys, as pictures, and what it asks for.

use std::collections::BTreeMap;

use rstest::rstest;

use super::*;
use crate::desk::{Counts, Imported};
use crate::domain::ids::{GestureId, PersonId};
use crate::intake::Mapped;
use crate::tui::incoming::Outcome;
use crate::tui::msg::Msg;
use crate::tui::sample::{Bench, bench};

const ME: PersonId = PersonId(1);

fn seen() -> Seen {
    let column = |column: usize, header: &str, fields: &[&str], known| Mapped {
        column,
        header: header.to_owned(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        known,
    };
    let row = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
    let first = |line, fields: &[(&'static str, &str)]| {
        let fields = fields.iter().map(|(field, value)| (*field, (*value).to_owned())).collect();
        (line, Kind::Accounts, fields)
    };
    let other = |key: &str, title: &str, kind| ReadAs {
        key: key.into(),
        title: title.into(),
        kinds: vec![kind],
    };
    Seen {
        summary: "Maven CRM accounts, 4 of 5 columns".into(),
        profile: "maven_accounts".into(),
        kinds: vec![Kind::Accounts],
        columns: vec![
            column(0, "account", &["accounts.id", "accounts.name"], true),
            column(1, "sector", &["accounts.industry"], true),
            column(2, "year_established", &[], true),
            column(3, "revenue", &["accounts.revenue"], true),
            column(4, "mood\u{1b}[31m", &[], false),
        ],
        head: vec![
            row(["Acme Corporation", "technolgy", "1996", "1100.04", "good"]),
            row(["Betasoloin", "medical", "1999", "251.41", ""]),
        ],
        first: vec![
            first(
                2,
                &[
                    ("id", "maven:account:Acme Corporation"),
                    ("name", "Acme Corporation"),
                    ("revenue", "1,100,040,000"),
                    ("industry", "technology"),
                ],
            ),
            first(3, &[("name", "Beta\u{202e}soloin"), ("revenue", "251,410,000")]),
        ],
        chosen: BTreeMap::new(),
        dated: true,
        others: vec![
            other("accounts", "accounts", Kind::Accounts),
            other("signals", "signals", Kind::Signals),
            other("maven_accounts", "Maven CRM accounts", Kind::Accounts),
        ],
    }
}

fn counted() -> Counted {
    Counted {
        rows: 85,
        kinds: BTreeMap::from([(Kind::Accounts, Counts { new: 1_081, changed: 2, unchanged: 0 })]),
        rejected: 24,
        problems: vec![
            "line 12, revenue: \"many\u{7}\" is not a number; write it in digits".into(),
            "line 31: the row has 4 cells and the header row 5; its last cell is missing".into(),
        ],
        alike: vec!["A-7 Acme (acme.com) and A-90 Acme Inc (no domain): names look alike".into()],
        alike_in_all: 1,
        notes: vec!["sector: values that have no meaning here yet count as other".into()],
    }
}

/// What was asked for of imports since.
fn asked(bench: &mut Bench) -> Option<(Ticket, ImportAsk)> {
    let asked = bench.asked().into_iter().rev();
    asked.into_iter().find_map(|effect| match effect {
        Effect::Import(ticket, ask) => Some((ticket, ask)),
        _ => None,
    })
}

fn answer(bench: &mut Bench, ticket: Ticket, what: ImportAnswer) {
    bench.tell(Msg::Answer(Answer::Import(ticket, what)));
}

fn typed(bench: &mut Bench, text: &str) {
    for letter in text.chars() {
        bench.keys(&letter.to_string());
    }
}

/// The screen with a file that was looked at and counted.
fn preview(columns: u16, rows: u16) -> (Bench, Ticket) {
    let mut bench = bench(1, columns, rows);
    bench.keys("I");
    typed(&mut bench, "crm/accounts.csv");
    bench.keys("Enter");
    let (ticket, ask) = asked(&mut bench).unwrap();
    let path = "crm/accounts.csv".to_owned();
    assert_eq!(ask, ImportAsk::Look(Ask { path, ..Ask::default() }, ME));
    answer(&mut bench, ticket, ImportAnswer::Seen(Arc::new(seen())));
    answer(&mut bench, ticket, ImportAnswer::Counted(Arc::new(counted())));
    (bench, ticket)
}

#[rstest]
#[case(140, 40)]
#[case(100, 30)]
#[case(80, 24)]
fn pictures(#[case] columns: u16, #[case] rows: u16) {
    let kept = |bench: &Bench, name: &str| {
        bench.shot().is_as_kept(&format!("import_{name}_{columns}x{rows}"));
    };
    let (mut bench, _) = preview(columns, rows);
    kept(&bench, "preview");
    bench.keys("m Down");
    kept(&bench, "columns");
    bench.keys("Enter");
    kept(&bench, "field");
    bench.keys("Esc Esc y");
    let (ticket, _) = asked(&mut bench).unwrap();
    answer(&mut bench, ticket, ImportAnswer::Importing(43));
    kept(&bench, "running");
}

#[test]
fn a_path_is_completed_and_a_wrong_one_is_told_where_it_was_typed() {
    let mut bench = bench(1, 100, 30);
    bench.keys("I");
    typed(&mut bench, "crm/a");
    bench.keys("Tab");
    let (ticket, ask) = asked(&mut bench).unwrap();
    assert_eq!(ask, ImportAsk::Complete("crm/a".into()));
    let completed = |path: &str, names: &[&str]| ImportAnswer::Completed {
        typed: "crm/a".into(),
        path: path.into(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    answer(&mut bench, ticket, completed("crm/acc", &["acc\u{1b}ounts.csv", "accruals/"]));
    bench.shot().is_as_kept("import_path");
    // What comes for an older text is nobody's.
    typed(&mut bench, "x");
    answer(&mut bench, ticket, completed("crm/other", &["other"]));
    assert!(bench.shot().text().contains("crm/accx"), "{}", bench.shot().text());
    bench.keys("Enter");
    let (ticket, _) = asked(&mut bench).unwrap();
    assert!(bench.shot().text().contains("The file is being read."));
    let why = "There is no file crm/accx; check the path.";
    answer(&mut bench, ticket, ImportAnswer::Unread(why.into()));
    let shot = bench.shot().text();
    assert!(shot.contains(why) && shot.contains("crm/accx"), "{shot}");
    bench.keys("Esc");
    assert!(bench.model.popups.is_empty());
}

#[test]
fn nothing_is_taken_in_before_it_is_known_what_that_changes() {
    let mut bench = bench(1, 100, 30);
    bench.keys("I");
    typed(&mut bench, "a.csv");
    bench.keys("Enter");
    let (ticket, _) = asked(&mut bench).unwrap();
    // A second Enter, typed before anything was there, is not taken for a yes.
    bench.keys("Enter y");
    answer(&mut bench, ticket, ImportAnswer::Seen(Arc::new(seen())));
    answer(&mut bench, ticket, ImportAnswer::Counting(7));
    assert!(bench.shot().text().contains("7 %"), "{}", bench.shot().text());
    bench.keys("Enter");
    assert!(bench.told().starts_with("y takes it in"));
    bench.keys("y");
    assert!(bench.told().starts_with("What would change is still being counted"));
    assert_eq!(asked(&mut bench), None);
    let nothing = Counted {
        kinds: BTreeMap::from([(Kind::Accounts, Counts { unchanged: 9, ..Counts::default() })]),
        ..Counted::default()
    };
    answer(&mut bench, ticket, ImportAnswer::Counted(Arc::new(nothing)));
    bench.keys("y");
    assert!(bench.told().starts_with("Nothing in this file is new"));
    assert_eq!(asked(&mut bench), None);
    bench.keys("Esc");
    assert_eq!(asked(&mut bench).map(|(_, ask)| ask), Some(ImportAsk::Stop));
    // What comes late opens nothing.
    answer(&mut bench, ticket, ImportAnswer::Counted(Arc::new(counted())));
    assert!(bench.model.popups.is_empty() && bench.model.importing.is_none());
}

#[test]
fn it_is_taken_in_beside_the_screen_shown_again_and_told_in_a_line() {
    let (mut bench, _) = preview(100, 30);
    bench.keys("y");
    let (ticket, ask) = asked(&mut bench).unwrap();
    assert!(matches!(&ask, ImportAsk::Run(ask, ME) if ask.path == "crm/accounts.csv"), "{ask:?}");
    bench.keys("Enter");
    assert!(bench.model.popups.is_empty());
    answer(&mut bench, ticket, ImportAnswer::Importing(43));
    assert!(bench.shot().text().contains("I importing 43 %"), "{}", bench.shot().text());
    bench.keys("u");
    assert!(bench.told().starts_with("An import is running; undo waits"), "{}", bench.told());
    // A second one is not begun meanwhile, from the key or from the command line.
    bench.keys("I");
    assert!(bench.shot().text().contains("Import · accounts.csv"), "{}", bench.shot().text());
    bench.keys("Enter : i m p o r t Space x Enter");
    assert!(bench.shot().text().contains("43 %"));
    bench.keys("Esc");
    assert_eq!(asked(&mut bench), Some((ticket, ImportAsk::Stop)));
    assert!(bench.shot().text().contains("stopping"));
    let done = Imported {
        kinds: counted().kinds,
        rejected: 1,
        gesture: Some(GestureId(4)),
        ..Imported::default()
    };
    answer(&mut bench, ticket, ImportAnswer::Imported(Outcome::of("accounts.csv", &done, true)));
    assert_eq!(
        bench.told(),
        "Stopped accounts.csv halfway: 1,081 accounts new, 2 accounts changed; 1 row rejected · u undo"
    );
    assert!(bench.model.popups.is_empty() && bench.model.importing.is_none());
}

#[test]
fn leaving_the_desk_stops_what_runs_first() {
    let (mut bench, _) = preview(100, 30);
    bench.keys("y");
    let (ticket, _) = asked(&mut bench).unwrap();
    bench.keys("Enter q");
    assert_eq!(bench.told(), "The import is being stopped; q again leaves the desk.");
    assert_eq!(bench.asked(), [Effect::Import(ticket, ImportAsk::Stop)]);
    bench.keys("q");
    assert_eq!(bench.asked(), [Effect::Quit]);
}

#[test]
fn what_came_of_an_import_is_one_sentence() {
    let told = |done: &Imported, stopped| Outcome::of("a.csv", done, stopped).sentence;
    let none = Imported::default();
    assert_eq!(told(&none, false), "Nothing in a.csv was new");
    assert_eq!(told(&none, true), "Stopped before anything of a.csv was taken in");
    let counts = Counts { new: 2, ..Counts::default() };
    let done = Imported { kinds: BTreeMap::from([(Kind::Handoffs, counts)]), ..none };
    let outcome = Outcome::of("a.csv", &done, false);
    assert_eq!(outcome.sentence, "Imported a.csv: 2 handoffs new");
    assert!(!outcome.undo, "each is taken back by itself");
}

#[test]
fn columns_are_given_fields_or_left_out_and_the_preview_is_made_again() {
    let (mut bench, _) = preview(100, 30);
    bench.keys("m Esc");
    assert_eq!(asked(&mut bench), None, "nothing was chosen");
    bench.keys("m s e c Enter l e a v e Enter");
    assert!(bench.shot().text().contains("left out, as you said"), "{}", bench.shot().text());
    bench.keys("Up Down Down Down Down Enter r e g i o n Enter");
    assert!(bench.shot().text().contains("→ accounts.region"), "{}", bench.shot().text());
    bench.keys("Esc");
    let (ticket, ask) = asked(&mut bench).unwrap();
    let ImportAsk::Look(ask, ME) = ask else { panic!("{ask:?}") };
    assert_eq!(ask.read_as.as_deref(), Some("maven_accounts"));
    let chosen: Vec<_> = ask.chosen.iter().map(|(at, to)| (*at, to.as_deref())).collect();
    assert_eq!(chosen, [(1, None), (4, Some("accounts.region"))]);
    let again = Seen { chosen: ask.chosen.clone(), ..seen() };
    answer(&mut bench, ticket, ImportAnswer::Seen(Arc::new(again)));
    assert!(bench.shot().text().contains("* as you said"), "{}", bench.shot().text());
    // One is taken back.
    bench.keys("m s e c Enter a s Space b e f Enter Esc");
    let (_, ask) = asked(&mut bench).unwrap();
    assert!(matches!(&ask, ImportAsk::Look(ask, _) if ask.chosen.len() == 1), "{ask:?}");
}

#[test]
fn what_nobody_knows_is_asked_for() {
    let (mut bench, _) = preview(100, 30);
    bench.keys("d Down Enter");
    let (ticket, ask) = asked(&mut bench).unwrap();
    let month_first = Some(crate::intake::Order::MonthFirst);
    assert!(matches!(&ask, ImportAsk::Look(ask, _) if ask.dates == month_first), "{ask:?}");
    let why = "accounts.csv: its columns are not known (a, b).".to_owned();
    answer(&mut bench, ticket, ImportAnswer::Unknown(why, seen().others));
    bench.shot().is_as_kept("import_read_as");
    bench.keys("s i g n Enter");
    let (ticket, ask) = asked(&mut bench).unwrap();
    let signals = |ask: &Ask| ask.read_as.as_deref() == Some("signals") && ask.chosen.is_empty();
    assert!(matches!(&ask, ImportAsk::Look(ask, _) if signals(ask)), "{ask:?}");
    let why = "the dates in at can be day first or month first (03/04/2026)".to_owned();
    answer(&mut bench, ticket, ImportAnswer::Undecided(why));
    bench.shot().is_as_kept("import_dates");
    bench.keys("Esc");
    assert!(bench.shot().text().contains("crm/accounts.csv"), "the path is there to mend");
}

#[test]
fn who_may_not_is_told_why() {
    for (me, told) in [(3, "Sam Ortiz (AE) may not import."), (2, "Lee Park (Manager) may not")] {
        let mut bench = bench(me, 100, 30);
        bench.keys("I");
        assert!(bench.told().starts_with(told), "{}", bench.told());
        assert!(bench.model.popups.is_empty());
        bench.keys(": i m p o r t Space x Enter");
        assert!(bench.told().starts_with(told), "{}", bench.told());
        assert!(bench.model.popups.is_empty());
        assert_eq!(asked(&mut bench), None);
        bench.keys(": i m p o r t");
        assert!(bench.shot().text().contains("may not import"), "{}", bench.shot().text());
    }
    let mut bench = bench(1, 100, 30);
    bench.model.read_only = Some("the disk is full".into());
    bench.keys("I");
    assert_eq!(bench.told(), "This store can only be read: the disk is full.");
    let mut marketing = crate::tui::sample::bench(5, 100, 30);
    marketing.keys("I");
    assert_eq!(marketing.model.popups.len(), 1, "these are marketing's files");
}

#[test]
fn nothing_panics_at_any_size() {
    let (mut bench, _) = preview(140, 40);
    for keys in ["G", "m", "Enter", "Esc", "Esc", "t", "Esc", "d", "Esc", "y"] {
        for (columns, rows) in [(0, 0), (3, 2), (20, 5), (40, 10)] {
            bench.tell(Msg::Resize(columns, rows));
            bench.shot();
        }
        bench.keys(keys);
    }
}

//! Whole days in a real pseudo-terminal: each of the three people does their work with the program as it is shipped, and
//! afterwards the command line tells what the store says.

mod import;
mod key_counts;
mod messages;
mod office;

use rustix::process::Signal;

use crate::support::pty::Pty;
use office::{Office, TUESDAY};

/// Three days later: every promise of the fixture is broken.
const FRIDAY: &str = "2026-11-13T10:00:00-05:00";

#[test]
fn the_vp_reads_takes_the_proposal_undoes_assigns_another_and_briefs() {
    let office = Office::new();
    let mut desk = office.desk("Dana Reyes", TUESDAY, (140, 40));
    desk.wait_for("Tier 1 triage · 6");
    desk.wait_for("H-1 · Alder Labs");
    desk.wait_for("Used the ROI calculator, Visited the pricing page");
    desk.keys("]");
    desk.wait_for("Mon 2 Nov · Alder Labs opens a second");
    desk.keys("A");
    desk.wait_for("Assigned H-1 Alder Labs to Sam Ortiz");
    assert_eq!(office.show("H-1")["owner"], "Sam Ortiz");
    desk.keys("u");
    desk.wait_for("Undid: assigned H-1 Alder Labs to Sam Ortiz");
    assert_eq!(office.show("H-1")["stage"], "queued");
    desk.keys("g");
    desk.wait_for("H-1 · Alder Labs");
    desk.keys("a");
    desk.wait_for("Proposed");
    desk.keys("ana");
    desk.wait_until("one left", |screen| !screen.contents().contains("▌ Sam Ortiz"));
    desk.keys("\r");
    desk.wait_for("Assigned H-1 Alder Labs to Ana Silva");
    desk.keys("v");
    desk.wait_for("Views");
    desk.keys("All\r");
    desk.wait_for("All · 6");
    desk.keys("G");
    desk.wait_for("H-1 · Alder Labs");
    desk.keys("b");
    desk.wait_for("Brief");
    desk.keys("Ask Sarah who owns the budget.\x13");
    desk.wait_for("Briefed H-1 Alder Labs");
    quit(desk);
    let shown = office.show("H-1");
    assert_eq!((&shown["owner"], &shown["stage"]), (&"Ana Silva".into(), &"assigned".into()));
    assert_eq!(shown["brief"], "Ask Sarah who owns the budget.");
    office.sound();
}

#[test]
fn the_ae_accepts_touches_is_told_what_is_owed_and_records_bad_timing() {
    let office = Office::new();
    office.done("Dana Reyes", TUESDAY, &["assign", "H-2", "--to", "Sam Ortiz"]);
    let mut desk = office.desk("Sam Ortiz", TUESDAY, (100, 30));
    desk.wait_for("Mine · 1");
    desk.wait_for("Bright Mills");
    desk.keys("c");
    desk.wait_for("Accepted H-2 Bright Mills");
    desk.keys("t");
    desk.wait_for("Log a touch");
    desk.keys("\r");
    desk.wait_for("Logged email touch on H-2 Bright Mills");
    desk.keys("d");
    desk.wait_for("Disposition");
    desk.keys("no_r");
    desk.wait_for("NO_RESPONSE");
    desk.keys("\r");
    desk.wait_for("still owed: 4 touches and 21 days");
    desk.keys("\x1b");
    desk.wait_until("the form is closed", |screen| !screen.contents().contains("Disposition ·"));
    desk.keys("d");
    desk.wait_for("Disposition");
    desk.keys("bad\r");
    desk.wait_for("Re-hand on");
    desk.keys("2027-01-15");
    desk.wait_for("15 Jan 2027");
    desk.keys("\r");
    desk.wait_for("Recorded BAD_TIMING on H-2 Bright Mills");
    quit(desk);
    let shown = office.show("H-2");
    assert_eq!(
        (&shown["stage"], &shown["days"]["wake"]),
        (&"nurture".into(), &"2027-01-15".into())
    );
    assert_eq!(shown["touches"].as_array().map(Vec::len), Some(1));
    office.sound();
}

#[test]
fn the_manager_filters_marks_five_reassigns_them_and_undoes_all_at_once() {
    let office = Office::new();
    let ids = ["H-1", "H-2", "H-3", "H-4", "H-5", "H-6"];
    let assign: Vec<_> = ["assign"].into_iter().chain(ids).chain(["--to", "Sam Ortiz"]).collect();
    office.done("Dana Reyes", TUESDAY, &assign);
    let mut desk = office.desk("Lee Park", FRIDAY, (140, 40));
    desk.wait_for("Unassigned");
    desk.keys("v");
    desk.wait_for("Views");
    desk.keys("breached\r");
    desk.wait_for("Breached · 6");
    desk.keys("     ");
    desk.wait_for("5 marked");
    desk.keys("a");
    desk.wait_for("Assign · 5 handoffs");
    desk.wait_for("Proposed");
    desk.keys("ana\r");
    desk.wait_for("All 5 handoffs can.");
    desk.keys("y");
    desk.wait_for("Assigned 5 handoffs to Ana Silva");
    let owners =
        |office: &Office| ids.map(|id| office.show(id)["owner"].as_str().unwrap_or("–").to_owned());
    assert_eq!(owners(&office).iter().filter(|name| *name == "Ana Silva").count(), 5);
    desk.keys("u");
    desk.wait_for("Undid: assigned 5 handoffs to Ana Silva");
    quit(desk);
    assert!(owners(&office).iter().all(|name| name == "Sam Ortiz"), "all five at once");
    office.sound();
}

#[test]
fn two_desks_see_each_others_work_and_of_two_assignments_one_wins() {
    let office = Office::new();
    let mut dana = office.desk("Dana Reyes", TUESDAY, (140, 40));
    let mut lee = office.desk("Lee Park", TUESDAY, (140, 40));
    dana.wait_for("H-1 · Alder Labs");
    lee.wait_for("H-1 · Alder Labs");
    for desk in [&mut dana, &mut lee] {
        desk.keys("a");
        desk.wait_for("Proposed");
    }
    dana.keys("sam\r");
    lee.keys("ana\r");
    dana.wait_until("an answer", |screen| answered(&screen.contents()));
    lee.wait_until("an answer", |screen| answered(&screen.contents()));
    let told = [dana.screen(), lee.screen()];
    let count = |what: &str| told.iter().filter(|screen| screen.contains(what)).count();
    assert_eq!((count("Assigned H-1"), count("Conflict")), (1, 1), "{told:#?}");
    for desk in [&mut dana, &mut lee] {
        desk.keys("\x1b\x1b");
        desk.wait_until("one fewer is waiting", |screen| screen.contents().contains(" · 5 · "));
    }
    quit(dana);
    quit(lee);
    assert_eq!(office.show("H-1")["version"], 3, "flagged, submitted, assigned once");
    office.sound();
}

fn answered(screen: &str) -> bool {
    screen.contains("Assigned H-1") || screen.contains("Conflict")
}

#[test]
fn what_was_acknowledged_outlives_a_kill_and_the_terminal_is_given_back() {
    let office = Office::new();
    let mut desk = office.desk("Dana Reyes", TUESDAY, (100, 30));
    desk.wait_for("H-1 · Alder Labs");
    desk.keys("A");
    desk.wait_for("Assigned H-1 Alder Labs");
    desk.signal(Signal::TERM);
    assert_eq!(desk.end().0, 128 + 15);
    desk.assert_given_back();
    assert_eq!(office.show("H-1")["stage"], "assigned");
    office.sound();
}

#[test]
fn any_size_is_survived_while_a_form_is_open() {
    let office = Office::new();
    let mut desk = office.desk("Dana Reyes", TUESDAY, (140, 40));
    desk.wait_for("H-1 · Alder Labs");
    desk.keys("a");
    desk.wait_for("Proposed");
    for size in [(20, 5), (80, 24), (1, 1), (300, 90), (40, 10), (100, 30)] {
        desk.resize(size);
    }
    desk.wait_for("Proposed");
    desk.resize((20, 5));
    desk.wait_for("The desk needs 40 co");
    desk.resize((140, 40));
    desk.wait_for("Proposed");
    desk.keys("\x1b");
    desk.wait_until("the form is closed", |screen| !screen.contents().contains("Proposed"));
    quit(desk);
}

#[test]
fn text_from_outside_controls_no_terminal() {
    let office = Office::hostile();
    let mut desk = office.desk("Dana Reyes", TUESDAY, (140, 40));
    desk.wait_for("␛]0;owned␇");
    desk.wait_for("⟨U+202E⟩");
    for section in ["]", "]", "]", "]"] {
        desk.keys(section);
    }
    quit_quietly(&mut desk);
    let bytes = desk.bytes();
    let sent = String::from_utf8_lossy(&bytes);
    assert!(!sent.contains("\x1b]0;owned"), "no title is set");
    assert!(
        !sent.contains('\u{202e}') && !sent.contains('\u{9b}'),
        "nothing turns the line around"
    );
}

#[test]
fn without_colours_glyphs_say_it() {
    let office = Office::new();
    let desk = office.desk_with("Dana Reyes", FRIDAY, (100, 30), &[("NO_COLOR", "1")]);
    desk.wait_for("! Alder Labs");
    let colored = desk.look(|screen| {
        let (rows, columns) = screen.size();
        (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))).any(
            |(row, column)| {
                screen.cell(row, column).is_some_and(|cell| {
                    cell.fgcolor() != vt100::Color::Default
                        || cell.bgcolor() != vt100::Color::Default
                })
            },
        )
    });
    assert!(!colored, "no colour is sent");
    quit(desk);
}

#[test]
fn the_demo_opens_on_triage() {
    let office = Office::empty();
    let desk = office.start(&["demo"], TUESDAY, (140, 40), &[]);
    desk.wait_for("Dana Reyes · VP of Sales");
    desk.wait_for("Tier 1 triage · ");
    desk.wait_for("complete");
    quit(desk);
    assert!(office.no_demo_left(), "its store is thrown away");
}

#[test]
fn an_empty_store_asks_who_you_are() {
    let office = Office::empty();
    let mut desk = office.start(&[], TUESDAY, (100, 30), &[]);
    desk.wait_for("Your name");
    desk.keys("Kim Vale\tkim@example.com\tv\x13");
    desk.wait_for("Kim Vale ·");
    quit(desk);
    let people = office.json(&["list", "people"]);
    assert_eq!(people["people"][0]["name"], "Kim Vale");
    let again = office.start(&["--as", "Kim Vale"], TUESDAY, (100, 30), &[]);
    again.wait_for("Kim Vale ·");
    quit(again);
}

/// Leaves the desk; the terminal must be as it was.
fn quit(mut desk: Pty) {
    quit_quietly(&mut desk);
    desk.assert_given_back();
}

fn quit_quietly(desk: &mut Pty) {
    desk.keys("q");
    let (status, took) = desk.end();
    assert_eq!(status, 0);
    assert!(took.as_secs() < 10, "it took {took:?}");
}

//! What an account executive does most, counted in keys on the desk's own screen: accept 1, log an e-mail touch at most
//! 3, BAD_TIMING with a date at most 6 beside the date, and the next card of a sprint none.

use super::office::{Office, TUESDAY};
use super::quit;
use crate::support::pty::Pty;

/// A desk whose keys are counted.
struct Counted {
    desk: Pty,
    keys: usize,
}

impl Counted {
    /// Presses keys, each of one byte, and waits for what they bring.
    fn press(&mut self, keys: &str, brings: &str) -> &mut Self {
        self.desk.keys(keys);
        self.keys += keys.chars().count();
        self.desk.wait_for(brings);
        self
    }

    /// The keys since it was asked last.
    fn counted(&mut self) -> usize {
        std::mem::take(&mut self.keys)
    }
}

/// Sam's desk with three handoffs to accept, in the order of their ids.
fn sams(office: &Office, size: (u16, u16)) -> Counted {
    office.done("Dana Reyes", TUESDAY, &["assign", "H-1", "H-2", "H-3", "--to", "Sam Ortiz"]);
    let desk = office.desk("Sam Ortiz", TUESDAY, size);
    desk.wait_for("Mine · 3");
    desk.wait_for("read, accept or return");
    Counted { desk, keys: 0 }
}

#[test]
fn accept_is_one_key_a_touch_two_and_bad_timing_six_beside_its_date() {
    let office = Office::new();
    let mut sam = sams(&office, (140, 40));
    sam.press("c", "Accepted H-1 Alder Labs");
    assert_eq!(sam.counted(), 1, "accept");
    sam.press("", "1/7 Read the package").press("", "H-1 · Alder Labs").counted();
    sam.press("t", "Log a touch").press("\r", "Logged email touch on H-1 Alder Labs");
    assert!(sam.counted() <= 3, "log an e-mail touch");
    let date = "2027-01-15";
    sam.press("d", "Disposition · H-1").press("bad", "BAD_TIMING").press("\r", "Re-hand on");
    sam.press(date, "15 Jan 2027").press("\r", "Recorded BAD_TIMING on H-1 Alder Labs");
    assert!(sam.counted() <= 6 + date.len(), "BAD_TIMING");
    quit(sam.desk);
    assert_eq!(office.show("H-1")["stage"], "nurture");
    office.sound();
}

#[test]
fn the_next_card_of_a_sprint_costs_no_key() {
    let office = Office::new();
    let mut sam = sams(&office, (100, 30));
    sam.press("s", "Sprint · Mine · 3 left");
    sam.press("", "H-1 · Alder Labs").counted();
    sam.press("c", "2 left, 1 done").press("", "H-2 · Bright Mills");
    assert_eq!(sam.counted(), 1, "accept, and the next card is there");
    sam.press("c", "1 left, 2 done").press("", "H-3 · Cobalt Foods");
    assert_eq!(sam.counted(), 1);
    // What is taken back comes back to hand, and is left again.
    sam.press("u", "2 left, 1 done").press("", "H-2 · Bright Mills");
    sam.press("c", "1 left, 2 done").press("", "H-3 · Cobalt Foods");
    sam.press("c", "Sprint over: 3 done, none left.");
    sam.press("", "Mine · 3");
    quit(sam.desk);
    for id in ["H-1", "H-2", "H-3"] {
        assert_eq!(office.show(id)["stage"], "accepted", "{id}");
    }
}

#[test]
fn the_vp_takes_the_proposal_of_each_card_with_one_key() {
    let office = Office::new();
    let mut dana = Counted { desk: office.desk("Dana Reyes", TUESDAY, (140, 40)), keys: 0 };
    dana.press("", "Tier 1 triage · 6");
    dana.press("s", "Sprint · Tier 1 triage · 6 left").press("", "Proposed  Sam Ortiz").counted();
    dana.press("A", "5 left, 1 done").press("", "H-2 · Bright Mills").press("", "Proposed  ");
    assert_eq!(dana.counted(), 1);
    dana.press("j", "H-3 · Cobalt Foods").press("k", "H-2 · Bright Mills");
    dana.desk.keys("\x1b");
    dana.desk.wait_until("the sprint is over", |screen| !screen.contents().contains("5 left, 1"));
    quit(dana.desk);
    assert_eq!(office.show("H-1")["owner"], "Sam Ortiz");
}

#[test]
fn enter_does_the_next_step_one_after_the_other() {
    let office = Office::new();
    office.done("Dana Reyes", TUESDAY, &["assign", "H-1", "--to", "Sam Ortiz"]);
    office.done("Sam Ortiz", TUESDAY, &["accept", "H-1"]);
    let mut sam = Counted { desk: office.desk("Sam Ortiz", TUESDAY, (140, 40)), keys: 0 };
    sam.press("", "1/7 Read the package");
    sam.press("\r", "Checked \"Read the package (30 min)\"").press("\x1b", "2/7 Check the comm");
    sam.press("\r", "Checked \"Check the committee").press("\x1b", "3/7 Check the news");
    sam.press("\r", "Checked \"Check the news").press("\x1b", "4/7 Look for a warm");
    sam.press("\r", "5/7 Personalise the first");
    sam.press("\r", "First message · H-1").press("", "Alder Labs opens a second plant");
    sam.press("y", "H-1 Alder Labs · copied").press("\x1b", "6/7 Schedule it");
    // Right behind an Esc that is still on its way, Enter would be Alt-Enter.
    sam.desk.wait_until("the message closed", |screen| !screen.contents().contains("Esc close"));
    sam.press("\r", "7/7 Send it").press("\r", "Log a touch");
    sam.press("\r", "touch 2 of 5");
    sam.press("P", "First 48 hours").desk.keys("\x1b");
    sam.desk.wait_until("it is closed", |screen| !screen.contents().contains("First 48 hours"));
    quit(sam.desk);
    let shown = office.show("H-1");
    assert_eq!(shown["stage"], "working");
    let done = shown["checklist"].as_array().unwrap().iter().filter(|item| item["done"] == true);
    assert_eq!(done.count(), 7, "{}", shown["checklist"]);
    office.done("Sam Ortiz", TUESDAY, &["undo"]);
    office.sound();
}

#[test]
fn one_key_right_behind_accepting_rates_and_any_other_goes_on() {
    let office = Office::new();
    let mut sam = sams(&office, (100, 30));
    sam.press("c", "Accepted H-1 Alder Labs · 1-5 rates its package · u undo").counted();
    sam.press("5", "Rated H-1 Alder Labs 5 of 5");
    assert_eq!(sam.counted(), 1, "nothing is missing where all was there");
    // In a sprint the next card is there already, and the offer is still of the one before.
    sam.press("s", "Sprint · Mine · 3 left").press("", "H-2 · Bright Mills");
    sam.press("c", "Accepted H-2 Bright Mills · 1-5 rates").press("", "H-3 · Cobalt Foods");
    sam.press("2", "2 of 5 · H-2 Bright Mills").press("Who signs\r", "H-3 · Cobalt Foods");
    sam.desk.wait_until("it is sent", |screen| !screen.contents().contains("2 of 5 · H-2"));
    sam.press("c", "Accepted H-3 Cobalt Foods · 1-5 rates");
    // Any other key takes the offer away, and the screens have their keys again.
    sam.desk.keys("k");
    sam.desk.wait_until("it is gone", |screen| !screen.contents().contains("1-5 rates"));
    sam.press("4", "Team · 5 people");
    quit(sam.desk);
    for (id, stars, lacked) in
        [("H-1", Some(5), None), ("H-2", Some(2), Some("Who signs")), ("H-3", None, None)]
    {
        let shown = office.show(id);
        assert_eq!((shown["rating"].as_u64(), shown["lacked"].as_str()), (stars, lacked), "{id}");
    }
    office.sound();
}

#[test]
fn a_rating_tells_its_sender_what_was_missing() {
    let office = Office::new();
    office.done("Dana Reyes", TUESDAY, &["assign", "H-1", "--to", "Sam Ortiz"]);
    office.done("Sam Ortiz", TUESDAY, &["accept", "H-1"]);
    let mut sam = Counted { desk: office.desk("Sam Ortiz", TUESDAY, (100, 30)), keys: 0 };
    sam.press("", "Mine · 1").press("R", "Rate the package");
    sam.press("2\tWho signs\r", "Rated H-1 Alder Labs 2 of 5");
    quit(sam.desk);
    let mut mia = Counted { desk: office.desk("Mia Chen", TUESDAY, (140, 40)), keys: 0 };
    mia.press("", "Returned").press("v", "Views").press("rated\r", "Rated · 1");
    mia.press("", "Rated 2 of 5").press("", "Missing: Who signs");
    quit(mia.desk);
    assert_eq!(office.show("H-1")["lacked"], "Who signs");
    let low = office.json(&["list", "rating:<=3"]);
    assert_eq!(low["handoffs"].as_array().map(Vec::len), Some(1), "{low}");
}

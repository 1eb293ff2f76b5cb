//! The exit statuses of DESK.md 6, each met for its own reason.

use rstest::rstest;

use super::place::Place;

const BOSS: &str = "Dana Reyes";

/// The first handoff in a stage.
fn one(place: &Place, stage: &str) -> String {
    place.ids(&format!("stage:{stage}")).first().unwrap().clone()
}

#[test]
fn done_is_0() {
    let place = Place::demo();
    let id = one(&place, "queued");
    let said = place.run(&["assign", &id, "--as", BOSS]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with(&format!("Assigned {id}")), "{}", said.out);
}

#[test]
fn what_the_machine_failed_at_is_1() {
    let place = Place::empty();
    place.run(&["list"]).refuses(1, &["desk.db"]);
    let place = Place::demo();
    place.run(&["show", "H-99999"]).refuses(1, &["H-99999"]);
    place.run(&["backup", "/nowhere/at/all.db"]).refuses(1, &["/nowhere/at"]);
    place.run(&["import", "nowhere.csv"]).refuses(1, &["nowhere.csv"]);
}

#[rstest]
#[case::command(&["asign", "H-1"])]
#[case::option(&["list", "--limt", "3"])]
#[case::missing(&["assign"])]
#[case::number(&["list", "--limit", "many"])]
#[case::term(&["list", "tier:9"])]
#[case::id(&["show", "H-twelve"])]
#[case::time(&["list", "--now", "yesterday-ish"])]
#[case::due(&["due", "--from", "2026-11-25", "--target", "soon"])]
#[case::day(&["defer", "H-50", "--until", "someday", "--reason", "x", "--as", BOSS])]
#[case::role(&["person", "--name", "A", "--email", "a@b.example", "--role", "king", "--as", BOSS])]
fn what_was_written_wrongly_is_2(#[case] arguments: &[&str]) {
    let place = Place::demo();
    let said = place.run(arguments);
    assert_eq!(said.status, 2, "{arguments:?}: {}{}", said.out, said.err);
    assert_eq!(said.out, "");
    assert!(!said.err.is_empty() && !said.err.contains("panicked"), "{}", said.err);
}

#[test]
fn done_in_part_is_3_and_says_which_were_not() {
    let place = Place::demo();
    let (queued, closed) = (one(&place, "queued"), one(&place, "closed"));
    let said = place.run(&["assign", &queued, &closed, "--as", BOSS]);
    assert_eq!(said.status, 3, "{}{}", said.out, said.err);
    assert!(said.out.contains(&queued), "{}", said.out);
    assert!(said.err.contains(&closed), "{}", said.err);
    assert_eq!(place.json(&["show", &queued])["stage"], "assigned");
    assert_eq!(place.json(&["show", &closed])["stage"], "closed");
}

#[test]
fn what_the_rules_refuse_is_4_and_says_what_would_be_legal() {
    let place = Place::demo();
    let closed = one(&place, "closed");
    place.run(&["accept", &closed, "--as", BOSS]).refuses(4, &[&closed, "closed"]);
    let queued = one(&place, "queued");
    place.run(&["assign", &queued, "--as", "Sam Ortiz"]).refuses(4, &["VP of Sales"]);
    assert_eq!(place.json(&["show", &queued])["stage"], "queued");
}

#[test]
fn a_decision_on_what_has_changed_since_is_a_conflict() {
    let place = Place::demo();
    let id = one(&place, "queued");
    let version = place.json(&["show", &id])["version"].as_i64().unwrap();
    place.done("Marcus Whitfield", &["note", &id, "--text", "They moved the meeting."]);
    let seen = format!("{id}@{version}");
    place.run(&["assign", &seen, "--as", BOSS]).refuses(4, &[&id, "Marcus Whitfield"]);
    assert_eq!(place.json(&["show", &id])["stage"], "queued");
}

#[test]
fn nobody_of_that_name_is_told_where_to_look() {
    let place = Place::demo();
    let id = one(&place, "queued");
    place
        .run(&["assign", &id, "--as", "Nobody Atall"])
        .refuses(1, &["Nobody Atall", "handoff list people"]);
    let said = place.run(&["assign", &id]);
    assert_eq!(said.status, 2, "{}", said.err);
    said.tells(&["--as"]);
}

//! What a manager types: plan files that don't fit, people who can carry nothing or are away, calendars of all kinds.

use std::path::Path;

use serde_json::Value;

use crate::support::tool::{Tool, text};

const WEEK: &str = "2026-W47";
/// The Monday of the review.
const MONDAY: [&str; 2] = ["--now", "2026-11-23T10:00:00-05:00"];
const VP: &str = "Dana Reyes";

fn at<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    arguments.iter().copied().chain(MONDAY).collect()
}

/// The items that wait, with whom the desk proposes.
fn proposed(tool: &Tool) -> Vec<(String, String)> {
    let sheet = tool.json(VP, &at(&["batch", "show", WEEK]));
    let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = sheet["items"].as_array().unwrap().iter();
    items.map(|item| (words(&item["id"]), words(&item["proposed"]))).collect()
}

fn aes(tool: &Tool) -> Vec<String> {
    let people = tool.json(VP, &["list", "people"]);
    let people = people["people"].as_array().unwrap().iter();
    let aes = people.filter(|person| person["role"] == "ae" && person["active"] == true);
    aes.map(|person| person["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_plan_that_does_not_fit_is_refused_whole_and_a_good_one_is_undone_as_one() {
    let tool = Tool::demo();
    let before = proposed(&tool);
    assert!(before.len() >= 3, "{before:?}");
    let plan = tool.done(VP, &at(&["batch", "plan", WEEK]));
    let refused = |name: &str, plan: &str, status: i32, parts: &[&str]| {
        let path = tool.file(name, plan);
        let (was, why) = tool.refused(VP, &at(&["batch", "apply", text(&path)]));
        assert_eq!(was, status, "{name}: {why}");
        for part in parts {
            assert!(why.contains(part), "{name} wants {part:?}: {why}");
        }
        assert_eq!(proposed(&tool), before, "{name}: nothing was applied");
    };
    let to = format!("to = \"{}\"", before[0].1);
    refused(
        "stranger.toml",
        &plan.replacen(&to, "to = \"Nobody Known\"", 1),
        4,
        &["Line ", "Nobody here is called \"Nobody Known\"", "handoff list people"],
    );
    let start = plan.find("[[item]]").unwrap();
    let end = start + plan[start..].find("\n\n").unwrap();
    let row = &plan[start..end];
    let removed = [&plan[..start], &plan[end..]].concat();
    refused("removed.toml", &removed, 4, &[&before[0].0, "has no row", "decision = \"leave\""]);
    refused("twice.toml", &format!("{plan}\n{row}\n"), 2, &[&before[0].0, "has a row already"]);
    let none = plan.replace(WEEK, "2025-W53");
    refused("week.toml", &none, 2, &["Line ", "there is no week 2025-W53", "weeks 01 to 52"]);
    refused("no.toml", "what is this", 2, &["no.toml is not a plan", "Line 1"]);
    let (status, why) = tool.refused(VP, &at(&["batch", "plan", "2025-W53"]));
    assert_eq!((status, why.contains("2025 has the weeks 01 to 52")), (2, true), "{why}");

    // The store moves under the plan: refused whole, and what moved is named.
    let good = tool.file("plan.toml", &plan);
    let some = before.iter().find(|(_, to)| aes(&tool).contains(to)).unwrap();
    tool.done(VP, &at(&["assign", &some.0, "--to", &some.1]));
    let (status, why) = tool.refused(VP, &at(&["batch", "apply", text(&good)]));
    assert_eq!(
        (status, why.contains(&format!("Dana Reyes assigned {}", some.0))),
        (4, true),
        "{why}"
    );
    tool.done(VP, &at(&["undo"]));
    // Undone is changed, too: a plan is made anew.
    let good = tool.file("plan.toml", &tool.done(VP, &at(&["batch", "plan", WEEK])));
    let told = tool.done(VP, &at(&["batch", "apply", text(&good)]));
    assert!(told.contains(&format!("Committed the batch of {WEEK}: ")), "{told}");
    assert_eq!(proposed(&tool), []);
    tool.done(VP, &at(&["undo"]));
    assert_eq!(proposed(&tool).len(), before.len());
}

#[test]
fn who_can_carry_nothing_is_not_proposed_and_only_a_vp_goes_beyond_it() {
    let tool = Tool::demo();
    let aes = aes(&tool);
    let (id, full) = proposed(&tool).into_iter().find(|(_, to)| aes.contains(to)).unwrap();
    let manager = {
        let people = tool.json(VP, &["list", "people"]);
        let people = people["people"].as_array().unwrap().clone();
        let find = |key: &str, value: &Value| people.iter().find(|one| one[key] == *value).cloned();
        let boss = find("name", &Value::String(full.clone())).unwrap()["manager"].clone();
        find("id", &boss).unwrap()["name"].as_str().unwrap().to_owned()
    };
    for (limit, says) in [("--capacity", "at capacity"), ("--weekly", "at capacity this week")] {
        tool.done(VP, &at(&["people", "edit", &full, limit, "0"]));
        assert!(proposed(&tool).iter().all(|(_, to)| *to != full), "{limit}: {full} is proposed");
        let (status, why) =
            tool.refused(&manager, &at(&["assign", &id, "--to", &full, "--anyway"]));
        assert_eq!(status, 4, "{why}");
        assert!(why.contains(says) && why.contains("may not go beyond it"), "{why}");
        let (status, why) = tool.refused(VP, &at(&["assign", &id, "--to", &full]));
        assert_eq!(status, 4, "{why}");
        assert!(why.contains(says) && why.contains("assign anyway"), "{why}");
        tool.done(VP, &at(&["assign", &id, "--to", &full, "--anyway"]));
        let record = tool.done(VP, &at(&["show", &id]));
        let note = format!("given to {full} anyway: {says} ");
        assert!(record.contains(&note), "{note}: {record}");
        for _ in 0..2 {
            tool.done(VP, &at(&["undo"]));
        }
    }
}

#[test]
fn a_managers_plan_leaves_other_teams_alone_and_applies_unedited() {
    let tool = Tool::demo();
    let people = tool.json(VP, &["list", "people"]);
    let people = people["people"].as_array().unwrap();
    let before = proposed(&tool);
    let boss = |name: &str| {
        let person = people.iter().find(|person| person["name"] == name).unwrap();
        person["manager"].as_str().unwrap_or_default().to_owned()
    };
    // A manager of some of those who are proposed, and not of all.
    let (manager, _) = before
        .iter()
        .map(|(_, to)| boss(to))
        .filter_map(|id| people.iter().find(|person| person["id"] == id.as_str()))
        .filter(|person| person["role"] == "manager")
        .map(|person| (person["name"].as_str().unwrap().to_owned(), person["id"].clone()))
        .find(|(_, id)| before.iter().any(|(_, to)| Value::String(boss(to)) != *id))
        .unwrap();
    let own = |to: &str| to == manager || boss(to) == id_of(people, &manager);
    let mine = before.iter().filter(|(_, to)| own(to)).count();
    let plan = tool.done(&manager, &at(&["batch", "plan", WEEK]));
    assert_eq!(plan.matches("decision = \"route\"").count(), mine, "{plan}");
    let left = plan.matches("decision = \"leave\"").count();
    assert_eq!((mine + left, left > 0), (before.len(), true), "{plan}");
    assert_eq!(plan.matches("# left to the manager whose team that is").count(), left);
    let file = tool.file("mine.toml", &plan);
    tool.done(&manager, &at(&["batch", "apply", text(&file)]));
    assert_eq!(proposed(&tool).len(), left);
    tool.done(&manager, &at(&["undo"]));
    assert_eq!(proposed(&tool), before);

    // All proposals taken at once: those within reach, and it says how many are not.
    let told = tool.done(&manager, &at(&["batch", "route", "--week", WEEK, "--proposed"]));
    assert!(told.contains(&format!("{mine} routed; {left} left to other teams")), "{told}");
    let (status, why) =
        tool.refused(&manager, &at(&["batch", "route", "--week", WEEK, "--proposed"]));
    assert_eq!((status, why.contains("is proposed to another team")), (4, true), "{why}");
}

fn id_of(people: &[Value], name: &str) -> String {
    let person = people.iter().find(|person| person["name"] == name).unwrap();
    person["id"].as_str().unwrap().to_owned()
}

#[test]
fn when_everybody_is_away_it_falls_to_a_manager_and_says_so() {
    let tool = Tool::demo();
    for name in aes(&tool) {
        let days = ["people", "away", &name, "--from", "2026-11-20", "--to", "2026-11-27"];
        tool.done("", &at(&[&days[..], &["--as", VP]].concat()));
    }
    let people = tool.json(VP, &["list", "people"]);
    let people = people["people"].as_array().unwrap().clone();
    for (id, to) in proposed(&tool) {
        let one = people.iter().find(|one| one["name"] == *to).unwrap();
        assert_eq!(one["role"], "manager", "{id} goes to {to}");
    }
    let plan = tool.done(VP, &at(&["batch", "plan", WEEK]));
    assert!(plan.contains("so it goes to a manager's own queue"), "{plan}");
    assert!(plan.contains("manager's own queue; leads"), "{plan}");
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:whole\r
DTSTAMP:20261101T000000Z\r
SUMMARY:Out of office\r
DTSTART;VALUE=DATE:20261224\r
DTEND;VALUE=DATE:20270101\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:weekly\r
DTSTAMP:20261101T000000Z\r
SUMMARY:Out of office\r
DTSTART;VALUE=DATE:20261204\r
DTEND;VALUE=DATE:20261205\r
RRULE:FREQ=WEEKLY;COUNT=3\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:tokyo\r
DTSTAMP:20261101T000000Z\r
SUMMARY:Out of office\r
DTSTART;TZID=Asia/Tokyo:20270113T000000\r
DTEND;TZID=Asia/Tokyo:20270115T000000\r
X-MICROSOFT-CDO-BUSYSTATUS:OOF\r
END:VEVENT\r
END:VCALENDAR\r
";

#[test]
fn days_away_come_from_a_calendar_with_recurring_whole_day_and_foreign_events() {
    let tool = Tool::demo();
    let file = tool.file("sam.ics", CALENDAR);
    let told = tool.done("Sam Ortiz", &["people", "away", "Sam Ortiz", "--ics", text(&file)]);
    println!("{told}");
    let away = |day: &str| {
        let now = format!("{day}T12:00:00-05:00");
        let team = tool.json(VP, &["list", "people", "--now", &now]);
        let team = team["people"].as_array().unwrap().clone();
        let sam = team.iter().find(|one| one["name"] == "Sam Ortiz").unwrap();
        sam["away_until"].as_str().map(str::to_owned)
    };
    for (day, until) in [
        ("2026-12-03", None),
        ("2026-12-04", Some("2026-12-04")),
        ("2026-12-05", None),
        ("2026-12-11", Some("2026-12-11")),
        ("2026-12-18", Some("2026-12-18")),
        ("2026-12-25", Some("2026-12-31")),
        ("2027-01-01", None),
        // Two days in Tokyo are the working hours of two nights in New York: they begin a day earlier.
        ("2027-01-11", None),
        ("2027-01-12", Some("2027-01-14")),
        ("2027-01-15", None),
    ] {
        assert_eq!(away(day).as_deref(), until, "{day}");
    }
    let (status, why) = tool.refused("Sam Ortiz", &["people", "away", "--ics", "no.ics"]);
    assert!(status == 1 && why.contains("no.ics can't be read"), "{status} {why}");
    let no = tool.file("no.ics", "week = 1");
    assert!(Path::new(&no).exists());
    let (status, why) = tool.refused("Sam Ortiz", &["people", "away", "--ics", text(&no)]);
    assert!(status != 0 && why.contains("no.ics"), "{status} {why}");
}

#[test]
fn what_is_put_off_is_listed_under_its_new_week() {
    let tool = Tool::demo();
    let (id, _) = proposed(&tool).into_iter().next().unwrap();
    let listed = |filter: &str| {
        let list = tool.json(VP, &at(&["list", filter]));
        list["handoffs"].as_array().unwrap().iter().any(|one| one["id"] == *id)
    };
    assert!(listed("batch:2026-W47") && !listed("batch:2026-W48"));
    tool.done(VP, &at(&["batch", "route", &id, "--defer"]));
    tool.done(VP, &at(&["batch", "commit"]));
    assert!(!listed("batch:2026-W47") && listed("batch:2026-W48"));
    let shown = tool.done(VP, &at(&["batch", "show", WEEK]));
    assert!(
        shown.lines().any(|line| line.starts_with(&id) && line.ends_with("put off.")),
        "{shown}"
    );
}

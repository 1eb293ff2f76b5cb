//! `handoff due` by the binary: a table of its own by the shipped calendars, and every case of a file of cases beside the
//! project where there is one.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use rstest::rstest;
use serde_json::Value;

use super::place::Place;

#[rstest]
#[case::within_a_day("2026-11-20T10:00-05:00", "4h", "office", "2026-11-20T19:00:00Z")]
#[case::over_a_weekend("2026-11-20T14:32-05:00", "4h", "office", "2026-11-23T15:32:00Z")]
#[case::over_a_holiday("2026-11-25T16:30-05:00", "4h", "office", "2026-11-27T17:30:00Z")]
#[case::from_a_saturday("2026-11-21T12:00-05:00", "4h", "office", "2026-11-23T18:00:00Z")]
#[case::half_day_of_the_shipped("2026-11-27T12:00-05:00", "2h", "office", "2026-11-30T15:00:00Z")]
#[case::business_days("2026-11-20T14:32-05:00", "2bd", "office", "2026-11-24T22:00:00Z")]
#[case::business_days_over_a_holiday(
    "2026-11-25T09:00-05:00",
    "1bd",
    "office",
    "2026-11-27T18:00:00Z"
)]
#[case::the_same_day("2026-11-20T14:32-05:00", "same_day", "office", "2026-11-20T22:00:00Z")]
#[case::the_same_day_after_hours(
    "2026-11-20T18:00-05:00",
    "same_day",
    "office",
    "2026-11-23T22:00:00Z"
)]
#[case::the_next_friday("2026-11-19T10:00-05:00", "fri 17:00", "office", "2026-11-20T22:00:00Z")]
#[case::around_the_clock("2026-11-20T14:32-05:00", "24h", "always", "2026-11-21T19:32:00Z")]
#[case::elapsed_over_the_clock_going_back(
    "2026-10-31T12:00-04:00",
    "24h",
    "always",
    "2026-11-01T16:00:00Z"
)]
#[case::elapsed_over_the_clock_going_on(
    "2026-03-07T12:00-05:00",
    "24h",
    "always",
    "2026-03-08T17:00:00Z"
)]
#[case::working_hours_after_the_clock_went_back(
    "2026-10-30T16:00-04:00",
    "2h",
    "office",
    "2026-11-02T15:00:00Z"
)]
#[case::minutes("2026-11-20T16:58-05:00", "5m", "office", "2026-11-23T14:03:00Z")]
fn a_target_is_due_when_its_calendar_says(
    #[case] from: &str,
    #[case] target: &str,
    #[case] calendar: &str,
    #[case] due: &str,
) {
    let place = Place::empty();
    let told = place.json(&["due", "--from", from, "--target", target, "--calendar", calendar]);
    assert_eq!(told["due"], due, "{told}");
    let text = place.run(&["due", "--from", from, "--target", target, "--calendar", calendar]);
    assert_eq!(text.status, 0);
    assert!(!text.out.is_empty());
    assert!(!place.store().exists(), "no store is needed, and none is made");
}

#[test]
fn pauses_are_left_out_once_however_they_overlap() {
    let place = Place::empty();
    let due = |pauses: &[&str]| {
        let mut arguments = vec!["due", "--from", "2026-11-20T10:00-05:00", "--target", "4h"];
        pauses.iter().for_each(|pause| arguments.extend(["--pause", pause]));
        place.json(&arguments)["due"].as_str().unwrap().to_owned()
    };
    let (one, within) =
        ("2026-11-20T16:00Z..2026-11-20T17:00Z", "2026-11-20T16:30Z..2026-11-20T17:00Z");
    assert_eq!(due(&[one]), "2026-11-20T20:00:00Z");
    assert_eq!(due(&[one, within]), "2026-11-20T20:00:00Z");
    assert_eq!(due(&["2026-11-21T00:00Z..2026-11-22T00:00Z"]), "2026-11-20T19:00:00Z");
}

#[test]
fn a_date_that_is_counted_back_from_is_asked_for() {
    let place = Place::empty();
    let ask = ["due", "--from", "2026-11-20T10:00-05:00", "--target", "24h before meeting"];
    let said = place.run(&ask);
    assert_eq!(said.status, 2, "{}", said.err);
    said.tells(&["--reference"]);
    let with = |date: &str| place.json(&[&ask[..], &["--reference", date]].concat());
    assert_eq!(with("2026-11-24T15:00:00Z")["due"], "2026-11-23T15:00:00Z");
    assert!(with("2026-11-20T20:00:00Z")["short_notice"].is_string());
}

/// A calendar of the file of cases, as a policy writes it.
fn written(name: &str, calendar: &Value) -> String {
    let zone = calendar["zone"].as_str().unwrap();
    let mut text = format!("[calendars.{name}]\nzone = \"{zone}\"\n");
    let windows = |value: &Value| value.to_string();
    let hours = calendar["hours"].as_object().unwrap().iter();
    let hours: Vec<_> = hours.map(|(day, hours)| format!("{day} = {}", windows(hours))).collect();
    writeln!(text, "hours = {{ {} }}", hours.join(", ")).unwrap();
    writeln!(text, "holidays = {}", calendar["holidays"]).unwrap();
    let exceptions = calendar["exceptions"].as_object().unwrap().iter();
    let exceptions: Vec<_> =
        exceptions.map(|(day, hours)| format!("\"{day}\" = {}", windows(hours))).collect();
    writeln!(text, "exceptions = {{ {} }}", exceptions.join(", ")).unwrap();
    text
}

/// The pause that a case of the file speaks of and does not give: from the start until the target still fits before the
/// due time that the case asks for.
fn untold_pause(case: &Value) -> Option<String> {
    let text = |key: &str| case[key].as_str().unwrap();
    if !text("what").contains("pause") {
        return None;
    }
    let at = |key: &str| text(key).parse::<DateTime<Utc>>().unwrap();
    let (number, unit) = text("target").split_at(text("target").len() - 1);
    let number: i64 = number.parse().unwrap();
    let target = if unit == "h" { TimeDelta::hours(number) } else { TimeDelta::minutes(number) };
    let (from, to) = (at("from"), at("due") - target);
    (from < to).then(|| format!("{}..{}", from.to_rfc3339(), to.to_rfc3339()))
}

#[test]
fn the_file_of_cases_is_agreed_with() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/due.json");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let file: Value = serde_json::from_str(&text).unwrap();
    let place = Place::empty();
    let calendars = file["calendars"].as_object().unwrap().iter();
    let policy: String = calendars.map(|(name, calendar)| written(name, calendar)).collect();
    let policy = place.file("policy.toml", format!("version = 1\n{policy}"));
    let mut wrong = Vec::new();
    for case in file["cases"].as_array().unwrap() {
        let text = |key: &str| case[key].as_str().unwrap();
        let mut arguments =
            vec!["due", "--policy", &policy, "--from", text("from"), "--target", text("target")];
        arguments.extend(["--calendar", text("calendar")]);
        let pause = untold_pause(case);
        arguments.extend(pause.iter().flat_map(|pause| ["--pause", pause.as_str()]));
        let said = place.run(&[&arguments[..], &["--json"]].concat());
        if said.status != 0 || said.json()["due"] != case["due"] {
            wrong.push(format!("{case}: {}{}", said.out, said.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

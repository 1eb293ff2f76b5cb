//! Due times by example: a table of our own, and every case of `../shared/cases/due.json` where that file is there.

use super::*;
use crate::domain::calendar::tests::{at, calendar};

/// The calendars of the table, by name.
fn named(name: &str) -> Calendar {
    let new_york = "America/New_York";
    let (week, nine_to_five) = ("mon-fri 09:00-17:00", "09:00-17:00");
    let daily = |hours: &str| format!("mon-sun {hours}");
    let (zone, hours, holidays, exceptions) = match name {
        "always" => return Calendar::always(),
        "office" => (
            new_york,
            week.to_owned(),
            "2026-11-26 Thanksgiving; 2026-12-25 Christmas; 2027-01-01 New Year",
            "2026-11-27 09:00-13:00; 2026-12-24 09:00-13:00",
        ),
        "split" => (
            "America/Sao_Paulo",
            "mon-fri 08:00-12:00 13:30-18:00".to_owned(),
            "",
            "2026-09-23 08:00-12:00",
        ),
        "night" => (new_york, "mon-fri 21:00-05:00".to_owned(), "2026-12-25 Christmas", ""),
        "saturday_night" => (new_york, "sat 22:00-06:00".to_owned(), "", ""),
        "round" => (new_york, daily("00:00-24:00"), "", ""),
        "handover" => (new_york, daily("06:00-18:00 18:00-06:00"), "", ""),
        "gap" => (new_york, daily("02:30-10:30"), "", ""),
        "dawn" => ("Europe/Amsterdam", daily("00:00-10:00"), "", ""),
        "evening" => {
            ("UTC", "sun 22:00-24:00; mon 00:00-24:00; tue 00:00-12:00".to_owned(), "", "")
        }
        "riyadh" => ("Asia/Riyadh", format!("sun {nine_to_five}; mon-thu {nine_to_five}"), "", ""),
        "kathmandu" => ("Asia/Kathmandu", week.to_owned(), "", ""),
        "lord_howe" => ("Australia/Lord_Howe", daily("01:00-03:00"), "", ""),
        "lord_howe_gap" => ("Australia/Lord_Howe", daily("02:15-03:00"), "", ""),
        "sao_paulo_dawn" => ("America/Sao_Paulo", daily("00:00-08:00"), "", ""),
        "sao_paulo_late" => ("America/Sao_Paulo", daily("22:00-23:30"), "", ""),
        "beirut" => ("Asia/Beirut", daily("00:00-02:00"), "", ""),
        "apia" => ("Pacific/Apia", week.to_owned(), "", ""),
        "london" => ("Europe/London", week.to_owned(), "", ""),
        "christmas" => (
            new_york,
            week.to_owned(),
            "2026-12-24; 2026-12-25 Christmas; 2026-12-28; 2026-12-29; 2026-12-30; 2026-12-31; 2027-01-01",
            "2026-12-30 10:00-11:00",
        ),
        other => panic!("no calendar {other}"),
    };
    calendar(name, zone, &hours, holidays, exceptions)
}

/// Each row: what it shows, calendar, start, target, due; times on the wall of the calendar's own zone.
const TABLE: &str = "
# Elapsed time knows no daylight saving.
elapsed spring                   | always         | 2026-03-07T12:00-05:00    | 24h       | 2026-03-08T13:00-04:00
elapsed autumn                   | always         | 2026-10-31T12:00-04:00    | 24h       | 2026-11-01T11:00-05:00
elapsed minutes                  | always         | 2026-11-01T01:58-04:00    | 5m        | 2026-11-01T01:03-05:00
elapsed days                     | always         | 2026-02-26T10:00Z         | 7d        | 2026-03-05T10:00Z
elapsed ms                       | always         | 2026-02-26T10:00:00.250Z  | 45s       | 2026-02-26T10:00:45.250Z
always same day                  | always         | 2026-02-26T10:00Z         | same_day  | 2026-02-27T00:00Z
always 0bd                       | always         | 2026-02-26T00:00Z         | 0bd       | 2026-02-27T00:00Z
always 2bd                       | always         | 2026-02-26T10:00Z         | 2bd       | 2026-03-01T00:00Z
always weekday                   | always         | 2026-02-26T10:00Z         | sun 17:00 | 2026-03-01T17:00Z

# Working time.
in hours                         | office         | 2026-09-16T10:00-04:00    | 4h        | 2026-09-16T14:00-04:00
before opening                   | office         | 2026-09-16T06:10-04:00    | 30m       | 2026-09-16T09:30-04:00
to the close                     | office         | 2026-09-14T09:00-04:00    | 8h        | 2026-09-14T17:00-04:00
second more                      | office         | 2026-09-14T09:00-04:00    | 28801s    | 2026-09-15T09:00:01-04:00
second less                      | office         | 2026-09-14T09:00-04:00    | 28799s    | 2026-09-14T16:59:59-04:00
last second                      | office         | 2026-09-18T16:59:59-04:00 | 1s        | 2026-09-18T17:00-04:00
at close                         | office         | 2026-09-18T17:00-04:00    | 1s        | 2026-09-21T09:00:01-04:00
saturday                         | office         | 2026-09-19T15:00-04:00    | 4h        | 2026-09-21T13:00-04:00
three days                       | office         | 2026-09-18T15:00-04:00    | 24h       | 2026-09-23T15:00-04:00
five days                        | office         | 2026-09-14T09:00-04:00    | 40h       | 2026-09-18T17:00-04:00
holiday                          | office         | 2026-11-25T16:30-05:00    | 4h        | 2026-11-27T12:30-05:00
half day                         | office         | 2026-11-25T16:30-05:00    | 270m      | 2026-11-27T13:00-05:00
past half day                    | office         | 2026-11-27T12:00-05:00    | 2h        | 2026-11-30T10:00-05:00
christmas                        | office         | 2026-12-24T11:00-05:00    | 4h        | 2026-12-28T11:00-05:00
across spring                    | office         | 2026-03-06T16:00-05:00    | 2h        | 2026-03-09T10:00-04:00
lunch                            | split          | 2026-09-21T12:30-03:00    | 1h        | 2026-09-21T14:30-03:00
to lunch                         | split          | 2026-09-21T08:00-03:00    | 4h        | 2026-09-21T12:00-03:00
past lunch                       | split          | 2026-09-21T08:00-03:00    | 241m      | 2026-09-21T13:31-03:00
two split days                   | split          | 2026-09-21T08:00-03:00    | 17h       | 2026-09-22T18:00-03:00
exception on holiday             | christmas      | 2026-12-23T16:30-05:00    | 1h        | 2026-12-30T10:30-05:00

# Nights.
night tail                       | night          | 2026-09-19T04:30-04:00    | 1h        | 2026-09-21T21:30-04:00
night whole                      | night          | 2026-09-14T12:00-04:00    | 8h        | 2026-09-15T05:00-04:00
night autumn                     | saturday_night | 2026-10-31T22:00-04:00    | 9h        | 2026-11-01T06:00-05:00
night spring                     | saturday_night | 2026-03-07T22:00-05:00    | 7h        | 2026-03-08T06:00-04:00
night spring more                | saturday_night | 2026-03-07T22:00-05:00    | 421m      | 2026-03-14T22:01-04:00
night before holiday             | night          | 2026-12-25T04:00-05:00    | 2h        | 2026-12-28T22:00-05:00
round autumn                     | round          | 2026-10-31T20:00-04:00    | 24h       | 2026-11-01T19:00-05:00
round midnight                   | round          | 2026-09-14T00:00-04:00    | 24h       | 2026-09-15T00:00-04:00
handover all hours               | handover       | 2026-09-14T17:00-04:00    | 48h       | 2026-09-16T17:00-04:00
evening                          | evening        | 2026-09-13T23:00Z         | 26h       | 2026-09-15T01:00Z
evening gap                      | evening        | 2026-09-15T11:00Z         | 2h        | 2026-09-20T23:00Z

# Wall times that do not exist, or exist twice.
gap opening                      | gap            | 2026-03-08T00:00-05:00    | 1h        | 2026-03-08T04:00-04:00
gap whole                        | gap            | 2026-03-08T00:00-05:00    | 450m      | 2026-03-08T10:30-04:00
dawn long day                    | dawn           | 2026-10-25T00:00+02:00    | 11h       | 2026-10-25T10:00+01:00
dawn second hour                 | dawn           | 2026-10-25T02:30+02:00    | 1h        | 2026-10-25T02:30+01:00
lord howe autumn                 | lord_howe      | 2026-04-05T01:00+11:00    | 150m      | 2026-04-05T03:00+10:30
lord howe spring                 | lord_howe      | 2026-10-04T01:00+10:30    | 90m       | 2026-10-04T03:00+11:00
lord howe opening                | lord_howe_gap  | 2026-10-04T01:00+10:30    | 10m       | 2026-10-04T02:40+11:00
midnight gap                     | sao_paulo_dawn | 2018-11-03T12:00-03:00    | 7h        | 2018-11-04T08:00-02:00
midnight fold                    | sao_paulo_late | 2018-02-17T12:00-02:00    | 150m      | 2018-02-17T23:30-03:00
beirut                           | beirut         | 2024-03-30T12:00+02:00    | 1h        | 2024-03-31T02:00+03:00
kathmandu                        | kathmandu      | 2026-09-18T16:45+05:45    | 30m       | 2026-09-21T09:15+05:45
riyadh                           | riyadh         | 2026-09-17T16:30+03:00    | 1h        | 2026-09-20T09:30+03:00
apia skipped friday              | apia           | 2011-12-29T16:00-10:00    | 2h        | 2012-01-02T10:00+14:00

# Business days.
same day                         | office         | 2026-09-16T10:00-04:00    | same_day  | 2026-09-16T17:00-04:00
same day dawn                    | office         | 2026-09-16T03:00-04:00    | same_day  | 2026-09-16T17:00-04:00
same day at close                | office         | 2026-09-18T17:00-04:00    | 0bd       | 2026-09-21T17:00-04:00
same half day                    | office         | 2026-11-27T09:30-05:00    | same_day  | 2026-11-27T13:00-05:00
same day holiday                 | office         | 2026-11-26T09:30-05:00    | same_day  | 2026-11-27T13:00-05:00
one day                          | office         | 2026-09-16T10:00-04:00    | 1bd       | 2026-09-17T17:00-04:00
from saturday                    | office         | 2026-09-19T10:00-04:00    | 1bd       | 2026-09-22T17:00-04:00
over holiday                     | office         | 2026-11-25T10:00-05:00    | 2bd       | 2026-11-30T17:00-05:00
split day                        | split          | 2026-09-22T12:30-03:00    | 1bd       | 2026-09-23T12:00-03:00
split same day                   | split          | 2026-09-22T12:30-03:00    | same_day  | 2026-09-22T18:00-03:00
night is its opening day         | night          | 2026-09-18T04:55-04:00    | same_day  | 2026-09-18T05:00-04:00
night plus one                   | night          | 2026-09-18T04:55-04:00    | 1bd       | 2026-09-19T05:00-04:00
night over weekend               | night          | 2026-09-18T05:00-04:00    | 1bd       | 2026-09-22T05:00-04:00
round day                        | round          | 2026-10-31T20:00-04:00    | 1bd       | 2026-11-02T00:00-05:00
apia one day                     | apia           | 2011-12-29T16:00-10:00    | 1bd       | 2012-01-02T17:00+14:00
riyadh thursday                  | riyadh         | 2026-09-17T16:30+03:00    | 1bd       | 2026-09-20T17:00+03:00

# Weekdays.
friday                           | office         | 2026-09-16T10:00-04:00    | fri 17:00 | 2026-09-18T17:00-04:00
strictly after                   | office         | 2026-09-18T17:00-04:00    | fri 17:00 | 2026-09-25T17:00-04:00
second before                    | office         | 2026-09-18T16:59:59-04:00 | fri 17:00 | 2026-09-18T17:00-04:00
same weekday later               | office         | 2026-09-18T09:00-04:00    | fri 09:00 | 2026-09-25T09:00-04:00
at an opening                    | office         | 2026-09-18T18:00-04:00    | mon 09:00 | 2026-09-21T09:00-04:00
after hours moment               | office         | 2026-09-16T18:00-04:00    | fri 20:00 | 2026-09-18T20:00-04:00
half day moment stands           | office         | 2026-11-27T14:00-05:00    | fri 17:00 | 2026-11-27T17:00-05:00
holiday thursday                 | office         | 2026-11-24T10:00-05:00    | thu 17:00 | 2026-11-25T17:00-05:00
holiday thursday too late        | office         | 2026-11-25T17:00-05:00    | thu 17:00 | 2026-12-03T17:00-05:00
holiday friday                   | office         | 2026-12-24T08:00-05:00    | fri 17:00 | 2026-12-24T13:00-05:00
holiday friday too late          | office         | 2026-12-24T13:00-05:00    | fri 17:00 | 2026-12-31T17:00-05:00
sunday                           | office         | 2026-09-16T10:00-04:00    | sun 12:30 | 2026-09-18T17:00-04:00
sunday too late                  | office         | 2026-09-18T17:00-04:00    | sun 12:30 | 2026-09-25T17:00-04:00
long holiday                     | christmas      | 2026-12-24T10:00-05:00    | fri 12:00 | 2026-12-30T11:00-05:00
night saturday                   | night          | 2026-09-16T12:00-04:00    | sat 12:30 | 2026-09-19T05:00-04:00
night in friday shift            | night          | 2026-09-16T12:00-04:00    | sat 03:00 | 2026-09-19T03:00-04:00
night sunday                     | night          | 2026-09-16T12:00-04:00    | sun 17:00 | 2026-09-19T05:00-04:00
midday of a night team           | night          | 2026-09-16T12:00-04:00    | fri 12:30 | 2026-09-18T12:30-04:00
weekday gap                      | round          | 2026-03-07T12:00-05:00    | sun 02:30 | 2026-03-08T03:00-04:00
weekday fold                     | round          | 2026-10-31T12:00-04:00    | sun 01:30 | 2026-11-01T01:30-05:00
weekday midnight                 | round          | 2026-09-18T12:00-04:00    | fri 24:00 | 2026-09-19T00:00-04:00
weekday just past midnight       | round          | 2026-09-19T00:00-04:00    | fri 24:00 | 2026-09-26T00:00-04:00
apia friday                      | apia           | 2011-12-28T12:00-10:00    | fri 17:00 | 2011-12-29T17:00-10:00
london autumn                    | london         | 2026-10-23T18:00+01:00    | mon 09:00 | 2026-10-26T09:00Z
";

#[test]
fn the_table() {
    let mut checked = 0;
    let wrong: Vec<String> = TABLE
        .lines()
        .filter(|line| line.contains('|'))
        .filter_map(|line| {
            let [_, name, from, target, want] =
                line.split('|').map(str::trim).collect::<Vec<_>>()[..]
            else {
                panic!("{line}");
            };
            let (target, want) = (target.parse().unwrap(), at(want));
            let ledger = due(at(from), &target, &named(name), &[], None, None).unwrap();
            if let Target::Elapsed(amount) = target {
                assert_eq!(
                    ledger.total_ms(),
                    amount.ms(),
                    "the steps add up to the target: {line}"
                );
            }
            checked += 1;
            let told = format!("{line}\n    due {} and not {want}", ledger.due);
            (ledger.due != want).then_some(told)
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(checked, 93, "no row is lost");
}

/// Cases of the shared file whose title tells of a pause: it lists none, so it stands here.
const PAUSES: [(&str, &str, &str); 3] = [
    ("T35", "2026-09-21T18:00-04:00", "2026-09-22T08:00-04:00"),
    ("T37", "2026-09-18T16:00-04:00", "2026-09-21T11:00-04:00"),
    ("T39", "2026-09-21T10:00-04:00", "2026-09-21T10:00:40-04:00"),
];

#[test]
fn the_shared_cases() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases/due.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("{path} is not there: only the table of this file was checked");
        return;
    };
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let list = |value: &serde_json::Value, between: &str| -> String {
        let items = value.as_array().unwrap();
        items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(between)
    };
    let by_day = |value: &serde_json::Value| -> String {
        let days = value.as_object().unwrap();
        days.iter().map(|(day, windows)| format!("{day} {};", list(windows, " "))).collect()
    };
    let shared = |name: &str| match &file["calendars"][name] {
        serde_json::Value::Null => Calendar::always(),
        table => calendar(
            name,
            table["zone"].as_str().unwrap(),
            &by_day(&table["hours"]),
            &list(&table["holidays"], ";"),
            &by_day(&table["exceptions"]),
        ),
    };
    let cases = file["cases"].as_array().unwrap();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let text = |key: &str| case[key].as_str().unwrap();
            let pauses: Vec<Pause> = PAUSES
                .iter()
                .filter(|(id, ..)| *id == text("id"))
                .map(|(_, from, to)| super::tests::pause(at(from), Some(at(to))))
                .collect();
            let (from, target) = (at(text("from")), text("target").parse().unwrap());
            let got = due(from, &target, &shared(text("calendar")), &pauses, None, None);
            let right = got.as_ref().is_ok_and(|ledger| ledger.due == at(text("due")));
            (!right).then(|| format!("{case}: {:?}", got.map(|ledger| ledger.due.to_string())))
        })
        .collect();
    assert!(cases.len() >= 84 && wrong.is_empty(), "{wrong:#?}");
}

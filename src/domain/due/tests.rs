//! Tests of due times: ledgers, pauses, shares, and the properties that hold for every calendar.

use super::*;
use crate::domain::calendar::tests::{at, calendar};
use crate::domain::time::{HOUR, MINUTE, SECOND};
use rstest::rstest;

mod oracle;
mod properties;

pub(super) fn pause(from: Instant, to: Option<Instant>) -> Pause {
    Pause { from, to, reason: "waiting for marketing".to_owned(), by: Some(PersonId(3)) }
}

fn pauses(texts: &[(&str, &str)]) -> Vec<Pause> {
    texts.iter().map(|(from, to)| pause(at(from), Some(at(to)))).collect()
}

fn office() -> Calendar {
    calendar(
        "office",
        "America/New_York",
        "mon-fri 09:00-17:00",
        "2026-11-26 Thanksgiving; 2026-12-25",
        "2026-11-27 09:00-13:00; 2026-12-23",
    )
}

fn ledger(from: &str, target: &str, calendar: &Calendar, pauses: &[Pause]) -> Ledger {
    due(at(from), &target.parse().unwrap(), calendar, pauses, None, None).unwrap()
}

fn steps(ledger: &Ledger) -> Vec<(String, String, i64)> {
    let told =
        |step: &Step| (step.open.to_string(), step.close.to_string(), step.counted_ms / SECOND);
    ledger.steps.iter().map(told).collect()
}

fn told(rows: &[(&str, &str, i64)]) -> Vec<(String, String, i64)> {
    rows.iter().map(|(open, close, s)| ((*open).to_owned(), (*close).to_owned(), *s)).collect()
}

#[test]
fn the_ledger_of_the_policy_page() {
    let ledger = ledger("2026-11-25T16:30-05:00", "4h", &office(), &[]);
    assert_eq!(ledger.due, at("2026-11-27T17:30:00Z"));
    assert_eq!(
        steps(&ledger),
        told(&[
            ("2026-11-25T21:30:00Z", "2026-11-25T22:00:00Z", 1_800),
            ("2026-11-27T14:00:00Z", "2026-11-27T17:30:00Z", 12_600),
        ])
    );
    let thanksgiving = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    let why = Closed::Holiday(Some("Thanksgiving".to_owned()));
    assert_eq!(ledger.skipped, [Skipped { date: thanksgiving, why }]);
    assert_eq!((ledger.paused, ledger.short_notice), (Vec::new(), None));
}

#[test]
fn the_ledger_tells_every_day_it_skipped() {
    let told = |from, target| -> Vec<String> {
        let ledger = ledger(from, target, &office(), &[]);
        ledger.skipped.iter().map(|day| format!("{} {}", day.date, day.why)).collect()
    };
    assert_eq!(
        told("2026-12-19T10:00-05:00", "3bd"),
        [
            "2026-12-19 weekend",
            "2026-12-20 weekend",
            "2026-12-23 closed on this date",
            "2026-12-25 holiday",
            "2026-12-26 weekend",
            "2026-12-27 weekend",
        ]
    );
    assert_eq!(told("2026-12-24T10:00-05:00", "1bd").len(), 3);
    assert_eq!(told("2026-12-21T10:00-05:00", "1h"), [""; 0]);
}

/// The day on which a night's work is due was not skipped, though nothing opens on it.
#[test]
fn a_promise_that_ends_at_night_skips_no_day() {
    let nights = calendar("nights", "America/New_York", "fri 22:00-06:00", "", "");
    let ledger = ledger("2026-11-20T22:00-05:00", "4h", &nights, &[]);
    assert_eq!(ledger.due, at("2026-11-21T02:00-05:00"));
    assert_eq!(ledger.skipped, []);
}

#[test]
fn a_pause_that_begins_when_a_promise_is_due_took_nothing_and_is_not_told() {
    let stops = pauses(&[("2026-09-21T11:00-04:00", "2026-09-21T12:00-04:00")]);
    let at_due = ledger("2026-09-21T09:00-04:00", "2h", &office(), &stops);
    assert_eq!((at_due.due, at_due.paused), (at("2026-09-21T11:00-04:00"), vec![]));
    let stops = pauses(&[("2026-09-21T10:59:59-04:00", "2026-09-21T11:00-04:00")]);
    let before = ledger("2026-09-21T09:00-04:00", "2h", &office(), &stops);
    assert_eq!(before.paused.iter().map(|pause| pause.counted_ms).collect::<Vec<_>>(), [1_000]);
}

#[test]
fn touching_windows_are_one_step() {
    let round = calendar("round", "America/New_York", "mon-sun 00:00-12:00 12:00-24:00", "", "");
    assert_eq!(
        steps(&ledger("2026-10-31T20:00-04:00", "24h", &round, &[])),
        told(&[("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", 86_400)])
    );
    let always = ledger("2026-11-01T00:00Z", "2bd", &Calendar::always(), &[]);
    assert_eq!(steps(&always), told(&[("2026-11-01T00:00:00Z", "2026-11-04T00:00:00Z", 259_200)]));
    assert!(always.skipped.is_empty());
}

/// Each row: what it shows, calendar, start, target, pauses, due; days of September 2026 in New York, the 21st a Monday.
const PAUSED: &str = "
outside hours                  | office | 21T09:00 | 8h        | 20T00:00..21T08:00 21T18:00..22T08:00 | 21T17:00
forty seconds                  | office | 21T09:58 | 5m        | 21T10:00..21T10:00:40               | 21T10:03:40
over weekend                   | office | 18T15:00 | 4h        | 18T16:00..21T11:00                  | 21T14:00
overlapping                    | office | 21T09:00 | 2h        | 21T10:00..21T11:00 21T10:30..21T11:30 | 21T12:30
one inside another             | office | 21T09:00 | 2h        | 21T10:15..21T10:30 21T10:00..21T12:00 | 21T13:00
the same twice                 | office | 21T09:00 | 2h        | 21T10:00..21T11:00 21T10:00..21T11:00 | 21T12:00
touching                       | office | 21T09:00 | 2h        | 21T10:00..21T11:00 21T11:00..21T12:00 | 21T13:00
out of order                   | office | 21T09:00 | 3h        | 21T12:00..21T13:00 21T10:00..21T11:00 | 21T14:00
from before the start          | office | 21T10:00 | 2h        | 18T10:00..21T11:00                  | 21T13:00
at the very due                | office | 21T09:00 | 2h        | 21T11:00..21T12:00                  | 21T11:00
after the breach               | office | 21T09:00 | 2h        | 21T15:00..25T12:00                  | 21T11:00
to the close                   | office | 21T09:00 | 4h        | 21T13:00..21T17:00                  | 21T13:00
nothing long                   | office | 21T09:00 | 4h        | 21T10:00..21T10:00                  | 21T13:00
inside out                     | office | 21T09:00 | 4h        | 21T11:00..21T10:00                  | 21T13:00
elapsed                        | always | 18T12:00 | 24h       | 18T20:00..19T20:00                  | 20T12:00
same day moves on              | office | 21T09:00 | same_day  | 21T10:00..21T12:00                  | 22T11:00
business days move on          | office | 21T09:00 | 2bd       | 21T17:00..22T17:00                  | 24T17:00
business days keep idle pauses | office | 18T09:00 | 1bd       | 18T17:00..21T09:00                  | 21T17:00
weekday moves on               | office | 21T09:00 | fri 17:00 | 22T09:00..22T10:00                  | 28T10:00
weekday morning stands         | office | 18T16:00 | mon 09:00 | 19T09:00..20T10:00                  | 21T09:00
weekday morning moves on       | office | 18T16:00 | mon 09:00 | 18T16:30..20T10:00                  | 21T09:30
";

#[test]
fn pauses_move_the_due_time() {
    let time = |text: &str| at(&format!("2026-09-{text}-04:00"));
    let mut checked = 0;
    for line in PAUSED.lines().filter(|line| line.contains('|')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, from, target, stops, want] = cells[..] else { panic!("{line}") };
        let calendar = if name == "always" { Calendar::always() } else { office() };
        let stops: Vec<Pause> = stops
            .split_whitespace()
            .filter_map(|stop| stop.split_once(".."))
            .map(|(from, to)| pause(time(from), Some(time(to))))
            .collect();
        let target = target.parse().unwrap();
        let ledger = due(time(from), &target, &calendar, &stops, None, None).unwrap();
        assert_eq!(ledger.due, time(want), "{line}: due {}", ledger.due);
        checked += 1;
    }
    assert_eq!(checked, 21, "no row is lost");
}

#[test]
fn the_ledger_tells_what_each_pause_took() {
    let stops = pauses(&[
        ("2026-09-21T10:00-04:00", "2026-09-21T11:00-04:00"),
        ("2026-09-21T10:30-04:00", "2026-09-21T11:30-04:00"),
        ("2026-09-21T10:40-04:00", "2026-09-21T10:50-04:00"),
        ("2026-09-21T16:00-04:00", "2026-09-22T09:00-04:00"),
    ]);
    let ledger = ledger("2026-09-21T09:00-04:00", "2h", &office(), &stops);
    let taken: Vec<i64> = ledger.paused.iter().map(|pause| pause.counted_ms / MINUTE).collect();
    assert_eq!(
        taken,
        [60, 30, 0],
        "what two share is counted once, what comes after the due time not at all"
    );
    assert_eq!(
        (ledger.paused[0].reason.as_str(), ledger.paused[0].by),
        ("waiting for marketing", Some(PersonId(3)))
    );
    assert_eq!(
        (ledger.paused[1].from, ledger.paused[1].to),
        (stops[1].from, at("2026-09-21T11:30-04:00"))
    );
    assert_eq!(
        steps(&ledger),
        told(&[
            ("2026-09-21T13:00:00Z", "2026-09-21T14:00:00Z", 3_600),
            ("2026-09-21T15:30:00Z", "2026-09-21T16:30:00Z", 3_600),
        ])
    );
}

#[test]
fn an_open_pause_runs_to_now_and_holds_the_share() {
    let from = at("2026-09-21T09:00-04:00");
    let open = [pause(at("2026-09-21T10:00-04:00"), None)];
    let when = |now: Option<&str>| {
        due(from, &"4h".parse().unwrap(), &office(), &open, None, now.map(at)).unwrap()
    };
    assert_eq!(when(None).due, at("2026-09-21T13:00-04:00"));
    assert_eq!(when(Some("2026-09-21T09:30-04:00")).due, at("2026-09-21T13:00-04:00"));
    for (now, want) in [
        ("2026-09-21T11:00-04:00", "2026-09-21T14:00-04:00"),
        ("2026-09-21T16:00-04:00", "2026-09-22T11:00-04:00"),
        ("2026-09-25T09:00-04:00", "2026-09-25T12:00-04:00"),
    ] {
        let ledger = when(Some(now));
        assert_eq!(ledger.due, at(want));
        assert_eq!(ledger.share_used(at(now)), 0.25, "the clock stands while it is paused");
    }
}

/// Each row: start, date, due, whether it is short notice.
#[rstest]
#[case::in_time("2026-11-20T10:00Z", "2026-11-27T15:00Z", "2026-11-26T15:00Z", false)]
#[case::just_in_time("2026-11-26T14:59:59Z", "2026-11-27T15:00Z", "2026-11-26T15:00Z", false)]
#[case::to_the_second("2026-11-26T15:00Z", "2026-11-27T15:00Z", "2026-11-27T15:00Z", true)]
#[case::short("2026-11-27T09:00Z", "2026-11-27T15:00Z", "2026-11-27T15:00Z", true)]
#[case::past("2026-11-28T09:00Z", "2026-11-27T15:00Z", "2026-11-27T15:00Z", true)]
fn counted_back_from_a_date(
    #[case] from: &str,
    #[case] date: &str,
    #[case] want: &str,
    #[case] short: bool,
) {
    let target = "24h before meeting".parse().unwrap();
    let stops = [pause(at(from).plus(HOUR), Some(at(from).plus(3 * HOUR)))];
    for calendar in [Calendar::always(), office()] {
        let ledger = due(at(from), &target, &calendar, &stops, Some(at(date)), None).unwrap();
        assert_eq!(ledger.due, at(want), "elapsed time, and pauses do not move a date");
        assert_eq!(ledger.short_notice.is_some(), short);
        assert_eq!(ledger.total_ms(), at(want).since(at(from)).max(0));
        assert_eq!(ledger.paused, []);
    }
}

#[test]
fn short_notice_says_why() {
    let target = "24h before meeting".parse().unwrap();
    let when = |from| due(at(from), &target, &office(), &[], Some(at("2026-11-27T15:00Z")), None);
    assert_eq!(
        when("2026-11-27T09:00Z").unwrap().short_notice.as_deref(),
        Some(
            "short notice: 24h before meeting was 2026-11-26T15:00:00Z, before the clock started; due at meeting itself"
        )
    );
}

#[test]
fn errors_are_sentences_that_say_what_to_do() {
    let from = at("2026-11-27T09:00Z");
    let error = |target: &str, calendar: &Calendar, from| {
        due(from, &target.parse().unwrap(), calendar, &[], None, None).unwrap_err().to_string()
    };
    assert_eq!(
        error("7d", &office(), from),
        "\"7d\" counts days of 24 hours and calendar \"office\" counts working time; write 7bd for business days, 168h for working hours, or name the calendar \"always\""
    );
    assert!(fits(&"7d".parse().unwrap(), &Calendar::always()).is_ok());
    assert!(fits(&"2d before meeting".parse().unwrap(), &office()).is_ok());
    assert_eq!(
        error("24h before meeting", &office(), from),
        "\"24h before meeting\" counts back from the date \"meeting\", which is not set; set it first"
    );
    let never = calendar("never", "UTC", "", "", "");
    for target in ["1s", "0bd", "1bd", "same_day", "fri 17:00"] {
        assert_eq!(
            error(target, &never, from),
            "calendar \"never\" has no working time in the 400 days after 2026-11-27T09:00:00Z; give it hours, or fewer holidays"
        );
    }
    let once = calendar("once", "UTC", "", "", "2026-11-28 09:00-10:00");
    assert_eq!(ledger("2026-11-27T09:00Z", "1h", &once, &[]).due, at("2026-11-28T10:00Z"));
    let far = |day: &str| calendar("far", "UTC", "", "", &format!("{day} 09:00-10:00"));
    for target in ["1h", "0bd", "thu 08:00", "fri 10:00", "sat 12:00"] {
        let last = ledger("2026-01-01T12:00Z", target, &far("2027-02-05"), &[]);
        assert_eq!(last.due, at("2027-02-05T10:00Z"), "{target}, on the 400th day");
        let start = at("2026-01-01T12:00Z");
        assert!(error(target, &far("2027-02-06"), start).contains("\"far\""), "{target}");
    }
    assert!(error("61m", &once, from).contains("\"once\""));
    assert!(error("1bd", &once, from).contains("\"once\""));
    assert!(
        error("1h", &Calendar::always(), Instant(i64::MAX)).contains("outside the years 1 to 9999")
    );
    for start in [i64::MIN, i64::MAX - 1, i64::MAX] {
        for target in ["1s", "3650d", "3bd", "fri 17:00"] {
            for calendar in [office(), Calendar::always()] {
                let _ = due(Instant(start), &target.parse().unwrap(), &calendar, &[], None, None);
            }
        }
    }
}

/// 4 h from Friday 15:00: two hours on Friday, two on Monday.
#[rstest]
#[case(0.0, "2026-09-18T15:00-04:00")]
#[case(0.25, "2026-09-18T16:00-04:00")]
#[case(0.5, "2026-09-18T17:00-04:00")]
#[case(0.75, "2026-09-21T10:00-04:00")]
#[case(0.9, "2026-09-21T10:36-04:00")]
#[case(1.0, "2026-09-21T11:00-04:00")]
#[case(2.0, "2026-09-21T11:00-04:00")]
#[case(-1.0, "2026-09-18T15:00-04:00")]
fn shares_are_of_the_clocks_own_time(#[case] share: f64, #[case] want: &str) {
    let ledger = ledger("2026-09-18T15:00-04:00", "4h", &office(), &[]);
    assert_eq!(ledger.at_share(share), at(want));
    assert!((ledger.share_used(at(want)) - share.clamp(0.0, 1.0)).abs() < 1e-9);
}

#[test]
fn a_share_waits_for_the_first_opening_and_for_pauses() {
    let stops = pauses(&[("2026-09-21T10:00-04:00", "2026-09-21T12:00-04:00")]);
    let ledger = ledger("2026-09-19T15:00-04:00", "same_day", &office(), &stops);
    assert_eq!(ledger.at_share(0.0), at("2026-09-21T09:00-04:00"));
    assert_eq!(ledger.at_share(0.125), at("2026-09-21T10:00-04:00"));
    assert_eq!(ledger.at_share(0.25), at("2026-09-21T13:00-04:00"));
    assert_eq!(ledger.share_used(at("2026-09-20T15:00-04:00")), 0.0);
    assert_eq!(ledger.share_used(at("2026-09-21T11:59-04:00")), 0.125);
    assert_eq!(ledger.used_ms(at("2026-09-21T13:00-04:00")), 2 * HOUR);
    assert_eq!(ledger.used_ms(ledger.due), 8 * HOUR);
}

#[test]
fn a_moment_outside_working_time_is_not_breached_before_it_comes() {
    // A half-day closes at 13:00, the target names 17:00.
    let ledger = ledger("2026-11-27T12:00-05:00", "fri 17:00", &office(), &[]);
    let after_close = at("2026-11-27T16:59-05:00");
    assert_eq!(ledger.total_ms(), HOUR);
    assert!(ledger.share_used(after_close) > 0.99 && ledger.share_used(after_close) < 1.0);
    assert_eq!(ledger.share_used(at("2026-11-27T17:00-05:00")), 1.0);
    assert_eq!(ledger.at_share(0.75), at("2026-11-27T12:45-05:00"));
    // Nothing of the day is left: elapsed time takes its place.
    let ledger = super::tests::ledger("2026-11-27T13:00-05:00", "fri 17:00", &office(), &[]);
    assert_eq!(ledger.steps, []);
    assert_eq!(ledger.at_share(0.75), at("2026-11-27T16:00-05:00"));
    assert_eq!(ledger.share_used(at("2026-11-27T15:00-05:00")), 0.5);
    assert_eq!(ledger.share_used(at("2026-11-27T12:00-05:00")), 0.0);
}

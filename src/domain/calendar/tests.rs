//! Tests of calendars: windows as instants in every zone, and the days between.

use super::*;
use crate::domain::time::{HOUR, MINUTE, parse_instant};
use rstest::rstest;

/// A calendar in short: `mon-fri 09:00-12:00 13:00-17:00; sat 10:00-12:00`, holidays `2026-11-26 Thanksgiving; …`,
/// exceptions `2026-11-27 09:00-13:00; …`.
pub(in crate::domain) fn calendar(
    name: &str,
    zone: &str,
    hours: &str,
    holidays: &str,
    exceptions: &str,
) -> Calendar {
    let parts = |text: &str| -> Vec<(String, String)> {
        text.split(';')
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| line.split_once(' ').unwrap_or((line, "")))
            .map(|(head, rest)| (head.to_owned(), rest.to_owned()))
            .collect()
    };
    let windows = |text: &str| -> Vec<Window> {
        text.split_whitespace().map(|window| window.parse().unwrap()).collect()
    };
    let mut week: [Vec<Window>; 7] = Default::default();
    for (days, text) in parts(hours) {
        let (first, last) = days.split_once('-').unwrap_or((&days, &days));
        let index = |day: &str| day.parse::<chrono::Weekday>().unwrap().num_days_from_monday();
        for day in index(first)..=index(last) {
            week[day as usize] = windows(&text);
        }
    }
    let holidays = parts(holidays)
        .into_iter()
        .map(|(date, name)| (date.parse().unwrap(), Some(name).filter(|name| !name.is_empty())));
    let exceptions =
        parts(exceptions).into_iter().map(|(date, text)| (date.parse().unwrap(), windows(&text)));
    Calendar::new(name, zone.parse().unwrap(), week, holidays.collect(), exceptions.collect())
}

pub(in crate::domain) fn at(text: &str) -> Instant {
    parse_instant(text).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn office() -> Calendar {
    calendar(
        "office",
        "America/New_York",
        "mon-fri 09:00-17:00",
        "2026-11-26 Thanksgiving; 2026-12-25; 2026-12-31 New Year's Eve",
        "2026-11-27 09:00-13:00; 2026-12-22; 2026-12-31 10:00-12:00",
    )
}

#[rstest]
#[case("09:00-17:00", 32_400, 61_200)]
#[case(" 9:00 - 17:30 ", 32_400, 63_000)]
#[case("22:00-06:00", 79_200, 108_000)]
#[case("00:00-24:00", 0, 86_400)]
#[case("22:00-24:00", 79_200, 86_400)]
#[case("22:00-00:00", 79_200, 86_400)]
#[case("00:01-00:00", 60, 86_400)]
#[case("09:00-08:59", 32_400, 118_740)]
fn windows_read(#[case] text: &str, #[case] open: u32, #[case] close: u32) {
    let window: Window = text.parse().unwrap();
    assert_eq!((window.open(), window.close()), (open, close));
}

#[rstest]
#[case("09:00-17:00", "09:00-17:00")]
#[case("9:05-17:00", "09:05-17:00")]
#[case("22:00-06:00", "22:00-06:00")]
#[case("22:00-00:00", "22:00-24:00")]
#[case("00:00-24:00", "00:00-24:00")]
fn windows_print(#[case] text: &str, #[case] want: &str) {
    assert_eq!(text.parse::<Window>().unwrap().to_string(), want);
}

#[rstest]
#[case("", "not a window")]
#[case("09:00", "not a window")]
#[case("9-17", "not a window")]
#[case("09:00-25:00", "not a window")]
#[case("09:00-24:01", "not a window")]
#[case("09:60-17:00", "not a window")]
#[case("09:0-17:00", "not a window")]
#[case("+9:00-17:00", "not a window")]
#[case("009:00-17:00", "not a window")]
#[case("-09:00-17:00", "not a window")]
#[case("09:00–17:00", "not a window")]
#[case("09:00-09:00", "write 00:00-24:00")]
#[case("00:00-00:00", "write 00:00-24:00")]
#[case("24:00-24:00", "write 00:00-24:00")]
#[case("24:00-06:00", "next day's 00:00")]
fn windows_refused(#[case] text: &str, #[case] says: &str) {
    let error = text.parse::<Window>().unwrap_err();
    assert!(error.contains(says) && error.contains(text), "{error}");
}

/// Each row: zone, local date, seconds from midnight, the instant as an opening, the instant as a close.
#[rstest]
#[case::plain("America/New_York", "2026-09-16", 9 * 3_600, "2026-09-16T09:00-04:00", "2026-09-16T09:00-04:00")]
#[case::gap(
    "America/New_York",
    "2026-03-08",
    9_000,
    "2026-03-08T03:00-04:00",
    "2026-03-08T03:00-04:00"
)]
#[case::gap_first(
    "America/New_York",
    "2026-03-08",
    7_200,
    "2026-03-08T03:00-04:00",
    "2026-03-08T03:00-04:00"
)]
#[case::gap_end(
    "America/New_York",
    "2026-03-08",
    10_800,
    "2026-03-08T03:00-04:00",
    "2026-03-08T03:00-04:00"
)]
#[case::fold(
    "America/New_York",
    "2026-11-01",
    5_400,
    "2026-11-01T01:30-04:00",
    "2026-11-01T01:30-05:00"
)]
#[case::fold_first(
    "America/New_York",
    "2026-11-01",
    3_600,
    "2026-11-01T01:00-04:00",
    "2026-11-01T01:00-05:00"
)]
#[case::fold_end(
    "America/New_York",
    "2026-11-01",
    7_200,
    "2026-11-01T02:00-05:00",
    "2026-11-01T02:00-05:00"
)]
#[case::past_midnight("America/New_York", "2026-10-31", 86_400 + 5_400, "2026-11-01T01:30-04:00", "2026-11-01T01:30-05:00")]
#[case::half_hour_gap(
    "Australia/Lord_Howe",
    "2026-10-04",
    8_100,
    "2026-10-04T02:30+11:00",
    "2026-10-04T02:30+11:00"
)]
#[case::half_hour_fold(
    "Australia/Lord_Howe",
    "2026-04-05",
    6_300,
    "2026-04-05T01:45+11:00",
    "2026-04-05T01:45+10:30"
)]
#[case::midnight_gap(
    "America/Sao_Paulo",
    "2018-11-04",
    0,
    "2018-11-04T01:00-02:00",
    "2018-11-04T01:00-02:00"
)]
#[case::midnight_gap_24(
    "America/Sao_Paulo",
    "2018-11-03",
    86_400,
    "2018-11-04T01:00-02:00",
    "2018-11-04T01:00-02:00"
)]
#[case::midnight_fold(
    "America/Sao_Paulo",
    "2018-02-17",
    84_600,
    "2018-02-17T23:30-02:00",
    "2018-02-17T23:30-03:00"
)]
#[case::midnight_fold_24(
    "America/Sao_Paulo",
    "2018-02-17",
    86_400,
    "2018-02-18T00:00-03:00",
    "2018-02-18T00:00-03:00"
)]
#[case::beirut(
    "Asia/Beirut",
    "2024-03-31",
    1_800,
    "2024-03-31T01:00+03:00",
    "2024-03-31T01:00+03:00"
)]
#[case::skipped_day("Pacific/Apia", "2011-12-30", 9 * 3_600, "2011-12-31T00:00+14:00", "2011-12-31T00:00+14:00")]
#[case::skipped_day_24(
    "Pacific/Apia",
    "2011-12-30",
    86_400,
    "2011-12-31T00:00+14:00",
    "2011-12-31T00:00+14:00"
)]
#[case::quarter("Asia/Kathmandu", "2026-09-21", 9 * 3_600, "2026-09-21T09:00+05:45", "2026-09-21T09:00+05:45")]
#[case::double_gap(
    "Antarctica/Troll",
    "2026-03-29",
    7_200,
    "2026-03-29T03:00+02:00",
    "2026-03-29T03:00+02:00"
)]
fn wall_times_as_instants(
    #[case] zone: &str,
    #[case] day: &str,
    #[case] seconds: u32,
    #[case] open: &str,
    #[case] close: &str,
) {
    let calendar = calendar("zone", zone, "", "", "");
    assert_eq!(calendar.instant(date(day), seconds, Edge::Open), Some(at(open)), "opening");
    assert_eq!(calendar.instant(date(day), seconds, Edge::Close), Some(at(close)), "close");
}

#[rstest]
#[case("2026-11-25T08:59:59.999-05:00", false)]
#[case("2026-11-25T09:00-05:00", true)]
#[case("2026-11-25T16:59:59.999-05:00", true)]
#[case("2026-11-25T17:00-05:00", false)]
#[case("2026-11-26T12:00-05:00", false)]
#[case("2026-11-27T12:59-05:00", true)]
#[case("2026-11-27T13:00-05:00", false)]
#[case("2026-12-31T10:00-05:00", true)]
#[case("2026-12-31T09:59-05:00", false)]
fn windows_are_half_open(#[case] text: &str, #[case] open: bool) {
    assert_eq!(office().is_open(at(text)), open);
}

#[rstest]
#[case("2026-11-25T12:00-05:00", "2026-11-25T12:00-05:00")]
#[case("2026-11-25T17:00-05:00", "2026-11-27T09:00-05:00")]
#[case("2026-11-27T13:00-05:00", "2026-11-30T09:00-05:00")]
#[case("2026-12-21T18:00-05:00", "2026-12-23T09:00-05:00")]
fn the_next_opening(#[case] from: &str, #[case] want: &str) {
    assert_eq!(office().next_open(at(from)), Ok(at(want)));
}

#[rstest]
#[case("2026-11-26", Some("holiday: Thanksgiving"))]
#[case("2026-12-25", Some("holiday"))]
#[case("2026-12-22", Some("closed on this date"))]
#[case("2026-12-31", None)]
#[case("2026-11-28", Some("weekend"))]
#[case("2026-11-29", Some("weekend"))]
#[case("2026-11-30", None)]
fn why_a_day_is_closed(#[case] day: &str, #[case] want: Option<&str>) {
    assert_eq!(office().closed(date(day)).map(|why| why.to_string()).as_deref(), want);
    assert_eq!(office().close_of(date(day)).is_none(), want.is_some());
}

#[test]
fn a_weekday_without_hours_is_told_as_such() {
    let riyadh = calendar("riyadh", "Asia/Riyadh", "sun 09:00-17:00; mon-thu 09:00-17:00", "", "");
    assert_eq!(riyadh.closed(date("2026-09-18")), Some(Closed::NoHours));
    assert_eq!(riyadh.closed(date("2026-09-18")).unwrap().to_string(), "no hours");
    assert_eq!(riyadh.closed(date("2026-09-19")), Some(Closed::Weekend));
    assert_eq!(riyadh.closed(date("2026-09-20")), None);
}

#[rstest]
#[case::one_day("2026-11-24T00:00-05:00", "2026-11-25T00:00-05:00", 8 * HOUR)]
#[case::holiday_and_half_day("2026-11-25T16:30-05:00", "2026-11-30T09:30-05:00", 5 * HOUR)]
#[case::backwards("2026-11-25T12:00-05:00", "2026-11-25T11:00-05:00", 0)]
#[case::nothing("2026-11-25T12:00-05:00", "2026-11-25T12:00-05:00", 0)]
#[case::outside("2026-11-28T12:00-05:00", "2026-11-29T12:00-05:00", 0)]
#[case::millisecond("2026-11-25T16:59:59.999-05:00", "2026-11-27T09:00:00-05:00", 1)]
fn business_time(#[case] from: &str, #[case] to: &str, #[case] want: i64) {
    assert_eq!(office().business_ms(at(from), at(to)), want);
}

#[test]
fn overlapping_windows_count_once() {
    let calendar = calendar(
        "shifts",
        "Europe/Berlin",
        "mon 09:00-13:00 10:00-11:00 12:00-17:00 22:00-06:00; tue 05:00-08:00 05:30-05:45",
        "",
        "",
    );
    let (monday, wednesday) = (at("2026-09-14T00:00+02:00"), at("2026-09-16T00:00+02:00"));
    assert_eq!(calendar.business_ms(monday, wednesday), 18 * HOUR);
    let edges: Vec<_> = calendar
        .intervals(at("2026-09-14T10:30+02:00"))
        .take(4)
        .map(|interval| (interval.open, interval.close))
        .collect();
    assert_eq!(
        edges,
        [
            (at("2026-09-14T10:30+02:00"), at("2026-09-14T13:00+02:00")),
            (at("2026-09-14T13:00+02:00"), at("2026-09-14T17:00+02:00")),
            (at("2026-09-14T22:00+02:00"), at("2026-09-15T06:00+02:00")),
            (at("2026-09-15T06:00+02:00"), at("2026-09-15T08:00+02:00")),
        ]
    );
}

#[test]
fn a_day_closes_no_earlier_than_the_night_before_it() {
    let calendar =
        calendar("nights", "UTC", "mon 22:00-06:00; tue 05:00-05:30; wed 09:00-10:00", "", "");
    assert_eq!(calendar.close_of(date("2026-09-15")), Some(at("2026-09-15T06:00Z")));
    assert_eq!(calendar.business_day_of(at("2026-09-15T05:45Z")), Ok(date("2026-09-14")));
    assert_eq!(calendar.business_day_of(at("2026-09-15T06:00Z")), Ok(date("2026-09-16")));
}

#[rstest]
#[case::in_hours("2026-11-25T12:00-05:00", "2026-11-25")]
#[case::at_close("2026-11-25T17:00-05:00", "2026-11-27")]
#[case::before_opening("2026-11-25T03:00-05:00", "2026-11-25")]
#[case::weekend("2026-11-28T03:00-05:00", "2026-11-30")]
fn the_business_day_of_an_instant(#[case] from: &str, #[case] want: &str) {
    assert_eq!(office().business_day_of(at(from)), Ok(date(want)));
}

#[test]
fn a_night_shift_belongs_to_the_day_it_opens_on() {
    let night =
        calendar("night", "America/New_York", "mon-fri 21:00-05:00", "2026-12-25 Christmas", "");
    assert_eq!(night.business_day_of(at("2026-12-25T04:59-05:00")), Ok(date("2026-12-24")));
    assert_eq!(night.business_day_of(at("2026-12-25T05:00-05:00")), Ok(date("2026-12-28")));
    assert!(
        night.is_open(at("2026-12-25T04:59-05:00")),
        "the holiday removes what opens on it only"
    );
    assert!(!night.is_open(at("2026-12-25T21:00-05:00")));
    assert_eq!(night.close_of(date("2026-12-24")), Some(at("2026-12-25T05:00-05:00")));
}

#[test]
fn business_days_before_and_after() {
    let office = office();
    assert_eq!(office.business_day_after(date("2026-11-25"), 0), Ok(date("2026-11-25")));
    assert_eq!(office.business_day_after(date("2026-11-25"), 1), Ok(date("2026-11-27")));
    assert_eq!(office.business_day_after(date("2026-11-25"), 2), Ok(date("2026-11-30")));
    assert_eq!(office.business_day_before(date("2026-11-27")), Some(date("2026-11-25")));
    assert_eq!(office.business_day_before(date("2026-11-30")), Some(date("2026-11-27")));
}

#[test]
fn a_day_that_the_zone_skipped_is_no_business_day() {
    let apia = calendar("apia", "Pacific/Apia", "mon-fri 09:00-17:00", "", "");
    assert_eq!(apia.close_of(date("2011-12-30")), None);
    assert_eq!(apia.business_day_after(date("2011-12-29"), 1), Ok(date("2012-01-02")));
    assert_eq!(apia.business_day_before(date("2011-12-31")), Some(date("2011-12-29")));
}

/// A window that lies whole in the hour that the zone skips is no working time, not even for a moment.
#[test]
fn a_window_that_the_zone_skipped_is_none() {
    let night = calendar("night", "America/New_York", "sun 02:00-02:45", "", "");
    let skipped = at("2026-03-08T03:00-04:00");
    assert!(!night.is_open(skipped));
    assert_eq!(night.close_of(date("2026-03-08")), None);
    assert_eq!(night.next_open(at("2026-03-08T00:00-05:00")), Ok(at("2026-03-15T02:00-04:00")));
    assert_eq!(night.business_ms(at("2026-03-08T00:00-05:00"), at("2026-03-09T00:00-04:00")), 0);
}

#[test]
fn four_hundred_days_without_work_are_an_error_that_names_the_calendar() {
    let once = |day: &str| calendar("once", "UTC", "", "", &format!("{day} 09:00-10:00"));
    let start = at("2026-01-01T12:00Z");
    assert_eq!(once("2027-02-05").next_open(start), Ok(at("2027-02-05T09:00Z")));
    let error = once("2027-02-06").next_open(start).unwrap_err();
    assert_eq!(error, NoWorkingTime { calendar: "once".to_owned(), after: start });
    assert!(error.to_string().contains("calendar \"once\" has no working time in the 400 days"));
    assert!(once("2027-02-06").business_day_of(start).is_err());
    assert_eq!(once("2027-02-05").business_day_of(start), Ok(date("2027-02-05")));
    assert!(once("2027-02-05").business_day_after(date("2027-02-05"), 1).is_err());
    assert_eq!(
        once("2026-01-01").business_day_before(date("2027-02-05")),
        Some(date("2026-01-01"))
    );
    assert_eq!(once("2026-01-01").business_day_before(date("2027-02-06")), None);
}

#[test]
fn always_is_the_built_in_calendar_and_no_other() {
    let always = Calendar::always();
    assert!(always.is_always());
    assert_eq!(always.name(), "always");
    assert_eq!(always.business_ms(Instant(5), Instant(9)), 4);
    assert_eq!(always.business_ms(Instant(9), Instant(5)), 0);
    assert!(always.is_open(Instant(-1)));
    let week = "mon-sun 00:00-24:00";
    assert!(calendar("always", "UTC", week, "", "").is_always());
    assert!(!calendar("office", "UTC", week, "", "").is_always());
    assert!(!calendar("always", "Europe/Berlin", week, "", "").is_always());
    assert!(!calendar("always", "UTC", "mon-sat 00:00-24:00", "", "").is_always());
    assert!(!calendar("always", "UTC", week, "2026-12-25", "").is_always());
    assert!(!calendar("always", "UTC", week, "", "2026-12-25 09:00-10:00").is_always());
}

#[test]
fn the_ends_of_time_are_answers_and_not_panics() {
    for calendar in [office(), Calendar::always()] {
        for at in [i64::MIN, i64::MIN + 1, -MINUTE, i64::MAX - 1, i64::MAX] {
            let at = Instant(at);
            let _ = calendar.local(at);
            assert!(calendar.business_ms(at, at) == 0);
            assert_eq!(calendar.is_open(at), calendar.next_open(at) == Ok(at));
            let _ = calendar.business_day_of(at);
        }
        assert_eq!(calendar.instant(NaiveDate::MAX, 100_000, Edge::Open), None);
        assert!(calendar.business_day_after(NaiveDate::MAX, 1).is_err());
        assert!(calendar.business_day_before(NaiveDate::MIN).is_none());
    }
}

//! Forms of days and moments, against Fri 20 Nov 2026 in New York unless said otherwise.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::domain::time::{DAY, parse_instant};

const ZONE: Tz = Tz::America__New_York;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    parse_instant(text).unwrap()
}

/// Monday to Friday 09:00 to 17:00 in New York, Thanksgiving and Christmas off.
fn office() -> Calendar {
    let hours = std::array::from_fn(|day| {
        if day < 5 { vec!["09:00-17:00".parse().unwrap()] } else { Vec::new() }
    });
    let holidays = ["2026-11-26", "2026-12-25"].map(|text| (day(text), None));
    Calendar::new("office", ZONE, hours, holidays.into(), BTreeMap::new())
}

fn never() -> Calendar {
    Calendar::new("never", ZONE, Default::default(), BTreeMap::new(), BTreeMap::new())
}

#[rstest]
#[case("2026-12-01", "2026-12-01")]
#[case(" 2026-12-1 ", "2026-12-01")]
#[case("2028-02-29", "2028-02-29")]
#[case("today", "2026-11-20")]
#[case("Tomorrow", "2026-11-21")]
#[case("yesterday", "2026-11-19")]
#[case("sat", "2026-11-21")]
#[case("thu", "2026-11-26")]
#[case("fri", "2026-11-27")]
#[case("Friday", "2026-11-27")]
#[case("tues", "2026-11-24")]
#[case("next fri", "2026-11-27")]
#[case("next mon", "2026-11-23")]
#[case("next  sunday", "2026-11-29")]
#[case("this fri", "2026-11-20")]
#[case("this mon", "2026-11-16")]
#[case("next week", "2026-11-23")]
#[case("next month", "2026-12-01")]
#[case("next quarter", "2027-01-01")]
#[case("next year", "2027-01-01")]
#[case("+0d", "2026-11-20")]
#[case("+10d", "2026-11-30")]
#[case("+ 10 days", "2026-11-30")]
#[case("-2d", "2026-11-18")]
#[case("−2d", "2026-11-18")]
#[case("3 days ago", "2026-11-17")]
#[case("a week ago", "2026-11-13")]
#[case("+2w", "2026-12-04")]
#[case("in 2 weeks", "2026-12-04")]
#[case("in a week", "2026-11-27")]
#[case("in 3 months", "2027-02-20")]
#[case("+3mo", "2027-02-20")]
#[case("-1mo", "2026-10-20")]
#[case("+1y", "2027-11-20")]
#[case("-1y", "2025-11-20")]
#[case("+0bd", "2026-11-20")]
#[case("+1bd", "2026-11-23")]
#[case("+3bd", "2026-11-25")]
#[case("+4bd", "2026-11-27")]
#[case("in 4 business days", "2026-11-27")]
#[case("-1bd", "2026-11-19")]
#[case("-5bd", "2026-11-13")]
#[case("q1", "2027-01-01")]
#[case("q3", "2027-07-01")]
#[case("q4", "2027-10-01")]
#[case("2027-q1", "2027-01-01")]
#[case("2026 Q3", "2026-07-01")]
#[case("q2 2028", "2028-04-01")]
#[case("1 dec", "2026-12-01")]
#[case("dec 1", "2026-12-01")]
#[case("20 november", "2026-11-20")]
#[case("nov 19", "2027-11-19")]
#[case("29 feb", "2028-02-29")]
#[case("1 dec 2026", "2026-12-01")]
#[case("Dec 1st, 2026", "2026-12-01")]
#[case("1-dec-2026", "2026-12-01")]
#[case("sept 3rd", "2027-09-03")]
fn days_are_read(#[case] text: &str, #[case] want: &str) {
    assert_eq!(parse_date(text, day("2026-11-20"), &office()), Ok(day(want)), "{text}");
}

#[rstest]
#[case("2026-11-16", "fri", "2026-11-20")]
#[case("2026-11-16", "next fri", "2026-11-27")]
#[case("2026-11-16", "mon", "2026-11-23")]
#[case("2026-11-22", "next fri", "2026-11-27")]
#[case("2026-11-21", "+0bd", "2026-11-23")]
#[case("2026-11-21", "+1bd", "2026-11-24")]
#[case("2026-11-26", "+1bd", "2026-11-30")]
#[case("2026-11-21", "-1bd", "2026-11-20")]
#[case("2027-01-31", "+1mo", "2027-02-28")]
#[case("2027-03-31", "-1mo", "2027-02-28")]
#[case("2028-02-29", "+1y", "2029-02-28")]
#[case("2026-06-30", "q3", "2026-07-01")]
#[case("2026-07-01", "q3", "2027-07-01")]
#[case("2026-12-31", "next month", "2027-01-01")]
#[case("2026-10-01", "next quarter", "2027-01-01")]
#[case("2026-09-30", "next quarter", "2026-10-01")]
#[case("2096-03-01", "29 feb", "2104-02-29")]
fn days_are_read_from_where_one_stands(
    #[case] today: &str,
    #[case] text: &str,
    #[case] want: &str,
) {
    assert_eq!(parse_date(text, day(today), &office()), Ok(day(want)), "{text}");
}

#[rstest]
#[case("2026-02-30", "there is no 30 February 2026: February 2026 has 28 days")]
#[case("2026-13-01", "there is no month 13: months run from 01 to 12")]
#[case("2026-04-31", "there is no 31 April 2026: April 2026 has 30 days")]
#[case("30 feb", "there is no 30 February 2026: February 2026 has 28 days")]
#[case("29 feb 2027", "there is no 29 February 2027: February 2027 has 28 days")]
#[case("dec 0", "there is no 0 December 2026: December 2026 has 31 days")]
#[case("03/04/2026", "\"03/04/2026\" can be read in 2 ways; write 2026-04-03 or 2026-03-04")]
#[case("3.4.26", "\"3.4.26\" can be read in 2 ways; write 2026-04-03 or 2026-03-04")]
#[case(
    "12-11-10",
    "\"12-11-10\" can be read in 3 ways; write 2010-11-12, 2010-12-11 or 2012-11-10"
)]
#[case("13/04/2026", "\"13/04/2026\" is not read here; write 2026-04-13")]
#[case("2026/12/01", "\"2026/12/01\" is not read here; write 2026-12-01")]
#[case("04/04/2026", "\"04/04/2026\" is not read here; write 2026-04-04")]
#[case("1 dec 26", "\"1 dec 26\" is short of a year; write it in full, as 2026")]
#[case("1 dec 1a", "\"1 dec 1a\" is not a date; write *")]
#[case("1 dec 999", "\"1 dec 999\" is not a date; write *")]
#[case("+5 dec", "\"+5 dec\" is not a date; write *")]
#[case("+0m", "\"+0m\" can mean minutes or months; for months write +0mo")]
#[case("+3m", "\"+3m\" can mean minutes or months; for months write +3mo")]
#[case("-3m", "\"-3m\" can mean minutes or months; for months write -3mo")]
#[case("9999-01-01", "\"9999-01-01\" lies outside the years 1970 to 2199")]
#[case("0000-01-01", "\"0000-01-01\" lies outside the years 1970 to 2199")]
#[case("+9999y", "\"+9999y\" lies outside the years 1970 to 2199")]
fn days_are_refused_with_a_remedy(#[case] text: &str, #[case] want: &str) {
    let want = want.replace('*', DATE_FORMS);
    assert_eq!(parse_date(text, day("2026-11-20"), &office()), Err(want), "{text}");
}

#[rstest]
#[case("soon")]
#[case("2026")]
#[case("2026-12")]
#[case("q5")]
#[case("q")]
#[case("fr")]
#[case("next")]
#[case("next soon")]
#[case("dec")]
#[case("dec dec")]
#[case("1 dec 2026 x")]
#[case("+")]
#[case("+3")]
#[case("+3x")]
#[case("+4h")]
#[case("+30min")]
#[case("+99999d")]
#[case("in")]
#[case("99/99/9999")]
#[case("1//2")]
#[case("2026-1-234")]
#[case("45000")]
fn anything_else_is_told_the_forms(#[case] text: &str) {
    let error = parse_date(text, day("2026-11-20"), &office()).unwrap_err();
    assert_eq!(error, format!("\"{text}\" is not a date; write {DATE_FORMS}"));
}

#[test]
fn refusals_stay_short_and_say_when_nothing_was_typed() {
    let error = parse_date(&"é".repeat(5_000), day("2026-11-20"), &office()).unwrap_err();
    assert!(error.starts_with(&format!("\"{}…\" is not a date", "é".repeat(24))));
    let error = parse_date("  ", day("2026-11-20"), &office()).unwrap_err();
    assert_eq!(error, format!("a date is wanted here; write {DATE_FORMS}"));
}

#[test]
fn every_form_that_is_offered_is_read() {
    for form in DATE_FORMS.replace(" or ", ", ").split(", ") {
        assert!(parse_date(form, day("2026-11-20"), &office()).is_ok(), "{form}");
    }
    let now = at("2026-11-20T19:32Z");
    for form in MOMENT_FORMS.split(", ").chain(PAST_FORMS.split(", ")) {
        assert!(parse_moment(form, now, ZONE, &office()).is_ok(), "{form}");
    }
}

#[test]
fn a_calendar_that_never_opens_is_named() {
    for text in ["+1bd", "+0bd", "-1bd"] {
        let error = parse_date(text, day("2026-11-20"), &never()).unwrap_err();
        assert!(error.contains("calendar \"never\" has no working time"), "{error}");
    }
    assert_eq!(parse_date("fri", day("2026-11-20"), &never()), Ok(day("2026-11-27")));
}

#[rstest]
#[case("2026-12-01", "Tue 1 Dec 2026, in 11 days")]
#[case("2026-11-21", "Sat 21 Nov 2026, tomorrow")]
#[case("2026-11-20", "Fri 20 Nov 2026, today")]
#[case("2026-11-19", "Thu 19 Nov 2026, yesterday")]
#[case("2026-11-10", "Tue 10 Nov 2026, 10 days ago")]
fn days_are_said_back(#[case] text: &str, #[case] want: &str) {
    assert_eq!(describe(day(text), day("2026-11-20")), want);
}

/// Now is 14:32 in New York.
#[rstest]
#[case("now", "2026-11-20T19:32:00Z")]
#[case("15:00", "2026-11-20T20:00:00Z")]
#[case("at 9:30", "2026-11-20T14:30:00Z")]
#[case("3pm", "2026-11-20T20:00:00Z")]
#[case("12am", "2026-11-20T05:00:00Z")]
#[case("12:15pm", "2026-11-20T17:15:00Z")]
#[case("fri 15:00", "2026-11-20T20:00:00Z")]
#[case("fri 14:32", "2026-11-27T19:32:00Z")]
#[case("fri 09:00", "2026-11-27T14:00:00Z")]
#[case("sat at 15:00", "2026-11-21T20:00:00Z")]
#[case("Tomorrow 3:30 PM", "2026-11-21T20:30:00Z")]
#[case("today 09:00", "2026-11-20T14:00:00Z")]
#[case("2026-12-01 09:30", "2026-12-01T14:30:00Z")]
#[case("2026-12-01T09:30", "2026-12-01T14:30:00Z")]
#[case("2026-12-01T09:30+01:00", "2026-12-01T08:30:00Z")]
#[case("1 dec 2026 9am", "2026-12-01T14:00:00Z")]
#[case("+3bd 10:00", "2026-11-25T15:00:00Z")]
#[case("in 2 weeks at 10:00", "2026-12-04T15:00:00Z")]
#[case("+4h", "2026-11-20T23:32:00Z")]
#[case("+30m", "2026-11-20T20:02:00Z")]
#[case("in 2 hours", "2026-11-20T21:32:00Z")]
#[case("10 minutes ago", "2026-11-20T19:22:00Z")]
#[case("mon", "2026-11-23T14:00:00Z")]
#[case("sat", "2026-11-21T05:00:00Z")]
#[case("yesterday", "2026-11-19T14:00:00Z")]
#[case("2026-07-01", "2026-07-01T13:00:00Z")]
fn moments_are_read(#[case] text: &str, #[case] want: &str) {
    let now = at("2026-11-20T14:32-05:00");
    let read = parse_moment(text, now, ZONE, &office());
    assert_eq!(read.map(|at| at.to_string()).as_deref(), Ok(want), "{text}");
}

#[rstest]
#[case("25:00", "\"25:00\" is not a time of day; write it as 15:00, 9:30 or 3pm")]
#[case("sat9:30", "\"sat9:30\" is not a time of day; write it as 15:00, 9:30 or 3pm")]
#[case("fri 9:5", "\"9:5\" is not a time of day; write it as 15:00, 9:30 or 3pm")]
#[case("fri 24:00", "\"24:00\" is not a time of day; write it as 15:00, 9:30 or 3pm")]
#[case("fri 13pm", "\"13pm\" is not a time of day; write it as 15:00, 9:30 or 3pm")]
#[case("fri 0:30 am", "\"0:30am\" is not a time of day; write it as 15:00, 9:30 or 3pm")]
#[case("2026-02-30 09:00", "there is no 30 February 2026: February 2026 has 28 days")]
#[case("today", "today has begun; add a time, as in today 15:00")]
fn moments_are_refused_with_a_remedy(#[case] text: &str, #[case] want: &str) {
    let now = at("2026-11-20T14:32-05:00");
    assert_eq!(parse_moment(text, now, ZONE, &office()), Err(want.to_owned()), "{text}");
}

#[test]
fn what_is_no_moment_is_told_the_forms() {
    let now = at("2026-11-20T14:32-05:00");
    let error = parse_moment("soon", now, ZONE, &office()).unwrap_err();
    assert!(error.starts_with("\"soon\" is not a time; write fri 15:00, "), "{error}");
    let error = parse_moment("", now, ZONE, &office()).unwrap_err();
    assert!(error.starts_with("a time is wanted here; write "), "{error}");
    let error = parse_moment("soon 15:00", now, ZONE, &office()).unwrap_err();
    assert!(error.starts_with("\"soon\" is not a date; write "), "{error}");
}

#[test]
fn a_day_alone_is_its_opening_and_on_the_calendar_without_hours_its_beginning() {
    let early = at("2026-11-20T08:00-05:00");
    assert_eq!(parse_moment("today", early, ZONE, &office()), Ok(at("2026-11-20T09:00-05:00")));
    let always = Calendar::always();
    assert_eq!(parse_moment("mon", early, ZONE, &always), Ok(at("2026-11-23T00:00-05:00")));
}

#[rstest]
#[case("2026-03-08 02:30", "2026-03-08T07:00:00Z", "Sun 8 Mar 2026 03:00 EDT, in 7 hours")]
#[case("2026-11-01 01:30", "2026-11-01T05:30:00Z", "Sun 1 Nov 2026 01:30 EDT, in 239 days")]
fn wall_times_that_daylight_saving_skips_or_repeats(
    #[case] text: &str,
    #[case] want: &str,
    #[case] said: &str,
) {
    let now = at("2026-03-08T00:00Z");
    let read = parse_moment(text, now, ZONE, &office()).unwrap();
    assert_eq!(read.to_string(), want);
    assert_eq!(describe_moment(read, now, ZONE), said);
}

#[rstest]
#[case(Tz::America__Sao_Paulo, "2018-11-04", "2018-11-04T03:00:00Z")]
#[case(Tz::Pacific__Apia, "2011-12-30", "2011-12-30T10:00:00Z")]
#[case(Tz::Asia__Beirut, "2021-03-28", "2021-03-27T22:00:00Z")]
#[case(Tz::America__Havana, "2026-11-01", "2026-11-01T04:00:00Z")]
#[case(Tz::Asia__Kathmandu, "2026-11-20", "2026-11-19T18:15:00Z")]
fn days_begin_where_midnight_is_skipped_or_repeated(
    #[case] zone: Tz,
    #[case] text: &str,
    #[case] want: &str,
) {
    assert_eq!(start_of(day(text), zone).to_string(), want);
}

#[rstest]
#[case("2026-11-27T20:00Z", "Fri 27 Nov 2026 15:00 EST, in 7 days")]
#[case("2026-11-20T20:00Z", "Fri 20 Nov 2026 15:00 EST, in 28 minutes")]
#[case("2026-11-21T22:42Z", "Sat 21 Nov 2026 17:42 EST, in 1 day 3 hours")]
#[case("2026-11-20T19:32Z", "Fri 20 Nov 2026 14:32 EST, now")]
#[case("2026-11-20T18:32Z", "Fri 20 Nov 2026 13:32 EST, 1 hour ago")]
#[case("2026-10-20T18:32Z", "Tue 20 Oct 2026 14:32 EDT, 31 days ago")]
fn moments_are_said_back(#[case] text: &str, #[case] want: &str) {
    assert_eq!(describe_moment(at(text), at("2026-11-20T19:32Z"), ZONE), want);
}

proptest! {
    #[test]
    fn any_text_is_a_day_or_a_sentence(
        text in prop_oneof![
            "(?s).{0,20}",
            "(next |this |in |\\+|-|)[0-9]{0,5} ?(fri|bd|mo|weeks|dec|q3|d|ago|)( [0-9]{0,4}|)",
            "[0-9]{1,4}[-/.][0-9]{1,3}[-/.][0-9]{1,4}( [0-9]{1,2}:[0-9]{1,2}|pm|)",
        ],
        days in 0..80_000i64,
    ) {
        let today = day("1971-01-01") + chrono::TimeDelta::days(days);
        if let Err(sentence) = parse_date(&text, today, &office()) {
            prop_assert!(!sentence.is_empty() && sentence.chars().count() < 300);
        }
        let now = start_of(today, ZONE).plus(DAY / 2);
        if let Err(sentence) = parse_moment(&text, now, ZONE, &office()) {
            prop_assert!(!sentence.is_empty() && sentence.chars().count() < 300);
        }
    }

    #[test]
    fn a_day_reads_back_from_its_own_form(days in 0..83_000i64, today in 0..83_000i64) {
        let start = day("1970-01-01");
        let (date, today) = (start + chrono::TimeDelta::days(days), start + chrono::TimeDelta::days(today));
        prop_assert_eq!(parse_date(&date.to_string(), today, &office()), Ok(date));
        let words = date.format("%-d %b %Y").to_string();
        prop_assert_eq!(parse_date(&words, today, &office()), Ok(date));
    }

    #[test]
    fn a_weekday_is_within_the_week_to_come(today in 0..80_000i64, weekday in 0..7usize) {
        let name = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][weekday];
        let today = day("1970-01-01") + chrono::TimeDelta::days(today);
        let found = parse_date(name, today, &office()).unwrap();
        prop_assert_eq!(found.weekday().num_days_from_monday() as usize, weekday);
        prop_assert!((1..=7).contains(&(found - today).num_days()));
        let next = parse_date(&format!("next {name}"), today, &office()).unwrap();
        prop_assert_eq!(next.weekday(), found.weekday());
        prop_assert_eq!(next.iso_week(), (today + chrono::TimeDelta::days(7)).iso_week());
    }
}

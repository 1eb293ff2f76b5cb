//! Dates and times in cells, in the forms of `FORMATS.md 2.0`: year first, with the month in letters, with the year last
//! where the column says which number is the day, Unix seconds and milliseconds, and a spreadsheet's day numbers.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::survey::Order;
use super::value::brief;
use crate::domain::time::Instant;

/// Years that a real record can carry.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// What a date's meaning depends on beside its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Zone of times that carry none.
    pub(super) zone: Tz,
    /// Which of the two numbers before the year is the day, where the column or somebody says so.
    pub(super) order: Option<Order>,
}

/// A day: `2026-11-01`, `2026/11/01`, `20 Nov 2026`, `Nov 20, 2026`, `20.11.2026`, or any of them with a time, which is
/// left out.
pub(super) fn date(text: &str) -> Result<NaiveDate, String> {
    date_in(text, Reading { zone: Tz::UTC, order: None })
}

/// As [`date`], in a column of which something is known.
pub(super) fn date_in(text: &str, reading: Reading) -> Result<NaiveDate, String> {
    if let Some(at) = counted(text.trim(), reading.zone) {
        return Ok(reading.zone.from_utc_datetime(&at).date_naive());
    }
    split(text, reading.order).map(|(date, _)| date)
}

/// A moment. Without a zone it is local to the reading's, and without a time it is the first moment of the day there.
///
/// A time that a clock change skips means the moment of the change, one that it repeats the first of the two.
pub(super) fn instant(text: &str, reading: Reading) -> Result<Instant, String> {
    let zone = reading.zone;
    if let Some(at) = counted(text.trim(), zone) {
        return Ok(Instant(at.and_utc().timestamp_millis()));
    }
    let (date, time) = split(text, reading.order)?;
    let Some(time) = time.map(str::trim).filter(|time| !time.is_empty()) else {
        return Ok(local(date.and_time(NaiveTime::MIN), zone));
    };
    let wrong = || {
        format!(
            "\"{}\" is not a time; write it as 2026-11-01 14:30 or 2026-11-01T14:30:00Z",
            brief(text)
        )
    };
    let (clock, offset) = offset_of(time).ok_or_else(wrong)?;
    let at = date.and_time(clock_time(clock).ok_or_else(wrong)?);
    Ok(match offset {
        Some(seconds) => Instant(at.and_utc().timestamp_millis() - seconds * 1_000),
        None => local(at, zone),
    })
}

/// A number that counts: seconds (10 digits) or milliseconds (13) since 1970, or a spreadsheet's days since 1899-12-30
/// with the time as their fraction (`45000.5`), which are local to `zone`.
fn counted(text: &str, zone: Tz) -> Option<NaiveDateTime> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match whole.len() {
        10 => Some(DateTime::from_timestamp(whole.parse().ok()?, 0)?.naive_utc()),
        13 if fraction.is_empty() => {
            Some(DateTime::from_timestamp_millis(whole.parse().ok()?)?.naive_utc())
        }
        // 1954 to 2119; a spreadsheet's day is no longer than its cell shows.
        5 if ("20000".."80000").contains(&whole) => {
            let days: i64 = whole.parse().ok()?;
            let part: f64 = format!("0.{fraction}0").parse().ok()?;
            #[expect(clippy::cast_possible_truncation, reason = "a fraction of a day in seconds")]
            let seconds = (part * 86_400.0).round() as i64;
            let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_time(NaiveTime::MIN);
            let at = day + TimeDelta::days(days) + TimeDelta::seconds(seconds);
            Some(local(at, zone).utc().naive_utc())
        }
        _ => None,
    }
}

/// The instant of a local time, by the rule of `DOMAIN.md 5` for times that a clock change skips or repeats.
fn local(at: NaiveDateTime, zone: Tz) -> Instant {
    match zone.from_local_datetime(&at) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Instant::from_datetime(&at),
        LocalResult::None => end_of_gap(at, zone),
    }
}

/// The moment at which the clocks of `zone` jump over the local time `at`: the first whose local time is past it.
fn end_of_gap(at: NaiveDateTime, zone: Tz) -> Instant {
    // Offsets lie between -12 h and +14 h, so the moment lies between these two.
    let (mut before, mut after) = (at - TimeDelta::hours(15), at + TimeDelta::hours(13));
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if zone.from_utc_datetime(&middle).naive_local() < at {
            before = middle;
        } else {
            after = middle;
        }
    }
    Instant(after.and_utc().timestamp_millis())
}

/// The day, and what stands behind it.
fn split(text: &str, order: Option<Order>) -> Result<(NaiveDate, Option<&str>), String> {
    let text = without_weekday(text.trim());
    let wrong = || format!("\"{}\" is not a date; write it as 2026-11-01", brief(text));
    let digit = text.starts_with(|first: char| first.is_ascii_digit());
    let parsed = if digit && is_year_first(text) {
        year_first(text)
    } else if digit && let Some(parts) = year_last(text) {
        Some(by_order(parts, order).ok_or_else(|| {
            format!(
                "\"{}\" can be two days; say with --dates whether the day (dmy) or the month (mdy) comes first",
                brief(text)
            )
        })?)
    } else {
        month_in_letters(text)
    };
    let (year, month, day, rest) = parsed.ok_or_else(wrong)?;
    if !YEARS.contains(&year) {
        return Err(format!("\"{}\" is in the year {year}, which cannot be right", brief(text)));
    }
    let date = NaiveDate::from_ymd_opt(year, month, day)
        .ok_or_else(|| format!("\"{}\" is a day that does not exist", brief(text)))?;
    Ok((date, rest))
}

/// `Fri, 20 Nov 2026` without its first word.
fn without_weekday(text: &str) -> &str {
    const DAYS: [&str; 7] =
        ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let end = text.find([',', ' ']).unwrap_or(0);
    let word = text.get(..end).unwrap_or_default().to_ascii_lowercase();
    match word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&word)) {
        true => text.get(end..).unwrap_or_default().trim_start_matches([',', ' ']),
        false => text,
    }
}

/// Two numbers, the sign between them, the year, and what stands behind.
type YearLast<'a> = (u32, u32, char, i32, Option<&'a str>);

/// `07/15/2009 02:14:45+0800`, `20.11.2026`, `3-4-26`.
fn year_last(text: &str) -> Option<YearLast<'_>> {
    let (date, rest) = match text.find(['T', 't', ' ', ',']) {
        Some(end) => (text.get(..end)?, text.get(end + 1..)),
        None => (text, None),
    };
    let sign = date.chars().find(|sign| !sign.is_ascii_digit())?;
    if !matches!(sign, '/' | '-' | '.') {
        return None;
    }
    let mut parts = date.split(sign);
    let (first, second) = (two_digits(parts.next()?)?, two_digits(parts.next()?)?);
    let year = parts.next()?;
    if parts.next().is_some() || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year = match (year.len(), year.parse::<i32>().ok()?) {
        (4, year) => year,
        // As spreadsheets read them.
        (2, short) if short < 70 => 2000 + short,
        (2, short) => 1900 + short,
        _ => return None,
    };
    Some((first, second, sign, year, rest))
}

/// The parts in their places, where their sign, their size or the column says which is the day.
fn by_order<'a>(
    (first, second, sign, year, rest): YearLast<'a>,
    order: Option<Order>,
) -> Option<Parts<'a>> {
    let order = match (sign, order) {
        ('.', _) => Order::DayFirst,
        (_, Some(order)) => order,
        _ if first > 12 => Order::DayFirst,
        _ if second > 12 || first == second => Order::MonthFirst,
        _ => return None,
    };
    Some(match order {
        Order::DayFirst => (year, second, first, rest),
        Order::MonthFirst => (year, first, second, rest),
    })
}

fn is_year_first(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) {
        return true;
    }
    bytes.len() >= 8
        && bytes.iter().take(4).all(u8::is_ascii_digit)
        && matches!(bytes.get(4), Some(b'-' | b'/' | b'.'))
}

type Parts<'a> = (i32, u32, u32, Option<&'a str>);

fn year_first(text: &str) -> Option<Parts<'_>> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |from, to| text.get(from..to)?.parse::<u32>().ok();
        return Some((i32::try_from(part(0, 4)?).ok()?, part(4, 6)?, part(6, 8)?, None));
    }
    let sign = char::from(*text.as_bytes().get(4)?);
    let (date, rest) = match text.find(['T', 't', ' ']) {
        Some(end) => (text.get(..end)?, text.get(end + 1..)),
        None => (text, None),
    };
    let mut parts = date.split(sign);
    let year = parts.next()?.parse().ok()?;
    let month = two_digits(parts.next()?)?;
    let day = two_digits(parts.next()?)?;
    parts.next().is_none().then_some((year, month, day, rest))
}

/// `20 Nov 2026`, `Nov 20, 2026`, `20-Nov-2026`, with or without a time behind.
fn month_in_letters(text: &str) -> Option<Parts<'_>> {
    let mut words = [""; 3];
    let mut rest = text;
    for word in &mut words {
        rest = rest.trim_start_matches([' ', ',', '-', '.']);
        let end = rest.find([' ', ',', '-', '.']).unwrap_or(rest.len());
        (*word, rest) = rest.split_at_checked(end)?;
    }
    let [first, second, year] = words;
    let (month, day) = match (month_named(first), month_named(second)) {
        (Some(month), None) => (month, second),
        (None, Some(month)) => (month, first),
        _ => return None,
    };
    if year.len() != 4 {
        return None;
    }
    let rest = rest.trim_start_matches([' ', ',']);
    Some((year.parse().ok()?, month, two_digits(day)?, (!rest.is_empty()).then_some(rest)))
}

fn month_named(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_ascii_lowercase();
    let place = MONTHS.iter().position(|month| {
        *month == text
            || (text.len() == 3 && month.starts_with(&text))
            || (text == "sept" && *month == "september")
    })?;
    u32::try_from(place + 1).ok()
}

/// One or two digits and nothing else.
fn two_digits(text: &str) -> Option<u32> {
    (matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// A clock's reading and its offset from UTC in seconds, where it carries one: `Z`, `+01:00`, `+0100`, `+01`, `UTC`.
fn offset_of(time: &str) -> Option<(&str, Option<i64>)> {
    // `GMT+0100 (CET)`, as browsers write it.
    let time = time.split_once('(').map_or(time, |(time, _)| time.trim_end());
    for zulu in ["Z", "z", "UTC", "GMT"] {
        if let Some(clock) = time.strip_suffix(zulu) {
            return Some((clock.trim_end(), Some(0)));
        }
    }
    let Some(sign) = time.rfind(['+', '-', '\u{2212}']) else { return Some((time, None)) };
    let (clock, offset) = time.split_at_checked(sign)?;
    // `Z-0300` and `GMT+2`: the offset counts.
    let zulu = ["Z", "UTC", "GMT"].iter().find_map(|zulu| clock.strip_suffix(zulu));
    let short = zulu.is_some();
    let clock = zulu.unwrap_or(clock);
    let negative = !offset.starts_with('+');
    let digits: String = offset.chars().skip(1).filter(|sign| *sign != ':').collect();
    let (hours, minutes) = match digits.len() {
        1 if short => (two_digits(&digits)?, 0),
        2 => (two_digits(&digits)?, 0),
        4 => (two_digits(digits.get(..2)?)?, two_digits(digits.get(2..)?)?),
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = i64::from(hours * 3_600 + minutes * 60);
    Some((clock.trim_end(), Some(if negative { -seconds } else { seconds })))
}

/// `14:30`, `9:05:07`, `09:05:07.250`, `2:30 PM`.
fn clock_time(text: &str) -> Option<NaiveTime> {
    let lower = text.replace(['\u{202f}', '\u{a0}'], " ").to_ascii_lowercase();
    let lower = lower.replace("a.m.", "am").replace("p.m.", "pm");
    let (clock, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock.trim_end(), Some(0)),
        (_, Some(clock)) => (clock.trim_end(), Some(12)),
        _ => (lower.as_str(), None),
    };
    let mut parts = clock.split(':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let (second, milli) = match parts.next() {
        None => (0, 0),
        Some(seconds) => {
            let (second, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
            if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let milli: String = fraction.chars().chain("00".chars()).take(3).collect();
            (two_digits(second)?, milli.parse().ok()?)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
    };
    NaiveTime::from_hms_milli_opt(hour, minute, second, milli)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn reading(zone: Tz) -> Reading {
        Reading { zone, order: None }
    }

    #[rstest]
    #[case("2026-11-01")]
    #[case("2026/11/01")]
    #[case("2026-11-1")]
    #[case(" 2026-11-01T23:30:00Z ")]
    #[case("1 Nov 2026")]
    #[case("Nov 1, 2026")]
    #[case("01-Nov-2026")]
    #[case("November 1, 2026 2:30 PM")]
    fn days_are_read(#[case] text: &str) {
        assert_eq!(date(text), Ok(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap()));
    }

    #[rstest]
    #[case("03/04/2026")]
    #[case("2026-02-30")]
    #[case("0000-01-01")]
    #[case("9999-12-31")]
    #[case("450000")]
    #[case("2009\\7\\14 22:14:45+0800")]
    #[case("2009-07/14 02:14:45-0800")]
    #[case("31/31/2026")]
    #[case("2026-11")]
    #[case("2026-11-01-02")]
    #[case("Nov 2026")]
    #[case("soon")]
    #[case("")]
    #[case("２０２６-11-01")]
    fn what_is_no_one_day_is_refused(#[case] text: &str) {
        assert!(date(text).is_err());
    }

    #[rstest]
    #[case("2026-11-20T21:30:00Z", "2026-11-20T21:30:00Z")]
    #[case("2026-11-20 16:30", "2026-11-20T21:30:00Z")]
    #[case("2026-11-20 4:30 PM", "2026-11-20T21:30:00Z")]
    #[case("2026-11-20T16:30:00.250-05:00", "2026-11-20T21:30:00.250Z")]
    #[case("2026-11-20T21:30:00.000+0000", "2026-11-20T21:30:00Z")]
    #[case("2026-11-20 22:30+01", "2026-11-20T21:30:00Z")]
    #[case("2026-11-20", "2026-11-20T05:00:00Z")]
    #[case("Nov 20, 2026 12:15 am", "2026-11-20T05:15:00Z")]
    // The clocks go forward at 02:00 and back at 02:00.
    #[case("2026-03-08 02:30", "2026-03-08T07:00:00Z")]
    #[case("2026-11-01 01:30", "2026-11-01T05:30:00Z")]
    fn moments_are_read_in_the_given_zone(#[case] text: &str, #[case] utc: &str) {
        let zone = chrono_tz::America::New_York;
        assert_eq!(instant(text, reading(zone)).map(|at| at.to_string()), Ok(utc.to_owned()));
    }

    #[rstest]
    #[case("07/15/2009 02:14:45+0800", "2009-07-14T18:14:45Z")]
    #[case("07/13/2009T22:14:45-0800", "2009-07-14T06:14:45Z")]
    #[case("2010-10-14T12:00:00.000Z-0300", "2010-10-14T15:00:00Z")]
    #[case("2010-10-14T12:00:00.000GMT", "2010-10-14T12:00:00Z")]
    #[case("2010-10-14 12:00 GMT+2", "2010-10-14T10:00:00Z")]
    #[case("2022-03-01 19:37:03.699000", "2022-03-01T19:37:03.699Z")]
    #[case("Tue Mar 05 2024 10:00:00 GMT+0100 (CET)", "2024-03-05T09:00:00Z")]
    #[case("Fri, 20 Nov 2026 10:00:00 GMT", "2026-11-20T10:00:00Z")]
    #[case("3/15/2024 2:30 PM", "2024-03-15T14:30:00Z")]
    #[case("3/15/2024 2:30\u{202f}PM", "2024-03-15T14:30:00Z")]
    #[case("20.11.2026 14:00", "2026-11-20T14:00:00Z")]
    #[case("1711234567890", "2024-03-23T22:56:07.890Z")]
    #[case("1711234567", "2024-03-23T22:56:07Z")]
    #[case("45000.5", "2023-03-15T12:00:00Z")]
    #[case("20240115", "2024-01-15T00:00:00Z")]
    fn moments_of_real_exports_are_read(#[case] text: &str, #[case] utc: &str) {
        let reading = reading(chrono_tz::UTC);
        assert_eq!(instant(text, reading).map(|at| at.to_string()), Ok(utc.to_owned()));
    }

    #[rstest]
    #[case(Order::DayFirst, "2026-04-03")]
    #[case(Order::MonthFirst, "2026-03-04")]
    fn the_column_says_which_number_is_the_day(#[case] order: Order, #[case] day: &str) {
        let reading = Reading { order: Some(order), ..reading(chrono_tz::UTC) };
        for text in ["03/04/2026", "3-4-26", "03/04/2026 00:00"] {
            assert_eq!(date_in(text, reading).map(|day| day.to_string()), Ok(day.to_owned()));
        }
    }

    #[rstest]
    #[case("2026-10-04 02:15", chrono_tz::Australia::Lord_Howe, "2026-10-03T15:30:00Z")]
    #[case("2011-12-30 12:00", chrono_tz::Pacific::Apia, "2011-12-30T10:00:00Z")]
    fn a_skipped_time_means_the_moment_of_the_change(
        #[case] text: &str,
        #[case] zone: Tz,
        #[case] utc: &str,
    ) {
        assert_eq!(instant(text, reading(zone)).map(|at| at.to_string()), Ok(utc.to_owned()));
    }

    #[rstest]
    #[case("2026-11-20 25:00")]
    #[case("2026-11-20 16")]
    #[case("2026-11-20 16:30:00:00")]
    #[case("2026-11-20 13:30 PM")]
    #[case("2026-11-20 16:30+25:00")]
    #[case("2026-11-20T16:30:xx")]
    #[case("2026-11-20 16:30 Paris")]
    fn what_is_no_moment_is_refused(#[case] text: &str) {
        assert!(instant(text, reading(chrono_tz::UTC)).is_err());
    }
}

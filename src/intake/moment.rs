//! Dates and times in cells: year first, or with the month in letters. `03/04/2026` means two days and is refused.

use chrono::{LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::value::brief;
use crate::domain::time::Instant;

/// Years that a real record can carry.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// A day: `2026-11-01`, `2026/11/01`, `20 Nov 2026`, `Nov 20, 2026`, or any of them with a time, which is left out.
pub(super) fn date(text: &str) -> Result<NaiveDate, String> {
    split(text).map(|(date, _)| date)
}

/// A moment. Without a zone it is local to `zone`, and without a time it is the first moment of the day there.
///
/// A time that a clock change skips means the moment of the change, one that it repeats the first of the two.
pub(super) fn instant(text: &str, zone: Tz) -> Result<Instant, String> {
    let (date, time) = split(text)?;
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
fn split(text: &str) -> Result<(NaiveDate, Option<&str>), String> {
    let text = text.trim();
    let wrong = || format!("\"{}\" is not a date; write it as 2026-11-01", brief(text));
    let parsed = if text.starts_with(|first: char| first.is_ascii_digit()) && is_year_first(text) {
        year_first(text)
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

fn is_year_first(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 8
        && bytes.iter().take(4).all(u8::is_ascii_digit)
        && matches!(bytes.get(4), Some(b'-' | b'/' | b'.'))
}

type Parts<'a> = (i32, u32, u32, Option<&'a str>);

fn year_first(text: &str) -> Option<Parts<'_>> {
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
    for zulu in ["Z", "z", "UTC", "GMT"] {
        if let Some(clock) = time.strip_suffix(zulu) {
            return Some((clock.trim_end(), Some(0)));
        }
    }
    let Some(sign) = time.rfind(['+', '-', '\u{2212}']) else { return Some((time, None)) };
    let (clock, offset) = time.split_at_checked(sign)?;
    let negative = !offset.starts_with('+');
    let digits: String = offset.chars().skip(1).filter(|sign| *sign != ':').collect();
    let (hours, minutes) = match digits.len() {
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
    let lower = text.to_ascii_lowercase();
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
    #[case("3.4.2026")]
    #[case("2026-02-30")]
    #[case("0000-01-01")]
    #[case("9999-12-31")]
    #[case("45000")]
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
        assert_eq!(instant(text, zone).map(|at| at.to_string()), Ok(utc.to_owned()));
    }

    #[rstest]
    #[case("2026-10-04 02:15", chrono_tz::Australia::Lord_Howe, "2026-10-03T15:30:00Z")]
    #[case("2011-12-30 12:00", chrono_tz::Pacific::Apia, "2011-12-30T10:00:00Z")]
    fn a_skipped_time_means_the_moment_of_the_change(
        #[case] text: &str,
        #[case] zone: Tz,
        #[case] utc: &str,
    ) {
        assert_eq!(instant(text, zone).map(|at| at.to_string()), Ok(utc.to_owned()));
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
        assert!(instant(text, chrono_tz::UTC).is_err());
    }
}

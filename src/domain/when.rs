//! Days and moments as people type them in forms, and as the desk says back what it understood (`DESK.md 4`).
//!
//! What is decided here: a weekday is the next one after today, and `next fri` the Friday of the week after this
//! one (weeks begin on Monday). `q3` is the first day of the next third quarter after today. A day and month without
//! a year is the first such day from today on. `+3bd` counts from today, or from the next business day where today is
//! none, as targets do (`POLICY.md`, "Targets"). A date that can be read in two ways is refused, never guessed.

mod moment;
mod words;

#[cfg(test)]
mod tests;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Weekday};
use chrono_tz::{GapInfo, Tz};

pub use moment::{MOMENT_FORMS, PAST_FORMS, describe_moment, parse_moment};

use super::calendar::Calendar;
use super::time::Instant;
use words::{Unit, amount, clip, month_name, number};

/// What a day may look like, for the sentence of a form and of a refusal.
pub const DATE_FORMS: &str = "2026-12-01, fri, next fri, today, tomorrow, +3bd, +10d, +2w, q3, 2027-q1, 1 dec, dec 1 2026 or in 2 weeks";

/// The years in which the desk works.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2199;

/// The instant of a local wall time. One that daylight saving skips means the instant of the change; one that occurs
/// twice means its first occurrence (`DOMAIN.md 5`).
#[must_use]
pub fn wall(local: NaiveDateTime, zone: Tz) -> Instant {
    zone.from_local_datetime(&local)
        .earliest()
        .or_else(|| GapInfo::new(&local, &zone)?.end)
        .map_or_else(|| Instant::from_datetime(&local.and_utc()), |at| Instant::from_datetime(&at))
}

/// The first instant of a local day.
#[must_use]
pub fn start_of(day: NaiveDate, zone: Tz) -> Instant {
    wall(day.and_time(NaiveTime::MIN), zone)
}

/// Reads a day as people type it; see [`DATE_FORMS`].
///
/// # Errors
/// A sentence: the forms, or why this day does not exist, or how to write one that can be read in two ways.
pub fn parse_date(text: &str, today: NaiveDate, calendar: &Calendar) -> Result<NaiveDate, String> {
    Reader { today, calendar, from_today: false, refuse: not_a_date }.date(text)
}

/// The day in full, with its distance from today: `Tue 1 Dec 2026, in 10 days`.
#[must_use]
pub fn describe(day: NaiveDate, today: NaiveDate) -> String {
    format!("{}, {}", day.format("%a %-d %b %Y"), distance(day, today))
}

fn distance(day: NaiveDate, today: NaiveDate) -> String {
    match day.signed_duration_since(today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days @ 2.. => format!("in {days} days"),
        days => format!("{} days ago", -days),
    }
}

/// What a day is read against.
struct Reader<'a> {
    today: NaiveDate,
    calendar: &'a Calendar,
    /// A weekday may be today, because the time of day behind it is still to come.
    from_today: bool,
    /// The sentence for a text of no known form.
    refuse: fn(&str) -> String,
}

impl Reader<'_> {
    fn date(&self, text: &str) -> Result<NaiveDate, String> {
        let typed = text.trim().to_lowercase();
        let day = self.read(&typed)?.ok_or_else(|| (self.refuse)(text))?;
        if YEARS.contains(&day.year()) {
            return Ok(day);
        }
        let (first, last) = (YEARS.start(), YEARS.end());
        Err(format!("\"{}\" lies outside the years {first} to {last}", clip(text)))
    }

    /// The day; none where the text has no known form.
    fn read(&self, typed: &str) -> Result<Option<NaiveDate>, String> {
        if let Some((count, unit)) = amount(typed) {
            return self.shifted(typed, count, unit);
        }
        if let Some(day) = numeric(typed)? {
            return Ok(Some(day));
        }
        // `1-dec-2026` and `2027-q1` are words joined by dashes.
        let tokens: Vec<&str> = typed
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '-'))
            .filter(|token| !token.is_empty())
            .collect();
        match tokens[..] {
            ["today"] => Ok(Some(self.today)),
            ["tomorrow"] => Ok(self.today.succ_opt()),
            ["yesterday"] => Ok(self.today.pred_opt()),
            ["next", word] => Ok(self.next(word)),
            ["this", word] => Ok(words::weekday(word).and_then(|day| self.in_week(day, 0))),
            [word] => {
                if let Some(day) = words::weekday(word) {
                    return Ok(self.coming(day));
                }
                Ok(words::quarter(word).and_then(|quarter| self.next_quarter(quarter)))
            }
            [a, b] => {
                let quarter = match (words::quarter(a), words::quarter(b)) {
                    (Some(quarter), None) => year(b).map(|year| (year, quarter)),
                    (None, Some(quarter)) => year(a).map(|year| (year, quarter)),
                    _ => None,
                };
                match (quarter, words::day_and_month(a, b)) {
                    (Some((year, quarter)), _) => Ok(first_of_quarter(year, quarter)),
                    (None, Some((day, month))) => self.without_year(day, month).map(Some),
                    (None, None) => Ok(None),
                }
            }
            [a, b, c] => match (words::day_and_month(a, b), year(c)) {
                (Some((day, month)), Some(year)) => existing(year, month, day).map(Some),
                (Some(_), None) if c.len() == 2 && number(c).is_some() => Err(format!(
                    "\"{}\" is short of a year; write it in full, as 2026",
                    clip(typed)
                )),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn shifted(&self, typed: &str, count: i32, unit: Unit) -> Result<Option<NaiveDate>, String> {
        let far = count.unsigned_abs();
        let days = |each: u32| Days::new(u64::from(far) * u64::from(each));
        let months = |each: u32| Months::new(far.saturating_mul(each));
        let (today, back) = (self.today, count < 0);
        Ok(match unit {
            Unit::Business => return self.business(count).map(Some),
            Unit::Minutes if typed.ends_with('m') => {
                let sign = if back { '-' } else { '+' };
                return Err(format!(
                    "\"{}\" can mean minutes or months; for months write {sign}{far}mo",
                    clip(typed)
                ));
            }
            Unit::Minutes | Unit::Hours => None,
            Unit::Days if back => today.checked_sub_days(days(1)),
            Unit::Days => today.checked_add_days(days(1)),
            Unit::Weeks if back => today.checked_sub_days(days(7)),
            Unit::Weeks => today.checked_add_days(days(7)),
            Unit::Months if back => today.checked_sub_months(months(1)),
            Unit::Months => today.checked_add_months(months(1)),
            Unit::Years if back => today.checked_sub_months(months(12)),
            Unit::Years => today.checked_add_months(months(12)),
        })
    }

    fn business(&self, count: i32) -> Result<NaiveDate, String> {
        let calendar = self.calendar;
        if count < 0 {
            return (0..-count).try_fold(self.today, |day, _| {
                calendar.business_day_before(day).ok_or_else(|| {
                    format!("calendar \"{}\" has no working time before {day}", calendar.name())
                })
            });
        }
        let late = u32::from(calendar.closed(self.today).is_some());
        calendar
            .business_day_after(self.today, count.unsigned_abs() + late)
            .map_err(|never| never.to_string())
    }

    fn next(&self, word: &str) -> Option<NaiveDate> {
        let first_of_month = self.today.with_day(1)?;
        match word {
            "week" => self.in_week(Weekday::Mon, 1),
            "month" => first_of_month.checked_add_months(Months::new(1)),
            "quarter" => {
                let quarter = first_of_quarter(self.today.year(), self.today.month0() / 3 + 1)?;
                quarter.checked_add_months(Months::new(3))
            }
            "year" => NaiveDate::from_ymd_opt(self.today.year() + 1, 1, 1),
            _ => self.in_week(words::weekday(word)?, 1),
        }
    }

    /// That day of the week so many weeks after this one.
    fn in_week(&self, day: Weekday, weeks: u64) -> Option<NaiveDate> {
        let back = u64::from(self.today.weekday().num_days_from_monday());
        let ahead = u64::from(day.num_days_from_monday()) + 7 * weeks;
        self.today.checked_sub_days(Days::new(back))?.checked_add_days(Days::new(ahead))
    }

    fn coming(&self, day: Weekday) -> Option<NaiveDate> {
        let ahead = u64::from(day.days_since(self.today.weekday()));
        let ahead = if ahead == 0 && !self.from_today { 7 } else { ahead };
        self.today.checked_add_days(Days::new(ahead))
    }

    fn next_quarter(&self, quarter: u32) -> Option<NaiveDate> {
        let this_year = first_of_quarter(self.today.year(), quarter)?;
        if this_year > self.today {
            return Some(this_year);
        }
        first_of_quarter(self.today.year() + 1, quarter)
    }

    fn without_year(&self, day: u32, month: u32) -> Result<NaiveDate, String> {
        // Eight years hold a 29 February, even around 2100.
        (self.today.year()..=self.today.year() + 8)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .find(|date| *date >= self.today)
            .map_or_else(|| existing(self.today.year(), month, day), Ok)
    }
}

fn not_a_date(text: &str) -> String {
    if text.trim().is_empty() {
        return format!("a date is wanted here; write {DATE_FORMS}");
    }
    format!("\"{}\" is not a date; write {DATE_FORMS}", clip(text))
}

fn year(text: &str) -> Option<i32> {
    (text.len() == 4).then(|| number(text)).flatten().and_then(|year| i32::try_from(year).ok())
}

fn first_of_quarter(year: i32, quarter: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, quarter.checked_sub(1)? * 3 + 1, 1)
}

/// A date that must exist.
fn existing(year: i32, month: u32, day: u32) -> Result<NaiveDate, String> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
        let Some(name) = month_name(month) else {
            return format!("there is no month {month}: months run from 01 to 12");
        };
        let last =
            (28..=31).rev().find(|last| NaiveDate::from_ymd_opt(year, month, *last).is_some());
        format!("there is no {day} {name} {year}: {name} {year} has {} days", last.unwrap_or(31))
    })
}

/// A date of three numbers; none where it is none. Only year, month, day with dashes is read; the rest is refused
/// with every way in which it could have been meant.
fn numeric(typed: &str) -> Result<Option<NaiveDate>, String> {
    let parts: Vec<&str> = typed.split(['-', '/', '.']).collect();
    let [a, b, c] = parts[..] else {
        return Ok(None);
    };
    let (Some(x), Some(y), Some(z)) = (number(a), number(b), number(c)) else {
        return Ok(None);
    };
    if a.len() == 4 && b.len() <= 2 && c.len() <= 2 && typed.matches('-').count() == 2 {
        let year = year(a).unwrap_or_default();
        return existing(year, y, z).map(Some);
    }
    let full = |year: u32, text: &str| match text.len() {
        4 => i32::try_from(year).ok(),
        2 => i32::try_from(2000 + year).ok(),
        _ => None,
    };
    let mut readings: Vec<String> = [(z, c, y, x), (z, c, x, y), (x, a, y, z)]
        .into_iter()
        .filter_map(|(year, text, month, day)| {
            NaiveDate::from_ymd_opt(full(year, text)?, month, day)
        })
        .filter(|date| YEARS.contains(&date.year()))
        .map(|date| date.to_string())
        .collect();
    readings.dedup();
    match readings.split_last() {
        None => Ok(None),
        Some((only, [])) => Err(format!("\"{}\" is not read here; write {only}", clip(typed))),
        Some((last, rest)) => Err(format!(
            "\"{}\" can be read in {} ways; write {} or {last}",
            clip(typed),
            readings.len(),
            rest.join(", ")
        )),
    }
}

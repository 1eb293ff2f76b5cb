//! Moments: a day with a time of day, or a distance from now.

use chrono::NaiveTime;
use chrono_tz::Tz;

use super::words::{Unit, amount, clip, number};
use super::{DATE_FORMS, Reader, distance, not_a_date, start_of, wall};
use crate::domain::calendar::{Calendar, Edge};
use crate::domain::span;
use crate::domain::time::{HOUR, Instant, MINUTE, parse_instant};

/// What a moment may look like, for the sentence of a form and of a refusal.
pub const MOMENT_FORMS: &str = "fri 15:00, 2026-12-01 09:30, tomorrow 3pm, 15:00, +4h, now";

/// Some of them for a moment that has passed.
pub const PAST_FORMS: &str = "yesterday 15:00, 2026-09-21 10:12, 9:30, -4h, now";

/// Reads a moment as people type it, by the wall clock of `zone`; see [`MOMENT_FORMS`]. A time alone is today's, a
/// weekday may be today while its time is still to come, and a day alone means its opening in `calendar`, or its
/// first instant where the calendar does not open on it. Around changes of daylight saving the rules of [`wall`] hold.
///
/// # Errors
/// A sentence: the forms, or what is wrong with the day or the time.
pub fn parse_moment(
    text: &str,
    now: Instant,
    zone: Tz,
    calendar: &Calendar,
) -> Result<Instant, String> {
    let typed = text.trim().to_lowercase();
    if typed == "now" {
        return Ok(now);
    }
    if let Ok(at) = parse_instant(text) {
        return Ok(at);
    }
    match amount(&typed) {
        Some((count, Unit::Minutes)) => return Ok(now.plus(i64::from(count) * MINUTE)),
        Some((count, Unit::Hours)) => return Ok(now.plus(i64::from(count) * HOUR)),
        _ => {}
    }
    let local = now.utc().with_timezone(&zone).naive_local();
    let today = local.date();
    let (day, time) = split(&typed)?;
    let Some(time) = time else {
        let day = Reader { today, calendar, from_today: false, refuse: not_a_moment }.date(day)?;
        let opening = calendar.windows(day).first().filter(|_| !calendar.is_always());
        let opening = opening.and_then(|window| calendar.instant(day, window.open(), Edge::Open));
        let at = opening.unwrap_or_else(|| start_of(day, zone));
        if day == today && at <= now {
            return Err("today has begun; add a time, as in today 15:00".to_owned());
        }
        return Ok(at);
    };
    if day.is_empty() {
        return Ok(wall(today.and_time(time), zone));
    }
    let from_today = wall(today.and_time(time), zone) > now;
    let day = Reader { today, calendar, from_today, refuse: not_a_date }.date(day)?;
    Ok(wall(day.and_time(time), zone))
}

fn not_a_moment(text: &str) -> String {
    let forms = format!("{MOMENT_FORMS}, or a day alone: {DATE_FORMS}");
    if text.trim().is_empty() {
        return format!("a time is wanted here; write {forms}");
    }
    format!("\"{}\" is not a time; write {forms}", clip(text))
}

/// The moment in full by the wall clock of `zone`, with its distance from now: `Fri 27 Nov 2026 15:00 EST, in 7 days`.
#[must_use]
pub fn describe_moment(at: Instant, now: Instant, zone: Tz) -> String {
    let (local, today) = (at.utc().with_timezone(&zone), now.utc().with_timezone(&zone));
    let apart = at.since(now);
    let far = if apart.abs() >= 48 * HOUR {
        distance(local.date_naive(), today.date_naive())
    } else if apart == 0 {
        "now".to_owned()
    } else if apart > 0 {
        format!("in {}", span::words(apart))
    } else {
        format!("{} ago", span::words(apart))
    };
    format!("{}, {far}", local.format("%a %-d %b %Y %H:%M %Z"))
}

/// The words of the day, and the time of day at the end where there is one.
fn split(typed: &str) -> Result<(&str, Option<NaiveTime>), String> {
    let (day, last) = match typed.rsplit_once([' ', '\t']) {
        // `3:30 pm`
        Some((rest, half @ ("am" | "pm"))) => {
            let start = rest.trim_end().rfind([' ', '\t']).map_or(0, |blank| blank + 1);
            let time = format!("{}{half}", rest[start..].trim());
            return Ok((without_at(&rest[..start]), Some(time_of_day(&time)?)));
        }
        Some((day, last)) => (day, last),
        // `2026-12-01t09:30`
        None => match typed.split_once('t') {
            Some((day, time)) if day.len() == 10 && time.contains(':') => (day, time),
            _ => ("", typed),
        },
    };
    let half = last.strip_suffix("am").or_else(|| last.strip_suffix("pm"));
    if last.contains(':') || half.is_some_and(|hour| number(hour).is_some()) {
        return Ok((without_at(day), Some(time_of_day(last)?)));
    }
    Ok((typed, None))
}

fn without_at(day: &str) -> &str {
    match day.trim() {
        "at" => "",
        day => day.strip_suffix(" at").unwrap_or(day).trim_end(),
    }
}

/// Reads `15:00`, `9:30`, `3pm` and `3:30pm`.
fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    let refused =
        || format!("\"{}\" is not a time of day; write it as 15:00, 9:30 or 3pm", clip(text));
    let (digits, noon) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (text, None),
    };
    let (hour, minute) = digits.split_once(':').unwrap_or((digits, "00"));
    if hour.len() > 2 || minute.len() != 2 {
        return Err(refused());
    }
    let hour = number(hour).ok_or_else(refused)?;
    let minute = number(minute).ok_or_else(refused)?;
    let hour = match noon {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return Err(refused()),
    };
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(refused)
}

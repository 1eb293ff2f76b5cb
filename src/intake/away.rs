//! Out-of-office days from an iCalendar file: every event that takes up a whole working day of the person, or is marked as
//! out of office, in their zone; recurring ones as far as a year ahead. What is not understood is told, event by event.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use icalendar::{
    Calendar as File, CalendarDateTime, Component, DatePerhapsTime, Event, EventLike, EventStatus,
};

use crate::domain::calendar::{Calendar, Edge};
use crate::domain::person::Absence;
use crate::domain::text::safe;
use crate::domain::time::Instant;

/// Recurring events are followed so many days from today, and no further.
const HORIZON: u64 = 366;
/// An event recurs at most so often before it is looked at no further; a daily one reaches back fifty years.
const MOST: usize = 20_000;
/// An absence is no longer than this many days; what is longer is a slip of the hand.
const LONGEST: i64 = 3_653;

/// What an iCalendar file says of somebody's absences.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Away {
    /// Days away from today on, in order; those that touch are one.
    pub absences: Vec<Absence>,
    /// Events that were looked at.
    pub events: usize,
    /// What was left out or not understood, a sentence each.
    pub told: Vec<String>,
}

/// Reads a file for somebody with this zone and calendar.
///
/// # Errors
/// The file is no iCalendar file: a sentence.
pub fn read(text: &str, zone: Tz, calendar: &Calendar, today: NaiveDate) -> Result<Away, String> {
    if !text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_uppercase()
        .starts_with("BEGIN:VCALENDAR")
    {
        return Err(
            "This is not an iCalendar file: it doesn't begin with BEGIN:VCALENDAR.".to_owned()
        );
    }
    let file: File = text.trim_start_matches('\u{feff}').parse().map_err(|why: String| {
        format!("This iCalendar file can't be read: {}.", first_line(&why))
    })?;
    if !text.to_ascii_uppercase().contains("END:VCALENDAR") {
        return Err("This iCalendar file is cut off: it doesn't end with END:VCALENDAR.".to_owned());
    }
    let mut away = Away::default();
    let reader = Reader { zone, calendar, today };
    // An occurrence that was moved or called off is an event of its own, and takes the place of the one it was.
    let moved: Vec<(String, NaiveDate)> = file
        .events()
        .filter_map(|event| {
            let id = event.get_recurrence_id()?;
            Some((event.get_uid()?.to_owned(), reader.day(&id).ok()?))
        })
        .collect();
    for event in file.events() {
        away.events += 1;
        let moved: Vec<_> = moved
            .iter()
            .filter(|(uid, _)| event.get_uid() == Some(uid) && event.get_recurrence_id().is_none())
            .map(|(_, day)| *day)
            .collect();
        match reader.absences(event, &moved) {
            Ok(mut found) => away.absences.append(&mut found),
            Err(why) => away.told.push(format!("{}: {why}.", name(event))),
        }
    }
    if away.events == 0 {
        away.told.push("The file holds no events.".to_owned());
    }
    away.absences = joined(away.absences);
    Ok(away)
}

/// An event by its summary and its start.
fn name(event: &Event) -> String {
    let summary = event.get_summary().filter(|text| !text.trim().is_empty());
    let start = event.property_value("DTSTART").unwrap_or("no start");
    format!("\"{}\" ({})", safe(summary.unwrap_or("without a title")), safe(start))
}

fn first_line(text: &str) -> String {
    let line =
        text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("its form is broken");
    safe(line.trim_end_matches(['.', ':'])).into_owned()
}

struct Reader<'a> {
    zone: Tz,
    calendar: &'a Calendar,
    today: NaiveDate,
}

impl Reader<'_> {
    fn absences(&self, event: &Event, moved: &[NaiveDate]) -> Result<Vec<Absence>, String> {
        if event.get_status() == Some(EventStatus::Cancelled) {
            return Ok(Vec::new());
        }
        let marked = event
            .property_value("X-MICROSOFT-CDO-BUSYSTATUS")
            .is_some_and(|is| is.eq_ignore_ascii_case("OOF"));
        let free =
            event.property_value("TRANSP").is_some_and(|is| is.eq_ignore_ascii_case("TRANSPARENT"));
        let start = event.get_start().ok_or("it has no start that can be read")?;
        let recurs = ["RRULE", "RDATE"].iter().any(|key| {
            event.property_value(key).is_some() || event.multi_properties().contains_key(*key)
        });
        let last = self.today.checked_add_days(Days::new(HORIZON)).unwrap_or(self.today);
        let absences = match start {
            DatePerhapsTime::Date(first) => {
                let days = self.whole_days(event, first)?;
                let starts = if recurs {
                    self.starts(event, last)?.into_iter().map(|(at, _)| at.date()).collect()
                } else {
                    vec![first]
                };
                let starts = starts.into_iter().filter(|day| !moved.contains(day));
                starts.filter_map(|from| span(from, days)).collect::<Vec<_>>()
            }
            DatePerhapsTime::DateTime(begin) => {
                let from = self.instant(&begin)?;
                let length = self.length(event, from)?;
                let starts = if recurs {
                    self.starts(event, last)?.into_iter().map(|(_, at)| at).collect()
                } else {
                    vec![from]
                };
                let starts: Vec<_> = starts
                    .into_iter()
                    .filter(|at| !moved.contains(&self.local(*at).date()))
                    .collect();
                let mut found = Vec::new();
                for at in &starts {
                    found.extend(self.covered(*at, at.plus(length), marked));
                }
                if found.is_empty() && !starts.is_empty() && !free {
                    return Err("it doesn't take up a whole working day; absences are whole days"
                        .to_owned());
                }
                found
            }
        };
        if free && !marked {
            return Ok(Vec::new());
        }
        Ok(absences.into_iter().filter(|absence| absence.to >= self.today).collect())
    }

    /// How many days an event of whole days lasts.
    fn whole_days(&self, event: &Event, first: NaiveDate) -> Result<i64, String> {
        let days = match (event.get_end(), duration(event)?) {
            (Some(end), _) => self.day(&end)?.signed_duration_since(first).num_days(),
            (None, Some(length)) => length / 86_400_000,
            (None, None) => 1,
        };
        match days {
            ..0 => Err("it ends before it begins".to_owned()),
            // Some programs write the same day as begin and end, and mean that day.
            0 => Ok(1),
            days if days > LONGEST => Err("it lasts longer than ten years".to_owned()),
            days => Ok(days),
        }
    }

    /// How long an event with times lasts, in milliseconds.
    fn length(&self, event: &Event, from: Instant) -> Result<i64, String> {
        let length = match (event.get_end(), duration(event)?) {
            (Some(DatePerhapsTime::DateTime(end)), _) => self.instant(&end)?.since(from),
            (Some(DatePerhapsTime::Date(_)), _) => {
                return Err("it begins at a time and ends on a whole day".to_owned());
            }
            (None, Some(length)) => length,
            (None, None) => 0,
        };
        match length {
            ..0 => Err("it ends before it begins".to_owned()),
            length if length > LONGEST * 86_400_000 => {
                Err("it lasts longer than ten years".to_owned())
            }
            length => Ok(length),
        }
    }

    /// When a recurring event begins, as its wall clock shows it and as an instant, until a day.
    fn starts(
        &self,
        event: &Event,
        last: NaiveDate,
    ) -> Result<Vec<(NaiveDateTime, Instant)>, String> {
        let set = event.get_recurrence().map_err(|why| {
            format!("how it recurs is not understood ({})", first_line(&why.to_string()))
        })?;
        let floating = matches!(
            event.get_start(),
            Some(DatePerhapsTime::DateTime(CalendarDateTime::Floating(_)))
        );
        let starts = set.into_iter().take(MOST).take_while(|at| at.date_naive() <= last);
        let starts = starts.map(|at| {
            let wall = at.naive_local();
            let instant = if floating { self.at(wall) } else { Instant::from_datetime(&at) };
            (wall, instant)
        });
        Ok(starts.collect())
    }

    /// The instant of a date with its time.
    fn instant(&self, at: &CalendarDateTime) -> Result<Instant, String> {
        Ok(match at {
            CalendarDateTime::Utc(at) => Instant::from_datetime(at),
            CalendarDateTime::Floating(wall) => self.at(*wall),
            CalendarDateTime::WithTimezone { date_time, tzid } => {
                let zone: Tz = tzid.parse().map_err(|_unknown| {
                    format!(
                        "its zone \"{}\" is not known; zones are written as Europe/Berlin",
                        safe(tzid)
                    )
                })?;
                in_zone(*date_time, zone)
            }
        })
    }

    /// The person's own wall clock.
    fn at(&self, wall: NaiveDateTime) -> Instant {
        in_zone(wall, self.zone)
    }

    fn local(&self, at: Instant) -> NaiveDateTime {
        at.utc().with_timezone(&self.zone).naive_local()
    }

    fn day(&self, at: &DatePerhapsTime) -> Result<NaiveDate, String> {
        match at {
            DatePerhapsTime::Date(day) => Ok(*day),
            DatePerhapsTime::DateTime(at) => Ok(self.local(self.instant(at)?).date()),
        }
    }

    /// The days whose working time lies between two instants; with `marked`, every day of which any working time does.
    fn covered(&self, from: Instant, to: Instant, marked: bool) -> Vec<Absence> {
        let mut day = self.local(from).date();
        let last = self.local(to).date();
        let mut found = Vec::new();
        while day <= last {
            let windows = self.calendar.windows(day);
            let edge = |seconds, edge| self.calendar.instant(day, seconds, edge);
            let whole = |open, close| {
                edge(open, Edge::Open).zip(edge(close, Edge::Close)).is_some_and(|(open, close)| {
                    if marked { from < close && open < to } else { from <= open && close <= to }
                })
            };
            let mut spans = windows.iter().map(|window| (window.open(), window.close()));
            let away = match windows {
                // A day without working time between days away is away too, and alone it is nobody's loss.
                [] => false,
                _ if marked => spans.any(|(open, close)| whole(open, close)),
                _ => spans.all(|(open, close)| whole(open, close)),
            };
            if away {
                found.push(Absence { from: day, to: day });
            }
            match day.succ_opt() {
                Some(next) => day = next,
                None => break,
            }
        }
        found
    }
}

/// The length that an event names as such, in milliseconds.
fn duration(event: &Event) -> Result<Option<i64>, String> {
    let Some(text) = event.property_value("DURATION") else { return Ok(None) };
    let bad = || format!("its length \"{}\" is not understood", safe(text));
    let rest = text.trim().strip_prefix(['P', 'p']).ok_or_else(bad)?;
    let mut total: i64 = 0;
    let mut digits = String::new();
    for letter in rest.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if matches!(letter, 'T' | 't') && digits.is_empty() {
            continue;
        }
        let unit = match letter.to_ascii_uppercase() {
            'W' => 604_800_000,
            'D' => 86_400_000,
            'H' => 3_600_000,
            'M' => 60_000,
            'S' => 1_000,
            _ => return Err(bad()),
        };
        let amount: i64 = digits.parse().map_err(|_too_long| bad())?;
        total = amount.checked_mul(unit).and_then(|ms| total.checked_add(ms)).ok_or_else(bad)?;
        digits.clear();
    }
    if digits.is_empty() { Ok(Some(total)) } else { Err(bad()) }
}

/// A wall time in a zone: the first where it occurs twice, the moment after the change where it doesn't occur.
fn in_zone(wall: NaiveDateTime, zone: Tz) -> Instant {
    let found = zone
        .from_local_datetime(&wall)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(wall + TimeDelta::hours(1))).earliest());
    let at = found.map_or_else(|| wall.and_utc(), |at| at.with_timezone(&Utc));
    Instant::from_datetime(&at)
}

fn span(from: NaiveDate, days: i64) -> Option<Absence> {
    let to = from.checked_add_signed(TimeDelta::days(days - 1))?;
    Some(Absence { from, to })
}

/// Absences in order; those that overlap or follow on one another are one.
#[must_use]
pub fn joined(mut absences: Vec<Absence>) -> Vec<Absence> {
    absences.sort();
    let mut joined: Vec<Absence> = Vec::new();
    for absence in absences {
        match joined.last_mut() {
            Some(last) if last.to.succ_opt().is_some_and(|next| absence.from <= next) => {
                last.to = last.to.max(absence.to);
            }
            _ => joined.push(absence),
        }
    }
    joined
}

#[cfg(test)]
mod tests;

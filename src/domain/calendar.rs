//! Business calendars: local working windows in a zone, with holidays and exceptions, read as instants (DOMAIN.md 5,
//! POLICY.md "Targets").
//!
//! Windows are half-open local wall times. A wall time that a zone change skips means the instant of the change; one
//! that it repeats means its first occurrence for an opening and its second for a close. A window that crosses
//! midnight belongs to the day it opens on, so a holiday removes only the windows that open on it. An exception
//! replaces the day's hours and wins over a holiday on the same date, being the more particular of the two. Windows
//! that overlap, on one day or across two, count once.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{
    Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta,
    TimeZone,
};
use chrono_tz::{GapInfo, Tz};
use thiserror::Error;

use super::time::{Instant, SECOND};

/// Days after a start in which a calendar must have some working time (POLICY.md "Targets").
pub const HORIZON_DAYS: u64 = 400;

/// Seconds of a local day of 24 hours.
const DAY_SECONDS: u32 = 86_400;

/// One working window of a day, in seconds from local midnight, half-open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Window {
    open: u32,
    close: u32,
}

impl Window {
    /// The whole day, `00:00-24:00`.
    pub const ALL_DAY: Self = Self { open: 0, close: DAY_SECONDS };

    /// Seconds from local midnight to the opening, less than a day.
    #[must_use]
    pub const fn open(self) -> u32 {
        self.open
    }

    /// Seconds from local midnight to the close; more than 86,400 when the window crosses midnight.
    #[must_use]
    pub const fn close(self) -> u32 {
        self.close
    }
}

/// Reads `09:00-17:00`, `22:00-24:00`, or `22:00-06:00`, which closes on the next day.
impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wanted = || {
            format!(
                "\"{text}\" is not a window of hours; write it as 09:00-17:00, or 22:00-06:00 across midnight"
            )
        };
        let (open, close) = text.split_once('-').ok_or_else(wanted)?;
        let open = parse_wall_time(open.trim()).ok_or_else(wanted)?;
        let close = parse_wall_time(close.trim()).ok_or_else(wanted)?;
        if open == close {
            return Err(format!(
                "\"{text}\" opens and closes at the same time; write 00:00-24:00 for the whole day"
            ));
        }
        if open == DAY_SECONDS {
            return Err(format!(
                "\"{text}\" opens at 24:00, which is the next day's 00:00; put it there"
            ));
        }
        Ok(Self { open, close: if close < open { close + DAY_SECONDS } else { close } })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let close = if self.close > DAY_SECONDS { self.close - DAY_SECONDS } else { self.close };
        write!(f, "{}-{}", WallTime(self.open), WallTime(close))
    }
}

/// `HH:MM` from `00:00` to `24:00` as seconds from midnight.
pub(super) fn parse_wall_time(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute) = (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?);
    let seconds = hour * 3_600 + minute * 60;
    (minute < 60 && seconds <= DAY_SECONDS).then_some(seconds)
}

/// Seconds from midnight shown as `HH:MM`.
pub(super) struct WallTime(pub(super) u32);

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 3_600, self.0 / 60 % 60)
    }
}

/// Which occurrence of a wall time that happens twice is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edge {
    /// An opening: the first occurrence.
    Open,
    /// A close or a deadline: the second occurrence.
    Close,
}

/// Why a day has no working time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Closed {
    /// A holiday of the calendar, with its name where one is known.
    Holiday(Option<String>),
    /// An exception that closes this one date.
    Exception,
    /// A Saturday or Sunday without hours.
    Weekend,
    /// Another day of the week without hours.
    NoHours,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holiday(Some(name)) => write!(f, "holiday: {name}"),
            Self::Holiday(None) => f.write_str("holiday"),
            Self::Exception => f.write_str("closed on this date"),
            Self::Weekend => f.write_str("weekend"),
            Self::NoHours => f.write_str("no hours"),
        }
    }
}

/// A calendar that never opens where it was asked to.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error(
    "calendar \"{calendar}\" has no working time in the {HORIZON_DAYS} days after {after}; give it hours, or fewer holidays"
)]
pub struct NoWorkingTime {
    /// The calendar's name in the policy.
    pub calendar: String,
    /// The moment from which working time was looked for.
    pub after: Instant,
}

/// A stretch of working time, half-open, never empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interval {
    /// The first instant of it.
    pub open: Instant,
    /// The first instant after it.
    pub close: Instant,
}

/// When a team works: hours by day of the week in a zone, with holidays and exceptions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    name: String,
    zone: Tz,
    hours: [Vec<Window>; 7],
    holidays: BTreeMap<NaiveDate, Option<String>>,
    exceptions: BTreeMap<NaiveDate, Vec<Window>>,
    always: bool,
}

impl Calendar {
    /// The name of the built-in calendar that never closes; a policy may not define another under it.
    pub const ALWAYS: &str = "always";

    /// A calendar from the policy's parts: `hours` start with Monday, `holidays` map to their names where known.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        zone: Tz,
        mut hours: [Vec<Window>; 7],
        holidays: BTreeMap<NaiveDate, Option<String>>,
        mut exceptions: BTreeMap<NaiveDate, Vec<Window>>,
    ) -> Self {
        let name = name.into();
        // Intervals walk a day in the order of its openings.
        hours.iter_mut().chain(exceptions.values_mut()).for_each(|windows| windows.sort_unstable());
        let always = name == Self::ALWAYS
            && zone == Tz::UTC
            && holidays.is_empty()
            && exceptions.is_empty()
            && hours.iter().all(|windows| windows == &[Window::ALL_DAY]);
        Self { name, zone, hours, holidays, exceptions, always }
    }

    /// The built-in calendar `always`: around the clock in UTC, on which `h`, `m`, `s` and `d` are plain elapsed time.
    #[must_use]
    pub fn always() -> Self {
        let hours = std::array::from_fn(|_| vec![Window::ALL_DAY]);
        Self::new(Self::ALWAYS, Tz::UTC, hours, BTreeMap::new(), BTreeMap::new())
    }

    /// Whether this is the built-in calendar that never closes.
    #[must_use]
    pub const fn is_always(&self) -> bool {
        self.always
    }

    /// The calendar's name in the policy.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone whose wall clock the windows are read on.
    #[must_use]
    pub const fn zone(&self) -> Tz {
        self.zone
    }

    /// The regular windows by day of the week, Monday first, in order of their openings.
    #[must_use]
    pub const fn hours(&self) -> &[Vec<Window>; 7] {
        &self.hours
    }

    /// The holidays with their names where known.
    #[must_use]
    pub const fn holidays(&self) -> &BTreeMap<NaiveDate, Option<String>> {
        &self.holidays
    }

    /// The dates whose hours differ from their day of the week's.
    #[must_use]
    pub const fn exceptions(&self) -> &BTreeMap<NaiveDate, Vec<Window>> {
        &self.exceptions
    }

    /// The windows that open on a date: its exception, else none on a holiday, else its day of the week's.
    #[must_use]
    pub fn windows(&self, date: NaiveDate) -> &[Window] {
        if let Some(windows) = self.exceptions.get(&date) {
            windows
        } else if self.holidays.contains_key(&date) {
            &[]
        } else {
            &self.hours[date.weekday().num_days_from_monday() as usize]
        }
    }

    /// Why no window opens on a date; `None` when one does.
    #[must_use]
    pub fn closed(&self, date: NaiveDate) -> Option<Closed> {
        if !self.windows(date).is_empty() {
            None
        } else if self.exceptions.contains_key(&date) {
            Some(Closed::Exception)
        } else if let Some(name) = self.holidays.get(&date) {
            Some(Closed::Holiday(name.clone()))
        } else if date.weekday().num_days_from_monday() >= 5 {
            Some(Closed::Weekend)
        } else {
            Some(Closed::NoHours)
        }
    }

    /// The wall clock in the calendar's zone at an instant.
    #[must_use]
    pub fn local(&self, at: Instant) -> NaiveDateTime {
        let utc = at.utc().naive_utc();
        let offset = self.zone.offset_from_utc_datetime(&utc).fix();
        utc.checked_add_offset(offset).unwrap_or(utc)
    }

    /// The instant at which the wall clock shows `seconds` after a date's midnight; `None` beyond chrono's years.
    #[must_use]
    pub fn instant(&self, date: NaiveDate, seconds: u32, edge: Edge) -> Option<Instant> {
        let wall = NaiveDateTime::new(date, NaiveTime::MIN)
            .checked_add_signed(TimeDelta::seconds(i64::from(seconds)))?;
        let (wall, offset) = match self.zone.offset_from_local_datetime(&wall) {
            MappedLocalTime::Single(offset) => (wall, offset),
            MappedLocalTime::Ambiguous(first, second) => {
                (wall, if edge == Edge::Open { first } else { second })
            }
            // The change happens when the old offset's wall clock reaches the start of the gap.
            MappedLocalTime::None => GapInfo::new(&wall, &self.zone)?.begin?,
        };
        let utc = wall.and_utc().timestamp() - i64::from(offset.fix().local_minus_utc());
        utc.checked_mul(SECOND).map(Instant)
    }

    /// The working time from an instant on, in order and disjoint, the first one cut at `at`. Neighbouring windows
    /// that touch come one after the other. Ends after [`HORIZON_DAYS`] days without any.
    #[must_use]
    pub fn intervals(&self, at: Instant) -> Intervals<'_> {
        let today = self.local(at).date();
        // A window reaches at most into the next day, and a zone that turns its clock back across midnight adds one.
        let day = today.checked_sub_days(Days::new(2)).unwrap_or(today);
        Intervals {
            calendar: self,
            day,
            windows: self.windows(day),
            floor: at,
            last: horizon(today),
        }
    }

    /// The instant itself when it is working time, else the next opening.
    ///
    /// # Errors
    /// [`NoWorkingTime`] when there is none in [`HORIZON_DAYS`] days.
    pub fn next_open(&self, at: Instant) -> Result<Instant, NoWorkingTime> {
        self.intervals(at).next().map(|interval| interval.open).ok_or_else(|| self.never(at))
    }

    /// Whether an instant is working time.
    #[must_use]
    pub fn is_open(&self, at: Instant) -> bool {
        self.intervals(at).next().is_some_and(|interval| interval.open == at)
    }

    /// Milliseconds of working time from one instant to another; 0 when `to` is not the later one.
    #[must_use]
    pub fn business_ms(&self, from: Instant, to: Instant) -> i64 {
        if self.always {
            return to.since(from).max(0);
        }
        self.intervals(from)
            .take_while(|interval| interval.open < to)
            .map(|interval| interval.close.min(to).since(interval.open))
            .sum()
    }

    /// When the last window that opens on a date closes; `None` when the date has no working time. Should a window
    /// from the day before outlast the date's own, the date closes with that one, so that closes keep the order of
    /// the days.
    #[must_use]
    pub fn close_of(&self, date: NaiveDate) -> Option<Instant> {
        let own = self.last_close(date)?;
        let before = date
            .pred_opt()
            .filter(|day| self.windows(*day).iter().any(|window| window.close > DAY_SECONDS));
        Some(before.and_then(|day| self.last_close(day)).map_or(own, |close| close.max(own)))
    }

    fn last_close(&self, date: NaiveDate) -> Option<Instant> {
        self.windows(date)
            .iter()
            .filter_map(|window| {
                let open = self.instant(date, window.open, Edge::Open)?;
                self.instant(date, window.close, Edge::Close).filter(|close| *close > open)
            })
            .max()
    }

    /// The business day that an instant falls in: the first whose close lies after it. During an overnight window
    /// that is the day the window opened on, outside working time the day of the next opening.
    ///
    /// # Errors
    /// [`NoWorkingTime`] when there is none in [`HORIZON_DAYS`] days.
    pub fn business_day_of(&self, at: Instant) -> Result<NaiveDate, NoWorkingTime> {
        let today = self.local(at).date();
        let first = today.checked_sub_days(Days::new(2)).unwrap_or(today);
        days_to(first, horizon(today))
            .find(|day| self.close_of(*day).is_some_and(|close| close > at))
            .ok_or_else(|| self.never(at))
    }

    /// The `count`-th business day after a date; the date itself for 0.
    ///
    /// # Errors
    /// [`NoWorkingTime`] when two business days lie more than [`HORIZON_DAYS`] days apart.
    pub fn business_day_after(
        &self,
        date: NaiveDate,
        count: u32,
    ) -> Result<NaiveDate, NoWorkingTime> {
        let mut day = date;
        for _ in 0..count {
            day = days_to(day, horizon(day))
                .skip(1)
                .find(|next| self.last_close(*next).is_some())
                .ok_or_else(|| self.never(self.instant(day, 0, Edge::Open).unwrap_or_default()))?;
        }
        Ok(day)
    }

    /// The last business day before a date; `None` when there is none in [`HORIZON_DAYS`] days.
    #[must_use]
    pub fn business_day_before(&self, date: NaiveDate) -> Option<NaiveDate> {
        (1..=HORIZON_DAYS)
            .map_while(|back| date.checked_sub_days(Days::new(back)))
            .find(|day| self.last_close(*day).is_some())
    }

    pub(super) fn never(&self, after: Instant) -> NoWorkingTime {
        NoWorkingTime { calendar: self.name.clone(), after }
    }
}

fn horizon(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(HORIZON_DAYS)).unwrap_or(NaiveDate::MAX)
}

fn days_to(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| *day <= last)
}

/// The working time of a calendar from an instant on; see [`Calendar::intervals`].
#[derive(Clone, Debug)]
pub struct Intervals<'a> {
    calendar: &'a Calendar,
    day: NaiveDate,
    windows: &'a [Window],
    floor: Instant,
    last: NaiveDate,
}

impl Iterator for Intervals<'_> {
    type Item = Interval;

    fn next(&mut self) -> Option<Interval> {
        loop {
            let Some((window, rest)) = self.windows.split_first() else {
                self.day = self.day.succ_opt().filter(|day| *day <= self.last)?;
                self.windows = self.calendar.windows(self.day);
                continue;
            };
            self.windows = rest;
            let close = self.calendar.instant(self.day, window.close, Edge::Close)?;
            if close <= self.floor {
                continue;
            }
            let open = self.calendar.instant(self.day, window.open, Edge::Open)?.max(self.floor);
            if close > open {
                self.floor = close;
                self.last = horizon(self.day);
                return Some(Interval { open, close });
            }
        }
    }
}

#[cfg(test)]
pub(in crate::domain) mod tests;

//! A slow second opinion: the wall clock read minute by minute, with nothing of the engine but the calendar's parts.

use super::properties::{calendars, made, midnight_utc, stops};
use super::*;
use crate::domain::time::DAY;
use chrono::{NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use proptest::prelude::*;

/// Days before and after the change that are read.
const BEFORE: i64 = 6;
const AFTER: i64 = 18;

/// Every minute from some days before a date on: what the wall showed, and whether a window was open.
struct Minutes {
    first: Instant,
    walls: Vec<NaiveDateTime>,
    open: Vec<bool>,
    /// Each day with working time and the minute after its last.
    days: Vec<(NaiveDate, usize)>,
}

impl Minutes {
    fn read(calendar: &Calendar, date: NaiveDate) -> Self {
        let first = midnight_utc(date).plus(-BEFORE * DAY);
        let walls: Vec<NaiveDateTime> = (0..(BEFORE + AFTER) * 1_440)
            .map(|minute| {
                let utc = first.plus(minute * MINUTE).utc().naive_utc();
                utc + calendar.zone().offset_from_utc_datetime(&utc).fix()
            })
            .collect();
        let mut open = vec![false; walls.len()];
        let mut days: Vec<(NaiveDate, usize)> = Vec::new();
        for offset in 1 - BEFORE..AFTER - 1 {
            let day = date + TimeDelta::days(offset);
            let midnight = NaiveDateTime::new(day, NaiveTime::MIN);
            let mut last = 0;
            for window in calendar.windows(day) {
                let opens = midnight + TimeDelta::seconds(i64::from(window.open()));
                let closes = midnight + TimeDelta::seconds(i64::from(window.close()));
                let start = walls.iter().position(|wall| *wall >= opens).unwrap_or(walls.len());
                let end = Self::last(&walls, closes).unwrap_or(0);
                if start < end {
                    open[start..end].fill(true);
                    last = last.max(end);
                }
            }
            if last > 0 {
                // A night before that lasts longer keeps the day open.
                let night = days.last().filter(|(before, _)| *before + TimeDelta::days(1) == day);
                days.push((day, night.map_or(last, |(_, close)| last.max(*close))));
            }
        }
        Self { first, walls, open, days }
    }

    /// The minute at which the wall last shows a time; what it never shows is passed by the minute after all before.
    fn last(walls: &[NaiveDateTime], time: NaiveDateTime) -> Option<usize> {
        let shown = walls.iter().rposition(|wall| *wall == time);
        shown.or_else(|| walls.iter().rposition(|wall| *wall < time).map(|minute| minute + 1))
    }

    fn minute(&self, at: Instant) -> usize {
        usize::try_from(at.since(self.first) / MINUTE).unwrap()
    }

    fn instant(&self, minute: usize) -> Instant {
        self.first.plus(minute as i64 * MINUTE)
    }

    fn paused(&self, minute: usize, stops: &[Pause]) -> bool {
        let at = self.instant(minute);
        stops.iter().any(|stop| stop.from <= at && stop.to.is_some_and(|to| at < to))
    }

    /// The end of the `count`-th minute that counts, `None` when it lies beyond what was read.
    fn after(&self, from: usize, count: usize, stops: &[Pause]) -> Option<usize> {
        (from..self.open.len())
            .filter(|minute| self.open[*minute] && !self.paused(*minute, stops))
            .nth(count.checked_sub(1)?)
            .map(|minute| minute + 1)
    }

    fn close_after(&self, from: usize, count: usize) -> Option<usize> {
        let first = self.days.iter().position(|(_, close)| *close > from)?;
        self.days.get(first + count).map(|(_, close)| *close)
    }

    fn weekday(&self, from: usize, day: Weekday, seconds: u32) -> Option<usize> {
        let dates = (0..AFTER).map(|offset| self.walls[from].date() + TimeDelta::days(offset - 1));
        dates.filter(|date| date.weekday() == day).find_map(|date| {
            let named =
                NaiveDateTime::new(date, NaiveTime::MIN) + TimeDelta::seconds(i64::from(seconds));
            let minute = Self::last(&self.walls, named)?;
            if minute <= from || minute >= self.walls.len() {
                return None;
            }
            let due = if self.days.iter().any(|(working, _)| *working == date) {
                minute
            } else {
                self.days.iter().rev().find(|(working, _)| *working < date)?.1.min(minute)
            };
            (due > from).then_some(due)
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn agrees_with_the_engine(
        (calendar, date) in calendars(), from in -2 * 1_440..2 * 1_440i64, until in 0..4 * 1_440i64,
        count in 1..2_000usize, days in 0..5usize, weekday in 0..7u8, quarter in 0..97u32, stops in stops(),
    ) {
        let minutes = Minutes::read(&calendar, date);
        let from = midnight_utc(date).plus(from * MINUTE);
        let until = from.plus(until * MINUTE);
        let start = minutes.minute(from);
        let stops = made(date, &stops);
        let worked = minutes.open[start..minutes.minute(until)].iter().filter(|open| **open).count();
        prop_assert_eq!(calendar.business_ms(from, until), worked as i64 * MINUTE);
        prop_assert_eq!(calendar.is_open(from), minutes.open[start]);

        let when = |target: &Target, stops: &[Pause]| {
            due(from, target, &calendar, stops, None, None).unwrap().due
        };
        let hours: Target = format!("{count}m").parse().unwrap();
        if let Some(end) = minutes.after(start, count, &stops) {
            prop_assert_eq!(when(&hours, &stops), minutes.instant(end), "{}", hours);
        }
        let weekday = Weekday::try_from(weekday).unwrap();
        let named = [
            (Target::BusinessDays(days as u32), minutes.close_after(start, days)),
            (Target::Weekday { day: weekday, seconds: quarter * 900 }, minutes.weekday(start, weekday, quarter * 900)),
        ];
        for (target, end) in named {
            let Some(end) = end else { continue };
            prop_assert_eq!(when(&target, &[]), minutes.instant(end), "{}", target);
            // With pauses: what they took until that moment is owed after it.
            let owed = (start..end).filter(|minute| minutes.open[*minute]).count();
            let taken = (start..end).any(|minute| minutes.open[minute] && minutes.paused(minute, &stops));
            let moved = if taken { minutes.after(start, owed, &stops) } else { Some(end) };
            if let Some(moved) = moved {
                prop_assert_eq!(when(&target, &stops), minutes.instant(moved), "{} paused", target);
            }
        }
    }
}

//! When a promise is due, and the sum behind it (DOMAIN.md 5, POLICY.md "Targets").
//!
//! Every target becomes an amount of the clock's **own time**: working time of its calendar, elapsed time on the
//! calendar `always` and for a moment counted back from a date. The ledger lists the stretches that make it up.
//!
//! Pauses are subtracted from own time, to the millisecond, overlapping ones once. A target of hours therefore moves
//! on by the working time that a pause took. So do `bd`, `same_day` and weekday targets **(decided)**: their amount is
//! the working time from the start to the moment they name, and what a pause took of it is owed after that moment.
//! A moment counted back from a date does not move **(decided)**: the date doesn't either.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use thiserror::Error;

use super::calendar::{Calendar, Closed, Edge, Interval, NoWorkingTime};
use super::ids::PersonId;
use super::target::{Target, Unit};
use super::time::Instant;

/// A stretch of time in which a clock stands still, kept as an interval and never as a total.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pause {
    /// When it began.
    pub from: Instant,
    /// When it ended; `None` while it lasts.
    pub to: Option<Instant>,
    /// Why, in the words of who paused.
    pub reason: String,
    /// Who paused; `None` for the desk itself.
    pub by: Option<PersonId>,
}

/// One stretch of the clock's own time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// The first instant counted.
    pub open: Instant,
    /// The first instant no longer counted.
    pub close: Instant,
    /// Milliseconds counted: from `open` to `close`.
    pub counted_ms: i64,
}

/// A day between start and due that had no working time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Skipped {
    /// The local date in the calendar's zone.
    pub date: NaiveDate,
    /// Why it had none.
    pub why: Closed,
}

/// What one pause took from a clock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paused {
    /// When it began.
    pub from: Instant,
    /// When it ended, or the moment of asking while it lasts.
    pub to: Instant,
    /// Milliseconds of own time that it took; what two pauses share is counted with the earlier.
    pub counted_ms: i64,
    /// Why, in the words of who paused.
    pub reason: String,
    /// Who paused; `None` for the desk itself.
    pub by: Option<PersonId>,
}

/// A due time with the sum behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ledger {
    /// When the clock started.
    pub from: Instant,
    /// When it is due.
    pub due: Instant,
    /// The stretches of own time from start to due; for a target of hours they add up to the target.
    pub steps: Vec<Step>,
    /// The days without working time on the way.
    pub skipped: Vec<Skipped>,
    /// The pauses that fell between start and due.
    pub paused: Vec<Paused>,
    /// Why the clock is due at the date itself: the moment counted back had passed when it started.
    pub short_notice: Option<String>,
}

/// Why there is no due time.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum DueError {
    /// The calendar has no working time to count.
    #[error(transparent)]
    NoWorkingTime(#[from] NoWorkingTime),
    /// Days of 24 hours asked of a calendar that counts working time.
    #[error(
        "\"{target}\" counts days of 24 hours and calendar \"{calendar}\" counts working time; write {days}bd for business days, {hours}h for working hours, or name the calendar \"always\""
    )]
    DaysOfWork {
        /// The target as written.
        target: String,
        /// The calendar's name.
        calendar: String,
        /// The same number as business days.
        days: u32,
        /// The same time in hours.
        hours: i64,
    },
    /// The date that a target is counted back from is not known.
    #[error("\"{target}\" counts back from the date \"{field}\", which is not set; set it first")]
    NoDate {
        /// The target as written.
        target: String,
        /// The date field it names.
        field: String,
    },
    /// The start or the due time lies outside the years that can be told in four digits.
    #[error("\"{target}\" from {from} runs outside the years 1 to 9999; use another start")]
    TooFar {
        /// The target as written.
        target: String,
        /// The start.
        from: Instant,
    },
}

/// Refuses a target that its calendar cannot count (POLICY.md "Targets": `d` on a business calendar).
///
/// # Errors
/// [`DueError::DaysOfWork`] with what to write instead.
pub fn fits(target: &Target, calendar: &Calendar) -> Result<(), DueError> {
    match target {
        Target::Elapsed(amount) if amount.unit() == Unit::Day && !calendar.is_always() => {
            Err(DueError::DaysOfWork {
                target: target.to_string(),
                calendar: calendar.name().to_owned(),
                days: amount.count(),
                hours: i64::from(amount.count()) * 24,
            })
        }
        _ => Ok(()),
    }
}

/// When a clock that starts at `from` is due, and how that comes about.
///
/// `reference` is the date that a [`Target::Before`] counts back from. A pause that still lasts runs to `now`;
/// without a `now` it counts for nothing yet.
///
/// # Errors
/// [`DueError`], each a sentence with what to do.
pub fn due(
    from: Instant,
    target: &Target,
    calendar: &Calendar,
    pauses: &[Pause],
    reference: Option<Instant>,
    now: Option<Instant>,
) -> Result<Ledger, DueError> {
    fits(target, calendar)?;
    let told = |at: Instant| (1..=9_999).contains(&at.utc().year());
    let too_far = || DueError::TooFar { target: target.to_string(), from };
    if !told(from) {
        return Err(too_far());
    }
    let mut pauses = Pauses::new(from, pauses, now);
    let mut short_notice = None;
    let (due, steps) = match target {
        Target::Elapsed(amount) if calendar.is_always() => {
            count(endless(from), &pauses, amount.ms()).ok_or_else(too_far)?
        }
        Target::Elapsed(amount) => work(from, amount.ms(), calendar, &pauses)?,
        Target::BusinessDays(days) => {
            work_until(from, close_after(from, *days, calendar)?, calendar, &pauses)?
        }
        Target::SameDay => work_until(from, close_after(from, 0, calendar)?, calendar, &pauses)?,
        Target::Weekday { day, seconds } => {
            work_until(from, next_weekday(from, *day, *seconds, calendar)?, calendar, &pauses)?
        }
        Target::Before { amount, field } => {
            let date = reference.ok_or_else(|| DueError::NoDate {
                target: target.to_string(),
                field: field.clone(),
            })?;
            let mut due = date.plus(-amount.ms());
            if due <= from {
                short_notice = Some(format!(
                    "short notice: {amount} before {field} was {due}, before the clock started; due at {field} itself"
                ));
                due = date;
            }
            pauses = Pauses::default();
            let (_, steps) = count(endless(from), &pauses, due.since(from)).ok_or_else(too_far)?;
            (due, steps)
        }
    };
    if !told(due) {
        return Err(too_far());
    }
    let skipped = skipped(from, due, calendar);
    let paused = pauses.taken(due, calendar);
    Ok(Ledger { from, due, steps, skipped, paused, short_notice })
}

/// The close of business of the n-th business day after the one that `from` falls in.
fn close_after(from: Instant, days: u32, calendar: &Calendar) -> Result<Instant, NoWorkingTime> {
    let first = calendar.business_day_of(from)?;
    let last = calendar.business_day_after(first, days)?;
    calendar.close_of(last).ok_or_else(|| calendar.never(from))
}

/// The next time the wall clock shows `seconds` on a `day` of the week, strictly after `from`. Where no window opens
/// on that date it is the close of the last business day before, and if that is not after `from`, the week after.
/// A moment inside a window that began the evening before stands as it is: nobody means a later one by it.
fn next_weekday(
    from: Instant,
    day: Weekday,
    seconds: u32,
    calendar: &Calendar,
) -> Result<Instant, NoWorkingTime> {
    let opening = calendar.next_open(from)?;
    let today = calendar.local(from).date();
    let first = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    // The named day on or after the next opening's lies at most a week on, and is never without a business day before.
    let last = calendar.local(opening).date().checked_add_days(Days::new(8)).unwrap_or(today);
    let dates = first.iter_days().take_while(|date| *date <= last);
    let dates = dates.filter(|date| date.weekday() == day);
    for date in dates {
        let Some(named) = calendar.instant(date, seconds, Edge::Close) else { break };
        if named <= from {
            continue;
        }
        let due = if calendar.close_of(date).is_some() {
            Some(named)
        } else {
            calendar
                .business_day_before(date)
                .and_then(|before| calendar.close_of(before))
                .map(|close| close.min(named))
        };
        if let Some(due) = due.filter(|due| *due > from) {
            return Ok(due);
        }
    }
    Err(calendar.never(from))
}

/// The pauses of a clock from its start on, in order of their beginning.
#[derive(Default)]
struct Pauses<'a>(Vec<Stop<'a>>);

/// A pause with the part of it that no earlier pause covers; empty when there is none.
struct Stop<'a> {
    pause: &'a Pause,
    to: Instant,
    own_from: Instant,
}

impl<'a> Pauses<'a> {
    fn new(from: Instant, pauses: &'a [Pause], now: Option<Instant>) -> Self {
        let mut stops: Vec<Stop<'a>> = pauses
            .iter()
            .filter_map(|pause| {
                let to = pause.to.or(now)?;
                (to > pause.from && to > from).then_some(Stop { pause, to, own_from: pause.from })
            })
            .collect();
        stops.sort_by_key(|stop| (stop.pause.from, stop.to));
        let mut covered = from;
        for stop in &mut stops {
            stop.own_from = stop.pause.from.max(covered).min(stop.to);
            covered = covered.max(stop.to);
        }
        Self(stops)
    }

    /// What each pause took of the calendar's time until `due`; those that begin later took nothing.
    fn taken(self, due: Instant, calendar: &Calendar) -> Vec<Paused> {
        self.0
            .into_iter()
            .filter(|stop| stop.pause.from < due)
            .map(|stop| Paused {
                from: stop.pause.from,
                to: stop.to,
                counted_ms: calendar.business_ms(stop.own_from, stop.to.min(due)),
                reason: stop.pause.reason.clone(),
                by: stop.pause.by,
            })
            .collect()
    }

    fn ms_until(&self, end: Instant, calendar: &Calendar) -> i64 {
        self.0.iter().map(|stop| calendar.business_ms(stop.own_from, stop.to.min(end))).sum()
    }
}

/// All time from an instant on, as one interval.
fn endless(from: Instant) -> impl Iterator<Item = Interval> {
    std::iter::once(Interval { open: from, close: Instant(i64::MAX) })
}

/// `ms` of working time from `from` on.
fn work(
    from: Instant,
    ms: i64,
    calendar: &Calendar,
    pauses: &Pauses<'_>,
) -> Result<(Instant, Vec<Step>), NoWorkingTime> {
    count(calendar.intervals(from), pauses, ms).ok_or_else(|| calendar.never(from))
}

/// The working time from `from` to `end`, and after `end` what pauses took of it.
fn work_until(
    from: Instant,
    end: Instant,
    calendar: &Calendar,
    pauses: &Pauses<'_>,
) -> Result<(Instant, Vec<Step>), NoWorkingTime> {
    let ms = calendar.business_ms(from, end);
    if pauses.ms_until(end, calendar) > 0 {
        return work(from, ms, calendar, pauses);
    }
    if ms == 0 {
        return Ok((end, Vec::new()));
    }
    // The moment stands even where it lies outside working time, after the last of it was used.
    work(from, ms, calendar, &Pauses::default()).map(|(_, steps)| (end, steps))
}

/// Counts `ms` off the intervals, leaving out pauses: the instant at which all is counted, and the stretches counted.
/// An amount that ends exactly with an interval ends there, not at the next opening. `None` when there is too little.
fn count(
    intervals: impl Iterator<Item = Interval>,
    pauses: &Pauses<'_>,
    ms: i64,
) -> Option<(Instant, Vec<Step>)> {
    let mut steps: Vec<Step> = Vec::new();
    let mut left = ms;
    let mut stops = pauses.0.iter().peekable();
    for Interval { open, close } in intervals {
        let mut at = open;
        while at < close {
            if left <= 0 {
                return Some((at, steps));
            }
            while stops.next_if(|stop| stop.to <= at).is_some() {}
            let stop = stops.peek();
            if let Some(stop) = stop.filter(|stop| stop.own_from <= at) {
                at = stop.to;
                continue;
            }
            let until = stop.map_or(close, |stop| stop.own_from.min(close));
            let until = until.min(at.plus(left));
            let counted_ms = until.since(at);
            match steps.last_mut() {
                Some(last) if last.close == at => {
                    last.close = until;
                    last.counted_ms += counted_ms;
                }
                _ => steps.push(Step { open: at, close: until, counted_ms }),
            }
            left -= counted_ms;
            if left == 0 {
                return Some((until, steps));
            }
            at = until;
        }
    }
    None
}

/// The days from the start to the day before `due` on which no window opens.
fn skipped(from: Instant, due: Instant, calendar: &Calendar) -> Vec<Skipped> {
    if calendar.is_always() {
        return Vec::new();
    }
    let end = calendar.local(due).date();
    calendar
        .local(from)
        .date()
        .iter_days()
        .take_while(|date| *date < end)
        .filter_map(|date| calendar.closed(date).map(|why| Skipped { date, why }))
        .collect()
}

impl Ledger {
    /// Milliseconds of own time from start to due; for a target of hours, the target.
    #[must_use]
    pub fn total_ms(&self) -> i64 {
        self.steps.iter().map(|step| step.counted_ms).sum()
    }

    /// Milliseconds of own time used at `now`.
    #[must_use]
    pub fn used_ms(&self, now: Instant) -> i64 {
        self.steps.iter().map(|step| now.min(step.close).since(step.open).max(0)).sum()
    }

    /// The instant at which a share of the own time is used, such as the warning point at 0.75; the due time from 1
    /// on. A clock without own time (a moment reached outside working hours) takes the share of elapsed time.
    #[must_use]
    pub fn at_share(&self, share: f64) -> Instant {
        if share >= 1.0 {
            return self.due;
        }
        let part = |ms: i64| ((ms as f64 * share).round() as i64).clamp(0, ms.max(0));
        let mut left = part(self.total_ms());
        for step in &self.steps {
            if left <= step.counted_ms {
                return step.open.plus(left);
            }
            left -= step.counted_ms;
        }
        self.from.plus(part(self.due.since(self.from)))
    }

    /// The share of own time used at `now`, pauses left out, for the colours of DOMAIN.md 5: below 1 until the clock
    /// is due, 1 from then on.
    #[must_use]
    pub fn share_used(&self, now: Instant) -> f64 {
        if now >= self.due {
            return 1.0;
        }
        let (used, total) = match self.total_ms() {
            0 => (now.since(self.from).max(0), self.due.since(self.from)),
            total => (self.used_ms(now), total),
        };
        if used <= 0 { 0.0 } else { (used as f64 / total as f64).min(1.0 - f64::EPSILON) }
    }
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;

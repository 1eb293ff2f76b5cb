//! Times in a filter: days by name or date, and lengths from now, and the window of instants they stand for.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;

use super::Compare;
use crate::domain::span;
use crate::domain::time::Instant;
use crate::domain::when;

/// A comparison with a day or a distance, `due:<4h`, `created:>2026-11-01`. A distance never stands alone.
pub type TimeTest = Compare<When>;

/// A day, or a distance from now.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum When {
    /// The local day before today.
    Yesterday,
    /// The local day it is.
    Today,
    /// The local day after today.
    Tomorrow,
    /// The ISO week it is, Monday to Sunday.
    Week,
    /// The calendar month it is.
    Month,
    /// A local day.
    Day(NaiveDate),
    /// Milliseconds from now, ahead or back as the key looks.
    Span(i64),
}

impl When {
    pub(super) const NAMES: [(&'static str, Self); 5] = [
        ("today", Self::Today),
        ("tomorrow", Self::Tomorrow),
        ("yesterday", Self::Yesterday),
        ("week", Self::Week),
        ("month", Self::Month),
    ];

    /// The first local day it means and the first one past it; none for a distance.
    fn days(self, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let first = match self {
            Self::Span(_) => return None,
            Self::Yesterday => today.pred_opt()?,
            Self::Today => today,
            Self::Tomorrow => today.succ_opt()?,
            Self::Week => {
                today.checked_sub_days(Days::new(today.weekday().num_days_from_monday().into()))?
            }
            Self::Month => today.with_day(1)?,
            Self::Day(day) => day,
        };
        let past = match self {
            Self::Week => first.checked_add_days(Days::new(7))?,
            Self::Month => first.checked_add_months(Months::new(1))?,
            _ => first.succ_opt()?,
        };
        Some((first, past))
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Self::Span(ms) => f.write_str(&span::short(*ms)),
            named => {
                let name = Self::NAMES.iter().find(|(_, when)| when == named);
                f.write_str(name.map_or("", |(name, _)| name))
            }
        }
    }
}

/// Which way a key counts distances from now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Facing {
    /// `due:<4h`, `wake:<30d`: due in less than four hours; what is overdue is due in less than that too.
    Ahead,
    /// `created:<7d`: created less than seven days ago.
    Back,
}

/// Instants from `from` on and before `until`; a missing end is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Window {
    /// The first instant inside.
    pub from: Option<Instant>,
    /// The first instant past it.
    pub until: Option<Instant>,
}

impl Window {
    /// Whether the instant lies inside.
    #[must_use]
    pub fn holds(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// The same for a column that holds local days: the first day inside, and the first past it. A day counts from
    /// its first instant in `zone`.
    #[must_use]
    pub fn days(&self, zone: Tz) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let first_from = |at: Instant| {
            let day = at.utc().with_timezone(&zone).date_naive();
            if when::start_of(day, zone) < at { day.succ_opt().unwrap_or(day) } else { day }
        };
        (self.from.map(first_from), self.until.map(first_from))
    }
}

impl TimeTest {
    /// The instants that pass, at `now` for somebody in `zone`. Days are local days, whatever length daylight saving
    /// gives them.
    #[must_use]
    pub fn window(&self, facing: Facing, now: Instant, zone: Tz) -> Window {
        let today = now.utc().with_timezone(&zone).date_naive();
        // Every value stands for the instants from its start up to its end; a distance for a single one.
        let ends = |when: When| match (when, facing) {
            (When::Span(ms), Facing::Ahead) => (now.plus(ms), now.plus(ms).plus(1)),
            (When::Span(ms), Facing::Back) => (now.plus(-ms), now.plus(-ms).plus(1)),
            (day, _) => match day.days(today) {
                Some((first, past)) => (when::start_of(first, zone), when::start_of(past, zone)),
                None => (now, now),
            },
        };
        let back = |when: When| facing == Facing::Back && matches!(when, When::Span(_));
        let before = |until| Window { from: None, until: Some(until) };
        let since = |from| Window { from: Some(from), until: None };
        match *self {
            Self::Is(when) => {
                let (start, end) = ends(when);
                Window { from: Some(start), until: Some(end) }
            }
            // Less than seven days ago is later than the instant seven days ago, so distances back turn around.
            Self::Less(when) if back(when) => since(ends(when).1),
            Self::AtMost(when) if back(when) => since(ends(when).0),
            Self::More(when) if back(when) => before(ends(when).0),
            Self::AtLeast(when) if back(when) => before(ends(when).1),
            Self::Less(when) => before(ends(when).0),
            Self::AtMost(when) => before(ends(when).1),
            Self::More(when) => since(ends(when).1),
            Self::AtLeast(when) => since(ends(when).0),
            Self::Between(a, b) => {
                let (a, b) = (ends(a), ends(b));
                Window { from: Some(a.0.min(b.0)), until: Some(a.1.max(b.1)) }
            }
        }
    }
}

//! Months and weeks as reports cut them: whole local days in the team's zone, whatever length daylight saving gives them.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use chrono_tz::Tz;

use crate::domain::say;
use crate::domain::time::Instant;
use crate::domain::when;

/// A month or an ISO week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Period {
    /// A calendar month, by its first day.
    Month(NaiveDate),
    /// An ISO week, by its Monday.
    Week(NaiveDate),
}

/// The years that reports know.
const YEARS: std::ops::RangeInclusive<i32> = 1971..=2199;

impl Period {
    /// The month that a moment lies in.
    #[must_use]
    pub fn month_of(at: Instant, zone: Tz) -> Self {
        let day = say::day_of(at, zone);
        Self::Month(day.with_day(1).unwrap_or(day))
    }

    /// The week that a moment lies in.
    #[must_use]
    pub fn week_of(at: Instant, zone: Tz) -> Self {
        let day = say::day_of(at, zone);
        let back = u64::from(day.weekday().num_days_from_monday());
        Self::Week(day.checked_sub_days(Days::new(back)).unwrap_or(day))
    }

    /// Its first day.
    #[must_use]
    pub const fn first(self) -> NaiveDate {
        match self {
            Self::Month(day) | Self::Week(day) => day,
        }
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> NaiveDate {
        self.next().first().pred_opt().unwrap_or_default()
    }

    /// So many periods later, or earlier where negative.
    #[must_use]
    pub fn plus(self, periods: i32) -> Self {
        let far = periods.unsigned_abs();
        let moved = match (self, periods < 0) {
            (Self::Month(day), false) => day.checked_add_months(Months::new(far)).map(Self::Month),
            (Self::Month(day), true) => day.checked_sub_months(Months::new(far)).map(Self::Month),
            (Self::Week(day), false) => {
                day.checked_add_days(Days::new(7 * u64::from(far))).map(Self::Week)
            }
            (Self::Week(day), true) => {
                day.checked_sub_days(Days::new(7 * u64::from(far))).map(Self::Week)
            }
        };
        moved.unwrap_or(self)
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// The one before it.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus(-1)
    }

    /// From its first instant to the first one past it, in a zone.
    #[must_use]
    pub fn span(self, zone: Tz) -> Span {
        Span {
            from: when::start_of(self.first(), zone),
            until: when::start_of(self.next().first(), zone),
        }
    }

    /// Its name for people: `November 2026`, `Week 47, 16 to 22 Nov 2026`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Month(day) => day.format("%B %Y").to_string(),
            Self::Week(day) => format!(
                "Week {}, {} to {}",
                day.iso_week().week(),
                day.format("%-d %b"),
                self.last().format("%-d %b %Y")
            ),
        }
    }

    /// A short name for axes: `Nov`, `W47`.
    #[must_use]
    pub fn short(self) -> String {
        match self {
            Self::Month(day) => day.format("%b").to_string(),
            Self::Week(day) => format!("W{:02}", day.iso_week().week()),
        }
    }

    /// The term of the filter language that asks for what was submitted in it.
    #[must_use]
    pub fn filter(self) -> String {
        format!("submitted:{}..{}", self.first(), self.last())
    }
}

/// Instants from `from` on and before `until`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Span {
    /// The first instant inside.
    pub from: Instant,
    /// The first instant past it.
    pub until: Instant,
}

impl Span {
    /// Whether the instant lies inside.
    #[must_use]
    pub fn holds(self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }
}

/// `2026-11`, `2026-W47`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(day) => write!(f, "{}", day.format("%Y-%m")),
            Self::Week(day) => write!(f, "{}", day.format("%G-W%V")),
        }
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || {
            format!(
                "\"{}\" is no month and no week; write 2026-11 or 2026-W47",
                crate::domain::text::clip(text, 40)
            )
        };
        let (year, rest) = text.trim().split_once('-').ok_or_else(wanted)?;
        let digits = |text: &str, most: usize| -> Option<u32> {
            let sound =
                (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            sound.then(|| text.parse().ok()).flatten()
        };
        let year = digits(year, 4)
            .and_then(|year| i32::try_from(year).ok())
            .filter(|year| YEARS.contains(year))
            .ok_or_else(wanted)?;
        let found = match rest.strip_prefix(['W', 'w']) {
            Some(week) => digits(week, 2)
                .and_then(|week| NaiveDate::from_isoywd_opt(year, week, Weekday::Mon))
                .map(Self::Week),
            None => digits(rest, 2)
                .and_then(|month| NaiveDate::from_ymd_opt(year, month, 1))
                .map(Self::Month),
        };
        found.ok_or_else(wanted)
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;
    use rstest::rstest;

    use super::*;
    use crate::domain::time::{DAY, HOUR, parse_instant};

    #[rstest]
    #[case("2026-11", "November 2026", "submitted:2026-11-01..2026-11-30")]
    #[case("2024-02", "February 2024", "submitted:2024-02-01..2024-02-29")]
    #[case("2026-W47", "Week 47, 16 Nov to 22 Nov 2026", "submitted:2026-11-16..2026-11-22")]
    #[case("2026-W53", "Week 53, 28 Dec to 3 Jan 2027", "submitted:2026-12-28..2027-01-03")]
    fn periods_read_and_write(#[case] text: &str, #[case] name: &str, #[case] filter: &str) {
        let period: Period = text.parse().unwrap();
        assert_eq!((period.to_string().as_str(), period.name().as_str()), (text, name));
        assert_eq!(period.filter(), filter);
        assert_eq!(period.next().previous(), period);
    }

    #[rstest]
    #[case("2026-11", "Nov")]
    #[case("2026-W07", "W07")]
    #[case("2026-W53", "W53")]
    fn an_axis_has_room_for_a_short_name(#[case] text: &str, #[case] short: &str) {
        assert_eq!(text.parse::<Period>().unwrap().short(), short);
    }

    #[rstest]
    #[case("2026-11", 2, "2027-01")]
    #[case("2026-11", -12, "2025-11")]
    #[case("2026-W47", 6, "2026-W53")]
    #[case("2026-W47", 7, "2027-W01")]
    #[case("2026-W47", -46, "2026-W01")]
    #[case("2026-W47", 0, "2026-W47")]
    fn so_many_periods_on(#[case] from: &str, #[case] by: i32, #[case] to: &str) {
        assert_eq!(from.parse::<Period>().unwrap().plus(by).to_string(), to);
    }

    #[rstest]
    #[case("2026")]
    #[case("2026-13")]
    #[case("2026-W54")]
    #[case("26-11")]
    #[case("2026-1x")]
    #[case("2026-+1")]
    #[case("2026-")]
    #[case("2026-W")]
    #[case("+202-11")]
    #[case("1970-12")]
    #[case("2200-01")]
    #[case("2026-11-01")]
    #[case("last")]
    #[case("")]
    fn what_is_no_period_is_refused(#[case] text: &str) {
        assert!(text.parse::<Period>().unwrap_err().ends_with("write 2026-11 or 2026-W47"));
    }

    #[test]
    fn a_span_holds_its_first_moment_and_not_its_last() {
        let span = "2026-11".parse::<Period>().unwrap().span(New_York);
        let held = [span.from.plus(-1), span.from, span.until.plus(-1), span.until];
        assert_eq!(held.map(|at| span.holds(at)), [false, true, true, false]);
    }

    #[test]
    fn months_and_weeks_have_the_length_that_daylight_saving_gives_them() {
        let length = |text: &str| {
            let span = text.parse::<Period>().unwrap().span(New_York);
            span.until.since(span.from)
        };
        assert_eq!(length("2026-11"), 30 * DAY + HOUR);
        assert_eq!(length("2026-03"), 31 * DAY - HOUR);
        assert_eq!(length("2026-W44"), 7 * DAY + HOUR);
        let late = parse_instant("2026-12-01T04:59:59Z").unwrap();
        assert_eq!(Period::month_of(late, New_York).to_string(), "2026-11");
        assert_eq!(Period::month_of(late.plus(1_000), New_York).to_string(), "2026-12");
        assert_eq!(Period::week_of(late, New_York).to_string(), "2026-W49");
    }
}

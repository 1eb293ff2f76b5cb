//! Times of the demo's files: relative to the moment it opens, so that there is work in every colour whatever the day.
//!
//! `-2d3h`, `+20h` count plain time; `bd-3 40%` is three business days before today, when 40 % of that day's working
//! time had passed, and so always lies on a day and at an hour at which people work; `day+12` is a day.

use chrono::{Days, NaiveDate};

use crate::domain::calendar::Calendar;
use crate::domain::policy::Policy;
use crate::domain::say::day_of;
use crate::domain::time::{DAY, HOUR, Instant, MINUTE};
use crate::domain::when::start_of;

/// Reads relative times.
pub(super) struct When<'a> {
    now: Instant,
    today: NaiveDate,
    policy: &'a Policy,
    calendar: Option<&'a Calendar>,
}

impl<'a> When<'a> {
    pub(super) fn new(now: Instant, policy: &'a Policy) -> Self {
        let calendar = policy.calendar(&policy.calendar);
        Self { now, today: day_of(now, policy.zone), policy, calendar }
    }

    /// The zone of times in the demo's files.
    pub(super) const fn zone(&self) -> chrono_tz::Tz {
        self.policy.zone
    }

    /// The moment that `-2d3h` or `bd-3 40%` means.
    pub(super) fn instant(&self, text: &str) -> Result<Instant, String> {
        let text = text.trim();
        let found = match text.strip_prefix("bd") {
            Some(rest) => self.working(rest),
            None => elapsed(text).map(|ms| self.now.plus(ms)),
        };
        found.ok_or_else(|| format!("\"{text}\" is no time of the demo; write -2d3h or bd-3 40%"))
    }

    /// `-3 40%`, behind `bd`.
    fn working(&self, text: &str) -> Option<Instant> {
        let (days, share) = text.split_once(' ')?;
        let days: i64 = days.parse().ok()?;
        let share: i64 = share.trim().strip_suffix('%')?.parse().ok()?;
        let day = self.business_day(days)?;
        let fallback = start_of(day, self.policy.zone).plus(9 * HOUR + share * 8 * HOUR / 100);
        let Some(calendar) = self.calendar.filter(|calendar| calendar.close_of(day).is_some())
        else {
            return Some(fallback);
        };
        let close = calendar.close_of(day)?;
        let first = calendar.intervals(start_of(day, calendar.zone())).next()?;
        let mut left = calendar.business_ms(first.open, close) * share / 100;
        for interval in calendar.intervals(first.open) {
            let length = interval.close.since(interval.open);
            if left <= length {
                return Some(interval.open.plus(left));
            }
            left -= length;
        }
        Some(fallback)
    }

    /// So many business days from today, which itself doesn't count; plain days where the calendar has none.
    fn business_day(&self, days: i64) -> Option<NaiveDate> {
        let count = days.unsigned_abs();
        let Some(calendar) = self.calendar else { return shift(self.today, days) };
        let mut day = self.today;
        if days < 0 {
            for _ in 0..count {
                day = calendar.business_day_before(day)?;
            }
            return Some(day);
        }
        calendar.business_day_after(day, u32::try_from(count).ok()?).ok()
    }

    /// A text with every relative time in braces replaced by the time it means: `{day+12}` by a day, others by a moment.
    pub(super) fn expand(&self, text: &str) -> Result<String, String> {
        let mut done = String::with_capacity(text.len() + text.len() / 4);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, behind) = after
                .split_once('}')
                .ok_or_else(|| format!("a brace stays open before \"{}\"", brief(after)))?;
            done.push_str(before);
            match inside.strip_prefix("day") {
                Some(days) => {
                    let day = days.parse().ok().and_then(|days| shift(self.today, days));
                    let day = day.ok_or_else(|| {
                        format!("\"{inside}\" is no day of the demo; write day+12")
                    })?;
                    done.push_str(&day.to_string());
                }
                None => done.push_str(&self.instant(inside)?.to_string()),
            }
            rest = behind;
        }
        done.push_str(rest);
        Ok(done)
    }
}

fn brief(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

fn shift(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) }
}

/// Milliseconds that `-2d3h10m` means.
fn elapsed(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => return None,
    };
    let mut sum = 0;
    let mut digits = String::new();
    for letter in rest.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let unit = match letter {
            'd' => DAY,
            'h' => HOUR,
            'm' => MINUTE,
            _ => return None,
        };
        sum += digits.parse::<i64>().ok()?.checked_mul(unit)?;
        digits.clear();
    }
    (digits.is_empty() && !rest.is_empty()).then_some(sign * sum)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::time::parse_instant;
    use crate::policy::shipped;

    #[rstest]
    #[case("-2d3h", "2026-11-18T16:32:00Z")]
    #[case("+20h", "2026-11-21T15:32:00Z")]
    #[case("-1h30m", "2026-11-20T18:02:00Z")]
    #[case("bd-1 0%", "2026-11-19T14:00:00Z")]
    #[case("bd-1 50%", "2026-11-19T18:00:00Z")]
    #[case("bd-5 100%", "2026-11-13T22:00:00Z")]
    #[case("bd-8 25%", "2026-11-09T16:00:00Z")] // the 11th is Veterans Day
    #[case("bd+4 50%", "2026-11-27T16:00:00Z")] // Thanksgiving lies between; the day after has half the hours
    fn times_count_from_the_opening(#[case] text: &str, #[case] want: &str) {
        let policy = shipped().unwrap();
        let when = When::new(parse_instant("2026-11-20T14:32-05:00").unwrap(), &policy);
        assert_eq!(when.instant(text), parse_instant(want), "{text}");
    }

    #[test]
    fn braces_are_filled_and_the_rest_stays() {
        let policy = shipped().unwrap();
        let when = When::new(parse_instant("2026-11-20T14:32-05:00").unwrap(), &policy);
        assert_eq!(
            when.expand("from {day-3} to {day+12}, at {+1h}.").as_deref(),
            Ok("from 2026-11-17 to 2026-12-02, at 2026-11-20T20:32:00Z.")
        );
    }

    #[rstest]
    #[case("{-3d")]
    #[case("{}")]
    #[case("{-3}")]
    #[case("{3d}")]
    #[case("{-3w}")]
    #[case("{day}")]
    #[case("{daylight}")]
    #[case("{bd-3}")]
    #[case("{bd 40%}")]
    fn what_is_no_time_is_named(#[case] text: &str) {
        let policy = shipped().unwrap();
        let when = When::new(parse_instant("2026-11-20T14:32-05:00").unwrap(), &policy);
        assert!(when.expand(text).is_err(), "{text}");
    }
}

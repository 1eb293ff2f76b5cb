//! Days and times as the desk tells them: short, in the person's zone, and only as exact as it matters.

use chrono::Datelike;
use chrono_tz::Tz;

use crate::domain::time::Instant;

/// A moment as seen from now: `today 17:00`, `tomorrow 09:00`, `Fri 17:00`, `24 Nov 17:00`, `24 Nov 2027`.
#[must_use]
pub fn moment(at: Instant, now: Instant, zone: Tz) -> String {
    let (at, now) = (at.utc().with_timezone(&zone), now.utc().with_timezone(&zone));
    let days = at.date_naive().signed_duration_since(now.date_naive()).num_days();
    let form = match days {
        0 => "today %H:%M",
        1 => "tomorrow %H:%M",
        -1 => "yesterday %H:%M",
        2..=6 | -6..=-2 => "%a %H:%M",
        _ if at.year() == now.year() => "%-d %b %H:%M",
        _ => "%-d %b %Y",
    };
    at.format(form).to_string()
}

/// A moment of the record, always as wide as the next: `Fri 20 Nov 14:32`, another year's `20 Nov 2025`.
#[must_use]
pub fn stamp(at: Instant, now: Instant, zone: Tz) -> String {
    let (at, now) = (at.utc().with_timezone(&zone), now.utc().with_timezone(&zone));
    let form = if at.year() == now.year() { "%a %e %b %H:%M" } else { "%e %b %Y %H:%M" };
    at.format(form).to_string()
}

/// How wide a [`stamp`] may be.
pub const STAMP: usize = 17;

/// The time in the header: `Fri 20 Nov 14:32`.
#[must_use]
pub fn header(now: Instant, zone: Tz) -> String {
    now.utc().with_timezone(&zone).format("%a %-d %b %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;
    use rstest::rstest;

    use super::*;
    use crate::domain::time::parse_instant;

    #[rstest]
    #[case("2026-11-20T23:59-05:00", "today 23:59")]
    #[case("2026-11-21T00:00-05:00", "tomorrow 00:00")]
    #[case("2026-11-19T14:32-05:00", "yesterday 14:32")]
    #[case("2026-11-26T09:00-05:00", "Thu 09:00")]
    #[case("2026-11-16T09:00-05:00", "Mon 09:00")]
    #[case("2026-11-27T09:00-05:00", "27 Nov 09:00")]
    #[case("2027-01-04T09:00-05:00", "4 Jan 2027")]
    fn moments_as_seen_from_now(#[case] at: &str, #[case] told: &str) {
        let now = parse_instant("2026-11-20T14:32-05:00").unwrap();
        assert_eq!(moment(parse_instant(at).unwrap(), now, New_York), told);
    }

    #[test]
    fn stamps_are_of_one_width() {
        let now = parse_instant("2026-11-20T14:32-05:00").unwrap();
        for at in ["2026-11-02T09:00-05:00", "2025-01-02T09:00-05:00"] {
            let stamp = stamp(parse_instant(at).unwrap(), now, New_York);
            assert!((16..=STAMP).contains(&stamp.len()), "{stamp}");
        }
    }
}

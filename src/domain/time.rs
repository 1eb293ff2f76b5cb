//! Instants: UTC milliseconds. Zones and formats belong to the edge.

use std::fmt;

use chrono::{DateTime, SecondsFormat, TimeZone, Utc};

/// Milliseconds in a second.
pub const SECOND: i64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds in a day of 24 hours.
pub const DAY: i64 = 24 * HOUR;

/// A moment on the wall clock's line: milliseconds since 1970-01-01T00:00:00Z, whatever the zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Instant(pub i64);

impl Instant {
    /// The instant of a date and time in any zone.
    pub fn from_datetime<Z: TimeZone>(at: &DateTime<Z>) -> Self {
        Self(at.timestamp_millis())
    }

    /// The same instant as a chrono value; instants beyond what chrono holds are clamped to its ends.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        let end = if self.0 < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
        DateTime::from_timestamp_millis(self.0).unwrap_or(end)
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is the later one.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This instant moved by `ms` milliseconds.
    #[must_use]
    pub const fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

/// RFC 3339 in UTC, with seconds, and milliseconds only where there are some.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if self.0.rem_euclid(SECOND) == 0 {
            SecondsFormat::Secs
        } else {
            SecondsFormat::Millis
        };
        f.write_str(&self.utc().to_rfc3339_opts(form, true))
    }
}

/// Reads RFC 3339 (`2026-11-25T16:30-05:00`, with or without seconds); the zone must be given.
///
/// # Errors
/// A sentence that says what was wanted.
pub fn parse_instant(text: &str) -> Result<Instant, String> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Instant::from_datetime(&at));
    }
    for form in
        ["%Y-%m-%dT%H:%M%:z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M%:z", "%Y-%m-%d %H:%M:%S%:z"]
    {
        if let Ok(at) = DateTime::parse_from_str(text, form) {
            return Ok(Instant::from_datetime(&at));
        }
    }
    if let Some(bare) = text.strip_suffix('Z') {
        for form in ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"] {
            if let Ok(at) = chrono::NaiveDateTime::parse_from_str(bare, form) {
                return Ok(Instant::from_datetime(&at.and_utc()));
            }
        }
    }
    Err(format!(
        "\"{text}\" is not a time; write it with its zone, as 2026-11-25T16:30-05:00 or 2026-11-25T21:30Z"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_read_and_print_rfc_3339() {
        for (text, ms) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-25T16:30-05:00", 1_795_642_200_000),
            ("2026-11-25T21:30Z", 1_795_642_200_000),
            ("2026-11-25T21:30:00.250Z", 1_795_642_200_250),
            ("2026-11-25T21:30:00+0000", 1_795_642_200_000),
        ] {
            assert_eq!(parse_instant(text), Ok(Instant(ms)), "{text}");
        }
        assert_eq!(Instant(1_795_642_200_000).to_string(), "2026-11-25T21:30:00Z");
        assert!(parse_instant("2026-11-25").is_err());
        assert!(parse_instant("soon").is_err());
    }

    #[test]
    fn instants_beyond_the_calendar_stand_at_its_ends() {
        assert_eq!(Instant(i64::MAX).utc(), DateTime::<Utc>::MAX_UTC);
        assert_eq!(Instant(i64::MIN).utc(), DateTime::<Utc>::MIN_UTC);
    }
}

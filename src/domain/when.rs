//! Days and moments as people type them in forms (`DESK.md 4`), and as the desk says them back.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::{GapInfo, Tz};

use super::time::Instant;

/// The instant of a local wall time. One that daylight saving skips means the instant of the change; one that occurs
/// twice means its first occurrence (`DOMAIN.md 5`).
#[must_use]
pub fn wall(local: NaiveDateTime, zone: Tz) -> Instant {
    zone.from_local_datetime(&local)
        .earliest()
        .or_else(|| GapInfo::new(&local, &zone)?.end)
        .map_or_else(|| Instant::from_datetime(&local.and_utc()), |at| Instant::from_datetime(&at))
}

/// The first instant of a local day.
#[must_use]
pub fn start_of(day: NaiveDate, zone: Tz) -> Instant {
    wall(day.and_time(NaiveTime::MIN), zone)
}

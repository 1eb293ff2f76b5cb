//! The only place that reads the time, and that makes ids by chance. Everything else is told.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::domain::time::Instant;

/// Where "now" comes from. `--now` and `HANDOFF_NOW` replace the system's clock: one-shot commands see it stand still,
/// the desk sees it start there and run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Clock {
    /// The machine's wall clock.
    #[default]
    System,
    /// Always this instant.
    Fixed(Instant),
    /// The machine's wall clock, moved by so many milliseconds.
    Shifted {
        /// Milliseconds added to what the machine says.
        offset: i64,
    },
}

impl Clock {
    /// A clock that says `start` now and runs on from there.
    #[must_use]
    pub fn starting_at(start: Instant) -> Self {
        Self::Shifted { offset: start.since(system_now()) }
    }

    /// What this clock says.
    #[must_use]
    pub fn now(self) -> Instant {
        match self {
            Self::System => system_now(),
            Self::Fixed(instant) => instant,
            Self::Shifted { offset } => system_now().plus(offset),
        }
    }
}

/// A machine whose clock was never set may stand before 1970; its time is negative, not an error.
fn system_now() -> Instant {
    let ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_millis()).map_or(i64::MIN, std::ops::Neg::neg)
        }
    };
    Instant(ms)
}

/// Measures how long something took or how long to wait, unmoved by steps of the wall clock. Never used for what is
/// due: that is decided from stored instants (DOMAIN.md 5).
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// What is left of `limit` since the start; zero when it is used up.
    #[must_use]
    pub fn left_of(self, limit: Duration) -> Duration {
        limit.saturating_sub(self.elapsed())
    }
}

/// A new id for an action, made before its first try, so that a repeat is recognised (PROMISES.md "exactly once").
/// Sixteen bytes of a version 7 UUID: ids made later sort later.
#[must_use]
pub fn new_action_id() -> [u8; 16] {
    uuid::Uuid::now_v7().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_and_a_shifted_one_runs() {
        let start = Instant(1_795_642_200_000);
        assert_eq!(Clock::Fixed(start).now(), start);
        let clock = Clock::starting_at(start);
        let Clock::Shifted { offset } = clock else { panic!("{clock:?}") };
        assert_ne!(offset, 0);
        std::thread::sleep(Duration::from_millis(2));
        let later = clock.now().since(start);
        assert!((1..60_000).contains(&later), "{later}");
    }

    #[test]
    fn action_ids_differ_and_sort_by_time() {
        let ids: Vec<_> = (0..1_000).map(|_| new_action_id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}

//! When it is looked whether somebody else wrote: often while somebody writes, and where nobody tells of it; seldom
//! otherwise, so that a desk that is left alone costs nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::platform::clock::Stopwatch;

/// How often it is asked whether somebody else wrote; others' work is seen within a second.
pub(super) const POLL: Duration = Duration::from_millis(500);
/// How long after the last bytes went into the store's log somebody's work may first be seen: they wait for their disk.
const SETTLED: Duration = Duration::from_secs(10);
/// How often it is asked though nobody told of anything: a machine that slept has missed no more than this.
const SELDOM: Duration = Duration::from_secs(60);

/// What is known of others' writes.
pub(super) struct News {
    looked: Stopwatch,
    written: Stopwatch,
    /// Nobody tells of writes.
    untold: Arc<AtomicBool>,
}

impl News {
    pub(super) fn new(untold: Arc<AtomicBool>) -> Self {
        Self { looked: Stopwatch::start(), written: Stopwatch::start(), untold }
    }

    /// Somebody wrote, or it is not told any more.
    pub(super) fn told(&mut self) {
        self.written = Stopwatch::start();
    }

    /// It was asked for news.
    pub(super) fn looked(&mut self) {
        self.looked = Stopwatch::start();
    }

    /// How long it is until it is asked again; zero when that is now. `awake` where there is more to look after than
    /// others' writes; `next` is when there is something to be done in any case.
    pub(super) fn left(&self, awake: bool, next: Option<Duration>) -> Duration {
        let often = awake || self.untold.load(Ordering::Acquire);
        self.looked.left_of(pause(often, self.written.elapsed(), next))
    }
}

/// How long nobody asks after it was asked last.
fn pause(often: bool, written: Duration, next: Option<Duration>) -> Duration {
    if often || written < SETTLED { POLL } else { next.unwrap_or(SELDOM).clamp(POLL, SELDOM) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_often_while_somebody_writes_and_seldom_otherwise() {
        let (now, long_ago) = (Duration::ZERO, Duration::from_secs(3600));
        let s = Duration::from_secs;
        assert_eq!(pause(false, now, None), POLL, "somebody writes");
        assert_eq!(pause(false, SETTLED, None), SELDOM);
        assert_eq!(pause(true, long_ago, None), POLL, "nobody tells of it");
        assert_eq!(pause(false, long_ago, Some(s(7))), s(7), "somebody is to be told by then");
        assert_eq!(pause(false, long_ago, Some(s(700))), SELDOM, "the clock may be set meanwhile");
        assert_eq!(
            pause(false, long_ago, Some(s(0))),
            POLL,
            "what fails is not tried all the time"
        );
    }
}

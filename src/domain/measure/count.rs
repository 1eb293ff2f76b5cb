//! What measures are computed from: counts over many handoffs, added up by the store and never one by one here.

use std::collections::BTreeMap;

use crate::domain::clock::ClockName;
use crate::domain::time::{DAY, HOUR, MINUTE};
use crate::domain::words::words;

words! {
    /// What is counted of the handoffs that were submitted. Each handoff adds 0 or 1, or, for sums, its own number.
    Counter, "a counter" {
        /// It was handed off.
        Handed = "handed",
        /// Its account is on the target account list.
        Tal = "tal",
        /// It was assigned.
        Assigned = "assigned",
        /// The assignee said yes, or worked it, which says so too.
        Accepted = "accepted",
        /// It is assigned, and the assignee has not said yes or no.
        Waiting = "waiting",
        /// It was touched.
        Touched = "touched",
        /// It was touched within 30 days.
        Worked = "worked",
        /// It was touched within 5 minutes.
        Fast = "fast",
        /// They answered within 7 days.
        Answered = "answered",
        /// They answered.
        Responded = "responded",
        /// It became an opportunity within 30 days.
        Soon = "soon",
        /// It became an opportunity.
        Converted = "converted",
        /// It was won within 183 days, half a year.
        Won = "won",
        /// A meeting was held.
        Held = "held",
        /// The customer went live.
        Activated = "activated",
        /// It was returned to marketing.
        Returned = "returned",
        /// It was returned, or was recycled or disqualified before anybody touched it.
        Rejected = "rejected",
        /// Its completeness at submit is known.
        Complete = "complete",
        /// Sum of the completeness, in percent.
        Completeness = "completeness",
        /// Its package was rated.
        Rated = "rated",
        /// Sum of the ratings.
        Stars = "stars",
        /// It was recycled.
        Recycled = "recycled",
        /// It was recycled, and what grew out of it became an opportunity.
        Reborn = "reborn",
        /// Reports of incomplete information.
        Incomplete = "incomplete",
        /// Recycle dispositions.
        Recycles = "recycles",
        /// Overrides of the minimum work.
        Overridden = "overridden",
        /// Escalations.
        Escalated = "escalated",
    }
}

words! {
    /// By what the counts of a period are told apart.
    Slice, "a slice" {
        /// Not at all.
        All = "all",
        /// By whoever has it, and of clocks by whoever owes them.
        Person = "person",
        /// By the channel it came from.
        Source = "source",
        /// By the account's tier.
        Tier = "tier",
        /// By the account's segment.
        Segment = "segment",
    }
}

/// How many counters there are.
pub const COUNTERS: usize = Counter::ALL.len();

/// A number for each counter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counts(pub [i64; COUNTERS]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; COUNTERS])
    }
}

impl Counts {
    /// The number of a counter.
    #[must_use]
    pub fn get(&self, counter: Counter) -> i64 {
        self.0.get(counter as usize).copied().unwrap_or_default()
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }
}

/// The times after which rates are due, shortest first, in milliseconds: 7, 30, 90 and 183 days.
pub const HORIZONS: [i64; 4] = [7 * DAY, 30 * DAY, 90 * DAY, 183 * DAY];

/// Opportunities count for an answer for so long (`DOMAIN.md 11`).
pub const FOLLOW_UP: i64 = 30 * DAY;

/// Whoever works a handoff owes a report after so long (`DOMAIN.md 11`).
pub const REPORT: i64 = 7 * DAY;

/// How many of the horizons have passed after so many milliseconds.
#[must_use]
pub fn age(since: i64) -> usize {
    HORIZONS.iter().filter(|horizon| **horizon <= since).count()
}

/// Those that were answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Answers {
    /// Answered at least 30 days ago.
    pub due: i64,
    /// Of those, how many became an opportunity within 30 days.
    pub followed: i64,
    /// Answered less than 30 days ago.
    pub young: i64,
}

/// Clocks of one name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kept {
    /// Kept in time.
    pub met: i64,
    /// Kept late, broken and dropped, or past due and still running.
    pub missed: i64,
    /// Running in time, or held.
    pub open: i64,
}

impl Kept {
    /// Adds another.
    pub const fn add(&mut self, other: Self) {
        self.met += other.met;
        self.missed += other.missed;
        self.open += other.open;
    }
}

/// Everything that was counted of some handoffs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// The counts, by how many of the [`HORIZONS`] have passed since their rates count.
    pub aged: [Counts; HORIZONS.len() + 1],
    /// Those that were answered.
    pub answers: Answers,
    /// Their clocks by name.
    pub clocks: BTreeMap<ClockName, Kept>,
}

impl Sums {
    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.aged.iter_mut().zip(&other.aged) {
            mine.add(theirs);
        }
        self.answers.due += other.answers.due;
        self.answers.followed += other.answers.followed;
        self.answers.young += other.answers.young;
        for (name, kept) in &other.clocks {
            self.clocks.entry(*name).or_default().add(*kept);
        }
    }

    /// The number of a counter over all.
    #[must_use]
    pub fn all(&self, counter: Counter) -> i64 {
        self.aged.iter().map(|counts| counts.get(counter)).sum()
    }

    /// The number of a counter over those whose rates have counted for at least that many horizons.
    #[must_use]
    pub fn since(&self, horizons: usize, counter: Counter) -> i64 {
        self.aged.iter().skip(horizons).map(|counts| counts.get(counter)).sum()
    }

    /// All clocks together.
    #[must_use]
    pub fn kept(&self) -> Kept {
        let mut all = Kept::default();
        self.clocks.values().for_each(|kept| all.add(*kept));
        all
    }
}

/// How long first touches took.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Spread {
    /// How many were touched.
    pub touched: i64,
    /// Assigned and not touched yet.
    pub untouched: i64,
    /// Half took at most so many milliseconds.
    pub median: Option<i64>,
    /// Nine of ten took at most so many.
    pub p90: Option<i64>,
    /// How many took how long, in the steps of [`STEPS`].
    pub steps: [i64; STEPS.len() + 1],
}

/// The bounds by which first touches are shown, each not included: what took longer than the last is the last step.
pub const STEPS: [(i64, &str); 6] = [
    (5 * MINUTE, "under 5 m"),
    (HOUR, "under 1 h"),
    (4 * HOUR, "under 4 h"),
    (DAY, "under 1 d"),
    (3 * DAY, "under 3 d"),
    (7 * DAY, "under 7 d"),
];

/// Which step of the roll-up a first touch falls into that took so many milliseconds: minutes to two hours, hours to
/// ten days, then days. The store keeps counts by it and reads single handoffs only of the step that holds a rank.
#[must_use]
pub const fn step(ms: i64) -> i64 {
    match ms {
        ..0 => 0,
        0..7_200_000 => ms / MINUTE,
        7_200_000..864_000_000 => 118 + ms / HOUR,
        _ if 348 + ms / DAY > 748 => 748,
        _ => 348 + ms / DAY,
    }
}

/// The place, from 0, of the value that a share of `n` sorted ones does not pass: the nearest rank.
#[must_use]
pub const fn rank(n: i64, percent: i64) -> i64 {
    (n * percent + 99) / 100 - 1
}

/// Handoffs in somebody's hands and when they were last heard of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Heard {
    /// Reported on within the last 7 days.
    pub reported: i64,
    /// Accepted within the last 7 days, with no report yet.
    pub young: i64,
    /// Nothing heard for longer.
    pub silent: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `DOMAIN.md 11`: rates are due after 7, 30 and 90 days and after half a year; an answer has 30 days to become an
    /// opportunity, and a report is owed every 7.
    #[test]
    fn rates_are_due_when_the_domain_says() {
        assert_eq!(HORIZONS.map(|horizon| horizon / DAY), [7, 30, 90, 183]);
        assert!(HORIZONS.iter().all(|horizon| horizon % DAY == 0));
        assert_eq!((FOLLOW_UP, REPORT), (HORIZONS[1], HORIZONS[0]));
    }

    #[test]
    fn an_age_is_counted_in_horizons_and_ends_are_inside() {
        assert_eq!(age(7 * DAY - 1), 0);
        assert_eq!(age(7 * DAY), 1);
        assert_eq!(age(183 * DAY), 4);
    }

    #[test]
    fn steps_grow_and_the_bounds_that_are_shown_are_bounds_of_steps() {
        for ms in (0..400 * DAY).step_by(7 * 60_000) {
            assert!(step(ms) <= step(ms + 7 * MINUTE));
        }
        for (bound, name) in STEPS {
            assert_eq!(step(bound - 1) + 1, step(bound), "{name}");
        }
        assert_eq!((step(-1), step(i64::MAX / 2)), (0, 748));
        let told =
            [MINUTE, 119 * MINUTE, 2 * HOUR, 239 * HOUR, 10 * DAY, 399 * DAY, 400 * DAY, 401 * DAY];
        assert_eq!(told.map(step), [1, 119, 120, 357, 358, 747, 748, 748]);
    }

    #[test]
    fn ranks_are_the_nearest() {
        assert_eq!([1, 2, 3, 4, 10].map(|n| rank(n, 50)), [0, 0, 1, 1, 4]);
        assert_eq!([1, 9, 10, 11, 20].map(|n| rank(n, 90)), [0, 8, 8, 9, 17]);
    }

    #[test]
    fn counters_stand_in_the_order_of_their_numbers() {
        for (place, counter) in Counter::ALL.iter().enumerate() {
            assert_eq!(*counter as usize, place);
        }
    }

    fn counts(handed: i64, won: i64) -> Counts {
        let mut counts = Counts::default();
        counts.0[Counter::Handed as usize] = handed;
        counts.0[Counter::Won as usize] = won;
        counts
    }

    fn sums(n: i64) -> Sums {
        let kept = |n| Kept { met: n, missed: n + 1, open: n + 2 };
        let mut aged = [Counts::default(); HORIZONS.len() + 1];
        aged[0] = counts(10 * n, n);
        aged[4] = counts(100 * n, 2 * n);
        Sums {
            aged,
            answers: Answers { due: n, followed: 2 * n, young: 3 * n },
            clocks: BTreeMap::from([(ClockName::Accept, kept(n)), (ClockName::Work, kept(20 * n))]),
        }
    }

    #[test]
    fn sums_of_two_add_up_number_by_number() {
        let mut both = sums(1);
        both.clocks.remove(&ClockName::Work);
        both.add(&sums(2));
        assert_eq!(both.aged[0], counts(30, 3));
        assert_eq!(both.aged[4], counts(300, 6));
        assert_eq!(both.aged[1], Counts::default());
        assert_eq!(both.answers, Answers { due: 3, followed: 6, young: 9 });
        let wanted = [
            (ClockName::Accept, Kept { met: 3, missed: 5, open: 7 }),
            (ClockName::Work, Kept { met: 40, missed: 41, open: 42 }),
        ];
        assert_eq!(both.clocks, wanted.into());
        assert_eq!(both.kept(), Kept { met: 43, missed: 46, open: 49 }, "all clocks together");
        // Over all ages, and over those for which so many horizons have passed.
        assert_eq!(both.all(Counter::Handed), 330);
        assert_eq!([0, 1, 4].map(|least| both.since(least, Counter::Handed)), [330, 300, 300]);
        assert_eq!(both.since(5, Counter::Handed), 0);
        let mut alone = sums(3);
        alone.add(&Sums::default());
        assert_eq!(alone, sums(3), "nothing adds nothing");
    }
}

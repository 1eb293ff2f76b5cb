//! Clocks: running promises on a handoff, and what each event does to each of them (`DOMAIN.md 5`).

use super::due::Pause;
use super::ids::PersonId;
use super::person::Role;
use super::policy::Warn;
use super::target::Target;
use super::time::Instant;
use super::words::words;

words! {
    /// A promise by name.
    ClockName, "a clock" {
        /// Marketing owes the package.
        Deliver = "deliver",
        /// The VP of Sales or a manager owes an assignment.
        Assign = "assign",
        /// The assignee owes a yes or a no.
        Accept = "accept",
        /// The assignee owes the first touch.
        FirstTouch = "first_touch",
        /// The assignee owes a status report.
        Report = "report",
        /// The assignee owes a response or a disposition.
        Work = "work",
        /// Marketing owes the mended package.
        Fix = "fix",
        /// Both VPs owe a decision.
        Decide = "decide",
        /// The SDR owes the package before the meeting.
        Package = "package",
        /// The CSM owes an activated customer.
        Onboard = "onboard",
    }
}

words! {
    /// What happens to a handoff, as its clocks see it.
    ClockEvent, "an event" {
        /// Found.
        Flagged = "flagged",
        /// Sent, or sent again.
        Submitted = "submitted",
        /// Given to its first assignee.
        Assigned = "assigned",
        /// Given to another assignee.
        Reassigned = "reassigned",
        /// Accepted.
        Accepted = "accepted",
        /// Touched.
        Touched = "touched",
        /// Reported on: any touch or note counts.
        Reported = "reported",
        /// They answered, or a meeting was held.
        Responded = "responded",
        /// Sent back.
        Returned = "returned",
        /// Disputed.
        Disputed = "disputed",
        /// Decided.
        Decided = "decided",
        /// Paused by hand.
        Paused = "paused",
        /// Resumed by hand.
        Resumed = "resumed",
        /// Closed, recycled or withdrawn.
        Closed = "closed",
        /// A meeting was booked.
        Booked = "booked",
        /// The package is complete.
        Completed = "completed",
        /// The meeting was held or called off.
        MeetingOver = "meeting_over",
        /// The customer is live.
        Activated = "activated",
    }
}

/// What an event does to a clock. Variants stand in the fixed order in which they apply inside one transaction:
/// what ends a clock comes before what holds it, and that before what starts it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Op {
    /// Stop: the promise was kept, in time or late.
    Stop,
    /// Cancel: the promise no longer applies.
    Cancel,
    /// Let it run on.
    Resume,
    /// Hold it.
    Pause,
    /// Start it.
    Start,
}

/// The table of `DOMAIN.md 5`: what `event` does to the clock `name`.
#[must_use]
pub const fn ops(event: ClockEvent, name: ClockName) -> &'static [Op] {
    use ClockEvent as E;
    use ClockName as C;
    use Op::{Cancel, Pause, Resume, Start, Stop};
    match (event, name) {
        (E::Flagged, C::Deliver)
        | (E::Submitted, C::Assign)
        | (E::Assigned, C::Accept | C::FirstTouch)
        | (E::Accepted, C::Report | C::Onboard)
        | (E::Touched, C::Work)
        | (E::Returned, C::Fix)
        | (E::Disputed, C::Decide)
        | (E::Booked, C::Package) => &[Start],
        (E::Submitted, C::Deliver | C::Fix)
        | (E::Assigned, C::Assign)
        | (E::Accepted, C::Accept)
        | (E::Touched, C::Accept | C::FirstTouch)
        | (E::Responded, C::Work)
        | (E::Returned, C::Assign | C::Accept)
        | (E::Decided, C::Decide)
        | (E::Closed, C::Assign | C::Accept | C::Report | C::Work)
        | (E::Completed, C::Package)
        | (E::Activated, C::Onboard) => &[Stop],
        (E::Reassigned, C::Accept | C::FirstTouch) => &[Cancel, Start],
        (E::Reported, C::Report) => &[Stop, Start],
        (E::Reassigned, C::Report)
        | (E::Returned, C::FirstTouch | C::Report | C::Work | C::Onboard | C::Package)
        | (E::Closed, C::Deliver | C::FirstTouch | C::Fix | C::Decide | C::Package | C::Onboard)
        | (E::MeetingOver, C::Package) => &[Cancel],
        (E::Disputed, _) | (E::Paused, _) => &[Pause],
        (E::Decided, _) | (E::Resumed, _) => &[Resume],
        _ => &[],
    }
}

/// Who owes what a clock promises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owes {
    /// A person.
    Person(PersonId),
    /// Whoever has the role.
    Role(Role),
    /// Both VPs together.
    BothVps,
}

words! {
    /// How a clock ended, or that it has not.
    ClockState, "a clock state" {
        /// It runs.
        Running = "running",
        /// It is held.
        Paused = "paused",
        /// Kept in time.
        Met = "met",
        /// Kept, but late.
        MetLate = "met_late",
        /// It no longer applied while there was still time.
        Cancelled = "cancelled",
        /// It was broken, and then no longer applied.
        Breached = "breached",
    }
}

/// A promise on a handoff: who owes what by when.
#[derive(Clone, PartialEq, Debug)]
pub struct Clock {
    /// Which promise.
    pub name: ClockName,
    /// 1 for the first time it ran on this handoff, 2 for the second.
    pub leg: u32,
    /// True for the account's own view of `first_touch`, which never restarts when the assignee changes.
    pub end_to_end: bool,
    /// Who owes it.
    pub owes: Owes,
    /// When it started.
    pub started: Instant,
    /// What was promised when it started; a later policy doesn't change it.
    pub target: Target,
    /// The calendar it counts in, by name.
    pub calendar: String,
    /// At which point its owner is warned, as it was promised when it started.
    pub warning: Warn,
    /// By when; stored, and moved only by a resume or a new target.
    pub due: Instant,
    /// When its owner is warned.
    pub warn: Instant,
    /// Running, held or how it ended.
    pub state: ClockState,
    /// When it ended.
    pub ended: Option<Instant>,
    /// When it was held, and why.
    pub pauses: Vec<Pause>,
    /// Why it is short notice: its moment lay before its start.
    pub short_notice: bool,
}

impl Clock {
    /// Running or held.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, ClockState::Running | ClockState::Paused)
    }

    /// Past its due time and not yet kept, or ended too late. While a clock is held, what counts is when it was held.
    #[must_use]
    pub fn is_breached(&self, now: Instant) -> bool {
        match self.state {
            ClockState::Running => now >= self.due,
            ClockState::Paused => self.held_since().is_some_and(|held| held >= self.due),
            ClockState::MetLate | ClockState::Breached => true,
            ClockState::Met | ClockState::Cancelled => false,
        }
    }

    /// When the open pause began.
    #[must_use]
    pub fn held_since(&self) -> Option<Instant> {
        self.pauses.iter().filter(|pause| pause.to.is_none()).map(|pause| pause.from).min()
    }

    /// Milliseconds until it is due: negative when breached, still while held.
    #[must_use]
    pub fn left(&self, now: Instant) -> i64 {
        self.due.since(self.held_since().or(self.ended).unwrap_or(now))
    }

    /// What makes this clock one of its handoff's: name, leg and whether it is end to end.
    #[must_use]
    pub const fn key(&self) -> ClockKey {
        ClockKey { name: self.name, leg: self.leg, end_to_end: self.end_to_end }
    }
}

/// What tells one clock of a handoff from another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClockKey {
    /// Which promise.
    pub name: ClockName,
    /// Which time.
    pub leg: u32,
    /// The account's own view.
    pub end_to_end: bool,
}

//! A list of handoffs as a window: what is asked for, and the rows that fit on a screen.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::account::Tier;
use super::clock::ClockName;
use super::filter::Filter;
use super::ids::{AccountId, HandoffId, PersonId};
use super::playbook::Progress;
use super::signal::Source;
use super::stage::Stage;
use super::time::Instant;
use super::view::Sort;

/// What a list shows: which handoffs, in which order, as seen by whom and when.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    /// Which.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Who `owner:me` is.
    pub me: Option<PersonId>,
    /// What `due:<4h` and `breached` count from.
    pub now: Instant,
    /// Whose midnights bound `due:today`, `wake:<=month` and `created:>2026-11-01`: the person's zone. A
    /// [`TimeTest`](super::filter::TimeTest) turns into bounds with it and `now`.
    pub zone: Tz,
}

/// Where in the list a page lies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edge {
    /// At the beginning.
    First,
    /// At the end.
    Last,
    /// Right after this place.
    After(Cursor),
    /// Right before this place.
    Before(Cursor),
    /// From this place on, itself included where it is still there.
    From(Cursor),
}

/// A place in a list: the value it is sorted by, and the id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// The sort value.
    pub value: CursorValue,
    /// The handoff.
    pub id: HandoffId,
}

/// The value a list is sorted by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CursorValue {
    /// A number or an instant.
    Number(i64),
    /// A text.
    Text(String),
    /// The name of a group of rows that tie, empty for those without a value, and when the row's next clock is due,
    /// which is what they are sorted by inside.
    Within(String, i64),
}

/// A page of a list.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Page {
    /// The rows, in the order asked for.
    pub rows: Vec<QueueRow>,
    /// There are rows before the first.
    pub before: bool,
    /// There are rows after the last.
    pub after: bool,
    /// The search was given up before the page was full because it took too long: rows may be missing here, and a
    /// narrower filter would find them.
    pub partial: bool,
}

/// A number of rows, counted as far as it was worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// So many.
    Exactly(u64),
    /// At least so many; counting on would cost more than it tells.
    AtLeast(u64),
}

/// A row of a list: what the queue shows of a handoff without loading it whole.
#[derive(Clone, PartialEq, Debug)]
pub struct QueueRow {
    /// The handoff.
    pub id: HandoffId,
    /// Its version, for writes from the list.
    pub version: i64,
    /// Where it stands in the list it was asked for.
    pub cursor: Cursor,
    /// The account.
    pub account: AccountId,
    /// The account's name.
    pub company: String,
    /// Its tier.
    pub tier: Tier,
    /// Its type's key.
    pub kind: String,
    /// Where it stands.
    pub stage: Stage,
    /// The channel it came from.
    pub source: Source,
    /// The intent score.
    pub score: u8,
    /// The account's region.
    pub region: Option<String>,
    /// Who has it.
    pub assignee: Option<PersonId>,
    /// Their name.
    pub assignee_name: Option<String>,
    /// The promise that is due next.
    pub next: Option<NextClock>,
    /// True while all of its clocks are held.
    pub held: bool,
    /// When it was flagged.
    pub created: Instant,
    /// How it came out last.
    pub code: Option<String>,
    /// When it wakes.
    pub wake: Option<NaiveDate>,
    /// Number of touches.
    pub touches: u32,
    /// How far it has come, for its next step.
    pub progress: Progress,
    /// How the package was rated, 1 to 5.
    pub rating: Option<u8>,
}

/// The promise that is due next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextClock {
    /// Which.
    pub name: ClockName,
    /// When it started.
    pub started: Instant,
    /// When its owner is warned.
    pub warn: Instant,
    /// By when.
    pub due: Instant,
}

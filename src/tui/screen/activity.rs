//! What the Activity screen is computed from: the record, newest first.

use crate::tui::answer::Happening;
use crate::tui::effect::Ticket;

/// The state of the Activity screen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Activity {
    /// What happened, newest first, as far back as it was scrolled.
    pub rows: Vec<Happening>,
    /// The number of the event at hand.
    pub selected: Option<i64>,
    /// There is nothing older.
    pub at_end: bool,
    /// The load that is waited for.
    pub waiting: Option<Ticket>,
}

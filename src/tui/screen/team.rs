//! What the Team screen is computed from: the people with what they carry.

use crate::domain::ids::PersonId;
use crate::tui::answer::Member;
use crate::tui::effect::Ticket;

/// The state of the Team screen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Team {
    /// The people.
    pub members: Vec<Member>,
    /// The one at hand.
    pub selected: Option<PersonId>,
    /// The load that is waited for.
    pub waiting: Option<Ticket>,
}

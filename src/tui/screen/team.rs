//! What the Team screen is computed from: the people with what they carry.

use crate::domain::ids::PersonId;
use crate::store::TeamRow;
use crate::tui::effect::Ticket;

/// The state of the Team screen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Team {
    /// The people.
    pub members: Vec<TeamRow>,
    /// The one at hand.
    pub selected: Option<PersonId>,
    /// The people have come.
    pub loaded: bool,
    /// The load that is waited for.
    pub waiting: Option<Ticket>,
}

impl Team {
    /// Where the person at hand stands.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        let id = self.selected?;
        self.members.iter().position(|member| member.person.id == id)
    }

    /// The person at hand.
    #[must_use]
    pub fn row(&self) -> Option<&TeamRow> {
        self.members.get(self.index()?)
    }

    /// Goes so many rows down, or up.
    pub fn step(&mut self, by: isize) {
        let last = self.members.len().saturating_sub(1);
        let at = self.index().unwrap_or(0).saturating_add_signed(by).min(last);
        self.selected = self.members.get(at).map(|member| member.person.id);
    }

    /// Takes the people.
    pub fn take(&mut self, members: Vec<TeamRow>) {
        self.members = members;
        self.loaded = true;
        self.step(0);
    }
}

//! What the Team screen is computed from: the people with what they carry.

use crate::domain::ids::PersonId;
use crate::store::TeamRow;
use crate::tui::effect::Ticket;

/// What the team can be sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum By {
    /// Name.
    #[default]
    Name,
    /// What they carry, as a share of what they can.
    Load,
    /// Breached handoffs.
    Breached,
    /// Median time to the first touch.
    FirstTouch,
    /// The share that they accept.
    Accepted,
    /// When they were last given one.
    LastAssigned,
}

impl By {
    const ALL: &'static [Self] = &[
        Self::Name,
        Self::Load,
        Self::Breached,
        Self::FirstTouch,
        Self::Accepted,
        Self::LastAssigned,
    ];

    /// It as people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Load => "load",
            Self::Breached => "breached",
            Self::FirstTouch => "first touch",
            Self::Accepted => "acceptance",
            Self::LastAssigned => "last assigned",
        }
    }

    /// A number to sort by; names stay as they come.
    fn number(self, member: &TeamRow) -> f64 {
        let ms = |ms: i64| ms as f64;
        match self {
            Self::Name => 0.0,
            Self::Load => match member.person.capacity {
                Some(0) => f64::from(member.open) + 1.0,
                Some(capacity) => f64::from(member.open) / f64::from(capacity),
                None => f64::from(member.open) / 1_000.0,
            },
            Self::Breached => f64::from(member.breached),
            Self::FirstTouch => member.first_touch.map_or(-1.0, ms),
            // Who was never judged or assigned comes last where the most comes first.
            Self::Accepted => member.accepted.unwrap_or(-1.0),
            Self::LastAssigned => member.last_assigned.map_or(-1.0, |at| ms(at.0)),
        }
    }
}

/// The state of the Team screen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Team {
    /// The people.
    pub members: Vec<TeamRow>,
    /// The one at hand.
    pub selected: Option<PersonId>,
    /// What they are sorted by.
    pub sort: By,
    /// The other way round.
    pub reversed: bool,
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
        self.arrange();
        self.step(0);
    }

    /// Sorts by the next thing there is.
    pub fn sort_next(&mut self) {
        let at = By::ALL.iter().position(|by| *by == self.sort).unwrap_or(0);
        self.sort = By::ALL.get(at + 1).copied().unwrap_or_default();
        self.reversed = false;
        self.arrange();
    }

    /// Turns the order around.
    pub fn reverse(&mut self) {
        self.reversed = !self.reversed;
        self.arrange();
    }

    /// Puts the people in order: names from the beginning of the alphabet, figures from the most on.
    fn arrange(&mut self) {
        self.members.sort_by(|one, other| {
            let names = one.person.name.cmp(&other.person.name);
            let by = self.sort.number(other).total_cmp(&self.sort.number(one));
            let order = by.then(names);
            if self.reversed { order.reverse() } else { order }
        });
    }
}

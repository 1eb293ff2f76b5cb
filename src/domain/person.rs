//! People who work the desk, their roles and absences (`DOMAIN.md 1` and `12`).

use chrono::NaiveDate;

use super::ids::PersonId;
use super::words::words;

words! {
    /// What somebody may do, and what is theirs to do next.
    Role, "a role" {
        /// Triages Tier 1, assigns, briefs, decides disputes.
        VpSales = "vp_sales",
        /// Routes the weekly batch for a team.
        Manager = "manager",
        /// Account executive: accepts, works, disposes.
        Ae = "ae",
        /// Sales development: first answers and meetings.
        Sdr = "sdr",
        /// Customer success: takes over what is won.
        Csm = "csm",
        /// Flags, packages and submits.
        Marketing = "marketing",
        /// Decides disputes together with the VP of Sales.
        VpMarketing = "vp_marketing",
        /// Owns the policy, the people and the imports.
        Revops = "revops",
    }
}

impl Role {
    /// The role as a person would say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::VpSales => "VP of Sales",
            Self::Manager => "Manager",
            Self::Ae => "AE",
            Self::Sdr => "SDR",
            Self::Csm => "CSM",
            Self::Marketing => "Marketing",
            Self::VpMarketing => "VP of Marketing",
            Self::Revops => "Revenue operations",
        }
    }
}

/// Days on which a person is away, both ends included.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Absence {
    /// First day away.
    pub from: NaiveDate,
    /// Last day away.
    pub to: NaiveDate,
}

/// Somebody who works the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Their id in this store.
    pub id: PersonId,
    /// The key they have where they came from.
    pub external: Option<String>,
    /// Full name.
    pub name: String,
    /// E-mail address, lower case.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whom they report to.
    pub manager: Option<PersonId>,
    /// Still with us; only active people own handoffs.
    pub active: bool,
    /// Regions they work; empty means all.
    pub territories: Vec<String>,
    /// Segments they work; empty means all.
    pub segments: Vec<String>,
    /// Products they sell; empty means all.
    pub products: Vec<String>,
    /// Languages they speak; empty means all.
    pub languages: Vec<String>,
    /// Open handoffs they can carry; none means no limit.
    pub capacity: Option<u32>,
    /// Handoffs they can be given in an ISO week; none means no limit.
    pub weekly: Option<u32>,
    /// Their business calendar by name; none means the policy's default.
    pub calendar: Option<String>,
    /// Their zone for display; none means the policy's.
    pub zone: Option<String>,
    /// When they are away.
    pub absences: Vec<Absence>,
}

impl Person {
    /// Somebody active of whom nothing else is known yet.
    #[must_use]
    pub fn new(name: impl Into<String>, role: Role) -> Self {
        Self {
            id: PersonId::default(),
            external: None,
            name: name.into(),
            email: None,
            role,
            manager: None,
            active: true,
            territories: Vec::new(),
            segments: Vec::new(),
            products: Vec::new(),
            languages: Vec::new(),
            capacity: None,
            weekly: None,
            calendar: None,
            zone: None,
            absences: Vec::new(),
        }
    }

    /// Whom the record names where they act; none for whoever operates the machine, who is nobody of the desk.
    #[must_use]
    pub fn on_record(&self) -> Option<PersonId> {
        (self.id != PersonId::default()).then_some(self.id)
    }

    /// The absence that covers `day`, if any.
    #[must_use]
    pub fn away_on(&self, day: NaiveDate) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.from <= day && day <= absence.to)
    }

    /// The limits that somebody with so many handoffs in hand, and so many given this week, has reached (`DOMAIN.md 6`).
    #[must_use]
    pub fn full(&self, open: u32, week: u32) -> Vec<Full> {
        let limits = [(self.capacity, open, false), (self.weekly, week, true)];
        let reached = limits.into_iter().filter_map(|(most, has, weekly)| {
            let most = most.filter(|most| has >= *most)?;
            Some(Full { weekly, has, most })
        });
        reached.collect()
    }
}

/// What somebody has in hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InHand {
    /// Who.
    pub person: PersonId,
    /// Handoffs assigned to them that are open.
    pub open: u32,
    /// Handoffs assigned to them in this ISO week, as the team's zone counts it.
    pub week: u32,
}

impl InHand {
    /// What somebody has in hand, among everybody's: nothing where nothing is known of them.
    #[must_use]
    pub fn of(all: &[Self], person: PersonId) -> Self {
        let nothing = Self { person, open: 0, week: 0 };
        all.iter().find(|one| one.person == person).copied().unwrap_or(nothing)
    }
}

/// A limit that somebody has reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full {
    /// It is the one on what they are given in a week, not the one on what they carry.
    pub weekly: bool,
    /// What they have.
    pub has: u32,
    /// What they can have.
    pub most: u32,
}

impl Full {
    /// Which limit, in words.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        if self.weekly { "at capacity this week" } else { "at capacity" }
    }

    /// The limit inside a sentence: `at capacity, 12/12`.
    #[must_use]
    pub fn said(&self) -> String {
        format!("{}, {}/{}", self.words(), self.has, self.most)
    }
}

/// The limit in a few words: `at capacity 12/12`.
impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}/{}", self.words(), self.has, self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absence_includes_both_its_days() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let person = Person {
            absences: vec![Absence { from: day(10), to: day(12) }],
            ..Person::new("Sam Ortiz", Role::Ae)
        };
        let away: Vec<_> = (9..=13).map(|d| person.away_on(day(d)).is_some()).collect();
        assert_eq!(away, [false, true, true, true, false]);
    }

    #[test]
    fn the_record_names_people_and_not_whoever_operates_the_machine() {
        let nobody = Person::new("Operator", Role::Marketing);
        assert_eq!(nobody.on_record(), None);
        assert_eq!(Person { id: PersonId(4), ..nobody }.on_record(), Some(PersonId(4)));
    }
}

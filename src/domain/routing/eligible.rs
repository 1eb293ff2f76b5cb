//! Who may be proposed at all: active, of the right role, in the office today, below capacity, and a match in
//! territory, segment, product and language (`DOMAIN.md 6`, 2 and 6).

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::{Candidate, LeftOut};
use crate::domain::account::Account;
use crate::domain::calendar::HORIZON_DAYS;
use crate::domain::person::{Full, Person, Role};
use crate::domain::policy::{Fallback, HandoffType, Policy};
use crate::domain::say;
use crate::domain::time::Instant;

/// Why somebody is not proposed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// No longer with us.
    Inactive,
    /// Of another role than the one that takes over.
    Role {
        /// Theirs.
        has: Role,
        /// The one that takes over.
        wanted: Role,
    },
    /// Out of office.
    Away {
        /// The day they are back.
        back: NaiveDate,
        /// Today, where they are.
        today: NaiveDate,
    },
    /// Carries all they can, or has been given all they can be given this week.
    Full(Full),
    /// Works other territories: theirs.
    Territory(Vec<String>),
    /// Works other segments: theirs.
    Segment(Vec<String>),
    /// Sells other products: theirs.
    Product(Vec<String>),
    /// Speaks other languages: theirs.
    Language(Vec<String>),
}

impl Why {
    /// Of another role.
    #[must_use]
    pub const fn is_role(&self) -> bool {
        matches!(self, Self::Role { .. })
    }

    /// Whether the reason falls away when the fallback drops something.
    fn is_dropped(&self, dropped: &[Fallback]) -> bool {
        match self {
            Self::Segment(_) => dropped.contains(&Fallback::Segment),
            Self::Territory(_) => dropped.contains(&Fallback::Territory),
            _ => false,
        }
    }

    /// Whether the reason doesn't count for the owner of a named account.
    const fn is_waived_for_owner(&self) -> bool {
        matches!(self, Self::Territory(_) | Self::Segment(_) | Self::Product(_) | Self::Language(_))
    }

    /// The reason in a few words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Inactive => "inactive".into(),
            Self::Role { has, wanted } => format!("{}, not {}", has.label(), wanted.label()),
            Self::Away { back, today } => {
                format!("out of office until {}", say::day_near(*back, *today))
            }
            Self::Full(full) => full.to_string(),
            Self::Territory(theirs) => format!("other territory: {}", theirs.join(", ")),
            Self::Segment(theirs) => format!("other segment: {}", theirs.join(", ")),
            Self::Product(theirs) => format!("other product: {}", theirs.join(", ")),
            Self::Language(theirs) => format!("other language: {}", theirs.join(", ")),
        }
    }
}

/// A candidate with every reason against them.
pub(super) struct Checked<'a> {
    pub(super) candidate: &'a Candidate<'a>,
    pub(super) is_owner: bool,
    pub(super) why: Vec<Why>,
}

impl<'a> Checked<'a> {
    pub(super) fn of(
        candidate: &'a Candidate<'a>,
        account: &Account,
        kind: &HandoffType,
        policy: &Policy,
        now: Instant,
    ) -> Self {
        let why = reasons(candidate, account, kind.to, policy, now);
        Self { candidate, is_owner: account.owner == Some(candidate.person.id), why }
    }

    /// Whether nothing stands against them but what was dropped. A named account's owner needs no match.
    pub(super) fn is_eligible(&self, dropped: &[Fallback]) -> bool {
        self.why
            .iter()
            .all(|why| why.is_dropped(dropped) || (self.is_owner && why.is_waived_for_owner()))
    }

    pub(super) fn left_out(&self) -> LeftOut {
        let words: Vec<_> = self.why.iter().map(Why::words).collect();
        let owner = if self.is_owner { "owns the account, but is " } else { "" };
        LeftOut {
            person: self.candidate.person.id,
            name: self.candidate.person.name.clone(),
            reason: format!("{owner}{}", words.join("; ")),
            why: self.why.clone(),
        }
    }
}

fn reasons(
    candidate: &Candidate<'_>,
    account: &Account,
    wanted: Role,
    policy: &Policy,
    now: Instant,
) -> Vec<Why> {
    let person = candidate.person;
    if !person.active {
        return vec![Why::Inactive];
    }
    let mut why = Vec::new();
    if person.role != wanted {
        why.push(Why::Role { has: person.role, wanted });
    }
    let today = say::day_of(now, zone(person, policy));
    if person.away_on(today).is_some() {
        why.push(Why::Away { back: back(person, today, policy), today });
    }
    if person.role != wanted {
        return why; // What they carry and cover says nothing about another role's work.
    }
    let load = candidate.load;
    why.extend(person.full(load.open, load.this_week).into_iter().map(Why::Full));
    let matched = [
        (&person.territories, &account.region, Why::Territory as fn(Vec<String>) -> Why),
        (&person.segments, &account.segment, Why::Segment),
        (&person.products, &account.product, Why::Product),
        (&person.languages, &account.language, Why::Language),
    ];
    for (theirs, wanted, because) in matched {
        if !covers(theirs, wanted.as_deref()) {
            why.push(because(theirs.clone()));
        }
    }
    why
}

/// Whether somebody who works `theirs` covers `wanted`: no list means all, and what isn't known excludes nobody.
pub(super) fn covers(theirs: &[String], wanted: Option<&str>) -> bool {
    let Some(wanted) = wanted.filter(|wanted| !wanted.trim().is_empty()) else { return true };
    theirs.is_empty() || theirs.iter().any(|one| say::same(one, wanted))
}

/// The zone somebody's day is told in: their own, their calendar's, the team's.
fn zone(person: &Person, policy: &Policy) -> Tz {
    let own = person.zone.as_deref().and_then(|name| name.parse().ok());
    own.or_else(|| {
        let calendar = policy.calendar(person.calendar.as_deref()?)?;
        (!calendar.is_always()).then(|| calendar.zone())
    })
    .unwrap_or(policy.zone)
}

/// The first day after `today` that somebody is not away, and works by their calendar where it is known.
fn back(person: &Person, today: NaiveDate, policy: &Policy) -> NaiveDate {
    let calendar = policy.calendar(person.calendar.as_deref().unwrap_or(&policy.calendar));
    let works = |day: NaiveDate| calendar.is_none_or(|calendar| calendar.closed(day).is_none());
    let mut day = today;
    while let Some(absence) = person.away_on(day) {
        match absence.to.succ_opt() {
            Some(next) => day = next,
            None => return day,
        }
    }
    let days = (0..HORIZON_DAYS).filter_map(|later| day.checked_add_days(Days::new(later)));
    let mut free = days.filter(|day| person.away_on(*day).is_none());
    free.find(|day| works(*day)).unwrap_or(day)
}

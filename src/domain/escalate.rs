//! Escalation (`DOMAIN.md 5`, end): who hears of a promise that runs late, in which order, and each step once.
//!
//! A chain has the steps warning, breach, and one for each later time of the policy. A warning waits for the receiver's
//! hours; a breach and what follows is told at its moment, whatever the hour.

use super::clock::{ClockName, Owes};
use super::ids::PersonId;
use super::person::{Person, Role};
use super::policy::{Escalation, HandoffType, Hears, Policy};
use super::time::Instant;

/// A running promise, as far as escalation looks at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Promise {
    /// Which.
    pub name: ClockName,
    /// Who owes it.
    pub owes: Owes,
    /// When its owner is warned.
    pub warn: Instant,
    /// By when.
    pub due: Instant,
}

/// A step of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The warning point.
    Warning,
    /// The due time.
    Breach,
    /// So many milliseconds after it.
    Later(i64),
}

impl Step {
    /// When it comes for a promise.
    #[must_use]
    pub const fn at(self, promise: &Promise) -> Instant {
        match self {
            Self::Warning => promise.warn,
            Self::Breach => promise.due,
            Self::Later(after) => promise.due.plus(after),
        }
    }

    /// The named action in the record.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Warning => "warn",
            Self::Breach => "breach",
            Self::Later(_) => "escalate",
        }
    }
}

/// What is told to whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Telling {
    /// Which step of the chain, from 0.
    pub place: u32,
    /// What it is.
    pub step: Step,
    /// To whom; none where there is nobody to tell.
    pub to: Option<PersonId>,
    /// When it came due to be told.
    pub at: Instant,
}

/// What is to be told of a promise now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Due {
    /// What is told, in its order.
    pub now: Vec<Telling>,
    /// How many steps are done with then.
    pub told: u32,
    /// When to look again; none once the chain is at its end.
    pub next: Option<Instant>,
}

/// The chain of a type of handoff: its own, or the policy's.
#[must_use]
pub fn chain<'a>(policy: &'a Policy, kind: &str) -> &'a Escalation {
    let own = policy.kind(kind).and_then(|kind: &HandoffType| kind.escalation.as_ref());
    own.unwrap_or(&policy.escalation)
}

/// The steps of a chain, each with who hears.
pub fn steps(chain: &Escalation) -> impl Iterator<Item = (Step, &[Hears])> {
    [(Step::Warning, chain.warn.as_slice()), (Step::Breach, chain.breach.as_slice())]
        .into_iter()
        .chain(chain.after.iter().map(|(after, hears)| (Step::Later(*after), hears.as_slice())))
}

/// What is to be told of a promise at `now`, when so many steps of its chain are done with.
#[must_use]
pub fn due(
    promise: &Promise,
    kind: &str,
    told: u32,
    people: &[Person],
    policy: &Policy,
    now: Instant,
) -> Due {
    let mut found = Due { told, ..Due::default() };
    for (place, (step, hears)) in (0..).zip(steps(chain(policy, kind))) {
        if place < told {
            continue;
        }
        let at = step.at(promise);
        if now < at {
            found.next = Some(at);
            return found;
        }
        let to = hearers(hears, promise.owes, people);
        if to.is_empty() && !hears.is_empty() {
            found.now.push(Telling { place, step, to: None, at });
        }
        for who in to {
            let open = match step {
                Step::Warning => opening(who, at, people, policy),
                Step::Breach | Step::Later(_) => at,
            };
            // A warning that would come with the breach, or after it, warns of nothing.
            if step == Step::Warning && open >= promise.due {
                continue;
            }
            if open <= now {
                found.now.push(Telling { place, step, to: Some(who), at: open });
            } else {
                found.next = Some(found.next.map_or(open, |next| next.min(open)));
            }
        }
        if found.next.is_some() {
            return found;
        }
        found.told = place + 1;
    }
    found
}

/// The first moment from `at` on inside somebody's hours.
fn opening(who: PersonId, at: Instant, people: &[Person], policy: &Policy) -> Instant {
    let own = people.iter().find(|person| person.id == who);
    let named = own.and_then(|person| person.calendar.as_deref());
    let calendar = named.and_then(|name| policy.calendar(name));
    let calendar = calendar.or_else(|| policy.calendar(&policy.calendar));
    calendar.and_then(|days| days.next_open(at).ok()).unwrap_or(at)
}

/// The people who are meant, each once.
#[must_use]
pub fn hearers(hears: &[Hears], owes: Owes, people: &[Person]) -> Vec<PersonId> {
    let owners = owners(owes, people);
    let mut all: Vec<PersonId> = hears
        .iter()
        .flat_map(|hears| match hears {
            Hears::Owner => owners.clone(),
            Hears::Manager => {
                owners.iter().flat_map(|owner| above(*owner, people)).collect::<Vec<_>>()
            }
            Hears::VpSales => with_role(Role::VpSales, people),
            Hears::VpMarketing => with_role(Role::VpMarketing, people),
        })
        .collect();
    let mut seen = Vec::new();
    all.retain(|id| {
        !seen.contains(id) && {
            seen.push(*id);
            true
        }
    });
    all
}

/// Who owes: the person, or whoever is above somebody who has left; all who have the role, or the VP of its side.
fn owners(owes: Owes, people: &[Person]) -> Vec<PersonId> {
    match owes {
        Owes::Person(id) => match people.iter().find(|person| person.id == id) {
            Some(person) if person.active => vec![id],
            _ => above(id, people),
        },
        Owes::Role(role) => match with_role(role, people) {
            found if found.is_empty() => with_role(vp_of(role), people),
            found => found,
        },
        Owes::BothVps => [Role::VpSales, Role::VpMarketing]
            .into_iter()
            .flat_map(|role| with_role(role, people))
            .collect(),
    }
}

/// The nearest active person above somebody; where nobody is named, the VP of their side, who may be they themselves.
fn above(id: PersonId, people: &[Person]) -> Vec<PersonId> {
    let find = |id: PersonId| people.iter().find(|person| person.id == id);
    let mut manager = find(id).and_then(|person| person.manager);
    // A chain longer than the team is a circle.
    for _ in 0..people.len() {
        match manager.and_then(find) {
            Some(person) if person.active && person.id != id => return vec![person.id],
            Some(person) => manager = person.manager,
            None => break,
        }
    }
    with_role(vp_of(find(id).map_or(Role::Ae, |person| person.role)), people)
}

const fn vp_of(role: Role) -> Role {
    match role {
        Role::Marketing | Role::VpMarketing => Role::VpMarketing,
        _ => Role::VpSales,
    }
}

fn with_role(role: Role, people: &[Person]) -> Vec<PersonId> {
    people
        .iter()
        .filter(|person| person.active && person.role == role)
        .map(|person| person.id)
        .collect()
}

#[cfg(test)]
mod tests;

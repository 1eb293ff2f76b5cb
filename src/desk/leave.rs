//! People who are away or leave (`DOMAIN.md 6`, 7): their days and data are edited by themselves or by who may, each edit a
//! gesture that can be undone; and what they have in hand is handed on as one.

use std::collections::BTreeMap;

use super::batch::not_permitted;
use super::{Actor, Ask, Desk, DeskError, Receipt, Request};
use crate::domain::batch::Decision;
use crate::domain::batch::round::Round;
use crate::domain::command::Command;
use crate::domain::decide::in_team;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::{Absence, InHand, Person, Role};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::time::Instant;
use crate::store::Stamp;

impl Desk {
    /// What somebody has in hand, to be handed on: everybody else is a candidate, they themselves are not.
    ///
    /// # Errors
    /// There is no such person, or the store can't be read.
    pub fn hand_on(&self, who: PersonId, now: Instant) -> Result<Round, DeskError> {
        let items = self.store.items_in_hand(who)?;
        let mut round = self.store.round(items, now, self.week_start(now))?;
        let person = round.people.iter_mut().find(|person| person.id == who);
        let person = person.ok_or_else(|| {
            DeskError::NotFound(format!("There is no person {who} in this store."))
        })?;
        person.active = false;
        for item in &mut round.items {
            // An account that is theirs by name must not come back to them.
            if item.account.owner == Some(who) {
                item.account.owner = None;
            }
        }
        Ok(round)
    }

    /// Hands on what somebody has in hand, as one gesture.
    ///
    /// # Errors
    /// Nothing is decided, somebody else was first, or the rules say no to one; nothing was changed then.
    pub fn carry_on(
        &mut self,
        from: PersonId,
        actor: Actor,
        decisions: &BTreeMap<HandoffId, (i64, Decision)>,
    ) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let name = self.known(&people, from)?.name.clone();
        let asks: Vec<_> = decisions
            .iter()
            .filter_map(|(id, (version, decision))| match decision {
                Decision::Route { to, anyway } => Some(Ask {
                    handoff: *id,
                    seen: Some(*version),
                    command: Command::Assign { to: *to, brief: None, anyway: *anyway },
                }),
                _ => None,
            })
            .collect();
        if asks.is_empty() {
            return Err(DeskError::nothing(format!("Nothing of {name}'s is to be handed on.")));
        }
        let label =
            format!("handed on {} of {name}", say::count(asks.len() as u64, "handoff", "handoffs"));
        self.run_as(&Request { actor, asks, what_can: false }, Some(&label))
    }

    /// Edits a person: revenue operations and the VP of Sales everything, a manager the work and the days of their team,
    /// everybody their own days, zone and calendar. Gives the receipt; undo takes it back.
    ///
    /// # Errors
    /// This person may not, what was edited was edited by somebody else since, or it isn't valid: a name, an address or a
    /// calendar, a circle of managers, or open handoffs that would be left with somebody who is inactive.
    pub fn edit_person(
        &mut self,
        actor: Actor,
        before: &Person,
        after: &Person,
    ) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?;
        let known = self.known(&people, after.id)?;
        if known != before {
            return Err(Refusal::new(
                RefusalKind::Conflict,
                format!("{} was edited by somebody else meanwhile.", known.name),
            )
            .hint("Look again, and edit what is there now.")
            .into());
        }
        if before == after {
            return Err(DeskError::nothing(format!("{} is so already.", known.name)));
        }
        may_edit(who, before, after, &people)?;
        self.valid(after, &people, actor.now)?;
        let label = format!("edited {}: {}", after.name, differences(before, after, &people));
        let stamp = Stamp {
            action_id: actor.action,
            actor: Some(actor.who),
            machine: self.machine.clone(),
            at: actor.now,
            label: label.clone(),
            policy: &self.policy.hash,
        };
        let gesture = self.store.edit_people(&stamp, std::slice::from_ref(after), None)?;
        Ok(Receipt { gesture, label, done: Vec::new(), refused: Vec::new() })
    }

    /// Adds days away to a person's own, or replaces those from today on.
    ///
    /// # Errors
    /// As [`Desk::edit_person`].
    pub fn away(
        &mut self,
        actor: Actor,
        who: PersonId,
        absences: Vec<Absence>,
        instead: bool,
    ) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let before = self.known(&people, who)?.clone();
        let today = say::day_of(actor.now, self.policy.zone);
        let mut all = before.absences.clone();
        if instead {
            all.retain(|absence| absence.to < today);
        }
        all.extend(absences);
        let after = Person { absences: crate::intake::away::joined(all), ..before.clone() };
        self.edit_person(actor, &before, &after)
    }

    /// Whether a person as edited can be kept.
    fn valid(&self, after: &Person, people: &[Person], now: Instant) -> Result<(), DeskError> {
        let no = |sentence: String, hint: &str| -> Result<(), DeskError> {
            Err(Refusal::new(RefusalKind::Missing, sentence).hint(hint).into())
        };
        if after.name.trim().is_empty() {
            return no("The name is missing.".to_owned(), "Write the full name.");
        }
        let twin = people.iter().find(|other| {
            other.id != after.id && other.email.is_some() && other.email == after.email
        });
        if let (Some(twin), Some(email)) = (twin, &after.email) {
            return no(
                format!("{email} belongs to {} already.", twin.name),
                "Give another address.",
            );
        }
        if let Some(name) =
            after.calendar.as_deref().filter(|name| self.policy.calendar(name).is_none())
        {
            let known: Vec<_> = self.policy.calendars.keys().map(String::as_str).collect();
            return no(
                format!("The policy has no calendar \"{name}\"."),
                &format!("It has {}.", known.join(", ")),
            );
        }
        if let Some(zone) =
            after.zone.as_deref().filter(|zone| zone.parse::<chrono_tz::Tz>().is_err())
        {
            return no(format!("\"{zone}\" is not a zone."), "Write it as Europe/Berlin.");
        }
        if let Some(absence) = after.absences.iter().find(|absence| absence.to < absence.from) {
            return no(
                format!("{} to {} ends before it begins.", absence.from, absence.to),
                "Write the first day first: 2026-12-24..2026-12-31.",
            );
        }
        if let Some(boss) = after.manager {
            let mut above = Some(boss);
            for _ in 0..=people.len() {
                match above {
                    Some(id) if id == after.id => {
                        return no(
                            format!("{} would report to themselves.", after.name),
                            "Choose somebody who doesn't report to them.",
                        );
                    }
                    Some(id) => {
                        above = people.iter().find(|one| one.id == id).and_then(|one| one.manager);
                    }
                    None => break,
                }
            }
        }
        if !after.active {
            let hands = self.in_hand(now)?;
            let open = InHand::of(&hands.open, after.id).open;
            if open > 0 {
                return Err(Refusal::new(
                    RefusalKind::NotLegal,
                    format!(
                        "{} has {} in hand.",
                        after.name,
                        say::count(u64::from(open), "open handoff", "open handoffs")
                    ),
                )
                .hint("Hand them on first: L on the Team screen, or handoff people handon.")
                .into());
            }
        }
        Ok(())
    }
}

/// Who may change what about a person (`DOMAIN.md 12`).
fn may_edit(
    who: &Person,
    before: &Person,
    after: &Person,
    people: &[Person],
) -> Result<(), DeskError> {
    if !who.active {
        return Err(not_permitted(who, "edit people", "those who are active"));
    }
    if matches!(who.role, Role::Revops | Role::VpSales) {
        return Ok(());
    }
    let own_days = Person {
        absences: after.absences.clone(),
        zone: after.zone.clone(),
        calendar: after.calendar.clone(),
        ..before.clone()
    };
    if who.id == before.id && own_days == *after {
        return Ok(());
    }
    let work = Person {
        territories: after.territories.clone(),
        segments: after.segments.clone(),
        products: after.products.clone(),
        languages: after.languages.clone(),
        capacity: after.capacity,
        weekly: after.weekly,
        ..own_days
    };
    if who.role == Role::Manager && in_team(who, before.id, people) && work == *after {
        return Ok(());
    }
    let what = format!("change that about {}", before.name);
    Err(not_permitted(
        who,
        &what,
        "revenue operations and the VP of Sales; managers change the work and the days of their team, everybody their own days",
    ))
}

/// What differs between a person before and after, in a few words.
fn differences(before: &Person, after: &Person, people: &[Person]) -> String {
    let mut parts = Vec::new();
    let name = |id: Option<PersonId>| {
        id.and_then(|id| people.iter().find(|person| person.id == id))
            .map_or("nobody", |person| person.name.as_str())
    };
    let limit = |limit: Option<u32>| limit.map_or("no limit".to_owned(), |limit| limit.to_string());
    let list = |list: &[String]| if list.is_empty() { "all".to_owned() } else { list.join(", ") };
    if before.name != after.name {
        parts.push("name".to_owned());
    }
    if before.email != after.email {
        parts.push("e-mail".to_owned());
    }
    if before.role != after.role {
        parts.push(format!("{} instead of {}", after.role.label(), before.role.label()));
    }
    if before.manager != after.manager {
        parts.push(format!("reports to {}", name(after.manager)));
    }
    if before.active != after.active {
        parts.push(if after.active { "active again" } else { "no longer active" }.to_owned());
    }
    if before.capacity != after.capacity {
        parts.push(format!("capacity {}", limit(after.capacity)));
    }
    if before.weekly != after.weekly {
        parts.push(format!("weekly {}", limit(after.weekly)));
    }
    for (what, one, other) in [
        ("territories", &before.territories, &after.territories),
        ("segments", &before.segments, &after.segments),
        ("products", &before.products, &after.products),
        ("languages", &before.languages, &after.languages),
    ] {
        if one != other {
            parts.push(format!("{what} {}", list(other)));
        }
    }
    if before.calendar != after.calendar {
        parts.push(format!("calendar {}", after.calendar.as_deref().unwrap_or("the team's")));
    }
    if before.zone != after.zone {
        parts.push(format!("zone {}", after.zone.as_deref().unwrap_or("the team's")));
    }
    if before.absences != after.absences {
        let days: Vec<_> = after.absences.iter().map(days).collect();
        parts.push(match days.as_slice() {
            [] => "not away".to_owned(),
            days => format!("away {}", days.join("; ")),
        });
    }
    parts.join(", ")
}

/// An absence as it is typed: one day, or the first and the last.
#[must_use]
pub(super) fn days(absence: &Absence) -> String {
    if absence.from == absence.to {
        absence.from.to_string()
    } else {
        format!("{}..{}", absence.from, absence.to)
    }
}

//! The people of the desk: who is who, and the first one on an empty store.

use super::{Desk, DeskError};
use crate::domain::ids::PersonId;
use crate::domain::person::{Person, Role};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::Instant;
use crate::store::Stamp;

/// Somebody who is new to the desk, as they introduce themselves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewPerson {
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What they do.
    pub role: Role,
}

impl Desk {
    /// Finds a person by id, e-mail address, name, or the beginning of a name that is only one person's.
    ///
    /// # Errors
    /// Nobody or more than one person fits; the sentence lists who could be meant.
    pub fn person(&self, text: &str) -> Result<Person, DeskError> {
        let text = text.trim();
        let people = self.store.people()?;
        let wanted = text.to_lowercase();
        let id = text.parse::<PersonId>().ok();
        let exact = people.iter().find(|person| {
            Some(person.id) == id
                || person.name.to_lowercase() == wanted
                || person.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(text))
        });
        if let Some(person) = exact {
            return Ok(person.clone());
        }
        let near: Vec<_> = people
            .iter()
            .filter(|person| {
                let name = person.name.to_lowercase();
                !wanted.is_empty()
                    && (name.starts_with(&wanted)
                        || name.split_whitespace().any(|word| word == wanted)
                        || person
                            .email
                            .as_deref()
                            .is_some_and(|email| email.split('@').next() == Some(&wanted)))
            })
            .collect();
        match near.as_slice() {
            [one] => Ok((*one).clone()),
            [] => Err(DeskError::NotFound(format!(
                "Nobody here is called \"{text}\"; `handoff list people` shows who works the desk."
            ))),
            many => {
                let names: Vec<_> =
                    many.iter().take(8).map(|person| person.name.as_str()).collect();
                Err(DeskError::NotFound(format!(
                    "\"{text}\" could be {}; write the full name or the e-mail address.",
                    names.join(", ")
                )))
            }
        }
    }

    /// Adds the first person to an empty desk, or, later, somebody by revenue operations or the VP of Sales.
    ///
    /// # Errors
    /// The name is empty, the address is no address, or the person who asks may not.
    pub fn add_person(
        &mut self,
        by: Option<PersonId>,
        now: Instant,
        action: [u8; 16],
        new: &NewPerson,
    ) -> Result<PersonId, DeskError> {
        let people = self.store.people()?;
        let allowed = people.is_empty()
            || by.and_then(|by| people.iter().find(|person| person.id == by)).is_some_and(
                |person| person.active && matches!(person.role, Role::Revops | Role::VpSales),
            );
        if !allowed {
            return Err(Refusal::new(
                RefusalKind::NotPermitted,
                "Only revenue operations and the VP of Sales add people.",
            )
            .hint("Ask one of them, or start with --as and their name.")
            .into());
        }
        let name = new.name.trim();
        let email = new.email.trim().to_lowercase();
        if name.is_empty() {
            return Err(Refusal::new(RefusalKind::Missing, "The name is missing.").into());
        }
        if email.split_once('@').is_none_or(|(user, host)| user.is_empty() || !host.contains('.')) {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("\"{email}\" is not an e-mail address."),
            )
            .hint("Write it as name@company.com.")
            .into());
        }
        let has = people.iter().find(|person| person.email.as_deref() == Some(email.as_str()));
        if let Some(person) = has {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("{email} belongs to {} already.", person.name),
            )
            .hint("Give another address; `handoff list people` shows who works the desk.")
            .into());
        }
        let person = Person { email: Some(email), ..Person::new(name, new.role) };
        let stamp = Stamp {
            action_id: action,
            actor: by,
            machine: self.machine.clone(),
            at: now,
            label: format!("added {name}"),
            policy: &self.policy.hash,
        };
        let ids = self.store.save_people(&stamp, &[person])?;
        ids.first().copied().ok_or_else(|| DeskError::nothing(format!("{name} was added already.")))
    }
}

//! What people can do: the only writer. Load, decide, commit, receipt; undo and redo; evaluation, import, escalation.
//! The time, the person and the machine arrive as values; the rules are `domain`'s, the facts are `store`'s.

mod accounts;
mod as_of;
mod back;
mod batch;
mod create;
pub mod demo;
mod digest;
mod dossier;
mod error;
mod escalate;
mod evaluate;
mod flag;
mod follow;
mod import;
mod incoming;
mod leave;
mod lists;
mod material;
mod measures;
mod merge;
mod message;
mod people;
mod plan;
mod policies;
mod propose;
mod run;
mod sla;
mod summary;
#[cfg(test)]
mod tests;
mod undo;
mod verdicts;
mod volume;

use std::sync::Arc;

use crate::domain::ids::PersonId;
use crate::domain::person::Person;
use crate::domain::policy::Policy;
use crate::domain::time::Instant;
use crate::report::message::Library;
use crate::report::template::Templates;
use crate::store::{Machine, Store, StoreError};

pub use accounts::Edited;
pub use as_of::{Elsewhere, over};
pub use back::Aside;
pub use digest::Digest;
pub use dossier::{Dossier, Line};
pub use error::{Conflict, DeskError};
pub use escalate::{Escalated, Notice};
pub use evaluate::{EvaluateOptions, Evaluated, may_evaluate};
pub use import::{Counts, ImportOptions, Imported};
pub use incoming::{may_import, open_file, size_of, unread};
pub use merge::MergePlan;
pub use message::Message;
pub use people::NewPerson;
pub use policies::{Adopt, InForce, MOST_MONTHS};
pub use run::{Ask, Preview, Receipt, Refused, Request, past};
pub use sla::{Late, Sla};
pub use verdicts::Explained;
pub use volume::{HeldBack, Volume};

/// The desk: a store, the policy in force and the machine it runs on.
#[derive(Debug)]
pub struct Desk {
    store: Store,
    policy: Arc<Policy>,
    machine: Machine,
    templates: Templates,
    messages: Templates,
    library: Library,
}

/// Who acts, when, and the id made for the action before its first try; a repeat of the id is answered, not applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Actor {
    /// Who.
    pub who: PersonId,
    /// When.
    pub now: Instant,
    /// The action's id.
    pub action: [u8; 16],
}

impl Desk {
    /// A desk on an open store.
    #[must_use]
    pub fn new(mut store: Store, policy: Arc<Policy>, machine: Machine) -> Self {
        store.obey(&policy);
        Self {
            store,
            policy,
            machine,
            templates: Templates::new(),
            messages: Templates::for_messages(),
            library: Library::shipped(),
        }
    }

    /// The same with the texts of messages that the team has of its own.
    #[must_use]
    pub fn with_library(self, library: Library) -> Self {
        Self { library, ..self }
    }

    /// The policy in force.
    #[must_use]
    pub const fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// Everybody who works the desk.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.store.people()
    }

    /// Why this desk can only read, if so.
    #[must_use]
    pub fn read_only(&self) -> Option<&str> {
        self.store.read_only()
    }

    /// Tries again to write where [`Desk::read_only`] says why not; true when the store can be written.
    ///
    /// # Errors
    /// What now keeps the store from being opened at all.
    pub fn recover(&mut self) -> Result<bool, StoreError> {
        self.store.recover()
    }

    /// Leaves what can wait until nobody waits to [`Desk::tidy`].
    pub const fn tidy_later(&mut self) {
        self.store.copy_later();
    }

    /// Does what waited until there is nothing else to do.
    pub fn tidy(&mut self) {
        self.store.tidy();
    }
}

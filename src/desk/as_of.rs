//! As it stood: a handoff, or the whole desk, at a moment that has passed. Nothing can be done there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Desk, DeskError, Dossier};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::measure::sheet::{Scope, Sheet, Team};
use crate::domain::policy::Policy;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::time::Instant;
use crate::report::message::Library;
use crate::report::template::Templates;
use crate::store::{Access, Machine, Store, StoreError};

impl Desk {
    /// A handoff as it stood at a moment: its package, its clocks, its record up to then.
    ///
    /// # Errors
    /// It was not there then, or the store can't be read.
    pub fn dossier_as_of(
        &self,
        id: HandoffId,
        who: Option<PersonId>,
        at: Instant,
    ) -> Result<Dossier, DeskError> {
        let found = self.store.handoff_as_of(id, at, super::dossier::RECORD)?;
        let past = found.ok_or_else(|| {
            DeskError::NotFound(format!(
                "There was no handoff {id} on {}.",
                say::moment(at, self.policy.zone)
            ))
        })?;
        let people = self.store.people()?;
        let mut dossier = self.dossier_of(past, who, &people, at)?;
        for (_, refusal) in &mut dossier.actions {
            *refusal = Some(over());
        }
        Ok(dossier)
    }

    /// The desk as it stood at a moment, on a private copy of the store at a path where there is nothing yet. The copy
    /// is the caller's to throw away.
    ///
    /// # Errors
    /// There is no room for the copy, or the store can't be read.
    pub fn as_of(&self, at: Instant, copy: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            store: self.store.as_of(at, copy)?,
            policy: Arc::clone(&self.policy),
            machine: self.machine.clone(),
            templates: Templates::new(),
            messages: Templates::for_messages(),
            library: self.library.clone(),
        })
    }

    /// Another desk on the same store, for reading beside this one.
    ///
    /// # Errors
    /// The store can't be opened again.
    pub fn beside(&self) -> Result<Self, StoreError> {
        self.elsewhere().open()
    }

    /// What another thread needs to read the same store.
    #[must_use]
    pub fn elsewhere(&self) -> Elsewhere {
        Elsewhere {
            path: self.store.path().to_owned(),
            policy: Arc::clone(&self.policy),
            machine: self.machine.clone(),
            library: self.library.clone(),
        }
    }
}

/// What another thread needs to read the store of a desk.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    path: PathBuf,
    policy: Arc<Policy>,
    machine: Machine,
    library: Library,
}

impl Elsewhere {
    /// The desk as it stood at a moment, see [`Desk::as_of`].
    ///
    /// # Errors
    /// There is no room for the copy, or the store can't be read.
    pub fn as_of(&self, at: Instant, copy: &Path) -> Result<Desk, StoreError> {
        self.open()?.as_of(at, copy)
    }

    /// The figures of a month or week, and the teams that can be looked at.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn measures(&self, scope: &Scope, now: Instant) -> Result<(Sheet, Vec<Team>), DeskError> {
        let desk = self.open()?;
        Ok((desk.measures(scope, now)?, desk.teams()?))
    }

    fn open(&self) -> Result<Desk, StoreError> {
        Ok(self.on(self.store(Access::ReadOnly)?))
    }

    /// The same store, opened again.
    pub(super) fn store(&self, access: Access) -> Result<Store, StoreError> {
        Store::open(&self.path, access)
    }

    /// The desk on a store, with what this one goes by.
    pub(super) fn on(&self, store: Store) -> Desk {
        let desk = Desk::new(store, Arc::clone(&self.policy), self.machine.clone());
        desk.with_library(self.library.clone())
    }

    /// The zone of times that carry none.
    #[must_use]
    pub fn zone(&self) -> chrono_tz::Tz {
        self.policy.zone
    }
}

/// What every action is refused with in the past.
#[must_use]
pub fn over() -> Refusal {
    Refusal::new(RefusalKind::NotAvailable, "This is the desk as it stood; what was done is done.")
        .hint("Go back to the present first.")
}

//! Lists: windows of handoffs, counts, the team and the record, each as far as a screen needs.

use std::path::PathBuf;

use super::Desk;
use crate::domain::ids::PersonId;
use crate::domain::queue::{Count, Edge, Page, Query};
use crate::domain::time::Instant;
use crate::store::{Badges, Entry, StoreError, TeamRow};

impl Desk {
    /// A page of a list.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn window(&self, query: &Query, edge: &Edge, limit: usize) -> Result<Page, StoreError> {
        self.store.window(query, edge, limit)
    }

    /// How many handoffs a list holds; counting stops at `cap` where that would cost more than it tells.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn count(&self, query: &Query, cap: u64) -> Result<Count, StoreError> {
        self.store.count(query, cap)
    }

    /// The counts behind the names of the screens.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn badges(&self, who: Option<PersonId>, now: Instant) -> Result<Badges, StoreError> {
        self.store.badges(who, now, self.policy.zone)
    }

    /// The people with what they carry.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn team(&self, now: Instant) -> Result<Vec<TeamRow>, StoreError> {
        self.store.team(now, self.week_start(now))
    }

    /// The event record of everything, newest first: those before `before`, or the newest.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn activity(&self, before: Option<i64>, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.store.activity(before, limit)
    }

    /// A number that differs after another process has written.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn changed(&self) -> Result<i64, StoreError> {
        self.store.data_version()
    }

    /// The file that is written whenever anybody writes, see [`Store::log`](crate::store::Store::log).
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.store.log()
    }
}

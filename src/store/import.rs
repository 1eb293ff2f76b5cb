//! Drafts into rows: found by their keys, changed where they say something new, left alone where they don't.
//!
//! A chunk is one transaction, so that other desks keep working and a killed import is complete to a chunk; running it
//! again completes it, because a draft that says nothing new writes nothing.

mod accounts;
mod deals;
mod people;
mod signals;

use rusqlite::{Connection, OptionalExtension, params};

use super::gesture::{self, Kind, Stamp};
use super::open::Store;
use super::{StoreError, chain};
use crate::domain::draft::Draft;
use crate::domain::ids::{AccountId, GestureId, HandoffId, PersonId};
use crate::domain::time::Instant;

/// What became of a draft.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// There was none like it.
    New,
    /// It said something new.
    Changed,
    /// It said nothing new, and nothing was written.
    Unchanged,
}

/// What became of a draft, or why it can't be taken in: a sentence.
pub type Fated = Result<Fate, String>;

impl Store {
    /// Takes in some drafts in one transaction.
    ///
    /// # Errors
    /// What the machine failed at; nothing of the chunk was kept then.
    pub fn take_in(&mut self, drafts: &[&Draft], at: Instant) -> Result<Vec<Fated>, StoreError> {
        self.write(|tx| {
            let fates: rusqlite::Result<_> =
                drafts.iter().map(|draft| put(tx, draft, at)).collect();
            Ok::<_, StoreError>(fates?)
        })
    }

    /// Records an import as one gesture.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn record_import(&mut self, stamp: &Stamp<'_>) -> Result<GestureId, StoreError> {
        self.write(|tx| {
            if let Some(done) = stamp.answered(tx)? {
                return Ok(done);
            }
            let head = stamp.head(Kind::Facts, None);
            let gesture = gesture::record(tx, &head, false)?;
            let link = chain::Link {
                handoff: None,
                action: "import",
                stage_from: None,
                stage_to: None,
                note: Some(&stamp.label),
                changes: "[]",
            };
            chain::Chain::end(tx)?.append(tx, gesture, &head, &link)?;
            Ok(gesture)
        })
    }

    /// The account that a draft names, or why there is none.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn account_named(
        &self,
        named: &crate::domain::draft::AccountRef,
    ) -> Result<Result<AccountId, String>, StoreError> {
        self.read(|conn| accounts::find(conn, named))
    }

    /// The person that a draft names, or why there is none.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn person_named(
        &self,
        named: &crate::domain::draft::PersonRef,
    ) -> Result<Result<PersonId, String>, StoreError> {
        self.read(|conn| people::find(conn, named))
    }
}

impl Store {
    /// The handoff that was made from a row with this key.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn handoff_by_key(&self, external: &str) -> Result<Option<HandoffId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached("SELECT handoff FROM handoff_key WHERE external = ?1")?
                .query_row([external], |row| row.get(0))
                .optional()
        })
    }

    /// Keeps the key of the row that a handoff was made from, so that importing it again makes no second one.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn keep_handoff_key(
        &mut self,
        external: &str,
        handoff: HandoffId,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT OR REPLACE INTO handoff_key (external, handoff) VALUES (?1, ?2)",
            )
            .and_then(|mut keep| keep.execute(params![external, handoff]))
            .map_err(StoreError::from)?;
            Ok(())
        })
    }

    /// The open handoff of an account, type and opportunity (`DOMAIN.md 2`: there is at most one).
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn open_handoff(
        &self,
        account: AccountId,
        kind: &str,
        opportunity: Option<&str>,
    ) -> Result<Option<HandoffId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT id FROM handoff WHERE account = ?1 AND kind = ?2 AND open = 1
                     AND coalesce(opportunity, '') = coalesce(?3, '')",
            )?
            .query_row(params![account, kind, opportunity], |row| row.get(0))
            .optional()
        })
    }
}

fn put(conn: &Connection, draft: &Draft, at: Instant) -> rusqlite::Result<Fated> {
    match draft {
        Draft::Account(draft) => accounts::put(conn, draft, at),
        Draft::Contact(draft) => accounts::put_contact(conn, draft),
        Draft::Signal(draft) => signals::put(conn, draft),
        Draft::Person(draft) => people::put(conn, draft),
        Draft::Deal(draft) => deals::put(conn, draft),
        Draft::Handoff(_) => {
            Ok(Err("a handoff is made by the desk, not taken in as it is".to_owned()))
        }
    }
}

/// Writes an account as it is now, with its news and events.
pub(super) fn write_account(
    conn: &Connection,
    account: &crate::domain::account::Account,
) -> rusqlite::Result<()> {
    accounts::write(conn, account, false)
}

/// Takes over what a draft says; what it leaves out stays.
fn take<T: Clone>(target: &mut T, said: Option<&T>) {
    if let Some(said) = said {
        target.clone_from(said);
    }
}

/// As [`take`], where the record may not know it yet.
fn take_some<T: Clone>(target: &mut Option<T>, said: Option<&T>) {
    if said.is_some() {
        *target = said.cloned();
    }
}

fn fate(changed: bool, new: bool) -> Fate {
    match (new, changed) {
        (true, _) => Fate::New,
        (false, true) => Fate::Changed,
        (false, false) => Fate::Unchanged,
    }
}

#[cfg(test)]
mod tests;

//! One account of two: what hangs on the one that goes moves to the survivor, and a trace is kept to take it back.

use rusqlite::{Connection, params};

use super::commit::CommitError;
use super::import::{add_key, write_account};
use super::open::Store;
use super::read::account;
use super::trace::{Fact, Images, Trace, still_named};
use super::{StoreError, StoreErrorKind};
use crate::domain::account::Account;
use crate::domain::ids::{AccountId, GestureId, HandoffId};
use crate::domain::time::Instant;

/// The most contacts of one account; search numbers them.
const MOST_CONTACTS: i64 = 65_535;

/// Two accounts that become one, as they were read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merge {
    /// The survivor.
    pub keep: Account,
    /// The one that goes.
    pub gone: Account,
    /// The survivor after it.
    pub merged: Account,
}

/// How much hangs on an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Hanging {
    /// Its contacts.
    pub contacts: u32,
    /// Its signals.
    pub signals: u32,
    /// Its deals.
    pub deals: u32,
    /// Its handoffs, open and ended.
    pub handoffs: u32,
}

impl Store {
    /// How much hangs on an account.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn hanging_on(&self, account: AccountId) -> Result<Hanging, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT (SELECT count(*) FROM contact WHERE account = ?1),
                        (SELECT count(*) FROM signal WHERE account = ?1),
                        (SELECT count(*) FROM deal WHERE account = ?1),
                        (SELECT count(*) FROM handoff WHERE account = ?1)",
            )?
            .query_row([account], |row| {
                Ok(Hanging {
                    contacts: row.get(0)?,
                    signals: row.get(1)?,
                    deals: row.get(2)?,
                    handoffs: row.get(3)?,
                })
            })
        })
    }

    /// The handoffs of an account, open and ended, by id.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn handoffs_of(&self, account: AccountId) -> Result<Vec<HandoffId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached("SELECT id FROM handoff WHERE account = ?1 ORDER BY id")?
                .query_map([account], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()
        })
    }
}

impl Merge {
    /// Makes one of the two. Their handoffs are moved by the gesture's own changes.
    pub(super) fn carry_out(
        &self,
        conn: &Connection,
        gesture: GestureId,
        at: Instant,
    ) -> Result<(), CommitError> {
        let (keep, gone) = (self.keep.id, self.gone.id);
        if account(conn, keep)?.as_ref() != Some(&self.keep)
            || account(conn, gone)?.as_ref() != Some(&self.gone)
        {
            return Err(CommitError::Apart(format!(
                "{} or {} changed meanwhile; look again before you merge them",
                self.keep.name, self.gone.name
            )));
        }
        // Handoffs follow inside the same transaction.
        conn.pragma_update(None, "defer_foreign_keys", true)?;
        self.keep_trace(conn, gesture)?;
        let last: i64 = conn
            .prepare_cached("SELECT coalesce(max(n), 0) FROM contact WHERE account = ?1")?
            .query_row([keep], |row| row.get(0))?;
        let most: i64 = conn
            .prepare_cached("SELECT coalesce(max(n), 0) FROM contact WHERE account = ?1")?
            .query_row([gone], |row| row.get(0))?;
        if last + most > MOST_CONTACTS {
            return Err(CommitError::Apart(format!(
                "{} and {} have more contacts together than an account can hold (65,535)",
                self.keep.name, self.gone.name
            )));
        }
        conn.prepare_cached("UPDATE contact SET account = ?1, n = n + ?3 WHERE account = ?2")?
            .execute(params![keep, gone, last])?;
        conn.prepare_cached("UPDATE signal SET account = ?1 WHERE account = ?2")?
            .execute([keep, gone])?;
        conn.prepare_cached("UPDATE deal SET account = ?1 WHERE account = ?2")?
            .execute([keep, gone])?;
        conn.prepare_cached("UPDATE alias SET id = ?1 WHERE kind = 'account' AND id = ?2")?
            .execute([keep, gone])?;
        // What the one that stays says itself goes before what the other says.
        conn.prepare_cached(
            "UPDATE OR IGNORE kept SET id = ?1 WHERE kind = 'account' AND id = ?2",
        )?
        .execute([keep, gone])?;
        conn.prepare_cached("DELETE FROM kept WHERE kind = 'account' AND id = ?1")?
            .execute([gone])?;
        conn.prepare_cached("DELETE FROM account WHERE id = ?1")?.execute([gone])?;
        if let Some(table) = still_named(conn, Fact::Account, gone.0, gone.0, &["handoff"])? {
            let rule = format!("a merge doesn't know what to do with {table}");
            return Err(StoreError::bare(StoreErrorKind::Broken(rule)).into());
        }
        write_account(conn, &Account { changed: at, ..self.merged.clone() }, false)?;
        if let Some(key) = &self.gone.external
            && self.merged.external.as_ref() != Some(key)
        {
            add_key(conn, "account", keep.0, key)?;
        }
        Ok(())
    }

    /// What hangs on the one that goes comes first in the trace, so that taking back brings the account before it.
    fn keep_trace(&self, conn: &Connection, gesture: GestureId) -> rusqlite::Result<()> {
        let images = Images::new(conn)?;
        let mut trace = Trace::default();
        for (fact, sql) in [
            (Fact::Contact, "SELECT id FROM contact WHERE account = ?1 ORDER BY id"),
            (Fact::Signal, "SELECT id FROM signal WHERE account = ?1 ORDER BY id"),
            (Fact::Deal, "SELECT id FROM deal WHERE account = ?1 ORDER BY id"),
        ] {
            let ids: Vec<i64> = conn
                .prepare_cached(sql)?
                .query_map([self.gone.id], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for id in ids {
                trace.changes(conn, &images, fact, id)?;
            }
        }
        trace.changes(conn, &images, Fact::Account, self.gone.id.0)?;
        trace.changes(conn, &images, Fact::Account, self.keep.id.0)?;
        trace.write(conn, gesture)
    }
}

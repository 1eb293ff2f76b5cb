//! Many signals at once: what the triggers of each would do is done once, at the end of the transaction.
//!
//! A statement with a trigger keeps every page that it changes as it was, in case it fails half-way; for a row of a few
//! bytes that is some ten times the row. Without one SQLite knows that a single row is written whole or not at all.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::domain::ids::AccountId;

/// While it lives, the connection carries out no triggers.
#[derive(Debug)]
pub(super) struct Quiet<'a>(&'a Connection);

impl<'a> Quiet<'a> {
    /// From now on whoever writes signals says whose they are.
    pub(super) fn begin(conn: &'a Connection) -> rusqlite::Result<Self> {
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        Ok(Self(conn))
    }

    /// Does what the triggers would have done for signals that came to these accounts or went from them.
    pub(super) fn end(self, mut accounts: Vec<AccountId>) -> rusqlite::Result<()> {
        accounts.sort_unstable();
        accounts.dedup();
        let mut insert =
            self.0.prepare_cached("INSERT INTO unjudged VALUES (?1) ON CONFLICT DO NOTHING")?;
        for account in accounts {
            insert.execute([account])?;
        }
        Ok(())
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // It only sets a flag of an open connection, which can't fail.
        drop(self.0.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true));
    }
}

//! A copy of the store that is known to be good before it gets its name. Never a plain copy of the file: that one can
//! lack what was just saved and still look whole.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::check::verify_chain;
use super::error::{StoreError, StoreErrorKind as K};
use super::open::{Store, foreign_copy, publish, verified};
use super::{beside, schema};

/// What a backup holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Backup {
    /// Its size in bytes.
    pub bytes: u64,
    /// Number of accounts.
    pub accounts: u64,
    /// Number of handoffs.
    pub handoffs: u64,
    /// Number of events of the record, each verified.
    pub events: u64,
}

impl Store {
    /// Writes a consistent copy to a new file, readable by its owner only, while others go on working. The copy is
    /// opened and verified before it gets its name.
    ///
    /// # Errors
    /// [`K::Exists`] where there is a file already; [`K::NoFolder`] where there is no folder for it; [`K::Damaged`] where the copy is not sound, because the store is
    /// not; otherwise what the machine failed at. No file is left then.
    pub fn backup(&self, target: &Path) -> Result<Backup, StoreError> {
        if std::fs::symlink_metadata(target).is_ok() {
            return Err(StoreError::new(K::Exists, target));
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(StoreError::new(K::NoFolder, target));
        }
        let partial = beside(target, ".partial");
        // Of a backup that was killed half-way.
        match std::fs::remove_file(&partial) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::from_io(&error, &partial));
            }
            _ => {}
        }
        let done = self.read(|conn| schema::vacuum_into(conn, &partial)).and_then(|()| {
            let backup = verify(&partial)?;
            publish(&partial, target)?;
            Ok(backup)
        });
        if done.is_err() {
            // What failed is told; a leftover that can't be removed is only untidy.
            drop(std::fs::remove_file(&partial));
        }
        done.map_err(|error| error.at(target))
    }
}

/// Opens the copy and looks at all of it.
fn verify(copy: &Path) -> Result<Backup, StoreError> {
    looked_at(verified(copy, Duration::from_secs(1))?, copy)
}

/// The same, of a copy that may be of an older version.
pub(super) fn verify_copy(copy: &Path) -> Result<Backup, StoreError> {
    looked_at(foreign_copy(copy)?, copy)
}

fn looked_at(conn: Connection, copy: &Path) -> Result<Backup, StoreError> {
    let sound: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(StoreError::bare(K::Damaged(sound)));
    }
    let (events, broken) = verify_chain(&conn)?;
    if let Some(first) = broken.into_iter().next() {
        return Err(StoreError::bare(K::Damaged(first)));
    }
    let count = |sql| conn.query_row(sql, [], |row| row.get(0)).map(i64::unsigned_abs);
    let accounts = count("SELECT count(*) FROM account")?;
    let handoffs = count("SELECT count(*) FROM handoff")?;
    drop(conn);
    let bytes = std::fs::metadata(copy).map_err(|error| StoreError::from_io(&error, copy))?.len();
    Ok(Backup { bytes, accounts, handoffs, events })
}

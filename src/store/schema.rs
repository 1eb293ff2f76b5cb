//! The store's form and its versions. Migrations are append-only: a released one is never edited.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use super::error::{StoreError, StoreErrorKind};
use super::{beside, sync_folder};

/// `HOFF`: tells our files from those of other programs.
pub(super) const APPLICATION_ID: i32 = 0x484F_4646;

/// Copies made before a migration that are kept.
const COPIES: usize = 3;

static STEPS: &[M<'static>] = &[M::up(include_str!("../../assets/migrations/0001_desk.sql"))];

/// The version of the newest form, the number of migrations.
pub(super) fn newest() -> i64 {
    STEPS.len() as i64
}

/// All migrations.
pub(super) const fn migrations() -> Migrations<'static> {
    Migrations::from_slice(STEPS)
}

/// The version of the store's form.
pub(super) fn version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the store up to the last of `steps`, after a copy of it if it holds anything yet. All steps are one
/// transaction, so that a kill leaves the old form or the new one.
pub(super) fn migrate(
    conn: &mut Connection,
    path: &Path,
    steps: &Migrations<'_>,
    last: i64,
) -> Result<(), StoreError> {
    let before = version(conn)?;
    if before == last {
        return Ok(());
    }
    if before > 0 {
        copy(conn, path, before)?;
    }
    conn.set_transaction_behavior(TransactionBehavior::Immediate);
    let done = steps.to_latest(conn);
    conn.set_transaction_behavior(TransactionBehavior::Deferred);
    match done {
        Ok(()) => Ok(()),
        // Another desk may have come first while this one waited for the lock.
        Err(_) if version(conn)? == last => Ok(()),
        Err(rusqlite_migration::Error::RusqliteError { err, .. }) => Err(err.into()),
        Err(other) => Err(StoreError::bare(StoreErrorKind::Broken(other.to_string()))),
    }
}

/// Copies the store to `STORE.vN.bak` and forgets all but the last three such copies.
fn copy(conn: &Connection, path: &Path, version: i64) -> Result<(), StoreError> {
    let target = beside(path, &format!(".v{version}.bak"));
    let partial = beside(path, &format!(".v{version}.partial"));
    let failed = |error: std::io::Error| StoreError::from_io(&error, &partial);
    match std::fs::remove_file(&partial) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    vacuum_into(conn, &partial)?;
    std::fs::rename(&partial, &target).map_err(failed)?;
    sync_folder(&target).map_err(failed)?;
    for old in copies(path).into_iter().rev().skip(COPIES) {
        std::fs::remove_file(old).map_err(failed)?;
    }
    Ok(())
}

/// Writes a consistent copy to a new private file and syncs it. SQLite takes an existing file of no bytes as target,
/// which is how the copy gets its mode before the first byte.
pub(super) fn vacuum_into(conn: &Connection, target: &Path) -> Result<(), StoreError> {
    let failed = |error: std::io::Error| StoreError::from_io(&error, target);
    let Some(name) = target.to_str() else {
        return Err(StoreError::new(StoreErrorKind::CannotOpen, target));
    };
    private_file(target).map_err(failed)?;
    // A reader may not write to any file, not even to another than its own.
    let reader: bool = conn.pragma_query_value(None, "query_only", |row| row.get(0))?;
    conn.pragma_update(None, "query_only", false)?;
    let made =
        conn.execute("VACUUM INTO ?1", [name]).map_err(|error| StoreError::from(error).at(target));
    conn.pragma_update(None, "query_only", reader)?;
    let synced =
        made.and_then(|_| File::open(target).and_then(|file| file.sync_all()).map_err(failed));
    if synced.is_err() {
        // What failed is told; a leftover that can't be removed is only untidy.
        drop(std::fs::remove_file(target));
    }
    synced
}

/// A new file of no bytes, readable by its owner only whatever the umask.
pub(super) fn private_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

/// Copies made before migrations, oldest version first.
fn copies(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<(i64, PathBuf)> = Vec::new();
    let (Some(folder), Some(name)) =
        (path.parent(), path.file_name().and_then(|name| name.to_str()))
    else {
        return Vec::new();
    };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let file = entry.file_name();
        let number = file.to_str().and_then(|file| {
            file.strip_prefix(name)?.strip_prefix(".v")?.strip_suffix(".bak")?.parse::<i64>().ok()
        });
        found.extend(number.map(|number| (number, entry.path())));
    }
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

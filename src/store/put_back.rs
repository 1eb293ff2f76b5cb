//! Going back to a backup: what is there now is put aside, never overwritten, and only while nobody has it open.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::backup::{Backup, verify_copy};
use super::error::{StoreError, StoreErrorKind as K};
use super::open::{Store, alone, foreign_copy, publish, sole};
use super::place::{Place, identity_at};
use super::{beside, schema};
use crate::domain::time::Instant;

/// What a backup was put in the place of, and what it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutBack {
    /// What the store holds now.
    pub backup: Backup,
    /// Where the store that stood there before is kept; none where there was none.
    pub aside: Option<PathBuf>,
}

/// What stands in the place of the store.
enum There {
    Nothing,
    /// A store that opens and is sound, held so that no other desk can open it.
    Good(#[expect(dead_code, reason = "held for its lock")] Connection),
    /// A file that is of no use as a store.
    Bad,
}

impl Store {
    /// Puts a verified copy of a backup in the place of the store at `path`. What is there is renamed, with what lies
    /// beside it, to `PATH.before-TIME`; a good store only where `force` says so.
    ///
    /// # Errors
    /// [`K::Good`] where a good store is there and `force` is not given; [`K::Exists`] where the two are the same file; [`K::Busy`] where a desk has it open; what is
    /// wrong with the backup; otherwise what the machine failed at. The store is then as it was.
    pub fn put_back(
        backup: &Path,
        path: &Path,
        force: bool,
        now: Instant,
    ) -> Result<PutBack, StoreError> {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let path = real.as_path();
        let from = Place::look(backup, schema::newest())?;
        if identity_at(path).is_some_and(|there| there == from.held.identity()) {
            return Err(StoreError::new(K::Exists, path));
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
            && !folder.is_dir()
        {
            return Err(StoreError::new(K::NoFolder, path));
        }
        let draft = beside(path, &format!(".restore-{}", std::process::id()));
        let tidy = || {
            for leftover in ["", "-wal", "-shm", "-journal"] {
                // Only there when something failed, which is told already.
                drop(std::fs::remove_file(beside(&draft, leftover)));
            }
        };
        tidy();
        let done = (|| {
            let source = foreign_copy(&from.path)?;
            schema::vacuum_into(&source, &draft)?;
            drop(source);
            let backup = verify_copy(&draft)?;
            let aside = swap_in(&draft, path, force, now)?;
            Ok(PutBack { backup, aside })
        })();
        // Where nobody knows how it stands, the draft may be what was there before.
        if !done.as_ref().is_err_and(StoreError::is_unknown) {
            tidy();
        }
        done.map_err(|error: StoreError| error.at(path))
    }
}

/// What is in the place of the store, and whether it may be put aside. Nothing of it is changed but that a good one has
/// all of it in one file afterwards.
fn look_at(path: &Path, force: bool) -> Result<There, StoreError> {
    let sound = Place::look(path, schema::newest()).and_then(|place| {
        let conn = foreign_copy(&place.path)?;
        Ok(conn.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))?)
    });
    match sound {
        Ok(sound) if sound == "ok" && force => return sole(path).map(There::Good),
        Ok(sound) if sound == "ok" => return Err(StoreError::new(K::Good, path)),
        Ok(_) => {}
        Err(error) => match error.kind {
            K::Missing => return Ok(There::Nothing),
            K::Damaged(_) | K::Empty | K::Broken(_) => {}
            // Not ours to move without a word, and another program's not at all.
            K::NotADatabase | K::Newer { .. } if force => {}
            _ => return Err(error),
        },
    }
    // A desk that has it open all the same is not robbed of it.
    match alone(path) {
        Err(error) if error.kind == K::Busy => Err(error),
        _ => Ok(There::Bad),
    }
}

/// Puts a whole new store in the place of what is at `path`, which gets another name with what lies beside it; gives that
/// name. At every moment there is one of the two under `path`.
///
/// # Errors
/// [`K::Good`] where a good store is there and `force` is not given; [`K::Busy`] where a desk has it open; otherwise what
/// the machine failed at: [`K::Unknown`] where the new store may be in its place, and what was there under the draft's
/// name.
pub(super) fn swap_in(
    draft: &Path,
    path: &Path,
    force: bool,
    now: Instant,
) -> Result<Option<PathBuf>, StoreError> {
    let failed = |error: std::io::Error| StoreError::from_io(&error, path);
    // Until it is dropped nobody can write to a good store that is put aside.
    let there = look_at(path, force)?;
    let aside = aside_name(path, now);
    // A log without its store is put aside too: beside another store it would be taken for that one's.
    let mut moved = false;
    // That of a good one, which is held, goes with its connection.
    let beside_it: &[&str] = match there {
        There::Good(_) => &[],
        There::Nothing | There::Bad => &["-wal", "-shm", "-journal"],
    };
    for part in beside_it {
        moved |= renamed(&beside(path, part), &beside(&aside, part)).map_err(failed)?;
    }
    if std::fs::symlink_metadata(path).is_err() {
        publish(draft, path)?;
    } else {
        moved = true;
        match renameat_with(CWD, draft, CWD, path, RenameFlags::EXCHANGE) {
            Ok(()) => {
                if let Err(error) = std::fs::rename(draft, &aside) {
                    // What was there has the draft's name now, and gets its own back.
                    return Err(
                        match renameat_with(CWD, draft, CWD, path, RenameFlags::EXCHANGE) {
                            Ok(()) => failed(error),
                            Err(_) => StoreError::unknown(&error, path),
                        },
                    );
                }
            }
            // A file system without such a rename.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                std::fs::rename(path, &aside).map_err(failed)?;
                if let Err(error) = publish(draft, path) {
                    if !error.is_unknown() {
                        drop(std::fs::rename(&aside, path));
                    }
                    return Err(error);
                }
            }
            Err(error) => return Err(failed(error.into())),
        }
    }
    super::sync_folder(path).map_err(|error| StoreError::unknown(&error, path))?;
    drop(there);
    Ok(moved.then_some(aside))
}

/// Renames a file; false where there is none.
fn renamed(from: &Path, to: &Path) -> std::io::Result<bool> {
    match std::fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The name that what is at `path` gets, which nothing has yet.
fn aside_name(path: &Path, now: Instant) -> PathBuf {
    let stem = format!(".before-{}", now.utc().format("%Y%m%dT%H%M%SZ"));
    let free = |name: &Path| {
        ["", "-wal"].iter().all(|part| std::fs::symlink_metadata(beside(name, part)).is_err())
    };
    let mut name = beside(path, &stem);
    let mut n = 1;
    while !free(&name) {
        n += 1;
        name = beside(path, &format!("{stem}-{n}"));
    }
    name
}

/// Says no at once where [`swap_in`] would in the end.
pub(super) fn may_swap(path: &Path, force: bool) -> Result<(), StoreError> {
    look_at(path, force).map(drop)
}

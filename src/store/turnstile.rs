//! Fairness between desks that write at once: two locks on files beside the store, taken in turn. SQLite's own waiting
//! lets newcomers overtake those who wait long: among eight writers on a slow disk somebody waits five seconds and more,
//! with the turnstile half a second at most.
//!
//! It is fairness only, never correctness: whoever waits too long goes on without it, and `BEGIN IMMEDIATE` decides.

use std::fs::{File, OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

use super::beside;

/// After this long somebody else's lock is no longer waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// The two side files: `STORE.next` for who waits first, `STORE.write` for who writes.
#[derive(Debug)]
pub(super) struct Turnstile {
    next: PathBuf,
    write: PathBuf,
}

/// A turn; it ends when dropped, or when the process does: closing the file lets go of its lock. None for whoever went
/// on without.
#[derive(Debug)]
pub(super) struct Turn {
    _write: Option<File>,
}

impl Turnstile {
    /// The turnstile of the store at `path`.
    pub(super) fn beside(path: &Path) -> Self {
        Self { next: beside(path, ".next"), write: beside(path, ".write") }
    }

    /// Whether nobody writes or waits to.
    pub(super) fn is_free(&self) -> bool {
        let free = |path| {
            open(path).is_ok_and(|file| lock(&file, FlockOperation::NonBlockingLockExclusive))
        };
        free(&self.next) && free(&self.write)
    }

    /// Waits for its turn, at most two seconds.
    pub(super) fn enter(&self) -> Turn {
        let turn = |write| Turn { _write: write };
        let (Ok(next), Ok(write)) = (open(&self.next), open(&self.write)) else {
            return turn(None);
        };
        if lock(&next, FlockOperation::NonBlockingLockExclusive)
            && lock(&write, FlockOperation::NonBlockingLockExclusive)
        {
            return turn(Some(write));
        }
        // Only a lock that is waited for in the kernel comes in order, and such a wait has no end of its own: another
        // thread does the waiting. Where nobody listens any more, what it got is closed again.
        let (came, turns) = sync_channel(0);
        let waiter = std::thread::Builder::new().name("turnstile".into()).spawn(move || {
            if lock(&next, FlockOperation::LockExclusive)
                && lock(&write, FlockOperation::LockExclusive)
            {
                drop(next);
                drop(came.send(write));
            }
        });
        turn(waiter.ok().and_then(|_| turns.recv_timeout(PATIENCE).ok()))
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

fn lock(file: &File, how: FlockOperation) -> bool {
    loop {
        match flock(file, how) {
            Err(Errno::INTR) => {}
            done => return done.is_ok(),
        }
    }
}

//! Fairness between desks that write at once: two locks on files beside the store, taken in turn. SQLite's own waiting
//! lets newcomers overtake those who wait long; with the turnstile the worst wait among eight writers is a twentieth.
//!
//! It is fairness only, never correctness: whoever waits too long goes on without it, and `BEGIN IMMEDIATE` decides.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

use super::beside;

/// After this long somebody else's lock is no longer waited for.
const PATIENCE: Duration = Duration::from_secs(2);
const LONGEST_NAP: Duration = Duration::from_millis(2);
const SHORTEST_NAP: Duration = Duration::from_micros(200);

/// The two side files: `STORE.next` for who waits first, `STORE.write` for who writes.
#[derive(Debug)]
pub(super) struct Turnstile {
    next: File,
    write: File,
}

/// A turn; it ends when dropped, or when the process does.
#[derive(Debug)]
pub(super) struct Turn<'a>(Option<&'a File>);

impl Turnstile {
    /// The turnstile of the store at `path`. None where the side files can't be made: writing then works without.
    pub(super) fn beside(path: &Path) -> Option<Self> {
        let open = |suffix| {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
                .open(beside(path, suffix))
                .ok()?;
            file.set_permissions(std::fs::Permissions::from_mode(0o600)).ok()?;
            Some(file)
        };
        Some(Self { next: open(".next")?, write: open(".write")? })
    }

    /// Waits for its turn, at most two seconds in all.
    pub(super) fn enter(&self) -> Turn<'_> {
        let mut left = PATIENCE;
        let waiting = wait(&self.next, &mut left);
        let turn = wait(&self.write, &mut left);
        if waiting {
            unlock(&self.next);
        }
        Turn(turn.then_some(&self.write))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(file) = self.0 {
            unlock(file);
        }
    }
}

fn unlock(file: &File) {
    let _gone_with_the_process_anyway = flock(file, FlockOperation::Unlock);
}

/// Naps get shorter the longer one waits, so that who waits longest looks most often and overtaking is rare.
fn wait(file: &File, left: &mut Duration) -> bool {
    let mut nap = LONGEST_NAP;
    loop {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return true,
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                if left.is_zero() {
                    return false;
                }
                std::thread::sleep(nap);
                *left = left.saturating_sub(nap);
                nap = (nap * 15 / 16).max(SHORTEST_NAP);
            }
            Err(_) => return false,
        }
    }
}

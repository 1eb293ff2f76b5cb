//! The desk as it stood: made beside the work of the desk, on a private copy that goes with its value.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::desk::{Desk, Elsewhere};
use crate::domain::text::safe;
use crate::domain::time::Instant;
use crate::platform::scratch::Scratch;
use crate::tui::effect::Ticket;

/// The desk as it stood at a moment.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) desk: Desk,
    pub(super) at: Instant,
    // It goes after the desk that reads it.
    _folder: Scratch,
}

/// Where somebody went: to the past, or, with none, back to the present.
#[derive(Debug)]
pub(super) struct Went {
    pub(super) ticket: Ticket,
    pub(super) past: Result<Option<Past>, String>,
}

/// How many can be on their way at once: those that were called off are finished all the same.
const MOST: u64 = 16;

/// Folders of one process must differ, or the second would take the first one's away.
static MADE: AtomicU64 = AtomicU64::new(0);

/// Makes the desk as it stood, in a folder of its own below `below`.
///
/// # Errors
/// A sentence.
pub(super) fn go(from: &Elsewhere, at: Instant, below: &Path) -> Result<Past, String> {
    let purpose = format!("as-of-{}", MADE.fetch_add(1, Ordering::Relaxed) % MOST);
    let folder = Scratch::new(below, &purpose).map_err(|error| {
        let error = error.to_string();
        format!("There is no place for the desk as it stood: {}.", safe(&error))
    })?;
    let desk = from.as_of(at, &folder.path().join("handoff.db"));
    let desk = desk.map_err(|error| super::work::sentence(&error.into()))?;
    Ok(Past { desk, at, _folder: folder })
}

//! Where facts are kept: one SQLite file. The only folder that knows SQL; it returns domain types.
//!
//! A [`Store`] is one connection. A process has one that writes and as many readers as it likes; desks in other
//! processes have their own. Every write is one transaction that also appends to the event record (`commit`).
//!
//! While a store is open, nothing may open its file, its `-wal` or its `-shm` with plain file calls in this process:
//! closing such a file drops SQLite's locks, and another desk's saved work with them.

mod accounts;
mod adoption;
mod alike;
mod backup;
mod batch;
mod bulk;
mod chain;
mod check;
mod commit;
mod convert;
mod counts;
mod counts_anew;
mod error;
mod escalation;
mod evaluation;
mod export;
mod gesture;
mod given;
mod history;
mod import;
mod kept;
mod listing;
mod measure;
mod merge;
mod moment;
mod open;
mod outcomes;
mod past;
mod place;
mod put_back;
mod read;
mod record;
mod repair;
mod rows;
mod rules;
mod schema;
mod sql;
mod team;
mod terms;
#[cfg(test)]
mod testing;
mod trace;
mod turnstile;
mod verdicts;
mod window;
mod write_people;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use adoption::{Adoption, NewAdoption};
pub use alike::{Alike, Likeness, Named};
pub use backup::Backup;
pub use bulk::Bulk;
pub use check::{Checked, Finding};
pub use commit::{CommitError, Committed, Item, Room, Write};
pub use counts::Badges;
pub use error::{StoreError, StoreErrorKind};
pub use escalation::{Escalate, Running, Told};
pub use evaluation::{Judged, Span};
pub use export::{ExportError, RestoreError, Restored, restore};
pub use gesture::{Machine, Stamp};
pub use history::{Entry, Event, Gesture};
pub use import::{Attachment, Fate, Fated, Import, Label, Unattached};
pub use kept::Stands;
pub use listing::Listed;
pub use measure::{Cut, Groups, Raised, Seen};
pub use merge::{Hanging, Merge};
pub use open::{Access, Store};
pub use past::Past;
pub use put_back::PutBack;
pub use repair::Repaired;
pub use team::TeamRow;
pub use verdicts::{Look, Looked};
pub use write_people::PersonEdit;

/// The path with something added to its file name: `desk.db` and `.next` give `desk.db.next`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes a rename in the folder of `path` last.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;

//! What the machine failed at, in a sentence that says what, where and what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rustix::io::Errno;

/// The machine failed: the disk, the file, another program. Nothing was saved unless it says so.
#[derive(Debug)]
pub struct StoreError {
    /// What failed, for programs.
    pub kind: StoreErrorKind,
    place: Option<PathBuf>,
    source: Option<rusqlite::Error>,
}

/// What failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoreErrorKind {
    /// There is no such file.
    Missing,
    /// There is no such folder for a new file.
    NoFolder,
    /// There is a file already where a new one was to be.
    Exists,
    /// A good store where a backup was to be put.
    Good,
    /// A file of no bytes, which SQLite would take for a new database.
    Empty,
    /// Something that is no regular file, by name.
    NotAFile(&'static str),
    /// A file with several names, of which SQLite's locks would see only one.
    HardLinked(u64),
    /// A file that others can read or change, with its mode.
    Loose(u32),
    /// On a network file system, by name, where locks do not hold.
    Network(&'static str),
    /// No database.
    NotADatabase,
    /// Another program's database, with its application id.
    Foreign(i32),
    /// Written by a newer Handoff Desk.
    Newer {
        /// The store's version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// Damaged, and how.
    Damaged(String),
    /// It cannot be written, and why.
    ReadOnly(String),
    /// It may not be opened or made.
    Denied,
    /// The disk is full.
    Full,
    /// Another program did not let go in time.
    Busy,
    /// The process may not open more files, or the folder is gone.
    CannotOpen,
    /// The file was replaced while it was open.
    Replaced,
    /// The disk failed, and how.
    Disk(String),
    /// The disk failed so that nobody can say whether the last write is there, and how.
    Unknown(String),
    /// A rule of the store said no, and which: a mistake of the program.
    Broken(String),
    /// The SQLite library is one that can lose committed data.
    OldSqlite(&'static str),
}

impl StoreError {
    /// An error of a kind at a place.
    pub fn new(kind: StoreErrorKind, place: &Path) -> Self {
        Self { kind, place: Some(place.to_owned()), source: None }
    }

    /// An error without a place yet.
    pub(super) const fn bare(kind: StoreErrorKind) -> Self {
        Self { kind, place: None, source: None }
    }

    /// The same as what a commit failed at: after a failure of the disk nobody can say whether it is there.
    pub(super) fn in_doubt(mut self) -> Self {
        if let StoreErrorKind::Disk(how) = self.kind {
            self.kind = StoreErrorKind::Unknown(how);
        }
        self
    }

    /// What a file call failed at.
    pub(super) fn from_io(error: &std::io::Error, place: &Path) -> Self {
        use std::io::ErrorKind as E;
        let kind = match error.kind() {
            E::NotFound => StoreErrorKind::Missing,
            E::AlreadyExists => StoreErrorKind::Exists,
            E::PermissionDenied => StoreErrorKind::Denied,
            E::StorageFull | E::QuotaExceeded | E::FileTooLarge => StoreErrorKind::Full,
            E::ReadOnlyFilesystem => {
                StoreErrorKind::ReadOnly("its file system is read-only".into())
            }
            E::NotADirectory => StoreErrorKind::Missing,
            _ => match rustix::io::Errno::from_io_error(error) {
                Some(Errno::MFILE | Errno::NFILE) => StoreErrorKind::CannotOpen,
                Some(Errno::LOOP) => StoreErrorKind::NotAFile("a link that leads back to itself"),
                _ => StoreErrorKind::Disk(error.to_string()),
            },
        };
        Self::new(kind, place)
    }

    /// What a file call failed at after which nobody can say how it stands.
    pub(super) fn unknown(error: &std::io::Error, place: &Path) -> Self {
        Self::new(StoreErrorKind::Unknown(error.to_string()), place)
    }

    /// Whether nobody can say if what was to be done is done.
    pub(super) const fn is_unknown(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Unknown(_))
    }

    /// The same, at a place, where none was known.
    #[must_use]
    pub(super) fn at(mut self, place: &Path) -> Self {
        self.place.get_or_insert_with(|| place.to_owned());
        self
    }

    /// True when the same request may succeed in a moment without anything being repaired.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self.kind,
            StoreErrorKind::Full | StoreErrorKind::Busy | StoreErrorKind::CannotOpen
        )
    }

    /// What failed and where, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        use StoreErrorKind as K;
        let place = self.place();
        let the = match &self.place {
            Some(_) => format!("The store at {place}"),
            None => "The store".to_owned(),
        };
        match &self.kind {
            K::NoFolder => format!("There is no folder for {place}."),
            K::Missing => format!("There is no store at {place}."),
            K::Exists => format!("There is a file at {place} already."),
            K::Good => format!("There is a good store at {place}, and it was left as it is."),
            K::Empty => format!("{place} is an empty file, not a store."),
            K::NotAFile(what) => format!("{place} is {what}, not a store."),
            K::HardLinked(names) => {
                format!(
                    "{place} has {names} names (hard links), which breaks the locks that keep it safe."
                )
            }
            K::Loose(mode) => {
                format!("{place} can be read or changed by others (mode {:04o}).", mode & 0o7777)
            }
            K::Network(name) => {
                format!(
                    "{place} is on a network file system ({name}), where the locks that keep it safe do not hold."
                )
            }
            K::NotADatabase => format!("{place} is not a Handoff Desk store."),
            K::Foreign(id) => {
                format!("{place} belongs to another program (application id {id:#010x}).")
            }
            K::Newer { found, known } => format!(
                "{place} was written by a newer Handoff Desk (store version {found}, this program knows {known})."
            ),
            K::Damaged(how) => format!("{the} is damaged: {how}."),
            K::ReadOnly(why) => format!("{the} is read-only: {why}."),
            K::Denied => format!("You may not open {place}."),
            K::Full => format!("The disk that holds {place} is full: not saved."),
            K::Busy => {
                format!("Another program is holding {place} and did not let go in time: not saved.")
            }
            K::CannotOpen => {
                format!("{place} cannot be opened: its folder is gone, or too many files are open.")
            }
            K::Replaced => {
                format!("{place} was replaced or removed while the desk had it open: not saved.")
            }
            K::Disk(how) => format!("The disk that holds {place} failed ({how}): not saved."),
            K::Unknown(how) => {
                format!(
                    "The disk that holds {place} failed ({how}): whether it was saved is not known."
                )
            }
            K::Broken(rule) => {
                format!("{the} refused the change ({rule}): not saved.")
            }
            K::OldSqlite(version) => {
                format!("This program was built with SQLite {version}, which can lose saved data.")
            }
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        use StoreErrorKind as K;
        let place = self.place();
        match &self.kind {
            K::NoFolder => "Make the folder first, or name another place.".into(),
            K::Missing => "Check --store and HANDOFF_STORE.".into(),
            K::Exists => "Choose another name; nothing was overwritten.".into(),
            K::Good => {
                "--force puts the backup in its place and keeps what is there under another name."
                    .into()
            }
            K::Empty => {
                "Put a backup in its place with handoff restore FILE, or delete it to start a new store there.".into()
            }
            K::NotAFile(_) | K::NotADatabase | K::Foreign(_) => {
                "Nothing was changed; name the store with --store FILE.".into()
            }
            K::HardLinked(_) => "Remove the other names of the file.".into(),
            K::Loose(_) => format!("Make it private with: chmod 600 '{place}'"),
            K::Network(_) => "Keep the store on a local disk.".into(),
            K::Newer { .. } => "Update Handoff Desk; nothing was changed.".into(),
            K::Damaged(_) => {
                "Put a backup in its place with handoff restore FILE; handoff doctor tells the extent. Nothing was changed."
                    .into()
            }
            K::ReadOnly(_) => "Make the file and its folder writable, then start again.".into(),
            K::Denied => "Ask its owner, or name another store with --store FILE.".into(),
            K::Full => "Free some space and try again.".into(),
            K::Busy => "Close other programs that have the store open, then try again.".into(),
            K::CannotOpen => {
                "Check the folder and the limit that ulimit -n shows, then try again.".into()
            }
            K::Replaced => "Start the desk again.".into(),
            K::Disk(_) => {
                "Check the disk before you go on; make a backup elsewhere with handoff backup FILE."
                    .into()
            }
            K::Unknown(_) => {
                "Look before you try again; what was saved is not applied twice.".into()
            }
            K::Broken(_) => "Run handoff doctor, and report this.".into(),
            K::OldSqlite(_) => "Build it again with its own locked dependencies.".into(),
        }
    }

    fn place(&self) -> String {
        self.place
            .as_deref()
            .map_or_else(|| "the store".into(), |place| place.display().to_string())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sentence(), self.hint())
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

/// Which machine failure an SQLite error is. Its text is kept out of sentences where it could hold values.
impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use StoreErrorKind as K;
        let kind = match &error {
            rusqlite::Error::SqliteFailure(failure, text) => {
                let text = || text.clone().unwrap_or_else(|| failure.to_string());
                match failure.code {
                    ErrorCode::DiskFull => K::Full,
                    ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => K::Busy,
                    ErrorCode::ReadOnly => K::ReadOnly("it cannot be written".into()),
                    ErrorCode::DatabaseCorrupt => K::Damaged("a part of it cannot be read".into()),
                    ErrorCode::NotADatabase => K::NotADatabase,
                    ErrorCode::CannotOpen => K::CannotOpen,
                    ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => {
                        K::Denied
                    }
                    ErrorCode::ConstraintViolation => K::Broken(text()),
                    // The shared-memory file cannot grow: on a full disk this is how opening fails.
                    ErrorCode::SystemIoFailure if failure.extended_code == IOERR_SHMSIZE => K::Full,
                    ErrorCode::SystemIoFailure => {
                        K::Disk(format!("I/O error {}", failure.extended_code))
                    }
                    _ => K::Broken(text()),
                }
            }
            rusqlite::Error::FromSqlConversionFailure(_, _, cause) => K::Damaged(cause.to_string()),
            rusqlite::Error::InvalidColumnType(_, column, _)
            | rusqlite::Error::InvalidColumnName(column) => {
                K::Damaged(format!("column {column} holds what it should not"))
            }
            rusqlite::Error::IntegralValueOutOfRange(column, value) => {
                K::Damaged(format!("column {column} holds {value}, which is out of range"))
            }
            other => K::Broken(other.to_string()),
        };
        Self { kind, place: None, source: Some(error) }
    }
}

/// `SQLITE_IOERR_SHMSIZE`.
const IOERR_SHMSIZE: i32 = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

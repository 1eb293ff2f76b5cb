//! Opening: the file is looked at, then SQLite is, and only then may it be written (RELIABILITY c2).

use std::cell::Cell;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::error::{StoreError, StoreErrorKind as K};
use super::place::{Held, Place, identity_at};
use super::rules::Rules;
use super::team::Remembered;
use super::turnstile::Turnstile;
use super::{beside, measure, schema, sync_folder};

/// The oldest SQLite without the bug that lets a checkpoint race a commit and lose it.
const SAFE_SQLITE: i32 = 3_051_003;

/// How long a locked file is waited for.
pub(super) const WAIT: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// It writes.
    ReadWrite,
    /// It only reads.
    ReadOnly,
}

/// One connection to the store. Dropping it in the middle of a write rolls the write back.
#[derive(Debug)]
pub struct Store {
    // The order matters: the connection is closed before the file is let go.
    conn: Connection,
    turnstile: Turnstile,
    held: Held,
    path: PathBuf,
    access: Access,
    read_only: Option<ReadOnly>,
    /// Why the connection was let go; the next write opens another.
    lost: Option<K>,
    wait: Duration,
    /// What the policy's disposition codes require; kept in the store with the next write under it.
    pub(super) rules: Option<Rules>,
    log: Log,
    /// What everybody carries, as it was read last.
    pub(super) carried: Remembered,
}

impl Store {
    /// Opens the store at `path`. Where the file cannot be written (read-only, full disk) the store is opened for
    /// reading and says why in [`Store::read_only`].
    ///
    /// # Errors
    /// A sentence for everything that is no store of ours, each its own; the file is then untouched.
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        Self::open_waiting(path, access, WAIT)
    }

    /// The same, waiting so long for a locked file.
    pub(super) fn open_waiting(
        path: &Path,
        access: Access,
        wait: Duration,
    ) -> Result<Self, StoreError> {
        sqlite_is_safe()?;
        let place = Place::look(path, schema::newest())?;
        let refuse = |kind| Err(StoreError::new(kind, &place.path));
        let writable_by_owner = place.mode & 0o200 != 0;
        if access == Access::ReadWrite {
            if let Some(name) = place.network {
                return refuse(K::Network(name));
            }
            if writable_by_owner && place.mode & 0o077 != 0 {
                return refuse(K::Loose(place.mode));
            }
        }
        let opened = if writable_by_owner {
            connect(&place.path, access, wait).map(|conn| (conn, None))
        } else {
            Err(StoreError::bare(K::ReadOnly(format!("its mode is {:04o}", place.mode & 0o7777))))
        };
        let (conn, read_only) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                look_only(&place.path, wait, error).map_err(|error| error.at(&place.path))?
            }
        };
        let turnstile = Turnstile::beside(&place.path);
        Ok(Self {
            conn,
            turnstile,
            held: place.held,
            path: place.path,
            access,
            read_only,
            lost: None,
            wait,
            rules: None,
            log: Log::default(),
            carried: Remembered::default(),
        })
    }

    /// Makes a new store at `path`, with the folders above it, all of them private, and opens it for writing.
    /// The file appears under its name only when it is whole.
    ///
    /// # Errors
    /// [`K::Exists`] where there is a file already; otherwise what the machine failed at.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        sqlite_is_safe()?;
        let failed = |error: std::io::Error| StoreError::from_io(&error, path);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(failed)?;
        }
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(StoreError::new(K::Exists, path));
        }
        let draft = beside(path, &format!(".new-{}", std::process::id()));
        let made = make(&draft).and_then(|()| publish(&draft, path));
        for leftover in ["", "-wal", "-shm", "-journal"] {
            // Only there when something failed, which is told already.
            drop(std::fs::remove_file(beside(&draft, leftover)));
        }
        made.map_err(|error| error.at(path))?;
        Self::open(path, Access::ReadWrite)
    }

    /// Opens the store for writing, or makes it where there is none.
    ///
    /// # Errors
    /// As for [`Store::open`] and [`Store::create`].
    pub fn open_or_create(path: &Path) -> Result<Self, StoreError> {
        match Self::open(path, Access::ReadWrite) {
            Err(error) if error.kind == K::Missing => match Self::create(path) {
                Err(error) if error.kind == K::Exists => Self::open(path, Access::ReadWrite),
                made => made,
            },
            opened => opened,
        }
    }

    /// The real path of its file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that is written whenever anybody writes the store, for being told of that. It is never opened.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        beside(&self.path, "-wal")
    }

    /// Why it can only be read, where it was opened for writing and can't be.
    #[must_use]
    pub fn read_only(&self) -> Option<&str> {
        self.read_only.as_ref().map(|read_only| read_only.why.as_str())
    }

    /// Tries again to write where [`Store::read_only`] says why not; true when that is over.
    ///
    /// # Errors
    /// What now keeps it from being opened at all.
    pub fn recover(&mut self) -> Result<bool, StoreError> {
        if self.read_only.is_some() || self.lost.is_some() {
            self.reopen()?;
        }
        Ok(self.read_only.is_none())
    }

    /// Stops waiting for the disk after each write, or waits for all that was written and goes back to waiting after
    /// each. Only for filling a store that is worth nothing half-filled, such as the demo's: a power cut in between may
    /// lose all of it.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn wait_for_disk(&mut self, wait: bool) -> Result<(), StoreError> {
        let how = if wait {
            "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);"
        } else {
            "PRAGMA synchronous = OFF;"
        };
        self.conn.execute_batch(how).map_err(|error| StoreError::from(error).at(&self.path))
    }

    /// Keeps so many pages of the file in memory while much of it is read, or as few as usual again.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn read_much(&self, much: bool) -> Result<(), StoreError> {
        // In KiB, as SQLite wants it: negative.
        let size = if much { -65_536 } else { -2_000 };
        self.read(|conn| conn.pragma_update(None, "cache_size", size))
    }

    /// Lets it only be read from now on.
    pub(super) fn only_read(&mut self) -> Result<(), StoreError> {
        self.access = Access::ReadOnly;
        self.read(|conn| conn.pragma_update(None, "query_only", true))
    }

    fn reopen(&mut self) -> Result<(), StoreError> {
        // The old connection may hold the file for itself, so it goes first.
        self.conn = Connection::open_in_memory()?;
        match Self::open_waiting(&self.path, self.access, self.wait) {
            Ok(fresh) => {
                let (rules, log) = (self.rules.take(), self.log);
                *self = Self { rules, log, ..fresh };
                Ok(())
            }
            Err(error) => {
                self.lost = Some(error.kind.clone());
                Err(error)
            }
        }
    }

    /// Settles the outcome of a write that failed. After a failure of the disk it is not known, and the connection is
    /// not to be trusted: a new one looks whether the write is there (RELIABILITY c5).
    pub(super) fn settle<T>(
        &mut self,
        error: StoreError,
        look: impl FnOnce(&Connection) -> rusqlite::Result<Option<T>>,
    ) -> Result<T, StoreError> {
        let mut error = error.at(&self.path);
        let (K::Disk(how) | K::Unknown(how)) = &error.kind else { return Err(error) };
        let how = how.clone();
        error.kind = match self.reopen().and_then(|()| self.read(look)) {
            Ok(Some(done)) if self.copy_in() => return Ok(done),
            Ok(None) => K::Disk(how),
            Ok(Some(_)) | Err(_) => K::Unknown(how),
        };
        Err(error)
    }

    /// Copies the whole log into the file and syncs it; false where that failed or somebody still reads the log. A sync
    /// that failed once may pretend to succeed the second time, so what it was to save is written again elsewhere.
    fn copy_in(&self) -> bool {
        let copied = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        copied.is_ok_and(|busy: i64| busy == 0)
    }

    /// A number that changes whenever another connection has committed, and stays while nobody has. Costs microseconds.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        self.read(|conn| conn.pragma_query_value(None, "data_version", |row| row.get(0)))
    }

    /// Runs a read. It must be short, and leave no statement open.
    pub(super) fn read<T, E: Into<StoreError>>(
        &self,
        body: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        if let Some(lost) = &self.lost {
            return Err(StoreError::new(lost.clone(), &self.path));
        }
        body(&self.conn).map_err(|error| error.into().at(&self.path))
    }

    /// Runs a write as one transaction, after its turn has come. An error or a panic in it leaves nothing behind.
    pub(super) fn write<T, E: From<StoreError>>(
        &mut self,
        body: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // There may be room by now, or permission.
        self.recover()?;
        let path = &self.path;
        let failed = |error: StoreError| E::from(error.at(path));
        if let Some(read_only) = &self.read_only {
            return Err(failed(StoreError::bare(read_only.kind.clone())));
        }
        if self.access == Access::ReadOnly {
            return Err(failed(StoreError::bare(K::Broken("a reader was asked to write".into()))));
        }
        if identity_at(path) != Some(self.held.identity()) {
            return Err(failed(StoreError::bare(K::Replaced)));
        }
        let turn = self.turnstile.enter();
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| failed(error.into()))?;
        let found = schema::version(&tx).map_err(|error| failed(error.into()))?;
        if found > schema::newest() {
            return Err(failed(StoreError::bare(K::Newer { found, known: schema::newest() })));
        }
        let done = body(&tx)?;
        measure::add_up(&tx, measure::MANY, i64::MAX).map_err(|error| failed(error.into()))?;
        // What changes nothing leaves the log as long as it was.
        LOGGED.set(self.log.pages);
        tx.commit().map_err(|error| failed(StoreError::from(error).in_doubt()))?;
        drop(turn);
        self.log.pages = LOGGED.get();
        if self.log.pages >= self.log.most {
            self.copy_back();
        }
        Ok(done)
    }

    /// Lets the log grow to so many pages before a write copies it back into the file; whoever wants that to happen while
    /// nobody waits asks [`Store::tidy`] before.
    pub(super) const fn copy_at(&mut self, pages: i32) {
        self.log.most = pages;
    }

    /// The same for whoever asks [`Store::tidy`] when there is nothing else to do.
    pub const fn copy_later(&mut self) {
        self.copy_at(8 * COPY_AT);
    }

    /// Adds up some of what changed in the counts of measures where that is much, and copies the log back where it is long.
    pub fn tidy(&mut self) {
        let writes = self.access == Access::ReadWrite && self.read_only.is_none();
        // Nothing is wrong until it is done: somebody who writes now isn't waited for, and what fails is tried again.
        if writes
            && self.read(|conn| measure::waits(conn, measure::SOME)).unwrap_or_default()
            && self.turnstile.is_free()
        {
            drop(self.add_up());
        }
        if self.log.pages >= COPY_AT {
            self.copy_back();
        }
    }

    /// Adds up some of what changed in the counts of measures.
    fn add_up(&mut self) -> Result<(), StoreError> {
        self.write(|tx| Ok::<_, StoreError>(measure::add_up(tx, measure::SOME, measure::SOME)?))
    }

    /// Copies what the log holds back into the file, as far as no reader needs it, while others may write.
    pub(super) fn copy_back(&mut self) {
        self.log.pages = 0;
        // What fails is tried again after the next write, and nothing is lost: what is in the log is on disk.
        drop(self.read(|conn| conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))));
    }
}

/// Pages of the log from which on it is copied back, as SQLite has it by itself. It would do that within the write, whose
/// answer and whose turn everybody waits for.
pub(super) const COPY_AT: i32 = 1_000;

thread_local! {
    /// Pages in the log after the last commit on this thread.
    static LOGGED: Cell<i32> = const { Cell::new(0) };
}

/// How long the log is, and from when on a write copies it back, in pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log {
    pages: i32,
    most: i32,
}

impl Default for Log {
    fn default() -> Self {
        Self { pages: 0, most: COPY_AT }
    }
}

/// Why a store that was to be written can only be read.
#[derive(Debug)]
struct ReadOnly {
    /// In words.
    why: String,
    /// What a write is answered.
    kind: K,
}

fn sqlite_is_safe() -> Result<(), StoreError> {
    if rusqlite::version_number() < SAFE_SQLITE {
        return Err(StoreError::bare(K::OldSqlite(rusqlite::version())));
    }
    Ok(())
}

/// Opens a file that was looked at, for writing or for reading beside writers.
fn connect(path: &Path, access: Access, wait: Duration) -> Result<Connection, StoreError> {
    let mut conn = guarded(path, OpenFlags::SQLITE_OPEN_READ_WRITE, wait)?;
    check_identity(&conn)?;
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" {
        let mode: String =
            conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        if mode != "wal" {
            return Err(StoreError::bare(K::Broken(format!("its journal is {mode}, not wal"))));
        }
    }
    // The pages of a gesture wait in memory for its end, up to 32 MB, rather than being written in between and read again.
    conn.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = FAST;
         PRAGMA cache_spill = 8192;
         PRAGMA journal_size_limit = 16777216;",
    )?;
    conn.wal_hook(Some(|_, pages| {
        LOGGED.set(pages);
        Ok(())
    }));
    if schema::version(&conn)? < schema::newest() {
        schema::migrate(&mut conn, path, &schema::migrations(), schema::newest())?;
    }
    if access == Access::ReadOnly {
        conn.pragma_update(None, "query_only", true)?;
    }
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(conn)
}

/// A connection that trusts the file with nothing yet and waits for locks, before anything is asked of it.
pub(super) fn guarded(
    path: &Path,
    access: OpenFlags,
    wait: Duration,
) -> Result<Connection, StoreError> {
    let flags = access
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE
        | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(wait)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    // A statement means the same whatever is bound to it; else each with a bound LIMIT is prepared anew for every use.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, 16 << 20),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 200_000),
        (Limit::SQLITE_LIMIT_COLUMN, 150),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 50),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 16),
        (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
        (Limit::SQLITE_LIMIT_ATTACHED, 1),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 1_000),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
    ] {
        conn.set_limit(limit, value)?;
    }
    conn.set_prepared_statement_cache_capacity(128);
    super::window::words::add_function(&conn)?;
    conn.execute_batch(
        "PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA cell_size_check = ON;",
    )?;
    Ok(conn)
}

/// Ours, and not newer, as SQLite sees it: the header on disk may lag behind the log. Reads one row, so that a file
/// that can't be read fails here.
fn check_identity(conn: &Connection) -> Result<(), StoreError> {
    let application: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != schema::APPLICATION_ID {
        return Err(StoreError::bare(K::Foreign(application)));
    }
    let found = schema::version(conn)?;
    if found > schema::newest() {
        return Err(StoreError::bare(K::Newer { found, known: schema::newest() }));
    }
    conn.query_row("SELECT value FROM meta WHERE key = 'uuid'", [], |row| row.get::<_, String>(0))
        .map_err(|error| match StoreError::from(error) {
            StoreError { kind: K::Broken(_), .. } => {
                StoreError::bare(K::Damaged("it has lost the table that names it".into()))
            }
            other => other,
        })?;
    Ok(())
}

/// The desk that reads: where writing failed for want of room or permission, tries to read with ever less of the file
/// system's help. Gives the connection and why it can't write.
fn look_only(
    path: &Path,
    wait: Duration,
    error: StoreError,
) -> Result<(Connection, Option<ReadOnly>), StoreError> {
    let (why, kind) = match &error.kind {
        K::Full => ("its disk is full".to_owned(), K::Full),
        K::ReadOnly(why) => (why.clone(), error.kind.clone()),
        K::Denied | K::CannotOpen => {
            let why = "its file or folder can't be written".to_owned();
            (why.clone(), K::ReadOnly(why))
        }
        K::Disk(how) => (format!("its disk failed, {how}"), error.kind.clone()),
        _ => return Err(error),
    };
    let read_only = Some(ReadOnly { why, kind });
    // Beside a desk that runs, its shared memory is there to be read.
    if let Ok(conn) = reading(guarded(path, OpenFlags::SQLITE_OPEN_READ_ONLY, wait)) {
        return Ok((conn, read_only));
    }
    // Alone on a full disk, the index of the log can live in our own memory.
    let alone = guarded(path, OpenFlags::SQLITE_OPEN_READ_WRITE, wait).and_then(|conn| {
        conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
        Ok(conn)
    });
    if let Ok(conn) = reading(alone) {
        return Ok((conn, read_only));
    }
    // With no log to mind, the file is all there is.
    let log = std::fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len());
    if log == 0
        && let Some(uri) = immutable(path)
        && let Ok(conn) = reading(guarded(
            Path::new(&uri),
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
            wait,
        ))
    {
        return Ok((conn, read_only));
    }
    Err(error)
}

/// A connection that only reads, if it reads at all.
fn reading(conn: Result<Connection, StoreError>) -> Result<Connection, StoreError> {
    let conn = conn?;
    check_identity(&conn)?;
    let found = schema::version(&conn)?;
    if found < schema::newest() {
        return Err(StoreError::bare(K::ReadOnly(
            "it is of an older version and must be upgraded first".into(),
        )));
    }
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// A copy, opened for a last look at it before it gets its name.
pub(super) fn verified(copy: &Path, wait: Duration) -> Result<Connection, StoreError> {
    reading(guarded(copy, OpenFlags::SQLITE_OPEN_READ_ONLY, wait))
}

/// A backup, opened to be copied: it may be of an older version, and nothing is written to it.
pub(super) fn foreign_copy(path: &Path) -> Result<Connection, StoreError> {
    let conn = guarded(path, OpenFlags::SQLITE_OPEN_READ_ONLY, WAIT).and_then(|conn| {
        check_identity(&conn)?;
        Ok(conn)
    });
    match (conn, immutable(path)) {
        // In a folder that can't be written, with no log to mind.
        (Err(_), Some(uri))
            if std::fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len()) == 0 =>
        {
            let access = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            let conn = guarded(Path::new(&uri), access, WAIT)?;
            check_identity(&conn)?;
            Ok(conn)
        }
        (conn, _) => conn,
    }
    .map_err(|error| error.at(path))
}

/// The store, held so that nobody else can open it, with all of it in the one file.
pub(super) fn sole(path: &Path) -> Result<Connection, StoreError> {
    let conn = guarded(path, OpenFlags::SQLITE_OPEN_READ_WRITE, Duration::from_millis(500))?;
    // In this order: the first read takes the lock, and leaving the log needs it.
    conn.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE",
    )
    .map_err(|error| StoreError::from(error).at(path))?;
    Ok(conn)
}

/// Whether nobody has the file open; nothing of it is changed.
pub(super) fn alone(path: &Path) -> Result<(), StoreError> {
    let conn = guarded(path, OpenFlags::SQLITE_OPEN_READ_WRITE, Duration::from_millis(500))?;
    conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK")
        .map_err(|error| StoreError::from(error).at(path))
}

/// Another connection to a store that is open, to look at it at the same time.
pub(super) fn beside_reader(path: &Path) -> Result<Connection, StoreError> {
    reading(guarded(path, OpenFlags::SQLITE_OPEN_READ_ONLY, WAIT))
}

/// The file as a URI that promises SQLite that nobody writes it.
fn immutable(path: &Path) -> Option<String> {
    let mut uri = String::from("file:");
    for byte in path.to_str()?.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    Some(uri)
}

/// Makes a whole new store under a name of its own.
fn make(draft: &Path) -> Result<(), StoreError> {
    // Of an earlier process with our number that was killed half-way.
    drop(std::fs::remove_file(draft));
    schema::private_file(draft).map_err(|error| StoreError::from_io(&error, draft))?;
    let mut conn = guarded(draft, OpenFlags::SQLITE_OPEN_READ_WRITE, WAIT)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    conn.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    let mode: String =
        conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::bare(K::Broken(format!("its journal is {mode}, not wal"))));
    }
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON",
    )?;
    schema::migrate(&mut conn, draft, &schema::migrations(), schema::newest())?;
    conn.close().map_err(|(_, error)| error.into())
}

/// Gives the draft its name, unless there is such a file by now.
pub(super) fn publish(draft: &Path, path: &Path) -> Result<(), StoreError> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    let failed = |error: std::io::Error| StoreError::from_io(&error, path);
    match renameat_with(CWD, draft, CWD, path, RenameFlags::NOREPLACE) {
        Ok(()) => {}
        Err(Errno::EXIST) => return Err(StoreError::new(K::Exists, path)),
        // A file system without such a rename: a second name is never made over a first.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            std::fs::hard_link(draft, path).map_err(failed)?;
            std::fs::remove_file(draft).map_err(failed)?;
        }
        Err(error) => return Err(failed(error.into())),
    }
    sync_folder(path).map_err(|error| StoreError::unknown(&error, path))
}

//! The file before SQLite sees it: what it is, where it lies, who may read it, what its first bytes say.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::beside;
use super::error::{StoreError, StoreErrorKind as K};
use super::schema::APPLICATION_ID;

/// Device and inode: the file itself, whatever it is called.
pub(super) type Identity = (u64, u64);

/// Files that this process has open through SQLite, and how often. They must not be opened by plain file calls.
static OPENED: Mutex<BTreeMap<Identity, usize>> = Mutex::new(BTreeMap::new());

/// Held as long as a connection to a file lives; must be dropped after the connection.
#[derive(Debug)]
pub(super) struct Held(Identity);

impl Held {
    /// The file that is held.
    pub(super) const fn identity(&self) -> Identity {
        self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = opened.get_mut(&self.0) {
            *count -= 1;
            if *count == 0 {
                opened.remove(&self.0);
            }
        }
    }
}

/// A file that may be handed to SQLite.
#[derive(Debug)]
pub(super) struct Place {
    /// Its real path, links resolved.
    pub(super) path: PathBuf,
    /// Its mode.
    pub(super) mode: u32,
    /// The network file system that it lies on, by name.
    pub(super) network: Option<&'static str>,
    /// Keeps plain file calls away while it lives.
    pub(super) held: Held,
}

impl Place {
    /// Looks at the file without changing it, and takes hold of it.
    pub(super) fn look(path: &Path, newest: i64) -> Result<Self, StoreError> {
        let path = &std::path::absolute(path).map_err(|error| StoreError::from_io(&error, path))?;
        let real =
            std::fs::canonicalize(path).map_err(|error| StoreError::from_io(&error, path))?;
        let refuse = |kind| StoreError::new(kind, path);
        let stat = std::fs::metadata(&real).map_err(|error| StoreError::from_io(&error, path))?;
        let kind = stat.file_type();
        if !kind.is_file() {
            return Err(refuse(K::NotAFile(match kind {
                kind if kind.is_dir() => "a folder",
                kind if kind.is_fifo() => "a pipe",
                kind if kind.is_socket() => "a socket",
                _ => "a device",
            })));
        }
        if stat.nlink() > 1 {
            return Err(refuse(K::HardLinked(stat.nlink())));
        }
        if stat.len() == 0 {
            return Err(refuse(K::Empty));
        }
        // Held before SQLite opens it and while its first bytes are read, so that no other thread's connection can
        // come between.
        let identity = identity(&stat);
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        if !opened.contains_key(&identity) {
            sniff(&real, stat.len(), newest).map_err(|error| error.at(path))?;
        }
        *opened.entry(identity).or_default() += 1;
        drop(opened);
        let held = Held(identity);
        Ok(Self { network: network(&real), mode: stat.mode(), held, path: real })
    }
}

/// The identity of the file at a path, by `stat` only.
pub(super) fn identity_at(path: &Path) -> Option<Identity> {
    std::fs::metadata(path).ok().map(|stat| identity(&stat))
}

fn identity(stat: &Metadata) -> Identity {
    (stat.dev(), stat.ino())
}

/// Reads the file's header: a store of ours, of a version that we know, of the length that it says.
fn sniff(path: &Path, size: u64, newest: i64) -> Result<(), StoreError> {
    let mut header = [0; 100];
    let mut file = File::open(path).map_err(|error| StoreError::from_io(&error, path))?;
    let mut read = 0;
    while read < header.len() {
        match file.read(&mut header[read..]) {
            Ok(0) => break,
            Ok(n) => read += n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(StoreError::from_io(&error, path)),
        }
    }
    drop(file);
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(StoreError::bare(K::NotADatabase));
    }
    if read < header.len() {
        return Err(StoreError::bare(K::Damaged(format!("it is cut off after {size} bytes"))));
    }
    let number = |at: usize| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&header[at..at + 4]);
        u32::from_be_bytes(bytes)
    };
    let application = number(68).cast_signed();
    if application != APPLICATION_ID {
        return Err(StoreError::bare(K::Foreign(application)));
    }
    let version = i64::from(number(60));
    if version > newest {
        return Err(StoreError::bare(K::Newer { found: version, known: newest }));
    }
    // The header's page count is valid only where its two counters agree, and behind while a log waits to be copied in.
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        bytes => u64::from(bytes),
    };
    let wanted = u64::from(number(28)) * page;
    let logged = std::fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    if number(24) == number(92) && size < wanted && !logged {
        return Err(StoreError::bare(K::Damaged(format!(
            "it is cut off: {size} of {wanted} bytes are there"
        ))));
    }
    Ok(())
}

/// The network file system that a path lies on, if it does (`linux/magic.h`).
fn network(path: &Path) -> Option<&'static str> {
    const KNOWN: &[(u32, &str)] = &[
        (0x6969, "NFS"),
        (0x517B, "SMB"),
        (0xFF53_4D42, "CIFS"),
        (0xFE53_4D42, "SMB 2"),
        (0x0102_1997, "9P"),
        (0x5346_414F, "AFS"),
        (0x6B41_4653, "AFS"),
        (0x7375_7245, "Coda"),
        (0x564C, "NCP"),
        (0x786F_4256, "VirtualBox shared folder"),
        (0xBACB_ACBC, "VMware shared folder"),
        (0x00C3_6400, "Ceph"),
        (0x0BD0_0BD0, "Lustre"),
        (0x4750_4653, "GPFS"),
        (0x0116_1970, "GFS2"),
        (0x7461_636F, "OCFS2"),
        (0x013F_D34D, "BeeGFS"),
    ];
    let magic = rustix::fs::statfs(path).ok()?.f_type;
    // The type is an integer of the platform's own width and sign; the numbers above are its low 32 bits.
    let magic = u32::try_from(i128::from(magic) & 0xFFFF_FFFF).ok()?;
    KNOWN.iter().find(|(known, _)| *known == magic).map(|(_, name)| *name)
}

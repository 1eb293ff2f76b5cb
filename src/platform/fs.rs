//! Files of ours: private from their first byte, whole or not there, never through somebody's symbolic link.
//! (PROMISES.md "private"; not for the store's own files, which SQLite alone may open.)

use std::fs::{DirBuilder, File};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

/// Makes a folder, and those above it that are missing, for this user only (0700). A folder that exists is left as
/// it is: it may be shared on purpose, or be `/tmp`.
///
/// # Errors
/// What the system says.
pub fn private_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Reads a text that people wrote, of so many bytes at most.
///
/// # Errors
/// What the system says; `InvalidData` where it is not UTF-8, `FileTooLarge` where it is longer.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is longer than {most} bytes"),
        ));
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// When a file was changed last, in milliseconds since 1970; `None` where the system does not say.
#[must_use]
pub fn modified(path: &Path) -> Option<i64> {
    let at = std::fs::metadata(path).ok()?.modified().ok()?;
    let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

/// Makes a new file for this user only (0600). Never opens what is there already, link or not.
///
/// # Errors
/// What the system says; `AlreadyExists` when the name is taken.
pub fn create_private(path: &Path) -> io::Result<File> {
    open_private(path, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL)
}

/// Opens a file of ours to add at its end, making it when it is missing.
pub(super) fn append_private(path: &Path) -> io::Result<File> {
    open_private(path, OFlags::WRONLY | OFlags::CREATE | OFlags::APPEND)
}

fn open_private(path: &Path, how: OFlags) -> io::Result<File> {
    let fd = rustix::fs::open(
        path,
        how | OFlags::NOFOLLOW | OFlags::CLOEXEC,
        Mode::from_raw_mode(0o600),
    )?;
    Ok(File::from(fd))
}

/// Whether a finished file may take the place of one with its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Existing {
    /// Fail with `AlreadyExists` and leave it alone.
    Keep,
    /// Take its place.
    Replace,
}

/// A file being written: it has a name of its own (`NAME.PID.partial`) until it is whole, and vanishes when it is
/// dropped before. Readers see all of it or what was there before.
#[derive(Debug)]
pub struct Partial {
    file: BufWriter<File>,
    partial: PathBuf,
    target: PathBuf,
    done: bool,
}

impl Partial {
    /// Starts a file that will be called `target`.
    ///
    /// # Errors
    /// What the system says.
    pub fn create(target: &Path) -> io::Result<Self> {
        let name = target.file_name().ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "the path does not end in a file name")
        })?;
        let mut own = name.to_os_string();
        own.push(format!(".{}.partial", std::process::id()));
        let partial = target.with_file_name(own);
        let file = match create_private(&partial) {
            // Left by a process that had our number and was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                std::fs::remove_file(&partial)?;
                create_private(&partial)?
            }
            other => other?,
        };
        Ok(Self { file: BufWriter::new(file), partial, target: target.to_path_buf(), done: false })
    }

    /// Puts the file in its place, on the disk before its name is.
    ///
    /// # Errors
    /// What the system says; the target is then as it was.
    pub fn commit(mut self, existing: Existing) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        match existing {
            Existing::Replace => std::fs::rename(&self.partial, &self.target)?,
            Existing::Keep => self.rename_new()?,
        }
        self.done = true;
        sync_folder_of(&self.target)
    }

    /// A second name fails where the first exists, which a rename does not; then the partial name goes.
    fn rename_new(&self) -> io::Result<()> {
        match std::fs::hard_link(&self.partial, &self.target) {
            Ok(()) => std::fs::remove_file(&self.partial),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // A file system without second names (FAT, some shares): the best that it can do.
            Err(_) if self.target.symlink_metadata().is_err() => {
                std::fs::rename(&self.partial, &self.target)
            }
            Err(_) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }
}

impl Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.done {
            // Nothing can be told from here, and a leftover is replaced by the next try.
            let _ = std::fs::remove_file(&self.partial);
        }
    }
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

/// Writes a private file into the folder that the process was started in, and says where it is.
///
/// # Errors
/// What the system says; what was there of that name is then as it was.
pub fn write_here(name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let path = std::path::absolute(name)?;
    write_atomic(&path, bytes)?;
    Ok(path)
}

/// Writes a whole private file at once, in the place of what was there.
///
/// # Errors
/// What the system says; the file is then as it was.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut partial = Partial::create(path)?;
    partial.write_all(bytes)?;
    partial.commit(Existing::Replace)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_we_make_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        private_dir(&inner).unwrap();
        assert_eq!(mode(&inner), 0o700);
        assert_eq!(mode(&folder.path().join("a")), 0o700);
        private_dir(&inner).unwrap();
        write_atomic(&inner.join("x"), b"one").unwrap();
        assert_eq!(mode(&inner.join("x")), 0o600);
    }

    #[test]
    fn a_link_in_the_way_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (victim, link) = (folder.path().join("victim"), folder.path().join("link"));
        fs::write(&victim, "precious").unwrap();
        symlink(&victim, &link).unwrap();
        assert!(create_private(&link).is_err());
        assert!(append_private(&link).is_err());
        write_atomic(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert_eq!(fs::read_to_string(&link).unwrap(), "new");
    }

    #[test]
    fn an_unfinished_file_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report.html");
        write_atomic(&target, b"old").unwrap();
        let mut partial = Partial::create(&target).unwrap();
        partial.write_all(b"half").unwrap();
        partial.flush().unwrap();
        assert_eq!(names(folder.path()).len(), 2);
        drop(partial);
        assert_eq!(names(folder.path()), ["report.html"]);
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");
    }

    #[test]
    fn keeping_refuses_and_replacing_replaces() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("x");
        for (existing, works) in
            [(Existing::Keep, true), (Existing::Keep, false), (Existing::Replace, true)]
        {
            let mut partial = Partial::create(&target).unwrap();
            write!(partial, "{existing:?}").unwrap();
            let result = partial.commit(existing);
            assert_eq!(result.is_ok(), works, "{existing:?} {result:?}");
            assert_eq!(names(folder.path()), ["x"]);
        }
        assert_eq!(fs::read_to_string(&target).unwrap(), "Replace");
    }

    #[test]
    fn a_leftover_of_a_killed_process_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("x");
        fs::write(folder.path().join(format!("x.{}.partial", std::process::id())), "junk").unwrap();
        write_atomic(&target, b"whole").unwrap();
        assert_eq!(names(folder.path()), ["x"]);
        assert_eq!(fs::read_to_string(&target).unwrap(), "whole");
    }
}

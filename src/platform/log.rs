//! The log: a private file in the state folder, kept small, that never fails the desk and never reaches the screen.
//! It tells ids, kinds, error codes and durations; no names, mail addresses, amounts, notes or values of queries.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;

use super::fs::{append_private, private_dir};
use crate::domain::text;

/// The size at which a log becomes `handoff.log.1` and a new one starts.
const LIMIT: u64 = 1 << 20;

/// Sends what the program traces to `handoff.log` in this folder. Does nothing when a log was started already. No
/// file is made before there is something to tell.
pub fn start(state_dir: &Path) {
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(LevelFilter::INFO)
        .log_internal_errors(false)
        .with_writer(Mutex::new(Appender::new(state_dir, LIMIT)))
        .finish();
    // A second start keeps the first log.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// The file, opened when first needed. Several desks may write to it at once: each line is one append, and whoever
/// finds it too long moves it away.
struct Appender {
    path: PathBuf,
    limit: u64,
    file: Option<File>,
}

impl Appender {
    fn new(state_dir: &Path, limit: u64) -> Self {
        Self { path: state_dir.join("handoff.log"), limit, file: None }
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) if self.is_current(&file) => file,
            _ => self.open()?,
        };
        file.write_all(line.as_bytes())?;
        self.file = Some(file);
        Ok(())
    }

    /// Whether the open file is still the one of that name, and short enough.
    fn is_current(&self, file: &File) -> bool {
        let (Ok(ours), Ok(named)) = (file.metadata(), std::fs::symlink_metadata(&self.path)) else {
            return false;
        };
        ours.ino() == named.ino() && ours.dev() == named.dev() && ours.len() < self.limit
    }

    fn open(&self) -> io::Result<File> {
        if let Some(folder) = self.path.parent() {
            private_dir(folder)?;
        }
        if std::fs::symlink_metadata(&self.path).is_ok_and(|file| file.len() >= self.limit) {
            let mut old = self.path.clone().into_os_string();
            old.push(".1");
            std::fs::rename(&self.path, old)?;
        }
        append_private(&self.path)
    }
}

impl Write for Appender {
    /// Takes one whole line; what cannot be written is lost, for a log must not stop the work it tells about.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        let mut safe = text::safe(line.trim_end_matches('\n')).into_owned();
        safe.push('\n');
        let _ = self.append(&safe);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn lines_are_made_safe_in_a_private_file() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state/handoff");
        let mut log = Appender::new(&state, LIMIT);
        assert!(!state.exists(), "a file before there is something to tell");
        log.write_all(b"one \x1b[31m\nfake line\n").unwrap();
        log.write_all(b"two\n").unwrap();
        let path = state.join("handoff.log");
        assert_eq!(fs::read_to_string(&path).unwrap(), "one ␛[31m␊fake line\ntwo\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn two_desks_share_a_log_that_stays_small() {
        let folder = tempfile::tempdir().unwrap();
        let mut desks = [Appender::new(folder.path(), 100), Appender::new(folder.path(), 100)];
        for round in 0..50 {
            for (number, log) in desks.iter_mut().enumerate() {
                log.write_all(format!("desk {number} round {round}\n").as_bytes()).unwrap();
            }
        }
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let (now, before) = (read("handoff.log"), read("handoff.log.1"));
        assert!(now.len() < 200 && before.len() < 200, "{} {}", now.len(), before.len());
        assert!(now.ends_with("desk 1 round 49\n"), "{now}");
        assert!((before + &now).contains("desk 0 round 48\n"));
    }

    #[test]
    fn a_log_that_cannot_be_written_is_silent() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let mut log = Appender::new(&folder.path().join("file/below"), LIMIT);
        log.write_all(b"lost\n").unwrap();
        log.flush().unwrap();
    }
}

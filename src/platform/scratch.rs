//! Folders that are thrown away: for the demo's store, and for trying an import on a copy.

use std::io;
use std::path::{Path, PathBuf};

use super::fs::private_dir;
use super::user::is_running;

/// A private folder that is gone when this value is. What a killed process leaves behind is removed by the next one
/// with the same purpose.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes `PURPOSE-PID` below a folder, which is made too where it is missing.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(below: &Path, purpose: &str) -> io::Result<Self> {
        private_dir(below)?;
        let own = std::process::id();
        for entry in std::fs::read_dir(below)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let pid = name.strip_prefix(purpose).and_then(|rest| rest.strip_prefix('-'));
            let pid: Option<u32> = pid.and_then(|pid| pid.parse().ok());
            let gone = |pid: u32| pid == own || !i32::try_from(pid).is_ok_and(is_running);
            if pid.is_some_and(gone) {
                // One that can't be removed now is removed another time.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        let folder = below.join(format!("{purpose}-{own}"));
        private_dir(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind is removed by the next one.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_with_its_value_and_takes_along_what_the_killed_left() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join(format!("try-{}", i32::MAX));
        let mine = folder.path().join("try-my-notes");
        let own = folder.path().join(format!("try-{}", std::process::id()));
        for path in [&left, &mine, &own] {
            std::fs::create_dir(path).unwrap();
        }
        std::fs::write(own.join("stale"), "").unwrap();
        let scratch = Scratch::new(folder.path(), "try").unwrap();
        assert_eq!(scratch.path(), own);
        assert_eq!(std::fs::read_dir(&own).unwrap().count(), 0, "nothing stale is in it");
        assert!(!left.exists() && mine.exists());
        drop(scratch);
        assert!(!own.exists());
    }
}

//! The files that refused rows go to.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::context::named;
use super::failure::Failure;
use crate::platform::fs;

/// Where the refused rows of a file go: to the file that was named, or, of several, to one each with their names in it,
/// since their columns differ.
pub(super) fn place(
    rejects: &Path,
    input: &Path,
    files: usize,
    taken: &mut BTreeSet<PathBuf>,
) -> Result<PathBuf, Failure> {
    let mut path = rejects.to_path_buf();
    if files > 1 {
        let text = |part: Option<&std::ffi::OsStr>| {
            part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default()
        };
        let of = match input == Path::new("-") {
            true => "input".to_owned(),
            false => text(input.file_stem()),
        };
        let end =
            rejects.extension().map(|end| format!(".{}", text(Some(end)))).unwrap_or_default();
        path.set_file_name(format!("{}-{of}{end}", text(rejects.file_stem())));
        let mut number = 1;
        while taken.contains(&path) {
            number += 1;
            path.set_file_name(format!("{}-{of}-{number}{end}", text(rejects.file_stem())));
        }
    }
    if path.symlink_metadata().is_ok() {
        return Err(Failure::failed(format!(
            "{} exists already and was left as it is; name a new file for --rejects.",
            named(&path)
        )));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::failed(format!(
            "There is no folder {} for the rejects; make it first.",
            named(folder)
        )));
    }
    taken.insert(path.clone());
    Ok(path)
}

/// A private file that is made when something is written to it.
#[derive(Debug)]
pub(super) struct AtFirst {
    path: PathBuf,
    file: Option<File>,
}

impl AtFirst {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf(), file: None }
    }
}

impl Write for AtFirst {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        match &mut self.file {
            Some(file) => file.write(bytes),
            none => none.insert(fs::create_private(&self.path)?).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
}

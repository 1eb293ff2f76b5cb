//! Files that come in: opened by path, recognised, and tried out on a copy of the store before anything is changed.

use std::fs::File;
use std::io;
use std::path::Path;

use super::{Desk, Elsewhere};
use crate::domain::person::{Person, Role};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::text::safe;
use crate::intake::{self, FileError, Input, Options};
use crate::store::{Access, StoreError};

/// The size of a file, so far as it has one: a pipe has none.
///
/// # Errors
/// A sentence: it is not there, a folder, or can't be looked at.
pub fn size_of(path: &Path, name: &str) -> Result<Option<u64>, String> {
    let meta = std::fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("There is no file {name}; check the path."),
        _ => format!("{name} can't be read: {}.", safe(&error.to_string())),
    })?;
    if meta.is_dir() {
        return Err(format!("{name} is a folder; name the files in it."));
    }
    Ok(meta.is_file().then_some(meta.len()))
}

/// Opens a file and recognises it. `name` is how the person gave it.
///
/// # Errors
/// Why nothing of it can be taken; [`unread`] makes a sentence of it.
pub fn open_file(path: &Path, name: &str, options: &Options) -> Result<Input, FileError> {
    let mut again = || -> io::Result<intake::Raw> { Ok(Box::new(File::open(path)?)) };
    intake::open_through(&mut again, name, options)
}

/// Why nothing of a file can be taken, as a sentence that names it.
#[must_use]
pub fn unread(name: &str, error: &FileError) -> String {
    match error {
        FileError::Read(error) => format!("{name} can't be read: {}.", safe(&error.to_string())),
        error => format!("{name}: {error}."),
    }
}

/// Whether somebody may import (`DOMAIN.md 12`, and marketing, whose files these are).
///
/// # Errors
/// The refusal, with who may.
pub fn may_import(person: &Person) -> Result<(), Refusal> {
    if matches!(person.role, Role::Revops | Role::VpSales | Role::Marketing | Role::VpMarketing) {
        return Ok(());
    }
    Err(Refusal::new(
        RefusalKind::NotPermitted,
        format!("{} ({}) may not import.", person.name, person.role.label()),
    )
    .hint("That is for revenue operations, marketing and the VP of Sales."))
}

impl Elsewhere {
    /// A desk on the same store that writes beside this one.
    ///
    /// # Errors
    /// The store can't be opened again.
    pub fn to_write(&self) -> Result<Desk, StoreError> {
        Ok(self.on(self.store(Access::ReadWrite)?))
    }

    /// A desk on a private copy of the store, at a path where there is nothing yet: what is tried out there changes
    /// nothing, and others go on working meanwhile. The copy is the caller's to throw away.
    ///
    /// # Errors
    /// There is no room for the copy, or the store can't be read.
    pub fn trial(&self, copy: &Path) -> Result<Desk, StoreError> {
        Ok(self.on(self.store(Access::ReadOnly)?.trial(copy)?))
    }
}

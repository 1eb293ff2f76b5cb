//! Profiles of the person's own: one in a file for `--map`, and those that `--save-map` keeps in the config directory.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::{Context, named};
use super::failure::Failure;
use crate::intake::{Input, Profile};
use crate::platform::fs;

/// The largest profile that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Where saved profiles are.
fn folder(context: &Context) -> PathBuf {
    context.paths.config_dir.join("maps")
}

/// Every saved profile, by name.
///
/// # Errors
/// One of them can't be read.
pub fn saved(context: &Context) -> Result<Vec<Arc<Profile>>, Failure> {
    let folder = folder(context);
    let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    paths.sort_unstable();
    paths.iter().map(|path| read(path)).collect()
}

/// The profile in a file that `--map` names; `None` where it names no file.
pub(super) fn in_file(map: &str) -> Result<Option<Arc<Profile>>, Failure> {
    let path = Path::new(map);
    let is_file = path.is_file() || map.contains('/') || map.ends_with(".toml");
    is_file.then(|| read(path)).transpose()
}

fn read(path: &Path) -> Result<Arc<Profile>, Failure> {
    let size = std::fs::metadata(path).map(|meta| meta.len());
    if size.is_ok_and(|size| size > LARGEST) {
        return Err(Failure::usage(format!("{} is too long for a profile.", named(path))));
    }
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("{} can't be read: {error}.", named(path))))?;
    let key = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let profile = Profile::parse(&key, &text)
        .map_err(|why| Failure::usage(format!("{}: {}.", named(path), why.trim_end())))?;
    Ok(Arc::new(profile))
}

/// Keeps the profile that a file was read with, for all files with the same headers.
pub(super) fn save(context: &Context, name: &str, input: &Input) -> Result<PathBuf, Failure> {
    let sound = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
    };
    if name.is_empty() || name.len() > 64 || !name.bytes().all(sound) {
        return Err(Failure::usage(format!(
            "\"{name}\" is not a name for a map; write it in small letters, digits, - and _."
        )));
    }
    let folder = folder(context);
    let path = folder.join(format!("{name}.toml"));
    let trouble = |error: std::io::Error| {
        Failure::failed(format!("{} can't be written: {error}.", named(&path)))
    };
    fs::private_dir(&folder).map_err(trouble)?;
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(trouble(error)),
        _ => {}
    }
    let mut file = fs::create_private(&path).map_err(trouble)?;
    let text = input.profile().saved_for(input.headers());
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(trouble)?;
    Ok(path)
}

//! One's own saved views, in `views.toml` beside the configuration.

use std::io;
use std::path::Path;

use handoff_desk::cli::{Failure, named};
use handoff_desk::domain::filter;
use handoff_desk::domain::text::safe;
use handoff_desk::domain::view::View;
use handoff_desk::platform::fs;
use serde::{Deserialize, Serialize};

/// The file's name.
pub(crate) const FILE: &str = "views.toml";

#[derive(Deserialize, Serialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    views: Vec<Saved>,
}

/// A view as it is kept.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    name: String,
    filter: String,
    sort: String,
}

/// The views of the file; none when there is no file.
///
/// # Errors
/// The file can't be read or says something that is no view.
pub(crate) fn read(path: &Path) -> Result<Vec<View>, Failure> {
    let file = load(path).map_err(Failure::usage)?;
    file.views.iter().map(|saved| view(saved, path).map_err(Failure::usage)).collect()
}

/// Adds a view, in place of one of the same name.
///
/// # Errors
/// A sentence: the file can't be read or written.
pub(crate) fn add(path: &Path, new: &View) -> Result<(), String> {
    let mut file = load(path)?;
    file.views.retain(|saved| View::new(&saved.name, "", new.sort).key != new.key);
    file.views.push(Saved {
        name: new.name.clone(),
        filter: new.filter.clone(),
        sort: new.sort.to_string(),
    });
    let text = toml::to_string_pretty(&file).map_err(|error| error.to_string())?;
    if let Some(folder) = path.parent() {
        fs::private_dir(folder).map_err(|error| format!("{}: {error}.", named(folder)))?;
    }
    fs::write_atomic(path, text.as_bytes())
        .map_err(|error| format!("{} can't be written: {error}.", named(path)))
}

fn load(path: &Path) -> Result<File, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text).map_err(|error| {
            let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            format!("{}, line {line}: {}.", named(path), safe(error.message()))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(File::default()),
        Err(error) => Err(format!("{} can't be read: {error}.", named(path))),
    }
}

fn view(saved: &Saved, path: &Path) -> Result<View, String> {
    let wrong =
        |why: &str| format!("{}, view \"{}\": {}.", named(path), safe(&saved.name), safe(why));
    filter::parse(&saved.filter).map_err(|error| wrong(&error.message))?;
    let sort = saved.sort.parse().map_err(|why: String| wrong(&why))?;
    Ok(View::new(&saved.name, &saved.filter, sort))
}

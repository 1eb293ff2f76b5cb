//! `config.toml`: what one person sets for themselves. The team's rules are in the policy, not here.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::fs::{private_dir, write_atomic};
use crate::domain::text;

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// One person's settings; every key may be left out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who works this desk: name, mail address or id; `--as` and `HANDOFF_USER` win.
    pub person: Option<String>,
    /// The theme: `dark`, `light`, `high-contrast`, or a file in the themes folder.
    pub theme: Option<String>,
    /// The store's file; `--store` and `HANDOFF_STORE` win. A relative path starts at the configuration's folder.
    pub store: Option<PathBuf>,
    /// The policy file; `--policy` wins. A relative path starts at the configuration's folder.
    pub policy: Option<PathBuf>,
    /// When to use colours.
    #[serde(default)]
    pub color: ColorChoice,
}

/// Each key with the value that it wants.
const KEYS: &[(&str, &str)] = &[
    ("person", "a name, mail address or id in quotes"),
    ("theme", "\"dark\", \"light\", \"high-contrast\" or the name of a theme of yours"),
    ("store", "a path in quotes"),
    ("policy", "a path in quotes"),
    ("color", "\"auto\", \"always\" or \"never\""),
];

/// A configuration that cannot be used: where, what, and what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1; none when the file could not be read at all.
    pub line: Option<usize>,
    /// The key, where one is at fault.
    pub key: Option<String>,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", text::safe(&self.path.to_string_lossy()))?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ", key {}", text::clip(key, 40))?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl Config {
    /// Reads the configuration; a file that does not exist is an empty one.
    ///
    /// # Errors
    /// When the file cannot be read or says something that is not understood; nothing of it is used then.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |problem: String| ConfigError {
            path: path.to_path_buf(),
            line: None,
            key: None,
            problem,
        };
        match std::fs::read(path) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(source) => Self::parse(path, &source),
                Err(_) => Err(unreadable("is not UTF-8 text; save it as UTF-8".to_owned())),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(unreadable(format!(
                "cannot be read ({error}); mend its permissions or move it away"
            ))),
        }
    }

    /// Reads the text of a configuration; `path` is for messages and for what relative paths start at.
    ///
    /// # Errors
    /// With the line and key of the first thing that is not understood.
    pub fn parse(path: &Path, source: &str) -> Result<Self, ConfigError> {
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let mut config: Self =
            toml::from_str(source).map_err(|error| explain(path, source, &error))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for file in [&mut config.store, &mut config.policy].into_iter().flatten() {
            *file = absolute(file, folder);
        }
        Ok(config)
    }
}

/// `~/x` is in the home directory; any other relative path is beside the configuration.
fn absolute(file: &Path, folder: &Path) -> PathBuf {
    if let Ok(below) = file.strip_prefix("~")
        && let Some(home) = directories::BaseDirs::new()
    {
        return home.home_dir().join(below);
    }
    folder.join(file)
}

fn explain(path: &Path, source: &str, error: &toml::de::Error) -> ConfigError {
    let start = error.span().map_or(0, |span| span.start);
    let before = source.get(..start).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    let written = source.get(begin..).unwrap_or_default().lines().next().unwrap_or_default();
    let key = written.split(['=', '#']).next().unwrap_or_default().trim();
    let key = key.trim_start_matches('[').trim_end_matches(']').trim().to_owned();
    let names: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
    let problem = match KEYS.iter().find(|(name, _)| *name == key) {
        Some((_, wants)) if error.message().starts_with("duplicate") => {
            format!("is there twice; keep one line, with {wants}")
        }
        Some((_, wants)) => format!("wants {wants}"),
        None if error.message().starts_with("unknown field") => {
            let near = nearest(&key, &names)
                .map_or_else(String::new, |name| format!("did you mean {name}? "));
            format!("is no key of the configuration; {near}the keys are {}", names.join(", "))
        }
        None => format!("is not TOML ({}); write lines such as theme = \"dark\"", error.message()),
    };
    ConfigError {
        path: path.to_path_buf(),
        line: Some(line),
        key: (!key.is_empty()).then_some(key),
        problem,
    }
}

/// The name that is one or two typing errors away.
fn nearest<'n>(typed: &str, names: &[&'n str]) -> Option<&'n str> {
    let typed = typed.to_lowercase();
    names
        .iter()
        .map(|name| (distance(&typed, name), *name))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, name)| name)
}

/// Characters to insert, delete or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let next = (diagonal + usize::from(x != *y)).min(*cell + 1).min(left + 1);
            diagonal = *cell;
            *cell = next;
            left = next;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Writes down who works this desk, so that later starts know; every other line of the file stays as it is.
///
/// # Errors
/// When the file that is there is not a valid configuration, or the new one cannot be written.
pub fn remember_person(path: &Path, person: &str) -> Result<(), ConfigError> {
    let failed = |error: io::Error| ConfigError {
        path: path.to_path_buf(),
        line: None,
        key: None,
        problem: format!(
            "cannot be written ({error}); mend its permissions, or start with --as {person}"
        ),
    };
    Config::read(path)?;
    let source = match std::fs::read_to_string(path) {
        Ok(source) => source,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    let entry = format!("person = {}", toml::Value::from(person));
    let is_entry = |line: &str| line.split_once('=').is_some_and(|(key, _)| key.trim() == "person");
    let mut lines: Vec<&str> = source.lines().collect();
    match lines.iter_mut().find(|line| is_entry(line)) {
        Some(line) => *line = &entry,
        None => lines.insert(0, &entry),
    }
    let mut whole = lines.join("\n");
    whole.push('\n');
    if let Some(folder) = path.parent() {
        private_dir(folder).map_err(failed)?;
    }
    write_atomic(path, whole.as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn parse(source: &str) -> Result<Config, String> {
        Config::parse(Path::new("/c/config.toml"), source).map_err(|error| error.to_string())
    }

    #[test]
    fn all_keys() {
        let config = parse(
            "\u{feff}# mine\nperson = \"dana@acme.com\"\ntheme = \"light\"\nstore = \"/d/a.db\"\n\
             policy = \"team.toml\"\ncolor = \"never\"\n",
        );
        assert_eq!(
            config,
            Ok(Config {
                person: Some("dana@acme.com".into()),
                theme: Some("light".into()),
                store: Some("/d/a.db".into()),
                policy: Some("/c/team.toml".into()),
                color: ColorChoice::Never,
            })
        );
        assert_eq!(parse(""), Ok(Config::default()));
    }

    #[rstest]
    #[case(
        "\ncolour = \"auto\"",
        "/c/config.toml, line 2, key colour: is no key of the configuration; did you mean color? the keys are person, theme, store, policy, color"
    )]
    #[case(
        "zzz = 1",
        "/c/config.toml, line 1, key zzz: is no key of the configuration; the keys are person, theme, store, policy, color"
    )]
    #[case(
        "person = 3",
        "/c/config.toml, line 1, key person: wants a name, mail address or id in quotes"
    )]
    #[case("a", "/c/config.toml, line 1, key a: is not TOML")]
    #[case(
        "theme = \"x\"\ncolor = \"blue\"",
        "/c/config.toml, line 2, key color: wants \"auto\", \"always\" or \"never\""
    )]
    #[case("store = ", "/c/config.toml, line 1, key store: wants a path in quotes")]
    #[case(
        "theme = \"a\"\ntheme = \"b\"",
        "/c/config.toml, line 2, key theme: is there twice; keep one line"
    )]
    #[case("[person]\nx = 1", "/c/config.toml, line 1, key person: wants a name")]
    #[case("\"a\u{1b}[2J\" = 1", "/c/config.toml, line 1, key \"a␛[2J\": is not TOML")]
    fn errors_name_line_key_and_remedy(#[case] source: &str, #[case] sentence: &str) {
        let told = parse(source).unwrap_err();
        assert!(told.starts_with(sentence), "{told}");
        assert!(!told.contains(char::is_control), "{told:?}");
    }

    #[test]
    fn unreadable_files_are_told_and_missing_ones_are_empty() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Config::read(&folder.path().join("none")), Ok(Config::default()));
        let binary = folder.path().join("binary");
        std::fs::write(&binary, [0xff, 0xfe]).unwrap();
        assert!(Config::read(&binary).unwrap_err().to_string().contains("is not UTF-8 text"));
        assert!(Config::read(folder.path()).unwrap_err().to_string().contains("cannot be read"));
    }

    #[test]
    fn the_person_is_remembered_and_the_rest_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/config.toml");
        remember_person(&path, "o\"hara\\").unwrap();
        assert_eq!(Config::read(&path).unwrap().person.as_deref(), Some("o\"hara\\"));
        std::fs::write(&path, "# mine\ntheme = \"light\"\nperson= \"x\"").unwrap();
        remember_person(&path, "dana").unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "# mine\ntheme = \"light\"\nperson = \"dana\"\n"
        );
        std::fs::write(&path, "broken").unwrap();
        assert!(remember_person(&path, "dana").is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "broken");
    }

    #[rstest]
    #[case("color", "color", 0)]
    #[case("colour", "color", 1)]
    #[case("", "abc", 3)]
    #[case("kitten", "sitting", 3)]
    fn typing_errors(#[case] a: &str, #[case] b: &str, #[case] errors: usize) {
        assert_eq!(distance(a, b), errors);
    }
}

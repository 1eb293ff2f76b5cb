//! The only place that reads the environment: once, into a value.

use std::ffi::OsString;
use std::path::PathBuf;

/// What the environment says. A variable that is set to nothing counts as not set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Env {
    /// `HANDOFF_STORE`: the store's file.
    pub store: Option<PathBuf>,
    /// `HANDOFF_POLICY`: the policy file.
    pub policy: Option<PathBuf>,
    /// `HANDOFF_CONFIG_DIR`: the folder of `config.toml`, `keys.toml`, `policy.toml` and themes.
    pub config_dir: Option<PathBuf>,
    /// `HANDOFF_STATE_DIR`: the folder of the log and of crash reports.
    pub state_dir: Option<PathBuf>,
    /// `HANDOFF_USER`: who works the desk.
    pub user: Option<String>,
    /// `HANDOFF_NOW`: the time to go by, for tests and what-if.
    pub now: Option<String>,
    /// `NO_COLOR` is set to something (<https://no-color.org>).
    pub no_color: bool,
    /// `TERM`.
    pub term: Option<String>,
    /// `COLORTERM` says that the terminal shows all colours.
    pub truecolor: bool,
    /// `COLUMNS`, as a width to use where no terminal tells one.
    pub columns: Option<usize>,
    /// A graphical session or a chosen browser is at hand: `DISPLAY`, `WAYLAND_DISPLAY`, `BROWSER` or WSL.
    pub graphical: bool,
    /// `VISUAL` or `EDITOR`: the person's own editor, with its arguments.
    pub editor: Option<String>,
    /// `HOME`: what `~` means in a path.
    pub home: Option<PathBuf>,
    /// `USER` or `LOGNAME`, used only where the system has no name for the user's number.
    pub login: Option<String>,
}

/// The arguments of this process, its own name first.
pub fn arguments() -> impl Iterator<Item = OsString> {
    std::env::args_os()
}

impl Env {
    /// The environment of this process.
    #[must_use]
    pub fn read() -> Self {
        Self::from_fn(|name| std::env::var_os(name))
    }

    /// The colours of a terminal: none, the 256 of xterm (`false`), or all (`true`).
    #[must_use]
    pub fn colors(&self, choice: super::config::ColorChoice) -> Option<bool> {
        use super::config::ColorChoice;
        let none = match choice {
            ColorChoice::Always => false,
            ColorChoice::Never => true,
            ColorChoice::Auto => self.no_color,
        };
        (!none).then_some(self.truecolor)
    }

    /// An environment given by a function, for tests.
    pub fn from_fn(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let path = |name: &str| set(name).map(PathBuf::from);
        let text = |name: &str| set(name).map(|value| value.to_string_lossy().into_owned());
        Self {
            store: path("HANDOFF_STORE"),
            policy: path("HANDOFF_POLICY"),
            config_dir: path("HANDOFF_CONFIG_DIR"),
            state_dir: path("HANDOFF_STATE_DIR"),
            user: text("HANDOFF_USER"),
            now: text("HANDOFF_NOW"),
            no_color: set("NO_COLOR").is_some(),
            term: text("TERM"),
            truecolor: text("COLORTERM")
                .is_some_and(|value| value == "truecolor" || value == "24bit"),
            columns: text("COLUMNS").and_then(|value| value.trim().parse().ok()),
            graphical: ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"]
                .iter()
                .any(|name| set(name).is_some()),
            editor: text("VISUAL").or_else(|| text("EDITOR")),
            home: path("HOME"),
            login: text("USER").or_else(|| text("LOGNAME")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_variables_count_as_unset() {
        let env = Env::from_fn(|name| match name {
            "HANDOFF_STORE" => Some("/a/b.db".into()),
            "HANDOFF_USER" | "NO_COLOR" => Some(OsString::new()),
            "LOGNAME" => Some("dana".into()),
            "COLUMNS" => Some(" 132 ".into()),
            _ => None,
        });
        assert_eq!(
            env,
            Env {
                store: Some("/a/b.db".into()),
                login: Some("dana".into()),
                columns: Some(132),
                ..Env::default()
            }
        );
    }
}

//! A folder of its own for each test, with a store in it or without, and the binary run there.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// The Friday afternoon that all of these tests are told on.
const NOW: &str = "2026-11-20T14:32:00-05:00";

/// A folder with a store that may be there, and nothing else of the machine.
pub(super) struct Place {
    folder: TempDir,
    more: Vec<(String, String)>,
}

/// What a command said.
pub(super) struct Said {
    pub(super) status: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Place {
    /// Without a store.
    pub(super) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), more: Vec::new() }
    }

    /// With a store that holds the demo.
    pub(super) fn demo() -> Self {
        let place = Self::empty();
        std::fs::copy(demo(), place.store()).unwrap();
        place
    }

    /// The same place with a variable of the environment.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.more.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn store(&self) -> PathBuf {
        self.path("desk.db")
    }

    /// Writes a file and gives its path.
    pub(super) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_handoff"));
        command
            .env_clear()
            .env("HANDOFF_STORE", self.store())
            .env("HANDOFF_CONFIG_DIR", self.path("config"))
            .env("HANDOFF_STATE_DIR", self.path("state"))
            .env("HANDOFF_NOW", NOW)
            .envs(self.more.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .args(arguments);
        command
    }

    /// Runs a command.
    pub(super) fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().unwrap())
    }

    /// Runs a command with this on its standard input.
    pub(super) fn fed(&self, arguments: &[&str], input: &[u8]) -> Said {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        said(child.wait_with_output().unwrap())
    }

    /// Runs a command as somebody; it must be done.
    pub(super) fn done(&self, who: &str, arguments: &[&str]) -> String {
        let all = [arguments, &["--as", who]].concat();
        let said = self.run(&all);
        assert_eq!(said.status, 0, "{arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    /// What a command answers as JSON; it must be done.
    pub(super) fn json(&self, arguments: &[&str]) -> Value {
        let said = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(said.status, 0, "{arguments:?}: {}{}", said.out, said.err);
        assert_eq!(said.err, "", "{arguments:?}");
        said.json()
    }

    /// The ids of the handoffs that match a filter, in their order.
    pub(super) fn ids(&self, filter: &str) -> Vec<String> {
        let listed = self.json(&["list", filter, "--limit", "0"]);
        let handoffs = listed["handoffs"].as_array().unwrap().iter();
        handoffs.map(|handoff| handoff["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Everything that lists say: two of them alike are one state.
    pub(super) fn state(&self) -> String {
        let parts = [self.json(&["list", "--limit", "0"]), self.json(&["list", "people"])];
        format!("{parts:?}")
    }

    /// The doctor finds nothing.
    pub(super) fn sound(&self) {
        let found = self.json(&["doctor"]);
        assert_eq!(found["sound"], true, "{found}");
    }
}

impl Said {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// One clear sentence and this status: no output, no panic, nothing that is not text.
    pub(super) fn refuses(&self, status: i32, parts: &[&str]) {
        assert_eq!(self.status, status, "{}{}", self.out, self.err);
        assert_eq!(self.out, "", "{}", self.err);
        self.tells(parts);
        assert_eq!(self.err.trim_end().lines().count(), 1, "{}", self.err);
    }

    /// What is told on standard error holds all of this and is a sentence.
    pub(super) fn tells(&self, parts: &[&str]) {
        let told = self.err.trim_end();
        assert!(told.starts_with("handoff: ") && told.ends_with('.'), "{told:?}");
        assert!(!told.contains("panicked") && !told.contains("Error("), "{told}");
        for part in parts {
            assert!(told.contains(part), "no {part:?} in {told:?}");
        }
    }
}

fn said(output: std::process::Output) -> Said {
    Said {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The demo's store, filled once; nobody has it open any more.
fn demo() -> &'static Path {
    static DEMO: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = DEMO.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.db");
        let output = Command::new(env!("CARGO_BIN_EXE_handoff"))
            .env_clear()
            .env("HANDOFF_STORE", &path)
            .env("HANDOFF_CONFIG_DIR", folder.path())
            .env("HANDOFF_STATE_DIR", folder.path())
            .env("HANDOFF_NOW", NOW)
            .args(["demo", "--fill-only"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!folder.path().join("demo.db-wal").exists(), "the log is copied in at the end");
        (folder, path)
    });
    path
}

//! The real program on a store of its own, one command at a time, at a fixed moment.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// Friday 20 November 2026, 14:32 in New York.
pub(crate) const NOW: &str = "2026-11-20T14:32:00-05:00";

/// A store, its configuration, and the program.
#[derive(Debug)]
pub(crate) struct Tool {
    folder: TempDir,
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Tool {
    /// The program on no store yet.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The program on a store filled with the demo.
    pub(crate) fn demo() -> Self {
        // Filled once for all tests; it is no store that anybody has open any more when it is copied.
        static FILLED: OnceLock<Tool> = OnceLock::new();
        let filled = FILLED.get_or_init(|| {
            let tool = Self::new();
            tool.done("", &["demo", "--fill-only"]);
            tool
        });
        let tool = Self::new();
        std::fs::copy(filled.path("desk.db"), tool.path("desk.db")).unwrap();
        tool
    }

    /// A file in its folder.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command as somebody, or as nobody in particular.
    pub(crate) fn run(&self, who: &str, arguments: &[&str]) -> Answered {
        let mut command = Command::new(env!("CARGO_BIN_EXE_handoff"));
        command
            .args(arguments)
            .env_clear()
            .env("HANDOFF_STORE", self.path("desk.db"))
            .env("HANDOFF_CONFIG_DIR", self.path("config"))
            .env("HANDOFF_STATE_DIR", self.path("state"))
            .env("HANDOFF_NOW", NOW)
            .stdin(Stdio::null());
        if !who.is_empty() {
            command.env("HANDOFF_USER", who);
        }
        let done = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Answered {
            status: done.status.code().unwrap(),
            out: text(done.stdout),
            err: text(done.stderr),
        }
    }

    /// Runs a command that must succeed.
    pub(crate) fn done(&self, who: &str, arguments: &[&str]) -> String {
        let answered = self.run(who, arguments);
        assert_eq!(answered.status, 0, "{arguments:?}: {}", answered.err);
        answered.out
    }

    /// Runs a command that must succeed, and reads its JSON.
    pub(crate) fn json(&self, who: &str, arguments: &[&str]) -> Value {
        let arguments: Vec<_> = arguments.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.done(who, &arguments)).unwrap()
    }

    /// Runs a command that must be refused or fail with one sentence; gives the status and the sentence.
    pub(crate) fn refused(&self, who: &str, arguments: &[&str]) -> (i32, String) {
        let answered = self.run(who, arguments);
        assert_ne!(answered.status, 0, "{arguments:?}: {}", answered.out);
        (answered.status, answered.err)
    }
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

//! A store made through the command line, once for all journeys and copied for each.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::pty::Pty;

/// Tuesday 10 November 2026, 10:00 in New York.
pub(super) const TUESDAY: &str = "2026-11-10T10:00:00-05:00";

const PEOPLE: &str = "\
name,email,role,manager,territories,capacity
Dana Reyes,dana@example.com,vp_sales,,,
Mia Chen,mia@example.com,marketing,,,
Lee Park,lee@example.com,manager,Dana Reyes,,
Sam Ortiz,sam@example.com,ae,Lee Park,West,20
Ana Silva,ana@example.com,ae,Lee Park,East,20
";

const NAMES: [&str; 6] =
    ["Alder Labs", "Bright Mills", "Cobalt Foods", "Delta Yards", "Ember Tools", "Fjord Lines"];

/// A store of its own, with the folders that the program looks into.
pub(super) struct Office {
    folder: TempDir,
}

impl Office {
    /// Six Tier 1 accounts, queued for triage.
    pub(super) fn new() -> Self {
        static MADE: OnceLock<TempDir> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let office = Self::empty();
            office.fill(&NAMES.map(str::to_owned));
            office.folder
        });
        let office = Self::empty();
        std::fs::copy(made.path().join("handoff.db"), office.store()).unwrap();
        office
    }

    /// The same with names that try to control the terminal.
    pub(super) fn hostile() -> Self {
        let office = Self::empty();
        office.fill(&[
            "\"Evil \u{1b}]0;owned\u{7}Corp\"".to_owned(),
            "Left\u{202e}Right\u{9b}31m".to_owned(),
        ]);
        office
    }

    /// No store yet.
    pub(super) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn fill(&self, names: &[String]) {
        let mut accounts =
            "name,domain,revenue,employees,industry,region,tier,technologies,news,on_tal\n"
                .to_owned();
        let mut contacts = "account_domain,name,title,email,buying_role,authority\n".to_owned();
        let mut signals = "domain,contact,kind,at,source,detail\n".to_owned();
        for (n, name) in names.iter().enumerate() {
            let domain = format!("a{n}.example");
            let news = name.replace('"', "");
            accounts.push_str(&format!(
                "{name},{domain},120000000,450,SaaS,West,1,Marketo,\"2026-11-02 {news} opens a second plant\",yes\n"
            ));
            contacts
                .push_str(&format!("{domain},Sarah Holt,CMO,sarah@{domain},decision_maker,yes\n"));
            contacts
                .push_str(&format!("{domain},Mike Dunn,CFO,mike@{domain},decision_maker,yes\n"));
            for kind in ["pricing_visit", "roi_calculator"] {
                signals.push_str(&format!(
                    "{domain},sarah@{domain},{kind},2026-11-09T15:0{n}:00Z,website,Pricing page\n"
                ));
            }
        }
        let files = [
            ("people", PEOPLE.to_owned()),
            ("accounts", accounts),
            ("contacts", contacts),
            ("signals", signals),
        ];
        let paths: Vec<String> = files
            .iter()
            .map(|(name, text)| {
                let path = self.folder.path().join(format!("{name}.csv"));
                std::fs::write(&path, text).unwrap();
                path.to_str().unwrap().to_owned()
            })
            .collect();
        let import: Vec<_> =
            ["import"].into_iter().chain(paths.iter().map(String::as_str)).collect();
        self.done("", TUESDAY, &import);
        self.done("Mia Chen", TUESDAY, &["evaluate"]);
    }

    /// A place in the office's folder.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("handoff.db")
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let below = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        vec![
            ("HANDOFF_STORE", below("handoff.db")),
            ("HANDOFF_CONFIG_DIR", below("config")),
            ("HANDOFF_STATE_DIR", below("state")),
        ]
    }

    /// Opens the desk as somebody.
    pub(super) fn desk(&self, who: &str, now: &str, size: (u16, u16)) -> Pty {
        self.desk_with(who, now, size, &[])
    }

    pub(super) fn desk_with(
        &self,
        who: &str,
        now: &str,
        size: (u16, u16),
        more: &[(&str, &str)],
    ) -> Pty {
        self.start(&["--as", who], now, size, more)
    }

    /// Starts the program in a terminal.
    pub(super) fn start(
        &self,
        arguments: &[&str],
        now: &str,
        size: (u16, u16),
        more: &[(&str, &str)],
    ) -> Pty {
        let own = self.variables();
        let mut variables: Vec<_> =
            own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if arguments.first() == Some(&"demo") {
            variables.retain(|(name, _)| *name != "HANDOFF_STORE");
            variables.push(("HOME", self.folder.path().to_str().unwrap()));
        }
        variables.push(("HANDOFF_NOW", now));
        variables.extend_from_slice(more);
        Pty::start(Path::new(env!("CARGO_BIN_EXE_handoff")), arguments, &variables, size)
    }

    /// Runs a command, whatever becomes of it.
    pub(super) fn run(&self, who: &str, now: &str, arguments: &[&str]) -> std::process::Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_handoff"));
        command.env_clear().envs(self.variables()).env("HANDOFF_NOW", now).args(arguments);
        if !who.is_empty() {
            command.args(["--as", who]);
        }
        command.output().unwrap()
    }

    /// Runs a command that must be done.
    pub(super) fn done(&self, who: &str, now: &str, arguments: &[&str]) {
        let output = self.run(who, now, arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// What a command answers as JSON.
    pub(super) fn json(&self, arguments: &[&str]) -> Value {
        let all: Vec<_> = arguments.iter().copied().chain(["--json"]).collect();
        let output = self.run("", TUESDAY, &all);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub(super) fn show(&self, id: &str) -> Value {
        self.json(&["show", id])
    }

    /// The doctor finds nothing.
    pub(super) fn sound(&self) {
        assert_eq!(self.json(&["doctor"])["sound"], true);
    }

    /// Whether no store of a demo is left.
    pub(super) fn no_demo_left(&self) -> bool {
        let state = std::fs::read_dir(self.folder.path().join("state")).unwrap();
        !state.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("demo-"))
    }
}

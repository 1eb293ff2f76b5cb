//! Nobody else reads what we write, whatever the umask; nothing of anybody's data is in logs; a clock that steps back
//! reorders nothing; damage is found and never made worse.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use handoff_desk::store::{Access, Store};

use super::rig::{Rig, long, state_of, team};

/// Everything below a folder that others may read or change.
fn loose(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::symlink_metadata(&path).unwrap().permissions().mode();
        if mode & 0o077 != 0 {
            found.push(path.clone());
        }
        if path.is_dir() {
            found.extend(loose(&path));
        }
    }
    found
}

/// Runs a line of commands in a shell with this umask.
fn shell(rig: &Rig, umask: &str, line: &str) {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("umask {umask}\n{line}")]).env_clear();
    command.env("PATH", "/usr/bin:/bin").env("H", env!("CARGO_BIN_EXE_handoff"));
    rig.on(&mut command);
    command.env("HANDOFF_STORE", rig.path("new/folder/desk.db")).env("HANDOFF_USER", "Kim");
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{umask}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

const EVERYTHING: &str = "set -e
    mkdir -m 700 in out
    printf 'name,email,role\\nKim,kim@example.com,revops\\nLee,lee@example.com,king\\n' > in/people.csv
    printf 'Firm;Web\\nAcme;acme.example\\n' > in/leads.csv
    chmod 600 in/*
    \"$H\" import in/people.csv --rejects out/rejects.csv || test $? = 3
    \"$H\" import in/people.csv --dry-run || test $? = 3
    printf 'title = \"Fair\"\\n[[records]]\\nkind = \"accounts\"\\n[records.fields]\\nname = { headers = [\"firm\"] }\\n' > in/fair.toml
    chmod 600 in/*
    \"$H\" import in/leads.csv --map in/fair.toml --save-map fair
    \"$H\" policy init
    \"$H\" backup out/backup.db
    \"$H\" export --out out/all.jsonl
    \"$H\" list accounts --format csv --out out/accounts.csv
    \"$H\" report --format html --out out/report.html
    \"$H\" restore out/backup.db --force
    \"$H\" restore out/all.jsonl --force
    \"$H\" doctor
    \"$H\" doctor --repair";

#[test]
fn what_we_write_is_private_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let rig = Rig::empty();
        fs::remove_dir(rig.desk()).unwrap();
        shell(&rig, umask, EVERYTHING);
        assert_eq!(loose(&rig.path("")), [] as [&Path; 0], "umask {umask}");
        for name in [
            "new/folder/desk.db",
            "out/rejects.csv",
            "out/backup.db",
            "out/all.jsonl",
            "out/accounts.csv",
            "out/report.html",
            "config/policy.toml",
            "config/maps/fair.toml",
        ] {
            assert!(rig.path(name).exists(), "{name}");
        }
        let aside = fs::read_dir(rig.path("new/folder")).unwrap();
        let aside = aside.filter(|entry| {
            entry.as_ref().unwrap().file_name().to_string_lossy().contains(".before-")
        });
        assert_eq!(aside.count(), 2, "what was replaced is kept twice");
    }
}

/// The control: what a program makes that doesn't mind is found.
#[test]
fn control_an_open_handed_file_is_found() {
    let rig = Rig::empty();
    fs::remove_dir(rig.desk()).unwrap();
    shell(&rig, "000", "echo x > careless");
    assert_eq!(loose(&rig.path("")), [rig.path("careless")]);
}

/// Whether a text is in any file below a folder.
fn told(folder: &Path, text: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.map(|entry| entry.unwrap().path()).any(|path| match path.is_dir() {
        true => told(&path, text),
        false => {
            let bytes = fs::read(path).unwrap();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        }
    })
}

#[test]
fn nothing_of_anybody_is_in_the_log() {
    let rig = Rig::new();
    rig.done("Sam Ortiz", &["note", "H-1", "--text", "Zanzibar is off"]);
    // In the desk, where the log is kept, and ended by a signal, which it tells.
    let store = rig.store();
    let state = rig.path("state");
    let run = format!(
        "umask 000; exec {} --store {} --as 'Sam Ortiz'",
        env!("CARGO_BIN_EXE_handoff"),
        store.to_str().unwrap()
    );
    let mut pty = crate::support::pty::Pty::start(
        Path::new("/bin/sh"),
        &["-c", &run],
        &[
            ("HOME", rig.path("").to_str().unwrap()),
            ("HANDOFF_CONFIG_DIR", rig.path("config").to_str().unwrap()),
            ("HANDOFF_STATE_DIR", state.to_str().unwrap()),
            ("HANDOFF_NOW", super::rig::NOW),
        ],
        (130, 30),
    );
    pty.wait_for("Acme Inc");
    // The store's side files are there while it is open, and private too.
    assert!(rig.desk().join("desk.db-wal").exists());
    assert_eq!(loose(&rig.desk()), [] as [&Path; 0]);
    pty.signal(rustix::process::Signal::TERM);
    pty.end();
    assert_eq!(loose(&state), [] as [&Path; 0]);
    assert!(told(&state, "ended by a signal"), "the control: nothing was logged");
    assert!(told(&rig.desk(), "Zanzibar"), "the control: the note is in the store");
    for private in ["Zanzibar", "Acme", "acme.example", "Sarah", "Ortiz", "sam@example.com"] {
        assert!(!told(&state, private), "{private} is in the log");
    }
}

#[test]
fn a_clock_that_steps_back_reorders_nothing() {
    let rig = Rig::new();
    let at = |time: &str, arguments: &[&str]| {
        let output = rig.command("Sam Ortiz", arguments).env("HANDOFF_NOW", time).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // A note in ten days, when promises are late, and one of an hour before everything.
    at("2026-11-30T12:00:00-05:00", &["note", "H-1", "--text", "first"]);
    let ended = |time| {
        let shown: serde_json::Value =
            serde_json::from_str(&at(time, &["show", "H-1", "--json"])).unwrap();
        let clocks = shown["clocks"].as_array().unwrap().clone();
        let ended = |clock: &serde_json::Value| !clock["ended"].is_null();
        let clocks: Vec<_> = clocks.into_iter().filter(ended).collect();
        let notes: Vec<String> = shown["record"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|event| event["note"].as_str().map(str::to_owned))
            .filter(|note| note == "first" || note == "second")
            .collect();
        (clocks, notes)
    };
    let before = ended("2026-11-30T12:00:00-05:00").0;
    assert!(before.iter().any(|clock| clock["breached"] == true), "{before:?}");
    at("2026-11-20T13:00:00-05:00", &["note", "H-1", "--text", "second"]);
    let (after, notes) = ended("2026-11-20T13:00:00-05:00");
    for clock in before {
        assert!(after.contains(&clock), "{clock} was judged again: {after:?}");
    }
    let newest_first = ["second", "first"];
    let oldest_first = ["first", "second"];
    assert!(notes == newest_first || notes == oldest_first, "{notes:?}");
    assert_eq!(rig.findings(), [] as [&str; 0]);
    let conn = rusqlite::Connection::open(rig.store()).unwrap();
    let order: Vec<String> = conn
        .prepare("SELECT note FROM event WHERE note IN ('first', 'second') ORDER BY seq")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(order, oldest_first);
}

/// Damages a store in many places: it is refused, or the doctor finds it, or the record and all handoffs are as they
/// were; and looking at it changes no byte.
#[test]
fn damage_is_found_and_never_made_worse() {
    let whole = fs::read(team()).unwrap();
    let sound = {
        let rig = Rig::new();
        kept(&state_of(&rig.store()))
    };
    let mut dice: u64 = 7;
    let mut below = |end: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).unwrap() % end
    };
    let (mut refused, mut found, mut harmless) = (0, 0, 0);
    for n in 0..if long() { 10_000 } else { 60 } {
        let mut bytes = whole.clone();
        match n % 3 {
            0 => {
                let at = below(bytes.len());
                bytes[at] ^= 1 << below(8);
            }
            1 => {
                let at = below(bytes.len() - 600);
                bytes[at..at + 500].fill(0xA5);
            }
            _ => bytes.truncate(below(bytes.len())),
        }
        let rig = Rig::empty();
        fs::write(rig.store(), &bytes).unwrap();
        fs::set_permissions(rig.store(), fs::Permissions::from_mode(0o600)).unwrap();
        let checked =
            Store::open(&rig.store(), Access::ReadOnly).map(|store| store.check(&mut |_| ()));
        match checked {
            Err(_) | Ok(Err(_)) => refused += 1,
            Ok(Ok(checked)) if !checked.findings.is_empty() => found += 1,
            Ok(Ok(_)) => {
                assert_eq!(kept(&state_of(&rig.store())), sound, "damage {n} was not found");
                harmless += 1;
                continue;
            }
        }
        assert_eq!(fs::read(rig.store()).unwrap(), bytes, "damage {n} was changed");
    }
    // The control: the damages are damages.
    assert!(
        refused > 5 && refused + found > 15,
        "{refused} refused, {found} found, {harmless} harmless"
    );
}

/// The part of the state that hashes and replay protect: handoffs and the record. Accounts are what files said, and when
/// a clock is told of next is no part of its promise.
fn kept(state: &str) -> String {
    let protected =
        ["clock:", "decision:", "event:", "field:", "frozen:", "gesture:", "pause:", "touch:"];
    let lines = state.lines().filter(|line| protected.iter().any(|table| line.starts_with(table)));
    let promise = |line: &str| line.split(" told=").next().unwrap_or_default().to_owned();
    lines.map(promise).collect::<Vec<_>>().join("\n")
}

//! Many desks that write at once, each somebody's own in a pseudo-terminal of its own, on one store and a slow disk: how
//! long anybody waits for an action, and for a key that writes nothing while all of them write.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Barrier};

use rusqlite::Connection;

use super::generate;
use super::terminal::{self, Terminal};

/// How much longer each sync takes, in milliseconds.
const SLOW: &str = "20";
/// How often all of them write at the same moment.
const ROUNDS: usize = 12;
/// The bars: an action on screen, and a key that writes nothing.
const ACTION: f64 = 500.0;
const KEY: f64 = 100.0;
const HANDOFFS: u32 = 10_000;
const SYNCS: usize = 100;

pub(crate) fn run(folder: &Path, desks: usize) {
    let store = folder.join("desk.db");
    generate::store(&store, HANDOFFS);
    let disk = slow_disk(folder);
    let round = Arc::new(Barrier::new(desks));
    let mut all = Vec::new();
    for (place, name) in people(&store, desks).into_iter().enumerate() {
        let mut terminal = start(folder, &store, &disk, name);
        let round = Arc::clone(&round);
        all.push(std::thread::spawn(move || {
            terminal.ready("stage:assigned");
            let (mut actions, mut keys) = (Vec::new(), Vec::new());
            for turn in 0..ROUNDS {
                while terminal.shows("Accepted ") {
                    terminal.say(&["?", "\x1b"]);
                }
                round.wait();
                // One of them only looks on, each in its turn: its screen answers while the others write.
                if desks > 1 && turn % desks == place {
                    keys.extend(["?", "\x1b"].map(|key| terminal.press(key).0));
                } else {
                    actions.push(terminal.press_for("c", "Accepted ").0);
                }
                round.wait();
            }
            terminal.leave();
            (actions, keys)
        }));
    }
    // What the disk itself takes meanwhile, which a loaded machine makes long.
    let syncs: Vec<f64> = (0..SYNCS).map(|_| terminal::sync()).collect();
    let (mut actions, mut keys) = (Vec::new(), Vec::new());
    for one in all {
        let (accepted, pressed) = one.join().unwrap();
        actions.extend(accepted);
        keys.extend(pressed);
    }
    println!(
        "\n{desks} desks write at once, each sync takes {SLOW} ms longer, {HANDOFFS} handoffs, milliseconds\n"
    );
    line("accept, key to done", actions, Some(ACTION));
    line("a key while the others write", keys, Some(KEY));
    line("the disk's own sync of 8 KB", syncs, None);
}

/// Somebody's desk, on the list of what was given to them and is not accepted yet.
fn start(folder: &Path, store: &Path, disk: &Path, name: String) -> Terminal {
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let variables = [
        ("HANDOFF_CONFIG_DIR", text(&folder.join("config"))),
        ("HANDOFF_STATE_DIR", text(&folder.join("state"))),
        ("HANDOFF_NOW", generate::NOW_TEXT.to_owned()),
        ("LD_PRELOAD", text(disk)),
        ("FAULT_UNDER", text(&folder.canonicalize().unwrap())),
        ("FAULT_SLOW", SLOW.to_owned()),
    ];
    let arguments = ["--store".to_owned(), text(store), "--as".into(), name];
    let program = Path::new(env!("CARGO_BIN_EXE_handoff"));
    let mut terminal = Terminal::start(program, &arguments, &variables);
    terminal.ready("to come");
    terminal.say(&["1", "v", "All", "\r", "/", "stage:assigned owner:me", "\r"]);
    terminal
}

/// The disk that takes its time: the interposer of the fault tests.
fn slow_disk(folder: &Path) -> PathBuf {
    let built = folder.join("slow.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/fault/shim.c");
    let cc = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&built, &source])
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(cc.success());
    built
}

/// Those who have most to accept.
fn people(store: &Path, desks: usize) -> Vec<String> {
    let conn = Connection::open(store).unwrap();
    let people: Vec<String> = conn
        .prepare(
            "SELECT person.name FROM handoff JOIN person ON person.id = assignee WHERE stage = 'assigned'
             GROUP BY assignee ORDER BY count(*) DESC LIMIT ?1",
        )
        .unwrap()
        .query_map([desks as i64], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(people.len(), desks, "so many people have something to accept");
    people
}

fn line(what: &str, mut figures: Vec<f64>, bar: Option<f64>) {
    figures.retain(|figure| !figure.is_nan());
    if figures.is_empty() {
        return;
    }
    figures.sort_by(f64::total_cmp);
    let at = |share: f64| figures[(share * (figures.len() - 1) as f64).round() as usize];
    let bar = bar.map_or_else(String::new, |bar| format!("  bar {bar}"));
    println!(
        "{what:<32} n {:>4}  p50 {:>7.2}  p95 {:>7.2}  most {:>7.2}{bar}",
        figures.len(),
        at(0.5),
        at(0.95),
        at(1.0)
    );
}

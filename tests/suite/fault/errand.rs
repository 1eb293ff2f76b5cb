//! Programs that the rig runs: this test program itself, started again for one errand. The careful writer does what the
//! desk does; the others are the controls.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use handoff_desk::desk::{Actor, Ask, Desk, DeskError, Request};
use handoff_desk::domain::ids::HandoffId;
use handoff_desk::domain::time::Instant;
use handoff_desk::policy;
use handoff_desk::store::{Access, Machine, Store, StoreErrorKind};
use rusqlite::Connection;

use super::rig::Rig;

/// Friday 20 November 2026, 14:32 in New York.
pub(super) const NOW: Instant = Instant(1_795_203_120_000);

/// This program on an errand, on a rig's store.
pub(super) fn command(errand: &str, rig: &Rig) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["fault::errand::run", "--exact", "--quiet"])
        .env_clear()
        .env("FAULT_ERRAND", errand)
        .env("FAULT_ACK", rig.path("acks"));
    rig.on(&mut command);
    command
}

/// Runs the errand that this process was started for; none in an ordinary run of the tests.
#[test]
fn run() {
    let Ok(errand) = std::env::var("FAULT_ERRAND") else { return };
    let path = |name: &str| PathBuf::from(std::env::var_os(name).unwrap());
    let (store, acks) = (path("HANDOFF_STORE"), path("FAULT_ACK"));
    match errand.split_once(' ').unwrap_or((&errand, "")) {
        ("careless", _) => careless(&store),
        ("writer", which) => writer(&store, &acks, which, Ack::After),
        ("boaster", which) => writer(&store, &acks, which, Ack::Before),
        ("plain", which) => plain(&store, &acks, which),
        (other, _) => panic!("{other}"),
    }
}

/// Two writes that are not one transaction, and no look at what became of them.
fn careless(store: &Path) {
    let Ok(conn) = Connection::open(store) else { return };
    for sql in [
        "UPDATE account SET region = 'North' WHERE id = 1",
        "UPDATE account SET region = 'North' WHERE id = 2",
    ] {
        drop(conn.execute_batch(sql));
    }
}

/// Writes notes with bare SQL and as much care for the disk as it is told (`SYNCHRONOUS COUNT`), and acknowledges each.
fn plain(store: &Path, acks: &Path, which: &str) {
    let (synchronous, count) = which.split_once(' ').unwrap();
    let conn = Connection::open(store).unwrap();
    conn.pragma_update(None, "synchronous", synchronous).unwrap();
    let mut acked = OpenOptions::new().append(true).create(true).open(acks).unwrap();
    for n in 0..count.parse::<u32>().unwrap() {
        let written = conn.execute(
            "INSERT INTO event (gesture, at, action, note, changes, prev, hash)
             SELECT gesture, at, 'note', ?1, '[]', prev, hash FROM event ORDER BY seq DESC LIMIT 1",
            [format!("0:{n}")],
        );
        assert_eq!(written, Ok(1));
        acked.write_all(format!("0 {n}\n").as_bytes()).unwrap();
    }
}

/// When a writer says that an action is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ack {
    After,
    Before,
}

/// The id of an action, made before its first try.
pub(super) fn action(writer: u32, n: u32) -> [u8; 16] {
    let mut id = [9; 16];
    id[8..12].copy_from_slice(&writer.to_be_bytes());
    id[12..].copy_from_slice(&n.to_be_bytes());
    id
}

/// Writes notes until it is killed or has written as many as it was told (`WRITER FROM COUNT`), and a line to the file
/// of acknowledgements for each: what a person would have seen.
fn writer(store: &Path, acks: &Path, which: &str, ack: Ack) {
    let mut numbers = which.split(' ').map(|number| number.parse::<u32>().unwrap());
    let mut next = || numbers.next().unwrap();
    let (writer, from, count) = (next(), next(), next());
    let store = Store::open(store, Access::ReadWrite).unwrap();
    let machine =
        Machine { os_user: "tester".into(), host: "here".into(), pid: std::process::id() };
    let mut desk = Desk::new(store, Arc::new(policy::shipped().unwrap()), machine);
    let who = desk.person("Sam Ortiz").unwrap().id;
    let mut acked = OpenOptions::new().append(true).create(true).open(acks).unwrap();
    for n in from..from.saturating_add(count) {
        let command =
            handoff_desk::domain::command::Command::Note { text: format!("{writer}:{n}") };
        let asks = vec![Ask { handoff: HandoffId(1), seen: None, command }];
        let actor = Actor { who, now: NOW, action: action(writer, n) };
        let request = Request { actor, asks, what_can: false };
        let line = format!("{writer} {n}\n");
        if ack == Ack::Before {
            acked.write_all(line.as_bytes()).unwrap();
        }
        // Another writer may have been first; the same action, with the same id, is then tried again.
        let done = (0..1_000).find_map(|_| match desk.run(&request) {
            Ok(_) => Some(true),
            Err(DeskError::Conflict(_)) => None,
            // A crowded machine may keep it waiting longer than a desk waits.
            Err(DeskError::Store(error)) if error.kind == StoreErrorKind::Busy => None,
            Err(_) => Some(false),
        });
        match done {
            Some(true) if ack == Ack::After => acked.write_all(line.as_bytes()).unwrap(),
            Some(true) => {}
            _ => return,
        }
    }
}

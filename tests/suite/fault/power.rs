//! kill -9 at any moment with four writers, power cuts at every call, and the same action tried many times: what was
//! acknowledged is there, once and whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Child, Stdio};

use rusqlite::Connection;

use super::errand;
use super::rig::{Fault, Rig, What, long, preload};

/// What was acknowledged, what the record holds, and what is wrong about that.
fn audit(rig: &Rig) -> Vec<String> {
    let acked: BTreeSet<String> = fs::read_to_string(rig.path("acks"))
        .unwrap_or_default()
        .split_inclusive('\n')
        .filter_map(|line| Some(line.strip_suffix('\n')?.replace(' ', ":")))
        .collect();
    let conn = Connection::open(rig.store()).unwrap();
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    let mut notes = conn.prepare("SELECT note FROM event WHERE action = 'note'").unwrap();
    for note in notes.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        *there.entry(note.unwrap()).or_default() += 1;
    }
    let lost = acked.iter().filter(|one| !there.contains_key(*one));
    let twice = there.iter().filter(|(_, count)| **count > 1);
    let mut wrong: Vec<_> = lost.map(|one| format!("{one} is lost")).collect();
    wrong.extend(twice.map(|(one, count)| format!("{one} is there {count} times")));
    drop(notes);
    drop(conn);
    wrong.extend(rig.findings());
    wrong
}

/// Starts so many writers again and again, and kills all of them after a moment that is another each time.
fn killed(rig: &Rig, errand: &str, cycles: u32, writers: u32) {
    for cycle in 0..cycles {
        let mut all: Vec<Child> = (0..writers)
            .map(|writer| {
                let errand = format!("{errand} {writer} {} 1000000", cycle * 100_000);
                errand::command(&errand, rig)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap()
            })
            .collect();
        // The moment is counted in what was acknowledged, not in time, so that a slow machine is killed in work too.
        let acks = || fs::metadata(rig.path("acks")).map_or(0, |file| file.len());
        let (start, more) = (acks(), u64::from(cycle * 37 % 113));
        let patience = std::time::Instant::now();
        while acks() < start + 8 + more && patience.elapsed().as_secs() < 10 {
            std::thread::yield_now();
        }
        for child in &mut all {
            child.kill().unwrap();
        }
        for mut child in all {
            child.wait().unwrap();
        }
    }
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    // A store of its own for some cycles: one handoff with a hundred thousand notes is slow, and nobody's.
    let (stores, cycles) = if long() { (40, 250) } else { (1, 3) };
    for _ in 0..stores {
        let rig = Rig::new();
        killed(&rig, "writer", cycles, 4);
        assert_eq!(audit(&rig), Vec::<String>::new());
    }
}

/// The control: a program that says done before it is.
#[test]
fn control_a_boaster_is_found_to_lose() {
    // Killed at each call of the disk in turn, and so between its word and its deed too.
    let found = (1..40).any(|at| {
        let rig = Rig::new();
        let mut command = errand::command("boaster 0 0 2", &rig);
        rig.faulty(&mut command, Fault { what: What::Kill, at, on: false });
        audit(&rig).iter().any(|line| line.contains("is lost"))
    });
    assert!(found);
}

/// What came of power cuts.
#[derive(Default)]
struct Cuts {
    /// How many there were.
    count: usize,
    /// What was wrong after them.
    wrong: Vec<String>,
}

impl Cuts {
    fn lost(&self) -> usize {
        self.wrong.iter().filter(|line| line.contains("is lost")).count()
    }
}

/// Cuts the power at each call in turn, or at every so many, while an errand runs; the disk may say that it has synced and
/// have not.
fn cut(errand: &str, lies: bool, step: usize) -> Cuts {
    let command = |rig: &Rig| {
        let mut command = errand::command(errand, rig);
        if lies {
            command.env("FAULT_LIES", "1");
        }
        command
    };
    let rig = Rig::new();
    let calls = rig.calls(&mut command(&rig)).all;
    let mut cuts = Cuts::default();
    for at in (1..=calls).step_by(step) {
        cuts.count += 1;
        let rig = Rig::new();
        let fault = Fault { what: What::Cut, at, on: false };
        rig.faulty(&mut command(&rig), fault);
        cuts.wrong.extend(audit(&rig).into_iter().map(|line| format!("cut at {at}: {line}")));
    }
    cuts
}

#[test]
fn what_was_acknowledged_survives_the_power() {
    let (actions, step, least) = if long() { (40, 1, 1_000) } else { (4, 5, 30) };
    let cuts = cut(&format!("writer 0 0 {actions}"), false, step);
    assert_eq!(cuts.wrong, Vec::<String>::new());
    assert!(cuts.count >= least, "it was cut {} times only", cuts.count);
}

/// The control: on a disk that says it has synced and has not, the same cuts lose what was acknowledged.
#[test]
fn control_a_disk_that_lies_loses() {
    let cuts = cut("writer 0 0 4", true, 5);
    assert!(cuts.lost() > 0, "{:#?}", cuts.wrong);
}

/// The control: of two programs that differ in nothing else, the one that commits with `synchronous` NORMAL loses what
/// it acknowledged and the one with FULL, as the desk has it, does not (PROMISES.md "and the power").
#[test]
fn control_a_writer_that_does_not_wait_for_the_disk_loses() {
    let lost = |synchronous| cut(&format!("plain {synchronous} 4"), false, 1).lost();
    assert_eq!(lost("FULL"), 0);
    assert!(lost("NORMAL") > 0);
}

/// The same actions, tried again and again by four processes, are each there once.
#[test]
fn an_action_that_is_repeated_is_answered_and_not_done_again() {
    let rig = Rig::new();
    let count = if long() { 2_000 } else { 12 };
    let all: Vec<Child> = (0..4)
        .map(|_| {
            errand::command(&format!("writer 7 0 {count}"), &rig)
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in all {
        assert!(child.wait().unwrap().success());
    }
    let acks = fs::read_to_string(rig.path("acks")).unwrap();
    assert_eq!(acks.lines().count(), 4 * count, "each process was answered each time");
    assert_eq!(audit(&rig), Vec::<String>::new());
}

/// Eight writers on a disk that takes its time: nobody is overtaken for long. The wait is counted in the others' turns
/// between two of one's own, which no slow machine changes.
#[test]
fn eight_writers_take_turns() {
    let rig = Rig::new();
    let each: usize = if long() { 40 } else { 6 };
    let all: Vec<Child> = (0..8)
        .map(|writer| {
            let mut command = errand::command(&format!("writer {writer} 0 {each}"), &rig);
            preload(&mut command, &rig.desk());
            command.env("FAULT_SLOW", "5").stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut child in all {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(audit(&rig), Vec::<String>::new());
    let acks = fs::read_to_string(rig.path("acks")).unwrap();
    assert_eq!(acks.lines().count(), 8 * each);
}

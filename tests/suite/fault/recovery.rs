//! What is damaged in the state is rebuilt from the record, to the row; what was lost comes back from a backup or an
//! export, and what stood there is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use handoff_desk::store::{Access, Store};
use rusqlite::Connection;
use serde_json::Value;

use super::rig::{Rig, long, state_of};
use crate::support::tool::Tool;

/// A desk with a week behind it: handoffs in every stage, promises that were told of, outcomes, and one account that was
/// made of two, one of which had a handoff.
fn week() -> Rig {
    let tool = Tool::demo();
    let rig = Rig::of(&tool.path("desk.db"));
    let conn = Connection::open(rig.store()).unwrap();
    let ask = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    let with = "SELECT 'A-' || min(account) FROM handoff WHERE open = 1";
    let without =
        "SELECT 'A-' || min(id) FROM account WHERE id NOT IN (SELECT account FROM handoff)";
    let (gone, keep) = (ask(with), ask(without));
    let (ops, vp) = (
        ask("SELECT name FROM person WHERE role = 'revops'"),
        ask("SELECT name FROM person WHERE role = 'vp_sales'"),
    );
    drop(conn);
    rig.done(&ops, &["merge", &keep, &gone]);
    let moved = "SELECT 'H-' || handoff FROM event WHERE changes LIKE '%\"moved\"%'";
    let conn = Connection::open(rig.store()).unwrap();
    let moved = conn.query_row(moved, [], |row| row.get::<_, String>(0)).unwrap();
    drop(conn);
    rig.done(&vp, &["note", &moved, "--text", "One company now"]);
    assert_eq!(rig.findings(), [] as [&str; 0]);
    rig
}

/// Whether a clock runs and nothing was told of it yet.
fn untold(row: &str) -> bool {
    row.contains(" state=Text(\"running\") ") && row.contains(" told=Integer(0) ")
}

/// The state without the repair itself, and without the numbers of rows that have no name of their own.
fn rows(store: &Path) -> BTreeSet<String> {
    let lists = ["assignment: id=", "outcome: id=", "escalation: id=", "touch: id="];
    let text = state_of(store);
    let own =
        text.lines().filter(|line| !line.contains("rebuilt ") && !line.contains("\"repair\""));
    // The week's draft of a batch is no record, and what is to be judged again is judged again.
    let own =
        own.filter(|line| !line.starts_with("batch_draft:") && !line.starts_with("unjudged:"));
    // A count of nothing may stand there or not.
    let own = own.filter(|line| {
        let count = line.starts_with("tally") || line.starts_with("success:");
        !(count && line.ends_with("=Integer(0)"))
    });
    own
        // What an ended promise was told of is of no account any more; one that was told of is looked at again at once.
        .map(|line| match line.find(" told=") {
            Some(at) if line.starts_with("clock:") && !untold(line) => &line[..at],
            _ => line,
        })
        .map(|line| match lists.iter().find(|list| line.starts_with(**list)) {
            Some(list) => format!(
                "{}{}",
                list,
                line[list.len()..].split_once(' ').map_or("", |(_, rest)| rest)
            ),
            None => line.to_owned(),
        })
        // Rows may be alike, and are counted.
        .fold(BTreeMap::<String, usize>::new(), |mut rows, row| {
            *rows.entry(row).or_default() += 1;
            rows
        })
        .into_iter()
        .map(|(row, times)| format!("{times} x {row}"))
        .collect()
}

/// What somebody with a shell did to the state, and what of it no list is right about any more.
const VANDALS: [(&str, &str); 16] = [
    (
        "counts of measures",
        "UPDATE cell_change SET handed = handed + 5; DELETE FROM cell_clock_change; DELETE FROM cell",
    ),
    (
        "more counts of measures",
        "DELETE FROM cell_answer; DELETE FROM cell_step; DELETE FROM cell_outcome; UPDATE cell_heard SET n = 9",
    ),
    ("what handoffs count", "UPDATE handoff SET n_escalated = 9, n_recycled = 3, n_reborn = 2"),
    ("what was told last", "UPDATE escalation SET latest = 1 - latest"),
    ("outcomes", "DELETE FROM outcome"),
    ("who was given what", "DELETE FROM assignment WHERE id % 2"),
    (
        "counts of the queue",
        "UPDATE tally SET n = n + 1; DELETE FROM tally_assignee; UPDATE tally_given SET n = n + 1;
         DELETE FROM success",
    ),
    ("packages", "DELETE FROM field; DELETE FROM frozen"),
    ("clocks", "DELETE FROM clock WHERE handoff % 3 = 0"),
    ("when clocks are told of", "UPDATE clock SET tell_at = tell_at + 1 WHERE told = 0"),
    ("touches", "DELETE FROM touch"),
    ("outcomes on handoffs", "DELETE FROM outcome_field; DELETE FROM decision"),
    (
        "a merged account's handoff",
        "UPDATE handoff SET reason = 'better', score = 1
         WHERE id IN (SELECT handoff FROM event WHERE changes LIKE '%\"moved\"%')",
    ),
    ("copied facts", "UPDATE handoff SET company = 'Other', region = NULL"),
    (
        "a handoff that was told of",
        "DELETE FROM handoff WHERE id = (SELECT max(handoff) FROM escalation)",
    ),
    ("all handoffs", "DELETE FROM handoff"),
];

#[test]
fn the_state_is_rebuilt_to_the_row() {
    let week = week();
    let right = rows(&week.store());
    let (last, others) = VANDALS.split_last().unwrap();
    let at_once: Vec<_> = others.iter().map(|(_, sql)| *sql).collect();
    let at_once = at_once.join(";");
    let mut all = vec![("all at once", at_once.as_str()), *last];
    if long() {
        all.extend(others);
    }
    for (what, sql) in all {
        let rig = Rig::of(&week.store());
        let conn = Connection::open(rig.store()).unwrap();
        conn.execute_batch(&format!("PRAGMA foreign_keys = ON; {sql}")).unwrap();
        drop(conn);
        assert_ne!(rows(&rig.store()), right, "{what}: the control");
        let told = rig.done("", &["doctor", "--repair", "--json"]);
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["sound"], true, "{what}: {told}");
        assert_eq!(told["repaired"]["left"], Value::Array(Vec::new()), "{what}");
        let now = rows(&rig.store());
        let wrong: Vec<_> = right.symmetric_difference(&now).take(6).collect();
        assert!(wrong.is_empty(), "{what}: {wrong:#?}");
        // What it was is kept, as bad as it was.
        let copy = told["repaired"]["copy"].as_str().unwrap();
        let copy = Store::open(Path::new(copy), Access::ReadOnly).unwrap();
        let found = copy.check(&mut |_| ()).unwrap().findings;
        assert!(
            found.iter().any(|one| one.remedy.contains("doctor --repair")),
            "{what}: {found:?}"
        );
    }
}

#[test]
fn a_sound_store_is_not_repaired_and_a_damaged_record_neither() {
    let rig = Rig::new();
    let before = rig.state();
    assert!(rig.done("", &["doctor", "--repair"]).starts_with("There was nothing to repair."));
    assert_eq!(rig.state(), before);
    let conn = Connection::open(rig.store()).unwrap();
    conn.execute_batch(
        "DROP TRIGGER event_no_update; UPDATE event SET note = 'never said' WHERE handoff = 1; DELETE FROM touch",
    )
    .unwrap();
    drop(conn);
    let before = rig.state();
    let said = rig.run("", &["doctor", "--repair"]);
    assert_eq!(said.status, Some(1));
    assert!(said.err.contains("handoff restore FILE"), "{}", said.err);
    assert_eq!(rig.state(), before);
    assert_eq!(names(&rig).len(), 1, "{:?}", names(&rig));
}

/// The files in the folder of the store, without SQLite's and the turnstile's.
fn names(rig: &Rig) -> Vec<String> {
    let names = fs::read_dir(rig.desk()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let beside = ["-wal", "-shm", ".next", ".write"];
    let mut names: Vec<_> =
        names.filter(|name| !beside.iter().any(|end| name.ends_with(end))).collect();
    names.sort();
    names
}

#[test]
fn a_backup_and_an_export_are_gone_back_to_by_the_same_command() {
    let rig = Rig::new();
    let (backup, export) = (rig.path("then.db"), rig.path("then.jsonl"));
    let (backup, export) = (backup.to_str().unwrap(), export.to_str().unwrap());
    rig.done("", &["backup", backup]);
    rig.done("", &["export", "--out", export]);
    let then = rig.state();
    rig.done("Sam Ortiz", &["note", "H-1", "--text", "Said since then"]);
    let since = rig.state();
    for (file, begins) in [(backup, "Put "), (export, "Made ")] {
        let refused = rig.run("", &["restore", file]);
        assert_eq!(refused.status, Some(1), "{}", refused.out);
        assert!(
            refused.err.contains("a good store") && refused.err.contains("--force"),
            "{}",
            refused.err
        );
        assert_eq!(rig.state(), since, "{file}");
        assert_eq!(names(&rig), ["desk.db"]);
        // A desk that looks on keeps what it looks at.
        let desk = Store::open(&rig.store(), Access::ReadOnly).unwrap();
        let refused = rig.run("", &["restore", file, "--force"]);
        assert_eq!(refused.status, Some(1), "{}", refused.out);
        assert!(refused.err.contains("Another program is holding"), "{}", refused.err);
        drop(desk);
        assert_eq!(rig.state(), since, "{file}");
        assert_eq!(names(&rig), ["desk.db"]);

        let done = rig.done("", &["restore", file, "--force"]);
        assert!(done.starts_with(begins) && done.contains("What was there is kept as "), "{done}");
        assert_eq!(rig.findings(), [] as [&str; 0]);
        let events = |state: &str| state.lines().filter(|line| line.starts_with("touch:")).count();
        assert_eq!(events(&rig.state()), events(&then));
        assert!(!rig.state().contains("Said since then"));
        let kept = names(&rig);
        assert_eq!(kept.len(), 2, "{kept:?}");
        let kept = rig.desk().join(&kept[1]);
        assert_eq!(state_of(&kept), since);
        // Back again, for the other file.
        fs::rename(&kept, rig.store()).unwrap();
    }
    // Where nothing is, nothing is asked and nothing is kept.
    fs::remove_file(rig.store()).unwrap();
    let told: Value = serde_json::from_str(&rig.done("", &["restore", backup, "--json"])).unwrap();
    assert_eq!(told["aside"], Value::Null);
    assert_eq!(rig.state(), then);
    // What is neither is said to be neither.
    let text = rig.file("other.txt", "name,domain\n");
    let refused = rig.run("", &["restore", &text, "--force"]);
    assert_eq!(refused.status, Some(1));
    assert!(refused.err.contains("Line 1 is not as an export writes it"), "{}", refused.err);
    assert_eq!(rig.state(), then);
}

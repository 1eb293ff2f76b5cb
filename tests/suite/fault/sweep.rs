//! Killed at every call that writes, and every such call failing: the store is as before or as after, an answer is true.

use std::process::Command;

use rstest::rstest;

use super::errand;
use super::rig::{Fault, Rig, Said, What, long, team};

const EIO: i32 = 5;
const EINTR: i32 = 4;
const ENOSPC: i32 = 28;
const EDQUOT: i32 = 122;
const ERRORS: [i32; 4] = [EIO, ENOSPC, EINTR, EDQUOT];

const ACCOUNTS: &str = "\
name,domain,employees,region,tier
Initech,initech.example,80,West,3
Hooli,hooli.example,900,West,1
Umbrella,umbrella.example,90,East,2
";

const HANDOFFS: &str = "\
id,account_domain,type,reason
K-1,globex.example,inbound,Asked at the fair
";

/// A gesture: on which store, by whom, and how it is put.
struct Gesture {
    before: Rig,
    whole: Whole,
    who: &'static str,
    arguments: Vec<String>,
}

/// Of what it is true that it is done or not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    /// Of all of it.
    All,
    /// Of each of its steps: what was judged is kept, and another run does the rest.
    Steps,
}

/// The gestures that are swept, by name.
fn gesture(name: &str) -> Gesture {
    let before = Rig::of(team());
    let (who, line): (&'static str, &str) = match name {
        "assign" => ("Dana Reyes", "assign H-2 --to P-4"),
        "touch" => ("Sam Ortiz", "touch H-1 --channel call"),
        "dispose" => ("Sam Ortiz", "dispose H-1 --code HELD"),
        "edit" => ("Mia Chen", "edit H-2 --set bant.need=Soon"),
        "note" => ("Sam Ortiz", "note H-1 --text Soon"),
        "pause" => ("Sam Ortiz", "pause H-1 --reason Holiday"),
        "undo" => ("Sam Ortiz", "undo"),
        "redo" => {
            before.done("Sam Ortiz", &["undo"]);
            ("Sam Ortiz", "redo")
        }
        "bulk" => {
            before.done("Dana Reyes", &["assign", "H-2", "--to", "Sam Ortiz"]);
            ("Sam Ortiz", "note H-1 H-2 --text Both")
        }
        "person" => ("Dana Reyes", "person --name Kim --email kim@example.com --role ae"),
        "import" => {
            before.file("more.csv", ACCOUNTS);
            ("Mia Chen", "import more.csv")
        }
        "import handoffs" => {
            before.file("made.csv", HANDOFFS);
            ("Mia Chen", "import made.csv")
        }
        "evaluate" => {
            before.file("more.csv", ACCOUNTS);
            before.file(
                "did.csv",
                "domain,kind,at\nhooli.example,pricing_visit,2026-11-19T15:00:00Z\n",
            );
            before.done("Mia Chen", &["import", "more.csv", "did.csv"]);
            ("Mia Chen", "evaluate")
        }
        "repair" => {
            let conn = rusqlite::Connection::open(before.store()).unwrap();
            conn.execute_batch("DELETE FROM touch; UPDATE tally SET n = 9; DELETE FROM cell")
                .unwrap();
            ("Dana Reyes", "doctor --repair")
        }
        "restore" => {
            before.done("", &["backup", before.path("backup.db").to_str().unwrap()]);
            before.done("Sam Ortiz", &["note", "H-1", "--text", "Since then"]);
            ("Dana Reyes", "restore backup.db --force")
        }
        other => panic!("{other}"),
    };
    let whole = if name == "evaluate" { Whole::Steps } else { Whole::All };
    Gesture { before, whole, who, arguments: line.split(' ').map(str::to_owned).collect() }
}

impl Gesture {
    /// A copy of the store before, and the command on it.
    fn again(&self) -> (Rig, Command) {
        let rig = Rig::of(&self.before.store());
        for name in ["more.csv", "made.csv", "backup.db"] {
            if let Ok(text) = std::fs::read(self.before.path(name)) {
                rig.file(name, text);
            }
        }
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let command = rig.command(self.who, &arguments);
        (rig, command)
    }
}

/// What is wrong about an answer, given the state before and after, and what is there now.
fn judged(said: &Said, now: &str, before: &str, after: &str) -> Option<&'static str> {
    let unknown = said.err.contains("whether it was saved is not known");
    match said.status {
        _ if now != before && now != after => Some("between before and after"),
        _ if said.err.contains("panicked") || said.err.contains("has a fault") => Some("a panic"),
        None if !said.out.is_empty() && now != after => Some("told done, and is not"),
        None => None,
        Some(0) if now != after => Some("done, and is not"),
        Some(0) => None,
        Some(1) if now != before && !unknown => Some("not saved, and is"),
        Some(1) if said.err.lines().count() != 1 => Some("not one sentence"),
        Some(1) if !said.err.starts_with("handoff: ") => Some("not a sentence of ours"),
        Some(1) => None,
        Some(_) => Some("another status"),
    }
}

/// Runs a command with each fault on a copy of its own, and tells what was wrong.
fn swept(
    again: &dyn Fn() -> (Rig, Command),
    faults: &dyn Fn(usize) -> Vec<Fault>,
    whole: Whole,
) -> Vec<String> {
    let (rig, mut command) = again();
    let before = rig.state();
    // A repair begins with something to find.
    let found = rig.findings();
    let calls = rig.calls(&mut command);
    let after = rig.state();
    assert_ne!(before, after);
    assert!(calls.all >= 3, "only {} calls write: the interposer does not see them", calls.all);
    let mut wrong = Vec::new();
    // Long commands are sampled in the short version, with an odd step so that all kinds of fault come up; each sync
    // and rename, on which the most hangs, is among them.
    let step = if long() { 1 } else { (calls.all / 10) | 1 };
    let among = |at: &usize| (at - 1).is_multiple_of(step) || calls.deciding.contains(at);
    for fault in (1..=calls.all).filter(among).flat_map(faults) {
        let (rig, mut command) = again();
        let (said, _) = rig.faulty(&mut command, fault);
        let now = rig.state();
        // Of steps that are done each is as good as all.
        let (from, to) = match whole {
            Whole::Steps if said.status != Some(0) => (&now, &now),
            _ => (&before, &after),
        };
        if let Some(why) = judged(&said, &now, from, to) {
            wrong.push(format!("{fault:?}: {why}: {said:?}"));
            continue;
        }
        let new = rig.findings().into_iter().filter(|what| !found.contains(what));
        wrong.extend(new.map(|what| format!("{fault:?}: {what}")));
        // What was not done can be done now, once.
        let undone = now == before || (whole == Whole::Steps && now != after);
        if undone && (long() || fault.at % 4 == 1) {
            let said = again_on(&rig, &mut command);
            if rig.state() != after {
                wrong.push(format!("{fault:?}: could not be done afterwards: {said:?}"));
            }
        }
    }
    wrong
}

/// The same command without a fault.
fn again_on(rig: &Rig, command: &mut Command) -> Said {
    command.env_remove("LD_PRELOAD").env("FAULT_AT", "0");
    rig.faulty(command, Fault { what: What::Kill, at: 0, on: false }).0
}

/// Both kills at every call in the long version; in the short one they take turns.
fn kills(at: usize) -> Vec<Fault> {
    let fault = |what| Fault { what, at, on: false };
    if long() {
        return vec![fault(What::Kill), fault(What::Half)];
    }
    vec![fault(if at.is_multiple_of(2) { What::Kill } else { What::Half })]
}

/// Every error at every call in the long version; in the short one each call meets one error alone and another for good.
/// An interrupted call is tried again, as it must be, so that one which is interrupted for ever never ends: EINTR comes
/// alone.
fn errors(at: usize) -> Vec<Fault> {
    let fault = |error: i32, on| Fault { what: What::Error(error), at, on };
    let lasting = [EIO, ENOSPC, EDQUOT];
    if long() {
        let alone = ERRORS.iter().map(|error| fault(*error, false));
        return alone.chain(lasting.iter().map(|error| fault(*error, true))).collect();
    }
    vec![fault(ERRORS[at % 4], false), fault(lasting[at % 3], true)]
}

/// Killed at a write it is before or after, and no failing write is a false done.
#[rstest]
fn every_gesture_is_before_or_after_and_told_as_it_is(
    #[values(
        "assign",
        "touch",
        "dispose",
        "edit",
        "note",
        "pause",
        "undo",
        "redo",
        "bulk",
        "person",
        "import",
        "import handoffs",
        "evaluate",
        "repair",
        "restore"
    )]
    name: &str,
    #[values(kills, errors)] faults: fn(usize) -> Vec<Fault>,
) {
    let gesture = gesture(name);
    assert_eq!(swept(&|| gesture.again(), &faults, gesture.whole), Vec::<String>::new());
}

/// A new store is there whole or not at all.
#[test]
fn killed_while_a_store_is_made_there_is_none_or_a_whole_one() {
    let arguments = ["person", "--name", "Kim", "--email", "kim@example.com", "--role", "ae"];
    let rig = Rig::empty();
    let calls = rig.calls(&mut rig.command("nobody", &arguments)).all;
    let step = if long() { 1 } else { 1 + calls / 6 };
    for at in (1..=calls).step_by(step) {
        let rig = Rig::empty();
        let fault = Fault { what: What::Half, at, on: false };
        let (said, _) = rig.faulty(&mut rig.command("nobody", &arguments), fault);
        assert_eq!(said.status, None, "{said:?}");
        if rig.store().exists() {
            assert_eq!(rig.findings(), [] as [&str; 0], "{at}");
        }
        // Where she is there already, she was added before the kill, whole.
        if !rig.state().contains("kim@example.com") {
            rig.done("nobody", &arguments);
        }
    }
}

/// The controls: a program that writes in two steps, and one that doesn't look at errors, are found out by the same rig.
#[test]
fn control_a_careless_program_is_found_between() {
    let careless = || {
        let rig = Rig::of(team());
        let command = errand::command("careless", &rig);
        (rig, command)
    };
    let wrong = swept(&careless, &kills, Whole::All);
    assert!(wrong.iter().any(|line| line.contains("between before and after")), "{wrong:#?}");
    let wrong = swept(&careless, &errors, Whole::All);
    assert!(wrong.iter().any(|line| line.contains("done, and is not")), "{wrong:#?}");
}

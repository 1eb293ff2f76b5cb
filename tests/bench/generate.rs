//! What the benchmarks measure on: the stores of `handoff demo --size`, and the moment that they are full at.

use std::path::Path;
use std::process::Command;

/// Friday 20 November 2026, 14:32 in New York.
pub(crate) const NOW_TEXT: &str = "2026-11-20T14:32:00-05:00";

/// Makes a store with so many handoffs and a quarter as many accounts. The program does it: a process that has once held a
/// million of them takes 80 ms longer to start each program that is measured.
pub(crate) fn store(path: &Path, handoffs: u32) {
    run(path, &["demo", "--size", &handoffs.to_string(), "--now", NOW_TEXT]);
}

/// The same, as a desk that is open all day has left it: what is late was told, and what becomes so in the next minutes,
/// so that none of it is told while something else is measured.
pub(crate) fn settled(path: &Path, handoffs: u32) {
    store(path, handoffs);
    for _ in 0..3 {
        run(path, &["sla", "--escalate", "--json", "--now", "2026-11-20T14:52:00-05:00"]);
    }
}

fn run(store: &Path, arguments: &[&str]) {
    let done = Command::new(env!("CARGO_BIN_EXE_handoff"))
        .args(arguments)
        .arg("--store")
        .arg(store)
        .env("HANDOFF_CONFIG_DIR", store.with_file_name("config"))
        .env("HANDOFF_STATE_DIR", store.with_file_name("state"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Has the machine hold a store in memory, for all programs alike: what a disk takes to give up a page says nothing of
/// them, and some machines forget within a minute what nobody reads.
pub(crate) fn warm(store: &Path) {
    let mut file = std::fs::File::open(store).unwrap();
    std::io::copy(&mut file, &mut std::io::sink()).unwrap();
}

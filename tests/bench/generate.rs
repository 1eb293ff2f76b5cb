//! What the benchmarks measure on: the stores of `handoff demo --size`, and the moment that they are full at.

use std::path::Path;

use handoff_desk::desk::demo::many::{self, Size};
use handoff_desk::domain::time::Instant;
use handoff_desk::policy;
use handoff_desk::store::Machine;

/// Friday 20 November 2026, 14:32 in New York.
pub(crate) const NOW_TEXT: &str = "2026-11-20T14:32:00-05:00";
pub(crate) const NOW: Instant = Instant(1_795_203_120_000);

/// Who fills them.
pub(crate) fn machine() -> Machine {
    Machine { os_user: "bench".into(), host: "bench".into(), pid: 1 }
}

/// The hash of the shipped policy.
pub(crate) fn policy_hash() -> String {
    policy::shipped().unwrap().hash
}

/// Makes a store with so many handoffs and a quarter as many accounts.
pub(crate) fn store(path: &Path, handoffs: u32) {
    let size = Size { handoffs, seed: many::SEED };
    drop(many::create(path, size, NOW, &machine(), &policy_hash()).unwrap());
}

/// The same, as a desk that is open all day has left it: what is late was told, and what becomes so in the next minutes,
/// so that none of it is told while something else is measured.
pub(crate) fn settled(path: &Path, handoffs: u32) {
    store(path, handoffs);
    for _ in 0..3 {
        let told = std::process::Command::new(env!("CARGO_BIN_EXE_handoff"))
            .args(["sla", "--escalate", "--json", "--now", "2026-11-20T14:52:00-05:00", "--store"])
            .arg(path)
            .output()
            .unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    }
}

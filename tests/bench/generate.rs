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

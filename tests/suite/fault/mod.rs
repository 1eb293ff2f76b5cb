//! Faults (PROMISES.md "Safe"): the program is killed at every call that writes, its disk fails at every call, the power
//! goes, and many write at once. Each promise has a control: the same rig on a program that doesn't keep it, which must
//! be found out. `HANDOFF_LONG=1 cargo test --release --test suite fault` runs the long versions.

mod errand;
mod power;
mod private;
mod recovery;
mod rig;
mod sweep;

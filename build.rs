//! Makes the program smaller where it is linked: by a quarter of what it would weigh.
//!
//! - The table of addresses, 24 bytes for each pointer in the program, is packed to a fraction. Only where whoever builds
//!   it can run it so: glibc reads such a table from 2.36 on.
//! - Functions that come to the same machine code are kept once.
//! - What would unwind the stack is left out: a fault ends the process in its hook (`platform/crash.rs`).

use std::path::Path;
use std::process::Command;

/// Leaves out the tables by which a stack is unwound.
const NO_UNWINDING: &str =
    "SECTIONS { /DISCARD/ : { *(.eh_frame) *(.eh_frame_hdr) } } INSERT AFTER .rodata;\n";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let variable = |name| std::env::var(name).unwrap_or_default();
    let own = variable("HOST") == variable("TARGET") && variable("TARGET").ends_with("-linux-gnu");
    if own && glibc().is_some_and(|version| version >= (2, 36)) {
        link("-z,pack-relative-relocs");
    }
    // Where Rust brings its own linker, which knows how; while it is worked on, everything stays.
    if variable("TARGET") == "x86_64-unknown-linux-gnu" && variable("PROFILE") == "release" {
        link("--icf=all");
        let script = Path::new(&variable("OUT_DIR")).join("no-unwinding.ld");
        if std::fs::write(&script, NO_UNWINDING).is_ok() {
            link("--no-eh-frame-hdr");
            link(&format!("-T,{}", script.display()));
        }
    }
}

/// Tells the linker of the program something.
fn link(what: &str) {
    println!("cargo:rustc-link-arg-bins=-Wl,{what}");
}

/// The version of the C library: `glibc 2.36`.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

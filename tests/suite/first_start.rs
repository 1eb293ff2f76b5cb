//! The first start on a store that is not there yet: the desk asks who works it, and knows them from then on.

use std::path::Path;

use crate::support::pty::Pty;

fn desk(folder: &Path, store: &Path) -> Pty {
    let (home, store) = (folder.to_string_lossy(), store.to_string_lossy());
    Pty::start(
        Path::new(env!("CARGO_BIN_EXE_handoff")),
        &["--store", &store, "--as", "dana@acme.example"],
        &[("HOME", &home), ("HANDOFF_CONFIG_DIR", &home), ("HANDOFF_STATE_DIR", &home)],
        (130, 30),
    )
}

#[test]
fn the_first_start_asks_who_works_the_desk_and_the_second_knows() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("desk.db");
    let mut pty = desk(folder.path(), &store);
    pty.wait_for("Welcome to Handoff Desk");
    pty.wait_for("desk.db");
    pty.keys("Dana Reyes\rdana\r");
    pty.wait_for("is not an e-mail address");
    pty.keys("@acme.example\rv\r");
    pty.wait_for("Welcome, Dana Reyes.");
    pty.wait_for("Dana Reyes · VP of Sales");
    pty.keys("q");
    assert_eq!(pty.end().0, 0);

    let mut pty = desk(folder.path(), &store);
    pty.wait_for("Dana Reyes · VP of Sales");
    assert!(!pty.screen().contains("Welcome to"), "{}", pty.screen());
    pty.keys("q");
    assert_eq!(pty.end().0, 0);
}

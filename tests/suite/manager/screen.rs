//! The batch on a real screen while another desk works on the same store.

use std::path::Path;

use crate::support::pty::Pty;
use crate::support::tool::{Tool, text};

const MONDAY: &str = "2026-11-23T10:00:00-05:00";

fn desk(tool: &Tool, size: (u16, u16)) -> Pty {
    let variables: Vec<_> = [
        ("HANDOFF_STORE", "desk.db"),
        ("HANDOFF_CONFIG_DIR", "config"),
        ("HANDOFF_STATE_DIR", "state"),
    ]
    .iter()
    .map(|(name, place)| (*name, text(&tool.path(place)).to_owned()))
    .chain([("HANDOFF_NOW", MONDAY.to_owned())])
    .collect();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let program = Path::new(env!("CARGO_BIN_EXE_handoff"));
    Pty::start(program, &["--as", "Dana Reyes"], &variables, size)
}

#[test]
fn a_commit_that_another_desk_overtook_names_the_item_keeps_the_draft_and_goes_on_without_it() {
    let tool = Tool::demo();
    let mut desk = desk(&tool, (140, 40));
    desk.wait_for("1 Queue");
    desk.keys("3");
    desk.wait_for("0 of 5 decided");
    desk.keys("*");
    desk.wait_for("5 of 5 decided");
    desk.keys("C");
    desk.wait_for("Commit 2026-W47?");
    tool.done(
        "Ingrid Solheim",
        &["assign", "H-64", "--to", "Declan O'Shaughnessy", "--now", MONDAY],
    );
    desk.keys("y");
    desk.wait_for("Ingrid Solheim assigned H-64");
    desk.wait_for("4 of 4 decided");
    let stage = |id: &str| tool.json("", &["show", id])["stage"].clone();
    for id in ["H-51", "H-56", "H-60", "H-72"] {
        assert_eq!(stage(id), "queued", "{id}: nothing was committed");
    }
    desk.keys("C");
    desk.wait_for("Somebody else decided H-64 meanwhile");
    desk.keys("y");
    desk.wait_for("Committed the batch of 2026-W47: 4 routed");
    assert_eq!(stage("H-51"), "assigned");
    desk.keys("u");
    desk.wait_for("Undid: committed the batch of 2026-W47");
    assert_eq!((stage("H-51"), stage("H-64")), ("queued".into(), "assigned".into()));
    desk.keys("q");
    assert_eq!(desk.end().0, 0);
    desk.assert_given_back();
}

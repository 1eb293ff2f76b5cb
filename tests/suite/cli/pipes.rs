//! Standard input and output: a reader that has had enough, a file that is none, and no colours where nobody sees them.

use std::io::Read;
use std::process::Stdio;

use super::place::Place;

#[test]
fn a_reader_that_has_enough_is_no_fault() {
    let place = Place::demo();
    let mut command = place.command(&["man"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut first = [0; 1];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn standard_input_is_a_file_named_minus() {
    let place = Place::demo();
    let said = place.fed(&["import", "-"], b"name,domain\nAlder Works,alder.example\n");
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(place.run(&["evaluate", "--explain", "alder.example"]).status, 0);
    let policy =
        place.run(&["policy", "show", "--json"]).json()["toml"].as_str().unwrap().to_owned();
    let said = place.fed(&["policy", "check", "-"], policy.as_bytes());
    assert_eq!(said.status, 0, "what it shows it takes: {}", said.err);
    place.fed(&["import", "-"], b"").refuses(1, &["empty"]);
    let said = place.fed(&["show", "-"], b"");
    assert_ne!(said.status, 0);
}

#[test]
fn nothing_is_coloured_and_nothing_moves_where_nobody_sees_it() {
    let place = Place::demo();
    let file = place.file("accounts.csv", "name,domain\nAlder Works,alder.example\n");
    let id = place.ids("stage:queued")[0].clone();
    for arguments in
        [&["list"][..], &["show", &id], &["sla"], &["import", &file], &["policy", "show"]]
    {
        let said = place.run(arguments);
        assert_eq!(said.status, 0, "{}", said.err);
        assert!(
            !said.out.contains(['\x1b', '\r']) && !said.err.contains(['\x1b', '\r']),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_terminal_is_needed_for_the_desk_and_for_nothing_else() {
    let place = Place::demo();
    let said = place.run(&["--as", "Dana Reyes"]);
    assert_eq!(said.status, 1);
    said.tells(&["terminal"]);
}

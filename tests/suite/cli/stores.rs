//! Stores that are none, are damaged, belong to a newer version, can't be written, or are held by somebody else. Each is
//! told in one sentence, and its bytes stay as they are.

use std::os::unix::fs::PermissionsExt;

use rstest::rstest;
use rusqlite::Connection;

use super::place::Place;

const BOSS: &str = "Dana Reyes";

fn set_mode(place: &Place, mode: u32) {
    std::fs::set_permissions(place.store(), std::fs::Permissions::from_mode(mode)).unwrap();
}

#[rstest]
#[case::text(b"not a database at all, but long enough to be looked at by anything that reads a header of a hundred bytes".to_vec(), "desk.db")]
#[case::empty(Vec::new(), "desk.db")]
#[case::another_program(another(), "desk.db")]
fn what_is_no_store_of_ours_is_refused_and_left_alone(#[case] bytes: Vec<u8>, #[case] named: &str) {
    let place = Place::empty();
    std::fs::write(place.store(), &bytes).unwrap();
    set_mode(&place, 0o600);
    for command in [&["list"][..], &["evaluate"], &["assign", "H-1", "--as", BOSS]] {
        place.run(command).refuses(1, &[named]);
    }
    assert_eq!(std::fs::read(place.store()).unwrap(), bytes);
}

#[test]
fn what_is_wrong_with_the_policy_is_told_first_and_no_store_is_made_under_it() {
    let place = Place::empty();
    let policy = place.file("rules.toml", "teem = 1\n");
    let who = ["--name", "Ada Park", "--email", "ada@desk.example", "--role", "ae"];
    let add = [&["person"], &who[..], &["--policy", &policy]].concat();
    let refused = |place: &Place| {
        let said = place.run(&add);
        assert_eq!(said.status, 2, "{}", said.err);
        assert!(said.err.contains("rules.toml:1:1  teem"), "{}", said.err);
    };
    refused(&place);
    assert!(!place.store().exists());
    place.file("desk.db", "no database");
    refused(&place);
}

/// A database of another program.
fn another() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE song (title TEXT)").unwrap();
    std::fs::read(path).unwrap()
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_left_alone() {
    let place = Place::demo();
    Connection::open(place.store()).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let before = std::fs::read(place.store()).unwrap();
    place.run(&["list"]).refuses(1, &["desk.db", "newer"]);
    place.run(&["assign", "H-50", "--as", BOSS]).refuses(1, &["desk.db", "newer"]);
    assert_eq!(std::fs::read(place.store()).unwrap(), before);
}

#[test]
fn a_store_that_was_cut_off_or_damaged_is_refused_or_found_out_and_left_alone() {
    let place = Place::demo();
    let whole = std::fs::read(place.store()).unwrap();
    for cut in [1_000, 4_096, whole.len() / 2] {
        std::fs::write(place.store(), &whole[..cut]).unwrap();
        let said = place.run(&["list"]);
        assert_eq!(said.status, 1, "cut at {cut}: {}", said.out);
        said.tells(&["desk.db"]);
        assert_eq!(std::fs::read(place.store()).unwrap().len(), cut);
    }
    let mut damaged = whole.clone();
    for at in (8_192..damaged.len()).step_by(4_096) {
        damaged[at..at + 64].fill(0xa5);
    }
    std::fs::write(place.store(), &damaged).unwrap();
    let said = place.run(&["doctor"]);
    assert_eq!(said.status, 1, "{}", said.out);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    assert_eq!(std::fs::read(place.store()).unwrap(), damaged);
}

#[test]
fn a_store_that_may_not_be_written_is_read_and_says_so() {
    let place = Place::demo();
    let id = place.ids("stage:queued")[0].clone();
    set_mode(&place, 0o400);
    assert_eq!(place.run(&["list"]).status, 0);
    place.run(&["assign", &id, "--as", BOSS]).refuses(1, &["desk.db", "0400"]);
    set_mode(&place, 0o600);
    place.done(BOSS, &["assign", &id]);
}

#[test]
fn a_store_that_others_could_read_is_refused_with_what_to_do() {
    let place = Place::demo();
    set_mode(&place, 0o644);
    let said = place.run(&["list"]);
    assert_eq!((said.status, said.out.as_str()), (1, ""));
    assert!(
        said.err.contains("desk.db can be read") && said.err.contains("chmod 600"),
        "{}",
        said.err
    );
}

#[test]
fn a_store_that_is_held_is_waited_for_and_then_told() {
    let place = Place::demo();
    let id = place.ids("stage:queued")[0].clone();
    let holder = Connection::open(place.store()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(place.run(&["list"]).status, 0, "it can still be read");
    place.run(&["assign", &id, "--as", BOSS]).refuses(1, &["desk.db"]);
    holder.execute_batch("ROLLBACK").unwrap();
    place.done(BOSS, &["assign", &id]);
    place.sound();
}

#[cfg(target_os = "linux")]
mod full_disk {
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::sync::OnceLock;

    use tempfile::TempDir;

    use super::{BOSS, Place};

    /// What stands between the program and its disk, built once.
    fn shim() -> &'static Path {
        static SHIM: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
        let (_, path) = SHIM.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("full_disk.so");
            let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/faults/full_disk.c");
            let built = Command::new("cc")
                .args(["-shared", "-fPIC", "-O1", "-o"])
                .arg(&path)
                .arg(source)
                .arg("-ldl")
                .status()
                .unwrap();
            assert!(built.success());
            (folder, path)
        });
        path
    }

    fn place() -> Place {
        let place = Place::demo();
        let gone = place.path("no room");
        place.with("LD_PRELOAD", shim().to_str().unwrap()).with("ROOM_GONE", gone.to_str().unwrap())
    }

    #[test]
    fn a_full_disk_leaves_a_desk_that_reads_and_goes_on_when_there_is_room() {
        let place = place();
        let ids = place.ids("stage:queued");
        place.done(BOSS, &["assign", &ids[0]]);
        place.file("no room", "");
        assert_eq!(place.run(&["list"]).status, 0);
        for command in [
            &["assign", &ids[1], "--as", BOSS][..],
            &["note", &ids[1], "--text", "x", "--as", BOSS],
            &["undo", "--as", BOSS],
            &["evaluate"],
        ] {
            let said = place.run(command);
            assert_eq!(said.status, 1, "{command:?}: {}{}", said.out, said.err);
            said.tells(&["desk.db", "full"]);
        }
        place.run(&["backup", "copy.db"]).refuses(1, &["copy.db", "full"]);
        assert!(!place.path("copy.db").exists(), "no half copy is left");
        // What was done before is there, and what was not done is not.
        assert_eq!(place.json(&["show", &ids[0]])["stage"], "assigned");
        assert_eq!(place.json(&["show", &ids[1]])["stage"], "queued");
        std::fs::remove_file(place.path("no room")).unwrap();
        place.done(BOSS, &["assign", &ids[1]]);
        place.sound();
    }

    #[test]
    fn an_import_that_finds_no_room_is_told_and_completed_later() {
        let place = place();
        let mut text = String::from("name,domain\n");
        for n in 0..3_000 {
            text.push_str(&format!("Company {n},company{n}.example\n"));
        }
        let file = place.file("accounts.csv", text);
        place.file("no room", "");
        let said = place.run(&["import", &file]);
        assert_eq!(said.status, 1, "{}{}", said.out, said.err);
        said.tells(&["full"]);
        std::fs::remove_file(place.path("no room")).unwrap();
        place.done("Wanda Kowalczyk", &["import", &file]);
        let again = place.json(&["import", &file]);
        assert!(again.to_string().contains("\"unchanged\":3000"), "{again}");
        place.sound();
    }

    /// The control: what stands in between bites.
    #[test]
    fn nothing_grows_where_there_is_no_room() {
        let place = place();
        place.file("no room", "");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo text > grown"]).current_dir(place.path("."));
        command.env("LD_PRELOAD", shim()).env("ROOM_GONE", place.path("no room"));
        assert!(!command.output().unwrap().status.success());
        assert_eq!(std::fs::read(place.path("grown")).unwrap(), b"");
    }
}

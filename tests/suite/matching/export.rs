//! An export says all, and a store that is made of it says the same.

use handoff_desk::desk::demo;
use handoff_desk::store::{Access, Store, restore};

use super::books::{Books, T0, desk_on, export};

/// The demo's store: every kind of record, every stage, undone actions.
fn demo() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.db");
    let mut desk = desk_on(Store::create(&path).unwrap());
    let mut count = 0_u64;
    let mut ids = || {
        count += 1;
        let mut id = [3; 16];
        id[8..].copy_from_slice(&count.to_be_bytes());
        id
    };
    demo::fill(&mut desk, T0, &mut ids).unwrap();
    drop(desk);
    let text = export(&path);
    (folder, text)
}

#[test]
fn a_store_made_of_an_export_exports_the_same_and_is_sound() {
    let (folder, text) = demo();
    for kind in ["person", "account", "contact", "signal", "deal", "handoff", "gesture", "event"] {
        assert!(text.contains(&format!("\n{{\"{kind}\":")), "the demo has no {kind}");
    }
    let path = folder.path().join("again.db");
    let made = restore(&path, &mut text.as_bytes(), false, T0).unwrap();
    assert_eq!(made.lines.values().sum::<u64>() + 1, text.lines().count() as u64);
    assert!(export(&path) == text, "the restored store exports something else");
    let store = Store::open(&path, Access::ReadOnly).unwrap();
    let findings = store.check(&mut |_| {}).unwrap().findings;
    assert!(findings.is_empty(), "{findings:#?}");
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("restore"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_restored_desk_goes_on() {
    let (folder, text) = demo();
    let path = folder.path().join("again.db");
    restore(&path, &mut text.as_bytes(), false, T0).unwrap();
    let mut desk = desk_on(Store::open(&path, Access::ReadWrite).unwrap());
    let dana = desk.person("Dana Reyes").unwrap().id;
    let actor = handoff_desk::desk::Actor { who: dana, now: T0, action: [1; 16] };
    // Her last action can be undone where it was; merges and imports of before can't.
    let undone = desk.undo(actor, None);
    assert!(undone.is_ok(), "{undone:?}");
}

#[test]
fn an_export_holds_no_sign_that_could_control_a_terminal() {
    let mut books = Books::new();
    books.import("accounts.csv", "name,domain\n\"Ac\u{1b}[2J\u{202e}me\",acme.com\n");
    let text = books.export();
    assert!(text.contains("\\u001b[2J\\u202eme"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn what_is_no_export_is_refused_with_its_line_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let head = "{\"handoff_desk\":{\"version\":1}}\n";
    for (text, why) in [
        (
            String::new(),
            "Line 1 is not as an export writes it: it does not begin an export of Handoff Desk.",
        ),
        ("name,domain\n".into(), "Line 1 is not as an export writes it: it is no JSON object"),
        (
            "{\"handoff_desk\":{\"version\":9}}\n".into(),
            "Line 1 is not as an export writes it: it is of form 9, and this program knows form 1.",
        ),
        (
            format!("{head}{{\"account\":{{\"n\":1}}}}\n"),
            "Line 2 is not as an export writes it: it has no text called name.",
        ),
        (
            format!("{head}{{\"thing\":{{\"n\":1}}}}\n"),
            "Line 2 is not as an export writes it: there is no record called \"thing\".",
        ),
    ] {
        let error = restore(&path, &mut text.as_bytes(), false, T0).unwrap_err().to_string();
        assert!(error.starts_with(why), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{text}");
    }
    restore(&path, &mut head.as_bytes(), false, T0).unwrap();
    let error = restore(&path, &mut head.as_bytes(), false, T0).unwrap_err().to_string();
    assert!(error.contains("a good store"), "{error}");
}

//! The import screen on a real store: what it shows before anything is changed, and what comes of it.

use std::path::PathBuf;

use super::{Office, Seat};
use crate::tui::model::Model;

const ACCOUNTS: &str = "\
Account Name,Domain,Industry,Tier
Quillon Optics,quillon.example,Optics,2
Rookery Tools,rookery-tools.example,Tools,9
Quillon Optics Inc,,Optics,2
,,Tools,1
";

pub(super) fn types(seat: &mut Seat, text: &str) {
    for letter in text.chars() {
        seat.keys(&if letter == ' ' { "Space".to_owned() } else { letter.to_string() });
    }
}

/// A file beside the store, and its path.
pub(super) fn file(office: &Office, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path: PathBuf = office.folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Opens the import screen on a file by the command line.
pub(super) fn import(seat: &mut Seat, path: &str) {
    seat.keys(":");
    types(seat, &format!("import {path}"));
    seat.keys("Enter");
}

/// How much the record holds, and whether an account is there.
fn events(office: &Office) -> i64 {
    office.desk().activity(None, 1).unwrap()[0].seq
}

fn knows(office: &Office, name: &str) -> bool {
    office.desk().account(name).is_ok()
}

pub(super) fn toast(model: &Model) -> String {
    model.toast.as_ref().map(|toast| toast.sentence.clone()).unwrap_or_default()
}

#[test]
fn a_file_is_looked_at_taken_in_and_taken_back_whole() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let path = file(&office, "new accounts.csv", ACCOUNTS);
    let before = events(&office);
    import(&mut dana, &path);
    let screen = dana.screen();
    for told in [
        "Import · new accounts.csv",
        "desk accounts, 4 of 4 columns",
        "3 new · 0 changed · 0 unchanged",
        "kept as they are; a --map file can give them one: 9 (1)",
        "line 5, ",
        "1 pair",
        "names look alike",
        "→ accounts.industry",
        "name Quillon Optics · domain quillon.example",
    ] {
        assert!(screen.contains(told), "{told} is missing:\n{screen}");
    }
    assert_eq!((events(&office), knows(&office, "Quillon Optics")), (before, false));
    let left: Vec<_> = std::fs::read_dir(office.folder.path()).unwrap().flatten().collect();
    assert!(left.iter().all(|entry| !entry.path().is_dir()), "a copy was left: {left:?}");
    dana.keys("y");
    dana.until("the import", |model| model.importing.is_none());
    assert_eq!(
        toast(&dana.model),
        format!("Imported {path}: 3 accounts new; 1 row rejected · u undo · :evaluate judges it")
    );
    assert!(dana.model.popups.is_empty());
    assert!(knows(&office, "Quillon Optics") && knows(&office, "Quillon Optics Inc"));
    dana.settle();
    dana.keys("u");
    assert!(toast(&dana.model).starts_with("Undid: imported accounts"), "{}", toast(&dana.model));
    assert!(!knows(&office, "Quillon Optics") && !knows(&office, "Quillon Optics Inc"));
    dana.worker.stop();
}

#[test]
fn who_leaves_has_changed_nothing_and_what_is_known_is_not_taken_in_again() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let path = file(&office, "accounts.csv", "name,domain\nQuillon,quillon.example\n");
    let before = events(&office);
    import(&mut dana, &path);
    dana.keys("Enter");
    assert_eq!(toast(&dana.model), "y takes it in; Esc leaves, and nothing is changed.");
    dana.keys("Esc");
    assert!(dana.model.popups.is_empty() && dana.model.importing.is_none());
    assert_eq!(events(&office), before);
    import(&mut dana, &path);
    dana.keys("y");
    dana.until("the import", |model| model.importing.is_none());
    let after = events(&office);
    dana.settle();
    import(&mut dana, &path);
    assert!(dana.screen().contains("0 new · 0 changed · 1 unchanged"), "{}", dana.screen());
    dana.keys("y");
    assert!(toast(&dana.model).starts_with("Nothing in this file is new"));
    assert_eq!(events(&office), after);
    dana.worker.stop();
}

#[test]
fn what_is_no_file_to_import_is_told_in_a_sentence() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let folder = office.folder.path().to_str().unwrap().to_owned();
    let binary = file(&office, "picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let empty = file(&office, "empty.csv", "");
    for (path, why) in [
        (format!("{folder}/none.csv"), "none.csv; check the path."),
        (folder.clone(), "is a folder; name the files in it."),
        (binary, "picture.csv: it is "),
        (empty, "empty.csv: it is empty; export it again."),
        ("/dev/null".to_owned(), "/dev/null is no file that can be read more than once"),
    ] {
        import(&mut dana, &path);
        // Long paths are broken over lines.
        let screen: String = dana.screen().replace("  ", "").replace('\n', "");
        let (screen, why) = (screen.replace(' ', ""), why.replace(' ', ""));
        assert!(screen.contains(&why), "{why} is missing:\n{}", dana.screen());
        dana.keys("Esc");
        assert!(dana.model.popups.is_empty());
    }
    dana.worker.stop();
}

#[test]
fn a_file_that_nobody_knows_is_given_its_columns_by_hand() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let path = file(&office, "x.csv", "Firma;Ort;Umsatz\nQuillon;West;12\nBrask;East;13\n");
    import(&mut dana, &path);
    assert!(dana.screen().contains("Its columns are not known (Firma, Ort, Umsatz)"));
    types(&mut dana, "accounts");
    dana.keys("Enter");
    assert!(dana.screen().contains("2 rows"), "each row lacks a name:\n{}", dana.screen());
    dana.keys("m Enter");
    types(&mut dana, "name");
    dana.keys("Enter Down Enter");
    types(&mut dana, "region");
    dana.keys("Enter");
    let screen = dana.screen();
    assert!(screen.contains("→ accounts.name") && screen.contains("→ accounts.region"), "{screen}");
    dana.keys("Esc");
    let screen = dana.screen();
    assert!(screen.contains("2 new · 0 changed") && screen.contains("name Quillon · region West"));
    assert!(screen.contains("* as you said") && screen.contains("not used"), "{screen}");
    dana.keys("y");
    dana.until("the import", |model| model.importing.is_none());
    let account = office.desk().account("Brask").unwrap();
    assert_eq!((account.region.as_deref(), account.revenue), (Some("East"), None));
    dana.worker.stop();
}

#[test]
fn dates_that_can_be_read_in_two_ways_are_asked_for() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let company = dana.model.row().unwrap().company.clone();
    let rows = format!("account,kind,at\n{company},site_visit,03/04/2026\n");
    let path = file(&office, "signals.csv", rows);
    import(&mut dana, &path);
    assert!(dana.screen().contains("can be day first or month first"), "{}", dana.screen());
    dana.keys("Enter");
    assert!(dana.screen().contains("at 2026-04-03T"), "{}", dana.screen());
    dana.keys("d Down Enter");
    assert!(dana.screen().contains("at 2026-03-04T"), "{}", dana.screen());
    assert!(dana.screen().contains("the month first, as you said"));
    dana.worker.stop();
}

#[test]
fn an_import_is_stopped_with_what_was_read_and_that_is_taken_back_whole() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let rows: String = (0..3_000).map(|n| format!("Stopped {n},stopped{n}.example\n")).collect();
    let path = file(&office, "many.csv", format!("name,domain\n{rows}"));
    dana.keys("I");
    types(&mut dana, &path);
    // The preview is left while it is counted, and nothing of it is answered any more.
    dana.tell_key("Enter");
    dana.until("the file", |model| {
        model.popups.last().is_some_and(|popup| format!("{popup:?}").contains("seen: Some"))
    });
    dana.tell_key("Esc");
    assert!(dana.model.popups.is_empty());
    assert!(!knows(&office, "stopped1.example"));
    import(&mut dana, &path);
    dana.tell_key("y");
    dana.until("some of it", |model| model.importing.as_ref().is_none_or(|it| it.percent > 0));
    dana.tell_key("Esc");
    dana.until("its end", |model| model.importing.is_none());
    let told = toast(&dana.model);
    assert!(told.ends_with("· u undo"), "{told}");
    let stopped = told.starts_with("Stopped ");
    assert!(stopped || told.starts_with("Imported "), "{told}");
    assert!(knows(&office, "stopped1.example"));
    dana.settle();
    dana.keys("u");
    assert!(!knows(&office, "stopped1.example"));
    dana.worker.stop();
}

#[test]
fn a_path_is_completed_as_in_a_shell() {
    let office = Office::new();
    let mut dana = office.seat("Dana Reyes");
    let (one, _other) =
        (file(&office, "crm-accounts.csv", "x"), file(&office, "crm-contacts.csv", "x"));
    let start = one.trim_end_matches("accounts.csv").trim_end_matches("rm-").to_owned();
    dana.keys("I");
    types(&mut dana, &start);
    dana.tell_key("Tab");
    dana.until("the names", |model| {
        let popup = format!("{:?}", model.popups.last());
        popup.contains("crm-accounts.csv   crm-contacts.csv")
    });
    assert!(dana.screen().contains("crm-contacts.csv"), "{}", dana.screen());
    types(&mut dana, "a");
    dana.tell_key("Tab");
    dana.until("the path", |model| format!("{:?}", model.popups.last()).contains(&one));
    dana.worker.stop();
}

//! One import is one gesture: taken back and brought back whole, and refused where something depends on it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use handoff_desk::desk::{Actor, DeskError, ImportOptions};
use handoff_desk::intake;

use super::books::Books;

fn refusal<T: std::fmt::Debug>(done: Result<T, DeskError>) -> String {
    match done {
        Err(DeskError::Refused(refusal)) => refusal.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

const ACCOUNTS: &str = "id,name,domain,employees,technologies,news\n\
    crm:1,Acme,acme.com,10,Marketo,2026-11-02 Acme hires\n\
    crm:2,Globex,globex.com,20,,\n";

#[test]
fn an_import_of_ten_thousand_rows_is_taken_back_and_brought_back() {
    let mut books = Books::with_people();
    books.import("accounts.csv", ACCOUNTS);
    let before = books.export();
    let mut rows = "id,name,domain,employees\n".to_owned();
    for n in 1..=10_000 {
        let _ = writeln!(rows, "crm:{n},Company {n},c{n}.com,{n}");
    }
    let done = books.import_as(Some("Rita Ops"), "accounts.csv", &rows);
    let counts = done.kinds.values().next().unwrap();
    assert_eq!((counts.new, counts.changed), (9_998, 2));
    let after = books.export();
    let actor = books.actor("Rita Ops");
    let undone = books.desk.undo(actor, None).unwrap();
    assert_eq!(undone.label, "undid: imported accounts");
    assert!(books.export() == before);
    books.is_sound();
    let actor = books.actor("Rita Ops");
    books.desk.redo(actor).unwrap();
    assert!(books.export() == after);
    let actor = books.actor("Rita Ops");
    books.desk.undo(actor, None).unwrap();
    assert!(books.export() == before);
    books.is_sound();
}

#[test]
fn a_stopped_import_is_whole_as_far_as_it_came_and_is_taken_back_whole() {
    let mut books = Books::with_people();
    let before = books.export();
    let mut rows = "name,domain\n".to_owned();
    for n in 0..7_000 {
        let _ = writeln!(rows, "Company {n},c{n}.com");
    }
    let stop = Arc::new(AtomicBool::new(false));
    let options = intake::Options::new(books.desk.policy().zone);
    let source = Box::new(std::io::Cursor::new(rows.into_bytes()));
    let input = intake::open(source, "accounts.csv", &options).unwrap();
    let mut input = input.stop_with(Arc::clone(&stop));
    let Actor { who, now, action } = books.actor("Rita Ops");
    let options = ImportOptions { who: Some(who), now, action };
    // What was read ahead by then, five thousand rows at most, is still taken in.
    let mut stopping = |_| stop.store(true, Ordering::Relaxed);
    let done = books.desk.import(&mut input, &options, &mut |_| Ok(()), &mut stopping).unwrap();
    assert!(input.was_stopped());
    let counts = done.kinds.values().next().unwrap();
    assert!((500..7_000).contains(&counts.new), "{counts:?}");
    assert!(done.gesture.is_some() && books.export() != before);
    books.is_sound();
    let actor = books.actor("Rita Ops");
    books.desk.undo(actor, None).unwrap();
    assert!(books.export() == before);
    books.is_sound();
}

#[test]
fn every_kind_of_record_is_taken_back() {
    let files = [
        ("accounts.csv", ACCOUNTS),
        ("contacts.csv", "id,account,name,email\nk:1,acme.com,Jane,jane@acme.com\n"),
        (
            "signals.csv",
            "domain,contact,kind,at,value\nacme.com,jane@acme.com,webinar,2026-11-01T10:00:00Z,0.1\n",
        ),
        ("deals.csv", "id,account,owner,stage,value\nd:1,Acme,Sam Ortiz,won,500\n"),
        (
            "people.csv",
            "name,email,role,out_of_office\nNew One,new@desk.example,ae,2026-12-24..2026-12-31\n",
        ),
        ("accounts.csv", "id,name,domain,news\nhub:1,Acme Inc,acme.com,2026-11-05 Acme moves\n"),
        ("contacts.csv", "id,account,name,email,title\nh:1,acme.com,Jane Doe,jane@acme.com,CMO\n"),
        (
            "signals.csv",
            "domain,contact,kind,at,value\nacme.com,jane@acme.com,webinar,2026-11-01T10:00:00Z,0.3\n",
        ),
        ("deals.csv", "id,account,stage,value\nd:1,Globex,lost,700\n"),
    ];
    let mut books = Books::with_people();
    let mut exports = vec![books.export()];
    for (name, text) in files {
        books.later(1_000);
        let done = books.import_as(Some("Rita Ops"), name, text);
        assert_eq!(done.rejected, 0, "{name}");
        exports.push(books.export());
        assert_ne!(exports[exports.len() - 1], exports[exports.len() - 2], "{name} {text}");
    }
    for export in exports.iter().rev().skip(1) {
        let actor = books.actor("Rita Ops");
        books.desk.undo(actor, None).unwrap();
        assert_eq!(&books.export(), export);
        books.is_sound();
    }
    for export in exports.iter().skip(1) {
        let actor = books.actor("Rita Ops");
        books.desk.redo(actor).unwrap();
        assert_eq!(&books.export(), export);
    }
    books.is_sound();
}

#[test]
fn a_handoff_flagged_from_it_keeps_an_import_until_it_is_undone_too() {
    let mut books = Books::with_people();
    let rows = "name,domain,revenue,employees,industry,region,tier,on_tal\n\
        Acme,acme.com,120000000,450,SaaS,West,1,yes\n";
    books.import_as(Some("Rita Ops"), "accounts.csv", rows);
    let import = books
        .import_as(
            Some("Rita Ops"),
            "signals.csv",
            "domain,kind,at\nacme.com,pricing_visit,2026-11-09T15:00:00Z\n\
             acme.com,roi_calculator,2026-11-09T16:00:00Z\n",
        )
        .gesture;
    books.evaluate("Mia Chen");
    assert_eq!(books.lines("handoff").len(), 1);
    let before = books.export();
    // The signals can go; the account they belong to can't.
    let actor = books.actor("Rita Ops");
    books.desk.undo(actor, import).unwrap();
    let actor = books.actor("Rita Ops");
    assert_eq!(
        refusal(books.desk.undo(actor, None)),
        "\"imported accounts\" can't be undone: H-1 depends on an account it brought. \
         Undo the later change first, or correct it by a new action."
    );
    let actor = books.actor("Rita Ops");
    books.desk.redo(actor).unwrap();
    assert_eq!(books.export(), before);
    books.is_sound();
}

#[test]
fn later_imports_keep_an_import_until_they_are_undone_too() {
    let mut books = Books::with_people();
    let first = books.import_as(Some("Rita Ops"), "accounts.csv", ACCOUNTS).gesture;
    books.import_as(Some("Dana Reyes"), "accounts.csv", "id,employees\ncrm:1,11\n");
    let actor = books.actor("Rita Ops");
    assert_eq!(
        refusal(books.desk.undo(actor, first)),
        "\"imported accounts\" can't be undone: Dana Reyes changed the same account since (\"imported accounts\"). \
         Undo the later change first, or correct it by a new action."
    );
    let actor = books.actor("Dana Reyes");
    books.desk.undo(actor, None).unwrap();
    books.import("contacts.csv", "account,name\nAcme,Jane\n");
    let actor = books.actor("Rita Ops");
    assert_eq!(
        refusal(books.desk.undo(actor, first)),
        "\"imported accounts\" can't be undone: a contact that came later belongs to an account it brought. \
         Undo the later change first, or correct it by a new action."
    );
}

#[test]
fn an_import_that_came_since_keeps_one_from_being_brought_back_twice() {
    let mut books = Books::with_people();
    books.import_as(Some("Rita Ops"), "accounts.csv", ACCOUNTS);
    let actor = books.actor("Rita Ops");
    books.desk.undo(actor, None).unwrap();
    books.import_as(Some("Dana Reyes"), "accounts.csv", "name,domain\nAcme,acme.com\n");
    let actor = books.actor("Rita Ops");
    assert_eq!(
        refusal(books.desk.redo(actor)),
        "\"undid: imported accounts\" can't be undone: \"imported accounts\" came since; import the file again instead. \
         Undo the later change first, or correct it by a new action."
    );
}

#[test]
fn only_who_imported_or_leads_the_desk_takes_an_import_back() {
    let mut books = Books::with_people();
    let import = books.import_as(Some("Rita Ops"), "accounts.csv", ACCOUNTS).gesture;
    let actor = books.actor("Sam Ortiz");
    assert_eq!(
        refusal(books.desk.undo(actor, import)),
        "Sam Ortiz (AE) may not undo what Rita Ops did. \
         That is for whoever did it, their manager, the VP of Sales and revenue operations."
    );
    let actor = books.actor("Dana Reyes");
    books.desk.undo(actor, import).unwrap();
    assert!(books.lines("account").is_empty());
}

#[test]
fn people_who_acted_stay() {
    let mut books = Books::new();
    let people = books.import("people.csv", super::books::PEOPLE).gesture;
    let actor = books.actor("Rita Ops");
    assert_eq!(
        refusal(books.desk.undo(actor, people)),
        "\"imported people\" can't be undone: it brought whoever undoes it. \
         Undo the later change first, or correct it by a new action."
    );
}

//! Contacts without an account: kept, found again, joined to their account when it comes, in whatever order files come.

use super::books::{Books, export};
use handoff_desk::domain::draft::Kind;
use handoff_desk::store::restore;

/// As a CRM exports them: one of a company, one with a private address, one with nothing but an id, one of a company
/// that is only named.
const CONTACTS: &str = "\
Record ID,First Name,Last Name,Email,Job Title,Primary Associated Company ID,Company Name,Create Date\n\
51,Jane,Roe,jane@acme.com,CMO,,,2026-01-10 10:00\n\
52,Joe,Poe,joe@gmail.com,,,,2026-01-10 10:00\n\
53,Ann,Lee,,Buyer,,,2026-01-10 10:00\n";
const COMPANIES: &str = "\
Record ID,Company name,Company Domain Name,Company owner,Create Date\n\
7,Acme,acme.com,,2026-01-10 10:00\n";

fn contacts(books: &Books) -> Vec<String> {
    let mut names: Vec<_> = books
        .lines("contact")
        .iter()
        .map(|line| line["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn unattached(books: &Books) -> Vec<String> {
    let (list, total) = books.desk.unattached(usize::MAX).unwrap();
    assert_eq!(list.len() as u64, total);
    list.into_iter().map(|contact| contact.name).collect()
}

#[test]
fn contacts_without_an_account_are_kept_and_join_theirs_when_it_comes() {
    let mut books = Books::with_people();
    let done = books.import("contacts.csv", CONTACTS);
    assert_eq!((done.rejected, done.unattached), (0, 3));
    assert_eq!(done.kinds[&Kind::Contacts].new, 3);
    assert!(
        done.notes().iter().any(|note| note.starts_with("3 contacts are kept without an account"))
    );
    assert_eq!(unattached(&books), ["Ann Lee", "Jane Roe", "Joe Poe"]);
    // Again: nothing new.
    let before = books.export();
    let again = books.import("contacts.csv", CONTACTS);
    let counts = again.kinds[&Kind::Contacts];
    assert_eq!((counts.new, counts.changed, counts.unchanged, again.unattached), (0, 0, 3, 3));
    assert_eq!(books.export(), before);
    // Her company comes; who has a private address goes on waiting.
    let done = books.import_as(Some("Rita Ops"), "companies.csv", COMPANIES);
    assert_eq!((done.attached, done.unattached), (1, 0));
    assert_eq!(contacts(&books), ["Jane Roe"]);
    assert_eq!(unattached(&books), ["Ann Lee", "Joe Poe"]);
    books.is_sound();
    let joined = books.export();
    // It is one gesture, which is taken back and brought back whole.
    let actor = books.actor("Rita Ops");
    books.desk.undo(actor, None).unwrap();
    assert_eq!(books.export(), before);
    books.is_sound();
    let actor = books.actor("Rita Ops");
    books.desk.redo(actor).unwrap();
    assert_eq!(books.export(), joined);
}

#[test]
fn a_row_that_names_the_account_takes_a_waiting_contact_along() {
    let mut books = Books::with_people();
    books.import("companies.csv", COMPANIES);
    books.import("contacts.csv", CONTACTS);
    assert_eq!(unattached(&books), ["Ann Lee", "Joe Poe"]);
    // What the first file said and the second doesn't stays.
    let named =
        "Record ID,First Name,Last Name,Email,Primary Associated Company ID\n53,Ann,Lee,,7\n";
    let done = books.import_as(Some("Rita Ops"), "contacts.csv", named);
    assert_eq!((done.rejected, done.unattached), (0, 0));
    assert_eq!(contacts(&books), ["Ann Lee", "Jane Roe"]);
    let ann = books.lines("contact").into_iter().find(|line| line["name"] == "Ann Lee").unwrap();
    assert_eq!(ann["title"], "Buyer");
    assert_eq!(unattached(&books), ["Joe Poe"]);
    // Without the company again, she stays where she is.
    let done = books.import("contacts.csv", CONTACTS);
    assert_eq!((done.kinds[&Kind::Contacts].unchanged, done.unattached), (3, 1));
    books.is_sound();
}

#[test]
fn the_order_of_files_leaves_the_same_store_and_an_export_holds_who_waits() {
    let mut one = Books::with_people();
    one.import("contacts.csv", CONTACTS);
    one.import("companies.csv", COMPANIES);
    let mut other = Books::with_people();
    other.import("companies.csv", COMPANIES);
    other.import("contacts.csv", CONTACTS);
    assert_eq!(one.export(), other.export());
    assert_eq!(one.lines("unattached").len(), 2);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.db");
    restore(&path, &mut one.export().as_bytes(), false, super::books::T0).unwrap();
    assert_eq!(export(&path), one.export());
}

#[test]
fn what_must_not_be_done_to_a_known_contact_is_taken_over_whatever_its_row_says_of_the_company() {
    let mut books = Books::with_people();
    books.import("companies.csv", COMPANIES);
    books.import("contacts.csv", CONTACTS);
    let row = |mail: &str, opted_out: &str| {
        format!(
            "id,account,name,email,email_opt_out\nhubspot:contact:51,Nowhere Ltd,Jane Roe,{mail},{opted_out}\n"
        )
    };
    let jane = |books: &Books| {
        books.lines("contact").into_iter().find(|line| line["name"] == "Jane Roe").unwrap()
    };
    // By her mail address she is at the company that is known.
    let done = books.import("contacts.csv", &row("jane@acme.com", "yes"));
    assert_eq!((done.rejected, done.unattached), (0, 0));
    assert_eq!(jane(&books)["opted_out"], 1);
    let at = jane(&books)["account"].clone();
    // With an address of anybody's she stays there, and that is told.
    let done = books.import("contacts.csv", &row("jane@gmail.com", "no"));
    assert_eq!((done.rejected, done.unattached), (0, 0));
    let told = done.notes().join(" ");
    assert!(told.contains("no account \"Nowhere Ltd\" is known"), "{told}");
    let now = jane(&books);
    assert_eq!((&now["opted_out"], &now["email"]), (&0.into(), &"jane@gmail.com".into()));
    assert_eq!(now["account"], at);
    books.is_sound();
}

#[test]
fn a_row_that_could_not_be_found_again_is_refused_with_its_reason() {
    let mut books = Books::with_people();
    let done = books.import("contacts.csv", "account,name\nNowhere,Jane\n");
    assert_eq!((done.rejected, done.unattached), (1, 0));
    let done = books.import("contacts.csv", "account,name,email\nNowhere,Jane,jane@gmail.com\n");
    assert_eq!((done.rejected, done.unattached), (0, 1));
    books.import("accounts.csv", "name,industry\nNowhere,SaaS\n");
    assert_eq!(contacts(&books), ["Jane"]);
}

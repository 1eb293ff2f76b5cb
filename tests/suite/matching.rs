//! What makes two rows the same company, imports as one gesture, merges, and the export by which stores are compared.

mod books;
mod export;
mod import_undo;
mod kept;
mod merge;
mod same_store;
mod unattached;

use rstest::rstest;

use self::books::Books;

/// Rows and how many accounts they make.
#[rstest]
#[case::own_key(&["crm:1,Acme,", "crm:1,Acme Corp,acme.com"], 1)]
#[case::two_keys_of_one_system(&["crm:1,Acme,acme.com", "crm:2,Acme,acme.com"], 2)]
#[case::keys_of_two_systems(&["crm:1,Acme,acme.com", "hub:7,Acme Inc,acme.com"], 1)]
#[case::either_key_finds_it(&["crm:1,Acme,acme.com", "hub:7,Acme,acme.com", "hub:7,Acme,", "crm:1,Acme,"], 1)]
#[case::registrable_domain(&[",Acme,acme.co.uk", ",Acme UK,shop.acme.co.uk", ",Acme,https://www.acme.co.uk/x"], 1)]
#[case::public_suffixes_are_nobodys(&[",Acme,acme.co.uk", ",Globex,globex.co.uk"], 2)]
#[case::hosts_for_anybody_are_nobodys(&[",Jane's Bakery,gmail.com", ",Joe's Garage,gmail.com"], 2)]
#[case::names_are_no_keys(&[",Acme,acme.com", ",Acme,"], 2)]
#[case::names_are_no_keys_whatever_comes_first(&[",Acme,", ",Acme,acme.com"], 2)]
#[case::the_same_row_twice(&[",Acme,", ",Acme,", ",ACME,"], 1)]
#[case::a_key_tells_names_apart(&["crm:1,Acme,", ",Acme,", "crm:2,Acme,"], 3)]
fn rows_are_about_as_many_accounts(#[case] rows: &[&str], #[case] accounts: usize) {
    let mut books = Books::new();
    books.import("accounts.csv", &format!("id,name,domain\n{}\n", rows.join("\n")));
    assert_eq!(books.lines("account").len(), accounts);
    let before = books.export();
    let again = books.import("accounts.csv", &format!("id,name,domain\n{}\n", rows.join("\n")));
    assert_eq!(books.lines("account").len(), accounts);
    // Rows that contradict each other say something new each time; what they come to stays.
    assert_eq!(books.export(), before);
    assert_eq!(again.rejected, 0);
}

#[test]
fn the_shorter_of_two_hosts_is_the_domain_and_a_second_import_changes_nothing() {
    let rows = "name,domain\nAcme,shop.acme.com\nAcme,acme.com\nAcme,eu.acme.com\n";
    let mut books = Books::new();
    books.import("accounts.csv", rows);
    assert_eq!(books.account("Acme")["domain"], "acme.com");
    let again = books.import("accounts.csv", rows);
    assert_eq!(again.gesture, None);
}

#[test]
fn a_key_that_says_where_it_comes_from_is_no_salesforce_id() {
    let mut books = Books::new();
    books.import("accounts.csv", "id,name,domain\ncrm:1,Acme,acme.com\n");
    // Headers as Salesforce writes them, filled by somebody who took the accounts' keys from here.
    let done = books.import(
        "contacts.csv",
        "id,first_name,last_name,email,account_id,mailing city\n\
         003Qy00000AbCdE,Jane,Doe,jane@gmail.com,crm:1,Berlin\n",
    );
    assert_eq!((done.rejected, books.lines("account").len()), (0, 1));
    let contacts = books.lines("contact");
    let contact = contacts.first().unwrap();
    assert_eq!(contact["keys"][0], "salesforce:contact:003Qy00000AbCdEIAV", "{contact}");
}

#[test]
fn contacts_and_signals_find_their_account_by_mail_address() {
    let mut books = Books::new();
    books.import("accounts.csv", "name,domain\nAcme,acme.com\nGlobex,globex.com\n");
    let done = books.import(
        "contacts.csv",
        "account,name,email\nNobody knows,Jane Doe,jane@eu.acme.com\nGlobex,Kim,kim@gmail.com\n",
    );
    assert_eq!(done.rejected, 0);
    let done = books.import(
        "signals.csv",
        "account,contact,kind,at\nSomething else,jane@eu.acme.com,webinar,2026-11-01T10:00:00Z\n",
    );
    assert_eq!(done.rejected, 0);
    let acme = books.account("Acme")["n"].clone();
    let contacts = books.lines("contact");
    let jane = contacts.iter().find(|contact| contact["name"] == "Jane Doe").unwrap();
    assert_eq!(jane["account"], acme);
    let signal = &books.lines("signal")[0];
    assert_eq!((&signal["account"], &signal["contact"]), (&acme, &jane["n"]));
    let done = books.import("contacts.csv", "account,name,email\nNowhere,Bob,bob@gmail.com\n");
    assert_eq!(done.unattached, 1, "an address that is anybody's names no company");
}

#[test]
fn contacts_are_one_by_key_then_address_then_name_at_their_account() {
    let mut books = Books::new();
    books.import("accounts.csv", "name,domain\nAcme,acme.com\n");
    books.import(
        "contacts.csv",
        "id,account,name,email\n\
         crm:1,acme.com,Jane Doe,jane@acme.com\n\
         hub:9,acme.com,Jane Doe,jane@acme.com\n\
         crm:2,acme.com,Jane Doe,jane@acme.com\n\
         ,acme.com,Jane Doe,\n\
         ,acme.com,Jane Doe,\n",
    );
    let keys: Vec<_> =
        books.lines("contact").iter().map(|contact| contact["keys"].to_string()).collect();
    assert_eq!(keys, ["null", r#"["crm:1","hub:9"]"#, r#"["crm:2"]"#]);
}

#[test]
fn a_signal_is_kept_once_and_learns_its_contact() {
    let mut books = Books::new();
    books.import("accounts.csv", "name,domain\nAcme,acme.com\n");
    let rows =
        "domain,contact,kind,at,detail\nacme.com,jane@acme.com,webinar,2026-11-01T10:00:00Z,x\n";
    books.import("signals.csv", rows);
    books.import("contacts.csv", "account_domain,name,email\nacme.com,Jane,jane@acme.com\n");
    books.import("signals.csv", rows);
    let without = "domain,kind,at,detail\nacme.com,webinar,2026-11-01T10:00:00Z,x\n";
    assert_eq!(books.import("signals.csv", without).gesture, None);
    let signals = books.lines("signal");
    assert_eq!(signals.len(), 1);
    assert_eq!(signals[0]["contact"], 1);
}

#[test]
fn names_that_look_alike_are_offered_where_a_domain_is_missing() {
    let mut books = Books::new();
    let done = books.import(
        "accounts.csv",
        "id,name,domain\n\
         ,Acme Inc.,acme.com\n\
         ,\"ACME, Incorporated\",\n\
         ,The Acme Company,acme.de\n\
         crm:1,Globex,globex.com\n\
         crm:2,Globex,www.globex.com\n\
         ,Initech,initech.com\n",
    );
    let told: Vec<_> = done
        .alike
        .iter()
        .map(|pair| format!("{}/{}/{}", pair.one.name, pair.other.name, pair.why.key()))
        .collect();
    assert_eq!(
        told,
        [
            "Acme Inc./ACME, Incorporated/name",
            "Globex/Globex/domain",
            "The Acme Company/ACME, Incorporated/name",
        ]
    );
    assert_eq!(done.alike_in_all, 3);
    assert_eq!(books.desk.duplicates().unwrap(), done.alike);
    let one = books.desk.account_called("acme.com").unwrap();
    assert_eq!(books.desk.duplicates_of(one).unwrap().len(), 1);
    let more = books.import("accounts.csv", "name,domain\nInitech LLC,\nUmbrella,\n");
    let told: Vec<_> = more.alike.iter().map(|pair| pair.other.name.as_str()).collect();
    assert_eq!(told, ["Initech LLC"], "only what came now, with whom it came beside");
}

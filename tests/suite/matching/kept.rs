//! Words of vocabularies that have no meaning here yet: the row is taken, the word stays with its record, and a later map
//! gives it a meaning, without a second record.

use std::sync::Arc;

use handoff_desk::desk::{ImportOptions, Imported};
use handoff_desk::domain::draft::Kind;
use handoff_desk::intake::{self, Profile};
use handoff_desk::store::restore;

use super::books::{Books, T0, export};

/// Imports through a map of the person's own.
fn import_through(books: &mut Books, map: &str, text: &str, action: u8) -> Imported {
    let mut options = intake::Options::new(books.desk.policy().zone);
    options.profile = Some(Arc::new(Profile::parse("mine", map).unwrap()));
    let source = std::io::Cursor::new(text.as_bytes().to_vec());
    let mut input = intake::open(Box::new(source), "mine.csv", &options).unwrap();
    let options = ImportOptions { who: None, now: T0, action: [action; 16] };
    books.desk.import(&mut input, &options, &mut |_| Ok(()), &mut |_| {}).unwrap()
}

const ACCOUNTS: &str = "name,domain,tier,relation,industry\n\
    Acme,acme.com,Platinum,Reseller,Rocketry\nGlobex,globex.com,1,customer,SaaS\n";

#[test]
fn an_account_keeps_words_without_a_meaning_until_a_map_gives_them_one() {
    let mut books = Books::with_people();
    let first = books.import_as(Some("Rita Ops"), "accounts.csv", ACCOUNTS);
    assert_eq!((first.rejected, first.kinds[&Kind::Accounts].new), (0, 2));
    let acme = books.account("Acme");
    assert_eq!(acme["kept"], serde_json::json!({"relation": "Reseller", "tier": "Platinum"}));
    assert_eq!((&acme["industry"], &acme["relation"]), (&"Rocketry".into(), &"new".into()));
    assert_eq!(books.account("Globex").get("kept"), None);
    let (kept, total) = books.desk.kept_values(1).unwrap();
    assert_eq!((kept.len(), total, kept[0].count), (1, 2, 1));
    let before = books.export();
    assert_eq!(books.import("accounts.csv", ACCOUNTS).kinds[&Kind::Accounts].unchanged, 2);
    assert_eq!(books.export(), before);
    // A map gives one of them a meaning.
    let map = "title = 'mine'\n[[records]]\nkind = 'accounts'\n[records.fields]\nname = { headers = ['name'] }\n\
               domain = { headers = ['domain'] }\ntier = { headers = ['tier'], values = { platinum = '1' } }\n\
               relation = { headers = ['relation'] }\n";
    let mapped = import_through(&mut books, map, ACCOUNTS, 77);
    let counts = mapped.kinds[&Kind::Accounts];
    assert_eq!((counts.new, counts.changed, counts.unchanged), (0, 1, 1));
    let acme = books.account("Acme");
    assert_eq!(
        (&acme["tier"], &acme["kept"]),
        (&"1".into(), &serde_json::json!({"relation": "Reseller"}))
    );
    books.is_sound();
    let gesture = mapped.gesture;
    let actor = books.actor("Dana Reyes");
    books.desk.undo(actor, gesture).unwrap();
    assert_eq!(books.export(), before, "the words are back as they stood");
    // And a store made of the export has them.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.db");
    restore(&path, &mut before.as_bytes(), false, T0).unwrap();
    assert_eq!(export(&path), before);
}

#[test]
fn a_signal_of_an_unknown_kind_is_kept_and_gets_its_kind_later() {
    let mut books = Books::with_people();
    books.import("accounts.csv", "name,domain\nAcme,acme.com\n");
    let rows = "domain,kind,at,detail\nacme.com,Besuch: Preisseite (DE),2026-11-01T10:00:00Z,x\n\
                acme.com,booth_visit,2026-11-02T10:00:00Z,x\nacme.com,!!,2026-11-03T10:00:00Z,x\n\
                acme.com,pricing_visit,2026-11-04T10:00:00Z,x\n";
    let first = books.import("signals.csv", rows);
    assert_eq!((first.rejected, first.kinds[&Kind::Signals].new), (0, 4));
    let weightless: Vec<_> = first.weightless.keys().map(String::as_str).collect();
    assert_eq!(weightless, ["besuch_preisseite_de", "booth_visit", "other"]);
    let signals = books.lines("signal");
    assert_eq!(signals[0]["kept"]["kind"], "Besuch: Preisseite (DE)");
    assert_eq!(signals[1].get("kept"), None, "it is a key, which a policy may know tomorrow");
    let before = books.export();
    assert_eq!(books.import("signals.csv", rows).kinds[&Kind::Signals].unchanged, 4);
    assert_eq!(books.export(), before);
    let map = "title = 'mine'\n[[records]]\nkind = 'signals'\n[records.fields]\ndomain = { headers = ['domain'] }\n\
               kind = { headers = ['kind'], values = { 'Besuch: Preisseite (DE)' = 'pricing_visit', booth_visit = \
               'event' } }\nat = { headers = ['at'] }\ndetail = { headers = ['detail'] }\n";
    let mapped = import_through(&mut books, map, rows, 78);
    let counts = mapped.kinds[&Kind::Signals];
    assert_eq!((counts.new, counts.changed, counts.unchanged), (0, 2, 2));
    let kinds: Vec<_> = books
        .lines("signal")
        .iter()
        .map(|line| line["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["pricing_visit", "event", "other", "pricing_visit"]);
    assert_eq!(books.lines("signal")[0].get("kept"), None);
    assert_eq!(import_through(&mut books, map, rows, 79).kinds[&Kind::Signals].unchanged, 4);
    books.is_sound();
}

#[test]
fn deals_and_contacts_keep_theirs_and_what_has_no_field_stays_as_it_stands() {
    let mut books = Books::with_people();
    books.import("accounts.csv", "id,name,domain\nsalesforce:account:001A,Acme,acme.com\n");
    let done = books.import("deals.csv", "id,account,stage\nd:1,Acme,Legal review\nd:2,Acme,won\n");
    assert_eq!((done.rejected, done.kinds[&Kind::Deals].new), (0, 2));
    let deal = books.lines("deal").remove(0);
    assert_eq!(
        (&deal["stage"], &deal["kept"]["stage"]),
        (&"engaging".into(), &"Legal review".into())
    );
    let contacts = "account,name,email,buying_role\nAcme,Jane,jane@acme.com,Gatekeeper\n";
    assert_eq!(books.import("contacts.csv", contacts).rejected, 0);
    assert_eq!(books.lines("contact")[0]["kept"]["buying_role"], "Gatekeeper");
    // Later the same people say something else; the one word goes, the other takes its place.
    books.import("deals.csv", "id,account,stage\nd:1,Acme,lost\n");
    books.import("contacts.csv", &contacts.replace("Gatekeeper", "Sponsor"));
    assert_eq!(books.lines("deal")[0].get("kept"), None);
    assert_eq!(books.lines("contact")[0]["kept"]["buying_role"], "Sponsor");
    // Columns of a CRM for which the desk has no field.
    let leads = "Lead ID,First Name,Last Name,Company,Email,Lead Source,Lead Status,Rating\n\
                 00Q5e00000AbCdEEAV,Ann,Lee,Initech,ann@initech.com,Trade Show,Nurturing - EMEA,Hot\n";
    assert_eq!(books.import("leads.csv", leads).rejected, 0);
    let lead = books.lines("contact").into_iter().find(|line| line["name"] == "Ann Lee").unwrap();
    assert_eq!(
        lead["kept"],
        serde_json::json!({"lead source": "Trade Show", "lead status": "Nurturing - EMEA", "rating": "Hot"})
    );
    books.is_sound();
}

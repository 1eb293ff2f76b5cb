//! Two accounts become one, with both their timelines, and two again.

use std::collections::BTreeMap;

use handoff_desk::desk::{Ask, DeskError, Request};
use handoff_desk::domain::command::Command;
use handoff_desk::domain::draft::{AccountRef, HandoffDraft};
use handoff_desk::domain::ids::HandoffId;

use super::books::Books;

const ACCOUNTS: &str = "id,name,domain,employees,industry,technologies,news,on_tal\n\
    crm:1,Acme Inc,acme.com,450,SaaS,Marketo,2026-11-02 Acme hires,no\n\
    crm:2,ACME,,400,,Salesforce,2026-11-05 Acme moves,yes\n\
    hub:3,Globex,globex.com,20,,,,no\n";

fn filled() -> Books {
    let mut books = Books::with_people();
    books.import("accounts.csv", ACCOUNTS);
    books.import(
        "contacts.csv",
        "account,name,email\ncrm:1,Jane,jane@acme.com\ncrm:2,Joe,joe@gmail.com\ncrm:2,Jim,jim@gmail.com\n",
    );
    books.import(
        "signals.csv",
        "account,contact,kind,at\n\
         crm:1,jane@acme.com,webinar,2026-11-01T10:00:00Z\n\
         crm:2,joe@gmail.com,site_visit,2026-11-02T10:00:00Z\n\
         crm:2,,pricing_visit,2026-11-03T10:00:00Z\n",
    );
    books.import(
        "deals.csv",
        "id,account,owner,stage,value\nd:1,crm:1,Sam Ortiz,won,500\nd:2,crm:2,Sam Ortiz,lost,700\n",
    );
    books
}

fn make(books: &mut Books, kind: &str, key: &str) -> HandoffId {
    let draft = HandoffDraft {
        kind: kind.to_owned(),
        account: AccountRef { external: Some(key.to_owned()), ..AccountRef::default() },
        reason: Some("Asked at the fair".to_owned()),
        package: BTreeMap::new(),
        ..HandoffDraft::default()
    };
    let actor = books.actor("Mia Chen");
    books.desk.create(actor, &draft).unwrap().done[0]
}

fn merge(books: &mut Books, who: &str, keep: &str, gone: &str) -> Result<(), String> {
    let keep = books.desk.account_called(keep).unwrap();
    let gone = books.desk.account_called(gone).unwrap();
    let actor = books.actor(who);
    match books.desk.merge(actor, keep, gone) {
        Ok(_) => Ok(()),
        Err(DeskError::Refused(refusal)) => Err(refusal.to_string()),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn both_timelines_stay_and_undo_and_redo_are_to_the_byte() {
    let mut books = filled();
    make(&mut books, "tier1", "crm:1");
    let other = make(&mut books, "intent", "crm:2");
    let before = books.export();
    merge(&mut books, "Rita Ops", "crm:1", "crm:2").unwrap();
    books.is_sound();
    let acme = books.account("Acme Inc");
    assert_eq!(acme["keys"].to_string(), r#"["crm:1","crm:2"]"#);
    assert_eq!(acme["employees"], 450);
    assert_eq!(acme["on_tal"], 1);
    assert_eq!(acme["technologies"].to_string(), r#"["Marketo","Salesforce"]"#);
    assert_eq!(acme["news"].as_array().unwrap().len(), 2);
    assert_eq!(books.lines("account").len(), 2);
    let mine =
        |kind: &str| books.lines(kind).iter().filter(|line| line["account"] == acme["n"]).count();
    assert_eq!((mine("contact"), mine("signal"), mine("deal"), mine("handoff")), (3, 3, 2, 2));
    let merged = books.export();

    // Rows with either key are about the one that stays.
    let done = books.import("accounts.csv", "id,name,region\ncrm:2,Acme Inc,West\n");
    assert_eq!(done.kinds.values().next().unwrap().changed, 1);
    let actor = books.actor("Dana Reyes");
    books.desk.undo(actor, done.gesture).unwrap();
    assert_eq!(facts(&books.export()), facts(&merged));

    let actor = books.actor("Rita Ops");
    books.desk.undo(actor, None).unwrap();
    books.is_sound();
    assert_eq!(facts(&books.export()), facts(&before));
    let actor = books.actor("Rita Ops");
    books.desk.redo(actor).unwrap();
    books.is_sound();
    assert_eq!(facts(&books.export()), facts(&merged));

    // What was done since on a handoff that moved is not lost by an undo.
    let actor = books.actor("Dana Reyes");
    let command = Command::Note { text: "called".into() };
    let ask = Ask { handoff: other, seen: None, command };
    books.desk.run(&Request { actor, asks: vec![ask], what_can: false }).unwrap();
    let actor = books.actor("Rita Ops");
    let refused = books.desk.undo(actor, None).unwrap_err().to_string();
    assert!(
        refused
            .starts_with("\"redid: merged ACME into Acme Inc\" can't be undone: H-2 depends on it"),
        "{refused}"
    );
}

/// The export without what only grows: the record, and the versions that count it.
fn facts(export: &str) -> Vec<String> {
    export
        .lines()
        .filter(|line| !line.starts_with("{\"gesture\"") && !line.starts_with("{\"event\""))
        .map(|line| match line.starts_with("{\"handoff\"") {
            true => {
                let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
                line["handoff"].as_object_mut().unwrap().remove("version");
                line.to_string()
            }
            false => line.to_owned(),
        })
        .collect()
}

#[test]
fn what_a_merge_would_do_is_told_before() {
    let books = filled();
    let keep = books.desk.account_called("crm:1").unwrap();
    let gone = books.desk.account_called("crm:2").unwrap();
    let plan = books.desk.merge_plan(keep, gone).unwrap();
    let told: Vec<_> = plan
        .differs
        .iter()
        .map(|one| format!("{}: {} not {}", one.field, one.kept, one.dropped))
        .collect();
    assert_eq!(told, ["name: Acme Inc not ACME", "employees: 450 not 400"]);
    assert_eq!((plan.moves.contacts, plan.moves.signals, plan.moves.deals), (2, 2, 1));
    let same = books.desk.merge_plan(keep, keep).unwrap_err();
    assert_eq!(same.to_string(), "These are one and the same account.");
}

#[test]
fn two_open_handoffs_of_a_type_keep_accounts_apart() {
    let mut books = filled();
    make(&mut books, "tier1", "crm:1");
    make(&mut books, "tier1", "crm:2");
    assert_eq!(
        merge(&mut books, "Rita Ops", "crm:1", "crm:2").unwrap_err(),
        "Acme Inc and ACME can't become one while H-1 and H-2 are both open for the same type. \
         Close one of them first, such as H-2 as DUPLICATE."
    );
    merge(&mut books, "Rita Ops", "crm:1", "hub:3").unwrap();
}

#[test]
fn merging_is_for_revenue_operations_and_the_vp_of_sales() {
    for (who, may) in
        [("Rita Ops", true), ("Dana Reyes", true), ("Mia Chen", false), ("Sam Ortiz", false)]
    {
        let mut books = filled();
        let done = merge(&mut books, who, "crm:1", "crm:2");
        assert_eq!(done.is_ok(), may, "{who}: {done:?}");
        if let Err(why) = done {
            assert!(why.contains("may not merge accounts"), "{why}");
        }
    }
}

//! A week told by commands alone, each in a process of its own.

use serde_json::json;

use super::place::Place;

const PEOPLE: &str = "name,email,role,manager,territories,capacity
Dana Reyes,dana@acme.example,vp_sales,,,
Marcus Hill,marcus@acme.example,manager,dana@acme.example,West,
Sam Ortiz,sam@acme.example,ae,marcus@acme.example,West,12
Priya Nair,priya@acme.example,ae,marcus@acme.example,East,12
Mia Chen,mia@acme.example,marketing,,,
Rita Vale,rita@acme.example,revops,,,
";
const ACCOUNTS: &str = "external_id,name,domain,industry,region,employees,revenue,tier,relation
1,Northwind Freight,northwind.example,Logistics,West,1200,310000000,1,new
2,Bluebird Labs,bluebird.example,SaaS,East,300,40000000,2,new
";
const CONTACTS: &str = "account,name,title,email,role,authority
northwind.example,Ada Moss,Chief Financial Officer,ada@northwind.example,decision_maker,yes
northwind.example,Kim Roe,VP Operations,kim@northwind.example,champion,yes
";
const SIGNALS: &str = "account,kind,at,contact,source
northwind.example,pricing_visit,2026-11-18T15:00:00Z,ada@northwind.example,campaign
northwind.example,roi_calculator,2026-11-19T16:30:00Z,ada@northwind.example,campaign
northwind.example,site_visit,2026-11-19T17:00:00Z,kim@northwind.example,campaign
";

#[test]
fn from_files_to_a_disposition_and_back() {
    let place = Place::empty();
    for (name, text) in [
        ("people.csv", PEOPLE),
        ("accounts.csv", ACCOUNTS),
        ("contacts.csv", CONTACTS),
        ("signals.csv", SIGNALS),
    ] {
        place.file(name, text);
    }
    let files = ["import", "people.csv", "accounts.csv", "contacts.csv", "signals.csv"];
    let first = place.json(&files);
    let again = place.json(&files);
    assert_ne!(first, again);
    assert!(!again.to_string().contains("\"new\":1"), "{again}");

    let judged = place.json(&["evaluate"]);
    assert_eq!(judged["flagged"], json!({ "tier1": 1 }), "{judged}");
    let id = place.ids("tier:1").pop().unwrap();
    let shown = place.json(&["show", &id]);
    assert_eq!(shown["company"], "Northwind Freight");

    // What the package still lacks is filled in before it goes to triage, where it did not go by itself.
    if shown["stage"] == "flagged" {
        place.done("Mia Chen", &["submit", &id]);
    }
    assert_eq!(place.json(&["show", &id])["stage"], "queued");

    place.done(
        "Dana Reyes",
        &["assign", &id, "--to", "Sam Ortiz", "--brief", "Ask for the audit date."],
    );
    assert_eq!(place.json(&["show", &id])["owner"], "Sam Ortiz");
    place.done("Dana Reyes", &["undo"]);
    let back = place.json(&["show", &id]);
    assert_eq!((&back["stage"], &back["owner"]), (&json!("queued"), &json!(null)));
    place.done("Dana Reyes", &["redo"]);
    assert_eq!(place.json(&["show", &id])["owner"], "Sam Ortiz");

    place.run(&["accept", &id, "--as", "Priya Nair"]).refuses(4, &[&id]);
    place.done("Sam Ortiz", &["accept", &id]);
    place.done("Sam Ortiz", &["touch", &id, "--channel", "email", "--outcome", "sent"]);
    place
        .run(&["dispose", &id, "--code", "NO_RESPONSE", "--as", "Sam Ortiz"])
        .refuses(4, &["still owed: 4 touches"]);
    place.done(
        "Sam Ortiz",
        &[
            "dispose",
            &id,
            "--code",
            "BAD_TIMING",
            "--set",
            "wake_on=2027-02-01",
            "--claim",
            "timing",
        ],
    );
    let ended = place.json(&["show", &id]);
    assert_eq!(ended["stage"], "nurture", "{ended}");
    assert_eq!(place.ids("code:BAD_TIMING"), std::slice::from_ref(&id));
    assert_eq!(place.ids("open"), Vec::<String>::new());

    // Somebody else's later work stands on it: the first action can't be taken back any more.
    let said = place.run(&["undo", "--as", "Dana Reyes"]);
    assert_eq!(said.status, 4, "{}{}", said.out, said.err);
    place.sound();
}

#[test]
fn a_copy_made_while_in_use_is_a_store() {
    let place = Place::demo();
    let id = place.ids("stage:queued").pop().unwrap();
    place.done("Dana Reyes", &["backup", "copy.db"]);
    place.done("Dana Reyes", &["assign", &id]);
    place.run(&["backup", "copy.db"]).refuses(1, &["copy.db"]);
    let copied = place.json(&["show", &id, "--store", "copy.db"]);
    assert_eq!(copied["stage"], "queued");
    assert_eq!(place.json(&["doctor", "--store", "copy.db"])["sound"], true);
}

#[test]
fn many_at_once_is_one_action() {
    let place = Place::demo();
    let ids = place.ids("stage:queued");
    assert!(ids.len() > 3);
    let before = place.state();
    let said = place.fed(&["assign", "-", "--as", "Dana Reyes"], ids.join("\n").as_bytes());
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert_eq!(place.ids("stage:queued"), Vec::<String>::new());
    place.done("Dana Reyes", &["undo"]);
    assert_eq!(place.ids("stage:queued"), ids);
    // Versions only grow; all else is as it was.
    assert_eq!(without_versions(&place.state()), without_versions(&before));
    place.sound();
}

fn without_versions(state: &str) -> String {
    let mut rest = state;
    let mut kept = String::new();
    while let Some(at) = rest.find("\"version\": Number(") {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find(')').unwrap()..];
    }
    kept + rest
}

#[test]
fn two_processes_that_assign_one_handoff_have_one_winner() {
    let place = Place::demo();
    let id = place.ids("stage:queued").pop().unwrap();
    let version = place.json(&["show", &id])["version"].as_i64().unwrap();
    let seen = format!("{id}@{version}");
    let mut both: Vec<_> = ["Sam Ortiz", "Priya Nair"]
        .map(|to| place.command(&["assign", &seen, "--to", to, "--as", "Dana Reyes", "--anyway"]))
        .into_iter()
        .map(|mut command| {
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
            command.spawn().unwrap()
        })
        .collect();
    let mut statuses: Vec<_> =
        both.iter_mut().map(|child| child.wait().unwrap().code().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [0, 4]);
    place.sound();
}

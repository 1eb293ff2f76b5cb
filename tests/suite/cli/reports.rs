//! What goes out of the desk through the program itself: a manager's week, digests, who broke a promise, what marketing
//! is told; and that names which bite, empty months and people without handoffs do no harm in any format.

use serde_json::{Value, json};

use super::place::Place;

const FORMATS: [&str; 6] = ["text", "md", "html", "csv", "json", "xlsx"];
const MANAGER: &str = "Marcus Whitfield";

fn bytes(place: &Place, arguments: &[&str]) -> Vec<u8> {
    let output = place.command(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn count(place: &Place, filter: &str) -> usize {
    place.ids(filter).len()
}

#[test]
fn a_managers_week_tells_what_the_lists_tell() {
    let place = Place::demo();
    let week = place.json(&["report", "--summary", "--as", MANAGER]);
    assert_eq!((&week["week"], &week["over"]), (&json!("2026-W47"), &json!(false)), "{week}");
    assert_eq!(week["team"], MANAGER);
    // Of everybody it is the volume of the report.
    let all = place.json(&["report", "2026-W47", "--summary", "--as", "Dana Reyes"]);
    let report = place.json(&["report", "2026-W47"]);
    let figures = report["figures"].as_array().unwrap();
    let volume = figures.iter().find(|one| one["by"] == "all" && one["measure"] == "volume");
    assert_eq!(all["team"], Value::Null);
    assert_eq!(
        all["handed_off"]["this_week"].as_f64(),
        volume.unwrap()["figure"].as_f64(),
        "{}",
        all["handed_off"]
    );
    assert_eq!(
        all["handed_off"]["week_before"].as_u64().unwrap() as usize,
        count(&place, "submitted:2026-11-09..2026-11-15")
    );
    let late = all["late"].as_array().unwrap().len();
    assert!(late > 3 && late == count(&place, "breached"), "{late}");
    let own = week["late"].as_array().unwrap().len();
    assert!(own <= late && own == count(&place, week["late_filter"].as_str().unwrap()));
    // What each carries is what the list of theirs holds.
    let people = all["people"].as_array().unwrap();
    assert!(people.len() > 5);
    for one in people {
        let name = one["name"].as_str().unwrap();
        // What came back to marketing still names its owner, and is in nobody's hands.
        let open = count(&place, &format!("open -stage:returned,disputed owner:\"{name}\""));
        assert_eq!(one["open"].as_u64().unwrap() as usize, open, "{name}");
        let over = one["capacity"].as_u64().is_some_and(|most| open as u64 > most);
        assert_eq!(one["over_capacity"], over, "{name}");
    }
    assert!(week["people"].as_array().unwrap().len() < people.len());
    for back in all["returned"].as_array().unwrap() {
        let shown = place.json(&["show", back["handoff"].as_str().unwrap()]);
        assert_eq!(shown["company"], back["company"]);
    }
    assert!(!all["returned"].as_array().unwrap().is_empty());
    // The batch that Monday's review looks at.
    let next = &all["next_batch"];
    assert_eq!((&next["week"], &next["review"]), (&json!("2026-W47"), &json!("2026-11-23")));
    let waits = count(&place, "batch:2026-W47 stage:flagged,queued");
    assert_eq!(next["items"].as_array().unwrap().len(), waits);
    assert!(waits > 0);
    // A month is no week, and the two summaries are apart.
    place.run(&["report", "2026-10", "--summary"]).refuses(2, &["2026-W47"]);
    assert_eq!(place.run(&["report", "--summary", "--digest"]).status, 2);
}

#[test]
fn somebody_over_capacity_is_named_and_an_escalation_told() {
    let place = Place::demo();
    let people = place.json(&["report", "--summary"])["people"].clone();
    let busy = people.as_array().unwrap().iter().find(|one| one["name"] == "Keisha Boyd").unwrap();
    let name = busy["name"].as_str().unwrap();
    place.done("Dana Reyes", &["people", "edit", name, "--capacity", "2"]);
    place.done("Dana Reyes", &["sla", "--escalate"]);
    let week = place.json(&["report", "--summary"]);
    let first = &week["people"][0];
    assert_eq!((&first["name"], &first["over_capacity"]), (&json!(name), &json!(true)), "{week}");
    let raised = week["escalated"].as_array().unwrap();
    assert!(!raised.is_empty());
    assert!(
        raised.iter().any(|one| one["open"] == true && !one["told"].as_array().unwrap().is_empty())
    );
    for format in ["text", "md", "html"] {
        let text =
            String::from_utf8(bytes(&place, &["report", "--summary", "--format", format])).unwrap();
        assert!(text.contains("over capacity") && text.contains(name), "{text}");
        for heading in
            ["Late now", "Returned to marketing", "Escalated in the week", "The next batch"]
        {
            assert!(text.contains(heading), "{format}: no {heading}");
        }
    }
}

#[test]
fn a_digest_tells_each_person_what_is_late_due_and_escalated() {
    let place = Place::demo();
    place.done("Dana Reyes", &["sla", "--escalate"]);
    let all = place.json(&["report", "--digest"]);
    let digests = all["digests"].as_array().unwrap();
    assert!(digests.len() > 5);
    let mut escalated = 0;
    for one in digests {
        let name = one["person"].as_str().unwrap();
        let ids = |part: &str| -> Vec<String> {
            let rows = one[part].as_array().unwrap().iter();
            let mut ids: Vec<_> = rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect();
            ids.sort();
            ids
        };
        let listed = |filter: &str| {
            let mut ids = place.ids(&format!("open owner:\"{name}\" {filter}"));
            ids.sort();
            ids
        };
        assert_eq!(ids("late"), listed("breached"), "{name}");
        assert_eq!(ids("due"), listed("-breached due:<7d"), "{name}");
        assert_eq!(ids("escalated"), listed("hit:escalations"), "{name}");
        escalated += ids("escalated").len();
    }
    assert!(escalated > 0);
    let text = place.run(&["report", "--digest", "--team", "Sam Ortiz"]);
    assert!(text.out.starts_with("Sam Ortiz: ") && text.out.contains("escalated"), "{}", text.out);
    let nobody = place.run(&["report", "--digest", "--team", "Grace Adeyemi"]);
    assert_eq!((nobody.status, nobody.out.as_str()), (0, "Nobody here has handoffs.\n"));
}

const PEOPLE: &str = "name,email,role,manager,territories,capacity
Dana Reyes,dana@acme.example,vp_sales,,,
\"=HYPERLINK(\"\"http://x.example\"\",\"\"Lee\"\")\",lee@acme.example,manager,dana@acme.example,West,
Sam Ortiz,sam@acme.example,ae,lee@acme.example,West,12
<script>alert(1)</script>,mia@acme.example,marketing,,,
";
const ACCOUNTS: &str = "external_id,name,domain,industry,region,employees,revenue,tier,relation
1,\"=HYPERLINK(\"\"http://x.example\"\",\"\"Northwind\"\")\",northwind.example,Logistics,West,1200,310000000,1,new
2,<script>alert(2)</script>,bluebird.example,SaaS,West,300,40000000,1,new
";
const CONTACTS: &str = "account,name,title,email,role,authority
northwind.example,Ada Moss,Chief Financial Officer,ada@northwind.example,decision_maker,yes
bluebird.example,Kim Roe,VP Operations,kim@bluebird.example,decision_maker,yes
";
const SIGNALS: &str = "account,kind,at,contact,source
northwind.example,pricing_visit,2026-10-05T15:00:00Z,ada@northwind.example,campaign
northwind.example,roi_calculator,2026-10-05T15:30:00Z,ada@northwind.example,campaign
bluebird.example,pricing_visit,2026-10-05T15:00:00Z,kim@bluebird.example,campaign
bluebird.example,roi_calculator,2026-10-05T15:30:00Z,kim@bluebird.example,campaign
";
const SENDER: &str = "mia@acme.example";

/// Two handoffs with names that bite: one touched far too late, both lost to a competitor whose name bites as well.
fn lost() -> Place {
    let place = Place::empty();
    for (name, text) in [
        ("people.csv", PEOPLE),
        ("accounts.csv", ACCOUNTS),
        ("contacts.csv", CONTACTS),
        ("signals.csv", SIGNALS),
    ] {
        place.file(name, text);
    }
    let at = |when: &str, who: &str, arguments: &[&str]| {
        place.done(who, &[arguments, &["--now", when]].concat())
    };
    let (noon, files) = (
        "2026-10-05T12:00:00-04:00",
        ["people.csv", "accounts.csv", "contacts.csv", "signals.csv"],
    );
    assert_eq!(place.run(&[&["import"][..], &files, &["--now", noon]].concat()).status, 0);
    at(noon, SENDER, &["evaluate"]);
    let ids = place.ids("tier:1");
    assert_eq!(ids.len(), 2);
    for id in &ids {
        let shown = place.json(&["show", id]);
        if shown["stage"] == "flagged" {
            at("2026-10-05T13:00:00-04:00", SENDER, &["submit", id]);
        }
        // Triage takes 30 hours of what the first touch may take end to end, the assignee 90 more.
        at("2026-10-06T19:00:00-04:00", "dana@acme.example", &["assign", id, "--to", "Sam Ortiz"]);
        at("2026-10-07T09:00:00-04:00", "Sam Ortiz", &["accept", id]);
        at(
            "2026-10-10T13:00:00-04:00",
            "Sam Ortiz",
            &["touch", id, "--channel", "email", "--outcome", "sent"],
        );
        at(
            "2026-10-12T13:00:00-04:00",
            "Sam Ortiz",
            &[
                "dispose",
                id,
                "--code",
                "LOST_COMPETITOR",
                "--set",
                "competitor=+Globex",
                "--claim",
                "timing",
            ],
        );
    }
    place
}

#[test]
fn a_broken_promise_is_split_over_those_who_had_it_and_marketing_hears_why() {
    let place = lost();
    let month = place.json(&["report", "2026-10"]);
    let broken = month["broken"].as_array().unwrap();
    let touch =
        broken.iter().find(|one| one["clock"] == "first_touch").expect("a broken first touch");
    assert_eq!(touch["n"], 2, "{touch}");
    assert_eq!(touch["used_up_by"]["assignee"], 2, "{touch}");
    let ms = |party: &str| touch["ms"][party].as_i64().unwrap();
    // From assignment on, 90 hours each: all of it the assignee's.
    assert_eq!(ms("assignee"), 2 * 90 * 3_600_000, "{touch}");
    assert_eq!(ms("marketing") + ms("triage") + ms("prospect"), 0, "{touch}");
    let pack = &month["feedback"];
    assert_eq!(pack["competitors"], json!([{"name": "+Globex", "n": 2}]));
    assert_eq!(pack["outcomes"][0]["code"], "LOST_COMPETITOR");
    // Two outcomes are too few to say which claims hold.
    assert_eq!(pack["claims"][0]["outcomes"], 2);
    assert_eq!(pack["claims"][0]["held_percent"]["timing"], Value::Null);
    let text = place.run(&["report", "2026-10"]).out;
    for says in ["Who used up the promise", "competitors met", "too few to say"] {
        assert!(text.contains(says), "no {says:?} in {text}");
    }
    place.sound();
}

#[test]
fn nothing_bites_in_any_format_of_any_report() {
    let place = lost();
    let reports: [&[&str]; 5] = [
        &["report", "2026-10"],
        &["report", "2026-W41"],
        &["report", "2026-W41", "--summary"],
        &["report", "1998-03"],
        &["report", "2026-11", "--team", SENDER],
    ];
    for report in reports {
        for format in FORMATS {
            let written = bytes(&place, &[report, &["--format", format]].concat());
            let what = format!("{report:?} as {format}");
            if format == "xlsx" {
                assert_eq!(written.get(..2), Some(&b"PK"[..]), "{what}");
                continue;
            }
            let text = String::from_utf8(written).unwrap();
            assert!(
                !text.trim().is_empty() && !text.contains('\u{1b}') && !text.contains("NaN"),
                "{what}"
            );
            match format {
                "html" => {
                    assert!(!text.contains("<script") && !text.contains("href=\"http"), "{what}");
                }
                "md" => assert!(!text.contains("<script"), "{what}"),
                "csv" => {
                    let mut rows = csv::ReaderBuilder::new()
                        .flexible(true)
                        .has_headers(false)
                        .from_reader(text.as_bytes());
                    for cell in rows
                        .records()
                        .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
                    {
                        let number = cell.parse::<f64>().is_ok();
                        assert!(
                            number || !cell.starts_with(['=', '+', '-', '@']),
                            "{what}: {cell}"
                        );
                    }
                }
                "json" => drop(serde_json::from_str::<Value>(&text).unwrap()),
                _ => {}
            }
            if report[1] == "1998-03" && matches!(format, "text" | "md" | "html") {
                assert!(text.contains("Nothing was handed off in this period."), "{what}: {text}");
            }
        }
    }
    let running = place.run(&["report", "2026-11"]);
    assert!(running.out.contains("Not over yet"), "{}", running.out);
    place.run(&["report", "2026-12"]).refuses(2, &["has not begun"]);
    place.run(&["report", "2026-13"]).refuses(2, &["2026-13"]);
    place.run(&["report", "--team", "Nobody Known"]).refuses(1, &["Nobody Known"]);
}

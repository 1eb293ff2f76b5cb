//! Files whose columns the person explains: maps, kept maps, columns by number, the order of dates, dry runs, standard
//! input, and what an import tells of values and contacts that wait.

use rstest::rstest;
use serde_json::{Value, json};

use super::place::{Place, Said};

const MARKETING: [&str; 2] = ["--as", "Wanda Kowalczyk"];

/// The first file of an import's answer.
fn first(said: &Said) -> Value {
    said.json()["files"][0].clone()
}

fn import(place: &Place, arguments: &[&str]) -> Said {
    place.run(&[&["import"], arguments, &MARKETING, &["--json"]].concat())
}

/// The accounts that a list finds, by name.
fn accounts(place: &Place, filter: &[&str]) -> Vec<String> {
    let listed = place.json(&[&["list", "accounts", "--limit", "0"], filter].concat());
    let names = listed["accounts"].as_array().unwrap().iter();
    names.map(|account| account["company"].as_str().unwrap().to_owned()).collect()
}

const BY_NUMBER: &str = r#"
title = "Leads of the fair"
header = false
[[records]]
kind = "accounts"
[records.fields]
name = { columns = [2] }
domain = { columns = [4] }
revenue = { columns = [3], times = 1000 }
relation = { columns = [1], values = { buys = "customer" }, other = "new" }
"#;

#[rstest]
#[case::commas(",")]
#[case::semicolons(";")]
#[case::tabs("\t")]
fn a_file_without_headers_is_read_by_the_numbers_of_its_columns(#[case] separator: &str) {
    let place = Place::demo();
    let map = place.file("fair.toml", BY_NUMBER);
    let rows = "buys,Alder Works,120,alder.example\nlooks,Birch & Sons,7,birch.example\n";
    let file = place.file("fair.csv", rows.replace(',', separator));
    place.run(&["import", &file]).refuses(1, &["fair.csv", "columns are not known"]);
    let said = import(&place, &[&file, "--map", &map]);
    assert_eq!(said.status, 0, "{}", said.err);
    let told = first(&said);
    assert_eq!(told["recognised"], "Leads of the fair, 4 of 4 columns");
    assert_eq!(told["kinds"]["accounts"]["new"], 2);
    assert_eq!(told["kept"], json!([{"column": "column 1", "value": "looks", "count": 1}]));
    let alder = place.json(&["account", "alder.example"]);
    assert_eq!(alder["fields"]["revenue"], "120000", "{alder}");
    assert_eq!(accounts(&place, &["relation:customer", "alder"]), ["Alder Works"]);
    assert_eq!(accounts(&place, &["birch.example"]), ["Birch & Sons"]);
    place.sound();
}

#[test]
fn a_kept_map_is_found_again_by_the_same_headers_and_by_its_name() {
    let place = Place::demo();
    let map = place.file(
        "mine.toml",
        "title = \"Our list\"\n[[records]]\nkind = \"accounts\"\n[records.fields]\n\
         name = { headers = [\"firma\"] }\ndomain = { headers = [\"seite\"] }\n",
    );
    let file = place.file("list.csv", "Firma,Seite\nAlder Works,alder.example\n");
    place.run(&["import", &file]).refuses(1, &["columns are not known (Firma, Seite)"]);
    place
        .run(&["import", &file, "--map", &map, "--save-map", "Our List"])
        .refuses(2, &["\"Our List\"", "small letters"]);
    let said = import(&place, &[&file, "--map", &map, "--save-map", "ours"]);
    assert_eq!(said.status, 0, "{}", said.err);
    // The same headers need no map any more; others are explained by its name.
    let again = import(&place, &[&file]);
    assert_eq!(first(&again)["recognised"], "Our list, 2 of 2 columns");
    assert_eq!(first(&again)["kinds"]["accounts"]["unchanged"], 1);
    let other = place.file("other.csv", "Seite,Firma,Ort\nbirch.example,Birch,Bonn\n");
    let said = import(&place, &[&other, "--map", "ours"]);
    assert_eq!(first(&said)["kinds"]["accounts"]["new"], 1, "{}", said.err);
    assert_eq!(accounts(&place, &["birch.example"]), ["Birch"]);
}

#[test]
fn a_map_that_is_none_is_refused_with_its_place() {
    let place = Place::demo();
    let file = place.file("list.csv", "Firma\nAlder Works\n");
    for (text, why) in [
        ("title = 'x'", "has no records"),
        (
            "title = 'x'\n[[records]]\nkind = 'accounts'\n[records.fields]\nhorn = {}",
            "no field horn",
        ),
        (
            "title = 'x'\n[[records]]\nkind = 'accounts'\n[records.fields]\nname = { columns = [0] }",
            "columns count from 1",
        ),
    ] {
        let map = place.file("mine.toml", text);
        place.run(&["import", &file, "--map", &map]).refuses(2, &["mine.toml", why]);
    }
    place
        .run(&["import", &file, "--map", "nowhere.toml"])
        .refuses(2, &["nowhere.toml", "can't be read"]);
    place
        .run(&["import", &file, "--map", "unicorns"])
        .refuses(1, &["unicorns", "hubspot_companies"]);
}

#[rstest]
#[case::day_first("dmy", "2026-04-03")]
#[case::month_first("mdy", "2026-03-04")]
fn an_order_of_dates_is_asked_for_where_the_column_does_not_show_it(
    #[case] order: &str,
    #[case] day: &str,
) {
    let place = Place::demo();
    let rows = "domain,kind,at\nalder.example,webinar,03/04/2026\n";
    let company = place.file("accounts.csv", "name,domain\nAlder Works,alder.example\n");
    assert_eq!(import(&place, &[&company]).status, 0);
    let file = place.file("signals.csv", rows);
    place.run(&["import", &file]).refuses(1, &["signals.csv", "03/04/2026", "--dates"]);
    let said = import(&place, &[&file, "--dates", order]);
    assert_eq!(said.status, 0, "{}", said.err);
    let exported = place.run(&["export", "--json"]).out;
    let signals = exported.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line.get("signal").and_then(|signal| signal["at"].as_i64())
    });
    // Midnight where the demo's people work, which is five hours behind at that time of the year, or four.
    let day: chrono::NaiveDate = day.parse().unwrap();
    let midnight = day.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis();
    let found = signals.filter(|at| (4..=5).any(|hours| midnight + hours * 3_600_000 == *at));
    assert_eq!(found.count(), 1, "{exported}");
    let said = place.run(&["import", &file, "--dates", "ymd"]);
    assert!(said.status == 2 && said.err.contains("say dmy or mdy"), "{}", said.err);
}

#[test]
fn a_dry_run_tells_all_and_changes_nothing() {
    let place = Place::demo();
    let before = (place.state(), accounts(&place, &[]));
    let file = place.file(
        "accounts.csv",
        "name,domain,tier,shoe size\nAlder Works,alder.example,Platinum,44\n,,,\nBirch,not a domain,1,45\n",
    );
    let said = import(&place, &[&file, "--dry-run"]);
    assert_eq!(said.status, 3, "{}", said.err);
    assert_eq!(said.json()["dry_run"], true);
    let told = first(&said);
    assert_eq!((&told["kinds"]["accounts"]["new"], &told["rejected"]), (&json!(1), &json!(1)));
    assert_eq!(told["gesture"], Value::Null);
    assert_eq!(told["kept"][0]["value"], "Platinum");
    assert_eq!(told["columns"][3], json!({"header": "shoe size", "fields": [], "known": false}));
    assert_eq!((place.state(), accounts(&place, &[])), before);
    // The same for people: what becomes of each column, the first rows, and that nothing was changed.
    let said = place.run(&["import", &file, "--dry-run"]);
    for part in [
        "-> accounts.tier",
        "shoe size",
        "left out",
        "Alder Works | alder.example",
        "nothing was changed",
    ] {
        assert!(said.out.contains(part), "no {part:?} in {}", said.out);
    }
}

#[test]
fn standard_input_is_a_file_as_any() {
    let place = Place::demo();
    let text = "\u{feff}name;domain;revenue\r\nAlder Works;alder.example;1.234,56\r\nBirch;birch.example;2.000,00\r\n";
    let arguments = [&["import", "-", "--json"], MARKETING.as_slice()].concat();
    let said = place.fed(&arguments, text.as_bytes());
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(first(&said)["file"], "-");
    assert_eq!(first(&said)["kinds"]["accounts"]["new"], 2);
    let again = place.fed(&arguments, text.as_bytes());
    assert_eq!(first(&again)["kinds"]["accounts"]["unchanged"], 2);
    let page = br#"{"results":[{"id":"512","properties":{"name":"Cedar","domain":"cedar.example","lifecyclestage":"lead"}}],"paging":{"next":{"after":"MTAw"}}}"#;
    let said = place.fed(&arguments, page);
    assert_eq!(
        first(&said)["recognised"],
        "HubSpot companies export, 4 of 4 columns",
        "{}",
        said.err
    );
    assert_eq!(accounts(&place, &["cedar"]), ["Cedar"]);
    let map = place.file("fair.toml", BY_NUMBER);
    let mapped = [&arguments[..], &["--map", &map]].concat();
    let said = place.fed(&mapped, b"buys,Dogwood,1,dogwood.example\n");
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(accounts(&place, &["dogwood.example"]), ["Dogwood"]);
    assert_eq!(place.fed(&arguments, b"").status, 1);
}

#[test]
fn windows_letters_are_told_and_another_encoding_can_be_named() {
    let place = Place::demo();
    let file = place.file("accounts.csv", b"name,domain\nZ\xfcrich \x80uro AG,zurich.example\n");
    let said = import(&place, &[&file]);
    let told = first(&said)["notes"].to_string();
    assert!(told.contains("Windows-1252") && told.contains("--encoding"), "{told}");
    assert_eq!(accounts(&place, &["zurich.example"]), ["Z\u{fc}rich \u{20ac}uro AG"]);
    let file = place.file("accounts.csv", b"name,domain\n\x8a\xd8koda,skoda.example\n");
    let said = import(&place, &[&file, "--encoding", "windows-1250"]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(accounts(&place, &["skoda.example"]), ["\u{160}\u{158}koda"]);
    place.run(&["import", &file, "--encoding", "klingon"]).refuses(1, &["klingon"]);
}

#[test]
fn tables_with_numbered_columns_are_told_what_was_made_of_them() {
    let place = Place::empty();
    let file = place.file("accounts.csv", "column1,column2\n\"\"\"The Best\"\" Account\",bla\n");
    let said = place.run(&["import", &file, "--json"]);
    assert_eq!(said.status, 0, "{}", said.err);
    let told = first(&said);
    assert_eq!(told["recognised"], "table with numbered columns, 2 of 2 columns");
    assert!(told["notes"].to_string().contains("--map"), "{told}");
    assert_eq!(accounts(&place, &[]), ["\"The Best\" Account"]);
    // One column that is known is enough of no other file.
    let other = place.file("other.csv", "column1,shoe size\nx,44\n");
    place.run(&["import", &other]).refuses(1, &["columns are not known (column1, shoe size)"]);
    let dated = place.file("dated.csv", "Name,Date\nA,07/15/2009 02:14:45+0800\n");
    assert_eq!(first(&import(&Place::empty(), &[&dated]))["kinds"]["accounts"]["new"], 1);
}

#[test]
fn what_waits_for_a_meaning_or_an_account_is_listed_and_shown_where_it_belongs() {
    let place = Place::demo();
    let company =
        place.file("accounts.csv", "name,domain,relation\nAlder Works,alder.example,Reseller\n");
    let said = place.run(&[&["import", &company], MARKETING.as_slice()].concat());
    assert!(
        said.out.contains("relation: values that have no meaning here yet are kept as they are"),
        "{}",
        said.out
    );
    assert!(said.out.contains("Reseller (1)"), "{}", said.out);
    let shown = place.json(&["account", "alder.example"]);
    assert_eq!(shown["kept"], json!({"relation": "Reseller"}));
    assert!(place.run(&["account", "alder.example"]).out.contains("relation: Reseller"));
    assert_eq!(
        place.json(&["list", "kept"])["kept"],
        json!([{"of": "account", "field": "relation", "value": "Reseller", "count": 1}])
    );
    place.done("Wanda Kowalczyk", &["new", "alder.example", "--type", "tier1"]);
    let id = place.ids("alder").remove(0);
    assert!(place.run(&["show", &id]).out.contains("account relation: Reseller"));
    let contacts = place.file(
        "contacts.csv",
        "Record ID,First Name,Last Name,Email,Create Date\n51,Jane,Roe,jane@gmail.com,2026-01-10 10:00\n",
    );
    let said = import(&place, &[&contacts]);
    assert_eq!((said.status, &first(&said)["unattached"]), (0, &json!(1)), "{}", said.err);
    assert_eq!(
        place.json(&["list", "contacts", "--unattached"]),
        json!({"total": 1, "contacts": [{
            "name": "Jane Roe", "email": "jane@gmail.com", "external": "hubspot:contact:51", "account": null,
        }]})
    );
    place.run(&["list", "contacts"]).refuses(2, &["--unattached"]);
    place.sound();
}

#[test]
fn accounts_are_listed_by_what_is_true_of_them() {
    let place = Place::demo();
    let all = place.json(&["list", "accounts", "--limit", "0"]);
    assert_eq!(all["total"].as_u64().unwrap() as usize, all["accounts"].as_array().unwrap().len());
    let field = |account: &Value, name: &str| account[name].clone();
    let wanted = |test: &dyn Fn(&Value) -> bool| -> Vec<String> {
        let found = all["accounts"].as_array().unwrap().iter().filter(|account| test(account));
        found.map(|account| account["company"].as_str().unwrap().to_owned()).collect()
    };
    let tier_one = wanted(&|account| field(account, "tier") == "1");
    assert!(!tier_one.is_empty());
    assert_eq!(accounts(&place, &["tier:1"]), tier_one);
    let tal = wanted(&|account| field(account, "tier") != "1" && field(account, "on_tal") == true);
    assert!(!tal.is_empty());
    assert_eq!(accounts(&place, &["-tier:1", "tal"]), tal);
    let hot = wanted(&|account| account["score"].as_u64().unwrap_or(0) >= 40);
    assert_eq!(accounts(&place, &["score:>=40"]), hot);
    let owned = wanted(&|account| account["owner"].is_null());
    assert_eq!(accounts(&place, &["owner:none"]), owned);
    let shown = place.run(&["list", "accounts", "tier:1", "--limit", "1"]);
    assert!(
        shown.out.contains(&tier_one[0]) && shown.err.contains("Shown 1 of"),
        "{}{}",
        shown.out,
        shown.err
    );
    place
        .run(&["list", "accounts", "stage:queued"])
        .refuses(1, &["\"stage\" asks about handoffs", "tier"]);
    place.run(&["list", "accounts", "--sort", "due"]).refuses(2, &["--sort", "handoffs"]);
}

#[test]
fn every_list_leaves_as_a_table_that_no_spreadsheet_runs() {
    let place = Place::demo();
    let file = place.file("accounts.csv", "name,domain\n=1+2,alder.example\nBirch,birch.example\n");
    assert_eq!(import(&place, &[&file]).status, 0);
    let csv = place.run(&["list", "accounts", "--format", "csv"]);
    assert_eq!((csv.status, csv.err.as_str()), (0, ""));
    const HEADS: &str =
        r#""id","account","domain","tier","industry","region","owner","score","verdict""#;
    let mut lines = csv.out.trim_start_matches('\u{feff}').lines();
    assert_eq!(lines.next(), Some(HEADS));
    assert_eq!(csv.out.matches(r#""'=1+2","alder.example""#).count(), 1, "{}", csv.out);
    for list in ["people", "views", "kept", "contacts"] {
        let out = place.path(&format!("{list}.xlsx"));
        let more = if list == "contacts" { "--unattached" } else { "--limit=0" };
        let said = place.run(&["list", list, more, "--out", out.to_str().unwrap()]);
        assert_eq!(said.status, 0, "{list}: {}", said.err);
        assert!(std::fs::read(&out).unwrap().starts_with(b"PK"), "{list}");
    }
    let said = place.run(&["list", "accounts", "--sort", "due"]);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("--sort goes with lists of handoffs"), "{}", said.err);
}

//! Text that tries to control a terminal, in every field that comes from outside: harmless wherever it is shown.

use super::place::Place;

/// Colours, a title, a clear screen by C1, an overriding direction, an invisible space, and a bell.
const NASTY: &str =
    "Evil\u{1b}[31m\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}gnp.exe\u{200b}\u{2066}\u{7f}";

/// Whether a terminal could take it for more than a letter.
fn controls(c: char) -> bool {
    let bidi = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    bidi || (c.is_control() && c != '\n')
}

#[test]
fn no_field_from_outside_controls_the_terminal() {
    let place = Place::empty();
    let person = format!(
        "name,email,role,territories\nDana,dana@desk.example,vp_sales,\n\"{NASTY} Rep\",rep@desk.example,ae,\"{NASTY}\"\nWes,wes@desk.example,revops,\n"
    );
    let accounts = format!(
        "external_id,name,domain,industry,region,segment,technologies,news,events,tier,employees,revenue,relation\n\
         x1,\"{NASTY} Inc\",evil.example,\"{NASTY}\",\"{NASTY}\",\"{NASTY}\",\"{NASTY}\",\"2026-11-01 {NASTY}\",\"2026-12-01 {NASTY}\",1,500,9000000,new\n"
    );
    let contacts = format!(
        "account,name,title,email,phone,role,authority\nevil.example,\"{NASTY}\",\"{NASTY}\",a@evil.example,\"{NASTY}\",decision_maker,yes\n"
    );
    let signals = format!(
        "account,kind,at,contact,source,detail\nevil.example,pricing_visit,2026-11-18T15:00:00Z,a@evil.example,campaign,\"{NASTY}\"\n\
         evil.example,demo_request,2026-11-19T15:00:00Z,a@evil.example,campaign,\"{NASTY}\"\n"
    );
    let deals = format!(
        "id,account,owner,stage,amount,opened,closed,product\nd1,evil.example,rep@desk.example,won,10,2025-01-01,2025-02-01,\"{NASTY}\"\n"
    );
    for (name, text) in [
        ("people.csv", &person),
        ("accounts.csv", &accounts),
        ("contacts.csv", &contacts),
        ("signals.csv", &signals),
        ("deals.csv", &deals),
    ] {
        let file = place.file(name, text);
        let said = place.run(&["import", &file]);
        assert!([0, 3].contains(&said.status), "{name}: {}{}", said.out, said.err);
        harmless(&said.out);
        harmless(&said.err);
    }
    let said = place.run(&["evaluate"]);
    assert_eq!(said.status, 0, "{}", said.err);
    let id = place.ids("")[0].clone();
    let by = ["--as", "Dana"];
    let note = format!("A note {NASTY}");
    let _ = place.run(&[&["note", &id, "--text", &note][..], &by].concat());
    let told = [
        vec!["list"],
        vec!["list", "people"],
        vec!["list", "evil"],
        vec!["show", &id],
        vec!["show", &id, "--summary"],
        vec!["show", &id, "--why"],
        vec!["show", &id, "--ledger"],
        vec!["sla"],
        vec!["evaluate", "--explain", "evil.example"],
        vec!["doctor"],
    ];
    let mut seen = String::new();
    for arguments in &told {
        for json in [&[][..], &["--json"]] {
            let said = place.run(&[arguments, json].concat());
            assert!(!said.err.contains("panicked"), "{}", said.err);
            harmless(&said.out);
            harmless(&said.err);
            seen += &said.out;
        }
    }
    assert!(seen.contains("Evil"), "it is there to be read");
    place.sound();
}

#[test]
fn what_is_typed_on_the_command_line_is_shown_harmless_too() {
    let place = Place::demo();
    for arguments in [
        &["show", NASTY][..],
        &["list", NASTY],
        &["import", NASTY],
        &["list", "--as", NASTY],
        &["assign", "H-50", "--to", NASTY, "--as", "Dana Reyes"],
        &["list", "--store", NASTY],
        &["list", "--now", NASTY],
        &["due", "--from", NASTY, "--target", NASTY],
        &[NASTY],
    ] {
        let said = place.run(arguments);
        harmless(&said.out);
        harmless(&said.err);
        assert!(!said.err.contains("panicked"), "{}", said.err);
    }
}

fn harmless(text: &str) {
    let bad: Vec<_> = text.lines().filter(|line| line.chars().any(controls)).collect();
    assert!(bad.is_empty(), "{bad:?}");
}

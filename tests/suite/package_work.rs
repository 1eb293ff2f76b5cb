//! The package at work: made by hand for every type, frozen when it is sent, returned with what is missing, sent again.

use serde_json::{Value, json};

use crate::support::tool::Tool;

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Makes a handoff and gives what came of it.
fn made(tool: &Tool, who: &str, kind: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["new", "A-14", "--type", kind];
    arguments.extend(more);
    tool.json(who, &arguments)
}

#[test]
fn each_type_is_made_by_hand_by_who_hands_it_over_and_names_what_it_asks_for() {
    let tool = Tool::demo();
    let own = |kind: &str| match kind {
        "meeting_set" => "Leah Goldberg",
        "opportunity" | "closed_won" => "Sam Ortiz",
        "expansion" => "Noor Rahimi",
        _ => "Yuki Tanabe",
    };
    let wanted = [
        ("tier1", "intelligence.news"),
        ("tier2", "intelligence.news"),
        ("intent", ""),
        ("inbound", ""),
        ("relationship", "introducer"),
        ("mql", ""),
        ("hot_lead", ""),
        ("meeting_set", "bant.budget"),
        ("opportunity", "opportunity.details"),
        ("closed_won", "contract"),
        ("expansion", "usage"),
    ];
    for (kind, missing) in wanted {
        let made = made(&tool, own(kind), kind, &[]);
        let asked = made["missing"].as_array().unwrap();
        assert!(missing.is_empty() || asked.contains(&json!(missing)), "{kind}: {made}");
        let shown = tool.json("", &["show", text(&made["id"])]);
        assert_eq!(shown["type"], kind);
        let (status, why) = tool.refused(own(kind), &["new", "A-14", "--type", kind]);
        assert_eq!(
            (status, why.contains("is open for the same account and type")),
            (4, true),
            "{why}"
        );
    }
    tool.done("", &["doctor"]);
}

#[test]
fn a_complete_one_goes_on_by_itself_with_its_own_fields() {
    let tool = Tool::demo();
    let meeting = made(
        &tool,
        "Leah Goldberg",
        "meeting_set",
        &[
            "--meeting",
            "tue 10:00",
            "--contact",
            "Finnegan Ashe",
            "--field",
            "bant.budget=$80K",
            "--field",
            "bant.authority=CFO",
            "--field",
            "bant.need=Reports",
            "--field",
            "bant.timeline=Q1",
            "--field",
            "pain_points=Slow",
            "--field",
            "stakeholders=CFO, CTO",
            "--field",
            "meeting.attendees=CFO",
            "--field",
            "meeting.topics=Demo",
        ],
    );
    assert_eq!(
        (meeting["completeness"].as_u64(), meeting["missing"].clone()),
        (Some(100), json!([]))
    );
    let shown = tool.json("", &["show", text(&meeting["id"])]);
    assert_eq!(shown["moments"]["meeting"], "2026-11-24T15:00:00Z");
    assert_eq!(shown["package"]["bant.budget"], "$80K");
    assert!(shown["sent"].is_string() && shown["owner"].is_string(), "{shown}");
    let why = tool.done("", &["show", text(&meeting["id"]), "--why"]);
    assert_eq!(why, "");
}

#[test]
fn what_makes_no_sense_is_refused_in_one_sentence() {
    let tool = Tool::demo();
    for (arguments, status, says) in [
        (vec!["new", "Nowhere", "--type", "mql"], 1, "There is no account \"Nowhere\""),
        (vec!["new", "A-14", "--type", "foo"], 2, "The policy has no type \"foo\"; it has tier1"),
        (vec!["new", "A-14", "--type", "mql", "--field", "x=y"], 2, "\"x\" is not a package field"),
        (vec!["new", "A-14", "--type", "mql", "--field", "x"], 2, "\"x\" is not FIELD=VALUE"),
        (
            vec!["new", "A-14", "--type", "mql", "--contact", "No One"],
            4,
            "has no contact \"No One\". It has Finnegan Ashe.",
        ),
        (
            vec!["new", "A-14", "--type", "mql", "--source", "moon"],
            2,
            "--source: \"moon\" is not a source",
        ),
        (vec!["new", "A-14", "--type", "meeting_set", "--meeting", "whenever"], 2, "--meeting: "),
        (
            vec!["account", "A-14", "--set", "employees=lots"],
            4,
            "Employees: \"lots\" is not a whole number",
        ),
        (
            vec!["account", "A-14", "--set", "size=9"],
            2,
            "An account has no field \"size\"; it has name",
        ),
        (
            vec!["account", "A-14", "--news", "2026-13-01 Never"],
            4,
            "News: \"2026-13-01\" is not a date",
        ),
        (
            vec!["list", "accounts", "--verdict", "maybe"],
            2,
            "--verdict: \"maybe\" is not a list of accounts",
        ),
        (vec!["policy", "try", "/nowhere.toml"], 1, "There is no policy file /nowhere.toml"),
    ] {
        let (found, why) = tool.refused("Yuki Tanabe", &arguments);
        assert_eq!(found, status, "{arguments:?}: {why}");
        assert!(why.contains(says), "{arguments:?}: {why}");
        assert_eq!(why.lines().count(), 1, "{why}");
    }
    let (status, why) = tool.refused("Bea Lindqvist", &["account", "A-14", "--set", "employees=9"]);
    assert_eq!((status, why.contains("may not edit Rookery Lane Games")), (4, true), "{why}");
}

#[test]
fn a_return_carries_what_is_missing_and_sending_it_again_says_what_changed() {
    let tool = Tool::demo();
    let list = tool.json("", &["list", "stage:assigned", "type:tier1", "--limit", "1"]);
    let row = &list["handoffs"][0];
    let (id, owner) = (text(&row["id"]), text(&row["owner"]));
    // As it was sent, time alone changes nothing.
    assert_eq!(tool.json("", &["show", id])["changed"], json!([]));
    tool.done(
        owner,
        &[
            "return",
            id,
            "--missing",
            "committee",
            "--missing",
            "intelligence.news",
            "--note",
            "who decides?",
        ],
    );
    let shown = tool.json("", &["show", id]);
    assert_eq!(shown["asked_for"], json!(["committee", "intelligence.news"]));
    let fix =
        shown["clocks"].as_array().unwrap().iter().find(|clock| clock["clock"] == "fix").unwrap();
    assert_eq!(fix["state"], "running");
    // What people fill in and what the account learns are both differences.
    tool.done(
        "Yuki Tanabe",
        &["account", text(&shown["account"]), "--news", "2026-11-20 They sign a partner"],
    );
    tool.done("Yuki Tanabe", &["edit", id, "--set", "committee=CFO Jane"]);
    let changed = tool.json("", &["show", id])["changed"].clone();
    let of =
        |key: &str| changed.as_array().unwrap().iter().find(|one| one["field"] == key).cloned();
    assert_eq!(of("committee").unwrap()["now"], "CFO Jane");
    assert!(text(&of("intelligence.news").unwrap()["now"]).contains("They sign a partner"));
    let diff = tool.done("", &["show", id, "--diff"]);
    assert!(diff.contains("  + CFO Jane"), "{diff}");
    let sent = tool.json("Yuki Tanabe", &["submit", id]);
    assert!(
        text(&sent["label"]).contains(": News, Buying committee and Opening angle changed"),
        "{sent}"
    );
    let shown = tool.json("", &["show", id]);
    assert_eq!((shown["changed"].clone(), shown["asked_for"].clone()), (json!([]), json!([])));
    // Taken back, it is as it was before: sent once, and different since.
    tool.done("Yuki Tanabe", &["undo"]);
    assert_eq!(tool.json("", &["show", id])["changed"], changed);
    tool.done("Yuki Tanabe", &["redo"]);
    assert_eq!(tool.json("", &["show", id])["changed"], json!([]));
    tool.done("", &["doctor"]);
}

#[test]
fn the_receipt_stays_as_it_was_when_the_account_changes() {
    let tool = Tool::demo();
    let list = tool.json("", &["list", "stage:assigned", "type:tier1", "--limit", "1"]);
    let id = text(&list["handoffs"][0]["id"]);
    let before = tool.json("", &["show", id, "--why"]);
    assert!(text(&before["receipt"][0]).starts_with("Hand off as Tier 1 account: rule 7"));
    let account = tool.json("", &["show", id])["account"].clone();
    tool.done("Yuki Tanabe", &["account", text(&account), "--set", "tier=3"]);
    assert_eq!(tool.json("", &["show", id, "--why"]), before);
    let now = tool.json("", &["evaluate", "--explain", text(&account)]);
    assert_eq!(now["tier"], "3");
    assert!(now["rules"][0]["conditions"][0]["met"] == false);
    let accounts = tool.json("", &["list", "accounts", "--verdict", "research"]);
    assert_eq!(accounts["accounts"][0]["company"], "Rookery Lane Games");
    assert_eq!(
        accounts["accounts"][0]["missing"],
        json!(["at least 2 with decision authority: 1"])
    );
}

//! A changed policy: tried on the months behind, put in force by those who may, with who agreed in the record.

use crate::support::tool::{Tool, text};

const STRICTER: &str = "version = 1
name = \"stricter\"
[types.tier1]
monthly_cap = 2
[signals.pricing_visit]
weight = 5
[intent]
window = \"30d\"
";

#[test]
fn a_try_says_how_many_fewer_and_how_they_ended_and_changes_nothing() {
    let tool = Tool::demo();
    let file = tool.file("strict.toml", STRICTER);
    let before = tool.json("", &["list", "--limit", "0"]);
    let tried = tool.json("", &["policy", "try", text(&file), "--months", "2"]);
    let tier2 = &tried["types"]["tier2"];
    let number = |key: &str| tier2[key].as_u64().unwrap();
    assert!(number("fewer") > 0);
    assert_eq!(number("in_force") - number("fewer") + number("more"), number("changed"));
    let ended: u64 =
        tier2["fewer_endings"].as_object().unwrap().values().filter_map(|n| n.as_u64()).sum();
    assert_eq!(ended, number("fewer"));
    let named = tier2["fewer_accounts"].as_array().unwrap();
    assert_eq!(named.len() as u64, number("fewer"));
    assert!(named.iter().any(|one| one["ending"] == "won" && one["handoff"].is_string()));
    let months = tried["months"].as_array().unwrap();
    assert_eq!(months.len(), 3);
    assert_eq!(months[0]["month"], "2026-09");
    assert!(months.iter().any(|month| month["changed"]["over_cap"][0]["type"] == "tier1"));
    assert!(months[0]["in_force"]["rate"].is_number() && months[2]["in_force"]["rate"].is_null());
    assert_eq!(tool.json("", &["list", "--limit", "0"]), before);
    // The policy in force differs in nothing from itself.
    let same = tool.file("same.toml", "version = 1\n");
    let same = tool.done("", &["policy", "try", text(&same)]);
    assert!(same.contains("Nothing would have come out otherwise."), "{same}");
}

#[test]
fn a_policy_is_put_in_force_by_those_who_may_and_the_one_before_is_kept() {
    let tool = Tool::demo();
    let file = tool.file("strict.toml", STRICTER);
    let file = text(&file);
    let adopt = |signed: &'static str| ["policy", "adopt", file, "--signed-by", signed];
    let (status, why) = tool.refused("Sam Ortiz", &adopt("Dana Reyes"));
    assert_eq!(status, 4);
    assert_eq!(
        why,
        "handoff: Sam Ortiz (AE) may not change the policy. That is for revenue operations and the VP of Sales.\n"
    );
    let (status, why) = tool.refused("Dana Reyes", &adopt("Nadia Benchekroun"));
    assert_eq!(
        (status, why.contains("None of those who signed may change the policy.")),
        (4, true)
    );
    let (_, why) = tool.refused("Dana Reyes", &adopt("Nobody Here"));
    assert!(why.contains("Nobody here is called \"Nobody Here\""), "{why}");
    assert!(!tool.path("config/policy.toml").exists(), "a refusal touches no file");
    let bad = tool.file("bad.toml", "version = 1\nzome = 1\n");
    let (status, why) =
        tool.refused("Dana Reyes", &["policy", "adopt", text(&bad), "--signed-by", "Dana Reyes"]);
    assert_eq!((status, why.contains("bad.toml:2:1")), (2, true), "{why}");

    let done = tool.json("Dana Reyes", &adopt("Dana Reyes,Nadia Benchekroun"));
    assert_eq!(done["kept"], serde_json::Value::Null);
    assert_eq!(std::fs::read_to_string(tool.path("config/policy.toml")).unwrap(), STRICTER);
    let shown = tool.json("", &["policy", "show"]);
    assert_eq!(shown["hash"], done["hash"]);
    assert_eq!(shown["signed"]["by"], serde_json::json!(["Dana Reyes", "Nadia Benchekroun"]));

    // Another one: the first is kept under its hash, and what is edited since is signed by nobody.
    let looser = tool.file("loose.toml", "version = 1\nname = \"looser\"\n");
    let second = tool.json(
        "Wanda Kowalczyk",
        &["policy", "adopt", text(&looser), "--signed-by", "Wanda Kowalczyk"],
    );
    let kept = second["kept"].as_str().unwrap();
    assert!(kept.contains(&done["hash"].as_str().unwrap()[..12]), "{kept}");
    assert_eq!(std::fs::read_to_string(kept).unwrap(), STRICTER);
    std::fs::write(tool.path("config/policy.toml"), "version = 1\nname = \"edited\"\n").unwrap();
    let shown = tool.done("", &["policy", "show"]);
    assert!(shown.contains("# Nobody has signed it: it was changed since \"looser\""), "{shown}");
    // Evaluation of what changed judges all accounts by a policy that is another one.
    let judged = tool.json("", &["evaluate", "--changed"]);
    assert_eq!(
        (judged["all_for_policy"].as_bool(), judged["accounts"].as_u64()),
        (Some(true), Some(88))
    );
    let again = tool.json("", &["evaluate", "--changed"]);
    assert_eq!(
        (again["all_for_policy"].as_bool(), again["accounts"].as_u64()),
        (Some(false), Some(0))
    );
    tool.done("", &["doctor"]);
}

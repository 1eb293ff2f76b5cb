//! Every shape of JSON that the help shows, beside what the command really answers; and help itself.

use serde_json::Value;

use super::place::Place;

/// Objects whose keys are data.
const MAPS: &[&str] =
    &["package", "moments", "days", "verdicts", "flagged", "kinds", "fields", "kept"];

/// The examples in a help text, in their order.
fn examples(help: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut rest = help;
    while let Some(at) = rest.find("\n  {\"") {
        rest = &rest[at + 3..];
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => found.push(value),
            other => panic!("{other:?} in the help: {rest}"),
        }
    }
    found
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Fails where an answer has another shape than the example says.
fn same_shape(example: &Value, answer: &Value, at: &str) {
    if example.is_null() || answer.is_null() {
        return;
    }
    assert_eq!(kind(example), kind(answer), "at {at}: {answer}");
    match (example, answer) {
        (Value::Array(example), Value::Array(answer)) => {
            let Some(example) = example.first() else { return };
            answer.iter().for_each(|one| same_shape(example, one, &format!("{at}[]")));
        }
        (Value::Object(example), Value::Object(answer)) => {
            if MAPS.iter().any(|name| at.ends_with(name)) {
                let Some(example) = example.values().next() else { return };
                answer
                    .iter()
                    .for_each(|(key, one)| same_shape(example, one, &format!("{at}.{key}")));
                return;
            }
            for (key, answer) in answer {
                let example = example.get(key);
                let example = example.unwrap_or_else(|| panic!("{at}.{key} is not in the help"));
                same_shape(example, answer, &format!("{at}.{key}"));
            }
            // What is there only where there is something to say is null in the example, or told so in words.
            let always =
                |key: &str| !example[key].is_null() && !["paused", "short_notice"].contains(&key);
            for key in example.keys().filter(|key| always(key)) {
                assert!(answer.contains_key(key), "{at}.{key} of the help is missing");
            }
        }
        _ => {}
    }
}

fn help(place: &Place, arguments: &[&str]) -> String {
    let said = place.run(&[arguments, &["--help"]].concat());
    assert_eq!((said.status, said.err.as_str()), (0, ""), "{arguments:?}");
    said.out
}

/// Compares what a command answers with the example of its help that has the same keys at the top.
fn documented(place: &Place, command: &str, more: &[&str]) -> Value {
    let said = place.run(&[&[command], more, &["--json"]].concat());
    assert!([0, 1, 3].contains(&said.status), "{command} {more:?}: {}{}", said.out, said.err);
    assert_eq!(said.out.trim_end().lines().count(), 1, "one line");
    let answer = said.json();
    let examples = examples(&help(place, &[command]));
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let shared =
        |example: &&Value| keys(example).iter().filter(|key| keys(&answer).contains(key)).count();
    let example =
        examples.iter().max_by_key(shared).unwrap_or_else(|| panic!("{command} shows no shape"));
    same_shape(example, &answer, command);
    answer
}

#[test]
fn listings_answer_as_their_help_says() {
    let place = Place::demo();
    let listed = documented(&place, "list", &["--limit", "0"]);
    assert_eq!(
        listed["total"].as_u64().unwrap() as usize,
        listed["handoffs"].as_array().unwrap().len()
    );
    documented(&place, "list", &["people"]);
    documented(&place, "list", &["views"]);
    for verdict in ["research", "discuss", "held"] {
        documented(&place, "list", &["accounts", "--verdict", verdict]);
    }
    let accounts = documented(&place, "list", &["accounts", "--limit", "0"]);
    assert_eq!(
        accounts["total"].as_u64().unwrap() as usize,
        accounts["accounts"].as_array().unwrap().len()
    );
    documented(&place, "list", &["accounts", "tier:1", "-tal"]);
    documented(&place, "list", &["kept"]);
    documented(&place, "list", &["contacts", "--unattached"]);
    documented(&place, "account", &["A-1"]);
    documented(&place, "sla", &[]);
    for id in place.ids("") {
        documented(&place, "show", &[&id]);
    }
    documented(&place, "show", &[&place.ids("stage:queued")[0], "--why"]);
}

#[test]
fn judging_and_upkeep_answer_as_their_help_says() {
    let place = Place::demo();
    documented(&place, "evaluate", &["--dry-run"]);
    documented(&place, "evaluate", &[]);
    documented(&place, "evaluate", &["--explain", "A-1"]);
    documented(&place, "doctor", &[]);
    documented(&place, "backup", &["copy.db"]);
    documented(&place, "policy", &["show"]);
    documented(&place, "policy", &["check"]);
    documented(&place, "due", &["--from", "2026-11-25T16:30-05:00", "--target", "4h"]);
    let pause = "2026-11-25T21:40:00Z..2026-11-25T21:50:00Z";
    let due = ["--from", "2026-11-25T16:30-05:00", "--target", "4h", "--pause", pause];
    assert!(documented(&place, "due", &due)["paused"].is_array());
    documented(
        &place,
        "person",
        &[
            "--name",
            "Ana Lee",
            "--email",
            "ana@desk.example",
            "--role",
            "ae",
            "--as",
            "Wanda Kowalczyk",
        ],
    );
    let file = place.file(
        "accounts.csv",
        "name,domain,revenue\nAlder,alder.example,1\nBirch,birch.example,much\n",
    );
    let imported = documented(&place, "import", &[&file, "--as", "Wanda Kowalczyk"]);
    assert_eq!(imported["files"][0]["rejected"], 1);
}

#[test]
fn actions_answer_as_their_help_says() {
    let place = Place::demo();
    let boss = ["--as", "Dana Reyes"];
    let (queued, closed) =
        (place.ids("stage:queued")[0].clone(), place.ids("stage:closed")[0].clone());
    let act = |command: &str, more: &[&str]| documented(&place, command, &[more, &boss].concat());
    let assigned = act("assign", &[&queued, &closed]);
    assert_eq!(assigned["done"], serde_json::json!([queued]));
    assert_eq!(assigned["refused"][0]["id"], closed.as_str());
    act("accept", &[&queued]);
    act("touch", &[&queued]);
    act("note", &[&queued, "--text", "A note"]);
    act("brief", &[&queued, "--text", "A brief"]);
    act("pause", &[&queued, "--reason", "They move house"]);
    act("resume", &[&queued]);
    act("dispose", &[&queued, "--code", "MEETING", "--set", "meeting_at=mon 10:00"]);
    act("undo", &[]);
    act("redo", &[]);
    let returned = act(
        "return",
        &[&place.ids("stage:queued")[0], "--missing", "committee", "--note", "Who decides?"],
    );
    assert_eq!(returned["refused"], serde_json::json!([]));
    act(
        "defer",
        &[&place.ids("stage:queued")[0], "--until", "+3bd", "--reason", "Their quarter ends"],
    );
    act("reopen", &[&closed, "--reason", "They called"]);
    place.sound();
}

#[test]
fn every_command_has_help_that_says_what_it_does() {
    let place = Place::empty();
    let program = help(&place, &[]);
    let commands = program.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<_> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(commands.len() > 25, "{commands:?}");
    for command in commands {
        let text = help(&place, &[command]);
        assert!(text.contains("Usage: handoff") && text.contains("--store"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.run(&["completions", shell]).out.contains("assign"));
    }
    assert!(place.run(&["man"]).out.contains(".TH"));
    assert!(place.run(&["--version"]).out.starts_with("handoff "));
}

//! Who may read whom (ARCHITECTURE.md, Directions), and who alone touches the database, the terminal, the clock and
//! the environment. The scanner reads the tokens of every source file: `use` trees, aliases, `super` chains and fully
//! qualified paths all count; comments and strings do not.

mod paths;
mod tokens;

use std::collections::BTreeSet;
use std::path::Path;

use self::paths::{Mention, Target, mentions};
use crate::support::{files_below, package};

/// A folder and the folders it may read besides itself.
const DIRECTIONS: &[(&str, &[&str])] = &[
    (
        "main",
        &[
            "open", "cli", "tui", "desk", "store", "intake", "report", "policy", "domain",
            "platform",
        ],
    ),
    // The part of `main` that opens the desk.
    ("open", &["cli", "tui", "desk", "store", "intake", "report", "policy", "domain", "platform"]),
    ("cli", &["desk", "store", "intake", "report", "policy", "domain", "platform"]),
    ("tui", &["desk", "store", "intake", "report", "policy", "domain", "platform"]),
    ("desk", &["store", "intake", "report", "policy", "domain"]),
    ("store", &["domain"]),
    ("intake", &["domain"]),
    ("report", &["domain"]),
    ("policy", &["domain"]),
    ("platform", &["domain"]),
    ("domain", &[]),
];

/// The directions in one line, for messages.
const ARROWS: &str = "main -> cli, tui -> desk -> store, intake, report, policy -> domain; \
                      platform is read by main, cli and tui only";

/// A path that only some folders may name.
struct Reserved {
    /// Consecutive segments of the path; from its start when `from_start`.
    path: &'static [&'static str],
    from_start: bool,
    folders: &'static [&'static str],
    /// Whether test code is bound too.
    in_tests: bool,
    why: &'static str,
}

const fn start(
    path: &'static [&'static str],
    folders: &'static [&'static str],
    in_tests: bool,
    why: &'static str,
) -> Reserved {
    Reserved { path, from_start: true, folders, in_tests, why }
}

const fn within(
    path: &'static [&'static str],
    folders: &'static [&'static str],
    why: &'static str,
) -> Reserved {
    Reserved { path, from_start: false, folders, in_tests: false, why }
}

const DATABASE: &str = "only store knows the database";
const SCREEN: &str = "only tui draws, and platform sets the terminal up";
const CLOCK: &str =
    "time is an argument; only platform::clock reads it (platform::clock::Stopwatch measures)";
const CHANCE: &str = "ids made by chance arrive as values; only platform::clock makes them";
const ENVIRONMENT: &str = "only platform::env reads the environment";
const ARGUMENTS: &str = "only cli and main know the command line";
const MACHINE: &str = "only platform deals with the machine";

const RESERVED: &[Reserved] = &[
    start(&["rusqlite"], &["store"], true, DATABASE),
    start(&["rusqlite_migration"], &["store"], true, DATABASE),
    start(&["libsqlite3_sys"], &["store"], true, DATABASE),
    start(&["ratatui"], &["tui", "platform"], true, SCREEN),
    start(&["crossterm"], &["tui", "platform"], true, SCREEN),
    start(&["tui_input"], &["tui"], true, SCREEN),
    start(&["clap"], &["cli", "main"], true, ARGUMENTS),
    start(&["clap_complete"], &["cli", "main"], true, ARGUMENTS),
    start(&["clap_mangen"], &["cli", "main"], true, ARGUMENTS),
    start(&["indicatif"], &["cli"], true, ARGUMENTS),
    start(&["directories"], &["platform"], true, MACHINE),
    start(&["signal_hook"], &["platform"], true, MACHINE),
    start(&["nix"], &["platform"], true, MACHINE),
    start(&["tracing_subscriber"], &["platform"], true, MACHINE),
    start(&["rustix"], &["platform", "store"], true, MACHINE),
    start(&["std", "env"], &["platform"], false, ENVIRONMENT),
    start(&["std", "time", "SystemTime"], &["platform"], false, CLOCK),
    start(&["std", "time", "Instant"], &["platform"], false, CLOCK),
    start(&["chrono", "Local"], &["platform"], false, CLOCK),
    within(&["SystemTime", "now"], &["platform"], CLOCK),
    within(&["Utc", "now"], &["platform"], CLOCK),
    within(&["Local", "now"], &["platform"], CLOCK),
    within(&["Uuid", "now_v7"], &["platform"], CHANCE),
    within(&["Uuid", "new_v4"], &["platform"], CHANCE),
];

/// What `domain` may not name: it is pure.
const IMPURE: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "io"],
    &["std", "net"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "os"],
    &["csv"],
    &["encoding_rs"],
    &["minijinja"],
    &["color_eyre"],
    &["tracing"],
    &["toml"],
];

/// Macros that write to the screen behind the back of `platform::stdio`.
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Methods that put text into a cell past every filter for control characters.
const UNFILTERED: &[&str] = &["set_symbol", "set_char"];

/// What is wrong with one source file, one sentence each. `path` is relative to `src`.
fn violations(path: &Path, source: &str, test_file: bool) -> Vec<String> {
    let layer = match path.components().next().and_then(|first| first.as_os_str().to_str()) {
        Some("lib.rs") => return Vec::new(),
        Some("main.rs") => "main",
        Some(first) => first,
        None => "",
    };
    let at = |line: usize| format!("src/{}:{line}", path.display());
    let Some((_, readable)) = DIRECTIONS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{}: {layer} is no folder of the house: {ARROWS}", at(1))];
    };
    let mut wrong = Vec::new();
    for mention in mentions(path, source) {
        let test = test_file || mention.in_test;
        match &mention.target {
            Target::Ours(segments) => {
                if let Some(problem) = direction(layer, readable, segments, &mention, test) {
                    wrong.push(format!("{}: {problem}", at(mention.line)));
                }
            }
            Target::Foreign(segments) => {
                if let Some(problem) = reserved(layer, segments, test) {
                    wrong.push(format!("{}: {problem}", at(mention.line)));
                }
            }
            Target::Macro(name) => {
                let allowed = test || ["cli", "main", "platform"].contains(&layer);
                if PRINTING.contains(&name.as_str()) && !allowed {
                    wrong.push(format!(
                        "{}: {layer} uses {name}!: only cli, main and platform write to the screen",
                        at(mention.line)
                    ));
                }
            }
            Target::Method(name) => {
                if UNFILTERED.contains(&name.as_str()) && !test {
                    wrong.push(format!(
                        "{}: {name} lets control characters through to the terminal; draw a Span of text::safe",
                        at(mention.line)
                    ));
                }
            }
        }
    }
    wrong
}

fn direction(
    layer: &str,
    readable: &[&str],
    segments: &[String],
    mention: &Mention,
    test: bool,
) -> Option<String> {
    let target = segments.first()?;
    if target == layer || readable.contains(&target.as_str()) {
        return None;
    }
    if !DIRECTIONS.iter().any(|(name, _)| name == target) {
        let macro_of_ours = mention.called && segments.len() == 1;
        return (!macro_of_ours).then(|| {
            format!("crate::{target} is no folder of the house; name what is meant by its folder")
        });
    }
    // The shipped policy is the fixture of the rules' own tests.
    if test && target == "policy" && layer != "platform" {
        return None;
    }
    Some(format!("{layer} must not read {}: {ARROWS}", segments.join("::")))
}

fn reserved(layer: &str, segments: &[String], test: bool) -> Option<String> {
    let names: Vec<&str> = segments.iter().map(String::as_str).collect();
    for rule in RESERVED {
        let named = if rule.from_start {
            names.starts_with(rule.path)
        } else {
            names.windows(rule.path.len()).any(|window| window == rule.path)
        };
        if named && !rule.folders.contains(&layer) && (rule.in_tests || !test) {
            return Some(format!("{layer} must not use {}: {}", names.join("::"), rule.why));
        }
    }
    if layer == "domain" && !test && IMPURE.iter().any(|path| names.starts_with(path)) {
        return Some(format!(
            "domain must not use {}: it is pure values, no I/O",
            names.join("::")
        ));
    }
    None
}

#[test]
fn nobody_reads_against_the_direction() {
    let src = package().join("src");
    let files: Vec<_> = files_below(&src, "rs")
        .into_iter()
        .map(|path| {
            let source = std::fs::read_to_string(&path).unwrap();
            (path.strip_prefix(&src).unwrap().to_path_buf(), source)
        })
        .collect();
    assert!(files.len() > 10, "the sources were not found below {}", src.display());
    let tests: BTreeSet<_> =
        files.iter().flat_map(|(path, source)| paths::test_modules(path, source)).collect();
    let wrong: Vec<String> = files
        .iter()
        .flat_map(|(path, source)| {
            let test = path.ancestors().any(|part| tests.contains(&part.with_extension("")));
            violations(path, source, test)
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[cfg(test)]
mod tests;

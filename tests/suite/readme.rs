//! The README tells the truth: its keys are those of the key table and its commands those of the command line.
//!
//! `HANDOFF_WRITE_README=1 cargo test readme` writes the two parts anew.

use std::fmt::Write as _;
use std::fs;

use clap::CommandFactory;
use handoff_desk::cli::Cli;
use handoff_desk::tui::keys::{COMMANDS, Group, Keymap};

use crate::support::package;

#[test]
fn readme_has_every_key_and_every_command() {
    let path = package().join("README.md");
    let written = fs::read_to_string(&path).unwrap();
    let wanted = replaced(&replaced(&written, "keys", &keys()), "commands", &commands());
    if std::env::var_os("HANDOFF_WRITE_README").is_some() {
        fs::write(&path, &wanted).unwrap();
        return;
    }
    assert!(
        written == wanted,
        "README.md is out of date; run HANDOFF_WRITE_README=1 cargo test readme"
    );
}

/// The text with what stands between the two marks of a name replaced.
fn replaced(text: &str, name: &str, part: &str) -> String {
    let open = text.find(&format!("<!-- {name}")).unwrap_or_else(|| panic!("no mark {name}"));
    let start = open + text[open..].find("-->\n").unwrap() + 4;
    let end = start + text[start..].find(&format!("<!-- /{name} -->")).unwrap();
    format!("{}{part}{}", &text[..start], &text[end..])
}

fn keys() -> String {
    let keys = Keymap::shipped().unwrap();
    let mut text = String::new();
    for group in Group::ALL {
        writeln!(text, "\n**{}**\n\n| key | command | does |\n|---|---|---|", group.title())
            .unwrap();
        for command in COMMANDS.iter().filter(|command| command.group == *group) {
            let shown: Vec<_> = keys
                .keys(command.action)
                .iter()
                .map(|key| format!("`{}`", escaped(&key.to_string())))
                .collect();
            writeln!(text, "| {} | `{}` | {} |", shown.join(" "), command.name, command.says)
                .unwrap();
        }
    }
    text.push('\n');
    text
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

fn commands() -> String {
    let mut text =
        "| command | does |\n|---|---|\n| `handoff` | Open the desk on your store |\n".to_owned();
    for command in Cli::command().get_subcommands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        writeln!(text, "| `handoff {}` | {about} |", command.get_name()).unwrap();
    }
    text
}

//! Reading the command line, with terms of a filter that begin with `-` told apart from options.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::{ArgAction, CommandFactory, Parser};

use crate::domain::text::safe;

use super::args::{Cli, Common};

/// A line without a command, which opens the desk. To set up all fifty commands takes some milliseconds of a start, so
/// this is tried first; what it doesn't understand is read as a whole.
#[derive(Parser)]
#[command(disable_help_flag = true, disable_version_flag = true)]
struct Bare {
    #[command(flatten)]
    common: Common,
}

impl Cli {
    /// Reads the arguments of a process, its own name first. Ends the process where they are wrong or ask for help.
    #[must_use]
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Self {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        if let Ok(Bare { common }) = Bare::try_parse_from(&arguments) {
            return Self { common, command: None };
        }
        let arguments = arranged(arguments);
        let error = match Self::try_parse_from(&arguments) {
            Ok(cli) => return cli,
            Err(help) if !help.use_stderr() => help.exit(),
            Err(error) => error,
        };
        // The sentence quotes what was typed, which may hold what controls a terminal: it is made from the safe form.
        let visible =
            arguments.iter().map(|argument| safe(&argument.to_string_lossy()).into_owned());
        Self::try_parse_from(visible).err().unwrap_or(error).exit()
    }
}

/// `handoff list stage:queued -deferred --json` as clap wants it: a negated term looks like an option, so those go
/// behind `--`, where nothing is an option. The order of a filter's terms doesn't matter.
fn arranged(arguments: Vec<OsString>) -> Vec<OsString> {
    if !arguments.iter().any(|argument| argument == "list") {
        return arguments;
    }
    let program = Cli::command();
    let with_value = |command: &clap::Command| -> BTreeSet<String> {
        command
            .get_arguments()
            .filter(|arg| matches!(arg.get_action(), ArgAction::Set | ArgAction::Append))
            .filter_map(|arg| arg.get_long().map(|long| format!("--{long}")))
            .collect()
    };
    let mut options = with_value(&program);
    if let Some(list) = program.find_subcommand("list") {
        options.extend(with_value(list));
    }
    let takes_value =
        |arg: Option<&OsString>| arg.and_then(|a| a.to_str()).is_some_and(|a| options.contains(a));
    let listing = arguments
        .iter()
        .enumerate()
        .skip(1)
        .find(|(place, arg)| {
            !arg.to_string_lossy().starts_with('-') && !takes_value(arguments.get(place - 1))
        })
        .filter(|(_, arg)| *arg == "list")
        .map(|(place, _)| place);
    let Some(listing) = listing else { return arguments };
    let mut before = Vec::with_capacity(arguments.len() + 1);
    let mut behind = Vec::new();
    let mut rest = arguments.into_iter().enumerate();
    for (place, arg) in rest.by_ref() {
        if arg == "--" {
            break;
        }
        let text = arg.to_string_lossy();
        let negated = place > listing
            && text.starts_with('-')
            && !text.starts_with("--")
            && !matches!(&*text, "-" | "-h" | "-V")
            && !takes_value(before.last());
        if negated { behind.push(arg) } else { before.push(arg) }
    }
    behind.extend(rest.map(|(_, arg)| arg));
    if !behind.is_empty() {
        before.push("--".into());
        before.extend(behind);
    }
    before
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("handoff", true)]
    #[case("handoff --store list --as demo --json", true)]
    #[case("handoff --store=x.db --now 2026-11-20 --policy p.toml", true)]
    #[case("handoff list", false)]
    #[case("handoff --as Dana demo", false)]
    #[case("handoff --json --json", false)]
    #[case("handoff --store", false)]
    #[case("handoff --stor x.db", false)]
    #[case("handoff --help", false)]
    #[case("handoff -V", false)]
    fn a_line_without_a_command_is_read_as_the_whole_would(#[case] line: &str, #[case] bare: bool) {
        let words: Vec<&str> = line.split(' ').collect();
        let whole = Cli::try_parse_from(&words);
        match Bare::try_parse_from(&words) {
            Ok(Bare { common }) => {
                assert!(bare, "{line}");
                let whole = whole.unwrap();
                assert!(whole.command.is_none());
                assert_eq!(format!("{common:?}"), format!("{:?}", whole.common));
            }
            Err(_) => assert!(!bare, "{line}"),
        }
    }

    #[rstest]
    #[case("handoff", "handoff")]
    #[case("handoff list", "handoff list")]
    #[case("handoff list tier:1 -deferred --json", "handoff list tier:1 --json -- -deferred")]
    #[case("handoff list -deferred tier:1", "handoff list tier:1 -- -deferred")]
    #[case("handoff list --sort -score --limit 3", "handoff list --sort -score --limit 3")]
    #[case("handoff list --sort=-score -x -- -y z", "handoff list --sort=-score -- -x -y z")]
    #[case("handoff list -h", "handoff list -h")]
    #[case("handoff --as list --json list -x", "handoff --as list --json list -- -x")]
    #[case("handoff note -x", "handoff note -x")]
    #[case("handoff note list -x", "handoff note list -x")]
    #[case("handoff -x list -y", "handoff -x list -- -y")]
    fn negated_terms_stand_behind_the_options(#[case] given: &str, #[case] wanted: &str) {
        let words = given.split(' ').map(OsString::from).collect();
        let joined: Vec<_> =
            arranged(words).iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
        assert_eq!(joined.join(" "), wanted);
    }
}

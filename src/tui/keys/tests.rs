//! The table of commands, and files that give other keys.

use std::collections::BTreeSet;

use rstest::rstest;

use super::*;

#[test]
fn the_table_is_whole() {
    let map = Keymap::shipped().unwrap();
    let mut names = BTreeSet::new();
    let mut actions = BTreeSet::new();
    for command in COMMANDS {
        assert!(names.insert(command.name), "{} is there twice", command.name);
        assert!(actions.insert(command.action), "{} has two names", command.name);
        assert!(command.says.ends_with('.') && !command.short.is_empty(), "{}", command.name);
        assert_eq!(command.keys.len(), map.keys(command.action).len(), "{}", command.name);
        for key in command.keys {
            assert!(key.parse::<Key>().is_ok(), "{key}");
        }
    }
    for screen in Screen::ALL {
        assert!(command_of(Action::Show(*screen)).is_some(), "{screen:?} has no key");
    }
}

#[test]
fn a_file_gives_other_keys() {
    let map =
        Keymap::with("assign = \"F2\"\nnext = [\"n\", \"n\", \"Down\"]\nquit = []\nnew = []\n")
            .unwrap();
    assert_eq!(map.action("F2".parse().unwrap()), Some(Action::Assign));
    assert_eq!(map.action(Key::letter('a')), None);
    assert_eq!(map.action(Key::letter('q')), None);
    assert_eq!(map.shown(Action::Next).as_deref(), Some("n"));
    assert_eq!(map.keys(Action::Next).len(), 2);
    assert_eq!(map.answer(Key::letter('n')), Some(Action::No), "a question has its own keys");
}

#[rstest]
#[case("assign = \"j\"", "keys.toml: j means both next and assign; give one of them another key")]
#[case("\nasign = \"a\"", "keys.toml, line 2: \"asign\" is not a command; did you mean assign?")]
#[case("yes = \"n\"", "keys.toml: n means both yes and no; give one of them another key")]
#[case("assign = \"jj\"", "keys.toml, line 1: \"jj\" is not a key")]
#[case("assign = 3", "keys.toml, line 1: a command has a key as text, or a list of them; write")]
#[case("assign", "keys.toml, line 1: ")]
fn mistakes_are_named(#[case] file: &str, #[case] sentence: &str) {
    let error = Keymap::with(file).unwrap_err();
    assert!(error.problems[0].starts_with(sentence), "{error}");
}

#[test]
fn all_mistakes_are_named_at_once() {
    let error = Keymap::with("asign = \"a\"\naccept = \"jj\"\nopen = \"q\"").unwrap_err();
    assert_eq!(error.problems.len(), 3, "{error}");
}

//! A key as the desk knows it: what was pressed, free of what terminals disagree about, and its name.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key with what was held down. `shift` counts only where the key itself doesn't show it: `G` is `G`, but
/// `Shift-Tab` is `Tab` with shift.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    /// What was pressed.
    pub code: KeyCode,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
    /// With Shift.
    pub shift: bool,
}

impl Key {
    /// A key alone.
    #[must_use]
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A letter, digit or sign alone.
    #[must_use]
    pub const fn letter(letter: char) -> Self {
        Self::plain(KeyCode::Char(letter))
    }

    /// A letter with Ctrl.
    #[must_use]
    pub const fn ctrl(letter: char) -> Self {
        Self { ctrl: true, ..Self::letter(letter) }
    }

    /// The key of a terminal event; none for a release.
    #[must_use]
    pub fn of(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let held = |modifier| event.modifiers.contains(modifier);
        let (ctrl, alt, shift) =
            (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT), held(KeyModifiers::SHIFT));
        Some(match event.code {
            KeyCode::BackTab => Self { code: KeyCode::Tab, ctrl, alt, shift: true },
            // Terminals send Ctrl-Shift-P as Ctrl-P or as Ctrl-p: one key for us.
            KeyCode::Char(letter) if ctrl => {
                Self { code: KeyCode::Char(letter.to_ascii_lowercase()), ctrl, alt, shift: false }
            }
            KeyCode::Char(letter) => Self { code: KeyCode::Char(letter), ctrl, alt, shift: false },
            code => Self { code, ctrl, alt, shift },
        })
    }

    /// The character that it types into a field, if it types one.
    #[must_use]
    pub const fn types(self) -> Option<char> {
        match self.code {
            KeyCode::Char(letter) if !self.ctrl && !self.alt => Some(letter),
            _ => None,
        }
    }
}

/// Names of keys, as they are written in `keys.toml` and shown on screen. Where two names stand for one key, the first
/// is shown.
const NAMES: &[(&str, KeyCode)] = &[
    ("↓", KeyCode::Down),
    ("↑", KeyCode::Up),
    ("←", KeyCode::Left),
    ("→", KeyCode::Right),
    ("Down", KeyCode::Down),
    ("Up", KeyCode::Up),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("Tab", KeyCode::Tab),
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Del", KeyCode::Delete),
    ("Ins", KeyCode::Insert),
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(letter)) => write!(f, "{letter}"),
            (None, KeyCode::F(number)) => write!(f, "F{number}"),
            // No other key can be bound, so none is ever shown.
            (None, _) => f.write_str("?"),
        }
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || {
            format!(
                "\"{}\" is not a key; write it as j, G, Ctrl-p, Alt-x, Shift-Tab, PgDn, Space, F5",
                crate::domain::text::clip(text, 40)
            )
        };
        let mut rest = text.trim();
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        loop {
            let held = [("ctrl-", &mut ctrl), ("alt-", &mut alt), ("shift-", &mut shift)];
            let found = held.into_iter().find_map(|(name, flag)| {
                let head = rest.get(..name.len())?;
                let after = rest.get(name.len()..).filter(|after| !after.is_empty())?;
                head.eq_ignore_ascii_case(name).then_some((flag, after))
            });
            let Some((flag, after)) = found else { break };
            *flag = true;
            rest = after;
        }
        let named = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(rest));
        let function = rest.strip_prefix(['F', 'f']).and_then(|number| number.parse::<u8>().ok());
        let mut letters = rest.chars();
        let code = match (named, function, letters.next(), letters.next()) {
            (Some((_, code)), ..) => *code,
            (None, Some(number @ 1..=24), ..) => KeyCode::F(number),
            (None, None, Some(letter), None) if !letter.is_control() => KeyCode::Char(letter),
            _ => return Err(bad()),
        };
        Ok(match code {
            KeyCode::Char(letter) if ctrl => {
                Self { code: KeyCode::Char(letter.to_ascii_lowercase()), ctrl, alt, shift: false }
            }
            KeyCode::Char(letter) if shift => {
                Self { code: KeyCode::Char(letter.to_ascii_uppercase()), ctrl, alt, shift: false }
            }
            code => Self { code, ctrl, alt, shift },
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("j", "j")]
    #[case("G", "G")]
    #[case("shift-g", "G")]
    #[case("ctrl-P", "Ctrl-p")]
    #[case("CTRL-alt-x", "Ctrl-Alt-x")]
    #[case("shift-tab", "Shift-Tab")]
    #[case("pgdn", "PgDn")]
    #[case("space", "Space")]
    #[case("down", "↓")]
    #[case("f5", "F5")]
    #[case("-", "-")]
    #[case("ctrl--", "Ctrl--")]
    fn keys_read_and_show(#[case] written: &str, #[case] shown: &str) {
        let key: Key = written.parse().unwrap();
        assert_eq!(key.to_string(), shown);
        assert_eq!(shown.parse(), Ok(key), "what is shown can be written");
    }

    #[rstest]
    #[case("")]
    #[case("ctrl-")]
    #[case("jj")]
    #[case("F0")]
    #[case("F25")]
    #[case("\u{1b}")]
    fn other_texts_are_refused(#[case] written: &str) {
        let sentence = written.parse::<Key>().unwrap_err();
        assert!(sentence.contains("is not a key"), "{sentence}");
        assert!(!sentence.contains('\u{1b}'), "{sentence:?}");
    }

    #[test]
    fn what_terminals_disagree_about_is_one_key() {
        let of = |code, modifiers| Key::of(&KeyEvent::new(code, modifiers));
        let shift = KeyModifiers::SHIFT;
        assert_eq!(of(KeyCode::Char('G'), shift), Some(Key::letter('G')));
        assert_eq!(of(KeyCode::Char('P'), KeyModifiers::CONTROL | shift), Some(Key::ctrl('p')));
        assert_eq!(of(KeyCode::BackTab, shift), "Shift-Tab".parse().ok());
        let mut release = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        release.kind = KeyEventKind::Release;
        assert_eq!(Key::of(&release), None);
    }
}

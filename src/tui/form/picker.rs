//! A list to choose from, narrowed by typing. Those that cannot be chosen stay in sight with the reason.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::KeyCode;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::edit::Editor;
use super::list::CHOICES;
use crate::tui::chord::Key;
use crate::tui::msg::{Hit, Input, Mouse};

/// Something to choose.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Choice {
    /// What it is known by; no two have the same.
    pub key: String,
    /// What is shown first.
    pub label: String,
    /// What is shown beside it.
    pub detail: String,
    /// What else is found by typing, beside label and detail.
    pub also: String,
    /// The heading under which it stands while nothing is typed.
    pub group: String,
    /// Why it cannot be chosen now.
    pub off: Option<String>,
    /// What is told of it below the list while it is at hand, a sentence each.
    pub why: Vec<String>,
}

/// A choice in sight.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// Its place among all choices.
    pub choice: usize,
    /// The letters of its label that match what was typed, counted in graphemes.
    pub found: Vec<u32>,
}

/// What an input is to a popup that is nothing but a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picked {
    /// It goes on.
    Stay,
    /// It closes.
    Close,
    /// The desk is left.
    Quit,
    /// The one at hand is taken.
    Take,
}

/// A list to choose from.
#[derive(Clone, PartialEq, Debug)]
pub struct Picker {
    choices: Arc<[Choice]>,
    filter: Editor,
    shown: Vec<Shown>,
    at: usize,
    ticked: BTreeSet<usize>,
}

impl Picker {
    /// A list with the first that can be chosen at hand.
    #[must_use]
    pub fn new(choices: Vec<Choice>) -> Self {
        let mut picker = Self {
            choices: choices.into(),
            filter: Editor::line(""),
            shown: Vec::new(),
            at: 0,
            ticked: BTreeSet::new(),
        };
        picker.narrow();
        picker
    }

    /// The same with another one at hand.
    #[must_use]
    pub fn at(mut self, key: &str) -> Self {
        self.go_to(key);
        self
    }

    /// The same with some ticked.
    #[must_use]
    pub fn ticked(mut self, keys: &[impl AsRef<str>]) -> Self {
        self.tick_these(keys);
        self
    }

    /// Puts other choices in place of these; what was typed, ticked and at hand stays where it can.
    pub fn replace(&mut self, choices: Vec<Choice>) {
        let (hand, ticked) = (self.hand().map(|choice| choice.key.clone()), self.keys());
        let moved = self.at > 0;
        self.choices = choices.into();
        self.tick_these(&ticked);
        self.narrow();
        if let Some(key) = hand.filter(|_| moved) {
            self.go_to(&key);
        }
    }

    fn go_to(&mut self, key: &str) {
        let is = |shown: &Shown| self.choices.get(shown.choice).is_some_and(|it| it.key == key);
        self.at = self.shown.iter().position(is).unwrap_or(self.at);
    }

    fn tick_these(&mut self, keys: &[impl AsRef<str>]) {
        let is = |it: &Choice| keys.iter().any(|key| key.as_ref() == it.key);
        let all = self.choices.iter().enumerate();
        self.ticked = all.filter(|(_, it)| is(it)).map(|(at, _)| at).collect();
    }

    /// All choices.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// What was typed.
    #[must_use]
    pub const fn filter(&self) -> &Editor {
        &self.filter
    }

    /// The choices in sight, best first.
    #[must_use]
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// The place of the one at hand among those in sight.
    #[must_use]
    pub const fn place(&self) -> usize {
        self.at
    }

    /// The one at hand, whether or not it can be chosen.
    #[must_use]
    pub fn hand(&self) -> Option<&Choice> {
        self.choices.get(self.shown.get(self.at)?.choice)
    }

    /// The one at hand, if it can be chosen.
    #[must_use]
    pub fn chosen(&self) -> Option<&Choice> {
        self.hand().filter(|choice| choice.off.is_none())
    }

    /// Whether the one at this place among all is ticked.
    #[must_use]
    pub fn is_ticked(&self, choice: usize) -> bool {
        self.ticked.contains(&choice)
    }

    /// The keys of those that are ticked, in their order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.ticked.iter().filter_map(|at| Some(self.choices.get(*at)?.key.clone())).collect()
    }

    /// Ticks the one at hand, or takes the tick away, and goes on to the next.
    pub fn tick(&mut self) {
        if self.chosen().is_none() {
            return;
        }
        if let Some(shown) = self.shown.get(self.at) {
            if !self.ticked.remove(&shown.choice) {
                self.ticked.insert(shown.choice);
            }
            self.at = (self.at + 1).min(self.shown.len().saturating_sub(1));
        }
    }

    /// Takes a key; false when it has nothing to say here, as going up from the first.
    pub fn handle(&mut self, key: Key) -> bool {
        let last = self.shown.len().saturating_sub(1);
        let to = match (key.code, key.ctrl) {
            (KeyCode::Up, _) => self.at.checked_sub(1),
            (KeyCode::Char('p'), true) => Some(self.at.saturating_sub(1)),
            (KeyCode::Down, _) => Some(self.at + 1).filter(|to| *to <= last),
            (KeyCode::Char('n'), true) => Some(last.min(self.at + 1)),
            (KeyCode::PageUp, _) => Some(self.at.saturating_sub(10)),
            (KeyCode::PageDown, _) => Some(last.min(self.at + 10)),
            _ => {
                let before = self.filter.text().to_owned();
                let took = self.filter.handle(key, usize::MAX);
                if self.filter.text() != before {
                    self.narrow();
                }
                return took;
            }
        };
        self.at = to.unwrap_or(self.at);
        to.is_some()
    }

    /// Takes an input of a popup that is nothing but a list; a click takes what it hits, or, `by_double`, a double click.
    pub fn input(&mut self, input: &Input, by_double: bool) -> Picked {
        let key = match input {
            Input::Key(key) => *key,
            Input::Paste(text) => {
                self.paste(text);
                return Picked::Stay;
            }
            Input::Mouse(Mouse::Click(Hit::Outside)) => return Picked::Close,
            Input::Mouse(Mouse::Click(Hit::Choice(place))) => {
                let Some(place) = place.checked_sub(CHOICES) else { return Picked::Stay };
                self.go(place);
                return if by_double { Picked::Stay } else { Picked::Take };
            }
            Input::Mouse(Mouse::Double(Hit::Choice(_))) if by_double => return Picked::Take,
            Input::Mouse(Mouse::Wheel(lines, _)) => {
                let code = if *lines > 0 { KeyCode::Down } else { KeyCode::Up };
                for _ in 0..lines.unsigned_abs() {
                    self.handle(Key::plain(code));
                }
                return Picked::Stay;
            }
            Input::Mouse(_) => return Picked::Stay,
        };
        match key.code {
            _ if key == Key::ctrl('c') => Picked::Quit,
            KeyCode::Esc => Picked::Close,
            KeyCode::Enter => Picked::Take,
            _ => {
                self.handle(key);
                Picked::Stay
            }
        }
    }

    /// Takes a pasted text into what is typed; false when it was cut.
    pub fn paste(&mut self, pasted: &str) -> bool {
        let all = self.filter.paste(pasted);
        self.narrow();
        all
    }

    /// Goes to the one at this place among those in sight.
    pub fn go(&mut self, place: usize) {
        if place < self.shown.len() {
            self.at = place;
        }
    }

    /// Those that match what is typed: loosely in the label, word by word in the rest; what can't be chosen comes last.
    fn narrow(&mut self) {
        let typed = self.filter.text().trim();
        if typed.is_empty() {
            let shown = |choice| Shown { choice, found: Vec::new() };
            self.shown = (0..self.choices.len()).map(shown).collect();
        } else {
            let pattern =
                |kind| Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, kind);
            let (loose, words) = (pattern(AtomKind::Fuzzy), pattern(AtomKind::Substring));
            let mut matcher = Matcher::new(Config::DEFAULT);
            let mut letters = Vec::new();
            let mut ranked: Vec<(bool, Reverse<u32>, Shown)> = Vec::new();
            for (choice, it) in self.choices.iter().enumerate() {
                let mut found = Vec::new();
                let label = Utf32Str::new(&it.label, &mut letters);
                let near = loose.indices(label, &mut matcher, &mut found).map(|score| score * 2);
                let rest = [it.key.as_str(), &it.label, &it.also, &it.detail].join(" ");
                let far = words.score(Utf32Str::new(&rest, &mut letters), &mut matcher);
                let Some(score) = near.max(far) else { continue };
                found.sort_unstable();
                found.dedup();
                ranked.push((it.off.is_some(), Reverse(score), Shown { choice, found }));
            }
            ranked.sort_by_key(|(off, score, shown)| (*off, *score, shown.choice));
            self.shown = ranked.into_iter().map(|(_, _, shown)| shown).collect();
        }
        let on = |shown: &Shown| self.choices.get(shown.choice).is_some_and(|it| it.off.is_none());
        self.at = self.shown.iter().position(on).unwrap_or(0);
    }
}

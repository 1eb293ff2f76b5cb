//! A popup that is only read: its text, scrolled, and the keys that scroll and close it.

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::action::Action;
use crate::tui::chord::Key;
use crate::tui::form::panel::{self, Hint, Sheet};
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::{Hit, Input, Mouse};

/// What an input means in a popup that is only read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// Close it.
    Close,
    /// Go so many lines down, or up.
    Scroll(isize),
    /// Something else, as it is on the screen.
    Other(Action),
    /// Nothing.
    Nothing,
}

/// What an input means in a popup that is only read; `opener` is the action that opened it, whose key closes it again.
#[must_use]
pub fn reading(model: &Model, input: &Input, opener: Action) -> Reading {
    let page = isize::try_from(rows(model)).unwrap_or(isize::MAX);
    let key: Key = match input {
        Input::Key(key) => *key,
        Input::Mouse(Mouse::Wheel(lines, _)) => return Reading::Scroll(isize::from(*lines)),
        Input::Mouse(Mouse::Click(Hit::Outside)) => return Reading::Close,
        Input::Mouse(_) | Input::Paste(_) => return Reading::Nothing,
    };
    match model.keys.action_on(key, model.screen) {
        _ if matches!(key.code, KeyCode::Esc | KeyCode::Enter) => Reading::Close,
        Some(action) if action == opener => Reading::Close,
        Some(Action::Quit) if key != Key::ctrl('c') => Reading::Close,
        Some(Action::Next) => Reading::Scroll(1),
        Some(Action::Previous) => Reading::Scroll(-1),
        Some(Action::PageDown) => Reading::Scroll(page),
        Some(Action::PageUp) => Reading::Scroll(-page),
        Some(Action::First) => Reading::Scroll(isize::MIN),
        Some(Action::Last) => Reading::Scroll(isize::MAX),
        Some(action) => Reading::Other(action),
        None => Reading::Nothing,
    }
}

/// The columns of a text that would like to be so wide.
#[must_use]
pub fn columns(model: &Model, wanted: u16) -> usize {
    panel::columns(screen(model), wanted)
}

const fn screen(model: &Model) -> Rect {
    Rect { x: 0, y: 0, width: model.size.0, height: model.size.1 }
}

/// The rows of a text that fit at most: all but title, keys and, where there is room, an edge of the screen below.
fn rows(model: &Model) -> usize {
    panel::rows(screen(model)).max(1)
}

/// A place in a text of so many lines after scrolling; the last screenful stays full.
#[must_use]
pub fn scrolled(model: &Model, at: usize, by: isize, lines: usize) -> usize {
    at.saturating_add_signed(by).min(lines.saturating_sub(rows(model)))
}

/// Draws a text from one of its lines on.
pub fn draw(
    model: &Model,
    memory: &mut Memory,
    frame: &mut Frame<'_>,
    (title, wanted): (&str, u16),
    lines: Vec<Line<'static>>,
    at: usize,
    hints: &[Hint],
) {
    let theme = &model.theme;
    let at = scrolled(model, at, 0, lines.len());
    let size = (wanted, lines.len());
    let room = panel::draw(title, hints, size, memory, frame, screen(model), theme);
    let mut sheet = Sheet::default();
    lines.into_iter().for_each(|line| sheet.push(line));
    sheet.keep = at..at + usize::from(room.height);
    sheet.draw(memory, frame, room, theme);
}

/// The keys of a popup that is only read.
#[must_use]
pub fn hints(model: &Model) -> Vec<Hint> {
    let key = |action| model.keys.shown(action).unwrap_or_default();
    let scroll = format!("{} {}", key(Action::Next), key(Action::Previous));
    vec![Hint::new(scroll, "scroll"), Hint::new("Esc", "close")]
}

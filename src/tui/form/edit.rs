//! Text as it is typed and pasted into a field, on one line or several: a [`Line`] with ways up and down, and the rows
//! in which it is shown. What is taken in holds no control characters.

use std::ops::Range;

use crossterm::event::KeyCode;
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::text;
use crate::tui::chord::Key;
use crate::tui::line::{Line, MOST};

/// A text that is typed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Editor {
    line: Line,
    many: bool,
}

impl Editor {
    /// One line; the cursor stands at its end.
    #[must_use]
    pub fn line(text: &str) -> Self {
        let mut editor = Self::default();
        editor.paste(text);
        editor
    }

    /// A text of several lines; the cursor stands at its end.
    #[must_use]
    pub fn lines(text: &str) -> Self {
        let mut editor = Self { many: true, ..Self::default() };
        editor.paste(text);
        editor
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        self.line.value()
    }

    /// The same as one line, for drawing it.
    #[must_use]
    pub const fn as_line(&self) -> &Line {
        &self.line
    }

    /// Whether nothing was typed, or only spaces.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text().trim().is_empty()
    }

    /// Takes a key that edits; false when the key has nothing to say here. `columns` is the width in which several
    /// lines are shown, for going up and down.
    pub fn handle(&mut self, key: Key, columns: usize) -> bool {
        let (cursor, around) = (self.line.cursor(), self.line_around());
        match (key.code, key.ctrl, key.alt, key.shift) {
            _ if !self.many => return self.line.key(key),
            (KeyCode::Enter, _, true, _)
            | (KeyCode::Enter, _, _, true)
            | (KeyCode::Char('j'), true, false, _) => self.line.splice(cursor..cursor, "\n"),
            (KeyCode::Up, false, false, _) => return self.step(columns, -1),
            (KeyCode::Down, false, false, _) => return self.step(columns, 1),
            (KeyCode::Home, false, ..) | (KeyCode::Char('a'), true, false, _) => {
                self.line.go(around.start);
            }
            (KeyCode::End, false, ..) | (KeyCode::Char('e'), true, false, _) => {
                self.line.go(around.end);
            }
            (KeyCode::Char('u'), true, false, _) => self.line.splice(around.start..cursor, ""),
            (KeyCode::Char('k'), true, false, _) => self.line.splice(cursor..around.end, ""),
            _ => return self.line.key(key),
        }
        true
    }

    /// Takes a pasted text in at the cursor, without what could control a terminal. False when it was cut because the
    /// field is full.
    pub fn paste(&mut self, pasted: &str) -> bool {
        let room = MOST.saturating_sub(self.text().len());
        // Line ends of two bytes become one, so twice the room is all that can fit.
        let read = pasted.get(..pasted.floor_char_boundary(2 * room)).unwrap_or_default();
        let tame = tamed(read, self.many);
        let cursor = self.line.cursor();
        self.line.splice(cursor..cursor, &tame);
        read.len() == pasted.len() && tame.len() <= room
    }

    /// Puts another text in place of what was typed; the cursor stands at its end.
    pub fn set(&mut self, text: &str) {
        *self = if self.many { Self::lines(text) } else { Self::line(text) };
    }

    /// The line between two line ends in which the cursor stands.
    fn line_around(&self) -> Range<usize> {
        let (text, cursor) = (self.text(), self.line.cursor());
        let (head, tail) = text.split_at_checked(cursor).unwrap_or((text, ""));
        let start = head.rfind('\n').map_or(0, |at| at + 1);
        start..cursor + tail.find('\n').unwrap_or(tail.len())
    }

    /// One row up or down as the text is shown; false at the first and the last.
    fn step(&mut self, columns: usize, by: isize) -> bool {
        let rows = self.rows(columns);
        let (row, column) = self.place(columns);
        let Some(row) = row.checked_add_signed(by).and_then(|row| rows.get(row)) else {
            return false;
        };
        let text = self.text().get(row.clone()).unwrap_or_default();
        let mut used = 0;
        let mut byte = text.len();
        for (at, grapheme) in text.grapheme_indices(true) {
            used += text::columns(grapheme);
            if used > column {
                byte = at;
                break;
            }
        }
        // The end of a row that was broken is the start of the next; stay on this one.
        let broken = self.text().get(row.end..).is_some_and(|rest| !rest.starts_with('\n'));
        if byte == text.len() && broken && row.end < self.text().len() {
            byte = text.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        }
        self.line.go(row.start + byte);
        true
    }

    /// The rows in which several lines are shown, as parts of the text: broken at spaces where there are some. Spaces
    /// at a break may hang over the edge.
    #[must_use]
    pub fn rows(&self, columns: usize) -> Vec<Range<usize>> {
        let columns = columns.max(1);
        let mut rows = Vec::new();
        let mut line_start = 0;
        for line in self.text().split('\n') {
            let (mut start, mut used, mut gap) = (line_start, 0, None);
            for (at, grapheme) in line.grapheme_indices(true) {
                let at = line_start + at;
                let width = text::columns(grapheme);
                while used + width > columns && at > start && grapheme != " " {
                    let cut = gap.take().unwrap_or(at);
                    rows.push(start..cut);
                    start = cut;
                    used = self.text().get(cut..at).map_or(0, text::columns);
                }
                used += width;
                if grapheme == " " {
                    gap = Some(at + 1);
                }
            }
            let end = line_start + line.len();
            rows.push(start..end);
            line_start = end + 1;
        }
        rows
    }

    /// The row and column of the cursor among [`Editor::rows`].
    #[must_use]
    pub fn place(&self, columns: usize) -> (usize, usize) {
        let cursor = self.line.cursor();
        let rows = self.rows(columns);
        let row = rows.iter().rposition(|row| row.start <= cursor).unwrap_or(0);
        let start = rows.get(row).map_or(0, |row| row.start);
        (row, self.text().get(start..cursor).map_or(0, text::columns))
    }
}

/// The text without control characters: line ends stay where there may be several, all else becomes a space.
fn tamed(text: &str, many: bool) -> String {
    let mut tame = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' | '\n' | '\u{2028}' | '\u{2029}' if many => tame.push('\n'),
            letter if letter.is_control() => tame.push(' '),
            letter => tame.push(letter),
        }
    }
    tame
}

//! One line that is typed into: the editing is `tui-input`'s; this adds the desk's keys, pastes of one line, and a view
//! that follows the cursor.

use std::fmt;

use crossterm::event::KeyCode;
use ratatui::style::Style;
use ratatui::text::Span;
use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;

use super::chord::Key;
use crate::domain::text;

/// Longest line that can be typed, in bytes; more is not taken.
pub const MOST: usize = 64 * 1024;

/// A line that is typed into.
#[derive(Clone, Default)]
pub struct Line(Input);

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        (self.value(), self.0.cursor()) == (other.value(), other.0.cursor())
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = self.value().split_at(self.cursor());
        write!(f, "Line({before:?}|{after:?})")
    }
}

impl Line {
    /// A line with a text and the cursor behind it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut line = Self::default();
        line.paste(text);
        line
    }

    /// The text.
    #[must_use]
    pub fn value(&self) -> &str {
        self.0.value()
    }

    /// Whether nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.value().is_empty()
    }

    /// The byte of the text before which the cursor stands.
    #[must_use]
    pub fn cursor(&self) -> usize {
        let place = self.value().char_indices().nth(self.0.cursor());
        place.map_or(self.value().len(), |(at, _)| at)
    }

    /// Takes a key; false when the key is none of its own.
    pub fn key(&mut self, key: Key) -> bool {
        use InputRequest as R;
        let word = key.ctrl || key.alt;
        let request = match key.code {
            KeyCode::Char(letter) if key.types().is_some() => {
                if self.value().len() >= MOST {
                    return true;
                }
                R::InsertChar(letter)
            }
            KeyCode::Char('a') if key.ctrl => R::GoToStart,
            KeyCode::Char('e') if key.ctrl => R::GoToEnd,
            KeyCode::Char('w' | 'h') if key.ctrl => R::DeletePrevWord,
            KeyCode::Char('u') if key.ctrl => R::DeleteLine,
            KeyCode::Char('k') if key.ctrl => R::DeleteTillEnd,
            KeyCode::Char('b') if key.alt => R::GoToPrevWord,
            KeyCode::Char('f') if key.alt => R::GoToNextWord,
            KeyCode::Backspace if word => R::DeletePrevWord,
            KeyCode::Backspace => R::DeletePrevChar,
            KeyCode::Delete if word => R::DeleteNextWord,
            KeyCode::Delete => R::DeleteNextChar,
            KeyCode::Left if word => R::GoToPrevWord,
            KeyCode::Left => R::GoToPrevChar,
            KeyCode::Right if word => R::GoToNextWord,
            KeyCode::Right => R::GoToNextChar,
            KeyCode::Home => R::GoToStart,
            KeyCode::End => R::GoToEnd,
            _ => return false,
        };
        self.0.handle(request);
        true
    }

    /// Puts a text in at the cursor; what breaks lines in it becomes a space.
    pub fn paste(&mut self, pasted: &str) {
        let at = self.cursor();
        self.replace(at..at, pasted);
    }

    /// Puts a text in place of some bytes of the line, and the cursor behind it; what breaks lines becomes a space.
    pub fn replace(&mut self, bytes: std::ops::Range<usize>, by: &str) {
        self.splice(bytes, &by.replace("\r\n", " ").replace(['\n', '\r'], " "));
    }

    /// The same with the text as it is, as far as there is room.
    pub fn splice(&mut self, bytes: std::ops::Range<usize>, by: &str) {
        let (Some(before), Some(after)) =
            (self.value().get(..bytes.start), self.value().get(bytes.end..))
        else {
            return;
        };
        let room = MOST.saturating_sub(before.len() + after.len());
        let taken = by.get(..by.floor_char_boundary(room)).unwrap_or_default();
        let cursor = before.chars().count() + taken.chars().count();
        let whole = [before, taken, after].concat();
        self.0 = Input::new(whole).with_cursor(cursor);
    }

    /// Puts the cursor before a byte of the text.
    pub fn go(&mut self, byte: usize) {
        let before = self.value().get(..byte).map_or(usize::MAX, |before| before.chars().count());
        self.0.handle(InputRequest::SetCursor(before));
    }

    /// The part of the line that fits into `columns`, with the cursor in it, and the column of the cursor. The bytes
    /// of `wrong` are shown in that style.
    #[must_use]
    pub fn view(
        &self,
        columns: usize,
        style: Style,
        wrong: Option<(std::ops::Range<usize>, Style)>,
    ) -> (Vec<Span<'static>>, usize) {
        // The last column is the cursor's, when it stands behind the text.
        let room = columns.saturating_sub(1);
        let (before, after) = self.value().split_at(self.cursor());
        let mut start = before.len();
        let mut used = 0;
        for (at, grapheme) in before.grapheme_indices(true).rev() {
            let width = text::columns(grapheme);
            if used + width > room {
                break;
            }
            (start, used) = (at, used + width);
        }
        let (mut end, mut filled) = (before.len(), used);
        for grapheme in after.graphemes(true) {
            let width = text::columns(grapheme);
            if filled + width > columns {
                break;
            }
            (end, filled) = (end + grapheme.len(), filled + width);
        }
        let piece = |from: usize, to: usize, style: Style| {
            let (from, to) = (from.clamp(start, end), to.clamp(start, end));
            let shown = self.value().get(from..to.max(from)).unwrap_or_default();
            super::text::cell(shown, style)
        };
        let spans = match wrong {
            Some((bytes, bad)) => vec![
                piece(start, bytes.start, style),
                piece(bytes.start, bytes.end, bad),
                piece(bytes.end, end, style),
            ],
            None => vec![piece(start, end, style)],
        };
        (spans.into_iter().filter(|span| !span.content.is_empty()).collect(), used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &mut Line, keys: &str) {
        keys.split(' ').for_each(|key| {
            line.key(key.parse().unwrap());
        });
    }

    #[test]
    fn keys_edit_the_line() {
        let mut line = Line::new("tier:1 ");
        typed(&mut line, "o p e n");
        assert_eq!((line.value(), line.cursor()), ("tier:1 open", 11));
        typed(&mut line, "Ctrl-Left Backspace é Left");
        assert_eq!((line.value(), line.cursor()), ("tier:1éopen", 6));
        typed(&mut line, "Ctrl-u");
        assert!(line.is_empty());
        assert!(!line.key(Key::plain(KeyCode::Enter)) && !line.key(Key::ctrl('p')));
    }

    #[test]
    fn a_paste_is_one_line_and_has_an_end() {
        let mut line = Line::new("ab");
        typed(&mut line, "Left");
        line.paste("1\r\n2\n3");
        assert_eq!(line.value(), "a1 2 3b");
        line.paste(&"é".repeat(MOST));
        assert!(line.value().len() <= MOST);
        line.key(Key::letter('x'));
        assert!(line.value().len() <= MOST + 1);
    }

    #[test]
    fn the_view_follows_the_cursor() {
        let style = Style::new();
        let shown = |line: &Line, columns| {
            let (spans, cursor) = line.view(columns, style, None);
            (spans.iter().map(|span| span.content.as_ref()).collect::<String>(), cursor)
        };
        let mut line = Line::new("abcdefgh");
        assert_eq!(shown(&line, 20), ("abcdefgh".into(), 8));
        assert_eq!(shown(&line, 5), ("efgh".into(), 4));
        typed(&mut line, "Home");
        assert_eq!(shown(&line, 5), ("abcde".into(), 0));
        assert_eq!(shown(&line, 0), (String::new(), 0));
        assert_eq!(shown(&Line::new("a\u{1b}b"), 9), ("a␛b".into(), 3));
    }

    #[test]
    fn a_wrong_part_is_shown_in_its_style() {
        let bad = Style::new().underlined();
        let (spans, _) = Line::new("a due:x b").view(20, Style::new(), Some((2..7, bad)));
        let parts: Vec<_> = spans.iter().map(|span| (span.content.as_ref(), span.style)).collect();
        assert_eq!(parts, [("a ", Style::new()), ("due:x", bad), (" b", Style::new())]);
    }
}

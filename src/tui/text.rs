//! The only door from texts of the outside to the screen: every span that shows data is made here, from the safe form
//! of the text (`RELIABILITY.md`, "text from outside controls nothing").

use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::text;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A text of the outside as a span.
#[must_use]
pub fn cell(outside: &str, style: Style) -> Span<'static> {
    Span::styled(text::safe(outside).into_owned(), style)
}

/// The same in at most `columns` columns, a longer one with `…` at its end.
#[must_use]
pub fn clipped(outside: &str, columns: usize, style: Style) -> Span<'static> {
    Span::styled(text::clip(outside, columns).into_owned(), style)
}

/// The same in exactly `columns` columns, filled with spaces on the right.
#[must_use]
pub fn padded(outside: &str, columns: usize, style: Style) -> Span<'static> {
    Span::styled(text::pad(outside, columns), style)
}

/// The same with the spaces on the left.
#[must_use]
pub fn padded_start(outside: &str, columns: usize, style: Style) -> Span<'static> {
    Span::styled(text::pad_start(outside, columns), style)
}

/// A text of our own; it never holds data.
#[must_use]
pub const fn label(ours: &'static str, style: Style) -> Span<'static> {
    Span { content: std::borrow::Cow::Borrowed(ours), style }
}

/// So many spaces.
#[must_use]
pub fn gap(columns: usize) -> Span<'static> {
    Span::raw(" ".repeat(columns))
}

/// The lines that a text of the outside takes in `columns` columns, broken at spaces where there are some, in their
/// safe form. No line is wider, and a text without an end is cut after `most` lines.
#[must_use]
pub fn wrapped(outside: &str, columns: usize, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if columns == 0 {
        return lines;
    }
    for line in text::lines(outside) {
        let mut rest = line.as_ref();
        loop {
            if lines.len() == most {
                if let Some(last) = lines.last_mut() {
                    *last = text::clip(&format!("{last} …"), columns).into_owned();
                }
                return lines;
            }
            let (head, tail) = broken(rest, columns);
            lines.push(head.to_owned());
            if tail.is_empty() {
                break;
            }
            rest = tail;
        }
    }
    lines
}

/// The first line of a safe text, and the rest.
fn broken(line: &str, columns: usize) -> (&str, &str) {
    let (mut used, mut space, mut fits) = (0, None, line.len());
    for (at, grapheme) in line.grapheme_indices(true) {
        if grapheme == " " {
            space = Some(at);
        }
        used += grapheme.width();
        if used > columns {
            fits = at;
            break;
        }
    }
    if fits == line.len() && text::columns(line) <= columns {
        return (line, "");
    }
    let mut cut = space.filter(|space| *space > 0).unwrap_or(fits).min(fits);
    // Marks at the beginning of a line count for more than behind a letter.
    while cut > 0 && text::columns(line.get(..cut).unwrap_or_default()) > columns {
        let before = line.get(..cut).unwrap_or_default().grapheme_indices(true).next_back();
        cut = before.map_or(0, |(at, _)| at);
    }
    if cut == 0 {
        // A picture wider than the line: skip it rather than never end.
        let wide = line.graphemes(true).next().map_or(line.len(), str::len);
        return ("", line.get(wide..).unwrap_or_default());
    }
    let (head, tail) = line.split_at(cut);
    (head.trim_end(), tail.trim_start())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_break_at_spaces() {
        assert_eq!(wrapped("one two three", 8, 9), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij", 4, 9), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("a\nb", 4, 9), ["a", "b"]);
        assert_eq!(wrapped("one two three four", 5, 2), ["one", "two …"]);
        assert!(wrapped("", 5, 2).is_empty());
    }

    proptest! {
        // Marks that join what comes after or before them, pictures of several characters, wide and empty ones.
        #[test]
        fn marks_and_pictures_never_make_a_line_too_wide(
            outside in "[a \u{0D4E}\u{1193F}\u{600}\u{110BD}\u{300}\u{200D}\u{FE0F}漢👍\u{1F3FD}\u{1F1E9}\u{1F1EA}\u{AD}❤]{0,24}",
            columns in 0..12_usize,
        ) {
            for line in wrapped(&outside, columns, 20) {
                prop_assert!(text::columns(&line) <= columns, "{line:?}");
            }
        }

        #[test]
        fn no_line_is_too_wide(outside in "\\PC{0,60}", columns in 0..30_usize) {
            for line in wrapped(&outside, columns, 20) {
                prop_assert!(text::columns(&line) <= columns, "{line:?}");
            }
        }

        #[test]
        fn nothing_from_outside_controls_the_screen(outside: String) {
            let span = cell(&outside, Style::new());
            prop_assert!(!span.content.chars().any(char::is_control));
        }
    }
}

//! From a line to raw terms: where each begins, its minus, its key and its values. Knows no key.

use std::ops::Range;

use super::{FilterError, MAX_BYTES, MAX_TERMS, MAX_VALUES};

/// A term before its key is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RawTerm {
    /// Its bytes in the line, minus included.
    pub(super) span: Range<usize>,
    /// Written with a minus before it.
    pub(super) negated: bool,
    /// What stands before the first colon, lower case.
    pub(super) key: Option<String>,
    /// What stands between the commas; at least one.
    pub(super) pieces: Vec<Piece>,
}

/// One value of a term.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Piece {
    /// Its text without quotes.
    pub(super) text: String,
    /// Some of it stood in quotes, so that it is taken literally.
    pub(super) quoted: bool,
}

/// Cuts a line into terms.
///
/// # Errors
/// A quote that is not closed, a lone minus, or a line beyond the limits.
pub(super) fn lex(line: &str) -> Result<Vec<RawTerm>, FilterError> {
    if line.len() > MAX_BYTES {
        let from = floor(line, MAX_BYTES);
        return Err(FilterError::new(
            from..line.len(),
            format!(
                "the filter is too long: {} bytes, and it ends at byte {MAX_BYTES}",
                line.len()
            ),
        ));
    }
    let mut terms = Vec::new();
    let mut rest = Cursor { line, at: 0 };
    loop {
        rest.skip_blanks();
        if rest.peek().is_none() {
            return Ok(terms);
        }
        let start = rest.at;
        let term = rest.term()?;
        if terms.len() == MAX_TERMS {
            return Err(FilterError::new(
                start..line.len(),
                format!(
                    "the filter has too many terms: the one at byte {start} is past the {MAX_TERMS} it may have"
                ),
            ));
        }
        terms.push(term);
    }
}

/// The last character boundary at or before `at`.
pub(super) fn floor(line: &str, at: usize) -> usize {
    (0..=at.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0)
}

struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.line[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.bump();
        }
    }

    fn term(&mut self) -> Result<RawTerm, FilterError> {
        let start = self.at;
        let negated = self.peek() == Some('-');
        if negated {
            self.bump();
        }
        let mut key = None;
        let mut pieces = Vec::new();
        let mut piece = Piece::default();
        while let Some(next) = self.peek().filter(|next| !next.is_whitespace()) {
            self.bump();
            match next {
                '"' => {
                    piece.quoted = true;
                    self.quoted(&mut piece.text)?;
                }
                ':' if key.is_none() && pieces.is_empty() && !piece.quoted => {
                    key = Some(std::mem::take(&mut piece.text).to_ascii_lowercase());
                }
                ',' => pieces.push(std::mem::take(&mut piece)),
                _ => piece.text.push(next),
            }
        }
        pieces.push(piece);
        let span = start..self.at;
        if negated && span.len() == 1 {
            return Err(FilterError::new(
                span,
                "a minus negates what follows it, as in -stage:returned",
            ));
        }
        if pieces.len() > MAX_VALUES {
            let message = format!(
                "the term at byte {start} has {} values, and may have {MAX_VALUES}",
                pieces.len()
            );
            return Err(FilterError::new(span, message));
        }
        Ok(RawTerm { span, negated, key, pieces })
    }

    /// The inside of a quote whose opening was read: `\"` and `\\` stand for themselves, any other backslash too.
    fn quoted(&mut self, text: &mut String) -> Result<(), FilterError> {
        let open = self.at - 1;
        while let Some(next) = self.bump() {
            match next {
                '"' => return Ok(()),
                '\\' if matches!(self.peek(), Some('"' | '\\')) => text.extend(self.bump()),
                _ => text.push(next),
            }
        }
        Err(FilterError::new(open..self.at, "this quote is not closed; end it with another \""))
    }
}

/// A value as it is written in a line: in quotes where it would be read as something else, or when `always`.
pub(super) fn quote(text: &str, always: bool) -> String {
    let bare = !always
        && !text.is_empty()
        && !text.starts_with('-')
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | ',' | ':'));
    if bare {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

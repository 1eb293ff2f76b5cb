//! Copying to the clipboard of the terminal (OSC 52): works over ssh and without a graphical session. Only text that a
//! person asked to copy goes there.

use std::borrow::Cow;
use std::io::{self, Write};

use crossterm::clipboard::CopyToClipboard;
use thiserror::Error;

use crate::domain::text;

/// What terminals take at most: xterm and tmux refuse more than this many bytes before encoding.
pub const LIMIT: usize = 74_994;

/// Why nothing was copied.
#[derive(Debug, Error)]
pub enum CopyError {
    /// Longer than a terminal takes.
    #[error(
        "{size} bytes are more than the {LIMIT} a terminal's clipboard takes; copy less, or export to a file"
    )]
    TooLong {
        /// Bytes of the text.
        size: usize,
    },
    /// The terminal could not be written to.
    #[error("the terminal did not take the text: {0}")]
    Terminal(#[from] io::Error),
}

/// Asks the terminal behind `out` to put a text on its clipboard. Lines stay lines; what could control the program
/// that the text is pasted into is made visible.
///
/// # Errors
/// When the text is too long or the terminal cannot be written to.
pub fn copy(out: &mut impl Write, text: &str) -> Result<(), CopyError> {
    let clean: Vec<Cow<'_, str>> =
        text.split('\n').map(|line| text::safe(line.trim_end_matches('\r'))).collect();
    let clean = clean.join("\n");
    if clean.len() > LIMIT {
        return Err(CopyError::TooLong { size: clean.len() });
    }
    crossterm::execute!(out, CopyToClipboard::to_clipboard_from(clean))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_travels_encoded() {
        let mut out = Vec::new();
        copy(&mut out, "Acme\r\nWest").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\x1b]52;c;QWNtZQpXZXN0\x1b\\");
    }

    #[test]
    fn control_characters_are_not_pasted_into_a_shell() {
        let (mut clean, mut out) = (Vec::new(), Vec::new());
        copy(&mut clean, "a␛[201~b").unwrap();
        copy(&mut out, "a\x1b[201~b").unwrap();
        assert_eq!(out, clean);
    }

    #[test]
    fn too_much_is_refused_in_words() {
        let mut out = Vec::new();
        let error = copy(&mut out, &"x".repeat(LIMIT + 1)).unwrap_err().to_string();
        assert!(error.starts_with("74995 bytes are more"), "{error}");
        assert!(out.is_empty());
    }
}

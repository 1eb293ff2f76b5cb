//! The one door through which text from outside (files, people, policies, other programs) passes on its way to a
//! screen. What comes out holds no character that moves a cursor, changes a colour, turns the reading direction or
//! hides: each such character is shown instead, so that nobody is fooled by what it would have done
//! (PROMISES.md "text from outside controls nothing", RELIABILITY.md e).
//!
//! What is decided here:
//!
//! | text | shown as |
//! |---|---|
//! | C0 controls and DEL | their control picture: `␛`, `␊`, `␉`, `␡` |
//! | C1, every format character (bidi, zero width, joiners, soft hyphen, tags), line and paragraph separators, fillers, private use, noncharacters, planes that hold no letters | `⟨U+202E⟩` |
//! | variation selectors 15 and 16 (text or emoji look) | dropped: they only choose a look, and terminals disagree about the width of what follows |
//! | a zero-width joiner between emoji | `⟨U+200D⟩`, the emoji stay: a byte nobody sees may join anything |
//! | combining marks after the eighth on one letter | `⟨+12 marks⟩` |
//! | a combining mark with no letter before it | on a dotted circle, so that it cannot mark what stands left of it |

use std::borrow::Cow;
use std::fmt::Write;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many combining marks one letter may carry; Vietnamese needs two, biblical Hebrew four.
const MARKS: usize = 8;

/// The sign of text that was cut.
const ELLIPSIS: char = '…';

/// What becomes of one character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Keep,
    /// Shown as another character.
    Picture(char),
    /// Shown as its number.
    Spell,
    Drop,
}

fn fate(c: char) -> Fate {
    match c {
        ' '..='~' => Fate::Keep,
        '\0'..='\u{1f}' => {
            Fate::Picture(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{2426}'))
        }
        '\u{7f}' => Fate::Picture('\u{2421}'),
        '\u{fe0e}' | '\u{fe0f}' => Fate::Drop,
        c if spelled(c) => Fate::Spell,
        _ => Fate::Keep,
    }
}

/// Whether a character above ASCII is shown as its number: C1, Unicode's format characters (Cf), default-ignorable
/// ones, separators of lines, private use and noncharacters. Kept as ranges, so that a newer Unicode table in a crate
/// never lets one through.
fn spelled(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0d}'
        | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{1fffe}' | '\u{1ffff}' | '\u{2fffe}' | '\u{2ffff}' | '\u{3fffe}' | '\u{3ffff}'
        | '\u{40000}'..)
}

/// Whether a kept character takes no column of its own: it lands on the letter before it.
fn is_mark(c: char) -> bool {
    c > '~' && c.width() == Some(0)
}

/// Reads characters and writes their safe form, from the first one that needs it.
struct Cleaner<'t> {
    text: &'t str,
    /// Written only once something had to change.
    out: Option<String>,
    /// Marks on the present letter; `None` before the first letter.
    marks: Option<usize>,
    excess: usize,
}

impl<'t> Cleaner<'t> {
    const fn new(text: &'t str) -> Self {
        Self { text, out: None, marks: None, excess: 0 }
    }

    fn out(&mut self, at: usize) -> &mut String {
        let text = self.text;
        self.out.get_or_insert_with(|| {
            let mut copy = String::with_capacity(text.len() + 16);
            copy.push_str(text.get(..at).unwrap_or_default());
            copy
        })
    }

    fn letter(&mut self, at: usize, c: char) {
        self.end_marks(at);
        self.marks = Some(0);
        if let Some(out) = &mut self.out {
            out.push(c);
        }
    }

    fn mark(&mut self, at: usize, c: char) {
        let count = match self.marks {
            None => {
                self.out(at).push('\u{25cc}');
                0
            }
            Some(count) => count,
        };
        if count >= MARKS {
            self.out(at);
            self.excess += 1;
            return;
        }
        self.marks = Some(count + 1);
        if let Some(out) = &mut self.out {
            out.push(c);
        }
    }

    fn end_marks(&mut self, at: usize) {
        let excess = std::mem::take(&mut self.excess);
        if excess > 0 {
            let plural = if excess == 1 { "" } else { "s" };
            // Writing to a String cannot fail.
            let _ = write!(self.out(at), "⟨+{excess} mark{plural}⟩");
        }
    }

    fn take(&mut self, at: usize, c: char) {
        match fate(c) {
            Fate::Keep if is_mark(c) => self.mark(at, c),
            Fate::Keep => self.letter(at, c),
            Fate::Picture(picture) => {
                self.out(at);
                self.letter(at, picture);
            }
            Fate::Spell => {
                self.out(at);
                self.end_marks(at);
                self.marks = Some(0);
                let _ = write!(self.out(at), "⟨U+{:04X}⟩", u32::from(c));
            }
            Fate::Drop => {
                self.out(at);
            }
        }
    }

    fn finish(mut self) -> Cow<'t, str> {
        self.end_marks(self.text.len());
        self.out.map_or(Cow::Borrowed(self.text), Cow::Owned)
    }
}

/// Whether all of these bytes are printable ASCII, the common case that needs no further look.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The text with everything that could control a terminal or hide from a reader made visible. Borrowed when there was
/// nothing to change; passing text twice changes nothing more. The result is one line: a newline shows as `␊`, see
/// [`lines`] for text that has several.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    if is_plain(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let mut cleaner = Cleaner::new(text);
    for (at, c) in text.char_indices() {
        cleaner.take(at, c);
    }
    cleaner.finish()
}

/// The columns that the safe form of a text takes on a screen.
#[must_use]
pub fn columns(text: &str) -> usize {
    if is_plain(text.as_bytes()) {
        return text.len();
    }
    safe(text).graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The safe form of a text, in at most `columns` columns; a longer one ends in `…`. Reads no more of the text than it
/// shows, so a field of a million characters costs what its first line costs.
#[must_use]
pub fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if bytes.len() <= columns && is_plain(bytes) {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    if bytes.get(..=columns).is_some_and(is_plain) {
        let mut cut = String::with_capacity(columns + 2);
        cut.push_str(text.get(..columns - 1).unwrap_or_default());
        cut.push(ELLIPSIS);
        return Cow::Owned(cut);
    }
    let (clean, whole) = clean_start(text, columns);
    let mut used = 0;
    let mut fits = 0;
    for (at, grapheme) in clean.grapheme_indices(true) {
        let width = grapheme.width();
        if used + width > columns {
            return Cow::Owned(cut_at(&clean, fits));
        }
        used += width;
        if used < columns {
            // The last place where an ellipsis still fits behind.
            fits = at + grapheme.len();
        }
    }
    if whole { clean } else { Cow::Owned(cut_at(&clean, fits)) }
}

fn cut_at(clean: &str, at: usize) -> String {
    let mut cut = String::with_capacity(at + ELLIPSIS.len_utf8());
    cut.push_str(clean.get(..at).unwrap_or_default());
    cut.push(ELLIPSIS);
    cut
}

/// The safe form of as much of a text as surely fills `columns`, and whether that was the whole of it. Characters that
/// form one picture together (a flag, a hand with a skin tone) take fewer columns than their parts, never less than a
/// quarter.
fn clean_start(text: &str, columns: usize) -> (Cow<'_, str>, bool) {
    let enough = columns.saturating_mul(4).saturating_add(16);
    let mut width = 0_usize;
    for (at, c) in text.char_indices() {
        let next = if fate(c) == Fate::Keep { c.width().unwrap_or(1) } else { 1 };
        if width > enough && next > 0 {
            return (safe(text.get(..at).unwrap_or_default()), false);
        }
        width += next;
    }
    (safe(text), true)
}

/// The safe form of a text in exactly `columns` columns: cut with `…` or filled with spaces on the right.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    let mut padded = clip(text, columns).into_owned();
    let used = self::columns(&padded);
    padded.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    padded
}

/// As [`pad`], with the spaces on the left: for numbers and times, which align at their right edge.
#[must_use]
pub fn pad_start(text: &str, columns: usize) -> String {
    let shown = clip(text, columns);
    let mut padded = " ".repeat(columns.saturating_sub(self::columns(&shown)));
    padded.push_str(&shown);
    padded
}

/// The safe form of the first line that says something; ends in ` …` when more follows.
#[must_use]
pub fn first_line(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    match text.split_once(['\n', '\r']) {
        None => safe(text),
        Some((first, _)) => Cow::Owned(format!("{} {ELLIPSIS}", safe(first.trim_end()))),
    }
}

/// The lines of a longer text (a note, a message), each in its safe form; a tab becomes four spaces, as prose and
/// tables typed by people want it.
pub fn lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.lines().map(|line| {
        if line.contains('\t') {
            Cow::Owned(safe(&line.replace('\t', "    ")).into_owned())
        } else {
            safe(line)
        }
    })
}

/// A serialised JSON document in which every character that [`safe`] would show otherwise is written as its `\u`
/// escape. No value changes: whoever parses it gets the same text back, and a terminal that shows it is not
/// controlled by it. JSON itself already escapes C0; its own line breaks stay.
#[must_use]
pub fn json(document: &str) -> Cow<'_, str> {
    let hidden = |c: char| c == '\u{7f}' || matches!(c, '\u{fe0e}' | '\u{fe0f}') || spelled(c);
    let Some(first) = document.find(hidden) else { return Cow::Borrowed(document) };
    let (clean, rest) = document.split_at(first);
    let mut out = String::with_capacity(document.len() + 16);
    out.push_str(clean);
    for c in rest.chars() {
        if hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;

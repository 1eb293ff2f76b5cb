//! What can be wrong: with one row ([`Problem`]), or with the whole file ([`FileError`]).

use std::{fmt, io};

use super::reader::COLUMNS_MAX;
use super::source::SAMPLE_MAX;

/// The cells of one row as the file had them, kept in one piece.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    /// Number of cells.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// True when there is no cell at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell of a column counted from 0, where the row reaches that far.
    #[must_use]
    pub fn get(&self, column: usize) -> Option<&str> {
        let end = *self.ends.get(column)?;
        let start = match column {
            0 => 0,
            _ => *self.ends.get(column - 1)?,
        };
        self.text.get(start..end)
    }

    /// Every cell in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|column| self.get(column))
    }

    /// Every cell in a string of its own.
    #[must_use]
    pub fn to_vec(&self) -> Vec<String> {
        self.iter().map(str::to_owned).collect()
    }

    /// Adds a cell at the end.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// Takes over cells that stand one behind the other in `bytes` and end where `ends` says, if all are UTF-8.
    pub(super) fn set(&mut self, bytes: &[u8], ends: &[usize]) -> bool {
        self.clear();
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        if !ends.iter().all(|end| text.is_char_boundary(*end)) {
            return false;
        }
        self.text.push_str(text);
        self.ends.extend_from_slice(ends);
        true
    }

    /// Bytes of all cells together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.joined().len()
    }

    /// Every cell in one piece, to look for a byte in all of them.
    pub(super) fn joined(&self) -> &str {
        &self.text
    }

    /// Drops cells from the end until `len` are left.
    pub(super) fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }

    /// Takes every cell away and keeps the room.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

impl<'a> FromIterator<&'a str> for Cells {
    fn from_iter<I: IntoIterator<Item = &'a str>>(cells: I) -> Self {
        let mut all = Self::default();
        for cell in cells {
            all.push(cell);
        }
        all
    }
}

/// One row that could not be taken, and why. The rows around it are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The line of the file that the row begins on, counted from 1 as an editor does.
    pub row: u64,
    /// The header of the cell that is wrong, where it is one cell.
    pub column: Option<String>,
    /// What is wrong and what would be right, without row and column.
    pub reason: String,
    /// The cells as the file had them, for the rejects file.
    pub cells: Vec<String>,
    /// True when nothing after this row was read.
    pub stops: bool,
}

/// `line 12, tier: "gold" is not a tier; it is one of 1, 2, 3, outside`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "line {}, {column}: {}", self.row, self.reason),
            None => write!(f, "line {}: {}", self.row, self.reason),
        }
    }
}

/// A file of which nothing can be taken, and why. The sentence does not name the file; whoever opened it does.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The source could not be read.
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
    /// No byte, or nothing but blanks.
    #[error("it is empty; export it again")]
    Empty,
    /// A header row and nothing under it.
    #[error("it holds a header row ({0}) and no rows under it")]
    HeadersOnly(String),
    /// Bytes of a kind that is no table; the field says which kind and what to do.
    #[error("it is {0}")]
    NotText(&'static str),
    /// `--encoding` names none.
    #[error(
        "\"{0}\" is not an encoding; write utf-8, utf-16le, utf-16be, utf-32le, utf-32be or windows-1252"
    )]
    UnknownEncoding(String),
    /// More columns than a table of ours can need.
    #[error("it has more than {limit} columns; {limit} is the most", limit = COLUMNS_MAX)]
    TooManyColumns,
    /// The first row does not end.
    #[error(
        "its first row does not end within {} KiB, so it has no header row; look for a quote that is not closed",
        SAMPLE_MAX / 1024
    )]
    HeaderTooLong,
    /// No row at the top can be read.
    #[error("its first row cannot be read: {0}")]
    FirstRow(String),
    /// No profile fits the headers.
    #[error("its columns are not known ({headers}); {advice}")]
    NotRecognised {
        /// The headers as they stand, cut where they are many.
        headers: String,
        /// What to do, with the nearest profile where there is one.
        advice: String,
    },
    /// Several profiles fit equally.
    #[error("its columns ({headers}) fit {fits} equally; say which with --map")]
    Ambiguous {
        /// The headers as they stand.
        headers: String,
        /// Keys of the profiles, joined by "and".
        fits: String,
    },
    /// `--map` names none.
    #[error("there is no profile \"{name}\"; there are {known}")]
    UnknownProfile {
        /// What was asked for.
        name: String,
        /// Every key there is.
        known: String,
    },
    /// JSON that is neither one object per line nor an array of objects.
    #[error("it is JSON, but {0}; write one flat object per line")]
    Json(String),
    /// Dates of a column can be read in two ways, and nothing decides.
    #[error(
        "the dates in {column} can be day first or month first ({example}); say which with --dates dmy or --dates mdy"
    )]
    DatesUndecided {
        /// The header of the column.
        column: String,
        /// The first such date.
        example: String,
    },
    /// A workbook that cannot be opened.
    #[error("it is a workbook that cannot be read ({0}); save the sheet as CSV and import that")]
    Workbook(String),
    /// A profile of the desk itself cannot be read.
    #[error("a profile cannot be read: {0}")]
    Profile(String),
}

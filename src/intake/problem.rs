//! What can be wrong with one row of a file.

use std::fmt;

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

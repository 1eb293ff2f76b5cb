//! The rejects file: the rows that were not taken, as they were, with an `ERROR` column behind.
//!
//! It is made to be mended and imported again. So it keeps the separator of the input, and a row that is not mended is
//! refused again for the same reason, with two exceptions that the reason names: cells that were missing stand there
//! empty, and bytes that were no UTF-8 stand there as Windows-1252 reads them.
//! It is also made to be opened in a spreadsheet: a cell that would start a formula gets a `'` in front, and the import
//! takes exactly one such `'` away again. Cells that begin with `'` already stay as they are.
//! Of JSON the rejects are JSON again, one object per line with a key `ERROR`.

use std::io::{self, Write};

use serde_json::value::RawValue;

use super::json_rows::Members;
use super::problem::Problem;
use super::profile::{self, ERROR};
use super::value::is_hidden;

/// How an input stands, so that its rejects can stand likewise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Layout {
    /// Rows of cells.
    Table {
        /// The header row.
        headers: Vec<String>,
        /// What separates cells.
        delimiter: u8,
    },
    /// JSON objects.
    Objects,
}

/// Writes rejected rows. Nothing is written before the first of them.
pub struct Rejects<W: Write> {
    layout: Layout,
    out: Out<W>,
    count: u64,
}

enum Out<W: Write> {
    Table(Box<csv::Writer<W>>),
    Objects(W),
}

impl<W: Write> Rejects<W> {
    /// A writer of rejects for an input of this layout.
    pub fn new(out: W, layout: Layout) -> Self {
        let out = match &layout {
            Layout::Table { delimiter, .. } => Out::Table(Box::new(
                csv::WriterBuilder::new().delimiter(*delimiter).flexible(true).from_writer(out),
            )),
            Layout::Objects => Out::Objects(out),
        };
        Self { layout, out, count: 0 }
    }

    /// Rows written so far.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, problem: &Problem) -> io::Result<()> {
        let error = match &problem.column {
            Some(column) => format!("line {}, {column}: {}", problem.row, problem.reason),
            None => format!("line {}: {}", problem.row, problem.reason),
        };
        match (&mut self.out, &self.layout) {
            (Out::Table(out), Layout::Table { headers, .. }) => {
                let place = error_column(headers);
                if self.count == 0 {
                    let names = headers.iter().map(String::as_str);
                    let added = place.is_none().then_some(ERROR);
                    out.write_record(names.map(guarded).chain(added.map(str::to_owned)))?;
                }
                out.write_record(row(&problem.cells, headers.len(), place, &error))?;
            }
            (Out::Objects(out), _) => {
                out.write_all(object(problem, &error)?.as_bytes())?;
                out.write_all(b"\n")?;
            }
            (Out::Table(_), Layout::Objects) => {}
        }
        self.count += 1;
        Ok(())
    }

    /// Makes sure that all is written, and gives the writer back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        match self.out {
            Out::Table(out) => out.into_inner().map_err(|error| error.into_error()),
            Out::Objects(mut out) => {
                out.flush()?;
                Ok(out)
            }
        }
    }
}

/// Where the input has an `ERROR` column already, being a rejects file itself.
fn error_column(headers: &[String]) -> Option<usize> {
    headers.iter().rposition(|header| profile::is_error(header))
}

/// The cells under their headers, then the error, then what is too many.
fn row(cells: &[String], width: usize, place: Option<usize>, error: &str) -> Vec<String> {
    let mut row: Vec<_> = cells.iter().take(width).map(|cell| guarded(cell)).collect();
    row.resize(width, String::new());
    match place.and_then(|place| row.get_mut(place)) {
        Some(cell) => error.clone_into(cell),
        None => row.push(error.to_owned()),
    }
    row.extend(cells.iter().skip(width).map(|cell| guarded(cell)));
    row
}

/// The object with its error; what is no object stands as text beside it.
fn object(problem: &Problem, error: &str) -> io::Result<String> {
    let text = problem.cells.first().map(String::as_str).unwrap_or_default();
    let error = serde_json::to_string(error)?;
    let mut line = String::from("{");
    match serde_json::from_str::<Members<'_>>(text) {
        Ok(Members(members)) => {
            for (key, value) in members.iter().filter(|(key, _)| key != ERROR) {
                line.push_str(&format!("{}:{},", serde_json::to_string(key)?, one_line(value)));
            }
        }
        Err(_) => line.push_str(&format!("\"TEXT\":{},", serde_json::to_string(text)?)),
    }
    line.push_str(&format!("\"{ERROR}\":{error}}}"));
    Ok(line)
}

/// A value without the line breaks between its parts; inside strings JSON has none.
fn one_line(value: &RawValue) -> String {
    value.get().replace(['\n', '\r'], " ")
}

/// True for text that a spreadsheet would run, with or without blanks and invisible signs before it.
pub(super) fn starts_a_formula(text: &str) -> bool {
    let mut letters = text.trim_end().chars().filter(|sign| *sign != ' ' && !is_hidden(*sign));
    letters.next().is_some_and(|first| {
        matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    })
}

/// The cell with a `'` in front where a spreadsheet would run it.
fn guarded(cell: &str) -> String {
    if starts_a_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

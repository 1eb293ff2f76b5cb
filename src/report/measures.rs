//! A month or a week as a file: text, Markdown, HTML, CSV, JSON and XLSX. All but JSON come from one [`Doc`], so that
//! they tell the same.

mod chart;
mod csv;
mod doc;
mod html;
mod json;
mod list;
mod summary;
mod text;
mod xlsx;

use std::str::FromStr;

use crate::domain::measure::sheet::Report;

pub use self::csv::{cell as csv_cell, rows as csv_rows};
pub use doc::{Cell, Doc, Part};
pub use list::list;
pub use summary::{pack, summary};
pub use xlsx::{XlsxError, book};

/// How a report or a list is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For a terminal.
    Text,
    /// Markdown.
    Md,
    /// One page with charts that needs nothing else.
    Html,
    /// Comma-separated, safe in a spreadsheet.
    Csv,
    /// For programs.
    Json,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// Every format with its word.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Text, "text"),
        (Self::Md, "md"),
        (Self::Html, "html"),
        (Self::Csv, "csv"),
        (Self::Json, "json"),
        (Self::Xlsx, "xlsx"),
    ];

    /// Its word, which is also how a file of it ends.
    #[must_use]
    pub fn key(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("text", |(_, key)| key)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(_, key)| key.eq_ignore_ascii_case(text.trim()));
        found.map(|(format, _)| *format).ok_or_else(|| {
            let keys = Self::ALL.map(|(_, key)| key);
            let text = crate::domain::text::clip(text, 40);
            format!("\"{text}\" is not a format; it is one of {}", keys.join(", "))
        })
    }
}

/// The bytes of a report.
///
/// # Errors
/// The workbook could not be put together.
pub fn write(report: &Report, format: Format) -> Result<Vec<u8>, XlsxError> {
    let doc = Doc::of(report);
    Ok(match format {
        Format::Text => text::text(&doc).into_bytes(),
        Format::Md => text::markdown(&doc).into_bytes(),
        Format::Html => html::page(report, &doc).into_bytes(),
        Format::Csv => csv::report(report),
        Format::Json => json::document(report).into_bytes(),
        Format::Xlsx => xlsx::book(&doc)?,
    })
}

/// The bytes of a table without a report around it: a list of handoffs.
///
/// # Errors
/// The workbook could not be put together.
pub fn write_table(part: Part, format: Format) -> Result<Vec<u8>, XlsxError> {
    let doc = Doc { title: part.title.clone(), notes: Vec::new(), parts: vec![part] };
    write_doc(&doc, format)
}

/// The bytes of a document of tables; in JSON, which is told elsewhere, as plain text.
///
/// # Errors
/// The workbook could not be put together.
pub fn write_doc(doc: &Doc, format: Format) -> Result<Vec<u8>, XlsxError> {
    Ok(match format {
        Format::Md => text::markdown(doc).into_bytes(),
        Format::Csv => csv::table(doc),
        Format::Xlsx => xlsx::book(doc)?,
        Format::Html => html::plain(doc).into_bytes(),
        Format::Text | Format::Json => text::text(doc).into_bytes(),
    })
}

#[cfg(test)]
mod tests;

//! A document as a workbook: a sheet for each part. Texts are written as texts, so nothing in them is ever computed.

use rust_xlsxwriter::{Format, Workbook};
use thiserror::Error;

use super::doc::{Cell, Doc};
use crate::domain::text::clip;

/// A workbook could not be put together.
#[derive(Debug, Error)]
#[error("The workbook could not be written: {0}.")]
pub struct XlsxError(String);

impl From<rust_xlsxwriter::XlsxError> for XlsxError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        Self(error.to_string())
    }
}

/// Most characters that a cell holds.
const LONGEST: usize = 32_767;

/// The bytes of the workbook.
///
/// # Errors
/// What the writer says no to.
pub fn book(doc: &Doc) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let about = book.add_worksheet().set_name("About")?;
    about.write_string_with_format(0, 0, limited(&doc.title), &bold)?;
    for (row, note) in (1..).zip(&doc.notes) {
        about.write_string(row, 0, limited(note))?;
    }
    for part in &doc.parts {
        let name = if part.key.is_empty() { "List" } else { part.key };
        let sheet = book.add_worksheet().set_name(clip(name, 31).as_ref())?;
        let mut widths: Vec<usize> = Vec::new();
        let mut wide = |column: usize, text: &str| {
            if widths.len() <= column {
                widths.resize(column + 1, 8);
            }
            if let Some(width) = widths.get_mut(column) {
                *width = (*width).max(text.chars().count().min(60));
            }
        };
        for (column, head) in part.heads.iter().enumerate() {
            sheet.write_string_with_format(0, at(column), limited(head), &bold)?;
            wide(column, head);
        }
        for (row, cells) in (1..).zip(&part.rows) {
            for (column, cell) in cells.iter().enumerate() {
                match cell {
                    Cell::Text(text) => sheet.write_string(row, at(column), limited(text))?,
                    Cell::Count(n) => sheet.write_number(row, at(column), *n as f64)?,
                    Cell::Figure(Some(number), _) => {
                        sheet.write_number(row, at(column), *number)?
                    }
                    Cell::Figure(None, _) => sheet.write_string(row, at(column), "")?,
                };
                wide(column, &cell.shown());
            }
        }
        let first = part.rows.len() + 2;
        for (row, said) in (u32::try_from(first).unwrap_or(u32::MAX)..).zip(&part.says) {
            sheet.write_string(row, 0, limited(said))?;
        }
        for (column, width) in widths.iter().enumerate() {
            sheet.set_column_width(at(column), *width as f64 + 2.0)?;
        }
        sheet.set_freeze_panes(1, 0)?;
    }
    Ok(book.save_to_buffer()?)
}

fn at(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// A text as far as a cell holds it, without the characters that XML can't hold.
fn limited(text: &str) -> String {
    let sound = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(sound).take(LONGEST).collect()
}

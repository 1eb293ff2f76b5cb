//! Rows of a workbook's sheet (XLSX), read by a thread of its own and handed over as they come.

use std::io::Cursor;
use std::sync::mpsc::{Receiver, sync_channel};

use calamine::{DataRef, Reader, Xlsx};

use super::csv_rows::{Flaw, Next, ROW_MAX};
use super::problem::{Cells, FileError};
use super::reader::COLUMNS_MAX;

/// Largest workbook in bytes, as it lies on disk.
pub(super) const WORKBOOK_MAX: usize = 64 * 1024 * 1024;
/// Largest table of texts in a workbook, unpacked; it is the one part that is held in memory.
const TEXTS_MAX: u64 = 64 * 1024 * 1024;
/// Rows of a sheet that are looked at before it is chosen.
const HEAD: usize = 300;
/// Rows that may wait to be taken.
const WAITING: usize = 256;

/// A workbook that was opened.
pub(super) struct Workbook(Xlsx<Cursor<Vec<u8>>>);

/// The first rows of a sheet, each with its number counted from 1.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) head: Vec<(u64, Vec<String>)>,
}

/// What the thread hands over.
enum Sent {
    Row(u64, Vec<String>),
    Broken(String),
}

/// A source of rows.
pub(super) struct SheetRows {
    from: Receiver<Sent>,
    width: usize,
    last: u64,
    /// Rows between the one before and this one hold nothing.
    pub(super) after_blank: bool,
    stopped: bool,
}

impl Workbook {
    /// Opens a workbook that was read into memory.
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, FileError> {
        let no_workbook = |_error: zip::result::ZipError| {
            FileError::NotText("a damaged or incomplete archive; export it again")
        };
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(no_workbook)?;
        let names: Vec<_> =
            archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
        if !names.iter().any(|name| name.ends_with("workbook.xml")) {
            return Err(FileError::NotText(
                match names.iter().any(|name| name.ends_with(".bin")) {
                    true => "a binary workbook; save the sheet as XLSX or CSV and import that",
                    false => {
                        "a zip archive and not a workbook; unpack it and import what is inside"
                    }
                },
            ));
        }
        for place in 0..archive.len() {
            let part = archive.by_index_raw(place).map_err(no_workbook)?;
            if part.name().is_ok_and(|name| name.ends_with("sharedStrings.xml"))
                && part.size() > TEXTS_MAX
            {
                return Err(FileError::NotText(
                    "a workbook with more than 64 MiB of text; save the sheet as CSV and import that",
                ));
            }
        }
        let bytes = archive.into_inner();
        Xlsx::new(bytes).map(Self).map_err(|error| FileError::Workbook(error.to_string()))
    }

    /// Every sheet with its first rows.
    pub(super) fn sheets(&mut self) -> Vec<Sheet> {
        self.0
            .sheet_names()
            .into_iter()
            .map(|name| {
                let mut head = Vec::new();
                // A sheet that cannot be read, such as one of charts, has no rows.
                let _ = each_row(&mut self.0, &name, &mut |row, cells| {
                    head.push((row, cells));
                    head.len() < HEAD
                });
                Sheet { name, head }
            })
            .collect()
    }

    /// The rows of a sheet below `above`, the number of its header row.
    pub(super) fn rows(
        mut self,
        sheet: String,
        above: u64,
        width: usize,
    ) -> Result<SheetRows, FileError> {
        let (to, from) = sync_channel(WAITING);
        std::thread::Builder::new().name("workbook".to_owned()).spawn(move || {
            let done = each_row(&mut self.0, &sheet, &mut |row, cells| {
                row <= above || to.send(Sent::Row(row, cells)).is_ok()
            });
            if let Err(error) = done {
                // Whoever stopped reading needs no error.
                let _ = to.send(Sent::Broken(error));
            }
        })?;
        Ok(SheetRows { from, width, last: above, after_blank: false, stopped: false })
    }
}

/// Gives each row that holds something with its number, until `take` wants no more.
fn each_row(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    take: &mut dyn FnMut(u64, Vec<String>) -> bool,
) -> Result<(), String> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
    let mut row: Vec<String> = Vec::new();
    let mut number = 0;
    while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
        let (at, column) = cell.get_position();
        let text = text(cell.get_value());
        let at = u64::from(at) + 1;
        if at != number && !row.is_empty() && !take(number, std::mem::take(&mut row)) {
            return Ok(());
        }
        number = at;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if text.is_empty() || column > COLUMNS_MAX {
            continue;
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        if let Some(slot) = row.get_mut(column) {
            *slot = text;
        }
    }
    if !row.is_empty() {
        take(number, row);
    }
    Ok(())
}

/// A cell as the row readers want it: dates year first, numbers as short as they are exact.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        // What a sheet has rounded is written as a sheet writes it, and refused as an id.
        DataRef::Float(number) if number.abs() >= 1e15 => format!("{number:E}").replace('E', "E+"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) => match at.as_datetime() {
            Some(time) if at.is_datetime() => {
                let time = time.format("%Y-%m-%d %H:%M:%S%.f").to_string();
                time.strip_suffix(" 00:00:00").unwrap_or(&time).to_owned()
            }
            _ => at.as_f64().to_string(),
        },
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        // Formulas that failed hold nothing that anybody meant.
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

impl SheetRows {
    /// The next row that holds something, as wide as the header row.
    pub(super) fn next(&mut self, cells: &mut Cells) -> Next {
        cells.clear();
        if self.stopped {
            return Next::End;
        }
        match self.from.recv() {
            Ok(Sent::Row(number, row)) => {
                self.after_blank = number > self.last + 1;
                self.last = number;
                for cell in &row {
                    cells.push(cell);
                }
                for _ in row.len()..self.width {
                    cells.push("");
                }
                let flaw =
                    |reason: &str| Flaw { column: None, reason: reason.to_owned(), stops: false };
                if cells.joined().len() > ROW_MAX {
                    return Next::Bad(
                        number,
                        flaw("the row is longer than 1 MiB; shorten its cells"),
                    );
                }
                if cells.joined().contains('\0') {
                    return Next::Bad(number, flaw("a cell holds a NUL; take it out"));
                }
                Next::Row(number)
            }
            Ok(Sent::Broken(error)) => {
                self.stopped = true;
                let reason = format!("the sheet cannot be read on from here: {error}");
                Next::Bad(self.last + 1, Flaw { column: None, reason, stops: true })
            }
            Err(_gone) => {
                self.stopped = true;
                Next::End
            }
        }
    }
}

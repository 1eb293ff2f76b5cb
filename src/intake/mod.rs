//! How facts come in: bytes become drafts and problems. Nothing here knows the store, opens a file or reads a clock;
//! the caller hands over an open source.
//!
//! ```text
//! bytes ─ sniff ─ source (decode) ─▶ csv_rows | json_rows ─▶ plan (profile over columns) ─▶ table (fields) ─▶ drafts
//!                                 ─▶ sheet_rows (XLSX)     ─▶ survey (what whole columns say)
//! ```
//!
//! # The desk's own files
//!
//! CSV with a header row, JSONL with one flat object per line, or a JSON array of flat objects. [`headers`] lists the
//! headers of each [`Kind`] with what to write under them; `assets/profiles/*.toml` hold their other names, and the
//! headers of files from elsewhere. A column that is not there, and a cell that is empty or says "nothing" (`N/A`,
//! `null`, `-`, …), change nothing. Columns that mean nothing are left out and named.
//!
//! # What is refused
//!
//! A file as a whole is refused by [`open`] with a [`FileError`]; a row by the iterator with a [`Problem`], and the rows
//! around it are taken. Rejected rows go to a [`Rejects`] file that is made to be mended and imported again. Limits:
//! 1 MiB a row, 64 KiB a cell (256 KiB of prose), 512 columns, 5,000,000 rows. Memory does not grow with the file.

pub mod away;
pub mod batch_plan;
mod csv_rows;
pub mod domain_name;
pub mod draft;
mod field;
mod header;
mod json_rows;
mod moment;
mod plan;
pub mod problem;
pub mod profile;
mod reader;
mod recognise;
pub mod rejects;
mod sheet_rows;
mod sniff;
mod source;
mod survey;
mod table;
mod told;
mod value;

pub use draft::{Draft, Drafted, Kind};
pub use plan::KeptValue;
pub use problem::{FileError, Problem};
pub use profile::Profile;
pub use reader::{COLUMNS_MAX, Input, Mapped, Options, ROWS_MAX, open, open_through, profiles};
pub use recognise::recognise;
pub use rejects::{Layout, Rejects};
pub use source::Raw;
pub use survey::{Order, Survey};
pub use table::{Header, headers};
pub use told::told;

#[cfg(test)]
mod tests;

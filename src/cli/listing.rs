//! The one way out for lists that are not of handoffs: to be read, as JSON, as a table for other programs, to a file.

use serde_json::Value;

use super::args::List;
use super::context::Context;
use super::failure::{Failure, Status};
use super::report;
use super::table::{Column, render};
use crate::domain::say;
use crate::platform::stdio;
use crate::report::measures::{Cell, Format, Part, write_table};

/// A list on its way out, in every form.
pub(super) struct Listing {
    pub(super) title: &'static str,
    /// What is said when it has no row.
    pub(super) none: &'static str,
    pub(super) heads: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
    /// How many there are, shown or not.
    pub(super) total: u64,
    pub(super) json: Value,
}

impl Listing {
    /// Shows the list, or writes it in the form and to the file that are asked for.
    pub(super) fn put(self, args: &List, context: &Context) -> Result<Status, Failure> {
        let format = report::format(args.format.as_deref(), args.out.as_deref(), context)?;
        let out = args.out.as_deref();
        match format {
            Format::Json => {
                report::put(format!("{}\n", self.json).as_bytes(), format, out, context)
            }
            Format::Text if out.is_some() => {
                report::put(render(&self.heads, &self.rows, None).as_bytes(), format, out, context)
            }
            Format::Text => {
                self.show(context);
                Ok(Status::Done)
            }
            _ => {
                let bytes = write_table(self.part(), format)
                    .map_err(|error| Failure::failed(error.to_string()))?;
                report::put(&bytes, format, out, context)
            }
        }
    }

    fn show(&self, context: &Context) {
        if self.rows.is_empty() {
            return stdio::tell(&format!("{}\n", self.none));
        }
        stdio::print(&render(&self.heads, &self.rows, context.streams.width));
        if self.total > self.rows.len() as u64 {
            let (shown, all) = (self.rows.len(), say::thousands(self.total));
            stdio::tell(&format!("Shown {shown} of {all}; --limit 0 shows all.\n"));
        }
    }

    fn part(self) -> Part {
        let heads = self.heads;
        let cell = |(column, text): (&Column, String)| match text.parse() {
            Ok(count) if column.right => Cell::Count(count),
            _ => Cell::text(text),
        };
        let rows = self.rows.into_iter().map(|row| heads.iter().zip(row).map(cell).collect());
        Part {
            key: "List",
            title: self.title.to_owned(),
            rows: rows.collect(),
            heads: heads.iter().map(|column| column.head.to_owned()).collect(),
            ..Part::default()
        }
    }
}

/// How many rows at most: 50 for reading, all for a file.
pub(super) fn limit(args: &List, context: &Context) -> Result<usize, Failure> {
    let format = report::format(args.format.as_deref(), args.out.as_deref(), context)?;
    let usual = if matches!(format, Format::Text | Format::Json) { 50 } else { 0 };
    Ok(match args.limit.unwrap_or(usual) {
        0 => usize::MAX,
        limit => limit,
    })
}

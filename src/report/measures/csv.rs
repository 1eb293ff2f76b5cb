//! CSV that opens safely: no cell begins as a formula does (RELIABILITY.md b 79). What would, gets a `'` before it,
//! which our own import takes off again.

use std::borrow::Cow;

use super::doc::{Cell, Doc};
use super::json::entries;
use crate::domain::measure::sheet::Report;
use crate::domain::text::safe;

/// A cell's text, with a `'` before it where a spreadsheet would compute it: after blanks and characters of no width,
/// `= + - @`, their full-width forms, a tab or a line end. Numbers stay what they are.
#[must_use]
pub fn cell(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        c == ' ' || c == '\u{a0}' || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    let first = text.trim_start_matches(hidden).chars().next();
    let computes = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    );
    if computes && text.parse::<f64>().is_err() {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Rows as CSV, each cell quoted, lines ended as RFC 4180 has it.
#[must_use]
pub fn rows<'a>(rows: impl IntoIterator<Item = Vec<Cow<'a, str>>>) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        let cells: Vec<String> =
            row.iter().map(|text| format!("\"{}\"", cell(text).replace('"', "\"\""))).collect();
        out.extend_from_slice(cells.join(",").as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Every figure of a report on a line of its own: of all, and of each value of each cut.
pub(super) fn report(report: &Report) -> Vec<u8> {
    let heads = [
        "period",
        "over",
        "by",
        "name",
        "measure",
        "title",
        "figure",
        "above",
        "below",
        "p90_h",
        "not_yet_due",
        "target",
        "warning",
        "stands",
        "period_before",
        "filter",
    ];
    let mut all: Vec<Vec<Cow<'_, str>>> = vec![heads.map(Cow::Borrowed).to_vec()];
    for entry in entries(report) {
        all.push(
            [
                report.sheet.scope.period.to_string(),
                report.sheet.over.to_string(),
                entry.by,
                entry.name,
                entry.measure.key().to_owned(),
                entry.measure.title().to_owned(),
                number(entry.number),
                entry.above.map_or_else(String::new, |n| n.to_string()),
                entry.below.map_or_else(String::new, |n| n.to_string()),
                number(entry.p90),
                entry.young.to_string(),
                entry.target,
                entry.warning,
                entry.stands.to_owned(),
                number(entry.before),
                entry.filter,
            ]
            .into_iter()
            .map(Cow::Owned)
            .collect(),
        );
    }
    rows(all)
}

fn number(number: Option<f64>) -> String {
    number.map_or_else(String::new, |number| format!("{}", (number * 10_000.0).round() / 10_000.0))
}

/// The tables of a document, one after the other.
pub(super) fn table(doc: &Doc) -> Vec<u8> {
    let mut all: Vec<Vec<Cow<'_, str>>> = Vec::new();
    for (n, part) in doc.parts.iter().enumerate() {
        // Of several tables each says which it is, with an empty line before it.
        if doc.parts.len() > 1 {
            if n > 0 {
                all.push(vec![Cow::Borrowed("")]);
            }
            all.push(vec![Cow::Borrowed(part.title.as_str())]);
        }
        all.push(part.heads.iter().map(|head| Cow::Borrowed(head.as_str())).collect());
        for row in &part.rows {
            let text = |cell: &Cell| match cell {
                Cell::Text(text) => Cow::Owned(text.clone()),
                other => Cow::Owned(safe(&other.shown()).into_owned()),
            };
            all.push(row.iter().map(text).collect());
        }
    }
    rows(all)
}

//! A document as plain text and as Markdown. All data passes `domain::text::safe`.

use super::doc::{Cell, Doc, Part};
use crate::domain::text::{columns, pad, pad_start, safe};

/// Columns of plain text that are worth reading on a terminal; wider ones go on their own lines.
const WIDE: usize = 72;

/// Plain text.
pub(super) fn text(doc: &Doc) -> String {
    let mut out = format!("{}\n", safe(&doc.title));
    for note in &doc.notes {
        out.push_str(&format!("{}\n", safe(note)));
    }
    for part in &doc.parts {
        out.push_str(&format!("\n{}\n", safe(&part.title)));
        for said in &part.says {
            out.push_str(&format!("  {}\n", safe(said)));
        }
        if part.key == "actions" {
            items(part, &mut out);
        } else {
            table(part, &mut out);
        }
    }
    out
}

fn items(part: &Part, out: &mut String) {
    for row in &part.rows {
        for (place, cell) in row.iter().enumerate() {
            let shown = cell.shown();
            if !shown.is_empty() {
                let mark = if place == 0 { "  • " } else { "    " };
                out.push_str(&format!("{mark}{}\n", safe(&shown)));
            }
        }
    }
}

fn table(part: &Part, out: &mut String) {
    let cells: Vec<Vec<String>> = part
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| safe(&cell.shown()).into_owned()).collect())
        .collect();
    // Long texts stand at the end of a table and need no padding; columns that are empty throughout go.
    let used: Vec<usize> = (0..part.heads.len())
        .filter(|place| {
            cells.iter().any(|row| row.get(*place).is_some_and(|cell| !cell.is_empty()))
        })
        .collect();
    let width = |place: usize| {
        let widest = cells.iter().filter_map(|row| row.get(place)).map(|cell| columns(cell)).max();
        let head = part.heads.get(place).map_or(0, |head| columns(head));
        widest.unwrap_or(0).max(head).min(WIDE)
    };
    let number =
        |place: usize| part.rows.iter().any(|row| row.get(place).is_some_and(Cell::is_number));
    let mut line = |row: &dyn Fn(usize) -> String| {
        let all: Vec<String> = used
            .iter()
            .map(|place| match number(*place) {
                true => pad_start(&row(*place), width(*place)),
                false => pad(&row(*place), width(*place)),
            })
            .collect();
        out.push_str(&format!("  {}\n", all.join("  ").trim_end()));
    };
    if !used.is_empty() {
        line(&|place| part.heads.get(place).cloned().unwrap_or_default());
    }
    for row in &cells {
        line(&|place| row.get(place).cloned().unwrap_or_default());
    }
}

/// Markdown.
pub(super) fn markdown(doc: &Doc) -> String {
    let mut out = format!("# {}\n", escaped(&doc.title));
    for note in &doc.notes {
        out.push_str(&format!("\n{}\n", escaped(note)));
    }
    for part in &doc.parts {
        out.push_str(&format!("\n## {}\n\n", escaped(&part.title)));
        for said in &part.says {
            out.push_str(&format!("{}\n\n", escaped(said)));
        }
        if part.heads.is_empty() {
            continue;
        }
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        out.push_str(&line(part.heads.iter().map(|head| escaped(head)).collect()));
        let rule = (0..part.heads.len()).map(|place| {
            let number = part.rows.iter().any(|row| row.get(place).is_some_and(Cell::is_number));
            if number { "---:".to_owned() } else { "---".to_owned() }
        });
        out.push_str(&line(rule.collect()));
        for row in &part.rows {
            out.push_str(&line(row.iter().map(|cell| escaped(&cell.shown())).collect()));
        }
    }
    out
}

/// A text in which nothing is a sign of Markdown or a tag.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(text).chars() {
        match c {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
    }
    out
}

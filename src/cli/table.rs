//! Plain tables for one-shot listings: aligned, and on a terminal no wider than it.

use crate::domain::text::{clip, columns, pad, pad_start, safe};

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) head: &'static str,
    pub(super) right: bool,
    /// The narrowest it may get when the lines are too long for the terminal; 0 keeps its full width.
    pub(super) shrinks_to: usize,
}

/// A column that keeps its width.
pub(super) const fn column(head: &'static str) -> Column {
    Column { head, right: false, shrinks_to: 0 }
}

/// A column of numbers.
pub(super) const fn number(head: &'static str) -> Column {
    Column { head, right: true, shrinks_to: 0 }
}

/// A column that gives way.
pub(super) const fn text(head: &'static str) -> Column {
    Column { head, right: false, shrinks_to: 12 }
}

/// Renders rows under their heads; cells are made safe here. Without a width every cell is shown whole.
pub(super) fn render(heads: &[Column], rows: &[Vec<String>], width: Option<usize>) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| safe(cell).into_owned()).collect()).collect();
    let mut widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| columns(cell));
            cells.max().unwrap_or(0).max(columns(column.head))
        })
        .collect();
    let gaps = 2 * heads.len().saturating_sub(1);
    let mut over =
        width.map_or(0, |width| (widths.iter().sum::<usize>() + gaps).saturating_sub(width));
    for (column, wide) in heads.iter().zip(&mut widths) {
        if column.shrinks_to > 0 {
            let give = wide.saturating_sub(column.shrinks_to).min(over);
            *wide -= give;
            over -= give;
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let parts: Vec<_> = cells
            .zip(heads.iter().zip(&widths))
            .map(|(cell, (column, wide))| {
                let cell = clip(cell, *wide);
                if column.right { pad_start(&cell, *wide) } else { pad(&cell, *wide) }
            })
            .collect();
        parts.join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = line(&mut heads.iter().map(|column| column.head));
    for row in &rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

/// Adds a line to a text; one that is longer than `width` is broken between words and goes on under column `hang`.
/// The line must be safe already. A word that is too long by itself is left whole.
pub(super) fn wrap(line: &str, hang: usize, width: Option<usize>, text: &mut String) {
    let width = width.map_or(usize::MAX, |width| width.max(hang + 20));
    let mut used = 0;
    for (place, word) in line.split(' ').enumerate() {
        let wide = columns(word);
        if used > hang && used + 1 + wide > width {
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
            text.push_str(&" ".repeat(hang));
            used = hang;
        } else if place > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += wide;
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_goes_on_under_its_text() {
        let wrapped = |line, width| {
            let mut text = String::new();
            wrap(line, 6, width, &mut text);
            text
        };
        let line = "  why  a reason that is longer than the line is wide";
        assert_eq!(wrapped(line, None), format!("{line}\n"));
        assert_eq!(
            wrapped(line, Some(30)),
            "  why  a reason that is longer\n      than the line is wide\n"
        );
        let url = format!("  why  {}", "x".repeat(60));
        assert_eq!(wrapped(&url, Some(30)), format!("{url}\n"), "no break before the first word");
        assert_eq!(wrapped("", Some(30)), "\n");
    }

    #[test]
    fn a_table_aligns_shrinks_and_makes_data_safe() {
        let heads = [column("id"), text("account"), number("score")];
        let rows = vec![
            vec!["H-1".to_owned(), "A company with a long name".to_owned(), "7".to_owned()],
            vec!["H-10".to_owned(), "\u{1b}[2J".to_owned(), "70".to_owned()],
        ];
        let shown = render(&heads, &rows, Some(30));
        assert_eq!(
            shown,
            "id    account            score\nH-1   A company with a…      7\nH-10  ␛[2J                  70\n"
        );
        let whole = render(&heads, &rows[..1], None);
        assert_eq!(
            whole,
            "id   account                     score\nH-1  A company with a long name      7\n"
        );
    }
}

//! Pictures of the screen for tests: its text and, beside it, its styles, so that a lost colour or a moved highlight
//! is seen as well as a lost word.

use std::fmt::Write;

use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier, Style};
use ratatui::{Frame, Terminal};

/// A screen as it was drawn.
pub(crate) struct Shot {
    buffer: Buffer,
    cursor: Option<(u16, u16)>,
}

/// Draws a screen of this size.
pub(crate) fn shot(columns: u16, rows: u16, draw: impl FnOnce(&mut Frame<'_>)) -> Shot {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let buffer = terminal.draw(draw).unwrap().buffer.clone();
    let backend = terminal.backend();
    let cursor = backend.cursor_visible().then(|| backend.cursor_position());
    Shot { buffer, cursor: cursor.map(|place| (place.x, place.y)) }
}

impl Shot {
    /// The text, a line for each row, without spaces at their ends.
    pub(crate) fn text(&self) -> String {
        let rows = self.rows().map(|row| {
            let mut line = String::new();
            let mut covered = 0;
            for cell in row {
                if covered == 0 {
                    line.push_str(cell.symbol());
                    covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).max(1);
                }
                covered -= 1;
            }
            format!("{}\n", line.trim_end())
        });
        rows.collect()
    }

    /// Where the cursor stands, if it is shown.
    pub(crate) const fn cursor(&self) -> Option<(u16, u16)> {
        self.cursor
    }

    /// Text and styles: a letter for each style, a dot for the one that most cells have.
    pub(crate) fn picture(&self) -> String {
        let mut styles: Vec<(Style, usize)> = Vec::new();
        for cell in &self.buffer.content {
            match styles.iter_mut().find(|(style, _)| *style == style_of(cell)) {
                Some((_, count)) => *count += 1,
                None => styles.push((style_of(cell), 1)),
            }
        }
        let ground = styles.iter().max_by_key(|(_, count)| *count).map(|(style, _)| *style);
        styles.retain(|(style, _)| Some(*style) != ground);
        let letter = |cell: &Cell| {
            let at = styles.iter().position(|(style, _)| *style == style_of(cell));
            at.map_or('.', |at| LETTERS.chars().nth(at).unwrap_or('*'))
        };
        let mut picture = self.text();
        if let Some((x, y)) = self.cursor {
            writeln!(picture, "cursor: column {x}, row {y}").unwrap();
        }
        picture.push_str("styles:\n");
        for row in self.rows() {
            let line: String = row.iter().map(letter).collect();
            writeln!(picture, "{}", line.trim_end_matches('.')).unwrap();
        }
        if let Some(ground) = ground {
            writeln!(picture, ". {}", say(ground)).unwrap();
        }
        for ((style, _), letter) in styles.iter().zip(LETTERS.chars()) {
            writeln!(picture, "{letter} {}", say(*style)).unwrap();
        }
        picture
    }

    /// Compares the picture with the one that is kept under this name in `tests/snapshots`.
    pub(crate) fn is_as_kept(&self, name: &str) {
        insta::with_settings!({
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, self.picture());
        });
    }

    fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        self.buffer.content.chunks(usize::from(self.buffer.area.width.max(1)))
    }
}

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

fn style_of(cell: &Cell) -> Style {
    let style = cell.style();
    // What a blank cell would write in is not seen.
    let blank = cell.symbol() == " " && !cell.modifier.contains(Modifier::UNDERLINED);
    if blank && !cell.modifier.contains(Modifier::REVERSED) {
        return Style { fg: None, add_modifier: Modifier::empty(), ..style };
    }
    style
}

fn say(style: Style) -> String {
    let color = |what: &str, color: Option<Color>| match color {
        None | Some(Color::Reset) => String::new(),
        Some(color) => format!("{what} {color} "),
    };
    let modifiers: Vec<_> =
        style.add_modifier.iter_names().map(|(name, _)| name.to_lowercase()).collect();
    format!("{}{}{}", color("fg", style.fg), color("bg", style.bg), modifiers.join(" "))
        .trim_end()
        .to_owned()
}

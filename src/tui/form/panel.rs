//! The frame of a popup, and the sheet of rows in it: what is too long is scrolled so that what has the keys is in
//! sight. Any area will do, also none.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear};

use crate::domain::text as safe;
use crate::tui::memory::Memory;
use crate::tui::msg::Hit;
use crate::tui::text::{cell, clipped, gap, label, wrapped};
use crate::tui::theme::Theme;

/// A row of a sheet.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Row {
    /// What is shown.
    pub line: Line<'static>,
    /// What a click on it means, as [`Hit::Choice`].
    pub place: Option<usize>,
}

/// Rows to be drawn.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sheet {
    /// The rows.
    pub rows: Vec<Row>,
    /// The row and column of the cursor.
    pub cursor: Option<(usize, usize)>,
    /// The rows that should be in sight.
    pub keep: Range<usize>,
    /// What stays in sight below the rows, wherever they are scrolled to.
    pub foot: Vec<Line<'static>>,
}

/// A key and what it does, for the last row of a panel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// The key as it is shown.
    pub key: String,
    /// What it does.
    pub does: String,
}

impl Hint {
    /// A key and what it does.
    #[must_use]
    pub fn new(key: impl Into<String>, does: impl Into<String>) -> Self {
        Self { key: key.into(), does: does.into() }
    }
}

impl Sheet {
    /// Adds a row.
    pub fn push(&mut self, line: impl Into<Line<'static>>) {
        self.rows.push(Row { line: line.into(), place: None });
    }

    /// Adds an empty row, but not two of them and none at the start.
    pub fn space(&mut self) {
        if self.rows.last().is_some_and(|row| row.line.width() > 0) {
            self.rows.push(Row::default());
        }
    }

    /// Adds a text of the outside in as many rows as it takes, but not more than `most`.
    pub fn tell(&mut self, text: &str, columns: usize, most: usize, style: Style) {
        for line in wrapped(text, columns, most) {
            self.push(cell(&line, style));
        }
    }

    /// Adds a text of the outside below the rows, under an empty line.
    pub fn tell_below(&mut self, text: &str, columns: usize, most: usize, style: Style) {
        self.foot.push(Line::default());
        self.foot.extend(wrapped(text, columns, most).iter().map(|line| cell(line, style).into()));
    }

    /// How many rows it would like.
    #[must_use]
    pub fn height(&self) -> usize {
        self.rows.len() + self.foot.len()
    }

    /// The first row in sight when there are `height`: so that the kept rows are, and the cursor above all.
    #[must_use]
    pub fn top(&self, height: usize) -> usize {
        let last = self.rows.len().saturating_sub(height);
        let low = |row: usize| (row + 1).saturating_sub(height);
        let mut top = low(self.keep.end.saturating_sub(1)).min(self.keep.start);
        if let Some((row, _)) = self.cursor {
            top = top.clamp(low(row), row.max(low(row)));
        }
        top.min(last)
    }

    /// Draws the rows.
    pub fn draw(&self, memory: &mut Memory, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let area = area.intersection(frame.area());
        if area.is_empty() {
            return;
        }
        // Where it is tight, the empty line goes first, and the rows keep half of the room.
        let tight = usize::from(self.height() > usize::from(area.height)).min(self.foot.len());
        let foot = self.foot.get(tight..).unwrap_or_default();
        let below = u16::try_from(foot.len()).unwrap_or(u16::MAX).min(area.height / 2);
        let area = Rect { height: area.height - below, ..area };
        for (line, y) in foot.iter().zip(area.bottom()..area.bottom() + below) {
            frame.render_widget(line, Rect { y, height: 1, ..area });
        }
        let height = usize::from(area.height);
        let top = self.top(height);
        for (row, y) in self.rows.iter().skip(top).zip(area.top()..area.bottom()) {
            let place = Rect { y, height: 1, ..area };
            frame.render_widget(&row.line, place);
            if let Some(choice) = row.place {
                memory.hit(place, Hit::Choice(choice));
            }
        }
        let edge = area.right().saturating_sub(1);
        if top > 0 {
            frame.render_widget(label("▲", theme.muted), Rect::new(edge, area.top(), 1, 1));
        }
        if self.rows.len() > top + height {
            frame.render_widget(label("▼", theme.muted), Rect::new(edge, area.bottom() - 1, 1, 1));
        }
        if let Some((row, column)) = self.cursor
            && let Some(row) = row.checked_sub(top).filter(|row| *row < height)
        {
            let column = column.min(usize::from(area.width) - 1);
            let (x, y) = (u16::try_from(column).unwrap_or(0), u16::try_from(row).unwrap_or(0));
            frame.set_cursor_position(Position::new(area.x + x, area.y + y));
        }
    }
}

/// The columns inside a panel that would like to be `wanted` wide.
#[must_use]
pub fn columns(screen: Rect, wanted: u16) -> usize {
    usize::from(wanted.min(width(screen)).saturating_sub(2))
}

/// The rows inside a panel at most.
#[must_use]
pub fn rows(screen: Rect) -> usize {
    let most = usize::from(most(screen));
    if most < 3 { most } else { most - 2 }
}

/// The height of a panel at most: where there is room, the screen below stays in sight at its edges.
const fn most(screen: Rect) -> u16 {
    if screen.height >= 12 { screen.height - 2 } else { screen.height }
}

fn width(screen: Rect) -> u16 {
    if screen.width >= 64 { screen.width - 4 } else { screen.width }
}

/// Draws the frame of a popup with room for `rows`, and gives the room back: smaller where the screen is.
pub fn draw(
    title: &str,
    hints: &[Hint],
    (wanted, rows): (u16, usize),
    memory: &mut Memory,
    frame: &mut Frame<'_>,
    screen: Rect,
    theme: &Theme,
) -> Rect {
    let screen = screen.intersection(frame.area());
    let rows = u16::try_from(rows).unwrap_or(u16::MAX);
    // Title and keys, and an empty row on either side of what is between where there is room.
    let (lean, roomy) = (rows.saturating_add(2), rows.saturating_add(4));
    let most = most(screen);
    let height = if roomy <= most { roomy } else { lean.min(most) };
    let width = wanted.min(width(screen));
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        // Always as far down, so that it does not jump while it grows.
        y: screen.y + (screen.height / 6).min(screen.height - height),
        width,
        height,
    };
    if area.is_empty() {
        return area;
    }
    memory.hit(area, Hit::Popup);
    frame.render_widget(Clear, area);
    frame.render_widget(Block::new().style(theme.popup), area);
    let inside = |top: u16, height: u16| {
        let side = u16::from(area.width > 2);
        Rect { x: area.x + side, y: area.y + top, width: area.width - 2 * side, height }
    };
    if height < 3 {
        return inside(0, height);
    }
    let head = Rect { height: 1, ..area };
    frame.render_widget(Block::new().style(theme.popup_title), head);
    let room = inside(0, 1);
    let title = clipped(title, usize::from(room.width), theme.popup_title);
    frame.render_widget(title, room);
    let keys = keys(hints, usize::from(room.width), theme);
    frame.render_widget(keys, inside(height - 1, 1));
    let pad = u16::from(height == roomy);
    inside(1 + pad, height - 2 - 2 * pad)
}

/// As many keys as fit, each with what it does; the last, which leads out, always.
fn keys(hints: &[Hint], columns: usize, theme: &Theme) -> Line<'static> {
    let width = |hint: &Hint| safe::columns(&hint.key) + 1 + safe::columns(&hint.does);
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut room = columns.saturating_sub(hints.last().map_or(0, width));
    for (at, hint) in hints.iter().enumerate() {
        if at + 1 < hints.len() {
            let needed = width(hint) + 3;
            if needed > room {
                continue;
            }
            room -= needed;
        }
        spans.extend((!spans.is_empty()).then(|| gap(3)));
        spans.push(cell(&hint.key, theme.key));
        spans.push(cell(&format!(" {}", hint.does), theme.muted));
    }
    Line::from(spans)
}

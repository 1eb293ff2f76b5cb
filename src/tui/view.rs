//! The screen as it is drawn. Drawing reads the model and changes nothing but the memory of what lies where.

pub mod activity;
pub mod batch;
pub mod bottom;
pub mod clocks;
pub mod header;
pub mod list;
pub mod measures;
pub mod package;
mod sprint;
pub mod team;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::action::Screen;
use super::layout::{self, SMALLEST};
use super::memory::Memory;
use super::model::{Model, Pane};
use super::msg::Hit;
use super::text::{cell, clipped, label};
use crate::domain::queue::Count;
use crate::domain::say::thousands;

/// Draws the screen.
pub fn view(model: &Model, memory: &mut Memory, frame: &mut Frame<'_>) {
    memory.begin();
    let screen = frame.area();
    frame.buffer_mut().set_style(screen, model.theme.base);
    // What is drawn goes by the size that the model knows; a terminal that shrank since shows a part of it, once.
    let Some(areas) = layout::areas(model).filter(|_| screen.as_size() == model_size(model)) else {
        too_small(model, frame);
        return;
    };
    header::draw(model, memory, frame.buffer_mut(), areas.header);
    match model.screen {
        Screen::Team => team::draw(model, memory, frame.buffer_mut(), areas.list),
        Screen::Batch => {
            batch::draw_list(model, memory, frame.buffer_mut(), areas.list);
            package::draw(model, memory, frame.buffer_mut(), areas.package);
            batch::draw_why(model, memory, frame.buffer_mut(), areas.clocks);
        }
        Screen::Activity => activity::draw(model, memory, frame.buffer_mut(), areas.list),
        Screen::Measures => measures::draw(model, memory, frame, areas.list),
        _ => {
            list::draw(model, memory, frame, areas.list);
            sprint::head(model, frame.buffer_mut(), areas.sprint);
            sprint::proposed(model, frame.buffer_mut(), areas.proposed);
            package::draw(model, memory, frame.buffer_mut(), areas.package);
            clocks::draw(model, memory, frame.buffer_mut(), areas.clocks);
        }
    }
    bottom::draw(model, memory, frame.buffer_mut(), areas.bottom);
    for popup in &model.popups {
        recede(model, frame.buffer_mut());
        memory.hit(screen, Hit::Outside);
        popup.view(model, memory, frame, screen);
    }
}

/// Lets everything step back behind a popup, so that the popup alone wins the eye.
fn recede(model: &Model, buffer: &mut Buffer) {
    let area = buffer.area;
    buffer.set_style(area, model.theme.faint.remove_modifier(Modifier::BOLD));
}

const fn model_size(model: &Model) -> ratatui::layout::Size {
    ratatui::layout::Size { width: model.size.0, height: model.size.1 }
}

fn too_small(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let lines = [
        format!("The desk needs {} columns and {} rows;", SMALLEST.0, SMALLEST.1),
        format!("this terminal has {} and {}.", area.width, area.height),
    ];
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        let line = Line::from(cell(&line, model.theme.strong));
        put(frame.buffer_mut(), Rect { y, height: 1, ..area }, &line);
    }
}

/// Draws a line at the top of an area, as far as it fits.
pub(in crate::tui) fn put(buffer: &mut Buffer, area: Rect, line: &Line<'_>) {
    let area = area.intersection(buffer.area);
    if area.width > 0 && area.height > 0 {
        buffer.set_line(area.x, area.y, line, area.width);
    }
}

/// Draws a line that ends at the right edge of an area, if it fits.
pub(in crate::tui) fn put_right(buffer: &mut Buffer, area: Rect, line: &Line<'_>) {
    let width = u16::try_from(line.width()).unwrap_or(u16::MAX);
    if width <= area.width {
        put(buffer, Rect { x: area.right() - width, width, ..area }, line);
    }
}

/// The nth line of an area, if it has so many.
pub(in crate::tui) fn row(area: Rect, n: usize) -> Option<Rect> {
    let n = u16::try_from(n).ok().filter(|n| *n < area.height)?;
    Some(Rect { y: area.y + n, height: 1, ..area })
}

/// An area without its first lines.
pub(in crate::tui) const fn below(area: Rect, lines: u16) -> Rect {
    let lines = if lines > area.height { area.height } else { lines };
    Rect { y: area.y + lines, height: area.height - lines, ..area }
}

/// An area without one column at each side.
pub(in crate::tui) const fn inner(area: Rect) -> Rect {
    if area.width < 2 {
        return area;
    }
    Rect { x: area.x + 1, width: area.width - 2, ..area }
}

/// Draws the title of a pane: a band that stands out where the keys go, and a calm one elsewhere.
pub(in crate::tui) fn title(
    model: &Model,
    buffer: &mut Buffer,
    area: Rect,
    active: bool,
    left: Vec<Span<'static>>,
    right: Vec<Span<'static>>,
) {
    let style = if active { model.theme.title } else { model.theme.title_idle };
    let Some(band) = row(area, 0) else { return };
    buffer.set_style(band, style);
    let right = Line::from(right);
    let room = usize::from(band.width).saturating_sub(2);
    let left_width: usize = left.iter().map(Span::width).sum();
    put(buffer, inner(band), &Line::from(left));
    if left_width + 2 + right.width() <= room {
        put_right(buffer, inner(band), &right);
    }
}

/// Whether a pane has the keys.
pub(in crate::tui) fn is_active(model: &Model, pane: Pane) -> bool {
    model.pane == pane && model.popups.is_empty()
}

/// A count as it is told: `12`, or `1,000+` where counting on would cost more than it tells.
pub(in crate::tui) fn count(count: Count) -> String {
    match count {
        Count::Exactly(exactly) => thousands(exactly),
        Count::AtLeast(least) => format!("{}+", thousands(least)),
    }
}

/// A bar of so many cells, filled by a share between 0 and 1: anything is a little, and only all is all.
pub(in crate::tui) fn bar(
    share: f64,
    cells: usize,
    full: Style,
    rest: Style,
) -> [Span<'static>; 2] {
    let cells = cells.min(BARS.0.chars().count());
    let filled = (share.clamp(0.0, 1.0) * cells as f64).round() as usize;
    let filled = match share {
        share if share <= 0.0 => 0,
        share if share >= 1.0 => cells,
        _ => filled.clamp(1.min(cells), cells.saturating_sub(1).max(1)),
    };
    let piece = |text: &'static str, cells: usize| {
        text.char_indices().nth(cells).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
    };
    [label(piece(BARS.0, filled), full), label(piece(BARS.1, cells - filled), rest)]
}

const BARS: (&str, &str) = ("━━━━━━━━━━━━━━━━━━━━━━━━", "────────────────────────");

/// The first row to draw of so many that are shown at once, so that the one at hand is among them and the list moves as
/// little as it can.
pub(in crate::tui) fn first_shown(before: usize, at: usize, rows: usize, shown: usize) -> usize {
    if shown == 0 {
        return 0;
    }
    let first = before.min(at).max((at + 1).saturating_sub(shown));
    first.min(rows.saturating_sub(shown))
}

/// A note in the middle of nothing: why there is nothing, and what to press.
pub(in crate::tui) fn note(buffer: &mut Buffer, area: Rect, lines: &[Line<'_>]) {
    let top = area.height / 4;
    for (n, line) in lines.iter().enumerate() {
        if let Some(place) = row(below(area, top), n) {
            put(buffer, inner(inner(place)), line);
        }
    }
}

/// A sentence over as many lines as it takes.
pub(in crate::tui) fn sentence(text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    let lines = super::text::wrapped(text, columns, 8);
    lines.into_iter().map(|line| Line::from(clipped(&line, columns, style))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_a_little_and_all_only_as_such() {
        let drawn = |share: f64| {
            bar(share, 8, Style::new(), Style::new())
                .iter()
                .map(|span| span.content.as_ref())
                .collect::<String>()
        };
        for (share, want) in [
            (-1.0, "────────"),
            (0.0, "────────"),
            (0.01, "━───────"),
            (0.5, "━━━━────"),
            (0.99, "━━━━━━━─"),
            (1.0, "━━━━━━━━"),
            (f64::NAN, "━───────"),
        ] {
            assert_eq!(drawn(share), want, "{share}");
        }
    }

    #[test]
    fn a_list_moves_as_little_as_it_can() {
        assert_eq!(first_shown(0, 4, 20, 5), 0);
        assert_eq!(first_shown(0, 5, 20, 5), 1);
        assert_eq!(first_shown(6, 5, 20, 5), 5);
        assert_eq!(first_shown(18, 19, 20, 5), 15);
        assert_eq!(first_shown(9, 0, 3, 5), 0);
        assert_eq!(first_shown(9, 0, 3, 0), 0);
    }
}

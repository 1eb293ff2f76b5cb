//! Which part of the screen is whose, at every size (`DESK.md 1`). Computed from the model alone, so that `update` knows
//! how many rows a screenful is and `view` draws the same.

use ratatui::layout::Rect;

use super::action::Screen;
use super::model::{Model, Pane};

/// Below this there is only a notice.
pub const SMALLEST: (u16, u16) = (40, 10);
/// From here on list, package and clocks stand side by side.
pub const WIDE: u16 = 120;
/// From here on there are two panes, one above the other.
pub const MEDIUM: u16 = 80;

/// Lines of the clocks pane with its title.
const CLOCKS: u16 = 8;

/// Columns of the clocks of a sprint's card at most.
const CARD: u16 = 112;

/// Lines of what is proposed for the card of a sprint, with one to breathe.
const PROPOSED: u16 = 3;

/// Which part of the screen is whose; an area of no size is not shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Areas {
    /// The first line.
    pub header: Rect,
    /// All between header and bottom line.
    pub body: Rect,
    /// The list.
    pub list: Rect,
    /// The package.
    pub package: Rect,
    /// The clocks.
    pub clocks: Rect,
    /// The band above the card of a sprint.
    pub sprint: Rect,
    /// What is proposed for that card.
    pub proposed: Rect,
    /// The last line.
    pub bottom: Rect,
}

/// The areas for a model; none when the terminal is too small for anything but a notice.
#[must_use]
pub fn areas(model: &Model) -> Option<Areas> {
    let (columns, rows) = model.size;
    if columns < SMALLEST.0 || rows < SMALLEST.1 {
        return None;
    }
    let line = |y| Rect::new(0, y, columns, 1);
    let body = Rect::new(0, 1, columns, rows - 2);
    let mut areas = Areas { header: line(0), bottom: line(rows - 1), body, ..Areas::default() };
    if !matches!(model.screen, Screen::Queue | Screen::Mine | Screen::Batch) {
        areas.list = body;
    } else if model.sprint.is_some() {
        card(&mut areas, body);
    } else if model.full {
        areas.package = body;
    } else if columns >= WIDE {
        wide(&mut areas, body, model);
    } else if columns >= MEDIUM && body.height >= 12 {
        // The list keeps the larger half: it is what one steers by.
        let [list, below] = stacked(body, body.height - body.height * 9 / 20);
        areas.list = list;
        // In the batch, why somebody is proposed matters more than the package until one asks for it.
        let clocks = model.pane == Pane::Clocks
            || (model.screen == Screen::Batch && model.pane == Pane::List);
        *(if clocks { &mut areas.clocks } else { &mut areas.package }) = below;
    } else {
        *match model.pane {
            Pane::List => &mut areas.list,
            Pane::Package => &mut areas.package,
            Pane::Clocks => &mut areas.clocks,
        } = body;
    }
    Some(areas)
}

/// One card of a sprint: the band, the package, what is proposed, and the clocks where there is room for them.
fn card(areas: &mut Areas, body: Rect) {
    let [band, rest] = stacked(body, 1);
    areas.sprint = band;
    let below =
        if rest.height >= 18 { PROPOSED + CLOCKS.min(rest.height / 4 + 1) } else { PROPOSED };
    let [package, below] = stacked(rest, rest.height.saturating_sub(below));
    areas.package = package;
    [areas.proposed, areas.clocks] = stacked(below, PROPOSED);
    // Bars and figures stay beside the words that they belong to.
    areas.clocks.width = areas.clocks.width.min(CARD);
}

fn wide(areas: &mut Areas, body: Rect, model: &Model) {
    let lower = if model.screen == Screen::Batch { (body.height / 3).max(CLOCKS) } else { CLOCKS };
    let left = (body.width * 4 / 7).min(body.width - 50);
    let column = Rect { width: left, ..body };
    areas.package = Rect { x: left + 1, width: body.width - left - 1, ..body };
    if body.height >= 2 * CLOCKS {
        [areas.list, areas.clocks] = stacked(column, body.height - lower);
    } else if model.pane == Pane::Clocks {
        areas.clocks = column;
    } else {
        areas.list = column;
    }
}

fn stacked(area: Rect, upper: u16) -> [Rect; 2] {
    let upper = upper.min(area.height);
    [
        Rect { height: upper, ..area },
        Rect { y: area.y + upper, height: area.height - upper, ..area },
    ]
}

/// How many rows of a list fit on the screen; at least one.
#[must_use]
pub fn list_rows(model: &Model) -> usize {
    // Title and heads; the filter line comes and goes above and must not change what a screenful is.
    areas(model)
        .map_or(1, |areas| usize::from(areas.list.height.max(areas.body.height / 2)).max(3) - 2)
}

/// The panes that can be reached from one another, in order.
#[must_use]
pub fn panes(model: &Model) -> &'static [Pane] {
    match model.full {
        true => &[Pane::Package],
        false => &[Pane::List, Pane::Package, Pane::Clocks],
    }
}

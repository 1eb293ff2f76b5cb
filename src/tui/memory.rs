//! What drawing remembers from one frame to the next: where lists are scrolled to, and what lies where for the mouse.
//! Forgetting it would only let a list jump.

use std::collections::BTreeMap;

use ratatui::layout::{Position, Rect};

use super::action::Screen;
use super::layout::list_rows;
use super::model::Model;
use super::msg::Hit;
use crate::domain::ids::HandoffId;
use crate::domain::view::Column;

/// How wide the columns of a list have become. They only grow while a view is shown, so that scrolling does not make
/// them dance.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Widths {
    /// The view, and the width of the terminal.
    pub of: (String, u16),
    /// The widest text of each column so far.
    pub columns: BTreeMap<Column, usize>,
    /// The widest name of a clock so far.
    pub clock: usize,
    /// The rows that were looked at last: looking at all of a window for every frame would cost more than drawing it.
    pub looked_at: Option<(HandoffId, HandoffId, usize, i64)>,
}

/// What drawing remembers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Memory {
    /// The handoff at the top of each list, and whether it was the first of all.
    pub tops: [Option<(HandoffId, bool)>; 2],
    /// The first line shown of a list without handoffs.
    pub top: usize,
    /// The first line shown of the popup on top.
    pub popup_top: usize,
    /// How wide the columns of the list have become, and which view they are of.
    pub widths: Widths,
    hits: Vec<(Rect, Hit)>,
}

impl Memory {
    /// Forgets what lay where, before a frame is drawn.
    pub fn begin(&mut self) {
        self.hits.clear();
    }

    /// Remembers what lies in an area; what is drawn later lies on top.
    pub fn hit(&mut self, area: Rect, hit: Hit) {
        self.hits.push((area, hit));
    }

    /// Where in its window the list on the screen is scrolled to, and how many rows are in sight at most.
    #[must_use]
    pub fn in_sight(&self, model: &Model) -> (usize, usize) {
        let slot = usize::from(model.screen == Screen::Mine);
        let rows = model.list().map_or(&[][..], |list| &list.page.rows);
        let top = self.tops[slot].and_then(|(id, _)| rows.iter().position(|row| row.id == id));
        (top.unwrap_or(0), list_rows(model))
    }

    /// What lies at a place.
    #[must_use]
    pub fn at(&self, column: u16, row: u16) -> Hit {
        let place = Position::new(column, row);
        let found = self.hits.iter().rev().find(|(area, _)| area.contains(place));
        found.map_or(Hit::Nothing, |(_, hit)| *hit)
    }
}

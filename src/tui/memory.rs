//! What drawing remembers from one frame to the next: where lists are scrolled to, and what lies where for the mouse.
//! Forgetting it would only let a list jump.

use ratatui::layout::{Position, Rect};

use super::msg::Hit;
use crate::domain::ids::HandoffId;

/// What drawing remembers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Memory {
    /// The handoff at the top of a list, and how far from the top of the window it was.
    pub top: Option<(HandoffId, usize)>,
    /// The first line shown of the popup on top.
    pub popup_top: usize,
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

    /// What lies at a place.
    #[must_use]
    pub fn at(&self, column: u16, row: u16) -> Hit {
        let place = Position::new(column, row);
        let found = self.hits.iter().rev().find(|(area, _)| area.contains(place));
        found.map_or(Hit::Nothing, |(_, hit)| *hit)
    }
}

//! What a list of handoffs is computed from: a view, a filter, and the window of rows around the one at hand. Selection
//! and marks are ids, so that they survive every refresh.

use std::collections::BTreeMap;

use crate::domain::ids::HandoffId;
use crate::domain::queue::{Count, Page, QueueRow};
use crate::domain::view::{Sort, View};
use crate::tui::effect::Ticket;
use crate::tui::model::Subject;

/// The state of a list of handoffs.
#[derive(Clone, PartialEq, Debug)]
pub struct List {
    /// The view it shows.
    pub view: View,
    /// Its order, the view's at first.
    pub sort: Sort,
    /// The rows at hand: those on screen and a margin.
    pub page: Page,
    /// How many there are in all.
    pub count: Option<Count>,
    /// The handoff at hand.
    pub selected: Option<HandoffId>,
    /// The marked ones, as they were seen.
    pub marks: BTreeMap<HandoffId, Subject>,
    /// The load that is waited for.
    pub waiting: Option<Ticket>,
}

impl List {
    /// A list that has not been loaded.
    #[must_use]
    pub fn new(view: View) -> Self {
        Self {
            sort: view.sort,
            view,
            page: Page::default(),
            count: None,
            selected: None,
            marks: BTreeMap::new(),
            waiting: None,
        }
    }

    /// The row at hand.
    #[must_use]
    pub fn row(&self) -> Option<&QueueRow> {
        let id = self.selected?;
        self.page.rows.iter().find(|row| row.id == id)
    }
}

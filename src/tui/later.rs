//! Reads that can wait until the frame is with the terminal.

use super::effect::Load;
use super::worker::replaces;

/// What is asked for after the frame, oldest first.
#[derive(Debug, Default)]
pub(super) struct Later(Vec<Load>);

impl Later {
    /// Keeps a read that can wait and gives back one that can't. What it replaces is asked for no more: sent after it, an
    /// older page would take the place of the one that somebody waits for.
    pub(super) fn keep(&mut self, load: Load) -> Option<Load> {
        self.0.retain(|waiting| !replaces(&load, waiting));
        if !load.can_wait() {
            return Some(load);
        }
        self.0.push(load);
        None
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All that is kept, to be asked for now.
    pub(super) fn take(&mut self) -> Vec<Load> {
        std::mem::take(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::ids::HandoffId;
    use crate::domain::queue::Edge;
    use crate::domain::time::Instant;
    use crate::domain::view::{Sort, View};
    use crate::tui::action::Screen;
    use crate::tui::effect::Ticket;
    use crate::tui::screen::list::List;

    #[test]
    fn an_older_page_never_comes_after_the_one_that_is_waited_for() {
        let page = |screen, ahead, ticket| Load::Page {
            screen,
            query: List::new(View::new("All", "", Sort::default())).query(
                None,
                Instant(0),
                Tz::UTC,
            ),
            edge: Edge::First,
            limit: 1,
            keep: None,
            ahead,
            ticket: Ticket(ticket),
        };
        let mut later = Later::default();
        let ahead = Load::Ahead(vec![HandoffId(1)]);
        assert_eq!(later.keep(page(Screen::Mine, true, 1)), None);
        assert_eq!(later.keep(page(Screen::Queue, true, 2)), None);
        assert_eq!(later.keep(ahead.clone()), None);
        let wanted = page(Screen::Queue, false, 3);
        assert_eq!(later.keep(wanted.clone()), Some(wanted), "it does not wait");
        assert_eq!(later.take(), [page(Screen::Mine, true, 1), ahead]);
        assert!(later.is_empty());
    }
}

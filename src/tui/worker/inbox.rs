//! What the worker has been asked for and not done: writes in their order, and of each kind of read the newest.

use std::collections::VecDeque;

use crate::tui::action::Screen;
use crate::tui::effect::{Load, Ticket, Write};

/// Something to do.
#[derive(Debug, PartialEq)]
pub(super) enum Job {
    /// Read.
    Load(Load),
    /// Write.
    Write(Ticket, Write),
    /// Somebody went to the past, or back to the present.
    Went,
    /// Somebody wrote, here or elsewhere, or it is not told any more.
    Written,
    /// End, once all is written.
    Stop,
}

/// What waits.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    writes: VecDeque<(Ticket, Write)>,
    loads: Vec<Load>,
    stop: bool,
    went: bool,
    written: bool,
}

impl Inbox {
    /// Takes a job; a read takes the place of a waiting one of its kind.
    pub(super) fn add(&mut self, job: Job) {
        match job {
            Job::Write(ticket, write) => self.writes.push_back((ticket, write)),
            Job::Stop => self.stop = true,
            Job::Went => self.went = true,
            Job::Written => self.written = true,
            Job::Load(load) => {
                self.loads.retain(|waiting| !replaces(&load, waiting));
                self.loads.push(load);
            }
        }
    }

    /// Whether what is next is nothing that anybody looks at now.
    pub(super) fn can_wait(&self) -> bool {
        self.writes.is_empty() && !self.stop && self.loads.iter().all(Load::can_wait)
    }

    /// The next thing to do: writes first, then what somebody looks at, then what may be looked at.
    pub(super) fn next(&mut self) -> Option<Job> {
        if let Some((ticket, write)) = self.writes.pop_front() {
            return Some(Job::Write(ticket, write));
        }
        if std::mem::take(&mut self.went) {
            return Some(Job::Went);
        }
        if std::mem::take(&mut self.written) {
            return Some(Job::Written);
        }
        if self.stop {
            return Some(Job::Stop);
        }
        let next = (0..self.loads.len()).min_by_key(|at| self.loads.get(*at).map(kind))?;
        if let Some(Load::Ahead(ids)) = self.loads.get_mut(next) {
            // One at a time, so that what is asked for meanwhile need not wait for all of them.
            let first = ids.remove(0);
            if ids.is_empty() {
                self.loads.remove(next);
            }
            return Some(Job::Load(Load::Ahead(vec![first])));
        }
        Some(Job::Load(self.loads.remove(next)))
    }
}

/// Whether nobody needs an older read any more where there is a newer one: both are of one kind, or are pages of one
/// list.
pub(in crate::tui) fn replaces(newer: &Load, older: &Load) -> bool {
    match (newer, older) {
        (Load::Page { screen: new, .. }, Load::Page { screen: old, .. }) => new == old,
        _ => kind(newer) == kind(older),
    }
}

/// The kind of a read, in the order in which kinds are done.
const fn kind(load: &Load) -> (u8, u8) {
    match load {
        Load::Page { screen, ahead: false, .. } => (0, slot(*screen)),
        Load::Card(_) => (1, 0),
        // What is shown, as it is now, before it is counted: both at odds would show a number that never was.
        Load::Page { screen, ahead: true, keep: Some(_), .. } => (1, 1 + slot(*screen)),
        // Whoever is proposed is shown with who they are.
        Load::People => (2, 0),
        Load::Front(..) => (2, 1),
        Load::Proposals(..) => (3, 0),
        Load::Message { .. } => (3, 1),
        Load::Twins(..) => (3, 2),
        Load::Preview(..) => (4, 0),
        Load::Marks { screen, .. } => (5, slot(*screen)),
        Load::Activity { .. } => (6, 0),
        Load::Team(_) => (7, 0),
        Load::Batch(..) => (7, 1),
        Load::HandOn(..) => (7, 2),
        Load::Receipt(..) => (8, 0),
        Load::Routing(_) => (8, 1),
        Load::Count { screen, .. } => (9, slot(*screen)),
        Load::Badges => (10, 0),
        // Numbers that somebody sees come before rows that nobody does.
        Load::Page { screen, ahead: true, keep: None, .. } => (10, 1 + slot(*screen)),
        Load::Inbox => (11, 0),
        Load::Ahead(_) => (12, 0),
        Load::AsOf(..) | Load::Present => (0, 9),
        Load::Measures(..) => (7, 3),
        Load::Glance(..) => (13, 0),
        Load::Pack(..) => (9, 3),
        Load::Export(_) => (9, 2),
    }
}

/// The screens whose lists are of handoffs, for the inbox.
const fn slot(screen: Screen) -> u8 {
    matches!(screen, Screen::Mine) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::HandoffId;
    use chrono_tz::Tz;

    use crate::domain::measure::sheet::Scope;
    use crate::domain::queue::Edge;
    use crate::domain::time::Instant;
    use crate::domain::view::{Sort, View};
    use crate::tui::screen::list::List;

    #[test]
    fn a_newer_read_replaces_a_waiting_one_and_writes_come_first_in_order() {
        let mut inbox = Inbox::default();
        let card = |id| Job::Load(Load::Card(HandoffId(id)));
        inbox.add(Job::Load(Load::Badges));
        inbox.add(card(1));
        inbox.add(Job::Write(Ticket(1), Write::Undo));
        inbox.add(card(2));
        inbox.add(Job::Stop);
        inbox.add(Job::Write(Ticket(2), Write::Redo));
        assert_eq!(inbox.next(), Some(Job::Write(Ticket(1), Write::Undo)));
        assert_eq!(inbox.next(), Some(Job::Write(Ticket(2), Write::Redo)));
        assert_eq!(inbox.next(), Some(Job::Stop), "nobody waits for what will not be shown");
        inbox.stop = false;
        assert_eq!(inbox.next(), Some(card(2)));
        assert_eq!(inbox.next(), Some(Job::Load(Load::Badges)));
        assert_eq!(inbox.next(), None);
    }

    #[test]
    fn neighbours_are_read_one_by_one_and_last() {
        let mut inbox = Inbox::default();
        let ahead =
            |ids: &[i64]| Job::Load(Load::Ahead(ids.iter().copied().map(HandoffId).collect()));
        inbox.add(ahead(&[1, 2]));
        assert_eq!(inbox.next(), Some(ahead(&[1])));
        inbox.add(Job::Load(Load::Badges));
        assert_eq!(inbox.next(), Some(Job::Load(Load::Badges)));
        assert_eq!(inbox.next(), Some(ahead(&[2])));
        assert_eq!(inbox.next(), None);
    }

    #[test]
    fn what_is_looked_at_comes_before_what_lies_below_the_screen() {
        let mut inbox = Inbox::default();
        let page = |n, ahead, keep: Option<i64>| Load::Page {
            screen: Screen::Queue,
            query: List::new(View::new("All", "", Sort::default())).query(
                None,
                Instant(0),
                Tz::UTC,
            ),
            edge: Edge::First,
            limit: n,
            keep: keep.map(HandoffId),
            ahead,
            ticket: Ticket(0),
        };
        inbox.add(Job::Load(page(1, true, None)));
        assert!(inbox.can_wait());
        inbox.add(Job::Load(Load::Card(HandoffId(1))));
        assert_eq!(inbox.next(), Some(Job::Load(Load::Card(HandoffId(1)))));
        inbox.add(Job::Load(Load::Inbox));
        inbox.add(Job::Load(Load::Badges));
        assert_eq!(
            inbox.next(),
            Some(Job::Load(Load::Badges)),
            "a number that stands on the screen"
        );
        assert_eq!(inbox.next(), Some(Job::Load(page(1, true, None))), "the next key may need it");
        assert_eq!(inbox.next(), Some(Job::Load(Load::Inbox)));
        let again = page(1, true, Some(1));
        inbox.add(Job::Load(again.clone()));
        inbox.add(Job::Load(Load::Badges));
        assert_eq!(inbox.next(), Some(Job::Load(again)), "it stands on the screen too");
        inbox.next();
        inbox.add(Job::Load(page(1, true, None)));
        inbox.add(Job::Load(page(2, false, None)));
        assert_eq!(
            inbox.next(),
            Some(Job::Load(page(2, false, None))),
            "nobody needs the other any more"
        );
        assert_eq!(inbox.next(), None);
    }

    #[test]
    fn measures_that_nobody_asked_for_are_read_last() {
        let mut inbox = Inbox::default();
        let period = "2026-11".parse().unwrap();
        let glance = Load::Glance(Ticket(1), Scope { period, kind: None, team: None });
        inbox.add(Job::Load(glance.clone()));
        inbox.add(Job::Load(Load::Ahead(vec![HandoffId(1)])));
        inbox.add(Job::Load(Load::Inbox));
        assert!(inbox.can_wait());
        assert_eq!(inbox.next(), Some(Job::Load(Load::Inbox)));
        assert_eq!(inbox.next(), Some(Job::Load(Load::Ahead(vec![HandoffId(1)]))));
        assert_eq!(inbox.next(), Some(Job::Load(glance)));
    }
}

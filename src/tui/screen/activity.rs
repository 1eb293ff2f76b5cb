//! What the Activity screen is computed from: the record, newest first, as far back as it was scrolled.

use crate::tui::answer::Happening;
use crate::tui::effect::Ticket;

/// Events that are read at once.
pub const PAGE: usize = 200;
/// Events that are held at most; who looks further back filters the queue and opens a handoff's own record.
const MOST: usize = 5_000;

/// The state of the Activity screen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Activity {
    /// What happened, newest first.
    pub rows: Vec<Happening>,
    /// The number of the event at hand.
    pub selected: Option<i64>,
    /// There is nothing older.
    pub at_end: bool,
    /// A page has come.
    pub loaded: bool,
    /// The page that is waited for, and the event it comes after.
    pub waiting: Option<(Ticket, Option<i64>)>,
}

impl Activity {
    /// Where the event at hand stands.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        let seq = self.selected?;
        // Newest first: numbers fall.
        self.rows.binary_search_by(|row| seq.cmp(&row.seq)).ok()
    }

    /// The event at hand.
    #[must_use]
    pub fn row(&self) -> Option<&Happening> {
        self.rows.get(self.index()?)
    }

    /// Goes so many rows down, or up.
    pub fn step(&mut self, by: isize) {
        let last = self.rows.len().saturating_sub(1);
        let at = self.index().unwrap_or(0).saturating_add_signed(by).min(last);
        self.selected = self.rows.get(at).map(|row| row.seq);
    }

    /// The event after which to read on, when the one at hand comes near the end of what is there.
    #[must_use]
    pub fn lacks(&self, screenful: usize) -> Option<i64> {
        let near = self.rows.len() - self.index()? <= 2 * screenful;
        let more = !self.at_end && self.rows.len() < MOST && self.waiting.is_none();
        if near && more { self.rows.last().map(|row| row.seq) } else { None }
    }

    /// Takes a page: the newest events, or those after the last that are there.
    pub fn take(&mut self, before: Option<i64>, rows: Vec<Happening>) {
        let full = rows.len() >= PAGE;
        match before {
            None => {
                // The cursor stays on its event; at the very top it stays at the top, where news comes in.
                let at_top = self.index().is_none_or(|at| at == 0);
                let reached = rows.last().map(|row| row.seq);
                let older =
                    self.rows.iter().position(|row| reached.is_some_and(|last| row.seq < last));
                match older {
                    Some(older) if full => {
                        let tail = self.rows.split_off(older);
                        self.rows = rows;
                        self.rows.extend(tail);
                    }
                    _ => (self.rows, self.at_end) = (rows, !full),
                }
                if at_top || self.index().is_none() {
                    self.selected = self.rows.first().map(|row| row.seq);
                }
            }
            Some(_) => {
                self.at_end = !full;
                self.rows.extend(rows);
            }
        }
        self.loaded = true;
    }
}

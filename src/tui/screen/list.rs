//! What a list of handoffs is computed from: a view, a filter, and the window of rows around the one at hand. Selection
//! and marks are ids, so that they survive every refresh.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::domain::filter::{self, Filter, FilterError};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::queue::{Count, Edge, Page, Query, QueueRow};
use crate::domain::time::Instant;
use crate::domain::view::{Empty, Sort, View};
use crate::tui::effect::Ticket;
use crate::tui::line::Line;
use crate::tui::model::Subject;

/// Screenfuls that the window holds at most; what was left behind is read again when it is returned to.
const MOST: usize = 6;

/// The state of a list of handoffs.
#[derive(Clone, PartialEq, Debug)]
pub struct List {
    /// The view it shows.
    pub view: View,
    /// The view's filter.
    base: Filter,
    /// Its order, the view's at first.
    pub sort: Sort,
    /// What was typed to narrow it further.
    pub typed: Typed,
    /// The rows at hand: those on screen and a margin.
    pub page: Page,
    /// A page has come since the list was last asked for something else.
    pub loaded: bool,
    /// How many there are in all.
    pub count: Option<Count>,
    /// The handoff at hand.
    pub selected: Option<HandoffId>,
    /// Where it stands in the window, to stay there when it leaves the list.
    place: usize,
    /// Rows that are still to be gone, down or up, once those come that the window lacks.
    pub owed: isize,
    /// Somebody wrote since the window was read.
    pub stale: bool,
    /// The marked ones, as they were seen.
    pub marks: BTreeMap<HandoffId, Subject>,
    /// The page that is waited for.
    pub waiting: Option<Waiting>,
    /// The count that is waited for.
    pub counting: Option<Ticket>,
    /// The rows to be marked that are waited for.
    pub marking: Option<Ticket>,
}

/// A filter line as it is typed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Typed {
    /// It has the keys.
    pub open: bool,
    /// What is typed.
    pub line: Line,
    /// What of it is understood: the last good filter stays in force.
    pub filter: Filter,
    /// What of it is not.
    pub problem: Option<FilterError>,
}

/// A page that is waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// What the answer must carry.
    pub ticket: Ticket,
    /// What becomes of it.
    pub how: How,
    /// Since when.
    pub since: Instant,
}

/// What becomes of a page when it comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It takes the place of the window; the same handoff stays at hand, or the one in its place.
    Replace,
    /// It takes the place of the window, and its first row is at hand.
    ToFirst,
    /// It takes the place of the window, and its last row is at hand.
    ToLast,
    /// It continues the window downwards.
    Below,
    /// It continues the window upwards.
    Above,
}

impl List {
    /// A list that has not been loaded.
    #[must_use]
    pub fn new(view: View) -> Self {
        Self {
            sort: view.sort,
            // The desk's own views parse, which a test holds them to, and others are checked where they are read.
            base: filter::parse(&view.filter).unwrap_or_default(),
            view,
            typed: Typed::default(),
            page: Page::default(),
            loaded: false,
            count: None,
            selected: None,
            place: 0,
            owed: 0,
            stale: false,
            marks: BTreeMap::new(),
            waiting: None,
            counting: None,
            marking: None,
        }
    }

    /// Shows another view: its filter, its order, nothing typed and nothing marked.
    pub fn show(&mut self, view: View) {
        *self = Self::new(view);
    }

    /// What is asked of the store.
    #[must_use]
    pub fn query(&self, me: Option<PersonId>, now: Instant, zone: Tz) -> Query {
        let terms = self.base.terms.iter().chain(&self.typed.filter.terms).cloned().collect();
        Query { filter: Filter { terms }, sort: self.sort, me, now, zone }
    }

    /// The line in the filter language that gives what is shown.
    #[must_use]
    pub fn line(&self) -> String {
        let parts = [self.base.to_string(), self.typed.filter.to_string()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The view as it is shown now, under a name.
    #[must_use]
    pub fn as_view(&self, name: &str) -> View {
        View {
            columns: self.view.columns.clone(),
            preview: self.view.preview,
            ..View::new(name, &self.line(), self.sort)
        }
    }

    /// What it says when it is empty.
    #[must_use]
    pub fn empty(&self) -> Empty {
        if self.typed.filter.terms.is_empty() { self.view.empty } else { Empty::FILTERED }
    }

    /// The row at hand.
    #[must_use]
    pub fn row(&self) -> Option<&QueueRow> {
        self.page.rows.get(self.index()?)
    }

    /// Where the row at hand stands in the window.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        let id = self.selected?;
        match self.page.rows.get(self.place) {
            Some(row) if row.id == id => Some(self.place),
            _ => self.page.rows.iter().position(|row| row.id == id),
        }
    }

    /// Puts a handoff at hand, if it is in the window.
    pub fn select(&mut self, id: HandoffId) {
        if let Some(place) = self.page.rows.iter().position(|row| row.id == id) {
            self.select_at(place);
        }
    }

    fn select_at(&mut self, place: usize) {
        self.owed = 0;
        self.place = place.min(self.page.rows.len().saturating_sub(1));
        self.selected = self.page.rows.get(self.place).map(|row| row.id);
    }

    /// Goes so many rows down, or up; what lies beyond the window once its rows have come.
    pub fn step(&mut self, by: isize) {
        let from = isize::try_from(self.index().unwrap_or(self.place)).unwrap_or(isize::MAX);
        let last = isize::try_from(self.page.rows.len()).unwrap_or(isize::MAX).saturating_sub(1);
        let to = from.saturating_add(by);
        self.select_at(usize::try_from(to).unwrap_or_default());
        let goes_on = if to > last { self.page.after } else { self.page.before };
        // The very end is asked for by itself.
        if goes_on && by != isize::MAX && by != isize::MIN {
            self.owed = to - to.clamp(0, last.max(0));
        }
    }

    /// Whether the page that is waited for is missed on a screen of so many rows.
    #[must_use]
    pub fn misses(&self, screenful: usize) -> bool {
        let at = self.index().unwrap_or(0);
        self.waiting.is_some_and(|waiting| match waiting.how {
            How::ToFirst | How::ToLast => true,
            How::Replace => self.stale || !self.loaded || self.owed != 0,
            How::Below => self.owed != 0 || self.page.rows.len() < at + screenful,
            How::Above => self.owed != 0 || at < screenful,
        })
    }

    /// What the window lacks around the row at hand, for screens of so many rows: where to read on, and how many.
    #[must_use]
    pub fn lacks(&self, screenful: usize) -> Option<(Edge, How, usize)> {
        let (first, last) = (self.page.rows.first()?, self.page.rows.last()?);
        let at = self.index()?;
        // A page down must find its rows. What is left standing below is more than what asks for more here, or reading
        // on in one direction would cut the window short in the other, for ever.
        let margin = screenful + screenful / 2;
        if self.page.after && self.page.rows.len() - at <= margin {
            return Some((Edge::After(last.cursor.clone()), How::Below, 2 * screenful));
        }
        if self.page.before && at <= margin {
            return Some((Edge::Before(first.cursor.clone()), How::Above, 2 * screenful));
        }
        None
    }

    /// Where to read the window again, for screens of so many rows.
    #[must_use]
    pub fn again(&self, screenful: usize) -> (Edge, usize) {
        let limit = self.page.rows.len().clamp(3 * screenful, (MOST + 2) * screenful);
        match self.page.rows.first() {
            Some(first) if self.page.before => (Edge::From(first.cursor.clone()), limit),
            _ => (Edge::First, limit),
        }
    }

    /// Takes a page that was waited for.
    pub fn take(&mut self, page: Page, how: How, screenful: usize) {
        let most = MOST * screenful;
        let owed = self.owed;
        if !matches!(how, How::Below | How::Above) {
            self.stale = false;
        }
        match how {
            How::Replace => {
                self.page = page;
                match self.index() {
                    Some(place) => self.select_at(place),
                    None => self.select_at(self.place),
                }
            }
            How::ToFirst => {
                self.page = page;
                self.select_at(0);
            }
            How::ToLast => {
                self.page = page;
                self.select_at(usize::MAX);
            }
            How::Below => {
                self.page.after = page.after;
                self.join(page.rows, true);
                let extra = self.page.rows.len().saturating_sub(most);
                // Never near the row at hand: it may still be far up when pages come late.
                let extra = extra.min(self.index().unwrap_or(0).saturating_sub(2 * screenful));
                self.page.before |= extra > 0;
                drop(self.page.rows.drain(..extra));
            }
            How::Above => {
                self.page.before = page.before;
                self.join(page.rows, false);
                let keep = most.max(self.index().unwrap_or(0) + 2 * screenful);
                self.page.after |= keep < self.page.rows.len();
                self.page.rows.truncate(keep);
            }
        }
        if let Some(place) = self.index() {
            self.place = place;
        }
        if !matches!(how, How::ToFirst | How::ToLast) && owed != 0 {
            self.step(owed);
        }
        for row in &self.page.rows {
            if let Some(mark) = self.marks.get_mut(&row.id) {
                *mark = Subject::of(row);
            }
        }
        self.loaded = true;
    }

    /// Adds rows at an end of the window. A row that moved between two reads is shown once, where it is now.
    fn join(&mut self, rows: Vec<QueueRow>, below: bool) {
        let at_hand = self.selected;
        self.page
            .rows
            .retain(|old| Some(old.id) == at_hand || rows.iter().all(|new| new.id != old.id));
        let rows = rows.into_iter().filter(|new| {
            Some(new.id) != at_hand || !self.page.rows.iter().any(|old| old.id == new.id)
        });
        let rows: Vec<_> = rows.collect();
        if below {
            self.page.rows.extend(rows);
        } else {
            drop(self.page.rows.splice(0..0, rows));
        }
    }

    /// Marks the row at hand, or unmarks it.
    pub fn mark(&mut self) {
        let Some(subject) = self.row().map(Subject::of) else { return };
        if self.marks.remove(&subject.id).is_none() {
            self.marks.insert(subject.id, subject);
        }
    }

    /// Marks rows; where all of them are marked, unmarks everything.
    pub fn mark_all(&mut self, rows: &[QueueRow]) {
        if rows.iter().all(|row| self.marks.contains_key(&row.id)) {
            self.marks.clear();
        } else {
            self.marks.extend(rows.iter().map(|row| (row.id, Subject::of(row))));
        }
    }
}

impl Typed {
    /// Reads the line anew; true when another filter is in force now.
    pub fn read(&mut self) -> bool {
        match filter::parse(self.line.value()) {
            Ok(filter) => {
                self.problem = None;
                let changed = filter != self.filter;
                self.filter = filter;
                changed
            }
            Err(problem) => {
                self.problem = Some(problem);
                false
            }
        }
    }
}

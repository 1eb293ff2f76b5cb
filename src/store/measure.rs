//! What measures are computed from, out of roll-ups: days are added up, and handoffs are read one by one only where a
//! month or a rate's time begins or ends in the middle of a day. `handoff doctor` counts all of it again.
//!
//! Days of the roll-ups are those of UTC, so that a store does not depend on the zone of whoever asks.

mod cells;
mod changes;
mod clocks;
mod lists;
mod recount;
mod seen;
mod touch;

pub use lists::Raised;
pub use seen::Seen;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rusqlite::types::Value;

use super::sql::Sql;
use crate::domain::ids::PersonId;
use crate::domain::measure::count::{Counter, Slice, Sums};
use crate::domain::measure::period::Span;
use crate::domain::time::{DAY, Instant};

pub(super) use changes::{MANY, SOME, add_up, waits};
pub(super) use clocks::count_overdue;
pub(super) use recount::{rebuilds, recounts};

/// Sums by the value of the slice and the type.
pub type Groups = BTreeMap<(String, String), Sums>;

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub struct Cut<'a> {
    /// How the counts are told apart.
    pub slice: Slice,
    /// Only what these people have, and clocks that they owed; everything where it isn't given.
    pub people: Option<&'a [PersonId]>,
    /// So late it is: what is due and what is past due.
    pub now: Instant,
}

impl Cut<'_> {
    /// The slice of the roll-ups that knows the answer; none where only the handoffs themselves do.
    const fn rolled(&self) -> Option<Slice> {
        match (self.people, self.slice) {
            (None, slice) => Some(slice),
            (Some(_), Slice::All | Slice::Person) => Some(Slice::Person),
            (Some(_), _) => None,
        }
    }

    /// What tells handoffs apart, as a column of `handoff AS h`.
    const fn value(&self) -> &'static str {
        match self.slice {
            Slice::All => "''",
            Slice::Person => "coalesce(CAST(h.assignee AS TEXT), '')",
            Slice::Source => "h.source",
            Slice::Tier => "h.tier",
            Slice::Segment => "coalesce(h.segment, '')",
        }
    }

    /// The same for clocks, whose person is whoever owed them.
    const fn clock_value(&self) -> &'static str {
        match self.slice {
            Slice::Person => "coalesce(CAST(c.owes_person AS TEXT), '')",
            _ => self.value(),
        }
    }

    /// What tells the cells of the roll-ups apart.
    const fn cell_value(&self) -> &'static str {
        match self.slice {
            Slice::All => "''",
            _ => "value",
        }
    }

    /// Adds the condition that a column holds one of the people.
    fn only_people(&self, column: &'static str, sql: &mut Sql) {
        if let Some(people) = self.people {
            among(column, people.iter().map(|who| Value::from(who.0)), sql);
        }
    }

    /// The same for the cells of the roll-ups, which know people by their ids as text.
    fn only_cells(&self, sql: &mut Sql) {
        if let Some(people) = self.people {
            among("value", people.iter().map(|who| Value::from(who.0.to_string())), sql);
        }
    }
}

/// Adds ` AND column IN (…)`; nothing is in an empty list.
fn among(column: &'static str, values: impl Iterator<Item = Value>, sql: &mut Sql) {
    let values: Vec<Value> = values.collect();
    sql.push(" AND ");
    if values.is_empty() {
        // A plain 0 would leave SQLite without a use for the index that it is told to take.
        sql.bind(0);
    } else {
        sql.among(column, values);
    }
}

/// Adds the condition that the type is one of some.
fn only_kinds(column: &'static str, kinds: Option<&[String]>, sql: &mut Sql) {
    if let Some(kinds) = kinds {
        among(column, kinds.iter().map(|kind| Value::from(kind.clone())), sql);
    }
}

/// How a span lies on the days of the roll-ups: the first and last day that are summed, if there is one, and what of the
/// handoffs is added to that or taken from it, since the span begins and ends in the middle of a day.
struct Parts {
    days: Option<(i64, i64)>,
    edges: Vec<Edge>,
}

/// A part of a day, and whether its handoffs are added (1) or taken away (-1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Edge {
    span: Span,
    sign: i64,
}

impl Parts {
    /// The parts; all of it is edge where the roll-ups don't know the answer.
    fn of(span: Span, rolled: bool) -> Self {
        let (begin, end) = (Cutting::at(span.from), Cutting::at(span.until));
        if !rolled || begin.day >= end.day {
            return Self { days: None, edges: vec![Edge { span, sign: 1 }] };
        }
        let edges = [(begin, -1), (end, 1)];
        let edges = edges.into_iter().filter(|(cut, _)| cut.moved.from < cut.moved.until);
        let edges = edges.map(|(cut, sign)| Edge { span: cut.moved, sign: sign * cut.sign });
        Self { days: Some((begin.day, end.day - 1)), edges: edges.collect() }
    }
}

/// A moment among the days of the roll-ups: what lies before it is what lies before a day, and a part of a day that is
/// read one by one, the shorter one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cutting {
    /// Days before this one lie before the moment.
    day: i64,
    /// And this part of a day lies before it (1), or does not although its day does (-1).
    moved: Span,
    sign: i64,
}

impl Cutting {
    fn at(moment: Instant) -> Self {
        let day = moment.0.div_euclid(DAY);
        let begin = Instant(day * DAY);
        if moment.0 - begin.0 <= DAY / 2 {
            return Self { day, moved: Span { from: begin, until: moment }, sign: 1 };
        }
        let moved = Span { from: moment, until: Instant(begin.0 + DAY) };
        Self { day: day + 1, moved, sign: -1 }
    }
}

/// The sum of every counter over the cells of the roll-up.
static CELLS: LazyLock<String> = LazyLock::new(|| {
    Counter::ALL.iter().map(|counter| format!(", sum({})", counter.key())).collect()
});

/// What a handoff adds to every counter.
static ROWS: LazyLock<String> = LazyLock::new(|| {
    let each = Counter::ALL.iter().map(|counter| format!(", {}", of_row(*counter)));
    each.collect()
});

/// What a handoff adds to a counter, as a column of `handoff AS h`.
pub(super) const fn of_row(counter: Counter) -> &'static str {
    match counter {
        Counter::Handed => "1",
        Counter::Tal => "h.on_tal",
        Counter::Completeness => "coalesce(h.completeness, 0)",
        Counter::Stars => "coalesce(h.rating, 0)",
        Counter::Incomplete => "h.n_incomplete",
        Counter::Recycles => "h.n_recycled",
        Counter::Overridden => "h.n_overridden",
        Counter::Escalated => "h.n_escalated",
        Counter::Assigned => "h.m_assigned",
        Counter::Accepted => "h.m_accepted",
        Counter::Waiting => "h.m_waiting",
        Counter::Touched => "h.m_touched",
        Counter::Worked => "h.m_worked",
        Counter::Fast => "h.m_fast",
        Counter::Answered => "h.m_answered",
        Counter::Responded => "h.m_responded",
        Counter::Soon => "h.m_soon",
        Counter::Converted => "h.m_converted",
        Counter::Won => "h.m_won",
        Counter::Held => "h.m_held",
        Counter::Activated => "h.m_activated",
        Counter::Returned => "h.m_returned",
        Counter::Rejected => "h.m_rejected",
        Counter::Complete => "h.m_complete",
        Counter::Rated => "h.m_rated",
        Counter::Recycled => "h.m_recycled",
        Counter::Reborn => "h.m_reborn",
    }
}

#[cfg(test)]
mod tests;

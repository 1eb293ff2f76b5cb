//! Lists as windows: a page of what fits on a screen, from an index, wherever in the list it lies. Nothing here costs
//! more than the logarithm of the number of handoffs, but for filters that no index narrows; those have a budget.
//!
//! `need` makes of a filter what it asks of a row, `plan` says along which index a list is walked, `walk` does so,
//! `narrow` fetches what few rows a narrow filter leaves, `order` knows where a row stands.

mod judged;
mod need;
mod order;
mod plan;
#[cfg(test)]
mod tests;
mod walk;
mod ways;
pub(super) mod words;

use rusqlite::{Connection, OptionalExtension, Row};

pub(super) use self::judged::measured;
use self::order::{Place, Segment, compare, cursor, place, place_of, segments};
use self::plan::{Column, Wanted};
use self::walk::Scan;
use self::ways::{Way, Ways};
use super::convert::SqlDay;
use super::rows::checks_of;
use super::{Store, StoreError};
use crate::domain::playbook::{Closed, Progress};
use crate::domain::queue::{Count, Edge, NextClock, Page, Query, QueueRow};
use crate::domain::time::Instant;

impl Store {
    /// A page of a list: at most `limit` rows from where `edge` says, in the order of the list.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn window(&self, query: &Query, edge: &Edge, limit: usize) -> Result<Page, StoreError> {
        self.snapshot(|conn| page(conn, query, edge, limit))
    }

    /// How many rows a list has. The roll-ups know exactly how many there are by stage, tier, type and owner; of other
    /// filters rows are counted up to `cap`.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn count(&self, query: &Query, cap: u64) -> Result<Count, StoreError> {
        self.snapshot(|conn| count(conn, query, cap))
    }
}

/// Steps of SQLite's machine after which walking along an index has come to nothing, and another way is looked for: some
/// 6,000 rows.
const PATIENCE: u64 = 100_000;
/// Steps after which a search is given up: a quarter of a second.
const BUDGET: u64 = 5_000_000;

fn page(conn: &Connection, query: &Query, edge: &Edge, limit: usize) -> rusqlite::Result<Page> {
    let Some(wanted) = Wanted::of(need::needs(conn, query)?).filter(|_| limit > 0) else {
        return Ok(Page::default());
    };
    let segments = segments(conn, query.sort)?;
    let (at, forward, with) = match edge {
        Edge::First => (None, true, false),
        Edge::Last => (None, false, false),
        Edge::After(cursor) => (Some(cursor), true, false),
        Edge::Before(cursor) => (Some(cursor), false, false),
        Edge::From(cursor) => (Some(cursor), true, true),
    };
    let at = at.map(|cursor| place(cursor, query.sort, &segments));
    let start = at.as_ref().map(|place| (place, with));
    let by_due = matches!(segments.as_slice(), [only] if only.column == Column::Due);
    let ways = Ways::of(conn, &wanted, by_due)?;
    let fetched = |way: &Way| -> rusqlite::Result<Cut> {
        let values = way.fetch(conn, &wanted)?;
        let mut places: Vec<_> =
            values.iter().filter_map(|values| place_of(values, &segments)).collect();
        places.sort_by(|a, b| compare(a, b, &segments));
        places.dedup();
        Ok(cut(&places, &segments, start, forward, limit))
    };
    let walked = |budget| -> rusqlite::Result<(Cut, bool)> {
        let mut scan = Scan::new(conn, budget)?;
        let cut = walk(&mut scan, &segments, (&wanted, &ways), start, forward, limit)?;
        Ok((cut, scan.gave_up))
    };
    let (cut, partial) = match ways.to_fetch(by_due) {
        Some(way) => (fetched(way)?, false),
        None => match walked(PATIENCE)? {
            (_, true) => match ways.last_resort(conn)? {
                Some(way) => (fetched(way)?, false),
                None => walked(BUDGET)?,
            },
            whole => whole,
        },
    };
    let mut rows = Vec::with_capacity(cut.places.len());
    let mut statement = conn.prepare_cached(ROW)?;
    for place in &cut.places {
        let found = statement.query_row([place.id], |row| read_row(row, place, &segments));
        rows.extend(found.optional()?);
    }
    Ok(Page { rows, before: cut.before, after: cut.after, partial })
}

/// The places of a page.
struct Cut {
    places: Vec<Place>,
    before: bool,
    after: bool,
}

/// Cuts a page out of a whole list.
fn cut(
    places: &[Place],
    segments: &[Segment],
    start: Option<(&Place, bool)>,
    forward: bool,
    limit: usize,
) -> Cut {
    let (from, to) = match (start, forward) {
        (None, true) => (0, limit),
        (None, false) => (places.len().saturating_sub(limit), places.len()),
        (Some((start, with)), true) => {
            let from = places.partition_point(|place| {
                let order = compare(place, start, segments);
                order.is_lt() || (order.is_eq() && !with)
            });
            (from, from.saturating_add(limit))
        }
        (Some((start, _)), false) => {
            let to = places.partition_point(|place| compare(place, start, segments).is_lt());
            (to.saturating_sub(limit), to)
        }
    };
    let to = to.min(places.len());
    Cut { places: places[from..to].to_vec(), before: from > 0, after: to < places.len() }
}

/// Walks to a page.
fn walk(
    scan: &mut Scan<'_>,
    segments: &[Segment],
    wanted: (&Wanted, &Ways),
    start: Option<(&Place, bool)>,
    forward: bool,
    limit: usize,
) -> rusqlite::Result<Cut> {
    let mut places = scan.walk(segments, wanted, start, forward, limit.saturating_add(1))?;
    let ahead = places.len() > limit;
    places.truncate(limit);
    // Whether there is something on the side that the page was not read towards.
    let behind = match (places.first().or(start.map(|(place, _)| place)), start) {
        (Some(_), None) | (None, _) => false,
        (Some(first), Some(_)) if !scan.gave_up => {
            !scan.walk(segments, wanted, Some((first, places.is_empty())), !forward, 1)?.is_empty()
        }
        (Some(_), Some(_)) => true,
    };
    if forward {
        return Ok(Cut { places, before: behind, after: ahead });
    }
    places.reverse();
    Ok(Cut { places, before: ahead, after: behind })
}

fn count(conn: &Connection, query: &Query, cap: u64) -> rusqlite::Result<Count> {
    let Some(wanted) = Wanted::of(need::needs(conn, query)?) else { return Ok(Count::Exactly(0)) };
    if let Some(exactly) = plan::tallied(conn, &wanted)? {
        return Ok(Count::Exactly(exactly));
    }
    let ways = Ways::of(conn, &wanted, true)?;
    let Some(way) = ways.to_count(conn)? else { return Ok(Count::Exactly(0)) };
    let enough = usize::try_from(cap.saturating_add(1)).unwrap_or(usize::MAX);
    let mut scan = Scan::new(conn, BUDGET)?;
    let (found, done) = way.count(conn, &wanted, enough);
    scan.unless_spent(done)?;
    let found = found as u64;
    Ok(if found > cap || scan.gave_up {
        Count::AtLeast(found.min(cap))
    } else {
        Count::Exactly(found)
    })
}

const ROW: &str = "
    SELECT h.version, h.account, h.company, h.tier, h.kind, h.stage, h.source, h.score, h.region, h.assignee, p.name,
           h.next_clock, h.next_started, h.next_warn, h.next_due, h.paused, h.at_created, h.code, h.on_wake, h.touches,
           h.rating, h.checks, h.at_given, h.at_first_touch, h.at_responded, h.at_meeting, h.at_held, c.opted_out,
           c.do_not_call
    FROM handoff AS h LEFT JOIN person AS p ON p.id = h.assignee LEFT JOIN contact AS c ON c.id = h.contact
    WHERE h.id = ?1";

fn read_row(row: &Row<'_>, place: &Place, segments: &[Segment]) -> rusqlite::Result<QueueRow> {
    let cursor = cursor(place, segments);
    let next = match row.get(11)? {
        Some(name) => {
            Some(NextClock { name, started: row.get(12)?, warn: row.get(13)?, due: row.get(14)? })
        }
        None => None,
    };
    Ok(QueueRow {
        id: cursor.id,
        version: row.get(0)?,
        cursor,
        account: row.get(1)?,
        company: row.get(2)?,
        tier: row.get(3)?,
        kind: row.get(4)?,
        stage: row.get(5)?,
        source: row.get(6)?,
        score: row.get(7)?,
        region: row.get(8)?,
        assignee: row.get(9)?,
        assignee_name: row.get(10)?,
        held: row.get::<_, bool>(15)? && next.is_none(),
        next,
        created: row.get(16)?,
        code: row.get(17)?,
        wake: row.get::<_, Option<SqlDay>>(18)?.map(|day| day.0),
        touches: row.get(19)?,
        rating: row.get(20)?,
        progress: progress(row)?,
    })
}

/// How far a handoff has come, from the last columns of [`ROW`].
fn progress(row: &Row<'_>) -> rusqlite::Result<Progress> {
    let given: Option<Instant> = row.get(22)?;
    // Nearly every row has none, and none is nothing to read.
    let checks = checks_of(row.get_ref(21)?.as_str()?)?;
    Ok(Progress {
        given,
        first_touch: row.get(23)?,
        responded: row.get(24)?,
        meeting: row.get(25)?,
        held: row.get(26)?,
        checked: checks
            .into_iter()
            .filter(|check| given.is_none_or(|given| check.at >= given))
            .map(|check| check.what)
            .collect(),
        closed: Closed {
            email: row.get::<_, Option<bool>>(27)?.unwrap_or_default(),
            call: row.get::<_, Option<bool>>(28)?.unwrap_or_default(),
        },
    })
}

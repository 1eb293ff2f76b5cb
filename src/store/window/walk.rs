//! Walking along an index from a place until a page is full, with a budget.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params_from_iter};

use super::need::Range;
use super::order::{Key, Place, Segment, compare};
use super::plan::{Walk, Wanted};
use super::ways::Ways;
use crate::store::sql::Sql;

/// The end of `(column, h.id) > (?, ?`. Without a collation, which an id has not, SQLite seeks by the column alone and
/// reads every row that ties in it; and where one of the two has a collation, the other must have its own.
const BY_ID: &str = " COLLATE BINARY)";
/// Steps between two looks at the budget.
const STRIDE: i32 = 500;

/// A connection that gives up a search which takes too long. Steps of SQLite's machine are counted and not time, so that
/// a list is cut at the same row everywhere.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    pub(super) conn: &'a Connection,
    #[cfg(test)]
    used: Arc<AtomicU64>,
    /// The budget is used up.
    pub(super) gave_up: bool,
}

impl<'a> Scan<'a> {
    /// Starts counting steps towards a budget.
    pub(super) fn new(conn: &'a Connection, budget: u64) -> rusqlite::Result<Self> {
        let used = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&used);
        let stride = u64::from(STRIDE.unsigned_abs());
        conn.progress_handler(STRIDE, Some(move || counter.fetch_add(stride, Relaxed) >= budget))?;
        Ok(Self {
            conn,
            #[cfg(test)]
            used,
            gave_up: false,
        })
    }

    /// Steps so far.
    #[cfg(test)]
    pub(super) fn used(&self) -> u64 {
        self.used.load(Relaxed)
    }

    /// Takes what was done, also where it only failed because the budget is used up, which is noted.
    pub(super) fn unless_spent(&mut self, done: rusqlite::Result<()>) -> rusqlite::Result<()> {
        match done {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
                self.gave_up = true;
                Ok(())
            }
            done => done,
        }
    }

    /// Rows from a range of an index, as far as the budget goes.
    fn places(&mut self, sql: &Sql, segment: usize, out: &mut Vec<Place>) -> rusqlite::Result<()> {
        let mut take = || {
            let mut statement = self.conn.prepare_cached(sql.text())?;
            let mut rows = statement.query(params_from_iter(sql.params()))?;
            while let Some(row) = rows.next()? {
                let key = match row.get(0)? {
                    Value::Integer(number) => Key::Number(number),
                    Value::Text(text) => Key::Text(text),
                    _ => Key::Text(String::new()),
                };
                out.push(Place { segment, key, id: row.get(1)? });
            }
            Ok(())
        };
        let done = take();
        self.unless_spent(done)
    }

    /// Up to `limit` places in the direction of reading from `start`, nearest first.
    pub(super) fn walk(
        &mut self,
        segments: &[Segment],
        (wanted, ways): (&Wanted, &Ways),
        start: Option<(&Place, bool)>,
        forward: bool,
        limit: usize,
    ) -> rusqlite::Result<Vec<Place>> {
        let mut found: Vec<Place> = Vec::new();
        let mut order: Vec<usize> = (0..segments.len()).collect();
        match (start, forward) {
            (Some((start, _)), true) => order.retain(|at| *at >= start.segment),
            (Some((start, _)), false) => order.retain(|at| *at <= start.segment),
            (None, _) => {}
        }
        if !forward {
            order.reverse();
        }
        for at in order {
            let Some((segment, part)) =
                segments.get(at).and_then(|segment| Some((segment, segment.of(wanted)?)))
            else {
                continue;
            };
            let start = start.filter(|(start, _)| start.segment == at);
            let missing = limit - found.len();
            let more =
                self.segment(segments, (at, segment), (&part, ways), start, forward, missing)?;
            found.extend(more);
            if found.len() >= limit || self.gave_up {
                break;
            }
        }
        Ok(found)
    }

    /// The same inside one segment, merged from its streams.
    fn segment(
        &mut self,
        segments: &[Segment],
        (at, segment): (usize, &Segment),
        (part, ways): (&Wanted, &Ways),
        start: Option<(&Place, bool)>,
        forward: bool,
        limit: usize,
    ) -> rusqlite::Result<Vec<Place>> {
        let upward = segment.descending != forward;
        let own;
        let ways = if segments.len() == 1 {
            ways
        } else {
            own = Ways::by_due(self.conn, part)?;
            &own
        };
        let Some(way) = ways.to_walk() else { return Ok(Vec::new()) };
        let walk = part.walk(segment.column, way);
        let mut found: Vec<Place> = Vec::new();
        for stream in &walk.streams {
            // Once there are enough, later streams only matter as far as the last one of those.
            let last = found.get(limit.wrapping_sub(1));
            let Some(sql) = walk.statement(stream, start, last, upward, limit) else { continue };
            self.places(&sql, at, &mut found)?;
            if walk.streams.len() > 1 {
                found.sort_by(|a, b| {
                    let order = compare(a, b, segments);
                    if forward { order } else { order.reverse() }
                });
                found.truncate(limit);
            }
            if self.gave_up {
                break;
            }
        }
        Ok(found)
    }
}

impl Drop for Scan<'_> {
    fn drop(&mut self) {
        // Nothing can be done about a handler that stays; it would only cut the next search short.
        drop(self.conn.progress_handler(0, None::<fn() -> bool>));
    }
}

impl Walk {
    /// The statement for up to `limit` places of a stream, from a place on, itself included or not, and before another.
    /// None where all of the stream lies before the start.
    pub(super) fn statement(
        &self,
        (from, range): &(Sql, Range),
        start: Option<(&Place, bool)>,
        last: Option<&Place>,
        upward: bool,
        limit: usize,
    ) -> Option<Sql> {
        let name = self.column.name();
        let mut sql = Sql::new("SELECT ");
        sql.push(name).push(", h.id").append(from);
        let number = |place: &Place| match place.key {
            Key::Number(number) => Some(number),
            Key::Text(_) => None,
        };
        let starts = start.and_then(|(place, _)| number(place));
        if starts.is_some_and(|at| if upward { at > range.last } else { at < range.first }) {
            return None;
        }
        // One bound for each end, so that the index can take both: the place, or the filter's where that is nearer.
        let inside =
            |place: &Place| number(place).is_none_or(|at| range.first <= at && at <= range.last);
        let start = start.filter(|(place, _)| inside(place));
        let last = last.filter(|place| inside(place));
        if let Some((place, with)) = start {
            self.bound(place, upward, with, &mut sql);
        }
        if let Some(place) = last {
            self.bound(place, !upward, false, &mut sql);
        }
        let (low, high) = (start.is_some(), last.is_some());
        let (low, high) = if upward { (low, high) } else { (high, low) };
        if range.first > i64::MIN && !low {
            sql.push(" AND ").push(name).push(" >= ").bind(range.first);
        }
        if range.last < i64::MAX && !high {
            sql.push(" AND ").push(name).push(" <= ").bind(range.last);
        }
        sql.append(&self.rest).push(" ORDER BY ").push(name);
        sql.push(if upward { ", h.id LIMIT " } else { " DESC, h.id DESC LIMIT " });
        sql.bind(limit as i64);
        Some(sql)
    }

    /// Adds that a row lies above a place or below it, or is it.
    fn bound(&self, place: &Place, above: bool, with: bool, sql: &mut Sql) {
        sql.push(" AND (").push(self.column.name()).push(match (above, with) {
            (true, true) => ", h.id) >= (",
            (true, false) => ", h.id) > (",
            (false, true) => ", h.id) <= (",
            (false, false) => ", h.id) < (",
        });
        sql.bind(place.key.clone()).push(self.column.collation()).bind(place.id).push(BY_ID);
    }
}

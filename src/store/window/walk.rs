//! Walking along an index from a place until a page is full, with a budget.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params_from_iter};

use super::need::Range;
use super::order::{Key, Place, Segment, compare};
use super::plan::{Column, Wanted};
use crate::store::sql::Sql;

/// Steps of SQLite's machine after which a search is given up: a quarter of a second on a slow machine. Steps are
/// counted and not time, so that a list is cut at the same row everywhere.
const BUDGET: u64 = 8_000_000;
/// Steps between two looks at the budget.
const STRIDE: i32 = 10_000;

/// A connection that gives up a search which takes too long.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    pub(super) conn: &'a Connection,
    /// The budget is used up.
    pub(super) gave_up: bool,
}

impl<'a> Scan<'a> {
    /// Starts counting.
    pub(super) fn new(conn: &'a Connection) -> rusqlite::Result<Self> {
        let used = Arc::new(AtomicU64::new(0));
        conn.progress_handler(
            STRIDE,
            Some(move || used.fetch_add(STRIDE.unsigned_abs().into(), Relaxed) > BUDGET),
        )?;
        Ok(Self { conn, gave_up: false })
    }

    /// True where an error only says that the budget is used up, which is noted.
    fn spent(&mut self, error: &rusqlite::Error) -> bool {
        let spent = error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted);
        self.gave_up |= spent;
        spent
    }

    /// Rows from a range of an index, as far as the budget goes.
    fn places(&mut self, sql: &Sql, segment: usize, out: &mut Vec<Place>) -> rusqlite::Result<()> {
        let mut statement = self.conn.prepare_cached(sql.text())?;
        let mut rows = statement.query(params_from_iter(sql.params()))?;
        loop {
            match rows.next() {
                Ok(None) => return Ok(()),
                Ok(Some(row)) => {
                    let key = match row.get(0)? {
                        Value::Integer(number) => Key::Number(number),
                        Value::Text(text) => Key::Text(text),
                        _ => Key::Text(String::new()),
                    };
                    out.push(Place { segment, key, id: row.get(1)? });
                }
                Err(error) if self.spent(&error) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// How many rows a walk finds, counted up to `cap`; fewer than there are where the budget was used up.
    pub(super) fn count(&mut self, wanted: &Wanted, cap: u64) -> rusqlite::Result<u64> {
        let walk = wanted.walk(Column::Due);
        let mut count = 0;
        for (stream, range) in &walk.streams {
            let mut sql = Sql::new("SELECT 1");
            sql.append(stream);
            sql.append(&bounds(walk.column, *range, None, false).unwrap_or_default());
            sql.append(&walk.rest).push(" LIMIT ").bind((cap - count) as i64);
            let mut statement = self.conn.prepare_cached(sql.text())?;
            let mut rows = statement.query(params_from_iter(sql.params()))?;
            loop {
                match rows.next() {
                    Ok(None) => break,
                    Ok(Some(_)) => count += 1,
                    Err(error) if self.spent(&error) => return Ok(count),
                    Err(error) => return Err(error),
                }
            }
            if count >= cap {
                break;
            }
        }
        Ok(count)
    }

    /// Up to `limit` places in the direction of reading from `start`, nearest first.
    pub(super) fn walk(
        &mut self,
        segments: &[Segment],
        wanted: &Wanted,
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
            let more = self.segment(segments, (at, segment), &part, start, forward, missing)?;
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
        part: &Wanted,
        start: Option<(&Place, bool)>,
        forward: bool,
        limit: usize,
    ) -> rusqlite::Result<Vec<Place>> {
        let upward = segment.descending != forward;
        let walk = part.walk(segment.column);
        let name = walk.column.name();
        let mut found: Vec<Place> = Vec::new();
        for (stream, range) in &walk.streams {
            let start = start.map(|(place, with)| (&place.key, place.id, with));
            let Some(bounds) = bounds(walk.column, *range, start, upward) else { continue };
            let mut sql = Sql::new("SELECT ");
            sql.push(name).push(", h.id").append(stream).append(&bounds);
            // Once there are enough, later streams only matter as far as the last one of those.
            if let Some(last) = found.get(limit.wrapping_sub(1)) {
                sql.push(" AND (").push(name).push(if upward {
                    ", h.id) < ("
                } else {
                    ", h.id) > ("
                });
                sql.bind(last.key.clone()).push(", ").bind(last.id).push(")");
            }
            sql.append(&walk.rest).push(" ORDER BY ").push(name);
            sql.push(if upward { ", h.id LIMIT " } else { " DESC, h.id DESC LIMIT " });
            sql.bind(limit as i64);
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

/// The bounds of a stream: those that the filter sets, and where to start; one for each end, so that the index can take
/// both. None where all of the stream lies before the start.
fn bounds(
    column: Column,
    range: Range,
    start: Option<(&Key, i64, bool)>,
    upward: bool,
) -> Option<Sql> {
    let mut sql = Sql::default();
    let name = column.name();
    let inside = |(key, ..): &(&Key, i64, bool)| match key {
        Key::Number(number) => range.first <= *number && *number <= range.last,
        Key::Text(_) => true,
    };
    let beyond = |(key, ..): &(&Key, i64, bool)| match key {
        Key::Number(number) if upward => *number > range.last,
        Key::Number(number) => *number < range.first,
        Key::Text(_) => false,
    };
    if start.as_ref().is_some_and(beyond) {
        return None;
    }
    let start = start.filter(inside);
    if let Some((key, id, with)) = start {
        sql.push(" AND (").push(name).push(match (upward, with) {
            (true, true) => ", h.id) >= (",
            (true, false) => ", h.id) > (",
            (false, true) => ", h.id) <= (",
            (false, false) => ", h.id) < (",
        });
        sql.bind(key.clone()).push(", ").bind(id).push(")");
    }
    if range.first > i64::MIN && !(start.is_some() && upward) {
        sql.push(" AND ").push(name).push(" >= ").bind(range.first);
    }
    if range.last < i64::MAX && (start.is_none() || upward) {
        sql.push(" AND ").push(name).push(" <= ").bind(range.last);
    }
    Some(sql)
}

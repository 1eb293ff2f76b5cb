//! How the clocks of a period's handoffs were kept, and what was heard of those in somebody's hands.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::cells::whole_days;
use super::recount::{SLICES, of_clock};
use super::seen::{Gathered, Seen};
use super::{Cut, Cutting, Edge, Groups, Parts, changes};
use crate::domain::clock::ClockName;
use crate::domain::measure::count::{Heard, Kept, REPORT};
use crate::domain::measure::period::Span;
use crate::domain::time::Instant;
use crate::store::sql::Sql;
use crate::store::{Store, StoreError};

/// Clocks that are counted as late in one transaction, as far as they don't fall due at one moment.
const AT_ONCE: i64 = 500;

/// Adds the clocks of what was submitted in a span.
pub(super) fn count(
    conn: &Connection,
    span: Span,
    cut: &Cut<'_>,
    seen: &mut Seen,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let now = cut.now.0;
    let parts = Parts::of(span, cut.rolled().is_some());
    if let (Some((first, last)), Some(slice)) = (parts.days, cut.rolled()) {
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.cell_value());
        sql.push(", kind, name, sum(met), sum(late), sum(open) FROM ")
            .push(changes::CELL_CLOCK.as_str());
        whole_days(slice, first, last, &mut sql);
        cut.only_cells(&mut sql);
        sql.push(" GROUP BY 1, 2, 3");
        add(conn, &sql, groups)?;
        let until = counted_until(conn)?;
        if until != now {
            add(conn, &since(cut, (until, now), (first, last)), groups)?;
        }
    }
    let mut gathered = Gathered::by(cut.slice);
    for Edge { span, sign } in parts.edges {
        for clock in seen.clocks(conn, span, cut)?.iter() {
            let clocks = &mut gathered.of(clock.told).clocks;
            clocks.entry(clock.name).or_default().add(clock.kept(now, sign));
        }
    }
    gathered.join(groups, seen);
    Ok(())
}

/// Adds counts of clocks by value of the slice, type and name.
fn add(conn: &Connection, sql: &Sql, groups: &mut Groups) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(sql.text())?;
    let mut found = statement.query(params_from_iter(sql.params()))?;
    while let Some(row) = found.next()? {
        let name: ClockName = row.get(2)?;
        let kept = Kept { met: row.get(3)?, missed: row.get(4)?, open: row.get(5)? };
        if kept != Kept::default() {
            let sums = groups.entry((row.get(0)?, row.get(1)?)).or_default();
            sums.clocks.entry(name).or_default().add(kept);
        }
    }
    Ok(())
}

/// Up to when running clocks are counted as late in the cells.
fn counted_until(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT until FROM overdue")?.query_row([], |row| row.get(0))
}

/// What the cells of some days don't know yet: the clocks that came due after they were counted, up to now. Where a
/// machine's clock went back, those that are not due yet again.
fn since(cut: &Cut<'_>, (until, now): (i64, i64), (first, last): (i64, i64)) -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(cut.clock_value());
    let signs = if until < now {
        (", h.kind, c.name, 0, ", ", -")
    } else {
        (", h.kind, c.name, 0, -", ", ")
    };
    sql.push(signs.0).push("count(*)").push(signs.1).push(
        "count(*) FROM clock AS c INDEXED BY clock_due CROSS JOIN handoff AS h ON h.id = c.handoff
         WHERE c.state = 'running' AND c.due > ",
    );
    sql.bind(until.min(now)).push(" AND c.due <= ").bind(until.max(now));
    sql.push(" AND c.end_to_end = 0 AND h.m_day BETWEEN ").bind(first).push(" AND ").bind(last);
    cut.only_people("c.owes_person", &mut sql);
    sql.push(" GROUP BY 1, 2, 3");
    sql
}

/// Counts the running clocks that came due by now as late in the cells: so many at once that others don't wait for it,
/// the rest when it is asked for again.
pub(in crate::store) fn count_overdue(conn: &Connection, now: Instant) -> rusqlite::Result<()> {
    let counted = counted_until(conn)?;
    if now.0 <= counted {
        return Ok(());
    }
    let last: Option<i64> = conn
        .prepare_cached(
            "SELECT due FROM clock INDEXED BY clock_due WHERE state = 'running' AND due > ?1
             ORDER BY due LIMIT 1 OFFSET ?2",
        )?
        .query_row([counted, AT_ONCE], |row| row.get(0))
        .optional()?;
    let until = last.map_or(now.0, |last| last.min(now.0));
    conn.prepare_cached(&format!(
        "INSERT INTO cell_clock (slice, day, value, kind, name, met, late, open)
         SELECT s.slice, h.m_day, {}, h.kind, c.name, 0, count(*), -count(*)
         FROM clock AS c INDEXED BY clock_due CROSS JOIN handoff AS h ON h.id = c.handoff CROSS JOIN {SLICES}
         WHERE c.state = 'running' AND c.due > ?1 AND c.due <= ?2 AND c.end_to_end = 0 AND h.at_submitted IS NOT NULL
         GROUP BY 1, 2, 3, 4, 5
         ON CONFLICT DO UPDATE SET late = late + excluded.late, open = open + excluded.open",
        of_clock()
    ))?
    .execute([counted, until])?;
    conn.prepare_cached("UPDATE overdue SET until = ?1")?.execute([until])?;
    Ok(())
}

impl Store {
    /// What was heard of the handoffs in somebody's hands, by value of the slice and type, as of now.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn heard(&self, cut: &Cut<'_>) -> Result<BTreeMap<(String, String), Heard>, StoreError> {
        self.snapshot(|conn| {
            let mut groups: BTreeMap<(String, String), Heard> = BTreeMap::new();
            let fresh = Cutting::at(Instant(cut.now.0 - REPORT));
            let mut add = |sql: &Sql, sign: i64| -> rusqlite::Result<()> {
                let mut statement = conn.prepare_cached(sql.text())?;
                let mut found = statement.query(params_from_iter(sql.params()))?;
                while let Some(row) = found.next()? {
                    let heard = groups.entry((row.get(0)?, row.get(1)?)).or_default();
                    heard.reported += sign * row.get::<_, i64>(2)?;
                    heard.young += sign * row.get::<_, i64>(3)?;
                    heard.silent += sign * row.get::<_, i64>(4)?;
                }
                Ok(())
            };
            // Of the handoffs themselves.
            let handoffs = |counted: Sql| {
                let mut sql = Sql::new("SELECT ");
                sql.push(cut.value()).push(", h.kind").append(&counted);
                sql.push(" FROM handoff AS h INDEXED BY handoff_heard WHERE h.m_heard IS NOT NULL");
                cut.only_people("h.assignee", &mut sql);
                sql
            };
            let by_group = " GROUP BY 1, 2";
            let Some(slice) = cut.rolled() else {
                let since = cut.now.0 - REPORT;
                let mut counted = Sql::new(", sum(h.m_reported AND h.m_heard >= ");
                counted.bind(since).push("), sum(NOT h.m_reported AND h.m_heard >= ").bind(since);
                counted.push("), sum(h.m_heard < ").bind(since).push(")");
                let mut sql = handoffs(counted);
                sql.push(by_group);
                add(&sql, 1)?;
                groups.retain(|_, heard| *heard != Heard::default());
                return Ok(groups);
            };
            let mut sql = Sql::new("SELECT ");
            sql.push(cut.cell_value()).push(", kind, sum(reported * (day >= ").bind(fresh.day);
            sql.push(")), sum((n - reported) * (day >= ").bind(fresh.day);
            sql.push(")), sum(n * (day < ").bind(fresh.day);
            sql.push(")) FROM cell_heard WHERE slice = ").bind(slice.key().to_owned());
            cut.only_cells(&mut sql);
            sql.push(by_group);
            add(&sql, 1)?;
            // Those of the shorter part of the day were not heard of so long, or were, other than their day.
            let mut sql =
                handoffs(Sql::new(", -sum(h.m_reported), -sum(NOT h.m_reported), count(*)"));
            sql.push(" AND h.m_heard >= ").bind(fresh.moved.from.0);
            sql.push(" AND h.m_heard < ").bind(fresh.moved.until.0).push(by_group);
            add(&sql, fresh.sign)?;
            groups.retain(|_, heard| *heard != Heard::default());
            Ok(groups)
        })
    }
}

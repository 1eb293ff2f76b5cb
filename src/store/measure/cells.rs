//! Counts of the handoffs of a period, by value of a slice, type and age.

use rusqlite::{Connection, params_from_iter};

use super::{CELLS, Cut, Groups, Parts, ROWS};
use crate::domain::measure::count::{COUNTERS, Counts, FOLLOW_UP, HORIZONS, Slice};
use crate::domain::measure::period::Span;
use crate::domain::time::{DAY, Instant};
use crate::store::sql::Sql;
use crate::store::{Store, StoreError};

impl Store {
    /// What was submitted in each span, counted; with their clocks where they are asked for.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn sums(
        &self,
        spans: &[Span],
        cut: &Cut<'_>,
        clocks: bool,
    ) -> Result<Vec<Groups>, StoreError> {
        self.snapshot(|conn| {
            let mut all = Vec::with_capacity(spans.len());
            for span in spans {
                let mut groups = Groups::new();
                counts(conn, *span, cut, &mut groups)?;
                answers(conn, *span, cut, &mut groups)?;
                if clocks {
                    super::clocks::count(conn, *span, cut, &mut groups)?;
                }
                all.push(groups);
            }
            Ok(all)
        })
    }

    /// How many were submitted in each span, by type.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn volumes(&self, spans: &[Span], cut: &Cut<'_>) -> Result<Vec<Groups>, StoreError> {
        self.snapshot(|conn| {
            let mut all = Vec::with_capacity(spans.len());
            for span in spans {
                let mut groups = Groups::new();
                volume(conn, *span, cut, &mut groups)?;
                all.push(groups);
            }
            Ok(all)
        })
    }

    /// How many accounts are on the target account list now.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn listed(&self) -> Result<i64, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT count(*) FROM account INDEXED BY account_tal WHERE on_tal = 1",
            )?
            .query_row([], |row| row.get(0))
        })
    }
}

/// Where ages end and the days begin on which some are due and some are not.
const SPLIT: usize = HORIZONS.len() + 1;

/// The moments from which on a rate that counts from then is not yet due, by horizon.
fn bounds(now: Instant) -> [i64; HORIZONS.len()] {
    HORIZONS.map(|horizon| now.0 - horizon)
}

fn counts(
    conn: &Connection,
    span: Span,
    cut: &Cut<'_>,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let bounds = bounds(cut.now);
    let parts = Parts::of(span, cut.rolled().is_some());
    let rows = |end: &Sql| -> rusqlite::Result<Vec<(String, String, usize, Counts)>> {
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.value()).push(", h.kind");
        for (place, bound) in bounds.iter().enumerate() {
            sql.push(if place == 0 { ", (h.m_from <= " } else { ") + (h.m_from <= " }).bind(*bound);
        }
        sql.push(")").push(ROWS.as_str()).push(" FROM handoff AS h").append(end);
        cut.only_people("h.assignee", &mut sql);
        sql.push(" GROUP BY 1, 2, 3");
        read(conn, &sql)
    };
    let mut found = Vec::new();
    if let (Some((first, last)), Some(slice)) = (parts.days, cut.rolled()) {
        let days = bounds.map(|bound| bound.div_euclid(DAY));
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.cell_value()).push(", kind");
        sql.push(", CASE");
        for (place, day) in days.iter().enumerate() {
            sql.push(" WHEN from_day = ").bind(*day).push(" THEN ").bind((SPLIT + place) as i64);
        }
        for (place, day) in days.iter().enumerate() {
            sql.push(if place == 0 { " ELSE (from_day < " } else { ") + (from_day < " }).bind(*day);
        }
        sql.push(") END").push(CELLS.as_str()).push(" FROM cell");
        whole_days(slice, first, last, &mut sql);
        cut.only_cells(&mut sql);
        sql.push(" GROUP BY 1, 2, 3");
        let (split, whole): (Vec<_>, Vec<_>) =
            read(conn, &sql)?.into_iter().partition(|(_, _, age, _)| *age >= SPLIT);
        found.extend(whole);
        // On the day on which a rate becomes due, every handoff has its own moment. Most periods have none of that day.
        let of_day = |place: usize| split.iter().any(|(_, _, age, _)| *age == SPLIT + place);
        for (_, day) in days.iter().enumerate().filter(|(place, _)| of_day(*place)) {
            let mut end = Sql::new(
                " INDEXED BY handoff_from WHERE h.at_submitted IS NOT NULL AND h.m_from >= ",
            );
            end.bind(day * DAY).push(" AND h.m_from < ").bind((day + 1) * DAY);
            end.push(" AND h.m_day BETWEEN ").bind(first).push(" AND ").bind(last);
            found.extend(rows(&end)?);
        }
    }
    for edge in parts.edges {
        found.extend(rows(&at_edge(edge))?);
    }
    for (value, kind, age, counts) in found {
        let sums = groups.entry((value, kind)).or_default();
        if let Some(aged) = sums.aged.get_mut(age) {
            aged.add(&counts);
        }
    }
    groups.retain(|_, sums| sums.aged.iter().any(|counts| *counts != Counts::default()));
    Ok(())
}

/// The handoffs at the edge of a span.
pub(super) fn at_edge(edge: Span) -> Sql {
    let mut sql = Sql::new(" INDEXED BY handoff_submitted WHERE h.at_submitted >= ");
    sql.bind(edge.from.0).push(" AND h.at_submitted < ").bind(edge.until.0);
    sql
}

/// The cells of whole days.
pub(super) fn whole_days(slice: Slice, first: i64, last: i64, sql: &mut Sql) {
    sql.push(" WHERE slice = ").bind(slice.key().to_owned());
    sql.push(" AND day BETWEEN ").bind(first).push(" AND ").bind(last);
}

fn read(conn: &Connection, sql: &Sql) -> rusqlite::Result<Vec<(String, String, usize, Counts)>> {
    conn.prepare_cached(sql.text())?
        .query_map(params_from_iter(sql.params()), |row| {
            let mut counts = Counts([0; COUNTERS]);
            for (place, count) in counts.0.iter_mut().enumerate() {
                *count = row.get(3 + place)?;
            }
            Ok((row.get(0)?, row.get(1)?, usize::from(row.get::<_, u8>(2)?), counts))
        })?
        .collect()
}

fn answers(
    conn: &Connection,
    span: Span,
    cut: &Cut<'_>,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let bound = cut.now.0 - FOLLOW_UP;
    let parts = Parts::of(span, cut.rolled().is_some());
    let rows = |end: &Sql| {
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.value()).push(", h.kind, sum(h.at_responded <= ").bind(bound);
        sql.push("), sum(h.m_followed AND h.at_responded <= ").bind(bound);
        sql.push("), sum(h.at_responded > ").bind(bound);
        sql.push(") FROM handoff AS h").append(end).push(" AND h.at_responded IS NOT NULL");
        cut.only_people("h.assignee", &mut sql);
        sql.push(" GROUP BY 1, 2");
        sql
    };
    let mut asked = Vec::new();
    if let (Some((first, last)), Some(slice)) = (parts.days, cut.rolled()) {
        let day = bound.div_euclid(DAY);
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.cell_value()).push(", kind, sum(n * (answered_day < ").bind(day);
        sql.push(")), sum(followed * (answered_day < ").bind(day);
        sql.push(")), sum(n * (answered_day > ").bind(day).push(")) FROM cell_answer");
        whole_days(slice, first, last, &mut sql);
        cut.only_cells(&mut sql);
        sql.push(" AND answered_day <> ").bind(day).push(" GROUP BY 1, 2");
        asked.push(sql);
        let mut end = Sql::new(
            " INDEXED BY handoff_responded WHERE h.at_submitted IS NOT NULL AND h.at_responded >= ",
        );
        end.bind(day * DAY).push(" AND h.at_responded < ").bind((day + 1) * DAY);
        end.push(" AND h.m_day BETWEEN ").bind(first).push(" AND ").bind(last);
        asked.push(rows(&end));
    }
    asked.extend(parts.edges.into_iter().map(|edge| rows(&at_edge(edge))));
    for sql in asked {
        let mut statement = conn.prepare_cached(sql.text())?;
        let mut found = statement.query(params_from_iter(sql.params()))?;
        while let Some(row) = found.next()? {
            let answers = &mut groups.entry((row.get(0)?, row.get(1)?)).or_default().answers;
            answers.due += row.get::<_, i64>(2)?;
            answers.followed += row.get::<_, i64>(3)?;
            answers.young += row.get::<_, i64>(4)?;
        }
    }
    Ok(())
}

fn volume(
    conn: &Connection,
    span: Span,
    cut: &Cut<'_>,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let parts = Parts::of(span, cut.rolled().is_some());
    let mut asked = Vec::new();
    if let (Some((first, last)), Some(slice)) = (parts.days, cut.rolled()) {
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.cell_value()).push(", kind, sum(handed) FROM cell");
        whole_days(slice, first, last, &mut sql);
        cut.only_cells(&mut sql);
        sql.push(" GROUP BY 1, 2");
        asked.push(sql);
    }
    for edge in parts.edges {
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.value()).push(", h.kind, count(*) FROM handoff AS h").append(&at_edge(edge));
        cut.only_people("h.assignee", &mut sql);
        sql.push(" GROUP BY 1, 2");
        asked.push(sql);
    }
    for sql in asked {
        let mut statement = conn.prepare_cached(sql.text())?;
        let mut found = statement.query(params_from_iter(sql.params()))?;
        while let Some(row) = found.next()? {
            let sums = groups.entry((row.get(0)?, row.get(1)?)).or_default();
            if let Some(handed) = sums.aged.first_mut().and_then(|counts| counts.0.first_mut()) {
                *handed += row.get::<_, i64>(2)?;
            }
        }
    }
    Ok(())
}

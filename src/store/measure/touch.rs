//! How long first touches took: counts by step from the roll-up find the step that holds a rank, and only the handoffs
//! of that step are read.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::cells::{at_edge, whole_days};
use super::{Cut, Parts, among};
use crate::domain::measure::count::{STEPS, Spread, rank, step};
use crate::domain::measure::period::Span;
use crate::store::sql::Sql;
use crate::store::{Store, StoreError};

/// Counts by step, of each value of the slice.
type Steps = BTreeMap<String, BTreeMap<i64, i64>>;

impl Store {
    /// How long first touches took of what was submitted in a span, of these types or of all, by value of the slice.
    /// How many are not touched yet is left at 0: the counts of [`Store::sums`] know.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn spreads(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
    ) -> Result<BTreeMap<String, Spread>, StoreError> {
        self.snapshot(|conn| {
            let counted = steps(conn, span, kinds, cut)?;
            let mut wanted: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
            for (value, steps) in &counted {
                let n: i64 = steps.values().sum();
                for percent in [50, 90] {
                    if let Some((step, _)) = holds(steps, rank(n, percent)) {
                        wanted.entry(step).or_default().insert(value.to_lowercase());
                    }
                }
            }
            let mut times: BTreeMap<(String, i64), Vec<i64>> = BTreeMap::new();
            for (step, values) in &wanted {
                for (value, ms) in of_step(conn, *step, span, kinds, cut)? {
                    let value = value.to_lowercase();
                    if values.contains(&value) {
                        times.entry((value, *step)).or_default().push(ms);
                    }
                }
            }
            times.values_mut().for_each(|times| times.sort_unstable());
            let mut spreads = BTreeMap::new();
            for (value, steps) in counted {
                let n: i64 = steps.values().sum();
                let at = |percent| {
                    let (step, before) = holds(&steps, rank(n, percent))?;
                    let times = times.get(&(value.to_lowercase(), step))?;
                    times.get(usize::try_from(rank(n, percent) - before).ok()?).copied()
                };
                let mut spread =
                    Spread { touched: n, median: at(50), p90: at(90), ..Spread::default() };
                for (at, count) in &steps {
                    let place = STEPS.iter().position(|(bound, _)| *at < step(*bound));
                    if let Some(shown) = spread.steps.get_mut(place.unwrap_or(STEPS.len())) {
                        *shown += count;
                    }
                }
                spreads.insert(value, spread);
            }
            Ok(spreads)
        })
    }
}

/// The step that holds a rank, and how many lie before it.
fn holds(steps: &BTreeMap<i64, i64>, rank: i64) -> Option<(i64, i64)> {
    let mut before = 0;
    for (step, count) in steps {
        if rank < before + count {
            return (rank >= 0).then_some((*step, before));
        }
        before += count;
    }
    None
}

/// Adds the condition that the type is one of some.
fn only_kinds(column: &'static str, kinds: Option<&[String]>, sql: &mut Sql) {
    if let Some(kinds) = kinds {
        among(column, kinds.iter().map(|kind| Value::from(kind.clone())), sql);
    }
}

fn steps(
    conn: &Connection,
    span: Span,
    kinds: Option<&[String]>,
    cut: &Cut<'_>,
) -> rusqlite::Result<Steps> {
    let parts = Parts::of(span, cut.rolled().is_some());
    let mut asked = Vec::new();
    if let (Some((first, last)), Some(slice)) = (parts.days, cut.rolled()) {
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.cell_value()).push(", step, sum(n) FROM cell_step");
        whole_days(slice, first, last, &mut sql);
        cut.only_cells(&mut sql);
        only_kinds("kind", kinds, &mut sql);
        sql.push(" GROUP BY 1, 2");
        asked.push(sql);
    }
    for edge in parts.edges {
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.value()).push(", h.m_step, count(*) FROM handoff AS h").append(&at_edge(edge));
        sql.push(" AND h.m_step IS NOT NULL");
        cut.only_people("h.assignee", &mut sql);
        only_kinds("h.kind", kinds, &mut sql);
        sql.push(" GROUP BY 1, 2");
        asked.push(sql);
    }
    let mut steps = Steps::new();
    for sql in asked {
        let mut statement = conn.prepare_cached(sql.text())?;
        let mut found = statement.query(params_from_iter(sql.params()))?;
        while let Some(row) = found.next()? {
            let count: i64 = row.get(2)?;
            if count != 0 {
                *steps.entry(row.get(0)?).or_default().entry(row.get(1)?).or_default() += count;
            }
        }
    }
    Ok(steps)
}

/// The times of one step, with the value of the slice.
fn of_step(
    conn: &Connection,
    step: i64,
    span: Span,
    kinds: Option<&[String]>,
    cut: &Cut<'_>,
) -> rusqlite::Result<Vec<(String, i64)>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(cut.value()).push(
        ", max(h.at_first_touch - h.at_assigned, 0) FROM handoff AS h INDEXED BY handoff_step WHERE h.m_step = ",
    );
    sql.bind(step).push(" AND h.at_submitted >= ").bind(span.from.0);
    sql.push(" AND h.at_submitted < ").bind(span.until.0);
    cut.only_people("h.assignee", &mut sql);
    only_kinds("h.kind", kinds, &mut sql);
    conn.prepare_cached(sql.text())?
        .query_map(params_from_iter(sql.params()), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

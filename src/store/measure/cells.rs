//! Counts of the handoffs of a period, by value of a slice, type and age.

use std::collections::BTreeSet;

use rusqlite::{Connection, params_from_iter};

use super::seen::{Counted, Part, Seen};
use super::{CELLS, Cut, Groups, Parts};
use crate::domain::measure::count::{COUNTERS, Counts, FOLLOW_UP, HORIZONS, Slice, Sums, age};
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
        seen: &mut Seen,
    ) -> Result<Vec<Groups>, StoreError> {
        self.snapshot(|conn| {
            let mut all = Vec::with_capacity(spans.len());
            for span in spans {
                let mut groups = Groups::new();
                counts(conn, *span, cut, seen, &mut groups)?;
                if clocks {
                    super::clocks::count(conn, *span, cut, seen, &mut groups)?;
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
    seen: &mut Seen,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let parts = Parts::of(span, cut.rolled().is_some());
    if let (Some(days), Some(slice)) = (parts.days, cut.rolled()) {
        of_days(conn, slice, days, cut, seen, groups)?;
        answers_of_days(conn, slice, days, cut, seen, groups)?;
    }
    for edge in parts.edges {
        let handoffs = seen.handoffs(conn, Part::Submitted(edge.from.0, edge.until.0))?;
        for one in handoffs.iter().filter(|one| one.told.is_in(cut)) {
            let sums = groups.entry(key(one, cut)).or_default();
            count(one, cut, sums);
            answer(one, cut, sums);
        }
    }
    Ok(())
}

/// By what a handoff is told apart from others.
fn key(one: &Counted, cut: &Cut<'_>) -> (String, String) {
    (one.told.value(cut.slice), one.told.kind.to_string())
}

/// Adds what a handoff counts.
fn count(one: &Counted, cut: &Cut<'_>, sums: &mut Sums) {
    if let Some(aged) = sums.aged.get_mut(age(cut.now.0 - one.from)) {
        aged.add(&one.counts);
    }
}

/// Adds how a handoff was answered.
fn answer(one: &Counted, cut: &Cut<'_>, sums: &mut Sums) {
    match one.responded {
        Some(at) if at <= cut.now.0 - FOLLOW_UP => {
            sums.answers.due += 1;
            sums.answers.followed += i64::from(one.followed);
        }
        Some(_) => sums.answers.young += 1,
        None => {}
    }
}

/// The counts of whole days, from the roll-up.
fn of_days(
    conn: &Connection,
    slice: Slice,
    (first, last): (i64, i64),
    cut: &Cut<'_>,
    seen: &mut Seen,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let days = bounds(cut.now).map(|bound| bound.div_euclid(DAY));
    let mut sql = Sql::new("SELECT ");
    sql.push(cut.cell_value()).push(", kind, CASE");
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
    let mut split = BTreeSet::new();
    for (value, kind, age, counts) in read(conn, &sql)? {
        if age >= SPLIT {
            split.insert(age - SPLIT);
        } else if let Some(aged) = groups.entry((value, kind)).or_default().aged.get_mut(age) {
            aged.add(&counts);
        }
    }
    // On the day on which a rate becomes due, every handoff has its own moment. Most periods have none of that day.
    for day in split.into_iter().filter_map(|place| days.get(place)) {
        let handoffs = seen.handoffs(conn, Part::From(*day))?;
        let own = handoffs.iter().filter(|one| (first..=last).contains(&one.day));
        for one in own.filter(|one| one.told.is_in(cut)) {
            count(one, cut, groups.entry(key(one, cut)).or_default());
        }
    }
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

/// How what was submitted on whole days was answered, from the roll-up.
fn answers_of_days(
    conn: &Connection,
    slice: Slice,
    (first, last): (i64, i64),
    cut: &Cut<'_>,
    seen: &mut Seen,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let day = (cut.now.0 - FOLLOW_UP).div_euclid(DAY);
    let mut sql = Sql::new("SELECT ");
    sql.push(cut.cell_value()).push(", kind, sum(n * (answered_day < ").bind(day);
    sql.push(")), sum(followed * (answered_day < ").bind(day);
    sql.push(")), sum(n * (answered_day > ").bind(day);
    sql.push(")), max(answered_day = ").bind(day).push(") FROM cell_answer");
    whole_days(slice, first, last, &mut sql);
    cut.only_cells(&mut sql);
    sql.push(" GROUP BY 1, 2");
    let mut statement = conn.prepare_cached(sql.text())?;
    let mut found = statement.query(params_from_iter(sql.params()))?;
    let mut split = false;
    while let Some(row) = found.next()? {
        let answers = &mut groups.entry((row.get(0)?, row.get(1)?)).or_default().answers;
        answers.due += row.get::<_, i64>(2)?;
        answers.followed += row.get::<_, i64>(3)?;
        answers.young += row.get::<_, i64>(4)?;
        split |= row.get::<_, bool>(5)?;
    }
    if split {
        let handoffs = seen.handoffs(conn, Part::Answered(day))?;
        let own = handoffs.iter().filter(|one| (first..=last).contains(&one.day));
        for one in own.filter(|one| one.told.is_in(cut)) {
            answer(one, cut, groups.entry(key(one, cut)).or_default());
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

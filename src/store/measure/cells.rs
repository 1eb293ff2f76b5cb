//! Counts of the handoffs of a period, by value of a slice, type and age.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rusqlite::{Connection, params_from_iter};

use super::seen::{Counted, Gathered, Part, Seen};
use super::{CELLS, Cut, Cutting, Edge, Groups, Parts, changes};
use crate::domain::measure::count::{COUNTERS, FOLLOW_UP, HORIZONS, Kept, Slice, Sums, age};
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
                // What was taken away again is not there.
                for sums in groups.values_mut() {
                    sums.clocks.retain(|_, kept| *kept != Kept::default());
                }
                groups.retain(|_, sums| *sums != Sums::default());
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
            // A week ends where the next one begins: what lies there is counted once for both.
            let mut edges = BTreeMap::new();
            for span in spans {
                let mut groups = Groups::new();
                volume(conn, *span, cut, &mut edges, &mut groups)?;
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
    let mut gathered = Gathered::by(cut.slice);
    for Edge { span, sign } in parts.edges {
        let handoffs = seen.handoffs(conn, Part::Submitted(span), cut)?;
        for one in handoffs.iter() {
            let sums = gathered.of(one.told);
            count(one, age(cut.now.0 - one.from), sums, sign);
            let young = one.responded.is_none_or(|at| at > cut.now.0 - FOLLOW_UP);
            answer(one, young, sums, sign);
        }
    }
    gathered.join(groups, seen);
    Ok(())
}

/// Adds what a handoff of some age counts, or takes it away.
fn count(one: &Counted, age: usize, sums: &mut Sums, sign: i64) {
    if let Some(aged) = sums.aged.get_mut(age) {
        for (sum, count) in aged.0.iter_mut().zip(one.counts) {
            *sum += sign * i64::from(count);
        }
    }
}

/// Adds how a handoff was answered, or takes it away.
fn answer(one: &Counted, young: bool, sums: &mut Sums, sign: i64) {
    if one.responded.is_none() {
        return;
    }
    if young {
        sums.answers.young += sign;
    } else {
        sums.answers.due += sign;
        sums.answers.followed += sign * i64::from(one.followed);
    }
}

/// The counts of some days, from the roll-up.
fn of_days(
    conn: &Connection,
    slice: Slice,
    (first, last): (i64, i64),
    cut: &Cut<'_>,
    seen: &mut Seen,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    // What counts from this moment on, or later, is younger than the horizon.
    let cuttings = HORIZONS.map(|horizon| Cutting::at(Instant(cut.now.0 - horizon + 1)));
    let mut sql = Sql::new("SELECT ");
    sql.push(cut.cell_value()).push(", kind");
    for (place, bound) in cuttings.iter().enumerate() {
        sql.push(if place == 0 { ", (from_day < " } else { ") + (from_day < " }).bind(bound.day);
    }
    sql.push(")").push(CELLS.as_str());
    for bound in &cuttings {
        let day = bound.moved.from.0.div_euclid(DAY);
        sql.push(", max(from_day = ").bind(day).push(")");
    }
    sql.push(" FROM ").push(changes::CELL.as_str());
    whole_days(slice, first, last, &mut sql);
    cut.only_cells(&mut sql);
    sql.push(" GROUP BY 1, 2, 3");
    let mut wanted = [false; HORIZONS.len()];
    let mut statement = conn.prepare_cached(sql.text())?;
    let mut found = statement.query(params_from_iter(sql.params()))?;
    while let Some(row) = found.next()? {
        let sums = groups.entry((row.get(0)?, row.get(1)?)).or_default();
        if let Some(aged) = sums.aged.get_mut(usize::from(row.get::<_, u8>(2)?)) {
            for (place, sum) in aged.0.iter_mut().enumerate() {
                *sum += row.get::<_, i64>(3 + place)?;
            }
        }
        for (place, wanted) in wanted.iter_mut().enumerate() {
            *wanted |= row.get::<_, bool>(3 + COUNTERS + place)?;
        }
    }
    // On the day on which a rate becomes due, every handoff has its own moment: those of the shorter part of it are older
    // or younger than the day was taken for. Most periods have none of that day.
    let mut gathered = Gathered::by(cut.slice);
    let bounds = cuttings.iter().zip(wanted).enumerate().filter(|(_, (_, wanted))| *wanted);
    for (place, (bound, _)) in bounds {
        // Where this horizon has passed, so have the shorter ones before it.
        let passed = place + 1;
        let (was, is) = if bound.sign > 0 { (place, passed) } else { (passed, place) };
        let part = Part::From((first, last), bound.moved);
        for one in seen.handoffs(conn, part, cut)?.iter() {
            let sums = gathered.of(one.told);
            count(one, was, sums, -1);
            count(one, is, sums, 1);
        }
    }
    gathered.join(groups, seen);
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

/// How what was submitted on some days was answered, from the roll-up.
fn answers_of_days(
    conn: &Connection,
    slice: Slice,
    (first, last): (i64, i64),
    cut: &Cut<'_>,
    seen: &mut Seen,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let bound = Cutting::at(Instant(cut.now.0 - FOLLOW_UP + 1));
    let mut sql = Sql::new("SELECT ");
    sql.push(cut.cell_value()).push(", kind, sum(n * (answered_day < ").bind(bound.day);
    sql.push(")), sum(followed * (answered_day < ").bind(bound.day);
    sql.push(")), sum(n * (answered_day >= ").bind(bound.day);
    let day = bound.moved.from.0.div_euclid(DAY);
    sql.push(")), max(answered_day = ").bind(day).push(") FROM cell_answer");
    whole_days(slice, first, last, &mut sql);
    cut.only_cells(&mut sql);
    sql.push(" GROUP BY 1, 2");
    let mut statement = conn.prepare_cached(sql.text())?;
    let mut found = statement.query(params_from_iter(sql.params()))?;
    let mut wanted = false;
    while let Some(row) = found.next()? {
        let answers = &mut groups.entry((row.get(0)?, row.get(1)?)).or_default().answers;
        answers.due += row.get::<_, i64>(2)?;
        answers.followed += row.get::<_, i64>(3)?;
        answers.young += row.get::<_, i64>(4)?;
        wanted |= row.get::<_, bool>(5)?;
    }
    if wanted {
        let handoffs = seen.handoffs(conn, Part::Answered(bound.moved), cut)?;
        let own = handoffs.iter().filter(|one| (first..=last).contains(&one.day));
        let mut gathered = Gathered::by(cut.slice);
        for one in own {
            let sums = gathered.of(one.told);
            let young = bound.sign < 0;
            answer(one, !young, sums, -1);
            answer(one, young, sums, 1);
        }
        gathered.join(groups, seen);
    }
    Ok(())
}

/// How many were submitted in a part of a day, by value and type.
type Volumes = Vec<((String, String), i64)>;

fn volume(
    conn: &Connection,
    span: Span,
    cut: &Cut<'_>,
    edges: &mut BTreeMap<Span, Volumes>,
    groups: &mut Groups,
) -> rusqlite::Result<()> {
    let parts = Parts::of(span, cut.rolled().is_some());
    let mut add = |volumes: &Volumes, sign: i64| {
        for (key, n) in volumes {
            let aged = &mut groups.entry(key.clone()).or_default().aged;
            if let Some(handed) = aged.first_mut().and_then(|counts| counts.0.first_mut()) {
                *handed += sign * n;
            }
        }
    };
    if let (Some((first, last)), Some(slice)) = (parts.days, cut.rolled()) {
        let mut sql = Sql::new("SELECT ");
        sql.push(cut.cell_value()).push(", kind, sum(handed) FROM ").push(changes::CELL.as_str());
        whole_days(slice, first, last, &mut sql);
        cut.only_cells(&mut sql);
        add(&volumes(conn, sql)?, 1);
    }
    for Edge { span, sign } in parts.edges {
        if let Entry::Vacant(unknown) = edges.entry(span) {
            let mut sql = Sql::new("SELECT ");
            sql.push(cut.value()).push(", h.kind, count(*) FROM handoff AS h");
            sql.append(&at_edge(span));
            cut.only_people("h.assignee", &mut sql);
            unknown.insert(volumes(conn, sql)?);
        }
        if let Some(known) = edges.get(&span) {
            add(known, sign);
        }
    }
    Ok(())
}

fn volumes(conn: &Connection, mut sql: Sql) -> rusqlite::Result<Volumes> {
    sql.push(" GROUP BY 1, 2");
    let mut statement = conn.prepare_cached(sql.text())?;
    let found = statement.query_map(params_from_iter(sql.params()), |row| {
        Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
    })?;
    found.collect()
}

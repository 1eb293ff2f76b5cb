//! How long first touches took: counts by step from the roll-up find the step that holds a rank, and only the handoffs
//! of that step are read.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params_from_iter};

use super::cells::whole_days;
use super::seen::{Part, Seen, Told};
use super::{Cut, Edge, Parts};
use crate::domain::ids::HandoffId;
use crate::domain::measure::count::{STEPS, Slice, Spread, rank, step};
use crate::domain::measure::period::Span;
use crate::store::sql::Sql;
use crate::store::{Store, StoreError};

/// Counts by step, of each value of the slice in small letters: roll-ups tell no others apart.
type Steps = BTreeMap<String, BTreeMap<i64, i64>>;

/// The same of each value and type.
pub(super) type StepCells = BTreeMap<(String, String), BTreeMap<i64, i64>>;

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
        seen: &mut Seen,
    ) -> Result<BTreeMap<String, Spread>, StoreError> {
        self.snapshot(|conn| {
            let counted = steps(conn, span, kinds, cut, seen)?;
            let mut wanted: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
            for (value, steps) in &counted {
                let n: i64 = steps.values().sum();
                for percent in [50, 90] {
                    if let Some((step, _)) = at_rank(steps, rank(n, percent)) {
                        wanted.entry(step).or_default().insert(value.clone());
                    }
                }
            }
            let mut times: BTreeMap<(String, i64), Vec<i64>> = BTreeMap::new();
            for (step, values) in &wanted {
                let touches = seen.touches(conn, *step, span, cut)?;
                let own = touches.iter().filter(|touch| holds(kinds, seen.kind(touch.told)));
                // There are thousands of touches, and few values.
                let mut by_place: BTreeMap<i64, (Told, Vec<i64>)> = BTreeMap::new();
                for touch in own {
                    let place = touch.told.place(cut.slice);
                    by_place.entry(place).or_insert((touch.told, Vec::new())).1.push(touch.took);
                }
                for (told, took) in by_place.into_values() {
                    let value = seen.value(told, cut.slice).to_ascii_lowercase();
                    if values.contains(&value) {
                        times.entry((value, *step)).or_default().extend(took);
                    }
                }
            }
            times.values_mut().for_each(|times| times.sort_unstable());
            let mut spreads = BTreeMap::new();
            for (value, steps) in counted {
                let n: i64 = steps.values().sum();
                let at = |percent| {
                    let (step, before) = at_rank(&steps, rank(n, percent))?;
                    let times = times.get(&(value.clone(), step))?;
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

impl Store {
    /// The handoffs of a span whose first touch took longest, at most so many; `median` is how long half of them took.
    ///
    /// Reads the handoffs of the longest steps only.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn slowest(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
        (median, most): (i64, usize),
        seen: &mut Seen,
    ) -> Result<Vec<(HandoffId, String)>, StoreError> {
        let cut = Cut { slice: Slice::All, ..*cut };
        self.snapshot(|conn| {
            let mut found = Vec::new();
            let counted = steps(conn, span, kinds, &cut, seen)?.remove("").unwrap_or_default();
            for step in counted.range(step(median)..).rev().map(|(step, _)| *step) {
                let touches = seen.touches(conn, step, span, &cut)?;
                let own = touches.iter().filter(|one| holds(kinds, seen.kind(one.told)));
                found.extend(own.map(|touch| (Reverse(touch.took), touch.handoff)));
                if found.len() >= most {
                    break;
                }
            }
            found.sort_unstable();
            let mut company = conn.prepare_cached("SELECT company FROM handoff WHERE id = ?1")?;
            let named = found.into_iter().take(most);
            named.map(|(_, id)| Ok((id, company.query_row([id], |row| row.get(0))?))).collect()
        })
    }
}

/// The step that holds a rank, and how many lie before it.
fn at_rank(steps: &BTreeMap<i64, i64>, rank: i64) -> Option<(i64, i64)> {
    let mut before = 0;
    for (step, count) in steps {
        if rank < before + count {
            return (rank >= 0).then_some((*step, before));
        }
        before += count;
    }
    None
}

fn steps(
    conn: &Connection,
    span: Span,
    kinds: Option<&[String]>,
    cut: &Cut<'_>,
    seen: &mut Seen,
) -> rusqlite::Result<Steps> {
    let parts = Parts::of(span, cut.rolled().is_some());
    let mut steps = Steps::new();
    if let (Some(days), Some(slice)) = (parts.days, cut.rolled()) {
        let cells = seen.steps(slice, days, || step_cells(conn, slice, days, cut))?;
        for ((value, _), own) in cells.iter().filter(|((_, kind), _)| holds(kinds, kind)) {
            let steps = steps.entry(value.clone()).or_default();
            own.iter().for_each(|(step, n)| *steps.entry(*step).or_default() += n);
        }
    }
    for Edge { span, sign } in parts.edges {
        let handoffs = seen.handoffs(conn, Part::Submitted(span), cut)?;
        for one in handoffs.iter().filter(|one| holds(kinds, seen.kind(one.told))) {
            if let Some(step) = one.step {
                let steps =
                    steps.entry(seen.value(one.told, cut.slice).to_ascii_lowercase()).or_default();
                *steps.entry(step).or_default() += sign;
            }
        }
    }
    // What was taken away again is not there.
    steps.values_mut().for_each(|steps| steps.retain(|_, n| *n != 0));
    steps.retain(|_, steps| !steps.is_empty());
    Ok(steps)
}

/// The counts of some days, from the roll-up.
fn step_cells(
    conn: &Connection,
    slice: Slice,
    (first, last): (i64, i64),
    cut: &Cut<'_>,
) -> rusqlite::Result<StepCells> {
    let mut sql = Sql::new("SELECT ");
    sql.push(cut.cell_value()).push(", kind, step, n FROM cell_step");
    whole_days(slice, first, last, &mut sql);
    cut.only_cells(&mut sql);
    let mut statement = conn.prepare_cached(sql.text())?;
    let mut found = statement.query(params_from_iter(sql.params()))?;
    let (mut cells, mut key) = (StepCells::new(), (String::new(), String::new()));
    let mut own: BTreeMap<i64, i64> = BTreeMap::new();
    let mut put = |key: (String, String), own: BTreeMap<i64, i64>| {
        let cell = cells.entry((key.0.to_ascii_lowercase(), key.1)).or_default();
        own.into_iter().for_each(|(step, n)| *cell.entry(step).or_default() += n);
    };
    while let Some(row) = found.next()? {
        // They lie by day, value and type, so that few rows are of another one than the row before.
        let (value, kind) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
        if (value, kind) != (key.0.as_str(), key.1.as_str()) {
            let before = std::mem::replace(&mut key, (value.to_owned(), kind.to_owned()));
            put(before, std::mem::take(&mut own));
        }
        *own.entry(row.get(2)?).or_default() += row.get::<_, i64>(3)?;
    }
    put(key, own);
    Ok(cells)
}

fn holds(kinds: Option<&[String]>, own: &str) -> bool {
    kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind == own))
}

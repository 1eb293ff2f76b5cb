//! Handoffs that are read one by one: at the edges of a period, on the days on which a rate becomes due, of the step that
//! holds a rank, and where the roll-ups don't know the answer. Everything that is asked of one period shares them, so that
//! a report with five cuts reads each handoff once.

use std::collections::BTreeMap;
use std::rc::Rc;

use rusqlite::{Connection, Row, params_from_iter};

use super::touch::StepCells;
use super::{Cut, Groups, ROWS};
use crate::domain::clock::ClockName;
use crate::domain::ids::HandoffId;
use crate::domain::measure::count::{COUNTERS, Kept, Slice, Sums};
use crate::domain::measure::period::Span;
use crate::domain::time::DAY;
use crate::store::sql::Sql;

/// What was read one by one so far, for as long as one question takes. All its cuts look at the same people, and only
/// what those have is read.
#[derive(Debug, Default)]
pub struct Seen {
    words: Vec<Rc<str>>,
    places: BTreeMap<Rc<str>, Word>,
    handoffs: BTreeMap<Part, Rc<Vec<Counted>>>,
    clocks: BTreeMap<Span, Rc<Vec<Clock>>>,
    touches: BTreeMap<(bool, i64, Span), Rc<Vec<Touch>>>,
    steps: BTreeMap<(&'static str, (i64, i64)), Rc<StepCells>>,
}

/// Handoffs that are read together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Part {
    /// Those that were submitted in a span.
    Submitted(Span),
    /// Those of some days whose rates count from a moment in a span.
    From((i64, i64), Span),
    /// Those that were answered in it.
    Answered(Span),
}

/// A word by its place among those that were read: there are ten thousands of rows, and few words.
type Word = u32;

/// By what a handoff is told apart from others; [`Seen`] has the words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    kind: Word,
    source: Word,
    tier: Word,
    segment: Word,
    /// Who has it, or owed its clock.
    person: Option<i64>,
}

impl Told {
    /// A number that is the same for what a slice does not tell apart.
    pub(super) fn place(self, slice: Slice) -> i64 {
        match slice {
            Slice::All => 0,
            Slice::Person => self.person.unwrap_or(i64::MIN),
            Slice::Source => self.source.into(),
            Slice::Tier => self.tier.into(),
            Slice::Segment => self.segment.into(),
        }
    }
}

/// Sums of what was read one by one. They join the others once for each value and type, not once a row: numbers compare
/// faster than words.
pub(super) struct Gathered {
    slice: Slice,
    sums: BTreeMap<(i64, Word), (Told, Sums)>,
}

impl Gathered {
    /// Nothing yet, to be told apart by a slice.
    pub(super) const fn by(slice: Slice) -> Self {
        Self { slice, sums: BTreeMap::new() }
    }

    /// The sums that something counts in.
    pub(super) fn of(&mut self, told: Told) -> &mut Sums {
        let key = (told.place(self.slice), told.kind);
        &mut self.sums.entry(key).or_insert_with(|| (told, Sums::default())).1
    }

    /// Adds all of it to what was summed otherwise.
    pub(super) fn join(self, groups: &mut Groups, seen: &Seen) {
        for (told, sums) in self.sums.into_values() {
            let key = (seen.value(told, self.slice), seen.kind(told).to_owned());
            groups.entry(key).or_default().add(&sums);
        }
    }
}

/// What a handoff adds to the counts.
#[derive(Debug)]
pub(super) struct Counted {
    id: i64,
    pub(super) told: Told,
    /// The day of UTC it was submitted on.
    pub(super) day: i64,
    /// Since when its rates count.
    pub(super) from: i64,
    pub(super) responded: Option<i64>,
    pub(super) followed: bool,
    /// The step of its first touch.
    pub(super) step: Option<i64>,
    /// For each counter, in their order.
    pub(super) counts: [i32; COUNTERS],
}

/// A clock that ended, or runs until it is due, or is held.
#[derive(Debug)]
pub(super) struct Clock {
    pub(super) told: Told,
    pub(super) name: ClockName,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Met,
    Late,
    Held,
    Due(i64),
}

/// How long a first touch took.
#[derive(Debug)]
pub(super) struct Touch {
    pub(super) told: Told,
    pub(super) handoff: HandoffId,
    /// In milliseconds.
    pub(super) took: i64,
}

impl Clock {
    /// How it was kept as of a moment, so many times.
    pub(super) fn kept(&self, now: i64, times: i64) -> Kept {
        let kept = Kept::default();
        match self.state {
            State::Met => Kept { met: times, ..kept },
            State::Late => Kept { missed: times, ..kept },
            State::Due(due) if due <= now => Kept { missed: times, ..kept },
            State::Due(_) | State::Held => Kept { open: times, ..kept },
        }
    }
}

/// The columns of [`Told`] of a handoff `h`, after the one of the person.
const TOLD: &str = ", h.kind, h.source, h.tier, coalesce(h.segment, '')";

/// Where the handoffs lie whose rates count from a moment: from the assignment or, as long as there is none, from the
/// submission. An index of both would be written anew by every assignment, far from everything else that is.
const FROM: &[&str] = &[
    "handoff_assigned WHERE h.at_assigned",
    "handoff_submitted WHERE h.at_assigned IS NULL AND h.at_submitted",
];

/// The columns of [`Clock`] beside what it is told apart by, of a clock `c`.
const CLOCK: &str = ", c.name, c.state, c.due";

/// The clocks that count.
const KEPT: &str = " AND c.end_to_end = 0 AND c.state <> 'cancelled'";

/// What was submitted in a span, in the order of the handoffs, in which their clocks lie: whoever takes them as they were
/// submitted reads pages of clocks again and again.
fn ids(span: Span) -> Sql {
    let mut sql = Sql::new("(SELECT id FROM handoff INDEXED BY handoff_submitted");
    sql.push(" WHERE at_submitted >= ").bind(span.from.0);
    sql.push(" AND at_submitted < ").bind(span.until.0).push(")");
    sql
}

/// A clock whose own columns begin at a place.
fn clock(told: Told, row: &Row<'_>, place: usize) -> rusqlite::Result<Clock> {
    let state = match row.get_ref(place + 1)?.as_str()? {
        "met" => State::Met,
        "running" => State::Due(row.get(place + 2)?),
        "paused" => State::Held,
        _ => State::Late,
    };
    Ok(Clock { told, name: row.get(place)?, state })
}

impl Seen {
    /// What stands for something in a slice.
    pub(super) fn value(&self, told: Told, slice: Slice) -> String {
        match slice {
            Slice::All => String::new(),
            Slice::Person => told.person.map(|id| id.to_string()).unwrap_or_default(),
            Slice::Source => self.word(told.source).to_owned(),
            Slice::Tier => self.word(told.tier).to_owned(),
            Slice::Segment => self.word(told.segment).to_owned(),
        }
    }

    /// The type of a handoff.
    pub(super) fn kind(&self, told: Told) -> &str {
        self.word(told.kind)
    }

    fn word(&self, word: Word) -> &str {
        self.words.get(word as usize).map_or("", |word| word)
    }

    fn told(&mut self, row: &Row<'_>) -> rusqlite::Result<Told> {
        let mut word = |place: usize| -> rusqlite::Result<Word> {
            let text = row.get_ref(place)?.as_str()?;
            if let Some(known) = self.places.get(text) {
                return Ok(*known);
            }
            let (new, place): (Rc<str>, _) = (text.into(), self.words.len() as Word);
            self.words.push(Rc::clone(&new));
            self.places.insert(new, place);
            Ok(place)
        };
        Ok(Told {
            person: row.get(0)?,
            kind: word(1)?,
            source: word(2)?,
            tier: word(3)?,
            segment: word(4)?,
        })
    }

    /// Everything that a query finds, each row with what it is told apart by.
    fn read<T>(
        &mut self,
        conn: &Connection,
        sql: &Sql,
        each: impl Fn(Told, &Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Rc<Vec<T>>> {
        let mut statement = conn.prepare_cached(sql.text())?;
        let mut rows = statement.query(params_from_iter(sql.params()))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let told = self.told(row)?;
            all.push(each(told, row)?);
        }
        Ok(Rc::new(all))
    }

    /// Counts of first touches by step on some days, read where they are not known yet.
    pub(super) fn steps(
        &mut self,
        slice: Slice,
        days: (i64, i64),
        read: impl FnOnce() -> rusqlite::Result<StepCells>,
    ) -> rusqlite::Result<Rc<StepCells>> {
        if let Some(known) = self.steps.get(&(slice.key(), days)) {
            return Ok(Rc::clone(known));
        }
        let cells = Rc::new(read()?);
        self.steps.insert((slice.key(), days), Rc::clone(&cells));
        Ok(cells)
    }

    /// The handoffs of a part.
    pub(super) fn handoffs(
        &mut self,
        conn: &Connection,
        part: Part,
        cut: &Cut<'_>,
    ) -> rusqlite::Result<Rc<Vec<Counted>>> {
        if let Some(known) = self.handoffs.get(&part) {
            return Ok(Rc::clone(known));
        }
        let (places, span, days): (&[&'static str], Span, _) = match part {
            Part::Submitted(span) => (&["handoff_submitted WHERE h.at_submitted"], span, None),
            Part::From(days, span) => (FROM, span, Some(days)),
            Part::Answered(span) => {
                let place = "handoff_responded WHERE h.at_submitted IS NOT NULL AND h.at_responded";
                (&[place], span, None)
            }
        };
        let mut sql = Sql::default();
        for (n, place) in places.iter().enumerate() {
            sql.push(if n == 0 { "" } else { " UNION ALL " }).push("SELECT h.assignee").push(TOLD);
            sql.push(", h.m_day, h.m_from, h.at_responded, h.m_followed, h.m_step, h.id");
            sql.push(ROWS.as_str()).push(" FROM handoff AS h INDEXED BY ").push(place);
            // Half-open: moments are whole milliseconds.
            sql.push(" BETWEEN ").bind(span.from.0).push(" AND ").bind(span.until.0 - 1);
            if let Some((first, last)) = days {
                // Both indexes have the moment: of handoffs of other days nothing else is read.
                sql.push(" AND h.at_submitted BETWEEN ").bind(first * DAY);
                sql.push(" AND ").bind((last + 1) * DAY - 1);
            }
            cut.only_people("h.assignee", &mut sql);
        }
        let all = self.read(conn, &sql, |told, row| {
            let mut counts = [0; COUNTERS];
            for (place, count) in counts.iter_mut().enumerate() {
                *count = row.get(11 + place)?;
            }
            Ok(Counted {
                id: row.get(10)?,
                told,
                day: row.get(5)?,
                from: row.get(6)?,
                responded: row.get(7)?,
                followed: row.get(8)?,
                step: row.get(9)?,
                counts,
            })
        })?;
        self.handoffs.insert(part, Rc::clone(&all));
        Ok(all)
    }

    /// The clocks of what was submitted in a span.
    pub(super) fn clocks(
        &mut self,
        conn: &Connection,
        span: Span,
        cut: &Cut<'_>,
    ) -> rusqlite::Result<Rc<Vec<Clock>>> {
        if let Some(known) = self.clocks.get(&span) {
            return Ok(Rc::clone(known));
        }
        let all = match cut.people {
            None => self.clocks_of_known(conn, span, cut)?,
            Some(_) => self.clocks_owed(conn, span, cut)?,
        };
        self.clocks.insert(span, Rc::clone(&all));
        Ok(all)
    }

    /// The clocks of handoffs that are read already, or are now: only the clocks themselves are.
    fn clocks_of_known(
        &mut self,
        conn: &Connection,
        span: Span,
        cut: &Cut<'_>,
    ) -> rusqlite::Result<Rc<Vec<Clock>>> {
        let handoffs = self.handoffs(conn, Part::Submitted(span), cut)?;
        let known: BTreeMap<i64, Told> = handoffs.iter().map(|one| (one.id, one.told)).collect();
        let mut sql = Sql::new("SELECT c.handoff, c.owes_person");
        sql.push(CLOCK).push(" FROM clock AS c WHERE c.handoff IN ").append(&ids(span)).push(KEPT);
        let mut statement = conn.prepare_cached(sql.text())?;
        let mut rows = statement.query(params_from_iter(sql.params()))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            if let Some(told) = known.get(&row.get(0)?) {
                all.push(clock(Told { person: row.get(1)?, ..*told }, row, 2)?);
            }
        }
        Ok(Rc::new(all))
    }

    /// The clocks that the people of a cut owe or owed, whoever has their handoffs now.
    fn clocks_owed(
        &mut self,
        conn: &Connection,
        span: Span,
        cut: &Cut<'_>,
    ) -> rusqlite::Result<Rc<Vec<Clock>>> {
        let mut sql = Sql::new("SELECT c.owes_person");
        sql.push(TOLD).push(CLOCK).push(" FROM handoff AS h CROSS JOIN clock AS c");
        sql.push(" ON c.handoff = h.id WHERE h.id IN ").append(&ids(span)).push(KEPT);
        cut.only_people("c.owes_person", &mut sql);
        self.read(conn, &sql, |told, row| clock(told, row, 5))
    }

    /// The first touches of one step of what was submitted in a span, for a cut. Who has it and its type stand in the
    /// index; the handoffs themselves are read only for what tells apart otherwise.
    pub(super) fn touches(
        &mut self,
        conn: &Connection,
        step: i64,
        span: Span,
        cut: &Cut<'_>,
    ) -> rusqlite::Result<Rc<Vec<Touch>>> {
        let whole = !matches!(cut.slice, Slice::All | Slice::Person);
        let key = (whole, step, span);
        if let Some(known) = self.touches.get(&key) {
            return Ok(Rc::clone(known));
        }
        let mut sql = Sql::new("SELECT h.assignee");
        sql.push(if whole { TOLD } else { ", h.kind, '', '', ''" });
        sql.push(", h.id, max(h.at_first_touch - h.at_assigned, 0)");
        sql.push(" FROM handoff AS h INDEXED BY handoff_step WHERE h.m_step = ").bind(step);
        sql.push(" AND h.at_submitted >= ").bind(span.from.0);
        sql.push(" AND h.at_submitted < ").bind(span.until.0);
        cut.only_people("h.assignee", &mut sql);
        let touch =
            |told, row: &Row<'_>| Ok(Touch { told, handoff: row.get(5)?, took: row.get(6)? });
        let all = self.read(conn, &sql, touch)?;
        self.touches.insert(key, Rc::clone(&all));
        Ok(all)
    }
}

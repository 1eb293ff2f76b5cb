//! What gestures did to facts (accounts, contacts, signals, deals, people), so that they can be taken back.
//!
//! Of a record that was changed the trace keeps how it was before; of records that were made, only their ids, since
//! taking them back is removing them. Taking back leaves a trace itself, so that undo and redo are one and the same.

mod image;
mod revert;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

pub(super) use image::Images;
pub(super) use revert::{revert, roll_back, still_named, traced};

use crate::domain::ids::GestureId;

/// A kind of record that is traced.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Fact {
    Person,
    Account,
    Contact,
    Signal,
    Deal,
    Unattached,
}

impl Fact {
    pub(super) const ALL: &'static [Self] =
        &[Self::Person, Self::Account, Self::Contact, Self::Signal, Self::Deal, Self::Unattached];

    /// Its word in the trace, which is its table's name.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Account => "account",
            Self::Contact => "contact",
            Self::Signal => "signal",
            Self::Deal => "deal",
            Self::Unattached => "unattached",
        }
    }

    fn of(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fact| fact.key() == key)
    }

    /// What hangs on it and has no id of its own: tables with the condition that finds its rows.
    const fn parts(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Person => &[("absence", "person = ?1")],
            Self::Account => &[
                ("happening", "account = ?1"),
                ("alias", "kind = 'account' AND id = ?1"),
                ("kept", "kind = 'account' AND id = ?1"),
                ("evaluation", "account = ?1"),
            ],
            Self::Contact => &[
                ("alias", "kind = 'contact' AND id = ?1"),
                ("kept", "kind = 'contact' AND id = ?1"),
            ],
            Self::Signal => &[("kept", "kind = 'signal' AND id = ?1")],
            Self::Deal => &[("kept", "kind = 'deal' AND id = ?1")],
            Self::Unattached => &[("kept", "kind = 'unattached' AND id = ?1")],
        }
    }
}

/// A gesture's trace while it is being made, over as many transactions as it takes.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// Records made so far, as ranges of ids.
    made: BTreeMap<Fact, Vec<(i64, i64)>>,
    /// What is not written yet: made or changed, in order.
    lines: Vec<Line>,
    /// Lines written so far.
    written: i64,
}

#[derive(Debug)]
struct Line {
    fact: Fact,
    first: i64,
    last: i64,
    before: Option<String>,
}

impl Trace {
    /// Nothing is waiting to be written.
    pub(super) const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// A record was made.
    pub(super) fn made(&mut self, fact: Fact, id: i64) {
        let ranges = self.made.entry(fact).or_default();
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == id => *last = id,
            _ => ranges.push((id, id)),
        }
        // Ids rise inside a transaction, so that a line that is not written yet grows with its range.
        match self.lines.last_mut() {
            Some(line) if line.fact == fact && line.before.is_none() && line.last + 1 == id => {
                line.last = id;
            }
            _ => self.lines.push(Line { fact, first: id, last: id, before: None }),
        }
    }

    /// A record is about to be changed.
    pub(super) fn changes(
        &mut self,
        conn: &Connection,
        images: &Images,
        fact: Fact,
        id: i64,
    ) -> rusqlite::Result<()> {
        if self.has_made(fact, id) {
            return Ok(());
        }
        let before = images.read(conn, fact, id)?;
        self.lines.push(Line { fact, first: id, last: id, before });
        Ok(())
    }

    fn has_made(&self, fact: Fact, id: i64) -> bool {
        let Some(ranges) = self.made.get(&fact) else { return false };
        let place = ranges.partition_point(|(first, _)| *first <= id);
        place > 0 && ranges.get(place - 1).is_some_and(|(_, last)| id <= *last)
    }

    /// Writes what is waiting. An import that is tried again goes on behind what it wrote before.
    pub(super) fn write(&mut self, conn: &Connection, gesture: GestureId) -> rusqlite::Result<()> {
        if self.written == 0 {
            self.written = conn
                .prepare_cached("SELECT coalesce(max(n), 0) FROM trace WHERE gesture = ?1")?
                .query_row([gesture], |row| row.get(0))?;
        }
        for line in self.lines.drain(..) {
            self.written += 1;
            conn.prepare_cached(
                "INSERT INTO trace (gesture, n, kind, first, last, before) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                gesture,
                self.written,
                line.fact.key(),
                line.first,
                line.last,
                line.before
            ])?;
        }
        Ok(())
    }
}

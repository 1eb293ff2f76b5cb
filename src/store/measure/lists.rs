//! What a period's report tells one by one: outcomes with what marketing learns from them, who sent what, and which
//! promises were broken by whom. All of it is bounded by the period, never by the store.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rusqlite::{Connection, params_from_iter};

use super::cells::whole_days;
use super::{Cut, Edge, Parts, only_kinds};
use crate::domain::clock::ClockName;
use crate::domain::handoff::Claim;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::measure::Measure;
use crate::domain::measure::blame::{Broken, Party};
use crate::domain::measure::count::Slice;
use crate::domain::measure::feedback::{Disposed, Sender};
use crate::domain::measure::figure::Verdict;
use crate::domain::measure::period::Span;
use crate::domain::signal::Source;
use crate::domain::time::Instant;
use crate::store::convert::not_understood;
use crate::store::sql::Sql;
use crate::store::{Store, StoreError};

/// For each source, how many ended and how often each claim proved wrong.
type Claims = BTreeMap<Source, (i64, BTreeMap<Claim, i64>)>;

impl Store {
    /// How often each code was recorded in a span, the most frequent first.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn reasons(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        let slice = if cut.people.is_some() { Slice::Person } else { Slice::All };
        let parts = Parts::of(span, true);
        let mut asked = Vec::new();
        if let Some((first, last)) = parts.days {
            let mut sql = Sql::new("SELECT code, sum(n) FROM cell_outcome");
            whole_days(slice, first, last, &mut sql);
            cut.only_cells(&mut sql);
            only_kinds("kind", kinds, &mut sql);
            asked.push((sql, 1));
        }
        for Edge { span, sign } in parts.edges {
            let mut sql = Sql::new("SELECT o.code, count(*)");
            sql.append(&of_outcomes(span, kinds, cut));
            asked.push((sql, sign));
        }
        let mut counts: BTreeMap<String, i64> = BTreeMap::new();
        self.snapshot(|conn| {
            for (mut sql, sign) in asked {
                sql.push(" GROUP BY 1");
                let mut statement = conn.prepare_cached(sql.text())?;
                let mut rows = statement.query(params_from_iter(sql.params()))?;
                while let Some(row) = rows.next()? {
                    *counts.entry(row.get(0)?).or_default() += sign * row.get::<_, i64>(1)?;
                }
            }
            Ok(())
        })?;
        let mut counts: Vec<_> = counts.into_iter().filter(|(_, n)| *n != 0).collect();
        counts.sort_by_key(|(_, n)| Reverse(*n));
        Ok(counts)
    }

    /// The outcomes that were recorded in a span and tell marketing something, newest first, at most so many of each
    /// code.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn disposed(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
        each: usize,
    ) -> Result<Vec<Disposed>, StoreError> {
        let codes = self.reasons(span, kinds, cut)?;
        self.snapshot(|conn| {
            let mut all = Vec::new();
            for (code, _) in codes {
                let mut sql = Sql::new(
                    "SELECT o.handoff, h.company, h.kind, h.source, h.sender, o.at, o.code, o.class, o.claim,
                         o.overridden, o.fields",
                );
                sql.append(&of_outcomes(span, kinds, cut)).push(" AND o.code = ").bind(code);
                sql.push(" AND o.class IN ('return', 'recycle', 'disqualify', 'close')");
                sql.push(" ORDER BY o.at DESC, o.id DESC LIMIT ").bind(each as i64);
                all.extend(disposed(conn, &sql)?);
            }
            Ok(all)
        })
    }

    /// How many outcomes were recorded in a span by source, and how many proved which claim wrong.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn claims(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
    ) -> Result<Claims, StoreError> {
        self.read(|conn| {
            let mut sql = Sql::new("SELECT h.source, o.claim, count(*)");
            sql.append(&of_outcomes(span, kinds, cut));
            sql.push(" AND o.class IN ('return', 'recycle', 'disqualify', 'close') GROUP BY 1, 2");
            let mut statement = conn.prepare_cached(sql.text())?;
            let mut rows = statement.query(params_from_iter(sql.params()))?;
            let mut claims = Claims::new();
            while let Some(row) = rows.next()? {
                let (source, claim, n): (Source, Option<Claim>, i64) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                let judged = claims.entry(source).or_default();
                judged.0 += n;
                if let Some(claim) = claim {
                    *judged.1.entry(claim).or_default() += n;
                }
            }
            Ok::<_, rusqlite::Error>(claims)
        })
    }

    /// What each sender handed off in a span; what nobody sent stands under none.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn senders(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
    ) -> Result<BTreeMap<Option<PersonId>, Sender>, StoreError> {
        self.read(|conn| {
            let mut sql = Sql::new(
                "SELECT h.sender, count(*), sum(h.n_incomplete), count(h.rating), coalesce(sum(h.rating), 0)
                 FROM handoff AS h",
            );
            sql.append(&super::cells::at_edge(span));
            cut.only_people("h.assignee", &mut sql);
            only_kinds("h.kind", kinds, &mut sql);
            sql.push(" GROUP BY 1");
            conn.prepare_cached(sql.text())?
                .query_map(params_from_iter(sql.params()), |row| {
                    let sender = Sender {
                        handed: row.get(1)?,
                        incomplete: row.get(2)?,
                        rated: row.get(3)?,
                        stars: row.get(4)?,
                    };
                    Ok((row.get(0)?, sender))
                })?
                .collect::<rusqlite::Result<_>>()
        })
    }

    /// The end-to-end clocks that were broken on what was submitted in a span, by name.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn broken(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
    ) -> Result<BTreeMap<ClockName, Broken>, StoreError> {
        self.read(|conn| {
            let mut sql = Sql::new(
                "SELECT b.name, b.blame, count(*), sum(b.marketing), sum(b.triage), sum(b.assignee), sum(b.prospect)
                 FROM breach AS b INDEXED BY breach_submitted",
            );
            if narrowed(kinds, cut) {
                sql.push(" JOIN handoff AS h ON h.id = b.handoff");
            }
            sql.push(" WHERE b.submitted >= ").bind(span.from.0).push(" AND b.submitted < ").bind(span.until.0);
            cut.only_people("h.assignee", &mut sql);
            only_kinds("h.kind", kinds, &mut sql);
            sql.push(" GROUP BY 1, 2");
            let mut statement = conn.prepare_cached(sql.text())?;
            let mut rows = statement.query(params_from_iter(sql.params()))?;
            let mut all: BTreeMap<ClockName, Broken> = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let blame: String = row.get(1)?;
                let blame: Party = blame.parse().map_err(not_understood)?;
                let n: i64 = row.get(2)?;
                let broken = all.entry(row.get(0)?).or_default();
                broken.n += n;
                for (place, ms) in broken.split.0.iter_mut().enumerate() {
                    *ms += row.get::<_, i64>(3 + place)?;
                }
                if let Some(blamed) = broken.blamed.get_mut(blame as usize) {
                    *blamed += n;
                }
            }
            Ok::<_, rusqlite::Error>(all)
        })
    }
}

/// A promise that was told of above whoever owes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raised {
    /// On which handoff.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// Which promise.
    pub clock: ClockName,
    /// When it was last told of.
    pub at: Instant,
    /// To whom.
    pub to: Vec<PersonId>,
    /// It still runs.
    pub open: bool,
}

impl Store {
    /// The promises that were escalated in a span, those told of last first, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn escalated_in(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
        most: usize,
    ) -> Result<Vec<Raised>, StoreError> {
        self.read(|conn| {
            let mut sql = Sql::new(
                "SELECT e.handoff, h.company, e.name, max(e.at), group_concat(DISTINCT e.person), max(e.open)
                 FROM escalation AS e INDEXED BY escalation_at JOIN handoff AS h ON h.id = e.handoff
                 WHERE e.step > 0 AND e.at >= ",
            );
            sql.bind(span.from.0).push(" AND e.at < ").bind(span.until.0.min(cut.now.0 + 1));
            cut.only_people("h.assignee", &mut sql);
            only_kinds("h.kind", kinds, &mut sql);
            sql.push(" GROUP BY e.handoff, e.name, e.leg ORDER BY 4 DESC, 1, 3 LIMIT ");
            sql.bind(most as i64);
            conn.prepare_cached(sql.text())?
                .query_map(params_from_iter(sql.params()), |row| {
                    let to: Option<String> = row.get(4)?;
                    let ids = to.iter().flat_map(|to| to.split(',')).filter_map(|id| id.parse().ok());
                    Ok(Raised {
                        handoff: row.get(0)?,
                        company: row.get(1)?,
                        clock: row.get(2)?,
                        at: row.get(3)?,
                        to: ids.map(PersonId).collect(),
                        open: row.get(5)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()
        })
    }

    /// Handoffs of a span that stand so to a measure, those submitted first, of one moment by id, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn examples(
        &self,
        span: Span,
        kinds: Option<&[String]>,
        cut: &Cut<'_>,
        (verdict, measure): (Verdict, Measure),
        most: usize,
    ) -> Result<Vec<(HandoffId, String)>, StoreError> {
        self.read(|conn| {
            let mut sql = Sql::new("SELECT h.id, h.company FROM handoff AS h");
            sql.append(&super::cells::at_edge(span));
            cut.only_people("h.assignee", &mut sql);
            only_kinds("h.kind", kinds, &mut sql);
            sql.push(" AND ");
            crate::store::window::measured(verdict, measure, cut.now, &mut sql);
            sql.push(" ORDER BY h.at_submitted, h.id LIMIT ").bind(most as i64);
            conn.prepare_cached(sql.text())?
                .query_map(params_from_iter(sql.params()), |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()
        })
    }
}

/// The outcomes of a span, `outcome AS o` with their `handoff AS h`.
fn of_outcomes(span: Span, kinds: Option<&[String]>, cut: &Cut<'_>) -> Sql {
    let mut sql = Sql::new(
        " FROM outcome AS o INDEXED BY outcome_at JOIN handoff AS h ON h.id = o.handoff WHERE o.at >= ",
    );
    sql.bind(span.from.0).push(" AND o.at < ").bind(span.until.0);
    cut.only_people("h.assignee", &mut sql);
    only_kinds("h.kind", kinds, &mut sql);
    sql
}

/// Whether the handoff itself must be asked: only some types or people count.
fn narrowed(kinds: Option<&[String]>, cut: &Cut<'_>) -> bool {
    kinds.is_some() || cut.people.is_some()
}

fn disposed(conn: &Connection, sql: &Sql) -> rusqlite::Result<Vec<Disposed>> {
    conn.prepare_cached(sql.text())?
        .query_map(params_from_iter(sql.params()), |row| {
            let fields: String = row.get(10)?;
            Ok(Disposed {
                handoff: row.get(0)?,
                company: row.get(1)?,
                kind: row.get(2)?,
                source: row.get(3)?,
                sender: row.get(4)?,
                at: row.get(5)?,
                code: row.get(6)?,
                class: row.get(7)?,
                claim: row.get(8)?,
                overridden: row.get(9)?,
                fields: serde_json::from_str(&fields)
                    .map_err(|error| not_understood(error.to_string()))?,
            })
        })?
        .collect()
}

//! What a filter asks for with what the indexes know about taken apart, and how to walk along a column's index.

use chrono::NaiveDate;
use rusqlite::{Connection, params_from_iter};

use super::need::{Atom, Need, Range, between};
use super::ways::Way;
use super::words::Typed;
use crate::domain::account::Tier;
use crate::domain::ids::PersonId;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::store::rows::NEVER;
use crate::store::sql::Sql;

/// What a filter asks for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// In one of these stages.
    pub(super) stages: Vec<Stage>,
    /// In one of these tiers.
    pub(super) tiers: Vec<Tier>,
    /// Of one of these types, if it is limited.
    pub(super) kinds: Option<Vec<String>>,
    /// Assigned to one of these (or nobody), if it is limited.
    pub(super) owners: Option<Vec<Option<PersonId>>>,
    /// Due within.
    pub(super) due: Range,
    /// Flagged within.
    pub(super) created: Range,
    /// Scored within.
    pub(super) score: Range,
    /// A clock is past this moment, or was when it was held.
    pub(super) breached: Option<i64>,
    /// It has no day on which it comes back.
    pub(super) never_wakes: bool,
    /// Everything else.
    pub(super) rest: Vec<Need>,
}

impl Wanted {
    /// None where nothing can be as it is asked for.
    pub(super) fn of(needs: Vec<Need>) -> Option<Self> {
        let mut wanted = Self {
            stages: Stage::ALL.to_vec(),
            tiers: Tier::ALL.to_vec(),
            kinds: None,
            owners: None,
            due: Range::ALL,
            created: Range::ALL,
            score: Range::ALL,
            breached: None,
            never_wakes: false,
            rest: Vec::new(),
        };
        for need in needs {
            wanted.take(need);
        }
        let rest = &wanted.rest;
        let denied =
            |need: &Need| rest.iter().any(|one| one.negated != need.negated && one.any == need.any);
        let impossible = wanted.stages.is_empty()
            || wanted.tiers.is_empty()
            || wanted.kinds.as_ref().is_some_and(Vec::is_empty)
            || wanted.owners.as_ref().is_some_and(Vec::is_empty)
            || wanted.due.is_empty()
            || wanted.created.is_empty()
            || wanted.score.is_empty()
            || rest.iter().any(|need| !need.negated && need.any.iter().all(Atom::never))
            || rest.iter().any(denied);
        (!impossible).then_some(wanted)
    }

    fn take(&mut self, need: Need) {
        if let Some(stages) = all(&need.any, Atom::stages) {
            let named: Vec<Stage> = stages.concat();
            self.stages.retain(|stage| named.contains(stage) != need.negated);
        } else if let Some(tiers) = all(&need.any, |atom| match atom {
            Atom::Tier(tier) => Some(*tier),
            _ => None,
        }) {
            self.tiers.retain(|tier| tiers.contains(tier) != need.negated);
        } else if need.negated {
            // What is not breached is due later, or not at all, and nothing of it was late when it was held.
            if let [Atom::Breached(now)] = need.any.as_slice() {
                let later = Range { first: now.0.saturating_add(1), last: NEVER };
                self.due = self.due.and(later);
            }
            self.rest.push(need);
        } else if let Some(kinds) = all(&need.any, |atom| match atom {
            Atom::Kind(kind) => Some(kind.clone()),
            _ => None,
        }) {
            narrow(&mut self.kinds, kinds);
        } else if let Some(owners) = all(&need.any, |atom| match atom {
            Atom::Assignee(who) => Some(*who),
            _ => None,
        }) {
            narrow(&mut self.owners, owners);
        } else {
            match need.any.as_slice() {
                [Atom::Due(range)] => self.due = self.due.and(*range),
                [Atom::Created(range)] => self.created = self.created.and(*range),
                [Atom::Score(range)] => self.score = self.score.and(*range),
                [Atom::Breached(now)] => self.breached = Some(now.0),
                [Atom::Words(typed)] => self.take_words(typed.clone()),
                any => {
                    // Only what is queued is put off, and a clock that runs is due.
                    if matches!(any, [Atom::Deferred(_)]) {
                        self.stages.retain(|stage| *stage == Stage::Queued);
                    } else if any.iter().all(|atom| matches!(atom, Atom::Clock(_))) {
                        self.due = self.due.and(Range { first: i64::MIN, last: NEVER - 1 });
                    }
                    self.rest.push(need);
                }
            }
        }
    }

    /// Two words leave the accounts that have both.
    fn take_words(&mut self, typed: Typed) {
        let known = self.rest.iter_mut().find_map(|need| match need.any.as_mut_slice() {
            [Atom::Words(known)] if !need.negated && known.accounts.is_some() => Some(known),
            _ => None,
        });
        match (known, &typed.accounts) {
            (Some(Typed { accounts: Some(known), .. }), Some(also)) => {
                known.retain(|account| also.binary_search(account).is_ok());
            }
            _ => self.rest.push(Need { negated: false, any: vec![Atom::Words(typed)] }),
        }
    }

    /// The values that `open` may have.
    pub(super) fn opens(&self) -> Vec<i64> {
        let open = self.stages.iter().any(|stage| stage.is_open());
        let resting = self.stages.iter().any(|stage| !stage.is_open());
        let both = [(open, 1), (resting, 0)].into_iter();
        both.filter(|(is, _)| *is).map(|(_, value)| value).collect()
    }

    /// True when `open` says all that there is to say about the stages.
    pub(super) fn stages_are_open_or_not(&self) -> bool {
        let opens = self.opens();
        Stage::ALL
            .iter()
            .filter(|stage| opens.contains(&i64::from(stage.is_open())))
            .all(|stage| self.stages.contains(stage))
    }

    /// True when every tier will do.
    pub(super) fn any_tier(&self) -> bool {
        self.tiers.len() == Tier::ALL.len()
    }

    /// How to walk along the index of a column; along a way where it is by due time.
    pub(super) fn walk(&self, column: Column, way: &Way) -> Walk {
        let mut rest = Sql::default();
        self.test(Some(column), &mut rest);
        let (range, whole, part) = match column {
            Column::Due => return Walk { column, streams: way.ranges.clone(), rest },
            Column::Company => (
                Range::ALL,
                " FROM handoff AS h INDEXED BY handoff_company WHERE true",
                " FROM handoff AS h INDEXED BY handoff_open_company WHERE h.open = ",
            ),
            Column::Score => (
                self.score,
                " FROM handoff AS h INDEXED BY handoff_score WHERE true",
                " FROM handoff AS h INDEXED BY handoff_open_score WHERE h.open = ",
            ),
            Column::Created => (
                self.created,
                " FROM handoff AS h INDEXED BY handoff_created WHERE true",
                " FROM handoff AS h INDEXED BY handoff_open_created WHERE h.open = ",
            ),
            Column::Wake => {
                let streams = self.stages.iter().map(|stage| {
                    let mut sql =
                        Sql::new(" FROM handoff AS h INDEXED BY handoff_wake WHERE h.stage = ");
                    sql.bind(stage.key().to_owned()).push(" AND h.on_wake IS NOT NULL");
                    (sql, Range::ALL)
                });
                return Walk { column, streams: streams.collect(), rest };
            }
        };
        // Open ones and resting ones have indexes of their own, for many a list is of open ones. A list of both is not
        // merged from the two, because what it looks for may all be in one of them.
        let stream = match self.opens().as_slice() {
            [open] => {
                let mut sql = Sql::new(part);
                sql.bind(*open);
                sql
            }
            _ => Sql::new(whole),
        };
        Walk { column, streams: vec![(stream, range)], rest }
    }

    /// Adds ` AND …` for everything that is asked for but the bounds of the column walked along. The columns are
    /// written with a plus so that no test is taken for a range of an index.
    pub(super) fn test(&self, walked: Option<Column>, sql: &mut Sql) {
        match (self.stages_are_open_or_not(), self.opens().as_slice()) {
            (true, [open]) => drop(sql.push(" AND ").among("+h.open", [*open])),
            (true, _) => {}
            (false, _) => {
                let keys = self.stages.iter().map(|stage| stage.key().to_owned());
                sql.push(" AND ").among("+h.stage", keys);
            }
        }
        if !self.any_tier() {
            let keys = self.tiers.iter().map(|tier| tier.key().to_owned());
            sql.push(" AND ").among("+h.tier", keys);
        }
        if let Some(kinds) = &self.kinds {
            sql.push(" AND ").among("+h.kind", kinds.iter().cloned());
        }
        if let Some(owners) = &self.owners {
            let people: Vec<_> = owners.iter().flatten().map(|who| who.0).collect();
            sql.push(" AND (").push(if owners.contains(&None) {
                "+h.assignee IS NULL"
            } else {
                "false"
            });
            if !people.is_empty() {
                sql.push(" OR ").among("+h.assignee", people);
            }
            sql.push(")");
        }
        if walked != Some(Column::Due) && self.due != Range::ALL {
            between("+h.next_due", self.due, sql.push(" AND "));
        }
        if walked != Some(Column::Created) && self.created != Range::ALL {
            between("+h.at_created", self.created, sql.push(" AND "));
        }
        if walked != Some(Column::Score) && self.score != Range::ALL {
            between("+h.score", self.score, sql.push(" AND "));
        }
        if let Some(now) = self.breached {
            Atom::Breached(Instant(now)).test(sql.push(" AND "));
        }
        if self.never_wakes {
            sql.push(" AND +h.on_wake IS NULL");
        }
        for need in &self.rest {
            need.and(sql);
        }
    }

    /// True when nothing is asked for but stages, tiers and types, which the roll-up knows, and not to be put off.
    fn is_tallied(&self) -> bool {
        self.owners.is_none()
            && self.has_no_ranges()
            && (self.rest.is_empty() || self.not_deferred().is_some())
    }

    /// True when nothing is asked for beyond stage, tier, type and owner.
    fn is_plain(&self) -> bool {
        self.has_no_ranges() && self.rest.is_empty()
    }

    fn has_no_ranges(&self) -> bool {
        self.due == Range::ALL
            && self.created == Range::ALL
            && self.score == Range::ALL
            && self.breached.is_none()
            && !self.never_wakes
    }

    /// The day, where all else that is asked for is not to be put off to a later one.
    fn not_deferred(&self) -> Option<NaiveDate> {
        match self.rest.as_slice() {
            [Need { negated: true, any }] => match any.as_slice() {
                [Atom::Deferred(today)] => Some(*today),
                _ => None,
            },
            _ => None,
        }
    }

    /// Adds ` AND …` for tiers and types.
    fn tiers_and_kinds(&self, sql: &mut Sql) {
        if !self.any_tier() {
            let keys = self.tiers.iter().map(|tier| tier.key().to_owned());
            sql.push(" AND ").among("tier", keys);
        }
        if let Some(kinds) = &self.kinds {
            sql.push(" AND ").among("kind", kinds.iter().cloned());
        }
    }
}

/// What each atom gives, if all of them give something.
pub(super) fn all<T>(atoms: &[Atom], give: impl Fn(&Atom) -> Option<T>) -> Option<Vec<T>> {
    atoms.iter().map(give).collect()
}

fn narrow<T: PartialEq>(so_far: &mut Option<Vec<T>>, to: Vec<T>) {
    let mut kept: Vec<T> = Vec::new();
    for one in to {
        if !kept.contains(&one) && so_far.as_ref().is_none_or(|so_far| so_far.contains(&one)) {
            kept.push(one);
        }
    }
    *so_far = Some(kept);
}

/// A column that an index keeps in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    Due,
    Company,
    Score,
    Created,
    Wake,
}

impl Column {
    /// Its name in SQL.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Due => "h.next_due",
            Self::Company => "h.company",
            Self::Score => "h.score",
            Self::Created => "h.at_created",
            Self::Wake => "h.on_wake",
        }
    }

    /// How its index compares, written between a value and the id that follows it.
    pub(super) const fn collation(self) -> &'static str {
        match self {
            Self::Company => " COLLATE NOCASE, ",
            Self::Due | Self::Score | Self::Created | Self::Wake => " COLLATE BINARY, ",
        }
    }
}

/// Ranges of one or more indexes that hold every row of a list once, each in the order of `column`.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pub(super) column: Column,
    /// Each ` FROM handoff AS h INDEXED BY … WHERE …`, and between which values of the column.
    pub(super) streams: Vec<(Sql, Range)>,
    /// ` AND …` for all that is asked for.
    pub(super) rest: Sql,
}

/// How many rows there are, where the roll-ups know.
pub(super) fn tallied(conn: &Connection, wanted: &Wanted) -> rusqlite::Result<Option<u64>> {
    let count = |sql: &Sql| -> rusqlite::Result<i64> {
        conn.prepare_cached(sql.text())?.query_row(params_from_iter(sql.params()), |row| row.get(0))
    };
    let stages = || wanted.stages.iter().map(|stage| stage.key().to_owned());
    let mut sql = Sql::default();
    if wanted.is_tallied() {
        sql.push("SELECT coalesce(sum(n), 0) FROM tally WHERE ").among("stage", stages());
        wanted.tiers_and_kinds(&mut sql);
        let mut all = count(&sql)?;
        // What is put off is counted by itself; there are never many.
        if let Some(today) = wanted.not_deferred()
            && wanted.stages.contains(&Stage::Queued)
        {
            let mut deferred = Sql::new(
                "SELECT count(*) FROM handoff INDEXED BY handoff_deferred WHERE stage = 'queued' AND on_defer > ",
            );
            wanted.tiers_and_kinds(deferred.bind(today.to_string()));
            all -= count(&deferred)?;
        }
        return Ok(Some(all.unsigned_abs()));
    }
    if !wanted.is_plain() || !wanted.any_tier() || wanted.kinds.is_some() {
        return Ok(None);
    }
    let people = wanted.owners.as_ref();
    let people = people.and_then(|who| who.iter().map(|who| who.map(|who| who.0)).collect());
    let Some(people) = people else { return Ok(None) };
    let people: Vec<i64> = people;
    sql.push("SELECT coalesce(sum(n), 0) FROM tally_assignee WHERE ").among("assignee", people);
    sql.push(" AND ").among("stage", stages());
    Ok(Some(count(&sql)?.unsigned_abs()))
}

//! Which index a list is walked along, and where the few rows of a narrow filter come from. A plan is chosen by what the
//! filter asks for, never by the statistics of a file, so that a list costs the same on every machine.

use chrono::NaiveDate;
use rusqlite::{Connection, params_from_iter};

use super::need::{Atom, Need, Range, between};
use crate::domain::account::Tier;
use crate::domain::ids::PersonId;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::store::rows::NEVER;
use crate::store::sql::Sql;

/// Most indexes' ranges that one list is merged from.
const MOST_STREAMS: usize = 24;

/// What a filter asks for, with what the indexes know about taken apart.
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
        let impossible = wanted.stages.is_empty()
            || wanted.tiers.is_empty()
            || wanted.kinds.as_ref().is_some_and(Vec::is_empty)
            || wanted.owners.as_ref().is_some_and(Vec::is_empty)
            || wanted.due.is_empty()
            || wanted.created.is_empty()
            || wanted.score.is_empty()
            || wanted.rest.iter().any(|need| !need.negated && need.any.iter().all(Atom::never));
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
            match need.any.as_slice() {
                // What is not breached is due later, or not at all, and nothing of it was late when it was held.
                [Atom::Breached(now)] => {
                    self.due = self.due.and(Range { first: now.0.saturating_add(1), last: NEVER });
                    self.rest.push(need);
                }
                _ => self.rest.push(need),
            }
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
                _ => self.rest.push(need),
            }
        }
    }

    /// The values that `open` may have.
    fn opens(&self) -> Vec<i64> {
        let open = self.stages.iter().any(|stage| stage.is_open());
        let resting = self.stages.iter().any(|stage| !stage.is_open());
        [(open, 1), (resting, 0)]
            .into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, value)| value)
            .collect()
    }

    /// True when `open` says all that there is to say about the stages.
    fn stages_are_open_or_not(&self) -> bool {
        let kinds = self.opens();
        Stage::ALL
            .iter()
            .filter(|stage| kinds.contains(&i64::from(stage.is_open())))
            .all(|stage| self.stages.contains(stage))
    }

    fn any_tier(&self) -> bool {
        self.tiers.len() == Tier::ALL.len()
    }

    /// True when some index but that of the sort narrows the list down.
    pub(super) fn is_limited(&self) -> bool {
        !self.stages_are_open_or_not()
            || !self.any_tier()
            || self.kinds.is_some()
            || self.owners.is_some()
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
fn all<T>(atoms: &[Atom], give: impl Fn(&Atom) -> Option<T>) -> Option<Vec<T>> {
    atoms.iter().map(give).collect()
}

fn narrow<T: PartialEq + Clone>(so_far: &mut Option<Vec<T>>, to: Vec<T>) {
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
}

/// Ranges of one or more indexes that hold every row of a list once, each in the order of `column`.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    pub(super) column: Column,
    /// Each ` FROM handoff AS h INDEXED BY … WHERE …`, with the bounds of the column that are its own.
    pub(super) streams: Vec<(Sql, Range)>,
    /// ` AND …` for all that the streams do not see to.
    pub(super) rest: Sql,
}

/// What the streams see to.
#[derive(Clone, Copy, Default)]
struct Covered {
    stages: bool,
    tiers: bool,
    kinds: bool,
    owners: bool,
}

impl Wanted {
    /// How to walk the rows in the order of a column.
    pub(super) fn walk(&self, column: Column) -> Walk {
        let (prefixes, covered) = self.prefixes(column);
        let range = match column {
            Column::Due => self.due,
            Column::Created => self.created,
            Column::Score => self.score,
            Column::Company | Column::Wake => Range::ALL,
        };
        let mut rest = Sql::default();
        self.test(Some(column), covered, &mut rest);
        let Some(now) = self.breached.filter(|_| column == Column::Due) else {
            let streams = prefixes.into_iter().map(|prefix| (prefix, range)).collect();
            return Walk { column, streams, rest };
        };
        // What is past due stands at one end of each stream; what was late when it was held has an index of its own.
        let past = range.and(Range { first: i64::MIN, last: now });
        let mut streams: Vec<_> = prefixes.into_iter().map(|prefix| (prefix, past)).collect();
        let mut held = Sql::new(
            " FROM handoff AS h INDEXED BY handoff_paused WHERE h.paused = 1 AND h.held_late = 1",
        );
        self.test(Some(column), Covered::default(), &mut held);
        let later = range.and(Range { first: now.saturating_add(1), last: i64::MAX });
        streams.push((held, later));
        streams.retain(|(_, range)| !range.is_empty());
        Walk { column, streams, rest }
    }

    /// The streams without their bounds, and what they see to.
    fn prefixes(&self, column: Column) -> (Vec<Sql>, Covered) {
        let opens = self.opens();
        let open_or_not = Covered { stages: self.stages_are_open_or_not(), ..Covered::default() };
        let by_open = |from: &'static str| -> Vec<Sql> {
            opens
                .iter()
                .map(|open| {
                    let mut sql = Sql::new(from);
                    sql.bind(*open);
                    sql
                })
                .collect()
        };
        let from = match column {
            Column::Company => " FROM handoff AS h INDEXED BY handoff_company WHERE h.open = ",
            Column::Score => " FROM handoff AS h INDEXED BY handoff_score WHERE h.open = ",
            Column::Created => " FROM handoff AS h INDEXED BY handoff_created WHERE h.open = ",
            Column::Wake => {
                let streams = self.stages.iter().map(|stage| {
                    let mut sql =
                        Sql::new(" FROM handoff AS h INDEXED BY handoff_wake WHERE h.stage = ");
                    sql.bind(stage.key().to_owned()).push(" AND h.on_wake IS NOT NULL");
                    sql
                });
                return (streams.collect(), Covered { stages: true, ..Covered::default() });
            }
            Column::Due => return self.due_prefixes(&opens, open_or_not),
        };
        (by_open(from), open_or_not)
    }

    /// By due time, along the index whose ranges are likely to be shortest: a person's, a tier's in a stage, a stage's,
    /// a type's, nobody's, a tier's, or all.
    fn due_prefixes(&self, opens: &[i64], open_or_not: Covered) -> (Vec<Sql>, Covered) {
        let mut streams = Vec::new();
        let owned =
            self.owners.as_ref().filter(|owners| owners.len() * opens.len() <= MOST_STREAMS);
        let somebodys = owned.filter(|owners| !owners.contains(&None));
        let staged = !open_or_not.stages && self.stages.len() <= MOST_STREAMS;
        if let Some(owners) = somebodys.or(owned.filter(|_| !staged && self.kinds.is_none())) {
            for (owner, open) in pairs(owners, opens) {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_assignee WHERE h.assignee");
                match owner {
                    Some(owner) => sql.push(" = ").bind(owner.0),
                    None => sql.push(" IS NULL"),
                };
                sql.push(" AND h.open = ").bind(*open);
                streams.push(sql);
            }
            return (streams, Covered { owners: true, ..open_or_not });
        }
        if staged && !self.any_tier() && self.stages.len() * self.tiers.len() <= MOST_STREAMS {
            for (tier, stage) in pairs(&self.tiers, &self.stages) {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_tier_stage WHERE h.tier = ");
                sql.bind(tier.key().to_owned())
                    .push(" AND h.stage = ")
                    .bind(stage.key().to_owned());
                streams.push(sql);
            }
            return (streams, Covered { tiers: true, stages: true, ..Covered::default() });
        }
        if staged {
            for stage in &self.stages {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_stage WHERE h.stage = ");
                sql.bind(stage.key().to_owned());
                streams.push(sql);
            }
            return (streams, Covered { stages: true, ..Covered::default() });
        }
        if let Some(kinds) =
            self.kinds.as_ref().filter(|kinds| kinds.len() * opens.len() <= MOST_STREAMS)
        {
            for (kind, open) in pairs(kinds, opens) {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_kind WHERE h.open = ");
                sql.bind(*open).push(" AND h.kind = ").bind(kind.clone());
                streams.push(sql);
            }
            return (streams, Covered { kinds: true, ..open_or_not });
        }
        if !self.any_tier() {
            for (tier, open) in pairs(&self.tiers, opens) {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_tier WHERE h.open = ");
                sql.bind(*open).push(" AND h.tier = ").bind(tier.key().to_owned());
                streams.push(sql);
            }
            return (streams, Covered { tiers: true, ..open_or_not });
        }
        for open in opens {
            let mut sql = Sql::new(" FROM handoff AS h INDEXED BY handoff_due WHERE h.open = ");
            sql.bind(*open);
            streams.push(sql);
        }
        (streams, open_or_not)
    }

    /// Adds ` AND …` for everything that is asked for.
    pub(super) fn test_all(&self, sql: &mut Sql) {
        self.test(None, Covered::default(), sql);
    }

    /// Adds ` AND …` for everything that is neither covered nor the bounds of the column walked along.
    fn test(&self, column: Option<Column>, covered: Covered, sql: &mut Sql) {
        if !covered.stages {
            match (self.stages_are_open_or_not(), self.opens().as_slice()) {
                (true, [open]) => drop(sql.push(" AND ").among("h.open", [*open])),
                (true, _) => {}
                (false, _) => {
                    let keys = self.stages.iter().map(|stage| stage.key().to_owned());
                    sql.push(" AND ").among("h.stage", keys);
                }
            }
        }
        if !covered.tiers && !self.any_tier() {
            sql.push(" AND ").among("h.tier", self.tiers.iter().map(|tier| tier.key().to_owned()));
        }
        if let Some(kinds) = self.kinds.as_ref().filter(|_| !covered.kinds) {
            sql.push(" AND ").among("h.kind", kinds.iter().cloned());
        }
        if let Some(owners) = self.owners.as_ref().filter(|_| !covered.owners) {
            let people: Vec<_> = owners.iter().flatten().map(|who| who.0).collect();
            sql.push(" AND (");
            if owners.contains(&None) {
                sql.push("h.assignee IS NULL");
                if !people.is_empty() {
                    sql.push(" OR ");
                }
            }
            if !people.is_empty() {
                sql.among("h.assignee", people);
            }
            sql.push(")");
        }
        for (own, range) in
            [(Column::Due, self.due), (Column::Created, self.created), (Column::Score, self.score)]
        {
            if column != Some(own) && range != Range::ALL {
                between(own.name(), range, sql.push(" AND "));
            }
        }
        if let Some(now) = self.breached.filter(|_| column != Some(Column::Due)) {
            Atom::Breached(Instant(now)).test(sql.push(" AND "));
        }
        if self.never_wakes {
            sql.push(" AND h.on_wake IS NULL");
        }
        for need in &self.rest {
            need.and(sql);
        }
    }
}

fn pairs<'a, A, B>(a: &'a [A], b: &'a [B]) -> impl Iterator<Item = (&'a A, &'a B)> {
    a.iter().flat_map(move |a| b.iter().map(move |b| (a, b)))
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
    let Some(people) = wanted.owners.as_ref().and_then(|owners| {
        owners.iter().map(|who| who.map(|who| who.0)).collect::<Option<Vec<_>>>()
    }) else {
        return Ok(None);
    };
    sql.push("SELECT coalesce(sum(n), 0) FROM tally_assignee WHERE ").among("assignee", people);
    sql.push(" AND ").among("stage", stages());
    Ok(Some(count(&sql)?.unsigned_abs()))
}

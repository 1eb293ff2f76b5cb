//! Narrow filters: the few handoffs that one condition leaves are fetched by its own index, tested against the others
//! and then sorted.

use rusqlite::{Connection, params_from_iter};

use super::need::{Atom, Need, Range, between, days};
use super::plan::{Column, Walk, Wanted};
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::store::sql::Sql;

/// Most rows that are fetched and sorted for one list.
const MOST: usize = 6_000;
/// Fewest rows for which it is never better to walk.
const FEWEST: usize = 100;

/// Where every handoff that can pass may be taken from, some of them more than once.
#[derive(Clone, Debug, Default)]
struct Source {
    /// Ranges of indexes: each ` FROM … WHERE …`.
    ranges: Vec<Sql>,
    /// All handoffs of these accounts.
    accounts: Vec<i64>,
}

/// A handoff's values, as far as a list is sorted by them.
#[derive(Clone, Debug)]
pub(super) struct Values {
    pub(super) id: i64,
    pub(super) due: i64,
    pub(super) company: String,
    pub(super) score: i64,
    pub(super) created: i64,
    pub(super) wake: Option<String>,
    pub(super) tier: String,
    pub(super) kind: String,
    pub(super) stage: String,
    pub(super) assignee: Option<i64>,
}

/// All that pass, in no order, where some condition leaves so few that fetching them costs less than walking along
/// `column` until a page is full; none where it does not.
pub(super) fn narrow(
    conn: &Connection,
    wanted: &Wanted,
    column: Column,
) -> rusqlite::Result<Option<Vec<Values>>> {
    let sources = wanted.sources(column);
    if sources.is_empty() {
        return Ok(None);
    }
    let newest = |sql: &str| -> rusqlite::Result<usize> {
        let id: Option<i64> = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(usize::try_from(id.unwrap_or_default()).unwrap_or_default())
    };
    let handoffs = newest("SELECT max(id) FROM handoff")?;
    // Fetching m rows costs about as much as walking along 46 * n / m for a page: the two meet at the root of 46 n.
    let most = (handoffs.saturating_mul(30)).isqrt().clamp(FEWEST, MOST);
    let mut best: Option<(usize, Source)> = None;
    for source in sources {
        let most = best.as_ref().map_or(most, |(count, _)| count.saturating_sub(1));
        let each = handoffs / newest("SELECT max(id) FROM account")?.max(1) + 1;
        let count = source.accounts.len().saturating_mul(each);
        if let Some(count) = source.count(conn, count, most)? {
            best = Some((count, source));
        }
    }
    match best {
        Some((_, source)) => source.fetch(conn, wanted, most * 4),
        None => Ok(None),
    }
}

impl Wanted {
    /// The sources that a walk along `column` does not use already.
    fn sources(&self, column: Column) -> Vec<Source> {
        let mut needs: Vec<Need> = Vec::new();
        let mut push = |atom| needs.push(Need { negated: false, any: vec![atom] });
        for (own, range, atom) in [
            (Column::Due, self.due, Atom::Due as fn(Range) -> Atom),
            (Column::Created, self.created, Atom::Created),
            (Column::Score, self.score, Atom::Score),
        ] {
            if column != own && range != Range::ALL {
                push(atom(range));
            }
        }
        if let Some(now) = self.breached.filter(|_| column != Column::Due) {
            push(Atom::Breached(Instant(now)));
        }
        let mut sources: Vec<_> = needs.iter().chain(&self.rest).filter_map(Source::of).collect();
        if column != Column::Due && self.is_limited() {
            let Walk { streams, .. } = self.walk(Column::Due);
            let ranges = streams.into_iter().map(|(mut sql, range)| {
                if range != Range::ALL {
                    between("h.next_due", range, sql.push(" AND "));
                }
                sql
            });
            sources.push(Source { ranges: ranges.collect(), accounts: Vec::new() });
        }
        sources
    }
}

impl Source {
    fn of(need: &Need) -> Option<Self> {
        if need.negated {
            return None;
        }
        let mut source = Self::default();
        for atom in &need.any {
            match atom {
                Atom::Words(typed) => source.accounts.extend_from_slice(typed.accounts.as_ref()?),
                other => source.ranges.extend(other.ranges()?),
            }
        }
        Some(source)
    }

    /// How many rows it gives, if no more than `most`; `so_far` are there already.
    fn count(
        &self,
        conn: &Connection,
        so_far: usize,
        most: usize,
    ) -> rusqlite::Result<Option<usize>> {
        let mut count = so_far;
        for range in &self.ranges {
            if count > most {
                return Ok(None);
            }
            let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1");
            sql.append(range).push(" LIMIT ").bind((most - count + 1) as i64).push(")");
            let found: i64 = conn
                .prepare_cached(sql.text())?
                .query_row(params_from_iter(sql.params()), |row| row.get(0))?;
            count += usize::try_from(found).unwrap_or(usize::MAX);
        }
        Ok((count <= most).then_some(count))
    }

    /// What of it passes, or nothing where more than `most` do.
    fn fetch(
        &self,
        conn: &Connection,
        wanted: &Wanted,
        most: usize,
    ) -> rusqlite::Result<Option<Vec<Values>>> {
        const VALUES: &str =
            "SELECT h.id, h.next_due, h.company, h.score, h.at_created, h.on_wake, h.tier, h.kind,
            h.stage, h.assignee";
        let mut found = Vec::new();
        let mut take = |sql: &Sql, account: Option<i64>| -> rusqlite::Result<bool> {
            let mut statement = conn.prepare_cached(sql.text())?;
            let account = account.map(rusqlite::types::Value::from);
            let mut rows = statement.query(params_from_iter(account.iter().chain(sql.params())))?;
            while let Some(row) = rows.next()? {
                found.push(Values {
                    id: row.get(0)?,
                    due: row.get(1)?,
                    company: row.get(2)?,
                    score: row.get(3)?,
                    created: row.get(4)?,
                    wake: row.get(5)?,
                    tier: row.get(6)?,
                    kind: row.get(7)?,
                    stage: row.get(8)?,
                    assignee: row.get(9)?,
                });
                if found.len() > most {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        for range in &self.ranges {
            let mut sql = Sql::new(VALUES);
            wanted.test_all(sql.append(range));
            if !take(&sql, None)? {
                return Ok(None);
            }
        }
        let mut sql = Sql::new(VALUES);
        sql.push(" FROM handoff AS h INDEXED BY handoff_account WHERE h.account = ?");
        wanted.test_all(&mut sql);
        for account in &self.accounts {
            if !take(&sql, Some(*account))? {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }
}

impl Atom {
    /// The stages that it means, where it is about nothing else.
    pub(super) fn stages(&self) -> Option<Vec<Stage>> {
        match self {
            Self::Stage(stage) => Some(vec![*stage]),
            Self::Open => {
                Some(Stage::ALL.iter().copied().filter(|stage| stage.is_open()).collect())
            }
            _ => None,
        }
    }

    /// True when no handoff can pass.
    pub(super) fn never(&self) -> bool {
        match self {
            Self::Due(range)
            | Self::Created(range)
            | Self::Score(range)
            | Self::Completeness(range)
            | Self::Batch(range) => range.is_empty(),
            Self::Words(typed) => typed.accounts.as_ref().is_some_and(Vec::is_empty),
            Self::Ids(ranges) => ranges.is_empty(),
            _ => false,
        }
    }

    /// The range of an index that holds all that pass; none where there is no such index.
    fn ranges(&self) -> Option<Vec<Sql>> {
        let mut sql = Sql::default();
        match self {
            Self::Source(source) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_source WHERE ");
                sql.among("h.source", [source.key().to_owned()]);
            }
            Self::Relation(relation) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_relation WHERE ");
                sql.among("h.relation", [relation.key().to_owned()]);
            }
            Self::CoOwner(Some(who), _) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_co_owner WHERE ");
                sql.among("h.co_owner", [who.0]);
            }
            Self::Clock(name) => {
                sql.push(
                    " FROM clock AS c INDEXED BY clock_name CROSS JOIN handoff AS h ON h.id = c.handoff
                      WHERE c.state = 'running' AND c.name = ",
                );
                sql.bind(name.key().to_owned());
            }
            Self::Region(text) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_region WHERE ");
                sql.among("h.region", [text.clone()]);
            }
            Self::Segment(text) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_segment WHERE ");
                sql.among("h.segment", [text.clone()]);
            }
            Self::Industry(text) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_industry WHERE ");
                sql.among("h.industry", [text.clone()]);
            }
            Self::Code(code) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_code WHERE ");
                sql.among("h.code", [code.clone()]);
            }
            Self::Completeness(range) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_complete WHERE ");
                between("h.completeness", *range, &mut sql);
            }
            Self::Paused => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_paused WHERE h.paused = 1");
            }
            Self::Tal => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_tal WHERE h.on_tal = 1");
            }
            Self::Deferred(today) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_deferred WHERE h.on_defer > ");
                sql.bind(today.to_string());
            }
            Self::Wake(from, until) => {
                sql.push(" FROM handoff AS h INDEXED BY handoff_wakes WHERE ");
                days("h.on_wake", *from, *until, &mut sql);
                let mut deferred =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_deferred WHERE ");
                days("h.on_defer", *from, *until, &mut deferred);
                return Some(vec![sql, deferred]);
            }
            Self::Ids(ranges) => {
                let by_id = |range: &Range| {
                    let mut sql = Sql::new(" FROM handoff AS h NOT INDEXED WHERE ");
                    between("h.id", *range, &mut sql);
                    sql
                };
                return Some(ranges.iter().map(by_id).collect());
            }
            Self::Due(range) => {
                return Some(both(|open| {
                    let mut sql =
                        Sql::new(" FROM handoff AS h INDEXED BY handoff_due WHERE h.open = ");
                    between("h.next_due", *range, sql.bind(open).push(" AND "));
                    sql
                }));
            }
            Self::Created(range) => {
                return Some(both(|open| {
                    let mut sql =
                        Sql::new(" FROM handoff AS h INDEXED BY handoff_created WHERE h.open = ");
                    between("h.at_created", *range, sql.bind(open).push(" AND "));
                    sql
                }));
            }
            Self::Score(range) => {
                return Some(both(|open| {
                    let mut sql =
                        Sql::new(" FROM handoff AS h INDEXED BY handoff_score WHERE h.open = ");
                    between("h.score", *range, sql.bind(open).push(" AND "));
                    sql
                }));
            }
            Self::Breached(now) => {
                let mut past = both(|open| {
                    let mut sql =
                        Sql::new(" FROM handoff AS h INDEXED BY handoff_due WHERE h.open = ");
                    sql.bind(open).push(" AND h.next_due <= ").bind(now.0);
                    sql
                });
                past.push(Sql::new(
                    " FROM handoff AS h INDEXED BY handoff_paused WHERE h.paused = 1 AND h.held_late = 1",
                ));
                return Some(past);
            }
            Self::Tier(_)
            | Self::Stage(_)
            | Self::Open
            | Self::Kind(_)
            | Self::Assignee(_)
            | Self::CoOwner(None, _)
            | Self::Batch(_)
            | Self::Words(_) => return None,
        }
        Some(vec![sql])
    }
}

fn both(sql: impl Fn(i64) -> Sql) -> Vec<Sql> {
    vec![sql(1), sql(0)]
}

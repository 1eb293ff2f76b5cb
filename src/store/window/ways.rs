//! Ways to get at the rows of a filter: ranges of indexes that hold all of them, of which the shortest is taken. A short
//! one is fetched whole, tested and sorted; along a long one that is in the order of due times a list is walked.
//!
//! How long a way is, is counted as far as it matters and not guessed from statistics, so that a list costs the same
//! whatever the file has been through.

use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::need::{Atom, Need, Range, between, days};
use super::plan::{Wanted, all};
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::store::sql::Sql;

/// Most ranges that one list is merged from.
const MOST_RANGES: usize = 48;
/// A way this short is taken without looking for a shorter one.
const SHORT: usize = 300;
/// Most rows that are fetched and sorted for one list, unless walking has come to nothing.
const MOST: usize = 6_000;
/// Fewest rows for which it is never better to walk.
const FEWEST: usize = 100;
/// Most rows that are fetched and sorted at all.
const LAST_RESORT: usize = 20_000;
/// Most rows that a way is looked along for how many of its rows pass, rather than along an index of everything.
const COUNTED: usize = 10_000;

/// One way: every row that can pass lies in it, some perhaps more than once.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    /// Ranges of indexes: each ` FROM … WHERE …`, and between which due times.
    pub(super) ranges: Vec<(Sql, Range)>,
    /// All handoffs of these accounts.
    accounts: Vec<i64>,
    /// Each range is in the order of due times, and no row is in it twice.
    by_due: bool,
    /// It holds every open or resting handoff, or all.
    whole: bool,
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

/// The ways to the rows of a filter, and which is taken.
#[derive(Debug)]
pub(super) struct Ways {
    ways: Vec<Way>,
    /// The shortest, if it is short enough to fetch, and how long it is.
    shortest: Option<(usize, usize)>,
}

impl Ways {
    /// Looks for the shortest, for a list that is by due time throughout or not.
    pub(super) fn of(conn: &Connection, wanted: &Wanted, by_due: bool) -> rusqlite::Result<Self> {
        let ways = wanted.ways();
        if let [only] = ways.as_slice()
            && (only.whole || by_due)
        {
            return Ok(Self { ways, shortest: None });
        }
        let handoffs = newest(conn, "SELECT max(id) FROM handoff")?;
        // Fetching m rows costs about as much as walking along 46 * n / m for a page: the two meet at the root of 46 n.
        let most = (handoffs.saturating_mul(30)).isqrt().clamp(FEWEST, MOST);
        // Where several things are asked for, fewer rows pass than any one way holds, and walking takes longer.
        let several = ways.iter().filter(|way| !way.whole).count() > 1;
        let most = if several { most * 3 } else { most };
        let mut shortest = shortest(conn, &ways, handoffs, SHORT)?;
        if shortest.is_none() {
            shortest = self::shortest(conn, &ways, handoffs, most)?;
        }
        Ok(Self { ways, shortest })
    }

    /// Looks for one to walk along only.
    pub(super) fn by_due(conn: &Connection, wanted: &Wanted) -> rusqlite::Result<Self> {
        let mut ways = wanted.ways();
        ways.retain(|way| way.by_due);
        let shortest = match ways.len() {
            1 => None,
            _ => shortest(conn, &ways, 0, SHORT)?,
        };
        Ok(Self { ways, shortest })
    }

    /// The shortest way, if it is to be fetched and sorted for a list that is by due time throughout or not.
    pub(super) fn to_fetch(&self, by_due: bool) -> Option<&Way> {
        let (at, _) = self.shortest?;
        self.ways.get(at).filter(|way| !(by_due && way.by_due))
    }

    /// The way along which a list by due time is walked.
    pub(super) fn to_walk(&self) -> Option<&Way> {
        let shortest = self.shortest.and_then(|(at, _)| self.ways.get(at));
        let best = self.ways.iter().find(|way| way.by_due);
        shortest.filter(|way| way.by_due).or(best)
    }

    /// The shortest way of all, where walking has come to nothing and it can be fetched at all.
    pub(super) fn last_resort(&self, conn: &Connection) -> rusqlite::Result<Option<&Way>> {
        self.up_to(conn, LAST_RESORT)
    }

    fn up_to(&self, conn: &Connection, most: usize) -> rusqlite::Result<Option<&Way>> {
        let handoffs = newest(conn, "SELECT max(id) FROM handoff")?;
        let found = shortest(conn, &self.ways, handoffs, most)?;
        Ok(found.and_then(|(at, _)| self.ways.get(at)))
    }

    /// The way along which rows are counted: the shorter it is, the more of its rows pass.
    pub(super) fn to_count(&self, conn: &Connection) -> rusqlite::Result<Option<&Way>> {
        Ok(match self.shortest.and_then(|(at, _)| self.ways.get(at)) {
            Some(way) => Some(way),
            None if self.ways.len() == 1 => self.ways.first(),
            None => self.up_to(conn, COUNTED)?.or(self.ways.first()),
        })
    }
}

fn newest(conn: &Connection, sql: &'static str) -> rusqlite::Result<usize> {
    let id: Option<i64> = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(usize::try_from(id.unwrap_or_default()).unwrap_or_default())
}

/// The shortest of the ways that are no longer than `most`, and how long it is.
fn shortest(
    conn: &Connection,
    ways: &[Way],
    handoffs: usize,
    most: usize,
) -> rusqlite::Result<Option<(usize, usize)>> {
    let mut best: Option<(usize, usize)> = None;
    for (at, way) in ways.iter().enumerate() {
        let most = match best {
            Some((_, 0)) => break,
            Some((_, count)) => count - 1,
            None => most,
        };
        if let Some(count) = way.length(conn, handoffs, most)? {
            best = Some((at, count));
        }
    }
    Ok(best)
}

impl Wanted {
    /// Every way, the most promising first: a person's, an outcome's, those of other conditions, a tier's, a type's,
    /// nobody's, a stage's or all.
    pub(super) fn ways(&self) -> Vec<Way> {
        let mut ways = Vec::new();
        let mut by_due = |prefixes: Vec<Sql>| {
            if prefixes.len() <= MOST_RANGES {
                ways.push(self.by_due(prefixes));
            }
        };
        let staged = |first: Sql, then: &'static str| {
            let with = move |stage: &Stage| {
                let mut sql = first.clone();
                sql.push(then).bind(stage.key().to_owned());
                sql
            };
            self.stages.iter().map(with).collect::<Vec<_>>()
        };
        let owners = self.owners.as_deref().unwrap_or_default();
        if !owners.is_empty() {
            let each = owners.iter().flat_map(|owner| {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_assignee WHERE h.assignee");
                match owner {
                    Some(owner) => sql.push(" = ").bind(owner.0),
                    None => sql.push(" IS NULL"),
                };
                staged(sql, " AND h.stage = ")
            });
            by_due(each.collect());
        }
        for need in self.rest.iter().filter(|need| !need.negated) {
            let codes = all(&need.any, |atom| match atom {
                Atom::Code(code) => Some(code.clone()),
                _ => None,
            });
            if let Some(codes) = codes {
                let each =
                    codes.into_iter().collect::<BTreeSet<_>>().into_iter().flat_map(|code| {
                        let mut sql =
                            Sql::new(" FROM handoff AS h INDEXED BY handoff_code WHERE h.code = ");
                        sql.bind(code);
                        staged(sql, " AND h.stage = ")
                    });
                by_due(each.collect());
            } else if need.any == [Atom::Tal] {
                let sql = Sql::new(" FROM handoff AS h INDEXED BY handoff_tal WHERE h.on_tal = 1");
                by_due(staged(sql, " AND h.stage = "));
            } else if need.any == [Atom::Paused] && self.breached.is_none() {
                let held = Sql::new(
                    " FROM handoff AS h INDEXED BY handoff_paused WHERE h.paused = 1 AND h.held_late = ",
                );
                by_due(
                    [0, 1]
                        .map(|late| {
                            let mut sql = held.clone();
                            sql.bind(late);
                            sql
                        })
                        .to_vec(),
                );
            }
        }
        if !self.any_tier() {
            let each = self.tiers.iter().flat_map(|tier| {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_tier WHERE h.tier = ");
                sql.bind(tier.key().to_owned());
                staged(sql, " AND h.stage = ")
            });
            by_due(each.collect());
        }
        if let Some(kinds) = &self.kinds {
            let each = kinds.iter().flat_map(|kind| {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_kind WHERE h.kind = ");
                sql.bind(kind.clone());
                staged(sql, " AND h.stage = ")
            });
            by_due(each.collect());
        }
        // Every way so far is narrower than the stages' own.
        if ways.is_empty() {
            let whole = self.stages_are_open_or_not();
            let mut way = self.by_due(if whole {
                let opens = self.opens().into_iter();
                let each = opens.map(|open| {
                    let mut sql =
                        Sql::new(" FROM handoff AS h INDEXED BY handoff_due WHERE h.open = ");
                    sql.bind(open);
                    sql
                });
                each.collect()
            } else {
                staged(Sql::new(" FROM handoff AS h INDEXED BY handoff_stage WHERE "), "h.stage = ")
            });
            way.whole = whole;
            ways.push(way);
        }
        ways.extend(self.others());
        ways
    }

    /// Adds to ranges by due time between which times they matter.
    fn by_due(&self, prefixes: Vec<Sql>) -> Way {
        let Some(now) = self.breached else {
            let ranges = prefixes.into_iter().map(|prefix| (prefix, self.due));
            return Way { ranges: ranges.collect(), by_due: true, ..Way::default() };
        };
        // What is past due stands at one end of each range; what was late when it was held has an index of its own.
        let past = self.due.and(Range { first: i64::MIN, last: now });
        let mut ranges: Vec<_> = prefixes.into_iter().map(|prefix| (prefix, past)).collect();
        let held = Sql::new(
            " FROM handoff AS h INDEXED BY handoff_paused WHERE h.paused = 1 AND h.held_late = 1",
        );
        ranges.push((held, self.due.and(Range { first: now.saturating_add(1), last: i64::MAX })));
        ranges.retain(|(_, range)| !range.is_empty());
        Way { ranges, by_due: true, ..Way::default() }
    }

    /// The ways that are not in the order of due times.
    fn others(&self) -> Vec<Way> {
        let mut needs: Vec<Need> = Vec::new();
        let mut push = |atom| needs.push(Need { negated: false, any: vec![atom] });
        for (range, atom) in
            [(self.created, Atom::Created as fn(Range) -> Atom), (self.score, Atom::Score)]
        {
            if range != Range::ALL {
                push(atom(range));
            }
        }
        if let Some(now) = self.breached {
            push(Atom::Breached(Instant(now)));
        } else if self.due != Range::ALL {
            push(Atom::Due(self.due));
        }
        needs.iter().chain(&self.rest).filter_map(Way::to).collect()
    }
}

impl Way {
    /// The way to what a need leaves; none where no index knows.
    fn to(need: &Need) -> Option<Self> {
        if need.negated {
            return None;
        }
        let mut way = Self::default();
        for atom in &need.any {
            match atom {
                Atom::Words(typed) => way.accounts.extend_from_slice(typed.accounts.as_ref()?),
                other => {
                    let ranges = other.ranges()?.into_iter();
                    way.ranges.extend(ranges.map(|sql| (sql, Range::ALL)));
                }
            }
        }
        Some(way)
    }

    /// Each range with its bounds, after a `SELECT`.
    fn sources(&self, select: &'static str) -> impl Iterator<Item = Sql> {
        self.ranges.iter().map(move |(range, due)| {
            let mut sql = Sql::new(select);
            sql.append(range);
            if *due != Range::ALL {
                between("h.next_due", *due, sql.push(" AND "));
            }
            sql
        })
    }

    /// How many rows lie in it, if no more than `most`. Of accounts it is guessed, from how many handoffs there are.
    fn length(
        &self,
        conn: &Connection,
        handoffs: usize,
        most: usize,
    ) -> rusqlite::Result<Option<usize>> {
        let mut count = 0;
        if !self.accounts.is_empty() {
            let accounts = newest(conn, "SELECT max(id) FROM account")?.max(1);
            count = self.accounts.len().saturating_mul(handoffs / accounts + 1);
        }
        for source in self.sources("SELECT count(*) FROM (SELECT 1") {
            if count > most {
                return Ok(None);
            }
            let mut sql = source;
            sql.push(" LIMIT ").bind((most - count + 1) as i64).push(")");
            let found: i64 = conn
                .prepare_cached(sql.text())?
                .query_row(params_from_iter(sql.params()), |row| row.get(0))?;
            count += usize::try_from(found).unwrap_or(usize::MAX);
        }
        Ok((count <= most).then_some(count))
    }

    /// Hands over what of it passes, with its id first, until it is enough.
    fn each(
        &self,
        conn: &Connection,
        wanted: &Wanted,
        select: &'static str,
        mut take: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<()> {
        let mut rest = Sql::default();
        wanted.test(None, &mut rest);
        let mut run = |sql: &Sql, account: Option<i64>| -> rusqlite::Result<bool> {
            let mut statement = conn.prepare_cached(sql.text())?;
            let account = account.map(Value::from);
            let mut rows = statement.query(params_from_iter(account.iter().chain(sql.params())))?;
            while let Some(row) = rows.next()? {
                if !take(row)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        for source in self.sources(select) {
            let mut sql = source;
            if !run(sql.append(&rest), None)? {
                return Ok(());
            }
        }
        if self.accounts.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new(select);
        sql.push(" FROM handoff AS h INDEXED BY handoff_account WHERE h.account = ?").append(&rest);
        for account in &self.accounts {
            if !run(&sql, Some(*account))? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// How many rows of it pass, counted up to `cap`.
    pub(super) fn count(
        &self,
        conn: &Connection,
        wanted: &Wanted,
        cap: usize,
    ) -> (usize, rusqlite::Result<()>) {
        let mut seen = BTreeSet::new();
        let done = self.each(conn, wanted, "SELECT h.id", |row| {
            seen.insert(row.get::<_, i64>(0)?);
            Ok(seen.len() < cap)
        });
        (seen.len(), done)
    }

    /// Everything in it that passes, some perhaps more than once.
    pub(super) fn fetch(
        &self,
        conn: &Connection,
        wanted: &Wanted,
    ) -> rusqlite::Result<Vec<Values>> {
        const VALUES: &str =
            "SELECT h.id, h.next_due, h.company, h.score, h.at_created, h.on_wake, h.tier, h.kind,
            h.stage, h.assignee";
        let mut found = Vec::new();
        self.each(conn, wanted, VALUES, |row| {
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
            Ok(true)
        })?;
        Ok(found)
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
            | Self::Rating(range) => range.is_empty(),
            Self::Words(typed) => typed.accounts.as_ref().is_some_and(Vec::is_empty),
            _ => false,
        }
    }

    /// Ranges of indexes that hold all that pass; none where no index does, or where one is better used by due time.
    fn ranges(&self) -> Option<Vec<Sql>> {
        let by_key = |from: &'static str, key: &str| {
            let mut sql = Sql::new(from);
            sql.bind(key.to_owned());
            vec![sql]
        };
        let both = |sql: &dyn Fn(i64) -> Sql| vec![sql(1), sql(0)];
        Some(match self {
            Self::Source(source) => by_key(
                " FROM handoff AS h INDEXED BY handoff_source WHERE h.source = ",
                source.key(),
            ),
            Self::Relation(relation) => by_key(
                " FROM handoff AS h INDEXED BY handoff_relation WHERE h.relation = ",
                relation.key(),
            ),
            Self::Region(text) => {
                by_key(" FROM handoff AS h INDEXED BY handoff_region WHERE h.region = ", text)
            }
            Self::Segment(text) => {
                by_key(" FROM handoff AS h INDEXED BY handoff_segment WHERE h.segment = ", text)
            }
            Self::Industry(text) => {
                by_key(" FROM handoff AS h INDEXED BY handoff_industry WHERE h.industry = ", text)
            }
            Self::Code(code) => {
                by_key(" FROM handoff AS h INDEXED BY handoff_code WHERE h.code = ", code)
            }
            Self::Clock(name) => by_key(
                " FROM clock AS c INDEXED BY clock_name CROSS JOIN handoff AS h ON h.id = c.handoff
                  WHERE c.state = 'running' AND c.name = ",
                name.key(),
            ),
            Self::CoOwner(Some(who), _) => {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_co_owner WHERE h.co_owner = ");
                sql.bind(who.0);
                vec![sql]
            }
            Self::Completeness(range) => {
                let mut sql = Sql::new(" FROM handoff AS h INDEXED BY handoff_complete WHERE ");
                between("h.completeness", *range, &mut sql);
                vec![sql]
            }
            Self::Rating(range) => {
                let mut sql = Sql::new(" FROM handoff AS h INDEXED BY handoff_rating WHERE ");
                between("h.rating", *range, &mut sql);
                vec![sql]
            }
            Self::Sender(Some(who)) => {
                let mut sql =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_sender WHERE h.sender = ");
                sql.bind(who.0);
                vec![sql]
            }
            Self::Created(range) => {
                let mut sql = Sql::new(" FROM handoff AS h INDEXED BY handoff_created WHERE ");
                between("h.at_created", *range, &mut sql);
                vec![sql]
            }
            Self::Submitted(range) => {
                let mut sql = Sql::new(" FROM handoff AS h INDEXED BY handoff_submitted WHERE ");
                between("h.at_submitted", *range, &mut sql);
                vec![sql]
            }
            Self::Score(range) => {
                let mut sql = Sql::new(" FROM handoff AS h INDEXED BY handoff_score WHERE ");
                between("h.score", *range, &mut sql);
                vec![sql]
            }
            Self::Due(range) => both(&|open| {
                let mut sql = Sql::new(" FROM handoff AS h INDEXED BY handoff_due WHERE h.open = ");
                between("h.next_due", *range, sql.bind(open).push(" AND "));
                sql
            }),
            Self::Breached(now) => {
                let past = |open| {
                    let mut sql =
                        Sql::new(" FROM handoff AS h INDEXED BY handoff_due WHERE h.open = ");
                    sql.bind(open).push(" AND h.next_due <= ").bind(now.0);
                    sql
                };
                let mut ranges = both(&past);
                ranges.push(Sql::new(
                    " FROM handoff AS h INDEXED BY handoff_paused WHERE h.paused = 1 AND h.held_late = 1",
                ));
                ranges
            }
            Self::Paused => {
                vec![Sql::new(" FROM handoff AS h INDEXED BY handoff_paused WHERE h.paused = 1")]
            }
            Self::Tal => {
                vec![Sql::new(" FROM handoff AS h INDEXED BY handoff_tal WHERE h.on_tal = 1")]
            }
            Self::Deferred(today) => by_key(
                " FROM handoff AS h INDEXED BY handoff_deferred WHERE h.on_defer > ",
                &today.to_string(),
            ),
            Self::Wake(from, until) => {
                let mut woken = Sql::new(" FROM handoff AS h INDEXED BY handoff_wakes WHERE ");
                days("h.on_wake", *from, *until, &mut woken);
                let mut deferred =
                    Sql::new(" FROM handoff AS h INDEXED BY handoff_deferred WHERE ");
                days("h.on_defer", *from, *until, &mut deferred);
                vec![woken, deferred]
            }
            Self::Ids(ranges) => {
                let by_id = |range: &Range| {
                    let mut sql = Sql::new(" FROM handoff AS h NOT INDEXED WHERE ");
                    between("h.id", *range, &mut sql);
                    sql
                };
                ranges.iter().map(by_id).collect()
            }
            Self::Batch(monday) => by_key(
                " FROM handoff AS h INDEXED BY handoff_batch WHERE h.on_batch = ",
                &monday.to_string(),
            ),
            Self::Tier(_)
            | Self::Stage(_)
            | Self::Open
            | Self::Kind(_)
            | Self::Assignee(_)
            | Self::CoOwner(None, _)
            | Self::Sender(None)
            | Self::Measured(..)
            | Self::Words(_) => return None,
        })
    }
}

//! From a filter to what it needs of a row: names of people, times and regions become values of the store, and every
//! condition becomes a piece of SQL over `handoff AS h`.

use chrono::NaiveDate;
use chrono_tz::Tz;
use rusqlite::Connection;

use super::judged::measured;
use super::words::{self, Typed};
use crate::domain::account::{Relation, Tier};
use crate::domain::batch::Week;
use crate::domain::clock::ClockName;
use crate::domain::filter::{Compare, Facing, Flag, Term, Test, Who, Window, Word};
use crate::domain::ids::PersonId;
use crate::domain::measure::Measure;
use crate::domain::measure::figure::Verdict;
use crate::domain::queue::Query;
use crate::domain::signal::Source;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::domain::when;
use crate::store::rows::NEVER;
use crate::store::sql::Sql;
use crate::store::terms::terms;

/// A term of a filter with its names resolved: one of the atoms holds, or, negated, none does.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Need {
    pub(super) negated: bool,
    pub(super) any: Vec<Atom>,
}

/// One condition on a handoff.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Atom {
    Tier(Tier),
    Stage(Stage),
    Open,
    Kind(String),
    Source(Source),
    Relation(Relation),
    /// Assigned to somebody, or to nobody.
    Assignee(Option<PersonId>),
    /// Somebody stays on as co-owner after a moment, or nobody does.
    CoOwner(Option<PersonId>, Instant),
    Sender(Option<PersonId>),
    /// The next running clock is due within.
    Due(Range),
    Created(Range),
    /// First submitted within.
    Submitted(Range),
    /// How it stands to a measure at a moment.
    Measured(Verdict, Measure, Instant),
    /// Comes back on a day from the first on and before the second.
    Wake(Option<NaiveDate>, Option<NaiveDate>),
    Clock(ClockName),
    Score(Range),
    Completeness(Range),
    Rating(Range),
    Region(String),
    Segment(String),
    Industry(String),
    Code(String),
    /// In the batch of the week with this Monday, as of now: what was put off to another week has left its own.
    Batch(NaiveDate),
    Ids(Vec<Range>),
    Breached(Instant),
    Paused,
    /// Put off to a day after this one.
    Deferred(NaiveDate),
    Tal,
    Words(Typed),
}

/// Integers from the first to the last, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Range {
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Range {
    pub(super) const ALL: Self = Self { first: i64::MIN, last: i64::MAX };

    pub(super) fn and(self, other: Self) -> Self {
        Self { first: self.first.max(other.first), last: self.last.min(other.last) }
    }

    pub(super) const fn is_empty(self) -> bool {
        self.first > self.last
    }

    fn of(window: Window) -> Self {
        Self {
            first: window.from.map_or(i64::MIN, |from| from.0),
            last: window.until.map_or(i64::MAX, |until| until.0.saturating_sub(1)),
        }
    }

    fn compared(test: &Compare<u8>) -> Self {
        let (first, last) = match *test {
            Compare::Is(at) => (i64::from(at), i64::from(at)),
            Compare::Less(at) => (0, i64::from(at) - 1),
            Compare::AtMost(at) => (0, i64::from(at)),
            Compare::More(at) => (i64::from(at) + 1, 100),
            Compare::AtLeast(at) => (i64::from(at), 100),
            Compare::Between(low, high) => (i64::from(low), i64::from(high)),
        };
        Self { first, last }
    }
}

/// What a query's filter needs. Words are looked up in the full text, so that their needs know how narrow they are.
///
/// # Errors
/// The store can't be read.
pub(super) fn needs(conn: &Connection, query: &Query) -> rusqlite::Result<Vec<Need>> {
    let mut reader = Reader { conn, query, people: None };
    query.filter.terms.iter().filter_map(|term| reader.need(term).transpose()).collect()
}

/// Somebody as `owner:` may name them.
struct Name {
    id: PersonId,
    name: String,
    email: String,
    /// The words of name and e-mail, each with a blank before it.
    words: [String; 2],
}

struct Reader<'a> {
    conn: &'a Connection,
    query: &'a Query,
    people: Option<Vec<Name>>,
}

impl Reader<'_> {
    /// None where the term asks for nothing, as a word of punctuation.
    fn need(&mut self, term: &Term) -> rusqlite::Result<Option<Need>> {
        fn each<T, A>(values: &[T], atom: impl Fn(&T) -> A) -> Vec<A> {
            values.iter().map(atom).collect()
        }
        let (now, zone) = (self.query.now, self.query.zone);
        let any = match &term.test {
            Test::Words(values) => {
                let mut any = Vec::new();
                for word in values {
                    any.extend(self.word(word)?);
                }
                if any.is_empty() {
                    return Ok(None);
                }
                any
            }
            Test::Tier(values) => each(values, |tier| Atom::Tier(*tier)),
            Test::Stage(values) => each(values, |stage| Atom::Stage(*stage)),
            Test::Type(values) => each(values, |kind| Atom::Kind(kind.clone())),
            Test::Owner(values) => self.people(values)?.into_iter().map(Atom::Assignee).collect(),
            Test::CoOwner(values) => {
                self.people(values)?.into_iter().map(|who| Atom::CoOwner(who, now)).collect()
            }
            Test::Sender(values) => self.people(values)?.into_iter().map(Atom::Sender).collect(),
            Test::Due(values) => each(values, |test| {
                let range = Range::of(test.window(Facing::Ahead, now, zone));
                Atom::Due(range.and(Range { first: i64::MIN, last: NEVER - 1 }))
            }),
            Test::Created(values) => {
                each(values, |test| Atom::Created(Range::of(test.window(Facing::Back, now, zone))))
            }
            Test::Submitted(values) => each(values, |test| {
                Atom::Submitted(Range::of(test.window(Facing::Back, now, zone)))
            }),
            Test::Measured(verdict, values) => {
                each(values, |measure| Atom::Measured(*verdict, *measure, now))
            }
            Test::Wake(values) => each(values, |test| {
                let window = test.window(Facing::Ahead, now, zone);
                let day = |end: Option<Instant>| end.map(|end| first_day_from(end, zone));
                Atom::Wake(day(window.from), day(window.until))
            }),
            Test::Clock(values) => each(values, |name| Atom::Clock(*name)),
            Test::Source(values) => each(values, |source| Atom::Source(*source)),
            Test::Score(values) => each(values, |test| Atom::Score(Range::compared(test))),
            Test::Completeness(values) => {
                each(values, |test| Atom::Completeness(Range::compared(test)))
            }
            Test::Rating(values) => each(values, |test| Atom::Rating(Range::compared(test))),
            Test::Region(values) => self.spelled(values, REGIONS, Atom::Region)?,
            Test::Segment(values) => self.spelled(values, SEGMENTS, Atom::Segment)?,
            Test::Industry(values) => self.spelled(values, INDUSTRIES, Atom::Industry)?,
            Test::Relation(values) => each(values, |relation| Atom::Relation(*relation)),
            Test::Code(values) => each(values, |code| Atom::Code(code.clone())),
            Test::Batch(values) => values
                .iter()
                .filter_map(|week| week.parse::<Week>().ok())
                .map(|week| Atom::Batch(week.monday()))
                .collect(),
        };
        Ok(Some(Need { negated: term.negated, any }))
    }

    fn word(&self, word: &Word) -> rusqlite::Result<Vec<Atom>> {
        let mut any = Vec::new();
        if let Some(ranges) = word.id_ranges() {
            let range = |range: &std::ops::RangeInclusive<i64>| Range {
                first: *range.start(),
                last: *range.end(),
            };
            any.push(Atom::Ids(ranges.iter().map(range).collect()));
        }
        match word {
            Word::Text(text) => any.extend(words::look_up(self.conn, text)?.map(Atom::Words)),
            Word::Id(_) => {}
            Word::Flag(flag) => any.push(match flag {
                Flag::Breached => Atom::Breached(self.query.now),
                Flag::Open => Atom::Open,
                Flag::Paused => Atom::Paused,
                Flag::Unassigned => Atom::Assignee(None),
                Flag::Deferred => Atom::Deferred(today(self.query.now, self.query.zone)),
                Flag::Tal => Atom::Tal,
            }),
        }
        Ok(any)
    }

    /// The people that are meant; `None` in the list is nobody.
    fn people(&mut self, values: &[Who]) -> rusqlite::Result<Vec<Option<PersonId>>> {
        let mut found = Vec::new();
        for who in values {
            match who {
                Who::Me => found.extend(self.query.me.map(Some)),
                Who::Nobody => found.push(None),
                Who::Named(typed) => {
                    let people = match self.people.take() {
                        Some(people) => people,
                        None => load_names(self.conn)?,
                    };
                    found.extend(named(&people, typed).into_iter().map(Some));
                    self.people = Some(people);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The spellings in the store that are the same without regard to case. The columns compare ASCII so by themselves.
    fn spelled(
        &self,
        values: &[String],
        all: &'static str,
        atom: fn(String) -> Atom,
    ) -> rusqlite::Result<Vec<Atom>> {
        let mut found = Vec::new();
        for value in values {
            if value.is_ascii() {
                found.push(atom(value.clone()));
                continue;
            }
            let folded = value.to_lowercase();
            let mut statement = self.conn.prepare_cached(all)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let spelling: String = row.get(0)?;
                if spelling.to_lowercase() == folded {
                    found.push(atom(spelling));
                }
            }
        }
        Ok(found)
    }
}

/// Every region once, from one step of its index to the next.
const REGIONS: &str = "
    WITH RECURSIVE every (one) AS (
        SELECT min(region) FROM handoff WHERE region IS NOT NULL
        UNION ALL
        SELECT (SELECT min(region) FROM handoff WHERE region > every.one) FROM every WHERE every.one IS NOT NULL)
    SELECT one FROM every WHERE one IS NOT NULL LIMIT 2000";
/// Every segment once.
const SEGMENTS: &str = "
    WITH RECURSIVE every (one) AS (
        SELECT min(segment) FROM handoff WHERE segment IS NOT NULL
        UNION ALL
        SELECT (SELECT min(segment) FROM handoff WHERE segment > every.one) FROM every WHERE every.one IS NOT NULL)
    SELECT one FROM every WHERE one IS NOT NULL LIMIT 2000";
/// Every industry once.
const INDUSTRIES: &str = "
    WITH RECURSIVE every (one) AS (
        SELECT min(industry) FROM handoff WHERE industry IS NOT NULL
        UNION ALL
        SELECT (SELECT min(industry) FROM handoff WHERE industry > every.one) FROM every WHERE every.one IS NOT NULL)
    SELECT one FROM every WHERE one IS NOT NULL LIMIT 2000";

fn load_names(conn: &Connection) -> rusqlite::Result<Vec<Name>> {
    let mut statement = conn.prepare_cached("SELECT id, name, coalesce(email, '') FROM person")?;
    let names = statement.query_map([], |row| {
        let (name, email): (String, String) = (row.get(1)?, row.get(2)?);
        // What stands before the @ names the person; what follows names everybody's company.
        let own = email.split('@').next().unwrap_or_default();
        let words = [words::indexed([name.as_str()]), words::indexed([own])];
        Ok(Name { id: row.get(0)?, words, name, email })
    })?;
    names.collect()
}

/// Who is meant by a name as typed: whoever is called exactly so, else all who have a word that begins so.
fn named(people: &[Name], typed: &str) -> Vec<PersonId> {
    let typed = typed.trim();
    let folded = typed.to_lowercase();
    let exact =
        |one: &&Name| one.name.to_lowercase() == folded || one.email.to_lowercase() == folded;
    let whole: Vec<_> = people.iter().filter(exact).map(|one| one.id).collect();
    if !whole.is_empty() {
        return whole;
    }
    let begins = terms(typed).iter().fold(String::new(), |all, word| all + " " + word);
    let begun = |one: &&Name| {
        (typed.contains('@') && one.email.to_lowercase().starts_with(&folded))
            || (!begins.is_empty() && one.words.iter().any(|words| words.contains(&begins)))
    };
    people.iter().filter(begun).map(|one| one.id).collect()
}

/// The local day of an instant.
pub(super) fn today(now: Instant, zone: Tz) -> NaiveDate {
    now.utc().with_timezone(&zone).date_naive()
}

/// The first local day that does not begin before `at`.
fn first_day_from(at: Instant, zone: Tz) -> NaiveDate {
    let day = today(at, zone);
    if when::start_of(day, zone) >= at { day } else { day.succ_opt().unwrap_or(day) }
}

impl Need {
    /// Adds ` AND …` for the need.
    pub(super) fn and(&self, sql: &mut Sql) {
        sql.push(" AND (");
        if self.any.is_empty() {
            sql.push("0");
        }
        for (at, atom) in self.any.iter().enumerate() {
            if at > 0 {
                sql.push(" OR ");
            }
            atom.test(sql);
        }
        sql.push(if self.negated { ") IS NOT TRUE" } else { ")" });
    }
}

impl Atom {
    /// Adds the condition.
    pub(super) fn test(&self, sql: &mut Sql) {
        match self {
            Self::Tier(tier) => sql.among("+h.tier", [tier.key().to_owned()]),
            Self::Stage(stage) => sql.among("+h.stage", [stage.key().to_owned()]),
            Self::Open => sql.push("+h.open = 1"),
            Self::Kind(kind) => sql.among("+h.kind", [kind.clone()]),
            Self::Source(source) => sql.among("+h.source", [source.key().to_owned()]),
            Self::Relation(relation) => sql.among("+h.relation", [relation.key().to_owned()]),
            Self::Assignee(Some(who)) => sql.among("+h.assignee", [who.0]),
            Self::Assignee(None) => sql.push("+h.assignee IS NULL"),
            Self::CoOwner(Some(who), now) => sql
                .among("(+h.co_owner", [who.0])
                .push(" AND +h.co_owner_until > ")
                .bind(now.0)
                .push(")"),
            Self::CoOwner(None, now) => {
                sql.push("(+h.co_owner IS NULL OR +h.co_owner_until <= ").bind(now.0).push(")")
            }
            Self::Due(range) => between("+h.next_due", *range, sql),
            Self::Created(range) => between("+h.at_created", *range, sql),
            Self::Submitted(range) => between("+h.at_submitted", *range, sql),
            Self::Measured(verdict, measure, now) => measured(*verdict, *measure, *now, sql),
            Self::Score(range) => between("+h.score", *range, sql),
            Self::Completeness(range) => between("+h.completeness", *range, sql),
            Self::Rating(range) => between("+h.rating", *range, sql),
            Self::Sender(Some(who)) => sql.among("+h.sender", [who.0]),
            Self::Sender(None) => sql.push("+h.sender IS NULL"),
            Self::Wake(from, until) => {
                sql.push("(");
                days("+h.on_wake", *from, *until, sql);
                sql.push(" OR ");
                days("+h.on_defer", *from, *until, sql);
                sql.push(")")
            }
            Self::Clock(name) => sql
                .push("EXISTS (SELECT 1 FROM clock AS c WHERE c.handoff = h.id AND c.name = ")
                .bind(name.key().to_owned())
                .push(" AND c.state = 'running')"),
            Self::Region(text) => sql.among("+h.region", [text.clone()]),
            Self::Segment(text) => sql.among("+h.segment", [text.clone()]),
            Self::Industry(text) => sql.among("+h.industry", [text.clone()]),
            Self::Code(code) => sql.among("+h.code", [code.clone()]),
            Self::Batch(monday) => sql.among("+h.on_batch", [monday.to_string()]),
            Self::Ids(ranges) => {
                sql.push("(");
                for (at, range) in ranges.iter().enumerate() {
                    if at > 0 {
                        sql.push(" OR ");
                    }
                    between("+h.id", *range, sql);
                }
                sql.push(")")
            }
            Self::Breached(now) => {
                sql.push("(+h.next_due <= ").bind(now.0).push(" OR +h.held_late = 1)")
            }
            Self::Paused => sql.push("+h.paused = 1"),
            Self::Deferred(today) => sql
                .push("(+h.stage = 'queued' AND +h.on_defer > ")
                .bind(today.to_string())
                .push(")"),
            Self::Tal => sql.push("+h.on_tal = 1"),
            Self::Words(typed) => typed.test(sql),
        };
    }
}

/// Adds `column BETWEEN first AND last`.
pub(super) fn between<'a>(column: &'static str, range: Range, sql: &'a mut Sql) -> &'a mut Sql {
    sql.push(column).push(" BETWEEN ").bind(range.first).push(" AND ").bind(range.last)
}

/// Adds the condition that a column's day lies from one day on and before another.
pub(super) fn days<'a>(
    column: &'static str,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    sql: &'a mut Sql,
) -> &'a mut Sql {
    sql.push("(").push(column).push(" >= ");
    sql.bind(from.map_or_else(String::new, |day| day.to_string()));
    if let Some(until) = until {
        sql.push(" AND ").push(column).push(" < ").bind(until.to_string());
    }
    sql.push(")")
}

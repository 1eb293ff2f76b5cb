//! Accounts that may be the same company: names that look alike where one has no domain, and the same domain under two
//! keys of one system. They are only pointed at; people merge them.

use rusqlite::{Connection, Row, params};

use super::StoreError;
use super::open::Store;
use crate::domain::ids::{AccountId, GestureId};

/// The most pairs that are counted.
const COUNTED: u32 = 10_000;

/// Two accounts that may be the same company.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alike {
    /// One, the one with a domain where only one has it.
    pub one: Named,
    /// The other.
    pub other: Named,
    /// Why.
    pub why: Likeness,
}

/// `A-1 Acme (acme.com) and A-2 Acme Inc (no domain): names look alike`; made safe by whoever shows it.
impl std::fmt::Display for Alike {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |named: &Named| {
            let domain = named.domain.as_deref().unwrap_or("no domain");
            format!("{} {} ({domain})", named.id, named.name)
        };
        let why = match self.why {
            Likeness::Name => "names look alike",
            Likeness::Domain => "same domain",
        };
        write!(f, "{} and {}: {why}", shown(&self.one), shown(&self.other))
    }
}

/// Why two accounts may be the same company.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Likeness {
    /// Their names look alike, and one has no domain that would tell them apart.
    Name,
    /// They are at the same registrable domain.
    Domain,
}

impl Likeness {
    /// The word for it in answers as JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Domain => "domain",
        }
    }
}

/// An account as people know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// Its id in this store.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: Option<String>,
}

/// What [`pair`] reads.
const PAIR: &str = "one.id, one.name, one.domain, other.id, other.name, other.domain, one.root IS NULL OR other.root IS NULL";

impl Store {
    /// Pairs among accounts that came or changed with a gesture, and of those with others: the first few, and how many
    /// there are, up to 10,000.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn alike_since(
        &self,
        gesture: GestureId,
        limit: u32,
    ) -> Result<(Vec<Alike>, u64), StoreError> {
        self.snapshot(|conn| {
            // An account that came twice in a trace is told once.
            let mut found = Vec::new();
            for condition in CONDITIONS {
                let sql = format!(
                    "SELECT DISTINCT {PAIR} FROM trace
                         CROSS JOIN account AS one ON one.id BETWEEN trace.first AND trace.last
                         CROSS JOIN account AS other ON {condition} AND other.id <> one.id
                     WHERE trace.gesture = ?1 AND trace.kind = 'account' LIMIT ?2"
                );
                found.extend(
                    conn.prepare_cached(&sql)?
                        .query_map(params![gesture, COUNTED], pair)?
                        .collect::<rusqlite::Result<Vec<_>>>()?,
                );
            }
            let mut found = in_order(found);
            let all = found.len() as u64;
            found.truncate(limit as usize);
            Ok((found, all))
        })
    }

    /// The accounts that may be the same company as one.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn alike_to(&self, account: AccountId, limit: u32) -> Result<Vec<Alike>, StoreError> {
        self.snapshot(|conn| {
            let mut found = Vec::new();
            for condition in CONDITIONS {
                let sql = format!(
                    "SELECT {PAIR} FROM account AS one
                         CROSS JOIN account AS other ON {condition} AND other.id <> one.id
                     WHERE one.id = ?1 ORDER BY other.name, other.id LIMIT ?2"
                );
                found.extend(
                    conn.prepare_cached(&sql)?
                        .query_map(params![account, limit], pair)?
                        .collect::<rusqlite::Result<Vec<_>>>()?,
                );
            }
            Ok(found)
        })
    }

    /// All pairs, by name, at most so many. Reads the accounts whole.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn all_alike(&self, limit: u32) -> Result<Vec<Alike>, StoreError> {
        self.snapshot(|conn| {
            let mut found = every(
                conn,
                "SELECT likeness FROM account WHERE likeness <> '' GROUP BY likeness HAVING count(*) > 1",
                "one.likeness = twice.likeness",
                CONDITIONS[0],
                limit,
            )?;
            found.extend(every(
                conn,
                "SELECT root FROM account WHERE root IS NOT NULL GROUP BY root HAVING count(*) > 1",
                "one.root = twice.root",
                CONDITIONS[1],
                limit,
            )?);
            let mut found = in_order(found);
            found.truncate(limit as usize);
            Ok(found)
        })
    }
}

/// When two accounts may be the same company.
const CONDITIONS: [&str; 2] = [
    "one.likeness <> '' AND other.likeness = one.likeness AND (one.root IS NULL OR other.root IS NULL)",
    "other.root = one.root",
];

fn every(
    conn: &Connection,
    twice: &str,
    of: &str,
    condition: &str,
    limit: u32,
) -> rusqlite::Result<Vec<Alike>> {
    conn.prepare_cached(&format!(
        "SELECT {PAIR} FROM ({twice}) AS twice
             CROSS JOIN account AS one ON {of}
             CROSS JOIN account AS other ON {condition} AND other.id > one.id
         LIMIT ?1"
    ))?
    .query_map([limit], pair)?
    .collect()
}

/// Each pair once, whichever way it was found, by name.
fn in_order(found: Vec<Alike>) -> Vec<Alike> {
    let mut found: Vec<_> = found
        .into_iter()
        .map(|pair| {
            let first = |named: &Named| (named.domain.is_none(), named.id);
            match first(&pair.one) <= first(&pair.other) {
                true => pair,
                false => Alike { one: pair.other, other: pair.one, ..pair },
            }
        })
        .collect();
    found.sort_by(|a, b| {
        let key = |pair: &Alike| (pair.one.name.to_lowercase(), pair.one.id, pair.other.id);
        key(a).cmp(&key(b))
    });
    found.dedup_by_key(|pair| (pair.one.id, pair.other.id));
    found
}

fn pair(row: &Row<'_>) -> rusqlite::Result<Alike> {
    let named = |at: usize| -> rusqlite::Result<Named> {
        Ok(Named { id: row.get(at)?, name: row.get(at + 1)?, domain: row.get(at + 2)? })
    };
    let why = if row.get(6)? { Likeness::Name } else { Likeness::Domain };
    Ok(Alike { one: named(0)?, other: named(3)?, why })
}

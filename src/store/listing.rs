//! Accounts by a filter: the terms of the filter language that are about accounts, over the accounts themselves.

use rusqlite::params_from_iter;

use super::StoreError;
use super::convert::parsed;
use super::open::Store;
use super::sql::Sql;
use super::window::words::indexed;
use crate::domain::account::{Relation, Tier};
use crate::domain::filter::{Compare, Filter, Flag, Term, Test, Who, Word};
use crate::domain::ids::{AccountId, PersonId};

/// An account in a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    /// Its id.
    pub account: AccountId,
    /// Its name.
    pub company: String,
    /// Its domain.
    pub domain: Option<String>,
    /// Its tier.
    pub tier: Tier,
    /// Its industry as written.
    pub industry: Option<String>,
    /// Its region as written.
    pub region: Option<String>,
    /// Its segment as written.
    pub segment: Option<String>,
    /// What it is to us.
    pub relation: Relation,
    /// It is on the target account list.
    pub on_tal: bool,
    /// The name of who owns it.
    pub owner: Option<String>,
    /// The intent score when it was judged last, 0 to 100; none where it never was.
    pub score: Option<u8>,
    /// The verdict of then, by its key.
    pub verdict: Option<String>,
}

/// What accounts can be asked for, for the refusal of other terms.
const KNOWN: &str = "words, tier, region, segment, industry, relation, owner, score and tal";

impl Store {
    /// Accounts that a filter lets through, by name, at most so many, and how many there are; or why the filter is not
    /// about accounts. `me` is whoever asks.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn accounts_listed(
        &self,
        filter: &Filter,
        me: Option<PersonId>,
        limit: usize,
    ) -> Result<Result<(Vec<Listed>, u64), String>, StoreError> {
        let mut from = Sql::new(
            " FROM account AS a LEFT JOIN evaluation AS e ON e.account = a.id
              LEFT JOIN person AS p ON p.id = a.owner WHERE 1",
        );
        for term in &filter.terms {
            from.push(if term.negated { " AND NOT (" } else { " AND (" });
            if let Err(why) = test(&mut from, term, me) {
                return Ok(Err(why));
            }
            from.push(")");
        }
        let mut count = Sql::new("SELECT count(*)");
        count.append(&from);
        let mut list = Sql::new(
            "SELECT a.id, a.name, a.domain, a.tier, a.industry, a.region, a.segment, a.relation, a.on_tal, p.name,
                    e.score, e.verdict",
        );
        list.append(&from);
        list.push(" ORDER BY a.name, a.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
        self.read(|conn| {
            let rows = conn
                .prepare_cached(list.text())?
                .query_map(params_from_iter(list.params()), |row| {
                    Ok(Listed {
                        account: row.get(0)?,
                        company: row.get(1)?,
                        domain: row.get(2)?,
                        tier: parsed(row.get_ref(3)?)?,
                        industry: row.get(4)?,
                        region: row.get(5)?,
                        segment: row.get(6)?,
                        relation: parsed(row.get_ref(7)?)?,
                        on_tal: row.get(8)?,
                        owner: row.get(9)?,
                        score: row.get(10)?,
                        verdict: row.get(11)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let total = conn
                .prepare_cached(count.text())?
                .query_row(params_from_iter(count.params()), |row| row.get::<_, i64>(0))?;
            Ok::<_, rusqlite::Error>(Ok((rows, total.unsigned_abs())))
        })
    }
}

/// Adds the condition of a term, whose values are each enough.
fn test(sql: &mut Sql, term: &Term, me: Option<PersonId>) -> Result<(), String> {
    fn texts(sql: &mut Sql, column: &'static str, values: &[String]) {
        sql.push("coalesce(").push(column).push(", '') COLLATE NOCASE IN (");
        for (at, value) in values.iter().enumerate() {
            sql.push(if at == 0 { "" } else { ", " }).bind(value.clone());
        }
        sql.push(")");
    }
    match &term.test {
        Test::Words(words) => {
            for (at, word) in words.iter().enumerate() {
                sql.push(if at == 0 { "" } else { " OR " });
                match word {
                    Word::Text(text) => {
                        sql.push("instr(a.words, ").bind(indexed([text.as_str()])).push(")");
                    }
                    Word::Flag(Flag::Tal) => {
                        sql.push("a.on_tal = 1");
                    }
                    Word::Id(_) | Word::Flag(_) => return Err(other(&word.to_string())),
                }
            }
        }
        Test::Tier(tiers) => {
            sql.among("a.tier", tiers.iter().map(|tier| tier.key().to_owned()));
        }
        Test::Relation(relations) => {
            sql.among("a.relation", relations.iter().map(|relation| relation.key().to_owned()));
        }
        Test::Region(values) => texts(sql, "a.region", values),
        Test::Segment(values) => texts(sql, "a.segment", values),
        Test::Industry(values) => texts(sql, "a.industry", values),
        Test::Owner(people) => {
            for (at, who) in people.iter().enumerate() {
                sql.push(if at == 0 { "" } else { " OR " });
                match who {
                    Who::Nobody => sql.push("a.owner IS NULL"),
                    Who::Me => sql.push("a.owner IS ").bind(me.map(|id| id.0).unwrap_or(-1)),
                    Who::Named(name) => sql
                        .push("coalesce(p.name = ")
                        .bind(name.clone())
                        .push(" OR instr(lower(p.name), lower(")
                        .bind(name.clone())
                        .push(")) = 1 OR p.email = lower(")
                        .bind(name.clone())
                        .push("), 0)"),
                };
            }
        }
        Test::Score(scores) => {
            for (at, score) in scores.iter().enumerate() {
                sql.push(if at == 0 { "" } else { " OR " });
                let (low, high) = match *score {
                    Compare::Is(at) => (i64::from(at), i64::from(at)),
                    Compare::Less(at) => (0, i64::from(at) - 1),
                    Compare::AtMost(at) => (0, i64::from(at)),
                    Compare::More(at) => (i64::from(at) + 1, 100),
                    Compare::AtLeast(at) => (i64::from(at), 100),
                    Compare::Between(low, high) => (i64::from(low), i64::from(high)),
                };
                sql.push("coalesce(e.score, 0) BETWEEN ").bind(low).push(" AND ").bind(high);
            }
        }
        about_handoffs => return Err(other(about_handoffs.key().unwrap_or_default())),
    }
    Ok(())
}

fn other(term: &str) -> String {
    format!("\"{term}\" asks about handoffs; accounts are listed by {KNOWN}.")
}

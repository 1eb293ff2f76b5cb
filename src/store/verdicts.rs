//! Accounts by what the criteria last said of them: those to discuss, to research, or held back by a cap. They have no
//! handoff, so no list of handoffs shows them (`DOMAIN.md 4`).

use rusqlite::params;

use super::StoreError;
use super::convert::{List, parsed};
use super::open::Store;
use crate::domain::account::Tier;
use crate::domain::ids::AccountId;
use crate::domain::time::Instant;
use crate::domain::words::words;

words! {
    /// Which accounts people look at.
    Look, "a list of accounts" {
        /// To be talked over with the marketing leader.
        Discuss = "discuss",
        /// To be researched before they are handed off.
        Research = "research",
        /// Ready, and held back by the monthly cap of their type.
        Held = "held",
        /// Ready: flagged, or with an open handoff that their signals join.
        Handoff = "handoff",
    }
}

impl Look {
    /// What the list is called on screen.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Discuss => "Accounts to discuss",
            Self::Research => "Accounts to research",
            Self::Held => "Accounts held back by a cap",
            Self::Handoff => "Accounts that are ready",
        }
    }

    /// Why such a list is empty, and what would fill it.
    #[must_use]
    pub const fn empty(self) -> &'static str {
        match self {
            Self::Discuss => {
                "No account is to be discussed: none shows interest that is neither a request nor quite enough."
            }
            Self::Research => {
                "No account is to be researched: none is ready but for a buying committee that is not known."
            }
            Self::Held => {
                "No account is held back by a monthly cap; monthly_cap in the policy sets one for a type."
            }
            Self::Handoff => "No account is ready; import signals and run the evaluation.",
        }
    }
}

/// An account and what was last said of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Looked {
    /// Which.
    pub account: AccountId,
    /// Its name.
    pub company: String,
    /// Its tier.
    pub tier: Tier,
    /// Its intent score when it was judged.
    pub score: u8,
    /// The type of handoff it is ready for, where it is ready.
    pub kind: Option<String>,
    /// Name of the rule that decided.
    pub rule: String,
    /// Why, in a line.
    pub reason: String,
    /// What keeps it from being handed off.
    pub missing: Vec<String>,
    /// When it was judged.
    pub at: Instant,
}

impl Store {
    /// Accounts of a list, the best first: by tier, then score.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn looked(&self, look: Look, limit: usize) -> Result<Vec<Looked>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|conn| {
            // The conditions are those of the two indexes, word for word.
            let sql = match look {
                Look::Held => {
                    "SELECT evaluation.account, name, evaluation.tier, score, kind, rule, reason, missing, at
                     FROM evaluation JOIN account ON account.id = evaluation.account
                     WHERE held = 1 AND ?1 = 'held' ORDER BY evaluation.tier, score DESC, evaluation.account LIMIT ?2"
                }
                Look::Discuss | Look::Research | Look::Handoff => {
                    "SELECT evaluation.account, name, evaluation.tier, score, kind, rule, reason, missing, at
                     FROM evaluation JOIN account ON account.id = evaluation.account
                     WHERE verdict NOT IN ('nurture', 'never') AND verdict = ?1
                     ORDER BY evaluation.tier, score DESC, evaluation.account LIMIT ?2"
                }
            };
            conn.prepare_cached(sql)?
                .query_map(params![look.key(), limit], |row| {
                    Ok(Looked {
                        account: row.get(0)?,
                        company: row.get(1)?,
                        tier: parsed(row.get_ref(2)?)?,
                        score: row.get(3)?,
                        kind: row.get(4)?,
                        rule: row.get(5)?,
                        reason: row.get(6)?,
                        missing: row.get::<_, List<Vec<String>>>(7)?.0,
                        at: row.get(8)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()
        })
    }

    /// How many accounts a list has.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn count_looked(&self, look: Look) -> Result<u64, StoreError> {
        self.read(|conn| {
            let sql = match look {
                Look::Held => "SELECT count(*) FROM evaluation WHERE held = 1 AND ?1 = 'held'",
                Look::Discuss | Look::Research | Look::Handoff => {
                    "SELECT count(*) FROM evaluation
                     WHERE verdict NOT IN ('nurture', 'never') AND verdict = ?1"
                }
            };
            conn.prepare_cached(sql)?
                .query_row([look.key()], |row| row.get(0))
                .map(i64::cast_unsigned)
        })
    }
}

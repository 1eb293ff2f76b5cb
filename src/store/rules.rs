//! What the policy's disposition codes require, kept as rows: so the store itself refuses an outcome that lacks
//! something, whoever writes it (`DOMAIN.md 8`).

use rusqlite::{Connection, OptionalExtension, params};

use super::open::Store;
use crate::domain::policy::Policy;
use crate::domain::time::Instant;

/// The codes with what each requires.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Rules {
    hash: String,
    /// Code and key; an empty key for the code itself.
    pairs: Vec<(String, String)>,
}

impl Store {
    /// Says which policy is in force; what its codes require is kept with the next write.
    pub fn obey(&mut self, policy: &Policy) {
        let pairs = policy.dispositions.iter().flat_map(|rule| {
            let keys = std::iter::once(String::new()).chain(rule.requires.iter().cloned());
            keys.map(|key| (rule.code.clone(), key))
        });
        self.rules = Some(Rules { hash: policy.hash.clone(), pairs: pairs.collect() });
    }
}

impl Rules {
    /// Keeps the rules, where those of another policy were in force.
    pub(super) fn keep(&self, conn: &Connection, now: Instant) -> rusqlite::Result<()> {
        let kept: Option<String> = conn
            .prepare_cached("SELECT value FROM meta WHERE key = 'rules'")?
            .query_row([], |row| row.get(0))
            .optional()?;
        if kept.as_deref() == Some(&self.hash) {
            return Ok(());
        }
        conn.execute("DELETE FROM disposition_rule", [])?;
        let mut add = conn.prepare_cached(
            "INSERT OR IGNORE INTO disposition_rule (code, key, since) VALUES (?1, ?2, ?3)",
        )?;
        for (code, key) in &self.pairs {
            add.execute(params![code, key, now])?;
        }
        conn.execute(
            "INSERT INTO meta (key, value) VALUES ('rules', ?1) ON CONFLICT DO UPDATE SET value = ?1",
            [&self.hash],
        )?;
        Ok(())
    }
}

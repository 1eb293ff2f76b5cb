//! The weekly batch: its items with what routing looks at, and the decisions that are not committed yet.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::convert::{SqlDay, not_understood};
use super::open::Store;
use super::team::loads;
use super::{StoreError, StoreErrorKind, read};
use crate::domain::account::Account;
use crate::domain::batch::round::{Item, Round, Success};
use crate::domain::batch::sheet::Draft;
use crate::domain::batch::{Decision, Week};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::time::Instant;

const ITEM: &str = "SELECT h.id, h.version, h.kind, h.stage, h.tier, h.score, h.reason, h.completeness, h.at_created,
        h.at_sent, h.assignee, h.at_first_touch, a.id, a.name, a.employees, a.industry, a.region, a.segment, a.language,
        a.product, a.owner, a.revenue
    FROM handoff AS h";

impl Store {
    /// The items of a week's batch, by id.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn batch_items(&self, week: Week) -> Result<Vec<Item>, StoreError> {
        self.read(|conn| {
            items(
                conn,
                " INDEXED BY handoff_batch JOIN account AS a ON a.id = h.account WHERE h.on_batch = ?1 ORDER BY h.id",
                [SqlDay(week.monday())],
            )
        })
    }

    /// What somebody has in hand, by id.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn items_in_hand(&self, who: PersonId) -> Result<Vec<Item>, StoreError> {
        self.read(|conn| {
            items(
                conn,
                " INDEXED BY handoff_assignee JOIN account AS a ON a.id = h.account
                 WHERE h.assignee = ?1 AND h.stage IN ('assigned', 'accepted', 'working', 'engaged', 'opportunity')
                 ORDER BY h.id",
                [who],
            )
        })
    }

    /// Some items with everybody, what they carry and what they have won; `week` is when this week began.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn round(
        &self,
        items: Vec<Item>,
        now: Instant,
        week: Instant,
    ) -> Result<Round, StoreError> {
        self.snapshot(|conn| {
            Ok(Round {
                items,
                people: read::people(conn)?,
                loads: loads(conn, now, week)?,
                wins: wins(conn)?,
                at: now,
            })
        })
    }

    /// Whether a week's batch was sent by hand.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn batch_sent(&self, week: Week) -> Result<bool, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM handoff INDEXED BY handoff_batch
                     WHERE on_batch = ?1 AND at_sent IS NOT NULL)",
            )?
            .query_row([SqlDay(week.monday())], |row| row.get(0))
        })
    }

    /// The weeks that have a batch, newest first, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn batch_weeks(&self, most: u32) -> Result<Vec<Week>, StoreError> {
        self.read(|conn| {
            let mut found = Vec::new();
            let mut before = "9999".to_owned();
            let mut next = conn.prepare_cached(
                "SELECT max(on_batch) FROM handoff INDEXED BY handoff_batch
                 WHERE on_batch IS NOT NULL AND on_batch < ?1",
            )?;
            // One look at the index for each week: counting them together would read every item.
            while found.len() < most as usize {
                let day: Option<SqlDay> = next.query_row([&before], |row| row.get(0))?;
                let Some(SqlDay(day)) = day else { break };
                before = day.to_string();
                found.push(Week::of(day));
            }
            Ok::<_, StoreError>(found)
        })
    }

    /// What somebody has decided about a week's items and not committed yet.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn drafts(
        &self,
        week: Week,
        who: PersonId,
    ) -> Result<BTreeMap<HandoffId, Draft>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT handoff, version, decision FROM batch_draft WHERE week = ?1 AND person = ?2",
            )?
            .query_map(params![week.to_string(), who], |row| {
                let decision = decode(&row.get::<_, String>(2)?).map_err(not_understood)?;
                Ok((row.get(0)?, Draft { version: row.get(1)?, decision }))
            })?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// Keeps decisions about items of a week until they are committed; none takes what was decided back.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn keep_drafts(
        &mut self,
        week: Week,
        who: PersonId,
        drafts: &[(HandoffId, Option<Draft>)],
    ) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(drafts.len());
        for (handoff, draft) in drafts {
            let row = draft.as_ref().map(|draft| Ok((draft.version, encode(&draft.decision)?)));
            let row = row
                .transpose()
                .map_err(|error: String| StoreError::bare(StoreErrorKind::Broken(error)))?;
            rows.push((*handoff, row));
        }
        self.write(|tx| {
            for (handoff, row) in &rows {
                match row {
                    Some((version, decision)) => tx
                        .prepare_cached(
                            "INSERT OR REPLACE INTO batch_draft (week, person, handoff, version, decision)
                             VALUES (?1, ?2, ?3, ?4, ?5)",
                        )?
                        .execute(params![week.to_string(), who, handoff, version, decision])?,
                    None => tx
                        .prepare_cached(
                            "DELETE FROM batch_draft WHERE week = ?1 AND person = ?2 AND handoff = ?3",
                        )?
                        .execute(params![week.to_string(), who, handoff])?,
                };
            }
            Ok::<_, StoreError>(())
        })
    }
}

fn items(
    conn: &Connection,
    which: &'static str,
    given: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Item>> {
    conn.prepare_cached(&format!("{ITEM}{which}"))?.query_map(given, item)?.collect()
}

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        id: row.get(0)?,
        version: row.get(1)?,
        kind: row.get(2)?,
        stage: row.get(3)?,
        tier: row.get(4)?,
        score: row.get(5)?,
        reason: row.get(6)?,
        completeness: row.get(7)?,
        created: row.get(8)?,
        sent: row.get(9)?,
        assignee: row.get(10)?,
        first_touch: row.get(11)?,
        account: Account {
            id: row.get(12)?,
            name: row.get(13)?,
            employees: row.get(14)?,
            industry: row.get(15)?,
            region: row.get(16)?,
            segment: row.get(17)?,
            language: row.get(18)?,
            product: row.get(19)?,
            owner: row.get(20)?,
            revenue: row.get(21)?,
            ..Account::default()
        },
    })
}

/// What everybody has won, as the roll-up keeps it.
fn wins(conn: &Connection) -> rusqlite::Result<Vec<Success>> {
    conn.prepare_cached("SELECT person, sector, band, won, closed FROM success WHERE closed > 0")?
        .query_map([], |row| {
            Ok(Success {
                person: row.get(0)?,
                sector: row.get(1)?,
                band: row.get(2)?,
                won: row.get(3)?,
                closed: row.get(4)?,
            })
        })?
        .collect()
}

/// A decision as it is kept.
#[derive(Deserialize, Serialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
enum Kept {
    Route { to: i64, anyway: bool },
    Defer { reason: String },
    Return { missing: Vec<String>, note: String },
    Nurture { note: String },
}

fn encode(decision: &Decision) -> Result<String, String> {
    let kept = match decision.clone() {
        Decision::Route { to, anyway } => Kept::Route { to: to.0, anyway },
        Decision::Defer { reason } => Kept::Defer { reason },
        Decision::Return { missing, note } => Kept::Return { missing, note },
        Decision::Nurture { note } => Kept::Nurture { note },
    };
    serde_json::to_string(&kept).map_err(|error| error.to_string())
}

fn decode(text: &str) -> Result<Decision, String> {
    let kept = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(match kept {
        Kept::Route { to, anyway } => Decision::Route { to: PersonId(to), anyway },
        Kept::Defer { reason } => Decision::Defer { reason },
        Kept::Return { missing, note } => Decision::Return { missing, note },
        Kept::Nurture { note } => Decision::Nurture { note },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_read_back_as_it_was_kept() {
        for decision in [
            Decision::Route { to: PersonId(7), anyway: true },
            Decision::Defer { reason: "holidays".into() },
            Decision::Return { missing: vec!["committee".into()], note: String::new() },
            Decision::Nurture { note: "no budget before spring".into() },
        ] {
            assert_eq!(decode(&encode(&decision).unwrap()), Ok(decision));
        }
        assert!(decode("{}").is_err());
    }
}

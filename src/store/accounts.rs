//! Accounts as people edit them: each save is a gesture with its event, and is undone as an import is.

use rusqlite::params;
use serde_json::json;

use super::StoreError;
use super::chain::{Chain, Link};
use super::gesture::{self, Kind, Stamp};
use super::open::Store;
use super::trace::{Fact, Images, Trace};
use super::{import, read};
use crate::domain::account::Account;
use crate::domain::ids::{AccountId, GestureId, PersonId};

impl Store {
    /// Saves an account as one gesture, if it still is as it was seen; none where somebody else changed it. A repeat of
    /// the action is answered, not done.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn save_account(
        &mut self,
        stamp: &Stamp<'_>,
        seen: &Account,
        after: &Account,
        note: &str,
    ) -> Result<Option<GestureId>, StoreError> {
        let saved = self.write(|tx| {
            if let Some(done) = stamp.answered(tx)? {
                return Ok(Some(done));
            }
            if read::account(tx, seen.id)?.as_ref() != Some(seen) {
                return Ok(None);
            }
            let mut trace = Trace::default();
            trace.changes(tx, &Images::new(tx)?, Fact::Account, seen.id.0)?;
            import::write_account(tx, after, false)?;
            let head = stamp.head(Kind::Facts, None);
            let gesture = gesture::record(tx, &head, false)?;
            trace.write(tx, gesture)?;
            let changes = json!([{"account_edited": {"account": seen.id.0}}]).to_string();
            let link = Link {
                handoff: None,
                action: "edit_account",
                stage_from: None,
                stage_to: None,
                note: Some(note),
                changes: &changes,
            };
            Chain::end(tx)?.append(tx, gesture, &head, &link)?;
            Ok(Some(gesture))
        });
        match saved {
            Err(error) => self.settle(error, |conn| Ok(stamp.answered(conn)?.map(Some))),
            done => done,
        }
    }

    /// Whether a person hands over or has been given an open handoff of an account.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn has_handoff_of(&self, person: PersonId, account: AccountId) -> Result<bool, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM handoff
                                WHERE account = ?2 AND open = 1 AND ?1 IN (assignee, sender, co_owner))",
            )?
            .query_row(params![person, account], |row| row.get(0))
        })
    }
}

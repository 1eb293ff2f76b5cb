//! A package as it was sent, in the record and in the table that keeps the newest.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::Texts;
use crate::domain::ids::HandoffId;
use crate::domain::package::Frozen;
use crate::domain::time::Instant;
use crate::store::convert::not_understood;
use crate::store::{Store, StoreError};

#[derive(Serialize, Deserialize)]
pub(super) struct FrozenEntry {
    at: i64,
    completeness: u8,
    fields: Texts,
}

impl FrozenEntry {
    pub(super) fn of(frozen: &Frozen) -> Self {
        let Frozen { at, completeness, fields } = frozen;
        Self { at: at.0, completeness: *completeness, fields: fields.clone() }
    }

    pub(super) fn frozen(self) -> Box<Frozen> {
        let Self { at, completeness, fields } = self;
        Box::new(Frozen { at: Instant(at), completeness, fields })
    }
}

/// Keeps the newest copy beside the handoff, or takes it away.
pub(in crate::store) fn put(
    conn: &Connection,
    handoff: HandoffId,
    frozen: Option<&Frozen>,
) -> rusqlite::Result<()> {
    let Some(frozen) = frozen else {
        conn.prepare_cached("DELETE FROM frozen WHERE handoff = ?1")?.execute([handoff])?;
        return Ok(());
    };
    let fields = serde_json::to_string(&frozen.fields)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    conn.prepare_cached(
        "INSERT OR REPLACE INTO frozen (handoff, at, completeness, fields) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![handoff, frozen.at, frozen.completeness, fields])?;
    Ok(())
}

impl Store {
    /// The package of a handoff as it was submitted last; none where it never was.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn frozen(&self, handoff: HandoffId) -> Result<Option<Frozen>, StoreError> {
        self.read(|conn| load(conn, handoff))
    }
}

/// The newest copy, if there is one.
pub(in crate::store) fn load(
    conn: &Connection,
    handoff: HandoffId,
) -> rusqlite::Result<Option<Frozen>> {
    conn.prepare_cached("SELECT at, completeness, fields FROM frozen WHERE handoff = ?1")?
        .query_row([handoff], |row| {
            let fields = serde_json::from_str(row.get_ref(2)?.as_str()?)
                .map_err(|error| not_understood(error.to_string()))?;
            Ok(Frozen { at: row.get(0)?, completeness: row.get(1)?, fields })
        })
        .optional()
}

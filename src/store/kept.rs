//! Values of records as their files wrote them: words without a meaning here yet, and columns that the desk has no field
//! for (issue 3: unknown picklist values are kept and mapped later). A row whose word has a meaning by now takes the kept
//! one away. They hang on their record, so that undo, merges and exports take them along.

use rusqlite::{Connection, params};

use super::StoreError;
use super::open::Store;
use crate::domain::draft::Kept;
use crate::domain::ids::{AccountId, ContactId};

/// A value that stands somewhere as a file wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stands {
    /// What kind of record it stands at: account, contact, signal, deal or unattached.
    pub kind: String,
    /// The field or column.
    pub field: String,
    /// What it says.
    pub value: String,
    /// At how many records.
    pub count: u64,
}

/// Whether any record has such values.
pub(super) fn any(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM kept LIMIT 1")?.exists([])
}

/// Whether a row says something else than what is kept of a record; `id` is none where it is new.
pub(super) fn differs(
    conn: &Connection,
    kind: &str,
    id: Option<i64>,
    kept: &Kept,
) -> rusqlite::Result<bool> {
    for (field, said) in kept {
        let known: Option<String> = match id {
            None => None,
            Some(id) => {
                let mut found = conn.prepare_cached(
                    "SELECT value FROM kept WHERE kind = ?1 AND id = ?2 AND field = ?3",
                )?;
                let mut rows = found.query(params![kind, id, field])?;
                rows.next()?.map(|row| row.get(0)).transpose()?
            }
        };
        if known != *said {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Keeps what a row says of a record.
pub(super) fn write(conn: &Connection, kind: &str, id: i64, kept: &Kept) -> rusqlite::Result<()> {
    for (field, said) in kept {
        match said {
            Some(value) => conn
                .prepare_cached(
                    "INSERT INTO kept (kind, id, field, value) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET value = excluded.value",
                )?
                .execute(params![kind, id, field, value])?,
            None => conn
                .prepare_cached("DELETE FROM kept WHERE kind = ?1 AND id = ?2 AND field = ?3")?
                .execute(params![kind, id, field])?,
        };
    }
    Ok(())
}

/// What is kept of a record, by field.
pub(super) fn of(
    conn: &Connection,
    kind: &str,
    id: i64,
) -> rusqlite::Result<Vec<(String, String)>> {
    conn.prepare_cached("SELECT field, value FROM kept WHERE kind = ?1 AND id = ?2 ORDER BY field")?
        .query_map(params![kind, id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Nothing is kept of a record any more.
pub(super) fn forget(conn: &Connection, kind: &str, id: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM kept WHERE kind = ?1 AND id = ?2")?
        .execute(params![kind, id])?;
    Ok(())
}

impl Store {
    /// What is kept of an account as files wrote it, by field.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn kept_of_account(&self, account: AccountId) -> Result<Vec<(String, String)>, StoreError> {
        self.read(|conn| of(conn, "account", account.0))
    }

    /// What is kept of a contact as files wrote it, by field.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn kept_of_contact(&self, contact: ContactId) -> Result<Vec<(String, String)>, StoreError> {
        self.read(|conn| of(conn, "contact", contact.0))
    }

    /// Everything that is kept as files wrote it, the most frequent first; at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn kept_values(&self, limit: usize) -> Result<(Vec<Stands>, u64), StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|conn| {
            let list = conn
                .prepare_cached(
                    "SELECT kind, field, value, count(*) FROM kept GROUP BY kind, field, value
                     ORDER BY count(*) DESC, kind, field, value LIMIT ?1",
                )?
                .query_map([limit], |row| {
                    Ok(Stands {
                        kind: row.get(0)?,
                        field: row.get(1)?,
                        value: row.get(2)?,
                        count: row.get::<_, i64>(3)?.unsigned_abs(),
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let total = conn
                .prepare_cached(
                    "SELECT count(*) FROM (SELECT DISTINCT kind, field, value FROM kept)",
                )?
                .query_row([], |row| row.get::<_, i64>(0))?;
            Ok::<_, rusqlite::Error>((list, total.unsigned_abs()))
        })
    }
}

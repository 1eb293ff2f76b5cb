//! Signals. One without a key of its own is the same when account, kind, time, contact, source and detail are.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Fate, Fated, accounts};
use crate::domain::draft::SignalDraft;
use crate::domain::ids::{ContactId, SignalId};

pub(super) fn put(conn: &Connection, draft: &SignalDraft) -> rusqlite::Result<Fated> {
    let account = match accounts::find(conn, &draft.account)? {
        Ok(id) => id,
        Err(why) => return Ok(Err(why)),
    };
    let contact: Option<ContactId> = match &draft.contact {
        Some(named) => accounts::find_contact(conn, account, named)?,
        None => None,
    };
    let known: Option<SignalId> = match &draft.external {
        Some(external) => conn
            .prepare_cached("SELECT id FROM signal WHERE external = ?1")?
            .query_row([external], |row| row.get(0))
            .optional()?,
        None => conn
            .prepare_cached(
                "SELECT id FROM signal WHERE account = ?1 AND at = ?2 AND kind = ?3 AND contact IS ?4 AND source IS ?5
                     AND detail IS ?6 LIMIT 1",
            )?
            .query_row(
                params![account, draft.at, draft.kind, contact, draft.source, draft.detail],
                |row| row.get(0),
            )
            .optional()?,
    };
    let Some(id) = known else {
        conn.prepare_cached(
            "INSERT INTO signal (account, contact, external, kind, at, source, detail, value)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            account,
            contact,
            draft.external,
            draft.kind,
            draft.at,
            draft.source,
            draft.detail,
            draft.value
        ])?;
        return Ok(Ok(Fate::New));
    };
    let changed = conn
        .prepare_cached(
            "UPDATE signal SET account = ?2, contact = coalesce(?3, contact), kind = ?4, at = ?5,
                 source = coalesce(?6, source), detail = coalesce(?7, detail), value = coalesce(?8, value)
             WHERE id = ?1 AND NOT (account = ?2 AND contact IS coalesce(?3, contact) AND kind = ?4 AND at = ?5
                 AND source IS coalesce(?6, source) AND detail IS coalesce(?7, detail)
                 AND value IS coalesce(?8, value))",
        )?
        .execute(params![id, account, contact, draft.kind, draft.at, draft.source, draft.detail, draft.value])?;
    Ok(Ok(if changed > 0 { Fate::Changed } else { Fate::Unchanged }))
}

//! Signals. Of two without a key of their own one is the other when account, kind, time, source and detail are, and the contact so
//! far as both know one.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Chunk, Fact, Fate, Fated, accounts, contacts};
use crate::domain::draft::SignalDraft;
use crate::domain::ids::{AccountId, ContactId, SignalId};
use crate::store::kept;

pub(super) fn put(chunk: &mut Chunk<'_>, draft: &SignalDraft) -> rusqlite::Result<Fated> {
    let mail = draft.contact.as_ref().and_then(|contact| contact.email.as_deref());
    let account = match accounts::find(chunk, &draft.account, mail)? {
        Ok(id) => id,
        Err(why) => return Ok(Err(why)),
    };
    let contact: Option<ContactId> = match &draft.contact {
        Some(named) => contacts::find_contact(chunk, account, named)?,
        None => None,
    };
    let conn = chunk.conn;
    if let Some(changed) = renamed(chunk, draft, account, contact)? {
        return Ok(Ok(changed));
    }
    // A key is looked at where it is written.
    let id = match draft.external {
        Some(_) => None,
        None => known(conn, draft, account, contact)?,
    };
    let id = match id {
        Some(id) => id,
        None if insert(conn, draft, account, contact)? => {
            let id = conn.last_insert_rowid();
            chunk.keep("signal", id, &draft.kept)?;
            chunk.trace.made(Fact::Signal, id);
            chunk.unjudged(account);
            return Ok(Ok(Fate::New));
        }
        None => {
            known(conn, draft, account, contact)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?
        }
    };
    let keeps = chunk.keeps_other("signal", Some(id.0), &draft.kept)?;
    let changed = keeps || differs(conn, id, draft, account, contact)?;
    if changed {
        chunk.changes(Fact::Signal, id.0)?;
        let before = conn
            .prepare_cached("SELECT account FROM signal WHERE id = ?1")?
            .query_row([id], |row| row.get(0))?;
        chunk.unjudged(before);
        chunk.unjudged(account);
        conn.prepare_cached(
            "UPDATE signal SET account = ?2, contact = coalesce(?3, contact), kind = ?4, at = ?5,
                 source = coalesce(?6, source), detail = coalesce(?7, detail), value = coalesce(?8, value)
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            account,
            contact,
            draft.kind,
            draft.at,
            draft.source,
            draft.detail,
            draft.value
        ])?;
        chunk.keep("signal", id.0, &draft.kept)?;
    }
    Ok(Ok(if changed { Fate::Changed } else { Fate::Unchanged }))
}

/// A signal without a key that came before its kind had a meaning gets the kind that it has now; none where there is no
/// such signal.
fn renamed(
    chunk: &mut Chunk<'_>,
    draft: &SignalDraft,
    account: AccountId,
    contact: Option<ContactId>,
) -> rusqlite::Result<Option<Fate>> {
    let Some(before) = draft.kind_before.as_ref().filter(|before| **before != draft.kind) else {
        return Ok(None);
    };
    if draft.external.is_some() {
        return Ok(None);
    }
    let conn = chunk.conn;
    let found: Option<i64> = conn
        .prepare_cached(
            "SELECT id FROM signal WHERE account = ?1 AND at = ?2 AND kind = ?3 AND source IS ?5 AND detail IS ?6
                 AND external IS NULL AND (contact IS ?4 OR contact IS NULL OR ?4 IS NULL)
             ORDER BY contact IS NOT ?4, contact IS NULL, contact, id LIMIT 1",
        )?
        .query_row(
            params![account, draft.at, before, contact, draft.source, draft.detail],
            |row| row.get(0),
        )
        .optional()?;
    let Some(id) = found else { return Ok(None) };
    chunk.changes(Fact::Signal, id)?;
    chunk.unjudged(account);
    conn.prepare_cached(
        "UPDATE signal SET kind = ?2, contact = coalesce(?3, contact), value = coalesce(?4, value) WHERE id = ?1",
    )?
    .execute(params![id, draft.kind, contact, draft.value])?;
    kept::forget(conn, "signal", id)?;
    Ok(Some(Fate::Changed))
}

/// Writes a signal; false where there is one with its key.
fn insert(
    conn: &Connection,
    draft: &SignalDraft,
    account: AccountId,
    contact: Option<ContactId>,
) -> rusqlite::Result<bool> {
    let new = conn
        .prepare_cached(
            "INSERT INTO signal (account, contact, external, kind, at, source, detail, value)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (external) DO NOTHING",
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
    Ok(new > 0)
}

/// The signal that the draft is about, if there is one.
fn known(
    conn: &Connection,
    draft: &SignalDraft,
    account: AccountId,
    contact: Option<ContactId>,
) -> rusqlite::Result<Option<SignalId>> {
    match &draft.external {
        Some(external) => conn
            .prepare_cached("SELECT id FROM signal WHERE external = ?1")?
            .query_row([external], |row| row.get(0)),
        // Left to itself SQLite reads all signals that have no key.
        None => conn
            .prepare_cached(
                "SELECT id FROM signal INDEXED BY signal_account
                 WHERE account = ?1 AND at = ?2 AND kind = ?3 AND source IS ?5 AND detail IS ?6
                     AND external IS NULL AND (contact IS ?4 OR contact IS NULL OR ?4 IS NULL)
                 ORDER BY contact IS NOT ?4, contact IS NULL, contact, id LIMIT 1",
            )?
            .query_row(
                params![account, draft.at, draft.kind, contact, draft.source, draft.detail],
                |row| row.get(0),
            ),
    }
    .optional()
}

/// Whether the draft says something that the signal doesn't.
fn differs(
    conn: &Connection,
    id: SignalId,
    draft: &SignalDraft,
    account: AccountId,
    contact: Option<ContactId>,
) -> rusqlite::Result<bool> {
    let same = conn
        .prepare_cached(
            "SELECT 1 FROM signal WHERE id = ?1 AND account = ?2 AND contact IS coalesce(?3, contact) AND kind = ?4
                 AND at = ?5 AND source IS coalesce(?6, source) AND detail IS coalesce(?7, detail)
                 AND value IS coalesce(?8, value)",
        )?
        .query_row(
            params![
                id,
                account,
                contact,
                draft.kind,
                draft.at,
                draft.source,
                draft.detail,
                draft.value
            ],
            |_| Ok(()),
        )
        .optional()?;
    Ok(same.is_none())
}

//! Deals, found by the key they have where they came from.

use rusqlite::{OptionalExtension, params};

use super::{Chunk, Fact, Fate, Fated, accounts, people};
use crate::domain::draft::DealDraft;
use crate::domain::ids::{AccountId, PersonId};
use crate::store::convert::SqlDay;

pub(super) fn put(chunk: &mut Chunk<'_>, draft: &DealDraft) -> rusqlite::Result<Fated> {
    let account: Option<AccountId> = if draft.account.is_empty() {
        None
    } else {
        match accounts::find(chunk, &draft.account, None)? {
            Ok(id) => Some(id),
            Err(why) => return Ok(Err(why)),
        }
    };
    let owner: Option<PersonId> = match &draft.owner {
        None => None,
        Some(named) => match people::find(chunk, named)? {
            Ok(id) => Some(id),
            Err(why) => return Ok(Err(why)),
        },
    };
    let conn = chunk.conn;
    let known: Option<i64> = conn
        .prepare_cached("SELECT id FROM deal WHERE external = ?1")?
        .query_row([&draft.external], |row| row.get(0))
        .optional()?;
    let (opened, closed) = (draft.opened.map(SqlDay), draft.closed.map(SqlDay));
    let Some(id) = known else {
        let Some(stage) = draft.stage else {
            return Ok(Err("a new deal needs a stage".to_owned()));
        };
        conn.prepare_cached(
            "INSERT INTO deal (external, account, owner, stage, value, opened, closed, product)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            draft.external,
            account,
            owner,
            stage,
            draft.value,
            opened,
            closed,
            draft.product
        ])?;
        let id = conn.last_insert_rowid();
        chunk.keep("deal", id, &draft.kept)?;
        chunk.trace.made(Fact::Deal, id);
        return Ok(Ok(Fate::New));
    };
    let given =
        params![id, account, owner, draft.stage, draft.value, opened, closed, draft.product];
    let same = conn
        .prepare_cached(
            "SELECT 1 FROM deal WHERE id = ?1 AND account IS coalesce(?2, account) AND owner IS coalesce(?3, owner)
                 AND stage = coalesce(?4, stage) AND value IS coalesce(?5, value) AND opened IS coalesce(?6, opened)
                 AND closed IS coalesce(?7, closed) AND product IS coalesce(?8, product)",
        )?
        .exists(given)?;
    if same && !chunk.keeps_other("deal", Some(id), &draft.kept)? {
        return Ok(Ok(Fate::Unchanged));
    }
    chunk.changes(Fact::Deal, id)?;
    conn.prepare_cached(
        "UPDATE deal SET account = coalesce(?2, account), owner = coalesce(?3, owner), stage = coalesce(?4, stage),
             value = coalesce(?5, value), opened = coalesce(?6, opened), closed = coalesce(?7, closed),
             product = coalesce(?8, product)
         WHERE id = ?1",
    )?
    .execute(given)?;
    chunk.keep("deal", id, &draft.kept)?;
    Ok(Ok(Fate::Changed))
}

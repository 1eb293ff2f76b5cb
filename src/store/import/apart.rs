//! Contacts whose account is not known: real exports hold contacts of no company, with mail addresses of no company
//! either. They are kept apart, are found again by their key or mail address, and join their account when it comes.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Chunk, Fact, Fated, contacts, fate, take_some};
use crate::domain::contact::BuyingRole;
use crate::domain::draft::{AccountRef, ContactDraft};
use crate::domain::matching::{registrable, registrable_of_mail};
use crate::store::StoreError;
use crate::store::kept;
use crate::store::open::Store;

/// A contact whose account is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unattached {
    /// Name, or else what they are known by.
    pub name: String,
    /// Mail address.
    pub email: Option<String>,
    /// The key they have where they come from.
    pub external: Option<String>,
    /// What the file says of their account: its name, domain or key.
    pub account: Option<String>,
}

const COLUMNS: &str =
    "id, external, name, title, email, phone, profile, role, authority, do_not_call, opted_out,
    account_key, account_domain, account_name";

/// Whether there are any.
pub(super) fn any(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM unattached LIMIT 1")?.exists([])
}

/// A row as the draft that it was; its `kept` is read apart.
fn draft_of(row: &Row<'_>) -> rusqlite::Result<(i64, ContactDraft)> {
    let account = AccountRef {
        external: row.get(11)?,
        domain: row.get(12)?,
        name: row.get(13)?,
        optional: false,
    };
    let draft = ContactDraft {
        external: row.get(1)?,
        account,
        name: row.get(2)?,
        title: row.get(3)?,
        email: row.get(4)?,
        phone: row.get(5)?,
        profile: row.get(6)?,
        role: row.get::<_, Option<BuyingRole>>(7)?,
        authority: row.get(8)?,
        do_not_call: row.get(9)?,
        opted_out: row.get(10)?,
        kept: Vec::new(),
    };
    Ok((row.get(0)?, draft))
}

/// The one that a draft is about: the one with its key, else one with its mail address that has no other key.
fn matching(
    conn: &Connection,
    draft: &ContactDraft,
) -> rusqlite::Result<Option<(i64, ContactDraft)>> {
    if let Some(external) = &draft.external {
        let own = conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM unattached WHERE external = ?1"))?
            .query_row([external], draft_of)
            .optional()?;
        if own.is_some() {
            return Ok(own);
        }
    }
    let Some(email) = &draft.email else { return Ok(None) };
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM unattached WHERE email = ?1 AND (external IS NULL OR ?2 IS NULL)
         ORDER BY external IS NULL, external, id LIMIT 1"
    ))?
    .query_row(params![email, draft.external], draft_of)
    .optional()
}

/// What the row of a draft says, over what was known before.
fn over(before: &ContactDraft, draft: &ContactDraft) -> ContactDraft {
    let mut after = before.clone();
    take_some(&mut after.external, draft.external.as_ref());
    take_some(&mut after.name, draft.name.as_ref());
    take_some(&mut after.title, draft.title.as_ref());
    take_some(&mut after.email, draft.email.as_ref());
    take_some(&mut after.phone, draft.phone.as_ref());
    take_some(&mut after.profile, draft.profile.as_ref());
    take_some(&mut after.role, draft.role.as_ref());
    take_some(&mut after.authority, draft.authority.as_ref());
    take_some(&mut after.do_not_call, draft.do_not_call.as_ref());
    take_some(&mut after.opted_out, draft.opted_out.as_ref());
    if !draft.account.is_empty() {
        after.account = AccountRef { optional: false, ..draft.account.clone() };
    }
    if after.name.is_none() {
        after.name = after.email.clone().or_else(|| after.external.clone());
    }
    after
}

/// Keeps a contact whose account is not known.
pub(super) fn put(chunk: &mut Chunk<'_>, draft: &ContactDraft) -> rusqlite::Result<Fated> {
    let conn = chunk.conn;
    chunk.told.unattached += 1;
    let old = matching(conn, draft)?;
    let id = old.as_ref().map(|(id, _)| *id);
    let before = old.map(|(_, known)| known).unwrap_or_default();
    let after = over(&before, draft);
    let changed = after != before || kept::differs(conn, "unattached", id, &draft.kept)?;
    if id.is_none() || changed {
        if let Some(id) = id {
            chunk.changes(Fact::Unattached, id)?;
        }
        conn.prepare_cached(
            "INSERT INTO unattached (id, external, name, title, email, phone, profile, role, authority, do_not_call,
                                     opted_out, account_key, account_domain, account_name, root, mail_root)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (id) DO UPDATE SET external = ?2, name = ?3, title = ?4, email = ?5, phone = ?6, profile = ?7,
                 role = ?8, authority = ?9, do_not_call = ?10, opted_out = ?11, account_key = ?12, account_domain = ?13,
                 account_name = ?14, root = ?15, mail_root = ?16",
        )?
        .execute(params![
            id,
            after.external,
            after.name.as_deref().unwrap_or_default(),
            after.title,
            after.email,
            after.phone,
            after.profile,
            after.role,
            after.authority,
            after.do_not_call,
            after.opted_out,
            after.account.external,
            after.account.domain,
            after.account.name,
            after.account.domain.as_deref().and_then(registrable),
            after.email.as_deref().and_then(registrable_of_mail),
        ])?;
        let kept_at = id.unwrap_or_else(|| conn.last_insert_rowid());
        kept::write(conn, "unattached", kept_at, &draft.kept)?;
        if id.is_none() {
            chunk.trace.made(Fact::Unattached, kept_at);
        }
        chunk.apart = true;
    }
    Ok(Ok(fate(changed, id.is_none())))
}

/// What was known of a contact that comes with its account now: the draft with what it leaves out filled in. It is kept
/// apart no longer.
pub(super) fn join(
    chunk: &mut Chunk<'_>,
    draft: &ContactDraft,
) -> rusqlite::Result<Option<ContactDraft>> {
    if !chunk.apart {
        return Ok(None);
    }
    let conn = chunk.conn;
    let Some((id, known)) = matching(conn, draft)? else { return Ok(None) };
    let mut joined = over(&known, draft);
    let own = kept::of(conn, "unattached", id)?;
    joined.kept = own.into_iter().map(|(field, value)| (field, Some(value))).collect();
    joined.kept.retain(|(field, _)| !draft.kept.iter().any(|(other, _)| other == field));
    joined.kept.extend(draft.kept.iter().cloned());
    chunk.changes(Fact::Unattached, id)?;
    kept::forget(conn, "unattached", id)?;
    conn.prepare_cached("DELETE FROM unattached WHERE id = ?1")?.execute([id])?;
    Ok(Some(joined))
}

/// Every contact whose account has come joins it. Gives how many did.
pub(super) fn attach(chunk: &mut Chunk<'_>) -> rusqlite::Result<u64> {
    let conn = chunk.conn;
    let found: Vec<(i64, ContactDraft)> = conn
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM unattached AS u
             WHERE EXISTS (SELECT 1 FROM account WHERE external = u.account_key)
                 OR EXISTS (SELECT 1 FROM alias WHERE kind = 'account' AND alias.external = u.account_key)
                 OR EXISTS (SELECT 1 FROM account WHERE account.root = u.root)
                 OR EXISTS (SELECT 1 FROM account WHERE account.root = u.mail_root)
                 OR (SELECT count(*) FROM (SELECT 1 FROM account WHERE account.name = u.account_name LIMIT 2)) = 1
             ORDER BY external IS NULL, external, email, name, id"
        ))?
        .query_map([], draft_of)?
        .collect::<rusqlite::Result<_>>()?;
    let mut joined = 0;
    for (_, draft) in &found {
        let before = chunk.told.unattached;
        if contacts::put(chunk, draft)?.is_ok() && chunk.told.unattached == before {
            joined += 1;
        }
        chunk.told.unattached = before;
    }
    Ok(joined)
}

impl Store {
    /// Contacts whose account is not known, by name, at most so many; and how many there are.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn unattached(&self, limit: usize) -> Result<(Vec<Unattached>, u64), StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|conn| {
            let list = conn
                .prepare_cached(
                    "SELECT name, email, external, coalesce(account_name, account_domain, account_key) FROM unattached
                     ORDER BY name, external, email, id LIMIT ?1",
                )?
                .query_map([limit], |row| {
                    Ok(Unattached {
                        name: row.get(0)?,
                        email: row.get(1)?,
                        external: row.get(2)?,
                        account: row.get(3)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let total = conn
                .prepare_cached("SELECT count(*) FROM unattached")?
                .query_row([], |row| row.get::<_, i64>(0))?;
            Ok::<_, rusqlite::Error>((list, total.unsigned_abs()))
        })
    }
}

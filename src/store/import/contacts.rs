//! Contacts. A row is about the one that has its key; else about one with its mail address, unless that has another key
//! of the same system; else about the one of that name at its account that has neither.

use rusqlite::{Connection, OptionalExtension, params};

use super::accounts::{add_key, find, further, give_key, has_other_key};
use super::{Chunk, Fact, Fated, apart, fate, take, take_some};
use crate::domain::contact::Contact;
use crate::domain::draft::{ContactDraft, PersonRef};
use crate::domain::ids::{AccountId, ContactId};
use crate::store::read::contact_row;
use crate::store::window::words::indexed;

/// The most contacts of one account; search numbers them.
pub(in crate::store) const MOST_CONTACTS: i64 = 65_535;

/// The most contacts with one mail address that are looked at.
const MOST_WITH_A_MAIL: u32 = 20;

const FROM: &str = "SELECT id, account, external, name, title, email, phone, profile, role, authority, do_not_call,
        opted_out FROM contact";

pub(super) fn put(chunk: &mut Chunk<'_>, draft: &ContactDraft) -> rusqlite::Result<Fated> {
    let conn = chunk.conn;
    let named = find(chunk, &draft.account, draft.email.as_deref())?;
    let (account, why) = match named {
        Ok(id) => (Some(id), String::new()),
        Err(why) => (None, why),
    };
    let joined = match account {
        Some(_) => apart::join(chunk, draft)?,
        None => None,
    };
    let draft = joined.as_ref().unwrap_or(draft);
    let old = matching(conn, draft, account)?;
    let new = old.is_none();
    let before = match (old, account) {
        (Some(contact), _) => contact,
        (None, Some(account)) => Contact { account, ..Contact::default() },
        // Without a key the same row could not be found again.
        (None, None) if draft.external.is_none() && draft.email.is_none() => return Ok(Err(why)),
        (None, None) => return apart::put(chunk, draft),
    };
    let mut after = before.clone();
    if !draft.account.is_empty() {
        take(&mut after.account, account.as_ref());
        if account.is_none() {
            chunk.told.stayed.get_or_insert((0, why)).0 += 1;
        }
    }
    let key = give_key(conn, "contact", &mut after.external, draft.external.as_ref())?;
    take(&mut after.name, draft.name.as_ref());
    take_some(&mut after.title, draft.title.as_ref());
    take_some(&mut after.email, draft.email.as_ref());
    take_some(&mut after.phone, draft.phone.as_ref());
    take_some(&mut after.profile, draft.profile.as_ref());
    take(&mut after.role, draft.role.as_ref());
    take(&mut after.authority, draft.authority.as_ref());
    take(&mut after.do_not_call, draft.do_not_call.as_ref());
    take(&mut after.opted_out, draft.opted_out.as_ref());
    if after.name.is_empty() {
        after.name = after.email.clone().or_else(|| after.external.clone()).unwrap_or_default();
    }
    let keeps = chunk.keeps_other("contact", (!new).then_some(before.id.0), &draft.kept)?;
    let changed = key.is_some() || keeps || after != before;
    if new || changed {
        if !new {
            chunk.changes(Fact::Contact, before.id.0)?;
        }
        let moved = new || after.account != before.account;
        let Some(n) = place(conn, &after, moved)? else {
            return Ok(Err(
                "the account has more contacts than the desk can hold (65,535)".to_owned()
            ));
        };
        conn.prepare_cached(
            "INSERT INTO contact (id, account, n, external, name, title, email, phone, profile, role, authority,
                                  do_not_call, opted_out, words)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT (id) DO UPDATE SET account = ?2, n = ?3, external = ?4, name = ?5, title = ?6, email = ?7,
                 phone = ?8, profile = ?9, role = ?10, authority = ?11, do_not_call = ?12, opted_out = ?13,
                 words = ?14",
        )?
        .execute(params![
            (!new).then_some(after.id),
            after.account,
            n,
            after.external,
            after.name,
            after.title,
            after.email,
            after.phone,
            after.profile,
            after.role,
            after.authority,
            after.do_not_call,
            after.opted_out,
            indexed([after.name.as_str()]),
        ])?;
        let id = if new { conn.last_insert_rowid() } else { after.id.0 };
        if let Some(key) = key {
            add_key(conn, "contact", id, key)?;
        }
        chunk.keep("contact", id, &draft.kept)?;
        if new {
            chunk.trace.made(Fact::Contact, id);
        }
        chunk.known.forget();
    }
    Ok(Ok(fate(changed, new)))
}

fn matching(
    conn: &Connection,
    draft: &ContactDraft,
    account: Option<AccountId>,
) -> rusqlite::Result<Option<Contact>> {
    if let Some(external) = &draft.external {
        let own = conn
            .prepare_cached(&format!("{FROM} WHERE external = ?1"))?
            .query_row([external], contact_row)
            .optional()?;
        if own.is_some() {
            return Ok(own);
        }
        if let Some(id) = further(conn, "contact", external)? {
            return conn
                .prepare_cached(&format!("{FROM} WHERE id = ?1"))?
                .query_row([id], contact_row)
                .optional();
        }
    }
    if let Some(email) = &draft.email {
        let with_it: Vec<Contact> = conn
            .prepare_cached(&format!(
                "{FROM} WHERE email = ?1 AND (?2 IS NULL OR account = ?2) ORDER BY external, name, id LIMIT ?3"
            ))?
            .query_map(params![email, account, MOST_WITH_A_MAIL], contact_row)?
            .collect::<rusqlite::Result<_>>()?;
        for contact in with_it {
            let other = match &draft.external {
                Some(key) => {
                    let own = contact.external.as_deref();
                    has_other_key(conn, "contact", contact.id.0, own, key)?
                }
                None => false,
            };
            if !other {
                return Ok(Some(contact));
            }
        }
    }
    match (&draft.external, &draft.name, account) {
        // Left to itself SQLite reads all contacts that have no key.
        (None, Some(name), Some(account)) => conn
            .prepare_cached(&format!(
                "{FROM} INDEXED BY contact_account
                 WHERE account = ?1 AND name = ?2 AND external IS NULL AND email IS NULL ORDER BY id LIMIT 1"
            ))?
            .query_row(params![account, name], contact_row)
            .optional(),
        _ => Ok(None),
    }
}

/// Which of its account's contacts this one is; none when the account can hold no more.
fn place(conn: &Connection, contact: &Contact, moved: bool) -> rusqlite::Result<Option<i64>> {
    let n: i64 = if moved {
        conn.prepare_cached("SELECT coalesce(max(n), 0) + 1 FROM contact WHERE account = ?1")?
            .query_row([contact.account], |row| row.get(0))?
    } else {
        conn.prepare_cached("SELECT n FROM contact WHERE id = ?1")?
            .query_row([contact.id], |row| row.get(0))?
    };
    Ok((n <= MOST_CONTACTS).then_some(n))
}

/// The contact of an account that a reference names.
pub(super) fn find_contact(
    chunk: &mut Chunk<'_>,
    account: AccountId,
    named: &PersonRef,
) -> rusqlite::Result<Option<ContactId>> {
    if let Some(id) = chunk.known.get(&("contact", account, named)) {
        return Ok(Some(ContactId(id)));
    }
    let found: Option<ContactId> = chunk
        .conn
        .prepare_cached(
            "SELECT id FROM contact WHERE account = ?1 AND (external = ?2 OR email = ?3 OR name = ?4)
             ORDER BY external IS NOT ?2, email IS NOT ?3, external, email, id LIMIT 1",
        )?
        .query_row(params![account, named.external, named.email, named.name], |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        chunk.known.keep(&("contact", account, named), id.0);
    }
    Ok(found)
}

//! Accounts and their contacts. An account is found by its external id, then by its domain, then, where the draft has
//! neither, by its exact name; a contact by external id, then e-mail, then name at its account.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Fated, fate, people, take, take_some};
use crate::domain::account::Account;
use crate::domain::contact::Contact;
use crate::domain::draft::{AccountDraft, AccountRef, ContactDraft};
use crate::domain::ids::{AccountId, ContactId};
use crate::domain::time::Instant;
use crate::store::convert::{List, SqlDay};
use crate::store::read::{account, contact_row};
use crate::store::window::words::indexed;

/// The most contacts of one account; search numbers them.
const MOST_CONTACTS: i64 = 65_535;

/// The account that a reference names, or why there is none.
pub(super) fn find(
    conn: &Connection,
    named: &AccountRef,
) -> rusqlite::Result<Result<AccountId, String>> {
    let one = |sql: &str, value: &str| -> rusqlite::Result<Option<AccountId>> {
        conn.prepare_cached(sql)?.query_row([value], |row| row.get(0)).optional()
    };
    if let Some(external) = &named.external
        && let Some(id) = one("SELECT id FROM account WHERE external = ?1", external)?
    {
        return Ok(Ok(id));
    }
    if let Some(domain) = &named.domain
        && let Some(id) =
            one("SELECT id FROM account WHERE domain = ?1 ORDER BY id LIMIT 1", domain)?
    {
        return Ok(Ok(id));
    }
    let Some(name) = &named.name else {
        let key = named.domain.as_ref().or(named.external.as_ref());
        return Ok(Err(format!(
            "no account \"{}\" is known; import the accounts first",
            key.map_or("", String::as_str)
        )));
    };
    let mut found = conn.prepare_cached("SELECT id FROM account WHERE name = ?1 LIMIT 2")?;
    let ids: Vec<AccountId> =
        found.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(match ids.as_slice() {
        [id] => Ok(*id),
        [] => Err(format!("no account \"{name}\" is known; import the accounts first")),
        _ => {
            Err(format!("more than one account is called \"{name}\"; name it by its domain or id"))
        }
    })
}

pub(super) fn put(conn: &Connection, draft: &AccountDraft, at: Instant) -> rusqlite::Result<Fated> {
    let owner = match &draft.owner {
        None => None,
        Some(named) => match people::find(conn, named)? {
            Ok(id) => Some(id),
            Err(why) => return Ok(Err(why)),
        },
    };
    let old = match matching(conn, draft)? {
        Some(id) => account(conn, id)?,
        None => None,
    };
    let new = old.is_none();
    let before = old.unwrap_or_default();
    let mut after = before.clone();
    take_some(&mut after.external, draft.external.as_ref());
    take(&mut after.name, draft.name.as_ref());
    take_some(&mut after.domain, draft.domain.as_ref());
    take_some(&mut after.website, draft.website.as_ref());
    take_some(&mut after.revenue, draft.revenue.as_ref());
    take_some(&mut after.employees, draft.employees.as_ref());
    take_some(&mut after.industry, draft.industry.as_ref());
    take_some(&mut after.region, draft.region.as_ref());
    take_some(&mut after.segment, draft.segment.as_ref());
    take_some(&mut after.language, draft.language.as_ref());
    take_some(&mut after.product, draft.product.as_ref());
    if let Some(tier) = draft.tier {
        after.tier = tier;
        after.tier_by_hand = true;
    }
    take_some(&mut after.fit, draft.fit.as_ref());
    take_some(&mut after.lead_score, draft.lead_score.as_ref());
    take(&mut after.relation, draft.relation.as_ref());
    take(&mut after.technologies, draft.technologies.as_ref());
    take(&mut after.news, draft.news.as_ref());
    take(&mut after.events, draft.events.as_ref());
    take(&mut after.on_tal, draft.on_tal.as_ref());
    take_some(&mut after.owner, owner.as_ref());
    take_some(&mut after.expected_value, draft.expected_value.as_ref());
    if after.name.is_empty() {
        // Real exports have companies without a name; the domain or the key is what people know them by.
        after.name = after.domain.clone().or_else(|| after.external.clone()).unwrap_or_default();
    }
    let changed = after != before;
    if new || changed {
        after.changed = at;
        write(conn, &after, new)?;
    }
    Ok(Ok(fate(changed, new)))
}

/// The account that a draft is about, if it is known.
fn matching(conn: &Connection, draft: &AccountDraft) -> rusqlite::Result<Option<AccountId>> {
    if let Some(external) = &draft.external {
        let found = conn
            .prepare_cached("SELECT id FROM account WHERE external = ?1")?
            .query_row([external], |row| row.get(0))
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    if let Some(domain) = &draft.domain {
        // One that has another key is another company at the same domain.
        return conn
            .prepare_cached(
                "SELECT id FROM account WHERE domain = ?1 AND (external IS NULL OR ?2 IS NULL) ORDER BY id LIMIT 1",
            )?
            .query_row(params![domain, draft.external], |row| row.get(0))
            .optional();
    }
    match (&draft.external, &draft.name) {
        (None, Some(name)) => conn
            .prepare_cached("SELECT id FROM account WHERE name = ?1 ORDER BY id LIMIT 1")?
            .query_row([name], |row| row.get(0))
            .optional(),
        _ => Ok(None),
    }
}

pub(super) fn write(conn: &Connection, account: &Account, new: bool) -> rusqlite::Result<()> {
    let id = (!new).then_some(account.id);
    let words = indexed([account.name.as_str(), account.domain.as_deref().unwrap_or_default()]);
    conn.prepare_cached(
        "INSERT INTO account (id, external, name, domain, revenue, employees, industry, region, segment, language,
                              product, tier, tier_by_hand, fit, lead_score, relation, technologies, on_tal, owner,
                              expected_value, website, changed, words)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
         ON CONFLICT (id) DO UPDATE SET external = ?2, name = ?3, domain = ?4, revenue = ?5, employees = ?6,
             industry = ?7, region = ?8, segment = ?9, language = ?10, product = ?11, tier = ?12, tier_by_hand = ?13,
             fit = ?14, lead_score = ?15, relation = ?16, technologies = ?17, on_tal = ?18, owner = ?19,
             expected_value = ?20, website = ?21, changed = ?22, words = ?23",
    )?
    .execute(params![
        id,
        account.external,
        account.name,
        account.domain,
        account.revenue,
        account.employees,
        account.industry,
        account.region,
        account.segment,
        account.language,
        account.product,
        account.tier,
        account.tier_by_hand,
        account.fit,
        account.lead_score,
        account.relation,
        List(account.technologies.as_slice()),
        account.on_tal,
        account.owner,
        account.expected_value,
        account.website,
        account.changed,
        words,
    ])?;
    let id = id.unwrap_or_else(|| AccountId(conn.last_insert_rowid()));
    conn.prepare_cached("DELETE FROM happening WHERE account = ?1")?.execute([id])?;
    let mut insert = conn.prepare_cached(
        "INSERT INTO happening (account, kind, n, on_day, headline) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (kind, list) in [("news", &account.news), ("event", &account.events)] {
        for (n, dated) in list.iter().enumerate() {
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            insert.execute(params![id, kind, n, SqlDay(dated.on), dated.headline])?;
        }
    }
    Ok(())
}

pub(super) fn put_contact(conn: &Connection, draft: &ContactDraft) -> rusqlite::Result<Fated> {
    let account = if draft.account.is_empty() {
        None
    } else {
        match find(conn, &draft.account)? {
            Ok(id) => Some(id),
            Err(why) => return Ok(Err(why)),
        }
    };
    let old = matching_contact(conn, draft, account)?;
    let new = old.is_none();
    let before = match (old, account) {
        (Some(contact), _) => contact,
        (None, Some(account)) => Contact { account, ..Contact::default() },
        (None, None) => return Ok(Err("the row names no account".to_owned())),
    };
    let mut after = before.clone();
    take(&mut after.account, account.as_ref());
    take_some(&mut after.external, draft.external.as_ref());
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
    let changed = after != before;
    if new || changed {
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
    }
    Ok(Ok(fate(changed, new)))
}

fn matching_contact(
    conn: &Connection,
    draft: &ContactDraft,
    account: Option<AccountId>,
) -> rusqlite::Result<Option<Contact>> {
    const FROM: &str = "SELECT id, account, external, name, title, email, phone, profile, role, authority, do_not_call,
                               opted_out FROM contact";
    if let Some(external) = &draft.external {
        let found = conn
            .prepare_cached(&format!("{FROM} WHERE external = ?1"))?
            .query_row([external], contact_row)
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    if let Some(email) = &draft.email {
        return conn
            .prepare_cached(&format!(
                "{FROM} WHERE email = ?1 AND (external IS NULL OR ?2 IS NULL) AND (?3 IS NULL OR account = ?3)
                 ORDER BY id LIMIT 1"
            ))?
            .query_row(params![email, draft.external, account], contact_row)
            .optional();
    }
    match (&draft.external, &draft.name, account) {
        (None, Some(name), Some(account)) => conn
            .prepare_cached(&format!(
                "{FROM} WHERE account = ?1 AND name = ?2 ORDER BY id LIMIT 1"
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

/// The contact of an account, or of any, that a reference names.
pub(super) fn find_contact(
    conn: &Connection,
    account: AccountId,
    named: &crate::domain::draft::PersonRef,
) -> rusqlite::Result<Option<ContactId>> {
    conn.prepare_cached(
        "SELECT id FROM contact WHERE account = ?1 AND (external = ?2 OR email = ?3 OR name = ?4)
         ORDER BY external IS NOT ?2, email IS NOT ?3, id LIMIT 1",
    )?
    .query_row(params![account, named.external, named.email, named.name], |row| row.get(0))
    .optional()
}

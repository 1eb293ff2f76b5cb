//! Accounts. A row is about the account that has its key; else about one at the same registrable domain, unless that has
//! another key of the same system; and where the row has neither key nor domain, about the one of exactly that name that
//! has neither, so that importing it again makes no second. Names are no keys otherwise (issue 3, Matching).

use rusqlite::{Connection, OptionalExtension, params};

use super::{Chunk, Fact, Fated, fate, people, take, take_some};
use crate::domain::account::Account;
use crate::domain::draft::{AccountDraft, AccountRef};
use crate::domain::ids::AccountId;
use crate::domain::matching::{is_freemail, likeness, registrable, registrable_of_mail, system_of};
use crate::store::convert::{List, SqlDay};
use crate::store::read::account;
use crate::store::window::words::indexed;

/// The most accounts of one domain that are looked at.
const MOST_AT_A_DOMAIN: u32 = 100;

/// The account that a reference names, or why there is none: by key, by domain, by the domain of a contact's mail
/// address, by its whole name.
pub(super) fn find(
    chunk: &mut Chunk<'_>,
    named: &AccountRef,
    mail: Option<&str>,
) -> rusqlite::Result<Result<AccountId, String>> {
    // Most rows say enough without the mail address, whoever's it is.
    for mail in [None, mail] {
        if let Some(id) = chunk.known.get(&("account", named, mail)) {
            return Ok(Ok(AccountId(id)));
        }
    }
    let sure = by_key_or_domain(chunk.conn, named)?;
    if let Some(id) = sure {
        chunk.known.keep(&("account", named, None::<&str>), id.0);
        return Ok(Ok(id));
    }
    let found = by_mail_or_name(chunk.conn, named, mail)?;
    if let Ok(id) = found {
        chunk.known.keep(&("account", named, mail), id.0);
    }
    Ok(found)
}

/// The same without memory.
pub(super) fn look_up(
    conn: &Connection,
    named: &AccountRef,
) -> rusqlite::Result<Result<AccountId, String>> {
    match by_key_or_domain(conn, named)? {
        Some(id) => Ok(Ok(id)),
        None => by_mail_or_name(conn, named, None),
    }
}

fn by_key_or_domain(conn: &Connection, named: &AccountRef) -> rusqlite::Result<Option<AccountId>> {
    if let Some(external) = &named.external
        && let Some(id) = by_key(conn, external)?
    {
        return Ok(Some(id));
    }
    match &named.domain {
        Some(host) => by_host(conn, host, registrable(host)),
        None => Ok(None),
    }
}

/// Of several accounts at one domain the one at that very host; then, so that it is always the same, the first by key.
fn by_host(
    conn: &Connection,
    host: &str,
    root: Option<&str>,
) -> rusqlite::Result<Option<AccountId>> {
    let Some(root) = root else { return Ok(None) };
    // There is one as a rule, and that the index says alone.
    let mut at_it = conn.prepare_cached("SELECT id FROM account WHERE root = ?1 LIMIT 2")?;
    let mut rows = at_it.query([root])?;
    let first = rows.next()?.map(|row| row.get(0)).transpose()?;
    if first.is_none() || rows.next()?.is_none() {
        return Ok(first);
    }
    conn.prepare_cached(
        "SELECT id FROM account WHERE root = ?1 ORDER BY domain IS NOT ?2, external, name, id LIMIT 1",
    )?
    .query_row([root, host], |row| row.get(0))
    .optional()
}

fn by_mail_or_name(
    conn: &Connection,
    named: &AccountRef,
    mail: Option<&str>,
) -> rusqlite::Result<Result<AccountId, String>> {
    if let Some(mail) = mail
        && let Some(root) = registrable_of_mail(mail)
        && let Some(id) = by_host(conn, root, Some(root))?
    {
        return Ok(Ok(id));
    }
    let Some(name) = &named.name else {
        let key = named.domain.as_ref().or(named.external.as_ref());
        let shown = key.map(String::as_str).or(mail).unwrap_or_default();
        return Ok(Err(format!("no account \"{shown}\" is known; import the accounts first")));
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

/// The account that has a key, its first or a further one.
pub(in crate::store) fn by_key(
    conn: &Connection,
    external: &str,
) -> rusqlite::Result<Option<AccountId>> {
    let own = conn
        .prepare_cached("SELECT id FROM account WHERE external = ?1")?
        .query_row([external], |row| row.get(0))
        .optional()?;
    if own.is_some() {
        return Ok(own);
    }
    further(conn, "account", external).map(|id| id.map(AccountId))
}

/// The record that has this as a further key.
pub(super) fn further(
    conn: &Connection,
    kind: &str,
    external: &str,
) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT id FROM alias WHERE kind = ?1 AND external = ?2")?
        .query_row([kind, external], |row| row.get(0))
        .optional()
}

/// Whether a record has another key of the system that a key is from, being then another record.
pub(super) fn has_other_key(
    conn: &Connection,
    kind: &str,
    id: i64,
    own: Option<&str>,
    external: &str,
) -> rusqlite::Result<bool> {
    let system = system_of(external);
    if own.is_some_and(|own| system_of(own) == system) {
        return Ok(true);
    }
    let mut keys = conn.prepare_cached("SELECT external FROM alias WHERE kind = ?1 AND id = ?2")?;
    let mut rows = keys.query(params![kind, id])?;
    while let Some(row) = rows.next()? {
        if system_of(row.get_ref(0)?.as_str()?) == system {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Gives a record a key: its first, or, as the answer, a further one that is to be written.
pub(super) fn give_key<'a>(
    conn: &Connection,
    kind: &str,
    first: &mut Option<String>,
    external: Option<&'a String>,
) -> rusqlite::Result<Option<&'a str>> {
    match (first.as_ref(), external) {
        (_, None) => Ok(None),
        (None, Some(external)) => {
            *first = Some(external.clone());
            Ok(None)
        }
        (Some(first), Some(external)) if first == external => Ok(None),
        (Some(_), Some(external)) => {
            Ok(further(conn, kind, external)?.is_none().then_some(external.as_str()))
        }
    }
}

/// Writes a further key of a record.
pub(in crate::store) fn add_key(
    conn: &Connection,
    kind: &str,
    id: i64,
    external: &str,
) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO alias (kind, external, id) VALUES (?1, ?2, ?3)")?
        .execute(params![kind, external, id])?;
    Ok(())
}

pub(super) fn put(chunk: &mut Chunk<'_>, draft: &AccountDraft) -> rusqlite::Result<Fated> {
    let conn = chunk.conn;
    let owner = match &draft.owner {
        None => None,
        Some(named) => match people::find(chunk, named)? {
            Ok(id) => Some(id),
            Err(why) => return Ok(Err(why)),
        },
    };
    let domain = draft.domain.as_ref().filter(|host| !is_freemail(host));
    let root = domain.and_then(|host| registrable(host));
    let old = match matching(conn, draft, domain, root)? {
        Some(id) => account(conn, id)?,
        None => None,
    };
    let new = old.is_none();
    let before = old.unwrap_or_default();
    let mut after = before.clone();
    let key = give_key(conn, "account", &mut after.external, draft.external.as_ref())?;
    take(&mut after.name, draft.name.as_ref());
    take_domain(&mut after.domain, domain, root);
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
        let shown = draft.domain.as_ref().or(after.external.as_ref());
        after.name = shown.cloned().unwrap_or_default();
    }
    let keeps = chunk.keeps_other("account", (!new).then_some(before.id.0), &draft.kept)?;
    let changed = key.is_some() || keeps || after != before;
    if new || changed {
        if !new {
            chunk.changes(Fact::Account, before.id.0)?;
        }
        after.changed = chunk.at;
        let id = write(conn, &after, new)?;
        if let Some(key) = key {
            add_key(conn, "account", id.0, key)?;
        }
        chunk.keep("account", id.0, &draft.kept)?;
        if new {
            chunk.trace.made(Fact::Account, id.0);
        }
        // References may mean another account now.
        chunk.known.forget();
    }
    Ok(Ok(fate(changed, new)))
}

/// Of two hosts at one domain the shorter is the account's, so that rows which name both always come to the same.
fn take_domain(target: &mut Option<String>, said: Option<&String>, root: Option<&str>) {
    let Some(said) = said else { return };
    let order = |host: &String| (host.len(), host.clone());
    match target {
        Some(known)
            if root.is_some() && registrable(known) == root && order(known) <= order(said) => {}
        _ => *target = Some(said.clone()),
    }
}

/// The account that a draft is about, if it is known.
fn matching(
    conn: &Connection,
    draft: &AccountDraft,
    domain: Option<&String>,
    root: Option<&str>,
) -> rusqlite::Result<Option<AccountId>> {
    if let Some(external) = &draft.external
        && let Some(id) = by_key(conn, external)?
    {
        return Ok(Some(id));
    }
    if let Some(root) = root {
        let mut at_it = conn.prepare_cached(
            "SELECT id, external FROM account WHERE root = ?1
             ORDER BY domain IS NOT ?2, external, name, id LIMIT ?3",
        )?;
        let mut rows = at_it.query(params![root, domain, MOST_AT_A_DOMAIN])?;
        while let Some(row) = rows.next()? {
            let id: AccountId = row.get(0)?;
            let own: Option<String> = row.get(1)?;
            let other = match &draft.external {
                Some(key) => has_other_key(conn, "account", id.0, own.as_deref(), key)?,
                None => false,
            };
            if !other {
                return Ok(Some(id));
            }
        }
        return Ok(None);
    }
    match (&draft.external, draft.name.as_ref().or(draft.domain.as_ref())) {
        // Left to itself SQLite reads all accounts that have no key.
        (None, Some(name)) => conn
            .prepare_cached(
                "SELECT id FROM account INDEXED BY account_name
                 WHERE name = ?1 AND external IS NULL AND root IS NULL
                     AND NOT EXISTS (SELECT 1 FROM alias WHERE kind = 'account' AND alias.id = account.id)
                 ORDER BY id LIMIT 1",
            )?
            .query_row([name], |row| row.get(0))
            .optional(),
        _ => Ok(None),
    }
}

/// Writes an account with its news and events. Gives its id.
pub(in crate::store) fn write(
    conn: &Connection,
    account: &Account,
    new: bool,
) -> rusqlite::Result<AccountId> {
    let id = (!new).then_some(account.id);
    let words = indexed([account.name.as_str(), account.domain.as_deref().unwrap_or_default()]);
    conn.prepare_cached(
        "INSERT INTO account (id, external, name, domain, revenue, employees, industry, region, segment, language,
                              product, tier, tier_by_hand, fit, lead_score, relation, technologies, on_tal, owner,
                              expected_value, website, changed, words, root, likeness)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
                 ?24, ?25)
         ON CONFLICT (id) DO UPDATE SET external = ?2, name = ?3, domain = ?4, revenue = ?5, employees = ?6,
             industry = ?7, region = ?8, segment = ?9, language = ?10, product = ?11, tier = ?12, tier_by_hand = ?13,
             fit = ?14, lead_score = ?15, relation = ?16, technologies = ?17, on_tal = ?18, owner = ?19,
             expected_value = ?20, website = ?21, changed = ?22, words = ?23,
             root = ?24, likeness = ?25",
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
        account.domain.as_deref().and_then(registrable),
        likeness(&account.name),
    ])?;
    let id = id.unwrap_or_else(|| AccountId(conn.last_insert_rowid()));
    if !new {
        conn.prepare_cached("DELETE FROM happening WHERE account = ?1")?.execute([id])?;
    }
    let mut insert = conn.prepare_cached(
        "INSERT INTO happening (account, kind, n, on_day, headline) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (kind, list) in [("news", &account.news), ("event", &account.events)] {
        for (n, dated) in list.iter().enumerate() {
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            insert.execute(params![id, kind, n, SqlDay(dated.on), dated.headline])?;
        }
    }
    Ok(id)
}

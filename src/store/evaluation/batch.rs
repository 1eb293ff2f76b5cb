//! Many accounts at once with what the criteria look at: a few range reads for a stretch of accounts instead of a few
//! reads for each. Only what judging needs is read; names, news and details stay where they are.

use chrono_tz::Tz;
use rusqlite::{Connection, Row, params};

use super::{Judged, Resting, judged};
use crate::domain::account::Account;
use crate::domain::backtest::{Past, Real};
use crate::domain::contact::Contact;
use crate::domain::criteria::look_back;
use crate::domain::ids::AccountId;
use crate::domain::policy::{Class, Policy};
use crate::domain::signal::Signal;
use crate::domain::time::Instant;
use crate::domain::when::start_of;
use crate::store::convert::{List, SqlDay};

/// A stretch of ids is read by ranges where at least one of so many is wanted.
const DENSE: i64 = 8;

/// The ids of the next accounts after one, in order.
pub(super) fn next_ids(
    conn: &Connection,
    after: AccountId,
    limit: usize,
) -> rusqlite::Result<Vec<AccountId>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    conn.prepare_cached("SELECT id FROM account WHERE id > ?1 ORDER BY id LIMIT ?2")?
        .query_map(params![after, limit], |row| row.get(0))?
        .collect()
}

/// These accounts, which are in the order of their ids; those that there are none of are left out.
pub(super) fn load(
    conn: &Connection,
    ids: &[AccountId],
    now: Instant,
    policy: &Policy,
) -> rusqlite::Result<Vec<Judged>> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
    let wanted = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    if last.0 - first.0 >= wanted.saturating_mul(DENSE) {
        return ids.iter().filter_map(|id| judged(conn, *id, now, policy).transpose()).collect();
    }
    let mut found = accounts(conn, *first, *last, ids)?;
    contacts(conn, *first, *last, &mut found)?;
    let since = now.plus(look_back(policy).saturating_neg());
    signals(conn, *first, *last, since, &mut found)?;
    handoffs(conn, *first, *last, policy, &mut found)?;
    Ok(found)
}

/// The next accounts after one, at most so many, with all that happened to them from a moment on: for the back-test.
pub(super) fn pasts(
    conn: &Connection,
    after: AccountId,
    limit: usize,
    since: Instant,
    zone: Tz,
) -> rusqlite::Result<Vec<Past>> {
    let ids = next_ids(conn, after, limit)?;
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(Vec::new()) };
    let mut found = accounts(conn, *first, *last, &ids)?;
    contacts(conn, *first, *last, &mut found)?;
    signals(conn, *first, *last, since, &mut found)?;
    let mut pasts: Vec<_> = found
        .into_iter()
        .map(|Judged { account, contacts, signals, .. }| Past {
            account,
            contacts,
            signals,
            real: Vec::new(),
        })
        .collect();
    let mut select = conn.prepare_cached(
        "SELECT account, id, kind, at_created, CASE WHEN open = 0 THEN coalesce(at_ended, at_created) END, stage, code,
                class, on_wake,
                EXISTS (SELECT 1 FROM event
                        WHERE event.handoff = handoff.id AND action = 'flag' AND instr(changes, '{\"explained\":') > 0)
         FROM handoff WHERE account BETWEEN ?1 AND ?2 ORDER BY account, at_created, id",
    )?;
    let mut rows = select.query(params![first, last])?;
    let mut place = 0;
    while let Some(row) = rows.next()? {
        let id: AccountId = row.get(0)?;
        while pasts.get(place).is_some_and(|past| past.account.id < id) {
            place += 1;
        }
        let Some(past) = pasts.get_mut(place).filter(|past| past.account.id == id) else {
            continue;
        };
        let code: Option<String> = row.get(6)?;
        let class: Option<Class> = row.get(7)?;
        let wake: Option<SqlDay> = row.get(8)?;
        past.real.push(Real {
            id: row.get(1)?,
            kind: row.get(2)?,
            created: row.get(3)?,
            ended: row.get(4)?,
            stage: row.get(5)?,
            outcome: code.zip(class),
            wake: wake.map(|day| start_of(day.0, zone)),
            flagged: row.get(9)?,
        });
    }
    Ok(pasts)
}

fn accounts(
    conn: &Connection,
    first: AccountId,
    last: AccountId,
    wanted: &[AccountId],
) -> rusqlite::Result<Vec<Judged>> {
    let mut select = conn.prepare_cached(
        "SELECT id, name, revenue, employees, industry, region, tier, tier_by_hand, lead_score, relation, technologies,
                on_tal, expected_value
         FROM account WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    )?;
    let mut rows = select.query(params![first, last])?;
    let mut found = Vec::with_capacity(wanted.len());
    let mut wanted = wanted.iter().peekable();
    while let Some(row) = rows.next()? {
        let id: AccountId = row.get(0)?;
        while wanted.next_if(|wanted| **wanted < id).is_some() {}
        if wanted.next_if(|wanted| **wanted == id).is_none() {
            continue;
        }
        let technologies = match row.get_ref(10)?.as_str()? {
            "[]" => Vec::new(),
            _ => row.get::<_, List<Vec<String>>>(10)?.0,
        };
        let account = Account {
            id,
            name: row.get(1)?,
            revenue: row.get(2)?,
            employees: row.get(3)?,
            industry: row.get(4)?,
            region: row.get(5)?,
            tier: row.get(6)?,
            tier_by_hand: row.get(7)?,
            lead_score: row.get(8)?,
            relation: row.get(9)?,
            technologies,
            on_tal: row.get(11)?,
            expected_value: row.get(12)?,
            ..Account::default()
        };
        found.push(Judged {
            account,
            contacts: Vec::new(),
            signals: Vec::new(),
            open: Vec::new(),
            rest: None,
        });
    }
    Ok(found)
}

/// Goes through rows in the order of their accounts, whose ids stand in column 0, beside the accounts.
fn beside(
    conn: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
    found: &mut [Judged],
    mut take: impl FnMut(&mut Judged, &Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query(values)?;
    let mut place = 0;
    while let Some(row) = rows.next()? {
        let id: AccountId = row.get(0)?;
        while found.get(place).is_some_and(|one| one.account.id < id) {
            place += 1;
        }
        match found.get_mut(place) {
            Some(one) if one.account.id == id => take(one, row)?,
            Some(_) => {}
            None => break,
        }
    }
    Ok(())
}

fn contacts(
    conn: &Connection,
    first: AccountId,
    last: AccountId,
    found: &mut [Judged],
) -> rusqlite::Result<()> {
    let sql = "SELECT account, id, title, role, authority FROM contact
               WHERE account BETWEEN ?1 AND ?2 ORDER BY account, n";
    beside(conn, sql, params![first, last], found, |one, row| {
        one.contacts.push(Contact {
            id: row.get(1)?,
            account: one.account.id,
            title: row.get(2)?,
            role: row.get(3)?,
            authority: row.get(4)?,
            ..Contact::default()
        });
        Ok(())
    })
}

fn signals(
    conn: &Connection,
    first: AccountId,
    last: AccountId,
    since: Instant,
    found: &mut [Judged],
) -> rusqlite::Result<()> {
    let sql = "SELECT account, id, contact, kind, at, source, value FROM signal
               WHERE account BETWEEN ?1 AND ?2 AND at >= ?3 ORDER BY account, at";
    beside(conn, sql, params![first, last, since], found, |one, row| {
        one.signals.push(Signal {
            id: row.get(1)?,
            account: one.account.id,
            contact: row.get(2)?,
            kind: row.get(3)?,
            at: row.get(4)?,
            source: row.get(5)?,
            detail: None,
            value: row.get(6)?,
        });
        Ok(())
    })?;
    // Newest first, as everywhere else.
    found.iter_mut().for_each(|one| one.signals.reverse());
    Ok(())
}

fn handoffs(
    conn: &Connection,
    first: AccountId,
    last: AccountId,
    policy: &Policy,
    found: &mut [Judged],
) -> rusqlite::Result<()> {
    let sql =
        "SELECT account, id, kind, opportunity, open, coalesce(at_ended, at_created), on_wake,
                      stage = 'closed' AND code IS 'WRONG_ACCOUNT'
               FROM handoff WHERE account BETWEEN ?1 AND ?2 ORDER BY account, open, id";
    beside(conn, sql, params![first, last], found, |one, row| {
        if row.get(4)? {
            one.open.push((row.get(1)?, row.get(2)?, row.get(3)?));
            return Ok(());
        }
        let wake: Option<SqlDay> = row.get(6)?;
        let rest = Resting {
            id: row.get(1)?,
            kind: row.get(2)?,
            since: row.get(5)?,
            wake: wake.map(|day| start_of(day.0, policy.zone)),
            removed: row.get(7)?,
        };
        let newer = |known: &Resting| (known.since, known.id) < (rest.since, rest.id);
        if one.rest.as_ref().is_none_or(newer) {
            one.rest = Some(rest);
        }
        Ok(())
    })
}

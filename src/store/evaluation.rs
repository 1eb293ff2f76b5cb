//! What the criteria look at, account by account, and what they last said of each.

use chrono_tz::Tz;
use rusqlite::{Connection, OptionalExtension, params};

use super::open::Store;
use super::read::{account, contacts, signals};
use super::{StoreError, convert::SqlDay};
use crate::domain::account::Account;
use crate::domain::contact::Contact;
use crate::domain::criteria::{Judgement, Open, Rest};
use crate::domain::ids::{AccountId, HandoffId, SignalId};
use crate::domain::policy::Policy;
use crate::domain::say::day_of;
use crate::domain::signal::Signal;
use crate::domain::time::Instant;
use crate::domain::when::start_of;

/// The code of an account that was taken out of all campaigns (`DOMAIN.md 8`).
const REMOVED: &str = "WRONG_ACCOUNT";

/// An account with all that the criteria look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
    /// The account.
    pub account: Account,
    /// Its contacts.
    pub contacts: Vec<Contact>,
    /// Its signals inside the look-back window, newest first.
    pub signals: Vec<Signal>,
    open: Vec<(HandoffId, String, Option<String>)>,
    rest: Option<Resting>,
}

#[derive(Clone, PartialEq, Debug)]
struct Resting {
    id: HandoffId,
    kind: String,
    since: Instant,
    wake: Option<Instant>,
    removed: bool,
}

impl Judged {
    /// Its open handoffs.
    #[must_use]
    pub fn open(&self) -> Vec<Open<'_>> {
        self.open
            .iter()
            .map(|(id, kind, opportunity)| Open {
                id: *id,
                kind,
                opportunity: opportunity.as_deref(),
            })
            .collect()
    }

    /// The handoff of it that went to rest last.
    #[must_use]
    pub fn rest(&self) -> Option<Rest<'_>> {
        let rest = self.rest.as_ref()?;
        Some(Rest {
            id: rest.id,
            kind: &rest.kind,
            since: rest.since,
            wake: rest.wake,
            removed: rest.removed,
        })
    }
}

impl Store {
    /// The accounts after one, by id, with all that the criteria look at; only those about which something changed, or
    /// all. Accounts whose wake date has come count as changed.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn to_judge(
        &self,
        after: Option<AccountId>,
        changed: bool,
        now: Instant,
        policy: &Policy,
        limit: usize,
    ) -> Result<Vec<Judged>, StoreError> {
        let after = after.unwrap_or_default();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|conn| {
            let today = SqlDay(day_of(now, policy.zone));
            let ids: Vec<AccountId> = if changed {
                conn.prepare_cached(
                    "SELECT account FROM unjudged WHERE account > ?1
                     UNION SELECT account FROM handoff
                         WHERE on_wake IS NOT NULL AND on_wake <= ?3 AND open = 0 AND account > ?1
                     ORDER BY account LIMIT ?2",
                )?
                .query_map(params![after, limit, today], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?
            } else {
                conn.prepare_cached("SELECT id FROM account WHERE id > ?1 ORDER BY id LIMIT ?2")?
                    .query_map(params![after, limit], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?
            };
            ids.into_iter()
                .filter_map(|id| judged(conn, id, now, policy).transpose())
                .collect::<rusqlite::Result<_>>()
        })
    }

    /// One account with all that the criteria look at.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn judged(
        &self,
        id: AccountId,
        now: Instant,
        policy: &Policy,
    ) -> Result<Option<Judged>, StoreError> {
        self.read(|conn| judged(conn, id, now, policy))
    }

    /// Keeps what the criteria said, with the rule's name and the evidence, and takes the accounts off the list of those
    /// that changed.
    ///
    /// # Errors
    /// What the machine failed at; nothing was kept then.
    pub fn keep_judgements(
        &mut self,
        judgements: &[Judgement],
        rule: &dyn Fn(&Judgement) -> String,
        now: Instant,
        hash: &str,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut keep = tx.prepare_cached(
                "INSERT INTO evaluation (account, at, policy, verdict, kind, rule, score, receipt)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (account) DO UPDATE SET at = ?2, policy = ?3, verdict = ?4, kind = ?5, rule = ?6,
                     score = ?7, receipt = ?8",
            )?;
            let mut done = tx.prepare_cached("DELETE FROM unjudged WHERE account = ?1")?;
            for judgement in judgements {
                let trigger: Vec<i64> = judgement.trigger.iter().map(|id| id.0).collect();
                let receipt = serde_json::json!({"reason": judgement.reason, "trigger": trigger});
                keep.execute(params![
                    judgement.account,
                    now,
                    hash,
                    judgement.verdict.key(),
                    judgement.kind,
                    rule(judgement),
                    judgement.score.value,
                    receipt.to_string(),
                ])?;
                done.execute([judgement.account])?;
            }
            Ok(())
        })
    }

    /// The signals that decided when the account was judged last.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn trigger_of(&self, account: AccountId) -> Result<Vec<SignalId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT value FROM evaluation, json_each(receipt, '$.trigger') WHERE account = ?1",
            )?
            .query_map([account], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// How many handoffs of a type were flagged since the month began in a zone.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn flagged_this_month(
        &self,
        kind: &str,
        now: Instant,
        zone: Tz,
    ) -> Result<u32, StoreError> {
        use chrono::Datelike;
        let today = day_of(now, zone);
        let month = start_of(today.with_day(1).unwrap_or(today), zone);
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT count(*) FROM handoff WHERE open IN (0, 1) AND at_created >= ?1 AND kind = ?2",
            )?
            .query_row(params![month, kind], |row| row.get(0))
        })
    }
}

fn judged(
    conn: &Connection,
    id: AccountId,
    now: Instant,
    policy: &Policy,
) -> rusqlite::Result<Option<Judged>> {
    let Some(account) = account(conn, id)? else { return Ok(None) };
    let since = now.plus(policy.intent.window.saturating_neg());
    let open = conn
        .prepare_cached(
            "SELECT id, kind, opportunity FROM handoff WHERE account = ?1 AND open = 1 ORDER BY id",
        )?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let rest = conn
        .prepare_cached(
            "SELECT id, kind, coalesce(at_ended, at_created), on_wake, stage = 'closed' AND code = ?2 FROM handoff
             WHERE account = ?1 AND open = 0 ORDER BY coalesce(at_ended, at_created) DESC, id DESC LIMIT 1",
        )?
        .query_row(params![id, REMOVED], |row| {
            let wake: Option<SqlDay> = row.get(3)?;
            Ok(Resting {
                id: row.get(0)?,
                kind: row.get(1)?,
                since: row.get(2)?,
                wake: wake.map(|day| start_of(day.0, policy.zone)),
                removed: row.get::<_, Option<bool>>(4)?.unwrap_or_default(),
            })
        })
        .optional()?;
    Ok(Some(Judged {
        contacts: contacts(conn, id)?,
        signals: signals(conn, id, since, u32::MAX)?,
        account,
        open,
        rest,
    }))
}

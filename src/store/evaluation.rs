//! What the criteria look at, account by account, and what they last said of each.

mod batch;
#[cfg(test)]
mod tests;

use chrono_tz::Tz;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::convert::{List, SqlDay};
use super::open::Store;
use super::read::{account, contacts, signals};
use super::{StoreError, StoreErrorKind};
use crate::domain::account::{Account, Tier};
use crate::domain::backtest::Past;
use crate::domain::change::Change;
use crate::domain::contact::Contact;
use crate::domain::criteria::{Case, Judgement, Open, Rest, judge, look_back};
use crate::domain::ids::{AccountId, HandoffId, SignalId};
use crate::domain::policy::Policy;
use crate::domain::say::day_of;
use crate::domain::signal::Signal;
use crate::domain::time::Instant;
use crate::domain::when::start_of;

/// The code of an account that was taken out of all campaigns (`DOMAIN.md 8`).
const REMOVED: &str = "WRONG_ACCOUNT";

/// Accounts from which on it is worth while to judge half of them on a thread of its own.
const MANY: usize = 1_000;

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

/// Which accounts are judged next.
#[derive(Clone, Copy, Debug)]
pub enum Span<'a> {
    /// So many of all, by id, from the one after this on.
    After(AccountId, usize),
    /// These, in the order of their ids.
    These(&'a [AccountId]),
}

impl Judged {
    /// What the criteria say of it now.
    #[must_use]
    pub fn judge(&self, now: Instant, policy: &Policy) -> Judgement {
        judge(&self.case(&self.open(), now), policy)
    }

    /// It as a case, with its open handoffs.
    #[must_use]
    pub fn case<'a>(&'a self, open: &'a [Open<'a>], now: Instant) -> Case<'a> {
        Case {
            account: &self.account,
            contacts: &self.contacts,
            signals: &self.signals,
            open,
            rest: self.rest(),
            now,
        }
    }

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
    /// The accounts that are to be judged again, by id: those about which something changed since they were judged, and
    /// those whose verdict may have changed by time alone, such as by a look-back window that moved on or a wake date
    /// that came.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn accounts_to_judge(&self, now: Instant) -> Result<Vec<AccountId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT account FROM unjudged
                 UNION SELECT account FROM evaluation WHERE again IS NOT NULL AND again <= ?1 ORDER BY account",
            )?
            .query_map([now], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// Judges the next accounts, and keeps what was said unless `keep` says otherwise, in one transaction: what somebody
    /// writes about an account in between is not lost. None when there are no more; the answer's first part is the last
    /// account that was looked at.
    ///
    /// # Errors
    /// What the machine failed at; nothing was kept then.
    pub fn judge_some(
        &mut self,
        which: &Span<'_>,
        now: Instant,
        policy: &Policy,
        keep: bool,
    ) -> Result<Option<(AccountId, Vec<Judgement>)>, StoreError> {
        if keep {
            self.write(|tx| {
                let Some((last, all)) = judge_span(tx, which, now, policy)? else {
                    return Ok(None);
                };
                keep_all(tx, &all, now, policy)?;
                forget_changes(tx, which, last)?;
                Ok(Some((last, all)))
            })
        } else {
            self.read(|conn| judge_span(conn, which, now, policy))
        }
    }

    /// The policy by whose hash every account was judged last, once all were.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn judged_by(&self) -> Result<Option<String>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached("SELECT value FROM meta WHERE key = 'judged_by'")?
                .query_row([], |row| row.get(0))
                .optional()
        })
    }

    /// Says that every account has been judged by the policy with this hash.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn set_judged_by(&mut self, hash: &str) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO meta (key, value) VALUES ('judged_by', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1",
                [hash],
            )?;
            Ok(())
        })
    }

    /// What was to be flagged has been, or is held back by a cap: says when each is to be looked at again.
    ///
    /// # Errors
    /// What the machine failed at; nothing was kept then.
    pub fn settle_judgements(
        &mut self,
        accounts: &[(AccountId, Option<Instant>)],
        held: bool,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut settle = tx
                .prepare_cached("UPDATE evaluation SET again = ?2, held = ?3 WHERE account = ?1")?;
            for (account, again) in accounts {
                settle.execute(params![account, again, held])?;
            }
            Ok(())
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

    /// The next accounts after one, by id, with all that happened to them from a moment on, for the back-test.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn pasts(
        &self,
        after: AccountId,
        limit: usize,
        since: Instant,
        zone: Tz,
    ) -> Result<Vec<Past>, StoreError> {
        self.read(|conn| batch::pasts(conn, after, limit, since, zone))
    }

    /// The signals that decided when the account was judged last.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn trigger_of(&self, account: AccountId) -> Result<Vec<SignalId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT value FROM evaluation, json_each(evaluation.decided) WHERE account = ?1",
            )?
            .query_map([account], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// The accounts that the cap of a type holds back, and that were not let through since: name, tier, score.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn held_back(&self, kind: &str) -> Result<Vec<(AccountId, String, Tier, u8)>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT a.id, a.name, e.tier, e.score
                 FROM evaluation AS e INDEXED BY evaluation_held JOIN account AS a ON a.id = e.account
                 WHERE e.held = 1 AND e.kind = ?1
                     AND NOT EXISTS (SELECT 1 FROM handoff AS h
                         WHERE h.account = e.account AND h.kind = ?1 AND h.at_created >= e.at)",
            )?
            .query_map([kind], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// What the criteria said when a handoff was flagged, a line each; none where a person made it.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn flagged_because(&self, handoff: HandoffId) -> Result<Option<Vec<String>>, StoreError> {
        let born = self.read(|conn| {
            conn.prepare_cached(
                "SELECT changes FROM event WHERE handoff = ?1 AND action = 'flag' ORDER BY version LIMIT 1",
            )?
            .query_row([handoff], |row| row.get::<_, String>(0))
            .optional()
        })?;
        let Some(born) = born else { return Ok(None) };
        let changes = super::record::decode(&born)
            .map_err(|error| StoreError::bare(StoreErrorKind::Damaged(error)))?;
        Ok(changes.into_iter().find_map(|change| match change {
            Change::Explained { lines } => Some(lines),
            _ => None,
        }))
    }

    /// Handoffs that have rested in nurture since a moment, and whose account has been silent since then
    /// (`DOMAIN.md 2`); at most so many. Those that are to wake on a day still to come are left to it.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn quiet_since(
        &self,
        since: Instant,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<HandoffId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT id FROM handoff INDEXED BY handoff_rests
                 WHERE stage = 'nurture' AND at_ended <= ?1 AND on_wake IS NULL
                     AND NOT EXISTS (SELECT 1 FROM signal
                                     WHERE signal.account = handoff.account AND at > ?1 AND at <= ?2)
                 LIMIT ?3",
            )?
            .query_map(params![since, now, limit], |row| row.get(0))?
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

fn judge_span(
    conn: &Connection,
    which: &Span<'_>,
    now: Instant,
    policy: &Policy,
) -> rusqlite::Result<Option<(AccountId, Vec<Judgement>)>> {
    let next;
    let ids = match which {
        Span::After(last, limit) => {
            next = batch::next_ids(conn, *last, *limit)?;
            next.as_slice()
        }
        Span::These(ids) => ids,
    };
    let Some(last) = ids.last() else { return Ok(None) };
    let all = batch::load(conn, ids, now, policy)?;
    Ok(Some((*last, judge_all(all, now, policy))))
}

/// Judges them; where they are many, half of them beside the others.
fn judge_all(mut all: Vec<Judged>, now: Instant, policy: &Policy) -> Vec<Judgement> {
    // Each half is judged and cleared away where it was judged.
    let each = |some: Vec<Judged>| some.iter().map(|one| one.judge(now, policy)).collect();
    if all.len() < MANY {
        return each(all);
    }
    let rest = all.split_off(all.len() / 2);
    std::thread::scope(|scope| {
        let beside = scope.spawn(move || each(rest));
        let mut judged: Vec<_> = each(all);
        match beside.join() {
            Ok(rest) => judged.extend(rest),
            Err(fault) => std::panic::resume_unwind(fault),
        }
        judged
    })
}

fn keep_all(
    tx: &Transaction<'_>,
    judgements: &[Judgement],
    now: Instant,
    policy: &Policy,
) -> Result<(), StoreError> {
    // No INSERT OR REPLACE: SQLite would note each page before it changes, to take the statement back by itself.
    let mut keep = tx.prepare_cached(
        "INSERT INTO evaluation
             (account, at, policy, verdict, kind, rule, tier, score, reason, missing, decided, again, held)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0)
         ON CONFLICT (account) DO UPDATE SET at = ?2, policy = ?3, verdict = ?4, kind = ?5, rule = ?6, tier = ?7,
             score = ?8, reason = ?9, missing = ?10, decided = ?11, again = ?12, held = 0",
    )?;
    for judgement in judgements {
        let rule = judgement.rule.and_then(|place| policy.criteria.get(place));
        let decided: Vec<_> = judgement.trigger.iter().map(|id| id.0.to_string()).collect();
        // Until it is flagged, it is not done with.
        let again = if judgement.flags() { Some(now) } else { judgement.again };
        keep.execute(params![
            judgement.account,
            now,
            policy.hash,
            judgement.verdict.key(),
            judgement.kind,
            rule.map_or("no rule matched", |rule| &rule.name),
            judgement.fit.tier,
            judgement.score.value,
            judgement.reason,
            List(judgement.missing.as_slice()),
            format!("[{}]", decided.join(",")),
            again,
        ])?;
    }
    Ok(())
}

/// Takes the accounts that were judged off the list of those that changed.
fn forget_changes(tx: &Transaction<'_>, which: &Span<'_>, last: AccountId) -> rusqlite::Result<()> {
    match which {
        Span::After(after, _) => {
            tx.prepare_cached("DELETE FROM unjudged WHERE account > ?1 AND account <= ?2")?
                .execute(params![after, last])?;
        }
        Span::These(ids) => {
            let mut done = tx.prepare_cached("DELETE FROM unjudged WHERE account = ?1")?;
            for id in *ids {
                done.execute([id])?;
            }
        }
    }
    Ok(())
}

fn judged(
    conn: &Connection,
    id: AccountId,
    now: Instant,
    policy: &Policy,
) -> rusqlite::Result<Option<Judged>> {
    let Some(account) = account(conn, id)? else { return Ok(None) };
    let since = now.plus(look_back(policy).saturating_neg());
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

//! The people with what they carry and what they have won, from roll-ups: what a screen shows and what routing looks at.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rusqlite::{Connection, named_params};

use super::import::by_key;
use super::{Store, StoreError, read};
use crate::domain::account::{Account, SizeBand};
use crate::domain::ids::{AccountId, PersonId};
use crate::domain::matching::registrable;
use crate::domain::person::Person;
use crate::domain::routing::{Load, Record};
use crate::domain::time::{DAY, Instant, MINUTE};

/// How far back assignments count as recent (`DOMAIN.md 6`).
const RECENT: i64 = 30 * DAY;

/// Somebody with what they carry.
#[derive(Clone, PartialEq, Debug)]
pub struct TeamRow {
    /// Who.
    pub person: Person,
    /// Handoffs in their hands.
    pub open: u32,
    /// Of their open handoffs, those with a clock past due; from a thousand on they are not counted.
    pub breached: u32,
    /// Handoffs assigned to them in the last 30 days.
    pub assigned_30d: u32,
    /// Handoffs assigned to them in this ISO week, as the team's zone counts it.
    pub this_week: u32,
    /// When one was last assigned to them.
    pub last_assigned: Option<Instant>,
    /// Of their last fifty assignments, the share that they accepted, from 0 to 1; none where there is none to judge.
    pub accepted: Option<f64>,
    /// How long they took to the first touch, in milliseconds: the middle of their last fifty that were touched.
    pub first_touch: Option<i64>,
}

/// What everybody carried when it was read last.
#[derive(Debug, Default)]
pub(super) struct Remembered(RefCell<Option<(Stamp, BTreeMap<PersonId, Load>)>>);

/// When something was read: it is the same as long as this is.
#[derive(PartialEq, Eq, Debug)]
struct Stamp {
    /// SQLite's number that moves when another connection commits.
    others: i64,
    /// How many rows this connection has changed.
    own: u64,
    minute: i64,
    week: Instant,
}

impl Store {
    /// Everybody with what they carry, by name; `week` is when this week began.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn team(&self, now: Instant, week: Instant) -> Result<Vec<TeamRow>, StoreError> {
        self.snapshot(|conn| {
            let loads = loads(conn, now, week)?;
            let mut breached = breached(conn, now)?;
            let mut team = Vec::new();
            for person in read::people(conn)? {
                let load = loads.get(&person.id).copied().unwrap_or_default();
                team.push(TeamRow {
                    open: load.open,
                    breached: breached.remove(&person.id).unwrap_or_default(),
                    assigned_30d: load.assigned_30d,
                    this_week: load.this_week,
                    last_assigned: load.last_assigned,
                    accepted: accepted(conn, person.id)?,
                    first_touch: first_touch(conn, person.id)?,
                    person,
                });
            }
            Ok(team)
        })
    }

    /// What each person carries, and what they have won, also of accounts like this one: of its industry and size band.
    /// An account whose industry or size is not known is like no other. `week` is when this week began.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn loads(
        &self,
        account: &Account,
        now: Instant,
        week: Instant,
    ) -> Result<BTreeMap<PersonId, (Load, Record)>, StoreError> {
        self.snapshot(|conn| {
            let mut records = records(conn, account)?;
            let loads = loads(conn, now, week)?.into_iter();
            Ok(loads
                .map(|(who, load)| (who, (load, records.remove(&who).unwrap_or_default())))
                .collect())
        })
    }

    /// What everybody carries, as [`Store::loads`] has it. It is read once a minute while nobody writes: whoever walks
    /// along handoffs that wait for another assignee asks for it at each of them.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn carried(
        &self,
        now: Instant,
        week: Instant,
    ) -> Result<BTreeMap<PersonId, Load>, StoreError> {
        self.read(|conn| {
            let others = conn.pragma_query_value(None, "data_version", |row| row.get(0))?;
            let stamp = Stamp { others, own: conn.total_changes(), minute: now.0 / MINUTE, week };
            let mut carried = self.carried.0.borrow_mut();
            Ok::<_, StoreError>(match &*carried {
                Some((then, loads)) if *then == stamp => loads.clone(),
                _ => carried.insert((stamp, loads(conn, now, week)?)).1.clone(),
            })
        })
    }

    /// What everybody has won who has closed anything, beside an account.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn records(&self, account: &Account) -> Result<BTreeMap<PersonId, Record>, StoreError> {
        self.read(|conn| records(conn, account))
    }

    /// The account that a text names: by id (`A-12`), by the key it has where it came from, by domain or by its whole
    /// name. None where there is no such account, or more than one.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn find_account(&self, text: &str) -> Result<Option<AccountId>, StoreError> {
        let text = text.trim();
        let host = text.to_lowercase();
        let root = registrable(&host).unwrap_or_default();
        let id = text.parse::<AccountId>().ok().map(|id| id.0.to_string()).unwrap_or_default();
        self.snapshot(|conn| {
            for (place, (sql, key)) in [
                (
                    "SELECT id FROM account WHERE id = CAST(?1 AS INTEGER) AND ?2 IS NOT NULL",
                    id.as_str(),
                ),
                ("SELECT id FROM account WHERE root = ?2 AND domain = ?1 LIMIT 2", host.as_str()),
                ("SELECT id FROM account WHERE root = ?2 AND ?1 IS NOT NULL LIMIT 2", ""),
                ("SELECT id FROM account WHERE name = ?1 AND ?2 IS NOT NULL LIMIT 2", text),
            ]
            .into_iter()
            .enumerate()
            {
                if place == 1
                    && let Some(id) = by_key(conn, text)?
                {
                    return Ok(Some(id));
                }
                let found: Vec<AccountId> = conn
                    .prepare_cached(sql)?
                    .query_map([key, root], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                match found.as_slice() {
                    [] => {}
                    [one] => return Ok(Some(*one)),
                    _ => return Ok(None),
                }
            }
            Ok(None)
        })
    }
}

/// What everybody carries.
pub(super) fn loads(
    conn: &Connection,
    now: Instant,
    week: Instant,
) -> rusqlite::Result<BTreeMap<PersonId, Load>> {
    conn.prepare_cached(
        "SELECT p.id,
            (SELECT coalesce(sum(n), 0) FROM tally_assignee WHERE assignee = p.id
                 AND stage IN ('assigned', 'accepted', 'working', 'engaged', 'opportunity')),
            (SELECT coalesce(sum(n), 0) FROM tally_given WHERE person = p.id AND day > :since / 86400000)
                + (SELECT count(*) FROM assignment
                   WHERE person = p.id AND at > :since AND at < (:since / 86400000 + 1) * 86400000),
            (SELECT max(at) FROM assignment WHERE person = p.id),
            (SELECT coalesce(sum(n), 0) FROM tally_given WHERE person = p.id AND day > :week / 86400000)
                + (SELECT count(*) FROM assignment
                   WHERE person = p.id AND at >= :week AND at < (:week / 86400000 + 1) * 86400000)
         FROM person AS p",
    )?
    .query_map(named_params! {":since": now.plus(-RECENT), ":week": week}, |row| {
        Ok((
            row.get(0)?,
            Load {
                open: row.get(1)?,
                assigned_30d: row.get(2)?,
                last_assigned: row.get(3)?,
                this_week: row.get(4)?,
            },
        ))
    })?
    .collect()
}

/// What everybody has won who has closed anything.
fn records(conn: &Connection, account: &Account) -> rusqlite::Result<BTreeMap<PersonId, Record>> {
    conn.prepare_cached(
        "SELECT person, sum(won), sum(closed),
            coalesce(sum(won) FILTER (WHERE sector = lower(:sector) AND sector <> '' AND band = :band), 0),
            coalesce(sum(closed) FILTER (WHERE sector = lower(:sector) AND sector <> '' AND band = :band), 0),
            coalesce(sum(closed) FILTER (WHERE sector = lower(:sector) AND sector <> ''), 0)
         FROM success GROUP BY person",
    )?
    .query_map(
        named_params! {
            ":sector": account.industry.as_deref().unwrap_or_default(),
            // The roll-up knows accounts without a size by an empty band, which is no band to be alike in.
            ":band": account.size_band().map(SizeBand::key),
        },
        |row| {
            Ok((
                row.get(0)?,
                Record {
                    won: row.get(1)?,
                    closed: row.get(2)?,
                    similar_won: row.get(3)?,
                    similar_closed: row.get(4)?,
                    industry_closed: row.get(5)?,
                },
            ))
        },
    )?
    .collect()
}

/// How many open handoffs of each person have a clock past due, counted to a thousand.
fn breached(conn: &Connection, now: Instant) -> rusqlite::Result<BTreeMap<PersonId, u32>> {
    let mut found: BTreeMap<PersonId, u32> = conn
        .prepare_cached(
            "SELECT p.id, (SELECT count(*) FROM (
                SELECT 1 FROM handoff AS h INDEXED BY handoff_assignee
                WHERE h.assignee = p.id AND h.next_due <= ?1
                    AND h.stage IN ('flagged', 'queued', 'assigned', 'accepted', 'working', 'engaged', 'opportunity',
                                    'returned', 'disputed') LIMIT 1000))
             FROM person AS p",
        )?
        .query_map([now], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut held = conn.prepare_cached(
        "SELECT h.assignee, count(*) FROM handoff AS h INDEXED BY handoff_paused
         WHERE h.paused = 1 AND h.held_late = 1 AND h.next_due > ?1 AND h.assignee IS NOT NULL GROUP BY h.assignee",
    )?;
    let mut rows = held.query([now])?;
    while let Some(row) = rows.next()? {
        *found.entry(row.get(0)?).or_default() += row.get::<_, u32>(1)?;
    }
    Ok(found)
}

/// The share of somebody's last fifty assignments that they accepted, by saying yes or by touching; what they have and
/// have not answered yet is not judged.
fn accepted(conn: &Connection, who: PersonId) -> rusqlite::Result<Option<f64>> {
    let (yes, all): (u32, u32) = conn
        .prepare_cached(
            "SELECT coalesce(sum(yes), 0), coalesce(sum(yes OR NOT waits), 0) FROM (
                SELECT EXISTS (SELECT 1 FROM event AS e WHERE e.handoff = a.handoff AND e.actor = ?1 AND e.at >= a.at
                           AND e.stage_from = 'assigned' AND e.stage_to IN ('accepted', 'working', 'engaged'))
                           AS yes,
                       h.assignee IS ?1 AND h.stage = 'assigned' AND h.at_given = a.at AS waits
                FROM (SELECT handoff, at FROM assignment WHERE person = ?1 ORDER BY at DESC LIMIT 50) AS a
                    JOIN handoff AS h ON h.id = a.handoff)",
        )?
        .query_row([who], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((all > 0).then(|| f64::from(yes) / f64::from(all)))
}

/// The middle of the times that somebody took to the first touch of the last fifty handoffs that they have and touched.
fn first_touch(conn: &Connection, who: PersonId) -> rusqlite::Result<Option<i64>> {
    let mut taken: Vec<i64> = conn
        .prepare_cached(
            "SELECT h.at_first_touch - a.at
             FROM (SELECT handoff, at FROM assignment WHERE person = ?1 ORDER BY at DESC LIMIT 50) AS a
                 JOIN handoff AS h ON h.id = a.handoff
             WHERE h.assignee = ?1 AND h.at_first_touch >= a.at AND h.at_given = a.at",
        )?
        .query_map([who], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    taken.sort_unstable();
    Ok(taken.get(taken.len() / 2).copied())
}

#[cfg(test)]
mod tests;

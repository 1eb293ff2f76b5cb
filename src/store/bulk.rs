//! A new store filled with very much at once: its triggers and indexes wait until the rows are there, and what is counted
//! is counted in one go, by the statements that a repair counts with. A million handoffs take about a minute, and the
//! doctor finds the store as sound as if each had come by itself.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Transaction, params};

use super::chain::{Chain, Link};
use super::error::{StoreError, StoreErrorKind as K};
use super::gesture::{self, Kind, Machine, Stamp};
use super::open::{Access, Store, WAIT, guarded, publish};
use super::window::words::indexed;
use super::{beside, counts_anew, import, record, rows, write_people};
use crate::domain::account::Account;
use crate::domain::change::Change;
use crate::domain::contact::Contact;
use crate::domain::handoff::{Handoff, Moment};
use crate::domain::ids::{AccountId, HandoffId, PersonId};
use crate::domain::person::Person;
use crate::domain::signal::Signal;
use crate::domain::time::Instant;

/// A store that is being filled.
#[derive(Debug)]
pub struct Bulk<'a> {
    tx: &'a Transaction<'a>,
    machine: &'a Machine,
    policy: &'a str,
    gestures: u64,
}

impl Store {
    /// Makes a new store at `path` and fills it. It appears under its name only when it is whole.
    ///
    /// # Errors
    /// [`K::Exists`] where there is a file already, what `fill` says, or what the machine failed at; nothing is left then.
    pub fn create_filled(
        path: &Path,
        machine: &Machine,
        policy: &str,
        fill: impl FnOnce(&mut Bulk<'_>) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(StoreError::new(K::Exists, path));
        }
        let draft = beside(path, &format!(".filled-{}", std::process::id()));
        // Of an earlier process with our number that was killed half-way.
        clear(&draft);
        let filled = Self::create(&draft).and_then(|store| {
            drop(store);
            filled(&draft, machine, policy, fill)?;
            let failed = |error: std::io::Error| StoreError::from_io(&error, &draft);
            std::fs::File::open(&draft).and_then(|file| file.sync_all()).map_err(failed)?;
            publish(&draft, path)
        });
        clear(&draft);
        filled.map_err(|error| error.at(path))?;
        Self::open(path, Access::ReadWrite)
    }
}

/// Removes a draft and what lies beside it; what can't be removed is only untidy.
fn clear(draft: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal", ".next", ".write"] {
        drop(std::fs::remove_file(beside(draft, suffix)));
    }
}

fn filled(
    draft: &Path,
    machine: &Machine,
    policy: &str,
    fill: impl FnOnce(&mut Bulk<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut conn = guarded(draft, OpenFlags::SQLITE_OPEN_READ_WRITE, WAIT)?;
    // Nobody reads a draft, and one that a power cut spoiled has no name yet.
    conn.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;
         PRAGMA foreign_keys = OFF; PRAGMA cache_size = -262144;",
    )?;
    let tx = conn.transaction()?;
    let put_off = put_off(&tx)?;
    fill(&mut Bulk { tx: &tx, machine, policy, gestures: 0 })?;
    put_off.indexes.iter().try_for_each(|sql| tx.execute_batch(sql))?;
    tx.execute_batch(
        "INSERT INTO search (rowid, words)
             SELECT at, words FROM (SELECT id << 16 AS at, words FROM account
                 UNION ALL SELECT (account << 16) | n, words FROM contact) ORDER BY at;
         INSERT INTO unjudged SELECT id FROM account;
         UPDATE overdue SET until = coalesce((SELECT max(at) FROM gesture), until);",
    )?;
    counts_anew::count_anew(&tx)?;
    put_off.triggers.iter().try_for_each(|sql| tx.execute_batch(sql))?;
    tx.commit()?;
    conn.execute_batch("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL;")?;
    conn.close().map_err(|(_, error)| error.into())
}

/// What was taken out of the store's form until its rows are there, as the statements that make it.
struct PutOff {
    indexes: Vec<String>,
    triggers: Vec<String>,
}

fn put_off(conn: &Connection) -> rusqlite::Result<PutOff> {
    let mut statement = conn.prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
             AND tbl_name NOT LIKE 'search%' ORDER BY rowid",
    )?;
    let found = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<Vec<(String, String, String)>>>()?;
    drop(statement);
    let mut put_off = PutOff { indexes: Vec::new(), triggers: Vec::new() };
    for (kind, name, sql) in found {
        conn.execute_batch(&format!("DROP {kind} \"{name}\""))?;
        let of_kind = if kind == "index" { &mut put_off.indexes } else { &mut put_off.triggers };
        of_kind.push(sql);
    }
    Ok(put_off)
}

impl Bulk<'_> {
    fn stamp(&mut self, at: Instant, label: &str) -> Stamp<'_> {
        self.gestures += 1;
        Stamp {
            action_id: u128::from(self.gestures).to_be_bytes(),
            actor: None,
            machine: self.machine.clone(),
            at,
            label: label.to_owned(),
            policy: self.policy,
        }
    }

    /// Adds people, with their record.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn people(
        &mut self,
        at: Instant,
        label: &str,
        people: &[Person],
    ) -> Result<Vec<PersonId>, StoreError> {
        let tx = self.tx;
        write_people::save(tx, &self.stamp(at, label), people)
    }

    /// Adds an account with its contacts, whose `account` doesn't count. Ids are given in order, from 1 on.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn account(
        &mut self,
        account: &Account,
        contacts: &[Contact],
    ) -> Result<AccountId, StoreError> {
        let id = import::write_account(self.tx, account, true)?;
        let mut insert = self.tx.prepare_cached(
            "INSERT INTO contact (account, n, name, title, email, role, authority, do_not_call, opted_out, words)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        for (n, contact) in contacts.iter().enumerate() {
            insert.execute(params![
                id,
                n as i64 + 1,
                contact.name,
                contact.title,
                contact.email,
                contact.role,
                contact.authority,
                contact.do_not_call,
                contact.opted_out,
                indexed([contact.name.as_str()]),
            ])?;
        }
        Ok(id)
    }

    /// Adds a signal of an account.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn signal(&mut self, signal: &Signal) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "INSERT INTO signal (account, contact, kind, at, source, detail, value)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                signal.account,
                signal.contact,
                signal.kind,
                signal.at,
                signal.source,
                signal.detail,
                signal.value
            ])?;
        Ok(())
    }

    /// Adds handoffs as they are, as one gesture with an event for each. They get ids in order, from 1 on.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn handoffs(
        &mut self,
        at: Instant,
        label: &str,
        handoffs: Vec<Handoff>,
    ) -> Result<(), StoreError> {
        let tx = self.tx;
        let stamp = self.stamp(at, label);
        let head = stamp.head(Kind::Handoffs, None);
        let gesture = gesture::record(tx, &head, false)?;
        let mut chain = Chain::end(tx)?;
        for mut handoff in handoffs {
            handoff.version = 1;
            handoff.id = HandoffId(0);
            handoff.id = rows::insert(tx, &handoff)?;
            if let Some(person) = handoff.assignee {
                tx.prepare_cached(
                    "INSERT INTO assignment (person, handoff, at) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![
                    person,
                    handoff.id,
                    handoff.moment(Moment::Given).unwrap_or(at)
                ])?;
            }
            if let Some(outcome) = &handoff.outcome {
                rows::add_outcome(tx, handoff.id, outcome)?;
            }
            let (id, stage) = (handoff.id, handoff.stage);
            let changes = record::encode(&[Change::Created(Box::new(handoff))])
                .map_err(|why| StoreError::bare(K::Broken(why)))?;
            let link = Link {
                handoff: Some((id, 1)),
                action: "import",
                stage_from: None,
                stage_to: Some(stage),
                note: None,
                changes: &changes,
            };
            chain.append(tx, gesture, &head, &link)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

//! Policies that were put in force, with who agreed: each is a gesture with its event, and keeps the file's text, so that
//! what a hash in the record stands for can be read years later.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::json;

use super::chain::{Chain, Link};
use super::convert::List;
use super::gesture::{self, Kind, Stamp};
use super::open::Store;
use super::{StoreError, StoreErrorKind};
use crate::domain::ids::{GestureId, PersonId};
use crate::domain::time::Instant;

/// A policy that was put in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Adoption {
    /// Its hash.
    pub hash: String,
    /// Its name.
    pub name: String,
    /// The hash of the one before.
    pub before: String,
    /// When.
    pub at: Instant,
    /// Who put it in force.
    pub by: Option<String>,
    /// Who agreed, by name.
    pub signed: Vec<String>,
    /// The gesture in the record.
    pub gesture: GestureId,
}

/// A policy that is to be put in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewAdoption<'a> {
    /// Its hash.
    pub hash: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The hash of the one before.
    pub before: &'a str,
    /// The text of its file.
    pub toml: &'a str,
    /// Who agreed.
    pub signed: &'a [(PersonId, String)],
}

const SELECT: &str = "SELECT adoption.hash, adoption.name, before, gesture.at, person.name, signed, gesture
    FROM adoption JOIN gesture ON gesture.id = gesture LEFT JOIN person ON person.id = gesture.actor";

impl Store {
    /// Records that a policy was put in force; a repeat of the action is answered, not done.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn adopt(
        &mut self,
        stamp: &Stamp<'_>,
        new: NewAdoption<'_>,
    ) -> Result<GestureId, StoreError> {
        match self.write(|tx| adopt(tx, stamp, new)) {
            Err(error) => self.settle(error, |conn| stamp.answered(conn)),
            done => done,
        }
    }

    /// The policy that was put in force last.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn adopted(&self) -> Result<Option<Adoption>, StoreError> {
        self.read(|conn| {
            one(conn, &format!("{SELECT} ORDER BY adoption.gesture DESC LIMIT 1"), None)
        })
    }

    /// When the policy with this hash was put in force last, and who agreed.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn adoption_of(&self, hash: &str) -> Result<Option<Adoption>, StoreError> {
        let sql =
            format!("{SELECT} WHERE adoption.hash = ?1 ORDER BY adoption.gesture DESC LIMIT 1");
        self.read(|conn| one(conn, &sql, Some(hash)))
    }
}

fn one(conn: &Connection, sql: &str, hash: Option<&str>) -> rusqlite::Result<Option<Adoption>> {
    let mut select = conn.prepare_cached(sql)?;
    match hash {
        Some(hash) => select.query_row([hash], adoption),
        None => select.query_row([], adoption),
    }
    .optional()
}

fn adoption(row: &Row<'_>) -> rusqlite::Result<Adoption> {
    Ok(Adoption {
        hash: row.get(0)?,
        name: row.get(1)?,
        before: row.get(2)?,
        at: row.get(3)?,
        by: row.get(4)?,
        signed: row.get::<_, List<Vec<String>>>(5)?.0,
        gesture: row.get(6)?,
    })
}

fn adopt(
    tx: &Transaction<'_>,
    stamp: &Stamp<'_>,
    new: NewAdoption<'_>,
) -> Result<GestureId, StoreError> {
    if let Some(done) = stamp.answered(tx)? {
        return Ok(done);
    }
    let head = stamp.head(Kind::Policy, None);
    let gesture = gesture::record(tx, &head, false)?;
    let names: Vec<String> = new.signed.iter().map(|(_, name)| name.clone()).collect();
    let ids: Vec<String> = new.signed.iter().map(|(id, _)| id.to_string()).collect();
    let changes = json!([{"adopted": {
        "hash": new.hash, "name": new.name, "before": new.before, "signed": ids,
    }}])
    .to_string();
    let note = format!("signed by {}", names.join(", "));
    let link = Link {
        handoff: None,
        action: "adopt_policy",
        stage_from: None,
        stage_to: None,
        note: Some(&note),
        changes: &changes,
    };
    Chain::end(tx)?.append(tx, gesture, &head, &link)?;
    let signed = serde_json::to_string(&names)
        .map_err(|error| StoreError::bare(StoreErrorKind::Broken(error.to_string())))?;
    tx.prepare_cached(
        "INSERT INTO adoption (gesture, hash, name, before, signed, toml) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![gesture, new.hash, new.name, new.before, signed, new.toml])?;
    Ok(gesture)
}

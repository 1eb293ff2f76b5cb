//! Gestures: one person's one act, with the id that was made for it before the first try.

use rusqlite::{Connection, OptionalExtension, params};

use super::chain::Head;
use crate::domain::ids::{GestureId, PersonId};
use crate::domain::time::Instant;

/// Where an action was taken, from the kernel and not from a configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Machine {
    /// The operating system's user.
    pub os_user: String,
    /// The machine's name.
    pub host: String,
    /// The process.
    pub pid: u32,
}

/// Who acts, where, when and under which id; for gestures that are not about handoffs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stamp<'a> {
    /// Made before the first try; a repeat is answered, not applied.
    pub action_id: [u8; 16],
    /// Who; none for the desk itself and for the first person on a new store.
    pub actor: Option<PersonId>,
    /// Where.
    pub machine: Machine,
    /// When.
    pub at: Instant,
    /// What it is called in the record: "imported 85 accounts".
    pub label: String,
    /// Hash of the policy in force.
    pub policy: &'a str,
}

/// What a gesture is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Handoffs: it can be undone.
    Handoffs,
    /// People who work the desk.
    People,
    /// Accounts, contacts, signals, deals: what left a trace can be undone.
    Facts,
    /// The policy in force.
    Policy,
    /// Promises that run late, told to somebody by the desk itself.
    Escalation,
}

impl Kind {
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Handoffs => "handoffs",
            Self::People => "people",
            Self::Facts => "facts",
            Self::Policy => "policy",
            Self::Escalation => "escalation",
        }
    }
}

/// What a gesture in the record is about.
pub(super) fn kind(conn: &Connection, gesture: GestureId) -> rusqlite::Result<Kind> {
    let key: String = conn
        .prepare_cached("SELECT kind FROM gesture WHERE id = ?1")?
        .query_row([gesture], |row| row.get(0))?;
    Ok([Kind::People, Kind::Facts, Kind::Policy]
        .into_iter()
        .find(|kind| kind.key() == key)
        .unwrap_or(Kind::Handoffs))
}

/// What a gesture in the record is called.
pub(super) fn label(conn: &Connection, gesture: GestureId) -> rusqlite::Result<String> {
    conn.prepare_cached("SELECT label FROM gesture WHERE id = ?1")?
        .query_row([gesture], |row| row.get(0))
}

impl Stamp<'_> {
    /// The gesture with this action's id, if it was done before.
    pub(super) fn answered(&self, conn: &Connection) -> rusqlite::Result<Option<GestureId>> {
        answered(conn, &self.action_id)
    }

    /// What the hashes of the gesture's events cover of it.
    pub(super) fn head(&self, kind: Kind, undoes: Option<GestureId>) -> Head<'_> {
        Head {
            action_id: &self.action_id,
            actor: self.actor,
            os_user: &self.machine.os_user,
            host: &self.machine.host,
            pid: self.machine.pid,
            at: self.at,
            label: &self.label,
            policy: self.policy,
            kind: kind.key(),
            undoes,
        }
    }
}

/// The gesture with this action id, if there is one.
pub(super) fn answered(
    conn: &Connection,
    action_id: &[u8; 16],
) -> rusqlite::Result<Option<GestureId>> {
    conn.prepare_cached("SELECT id FROM gesture WHERE action_id = ?1")?
        .query_row([action_id.as_slice()], |row| row.get(0))
        .optional()
}

/// Writes the gesture itself. `backward` says that it takes something back.
pub(super) fn record(
    conn: &Connection,
    head: &Head<'_>,
    backward: bool,
) -> rusqlite::Result<GestureId> {
    write(conn, None, head, backward)
}

/// Writes a gesture of an export, under the number that it has there.
pub(super) fn record_as(
    conn: &Connection,
    id: GestureId,
    head: &Head<'_>,
    backward: bool,
) -> rusqlite::Result<GestureId> {
    write(conn, Some(id), head, backward)
}

fn write(
    conn: &Connection,
    id: Option<GestureId>,
    head: &Head<'_>,
    backward: bool,
) -> rusqlite::Result<GestureId> {
    conn.prepare_cached(
        "INSERT INTO gesture (id, action_id, actor, os_user, host, pid, at, label, policy, kind, undoes, backward)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        id,
        head.action_id,
        head.actor,
        head.os_user,
        head.host,
        head.pid,
        head.at,
        head.label,
        head.policy,
        head.kind,
        head.undoes,
        backward
    ])?;
    Ok(GestureId(conn.last_insert_rowid()))
}

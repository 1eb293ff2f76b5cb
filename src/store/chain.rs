//! The hash chain over the event record: each event's hash covers its gesture, its contents and the hash before it, so
//! that an edit, a gap or another order is found by whoever recomputes it. It doesn't stop somebody with write access
//! who rewrites the whole tail; keep a head elsewhere for that.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::domain::stage::Stage;
use crate::domain::time::Instant;

/// A SHA-256.
pub(super) type Hash = [u8; 32];

/// What the first event's `prev` holds.
pub(super) const START: Hash = [0; 32];

/// What a gesture says of itself, for the hashes of its events.
#[derive(Clone, Debug)]
pub(super) struct Head<'a> {
    pub(super) action_id: &'a [u8],
    pub(super) actor: Option<PersonId>,
    pub(super) os_user: &'a str,
    pub(super) host: &'a str,
    pub(super) pid: u32,
    pub(super) at: Instant,
    pub(super) label: &'a str,
    pub(super) policy: &'a str,
    pub(super) kind: &'a str,
    pub(super) undoes: Option<GestureId>,
}

/// An event before it is written.
#[derive(Clone, Debug)]
pub(super) struct Link<'a> {
    pub(super) handoff: Option<(HandoffId, i64)>,
    pub(super) action: &'a str,
    pub(super) stage_from: Option<Stage>,
    pub(super) stage_to: Option<Stage>,
    pub(super) note: Option<&'a str>,
    pub(super) changes: &'a str,
}

impl Link<'_> {
    /// The event's hash. Every part is preceded by its length, so that no two events read the same.
    pub(super) fn hash(&self, head: &Head<'_>, prev: &Hash) -> Hash {
        let mut sum = Sha256::new();
        let mut part = |bytes: &[u8]| {
            sum.update((bytes.len() as u64).to_le_bytes());
            sum.update(bytes);
        };
        let number =
            |value: Option<i64>| value.map_or_else(Vec::new, |value| value.to_le_bytes().to_vec());
        part(prev);
        part(head.action_id);
        part(&number(head.actor.map(|id| id.0)));
        part(head.os_user.as_bytes());
        part(head.host.as_bytes());
        part(&number(Some(i64::from(head.pid))));
        part(&number(Some(head.at.0)));
        part(head.label.as_bytes());
        part(head.policy.as_bytes());
        part(head.kind.as_bytes());
        part(&number(head.undoes.map(|id| id.0)));
        part(&number(self.handoff.map(|(id, _)| id.0)));
        part(&number(self.handoff.map(|(_, version)| version)));
        part(self.action.as_bytes());
        part(self.stage_from.map_or("", Stage::key).as_bytes());
        part(self.stage_to.map_or("", Stage::key).as_bytes());
        // A note of no letters and no note at all are two things.
        part(&number(self.note.map(|_| 1)));
        part(self.note.unwrap_or_default().as_bytes());
        part(self.changes.as_bytes());
        sum.finalize().into()
    }
}

/// The end of the chain inside a transaction.
#[derive(Debug)]
pub(super) struct Chain {
    prev: Hash,
}

impl Chain {
    /// The end as it stands.
    pub(super) fn end(conn: &Connection) -> rusqlite::Result<Self> {
        let prev = conn
            .prepare_cached("SELECT hash FROM event ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(Self { prev: prev.unwrap_or(START) })
    }

    /// Writes an event of a gesture.
    pub(super) fn append(
        &mut self,
        conn: &Connection,
        gesture: GestureId,
        head: &Head<'_>,
        link: &Link<'_>,
    ) -> rusqlite::Result<()> {
        let hash = link.hash(head, &self.prev);
        conn.prepare_cached(
            "INSERT INTO event (gesture, handoff, version, at, actor, action, stage_from, stage_to, note, changes, prev,
                                hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            gesture,
            link.handoff.map(|(id, _)| id),
            link.handoff.map(|(_, version)| version),
            head.at,
            head.actor,
            link.action,
            link.stage_from,
            link.stage_to,
            link.note,
            link.changes,
            self.prev,
            hash
        ])?;
        self.prev = hash;
        Ok(())
    }
}

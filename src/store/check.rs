//! The doctor: the file, the record, the roll-ups and the rules, each looked at from the beginning. Nothing is changed.

mod form;
mod texts;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::chain::{Hash, Head, Link, START};
use super::open::{Store, beside_reader};
use super::{StoreError, beside, record, rows};
use crate::domain::change::Change;
use crate::domain::handoff::Handoff;
use crate::domain::ids::HandoffId;
use crate::domain::package::Frozen;

/// So many findings of one kind are told one by one; the rest is counted.
const TOLD: usize = 10;

/// Something that is not as it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What, in one sentence.
    pub what: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// What the doctor looked at and found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Checked {
    /// Handoffs looked at.
    pub handoffs: u64,
    /// Events looked at.
    pub events: u64,
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
}

const RESTORE: &str = "Keep the file for later, and go back to the last good backup.";
const TAMPERED: &str = "The record was changed outside of Handoff Desk: compare it with a backup, and ask who has access.";
const REPAIR: &str = "handoff doctor --repair rebuilds it from the record.";
const ANEW: &str = "handoff export writes out what the store holds; handoff restore FILE --store NEW makes a store of that.";
const REASSIGN: &str = "Assign it to somebody who is active.";

/// A question to the store whose answers, one text each, are findings.
struct Question {
    sql: &'static str,
    remedy: &'static str,
}

const QUESTIONS: &[Question] = &[
    Question {
        sql: "SELECT 'H-' || id || ' is open, and nobody owes anything on it: no clock runs or is held.' FROM handoff
              WHERE open = 1 AND next_clock IS NULL AND paused = 0",
        remedy: "Act on it, or close it.",
    },
    Question {
        sql: "SELECT 'H-' || handoff.id || ' is ' || stage || ' and belongs to ' || person.name || ', who is inactive.'
              FROM handoff JOIN person ON person.id = assignee
              WHERE person.active = 0 AND stage IN ('assigned', 'accepted', 'working', 'engaged', 'opportunity')",
        remedy: REASSIGN,
    },
    Question {
        sql: "SELECT 'H-' || id || ' is closed with ' || code || ', a code that sends it to nurture.' FROM handoff
              WHERE stage = 'closed' AND class = 'recycle'
                  AND NOT EXISTS (SELECT 1 FROM handoff AS woken WHERE woken.parent = handoff.id)",
        remedy: "Reopen it and record how it came out.",
    },
    Question {
        sql: "SELECT 'H-' || id || ' says it is due at ' || next_due || ', and its clocks say ' || clocks || '.'
              FROM (SELECT id, next_due, coalesce((SELECT min(due) FROM clock
                        WHERE clock.handoff = handoff.id AND state = 'running'), 9223372036854775807) AS clocks
                    FROM handoff)
              WHERE next_due <> clocks",
        remedy: REPAIR,
    },
    Question {
        sql: "SELECT 'H-' || handoff || ' is to be told of at another moment than the warning of its clock ' || name || '.'
              FROM clock WHERE state = 'running' AND told = 0 AND tell_at IS NOT warn",
        remedy: REPAIR,
    },
    Question {
        sql: "SELECT 'H-' || id || ' says it has ' || touches || ' touches, and has ' || n || '.'
              FROM (SELECT id, touches, (SELECT count(*) FROM touch WHERE touch.handoff = handoff.id) AS n FROM handoff)
              WHERE touches <> n",
        remedy: REPAIR,
    },
    Question {
        sql: "SELECT 'H-' || handoff.id || ' shows another company, region or industry than its account A-'
                  || account.id || '.'
              FROM handoff JOIN account ON account.id = handoff.account
              WHERE company IS NOT account.name OR handoff.region IS NOT account.region
                 OR handoff.segment IS NOT account.segment OR handoff.industry IS NOT account.industry
                 OR handoff.relation IS NOT account.relation OR handoff.on_tal IS NOT account.on_tal",
        remedy: REPAIR,
    },
    Question {
        sql: "SELECT 'The count of handoffs ' || stage || ', tier ' || tier || ', type ' || kind || ' is '
                  || sum(kept) || ', and there are ' || sum(found) || '.'
              FROM (SELECT stage, tier, kind, n AS kept, 0 AS found FROM tally
                    UNION ALL SELECT stage, tier, kind, 0, count(*) FROM handoff GROUP BY 1, 2, 3)
              GROUP BY stage, tier, kind HAVING sum(kept) <> sum(found)",
        remedy: REPAIR,
    },
    Question {
        sql: "SELECT 'The count of handoffs ' || stage || ' with P-' || assignee || ' is ' || sum(kept)
                  || ', and there are ' || sum(found) || '.'
              FROM (SELECT assignee, stage, n AS kept, 0 AS found FROM tally_assignee
                    UNION ALL SELECT assignee, stage, 0, count(*) FROM handoff WHERE assignee IS NOT NULL GROUP BY 1, 2)
              GROUP BY assignee, stage HAVING sum(kept) <> sum(found)",
        remedy: REPAIR,
    },
    Question {
        sql: "SELECT 'The count of handoffs given to P-' || person || ' on ' || date(day * 86400, 'unixepoch')
                  || ' is ' || sum(kept) || ', and there are ' || sum(found) || '.'
              FROM (SELECT person, day, n AS kept, 0 AS found FROM tally_given
                    UNION ALL SELECT person, at / 86400000, 0, count(*) FROM assignment GROUP BY 1, 2)
              GROUP BY person, day HAVING sum(kept) <> sum(found)",
        remedy: REPAIR,
    },
    Question {
        sql: "SELECT 'H-' || handoff || ' has ' || n || ' events, and the last is number ' || last || '.'
              FROM (SELECT handoff, count(*) AS n, max(version) AS last FROM event WHERE handoff IS NOT NULL
                    GROUP BY handoff)
              WHERE n <> last",
        remedy: TAMPERED,
    },
    Question {
        sql: "SELECT 'The record ends at event ' || coalesce((SELECT max(seq) FROM event), 0) || ', and ' || seq
                  || ' were written.'
              FROM sqlite_sequence WHERE name = 'event' AND seq > coalesce((SELECT max(seq) FROM event), 0)",
        remedy: TAMPERED,
    },
];

impl Store {
    /// Looks at everything: the file, its references, the roll-ups, the rules of DOMAIN.md 2, the hash chain of the
    /// record, and whether the record, played from its beginning, gives the handoffs as they stand. `progress` is told
    /// how many events have been looked at.
    ///
    /// # Errors
    /// What the machine failed at; damage that can still be read around is a finding.
    pub fn check(&self, progress: &mut dyn FnMut(u64)) -> Result<Checked, StoreError> {
        let mut checked = Checked::default();
        checked.modes(self);
        self.read(|conn| {
            // One transaction, so that all of it is of one moment.
            let tx = conn.unchecked_transaction()?;
            let file = checked.file(&tx);
            checked.unless_damaged(file)?;
            let form = form::differences(&tx);
            if let Some(otherwise) = checked.unless_damaged(form)? {
                checked.tell(otherwise, ANEW);
            }
            let damaged = texts::damaged(&tx);
            if let Some(damaged) = checked.unless_damaged(damaged)? {
                checked.tell(damaged, RESTORE);
            }
            for question in QUESTIONS {
                let asked = checked.ask(&tx, question);
                checked.unless_damaged(asked)?;
            }
            for recount in super::measure::recounts() {
                let asked = checked.ask_for(&tx, &recount, REPAIR);
                checked.unless_damaged(asked)?;
            }
            let kept = super::outcomes::differences(&tx);
            if let Some(strayed) = checked.unless_damaged(kept)? {
                checked.tell(strayed, REPAIR);
            }
            let given = super::given::differences(&tx);
            if let Some(strayed) = checked.unless_damaged(given)? {
                checked.tell(strayed, REPAIR);
            }
            let count = tx.query_row("SELECT count(*) FROM handoff", [], |row| row.get(0));
            checked.handoffs = checked.unless_damaged(count)?.map_or(0, i64::unsigned_abs);
            // Hashing and playing take long on a long record, and neither needs the other.
            let path = self.path();
            let (chain, strayed) = std::thread::scope(|scope| {
                let chain = scope.spawn(move || {
                    let conn = beside_reader(path).ok()?;
                    Some(verify_chain(&conn))
                });
                let strayed = replay(&tx, progress);
                (chain.join().ok().flatten(), strayed)
            });
            let chain = chain.unwrap_or_else(|| verify_chain(&tx));
            if let Some((events, broken)) = checked.unless_damaged(chain)? {
                checked.events = events;
                checked.tell(broken, TAMPERED);
            }
            if let Some(strayed) = checked.unless_damaged(strayed)? {
                checked.tell(strayed, REPAIR);
            }
            tx.finish()?;
            Ok::<_, StoreError>(())
        })?;
        Ok(checked)
    }
}

impl Checked {
    /// Says the first few and counts the rest.
    fn tell(&mut self, found: Vec<String>, remedy: &'static str) {
        let rest = found.len().saturating_sub(TOLD);
        self.findings.extend(found.into_iter().take(TOLD).map(|what| Finding { what, remedy }));
        if rest > 0 {
            let what = format!("There are {rest} more like this.");
            self.findings.push(Finding { what, remedy });
        }
    }

    /// What was found, or none and a finding where a part of the file can't be read.
    fn unless_damaged<T>(&mut self, done: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(error) if is_damage(&error) => {
                let what = "The file is damaged: a part of it can't be read.".to_owned();
                if !self.findings.iter().any(|finding| finding.what == what) {
                    self.findings.push(Finding { what, remedy: RESTORE });
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Who may read the file and what lies beside it.
    fn modes(&mut self, store: &Store) {
        use std::os::unix::fs::PermissionsExt;
        for suffix in ["", "-wal", "-shm", ".next", ".write"] {
            let path = beside(store.path(), suffix);
            if let Ok(found) = std::fs::metadata(&path)
                && found.permissions().mode() & 0o077 != 0
            {
                let mode = found.permissions().mode() & 0o7777;
                let what = format!(
                    "{} can be read or changed by others (mode {mode:04o}).",
                    path.display()
                );
                self.findings.push(Finding { what, remedy: "Make it private with chmod 600." });
            }
        }
    }

    fn file(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        let mut statement = conn.prepare("PRAGMA integrity_check(100)")?;
        let found = statement.query_map([], |row| row.get::<_, String>(0))?;
        let found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
        let damaged = found.into_iter().filter(|line| line != "ok");
        self.tell(damaged.map(|line| format!("The file is damaged: {line}.")).collect(), RESTORE);
        let mut statement =
            conn.prepare("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check")?;
        let found = statement.query_map([], |row| {
            let (table, row, parent): (String, Option<i64>, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let row = row.map_or_else(String::new, |row| format!(" {row}"));
            Ok(format!("{table}{row} names a {parent} that isn't there."))
        })?;
        let found = found.collect::<rusqlite::Result<_>>()?;
        self.tell(found, RESTORE);
        Ok(())
    }

    fn ask(&mut self, conn: &Connection, question: &Question) -> rusqlite::Result<()> {
        self.ask_for(conn, question.sql, question.remedy)
    }

    fn ask_for(
        &mut self,
        conn: &Connection,
        sql: &str,
        remedy: &'static str,
    ) -> rusqlite::Result<()> {
        let mut statement = conn.prepare(sql)?;
        let found = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        self.tell(found, remedy);
        Ok(())
    }
}

/// Whether a part of the file can't be read, or what was read is nothing that was ever written.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, InvalidColumnType, SqliteFailure, Utf8Error};
    match error {
        SqliteFailure(error, _) => error.code == rusqlite::ErrorCode::DatabaseCorrupt,
        Utf8Error(..) | FromSqlConversionFailure(..) | InvalidColumnType(..) => true,
        _ => false,
    }
}

/// Recomputes the hash chain. Gives the number of events and what is wrong.
pub(super) fn verify_chain(conn: &Connection) -> rusqlite::Result<(u64, Vec<String>)> {
    let mut statement = conn.prepare(
        "SELECT seq, action_id, gesture.actor, os_user, host, pid, gesture.at, label, policy, kind, undoes,
                handoff, version, action, stage_from, stage_to, note, changes, prev, hash, event.actor, event.at
         FROM event LEFT JOIN gesture ON gesture.id = event.gesture ORDER BY seq",
    )?;
    let mut rows = statement.query([])?;
    let (mut prev, mut events, mut broken): (Hash, u64, Vec<String>) = (START, 0, Vec::new());
    while let Some(row) = rows.next()? {
        events += 1;
        let seq: i64 = row.get(0)?;
        match recomputed(row, &prev) {
            Ok((stored_prev, stored, wanted)) => {
                if stored_prev != prev {
                    broken.push(format!("Event {seq} does not follow the event before it."));
                }
                if Some(stored) != wanted {
                    broken.push(format!("Event {seq} is not as it was written."));
                }
                prev = stored;
            }
            Err(_) => {
                broken.push(format!("Event {seq} can't be read."));
                prev = row.get(19).unwrap_or(START);
            }
        }
    }
    Ok((events, broken))
}

/// The `prev` and `hash` that an event holds, and the hash that it should have; none where it contradicts its gesture.
fn recomputed(row: &Row<'_>, prev: &Hash) -> rusqlite::Result<(Hash, Hash, Option<Hash>)> {
    let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
    let head = Head {
        action_id: row.get_ref(1)?.as_blob()?,
        actor: row.get(2)?,
        os_user: text(3)?,
        host: text(4)?,
        pid: row.get(5)?,
        at: row.get(6)?,
        label: text(7)?,
        policy: text(8)?,
        kind: text(9)?,
        undoes: row.get(10)?,
    };
    let link = Link {
        handoff: row.get::<_, Option<_>>(11)?.zip(row.get(12)?),
        action: text(13)?,
        stage_from: row.get(14)?,
        stage_to: row.get(15)?,
        note: match row.get_ref(16)? {
            ValueRef::Null => None,
            value => Some(value.as_str()?),
        },
        changes: text(17)?,
    };
    // The event repeats who and when of its gesture.
    let repeats = row.get_ref(2)? == row.get_ref(20)? && row.get_ref(6)? == row.get_ref(21)?;
    Ok((row.get(18)?, row.get(19)?, repeats.then(|| link.hash(&head, prev))))
}

/// What the record of a handoff comes to: the handoff, none where it was taken out, and its package as sent last.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) handoff: Option<Handoff>,
    pub(super) frozen: Option<Box<Frozen>>,
}

/// Plays the record of each handoff from its beginning and gives what each comes to.
pub(super) fn play_all(
    conn: &Connection,
    each: &mut dyn FnMut(HandoffId, Result<Played, String>) -> rusqlite::Result<()>,
    progress: &mut dyn FnMut(u64),
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(
        "SELECT handoff, version, changes FROM event WHERE handoff IS NOT NULL ORDER BY handoff, version",
    )?;
    let mut rows = statement.query([])?;
    let mut now: Option<(HandoffId, Result<Played, String>)> = None;
    let mut done = 0;
    while let Some(row) = rows.next()? {
        let id: HandoffId = row.get(0)?;
        let changes = record::decode(row.get_ref(2)?.as_str()?);
        let before = match now.take() {
            Some((same, state)) if same == id => state,
            other => {
                other.map_or(Ok(()), |(id, played)| each(id, played))?;
                Ok(Played { handoff: None, frozen: None })
            }
        };
        let version = row.get(1)?;
        now = Some((id, before.and_then(|before| play(before, version, changes?))));
        done += 1;
        if done % 1_000 == 0 {
            progress(done);
        }
    }
    now.map_or(Ok(()), |(id, played)| each(id, played))
}

/// The handoffs that stand otherwise than the record says.
fn replay(conn: &Connection, progress: &mut dyn FnMut(u64)) -> rusqlite::Result<Vec<String>> {
    let mut strayed = Vec::new();
    play_all(
        conn,
        &mut |id, played| {
            match played {
                Err(why) => {
                    strayed.push(format!("{id} can't be played from the record: it {why}."))
                }
                Ok(played) => match stands(conn, id, &played) {
                    Ok(true) => {}
                    Ok(false) => {
                        strayed.push(format!("{id} stands otherwise than its record says."))
                    }
                    Err(error) => strayed.push(format!("{id} can't be read: {error}.")),
                },
            }
            Ok(())
        },
        progress,
    )?;
    let silent = silent(conn)?;
    strayed.extend(silent.into_iter().map(|id| format!("{id} is not in the record.")));
    Ok(strayed)
}

/// Whether a handoff is what its record says.
pub(super) fn stands(conn: &Connection, id: HandoffId, played: &Played) -> rusqlite::Result<bool> {
    Ok(rows::load(conn, id)? == played.handoff
        && record::frozen::load(conn, id)?.as_ref() == played.frozen.as_deref())
}

/// The handoffs that the record doesn't know.
pub(super) fn silent(conn: &Connection) -> rusqlite::Result<Vec<HandoffId>> {
    conn.prepare(
        "SELECT id FROM handoff WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.handoff = handoff.id)",
    )?
    .query_map([], |row| row.get(0))?
    .collect()
}

fn play(before: Played, version: i64, changes: Vec<Change>) -> Result<Played, String> {
    let Played { handoff: mut now, mut frozen } = before;
    for change in changes {
        match (change, &mut now) {
            (Change::Created(handoff), None) => now = Some(*handoff),
            (Change::Removed(_), Some(_)) => (now, frozen) = (None, None),
            (Change::Created(_), Some(_)) => {
                return Err("is created twice in the record".to_owned());
            }
            (_, None) => return Err("changes in the record before it is created".to_owned()),
            (Change::Froze { to, .. }, Some(_)) => frozen = to,
            (change, Some(handoff)) => change.apply(handoff),
        }
    }
    if let Some(handoff) = &mut now {
        handoff.version = version;
    }
    Ok(Played { handoff: now, frozen })
}

//! The state rebuilt from the record: what each handoff's events come to is what it is. The record itself is never
//! touched; where it is not sound there is nothing to rebuild from, and a backup is the way back.

use std::path::PathBuf;

use rusqlite::Connection;

use super::chain::{Chain, Link};
use super::check::{Finding, Played, play_all, silent, stands, verify_chain};
use super::error::{StoreError, StoreErrorKind as K};
use super::gesture::{self, Kind, Stamp};
use super::open::Store;
use super::{beside, counts_anew, given, outcomes, record, rows, schema};
use crate::domain::ids::{GestureId, HandoffId};

/// What a repair did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Repaired {
    /// What stood otherwise than the record says, a sentence each, and is as the record says now.
    pub differed: Vec<String>,
    /// What could not be mended.
    pub left: Vec<String>,
    /// The store as it was before, where something was changed.
    pub copy: Option<PathBuf>,
    /// The repair in the record.
    pub gesture: Option<GestureId>,
}

impl Store {
    /// Makes every handoff what its events come to, and the roll-ups what the handoffs come to; the store as it was is
    /// copied first, to `STORE.repair-TIME.bak`. Changes nothing where `found` is empty: what [`Store::check`] said.
    ///
    /// # Errors
    /// [`K::Damaged`] where the file or the record is not sound; otherwise what the machine failed at. Nothing was
    /// changed then.
    pub fn repair(&mut self, found: &[Finding], stamp: &Stamp<'_>) -> Result<Repaired, StoreError> {
        if found.is_empty() {
            return Ok(Repaired::default());
        }
        let time = stamp.at.utc().format("%Y%m%dT%H%M%SZ");
        // One that was killed may have left its copy.
        let copy = (1..)
            .map(|n| if n == 1 { String::new() } else { format!("-{n}") })
            .map(|more| beside(self.path(), &format!(".repair-{time}{more}.bak")))
            .find(|copy| std::fs::symlink_metadata(copy).is_err())
            .unwrap_or_default();
        self.read(|conn| {
            let file: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            if file != "ok" {
                return Err(StoreError::bare(K::Damaged(file)));
            }
            if let Some(first) = verify_chain(conn)?.1.into_iter().next() {
                return Err(StoreError::bare(K::Damaged(first.trim_end_matches('.').to_owned())));
            }
            schema::vacuum_into(conn, &copy)
        })?;
        let mended = self.write(|tx| {
            let mut done = rebuild(tx)?;
            roll_up(tx)?;
            done.gesture = Some(recorded(tx, stamp, &done)?);
            Ok::<_, StoreError>(done)
        });
        let mut done = match mended {
            Ok(done) => done,
            Err(error) => {
                // What failed is told; a copy of what is still there is only untidy.
                if !error.is_unknown() {
                    drop(std::fs::remove_file(&copy));
                }
                return Err(error);
            }
        };
        done.copy = Some(copy);
        Ok(done)
    }
}

/// Makes lists and counts anew, in the order in which they rest on each other.
fn roll_up(conn: &Connection) -> rusqlite::Result<()> {
    outcomes::rebuild(conn)?;
    given::rebuild(conn)?;
    counts_anew::count_anew(conn)
}

/// Writes the repair into the record.
fn recorded(conn: &Connection, stamp: &Stamp<'_>, done: &Repaired) -> rusqlite::Result<GestureId> {
    let label = format!(
        "rebuilt {} from the record",
        match done.differed.len() {
            0 => "the counts".to_owned(),
            1 => "1 handoff".to_owned(),
            n => format!("{n} handoffs"),
        }
    );
    let stamp = Stamp { label, ..stamp.clone() };
    let head = stamp.head(Kind::Facts, None);
    let gesture = gesture::record(conn, &head, false)?;
    let link = Link {
        handoff: None,
        action: "repair",
        stage_from: None,
        stage_to: None,
        note: Some(&stamp.label),
        changes: "[]",
    };
    Chain::end(conn)?.append(conn, gesture, &head, &link)?;
    Ok(gesture)
}

/// Makes the handoffs what their events come to.
fn rebuild(conn: &Connection) -> rusqlite::Result<Repaired> {
    let mut done = Repaired::default();
    let mut waiting: Vec<(HandoffId, Played)> = Vec::new();
    play_all(
        conn,
        &mut |id, played| {
            match played {
                Err(why) => {
                    done.left.push(format!("{id} can't be played from the record: it {why}."))
                }
                Ok(played) if stands(conn, id, &played).unwrap_or(false) => {}
                Ok(played) => waiting.push((id, played)),
            }
            Ok(())
        },
        &mut |_| (),
    )?;
    let unplayable = done.left.len();
    for id in silent(conn)? {
        rows::remove(conn, id)?;
        done.differed.push(format!("{id} was not in the record, and is gone."));
    }
    // One may stand in the way of another: two that are open for one account, say. So as long as some can be mended,
    // those that could not are tried again.
    loop {
        let before = waiting.len();
        let (failed, why) = attempt(conn, waiting, &mut done.differed)?;
        if failed.is_empty() {
            return Ok(done);
        }
        waiting = failed;
        if waiting.len() == before {
            done.left.extend(why);
            break;
        }
    }
    // Those that stand in each other's way step aside all at once, or stay as they are.
    conn.execute_batch("SAVEPOINT all_at_once")?;
    for (id, _) in &waiting {
        conn.prepare_cached(
            "UPDATE handoff SET opportunity = 'stepped aside ' || id WHERE id = ?1",
        )?
        .execute([id])?;
    }
    let mut told = Vec::new();
    let (failed, _) = attempt(conn, waiting, &mut told)?;
    if failed.is_empty() {
        done.left.truncate(unplayable);
        done.differed.extend(told);
    } else {
        conn.execute_batch("ROLLBACK TO all_at_once")?;
    }
    conn.execute_batch("RELEASE all_at_once")?;
    Ok(done)
}

/// Those that could not be mended, and why.
type Failed = (Vec<(HandoffId, Played)>, Vec<String>);

/// Tries each, and adds what was mended to `told`.
fn attempt(
    conn: &Connection,
    waiting: Vec<(HandoffId, Played)>,
    told: &mut Vec<String>,
) -> rusqlite::Result<Failed> {
    let (mut failed, mut why) = (Vec::new(), Vec::new());
    for (id, played) in waiting {
        match one(conn, id, &played) {
            Ok(line) => told.push(line),
            Err(error) => {
                why.push(format!("{id} can't be rebuilt: {error}."));
                failed.push((id, played));
            }
        }
    }
    Ok((failed, why))
}

/// Makes one handoff what its events come to, or leaves it whole as it was. Says in what it differed.
fn one(conn: &Connection, id: HandoffId, played: &Played) -> rusqlite::Result<String> {
    let was = rows::load(conn, id);
    conn.execute_batch("SAVEPOINT one")?;
    let done = match &played.handoff {
        None => rows::remove(conn, id),
        Some(handoff) => rows::mend::replace(conn, handoff)
            .and_then(|()| record::frozen::put(conn, id, played.frozen.as_deref())),
    };
    if let Err(error) = done {
        conn.execute_batch("ROLLBACK TO one; RELEASE one")?;
        return Err(error);
    }
    conn.execute_batch("RELEASE one")?;
    Ok(match (was, &played.handoff) {
        (Err(_), _) => format!("{id} could not be read, and is as its record says."),
        (Ok(None), _) => format!("{id} was missing, and is back."),
        (Ok(Some(_)), None) => format!("{id} was taken back in the record, and is gone."),
        (Ok(Some(was)), Some(is)) => {
            let told = rows::mend::differences(&was, is);
            match told.is_empty() {
                true => format!("{id}: the package as it was sent."),
                false => format!("{id}: {}.", told.join(", ")),
            }
        }
    })
}

//! Taking back what a gesture did to facts, or refusing to, in words, where something since depends on it.

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::{Fact, Images, Line, Trace};
use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::store::convert::not_understood;

/// Lines of a trace that are held in memory at once.
const PAGE: usize = 1_000;

/// Why a gesture can't be taken back: what depends on it, in words that go on "…can't be undone: ".
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::store) struct Depends(pub(in crate::store) String);

/// Takes back what `undone` did to facts, as part of the gesture `by`. Where something depends on it, nothing may be
/// kept of the transaction. References are only looked at again when the transaction ends.
pub(in crate::store) fn revert(
    conn: &Connection,
    undone: GestureId,
    by: GestureId,
    actor: Option<PersonId>,
) -> rusqlite::Result<Result<(), Depends>> {
    if !traced(conn, undone)? {
        return Ok(Ok(()));
    }
    conn.pragma_update(None, "defer_foreign_keys", true)?;
    if let Some(later) = changed_since(conn, undone)? {
        return Ok(Err(later));
    }
    let mut work = Work {
        conn,
        images: Images::new(conn)?,
        trace: Trace::default(),
        by,
        gone: Vec::new(),
        back: Vec::new(),
    };
    let mut below = i64::MAX;
    loop {
        let page = lines(conn, undone, below)?;
        let Some((lowest, _)) = page.last() else { break };
        below = *lowest;
        for (_, line) in page {
            if let Err(depends) = work.take_back(&line)? {
                return Ok(Err(depends));
            }
        }
    }
    for fact in std::mem::take(&mut work.back) {
        if let Some(depends) = made_since(conn, undone, fact)? {
            return Ok(Err(depends));
        }
    }
    for (fact, first, last) in &work.gone {
        if let Some(depends) = names(conn, undone, *fact, (*first, *last), actor)? {
            return Ok(Err(depends));
        }
    }
    work.trace.write(conn, by)?;
    Ok(Ok(()))
}

/// Takes back what every gesture did to facts after a place in the record, the newest first, and forgets their traces;
/// for a copy of the store that shows the past.
pub(in crate::store) fn roll_back(conn: &Connection, place: i64) -> rusqlite::Result<()> {
    let gestures: Vec<GestureId> = conn
        .prepare(
            "SELECT DISTINCT gesture FROM trace
             WHERE gesture > coalesce((SELECT max(gesture) FROM event WHERE seq <= ?1), 0) ORDER BY gesture DESC",
        )?
        .query_map([place], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let images = Images::new(conn)?;
    for gesture in gestures {
        let mut below = i64::MAX;
        loop {
            let page = lines(conn, gesture, below)?;
            let Some((lowest, _)) = page.last() else { break };
            below = *lowest;
            for (_, line) in page {
                for id in (line.first..=line.last).rev() {
                    match &line.before {
                        Some(before) => images.put(conn, line.fact, id, before)?,
                        None => images.remove(conn, line.fact, id)?,
                    }
                }
            }
        }
        conn.execute("DELETE FROM trace WHERE gesture = ?1", [gesture])?;
    }
    Ok(())
}

/// Whether a gesture did anything to facts that can be taken back.
pub(in crate::store) fn traced(conn: &Connection, gesture: GestureId) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM trace WHERE gesture = ?1 LIMIT 1")?.exists([gesture])
}

fn lines(conn: &Connection, gesture: GestureId, below: i64) -> rusqlite::Result<Vec<(i64, Line)>> {
    conn.prepare_cached(
        "SELECT n, kind, first, last, before FROM trace WHERE gesture = ?1 AND n < ?2 ORDER BY n DESC LIMIT ?3",
    )?
    .query_map(params![gesture, below, PAGE as i64], |row| {
        let key: String = row.get(1)?;
        let fact = Fact::of(&key).ok_or_else(|| not_understood(format!("{key} is no record")))?;
        Ok((
            row.get(0)?,
            Line { fact, first: row.get(2)?, last: row.get(3)?, before: row.get(4)? },
        ))
    })?
    .collect()
}

struct Work<'a> {
    conn: &'a Connection,
    images: Images,
    trace: Trace,
    by: GestureId,
    /// What was taken out, as ranges of ids.
    gone: Vec<(Fact, i64, i64)>,
    /// Kinds of which records were brought back.
    back: Vec<Fact>,
}

impl Work<'_> {
    fn take_back(&mut self, line: &Line) -> rusqlite::Result<Result<(), Depends>> {
        for id in (line.first..=line.last).rev() {
            let now = self.images.read(self.conn, line.fact, id)?;
            let put = match &line.before {
                Some(before) => {
                    if now.is_none() && !self.back.contains(&line.fact) {
                        self.back.push(line.fact);
                    }
                    self.images.put(self.conn, line.fact, id, before)
                }
                None => self.images.remove(self.conn, line.fact, id),
            };
            match put {
                Err(rusqlite::Error::SqliteFailure(error, Some(what)))
                    if error.code == ErrorCode::ConstraintViolation
                        && (what.contains(&format!(" {}.external", line.fact.key()))
                            || what.contains(" alias.")) =>
                {
                    return Ok(Err(Depends(format!(
                        "another {} has its key by now",
                        line.fact.key()
                    ))));
                }
                done => done?,
            }
            if now.is_some() || line.before.is_some() {
                self.trace.lines.push(Line { fact: line.fact, first: id, last: id, before: now });
            }
            if self.trace.lines.len() >= PAGE {
                self.trace.write(self.conn, self.by)?;
            }
        }
        if line.before.is_none() {
            self.gone.push((line.fact, line.first, line.last));
        }
        Ok(Ok(()))
    }
}

/// A gesture counts while nothing took it back, and unless it only took back what came after `?1` itself: of the
/// gestures since `?1` that it takes to and fro, an odd number is left of one and an even number of none.
const IN_FORCE: &str = "NOT EXISTS (SELECT 1 FROM gesture AS undo WHERE undo.undoes = later.id)
     AND (WITH RECURSIVE chain (id) AS (
              SELECT later.id
              UNION ALL SELECT link.undoes FROM gesture AS link JOIN chain ON link.id = chain.id WHERE link.undoes > ?1)
          SELECT count(*) % 2 FROM chain) = 1";

/// The first later gesture that changed one of the same records.
fn changed_since(conn: &Connection, undone: GestureId) -> rusqlite::Result<Option<Depends>> {
    conn.prepare_cached(&format!(
        "SELECT person.name, later.label, other.kind FROM trace AS mine
             CROSS JOIN trace AS other INDEXED BY trace_record
                 ON other.kind = mine.kind AND other.first BETWEEN mine.first AND mine.last AND other.gesture > ?1
             CROSS JOIN gesture AS later ON later.id = other.gesture
             LEFT JOIN person ON person.id = later.actor
         WHERE mine.gesture = ?1 AND {IN_FORCE} LIMIT 1"
    ))?
    .query_row([undone], |row| {
        let (who, label, kind): (Option<String>, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let who = who.unwrap_or_else(|| "the desk".to_owned());
        Ok(Depends(format!("{who} changed the same {kind} since (\"{label}\")")))
    })
    .optional()
}

/// The first later gesture that made records of a kind: what is brought back could then be there twice.
fn made_since(
    conn: &Connection,
    undone: GestureId,
    fact: Fact,
) -> rusqlite::Result<Option<Depends>> {
    let redone: bool = conn
        .prepare_cached("SELECT backward FROM gesture WHERE id = ?1")?
        .query_row([undone], |row| row.get(0))?;
    if !redone {
        return Ok(None);
    }
    conn.prepare_cached(&format!(
        "SELECT later.label FROM gesture AS later
         WHERE later.id > ?1 AND later.kind = 'facts' AND {IN_FORCE}
             AND EXISTS (SELECT 1 FROM trace WHERE trace.gesture = later.id AND trace.kind = ?2 AND before IS NULL)
             AND later.undoes IS NOT ?1
         LIMIT 1"
    ))?
    .query_row(params![undone, fact.key()], |row| {
        let label: String = row.get(0)?;
        Ok(Depends(format!("\"{label}\" came since; import the file again instead")))
    })
    .optional()
}

/// Whatever still names one of the records that are gone.
fn names(
    conn: &Connection,
    undone: GestureId,
    fact: Fact,
    (first, last): (i64, i64),
    actor: Option<PersonId>,
) -> rusqlite::Result<Option<Depends>> {
    if fact == Fact::Person
        && let Some(acted) = acted(conn, first, last, actor)?
    {
        return Ok(Some(acted));
    }
    for (table, column) in children(conn, fact)? {
        // Handoffs that went along with it go back with it.
        let (shown, along) = match table.as_str() {
            "handoff" => (
                "id",
                "AND NOT EXISTS (SELECT 1 FROM event WHERE event.gesture = ?3 AND event.handoff = handoff.id)",
            ),
            _ => ("0", "AND ?3 IS NOT NULL"),
        };
        let found: Option<i64> = conn
            .prepare_cached(&format!(
                "SELECT {shown} FROM {table} WHERE {column} BETWEEN ?1 AND ?2 {along} LIMIT 1"
            ))?
            .query_row(params![first, last, undone], |row| row.get(0))
            .optional()?;
        if let Some(id) = found {
            let what = fact.key();
            return Ok(Some(Depends(match table.as_str() {
                "handoff" => format!("{} depends on {} it brought", HandoffId(id), article(what)),
                "contact" | "signal" | "deal" | "account" => {
                    format!("a {table} that came later belongs to {} it brought", article(what))
                }
                _ => format!("something done since names {} it brought", article(what)),
            })));
        }
    }
    Ok(None)
}

/// The columns that name a kind of record, handoffs' first.
fn children(conn: &Connection, fact: Fact) -> rusqlite::Result<Vec<(String, String)>> {
    conn.prepare_cached(
        "SELECT child.name, key.\"from\" FROM sqlite_schema AS child
             JOIN pragma_foreign_key_list(child.name) AS key
         WHERE child.type = 'table' AND key.\"table\" = ?1 ORDER BY child.name <> 'handoff', child.name",
    )?
    .query_map([fact.key()], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

/// A table that still names one of some records, apart from those that may.
pub(in crate::store) fn still_named(
    conn: &Connection,
    fact: Fact,
    first: i64,
    last: i64,
    may: &[&str],
) -> rusqlite::Result<Option<String>> {
    for (table, column) in children(conn, fact)? {
        let named = !may.contains(&table.as_str())
            && conn
                .prepare_cached(&format!(
                    "SELECT 1 FROM {table} WHERE {column} BETWEEN ?1 AND ?2 LIMIT 1"
                ))?
                .exists([first, last])?;
        if named {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

fn article(word: &str) -> String {
    let article = if word.starts_with('a') { "an" } else { "a" };
    format!("{article} {word}")
}

/// Somebody who has acted on the desk stays in its record.
fn acted(
    conn: &Connection,
    first: i64,
    last: i64,
    actor: Option<PersonId>,
) -> rusqlite::Result<Option<Depends>> {
    if actor.is_some_and(|actor| (first..=last).contains(&actor.0)) {
        return Ok(Some(Depends("it brought whoever undoes it".to_owned())));
    }
    let acted = conn
        .prepare_cached("SELECT 1 FROM gesture WHERE actor BETWEEN ?1 AND ?2 LIMIT 1")?
        .exists([first, last])?;
    Ok(acted.then(|| Depends("somebody whom it brought has acted on this desk".to_owned())))
}

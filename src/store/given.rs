//! The list of who was given what, as the record has it: assignments that were taken back left out. The list is kept with
//! every write; here it is made anew for a repair, and compared by the doctor.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::record;
use crate::domain::change::Change;
use crate::domain::handoff::Moment;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::time::Instant;

/// An assignment of the record.
struct Given {
    handoff: HandoffId,
    /// Who was given it, or from whom it was taken back.
    person: PersonId,
    /// It was taken back.
    backward: bool,
    at: Instant,
}

/// Goes through the assignments of the record in order. Events that can't be read are left out.
fn each(
    conn: &Connection,
    mut take: impl FnMut(&Given) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(
        "SELECT event.handoff, event.changes, gesture.backward, event.at
         FROM event JOIN gesture ON gesture.id = event.gesture
         WHERE event.handoff IS NOT NULL AND (event.changes LIKE '%assign%' OR event.changes LIKE '%given%'
             OR event.changes LIKE '%removed%')
         ORDER BY event.seq",
    )?;
    let mut rows = statement.query([])?;
    // A redo gives it at the time it was given first.
    let mut moments: BTreeMap<HandoffId, Option<Instant>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let handoff: HandoffId = row.get(0)?;
        let Ok(changes) = record::decode(row.get_ref(1)?.as_str()?) else { continue };
        let backward: bool = row.get(2)?;
        let at: Instant = row.get(3)?;
        for change in &changes {
            match change {
                Change::Created(new) => {
                    moments.insert(handoff, new.moment(Moment::Given));
                }
                Change::Removed(_) => {
                    moments.remove(&handoff);
                }
                Change::Happened { moment: Moment::Given, to, .. } => {
                    moments.insert(handoff, *to);
                }
                _ => {}
            }
        }
        let at = moments.get(&handoff).copied().flatten().unwrap_or(at);
        for change in changes {
            let (from, to) = match change {
                Change::Assigned { from, to } => (from, to),
                Change::Created(new) => (None, new.assignee),
                Change::Removed(old) => (old.assignee, None),
                _ => continue,
            };
            let person = match (backward, from, to) {
                (true, Some(person), _) => person,
                (false, _, Some(person)) if from != to => person,
                _ => continue,
            };
            take(&Given { handoff, person, backward, at })?;
        }
    }
    Ok(())
}

/// Makes the list from the record.
pub(super) fn rebuild(conn: &Connection) -> rusqlite::Result<()> {
    // Counts that are wrong already must not stand in the way.
    conn.execute_batch("DELETE FROM tally_given; DELETE FROM assignment;")?;
    each(conn, |given| {
        if given.backward {
            conn.prepare_cached(
                "DELETE FROM assignment
                 WHERE id = (SELECT max(id) FROM assignment WHERE handoff = ?1 AND person = ?2)",
            )?
            .execute(params![given.handoff, given.person])?;
        } else {
            conn.prepare_cached(
                "INSERT INTO assignment (person, handoff, at) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![given.person, given.handoff, given.at])?;
        }
        Ok(())
    })
}

/// Where the list differs from the record, a sentence each.
pub(super) fn differences(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut counts: BTreeMap<(HandoffId, PersonId), i64> = BTreeMap::new();
    each(conn, |given| {
        let count = counts.entry((given.handoff, given.person)).or_default();
        // What was never there can't be taken back, as in the list itself.
        *count = (*count + if given.backward { -1 } else { 1 }).max(0);
        Ok(())
    })?;
    let mut statement =
        conn.prepare("SELECT handoff, person, count(*) FROM assignment GROUP BY 1, 2")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *counts.entry((row.get(0)?, row.get(1)?)).or_default() -= row.get::<_, i64>(2)?;
    }
    let wrong = counts.into_iter().filter(|(_, left)| *left != 0);
    Ok(wrong
        .map(|((handoff, person), _)| {
            format!("The list of who was given what says otherwise than the record of {handoff} and {person}.")
        })
        .collect())
}

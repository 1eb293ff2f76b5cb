//! The list of all outcomes that were recorded, as the record has it: undone ones left out. The list is kept with every
//! write; here it is made anew after a restore, and compared by the doctor.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{record, rows};
use crate::domain::change::Change;
use crate::domain::handoff::Outcome;
use crate::domain::ids::HandoffId;

/// Goes through the outcomes of the record in order: of which handoff, taken back or recorded, and which. Events that
/// can't be read are left out.
fn each(
    conn: &Connection,
    mut take: impl FnMut(HandoffId, bool, &Outcome) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(
        "SELECT event.handoff, event.changes, gesture.backward FROM event JOIN gesture ON gesture.id = event.gesture
         WHERE event.handoff IS NOT NULL AND (event.changes LIKE '%outcome%' OR event.changes LIKE '%disposed%')
         ORDER BY event.seq",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: HandoffId = row.get(0)?;
        let Ok(changes) = record::decode(row.get_ref(1)?.as_str()?) else { continue };
        let backward: bool = row.get(2)?;
        for change in changes {
            let (from, to) = match &change {
                Change::Disposed { from, to } => (from.as_ref(), to.as_ref()),
                Change::Created(handoff) => (None, handoff.outcome.as_ref()),
                Change::Removed(handoff) => (handoff.outcome.as_ref(), None),
                _ => continue,
            };
            if let Some(outcome) = if backward { from } else { to } {
                take(id, backward, outcome)?;
            }
        }
    }
    Ok(())
}

/// Makes the list from the record.
pub(super) fn rebuild(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute("DELETE FROM outcome", [])?;
    each(conn, |id, backward, outcome| {
        if backward {
            rows::drop_outcome(conn, id, outcome)
        } else {
            rows::add_outcome(conn, id, outcome)
        }
    })
}

/// Where the list differs from the record, a sentence each.
pub(super) fn differences(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut counts: BTreeMap<HandoffId, i64> = BTreeMap::new();
    each(conn, |id, backward, _| {
        *counts.entry(id).or_default() += if backward { -1 } else { 1 };
        Ok(())
    })?;
    let mut statement = conn.prepare("SELECT handoff, count(*) FROM outcome GROUP BY 1")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *counts.entry(row.get(0)?).or_default() -= row.get::<_, i64>(1)?;
    }
    let wrong = counts.into_iter().filter(|(_, left)| *left != 0);
    Ok(wrong
        .map(|(id, _)| format!("{id} has other outcomes in its list than in the record."))
        .collect())
}

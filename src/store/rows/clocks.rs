//! The clocks of a handoff with their pauses, a row each.

use rusqlite::{Connection, params};

use crate::domain::clock::{Clock, ClockKey, ClockState, Owes};
use crate::domain::due::Pause;
use crate::domain::ids::HandoffId;
use crate::domain::person::Role;
use crate::store::convert::{not_understood, warn_of, warn_text};

/// Sets or removes a clock with its pauses; `kept` is what is kept of those, where that is known.
pub(in crate::store) fn put(
    conn: &Connection,
    id: HandoffId,
    key: ClockKey,
    kept: Option<&[Pause]>,
    clock: Option<&Clock>,
) -> rusqlite::Result<()> {
    let Some(clock) = clock else {
        conn.prepare_cached(
            "DELETE FROM clock WHERE handoff = ?1 AND name = ?2 AND leg = ?3 AND end_to_end = ?4",
        )?
        .execute(params![id, key.name, key.leg, key.end_to_end])?;
        return Ok(());
    };
    let (person, role) = match clock.owes {
        Owes::Person(person) => (Some(person), None),
        Owes::Role(role) => (None, Some(role)),
        Owes::BothVps => (None, None),
    };
    conn.prepare_cached(
        "INSERT INTO clock (handoff, name, leg, end_to_end, owes_person, owes_role, started, target, calendar, warning,
                            due, warn, state, ended, short_notice, tell_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?12)
         ON CONFLICT DO UPDATE SET owes_person = ?5, owes_role = ?6, started = ?7, target = ?8, calendar = ?9,
             warning = ?10, due = ?11, warn = ?12, state = ?13, ended = ?14, short_notice = ?15,
             tell_at = CASE told WHEN 0 THEN ?12 WHEN 1 THEN ?11 ELSE tell_at END",
    )?
    .execute(params![
        id,
        key.name,
        key.leg,
        key.end_to_end,
        person,
        role,
        clock.started,
        clock.target.to_string(),
        clock.calendar,
        warn_text(&clock.warning),
        clock.due,
        clock.warn,
        clock.state,
        clock.ended,
        clock.short_notice
    ])?;
    if kept.is_some_and(|kept| kept == clock.pauses) {
        return Ok(());
    }
    conn.prepare_cached(
        "DELETE FROM pause WHERE handoff = ?1 AND name = ?2 AND leg = ?3 AND end_to_end = ?4",
    )?
    .execute(params![id, key.name, key.leg, key.end_to_end])?;
    for (n, pause) in clock.pauses.iter().enumerate() {
        conn.prepare_cached(
            "INSERT INTO pause (handoff, name, leg, end_to_end, n, from_at, to_at, reason, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            id,
            key.name,
            key.leg,
            key.end_to_end,
            n as i64,
            pause.from,
            pause.to,
            pause.reason,
            pause.by
        ])?;
    }
    Ok(())
}

/// The clocks of a handoff, in the order they started.
pub(super) fn load(conn: &Connection, id: HandoffId) -> rusqlite::Result<Vec<Clock>> {
    let mut clocks: Vec<Clock> = conn
        .prepare_cached(
            "SELECT name, leg, end_to_end, owes_person, owes_role, started, target, calendar, warning, due, warn, state,
                    ended, short_notice
             FROM clock WHERE handoff = ?1",
        )?
        .query_map([id], |row| {
            let owes = match (row.get(3)?, row.get::<_, Option<Role>>(4)?) {
                (Some(person), _) => Owes::Person(person),
                (None, Some(role)) => Owes::Role(role),
                (None, None) => Owes::BothVps,
            };
            let target: String = row.get(6)?;
            let warning: String = row.get(8)?;
            Ok(Clock {
                name: row.get(0)?,
                leg: row.get(1)?,
                end_to_end: row.get(2)?,
                owes,
                started: row.get(5)?,
                target: target.parse().map_err(not_understood)?,
                calendar: row.get(7)?,
                warning: warn_of(&warning).map_err(not_understood)?,
                due: row.get(9)?,
                warn: row.get(10)?,
                state: row.get::<_, ClockState>(11)?,
                ended: row.get(12)?,
                pauses: Vec::new(),
                short_notice: row.get(13)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut pauses = conn.prepare_cached(
        "SELECT name, leg, end_to_end, from_at, to_at, reason, by FROM pause WHERE handoff = ?1
         ORDER BY name, leg, end_to_end, n",
    )?;
    let mut rows = pauses.query([id])?;
    while let Some(row) = rows.next()? {
        let key = ClockKey { name: row.get(0)?, leg: row.get(1)?, end_to_end: row.get(2)? };
        let pause =
            Pause { from: row.get(3)?, to: row.get(4)?, reason: row.get(5)?, by: row.get(6)? };
        if let Some(clock) = clocks.iter_mut().find(|clock| clock.key() == key) {
            clock.pauses.push(pause);
        }
    }
    clocks.sort_by_key(|clock| (clock.started, clock.key()));
    Ok(clocks)
}

//! A handoff written over what stands in its place, and in what the two differ: for rebuilding from the record.

use std::sync::LazyLock;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    COLUMNS, clocks, insert, insert_touch, put_breaches, put_decisions, put_field,
    put_outcome_fields, values,
};
use crate::domain::handoff::Handoff;
use crate::domain::ids::HandoffId;

static REPLACE: LazyLock<String> = LazyLock::new(|| {
    let set: Vec<_> =
        COLUMNS.iter().enumerate().map(|(n, column)| format!("{column} = ?{}", n + 2)).collect();
    format!("UPDATE handoff SET {} WHERE id = ?1", set.join(", "))
});

/// Writes a handoff over whatever stands in its place. What others hang on it (escalations, drafts) stays; where nothing
/// stands there any more, what was told of it is taken from the record.
pub(in crate::store) fn replace(conn: &Connection, handoff: &Handoff) -> rusqlite::Result<()> {
    let id = handoff.id;
    let there: Option<i64> = conn
        .prepare_cached("SELECT 1 FROM handoff WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    if there.is_none() {
        insert(conn, handoff)?;
        tell_again(conn, id)?;
    } else {
        for sql in ["DELETE FROM field WHERE handoff = ?1", "DELETE FROM touch WHERE handoff = ?1"]
        {
            conn.prepare_cached(sql)?.execute([id])?;
        }
        for (key, value) in &handoff.fields {
            put_field(conn, id, key, Some(value))?;
        }
        put_outcome_fields(conn, id, handoff.outcome.as_ref())?;
        put_decisions(conn, id, &handoff.decisions)?;
        for touch in &handoff.touches {
            insert_touch(conn, id, touch)?;
        }
        put_clocks(conn, handoff)?;
        put_breaches(conn, id, handoff)?;
        let own = std::iter::once(Value::Integer(id.0)).chain(values(handoff));
        conn.prepare_cached(&REPLACE)?.execute(rusqlite::params_from_iter(own))?;
    }
    conn.prepare_cached(
        "UPDATE escalation SET open = EXISTS (
             SELECT 1 FROM clock WHERE clock.handoff = escalation.handoff AND clock.name = escalation.name
                 AND clock.leg = escalation.leg AND end_to_end = 0 AND state IN ('running', 'paused'))
         WHERE handoff = ?1",
    )?
    .execute([id])?;
    // A clock that was missing doesn't know what was told of it, and is looked at again at once.
    conn.prepare_cached(
        "UPDATE clock SET told = e.n, tell_at = due
         FROM (SELECT name, leg, max(step) + 1 AS n FROM escalation WHERE handoff = ?1 GROUP BY name, leg) AS e
         WHERE clock.handoff = ?1 AND clock.end_to_end = 0 AND clock.name = e.name AND clock.leg = e.leg
             AND told < e.n",
    )?
    .execute([id])?;
    Ok(())
}

/// Writes the clocks over those that are there, which keep what they know of tellings; others go.
fn put_clocks(conn: &Connection, handoff: &Handoff) -> rusqlite::Result<()> {
    let there: Vec<(String, u32, bool)> = conn
        .prepare_cached("SELECT name, leg, end_to_end FROM clock WHERE handoff = ?1")?
        .query_map([handoff.id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, leg, end_to_end) in there {
        let is = |key: crate::domain::clock::ClockKey| {
            key.name.key() == name && key.leg == leg && key.end_to_end == end_to_end
        };
        if !handoff.clocks.iter().any(|clock| is(clock.key())) {
            conn.prepare_cached(
                "DELETE FROM clock WHERE handoff = ?1 AND name = ?2 AND leg = ?3 AND end_to_end = ?4",
            )?
            .execute(params![handoff.id, name, leg, end_to_end])?;
        }
    }
    for clock in &handoff.clocks {
        clocks::put(conn, handoff.id, clock.key(), None, Some(clock))?;
    }
    Ok(())
}

/// Brings back what the record says was told of a handoff's promises.
fn tell_again(conn: &Connection, id: HandoffId) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO escalation (handoff, name, leg, step, person, at, event, open)
         SELECT ?1, told.value ->> 'clock', told.value ->> 'leg', told.value ->> 'step', told.value ->> 'person',
                told.value ->> 'at', event.seq, 0
         FROM event JOIN gesture ON gesture.id = event.gesture, json_each(event.changes, '$[0]') AS told
         WHERE gesture.kind = 'escalation' AND event.handoff IS NULL AND told.key = 'escalated'
             AND told.value ->> 'handoff' = ?1
         ORDER BY event.seq",
    )?
    .execute([id])?;
    Ok(())
}

/// In what two states of a handoff differ, in words for whoever mends it.
pub(in crate::store) fn differences(was: &Handoff, is: &Handoff) -> Vec<String> {
    let shown = |value: Value| match value {
        Value::Null => "nothing".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => format!("\"{text}\""),
        other => format!("{other:?}"),
    };
    let own = COLUMNS.iter().zip(values(was).into_iter().zip(values(is)));
    let mut told: Vec<_> = own
        .filter(|(_, (was, is))| was != is)
        .map(|(column, (was, is))| format!("{column} {} is now {}", shown(was), shown(is)))
        .collect();
    let fields = |handoff: &Handoff| {
        handoff.outcome.as_ref().map(|outcome| outcome.fields.clone()).unwrap_or_default()
    };
    for (differ, what) in [
        (was.fields != is.fields, "the package"),
        (fields(was) != fields(is), "the fields of the outcome"),
        (was.decisions != is.decisions, "the decisions"),
        (was.touches != is.touches, "the touches"),
        (was.clocks != is.clocks, "the clocks"),
    ] {
        if differ {
            told.push(what.to_owned());
        }
    }
    told
}

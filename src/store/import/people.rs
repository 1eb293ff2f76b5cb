//! People, found by external id, then e-mail, then name.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Chunk, Fact, Fated, fate, take, take_some};
use crate::domain::draft::{PersonDraft, PersonRef};
use crate::domain::ids::PersonId;
use crate::domain::person::Person;
use crate::store::read::people;
use crate::store::write_people::put as write;

/// The person that a reference names, or why there is none.
pub(super) fn find(
    chunk: &mut Chunk<'_>,
    named: &PersonRef,
) -> rusqlite::Result<Result<PersonId, String>> {
    if let Some(id) = chunk.known.get(&("person", named)) {
        return Ok(Ok(PersonId(id)));
    }
    let found = look_up(chunk.conn, named)?;
    if let Ok(id) = found {
        chunk.known.keep(&("person", named), id.0);
    }
    Ok(found)
}

/// The same without memory.
pub(super) fn look_up(
    conn: &Connection,
    named: &PersonRef,
) -> rusqlite::Result<Result<PersonId, String>> {
    let keys = [
        ("SELECT id FROM person WHERE external = ?1 LIMIT 2", &named.external),
        ("SELECT id FROM person WHERE email = ?1 LIMIT 2", &named.email),
        ("SELECT id FROM person WHERE name = ?1 LIMIT 2", &named.name),
    ];
    for (sql, value) in keys {
        let Some(value) = value else { continue };
        let ids: Vec<PersonId> = conn
            .prepare_cached(sql)?
            .query_map([value], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        match ids.as_slice() {
            [id] => return Ok(Ok(*id)),
            [] => {}
            _ => {
                return Ok(Err(format!(
                    "more than one person is called \"{value}\"; name the person by e-mail address"
                )));
            }
        }
    }
    let shown = named.name.as_ref().or(named.email.as_ref()).or(named.external.as_ref());
    Ok(Err(format!(
        "nobody called \"{}\" is known; import the people first",
        shown.map_or("", String::as_str)
    )))
}

pub(super) fn put(chunk: &mut Chunk<'_>, draft: &PersonDraft) -> rusqlite::Result<Fated> {
    let conn = chunk.conn;
    let manager = match &draft.manager {
        None => None,
        Some(named) => match find(chunk, named)? {
            Ok(id) => Some(id),
            Err(why) => return Ok(Err(why)),
        },
    };
    let old = match matching(conn, draft)? {
        Some(id) => people(conn)?.into_iter().find(|person| person.id == id),
        None => None,
    };
    let new = old.is_none();
    let before = match (old, draft.role) {
        (Some(person), _) => person,
        (None, Some(role)) => Person::new("", role),
        (None, None) => return Ok(Err("a new person needs a role".to_owned())),
    };
    if manager.is_some_and(|manager| !new && manager == before.id) {
        return Ok(Err("nobody reports to themselves".to_owned()));
    }
    let mut after = before.clone();
    take_some(&mut after.external, draft.external.as_ref());
    take(&mut after.name, draft.name.as_ref());
    take_some(&mut after.email, draft.email.as_ref());
    take(&mut after.role, draft.role.as_ref());
    take_some(&mut after.manager, manager.as_ref());
    take(&mut after.active, draft.active.as_ref());
    take(&mut after.territories, draft.territories.as_ref());
    take(&mut after.segments, draft.segments.as_ref());
    take(&mut after.products, draft.products.as_ref());
    take(&mut after.languages, draft.languages.as_ref());
    take_some(&mut after.capacity, draft.capacity.as_ref());
    take_some(&mut after.weekly, draft.weekly.as_ref());
    take_some(&mut after.calendar, draft.calendar.as_ref());
    take_some(&mut after.zone, draft.zone.as_ref());
    if let Some(absences) = &draft.absences {
        after.absences.clone_from(absences);
        after.absences.sort_unstable();
        after.absences.dedup();
    }
    if after.name.is_empty() {
        after.name = after.email.clone().or_else(|| after.external.clone()).unwrap_or_default();
    }
    let changed = after != before;
    if new || changed {
        if !new {
            chunk.changes(Fact::Person, before.id.0)?;
        }
        let id = write(conn, &after)?;
        if new {
            chunk.trace.made(Fact::Person, id.0);
        }
        chunk.known.forget();
    }
    Ok(Ok(fate(changed, new)))
}

fn matching(conn: &Connection, draft: &PersonDraft) -> rusqlite::Result<Option<PersonId>> {
    if let Some(external) = &draft.external {
        let found = conn
            .prepare_cached("SELECT id FROM person WHERE external = ?1")?
            .query_row([external], |row| row.get(0))
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    if let Some(email) = &draft.email {
        return conn
            .prepare_cached("SELECT id FROM person WHERE email = ?1")?
            .query_row([email], |row| row.get(0))
            .optional();
    }
    match (&draft.external, &draft.name) {
        (None, Some(name)) => conn
            .prepare_cached("SELECT id FROM person WHERE name = ?1 ORDER BY id LIMIT 1")?
            .query_row(params![name], |row| row.get(0))
            .optional(),
        _ => Ok(None),
    }
}

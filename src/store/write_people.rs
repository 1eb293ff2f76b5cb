//! People who work the desk: made on the first run, imported, edited. Each save is a gesture with its events.

use rusqlite::{Connection, Transaction, params};
use serde::Serialize;

use super::chain::{Chain, Link};
use super::convert::{List, SqlDay};
use super::error::{StoreError, StoreErrorKind};
use super::gesture::{self, Kind, Stamp};
use super::open::Store;
use super::read;
use crate::domain::ids::PersonId;
use crate::domain::person::{Absence, Person};

impl Store {
    /// Saves people as one gesture: those with id 0 are new, the others replace what is there. People who are saved as
    /// they already are leave no trace. Gives their ids in the same order; a repeat of the action gives none.
    ///
    /// # Errors
    /// What the machine failed at; [`StoreErrorKind::Broken`] where an e-mail or external key belongs to somebody else.
    pub fn save_people(
        &mut self,
        stamp: &Stamp<'_>,
        people: &[Person],
    ) -> Result<Vec<PersonId>, StoreError> {
        match self.write(|tx| save(tx, stamp, people)) {
            Err(error) => self.settle(error, |conn| Ok(stamp.answered(conn)?.map(|_| Vec::new()))),
            done => done,
        }
    }
}

/// The same inside a transaction.
pub(super) fn save(
    tx: &Transaction<'_>,
    stamp: &Stamp<'_>,
    people: &[Person],
) -> Result<Vec<PersonId>, StoreError> {
    if stamp.answered(tx)?.is_some() {
        return Ok(Vec::new());
    }
    let known = read::people(tx)?;
    let head = stamp.head(Kind::People, None);
    let mut chain = Chain::end(tx)?;
    let mut recorded = None;
    let mut ids = Vec::with_capacity(people.len());
    for person in people {
        let person = &in_order(person);
        let before = known.iter().find(|other| other.id == person.id);
        if before == Some(person) {
            ids.push(person.id);
            continue;
        }
        let id = put(tx, person)?;
        ids.push(id);
        let gesture = match recorded {
            Some(gesture) => gesture,
            None => *recorded.insert(gesture::record(tx, &head, false)?),
        };
        let changes = encode(before, &Person { id, ..person.clone() })
            .map_err(|error| StoreError::bare(StoreErrorKind::Broken(error)))?;
        let action = if before.is_some() { "edit person" } else { "add person" };
        let link = Link {
            handoff: None,
            action,
            stage_from: None,
            stage_to: None,
            note: Some(&person.name),
            changes: &changes,
        };
        chain.append(tx, gesture, &head, &link)?;
    }
    Ok(ids)
}

/// The same person with absences as they are read back, so that equal people are equal.
fn in_order(person: &Person) -> Person {
    let mut person = person.clone();
    person.absences.sort();
    person.absences.dedup();
    person
}

/// Writes a person with their absences. An id of 0 gets the next one.
pub(super) fn put(conn: &Connection, person: &Person) -> rusqlite::Result<PersonId> {
    let id = (person.id.0 != 0).then_some(person.id);
    conn.prepare_cached(
        "INSERT INTO person (id, external, name, email, role, manager, active, territories, segments, products,
                             languages, capacity, calendar, zone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (id) DO UPDATE SET external = ?2, name = ?3, email = ?4, role = ?5, manager = ?6, active = ?7,
             territories = ?8, segments = ?9, products = ?10, languages = ?11, capacity = ?12, calendar = ?13,
             zone = ?14",
    )?
    .execute(params![
        id,
        person.external,
        person.name,
        person.email,
        person.role,
        person.manager,
        person.active,
        List(person.territories.as_slice()),
        List(person.segments.as_slice()),
        List(person.products.as_slice()),
        List(person.languages.as_slice()),
        person.capacity,
        person.calendar,
        person.zone
    ])?;
    let id = id.unwrap_or_else(|| PersonId(conn.last_insert_rowid()));
    conn.prepare_cached("DELETE FROM absence WHERE person = ?1")?.execute([id])?;
    for absence in &person.absences {
        conn.prepare_cached("INSERT INTO absence (person, from_day, to_day) VALUES (?1, ?2, ?3)")?
            .execute(params![id, SqlDay(absence.from), SqlDay(absence.to)])?;
    }
    Ok(id)
}

/// An edit of a person as JSON: what was, if anything, and what is.
fn encode(from: Option<&Person>, to: &Person) -> Result<String, String> {
    #[derive(Serialize)]
    struct Edit {
        person: FromTo,
    }
    #[derive(Serialize)]
    struct FromTo {
        from: Option<PersonEntry>,
        to: PersonEntry,
    }
    let person = FromTo { from: from.map(PersonEntry::of), to: PersonEntry::of(to) };
    serde_json::to_string(&[Edit { person }]).map_err(|error| error.to_string())
}

#[derive(Serialize)]
struct PersonEntry {
    id: i64,
    external: Option<String>,
    name: String,
    email: Option<String>,
    role: String,
    manager: Option<i64>,
    active: bool,
    territories: Vec<String>,
    segments: Vec<String>,
    products: Vec<String>,
    languages: Vec<String>,
    capacity: Option<u32>,
    calendar: Option<String>,
    zone: Option<String>,
    absences: Vec<AbsenceEntry>,
}

#[derive(Serialize)]
struct AbsenceEntry {
    from: String,
    to: String,
}

impl PersonEntry {
    fn of(person: &Person) -> Self {
        Self {
            id: person.id.0,
            external: person.external.clone(),
            name: person.name.clone(),
            email: person.email.clone(),
            role: person.role.to_string(),
            manager: person.manager.map(|id| id.0),
            active: person.active,
            territories: person.territories.clone(),
            segments: person.segments.clone(),
            products: person.products.clone(),
            languages: person.languages.clone(),
            capacity: person.capacity,
            calendar: person.calendar.clone(),
            zone: person.zone.clone(),
            absences: person
                .absences
                .iter()
                .map(|Absence { from, to }| AbsenceEntry {
                    from: from.to_string(),
                    to: to.to_string(),
                })
                .collect(),
        }
    }
}

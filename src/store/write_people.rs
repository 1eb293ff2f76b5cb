//! People who work the desk: made on the first run, imported, edited. Each save is a gesture with its events.

use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

use super::chain::{Chain, Link};
use super::convert::{List, SqlDay, not_understood};
use super::error::{StoreError, StoreErrorKind};
use super::gesture::{self, Kind, Stamp};
use super::open::Store;
use super::read;
use crate::domain::ids::{GestureId, PersonId};
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

/// An edit of somebody, as it stands in the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonEdit {
    /// Who they were; none where they were added.
    pub from: Option<Person>,
    /// Who they were from then on.
    pub to: Person,
}

impl Store {
    /// Saves edits of people as one gesture, which may take another back.
    ///
    /// # Errors
    /// What the machine failed at; [`StoreErrorKind::Broken`] where an e-mail or external key belongs to somebody else,
    /// or where nothing was changed.
    pub fn edit_people(
        &mut self,
        stamp: &Stamp<'_>,
        people: &[Person],
        undoes: Option<GestureId>,
    ) -> Result<GestureId, StoreError> {
        let made = self.write(|tx| {
            if let Some(done) = stamp.answered(tx)? {
                return Ok(Some(done));
            }
            let backward = match undoes {
                Some(undone) => !tx
                    .prepare_cached("SELECT backward FROM gesture WHERE id = ?1")?
                    .query_row([undone], |row| row.get::<_, bool>(0))?,
                None => false,
            };
            Ok(save_as(tx, stamp, people, undoes, backward)?.1)
        });
        let made = match made {
            Err(error) => self.settle(error, |conn| Ok(Some(stamp.answered(conn)?))),
            done => done,
        }?;
        made.ok_or_else(|| {
            StoreError::bare(StoreErrorKind::Broken("nothing was changed".to_owned()))
        })
    }

    /// What a gesture edited about people, in the order it was recorded.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn person_edits(&self, gesture: GestureId) -> Result<Vec<PersonEdit>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT changes FROM event WHERE gesture = ?1 AND handoff IS NULL
                     AND action IN ('edit person', 'add person') ORDER BY seq",
            )?
            .query_map([gesture], |row| decode(&row.get::<_, String>(0)?).map_err(not_understood))?
            .collect::<rusqlite::Result<_>>()
        })
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
    Ok(save_as(tx, stamp, people, None, false)?.0)
}

fn save_as(
    tx: &Transaction<'_>,
    stamp: &Stamp<'_>,
    people: &[Person],
    undoes: Option<GestureId>,
    backward: bool,
) -> Result<(Vec<PersonId>, Option<GestureId>), StoreError> {
    let known = read::people(tx)?;
    let head = stamp.head(Kind::People, undoes);
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
            None => *recorded.insert(gesture::record(tx, &head, backward)?),
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
    Ok((ids, recorded))
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
                             languages, capacity, weekly, calendar, zone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?15, ?13, ?14)
         ON CONFLICT (id) DO UPDATE SET external = ?2, name = ?3, email = ?4, role = ?5, manager = ?6, active = ?7,
             territories = ?8, segments = ?9, products = ?10, languages = ?11, capacity = ?12, weekly = ?15,
             calendar = ?13, zone = ?14",
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
        person.zone,
        person.weekly,
    ])?;
    let id = id.unwrap_or_else(|| PersonId(conn.last_insert_rowid()));
    conn.prepare_cached("DELETE FROM absence WHERE person = ?1")?.execute([id])?;
    for absence in &person.absences {
        conn.prepare_cached("INSERT INTO absence (person, from_day, to_day) VALUES (?1, ?2, ?3)")?
            .execute(params![id, SqlDay(absence.from), SqlDay(absence.to)])?;
    }
    Ok(id)
}

#[derive(Deserialize, Serialize)]
struct Edit {
    person: FromTo,
}

#[derive(Deserialize, Serialize)]
struct FromTo {
    from: Option<PersonEntry>,
    to: PersonEntry,
}

/// An edit of a person from its JSON.
fn decode(text: &str) -> Result<PersonEdit, String> {
    let edits: Vec<Edit> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let edit = edits.into_iter().next().ok_or("an edit of nobody")?;
    let from = edit.person.from.map(PersonEntry::into_person).transpose()?;
    Ok(PersonEdit { from, to: edit.person.to.into_person()? })
}

/// An edit of a person as JSON: what was, if anything, and what is.
fn encode(from: Option<&Person>, to: &Person) -> Result<String, String> {
    let person = FromTo { from: from.map(PersonEntry::of), to: PersonEntry::of(to) };
    serde_json::to_string(&[Edit { person }]).map_err(|error| error.to_string())
}

#[derive(Deserialize, Serialize)]
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
    #[serde(default)]
    weekly: Option<u32>,
    calendar: Option<String>,
    zone: Option<String>,
    absences: Vec<AbsenceEntry>,
}

#[derive(Deserialize, Serialize)]
struct AbsenceEntry {
    from: String,
    to: String,
}

impl PersonEntry {
    fn into_person(self) -> Result<Person, String> {
        let day = |text: &str| text.parse().map_err(|error| format!("{text}: {error}"));
        let absences = self
            .absences
            .iter()
            .map(|one| Ok::<_, String>(Absence { from: day(&one.from)?, to: day(&one.to)? }));
        Ok(Person {
            absences: absences.collect::<Result<_, _>>()?,
            id: PersonId(self.id),
            external: self.external,
            name: self.name,
            email: self.email,
            role: self.role.parse()?,
            manager: self.manager.map(PersonId),
            active: self.active,
            territories: self.territories,
            segments: self.segments,
            products: self.products,
            languages: self.languages,
            capacity: self.capacity,
            weekly: self.weekly,
            calendar: self.calendar,
            zone: self.zone,
        })
    }

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
            weekly: person.weekly,
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

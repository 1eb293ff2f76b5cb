//! Reading: handoffs whole, accounts with their contacts and signals, people, and the event record.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::convert::{List, SqlDay, not_understood};
use super::open::Store;
use super::{StoreError, record, rows};
use crate::domain::account::{Account, Dated};
use crate::domain::change::Change;
use crate::domain::contact::Contact;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{AccountId, ContactId, GestureId, HandoffId, PersonId};
use crate::domain::person::{Absence, Person};
use crate::domain::signal::Signal;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;

/// A gesture as it stands in the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gesture {
    /// Its id.
    pub id: GestureId,
    /// Who; none for the desk itself.
    pub actor: Option<PersonId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// When.
    pub at: Instant,
    /// What it is called.
    pub label: String,
    /// The gesture that it took or brought back.
    pub undoes: Option<GestureId>,
    /// The gesture that took it back.
    pub undone_by: Option<GestureId>,
}

/// An event of a handoff, with its changes.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Its place in the record.
    pub seq: i64,
    /// The gesture it is part of.
    pub gesture: GestureId,
    /// Which handoff.
    pub handoff: HandoffId,
    /// The version that it produced.
    pub version: i64,
    /// When.
    pub at: Instant,
    /// Who; none for the desk itself.
    pub actor: Option<PersonId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// The named action, or what else happened.
    pub action: String,
    /// The stage before; none for a creation.
    pub from: Option<Stage>,
    /// The stage after; none for a removal.
    pub to: Option<Stage>,
    /// In the person's own words.
    pub note: Option<String>,
    /// What changed, in order.
    pub changes: Vec<Change>,
}

/// A line of the whole record: what happened, without the changes themselves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its place in the record.
    pub seq: i64,
    /// The gesture it is part of.
    pub gesture: GestureId,
    /// What the gesture is called.
    pub label: String,
    /// Which handoff; none for what is not about one.
    pub handoff: Option<HandoffId>,
    /// The account's name, while there is such a handoff.
    pub company: Option<String>,
    /// When.
    pub at: Instant,
    /// Who; none for the desk itself.
    pub actor: Option<PersonId>,
    /// Their name.
    pub actor_name: Option<String>,
    /// The named action, or what else happened.
    pub action: String,
    /// The stage before.
    pub from: Option<Stage>,
    /// The stage after.
    pub to: Option<Stage>,
    /// In the person's own words.
    pub note: Option<String>,
}

const GESTURE: &str = "SELECT gesture.id, actor, person.name, at, label, undoes,
        (SELECT later.id FROM gesture AS later WHERE later.undoes = gesture.id)
    FROM gesture LEFT JOIN person ON person.id = actor";

const EVENT: &str = "SELECT seq, gesture, handoff, version, at, actor, person.name, action, stage_from, stage_to, note,
        changes
    FROM event LEFT JOIN person ON person.id = actor";

impl Store {
    /// A handoff whole.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn handoff(&self, id: HandoffId) -> Result<Option<Handoff>, StoreError> {
        self.read(|conn| rows::load(conn, id))
    }

    /// Handoffs whole, in the order asked for; those that there are none of are left out.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn handoffs(&self, ids: &[HandoffId]) -> Result<Vec<Handoff>, StoreError> {
        self.read(|conn| {
            // One transaction, so that they are of one moment.
            let tx = conn.unchecked_transaction()?;
            let found = ids.iter().filter_map(|id| rows::load(&tx, *id).transpose()).collect();
            tx.finish()?;
            found
        })
    }

    /// An account with its news and events.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.read(|conn| account(conn, id))
    }

    /// An account's name; empty where there is no such account.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn company(&self, id: AccountId) -> Result<String, StoreError> {
        self.read(|conn| {
            let name = conn
                .prepare_cached("SELECT name FROM account WHERE id = ?1")?
                .query_row([id], |row| row.get(0))
                .optional()?;
            Ok::<_, StoreError>(name.unwrap_or_default())
        })
    }

    /// The contacts of an account, those who decide first, then by name.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn contacts_of(&self, account: AccountId) -> Result<Vec<Contact>, StoreError> {
        self.read(|conn| contacts(conn, account))
    }

    /// A contact.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn contact(&self, id: ContactId) -> Result<Option<Contact>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT id, account, external, name, title, email, phone, profile, role, authority, do_not_call,
                        opted_out
                 FROM contact WHERE id = ?1",
            )?
            .query_row([id], contact_row)
            .optional()
        })
    }

    /// The signals of an account from a moment on, newest first, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn signals_of(
        &self,
        account: AccountId,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<Signal>, StoreError> {
        self.read(|conn| signals(conn, account, since, limit))
    }

    /// Everybody who works the desk, by name.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.read(|conn| people(conn))
    }

    /// Whom a text names: by id (`P-3`), by e-mail, by whole name, else by the beginning of a word of the name.
    /// More than one where it isn't clear.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn find_people(&self, text: &str) -> Result<Vec<Person>, StoreError> {
        let people = self.people()?;
        let wanted = text.trim().to_lowercase();
        let id = wanted.parse::<PersonId>().ok();
        let ways: [&dyn Fn(&Person) -> bool; 4] = [
            &|person| Some(person.id) == id,
            &|person| person.email.as_ref().is_some_and(|email| email.to_lowercase() == wanted),
            &|person| person.name.to_lowercase() == wanted,
            &|person| {
                let name = person.name.to_lowercase();
                !wanted.is_empty()
                    && (name.starts_with(&wanted)
                        || name.split_whitespace().any(|word| word.starts_with(&wanted)))
            },
        ];
        for way in ways {
            let found: Vec<_> = people.iter().filter(|person| way(person)).cloned().collect();
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// How many handoffs each person has in hand, assigned to opportunity.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn open_counts(&self) -> Result<Vec<(PersonId, u32)>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT assignee, sum(n) FROM tally_assignee
                 WHERE stage IN ('assigned', 'accepted', 'working', 'engaged', 'opportunity')
                 GROUP BY assignee HAVING sum(n) > 0",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// The events of a handoff, newest first, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn events_of_handoff(&self, id: HandoffId, limit: usize) -> Result<Vec<Event>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.events(" WHERE handoff = ?1 ORDER BY version DESC LIMIT ?2", (id, limit))
    }

    /// The events of a gesture, in the order they were recorded.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn events_of(&self, gesture: GestureId) -> Result<Vec<Event>, StoreError> {
        self.events(" WHERE gesture = ?1 AND handoff IS NOT NULL ORDER BY seq", [gesture])
    }

    /// The newest event of a handoff after the one that produced `version`: who changed it since.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn later_event(&self, id: HandoffId, version: i64) -> Result<Option<Event>, StoreError> {
        let found = self.events(
            " WHERE handoff = ?1 AND version > ?2 ORDER BY version DESC LIMIT 1",
            (id, version),
        )?;
        Ok(found.into_iter().next())
    }

    fn events(&self, which: &str, given: impl rusqlite::Params) -> Result<Vec<Event>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(&format!("{EVENT}{which}"))?
                .query_map(given, event)?
                .collect::<rusqlite::Result<_>>()
        })
    }

    /// A page of the whole record, newest first: the lines before a place in it, or the newest.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn activity(&self, before: Option<i64>, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT seq, event.gesture, label, event.handoff, company, event.at, event.actor, person.name, action,
                        stage_from, stage_to, note
                 FROM event JOIN gesture ON gesture.id = event.gesture
                     LEFT JOIN person ON person.id = event.actor
                     LEFT JOIN handoff ON handoff.id = event.handoff
                 WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
            )?
            .query_map(params![before.unwrap_or(i64::MAX), limit], |row| {
                Ok(Entry {
                    seq: row.get(0)?,
                    gesture: row.get(1)?,
                    label: row.get(2)?,
                    handoff: row.get(3)?,
                    company: row.get(4)?,
                    at: row.get(5)?,
                    actor: row.get(6)?,
                    actor_name: row.get(7)?,
                    action: row.get(8)?,
                    from: row.get(9)?,
                    to: row.get(10)?,
                    note: row.get(11)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// A gesture.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn gesture(&self, id: GestureId) -> Result<Option<Gesture>, StoreError> {
        self.one_gesture(" WHERE gesture.id = ?1", [id])
    }

    /// This person's last gesture on handoffs that is in force: done or redone, and not taken back.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn last_undoable(&self, actor: PersonId) -> Result<Option<Gesture>, StoreError> {
        self.one_gesture(
            " WHERE actor = ?1 AND kind = 'handoffs' AND backward = 0
                 AND NOT EXISTS (SELECT 1 FROM gesture AS later WHERE later.undoes = gesture.id)
             ORDER BY gesture.id DESC LIMIT 1",
            [actor],
        )
    }

    /// This person's last undo that is in force and with nothing new done since.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn last_redoable(&self, actor: PersonId) -> Result<Option<Gesture>, StoreError> {
        self.one_gesture(
            " WHERE actor = ?1 AND kind = 'handoffs' AND backward = 1
                 AND NOT EXISTS (SELECT 1 FROM gesture AS later WHERE later.undoes = gesture.id)
                 AND gesture.id > coalesce((SELECT max(fresh.id) FROM gesture AS fresh
                     WHERE fresh.actor = ?1 AND fresh.kind = 'handoffs' AND fresh.backward = 0
                         AND fresh.undoes IS NULL), 0)
             ORDER BY gesture.id DESC LIMIT 1",
            [actor],
        )
    }

    fn one_gesture(
        &self,
        which: &str,
        given: impl rusqlite::Params,
    ) -> Result<Option<Gesture>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(&format!("{GESTURE}{which}"))?
                .query_row(given, |row| {
                    Ok(Gesture {
                        id: row.get(0)?,
                        actor: row.get(1)?,
                        actor_name: row.get(2)?,
                        at: row.get(3)?,
                        label: row.get(4)?,
                        undoes: row.get(5)?,
                        undone_by: row.get(6)?,
                    })
                })
                .optional()
        })
    }

    /// The place of the newest event; 0 while there is none.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn newest_event(&self) -> Result<i64, StoreError> {
        self.read(|conn| {
            conn.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?
                .query_row([], |row| row.get(0))
        })
    }

    /// The handoffs with events after a place in the record, each once, at most so many.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn changed_since(&self, seq: i64, limit: u32) -> Result<Vec<HandoffId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT DISTINCT handoff FROM event WHERE seq > ?1 AND handoff IS NOT NULL LIMIT ?2",
            )?
            .query_map(params![seq, limit], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()
        })
    }

    /// What tells this store from every other.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn uuid(&self) -> Result<String, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT value FROM meta WHERE key = 'uuid'", [], |row| row.get(0))
        })
    }
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let changes: String = row.get(11)?;
    Ok(Event {
        seq: row.get(0)?,
        gesture: row.get(1)?,
        handoff: row.get(2)?,
        version: row.get(3)?,
        at: row.get(4)?,
        actor: row.get(5)?,
        actor_name: row.get(6)?,
        action: row.get(7)?,
        from: row.get(8)?,
        to: row.get(9)?,
        note: row.get(10)?,
        changes: record::decode(&changes).map_err(not_understood)?,
    })
}

pub(super) fn account(conn: &Connection, id: AccountId) -> rusqlite::Result<Option<Account>> {
    let found = conn
        .prepare_cached(
            "SELECT id, external, name, domain, revenue, employees, industry, region, segment, language, product, tier,
                    tier_by_hand, fit, lead_score, relation, technologies, on_tal, owner, expected_value, website,
                    changed
             FROM account WHERE id = ?1",
        )?
        .query_row([id], |row| {
            Ok(Account {
                id: row.get(0)?,
                external: row.get(1)?,
                name: row.get(2)?,
                domain: row.get(3)?,
                revenue: row.get(4)?,
                employees: row.get(5)?,
                industry: row.get(6)?,
                region: row.get(7)?,
                segment: row.get(8)?,
                language: row.get(9)?,
                product: row.get(10)?,
                tier: row.get(11)?,
                tier_by_hand: row.get(12)?,
                fit: row.get(13)?,
                lead_score: row.get(14)?,
                relation: row.get(15)?,
                technologies: row.get::<_, List<Vec<String>>>(16)?.0,
                news: Vec::new(),
                events: Vec::new(),
                on_tal: row.get(17)?,
                owner: row.get(18)?,
                expected_value: row.get(19)?,
                website: row.get(20)?,
                changed: row.get(21)?,
            })
        })
        .optional()?;
    let Some(mut account) = found else { return Ok(None) };
    let mut happenings = conn.prepare_cached(
        "SELECT kind, on_day, headline FROM happening WHERE account = ?1 ORDER BY kind, n",
    )?;
    let mut rows = happenings.query([id])?;
    while let Some(row) = rows.next()? {
        let list = if row.get_ref(0)?.as_str()? == "news" {
            &mut account.news
        } else {
            &mut account.events
        };
        list.push(Dated { on: row.get::<_, SqlDay>(1)?.0, headline: row.get(2)? });
    }
    Ok(Some(account))
}

/// The contacts of an account, those who decide first, then by name.
pub(super) fn contacts(conn: &Connection, account: AccountId) -> rusqlite::Result<Vec<Contact>> {
    conn.prepare_cached(
        "SELECT id, account, external, name, title, email, phone, profile, role, authority, do_not_call, opted_out
         FROM contact WHERE account = ?1 ORDER BY authority DESC, name, id",
    )?
    .query_map([account], contact_row)?
    .collect()
}

/// The signals of an account from a moment on, newest first, at most so many.
pub(super) fn signals(
    conn: &Connection,
    account: AccountId,
    since: Instant,
    limit: u32,
) -> rusqlite::Result<Vec<Signal>> {
    conn.prepare_cached(
        "SELECT id, account, contact, kind, at, source, detail, value FROM signal
         WHERE account = ?1 AND at >= ?2 ORDER BY at DESC, id DESC LIMIT ?3",
    )?
    .query_map(params![account, since, limit], |row| {
        Ok(Signal {
            id: row.get(0)?,
            account: row.get(1)?,
            contact: row.get(2)?,
            kind: row.get(3)?,
            at: row.get(4)?,
            source: row.get(5)?,
            detail: row.get(6)?,
            value: row.get(7)?,
        })
    })?
    .collect()
}

pub(super) fn contact_row(row: &Row<'_>) -> rusqlite::Result<Contact> {
    Ok(Contact {
        id: row.get(0)?,
        account: row.get(1)?,
        external: row.get(2)?,
        name: row.get(3)?,
        title: row.get(4)?,
        email: row.get(5)?,
        phone: row.get(6)?,
        profile: row.get(7)?,
        role: row.get(8)?,
        authority: row.get(9)?,
        do_not_call: row.get(10)?,
        opted_out: row.get(11)?,
    })
}

/// Everybody who works the desk, by name.
pub(super) fn people(conn: &Connection) -> rusqlite::Result<Vec<Person>> {
    let mut people: Vec<Person> = conn
        .prepare_cached(
            "SELECT id, external, name, email, role, manager, active, territories, segments, products, languages,
                    capacity, calendar, zone
             FROM person ORDER BY name, id",
        )?
        .query_map([], |row| {
            let list = |column| row.get::<_, List<Vec<String>>>(column).map(|list| list.0);
            Ok(Person {
                id: row.get(0)?,
                external: row.get(1)?,
                name: row.get(2)?,
                email: row.get(3)?,
                role: row.get(4)?,
                manager: row.get(5)?,
                active: row.get(6)?,
                territories: list(7)?,
                segments: list(8)?,
                products: list(9)?,
                languages: list(10)?,
                capacity: row.get(11)?,
                calendar: row.get(12)?,
                zone: row.get(13)?,
                absences: Vec::new(),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut absences = conn
        .prepare_cached("SELECT person, from_day, to_day FROM absence ORDER BY from_day, to_day")?;
    let mut rows = absences.query([])?;
    while let Some(row) = rows.next()? {
        let id: PersonId = row.get(0)?;
        let absence = Absence { from: row.get::<_, SqlDay>(1)?.0, to: row.get::<_, SqlDay>(2)?.0 };
        if let Some(person) = people.iter_mut().find(|person| person.id == id) {
            person.absences.push(absence);
        }
    }
    Ok(people)
}

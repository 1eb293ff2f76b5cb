//! Reading: handoffs whole, accounts with their contacts and signals, and people.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::convert::{List, SqlDay};
use super::open::Store;
use super::{StoreError, rows};
use crate::domain::account::{Account, Dated};
use crate::domain::contact::Contact;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{AccountId, ContactId, HandoffId, PersonId};
use crate::domain::person::{Absence, InHand, Person};
use crate::domain::signal::Signal;
use crate::domain::time::Instant;

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

    /// The name of a handoff's account, as its row repeats it.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn company_of(&self, id: HandoffId) -> Result<String, StoreError> {
        self.read(|conn| {
            let name = conn
                .prepare_cached("SELECT company FROM handoff WHERE id = ?1")?
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
        self.read(people)
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

    /// What each person has in hand, assigned to opportunity, and was given since `week`, when this week began.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn in_hand(&self, week: Instant) -> Result<Vec<InHand>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT p.id,
                    (SELECT coalesce(sum(n), 0) FROM tally_assignee WHERE assignee = p.id
                         AND stage IN ('assigned', 'accepted', 'working', 'engaged', 'opportunity')) AS open,
                    (SELECT coalesce(sum(n), 0) FROM tally_given WHERE person = p.id AND day > ?1 / 86400000)
                        + (SELECT count(*) FROM assignment
                           WHERE person = p.id AND at >= ?1 AND at < (?1 / 86400000 + 1) * 86400000) AS week
                 FROM person AS p WHERE open > 0 OR week > 0",
            )?
            .query_map([week], |row| {
                Ok(InHand { person: row.get(0)?, open: row.get(1)?, week: row.get(2)? })
            })?
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

/// An account with its news and events.
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
    // A limit that stands alone is part of SQLite's plan: with another one it would plan the statement anew.
    conn.prepare_cached(
        "SELECT id, account, contact, kind, at, source, detail, value FROM signal
         WHERE account = ?1 AND at >= ?2 ORDER BY at DESC, id DESC LIMIT 0 + ?3",
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
                    capacity, weekly, calendar, zone
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
                weekly: row.get(12)?,
                calendar: row.get(13)?,
                zone: row.get(14)?,
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

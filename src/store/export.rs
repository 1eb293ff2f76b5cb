//! The whole store as lines of JSON, in an order and with numbers that come from what it holds: not from the ids it was
//! given, not from the order it was imported in, not from when. Two stores that hold the same give the same lines, and
//! [`mod@restore`] makes a store of them whose export is the same again.
//!
//! Left out is what the rest says already (search, counts, roll-ups), what an evaluation gives again (verdicts), and
//! what only concerns how facts came in: imports as events, and the traces that let them be taken back.

mod restore;
mod table;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::Hash;
use std::io;

use rusqlite::{Connection, Row, Statement};
use serde_json::{Map, Value as Json, json};

use self::table::{
    ACCOUNT, ADOPTION, CONTACT, DEAL, ESCALATION, FROZEN, PERSON, SIGNAL, Table, UNATTACHED,
};
use super::open::Store;
use super::{StoreError, kept, record, rows};
use crate::domain::change::Change;
use crate::domain::ids::{AccountId, ContactId, HandoffId, PersonId};
use crate::domain::renumber::{self, Numbers};
use crate::domain::text;

pub use restore::{RestoreError, Restored, restore};

/// The version of the form of an export.
pub(super) const FORM: i64 = 1;

/// Tables that an export leaves out, with why. A new table belongs here or into the export.
#[cfg(test)]
const LEFT_OUT: &[(&str, &str)] = &[
    ("meta", "each store has its own"),
    ("evaluation", "an evaluation gives it again"),
    ("unjudged", "an evaluation empties it"),
    ("tally", "counted from handoffs"),
    ("tally_assignee", "counted from handoffs"),
    ("tally_given", "counted from who was given what"),
    ("success", "counted from deals and handoffs"),
    ("outcome", "read from the record"),
    ("breach", "counted from clocks"),
    ("cell", "counted from handoffs"),
    ("cell_change", "counted from handoffs"),
    ("cell_answer", "counted from handoffs"),
    ("cell_step", "counted from handoffs"),
    ("cell_heard", "counted from handoffs"),
    ("cell_clock", "counted from clocks"),
    ("cell_clock_change", "counted from clocks"),
    ("cell_outcome", "counted from outcomes"),
    ("overdue", "how far clocks are counted"),
    ("search", "made from names"),
    ("disposition_rule", "kept anew from the policy in force"),
    ("trace", "only concerns how facts came in"),
    ("batch_draft", "no record, and of one desk's moment"),
];

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lines can't be written.
    #[error("The export can't be written: {0}.")]
    Out(#[from] io::Error),
}

impl From<rusqlite::Error> for ExportError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Writes the whole store as lines of JSON, as it is at one moment. Gives the number of lines.
    ///
    /// # Errors
    /// The store can't be read, or `out`, which is given each line, fails.
    pub fn export(&self, out: &mut dyn FnMut(&str) -> io::Result<()>) -> Result<u64, ExportError> {
        let mut failed = None;
        let done = self.read(|conn| {
            let moment = conn.unchecked_transaction()?;
            let mut export = Export::new(&moment, out);
            match export.all() {
                Err(ExportError::Store(error)) => return Err(error),
                Err(other) => failed = Some(other),
                Ok(()) => {}
            }
            let lines = export.lines;
            drop(export);
            moment.finish()?;
            Ok(lines)
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(done?),
        }
    }
}

/// Numbers by id, in the order of the export.
#[derive(Debug)]
struct Given<K>(HashMap<K, i64>);

impl<K: Eq + Hash> Given<K> {
    fn new() -> Self {
        Self(HashMap::new())
    }

    fn next(&mut self, id: K) -> i64 {
        let n = self.0.len() as i64 + 1;
        self.0.insert(id, n);
        n
    }

    fn of(&self, id: &K) -> i64 {
        self.0.get(id).copied().unwrap_or_default()
    }
}

struct Export<'a> {
    conn: &'a Connection,
    out: &'a mut dyn FnMut(&str) -> io::Result<()>,
    lines: u64,
    people: Given<PersonId>,
    accounts: Given<AccountId>,
    contacts: Given<ContactId>,
    gestures: Given<i64>,
    events: Given<i64>,
}

impl Numbers for Export<'_> {
    fn account(&self, id: AccountId) -> AccountId {
        AccountId(self.accounts.of(&id))
    }

    fn contact(&self, id: ContactId) -> ContactId {
        ContactId(self.contacts.of(&id))
    }

    fn person(&self, id: PersonId) -> PersonId {
        PersonId(self.people.of(&id))
    }
}

type Line = Map<String, Json>;

impl<'a> Export<'a> {
    fn new(conn: &'a Connection, out: &'a mut dyn FnMut(&str) -> io::Result<()>) -> Self {
        Self {
            conn,
            out,
            lines: 0,
            people: Given::new(),
            accounts: Given::new(),
            contacts: Given::new(),
            gestures: Given::new(),
            events: Given::new(),
        }
    }

    fn all(&mut self) -> Result<(), ExportError> {
        let mut head = Map::new();
        head.insert("version".to_owned(), FORM.into());
        self.line("handoff_desk", head)?;
        self.all_people()?;
        self.all_accounts()?;
        self.all_unattached()?;
        self.all_deals()?;
        self.all_handoffs()?;
        self.all_gestures()?;
        self.all_events()?;
        self.all_escalations()?;
        Ok(())
    }

    fn line(&mut self, kind: &str, line: Line) -> Result<(), ExportError> {
        let mut object = Map::new();
        object.insert(kind.to_owned(), Json::Object(line));
        // A terminal that shows a line must not be controlled by what stands in it.
        (self.out)(&format!("{}\n", text::json(&Json::Object(object).to_string())))?;
        self.lines += 1;
        Ok(())
    }

    /// The rows of a table as a statement finds them, each with its id.
    fn rows(
        &self,
        table: &Table,
        statement: &mut Statement<'_>,
        given: impl rusqlite::Params,
    ) -> rusqlite::Result<Vec<(i64, Line)>> {
        statement.query_map(given, |row| Ok((row.get(0)?, table.line(row, self)?)))?.collect()
    }

    fn all_people(&mut self) -> Result<(), ExportError> {
        let mut select = self.conn.prepare(&PERSON.select(self.conn, "")?)?;
        let mut found = Vec::new();
        for (id, mut line) in self.rows(&PERSON, &mut select, [])? {
            let absences: Vec<[String; 2]> = self
                .conn
                .prepare_cached(
                    "SELECT from_day, to_day FROM absence WHERE person = ?1 ORDER BY from_day, to_day",
                )?
                .query_map([id], |row| Ok([row.get(0)?, row.get(1)?]))?
                .collect::<rusqlite::Result<_>>()?;
            if !absences.is_empty() {
                line.insert("absences".to_owned(), json!(absences));
            }
            // Whom they report to gets a number below.
            let manager = line.remove("manager");
            found.push((id, line, manager));
        }
        let key = |line: &Line| {
            (line.get("name").map(Json::to_string), Json::Object(line.clone()).to_string())
        };
        found.sort_by_cached_key(|(id, line, _)| (key(line), *id));
        for (id, ..) in &found {
            self.people.next(PersonId(*id));
        }
        for (id, mut line, manager) in found {
            if let Some(manager) = manager.as_ref().and_then(Json::as_i64) {
                line.insert("manager".to_owned(), self.people.of(&PersonId(manager)).into());
            }
            line.insert("n".to_owned(), self.people.of(&PersonId(id)).into());
            self.line("person", line)?;
        }
        Ok(())
    }

    /// Accounts by key, domain and name; behind each its contacts and its signals.
    fn all_accounts(&mut self) -> Result<(), ExportError> {
        let ids: Vec<i64> = self
            .conn
            .prepare(
                "SELECT id FROM account AS a
                 ORDER BY coalesce(min(external, (SELECT min(external) FROM alias
                              WHERE kind = 'account' AND alias.id = a.id)), external) IS NULL,
                          coalesce(min(external, (SELECT min(external) FROM alias
                              WHERE kind = 'account' AND alias.id = a.id)), external),
                          root IS NULL, root, domain, name COLLATE BINARY, revenue, employees, industry COLLATE BINARY,
                          region COLLATE BINARY, id",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let conn = self.conn;
        let mut select = conn.prepare(&ACCOUNT.select(conn, "WHERE id = ?1")?)?;
        let mut contacts = conn.prepare(&CONTACT.select(conn, "WHERE account = ?1")?)?;
        let mut signals = conn.prepare(&SIGNAL.select(conn, "WHERE account = ?1")?)?;
        for id in ids {
            let n = self.accounts.next(AccountId(id));
            for (_, mut line) in self.rows(&ACCOUNT, &mut select, [id])? {
                line.insert("n".to_owned(), n.into());
                self.keys(&mut line, "account", id)?;
                self.kept(&mut line, "account", id)?;
                for (kind, list) in [("news", "news"), ("event", "events")] {
                    let dated: Vec<[String; 2]> = conn
                        .prepare_cached(
                            "SELECT on_day, headline FROM happening WHERE account = ?1 AND kind = ?2 ORDER BY n",
                        )?
                        .query_map((id, kind), |row| Ok([row.get(0)?, row.get(1)?]))?
                        .collect::<rusqlite::Result<_>>()?;
                    if !dated.is_empty() {
                        line.insert(list.to_owned(), json!(dated));
                    }
                }
                self.line("account", line)?;
            }
            let mut found = self.rows(&CONTACT, &mut contacts, [id])?;
            for (id, line) in &mut found {
                self.keys(line, "contact", *id)?;
                self.kept(line, "contact", *id)?;
            }
            found.sort_by_cached_key(|(id, line)| {
                let key = |name: &str| line.get(name).map(Json::to_string);
                (key("name"), key("email"), Json::Object(line.clone()).to_string(), *id)
            });
            for (id, mut line) in found {
                line.insert("n".to_owned(), self.contacts.next(ContactId(id)).into());
                self.line("contact", line)?;
            }
            let mut found = self.rows(&SIGNAL, &mut signals, [id])?;
            for (id, line) in &mut found {
                self.kept(line, "signal", *id)?;
            }
            found.sort_by_cached_key(|(_, line)| {
                let at = line.get("at").and_then(Json::as_i64);
                (at, Json::Object(line.clone()).to_string())
            });
            for (_, line) in found {
                self.line("signal", line)?;
            }
        }
        Ok(())
    }

    /// Contacts whose account is not known, by what they say.
    fn all_unattached(&mut self) -> Result<(), ExportError> {
        let mut select = self.conn.prepare(&UNATTACHED.select(self.conn, "")?)?;
        let mut found = self.rows(&UNATTACHED, &mut select, [])?;
        for (id, line) in &mut found {
            self.kept(line, "unattached", *id)?;
        }
        found.sort_by_cached_key(|(id, line)| {
            let key = |name: &str| line.get(name).map(Json::to_string);
            (key("external"), key("email"), Json::Object(line.clone()).to_string(), *id)
        });
        for (_, line) in found {
            self.line("unattached", line)?;
        }
        Ok(())
    }

    /// What is kept of a record as its file wrote it.
    fn kept(&self, line: &mut Line, kind: &str, id: i64) -> rusqlite::Result<()> {
        let kept = kept::of(self.conn, kind, id)?;
        if !kept.is_empty() {
            let kept = kept.into_iter().map(|(field, value)| (field, Json::String(value)));
            line.insert("kept".to_owned(), Json::Object(kept.collect()));
        }
        Ok(())
    }

    /// The keys of an account or contact, whichever came first.
    fn keys(&self, line: &mut Line, kind: &str, id: i64) -> rusqlite::Result<()> {
        let mut keys: Vec<String> = self
            .conn
            .prepare_cached("SELECT external FROM alias WHERE kind = ?1 AND id = ?2")?
            .query_map((kind, id), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        if let Some(Json::String(own)) = line.remove("external") {
            keys.push(own);
        }
        keys.sort_unstable();
        if !keys.is_empty() {
            line.insert("keys".to_owned(), json!(keys));
        }
        Ok(())
    }

    fn all_deals(&mut self) -> Result<(), ExportError> {
        let mut select = self.conn.prepare(&DEAL.select(self.conn, "ORDER BY external")?)?;
        for (id, mut line) in self.rows(&DEAL, &mut select, [])? {
            self.kept(&mut line, "deal", id)?;
            self.line("deal", line)?;
        }
        Ok(())
    }

    /// Handoffs by the number that people call them by.
    fn all_handoffs(&mut self) -> Result<(), ExportError> {
        let ids: Vec<HandoffId> = self
            .conn
            .prepare("SELECT id FROM handoff ORDER BY id")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let frozen = FROZEN.select(self.conn, "WHERE handoff = ?1")?;
        // Who was given what has no index by handoff: it is walked beside them.
        let mut walked =
            self.conn.prepare("SELECT handoff, person, at FROM assignment ORDER BY handoff, id")?;
        let mut walked = walked
            .query_map([], |row| Ok((row.get::<_, HandoffId>(0)?, row.get(1)?, row.get(2)?)))?
            .peekable();
        for id in ids {
            let Some(mut handoff) = rows::load(self.conn, id)? else { continue };
            renumber::handoff(&mut handoff, self);
            let version = handoff.version;
            let mut line = record::handoff_to_json(&handoff).map_err(broken)?;
            line.insert("version".to_owned(), version.into());
            let keys: Vec<String> = self
                .conn
                .prepare_cached(
                    "SELECT external FROM handoff_key WHERE handoff = ?1 ORDER BY external",
                )?
                .query_map([id], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            if !keys.is_empty() {
                line.insert("keys".to_owned(), json!(keys));
            }
            let mut given: Vec<(PersonId, i64)> = Vec::new();
            while let Some(next) =
                walked.next_if(|next| next.as_ref().map_or(true, |(handoff, ..)| *handoff <= id))
            {
                let (handoff, person, at) = next?;
                if handoff == id {
                    given.push((person, at));
                }
            }
            if !given.is_empty() {
                let given: Vec<_> =
                    given.iter().map(|(person, at)| (self.people.of(person), *at)).collect();
                line.insert("assigned".to_owned(), json!(given));
            }
            let mut select = self.conn.prepare_cached(&frozen)?;
            if let Some((_, frozen)) = self.rows(&FROZEN, &mut select, [id])?.pop() {
                line.insert(FROZEN.name.to_owned(), Json::Object(frozen));
            }
            self.line("handoff", line)?;
        }
        Ok(())
    }

    /// Gestures that handoffs, people or the policy have events of, in the order they were made.
    fn all_gestures(&mut self) -> Result<(), ExportError> {
        let mut select = self.conn.prepare(
            "SELECT id, lower(hex(action_id)), actor, os_user, host, pid, at, label, policy, kind, undoes, backward
             FROM gesture
             WHERE kind IN ('people', 'policy', 'escalation') OR EXISTS (SELECT 1 FROM event WHERE event.gesture = gesture.id
                 AND event.handoff IS NOT NULL)
             ORDER BY id",
        )?;
        let adoption = ADOPTION.select(self.conn, "WHERE gesture = ?1")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let n = self.gestures.next(id);
            let mut line = self.gesture(row, n)?;
            let mut select = self.conn.prepare_cached(&adoption)?;
            if let Some((_, adoption)) = self.rows(&ADOPTION, &mut select, [id])?.pop() {
                line.insert(ADOPTION.name.to_owned(), Json::Object(adoption));
            }
            self.line("gesture", line)?;
        }
        Ok(())
    }

    fn gesture(&self, row: &Row<'_>, n: i64) -> rusqlite::Result<Line> {
        let mut line = Map::new();
        line.insert("n".to_owned(), n.into());
        line.insert("action_id".to_owned(), row.get::<_, String>(1)?.into());
        if let Some(actor) = row.get::<_, Option<PersonId>>(2)? {
            line.insert("actor".to_owned(), self.people.of(&actor).into());
        }
        for (place, name) in [(3, "os_user"), (4, "host"), (7, "label"), (8, "policy"), (9, "kind")]
        {
            line.insert(name.to_owned(), row.get::<_, String>(place)?.into());
        }
        line.insert("pid".to_owned(), row.get::<_, i64>(5)?.into());
        line.insert("at".to_owned(), row.get::<_, i64>(6)?.into());
        if let Some(undoes) = row.get::<_, Option<i64>>(10)? {
            line.insert("undoes".to_owned(), self.gestures.of(&undoes).into());
        }
        line.insert("backward".to_owned(), row.get::<_, bool>(11)?.into());
        Ok(line)
    }

    fn all_events(&mut self) -> Result<(), ExportError> {
        let mut select = self.conn.prepare(
            "SELECT gesture, handoff, version, action, stage_from, stage_to, note, changes, seq FROM event ORDER BY seq",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let gesture = self.gestures.of(&row.get(0)?);
            if gesture == 0 {
                continue;
            }
            self.events.next(row.get(8)?);
            let mut line = Map::new();
            line.insert("gesture".to_owned(), gesture.into());
            for (place, name) in [(1, "handoff"), (2, "version")] {
                if let Some(number) = row.get::<_, Option<i64>>(place)? {
                    line.insert(name.to_owned(), number.into());
                }
            }
            for (place, name) in [(3, "action"), (4, "from"), (5, "to"), (6, "note")] {
                if let Some(text) = row.get::<_, Option<String>>(place)? {
                    line.insert(name.to_owned(), text.into());
                }
            }
            let of_handoff = line.contains_key("handoff");
            let text = row.get_ref(7)?.as_str().map_err(rusqlite::Error::from)?;
            let changes = self.changes(text, of_handoff);
            line.insert("changes".to_owned(), changes.map_err(broken)?);
            self.line("event", line)?;
        }
        Ok(())
    }

    /// What was told to whom, by the event that says so.
    fn all_escalations(&mut self) -> Result<(), ExportError> {
        let mut select = self.conn.prepare(&ESCALATION.select(self.conn, "ORDER BY event, id")?)?;
        for (event, mut line) in self.rows(&ESCALATION, &mut select, [])? {
            line.insert("event".to_owned(), self.events.of(&event).into());
            self.line("escalation", line)?;
        }
        Ok(())
    }

    /// The changes of an event with new numbers: of a handoff, of a person, or of what a person was told.
    fn changes(&self, text: &str, of_handoff: bool) -> Result<Json, String> {
        let plain = |text: &str| serde_json::from_str(text).map_err(|error| error.to_string());
        let mut json: Json = plain(text)?;
        if !of_handoff {
            for one in json.as_array_mut().into_iter().flatten() {
                for (path, fields) in [
                    ("/person/from", ["id", "manager"].as_slice()),
                    ("/person/to", &["id", "manager"]),
                    ("/escalated", &["person"]),
                ] {
                    let Some(named) = one.pointer_mut(path) else { continue };
                    for field in fields {
                        if let Some(id) = named.get(field).and_then(Json::as_i64) {
                            named[*field] = self.people.of(&PersonId(id)).into();
                        }
                    }
                }
            }
            return Ok(json);
        }
        let mut changes: Vec<Change> = record::decode(text)?;
        for change in &mut changes {
            renumber::change(change, self);
        }
        plain(&record::encode(&changes)?)
    }
}

fn broken(why: String) -> ExportError {
    StoreError::bare(super::StoreErrorKind::Broken(why)).into()
}

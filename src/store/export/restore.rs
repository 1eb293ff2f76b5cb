//! A store from an export: its numbers become ids, and what an export leaves out is made again. The store appears under
//! its name only when it is whole.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use serde_json::{Map, Value as Json};

use super::table::{
    ACCOUNT, ADOPTION, CONTACT, DEAL, ESCALATION, FROZEN, PERSON, SIGNAL, Table, UNATTACHED,
};
use super::{FORM, Line};
use crate::domain::ids::{AccountId, GestureId, HandoffId, PersonId};
use crate::domain::matching::{likeness, registrable, registrable_of_mail};
use crate::domain::time::Instant;
use crate::store::chain::{Chain, Head, Link};
use crate::store::put_back::{may_swap, swap_in};
use crate::store::window::words::indexed;
use crate::store::{Store, StoreError, beside, gesture, kept, outcomes, record, rows};

/// Lines that are written in one transaction.
const CHUNK: usize = 20_000;
/// The longest line, in bytes.
const LONGEST: u64 = 16 << 20;

/// Why a store could not be restored. None was made.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A line is not as an export writes it.
    #[error("Line {line} is not as an export writes it: {why}.")]
    Line {
        /// Which, counted from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The lines can't be read.
    #[error("The export can't be read: {0}.")]
    In(#[from] std::io::Error),
    /// The store can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How many lines of each kind a store was made of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Restored {
    /// By the kind's word.
    pub lines: BTreeMap<String, u64>,
    /// Where the store that stood there before is kept; none where there was none.
    pub aside: Option<PathBuf>,
}

/// Makes a new store at `path` of an export. What is there is renamed, with what lies beside it, to `PATH.before-TIME`; a
/// good store only where `force` says so.
///
/// # Errors
/// There is a good store already, or a desk has it open, a line is not as an export writes it, or the machine failed. Nothing is left then.
pub fn restore(
    path: &Path,
    from: &mut dyn BufRead,
    force: bool,
    now: Instant,
) -> Result<Restored, RestoreError> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = real.as_path();
    may_swap(path, force)?;
    let draft = beside(path, &format!(".restore-{}", std::process::id()));
    // Of an earlier process with our number that was killed half-way.
    clear(&draft);
    let done = Store::create(&draft).map_err(RestoreError::from).and_then(|mut store| {
        store.wait_for_disk(false)?;
        let restored = all(&mut store, from, now)?;
        store.wait_for_disk(true)?;
        drop(store);
        let aside = swap_in(&draft, path, force, now).map_err(|error| error.at(path))?;
        Ok(Restored { aside, ..restored })
    });
    // Where nobody knows how it stands, the draft may be what was there before.
    if !matches!(&done, Err(RestoreError::Store(error)) if error.is_unknown()) {
        clear(&draft);
    }
    done
}

/// Removes a draft and what lies beside it; what can't be removed is only untidy.
fn clear(draft: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal", ".next", ".write"] {
        drop(std::fs::remove_file(beside(draft, suffix)));
    }
}

fn all(store: &mut Store, from: &mut dyn BufRead, now: Instant) -> Result<Restored, RestoreError> {
    let mut restored = Restored::default();
    let mut read = Lines { from, line: 0, text: Vec::new() };
    let head = read.next()?;
    let version = head.as_ref().and_then(|(kind, line)| {
        (kind == "handoff_desk").then(|| line.get("version").and_then(Json::as_i64)).flatten()
    });
    match version {
        Some(FORM) => {}
        Some(other) => {
            return Err(
                read.wrong(format!("it is of form {other}, and this program knows form {FORM}"))
            );
        }
        None => return Err(read.wrong("it does not begin an export of Handoff Desk".to_owned())),
    }
    let mut ended = false;
    let mut worker = Worker::default();
    while !ended {
        let part = store.write(|tx| {
            // People may report to somebody further down.
            tx.pragma_update(None, "defer_foreign_keys", true).map_err(StoreError::from)?;
            for done in 0.. {
                if done >= CHUNK && worker.may_pause {
                    break;
                }
                let Some((kind, line)) = read.next()? else {
                    ended = true;
                    break;
                };
                let put = worker.put(tx, &kind, &line, now);
                put.map_err(|error| match error {
                    Wrong::Line(why) => read.wrong(why),
                    Wrong::Store(error) => read.wrong(StoreError::from(error).to_string()),
                })?;
                *restored.lines.entry(kind).or_default() += 1;
            }
            Ok::<_, RestoreError>(())
        });
        part?;
    }
    store.write(|tx| outcomes::rebuild(tx).map_err(StoreError::from))?;
    Ok(restored)
}

struct Lines<'a> {
    from: &'a mut dyn BufRead,
    line: u64,
    text: Vec<u8>,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<(String, Line)>, RestoreError> {
        use std::io::Read;
        self.text.clear();
        self.line += 1;
        let read = (&mut *self.from).take(LONGEST).read_until(b'\n', &mut self.text)?;
        if read == 0 {
            return Ok(None);
        }
        if read as u64 == LONGEST {
            return Err(self.wrong("it is longer than 16 MiB".to_owned()));
        }
        let object: Map<String, Json> = serde_json::from_slice(&self.text)
            .map_err(|error| self.wrong(format!("it is no JSON object ({error})")))?;
        match object.into_iter().next() {
            Some((kind, Json::Object(line))) => Ok(Some((kind, line))),
            _ => Err(self.wrong("it names no kind of record".to_owned())),
        }
    }

    fn wrong(&self, why: String) -> RestoreError {
        RestoreError::Line { line: self.line, why }
    }
}

/// Why a line can't be taken in.
enum Wrong {
    Line(String),
    Store(rusqlite::Error),
}

impl From<rusqlite::Error> for Wrong {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

impl From<String> for Wrong {
    fn from(why: String) -> Self {
        Self::Line(why)
    }
}

#[derive(Default)]
struct Worker {
    /// False among people, who refer to each other.
    may_pause: bool,
    /// The gestures, for their events.
    gestures: BTreeMap<i64, Made>,
}

/// A gesture as its events' hashes cover it.
struct Made {
    action_id: Vec<u8>,
    actor: Option<PersonId>,
    os_user: String,
    host: String,
    pid: u32,
    at: Instant,
    label: String,
    policy: String,
    kind: String,
    undoes: Option<GestureId>,
}

impl Made {
    fn head(&self) -> Head<'_> {
        Head {
            action_id: &self.action_id,
            actor: self.actor,
            os_user: &self.os_user,
            host: &self.host,
            pid: self.pid,
            at: self.at,
            label: &self.label,
            policy: &self.policy,
            kind: &self.kind,
            undoes: self.undoes,
        }
    }
}

impl Worker {
    fn put(
        &mut self,
        conn: &Connection,
        kind: &str,
        line: &Line,
        now: Instant,
    ) -> Result<(), Wrong> {
        self.may_pause = kind != "person";
        match kind {
            "person" => person(conn, line),
            "account" => account(conn, line, now),
            "contact" => contact(conn, line),
            "signal" => {
                let id = insert(conn, &SIGNAL, line, &[])?;
                kept_of(conn, "signal", id, line)
            }
            "unattached" => unattached(conn, line),
            "deal" => {
                let id = insert(conn, &DEAL, line, &[])?;
                kept_of(conn, "deal", id, line)
            }
            "handoff" => handoff(conn, line),
            "gesture" => self.gesture(conn, line),
            "event" => self.event(conn, line),
            "escalation" => {
                let event = Value::Integer(number(line, "event")?);
                insert(conn, &ESCALATION, line, &[("event", event)]).map(drop)
            }
            other => Err(format!("there is no record called \"{other}\"").into()),
        }
    }

    fn gesture(&mut self, conn: &Connection, line: &Line) -> Result<(), Wrong> {
        let n = number(line, "n")?;
        let made = Made {
            action_id: bytes(text(line, "action_id")?)?,
            actor: line.get("actor").and_then(Json::as_i64).map(PersonId),
            os_user: text(line, "os_user")?.to_owned(),
            host: text(line, "host")?.to_owned(),
            pid: u32::try_from(number(line, "pid")?).unwrap_or_default(),
            at: Instant(number(line, "at")?),
            label: text(line, "label")?.to_owned(),
            policy: text(line, "policy")?.to_owned(),
            kind: text(line, "kind")?.to_owned(),
            undoes: line.get("undoes").and_then(Json::as_i64).map(GestureId),
        };
        let backward = line.get("backward").and_then(Json::as_bool).unwrap_or_default();
        gesture::record_as(conn, GestureId(n), &made.head(), backward)?;
        if let Some(Json::Object(adoption)) = line.get(ADOPTION.name) {
            insert(conn, &ADOPTION, adoption, &[("gesture", Value::Integer(n))])?;
        }
        self.gestures.insert(n, made);
        Ok(())
    }

    fn event(&mut self, conn: &Connection, line: &Line) -> Result<(), Wrong> {
        let n = number(line, "gesture")?;
        let made = self.gestures.get(&n).ok_or_else(|| format!("there is no gesture {n}"))?;
        let word = |name: &str| line.get(name).and_then(Json::as_str);
        let stage = |name: &str| word(name).map(str::parse).transpose();
        let handoff = line.get("handoff").and_then(Json::as_i64).map(HandoffId);
        let changes = line.get("changes").cloned().unwrap_or_default().to_string();
        // As the store itself writes them.
        let changes = match handoff {
            Some(_) => record::encode(&record::decode(&changes)?)?,
            None => changes,
        };
        let link = Link {
            handoff: handoff.zip(line.get("version").and_then(Json::as_i64)),
            action: text(line, "action")?,
            stage_from: stage("from")?,
            stage_to: stage("to")?,
            note: word("note"),
            changes: &changes,
        };
        Chain::end(conn)?.append(conn, GestureId(n), &made.head(), &link)?;
        Ok(())
    }
}

fn person(conn: &Connection, line: &Line) -> Result<(), Wrong> {
    let id = insert(conn, &PERSON, line, &[("id", Value::Integer(number(line, "n")?))])?;
    for days in line.get("absences").and_then(Json::as_array).into_iter().flatten() {
        let day = |place: usize| days.get(place).and_then(Json::as_str);
        conn.prepare_cached("INSERT INTO absence (person, from_day, to_day) VALUES (?1, ?2, ?3)")?
            .execute(params![id, day(0), day(1)])?;
    }
    Ok(())
}

fn account(conn: &Connection, line: &Line, now: Instant) -> Result<(), Wrong> {
    let n = number(line, "n")?;
    let name = text(line, "name")?;
    let host = line.get("domain").and_then(Json::as_str);
    let root = host.and_then(registrable).map(|root| Value::Text(root.to_owned()));
    let mut made = vec![
        ("id", Value::Integer(n)),
        ("changed", Value::Integer(now.0)),
        ("words", Value::Text(indexed([name, host.unwrap_or_default()]))),
        ("root", root.unwrap_or(Value::Null)),
        ("likeness", Value::Text(likeness(name))),
    ];
    made.extend(first_key(line));
    insert(conn, &ACCOUNT, line, &made)?;
    for (kind, list) in [("news", "news"), ("event", "events")] {
        let all = line.get(list).and_then(Json::as_array).into_iter().flatten();
        for (place, dated) in all.enumerate() {
            let text = |at: usize| dated.get(at).and_then(Json::as_str);
            conn.prepare_cached(
                "INSERT INTO happening (account, kind, n, on_day, headline) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![n, kind, place as i64, text(0), text(1)])?;
        }
    }
    kept_of(conn, "account", n, line)?;
    further_keys(conn, "account", n, line)
}

fn contact(conn: &Connection, line: &Line) -> Result<(), Wrong> {
    let n = number(line, "n")?;
    let account = AccountId(number(line, "account")?);
    let place: i64 = conn
        .prepare_cached("SELECT coalesce(max(n), 0) + 1 FROM contact WHERE account = ?1")?
        .query_row([account], |row| row.get(0))?;
    let mut made = vec![
        ("id", Value::Integer(n)),
        ("n", Value::Integer(place)),
        ("words", Value::Text(indexed([text(line, "name")?]))),
    ];
    made.extend(first_key(line));
    insert(conn, &CONTACT, line, &made)?;
    kept_of(conn, "contact", n, line)?;
    further_keys(conn, "contact", n, line)
}

fn unattached(conn: &Connection, line: &Line) -> Result<(), Wrong> {
    let word = |name: &str| line.get(name).and_then(Json::as_str);
    let value = |root: Option<&str>| root.map_or(Value::Null, |root| Value::Text(root.to_owned()));
    let made = [
        ("root", value(word("account_domain").and_then(registrable))),
        ("mail_root", value(word("email").and_then(registrable_of_mail))),
    ];
    let id = insert(conn, &UNATTACHED, line, &made)?;
    kept_of(conn, "unattached", id, line)
}

/// What was kept of a record as its file wrote it.
fn kept_of(conn: &Connection, kind: &str, id: i64, line: &Line) -> Result<(), Wrong> {
    let Some(Json::Object(kept)) = line.get("kept") else { return Ok(()) };
    let said = |value: &Json| value.as_str().map(str::to_owned);
    let kept = kept.iter().map(|(field, value)| (field.clone(), said(value))).collect();
    Ok(kept::write(conn, kind, id, &kept)?)
}

fn keys(line: &Line) -> impl Iterator<Item = &str> {
    line.get("keys").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
}

fn first_key(line: &Line) -> Option<(&'static str, Value)> {
    keys(line).next().map(|key| ("external", Value::Text(key.to_owned())))
}

fn further_keys(conn: &Connection, kind: &str, id: i64, line: &Line) -> Result<(), Wrong> {
    for key in keys(line).skip(1) {
        conn.prepare_cached("INSERT INTO alias (kind, external, id) VALUES (?1, ?2, ?3)")?
            .execute(params![kind, key, id])?;
    }
    Ok(())
}

fn handoff(conn: &Connection, line: &Line) -> Result<(), Wrong> {
    let mut handoff = record::handoff_of_json(line)?;
    handoff.version = number(line, "version")?;
    let id = rows::insert(conn, &handoff)?;
    for key in keys(line) {
        conn.prepare_cached("INSERT INTO handoff_key (external, handoff) VALUES (?1, ?2)")?
            .execute(params![key, id])?;
    }
    if let Some(Json::Object(frozen)) = line.get(FROZEN.name) {
        insert(conn, &FROZEN, frozen, &[("handoff", Value::Integer(id.0))])?;
    }
    for given in line.get("assigned").and_then(Json::as_array).into_iter().flatten() {
        let number = |place: usize| given.get(place).and_then(Json::as_i64);
        conn.prepare_cached("INSERT INTO assignment (person, handoff, at) VALUES (?1, ?2, ?3)")?
            .execute(params![number(0), id, number(1)])?;
    }
    Ok(())
}

/// Writes a row: what the line says, and beside it what was made of it. Gives its id.
fn insert(
    conn: &Connection,
    table: &Table,
    line: &Line,
    made: &[(&str, Value)],
) -> Result<i64, Wrong> {
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in table.columns(conn)? {
        if made.iter().any(|(name, _)| *name == column) {
            continue;
        }
        // What the line doesn't say is left to the table.
        let value = table.value(&column, line)?;
        if value != Value::Null {
            values.push(value);
            columns.push(column);
        }
    }
    for (name, value) in made {
        columns.push((*name).to_owned());
        values.push(value.clone());
    }
    let places: Vec<_> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        table.name,
        columns.join(", "),
        places.join(", ")
    );
    conn.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(conn.last_insert_rowid())
}

fn number(line: &Line, name: &str) -> Result<i64, Wrong> {
    line.get(name)
        .and_then(Json::as_i64)
        .ok_or_else(|| Wrong::Line(format!("it has no number called {name}")))
}

fn text<'a>(line: &'a Line, name: &str) -> Result<&'a str, Wrong> {
    line.get(name)
        .and_then(Json::as_str)
        .ok_or_else(|| Wrong::Line(format!("it has no text called {name}")))
}

fn bytes(hex: &str) -> Result<Vec<u8>, Wrong> {
    let digits = hex.as_bytes();
    (0..digits.len() / 2)
        .map(|place| {
            hex.get(place * 2..place * 2 + 2)
                .and_then(|two| u8::from_str_radix(two, 16).ok())
                .ok_or_else(|| Wrong::Line(format!("\"{hex}\" is no action's id")))
        })
        .collect()
}

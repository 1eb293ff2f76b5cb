//! Drafts into rows: found by their keys, changed where they say something new, left alone where they don't.
//!
//! A chunk is one transaction, so that other desks keep working and a killed import is complete to a chunk; running it
//! again completes it, because a draft that says nothing new writes nothing.

mod accounts;
mod apart;
mod contacts;
mod deals;
mod known;
mod people;
mod quiet;
mod signals;

use rusqlite::{Connection, OptionalExtension, params};

pub(super) use self::accounts::{add_key, by_key, write as write_account};
pub use self::apart::Unattached;
use self::known::Known;
use self::quiet::Quiet;
use super::gesture::{self, Kind, Stamp};
use super::kept;
use super::open::{COPY_AT, Store};
use super::trace::{Fact, Images, Trace};
use super::{StoreError, chain};
use crate::domain::draft::{Draft, Kept};
use crate::domain::ids::{AccountId, GestureId, HandoffId, PersonId};
use crate::domain::time::Instant;

/// What became of a draft.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// There was none like it.
    New,
    /// It said something new.
    Changed,
    /// It said nothing new, and nothing was written.
    Unchanged,
}

/// What became of a draft, or why it can't be taken in: a sentence.
pub type Fated = Result<Fate, String>;

/// Says, of what became of the last chunk, what the whole import is called in the record.
pub type Label<'l> = &'l dyn Fn(&[Fated]) -> String;

/// An import: one gesture over as many transactions as it takes, so that it can be taken back whole. The gesture is
/// written with the first of them that changes anything.
#[derive(Debug)]
pub struct Import<'a> {
    stamp: Stamp<'a>,
    gesture: Option<GestureId>,
    trace: Trace,
    images: Option<Images>,
    known: Known,
    /// The store's data version that `known` is of.
    of: Option<i64>,
    /// The first chunk's event was written, and says no counts.
    begun: bool,
    told: Attachment,
}

/// What an import tells of contacts and their accounts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Attachment {
    /// Rows of contacts that were taken without an account.
    pub unattached: u64,
    /// Contacts that were kept without an account before, and have one now.
    pub attached: u64,
    /// Contacts that stay where they are, because the account their row names is not known: how many, and why first.
    pub stayed: Option<(u64, String)>,
}

impl<'a> Import<'a> {
    /// Begins an import; nothing is written yet. The stamp's label is what undo and the record call it.
    #[must_use]
    pub fn new(stamp: Stamp<'a>) -> Self {
        Self {
            stamp,
            gesture: None,
            trace: Trace::default(),
            images: None,
            known: Known::default(),
            of: None,
            begun: false,
            told: Attachment::default(),
        }
    }

    /// What it tells of contacts and their accounts.
    #[must_use]
    pub const fn told(&self) -> &Attachment {
        &self.told
    }

    /// The gesture in the record; none while nothing was changed.
    #[must_use]
    pub const fn gesture(&self) -> Option<GestureId> {
        self.gesture
    }

    /// Writes the gesture, unless it is there, and what was traced.
    fn record(&mut self, conn: &Connection, note: Option<&str>) -> rusqlite::Result<()> {
        if self.trace.is_empty() {
            return Ok(());
        }
        let gesture = match self.gesture {
            Some(gesture) => gesture,
            None => match self.stamp.answered(conn)? {
                Some(gesture) => gesture,
                None => {
                    let head = self.stamp.head(Kind::Facts, None);
                    let gesture = gesture::record(conn, &head, false)?;
                    self.event(conn, gesture, note)?;
                    self.begun = note.is_none();
                    gesture
                }
            },
        };
        self.trace.write(conn, gesture)?;
        self.gesture = Some(gesture);
        Ok(())
    }

    fn event(
        &self,
        conn: &Connection,
        gesture: GestureId,
        note: Option<&str>,
    ) -> rusqlite::Result<()> {
        let head = self.stamp.head(Kind::Facts, None);
        let link = chain::Link {
            handoff: None,
            action: "import",
            stage_from: None,
            stage_to: None,
            note,
            changes: "[]",
        };
        chain::Chain::end(conn)?.append(conn, gesture, &head, &link)
    }
}

/// A transaction of an import.
struct Chunk<'a> {
    conn: &'a Connection,
    at: Instant,
    trace: &'a mut Trace,
    images: &'a Images,
    known: &'a mut Known,
    told: &'a mut Attachment,
    /// Records may have values that are kept as they stand.
    keeps: bool,
    /// There may be contacts without an account.
    apart: bool,
    /// Where triggers rest: the accounts whose signals changed, as often as they did.
    unjudged: Option<Vec<AccountId>>,
}

impl Chunk<'_> {
    /// A record is about to be changed.
    fn changes(&mut self, fact: Fact, id: i64) -> rusqlite::Result<()> {
        self.trace.changes(self.conn, self.images, fact, id)
    }

    /// Something about an account changed that it is to be judged by.
    fn unjudged(&mut self, account: AccountId) {
        if let Some(unjudged) = &mut self.unjudged {
            unjudged.push(account);
        }
    }

    /// Whether a row says something else than what is kept of a record as it stands; `id` is none where it is new.
    fn keeps_other(&self, kind: &str, id: Option<i64>, kept: &Kept) -> rusqlite::Result<bool> {
        let says = kept.iter().any(|(_, said)| said.is_some());
        match says || (self.keeps && !kept.is_empty()) {
            true => kept::differs(self.conn, kind, id, kept),
            false => Ok(false),
        }
    }

    /// Keeps what a row says of a record as it stands.
    fn keep(&mut self, kind: &str, id: i64, kept: &Kept) -> rusqlite::Result<()> {
        let says = kept.iter().any(|(_, said)| said.is_some());
        if says || self.keeps {
            self.keeps |= says;
            kept::write(self.conn, kind, id, kept)?;
        }
        Ok(())
    }
}

impl Store {
    /// Takes in some drafts of an import in one transaction. `last` is given the fates and says the counts for the
    /// record, where these are all the drafts that there are.
    ///
    /// # Errors
    /// What the machine failed at; nothing of the chunk was kept then, and the import can't go on.
    pub fn take_in(
        &mut self,
        import: &mut Import<'_>,
        drafts: &[&Draft],
        last: Option<Label<'_>>,
    ) -> Result<Vec<Fated>, StoreError> {
        // What other desks wrote may have moved what is known.
        let version = self.data_version()?;
        if import.of != Some(version) {
            import.known.forget();
        }
        import.of = Some(version);
        self.write(|tx| {
            let images = match import.images.take() {
                Some(images) => images,
                None => Images::new(tx)?,
            };
            let signals = drafts.iter().all(|draft| matches!(draft, Draft::Signal(_)));
            let quiet = signals.then(|| Quiet::begin(tx)).transpose()?;
            let mut chunk = Chunk {
                conn: tx,
                at: import.stamp.at,
                trace: &mut import.trace,
                images: &images,
                known: &mut import.known,
                told: &mut import.told,
                keeps: kept::any(tx)?,
                apart: apart::any(tx)?,
                unjudged: signals.then(Vec::new),
            };
            let mut fates = Vec::with_capacity(drafts.len());
            for draft in drafts {
                fates.push(put(&mut chunk, draft)?);
            }
            if let (Some(quiet), Some(unjudged)) = (quiet, chunk.unjudged) {
                quiet.end(unjudged)?;
            }
            import.images = Some(images);
            let note = last.map(|last| last(&fates));
            import.record(tx, note.as_deref())?;
            Ok::<_, StoreError>(fates)
        })
    }

    /// Contacts that were kept without an account join theirs where it is known by now.
    ///
    /// # Errors
    /// What the machine failed at; none has joined then.
    pub fn attach(&mut self, import: &mut Import<'_>) -> Result<(), StoreError> {
        if !self.read(apart::any)? {
            return Ok(());
        }
        import.known.forget();
        self.write(|tx| {
            let images = match import.images.take() {
                Some(images) => images,
                None => Images::new(tx)?,
            };
            let mut chunk = Chunk {
                conn: tx,
                at: import.stamp.at,
                trace: &mut import.trace,
                images: &images,
                known: &mut import.known,
                told: &mut import.told,
                keeps: true,
                apart: true,
                unjudged: None,
            };
            let joined = apart::attach(&mut chunk)?;
            import.told.attached += joined;
            import.images = Some(images);
            import.record(tx, None)?;
            Ok::<_, StoreError>(())
        })
    }

    /// Ends an import of more than one transaction: its counts go into the record.
    ///
    /// # Errors
    /// What the machine failed at; what was taken in stays.
    pub fn end_import(&mut self, import: &Import<'_>, note: &str) -> Result<(), StoreError> {
        match import.gesture {
            Some(gesture) if import.begun => {
                self.write(|tx| Ok(import.event(tx, gesture, Some(note))?))
            }
            _ => Ok(()),
        }
    }

    /// Gets ready for many rows at once, or goes back to few: more of the file is held in memory, and the log is copied
    /// back less often, so that a page that changes with every chunk isn't written twice each time.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn many_rows(&mut self, many: bool) -> Result<(), StoreError> {
        self.copy_at(if many { 16 * COPY_AT } else { COPY_AT });
        self.read(|conn| {
            conn.execute_batch(if many {
                "PRAGMA cache_size = -49152;"
            } else {
                "PRAGMA cache_size = -2000; PRAGMA shrink_memory;"
            })
        })
    }

    /// The account that a draft names, or why there is none.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn account_named(
        &self,
        named: &crate::domain::draft::AccountRef,
    ) -> Result<Result<AccountId, String>, StoreError> {
        self.read(|conn| accounts::look_up(conn, named))
    }

    /// The person that a draft names, or why there is none.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn person_named(
        &self,
        named: &crate::domain::draft::PersonRef,
    ) -> Result<Result<PersonId, String>, StoreError> {
        self.read(|conn| people::look_up(conn, named))
    }
}

/// Keeps the key of the row that a handoff was made from, so that importing it again makes no second one.
pub(super) fn keep_handoff_key(
    conn: &Connection,
    row: &str,
    handoff: HandoffId,
) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT OR REPLACE INTO handoff_key (external, handoff) VALUES (?1, ?2)")?
        .execute(params![row, handoff])?;
    Ok(())
}

impl Store {
    /// The handoff that was made from a row with this key.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn handoff_by_key(&self, external: &str) -> Result<Option<HandoffId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached("SELECT handoff FROM handoff_key WHERE external = ?1")?
                .query_row([external], |row| row.get(0))
                .optional()
        })
    }

    /// The open handoff of an account, type and opportunity (`DOMAIN.md 2`: there is at most one).
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn open_handoff(
        &self,
        account: AccountId,
        kind: &str,
        opportunity: Option<&str>,
    ) -> Result<Option<HandoffId>, StoreError> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT id FROM handoff WHERE account = ?1 AND kind = ?2 AND open = 1
                     AND coalesce(opportunity, '') = coalesce(?3, '')",
            )?
            .query_row(params![account, kind, opportunity], |row| row.get(0))
            .optional()
        })
    }
}

fn put(chunk: &mut Chunk<'_>, draft: &Draft) -> rusqlite::Result<Fated> {
    match draft {
        Draft::Account(draft) => accounts::put(chunk, draft),
        Draft::Contact(draft) => contacts::put(chunk, draft),
        Draft::Signal(draft) => signals::put(chunk, draft),
        Draft::Person(draft) => people::put(chunk, draft),
        Draft::Deal(draft) => deals::put(chunk, draft),
        Draft::Handoff(_) => {
            Ok(Err("a handoff is made by the desk, not taken in as it is".to_owned()))
        }
    }
}

/// Takes over what a draft says; what it leaves out stays.
fn take<T: Clone>(target: &mut T, said: Option<&T>) {
    if let Some(said) = said {
        target.clone_from(said);
    }
}

/// As [`take`], where the record may not know it yet.
fn take_some<T: Clone>(target: &mut Option<T>, said: Option<&T>) {
    if said.is_some() {
        *target = said.cloned();
    }
}

fn fate(changed: bool, new: bool) -> Fate {
    match (new, changed) {
        (true, _) => Fate::New,
        (false, true) => Fate::Changed,
        (false, false) => Fate::Unchanged,
    }
}

#[cfg(test)]
mod tests;

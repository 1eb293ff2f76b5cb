//! Import: what a file says becomes what the store knows, in chunks that are whole. The file is read and understood on a
//! thread of its own while the chunk before is written.

use std::collections::BTreeMap;
use std::sync::mpsc::{SyncSender, sync_channel};

use super::{Actor, Desk, DeskError};
use crate::domain::draft::Loosened;
use crate::domain::ids::{GestureId, PersonId};
use crate::domain::say;
use crate::domain::time::Instant;
use crate::intake::{Draft, Drafted, Input, Kind, Problem};
use crate::store::{Alike, Fate, Fated, Import, Label, Stamp};

/// What is taken in with one transaction, by [`weight`]: half a second's work, so that others can write in between.
const CHUNK: usize = 60_000;
/// The most bytes of cells in one transaction.
const CHUNK_BYTES: usize = 12 << 20;
/// Records from which on an import counts as big, and the store gets ready for it.
const MANY: usize = 5_000;
/// Records that the reading thread hands over at once.
const HANDFUL: usize = 500;
/// Handfuls that may wait.
const WAITING: usize = 8;
/// Kinds of signals without a weight that are told by name.
const KINDS: usize = 50;
/// Possible duplicates that are told by name.
const ALIKE: u32 = 10;

/// How much work a record is, next to a signal: what search indexes takes five times as long (a quarter of a million
/// accounts 11 s of processor, half a million contacts 21, a million signals 8.5).
const fn weight(draft: &Draft) -> usize {
    match draft {
        Draft::Signal(_) => 1,
        Draft::Deal(_) => 2,
        Draft::Contact(_) => 5,
        Draft::Account(_) | Draft::Person(_) | Draft::Handoff(_) => 6,
    }
}

/// How to import.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ImportOptions {
    /// Who; none for whoever operates the machine, such as a scheduler.
    pub who: Option<PersonId>,
    /// When.
    pub now: Instant,
    /// The action's id.
    pub action: [u8; 16],
}

/// What an import did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Imported {
    /// Records by kind.
    pub kinds: BTreeMap<Kind, Counts>,
    /// Rows that were refused.
    pub rejected: u64,
    /// The import in the record; none when nothing changed.
    pub gesture: Option<GestureId>,
    /// Accounts that came or changed, with others that may be the same company: the first few.
    pub alike: Vec<Alike>,
    /// How many such pairs there are.
    pub alike_in_all: u64,
    /// Contacts of the file that were taken without an account, and contacts that found theirs.
    pub unattached: u64,
    /// Contacts that were kept without an account before and found theirs.
    pub attached: u64,
    /// Kinds of signals that the policy gives no weight, and how many signals are of each.
    pub weightless: BTreeMap<String, u64>,
    /// What was left out or filled in so that records could be taken: how often, and why first.
    pub loosened: BTreeMap<Loosened, (u64, String)>,
}

/// How many records of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Were not there.
    pub new: u64,
    /// Said something new.
    pub changed: u64,
    /// Said nothing new.
    pub unchanged: u64,
}

impl Imported {
    /// What the person should know about records that were taken although something was missing.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let told = |(loosened, (count, why)): (&Loosened, &(u64, String))| {
            let (records, were) = if *count == 1 { ("record", "was") } else { ("records", "were") };
            match loosened {
                Loosened::Filled => format!(
                    "{count} new {records} got the usual role or stage, which the file does not say"
                ),
                Loosened::Owner => format!(
                    "{count} {records} {were} taken without an owner, the first because {why} and this file again"
                ),
                Loosened::Account => format!(
                    "{count} {records} {were} taken without an account, the first because {why} and this file again"
                ),
            }
        };
        let mut notes: Vec<_> = self.loosened.iter().map(told).collect();
        if self.unattached > 0 {
            let are = say::count(self.unattached, "contact is", "contacts are");
            notes.push(format!(
                "{are} kept without an account until one with the same id, domain or name comes; handoff list contacts \
                 --unattached shows them"
            ));
        }
        if self.attached > 0 {
            let joined = say::count(self.attached, "contact", "contacts");
            notes.push(format!("{joined} of earlier files found the account and joined it"));
        }
        if !self.weightless.is_empty() {
            let told: Vec<_> =
                self.weightless.iter().map(|(kind, count)| format!("{kind} ({count})")).collect();
            notes.push(format!(
                "kinds of signals that the policy does not know are kept and weigh nothing until it does: {}",
                told.join(", ")
            ));
        }
        notes
    }
}

impl Desk {
    /// Imports a file that was opened and recognised. `reject` is given every refused row; `progress` is told the bytes
    /// read so far.
    ///
    /// # Errors
    /// This person may not, or the machine failed; chunks that were done before stay, and importing again completes
    /// them.
    pub fn import(
        &mut self,
        input: &mut Input,
        options: &ImportOptions,
        reject: &mut dyn FnMut(&Problem) -> Result<(), DeskError>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Imported, DeskError> {
        self.may_import(options.who)?;
        let policy = std::sync::Arc::clone(&self.policy);
        let import = Import::new(Stamp {
            action_id: options.action,
            actor: options.who,
            machine: self.machine.clone(),
            at: options.now,
            label: format!("imported {}", kinds(input)),
            policy: &policy.hash,
        });
        let mut run = Run {
            desk: self,
            options,
            reject,
            done: Imported::default(),
            waiting: Vec::new(),
            import,
            many: false,
        };
        let took = run.take_all(input, progress);
        if run.many {
            // What failed before it is what counts.
            let few = run.desk.store.many_rows(false);
            took?;
            few?;
        } else {
            took?;
        }
        let Run { mut import, mut done, .. } = run;
        self.store.attach(&mut import)?;
        let contacts = import.told();
        (done.unattached, done.attached) = (contacts.unattached, contacts.attached);
        if let Some(stayed) = &contacts.stayed {
            done.loosened.entry(Loosened::Account).or_insert((0, stayed.1.clone())).0 += stayed.0;
        }
        self.store.end_import(&import, &said(&done))?;
        done.gesture = import.gesture();
        if let Some(gesture) = done.gesture
            && done.kinds.contains_key(&Kind::Accounts)
        {
            (done.alike, done.alike_in_all) = self.store.alike_since(gesture, ALIKE)?;
        }
        Ok(done)
    }

    fn may_import(&self, who: Option<PersonId>) -> Result<(), DeskError> {
        let people = self.store.people()?;
        let person = who.and_then(|who| people.iter().find(|person| person.id == who));
        match person {
            None => Ok(()),
            Some(person) => {
                super::may_import(person)?;
                self.actor(&people, person.id).map(drop)
            }
        }
    }
}

/// What a file holds, for the label: "accounts, contacts".
fn kinds(input: &Input) -> String {
    let kinds: Vec<_> = input.profile().kinds().into_iter().map(Kind::key).collect();
    kinds.join(", ")
}

/// The counts of an import for the record.
fn said(done: &Imported) -> String {
    let mut parts: Vec<_> = done
        .kinds
        .iter()
        .map(|(kind, counts)| {
            format!(
                "{} new, {} changed, {} unchanged",
                kind.count(counts.new),
                counts.changed,
                counts.unchanged
            )
        })
        .collect();
    if done.rejected > 0 {
        parts.push(format!("{} rejected", done.rejected));
    }
    parts.join("; ")
}

/// Some rows as they were understood, and how far the file was read.
type Handful = (Vec<Result<Drafted, Problem>>, u64);

/// Reads the whole file and hands it over by the handful, until nobody takes any more.
fn read(input: &mut Input, to: &SyncSender<Handful>) {
    loop {
        let some: Vec<_> = input.by_ref().take(HANDFUL).collect();
        let end = some.len() < HANDFUL;
        if to.send((some, input.bytes_read())).is_err() || end {
            return;
        }
    }
}

struct Run<'a, 'b> {
    desk: &'a mut Desk,
    options: &'a ImportOptions,
    reject: &'a mut dyn FnMut(&Problem) -> Result<(), DeskError>,
    done: Imported,
    /// People whose manager may stand further down.
    waiting: Vec<Drafted>,
    import: Import<'b>,
    /// The store was made ready for many rows.
    many: bool,
}

impl Run<'_, '_> {
    fn take_all(
        &mut self,
        input: &mut Input,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), DeskError> {
        std::thread::scope(|scope| {
            let (to, from) = sync_channel::<Handful>(WAITING);
            scope.spawn(move || read(input, &to));
            let mut chunk = Vec::new();
            let (mut weighs, mut bytes, mut read) = (0, 0, 0);
            for (some, at) in from {
                read = at;
                for next in some {
                    match next {
                        Ok(drafted) => {
                            weighs += weight(&drafted.draft);
                            bytes += drafted.cells.bytes();
                            chunk.push(drafted);
                        }
                        Err(problem) => self.refuse(&problem)?,
                    }
                }
                if weighs >= CHUNK || bytes >= CHUNK_BYTES {
                    self.take_in(&mut chunk, false)?;
                    (weighs, bytes) = (0, 0);
                }
                progress(read);
            }
            let whole = self.import.gesture().is_none() && self.waiting.is_empty();
            self.take_in(&mut chunk, whole)?;
            self.take_in_waiting()?;
            progress(read);
            Ok(())
        })
    }

    fn refuse(&mut self, problem: &Problem) -> Result<(), DeskError> {
        self.done.rejected += 1;
        (self.reject)(problem)
    }

    /// Takes in a chunk; `whole` says that there was none before it and comes none after it.
    fn take_in(&mut self, chunk: &mut Vec<Drafted>, whole: bool) -> Result<(), DeskError> {
        // What is taken in only once something was left out comes in another transaction.
        let whole = whole && !chunk.iter().any(|drafted| drafted.draft.may_loosen());
        let refused = self.try_in(chunk, whole)?;
        let mut again = Vec::new();
        for (mut drafted, why) in refused {
            match (drafted.draft.loosen(), &drafted.draft) {
                (Some(loosened), _) => {
                    self.done.loosened.entry(loosened).or_insert((0, why)).0 += 1;
                    again.push(drafted);
                }
                (None, Draft::Person(person)) if person.manager.is_some() => {
                    self.waiting.push(drafted);
                }
                (None, _) => self.refuse(&drafted.refuse(None, why))?,
            }
        }
        // Each time one thing less is asked for, so this ends.
        match again.is_empty() {
            true => Ok(()),
            false => self.take_in(&mut again, false),
        }
    }

    /// Takes in the people who waited for their managers, as long as that finds some.
    fn take_in_waiting(&mut self) -> Result<(), DeskError> {
        loop {
            let mut chunk = std::mem::take(&mut self.waiting);
            let before = chunk.len();
            let refused = self.try_in(&mut chunk, false)?;
            if refused.is_empty() {
                return Ok(());
            }
            if refused.len() == before {
                for (drafted, why) in refused {
                    self.refuse(&drafted.refuse(Some("manager"), why))?;
                }
                return Ok(());
            }
            self.waiting = refused.into_iter().map(|(drafted, _)| drafted).collect();
        }
    }

    /// Takes in a chunk and empties it; gives back what was refused, with why.
    fn try_in(
        &mut self,
        chunk: &mut Vec<Drafted>,
        whole: bool,
    ) -> Result<Vec<(Drafted, String)>, DeskError> {
        let all = std::mem::take(chunk);
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let (handoffs, facts): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|drafted| matches!(drafted.draft, Draft::Handoff(_)));
        if facts.len() >= MANY && !self.many {
            self.desk.store.many_rows(true)?;
            self.many = true;
        }
        let drafts: Vec<&Draft> = facts.iter().map(|drafted| &drafted.draft).collect();
        let done = &self.done;
        let counts = |fates: &[Fated]| {
            let mut done = done.clone();
            for (draft, fate) in drafts.iter().zip(fates) {
                match fate {
                    Ok(fate) => count(&mut done, draft.kind(), *fate),
                    Err(_) => done.rejected += 1,
                }
            }
            said(&done)
        };
        let last: Option<Label<'_>> = if whole { Some(&counts) } else { None };
        let fates = self.desk.store.take_in(&mut self.import, &drafts, last)?;
        let mut refused = Vec::new();
        for (drafted, fate) in facts.into_iter().zip(fates) {
            match fate {
                Ok(fate) => {
                    count(&mut self.done, drafted.draft.kind(), fate);
                    self.weigh(&drafted.draft);
                }
                Err(why) => refused.push((drafted, why)),
            }
        }
        for drafted in handoffs {
            match self.make(&drafted) {
                Ok(fate) => count(&mut self.done, Kind::Handoffs, fate),
                Err(DeskError::Store(error)) => return Err(error.into()),
                Err(error) => refused.push((drafted, error.to_string())),
            }
        }
        Ok(refused)
    }

    /// Counts a signal whose kind the policy does not know.
    fn weigh(&mut self, draft: &Draft) {
        if let Draft::Signal(signal) = draft
            && !self.desk.policy.signals.contains_key(&signal.kind)
        {
            let kinds = &mut self.done.weightless;
            if kinds.len() < KINDS || kinds.contains_key(&signal.kind) {
                *kinds.entry(signal.kind.clone()).or_default() += 1;
            }
        }
    }

    /// Makes a handoff by hand, unless the row made it already.
    fn make(&mut self, drafted: &Drafted) -> Result<Fate, DeskError> {
        let Draft::Handoff(draft) = &drafted.draft else { return Ok(Fate::Unchanged) };
        if let Some(external) = &draft.external
            && self.desk.store.handoff_by_key(external)?.is_some()
        {
            return Ok(Fate::Unchanged);
        }
        let who = self.options.who.ok_or_else(|| {
            DeskError::NotFound(
                "handoffs need somebody who makes them; say who with --as".to_owned(),
            )
        })?;
        let mut action = self.options.action;
        action[8..].copy_from_slice(&drafted.row.to_be_bytes());
        self.desk.create(Actor { who, now: self.options.now, action }, draft)?;
        Ok(Fate::New)
    }
}

fn count(done: &mut Imported, kind: Kind, fate: Fate) {
    let counts = done.kinds.entry(kind).or_default();
    match fate {
        Fate::New => counts.new += 1,
        Fate::Changed => counts.changed += 1,
        Fate::Unchanged => counts.unchanged += 1,
    }
}

//! Import: what a file says becomes what the store knows, in chunks that are whole.

use std::collections::BTreeMap;

use super::{Actor, Desk, DeskError};
use crate::domain::ids::{GestureId, PersonId};
use crate::domain::person::Role;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::Instant;
use crate::intake::{Draft, Drafted, Input, Kind, Problem};
use crate::store::{Fate, Stamp};

/// Rows that are taken in with one transaction.
const CHUNK: usize = 4_000;

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
        let mut run =
            Run { desk: self, options, reject, done: Imported::default(), waiting: Vec::new() };
        let mut chunk = Vec::new();
        while let Some(next) = input.next() {
            match next {
                Ok(drafted) => chunk.push(drafted),
                Err(problem) => run.refuse(&problem)?,
            }
            if chunk.len() >= CHUNK {
                run.take_in(&mut chunk)?;
                progress(input.bytes_read());
            }
        }
        run.take_in(&mut chunk)?;
        run.take_in_waiting()?;
        progress(input.bytes_read());
        let mut done = run.done;
        let changes: u64 = done.kinds.values().map(|counts| counts.new + counts.changed).sum();
        if changes > 0 {
            let said: Vec<_> = done
                .kinds
                .iter()
                .filter(|(_, counts)| counts.new + counts.changed > 0)
                .map(|(kind, counts)| format!("{} {kind}", counts.new + counts.changed))
                .collect();
            let stamp = Stamp {
                action_id: options.action,
                actor: options.who,
                machine: self.machine.clone(),
                at: options.now,
                label: format!("imported {}", said.join(", ")),
                policy: &self.policy.hash,
            };
            done.gesture = Some(self.store.record_import(&stamp)?);
        }
        Ok(done)
    }

    fn may_import(&self, who: Option<PersonId>) -> Result<(), DeskError> {
        let people = self.store.people()?;
        let person = who.and_then(|who| people.iter().find(|person| person.id == who));
        match person {
            None => Ok(()),
            Some(person)
                if matches!(
                    person.role,
                    Role::Revops | Role::VpSales | Role::Marketing | Role::VpMarketing
                ) =>
            {
                Ok(())
            }
            Some(person) => Err(Refusal::new(
                RefusalKind::NotPermitted,
                format!("{} ({}) may not import.", person.name, person.role.label()),
            )
            .hint("That is for revenue operations, marketing and the VP of Sales.")
            .into()),
        }
    }
}

struct Run<'a> {
    desk: &'a mut Desk,
    options: &'a ImportOptions,
    reject: &'a mut dyn FnMut(&Problem) -> Result<(), DeskError>,
    done: Imported,
    /// People whose manager may stand further down.
    waiting: Vec<Drafted>,
}

impl Run<'_> {
    fn refuse(&mut self, problem: &Problem) -> Result<(), DeskError> {
        self.done.rejected += 1;
        (self.reject)(problem)
    }

    fn take_in(&mut self, chunk: &mut Vec<Drafted>) -> Result<(), DeskError> {
        let refused = self.try_in(chunk)?;
        for (drafted, why) in refused {
            match &drafted.draft {
                Draft::Person(person) if person.manager.is_some() => self.waiting.push(drafted),
                _ => self.refuse(&drafted.refuse(None, why))?,
            }
        }
        Ok(())
    }

    /// Takes in the people who waited for their managers, as long as that finds some.
    fn take_in_waiting(&mut self) -> Result<(), DeskError> {
        loop {
            let mut chunk = std::mem::take(&mut self.waiting);
            let before = chunk.len();
            let refused = self.try_in(&mut chunk)?;
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
    fn try_in(&mut self, chunk: &mut Vec<Drafted>) -> Result<Vec<(Drafted, String)>, DeskError> {
        let all = std::mem::take(chunk);
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let (handoffs, facts): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|drafted| matches!(drafted.draft, Draft::Handoff(_)));
        let drafts: Vec<&Draft> = facts.iter().map(|drafted| &drafted.draft).collect();
        let fates = self.desk.store.take_in(&drafts, self.options.now)?;
        let mut refused = Vec::new();
        for (drafted, fate) in facts.into_iter().zip(fates) {
            match fate {
                Ok(fate) => self.count(drafted.draft.kind(), fate),
                Err(why) => refused.push((drafted, why)),
            }
        }
        for drafted in handoffs {
            match self.make(&drafted) {
                Ok(fate) => self.count(Kind::Handoffs, fate),
                Err(DeskError::Store(error)) => return Err(error.into()),
                Err(error) => refused.push((drafted, error.to_string())),
            }
        }
        Ok(refused)
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

    fn count(&mut self, kind: Kind, fate: Fate) {
        let counts = self.done.kinds.entry(kind).or_default();
        match fate {
            Fate::New => counts.new += 1,
            Fate::Changed => counts.changed += 1,
            Fate::Unchanged => counts.unchanged += 1,
        }
    }
}

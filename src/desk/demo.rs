//! The demo: a made-up company's week, so that a desk can be looked at before there is anything to import.
//!
//! The files in `assets/demo` are what a team would import, and `story.toml` is what its people did. Times in them count
//! from the moment the demo opens, so that there is work in every colour whatever the day. Each step goes through the
//! same door as a person's: [`Desk::evaluate`], [`Desk::create`], [`Desk::run`], [`Desk::undo`]. No value is put where
//! the desk computes it.

mod data;
mod deed;
pub mod many;
mod story;
#[cfg(test)]
mod tests;
mod when;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Actor, Ask, Desk, DeskError, EvaluateOptions, Request};
use crate::domain::draft::{AccountRef, Draft};
use crate::domain::handoff::Handoff;
use crate::domain::ids::{AccountId, GestureId, HandoffId, PersonId};
use crate::domain::person::Person;
use crate::domain::time::{HOUR, Instant};
use crate::store::{Import, Stamp, StoreError};
use data::World;
use story::{ASSIGNEE, Deed, Entry, MANAGER, SENDER, Script, Step, What};
use when::When;

/// How a demo came out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filled {
    /// Steps of the story that were done.
    pub done: usize,
    /// Steps that the policy in force doesn't allow, each with why. With the shipped policy there are none.
    pub left_out: Vec<String>,
}

/// Fills an empty store with the demo as it looks at `now`. Steps that the policy in force refuses are left out.
///
/// # Errors
/// The store failed, or somebody works this desk already.
pub fn fill(
    desk: &mut Desk,
    now: Instant,
    ids: &mut dyn FnMut() -> [u8; 16],
) -> Result<Filled, DeskError> {
    if !desk.people()?.is_empty() {
        return Err(DeskError::NotFound(
            "The demo needs an empty store, and people work this one; name another with --store."
                .to_owned(),
        ));
    }
    let policy = Arc::clone(desk.policy());
    let when = When::new(now, &policy);
    let world = World::read(&when).map_err(unreadable)?;
    let script = Script::read(&when).map_err(unreadable)?;
    let mut teller = Teller {
        desk,
        ids,
        world,
        people: Vec::new(),
        handoffs: BTreeMap::new(),
        gestures: BTreeMap::new(),
        filled: Filled::default(),
    };
    teller.desk.store.wait_for_disk(false)?;
    let told = teller
        .begin(&script)
        .and_then(|()| script.entries.iter().try_for_each(|entry| teller.tell(entry)))
        .and_then(|()| teller.escalate(now));
    teller.desk.store.wait_for_disk(true)?;
    told.map(|()| teller.filled)
}

/// The demo's own files don't read; its tests keep that from happening.
fn unreadable(why: String) -> DeskError {
    DeskError::NotFound(format!("The demo can't be read: {why}."))
}

/// Tells the story to a desk, step by step.
struct Teller<'a> {
    desk: &'a mut Desk,
    ids: &'a mut dyn FnMut() -> [u8; 16],
    world: World,
    people: Vec<Person>,
    /// The handoffs so far, with their accounts and types.
    handoffs: BTreeMap<HandoffId, (AccountId, String)>,
    /// The last gesture on each account, for a step that takes it back.
    gestures: BTreeMap<String, GestureId>,
    filled: Filled,
}

impl Teller<'_> {
    /// Imports the people, the past deals and every account that the story doesn't let arrive later.
    fn begin(&mut self, script: &Script) -> Result<(), DeskError> {
        let first = script.entries.first().map_or(Instant::default(), |entry| entry.at);
        let at = first.plus(-HOUR);
        let loose = std::mem::take(&mut self.world.loose);
        self.import(&loose, None, at)?;
        self.people = self.desk.people()?;
        let known: Vec<_> = self
            .world
            .names()
            .filter(|name| !script.arrivals().any(|later| later == *name))
            .map(str::to_owned)
            .collect();
        self.arrive(&known, &script.operator, at)
    }

    /// Imports accounts with their contacts and deals, and every signal until then.
    fn arrive(&mut self, accounts: &[String], by: &str, at: Instant) -> Result<(), DeskError> {
        let mut drafts = Vec::new();
        for name in accounts {
            let facts = self.world.arrive(name);
            drafts.extend(facts.ok_or_else(|| unreadable(format!("no account is called {name}")))?);
        }
        drafts.extend(self.world.signals_until(at));
        let by = self.named(by)?.id;
        self.import(&drafts, Some(by), at)
    }

    /// Takes drafts in and records the import.
    fn import(
        &mut self,
        drafts: &[Draft],
        who: Option<PersonId>,
        at: Instant,
    ) -> Result<(), DeskError> {
        if drafts.is_empty() {
            return Ok(());
        }
        let mut counts = BTreeMap::new();
        for draft in drafts {
            *counts.entry(draft.kind()).or_insert(0_u64) += 1;
        }
        let said: Vec<_> = counts.iter().map(|(kind, count)| kind.count(*count)).collect();
        let policy = Arc::clone(self.desk.policy());
        let mut import = Import::new(Stamp {
            action_id: (self.ids)(),
            actor: who,
            machine: self.desk.machine.clone(),
            at,
            label: format!("imported {}", said.join(", ")),
            policy: &policy.hash,
        });
        let all: Vec<&Draft> = drafts.iter().collect();
        for fate in self.desk.store.take_in(&mut import, &all, Some(&|_| said.join(", ")))? {
            fate.map_err(unreadable)?;
        }
        Ok(())
    }

    /// Tells of what ran late until then, each step when it came due, as a scheduler would.
    fn escalate(&mut self, until: Instant) -> Result<(), DeskError> {
        while let Some(next) = self.desk.next_telling()?.filter(|next| *next <= until) {
            self.desk.escalate(next)?;
            // What was written down late came due before it was known.
            if self.desk.next_telling()? == Some(next) {
                self.desk.escalate(until)?;
                break;
            }
        }
        Ok(())
    }

    fn tell(&mut self, entry: &Entry) -> Result<(), DeskError> {
        self.escalate(entry.at)?;
        match &entry.what {
            What::Evaluate { by, accounts } => {
                self.arrive(accounts, by, entry.at)?;
                let who = self.named(by)?.id;
                let options = EvaluateOptions { changed: true, dry_run: false };
                let seen = self.desk.store.newest_event()?;
                self.desk.evaluate(Some(who), entry.at, options, self.ids, &mut |_| {})?;
                Ok(self.meet(seen)?)
            }
            What::Steps { who, steps } => match self.act(who, steps, entry.at) {
                Ok(()) => {
                    self.filled.done += steps.len();
                    Ok(())
                }
                Err(why @ (DeskError::Refused(_) | DeskError::NotFound(_))) => {
                    let on: Vec<_> = steps.iter().map(|step| step.account.as_str()).collect();
                    self.filled.left_out.push(format!("{who} on {}: {why}", on.join(", ")));
                    Ok(())
                }
                Err(error) => Err(error),
            },
        }
    }

    /// One gesture of one person.
    fn act(&mut self, who: &str, steps: &[Step], at: Instant) -> Result<(), DeskError> {
        let Some(first) = steps.first() else { return Ok(()) };
        if let Deed::Create(made) = &first.deed {
            let who = match who {
                ASSIGNEE | SENDER | MANAGER => self.role(who, &self.handoff(first)?)?,
                name => self.named(name)?.id,
            };
            let draft = deed::draft(made, &first.account).map_err(unreadable)?;
            let seen = self.desk.store.newest_event()?;
            let actor = self.actor(who, at);
            self.desk.create(actor, &draft)?;
            return Ok(self.meet(seen)?);
        }
        let mut asks = Vec::with_capacity(steps.len());
        let mut actor = None;
        for step in steps {
            let handoff = self.handoff(step)?;
            let by = match who {
                ASSIGNEE | SENDER | MANAGER => self.role(who, &handoff)?,
                name => self.named(name)?.id,
            };
            let actor = *actor.get_or_insert_with(|| self.actor(by, at));
            if matches!(step.deed, Deed::Undo) {
                self.desk.undo(actor, self.gestures.get(&step.account).copied())?;
                return Ok(());
            }
            let names = |name: &str| self.named(name).ok().map(|person| person.id);
            let other = |kind: &str| self.newest(handoff.account, Some(kind));
            let command = deed::command(&step.deed, &names, &other).map_err(unreadable)?;
            asks.push(Ask { handoff: handoff.id, seen: None, command });
        }
        let Some(actor) = actor else { return Ok(()) };
        let receipt = self.desk.run(&Request { actor, asks, what_can: false })?;
        self.gestures.extend(steps.iter().map(|step| (step.account.clone(), receipt.gesture)));
        Ok(())
    }

    fn actor(&mut self, who: PersonId, now: Instant) -> Actor {
        Actor { who, now, action: (self.ids)() }
    }

    /// The person of this full name.
    fn named(&self, name: &str) -> Result<&Person, DeskError> {
        let found = self.people.iter().find(|person| person.name == name);
        found.ok_or_else(|| unreadable(format!("nobody is called {name}")))
    }

    /// Who has a handoff, who handed it over, or the manager of who has it.
    fn role(&self, role: &str, handoff: &Handoff) -> Result<PersonId, DeskError> {
        let assignee = handoff.assignee;
        let found = match role {
            SENDER => handoff.sender,
            MANAGER => assignee
                .and_then(|id| self.people.iter().find(|person| person.id == id))
                .and_then(|person| person.manager),
            _ => assignee,
        };
        found.ok_or_else(|| DeskError::NotFound(format!("{} has no {role} now.", handoff.id)))
    }

    /// The handoff that a step is about.
    fn handoff(&self, step: &Step) -> Result<Handoff, DeskError> {
        let named = AccountRef { name: Some(step.account.clone()), ..AccountRef::default() };
        let account = self.desk.store.account_named(&named)?.map_err(DeskError::NotFound)?;
        let id = self.newest(account, step.on.as_deref());
        let handoff = id.map(|id| self.desk.store.handoff(id)).transpose()?.flatten();
        handoff.ok_or_else(|| {
            DeskError::NotFound(format!("There is no such handoff of {} yet.", step.account))
        })
    }

    /// The newest handoff of an account, or the newest of a type.
    fn newest(&self, account: AccountId, kind: Option<&str>) -> Option<HandoffId> {
        let fits =
            |(of, is): &(AccountId, String)| *of == account && kind.is_none_or(|kind| is == kind);
        self.handoffs.iter().rev().find(|(_, handoff)| fits(handoff)).map(|(id, _)| *id)
    }

    /// Gets to know the handoffs that came after a place in the record.
    fn meet(&mut self, seen: i64) -> Result<(), StoreError> {
        let ids = self.desk.store.changed_since(seen, u32::MAX)?;
        for handoff in self.desk.store.handoffs(&ids)? {
            self.handoffs.insert(handoff.id, (handoff.account, handoff.kind));
        }
        Ok(())
    }
}

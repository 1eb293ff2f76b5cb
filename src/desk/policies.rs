//! The policy in force, the back-test of a changed one, and putting it in force with who agreed (`DOMAIN.md 12`, `13`).

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use super::{Actor, Desk, DeskError};
use crate::domain::backtest::{Past, Trial, replay};
use crate::domain::criteria::look_back;
use crate::domain::ids::{AccountId, GestureId, PersonId};
use crate::domain::person::{Person, Role};
use crate::domain::policy::Policy;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::time::Instant;
use crate::store::{Adoption, NewAdoption, Stamp, StoreError};

/// Accounts that are replayed between two looks at whether to go on.
const BATCH: usize = 2_000;
/// Batches of accounts that were read and may wait to be replayed.
const WAITING: usize = 2;

/// The most months that are replayed.
pub const MOST_MONTHS: u32 = 60;

/// A policy that is to be put in force.
#[derive(Clone, PartialEq, Debug)]
pub struct Adopt<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The text of its file.
    pub toml: &'a str,
    /// Who agreed: names, e-mail addresses or ids.
    pub signed_by: &'a [String],
}

/// Which policy is in force, and who signed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InForce {
    /// Its name.
    pub name: String,
    /// Its hash.
    pub hash: String,
    /// When it was put in force, and who agreed; none where nobody did.
    pub adoption: Option<Adoption>,
    /// The policy that was put in force last, where that is another one.
    pub last: Option<Adoption>,
}

impl InForce {
    /// Which one, and who signed it, in a line or two.
    #[must_use]
    pub fn lines(&self, zone: chrono_tz::Tz) -> Vec<String> {
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        let mut lines = vec![format!("In force: policy \"{}\" {}", self.name, short(&self.hash))];
        lines.push(match (&self.adoption, &self.last) {
            (Some(adoption), _) => format!(
                "Signed by {} on {}.",
                say::all(&adoption.signed),
                say::moment(adoption.at, zone)
            ),
            (None, Some(last)) => format!(
                "Nobody has signed it: it was changed since \"{}\" {} was put in force on {}, signed by {}.",
                last.name,
                short(&last.hash),
                say::moment(last.at, zone),
                say::all(&last.signed)
            ),
            (None, None) => {
                "Nobody has signed it; `handoff policy adopt FILE --signed-by A,B` records who agrees.".to_owned()
            }
        });
        lines
    }
}

impl Desk {
    /// Which policy is in force, and who signed it.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn in_force(&self) -> Result<InForce, StoreError> {
        let adoption = self.store.adoption_of(&self.policy.hash)?;
        let last = match adoption {
            Some(_) => None,
            None => self.store.adopted()?,
        };
        let Policy { name, hash, .. } = self.policy.as_ref();
        Ok(InForce { name: name.clone(), hash: hash.clone(), adoption, last })
    }

    /// Replays so many past months, and this one so far, under a changed policy beside the one in force. `go_on` is told
    /// how many accounts are done and says whether to go on; none when it said no.
    ///
    /// # Errors
    /// The number of months makes no sense, or the store can't be read.
    pub fn try_policy(
        &self,
        changed: &Policy,
        months: u32,
        now: Instant,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Option<Trial>, DeskError> {
        if !(1..=MOST_MONTHS).contains(&months) {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("{months} months can't be replayed; between 1 and {MOST_MONTHS} can."),
            )
            .hint("6 months show most of what a change does.")
            .into());
        }
        let policy = Arc::clone(&self.policy);
        let trial = Trial::new(now, months, policy.zone);
        self.store.read_much(true)?;
        let done = std::thread::scope(|scope| {
            let (to, from) = sync_channel::<Vec<Past>>(WAITING);
            let (policy, begun) = (&policy, trial.clone());
            // What is read waits for nothing while what was read is replayed.
            let replaying = scope.spawn(move || {
                let mut trial = begun;
                for past in from.iter().flatten() {
                    let before = replay(&past, policy, trial.from, now);
                    let after = replay(&past, changed, trial.from, now);
                    trial.add(&past, &before, &after);
                }
                trial
            });
            let read = self.read_pasts(policy, changed, trial.from, go_on, &to);
            drop(to);
            let trial = replaying.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok::<_, DeskError>(read?.then_some(trial))
        });
        self.store.read_much(false)?;
        done
    }

    /// Reads all accounts with their pasts, for two policies from a moment on, and hands them over; false when `go_on`
    /// said no.
    fn read_pasts(
        &self,
        policy: &Policy,
        changed: &Policy,
        from: Instant,
        go_on: &mut dyn FnMut(u64) -> bool,
        to: &SyncSender<Vec<Past>>,
    ) -> Result<bool, DeskError> {
        let back = look_back(policy).max(look_back(changed));
        let since = from.plus(back.saturating_neg());
        let (mut last, mut read) = (AccountId::default(), 0);
        loop {
            let pasts = self.store.pasts(last, BATCH, since, policy.zone)?;
            let Some(end) = pasts.last() else { return Ok(true) };
            last = end.account.id;
            read += pasts.len() as u64;
            // Nobody takes it only where the replay panicked, which is told when it is waited for.
            if to.send(pasts).is_err() || !go_on(read) {
                return Ok(false);
            }
        }
    }

    /// Whether a person may put a policy in force with these signatures; gives the people who sign.
    ///
    /// # Errors
    /// This person may not, somebody named is not of this desk, or none of those who sign may change the policy.
    pub fn may_adopt(
        &self,
        who: PersonId,
        signed_by: &[String],
    ) -> Result<Vec<(PersonId, String)>, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, who)?;
        let may = |person: &Person| matches!(person.role, Role::Revops | Role::VpSales);
        if !may(who) {
            return Err(Refusal::new(
                RefusalKind::NotPermitted,
                format!("{} ({}) may not change the policy.", who.name, who.role.label()),
            )
            .hint("That is for revenue operations and the VP of Sales.")
            .into());
        }
        let mut signed: Vec<Person> = Vec::new();
        for name in signed_by.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
            let person = self.person(name)?;
            if !person.active {
                return Err(Refusal::new(
                    RefusalKind::NotPermitted,
                    format!("{} no longer works this desk and can't sign.", person.name),
                )
                .hint("Name people who are active.")
                .into());
            }
            if !signed.iter().any(|other| other.id == person.id) {
                signed.push(person);
            }
        }
        if signed.is_empty() {
            return Err(Refusal::new(
                RefusalKind::Missing,
                "A policy is put in force by agreement, and nobody signed.",
            )
            .hint("Name who agreed: --signed-by \"Dana Reyes,Mia Chen\".")
            .into());
        }
        if !signed.iter().any(may) {
            return Err(Refusal::new(
                RefusalKind::NotPermitted,
                "None of those who signed may change the policy.",
            )
            .hint("The VP of Sales or revenue operations has to be among them.")
            .into());
        }
        Ok(signed.into_iter().map(|person| (person.id, person.name)).collect())
    }

    /// Records that a policy is in force from now on, and who agreed. The file itself is the caller's to put in place.
    ///
    /// # Errors
    /// As [`Desk::may_adopt`], or the store failed.
    pub fn adopt(&mut self, actor: Actor, adopt: &Adopt<'_>) -> Result<GestureId, DeskError> {
        let signed = self.may_adopt(actor.who, adopt.signed_by)?;
        let stamp = Stamp {
            action_id: actor.action,
            actor: Some(actor.who),
            machine: self.machine.clone(),
            at: actor.now,
            label: format!("put policy \"{}\" in force", adopt.policy.name),
            policy: &adopt.policy.hash,
        };
        let new = NewAdoption {
            hash: &adopt.policy.hash,
            name: &adopt.policy.name,
            before: &self.policy.hash,
            toml: adopt.toml,
            signed: &signed,
        };
        Ok(self.store.adopt(&stamp, new)?)
    }
}

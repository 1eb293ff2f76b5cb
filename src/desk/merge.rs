//! Merging two accounts that are one company: shown first, then done as one gesture with their handoffs, and undone as
//! one.

use super::{Actor, Desk, DeskError, Receipt};
use crate::domain::account::Account;
use crate::domain::change::Change;
use crate::domain::ids::AccountId;
use crate::domain::merge::{Differs, merged};
use crate::domain::person::Role;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::store::{Alike, Hanging, Item, Merge, Write};

/// The most pairs that a listing of possible duplicates holds.
const MOST_PAIRS: u32 = 1_000;

/// What a merge would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MergePlan {
    /// The survivor as it is.
    pub keep: Account,
    /// The one that goes.
    pub gone: Account,
    /// The survivor after it.
    pub merged: Account,
    /// The fields of which one value is given up.
    pub differs: Vec<Differs>,
    /// What moves to the survivor.
    pub moves: Hanging,
}

impl Desk {
    /// The account that a text names: by id (`A-12`), key, domain or whole name.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn account_called(&self, text: &str) -> Result<AccountId, DeskError> {
        self.store.find_account(text)?.ok_or_else(|| {
            DeskError::NotFound(format!(
                "No account, or more than one, is called \"{text}\"; name it by its id, key, domain or whole name."
            ))
        })
    }

    /// What a merge of two accounts would do.
    ///
    /// # Errors
    /// They are one and the same, one isn't there, or a rule keeps them apart; the refusal says which.
    pub fn merge_plan(&self, keep: AccountId, gone: AccountId) -> Result<MergePlan, DeskError> {
        if keep == gone {
            return Err(Refusal::new(
                RefusalKind::Nothing,
                "These are one and the same account.".to_owned(),
            )
            .into());
        }
        let read = |id: AccountId| {
            self.store
                .account(id)?
                .ok_or_else(|| DeskError::NotFound(format!("There is no account {id}.")))
        };
        let (keep, gone) = (read(keep)?, read(gone)?);
        let (after, mut differs) = merged(&keep, &gone);
        // People are told by name.
        let people = self.store.people()?;
        for one in differs.iter_mut().filter(|one| one.field == "owner") {
            for value in [&mut one.kept, &mut one.dropped] {
                let person = people.iter().find(|person| person.id.to_string() == *value);
                *value = person.map_or_else(|| value.clone(), |person| person.name.clone());
            }
        }
        self.may_become_one(&keep, &gone)?;
        let moves = self.store.hanging_on(gone.id)?;
        Ok(MergePlan { keep, gone, merged: after, differs, moves })
    }

    /// Makes one account of two: the second goes, and its contacts, signals, deals, handoffs and keys move to the first.
    ///
    /// # Errors
    /// As [`Desk::merge_plan`]; this person may not; or one of them changed meanwhile.
    pub fn merge(
        &mut self,
        actor: Actor,
        keep: AccountId,
        gone: AccountId,
    ) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?;
        if !who.active || !matches!(who.role, Role::Revops | Role::VpSales) {
            return Err(Refusal::new(
                RefusalKind::NotPermitted,
                format!("{} ({}) may not merge accounts.", who.name, who.role.label()),
            )
            .hint("That is for revenue operations and the VP of Sales.")
            .into());
        }
        let plan = self.merge_plan(keep, gone)?;
        let ids = self.store.handoffs_of(gone)?;
        let items: Vec<_> = self
            .store
            .handoffs(&ids)?
            .into_iter()
            .map(|handoff| Item {
                handoff,
                action: "merge".to_owned(),
                note: Some(format!("{} is {}", plan.gone.name, plan.keep.name)),
                changes: vec![Change::Moved { from: gone, to: keep }],
            })
            .collect();
        let label = format!("merged {} into {}", plan.gone.name, plan.keep.name);
        let merge = Merge { keep: plan.keep, gone: plan.gone, merged: plan.merged };
        let write = Write {
            action_id: actor.action,
            actor: Some(actor.who),
            machine: self.machine.clone(),
            at: actor.now,
            label: label.clone(),
            policy: &self.policy.hash,
            undoes: None,
            items,
        };
        let committed = self.store.commit_merge(write, &merge)?;
        Ok(Receipt { gesture: committed.gesture, label, done: ids, refused: Vec::new() })
    }

    /// Accounts that may be the same company, by name.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn duplicates(&self) -> Result<Vec<Alike>, DeskError> {
        Ok(self.store.all_alike(MOST_PAIRS)?)
    }

    /// Accounts that may be the same company as one.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn duplicates_of(&self, account: AccountId) -> Result<Vec<Alike>, DeskError> {
        Ok(self.store.alike_to(account, MOST_PAIRS)?)
    }

    /// One account has one open handoff of a type and opportunity (`DOMAIN.md 2`), and so have two that become one.
    fn may_become_one(&self, keep: &Account, gone: &Account) -> Result<(), DeskError> {
        let gone_ids = self.store.handoffs_of(gone.id)?;
        for handoff in self.store.handoffs(&gone_ids)? {
            if !handoff.stage.is_open() {
                continue;
            }
            let opportunity = handoff.opportunity.as_deref();
            if let Some(open) = self.store.open_handoff(keep.id, &handoff.kind, opportunity)? {
                return Err(Refusal::new(
                    RefusalKind::NotLegal,
                    format!(
                        "{} and {} can't become one while {open} and {} are both open for the same type.",
                        keep.name, gone.name, handoff.id
                    ),
                )
                .hint(format!("Close one of them first, such as {} as DUPLICATE.", handoff.id))
                .into());
            }
        }
        Ok(())
    }
}

//! What the criteria say of one account, and what they said when a handoff was flagged.

use super::{Desk, DeskError};
use crate::domain::criteria::{Judgement, Receipt, judge, receipt};
use crate::domain::filter::Filter;
use crate::domain::ids::{AccountId, HandoffId, PersonId};
use crate::domain::time::Instant;
use crate::store::{Listed, Look, Looked, Stands, StoreError, Unattached};

/// The verdict on one account, condition by condition.
#[derive(Clone, PartialEq, Debug)]
pub struct Explained {
    /// The account's name.
    pub company: String,
    /// The verdict.
    pub judgement: Judgement,
    /// Every rule that was tried, with its conditions and the evidence.
    pub receipt: Receipt,
    /// Why it is held back by the monthly cap of its type, in a sentence; none where it isn't.
    pub held_back: Option<String>,
}

impl Explained {
    /// The receipt as lines of text, with what holds the account back.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.receipt.lines();
        if let Some(held) = &self.held_back {
            lines.insert(1.min(lines.len()), held.clone());
        }
        lines
    }
}

impl Desk {
    /// Explains the verdict on one account.
    ///
    /// # Errors
    /// There is no such account, or more than one.
    pub fn explain(&self, account: &str, now: Instant) -> Result<Explained, DeskError> {
        let id = self.store.find_account(account)?.ok_or_else(|| {
            DeskError::NotFound(format!(
                "There is no account \"{account}\"; write its name, domain or id."
            ))
        })?;
        let one = self.store.judged(id, now, &self.policy)?.ok_or_else(|| {
            DeskError::NotFound(format!("There is no account {id} in this store."))
        })?;
        let open = one.open();
        let case = one.case(&open, now);
        let judgement = judge(&case, &self.policy);
        let receipt = receipt(&case, &self.policy, &judgement);
        let held_back = self.held_back(&judgement, now)?;
        Ok(Explained { company: one.account.name.clone(), judgement, receipt, held_back })
    }

    fn held_back(&self, judgement: &Judgement, now: Instant) -> Result<Option<String>, StoreError> {
        let kind = judgement.kind.as_deref().and_then(|key| self.policy.kind(key));
        let Some(kind) = kind.filter(|kind| kind.monthly_cap > 0 && judgement.flags()) else {
            return Ok(None);
        };
        let done = self.store.flagged_this_month(&kind.key, now, self.policy.zone)?;
        Ok((done >= kind.monthly_cap).then(|| {
            format!(
                "Held back by the monthly cap of {}: {done} of {} are flagged this month.",
                kind.label, kind.monthly_cap
            )
        }))
    }

    /// Accounts that the criteria want looked at, the best first, at most so many; and how many there are.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn looked(&self, look: Look, limit: usize) -> Result<(Vec<Looked>, u64), StoreError> {
        Ok((self.store.looked(look, limit)?, self.store.count_looked(look)?))
    }

    /// Accounts that a filter lets through, by name, at most so many; and how many there are. Terms about handoffs are
    /// refused in words.
    ///
    /// # Errors
    /// A term is not about accounts, or the store can't be read.
    pub fn accounts_listed(
        &self,
        filter: &Filter,
        me: Option<PersonId>,
        limit: usize,
    ) -> Result<(Vec<Listed>, u64), DeskError> {
        match self.store.accounts_listed(filter, me, limit)? {
            Ok(listed) => Ok(listed),
            Err(why) => Err(DeskError::NotFound(why)),
        }
    }

    /// Contacts whose account is not known, by name, at most so many; and how many there are.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn unattached(&self, limit: usize) -> Result<(Vec<Unattached>, u64), StoreError> {
        self.store.unattached(limit)
    }

    /// Values that are kept as files wrote them, the most frequent first, at most so many; and how many there are.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn kept_values(&self, limit: usize) -> Result<(Vec<Stands>, u64), StoreError> {
        self.store.kept_values(limit)
    }

    /// What is kept of an account as files wrote it, by field.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn kept_of_account(&self, account: AccountId) -> Result<Vec<(String, String)>, StoreError> {
        self.store.kept_of_account(account)
    }

    /// What the criteria said when a handoff was flagged, a line each, as it was kept then; none where a person made it.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn flagged_because(&self, handoff: HandoffId) -> Result<Option<Vec<String>>, StoreError> {
        self.store.flagged_because(handoff)
    }
}

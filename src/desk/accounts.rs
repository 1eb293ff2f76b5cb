//! Accounts edited by hand: their fields, their news and events.

use std::collections::BTreeMap;

use super::{Actor, Desk, DeskError};
use crate::domain::account::Account;
use crate::domain::account_edit::{account_field, differs, set};
use crate::domain::ids::{AccountId, GestureId};
use crate::domain::person::{Person, Role};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say::day_of;
use crate::store::Stamp;

/// The longest text that a field of an account takes, in bytes.
const MOST: usize = 16 * 1024;

/// What editing an account did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edited {
    /// The gesture in the record.
    pub gesture: GestureId,
    /// What happened, in a line.
    pub label: String,
    /// What differs, a line for each field.
    pub differs: Vec<String>,
}

impl Desk {
    /// An account that somebody names by id, key, domain or name, with its news and events.
    ///
    /// # Errors
    /// There is no such account, or more than one.
    pub fn account(&self, named: &str) -> Result<Account, DeskError> {
        let missing = || {
            DeskError::NotFound(format!(
                "There is no account \"{named}\"; write its name, domain or id."
            ))
        };
        let id = self.store.find_account(named)?.ok_or_else(missing)?;
        self.store.account(id)?.ok_or_else(missing)
    }

    /// Sets fields of an account from text, as one gesture: all or none. `seen` is the account as the person saw it.
    ///
    /// # Errors
    /// A field or value makes no sense, nothing differs, somebody else changed the account, or this person may not.
    pub fn edit_account(
        &mut self,
        actor: Actor,
        seen: &Account,
        fields: &BTreeMap<String, String>,
    ) -> Result<Edited, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?.clone();
        self.may_edit(&who, seen.id, seen)?;
        let mut after = seen.clone();
        let today = day_of(actor.now, self.policy.zone);
        for (key, text) in fields {
            let label = account_field(key).map_or(key.as_str(), |field| field.label);
            if text.len() > MOST {
                return Err(Refusal::new(
                    RefusalKind::Missing,
                    format!("{label} is longer than 16 KiB."),
                )
                .hint("Shorten it.")
                .into());
            }
            set(&mut after, key, text, &people, today)
                .map_err(|why| Refusal::new(RefusalKind::Missing, format!("{label}: {why}.")))?;
        }
        let differs = differs(seen, &after, &people);
        if after == *seen {
            return Err(Refusal::new(RefusalKind::Nothing, "The account already says that.").into());
        }
        after.changed = actor.now;
        let label = format!("edited {}", after.name);
        let stamp = Stamp {
            action_id: actor.action,
            actor: Some(actor.who),
            machine: self.machine.clone(),
            at: actor.now,
            label: label.clone(),
            policy: &self.policy.hash,
        };
        let saved = self.store.save_account(&stamp, seen, &after, &differs.join("; "))?;
        let gesture = saved.ok_or_else(|| {
            DeskError::Refused(
                Refusal::new(
                    RefusalKind::NotAvailable,
                    format!("{} was changed by somebody else in between.", seen.name),
                )
                .hint("Look at it again and edit what is there now."),
            )
        })?;
        Ok(Edited { gesture, label, differs })
    }

    /// Marketing, revenue operations, managers and VPs edit accounts; so does whoever owns one or has a handoff of it.
    fn may_edit(&self, who: &Person, id: AccountId, account: &Account) -> Result<(), DeskError> {
        let role = matches!(
            who.role,
            Role::Marketing | Role::VpMarketing | Role::Revops | Role::VpSales | Role::Manager
        );
        let theirs = account.owner == Some(who.id) || self.store.has_handoff_of(who.id, id)?;
        if who.active && (role || theirs) {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::NotPermitted,
            format!("{} ({}) may not edit {}.", who.name, who.role.label(), account.name),
        )
        .hint("That is for marketing, revenue operations, managers, and whoever owns it or has a handoff of it.")
        .into())
    }
}

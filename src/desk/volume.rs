//! The monthly caps (`DOMAIN.md 4`): what they hold back and why, and letting one through, which is recorded.

use super::batch::not_permitted;
use super::evaluate::Evaluated;
use super::{Actor, Desk, DeskError, Receipt};
use crate::domain::account::Tier;
use crate::domain::change::Change;
use crate::domain::criteria::Rank;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{AccountId, HandoffId};
use crate::domain::person::Role;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::time::Instant;
use crate::store::Item;

/// What the cap of a type has let through this month, and what it holds back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Volume {
    /// The type's key.
    pub kind: String,
    /// Its name.
    pub label: String,
    /// The month, as people say it: `November 2026`.
    pub month: String,
    /// Its cap.
    pub cap: u32,
    /// Handoffs of it that were flagged this month.
    pub flagged: u32,
    /// Accounts that are ready and held back, the next to come first.
    pub held_back: Vec<HeldBack>,
}

impl Volume {
    /// What was flagged against the cap, and how many are held back, in a line.
    #[must_use]
    pub fn told(&self) -> String {
        let Self { label, flagged, cap, month, held_back, .. } = self;
        let held = say::thousands(held_back.len() as u64);
        format!("{label}: {flagged} of {cap} flagged in {month}, {held} held back")
    }
}

/// An account that a cap holds back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldBack {
    /// Which.
    pub account: AccountId,
    /// Its name.
    pub company: String,
    /// Its tier.
    pub tier: Tier,
    /// Its intent score when it was judged.
    pub score: u8,
    /// Why it is held back, in a sentence's words.
    pub why: String,
}

impl Desk {
    /// The types that have a monthly cap, with what they hold back.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn volume(&self, now: Instant) -> Result<Vec<Volume>, DeskError> {
        let month = now.utc().with_timezone(&self.policy.zone).format("%B %Y").to_string();
        let mut all = Vec::new();
        for kind in self.policy.types.iter().filter(|kind| kind.monthly_cap > 0) {
            let flagged = self.store.flagged_this_month(&kind.key, now, self.policy.zone)?;
            let mut ready = self.store.held_back(&kind.key)?;
            ready.sort_by_key(|(account, _, tier, score)| Rank::new(*tier, *score, *account));
            let cap = kind.monthly_cap;
            let held_back = ready
                .into_iter()
                .map(|(account, company, tier, score)| HeldBack {
                    account,
                    company,
                    tier,
                    score,
                    why: format!(
                        "tier {tier} with score {score} came after the {cap} that the cap lets through in {month}"
                    ),
                })
                .collect();
            all.push(Volume {
                kind: kind.key.clone(),
                label: kind.label.clone(),
                month: month.clone(),
                cap,
                flagged,
                held_back,
            });
        }
        Ok(all)
    }

    /// Flags an account that the cap of its type holds back, and says in the record who let it through and why.
    ///
    /// # Errors
    /// This person may not, no reason is given, or the criteria don't hand the account off now.
    pub fn let_through(
        &mut self,
        account: &str,
        reason: &str,
        actor: Actor,
    ) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?.clone();
        if !matches!(who.role, Role::Manager | Role::VpSales | Role::Revops) {
            return Err(not_permitted(
                &who,
                "let an account through a cap",
                "managers, the VP of Sales and revenue operations",
            ));
        }
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Refusal::new(RefusalKind::Missing, "The reason is missing.")
                .hint("Say why this one goes beyond the cap; it is kept in the record.")
                .into());
        }
        let explained = self.explain(account, actor.now)?;
        let judgement = explained.judgement;
        if !judgement.flags() {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("The criteria don't hand {} off now.", explained.company),
            )
            .hint("`handoff evaluate --explain` says why.")
            .into());
        }
        let mut hands = self.in_hand(actor.now)?;
        let Some(handoff) = self.birth(&judgement, &who, &people, &hands.open, actor.now)? else {
            return Err(DeskError::nothing(format!(
                "{} has no type to be flagged as.",
                explained.company
            )));
        };
        let label =
            self.policy.kind(&handoff.kind).map_or(handoff.kind.clone(), |kind| kind.label.clone());
        let mut items = vec![Item {
            handoff: Handoff { id: HandoffId::default(), ..handoff.clone() },
            action: "let through".to_owned(),
            note: Some(format!("{reason} (beyond the monthly cap)")),
            changes: vec![Change::Created(Box::new(handoff.clone()))],
        }];
        let mut found = Evaluated::default();
        self.go_on(handoff, &who, &people, &mut hands, actor.now, &mut found, &mut items)?;
        let label = format!("let {} through the cap of {label}", explained.company);
        let committed = self.keep(actor, &label, items, None)?;
        let done = committed.handoffs.iter().map(|(id, _)| *id).collect();
        Ok(Receipt { gesture: committed.gesture, label, done, refused: Vec::new() })
    }
}

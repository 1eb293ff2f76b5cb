//! What a win leads to (`DOMAIN.md 8`): the desk proposes to hand the customer over, and does so when somebody says yes.

use super::evaluate::Evaluated;
use super::{Actor, Desk, DeskError, Receipt};
use crate::domain::change::Change;
use crate::domain::decide::{Facts, first_clocks, may};
use crate::domain::handoff::Handoff;
use crate::domain::ids::HandoffId;
use crate::domain::policy::{HandoffType, Then};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::stage::Action;
use crate::store::Item;

/// The type that a won handoff is followed by.
const FOLLOWS: &str = "closed_won";

impl Desk {
    /// The type of handoff that the desk proposes after this one: won, and not followed yet.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn follows(&self, handoff: &Handoff) -> Result<Option<&HandoffType>, DeskError> {
        let code = handoff.outcome.as_ref().map(|outcome| outcome.code.as_str());
        let won = code
            .and_then(|code| self.policy.disposition(code))
            .is_some_and(|rule| rule.then == Then::Won);
        let Some(kind) = self.policy.kind(FOLLOWS).filter(|_| won && !handoff.stage.is_open())
        else {
            return Ok(None);
        };
        let followed = self.store.children(handoff.id)?.iter().any(|(_, kind)| kind == FOLLOWS);
        Ok((!followed).then_some(kind))
    }

    /// Hands a won customer over: makes the handoff that the desk proposes, linked to the won one, from whoever won it.
    ///
    /// # Errors
    /// It is not won, was followed already, or this person may not.
    pub fn follow(&mut self, actor: Actor, id: HandoffId) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?.clone();
        let (won, company) = self.handoff(id)?;
        let Some(kind) = self.follows(&won)?.cloned() else {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("{id} is not won, or is handed on already."),
            )
            .hint("Only a won handoff is followed by another.")
            .into());
        };
        if let Some(open) =
            self.store.open_handoff(won.account, &kind.key, won.opportunity.as_deref())?
        {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("{open} is open for the same account and type."),
            )
            .hint("Work on that one, or close it first.")
            .into());
        }
        let policy = std::sync::Arc::clone(&self.policy);
        let mut hands = self.in_hand(actor.now)?;
        let facts = Facts { open: &hands.open, ..Facts::of(&policy, &who, &people, actor.now) };
        let old = policy.kind(&won.kind).unwrap_or(&kind);
        may(Action::Win, &won, old, &facts)?;
        let amount =
            won.amount.map_or_else(String::new, |amount| format!(", {}", say::money(amount)));
        let mut fresh = Handoff {
            opportunity: won.opportunity.clone(),
            tier: won.tier,
            score: won.score,
            source: won.source,
            reason: format!("Won with {id}{amount}"),
            contact: won.contact,
            sender: won.assignee.or(Some(who.id)),
            amount: won.amount,
            parent: Some(id),
            ..Handoff::flagged(won.account, &kind.key, actor.now)
        };
        // What the type asks for and was told before need not be told again.
        let known = won.fields.iter().filter(|(key, _)| kind.requires.contains(key));
        fresh.fields = known.map(|(key, text)| (key.clone(), text.clone())).collect();
        first_clocks(&mut fresh, &kind, &facts)?;
        let label = format!("handed {company} on as {}", kind.label);
        let mut items = vec![Item {
            handoff: fresh.clone(),
            action: "flag".to_owned(),
            note: Some(fresh.reason.clone()),
            changes: vec![Change::Created(Box::new(fresh.clone()))],
        }];
        let mut found = Evaluated::default();
        self.go_on(fresh, &who, &people, &mut hands, actor.now, &mut found, &mut items)?;
        let committed = self.keep(actor, &label, items, None)?;
        let done = committed.handoffs.iter().map(|(id, _)| *id).collect();
        Ok(Receipt { gesture: committed.gesture, label, done, refused: Vec::new() })
    }
}

//! Handoffs made by hand, from a form or from a row of a file; what follows is the same as after evaluation.

use super::evaluate::Evaluated;
use super::material::Material;
use super::{Actor, Desk, DeskError, Receipt};
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::contact::Contact;
use crate::domain::criteria::{fit, intent_score};
use crate::domain::decide::{Facts, first_clocks};
use crate::domain::draft::{HandoffDraft, PersonRef};
use crate::domain::field::package_field;
use crate::domain::handoff::{Handoff, Moment};
use crate::domain::ids::{AccountId, HandoffId};
use crate::domain::person::{Person, Role};
use crate::domain::policy::HandoffType;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::Instant;
use crate::store::Item;

impl Desk {
    /// Makes a handoff by hand: flags it and, as far as its type asks for that, submits and assigns it.
    ///
    /// # Errors
    /// The account, the type or a field is not known, one is open already for the same account, type and opportunity, or
    /// this person may not.
    pub fn create(&mut self, actor: Actor, draft: &HandoffDraft) -> Result<Receipt, DeskError> {
        let account = self.store.account_named(&draft.account)?.map_err(DeskError::NotFound)?;
        self.make(actor, account, draft)
    }

    /// The same for an account that is known, as a form or the command line makes it: a contact that is named must be
    /// one of the account's.
    ///
    /// # Errors
    /// As [`Desk::create`].
    pub fn create_for(
        &mut self,
        actor: Actor,
        account: AccountId,
        draft: &HandoffDraft,
    ) -> Result<Receipt, DeskError> {
        if let Some(named) = &draft.contact {
            let contacts = self.store.contacts_of(account)?;
            let company = self.store.company(account)?;
            if !contacts.iter().any(|contact| is_named(contact, named)) {
                let text = named.email.as_ref().or(named.name.as_ref()).map_or("", String::as_str);
                let names: Vec<_> =
                    contacts.iter().take(8).map(|contact| contact.name.as_str()).collect();
                let hint = if names.is_empty() {
                    "It has no contacts yet; import them, or leave the contact out.".to_owned()
                } else {
                    format!("It has {}.", names.join(", "))
                };
                return Err(Refusal::new(
                    RefusalKind::Missing,
                    format!("{company} has no contact \"{text}\"."),
                )
                .hint(hint)
                .into());
            }
        }
        self.make(actor, account, draft)
    }

    fn make(
        &mut self,
        actor: Actor,
        account: AccountId,
        draft: &HandoffDraft,
    ) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?.clone();
        let kind = self.type_of(draft)?.clone();
        may_create(&who, &kind)?;
        if let Some(open) =
            self.store.open_handoff(account, &kind.key, draft.opportunity.as_deref())?
        {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("{open} is open for the same account and type."),
            )
            .hint("Work on that one, or close it first.")
            .into());
        }
        let handoff = self.draw_up(draft, &kind, account, &who, &people, actor.now)?;
        let company = self.store.company(account)?;
        let label = format!("flagged {company} as {}", kind.label);
        let mut items = vec![Item {
            handoff: handoff.clone(),
            action: "flag".to_owned(),
            note: Some(handoff.reason.clone()).filter(|reason| !reason.is_empty()),
            changes: vec![Change::Created(Box::new(handoff.clone()))],
        }];
        let mut hands = self.in_hand(actor.now)?;
        self.go_on(
            handoff,
            &who,
            &people,
            &mut hands,
            actor.now,
            &mut Evaluated::default(),
            &mut items,
        )?;
        let committed = self.keep(actor, &label, items, draft.external.as_deref())?;
        let done: Vec<HandoffId> = committed.handoffs.iter().map(|(id, _)| *id).collect();
        Ok(Receipt { gesture: committed.gesture, label, done, refused: Vec::new() })
    }

    fn type_of(&self, draft: &HandoffDraft) -> Result<&HandoffType, DeskError> {
        self.policy.kind(&draft.kind).ok_or_else(|| {
            let keys: Vec<_> = self.policy.types.iter().map(|kind| kind.key.as_str()).collect();
            DeskError::NotFound(format!(
                "The policy has no type \"{}\"; it has {}.",
                draft.kind,
                keys.join(", ")
            ))
        })
    }

    /// The handoff as the draft and the account say, with its first clocks.
    fn draw_up(
        &self,
        draft: &HandoffDraft,
        kind: &HandoffType,
        account: AccountId,
        who: &Person,
        people: &[Person],
        now: Instant,
    ) -> Result<Handoff, DeskError> {
        let judged = self.store.judged(account, now, &self.policy)?;
        let mut handoff = Handoff::flagged(account, &kind.key, now);
        if let Some(one) = &judged {
            handoff.tier = fit(&one.account, &one.contacts, &self.policy).tier;
            handoff.score = intent_score(&one.signals, &self.policy, now).value;
            handoff.contact = draft
                .contact
                .as_ref()
                .and_then(|named| one.contacts.iter().find(|contact| is_named(contact, named)))
                .or_else(|| one.contacts.first())
                .map(|contact| contact.id);
        }
        handoff.source = draft.source.unwrap_or_default();
        handoff.reason = draft.reason.clone().unwrap_or_default();
        handoff.opportunity.clone_from(&draft.opportunity);
        handoff.amount = draft.amount;
        handoff.sender = (who.role == kind.from).then_some(who.id);
        for (key, value) in &draft.package {
            if package_field(key).is_none() {
                return Err(DeskError::NotFound(format!("\"{key}\" is not a package field.")));
            }
            if !value.trim().is_empty() {
                handoff.fields.insert(key.clone(), value.trim().to_owned());
            }
        }
        if let Some(at) = draft.meeting_at {
            handoff.moments.insert(Moment::Meeting, at);
            let shown = at.utc().with_timezone(&self.policy.zone).format("%a %-d %b %Y %H:%M");
            handoff.fields.entry("meeting.at".to_owned()).or_insert_with(|| shown.to_string());
        }
        let material = Material::load(&self.store, &handoff)?;
        let around = self.around(people, now);
        let (percent, missing) = material.completeness(&handoff, &Command::Submit, &around);
        let facts = Facts {
            package: Some((percent, &missing)),
            ..Facts::automatic(&self.policy, who, people, now)
        };
        first_clocks(&mut handoff, kind, &facts)?;
        self.put_into_batch(&mut handoff, kind, now)?;
        Ok(handoff)
    }
}

/// Whether a reference names this contact.
fn is_named(contact: &Contact, named: &PersonRef) -> bool {
    let same = |one: &Option<String>, other: &str| {
        one.as_deref().is_some_and(|one| one.eq_ignore_ascii_case(other))
    };
    (named.external.is_some() && contact.external == named.external)
        || named.email.as_deref().is_some_and(|email| same(&contact.email, email))
        || named.name.as_deref().is_some_and(|name| contact.name.eq_ignore_ascii_case(name))
}

/// Marketing, revenue operations, the VP of Sales and whoever hands over this type make handoffs by hand.
fn may_create(who: &Person, kind: &HandoffType) -> Result<(), Refusal> {
    let may = who.role == kind.from
        || matches!(who.role, Role::Marketing | Role::VpMarketing | Role::Revops | Role::VpSales);
    if may && who.active {
        return Ok(());
    }
    Err(Refusal::new(
        RefusalKind::NotPermitted,
        format!(
            "{} ({}) may not make a handoff of type {}.",
            who.name,
            who.role.label(),
            kind.label
        ),
    )
    .hint(match kind.from {
        Role::Marketing | Role::VpMarketing => {
            "That is for marketing, revenue operations and the VP of Sales.".to_owned()
        }
        from => format!(
            "That is for {}, marketing, revenue operations and the VP of Sales.",
            from.label()
        ),
    }))
}

//! Evaluation: the criteria over the accounts; what is ready is flagged, and what is complete enough goes on
//! (`DOMAIN.md 4`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::material::Material;
use super::{Desk, DeskError};
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::criteria::{
    Case, Judgement, Open, Rank, Receipt, judge, receipt, select_under_cap,
};
use crate::domain::decide::{Facts, decide, first_clocks};
use crate::domain::handoff::Handoff;
use crate::domain::ids::{AccountId, HandoffId, PersonId};
use crate::domain::person::{Person, Role};
use crate::domain::policy::{Policy, Verdict};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::store::{Item, Judged, Write};

/// Accounts that are read at a time.
const BATCH: usize = 2_000;

/// Handoffs that are flagged in one transaction, so that other desks keep working.
const CHUNK: usize = 100;

/// How to evaluate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EvaluateOptions {
    /// Only accounts that changed, or got a signal, since they were last judged.
    pub changed: bool,
    /// Change nothing.
    pub dry_run: bool,
}

/// What an evaluation found and did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Evaluated {
    /// Accounts judged.
    pub accounts: u64,
    /// Accounts by verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Handoffs flagged, by type.
    pub flagged: BTreeMap<String, u64>,
    /// Of those, submitted at once because their package was complete enough.
    pub submitted: u64,
    /// Of those, assigned at once because their type asks for it.
    pub assigned: u64,
    /// Accounts that are ready but have an open handoff, which their new signals join.
    pub joined: u64,
    /// Accounts that are ready but held back by the monthly cap of their type.
    pub held_back: u64,
}

/// The verdict on one account, condition by condition.
#[derive(Clone, PartialEq, Debug)]
pub struct Explained {
    /// The account's name.
    pub company: String,
    /// The verdict.
    pub judgement: Judgement,
    /// Every rule that was tried, with its conditions and the evidence.
    pub receipt: Receipt,
}

impl Desk {
    /// Judges the accounts and flags what is ready, for a person or, with none, for whoever operates the machine.
    /// `progress` is told how many accounts are done.
    ///
    /// # Errors
    /// This person may not, or the store failed; what was flagged before the failure stays.
    pub fn evaluate(
        &mut self,
        who: Option<PersonId>,
        now: Instant,
        options: EvaluateOptions,
        new_id: &mut dyn FnMut() -> [u8; 16],
        progress: &mut dyn FnMut(u64),
    ) -> Result<Evaluated, DeskError> {
        let people = self.store.people()?;
        let who = match who {
            Some(who) => self.actor(&people, who)?.clone(),
            None => operator(),
        };
        if !matches!(who.role, Role::Revops | Role::VpSales | Role::Marketing | Role::VpMarketing) {
            return Err(Refusal::new(
                RefusalKind::NotPermitted,
                format!("{} ({}) may not run the evaluation.", who.name, who.role.label()),
            )
            .hint("That is for marketing, revenue operations and the VP of Sales.")
            .into());
        }
        let mut found = Evaluated::default();
        let mut ready: Vec<Judgement> = Vec::new();
        let mut last: Option<AccountId> = None;
        loop {
            let batch = self.store.to_judge(last, options.changed, now, &self.policy, BATCH)?;
            let Some(end) = batch.last() else { break };
            last = Some(end.account.id);
            let judgements: Vec<_> = batch.iter().map(|one| self.judge(one, now)).collect();
            for judgement in &judgements {
                found.accounts += 1;
                *found.verdicts.entry(judgement.verdict).or_default() += 1;
                if judgement.flags() {
                    ready.push(judgement.clone());
                } else if judgement.verdict == Verdict::Handoff && judgement.has_news() {
                    found.joined += 1;
                }
            }
            if !options.dry_run {
                let policy = Arc::clone(&self.policy);
                let rule = |judgement: &Judgement| rule_name(judgement, &policy);
                self.store.keep_judgements(&judgements, &rule, now, &policy.hash)?;
            }
            progress(found.accounts);
        }
        let ready = self.under_cap(ready, now, &mut found)?;
        for judgement in &ready {
            if let Some(kind) = &judgement.kind {
                *found.flagged.entry(kind.clone()).or_default() += 1;
            }
        }
        if !options.dry_run {
            for chunk in ready.chunks(CHUNK) {
                self.flag(chunk, &who, &people, now, new_id(), &mut found)?;
            }
        }
        Ok(found)
    }

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
        let case = case(&one, &open, now);
        let judgement = judge(&case, &self.policy);
        let receipt = receipt(&case, &self.policy, &judgement);
        Ok(Explained { company: one.account.name.clone(), judgement, receipt })
    }

    fn judge(&self, one: &Judged, now: Instant) -> Judgement {
        judge(&case(one, &one.open(), now), &self.policy)
    }

    /// The best under each type's monthly cap; the rest are counted as held back.
    fn under_cap(
        &self,
        ready: Vec<Judgement>,
        now: Instant,
        found: &mut Evaluated,
    ) -> Result<Vec<Judgement>, DeskError> {
        let mut by_kind: BTreeMap<String, Vec<Judgement>> = BTreeMap::new();
        for judgement in ready {
            by_kind.entry(judgement.kind.clone().unwrap_or_default()).or_default().push(judgement);
        }
        let mut kept = Vec::new();
        for (key, judgements) in by_kind {
            let Some(kind) = self.policy.kind(&key) else { continue };
            if kind.monthly_cap == 0 {
                kept.extend(judgements);
                continue;
            }
            let done = self.store.flagged_this_month(&key, now, self.policy.zone)?;
            let left = kind.monthly_cap.saturating_sub(done);
            let capped = select_under_cap(judgements, Some(left), |judgement| {
                Rank::new(judgement.fit.tier, judgement.score.value, judgement.account)
            });
            found.held_back += capped.held_back.len() as u64;
            kept.extend(capped.flagged);
        }
        Ok(kept)
    }

    /// Flags some accounts in one gesture, submits what is complete enough and assigns what is assigned at once.
    fn flag(
        &mut self,
        judgements: &[Judgement],
        who: &Person,
        people: &[Person],
        now: Instant,
        action: [u8; 16],
        found: &mut Evaluated,
    ) -> Result<(), DeskError> {
        let mut open = self.store.open_counts()?;
        let mut items = Vec::new();
        let mut names = Vec::new();
        for judgement in judgements {
            let made = self.birth(judgement, who, people, &open, now)?;
            let Some(handoff) = made else { continue };
            names.push(self.store.company(judgement.account)?);
            if let Some(old) = self.woken(judgement, who, people, now)? {
                items.push(old);
            }
            items.push(Item {
                handoff: Handoff { id: HandoffId::default(), ..handoff.clone() },
                action: "flag".to_owned(),
                note: Some(handoff.reason.clone()).filter(|reason| !reason.is_empty()),
                changes: vec![Change::Created(Box::new(handoff.clone()))],
            });
            // One that woke by its date alone is for marketing to look at; with nothing new it is not re-handed.
            if judgement.has_news() {
                self.go_on(handoff, who, people, &mut open, now, found, &mut items)?;
            }
        }
        if items.is_empty() {
            return Ok(());
        }
        let label = match names.as_slice() {
            [one] => format!("flagged {one}"),
            many => format!("flagged {} accounts", many.len()),
        };
        self.store.commit(Write {
            action_id: action,
            actor: (who.id != PersonId::default()).then_some(who.id),
            machine: self.machine.clone(),
            at: now,
            label,
            policy: &self.policy.hash,
            undoes: None,
            items,
        })?;
        Ok(())
    }

    /// Submits a handoff that was just flagged, and assigns it, as far as its type asks for that.
    #[expect(
        clippy::too_many_arguments,
        reason = "one step of one loop; a struct would only rename them"
    )]
    pub(super) fn go_on(
        &self,
        handoff: Handoff,
        who: &Person,
        people: &[Person],
        open: &mut Vec<(PersonId, u32)>,
        now: Instant,
        found: &mut Evaluated,
        items: &mut Vec<Item>,
    ) -> Result<(), DeskError> {
        let Some(kind) = self.policy.kind(&handoff.kind).filter(|kind| kind.auto_submit) else {
            return Ok(());
        };
        let material = Material::load(&self.store, &handoff)?;
        let (percent, missing) =
            material.completeness(&handoff, &Command::Submit, &self.around(people, now));
        if percent < kind.minimum_completeness {
            return Ok(());
        }
        let facts = Facts {
            policy: &self.policy,
            who,
            now,
            people,
            open,
            package: Some((percent, &missing)),
            automatic: true,
        };
        let Ok(changes) = decide(&handoff, &Command::Submit, &facts) else { return Ok(()) };
        let item = Item { handoff, action: "submit".to_owned(), note: None, changes };
        found.submitted += 1;
        let assigned = self.auto_assign(&item, who, people, open, now)?;
        items.push(item);
        if let Some(item) = assigned {
            super::run::count_open(open, &item);
            found.assigned += 1;
            items.push(item);
        }
        Ok(())
    }

    /// A new handoff as the judgement flags it, with its first clocks.
    fn birth(
        &self,
        judgement: &Judgement,
        who: &Person,
        people: &[Person],
        open: &[(PersonId, u32)],
        now: Instant,
    ) -> Result<Option<Handoff>, DeskError> {
        let Some(kind) = judgement.kind.as_deref().and_then(|key| self.policy.kind(key)) else {
            return Ok(None);
        };
        let mut handoff = Handoff {
            tier: judgement.fit.tier,
            score: judgement.score.value,
            source: judgement.source,
            reason: judgement.reason.clone(),
            contact: judgement.contact,
            brief: judgement.brief.clone(),
            parent: judgement.standing.handoff(),
            ..Handoff::flagged(judgement.account, &kind.key, now)
        };
        let facts =
            Facts { policy: &self.policy, who, now, people, open, package: None, automatic: true };
        first_clocks(&mut handoff, kind, &facts)?;
        Ok(Some(handoff))
    }

    /// The resting handoff that the new one grows out of is over.
    fn woken(
        &self,
        judgement: &Judgement,
        who: &Person,
        people: &[Person],
        now: Instant,
    ) -> Result<Option<Item>, DeskError> {
        let Some(id) = judgement.standing.handoff() else { return Ok(None) };
        let Some(handoff) = self
            .store
            .handoff(id)?
            .filter(|old| matches!(old.stage, Stage::Nurture | Stage::Hibernating))
        else {
            return Ok(None);
        };
        let facts = Facts {
            policy: &self.policy,
            who,
            now,
            people,
            open: &[],
            package: None,
            automatic: true,
        };
        let command = Command::Wake { news: judgement.reason.clone() };
        Ok(decide(&handoff, &command, &facts).ok().map(|changes| Item {
            handoff,
            action: "wake".to_owned(),
            note: Some(judgement.reason.clone()).filter(|reason| !reason.is_empty()),
            changes,
        }))
    }
}

fn case<'a>(one: &'a Judged, open: &'a [Open<'a>], now: Instant) -> Case<'a> {
    Case {
        account: &one.account,
        contacts: &one.contacts,
        signals: &one.signals,
        open,
        rest: one.rest(),
        now,
    }
}

/// The name of the rule that decided.
fn rule_name(judgement: &Judgement, policy: &Policy) -> String {
    let rule = judgement.rule.and_then(|place| policy.criteria.get(place));
    rule.map_or_else(|| "no rule matched".to_owned(), |rule| rule.name.clone())
}

/// Whoever operates the machine, where nobody of the desk is named: the file's permissions let them.
fn operator() -> Person {
    Person {
        id: PersonId::default(),
        external: None,
        name: "the desk".to_owned(),
        email: None,
        role: Role::Revops,
        manager: None,
        active: true,
        territories: Vec::new(),
        segments: Vec::new(),
        products: Vec::new(),
        languages: Vec::new(),
        capacity: None,
        calendar: None,
        zone: None,
        absences: Vec::new(),
    }
}

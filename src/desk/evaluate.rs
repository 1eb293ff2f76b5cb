//! Evaluation: the criteria over the accounts; what is ready is flagged, and what is complete enough goes on
//! (`DOMAIN.md 4`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Desk, DeskError};
use crate::domain::command::Command;
use crate::domain::criteria::{Judgement, Rank, select_under_cap};
use crate::domain::decide::{Facts, decide};
use crate::domain::ids::{AccountId, PersonId};
use crate::domain::person::{Person, Role};
use crate::domain::policy::Verdict;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say::{self, day_of};
use crate::domain::time::{DAY, Instant};
use crate::domain::when::start_of;
use crate::store::{Item, Span};

/// Accounts that are judged in one transaction: few enough that other desks keep working.
const BATCH: usize = 5_000;

/// Handoffs that are flagged in one transaction, so that other desks keep working.
const CHUNK: usize = 250;

/// How to evaluate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EvaluateOptions {
    /// Only accounts that changed or got a signal since they were last judged, or whose verdict time alone may have
    /// changed; all of them where the policy is another one by now.
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
    /// Handoffs in nurture that had been quiet for so long that they hibernate now.
    pub hibernated: u64,
    /// All accounts were judged although only those that changed were asked for: the policy is another one.
    pub all_for_policy: bool,
}

impl Evaluated {
    /// What it came to, in a line without its end: `Judged 88 accounts: 3 flagged, 2 of them submitted`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let flagged: u64 = self.flagged.values().sum();
        let mut told = format!("Judged {}", say::count(self.accounts, "account", "accounts"));
        told.push_str(&match (flagged, self.submitted) {
            (0, _) => ": none is newly ready".to_owned(),
            (flagged, 0) => format!(": {} flagged", say::thousands(flagged)),
            (flagged, submitted) => format!(
                ": {} flagged, {} of them submitted",
                say::thousands(flagged),
                say::thousands(submitted)
            ),
        });
        if self.held_back > 0 {
            told.push_str(&format!(", {} held back by a cap", say::thousands(self.held_back)));
        }
        told
    }
}

/// Whether somebody may run the evaluation (`DOMAIN.md 12`, and marketing, whose accounts these are).
///
/// # Errors
/// The refusal, with who may.
pub fn may_evaluate(person: &Person) -> Result<(), Refusal> {
    if matches!(person.role, Role::Revops | Role::VpSales | Role::Marketing | Role::VpMarketing) {
        return Ok(());
    }
    Err(Refusal::new(
        RefusalKind::NotPermitted,
        format!("{} ({}) may not run the evaluation.", person.name, person.role.label()),
    )
    .hint("That is for marketing, revenue operations and the VP of Sales."))
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
        may_evaluate(&who)?;
        let mut found = Evaluated::default();
        let whole = !options.changed || self.store.judged_by()?.as_ref() != Some(&self.policy.hash);
        found.all_for_policy = whole && options.changed;
        let ready = self.judge_all(whole, now, options.dry_run, &mut found, progress)?;
        let (ready, held) = self.under_cap(ready, now)?;
        found.held_back = held.len() as u64;
        for judgement in &ready {
            if let Some(kind) = &judgement.kind {
                *found.flagged.entry(kind.clone()).or_default() += 1;
            }
        }
        if options.dry_run {
            return Ok(found);
        }
        // The cap is drawn anew when the month is over.
        let month = self.next_month(now);
        let until = |one: &Judgement| one.again.map_or(month, |again| again.min(month));
        let held: Vec<_> = held.iter().map(|one| (one.account, Some(until(one)))).collect();
        for chunk in held.chunks(BATCH) {
            self.store.settle_judgements(chunk, true)?;
        }
        for chunk in ready.chunks(CHUNK) {
            self.flag(chunk, &who, &people, now, new_id(), &mut found)?;
        }
        // Only now are they done with: an evaluation that was killed in between flags them when it runs again.
        let done: Vec<_> = ready.iter().map(|one| (one.account, one.again)).collect();
        for chunk in done.chunks(BATCH) {
            self.store.settle_judgements(chunk, false)?;
        }
        self.hibernate(&who, &people, now, new_id, &mut found)?;
        if whole {
            self.store.set_judged_by(&self.policy.hash)?;
            self.store.read_much(false)?;
        }
        Ok(found)
    }

    /// Judges all accounts, or those that are to be judged again; gives back those that are ready to be flagged.
    fn judge_all(
        &mut self,
        whole: bool,
        now: Instant,
        dry_run: bool,
        found: &mut Evaluated,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<Judgement>, DeskError> {
        let policy = Arc::clone(&self.policy);
        self.store.read_much(whole)?;
        let changed = if whole { Vec::new() } else { self.store.accounts_to_judge(now)? };
        let mut chunks = changed.chunks(BATCH);
        let mut ready = Vec::new();
        let mut last = AccountId::default();
        loop {
            let span = if whole {
                Span::After(last, BATCH)
            } else {
                let Some(ids) = chunks.next() else { break };
                Span::These(ids)
            };
            let Some((end, judgements)) = self.store.judge_some(&span, now, &policy, !dry_run)?
            else {
                break;
            };
            last = end;
            for judgement in judgements {
                found.accounts += 1;
                *found.verdicts.entry(judgement.verdict).or_default() += 1;
                if judgement.flags() {
                    ready.push(judgement);
                } else if judgement.verdict == Verdict::Handoff && judgement.has_news() {
                    found.joined += 1;
                }
            }
            progress(found.accounts);
        }
        Ok(ready)
    }

    /// When the next month begins for the team.
    fn next_month(&self, now: Instant) -> Instant {
        use chrono::{Datelike, Months};
        let today = day_of(now, self.policy.zone);
        let first = today.with_day(1).unwrap_or(today);
        start_of(first.checked_add_months(Months::new(1)).unwrap_or(today), self.policy.zone)
    }

    /// What rests in nurture and has been quiet for so long goes to sleep (`DOMAIN.md 2`).
    fn hibernate(
        &mut self,
        who: &Person,
        people: &[Person],
        now: Instant,
        new_id: &mut dyn FnMut() -> [u8; 16],
        found: &mut Evaluated,
    ) -> Result<(), DeskError> {
        let quiet = i64::from(self.policy.hibernate_after_days).saturating_mul(DAY);
        loop {
            let since = now.plus(quiet.saturating_neg());
            let some = self.store.quiet_since(since, now, CHUNK as u32)?;
            let facts = Facts::automatic(&self.policy, who, people, now);
            let items: Vec<_> = self
                .store
                .handoffs(&some)?
                .into_iter()
                .filter_map(|handoff| {
                    let changes = decide(&handoff, &Command::Hibernate, &facts).ok()?;
                    Some(Item { handoff, action: "hibernate".to_owned(), note: None, changes })
                })
                .collect();
            if items.is_empty() {
                return Ok(());
            }
            found.hibernated += items.len() as u64;
            let label = format!("put {} quiet handoffs to sleep", items.len());
            self.keep_as(who.on_record(), now, new_id(), &label, items, None)?;
        }
    }

    /// The best under each type's monthly cap, and those that are held back by it.
    fn under_cap(
        &self,
        ready: Vec<Judgement>,
        now: Instant,
    ) -> Result<(Vec<Judgement>, Vec<Judgement>), DeskError> {
        let mut by_kind: BTreeMap<String, Vec<Judgement>> = BTreeMap::new();
        for judgement in ready {
            by_kind.entry(judgement.kind.clone().unwrap_or_default()).or_default().push(judgement);
        }
        let (mut flagged, mut held_back) = (Vec::new(), Vec::new());
        for (key, judgements) in by_kind {
            let Some(kind) = self.policy.kind(&key) else { continue };
            if kind.monthly_cap == 0 {
                flagged.extend(judgements);
                continue;
            }
            let done = self.store.flagged_this_month(&key, now, self.policy.zone)?;
            let left = kind.monthly_cap.saturating_sub(done);
            let capped = select_under_cap(judgements, Some(left), |judgement| {
                Rank::new(judgement.fit.tier, judgement.score.value, judgement.account)
            });
            held_back.extend(capped.held_back);
            flagged.extend(capped.flagged);
        }
        Ok((flagged, held_back))
    }
}

/// Whoever operates the machine, where nobody of the desk is named: the file's permissions let them.
pub(super) fn operator() -> Person {
    Person::new("the desk", Role::Revops)
}

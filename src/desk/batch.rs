//! The weekly batch on the desk (`DOMAIN.md 10`): which week a handoff goes with, the sheet that a manager reviews, the
//! decisions that are kept until they are committed, and the commit, which is one gesture.

use std::collections::BTreeMap;

use super::material::Material;
use super::run::after;
use super::{Actor, Ask, Desk, DeskError, Receipt, Request};
use crate::domain::batch::sheet::{Draft, Sheet};
use crate::domain::batch::{Dates, Decision, Phase, Week, week_for};
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::decide::{Facts, decide};
use crate::domain::handoff::{Day, Handoff, Moment};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::{InHand, Person, Role};
use crate::domain::policy::HandoffType;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::store::{Item, StoreError};

impl Desk {
    /// Puts a handoff that is just made into the batch that it goes with, if its type goes by batch: the one whose cut-off
    /// comes next, or the one after where that was sent by hand already.
    pub(super) fn put_into_batch(
        &self,
        handoff: &mut Handoff,
        kind: &HandoffType,
        now: Instant,
    ) -> Result<(), StoreError> {
        if kind.key != self.policy.batch.kind {
            return Ok(());
        }
        let mut week = week_for(now, &self.policy);
        if self.store.batch_sent(week)? {
            week = week.next();
        }
        handoff.days.insert(Day::Batch, week.monday());
        Ok(())
    }

    /// The week whose batch is at hand: the last one that was sent while items of it wait, else this week's.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn week_at_hand(&self, now: Instant) -> Result<Week, StoreError> {
        let this = Week::of(say::day_of(now, self.policy.zone));
        if Dates::of(this, &self.policy).send <= now || self.store.batch_sent(this)? {
            return Ok(this);
        }
        let last = this.previous();
        let waits = self.store.batch_items(last)?.iter().any(|item| item.waits());
        Ok(if waits { last } else { this })
    }

    /// The weeks that have a batch, newest first, at most so many.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn batch_weeks(&self, most: u32) -> Result<Vec<Week>, StoreError> {
        self.store.batch_weeks(most)
    }

    /// A week's batch as somebody sees it, with what they have decided and not committed.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn sheet(
        &self,
        week: Week,
        who: Option<PersonId>,
        now: Instant,
    ) -> Result<Sheet, StoreError> {
        let items = self.store.batch_items(week)?;
        let dates = Dates::of(week, &self.policy);
        let sent = items.iter().filter_map(|item| item.sent).min().unwrap_or(dates.send);
        let cut_off = sent.min(dates.send);
        // What goes with the next week was put off, or came after the cut-off.
        let next = self.store.batch_items(week.next())?;
        let (late, put_off): (Vec<_>, Vec<_>) =
            next.into_iter().partition(|item| item.created >= cut_off);
        let late = late.into_iter().filter(|item| item.waits() && cut_off <= now).collect();
        let drafts = match who {
            Some(who) => self.store.drafts(week, who)?,
            None => BTreeMap::new(),
        };
        let round = self.store.round(items, now, self.week_start(now))?;
        Ok(Sheet::new(week, &self.policy, round, (late, put_off), drafts))
    }

    /// Sends a week's batch before its cut-off: submits what is complete enough, and from then on what is flagged goes
    /// with the next week.
    ///
    /// # Errors
    /// It was sent already, there is nothing in it, or this person may not.
    pub fn send_batch(&mut self, week: Week, actor: Actor) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?.clone();
        let may = [Role::VpSales, Role::Manager, Role::Revops, Role::Marketing, Role::VpMarketing];
        if !may.contains(&who.role) {
            return Err(not_permitted(&who, "send a batch", "marketing and whoever assigns"));
        }
        let sheet = self.sheet(week, None, actor.now)?;
        if sheet.phase != Phase::Open {
            return Err(Refusal::new(
                RefusalKind::NotLegal,
                format!("The batch of {week} is {} already.", sheet.phase.label()),
            )
            .into());
        }
        let ids: Vec<_> =
            sheet.undelivered.iter().chain(&sheet.round.items).map(|item| item.id).collect();
        if ids.is_empty() {
            return Err(DeskError::nothing(format!(
                "There is nothing in the batch of {week} to send."
            )));
        }
        let mut items = Vec::new();
        let (mut sent, mut left) = (Vec::new(), 0_usize);
        for handoff in self.store.handoffs(&ids)? {
            let Some((item, handoff)) = self.delivered(handoff, &who, &people, actor.now)? else {
                left += 1;
                continue;
            };
            items.extend(item);
            sent.push(handoff.id);
            items.push(Item {
                action: "send".to_owned(),
                note: Some(format!("with the batch of {week}")),
                changes: vec![Change::Happened {
                    moment: Moment::Sent,
                    from: handoff.moment(Moment::Sent),
                    to: Some(actor.now),
                }],
                handoff,
            });
        }
        if sent.is_empty() {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("No package in the batch of {week} is complete enough to be sent."),
            )
            .hint("`handoff show ID` names what is missing.")
            .into());
        }
        let without = match left {
            0 => String::new(),
            left => format!(", {left} left for later: their packages are not complete enough"),
        };
        let label = format!(
            "sent the batch of {week} with {}{without}",
            say::count(sent.len() as u64, "item", "items")
        );
        let committed = self.keep(actor, &label, items, None)?;
        Ok(Receipt { gesture: committed.gesture, label, done: sent, refused: Vec::new() })
    }

    /// A handoff of a batch that is sent, with the submission that it still wants; none where its package is not complete
    /// enough for that.
    fn delivered(
        &self,
        handoff: Handoff,
        who: &Person,
        people: &[Person],
        now: Instant,
    ) -> Result<Option<(Option<Item>, Handoff)>, DeskError> {
        if handoff.stage != Stage::Flagged {
            return Ok(Some((None, handoff)));
        }
        let material = Material::load(&self.store, &handoff)?;
        let (percent, missing, content) =
            material.sent(&handoff, &Command::Submit, &self.around(people, now));
        let facts = Facts {
            package: Some((percent, &missing)),
            ..Facts::automatic(&self.policy, who, people, now)
        };
        let Ok(mut changes) = decide(&handoff, &Command::Submit, &facts) else { return Ok(None) };
        let from = self.store.frozen(handoff.id)?.map(Box::new);
        changes.push(Change::Froze { from, to: Some(Box::new(content)) });
        let item = Item { handoff, action: "submit".to_owned(), note: None, changes };
        let handoff = after(&item);
        Ok(Some((Some(item), handoff)))
    }

    /// Keeps what somebody decided about items of a week until they commit it; none takes a decision back. Decisions that
    /// the rules would refuse at commit are refused here.
    ///
    /// # Errors
    /// An item doesn't wait in this batch, or the rules say no to a decision; nothing was kept then.
    pub fn draft(
        &mut self,
        week: Week,
        actor: Actor,
        decisions: &[(HandoffId, Option<Decision>)],
    ) -> Result<(), DeskError> {
        let ids: Vec<_> = decisions.iter().map(|(id, _)| *id).collect();
        let handoffs = self.store.handoffs(&ids)?;
        let mut drafts = Vec::with_capacity(decisions.len());
        let mut asks = Vec::new();
        for (id, decision) in decisions {
            let Some(decision) = decision else {
                drafts.push((*id, None));
                continue;
            };
            let handoff = handoffs.iter().find(|handoff| handoff.id == *id);
            let handoff = handoff.filter(|handoff| {
                handoff.day(Day::Batch) == Some(week.monday()) && handoff.stage == Stage::Queued
            });
            let Some(handoff) = handoff else {
                return Err(Refusal::new(
                    RefusalKind::NotLegal,
                    format!("{id} doesn't wait for a decision in the batch of {week}."),
                )
                .hint(format!("`handoff batch show {week}` lists those that do."))
                .into());
            };
            let command = decision.command(week, &self.policy).map_err(DeskError::NotFound)?;
            asks.push(Ask { handoff: *id, seen: None, command });
            drafts
                .push((*id, Some(Draft { version: handoff.version, decision: decision.clone() })));
        }
        self.room_for(week, actor, decisions)?;
        let preview = self.preview(&Request { actor, asks, what_can: true })?;
        if let Some(first) = preview.cannot.into_iter().next() {
            return Err(Refusal {
                sentence: format!(
                    "{} {}: {}",
                    first.handoff, first.company, first.refusal.sentence
                ),
                ..first.refusal
            }
            .into());
        }
        Ok(self.store.keep_drafts(week, actor.who, &drafts)?)
    }

    /// Refuses decisions that, with those made before, give somebody more than they can carry.
    fn room_for(
        &self,
        week: Week,
        actor: Actor,
        decisions: &[(HandoffId, Option<Decision>)],
    ) -> Result<(), DeskError> {
        let mut all: BTreeMap<_, _> = self.store.drafts(week, actor.who)?;
        let mut drawn: BTreeMap<PersonId, u32> = BTreeMap::new();
        for (id, _) in decisions {
            all.remove(id);
        }
        for draft in all.values() {
            if let Decision::Route { to, .. } = draft.decision {
                *drawn.entry(to).or_default() += 1;
            }
        }
        let people = self.store.people()?;
        let hands = self.in_hand(actor.now)?;
        for (id, decision) in decisions {
            let Some(Decision::Route { to, anyway }) = decision else { continue };
            let given = drawn.entry(*to).or_default();
            let has = InHand::of(&hands.open, *to);
            let person = people.iter().find(|person| person.id == *to);
            let full = person.and_then(|person| {
                let full = person.full(has.open + *given, has.week + *given).into_iter().next()?;
                Some((person, full))
            });
            *given += 1;
            if let Some((person, full)) = full.filter(|_| !anyway) {
                return Err(Refusal::new(
                    RefusalKind::NotAvailable,
                    format!("{id}: {} is {} with what you have decided.", person.name, full.said()),
                )
                .hint("Choose somebody else, or confirm to assign anyway.")
                .into());
            }
        }
        Ok(())
    }

    /// Carries out everything that somebody has decided about a week's batch, as one gesture or not at all. What has no
    /// decision stays in the batch.
    ///
    /// # Errors
    /// Nothing is decided, the batch is still open, somebody else was first with one of the items, or the rules say no to
    /// one; the decisions are kept then.
    pub fn commit_batch(&mut self, week: Week, actor: Actor) -> Result<Receipt, DeskError> {
        let drafts = self.store.drafts(week, actor.who)?;
        if drafts.is_empty() {
            return Err(DeskError::nothing(format!(
                "Nothing is decided in the batch of {week} yet."
            )));
        }
        self.no_longer_open(week, actor.now)?;
        let decisions =
            drafts.iter().map(|(id, draft)| (*id, Some(draft.version), &draft.decision));
        let receipt = self.carry_out(week, actor, &decisions.collect::<Vec<_>>())?;
        // Committed is committed: should this fail, the drafts are seen to be overtaken.
        let gone: Vec<_> = drafts.keys().map(|id| (*id, None)).collect();
        self.store.keep_drafts(week, actor.who, &gone)?;
        Ok(receipt)
    }

    /// Refuses to decide in a batch that still fills.
    pub(super) fn no_longer_open(&self, week: Week, now: Instant) -> Result<(), DeskError> {
        let dates = Dates::of(week, &self.policy);
        if dates.send <= now || self.store.batch_sent(week)? {
            return Ok(());
        }
        let until = say::moment(dates.send, self.policy.zone);
        Err(Refusal::new(
            RefusalKind::NotLegal,
            format!("The batch of {week} is open until {until}."),
        )
        .hint("Send it by hand first to review it earlier.")
        .into())
    }

    /// Carries out decisions about a week's batch as one gesture.
    pub(super) fn carry_out(
        &mut self,
        week: Week,
        actor: Actor,
        decisions: &[(HandoffId, Option<i64>, &Decision)],
    ) -> Result<Receipt, DeskError> {
        let mut asks = Vec::with_capacity(decisions.len());
        let mut told = BTreeMap::new();
        for (id, seen, decision) in decisions {
            let command = decision.command(week, &self.policy).map_err(DeskError::NotFound)?;
            asks.push(Ask { handoff: *id, seen: *seen, command });
            told.insert(*id, (*decision).clone());
        }
        let label = format!("committed the batch of {week}: {}", Sheet::tally(&told));
        self.run_as(&Request { actor, asks, what_can: false }, Some(&label))
    }
}

/// The refusal that says for whom something is.
pub(super) fn not_permitted(who: &Person, what: &str, whose: &str) -> DeskError {
    Refusal::new(
        RefusalKind::NotPermitted,
        format!("{} ({}) may not {what}.", who.name, who.role.label()),
    )
    .hint(format!("That is for {whose}."))
    .into()
}

//! Flagging: a judgement becomes a handoff with its receipt, and goes on as far as its type lets it (`DOMAIN.md 4`).

use super::evaluate::Evaluated;
use super::material::Material;
use super::propose::Hands;
use super::{Desk, DeskError};
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::criteria::{Judgement, judge, receipt};
use crate::domain::decide::{Facts, decide, first_clocks};
use crate::domain::handoff::Handoff;
use crate::domain::ids::HandoffId;
use crate::domain::person::{InHand, Person};
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::store::Item;

impl Desk {
    /// Flags some accounts in one gesture, submits what is complete enough and assigns what is assigned at once.
    pub(super) fn flag(
        &mut self,
        judgements: &[Judgement],
        who: &Person,
        people: &[Person],
        now: Instant,
        action: [u8; 16],
        found: &mut Evaluated,
    ) -> Result<(), DeskError> {
        let read = || self.to_flag(judgements, who, people, now, found);
        let (items, names) = self.store.at_one_moment(read)?;
        if items.is_empty() {
            return Ok(());
        }
        let label = match names.as_slice() {
            [one] => format!("flagged {one}"),
            many => format!("flagged {} accounts", many.len()),
        };
        self.keep_as(who.on_record(), now, action, &label, items, None)?;
        Ok(())
    }

    /// What flagging them changes, and the names of those that are flagged.
    fn to_flag(
        &self,
        judgements: &[Judgement],
        who: &Person,
        people: &[Person],
        now: Instant,
        found: &mut Evaluated,
    ) -> Result<(Vec<Item>, Vec<String>), DeskError> {
        let mut hands = self.in_hand(now)?;
        let mut items = Vec::new();
        let mut names = Vec::new();
        for judgement in judgements {
            let Some(one) = self.store.judged(judgement.account, now, &self.policy)? else {
                continue;
            };
            let earlier = one.open();
            let case = one.case(&earlier, now);
            let judgement = &judge(&case, &self.policy);
            // Another desk may have flagged it since it was judged.
            if !judgement.flags() {
                continue;
            }
            let made = self.birth(judgement, who, people, &hands.open, now)?;
            let Some(handoff) = made else { continue };
            let lines = receipt(&case, &self.policy, judgement).lines();
            names.push(one.account.name.clone());
            if let Some(old) = self.woken(judgement, who, people, now)? {
                items.push(old);
            }
            items.push(Item {
                handoff: Handoff { id: HandoffId::default(), ..handoff.clone() },
                action: "flag".to_owned(),
                note: Some(handoff.reason.clone()).filter(|reason| !reason.is_empty()),
                changes: vec![
                    Change::Created(Box::new(handoff.clone())),
                    Change::Explained { lines },
                ],
            });
            // One that woke by its date alone is for marketing to look at; with nothing new it is not re-handed.
            if judgement.has_news() {
                self.go_on(handoff, who, people, &mut hands, now, found, &mut items)?;
            }
        }
        Ok((items, names))
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
        hands: &mut Hands,
        now: Instant,
        found: &mut Evaluated,
        items: &mut Vec<Item>,
    ) -> Result<(), DeskError> {
        let Some(kind) = self.policy.kind(&handoff.kind).filter(|kind| kind.auto_submit) else {
            return Ok(());
        };
        let material = Material::load(&self.store, &handoff)?;
        let (percent, missing, sent) =
            material.sent(&handoff, &Command::Submit, &self.around(people, now));
        if percent < kind.minimum_completeness {
            return Ok(());
        }
        let facts = Facts {
            open: &hands.open,
            package: Some((percent, &missing)),
            ..Facts::automatic(&self.policy, who, people, now)
        };
        let Ok(mut changes) = decide(&handoff, &Command::Submit, &facts) else { return Ok(()) };
        changes.push(Change::Froze { from: None, to: Some(Box::new(sent)) });
        let item = Item { handoff, action: "submit".to_owned(), note: None, changes };
        found.submitted += 1;
        let assigned = self.auto_assign(&item, who, people, hands, now)?;
        items.push(item);
        if let Some(item) = assigned {
            super::run::count_open(&mut hands.open, &item);
            found.assigned += 1;
            items.push(item);
        }
        Ok(())
    }

    /// A new handoff as the judgement flags it, with its first clocks.
    pub(super) fn birth(
        &self,
        judgement: &Judgement,
        who: &Person,
        people: &[Person],
        open: &[InHand],
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
        let facts = Facts { open, ..Facts::automatic(&self.policy, who, people, now) };
        first_clocks(&mut handoff, kind, &facts)?;
        self.put_into_batch(&mut handoff, kind, now)?;
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
        let facts = Facts::automatic(&self.policy, who, people, now);
        let command = Command::Wake { news: judgement.reason.clone() };
        Ok(decide(&handoff, &command, &facts).ok().map(|changes| Item {
            handoff,
            action: "wake".to_owned(),
            note: Some(judgement.reason.clone()).filter(|reason| !reason.is_empty()),
            changes,
        }))
    }
}

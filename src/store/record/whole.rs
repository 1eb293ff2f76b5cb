//! A whole handoff in the record, for its creation and removal; what is empty is left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    CheckEntry, ClockEntry, CoOwnerEntry, DecisionEntry, OutcomeEntry, Texts, TouchEntry, is_false,
    word,
};
use crate::domain::clock::ClockKey;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{AccountId, ContactId, HandoffId, PersonId};
use crate::domain::time::Instant;
use crate::store::convert::day;

#[derive(Serialize, Deserialize)]
struct KeyedClock {
    clock: String,
    leg: u32,
    #[serde(default, skip_serializing_if = "is_false")]
    end_to_end: bool,
    #[serde(flatten)]
    entry: ClockEntry,
}

#[derive(Serialize, Deserialize)]
pub(super) struct HandoffEntry {
    id: i64,
    account: i64,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opportunity: Option<String>,
    stage: String,
    tier: String,
    score: u8,
    source: String,
    reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sender: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assignee: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    co_owner: Option<CoOwnerEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    brief: Option<String>,
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    fields: Texts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    completeness: Option<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    moments: BTreeMap<String, i64>,
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    days: Texts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<OutcomeEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before_dispute: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    decisions: Vec<DecisionEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rating: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lacked: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    checks: Vec<CheckEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    touches: Vec<TouchEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    clocks: Vec<KeyedClock>,
}

impl HandoffEntry {
    pub(super) fn of(handoff: &Handoff) -> Self {
        Self {
            id: handoff.id.0,
            account: handoff.account.0,
            kind: handoff.kind.clone(),
            opportunity: handoff.opportunity.clone(),
            stage: handoff.stage.to_string(),
            tier: handoff.tier.to_string(),
            score: handoff.score,
            source: handoff.source.to_string(),
            reason: handoff.reason.clone(),
            contact: handoff.contact.map(|id| id.0),
            sender: handoff.sender.map(|id| id.0),
            assignee: handoff.assignee.map(|id| id.0),
            co_owner: handoff.co_owner.map(CoOwnerEntry::of),
            brief: handoff.brief.clone(),
            fields: handoff.fields.clone(),
            completeness: handoff.completeness,
            missing: handoff.missing.clone(),
            moments: handoff
                .moments
                .iter()
                .map(|(moment, at)| (moment.to_string(), at.0))
                .collect(),
            days: handoff.days.iter().map(|(day, on)| (day.to_string(), on.to_string())).collect(),
            amount: handoff.amount,
            outcome: handoff.outcome.as_ref().map(OutcomeEntry::of),
            parent: handoff.parent.map(|id| id.0),
            before_dispute: handoff.before_dispute.map(|stage| stage.to_string()),
            decisions: handoff.decisions.iter().map(DecisionEntry::of).collect(),
            rating: handoff.rating,
            lacked: handoff.lacked.clone(),
            checks: handoff.checks.iter().map(CheckEntry::of).collect(),
            touches: handoff.touches.iter().map(TouchEntry::of).collect(),
            clocks: handoff
                .clocks
                .iter()
                .map(|clock| KeyedClock {
                    clock: clock.name.to_string(),
                    leg: clock.leg,
                    end_to_end: clock.end_to_end,
                    entry: ClockEntry::of(clock),
                })
                .collect(),
        }
    }

    /// The handoff; its version is not part of the record of its creation and is 0.
    pub(super) fn handoff(self) -> Result<Handoff, String> {
        let keyed = |clock: KeyedClock| {
            let key = ClockKey {
                name: clock.clock.parse()?,
                leg: clock.leg,
                end_to_end: clock.end_to_end,
            };
            clock.entry.clock(key)
        };
        Ok(Handoff {
            id: HandoffId(self.id),
            version: 0,
            account: AccountId(self.account),
            kind: self.kind,
            opportunity: self.opportunity,
            stage: self.stage.parse()?,
            tier: self.tier.parse()?,
            score: self.score,
            source: self.source.parse()?,
            reason: self.reason,
            contact: self.contact.map(ContactId),
            sender: self.sender.map(PersonId),
            assignee: self.assignee.map(PersonId),
            co_owner: self.co_owner.map(CoOwnerEntry::co_owner),
            brief: self.brief,
            fields: self.fields,
            completeness: self.completeness,
            missing: self.missing,
            moments: self
                .moments
                .into_iter()
                .map(|(moment, at)| Ok((moment.parse()?, Instant(at))))
                .collect::<Result<_, String>>()?,
            days: self
                .days
                .into_iter()
                .map(|(name, on)| Ok((name.parse()?, day(&on)?)))
                .collect::<Result<_, String>>()?,
            amount: self.amount,
            outcome: self.outcome.map(OutcomeEntry::outcome).transpose()?,
            parent: self.parent.map(HandoffId),
            before_dispute: word(self.before_dispute)?,
            decisions: self
                .decisions
                .into_iter()
                .map(DecisionEntry::decision)
                .collect::<Result<_, _>>()?,
            rating: self.rating,
            lacked: self.lacked,
            checks: self.checks.into_iter().map(CheckEntry::check).collect(),
            touches: self.touches.into_iter().map(TouchEntry::touch).collect::<Result<_, _>>()?,
            clocks: self.clocks.into_iter().map(keyed).collect::<Result<_, String>>()?,
        })
    }
}

//! The road back: return to marketing, dispute, and the decision of both VPs (`DOMAIN.md 2`).

use std::collections::BTreeMap;

use super::{Draft, Step, required};
use crate::domain::change::Change;
use crate::domain::clock::{ClockEvent, ClockName, Op};
use crate::domain::field::package_field;
use crate::domain::handoff::{Claim, Day, Decision, Moment, Outcome, VpDecision};
use crate::domain::person::Role;
use crate::domain::policy::{Class, DispositionRule, Then};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::stage::Stage;
use crate::domain::timing::{Effect, effects};

impl Draft<'_> {
    pub(super) fn give_back(
        &mut self,
        missing: &[String],
        note: &str,
        overridden: Option<&str>,
    ) -> Step {
        let policy = self.facts.policy;
        let rule = policy.dispositions.iter().find(|rule| rule.then == Then::Returned).ok_or_else(
            || {
                Refusal::new(
                    RefusalKind::NotLegal,
                    "The policy has no disposition that returns a handoff.",
                )
                .hint("Add one with then = \"returned\".")
            },
        )?;
        self.send_back(rule, missing, note, overridden, None)
    }

    pub(super) fn send_back(
        &mut self,
        rule: &DispositionRule,
        missing: &[String],
        note: &str,
        overridden: Option<&str>,
        claim: Option<Claim>,
    ) -> Step {
        if missing.is_empty() && note.trim().is_empty() {
            return Err(Refusal::new(
                RefusalKind::Missing,
                "A return needs to say what is missing.",
            )
            .hint("Name the package fields or write what is wrong."));
        }
        if let Some(key) = missing.iter().find(|key| package_field(key).is_none()) {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("\"{key}\" is not a package field."),
            )
            .hint("`handoff show` lists the fields of a package."));
        }
        let overridden = self.check_owed(rule, overridden)?;
        let mut fields = BTreeMap::new();
        if !missing.is_empty() {
            fields.insert("missing".to_owned(), missing.join(", "));
        }
        if !note.trim().is_empty() {
            fields.insert("note".to_owned(), note.trim().to_owned());
        }
        let now = self.now();
        self.record_outcome(Outcome {
            code: rule.code.clone(),
            class: Class::Return,
            fields,
            claim,
            overridden,
            by: self.facts.who.id,
            at: now,
        });
        let from = self.handoff.missing.clone();
        if from != missing {
            self.record(Change::Asked { from, to: missing.to_vec() });
        }
        self.happened(Moment::Returned, Some(now));
        self.happened(Moment::Accepted, None);
        self.plan(Day::Defer, None);
        self.give_to(None);
        self.stage(Stage::Returned);
        self.clocks(&[ClockEvent::Returned])
    }

    pub(super) fn dispute(&mut self, note: &str) -> Step {
        required(note, "The question to both VPs")?;
        let stage = self.handoff.stage;
        self.record(Change::Suspended { from: self.handoff.before_dispute, to: Some(stage) });
        if !self.handoff.decisions.is_empty() {
            let from = self.handoff.decisions.clone();
            self.record(Change::Decided { from, to: Vec::new() });
        }
        self.stage(Stage::Disputed);
        self.clocks(&[ClockEvent::Disputed])
    }

    /// Records one VP's decision; when both have recorded the same, it is carried out.
    pub(super) fn decide(&mut self, decision: Decision, note: &str) -> Step {
        let note = required(note, "The reason")?.to_owned();
        let role = self.facts.who.role;
        let from = self.handoff.decisions.clone();
        let vote = VpDecision { role, by: self.facts.who.id, decision, note };
        if from.contains(&vote) {
            return Err(Refusal::new(RefusalKind::Nothing, "You have already decided so.")
                .hint("It is carried out when both VPs have recorded the same decision."));
        }
        let mut to: Vec<_> = from.iter().filter(|other| other.role != role).cloned().collect();
        to.push(vote);
        let both = [Role::VpSales, Role::VpMarketing]
            .iter()
            .all(|role| to.iter().any(|vote| vote.role == *role && vote.decision == decision));
        self.record(Change::Decided { from, to });
        if !both {
            return Ok(());
        }
        let from = self.handoff.before_dispute;
        self.record(Change::Suspended { from, to: None });
        match decision {
            Decision::Queue => {
                self.happened(Moment::Accepted, None);
                self.give_to(None);
                self.queue();
                let mut all = effects(&[ClockEvent::Decided, ClockEvent::Submitted]);
                let legs = [
                    ClockName::Accept,
                    ClockName::FirstTouch,
                    ClockName::Report,
                    ClockName::Work,
                    ClockName::Onboard,
                ];
                all.extend(legs.map(|name| Effect::alone(Op::Cancel, name)));
                self.clocks_at(&all, "", self.now())?;
                self.join_batch(true)
            }
            Decision::Nurture => {
                self.clocks(&[ClockEvent::Decided])?;
                self.end(Stage::Nurture)
            }
            Decision::Close => {
                self.clocks(&[ClockEvent::Decided])?;
                self.end(Stage::Closed)
            }
        }
    }
}

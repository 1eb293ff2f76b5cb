//! Dispositions: the structured outcomes and what follows from each (`DOMAIN.md 8`).

use super::{Draft, Step, check_fields, owed_work, required, untold};
use crate::domain::change::Change;
use crate::domain::clock::{ClockEvent, ClockName};
use crate::domain::command::Disposal;
use crate::domain::handoff::{Claim, Day, Moment, Outcome};
use crate::domain::person::Role;
use crate::domain::policy::{DispositionRule, Then};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::stage::Stage;
use crate::domain::time::{Instant, parse_instant};
use crate::domain::timing::wait_until;

impl Draft<'_> {
    pub(super) fn dispose(&mut self, disposal: &Disposal) -> Step {
        let policy = self.facts.policy;
        let Some(rule) = policy.disposition(&disposal.code) else { return Ok(()) };
        check_fields(rule, &disposal.fields, self.facts.today())?;
        let field = |key: &str| {
            disposal.fields.get(key).map(|text| text.trim()).filter(|text| !text.is_empty())
        };
        if field("other").is_some_and(|other| other.parse() == Ok(self.handoff.id)) {
            return Err(Refusal::new(
                RefusalKind::Missing,
                "A handoff can't be its own duplicate.",
            )
            .hint("Name the other one."));
        }
        match rule.then {
            Then::Accept => return self.accept(),
            Then::Disputed => return self.dispute(field("note").unwrap_or_default()),
            Then::Returned => {
                let missing: Vec<String> = field("missing")
                    .map(|keys| keys.split(',').map(|key| key.trim().to_owned()).collect())
                    .unwrap_or_default();
                let note = field("note").or(field("reason")).unwrap_or_default().to_owned();
                return self.send_back(
                    rule,
                    &missing,
                    &note,
                    disposal.overridden.as_deref(),
                    disposal.claim,
                );
            }
            _ => {}
        }
        self.check_owed(rule, disposal.overridden.as_deref())?;
        let now = self.now();
        self.outcome(rule, disposal);
        if let Some(amount) = field("amount").and_then(|text| text.parse().ok()) {
            let from = self.handoff.amount;
            self.record(Change::Valued { from, to: Some(amount) });
        }
        if let Some(day) = field("expected_close").and_then(|text| text.parse().ok()) {
            self.plan(Day::ExpectedClose, Some(day));
        }
        match rule.then {
            Then::Meeting => {
                let at =
                    field("meeting_at").and_then(|text| parse_instant(text).ok()).unwrap_or(now);
                self.book(at)
            }
            Then::Held => self.held(),
            Then::Noshow => self.noshow(),
            Then::Opportunity => {
                self.first(Moment::Opportunity, now);
                self.stage(Stage::Opportunity);
                Ok(())
            }
            Then::Nurture => {
                let wake = field("wake_on").and_then(|text| text.parse().ok());
                self.plan(Day::Wake, wake);
                self.end(Stage::Nurture)
            }
            _ => self.end(Stage::Closed),
        }
    }

    /// Refuses while work is owed, unless somebody who may overrides it with a reason.
    pub(super) fn check_owed(&mut self, rule: &DispositionRule, overridden: Option<&str>) -> Step {
        let Some(owed) = owed_work(rule, self.kind, &self.handoff, self.now()) else {
            return Ok(());
        };
        let Some(reason) = overridden else {
            return Err(Refusal::new(RefusalKind::Owed, owed)
                .hint("Do the work, or let a manager override it with a reason."));
        };
        required(reason, "The reason for the override")?;
        if !self.facts.automatic && !matches!(self.facts.who.role, Role::Manager | Role::VpSales) {
            return Err(Refusal::new(
                RefusalKind::NotPermitted,
                format!("{} may not override the minimum work. {owed}", self.facts.who.name),
            )
            .hint("A manager or the VP of Sales may, with a reason."));
        }
        Ok(())
    }

    fn outcome(&mut self, rule: &DispositionRule, disposal: &Disposal) {
        let owed = owed_work(rule, self.kind, &self.handoff, self.now()).is_some();
        let outcome = Outcome {
            code: rule.code.clone(),
            class: rule.class,
            fields: disposal
                .fields
                .iter()
                .filter(|(_, text)| !text.trim().is_empty())
                .map(|(key, text)| (key.clone(), text.trim().to_owned()))
                .collect(),
            claim: disposal.claim.or_else(|| wrong_claim(&rule.code)),
            overridden: disposal.overridden.clone().filter(|_| owed),
            by: self.facts.who.id,
            at: self.now(),
        };
        self.record_outcome(outcome);
    }

    pub(super) fn record_outcome(&mut self, outcome: Outcome) {
        let from = self.handoff.outcome.clone();
        self.record(Change::Disposed { from, to: Some(outcome) });
    }

    /// Books a meeting. What is owed meanwhile waits when the meeting lies beyond it.
    fn book(&mut self, at: Instant) -> Step {
        if at <= self.now() {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("A meeting at {at} lies in the past."),
            )
            .hint("Record HELD for a meeting that took place."));
        }
        self.happened(Moment::Meeting, Some(at));
        let due = self
            .handoff
            .clocks
            .iter()
            .find(|c| c.name == ClockName::Work && c.is_open())
            .map(|c| c.due);
        if due.is_some_and(|due| at > due) {
            let timing = self.timing(self.now());
            let waits = wait_until(
                &self.handoff,
                ClockName::Work,
                at,
                "meeting booked beyond the target",
                &timing,
            )
            .map_err(untold)?;
            for change in waits {
                self.record(change);
            }
        }
        self.clocks(&[ClockEvent::Booked])
    }

    fn held(&mut self) -> Step {
        let now = self.now();
        self.first(Moment::Held, now);
        self.first(Moment::FirstTouch, now);
        self.first(Moment::Responded, now);
        if self.handoff.stage != Stage::Opportunity {
            self.stage(Stage::Engaged);
        }
        self.clocks(&[
            ClockEvent::Responded,
            ClockEvent::MeetingOver,
            ClockEvent::Touched,
            ClockEvent::Reported,
        ])
    }

    /// Nobody came: the meeting is off, and the work goes on where it was.
    fn noshow(&mut self) -> Step {
        self.happened(Moment::Meeting, None);
        if self.handoff.stage != Stage::Opportunity {
            self.stage(Stage::Working);
        }
        self.clocks(&[ClockEvent::MeetingOver, ClockEvent::Reported])
    }

    /// Puts the handoff to rest or closes it.
    pub(super) fn end(&mut self, stage: Stage) -> Step {
        self.happened(Moment::Ended, Some(self.now()));
        self.stage(stage);
        self.clocks(&[ClockEvent::Closed])
    }

    pub(super) fn hibernate(&mut self) -> Step {
        self.stage(Stage::Hibernating);
        Ok(())
    }

    /// It came back as a new handoff, so this one is over.
    pub(super) fn wake(&mut self) -> Step {
        self.plan(Day::Wake, None);
        self.stage(Stage::Closed);
        Ok(())
    }

    pub(super) fn reopen(&mut self, reason: &str) -> Step {
        required(reason, "The reason")?;
        self.happened(Moment::Ended, None);
        self.happened(Moment::Accepted, None);
        self.give_to(None);
        self.stage(Stage::Queued);
        self.clocks(&[ClockEvent::Submitted])
    }
}

/// The claim of the package that a shipped code proves wrong, where it is always the same one.
fn wrong_claim(code: &str) -> Option<Claim> {
    Some(match code {
        "WRONG_PERSONA" => Claim::Persona,
        "BAD_TIMING" | "NOT_READY" => Claim::Timing,
        "NO_RESPONSE" => Claim::Signal,
        "LOST_COMPETITOR" => Claim::Competitor,
        "WRONG_ACCOUNT" => Claim::Fit,
        _ => return None,
    })
}

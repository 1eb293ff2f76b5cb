//! Dispositions: the structured outcomes and what follows from each (`DOMAIN.md 8`).

use super::{Draft, Step, check_fields, owed_work, required, untold};
use crate::domain::change::Change;
use crate::domain::clock::{Clock, ClockEvent, ClockName, Op};
use crate::domain::command::Disposal;
use crate::domain::handoff::{Claim, Day, Moment, Outcome};
use crate::domain::person::Role;
use crate::domain::policy::{DispositionRule, Then};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::stage::Stage;
use crate::domain::time::{Instant, parse_instant};
use crate::domain::timing::{Effect, effects, wait_no_longer, wait_until};

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
        let overridden = self.check_owed(rule, disposal.overridden.as_deref())?;
        if rule.then == Then::Held {
            self.has_taker()?;
        }
        let now = self.now();
        self.outcome(rule, disposal, overridden);
        if let Some(amount) = field("amount").and_then(|text| text.parse().ok()) {
            let from = self.handoff.amount;
            if from != Some(amount) {
                self.record(Change::Valued { from, to: Some(amount) });
            }
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

    /// Refuses while work is owed, unless somebody who may overrides it with a reason; the reason where it counted.
    /// Marketing owes nothing before it recycles what was returned to it: nobody can touch that.
    pub(super) fn check_owed(
        &self,
        rule: &DispositionRule,
        overridden: Option<&str>,
    ) -> Result<Option<String>, Refusal> {
        if self.handoff.stage == Stage::Returned {
            return Ok(None);
        }
        let Some(owed) = owed_work(rule, self.kind, &self.handoff, self.now()) else {
            return Ok(None);
        };
        let Some(reason) = overridden else {
            return Err(Refusal::new(RefusalKind::Owed, owed)
                .hint("Do the work, or let a manager override it with a reason."));
        };
        let reason = required(reason, "The reason for the override")?;
        if !self.facts.automatic && !matches!(self.facts.who.role, Role::Manager | Role::VpSales) {
            return Err(Refusal::new(
                RefusalKind::NotPermitted,
                format!("{} may not override the minimum work. {owed}", self.facts.who.name),
            )
            .hint("A manager or the VP of Sales may, with a reason."));
        }
        Ok(Some(reason.to_owned()))
    }

    fn outcome(&mut self, rule: &DispositionRule, disposal: &Disposal, overridden: Option<String>) {
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
            overridden,
            by: self.facts.who.id,
            at: self.now(),
        };
        self.record_outcome(outcome);
    }

    pub(super) fn record_outcome(&mut self, outcome: Outcome) {
        let (from, to) = (self.handoff.outcome.clone(), Some(outcome));
        if from != to {
            self.record(Change::Disposed { from, to });
        }
    }

    /// Books a meeting, or moves it. What is owed meanwhile waits when the meeting lies beyond it, and the package is
    /// owed before the day that counts now.
    fn book(&mut self, at: Instant) -> Step {
        if at <= self.now() {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("A meeting at {at} lies in the past."),
            )
            .hint("Record HELD for a meeting that took place."));
        }
        let moved = self.handoff.moment(Moment::Meeting) != Some(at);
        self.happened(Moment::Meeting, Some(at));
        self.wait_no_longer()?;
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
        if !moved {
            return Ok(());
        }
        let known = self.facts.package.map(|(_, missing)| missing.is_empty());
        let complete = known.unwrap_or(self.handoff.completeness == Some(100));
        let events = [ClockEvent::Booked, ClockEvent::Completed];
        let mut all = effects(&events[..1 + usize::from(complete)]);
        all.push(Effect::alone(Op::Cancel, ClockName::Package));
        self.clocks_at(&all, "", self.now())
    }

    /// The meeting that the work waited for is off, or is another.
    fn wait_no_longer(&mut self) -> Step {
        let timing = self.timing(self.now());
        for change in wait_no_longer(&self.handoff, ClockName::Work, &timing).map_err(untold)? {
            self.record(change);
        }
        Ok(())
    }

    /// Whether the handoff changes hands when the meeting is held: it is about a meeting, and none was held yet.
    fn passes_when_held(&self) -> bool {
        self.kind.clocks.contains_key(&ClockName::Package)
            && self.handoff.moment(Moment::Held).is_none()
    }

    /// Refuses a meeting that was held with nobody to pass the handoff to.
    fn has_taker(&self) -> Step {
        if self.passes_when_held() && self.handoff.assignee == self.handoff.sender {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!(
                    "{} passes on when the meeting is held, and nobody has taken it yet.",
                    self.kind.label
                ),
            )
            .hint("Assign it first."));
        }
        Ok(())
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

    /// Nobody came: the meeting is off, and the work goes on where it was. What was to change hands when the meeting is
    /// held stays with whoever booked it.
    fn noshow(&mut self) -> Step {
        self.happened(Moment::Meeting, None);
        self.wait_no_longer()?;
        let mut all = effects(&[ClockEvent::MeetingOver, ClockEvent::Reported]);
        let sender = self.handoff.sender.and_then(|id| self.facts.person(id));
        if let Some(sender) = sender.filter(|sender| sender.active && self.passes_when_held())
            && self.handoff.assignee != Some(sender.id)
        {
            self.give_to(Some(sender.id));
            self.happened(Moment::Given, Some(self.now()));
            // A first touch that the assignee still owes is the sender's now; a yes is asked of nobody.
            let owed = |c: &Clock| c.name == ClockName::FirstTouch && c.is_open();
            if self.handoff.clocks.iter().any(owed) {
                let again = effects(&[ClockEvent::Reassigned]);
                all.extend(again.into_iter().filter(|it| it.name == ClockName::FirstTouch));
            }
        }
        if self.handoff.stage != Stage::Opportunity {
            self.stage(Stage::Working);
        }
        self.clocks_at(&all, "", self.now())
    }

    /// Puts the handoff to rest or closes it.
    pub(super) fn end(&mut self, stage: Stage) -> Step {
        self.happened(Moment::Ended, Some(self.now()));
        self.plan(Day::Defer, None);
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
        self.queue();
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

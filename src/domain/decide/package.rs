//! Marketing's side: fill in, submit, send again, take back; and the assignee's rating.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Draft, Step, required, untold};
use crate::domain::batch::{Dates, Week, batch_day};
use crate::domain::change::Change;
use crate::domain::clock::{ClockEvent, ClockName};
use crate::domain::field::package_field;
use crate::domain::handoff::{Day, Moment};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::stage::Stage;
use crate::domain::timing::wait_to_be_due;

/// The longest text a package field may hold, in bytes.
const LONGEST_FIELD: usize = 16 * 1024;

impl Draft<'_> {
    pub(super) fn submit(&mut self) -> Step {
        self.send()?;
        let complete = self.facts.package.is_some_and(|(_, missing)| missing.is_empty());
        let events = [ClockEvent::Submitted, ClockEvent::Completed];
        self.clocks(&events[..1 + usize::from(complete)])?;
        self.join_batch(false)
    }

    pub(super) fn resubmit(&mut self, fields: &BTreeMap<String, String>) -> Step {
        self.fill(fields)?;
        self.send()?;
        let from = self.handoff.missing.clone();
        if !from.is_empty() {
            self.record(Change::Asked { from, to: Vec::new() });
        }
        self.clocks(&[ClockEvent::Submitted])?;
        self.join_batch(true)
    }

    /// A handoff of the type that goes by batch is in one, and triage waits for its review: its `assign` clock is held
    /// until it would be due then. `again` where what comes back after the cut-off goes with the next.
    pub(super) fn join_batch(&mut self, again: bool) -> Step {
        let (policy, now) = (self.facts.policy, self.now());
        let Some(next) = batch_day(self.kind, now, policy) else { return Ok(()) };
        let dates = |monday| Dates::of(Week::of(monday), policy);
        let over = |monday| {
            let dates = dates(monday);
            if again { dates.send <= now } else { dates.review <= now }
        };
        let monday = match self.handoff.day(Day::Batch) {
            Some(monday) if !over(monday) => monday,
            _ => next,
        };
        self.plan(Day::Batch, Some(monday));
        self.wait_for_review(monday, &format!("reviewed with the batch of {}", Week::of(monday)))
    }

    /// Triage of what goes by a batch is owed with its review.
    pub(super) fn wait_for_review(&mut self, monday: NaiveDate, reason: &str) -> Step {
        let review = Dates::of(Week::of(monday), self.facts.policy).review;
        let timing = self.timing(self.now());
        let changes = wait_to_be_due(&self.handoff, ClockName::Assign, review, reason, &timing)
            .map_err(untold)?;
        for change in changes {
            self.record(change);
        }
        Ok(())
    }

    fn send(&mut self) -> Step {
        let (percent, missing) = self.facts.package.unwrap_or((100, &[]));
        let least = self.kind.minimum_completeness;
        if percent < least {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!(
                    "The package is {percent} % complete and {} needs {least} %.",
                    self.kind.label
                ),
            )
            .hint(format!("Still missing: {}.", missing.join(", "))));
        }
        let from = self.handoff.completeness;
        if from != Some(percent) {
            self.record(Change::Completed { from, to: Some(percent) });
        }
        self.queue();
        Ok(())
    }

    pub(super) fn edit(&mut self, fields: &BTreeMap<String, String>) -> Step {
        self.fill(fields)?;
        if self.changes.is_empty() {
            return Err(Refusal::new(RefusalKind::Nothing, "The package already says that."));
        }
        if self.facts.package.is_some_and(|(_, missing)| missing.is_empty()) {
            self.clocks(&[ClockEvent::Completed])?;
        }
        Ok(())
    }

    fn fill(&mut self, fields: &BTreeMap<String, String>) -> Step {
        for (key, text) in fields {
            if package_field(key).is_none() {
                return Err(Refusal::new(
                    RefusalKind::Missing,
                    format!("\"{key}\" is not a package field."),
                )
                .hint("`handoff show` lists the fields of a package."));
            }
            if text.len() > LONGEST_FIELD {
                return Err(Refusal::new(
                    RefusalKind::Missing,
                    format!("{key} is longer than 16 KiB."),
                )
                .hint("Shorten it; the package is read in minutes."));
            }
            let text = text.trim();
            let to = (!text.is_empty()).then(|| text.to_owned());
            let from = self.handoff.fields.get(key).cloned();
            if from != to {
                self.record(Change::Filled { field: key.clone(), from, to });
            }
        }
        Ok(())
    }

    pub(super) fn rate(&mut self, stars: u8, lacked: Option<&str>) -> Step {
        if !(1..=5).contains(&stars) {
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("A rating of {stars} is not between 1 and 5."),
            )
            .hint("1 is useless, 5 is all that was needed."));
        }
        let to = lacked.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        if to.as_ref().is_some_and(|text| text.len() > LONGEST_FIELD) {
            return Err(Refusal::new(
                RefusalKind::Missing,
                "What was missing is longer than 16 KiB.",
            )
            .hint("Name the fields; the package's sender reads it in a list."));
        }
        let from = self.handoff.rating;
        let said = self.handoff.lacked.clone();
        // Another number alone leaves standing what was said.
        let news = to.is_some() && said != to;
        if from == Some(stars) && !news {
            return Err(Refusal::new(
                RefusalKind::Nothing,
                format!("The package is already rated {stars}."),
            ));
        }
        if from != Some(stars) {
            self.record(Change::Rated { from, to: Some(stars) });
        }
        if news {
            self.record(Change::Lacked { from: said, to });
        }
        Ok(())
    }

    pub(super) fn withdraw(&mut self, reason: &str) -> Step {
        required(reason, "The reason")?;
        self.happened(Moment::Ended, Some(self.now()));
        self.stage(Stage::Closed);
        self.clocks(&[ClockEvent::Closed])
    }
}

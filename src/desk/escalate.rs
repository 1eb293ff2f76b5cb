//! Escalation: what runs late is told once, to the right person by the chain, and stands in their inbox until they act.

use super::{Desk, DeskError};
use crate::domain::escalate::{Step, Telling, due};
use crate::domain::field::package_field;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::package::TemplateFacts;
use crate::domain::person::{Person, Role};
use crate::domain::say;
use crate::domain::span;
use crate::domain::time::{DAY, Instant};
use crate::store::{Escalate, Running, Told};

/// Promises that are looked at in one transaction, so that other desks keep working.
const BATCH: usize = 50;

/// Lines of an inbox; more than anybody reads.
const MOST: usize = 200;

/// How long marketing is told of an outcome that nobody has looked at.
const TOLD_FOR: i64 = 30 * DAY;

/// What one look at the promises came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Escalated {
    /// What was told, and recorded.
    pub told: u64,
    /// There is more to tell.
    pub more: bool,
}

/// A line of an inbox: what somebody was told of and has not acted on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// About which handoff.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// When it came due to be told.
    pub at: Instant,
    /// Which step of the escalation, 0 being the warning; none for what came out of a handoff.
    pub step: Option<u32>,
    /// What, in a line.
    pub sentence: String,
}

impl Desk {
    /// Tells what is to be told at `now`, as far as one transaction goes.
    ///
    /// # Errors
    /// The store failed; nothing was told then.
    pub fn escalate(&mut self, now: Instant) -> Result<Escalated, DeskError> {
        let running = self.store.to_tell(now, BATCH)?;
        let more = running.len() == BATCH;
        if running.is_empty() {
            return Ok(Escalated::default());
        }
        let people = self.store.people()?;
        let all: Vec<_> = running
            .into_iter()
            .map(|running| {
                let policy = &self.policy;
                let due = due(&running.promise, &running.kind, running.told, &people, policy, now);
                let label = |telling: &Telling| self.label(&running, telling, &people);
                Escalate { labels: due.now.iter().map(label).collect(), due, running }
            })
            .collect();
        let told = self.store.escalate(&all, &self.machine, now, &self.policy.hash)?;
        Ok(Escalated { told, more })
    }

    /// When something is next to be told; none while nothing runs.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn next_telling(&self) -> Result<Option<Instant>, DeskError> {
        Ok(self.store.next_telling()?)
    }

    /// What a telling is called in the record.
    fn label(&self, running: &Running, telling: &Telling, people: &[Person]) -> String {
        let name = telling.to.and_then(|id| people.iter().find(|person| person.id == id));
        let name = name.map_or("nobody, for there is nobody to tell", |person| &person.name);
        let Running { handoff, company, promise, .. } = running;
        let clock = promise.name;
        let due = say::moment(promise.due, self.policy.zone);
        match telling.step {
            Step::Warning => format!("warned {name}: {clock} of {handoff} {company} is due {due}"),
            Step::Breach => format!("told {name}: {clock} of {handoff} {company} was due {due}"),
            Step::Later(after) => format!(
                "told {name}: {clock} of {handoff} {company} is {} past due, since {due}",
                span::words(after)
            ),
        }
    }

    /// What somebody was told of and has not acted on, the most urgent first; for marketing also what came of handoffs
    /// that sales is done with.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn inbox(&self, who: PersonId, now: Instant) -> Result<Vec<Notice>, DeskError> {
        let people = self.store.people()?;
        let me = self.known(&people, who)?;
        let mut lines: Vec<_> =
            self.store.told_to(who, MOST)?.into_iter().map(|told| self.notice(&told)).collect();
        if matches!(me.role, Role::Marketing | Role::VpMarketing) {
            let out = self.store.came_out(now.plus(-TOLD_FOR), MOST)?;
            lines.extend(out.iter().filter_map(|(handoff, company)| {
                let outcome = handoff.outcome.as_ref()?;
                let sentence = self.item(handoff, &people)?;
                Some(Notice {
                    handoff: handoff.id,
                    company: company.clone(),
                    at: outcome.at,
                    step: None,
                    sentence,
                })
            }));
        }
        Ok(lines)
    }

    fn notice(&self, told: &Told) -> Notice {
        let due = say::moment(told.due, self.policy.zone);
        let clock = told.name;
        let sentence = match told.step {
            0 => format!("{clock} is due {due}"),
            1 => format!("{clock} was due {due}"),
            _ => format!("{clock} is long past due, since {due}"),
        };
        Notice {
            handoff: told.handoff,
            company: told.company.clone(),
            at: told.at,
            step: Some(told.step),
            sentence,
        }
    }

    /// The item that an outcome leaves for marketing (`DOMAIN.md 8`): what its code tells, who recorded it, and which
    /// claim of the package proved wrong. None where the code tells nothing.
    #[must_use]
    pub fn item(&self, handoff: &Handoff, people: &[Person]) -> Option<String> {
        let outcome = handoff.outcome.as_ref()?;
        let template = self.policy.disposition(&outcome.code)?.tell_marketing.as_deref()?;
        let mut facts = TemplateFacts::new();
        for (key, value) in &outcome.fields {
            let told = match value.parse() {
                Ok(day) => say::day(day),
                Err(_) if key == "missing" => labels(value),
                Err(_) => value.clone(),
            };
            facts.set(key, told);
        }
        let told = self.templates.render(template, &facts).ok()?;
        let by = people.iter().find(|person| person.id == outcome.by);
        let by = by.map_or_else(String::new, |person| format!(", {}", person.name));
        let wrong = outcome.claim.map_or_else(String::new, |claim| {
            format!("; wrong: {}", claim.key().replace('_', " "))
        });
        Some(format!("{told} ({}{by}{wrong})", outcome.code))
    }

    /// What was told of a handoff so far, the newest first, a line each.
    pub(super) fn told_of(
        &self,
        id: HandoffId,
        people: &[Person],
    ) -> Result<Vec<String>, DeskError> {
        let told = self.store.told_of(id)?;
        let line = |told: &Told| {
            let name = told.person.and_then(|id| people.iter().find(|person| person.id == id));
            let name = name.map_or("nobody", |person| person.name.as_str());
            let verb = if told.step == 0 { "warned" } else { "told" };
            let at = say::moment(told.at, self.policy.zone);
            format!("{at} · {verb} {name} · {}", told.name)
        };
        Ok(told.iter().rev().map(line).collect())
    }
}

/// The fields of a package that a return names, by their labels instead of their keys.
fn labels(missing: &str) -> String {
    let label = |key: &str| {
        package_field(key).map_or_else(|| key.to_owned(), |field| field.label.to_owned())
    };
    missing.split(',').map(|key| label(key.trim())).collect::<Vec<_>>().join(", ")
}

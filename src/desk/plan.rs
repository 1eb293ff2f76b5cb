//! A week's plan as a file: applied whole, or refused whole with everything that is wrong or has moved since.

use super::batch::not_permitted;
use super::run::past;
use super::{Actor, Desk, DeskError, Receipt};
use crate::domain::batch::Decision;
use crate::domain::person::Role;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::intake::batch_plan::{Plan, Row, What};
use crate::report::batch::reason_or;

impl Desk {
    /// Carries out a plan as one gesture.
    ///
    /// # Errors
    /// A refusal with a sentence for everything that is wrong: somebody whom nobody knows, an item without a row or with
    /// one too many; and what has moved under the plan since it was made. Nothing was changed then.
    pub fn apply_plan(&mut self, plan: &Plan, actor: Actor) -> Result<Receipt, DeskError> {
        let people = self.store.people()?;
        let who = self.actor(&people, actor.who)?;
        if !matches!(who.role, Role::VpSales | Role::Manager | Role::Revops) {
            return Err(not_permitted(
                who,
                "decide a batch",
                "the VP of Sales, managers and revenue operations",
            ));
        }
        let sheet = self.sheet(plan.week, None, actor.now)?;
        let waiting = &sheet.round.items;
        let mut wrong = Vec::new();
        let mut moved = Vec::new();
        let mut decided = Vec::new();
        for row in &plan.rows {
            match waiting.iter().find(|item| item.id == row.handoff) {
                Some(item) if item.version == row.version => {}
                _ => {
                    moved.push(self.moved(row)?);
                    continue;
                }
            }
            match self.decision(row) {
                Ok(Some(decision)) => decided.push((row.handoff, Some(row.version), decision)),
                Ok(None) => {}
                Err(why) => wrong.push(why),
            }
        }
        for item in
            waiting.iter().filter(|item| !plan.rows.iter().any(|row| row.handoff == item.id))
        {
            let named = format!("{} {}", item.id, item.account.name);
            wrong.push(format!(
                "{named} waits in {} and has no row; it came in since, or its row was removed. Write it with decision = \"leave\" to leave it undecided.",
                plan.week
            ));
        }
        if !moved.is_empty() {
            moved.extend(wrong);
            return Err(refusal(
                RefusalKind::Conflict,
                &moved,
                "Make the plan anew, and edit that.",
            ));
        }
        if !wrong.is_empty() {
            return Err(refusal(RefusalKind::Missing, &wrong, "Mend the file and apply it again."));
        }
        if decided.is_empty() {
            return Err(DeskError::nothing(format!("The plan of {} decides nothing.", plan.week)));
        }
        self.no_longer_open(plan.week, actor.now)?;
        let decisions: Vec<_> =
            decided.iter().map(|(id, seen, decision)| (*id, *seen, decision)).collect();
        let receipt = self.carry_out(plan.week, actor, &decisions)?;
        let gone: Vec<_> = decided.iter().map(|(id, ..)| (*id, None)).collect();
        self.store.keep_drafts(plan.week, actor.who, &gone)?;
        Ok(receipt)
    }

    /// What a row decides; none where it leaves its item alone.
    fn decision(&self, row: &Row) -> Result<Option<Decision>, String> {
        let at = |why: &str| format!("Line {}: {why}", row.line);
        Ok(Some(match &row.what {
            What::Leave => return Ok(None),
            What::Route { to, anyway } => {
                let person = self.person(to).map_err(|error| at(&error.to_string()))?;
                Decision::Route { to: person.id, anyway: *anyway }
            }
            What::Defer { reason } => Decision::Defer { reason: reason_or(reason) },
            What::Return { missing, note } => {
                Decision::Return { missing: missing.clone(), note: note.clone() }
            }
            What::Nurture { note } if note.trim().is_empty() => {
                return Err(at(&format!("{} goes to nurture, and no note says why.", row.handoff)));
            }
            What::Nurture { note } => Decision::Nurture { note: note.clone() },
        }))
    }

    /// What became of a handoff since the plan was made.
    fn moved(&self, row: &Row) -> Result<String, DeskError> {
        let id = row.handoff;
        let Some(handoff) = self.store.handoff(id)? else {
            return Ok(format!("Line {}: there is no handoff {id}.", row.line));
        };
        let company = self.store.company(handoff.account)?;
        Ok(match self.store.later_event(id, row.version)? {
            Some(event) => format!(
                "Line {}: {} {} {id} {company} at {}.",
                row.line,
                event.actor_name.unwrap_or_else(|| "the desk".to_owned()),
                past(&event.action),
                say::moment(event.at, self.policy.zone)
            ),
            None if handoff.version == row.version => {
                format!("Line {}: {id} {company} doesn't wait in this batch.", row.line)
            }
            None => format!(
                "Line {}: {id} {company} is at version {}, and the plan says {}.",
                row.line, handoff.version, row.version
            ),
        })
    }
}

fn refusal(kind: RefusalKind, lines: &[String], hint: &str) -> DeskError {
    Refusal::new(kind, lines.join("\n")).hint(hint).into()
}

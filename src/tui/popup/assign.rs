//! Picks a person: the desk's proposals first, each with its score and reasons; who was left out, and why; and all
//! others by typing. Enter assigns.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::forms::about;
use crate::domain::command::Command;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::{Person, Role};
use crate::domain::policy::HandoffType;
use crate::domain::routing::{LeftOut, Proposal, Ranked, Why};
use crate::store::TeamRow;
use crate::tui::effect::Ticket;
use crate::tui::form::{Choice, Field, Form, Kind, Values};
use crate::tui::model::{Model, Subject};

/// The cells of a bar that shows what somebody carries.
const BAR: usize = 8;

/// What somebody carries.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Load {
    open: u32,
    capacity: Option<u32>,
    /// What they were given this week, of what they can be given.
    week: Option<(u32, u32)>,
}

/// What the desk has told so far.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Assign {
    /// What the proposals are awaited under.
    pub(super) proposals: Ticket,
    /// What the loads are awaited under.
    pub(super) team: Ticket,
    proposed: Option<Vec<(HandoffId, Arc<Proposal>)>>,
    loads: BTreeMap<PersonId, Load>,
}

impl Assign {
    pub(super) const fn new(proposals: Ticket, team: Ticket) -> Self {
        Self { proposals, team, proposed: None, loads: BTreeMap::new() }
    }

    /// Whether the desk has told whom it proposes.
    pub(super) const fn is_ready(&self) -> bool {
        self.proposed.is_some()
    }

    pub(super) fn propose(&mut self, proposals: Vec<(HandoffId, Arc<Proposal>)>) {
        self.proposed = Some(proposals);
    }

    pub(super) fn load(&mut self, members: &[TeamRow]) {
        let load = |member: &TeamRow| {
            let person = &member.person;
            let week = person.weekly.map(|weekly| (member.this_week, weekly));
            (person.id, Load { open: member.open, capacity: person.capacity, week })
        };
        self.loads = members.iter().map(load).collect();
    }

    pub(super) fn form(&self, model: &Model, subjects: &[Subject]) -> Form {
        let mut fields = vec![
            Field::choice("to", "To", self.choices(model, subjects)).required(),
            Field::note("brief", "Brief").hint("a note to them").aside(),
        ];
        if subjects.len() > 1 {
            fields.push(Field::toggle("anyway", "Even if full or away", false).aside());
        }
        let title = match subjects {
            [only] if only.stage.is_assigned() => "Reassign",
            _ => "Assign",
        };
        let mut form = Form::new(format!("{title} · {}", about(subjects)), "assign", fields);
        form.list_rows = 10;
        form
    }

    /// Puts what the desk has told since into the form.
    pub(super) fn refresh(&self, form: &mut Form, model: &Model, subjects: &[Subject]) {
        let choices = self.choices(model, subjects);
        if let Some(Kind::Choice(picker)) = form.field_mut("to").map(|field| &mut field.kind) {
            picker.replace(choices);
        }
    }

    fn choices(&self, model: &Model, subjects: &[Subject]) -> Vec<Choice> {
        let kinds = subjects.iter().filter_map(|subject| model.policy.kind(&subject.kind));
        let kinds: Vec<_> = kinds.collect();
        let holder = match subjects {
            [only] => only.assignee.filter(|_| only.stage.is_assigned()),
            _ => None,
        };
        let mut choices = match self.proposed.as_deref() {
            None => Vec::new(),
            Some([(_, only)]) => self.of_one(only),
            Some(many) => self.of_many(many),
        };
        let mut others: Vec<_> = model
            .people
            .iter()
            .filter(|person| person.active)
            .map(|person| self.other(person))
            .collect();
        others.retain(|choice| choices.iter().all(|known| known.key != choice.key));
        others.sort_by(|one, other| one.label.cmp(&other.label));
        choices.extend(others);
        for choice in &mut choices {
            let person = model.people.iter().find(|person| key(person.id) == choice.key);
            if let Some(person) = person {
                choice.also =
                    [person.role.label(), person.email.as_deref().unwrap_or_default()].join(" ");
                choice.off = cannot(person, holder, &kinds);
            }
        }
        choices
    }

    fn of_one(&self, proposal: &Proposal) -> Vec<Choice> {
        let mut told: Vec<_> = proposal.note.iter().chain(&proposal.tie_break).cloned().collect();
        let ranked = proposal.ranked.iter().map(|ranked| {
            let mut choice = self.ranked(ranked);
            // What decided is told with the first.
            choice.why.append(&mut told);
            choice
        });
        let left_out = proposal.left_out.iter().filter(|one| !is_out_of_reach(one));
        let left_out = left_out.map(|one| Choice {
            key: key(one.person),
            label: one.name.clone(),
            detail: format!("{}  {}", self.bar(one.person), one.reason),
            group: "Left out".to_owned(),
            why: vec![format!("Left out: {}.", one.reason)],
            ..Choice::default()
        });
        ranked.chain(left_out).collect()
    }

    fn ranked(&self, ranked: &Ranked) -> Choice {
        // A manager's own queue is not scored.
        let score = match ranked.parts {
            Some(_) => format!("{:.2}", ranked.score),
            None => "    ".to_owned(),
        };
        let reasons = ranked.reasons.join(" · ");
        Choice {
            key: key(ranked.person),
            label: ranked.name.clone(),
            detail: format!("{}  {score}  {reasons}", self.bar(ranked.person)),
            group: "Proposed".to_owned(),
            why: vec![reasons],
            ..Choice::default()
        }
    }

    /// Those who are proposed for any of several, the most often first, then by their score.
    fn of_many(&self, proposals: &[(HandoffId, Arc<Proposal>)]) -> Vec<Choice> {
        let mut found: BTreeMap<PersonId, (usize, f64, &str)> = BTreeMap::new();
        for ranked in proposals.iter().flat_map(|(_, proposal)| &proposal.ranked) {
            let entry = found.entry(ranked.person).or_insert((0, 0.0, ranked.name.as_str()));
            entry.0 += 1;
            entry.1 += ranked.score;
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by(|(one, a), (other, b)| {
            b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(one.cmp(other))
        });
        let all = proposals.len();
        let choice = |(person, (times, _, name)): (PersonId, (usize, f64, &str))| Choice {
            key: key(person),
            label: name.to_owned(),
            detail: format!("{}  proposed for {times} of {all}", self.bar(person)),
            group: "Proposed".to_owned(),
            ..Choice::default()
        };
        found.into_iter().map(choice).collect()
    }

    fn other(&self, person: &Person) -> Choice {
        Choice {
            key: key(person.id),
            label: person.name.clone(),
            detail: format!("{}  {}", self.bar(person.id), person.role.label()),
            group: "Everybody else".to_owned(),
            ..Choice::default()
        }
    }

    /// What somebody carries, drawn against what they can, and what they were given this week, always of one width.
    fn bar(&self, person: PersonId) -> String {
        let told = match self.loads.get(&person) {
            None => String::new(),
            Some(Load { open, capacity: None, .. }) => format!("{:BAR$} {open:>3} open", ""),
            Some(Load { open, capacity: Some(capacity), .. }) => {
                let (open, capacity) = (*open as usize, *capacity as usize);
                let share = (open * BAR).checked_div(capacity).unwrap_or(BAR).min(BAR);
                // Anything is a little, and only all is all.
                let share =
                    if open > 0 && open < capacity { share.clamp(1, BAR - 1) } else { share };
                format!("{}{} {open:>3}/{capacity}", "━".repeat(share), "─".repeat(BAR - share))
            }
        };
        let told = format!("{told:<width$}", width = BAR + 8);
        // The column is there where anybody has such a limit.
        if self.loads.values().all(|load| load.week.is_none()) {
            return told;
        }
        let week = self.loads.get(&person).and_then(|load| load.week);
        let week = week.map(|(given, weekly)| format!("wk {given}/{weekly}")).unwrap_or_default();
        format!("{told}  {week:<8}")
    }
}

fn key(person: PersonId) -> String {
    person.to_string()
}

/// Whether somebody was left out for what no confirmation helps against; such people are found by typing.
fn is_out_of_reach(one: &LeftOut) -> bool {
    one.why.iter().any(|why| matches!(why, Why::Inactive | Why::Role { .. }))
}

/// Why somebody can't be assigned to at all.
fn cannot(person: &Person, holder: Option<PersonId>, kinds: &[&HandoffType]) -> Option<String> {
    if !person.active {
        return Some("no longer active".to_owned());
    }
    if holder == Some(person.id) {
        return Some("has it already".to_owned());
    }
    let stands_in = matches!(person.role, Role::Manager | Role::VpSales);
    let wanted = kinds.iter().find(|kind| kind.to != person.role).filter(|_| !stands_in)?;
    Some(format!("{}; this goes to {}", person.role.label(), wanted.to.label()))
}

/// To whom, and with which note.
///
/// # Errors
/// The field that wants something, and what.
pub(super) fn command(values: &Values) -> Result<Command, (&'static str, String)> {
    let to = values.text("to").parse().map_err(|sentence| ("to", sentence))?;
    let anyway = values.0.get("anyway") == Some(&crate::tui::form::Value::Yes(true));
    Ok(Command::Assign { to, brief: values.some("brief"), anyway })
}

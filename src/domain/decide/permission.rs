//! Who may do what (`DOMAIN.md 12`). On one machine the file's permissions are the real boundary: these rules prevent
//! mistakes, not attackers.

use super::Facts;
use crate::domain::handoff::Handoff;
use crate::domain::ids::PersonId;
use crate::domain::person::{Person, Role};
use crate::domain::policy::HandoffType;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::stage::{Action, Stage};

/// Who gives handoffs to people.
const ASSIGNERS: &str = "the VP of Sales, revenue operations, or a manager for their team";

/// Whether `leader` is somewhere above `person`. The VP of Sales is above everybody in sales.
#[must_use]
pub fn in_team(leader: &Person, person: PersonId, people: &[Person]) -> bool {
    let find = |id: PersonId| people.iter().find(|other| other.id == id);
    let Some(start) = find(person) else { return false };
    if leader.role == Role::VpSales && !matches!(start.role, Role::Marketing | Role::VpMarketing) {
        return true;
    }
    let mut above = start.manager;
    // A chain longer than the team is a circle.
    for _ in 0..people.len() {
        match above {
            Some(id) if id == leader.id => return true,
            Some(id) => above = find(id).and_then(|other| other.manager),
            None => return false,
        }
    }
    false
}

/// Whether somebody may give handoffs to a person, before anything else is looked at: a manager gives to their own team
/// and to themselves (`DOMAIN.md 12`).
#[must_use]
pub fn reaches(giver: &Person, to: PersonId, people: &[Person]) -> bool {
    giver.role != Role::Manager || giver.id == to || in_team(giver, to, people)
}

/// Whether this person may do `action` on this handoff.
///
/// # Errors
/// A refusal that says who may.
pub fn may(
    action: Action,
    handoff: &Handoff,
    kind: &HandoffType,
    facts: &Facts<'_>,
) -> Result<(), Refusal> {
    if facts.automatic {
        return Ok(());
    }
    let who = facts.who;
    if !who.active {
        return Err(Refusal::new(
            RefusalKind::NotPermitted,
            format!("{} is no longer active.", who.name),
        )
        .hint("Ask revenue operations to make the person active again."));
    }
    let leads = || handoff.assignee.is_some_and(|id| in_team(who, id, facts.people));
    let assigner = matches!(who.role, Role::VpSales | Role::Manager | Role::Revops);
    let assignee = handoff.assignee == Some(who.id);
    // What another team has is not a manager's to move.
    let reaches = who.role != Role::Manager || handoff.assignee.is_none() || assignee || leads();
    let co_owner = handoff.co_owner.is_some_and(|co| co.person == who.id && facts.now < co.until);
    let works =
        assignee || co_owner || (who.role == Role::Manager && leads()) || who.role == Role::VpSales;
    let sends = matches!(who.role, Role::Marketing | Role::VpMarketing | Role::Revops)
        || who.role == kind.from
        || handoff.sender == Some(who.id);
    let queued = handoff.stage == Stage::Queued;
    let (allowed, whose) = match action {
        Action::Assign | Action::Defer => (assigner, ASSIGNERS),
        Action::Reassign => (assigner && reaches, ASSIGNERS),
        Action::Brief => (assigner || sends, "the VP of Sales, a manager or whoever hands over"),
        Action::Accept | Action::Rate | Action::Check => (works, "the assignee or their manager"),
        Action::Touch
        | Action::Respond
        | Action::Book
        | Action::Held
        | Action::Noshow
        | Action::Opportunity
        | Action::Win
        | Action::Lose
        | Action::Activate => {
            (works || handoff.sender == Some(who.id), "the assignee or their manager")
        }
        Action::Return | Action::Recycle | Action::Disqualify => (
            works || (queued && assigner) || (handoff.stage == Stage::Returned && sends),
            "the assignee, their manager, or triage while it is queued",
        ),
        Action::Submit | Action::Resubmit | Action::Edit | Action::Withdraw => {
            (sends, "marketing or whoever hands it over")
        }
        Action::Dispute => (works || assigner || sends, "either side of the handoff"),
        Action::Decide => (
            matches!(who.role, Role::VpSales | Role::VpMarketing),
            "the VP of Sales and the VP of Marketing, each once",
        ),
        Action::Pause | Action::Resume => {
            (works || assigner || sends, "either side of the handoff")
        }
        Action::Hibernate | Action::Wake => (sends, "marketing"),
        Action::Reopen => {
            (assigner || sends, "the VP of Sales, a manager, marketing or revenue operations")
        }
        Action::Note => (true, "anybody"),
    };
    if allowed {
        return Ok(());
    }
    Err(Refusal::new(
        RefusalKind::NotPermitted,
        format!("{} ({}) may not {action} this handoff.", who.name, who.role.label()),
    )
    .hint(format!("That is for {whose}.")))
}

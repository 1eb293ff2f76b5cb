//! The Batch screen: decisions are made on the screen at once and kept by the worker behind it; committing is one gesture.

use std::sync::Arc;

use super::open;
use crate::domain::batch::sheet::Sheet;
use crate::domain::batch::{Decision, NEXT_BATCH, Phase, Week};
use crate::domain::decide::reaches;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::{Person, Role};
use crate::domain::say;
use crate::report;
use crate::tui::action::{Action, Screen};
use crate::tui::effect::{Effect, Load, Write};
use crate::tui::model::{Model, Tone};
use crate::tui::popup::Popup;
use crate::tui::popup::question::Question;
use crate::tui::screen::batch::Of;

/// Asks for what the screen shows: a week's batch, or what somebody leaves behind.
pub(super) fn load(model: &mut Model) -> Effect {
    let ticket = model.next_ticket();
    model.batch.waiting = Some(ticket);
    match &model.batch.leaving {
        Some((who, _)) => Effect::Load(Load::HandOn(ticket, *who)),
        None => Effect::Load(Load::Batch(ticket, model.batch.week)),
    }
}

/// Shows another week.
pub fn show_week(model: &mut Model, week: Week) -> Vec<Effect> {
    model.batch.week = Some(week);
    model.batch.leaving = None;
    model.batch.of = None;
    model.batch.selected = None;
    vec![load(model)]
}

/// Proposes who takes over what somebody has in hand.
pub fn hand_on(model: &mut Model, who: PersonId, then: Option<Box<Person>>) -> Vec<Effect> {
    model.batch.leaving = Some((who, then));
    model.batch.of = None;
    model.batch.selected = None;
    model.screen = Screen::Batch;
    model.full = false;
    model.pane = Default::default();
    vec![load(model)]
}

/// The item at hand is another, or was read again: its package is looked up.
pub(super) fn card(model: &Model) -> Vec<Effect> {
    match model.batch.selected {
        Some(id) if model.cards.get(id).is_none() => vec![Effect::Load(Load::Card(id))],
        _ => Vec::new(),
    }
}

/// Goes so many items down, or up.
pub(super) fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let policy = Arc::clone(&model.policy);
    model.batch.step(by, &policy);
    model.scroll = 0;
    card(model)
}

/// Does what a key means on this screen; none where it means the same as everywhere.
pub(super) fn perform(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    if model.screen != Screen::Batch {
        return None;
    }
    Some(match action {
        Action::Views => match model.batch.weeks.is_empty() {
            true => {
                told(model, "There is no batch yet; Tier 2 handoffs that are flagged make one.")
            }
            false => open(model, Popup::weeks(model)),
        },
        Action::Back if model.batch.leaving.is_some() && !model.full => {
            model.batch.leaving = None;
            model.batch.of = None;
            model.batch.selected = None;
            super::show(model, Screen::Team)
        }
        Action::Copy => match model.batch.sheet() {
            Some(sheet) => {
                let sheet = Sheet { drafts: model.batch.drafts.clone(), ..sheet.clone() };
                let text = report::batch::summary(&sheet, &model.policy);
                vec![Effect::Copy { text, what: format!("the review of {}", sheet.week) }]
            }
            None => return None,
        },
        Action::Submit => send(model),
        Action::Commit => commit(model),
        Action::TakeProposal
        | Action::Assign
        | Action::Defer
        | Action::Return
        | Action::Disposition
        | Action::Mark
        | Action::MarkAll => decide(model, action),
        Action::Accept
        | Action::Touch
        | Action::Dispute
        | Action::Pause
        | Action::Rate
        | Action::Brief
        | Action::Note
        | Action::Edit
        | Action::Filter
        | Action::Sort
        | Action::Reverse
        | Action::SaveView => {
            told(model, "That is not done in the batch; 1 shows the handoff in the queue.")
        }
        _ => return None,
    })
}

fn told(model: &mut Model, sentence: &str) -> Vec<Effect> {
    model.tell(Tone::Notice, sentence);
    Vec::new()
}

/// Why this person can't decide here at all.
fn refused(model: &Model) -> Option<String> {
    if let Some(why) = &model.read_only {
        return Some(format!("This store can only be read: {why}."));
    }
    let Some(me) = &model.me else {
        return Some(
            "The desk does not know who you are; start it with --as and your name.".to_owned(),
        );
    };
    if !matches!(me.role, Role::VpSales | Role::Manager | Role::Revops) {
        return Some(format!(
            "{} ({}) may not decide a batch; that is for the VP of Sales, managers and revenue operations.",
            me.name,
            me.role.label()
        ));
    }
    None
}

/// Whether this person decides a batch, and who takes over what somebody leaves.
pub fn may_decide(model: &Model) -> bool {
    refused(model).is_none()
}

fn decide(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(why) = refused(model) {
        return told(model, &why);
    }
    let Some(id) = model.batch.item().map(|item| item.id) else {
        return told(model, "No item waits here; v shows another week.");
    };
    let week = matches!(model.batch.of, Some(Of::Week(_)));
    match action {
        Action::Assign => open(model, Popup::route(model, id)),
        Action::Return if week => open(model, Popup::return_item(model, id)),
        Action::Disposition if week => open(model, Popup::nurture_item(model, id)),
        Action::Defer if week => {
            keep(model, vec![(id, Some(Decision::Defer { reason: NEXT_BATCH.to_owned() }))])
        }
        Action::Return | Action::Disposition | Action::Defer => told(
            model,
            "These are handed on or stay; a picks a person, Space leaves one where it is.",
        ),
        Action::MarkAll => take_all(model),
        Action::Mark if model.batch.drafts.contains_key(&id) => keep(model, vec![(id, None)]),
        _ => match proposed(model, id) {
            Ok(decision) => keep(model, vec![(id, Some(decision))]),
            Err(why) => told(model, &why),
        },
    }
}

/// The decision that takes the desk's proposal for an item.
fn proposed(model: &Model, id: HandoffId) -> Result<Decision, String> {
    let pick = model.batch.solved.picks.get(&id).and_then(|pick| pick.to);
    let pick = match (pick, model.batch.drafts.get(&id)) {
        (Some(pick), _) => pick,
        (None, Some(_)) => return Err("It has a decision; Space takes it back.".to_owned()),
        (None, None) => {
            return Err("The desk has nobody to propose here; pick a person instead.".to_owned());
        }
    };
    out_of_reach(model, pick).map_or(Ok(Decision::Route { to: pick, anyway: false }), Err)
}

/// Why a manager can't give anything to somebody: they are in another team.
pub fn out_of_reach(model: &Model, to: PersonId) -> Option<String> {
    let (me, round) = (model.me.as_ref()?, model.batch.round()?);
    if reaches(me, to, &round.people) {
        return None;
    }
    let name =
        round.people.iter().find(|person| person.id == to).map(|person| person.name.as_str());
    Some(format!(
        "{} is not in {}'s team; leave it to theirs, or pick somebody who is.",
        name.unwrap_or("Somebody"),
        me.name
    ))
}

/// Takes every proposal that is left and within reach.
fn take_all(model: &mut Model) -> Vec<Effect> {
    let ids: Vec<_> = model
        .batch
        .items()
        .iter()
        .map(|item| item.id)
        .filter(|id| !model.batch.drafts.contains_key(id))
        .collect();
    let decisions: Vec<_> =
        ids.iter().filter_map(|id| Some((*id, Some(proposed(model, *id).ok()?)))).collect();
    if decisions.is_empty() {
        return told(model, "No proposal is left to take.");
    }
    let (taken, left) = (decisions.len(), ids.len() - decisions.len());
    let effects = keep(model, decisions);
    let more = match left {
        0 => String::new(),
        left => format!("; {left} are for other teams"),
    };
    let taken = say::count(taken as u64, "proposal", "proposals");
    model.tell(Tone::Good, format!("Took {taken}{more}. C commits."));
    effects
}

/// Makes decisions: on the screen now, and in the store behind it.
pub fn keep(model: &mut Model, decisions: Vec<(HandoffId, Option<Decision>)>) -> Vec<Effect> {
    let policy = Arc::clone(&model.policy);
    let all = decisions.iter().all(|(_, decision)| decision.is_some());
    if let [(id, decision)] = decisions.as_slice() {
        model.batch.decide(*id, decision.clone(), &policy);
    } else {
        model.batch.decide_all(&decisions, &policy);
    }
    if all {
        model.batch.next_open(&policy);
    }
    let mut effects = card(model);
    if let Some(week) = model.batch.sheet().map(|sheet| sheet.week) {
        // Nobody waits for this one: what is typed meanwhile is meant for the screen as it is now.
        let ticket = model.next_ticket();
        effects.push(Effect::Write(ticket, Write::Draft { week, decisions }));
    }
    effects
}

fn send(model: &mut Model) -> Vec<Effect> {
    if let Some(why) = &model.read_only {
        let why = format!("This store can only be read: {why}.");
        return told(model, &why);
    }
    let Some(sheet) = model.batch.sheet() else {
        return told(model, "Only a week's batch is sent.");
    };
    let (week, phase) = (sheet.week, sheet.phase);
    if phase != Phase::Open {
        let why = format!("The batch of {week} is {} already.", phase.label());
        return told(model, &why);
    }
    let cut_off = say::moment(sheet.dates.send, model.zone);
    let why =
        format!("Its cut-off is {cut_off}. What is flagged after this goes with {}.", week.next());
    let question =
        Question::write(&format!("Send {week} now?"), &why, Write::SendBatch(week), model.last_key);
    open(model, Popup::Question(question))
}

fn commit(model: &mut Model) -> Vec<Effect> {
    if let Some(why) = refused(model) {
        return told(model, &why);
    }
    let decisions = model.batch.decisions();
    if decisions.is_empty() {
        return told(model, "Nothing is decided yet; A takes a proposal, a picks a person.");
    }
    let left = model.batch.items().len() - decisions.len();
    let stay = match left {
        0 => "Nothing stays undecided.".to_owned(),
        left => format!("{} without a decision stay.", say::count(left as u64, "item", "items")),
    };
    // Somebody else decided these since: they wait no longer, and a commit with them would be refused.
    let overtaken: Vec<_> =
        model.batch.drafts.keys().filter(|id| !decisions.contains_key(id)).copied().collect();
    let tally = Sheet::tally(&decisions);
    let (what, write) = match &model.batch.of {
        Some(Of::Week(sheet)) if sheet.phase == Phase::Open => {
            let why = format!(
                "The batch of {} is open until {}; S sends it now.",
                sheet.week,
                say::moment(sheet.dates.send, model.zone)
            );
            return told(model, &why);
        }
        Some(Of::Week(sheet)) => {
            let write = Write::CommitBatch { week: sheet.week, without: overtaken.clone() };
            (format!("Commit {}?", sheet.week), write)
        }
        Some(Of::Leaving(leaving)) => {
            let all = model.batch.drafts.iter();
            let all =
                all.map(|(id, draft)| (*id, (draft.version, draft.decision.clone()))).collect();
            let write = Write::CarryOn { from: leaving.person.id, decisions: all };
            (format!("Hand on what {} has?", leaving.person.name), write)
        }
        None => return Vec::new(),
    };
    let dropped = match overtaken.as_slice() {
        [] => String::new(),
        some => {
            let names: Vec<_> = some.iter().map(ToString::to_string).collect();
            format!(" Somebody else decided {} meanwhile: yours is dropped.", say::all(&names))
        }
    };
    let why = format!("{tally}. {stay}{dropped} All is done as one, and one undo takes it back.");
    let question = Question::write(&what, &why, write, model.last_key);
    open(model, Popup::Question(question))
}

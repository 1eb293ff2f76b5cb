//! What is done with handoffs: who is meant, whether it is open to this person, and in which popup it goes on.

use super::{next_step, open};
use crate::domain::command::Command;
use crate::domain::ids::HandoffId;
use crate::domain::package;
use crate::domain::person::Person;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::routing::Proposal;
use crate::domain::stage::Stage;
use crate::tui::action::Action;
use crate::tui::effect::{Ask, Effect, Load, Ticket};
use crate::tui::model::{Model, Subject, Tone};
use crate::tui::popup::question::Question;
use crate::tui::popup::{Popup, Reply, forms};
use std::sync::Arc;

/// Does what a key about handoffs means.
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let subjects = model.subjects();
    if subjects.is_empty() {
        let sentence = match model.list() {
            Some(list) if !list.loaded => {
                "The list is still being read; press the key again.".to_owned()
            }
            Some(_) => "There is no handoff in this list to do that with.".to_owned(),
            None => format!(
                "{} has no handoff at hand; go to the queue for that.",
                model.screen.title()
            ),
        };
        model.tell(Tone::Notice, sentence);
        return Vec::new();
    }
    if let Some(refusal) = refused(model, action) {
        model.tell(Tone::Notice, refusal.to_string());
        return Vec::new();
    }
    match action {
        Action::Why => why(model),
        Action::Message => next_step::message(model),
        Action::Playbook => next_step::playbook(model),
        Action::Copy => copy(model),
        Action::OpenSite => open_site(model),
        Action::Merge => merge(model),
        Action::Accept => {
            let effects = request(model, "Accept", asks(&subjects, |_| Command::Accept));
            if let [only] = subjects.as_slice() {
                model.accepting = Some((model.ticket, only.clone()));
            }
            effects
        }
        Action::Submit if subjects.iter().any(|subject| rests(subject.stage)) => {
            match subjects.as_slice() {
                [_] => forms::open(Action::Submit, subjects, model),
                _ => {
                    model.tell(
                        Tone::Notice,
                        "What rests is handed over again one at a time; clear the marks first.",
                    );
                    Vec::new()
                }
            }
        }
        Action::Submit => {
            let asks = asks(&subjects, |subject| match subject.stage {
                Stage::Returned => Command::Resubmit { fields: Default::default() },
                _ => Command::Submit,
            });
            request(model, "Submit", asks)
        }
        Action::TakeProposal => {
            let ticket = model.next_ticket();
            let ids = subjects.iter().map(|subject| subject.id).collect();
            model.taking = Some((ticket, subjects));
            vec![Effect::Load(Load::Proposals(ticket, ids))]
        }
        _ => forms::open(action, subjects, model),
    }
}

/// Whether a handoff in this stage rests.
const fn rests(stage: Stage) -> bool {
    matches!(stage, Stage::Nurture | Stage::Hibernating)
}

/// The same request for each of some handoffs, as they were seen.
#[must_use]
pub fn asks(subjects: &[Subject], command: impl Fn(&Subject) -> Command) -> Vec<Ask> {
    let ask = |subject: &Subject| Ask {
        handoff: subject.id,
        seen: Some(subject.version),
        command: command(subject),
    };
    subjects.iter().map(ask).collect()
}

/// Asks for one thing outright, and for many after a question.
fn request(model: &mut Model, what: &str, asks: Vec<Ask>) -> Vec<Effect> {
    let reply = confirm(model, what, asks);
    let mut effects = reply.effects;
    if let Some(popup) = reply.open {
        effects.extend(open(model, popup));
    }
    effects
}

/// What a form replies when it is filled in: one request is sent, and the form waits for its answer under the ticket
/// that the model gave out last; for many the form makes room for a question that says how many and which cannot.
/// `what` names it as a title does: "Assign to Sam Ortiz".
pub fn confirm(model: &mut Model, what: &str, asks: Vec<Ask>) -> Reply {
    if asks.len() == 1 {
        return Reply::ask(model.run(asks));
    }
    let ticket = model.next_ticket();
    let load = Effect::Load(Load::Preview(ticket, asks.clone()));
    let question = Question::about(what, asks, ticket, model.last_key);
    Reply {
        close: true,
        open: Some(Popup::Question(question)),
        effects: vec![load],
        ..Reply::default()
    }
}

/// Why nothing is written here and now, or not by this person; none where it may be.
fn refused_to(model: &Model, may: fn(&Person) -> Result<(), Refusal>) -> Option<Refusal> {
    if model.as_of.is_some() {
        return Some(crate::desk::over());
    }
    if let Some(why) = &model.read_only {
        let why = format!("This store can only be read: {why}.");
        return Some(Refusal::new(RefusalKind::NotAvailable, why));
    }
    match &model.me {
        None => Some(
            Refusal::new(RefusalKind::NotPermitted, "The desk does not know who you are.")
                .hint("Start it with --as and your name."),
        ),
        Some(me) => may(me).err(),
    }
}

/// Why an action is not open to this person on the handoff at hand; none when it is, or when the desk alone can say:
/// for several at once, or while the handoff is still being read.
#[must_use]
pub fn refused(model: &Model, action: Action) -> Option<Refusal> {
    match action {
        Action::Import => return refused_to(model, crate::desk::may_import),
        Action::Evaluate => return refused_to(model, crate::desk::may_evaluate),
        _ => {}
    }
    let asked = action.asks();
    if asked.is_empty() {
        return None;
    }
    if let Some(why) = refused_to(model, |_| Ok(())) {
        return Some(why);
    }
    if model.list().is_some_and(|list| !list.marks.is_empty()) {
        return None;
    }
    refused_here(model, action)
}

/// Why an action is not open to this person on the handoff at hand, whatever else is marked; none while it is being
/// read.
#[must_use]
pub fn refused_here(model: &Model, action: Action) -> Option<Refusal> {
    let asked = action.asks();
    let card = model.card()?;
    let mut why = None;
    for (open, refusal) in card.actions.iter().filter(|(open, _)| asked.contains(open)) {
        match refusal {
            None => return None,
            Some(refusal) => why = why.or_else(|| Some((*open, refusal.clone()))),
        }
    }
    match why {
        Some((_, refusal)) => Some(refusal),
        None => asked.first().map(|asked| Refusal::not_legal(*asked, card.handoff.stage)),
    }
}

/// The desk told whom it proposes for handoffs that are to be given away at once.
pub(super) fn take_proposals(
    model: &mut Model,
    ticket: Ticket,
    proposals: &[(HandoffId, Arc<Proposal>)],
) -> Vec<Effect> {
    let Some((_, subjects)) = model.taking.take_if(|(waiting, _)| *waiting == ticket) else {
        return Vec::new();
    };
    let mut given = Vec::new();
    for subject in &subjects {
        let proposal = proposals.iter().find(|(id, _)| *id == subject.id);
        if let Some(to) = proposal.and_then(|(_, proposal)| proposal.best()) {
            let command = Command::Assign { to, brief: None, anyway: false };
            given.push(Ask { handoff: subject.id, seen: Some(subject.version), command });
        }
    }
    if given.is_empty() {
        model.tell(Tone::Notice, "The desk has nobody to propose here; pick a person instead.");
        return Vec::new();
    }
    request(model, "Assign to the desk's proposals", given)
}

/// Opens the sum behind the clock at hand, or behind the one that is due next.
fn why(model: &mut Model) -> Vec<Effect> {
    match Popup::ledger(model) {
        Some((popup, load)) => {
            open(model, popup);
            vec![load]
        }
        None => {
            model.tell(Tone::Notice, "This handoff is still being read; press the key again.");
            Vec::new()
        }
    }
}

fn copy(model: &mut Model) -> Vec<Effect> {
    let Some(card) = model.card() else { return Vec::new() };
    let text = package::one_page(&card.package).join("\n");
    vec![Effect::Copy { text, what: format!("the summary of {}", card.handoff.id) }]
}

/// Shows the accounts that may be the same company as that of the handoff at hand.
fn merge(model: &mut Model) -> Vec<Effect> {
    let account = model.card().map(|card| (card.account.id, card.account.name.clone()));
    let Some((account, company)) = account else {
        model.tell(Tone::Notice, "The handoff is still being read; try again.");
        return Vec::new();
    };
    let (popup, load) = Popup::merge(model, account, &company);
    let mut effects = open(model, popup);
    effects.push(load);
    effects
}

fn open_site(model: &mut Model) -> Vec<Effect> {
    let site = model
        .card()
        .and_then(|card| card.account.website.clone().or_else(|| card.account.domain.clone()));
    match site {
        Some(site) => vec![Effect::OpenSite(site)],
        None => {
            model.tell(Tone::Notice, "This account has no site on record.");
            Vec::new()
        }
    }
}

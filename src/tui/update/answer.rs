//! What becomes of the worker's answers. An answer to something that was asked again since is dropped.

use std::sync::Arc;

use super::{act, list, rating, refresh};
use crate::domain::text;
use crate::domain::view::View;
use crate::tui::action::{Action, Screen};
use crate::tui::answer::{Answer, Done, NotDone};
use crate::tui::effect::{Effect, Load, Ticket, Write};
use crate::tui::layout::list_rows;
use crate::tui::model::{Model, Tone};
use crate::tui::popup::Popup;
use crate::tui::popup::question::Question;
use crate::tui::screen::batch::{Leaving, Of};

/// Takes an answer: every popup sees it first.
pub(super) fn take(model: &mut Model, answer: Answer) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut taken = false;
    if let Answer::People(people) = &answer {
        // Before the popups are told: one that offers people looks them up here.
        if let Some(me) = people.iter().find(|person| Some(person.id) == model.my_id()) {
            model.me = Some(me.clone());
        }
        model.people = Arc::clone(people);
    }
    for mut popup in std::mem::take(&mut model.popups) {
        let reply = popup.answer(&answer, model);
        taken |= reply.took;
        effects.extend(super::settle(model, popup, reply));
    }
    effects.extend(on_answer(model, answer, taken));
    effects
}

fn on_answer(model: &mut Model, answer: Answer, taken: bool) -> Vec<Effect> {
    match answer {
        Answer::Page(screen, ticket, page) => {
            let screenful = list_rows(model);
            let list = if screen == Screen::Mine { &mut model.mine } else { &mut model.queue };
            let Some(waiting) = list.waiting.take_if(|waiting| waiting.ticket == ticket) else {
                return Vec::new();
            };
            let before = list.selected;
            list.take(page, waiting.how, screenful);
            let moved = list.selected != before;
            if screen != model.screen {
                return Vec::new();
            }
            let mut effects = if moved { list::at_hand(model) } else { list::card(model) };
            effects.extend(list::fill(model));
            return effects;
        }
        Answer::Count(screen, ticket, count) => {
            let list = if screen == Screen::Mine { &mut model.mine } else { &mut model.queue };
            if list.counting.take_if(|counting| *counting == ticket).is_some() {
                list.count = Some(count);
                if let Some(sprint) = model.sprint.as_mut().filter(|_| screen == model.screen) {
                    sprint.counted();
                }
            }
        }
        Answer::Marks(screen, ticket, page) => {
            let list = if screen == Screen::Mine { &mut model.mine } else { &mut model.queue };
            if list.marking.take_if(|marking| *marking == ticket).is_some() {
                list.mark_all(&page.rows);
                if page.after && !list.marks.is_empty() {
                    let sentence = format!(
                        "The first {} are marked; narrow the list to mark all of it.",
                        list.marks.len()
                    );
                    model.tell(Tone::Notice, sentence);
                }
            }
        }
        Answer::Badges(badges) => model.badges = Some(badges),
        Answer::Card(id, card) => {
            model.settling.take_if(|(waiting, _)| *waiting == id);
            match card {
                Some(card) => model.cards.put(card),
                None => model.cards.forget(id),
            }
        }
        Answer::Proposals(ticket, proposals) => {
            if let Some(sprint) = &mut model.sprint
                && sprint.asked.take_if(|asked| *asked == ticket).is_some()
            {
                sprint.propose(&proposals);
            }
            return act::take_proposals(model, ticket, &proposals);
        }
        // Only popups ask for these, or they are taken already.
        Answer::People(_) | Answer::Preview(..) | Answer::Receipt(..) | Answer::Front(..) => {}
        Answer::Message(..) | Answer::Edited(_) | Answer::Routing(..) => {}
        Answer::Drafted(_) | Answer::Twins(..) | Answer::Pack(..) => {}
        Answer::Activity(ticket, rows) => {
            if let Some((_, before)) =
                model.activity.waiting.take_if(|(waiting, _)| *waiting == ticket)
            {
                model.activity.take(before, rows);
                return super::read_on(model);
            }
        }
        Answer::Inbox(lines) => model.inbox = lines,
        Answer::AsOf(ticket, went) => return super::as_of::arrived(model, ticket, went),
        Answer::Follows { id, company, kind } => {
            let question = Question::follow(id, &company, &kind, model.last_key);
            model.popups.push(Popup::Question(question));
        }
        Answer::Batch(ticket, sheet, weeks) => {
            if model.batch.waiting.take_if(|waiting| *waiting == ticket).is_some() {
                let policy = Arc::clone(&model.policy);
                model.batch.take(sheet, weeks, &policy);
                if model.screen == Screen::Batch {
                    return super::batch::card(model);
                }
            }
        }
        Answer::HandOn(ticket, found) => {
            if model.batch.waiting.take_if(|waiting| *waiting == ticket).is_some() {
                let policy = Arc::clone(&model.policy);
                let (person, round) = found.as_ref().clone();
                let then =
                    model.batch.leaving.as_ref().and_then(|(_, then)| then.as_deref().cloned());
                model.batch.take_leaving(Leaving { person, round, then }, &policy);
                if model.screen == Screen::Batch {
                    return super::batch::card(model);
                }
            }
        }
        Answer::Team(ticket, members) => {
            if model.team.waiting.take_if(|waiting| *waiting == ticket).is_some() {
                model.team.take(members);
            }
        }
        Answer::Measures(ticket, sheet, teams) => {
            let measures = &mut model.measures;
            if measures.waiting.take_if(|waiting| *waiting == ticket).is_some() {
                measures.take(sheet, teams);
                return super::measures_ahead(model);
            }
            if measures.ahead.take_if(|ahead| *ahead == ticket).is_some() {
                measures.keep(sheet);
                return super::measures_ahead(model);
            }
        }
        Answer::Done(ticket, done) => return on_done(model, ticket, &done, taken),
        Answer::Joined(ticket, person) => {
            model.writing.retain(|(waiting, _)| *waiting != ticket);
            model.tell(Tone::Good, format!("Welcome, {}.", text::safe(&person.name)));
            model.me = Some(person.as_ref().clone());
            let view = model.views.iter().find(|view| view.key == View::of_role(person.role));
            if let Some(view) = view.cloned() {
                model.queue.show(view);
            }
            let mut effects = super::show(model, Screen::of_role(person.role));
            effects.push(Effect::Load(Load::Badges));
            effects.push(Effect::Load(Load::People));
            return effects;
        }
        Answer::NotDone(ticket, why) => return on_not_done(model, ticket, &why, taken),
        Answer::Import(ticket, what) => return super::import::answer(model, ticket, what),
        Answer::Failed(sentence) => model.tell(Tone::Bad, sentence),
        Answer::Changed => return refresh(model),
        Answer::ReadOnly(why) => model.read_only = why,
        Answer::Told { good, sentence } => {
            model.tell(if good { Tone::Good } else { Tone::Bad }, sentence);
        }
    }
    Vec::new()
}

fn on_done(model: &mut Model, ticket: Ticket, done: &Done, taken: bool) -> Vec<Effect> {
    model.writing.retain(|(waiting, _)| *waiting != ticket);
    if !taken {
        let mut sentence = capital(&done.receipt.label);
        if let Some(first) = done.receipt.refused.first() {
            let more = match done.receipt.refused.len() {
                1 => String::new(),
                many => format!(" and {} more", many - 1),
            };
            let why = first.refusal.sentence.trim_end_matches('.');
            let company = text::safe(&first.company);
            sentence.push_str(&format!("; left out {} {company}{more}: {why}", first.handoff));
        }
        let rates = rating::offered(model, ticket, done);
        if rates.is_some() {
            sentence.push_str(rating::OFFER);
        }
        if let Some(key) = model.keys.shown(Action::Undo).filter(|_| done.is_new) {
            sentence.push_str(&format!(" · {key} undo"));
        }
        model.tell(
            if done.receipt.refused.is_empty() { Tone::Good } else { Tone::Notice },
            sentence,
        );
        if let Some(toast) = &mut model.toast {
            toast.rates = rates;
        }
    }
    for list in [&mut model.queue, &mut model.mine] {
        done.receipt.done.iter().for_each(|id| drop(list.marks.remove(id)));
    }
    if let Some(effects) = handed_on(model) {
        return effects;
    }
    // What was taken back is what one wants to look at, if it is in the list again.
    if !done.is_new
        && let (Some(list), [only]) = (model.list_mut(), done.receipt.done.as_slice())
    {
        list.selected = Some(*only);
    }
    super::sprint::done(model, ticket, done);
    settle(model)
}

/// What somebody had is handed on: who leaves is kept as no longer active, and the team is shown again.
fn handed_on(model: &mut Model) -> Option<Vec<Effect>> {
    let on_batch = model.screen == Screen::Batch;
    let Some(Of::Leaving(leaving)) = model.batch.of.clone().filter(|_| on_batch) else {
        return None;
    };
    model.batch.leaving = None;
    model.batch.of = None;
    model.batch.selected = None;
    let mut effects = super::show(model, Screen::Team);
    if let Some(after) = leaving.then.clone() {
        let before = Box::new(leaving.person.clone());
        effects.push(model.write(Write::EditPerson { before, after: Box::new(after) }));
    }
    Some(effects)
}

/// Reads again what a write has changed; what is typed meanwhile waits for it.
fn settle(model: &mut Model) -> Vec<Effect> {
    let at_hand = model.at_hand();
    model.settling = at_hand.map(|id| (id, model.now));
    refresh(model)
}

fn on_not_done(model: &mut Model, ticket: Ticket, why: &NotDone, taken: bool) -> Vec<Effect> {
    model.writing.retain(|(waiting, _)| *waiting != ticket);
    match why {
        NotDone::Refused(refusal) => {
            if !taken {
                model.tell(Tone::Notice, capital(&refusal.to_string()));
            }
            // A decision that was not kept must not look as if it were.
            if model.screen == Screen::Batch { vec![super::batch::load(model)] } else { Vec::new() }
        }
        NotDone::Conflict { handoff, sentence } => {
            if !taken {
                model.tell(Tone::Notice, sentence.clone());
            }
            model.cards.forget(*handoff);
            settle(model)
        }
        NotDone::Failed(sentence) => {
            if !taken {
                model.tell(Tone::Bad, capital(sentence));
            }
            Vec::new()
        }
    }
}

/// A sentence with a capital at its beginning, in its safe form.
fn capital(sentence: &str) -> String {
    let sentence = text::safe(sentence);
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

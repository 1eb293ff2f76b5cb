//! The evaluation that runs beside the screen: started by its name, told of in the bottom line, ended with a line.

use super::{refresh, refused};
use crate::domain::text;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::incoming::{Evaluating, ImportAnswer, ImportAsk};
use crate::tui::model::{Model, Tone};

/// Starts it, or says why not.
pub(super) fn start(model: &mut Model) -> Vec<Effect> {
    if let Some(why) = refused(model, Action::Evaluate) {
        model.tell(Tone::Notice, why.to_string());
        return Vec::new();
    }
    let busy = match (&model.importing, &model.evaluating) {
        (Some(_), _) => Some("An import is running; the evaluation waits until it has ended."),
        (None, Some(_)) => Some("The evaluation is running already."),
        (None, None) => None,
    };
    if let Some(why) = busy {
        model.tell(Tone::Notice, why);
        return Vec::new();
    }
    let Some(who) = model.me.as_ref().map(|me| me.id) else { return Vec::new() };
    let ticket = model.next_ticket();
    model.evaluating = Some(Evaluating { ticket, accounts: 0 });
    vec![Effect::Import(ticket, ImportAsk::Evaluate(who))]
}

/// Takes an answer: how far the evaluation is, or how it ended.
pub(super) fn answer(model: &mut Model, what: ImportAnswer) -> Vec<Effect> {
    match what {
        ImportAnswer::Judging(accounts) => {
            if let Some(evaluating) = &mut model.evaluating {
                evaluating.accounts = accounts;
            }
            return Vec::new();
        }
        ImportAnswer::Evaluated(found) => model.tell(Tone::Good, text::safe(&found.sentence())),
        ImportAnswer::Failed(why) => model.tell(Tone::Bad, text::safe(&why)),
        _ => return Vec::new(),
    }
    model.evaluating = None;
    refresh(model)
}

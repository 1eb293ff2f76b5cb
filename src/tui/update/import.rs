//! The import that runs beside the screen: opened by a key, told of in the bottom line, ended with a line.

use super::{evaluate, refresh, refused};
use crate::domain::text;
use crate::tui::action::Action;
use crate::tui::effect::{Effect, Ticket};
use crate::tui::incoming::{ImportAnswer, ImportAsk};
use crate::tui::model::{Model, Tone};
use crate::tui::popup::Popup;

/// Opens the import screen, or says why not.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if let Some(why) = refused(model, Action::Import) {
        model.tell(Tone::Notice, why.to_string());
        return Vec::new();
    }
    let popup = Popup::import(model);
    super::open(model, popup)
}

/// Opens it on a file that was named in the command line; none where the line says something else.
pub fn typed(model: &mut Model, line: &str) -> Option<Vec<Effect>> {
    let (popup, effects) = Popup::import_of(line, model)?;
    if let Some(why) = refused(model, Action::Import) {
        model.tell(Tone::Notice, why.to_string());
        return Some(Vec::new());
    }
    model.popups.push(popup);
    Some(effects)
}

/// Leaves the desk; while an import runs only at the second try, the first stops it.
pub(super) fn before_quitting(model: &mut Model) -> Vec<Effect> {
    let key = model.keys.shown(Action::Quit).unwrap_or_default();
    match model.importing.as_mut().filter(|importing| !importing.stopping) {
        None => vec![Effect::Quit],
        Some(importing) => {
            importing.stopping = true;
            let stop = Effect::Import(importing.ticket, ImportAsk::Stop);
            let sentence = format!("The import is being stopped; {key} again leaves the desk.");
            model.tell(Tone::Notice, sentence);
            vec![stop]
        }
    }
}

/// Takes an answer: how far the import is, or how it ended.
pub(super) fn answer(model: &mut Model, ticket: Ticket, what: ImportAnswer) -> Vec<Effect> {
    if model.evaluating.is_some_and(|it| it.ticket == ticket) {
        return evaluate::answer(model, what);
    }
    let Some(importing) = model.importing.as_mut().filter(|it| it.ticket == ticket) else {
        return Vec::new();
    };
    match what {
        ImportAnswer::Importing(percent) => {
            importing.percent = percent;
            return Vec::new();
        }
        ImportAnswer::Imported(outcome) => {
            let mut sentence = text::safe(&outcome.sentence).into_owned();
            if let Some(key) = model.keys.shown(Action::Undo).filter(|_| outcome.undo) {
                sentence.push_str(&format!(" · {key} undo"));
            }
            if outcome.judge {
                sentence.push_str(" · :evaluate judges it");
            }
            model.tell(if outcome.whole { Tone::Good } else { Tone::Notice }, sentence);
        }
        ImportAnswer::Failed(why) => {
            model.tell(Tone::Bad, text::safe(&why));
        }
        _ => return Vec::new(),
    }
    model.importing = None;
    refresh(model)
}

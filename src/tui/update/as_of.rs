//! Looking at the desk as it stood: going there, being there, and coming back.

use crate::domain::say;
use crate::domain::time::Instant;
use crate::tui::effect::{Effect, Load, Ticket};
use crate::tui::model::{AsOf, Going, Model, Tone};

/// Asks for the desk as it stood at a moment.
pub fn go(model: &mut Model, at: Instant) -> Vec<Effect> {
    let present = model.present();
    if at > present {
        let moment = say::moment(at, model.zone);
        model.tell(
            Tone::Notice,
            format!("{moment} is still to come; name a moment that has passed."),
        );
        return Vec::new();
    }
    let ticket = model.next_ticket();
    model.going = Some(Going { ticket, at, since: present });
    // The bottom line says so until it is there.
    model.toast = None;
    vec![Effect::Load(Load::AsOf(ticket, at))]
}

/// It is there, or why not.
pub(super) fn arrived(
    model: &mut Model,
    ticket: Ticket,
    went: Result<Instant, String>,
) -> Vec<Effect> {
    if model.going.take_if(|going| going.ticket == ticket).is_none() {
        return Vec::new();
    }
    match went {
        Ok(at) => {
            let present = model.present();
            model.as_of = Some(AsOf { at, present });
            model.now = at;
            model.toast = None;
            anew(model)
        }
        Err(sentence) => {
            model.tell(Tone::Bad, sentence);
            Vec::new()
        }
    }
}

/// Waits no longer for the desk as it stood; none where nobody waits. One who was in the past already goes back.
pub(super) fn stay(model: &mut Model) -> Option<Vec<Effect>> {
    model.going.take()?;
    if let Some(effects) = leave(model) {
        return Some(effects);
    }
    model.tell(Tone::Notice, "This is the present still.");
    Some(vec![Effect::Load(Load::Present)])
}

/// Goes back to the present; none where one is there already.
pub(super) fn leave(model: &mut Model) -> Option<Vec<Effect>> {
    let past = model.as_of.take()?;
    model.now = past.present;
    model.going = None;
    let mut effects = vec![Effect::Load(Load::Present)];
    effects.extend(anew(model));
    model.tell(Tone::Good, "Back in the present.");
    Some(effects)
}

/// Everything is read again; nothing that was known or marked is of this time.
fn anew(model: &mut Model) -> Vec<Effect> {
    model.cards.forget_all_but(None);
    model.queue.marks.clear();
    model.mine.marks.clear();
    model.settling = None;
    model.taking = None;
    super::refresh(model)
}

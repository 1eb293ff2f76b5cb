//! Right after accepting, one key from 1 to 5 rates the package, as long as the bottom line says so: until the next key,
//! whatever it is, or until the line goes. Only then do these keys not show the screens.

use crossterm::event::KeyCode;

use super::open;
use crate::domain::command::Command;
use crate::tui::answer::Done;
use crate::tui::chord::Key;
use crate::tui::effect::{Ask, Effect, Ticket};
use crate::tui::model::{Model, Rates};
use crate::tui::popup::forms;

/// What the bottom line says behind what was accepted.
pub(super) const OFFER: &str = " · 1-5 rates its package";

/// The stars that leave nothing to ask for.
const ALL: u8 = 5;

/// What a write that is done offers for rating: the one handoff that was accepted by it.
pub(super) fn offered(model: &mut Model, ticket: Ticket, done: &Done) -> Option<Rates> {
    let (_, subject) = model.accepting.take_if(|(accepting, _)| *accepting == ticket)?;
    done.receipt.done.contains(&subject.id).then_some(Rates { subject, seen: false })
}

/// What is offered is on screen.
pub(super) fn seen(model: &mut Model) {
    if let Some(rates) = model.toast.as_mut().and_then(|toast| toast.rates.as_mut()) {
        rates.seen = true;
    }
}

/// Rates with a key, and asks what was missing; none where the key means something else.
pub(super) fn rates(model: &mut Model, offered: Rates, key: Key) -> Option<Vec<Effect>> {
    let stars =
        (1..=ALL).find(|stars| key == Key::plain(KeyCode::Char(char::from(b'0' + stars))))?;
    if !offered.seen {
        return None;
    }
    let subject = offered.subject;
    let ask = Ask {
        handoff: subject.id,
        // Accepting made a new version of it; the rating is of what was sent, whatever came since.
        seen: None,
        command: Command::Rate { stars, missing: None },
    };
    let mut effects = vec![model.run(vec![ask])];
    if stars < ALL {
        effects.extend(open(model, forms::lacked(subject, stars)));
    }
    Some(effects)
}

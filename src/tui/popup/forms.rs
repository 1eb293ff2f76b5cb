//! The forms that actions on handoffs open.

use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::keys::command_of;
use crate::tui::model::{Model, Subject, Tone};

/// Opens the form of an action, for the handoffs that it is about.
pub fn open(action: Action, _subjects: Vec<Subject>, model: &mut Model) -> Vec<Effect> {
    let name = command_of(action).map_or("This", |command| command.name);
    model.tell(Tone::Notice, format!("{name} has no form yet."));
    Vec::new()
}

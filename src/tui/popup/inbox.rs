//! What somebody was told of and has not acted on: a line each, from which one goes to the handoff.

use super::Popup;
use super::menu::GO;
use crate::domain::say;
use crate::tui::form::picker::Choice;
use crate::tui::model::Model;

impl Popup {
    /// The inbox of whoever works this desk.
    #[must_use]
    pub fn inbox(model: &Model) -> Self {
        let choice = |notice: &crate::desk::Notice| Choice {
            key: format!("{GO}{}", notice.handoff),
            label: format!("{} {}", notice.handoff, notice.company),
            detail: notice.sentence.clone(),
            why: vec![format!("told {}", say::moment(notice.at, model.zone))],
            ..Choice::default()
        };
        Self::menu("Inbox: acting clears a line", model.inbox.iter().map(choice).collect(), None)
    }
}

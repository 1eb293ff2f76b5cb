//! Letting an account through the monthly cap of its type, for a reason that is kept in the record (`DOMAIN.md 4`).

use super::sent::{Sent, Typed};
use super::{Front, FrontWrite};
use crate::domain::account::Account;
use crate::domain::ids::AccountId;
use crate::tui::answer::Answer;
use crate::tui::form::{Field, Form};
use crate::tui::model::Model;
use crate::tui::msg::Input;
use crate::tui::popup::Reply;

/// The form that asks for the reason.
#[derive(Clone, PartialEq, Debug)]
pub struct LetThrough {
    account: AccountId,
    pub(super) sent: Sent,
}

impl LetThrough {
    /// The form for an account that is held back.
    #[must_use]
    pub fn open(account: &Account) -> Front {
        let why = Field::note("reason", "Why")
            .required()
            .hint("why this one goes beyond the cap; it is kept in the record");
        let title = format!("Let through the cap · {} {}", account.id, account.name);
        let form = Form::new(title, "let through", vec![why]);
        Front::LetThrough(Self { account: account.id, sent: Sent::new(form) })
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        match self.sent.input(input, model) {
            Typed::Done(reply) => *reply,
            Typed::Filled(values) => {
                let reason = values.text("reason");
                self.sent.send(FrontWrite::LetThrough { account: self.account, reason }, model)
            }
        }
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        self.sent.answer(answer)
    }
}

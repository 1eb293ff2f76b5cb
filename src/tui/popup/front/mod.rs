//! The desk's front door: accounts to look at, an account's own fields, a handoff made by hand, and the policy tried on
//! the months behind. One popup of the stack each; they speak with the worker by [`FrontLoad`] and [`FrontWrite`].

mod account;
mod accounts;
mod let_through;
mod new;
mod policy;
pub(super) mod sent;
#[cfg(test)]
pub(in crate::tui) mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;

pub use account::EditAccount;
pub use accounts::Accounts;
pub use let_through::LetThrough;
pub use new::NewHandoff;
pub use policy::TryPolicy;
#[cfg(test)]
pub(in crate::tui) use tests::sample;

use super::{Popup, Reply};
use crate::desk::{InForce, Volume};
use crate::domain::account::Account;
use crate::domain::draft::HandoffDraft;
use crate::domain::ids::AccountId;
use crate::store::{Look, Looked};
use crate::tui::action::Action;
use crate::tui::answer::Answer;
use crate::tui::effect::Effect;
use crate::tui::form::{Context, draw, panel};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Input;

/// One of them.
#[derive(Clone, PartialEq, Debug)]
pub enum Front {
    /// Accounts that the criteria want looked at.
    Accounts(Box<Accounts>),
    /// A handoff made by hand.
    New(NewHandoff),
    /// The fields of an account.
    Account(EditAccount),
    /// The policy in force, and a changed one tried out.
    Policy(TryPolicy),
    /// Why an account goes beyond the cap of its type.
    LetThrough(LetThrough),
}

/// What is read for them.
#[derive(Clone, PartialEq, Debug)]
pub enum FrontLoad {
    /// Accounts of a list.
    Accounts(Look),
    /// An account whole, with why the criteria say of it what they say.
    Account(AccountId),
    /// Which policy is in force, and who signed it.
    InForce,
    /// The back-test of the policy in a file over so many months; it runs beside everything else.
    Try(PathBuf, u32),
    /// The back-test that runs is to stop.
    Stop,
}

/// What is answered.
#[derive(Clone, PartialEq, Debug)]
pub enum FrontAnswer {
    /// Accounts of a list, the best first, and how many there are.
    Accounts(Look, Vec<Looked>, u64),
    /// What the monthly caps let through and hold back.
    Held(Vec<Volume>),
    /// An account with the receipt of what the criteria say of it.
    Account(Box<Account>, Vec<String>),
    /// Which policy is in force.
    InForce(Box<InForce>),
    /// So many accounts have been replayed.
    Replayed(u64),
    /// The back-test, a line each.
    Tried(Vec<String>),
    /// It could not be done, and why.
    Failed(String),
}

/// What is written for them.
#[derive(Clone, PartialEq, Debug)]
pub enum FrontWrite {
    /// A handoff made by hand for the account that a text names.
    New {
        /// The account: its id, domain, name or key.
        account: String,
        /// The handoff.
        draft: Box<HandoffDraft>,
    },
    /// Fields of an account.
    Account {
        /// The account as it was seen.
        seen: Arc<Account>,
        /// What was typed, by field key.
        fields: BTreeMap<String, String>,
    },
    /// An account goes beyond the cap of its type.
    LetThrough {
        /// Which.
        account: AccountId,
        /// Why, for the record.
        reason: String,
    },
}

/// Opens the popup of an action.
pub fn open(action: Action, model: &mut Model) -> Vec<Effect> {
    let (popup, effects) = match action {
        Action::Accounts => Accounts::open(Look::Research, model),
        Action::NewHandoff => (NewHandoff::open(model, None), Vec::new()),
        Action::Policy => TryPolicy::open(model),
        Action::EditAccount => match model.card().map(|card| card.account.clone()) {
            Some(account) => (EditAccount::open(model, account), Vec::new()),
            None => {
                model.tell(
                    Tone::Notice,
                    "There is no account at hand; go to a list of handoffs for that.",
                );
                return Vec::new();
            }
        },
        _ => return Vec::new(),
    };
    model.popups.push(Popup::Front(Box::new(popup)));
    effects
}

/// What a form of these is drawn and read in.
pub(super) fn context(model: &Model) -> Context<'_> {
    let screen = Rect::new(0, 0, model.size.0, model.size.1);
    Context::of(model, panel::columns(screen, draw::WIDTH))
}

impl Front {
    /// Whether it waits for something that will be seen.
    #[must_use]
    pub fn awaits(&self) -> bool {
        match self {
            Self::Accounts(accounts) => accounts.awaits(),
            Self::New(new) => new.sent.awaits(),
            Self::Account(account) => account.sent.awaits(),
            Self::LetThrough(through) => through.sent.awaits(),
            Self::Policy(policy) => policy.awaits(),
        }
    }

    /// Takes an input.
    pub fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        match self {
            Self::Accounts(accounts) => accounts.input(input, model),
            Self::New(new) => new.input(input, model),
            Self::Account(account) => account.input(input, model),
            Self::LetThrough(through) => through.input(input, model),
            Self::Policy(policy) => policy.input(input, model),
        }
    }

    /// Takes an answer of the worker.
    pub fn answer(&mut self, answer: &Answer, model: &mut Model) -> Reply {
        match self {
            Self::Accounts(accounts) => accounts.answer(answer, model),
            Self::New(new) => new.answer(answer),
            Self::Account(account) => account.answer(answer),
            Self::LetThrough(through) => through.answer(answer),
            Self::Policy(policy) => policy.answer(answer),
        }
    }

    /// Draws it over the screen.
    pub fn view(&self, model: &Model, memory: &mut Memory, frame: &mut Frame<'_>, screen: Rect) {
        match self {
            Self::Accounts(accounts) => accounts.view(model, memory, frame, screen),
            Self::Policy(policy) => policy.view(model, memory, frame, screen),
            Self::New(NewHandoff { sent, .. })
            | Self::Account(EditAccount { sent, .. })
            | Self::LetThrough(LetThrough { sent, .. }) => {
                draw::popup(&sent.form, &context(model), memory, frame, screen, &model.theme);
            }
        }
    }
}

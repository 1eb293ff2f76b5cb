//! What lies over the screen: a stack of one enum, of which only the top gets input. Each popup answers an input with a
//! [`Reply`]; opening, closing and carrying out is done once for all, in `update`.

mod again;
mod as_of;
mod assign;
mod brief;
mod decide;
mod defer;
mod disposition;
mod dispute;
mod edit;
mod first_run;
pub mod forms;
pub mod front;
mod give_back;
pub mod help;
pub mod import;
mod inbox;
pub mod ledger;
pub mod manager;
pub mod menu;
pub mod merge;
pub mod message;
mod note;
mod pack;
pub mod page;
mod pause;
mod playbook;
pub mod question;
mod rate;
pub mod save_view;
#[cfg(test)]
mod tests;
mod touch;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::forms::Work;
use self::front::Front;
use self::help::Help;
use self::import::ImportFile;
use self::ledger::LedgerOf;
use self::manager::Manager;
use self::menu::Menu;
use self::merge::MergeOf;
use self::message::Letter;
use self::pack::PackOf;
use self::playbook::PlaybookOf;
use self::question::Question;
use self::save_view::SaveView;
use super::action::Action;
use super::answer::Answer;
use super::effect::Effect;
use super::memory::Memory;
use super::model::{Model, Tone};
use super::msg::Input;

/// A popup.
#[derive(Clone, PartialEq, Debug)]
pub enum Popup {
    /// All keys.
    Help(Help),
    /// The sum behind a deadline.
    Ledger(LedgerOf),
    /// Something to choose: a command, a view, an order.
    Menu(Menu),
    /// Accounts that may be the same company.
    Merge(MergeOf),
    /// A message filled in.
    Letter(Box<Letter>),
    /// What marketing is told of a month.
    Pack(PackOf),
    /// The checklist, and the touches by day.
    Playbook(PlaybookOf),
    /// The name of a view of one's own.
    SaveView(SaveView),
    /// Something that is only done after a yes.
    Question(Question),
    /// A form that is filled in for some handoffs.
    Work(Box<Work>),
    /// Accounts, handoffs made by hand, and the policy.
    Front(Box<Front>),
    /// A file that is looked at and imported.
    Import(Box<ImportFile>),
    /// A form of the manager's: about an item of the batch, or about a person.
    Manager(Box<Manager>),
}

/// What a popup makes of an input or an answer.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reply {
    /// It closes.
    pub close: bool,
    /// The popup below it closes as well.
    pub close_below: bool,
    /// It asks for these.
    pub effects: Vec<Effect>,
    /// It does what a key on the screen below would, after it closed.
    pub run: Option<Action>,
    /// It opens another one on top, or in its place when it closes.
    pub open: Option<Popup>,
    /// It tells something in the bottom line.
    pub tell: Option<(Tone, String)>,
    /// It shows the answer itself, so that the bottom line need not.
    pub took: bool,
}

impl Reply {
    /// It stays as it is now.
    #[must_use]
    pub fn keep() -> Self {
        Self::default()
    }

    /// It closes.
    #[must_use]
    pub fn close() -> Self {
        Self { close: true, ..Self::default() }
    }

    /// It stays and asks for something.
    #[must_use]
    pub fn ask(effect: Effect) -> Self {
        Self { effects: vec![effect], ..Self::default() }
    }

    /// It opens another one on top.
    #[must_use]
    pub fn open(popup: Popup) -> Self {
        Self { open: Some(popup), ..Self::default() }
    }

    /// It closes, and what a key would do is done.
    #[must_use]
    pub fn run(action: Action) -> Self {
        Self { run: Some(action), ..Self::close() }
    }
}

impl Popup {
    /// Whether it asks something that nothing may answer before it has been on screen.
    #[must_use]
    pub const fn waits_to_be_seen(&self) -> bool {
        match self {
            Self::Question(question) => !question.seen,
            _ => false,
        }
    }

    /// It has been on screen: what is typed from here on is meant for it.
    pub const fn seen(&mut self) {
        if let Self::Question(question) = self {
            question.seen = true;
        }
    }

    /// Whether it waits for something that will be seen.
    #[must_use]
    pub fn awaits(&self) -> bool {
        match self {
            Self::Work(work) => work.awaits(),
            Self::Manager(form) => form.awaits(),
            Self::Ledger(ledger) => ledger.awaits(),
            Self::Letter(letter) => letter.awaits(),
            Self::Merge(merge) => merge.awaits(),
            Self::Playbook(playbook) => playbook.awaits(),
            Self::Front(front) => front.awaits(),
            Self::Import(file) => file.awaits(),
            Self::Pack(pack) => pack.awaits(),
            _ => false,
        }
    }

    /// Takes an input. `model` is the screen below, without this popup and those above it.
    pub fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        match self {
            Self::Help(help) => help.input(input, model),
            Self::Ledger(ledger) => ledger.input(input, model),
            Self::Menu(menu) => menu.input(input, model),
            Self::Letter(letter) => letter.input(input, model),
            Self::Merge(merge) => merge.input(input, model),
            Self::Pack(pack) => pack.input(input, model),
            Self::Playbook(playbook) => playbook.input(input, model),
            Self::SaveView(form) => form.input(input, model),
            Self::Question(question) => question.input(input, model),
            Self::Work(work) => work.input(input, model),
            Self::Front(front) => front.input(input, model),
            Self::Import(file) => file.input(input, model),
            Self::Manager(form) => form.input(input, model),
        }
    }

    /// Takes an answer of the worker. All popups are shown all answers, and tell by its ticket which is theirs.
    pub fn answer(&mut self, answer: &Answer, model: &mut Model) -> Reply {
        match self {
            Self::Question(question) => question.answer(answer),
            Self::Ledger(ledger) => ledger.answer(answer),
            Self::Letter(letter) => letter.answer(answer),
            Self::Merge(merge) => merge.answer(answer),
            Self::Pack(pack) => pack.answer(answer),
            Self::Playbook(playbook) => playbook.answer(answer),
            Self::Work(work) => work.answer(answer, model),
            Self::Front(front) => front.answer(answer, model),
            Self::Import(file) => file.answer(answer),
            Self::Manager(form) => form.answer(answer, model),
            Self::Help(_) | Self::Menu(_) | Self::SaveView(_) => Reply::keep(),
        }
    }

    /// Draws it over the screen.
    pub fn view(&self, model: &Model, memory: &mut Memory, frame: &mut Frame<'_>, screen: Rect) {
        match self {
            Self::Help(help) => help.view(model, memory, frame),
            Self::Ledger(ledger) => ledger.view(model, memory, frame),
            Self::Menu(menu) => menu.view(model, memory, frame, screen),
            Self::Letter(letter) => letter.view(model, memory, frame, screen),
            Self::Merge(merge) => merge.view(model, memory, frame),
            Self::Pack(pack) => pack.view(model, memory, frame),
            Self::Playbook(playbook) => playbook.view(model, memory, frame),
            Self::SaveView(form) => form.view(model, memory, frame, screen),
            Self::Question(question) => question.view(model, memory, frame, screen),
            Self::Work(work) => work.view(model, memory, frame, screen),
            Self::Front(front) => front.view(model, memory, frame, screen),
            Self::Import(file) => file.view(model, memory, frame, screen),
            Self::Manager(form) => form.view(model, memory, frame, screen),
        }
    }
}

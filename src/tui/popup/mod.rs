//! What lies over the screen: a stack of one enum, of which only the top gets input. Each popup answers an input with a
//! [`Reply`]; opening, closing and carrying out is done here, once for all.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::action::Action;
use super::answer::Answer;
use super::effect::Effect;
use super::memory::Memory;
use super::model::{Model, Tone};
use super::msg::Input;

/// A popup.
#[derive(Clone, PartialEq, Debug)]
pub enum Popup {}

/// What a popup makes of an input or an answer.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reply {
    /// It closes.
    pub close: bool,
    /// It asks for these.
    pub effects: Vec<Effect>,
    /// It does what a key on the screen below would, after it closed.
    pub run: Option<Action>,
    /// It opens another one on top, or in its place when it closes.
    pub open: Option<Popup>,
    /// It tells something in the bottom line.
    pub tell: Option<(Tone, String)>,
    /// The marks are cleared: what they were for is done.
    pub clear_marks: bool,
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
    /// Takes an input. `model` is the screen below, without this popup.
    pub fn input(&mut self, _input: &Input, _model: &mut Model) -> Reply {
        match *self {}
    }

    /// Takes an answer of the worker; all popups are shown all answers, and tell by its ticket which is theirs.
    pub fn answer(&mut self, _answer: &Answer, _model: &mut Model) -> Reply {
        match *self {}
    }

    /// Draws it over the screen.
    pub fn view(
        &self,
        _model: &Model,
        _memory: &mut Memory,
        _frame: &mut Frame<'_>,
        _screen: Rect,
    ) {
        match *self {}
    }
}

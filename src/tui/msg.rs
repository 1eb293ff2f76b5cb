//! Everything that can wake the desk, as one closed enum.

use super::action::{Action, Screen};
use super::answer::Answer;
use super::chord::Key;
use super::model::Pane;
use crate::domain::field::Section;
use crate::domain::ids::HandoffId;
use crate::domain::time::Instant;
use crate::domain::view::SortKey;

/// What happened to the screen.
#[derive(Clone, PartialEq, Debug)]
pub enum Msg {
    /// The person typed, pasted or clicked.
    Input(Input),
    /// The terminal has so many columns and rows now.
    Resize(u16, u16),
    /// So late it is.
    Tick(Instant),
    /// The worker answers.
    Answer(Answer),
    /// A question that had just been opened is on screen now; what is typed from here on is meant for it.
    Seen,
    /// Something outside overwrote the screen.
    Redraw,
}

/// What the person did.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// Pressed a key.
    Key(Key),
    /// Pasted a text; it goes into the field that is typed into, and nowhere else.
    Paste(String),
    /// Used the mouse.
    Mouse(Mouse),
}

/// What the mouse did, and on what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mouse {
    /// One click.
    Click(Hit),
    /// Two clicks in a row.
    Double(Hit),
    /// So many lines of the wheel, down being positive.
    Wheel(i16, Hit),
}

/// What lies under the mouse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hit {
    /// Nothing that answers.
    Nothing,
    /// A screen's name in the header.
    Screen(Screen),
    /// A pane.
    Pane(Pane),
    /// A handoff in a list.
    Row(HandoffId),
    /// A line of a list without handoffs, from the top of the list.
    Line(usize),
    /// The head of a column.
    Head(SortKey),
    /// The name of a section.
    Section(Section),
    /// A key in the bottom line.
    Key(Action),
    /// A line of the popup on top.
    Choice(usize),
    /// The popup on top, beside its lines.
    Popup,
    /// Beside the popup on top.
    Outside,
}

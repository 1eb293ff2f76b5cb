//! A question that wants yes or no. Its default is no; the key that opened it does not answer it, nor does what was
//! typed before it was on screen (`DESK.md 2`).

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Popup, Reply};
use crate::desk::{Preview, Refused};
use crate::domain::ids::HandoffId;
use crate::domain::say;
use crate::tui::action::Action;
use crate::tui::answer::Answer;
use crate::tui::chord::Key;
use crate::tui::effect::{Ask, Ticket, Write};
use crate::tui::form::panel::{self, Sheet};
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::{Hit, Input, Mouse};
use crate::tui::text::{cell, gap, label, wrapped};
use crate::tui::view::{put, row, sentence};

/// Columns of the question.
const COLUMNS: u16 = 68;
/// Handoffs that are named with the reason why they cannot.
const NAMED: usize = 8;

/// A question.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    /// What would be done, as a title.
    what: String,
    /// What a yes does.
    then: Then,
    /// The key that opened it.
    opener: Option<Key>,
    /// Yes is at hand, not no.
    yes: bool,
    /// It has been on screen; until then nothing answers it.
    pub seen: bool,
}

/// What a yes does.
#[derive(Clone, PartialEq, Debug)]
enum Then {
    /// Does what can be done of some requests, as one gesture.
    Run { asks: Vec<Ask>, ticket: Ticket, preview: Option<Preview> },
    /// Does what was refused before, and closes the popup below.
    Anyway {
        /// Why it was refused.
        why: String,
        asks: Vec<Ask>,
    },
    /// Hands a won customer on.
    Follow {
        /// Which handoff was won.
        id: HandoffId,
        /// What is proposed.
        why: String,
    },
    /// Throws away what was typed into the popup below.
    Discard,
    /// Asks the desk for something that is told in a sentence.
    Write { why: String, write: Box<Write> },
}

impl Question {
    /// Whether to do something with many handoffs.
    #[must_use]
    pub fn about(what: &str, asks: Vec<Ask>, ticket: Ticket, opener: Option<Key>) -> Self {
        let then = Then::Run { asks, ticket, preview: None };
        Self { what: what.to_owned(), then, opener, yes: false, seen: false }
    }

    /// Whether to do what was refused for a reason that a person may set aside.
    #[must_use]
    pub fn anyway(what: &str, why: &str, asks: Vec<Ask>, opener: Option<Key>) -> Self {
        let then = Then::Anyway { why: why.to_owned(), asks };
        Self { what: what.to_owned(), then, opener, yes: false, seen: false }
    }

    /// Whether to hand a won customer on.
    #[must_use]
    pub fn follow(id: HandoffId, company: &str, kind: &str, opener: Option<Key>) -> Self {
        let what = format!("Hand {company} on?");
        let why = format!("{id} is won. The desk proposes a handoff of type {kind}, linked to it.");
        Self { what, then: Then::Follow { id, why }, opener, yes: false, seen: false }
    }

    /// Whether to ask the desk for something, which a sentence explains.
    #[must_use]
    pub fn write(what: &str, why: &str, write: Write, opener: Option<Key>) -> Self {
        let then = Then::Write { why: why.to_owned(), write: Box::new(write) };
        Self { what: what.to_owned(), then, opener, yes: false, seen: false }
    }

    /// Whether to throw away what was typed into the popup below.
    #[must_use]
    pub fn discard(opener: Option<Key>) -> Self {
        let what = "Throw away what you typed?".to_owned();
        Self { what, then: Then::Discard, opener, yes: false, seen: false }
    }

    /// Whether a yes would do anything.
    fn can(&self) -> bool {
        match &self.then {
            Then::Run { preview, .. } => {
                preview.as_ref().is_some_and(|preview| !preview.can.is_empty())
            }
            Then::Anyway { .. } | Then::Follow { .. } | Then::Discard | Then::Write { .. } => true,
        }
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        if !self.seen {
            return Reply::keep();
        }
        let key = match input {
            Input::Key(key) => *key,
            Input::Mouse(Mouse::Click(Hit::Choice(0))) => return Reply::close(),
            Input::Mouse(Mouse::Click(Hit::Choice(_))) => return self.answered(true, model),
            Input::Mouse(_) | Input::Paste(_) => return Reply::keep(),
        };
        if key == Key::ctrl('c') {
            return Reply::run(Action::Quit);
        }
        match (model.keys.answer(key), key.code) {
            _ if self.opener == Some(key) => Reply::keep(),
            (Some(Action::Yes), _) => self.answered(true, model),
            (Some(Action::No), _) | (_, KeyCode::Esc) => Reply::close(),
            (_, KeyCode::Enter) => self.answered(self.yes, model),
            (_, KeyCode::Left | KeyCode::Right | KeyCode::Tab) => {
                self.yes = !self.yes;
                Reply::keep()
            }
            _ => Reply::keep(),
        }
    }

    fn answered(&mut self, yes: bool, model: &mut Model) -> Reply {
        if !yes {
            return Reply::close();
        }
        if !self.can() {
            return Reply::keep();
        }
        match &mut self.then {
            Then::Run { asks, .. } => {
                let asks = std::mem::take(asks);
                let effect = model.write(Write::Run { asks, what_can: true });
                Reply { effects: vec![effect], ..Reply::close() }
            }
            Then::Anyway { asks, .. } => {
                let effect = model.run(std::mem::take(asks));
                Reply { effects: vec![effect], close_below: true, ..Reply::close() }
            }
            Then::Follow { id, .. } => {
                let effect = model.write(Write::Follow(*id));
                Reply { effects: vec![effect], ..Reply::close() }
            }
            Then::Discard => Reply { close_below: true, ..Reply::close() },
            Then::Write { write, .. } => {
                let effect = model.write(write.as_ref().clone());
                Reply { effects: vec![effect], ..Reply::close() }
            }
        }
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        if let (Answer::Preview(of, found), Then::Run { ticket, preview, .. }) =
            (answer, &mut self.then)
            && of == ticket
        {
            *preview = Some(found.clone());
        }
        Reply::keep()
    }

    fn lines(&self, model: &Model, columns: usize) -> Vec<Line<'static>> {
        let theme = &model.theme;
        let (asks, preview) = match &self.then {
            Then::Run { asks, preview, .. } => (asks, preview),
            Then::Anyway { why, .. } | Then::Follow { why, .. } | Then::Write { why, .. } => {
                return sentence(why, columns, theme.text());
            }
            Then::Discard => return Vec::new(),
        };
        let count = |number: usize| say::count(number as u64, "handoff", "handoffs");
        let Some(preview) = preview else {
            return vec![Line::from(cell(&format!("{} …", count(asks.len())), theme.muted))];
        };
        let mut lines = vec![Line::from(match preview.can.len() {
            0 => label("None of them can.", theme.notice),
            can if can == asks.len() => cell(&format!("All {} can.", count(can)), theme.strong),
            can => cell(
                &format!("{can} of {} can; the others stay as they are:", count(asks.len())),
                theme.strong,
            ),
        })];
        for Refused { handoff, company, refusal } in preview.cannot.iter().take(NAMED) {
            let text = format!("{handoff} {company}: {}", refusal.sentence);
            let wrapped = wrapped(&text, columns.saturating_sub(2), 3).into_iter();
            lines.extend(wrapped.map(|line| Line::from(vec![gap(2), cell(&line, theme.text())])));
        }
        if preview.cannot.len() > NAMED {
            let more = format!("and {} more", preview.cannot.len() - NAMED);
            lines.push(Line::from(vec![gap(2), cell(&more, theme.muted)]));
        }
        lines
    }

    pub(super) fn view(
        &self,
        model: &Model,
        memory: &mut Memory,
        frame: &mut Frame<'_>,
        screen: Rect,
    ) {
        let theme = &model.theme;
        let mut sheet = Sheet::default();
        self.lines(model, panel::columns(screen, COLUMNS))
            .into_iter()
            .for_each(|line| sheet.push(line));
        sheet.space();
        let size = (COLUMNS, sheet.rows.len() + 1);
        let room = panel::draw(&self.what, &[], size, memory, frame, screen, theme);
        let text = Rect { height: room.height.saturating_sub(1), ..room };
        sheet.draw(memory, frame, text, theme);
        let Some(mut place) = row(room, usize::from(text.height)) else { return };
        // Its own key does not answer it, so none is offered that would not work.
        let key = |action| {
            let keys = model.keys.keys(action).iter().find(|key| Some(**key) != self.opener);
            keys.map_or_else(String::new, |key| format!("{key} "))
        };
        let choices = [(Action::No, "no", !self.yes), (Action::Yes, "yes", self.yes && self.can())];
        for (n, (action, name, at_hand)) in choices.into_iter().enumerate() {
            if action == Action::Yes && !self.can() {
                break;
            }
            let style = if at_hand { theme.title } else { theme.key };
            let named = if at_hand { theme.title } else { theme.muted };
            let line = Line::from(vec![
                label(" ", named),
                cell(&key(action), style),
                label(name, named),
                label(" ", named),
            ]);
            let width = (line.width() as u16).min(place.width);
            memory.hit(Rect { width, ..place }, Hit::Choice(n));
            put(frame.buffer_mut(), place, &line);
            place.x += width + 2.min(place.width - width);
            place.width = room.right().saturating_sub(place.x);
        }
    }
}

impl Popup {
    /// Asks whether to throw away what was typed into the popup on top.
    #[must_use]
    pub fn discard(model: &Model) -> Self {
        Self::Question(Question::discard(model.last_key))
    }
}

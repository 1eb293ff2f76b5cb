//! A message: a template filled in from the package, with what is missing marked and what it lacks told. It can be
//! changed here or in the person's own editor, and is copied or kept in a file; the desk sends nothing.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::page::{self, Reading};
use super::{Popup, Reply};
use crate::desk::Message;
use crate::domain::command::Command;
use crate::domain::package::GAP;
use crate::tui::action::Action;
use crate::tui::answer::Answer;
use crate::tui::chord::Key;
use crate::tui::effect::{Effect, Load, Ticket};
use crate::tui::form::list::narrowed;
use crate::tui::form::panel::{self, Hint};
use crate::tui::form::{Choice, Context, Field, Form, FormEvent, Picker, draw};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Subject, Tone};
use crate::tui::msg::{Hit, Input, Mouse};
use crate::tui::text::{cell, label, wrapped};
use crate::tui::update::{asks, may_check};

/// Columns of a message.
const COLUMNS: u16 = 92;
/// Lines of a message that are shown.
const MOST: usize = 400;
/// Bytes that a message may hold.
const BYTES: usize = 64 * 1024;
/// Rows of the list of templates.
const ROWS: usize = 16;

/// A message as it is read, changed and copied.
#[derive(Clone, PartialEq, Debug)]
pub struct Letter {
    subject: Subject,
    /// The item of the checklist that copying it checks off.
    checks: Option<String>,
    /// The message that is waited for.
    waiting: Option<Ticket>,
    /// What the desk filled in.
    message: Option<Arc<Message>>,
    /// Why there is none.
    failed: Option<String>,
    /// The text as it is now.
    text: String,
    /// Somebody changed it.
    changed: bool,
    /// It left the desk as it is now.
    gone: bool,
    /// The first line that is shown.
    at: usize,
    face: Face,
}

/// What of a message has the keys.
#[derive(Clone, PartialEq, Debug)]
enum Face {
    /// It is read.
    Read,
    /// It is changed.
    Change(Box<Form>),
    /// Another is chosen.
    Choose(Box<Picker>),
}

impl Letter {
    /// A message for a handoff, and the question to the worker: the one that its next step asks for.
    #[must_use]
    pub fn new(subject: Subject, checks: Option<String>, ticket: Ticket) -> (Self, Effect) {
        let load = Load::Message { ticket, handoff: subject.id, name: None };
        let letter = Self {
            subject,
            checks,
            waiting: Some(ticket),
            message: None,
            failed: None,
            text: String::new(),
            changed: false,
            gone: false,
            at: 0,
            face: Face::Read,
        };
        (letter, Effect::Load(load))
    }

    /// Whether it waits for something that will be seen.
    pub(super) const fn awaits(&self) -> bool {
        self.waiting.is_some()
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        match &self.face {
            Face::Read => self.read(input, model),
            Face::Change(_) => self.change(input, model),
            Face::Choose(_) => self.choose(input, model),
        }
    }

    fn read(&mut self, input: &Input, model: &mut Model) -> Reply {
        if let Input::Key(key) = input
            && let Some(reply) = self.key(*key, model)
        {
            return reply;
        }
        match page::reading(model, input, Action::Message) {
            Reading::Close if self.changed => return Reply::open(Popup::discard(model)),
            Reading::Close => return Reply::close(),
            Reading::Scroll(by) => {
                let lines = self.lines(model, page::columns(model, COLUMNS)).len();
                self.at = page::scrolled(model, self.at, by, lines);
            }
            Reading::Other(Action::NextSection | Action::NextPane) => return self.other(model, 1),
            Reading::Other(Action::PreviousSection | Action::PreviousPane) => {
                return self.other(model, -1);
            }
            Reading::Other(Action::Touch) => {
                return Reply::run(Action::Touch);
            }
            Reading::Other(_) | Reading::Nothing => {}
        }
        Reply::keep()
    }

    /// The keys that a message has of its own.
    fn key(&mut self, key: Key, model: &mut Model) -> Option<Reply> {
        let is = |letter| key == Key::plain(KeyCode::Char(letter));
        // What can't be closed by accident is not closed by Enter.
        if key.code == KeyCode::Enter {
            return Some(self.copy(model));
        }
        if is('m') || key == Key::plain(KeyCode::Char('/')) {
            self.offer();
            return Some(Reply::keep());
        }
        if !matches!(&self.message, Some(message) if message.text.is_ok()) {
            return None;
        }
        if is('y') {
            return Some(self.copy(model));
        }
        if is('w') {
            let name = format!("{}-{}.txt", self.subject.id, self.name());
            let effect = Effect::KeepText { name, text: self.text.clone() };
            return Some(self.gone(effect, model));
        }
        if is('e') {
            let field = Field::lines("text", "Text", BYTES).with(&self.text);
            let title = format!("Change the message · {}", self.subject.id);
            self.face = Face::Change(Box::new(Form::new(title, "keep", vec![field])));
            return Some(Reply::keep());
        }
        if key.code == KeyCode::Char('E') && !key.ctrl && !key.alt {
            return Some(Reply::ask(Effect::Editor(self.text.clone())));
        }
        None
    }

    fn name(&self) -> &str {
        self.message.as_ref().map_or("message", |message| message.name.as_str())
    }

    fn copy(&mut self, model: &mut Model) -> Reply {
        let Some(message) = self.message.as_ref().filter(|message| message.text.is_ok()) else {
            return Reply::keep();
        };
        let what = format!("the {} for {}", message.title.to_lowercase(), self.subject.id);
        let effect = Effect::Copy { text: self.text.clone(), what };
        self.gone(effect, model)
    }

    /// It leaves the desk, if it may: what its step asked for is checked off then.
    fn gone(&mut self, effect: Effect, model: &mut Model) -> Reply {
        if let Some(closed) = self.message.as_ref().and_then(|message| message.closed.as_ref()) {
            let sentence = format!("{closed} Choose another channel, or another contact.");
            return Reply { tell: Some((Tone::Notice, sentence)), ..Reply::keep() };
        }
        self.changed = false;
        self.gone = true;
        let mut reply = Reply::ask(effect);
        if let Some(what) = self.checks.take()
            && model.read_only.is_none()
            && may_check(model, self.subject.id)
        {
            let command = Command::Check { what, done: true };
            let asks = asks(std::slice::from_ref(&self.subject), |_| command.clone());
            reply.effects.push(model.run(asks));
        }
        reply
    }

    /// Asks for the message that stands so many places after this one.
    fn other(&mut self, model: &mut Model, by: isize) -> Reply {
        let Some(message) = &self.message else { return Reply::keep() };
        let place = message.offers.iter().position(|(name, _)| *name == message.name).unwrap_or(0);
        let many = message.offers.len().max(1) as isize;
        let next = (place as isize + by).rem_euclid(many) as usize;
        match message.offers.get(next).map(|(name, _)| name.clone()) {
            Some(name) => self.ask(model, name),
            None => Reply::keep(),
        }
    }

    fn ask(&mut self, model: &mut Model, name: String) -> Reply {
        let ticket = model.next_ticket();
        self.waiting = Some(ticket);
        let load = Load::Message { ticket, handoff: self.subject.id, name: Some(name) };
        Reply::ask(Effect::Load(load))
    }

    /// Offers all messages.
    fn offer(&mut self) {
        let Some(message) = &self.message else { return };
        let choice = |(name, title): &(String, String)| Choice {
            key: name.clone(),
            label: title.clone(),
            detail: name.clone(),
            ..Choice::default()
        };
        let picker = Picker::new(message.offers.iter().map(choice).collect()).at(&message.name);
        self.face = Face::Choose(Box::new(picker));
    }

    fn change(&mut self, input: &Input, model: &Model) -> Reply {
        let Face::Change(form) = &mut self.face else { return Reply::keep() };
        let event = match input {
            Input::Key(key) if *key == Key::ctrl('c') => return Reply::run(Action::Quit),
            Input::Key(key) => form.handle(*key, &context(model)),
            Input::Paste(text) => {
                form.paste(text);
                FormEvent::Stay
            }
            Input::Mouse(_) => FormEvent::Stay,
        };
        match event {
            FormEvent::Stay => {}
            // What was typed is there when one goes on changing; only leaving the message itself asks.
            FormEvent::Cancel | FormEvent::Discard => self.face = Face::Read,
            FormEvent::Submit(values) => {
                let text = values.text("text");
                self.changed |= text != self.text;
                self.text = text;
                self.face = Face::Read;
            }
        }
        Reply::keep()
    }

    fn choose(&mut self, input: &Input, model: &mut Model) -> Reply {
        let Face::Choose(picker) = &mut self.face else { return Reply::keep() };
        let key = match input {
            Input::Key(key) => *key,
            Input::Paste(text) => {
                picker.paste(text);
                return Reply::keep();
            }
            Input::Mouse(Mouse::Click(Hit::Choice(place))) => {
                picker.go(place.saturating_sub(crate::tui::form::list::CHOICES));
                Key::plain(KeyCode::Enter)
            }
            Input::Mouse(_) => return Reply::keep(),
        };
        match key.code {
            _ if key == Key::ctrl('c') => return Reply::run(Action::Quit),
            KeyCode::Esc => self.face = Face::Read,
            KeyCode::Enter => {
                let chosen = picker.hand().map(|choice| choice.key.clone());
                self.face = Face::Read;
                if let Some(name) = chosen {
                    return self.ask(model, name);
                }
            }
            _ => drop(picker.handle(key)),
        }
        Reply::keep()
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        match answer {
            Answer::Message(ticket, message) if Some(*ticket) == self.waiting => {
                self.waiting = None;
                self.at = 0;
                match message {
                    Ok(message) => {
                        self.failed = None;
                        (self.changed, self.gone) = (false, false);
                        self.text = message.text.clone().unwrap_or_default();
                        self.message = Some(Arc::clone(message));
                    }
                    Err(sentence) => self.failed = Some(sentence.clone()),
                }
                Reply::keep()
            }
            Answer::Edited(Ok(text)) => {
                self.changed |= *text != self.text;
                self.text.clone_from(text);
                Reply::keep()
            }
            Answer::Edited(Err(sentence)) => {
                Reply { tell: Some((Tone::Bad, sentence.clone())), ..Reply::keep() }
            }
            Answer::Card(id, Some(card)) if *id == self.subject.id => {
                self.subject.version = card.handoff.version;
                Reply::keep()
            }
            _ => Reply::keep(),
        }
    }

    pub(super) fn view(
        &self,
        model: &Model,
        memory: &mut Memory,
        frame: &mut Frame<'_>,
        screen: Rect,
    ) {
        match &self.face {
            Face::Read => {
                let lines = self.lines(model, page::columns(model, COLUMNS));
                let title = self.title();
                let hints = self.hints(model);
                page::draw(model, memory, frame, (&title, COLUMNS), lines, self.at, &hints);
            }
            Face::Change(form) => {
                draw::popup(form, &context(model), memory, frame, screen, &model.theme);
            }
            Face::Choose(picker) => chooser(picker, model, memory, frame, screen),
        }
    }

    fn title(&self) -> String {
        match &self.message {
            Some(message) => {
                let state = match (self.changed, self.gone) {
                    (true, _) => " · changed",
                    (false, true) => " · copied",
                    (false, false) => "",
                };
                format!("{} · {} {}{state}", message.title, self.subject.id, self.subject.company)
            }
            None => format!("Message · {} {}", self.subject.id, self.subject.company),
        }
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let key = |action| model.keys.shown(action).unwrap_or_default();
        let mut hints = Vec::new();
        if matches!(&self.message, Some(message) if message.text.is_ok()) {
            if self.message.as_ref().is_some_and(|message| message.closed.is_none()) {
                hints.push(Hint::new("y", "copy"));
                hints.push(Hint::new("w", "to a file"));
            }
            hints.push(Hint::new("e", "change"));
            hints.push(Hint::new("E", "in your editor"));
        }
        hints.push(Hint::new("m", "another"));
        hints.push(Hint::new(key(Action::Touch), "log a touch"));
        hints.push(Hint::new("Esc", "close"));
        hints
    }

    /// What it lacks first, then the text.
    fn lines(&self, model: &Model, columns: usize) -> Vec<Line<'static>> {
        let theme = &model.theme;
        let mut lines = Vec::new();
        let say = |lines: &mut Vec<Line<'static>>, text: &str, style: Style| {
            for (n, line) in wrapped(text, columns.saturating_sub(2), 6).iter().enumerate() {
                let sign = if n == 0 { "• " } else { "  " };
                lines.push(Line::from(vec![label(sign, style), cell(line, style)]));
            }
        };
        if let Some(failed) = &self.failed {
            say(&mut lines, failed, theme.bad);
            return lines;
        }
        let Some(message) = &self.message else {
            lines.push(Line::from(label("The message is being filled in.", theme.muted)));
            return lines;
        };
        if let Err(errors) = &message.text {
            errors.iter().for_each(|error| say(&mut lines, error, theme.bad));
            return lines;
        }
        if let Some(closed) = &message.closed {
            say(&mut lines, closed, theme.bad);
        }
        message.concerns(&self.text).iter().for_each(|one| say(&mut lines, one, theme.notice));
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        let mut marked = false;
        for line in wrapped(&self.text, columns, MOST) {
            lines.push(gaps(&line, &mut marked, theme.text(), theme.wrong));
        }
        lines
    }
}

/// A line with its gaps marked; a gap may go on from the line before, and into the next.
fn gaps(line: &str, open: &mut bool, plain: Style, gap: Style) -> Line<'static> {
    let mark = GAP.trim_end();
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let (cut, style) = if *open {
            match rest.find(']') {
                Some(end) => {
                    *open = false;
                    (end + 1, gap)
                }
                None => (rest.len(), gap),
            }
        } else {
            match rest.find(mark) {
                Some(0) => {
                    *open = true;
                    continue;
                }
                Some(start) => (start, plain),
                None => (rest.len(), plain),
            }
        };
        let (head, tail) = rest.split_at(cut);
        spans.push(cell(head, style));
        rest = tail;
    }
    Line::from(spans)
}

fn context(model: &Model) -> Context<'_> {
    let screen = Rect::new(0, 0, model.size.0, model.size.1);
    Context::of(model, panel::columns(screen, draw::WIDTH))
}

fn chooser(
    picker: &Picker,
    model: &Model,
    memory: &mut Memory,
    frame: &mut Frame<'_>,
    screen: Rect,
) {
    let theme = &model.theme;
    let columns = panel::columns(screen, COLUMNS);
    let hints = [Hint::new("↑↓", "choose"), Hint::new("Enter", "take"), Hint::new("Esc", "back")];
    let height = usize::from(screen.height.saturating_sub(6)).clamp(1, ROWS);
    let rows = picker.choices().len().min(height);
    let size = (COLUMNS, rows + 1);
    let room = panel::draw("Which message?", &hints, size, memory, frame, screen, theme);
    let shown = usize::from(room.height).saturating_sub(1);
    let sheet = narrowed(picker, columns, shown, &mut memory.popup_top, theme);
    sheet.draw(memory, frame, room, theme);
}

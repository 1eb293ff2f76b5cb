//! A form that is filled in, sent once, and stays with what was typed where it is refused.

use crossterm::event::KeyCode;

use super::{FrontWrite, context};
use crate::tui::action::Action;
use crate::tui::answer::{Answer, NotDone};
use crate::tui::chord::Key;
use crate::tui::effect::{Ticket, Write};
use crate::tui::form::{Form, FormEvent, Values};
use crate::tui::model::Model;
use crate::tui::msg::{Hit, Input, Mouse};
use crate::tui::popup::{Popup, Reply};

/// The form, and the write that is waited for.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Sent {
    pub(super) form: Form,
    waiting: Option<Ticket>,
}

/// What comes of an input.
pub(super) enum Typed {
    /// This, and the form goes on or closes.
    Done(Box<Reply>),
    /// It is filled in.
    Filled(Values),
}

impl Sent {
    pub(super) const fn new(form: Form) -> Self {
        Self { form, waiting: None }
    }

    /// Whether it waits for what becomes of it.
    pub(super) const fn awaits(&self) -> bool {
        self.waiting.is_some()
    }

    pub(super) fn input(&mut self, input: &Input, model: &Model) -> Typed {
        if *input == Input::Key(Key::ctrl('c')) {
            return Typed::Done(Box::new(Reply::run(Action::Quit)));
        }
        if self.waiting.is_some() {
            return Typed::Done(Box::new(Reply::keep()));
        }
        Typed::Done(Box::new(match handle(&mut self.form, input, model) {
            FormEvent::Stay => Reply::keep(),
            FormEvent::Cancel => Reply::close(),
            FormEvent::Discard => Reply::open(Popup::discard(model)),
            FormEvent::Submit(values) => return Typed::Filled(values),
        }))
    }

    /// Sends what was filled in, and waits for what becomes of it.
    pub(super) fn send(&mut self, write: FrontWrite, model: &mut Model) -> Reply {
        let effect = model.write(Write::Front(write));
        self.waiting = Some(model.ticket);
        Reply::ask(effect)
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        match answer {
            Answer::Done(ticket, _) if Some(*ticket) == self.waiting => Reply::close(),
            Answer::NotDone(ticket, why) if Some(*ticket) == self.waiting => {
                self.waiting = None;
                self.form.refuse(match why {
                    NotDone::Refused(refusal) => refusal.to_string(),
                    NotDone::Conflict { sentence, .. } | NotDone::Failed(sentence) => {
                        sentence.clone()
                    }
                });
                Reply { took: true, ..Reply::keep() }
            }
            _ => Reply::keep(),
        }
    }
}

/// Hands an input to a form; what comes of it, or that it goes on.
pub(in crate::tui::popup) fn handle(form: &mut Form, input: &Input, model: &Model) -> FormEvent {
    match input {
        Input::Key(key) => form.handle(*key, &context(model)),
        Input::Paste(text) => {
            form.paste(text);
            FormEvent::Stay
        }
        Input::Mouse(Mouse::Click(Hit::Choice(place)) | Mouse::Double(Hit::Choice(place))) => {
            form.click(*place);
            FormEvent::Stay
        }
        Input::Mouse(Mouse::Wheel(lines, _)) => {
            let code = if *lines > 0 { KeyCode::Down } else { KeyCode::Up };
            form.handle(Key::plain(code), &context(model))
        }
        Input::Mouse(_) => FormEvent::Stay,
    }
}

//! Which policy is in force and who signed it, and a changed one tried on the months behind. The replay runs beside the
//! screen and stops when this closes.

use std::path::PathBuf;

use chrono_tz::Tz;
use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::sent::handle;
use super::{Front, FrontAnswer, FrontLoad, context};
use crate::desk::MOST_MONTHS;
use crate::domain::say;
use crate::tui::action::Action;
use crate::tui::answer::Answer;
use crate::tui::chord::Key;
use crate::tui::effect::{Effect, Load, Ticket};
use crate::tui::form::{Field, Form, FormEvent, Values, draw};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Input;
use crate::tui::popup::page::{self, Reading};
use crate::tui::popup::{Popup, Reply};
use crate::tui::text::{cell, wrapped};

/// Columns of what came out.
const COLUMNS: u16 = 100;

/// The form of a try, and what came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct TryPolicy {
    form: Form,
    asked: Ticket,
    zone: Tz,
    running: Option<Ticket>,
    /// What came out, and the line at the top.
    tried: Option<(Vec<String>, usize)>,
}

impl TryPolicy {
    /// The form, and the question which policy is in force.
    pub fn open(model: &mut Model) -> (Front, Vec<Effect>) {
        let asked = model.next_ticket();
        let fields = vec![
            Field::text("file", "Changed policy").required().hint("the path of its file"),
            Field::text("months", "Months back").required().with("6"),
        ];
        let form = Form::new("Policy", "try it", fields);
        let load = Effect::Load(Load::Front(asked, FrontLoad::InForce));
        (
            Front::Policy(Self { form, asked, zone: model.zone, running: None, tried: None }),
            vec![load],
        )
    }

    pub(super) const fn awaits(&self) -> bool {
        self.running.is_some()
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        if *input == Input::Key(Key::ctrl('c')) {
            return Reply::run(Action::Quit);
        }
        if let Some((lines, at)) = &mut self.tried {
            match page::reading(model, input, Action::Policy) {
                Reading::Close => self.tried = None,
                Reading::Scroll(by) => {
                    let count = drawn(lines, model).len();
                    *at = page::scrolled(model, *at, by, count);
                }
                Reading::Other(_) | Reading::Nothing => {}
            }
            return Reply::keep();
        }
        if let Some(running) = self.running {
            let esc = *input == Input::Key(Key::plain(KeyCode::Esc));
            if !esc {
                return Reply::keep();
            }
            self.running = None;
            self.form.status = Some((Tone::Notice, "It was stopped.".to_owned()));
            return Reply::ask(Effect::Load(Load::Front(running, FrontLoad::Stop)));
        }
        match handle(&mut self.form, input, model) {
            FormEvent::Stay => Reply::keep(),
            FormEvent::Cancel => Reply::close(),
            FormEvent::Discard => Reply::open(Popup::discard(model)),
            FormEvent::Submit(values) => self.run(&values, model),
        }
    }

    fn run(&mut self, values: &Values, model: &mut Model) -> Reply {
        let months = values.text("months");
        let number = months.trim().parse::<u32>().ok();
        let Some(months) = number.filter(|months| (1..=MOST_MONTHS).contains(months)) else {
            self.form
                .fail("months", format!("\"{months}\" is not a number from 1 to {MOST_MONTHS}"));
            return Reply::keep();
        };
        let file = PathBuf::from(values.text("file").trim());
        let ticket = model.next_ticket();
        self.running = Some(ticket);
        self.form.status =
            Some((Tone::Notice, "The months are being replayed; Esc stops.".to_owned()));
        Reply::ask(Effect::Load(Load::Front(ticket, FrontLoad::Try(file, months))))
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        match answer {
            Answer::Front(ticket, FrontAnswer::InForce(in_force)) if *ticket == self.asked => {
                let lines = in_force.lines(self.zone);
                self.form.notes = lines.into_iter().map(|line| (Tone::Good, line)).collect();
            }
            Answer::Front(ticket, what) if Some(*ticket) == self.running => match what {
                FrontAnswer::Replayed(number) => {
                    let told = format!("{} accounts replayed; Esc stops.", say::thousands(*number));
                    self.form.status = Some((Tone::Notice, told));
                }
                FrontAnswer::Tried(lines) => {
                    self.running = None;
                    self.form.status = None;
                    self.tried = Some((lines.clone(), 0));
                }
                FrontAnswer::Failed(why) => {
                    self.running = None;
                    self.form.status = None;
                    self.form.refuse(why.clone());
                }
                _ => {}
            },
            _ => {}
        }
        Reply::keep()
    }

    pub(super) fn view(
        &self,
        model: &Model,
        memory: &mut Memory,
        frame: &mut Frame<'_>,
        screen: Rect,
    ) {
        match &self.tried {
            Some((lines, at)) => {
                let title = ("What would have come out", COLUMNS);
                let hints = page::hints(model);
                page::draw(model, memory, frame, title, drawn(lines, model), *at, &hints);
            }
            None => draw::popup(&self.form, &context(model), memory, frame, screen, &model.theme),
        }
    }
}

fn drawn(lines: &[String], model: &Model) -> Vec<Line<'static>> {
    let columns = page::columns(model, COLUMNS);
    let theme = &model.theme;
    let lines = lines.iter().flat_map(|line| {
        if line.is_empty() { vec![String::new()] } else { wrapped(line, columns, 20) }
    });
    lines.map(|line| Line::from(cell(&line, theme.text()))).collect()
}

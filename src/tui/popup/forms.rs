//! The forms that actions on handoffs open: each asks for what its command needs, sends it, and waits for the answer.
//! What was typed stays when the desk refuses, and goes when it is done.

use std::sync::Arc;

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::assign::Assign;
use super::question::Question;
use super::{Popup, Reply};
use super::{
    again, as_of, assign, brief, decide, defer, disposition, dispute, edit, first_run, give_back,
    note, pause, rate, touch,
};
use crate::domain::clock::ClockName;
use crate::domain::command::Command;
use crate::domain::decide::owed_work;
use crate::domain::person::Role;
use crate::domain::policy::DispositionRule;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::say;
use crate::domain::stage::{self, Stage};
use crate::domain::time::parse_instant;
use crate::tui::action::Action;
use crate::tui::answer::{Answer, Card, NotDone};
use crate::tui::chord::Key;
use crate::tui::effect::{Effect, Load, Ticket, Write};
use crate::tui::form::{Context, Field, Form, FormEvent, Values, draw, panel};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Subject, Tone};
use crate::tui::msg::{Hit, Input, Mouse};
use crate::tui::update::{asks, confirm, go_as_of};

/// A form that is filled in for some handoffs.
#[derive(Clone, PartialEq, Debug)]
pub struct Work {
    job: Job,
    subjects: Vec<Subject>,
    form: Form,
    /// The write that is waited for; until it is answered nothing is typed.
    waiting: Option<Ticket>,
}

/// What a form is for.
#[derive(Clone, PartialEq, Debug)]
enum Job {
    Assign(Assign),
    Touch,
    /// With the code whose fields are shown.
    Disposition(Option<String>),
    Return,
    Pause,
    Defer,
    Brief,
    Note,
    Dispute,
    Decide,
    Rate,
    /// What the package lacked that was rated so with one key.
    Lacked(u8),
    /// With the handoff as it was when the form was opened.
    Edit(Arc<Card>),
    /// Hand over again what rests.
    Again,
    /// The moment to look at.
    AsOf,
    FirstRun,
}

/// Opens the form of an action, for the handoffs that it is about.
pub fn open(action: Action, subjects: Vec<Subject>, model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    let (job, form) = match action {
        Action::Assign => {
            let (proposals, team) = (model.next_ticket(), model.next_ticket());
            let ids = subjects.iter().map(|subject| subject.id).collect();
            effects.push(Effect::Load(Load::Proposals(proposals, ids)));
            effects.push(Effect::Load(Load::Team(team)));
            effects.push(Effect::Load(Load::People));
            let assign = Assign::new(proposals, team);
            let form = assign.form(model, &subjects);
            (Job::Assign(assign), form)
        }
        Action::Touch => (Job::Touch, touch::form(model, &subjects)),
        Action::Disposition => (Job::Disposition(None), disposition::form(model, &subjects)),
        Action::Return => (Job::Return, give_back::form(model, &subjects)),
        Action::Pause => (Job::Pause, pause::form(model, &subjects)),
        Action::Defer => (Job::Defer, defer::form(&subjects)),
        Action::Brief => (Job::Brief, brief::form(model, &subjects)),
        Action::Note => (Job::Note, note::form(&subjects)),
        Action::Dispute if subjects.iter().all(|subject| subject.stage == Stage::Disputed) => {
            (Job::Decide, decide::form(model, &subjects))
        }
        Action::Dispute => (Job::Dispute, dispute::form(&subjects)),
        Action::Rate => (Job::Rate, rate::form(&subjects)),
        Action::Submit => (Job::Again, again::form(model, &subjects)),
        Action::Edit => match edited(model, &subjects) {
            Ok(card) => {
                let form = edit::form(model, &subjects, &card);
                (Job::Edit(card), form)
            }
            Err(sentence) => {
                model.tell(Tone::Notice, sentence);
                return effects;
            }
        },
        _ => return effects,
    };
    model.popups.push(Popup::Work(Box::new(Work { job, subjects, form, waiting: None })));
    effects
}

/// The form of the first start; `store` is where the store is.
#[must_use]
pub fn welcome(store: &str) -> Popup {
    let form = first_run::form(store);
    Popup::Work(Box::new(Work { job: Job::FirstRun, subjects: Vec::new(), form, waiting: None }))
}

/// The form that asks what a package lacked, once one key has rated it.
#[must_use]
pub fn lacked(subject: Subject, stars: u8) -> Popup {
    let subjects = vec![subject];
    let form = rate::lacked(&subjects, stars);
    Popup::Work(Box::new(Work { job: Job::Lacked(stars), subjects, form, waiting: None }))
}

/// The form that asks for the moment at which the desk is to be seen.
#[must_use]
pub fn moment() -> Popup {
    let form = as_of::form();
    Popup::Work(Box::new(Work { job: Job::AsOf, subjects: Vec::new(), form, waiting: None }))
}

fn edited(model: &Model, subjects: &[Subject]) -> Result<Arc<Card>, &'static str> {
    match subjects {
        [only] => model
            .cards
            .get(only.id)
            .cloned()
            .ok_or("This handoff is still being read; press the key again."),
        _ => Err("A package is edited one at a time; clear the marks first."),
    }
}

/// What the forms are about, for their titles.
pub(super) fn about(subjects: &[Subject]) -> String {
    match subjects {
        [only] => format!("{} {}", only.id, only.company),
        many => say::count(many.len() as u64, "handoff", "handoffs"),
    }
}

/// What is known of the handoff, when there is only one.
pub(super) fn card_of<'m>(model: &'m Model, subjects: &[Subject]) -> Option<&'m Arc<Card>> {
    match subjects {
        [only] => model.cards.get(only.id),
        _ => None,
    }
}

/// A clock by its name, as it is said.
pub(super) fn clock_word(name: ClockName) -> String {
    name.key().replace('_', " ")
}

/// What is owed before a disposition, in a sentence; none when nothing is, or when only the desk can tell.
pub(super) fn owed(rule: &DispositionRule, model: &Model, subjects: &[Subject]) -> Option<String> {
    let handoff = &card_of(model, subjects)?.handoff;
    owed_work(rule, model.policy.kind(&handoff.kind)?, handoff, model.now)
}

/// Whether this person may do something with the handoff, as far as the screen knows.
pub(super) fn permitted(
    action: stage::Action,
    model: &Model,
    subjects: &[Subject],
) -> Result<(), Refusal> {
    let known = card_of(model, subjects).and_then(|card| {
        card.actions
            .iter()
            .find(|(known, _)| *known == action)
            .and_then(|(_, refusal)| refusal.clone())
    });
    known.map_or(Ok(()), Err)
}

/// The field for the reason why the minimum work is overridden, for those who may: needed where work is owed, there on
/// the side where only the desk can tell.
pub(super) fn override_field(model: &Model, subjects: &[Subject], owed: bool) -> Option<Field> {
    let may = model.me.as_ref().is_some_and(|me| matches!(me.role, Role::Manager | Role::VpSales));
    let field =
        Field::text("overridden", "Override because").hint("why the work that is owed is not done");
    match (may, owed, subjects.len() > 1) {
        (true, true, false) => Some(field.required()),
        (true, _, true) => Some(field.aside()),
        _ => None,
    }
}

impl Work {
    fn context<'m>(model: &'m Model) -> Context<'m> {
        let screen = Rect::new(0, 0, model.size.0, model.size.1);
        Context::of(model, panel::columns(screen, draw::WIDTH))
    }

    /// Puts a code at hand, for a disposition that the playbook proposes.
    pub fn suggest(&mut self, code: &str) {
        if let (Job::Disposition(_), Some(field)) =
            (&self.job, self.form.field_mut(disposition::CODE))
        {
            *field = field.clone().with(code);
        }
    }

    /// Whether it waits for something that will be seen.
    #[must_use]
    pub const fn awaits(&self) -> bool {
        let ranks = matches!(&self.job, Job::Assign(assign) if !assign.is_ready());
        ranks || self.waiting.is_some()
    }

    /// Takes an input.
    pub fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        let key = match input {
            Input::Key(key) => *key,
            Input::Paste(text) if self.waiting.is_none() => {
                self.form.paste(text);
                self.typed(model);
                return Reply::keep();
            }
            Input::Mouse(Mouse::Click(Hit::Choice(place))) => {
                self.form.click(*place);
                return Reply::keep();
            }
            Input::Mouse(Mouse::Double(Hit::Choice(place))) => {
                self.form.click(*place);
                Key::plain(KeyCode::Enter)
            }
            Input::Mouse(Mouse::Wheel(lines, _)) => {
                let code = if *lines > 0 { KeyCode::Down } else { KeyCode::Up };
                Key::plain(code)
            }
            Input::Mouse(_) | Input::Paste(_) => return Reply::keep(),
        };
        if key == Key::ctrl('c') {
            return Reply::run(Action::Quit);
        }
        if self.waiting.is_some() {
            // It can't be called back, but nobody has to wait for it.
            return if key.code == KeyCode::Esc { Reply::close() } else { Reply::keep() };
        }
        if let Some(reply) = self.code_picked(key, model) {
            return reply;
        }
        let event = self.form.handle(key, &Self::context(model));
        match event {
            FormEvent::Stay => {
                self.typed(model);
                Reply::keep()
            }
            FormEvent::Cancel => Reply::close(),
            FormEvent::Discard => Reply::open(Popup::discard(model)),
            FormEvent::Submit(values) => self.submit(&values, model),
        }
    }

    /// Something may have been typed, or another field have the keys.
    fn typed(&mut self, model: &Model) {
        match &mut self.job {
            Job::Edit(card) => edit::tell(&mut self.form, card, &model.policy),
            Job::Disposition(shown) if !disposition::is_on_code(&self.form) => {
                let code = disposition::chosen(&self.form);
                if code.is_some() && *shown != code {
                    disposition::pick(
                        &mut self.form,
                        code.as_deref().unwrap_or_default(),
                        model,
                        &self.subjects,
                    );
                    *shown = code;
                }
            }
            _ => {}
        }
    }

    /// Enter, Tab or Ctrl-s on the code of a disposition shows what it requires; where that is nothing, Enter records
    /// it.
    fn code_picked(&mut self, key: Key, model: &mut Model) -> Option<Reply> {
        let enter = key == Key::plain(KeyCode::Enter) || key == Key::ctrl('s');
        let leaves = enter || key == Key::plain(KeyCode::Tab);
        let Job::Disposition(shown) = &mut self.job else { return None };
        if !leaves || !disposition::is_on_code(&self.form) {
            return None;
        }
        let Some(code) = disposition::chosen(&self.form) else {
            if let Some(why) = disposition::refusal(&self.form, model, &self.subjects) {
                self.form.fail(disposition::CODE, why);
            }
            return Some(Reply::keep());
        };
        let bare = disposition::pick(&mut self.form, &code, model, &self.subjects);
        *shown = Some(code);
        if !(bare && enter) {
            return Some(Reply::keep());
        }
        let values = self.form.values(&Self::context(model)).ok()?;
        Some(self.submit(&values, model))
    }

    fn submit(&mut self, values: &Values, model: &mut Model) -> Reply {
        let command = match &self.job {
            Job::Assign(assign) if !assign.is_ready() => {
                Err(("to", "the desk is still ranking; press Enter again".to_owned()))
            }
            Job::Assign(_) => assign::command(values),
            Job::Touch => Ok(touch::command(values)),
            Job::Disposition(_) => Ok(disposition::command(values)),
            Job::Return => give_back::command(values),
            Job::Pause => pause::command(values),
            Job::Defer => defer::command(values),
            Job::Brief => Ok(brief::command(values)),
            Job::Note => Ok(note::command(values)),
            Job::Dispute => Ok(dispute::command(values)),
            Job::Decide => decide::command(values),
            Job::Rate => rate::command(values),
            Job::Lacked(stars) => return self.lacked(*stars, values, model),
            Job::Edit(card) => match edit::command(&self.form, card) {
                Some(command) => Ok(command),
                None => {
                    let tell = Some((Tone::Notice, "Nothing was changed.".to_owned()));
                    return Reply { tell, ..Reply::close() };
                }
            },
            Job::Again => return self.again(values, model),
            Job::AsOf => {
                let Ok(at) = parse_instant(&values.text(as_of::AT)) else { return Reply::keep() };
                return Reply { effects: go_as_of(model, at), ..Reply::close() };
            }
            Job::FirstRun => return self.begin(values, model),
        };
        match command {
            Ok(command) => self.send(&command, model),
            Err((field, sentence)) => {
                self.form.fail(field, sentence);
                Reply::keep()
            }
        }
    }

    fn send(&mut self, command: &Command, model: &mut Model) -> Reply {
        let what = self.what(command, model);
        let asks = asks(&self.subjects, |_| command.clone());
        let reply = confirm(model, &what, asks);
        if !reply.close {
            self.waiting = Some(model.ticket);
        }
        reply
    }

    fn lacked(&mut self, stars: u8, values: &Values, model: &mut Model) -> Reply {
        let missing = values.some("missing");
        if missing.is_none() {
            return Reply::close();
        }
        let mut asks = asks(&self.subjects, |_| Command::Rate { stars, missing: missing.clone() });
        // It was accepted and rated since it was seen.
        asks.iter_mut().for_each(|ask| ask.seen = None);
        let effect = model.run(asks);
        self.waiting = Some(model.ticket);
        Reply::ask(effect)
    }

    fn again(&mut self, values: &Values, model: &mut Model) -> Reply {
        let Some(only) = self.subjects.first() else { return Reply::close() };
        let contact = again::contact(values);
        let effect = model.write(Write::Wake { id: only.id, seen: only.version, contact });
        self.waiting = Some(model.ticket);
        Reply::ask(effect)
    }

    fn begin(&mut self, values: &Values, model: &mut Model) -> Reply {
        let Some(newcomer) = first_run::newcomer(values) else { return Reply::keep() };
        let effect = model.write(Write::Join(newcomer));
        self.waiting = Some(model.ticket);
        Reply::ask(effect)
    }

    /// What is asked for, as the title of a question says it.
    fn what(&self, command: &Command, model: &Model) -> String {
        let handoffs = about(&self.subjects);
        match command {
            Command::Assign { to, .. } => {
                let person = model.people.iter().find(|person| person.id == *to);
                let name = person.map_or("somebody", |person| person.name.as_str());
                format!("Assign {handoffs} to {name}")
            }
            Command::Dispose(disposal) => format!("Record {} on {handoffs}", disposal.code),
            Command::Touch(touch) => format!("Log a touch ({}) on {handoffs}", touch.channel),
            Command::Defer { until, .. } => format!("Defer {handoffs} to {}", say::day(*until)),
            Command::Rate { stars, .. } => format!("Rate {handoffs} {stars} of 5"),
            Command::Resume { .. } => format!("Let the clocks of {handoffs} run on"),
            Command::Pause { .. } => format!("Pause {handoffs}"),
            Command::Return { .. } => format!("Return {handoffs}"),
            Command::Brief { .. } => format!("Brief {handoffs}"),
            Command::Note { .. } => format!("Write a note on {handoffs}"),
            Command::Dispute { .. } => format!("Dispute {handoffs}"),
            Command::Decide { decision, .. } => format!("Decide on {handoffs}: {decision}"),
            _ => format!("Change {handoffs}"),
        }
    }

    /// Takes an answer of the worker.
    pub fn answer(&mut self, answer: &Answer, model: &mut Model) -> Reply {
        match answer {
            Answer::Done(ticket, _) | Answer::Joined(ticket, _)
                if Some(*ticket) == self.waiting =>
            {
                Reply::close()
            }
            Answer::NotDone(ticket, why) if Some(*ticket) == self.waiting => {
                self.refused(why, model)
            }
            Answer::Proposals(ticket, proposals) => {
                if let Job::Assign(assign) = &mut self.job
                    && assign.proposals == *ticket
                {
                    assign.propose(proposals.clone());
                    assign.refresh(&mut self.form, model, &self.subjects);
                }
                Reply::keep()
            }
            Answer::Team(ticket, members) => {
                if let Job::Assign(assign) = &mut self.job
                    && assign.team == *ticket
                {
                    assign.load(members);
                    assign.refresh(&mut self.form, model, &self.subjects);
                }
                Reply::keep()
            }
            Answer::People(_) => {
                if let Job::Assign(assign) = &self.job {
                    assign.refresh(&mut self.form, model, &self.subjects);
                }
                Reply::keep()
            }
            Answer::Card(id, Some(card)) => {
                // What is sent again after a conflict was decided on what is on screen now.
                if let Some(subject) = self.subjects.iter_mut().find(|subject| subject.id == *id) {
                    subject.version = card.handoff.version;
                    subject.stage = card.handoff.stage;
                    subject.assignee = card.handoff.assignee;
                }
                Reply::keep()
            }
            _ => Reply::keep(),
        }
    }

    /// What was sent was not done: it is told here, over what was typed.
    fn refused(&mut self, why: &NotDone, model: &Model) -> Reply {
        self.waiting = None;
        if let (NotDone::Refused(refusal), Job::Assign(_)) = (why, &self.job)
            && refusal.kind == RefusalKind::NotAvailable
            && let Ok(values) = self.form.values(&Self::context(model))
            && let Ok(Command::Assign { to, brief, anyway: false }) = assign::command(&values)
            && model.people.iter().any(|person| person.id == to && person.active)
        {
            let command = Command::Assign { to, brief, anyway: true };
            let asks = asks(&self.subjects, |_| command.clone());
            let question =
                Question::anyway("Assign anyway?", &refusal.sentence, asks, model.last_key);
            return Reply { took: true, ..Reply::open(Popup::Question(question)) };
        }
        self.form.refuse(match why {
            NotDone::Refused(refusal) => refusal.to_string(),
            NotDone::Conflict { sentence, .. } | NotDone::Failed(sentence) => sentence.clone(),
        });
        Reply { took: true, ..Reply::keep() }
    }

    /// Draws it over the screen.
    pub fn view(&self, model: &Model, memory: &mut Memory, frame: &mut Frame<'_>, screen: Rect) {
        draw::popup(&self.form, &Self::context(model), memory, frame, screen, &model.theme);
    }
}

//! The thread itself: it takes what is next, writes, looks for news, and tells what came of each.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use super::inbox::{Inbox, Job};
use super::news::News;
use super::past::{Past, Went};
use super::{Glance, Writes};
use crate::desk::{Actor, Conflict, Desk, DeskError, Elsewhere, NewPerson, Request};
use crate::domain::command::Command;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::measure::sheet::Scope;
use crate::domain::person::Person;
use crate::domain::span;
use crate::domain::time::{Instant, MINUTE};
use crate::platform::clock::{Clock, Stopwatch, new_action_id};
use crate::tui::answer::{Answer, Done, NotDone};
use crate::tui::effect::{Load, Ticket, Write};
use crate::tui::popup::front::FrontWrite;

/// How often a store that can only be read is tried again.
const RECOVER: Duration = Duration::from_secs(5);
/// How long the next question of somebody who just got an answer is waited for before something is done that can wait.
const ASKS_ON: Duration = Duration::from_micros(500);

/// What the thread works with.
pub(super) struct Work {
    /// As the worker's way has it.
    pub(super) wanted: Arc<AtomicU64>,
    pub(super) desk: Desk,
    /// The way to open the store again.
    pub(super) from: Elsewhere,
    pub(super) glance: Arc<Glance>,
    pub(super) me: Option<PersonId>,
    pub(super) clock: Clock,
    pub(super) answer: Arc<dyn Fn(Answer) + Send + Sync>,
    /// Set to stop the back-test that runs.
    pub(super) trial: Arc<AtomicBool>,
    pub(super) writes: Arc<Writes>,
    pub(super) news: News,
    /// The store's number when it was last asked whether somebody else wrote.
    pub(super) seen: Option<i64>,
    pub(super) read_only: Option<String>,
    /// The last poll failed; told once.
    pub(super) failing: bool,
    /// When something is next to be told of that runs late.
    pub(super) late: Option<Instant>,
    /// The desk as it stood, while that is what is shown.
    pub(super) past: Option<Past>,
    pub(super) went: Receiver<Went>,
}

impl Work {
    /// Does what comes, until it is told to stop.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        self.desk.tidy_later();
        self.look_ahead();
        let mut inbox = Inbox::default();
        let mut answered = false;
        let mut recovered = Stopwatch::start();
        if self.read_only.is_some() {
            self.tell(Answer::ReadOnly(self.read_only.clone()));
        }
        loop {
            // Everything that waits is known before something is chosen, so that what is newest is done.
            while let Ok(job) = jobs.try_recv() {
                inbox.add(job);
            }
            if self.rest().is_zero() {
                self.news.looked();
                self.poll();
                self.escalate();
                if self.read_only.is_some() && recovered.elapsed() >= RECOVER {
                    recovered = Stopwatch::start();
                    self.recover();
                }
            }
            // Whoever got a page asks for its first package next; counting must not keep them waiting for it.
            if answered
                && inbox.can_wait()
                && let Ok(job) = jobs.recv_timeout(ASKS_ON)
            {
                inbox.add(job);
            }
            answered = true;
            match inbox.next() {
                Some(Job::Stop) => return,
                Some(Job::Went) => self.arrive(),
                Some(Job::Written) => self.news.told(),
                Some(Job::Write(ticket, write)) => {
                    let came_out = comes_out(&write);
                    let answer = self.write(ticket, write);
                    let won = won(&answer).filter(|_| came_out);
                    self.tell(answer);
                    self.writes.done();
                    self.look_ahead();
                    self.propose(won);
                }
                // A store that can only be read may not open once more: then this thread reads them.
                Some(Job::Load(Load::Glance(ticket, scope))) if self.read_only.is_none() => {
                    self.glance(ticket, scope);
                }
                Some(Job::Load(load)) => {
                    let answer =
                        self.load(load).unwrap_or_else(|error| Answer::Failed(sentence(&error)));
                    self.tell(answer);
                }
                None => {
                    answered = false;
                    match jobs.recv_timeout(self.rest()) {
                        Ok(job) => inbox.add(job),
                        Err(RecvTimeoutError::Timeout) => self.desk.tidy(),
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
            }
        }
    }

    /// How long nothing need be looked for.
    fn rest(&self) -> Duration {
        let next = self.late.map(|late| late.since(self.clock.now()).try_into().unwrap_or(0));
        let awake = self.read_only.is_some() || self.failing;
        self.news.left(awake, next.map(Duration::from_millis))
    }

    pub(super) fn tell(&self, answer: Answer) {
        (self.answer)(answer);
    }

    /// Reads the measures on a thread of its own, once what is on screen is there: in a big store that takes longer than a
    /// key should wait.
    fn glance(&self, ticket: Ticket, scope: Scope) {
        let (from, now, answer) = (self.from.clone(), self.clock.now(), Arc::clone(&self.answer));
        let work = move || {
            answer(match from.measures(&scope, now) {
                Ok((sheet, teams)) => Answer::Measures(ticket, Arc::new(sheet), Arc::new(teams)),
                Err(error) => Answer::Failed(sentence(&error)),
            });
        };
        if let Ok(thread) = Builder::new().name("measures".to_owned()).spawn(work) {
            *self.glance.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        }
    }

    fn poll(&mut self) {
        match self.desk.changed() {
            Ok(now) => {
                if self.failing {
                    self.failing = false;
                    self.tell(Answer::Changed);
                }
                if self.seen.replace(now) != Some(now) {
                    self.look_ahead();
                    self.tell(Answer::Changed);
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut self.failing, true) {
                    tracing::error!(%error, "the store cannot be asked for news");
                    self.tell(Answer::Failed(sentence(&error.into())));
                }
            }
        }
    }

    /// When something runs late next; looked for once after each write, so that waiting costs nothing.
    fn look_ahead(&mut self) {
        self.late = self.desk.next_telling().unwrap_or_else(|error| {
            tracing::warn!(%error, "what runs late can't be looked for");
            None
        });
    }

    /// Tells whoever is to know of what has run late by now, as every desk does that is open: each step is told once,
    /// by whichever comes first.
    fn escalate(&mut self) {
        let now = self.clock.now();
        if self.read_only.is_some() || self.late.is_none_or(|late| late > now) {
            return;
        }
        match self.desk.escalate(now) {
            Ok(done) => {
                self.look_ahead();
                if done.told > 0 {
                    self.tell(Answer::Changed);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "what runs late can't be told");
                self.late = Some(now.plus(MINUTE));
            }
        }
    }

    /// Proposes what follows a win.
    fn propose(&self, won: Option<HandoffId>) {
        let Some(Ok((handoff, company))) = won.map(|id| self.desk.handoff(id)) else { return };
        if let Ok(Some(kind)) = self.desk.follows(&handoff) {
            let kind = kind.label.clone();
            self.tell(Answer::Follows { id: handoff.id, company, kind });
        }
    }

    /// Somebody went to the past, or back.
    fn arrive(&mut self) {
        while let Ok(Went { ticket, past }) = self.went.try_recv() {
            match past {
                // Somebody waits for another moment, or for none any more.
                Ok(Some(_)) | Err(_) if self.wanted.load(Ordering::Acquire) != ticket.0 => {}
                Ok(Some(past)) => {
                    let at = past.at;
                    self.past = Some(past);
                    self.tell(Answer::AsOf(ticket, Ok(at)));
                }
                Ok(None) => {
                    self.past = None;
                    // What was still answered from the past is forgotten.
                    self.tell(Answer::Changed);
                }
                Err(sentence) => self.tell(Answer::AsOf(ticket, Err(sentence))),
            }
        }
    }

    fn recover(&mut self) {
        if let Err(error) = self.desk.recover() {
            tracing::warn!(%error, "the store cannot be written yet");
        }
        self.look_whether_read_only();
    }

    /// Says when the store can't be written any more, and when it can again.
    fn look_whether_read_only(&mut self) {
        let why = self.desk.read_only().map(str::to_owned);
        if why != self.read_only {
            self.read_only.clone_from(&why);
            self.tell(Answer::ReadOnly(why));
            self.tell(Answer::Changed);
        }
    }

    fn write(&mut self, ticket: Ticket, write: Write) -> Answer {
        let now = self.clock.now();
        let answer = self.try_to_write(ticket, write, now);
        self.look_whether_read_only();
        answer.unwrap_or_else(|error| Answer::NotDone(ticket, not_done(&error, now)))
    }

    fn try_to_write(
        &mut self,
        ticket: Ticket,
        write: Write,
        now: Instant,
    ) -> Result<Answer, DeskError> {
        if self.past.is_some() {
            return Err(crate::desk::over().into());
        }
        let is_new = match &write {
            Write::Undo | Write::Redo => false,
            Write::Front(write) => !matches!(write, FrontWrite::Account { .. }),
            _ => true,
        };
        let actor = self.me.map(|who| Actor { who, now, action: new_action_id() });
        let actor = actor.ok_or_else(|| {
            let why = "The desk does not know who you are; start it with --as and your name.";
            DeskError::NotFound(why.to_owned())
        });
        let receipt = match write {
            Write::Join(new) => return Ok(Answer::Joined(ticket, Arc::new(self.join(&new, now)?))),
            Write::Run { asks, what_can } => {
                self.desk.run(&Request { actor: actor?, asks, what_can })?
            }
            Write::Front(write) => self.front_write(actor?, write)?,
            Write::Wake { id, seen, contact } => self.desk.wake(actor?, id, Some(seen), contact)?,
            Write::Follow(id) => self.desk.follow(actor?, id)?,
            Write::Draft { week, decisions } => {
                self.desk.draft(week, actor?, &decisions)?;
                return Ok(Answer::Drafted(ticket));
            }
            Write::CommitBatch { week, without } => {
                let actor = actor?;
                let gone: Vec<_> = without.into_iter().map(|id| (id, None)).collect();
                if !gone.is_empty() {
                    self.desk.draft(week, actor, &gone)?;
                }
                self.desk.commit_batch(week, actor)?
            }
            Write::SendBatch(week) => self.desk.send_batch(week, actor?)?,
            Write::CarryOn { from, decisions } => self.desk.carry_on(from, actor?, &decisions)?,
            Write::EditPerson { before, after } => {
                self.desk.edit_person(actor?, &before, &after)?
            }
            Write::Merge { keep, gone } => self.desk.merge(actor?, keep, gone)?,
            Write::Undo => self.desk.undo(actor?, None)?,
            Write::Redo => self.desk.redo(actor?)?,
        };
        Ok(Answer::Done(ticket, Done { receipt, is_new }))
    }

    /// Makes somebody the first person of the desk; from then on the desk is theirs.
    fn join(&mut self, new: &NewPerson, now: Instant) -> Result<Person, DeskError> {
        let id = self.desk.add_person(self.me, now, new_action_id(), new)?;
        self.me = Some(id);
        let people = self.desk.people()?;
        let found = people.into_iter().find(|person| person.id == id);
        found.ok_or_else(|| DeskError::NotFound(format!("There is no person {id} in this store.")))
    }
}

/// Whether a write says how a handoff came out.
fn comes_out(write: &Write) -> bool {
    let dispose = |ask: &crate::desk::Ask| matches!(ask.command, Command::Dispose(_));
    matches!(write, Write::Run { asks, .. } if asks.iter().any(dispose))
}

/// The handoff that a write may have won.
fn won(answer: &Answer) -> Option<HandoffId> {
    match answer {
        Answer::Done(_, done) if done.is_new => match done.receipt.done.as_slice() {
            [only] => Some(*only),
            _ => None,
        },
        _ => None,
    }
}

/// A failure of the machine, as a sentence that ends as one.
pub(super) fn sentence(error: &DeskError) -> String {
    let text = error.to_string();
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// Why a write was not done, as screens tell it.
fn not_done(error: &DeskError, now: Instant) -> NotDone {
    match error {
        DeskError::Refused(refusal) => NotDone::Refused(refusal.clone()),
        DeskError::Conflict(conflict) => {
            NotDone::Conflict { handoff: conflict.handoff, sentence: first(conflict, now) }
        }
        error => NotDone::Failed(sentence(error)),
    }
}

/// Who was first, with what, how long ago.
fn first(conflict: &Conflict, now: Instant) -> String {
    let who = conflict.by.as_deref().unwrap_or("The desk");
    let ago = span::words(now.since(conflict.at));
    format!(
        "Conflict: {who} {} {} {ago} ago; look again before you decide.",
        conflict.what, conflict.handoff
    )
}

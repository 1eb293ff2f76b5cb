//! The one thread that speaks with the desk: it does what screens ask for, in the order of its use, and says when
//! somebody else wrote. Nothing here draws, and nothing else here waits for a disk.

mod export;
mod front;
mod import;
mod inbox;
mod past;
mod record;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use self::import::Importer;
use self::inbox::{Inbox, Job};
use self::past::{Past, Went};
use super::action::Screen;
use super::answer::{Answer, Card, Done, Line, NotDone, Twin};
use super::effect::{Load, Write};
use super::incoming::ImportAsk;
use super::popup::front::FrontWrite;
use crate::desk::{Actor, Conflict, Desk, DeskError, Elsewhere, NewPerson, Request};
use crate::domain::clock::Clock as Promise;
use crate::domain::command::Command;
use crate::domain::filter::{Term, Test, Word};
use crate::domain::handoff::Handoff;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::measure::sheet::Scope;
use crate::domain::person::Person;
use crate::domain::queue::{Edge, Page, Query};
use crate::domain::span;
use crate::domain::time::{Instant, MINUTE};
use crate::intake::Profile;
use crate::platform::clock::{Clock, Stopwatch, new_action_id};

/// How often it is asked whether somebody else wrote; others' work is seen within a second.
const POLL: Duration = Duration::from_millis(500);
/// How often a store that can only be read is tried again.
const RECOVER: Duration = Duration::from_secs(5);
/// How long the next question of somebody who just got an answer is waited for before something is done that can wait.
const ASKS_ON: Duration = Duration::from_micros(500);
/// Rows that are counted before it is said that there are more.
const COUNTED: u64 = 1_000;
/// Weeks of batches that are offered.
const WEEKS: u32 = 26;
/// Rows in which the place of a handoff is looked for by the beginning of its id.
const LOOKED_FOR: usize = 200;
/// Possible duplicates of an account that are shown.
const TWINS: usize = 20;

/// The way to the worker.
pub struct Worker {
    jobs: Sender<Job>,
    writes: Arc<Writes>,
    thread: Option<JoinHandle<()>>,
    go: Sender<Went>,
    /// The number of the question after the past that is waited for; whoever arrives with another one is too late.
    wanted: Arc<AtomicU64>,
    from: Elsewhere,
    below: PathBuf,
    importer: Importer,
    clock: Clock,
    answer: Arc<dyn Fn(Answer) + Send + Sync>,
    /// What is read before anybody asks for it.
    glance: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("writes", &self.writes).finish_non_exhaustive()
    }
}

/// Writes that were asked for and are not answered yet.
#[derive(Debug, Default)]
pub struct Writes {
    open: Mutex<usize>,
    none: Condvar,
}

impl Writes {
    fn add(&self) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }

    fn done(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        *open = open.saturating_sub(1);
        if *open == 0 {
            self.none.notify_all();
        }
    }

    /// Returns when no write is open: what was asked for is on disk, or was refused.
    pub fn drain(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        while *open > 0 {
            open = self.none.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Worker {
    /// Starts the thread. `answer` is called on it with each answer.
    ///
    /// # Errors
    /// The system starts no more threads.
    pub fn start(
        desk: Desk,
        me: Option<PersonId>,
        clock: Clock,
        answer: impl Fn(Answer) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let (jobs, inbox) = channel();
        let (go, went) = channel();
        let from = desk.elsewhere();
        let writes = Arc::new(Writes::default());
        let seen = desk.changed().ok();
        let read_only = desk.read_only().map(str::to_owned);
        let wanted = Arc::new(AtomicU64::default());
        let answer: Arc<dyn Fn(Answer) + Send + Sync> = Arc::new(answer);
        let importer = Importer::new(desk.elsewhere(), clock, Arc::clone(&answer));
        let (tell, glance) = (Arc::clone(&answer), Mutex::default());
        let work = Work {
            wanted: Arc::clone(&wanted),
            desk,
            me,
            clock,
            answer,
            trial: Arc::default(),
            writes: Arc::clone(&writes),
            seen,
            read_only,
            failing: false,
            late: None,
            past: None,
            went,
        };
        let thread = Builder::new().name("desk".to_owned()).spawn(move || work.run(&inbox))?;
        let below = PathBuf::new();
        Ok(Self {
            jobs,
            writes,
            thread: Some(thread),
            go,
            wanted,
            from,
            below,
            importer,
            clock,
            answer: tell,
            glance,
        })
    }

    /// The same, with the folder below which the desk as it stood is kept while it is looked at, and what an import is
    /// tried out on.
    #[must_use]
    pub fn below(self, below: PathBuf) -> Self {
        Self { importer: self.importer.below(below.clone()), below, ..self }
    }

    /// The same, with what `~` means in the paths of files, and the profiles that were saved.
    #[must_use]
    pub fn with_files(self, home: Option<PathBuf>, maps: Vec<Arc<Profile>>) -> Self {
        Self { importer: self.importer.with(home, maps), ..self }
    }

    /// Looks at a file, or imports it.
    pub fn import(&self, ticket: super::effect::Ticket, ask: ImportAsk) {
        self.importer.ask(ticket, ask);
    }

    /// Goes to the past on a thread of its own: others go on reading and writing meanwhile.
    fn go_back(&self, ticket: super::effect::Ticket, at: Instant) {
        self.wanted.store(ticket.0, Ordering::Release);
        let (jobs, go) = (self.jobs.clone(), self.go.clone());
        let (from, below) = (self.from.clone(), self.below.clone());
        let work = move || {
            let past = past::go(&from, at, &below).map(Some);
            let _ = go.send(Went { ticket, past });
            let _ = jobs.send(Job::Went);
        };
        if let Err(error) = Builder::new().name("as-of".to_owned()).spawn(work) {
            let past = Err(format!("The desk as it stood can't be read: {error}."));
            let _ = self.go.send(Went { ticket, past });
            let _ = self.jobs.send(Job::Went);
        }
    }

    /// Reads the measures on a thread of its own: in a big store that takes longer than a key should wait. Where it can't,
    /// whoever asks for them is told why.
    fn glance(&self, ticket: super::effect::Ticket, scope: Scope) {
        let (from, now, answer) = (self.from.clone(), self.clock.now(), Arc::clone(&self.answer));
        let work = move || {
            if let Ok((sheet, teams)) = from.measures(&scope, now) {
                answer(Answer::Measures(ticket, Arc::new(sheet), Arc::new(teams)));
            }
        };
        if let Ok(thread) = Builder::new().name("measures".to_owned()).spawn(work) {
            *self.glance.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        }
    }

    /// Asks for a read.
    pub fn load(&self, load: Load) {
        match load {
            Load::Glance(ticket, scope) => return self.glance(ticket, scope),
            Load::AsOf(ticket, at) => return self.go_back(ticket, at),
            Load::Present => {
                let ticket = super::effect::Ticket::default();
                self.wanted.store(ticket.0, Ordering::Release);
                let _ = self.go.send(Went { ticket, past: Ok(None) });
                let _ = self.jobs.send(Job::Went);
                return;
            }
            _ => {}
        }
        // A worker that is gone was told to stop, or panicked, which ends the desk.
        let _ = self.jobs.send(Job::Load(load));
    }

    /// Asks for a write.
    pub fn write(&self, ticket: super::effect::Ticket, write: Write) {
        self.writes.add();
        if self.jobs.send(Job::Write(ticket, write)).is_err() {
            self.writes.done();
        }
    }

    /// What is waited for before the process ends.
    #[must_use]
    pub fn writes(&self) -> Arc<Writes> {
        Arc::clone(&self.writes)
    }

    /// Lets the writes that were asked for be done, and ends the thread.
    pub fn stop(mut self) {
        let _ = self.jobs.send(Job::Stop);
        self.importer.end();
        let glance = self.glance.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if glance.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that reads measures panicked");
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the desk's thread panicked");
        }
    }
}

struct Work {
    /// As the worker's way has it.
    wanted: Arc<AtomicU64>,
    desk: Desk,
    me: Option<PersonId>,
    clock: Clock,
    answer: Arc<dyn Fn(Answer) + Send + Sync>,
    /// Set to stop the back-test that runs.
    trial: Arc<AtomicBool>,
    writes: Arc<Writes>,
    /// The store's number when it was last asked whether somebody else wrote.
    seen: Option<i64>,
    read_only: Option<String>,
    /// The last poll failed; told once.
    failing: bool,
    /// When something is next to be told of that runs late.
    late: Option<Instant>,
    /// The desk as it stood, while that is what is shown.
    past: Option<Past>,
    went: Receiver<Went>,
}

impl Work {
    fn run(mut self, jobs: &Receiver<Job>) {
        self.desk.tidy_later();
        self.look_ahead();
        let mut inbox = Inbox::default();
        let mut answered = false;
        let (mut polled, mut recovered) = (Stopwatch::start(), Stopwatch::start());
        if self.read_only.is_some() {
            self.tell(Answer::ReadOnly(self.read_only.clone()));
        }
        loop {
            // Everything that waits is known before something is chosen, so that what is newest is done.
            while let Ok(job) = jobs.try_recv() {
                inbox.add(job);
            }
            if polled.elapsed() >= POLL {
                polled = Stopwatch::start();
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
                Some(Job::Write(ticket, write)) => {
                    let came_out = comes_out(&write);
                    let answer = self.write(ticket, write);
                    let won = won(&answer).filter(|_| came_out);
                    self.tell(answer);
                    self.writes.done();
                    self.look_ahead();
                    self.propose(won);
                }
                Some(Job::Load(load)) => {
                    let answer =
                        self.load(load).unwrap_or_else(|error| Answer::Failed(sentence(&error)));
                    self.tell(answer);
                }
                None => {
                    answered = false;
                    self.desk.tidy();
                    match jobs.recv_timeout(polled.left_of(POLL)) {
                        Ok(job) => inbox.add(job),
                        Err(RecvTimeoutError::Timeout) => {}
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
            }
        }
    }

    fn tell(&self, answer: Answer) {
        (self.answer)(answer);
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

    fn write(&mut self, ticket: super::effect::Ticket, write: Write) -> Answer {
        let now = self.clock.now();
        let answer = self.try_to_write(ticket, write, now);
        self.look_whether_read_only();
        answer.unwrap_or_else(|error| Answer::NotDone(ticket, not_done(&error, now)))
    }

    fn try_to_write(
        &mut self,
        ticket: super::effect::Ticket,
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

    /// The desk that is read: as it is, or as it stood.
    fn desk(&self) -> &Desk {
        self.past.as_ref().map_or(&self.desk, |past| &past.desk)
    }

    /// The moment that is shown.
    fn now(&self) -> Instant {
        self.past.as_ref().map_or_else(|| self.clock.now(), |past| past.at)
    }

    fn load(&mut self, load: Load) -> Result<Answer, DeskError> {
        let now = self.now();
        Ok(match load {
            Load::Page { screen, query, edge, limit, keep, ticket, ahead: _ } => {
                Answer::Page(screen, ticket, self.page(&query, &edge, limit, keep)?)
            }
            Load::Marks { screen, query, limit, ticket } => {
                Answer::Marks(screen, ticket, self.desk().window(&query, &Edge::First, limit)?)
            }
            Load::Count { screen, query, ticket } => {
                Answer::Count(screen, ticket, self.desk().count(&query, COUNTED)?)
            }
            Load::Badges => Answer::Badges(self.desk().badges(self.me, now)?),
            Load::Card(id) => self.card(id, now)?,
            // The inbox hands these out one by one, as cards.
            Load::Ahead(ids) => match ids.first() {
                Some(id) => self.card(*id, now)?,
                None => Answer::Badges(self.desk().badges(self.me, now)?),
            },
            Load::Receipt(handoff, account) => {
                let kept = self.desk().flagged_because(handoff)?;
                let lines = match self.desk().explain(&account.to_string(), now) {
                    Ok(explained) => explained.lines(),
                    Err(DeskError::NotFound(sentence)) => vec![sentence],
                    Err(error) => return Err(error),
                };
                Answer::Receipt(handoff, kept, lines)
            }
            Load::Twins(ticket, account) => {
                let mut twins = Vec::new();
                for pair in self.desk().duplicates_of(account)?.into_iter().take(TWINS) {
                    let domain = pair.other.domain.as_deref().unwrap_or("no domain");
                    let line = format!("{} {} ({domain})", pair.other.id, pair.other.name);
                    let plan = self.desk().merge_plan(account, pair.other.id);
                    twins.push(Twin { line, plan: plan.map_err(|error| sentence(&error)) });
                }
                Answer::Twins(ticket, Arc::new(twins))
            }
            Load::Message { ticket, handoff, name } => {
                let message = self.desk.message(handoff, name.as_deref(), self.me, now);
                Answer::Message(ticket, message.map(Arc::new).map_err(|error| sentence(&error)))
            }
            Load::Proposals(ticket, ids) => {
                let proposals = self.desk().proposals(&ids, now)?.into_iter();
                let shared = proposals.map(|(id, proposal)| (id, Arc::new(proposal)));
                Answer::Proposals(ticket, shared.collect())
            }
            Load::Preview(ticket, asks) => {
                let who = self.me.unwrap_or_default();
                let actor = Actor { who, now, action: new_action_id() };
                Answer::Preview(
                    ticket,
                    self.desk().preview(&Request { actor, asks, what_can: true })?,
                )
            }
            Load::Activity { before, limit, ticket } => {
                let entries =
                    self.desk().activity(before, u32::try_from(limit).unwrap_or(u32::MAX))?;
                Answer::Activity(ticket, entries.into_iter().map(record::of_entry).collect())
            }
            Load::Batch(ticket, week) => {
                let week = week.map_or_else(|| self.desk().week_at_hand(now), Ok)?;
                let sheet = self.desk().sheet(week, self.me, now)?;
                Answer::Batch(ticket, Arc::new(sheet), self.desk().batch_weeks(WEEKS)?)
            }
            Load::HandOn(ticket, who) => {
                let round = self.desk().hand_on(who, now)?;
                let person = self.desk().people()?.into_iter().find(|person| person.id == who);
                let person = person.ok_or_else(|| {
                    DeskError::NotFound(format!("There is no person {who} in this store."))
                })?;
                Answer::HandOn(ticket, Arc::new((person, round)))
            }
            Load::Routing(id) => Answer::Routing(id, self.desk().routing(id, now)?),
            Load::Team(ticket) => Answer::Team(ticket, self.desk().team(now)?),
            Load::People => Answer::People(Arc::new(self.desk().people()?)),
            Load::Inbox => Answer::Inbox(match self.me {
                Some(me) => self.desk().inbox(me, now)?,
                None => Vec::new(),
            }),
            // The way to the worker sees to these.
            Load::AsOf(ticket, _) => Answer::AsOf(ticket, Err("There is no way there.".to_owned())),
            Load::Present => Answer::Badges(self.desk().badges(self.me, now)?),
            Load::Measures(ticket, scope) | Load::Glance(ticket, scope) => Answer::Measures(
                ticket,
                Arc::new(self.desk().measures(&scope, now)?),
                Arc::new(self.desk().teams()?),
            ),
            Load::Pack(ticket, scope) => {
                let pack = self.desk().pack(&scope, now)?;
                Answer::Pack(ticket, Arc::new(crate::report::measures::pack(&pack)))
            }
            Load::Export(what) => self.export(&what, now)?,
            Load::Front(ticket, load) => self.front(ticket, load, now),
        })
    }

    /// A page; where a handoff must be kept and has moved out of it, the page around where it is now.
    fn page(
        &self,
        query: &Query,
        edge: &Edge,
        limit: usize,
        keep: Option<HandoffId>,
    ) -> Result<Page, DeskError> {
        let page = self.desk().window(query, edge, limit)?;
        let Some(keep) = keep.filter(|keep| (page.before || page.after) && !has(&page, *keep))
        else {
            return Ok(page);
        };
        let mut only = query.clone();
        only.filter.terms.push(Term { negated: false, test: Test::Words(vec![Word::Id(keep)]) });
        let found = self.desk().window(&only, &Edge::First, LOOKED_FOR)?;
        let Some(place) = found.rows.into_iter().find(|row| row.id == keep) else {
            return Ok(page);
        };
        let above = self.desk().window(query, &Edge::Before(place.cursor.clone()), limit / 2)?;
        let mut around = self.desk().window(query, &Edge::From(place.cursor), limit - limit / 2)?;
        around.before = above.before;
        around.partial |= above.partial;
        drop(around.rows.splice(0..0, above.rows));
        Ok(around)
    }

    fn card(&self, id: HandoffId, now: Instant) -> Result<Answer, DeskError> {
        let dossier = match self.desk().dossier(id, self.me, now) {
            Ok(dossier) => dossier,
            Err(DeskError::NotFound(_)) => return Ok(Answer::Card(id, None)),
            Err(error) => return Err(error),
        };
        let sum = |clock: &Promise, handoff: &Handoff| {
            self.desk().ledger(handoff, clock, now).map(Arc::new)
        };
        let lines = dossier.clocks.into_iter().map(|line| Line {
            ledger: line.clock.as_ref().map(|clock| sum(clock, &dossier.handoff)),
            name: line.name,
            owes: line.owes,
            target: line.target,
            clock: line.clock,
        });
        let company = &dossier.account.name;
        let record = dossier.record.iter().map(|event| {
            record::of_event(event, company, &dossier.names, self.desk().policy().zone)
        });
        let card = Card {
            clocks: lines.collect(),
            record: record.collect(),
            handoff: dossier.handoff,
            account: dossier.account,
            contacts: dossier.contacts,
            package: dossier.package,
            sent: dossier.sent,
            changed: dossier.changed,
            plan: dossier.plan,
            asides: dossier.asides,
            names: dossier.names,
            actions: match self.past {
                None => dossier.actions,
                Some(_) => {
                    let over = |(action, _)| (action, Some(crate::desk::over()));
                    dossier.actions.into_iter().map(over).collect()
                }
            },
        };
        Ok(Answer::Card(id, Some(Arc::new(card))))
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

fn has(page: &Page, id: HandoffId) -> bool {
    page.rows.iter().any(|row| row.id == id)
}

/// A failure of the machine, as a sentence that ends as one.
fn sentence(error: &DeskError) -> String {
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

/// The screens whose lists are of handoffs, for the inbox.
const fn slot(screen: Screen) -> u8 {
    matches!(screen, Screen::Mine) as u8
}

#[cfg(test)]
mod tests;

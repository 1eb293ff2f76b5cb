//! The one thread that speaks with the desk: it does what screens ask for, in the order of its use, and says when
//! somebody else wrote. Nothing here draws, and nothing else here waits for a disk.

mod export;
mod front;
mod import;
mod inbox;
mod news;
mod past;
mod read;
mod record;
mod work;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use self::import::Importer;
use self::inbox::Job;
pub(super) use self::inbox::replaces;
use self::news::{News, POLL};
use self::past::Went;
use self::work::Work;
use super::answer::Answer;
use super::effect::{Load, Write};
use super::incoming::ImportAsk;
use crate::desk::{Desk, Elsewhere};
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::intake::Profile;
use crate::platform::clock::Clock;
use crate::platform::watch::Watch;

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
    glance: Arc<Glance>,
    /// Tells the thread that somebody wrote. It goes with this, so that the thread ends when nobody can ask it any more.
    watch: Option<Watch>,
}

/// The thread that reads measures before anybody asks for them.
type Glance = Mutex<Option<JoinHandle<()>>>;

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
        let watch = watch(&desk, jobs.clone());
        let untold = watch.as_ref().map_or_else(|| Arc::new(AtomicBool::new(true)), Watch::over);
        let news = News::new(untold);
        // What is written from here on is told; what was before is not news.
        let seen = desk.changed().ok();
        let read_only = desk.read_only().map(str::to_owned);
        let wanted = Arc::new(AtomicU64::default());
        let answer: Arc<dyn Fn(Answer) + Send + Sync> = Arc::new(answer);
        let importer = Importer::new(desk.elsewhere(), clock, Arc::clone(&answer));
        let glance = Arc::new(Glance::default());
        let work = Work {
            from: from.clone(),
            glance: Arc::clone(&glance),
            wanted: Arc::clone(&wanted),
            desk,
            me,
            clock,
            answer,
            trial: Arc::default(),
            writes: Arc::clone(&writes),
            news,
            seen,
            read_only,
            failing: false,
            late: None,
            past: None,
            went,
        };
        let thread = Builder::new().name("desk".to_owned()).spawn(move || work.run(&inbox))?;
        let below = PathBuf::new();
        let thread = Some(thread);
        Ok(Self { jobs, writes, thread, go, wanted, from, below, importer, glance, watch })
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

    /// Asks for a read.
    pub fn load(&self, load: Load) {
        match load {
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
        drop(self.watch.take());
        self.importer.end();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the desk's thread panicked");
        }
        // Only the desk's thread starts it.
        let glance = self.glance.lock().unwrap_or_else(PoisonError::into_inner).take();
        if glance.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that reads measures panicked");
        }
    }
}

/// Has the thread told when somebody writes the store, where the system does that.
fn watch(desk: &Desk, jobs: Sender<Job>) -> Option<Watch> {
    let written = move || {
        let _ = jobs.send(Job::Written);
    };
    Watch::start(&desk.log(), POLL, written)
        .inspect_err(|error| tracing::info!(%error, "writes to the store are not told of"))
        .ok()
}

#[cfg(test)]
mod tests;

//! Imports and evaluations for the screen: a file is looked at, tried out on a copy of the store, and taken in, each on a thread and a
//! desk of its own, so that nothing else waits for it. One at a time: who comes next stops and outwaits the one before.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use crate::desk::{
    DeskError, Elsewhere, EvaluateOptions, ImportOptions, Imported, open_file, size_of, unread,
};
use crate::domain::ids::PersonId;
use crate::domain::text::safe;
use crate::domain::time::Instant;
use crate::intake::{self, FileError, Input, Options, Problem, Profile};
use crate::platform::clock::{Clock, new_action_id};
use crate::platform::fs;
use crate::platform::scratch::Scratch;
use crate::store::Alike;
use crate::tui::answer::Answer;
use crate::tui::effect::Ticket;
use crate::tui::incoming::{Ask, Counted, ImportAnswer, ImportAsk, Outcome, ReadAs, Seen};

/// Records that are shown as they were understood.
const FIRST: usize = 6;
/// Refused rows that are told one by one.
const TOLD: usize = 10;
/// Names that are read of a folder at most.
const NAMES: usize = 20_000;
/// Names that are offered.
const OFFERED: usize = 40;

/// What is done on a thread of its own, until it is stopped.
type Work = Box<dyn FnOnce(&Arc<AtomicBool>) + Send>;

/// Where files come in.
pub(super) struct Importer {
    ground: Ground,
    running: Mutex<Option<Running>>,
}

struct Running {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// What every import needs.
#[derive(Clone)]
struct Ground {
    from: Elsewhere,
    clock: Clock,
    answer: Arc<dyn Fn(Answer) + Send + Sync>,
    /// The folder below which copies of the store are kept for as long as they are needed.
    below: PathBuf,
    /// What `~` means.
    home: Option<PathBuf>,
    /// Profiles that were saved.
    maps: Vec<Arc<Profile>>,
}

impl fmt::Debug for Importer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Importer").finish_non_exhaustive()
    }
}

impl Importer {
    pub(super) fn new(
        from: Elsewhere,
        clock: Clock,
        answer: Arc<dyn Fn(Answer) + Send + Sync>,
    ) -> Self {
        let (below, home, maps) = (PathBuf::new(), None, Vec::new());
        let ground = Ground { from, clock, answer, below, home, maps };
        Self { ground, running: Mutex::new(None) }
    }

    /// The same with the folder for copies.
    pub(super) fn below(mut self, below: PathBuf) -> Self {
        self.ground.below = below;
        self
    }

    /// The same with what `~` means, and the profiles that were saved.
    pub(super) fn with(mut self, home: Option<PathBuf>, maps: Vec<Arc<Profile>>) -> Self {
        (self.ground.home, self.ground.maps) = (home, maps);
        self
    }

    /// Does what is asked for, beside the screen.
    pub(super) fn ask(&self, ticket: Ticket, ask: ImportAsk) {
        let ground = self.ground.clone();
        let work: Work = match ask {
            ImportAsk::Stop => return self.stop(),
            ImportAsk::Complete(typed) => {
                // A folder far away may take its time, and nothing waits for it.
                let complete = move || {
                    let found = complete(&typed, ground.home.as_deref());
                    (ground.answer)(Answer::Import(ticket, found));
                };
                // What can't be completed is typed.
                let _ = Builder::new().name("complete".to_owned()).spawn(complete);
                return;
            }
            ImportAsk::Look(ask, who) => {
                let job = Job { ground, ticket, ask };
                Box::new(move |stop| job.look(who, stop))
            }
            ImportAsk::Run(ask, who) => {
                let job = Job { ground, ticket, ask };
                Box::new(move |stop| job.run(who, stop))
            }
            ImportAsk::Evaluate(who) => Box::new(move |_| {
                (ground.answer)(Answer::Import(ticket, ground.evaluated(ticket, who)))
            }),
        };
        self.stop();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let before = running.take();
        let stop = Arc::new(AtomicBool::new(false));
        let mine = Arc::clone(&stop);
        let answer = Arc::clone(&self.ground.answer);
        let work = move || {
            if let Some(Running { thread, .. }) = before {
                // One that panicked has ended too.
                let _ = thread.join();
            }
            work(&mine);
        };
        match Builder::new().name("import".to_owned()).spawn(work) {
            Ok(thread) => *running = Some(Running { stop, thread }),
            Err(error) => {
                let why = format!("The import can't be started: {error}.");
                answer(Answer::Import(ticket, ImportAnswer::Failed(why)));
            }
        }
    }

    fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = &*running {
            running.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Stops what runs and waits for its end: an import is complete to what was read, and no copy is left behind.
    pub(super) fn end(&self) {
        self.stop();
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Running { thread, .. }) = running
            && thread.join().is_err()
        {
            tracing::error!("the import's thread panicked");
        }
    }
}

impl Ground {
    /// Judges what changed and hands over what is ready.
    fn evaluated(&self, ticket: Ticket, who: PersonId) -> ImportAnswer {
        let mut desk = match self.from.to_write() {
            Ok(desk) => desk,
            Err(error) => return ImportAnswer::Failed(super::work::sentence(&error.into())),
        };
        let options = EvaluateOptions { changed: true, dry_run: false };
        let mut progress =
            |accounts| (self.answer)(Answer::Import(ticket, ImportAnswer::Judging(accounts)));
        match desk.evaluate(Some(who), self.clock.now(), options, &mut new_action_id, &mut progress)
        {
            Ok(found) => ImportAnswer::Evaluated(found),
            Err(error) => ImportAnswer::Failed(super::work::sentence(&error)),
        }
    }
}

/// A file to be read, and whom to tell.
struct Job {
    ground: Ground,
    ticket: Ticket,
    ask: Ask,
}

/// A file that was opened.
struct Opened {
    input: Input,
    size: u64,
}

impl Job {
    fn tell(&self, answer: ImportAnswer) {
        (self.ground.answer)(Answer::Import(self.ticket, answer));
    }

    fn path(&self) -> PathBuf {
        expanded(&self.ask.path, self.ground.home.as_deref())
    }

    /// The file as it is told of.
    fn name(&self) -> String {
        safe(&self.ask.path).into_owned()
    }

    fn options(&self) -> Result<Options, FileError> {
        let mut options = Options::new(self.ground.from.zone());
        options.saved.clone_from(&self.ground.maps);
        options.dates = self.ask.dates;
        let modified = fs::modified(&self.path());
        options.file_date = Some(modified.map_or_else(|| self.ground.clock.now(), Instant));
        match &self.ask.read_as {
            Some(key) => options.by_hand(key, &self.ask.chosen),
            None => Ok(options),
        }
    }

    fn open(&self) -> Result<Opened, ImportAnswer> {
        let (path, name) = (self.path(), self.name());
        let size = size_of(&path, &name).map_err(ImportAnswer::Unread)?.ok_or_else(|| {
            let why = "is no file that can be read more than once; save it as one";
            ImportAnswer::Unread(format!("{name} {why}."))
        })?;
        let opened = self.options().and_then(|options| open_file(&path, &name, &options));
        let input = opened.map_err(|error| {
            let unknown = |why: String| ImportAnswer::Unknown(why, self.others());
            // The screen asks where the command line wants an option.
            match &error {
                FileError::NotRecognised { headers, .. } => {
                    unknown(format!("Its columns are not known ({headers}). What is it?"))
                }
                FileError::Ambiguous { headers, fits } => {
                    unknown(format!("Its columns ({headers}) fit {fits} equally. What is it?"))
                }
                FileError::DatesUndecided { column, example } => ImportAnswer::Undecided(format!(
                    "The dates in {column} can be day first or month first ({example}). Which is it?"
                )),
                _ => ImportAnswer::Unread(unread(&name, &error)),
            }
        })?;
        Ok(Opened { input, size })
    }

    /// What a file may be read as.
    fn others(&self) -> Vec<ReadAs> {
        let options =
            Options { saved: self.ground.maps.clone(), ..Options::new(self.ground.from.zone()) };
        let profiles = intake::profiles(&options).unwrap_or_default();
        let known = profiles.iter().filter(|profile| profile.nothing.is_none());
        known
            .map(|profile| ReadAs {
                key: profile.key.clone(),
                title: profile.title.clone(),
                kinds: profile.kinds(),
            })
            .collect()
    }

    /// Says what the file is, and then what would change.
    fn look(&self, who: PersonId, stop: &Arc<AtomicBool>) {
        let seen = match self.seen() {
            Ok(seen) => seen,
            Err(answer) => return self.tell(answer),
        };
        self.tell(ImportAnswer::Seen(Arc::new(seen)));
        if stop.load(Ordering::Relaxed) {
            return;
        }
        match self.counted(who, stop) {
            Ok(Some(counted)) => self.tell(ImportAnswer::Counted(Arc::new(counted))),
            Ok(None) => {}
            Err(answer) => self.tell(answer),
        }
    }

    fn seen(&self) -> Result<Seen, ImportAnswer> {
        let Opened { mut input, .. } = self.open()?;
        let (mut first, head) = (Vec::new(), input.head().to_vec());
        // What is wrong is told with what would change.
        for drafted in input.by_ref().flatten().take(FIRST) {
            first.push((drafted.row, drafted.draft.kind(), intake::told(&drafted.draft)));
        }
        Ok(Seen {
            summary: input.summary(),
            profile: input.profile().key.clone(),
            kinds: input.profile().kinds(),
            columns: input.mapping(),
            head,
            first,
            chosen: self.ask.chosen.clone(),
            dated: input.is_dated(),
            others: self.others(),
        })
    }

    /// Imports the file into a copy of the store; none when it was stopped.
    fn counted(
        &self,
        who: PersonId,
        stop: &Arc<AtomicBool>,
    ) -> Result<Option<Counted>, ImportAnswer> {
        let Opened { input, size } = self.open()?;
        let mut input = input.stop_with(Arc::clone(stop));
        let failed = |error: DeskError| ImportAnswer::Failed(super::work::sentence(&error));
        let scratch = Scratch::new(&self.ground.below, "import").map_err(|error| {
            let why = safe(&error.to_string()).into_owned();
            ImportAnswer::Failed(format!("There is no place to try the import out: {why}."))
        })?;
        self.tell(ImportAnswer::Counting(0));
        let copy = scratch.path().join("handoff.db");
        let mut desk = self.ground.from.trial(&copy).map_err(|error| failed(error.into()))?;
        let now = self.ground.clock.now();
        let options = ImportOptions { who: Some(who), now, action: new_action_id() };
        let mut problems = Vec::new();
        let done = desk.import(
            &mut input,
            &options,
            &mut |problem: &Problem| {
                if problems.len() < TOLD {
                    problems.push(problem.to_string());
                }
                Ok(())
            },
            &mut self.progress(size, ImportAnswer::Counting),
        );
        drop(desk);
        let done = done.map_err(failed)?;
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        Ok(Some(counted(&input, done, problems)))
    }

    /// Takes the file in.
    fn run(&self, who: PersonId, stop: &Arc<AtomicBool>) {
        let answer = match self.taken(who, stop) {
            Ok(outcome) => ImportAnswer::Imported(outcome),
            // The file is another than the one that was looked at.
            Err(
                ImportAnswer::Unread(why)
                | ImportAnswer::Unknown(why, _)
                | ImportAnswer::Undecided(why),
            ) => ImportAnswer::Failed(why),
            Err(answer) => answer,
        };
        self.tell(answer);
    }

    fn taken(&self, who: PersonId, stop: &Arc<AtomicBool>) -> Result<Outcome, ImportAnswer> {
        let failed = |error: DeskError| ImportAnswer::Failed(super::work::sentence(&error));
        let Opened { input, size } = self.open()?;
        let mut input = input.stop_with(Arc::clone(stop));
        let mut desk = self.ground.from.to_write().map_err(|error| failed(error.into()))?;
        let now = self.ground.clock.now();
        let options = ImportOptions { who: Some(who), now, action: new_action_id() };
        let mut progress = self.progress(size, ImportAnswer::Importing);
        let done = desk.import(&mut input, &options, &mut |_| Ok(()), &mut progress);
        let done = done.map_err(failed)?;
        Ok(Outcome::of(&self.name(), &done, input.was_stopped()))
    }

    /// Tells how far a file of this size was read, each hundredth once.
    fn progress(&self, size: u64, answer: fn(u8) -> ImportAnswer) -> impl FnMut(u64) {
        let mut last = 0;
        move |bytes| {
            // The last of it is only known at the end.
            let percent = (bytes.saturating_mul(100) / size.max(1)).min(99) as u8;
            if percent > last {
                last = percent;
                self.tell(answer(percent));
            }
        }
    }
}

fn counted(input: &Input, done: Imported, problems: Vec<String>) -> Counted {
    let mut kinds: BTreeMap<_, _> = done.kinds.clone();
    for kind in input.profile().kinds() {
        kinds.entry(kind).or_default();
    }
    let mut notes = input.notes();
    notes.extend(done.notes());
    notes.extend(input.profile().nothing.clone());
    Counted {
        rows: input.rows(),
        kinds,
        rejected: done.rejected,
        problems,
        alike: done.alike.iter().map(Alike::to_string).collect(),
        alike_in_all: done.alike_in_all,
        notes,
    }
}

/// A path as it was typed, with what `~` means.
fn expanded(typed: &str, home: Option<&Path>) -> PathBuf {
    match (typed.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(typed),
    }
}

/// Completes a path as a shell does.
fn complete(typed: &str, home: Option<&Path>) -> ImportAnswer {
    let cut = typed.rfind('/').map_or(0, |at| at + 1);
    let (folder, start) = typed.split_at(cut);
    let within = match folder {
        "" => PathBuf::from("."),
        folder => expanded(folder, home),
    };
    let mut names: Vec<String> = std::fs::read_dir(within)
        .into_iter()
        .flatten()
        .take(NAMES)
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !start.starts_with('.');
            if !name.starts_with(start) || hidden {
                return None;
            }
            let folder = std::fs::metadata(entry.path()).is_ok_and(|meta| meta.is_dir());
            Some(if folder { format!("{name}/") } else { name })
        })
        .collect();
    names.sort_unstable();
    let same = |one: &str, other: &str| {
        let pairs = one.char_indices().zip(other.chars());
        let differs = pairs.clone().find(|((_, one), other)| one != other);
        let end = differs.map_or(one.len().min(other.len()), |((at, _), _)| at);
        one.get(..end).unwrap_or_default().to_owned()
    };
    let common = names
        .iter()
        .skip(1)
        .fold(names.first().cloned().unwrap_or_default(), |all, name| same(&all, name));
    let path = match names.is_empty() {
        true => typed.to_owned(),
        false => format!("{folder}{common}"),
    };
    names.truncate(OFFERED);
    ImportAnswer::Completed { typed: typed.to_owned(), path, names }
}

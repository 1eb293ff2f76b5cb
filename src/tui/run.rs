//! The loop: what happens goes through `update`, what it asks for is carried out, and when nothing more waits the screen
//! is drawn. One thread reads the terminal, one works with the desk, this one never waits for either longer than it must.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use chrono_tz::Tz;
use crossterm::event::{Event, MouseButton, MouseEvent, MouseEventKind};
use thiserror::Error;

use super::answer::Answer;
use super::chord::Key;
use super::effect::Effect;
use super::keys::Keymap;
use super::later::Later;
use super::memory::Memory;
use super::model::{Model, World};
use super::msg::{Hit, Input, Mouse, Msg};
use super::popup::forms::welcome;
use super::theme::Theme;
use super::update::{start, update};
use super::view::view;
use super::worker::Worker;
use crate::desk::{Desk, DeskError};
use crate::domain::person::Person;
use crate::domain::view::{View, built_in};
use crate::intake::Profile;
use crate::platform::clock::{Clock, Stopwatch};
use crate::platform::editor::Turn;
use crate::platform::env::Env;
use crate::platform::signals::{Hooks, hang_up, suspend};
use crate::platform::terminal::{Session, TerminalError, enter};
use crate::platform::{browser, clipboard, editor};

/// How long a frame waits for the answer to what the key before it asked for, so that one key is one frame.
const PATIENCE: Duration = Duration::from_millis(4);
/// The same for the first frame, which is of no use without its rows.
const FIRST: Duration = Duration::from_millis(60);
/// Messages come in for so long at most before a frame is drawn, however fast they come.
const LONGEST: Duration = Duration::from_millis(40);
/// So long after a frame the system is still taking it to the terminal, and needs a processor for that.
const QUIET: Duration = Duration::from_millis(1);
/// Two clicks within this time are one double click.
const DOUBLE: Duration = Duration::from_millis(400);
/// Lines that one step of the wheel scrolls.
const WHEEL: i16 = 3;

/// Keeps a view of one's own; an error is a sentence.
pub type SaveView = Box<dyn FnMut(&View) -> Result<(), String>>;

/// What the desk needs to open.
pub struct Setup {
    /// The desk on its store.
    pub desk: Desk,
    /// Who works it; nobody yet on an empty store.
    pub me: Option<Person>,
    /// Where the store is, in words for the first start.
    pub store: String,
    /// The zone in which times are shown.
    pub zone: Tz,
    /// Where the time comes from.
    pub clock: Clock,
    /// The environment.
    pub env: Env,
    /// The folder for what is kept for a moment.
    pub state_dir: PathBuf,
    /// How it looks.
    pub theme: Theme,
    /// What keys mean.
    pub keys: Keymap,
    /// One's own saved views.
    pub views: Vec<View>,
    /// Keeps a view of one's own.
    pub save_view: SaveView,
    /// Profiles for files that the person saved.
    pub maps: Vec<Arc<Profile>>,
    /// The folder below which the desk as it stood is kept while it is looked at, and what an import is tried out on.
    pub scratch: PathBuf,
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("me", &self.me).finish_non_exhaustive()
    }
}

/// Why the desk could not open, or had to close.
#[derive(Debug, Error)]
pub enum TuiError {
    /// There is no terminal to draw on.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    /// The terminal failed while it was drawn on.
    #[error("the terminal failed: {0}")]
    Io(#[from] std::io::Error),
    /// The desk failed before it was open.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// What wakes the loop.
enum Wake {
    /// Something from the terminal.
    Terminal(Event),
    /// The worker answers.
    Answer(Answer),
    /// The process was stopped and runs again.
    Resumed,
}

/// Opens the desk and gives the terminal back when the person leaves it.
///
/// # Errors
/// There is no terminal, or it fails.
pub fn run(setup: Setup) -> Result<(), TuiError> {
    let model = model(&setup);
    let (send, wakes) = channel();
    let answers = send.clone();
    let me = setup.me.as_ref().map(|person| person.id);
    let worker = Worker::start(setup.desk, me, setup.clock, move |answer| {
        // Nobody listens any more when the desk is closing.
        let _ = answers.send(Wake::Answer(answer));
    })?
    .below(setup.scratch)
    .with_files(setup.env.home.clone(), setup.maps);
    let (writes, resumed) = (worker.writes(), send.clone());
    let hooks = Hooks {
        drain: Box::new(move || writes.drain()),
        resumed: Box::new(move || drop(resumed.send(Wake::Resumed))),
    };
    let session = enter(&setup.env, hooks)?;
    let turn = Turn::default();
    listen(send, turn.clone())?;
    let desk = Open {
        model,
        memory: Memory::default(),
        session,
        worker,
        wakes,
        clock: setup.clock,
        env: setup.env,
        state_dir: setup.state_dir,
        turn,
        save_view: setup.save_view,
        clicked: None,
        over: false,
        told: false,
        changed: true,
        later: Later::default(),
    };
    desk.run()
}

/// The screen as it is before anything is loaded.
fn model(setup: &Setup) -> Model {
    let policy = Arc::clone(setup.desk.policy());
    let shared = policy.views.iter().filter_map(|shared| {
        let sort = shared.sort.parse().ok()?;
        Some(View::new(&shared.name, &shared.filter, sort))
    });
    let mut views = built_in();
    for view in shared.chain(setup.views.iter().cloned()) {
        views.retain(|known| known.key != view.key);
        views.push(view);
    }
    let mut model = Model::new(World {
        now: setup.clock.now(),
        me: setup.me.clone(),
        zone: setup.zone,
        policy,
        keys: Arc::new(setup.keys.clone()),
        theme: Arc::new(setup.theme),
        views,
    });
    if model.me.is_none() {
        model.popups.push(welcome(&setup.store));
    }
    model
}

/// Starts the thread that reads the terminal. It ends with the process: nothing wakes it before.
fn listen(send: Sender<Wake>, turn: Turn) -> std::io::Result<()> {
    let read = move || {
        loop {
            match crossterm::event::read() {
                Ok(event) => {
                    if send.send(Wake::Terminal(event)).is_err() {
                        return;
                    }
                    turn.wait();
                }
                Err(error) => {
                    tracing::error!(%error, "the terminal cannot be read");
                    hang_up();
                }
            }
        }
    };
    thread::Builder::new().name("terminal".to_owned()).spawn(read).map(drop)
}

struct Open {
    model: Model,
    memory: Memory,
    session: Session,
    worker: Worker,
    wakes: Receiver<Wake>,
    clock: Clock,
    env: Env,
    state_dir: PathBuf,
    /// Who reads the keys.
    turn: Turn,
    save_view: SaveView,
    /// When and where was clicked last.
    clicked: Option<(Stopwatch, u16, u16)>,
    over: bool,
    /// What became of a write is known and not on screen yet.
    told: bool,
    /// Something happened since the last frame that may be seen.
    changed: bool,
    /// Reads that are asked for once the frame is drawn.
    later: Later,
}

impl Open {
    fn run(mut self) -> Result<(), TuiError> {
        let size = self.session.screen.size()?;
        self.model.size = (size.width, size.height);
        let effects = start(&mut self.model);
        self.carry_out(effects);
        let mut patience = FIRST;
        loop {
            self.gather(patience);
            patience = PATIENCE;
            if self.over {
                break;
            }
            if self.changed {
                self.draw()?;
            }
            self.ask_on();
            if !self.changed && !self.over {
                self.sleep();
            }
        }
        let Self { session, worker, .. } = self;
        // The terminal is given back at once; what was asked for is finished before the process ends.
        drop(session);
        worker.stop();
        Ok(())
    }

    /// Takes all that waits, and for a moment what is about to come. What became of a write is told at once: the list
    /// as it is now may take longer.
    fn gather(&mut self, patience: Duration) {
        let watch = Stopwatch::start();
        while !self.over
            && !std::mem::take(&mut self.told)
            && watch.elapsed() < LONGEST.max(patience)
        {
            match self.wakes.try_recv() {
                Ok(wake) => self.take(wake),
                Err(TryRecvError::Disconnected) => self.over = true,
                Err(TryRecvError::Empty) => {
                    let left = watch.left_of(patience);
                    if !self.model.awaits() || left.is_zero() {
                        return;
                    }
                    match self.wakes.recv_timeout(left) {
                        Ok(wake) => self.take(wake),
                        Err(_) => return,
                    }
                }
            }
        }
    }

    /// Asks for what can wait once the frame is with the terminal. Before, it would take the processor from the frame: on
    /// few cores whoever is woken runs at once, and whoever woke it stands aside.
    fn ask_on(&mut self) {
        while !self.later.is_empty() && !self.over && !self.changed {
            match self.wakes.recv_timeout(QUIET) {
                Ok(wake) => self.take(wake),
                Err(_) => self.later.take().into_iter().for_each(|load| self.worker.load(load)),
            }
        }
    }

    /// Sleeps until something happens or the screen reads otherwise by time alone.
    fn sleep(&mut self) {
        let next = super::pace::next_change(&self.model, &self.memory);
        let wake = match self.clock {
            // A clock that stands changes nothing.
            Clock::Fixed(_) => self.wakes.recv().map_err(|_gone| RecvTimeoutError::Disconnected),
            _ => self.wakes.recv_timeout(Duration::from_millis(next.unsigned_abs())),
        };
        match wake {
            Ok(wake) => self.take(wake),
            Err(RecvTimeoutError::Timeout) => self.tick(),
            Err(RecvTimeoutError::Disconnected) => self.over = true,
        }
    }

    fn tick(&mut self) {
        self.tell(Msg::Tick(self.clock.now()));
        self.changed = true;
    }

    fn take(&mut self, wake: Wake) {
        match wake {
            Wake::Resumed => {
                self.tick();
                self.tell(Msg::Redraw);
            }
            Wake::Answer(answer) => {
                self.told = matches!(answer, Answer::Done(..) | Answer::NotDone(..));
                if self.told {
                    // What it tells is shown for a while from now on, however long the write took.
                    self.tick();
                }
                self.changed |= self.told || self.model.shows(&answer);
                self.tell(Msg::Answer(answer));
            }
            Wake::Terminal(event) => {
                let Some(msg) = self.msg(event) else { return };
                self.tick();
                self.tell(msg);
            }
        }
    }

    fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.carry_out(effects);
    }

    fn msg(&mut self, event: Event) -> Option<Msg> {
        Some(match event {
            Event::Key(key) => Msg::Input(Input::Key(Key::of(&key)?)),
            Event::Paste(text) => Msg::Input(Input::Paste(text)),
            Event::Mouse(mouse) => Msg::Input(Input::Mouse(self.mouse(mouse)?)),
            Event::Resize(columns, rows) => Msg::Resize(columns, rows),
            Event::FocusGained | Event::FocusLost => return None,
        })
    }

    fn mouse(&mut self, event: MouseEvent) -> Option<Mouse> {
        let (x, y) = (event.column, event.row);
        let hit: Hit = self.memory.at(x, y);
        match event.kind {
            MouseEventKind::ScrollDown => Some(Mouse::Wheel(WHEEL, hit)),
            MouseEventKind::ScrollUp => Some(Mouse::Wheel(-WHEEL, hit)),
            MouseEventKind::Down(MouseButton::Left) => {
                let before = self.clicked.replace((Stopwatch::start(), x, y));
                let double = before.is_some_and(|(since, column, row)| {
                    (column, row) == (x, y) && since.elapsed() < DOUBLE
                });
                if double {
                    self.clicked = None;
                }
                Some(if double { Mouse::Double(hit) } else { Mouse::Click(hit) })
            }
            _ => None,
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Load(load) => {
                    if let Some(load) = self.later.keep(load) {
                        self.worker.load(load);
                    }
                }
                Effect::Write(ticket, write) => self.worker.write(ticket, write),
                Effect::Import(ticket, ask) => self.worker.import(ticket, ask),
                Effect::Copy { text, what } => {
                    let copied = clipboard::copy(self.session.screen.backend_mut().out(), &text);
                    self.told(match copied {
                        Ok(()) => Ok(format!("Copied {what}.")),
                        Err(error) => Err(format!("Nothing was copied: {error}.")),
                    });
                }
                Effect::Editor(text) => {
                    let edited = editor::edit(&text, &self.state_dir, &self.env, &self.turn);
                    self.tell(Msg::Answer(Answer::Edited(edited)));
                    self.tell(Msg::Redraw);
                    self.changed = true;
                }
                Effect::KeepText { name, text } => {
                    let kept = editor::keep(&name, &text);
                    self.told(kept.map(|path| format!("Kept in {path}.")));
                }
                Effect::OpenSite(site) => {
                    let opened = browser::open(&site, &self.env);
                    self.told(
                        opened
                            .map(|address| format!("Opened {address}."))
                            .map_err(|why| format!("{why}.")),
                    );
                }
                Effect::SaveView(view) => {
                    let kept = (self.save_view)(&view);
                    self.told(kept.map(|()| format!("Saved the view {}.", view.name)));
                }
                Effect::Redraw => {
                    // A terminal that fails here fails at the next frame as well, which tells it.
                    let _ = self.session.redraw();
                    self.changed = true;
                }
                Effect::Suspend => suspend(),
                Effect::Quit => self.over = true,
            }
        }
    }

    /// Tells what became of something on this machine.
    fn told(&mut self, told: Result<String, String>) {
        let (good, sentence) = match told {
            Ok(sentence) => (true, sentence),
            Err(sentence) => (false, sentence),
        };
        self.tell(Msg::Answer(Answer::Told { good, sentence }));
        self.changed = true;
    }

    fn draw(&mut self) -> Result<(), TuiError> {
        let size = self.session.screen.size()?;
        if (size.width, size.height) != self.model.size {
            self.tell(Msg::Resize(size.width, size.height));
        }
        let Self { model, memory, session, .. } = self;
        session.screen.draw(|frame| view(model, memory, frame))?;
        self.changed = false;
        if self.model.popups.last().is_some_and(|popup| popup.waits_to_be_seen()) {
            self.forget_what_was_typed();
            self.tell(Msg::Seen);
        } else if self.model.offers_unseen() {
            self.tell(Msg::Seen);
        }
        Ok(())
    }

    /// Keys that were typed before a question was on screen are no answer to it.
    fn forget_what_was_typed(&mut self) {
        let waiting: Vec<_> = self.wakes.try_iter().collect();
        for wake in waiting {
            if !matches!(wake, Wake::Terminal(Event::Key(_) | Event::Paste(_) | Event::Mouse(_))) {
                self.take(wake);
            }
        }
    }
}

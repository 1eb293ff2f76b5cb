//! The terminal, taken and given back. What was found is saved once; giving back works from any thread, at any moment,
//! whatever the loop of the desk is doing, and happens exactly once (PROMISES.md "the terminal is given back").

use std::io::{self, IsTerminal, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, TryLockError};
use std::thread;
use std::time::Duration;

use ratatui::Terminal;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::{Errno, retry_on_intr};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};
use thiserror::Error;

use super::clock::Stopwatch;
use super::env::Env;
use super::frames::Frames;
use super::signals::{self, Hooks};

/// Alternate screen, clicks and wheel (no reports of mere movement, which would wake the desk all the time) in a form
/// without limit on columns, pastes marked as such, no cursor, an empty screen.
const TAKE: &[u8] = b"\x1b[?1049h\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?25l\x1b[2J";

/// Ends whatever sequence was cut off, then undoes all of [`TAKE`] and anything a frame may have left on, as one
/// piece, ready before it is needed.
const GIVE_BACK: &[u8] =
    b"\x1b\\\x1b[?2026l\x1b[?2004l\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[0m\x1b[?7h\x1b[?1049l\x1b[?25h";

/// How long giving back waits for a frame that is being written, and for a terminal that takes nothing
/// (RELIABILITY.md 98).
const PATIENCE: Duration = Duration::from_millis(150);

/// The screen that the desk draws on.
pub type Screen = Terminal<Frames<Output>>;

/// Why there is no screen to draw on.
#[derive(Debug, Error)]
pub enum TerminalError {
    /// Input or output goes elsewhere.
    #[error(
        "the desk needs a terminal and its {stream} is not one; use a command such as handoff list instead"
    )]
    NotATerminal {
        /// `input` or `output`.
        stream: &'static str,
    },
    /// `TERM` names a terminal that cannot move its cursor, or none.
    #[error(
        "the desk cannot draw on a terminal of type {term}; set TERM to what it is, such as xterm-256color, or use a \
         command such as handoff list"
    )]
    CannotDraw {
        /// The value of `TERM`, or `unknown`.
        term: String,
    },
    /// The system refused.
    #[error("the terminal cannot be set up: {0}")]
    Io(#[from] io::Error),
}

/// Whether the terminal is ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Hold {
    /// Given back, or never taken.
    Free = 0,
    /// Taken: frames go through.
    Taken = 1,
    /// Given back while the process is stopped.
    Aside = 2,
    /// Lent to another program that we wait for.
    Lent = 3,
}

/// The terminal as found, and how to write to it when everything else is stuck.
#[derive(Debug)]
pub(super) struct Tty {
    fd: OwnedFd,
    cooked: Termios,
    raw: Termios,
    /// Held while a frame is written and while the terminal changes hands.
    gate: Mutex<()>,
    hold: AtomicU8,
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

static TTY: OnceLock<Tty> = OnceLock::new();

impl Tty {
    fn find() -> io::Result<Self> {
        let stdout = io::stdout();
        let fd = match own_handle(&stdout) {
            Ok(fd) => fd,
            // Containers may lack the name of their terminal; then writing may block, which only a stuck one does.
            Err(_) => stdout.as_fd().try_clone_to_owned()?,
        };
        let cooked = tcgetattr(&fd)?;
        let mut raw = cooked.clone();
        raw.make_raw();
        Ok(Self { fd, cooked, raw, gate: Mutex::new(()), hold: AtomicU8::new(Hold::Free as u8) })
    }

    fn set(&self, hold: Hold) -> Hold {
        match self.hold.swap(hold as u8, Ordering::SeqCst) {
            1 => Hold::Taken,
            2 => Hold::Aside,
            3 => Hold::Lent,
            _ => Hold::Free,
        }
    }

    fn is_taken(&self) -> bool {
        self.hold.load(Ordering::SeqCst) == Hold::Taken as u8
    }

    /// Waits for the frame that is being written, but not for ever.
    fn gate(&self) -> Option<MutexGuard<'_, ()>> {
        let watch = Stopwatch::start();
        loop {
            match self.gate.try_lock() {
                Ok(guard) => return Some(guard),
                Err(TryLockError::Poisoned(guard)) => return Some(guard.into_inner()),
                Err(TryLockError::WouldBlock) if watch.elapsed() < PATIENCE => {
                    thread::sleep(Duration::from_millis(2));
                }
                Err(TryLockError::WouldBlock) => return None,
            }
        }
    }

    fn take(&self) -> io::Result<()> {
        let _gate = self.gate();
        // Before the first change: whoever gives back from now on undoes it.
        self.set(Hold::Taken);
        retry_on_intr(|| tcsetattr(&self.fd, OptionalActions::Now, &self.raw))?;
        self.write_within(TAKE, Duration::from_secs(5))
    }

    fn give_back(&self, then: Hold) {
        let _gate = self.gate();
        if self.set(then) != Hold::Taken {
            return;
        }
        // Where the terminal is gone or stuck there is nobody to tell and nothing more to try.
        let _ = self.write_within(GIVE_BACK, PATIENCE);
        if self.is_in_foreground() {
            let _ = retry_on_intr(|| tcsetattr(&self.fd, OptionalActions::Now, &self.cooked));
        }
    }

    /// In the background the shell has set the terminal up for itself already, and the attempt would stop us.
    fn is_in_foreground(&self) -> bool {
        tcgetpgrp(&self.fd).map_or(true, |group| group == rustix::process::getpgrp())
    }

    fn write_within(&self, mut bytes: &[u8], limit: Duration) -> io::Result<()> {
        let watch = Stopwatch::start();
        while !bytes.is_empty() {
            match rustix::io::write(&self.fd, bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    let left = watch.left_of(limit);
                    if left.is_zero() {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    let left = Timespec::try_from(left).map_err(io::Error::other)?;
                    let mut ready = [PollFd::new(self, PollFlags::OUT)];
                    match poll(&mut ready, Some(&left)) {
                        Ok(_) | Err(Errno::INTR) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// A handle of our own to the terminal behind `out`, that does not block: setting that on the given one would set it
/// for the shell as well.
fn own_handle(out: &impl AsFd) -> io::Result<OwnedFd> {
    let name = rustix::termios::ttyname(out, Vec::new())?;
    let how = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(rustix::fs::open(name, how, rustix::fs::Mode::empty())?)
}

/// Whether the desk can draw here; the first thing to ask, before a store is opened.
///
/// # Errors
/// What is missing and what to use instead.
pub fn check(env: &Env) -> Result<(), TerminalError> {
    if !io::stdin().is_terminal() {
        return Err(TerminalError::NotATerminal { stream: "input" });
    }
    if !io::stdout().is_terminal() {
        return Err(TerminalError::NotATerminal { stream: "output" });
    }
    match env.term.as_deref() {
        None => Err(TerminalError::CannotDraw { term: "unknown".to_owned() }),
        Some("dumb") => Err(TerminalError::CannotDraw { term: "dumb".to_owned() }),
        Some(_) => Ok(()),
    }
}

/// The terminal while it is ours. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Session {
    /// What to draw on.
    pub screen: Screen,
}

/// Takes the terminal: raw mode, alternate screen, mouse clicks and wheel, marked pastes; and starts the thread that
/// answers signals and a closed window. Once in a process.
///
/// # Errors
/// When there is no terminal, or it refuses; it is as it was then.
pub fn enter(env: &Env, hooks: Hooks) -> Result<Session, TerminalError> {
    check(env)?;
    let found = Tty::find()?;
    let tty = TTY.get_or_init(|| found);
    signals::watch(tty, hooks)?;
    let taken = tty.take().and_then(|()| Terminal::new(Frames::new(Output::new(tty))));
    match taken {
        Ok(screen) => Ok(Session { screen }),
        Err(error) => {
            tty.give_back(Hold::Free);
            Err(error.into())
        }
    }
}

impl Session {
    /// Forgets what is on the screen, so that the next frame draws all of it; after a stop, or on Ctrl-L. Use this and
    /// not `Terminal::clear`, which asks the terminal where its cursor is and waits up to two seconds for an answer
    /// that the thread which reads keys may have taken.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn redraw(&mut self) -> io::Result<()> {
        let size = self.screen.size()?;
        self.screen.resize(size.into())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        signals::let_a_running_end_finish();
        give_back();
    }
}

/// Gives the terminal back if it is ours. From any thread, any number of times.
pub(super) fn give_back() {
    if let Some(tty) = TTY.get() {
        tty.give_back(Hold::Free);
    }
}

/// Gives the terminal to a program that is waited for.
pub(super) fn lend() {
    if let Some(tty) = TTY.get().filter(|tty| tty.is_taken()) {
        tty.give_back(Hold::Lent);
    }
}

/// Takes the terminal again after [`lend`].
pub(super) fn take_back() -> io::Result<()> {
    match TTY.get() {
        Some(tty) if is_lent(tty) => tty.take(),
        _ => Ok(()),
    }
}

/// Whether another program that is waited for has the terminal, and with it the keys that interrupt.
pub(super) fn is_lent(tty: &Tty) -> bool {
    tty.hold.load(Ordering::SeqCst) == Hold::Lent as u8
}

/// Gives the terminal back for as long as the process is stopped.
pub(super) fn step_aside(tty: &Tty) {
    if tty.is_taken() {
        tty.give_back(Hold::Aside);
    }
}

/// Takes the terminal again after a stop, and says whether it was ours to take. A process that was stopped without
/// being asked (STOP) finds a terminal that its shell has changed, so what is ours is taken again as well.
pub(super) fn come_back(tty: &Tty) -> io::Result<bool> {
    let hold = tty.hold.load(Ordering::SeqCst);
    // What is lent is another's to set up; that program was stopped and goes on with us.
    if hold == Hold::Free as u8 || hold == Hold::Lent as u8 {
        return Ok(false);
    }
    tty.take().map(|()| true)
}

/// Where frames go: a whole frame is one write, nothing is written while the terminal is not ours, and a terminal that
/// is gone ends the process as a hang-up.
#[derive(Debug)]
pub struct Output {
    tty: &'static Tty,
    frame: Vec<u8>,
}

impl Output {
    fn new(tty: &'static Tty) -> Self {
        Self { tty, frame: Vec::with_capacity(1 << 14) }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let gate = self.tty.gate.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let written = if self.tty.is_taken() { write_all(&self.frame) } else { Ok(()) };
        drop(gate);
        self.frame.clear();
        match written {
            Err(Errno::IO | Errno::PIPE | Errno::NXIO) => signals::hang_up(),
            other => Ok(other?),
        }
    }
}

/// Writes to the standard output as it is: a frame waits for a slow terminal.
fn write_all(mut bytes: &[u8]) -> Result<(), Errno> {
    let stdout = rustix::stdio::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(stdout, bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            // Some other program that shares the terminal made it non-blocking.
            Err(Errno::AGAIN) => {
                poll(&mut [PollFd::new(&stdout, PollFlags::OUT)], None)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

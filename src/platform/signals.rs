//! Signals, and a terminal that goes away. One thread sleeps until something happens and then acts on its own: the
//! loop of the desk may be waiting, drawing or stuck (RELIABILITY.md c12, B6).
//!
//! - TERM, HUP, INT, QUIT, and a terminal that hung up: the work at hand is finished (500 ms at most), the terminal is
//!   given back, the process ends with status 128+n. crossterm never notices a dead terminal; the poll here does.
//! - TSTP: the terminal is given back and the process stops. CONT: the terminal is taken again and the desk told to
//!   draw all of it.
//! - WINCH is left to crossterm, which makes a resize event of it.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGXFSZ};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;

use super::terminal::{self, Tty};

/// How long the work at hand may take when the process is told to end.
pub const DRAIN: Duration = Duration::from_millis(500);

/// What the desk does when signals ask for it; called from the thread that watches for them.
pub struct Hooks {
    /// Finish the work at hand: return when the worker has nothing acknowledged left to write. Waited for
    /// [`DRAIN`] at most.
    pub drain: Box<dyn Fn() + Send + Sync>,
    /// The desk was stopped and runs again: draw everything anew and load what others changed. Must not wait: it is
    /// called from the thread that answers signals.
    pub resumed: Box<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hooks")
    }
}

/// Set once a signal is ending the process, so that no other way out gives another status.
static ENDING: AtomicBool = AtomicBool::new(false);

/// A limit on the size of files makes writing fail instead of ending the process: the store tells it as a full disk.
pub(super) fn survive_file_size_limit() {
    // A handler that does nothing of use; without it the system's answer to this signal is to kill. A system that
    // refuses it only leaves things as they were.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

/// Starts the watching thread.
pub(super) fn watch(tty: &'static Tty, hooks: Hooks) -> io::Result<()> {
    let (read, write) = UnixStream::pair()?;
    let delivery = SignalDelivery::with_pipe(
        read,
        write,
        SignalOnly,
        [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT],
    )?;
    let watcher = Watcher { delivery, tty, drain: Arc::from(hooks.drain), resumed: hooks.resumed };
    thread::Builder::new().name("signals".to_owned()).spawn(move || watcher.run())?;
    Ok(())
}

struct Watcher {
    delivery: SignalDelivery<UnixStream, SignalOnly>,
    tty: &'static Tty,
    drain: Arc<dyn Fn() + Send + Sync>,
    resumed: Box<dyn Fn() + Send + Sync>,
}

impl Watcher {
    fn run(mut self) {
        loop {
            let hung_up = self.sleep();
            let signals: Vec<i32> = self.delivery.pending().collect();
            for signal in signals {
                match signal {
                    SIGTSTP => self.stop(),
                    SIGCONT => self.go_on(),
                    // Meant for the editor that has the terminal.
                    SIGINT | SIGQUIT if terminal::is_lent(self.tty) => {}
                    ending => self.end(ending),
                }
            }
            if hung_up {
                self.end(SIGHUP);
            }
        }
    }

    /// Sleeps until a signal came or the terminal hung up, and says whether it did.
    fn sleep(&self) -> bool {
        let pipe = self.delivery.get_read();
        // A terminal is asked for nothing: a hang-up is reported unasked. Linux wakes us for it; other systems may
        // not, so they are asked each second.
        let second = Timespec { tv_sec: 1, tv_nsec: 0 };
        let patience = if cfg!(target_os = "linux") { None } else { Some(&second) };
        let mut watched =
            [PollFd::new(pipe, PollFlags::IN), PollFd::new(self.tty, PollFlags::empty())];
        match poll(&mut watched, patience) {
            Ok(_) => watched[1].revents().contains(PollFlags::HUP),
            Err(rustix::io::Errno::INTR) => false,
            Err(error) => {
                tracing::error!(%error, "the terminal cannot be watched");
                thread::sleep(Duration::from_secs(1));
                false
            }
        }
    }

    fn stop(&self) {
        terminal::step_aside(self.tty);
        // Not the default action of TSTP, which the system drops where no shell waits for us. The stop comes about
        // now, not necessarily within the call; what undoes it is CONT, never the next line.
        if let Err(error) = rustix::process::kill_process(rustix::process::getpid(), Signal::STOP) {
            tracing::error!(%error, "the process cannot be stopped");
            self.go_on();
        }
    }

    fn go_on(&self) {
        match terminal::come_back(self.tty) {
            Ok(true) => (self.resumed)(),
            Ok(false) => {}
            // A closed window sends CONT beside HUP, in any order.
            Err(_) => self.end(SIGHUP),
        }
    }

    fn end(&self, signal: i32) -> ! {
        ENDING.store(true, Ordering::SeqCst);
        let (done, wait) = mpsc::channel();
        let drain = Arc::clone(&self.drain);
        let draining = thread::Builder::new().name("drain".to_owned()).spawn(move || {
            drain();
            // Nobody listens any more when it took too long.
            let _ = done.send(());
        });
        let finished = draining.is_ok() && wait.recv_timeout(DRAIN).is_ok();
        terminal::give_back();
        tracing::info!(signal, finished, "ended by a signal");
        // Not process::exit, which waits for what other threads hold.
        signal_hook::low_level::exit(128 + signal)
    }
}

/// Stops the desk as Ctrl-Z does in a shell; raw mode makes it a key. Everything started with the desk in one line of
/// the shell is stopped with it, so that the shell notices.
pub fn suspend() {
    if let Err(error) = rustix::process::kill_current_process_group(Signal::TSTP) {
        tracing::error!(%error, "the process cannot be stopped");
    }
}

/// Ends the process as a hang-up does: for whoever finds that the terminal cannot be drawn on or read any more, which
/// may be noticed in any thread before the signal comes.
pub fn hang_up() -> ! {
    if rustix::process::kill_process(rustix::process::getpid(), Signal::HUP).is_err() {
        signal_hook::low_level::exit(128 + SIGHUP);
    }
    wait_for_the_end()
}

/// Sleeps while another thread ends the process.
pub(super) fn wait_for_the_end() -> ! {
    // Far longer than any end takes; an end that hangs must not leave the process behind.
    thread::sleep(Duration::from_secs(5));
    signal_hook::low_level::exit(128 + SIGHUP)
}

/// Called on every other way out: when a signal is ending the process, that end counts.
pub(super) fn let_a_running_end_finish() {
    if ENDING.load(Ordering::SeqCst) {
        wait_for_the_end();
    }
}

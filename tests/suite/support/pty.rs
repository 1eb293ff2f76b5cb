//! A program in a real pseudo-terminal: keys go in, a screen is read, and nothing sleeps and hopes. Every wait is for
//! something to be seen, and fails with the screen in its message.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal};

/// How long anything may take before a test fails; far more than it needs, for a machine under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came out of the program.
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
    closing: bool,
    paused: bool,
}

/// A program that runs in a terminal of its own.
pub(crate) struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    seen: Arc<Mutex<Seen>>,
    before: String,
}

impl Pty {
    /// Starts a program with these arguments and only these variables (besides `TERM`) in a terminal of this size.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
        (columns, rows): (u16, u16),
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in variables {
            command.env(name, value);
        }
        let before = termios(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        let keys = pair.master.take_writer().unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let parser = vt100::Parser::new(rows, columns, 0);
        let seen = Arc::new(Mutex::new(Seen {
            parser,
            bytes: Vec::new(),
            ended: false,
            closing: false,
            paused: false,
        }));
        let reader = Arc::clone(&seen);
        thread::spawn(move || {
            let mut buffer = [0; 1 << 14];
            loop {
                while reader.lock().unwrap().paused {
                    thread::sleep(Duration::from_millis(2));
                }
                // The end of the terminal is an error on Linux and an empty read elsewhere.
                let length = output.read(&mut buffer).unwrap_or(0);
                let mut seen = reader.lock().unwrap();
                if length == 0 {
                    seen.ended = true;
                    return;
                }
                seen.parser.process(&buffer[..length]);
                seen.bytes.extend_from_slice(&buffer[..length]);
                if seen.closing {
                    drop(output);
                    seen.ended = true;
                    return;
                }
            }
        });
        Self { child, master: Some(pair.master), keys: Some(keys), seen, before }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// Types.
    pub(crate) fn keys(&mut self, keys: &str) {
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// The text on the screen.
    pub(crate) fn screen(&self) -> String {
        self.seen().parser.screen().contents()
    }

    /// Looks at the screen as a terminal has it: cells, colours, modes.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.seen().parser.screen())
    }

    /// Every byte that the program sent so far.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.seen().bytes.clone()
    }

    /// Waits until this text is on the screen.
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(&format!("\"{text}\""), |screen| screen.contents().contains(text));
    }

    /// Waits until the program, which has ended or is about to, has left this text on the screen; lines that the
    /// terminal wrapped are read as one.
    pub(crate) fn wait_for_end(&self, text: &str) {
        let start = Instant::now();
        while !self.screen().replace('\n', "").contains(text) {
            assert!(start.elapsed() < PATIENCE, "waited for \"{text}\" and saw\n{}", self.screen());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn wait_until(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let start = Instant::now();
        while !self.look(&wanted) {
            assert!(
                start.elapsed() < PATIENCE && !self.seen().ended,
                "waited for {what} and saw\n{}",
                self.screen()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Stops taking what the program sends, as a slow line does, or takes it again.
    pub(crate) fn pause(&self, paused: bool) {
        self.seen().paused = paused;
    }

    /// Changes the size of the window.
    pub(crate) fn resize(&self, (columns, rows): (u16, u16)) {
        self.seen().parser.screen_mut().set_size(rows, columns);
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.process_id().unwrap().cast_signed()).unwrap()
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        rustix::process::kill_process(self.pid(), signal).unwrap();
    }

    /// The folder of the program under `/proc`.
    #[cfg(target_os = "linux")]
    pub(crate) fn proc(&self) -> std::path::PathBuf {
        Path::new("/proc").join(self.pid().as_raw_nonzero().to_string())
    }

    /// Closes the window: the program's terminal hangs up. The last handle to the terminal is the reader's, which
    /// waits for output; changes of size make the program draw, and so let the reader go.
    pub(crate) fn close_window(&mut self) {
        let (rows, columns) = self.look(vt100::Screen::size);
        self.seen().closing = true;
        let start = Instant::now();
        while !self.seen().ended {
            assert!(start.elapsed() < PATIENCE, "the program draws nothing when its size changes");
            // A program that has only just started may not listen yet, so more than once.
            for columns in [columns - 1, columns] {
                self.resize((columns, rows));
                thread::sleep(Duration::from_millis(20));
            }
        }
        self.master = None;
        self.keys = None;
    }

    /// Waits for the end of the program: its status, and how long it took to come.
    pub(crate) fn end(&mut self) -> (u32, Duration) {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.exit_code(), start.elapsed());
            }
            assert!(
                start.elapsed() < PATIENCE,
                "the program does not end; it shows\n{}",
                self.screen()
            );
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Whether the modes of the line are as they were before the program started.
    pub(crate) fn line_is_as_before(&self) -> bool {
        termios(&**self.master.as_ref().unwrap()) == self.before
    }

    /// Whether nothing of a screen is left on: the main screen, a cursor, no reports of the mouse, no marked pastes.
    pub(crate) fn screen_is_plain(&self) -> bool {
        self.look(is_plain)
    }

    /// Fails unless the terminal is as it was before the program started.
    pub(crate) fn assert_given_back(&self) {
        let line = termios(&**self.master.as_ref().unwrap());
        assert_eq!(line, self.before, "the modes of the line changed");
        let start = Instant::now();
        // What the program wrote last may still be on its way.
        while !self.screen_is_plain() {
            assert!(
                start.elapsed() < PATIENCE,
                "the terminal is not given back: {}",
                self.look(modes)
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A test that failed leaves no program behind.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = rustix::process::kill_process(self.pid(), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

fn is_plain(screen: &vt100::Screen) -> bool {
    !screen.alternate_screen()
        && !screen.hide_cursor()
        && !screen.bracketed_paste()
        && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
}

fn modes(screen: &vt100::Screen) -> String {
    format!(
        "alternate {}, cursor hidden {}, pastes {}, mouse {:?}",
        screen.alternate_screen(),
        screen.hide_cursor(),
        screen.bracketed_paste(),
        screen.mouse_protocol_mode()
    )
}

fn termios(master: &dyn MasterPty) -> String {
    let name = master.tty_name().unwrap();
    let how = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let slave = rustix::fs::open(name, how, Mode::empty()).unwrap();
    format!("{:?}", rustix::termios::tcgetattr(slave).unwrap())
}

//! A program in a pseudo-terminal, watched from outside: when each chunk of its output came.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const SIZE: (u16, u16) = (160, 48);
/// A pause of this length ends a burst: the frame is complete.
const GAP: Duration = Duration::from_millis(6);
/// A pause of this length ends what follows from a key in several frames.
const SETTLED: Duration = Duration::from_millis(300);
/// How long an answer may take at most.
const PATIENCE: Duration = Duration::from_secs(10);

struct Seen {
    parser: vt100::Parser,
    last: Instant,
    bytes: u64,
    /// What is looked out for, and when it was first there.
    watch: Option<String>,
    shown: Option<Instant>,
}

pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    seen: Arc<Mutex<Seen>>,
    started: Instant,
    _master: Box<dyn MasterPty + Send>,
}

pub(crate) struct Idle {
    pub(crate) cpu_us_per_s: u64,
    pub(crate) bytes_per_s: u64,
    pub(crate) written: u64,
}

impl Terminal {
    pub(crate) fn start(
        program: &Path,
        arguments: &[String],
        variables: &[(&str, String)],
    ) -> Self {
        let size = PtySize { rows: SIZE.1, cols: SIZE.0, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        for (name, value) in variables {
            command.env(name, value);
        }
        let mut output = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let seen = Arc::new(Mutex::new(Seen {
            parser: vt100::Parser::new(SIZE.1, SIZE.0, 0),
            last: Instant::now(),
            bytes: 0,
            watch: None,
            shown: None,
        }));
        let reader = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut buffer = [0; 1 << 16];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                let at = Instant::now();
                let mut seen = reader.lock().unwrap();
                seen.last = at;
                seen.bytes += length as u64;
                seen.parser.process(&buffer[..length]);
                let there = |text: &String| seen.parser.screen().contents().contains(text);
                if seen.watch.as_ref().is_some_and(there) {
                    seen.watch = None;
                    seen.shown = Some(at);
                }
            }
        });
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        Self { child, keys, seen, started, _master: pair.master }
    }

    /// Waits for the first screen that shows a text: how long it took from the start of the process.
    pub(crate) fn ready(&mut self, text: &str) -> f64 {
        self.wait(self.started, text)
    }

    /// Waits for a text, without measuring.
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait(Instant::now(), text);
    }

    /// Waits until nothing more comes: the list that was asked for is there, and what was told about it.
    pub(crate) fn settle(&self) {
        while self.seen.lock().unwrap().last.elapsed() < SETTLED {
            std::thread::sleep(GAP);
        }
    }

    fn wait(&self, from: Instant, text: &str) -> f64 {
        loop {
            let (shown, last) = {
                let seen = self.seen.lock().unwrap();
                (seen.parser.screen().contents().contains(text), seen.last)
            };
            if shown && last.elapsed() > GAP {
                return ms(last.saturating_duration_since(from));
            }
            assert!(from.elapsed() < PATIENCE, "waited for {text:?} and saw\n{}", self.screen());
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    fn screen(&self) -> String {
        self.seen.lock().unwrap().parser.screen().contents()
    }

    /// Presses a key: until the last byte of the answer, and how many bytes that was.
    pub(crate) fn press(&mut self, key: &str) -> (f64, u64) {
        self.press_and_wait(key, GAP)
    }

    /// The same where the answer comes in parts, with at most so much time between them.
    pub(crate) fn press_and_wait(&mut self, key: &str, gap: Duration) -> (f64, u64) {
        std::thread::sleep(jitter());
        let before = self.seen.lock().unwrap().bytes;
        let from = Instant::now();
        self.keys.write_all(key.as_bytes()).unwrap();
        loop {
            let (bytes, last) = {
                let seen = self.seen.lock().unwrap();
                (seen.bytes, seen.last)
            };
            if bytes > before && last.elapsed() > gap {
                return (ms(last.saturating_duration_since(from)), bytes - before);
            }
            if bytes == before && from.elapsed() > Duration::from_millis(400) {
                // A key that changes nothing, such as the last row's: not a figure of any use.
                return (f64::NAN, 0);
            }
            std::thread::sleep(Duration::from_micros(100));
        }
    }

    /// Presses a key: how long until a text that was not there before is there, and until the last byte of what follows
    /// from it, such as the list as it is now.
    pub(crate) fn press_until(&mut self, key: &str, text: &str) -> (f64, f64) {
        while self.screen().contains(text) {
            // The last answer is still told: any key that does nothing takes its place in time.
            self.say(&["k", "j"]);
            std::thread::sleep(Duration::from_millis(300));
        }
        std::thread::sleep(jitter());
        self.press_for(key, text)
    }

    /// The same at once, for a text that is known not to be there.
    pub(crate) fn press_for(&mut self, key: &str, text: &str) -> (f64, f64) {
        {
            let mut seen = self.seen.lock().unwrap();
            (seen.watch, seen.shown) = (Some(text.to_owned()), None);
        }
        let from = Instant::now();
        self.keys.write_all(key.as_bytes()).unwrap();
        loop {
            let (shown, last) = {
                let seen = self.seen.lock().unwrap();
                (seen.shown, seen.last)
            };
            if let Some(shown) = shown
                && last.elapsed() > GAP
            {
                let since = |at: Instant| ms(at.saturating_duration_since(from));
                return (since(shown), since(last));
            }
            assert!(from.elapsed() < PATIENCE, "waited for {text:?} and saw\n{}", self.screen());
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    /// Whether the screen shows a text now.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    /// Presses keys and waits for each to be answered, without measuring.
    pub(crate) fn say(&mut self, keys: &[&str]) {
        for key in keys {
            self.press(key);
        }
    }

    /// Holds a key down at 30 a second: how far the screen's last change is behind the last press.
    pub(crate) fn hold(&mut self, key: &str, times: usize) -> f64 {
        for _ in 0..times - 1 {
            self.keys.write_all(key.as_bytes()).unwrap();
            std::thread::sleep(Duration::from_millis(33));
        }
        self.press(key).0
    }

    /// Leaves it alone for a while, and then measures as long as is asked.
    pub(crate) fn idle(&mut self, time: Duration) -> Idle {
        // The desk asks often for what others wrote until ten seconds after the last write.
        std::thread::sleep(Duration::from_secs(11));
        let (cpu, bytes, written) =
            (self.cpu_ns(), self.seen.lock().unwrap().bytes, self.written());
        std::thread::sleep(time);
        let seconds = time.as_secs();
        Idle {
            cpu_us_per_s: (self.cpu_ns() - cpu) / 1_000 / seconds,
            bytes_per_s: (self.seen.lock().unwrap().bytes - bytes) / seconds,
            written: self.written() - written,
        }
    }

    fn proc(&self, name: &str) -> String {
        let pid = self.child.process_id().unwrap();
        std::fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap_or_default()
    }

    /// Processor time of all threads, to the nanosecond.
    pub(crate) fn cpu_ns(&self) -> u64 {
        let pid = self.child.process_id().unwrap();
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        tasks
            .flatten()
            .filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok())
            .filter_map(|text| text.split_whitespace().next()?.parse::<u64>().ok())
            .sum()
    }

    /// Bytes that the process had written to the disk so far.
    fn written(&self) -> u64 {
        let io = self.proc("io");
        let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
        line.and_then(|bytes| bytes.parse().ok()).unwrap_or_default()
    }

    /// The most memory that it had.
    pub(crate) fn memory_kb(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|kb| kb.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
    }

    pub(crate) fn leave(mut self) {
        self.keys.write_all(b"q").unwrap();
        self.child.wait().unwrap();
    }
}

/// How long the disk takes to keep 8 KB that are added to a file: two pages of a write-ahead log.
pub(crate) fn sync() -> f64 {
    let mut file = tempfile::tempfile().unwrap();
    let mut took = 0.0;
    // The first sync of a file keeps its name too.
    for _ in 0..2 {
        file.write_all(&[1; 8192]).unwrap();
        let from = Instant::now();
        file.sync_data().unwrap();
        took = ms(from.elapsed());
    }
    took
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// A wait of 3 to 30 ms, so that a program's own rhythm cannot lock in.
fn jitter() -> Duration {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Duration::from_millis(3 + u64::from(now.subsec_micros() % 27))
}

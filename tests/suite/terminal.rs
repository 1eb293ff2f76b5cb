//! The terminal is given back on every way out. A double of the desk (the same terminal, signals and crash hook, a
//! loop of ten lines) runs in a real pseudo-terminal; the tests send it what a bad day brings.
//! (PROMISES.md "the terminal is given back", RELIABILITY.md B6.)

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use handoff_desk::platform::env::Env;
use handoff_desk::platform::signals::{Hooks, hang_up, suspend};
use handoff_desk::platform::{crash, log, prepare, terminal};
use ratatui::Frame;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, read};
use ratatui::widgets::Paragraph;
use rstest::rstest;
use rustix::process::Signal;

use crate::support::pty::Pty;

/// What the double's loop may learn of.
enum News {
    Key(KeyEvent),
    Size,
    Resumed,
}

/// The variable that makes this test program the double, instead of a test.
const ROLE: &str = "HANDOFF_TEST_DOUBLE";

/// Not a test of its own: what the other tests run in their terminal.
#[test]
fn double() {
    let Ok(role) = std::env::var(ROLE) else { return };
    prepare();
    let env = Env::read();
    let state = env.state_dir.clone().unwrap();
    log::start(&state);
    crash::install(&state);
    let (send, news) = channel();
    let resumed = send.clone();
    let drained = state.join("drained");
    let slow = role == "slow";
    let hooks = Hooks {
        drain: Box::new(move || {
            std::fs::write(&drained, "").unwrap();
            if slow {
                std::thread::sleep(Duration::from_secs(60));
            }
        }),
        resumed: Box::new(move || resumed.send(News::Resumed).unwrap()),
    };
    let session = match terminal::enter(&env, hooks) {
        Ok(session) => session,
        Err(error) => {
            println!("refused: {error}");
            std::process::exit(1);
        }
    };
    std::thread::spawn(move || {
        loop {
            let heard = match read() {
                Ok(Event::Key(key)) => send.send(News::Key(key)),
                Ok(Event::Resize(..)) => send.send(News::Size),
                Ok(_) => Ok(()),
                Err(_) => hang_up(),
            };
            heard.unwrap();
        }
    });
    desk(session, &news);
    println!("after");
    std::process::exit(0);
}

/// Draws what it knows and does what keys say, until `q`.
fn desk(mut session: terminal::Session, news: &Receiver<News>) {
    static BUSY: AtomicBool = AtomicBool::new(false);
    let mut resumed = 0;
    let mut keys = 0;
    loop {
        let line = format!("keys {keys} resumed {resumed}");
        let draw = |frame: &mut Frame<'_>| frame.render_widget(Paragraph::new(line), frame.area());
        if session.screen.draw(draw).is_err() {
            hang_up();
        }
        match news.recv().unwrap() {
            News::Size => {}
            News::Resumed => {
                resumed += 1;
                session.redraw().unwrap();
            }
            News::Key(key) => {
                keys += 1;
                match key.code {
                    KeyCode::Char('q') => return,
                    KeyCode::Char('p') => panic!("the name of Dana Reyes"),
                    KeyCode::Char('t') => {
                        std::thread::spawn(|| panic!("the name of Dana Reyes")).join().unwrap();
                    }
                    KeyCode::Char('b') => {
                        // Every thread at once, while another is ending the process.
                        static STARTED: AtomicUsize = AtomicUsize::new(0);
                        for _ in 0..8 {
                            std::thread::spawn(|| {
                                STARTED.fetch_add(1, Ordering::SeqCst);
                                while STARTED.load(Ordering::SeqCst) < 8 {}
                                panic!("the name of Dana Reyes")
                            });
                        }
                    }
                    KeyCode::Char('z') => suspend(),
                    KeyCode::Char('x') => std::thread::sleep(Duration::from_secs(60)),
                    KeyCode::Char('d') => {
                        // Draws without end: a signal must find its way through.
                        BUSY.store(true, Ordering::SeqCst);
                        while BUSY.load(Ordering::SeqCst) {
                            session.redraw().unwrap();
                            session
                                .screen
                                .draw(|frame| {
                                    frame.render_widget(
                                        Paragraph::new("busy ".repeat(900)),
                                        frame.area(),
                                    );
                                })
                                .unwrap();
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

fn start(state: &Path, role: &str) -> Pty {
    let program = std::env::current_exe().unwrap();
    let variables = [(ROLE, role), ("HANDOFF_STATE_DIR", state.to_str().unwrap())];
    let arguments = ["--exact", "terminal::double", "--nocapture", "--test-threads=1"];
    Pty::start(&program, &arguments, &variables, (80, 24))
}

fn started(state: &Path, role: &str) -> Pty {
    let pty = start(state, role);
    pty.wait_for("keys 0 resumed 0");
    assert!(pty.look(vt100::Screen::alternate_screen) && pty.look(vt100::Screen::hide_cursor));
    assert!(pty.look(vt100::Screen::bracketed_paste));
    pty
}

/// The seconds that PROMISES.md gives the desk to end, with room for a machine under load.
const SOON: Duration = Duration::from_secs(3);

#[test]
fn leaving_gives_the_terminal_back() {
    let state = tempfile::tempdir().unwrap();
    let mut pty = started(state.path(), "plain");
    pty.keys("q");
    assert_eq!(pty.end().0, 0);
    pty.wait_for_end("after");
    pty.assert_given_back();
}

#[rstest]
#[case::term(Signal::TERM, 143)]
#[case::int(Signal::INT, 130)]
#[case::hup(Signal::HUP, 129)]
#[case::quit(Signal::QUIT, 131)]
fn a_signal_gives_the_terminal_back(
    #[case] signal: Signal,
    #[case] status: u32,
    #[values("", "x", "d")] keys: &str,
) {
    let state = tempfile::tempdir().unwrap();
    let mut pty = started(state.path(), "plain");
    pty.keys(keys);
    if keys == "d" {
        pty.wait_for("busy busy");
    }
    pty.signal(signal);
    let (ended, took) = pty.end();
    assert_eq!(ended, status);
    assert!(took < SOON, "{took:?}");
    assert!(state.path().join("drained").exists(), "the work at hand was not finished");
    pty.assert_given_back();
}

/// The control: the one end that nothing can answer must look like what the other tests refuse.
#[test]
fn a_kill_does_not_give_the_terminal_back() {
    let state = tempfile::tempdir().unwrap();
    let mut pty = started(state.path(), "plain");
    pty.signal(Signal::KILL);
    pty.end();
    assert!(!pty.line_is_as_before() && !pty.screen_is_plain());
    assert!(!state.path().join("drained").exists());
}

#[test]
fn a_terminal_that_takes_nothing_does_not_hold_the_end_up() {
    let state = tempfile::tempdir().unwrap();
    let mut pty = started(state.path(), "plain");
    pty.keys("d");
    pty.wait_for("busy busy");
    pty.pause(true);
    // The loop is stuck in a write as soon as the system's buffer is full.
    std::thread::sleep(Duration::from_millis(200));
    pty.signal(Signal::TERM);
    let (status, took) = pty.end();
    assert_eq!(status, 143);
    assert!(took < SOON, "{took:?}");
    assert!(pty.line_is_as_before());
    pty.pause(false);
}

/// Whether the shell has its terminal back and waits. What is typed any earlier may still reach the desk.
fn prompts(screen: &vt100::Screen) -> bool {
    !screen.alternate_screen() && screen.contents().trim_end().ends_with("shell>")
}

/// As a person does it: from a shell, Ctrl-Z, something else, `fg`; then stopped again and ended while stopped.
#[test]
fn a_shell_gets_its_terminal_for_as_long_as_the_desk_is_stopped() {
    let state = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let variables = [
        (ROLE, "plain"),
        ("HANDOFF_STATE_DIR", state.path().to_str().unwrap()),
        ("DESK", program.to_str().unwrap()),
        ("PS1", "shell> "),
        ("PATH", "/usr/bin:/bin"),
    ];
    let mut pty = Pty::start(Path::new("/bin/sh"), &["-i"], &variables, (80, 24));
    pty.wait_for("shell> ");
    pty.keys("\"$DESK\" --exact terminal::double --nocapture --test-threads=1\r");
    pty.wait_for("keys 0 resumed 0");
    pty.keys("z");
    pty.wait_until("the shell's prompt", prompts);
    pty.keys("echo back $((40 + 2))\r");
    pty.wait_for("back 42");
    assert!(pty.screen_is_plain());
    pty.keys("fg\r");
    pty.wait_for("keys 1 resumed 1");
    assert!(!pty.screen_is_plain());
    pty.keys("z");
    pty.wait_until("the shell's prompt", prompts);
    pty.keys("kill -TERM %1; fg; echo status $?\r");
    pty.wait_for("status 143");
    pty.keys("exit\r");
    pty.end();
    pty.assert_given_back();
}

#[test]
fn work_that_does_not_end_is_not_waited_for() {
    let state = tempfile::tempdir().unwrap();
    let mut pty = started(state.path(), "slow");
    pty.signal(Signal::TERM);
    let (status, took) = pty.end();
    assert_eq!(status, 143);
    assert!(took >= Duration::from_millis(400) && took < SOON, "{took:?}");
    pty.assert_given_back();
}

#[rstest]
#[case::in_the_loop("p")]
#[case::in_a_thread("t")]
#[case::in_all_threads("b")]
fn a_panic_gives_the_terminal_back_and_tells_no_data(#[case] key: &str) {
    let state = tempfile::tempdir().unwrap();
    let mut pty = started(state.path(), "plain");
    pty.keys(key);
    assert_eq!(pty.end().0, 101);
    pty.wait_for_end("Handoff Desk has a fault at tests/suite/terminal.rs:");
    pty.assert_given_back();
    let reports: Vec<_> = std::fs::read_dir(state.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("crash-"))
        .collect();
    assert_eq!(reports.len(), 1, "{reports:?}");
    let report = std::fs::read_to_string(&reports[0]).unwrap();
    assert!(report.contains("place tests/suite/terminal.rs:"), "{report}");
    let told = String::from_utf8_lossy(&pty.bytes()).into_owned() + &report;
    assert!(!told.contains("Dana"), "{told}");
}

#[test]
fn a_closed_window_ends_the_desk() {
    let state = tempfile::tempdir().unwrap();
    let mut pty = started(state.path(), "plain");
    pty.close_window();
    let (status, took) = pty.end();
    assert_eq!(status, 129);
    assert!(took < SOON, "{took:?}");
}

/// A hang-up is told to the first process of a terminal only. Where that is a shell that ignores it, as after
/// `nohup`, nothing but looking at the terminal shows that it is gone.
#[test]
fn a_closed_window_is_noticed_without_a_signal() {
    let state = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let variables = [
        (ROLE, "plain"),
        ("HANDOFF_STATE_DIR", state.path().to_str().unwrap()),
        ("DESK", program.to_str().unwrap()),
    ];
    let script = "trap '' HUP; \"$DESK\" --exact terminal::double --nocapture --test-threads=1; \
                  echo $? > \"$HANDOFF_STATE_DIR/status\"";
    let mut pty = Pty::start(Path::new("/bin/sh"), &["-c", script], &variables, (80, 24));
    pty.wait_for("keys 0 resumed 0");
    pty.close_window();
    let (_, took) = pty.end();
    let status = std::fs::read_to_string(state.path().join("status")).unwrap();
    assert_eq!(status, "129\n");
    assert!(took < SOON, "{took:?}");
    assert!(state.path().join("drained").exists());
}

#[cfg(target_os = "linux")]
#[rstest]
#[case::by_key("z", None)]
#[case::by_signal("", Some(Signal::TSTP))]
fn stopping_gives_the_terminal_back_and_going_on_takes_it(
    #[case] key: &str,
    #[case] signal: Option<Signal>,
) {
    let state = tempfile::tempdir().unwrap();
    let mut pty = started(state.path(), "plain");
    for round in 1..=2 {
        pty.keys(key);
        if let Some(signal) = signal {
            pty.signal(signal);
        }
        let stopped = || {
            let stat = std::fs::read_to_string(pty.proc().join("stat")).unwrap();
            stat.rsplit(')').next().unwrap().trim_start().starts_with('T')
        };
        pty.wait_until("a stopped desk", |_| stopped());
        pty.assert_given_back();
        pty.signal(Signal::CONT);
        pty.wait_for(&format!("resumed {round}"));
        assert!(pty.look(vt100::Screen::alternate_screen) && pty.look(vt100::Screen::hide_cursor));
    }
    pty.keys("q");
    assert_eq!(pty.end().0, 0);
    pty.assert_given_back();
}

#[cfg(target_os = "linux")]
#[test]
fn going_on_after_a_stop_nobody_announced_draws_anew() {
    let state = tempfile::tempdir().unwrap();
    let mut pty = started(state.path(), "plain");
    pty.signal(Signal::STOP);
    pty.signal(Signal::CONT);
    pty.wait_for("resumed 1");
    pty.keys("q");
    assert_eq!(pty.end().0, 0);
    pty.assert_given_back();
}

#[cfg(target_os = "linux")]
#[test]
fn the_watching_thread_sleeps() {
    let state = tempfile::tempdir().unwrap();
    let pty = started(state.path(), "plain");
    // How often the thread has gone to sleep; nothing before it has its name and sleeps for the first time.
    let asleep = || {
        let tasks = std::fs::read_dir(pty.proc().join("task")).unwrap();
        let mut statuses =
            tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("status")).ok());
        let status = statuses.find(|status| status.starts_with("Name:\tsignals\n"))?;
        let of = |key: &str| {
            status.lines().find_map(|line| line.strip_prefix(key).map(str::to_owned)).unwrap()
        };
        of("State:").trim().starts_with('S').then(|| of("voluntary_ctxt_switches:"))
    };
    pty.wait_until("a thread that sleeps", |_| asleep().is_some());
    let before = asleep();
    std::thread::sleep(Duration::from_millis(1_200));
    assert_eq!(asleep(), before);
}

#[rstest]
#[case::dumb("dumb", "cannot draw on a terminal of type dumb")]
#[case::unset("", "cannot draw on a terminal of type unknown")]
fn a_terminal_that_cannot_move_its_cursor_is_refused(#[case] term: &str, #[case] sentence: &str) {
    let state = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let variables =
        [(ROLE, "plain"), ("HANDOFF_STATE_DIR", state.path().to_str().unwrap()), ("TERM", term)];
    let arguments = ["--exact", "terminal::double", "--nocapture", "--test-threads=1"];
    let mut pty = Pty::start(&program, &arguments, &variables, (80, 24));
    assert_eq!(pty.end().0, 1);
    pty.wait_for_end(sentence);
    pty.assert_given_back();
}

#[test]
fn without_a_terminal_the_desk_says_so() {
    let state = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "terminal::double", "--nocapture", "--test-threads=1"])
        .env(ROLE, "plain")
        .env("HANDOFF_STATE_DIR", state.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("refused: the desk needs a terminal and its input is not one"), "{told}");
}

//! How fast measures are at any size: the Measures screen from the key to the figures in a real pseudo-terminal of
//! 160x48, and a month's report on the command line. The handoffs are spread over two years.
//!
//! `cargo bench --bench measures` measures 100,000 handoffs; `cargo bench --bench measures -- 1000000` a million.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for ourselves")]

#[path = "generate.rs"]
mod generate;
#[path = "terminal.rs"]
#[expect(dead_code, reason = "the other benchmark uses the rest")]
mod terminal;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use terminal::Terminal;

const BINARY: &str = env!("CARGO_BIN_EXE_handoff");
/// How long figures may come after their title.
const FIGURES: Duration = Duration::from_millis(350);

fn main() {
    let arguments = std::env::args().skip(1);
    let sizes: Vec<u32> = arguments.filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![100_000] } else { sizes };
    let folder = tempfile::tempdir().unwrap();
    for size in sizes {
        let store = folder.path().join(format!("{size}.db"));
        generate::settled(&store, size);
        generate::warm(&store);
        println!("\n{size} handoffs over two years, 160x48, milliseconds: median, worst\n");
        screen(folder.path(), &store);
        for format in ["html", "json", "xlsx"] {
            generate::warm(&store);
            report(folder.path(), &store, format);
        }
    }
}

fn variables(folder: &Path) -> [(&'static str, String); 3] {
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    [
        ("HANDOFF_CONFIG_DIR", text(folder.join("config"))),
        ("HANDOFF_STATE_DIR", text(folder.join("state"))),
        ("HANDOFF_NOW", generate::NOW_TEXT.to_owned()),
    ]
}

fn tell(what: &str, mut took: Vec<f64>) {
    took.sort_by(f64::total_cmp);
    let middle = took.get(took.len() / 2).copied().unwrap_or(f64::NAN);
    println!("{what:<44} {middle:>9.1} {:>9.1}", took.last().copied().unwrap_or(f64::NAN));
}

fn screen(folder: &Path, store: &Path) {
    let start = || start(folder, store);
    let mut early = Vec::new();
    for _ in 0..10 {
        generate::warm(store);
        let mut terminal = start();
        early.push(terminal.press_for("5", "Handoff to response").1);
        terminal.leave();
    }
    tell("the Measures screen, key with first frame", early);
    generate::warm(store);
    let mut terminal = start();
    let (mut open, mut back, mut kind) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..10 {
        open.push(terminal.press_until("5", "Handoff to response").1);
        // The title is there at once; the figures follow.
        back.push(terminal.press_and_wait("[", FIGURES).0);
        terminal.press_and_wait("]", FIGURES);
        kind.push(terminal.press_and_wait("t", FIGURES).0);
        terminal.say(&["t", "t", "t", "t", "t", "t", "t", "t", "t", "t", "t", "1"]);
    }
    terminal.leave();
    tell("the Measures screen (bar: 100)", open);
    tell("the month before", back);
    tell("one type", kind);
}

/// The desk of whoever leads, as soon as its list is there.
fn start(folder: &Path, store: &Path) -> Terminal {
    let arguments = [
        "--store".to_owned(),
        store.to_str().unwrap().to_owned(),
        "--as".into(),
        "Dana Reyes".into(),
    ];
    let mut terminal = Terminal::start(Path::new(BINARY), &arguments, &variables(folder));
    terminal.ready("to come");
    terminal
}

fn report(folder: &Path, store: &Path, format: &str) {
    let took = (0..5).map(|_| {
        let began = Instant::now();
        let out = Command::new(BINARY)
            .args(["report", "2026-10", "--format", format, "--store"])
            .arg(store)
            .envs(variables(folder))
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        began.elapsed().as_secs_f64() * 1_000.0
    });
    tell(&format!("a month's report as {format} (HTML: 1000)"), took.collect());
}

//! How fast the desk is, beside the least that any such program takes: a bare ratatui table over one keyset page of the
//! same store. Both run in turn (ABBA) in a real pseudo-terminal of 160×48, from byte in to last byte out.
//!
//! `cargo bench --bench desk` measures 100,000 handoffs; `cargo bench --bench desk -- 10000 1000000` other sizes;
//! `cargo bench --bench desk -- --batch 300` a weekly batch of so many items; `cargo bench --bench desk -- --desks 8` so
//! many desks that write at once on a disk whose every sync takes 20 ms longer; `cargo bench --bench desk -- --starts
//! 10000 1000000` only the start, on stores of these sizes in turn.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for ourselves")]

mod batch;
mod desks;
mod figures;
mod floor;
mod generate;
mod starts;
mod terminal;

use std::path::{Path, PathBuf};
use std::time::Duration;

use figures::{Figures, Kind};
use handoff_desk::desk::demo::many::FULL;
use terminal::Terminal;

/// What each program is asked to do, so often in each of its runs.
const STARTS: usize = 10;
const MOVES: usize = 240;
const PAGES: usize = 200;
const ENDS: usize = 40;
const SORTS: usize = 100;
const SCREENS: usize = 60;
const HELD: usize = 60;
const HOLDS: usize = 5;
const BULKS: usize = 3;
const IDLE: Duration = Duration::from_secs(10);

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|given| given != "--bench").collect();
    if let [flag, store] = arguments.as_slice()
        && flag == "--floor"
    {
        return floor::run(Path::new(store)).unwrap();
    }
    if let [flag, items] = arguments.as_slice()
        && flag == "--batch"
    {
        return batch::run(tempfile::tempdir().unwrap().path(), items.parse().unwrap());
    }
    if let [flag, desks] = arguments.as_slice()
        && flag == "--desks"
    {
        return desks::run(tempfile::tempdir().unwrap().path(), desks.parse().unwrap());
    }
    if let [flag, sizes @ ..] = arguments.as_slice()
        && flag == "--starts"
    {
        assert!(!sizes.is_empty(), "--starts takes the sizes of the stores, such as 10000 1000000");
        let sizes: Vec<u32> = sizes.iter().map(|size| size.parse().unwrap()).collect();
        return starts::run(tempfile::tempdir().unwrap().path(), &sizes);
    }
    let sizes: Vec<u32> = arguments.iter().filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![100_000] } else { sizes };
    let folder = tempfile::tempdir().unwrap();
    for size in sizes {
        let store = folder.path().join(format!("{size}.db"));
        generate::settled(&store, size);
        let mut figures = Figures::default();
        for which in [Which::Floor, Which::Desk, Which::Desk, Which::Floor] {
            measure(which, folder.path(), &store, &mut figures);
        }
        println!("\n{size} handoffs, 160x48, milliseconds unless said otherwise\n");
        println!("{}", figures.table());
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Which {
    Floor,
    Desk,
}

impl Which {
    /// What stands on its first screen once that can be read.
    const fn ready(self) -> &'static str {
        match self {
            Self::Floor => "READY",
            Self::Desk => "to come",
        }
    }
}

fn start(which: Which, folder: &Path, store: &Path) -> Terminal {
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    match which {
        Which::Floor => {
            let own = std::env::current_exe().unwrap();
            Terminal::start(&own, &["--floor".into(), text(store)], &[])
        }
        Which::Desk => {
            let variables = [
                ("HANDOFF_CONFIG_DIR", text(&folder.join("config"))),
                ("HANDOFF_STATE_DIR", text(&folder.join("state"))),
                ("HANDOFF_NOW", generate::NOW_TEXT.to_owned()),
            ];
            let arguments = ["--store".to_owned(), text(store), "--as".into(), "Dana Reyes".into()];
            Terminal::start(&PathBuf::from(env!("CARGO_BIN_EXE_handoff")), &arguments, &variables)
        }
    }
}

fn measure(which: Which, folder: &Path, store: &Path, figures: &mut Figures) {
    let desk = which == Which::Desk;
    // Starts are short and vary most: several of them.
    for _ in 0..STARTS {
        generate::warm(store);
        let mut terminal = start(which, folder, store);
        figures.add(Kind::Start, desk, terminal.ready(which.ready()));
        terminal.leave();
    }
    let mut terminal = start(which, folder, store);
    terminal.ready(which.ready());
    if desk {
        // The list of all open handoffs, which the floor shows too.
        terminal.say(&["v", "All", "\r"]);
    }
    for _ in 0..MOVES {
        let (took, bytes) = terminal.press("j");
        figures.add(Kind::Move, desk, took);
        figures.count(Kind::MoveBytes, desk, bytes);
    }
    terminal.say(&["g"]);
    for _ in 0..PAGES {
        figures.add(Kind::Page, desk, terminal.press("\x1b[6~").0);
    }
    for _ in 0..ENDS {
        figures.add(Kind::Ends, desk, terminal.press("G").0);
        figures.add(Kind::Ends, desk, terminal.press("g").0);
    }
    for _ in 0..HOLDS {
        figures.add(Kind::Hold, desk, terminal.hold("j", HELD));
        terminal.say(&["g"]);
    }
    if desk {
        desk_only(&mut terminal, store, figures);
    }
    let mut idle = terminal.idle(IDLE);
    if idle.bytes_per_s > 0 {
        // The minute turned, which all rows show; it doesn't turn again so soon.
        idle = terminal.idle(IDLE);
    }
    figures.count(Kind::IdleCpu, desk, idle.cpu_us_per_s);
    figures.count(Kind::IdleBytes, desk, idle.bytes_per_s);
    figures.count(Kind::IdleWrites, desk, idle.written);
    if desk {
        // A dozen that are due within the hour, and so count by seconds.
        terminal.say(&["/", "source:referral", "\r"]);
        let ticking = terminal.idle(IDLE);
        figures.count(Kind::TickCpu, desk, ticking.cpu_us_per_s);
        figures.count(Kind::TickBytes, desk, ticking.bytes_per_s);
        figures.count(Kind::TickWrites, desk, ticking.written);
    }
    figures.count(Kind::Memory, desk, terminal.memory_kb());
    terminal.leave();
}

/// What the floor has no counterpart for; its moves and ends are what the ratios are to.
fn desk_only(terminal: &mut Terminal, store: &Path, figures: &mut Figures) {
    for _ in 0..40 {
        figures.add(Kind::Section, true, terminal.press("]").0);
    }
    for _ in 0..SCREENS {
        figures.add(Kind::Screen, true, terminal.press("6").0);
        figures.add(Kind::Screen, true, terminal.press("1").0);
    }
    for _ in 0..SORTS {
        figures.add(Kind::Sort, true, terminal.press("O").0);
    }
    for text in ["vo", "tri", "sam", "quin"] {
        terminal.say(&["/"]);
        for letter in text.chars() {
            figures.add(Kind::Filter, true, terminal.press(&letter.to_string()).0);
        }
        terminal.say(&["\x1b", "\x1b"]);
    }
    actions(terminal, store, figures);
    terminal.say(&["v", "All", "\r"]);
    // The first rows of all are those with many signals.
    for _ in 1..FULL {
        figures.add(Kind::Package, true, terminal.press("j").0);
    }
    terminal.say(&["g"]);
    for column in ["score", "due", "account", "due"].into_iter().cycle().take(SORTS) {
        terminal.say(&["o", column]);
        figures.add(Kind::Column, true, terminal.press("\r").0);
    }
}

/// What writes. Each waits for the disk, whose own time is taken in the same minute and left out of the ratio.
fn actions(terminal: &mut Terminal, store: &Path, figures: &mut Figures) {
    let mut sync = Vec::new();
    for _ in 0..40 {
        let took = terminal::sync();
        sync.push(took);
        figures.add(Kind::Sync, true, took);
    }
    sync.sort_by(f64::total_cmp);
    let sync = sync[sync.len() / 2];
    terminal.say(&["v", "unass", "\r"]);
    // Nothing can be given away of a list that is still being read.
    terminal.settle();
    for _ in 0..20 {
        let (done, rest) = terminal.press_until("A", "Assigned ");
        figures.add(Kind::Assign, true, done - sync);
        figures.add(Kind::Settled, true, rest - sync);
    }
    // What it changes lies all over the store, and a machine that forgets has forgotten most of that by now.
    generate::warm(store);
    for _ in 0..BULKS {
        // Past those that were just assigned, and so many that they are on several pages.
        for _ in 0..200 {
            terminal.say(&[" "]);
        }
        terminal.say(&["A"]);
        terminal.wait_for("can.");
        figures.add(Kind::Bulk, true, terminal.press_until("y", "Assigned 200").0);
    }
    terminal.say(&["v", "All", "\r", "/", "stage:assigned", "\r"]);
    terminal.settle();
    for _ in 0..20 {
        let (done, rest) = terminal.press_until("c", "Accepted ");
        figures.add(Kind::Accept, true, done - sync);
        figures.add(Kind::Settled, true, rest - sync);
    }
    terminal.say(&["\x1b", "\x1b", "/", "stage:working", "\r"]);
    terminal.settle();
    for _ in 0..10 {
        terminal.say(&["d", "MEETING", "\r", "+3bd"]);
        figures.add(Kind::Dispose, true, terminal.press_until("\x13", "Recorded ").0 - sync);
    }
    terminal.say(&["\x1b", "\x1b"]);
}

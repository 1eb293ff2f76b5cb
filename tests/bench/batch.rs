//! A weekly batch of so many items on the screen: opened, decided item by item, committed, undone. The store is made by
//! the program itself, from files.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::terminal::Terminal;

/// The bars: a frame, and a commit.
const FRAME: f64 = 16.0;
const COMMIT: f64 = 300.0;
const MONDAY: &str = "2026-11-23T10:00:00-05:00";
const PROGRAM: &str = env!("CARGO_BIN_EXE_handoff");

pub(crate) fn run(folder: &Path, items: u32) {
    let place = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let variables = |now: &str, who: &str| {
        [
            ("HANDOFF_STORE", place("batch.db")),
            ("HANDOFF_CONFIG_DIR", place("config")),
            ("HANDOFF_STATE_DIR", place("state")),
            ("HANDOFF_NOW", now.to_owned()),
            ("HANDOFF_USER", who.to_owned()),
        ]
    };
    fill(folder, items);
    let files = ["people.csv", "accounts.csv", "contacts.csv", "signals.csv"].map(place);
    let import: Vec<&str> =
        ["import"].into_iter().chain(files.iter().map(String::as_str)).collect();
    for (who, arguments) in [("", import), ("Mia Chen", vec!["evaluate"])] {
        let done = Command::new(PROGRAM)
            .args(arguments)
            .env_clear()
            .envs(variables("2026-11-18T10:00:00-05:00", who))
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let mut terminal = Terminal::start(Path::new(PROGRAM), &[], &variables(MONDAY, "Lee Park"));
    let told = format!("of {items} decided");
    terminal.ready(&told);
    println!("\na batch of {items}, 160x48, milliseconds: p50, p99, the most, and the bar\n");
    let mut opened = Vec::new();
    for _ in 0..20 {
        terminal.say(&["1"]);
        opened.push(terminal.press("3"));
    }
    line("open", opened.iter().map(|(took, _)| *took).collect(), FRAME);
    let mut cpu = terminal.cpu_ns();
    let decided: Vec<_> = (0..items / 3).map(|_| terminal.press("A").0).collect();
    cpu = terminal.cpu_ns() - cpu;
    line("take a proposal", decided, FRAME);
    println!("processor of each, all threads: {:.2}", cpu as f64 / 1e6 / f64::from(items / 3));
    line("put off", (0..20).map(|_| terminal.press("z").0).collect(), FRAME);
    terminal.say(&["*", "C"]);
    terminal.wait_for("Commit 2026-W47?");
    line("commit", vec![terminal.press_until("y", "Committed the batch").0], COMMIT);
    line("undo", vec![terminal.press_until("u", "Undid").0], COMMIT);
    terminal.leave();
}

fn line(what: &str, mut took: Vec<f64>, bar: f64) {
    took.retain(|took| !took.is_nan());
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took.get((took.len() * share / 100).min(took.len() - 1)).copied();
    let shown = |at: Option<f64>| at.map_or_else(|| "–".to_owned(), |at| format!("{at:.2}"));
    println!(
        "{what}: {} {} {} (<= {bar})",
        shown(at(50)),
        shown(at(99)),
        shown(took.last().copied())
    );
}

fn fill(folder: &Path, items: u32) {
    let mut people = "name,email,role,manager,territories,capacity\n\
        Dana Reyes,dana@example.com,vp_sales,,,\n\
        Mia Chen,mia@example.com,marketing,,,\n\
        Lee Park,lee@example.com,manager,Dana Reyes,,\n"
        .to_owned();
    for n in 0..20 {
        let region = ["West", "East"][n % 2];
        writeln!(people, "Ae Number{n:02},ae{n}@example.com,ae,Lee Park,{region},40").unwrap();
    }
    let mut accounts = "name,domain,revenue,employees,industry,region,tier,news\n".to_owned();
    let mut contacts = "account_domain,name,title,email,buying_role,authority\n".to_owned();
    let mut signals = "domain,contact,kind,at,source,detail\n".to_owned();
    for n in 0..items as usize {
        let (size, region) = (60 + n * 13 % 900, ["West", "East"][n % 2]);
        let industry = ["SaaS", "Retail", "Media"][n % 3];
        writeln!(accounts, "Company {n:03},c{n}.example,9000000,{size},{industry},{region},2,2026-11-02 Opens an office").unwrap();
        for who in ["a", "b"] {
            writeln!(
                contacts,
                "c{n}.example,Jo {who}{n},CFO,{who}{n}@c{n}.example,decision_maker,yes"
            )
            .unwrap();
        }
        for kind in ["pricing_visit", "roi_calculator", "webinar", "content_download"] {
            writeln!(
                signals,
                "c{n}.example,a{n}@c{n}.example,{kind},2026-11-17T15:00:00Z,website,x"
            )
            .unwrap();
        }
    }
    for (name, text) in
        [("people", people), ("accounts", accounts), ("contacts", contacts), ("signals", signals)]
    {
        std::fs::write(folder.join(format!("{name}.csv")), text).unwrap();
    }
}

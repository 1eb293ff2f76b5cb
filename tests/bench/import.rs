//! How fast files come in, beside the `sqlite3` shell's `.import` of the same file into a table with the same indexes
//! and full-text table. Both run in turn, twice, and the better run of each counts.
//!
//! `cargo bench --bench import` takes 250,000 accounts and 1,000,000 signals; `-- 25000 100000` other sizes. It ends with
//! status 1 where a bar is missed: twice the shell's time, 150 MB, a second's wait for somebody else's write.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for ourselves")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use handoff_desk::desk::{Desk, NewPerson};
use handoff_desk::domain::person::Role;
use handoff_desk::domain::time::Instant as At;
use handoff_desk::policy;
use handoff_desk::store::{Access, Machine, Store};

/// The most of the shell's time.
const RATIO: f64 = 2.0;
/// The most memory, in MB.
const MEMORY: f64 = 150.0;
/// The longest that somebody else's write may wait.
const WAIT: Duration = Duration::from_secs(1);

/// The store's tables as far as the files fill them, with its indexes and its full text.
const ACCOUNTS: &str = "
    CREATE TABLE account (external TEXT UNIQUE, name TEXT COLLATE NOCASE, domain TEXT, revenue INTEGER,
        employees INTEGER, industry TEXT, region TEXT, technologies TEXT);
    CREATE INDEX account_name ON account (name);
    CREATE INDEX account_domain ON account (domain);
    CREATE INDEX account_likeness ON account (name COLLATE BINARY);
    CREATE VIRTUAL TABLE search USING fts5 (words, content = '', detail = 'none', prefix = '1 2 3',
        tokenize = \"ascii tokenchars '.'\");
    CREATE TRIGGER account_search AFTER INSERT ON account BEGIN
        INSERT INTO search (rowid, words) VALUES (new.rowid, new.name || ' ' || new.domain);
    END;";
const SIGNALS: &str = "
    CREATE TABLE signal (external TEXT UNIQUE, domain TEXT, kind TEXT, at TEXT, source TEXT, detail TEXT, value REAL);
    CREATE INDEX signal_account ON signal (domain, at);";

fn main() -> ExitCode {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let (accounts, signals) = match sizes.as_slice() {
        [accounts, signals, ..] => (*accounts, *signals),
        _ => (250_000, 1_000_000),
    };
    let folder = tempfile::tempdir().unwrap();
    let shell = Command::new("sqlite3").arg("--version").output().is_ok();
    let files = Files::write(folder.path(), accounts, signals);
    println!(
        "the control is {}",
        if shell {
            "the sqlite3 shell's .import"
        } else {
            "our own plain import through the bundled SQLite"
        }
    );
    println!("\n{:<22} {:>9} {:>9} {:>7} {:>9}", "", "desk s", "control s", "ratio", "desk MB");
    let mut missed = false;
    let mut best = [(f64::MAX, f64::MAX, 0.0_f64); 2];
    for round in 0..2 {
        let store = folder.path().join(format!("desk-{round}.db"));
        let control = folder.path().join(format!("control-{round}.db"));
        filled(&store);
        for (place, (file, table, schema)) in
            [(&files.accounts, "account", ACCOUNTS), (&files.signals, "signal", SIGNALS)]
                .into_iter()
                .enumerate()
        {
            let (ours, memory) = desk(&store, file);
            let theirs = match shell {
                true => by_shell(&control, file, table, schema),
                false => by_hand(&control, file, table, schema),
            };
            let (desk, other, most) = &mut best[place];
            *desk = desk.min(ours);
            *other = other.min(theirs);
            *most = most.max(memory);
        }
        let searched = Store::open(&store, Access::ReadOnly).unwrap();
        assert!(searched.find_account(&files.last).unwrap().is_some(), "the last row isn't found");
    }
    for (what, count, (desk, control, memory)) in
        [("accounts", accounts, best[0]), ("signals", signals, best[1])]
    {
        let ratio = desk / control;
        missed |= ratio > RATIO || memory > MEMORY;
        println!(
            "{:<22} {desk:>9.2} {control:>9.2} {ratio:>7.2} {memory:>9.0}",
            format!("{count} {what}")
        );
    }
    let worst = wait(folder.path(), &files);
    missed |= worst > WAIT;
    println!("\nworst wait of somebody else's write meanwhile: {} ms", worst.as_millis());
    println!(
        "bars: ratio {RATIO}, {MEMORY} MB, {} ms: {}",
        WAIT.as_millis(),
        if missed { "MISSED" } else { "met" }
    );
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The files to import.
struct Files {
    accounts: PathBuf,
    signals: PathBuf,
    /// The domain of the last account.
    last: String,
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    fn word(&mut self) -> String {
        const SYLLABLES: &[&str] = &[
            "ba", "co", "di", "fu", "ga", "he", "in", "ko", "lu", "ma", "ne", "or", "pa", "qui",
            "ro", "sa", "te", "ul", "vo", "wa", "xe", "ya", "zo",
        ];
        (0..2 + self.below(3)).map(|_| self.pick(SYLLABLES)).collect()
    }
}

impl Files {
    fn write(folder: &Path, accounts: u64, signals: u64) -> Self {
        let dice = &mut Dice(5);
        let files = Self {
            accounts: folder.join("accounts.csv"),
            signals: folder.join("signals.csv"),
            last: format!("acme{}.com", accounts - 1),
        };
        let mut out = BufWriter::new(File::create(&files.accounts).unwrap());
        writeln!(out, "id,name,domain,revenue,employees,industry,region,technologies").unwrap();
        for n in 0..accounts {
            writeln!(
                out,
                "crm:{n:07},{} {} {},acme{n}.com,{},{},{},{},\"Marketo; Salesforce\"",
                dice.word(),
                dice.word(),
                dice.pick(&["Inc", "LLC", "Group", "Systems"]),
                dice.below(900) * 100_000,
                dice.below(5_000),
                dice.pick(&["SaaS", "Retail", "Health", "Finance"]),
                dice.pick(&["West", "East", "Central"]),
            )
            .unwrap();
        }
        out.flush().unwrap();
        let mut out = BufWriter::new(File::create(&files.signals).unwrap());
        writeln!(out, "id,domain,kind,at,source,detail,value").unwrap();
        for n in 0..signals {
            writeln!(
                out,
                "sig:{n:08},acme{}.com,{},2026-{:02}-{:02}T{:02}:{:02}:{:02}Z,website,Page {},{}",
                dice.below(accounts),
                dice.pick(&[
                    "pricing_visit",
                    "site_visit",
                    "content_download",
                    "webinar",
                    "email_open"
                ]),
                1 + dice.below(11),
                1 + dice.below(28),
                dice.below(24),
                dice.below(60),
                dice.below(60),
                dice.below(1_000),
                dice.below(100),
            )
            .unwrap();
        }
        out.flush().unwrap();
        files
    }
}

/// A store that has people and a thousand accounts already.
fn filled(path: &Path) {
    let people = path.with_extension("people.csv");
    std::fs::write(&people, "name,email,role\nDana Reyes,dana@desk.example,vp_sales\n").unwrap();
    let accounts = path.with_extension("accounts.csv");
    let rows: String = (0..1_000).map(|n| format!("old:{n},Old {n},old{n}.com\n")).collect();
    std::fs::write(&accounts, format!("id,name,domain\n{rows}")).unwrap();
    desk(path, &people);
    desk(path, &accounts);
}

/// Imports a file with the real program. Gives its seconds and the most memory that it held, in MB.
fn desk(store: &Path, file: &Path) -> (f64, f64) {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_handoff"))
        .arg("import")
        .arg(file)
        .arg("--store")
        .arg(store)
        .args(["--as", "dana@desk.example"])
        .env("HANDOFF_CONFIG_DIR", store.with_extension("config"))
        .env("HANDOFF_STATE_DIR", store.with_extension("state"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0.0_f64;
    loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kb = peak.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
            most = most.max(kb.unwrap_or_default() / 1024.0);
        }
        match child.try_wait().unwrap() {
            Some(status) => {
                assert!(status.success(), "the import of {} failed: {status}", file.display());
                return (begun.elapsed().as_secs_f64(), most);
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

fn sqlite3(database: &Path, commands: &[&str]) {
    let status = Command::new("sqlite3")
        .arg(database)
        .args(commands)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "sqlite3 failed: {status}");
}

fn by_shell(database: &Path, file: &Path, table: &str, schema: &str) -> f64 {
    sqlite3(database, &["PRAGMA journal_mode = wal", schema]);
    let begun = Instant::now();
    sqlite3(database, &[&format!(".import --csv --skip 1 {} {table}", file.display())]);
    begun.elapsed().as_secs_f64()
}

/// What the shell does, where there is none: each row into the table as text, all in one transaction.
fn by_hand(database: &Path, file: &Path, table: &str, schema: &str) -> f64 {
    let mut conn = rusqlite::Connection::open(database).unwrap();
    conn.pragma_update(None, "journal_mode", "wal").unwrap();
    conn.execute_batch(schema).unwrap();
    let begun = Instant::now();
    let mut rows = csv::Reader::from_path(file).unwrap();
    let places: Vec<_> = (1..=rows.headers().unwrap().len()).map(|n| format!("?{n}")).collect();
    let tx = conn.transaction().unwrap();
    {
        let mut insert =
            tx.prepare(&format!("INSERT INTO {table} VALUES ({})", places.join(", "))).unwrap();
        let mut row = csv::StringRecord::new();
        while rows.read_record(&mut row).unwrap() {
            insert.execute(rusqlite::params_from_iter(row.iter())).unwrap();
        }
    }
    tx.commit().unwrap();
    begun.elapsed().as_secs_f64()
}

/// The longest that another desk waited for a write of its own while both files came in.
fn wait(folder: &Path, files: &Files) -> Duration {
    let path = folder.join("shared.db");
    filled(&path);
    let over = Arc::new(AtomicBool::new(false));
    let other = {
        let (path, over) = (path.clone(), Arc::clone(&over));
        std::thread::spawn(move || {
            let machine = Machine { os_user: "bench".into(), host: "here".into(), pid: 1 };
            let store = Store::open(&path, Access::ReadWrite).unwrap();
            let mut desk = Desk::new(store, Arc::new(policy::shipped().unwrap()), machine);
            let (mut worst, mut n) = (Duration::ZERO, 0_u64);
            while !over.load(Ordering::Relaxed) {
                n += 1;
                let mut action = [0; 16];
                action[8..].copy_from_slice(&n.to_be_bytes());
                let new = NewPerson {
                    name: format!("Person {n}"),
                    email: format!("p{n}@desk.example"),
                    role: Role::Ae,
                };
                let begun = Instant::now();
                let dana = desk.person("dana@desk.example").unwrap().id;
                desk.add_person(Some(dana), At(1_795_000_000_000), action, &new).unwrap();
                worst = worst.max(begun.elapsed());
                std::thread::sleep(Duration::from_millis(50));
            }
            worst
        })
    };
    desk(&path, &files.accounts);
    desk(&path, &files.signals);
    over.store(true, Ordering::Relaxed);
    other.join().unwrap()
}

//! The rig: a small team's store in a folder of its own, the binary run on it with a disk that fails or a kill at a
//! named call, and the whole state as text, so that "before or after, never between" is a comparison of two texts.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use handoff_desk::store::{Access, Store};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

/// The Friday afternoon that these tests are told on.
pub(super) const NOW: &str = "2026-11-20T14:32:00-05:00";

/// Ask for the long versions with `HANDOFF_LONG=1`.
pub(super) fn long() -> bool {
    std::env::var_os("HANDOFF_LONG").is_some_and(|value| !value.is_empty())
}

/// What happens at the calls that write.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// The process is killed before the call.
    Kill,
    /// The process is killed in the middle of a write.
    Half,
    /// The power goes: what was not synced was never there.
    Cut,
    /// The call fails with this number.
    Error(i32),
}

/// A fault and the call it happens at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) what: What,
    pub(super) at: usize,
    /// Every call from there on.
    pub(super) on: bool,
}

/// How many calls of a command write, and which of them sync or rename, from 1.
#[derive(Debug, Default)]
pub(super) struct Calls {
    pub(super) all: usize,
    pub(super) deciding: Vec<usize>,
}

/// What a command said.
#[derive(Debug)]
pub(super) struct Said {
    /// The exit status; none where it was killed.
    pub(super) status: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let killed = output.status.signal().is_some();
        Self {
            status: if killed { None } else { output.status.code() },
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// A folder with a store.
pub(super) struct Rig(TempDir);

impl Rig {
    /// A folder without a store.
    pub(super) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("desk")).unwrap();
        Self(folder)
    }

    /// With a copy of the team's store: four handoffs, of which H-1 is queued, and nothing running on it.
    pub(super) fn new() -> Self {
        Self::of(team())
    }

    /// With a copy of a store that nobody has open.
    pub(super) fn of(store: &Path) -> Self {
        let rig = Self::empty();
        fs::copy(store, rig.store()).unwrap();
        rig
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The folder whose calls count.
    pub(super) fn desk(&self) -> PathBuf {
        self.path("desk")
    }

    pub(super) fn store(&self) -> PathBuf {
        self.desk().join("desk.db")
    }

    /// Writes a file beside the folder of the store and gives its path.
    pub(super) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    pub(super) fn command(&self, who: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_handoff"));
        command.env_clear().args(arguments).env("HANDOFF_USER", who);
        self.on(&mut command);
        command
    }

    /// Points a command at this folder and nothing else of the machine.
    pub(super) fn on(&self, command: &mut Command) {
        command
            .env("HANDOFF_STORE", self.store())
            .env("HANDOFF_CONFIG_DIR", self.path("config"))
            .env("HANDOFF_STATE_DIR", self.path("state"))
            .env("HANDOFF_NOW", NOW)
            .current_dir(self.0.path())
            .stdin(Stdio::null());
    }

    pub(super) fn run(&self, who: &str, arguments: &[&str]) -> Said {
        Said::of(self.command(who, arguments).output().unwrap())
    }

    /// Runs a command that must be done.
    pub(super) fn done(&self, who: &str, arguments: &[&str]) -> String {
        let said = self.run(who, arguments);
        assert_eq!(said.status, Some(0), "{arguments:?}: {}", said.err);
        said.out
    }

    /// Runs a command on a disk with this fault. Gives also the calls that wrote, where the process lived to tell.
    pub(super) fn faulty(&self, command: &mut Command, fault: Fault) -> (Said, Option<Calls>) {
        let count = self.path("count");
        drop(fs::remove_file(&count));
        preload(command, &self.desk());
        command.env("FAULT_AT", fault.at.to_string()).env("FAULT_COUNT", &count).env(
            "FAULT_DO",
            match fault.what {
                What::Kill => "kill".to_owned(),
                What::Half => "half".to_owned(),
                What::Cut => "cut".to_owned(),
                What::Error(number) => number.to_string(),
            },
        );
        if fault.on {
            command.env("FAULT_ON", "1");
        }
        let said = Said::of(command.output().unwrap());
        let told = fs::read_to_string(&count).ok();
        let calls = told.map(|text| {
            let mut numbers = text.split(' ').map(|number| number.parse().unwrap());
            Calls { all: numbers.next().unwrap(), deciding: numbers.collect() }
        });
        (said, calls)
    }

    /// The calls of a command that write.
    pub(super) fn calls(&self, command: &mut Command) -> Calls {
        let (said, calls) = self.faulty(command, Fault { what: What::Kill, at: 0, on: false });
        assert_eq!(said.status, Some(0), "{}", said.err);
        calls.unwrap()
    }

    /// Everything in the store, as text: each row of each table, without what differs from run to run by its nature
    /// (action ids, process numbers, and the hashes over them).
    pub(super) fn state(&self) -> String {
        state_of(&self.store())
    }

    /// What the doctor has to say.
    pub(super) fn findings(&self) -> Vec<String> {
        let store = Store::open(&self.store(), Access::ReadOnly).unwrap();
        let checked = store.check(&mut |_| ()).unwrap();
        checked.findings.into_iter().map(|finding| finding.what).collect()
    }
}

/// As [`Rig::state`].
pub(super) fn state_of(store: &Path) -> String {
    if !store.exists() {
        return String::new();
    }
    let conn = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    let names: Vec<String> = conn
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'
                 AND name NOT IN ('meta', 'sqlite_sequence') ORDER BY name",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut text = String::new();
    // Changes of counts wait beside what is added up already: together they are the state.
    let (changes, names): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| name.ends_with("_change"));
    for name in &changes {
        text.push_str(&added_up(&conn, name.trim_end_matches("_change")));
    }
    let counted = |name: &String| changes.contains(&format!("{name}_change"));
    for name in names.into_iter().filter(|name| !counted(name)) {
        let mut statement = conn.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        let columns: Vec<String> =
            statement.column_names().into_iter().map(str::to_owned).collect();
        let mut lines = Vec::new();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let mut line = format!("{name}:");
            for (at, column) in columns.iter().enumerate() {
                if !matches!(column.as_str(), "action_id" | "pid" | "prev" | "hash") {
                    line.push_str(&format!(" {column}={:?}", row.get::<_, Value>(at).unwrap()));
                }
            }
            lines.push(line + "\n");
        }
        lines.sort();
        text.push_str(&lines.concat());
    }
    text
}

/// A roll-up of measures with the changes that wait beside it, a line for each row that counts anything.
fn added_up(conn: &Connection, table: &str) -> String {
    let columns: Vec<String> = conn
        .prepare(&format!("SELECT * FROM {table}"))
        .unwrap()
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    // Slice, day, value, type and one more tell rows apart; the rest are counts.
    let (keys, counts) = columns.split_at(5);
    let key = &keys[4];
    let [list, sums] = [
        counts.join(", "),
        counts.iter().map(|count| format!("sum({count})")).collect::<Vec<_>>().join(", "),
    ];
    let of = |slice: &str| {
        let value = if slice == "all" { "''" } else { slice };
        format!("SELECT '{slice}', day, {value}, kind, {key}, {list} FROM {table}_change")
    };
    let slices = ["all", "person", "source", "tier", "segment"].map(of).join(" UNION ALL ");
    let sql = format!(
        "SELECT slice, day, value, kind, {key}, {sums} FROM (
             SELECT slice, day, value, kind, {key}, {list} FROM {table} UNION ALL {slices})
         GROUP BY slice, day, value COLLATE NOCASE, kind, {key} ORDER BY 1, 2, 3, 4, 5"
    );
    let mut statement = conn.prepare(&sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut text = String::new();
    while let Some(row) = rows.next().unwrap() {
        let values: Vec<Value> = (0..columns.len()).map(|at| row.get(at).unwrap()).collect();
        if values[5..].iter().any(|count| *count != Value::Integer(0)) {
            text.push_str(&format!("{table}: {values:?}\n"));
        }
    }
    text
}

/// Puts the interposer before a command, for the calls below this folder.
pub(super) fn preload(command: &mut Command, under: &Path) {
    command.env("LD_PRELOAD", shim()).env("FAULT_UNDER", under.canonicalize().unwrap());
}

/// The interposer, built once.
fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/fault/shim.c");
        let (draft, built) = (
            folder.join(format!("fault-{}.tmp", std::process::id())),
            folder.join(format!("fault-{}.so", std::process::id())),
        );
        let cc = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&draft, &source])
            .arg("-ldl")
            .output()
            .unwrap();
        assert!(cc.status.success(), "{}", String::from_utf8_lossy(&cc.stderr));
        fs::rename(&draft, &built).unwrap();
        built
    })
}

const PEOPLE: &str = "\
name,email,role,manager,territories,capacity
Dana Reyes,dana@example.com,vp_sales,,,
Mia Chen,mia@example.com,marketing,,,
Lee Park,lee@example.com,manager,Dana Reyes,West,
Sam Ortiz,sam@example.com,ae,Lee Park,West,10
Ana Silva,ana@example.com,ae,Lee Park,East,10
";

const ACCOUNTS: &str = "\
name,domain,revenue,employees,industry,region,tier,technologies,news,on_tal
Acme Inc,acme.example,120000000,450,SaaS,West,1,Marketo,2026-11-12 Acme hires a new CMO,yes
Globex,globex.example,140000000,300,SaaS,East,1,Marketo,2026-11-12 Globex opens in Ohio,yes
";

const CONTACTS: &str = "\
account_domain,name,title,email,buying_role,authority
acme.example,Sarah Holt,CMO,sarah@acme.example,decision_maker,yes
acme.example,Mike Dunn,VP Sales,mike@acme.example,champion,yes
globex.example,Iris Vale,CFO,iris@globex.example,decision_maker,yes
";

const SIGNALS: &str = "\
domain,contact,kind,at,source,detail
acme.example,sarah@acme.example,pricing_visit,2026-11-19T15:00:00Z,website,Pricing page
acme.example,sarah@acme.example,roi_calculator,2026-11-19T15:20:00Z,website,ROI calculator
globex.example,iris@globex.example,pricing_visit,2026-11-19T16:00:00Z,website,Pricing page
";

/// The team's store, made once: two Tier 1 handoffs, H-1 with Sam, touched once, and H-2 in triage.
pub(super) fn team() -> &'static Path {
    static STORE: OnceLock<(Rig, PathBuf)> = OnceLock::new();
    &STORE
        .get_or_init(|| {
            let rig = Rig::empty();
            let file = |name: &str, text: &str| rig.file(name, text);
            rig.done(
                "Mia Chen",
                &[
                    "import",
                    &file("people.csv", PEOPLE),
                    &file("accounts.csv", ACCOUNTS),
                    &file("contacts.csv", CONTACTS),
                    &file("signals.csv", SIGNALS),
                ],
            );
            rig.done("Mia Chen", &["evaluate"]);
            rig.done("Dana Reyes", &["assign", "H-1", "--to", "Sam Ortiz"]);
            rig.done("Sam Ortiz", &["accept", "H-1"]);
            rig.done("Sam Ortiz", &["touch", "H-1", "--note", "Asked for a call"]);
            let store = rig.store();
            assert_eq!(rig.findings(), [] as [&str; 0]);
            (rig, store)
        })
        .1
}

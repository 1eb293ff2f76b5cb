//! A desk on a store of its own, into which files are imported, and what its export says.

use std::path::PathBuf;
use std::sync::Arc;

use handoff_desk::desk::{Actor, Desk, EvaluateOptions, ImportOptions, Imported};
use handoff_desk::domain::ids::PersonId;
use handoff_desk::domain::time::Instant;
use handoff_desk::intake;
use handoff_desk::policy;
use handoff_desk::store::{Access, Machine, Store};
use serde_json::Value;
use tempfile::TempDir;

/// Tuesday 10 November 2026, 10:00 in New York.
pub(super) const T0: Instant = Instant(1_794_322_800_000);

pub(super) const PEOPLE: &str = "\
name,email,role,manager
Dana Reyes,dana@desk.example,vp_sales,
Rita Ops,rita@desk.example,revops,
Mia Chen,mia@desk.example,marketing,
Sam Ortiz,sam@desk.example,ae,Dana Reyes
Ana Silva,ana@desk.example,ae,Dana Reyes
";

pub(super) struct Books {
    pub(super) desk: Desk,
    pub(super) path: PathBuf,
    now: Instant,
    actions: u64,
    _folder: TempDir,
}

impl Books {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let desk = desk_on(Store::create(&path).unwrap());
        Self { desk, path, now: T0, actions: 0, _folder: folder }
    }

    pub(super) fn with_people() -> Self {
        let mut books = Self::new();
        books.import("people.csv", PEOPLE);
        books
    }

    pub(super) fn later(&mut self, ms: i64) {
        self.now = self.now.plus(ms);
    }

    pub(super) fn who(&self, name: &str) -> PersonId {
        self.desk.person(name).unwrap().id
    }

    pub(super) fn actor(&mut self, name: &str) -> Actor {
        Actor { who: self.who(name), now: self.now, action: self.action() }
    }

    fn action(&mut self) -> [u8; 16] {
        self.actions += 1;
        let mut id = [9; 16];
        id[8..].copy_from_slice(&self.actions.to_be_bytes());
        id
    }

    pub(super) fn import(&mut self, name: &str, text: &str) -> Imported {
        self.import_as(None, name, text)
    }

    pub(super) fn import_as(&mut self, who: Option<&str>, name: &str, text: &str) -> Imported {
        let options = intake::Options::new(self.desk.policy().zone);
        let source = std::io::Cursor::new(text.as_bytes().to_vec());
        let mut input = intake::open(Box::new(source), name, &options).unwrap();
        let who = who.map(|who| self.who(who));
        let options = ImportOptions { who, now: self.now, action: self.action() };
        self.desk.import(&mut input, &options, &mut |_| Ok(()), &mut |_| {}).unwrap()
    }

    pub(super) fn evaluate(&mut self, who: &str) {
        let (who, now) = (self.who(who), self.now);
        let mut ids = Vec::new();
        for _ in 0..50 {
            ids.push(self.action());
        }
        let options = EvaluateOptions { changed: false, dry_run: false };
        self.desk
            .evaluate(Some(who), now, options, &mut || ids.pop().unwrap(), &mut |_| {})
            .unwrap();
    }

    pub(super) fn export(&self) -> String {
        export(&self.path)
    }

    /// The lines of a kind.
    pub(super) fn lines(&self, kind: &str) -> Vec<Value> {
        self.export()
            .lines()
            .filter_map(|line| {
                let mut line: Value = serde_json::from_str(line).unwrap();
                line.get_mut(kind).map(Value::take)
            })
            .collect()
    }

    pub(super) fn account(&self, name: &str) -> Value {
        let found = self.lines("account").into_iter().find(|account| account["name"] == name);
        found.unwrap_or_else(|| panic!("no account {name}"))
    }

    /// Nothing is wrong with the store: file, record, roll-ups, and the record played from its beginning.
    pub(super) fn is_sound(&self) {
        let store = Store::open(&self.path, Access::ReadOnly).unwrap();
        let findings = store.check(&mut |_| {}).unwrap().findings;
        assert!(findings.is_empty(), "{findings:#?}");
    }
}

pub(super) fn desk_on(store: Store) -> Desk {
    let machine = Machine { os_user: "tester".into(), host: "here".into(), pid: 1 };
    Desk::new(store, Arc::new(policy::shipped().unwrap()), machine)
}

pub(super) fn export(path: &std::path::Path) -> String {
    let store = Store::open(path, Access::ReadOnly).unwrap();
    let mut text = String::new();
    store
        .export(&mut |line| {
            text.push_str(line);
            Ok(())
        })
        .unwrap();
    text
}

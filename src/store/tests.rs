//! The store under test: what is in it at the start, and how the tests write.

mod commit;
mod form;
mod kept;
mod open;
mod recovery;
mod rows;
mod safety;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;
use crate::domain::account::Tier;
use crate::domain::change::Change;
use crate::domain::clock::{Clock, ClockKey, ClockName, ClockState, Owes};
use crate::domain::handoff::{Handoff, Moment};
use crate::domain::ids::{AccountId, HandoffId, PersonId};
use crate::domain::person::{Person, Role};
use crate::domain::policy::Warn;
use crate::domain::signal::Source;
use crate::domain::stage::Stage;
use crate::domain::time::{HOUR, Instant};

const T0: Instant = Instant(1_795_000_000_000);
const DANA: PersonId = PersonId(1);
const SAM: PersonId = PersonId(2);
const MAYA: PersonId = PersonId(3);

/// A folder of its own, gone at the end of the test.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("desk.db")
    }

    /// A store with three people and as many accounts as asked for.
    fn store(&self, accounts: usize) -> Store {
        let mut store = Store::create(&self.path()).unwrap();
        let people = [
            ("Dana Reyes", Role::VpSales),
            ("Sam Ortiz", Role::Ae),
            ("Maya Lindt", Role::Marketing),
        ];
        let people: Vec<_> = people.iter().map(|(name, role)| person(name, *role)).collect();
        let ids = store.save_people(&stamp(1), &people).unwrap();
        assert_eq!(ids, [DANA, SAM, MAYA]);
        store
            .write(|tx| {
                for n in 0..accounts {
                    tx.prepare_cached(
                        "INSERT INTO account (name, domain, tier, tier_by_hand, relation, on_tal, changed, words)
                         VALUES (?1, ?2, '1', 0, 'new', 1, 0, ?3)",
                    )?
                    .execute((format!("Acme {n}"), format!("acme{n}.com"), format!(" acme {n} acme{n}.com")))?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        store
    }

    fn open(&self) -> Store {
        Store::open(&self.path(), Access::ReadWrite).unwrap()
    }
}

fn person(name: &str, role: Role) -> Person {
    Person {
        email: Some(format!("{}@example.com", name.split(' ').next().unwrap().to_lowercase())),
        territories: vec!["West; coast".into()],
        capacity: Some(12),
        ..Person::new(name, role)
    }
}

fn machine() -> Machine {
    Machine { os_user: "dana".into(), host: "desk-1".into(), pid: 7 }
}

fn action_id(n: u64) -> [u8; 16] {
    u128::from(n).to_be_bytes()
}

fn stamp(n: u64) -> Stamp<'static> {
    Stamp {
        action_id: action_id(n),
        actor: None,
        machine: machine(),
        at: T0,
        label: "people".into(),
        policy: "p",
    }
}

fn write(n: u64, actor: PersonId, items: Vec<Item>) -> Write<'static> {
    Write {
        action_id: action_id(n),
        actor: Some(actor),
        machine: machine(),
        at: T0.plus(n as i64),
        label: format!("gesture {n}"),
        policy: "p",
        undoes: None,
        items,
    }
}

fn item(handoff: &Handoff, action: &str, changes: Vec<Change>) -> Item {
    Item { handoff: handoff.clone(), action: action.into(), note: None, changes }
}

/// A flagged handoff of an account, with its first clock.
fn flagged(account: i64) -> Handoff {
    Handoff {
        id: HandoffId(0),
        version: 0,
        account: AccountId(account),
        kind: "tier1".into(),
        opportunity: None,
        stage: Stage::Flagged,
        tier: Tier::One,
        score: 55,
        source: Source::Campaign,
        reason: "3 visits in 7 days".into(),
        contact: None,
        sender: Some(MAYA),
        assignee: None,
        co_owner: None,
        brief: None,
        fields: BTreeMap::from([("competitors".into(), "Globex".into())]),
        completeness: None,
        missing: vec![],
        moments: BTreeMap::from([(Moment::Created, T0)]),
        days: BTreeMap::new(),
        amount: None,
        outcome: None,
        parent: None,
        before_dispute: None,
        decisions: vec![],
        rating: None,
        lacked: None,
        checks: vec![],
        touches: vec![],
        clocks: vec![clock(ClockName::Deliver, T0, 24)],
    }
}

fn clock(name: ClockName, started: Instant, hours: i64) -> Clock {
    Clock {
        name,
        leg: 1,
        end_to_end: false,
        owes: Owes::Role(Role::Marketing),
        started,
        target: format!("{hours}h").parse().unwrap(),
        calendar: "always".into(),
        warning: Warn::Share(0.75),
        due: started.plus(hours * HOUR),
        warn: started.plus(hours * HOUR * 3 / 4),
        state: ClockState::Running,
        ended: None,
        pauses: vec![],
        short_notice: false,
    }
}

fn clocked(from: Option<&Clock>, to: Option<&Clock>) -> Change {
    let key: ClockKey = from.or(to).unwrap().key();
    Change::Clocked { key, from: from.cloned().map(Box::new), to: to.cloned().map(Box::new) }
}

fn number(store: &Store, sql: &str) -> i64 {
    store.read(|conn| conn.query_row(sql, [], |row| row.get(0))).unwrap()
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

//! A small sales team on a store of its own, at a fixed moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use handoff_desk::desk::{
    Actor, Ask, Desk, DeskError, EvaluateOptions, Evaluated, ImportOptions, Receipt, Request,
};
use handoff_desk::domain::command::Command;
use handoff_desk::domain::draft::{AccountRef, HandoffDraft};
use handoff_desk::domain::handoff::Handoff;
use handoff_desk::domain::ids::{HandoffId, PersonId};
use handoff_desk::domain::queue::{Edge, Query};
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::Instant;
use handoff_desk::domain::view::{Sort, SortKey};
use handoff_desk::intake;
use handoff_desk::policy;
use handoff_desk::store::{Machine, Store};
use tempfile::TempDir;

/// Tuesday 10 November 2026, 10:00 in New York.
pub(super) const T0: Instant = Instant(1_794_322_800_000);

const PEOPLE: &str = "\
name,email,role,manager,territories,capacity
Dana Reyes,dana@example.com,vp_sales,,,
Mia Chen,mia@example.com,marketing,,,
Lee Park,lee@example.com,manager,Dana Reyes,West,
Sam Ortiz,sam@example.com,ae,Lee Park,West,10
Ana Silva,ana@example.com,ae,Lee Park,East,10
Joe Sand,joe@example.com,sdr,Lee Park,,10
";

const ACCOUNTS: &str = "\
name,domain,revenue,employees,industry,region,tier,technologies,news,on_tal
Acme Inc,acme.example,120000000,450,SaaS,West,1,Marketo,2026-11-02 Acme hires a new CMO,yes
Globex,globex.example,40000000,300,SaaS,East,2,,,yes
Initech,initech.example,9000000,80,Software,West,3,,,no
";

const CONTACTS: &str = "\
account_domain,name,title,email,buying_role,authority
acme.example,Sarah Holt,CMO,sarah@acme.example,decision_maker,yes
acme.example,Mike Dunn,VP Sales,mike@acme.example,champion,yes
globex.example,Iris Vale,CFO,iris@globex.example,decision_maker,yes
";

const SIGNALS: &str = "\
domain,contact,kind,at,source,detail
acme.example,sarah@acme.example,pricing_visit,2026-11-09T15:00:00Z,website,Pricing page
acme.example,sarah@acme.example,roi_calculator,2026-11-09T15:20:00Z,website,ROI calculator
";

/// A store with people, accounts and signals, and a desk on it.
pub(super) struct Office {
    pub(super) desk: Desk,
    pub(super) sam: PersonId,
    now: Instant,
    actions: u64,
    _folder: TempDir,
}

impl Office {
    pub(super) fn with_signals() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("handoff.db")).unwrap();
        let machine = Machine { os_user: "tester".into(), host: "here".into(), pid: 1 };
        let mut desk = Desk::new(store, Arc::new(policy::shipped().unwrap()), machine);
        for (name, text) in [
            ("people.csv", PEOPLE),
            ("accounts.csv", ACCOUNTS),
            ("contacts.csv", CONTACTS),
            ("signals.csv", SIGNALS),
        ] {
            let options = intake::Options::new(desk.policy().zone);
            let mut input = intake::open(Box::new(text.as_bytes()), name, &options).unwrap();
            let mut action = [0; 16];
            action[..name.len()].copy_from_slice(name.as_bytes());
            let options = ImportOptions { who: None, now: T0, action };
            let done = desk
                .import(&mut input, &options, &mut |problem| panic!("{problem:?}"), &mut |_| {})
                .unwrap();
            assert_eq!(done.rejected, 0);
        }
        let sam = desk.person("Sam Ortiz").unwrap().id;
        Self { desk, sam, now: T0, actions: 0, _folder: folder }
    }

    pub(super) fn later(&mut self, ms: i64) {
        self.now = self.now.plus(ms);
    }

    pub(super) fn evaluate(&mut self, options: EvaluateOptions) -> Evaluated {
        let mia = self.desk.person("Mia Chen").unwrap().id;
        let now = self.now;
        let mut actions = self.actions;
        let found = self
            .desk
            .evaluate(
                Some(mia),
                now,
                options,
                &mut || {
                    actions += 1;
                    action(actions)
                },
                &mut |_| {},
            )
            .unwrap();
        self.actions = actions;
        found
    }

    pub(super) fn actor(&mut self, who: &str) -> Actor {
        self.actions += 1;
        Actor {
            who: self.desk.person(who).unwrap().id,
            now: self.now,
            action: action(self.actions),
        }
    }

    pub(super) fn assign_to_sam(&self) -> Command {
        Command::Assign { to: self.sam, brief: None, anyway: false }
    }

    pub(super) fn ask(&mut self, who: &str, seen: &Handoff, command: Command) -> Request {
        let actor = self.actor(who);
        let ask = Ask { handoff: seen.id, seen: Some(seen.version), command };
        Request { actor, asks: vec![ask], what_can: false }
    }

    pub(super) fn run(
        &mut self,
        who: &str,
        handoff: HandoffId,
        command: Command,
    ) -> Result<Receipt, DeskError> {
        self.run_all(who, &[handoff], command)
    }

    pub(super) fn run_all(
        &mut self,
        who: &str,
        handoffs: &[HandoffId],
        command: Command,
    ) -> Result<Receipt, DeskError> {
        let actor = self.actor(who);
        let asks = handoffs
            .iter()
            .map(|id| Ask { handoff: *id, seen: None, command: command.clone() })
            .collect();
        self.desk.run(&Request { actor, asks, what_can: handoffs.len() > 1 })
    }

    pub(super) fn make(&mut self, kind: &str, account: &str) -> HandoffId {
        let draft = HandoffDraft {
            kind: kind.to_owned(),
            account: AccountRef { name: Some(account.to_owned()), ..AccountRef::default() },
            reason: Some("Asked at the fair".to_owned()),
            package: BTreeMap::new(),
            ..HandoffDraft::default()
        };
        let actor = self.actor("Mia Chen");
        let id = self.desk.create(actor, &draft).unwrap().done[0];
        let made = self.handoff(account);
        if made.stage == Stage::Flagged {
            let fields = made_up(&made, self);
            self.run("Mia Chen", id, Command::Edit { fields }).unwrap();
            self.run("Mia Chen", id, Command::Submit).unwrap();
        }
        id
    }

    /// All handoffs, the oldest first.
    pub(super) fn all(&self) -> Vec<Handoff> {
        let query = Query {
            filter: handoff_desk::domain::filter::parse("").unwrap(),
            sort: Sort::by(SortKey::Created).reversed(),
            me: None,
            now: self.now,
            zone: self.desk.policy().zone,
        };
        let page = self.desk.window(&query, &Edge::First, 100).unwrap();
        let mut all: Vec<_> = page
            .rows
            .iter()
            .map(|row| self.desk.dossier(row.id, None, self.now).unwrap().handoff)
            .collect();
        all.sort_by_key(|handoff| handoff.id);
        all
    }

    /// The handoff of an account.
    pub(super) fn handoff(&self, company: &str) -> Handoff {
        let found = self.all().into_iter().find(|handoff| {
            self.desk.dossier(handoff.id, None, self.now).unwrap().account.name == company
        });
        found.unwrap_or_else(|| panic!("no handoff of {company}"))
    }
}

/// A value for each field that is missing, so that the package can be submitted.
fn made_up(handoff: &Handoff, office: &Office) -> BTreeMap<String, String> {
    let dossier = office.desk.dossier(handoff.id, None, office.now).unwrap();
    dossier
        .package
        .missing
        .iter()
        .map(|field| (field.key.to_owned(), "told by phone".to_owned()))
        .collect()
}

/// A handoff without its version, which every event moves on.
pub(super) fn timeless(mut handoff: Handoff) -> Handoff {
    handoff.version = 0;
    handoff
}

fn action(number: u64) -> [u8; 16] {
    let mut id = [7; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    id
}

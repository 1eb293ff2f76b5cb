//! A small team on a store of its own that doesn't wait for the disk, and chance that is the same every time.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::desk::{Actor, Ask, Desk, DeskError, EvaluateOptions, ImportOptions, Receipt, Request};
use crate::domain::command::{Command, Disposal, NewTouch};
use crate::domain::draft::{AccountRef, HandoffDraft};
use crate::domain::handoff::{Channel, Handoff, TouchOutcome};
use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::domain::person::Person;
use crate::domain::policy::Policy;
use crate::domain::time::{Instant, parse_instant};
use crate::intake;
use crate::store::{Machine, Store};

/// Tuesday 10 November 2026, 10:00 in New York.
pub(super) const T0: Instant = Instant(1_794_322_800_000);

const PEOPLE: &str = "\
name,email,role,manager,territories,capacity,active
Dana Reyes,dana@desk.example,vp_sales,,,,yes
Vera Lang,vera@desk.example,vp_marketing,,,,yes
Mia Chen,mia@desk.example,marketing,Vera Lang,,,yes
Rhea Sol,rhea@desk.example,revops,,,,yes
Lee Park,lee@desk.example,manager,Dana Reyes,,,yes
Sam Ortiz,sam@desk.example,ae,Lee Park,,6,yes
Ana Silva,ana@desk.example,ae,Lee Park,,2,yes
Joe Sand,joe@desk.example,sdr,Lee Park,,8,yes
Cleo Mar,cleo@desk.example,csm,Dana Reyes,,8,yes
Gil Gone,gil@desk.example,ae,Lee Park,,8,no
";

const ACCOUNTS: &str = "\
name,domain,revenue,employees,industry,region,tier,technologies,news,on_tal
Acme Inc,acme.example,120000000,450,SaaS,West,1,Marketo,2026-11-02 Acme hires a new CMO,yes
Globex,globex.example,40000000,300,SaaS,East,2,,,yes
Initech,initech.example,9000000,80,Software,West,3,,,no
Umbra,umbra.example,70000000,600,Retail,East,2,,,yes
Vandel,vandel.example,30000000,240,Retail,West,2,,,no
";

const CONTACTS: &str = "\
account_domain,name,title,email,buying_role,authority
acme.example,Sarah Holt,CMO,sarah@acme.example,decision_maker,yes
acme.example,Mike Dunn,VP Sales,mike@acme.example,champion,yes
globex.example,Iris Vale,CFO,iris@globex.example,decision_maker,yes
umbra.example,Una Best,COO,una@umbra.example,decision_maker,yes
";

const SIGNALS: &str = "\
domain,contact,kind,at,source,detail
acme.example,sarah@acme.example,pricing_visit,2026-11-09T15:00:00Z,website,Pricing page
acme.example,sarah@acme.example,roi_calculator,2026-11-09T15:20:00Z,website,ROI calculator
";

/// The companies of the made-up accounts.
pub(super) const COMPANIES: [&str; 5] = ["Acme Inc", "Globex", "Initech", "Umbra", "Vandel"];

/// A desk, the time, and the folder of its store.
pub(super) struct Office {
    pub(super) desk: Desk,
    pub(super) now: Instant,
    actions: u64,
    pub(super) folder: tempfile::TempDir,
}

impl Office {
    /// Under the shipped policy.
    pub(super) fn new() -> Self {
        Self::under(crate::policy::shipped().unwrap())
    }

    /// Under another policy.
    pub(super) fn under(policy: Policy) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::create(&folder.path().join("handoff.db")).unwrap();
        store.wait_for_disk(false).unwrap();
        let machine = Machine { os_user: "tester".into(), host: "here".into(), pid: 1 };
        let desk = Desk::new(store, Arc::new(policy), machine);
        let mut office = Self { desk, now: T0, actions: 0, folder };
        for (name, text) in [
            ("people.csv", PEOPLE),
            ("accounts.csv", ACCOUNTS),
            ("contacts.csv", CONTACTS),
            ("signals.csv", SIGNALS),
        ] {
            office.import(name, text);
        }
        office
    }

    /// Imports a text as a file of that name.
    pub(super) fn import(&mut self, name: &str, text: &str) {
        self.import_as(None, name, text);
    }

    /// The same by somebody; the gesture, where anything changed.
    pub(super) fn import_as(
        &mut self,
        who: Option<&str>,
        name: &str,
        text: &str,
    ) -> Option<GestureId> {
        let who = who.map(|who| self.who(who));
        let options = intake::Options::new(self.desk.policy().zone);
        let bytes = std::io::Cursor::new(text.to_owned().into_bytes());
        let mut input = intake::open(Box::new(bytes), name, &options).unwrap();
        let options = ImportOptions { who, now: self.now, action: self.id() };
        let done = self
            .desk
            .import(&mut input, &options, &mut |problem| panic!("{problem:?}"), &mut |_| {})
            .unwrap();
        assert_eq!(done.rejected, 0);
        done.gesture
    }

    /// A signal of an account, now.
    pub(super) fn signal(&mut self, domain: &str, kind: &str) {
        let row = format!("domain,kind,at\n{domain},{kind},{}\n", self.now);
        self.import("signals.csv", &row);
    }

    pub(super) fn id(&mut self) -> [u8; 16] {
        self.actions += 1;
        u128::from(self.actions).to_be_bytes()
    }

    pub(super) fn later(&mut self, ms: i64) -> &mut Self {
        self.now = self.now.plus(ms);
        self
    }

    /// Goes to a moment such as `2026-11-16T10:00-05:00`.
    pub(super) fn at(&mut self, moment: &str) -> &mut Self {
        self.now = parse_instant(moment).unwrap();
        self
    }

    pub(super) fn people(&self) -> Vec<Person> {
        self.desk.people().unwrap()
    }

    pub(super) fn who(&self, name: &str) -> PersonId {
        self.desk.person(name).unwrap().id
    }

    pub(super) fn actor(&mut self, who: &str) -> Actor {
        Actor { who: self.who(who), now: self.now, action: self.id() }
    }

    pub(super) fn run(
        &mut self,
        who: &str,
        handoff: HandoffId,
        command: Command,
    ) -> Result<Receipt, DeskError> {
        let actor = self.actor(who);
        let asks = vec![Ask { handoff, seen: None, command }];
        self.desk.run(&Request { actor, asks, what_can: false })
    }

    /// Does something that must be done.
    pub(super) fn does(&mut self, who: &str, handoff: HandoffId, command: Command) -> Receipt {
        self.run(who, handoff, command).unwrap_or_else(|why| panic!("{who}: {why}"))
    }

    /// Tries something that must be refused; the sentence.
    pub(super) fn refuses(&mut self, who: &str, handoff: HandoffId, command: Command) -> String {
        let before = self.handoff(handoff);
        let why = self.run(who, handoff, command).map(|done| done.label).unwrap_err().to_string();
        assert_eq!(self.handoff(handoff), before, "a refusal changes nothing");
        why
    }

    pub(super) fn assign(&mut self, who: &str, handoff: HandoffId, to: &str) -> Receipt {
        let to = self.who(to);
        self.does(who, handoff, Command::Assign { to, brief: None, anyway: false })
    }

    pub(super) fn evaluate(&mut self) -> crate::desk::Evaluated {
        self.evaluate_as(Some("Mia Chen"))
    }

    /// By somebody or, with none, by whoever operates the machine.
    pub(super) fn evaluate_as(&mut self, who: Option<&str>) -> crate::desk::Evaluated {
        let (who, now) = (who.map(|who| self.who(who)), self.now);
        let mut last = self.actions;
        let mut ids = || {
            last += 1;
            u128::from(last).to_be_bytes()
        };
        let options = EvaluateOptions { changed: true, dry_run: false };
        let found = self.desk.evaluate(who, now, options, &mut ids, &mut |_| {}).unwrap();
        self.actions = last;
        found
    }

    /// A handoff of this type, flagged by hand.
    pub(super) fn create(&mut self, kind: &str, company: &str) -> Result<HandoffId, DeskError> {
        let actor = self.actor("Mia Chen");
        let draft = HandoffDraft {
            kind: kind.to_owned(),
            account: AccountRef { name: Some(company.to_owned()), ..AccountRef::default() },
            reason: Some("Asked at the fair".to_owned()),
            package: BTreeMap::new(),
            ..HandoffDraft::default()
        };
        self.desk.create(actor, &draft).map(|done| done.done[0])
    }

    /// The same, with everything in the package and in the queue or further on.
    pub(super) fn queued(&mut self, kind: &str, company: &str) -> HandoffId {
        let id = self.create(kind, company).unwrap();
        let package = self.desk.dossier(id, None, self.now).unwrap().package;
        let fields: BTreeMap<_, _> = package
            .missing
            .iter()
            .map(|field| (field.key.to_owned(), "told by phone".to_owned()))
            .collect();
        if !fields.is_empty() {
            self.does("Mia Chen", id, Command::Edit { fields });
        }
        if self.handoff(id).stage == crate::domain::stage::Stage::Flagged {
            self.does("Mia Chen", id, Command::Submit);
        }
        id
    }

    /// One of type `tier1` that Sam works: assigned, accepted and touched.
    pub(super) fn working(&mut self, company: &str) -> HandoffId {
        let id = self.queued("tier1", company);
        self.assign("Dana Reyes", id, "Sam Ortiz");
        self.does("Sam Ortiz", id, Command::Accept);
        self.does("Sam Ortiz", id, touch(TouchOutcome::Sent));
        id
    }

    pub(super) fn handoff(&self, id: HandoffId) -> Handoff {
        self.desk.store.handoff(id).unwrap().unwrap()
    }
}

/// An e-mail with this outcome.
pub(super) fn touch(outcome: TouchOutcome) -> Command {
    Command::Touch(NewTouch {
        channel: Channel::Email,
        template: None,
        outcome,
        note: Some("They look at it in spring".to_owned()),
        at: None,
    })
}

/// A disposition with its fields.
pub(super) fn dispose(code: &str, fields: &[(&str, &str)]) -> Command {
    Command::Dispose(Disposal {
        code: code.to_owned(),
        fields: fields.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect(),
        claim: None,
        overridden: None,
    })
}

/// The next of a few choices, the same for each seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    pub(super) fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.roll(choices.len() as u64)).unwrap()].clone()
    }

    pub(super) fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

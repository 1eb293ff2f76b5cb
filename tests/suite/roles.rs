//! `DOMAIN.md 12` beyond the actions on a handoff (those are in `rules/permission.rs`): what each role may do to the desk
//! itself, asked of the desk, through which the screen and the command line go.

use std::collections::BTreeMap;

use handoff_desk::desk::{
    Actor, Desk, DeskError, EvaluateOptions, ImportOptions, NewPerson, Request,
};
use handoff_desk::domain::batch::week_for;
use handoff_desk::domain::command::Command;
use handoff_desk::domain::draft::HandoffDraft;
use handoff_desk::domain::ids::{AccountId, GestureId, HandoffId, PersonId};
use handoff_desk::domain::person::{Person, Role};
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::time::Instant;
use handoff_desk::intake::batch_plan::Plan;
use handoff_desk::store::{Access, Machine, Store};
use handoff_desk::{intake, policy};
use tempfile::TempDir;

/// Friday 20 November 2026, 14:32 in New York.
const NOW: Instant = Instant(1_795_203_120_000);

const PEOPLE: &str = "\
name,email,role,manager
Dana,dana@desk.example,vp_sales,
Mark,mark@desk.example,manager,Dana
Sam,sam@desk.example,ae,Mark
Lee,lee@desk.example,sdr,Mark
Cara,cara@desk.example,csm,
Mia,mia@desk.example,marketing,
Vera,vera@desk.example,vp_marketing,
Rita,rita@desk.example,revops,
Otto,otto@desk.example,revops,
";

const ACCOUNTS: &str =
    "name,domain\nAcme,acme.example\nGlobex,globex.example\nHooli,hooli.example\n";

const ROLES: [(&str, Role); 8] = [
    ("Dana", Role::VpSales),
    ("Mark", Role::Manager),
    ("Sam", Role::Ae),
    ("Lee", Role::Sdr),
    ("Cara", Role::Csm),
    ("Mia", Role::Marketing),
    ("Vera", Role::VpMarketing),
    ("Rita", Role::Revops),
];

type Deed = fn(&mut Office, PersonId) -> Result<(), DeskError>;

/// Who may do what to the desk; columns as in [`ROLES`].
const MAY: [(&str, &str, Deed); 15] = [
    //                       vp mgr ae sdr csm mkt vpm ops
    ("import              ", "y - - - - y y y", import),
    ("evaluate            ", "y - - - - y y y", evaluate),
    ("merge accounts      ", "y - - - - - - y", merge),
    ("edit any account    ", "y y - - - y y y", edit_account),
    ("make a handoff      ", "y - - - - y y y", create),
    ("add a person        ", "y - - - - - - y", add_person),
    ("rename anybody      ", "y - - - - - - y", rename),
    ("load of their team  ", "y y - - - - - y", capacity),
    ("change the policy   ", "y - - - - - - y", adopt),
    ("send a batch        ", "y y - - - y y y", send_batch),
    ("apply a batch's plan", "y y - - - - - y", apply_plan),
    ("go beyond a cap     ", "y y - - - - - y", let_through),
    ("undo another's      ", "y - - - - - - y", undo),
    ("follow a handoff    ", "y y y y y y y y", follow),
    ("note                ", "y y y y y y y y", note),
];

struct Office {
    desk: Desk,
    people: Vec<Person>,
    /// What Otto did.
    did: GestureId,
    actions: u64,
    _folder: TempDir,
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        drop(Store::create(&path).unwrap());
        let store = Store::open(&path, Access::ReadWrite).unwrap();
        let machine = Machine { os_user: "tester".into(), host: "here".into(), pid: 1 };
        let desk = Desk::new(store, std::sync::Arc::new(policy::shipped().unwrap()), machine);
        let mut office =
            Self { desk, people: Vec::new(), did: GestureId(0), actions: 0, _folder: folder };
        office.take_in(None, PEOPLE).unwrap();
        office.people = office.desk.people().unwrap();
        let otto = office.id("Otto");
        office.did = office.take_in(Some(otto), ACCOUNTS).unwrap().unwrap();
        create(&mut office, otto).unwrap();
        office
    }

    fn id(&self, name: &str) -> PersonId {
        self.people.iter().find(|person| person.name == name).unwrap().id
    }

    fn actor(&mut self, who: PersonId) -> Actor {
        self.actions += 1;
        let mut action = [7; 16];
        action[8..].copy_from_slice(&self.actions.to_be_bytes());
        Actor { who, now: NOW, action }
    }

    fn take_in(
        &mut self,
        who: Option<PersonId>,
        text: &str,
    ) -> Result<Option<GestureId>, DeskError> {
        let options = intake::Options::new(self.desk.policy().zone);
        let source = std::io::Cursor::new(text.as_bytes().to_vec());
        let mut input = intake::open(Box::new(source), "file.csv", &options).unwrap();
        let action = self.actor(PersonId(0)).action;
        let options = ImportOptions { who, now: NOW, action };
        let done = self.desk.import(&mut input, &options, &mut |_| Ok(()), &mut |_| {})?;
        Ok(done.gesture)
    }
}

fn import(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    office.take_in(Some(who), ACCOUNTS).map(drop)
}

fn evaluate(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let options = EvaluateOptions { changed: false, dry_run: true };
    office.desk.evaluate(Some(who), NOW, options, &mut || [0; 16], &mut |_| {}).map(drop)
}

fn merge(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let actor = office.actor(who);
    office.desk.merge(actor, AccountId(2), AccountId(2)).map(drop)
}

fn edit_account(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let actor = office.actor(who);
    let seen = office.desk.account("Globex").unwrap();
    let fields = BTreeMap::from([("employees".to_owned(), who.0.to_string())]);
    office.desk.edit_account(actor, &seen, &fields).map(drop)
}

fn create(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let actor = office.actor(who);
    let draft = HandoffDraft {
        account: handoff_desk::domain::draft::AccountRef {
            name: Some("Acme".to_owned()),
            ..Default::default()
        },
        kind: "inbound".to_owned(),
        reason: Some("Asked at the fair".to_owned()),
        ..HandoffDraft::default()
    };
    office.desk.create(actor, &draft).map(drop)
}

fn add_person(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let action = office.actor(who).action;
    let new = NewPerson {
        name: format!("New {who}"),
        email: format!("new{}@desk.example", who.0),
        role: Role::Ae,
    };
    office.desk.add_person(Some(who), NOW, action, &new).map(drop)
}

fn edited(
    office: &mut Office,
    who: PersonId,
    edit: impl FnOnce(&mut Person),
) -> Result<(), DeskError> {
    let actor = office.actor(who);
    let sam = office.id("Sam");
    let people = office.desk.people().unwrap();
    let before = people.iter().find(|person| person.id == sam).unwrap();
    let mut after = before.clone();
    edit(&mut after);
    office.desk.edit_person(actor, before, &after).map(drop)
}

fn rename(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    // Somebody who may still edits something else of themselves: what is asked is a name that is not theirs.
    edited(office, who, |sam| sam.email = Some(format!("sam{}@desk.example", who.0)))
}

fn capacity(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    edited(office, who, |sam| sam.capacity = Some(10 + u32::try_from(who.0).unwrap()))
}

fn adopt(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    office.desk.may_adopt(who, &["Dana".to_owned()]).map(drop)
}

fn send_batch(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let actor = office.actor(who);
    let week = week_for(NOW, office.desk.policy());
    office.desk.send_batch(week, actor).map(drop)
}

fn apply_plan(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let actor = office.actor(who);
    let week = week_for(NOW, office.desk.policy());
    office.desk.apply_plan(&Plan { week, rows: Vec::new() }, actor).map(drop)
}

fn let_through(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let actor = office.actor(who);
    office.desk.let_through("Globex", "They asked", actor).map(drop)
}

fn undo(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let actor = office.actor(who);
    let did = office.did;
    office.desk.undo(actor, Some(did)).map(drop)
}

fn follow(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let actor = office.actor(who);
    office.desk.follow(actor, HandoffId(1)).map(drop)
}

fn note(office: &mut Office, who: PersonId) -> Result<(), DeskError> {
    let actor = office.actor(who);
    let command = Command::Note { text: "Seen".to_owned() };
    let asks = vec![handoff_desk::desk::Ask { handoff: HandoffId(1), seen: None, command }];
    office.desk.run(&Request { actor, asks, what_can: false }).map(drop)
}

/// Whether the desk let somebody: it may have found that there is nothing to do.
fn let_in(done: &Result<(), DeskError>) -> bool {
    match done {
        Err(DeskError::Refused(refusal)) => refusal.kind != RefusalKind::NotPermitted,
        _ => true,
    }
}

#[test]
fn who_may_do_what_to_the_desk_is_this_table() {
    for (deed, row, action) in MAY {
        let mut office = Office::open();
        let cells: Vec<_> = row.split_whitespace().collect();
        assert_eq!(cells.len(), ROLES.len());
        // Those who may not come first, so that what is done is not in their way.
        let (may, may_not): (Vec<_>, Vec<_>) =
            cells.into_iter().zip(ROLES).partition(|(cell, _)| *cell == "y");
        for (cell, (name, role)) in may_not.into_iter().chain(may) {
            let who = office.id(name);
            let done = action(&mut office, who);
            assert_eq!(let_in(&done), cell == "y", "{deed}: {role}: {done:?}");
        }
    }
}

/// Whoever has left the desk does nothing any more, whatever they were.
#[test]
fn who_no_longer_works_here_may_do_nothing() {
    for (deed, _, action) in MAY {
        let mut office = Office::open();
        let (rita, dana) = (office.id("Rita"), office.id("Dana"));
        let actor = office.actor(dana);
        let before = office.people.iter().find(|person| person.id == rita).unwrap().clone();
        let after = Person { active: false, ..before.clone() };
        office.desk.edit_person(actor, &before, &after).unwrap();
        let done = action(&mut office, rita);
        assert!(!let_in(&done), "{deed}: {done:?}");
    }
}

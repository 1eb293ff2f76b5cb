//! A desk's screen with one handoff at a stage, for the tests of the forms.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::America::New_York;
use ratatui::layout::Rect;

use crate::domain::account::{Account, Dated, Tier};
use crate::domain::command::{Command, NewTouch};
use crate::domain::contact::{BuyingRole, Contact};
use crate::domain::decide::{Facts, decide, first_clocks, may};
use crate::domain::handoff::{Channel, Decision, Handoff, Moment, TouchOutcome};
use crate::domain::ids::{AccountId, ContactId, HandoffId, PersonId};
use crate::domain::package::{self, Package, assemble};
use crate::domain::person::{Absence, Person, Role};
use crate::domain::policy::Policy;
use crate::domain::routing::{self, Candidate, Load, Record};
use crate::domain::signal::Source;
use crate::domain::stage::{Stage, legal};
use crate::domain::time::{Instant, parse_instant};
use crate::domain::view;
use crate::policy;
use crate::report::template::Templates;
use crate::store::TeamRow;
use crate::tui::action::Action;
use crate::tui::answer::{Answer, Card, Happening};
use crate::tui::chord::Key;
use crate::tui::effect::{Ask, Effect, Ticket, Write};
use crate::tui::keys::Keymap;
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Subject, World};
use crate::tui::msg::{Input, Mouse, Msg};
use crate::tui::popup::forms;
use crate::tui::shot::{Shot, shot};
use crate::tui::theme::{Depth, Theme};
use crate::tui::update::update;

/// A screen with a handoff at hand.
pub(super) struct Bench {
    pub(super) model: Model,
    handoff: Handoff,
    people: Vec<Person>,
    policy: Policy,
}

fn person(id: i64, name: &str, role: Role, capacity: Option<u32>) -> Person {
    let first = name.split(' ').next().unwrap().to_lowercase();
    Person {
        id: PersonId(id),
        email: Some(format!("{first}@acme.example")),
        manager: (role == Role::Ae).then_some(PersonId(2)),
        capacity,
        ..Person::new(name, role)
    }
}

fn everybody() -> Vec<Person> {
    let away = |day: &str| day.parse().unwrap();
    vec![
        person(1, "Dana Reyes", Role::VpSales, None),
        person(2, "Max Olsen", Role::Manager, None),
        person(3, "Sam Ortiz", Role::Ae, Some(8)),
        person(4, "Ana Silva", Role::Ae, Some(12)),
        person(5, "Lee Chen", Role::Ae, Some(6)),
        Person {
            absences: vec![Absence { from: away("2026-11-19"), to: away("2026-11-27") }],
            ..person(6, "Eve Moss", Role::Ae, Some(10))
        },
        person(7, "Kim Roe", Role::Marketing, None),
        person(8, "Rob Dean", Role::VpMarketing, None),
    ]
}

/// What each carries.
const OPEN: [(i64, u32); 4] = [(3, 3), (4, 9), (5, 6), (6, 1)];

fn account() -> Account {
    let dated =
        |on: &str, headline: &str| Dated { on: on.parse().unwrap(), headline: headline.into() };
    Account {
        name: "Acme Inc".into(),
        revenue: Some(120_000_000),
        employees: Some(450),
        industry: Some("SaaS".into()),
        region: Some("West".into()),
        tier: Tier::One,
        news: vec![dated("2026-11-12", "Hires a new CMO")],
        ..Account::default()
    }
}

fn contacts() -> Vec<Contact> {
    vec![Contact {
        id: ContactId(1),
        name: "Sarah Chen".into(),
        title: Some("CMO".into()),
        email: Some("sarah@acme.example".into()),
        phone: Some("+1 555 0100".into()),
        role: BuyingRole::DecisionMaker,
        authority: true,
        do_not_call: true,
        ..Contact::default()
    }]
}

fn flagged(now: Instant) -> Handoff {
    Handoff {
        id: HandoffId(1042),
        version: 1,
        account: AccountId(1),
        kind: "tier1".into(),
        opportunity: None,
        stage: Stage::Flagged,
        tier: Tier::One,
        score: 64,
        source: Source::DirectDemand,
        reason: "Asked for a demo".into(),
        contact: Some(ContactId(1)),
        sender: None,
        assignee: None,
        co_owner: None,
        brief: None,
        fields: BTreeMap::new(),
        completeness: None,
        missing: Vec::new(),
        moments: BTreeMap::from([(Moment::Created, now)]),
        days: BTreeMap::new(),
        amount: None,
        outcome: None,
        parent: None,
        before_dispute: None,
        decisions: Vec::new(),
        rating: None,
        lacked: None,
        checks: vec![],
        touches: Vec::new(),
        clocks: Vec::new(),
    }
}

impl Bench {
    /// A screen of somebody of this role, on which a handoff stands at this stage.
    pub(super) fn at(stage: Stage, role: Role) -> Self {
        let now = parse_instant("2026-11-20T14:32-05:00").unwrap();
        let policy = policy::shipped().unwrap();
        let people = everybody();
        // The one who has it, where it is theirs to do something with.
        let me = people.iter().find(|person| person.role == role).unwrap().clone();
        let mut model = Model::new(World {
            now,
            me: Some(me),
            zone: New_York,
            policy: Arc::new(policy.clone()),
            keys: Arc::new(Keymap::shipped().unwrap()),
            theme: Arc::new(Theme::shipped("dark", Depth::True).unwrap()),
            views: view::built_in(),
        });
        model.size = (100, 30);
        model.people = Arc::new(people.clone());
        let mut bench = Self { model, handoff: flagged(now), people, policy };
        bench.handoff = bench.born();
        bench.bring(stage);
        bench.show();
        bench
    }

    fn born(&self) -> Handoff {
        let mut handoff = self.handoff.clone();
        let kind = self.policy.kind(&handoff.kind).unwrap();
        first_clocks(&mut handoff, kind, &self.facts(7)).unwrap();
        handoff
    }

    fn facts(&self, who: i64) -> Facts<'_> {
        Facts {
            policy: &self.policy,
            who: self.people.iter().find(|person| person.id == PersonId(who)).unwrap(),
            now: self.model.now,
            people: &self.people,
            open: &[],
            package: None,
            automatic: false,
        }
    }

    fn apply(&mut self, who: i64, command: &Command) {
        let changes = decide(&self.handoff, command, &self.facts(who)).unwrap();
        changes.iter().for_each(|change| change.apply(&mut self.handoff));
        self.handoff.version += 1;
    }

    /// Leads the handoff to a stage by what people would do.
    fn bring(&mut self, stage: Stage) {
        let touch = |outcome| {
            Command::Touch(NewTouch {
                channel: Channel::Email,
                template: None,
                outcome,
                note: None,
                at: None,
            })
        };
        let brief = Some("They know Ana from Globex.".to_owned());
        let steps = [
            (Stage::Queued, 7, Command::Submit),
            (Stage::Assigned, 1, Command::Assign { to: PersonId(3), brief, anyway: false }),
            (Stage::Accepted, 3, Command::Accept),
            (Stage::Working, 3, touch(TouchOutcome::Sent)),
            (Stage::Engaged, 3, touch(TouchOutcome::Replied)),
        ];
        for (reached, who, command) in steps {
            if self.handoff.stage == stage {
                return;
            }
            self.apply(who, &command);
            assert_eq!(self.handoff.stage, reached);
        }
        if stage == Stage::Disputed {
            self.apply(3, &Command::Dispute { note: "Is this ours at all?".into() });
            self.apply(
                8,
                &Command::Decide {
                    decision: Decision::Queue,
                    note: "The signals are real.".into(),
                },
            );
        }
        assert_eq!(self.handoff.stage, stage);
    }

    /// Somebody does something, and the screen hears of it.
    pub(super) fn happens(&mut self, command: &Command) {
        self.apply(3, command);
        let card = Arc::new(self.card());
        self.answers(Answer::Card(self.handoff.id, Some(card)));
    }

    fn show(&mut self) {
        self.model.cards.put(Arc::new(self.card()));
    }

    fn package(&self) -> Package {
        assemble(&package::Material {
            handoff: &self.handoff,
            account: &account(),
            contacts: &contacts(),
            signals: &[],
            trigger: &[],
            peer: None,
            policy: &self.policy,
            zone: New_York,
            now: self.model.now,
            name_of: &|_| None,
            render: &|template, facts| Templates::new().render(template, facts),
        })
    }

    fn card(&self) -> Card {
        let me = self.model.me.as_ref().unwrap().id.0;
        let kind = self.policy.kind(&self.handoff.kind).unwrap();
        let may = |action: &_| may(*action, &self.handoff, kind, &self.facts(me)).err();
        let actions = legal(self.handoff.stage).iter().map(|action| (*action, may(action)));
        Card {
            handoff: self.handoff.clone(),
            account: account(),
            contacts: contacts(),
            package: self.package(),
            sent: None,
            changed: Vec::new(),
            plan: crate::domain::playbook::plan(
                &self.handoff,
                None,
                &self.policy,
                None,
                self.model.now,
            ),
            clocks: Vec::new(),
            asides: Vec::new(),
            record: vec![Happening {
                seq: 9,
                at: self.model.now,
                who: "Sam Ortiz".into(),
                handoff: Some(self.handoff.id),
                company: "Acme Inc".into(),
                what: "disputed".into(),
                details: vec!["Is this ours at all?".into()],
            }],
            names: BTreeMap::new(),
            actions: actions.collect(),
        }
    }

    pub(super) fn subject(&self) -> Subject {
        Subject {
            id: self.handoff.id,
            version: self.handoff.version,
            company: "Acme Inc".into(),
            kind: self.handoff.kind.clone(),
            stage: self.handoff.stage,
            assignee: self.handoff.assignee,
        }
    }

    pub(super) fn three(&self) -> Vec<Subject> {
        let subject = |id| Subject { id: HandoffId(id), ..self.subject() };
        vec![subject(1042), subject(1043), subject(1044)]
    }

    /// Opens the form of an action for the handoff at hand.
    pub(super) fn opens(&mut self, action: Action) -> Vec<Effect> {
        forms::open(action, vec![self.subject()], &mut self.model)
    }

    /// Opens a form, fills it in, and tells the one command that is asked for, once the rules have taken it.
    pub(super) fn does(&mut self, action: Action, keys: &str) -> Command {
        self.opens(action);
        let effects = self.press(keys);
        let commands = commands(&effects);
        let [command] = commands.as_slice() else { panic!("{keys}: {effects:?}\n{}", self.text()) };
        let me = self.model.me.as_ref().unwrap().id.0;
        if let Err(refusal) = decide(&self.handoff, command, &self.facts(me)) {
            panic!("{command:?}: {refusal}");
        }
        self.model.popups.clear();
        command.clone()
    }

    /// Types a script: keys in angle brackets by their names, all else letter by letter.
    pub(super) fn press(&mut self, script: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut rest = script;
        while let Some(letter) = rest.chars().next() {
            let key = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
                Some((name, after)) => {
                    rest = after;
                    name.parse().unwrap()
                }
                None => {
                    rest = &rest[letter.len_utf8()..];
                    Key::letter(letter)
                }
            };
            // What the form lets through is none of its business, so it ends here.
            if !self.model.popups.is_empty() {
                effects.extend(update(&mut self.model, Msg::Input(Input::Key(key))));
            }
        }
        effects
    }

    pub(super) fn mouse(&mut self, mouse: Mouse) -> Vec<Effect> {
        update(&mut self.model, Msg::Input(Input::Mouse(mouse)))
    }

    pub(super) fn answers(&mut self, answer: Answer) {
        update(&mut self.model, Msg::Answer(answer));
    }

    /// The screen was drawn.
    pub(super) fn sees(&mut self) {
        update(&mut self.model, Msg::Seen);
    }

    /// The worker answers what an assignment asks.
    pub(super) fn proposes(&mut self) {
        let load = |person: &Person| {
            let open =
                OPEN.iter().find(|(id, _)| PersonId(*id) == person.id).map_or(0, |(_, open)| *open);
            Load { open, ..Load::default() }
        };
        let record =
            Record { won: 4, closed: 9, similar_won: 2, similar_closed: 5, industry_closed: 3 };
        let candidates: Vec<_> = self
            .people
            .iter()
            .map(|person| Candidate { person, load: load(person), record })
            .collect();
        let kind = self.policy.kind(&self.handoff.kind).unwrap();
        let proposal =
            routing::propose(&account(), kind, &candidates, &self.policy, self.model.now);
        let proposal = Arc::new(proposal);
        let members = self.people.iter().map(|person| TeamRow {
            open: load(person).open,
            assigned_30d: 0,
            person: person.clone(),
            breached: 0,
            first_touch: None,
            last_assigned: None,
            this_week: 0,
            accepted: None,
        });
        let members: Vec<_> = members.collect();
        // The two questions of a form that was just opened, in their order.
        let last = self.model.ticket.0;
        let asked = match self.model.popups.last() {
            Some(popup) if format!("{popup:?}").contains("Assign {") => last,
            _ => return,
        };
        let several = self.text().contains("3 handoffs");
        let ids = if several { vec![1042, 1043, 1044] } else { vec![1042] };
        let proposals = ids.into_iter().map(|id| (HandoffId(id), proposal.clone())).collect();
        self.answers(Answer::Proposals(Ticket(asked - 1), proposals));
        self.answers(Answer::Team(Ticket(asked), members));
    }

    pub(super) fn shot(&self) -> Shot {
        let (columns, rows) = self.model.size;
        shot(columns, rows, |frame| {
            let area = Rect::new(0, 0, columns, rows);
            frame.buffer_mut().set_style(area, self.model.theme.text());
            let mut memory = Memory::default();
            for popup in &self.model.popups {
                popup.view(&self.model, &mut memory, frame, area);
            }
        })
    }

    pub(super) fn text(&self) -> String {
        self.shot().text()
    }

    /// What the bottom line tells.
    pub(super) fn told(&self) -> String {
        self.model.toast.as_ref().map(|toast| toast.sentence.clone()).unwrap_or_default()
    }
}

/// The one thing that is asked for.
pub(super) fn ask(effects: &[Effect]) -> Ask {
    match effects {
        [Effect::Write(_, Write::Run { asks, .. })] if asks.len() == 1 => asks[0].clone(),
        other => panic!("{other:?}"),
    }
}

/// The commands that are asked for.
pub(super) fn commands(effects: &[Effect]) -> Vec<Command> {
    let asks = effects.iter().filter_map(|effect| match effect {
        Effect::Write(_, Write::Run { asks, .. }) => {
            Some(asks.iter().map(|ask| ask.command.clone()))
        }
        _ => None,
    });
    asks.flatten().collect()
}

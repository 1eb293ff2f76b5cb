//! A small team's Friday afternoon for the tests of the screens: always the same, and with every colour of a clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::America::New_York;

use super::answer::{Answer, Card, Happening, Line};
use super::effect::{Effect, Load};
use super::keys::Keymap;
use super::model::{Model, World};
use super::msg::{Input, Msg};
use super::theme::{Depth, Theme};
use super::update::{start, update};
use crate::domain::account::{Account, Dated, Tier};
use crate::domain::batch::Week;
use crate::domain::batch::round::{Item, Round};
use crate::domain::batch::sheet::Sheet;
use crate::domain::clock::{Clock, ClockName, ClockState, Owes};
use crate::domain::contact::{BuyingRole, Contact};
use crate::domain::decide::{Facts, may};
use crate::domain::due::Pause;
use crate::domain::handoff::{Handoff, Moment};
use crate::domain::ids::{AccountId, ContactId, HandoffId, PersonId, SignalId};
use crate::domain::package::{Material, assemble};
use crate::domain::person::{Absence, Person, Role};
use crate::domain::playbook::Progress;
use crate::domain::policy::{DEFAULT_WARN, Policy, Warn};
use crate::domain::queue::{Count, Cursor, CursorValue, Edge, NextClock, Page, QueueRow};
use crate::domain::routing::Load as Load_;
use crate::domain::signal::{Signal, Source};
use crate::domain::stage::{Stage, legal};
use crate::domain::time::{HOUR, Instant, MINUTE, SECOND, parse_instant};
use crate::domain::timing;
use crate::domain::view::built_in;
use crate::store::{Badges, TeamRow};

/// Friday 20 November 2026, 14:32:51 in New York.
pub(super) fn now() -> Instant {
    parse_instant("2026-11-20T14:32:51-05:00").unwrap()
}

pub(super) fn policy() -> Policy {
    crate::policy::shipped().unwrap()
}

fn person(id: i64, name: &str, role: Role) -> Person {
    Person {
        id: PersonId(id),
        email: Some(format!("{}@desk.example", name.to_lowercase().replace(' ', "."))),
        territories: vec!["West".into()],
        capacity: (role == Role::Ae).then_some(12),
        ..Person::new(name, role)
    }
}

pub(super) fn people() -> Vec<Person> {
    let mut kim = person(4, "Kim Novak", Role::Ae);
    let day = |d| chrono::NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
    kim.absences = vec![Absence { from: day(19), to: day(23) }];
    vec![
        person(1, "Dana Reyes", Role::VpSales),
        person(2, "Lee Park", Role::Manager),
        person(3, "Sam Ortiz", Role::Ae),
        kim,
        person(5, "Ana Lima", Role::Marketing),
    ]
}

/// The rows of the queue: company, type, stage, what runs, started and due in minutes from now.
const ROWS: &[(&str, &str, Stage, ClockName, i64, i64)] = &[
    ("Northwind Traders", "inbound", Stage::Queued, ClockName::Assign, -300, -41),
    ("Acme Inc", "tier1", Stage::Queued, ClockName::Assign, -452, 147),
    ("Globex", "tier1", Stage::Queued, ClockName::Assign, -600, 33),
    ("Initech", "tier1", Stage::Assigned, ClockName::Accept, -1_180, 260),
    (
        "Umbrella Logistics & Warehousing of the Pacific",
        "tier1",
        Stage::Accepted,
        ClockName::FirstTouch,
        -900,
        900,
    ),
    ("Hooli", "relationship", Stage::Queued, ClockName::Assign, -10, 1_600),
    ("Stark Marine", "tier1", Stage::Working, ClockName::Work, -2_000, 4_700),
    ("Wayne Foods", "tier2", Stage::Returned, ClockName::Fix, -90, 1_350),
    ("Tyrell Optics", "expansion", Stage::Opportunity, ClockName::Report, -4_000, 6_000),
    ("Soylent", "tier1", Stage::Disputed, ClockName::Decide, -10, 8_000),
];

pub(super) fn row(n: usize) -> QueueRow {
    let (company, kind, stage, clock, started, due) = ROWS[n % ROWS.len()];
    let id = 1_041 + n as i64;
    let at = |minutes: i64| now().plus(minutes * MINUTE + 9 * SECOND);
    let far = (n / ROWS.len()) as i64 * 200;
    let (start, due) = (at(started), at(due + far));
    let held = stage == Stage::Disputed;
    let assignee =
        matches!(stage, Stage::Assigned | Stage::Accepted | Stage::Working | Stage::Opportunity);
    QueueRow {
        id: HandoffId(id),
        version: 3,
        cursor: Cursor { value: CursorValue::Number(due.0), id: HandoffId(id) },
        account: AccountId(id - 1_000),
        company: company.to_owned(),
        tier: if kind == "tier2" { Tier::Two } else { Tier::One },
        kind: kind.to_owned(),
        stage,
        source: Source::Campaign,
        score: 40 + (n * 7 % 60) as u8,
        region: Some("West".into()),
        assignee: assignee.then_some(PersonId(3)),
        assignee_name: assignee.then(|| "Sam Ortiz".to_owned()),
        next: (!held).then(|| NextClock {
            name: clock,
            started: start,
            // Acme's runs in the hours of the office, so that three quarters of it are used at three.
            warn: if n == 1 { at(27) } else { start.plus(due.since(start) * 3 / 4) },
            due,
        }),
        held,
        created: at(-2_000),
        code: None,
        wake: None,
        touches: 0,
        progress: Progress { given: assignee.then_some(start), ..Progress::default() },
        rating: None,
    }
}

/// The rows of a list of so many handoffs, as a store would give them.
pub(super) fn page(all: usize, edge: &Edge, limit: usize) -> Page {
    let at = |cursor: &Cursor| (cursor.id.0 - 1_041) as usize;
    let (from, to) = match edge {
        Edge::First => (0, limit.min(all)),
        Edge::Last => (all.saturating_sub(limit), all),
        Edge::After(cursor) => (at(cursor) + 1, (at(cursor) + 1 + limit).min(all)),
        Edge::Before(cursor) => (at(cursor).saturating_sub(limit), at(cursor)),
        Edge::From(cursor) => (at(cursor), (at(cursor) + limit).min(all)),
    };
    let rows = (from..to).map(row).collect();
    Page { rows, before: from > 0, after: to < all, partial: false }
}

fn clock(name: ClockName, owes: Owes, started: Instant, due: Instant, target: &str) -> Clock {
    Clock {
        name,
        leg: 1,
        end_to_end: false,
        owes,
        started,
        target: target.parse().unwrap(),
        calendar: if target == "same_day" { "office" } else { "always" }.to_owned(),
        warning: Warn::Share(DEFAULT_WARN),
        due,
        warn: started.plus(due.since(started) * 3 / 4),
        state: ClockState::Running,
        ended: None,
        pauses: vec![],
        short_notice: false,
    }
}

fn handoff(row: &QueueRow) -> Handoff {
    let moments = BTreeMap::from([
        (Moment::Created, row.created),
        (Moment::Submitted, row.created.plus(HOUR)),
    ]);
    let mut deliver = clock(
        ClockName::Deliver,
        Owes::Role(Role::Marketing),
        row.created,
        row.created.plus(24 * HOUR),
        "24h",
    );
    (deliver.state, deliver.ended) = (ClockState::Met, Some(row.created.plus(HOUR)));
    let mut clocks = vec![deliver];
    if let Some(next) = row.next {
        let owes = row.assignee.map_or(Owes::Role(Role::VpSales), Owes::Person);
        let minutes = format!("{}m", next.due.since(next.started) / MINUTE);
        let target = if row.company == "Acme Inc" { "same_day" } else { &minutes };
        let mut clock = clock(next.name, owes, next.started, next.due, target);
        clock.warn = next.warn;
        clocks.push(clock);
    } else {
        let mut held = clock(
            ClockName::Accept,
            Owes::Person(PersonId(3)),
            now().plus(-5 * HOUR),
            now().plus(19 * HOUR),
            "24h",
        );
        held.state = ClockState::Paused;
        let reason = "waiting for marketing".to_owned();
        held.pauses =
            vec![Pause { from: now().plus(-HOUR), to: None, reason, by: Some(PersonId(1)) }];
        clocks.push(held);
    }
    Handoff {
        id: row.id,
        version: row.version,
        account: row.account,
        kind: row.kind.clone(),
        opportunity: None,
        stage: row.stage,
        tier: row.tier,
        score: row.score,
        source: row.source,
        reason: "3 visits in 7 days, pricing on 18 Nov, and the ROI calculator yesterday".into(),
        contact: Some(ContactId(1)),
        sender: Some(PersonId(5)),
        assignee: row.assignee,
        co_owner: None,
        brief: row
            .assignee
            .map(|_| "They know our competitor; lead with the migration.".to_owned()),
        fields: BTreeMap::new(),
        completeness: Some(92),
        missing: vec![],
        moments,
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
        clocks,
    }
}

fn account(row: &QueueRow) -> Account {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 12).unwrap();
    Account {
        id: row.account,
        name: row.company.clone(),
        domain: Some("acme.example".into()),
        revenue: Some(120_000_000),
        employees: Some(450),
        industry: Some("SaaS".into()),
        region: Some("West".into()),
        tier: row.tier,
        fit: Some(86),
        technologies: vec!["Salesforce".into(), "Snowflake".into(), "Kafka".into()],
        news: vec![Dated { on: day, headline: "Opens a second data centre in Reno".into() }],
        ..Account::default()
    }
}

fn contacts(row: &QueueRow) -> Vec<Contact> {
    let contact = |id, name: &str, title: &str, role, authority| Contact {
        id: ContactId(id),
        account: row.account,
        name: name.into(),
        title: Some(title.into()),
        role,
        authority,
        ..Contact::default()
    };
    vec![
        contact(1, "Priya Shah", "VP Operations", BuyingRole::DecisionMaker, true),
        contact(2, "Tom Berg", "Head of Data", BuyingRole::Champion, false),
    ]
}

fn signals(row: &QueueRow) -> Vec<Signal> {
    let signal = |id, kind: &str, hours: i64| Signal {
        id: SignalId(id),
        account: row.account,
        contact: Some(ContactId(1)),
        kind: kind.into(),
        at: now().plus(-hours * HOUR),
        source: Some("website".into()),
        ..Signal::default()
    };
    vec![
        signal(3, "roi_calculator", 20),
        signal(2, "pricing_visit", 52),
        signal(1, "site_visit", 140),
    ]
}

/// What is shown of the handoff of a row, to somebody.
pub(super) fn card(row: &QueueRow, me: &Person) -> Card {
    let policy = policy();
    let people = people();
    let handoff = handoff(row);
    let (mut account, contacts, signals) = (account(row), contacts(row), signals(row));
    if row.company == "Globex" {
        (account.revenue, account.news) = (None, Vec::new());
    }
    let templates = crate::report::template::Templates::new();
    let package = assemble(&Material {
        handoff: &handoff,
        account: &account,
        contacts: &contacts,
        signals: &signals,
        trigger: &[SignalId(3)],
        peer: None,
        policy: &policy,
        zone: New_York,
        now: now(),
        name_of: &|id| {
            people.iter().find(|person| person.id == id).map(|person| person.name.clone())
        },
        render: &|template, facts| templates.render(template, facts),
    });
    let facts = Facts {
        policy: &policy,
        who: me,
        now: now(),
        people: &people,
        open: &[],
        package: None,
        automatic: false,
    };
    let kind = policy.kind(&row.kind).unwrap();
    let actions = legal(row.stage).iter();
    let actions =
        actions.map(|action| (*action, may(*action, &handoff, kind, &facts).err())).collect();
    let mut clocks: Vec<_> = handoff
        .clocks
        .iter()
        .map(|clock| Line {
            name: clock.name,
            owes: match clock.owes {
                Owes::Person(id) => {
                    people.iter().find(|person| person.id == id).unwrap().name.clone()
                }
                Owes::Role(role) => role.label().to_owned(),
                Owes::BothVps => "both VPs".to_owned(),
            },
            target: clock.target.to_string(),
            clock: Some(clock.clone()),
            ledger: Some(
                timing::ledger(clock, &policy, None, now())
                    .map(Arc::new)
                    .map_err(|why| why.to_string()),
            ),
        })
        .collect();
    if row.stage == Stage::Queued {
        for (name, target) in [(ClockName::Accept, "24h"), (ClockName::FirstTouch, "48h")] {
            let owes = "AE".to_owned();
            clocks.push(Line { name, owes, target: target.into(), clock: None, ledger: None });
        }
    }
    let contact = contacts.iter().find(|one| Some(one.id) == handoff.contact);
    let holder = people.iter().find(|person| Some(person.id) == handoff.assignee);
    Card {
        plan: crate::domain::playbook::plan(&handoff, contact, &policy, holder, now()),
        asides: Vec::new(),
        record: vec![
            happening(2, row, "Ana Lima", "submitted", &["flagged → queued"]),
            happening(
                1,
                row,
                "The desk",
                "flagged",
                &["→ flagged", "Tier 1 and at least light intent"],
            ),
        ],
        names: people.iter().map(|person| (person.id, person.name.clone())).collect(),
        handoff,
        account,
        contacts,
        package,
        sent: None,
        changed: Vec::new(),
        clocks,
        actions,
    }
}

fn happening(seq: i64, row: &QueueRow, who: &str, what: &str, details: &[&str]) -> Happening {
    Happening {
        seq,
        at: row.created.plus(seq * HOUR),
        who: who.into(),
        handoff: Some(row.id),
        company: row.company.clone(),
        what: what.into(),
        details: details.iter().map(|detail| (*detail).to_owned()).collect(),
    }
}

/// A screen with a worker behind it that answers at once, for a store of so many handoffs.
pub(super) struct Bench {
    pub(super) model: Model,
    pub(super) all: usize,
    /// What was asked for beside reads, and reads that are left without an answer.
    pub(super) asked: Vec<Effect>,
    /// Reads are answered.
    pub(super) answers: bool,
}

/// The desk of a person on a terminal of this size, with its first answers.
pub(super) fn bench(me: i64, columns: u16, rows: u16) -> Bench {
    bench_with(me, columns, rows, Theme::shipped("dark", Depth::True).unwrap())
}

pub(super) fn bench_with(me: i64, columns: u16, rows: u16, theme: Theme) -> Bench {
    let me = people().into_iter().find(|person| person.id == PersonId(me));
    let world = World {
        now: now(),
        me,
        zone: New_York,
        policy: Arc::new(policy()),
        keys: Arc::new(Keymap::shipped().unwrap()),
        theme: Arc::new(theme),
        views: built_in(),
    };
    let mut model = Model::new(world);
    model.size = (columns, rows);
    let mut bench = Bench { model, all: ROWS.len(), asked: Vec::new(), answers: true };
    let effects = start(&mut bench.model);
    bench.carry_out(effects);
    bench
}

impl Bench {
    /// Presses keys, written with a space between them.
    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ').filter(|key| !key.is_empty()) {
            self.tell(Msg::Input(Input::Key(key.parse().unwrap())));
        }
        self
    }

    pub(super) fn tell(&mut self, msg: Msg) -> &mut Self {
        let effects = update(&mut self.model, msg);
        self.carry_out(effects);
        self
    }

    /// Lists the screen of another number of handoffs from now on.
    pub(super) fn of(&mut self, all: usize) -> &mut Self {
        self.all = all;
        self.tell(Msg::Answer(Answer::Changed))
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let answer = match &effect {
                Effect::Load(load) if self.answers => self.answer(load),
                _ => None,
            };
            match answer {
                Some(answer) => drop(self.tell(Msg::Answer(answer))),
                None => self.asked.push(effect),
            }
        }
    }

    fn answer(&self, load: &Load) -> Option<Answer> {
        let me = self.model.me.clone().unwrap_or_else(|| people().remove(0));
        Some(match load {
            Load::Page { screen, edge, limit, ticket, .. } => {
                Answer::Page(*screen, *ticket, page(self.all, edge, *limit))
            }
            Load::Marks { screen, limit, ticket, .. } => {
                Answer::Marks(*screen, *ticket, page(self.all, &Edge::First, *limit))
            }
            Load::Count { screen, ticket, .. } => {
                Answer::Count(*screen, *ticket, Count::Exactly(self.all as u64))
            }
            Load::Badges => {
                Answer::Badges(Badges { queue: Count::Exactly(12), mine: Count::AtLeast(1_000) })
            }
            Load::Card(id) => {
                let n = (id.0 - 1_041) as usize;
                Answer::Card(*id, (n < self.all).then(|| Arc::new(card(&row(n), &me))))
            }
            Load::Activity { before, limit, ticket } => {
                let from = before.unwrap_or(self.all as i64 + 1);
                let seqs = (1..from).rev().take(*limit);
                let rows = seqs.map(|seq| {
                    happening(
                        seq,
                        &row(seq as usize),
                        "Dana Reyes",
                        "assigned",
                        &["queued → assigned", "to Sam Ortiz"],
                    )
                });
                Answer::Activity(*ticket, rows.collect())
            }
            Load::Team(ticket) => Answer::Team(*ticket, team()),
            Load::Measures(ticket, scope) | Load::Glance(ticket, scope) => Answer::Measures(
                *ticket,
                Arc::new(super::sample_sheet::sheet(scope.clone())),
                Arc::new(super::sample_sheet::teams()),
            ),
            Load::Pack(ticket, _) => Answer::Pack(*ticket, Arc::new(super::sample_sheet::pack())),
            Load::Export(_) => Answer::Told { good: true, sentence: "Wrote it.".to_owned() },
            Load::Batch(ticket, week) => {
                let week = week.unwrap_or_else(|| "2026-W47".parse().unwrap());
                Answer::Batch(
                    *ticket,
                    Arc::new(sheet(week)),
                    vec![week.next(), week, week.previous()],
                )
            }
            Load::HandOn(ticket, who) => {
                let mut round = sheet("2026-W47".parse().unwrap()).round;
                round.items.truncate(3);
                round.items.iter_mut().for_each(|item| item.stage = Stage::Accepted);
                let person = people().into_iter().find(|person| person.id == *who).unwrap();
                round.people.retain(|person| person.id != *who);
                Answer::HandOn(*ticket, Arc::new((person, round)))
            }
            Load::Routing(id) => Answer::Routing(
                *id,
                vec!["1. Sam Ortiz 0.712 = 0.4 × 0.63 win rate (n 8, 95 % 31–86 %)".to_owned()],
            ),
            Load::People => Answer::People(Arc::new(people())),
            Load::Receipt(id, _) => {
                let lines = [
                    "hand off as tier1: Tier 1 and at least light intent",
                    "fit: tier 1, by the ICP rules",
                ];
                let lines = lines.map(str::to_owned).to_vec();
                Answer::Receipt(*id, Some(lines.clone()), lines)
            }
            Load::Twins(ticket, account) => {
                Answer::Twins(*ticket, Arc::new(super::popup::merge::sample(*account)))
            }
            Load::Front(ticket, load) => Answer::Front(*ticket, super::popup::front::sample(load)?),
            Load::Inbox => Answer::Inbox(Vec::new()),
            Load::AsOf(ticket, at) => Answer::AsOf(*ticket, Ok(*at)),
            Load::Ahead(_)
            | Load::Proposals(..)
            | Load::Preview(..)
            | Load::Message { .. }
            | Load::Present => {
                return None;
            }
        })
    }

    /// The screen as it is drawn.
    pub(super) fn shot(&self) -> super::shot::Shot {
        self.drawn().0
    }

    /// The screen, and what lies where on it.
    pub(super) fn drawn(&self) -> (super::shot::Shot, super::memory::Memory) {
        let mut memory = super::memory::Memory::default();
        let (columns, rows) = self.model.size;
        let draw =
            |frame: &mut ratatui::Frame<'_>| super::view::view(&self.model, &mut memory, frame);
        (super::shot::shot(columns, rows, draw), memory)
    }

    /// Clicks on the first place where this text stands.
    pub(super) fn click(&mut self, text: &str) -> &mut Self {
        let (shot, memory) = self.drawn();
        let screen = shot.text();
        let found = screen.lines().enumerate().find_map(|(y, line)| {
            let at = line.find(text)?;
            Some((line[..at].chars().count() as u16, y as u16))
        });
        let (x, y) = found.unwrap_or_else(|| panic!("{text:?} is not on the screen:\n{screen}"));
        let click = super::msg::Mouse::Click(memory.at(x, y));
        self.tell(Msg::Input(Input::Mouse(click)))
    }

    /// What was asked for since, beside what was answered.
    pub(super) fn asked(&mut self) -> Vec<Effect> {
        let mut asked = std::mem::take(&mut self.asked);
        asked.retain(|effect| !matches!(effect, Effect::Load(Load::Ahead(_))));
        asked
    }

    /// What the bottom line tells.
    pub(super) fn told(&self) -> &str {
        self.model.toast.as_ref().map_or("", |toast| toast.sentence.as_str())
    }
}

/// A week's batch on its Monday morning: some items that wait, one that is with somebody, one that came late.
pub(super) fn sheet(week: Week) -> Sheet {
    let companies = ["Wayne Foods", "Acme Inc", "Globex", "Initech", "Hooli"];
    let item = |n: usize, stage: Stage| Item {
        id: HandoffId(1_041 + n as i64),
        version: 3,
        kind: "tier2".into(),
        stage,
        tier: Tier::Two,
        score: 40 + (n * 7 % 60) as u8,
        reason: "3 visits in 7 days".into(),
        completeness: Some(92),
        created: now().plus(-(n as i64) * HOUR),
        sent: None,
        assignee: stage.is_assigned().then_some(PersonId(3)),
        first_touch: None,
        account: Account {
            id: AccountId(41 + n as i64),
            name: companies[n % companies.len()].into(),
            employees: Some(450),
            industry: Some("SaaS".into()),
            region: Some(if n.is_multiple_of(2) { "West" } else { "East" }.into()),
            ..Account::default()
        },
    };
    let mut people = people();
    people.push(Person {
        territories: vec!["East".into()],
        capacity: Some(2),
        manager: Some(PersonId(2)),
        ..person(6, "Ida Berg", Role::Ae)
    });
    people[2].manager = Some(PersonId(2));
    let mut items: Vec<_> = (0..4).map(|n| item(n, Stage::Queued)).collect();
    items.push(item(4, Stage::Accepted));
    let monday = parse_instant("2026-11-23T09:30:00-05:00").unwrap();
    let loads = [(PersonId(3), 8), (PersonId(6), 1)]
        .map(|(id, open)| (id, Load_ { open, ..Load_::default() }));
    let round = Round { items, people, loads: BTreeMap::from(loads), wins: Vec::new(), at: monday };
    let late = Item {
        account: Account { name: "Late Arrivals Ltd".into(), ..Account::default() },
        ..item(9, Stage::Queued)
    };
    Sheet::new(week, &policy(), round, (vec![late], Vec::new()), BTreeMap::new())
}

fn team() -> Vec<TeamRow> {
    let rows = people().into_iter().enumerate().map(|(n, person)| TeamRow {
        open: [0, 3, 12, 5, 0][n],
        breached: [0, 0, 2, 0, 0][n],
        assigned_30d: 4,
        last_assigned: (n > 1).then(|| now().plus(-(n as i64) * 20 * HOUR)),
        first_touch: (n == 2).then_some(26 * HOUR),
        this_week: [0, 0, 2, 1, 0][n],
        accepted: (n == 2).then_some(0.92),
        person,
    });
    rows.collect()
}

//! A made-up year of handoffs, and the lives of Maven's deals: written as events, in bulk, the same every time.

use std::collections::BTreeMap;
use std::path::PathBuf;

use handoff_desk::domain::change::Change;
use handoff_desk::domain::clock::{Clock, ClockName, ClockState, Owes};
use handoff_desk::domain::handoff::{
    Channel, Claim, Handoff, Moment, Outcome, Touch, TouchOutcome,
};
use handoff_desk::domain::ids::{AccountId, HandoffId, PersonId};
use handoff_desk::domain::person::Role;
use handoff_desk::domain::policy::{Class, Warn};
use handoff_desk::domain::signal::Source;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR, Instant, MINUTE, parse_instant};
use handoff_desk::store::{Item, Machine, Store, Write};
use rusqlite::{Connection, params};

use super::Filled;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end.unsigned_abs()).cast_signed()
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as i64)).unwrap()]
    }
}

const PEOPLE: &[(&str, &str)] = &[
    ("Dana Reyes", "vp_sales"),
    ("Lee Park", "manager"),
    ("Ann Lee", "manager"),
    ("Sam Ortiz", "ae"),
    ("Ana Silva", "ae"),
    ("Kim Novak", "ae"),
    ("Joe Sand", "sdr"),
    ("Mia Chen", "marketing"),
];
const HANDS: &[i64] = &[4, 5, 6, 7];

fn people_and_accounts(filled: &Filled, accounts: i64, dice: &mut Dice) {
    let conn = Connection::open(&filled.path).unwrap();
    for (name, role) in PEOPLE {
        let manager = matches!(*role, "ae" | "sdr").then_some(2 + i64::from(*name == "Kim Novak"));
        conn.execute(
            "INSERT INTO person (name, email, role, active, manager) VALUES (?1, ?1 || '@x.example', ?2, 1, ?3)",
            params![name, role, manager],
        )
        .unwrap();
    }
    for n in 1..=accounts {
        conn.execute(
            "INSERT INTO account (name, tier, tier_by_hand, relation, on_tal, changed, segment)
             VALUES (?1, ?2, 0, 'new', ?3, 0, ?4)",
            params![
                format!("Account {n}"),
                dice.pick(&["1", "2", "3"]),
                dice.one_in(3),
                dice.pick(&[Some("Enterprise"), Some("Mid market"), None]),
            ],
        )
        .unwrap();
    }
}

fn clock(name: ClockName, whole: bool, leg: u32, owes: Owes, started: i64, due: i64) -> Clock {
    Clock {
        name,
        leg,
        end_to_end: whole,
        owes,
        started: Instant(started),
        target: "24h".parse().unwrap(),
        calendar: "always".to_owned(),
        warning: Warn::Share(0.75),
        due: Instant(due),
        warn: Instant(started + (due - started) / 2),
        state: ClockState::Running,
        ended: None,
        pauses: Vec::new(),
        short_notice: false,
    }
}

/// Ends a clock, or lets it run where nothing ended it.
fn ended(mut clock: Clock, at: Option<i64>, cancelled: bool) -> Clock {
    if let Some(at) = at {
        let at = at.max(clock.started.0);
        clock.ended = Some(Instant(at));
        clock.state = match (at < clock.due.0, cancelled) {
            (true, false) => ClockState::Met,
            (false, false) => ClockState::MetLate,
            (true, true) => ClockState::Cancelled,
            (false, true) => ClockState::Breached,
        };
    }
    clock
}

/// What is to happen to a handoff, in milliseconds.
#[derive(Default)]
struct Plan {
    created: i64,
    submitted: Option<i64>,
    assigned: Option<i64>,
    accepted: Option<i64>,
    touches: Vec<i64>,
    responded: Option<i64>,
    opportunity: Option<i64>,
    held: Option<i64>,
    activated: Option<i64>,
    returned: Option<i64>,
    ended: Option<(i64, &'static str, Class, Option<Claim>)>,
}

fn item(
    n: i64,
    account: i64,
    kind: &str,
    source: Source,
    who: i64,
    plan: &Plan,
    dice: &mut Dice,
) -> Item {
    let mut handoff = Handoff::flagged(AccountId(account), kind, Instant(plan.created));
    handoff.opportunity = Some(format!("deal {n}"));
    handoff.source = source;
    handoff.tier = dice.pick(&["1", "2", "3"]).parse().unwrap();
    handoff.reason = "Visited the pricing page".to_owned();
    handoff.sender = dice.one_in(2).then_some(PersonId(8));
    handoff.parent = (n > 20 && dice.one_in(12)).then_some(HandoffId(n - 20));
    let mut changes = Vec::new();
    let mut put = |moment: Moment, at: Option<i64>| {
        if let Some(at) = at {
            changes.push(Change::Happened { moment, from: None, to: Some(Instant(at)) });
        }
    };
    put(Moment::Submitted, plan.submitted);
    put(Moment::Assigned, plan.assigned);
    put(Moment::Given, plan.assigned);
    put(Moment::Accepted, plan.accepted);
    put(Moment::FirstTouch, plan.touches.first().copied());
    put(Moment::Responded, plan.responded);
    put(Moment::Opportunity, plan.opportunity);
    put(Moment::Held, plan.held);
    put(Moment::Activated, plan.activated);
    put(Moment::Returned, plan.returned);
    for at in &plan.touches {
        changes.push(Change::Touched(Touch {
            at: Instant(*at),
            by: PersonId(who),
            channel: Channel::Call,
            template: None,
            outcome: TouchOutcome::NoAnswer,
            note: None,
        }));
    }
    let person = Owes::Person(PersonId(who));
    let over = plan.ended.map(|(at, ..)| at);
    let mut clocks = vec![ended(
        clock(
            ClockName::Deliver,
            false,
            1,
            Owes::Role(Role::Marketing),
            plan.created,
            plan.created + DAY,
        ),
        plan.submitted,
        false,
    )];
    if let Some(at) = plan.submitted {
        let triage =
            clock(ClockName::Assign, false, 1, Owes::Role(Role::Manager), at, at + 8 * HOUR);
        clocks.push(ended(
            triage,
            plan.assigned.or(over).or(plan.returned),
            plan.assigned.is_none(),
        ));
    }
    if let Some(at) = plan.assigned {
        let first = plan.touches.first().copied();
        let yes = clock(ClockName::Accept, false, 1, person, at, at + DAY);
        clocks.push(ended(
            yes,
            plan.accepted.or(first).or(over),
            plan.accepted.or(first).is_none(),
        ));
        for whole in [false, true] {
            let touch = clock(ClockName::FirstTouch, whole, 1, person, at, at + 2 * DAY);
            clocks.push(ended(touch, first.or(over), first.is_none()));
        }
        if let Some(at) = first {
            let work = clock(ClockName::Work, false, 1, person, at, at + 21 * DAY);
            clocks.push(ended(work, plan.responded.or(over), false));
        }
        if let Some(at) = plan.accepted {
            let mut since = at;
            for leg in 1..=u32::try_from(dice.below(3)).unwrap() {
                let report = clock(ClockName::Report, false, leg, person, since, since + 7 * DAY);
                since += dice.below(9) * DAY + HOUR;
                clocks.push(ended(report, Some(since), false));
            }
        }
    }
    for clock in clocks {
        let key = clock.key();
        changes.push(Change::Clocked { key, from: None, to: Some(Box::new(clock)) });
    }
    if plan.submitted.is_some() {
        changes.push(Change::Completed {
            from: None,
            to: Some(60 + u8::try_from(dice.below(41)).unwrap()),
        });
    }
    if plan.accepted.is_some() && dice.one_in(2) {
        changes
            .push(Change::Rated { from: None, to: Some(1 + u8::try_from(dice.below(5)).unwrap()) });
    }
    if let Some(returned) = plan.returned {
        let to = outcome("INCOMPLETE", Class::Return, None, returned, dice);
        changes.push(Change::Disposed { from: None, to: Some(to) });
    }
    let mut stage = match plan {
        Plan { opportunity: Some(_), .. } => Stage::Opportunity,
        Plan { responded: Some(_), .. } => Stage::Engaged,
        Plan { touches, .. } if !touches.is_empty() => Stage::Working,
        Plan { accepted: Some(_), .. } => Stage::Accepted,
        Plan { assigned: Some(_), .. } => Stage::Assigned,
        Plan { returned: Some(_), .. } => Stage::Returned,
        Plan { submitted: Some(_), .. } => Stage::Queued,
        _ => Stage::Flagged,
    };
    if plan.assigned.is_some() {
        changes.push(Change::Assigned { from: None, to: Some(PersonId(who)) });
    }
    if let Some((at, code, class, claim)) = plan.ended {
        let from = changes.iter().rev().find_map(|change| match change {
            Change::Disposed { to, .. } => to.clone(),
            _ => None,
        });
        let to = Some(outcome(code, class, claim, at, dice));
        changes.push(Change::Disposed { from, to });
        changes.push(Change::Happened { moment: Moment::Ended, from: None, to: Some(Instant(at)) });
        stage = if class == Class::Recycle { Stage::Nurture } else { Stage::Closed };
    }
    if stage != Stage::Flagged {
        changes.push(Change::Staged { from: Stage::Flagged, to: stage });
    }
    changes.insert(0, Change::Created(Box::new(handoff.clone())));
    Item { handoff, action: "flag".to_owned(), note: None, changes }
}

fn outcome(code: &str, class: Class, claim: Option<Claim>, at: i64, dice: &mut Dice) -> Outcome {
    let mut fields = BTreeMap::new();
    if code == "LOST_COMPETITOR" {
        fields.insert("competitor".to_owned(), "Globex".to_owned());
    }
    Outcome {
        code: code.to_owned(),
        class,
        fields,
        claim,
        overridden: dice.one_in(9).then(|| "no use".to_owned()),
        by: PersonId(4),
        at: Instant(at),
    }
}

fn commit(filled: &Filled, items: Vec<Item>) {
    let mut store = Store::open(&filled.path, handoff_desk::store::Access::ReadWrite).unwrap();
    store.wait_for_disk(false).unwrap();
    for (n, part) in items.chunks(250).enumerate() {
        let mut id = [7; 16];
        id[..8].copy_from_slice(&(n as u64).to_be_bytes());
        store.commit(write(id, part.to_vec(), None)).unwrap();
    }
}

fn write(
    action_id: [u8; 16],
    items: Vec<Item>,
    undoes: Option<handoff_desk::domain::ids::GestureId>,
) -> Write<'static> {
    Write {
        action_id,
        actor: Some(PersonId(1)),
        machine: Machine { os_user: "tester".into(), host: "here".into(), pid: 1 },
        at: Instant(0),
        label: "made up".to_owned(),
        policy: "policy",
        undoes,
        items,
    }
}

/// A year up to Thursday 19 November 2026, with what was disposed of in part taken back.
pub(super) fn fill(filled: &mut Filled, handoffs: i64) {
    let mut dice = Dice(42);
    people_and_accounts(filled, handoffs / 4 + 5, &mut dice);
    let end = parse_instant("2026-11-19T15:30:00-05:00").unwrap().0;
    let kinds = [
        "tier1",
        "tier2",
        "intent",
        "inbound",
        "relationship",
        "mql",
        "hot_lead",
        "meeting_set",
        "closed_won",
        "expansion",
    ];
    let mut items = Vec::new();
    for n in 1..=handoffs {
        let created = end - dice.below(365 * 24 * 60) * MINUTE;
        let later = |from: i64, dice: &mut Dice, most: i64| {
            Some(from + 1 + dice.below(most)).filter(|at| *at < end)
        };
        let mut plan = Plan { created, ..Plan::default() };
        plan.submitted = if dice.one_in(15) { None } else { later(created, &mut dice, 2 * DAY) };
        plan.assigned = plan
            .submitted
            .filter(|_| !dice.one_in(12))
            .and_then(|at| later(at, &mut dice, 2 * DAY));
        if let Some(at) = plan.assigned {
            plan.accepted = if dice.one_in(6) { None } else { later(at, &mut dice, DAY) };
            // Some to the minute on the lines that measures draw.
            let first = match dice.below(6) {
                0 => Some(at + 5 * MINUTE).filter(|at| *at < end),
                1 => Some(at + 30 * DAY).filter(|at| *at < end),
                2 => None,
                _ => later(at, &mut dice, 5 * DAY),
            };
            for touch in 0..if first.is_some() { 1 + dice.below(4) } else { 0 } {
                plan.touches.extend(first.map(|first| first + touch * DAY).filter(|at| *at < end));
            }
            if let Some(touched) = first.filter(|_| dice.below(10) < 6) {
                plan.responded = match dice.below(5) {
                    0 => Some(at + 7 * DAY).filter(|at| *at >= touched && *at < end),
                    _ => later(touched, &mut dice, 12 * DAY),
                };
            }
            plan.held = plan
                .responded
                .filter(|_| dice.one_in(2))
                .and_then(|at| later(at, &mut dice, 9 * DAY));
            plan.opportunity = plan
                .responded
                .filter(|_| dice.one_in(2))
                .and_then(|at| later(at, &mut dice, 50 * DAY));
            plan.activated = plan
                .accepted
                .filter(|_| dice.one_in(3))
                .and_then(|at| later(at, &mut dice, 100 * DAY));
        }
        plan.returned =
            plan.submitted.filter(|_| dice.one_in(8)).and_then(|at| later(at, &mut dice, 3 * DAY));
        let since = plan
            .opportunity
            .or(plan.responded)
            .or(plan.touches.last().copied())
            .or(plan.assigned)
            .or(plan.submitted);
        plan.ended = since
            .filter(|_| dice.one_in(2))
            .and_then(|at| later(at, &mut dice, 120 * DAY))
            .map(|at| {
                let (code, class, claim) = match plan.opportunity {
                    Some(_) => {
                        dice.pick(&[("WON", Class::Close, None), ("LOST", Class::Close, None)])
                    }
                    None => dice.pick(&[
                        ("NO_RESPONSE", Class::Recycle, Some(Claim::Signal)),
                        ("BAD_TIMING", Class::Recycle, Some(Claim::Timing)),
                        ("LOST_COMPETITOR", Class::Disqualify, Some(Claim::Competitor)),
                        ("WRONG_ACCOUNT", Class::Disqualify, Some(Claim::Fit)),
                    ]),
                };
                (at, code, class, claim)
            });
        let account = 1 + dice.below(handoffs / 4 + 5);
        let (kind, source, who) = (dice.pick(&kinds), dice.pick(Source::ALL), dice.pick(HANDS));
        items.push(item(n, account, kind, source, who, &plan, &mut dice));
    }
    commit(filled, items);
    take_back(filled, &mut dice);
}

/// Disposes of some that are open, and takes that back for half of them.
fn take_back(filled: &Filled, dice: &mut Dice) {
    let mut store = Store::open(&filled.path, handoff_desk::store::Access::ReadWrite).unwrap();
    store.wait_for_disk(false).unwrap();
    let ids: Vec<HandoffId> = (1..=40).map(HandoffId).collect();
    for (n, handoff) in store.handoffs(&ids).unwrap().into_iter().enumerate() {
        let to = outcome(
            "NOT_READY",
            Class::Recycle,
            Some(Claim::Timing),
            handoff.moments[&Moment::Created].0,
            dice,
        );
        let changes = vec![Change::Disposed { from: handoff.outcome.clone(), to: Some(to) }];
        let mut id = [9; 16];
        id[0] = u8::try_from(n).unwrap();
        let one =
            Item { handoff, action: "recycle".to_owned(), note: None, changes: changes.clone() };
        let done = store.commit(write(id, vec![one.clone()], None)).unwrap();
        if n % 2 == 0 {
            let handoff = store.handoff(one.handoff.id).unwrap().unwrap();
            let back: Vec<_> = changes.iter().rev().map(Change::inverse).collect();
            id[1] = 1;
            let one = Item { handoff, action: "undo".to_owned(), note: None, changes: back };
            store.commit(write(id, vec![one], Some(done.gesture))).unwrap();
        }
    }
}

/// The lives that Maven's deals had: engaged when they began, closed when they ended. False where the files are not
/// beside the project.
pub(super) fn fill_from_deals(filled: &mut Filled, most: usize) -> bool {
    let beside = ["../shared/data", "../../shared/data"].map(|above| -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), above, "maven_crm_sales", "sales_pipeline.csv"]
            .iter()
            .collect()
    });
    let Some(path) = beside.into_iter().find(|path| path.exists()) else {
        println!("not checked: ../shared/data/maven_crm_sales/sales_pipeline.csv is not there");
        return false;
    };
    let mut dice = Dice(7);
    people_and_accounts(filled, 85, &mut dice);
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads = reader.headers().unwrap().clone();
    let place = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let (stage, engaged, closed) = (place("deal_stage"), place("engage_date"), place("close_date"));
    let day = |text: &str| -> Option<i64> {
        let day: chrono::NaiveDate = text.parse().ok()?;
        Some(day.and_hms_opt(15, 0, 0)?.and_utc().timestamp_millis())
    };
    let mut items = Vec::new();
    let all: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let every = (all.len() / most.min(all.len())).max(1);
    for (n, row) in (1_i64..).zip(all.iter().step_by(every)) {
        let Some(at) = day(&row[engaged]) else { continue };
        let end = day(&row[closed]);
        let plan = Plan {
            created: at - 3 * DAY,
            submitted: Some(at - 2 * DAY - dice.below(20) * HOUR),
            assigned: Some(at - DAY),
            accepted: Some(at - 20 * HOUR),
            touches: vec![at - HOUR],
            responded: Some(at),
            opportunity: Some(at + dice.below(40) * DAY),
            ended: end.map(|at| {
                let won = &row[stage] == "Won";
                (at, if won { "WON" } else { "LOST" }, Class::Close, None)
            }),
            ..Plan::default()
        };
        let (kind, who) = (dice.pick(&["tier1", "inbound", "mql"]), dice.pick(HANDS));
        items.push(item(
            n,
            1 + dice.below(85),
            kind,
            dice.pick(Source::ALL),
            who,
            &plan,
            &mut dice,
        ));
    }
    commit(filled, items);
    true
}

//! An independent computation of every measure from the events alone: JSON in, plain loops, no code of the program but
//! the policy's types and the names of people and accounts, which are no events.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use chrono_tz::Tz;
use handoff_desk::domain::person::Role;
use handoff_desk::domain::policy::Policy;
use rusqlite::Connection;
use serde_json::Value;

/// The value of a life by which measures are cut.
type Key<'v> = Box<dyn Fn(&Life) -> String + 'v>;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A handoff as its events leave it.
#[derive(Clone, Default)]
struct Life {
    account: i64,
    kind: String,
    source: String,
    tier: String,
    stage: String,
    assignee: Option<i64>,
    completeness: Option<i64>,
    rating: Option<i64>,
    parent: Option<i64>,
    moments: BTreeMap<String, i64>,
    touches: Vec<i64>,
    clocks: BTreeMap<(String, i64, bool), Value>,
    outcome: Option<Value>,
    incomplete: i64,
    recycled: i64,
    overridden: i64,
    escalated: i64,
}

impl Life {
    fn at(&self, moment: &str) -> Option<i64> {
        self.moments.get(moment).copied()
    }

    fn from(&self) -> i64 {
        self.at("assigned").or(self.at("submitted")).unwrap()
    }
}

/// The events of a store, replayed.
pub(super) struct Events {
    lives: BTreeMap<i64, Life>,
    /// On the list, and the segment, of each account.
    accounts: BTreeMap<i64, (bool, String)>,
    people: BTreeMap<i64, String>,
}

impl Events {
    pub(super) fn read(path: &Path) -> Self {
        let conn = Connection::open(path).unwrap();
        let mut lives: BTreeMap<i64, Life> = BTreeMap::new();
        let mut statement = conn
            .prepare(
                "SELECT event.handoff, event.changes, gesture.backward, gesture.kind, event.action FROM event
                 JOIN gesture ON gesture.id = event.gesture ORDER BY seq",
            )
            .unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut escalated = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let changes: Value = serde_json::from_str(&row.get::<_, String>(1).unwrap()).unwrap();
            if row.get::<_, String>(3).unwrap() == "escalation" {
                escalated.push(changes);
                continue;
            }
            let Some(id) = row.get::<_, Option<i64>>(0).unwrap() else { continue };
            let backward: bool = row.get(2).unwrap();
            for change in changes.as_array().unwrap() {
                let (name, what) = change.as_object().unwrap().iter().next().unwrap();
                if name == "removed" {
                    lives.remove(&id);
                    continue;
                }
                apply(lives.entry(id).or_default(), name, what, backward);
            }
        }
        for change in escalated.iter().flat_map(|changes| changes.as_array().unwrap()) {
            let told = change.as_object().unwrap().values().next().unwrap();
            // The warning is no escalation yet.
            if told["step"].as_i64() != Some(0)
                && let Some(life) = told["handoff"].as_i64().and_then(|id| lives.get_mut(&id))
            {
                life.escalated += 1;
            }
        }
        let pairs = |sql: &str| -> BTreeMap<i64, String> {
            let mut statement = conn.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            rows.map(Result::unwrap).collect()
        };
        let listed = pairs("SELECT id, CAST(on_tal AS TEXT) FROM account");
        let segments = pairs("SELECT id, coalesce(segment, '') FROM account");
        let accounts = listed
            .into_iter()
            .map(|(id, listed)| (id, (listed == "1", segments[&id].clone())))
            .collect();
        Self { lives, accounts, people: pairs("SELECT id, name FROM person") }
    }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn apply(life: &mut Life, name: &str, what: &Value, backward: bool) {
    let to = &what["to"];
    match name {
        "created" => {
            *life = Life {
                account: what["account"].as_i64().unwrap(),
                kind: text(&what["kind"]),
                source: text(&what["source"]),
                tier: text(&what["tier"]),
                stage: text(&what["stage"]),
                assignee: number(&what["assignee"]),
                completeness: number(&what["completeness"]),
                rating: number(&what["rating"]),
                parent: number(&what["parent"]),
                outcome: what.get("outcome").filter(|outcome| !outcome.is_null()).cloned(),
                ..Life::default()
            };
            for (moment, at) in what["moments"].as_object().into_iter().flatten() {
                life.moments.insert(moment.clone(), at.as_i64().unwrap());
            }
            for touch in what["touches"].as_array().into_iter().flatten() {
                life.touches.push(touch["at"].as_i64().unwrap());
            }
            for clock in what["clocks"].as_array().into_iter().flatten() {
                let key = (
                    text(&clock["clock"]),
                    clock["leg"].as_i64().unwrap(),
                    clock["end_to_end"].as_bool().unwrap_or(false),
                );
                life.clocks.insert(key, clock.clone());
            }
            count(life, what.get("outcome"), 1);
        }
        "staged" => life.stage = text(to),
        "assigned" => life.assignee = number(to),
        "completed" => life.completeness = number(to),
        "rated" => life.rating = number(to),
        "happened" => {
            let moment = text(&what["moment"]);
            match number(to) {
                Some(at) => drop(life.moments.insert(moment, at)),
                None => drop(life.moments.remove(&moment)),
            }
        }
        "touched" => life.touches.push(what["at"].as_i64().unwrap()),
        "untouched" => {
            let at = what["at"].as_i64().unwrap();
            let place = life.touches.iter().rposition(|one| *one == at).unwrap();
            life.touches.remove(place);
        }
        "disposed" => {
            life.outcome = Some(to.clone()).filter(|outcome| !outcome.is_null());
            if backward {
                count(life, what.get("from"), -1);
            } else {
                count(life, what.get("to"), 1);
            }
        }
        "clocked" => {
            let key = (
                text(&what["clock"]),
                what["leg"].as_i64().unwrap(),
                what["end_to_end"].as_bool().unwrap(),
            );
            if to.is_null() {
                life.clocks.remove(&key);
            } else {
                life.clocks.insert(key, to.clone());
            }
        }
        _ => {}
    }
}

fn count(life: &mut Life, outcome: Option<&Value>, by: i64) {
    let Some(outcome) = outcome.filter(|outcome| !outcome.is_null()) else { return };
    match outcome["class"].as_str().unwrap() {
        "return" => life.incomplete += by,
        "recycle" => life.recycled += by,
        _ => {}
    }
    if outcome["overridden"].is_string() {
        life.overridden += by;
    }
}

/// A figure as the report's JSON has it.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) figure: Option<f64>,
    pub(super) above: Option<i64>,
    pub(super) below: Option<i64>,
    pub(super) p90: Option<f64>,
    pub(super) young: i64,
}

impl Told {
    /// It says something.
    pub(super) fn counts(&self) -> bool {
        self.young != 0 || self.below.unwrap_or(0) != 0 || self.figure.unwrap_or(0.0) != 0.0
    }

    fn share(above: usize, below: usize, young: usize) -> Self {
        let figure = (below > 0).then(|| above as f64 * 100.0 / below as f64);
        let (above, below) = (Some(above as i64), Some(below as i64));
        Self { figure, above, below, p90: None, young: young as i64 }
    }

    fn number(n: i64) -> Self {
        Self { figure: Some(n as f64), ..Self::default() }
    }
}

const MARKETING: [&str; 8] = [
    "handoff_to_response",
    "response_to_opportunity",
    "handoff_rate",
    "worked",
    "return_rate",
    "mqa_to_opportunity",
    "mqa_to_close",
    "rejected",
];

const ALL: [&str; 26] = [
    "handoff_to_response",
    "response_to_opportunity",
    "conversion_by_source",
    "handoff_rate",
    "worked",
    "return_rate",
    "mqa_to_opportunity",
    "mqa_to_close",
    "time_to_first_touch",
    "mql_time_to_first_touch",
    "within_sla",
    "answered_in_5_min",
    "completeness",
    "satisfaction",
    "mql_to_meeting",
    "meeting_to_opportunity",
    "closed_won_to_activated",
    "sales_acceptance",
    "rejected",
    "incomplete_reports",
    "recycled",
    "overrides",
    "escalations",
    "recycle_conversion",
    "feedback_given",
    "volume",
];

/// The first instant of a day in a zone.
fn midnight(day: NaiveDate, zone: Tz) -> i64 {
    let noon = day.and_hms_opt(0, 0, 0).unwrap();
    noon.and_local_timezone(zone).earliest().unwrap().timestamp_millis()
}

/// Every measure of what was submitted from a day on and before another: by what, of what, which.
pub(super) fn tell(
    events: &Events,
    policy: &Policy,
    first: NaiveDate,
    past: NaiveDate,
    zone: Tz,
    now: i64,
) -> BTreeMap<(String, String, String), Told> {
    let (from, until) = (midnight(first, zone), midnight(past, zone));
    let mine: BTreeMap<i64, &Life> = events
        .lives
        .iter()
        .filter(|(_, life)| life.at("submitted").is_some_and(|at| from <= at && at < until))
        .map(|(id, life)| (*id, life))
        .collect();
    let running = from <= now && now < until;
    let mut told = BTreeMap::new();
    let mut slices: Vec<(&str, Key<'_>)> = vec![
        ("all", Box::new(|_| String::new())),
        (
            "type",
            Box::new(|life| {
                policy.kind(&life.kind).map_or_else(|| life.kind.clone(), |kind| kind.label.clone())
            }),
        ),
        (
            "person",
            Box::new(|life| match life.assignee {
                Some(id) => events.people[&id].clone(),
                None => "nobody".to_owned(),
            }),
        ),
        ("source", Box::new(|life| life.source.replace('_', " "))),
        ("tier", Box::new(|life| format!("Tier {}", life.tier))),
        (
            "segment",
            Box::new(|life| match events.accounts[&life.account].1.as_str() {
                "" => "no segment".to_owned(),
                segment => segment.to_owned(),
            }),
        ),
    ];
    for (by, of) in slices.drain(..) {
        let mut groups: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for (id, life) in &mine {
            groups.entry(of(life)).or_default().push(*id);
        }
        // Clocks are of whoever owed them, who may have none of the handoffs now.
        let clocks = |name: &str, life: &Life| -> Vec<Value> {
            let own = life.clocks.iter().filter(|((_, _, whole), _)| !whole);
            own.filter(|(_, clock)| by != "person" || owner(clock, events) == name)
                .map(|(_, clock)| clock.clone())
                .collect()
        };
        if by == "person" {
            for life in mine.values() {
                for ((_, _, whole), clock) in &life.clocks {
                    if !whole && clock["state"] != "cancelled" {
                        groups.entry(owner(clock, events)).or_default();
                    }
                }
            }
        }
        if by == "all" {
            groups.entry(String::new()).or_default();
        }
        for (name, ids) in groups {
            for measure in ALL {
                let about = |life: &Life| {
                    let only = match measure {
                        "mql_time_to_first_touch" | "mql_to_meeting" => Some("mql"),
                        "answered_in_5_min" => Some("hot_lead"),
                        "meeting_to_opportunity" => Some("meeting_set"),
                        "closed_won_to_activated" => Some("closed_won"),
                        _ => None,
                    };
                    let marketing =
                        policy.kind(&life.kind).is_some_and(|kind| kind.from == Role::Marketing);
                    only.is_none_or(|only| life.kind == only)
                        && (marketing || !MARKETING.contains(&measure))
                };
                let lives: Vec<&Life> =
                    ids.iter().map(|id| mine[id]).filter(|life| about(life)).collect();
                let one = match measure {
                    "within_sla" => {
                        let all: Vec<Value> = mine
                            .values()
                            .filter(|life| by == "person" || of(life) == name)
                            .flat_map(|life| clocks(&name, life))
                            .collect();
                        sla(&all, now)
                    }
                    "feedback_given" => {
                        let all = events.lives.values().filter(|life| running && of(life) == name);
                        heard(all, now)
                    }
                    _ => tell_one(measure, &lives, events, now),
                };
                told.insert((by.to_owned(), name.clone(), measure.to_owned()), one);
            }
        }
    }
    told
}

fn owner(clock: &Value, events: &Events) -> String {
    let owes = clock["owes"].as_str().unwrap();
    match owes.strip_prefix("P-") {
        Some(id) => events.people[&id.parse::<i64>().unwrap()].clone(),
        None => "nobody".to_owned(),
    }
}

fn sla(clocks: &[Value], now: i64) -> Told {
    let (mut met, mut missed, mut open) = (0, 0, 0);
    for clock in clocks {
        match clock["state"].as_str().unwrap() {
            "met" => met += 1,
            "met_late" | "breached" => missed += 1,
            "running" if clock["due"].as_i64().unwrap() <= now => missed += 1,
            "running" | "paused" => open += 1,
            _ => {}
        }
    }
    Told::share(met, met + missed, open)
}

fn heard<'a>(lives: impl Iterator<Item = &'a Life>, now: i64) -> Told {
    let (mut reported, mut young, mut silent) = (0, 0, 0);
    for life in lives {
        if !["accepted", "working", "engaged", "opportunity"].contains(&life.stage.as_str()) {
            continue;
        }
        let kept = life.clocks.iter().filter(|((name, ..), clock)| {
            name == "report" && (clock["state"] == "met" || clock["state"] == "met_late")
        });
        let kept = kept.filter_map(|(_, clock)| clock["ended"].as_i64());
        let report = kept.chain(life.touches.iter().copied()).max();
        let taken = life.at("accepted").or(life.at("given")).or(life.at("assigned")).unwrap_or(0);
        let last = report.unwrap_or(0).max(taken);
        match (now - last <= 7 * DAY, report.is_some_and(|at| at >= taken)) {
            (true, true) => reported += 1,
            (true, false) => young += 1,
            (false, _) => silent += 1,
        }
    }
    Told::share(reported, reported + silent, young)
}

fn within(from: Option<i64>, to: Option<i64>, limit: i64) -> bool {
    from.zip(to).is_some_and(|(from, to)| to - from <= limit)
}

fn tell_one(measure: &str, lives: &[&Life], events: &Events, now: i64) -> Told {
    let share = |days: i64, hit: &dyn Fn(&Life) -> bool| {
        let (due, young) = lives
            .iter()
            .copied()
            .partition::<Vec<&Life>, _>(|life| days == 0 || life.from() + days * DAY <= now);
        let above = due.iter().filter(|life| hit(life)).count();
        Told::share(above, due.len(), young.len())
    };
    let ended = |life: &Life, classes: &[&str]| {
        life.outcome
            .as_ref()
            .is_some_and(|outcome| classes.contains(&outcome["class"].as_str().unwrap()))
    };
    match measure {
        "handoff_to_response" => {
            share(7, &|life| within(Some(life.from()), life.at("responded"), 7 * DAY))
        }
        "response_to_opportunity" => {
            let answered: Vec<_> =
                lives.iter().filter_map(|life| Some((life.at("responded")?, life))).collect();
            let due: Vec<_> = answered.iter().filter(|(at, _)| at + 30 * DAY <= now).collect();
            let above =
                due.iter().filter(|(at, life)| within(Some(*at), life.at("opportunity"), 30 * DAY));
            Told::share(above.count(), due.len(), answered.len() - due.len())
        }
        "conversion_by_source" => share(0, &|life| life.at("opportunity").is_some()),
        "handoff_rate" => {
            let listed = lives.iter().filter(|life| events.accounts[&life.account].0).count();
            let all = events.accounts.values().filter(|(listed, _)| *listed).count();
            Told::share(listed, all, 0)
        }
        "worked" => share(30, &|life| within(Some(life.from()), life.at("first_touch"), 30 * DAY)),
        "return_rate" => share(0, &|life| life.at("returned").is_some()),
        "mqa_to_opportunity" => {
            share(30, &|life| within(Some(life.from()), life.at("opportunity"), 30 * DAY))
        }
        "mqa_to_close" => share(183, &|life| {
            let outcome = life.outcome.as_ref();
            life.stage == "closed"
                && outcome.is_some_and(|outcome| {
                    outcome["code"] == "WON"
                        && within(Some(life.from()), outcome["at"].as_i64(), 183 * DAY)
                })
        }),
        "time_to_first_touch" | "mql_time_to_first_touch" => {
            let mut times: Vec<i64> = lives
                .iter()
                .filter_map(|life| Some((life.at("first_touch")? - life.at("assigned")?).max(0)))
                .collect();
            times.sort_unstable();
            let assigned = lives.iter().filter(|life| life.at("assigned").is_some()).count();
            let nearest = |percent: usize| {
                let rank = (times.len() * percent).div_ceil(100);
                rank.checked_sub(1).and_then(|at| times.get(at)).map(|ms| *ms as f64 / HOUR as f64)
            };
            Told {
                figure: nearest(50),
                above: None,
                below: Some(times.len() as i64),
                p90: nearest(90),
                young: assigned as i64 - times.len() as i64,
            }
        }
        "answered_in_5_min" => {
            share(0, &|life| within(Some(life.from()), life.at("first_touch"), 5 * 60_000))
        }
        "completeness" | "satisfaction" => {
            let known: Vec<i64> = lives
                .iter()
                .filter_map(
                    |life| if measure == "completeness" { life.completeness } else { life.rating },
                )
                .collect();
            let sum: i64 = known.iter().sum();
            Told {
                figure: (!known.is_empty()).then(|| sum as f64 / known.len() as f64),
                above: Some(sum),
                below: Some(known.len() as i64),
                ..Told::default()
            }
        }
        "mql_to_meeting" => share(30, &|life| life.at("held").is_some()),
        "meeting_to_opportunity" => share(30, &|life| life.at("opportunity").is_some()),
        "closed_won_to_activated" => share(90, &|life| life.at("activated").is_some()),
        "sales_acceptance" => {
            let yes = |life: &Life| life.at("accepted").or(life.at("first_touch")).is_some();
            let given: Vec<_> = lives.iter().filter(|life| life.at("assigned").is_some()).collect();
            let waiting =
                given.iter().filter(|life| life.stage == "assigned" && !yes(life)).count();
            let above = given.iter().filter(|life| yes(life)).count();
            Told::share(above, given.len() - waiting, waiting)
        }
        "rejected" => share(0, &|life| {
            life.at("returned").is_some()
                || (life.at("first_touch").is_none() && ended(life, &["recycle", "disqualify"]))
        }),
        "incomplete_reports" => Told::number(lives.iter().map(|life| life.incomplete).sum()),
        "recycled" => Told::number(lives.iter().map(|life| life.recycled).sum()),
        "overrides" => Told::number(lives.iter().map(|life| life.overridden).sum()),
        "escalations" => Told::number(lives.iter().map(|life| life.escalated).sum()),
        "recycle_conversion" => {
            let parents: BTreeSet<i64> = events
                .lives
                .values()
                .filter(|life| life.at("opportunity").is_some())
                .filter_map(|life| life.parent)
                .collect();
            let ids: BTreeMap<*const Life, i64> =
                events.lives.iter().map(|(id, life)| (std::ptr::from_ref(life), *id)).collect();
            let recycled: Vec<&Life> =
                lives.iter().copied().filter(|life| life.recycled > 0).collect();
            let reborn = recycled
                .iter()
                .filter(|life| parents.contains(&ids[&std::ptr::from_ref::<Life>(life)]));
            Told::share(reborn.count(), recycled.len(), 0)
        }
        "volume" => Told::number(lives.len() as i64),
        other => panic!("no measure {other}"),
    }
}

//! The demo, filled at moments on which the week looks quite different: there is work for everybody each time.

use std::collections::BTreeSet;

use rstest::rstest;

use super::*;
use crate::domain::clock::{Clock, ClockName, ClockState};
use crate::domain::filter;
use crate::domain::handoff::Moment;
use crate::domain::ids::GestureId;
use crate::domain::person::Role;
use crate::domain::queue::{Edge, Query};
use crate::domain::stage::Stage;
use crate::domain::time::parse_instant;
use crate::domain::timing::ledger;
use crate::domain::view::{Sort, View, built_in};
use crate::store::{Machine, Store};

/// How urgent the next clock of a handoff is, by the shares of `DOMAIN.md 5`.
fn colour(handoff: &Handoff, clock: &Clock, desk: &Desk, now: Instant) -> &'static str {
    let meeting = handoff.moment(Moment::Meeting);
    let share = ledger(clock, desk.policy(), meeting, now).unwrap().share_used(now);
    match share {
        1.0.. => "breached",
        0.9.. => "critical",
        0.75.. => "warned",
        0.5.. => "noticed",
        _ => "calm",
    }
}

struct Demo {
    desk: Desk,
    now: Instant,
    filled: Filled,
    _folder: tempfile::TempDir,
}

impl Demo {
    fn at(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("desk.db")).unwrap();
        let machine = Machine { os_user: "demo".into(), host: "here".into(), pid: 1 };
        let mut desk = Desk::new(store, Arc::new(crate::policy::shipped().unwrap()), machine);
        let now = parse_instant(now).unwrap();
        let mut last = 0_u128;
        let mut ids = || {
            last += 1;
            last.to_be_bytes()
        };
        let filled = fill(&mut desk, now, &mut ids).unwrap();
        Self { desk, now, filled, _folder: folder }
    }

    /// The handoffs that a filter line lists for somebody.
    fn list(&self, filter: &str, me: Option<PersonId>) -> Vec<Handoff> {
        let query = Query {
            filter: filter::parse(filter).unwrap(),
            sort: Sort::default(),
            me,
            now: self.now,
            zone: self.desk.policy().zone,
        };
        let rows = self.desk.window(&query, &Edge::First, 1_000).unwrap().rows;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        self.desk.store.handoffs(&ids).unwrap()
    }

    fn colours(&self, handoffs: &[Handoff]) -> BTreeSet<&'static str> {
        let colour = |handoff: &Handoff| match handoff.next_clock() {
            Some(clock) => colour(handoff, clock, &self.desk, self.now),
            None => "paused",
        };
        handoffs.iter().map(colour).collect()
    }

    fn people(&self, role: Role) -> Vec<Person> {
        let people = self.desk.people().unwrap();
        people.into_iter().filter(|person| person.role == role && person.active).collect()
    }
}

#[rstest]
#[case::a_friday_afternoon("2026-11-20T14:32-05:00")]
#[case::a_sunday("2026-11-22T11:05-05:00")]
#[case::monday_before_anybody_is_in("2026-11-23T07:40-05:00")]
#[case::thanksgiving("2026-11-26T12:00-05:00")]
#[case::the_day_after_it_when_the_office_has_closed("2026-11-27T15:40-05:00")]
#[case::a_minute_past_five("2026-12-09T17:01-05:00")]
#[case::after_christmas_late_at_night("2026-12-28T23:59-05:00")]
#[case::the_hour_that_summer_skips("2027-03-14T03:00-04:00")]
fn there_is_work_of_every_kind_whatever_the_day(#[case] now: &str) {
    let demo = Demo::at(now);
    assert_eq!(demo.filled.left_out, Vec::<String>::new());

    let all = demo.list("", None);
    let stages: BTreeSet<_> = all.iter().map(|handoff| handoff.stage).collect();
    assert_eq!(stages, Stage::ALL.iter().copied().collect(), "every stage");

    let open = demo.list("open", None);
    let colours = demo.colours(&open);
    let wanted = ["breached", "calm", "critical", "noticed", "paused", "warned"];
    assert_eq!(colours, wanted.into(), "every colour");
    let short = |handoff: &Handoff| handoff.next_clock().is_some_and(|clock| clock.short_notice);
    assert!(open.iter().any(short), "a clock on short notice is next");

    let triage = demo.list(&built_in()[0].filter, None);
    assert!((8..=12).contains(&triage.len()), "{} to triage", triage.len());
    assert_eq!(demo.colours(&triage), wanted.into(), "triage in every colour");
    assert_eq!(demo.list("deferred", None).len(), 1);
}

#[rstest]
#[case::a_friday_afternoon("2026-11-20T14:32-05:00")]
#[case::a_saturday("2026-12-05T09:00-05:00")]
fn everybody_finds_something_to_do(#[case] now: &str) {
    let demo = Demo::at(now);
    for role in Role::ALL {
        let people = demo.people(*role);
        assert!(!people.is_empty(), "nobody is {role}");
        let view = built_in().into_iter().find(|view| view.key == View::of_role(*role)).unwrap();
        for person in people {
            let found = demo.list(&view.filter, Some(person.id)).len();
            assert!(found > 0, "{} ({role}) lands on an empty view, {}", person.name, view.name);
        }
    }
    let sam = demo.desk.person("Sam Ortiz").unwrap();
    let mine = demo.list("open owner:me", Some(sam.id));
    let stages: BTreeSet<_> = mine.iter().map(|handoff| handoff.stage).collect();
    for stage in
        [Stage::Assigned, Stage::Accepted, Stage::Working, Stage::Engaged, Stage::Opportunity]
    {
        assert!(stages.contains(&stage), "Sam has nothing {stage}");
    }
    let kinds: BTreeSet<_> = demo.list("", None).into_iter().map(|handoff| handoff.kind).collect();
    let all = &demo.desk.policy().types;
    assert_eq!(kinds, all.iter().map(|kind| kind.key.clone()).collect(), "every type");
}

#[test]
fn the_record_reads_like_a_week() {
    let demo = Demo::at("2026-11-20T14:32-05:00");
    let lines = demo.desk.activity(None, 10_000).unwrap();
    let codes: BTreeSet<_> = demo
        .list("", None)
        .iter()
        .filter_map(|handoff| handoff.outcome.as_ref().map(|outcome| outcome.code.clone()))
        .collect();
    for code in [
        "BAD_TIMING",
        "DUPLICATE",
        "HELD",
        "INCOMPLETE",
        "LOST",
        "LOST_COMPETITOR",
        "MEETING",
        "NOSHOW",
        "NOT_READY",
        "NO_RESPONSE",
        "OPPORTUNITY",
        "WON",
        "WRONG_ACCOUNT",
        "WRONG_PERSONA",
    ] {
        assert!(codes.contains(code), "nothing came out as {code}");
    }
    for action in [
        "flag",
        "submit",
        "assign",
        "accept",
        "touch",
        "note",
        "return",
        "resubmit",
        "dispute",
        "decide",
        "defer",
        "pause",
        "resume",
        "edit",
        "rate",
        "undo",
        "import",
        "wake",
        "hibernate",
        "activate",
    ] {
        assert!(lines.iter().any(|line| line.action == action), "nobody did {action}");
    }
    assert!(lines.windows(2).all(|pair| pair[0].at >= pair[1].at), "in the order of time");
    assert!(lines.iter().all(|line| line.at <= demo.now), "nothing lies in the future");
    let together = lines.iter().filter(|line| line.action == "resume").map(|line| line.gesture);
    assert_eq!(together.collect::<BTreeSet<GestureId>>().len(), 1, "one gesture for four handoffs");
}

#[test]
fn packages_differ_in_how_complete_they_are() {
    let demo = Demo::at("2026-11-20T14:32-05:00");
    let percents: BTreeSet<_> =
        demo.list("open", None).iter().filter_map(|handoff| handoff.completeness).collect();
    assert!(percents.len() >= 4, "{percents:?}");
}

#[test]
fn a_package_that_is_complete_when_the_meeting_is_booked_is_kept_at_once() {
    let demo = Demo::at("2026-11-20T14:32-05:00");
    let state = |company: &str| {
        let found = demo.list(&format!("type:meeting_set {company}"), None);
        let clock = found[0].clocks.iter().find(|clock| clock.name == ClockName::Package);
        clock.map(|clock| clock.state)
    };
    assert_eq!(state("Rivet"), Some(ClockState::Met));
    assert_eq!(state("Stonebridge"), Some(ClockState::Running));
}

#[test]
fn a_store_that_people_work_is_left_alone() {
    let mut demo = Demo::at("2026-11-20T14:32-05:00");
    let before = demo.desk.store.newest_event().unwrap();
    let again = fill(&mut demo.desk, demo.now, &mut || [7; 16]).unwrap_err();
    assert!(again.to_string().contains("needs an empty store"), "{again}");
    assert_eq!(demo.desk.store.newest_event().unwrap(), before);
}

#[test]
fn a_policy_that_asks_for_more_leaves_steps_out_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("desk.db")).unwrap();
    let machine = Machine { os_user: "demo".into(), host: "here".into(), pid: 1 };
    let strict = "version = 1\n[dispositions.BAD_TIMING]\nowes = { touches = 9, days = 0 }\n";
    let policy = crate::policy::parse(strict, "strict.toml").unwrap().policy;
    let mut desk = Desk::new(store, Arc::new(policy), machine);
    let mut last = 0_u128;
    let mut ids = || {
        last += 1;
        last.to_be_bytes()
    };
    let now = parse_instant("2026-11-20T14:32-05:00").unwrap();
    let filled = fill(&mut desk, now, &mut ids).unwrap();
    assert!(filled.done > 200);
    assert_eq!(filled.left_out.len(), 3, "{:#?}", filled.left_out);
    assert!(filled.left_out[0].contains("BAD_TIMING needs 9 touches"), "{}", filled.left_out[0]);
}

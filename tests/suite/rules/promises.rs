//! `DOMAIN.md 3`: the first promises of every type under the shipped policy, as instants, from starts that people get
//! wrong.

use handoff_desk::domain::clock::ClockName;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, MINUTE};
use rstest::rstest;

use super::cast::{Case, DANA, MIA, MONDAY, assign, instant, local};
use handoff_desk::domain::command::Command;

/// Each type with its targets: deliver, assign, accept, first_touch.
const TARGETS: [(&str, [&str; 4]); 11] = [
    ("tier1", ["24h", "same_day", "24h", "48h"]),
    ("tier2", ["fri 17:00", "mon 17:00", "24h", "wed 17:00"]),
    ("intent", ["48h", "same_day", "24h", "5bd"]),
    ("inbound", ["1h", "same_day", "same_day", "24h"]),
    ("relationship", ["same_day", "same_day", "same_day", "24h"]),
    ("mql", ["4h", "same_day", "24h", "4h"]),
    ("hot_lead", ["5m", "same_day", "24h", "5m"]),
    ("meeting_set", ["24h", "same_day", "24h", "48h"]),
    ("opportunity", ["24h", "same_day", "24h", "48h"]),
    ("closed_won", ["24h", "same_day", "24h", "48h"]),
    ("expansion", ["24h", "same_day", "24h", "5d"]),
];

/// When each target is due from a start. The office is open Monday to Friday, 9 to 17 in New York.
type Due = [(&'static str, &'static str); 12];

/// An ordinary Monday.
const FROM_MONDAY: Due = [
    ("5m", "2026-11-16T10:05-05:00"),
    ("1h", "2026-11-16T11:00-05:00"),
    ("4h", "2026-11-16T14:00-05:00"),
    ("24h", "2026-11-17T10:00-05:00"),
    ("48h", "2026-11-18T10:00-05:00"),
    ("5d", "2026-11-21T10:00-05:00"),
    ("same_day", "2026-11-16T17:00-05:00"),
    ("mon 17:00", "2026-11-16T17:00-05:00"),
    ("wed 17:00", "2026-11-18T17:00-05:00"),
    ("fri 17:00", "2026-11-20T17:00-05:00"),
    ("3bd", "2026-11-19T17:00-05:00"),
    ("5bd", "2026-11-23T17:00-05:00"),
];

/// Half an hour before the week closes; Thanksgiving (Thu 26) and its half-day Friday lie ahead.
const FROM_FRIDAY: Due = [
    ("5m", "2026-11-20T16:35-05:00"),
    ("1h", "2026-11-20T17:30-05:00"),
    ("4h", "2026-11-20T20:30-05:00"),
    ("24h", "2026-11-21T16:30-05:00"),
    ("48h", "2026-11-22T16:30-05:00"),
    ("5d", "2026-11-25T16:30-05:00"),
    ("same_day", "2026-11-20T17:00-05:00"),
    ("mon 17:00", "2026-11-23T17:00-05:00"),
    ("wed 17:00", "2026-11-25T17:00-05:00"),
    ("fri 17:00", "2026-11-20T17:00-05:00"),
    ("3bd", "2026-11-25T17:00-05:00"),
    ("5bd", "2026-11-30T17:00-05:00"),
];

/// A Saturday counts as the Monday after it for business days.
const FROM_SATURDAY: Due = [
    ("5m", "2026-11-21T11:05-05:00"),
    ("1h", "2026-11-21T12:00-05:00"),
    ("4h", "2026-11-21T15:00-05:00"),
    ("24h", "2026-11-22T11:00-05:00"),
    ("48h", "2026-11-23T11:00-05:00"),
    ("5d", "2026-11-26T11:00-05:00"),
    ("same_day", "2026-11-23T17:00-05:00"),
    ("mon 17:00", "2026-11-23T17:00-05:00"),
    ("wed 17:00", "2026-11-25T17:00-05:00"),
    ("fri 17:00", "2026-11-27T17:00-05:00"),
    ("3bd", "2026-11-27T13:00-05:00"),
    ("5bd", "2026-12-01T17:00-05:00"),
];

/// Half an hour before the office closes for Thanksgiving.
const FROM_THE_EVE: Due = [
    ("5m", "2026-11-25T16:35-05:00"),
    ("1h", "2026-11-25T17:30-05:00"),
    ("4h", "2026-11-25T20:30-05:00"),
    ("24h", "2026-11-26T16:30-05:00"),
    ("48h", "2026-11-27T16:30-05:00"),
    ("5d", "2026-11-30T16:30-05:00"),
    ("same_day", "2026-11-25T17:00-05:00"),
    ("mon 17:00", "2026-11-30T17:00-05:00"),
    ("wed 17:00", "2026-11-25T17:00-05:00"),
    ("fri 17:00", "2026-11-27T17:00-05:00"),
    ("3bd", "2026-12-01T17:00-05:00"),
    ("5bd", "2026-12-03T17:00-05:00"),
];

/// The night the clocks go back: one in the morning comes twice on Sunday 1 November.
const FROM_THE_LONG_NIGHT: Due = [
    ("5m", "2026-10-31T22:05-04:00"),
    ("1h", "2026-10-31T23:00-04:00"),
    ("4h", "2026-11-01T01:00-05:00"),
    ("24h", "2026-11-01T21:00-05:00"),
    ("48h", "2026-11-02T21:00-05:00"),
    ("5d", "2026-11-05T21:00-05:00"),
    ("same_day", "2026-11-02T17:00-05:00"),
    ("mon 17:00", "2026-11-02T17:00-05:00"),
    ("wed 17:00", "2026-11-04T17:00-05:00"),
    ("fri 17:00", "2026-11-06T17:00-05:00"),
    ("3bd", "2026-11-05T17:00-05:00"),
    ("5bd", "2026-11-09T17:00-05:00"),
];

/// The Friday before the clocks go forward: two in the morning is missing on Sunday 8 March.
const FROM_THE_SHORT_WEEKEND: Due = [
    ("5m", "2026-03-06T16:35-05:00"),
    ("1h", "2026-03-06T17:30-05:00"),
    ("4h", "2026-03-06T20:30-05:00"),
    ("24h", "2026-03-07T16:30-05:00"),
    ("48h", "2026-03-08T17:30-04:00"),
    ("5d", "2026-03-11T17:30-04:00"),
    ("same_day", "2026-03-06T17:00-05:00"),
    ("mon 17:00", "2026-03-09T17:00-04:00"),
    ("wed 17:00", "2026-03-11T17:00-04:00"),
    ("fri 17:00", "2026-03-06T17:00-05:00"),
    ("3bd", "2026-03-11T17:00-04:00"),
    ("5bd", "2026-03-13T17:00-04:00"),
];

#[rstest]
#[case::monday("2026-11-16T10:00-05:00", FROM_MONDAY)]
#[case::friday("2026-11-20T16:30-05:00", FROM_FRIDAY)]
#[case::saturday("2026-11-21T11:00-05:00", FROM_SATURDAY)]
#[case::the_eve_of_thanksgiving("2026-11-25T16:30-05:00", FROM_THE_EVE)]
#[case::the_night_the_clocks_go_back("2026-10-31T22:00-04:00", FROM_THE_LONG_NIGHT)]
#[case::the_weekend_the_clocks_go_forward("2026-03-06T16:30-05:00", FROM_THE_SHORT_WEEKEND)]
fn first_promises(#[case] start: &str, #[case] due: Due) {
    for (kind, targets) in TARGETS {
        let mut case = Case::flagged(kind, start);
        case.does(MIA, Command::Submit);
        let taker = case.taker();
        case.does(DANA, assign(taker));
        let names =
            [ClockName::Deliver, ClockName::Assign, ClockName::Accept, ClockName::FirstTouch];
        for (name, target) in names.into_iter().zip(targets) {
            let want = due.iter().find(|(other, _)| *other == target).unwrap().1;
            for clock in case.handoff.clocks.iter().filter(|clock| clock.name == name) {
                assert_eq!(clock.target.to_string(), target, "{kind}, {name}");
                assert_eq!(local(clock.due), local(instant(want)), "{kind}, {name}: {target}");
                assert_eq!(clock.due, instant(want), "{kind}, {name}: {target}");
                assert_eq!(clock.started, instant(start), "{kind}, {name}");
            }
        }
        let warned = |days: &str| due.iter().find(|(other, _)| *other == days).unwrap().1;
        if kind == "intent" {
            assert_eq!(
                local(case.clock(ClockName::FirstTouch).warn),
                local(instant(warned("3bd"))),
                "intent warns after three business days"
            );
        }
        assert!(!case.clock(ClockName::FirstTouch).short_notice);
    }
}

#[test]
fn every_type_of_the_shipped_policy_is_in_the_table() {
    let keys: Vec<_> = super::cast::POLICY.types.iter().map(|kind| kind.key.as_str()).collect();
    assert_eq!(keys, TARGETS.map(|(kind, _)| kind));
}

/// Warned from 75 % of the target's own time.
#[rstest]
#[case("tier1", ClockName::Deliver, "Tue 17 Nov 04:00")]
#[case("tier1", ClockName::Assign, "Mon 16 Nov 15:15")]
#[case("tier1", ClockName::FirstTouch, "Tue 17 Nov 22:00")]
#[case("hot_lead", ClockName::FirstTouch, "Mon 16 Nov 10:03:45")]
// 39 working hours from Monday 10:00 to Friday 17:00; 29 h 15 min of them are used on Thursday at 15:15.
#[case("tier2", ClockName::Deliver, "Thu 19 Nov 15:15")]
fn warnings_are_shares_of_own_time(
    #[case] kind: &str,
    #[case] name: ClockName,
    #[case] warn: &str,
) {
    let case = Case::of_type_at(kind, Stage::Assigned);
    let clock = case.handoff.clocks.iter().find(|clock| clock.name == name).unwrap();
    assert_eq!(local(clock.warn), warn);
}

/// `report` 7 d, `work` 30 d for intent and 21 d otherwise, `onboard` 90 d, `fix` 24 h, `decide` 2 bd.
#[test]
fn later_promises() {
    for (kind, days) in [("intent", 30), ("tier1", 21), ("mql", 21), ("closed_won", 21)] {
        let mut case = Case::of_type_at(kind, Stage::Accepted);
        let report = case.clock(ClockName::Report);
        assert_eq!(report.due.since(report.started), 7 * DAY, "{kind}");
        case.after(MINUTE);
        let taker = case.taker();
        case.does(taker, super::cast::touch());
        let work = case.clock(ClockName::Work);
        assert_eq!((work.started, work.due.since(work.started)), (case.now, days * DAY), "{kind}");
        assert_eq!(
            case.handoff.clocks.iter().any(|clock| clock.name == ClockName::Onboard),
            kind == "closed_won"
        );
    }
    let onboard = Case::of_type_at("closed_won", Stage::Accepted);
    let onboard = onboard.clock(ClockName::Onboard);
    assert_eq!(onboard.due.since(onboard.started), 90 * DAY);
    // Ninety times 24 hours, over the weekend on which the clocks stay as they are until March.
    assert_eq!(local(onboard.due), "Sun 14 Feb 10:00");
    let fix = Case::of_type_at("tier1", Stage::Returned);
    assert_eq!(local(fix.clock(ClockName::Fix).due), "Tue 17 Nov 10:00");
    let decide = Case::of_type_at("tier1", Stage::Disputed);
    assert_eq!(local(decide.clock(ClockName::Decide).due), "Wed 18 Nov 17:00");
    assert_eq!(instant(MONDAY), decide.clock(ClockName::Decide).started);
}

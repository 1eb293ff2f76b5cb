//! Weeks, dates that move with holidays, phases, and rounds that are solved together.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::America::New_York;
use proptest::prelude::*;
use rstest::rstest;

use super::round::{Item, Round, Success, record};
use super::*;
use crate::domain::account::{Account, Tier};
use crate::domain::criteria::sample::{self, NOW};
use crate::domain::ids::{AccountId, HandoffId};
use crate::domain::person::{Absence, Role};
use crate::domain::routing::Load;
use crate::domain::stage::Stage;
use crate::domain::time::parse_instant;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[rstest]
#[case("2026-W47", "2026-11-16")]
#[case("2026-w01", "2025-12-29")]
#[case("2026-W53", "2026-12-28")]
#[case("2027-W01", "2027-01-04")]
fn a_week_is_known_by_its_monday(#[case] text: &str, #[case] monday: &str) {
    let week: Week = text.parse().unwrap();
    assert_eq!(week.monday(), day(monday));
    assert_eq!(week.to_string(), text.to_uppercase());
    for on in 0..7 {
        assert_eq!(Week::of(week.monday() + chrono::Days::new(on)), week);
    }
    assert_eq!(week.next().previous(), week);
}

#[rstest]
#[case("2025-W53", "there is no week 2025-W53; 2025 has the weeks 01 to 52")]
#[case("2026-W54", "there is no week 2026-W54; 2026 has the weeks 01 to 53")]
#[case("2026-W00", "there is no week 2026-W00; 2026 has the weeks 01 to 53")]
#[case("2026-47", "\"2026-47\" is not a week; write the year and the ISO week, such as 2026-W47")]
#[case(
    "20265-W47",
    "\"20265-W47\" is not a week; write the year and the ISO week, such as 2026-W47"
)]
#[case(
    "2026-W047",
    "\"2026-W047\" is not a week; write the year and the ISO week, such as 2026-W47"
)]
#[case("W47", "\"W47\" is not a week; write the year and the ISO week, such as 2026-W47")]
#[case("2026-W4é", "\"2026-W4é\" is not a week; write the year and the ISO week, such as 2026-W47")]
fn a_week_that_does_not_exist_is_told(#[case] text: &str, #[case] why: &str) {
    assert_eq!(text.parse::<Week>().unwrap_err(), why);
}

#[test]
fn only_the_batched_type_knows_the_monday_of_its_batch() {
    let policy = policy();
    let monday = |kind: &str, at| batch_day(policy.kind(kind).unwrap(), at, &policy);
    assert_eq!(monday("tier2", NOW), Some(day("2026-11-16")));
    // Friday 17:00 is the cut-off.
    let cut_off = Dates::of(Week::of(day("2026-11-20")), &policy).send;
    assert_eq!(monday("tier2", cut_off), Some(day("2026-11-23")));
    assert_eq!(monday("tier1", NOW), None);
}

fn with_holidays(days: &[&str]) -> Policy {
    let hours: [Vec<_>; 7] = std::array::from_fn(|day| match day {
        0..5 => vec!["09:00-17:00".parse().unwrap()],
        _ => vec![],
    });
    let days = days.iter().map(|text| (day(text), None)).collect();
    let office = Calendar::new("office", New_York, hours, days, BTreeMap::new());
    Policy { calendars: BTreeMap::from([("office".into(), office)]), ..policy() }
}

/// The small policy of other tests, with a type that goes by batch.
pub(super) fn policy() -> Policy {
    let mut policy = sample::policy();
    policy.types.push(sample::kind("tier2", "Tier 2 account", Role::Ae, &[]));
    let at = |text: &str| text.parse().unwrap();
    policy.batch.send = at("fri 17:00");
    policy.batch.review = at("mon 17:00");
    policy.batch.outreach = at("wed 17:00");
    policy
}

#[rstest]
#[case::an_ordinary_week("2026-W47", &[], "2026-11-20T17:00", "2026-11-23T17:00", "2026-11-25T17:00")]
#[case::friday_off("2026-W47", &["2026-11-20"], "2026-11-19T17:00", "2026-11-23T17:00", "2026-11-25T17:00")]
#[case::thursday_and_friday_off("2026-W47", &["2026-11-19", "2026-11-20"], "2026-11-18T17:00", "2026-11-23T17:00", "2026-11-25T17:00")]
#[case::monday_off("2026-W47", &["2026-11-23"], "2026-11-20T17:00", "2026-11-24T17:00", "2026-11-25T17:00")]
#[case::monday_and_tuesday_off("2026-W47", &["2026-11-23", "2026-11-24"], "2026-11-20T17:00", "2026-11-25T17:00", "2026-12-02T17:00")]
#[case::wednesday_off("2026-W47", &["2026-11-25"], "2026-11-20T17:00", "2026-11-23T17:00", "2026-11-24T17:00")]
#[case::tuesday_and_wednesday_off("2026-W47", &["2026-11-24", "2026-11-25"], "2026-11-20T17:00", "2026-11-23T17:00", "2026-11-26T17:00")]
#[case::week_53("2026-W53", &["2027-01-01"], "2026-12-31T17:00", "2027-01-04T17:00", "2027-01-06T17:00")]
fn dates_move_with_holidays(
    #[case] week: &str,
    #[case] holidays: &[&str],
    #[case] send: &str,
    #[case] review: &str,
    #[case] outreach: &str,
) {
    let policy = with_holidays(holidays);
    let dates = Dates::of(week.parse().unwrap(), &policy);
    let at = |text: &str| parse_instant(&format!("{text}-05:00")).unwrap();
    assert_eq!(dates.send, at(send), "send");
    assert_eq!(dates.review, at(review), "review");
    assert_eq!(dates.outreach, at(outreach), "outreach");
}

/// The days are the policy's; what names no day of the week stands for those of `DOMAIN.md 10`, at 17:00.
#[rstest]
#[case::of_the_policy(["thu 12:00", "tue 10:00", "fri 09:30"], ["2026-11-19T12:00", "2026-11-24T10:00", "2026-11-27T09:30"])]
#[case::of_the_domain(["same_day", "4h", "3bd"], ["2026-11-20T17:00", "2026-11-23T17:00", "2026-11-25T17:00"])]
fn dates_are_those_that_the_policy_names(#[case] named: [&str; 3], #[case] wanted: [&str; 3]) {
    let mut policy = with_holidays(&[]);
    let [send, review, outreach] = named.map(|text| text.parse().unwrap());
    policy.batch = crate::domain::policy::BatchRule { send, review, outreach, ..policy.batch };
    let dates = Dates::of("2026-W47".parse().unwrap(), &policy);
    let at = |text: &str| parse_instant(&format!("{text}:00-05:00")).unwrap();
    assert_eq!([dates.send, dates.review, dates.outreach], wanted.map(at));
    assert_eq!(dates.review_from, at(&format!("{}T00:00", dates.review_day)));
}

#[test]
fn a_week_begins_at_midnight_of_its_monday_on_the_wall_clock() {
    let week: Week = "2026-W47".parse().unwrap();
    assert_eq!(week.start(New_York), parse_instant("2026-11-16T00:00:00-05:00").unwrap());
    assert_eq!(
        week.start(chrono_tz::Asia::Tokyo),
        parse_instant("2026-11-16T00:00:00+09:00").unwrap()
    );
}

#[test]
fn a_phase_is_said_in_words() {
    let said: Vec<_> = Phase::ALL.iter().map(|phase| phase.label()).collect();
    assert_eq!(said, ["open", "sent", "in review", "routed", "done"]);
}

/// `DOMAIN.md 10`: each decision is carried out by the same command that a person would give.
#[test]
fn a_decision_is_carried_out_by_a_command() {
    let policy = crate::policy::shipped().unwrap();
    let command = |decision: Decision| decision.command("2026-W47".parse().unwrap(), &policy);
    assert_eq!(
        command(Decision::Route { to: PersonId(5), anyway: true }),
        Ok(Command::Assign { to: PersonId(5), brief: None, anyway: true })
    );
    // The batch of week 48 is reviewed on the Monday after it.
    assert_eq!(
        command(Decision::Defer { reason: "no news".into() }),
        Ok(Command::Defer { until: day("2026-11-30"), reason: "no news".into() })
    );
    assert_eq!(
        command(Decision::Return { missing: vec!["committee".into()], note: "who?".into() }),
        Ok(Command::Return {
            missing: vec!["committee".into()],
            note: "who?".into(),
            overridden: None
        })
    );
    let nurture = Decision::Nurture { note: "in spring".into() };
    assert_eq!(
        command(nurture.clone()),
        Ok(Command::Dispose(Disposal {
            code: "NOT_READY".into(),
            fields: BTreeMap::from([("note".to_owned(), "in spring".to_owned())]),
            claim: None,
            overridden: Some("in spring".into()),
        }))
    );
    let mut without = policy.clone();
    without.dispositions.retain(|rule| rule.code != "NOT_READY");
    assert!(
        nurture
            .command("2026-W47".parse().unwrap(), &without)
            .unwrap_err()
            .starts_with("the policy has no disposition that sends to nurture with a note alone")
    );
}

#[test]
fn what_is_flagged_at_the_cut_off_goes_with_the_next_week() {
    let policy = with_holidays(&["2026-11-27"]);
    let week = |text: &str| week_for(parse_instant(text).unwrap(), &policy).to_string();
    assert_eq!(week("2026-11-20T16:59:59-05:00"), "2026-W47");
    assert_eq!(week("2026-11-20T17:00:00-05:00"), "2026-W48");
    assert_eq!(week("2026-11-22T12:00:00-05:00"), "2026-W48");
    assert_eq!(week("2026-11-26T17:00:00-05:00"), "2026-W49", "Friday is off, so Thursday sends");
    assert_eq!(week("2026-12-31T16:00:00-05:00"), "2026-W53");
    assert_eq!(week_reviewed(day("2026-11-23"), &policy).to_string(), "2026-W47");
    assert_eq!(week_reviewed(day("2026-11-24"), &policy).to_string(), "2026-W48");
}

#[test]
fn a_batch_goes_through_its_phases() {
    let dates = Dates::of("2026-W47".parse().unwrap(), &with_holidays(&[]));
    let at = |text: &str| parse_instant(&format!("{text}-05:00")).unwrap();
    let friday = at("2026-11-20T16:00");
    let of = |now, by_hand, waiting, untouched, all| {
        Phase::of(&dates, now, by_hand, waiting, untouched, all)
    };
    assert_eq!(of(friday, false, 3, 0, 3), Phase::Open);
    assert_eq!(of(friday, true, 3, 0, 3), Phase::Sent);
    assert_eq!(of(at("2026-11-21T12:00"), false, 3, 0, 3), Phase::Sent);
    assert_eq!(of(at("2026-11-23T00:00"), false, 3, 0, 3), Phase::InReview);
    assert_eq!(of(at("2026-11-23T12:00"), false, 0, 2, 3), Phase::Routed);
    assert_eq!(of(at("2026-11-24T12:00"), false, 0, 0, 3), Phase::Done);
    assert_eq!(
        of(at("2026-11-23T12:00"), false, 0, 0, 0),
        Phase::InReview,
        "an empty one is not done"
    );
}

pub(super) fn item(id: i64, region: &str) -> Item {
    Item {
        id: HandoffId(id),
        version: 1,
        kind: "tier2".into(),
        stage: Stage::Queued,
        tier: Tier::Two,
        score: 50,
        reason: String::new(),
        completeness: Some(90),
        created: NOW,
        sent: None,
        assignee: None,
        first_touch: None,
        account: Account {
            id: AccountId(id),
            region: Some(region.into()),
            industry: Some("SaaS".into()),
            employees: Some(120),
            ..Account::default()
        },
    }
}

pub(super) fn ae(id: i64, region: &[&str], capacity: Option<u32>) -> Person {
    Person {
        territories: region.iter().map(|one| (*one).to_owned()).collect(),
        capacity,
        ..sample::person(id, &format!("Person {id}"), Role::Ae)
    }
}

#[test]
fn a_batch_never_gives_somebody_more_than_they_can_carry_and_ends_with_the_manager() {
    let policy = policy();
    let people = vec![
        ae(1, &["West"], Some(2)),
        ae(2, &["East"], Some(1)),
        sample::person(9, "Mia", Role::Manager),
    ];
    let round = Round {
        items: (1..=5).map(|id| item(id, "West")).collect(),
        people,
        at: NOW,
        ..Round::default()
    };
    let solved = round.solve(&BTreeMap::new(), &policy);
    let to: Vec<_> = solved.picks.values().map(|pick| pick.to.unwrap().0).collect();
    let count = |who| to.iter().filter(|to| **to == who).count();
    assert_eq!(
        (count(1), count(2), count(9)),
        (2, 1, 2),
        "{to:?}: East takes what West has no room for"
    );
    assert_eq!(solved.drawn[&PersonId(1)], 2);
}

/// Nobody has closed anything and nobody was assigned anything: 0.4 x 0.5 + 0.3 + 0.2 = 0.7 for the first item, and for
/// each further one less by the share of the capacity that it takes, the second also by the lost turn.
#[test]
fn a_whole_batch_comes_to_the_sum_of_its_scores() {
    let policy = policy();
    let solved = |items: i64, people: Vec<Person>| {
        let items = (1..=items).map(|id| item(id, "West")).collect();
        Round { items, people, at: NOW, ..Round::default() }.solve(&BTreeMap::new(), &policy)
    };
    let about = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-6, "{found}");
    let alone = |items| solved(items, vec![ae(1, &[], Some(4))]);
    for (items, total) in [(1, 0.7), (2, 1.125), (3, 1.475)] {
        let solved = alone(items);
        about(solved.total, total);
        about(solved.greedy, total);
    }
    let two = solved(2, vec![ae(1, &[], Some(4)), ae(2, &[], Some(4))]);
    about(two.total, 1.4);
    // Who has the item already loses nothing by it; to give both to one costs what the second seat does.
    for id in [1, 2].map(HandoffId) {
        let to = two.picks[&id].to.unwrap();
        let other = PersonId(3 - to.0);
        about(two.loss(id, to).unwrap(), 0.0);
        assert!(two.loss(id, other).unwrap() < 0.275 + 1e-6);
        assert_eq!(two.loss(id, PersonId(99)), None);
    }
}

#[test]
fn decisions_fill_capacity_and_an_accepted_proposal_changes_no_other() {
    let policy = policy();
    let mut people = vec![ae(1, &[], Some(4)), ae(2, &[], Some(3)), ae(3, &[], Some(9))];
    people[2].absences = vec![Absence { from: day("2026-11-01"), to: day("2026-12-01") }];
    let wins = vec![
        Success {
            person: PersonId(1),
            sector: "saas".into(),
            band: "50-249".into(),
            won: 8,
            closed: 10,
        },
        Success {
            person: PersonId(2),
            sector: "saas".into(),
            band: "1-49".into(),
            won: 1,
            closed: 9,
        },
    ];
    let round = Round {
        items: (1..=5).map(|id| item(id, "West")).collect(),
        people,
        wins,
        at: NOW,
        ..Round::default()
    };
    let mut decisions = BTreeMap::new();
    let mut before = round.solve(&decisions, &policy);
    assert!(before.total >= before.greedy - 1e-9);
    assert!(before.picks.values().all(|pick| pick.to != Some(PersonId(3))), "away");
    let total = before.total;
    for id in 1..=5 {
        let id = HandoffId(id);
        let to = before.picks[&id].to.unwrap();
        decisions.insert(id, Decision::Route { to, anyway: false });
        let after = round.solve(&decisions, &policy);
        for (other, pick) in &after.picks {
            assert_eq!(pick.to, before.picks[other].to, "{other} after {id}");
        }
        assert_eq!(after.drawn, before.drawn);
        before = after;
    }
    assert!(total > 0.0 && before.picks.is_empty());
    // Two elsewhere are too many for the second person, so their proposals move.
    let both =
        [1, 2, 3].map(|id| (HandoffId(id), Decision::Route { to: PersonId(2), anyway: false }));
    let moved = round.solve(&BTreeMap::from(both), &policy);
    assert!(moved.picks.values().all(|pick| pick.to == Some(PersonId(1))));
}

#[test]
fn the_record_of_a_round_is_the_one_routing_looks_at() {
    let win = |sector: &str, band: &str, won, closed| Success {
        person: PersonId(1),
        sector: sector.into(),
        band: band.into(),
        won,
        closed,
    };
    let wins = [
        win("saas", "50-249", 2, 3),
        win("saas", "1-49", 1, 4),
        win("", "", 1, 1),
        win("retail", "50-249", 0, 2),
    ];
    let of = |industry: Option<&str>, employees| {
        let account =
            Account { industry: industry.map(str::to_owned), employees, ..Account::default() };
        let record = record(&wins, PersonId(1), &account);
        (
            record.won,
            record.closed,
            record.similar_won,
            record.similar_closed,
            record.industry_closed,
        )
    };
    assert_eq!(of(Some("SaaS"), Some(120)), (4, 10, 2, 3, 7));
    assert_eq!(of(Some("SaaS"), None), (4, 10, 0, 0, 7));
    assert_eq!(of(None, Some(120)), (4, 10, 0, 0, 0), "what isn't known is like no other");
}

prop_compose! {
    fn any_person()(
        role in prop::sample::select(vec![Role::Ae, Role::Ae, Role::Ae, Role::Manager]),
        active in prop::bool::weighted(0.85),
        away in prop::bool::weighted(0.2),
        west in prop::option::of(prop::bool::ANY),
        capacity in prop::option::of(0_u32..4),
        weekly in prop::option::of(0_u32..3),
        open in 0_u32..3,
        week in 0_u32..2,
        days in prop::option::of(0_i64..20),
    ) -> (Person, Load) {
        let person = Person {
            role,
            active,
            absences: if away { vec![Absence { from: day("2026-11-19"), to: day("2026-11-24") }] } else { vec![] },
            territories: west.map(|west| if west { "West" } else { "East" }.to_owned()).into_iter().collect(),
            capacity,
            weekly,
            ..sample::person(0, "", Role::Ae)
        };
        let last_assigned = days.map(|days| NOW.plus(-days * crate::domain::time::DAY));
        (person, Load { open, this_week: week, assigned_30d: week, last_assigned })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn nobody_inactive_away_or_full_is_given_anything_by_a_whole_batch(
        team in prop::collection::vec(any_person(), 0..6),
        regions in prop::collection::vec(prop::sample::select(vec!["West", "East"]), 0..8),
    ) {
        let policy = policy();
        let people: Vec<Person> = (1..).zip(&team).map(|(id, (person, _))| Person {
            id: PersonId(id), name: format!("Person {id}"), ..person.clone()
        }).collect();
        let loads: BTreeMap<_, _> = (1..).zip(&team).map(|(id, (_, load))| (PersonId(id), *load)).collect();
        let items: Vec<_> = (1..).zip(&regions).map(|(id, region)| item(id, region)).collect();
        let round = Round { items, people, loads, at: NOW, ..Round::default() };
        let solved = round.solve(&BTreeMap::new(), &policy);
        prop_assert!(solved.total >= solved.greedy - 1e-9);
        let mut given: BTreeMap<PersonId, u32> = BTreeMap::new();
        for pick in solved.picks.values() {
            let Some(to) = pick.to else {
                prop_assert!(!round.people.iter().any(|one| one.active && one.role == Role::Manager));
                continue;
            };
            let person = round.people.iter().find(|person| person.id == to).unwrap();
            prop_assert!(person.active);
            if person.role == Role::Ae {
                prop_assert!(person.absences.is_empty());
                let now = given.entry(to).or_default();
                *now += 1;
                let load = round.loads[&to];
                prop_assert!(person.capacity.is_none_or(|capacity| load.open + *now <= capacity));
                prop_assert!(person.weekly.is_none_or(|weekly| load.this_week + *now <= weekly));
            }
        }
        let mut turned = round.clone();
        turned.items.reverse();
        prop_assert_eq!(&turned.solve(&BTreeMap::new(), &policy).picks, &solved.picks, "in any order");
    }
}

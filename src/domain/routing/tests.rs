//! Routing, read as tables: who is left out and why, who comes first and why, what is dropped, ties, properties.

mod ifs;

use chrono::NaiveDate;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::domain::account::Tier;
use crate::domain::criteria::sample::{self, NOW, policy, strings};
use crate::domain::person::{Absence, Role};
use crate::domain::time::{DAY, HOUR};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn ae(id: i64, name: &str) -> Person {
    sample::person(id, name, Role::Ae)
}

fn account() -> Account {
    Account {
        segment: Some("Enterprise".into()),
        product: Some("Suite".into()),
        language: Some("English".into()),
        ..sample::account(Tier::One)
    }
}

fn away(from: NaiveDate, to: NaiveDate) -> Vec<Absence> {
    vec![Absence { from, to }]
}

fn carrying(open: u32) -> Load {
    Load { open, ..Load::default() }
}

fn team<'a>(people: &'a [Person]) -> Vec<Candidate<'a>> {
    people
        .iter()
        .map(|person| Candidate { person, load: Load::default(), record: Record::default() })
        .collect()
}

fn run(account: &Account, candidates: &[Candidate<'_>]) -> Proposal {
    let policy = policy();
    let kind = policy.kind("tier1").unwrap();
    propose(account, kind, candidates, &policy, NOW)
}

fn names(proposal: &Proposal) -> Vec<&str> {
    proposal.ranked.iter().map(|ranked| ranked.name.as_str()).collect()
}

#[rstest]
#[case::anybody(ae(1, "Sam"), 9, None)]
#[case::inactive(Person { active: false, ..ae(1, "Sam") }, 0, Some("inactive"))]
#[case::other_role(sample::person(1, "Sam", Role::Sdr), 0, Some("SDR, not AE"))]
#[case::away_today(Person { absences: away(day(11, 20), day(11, 20)), ..ae(1, "Sam") }, 0, Some("out of office until Mon 23 Nov"))]
#[case::away_over_a_holiday(Person { absences: away(day(11, 16), day(11, 25)), ..ae(1, "Sam") }, 0, Some("out of office until Fri 27 Nov"))]
#[case::away_twice_in_a_row(Person { absences: [away(day(11, 20), day(11, 24)), away(day(11, 25), day(12, 1))].concat(), ..ae(1, "Sam") }, 0, Some("out of office until Wed 2 Dec"))]
#[case::away_tomorrow(Person { absences: away(day(11, 21), day(12, 1)), ..ae(1, "Sam") }, 0, None)]
#[case::back_today(Person { absences: away(day(11, 1), day(11, 19)), ..ae(1, "Sam") }, 0, None)]
#[case::away_into_next_year(Person { absences: vec![Absence { from: day(11, 1), to: NaiveDate::from_ymd_opt(2027, 1, 3).unwrap() }], ..ae(1, "Sam") }, 0, Some("out of office until Mon 4 Jan 2027"))]
#[case::already_saturday_in_their_zone(Person { absences: away(day(11, 21), day(11, 21)), zone: Some("Asia/Tokyo".into()), ..ae(1, "Sam") }, 0, Some("out of office until Mon 23 Nov"))]
#[case::by_a_calendar_nobody_knows(Person { absences: away(day(11, 20), day(11, 20)), calendar: Some("lost".into()), ..ae(1, "Sam") }, 0, Some("out of office until Sat 21 Nov"))]
#[case::at_capacity(ae(1, "Sam"), 10, Some("at capacity 10/10"))]
#[case::over_capacity(ae(1, "Sam"), 12, Some("at capacity 12/10"))]
#[case::no_capacity_at_all(Person { capacity: Some(0), ..ae(1, "Sam") }, 0, Some("at capacity 0/0"))]
#[case::no_limit(Person { capacity: None, ..ae(1, "Sam") }, 4_000, None)]
#[case::other_territory(Person { territories: strings(&["East", "South"]), ..ae(1, "Sam") }, 0, Some("other territory: East, South"))]
#[case::own_territory(Person { territories: strings(&["East", "west "]), ..ae(1, "Sam") }, 0, None)]
#[case::other_segment(Person { segments: strings(&["SMB"]), ..ae(1, "Sam") }, 0, Some("other segment: SMB"))]
#[case::other_product(Person { products: strings(&["Lite"]), ..ae(1, "Sam") }, 0, Some("other product: Lite"))]
#[case::other_language(Person { languages: strings(&["French"]), ..ae(1, "Sam") }, 0, Some("other language: French"))]
#[case::every_reason(Person { languages: strings(&["French"]), territories: strings(&["East"]), ..ae(1, "Sam") }, 10, Some("at capacity 10/10; other territory: East; other language: French"))]
fn everybody_left_out_is_told_why(
    #[case] sam: Person,
    #[case] open: u32,
    #[case] reason: Option<&str>,
) {
    let ann = ae(2, "Ann");
    let record = Record::default();
    let all = [
        Candidate { person: &sam, load: carrying(open), record },
        Candidate { person: &ann, load: carrying(0), record },
    ];
    let proposal = run(&account(), &all);
    let left_out: Vec<_> = proposal.left_out.iter().map(|one| (&*one.name, &*one.reason)).collect();
    assert_eq!(left_out, reason.map(|reason| ("Sam", reason)).into_iter().collect::<Vec<_>>());
    assert_eq!(proposal.ranked.len(), if reason.is_some() { 1 } else { 2 });
    assert_eq!(proposal.note, None);
}

/// Ten at night in New York is Saturday in London, in Tokyo and by the clock without a place; the team's day is Friday.
#[rstest]
#[case::the_teams(None, None, false)]
#[case::their_own(Some("Asia/Tokyo"), None, true)]
#[case::their_calendars(None, Some("london"), true)]
#[case::their_own_before_their_calendars(Some("America/Chicago"), Some("london"), false)]
#[case::around_the_clock_is_nowhere(None, Some("always"), false)]
#[case::a_zone_nobody_knows(Some("Mars/North"), None, false)]
fn somebody_is_away_by_the_day_where_they_are(
    #[case] zone: Option<&str>,
    #[case] calendar: Option<&str>,
    #[case] away_by_then: bool,
) {
    let mut policy = policy();
    let weekdays: [Vec<_>; 7] = std::array::from_fn(|_| vec!["09:00-17:00".parse().unwrap()]);
    let (no_days, no_hours) =
        (std::collections::BTreeMap::new(), std::collections::BTreeMap::new());
    let london = crate::domain::calendar::Calendar::new(
        "london",
        chrono_tz::Europe::London,
        weekdays,
        no_days,
        no_hours,
    );
    let always = crate::domain::calendar::Calendar::always();
    policy.calendars.insert("london".into(), london);
    policy.calendars.insert("always".into(), always);
    let sam = Person {
        absences: away(day(11, 21), day(11, 21)),
        zone: zone.map(str::to_owned),
        calendar: calendar.map(str::to_owned),
        ..ae(1, "Sam")
    };
    let late = NOW.plus(7 * HOUR + 28 * 60_000);
    let kind = policy.kind("tier1").unwrap();
    let proposal = propose(&account(), kind, &team(std::slice::from_ref(&sam)), &policy, late);
    assert_eq!(proposal.ranked.is_empty(), away_by_then, "{proposal:?}");
}

#[test]
fn what_is_not_known_of_the_account_excludes_nobody() {
    let sam = Person {
        territories: strings(&["East"]),
        segments: strings(&["SMB"]),
        products: strings(&["Lite"]),
        languages: strings(&["French"]),
        ..ae(1, "Sam")
    };
    let account = Account { region: Some(" ".into()), ..Account::default() };
    assert_eq!(names(&run(&account, &team(&[sam]))), ["Sam"]);
}

fn closed_deals(similar_won: u32, similar_closed: u32, industry_closed: u32) -> Record {
    Record {
        won: similar_won,
        closed: similar_closed,
        similar_won,
        similar_closed,
        industry_closed,
    }
}

fn last(days: i64) -> Load {
    Load { last_assigned: Some(NOW.plus(-days * DAY)), ..Load::default() }
}

/// Two that differ in one thing, and the parts of the one who comes first.
#[rstest]
#[case::win_rate(carrying(0), closed_deals(8, 10, 0), carrying(0), closed_deals(2, 10, 0), Parts { win_rate: 0.65, capacity: 1.0, rotation: 1.0, industry: 0.0 })]
#[case::thirty_deals_beat_three(carrying(0), Record { closed: 51, ..closed_deals(24, 30, 0) }, carrying(0), closed_deals(3, 3, 0), Parts { win_rate: 0.725, capacity: 1.0, rotation: 1.0, industry: 0.0 })]
#[case::a_common_rate_that_is_not_half(carrying(0), closed_deals(8, 10, 0), carrying(0), closed_deals(4, 10, 0), Parts { win_rate: 0.7, capacity: 1.0, rotation: 1.0, industry: 0.0 })]
#[case::no_deals(carrying(0), closed_deals(0, 0, 0), carrying(1), closed_deals(0, 0, 0), Parts { win_rate: 0.5, capacity: 1.0, rotation: 1.0, industry: 0.0 })]
#[case::free_capacity(carrying(3), closed_deals(0, 0, 0), carrying(4), closed_deals(0, 0, 0), Parts { win_rate: 0.5, capacity: 0.7, rotation: 1.0, industry: 0.0 })]
#[case::rotation(last(7), closed_deals(0, 0, 0), last(6), closed_deals(0, 0, 0), Parts { win_rate: 0.5, capacity: 1.0, rotation: 0.5, industry: 0.0 })]
#[case::never_assigned(carrying(0), closed_deals(0, 0, 0), last(13), closed_deals(0, 0, 0), Parts { win_rate: 0.5, capacity: 1.0, rotation: 1.0, industry: 0.0 })]
#[case::just_assigned(last(0), closed_deals(0, 0, 3), last(0), closed_deals(0, 0, 2), Parts { win_rate: 0.5, capacity: 1.0, rotation: 0.0, industry: 1.0 })]
#[case::assigned_in_the_future(last(-3), closed_deals(0, 0, 3), last(-3), closed_deals(0, 0, 2), Parts { win_rate: 0.5, capacity: 1.0, rotation: 0.0, industry: 1.0 })]
fn the_score_is_the_weighted_sum_of_its_parts(
    #[case] load: Load,
    #[case] record: Record,
    #[case] other_load: Load,
    #[case] other_record: Record,
    #[case] parts: Parts,
) {
    // The one who ought to come first has the later id.
    let (first, second) = (ae(2, "Ann"), ae(1, "Sam"));
    let all = [
        Candidate { person: &second, load: other_load, record: other_record },
        Candidate { person: &first, load, record },
    ];
    let proposal = run(&account(), &all);
    assert_eq!(names(&proposal), ["Ann", "Sam"]);
    let told = proposal.ranked[0].parts.unwrap();
    for (told, wanted) in [
        (told.win_rate, parts.win_rate),
        (told.capacity, parts.capacity),
        (told.rotation, parts.rotation),
        (told.industry, parts.industry),
    ] {
        assert!((told - wanted).abs() < 1e-9, "{told} is not {wanted}");
    }
    let sum =
        0.4 * parts.win_rate + 0.3 * parts.capacity + 0.2 * parts.rotation + 0.1 * parts.industry;
    assert!((proposal.ranked[0].score - sum).abs() < 1e-9);
    assert_eq!(proposal.tie_break, None);
}

#[test]
fn the_rate_of_the_few_is_pulled_towards_that_of_the_eligible() {
    let (sam, ann) = (ae(1, "Sam"), ae(2, "Ann"));
    let gone = Person { active: false, ..ae(3, "Gone") };
    let record = |won, closed| Record { won, closed, ..Record::default() };
    let all = [
        Candidate { person: &sam, load: carrying(0), record: record(30, 40) },
        Candidate { person: &ann, load: carrying(0), record: record(0, 20) },
        Candidate { person: &gone, load: carrying(0), record: record(0, 1_000) },
    ];
    for ranked in run(&account(), &all).ranked {
        assert!((ranked.parts.unwrap().win_rate - 0.5).abs() < 1e-9, "30 of 60");
    }
}

#[test]
fn each_proposal_explains_itself() {
    let sam = Person { territories: strings(&["West"]), capacity: Some(12), ..ae(1, "Sam") };
    let ann = Person { capacity: None, ..ae(2, "Ann") };
    let load =
        Load { open: 4, assigned_30d: 2, this_week: 1, last_assigned: Some(NOW.plus(-6 * DAY)) };
    let today = Load { last_assigned: Some(NOW.plus(-HOUR)), ..carrying(7) };
    let all = [
        Candidate { person: &sam, load, record: closed_deals(5, 8, 12) },
        Candidate { person: &ann, load: today, record: Record::default() },
    ];
    let proposal = run(&account(), &all);
    assert_eq!(
        proposal.ranked[0].reasons,
        [
            "covers West",
            "4 of 12 open",
            "last assigned 6 days ago",
            "won 5 of 8 similar accounts",
            "12 closed in SaaS"
        ]
    );
    assert_eq!(
        proposal.ranked[1].reasons,
        ["7 open, no limit", "last assigned less than a day ago", "no similar accounts closed yet"]
    );
}

#[test]
fn people_of_the_role_are_told_before_the_others() {
    let people = [
        Person {
            absences: away(day(11, 20), day(11, 20)),
            ..sample::person(1, "Mia", Role::Manager)
        },
        sample::person(2, "Rex", Role::Revops),
        Person { active: false, ..ae(3, "Gone") },
        ae(4, "Sam"),
    ];
    let proposal = run(&account(), &team(&people));
    let left_out: Vec<_> = proposal.left_out.iter().map(|one| (&*one.name, &*one.reason)).collect();
    assert_eq!(
        left_out,
        [
            ("Gone", "inactive"),
            ("Mia", "Manager, not AE; out of office until Mon 23 Nov"),
            ("Rex", "Revenue operations, not AE"),
        ]
    );
}

#[test]
fn the_owner_of_the_account_comes_first_whatever_they_cover() {
    let owner = Person { territories: strings(&["East"]), ..ae(9, "Olga") };
    let people = [ae(1, "Sam"), owner];
    let account = Account { owner: Some(PersonId(9)), ..account() };
    let mut all = team(&people);
    all[1].load = carrying(9);
    let proposal = run(&account, &all);
    assert_eq!(names(&proposal), ["Olga", "Sam"]);
    assert_eq!(proposal.ranked[0].reasons[0], "owns the account");
    assert!(!proposal.ranked[0].reasons.iter().any(|reason| reason.starts_with("covers")));
    assert_eq!((proposal.tie_break, proposal.note), (None, None));
}

#[rstest]
#[case::away(Person { absences: away(day(11, 20), day(11, 20)), ..ae(9, "Olga") }, "owns the account, but is out of office until Mon 23 Nov")]
#[case::gone(Person { active: false, ..ae(9, "Olga") }, "owns the account, but is inactive")]
#[case::other_role(sample::person(9, "Olga", Role::Csm), "owns the account, but is CSM, not AE")]
fn an_owner_who_cannot_take_it_is_told_why(#[case] owner: Person, #[case] reason: &str) {
    let people = [ae(1, "Sam"), owner];
    let account = Account { owner: Some(PersonId(9)), ..account() };
    let proposal = run(&account, &team(&people));
    assert_eq!(names(&proposal), ["Sam"]);
    assert_eq!(proposal.left_out[0].reason, reason);
}

fn covering(id: i64, name: &str, territory: &str, segment: &str) -> Person {
    Person { territories: strings(&[territory]), segments: strings(&[segment]), ..ae(id, name) }
}

#[rstest]
#[case::nothing_to_drop(&[covering(1, "Sam", "West", "Enterprise"), covering(2, "Ann", "West", "SMB")], &["Sam"], &[], None)]
#[case::the_segment(&[covering(1, "Sam", "East", "Enterprise"), covering(2, "Ann", "West", "SMB")], &["Ann"], &[Fallback::Segment], Some("Nobody is eligible in full, so the fallback dropped segment Enterprise."))]
#[case::then_the_territory(&[covering(1, "Sam", "East", "Enterprise"), covering(2, "Ann", "East", "SMB")], &["Sam", "Ann"], &[Fallback::Segment, Fallback::Territory], Some("Nobody is eligible in full, so the fallback dropped segment Enterprise and territory West."))]
#[case::then_the_managers_queue(&[Person { active: false, ..ae(1, "Sam") }, sample::person(5, "Mia", Role::Manager)], &["Mia"], &[Fallback::Segment, Fallback::Territory, Fallback::Manager], Some("Nobody is eligible, not even without segment Enterprise and territory West, so it goes to a manager's own queue."))]
#[case::then_the_vp(&[sample::person(6, "Dana", Role::VpSales)], &["Dana"], &[Fallback::Segment, Fallback::Territory, Fallback::Manager], Some("Nobody is eligible, not even without segment Enterprise and territory West, so it goes to a manager's own queue."))]
#[case::nobody_at_all(&[sample::person(6, "Rex", Role::Revops), Person { active: false, ..sample::person(5, "Mia", Role::Manager) }], &[], &[Fallback::Segment, Fallback::Territory, Fallback::Manager], Some("Nobody is eligible, and there is no active manager or VP of Sales; add one or free somebody."))]
#[case::an_empty_desk(&[], &[], &[Fallback::Segment, Fallback::Territory, Fallback::Manager], Some("Nobody is eligible, and there is no active manager or VP of Sales; add one or free somebody."))]
fn what_nobody_covers_is_dropped_in_turn(
    #[case] people: &[Person],
    #[case] ranked: &[&str],
    #[case] dropped: &[Fallback],
    #[case] note: Option<&str>,
) {
    let proposal = run(&account(), &team(people));
    assert_eq!(names(&proposal), ranked);
    assert_eq!(proposal.dropped, dropped);
    assert_eq!(proposal.note.as_deref(), note);
    assert_eq!(proposal.best().is_some(), !ranked.is_empty());
    assert_eq!(proposal.ranked.len() + proposal.left_out.len(), people.len());
}

#[test]
fn a_product_that_nobody_sells_goes_to_the_managers_queue_even_if_the_policy_forgets_it() {
    let people = [
        Person { products: strings(&["Lite"]), ..ae(1, "Sam") },
        sample::person(5, "Mia", Role::Manager),
    ];
    let mut policy = policy();
    policy.routing.fallback.clear();
    let kind = policy.kind("tier1").unwrap();
    let proposal = propose(&account(), kind, &team(&people), &policy, NOW);
    assert_eq!(names(&proposal), ["Mia"]);
    assert_eq!(proposal.left_out[0].reason, "other product: Lite");
    assert_eq!(
        proposal.note.as_deref(),
        Some("Nobody is eligible, so it goes to a manager's own queue.")
    );
}

#[test]
fn the_managers_queue_starts_with_the_team_of_the_territory() {
    let manager = |id, name| sample::person(id, name, Role::Manager);
    let under = |id, territory, manager| Person {
        manager: Some(PersonId(manager)),
        absences: away(day(11, 1), day(12, 31)),
        ..covering(id, "Sam", territory, "Enterprise")
    };
    let people = [
        manager(1, "No team"),
        Person { absences: away(day(11, 20), day(11, 20)), ..manager(2, "Away") },
        Person { territories: strings(&["East"]), ..manager(3, "East") },
        manager(4, "Team in the East"),
        manager(5, "Team in the West"),
        Person { active: false, ..manager(6, "Gone") },
        sample::person(7, "Dana", Role::VpSales),
        under(10, "East", 4),
        under(11, "West", 5),
        Person { active: false, ..under(12, "West", 1) },
    ];
    let mut all = team(&people);
    all[0].load = carrying(3);
    all[3].load = carrying(1);
    let proposal = run(&account(), &all);
    let order = ["Team in the West", "Team in the East", "No team", "Away", "East", "Dana"];
    assert_eq!(names(&proposal), order);
    assert_eq!(proposal.ranked[0].reasons, ["manager's own queue", "leads AEs for this territory"]);
    assert_eq!(
        proposal.ranked[3].reasons,
        ["manager's own queue", "out of office until Mon 23 Nov"]
    );
    assert_eq!(proposal.ranked[5].reasons, ["no active manager"].map(str::to_owned));
    assert_eq!(proposal.ranked[0].parts, None);
}

#[rstest]
#[case::fewest_in_30_days(Load { assigned_30d: 2, ..last(20) }, Load { assigned_30d: 3, ..last(90) }, "Ann comes before Sam on equal scores: fewer assigned in the last 30 days, 2 against 3.")]
#[case::longest_since_the_last(
    last(30),
    last(29),
    "Ann comes before Sam on equal scores: longer since the last assignment."
)]
#[case::never_is_longest(
    carrying(0),
    last(29),
    "Ann comes before Sam on equal scores: never assigned yet."
)]
fn ties_are_broken_the_same_way_and_named(
    #[case] load: Load,
    #[case] other: Load,
    #[case] told: &str,
) {
    let people = [ae(1, "Sam"), ae(2, "Ann")];
    let mut all = team(&people);
    all[0].load = other;
    all[1].load = load;
    let proposal = run(&account(), &all);
    assert_eq!(names(&proposal), ["Ann", "Sam"]);
    assert_eq!(proposal.tie_break.as_deref(), Some(told));
}

#[test]
fn equals_in_all_come_by_id() {
    let people = [ae(2, "Ann"), ae(10, "Kim"), ae(1, "Sam")];
    let proposal = run(&account(), &team(&people));
    assert_eq!(names(&proposal), ["Sam", "Ann", "Kim"]);
    assert_eq!(
        proposal.tie_break.as_deref(),
        Some("Sam comes before Ann on equal scores: equal in all else, P-1 comes before P-2.")
    );
}

prop_compose! {
    fn any_person()(
        role in proptest::sample::select(vec![Role::Ae, Role::Ae, Role::Ae, Role::Sdr, Role::Manager, Role::VpSales]),
        active in proptest::bool::weighted(0.8),
        territory in proptest::sample::select(vec![vec![], vec!["West"], vec!["East"]]),
        segment in proptest::sample::select(vec![vec![], vec!["Enterprise"], vec!["SMB"]]),
        product in proptest::sample::select(vec![vec![], vec!["Suite"], vec!["Lite"]]),
        capacity in proptest::option::of(0_u32..5),
        absent in proptest::bool::weighted(0.3),
        manager in proptest::option::of(1_i64..8),
    ) -> Person {
        Person {
            role,
            active,
            territories: strings(&territory),
            segments: strings(&segment),
            products: strings(&product),
            capacity,
            absences: if absent { away(day(11, 18), day(11, 24)) } else { vec![] },
            manager: manager.map(PersonId),
            ..ae(0, "")
        }
    }
}

prop_compose! {
    fn any_load()(
        open in 0_u32..5,
        assigned_30d in 0_u32..3,
        last in proptest::option::of(-2_i64..40),
        won in 0_u32..20,
        lost in 0_u32..20,
    ) -> (Load, Record) {
        let last_assigned = last.map(|days| NOW.plus(-days * DAY));
        (Load { open, assigned_30d, this_week: assigned_30d, last_assigned }, closed_deals(won, won + lost, lost))
    }
}

fn any_team() -> impl Strategy<Value = Vec<(Person, Load, Record)>> {
    proptest::collection::vec((any_person(), any_load()), 0..8).prop_map(|all| {
        (1..)
            .zip(all)
            .map(|(id, (person, (load, record)))| {
                let person = Person { id: PersonId(id), name: format!("Person {id}"), ..person };
                (person, load, record)
            })
            .collect()
    })
}

fn candidates(all: &[(Person, Load, Record)]) -> Vec<Candidate<'_>> {
    all.iter()
        .map(|(person, load, record)| Candidate { person, load: *load, record: *record })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn whoever_is_inactive_away_or_full_is_never_proposed(all in any_team(), owner in 1_i64..10) {
        let account = Account { owner: Some(PersonId(owner)), ..account() };
        let proposal = run(&account, &candidates(&all));
        let queue = proposal.dropped.contains(&Fallback::Manager);
        for ranked in &proposal.ranked {
            let (person, load, _) = all.iter().find(|(person, ..)| person.id == ranked.person).unwrap();
            prop_assert!(person.active);
            if queue {
                prop_assert!(matches!(person.role, Role::Manager | Role::VpSales));
            } else {
                prop_assert_eq!(person.role, Role::Ae);
                prop_assert!(person.absences.is_empty());
                prop_assert!(person.capacity.is_none_or(|capacity| load.open < capacity));
                prop_assert!((0.0..=1.0 + 1e-9).contains(&ranked.score));
            }
        }
    }

    #[test]
    fn there_is_always_a_proposal_where_a_manager_or_vp_is_active(all in any_team()) {
        let proposal = run(&account(), &candidates(&all));
        let lead = |person: &Person| person.active && matches!(person.role, Role::Manager | Role::VpSales);
        if all.iter().any(|(person, ..)| lead(person)) {
            prop_assert!(proposal.best().is_some());
        }
        prop_assert_eq!(proposal.ranked.len() + proposal.left_out.len(), all.len());
        prop_assert!(proposal.left_out.iter().all(|one| !one.reason.is_empty()));
    }

    #[test]
    fn the_same_people_in_another_order_give_the_same_proposal(
        all in any_team().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        prop_assert_eq!(run(&account(), &candidates(&all.0)), run(&account(), &candidates(&all.1)));
    }

    #[test]
    fn scores_never_rise_down_the_list(all in any_team()) {
        let proposal = run(&account(), &candidates(&all));
        for pair in proposal.ranked.windows(2) {
            prop_assert!(pair[0].score >= pair[1].score - 1e-6);
        }
    }
}

/// Wilson's interval of so many of so many, in thousandths, as the tables of statistics have it.
#[rstest]
#[case::nothing_closed(0, 0, None)]
#[case::none_of_ten(0, 10, Some((0, 278)))]
#[case::one_of_one(1, 1, Some((207, 1_000)))]
#[case::five_of_ten(5, 10, Some((237, 763)))]
#[case::three_of_ten(3, 10, Some((108, 603)))]
#[case::eighty_of_a_hundred(80, 100, Some((711, 867)))]
#[case::more_won_than_closed(11, 10, Some((722, 1_000)))]
fn a_win_rate_of_few_is_told_with_how_far_it_can_be_trusted(
    #[case] won: u32,
    #[case] closed: u32,
    #[case] thousandths: Option<(i64, i64)>,
) {
    let round = |part: f64| (part * 1_000.0).round() as i64;
    let found = interval(won, closed).map(|(low, high)| (round(low), round(high)));
    assert_eq!(found, thousandths);
}

//! What would have changed the answer (`DOMAIN.md 13.3`), read as a table.

use super::*;

/// What somebody who does not come first is told, with the one who does beside them.
fn would_be_first(sam: &Person, load: Load, other: Load) -> Option<String> {
    let ann = ae(2, "Ann");
    let record = Record::default();
    let all =
        [Candidate { person: sam, load, record }, Candidate { person: &ann, load: other, record }];
    let policy = policy();
    let kind = policy.kind("tier1").unwrap();
    what_if(&account(), kind, &all, &policy, NOW, sam.id)
}

/// Everybody has a capacity of 10 and the first person of equals comes first.
#[rstest]
#[case::already_first(ae(1, "Sam"), carrying(0), carrying(0), None)]
#[case::another_role(sample::person(1, "Sam", Role::Sdr), carrying(0), carrying(0), None)]
#[case::inactive(Person { active: false, ..ae(1, "Sam") }, carrying(0), carrying(0), Some("Sam would be first if they were active."))]
#[case::away(Person { absences: away(day(11, 20), day(11, 20)), ..ae(1, "Sam") }, carrying(0), carrying(0), Some("Sam would be first if they were in the office."))]
#[case::away_tomorrow(Person { absences: away(day(11, 21), day(11, 22)), ..ae(1, "Sam") }, carrying(1), carrying(0), None)]
#[case::full(
    ae(1, "Sam"),
    carrying(10),
    carrying(5),
    Some("Sam would be first if capacity were 20.")
)]
#[case::fuller(
    ae(1, "Sam"),
    carrying(6),
    carrying(5),
    Some("Sam would be first if capacity were 12.")
)]
#[case::no_limit_to_lift(Person { capacity: None, ..ae(1, "Sam") }, last(7), last(9), Some("Sam would be first if the last assignment were 9 days ago."))]
#[case::full_this_week(Person { weekly: Some(3), ..ae(1, "Sam") }, Load { this_week: 3, ..carrying(0) }, carrying(0), Some("Sam would be first if they could be given 4 this week."))]
#[case::room_this_week(Person { weekly: Some(3), ..ae(1, "Sam") }, Load { this_week: 2, ..carrying(1) }, carrying(0), None)]
#[case::over_the_week(Person { weekly: Some(3), ..ae(1, "Sam") }, Load { this_week: 5, ..carrying(0) }, carrying(0), Some("Sam would be first if they could be given 6 this week."))]
#[case::other_territory(Person { territories: strings(&["East"]), ..ae(1, "Sam") }, carrying(0), carrying(0), Some("Sam would be first if the account were in East."))]
#[case::other_segment(Person { segments: strings(&["SMB"]), ..ae(1, "Sam") }, carrying(0), carrying(0), Some("Sam would be first if its segment were SMB."))]
#[case::other_product(Person { products: strings(&["Lite"]), ..ae(1, "Sam") }, carrying(0), carrying(0), Some("Sam would be first if its product were Lite."))]
#[case::other_language(Person { languages: strings(&["French"]), ..ae(1, "Sam") }, carrying(0), carrying(0), Some("Sam would be first if its language were French."))]
#[case::not_rested(
    ae(1, "Sam"),
    last(3),
    last(9),
    Some("Sam would be first if the last assignment were 9 days ago.")
)]
#[case::not_rested_for_whole_days(
    ae(1, "Sam"),
    Load { last_assigned: Some(NOW.plus(-2 * DAY - 12 * HOUR)), ..Load::default() },
    last(9),
    Some("Sam would be first if the last assignment were 9 days ago.")
)]
#[case::no_capacity_at_all(
    Person { capacity: Some(0), ..ae(1, "Sam") },
    carrying(0),
    carrying(0),
    Some("Sam would be first if capacity were 1.")
)]
#[case::a_capacity_that_nobody_imagines(ae(1, "Sam"), carrying(10), carrying(1), None)]
#[case::two_together(Person { active: false, territories: strings(&["East"]), ..ae(1, "Sam") }, carrying(0), carrying(0), Some("Sam would be first if they were active and the account were in East."))]
#[case::full_and_elsewhere(Person { territories: strings(&["East"]), ..ae(1, "Sam") }, carrying(10), carrying(5), Some("Sam would be first if the account were in East and capacity were 20."))]
#[case::a_capacity_and_the_rest_that_it_takes(
    ae(1, "Sam"),
    Load { open: 10, ..last(0) },
    carrying(3),
    Some("Sam would be first if capacity were 34 and the last assignment were 14 days ago.")
)]
#[case::three_are_too_many(Person { active: false, territories: strings(&["East"]), segments: strings(&["SMB"]), ..ae(1, "Sam") }, carrying(0), carrying(0), None)]
fn somebody_who_is_not_first_is_told_what_would_put_them_there(
    #[case] sam: Person,
    #[case] load: Load,
    #[case] other: Load,
    #[case] told: Option<&str>,
) {
    assert_eq!(would_be_first(&sam, load, other).as_deref(), told);
}

/// What somebody has won themselves goes with them into every "if".
#[test]
fn a_record_is_nobody_elses_in_an_if() {
    let sam = Person { active: false, ..ae(1, "Sam") };
    let ann = ae(2, "Ann");
    let told = |sams: Record, anns: Record| {
        let load = Load::default();
        let all = [
            Candidate { person: &sam, load, record: sams },
            Candidate { person: &ann, load, record: anns },
        ];
        let policy = policy();
        what_if(&account(), policy.kind("tier1").unwrap(), &all, &policy, NOW, sam.id)
    };
    let (good, bad) = (closed_deals(9, 10, 0), closed_deals(1, 10, 0));
    assert_eq!(told(good, bad).as_deref(), Some("Sam would be first if they were active."));
    assert_eq!(told(bad, good), None, "Ann would still come first");
}

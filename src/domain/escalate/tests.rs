//! Who hears of a late promise, when, and each step once, read as tables (`DOMAIN.md 5`, end).

use rstest::rstest;

use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::time::{DAY, HOUR};

/// Friday 20 November 2026, 15:00 in New York: two hours before the close of the week.
const FRIDAY: Instant = Instant(1_795_204_800_000);

/// Monday 23 November 2026, 09:00 in New York.
const MONDAY: Instant = Instant(1_795_204_800_000 + 66 * HOUR);

fn somebody(id: i64, role: Role, manager: Option<i64>) -> Person {
    let name = format!("Person {id}");
    Person { id: PersonId(id), manager: manager.map(PersonId), ..Person::new(name, role) }
}

/// 1 the VP of Sales, 2 a manager, 3 and 4 their AEs, 5 the VP of Marketing, 6 in marketing.
fn team() -> Vec<Person> {
    vec![
        somebody(1, Role::VpSales, None),
        somebody(2, Role::Manager, Some(1)),
        somebody(3, Role::Ae, Some(2)),
        somebody(4, Role::Ae, Some(2)),
        somebody(5, Role::VpMarketing, None),
        somebody(6, Role::Marketing, Some(5)),
    ]
}

fn without(gone: &[i64]) -> Vec<Person> {
    let mut people = team();
    for person in &mut people {
        person.active = !gone.contains(&person.id.0);
    }
    people
}

fn under(who: i64, manager: Option<i64>) -> Vec<Person> {
    let mut people = team();
    for person in people.iter_mut().filter(|person| person.id.0 == who) {
        person.manager = manager.map(PersonId);
    }
    people
}

const AE: Owes = Owes::Person(PersonId(3));

/// Each row: who is meant, who owes, the team, and who hears.
#[rstest]
#[case::the_owner(&[Hears::Owner], AE, team(), &[3])]
#[case::their_manager(&[Hears::Manager], AE, team(), &[2])]
#[case::the_vp(&[Hears::VpSales], AE, team(), &[1])]
#[case::the_other_vp(&[Hears::VpMarketing], AE, team(), &[5])]
#[case::each_once(&[Hears::Manager, Hears::VpSales, Hears::Manager], AE, team(), &[2, 1])]
#[case::everybody_of_a_role(&[Hears::Owner], Owes::Role(Role::Ae), team(), &[3, 4])]
#[case::their_manager_once(&[Hears::Manager], Owes::Role(Role::Ae), team(), &[2])]
#[case::both_vps(&[Hears::Owner], Owes::BothVps, team(), &[1, 5])]
#[case::above_a_vp_is_the_vp(&[Hears::Manager], Owes::BothVps, team(), &[1, 5])]
#[case::a_role_that_nobody_has(&[Hears::Owner], Owes::Role(Role::Csm), team(), &[1])]
#[case::marketing_that_is_gone(&[Hears::Owner], Owes::Role(Role::Marketing), without(&[6]), &[5])]
#[case::somebody_who_left(&[Hears::Owner], AE, without(&[3]), &[2])]
#[case::somebody_nobody_knows(&[Hears::Owner], Owes::Person(PersonId(99)), team(), &[1])]
#[case::a_manager_who_left(&[Hears::Manager], AE, without(&[2]), &[1])]
#[case::nobody_above(&[Hears::Manager], AE, under(3, None), &[1])]
#[case::a_manager_nobody_knows(&[Hears::Manager], AE, under(3, Some(99)), &[1])]
#[case::their_own_manager(&[Hears::Manager], AE, under(3, Some(3)), &[1])]
#[case::marketing_without_a_manager(&[Hears::Manager], Owes::Person(PersonId(6)), under(6, None), &[5])]
#[case::nobody_at_all(&[Hears::Manager], AE, without(&[1, 2]), &[])]
fn the_chain_goes_up(
    #[case] hears: &[Hears],
    #[case] owes: Owes,
    #[case] people: Vec<Person>,
    #[case] expected: &[i64],
) {
    let found: Vec<i64> = hearers(hears, owes, &people).into_iter().map(|id| id.0).collect();
    assert_eq!(found, expected);
}

fn promise(warn: Instant, due: Instant) -> Promise {
    Promise { name: ClockName::FirstTouch, owes: AE, warn, due }
}

/// What is told (`step>person`), how many steps are done with, and when to look again.
fn told(promise: &Promise, kind: &str, told: u32, now: Instant) -> (String, u32, Option<Instant>) {
    let policy = crate::policy::shipped().unwrap();
    let found = due(promise, kind, told, &team(), &policy, now);
    let words = found.now.iter().map(|one| {
        let to = one.to.map_or_else(|| "nobody".to_owned(), |id| id.0.to_string());
        format!("{} {}>{to}", one.place, one.step.key())
    });
    (words.collect::<Vec<_>>().join(", "), found.told, found.next)
}

/// A promise warned of at 15:00 on Friday and due an hour later: the owner, the manager, and a day later the VP.
#[rstest]
#[case::before_the_warning(0, -1, "", 0, Some(0))]
#[case::at_the_warning(0, 0, "0 warn>3", 1, Some(HOUR))]
#[case::warned_once(1, 1, "", 1, Some(HOUR))]
#[case::a_moment_before_the_breach(1, HOUR - 1, "", 1, Some(HOUR))]
#[case::at_the_breach(1, HOUR, "1 breach>2", 2, Some(HOUR + DAY))]
#[case::told_once(2, 2 * HOUR, "", 2, Some(HOUR + DAY))]
#[case::a_day_after_it(2, HOUR + DAY, "2 escalate>1", 3, None)]
#[case::all_at_once_after_a_sleep(0, 3 * DAY, "0 warn>3, 1 breach>2, 2 escalate>1", 3, None)]
#[case::the_end_of_the_chain(3, 9 * DAY, "", 3, None)]
fn each_step_is_told_once_at_its_moment(
    #[case] done: u32,
    #[case] after: i64,
    #[case] words: &str,
    #[case] then: u32,
    #[case] next: Option<i64>,
) {
    let found = told(&promise(FRIDAY, FRIDAY.plus(HOUR)), "tier1", done, FRIDAY.plus(after));
    assert_eq!(found, (words.to_owned(), then, next.map(|next| FRIDAY.plus(next))));
}

/// A warning that comes on Saturday waits for Monday 09:00; one that would come with the breach is left out.
#[rstest]
#[case::on_saturday(DAY, 2 * DAY + 23 * HOUR, DAY, "", 0, Some(66 * HOUR))]
#[case::until_monday(DAY, 2 * DAY + 23 * HOUR, 66 * HOUR - 1, "", 0, Some(66 * HOUR))]
#[case::on_monday(DAY, 2 * DAY + 23 * HOUR, 66 * HOUR, "0 warn>3", 1, Some(2 * DAY + 23 * HOUR))]
#[case::no_warning_with_the_breach(DAY, 66 * HOUR, DAY, "", 1, Some(66 * HOUR))]
#[case::a_breach_on_sunday(DAY, 2 * DAY, 2 * DAY, "1 breach>2", 2, Some(3 * DAY))]
fn a_warning_waits_for_hours_and_a_breach_does_not(
    #[case] warn: i64,
    #[case] due: i64,
    #[case] after: i64,
    #[case] words: &str,
    #[case] then: u32,
    #[case] next: Option<i64>,
) {
    let at = |ms| FRIDAY.plus(ms);
    assert_eq!(at(66 * HOUR), MONDAY);
    let found = told(&promise(at(warn), at(due)), "tier1", 0, at(after));
    assert_eq!(found, (words.to_owned(), then, next.map(at)));
}

#[test]
fn five_minutes_leave_no_time_for_steps() {
    let promise = promise(FRIDAY, FRIDAY.plus(1));
    let found = told(&promise, "hot_lead", 1, FRIDAY.plus(1));
    assert_eq!(found, ("1 breach>2, 1 breach>1".to_owned(), 2, None));
}

#[test]
fn a_breach_that_nobody_can_hear_is_recorded_all_the_same() {
    let policy = crate::policy::shipped().unwrap();
    let found = due(&promise(FRIDAY, FRIDAY), "tier1", 1, &[], &policy, FRIDAY);
    let breach = Telling { place: 1, step: Step::Breach, to: None, at: FRIDAY };
    assert_eq!(found, Due { now: vec![breach], told: 2, next: Some(FRIDAY.plus(DAY)) });
}

#[test]
fn a_warning_follows_the_hours_of_whoever_hears_it() {
    let mut policy = crate::policy::shipped().unwrap();
    let mut people = team();
    // Sam works around the clock, so Saturday is as good as any day.
    people[2].calendar = Some("always".to_owned());
    policy.calendars.entry("always".to_owned()).or_insert_with(Calendar::always);
    let saturday = FRIDAY.plus(DAY);
    let found = due(&promise(saturday, saturday.plus(DAY)), "tier1", 0, &people, &policy, saturday);
    assert_eq!(
        found.now.iter().map(|one| (one.to, one.at)).collect::<Vec<_>>(),
        [(Some(PersonId(3)), saturday)]
    );
}

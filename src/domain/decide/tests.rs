//! Tables over the rules live in `tests/suite`, where the shipped policy can be seen; here is what needs none.

use super::permission::in_team;
use crate::domain::ids::PersonId;
use crate::domain::person::{Person, Role};

fn person(id: i64, role: Role, manager: Option<i64>) -> Person {
    Person {
        id: PersonId(id),
        manager: manager.map(PersonId),
        ..Person::new(format!("Person {id}"), role)
    }
}

#[test]
fn a_team_is_everybody_below_and_a_circle_is_nobody() {
    let people = [
        person(1, Role::VpSales, None),
        person(2, Role::Manager, None),
        person(3, Role::Ae, Some(2)),
        person(4, Role::Manager, Some(5)),
        person(5, Role::Ae, Some(4)),
        person(6, Role::Marketing, None),
    ];
    let leads = |leader: usize, id: i64| in_team(&people[leader - 1], PersonId(id), &people);
    assert!(leads(1, 3), "the VP of Sales is above all of sales");
    assert!(!leads(1, 6), "but not above marketing");
    assert!(leads(2, 3));
    assert!(!leads(2, 5));
    assert!(leads(4, 5), "a direct report counts even inside a circle");
    assert!(!leads(2, 4), "a circle ends");
    assert!(!leads(2, 99), "nobody is in no team");
}

#[test]
fn facts_are_asked_by_somebody_or_by_the_desk_itself() {
    use super::Facts;
    use crate::domain::criteria::sample::{self, NOW};
    let policy = sample::policy();
    let people = [person(1, Role::VpSales, None), person(3, Role::Ae, Some(2))];
    let asked = Facts::of(&policy, &people[0], &people, NOW);
    assert!(!asked.automatic, "the roles of DOMAIN.md 12 bind people");
    assert!(Facts::automatic(&policy, &people[0], &people, NOW).automatic, "and not the desk");
    assert_eq!(asked.name(PersonId(3)), "Person 3");
    assert_eq!(asked.name(PersonId(9)), "somebody", "whoever is not known has no name");
    // Half past two in the afternoon in New York; eight hours on it is still Friday there, and Saturday elsewhere.
    let late = Facts { now: NOW.plus(8 * crate::domain::time::HOUR), ..asked };
    assert_eq!((asked.today(), late.today()), (late.today(), "2026-11-20".parse().unwrap()));
}

//! What a round adds up to by hand: turns that are lost, owners who come first, and what one decision costs the whole.

use rstest::rstest;

use super::super::tests::{ae, item, policy};
use super::*;
use crate::domain::criteria::sample::NOW;
use crate::domain::person::Role;

fn round(items: Vec<Item>, people: Vec<Person>, loads: &[(i64, Load)]) -> Round {
    let loads = loads.iter().map(|(id, load)| (PersonId(*id), *load)).collect();
    Round { items, people, loads, at: NOW, ..Round::default() }
}

fn route(item: i64, to: i64) -> BTreeMap<HandoffId, Decision> {
    BTreeMap::from([(HandoffId(item), Decision::Route { to: PersonId(to), anyway: false })])
}

fn about(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-6, "{found} is not {wanted}");
}

/// `DOMAIN.md 6`: the turn is full after 14 days. Whoever was given one so many days ago has that much of it, 0.2 of the
/// score at most, and loses it with the first item; each item takes a fourth of their capacity of four, 0.3 in all.
#[rstest]
#[case::never(None, 0.7, 0.7 + 0.425)]
#[case::a_week_ago(Some(7), 0.6, 0.6 + 0.425)]
#[case::long_ago(Some(70), 0.7, 0.7 + 0.425)]
#[case::just_now(Some(0), 0.5, 0.5 + 0.425)]
fn the_second_item_costs_the_turn_and_a_seat(
    #[case] days: Option<i64>,
    #[case] one: f64,
    #[case] two: f64,
) {
    let last_assigned = days.map(|days| NOW.plus(-days * DAY));
    let load = Load { last_assigned, ..Load::default() };
    for (number, total) in [(1, one), (2, two)] {
        let items = (1..=number).map(|id| item(id, "West")).collect();
        let solved = round(items, vec![ae(1, &[], Some(4))], &[(1, load)])
            .solve(&BTreeMap::new(), &policy());
        about(solved.total, total);
        about(solved.greedy, total);
    }
}

/// `DOMAIN.md 6`: the owner of an account comes first, whatever others score; the totals tell scores and nothing else.
#[test]
fn the_owner_of_an_account_comes_first_and_counts_what_they_score() {
    let own = |id, owner| {
        let mut item = item(id, "West");
        item.account.owner = Some(PersonId(owner));
        item
    };
    let people = vec![ae(1, &[], Some(4)), ae(2, &[], Some(4))];
    let busy = Load { open: 3, ..Load::default() };
    let alone = round(vec![own(1, 2)], people.clone(), &[(2, busy)]);
    let solved = alone.solve(&BTreeMap::new(), &policy());
    assert_eq!(solved.picks[&HandoffId(1)].to, Some(PersonId(2)), "though the other scores more");
    about(solved.total, 0.475);
    let round = round(vec![own(1, 2), item(2, "West")], people, &[(2, busy)]);
    let solved = round.solve(&BTreeMap::new(), &policy());
    let to: Vec<_> = solved.picks.values().map(|pick| pick.to.unwrap().0).collect();
    assert_eq!(to, [2, 1], "the owner, though they are nearly full");
    let pick = solved.picks[&HandoffId(1)];
    about(pick.score, 0.4 * 0.5 + 0.3 * 0.25 + 0.2);
    assert_eq!(pick.alone.map(|(person, _)| person), Some(PersonId(2)));
    about(solved.total, 0.475 + 0.7);
    about(solved.greedy, 0.475 + 0.7);
}

/// What one decision costs is told of the item that it is about.
#[test]
fn a_loss_is_that_of_the_item_it_is_asked_of() {
    let people = vec![ae(1, &["West"], Some(4)), ae(2, &[], Some(4))];
    let round = round(vec![item(1, "West"), item(2, "East")], people, &[]);
    let solved = round.solve(&BTreeMap::new(), &policy());
    let loss = |item, to| solved.loss(HandoffId(item), PersonId(to));
    about(solved.total, 1.4);
    about(loss(1, 1).unwrap(), 0.0);
    about(loss(1, 2).unwrap(), 0.275);
    about(loss(2, 2).unwrap(), 0.0);
    assert_eq!(loss(2, 1), None, "who doesn't work the East may not take it");
    assert_eq!(loss(9, 1), None, "not of this round");
}

/// The proposal for one item looks at what the other decisions give, and not at its own.
#[test]
fn a_proposal_counts_what_the_other_decisions_give() {
    let policy = policy();
    let people = vec![ae(1, &[], Some(1)), ae(2, &[], Some(4))];
    let mut strange = item(3, "West");
    strange.kind = "long_gone".into();
    let busy = Load { open: 2, ..Load::default() };
    let round = round(vec![item(1, "West"), item(2, "West"), strange], people, &[(2, busy)]);
    let best = |item, decisions: &BTreeMap<HandoffId, Decision>| {
        round.proposal(HandoffId(item), decisions, &policy).and_then(|proposal| proposal.best())
    };
    assert_eq!(best(1, &BTreeMap::new()), Some(PersonId(1)));
    assert_eq!(best(1, &route(1, 1)), Some(PersonId(1)), "its own decision is looked at itself");
    assert_eq!(best(1, &route(2, 1)), Some(PersonId(2)), "the first is full by then");
    assert_eq!(best(9, &BTreeMap::new()), None, "not of this round");
    assert_eq!(best(3, &BTreeMap::new()), None, "a type that the policy lost");
    assert_eq!(round.item(HandoffId(2)).unwrap().id, HandoffId(2));
    assert_eq!(round.item(HandoffId(9)), None);
    let what_if = |item, decisions: &BTreeMap<HandoffId, Decision>, who| {
        round.what_if(HandoffId(item), decisions, &policy, PersonId(who))
    };
    assert_eq!(what_if(1, &BTreeMap::new(), 1), None, "they are first");
    assert_eq!(what_if(1, &route(1, 1), 1), None, "its own decision is looked at itself");
    assert_eq!(
        what_if(1, &route(2, 1), 1).as_deref(),
        Some(
            "Person 1 would be first if capacity were 3 and the last assignment were 11 days ago."
        ),
        "what they are given by the other decision stands against them"
    );
}

/// What a decision gives counts as assigned: it is told where only that tells two apart.
#[test]
fn what_is_given_counts_as_assigned_in_the_last_days() {
    let mut policy = policy();
    policy.routing.rotation = 0.0;
    let given = |assigned_30d| Load {
        assigned_30d,
        last_assigned: Some(NOW.plus(-DAY)),
        ..Load::default()
    };
    let people = vec![ae(1, &[], None), ae(2, &[], None)];
    let items = (1..=3).map(|id| item(id, "West")).collect();
    let round = round(items, people, &[(1, given(1)), (2, given(2))]);
    let decisions = route(2, 1).into_iter().chain(route(3, 1)).collect();
    let told = round.proposal(HandoffId(1), &decisions, &policy).unwrap().tie_break.unwrap();
    assert!(told.contains("Person 2 comes before Person 1"), "{told}");
    assert!(told.contains("fewer assigned in the last 30 days, 2 against 3"), "{told}");
}

/// Who may not take what comes is passed over, and without a manager it stays with nobody.
#[test]
fn where_nobody_is_left_it_is_proposed_to_nobody() {
    let lou = crate::domain::criteria::sample::person(4, "Lou", Role::Sdr);
    let solved = round(vec![item(1, "West")], vec![lou], &[]).solve(&BTreeMap::new(), &policy());
    let pick = solved.picks[&HandoffId(1)];
    assert_eq!((pick.to, pick.alone), (None, None));
    about(pick.score, 0.0);
    assert!(solved.drawn.is_empty());
}

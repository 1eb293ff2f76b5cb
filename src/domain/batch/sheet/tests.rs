//! What lies on the sheet of a week: what waits, what was decided, and who carries how much of it.

use rstest::rstest;

use super::super::tests::{ae, item, policy};
use super::*;
use crate::domain::criteria::sample::{self, NOW};
use crate::domain::person::Role;
use crate::domain::routing::Load;
use crate::domain::time::HOUR;

fn week() -> Week {
    "2026-W47".parse().unwrap()
}

fn route(to: i64) -> Decision {
    Decision::Route { to: PersonId(to), anyway: false }
}

fn defer() -> Decision {
    Decision::Defer { reason: "no news".into() }
}

fn give_back() -> Decision {
    Decision::Return { missing: vec!["committee".into()], note: "who?".into() }
}

fn nurture() -> Decision {
    Decision::Nurture { note: "not ready".into() }
}

fn sheet(items: Vec<Item>, drafts: &[(i64, i64, Decision)]) -> Sheet {
    let round = Round { items, at: NOW, ..Round::default() };
    let drafts = drafts.iter().map(|(id, version, decision)| {
        (HandoffId(*id), Draft { version: *version, decision: decision.clone() })
    });
    Sheet::new(week(), &policy(), round, (vec![], vec![]), drafts.collect())
}

#[test]
fn a_batch_is_laid_out_by_what_each_item_waits_for() {
    let at = |id, stage| Item { stage, ..item(id, "West") };
    let items = vec![
        at(1, Stage::Queued),
        at(2, Stage::Flagged),
        at(3, Stage::Assigned),
        at(4, Stage::Returned),
        at(5, Stage::Nurture),
    ];
    let sheet = sheet(items, &[]);
    let ids = |items: &[Item]| items.iter().map(|item| item.id.0).collect::<Vec<_>>();
    assert_eq!(ids(&sheet.round.items), [1], "waits for triage");
    assert_eq!(ids(&sheet.undelivered), [2], "waits for its package");
    assert_eq!(ids(&sheet.settled), [3, 4, 5], "has its decision");
    assert_eq!((sheet.phase, sheet.by_hand), (Phase::Open, false));
    assert_eq!(sheet.dates, Dates::of(week(), &policy()));
    for (stage, waits) in [
        (Stage::Flagged, true),
        (Stage::Queued, true),
        (Stage::Assigned, false),
        (Stage::Returned, false),
        (Stage::Closed, false),
    ] {
        assert_eq!(at(1, stage).waits(), waits, "{stage}");
    }
}

/// `DOMAIN.md 10`: sent by hand before the cut-off; routed when every item has its decision; done when every routed item
/// has its first touch.
#[rstest]
#[case::sent_by_hand(Stage::Queued, true, false, 0, Phase::Sent)]
#[case::all_decided(Stage::Assigned, false, false, 100, Phase::Routed)]
#[case::all_touched(Stage::Assigned, false, true, 100, Phase::Done)]
#[case::nothing_was_routed(Stage::Nurture, false, false, 100, Phase::Done)]
fn a_batch_comes_as_far_as_its_items(
    #[case] stage: Stage,
    #[case] by_hand: bool,
    #[case] touched: bool,
    #[case] hours: i64,
    #[case] phase: Phase,
) {
    let one = Item {
        stage,
        sent: by_hand.then_some(NOW),
        first_touch: touched.then_some(NOW),
        ..item(1, "West")
    };
    let round = Round { items: vec![one], at: NOW.plus(hours * HOUR), ..Round::default() };
    let sheet = Sheet::new(week(), &policy(), round, (vec![], vec![]), BTreeMap::new());
    assert_eq!((sheet.phase, sheet.by_hand), (phase, by_hand));
}

/// What somebody decided and did not commit counts while its item waits as it was seen.
#[test]
fn a_draft_stands_until_somebody_else_overtakes_it() {
    let mut settled = item(4, "West");
    settled.stage = Stage::Assigned;
    let items = vec![item(1, "West"), item(2, "West"), item(3, "West"), settled];
    let drafts = [(1, 1, route(5)), (2, 7, defer()), (4, 1, nurture()), (9, 1, defer())];
    let sheet = sheet(items, &drafts);
    let decided: Vec<_> = sheet.decisions().into_iter().collect();
    assert_eq!(decided, [(HandoffId(1), route(5)), (HandoffId(2), defer())]);
    assert_eq!(sheet.overtaken(), [2, 4, 9].map(HandoffId), "of another version, or gone");
}

#[rstest]
#[case(&[], "")]
#[case(&[route(1)], "1 routed")]
#[case(&[route(1), route(2), give_back()], "2 routed, 1 returned")]
#[case(&[nurture(), defer(), defer(), route(1)], "1 routed, 2 deferred, 1 to nurture")]
fn decisions_are_counted_by_word(#[case] decisions: &[Decision], #[case] words: &str) {
    let decisions = (1..).map(HandoffId).zip(decisions.iter().cloned()).collect();
    assert_eq!(Sheet::tally(&decisions), words);
}

#[test]
fn the_words_of_a_decision_are_those_of_files_and_of_people() {
    let people = [sample::person(1, "Sam Ortiz", Role::Ae), sample::person(5, "Ann Lee", Role::Ae)];
    for (decision, key, words) in [
        (route(5), "route", "to Ann Lee"),
        (route(9), "route", "to somebody"),
        (defer(), "defer", "next batch"),
        (give_back(), "return", "return"),
        (nurture(), "nurture", "nurture"),
    ] {
        assert_eq!((decision.key(), decision.words(&people).as_str()), (key, words));
    }
}

/// Whoever takes items of these types has a bar, and whoever is given one by hand; with what they carry.
#[rstest]
#[case::those_who_take_the_type(&["tier2"], &[1, 2])]
#[case::another_type_is_anothers(&["intent"], &[1, 4])]
#[case::an_empty_batch_shows_those_of_its_type(&[], &[1, 2])]
fn everybody_who_takes_from_a_batch_is_shown(#[case] kinds: &[&str], #[case] shown: &[i64]) {
    let gone = Person { active: false, ..ae(3, &[], Some(4)) };
    let people =
        vec![ae(1, &[], Some(9)), ae(2, &[], None), gone, sample::person(4, "Lou", Role::Sdr)];
    let items = kinds.iter().map(|kind| Item { kind: (*kind).into(), ..item(1, "West") });
    let load = Load { open: 3, this_week: 2, ..Load::default() };
    let round = Round {
        items: items.collect(),
        people,
        loads: BTreeMap::from([(PersonId(1), load)]),
        at: NOW,
        ..Round::default()
    };
    // The first is given two by hand, and is shown whatever they take.
    let mut solved = Solved::default();
    solved.drawn.insert(PersonId(1), 2);
    let told = |sheet: &[Filled<'_>]| -> Vec<(i64, u32, u32, u32)> {
        sheet.iter().map(|one| (one.person.id.0, one.open, one.week, one.drawn)).collect()
    };
    let all = [(1, 3, 2, 2), (2, 0, 0, 0), (4, 0, 0, 0)];
    let wanted: Vec<_> = all.into_iter().filter(|one| shown.contains(&one.0)).collect();
    assert_eq!(told(&filled(&round, &solved, &policy())), wanted);
    let sheet = Sheet {
        round: round.clone(),
        ..Sheet::new(week(), &policy(), round, (vec![], vec![]), BTreeMap::new())
    };
    assert_eq!(told(&sheet.filled(&solved, &policy())), wanted);
}

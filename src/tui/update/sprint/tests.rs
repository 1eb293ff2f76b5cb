//! A sprint: what deals with a card, what doesn't, what comes next and when it is over.

use std::sync::Arc;

use crate::desk::Receipt;
use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::domain::queue::Count;
use crate::domain::routing::{Proposal, Ranked, Record};
use crate::tui::answer::{Answer, Done};
use crate::tui::effect::{Effect, Load, Ticket};
use crate::tui::msg::Msg;
use crate::tui::sample::{Bench, bench, page};

fn at_hand(bench: &Bench) -> i64 {
    bench.model.list().and_then(|list| list.selected).map_or(0, |id| id.0)
}

/// The write that was asked for is done.
fn write(bench: &mut Bench, is_new: bool, id: i64) {
    let asked = bench.asked();
    let ticket = asked.iter().rev().find_map(|effect| match effect {
        Effect::Write(ticket, _) => Some(*ticket),
        _ => None,
    });
    let receipt = Receipt {
        gesture: GestureId(9),
        label: "did it".to_owned(),
        done: vec![HandoffId(id)],
        refused: vec![],
    };
    let ticket: Ticket = ticket.unwrap_or_else(|| panic!("no write in {asked:?}"));
    bench.tell(Msg::Answer(Answer::Done(ticket, Done { receipt, is_new })));
}

#[test]
fn it_begins_at_what_is_due_first_and_takes_the_whole_screen() {
    let mut bench = bench(1, 140, 40);
    bench.keys("j j j s");
    assert_eq!(at_hand(&bench), 1_041);
    bench.shot().is_as_kept("sprint_140x40");
    bench.keys("s");
    assert!(bench.model.sprint.is_none());
    assert_eq!(bench.told(), "Sprint over: 0 done, 10 left.");
}

#[test]
fn a_card_that_is_dealt_with_makes_room_for_the_next() {
    let mut bench = bench(3, 100, 30);
    bench.keys("s j j j");
    assert_eq!(at_hand(&bench), 1_044, "Initech waits to be accepted");
    bench.keys("c");
    write(&mut bench, true, 1_044);
    assert_eq!(at_hand(&bench), 1_045);
    let text = bench.shot().text();
    assert!(text.contains("9 left, 1 done"), "{text}");
    // What is taken back is to be dealt with again.
    bench.keys("u");
    write(&mut bench, false, 1_044);
    assert_eq!(at_hand(&bench), 1_044);
    assert!(bench.shot().text().contains("10 left"), "{}", bench.shot().text());
    assert_eq!(bench.model.sprint.as_ref().map(|sprint| sprint.count), Some(0));
}

/// The list without what was dealt with comes before its new number; between the two it is as many as before.
#[test]
fn what_is_left_does_not_grow_for_a_moment() {
    let mut bench = bench(3, 100, 30);
    bench.keys("s j j j");
    bench.answers = false;
    bench.keys("c");
    write(&mut bench, true, 1_044);
    let left = |bench: &mut Bench| {
        let text = bench.shot().text();
        assert!(text.contains("9 left, 1 done"), "{text}");
    };
    left(&mut bench);
    let asked = bench.asked();
    let again = asked.iter().find_map(|effect| match effect {
        Effect::Load(Load::Page { screen, edge, limit, ticket, .. }) => {
            let mut page = page(10, edge, *limit);
            page.rows.retain(|row| row.id != HandoffId(1_044));
            Some(Answer::Page(*screen, *ticket, page))
        }
        _ => None,
    });
    bench.tell(Msg::Answer(again.unwrap_or_else(|| panic!("no page in {asked:?}"))));
    left(&mut bench);
    let count = asked.iter().find_map(|effect| match effect {
        Effect::Load(Load::Count { screen, ticket, .. }) => {
            Some(Answer::Count(*screen, *ticket, Count::Exactly(9)))
        }
        _ => None,
    });
    bench.tell(Msg::Answer(count.unwrap_or_else(|| panic!("no count in {asked:?}"))));
    left(&mut bench);
}

#[test]
fn a_note_leaves_the_card_at_hand() {
    let mut bench = bench(3, 100, 30);
    bench.keys("s j j j N");
    bench.keys("S o Ctrl-s");
    write(&mut bench, true, 1_044);
    assert_eq!(at_hand(&bench), 1_044);
}

#[test]
fn skipping_goes_round_and_the_last_card_ends_it() {
    let mut bench = bench(3, 100, 30);
    bench.of(2);
    bench.keys("s j");
    assert_eq!(at_hand(&bench), 1_042);
    bench.keys("j");
    assert_eq!(at_hand(&bench), 1_041, "round to what was skipped");
    bench.keys("k");
    assert_eq!(at_hand(&bench), 1_041);
    bench.of(0);
    bench.keys("s");
    bench.keys("s");
    assert!(bench.told().starts_with("There is nothing to go through"), "{}", bench.told());
}

#[test]
fn the_proposal_is_there_before_the_card_is() {
    let mut bench = bench(1, 100, 30);
    bench.keys("s");
    let asked = bench.asked();
    let found = asked.iter().rev().find_map(|effect| match effect {
        Effect::Load(Load::Proposals(ticket, ids)) => Some((*ticket, ids.clone())),
        _ => None,
    });
    let (ticket, ids) = found.expect("proposals");
    assert_eq!(ids, [HandoffId(1_041), HandoffId(1_042)], "of this card and of the next");
    let ranked = |name: &str| Ranked {
        person: PersonId(3),
        name: name.to_owned(),
        score: 0.7,
        parts: None,
        record: Record::default(),
        reasons: vec!["covers West".into()],
    };
    let proposal = Arc::new(Proposal {
        ranked: vec![ranked("Sam Ortiz"), ranked("Kim Novak")],
        left_out: vec![],
        dropped: vec![],
        note: None,
        tie_break: None,
    });
    let all = ids.into_iter().map(|id| (id, Arc::clone(&proposal))).collect();
    bench.tell(Msg::Answer(Answer::Proposals(ticket, all)));
    bench.shot().is_as_kept("sprint_proposal_100x30");
    bench.keys("j");
    let text = bench.shot().text();
    assert!(text.contains("Proposed  Sam Ortiz  covers West"), "{text}");
}

#[test]
fn another_screen_ends_it() {
    let mut bench = bench(1, 80, 24);
    bench.keys("s 4");
    assert!(bench.model.sprint.is_none());
    bench.keys("s");
    assert!(bench.told().starts_with("Team has no list of handoffs"), "{}", bench.told());
}

//! The rows at hand: what is read of a list and when, and what is waited for.

use super::*;

/// A long list, of which the first screenful has come and what lies below it is asked for.
fn at_the_edge() -> (Bench, usize, Ticket, Edge, usize) {
    let mut bench = bench(500, 140, 40);
    bench.answers = false;
    bench.asked();
    bench.keys("O");
    let (ticket, edge, screenful) = only_page(&mut bench);
    assert_eq!(edge, Edge::First);
    assert!(bench.model.awaits(), "its rows are what one wants to see");
    let rows = page(500, &edge, screenful);
    bench.tell(Msg::Answer(Answer::Page(Screen::Queue, ticket, rows)));
    let (ticket, edge, limit) = only_page(&mut bench);
    (bench, screenful, ticket, edge, limit)
}

fn only_page(bench: &mut Bench) -> (Ticket, Edge, usize) {
    let pages = bench.asked().into_iter().filter_map(|effect| match effect {
        Effect::Load(Load::Page { ticket, edge, limit, .. }) => Some((ticket, edge, limit)),
        _ => None,
    });
    let pages: Vec<_> = pages.collect();
    let [only] = pages.as_slice() else { panic!("{pages:?}") };
    only.clone()
}

#[test]
fn what_lies_below_the_screen_is_read_and_not_waited_for() {
    let (bench, screenful, ticket, edge, limit) = at_the_edge();
    assert_eq!(bench.model.queue.page.rows.len(), screenful);
    assert!(matches!(edge, Edge::After(_)) && limit >= screenful, "{edge:?} {limit}");
    let below = Answer::Page(Screen::Queue, ticket, page(500, &edge, limit));
    assert!(!bench.model.shows(&below), "nothing of it is on the screen");
    assert!(!bench.model.awaits(), "the screen has its rows");
}

#[test]
fn a_page_down_faster_than_its_rows_loses_nothing() {
    let (mut bench, screenful, ticket, edge, limit) = at_the_edge();
    bench.keys("PgDn j j A");
    assert_eq!(selected(&bench), 1_040 + screenful as i64, "as far as there are rows");
    assert!(bench.model.popups.is_empty(), "the key waits for the row that it is about");
    assert!(bench.model.awaits() && bench.model.holds());
    let below = Answer::Page(Screen::Queue, ticket, page(500, &edge, limit));
    assert!(bench.model.shows(&below));
    bench.answers = true;
    bench.tell(Msg::Answer(below));
    assert_eq!(selected(&bench), 1_041 + screenful as i64 + 2, "every key counts");
    assert!(!bench.asked().is_empty(), "the last of them too");
}

#[test]
fn rows_that_do_not_come_take_the_keys_for_a_moment_only() {
    let (mut bench, screenful, ..) = at_the_edge();
    bench.keys("PgDn PgUp");
    assert!(bench.model.holds());
    bench.tell(Msg::Tick(now().plus(350)));
    assert!(!bench.model.holds());
    assert_eq!(selected(&bench), 1_041);
    assert_eq!(bench.model.queue.owed, 0, "going up takes back what was owed below");
    assert_eq!(bench.model.queue.page.rows.len(), screenful);
}

#[test]
fn a_list_that_was_left_is_there_at_once_unless_somebody_wrote() {
    let mut bench = bench(500, 140, 40);
    bench.keys("6");
    bench.answers = false;
    bench.asked();
    bench.keys("1");
    assert!(!bench.model.awaits(), "nothing happened since it was seen");
    let (ticket, edge, limit) = only_page(&mut bench);
    let news = Answer::Page(Screen::Queue, ticket, page(500, &edge, limit));
    assert!(bench.model.shows(&news), "what time changed is shown when it comes");
    bench.tell(Msg::Answer(news));
    bench.answers = true;
    bench.keys("6");
    bench.tell(Msg::Answer(Answer::Changed));
    bench.answers = false;
    bench.keys("1");
    assert!(bench.model.awaits(), "what somebody changed is not shown as it was");
}

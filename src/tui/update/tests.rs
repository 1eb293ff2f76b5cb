//! Keys in, the screen's state and what it asks for out.

mod window;

use std::sync::Arc;

use rstest::rstest;

use crate::desk::{Ask, Preview, Receipt, Refused};
use crate::domain::command::Command;
use crate::domain::ids::{GestureId, HandoffId, PersonId};
use crate::domain::queue::{Edge, Page};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::routing::{Proposal, Ranked, Record};
use crate::domain::span;
use crate::domain::stage::Stage;
use crate::domain::time::{HOUR, MINUTE, SECOND};
use crate::domain::view::{Sort, SortKey};
use crate::tui::action::Screen;
use crate::tui::answer::{Answer, Done, NotDone};
use crate::tui::effect::{Effect, Load, Ticket, Write};
use crate::tui::memory::Memory;
use crate::tui::model::{Pane, Tone};
use crate::tui::msg::{Input, Mouse, Msg};
use crate::tui::pace::next_change;
use crate::tui::popup::Popup;
use crate::tui::sample::{Bench, bench, now, page, row};

fn selected(bench: &Bench) -> i64 {
    bench.model.list().and_then(|list| list.selected).map_or(0, |id| id.0)
}

/// The only write among what was asked for, with its ticket.
fn write(bench: &mut Bench) -> (Ticket, Write) {
    let asked = bench.asked();
    let mut writes = asked.into_iter().filter_map(|effect| match effect {
        Effect::Write(ticket, write) => Some((ticket, write)),
        _ => None,
    });
    let only = writes.next().expect("a write");
    assert_eq!(writes.next(), None);
    only
}

fn done(label: &str, ids: &[i64]) -> Done {
    let receipt = Receipt {
        gesture: GestureId(9),
        label: label.to_owned(),
        done: ids.iter().copied().map(HandoffId).collect(),
        refused: vec![],
    };
    Done { receipt, is_new: true }
}

#[test]
fn the_window_follows_the_cursor_down_and_up_a_long_list() {
    let mut bench = bench(1, 140, 40);
    bench.of(10_000);
    let mut want = 1_041;
    for keys in
        ["j", "PgDn", "PgDn", "PgDn", "j", "PgDn", "PgDn", "PgDn", "PgDn", "PgUp", "k", "PgDn"]
    {
        let before = selected(&bench);
        bench.keys(keys);
        let screenful = crate::tui::layout::list_rows(&bench.model) as i64;
        want += match keys {
            "j" => 1,
            "k" => -1,
            "PgDn" => screenful,
            _ => -screenful,
        };
        assert_eq!(selected(&bench), want, "{keys} from {before}");
        let list = bench.model.list().unwrap();
        assert!(list.page.rows.len() as i64 <= 9 * screenful, "the window stays small");
        assert!(list.page.rows.windows(2).all(|pair| pair[0].id.0 + 1 == pair[1].id.0), "no gap");
        assert_eq!(list.row().unwrap().id.0, want);
    }
    bench.keys("G");
    assert_eq!(selected(&bench), 1_041 + 9_999);
    bench.keys("k PgUp PgUp PgUp PgUp PgUp PgUp g");
    assert_eq!(selected(&bench), 1_041);
}

#[test]
fn moving_inside_the_window_asks_for_nothing_but_the_package() {
    let mut bench = bench(1, 140, 40);
    bench.of(10_000).answers = false;
    bench.asked();
    bench.keys("j j");
    let asked = bench.asked();
    assert_eq!(
        asked,
        [Effect::Load(Load::Card(HandoffId(1_042))), Effect::Load(Load::Card(HandoffId(1_043)))]
    );
}

#[test]
fn a_late_answer_is_dropped() {
    let mut bench = bench(1, 140, 40);
    bench.answers = false;
    bench.asked();
    bench.keys("O o Enter");
    let asked = bench.asked();
    let pages: Vec<_> = asked
        .iter()
        .filter_map(|effect| match effect {
            Effect::Load(Load::Page { ticket, query, .. }) => Some((*ticket, query.sort)),
            _ => None,
        })
        .collect();
    let [(first, _), (second, sort)] = pages.as_slice() else { panic!("{asked:?}") };
    assert_eq!(*sort, Sort::default(), "due again, turned around twice");
    bench.tell(Msg::Answer(Answer::Page(Screen::Queue, *second, page(3, &Edge::First, 9))));
    let late = Page { rows: vec![row(8)], ..Page::default() };
    bench.tell(Msg::Answer(Answer::Page(Screen::Queue, *first, late)));
    assert_eq!(bench.model.queue.page.rows.len(), 3);
}

#[test]
fn others_work_moves_neither_the_cursor_nor_the_marks() {
    let mut bench = bench(1, 140, 40);
    bench.keys("j Space j");
    assert_eq!(selected(&bench), 1_044);
    bench.answers = false;
    bench.asked();
    bench.tell(Msg::Answer(Answer::Changed));
    let asked = bench.asked();
    let Some(Effect::Load(Load::Page { ticket, keep, .. })) = asked.first() else {
        panic!("{asked:?}")
    };
    assert_eq!(*keep, Some(HandoffId(1_044)));
    assert!(asked.contains(&Effect::Load(Load::Card(HandoffId(1_044)))), "{asked:?}");
    // Somebody took the first away, and the marked one has a new version.
    let mut rows: Vec<_> = (1..10).map(row).collect();
    rows[0].version = 8;
    let news = Page { rows, ..Page::default() };
    bench.tell(Msg::Answer(Answer::Page(Screen::Queue, *ticket, news)));
    assert_eq!(selected(&bench), 1_044);
    let marks: Vec<_> =
        bench.model.queue.marks.values().map(|mark| (mark.id.0, mark.version)).collect();
    assert_eq!(marks, [(1_042, 8)]);
}

#[test]
fn what_leaves_the_list_gives_its_place_to_the_next() {
    let mut bench = bench(1, 140, 40);
    bench.keys("j j");
    bench.answers = false;
    bench.tell(Msg::Answer(Answer::Changed));
    let asked = bench.asked();
    let Some(Effect::Load(Load::Page { ticket, .. })) = asked.first() else { panic!("{asked:?}") };
    let rows = (0..10).filter(|n| *n != 2).map(row).collect();
    bench.tell(Msg::Answer(Answer::Page(Screen::Queue, *ticket, Page { rows, ..Page::default() })));
    assert_eq!(selected(&bench), 1_044);
}

#[test]
fn a_filter_works_as_it_is_typed_and_the_last_good_one_stays() {
    let mut bench = bench(1, 140, 40);
    bench.answers = false;
    bench.asked();
    let filters = |bench: &mut Bench| -> Vec<String> {
        let asked = bench.asked();
        let pages = asked.into_iter().filter_map(|effect| match effect {
            Effect::Load(Load::Page { query, .. }) => Some(query.filter.to_string()),
            _ => None,
        });
        pages.collect()
    };
    bench.keys("/ a c");
    assert_eq!(
        filters(&mut bench),
        ["tier:1 stage:queued -deferred a", "tier:1 stage:queued -deferred ac"]
    );
    bench.keys("Space d u e :");
    assert!(bench.model.queue.typed.problem.is_some());
    assert_eq!(
        filters(&mut bench).last().unwrap(),
        "tier:1 stage:queued -deferred ac due",
        "as a word"
    );
    bench.keys("< 4");
    assert_eq!(filters(&mut bench), Vec::<String>::new(), "the last good result stays");
    bench.keys("h Enter");
    assert_eq!(filters(&mut bench), ["tier:1 stage:queued -deferred ac due:<4h"]);
    assert!(!bench.model.queue.typed.open);
    assert!(bench.model.queue.typed.problem.is_none());
    bench.keys("Esc");
    assert_eq!(filters(&mut bench), ["tier:1 stage:queued -deferred"]);
}

/// Rows are those of the last good filter; a bad one must not stand above them as if it were in force.
#[test]
fn a_wrong_filter_is_not_kept() {
    let mut bench = bench(1, 140, 40);
    bench.keys("/ t i e r : 9 Enter");
    assert!(bench.model.queue.typed.open);
    assert_eq!(bench.told(), "No filter: tier: wants 1, 2, 3 or outside.");
    assert!(bench.shot().text().contains("No filter: tier: wants"), "{}", bench.shot().text());
    bench.keys("Backspace 2 Enter");
    assert!(!bench.model.queue.typed.open);
}

#[test]
fn keys_of_the_list_only_type_while_a_filter_is_typed() {
    let mut bench = bench(1, 140, 40);
    bench.keys("/ q u i ?");
    assert_eq!(bench.model.queue.typed.line.value(), "qui?");
    bench.tell(Msg::Input(Input::Paste("te\nx".to_owned())));
    assert_eq!(bench.model.queue.typed.line.value(), "qui?te x");
    assert!(bench.model.popups.is_empty());
    bench.keys("Ctrl-c");
    assert!(bench.asked().contains(&Effect::Quit));
}

#[test]
fn a_paste_goes_into_a_field_and_nowhere_else() {
    let mut bench = bench(1, 140, 40);
    let before = bench.model.clone();
    bench.tell(Msg::Input(Input::Paste("qqq".to_owned())));
    assert_eq!(bench.model, before);
}

#[test]
fn tab_completes() {
    let mut bench = bench(1, 140, 40);
    bench.keys("/ s t a Tab q Tab");
    assert_eq!(bench.model.queue.typed.line.value(), "stage:queued ");
    bench.keys("o w n Tab s a Tab");
    assert_eq!(bench.model.queue.typed.line.value(), "stage:queued owner:\"Sam Ortiz\" ");
}

#[test]
fn a_view_brings_its_filter_its_order_and_its_section() {
    let mut bench = bench(1, 140, 40);
    bench.keys("j Space v n u r Enter");
    let list = &bench.model.queue;
    assert_eq!((list.view.name.as_str(), list.sort.key), ("Nurture", SortKey::Wake));
    assert!(list.marks.is_empty());
    assert_eq!(bench.model.section, crate::domain::field::Section::Record);
    assert!(bench.model.popups.is_empty());
}

#[test]
fn a_view_of_ones_own_is_kept_under_its_name() {
    let mut bench = bench(1, 140, 40);
    bench.asked();
    bench.keys("/ x Enter O V H o t Enter");
    let asked = bench.asked();
    let saved = asked.iter().find_map(|effect| match effect {
        Effect::SaveView(view) => Some(view),
        _ => None,
    });
    let view = saved.expect("a view");
    assert_eq!(
        (view.name.as_str(), view.filter.as_str()),
        ("Hot", "tier:1 stage:queued -deferred x")
    );
    assert!(view.sort.descending);
    assert!(bench.model.views.contains(view));
    bench.keys("V M i n e Enter");
    assert!(
        !bench.asked().iter().any(|effect| matches!(effect, Effect::SaveView(_))),
        "Mine is the desk's own"
    );
}

#[test]
fn clicks_select_sort_and_run() {
    let mut bench = bench(1, 140, 40);
    bench.click("Hooli");
    assert_eq!(selected(&bench), 1_046);
    bench.click("Intelligence");
    assert_eq!((bench.model.pane, bench.model.section.title()), (Pane::Package, "Intelligence"));
    bench.click("account");
    assert_eq!(bench.model.queue.sort, Sort::by(SortKey::Company));
    bench.click("due in");
    assert_eq!(bench.model.queue.sort, Sort::by(SortKey::Due));
    bench.click("due in");
    assert!(bench.model.queue.sort.descending);
    bench.click("help");
    assert!(matches!(bench.model.popups.as_slice(), [Popup::Help(_)]));
    bench.click("Northwind").click("6 Activity");
    assert_eq!((bench.model.popups.len(), bench.model.screen), (0, Screen::Activity));
}

#[test]
fn the_wheel_scrolls_what_is_under_it() {
    let mut bench = bench(1, 140, 40);
    let (_, memory) = bench.drawn();
    bench.tell(Msg::Input(Input::Mouse(Mouse::Wheel(3, memory.at(5, 5)))));
    assert_eq!(selected(&bench), 1_044);
    bench.keys("Tab");
    bench.tell(Msg::Input(Input::Mouse(Mouse::Wheel(-2, memory.at(5, 5)))));
    assert_eq!((selected(&bench), bench.model.pane), (1_042, Pane::Package));
    let (_, memory) = bench.drawn();
    bench.tell(Msg::Input(Input::Mouse(Mouse::Double(memory.at(8, 5)))));
    assert!(bench.model.full, "a double click opens");
}

#[test]
fn an_action_names_the_version_that_was_seen() {
    let mut bench = bench(3, 140, 40);
    bench.keys("j j j c");
    let ask = Ask { handoff: HandoffId(1_044), seen: Some(3), command: Command::Accept };
    let (ticket, asked) = write(&mut bench);
    assert_eq!(asked, Write::Run { asks: vec![ask], what_can: false });
    bench.tell(Msg::Answer(Answer::Done(ticket, done("accepted H-1044 Initech", &[1_044]))));
    assert_eq!(bench.told(), "Accepted H-1044 Initech · 1-5 rates its package · u undo");
    assert!(bench.model.writing.is_empty());
}

#[rstest]
// Nothing that is queued can be accepted, and an AE may not assign.
#[case(3, "c", "accept is not legal from queued. From queued you can assign, return")]
#[case(3, "a", "Sam Ortiz")]
#[case(5, "j j j c", "Ana Lima")]
fn what_is_not_open_to_somebody_is_told_and_not_asked(
    #[case] me: i64,
    #[case] keys: &str,
    #[case] why: &str,
) {
    let mut bench = bench(me, 140, 40);
    bench.asked();
    bench.keys(keys);
    assert!(bench.told().contains(why), "{}", bench.told());
    assert_eq!(bench.asked(), []);
    assert!(bench.model.popups.is_empty());
}

#[test]
fn many_are_done_after_a_question_that_the_opening_key_does_not_answer() {
    let mut bench = bench(3, 140, 40);
    bench.keys("Space Space c");
    let asked = bench.asked();
    let Some(Effect::Load(Load::Preview(ticket, asks))) = asked.last() else { panic!("{asked:?}") };
    assert_eq!(asks.len(), 2);
    let cannot = Refused {
        handoff: HandoffId(1_042),
        company: "Acme Inc".to_owned(),
        refusal: Refusal::not_legal(crate::domain::stage::Action::Accept, Stage::Queued),
    };
    let preview = Preview { can: vec![HandoffId(1_041)], cannot: vec![cannot] };
    bench.tell(Msg::Answer(Answer::Preview(*ticket, preview)));
    bench.keys("y y");
    assert_eq!(bench.asked(), [], "it was not on screen yet");
    assert!(bench.shot().text().contains("1 of 2 handoffs can"));
    bench.tell(Msg::Seen).keys("c c");
    assert_eq!((bench.asked(), bench.model.popups.len()), (vec![], 1), "its own key is no answer");
    bench.keys("y");
    let (ticket, asked) = write(&mut bench);
    assert!(
        matches!(asked, Write::Run { ref asks, what_can: true } if asks.len() == 2),
        "{asked:?}"
    );
    bench.tell(Msg::Answer(Answer::Done(ticket, done("accepted H-1041 Northwind", &[1_041]))));
    let marks: Vec<_> = bench.model.mine.marks.keys().map(|id| id.0).collect();
    assert_eq!(marks, [1_042], "what was left out stays marked");
}

#[test]
fn the_way_to_the_past_says_how_long_it_takes_and_can_be_called_off() {
    let mut bench = bench(1, 100, 30);
    bench.answers = false;
    let at = bench.model.now.plus(-HOUR);
    let effects = crate::tui::update::go_as_of(&mut bench.model, at);
    let [Effect::Load(Load::AsOf(ticket, _))] = effects.as_slice() else { panic!("{effects:?}") };
    let later = bench.model.now.plus(12 * SECOND);
    assert!(next_change(&bench.model, &Memory::default()) <= SECOND);
    bench.tell(Msg::Tick(later));
    let text = bench.shot().text();
    let line = text.lines().last().unwrap_or_default();
    assert!(line.contains("Reading the desk as it stood Fri 20 Nov 2026 13:32"), "{line}");
    assert!(line.contains("… 12 s · Esc stays here"), "{line}");
    bench.asked();
    bench.keys("Esc");
    assert_eq!(bench.told(), "This is the present still.");
    assert_eq!(bench.asked(), [Effect::Load(Load::Present)]);
    // What comes of it then is too late.
    bench.tell(Msg::Answer(Answer::AsOf(*ticket, Ok(at))));
    assert_eq!((bench.model.as_of, bench.model.now), (None, later));
}

/// Accepts the handoff at hand; it is done, and told.
fn accept(bench: &mut Bench) -> i64 {
    let id = selected(bench);
    bench.keys("c");
    let (ticket, _) = write(bench);
    bench.tell(Msg::Answer(Answer::Done(ticket, done(&format!("accepted H-{id}"), &[id]))));
    id
}

#[test]
fn one_key_rates_what_was_accepted_while_the_bottom_line_says_so() {
    let mut bench = bench(3, 140, 40);
    bench.keys("j j j");
    let id = accept(&mut bench);
    assert_eq!(bench.told(), format!("Accepted H-{id} · 1-5 rates its package · u undo"));
    assert!(bench.model.offers_unseen());
    bench.tell(Msg::Seen).keys("3");
    let (_, asked) = write(&mut bench);
    let ask = Ask {
        handoff: HandoffId(id),
        seen: None,
        command: Command::Rate { stars: 3, missing: None },
    };
    assert_eq!(asked, Write::Run { asks: vec![ask], what_can: false });
    assert!(bench.shot().text().contains("What was missing"));
    // It is skipped with Enter; a word is sent as one more.
    bench.keys("Enter");
    assert_eq!((bench.model.popups.len(), bench.asked()), (0, vec![]));
}

#[rstest]
#[case::not_seen_yet(false, "3", Screen::Batch)]
#[case::another_key_before(true, "k 3", Screen::Batch)]
#[case::the_line_went(true, "wait 3", Screen::Batch)]
#[case::no_star(true, "6", Screen::Activity)]
fn otherwise_these_keys_show_screens(
    #[case] seen: bool,
    #[case] keys: &str,
    #[case] screen: Screen,
) {
    let mut bench = bench(3, 140, 40);
    bench.keys("j j j");
    accept(&mut bench);
    if seen {
        bench.tell(Msg::Seen);
    }
    let keys = match keys.strip_prefix("wait ") {
        Some(keys) => {
            let later = bench.model.now.plus(30 * SECOND);
            bench.tell(Msg::Tick(later));
            keys
        }
        None => keys,
    };
    bench.keys(keys);
    assert_eq!((bench.model.screen, bench.model.popups.len()), (screen, 0));
    let asked = bench.asked();
    assert!(!asked.iter().any(|effect| matches!(effect, Effect::Write(..))), "{asked:?}");
}

#[rstest]
#[case("Enter")]
#[case("n")]
#[case("Esc")]
fn a_question_is_answered_with_no_by_default(#[case] key: &str) {
    let mut bench = bench(3, 140, 40);
    bench.keys("Space Space c");
    let asked = bench.asked();
    let Some(Effect::Load(Load::Preview(ticket, _))) = asked.last() else { panic!("{asked:?}") };
    let preview = Preview { can: vec![HandoffId(1_041)], cannot: vec![] };
    bench.tell(Msg::Answer(Answer::Preview(*ticket, preview))).tell(Msg::Seen).keys(key);
    assert_eq!((bench.asked(), bench.model.popups.len()), (vec![], 0));
}

#[test]
fn a_conflict_is_told_in_words_and_keeps_the_place() {
    let mut bench = bench(1, 140, 40);
    bench.keys("j");
    let effect = bench.model.run(vec![]);
    let Effect::Write(ticket, _) = effect else { panic!("{effect:?}") };
    let sentence =
        "Sam Ortiz accepted H-1042 4 seconds ago; look again before you decide.".to_owned();
    let why = NotDone::Conflict { handoff: HandoffId(1_042), sentence: sentence.clone() };
    bench.answers = false;
    bench.asked();
    bench.tell(Msg::Answer(Answer::NotDone(ticket, why)));
    assert_eq!(bench.told(), sentence);
    assert_eq!(bench.model.toast.as_ref().unwrap().tone, Tone::Notice);
    assert!(bench.asked().contains(&Effect::Load(Load::Card(HandoffId(1_042)))));
    assert_eq!(selected(&bench), 1_042);
}

#[test]
fn the_proposal_is_taken_when_it_comes() {
    let mut bench = bench(1, 140, 40);
    bench.keys("j A");
    let asked = bench.asked();
    let Some(Effect::Load(Load::Proposals(ticket, ids))) = asked.last() else {
        panic!("{asked:?}")
    };
    assert_eq!(ids.as_slice(), [HandoffId(1_042)]);
    let best = Ranked {
        person: PersonId(3),
        name: "Sam Ortiz".to_owned(),
        score: 0.8,
        parts: None,
        record: Record::default(),
        reasons: vec![],
    };
    let proposal = Proposal {
        ranked: vec![best],
        left_out: vec![],
        dropped: vec![],
        note: None,
        tie_break: None,
    };
    let proposals = vec![(HandoffId(1_042), Arc::new(proposal))];
    bench.tell(Msg::Answer(Answer::Proposals(*ticket, proposals)));
    let (_, asked) = write(&mut bench);
    let command = Command::Assign { to: PersonId(3), brief: None, anyway: false };
    let ask = Ask { handoff: HandoffId(1_042), seen: Some(3), command };
    assert_eq!(asked, Write::Run { asks: vec![ask], what_can: false });
}

#[test]
fn a_store_that_can_only_be_read_says_so() {
    let mut bench = bench(1, 140, 40);
    bench.tell(Msg::Answer(Answer::ReadOnly(Some("the disk is full".to_owned()))));
    assert!(bench.shot().text().contains("read only"));
    bench.keys("A");
    assert_eq!(bench.told(), "This store can only be read: the disk is full.");
}

#[test]
fn what_stands_behind_a_row_opens_in_the_queue() {
    let mut bench = bench(1, 140, 40);
    bench.keys("4 j j Enter");
    assert_eq!(bench.model.screen, Screen::Queue);
    assert_eq!(bench.model.queue.line(), "owner:\"Kim Novak\"");
    bench.keys("6 Enter");
    assert_eq!((bench.model.screen, bench.model.queue.line().as_str()), (Screen::Queue, "H-1051"));
}

#[test]
fn the_record_is_read_on_and_news_comes_in_at_the_top() {
    let mut bench = bench(1, 140, 40);
    bench.all = 1_000;
    bench.keys("6 PgDn PgDn PgDn PgDn PgDn PgDn PgDn");
    let activity = &bench.model.activity;
    assert!(activity.rows.len() > 200, "{}", activity.rows.len());
    assert!(activity.rows.windows(2).all(|pair| pair[0].seq == pair[1].seq + 1));
    let at = activity.selected;
    bench.all = 1_003;
    bench.tell(Msg::Answer(Answer::Changed));
    let activity = &bench.model.activity;
    assert_eq!((activity.rows[0].seq, activity.selected), (1_003, at));
    assert!(
        activity.rows.windows(2).all(|pair| pair[0].seq == pair[1].seq + 1),
        "no gap, nothing twice"
    );
    bench.keys("g");
    bench.all = 1_004;
    bench.tell(Msg::Answer(Answer::Changed));
    assert_eq!(bench.model.activity.selected, Some(1_004), "the top stays the top");
}

#[test]
fn all_shown_are_marked_and_unmarked() {
    let mut bench = bench(1, 140, 40);
    bench.keys("*");
    assert_eq!(bench.model.queue.marks.len(), 10);
    bench.keys("*");
    assert!(bench.model.queue.marks.is_empty());
    bench.of(700).keys("*");
    assert_eq!(bench.model.queue.marks.len(), 500);
    assert_eq!(bench.told(), "The first 500 are marked; narrow the list to mark all of it.");
    bench.keys("Esc");
    assert!(bench.model.queue.marks.is_empty());
}

#[test]
fn time_alone_reads_again_what_a_filter_lets_through() {
    let mut bench = bench(1, 140, 40);
    bench.model.tell(Tone::Good, "Done.");
    bench.answers = false;
    bench.asked();
    bench.tell(Msg::Tick(now().plus(4 * SECOND)));
    assert_eq!((bench.asked(), bench.told()), (vec![], ""), "a line that was told goes by itself");
    bench.tell(Msg::Tick(now().plus(MINUTE)));
    assert!(matches!(bench.asked().first(), Some(Effect::Load(Load::Page { .. }))));
}

#[test]
fn the_desk_sleeps_until_something_in_sight_reads_otherwise() {
    let mut bench = bench(1, 100, 24);
    bench.tell(Msg::Tick(now().plus(400)));
    // Globex, in sight, is in its last hour.
    let left = row(2).next.unwrap().due.since(bench.model.now);
    assert!(left < HOUR);
    let memory = bench.drawn().1;
    assert_eq!(next_change(&bench.model, &memory), span::countdown_changes_in(left));
    // The clocks of Northwind, breached, count in seconds.
    bench.keys("Tab Tab");
    let over = row(0).next.unwrap().due.since(bench.model.now);
    let memory = bench.drawn().1;
    assert_eq!(next_change(&bench.model, &memory), span::countdown_to_second_changes_in(over));
    // On the Team screen only the header tells the time.
    bench.keys("4");
    assert_eq!(next_change(&bench.model, &Memory::default()), 9 * SECOND - 400);
}

#[test]
fn the_summary_is_copied_and_the_site_opened() {
    let mut bench = bench(1, 140, 40);
    bench.asked();
    bench.keys("j y Ctrl-o");
    let asked = bench.asked();
    let [Effect::Copy { text, what }, Effect::OpenSite(site)] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert!(text.starts_with("H-1042 · Acme Inc"), "{text}");
    assert_eq!((what.as_str(), site.as_str()), ("the summary of H-1042", "acme.example"));
}

#[test]
fn a_refusal_is_told_with_what_would_make_it_legal() {
    let mut bench = bench(1, 140, 40);
    let effect = bench.model.write(Write::Undo);
    let Effect::Write(ticket, _) = effect else { panic!("{effect:?}") };
    let refusal =
        Refusal::new(RefusalKind::Nothing, "there is nothing of yours to undo.").hint("Act first.");
    bench.tell(Msg::Answer(Answer::NotDone(ticket, NotDone::Refused(refusal))));
    assert_eq!(bench.told(), "There is nothing of yours to undo. Act first.");
}

#[test]
fn what_is_typed_while_a_write_is_done_is_meant_for_what_comes_of_it() {
    let mut bench = bench(3, 140, 40);
    bench.keys("j j j c");
    let (ticket, _) = write(&mut bench);
    bench.keys("t");
    assert!(bench.model.popups.is_empty(), "it waits");
    bench.answers = false;
    bench.tell(Msg::Answer(Answer::Done(ticket, done("accepted H-1044 Initech", &[1_044]))));
    assert!(bench.model.popups.is_empty(), "what is shown is not read again yet");
    let card = crate::tui::sample::card(&row(3), bench.model.me.as_ref().unwrap());
    bench.tell(Msg::Answer(Answer::Card(HandoffId(1_044), Some(Arc::new(card)))));
    assert_eq!(bench.model.popups.len(), 1);
}

#[test]
fn a_slow_disk_does_not_take_the_keys_away() {
    let mut bench = bench(3, 140, 40);
    bench.keys("j j j c k");
    assert_eq!(selected(&bench), 1_044);
    assert!(!bench.shot().text().contains("Saving"));
    bench.tell(Msg::Tick(now().plus(350)));
    assert_eq!(selected(&bench), 1_043);
    assert!(bench.shot().text().contains("Saving …"));
}

#[test]
fn in_triage_the_next_key_waits_for_the_next_handoff() {
    let mut bench = bench(1, 140, 40);
    bench.keys("j");
    let effect = bench.model.run(vec![]);
    let Effect::Write(ticket, _) = effect else { panic!("{effect:?}") };
    bench.answers = false;
    bench.asked();
    bench.tell(Msg::Answer(Answer::Done(ticket, done("assigned H-1042 Acme Inc", &[1_042]))));
    let asked = bench.asked();
    let Some(Effect::Load(Load::Page { ticket, .. })) = asked.first() else { panic!("{asked:?}") };
    let rows = (0..10).filter(|n| *n != 1).map(row).collect();
    bench.tell(Msg::Answer(Answer::Page(Screen::Queue, *ticket, Page { rows, ..Page::default() })));
    assert_eq!(bench.model.settling.map(|(id, _)| id.0), Some(1_043));
    let card = crate::tui::sample::card(&row(2), bench.model.me.as_ref().unwrap());
    bench.tell(Msg::Answer(Answer::Card(HandoffId(1_043), Some(Arc::new(card)))));
    assert!(!bench.model.holds());
}

//! The screens under scripts of keys, as pictures, and at every size.

use proptest::prelude::*;
use rstest::rstest;

use super::action::Screen;
use super::model::Pane;
use super::msg::Msg;
use super::sample::{Bench, bench, bench_with};
use super::theme::{Depth, Theme};

fn kept(bench: &Bench, name: &str) {
    bench.shot().is_as_kept(name);
}

#[rstest]
#[case("queue_140x40", 140, 40)]
#[case("queue_100x30", 100, 30)]
#[case("queue_80x24", 80, 24)]
#[case("queue_60x20", 60, 20)]
#[case("queue_39x9", 39, 9)]
fn the_queue(#[case] name: &str, #[case] columns: u16, #[case] rows: u16) {
    kept(bench(1, columns, rows).keys("j"), name);
}

#[rstest]
#[case("queue_light", "light", Depth::True)]
#[case("queue_high_contrast", "high-contrast", Depth::True)]
#[case("queue_256_colours", "dark", Depth::Indexed)]
#[case("queue_no_color", "dark", Depth::None)]
fn themes(#[case] name: &str, #[case] theme: &str, #[case] depth: Depth) {
    let theme = Theme::shipped(theme, depth).unwrap();
    kept(bench_with(1, 120, 24, theme).keys("j Space Space"), name);
}

#[rstest]
#[case("measures_light", "light", Depth::True)]
#[case("measures_no_color", "dark", Depth::None)]
fn measures_in_themes(#[case] name: &str, #[case] theme: &str, #[case] depth: Depth) {
    let theme = Theme::shipped(theme, depth).unwrap();
    kept(bench_with(1, 160, 48, theme).keys("5 j"), name);
}

#[rstest]
#[case("package_full", 100, 24, "Enter")]
#[case("package_intelligence", 140, 30, "Tab ]")]
#[case("package_missing", 100, 30, "j j")]
#[case("package_record_narrow", 60, 20, "Tab [")]
#[case("clocks_100", 100, 24, "Tab Tab j")]
#[case("filter_bad", 100, 24, "/ d u e : s o o n")]
#[case("filter_offers", 100, 24, "/ s t a g e : Q")]
#[case("filter_done", 100, 24, "/ t i e r : 1 Enter")]
#[case("help", 100, 30, "?")]
#[case("help_end", 80, 24, "? G")]
#[case("palette", 100, 24, ": u n d")]
#[case("views", 100, 24, "v")]
#[case("sort", 80, 24, "o")]
#[case("save_view", 80, 24, "V")]
#[case("ledger", 100, 30, "j w")]
#[case("ledger_paused", 100, 30, "G w")]
#[case("merge", 100, 30, "j M")]
#[case("merge_apart_80x24", 80, 24, "j M j")]
#[case("team", 140, 20, "4")]
#[case("team_narrow", 60, 20, "4 j j")]
#[case("activity", 140, 20, "6 j")]
#[case("activity_narrow", 60, 20, "6")]
#[case("marked", 100, 24, "Space j Space")]
#[case("unknown_key", 100, 24, "F9")]
#[case("measures_160x48", 160, 48, "5")]
#[case("measures_140x40", 140, 40, "5 j j j")]
#[case("measures_100x30", 100, 30, "5 G")]
#[case("measures_80x24", 80, 24, "5")]
#[case("measures_40x10", 40, 10, "5 j")]
#[case("measures_pack", 120, 40, "5 f")]
#[case("measures_pack_80x24", 80, 24, "5 f PgDn")]
#[case("measures_export", 100, 30, "5 t m e")]
#[case("batch_140x40", 140, 40, "3")]
#[case("batch_100x30", 100, 30, "3 A A z")]
#[case("batch_80x24", 80, 24, "3 * j Tab")]
#[case("batch_pick", 100, 30, "3 a")]
#[case("batch_commit", 100, 30, "3 * C")]
#[case("batch_weeks", 100, 24, "3 v")]
#[case("batch_full", 100, 24, "3 Enter")]
#[case("batch_hand_on", 100, 30, "4 j j j j L")]
#[case("person_edit", 100, 40, "4 G e")]
fn pictures(#[case] name: &str, #[case] columns: u16, #[case] rows: u16, #[case] keys: &str) {
    kept(bench(1, columns, rows).keys(keys), name);
}

#[test]
fn an_ae_lands_on_their_own_list() {
    let bench = bench(3, 120, 24);
    assert_eq!(bench.model.screen, Screen::Mine);
    kept(&bench, "mine_120x24");
}

#[test]
fn a_narrow_header_tells_of_the_inbox_rather_than_of_the_time() {
    let first = |bench: &Bench| bench.shot().text().lines().next().unwrap().to_owned();
    let mut bench = bench(1, 86, 24);
    assert!(first(&bench).contains("Nov"), "{}", first(&bench));
    bench.model.inbox = vec![crate::desk::Notice {
        handoff: crate::domain::ids::HandoffId(1),
        company: "Acme".to_owned(),
        at: bench.model.now,
        step: None,
        sentence: "assign is late".to_owned(),
    }];
    assert!(first(&bench).trim_end().ends_with("i inbox 1"), "{}", first(&bench));
    bench.model.size.0 = 140;
    assert!(first(&bench).contains("i inbox 1 · "), "{}", first(&bench));
}

#[test]
fn a_list_that_is_still_read_says_so() {
    let mut bench = bench(1, 80, 24);
    bench.model.list_mut().unwrap().loaded = false;
    bench.model.list_mut().unwrap().page.rows.clear();
    bench.keys("a");
    assert!(bench.told().contains("still being read"), "{}", bench.told());
}

#[test]
fn an_empty_list_says_why_and_which_key_fills_it() {
    let mut bench = bench(1, 100, 24);
    bench.of(0);
    kept(&bench, "queue_empty");
    kept(bench.keys("/ x"), "queue_empty_filtered");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn nothing_panics_at_any_size(
        sizes in proptest::collection::vec((0..200_u16, 0..200_u16), 1..4),
        keys in proptest::collection::vec(
            proptest::sample::select(vec![
                "j", "G", "Tab", "Enter", "]", "?", "w", ":", "v", "o", "/", "4", "6", "2", "Space", "*", "Esc", "PgDn", "x", "V", "a", "d", "n", "E", "W", "T",
                "j", "G", "Tab", "Enter", "]", "?", "w", ":", "v", "o", "/", "4", "5", "e", "t", "[", "6", "2", "Space", "*", "Esc", "PgDn", "x", "V", "a", "d",
                "j", "G", "Tab", "Enter", "]", "?", "w", ":", "v", "o", "/", "3", "4", "6", "2", "A", "z", "C", "L", "e", "O", "Space", "*", "Esc", "PgDn", "x", "V", "a", "d", "n", "E", "W", "T",
            ]),
            0..8,
        ),
    ) {
        let mut bench = bench(1, 140, 40);
        for (columns, rows) in sizes {
            bench.tell(Msg::Resize(columns, rows));
            bench.keys(&keys.join(" "));
            bench.shot();
        }
    }
}

#[test]
fn the_largest_screen_is_drawn() {
    let mut bench = bench(1, 500, 500);
    bench.shot();
    bench.keys("Enter ?").shot();
    assert_eq!(bench.model.pane, Pane::Package);
}

mod batch {
    use super::*;
    use crate::desk::Receipt;
    use crate::domain::batch::Decision;
    use crate::domain::ids::GestureId;
    use crate::domain::ids::{HandoffId, PersonId};
    use crate::domain::refusal::{Refusal, RefusalKind};
    use crate::tui::answer::{Answer, Done, NotDone};
    use crate::tui::effect::{Effect, Write};
    use crate::tui::sample::sheet;

    fn decisions(bench: &Bench) -> Vec<(i64, String)> {
        let people = sheet("2026-W47".parse().unwrap()).round.people;
        let drafts = bench.model.batch.drafts.iter();
        drafts.map(|(id, draft)| (id.0, draft.decision.words(&people))).collect()
    }

    fn writes(bench: &Bench) -> Vec<Write> {
        let asked = bench.asked.iter().filter_map(|effect| match effect {
            Effect::Write(_, write) => Some(write.clone()),
            _ => None,
        });
        asked.collect()
    }

    #[test]
    fn each_decision_is_on_the_screen_at_once_and_kept_behind_it() {
        let mut bench = bench(1, 140, 40);
        bench.keys("3 A");
        assert_eq!(decisions(&bench), [(1_041, "to Sam Ortiz".to_owned())]);
        assert_eq!(bench.model.batch.selected, Some(HandoffId(1_042)), "the next one is at hand");
        let kept = writes(&bench);
        let [Write::Draft { week, decisions: kept }] = kept.as_slice() else { panic!("{kept:?}") };
        assert_eq!(week.to_string(), "2026-W47");
        let route = Decision::Route { to: PersonId(3), anyway: false };
        assert_eq!(kept.as_slice(), [(HandoffId(1_041), Some(route))]);
        assert!(!bench.model.holds(), "nobody waits for a draft");
        bench.keys("z k k Space");
        assert_eq!(
            decisions(&bench),
            [(1_042, "next batch".to_owned())],
            "Space takes a decision back"
        );
    }

    #[test]
    fn a_decision_that_was_not_kept_is_read_again() {
        let mut bench = bench(1, 140, 40);
        bench.keys("3 A");
        let ticket = bench.asked.iter().find_map(|effect| match effect {
            Effect::Write(ticket, _) => Some(*ticket),
            _ => None,
        });
        let refusal = Refusal::new(RefusalKind::NotLegal, "H-1041 was assigned 4 s ago.");
        bench.tell(Msg::Answer(Answer::NotDone(ticket.unwrap(), NotDone::Refused(refusal))));
        assert_eq!(decisions(&bench), [], "the sheet that was read again knows nothing of it");
        assert!(bench.told().contains("assigned"));
    }

    #[test]
    fn a_commit_is_asked_for_once_after_a_question() {
        let mut bench = bench(1, 140, 40);
        bench.keys("3 C");
        assert!(bench.told().starts_with("Nothing is decided yet"));
        bench.keys("* C");
        bench.tell(Msg::Seen);
        bench.keys("y");
        let asked = writes(&bench);
        assert!(
            matches!(asked.last(), Some(Write::CommitBatch { week, without }) if week.to_string() == "2026-W47" && without.is_empty()),
            "{asked:?}"
        );
    }

    #[test]
    fn who_may_not_decide_is_told() {
        let mut bench = bench(3, 140, 40);
        bench.keys("3");
        let offered = bench.shot().text().lines().last().unwrap().to_owned();
        assert!(!offered.contains("take") && offered.contains("w why"), "{offered}");
        bench.keys("A");
        assert!(bench.told().contains("may not decide a batch"), "{}", bench.told());
        assert_eq!(writes(&bench), []);
    }

    #[test]
    fn who_leaves_hands_on_first_and_is_kept_as_inactive_then() {
        let mut bench = bench(1, 140, 40);
        bench.keys("4 j j j j L");
        assert_eq!(bench.model.batch.drafts.len(), 3, "every proposal stands as a decision");
        bench.keys("Space C");
        bench.tell(Msg::Seen);
        bench.keys("y");
        let asked = writes(&bench);
        let Some(Write::CarryOn { decisions, .. }) = asked.last() else { panic!("{asked:?}") };
        assert_eq!(decisions.len(), 2, "what is taken back stays");
        let ticket = bench.asked.iter().rev().find_map(|effect| match effect {
            Effect::Write(ticket, _) => Some(*ticket),
            _ => None,
        });
        let receipt = Receipt {
            gesture: GestureId(1),
            label: "handed on 2 handoffs of Sam Ortiz".into(),
            done: vec![],
            refused: vec![],
        };
        bench.tell(Msg::Answer(Answer::Done(ticket.unwrap(), Done { receipt, is_new: true })));
        assert_eq!(bench.model.screen, Screen::Team);
    }
}

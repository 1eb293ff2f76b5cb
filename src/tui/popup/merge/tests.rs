//! Keys in, what is asked of the worker and what becomes of the popup out.

use crate::desk::{MergePlan, Receipt};
use crate::domain::account::Account;
use crate::domain::ids::{AccountId, GestureId};
use crate::domain::merge::Differs;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::store::Hanging;
use crate::tui::answer::{Answer, Done, NotDone, Twin};
use crate::tui::effect::{Effect, Load, Ticket, Write};
use crate::tui::msg::Msg;
use crate::tui::sample::{Bench, bench};

/// What the worker answers in tests: one that can be merged, one that is kept apart by a rule.
pub(in crate::tui) fn sample(account: AccountId) -> Vec<Twin> {
    let named = |id: AccountId, name: &str| Account { id, name: name.into(), ..Account::default() };
    let keep = named(account, "Acme Inc");
    vec![
        Twin {
            line: "A-901 ACME Incorporated (no domain)".into(),
            plan: Ok(MergePlan {
                merged: keep.clone(),
                gone: named(AccountId(901), "ACME Incorporated"),
                keep,
                differs: vec![Differs {
                    field: "name",
                    kept: "Acme Inc".into(),
                    dropped: "ACME Incorporated".into(),
                }],
                moves: Hanging { contacts: 2, signals: 1, deals: 0, handoffs: 1 },
            }),
        },
        Twin {
            line: "A-902 Acme (acme.example)".into(),
            plan: Err("Acme Inc and Acme can't become one while H-7 and H-1042 are both open for the same type. Close \
                       one of them first, such as H-7 as DUPLICATE."
                .into()),
        },
    ]
}

/// The screen with nothing answered from here on, and Acme at hand.
fn unanswered() -> Bench {
    let mut bench = bench(1, 100, 30);
    bench.keys("j").answers = false;
    bench.asked();
    bench
}

fn twins_asked(bench: &mut Bench) -> (Ticket, AccountId) {
    match bench.asked().as_slice() {
        [Effect::Load(Load::Twins(ticket, account))] => (*ticket, *account),
        other => panic!("{other:?}"),
    }
}

fn written(bench: &mut Bench) -> Vec<(Ticket, Write)> {
    let asked = bench.asked().into_iter();
    let writes = asked.filter_map(|effect| match effect {
        Effect::Write(ticket, write) => Some((ticket, write)),
        _ => None,
    });
    writes.collect()
}

const MERGE: Write = Write::Merge { keep: AccountId(42), gone: AccountId(901) };

#[test]
fn accounts_are_compared_then_shown_then_merged_once() {
    let mut bench = unanswered();
    let (ticket, account) = twins_asked(bench.keys("M"));
    assert_eq!(account, AccountId(42));
    assert!(bench.shot().text().contains("being compared"));
    assert_eq!(written(bench.keys("y")), [], "nothing is merged unseen");
    let late = Answer::Twins(Ticket(ticket.0 + 1_000), sample(account).into());
    bench.tell(Msg::Answer(late));
    assert!(bench.shot().text().contains("being compared"), "another question's answer");
    bench.tell(Msg::Answer(Answer::Twins(ticket, sample(account).into())));
    let shown = bench.shot().text();
    for part in [
        "A-901 ACME Incorporated (no domain)",
        "name: Acme Inc stays, ACME Incorporated goes",
        "2 contacts, 1 signal and 1 handoff move to Acme Inc",
        "A-902 Acme",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    let written = written(bench.keys("y y"));
    let [(ticket, MERGE)] = written.as_slice() else { panic!("{written:?}") };
    let receipt = Receipt {
        gesture: GestureId(9),
        label: "merged ACME Incorporated into Acme Inc".into(),
        done: Vec::new(),
        refused: Vec::new(),
    };
    bench.tell(Msg::Answer(Answer::Done(*ticket, Done { receipt, is_new: true })));
    assert!(bench.model.popups.is_empty());
    assert!(bench.told().contains("Merged ACME Incorporated into Acme Inc"), "{}", bench.told());
}

#[test]
fn what_a_rule_keeps_apart_says_why_and_is_not_merged() {
    let mut bench = unanswered();
    let (ticket, account) = twins_asked(bench.keys("M"));
    bench.tell(Msg::Answer(Answer::Twins(ticket, sample(account).into())));
    bench.keys("j j");
    let shown = bench.shot().text();
    assert!(shown.contains("while H-7 and H-1042 are both open"), "{shown}");
    assert!(!shown.contains("y merge"), "{shown}");
    assert_eq!(written(bench.keys("y")), []);
    assert_eq!(written(bench.keys("k y")).len(), 1);
}

#[test]
fn a_refused_merge_leaves_the_popup_and_can_be_tried_again() {
    let mut bench = unanswered();
    let (ticket, account) = twins_asked(bench.keys("M"));
    bench.tell(Msg::Answer(Answer::Twins(ticket, sample(account).into())));
    let (ticket, _) = written(bench.keys("y")).remove(0);
    let why = Refusal::new(RefusalKind::NotPermitted, "Ana Lima may not merge accounts.");
    bench.tell(Msg::Answer(Answer::NotDone(ticket, NotDone::Refused(why))));
    assert_eq!(bench.model.popups.len(), 1);
    assert!(bench.told().contains("may not merge"), "{}", bench.told());
    assert_eq!(written(bench.keys("y")).len(), 1);
}

#[test]
fn with_no_account_like_it_the_popup_says_what_else_there_is() {
    let mut bench = unanswered();
    let (ticket, _) = twins_asked(bench.keys("M"));
    bench.tell(Msg::Answer(Answer::Twins(ticket, Vec::new().into())));
    let shown = bench.shot().text();
    assert!(shown.contains("No account has a name or a domain like"), "{shown}");
    assert_eq!(written(bench.keys("y")), []);
    bench.keys("M");
    assert!(bench.model.popups.is_empty(), "the key that opened it closes it");
}

//! The front door under scripts of keys, as pictures, and what it asks the desk for.

use std::path::Path;

use super::*;
use crate::desk::{HeldBack, Receipt};
use crate::domain::account::{Relation, Tier};
use crate::domain::ids::GestureId;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::Instant;
use crate::tui::answer::{Done, NotDone};
use crate::tui::effect::{Load, Write};
use crate::tui::msg::Msg;
use crate::tui::sample::{Bench, bench};

/// What the worker would answer for the sample desk; none where it answers later.
pub(in crate::tui) fn sample(load: &FrontLoad) -> Option<FrontAnswer> {
    Some(match load {
        FrontLoad::Accounts(Look::Held) => FrontAnswer::Held(vec![volume(2), volume(0)]),
        FrontLoad::Accounts(look) => FrontAnswer::Accounts(*look, vec![looked(14), looked(15)], 2),
        FrontLoad::Account(id) => {
            let account = Account {
                id: *id,
                name: "Rookery Lane Games".into(),
                tier: Tier::Two,
                relation: Relation::PastProspect,
                ..Account::default()
            };
            let lines = [
                "Research before handing off: rule 9, Tier 2, committee not visible",
                "Committee: 1 with decision authority",
            ];
            FrontAnswer::Account(Box::new(account), lines.map(str::to_owned).to_vec())
        }
        FrontLoad::InForce => FrontAnswer::InForce(Box::new(InForce {
            name: "default".into(),
            hash: "becc91532198ff22".into(),
            adoption: None,
            last: None,
        })),
        FrontLoad::Try(..) | FrontLoad::Stop => return None,
    })
}

/// A type whose cap holds so many back.
fn volume(count: i64) -> Volume {
    let held = |id: i64| HeldBack {
        account: AccountId(id),
        company: if id == 14 { "Rookery Lane Games" } else { "Saltmarsh Seafoods" }.into(),
        tier: Tier::Two,
        score: 61,
        why: "tier 2 with score 61 came after the 20 that the cap lets through in November 2026"
            .into(),
    };
    Volume {
        kind: if count > 0 { "tier2" } else { "mql" }.into(),
        label: if count > 0 { "Tier 2 handoff" } else { "Marketing-qualified lead" }.into(),
        month: "November 2026".into(),
        cap: 20,
        flagged: if count > 0 { 20 } else { 3 },
        held_back: (14..14 + count).map(held).collect(),
    }
}

fn looked(id: i64) -> Looked {
    Looked {
        account: AccountId(id),
        company: if id == 14 { "Rookery Lane Games" } else { "Saltmarsh Seafoods" }.into(),
        tier: Tier::Two,
        score: 41,
        kind: None,
        rule: "Tier 2, committee not visible".into(),
        reason: "Used the ROI calculator, Attended a webinar, Wed 11 Nov to Thu 19 Nov".into(),
        missing: vec!["at least 2 with decision authority: 1".into()],
        at: Instant(0),
    }
}

fn write_of(bench: &mut Bench) -> (crate::tui::effect::Ticket, FrontWrite) {
    let asked = bench.asked().into_iter().find_map(|effect| match effect {
        Effect::Write(ticket, Write::Front(write)) => Some((ticket, write)),
        _ => None,
    });
    asked.unwrap()
}

fn typed(bench: &mut Bench, text: &str) {
    for letter in text.chars() {
        let key = if letter == ' ' { "Space".to_owned() } else { letter.to_string() };
        bench.keys(&key);
    }
}

#[test]
fn accounts_to_look_at_say_what_is_missing_and_what_can_be_done() {
    let mut bench = bench(1, 120, 30);
    bench.keys("W").shot().is_as_kept("accounts_research");
    bench.keys("Enter").shot().is_as_kept("accounts_why");
    bench.keys("n");
    assert!(bench.shot().text().contains("A-14 Rookery Lane Games"));
    bench.keys("Esc W Enter e");
    assert!(bench.shot().text().contains("Edit the account · A-14 Rookery Lane Games"));
}

#[test]
fn what_a_cap_holds_back_is_told_by_type_and_one_is_let_through_for_a_reason() {
    let mut bench = bench(1, 120, 30);
    let shot = bench.keys("W Tab").shot().text();
    for told in [
        "Tier 2 handoff: 20 of 20 flagged in November 2026, 2 held back",
        "Rookery Lane Games",
        "next to come",
    ] {
        assert!(shot.contains(told), "{told}: {shot}");
    }
    bench.keys("Enter").shot().is_as_kept("accounts_held_why");
    bench.keys("S Ctrl-s");
    let none = bench.asked().into_iter().any(|effect| matches!(effect, Effect::Write(..)));
    assert!(!none, "a reason is needed");
    typed(&mut bench, "the board asked");
    bench.shot().is_as_kept("let_through");
    bench.keys("Ctrl-s");
    let (ticket, write) = write_of(&mut bench);
    let reason = "the board asked".to_owned();
    assert_eq!(write, FrontWrite::LetThrough { account: AccountId(14), reason });
    // Refused, it stays with what was typed.
    let why = Refusal::new(RefusalKind::NotPermitted, "Sam Ortiz (AE) may not do that.");
    bench.tell(Msg::Answer(Answer::NotDone(ticket, NotDone::Refused(why))));
    let shot = bench.shot().text();
    assert!(shot.contains("may not do that") && shot.contains("the board asked"), "{shot}");
    bench.keys("Ctrl-s");
    let (ticket, _) = write_of(&mut bench);
    let receipt = Receipt {
        gesture: GestureId(9),
        label: "let Rookery Lane Games through the cap of Tier 2 handoff".into(),
        done: Vec::new(),
        refused: Vec::new(),
    };
    bench.tell(Msg::Answer(Answer::Done(ticket, Done { receipt, is_new: true })));
    assert!(bench.told().starts_with("Let Rookery Lane Games through the cap"));
    // The list was read again, and is there for the next one.
    assert_eq!(bench.model.popups.len(), 1);
}

#[test]
fn a_new_handoff_asks_for_what_its_type_needs() {
    let mut bench = bench(1, 120, 40);
    bench.keys("n");
    typed(&mut bench, "tier1");
    bench.keys("Enter").shot().is_as_kept("new_handoff");
    typed(&mut bench, "They called");
    bench.keys("Ctrl-s");
    let (ticket, write) = write_of(&mut bench);
    let FrontWrite::New { account, draft } = write else { panic!("{write:?}") };
    assert!(account.starts_with("A-"), "{account}");
    assert_eq!((draft.kind.as_str(), draft.reason.as_deref()), ("tier1", Some("They called")));
    // Refused, it stays with what was typed and says why.
    let why = Refusal::new(RefusalKind::NotLegal, "H-7 is open for the same account and type.");
    bench.tell(Msg::Answer(Answer::NotDone(ticket, NotDone::Refused(why))));
    let shot = bench.shot().text();
    assert!(
        shot.contains("H-7 is open for the same account") && shot.contains("They called"),
        "{shot}"
    );
}

#[test]
fn an_accounts_fields_are_edited_and_a_wrong_one_is_told_at_its_field() {
    let mut bench = bench(1, 120, 40);
    bench.keys("E Tab Tab Tab Tab Tab");
    typed(&mut bench, "lots");
    bench.keys("Ctrl-s").shot().is_as_kept("edit_account");
    assert!(bench.asked().iter().all(|effect| !matches!(effect, Effect::Write(..))));
    bench.keys("Ctrl-u");
    typed(&mut bench, "900");
    bench.keys("Ctrl-s");
    let (ticket, write) = write_of(&mut bench);
    let FrontWrite::Account { fields, .. } = write else { panic!("{write:?}") };
    assert_eq!(fields, BTreeMap::from([("employees".to_owned(), "900".to_owned())]));
    let receipt = Receipt {
        gesture: GestureId(9),
        label: "edited Acme Inc: Employees: 450 → 900".into(),
        done: Vec::new(),
        refused: Vec::new(),
    };
    bench.tell(Msg::Answer(Answer::Done(ticket, Done { receipt, is_new: false })));
    assert_eq!(bench.told(), "Edited Acme Inc: Employees: 450 → 900");
    assert!(bench.model.popups.is_empty());
}

#[test]
fn a_policy_is_tried_beside_the_screen_and_can_be_stopped() {
    let mut bench = bench(1, 110, 30);
    bench.keys("T");
    typed(&mut bench, "strict.toml");
    bench.keys("Tab Ctrl-u 9 9 Ctrl-s");
    assert!(bench.shot().text().contains("\"99\" is not a number from 1 to 60"));
    bench.keys("Ctrl-u 2 Ctrl-s");
    let tried = |bench: &mut Bench| {
        bench.asked().into_iter().find_map(|effect| match effect {
            Effect::Load(Load::Front(ticket, FrontLoad::Try(file, 2))) => Some((ticket, file)),
            _ => None,
        })
    };
    let (ticket, file) = tried(&mut bench).unwrap();
    assert_eq!(file, Path::new("strict.toml"));
    bench.tell(Msg::Answer(Answer::Front(ticket, FrontAnswer::Replayed(2_000))));
    bench.shot().is_as_kept("policy_running");
    bench.keys("Esc");
    let stopped = |effect: &Effect| matches!(effect, Effect::Load(Load::Front(_, FrontLoad::Stop)));
    assert!(bench.asked().iter().any(stopped));
    // What comes late is nobody's; what is asked again is shown and can be scrolled and left.
    let late = FrontAnswer::Tried(vec!["too late".into()]);
    bench.tell(Msg::Answer(Answer::Front(ticket, late)));
    bench.keys("Ctrl-s");
    let (ticket, _) = tried(&mut bench).unwrap();
    let lines = (1..60).map(|n| format!("line {n}")).collect();
    bench.tell(Msg::Answer(Answer::Front(ticket, FrontAnswer::Tried(lines))));
    bench.keys("G");
    let shot = bench.shot().text();
    assert!(shot.contains("line 59") && !shot.contains("too late"), "{shot}");
    bench.keys("Esc");
    assert!(bench.shot().text().contains("Changed policy"), "the form is there to try again");
}

//! What a scheduler does for nobody in particular: an evaluation by whoever operates the machine.

use rstest::rstest;

use super::office::Office;
use crate::domain::clock::ClockName;
use crate::domain::handoff::{Day, Handoff};
use crate::domain::ids::HandoffId;
use crate::domain::stage::Stage;
use crate::domain::time::parse_instant;

/// Nothing of it is put down to a person.
fn names_nobody(handoff: &Handoff) {
    assert_eq!(
        (handoff.sender, handoff.co_owner.as_ref(), handoff.outcome.as_ref()),
        (None, None, None)
    );
    for pause in handoff.clocks.iter().flat_map(|clock| &clock.pauses) {
        assert_eq!(pause.by, None, "{pause:?}");
    }
}

/// Tier 2 that is ready joins a batch, in time for its review or for that of the week after.
#[rstest]
#[case::before_the_cut_off("2026-11-12T10:00-05:00", "2026-11-16")]
#[case::on_the_day_of_the_cut_off("2026-11-13T18:00-05:00", "2026-11-23")]
#[case::at_the_weekend("2026-11-14T10:00-05:00", "2026-11-23")]
#[case::on_the_morning_of_the_review("2026-11-16T09:00-05:00", "2026-11-23")]
fn what_it_sends_waits_for_its_batch(#[case] now: &str, #[case] reviewed: &str) {
    let mut office = Office::new();
    office.at(now);
    office.import(
        "more.csv",
        "account_domain,name,title,email,buying_role,authority\n\
         globex.example,Carl Moss,CTO,carl@globex.example,champion,yes\n",
    );
    for kind in ["pricing_visit", "roi_calculator", "key_page_visit"] {
        office.signal("globex.example", kind);
    }
    let found = office.evaluate_as(None);
    assert_eq!((found.flagged.get("tier2"), found.submitted), (Some(&1), 2), "{found:?}");
    let ids: Vec<_> = (1..=10).map(HandoffId).collect();
    let all = office.desk.store.handoffs(&ids).unwrap();
    all.iter().for_each(names_nobody);
    let handoff = all.iter().find(|one| one.kind == "tier2").unwrap();
    assert_eq!(handoff.stage, Stage::Queued);
    assert!(handoff.day(Day::Batch).is_some());
    let assign = handoff.clocks.iter().find(|clock| clock.name == ClockName::Assign).unwrap();
    let review = parse_instant(&format!("{reviewed}T17:00-05:00"));
    assert_eq!(Ok(assign.due), review);
}

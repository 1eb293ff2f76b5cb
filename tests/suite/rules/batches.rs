//! `DOMAIN.md 10` as the rules see it: which handoffs go by the weekly batch, with which week, and that triage of them is
//! owed with the review.

use handoff_desk::domain::batch::{Dates, Week};
use handoff_desk::domain::clock::ClockName;
use handoff_desk::domain::command::Command;
use handoff_desk::domain::handoff::{Day, Decision};
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR, MINUTE};
use proptest::prelude::*;
use rstest::rstest;

use super::cast::{
    Case, DANA, MARK, MIA, MONDAY, VERA, assign, day, defer, dispute, give_back, pause, resume,
    verdict,
};

/// The Monday of the batch, and by when triage is owed.
fn stands(case: &Case) -> (String, String) {
    let monday = case.handoff.day(Day::Batch).map(|day| day.to_string()).unwrap_or_default();
    (monday, case.told(ClockName::Assign).last().cloned().unwrap_or_default())
}

#[track_caller]
fn is(case: &Case, monday: &str, assign: &str) {
    assert_eq!(stands(case), (monday.to_owned(), assign.to_owned()));
}

/// The cut-off is Friday at 17:00, the review the Monday after; Thanksgiving week has Friday morning off in no shipped
/// calendar.
#[rstest]
#[case::early(MONDAY, "2026-11-16", "Mon 23 Nov 17:00")]
#[case::a_moment_before_the_cut_off("2026-11-20T16:59:59-05:00", "2026-11-16", "Mon 23 Nov 17:00")]
#[case::at_the_cut_off("2026-11-20T17:00-05:00", "2026-11-23", "Mon 30 Nov 17:00")]
#[case::over_the_weekend("2026-11-21T12:00-05:00", "2026-11-23", "Mon 30 Nov 17:00")]
fn what_is_submitted_goes_with_the_week_and_is_owed_with_its_review(
    #[case] at: &str,
    #[case] monday: &str,
    #[case] due: &str,
) {
    let mut case = Case::flagged("tier2", at);
    case.does(MIA, Command::Submit);
    is(&case, monday, &format!("assign 1: manager runs, due {due}"));
}

/// What was flagged in time goes with its week as long as that is not reviewed, though its package came late.
#[rstest]
#[case::after_the_cut_off("2026-11-21T12:00-05:00", "2026-11-16", "Mon 23 Nov 17:00")]
#[case::on_the_day_of_the_review("2026-11-23T16:59-05:00", "2026-11-16", "Mon 23 Nov 17:00")]
#[case::once_it_is_reviewed("2026-11-23T17:00-05:00", "2026-11-23", "Mon 30 Nov 17:00")]
fn a_late_package_goes_with_its_own_week(
    #[case] at: &str,
    #[case] monday: &str,
    #[case] due: &str,
) {
    let mut case = Case::flagged("tier2", MONDAY);
    case.handoff.days.insert(Day::Batch, day("2026-11-16"));
    case.on(at).does(MIA, Command::Submit);
    is(&case, monday, &format!("assign 1: manager runs, due {due}"));
}

/// What comes back after the cut-off goes with the next batch.
#[rstest]
#[case::in_time("2026-11-20T16:59-05:00", "2026-11-16", "Mon 23 Nov 17:00")]
#[case::after_the_cut_off("2026-11-20T17:00-05:00", "2026-11-23", "Mon 30 Nov 17:00")]
fn what_comes_back_goes_with_the_next_week_after_the_cut_off(
    #[case] at: &str,
    #[case] monday: &str,
    #[case] due: &str,
) {
    let mut case = Case::of_type_at("tier2", Stage::Queued);
    case.does(DANA, give_back("No news in it"));
    case.on(at).does(MIA, Command::Resubmit { fields: Default::default() });
    is(&case, monday, &format!("assign 2: manager runs, due {due}"));
}

#[test]
fn what_is_put_off_goes_with_the_week_that_is_reviewed_then() {
    let mut case = Case::of_type_at("tier2", Stage::Queued);
    case.does(MARK, defer("2026-11-30"));
    assert_eq!(case.handoff.day(Day::Defer), Some(day("2026-11-30")));
    is(&case, "2026-11-23", "assign 1: manager runs, due Mon 30 Nov 17:00");
    // Put off to a day between two reviews it goes with the one after it; put forward again, with the earlier one.
    case.after(HOUR).does(MARK, defer("2026-12-02"));
    is(&case, "2026-11-30", "assign 1: manager runs, due Mon 7 Dec 17:00");
    case.after(HOUR).does(MARK, defer("2026-11-20"));
    is(&case, "2026-11-16", "assign 1: manager runs, due Mon 23 Nov 17:00");
    let mut tier1 = Case::of_type_at("tier1", Stage::Queued);
    tier1.does(DANA, defer("2026-11-30"));
    assert_eq!(tier1.handoff.day(Day::Batch), None, "no other type has a batch");
}

/// A dispute that ends in time leaves it in its batch; later it goes with the next.
#[rstest]
#[case::in_time("2026-11-19T10:00-05:00", "2026-11-16", "Mon 23 Nov 17:00")]
#[case::after_the_cut_off("2026-11-21T12:00-05:00", "2026-11-23", "Mon 30 Nov 17:00")]
#[case::after_the_review("2026-11-24T12:00-05:00", "2026-11-23", "Mon 30 Nov 17:00")]
fn what_was_disputed_goes_back_to_a_batch(
    #[case] at: &str,
    #[case] monday: &str,
    #[case] due: &str,
) {
    let mut case = Case::of_type_at("tier2", Stage::Queued);
    case.on("2026-11-17T10:00-05:00").does(DANA, dispute());
    case.on(at);
    case.does(DANA, verdict(Decision::Queue));
    case.does(VERA, verdict(Decision::Queue));
    is(&case, monday, &format!("assign 1: manager runs, due {due}"));
}

#[test]
fn other_types_go_by_no_batch() {
    let case = Case::of_type_at("tier1", Stage::Queued);
    is(&case, "", "assign 1: vp_sales runs, due Mon 16 Nov 17:00");
}

/// A promise that is held is owed with the review once it runs on, unless it was held for longer; one that is late
/// already is mended by no batch.
#[test]
fn a_held_promise_waits_too_and_a_late_one_stays_late() {
    let mut case = Case::of_type_at("tier2", Stage::Queued);
    case.after(8 * DAY);
    assert!(case.clock(ClockName::Assign).is_breached(case.now));
    let pauses = case.clock(ClockName::Assign).pauses.clone();
    case.does(MARK, defer("2026-12-07"));
    assert_eq!(case.clock(ClockName::Assign).pauses, pauses, "nor does it wait for anything");
    is(&case, "2026-11-30", "assign 1: manager runs, due Mon 23 Nov 17:00");
    let mut held = Case::of_type_at("tier2", Stage::Queued);
    held.after(HOUR).does(MARK, pause(Some(ClockName::Assign), "Waiting for marketing"));
    held.after(HOUR).does(MARK, defer("2026-11-30"));
    let mut longer = held.clone();
    held.after(HOUR).does(MARK, resume(Some(ClockName::Assign)));
    is(&held, "2026-11-23", "assign 1: manager runs, due Mon 30 Nov 17:00");
    longer.on("2026-12-01T10:00-05:00").does(MARK, resume(Some(ClockName::Assign)));
    is(&longer, "2026-11-23", "assign 1: manager runs, due Tue 1 Dec 17:00");
}

/// The leg of whoever has it counts by their own calendar, and the account's view by the team's, whoever that is.
#[test]
fn a_first_touch_counts_by_the_calendar_of_whoever_owes_it() {
    let mut case = Case::with_people("tier2", MONDAY, &super::cast::POLICY, |people, _| {
        let sam = people.iter_mut().find(|person| person.id == super::cast::SAM).unwrap();
        sam.calendar = Some("always".to_owned());
    });
    case.does(MIA, Command::Submit);
    case.does(MARK, assign(super::cast::SAM));
    let legs = case.handoff.clocks.iter().filter(|clock| clock.name == ClockName::FirstTouch);
    let mut calendars: Vec<_> = legs.map(|leg| (leg.end_to_end, leg.calendar.as_str())).collect();
    calendars.sort_unstable();
    assert_eq!(calendars, [(false, "always"), (true, super::cast::POLICY.calendar.as_str())]);
}

/// Who routes it before the review keeps the promise of the batch.
#[test]
fn triage_before_the_review_keeps_the_promise() {
    let mut case = Case::of_type_at("tier2", Stage::Queued);
    case.on("2026-11-19T10:00-05:00").does(MARK, assign(super::cast::SAM));
    is(&case, "2026-11-16", "assign 1: manager met, due Thu 19 Nov 17:00");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whenever it is submitted, disputed and decided, triage is owed with the review of its batch, or later where more of
    /// its own time is left than there is until then; no deferral brings it nearer than that.
    #[test]
    fn triage_is_owed_with_the_review_whatever_came_before(
        submitted in 0..21 * 24 * 60_i64,
        disputed in 0..7 * 24 * 60_i64,
        decided in 0..14 * 24 * 60_i64,
        deferred in proptest::option::of(1..30_u64),
    ) {
        let with_the_review = |case: &Case| -> Result<(), TestCaseError> {
            let assign = case.clock(ClockName::Assign);
            let week = Week::of(case.handoff.day(Day::Batch).unwrap());
            let review = Dates::of(week, case.policy).review;
            let days = case.policy.calendar(&assign.calendar).unwrap();
            let left = days.business_ms(case.now, assign.due);
            let fits = left <= days.business_ms(case.now, review);
            prop_assert!(
                assign.due == review || (assign.due > review && !fits),
                "{:?} for the review at {review}, now {}", assign, case.now
            );
            Ok(())
        };
        let mut case = Case::flagged("tier2", MONDAY);
        case.after(submitted * MINUTE).does(MIA, Command::Submit);
        with_the_review(&case)?;
        case.after(disputed * MINUTE);
        if case.clock(ClockName::Assign).is_breached(case.now) {
            return Ok(());
        }
        case.does(DANA, dispute());
        case.after(decided * MINUTE).does(DANA, verdict(Decision::Queue));
        case.does(VERA, verdict(Decision::Queue));
        with_the_review(&case)?;
        if let Some(days) = deferred {
            let today = case.now.utc().with_timezone(&case.policy.zone).date_naive();
            let until = today + chrono::Days::new(days);
            case.does(MARK, defer(&until.to_string()));
            with_the_review(&case)?;
        }
    }
}

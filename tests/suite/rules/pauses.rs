//! `DOMAIN.md 5`, pauses: intervals that are subtracted to the millisecond, by hand, by a dispute, by a date that lies
//! ahead; and that undo no breach.

use handoff_desk::domain::clock::{ClockName, ClockState};
use handoff_desk::domain::command::Command;
use handoff_desk::domain::due::Pause;
use handoff_desk::domain::handoff::{Day, Decision};
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR, Instant, MINUTE};
use handoff_desk::domain::timing::ledger;
use proptest::prelude::*;

use super::cast::{
    ANA, Case, DANA, MIA, MONDAY, POLICY, SAM, VERA, assign, defer, dispose, dispute, instant,
    local, pause, policy, resume, touch, verdict,
};

const WHY: &str = "Waiting for marketing";

#[test]
fn a_pause_is_kept_as_an_interval_with_who_and_why() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(HOUR).does(SAM, pause(Some(ClockName::Accept), WHY));
    let from = case.now;
    assert_eq!(
        case.clock(ClockName::Accept).pauses,
        [Pause { from, to: None, reason: WHY.to_owned(), by: Some(SAM) }]
    );
    assert_eq!(
        case.running(),
        [
            "accept 1: Sam paused, due Tue 17 Nov 10:00",
            "first_touch 1: Sam runs, due Wed 18 Nov 10:00",
            "first_touch account: Sam runs, due Wed 18 Nov 10:00"
        ],
        "only the clock that was named"
    );
    case.after(3 * HOUR + 1).does(SAM, resume(Some(ClockName::Accept)));
    let to = Some(case.now);
    assert_eq!(
        case.clock(ClockName::Accept).pauses,
        [Pause { from, to, reason: WHY.to_owned(), by: Some(SAM) }]
    );
    assert_eq!(case.told(ClockName::Accept), ["accept 1: Sam runs, due Tue 17 Nov 13:00:00.001"]);
}

#[test]
fn a_clock_that_is_held_does_not_breach_and_its_countdown_stands() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(20 * HOUR).does(SAM, pause(None, WHY));
    case.after(10 * DAY);
    let clock = case.clock(ClockName::Accept);
    assert_eq!((clock.is_breached(case.now), clock.left(case.now)), (false, 4 * HOUR));
    case.does(SAM, resume(None));
    assert_eq!(case.clock(ClockName::Accept).left(case.now), 4 * HOUR);
}

#[test]
fn a_pause_after_a_breach_does_not_undo_it() {
    for after in [24 * HOUR, 24 * HOUR + 1, 30 * HOUR] {
        let mut case = Case::at_stage(Stage::Assigned);
        case.after(after).does(SAM, pause(None, WHY));
        assert!(case.clock(ClockName::Accept).is_breached(case.now), "held, {after}");
        case.after(5 * DAY).does(SAM, resume(None));
        assert!(case.clock(ClockName::Accept).is_breached(case.now), "resumed, {after}");
        assert_eq!(local(case.clock(ClockName::Accept).due), "Tue 17 Nov 10:00");
        case.does(SAM, Command::Accept);
        assert_eq!(case.clock(ClockName::Accept).state, ClockState::MetLate, "{after}");
    }
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(24 * HOUR - 1).does(SAM, pause(None, WHY));
    case.after(5 * DAY).does(SAM, resume(None));
    assert_eq!(case.clock(ClockName::Accept).left(case.now), 1, "a millisecond was left");
}

#[test]
fn an_event_that_ends_a_clock_ends_its_open_pause_first() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(6 * HOUR).does(SAM, pause(None, WHY));
    case.after(34 * HOUR).does(SAM, Command::Accept);
    let accept = case.clock(ClockName::Accept);
    assert_eq!((accept.state, accept.pauses[0].to), (ClockState::Met, Some(case.now)));
    assert_eq!(local(accept.due), "Wed 18 Nov 20:00");
    // The same for a clock that no longer applies, and for one that was late before it was held.
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(6 * HOUR).does(SAM, pause(None, WHY));
    case.after(34 * HOUR).does(DANA, assign(ANA));
    assert_eq!(
        case.told(ClockName::Accept),
        [
            "accept 1: Sam cancelled, due Wed 18 Nov 20:00",
            "accept 2: Ana runs, due Thu 19 Nov 02:00"
        ],
        "who comes next is not held for what the last one waited for"
    );
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(25 * HOUR).does(SAM, pause(None, WHY));
    case.after(34 * HOUR).does(DANA, assign(ANA));
    assert!(case.told(ClockName::Accept)[0].contains("Sam breached, due Tue 17 Nov 10:00"));
}

#[test]
fn business_clocks_are_held_in_their_own_hours() {
    let mut case = Case::at_stage(Stage::Queued);
    // From Monday 16:00 to Tuesday 11:00 is one working hour of Monday and two of Tuesday.
    case.on("2026-11-16T16:00-05:00").does(DANA, pause(Some(ClockName::Assign), WHY));
    case.on("2026-11-17T11:00-05:00").does(DANA, resume(Some(ClockName::Assign)));
    assert_eq!(case.told(ClockName::Assign), ["assign 1: vp_sales runs, due Tue 17 Nov 12:00"]);
}

#[test]
fn pauses_that_overlap_count_once() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(HOUR).does(SAM, pause(Some(ClockName::Accept), WHY));
    // Accept is held for one reason, all others for another; then all are held for both.
    case.after(HOUR).does(SAM, pause(None, "Out of office"));
    assert_eq!(case.clock(ClockName::Accept).pauses.len(), 2);
    case.after(HOUR).does(SAM, resume(None));
    assert_eq!(
        case.running(),
        [
            "accept 1: Sam runs, due Tue 17 Nov 12:00",
            "first_touch 1: Sam runs, due Wed 18 Nov 11:00",
            "first_touch account: Sam runs, due Wed 18 Nov 11:00"
        ]
    );
}

#[test]
fn a_dispute_holds_what_runs_and_its_decision_lets_it_run_on() {
    let mut case = Case::at_stage(Stage::Queued);
    case.after(HOUR).does(DANA, dispute());
    assert_eq!(
        case.running(),
        [
            "assign 1: vp_sales paused, due Mon 16 Nov 17:00",
            "decide 1: both VPs runs, due Wed 18 Nov 17:00"
        ]
    );
    case.after(2 * HOUR).does(DANA, verdict(Decision::Queue));
    case.does(VERA, verdict(Decision::Queue));
    assert_eq!(case.running(), ["assign 1: vp_sales runs, due Tue 17 Nov 11:00"]);
    assert_eq!(case.told(ClockName::Decide), ["decide 1: both VPs met, due Wed 18 Nov 17:00"]);
}

#[test]
fn what_was_held_by_hand_stays_held_when_a_dispute_ends() {
    let mut case = Case::at_stage(Stage::Queued);
    case.after(HOUR).does(DANA, pause(None, WHY));
    case.after(HOUR).does(DANA, dispute());
    assert_eq!(case.clock(ClockName::Assign).pauses.len(), 2);
    case.after(HOUR).does(DANA, verdict(Decision::Queue));
    case.does(VERA, verdict(Decision::Queue));
    assert_eq!(case.running(), ["assign 1: vp_sales paused, due Mon 16 Nov 17:00"]);
    assert_eq!(case.clock(ClockName::Assign).left(case.now), 6 * HOUR);
    case.after(HOUR).does(DANA, resume(None));
    assert_eq!(case.running(), ["assign 1: vp_sales runs, due Tue 17 Nov 12:00"], "three hours");
}

#[test]
fn a_pause_by_hand_ends_by_hand_whatever_its_reason() {
    for reason in ["disputed", "Disputed", " disputed "] {
        let mut case = Case::at_stage(Stage::Queued);
        case.after(HOUR).does(DANA, pause(None, reason));
        case.after(HOUR).does(DANA, dispute());
        case.after(HOUR).does(DANA, verdict(Decision::Queue));
        case.does(VERA, verdict(Decision::Queue));
        assert_eq!(case.clock(ClockName::Assign).state, ClockState::Paused, "{reason}");
        case.after(HOUR).does(DANA, resume(None));
        let due = ["assign 1: vp_sales runs, due Tue 17 Nov 12:00"];
        assert_eq!(case.running(), due, "{reason}");
    }
}

#[test]
fn there_must_be_something_to_hold_or_to_let_run_and_a_reason() {
    let mut case = Case::at_stage(Stage::Assigned);
    let nothing = |case: &Case, command| case.refuses(SAM, &command, RefusalKind::Nothing);
    assert_eq!(nothing(&case, resume(None)), "There is no paused clock here.");
    assert_eq!(
        nothing(&case, resume(Some(ClockName::Accept))),
        "There is no paused accept clock here."
    );
    assert_eq!(
        nothing(&case, pause(Some(ClockName::Work), WHY)),
        "There is no running work clock here."
    );
    assert_eq!(
        case.refuses(SAM, &pause(None, "  "), RefusalKind::Missing),
        "The reason is missing. Write a few words; they are kept in the record."
    );
    case.does(SAM, pause(None, WHY));
    assert_eq!(nothing(&case, pause(None, WHY)), "There is no running clock here.");
}

#[test]
fn a_deferral_moves_the_assignment_to_the_day_and_the_last_one_counts() {
    let mut case = Case::at_stage(Stage::Queued);
    // Seven hours were promised on Monday, and they are owed after midnight of the day: until 16:00.
    case.does(DANA, defer("2026-11-20"));
    assert_eq!(case.handoff.day(Day::Defer), Some(super::cast::day("2026-11-20")));
    assert_eq!(case.running(), ["assign 1: vp_sales runs, due Fri 20 Nov 16:00"]);
    let reason = &case.clock(ClockName::Assign).pauses[0].reason;
    assert_eq!(reason, "deferred to 2026-11-20: After their board");
    // An hour later it is taken up a day earlier.
    case.after(HOUR).does(DANA, defer("2026-11-19"));
    assert_eq!(case.handoff.day(Day::Defer), Some(super::cast::day("2026-11-19")));
    assert_eq!(case.running(), ["assign 1: vp_sales runs, due Thu 19 Nov 16:00"]);
    case.after(HOUR).does(DANA, defer("2026-11-24"));
    assert_eq!(case.running(), ["assign 1: vp_sales runs, due Tue 24 Nov 16:00"]);
    // Assigned at once after all: kept in time, with the wait cut short.
    case.after(HOUR).does(DANA, assign(SAM));
    assert_eq!(case.handoff.day(Day::Defer), None);
    let assign = case.clock(ClockName::Assign);
    assert_eq!((assign.state, local(assign.due)), (ClockState::Met, "Tue 17 Nov 12:00".to_owned()));
    assert!(assign.pauses.iter().all(|pause| pause.to.is_some_and(|to| to <= case.now)));
}

#[test]
fn a_deferral_of_what_is_late_already_undoes_no_breach() {
    let mut case = Case::at_stage(Stage::Queued);
    case.on("2026-11-16T17:00-05:00").does(DANA, defer("2026-11-20"));
    assert_eq!(case.running(), ["assign 1: vp_sales runs, due Mon 16 Nov 17:00"]);
    assert!(case.clock(ClockName::Assign).is_breached(case.now));
}

#[test]
fn a_deferral_counts_while_the_clock_is_held() {
    let mut case = Case::at_stage(Stage::Queued);
    case.does(DANA, pause(None, WHY));
    // The stored due time has passed, but the clock was held before it.
    case.on("2026-11-17T10:00-05:00").does(DANA, defer("2026-11-20"));
    case.after(HOUR).does(DANA, resume(None));
    assert_eq!(case.running(), ["assign 1: vp_sales runs, due Fri 20 Nov 16:00"]);
}

#[test]
fn a_day_that_was_named_for_the_queue_is_gone_once_it_leaves_the_queue() {
    for leave in [super::cast::give_back("No news"), dispose("DUPLICATE", &[("other", "H-7")])] {
        let mut case = Case::at_stage(Stage::Queued);
        case.does(DANA, defer("2026-11-20"));
        case.after(HOUR).does(DANA, leave);
        assert_eq!(case.handoff.day(Day::Defer), None);
    }
    let mut case = Case::at_stage(Stage::Queued);
    case.does(DANA, defer("2026-11-20"));
    case.after(HOUR).does(DANA, dispute());
    case.does(DANA, verdict(Decision::Queue));
    case.does(VERA, verdict(Decision::Queue));
    assert!(case.handoff.day(Day::Defer).is_some(), "still in the queue, still for that day");
    assert_eq!(case.running(), ["assign 1: vp_sales runs, due Fri 20 Nov 16:00"]);
}

#[test]
fn a_deferral_names_a_day_of_the_coming_year() {
    let case = Case::at_stage(Stage::Queued);
    for (day, good) in [
        ("2026-11-15", false),
        ("2026-11-16", false),
        ("2026-11-17", true),
        ("2027-11-17", true),
        ("2027-11-18", false),
    ] {
        assert_eq!(case.asks(DANA, &defer(day)).is_ok(), good, "{day}");
    }
    assert_eq!(
        case.refuses(DANA, &defer("2026-11-16"), RefusalKind::Missing),
        "It can't be deferred to 2026-11-16: that is not a day of the coming year. \
         Choose a day from 2026-11-17 to 2027-11-17."
    );
}

#[test]
fn a_meeting_beyond_the_target_holds_the_work_until_then() {
    let mut case = Case::at_stage(Stage::Working);
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam runs, due Mon 7 Dec 10:00"]);
    let book = |at: &str| dispose("MEETING", &[("meeting_at", at)]);
    case.does(SAM, book("2026-12-07T10:00-05:00"));
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam runs, due Mon 7 Dec 10:00"], "not beyond");
    case.after(DAY).does(SAM, book("2026-12-17T10:00-05:00"));
    // Thirty days of waiting, from Tuesday 17 November to Thursday 17 December.
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam runs, due Wed 6 Jan 10:00"]);
    // The meeting is moved to a day within the target: all that was waited for was the two days in between.
    case.after(2 * DAY).does(SAM, book("2026-12-01T10:00-05:00"));
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam runs, due Wed 9 Dec 10:00"]);
    case.does(SAM, book("2026-12-19T10:00-05:00"));
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam runs, due Fri 8 Jan 10:00"]);
    // Nobody came, or it was called off: nothing is waited for any more.
    case.after(DAY).does(SAM, dispose("NOSHOW", &[]));
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam runs, due Thu 10 Dec 10:00"]);
}

/// A wait that would end now is none, and is not kept.
#[test]
fn a_wait_until_now_is_none() {
    use handoff_desk::domain::timing::{Timing, wait_until};
    let case = Case::at_stage(Stage::Queued);
    let timing = Timing {
        policy: case.policy,
        kind: case.kind(),
        assignee: None,
        sender: None,
        at: case.now,
        by: Some(DANA),
    };
    let waits =
        |until| wait_until(&case.handoff, ClockName::Assign, until, WHY, &timing).unwrap().len();
    assert_eq!([case.now.plus(-1), case.now, case.now.plus(1)].map(waits), [0, 0, 1]);
}

#[test]
fn a_meeting_within_the_target_holds_nothing_whatever_else_is_due_before_it() {
    let mut case = Case::at_stage(Stage::Working);
    // The report is due in a week, the work in three, the meeting in between.
    case.does(SAM, dispose("MEETING", &[("meeting_at", "2026-11-26T10:00-05:00")]));
    assert_eq!(case.clock(ClockName::Work).pauses, []);
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam runs, due Mon 7 Dec 10:00"]);
}

#[test]
fn a_meeting_booked_after_the_breach_undoes_nothing() {
    let mut case = Case::at_stage(Stage::Working);
    case.on("2026-12-07T10:00-05:00");
    case.does(SAM, dispose("MEETING", &[("meeting_at", "2026-12-17T10:00-05:00")]));
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam runs, due Mon 7 Dec 10:00"]);
    assert!(case.clock(ClockName::Work).is_breached(case.now));
}

#[test]
fn the_ledger_of_a_stored_clock_tells_its_stored_due_time() {
    let mut case = Case::at_stage(Stage::Queued);
    case.after(HOUR).does(DANA, pause(None, WHY));
    case.after(30 * HOUR).does(DANA, resume(None));
    let clock = case.clock(ClockName::Assign);
    let told = ledger(clock, &POLICY, None, case.now).unwrap();
    assert_eq!(told.due, clock.due);
    assert_eq!(told.paused.len(), 1);
    assert_eq!(told.paused[0].counted_ms, 6 * HOUR + 8 * HOUR, "Monday 11 to 17, Tuesday 9 to 17");
}

/// Types whose promises cover each form of target: elapsed, business days, same day, weekday, working hours.
fn hours_of_work() -> &'static handoff_desk::domain::policy::Policy {
    static RULES: std::sync::LazyLock<&handoff_desk::domain::policy::Policy> =
        std::sync::LazyLock::new(|| {
            policy(
                "[types.mql.clocks]\nfirst_touch = { target = \"13h\", calendar = \"office\" }\n",
            )
        });
    &RULES
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// `what was left` is the clock's own time between now and its due time.
    #[test]
    fn pausing_then_resuming_keeps_what_was_left(
        kind in proptest::sample::select(vec!["tier1", "tier2", "intent", "inbound", "mql"]),
        start in 0..40 * 24 * 60 * 60_000i64,
        before in 1..50 * 60 * 60_000i64,
        held in 1..20 * 24 * 60 * 60_000i64,
    ) {
        let start = instant("2026-10-20T00:00-04:00").plus(start);
        let mut case = Case::drawn_up(kind, &start.to_string(), hours_of_work(), |_| {});
        case.does(MIA, Command::Submit);
        let taker = case.taker();
        case.does(DANA, assign(taker));
        case.after(before);
        let left = |case: &Case| -> Vec<i64> {
            case.handoff.clocks.iter().filter(|clock| clock.is_open()).map(|clock| {
                let own = case.policy.calendar(&clock.calendar).unwrap();
                if clock.is_breached(case.now) { -1 } else { own.business_ms(case.now, clock.due) }
            }).collect()
        };
        let were: Vec<Instant> = case.handoff.clocks.iter().map(|clock| clock.due).collect();
        let had = left(&case);
        case.does(taker, pause(None, WHY));
        case.after(held).does(taker, resume(None));
        prop_assert_eq!(left(&case), had);
        for (clock, was) in case.handoff.clocks.iter().zip(were) {
            prop_assert!(clock.due >= was, "a pause never brings a promise nearer");
            // Beyond the pause itself: the weekends and holidays that the moved days meet.
            prop_assert!(clock.due <= was.plus(held + 7 * DAY), "nor moves it on without end");
        }
        case.after(MINUTE).does(taker, touch());
    }
}

#[test]
fn the_cast_works_on_a_monday() {
    assert_eq!(local(instant(MONDAY)), "Mon 16 Nov 10:00");
}

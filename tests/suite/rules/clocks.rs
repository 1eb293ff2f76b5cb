//! `DOMAIN.md 5`, "rules that people get wrong": legs and end-to-end clocks, late ones, reports, work, the package
//! before a meeting, onboarding, and events of one transaction in any order.

use handoff_desk::domain::clock::{Clock, ClockEvent, ClockName, ClockState, Op};
use handoff_desk::domain::command::Command;
use handoff_desk::domain::handoff::{Moment, TouchOutcome};
use handoff_desk::domain::policy::Policy;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR, MINUTE};
use handoff_desk::domain::timing::{Timing, effects, fire, ledger};
use proptest::prelude::*;
use rstest::rstest;

use super::cast::{
    ANA, Case, DANA, KIM, LEE, MARK, MIA, MONDAY, POLICY, SAM, assign, dispose, edit, give_back,
    instant, note, policy, replied, resume, touch, touched,
};

#[test]
fn a_first_assignment_starts_the_assignees_clocks_and_the_accounts_own() {
    let case = Case::at_stage(Stage::Assigned);
    assert_eq!(case.told(ClockName::Accept), ["accept 1: Sam runs, due Tue 17 Nov 10:00"]);
    assert_eq!(
        case.told(ClockName::FirstTouch),
        [
            "first_touch account: Sam runs, due Wed 18 Nov 10:00",
            "first_touch 1: Sam runs, due Wed 18 Nov 10:00"
        ]
    );
    assert_eq!(case.told(ClockName::Assign), ["assign 1: vp_sales met, due Mon 16 Nov 17:00"]);
    assert_eq!(case.told(ClockName::Deliver), ["deliver 1: marketing met, due Tue 17 Nov 10:00"]);
    assert_eq!(case.running_names(), ["accept", "first_touch"]);
}

#[test]
fn another_assignee_starts_new_legs_and_the_old_ones_stay_in_the_record() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(20 * HOUR).does(DANA, assign(ANA));
    assert_eq!(
        case.told(ClockName::Accept),
        [
            "accept 1: Sam cancelled, due Tue 17 Nov 10:00",
            "accept 2: Ana runs, due Wed 18 Nov 06:00"
        ]
    );
    assert_eq!(
        case.told(ClockName::FirstTouch),
        [
            // The account has waited since Monday, whoever has it now.
            "first_touch account: Ana runs, due Wed 18 Nov 10:00",
            "first_touch 1: Sam cancelled, due Wed 18 Nov 10:00",
            "first_touch 2: Ana runs, due Thu 19 Nov 06:00"
        ]
    );
    case.after(HOUR).does(ANA, touch());
    assert_eq!(
        case.told(ClockName::FirstTouch),
        [
            "first_touch account: Ana met, due Wed 18 Nov 10:00",
            "first_touch 1: Sam cancelled, due Wed 18 Nov 10:00",
            "first_touch 2: Ana met, due Thu 19 Nov 06:00"
        ]
    );
}

#[test]
fn a_breach_is_charged_to_the_leg_that_used_the_time_up() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(47 * HOUR).does(DANA, assign(ANA));
    // Sam never accepted; Ana has an hour left of what the account was promised.
    assert_eq!(
        case.told(ClockName::Accept),
        [
            "accept 1: Sam breached, due Tue 17 Nov 10:00",
            "accept 2: Ana runs, due Thu 19 Nov 09:00"
        ]
    );
    case.after(2 * HOUR).does(ANA, touch());
    assert_eq!(
        case.told(ClockName::FirstTouch),
        [
            "first_touch account: Ana met_late, due Wed 18 Nov 10:00",
            "first_touch 1: Sam cancelled, due Wed 18 Nov 10:00",
            "first_touch 2: Ana met, due Fri 20 Nov 09:00"
        ]
    );
    // What was breached stays so, whatever happens later.
    case.does(DANA, assign(SAM));
    case.after(HOUR).does(SAM, replied());
    assert!(case.told(ClockName::Accept)[0].contains("Sam breached"));
    let late = case.handoff.clocks.iter().filter(|clock| clock.is_breached(instant(MONDAY)));
    assert_eq!(late.count(), 2);
}

/// A policy under which Ana keeps hours of her own.
fn with_early_hours() -> &'static Policy {
    policy(
        "[calendars.early]\nzone = \"Europe/Lisbon\"\n\
         hours = { mon = [\"07:00-15:00\"], tue = [\"07:00-15:00\"], wed = [\"07:00-15:00\"], thu = [\"07:00-15:00\"], fri = [\"07:00-15:00\"] }\n",
    )
}

#[test]
fn a_leg_runs_in_its_assignees_calendar_and_the_accounts_own_in_the_teams() {
    let mut case = Case::drawn_up("intent", MONDAY, with_early_hours(), |_| {});
    case.people.iter_mut().find(|person| person.id == LEE).unwrap().calendar =
        Some("early".to_owned());
    case.does(MIA, Command::Submit);
    case.does(DANA, assign(KIM));
    case.after(DAY).does(DANA, assign(LEE));
    assert_eq!(
        case.told(ClockName::FirstTouch),
        [
            "first_touch account: Lee runs, due Mon 23 Nov 17:00",
            "first_touch 1: Kim cancelled, due Mon 23 Nov 17:00",
            // Five business days after Wednesday, for it is past three in Lisbon on Tuesday; closing time is ten here.
            "first_touch 2: Lee runs, due Wed 25 Nov 10:00"
        ]
    );
    let calendars: Vec<_> = case
        .handoff
        .clocks
        .iter()
        .filter(|clock| clock.name == ClockName::FirstTouch)
        .map(|clock| (clock.end_to_end, clock.leg, clock.calendar.as_str()))
        .collect();
    assert_eq!(calendars, [(false, 1, "office"), (true, 1, "office"), (false, 2, "early")]);
}

#[test]
fn a_sender_with_hours_of_their_own_owes_in_them() {
    let mut case =
        Case::drawn_up("relationship", "2026-11-16T09:00-05:00", with_early_hours(), |_| {});
    assert_eq!(case.told(ClockName::Deliver), ["deliver 1: marketing runs, due Mon 16 Nov 17:00"]);
    case = Case::with_people(
        "relationship",
        "2026-11-16T09:00-05:00",
        with_early_hours(),
        |people, handoff| {
            handoff.sender = Some(MIA);
            people.iter_mut().find(|person| person.id == MIA).unwrap().calendar =
                Some("early".to_owned());
        },
    );
    assert_eq!(case.told(ClockName::Deliver), ["deliver 1: Mia runs, due Mon 16 Nov 10:00"]);
}

#[test]
fn a_clock_names_its_calendar_before_anybody_elses() {
    let rules =
        policy("[types.tier1.clocks]\naccept = { target = \"4h\", calendar = \"office\" }\n");
    let mut case = Case::drawn_up("tier1", "2026-11-20T15:00-05:00", rules, |_| {});
    case.does(MIA, Command::Submit);
    case.does(DANA, assign(SAM));
    assert_eq!(case.told(ClockName::Accept), ["accept 1: Sam runs, due Mon 23 Nov 11:00"]);
}

#[test]
fn a_changed_policy_leaves_running_clocks_their_target() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.policy = policy("[types.tier1.clocks]\naccept = \"1h\"\nfirst_touch = \"1h\"\n");
    case.after(HOUR).does(DANA, super::cast::pause(None, "Waiting for marketing"));
    case.after(HOUR).does(DANA, resume(None));
    assert_eq!(case.told(ClockName::Accept), ["accept 1: Sam runs, due Tue 17 Nov 11:00"]);
    case.does(DANA, assign(ANA));
    assert_eq!(case.told(ClockName::Accept)[1], "accept 2: Ana runs, due Mon 16 Nov 13:00");
}

#[test]
fn a_report_is_owed_every_week_and_any_touch_or_note_is_one() {
    let mut case = Case::at_stage(Stage::Accepted);
    assert_eq!(case.told(ClockName::Report), ["report 1: Sam runs, due Mon 23 Nov 10:00"]);
    case.after(3 * DAY).does(SAM, note());
    case.after(DAY).does(SAM, touch());
    case.after(8 * DAY).does(SAM, note());
    assert_eq!(
        case.told(ClockName::Report),
        [
            "report 1: Sam met, due Mon 23 Nov 10:00",
            "report 2: Sam met, due Thu 26 Nov 10:00",
            "report 3: Sam met_late, due Fri 27 Nov 10:00",
            "report 4: Sam runs, due Sat 5 Dec 10:00"
        ]
    );
}

#[rstest]
#[case(Stage::Flagged)]
#[case(Stage::Queued)]
#[case(Stage::Assigned)]
#[case(Stage::Returned)]
#[case(Stage::Disputed)]
#[case(Stage::Nurture)]
#[case(Stage::Closed)]
fn a_note_where_no_report_is_owed_starts_none(#[case] stage: Stage) {
    let mut case = Case::at_stage(stage);
    let before = case.handoff.clocks.clone();
    assert!(case.does(SAM, note()).is_empty());
    assert_eq!(case.handoff.clocks, before);
}

#[test]
fn a_note_between_two_assignees_starts_no_report() {
    let mut case = Case::at_stage(Stage::Working);
    case.after(HOUR).does(DANA, assign(ANA));
    case.after(HOUR).does(DANA, note());
    assert_eq!(case.told(ClockName::Report)[1], "report 2: Sam cancelled, due Mon 23 Nov 10:00");
    assert_eq!(case.running_names(), ["accept", "first_touch", "work"]);
    case.after(HOUR).does(ANA, Command::Accept);
    assert_eq!(case.told(ClockName::Report)[2], "report 3: Ana runs, due Mon 23 Nov 13:00");
}

#[test]
fn work_runs_from_the_first_touch_to_the_response_and_never_restarts() {
    let mut case = Case::at_stage(Stage::Working);
    let work = ["work 1: Sam runs, due Mon 7 Dec 10:00"];
    assert_eq!(case.told(ClockName::Work), work);
    case.after(DAY).does(SAM, touch());
    assert_eq!(case.told(ClockName::Work), work, "a second touch");
    case.after(DAY).does(DANA, assign(ANA));
    assert_eq!(
        case.told(ClockName::Work),
        ["work 1: Ana runs, due Mon 7 Dec 10:00"],
        "whoever has it owes it"
    );
    case.after(DAY).does(ANA, replied());
    let done = ["work 1: Ana met, due Mon 7 Dec 10:00"];
    assert_eq!(case.told(ClockName::Work), done);
    for again in [touch(), replied(), dispose("HELD", &[])] {
        case.after(DAY).does(ANA, again);
        assert_eq!(case.told(ClockName::Work), done);
    }
}

#[test]
fn a_meeting_held_before_any_touch_is_touch_response_and_report_at_once() {
    let mut case = Case::at_stage(Stage::Accepted);
    case.after(HOUR).does(SAM, dispose("HELD", &[]));
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam met, due Mon 7 Dec 11:00"]);
    assert_eq!(
        case.told(ClockName::FirstTouch),
        [
            "first_touch account: Sam met, due Wed 18 Nov 10:00",
            "first_touch 1: Sam met, due Wed 18 Nov 10:00"
        ]
    );
    assert_eq!(case.running(), ["report 2: Sam runs, due Mon 23 Nov 11:00"]);
}

#[test]
fn a_touch_is_judged_by_when_it_was_made_and_nothing_ends_before_it_began() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(30 * HOUR);
    case.does(SAM, touched(TouchOutcome::Sent, Some("2026-11-17T09:00-05:00")));
    assert_eq!(case.told(ClockName::Accept), ["accept 1: Sam met, due Tue 17 Nov 10:00"]);
    assert_eq!(case.handoff.moment(Moment::FirstTouch), Some(instant("2026-11-17T09:00-05:00")));
    assert_eq!(case.handoff.moment(Moment::Accepted), Some(instant("2026-11-17T09:00-05:00")));
    assert_eq!(case.told(ClockName::Work), ["work 1: Sam runs, due Tue 8 Dec 09:00"]);
    // Reported at noon; an older touch that is only now written down does not make the next report due earlier.
    case.after(DAY).does(SAM, note());
    let report = case.told(ClockName::Report);
    case.after(HOUR).does(SAM, touched(TouchOutcome::Sent, Some("2026-11-17T11:00-05:00")));
    assert_eq!(case.told(ClockName::Report), report);
    // Nor does an old reply end the work before it began.
    case.does(SAM, touched(TouchOutcome::Replied, Some("2026-11-17T08:00-05:00")));
    let work = case.clock(ClockName::Work);
    assert_eq!((work.state, work.ended), (ClockState::Met, Some(work.started)));
    assert!(
        case.handoff.clocks.iter().all(|clock| clock.ended.is_none_or(|at| at >= clock.started))
    );
}

#[test]
fn a_return_stops_the_legs_and_the_fix_runs() {
    let mut case = Case::at_stage(Stage::Working);
    case.after(HOUR).does(SAM, give_back("The contact has left"));
    assert_eq!(case.running(), ["fix 1: marketing runs, due Tue 17 Nov 11:00"]);
    for name in [ClockName::Work, ClockName::Report] {
        assert!(case.told(name).last().unwrap().contains("cancelled"), "{name}");
    }
    case.after(HOUR).does(MIA, Command::Resubmit { fields: [].into() });
    assert_eq!(case.running(), ["assign 2: vp_sales runs, due Mon 16 Nov 17:00"]);
    assert_eq!(case.told(ClockName::Fix), ["fix 1: marketing met, due Tue 17 Nov 11:00"]);
    case.after(HOUR).does(DANA, assign(ANA));
    case.after(HOUR).does(ANA, give_back("Still the wrong one"));
    assert_eq!(
        case.told(ClockName::Accept),
        ["accept 1: Sam met, due Tue 17 Nov 10:00", "accept 2: Ana met, due Tue 17 Nov 13:00"],
        "a return is an answer too"
    );
    assert_eq!(case.told(ClockName::Fix)[1], "fix 2: marketing runs, due Tue 17 Nov 14:00");
}

#[test]
fn closing_leaves_nothing_running() {
    for stage in [
        Stage::Queued,
        Stage::Assigned,
        Stage::Accepted,
        Stage::Working,
        Stage::Engaged,
        Stage::Opportunity,
    ] {
        let mut case = Case::at_stage(stage);
        case.after(HOUR).does(DANA, dispose("DUPLICATE", &[("other", "H-7")]));
        assert_eq!(case.running(), [""; 0], "{stage}");
        assert!(case.handoff.clocks.iter().all(|clock| clock.ended.is_some()));
    }
}

#[test]
fn a_clock_set_back_un_breaches_nothing_that_was_judged() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(25 * HOUR).does(SAM, Command::Accept);
    assert_eq!(case.clock(ClockName::Accept).state, ClockState::MetLate);
    // The machine's clock jumps back an hour before the start.
    case.on("2026-11-16T09:00-05:00").does(SAM, note());
    case.does(SAM, touch());
    case.does(SAM, dispose("HELD", &[]));
    assert_eq!(case.clock(ClockName::Accept).state, ClockState::MetLate);
    assert!(case.clock(ClockName::Accept).is_breached(case.now));
    assert!(
        case.handoff.clocks.iter().all(|clock| clock.ended.is_none_or(|at| at >= clock.started))
    );
}

#[test]
fn what_is_not_in_the_table_moves_no_clock() {
    let mut case = Case::at_stage(Stage::Working);
    case.package = (90, &["News"]);
    let before = case.handoff.clocks.clone();
    case.after(HOUR).does(MARK, Command::Brief { text: "Call Ana first".to_owned() });
    case.does(SAM, Command::Rate { stars: 4, missing: None });
    case.does(MIA, edit(&[("competitors", "Initech")]));
    case.does(SAM, dispose("MEETING", &[("meeting_at", "2026-11-18T15:00-05:00")]));
    assert_eq!(case.handoff.clocks, before);
}

fn any_event() -> impl Strategy<Value = ClockEvent> {
    proptest::sample::select(ClockEvent::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_of_one_transaction_have_one_result_in_any_order(
        (events, shuffled) in proptest::collection::vec(any_event(), 1..6)
            .prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
        stage in proptest::sample::select(Stage::ALL.to_vec()),
        hours in 0..60i64,
    ) {
        let mut case = Case::of_type_at("closed_won", stage);
        case.after(hours * HOUR);
        case.handoff.moments.insert(Moment::Meeting, instant("2026-11-30T15:00-05:00"));
        let timing = Timing {
            policy: case.policy,
            kind: case.kind(),
            assignee: case.people.iter().find(|person| Some(person.id) == case.handoff.assignee),
            sender: None,
            at: case.now,
            by: None,
        };
        let one = fire(&case.handoff, &effects(&events), "waiting", &timing).unwrap();
        let other = fire(&case.handoff, &effects(&shuffled), "waiting", &timing).unwrap();
        prop_assert_eq!(&one, &other);
        // Nor does it matter in which order the effects are given.
        let mut backwards = effects(&events);
        backwards.reverse();
        prop_assert_eq!(&one, &fire(&case.handoff, &backwards, "waiting", &timing).unwrap());
        // What ends a clock never ends the one that the same transaction starts, unless nothing else was there to end.
        for name in ClockName::ALL {
            let ended = |clock: &&Clock| clock.name == *name && clock.is_open();
            let was_open = case.handoff.clocks.iter().any(|clock| ended(&clock));
            let starts = effects(&events).iter().any(|e| e.name == *name && e.op == Op::Start);
            if was_open && starts && case.kind().clock(*name).is_some()
                && !matches!(name, ClockName::Work | ClockName::Onboard | ClockName::Deliver)
            {
                let mut after = case.handoff.clone();
                one.iter().for_each(|change| change.apply(&mut after));
                prop_assert!(after.clocks.iter().any(|clock| ended(&clock)), "{name}");
            }
        }
    }

    #[test]
    fn a_later_start_is_never_due_earlier(
        kind in proptest::sample::select(POLICY.types.iter().map(|kind| kind.key.clone()).collect::<Vec<_>>()),
        start in 0..60 * 24 * 60i64,
        later in 0..20 * 24 * 60i64,
    ) {
        let first = instant("2026-10-20T00:00-04:00").plus(start * MINUTE);
        let promises = |at: handoff_desk::domain::time::Instant| {
            let mut case = Case::flagged(&kind, &at.to_string());
            case.does(MIA, Command::Submit);
            let taker = case.taker();
            case.does(DANA, assign(taker));
            case.does(taker, touch());
            case.handoff.clocks
        };
        let (one, other) = (promises(first), promises(first.plus(later * MINUTE)));
        prop_assert_eq!(one.len(), other.len());
        for (early, late) in one.iter().zip(&other) {
            prop_assert_eq!(early.key(), late.key());
            prop_assert!(early.due <= late.due, "{} {} {}", early.name, early.due, late.due);
            prop_assert!(early.warn <= late.warn, "{} warns", early.name);
            prop_assert!(early.started < early.due && early.warn <= early.due);
            // Business time never exceeds elapsed time.
            let told = ledger(early, &POLICY, None, first).unwrap();
            prop_assert!(told.total_ms() <= early.due.since(early.started));
            prop_assert_eq!(told.due, early.due);
        }
    }
}

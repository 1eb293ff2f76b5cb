//! What is promised about a meeting and a new customer (`DOMAIN.md 5` and 8): the package before it, who has the handoff
//! after it, and onboarding.

use handoff_desk::domain::clock::{ClockName, ClockState};
use handoff_desk::domain::command::Command;
use handoff_desk::domain::handoff::Moment;
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR};
use rstest::rstest;

use super::cast::{
    ANA, CARA, CLEO, Case, DANA, KIM, MONDAY, POLICY, SAM, assign, dispose, edit, instant, local,
    replied, touch,
};
use super::commands::said;

#[test]
fn the_package_is_owed_a_day_before_the_meeting() {
    let mut case = Case::booked("meeting_set", MONDAY, "2026-11-19T15:00-05:00");
    assert_eq!(
        case.running(),
        ["deliver 1: Kim runs, due Tue 17 Nov 10:00", "package 1: Kim runs, due Wed 18 Nov 15:00"]
    );
    case.package = (90, &["Stakeholders"]);
    case.after(HOUR).does(KIM, edit(&[("bant.need", "Fewer tools")]));
    assert_eq!(case.told(ClockName::Package), ["package 1: Kim runs, due Wed 18 Nov 15:00"]);
    case.package = (100, &[]);
    case.after(HOUR).does(KIM, edit(&[("stakeholders", "Their CFO")]));
    assert_eq!(case.told(ClockName::Package), ["package 1: Kim met, due Wed 18 Nov 15:00"]);
}

#[test]
fn a_package_that_is_complete_when_it_is_sent_keeps_its_promise() {
    let mut case = Case::booked("meeting_set", MONDAY, "2026-11-19T15:00-05:00");
    case.package = (90, &["Stakeholders"]);
    case.after(HOUR).does(KIM, Command::Submit);
    assert_eq!(case.told(ClockName::Package), ["package 1: Kim runs, due Wed 18 Nov 15:00"]);
    let mut case = Case::booked("meeting_set", MONDAY, "2026-11-19T15:00-05:00");
    case.after(HOUR).does(KIM, Command::Submit);
    assert_eq!(case.told(ClockName::Package), ["package 1: Kim met, due Wed 18 Nov 15:00"]);
}

#[test]
fn a_package_that_is_complete_at_birth_keeps_its_promise_there_and_then() {
    let case = Case::booked("meeting_set", MONDAY, "2026-11-19T15:00-05:00");
    let state = |package| case.born(Some(package)).clocks.last().unwrap().state;
    assert_eq!(state((100, &[])), ClockState::Met);
    assert_eq!(state((90, &["Stakeholders"])), ClockState::Running);
}

#[test]
fn a_package_can_be_completed_as_long_as_it_is_owed() {
    for stage in [Stage::Queued, Stage::Assigned, Stage::Accepted, Stage::Working] {
        let mut case = Case::booked("meeting_set", MONDAY, "2026-11-19T15:00-05:00");
        case.package = (90, &["Stakeholders"]);
        case.does(KIM, Command::Submit);
        if stage != Stage::Queued {
            case.does(DANA, assign(SAM));
        }
        match stage {
            Stage::Accepted => drop(case.does(SAM, Command::Accept)),
            Stage::Working => drop(case.does(SAM, touch())),
            _ => {}
        }
        assert_eq!(case.handoff.stage, stage);
        case.package = (100, &[]);
        case.after(HOUR).does(KIM, edit(&[("stakeholders", "Their CFO")]));
        assert_eq!(case.clock(ClockName::Package).state, ClockState::Met, "{stage}");
    }
}

#[rstest]
#[case::held("HELD")]
#[case::called_off("NOSHOW")]
fn a_meeting_that_is_over_cancels_the_package(#[case] code: &str) {
    let mut case = Case::booked("meeting_set", MONDAY, "2026-11-19T15:00-05:00");
    case.package = (90, &["Stakeholders"]);
    case.does(KIM, Command::Submit);
    case.does(DANA, assign(SAM));
    case.does(SAM, Command::Accept);
    case.after(HOUR).does(SAM, dispose(code, &[]));
    assert_eq!(case.clock(ClockName::Package).state, ClockState::Cancelled);
    let mut late = Case::booked("meeting_set", MONDAY, "2026-11-19T15:00-05:00");
    late.package = (90, &["Stakeholders"]);
    late.does(KIM, Command::Submit);
    late.does(DANA, assign(SAM));
    late.does(SAM, Command::Accept);
    late.on("2026-11-19T15:30-05:00").does(SAM, dispose(code, &[]));
    assert_eq!(late.clock(ClockName::Package).state, ClockState::Breached);
}

#[test]
fn short_notice_is_due_at_the_meeting_and_is_no_breach_at_birth() {
    for (meeting, due, short) in [
        ("2026-11-17T10:00:01-05:00", "Mon 16 Nov 10:00:01", false),
        ("2026-11-17T10:00-05:00", "Tue 17 Nov 10:00", true),
        ("2026-11-16T12:00-05:00", "Mon 16 Nov 12:00", true),
        ("2026-11-16T10:00:01-05:00", "Mon 16 Nov 10:00:01", true),
    ] {
        let case = Case::booked("meeting_set", MONDAY, meeting);
        let package = case.clock(ClockName::Package);
        assert_eq!((local(package.due).as_str(), package.short_notice), (due, short), "{meeting}");
        assert!(!package.is_breached(case.now), "{meeting}");
    }
}

#[rstest]
#[case::a_moment_ago("2026-11-16T09:59-05:00")]
#[case::now(MONDAY)]
fn a_meeting_that_has_taken_place_owes_no_package(#[case] meeting: &str) {
    let case = Case::booked("meeting_set", MONDAY, meeting);
    assert_eq!(case.running_names(), ["deliver"]);
}

#[test]
fn a_meeting_moved_to_another_day_moves_the_package() {
    let mut case = Case::of_type_at("meeting_set", Stage::Accepted);
    case.handoff.completeness = Some(80);
    case.package = (80, &["Stakeholders"]);
    case.does(SAM, dispose("MEETING", &[("meeting_at", "2026-11-19T15:00-05:00")]));
    case.after(HOUR).does(SAM, dispose("MEETING", &[("meeting_at", "2026-11-24T15:00-05:00")]));
    assert_eq!(
        case.told(ClockName::Package),
        [
            "package 1: Kim cancelled, due Wed 18 Nov 15:00",
            "package 2: Kim runs, due Mon 23 Nov 15:00"
        ]
    );
    // The same day again promises nothing new.
    case.after(HOUR).does(SAM, dispose("MEETING", &[("meeting_at", "2026-11-24T15:00-05:00")]));
    assert_eq!(case.told(ClockName::Package).len(), 2);
    // What was broken before the meeting moved stays broken.
    case.on("2026-11-24T14:00-05:00");
    case.does(SAM, dispose("MEETING", &[("meeting_at", "2026-12-01T15:00-05:00")]));
    assert_eq!(
        case.told(ClockName::Package)[1..],
        [
            "package 2: Kim breached, due Mon 23 Nov 15:00",
            "package 3: Kim runs, due Mon 30 Nov 15:00"
        ]
    );
}

#[test]
fn a_meeting_booked_with_the_package_complete_owes_nothing_more() {
    let mut case = Case::of_type_at("meeting_set", Stage::Accepted);
    case.does(SAM, dispose("MEETING", &[("meeting_at", "2026-11-19T15:00-05:00")]));
    assert_eq!(case.told(ClockName::Package), ["package 1: Kim met, due Wed 18 Nov 15:00"]);
    assert_eq!(case.running_names(), ["first_touch", "report"]);
}

/// Where nobody looked at the package, what it was at submit counts.
#[test]
fn a_package_that_nobody_looked_at_is_as_complete_as_it_was_sent() {
    use handoff_desk::domain::decide::{Facts, decide};
    for (percent, state) in [(100, ClockState::Met), (80, ClockState::Running)] {
        let mut case = Case::of_type_at("meeting_set", Stage::Accepted);
        case.handoff.completeness = Some(percent);
        let book = dispose("MEETING", &[("meeting_at", "2026-11-19T15:00-05:00")]);
        let changes = case.with_facts(SAM, |facts| {
            decide(&case.handoff, &book, &Facts { package: None, ..*facts }).unwrap()
        });
        changes.iter().for_each(|change| change.apply(&mut case.handoff));
        assert_eq!(case.clock(ClockName::Package).state, state, "{percent} %");
    }
}

#[test]
fn only_types_that_name_them_have_package_and_onboard_clocks() {
    for kind in &POLICY.types {
        for (name, owner) in
            [(ClockName::Package, "meeting_set"), (ClockName::Onboard, "closed_won")]
        {
            assert_eq!(kind.clock(name).is_some(), kind.key == owner, "{}, {name}", kind.key);
        }
    }
}

#[test]
fn onboarding_runs_from_acceptance_to_activation() {
    let mut case = Case::of_type_at("closed_won", Stage::Accepted);
    assert_eq!(case.told(ClockName::Onboard), ["onboard 1: Cleo runs, due Sun 14 Feb 10:00"]);
    case.after(40 * DAY).does(DANA, assign(CARA));
    assert_eq!(case.told(ClockName::Onboard), ["onboard 1: Cara runs, due Sun 14 Feb 10:00"]);
    case.after(DAY).does(CARA, Command::Accept);
    case.after(DAY).does(CARA, Command::Activate);
    assert_eq!(case.told(ClockName::Onboard), ["onboard 1: Cara met, due Sun 14 Feb 10:00"]);
    assert_eq!(case.handoff.stage, Stage::Closed);
    let mut late = Case::of_type_at("closed_won", Stage::Accepted);
    late.after(90 * DAY).does(CLEO, Command::Activate);
    assert_eq!(late.told(ClockName::Onboard), ["onboard 1: Cleo met_late, due Sun 14 Feb 10:00"]);
}

/// [002]: what was booked by an SDR changes owner when the meeting is held, and a no-show stays with the SDR.
#[test]
fn a_no_show_goes_back_to_the_sdr_who_booked() {
    let mut case = Case::booked("meeting_set", MONDAY, "2026-11-19T15:00-05:00");
    case.does(KIM, Command::Submit);
    case.does(DANA, assign(SAM));
    case.does(SAM, Command::Accept);
    case.on("2026-11-19T15:30-05:00");
    assert_eq!(
        said(&case.does(SAM, dispose("NOSHOW", &[]))),
        [
            "outcome: NOSHOW (progress) []",
            "meeting: Thu 19 Nov 15:00 to none",
            "assignee: P-4 to P-7",
            "given: Mon 16 Nov 10:00 to Thu 19 Nov 15:30",
            "stage: accepted to working"
        ]
    );
    // Sam's own clocks are off, and Kim's run.
    assert_eq!(
        case.running(),
        [
            "first_touch account: Kim runs, due Wed 18 Nov 10:00",
            "first_touch 2: Kim runs, due Sat 21 Nov 15:30",
            "report 2: Kim runs, due Thu 26 Nov 15:30"
        ]
    );
    // Kim books again, and may not keep what an AE must take.
    case.does(KIM, dispose("MEETING", &[("meeting_at", "2026-11-24T15:00-05:00")]));
    case.on("2026-11-24T16:00-05:00");
    assert_eq!(
        case.refuses(KIM, &dispose("HELD", &[]), RefusalKind::Missing),
        "Meeting set passes on when the meeting is held, and nobody has taken it yet. Assign it first."
    );
    case.does(DANA, assign(ANA));
    case.does(ANA, Command::Accept);
    case.does(ANA, dispose("HELD", &[]));
    assert_eq!((case.handoff.assignee, case.handoff.stage), (Some(ANA), Stage::Engaged));
}

/// A first touch that was made is not owed again by whoever gets the handoff back.
#[test]
fn a_no_show_after_a_touch_owes_no_other_first_touch() {
    let mut case = Case::booked("meeting_set", MONDAY, "2026-11-19T15:00-05:00");
    case.does(KIM, Command::Submit);
    case.does(DANA, assign(SAM));
    case.does(SAM, Command::Accept);
    case.after(HOUR).does(SAM, touch());
    case.on("2026-11-19T15:30-05:00").does(SAM, dispose("NOSHOW", &[]));
    assert_eq!((case.handoff.assignee, case.handoff.stage), (Some(KIM), Stage::Working));
    assert_eq!(
        case.told(ClockName::FirstTouch),
        [
            "first_touch account: Sam met, due Wed 18 Nov 10:00",
            "first_touch 1: Sam met, due Wed 18 Nov 10:00"
        ]
    );
}

#[test]
fn a_no_show_stays_with_the_assignee_where_the_sdr_has_left() {
    let mut case = Case::of_type_at("meeting_set", Stage::Accepted);
    case.people.iter_mut().find(|person| person.id == KIM).unwrap().active = false;
    case.does(SAM, dispose("NOSHOW", &[]));
    assert_eq!((case.handoff.assignee, case.handoff.stage), (Some(SAM), Stage::Working));
}

#[test]
fn other_types_stay_with_their_assignee_after_a_no_show() {
    for kind in ["tier1", "inbound", "expansion"] {
        let mut case = Case::of_type_at(kind, Stage::Accepted);
        case.does(SAM, dispose("NOSHOW", &[]));
        assert_eq!(
            (case.handoff.assignee, case.handoff.stage),
            (Some(SAM), Stage::Working),
            "{kind}"
        );
    }
    let mut held = Case::of_type_at("meeting_set", Stage::Accepted);
    held.does(SAM, dispose("HELD", &[]));
    held.does(SAM, dispose("NOSHOW", &[]));
    assert_eq!(held.handoff.assignee, Some(SAM), "the first meeting made it Sam's");
    assert_eq!(held.handoff.moment(Moment::Held), Some(instant(MONDAY)));
    let mut reply = Case::of_type_at("meeting_set", Stage::Accepted);
    reply.does(SAM, replied());
    assert_eq!(reply.handoff.assignee, Some(SAM));
}

//! Each case reads like a day of an account executive: what is known, and the one next step in words.

use rstest::rstest;

use super::*;
use crate::domain::time::{HOUR, parse_instant};

fn policy() -> Policy {
    crate::policy::shipped().unwrap()
}

fn at(text: &str) -> Instant {
    parse_instant(text).unwrap()
}

/// Thursday 19 November 2026, ten in the morning in New York: Thanksgiving is a week away.
fn given() -> Instant {
    at("2026-11-19T10:00:00-05:00")
}

fn progress() -> Progress {
    Progress { given: Some(given()), ..Progress::default() }
}

fn checked(policy: &Policy, so_many: usize) -> Vec<String> {
    let all = &policy.playbooks["abm"].checklist;
    all.iter().take(so_many).map(|task| task.what.clone()).collect()
}

struct Row {
    stage: Stage,
    touches: u32,
    next: Option<NextClock>,
    progress: Progress,
    now: Instant,
}

impl Row {
    fn new(stage: Stage, touches: u32, progress: Progress) -> Self {
        Self { stage, touches, next: None, progress, now: given().plus(HOUR) }
    }

    fn at(self, now: &str) -> Self {
        Self { now: at(now), ..self }
    }

    fn next(self, name: ClockName, warn: &str, due: &str) -> Self {
        let next = NextClock { name, started: given(), warn: at(warn), due: at(due) };
        Self { next: Some(next), ..self }
    }

    fn says(&self, kind: &str) -> String {
        let policy = policy();
        let situation = Situation {
            kind,
            stage: self.stage,
            touches: self.touches,
            next: self.next,
            progress: &self.progress,
            calendar: policy.calendar("office").unwrap(),
            now: self.now,
        };
        next_step(&situation, &policy).words(self.now, policy.zone)
    }
}

#[test]
fn touches_skip_weekends_and_holidays() {
    let policy = policy();
    let office = policy.calendar("office").unwrap();
    let days = |from: &str, closed| {
        let touches = planned(&policy.playbooks["abm"].sequence, at(from), office, closed);
        touches.iter().map(|touch| touch.due.format("%a %-d %b").to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        days("2026-11-19T10:00:00-05:00", Closed::default()),
        // Saturday the 21st moves to Monday, and what was planned for Monday on by a day; the 26th is Thanksgiving and
        // moves to the half-day after it.
        ["Mon 23 Nov", "Tue 24 Nov", "Fri 27 Nov", "Tue 1 Dec", "Thu 10 Dec"]
    );
    // Two in the morning in London is still the evening before in New York.
    assert_eq!(days("2026-11-20T02:00:00Z", Closed::default())[0], "Mon 23 Nov");
    let closed = Closed { email: true, call: false };
    assert_eq!(days("2026-11-19T10:00:00-05:00", closed), Vec::<String>::new());
}

#[test]
fn a_closed_channel_is_left_out_and_the_rest_counted_anew() {
    let policy = policy();
    let office = policy.calendar("office").unwrap();
    let sequence = &policy.playbooks["intent"].sequence;
    let calls = planned(sequence, given(), office, Closed { email: true, call: false });
    assert_eq!(
        calls.iter().map(|touch| (touch.number, touch.of)).collect::<Vec<_>>(),
        [(1, 2), (2, 2)]
    );
    assert!(calls.iter().all(|touch| touch.channel == Channel::Call));
    let mails = planned(sequence, given(), office, Closed { email: false, call: true });
    assert_eq!(mails.len(), 3);
}

#[rstest]
#[case::new(Row::new(Stage::Assigned, 0, progress()), "read, accept or return")]
#[case::read(Row::new(Stage::Accepted, 0, progress()), "1/7 Read the package (30 min)")]
#[case::triage(Row::new(Stage::Queued, 0, progress()), "waits for triage")]
#[case::won(Row::new(Stage::Opportunity, 0, progress()), "record won or lost")]
#[case::over(Row::new(Stage::Closed, 0, progress()), "")]
#[case::answered(Row::new(Stage::Engaged, 1, progress()), "they answered: book a meeting")]
fn the_stage_says_what_comes(#[case] row: Row, #[case] want: &str) {
    assert_eq!(row.says("tier1"), want);
}

#[test]
fn the_checklist_leads_to_the_first_touch_but_not_past_its_clock() {
    let policy = policy();
    let with = |so_many| Progress { checked: checked(&policy, so_many), ..progress() };
    let row = |so_many| Row::new(Stage::Accepted, 0, with(so_many));
    assert_eq!(row(4).says("tier1"), "5/7 Personalise the first message");
    assert_eq!(row(7).says("tier1"), "touch 1 of 5 due Mon 23 Nov · email");
    let clock = |row: Row| {
        row.next(ClockName::FirstTouch, "2026-11-20T22:00:00-05:00", "2026-11-21T10:00:00-05:00")
    };
    assert_eq!(
        clock(row(1).at("2026-11-20T12:00:00-05:00")).says("tier1"),
        "2/7 Check the committee's profiles"
    );
    assert_eq!(
        clock(row(1).at("2026-11-20T22:00:00-05:00")).says("tier1"),
        "touch 1 of 5 due tomorrow · email"
    );
}

#[test]
fn checks_of_the_one_before_do_not_count() {
    let policy = policy();
    let first = &policy.playbooks["abm"].checklist[0].what;
    let mut handoff = Handoff::flagged(Default::default(), "tier1", given());
    handoff.moments.insert(Moment::Given, given());
    let check =
        |at| crate::domain::handoff::Check { what: first.clone(), at, by: Default::default() };
    handoff.checks = vec![check(given().plus(-1))];
    assert_eq!(Progress::of(&handoff, None).checked, Vec::<String>::new());
    handoff.checks = vec![check(given())];
    assert_eq!(Progress::of(&handoff, None).checked, std::slice::from_ref(first));
}

#[rstest]
#[case("2026-11-20T10:00:00-05:00", 1, "touch 2 of 5 due Tue 24 Nov · email")]
#[case("2026-11-23T10:00:00-05:00", 1, "touch 2 of 5 due tomorrow · email")]
#[case("2026-11-24T10:00:00-05:00", 1, "touch 2 of 5 due today · email")]
#[case("2026-11-25T10:00:00-05:00", 1, "touch 2 of 5, 1 day late · email")]
#[case("2026-11-26T10:00:00-05:00", 1, "touch 2 of 5, 2 days late · email")]
#[case("2026-11-24T10:00:00-05:00", 4, "touch 5 of 5 due Thu 10 Dec · email")]
#[case("2026-12-01T10:00:00-05:00", 5, "wait until Thu 10 Dec, then NO_RESPONSE")]
#[case("2026-12-10T10:00:00-05:00", 5, "no answer: record NO_RESPONSE")]
fn the_sequence_is_followed_and_then_closed(
    #[case] now: &str,
    #[case] touches: u32,
    #[case] want: &str,
) {
    let first_touch = Some(given().plus(HOUR));
    let row = Row::new(Stage::Working, touches, Progress { first_touch, ..progress() }).at(now);
    assert_eq!(row.says("tier1"), want);
    assert_eq!(row.says("gone"), "next touch");
}

#[test]
fn too_few_touches_are_no_reason_to_give_up() {
    let mut policy = policy();
    policy.playbooks.get_mut("abm").unwrap().sequence.truncate(3);
    let progress = Progress { first_touch: Some(given().plus(HOUR)), ..progress() };
    let now = at("2026-12-14T10:00:00-05:00");
    let says = |touches| {
        let situation = Situation {
            kind: "tier1",
            stage: Stage::Working,
            touches,
            next: None,
            progress: &progress,
            calendar: policy.calendar("office").unwrap(),
            now,
        };
        next_step(&situation, &policy).words(now, policy.zone)
    };
    let told = ["next touch", "next touch", "no answer: record NO_RESPONSE"];
    assert_eq!([3, 4, 5].map(says), told);
}

#[test]
fn a_report_is_owed_when_it_is_next_and_warned_unless_a_touch_tells_as_much() {
    let report = |row: Row| {
        row.next(ClockName::Report, "2026-11-24T22:00:00-05:00", "2026-11-26T10:00:00-05:00")
    };
    let row = || Row::new(Stage::Working, 2, progress());
    assert_eq!(
        report(row().at("2026-11-24T12:00:00-05:00")).says("tier1"),
        "touch 3 of 5 due Fri 27 Nov · email"
    );
    assert_eq!(
        report(row().at("2026-11-25T08:00:00-05:00")).says("tier1"),
        "report owed by tomorrow 10:00"
    );
    assert_eq!(
        report(row().at("2026-11-26T12:00:00-05:00")).says("tier1"),
        "report owed since today"
    );
    assert_eq!(
        report(row().at("2026-11-27T08:00:00-05:00")).says("tier1"),
        "touch 3 of 5 due today · email"
    );
}

#[test]
fn a_meeting_comes_before_everything_until_somebody_says_how_it_was() {
    let meeting = Some(at("2026-11-20T15:00:00-05:00"));
    let row = |stage| Row::new(stage, 1, Progress { meeting, ..progress() });
    assert_eq!(row(Stage::Working).says("tier1"), "meeting tomorrow 15:00");
    let after = row(Stage::Working).at("2026-11-20T15:30:00-05:00");
    assert_eq!(after.says("tier1"), "meeting was today 15:00: held?");
    let held = Progress { meeting, held: Some(at("2026-11-20T16:00:00-05:00")), ..progress() };
    let row = Row::new(Stage::Engaged, 1, held).at("2026-11-20T16:00:00-05:00");
    assert_eq!(row.says("tier1"), "record the opportunity");
    assert_eq!(row.says("closed_won"), "record that they are live");
}

#[test]
fn nobody_is_written_to_who_closed_every_channel() {
    let closed = Closed { email: true, call: true };
    let row = Row::new(Stage::Working, 0, Progress { closed, ..progress() });
    assert_eq!(row.says("tier1"), "no channel is open: find another contact");
    assert!(!closed.bars(Channel::Social));
}

/// What a contact closed is closed for the sequence, and for nothing else.
#[rstest]
#[case(false, false, Closed { email: false, call: false })]
#[case(true, false, Closed { email: true, call: false })]
#[case(false, true, Closed { email: false, call: true })]
fn a_contact_closes_channels(
    #[case] opted_out: bool,
    #[case] do_not_call: bool,
    #[case] closed: Closed,
) {
    let contact = Contact { opted_out, do_not_call, ..Contact::default() };
    assert_eq!(Closed::of(&contact), closed);
    let handoff = Handoff::flagged(Default::default(), "tier1", given());
    assert_eq!(Progress::of(&handoff, Some(&contact)).closed, closed);
    let barred: Vec<_> =
        Channel::ALL.iter().copied().filter(|channel| closed.bars(*channel)).collect();
    let wanted = [(opted_out, Channel::Email), (do_not_call, Channel::Call)];
    let wanted: Vec<_> =
        wanted.into_iter().filter(|(is, _)| *is).map(|(_, channel)| channel).collect();
    assert_eq!(barred, wanted);
}

#[test]
fn somebody_works_by_their_own_calendar_or_the_teams() {
    let policy = policy();
    let of = |name: Option<&str>| {
        let person = Person {
            calendar: name.map(str::to_owned),
            ..Person::new("Sam Ortiz", crate::domain::person::Role::Ae)
        };
        calendar_of(&policy, Some(&person)).map(|calendar| calendar.name().to_owned())
    };
    assert_eq!(of(Some("always")).as_deref(), Some("always"));
    assert_eq!(of(None), Some(policy.calendar.clone()));
    assert_eq!(of(Some("lost")), Some(policy.calendar.clone()));
    assert_eq!(calendar_of(&policy, None).map(Calendar::name), Some(policy.calendar.as_str()));
}

/// A handoff of the assignee's: accepted, given on Thursday.
fn in_hand() -> Handoff {
    let mut handoff = Handoff::flagged(Default::default(), "tier1", given());
    handoff.stage = Stage::Accepted;
    handoff.moments.insert(Moment::Given, given());
    handoff
}

fn touch(at: Instant) -> crate::domain::handoff::Touch {
    crate::domain::handoff::Touch {
        at,
        by: Default::default(),
        channel: Channel::Email,
        template: None,
        outcome: crate::domain::handoff::TouchOutcome::Sent,
        note: None,
    }
}

fn told(handoff: &Handoff) -> (Vec<bool>, usize) {
    let plan = plan(handoff, None, &policy(), None, given().plus(HOUR));
    (plan.tasks.iter().map(|(_, check)| check.is_some()).collect(), plan.touches.len())
}

/// `DOMAIN.md 9`: the checklist of the first 48 hours is the present assignee's, and what is to be sent is done with the
/// first touch; the sequence ends with their answer.
#[test]
fn a_playbook_shows_what_is_done_by_whoever_has_it() {
    let first = policy().playbooks["abm"].checklist[0].what.clone();
    let check = |at| Check { what: first.clone(), at, by: Default::default() };
    let open = vec![false; 7];
    let mut one = in_hand();
    assert_eq!(told(&one), (open.clone(), 5));
    one.checks = vec![check(given().plus(-1))];
    one.touches = vec![touch(given().plus(-1))];
    assert_eq!(told(&one), (open.clone(), 5), "by the one before");
    one.checks = vec![check(given())];
    assert_eq!(told(&one).0, [true, false, false, false, false, false, false]);
    one.touches = vec![touch(given())];
    assert_eq!(told(&one).0, [true, false, false, false, false, false, true]);
    one.moments.insert(Moment::Responded, given().plus(HOUR));
    assert_eq!(told(&one).1, 0, "they answered, which ends the sequence");
    one.stage = Stage::Queued;
    one.moments.remove(&Moment::Responded);
    assert_eq!(told(&one), (vec![], 0), "nobody has it");
}

fn planned_for(day: &str) -> Step {
    Step::Touch(Planned {
        number: 1,
        of: 5,
        channel: Channel::Email,
        template: "nudge".into(),
        due: day.parse().unwrap(),
    })
}

fn to_do(place: Place) -> Step {
    Step::Task(Task { what: "Do it".into(), place }, 1, 7)
}

/// Each row: the step, what doing it means, and whether its day has come on Thursday 19 November.
#[rstest]
#[case(Step::Answer, "read it", false)]
#[case(to_do(Place::Elsewhere), "check it off", false)]
#[case(to_do(Place::Message), "write it", false)]
#[case(to_do(Place::Touch), "log it", false)]
#[case(to_do(Place::Engagement), "read it", false)]
#[case(planned_for("2026-11-18"), "write it", true)]
#[case(planned_for("2026-11-19"), "write it", true)]
#[case(planned_for("2026-11-20"), "write it", false)]
#[case(Step::AnyTouch, "log a touch", false)]
#[case(Step::Report(given()), "report", true)]
#[case(Step::Meeting(given()), "prepare it", false)]
#[case(Step::MeetingWas(given()), "record it", true)]
#[case(Step::Propose("NO_RESPONSE".into()), "record it", true)]
#[case(Step::WonOrLost, "record it", false)]
#[case(Step::Closed, "open", false)]
#[case(Step::Nothing, "open", false)]
fn a_step_says_what_doing_it_means(#[case] step: Step, #[case] does: &str, #[case] due: bool) {
    let policy = policy();
    assert_eq!((step.does(), step.is_due(given(), policy.zone)), (does, due));
}

/// A meeting is said by its day as seen from today.
#[rstest]
#[case("2026-11-18T15:00:00-05:00", "meeting was yesterday 15:00: held?")]
#[case("2026-11-17T15:00:00-05:00", "meeting was Tue 17 Nov 15:00: held?")]
#[case("2026-11-19T09:00:00-05:00", "meeting was today 09:00: held?")]
#[case("2026-11-19T11:00:00-05:00", "meeting was today 11:00: held?")]
#[case("2026-11-19T11:00:00.001-05:00", "meeting today 11:00")]
fn a_day_is_said_as_seen_from_today(#[case] meeting: &str, #[case] want: &str) {
    let row = Row::new(Stage::Working, 1, Progress { meeting: Some(at(meeting)), ..progress() });
    assert_eq!(row.says("tier1"), want);
}

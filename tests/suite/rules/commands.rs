//! What every command changes, and what it needs: the way forward, marketing's side, and the small ones.

use std::fmt::Display;

use handoff_desk::domain::change::Change;
use handoff_desk::domain::command::Command;
use handoff_desk::domain::handoff::{Moment, TouchOutcome};
use handoff_desk::domain::person::{Absence, InHand};
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR};
use rstest::rstest;

use super::cast::{
    ANA, CARA, CLEO, Case, DANA, IAN, KIM, MARK, MIA, MONDAY, OMAR, SAM, assign, day, dispose,
    edit, give_back, instant, local, note, replied, touch, touched,
};

fn or_none<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

/// The changes but for those of clocks, each in a line.
pub(super) fn said(changes: &[Change]) -> Vec<String> {
    let at = |at: Option<handoff_desk::domain::time::Instant>| or_none(at.map(local));
    changes
        .iter()
        .filter_map(|change| {
            Some(match change {
                Change::Staged { from, to } => format!("stage: {from} to {to}"),
                Change::Assigned { from, to } => {
                    format!("assignee: {} to {}", or_none(*from), or_none(*to))
                }
                Change::CoOwned { to: Some(to), .. } => {
                    format!("co-owner: {} until {}", to.person, local(to.until))
                }
                Change::Happened { moment, from, to } => {
                    format!("{moment}: {} to {}", at(*from), at(*to))
                }
                Change::Planned { day, from, to } => {
                    format!("{day}: {} to {}", or_none(*from), or_none(*to))
                }
                Change::Valued { from, to } => {
                    format!("amount: {} to {}", or_none(*from), or_none(*to))
                }
                Change::Briefed { from, to } => {
                    format!("brief: {} to {}", or_none(from.as_deref()), or_none(to.as_deref()))
                }
                Change::Filled { field, from, to } => {
                    format!("{field}: {} to {}", or_none(from.as_deref()), or_none(to.as_deref()))
                }
                Change::Completed { from, to } => {
                    format!("complete: {} to {}", or_none(*from), or_none(*to))
                }
                Change::Asked { from, to } => {
                    format!("asked for: [{}] to [{}]", from.join(" "), to.join(" "))
                }
                Change::Touched(touch) => {
                    format!("touched: {} {} {}", touch.channel, touch.outcome, local(touch.at))
                }
                Change::Disposed { to: Some(to), .. } => {
                    let fields: Vec<_> =
                        to.fields.iter().map(|(key, text)| format!("{key}={text}")).collect();
                    let claim = to.claim.map_or(String::new(), |claim| format!(", wrong: {claim}"));
                    let over = to
                        .overridden
                        .as_ref()
                        .map_or(String::new(), |why| format!(", over: {why}"));
                    format!(
                        "outcome: {} ({}) [{}]{claim}{over}",
                        to.code,
                        to.class,
                        fields.join("; ")
                    )
                }
                Change::Suspended { from, to } => {
                    format!("suspended: {} to {}", or_none(*from), or_none(*to))
                }
                Change::Decided { to, .. } => {
                    let votes: Vec<_> =
                        to.iter().map(|vote| format!("{} {}", vote.role, vote.decision)).collect();
                    format!("decided: {}", votes.join(", "))
                }
                Change::Rated { from, to } => {
                    format!("rating: {} to {}", or_none(*from), or_none(*to))
                }
                Change::Lacked { from, to } => {
                    format!("lacked: {} to {}", or_none(from.as_deref()), or_none(to.as_deref()))
                }
                Change::Checked(check) => format!("checked: {} {}", check.what, local(check.at)),
                Change::Unchecked(check) => format!("unchecked: {}", check.what),
                Change::Clocked { .. } => return None,
                other => panic!("{other:?} is not a decision's"),
            })
        })
        .collect()
}

#[test]
fn submit_sends_the_package_to_triage() {
    let mut case = Case::flagged("tier1", MONDAY);
    case.package = (92, &["News"]);
    case.after(HOUR);
    assert_eq!(
        said(&case.does(MIA, Command::Submit)),
        ["complete: none to 92", "stage: flagged to queued", "submitted: none to Mon 16 Nov 11:00"]
    );
}

#[test]
fn submit_is_refused_below_the_types_minimum_and_says_what_is_missing() {
    let mut case = Case::flagged("tier1", MONDAY);
    case.package = (69, &["News", "Buying committee"]);
    assert_eq!(
        case.refuses(MIA, &Command::Submit, RefusalKind::Missing),
        "The package is 69 % complete and Tier 1 account needs 70 %. Still missing: News, Buying committee."
    );
    case.package = (70, &["News"]);
    case.does(MIA, Command::Submit);
    let mut case = Case::at_stage(Stage::Returned);
    case.package = (50, &["News"]);
    assert_eq!(
        case.refuses(MIA, &Command::Resubmit { fields: [].into() }, RefusalKind::Missing),
        "The package is 50 % complete and Tier 1 account needs 70 %. Still missing: News."
    );
}

#[test]
fn withdraw_takes_a_flagged_handoff_back_for_a_reason() {
    let mut case = Case::flagged("tier1", MONDAY);
    let withdraw = |reason: &str| Command::Withdraw { reason: reason.to_owned() };
    assert!(
        case.refuses(MIA, &withdraw(" "), RefusalKind::Missing)
            .starts_with("The reason is missing.")
    );
    assert_eq!(
        said(&case.does(MIA, withdraw("Sold already"))),
        ["ended: none to Mon 16 Nov 10:00", "stage: flagged to closed"]
    );
    assert_eq!(
        case.told(handoff_desk::domain::clock::ClockName::Deliver),
        ["deliver 1: marketing cancelled, due Tue 17 Nov 10:00"]
    );
}

#[test]
fn assign_gives_it_to_somebody_with_a_brief() {
    let mut case = Case::at_stage(Stage::Queued);
    case.after(HOUR);
    let command =
        Command::Assign { to: SAM, brief: Some(" Their CFO left ".to_owned()), anyway: false };
    assert_eq!(
        said(&case.does(DANA, command)),
        [
            "assignee: none to P-4",
            "stage: queued to assigned",
            "given: none to Mon 16 Nov 11:00",
            "assigned: none to Mon 16 Nov 11:00",
            "brief: none to Their CFO left"
        ]
    );
    case.after(HOUR);
    assert_eq!(
        said(&case.does(DANA, assign(ANA))),
        ["assignee: P-4 to P-5", "given: Mon 16 Nov 11:00 to Mon 16 Nov 12:00"]
    );
    assert_eq!(case.refuses(DANA, &assign(ANA), RefusalKind::Nothing), "Ana already has it.");
}

#[rstest]
#[case::left(IAN, "Ian is no longer active. Choose somebody who is.")]
#[case::other_role(
    KIM,
    "Kim is SDR and Tier 1 account goes to AE. Choose somebody with that role, or a manager."
)]
#[case::other_role_still(
    CLEO,
    "Cleo is CSM and Tier 1 account goes to AE. Choose somebody with that role, or a manager."
)]
#[case::nobody(
    handoff_desk::domain::ids::PersonId(99),
    "There is no such person. `handoff list people` shows who works the desk."
)]
fn assign_refuses_who_cannot_have_it(
    #[case] to: handoff_desk::domain::ids::PersonId,
    #[case] sentence: &str,
) {
    let case = Case::at_stage(Stage::Queued);
    assert_eq!(case.refuses(DANA, &assign(to), RefusalKind::NotAvailable), sentence);
    let anyway = Command::Assign { to, brief: None, anyway: true };
    assert_eq!(case.refuses(DANA, &anyway, RefusalKind::NotAvailable), sentence, "not even so");
}

#[test]
fn assign_asks_again_before_it_goes_to_who_is_away_or_full() {
    let mut case = Case::at_stage(Stage::Queued);
    let sam = case.people.iter_mut().find(|person| person.id == SAM).unwrap();
    sam.absences = vec![Absence { from: day("2026-11-14"), to: day("2026-11-16") }];
    assert_eq!(
        case.refuses(DANA, &assign(SAM), RefusalKind::NotAvailable),
        "Sam is out of office until Mon 16 Nov. Choose somebody else, or confirm to assign anyway."
    );
    let ana = case.people.iter_mut().find(|person| person.id == ANA).unwrap();
    ana.capacity = Some(12);
    case.open = vec![InHand { person: ANA, open: 12, week: 3 }];
    assert_eq!(
        case.refuses(DANA, &assign(ANA), RefusalKind::NotAvailable),
        "Ana is at capacity, 12/12. Choose somebody else, or confirm to assign anyway."
    );
    case.open = vec![InHand { person: ANA, open: 11, week: 3 }];
    assert!(case.asks(DANA, &assign(ANA)).is_ok());
    case.on("2026-11-17T00:00-05:00");
    assert!(case.asks(DANA, &assign(SAM)).is_ok(), "back on Tuesday");
    case.on("2026-11-16T23:59-05:00");
    let anyway = Command::Assign { to: SAM, brief: None, anyway: true };
    case.does(DANA, anyway);
    assert_eq!(case.handoff.assignee, Some(SAM));
}

#[test]
fn a_manager_may_take_what_nobody_else_can() {
    for kind in ["tier1", "mql", "closed_won"] {
        let mut case = Case::of_type_at(kind, Stage::Queued);
        case.does(MARK, assign(MARK));
        assert_eq!(case.handoff.assignee, Some(MARK), "{kind}");
    }
}

#[test]
fn accept_is_a_yes() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(HOUR);
    assert_eq!(
        said(&case.does(SAM, Command::Accept)),
        ["accepted: none to Mon 16 Nov 11:00", "stage: assigned to accepted"]
    );
    assert_eq!(case.running_names(), ["first_touch", "report"], "the first touch is still owed");
    let mut same = Case::at_stage(Stage::Assigned);
    same.after(HOUR);
    same.does(SAM, dispose("ACCEPTED", &[]));
    assert_eq!(same.handoff, case.handoff, "the code does the same");
}

#[test]
fn what_was_closed_won_keeps_its_seller_for_thirty_days() {
    let mut case = Case::of_type_at("closed_won", Stage::Assigned);
    case.after(HOUR);
    assert_eq!(
        said(&case.does(CLEO, Command::Accept)),
        [
            "accepted: none to Mon 16 Nov 11:00",
            "stage: assigned to accepted",
            "co-owner: P-6 until Wed 16 Dec 11:00"
        ]
    );
    // Omar works on it until then.
    case.after(30 * DAY - 1);
    assert!(case.asks(OMAR, &give_back("Wrong contract")).is_ok());
    case.after(1);
    case.refuses(OMAR, &give_back("Wrong contract"), RefusalKind::NotPermitted);
    // The thirty days began with the first acceptance.
    let mut case = Case::of_type_at("closed_won", Stage::Accepted);
    case.after(10 * DAY).does(DANA, assign(CARA));
    assert_eq!(
        said(&case.does(CARA, Command::Accept)),
        ["accepted: none to Thu 26 Nov 10:00", "stage: assigned to accepted"]
    );
    for kind in ["tier1", "meeting_set", "opportunity", "expansion"] {
        assert_eq!(Case::of_type_at(kind, Stage::Accepted).handoff.co_owner, None, "{kind}");
    }
}

#[test]
fn a_touch_is_logged_and_the_first_one_starts_the_work() {
    let mut case = Case::at_stage(Stage::Accepted);
    case.after(HOUR);
    assert_eq!(
        said(&case.does(SAM, touch())),
        [
            "stage: accepted to working",
            "touched: email sent Mon 16 Nov 11:00",
            "first_touch: none to Mon 16 Nov 11:00"
        ]
    );
    case.after(HOUR);
    assert_eq!(said(&case.does(SAM, touch())), ["touched: email sent Mon 16 Nov 12:00"]);
    case.after(HOUR);
    assert_eq!(
        said(&case.does(SAM, replied())),
        [
            "touched: email replied Mon 16 Nov 13:00",
            "responded: none to Mon 16 Nov 13:00",
            "stage: working to engaged"
        ]
    );
    case.after(HOUR);
    assert_eq!(said(&case.does(SAM, replied())), ["touched: email replied Mon 16 Nov 14:00"]);
}

#[test]
fn a_touch_before_the_yes_is_the_yes() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(HOUR);
    assert_eq!(
        said(&case.does(SAM, replied())),
        [
            "accepted: none to Mon 16 Nov 11:00",
            "stage: assigned to accepted",
            "stage: accepted to working",
            "touched: email replied Mon 16 Nov 11:00",
            "first_touch: none to Mon 16 Nov 11:00",
            "responded: none to Mon 16 Nov 11:00",
            "stage: working to engaged"
        ]
    );
    assert_eq!(case.running_names(), ["report"]);
}

#[test]
fn a_touch_lies_between_the_assignment_and_now() {
    let mut case = Case::at_stage(Stage::Accepted);
    case.after(HOUR);
    let sent = |at: &str| touched(TouchOutcome::Sent, Some(at));
    assert_eq!(
        case.refuses(SAM, &sent("2026-11-16T11:00:01-05:00"), RefusalKind::Missing),
        "A touch at Mon 16 Nov 2026 11:00 EST lies in the future. Log it when it has happened."
    );
    assert_eq!(
        case.refuses(SAM, &sent("2026-11-16T09:59:59-05:00"), RefusalKind::Missing),
        "A touch at 2026-11-16T14:59:59Z lies before the assignment. Only touches since the assignment count."
    );
    assert!(case.asks(SAM, &sent("2026-11-16T11:00-05:00")).is_ok());
    case.does(SAM, sent("2026-11-16T10:30-05:00"));
    case.does(SAM, sent("2026-11-16T10:00-05:00"));
    let at: Vec<_> = case.handoff.touches.iter().map(|touch| local(touch.at)).collect();
    assert_eq!(at, ["Mon 16 Nov 10:00", "Mon 16 Nov 10:30"], "oldest first");
}

#[test]
fn notes_briefs_and_edits_say_something() {
    let mut case = Case::at_stage(Stage::Accepted);
    let blank = |text: &str| text.to_owned();
    let missing = |command: Command| case.refuses(SAM, &command, RefusalKind::Missing);
    assert!(missing(Command::Note { text: blank(" \n") }).starts_with("The note is missing."));
    let briefed = |text: &str| Command::Brief { text: text.to_owned() };
    assert!(
        case.refuses(DANA, &briefed(""), RefusalKind::Missing).starts_with("The brief is missing.")
    );
    assert_eq!(said(&case.does(DANA, briefed(" Call first "))), ["brief: none to Call first"]);
    assert_eq!(
        case.refuses(DANA, &briefed("Call first"), RefusalKind::Nothing),
        "The brief already says that."
    );
    assert_eq!(
        said(&case.does(MIA, edit(&[("competitors", " Initech "), ("usage", "")]))),
        ["competitors: none to Initech"]
    );
    assert_eq!(
        case.refuses(MIA, &edit(&[("competitors", "Initech")]), RefusalKind::Nothing),
        "The package already says that."
    );
    assert_eq!(
        said(&case.does(MIA, edit(&[("competitors", "")]))),
        ["competitors: Initech to none"]
    );
    assert_eq!(
        case.refuses(MIA, &edit(&[("colour", "blue")]), RefusalKind::Missing),
        "\"colour\" is not a package field. `handoff show` lists the fields of a package."
    );
    let long = "x".repeat(16 * 1024 + 1);
    assert_eq!(
        case.refuses(MIA, &edit(&[("usage", &long)]), RefusalKind::Missing),
        "usage is longer than 16 KiB. Shorten it; the package is read in minutes."
    );
    assert!(case.asks(MIA, &edit(&[("usage", &long[1..])])).is_ok());
    assert!(case.does(SAM, note()).iter().all(|change| matches!(change, Change::Clocked { .. })));
}

#[test]
fn a_touch_keeps_what_was_said_of_it_and_no_blanks() {
    for (note, kept) in [(None, None), (Some("  "), None), (Some("Call again"), Some("Call again"))]
    {
        let mut case = Case::at_stage(Stage::Accepted);
        let Command::Touch(touch) = touch() else { panic!("a touch") };
        let note = note.map(str::to_owned);
        case.does(SAM, Command::Touch(handoff_desk::domain::command::NewTouch { note, ..touch }));
        assert_eq!(case.handoff.touches[0].note.as_deref(), kept);
    }
}

#[test]
fn a_rating_is_one_to_five() {
    let mut case = Case::at_stage(Stage::Accepted);
    let rate = |stars| Command::Rate { stars, missing: None };
    for stars in [0, 6, 255] {
        assert_eq!(
            case.refuses(SAM, &rate(stars), RefusalKind::Missing),
            format!(
                "A rating of {stars} is not between 1 and 5. 1 is useless, 5 is all that was needed."
            )
        );
    }
    assert_eq!(said(&case.does(SAM, rate(1))), ["rating: none to 1"]);
    assert_eq!(said(&case.does(SAM, rate(5))), ["rating: 1 to 5"]);
    assert_eq!(
        case.refuses(SAM, &rate(5), RefusalKind::Nothing),
        "The package is already rated 5."
    );
}

#[test]
fn a_rating_tells_what_was_missing_and_another_number_leaves_that_standing() {
    let mut case = Case::at_stage(Stage::Accepted);
    let rate = |stars, missing: &str| Command::Rate { stars, missing: Some(missing.to_owned()) };
    assert_eq!(
        said(&case.does(SAM, rate(2, " the news "))),
        ["rating: none to 2", "lacked: none to the news"]
    );
    let again = Command::Rate { stars: 3, missing: None };
    assert_eq!(said(&case.does(SAM, again)), ["rating: 2 to 3"]);
    assert_eq!(
        said(&case.does(SAM, rate(3, "the committee"))),
        ["lacked: the news to the committee"]
    );
    case.refuses(SAM, &rate(3, "the committee"), RefusalKind::Nothing);
    assert!(case.asks(SAM, &rate(4, &"x".repeat(16 * 1024))).is_ok(), "just short enough");
    assert!(
        case.refuses(SAM, &rate(4, &"x".repeat(16 * 1024 + 1)), RefusalKind::Missing)
            .starts_with("What was missing is longer than 16 KiB.")
    );
}

#[test]
fn checks_are_items_of_the_types_checklist_each_once_and_can_be_taken_back() {
    let mut case = Case::at_stage(Stage::Accepted);
    let check = |what: &str, done| Command::Check { what: what.to_owned(), done };
    let warm = "Look for a warm introduction";
    assert_eq!(
        said(&case.does(SAM, check(warm, true))),
        [format!("checked: {warm} {}", local(case.now))]
    );
    case.refuses(SAM, &check(warm, true), RefusalKind::Nothing);
    case.after(HOUR);
    let before = case.handoff.clone();
    let changes = case.does(SAM, check("Send it", true));
    assert_eq!(case.handoff.checks.len(), 2);
    assert!(
        changes.iter().all(|change| !matches!(change, Change::Clocked { .. })),
        "no clock minds"
    );
    let mut back = case.handoff.clone();
    changes.iter().rev().for_each(|change| change.inverse().apply(&mut back));
    assert_eq!(back.checks, before.checks);
    assert_eq!(said(&case.does(SAM, check(warm, false))), [format!("unchecked: {warm}")]);
    case.refuses(SAM, &check(warm, false), RefusalKind::Nothing);
    let refusal = case.refuses(SAM, &check("Dance", true), RefusalKind::Missing);
    assert!(
        refusal.starts_with(
            "Tier 1 account has no item \"Dance\" in its checklist. The items are: Read"
        ),
        "{refusal}"
    );
    let waiting = Case::at_stage(Stage::Assigned);
    waiting.refuses(SAM, &check(warm, true), RefusalKind::NotLegal);
}

#[test]
fn only_a_customer_can_go_live() {
    let case = Case::at_stage(Stage::Working);
    assert_eq!(
        case.refuses(SAM, &Command::Activate, RefusalKind::NotLegal),
        "Tier 1 account has no activation to record."
    );
    let mut customer = Case::of_type_at("closed_won", Stage::Working);
    customer.after(DAY);
    assert_eq!(
        said(&customer.does(CLEO, Command::Activate)),
        [
            "activated: none to Tue 17 Nov 10:00",
            "ended: none to Tue 17 Nov 10:00",
            "stage: working to closed"
        ]
    );
}

#[test]
fn rest_and_waking() {
    let mut case = Case::at_stage(Stage::Nurture);
    assert_eq!(said(&case.does(MIA, Command::Hibernate)), ["stage: nurture to hibernating"]);
    let wake = Command::Wake { news: "A demo request".to_owned() };
    assert_eq!(
        said(&case.does(MIA, wake.clone())),
        ["wake: 2027-02-01 to none", "stage: hibernating to closed"]
    );
    let mut case = Case::at_stage(Stage::Nurture);
    assert_eq!(
        said(&case.does(MIA, wake)),
        ["wake: 2027-02-01 to none", "stage: nurture to closed"]
    );
}

#[test]
fn reopen_puts_a_closed_handoff_back_into_the_queue() {
    let mut case = Case::at_stage(Stage::Closed);
    case.after(DAY);
    let reopen = |reason: &str| Command::Reopen { reason: reason.to_owned() };
    assert!(
        case.refuses(DANA, &reopen(""), RefusalKind::Missing).starts_with("The reason is missing.")
    );
    assert_eq!(
        said(&case.does(DANA, reopen("They called"))),
        [
            "ended: Mon 16 Nov 10:00 to none",
            "accepted: Mon 16 Nov 10:00 to none",
            "assignee: P-4 to none",
            "stage: closed to queued"
        ]
    );
    assert_eq!(case.running(), ["assign 2: vp_sales runs, due Tue 17 Nov 17:00"]);
    // One that was withdrawn before it was ever submitted counts as submitted from now on.
    let mut case = Case::flagged("tier1", MONDAY);
    case.does(MIA, Command::Withdraw { reason: "Sold".to_owned() });
    case.after(DAY).does(DANA, reopen("Not so"));
    assert_eq!(case.handoff.moment(Moment::Submitted), Some(instant("2026-11-17T10:00-05:00")));
}

#[rstest]
#[case::working(Stage::Working, Stage::Accepted)]
#[case::engaged(Stage::Engaged, Stage::Engaged)]
#[case::opportunity(Stage::Opportunity, Stage::Opportunity)]
#[case::accepted(Stage::Accepted, Stage::Accepted)]
#[case::assigned(Stage::Assigned, Stage::Accepted)]
fn another_assignee_says_yes_and_goes_on_from_where_it_was(#[case] from: Stage, #[case] to: Stage) {
    let mut case = Case::at_stage(from);
    case.after(HOUR).does(DANA, assign(ANA));
    assert_eq!(case.handoff.stage, Stage::Assigned, "nobody has said yes yet");
    assert_eq!(case.handoff.moment(Moment::Accepted), None);
    assert_eq!(case.handoff.moment(Moment::Given), Some(case.now));
    assert_eq!(case.handoff.moment(Moment::Assigned), Some(instant(MONDAY)));
    case.after(HOUR).does(ANA, Command::Accept);
    assert_eq!(case.handoff.stage, to);
    assert_eq!(case.running_names()[0], "first_touch", "the new assignee's own is owed");
    case.after(HOUR).does(ANA, touch());
    let then = if to == Stage::Accepted { Stage::Working } else { to };
    assert_eq!(case.handoff.stage, then);
}

//! The road back (`DOMAIN.md 2`): return and resubmission, dispute, and the decision that both VPs record.

use handoff_desk::domain::clock::ClockName;
use handoff_desk::domain::command::Command;
use handoff_desk::domain::handoff::{Decision, Moment};
use handoff_desk::domain::ids::PersonId;
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR};
use rstest::rstest;

use super::cast::{
    ANA, CLEO, Case, DANA, MARK, MIA, MONDAY, SAM, VERA, assign, day, dispose, dispute, give_back,
    instant, policy, verdict,
};
use super::commands::said;

fn asks_for(missing: &[&str], note: &str) -> Command {
    let missing = missing.iter().map(|key| (*key).to_owned()).collect();
    Command::Return { missing, note: note.to_owned(), overridden: None }
}

#[test]
fn a_return_says_what_is_missing() {
    let case = Case::at_stage(Stage::Assigned);
    assert_eq!(
        case.refuses(SAM, &asks_for(&[], " "), RefusalKind::Missing),
        "A return needs to say what is missing. Name the package fields or write what is wrong."
    );
    assert_eq!(
        case.refuses(SAM, &asks_for(&["committee", "colour"], ""), RefusalKind::Missing),
        "\"colour\" is not a package field. `handoff show` lists the fields of a package."
    );
}

#[test]
fn a_return_takes_it_from_the_assignee_and_a_resubmission_starts_over() {
    let mut case = Case::at_stage(Stage::Accepted);
    case.after(HOUR);
    assert_eq!(
        said(&case.does(SAM, asks_for(&["committee"], " Who decides? "))),
        [
            "outcome: INCOMPLETE (return) [missing=committee; note=Who decides?]",
            "asked for: [] to [committee]",
            "returned: none to Mon 16 Nov 11:00",
            "accepted: Mon 16 Nov 10:00 to none",
            "assignee: P-4 to none",
            "stage: accepted to returned"
        ]
    );
    case.after(HOUR);
    case.package = (95, &[]);
    let fields = [("stakeholders".to_owned(), " Their CFO ".to_owned())].into();
    assert_eq!(
        said(&case.does(MIA, Command::Resubmit { fields })),
        [
            "stakeholders: none to Their CFO",
            "complete: 100 to 95",
            "stage: returned to queued",
            "asked for: [committee] to []"
        ]
    );
    assert_eq!(case.handoff.moment(Moment::Submitted), Some(instant(MONDAY)), "the first time");
    case.after(HOUR);
    assert_eq!(
        said(&case.does(DANA, assign(ANA))),
        [
            "assignee: none to P-5",
            "stage: queued to assigned",
            "given: Mon 16 Nov 10:00 to Mon 16 Nov 13:00"
        ]
    );
    let fields = [("colour".to_owned(), "blue".to_owned())].into();
    let returned = Case::at_stage(Stage::Returned);
    assert_eq!(
        returned.refuses(MIA, &Command::Resubmit { fields }, RefusalKind::Missing),
        "\"colour\" is not a package field. `handoff show` lists the fields of a package."
    );
}

#[test]
fn a_policy_without_a_return_says_so() {
    let none = policy("[dispositions.INCOMPLETE]\nclass = \"recycle\"\nthen = \"nurture\"\n");
    let mut case = Case::drawn_up("tier1", MONDAY, none, |_| {});
    case.does(MIA, Command::Submit);
    assert_eq!(
        case.refuses(DANA, &give_back("No news"), RefusalKind::NotLegal),
        "The policy has no disposition that returns a handoff. Add one with then = \"returned\"."
    );
}

#[rstest]
#[case(Stage::Flagged)]
#[case(Stage::Queued)]
#[case(Stage::Assigned)]
#[case(Stage::Accepted)]
#[case(Stage::Working)]
#[case(Stage::Engaged)]
#[case(Stage::Opportunity)]
#[case(Stage::Returned)]
fn a_dispute_suspends_from_any_open_stage_and_keeps_the_assignee(#[case] stage: Stage) {
    let mut case = Case::at_stage(stage);
    let had = case.handoff.assignee;
    case.after(HOUR);
    assert_eq!(
        said(&case.does(DANA, dispute())),
        [format!("suspended: none to {stage}"), format!("stage: {stage} to disputed")]
    );
    assert_eq!(case.handoff.assignee, had);
    assert!(case.clock(ClockName::Decide).is_open());
    assert!(
        case.handoff
            .clocks
            .iter()
            .filter(|clock| clock.is_open() && clock.name != ClockName::Decide)
            .all(|clock| clock.held_since() == Some(case.now))
    );
}

#[test]
fn a_dispute_asks_a_question() {
    let case = Case::at_stage(Stage::Working);
    let blank = Command::Dispute { note: " ".to_owned() };
    assert!(
        case.refuses(SAM, &blank, RefusalKind::Missing)
            .starts_with("The question to both VPs is missing.")
    );
    let decide = Command::Decide { decision: Decision::Close, note: String::new() };
    let disputed = Case::at_stage(Stage::Disputed);
    assert!(
        disputed.refuses(DANA, &decide, RefusalKind::Missing).starts_with("The reason is missing.")
    );
}

const BOTH: [[PersonId; 2]; 2] = [[DANA, VERA], [VERA, DANA]];

#[test]
fn a_decision_is_carried_out_once_both_have_recorded_it_in_either_order() {
    for [first, second] in BOTH {
        let roles =
            if first == DANA { ["vp_sales", "vp_marketing"] } else { ["vp_marketing", "vp_sales"] };
        let mut case = Case::at_stage(Stage::Disputed);
        case.after(HOUR);
        let vote = format!("decided: {} close", roles[0]);
        assert_eq!(said(&case.does(first, verdict(Decision::Close))), [vote]);
        assert_eq!(case.handoff.stage, Stage::Disputed, "one alone decides nothing");
        assert_eq!(
            said(&case.does(second, verdict(Decision::Close))),
            [
                format!("decided: {} close, {} close", roles[0], roles[1]),
                "suspended: queued to none".to_owned(),
                "ended: none to Mon 16 Nov 11:00".to_owned(),
                "stage: disputed to closed".to_owned()
            ]
        );
        assert_eq!(case.running(), [""; 0]);
    }
}

#[test]
fn two_that_differ_decide_nothing_until_one_gives_way() {
    let mut case = Case::at_stage(Stage::Disputed);
    case.does(DANA, verdict(Decision::Close));
    case.does(VERA, verdict(Decision::Queue));
    assert_eq!(case.handoff.stage, Stage::Disputed);
    assert_eq!(case.running_names(), ["assign", "decide"]);
    let again = "You have already decided so. It is carried out when both VPs have recorded the same decision.";
    for who in [DANA, VERA] {
        let own = if who == DANA { Decision::Close } else { Decision::Queue };
        assert_eq!(case.refuses(who, &verdict(own), RefusalKind::Nothing), again);
    }
    let reworded =
        Command::Decide { decision: Decision::Close, note: "They are our customer".to_owned() };
    assert_eq!(said(&case.does(DANA, reworded)), ["decided: vp_marketing queue, vp_sales close"]);
    assert_eq!(case.handoff.stage, Stage::Disputed);
    case.does(DANA, verdict(Decision::Queue));
    assert_eq!(case.handoff.stage, Stage::Queued);
}

#[test]
fn a_new_dispute_forgets_the_old_decisions() {
    let mut case = Case::at_stage(Stage::Disputed);
    case.does(DANA, verdict(Decision::Queue));
    case.does(VERA, verdict(Decision::Queue));
    case.after(HOUR).does(DANA, dispute());
    assert_eq!(case.handoff.decisions, []);
    case.does(VERA, verdict(Decision::Queue));
    assert_eq!(case.handoff.stage, Stage::Disputed);
}

/// What follows from each decision, from where the dispute began.
#[rstest]
#[case(Stage::Flagged, Decision::Queue, Stage::Queued, &["assign"])]
#[case(Stage::Queued, Decision::Queue, Stage::Queued, &["assign"])]
#[case(Stage::Assigned, Decision::Queue, Stage::Queued, &["assign"])]
#[case(Stage::Accepted, Decision::Queue, Stage::Queued, &["assign"])]
#[case(Stage::Working, Decision::Queue, Stage::Queued, &["assign"])]
#[case(Stage::Engaged, Decision::Queue, Stage::Queued, &["assign"])]
#[case(Stage::Opportunity, Decision::Queue, Stage::Queued, &["assign"])]
#[case(Stage::Returned, Decision::Queue, Stage::Queued, &["assign"])]
#[case(Stage::Working, Decision::Nurture, Stage::Nurture, &[])]
#[case(Stage::Returned, Decision::Nurture, Stage::Nurture, &[])]
#[case(Stage::Flagged, Decision::Close, Stage::Closed, &[])]
#[case(Stage::Opportunity, Decision::Close, Stage::Closed, &[])]
fn each_decision_from_where_the_dispute_began(
    #[case] from: Stage,
    #[case] decision: Decision,
    #[case] to: Stage,
    #[case] running: &[&str],
) {
    let mut case = Case::of_type_at("closed_won", from);
    case.after(HOUR).does(DANA, dispute());
    case.after(DAY).does(VERA, verdict(decision));
    case.after(HOUR).does(DANA, verdict(decision));
    assert_eq!(case.handoff.stage, to);
    assert_eq!(case.running_names(), running);
    assert_eq!(case.handoff.before_dispute, None);
    if decision == Decision::Queue {
        assert_eq!(case.handoff.assignee, None, "the queue has it, and nobody else");
        let submitted = if from == Stage::Flagged { case.now } else { instant(MONDAY) };
        assert_eq!(case.handoff.moment(Moment::Submitted), Some(submitted));
        case.after(HOUR).does(DANA, assign(CLEO));
        case.after(HOUR).does(CLEO, Command::Accept);
        assert!(case.running_names().contains(&"onboard"));
    } else {
        assert_eq!(case.handoff.moment(Moment::Ended), Some(case.now));
    }
    let decide = case.clock(ClockName::Decide);
    assert_eq!(decide.state, handoff_desk::domain::clock::ClockState::Met, "25 hours of two days");
}

#[test]
fn a_dispute_that_ends_a_clock_does_not_charge_it_for_the_wait() {
    let mut case = Case::at_stage(Stage::Assigned);
    case.after(23 * HOUR).does(SAM, dispute());
    case.after(5 * DAY).does(VERA, verdict(Decision::Queue));
    case.does(DANA, verdict(Decision::Queue));
    assert_eq!(
        case.told(ClockName::Accept),
        ["accept 1: Sam cancelled, due Sun 22 Nov 10:00"],
        "an hour was left"
    );
    assert_eq!(case.told(ClockName::Decide), ["decide 1: both VPs met_late, due Thu 19 Nov 17:00"]);
}

#[test]
fn a_return_in_the_queue_needs_nobody_to_have_had_it() {
    let mut case = Case::at_stage(Stage::Queued);
    case.after(HOUR);
    assert_eq!(
        said(&case.does(MARK, give_back("No news"))),
        [
            "outcome: INCOMPLETE (return) [note=No news]",
            "returned: none to Mon 16 Nov 11:00",
            "stage: queued to returned"
        ]
    );
    assert_eq!(case.told(ClockName::Assign), ["assign 1: vp_sales met, due Mon 16 Nov 17:00"]);
}

/// What somebody else learnt stays with the handoff when it comes back.
#[test]
fn a_handoff_that_was_returned_after_a_response_goes_on_from_there() {
    let mut case = Case::at_stage(Stage::Engaged);
    case.after(HOUR).does(SAM, give_back("Wrong number"));
    case.after(HOUR).does(MIA, Command::Resubmit { fields: [].into() });
    case.after(HOUR).does(DANA, assign(ANA));
    case.after(HOUR).does(ANA, Command::Accept);
    assert_eq!(case.handoff.stage, Stage::Engaged);
    let won = dispose("OPPORTUNITY", &[("amount", "5000"), ("expected_close", "2027-01-31")]);
    case.does(ANA, won);
    assert_eq!(
        case.handoff.day(handoff_desk::domain::handoff::Day::ExpectedClose),
        Some(day("2027-01-31"))
    );
}

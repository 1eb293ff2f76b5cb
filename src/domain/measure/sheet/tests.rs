//! What a sheet asks the manager to look at, and the lists that stand behind its figures.

use rstest::rstest;

use super::*;
use crate::domain::measure::figure::Value;

fn policy() -> Policy {
    crate::policy::shipped().unwrap()
}

fn scope(period: &str, kind: Option<&str>) -> Scope {
    Scope { period: period.parse().unwrap(), kind: kind.map(str::to_owned), team: None }
}

fn sheet(scope: Scope, figures: &[(Measure, Value)]) -> Sheet {
    let policy = policy();
    let volume = (Measure::Volume, Value::Count(50));
    let figures = std::iter::once(&volume).chain(figures).map(|(measure, value)| Figure {
        measure: *measure,
        value: *value,
        young: 0,
        rule: policy.measures.get(measure).copied().unwrap_or_default(),
        before: None,
    });
    Sheet {
        scope,
        now: Instant(0),
        zone: Tz::UTC,
        over: true,
        figures: figures.collect(),
        weeks: vec![],
        clocks: vec![],
        rates: vec![],
        sources: vec![],
        funnel: vec![],
        spread: Spread::default(),
        reasons: vec![],
    }
}

const fn share(hit: i64, of: i64) -> Value {
    Value::Share { hit, of }
}

/// Each row: the scope, a figure, and whether it is an action item.
#[rstest]
#[case::past_its_line("2026-11", None, Measure::HandoffToResponse, share(59, 100), true)]
#[case::short_with_a_line("2026-11", None, Measure::HandoffToResponse, share(70, 100), false)]
#[case::short_without_a_line("2026-11", None, Measure::Worked, share(79, 100), true)]
#[case::meets_it("2026-11", None, Measure::Worked, share(80, 100), false)]
#[case::rate_of_a_month("2026-11", None, Measure::HandoffRate, share(30, 100), true)]
#[case::rate_of_a_week("2026-W47", None, Measure::HandoffRate, share(30, 100), false)]
#[case::rate_of_a_type("2026-11", Some("tier1"), Measure::HandoffRate, share(30, 100), false)]
fn what_is_past_its_line_is_an_action_item(
    #[case] period: &str,
    #[case] kind: Option<&str>,
    #[case] measure: Measure,
    #[case] value: Value,
    #[case] is: bool,
) {
    let found = actions(&sheet(scope(period, kind), &[(measure, value)]), &policy());
    assert_eq!(
        found.iter().map(|one| one.measure).collect::<Vec<_>>(),
        [measure][..usize::from(is)]
    );
    let mut empty = sheet(scope(period, kind), &[(measure, value)]);
    empty.figures[0].value = Value::Count(0);
    assert!(empty.is_empty() && actions(&empty, &policy()).is_empty());
}

#[test]
fn an_action_item_says_the_figure_the_line_and_what_to_do() {
    let told = |measure, value| {
        actions(&sheet(scope("2026-11", None), &[(measure, value)]), &policy())[0].sentence.clone()
    };
    assert_eq!(
        told(Measure::Worked, share(31, 50)),
        "Worked is 62 % (31 of 50), short of its target of at least 80 %. Reassign what nobody has touched."
    );
    assert!(
        told(Measure::HandoffToResponse, share(1, 2))
            .contains("past its warning line; the target is at least 80 %")
    );
    assert!(
        told(Measure::HandoffRate, share(30, 100)).contains("outside its target of 10 to 20 %")
    );
    assert!(told(Measure::MqaToOpportunity, share(1, 20)).contains("Compare what converted"));
}

/// The handoffs that show a shortfall: those that were returned, but those that were not worked.
#[rstest]
#[case(Measure::ReturnRate, Verdict::Hit)]
#[case(Measure::Rejected, Verdict::Hit)]
#[case(Measure::HandoffRate, Verdict::Hit)]
#[case(Measure::TimeToFirstTouch, Verdict::Hit)]
#[case(Measure::Escalations, Verdict::Hit)]
#[case(Measure::Satisfaction, Verdict::Hit)]
#[case(Measure::Worked, Verdict::Missed)]
#[case(Measure::WithinSla, Verdict::Missed)]
fn a_shortfall_is_shown_by_those_that(#[case] measure: Measure, #[case] verdict: Verdict) {
    assert_eq!(shows(measure), verdict);
}

#[test]
fn a_scope_narrows_a_measure_to_its_type() {
    let policy = policy();
    let kinds = |kind, measure| scope("2026-11", kind).kinds(measure, &policy);
    assert_eq!(kinds(None, Measure::Volume), None);
    assert_eq!(kinds(None, Measure::MqlToMeeting), Some(vec!["mql".to_owned()]));
    assert_eq!(kinds(Some("tier1"), Measure::Worked), Some(vec!["tier1".to_owned()]));
    assert_eq!(kinds(Some("tier1"), Measure::MqlToMeeting), Some(vec![]));
}

#[test]
fn a_list_is_narrowed_to_one_value_of_a_slice() {
    let people = BTreeMap::from([(PersonId(4), "Sam Ortiz".to_owned())]);
    let term = |slice, value| term_of(slice, value, &people);
    assert_eq!(term(Slice::All, "x"), "");
    assert_eq!(term(Slice::Tier, "2"), "tier:2");
    assert_eq!(term(Slice::Source, "event"), "source:event");
    assert_eq!(term(Slice::Segment, "SMB"), "segment:SMB");
    assert_eq!(term(Slice::Segment, ""), "");
    assert_eq!(term(Slice::Person, "4"), "owner:\"Sam Ortiz\"");
    assert_eq!(term(Slice::Person, "9"), "", "nobody here has the number");
    assert_eq!(narrowed("stage:queued", "tier:2"), "stage:queued tier:2");
    assert_eq!(
        narrowed("stage:queued", "tier:\"9"),
        "stage:queued",
        "what reads as no filter adds nothing"
    );
}

/// The list behind a figure: the period, the types it is about, the people, and how they stand to it.
#[rstest]
#[case(None, Measure::Volume, "submitted:2026-11-01..2026-11-30")]
#[case(Some("tier1"), Measure::Volume, "submitted:2026-11-01..2026-11-30 type:tier1")]
#[case(
    None,
    Measure::MqlToMeeting,
    "submitted:2026-11-01..2026-11-30 type:mql missed:mql_to_meeting"
)]
#[case(Some("tier1"), Measure::Worked, "submitted:2026-11-01..2026-11-30 type:tier1 missed:worked")]
#[case(
    Some("tier1"),
    Measure::MqlToMeeting,
    "submitted:2026-11-01..2026-11-30 type:tier1 missed:mql_to_meeting"
)]
#[case(None, Measure::FeedbackGiven, "missed:feedback_given")]
fn a_figure_opens_its_list(
    #[case] kind: Option<&str>,
    #[case] measure: Measure,
    #[case] line: &str,
) {
    let policy = policy();
    let found = scope("2026-11", kind).filter(measure, Verdict::Missed, &policy);
    assert_eq!(found, line);
    assert_eq!(found.parse::<Filter>().unwrap().to_string(), found, "it reads back");
}

#[test]
fn a_team_is_asked_for_by_its_names() {
    let people = vec![(PersonId(1), "Sam Ortiz".to_owned()), (PersonId(2), "Ann".to_owned())];
    let team = Some(Team { name: "Mia".into(), people });
    let scope = Scope { team, ..scope("2026-W47", None) };
    assert_eq!(
        scope.filter(Measure::FeedbackGiven, Verdict::Missed, &policy()),
        "owner:\"Sam Ortiz\",Ann missed:feedback_given",
        "what is told of now is of no period"
    );
    assert_eq!(
        scope.filter(Measure::Volume, Verdict::Hit, &policy()),
        "submitted:2026-11-16..2026-11-22 owner:\"Sam Ortiz\",Ann"
    );
}

/// Each row: a measure that fell short, and what the action item says to do about it.
#[rstest]
#[case(Measure::HandoffToResponse, "Read the first messages")]
#[case(Measure::ResponseToOpportunity, "Ask the assignees what became of the answers")]
#[case(Measure::HandoffRate, "Check the criteria and the caps")]
#[case(Measure::Worked, "Reassign what nobody has touched.")]
#[case(Measure::ReturnRate, "Go through the reasons with marketing")]
#[case(Measure::Rejected, "Go through the reasons with marketing")]
#[case(Measure::MqaToOpportunity, "Compare what converted with what did not")]
#[case(Measure::MqaToClose, "Compare what converted with what did not")]
#[case(Measure::TimeToFirstTouch, "Look at who waited longest")]
#[case(Measure::MqlTimeToFirstTouch, "Look at who waited longest")]
#[case(Measure::AnsweredIn5Min, "Look at who waited longest")]
#[case(Measure::WithinSla, "See which clock and which leg used up the time")]
#[case(Measure::Completeness, "Tell the senders which fields are missing")]
#[case(Measure::Satisfaction, "Ask the assignees what they missed")]
#[case(Measure::MqlToMeeting, "Listen to the calls")]
#[case(Measure::MeetingToOpportunity, "Listen to the calls")]
#[case(Measure::ClosedWonToActivated, "Call the customers that are not live yet.")]
#[case(Measure::FeedbackGiven, "Ask the assignees for a report")]
#[case(Measure::Overrides, "Look at the handoffs behind it.")]
fn a_shortfall_says_what_to_do(#[case] measure: Measure, #[case] what: &str) {
    assert!(remedy(measure).starts_with(what), "{}", remedy(measure));
}

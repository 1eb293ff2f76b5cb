//! `DOMAIN.md 8`, minimum work [004]: what is owed before a rejection, who overrides it, and who owes nothing.

use handoff_desk::domain::command::Command;
use handoff_desk::domain::handoff::Day;
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR};
use rstest::rstest;

use super::cast::{
    Case, DANA, MARK, MIA, MONDAY, NINA, POLICY, RITA, SAM, VERA, assign, day, dispose, give_back,
    override_owed, policy, touch,
};
use super::commands::said;

/// What is owed, by touches made and days since the first; none when it may be recorded.
#[rstest]
#[case(
    "tier1",
    "NO_RESPONSE",
    1,
    0,
    Some("NO_RESPONSE needs 5 touches over 21 days; still owed: 4 touches and 21 days.")
)]
#[case(
    "tier1",
    "NO_RESPONSE",
    4,
    20,
    Some("NO_RESPONSE needs 5 touches over 21 days; still owed: 1 touch and 1 day.")
)]
#[case(
    "tier1",
    "NO_RESPONSE",
    5,
    20,
    Some("NO_RESPONSE needs 5 touches over 21 days; still owed: 1 day.")
)]
#[case(
    "tier1",
    "NO_RESPONSE",
    4,
    21,
    Some("NO_RESPONSE needs 5 touches over 21 days; still owed: 1 touch.")
)]
#[case("tier1", "NO_RESPONSE", 5, 21, None)]
#[case(
    "intent",
    "NO_RESPONSE",
    3,
    29,
    Some("NO_RESPONSE needs 3 touches over 30 days; still owed: 1 day.")
)]
#[case(
    "intent",
    "NO_RESPONSE",
    2,
    30,
    Some("NO_RESPONSE needs 3 touches over 30 days; still owed: 1 touch.")
)]
#[case("intent", "NO_RESPONSE", 3, 30, None)]
#[case(
    "tier1",
    "NOT_READY",
    2,
    1,
    Some("NOT_READY needs 3 touches over 2 days; still owed: 1 touch and 1 day.")
)]
#[case("tier1", "NOT_READY", 3, 2, None)]
#[case("mql", "NOT_READY", 3, 1, None)]
#[case("meeting_set", "NOT_READY", 1, 0, None)]
#[case("tier1", "BAD_TIMING", 1, 0, None)]
#[case("tier1", "WRONG_PERSONA", 1, 0, None)]
#[case("tier1", "WRONG_ACCOUNT", 1, 0, None)]
#[case("tier1", "LOST_COMPETITOR", 1, 0, None)]
fn a_rejection_before_the_work_is_refused_with_what_is_owed(
    #[case] kind: &str,
    #[case] code: &str,
    #[case] touches: u32,
    #[case] days: i64,
    #[case] owed: Option<&str>,
) {
    let mut case = Case::of_type_at(kind, Stage::Working);
    let taker = case.taker();
    for _ in 1..touches {
        case.does(taker, touch());
    }
    case.after(days * DAY);
    let command = with_fields(code);
    match owed {
        None => drop(case.does(taker, command)),
        Some(sentence) => assert_eq!(
            case.refuses(taker, &command, RefusalKind::Owed),
            format!("{sentence} Do the work, or let a manager override it with a reason.")
        ),
    }
}

/// A disposition with whatever it requires.
fn with_fields(code: &str) -> Command {
    let text = |key: &str| match key {
        "wake_on" | "expected_close" => "2027-06-01",
        "amount" => "90000",
        "missing" => "committee",
        "other" => "H-7",
        "meeting_at" => "2027-06-01T10:00-04:00",
        _ => "As they said",
    };
    let rule = POLICY.disposition(code).unwrap();
    let fields: Vec<_> = rule.requires.iter().map(|key| (key.as_str(), text(key))).collect();
    dispose(code, &fields)
}

#[rstest]
#[case("WRONG_PERSONA")]
#[case("BAD_TIMING")]
#[case("LOST_COMPETITOR")]
#[case("WRONG_ACCOUNT")]
fn without_a_touch_there_is_no_rejection(#[case] code: &str) {
    for stage in [Stage::Assigned, Stage::Accepted] {
        let case = Case::at_stage(stage);
        let sentence = case.refuses(SAM, &with_fields(code), RefusalKind::Owed);
        assert!(
            sentence.starts_with(&format!("{code} needs 1 touch; still owed: 1 touch.")),
            "{sentence}"
        );
    }
}

#[rstest]
#[case("INCOMPLETE")]
#[case("DUPLICATE")]
fn what_is_no_judgement_of_the_account_owes_nothing(#[case] code: &str) {
    for stage in [Stage::Assigned, Stage::Accepted, Stage::Working] {
        Case::at_stage(stage).does(SAM, with_fields(code));
    }
}

#[test]
fn a_manager_overrides_with_a_reason_and_it_is_recorded() {
    let over = |why: &str| override_owed("NO_RESPONSE", &[], why);
    let case = Case::at_stage(Stage::Working);
    assert_eq!(
        case.refuses(SAM, &over("They moved"), RefusalKind::NotPermitted),
        "Sam may not override the minimum work. NO_RESPONSE needs 5 touches over 21 days; still owed: 4 touches and \
         21 days. A manager or the VP of Sales may, with a reason."
    );
    assert!(
        case.refuses(MARK, &over(" "), RefusalKind::Missing)
            .starts_with("The reason for the override is missing.")
    );
    case.refuses(NINA, &over("They moved"), RefusalKind::NotPermitted);
    for who in [MARK, DANA] {
        let mut case = Case::at_stage(Stage::Working);
        let lines = said(&case.does(who, over(" They moved ")));
        assert_eq!(
            lines[0], "outcome: NO_RESPONSE (recycle) [], wrong: signal, over: They moved",
            "{who}"
        );
    }
}

#[test]
fn an_override_of_nothing_is_not_counted() {
    let mut case = Case::at_stage(Stage::Working);
    case.does(MARK, override_owed("BAD_TIMING", &[("wake_on", "2027-02-01")], "They moved"));
    assert_eq!(case.handoff.outcome.as_ref().and_then(|it| it.overridden.clone()), None);
    let mut case = Case::at_stage(Stage::Working);
    let note = "No news".to_owned();
    case.does(MARK, Command::Return { missing: vec![], note, overridden: Some("Why not".into()) });
    assert_eq!(case.handoff.outcome.as_ref().and_then(|it| it.overridden.clone()), None);
}

#[test]
fn a_policy_may_owe_work_before_a_return_and_an_override_of_it_counts() {
    let strict = policy(
        "[dispositions.INCOMPLETE]\nclass = \"return\"\nlabel = \"Package incomplete\"\n\
         requires = [\"missing\"]\nthen = \"returned\"\nowes = { touches = 1, days = 0 }\n",
    );
    let mut case = Case::drawn_up("tier1", MONDAY, strict, |_| {});
    case.does(MIA, Command::Submit);
    case.does(DANA, assign(SAM));
    assert!(
        case.refuses(SAM, &give_back("No news"), RefusalKind::Owed)
            .starts_with("INCOMPLETE needs 1 touch; still owed: 1 touch.")
    );
    let over = |why: &str| Command::Return {
        missing: vec![],
        note: "No news".to_owned(),
        overridden: Some(why.to_owned()),
    };
    case.refuses(SAM, &over("Wrong number"), RefusalKind::NotPermitted);
    let lines = said(&case.does(MARK, over(" Wrong number ")));
    assert_eq!(lines[0], "outcome: INCOMPLETE (return) [note=No news], over: Wrong number");
}

#[test]
fn triage_rejects_what_is_queued_by_an_override() {
    let account = [("reason", "Bought last week")];
    for (who, kind) in [(DANA, RefusalKind::Owed), (RITA, RefusalKind::Owed)] {
        Case::at_stage(Stage::Queued).refuses(who, &dispose("WRONG_ACCOUNT", &account), kind);
    }
    let over = override_owed("WRONG_ACCOUNT", &account, "It is in the news");
    Case::at_stage(Stage::Queued).refuses(RITA, &over, RefusalKind::NotPermitted);
    let mut case = Case::at_stage(Stage::Queued);
    case.does(DANA, over);
    assert_eq!(case.handoff.stage, Stage::Closed);
}

/// Nobody can touch what was returned, and it is marketing's own to put to rest.
#[test]
fn marketing_recycles_what_was_returned_to_it_and_owes_no_touches() {
    for code in ["WRONG_PERSONA", "BAD_TIMING", "NO_RESPONSE", "NOT_READY"] {
        for who in [MIA, VERA] {
            let mut case = Case::at_stage(Stage::Returned);
            case.after(HOUR).does(who, with_fields(code));
            assert_eq!(case.handoff.stage, Stage::Nurture, "{code}");
            assert_eq!(case.handoff.outcome.as_ref().and_then(|it| it.overridden.clone()), None);
        }
    }
}

/// [004]: "no response" is never final.
#[test]
fn no_response_is_of_class_recycle_and_leaves_a_way_back() {
    let rule = POLICY.disposition("NO_RESPONSE").unwrap();
    assert_eq!((rule.class.key(), rule.then.key()), ("recycle", "nurture"));
    let mut case = Case::at_stage(Stage::Working);
    case.does(MARK, override_owed("NO_RESPONSE", &[], "They moved"));
    assert_eq!(case.handoff.stage, Stage::Nurture);
    case.does(MIA, Command::Wake { news: "A demo request".to_owned() });
}

#[test]
fn a_later_day_of_waking_replaces_the_one_before() {
    let mut case = Case::at_stage(Stage::Nurture);
    assert_eq!(case.handoff.day(Day::Wake), Some(day("2027-02-01")));
    case.does(MIA, Command::Wake { news: "A call".to_owned() });
    case.does(DANA, Command::Reopen { reason: "They called".to_owned() });
    case.does(DANA, assign(SAM));
    case.does(SAM, touch());
    case.does(SAM, dispose("WRONG_PERSONA", &[("persona", "Their CFO")]));
    assert_eq!(case.handoff.day(Day::Wake), None);
}

//! `DOMAIN.md 8`: every code, what it requires, what follows, and the work that is owed before it.

use handoff_desk::domain::command::{Command, Disposal};
use handoff_desk::domain::handoff::Claim;
use handoff_desk::domain::refusal::RefusalKind;
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, HOUR};
use rstest::rstest;

use super::cast::{Case, POLICY, SAM, dispose, touch};
use super::commands::said;

/// Code, class, what it requires, what follows.
const CODES: [(&str, &str, &str, &str); 16] = [
    ("ACCEPTED", "accept", "", "accept"),
    ("MEETING", "progress", "meeting_at", "meeting"),
    ("HELD", "progress", "", "held"),
    ("NOSHOW", "progress", "", "noshow"),
    ("OPPORTUNITY", "progress", "amount expected_close", "opportunity"),
    ("WON", "close", "amount", "won"),
    ("LOST", "close", "reason", "lost"),
    ("INCOMPLETE", "return", "missing", "returned"),
    ("WRONG_PERSONA", "recycle", "persona", "nurture"),
    ("BAD_TIMING", "recycle", "wake_on", "nurture"),
    ("NO_RESPONSE", "recycle", "", "nurture"),
    ("NOT_READY", "recycle", "note", "nurture"),
    ("LOST_COMPETITOR", "disqualify", "competitor", "closed"),
    ("WRONG_ACCOUNT", "disqualify", "reason", "closed"),
    ("DUPLICATE", "disqualify", "other", "closed"),
    ("DISPUTED", "escalate", "note", "disputed"),
];

#[test]
fn the_codes_are_this_table() {
    let codes: Vec<_> = POLICY
        .dispositions
        .iter()
        .map(|rule| {
            (rule.code.as_str(), rule.class.key(), rule.requires.join(" "), rule.then.key())
        })
        .collect();
    let want: Vec<_> = CODES
        .iter()
        .map(|(code, class, requires, then)| (*code, *class, (*requires).to_owned(), *then))
        .collect();
    assert_eq!(codes, want);
}

/// A required field that is not there, and the sentence.
#[rstest]
#[case(
    Stage::Working,
    "MEETING",
    "MEETING needs \"Meeting on\". Fill in meeting_at: a day and time with its zone, such as 2026-12-01T15:00-05:00."
)]
#[case(
    Stage::Engaged,
    "OPPORTUNITY",
    "OPPORTUNITY needs \"Amount\". Fill in amount: a whole number above zero."
)]
#[case(
    Stage::Opportunity,
    "WON",
    "WON needs \"Amount\". Fill in amount: a whole number above zero."
)]
#[case(
    Stage::Opportunity,
    "LOST",
    "LOST needs \"Reason\". Fill in reason: a text of at most 4 KiB."
)]
#[case(
    Stage::Working,
    "INCOMPLETE",
    "INCOMPLETE needs \"Missing fields\". Fill in missing: package field keys separated by commas, such as intelligence.news, committee."
)]
#[case(
    Stage::Working,
    "WRONG_PERSONA",
    "WRONG_PERSONA needs \"Right persona or contact\". Fill in persona: a text of at most 4 KiB."
)]
#[case(
    Stage::Working,
    "BAD_TIMING",
    "BAD_TIMING needs \"Re-hand on\". Fill in wake_on: a day from today on, such as 2026-12-01."
)]
#[case(
    Stage::Working,
    "NOT_READY",
    "NOT_READY needs \"Note\". Fill in note: a text of at most 4 KiB."
)]
#[case(
    Stage::Working,
    "LOST_COMPETITOR",
    "LOST_COMPETITOR needs \"Competitor\". Fill in competitor: a text of at most 4 KiB."
)]
#[case(
    Stage::Working,
    "WRONG_ACCOUNT",
    "WRONG_ACCOUNT needs \"Reason\". Fill in reason: a text of at most 4 KiB."
)]
#[case(
    Stage::Working,
    "DUPLICATE",
    "DUPLICATE needs \"The other handoff\". Fill in other: another handoff, such as H-1042."
)]
fn a_missing_field_is_named(#[case] stage: Stage, #[case] code: &str, #[case] sentence: &str) {
    let case = Case::at_stage(stage);
    assert_eq!(case.refuses(SAM, &dispose(code, &[]), RefusalKind::Missing), sentence);
    let first = POLICY.disposition(code).unwrap().requires[0].as_str();
    let blank = dispose(code, &[(first, "  ")]);
    assert_eq!(case.refuses(SAM, &blank, RefusalKind::Missing), sentence, "blank is missing");
    let lower = dispose(&code.to_lowercase(), &[]);
    assert_eq!(case.refuses(SAM, &lower, RefusalKind::Missing), sentence, "in any case");
}

#[test]
fn every_required_field_is_wanted() {
    let case = Case::at_stage(Stage::Engaged);
    let half = dispose("OPPORTUNITY", &[("amount", "90000")]);
    assert!(
        case.refuses(SAM, &half, RefusalKind::Missing)
            .starts_with("OPPORTUNITY needs \"Expected close\".")
    );
    let note = dispose("DISPUTED", &[]);
    assert!(case.refuses(SAM, &note, RefusalKind::Missing).starts_with("DISPUTED needs \"Note\"."));
}

/// A field that is wrong: what was given and what is wanted.
#[rstest]
#[case(
    Stage::Working,
    "MEETING",
    "meeting_at",
    "tomorrow",
    "Meeting on: \"tomorrow\" won't do. meeting_at wants a day and time with its zone, such as 2026-12-01T15:00-05:00."
)]
#[case(
    Stage::Working,
    "MEETING",
    "meeting_at",
    "2026-12-01T15:00",
    "Meeting on: \"2026-12-01T15:00\" won't do. meeting_at wants a day and time with its zone, such as 2026-12-01T15:00-05:00."
)]
#[case(
    Stage::Working,
    "MEETING",
    "meeting_at",
    "2026-11-16T10:00-05:00",
    "A meeting at 2026-11-16T15:00:00Z lies in the past. Record HELD for a meeting that took place."
)]
#[case(
    Stage::Opportunity,
    "WON",
    "amount",
    "0",
    "Amount: \"0\" won't do. amount wants a whole number above zero."
)]
#[case(
    Stage::Opportunity,
    "WON",
    "amount",
    "-5",
    "Amount: \"-5\" won't do. amount wants a whole number above zero."
)]
#[case(
    Stage::Opportunity,
    "WON",
    "amount",
    "90k",
    "Amount: \"90k\" won't do. amount wants a whole number above zero."
)]
#[case(
    Stage::Opportunity,
    "WON",
    "amount",
    "99999999999999999999",
    "Amount: \"99999999999999999999\" won't do. amount wants a whole number above zero."
)]
#[case(
    Stage::Working,
    "BAD_TIMING",
    "wake_on",
    "2026-11-15",
    "Re-hand on: \"2026-11-15\" won't do. wake_on wants a day from today on, such as 2026-12-01."
)]
#[case(
    Stage::Working,
    "BAD_TIMING",
    "wake_on",
    "2027-02-30",
    "Re-hand on: \"2027-02-30\" won't do. wake_on wants a day from today on, such as 2026-12-01."
)]
#[case(
    Stage::Working,
    "BAD_TIMING",
    "wake_on",
    "+12027-02-01",
    "Re-hand on: \"+12027-02-01\" won't do. wake_on wants a day from today on, such as 2026-12-01."
)]
#[case(
    Stage::Working,
    "INCOMPLETE",
    "missing",
    "colour",
    "Missing fields: \"colour\" won't do. missing wants package field keys separated by commas, such as intelligence.news, committee."
)]
#[case(
    Stage::Working,
    "INCOMPLETE",
    "missing",
    "committee,",
    "Missing fields: \"committee,\" won't do. missing wants package field keys separated by commas, such as intelligence.news, committee."
)]
#[case(
    Stage::Working,
    "DUPLICATE",
    "other",
    "Acme",
    "The other handoff: \"Acme\" won't do. other wants another handoff, such as H-1042."
)]
#[case(
    Stage::Working,
    "DUPLICATE",
    "other",
    "h-1042",
    "A handoff can't be its own duplicate. Name the other one."
)]
fn a_wrong_field_says_what_is_wanted(
    #[case] stage: Stage,
    #[case] code: &str,
    #[case] key: &str,
    #[case] text: &str,
    #[case] sentence: &str,
) {
    let case = Case::at_stage(stage);
    assert_eq!(case.refuses(SAM, &dispose(code, &[(key, text)]), RefusalKind::Missing), sentence);
}

#[test]
fn a_field_or_a_code_that_nobody_knows_is_refused_by_name() {
    let case = Case::at_stage(Stage::Working);
    assert_eq!(
        case.refuses(SAM, &dispose("GONE", &[]), RefusalKind::Missing),
        "GONE is not a disposition code. The codes are ACCEPTED, MEETING, HELD, NOSHOW, OPPORTUNITY, WON, LOST, \
         INCOMPLETE, WRONG_PERSONA, BAD_TIMING, NO_RESPONSE, NOT_READY, LOST_COMPETITOR, WRONG_ACCOUNT, DUPLICATE, \
         DISPUTED."
    );
    assert_eq!(
        case.refuses(SAM, &dispose("HELD", &[("mood", "good")]), RefusalKind::Missing),
        "\"mood\" is not a field of HELD. The fields are meeting_at, amount, expected_close, reason, missing, \
         persona, wake_on, note, competitor, other."
    );
    let long = "x".repeat(4 * 1024 + 1);
    assert!(case.asks(SAM, &dispose("WRONG_ACCOUNT", &[("reason", &long[1..])])).is_ok());
    let shown =
        format!("Reason: \"{}\" won't do. reason wants a text of at most 4 KiB.", &long[..60]);
    assert_eq!(
        case.refuses(SAM, &dispose("WRONG_ACCOUNT", &[("reason", &long)]), RefusalKind::Missing),
        shown
    );
}

/// Each code from a stage that it is legal from: what it records and what follows.
#[rstest]
#[case::meeting(Stage::Working, dispose("MEETING", &[("meeting_at", "2026-11-19T15:00-05:00")]), &[
    "outcome: MEETING (progress) [meeting_at=2026-11-19T15:00-05:00]",
    "meeting: none to Thu 19 Nov 15:00"])]
#[case::held(Stage::Working, dispose("HELD", &[]), &[
    "outcome: HELD (progress) []",
    "held: none to Mon 16 Nov 11:00",
    "responded: none to Mon 16 Nov 11:00",
    "stage: working to engaged"])]
#[case::held_before_a_touch(Stage::Accepted, dispose("HELD", &[]), &[
    "outcome: HELD (progress) []",
    "held: none to Mon 16 Nov 11:00",
    "first_touch: none to Mon 16 Nov 11:00",
    "responded: none to Mon 16 Nov 11:00",
    "stage: accepted to engaged"])]
#[case::held_as_opportunity(Stage::Opportunity, dispose("HELD", &[]), &[
    "outcome: HELD (progress) []",
    "held: none to Mon 16 Nov 11:00"])]
#[case::noshow(Stage::Accepted, dispose("NOSHOW", &[]), &[
    "outcome: NOSHOW (progress) []",
    "stage: accepted to working"])]
#[case::noshow_as_opportunity(Stage::Opportunity, dispose("NOSHOW", &[]), &[
    "outcome: NOSHOW (progress) []"])]
#[case::opportunity(Stage::Engaged, dispose("OPPORTUNITY", &[("amount", " 90000 "), ("expected_close", "2027-03-31")]), &[
    "outcome: OPPORTUNITY (progress) [amount=90000; expected_close=2027-03-31]",
    "amount: none to 90000",
    "expected_close: none to 2027-03-31",
    "opportunity: none to Mon 16 Nov 11:00",
    "stage: engaged to opportunity"])]
#[case::won(Stage::Opportunity, dispose("WON", &[("amount", "80000")]), &[
    "outcome: WON (close) [amount=80000]",
    "amount: 90000 to 80000",
    "ended: none to Mon 16 Nov 11:00",
    "stage: opportunity to closed"])]
#[case::lost(Stage::Opportunity, dispose("LOST", &[("reason", "Price")]), &[
    "outcome: LOST (close) [reason=Price]",
    "ended: none to Mon 16 Nov 11:00",
    "stage: opportunity to closed"])]
#[case::incomplete(Stage::Working, dispose("INCOMPLETE", &[("missing", "committee, intelligence.news")]), &[
    "outcome: INCOMPLETE (return) [missing=committee, intelligence.news]",
    "asked for: [] to [committee intelligence.news]",
    "returned: none to Mon 16 Nov 11:00",
    "accepted: Mon 16 Nov 10:00 to none",
    "assignee: P-4 to none",
    "stage: working to returned"])]
#[case::wrong_persona(Stage::Working, dispose("WRONG_PERSONA", &[("persona", "Their CFO")]), &[
    "outcome: WRONG_PERSONA (recycle) [persona=Their CFO], wrong: persona",
    "ended: none to Mon 16 Nov 11:00",
    "stage: working to nurture"])]
#[case::bad_timing(Stage::Working, dispose("BAD_TIMING", &[("wake_on", "2027-02-01"), ("note", "")]), &[
    "outcome: BAD_TIMING (recycle) [wake_on=2027-02-01], wrong: timing",
    "wake: none to 2027-02-01",
    "ended: none to Mon 16 Nov 11:00",
    "stage: working to nurture"])]
#[case::lost_competitor(Stage::Working, dispose("LOST_COMPETITOR", &[("competitor", "Initech")]), &[
    "outcome: LOST_COMPETITOR (disqualify) [competitor=Initech], wrong: competitor",
    "ended: none to Mon 16 Nov 11:00",
    "stage: working to closed"])]
#[case::wrong_account(Stage::Working, dispose("WRONG_ACCOUNT", &[("reason", "Bought")]), &[
    "outcome: WRONG_ACCOUNT (disqualify) [reason=Bought], wrong: fit",
    "ended: none to Mon 16 Nov 11:00",
    "stage: working to closed"])]
#[case::duplicate(Stage::Working, dispose("DUPLICATE", &[("other", "H-7")]), &[
    "outcome: DUPLICATE (disqualify) [other=H-7]",
    "ended: none to Mon 16 Nov 11:00",
    "stage: working to closed"])]
#[case::disputed(Stage::Working, dispose("DISPUTED", &[("note", "Is this ours?")]), &[
    "suspended: none to working",
    "stage: working to disputed"])]
fn a_disposition_records_and_is_followed_by(
    #[case] stage: Stage,
    #[case] command: Command,
    #[case] want: &[&str],
) {
    let mut case = Case::at_stage(stage);
    case.after(HOUR);
    assert_eq!(said(&case.does(SAM, command)), want);
}

#[test]
fn no_response_and_not_ready_rest_once_the_work_is_done() {
    for (code, fields, wrong) in
        [("NO_RESPONSE", &[][..], "signal"), ("NOT_READY", &[("note", "2027")][..], "timing")]
    {
        let mut case = Case::at_stage(Stage::Working);
        for _ in 0..4 {
            case.after(DAY).does(SAM, touch());
        }
        case.after(18 * DAY);
        let lines = said(&case.does(SAM, dispose(code, fields)));
        assert!(lines[0].starts_with(&format!("outcome: {code} (recycle)")), "{}", lines[0]);
        assert!(lines[0].ends_with(&format!("wrong: {wrong}")), "{}", lines[0]);
        assert_eq!(lines[1..], ["ended: none to Tue 8 Dec 10:00", "stage: working to nurture"]);
    }
}

#[test]
fn a_claim_that_is_named_wins_over_the_codes_own() {
    let mut case = Case::at_stage(Stage::Working);
    let Command::Dispose(disposal) = dispose("DUPLICATE", &[("other", "H-7")]) else { return };
    case.does(SAM, Command::Dispose(Disposal { claim: Some(Claim::ContactData), ..disposal }));
    assert_eq!(case.handoff.outcome.as_ref().and_then(|it| it.claim), Some(Claim::ContactData));
    let mut case = Case::at_stage(Stage::Working);
    let incomplete = dispose("INCOMPLETE", &[("missing", "contact")]);
    let Command::Dispose(disposal) = incomplete else { return };
    case.does(SAM, Command::Dispose(Disposal { claim: Some(Claim::ContactData), ..disposal }));
    assert_eq!(case.handoff.outcome.as_ref().and_then(|it| it.claim), Some(Claim::ContactData));
}

/// The reason is read in a list: 4 KiB are enough, and no byte more.
#[test]
fn a_text_is_at_most_four_kibibytes_long() {
    let case = Case::at_stage(Stage::Working);
    let lost = |length| dispose("WRONG_ACCOUNT", &[("reason", &"x".repeat(length))]);
    assert!(case.asks(SAM, &lost(4_096)).is_ok());
    case.refuses(SAM, &lost(4_097), RefusalKind::Missing);
}

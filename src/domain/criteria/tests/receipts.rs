//! Receipts: every rule, condition and signal as it is told, at length and cut short.

use super::*;

#[test]
fn a_receipt_tells_every_rule_condition_and_signal() {
    let account = account(Tier::Two);
    let contacts = people(2);
    let all = signals(&[
        ("pricing_visit", 0),
        ("pricing_visit", 2),
        ("webinar", 0),
        ("site_visit", 80),
        ("roi_calculator", 14),
        ("site_visit", 91),
    ]);
    let rest = Rest { since: NOW.plus(-10 * DAY), ..REST };
    let case = Case { rest: Some(rest), ..case(&account, &contacts, &all) };
    let policy = policy();
    let judgement = judge(&case, &policy);
    let lines = receipt(&case, &policy, &judgement).lines();
    assert_eq!(
        lines.join("\n"),
        "\
Hand off as tier2: rule 4, Tier 2 with a visible committee
H-7 rested, and there is a new signal: a new handoff is linked to it.
Judged on Fri 20 Nov 2026 14:32 EST by policy small 0123456789ab
Fit: tier 2, set by hand
Intent: 46, moderate
   28.6  Visited the pricing page ×2
   10.0  Attended a webinar
    7.5  Used the ROI calculator
    0.1  Visited the site
Committee: 2 with decision authority
Rules tried:
  ✗ 1. Outside the ICP
      ✗ outside the ICP: tier 2
  ✗ 2. They asked for us
      ✗ signal demo_request or contact_form: none
  ✗ 3. Tier 1 with some intent
      ✗ tier 1: tier 2
      ✓ intent light or higher: 46, moderate
  ✓ 4. Tier 2 with a visible committee
      ✓ tier 2: tier 2
      ✓ intent moderate or higher: 46, moderate
      ✓ at least 2 with decision authority: 2
Evidence (> decided):
  > Fri 20 Nov 2026  S-3  Attended a webinar  10.0
  > Fri 20 Nov 2026  S-1  Visited the pricing page  15.0
  > Wed 18 Nov 2026  S-2  Visited the pricing page  13.6
  > Fri 6 Nov 2026  S-5  Used the ROI calculator  7.5
  > Tue 1 Sep 2026  S-4  Visited the site  0.1"
    );
}

#[test]
fn a_receipt_says_what_was_found_for_conditions_that_fail() {
    let (account, all) =
        (account(Tier::Three), signals(&[("webinar", 0), ("webinar", 1), ("content_download", 2)]));
    let case = case(&account, &[], &all);
    let policy = policy();
    let judgement = judge(&case, &policy);
    let told: Vec<_> = receipt(&case, &policy, &judgement)
        .tried
        .iter()
        .skip(5)
        .flat_map(|tried| &tried.conditions)
        .map(|checked| format!("{}: {}", checked.wanted, checked.found))
        .collect();
    assert_eq!(
        told,
        [
            "on the target account list: not on it",
            "pattern visits or three: not met",
            "lead score (the intent score) at least 65: 27",
            "expected value at least $50K: not known",
            "nothing but content_download: also webinar ×2",
        ]
    );
    assert_eq!(receipt(&case, &policy, &judgement).headline, "Nurture: no rule matches");
}

#[test]
fn a_receipt_of_thousands_of_signals_stays_readable() {
    let account = account(Tier::Three);
    let demo = signal(9_999, "demo_request", 2);
    let lines = |all: &[Signal]| {
        let (case, policy) = (case(&account, &[], all), policy());
        receipt(&case, &policy, &judge(&case, &policy)).lines()
    };
    let all = [signals(&[("webinar", 1); 20]), vec![demo.clone()]].concat();
    let told = lines(&all);
    assert_eq!(told.iter().filter(|line| line.contains("S-") && !line.contains('>')).count(), 20);
    assert!(told.last().is_some_and(|line| line.contains("> Wed 18 Nov 2026  S-9999")));
    let all = [signals(&[("webinar", 1); 3_000]), vec![demo]].concat();
    let lines = lines(&all);
    assert!(lines.len() < 50, "{}", lines.len());
    assert!(lines.iter().any(|line| line.contains("> Wed 18 Nov 2026  S-9999")));
    assert_eq!(lines.last().map(String::as_str), Some("    and 2,980 more signals"));
}

/// Each row: a condition, and which of the signals it is shown to look at, newest first.
#[rstest]
#[case::by_kind(When { signals: Some(strings(&["webinar", "site_visit"])), ..When::default() }, &[3, 1])]
#[case::nothing_else(When { only: Some(strings(&["webinar"])), ..When::default() }, &[3, 2, 1])]
#[case::by_pattern(When { patterns: Some(strings(&["visits"])), ..When::default() }, &[3])]
#[case::not_about_signals(When { on_tal: Some(true), ..When::default() }, &[])]
fn a_condition_shows_the_signals_that_it_looks_at(#[case] when: When, #[case] ids: &[i64]) {
    let (account, mut policy) = (account(Tier::Two), policy());
    policy.criteria.truncate(1);
    policy.criteria[0].when = when;
    let signals =
        [signal(1, "webinar", 5), signal(2, "demo_request", 4), signal(3, "site_visit", 2)];
    let case = case(&account, &[], &signals);
    let receipt = receipt(&case, &policy, &judge(&case, &policy));
    let evidence = &receipt.tried[0].conditions[0].evidence;
    assert_eq!(evidence.iter().map(|id| id.0).collect::<Vec<_>>(), ids);
}

/// A condition tells the days of what it found, newest first and each once; of many the first and how many more.
#[rstest]
#[case::none(&[], "✗ signal webinar: none")]
#[case::one(&[1], "✓ signal webinar: webinar, on Thu 19 Nov 2026")]
#[case::one_day(&[1, 1], "✓ signal webinar: webinar ×2, on Thu 19 Nov 2026")]
#[case::two(&[1, 3], "✓ signal webinar: webinar ×2, on Thu 19 Nov 2026 and Tue 17 Nov 2026")]
#[case::as_many_as_are_told(&[1, 2, 3, 4], "✓ signal webinar: webinar ×4, on Thu 19 Nov 2026, Wed 18 Nov 2026, Tue 17 Nov 2026 and Mon 16 Nov 2026")]
#[case::more(&[1, 2, 3, 4, 5, 6], "✓ signal webinar: webinar ×6, on Thu 19 Nov 2026, Wed 18 Nov 2026, Tue 17 Nov 2026, Mon 16 Nov 2026 and 2 more")]
fn a_receipt_tells_on_which_days(#[case] days: &[i64], #[case] line: &str) {
    let (account, mut policy) = (account(Tier::Two), policy());
    policy.criteria.truncate(1);
    policy.criteria[0].when = When { signals: Some(strings(&["webinar"])), ..When::default() };
    let signals: Vec<_> = (1..).zip(days).map(|(id, days)| signal(id, "webinar", *days)).collect();
    let case = case(&account, &[], &signals);
    let lines = receipt(&case, &policy, &judge(&case, &policy)).lines();
    assert!(lines.iter().any(|told| told.trim() == line), "{lines:#?}");
    let evidence = if days.is_empty() {
        "Evidence: no signals in the look-back window"
    } else {
        "Evidence (> decided):"
    };
    assert!(lines.iter().any(|told| told == evidence), "{lines:#?}");
}

/// Each row: a condition as a receipt asks for it, and what it finds; the account is on the list and its intent light.
#[rstest]
#[case(intent(Band::Light, false), "intent light: 10, light")]
#[case(intent(Band::Light, true), "intent light or higher: 10, light")]
#[case(When { on_tal: Some(true), ..When::default() }, "on the target account list: on it")]
#[case(When { on_tal: Some(false), ..When::default() }, "not on the target account list: on it")]
#[case(score(Op::Lt, 65.0), "lead score (the intent score) less than 65: 10")]
fn a_condition_says_what_it_wants_and_what_it_finds(#[case] when: When, #[case] line: &str) {
    let account = Account { on_tal: true, ..account(Tier::Two) };
    let (signals, mut policy) = (signals(&[("webinar", 0)]), policy());
    policy.criteria.truncate(1);
    policy.criteria[0].when = when;
    let case = case(&account, &[], &signals);
    let told = receipt(&case, &policy, &judge(&case, &policy));
    let checked = &told.tried[0].conditions[0];
    assert_eq!(format!("{}: {}", checked.wanted, checked.found), line);
}

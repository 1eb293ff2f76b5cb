//! The shipped policy holds every default of DOMAIN.md.

use std::collections::BTreeSet;

use rstest::rstest;

use super::*;
use crate::domain::clock::ClockName;
use crate::domain::measure::Measure;
use crate::domain::person::Role;
use crate::domain::policy::{Class, MinimumWork, Owes, Then, Verdict, Warn};
use crate::domain::signal::KINDS;

fn policy() -> Policy {
    super::super::shipped().unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn it_reads_and_is_what_an_empty_file_gives() {
    let policy = policy();
    assert_eq!(policy, good("").policy);
    assert_eq!(policy, good(SHIPPED).policy);
    assert_eq!(policy.hash.len(), 64);
}

#[rstest]
#[case::tier1(
    "tier1",
    Role::Marketing,
    Role::Ae,
    Role::VpSales,
    "deliver 24h, assign same_day, accept 24h, first_touch 48h, work 21d"
)]
#[case::tier2(
    "tier2",
    Role::Marketing,
    Role::Ae,
    Role::Manager,
    "deliver fri 17:00, assign mon 17:00, first_touch wed 17:00, work 21d"
)]
#[case::intent(
    "intent",
    Role::Marketing,
    Role::Sdr,
    Role::Manager,
    "deliver 48h, accept 24h, first_touch 5bd, work 30d"
)]
#[case::inbound(
    "inbound",
    Role::Marketing,
    Role::Ae,
    Role::Manager,
    "accept same_day, first_touch 24h"
)]
#[case::relationship(
    "relationship",
    Role::Marketing,
    Role::Ae,
    Role::Manager,
    "accept same_day, first_touch 24h"
)]
#[case::mql("mql", Role::Marketing, Role::Sdr, Role::Manager, "first_touch 4h")]
#[case::hot_lead("hot_lead", Role::Marketing, Role::Sdr, Role::Manager, "first_touch 5m")]
#[case::meeting_set(
    "meeting_set",
    Role::Sdr,
    Role::Ae,
    Role::Manager,
    "package 24h before meeting"
)]
#[case::opportunity("opportunity", Role::Ae, Role::Ae, Role::Manager, "first_touch 48h")]
#[case::closed_won(
    "closed_won",
    Role::Ae,
    Role::Csm,
    Role::Manager,
    "first_touch 48h, onboard 90d"
)]
#[case::expansion("expansion", Role::Csm, Role::Ae, Role::Manager, "first_touch 5d")]
fn a_type_of_handoff(
    #[case] key: &str,
    #[case] from: Role,
    #[case] to: Role,
    #[case] triage: Role,
    #[case] promises: &str,
) {
    let policy = policy();
    let kind = policy.kind(key).unwrap();
    assert_eq!((kind.from, kind.to, kind.triage), (from, to, triage));
    assert_eq!(kind.auto_assign, !matches!(key, "tier1" | "tier2"));
    assert!(kind.auto_submit);
    assert!(!kind.success.is_empty());
    assert!(kind.playbook.as_ref().is_some_and(|key| policy.playbooks.contains_key(key)));
    let common = "report 7d, fix 24h, decide 2bd";
    for promise in promises.split(", ").chain(common.split(", ")) {
        let (name, target) = promise.split_once(' ').unwrap();
        let name: ClockName = name.parse().unwrap();
        assert_eq!(kind.clocks[&name].target.to_string(), target, "{name}");
    }
    let named = |name: &ClockName| kind.clocks.contains_key(name);
    assert!(ClockName::ALL.iter().filter(|name| kind.clock(**name).is_some()).all(named));
}

#[test]
fn there_are_eleven_types_and_a_few_have_something_of_their_own() {
    let policy = policy();
    assert_eq!(policy.types.len(), 11);
    let touch = &policy.kind("intent").unwrap().clocks[&ClockName::FirstTouch];
    assert_eq!(touch.warn, Warn::At("3bd".parse().unwrap()));
    assert_eq!(policy.kind("closed_won").unwrap().co_owner_days, 30);
    let hot = policy.kind("hot_lead").unwrap().escalation.clone().unwrap();
    assert_eq!(hot.breach.iter().map(|who| who.key()).collect::<Vec<_>>(), ["manager", "vp_sales"]);
    assert_eq!(hot.warn, policy.escalation.warn);
    assert!(hot.after.is_empty());
    let later: Vec<_> = policy.escalation.after.keys().copied().collect();
    assert_eq!(later, [24 * 60 * 60 * 1000]);
}

#[rstest]
#[case("ACCEPTED", Class::Accept, Then::Accept, "", None)]
#[case("MEETING", Class::Progress, Then::Meeting, "meeting_at", None)]
#[case("HELD", Class::Progress, Then::Held, "", None)]
#[case("NOSHOW", Class::Progress, Then::Noshow, "", None)]
#[case("OPPORTUNITY", Class::Progress, Then::Opportunity, "amount expected_close", None)]
#[case("WON", Class::Close, Then::Won, "amount", None)]
#[case("LOST", Class::Close, Then::Lost, "reason", None)]
#[case("INCOMPLETE", Class::Return, Then::Returned, "missing", None)]
#[case("WRONG_PERSONA", Class::Recycle, Then::Nurture, "persona", Some((1, 0)))]
#[case("BAD_TIMING", Class::Recycle, Then::Nurture, "wake_on", Some((1, 0)))]
#[case("NO_RESPONSE", Class::Recycle, Then::Nurture, "", Some((5, 21)))]
#[case("LOST_COMPETITOR", Class::Disqualify, Then::Closed, "competitor", Some((1, 0)))]
#[case("WRONG_ACCOUNT", Class::Disqualify, Then::Closed, "reason", Some((1, 0)))]
#[case("DUPLICATE", Class::Disqualify, Then::Closed, "other", None)]
#[case("DISPUTED", Class::Escalate, Then::Disputed, "note", None)]
fn a_disposition(
    #[case] code: &str,
    #[case] class: Class,
    #[case] then: Then,
    #[case] requires: &str,
    #[case] owes: Option<(u32, u32)>,
) {
    let policy = policy();
    let rule = policy.disposition(code).unwrap();
    assert_eq!((rule.class, rule.then), (class, then));
    assert_eq!(rule.requires, requires.split_whitespace().collect::<Vec<_>>());
    let owes = owes.map(|(touches, days)| Owes::Fixed(MinimumWork { touches, days }));
    assert_eq!(rule.owes, owes);
}

#[test]
fn not_ready_owes_the_types_work_and_silence_owes_intent_its_own() {
    let policy = policy();
    assert_eq!(policy.dispositions.len(), 16);
    assert_eq!(policy.disposition("NOT_READY").unwrap().owes, Some(Owes::OfType));
    let silence = &policy.disposition("NO_RESPONSE").unwrap().owes_by_type;
    assert_eq!(silence["intent"], MinimumWork { touches: 3, days: 30 });
}

#[test]
fn the_decision_table_is_that_of_the_domain() {
    let policy = policy();
    let rows: Vec<_> = policy
        .criteria
        .iter()
        .map(|row| format!("{} {}", row.verdict, row.kind.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        rows,
        [
            "never -",
            "handoff relationship",
            "handoff relationship",
            "handoff expansion",
            "handoff inbound",
            "handoff hot_lead",
            "handoff tier1",
            "handoff tier2",
            "research -",
            "handoff tier2",
            "handoff intent",
            "discuss -",
            "handoff mql",
            "nurture -",
        ]
    );
    let last = policy.criteria.last().unwrap();
    assert_eq!((last.verdict, &last.when), (Verdict::Nurture, &Default::default()));
    assert!(policy.criteria.iter().any(|row| row.brief.is_some()));
}

#[test]
fn every_signal_measure_and_pattern_is_there() {
    let policy = policy();
    let signals: BTreeSet<_> = policy.signals.keys().map(String::as_str).collect();
    assert_eq!(signals, KINDS.iter().copied().collect());
    assert_eq!(policy.measures.keys().copied().collect::<Vec<_>>(), Measure::ALL);
    assert_eq!(
        policy.patterns.keys().collect::<Vec<_>>(),
        [
            "email_engaged",
            "key_page",
            "key_resource",
            "surge",
            "three_product_actions",
            "three_site_visits",
            "website_behaviour"
        ]
    );
    let days: Vec<_> = policy.playbooks["abm"].sequence.iter().map(|step| step.day).collect();
    assert_eq!(days, [2, 4, 7, 12, 21]);
    assert_eq!(policy.hibernate_after_days, 183);
}

#[test]
fn the_office_is_closed_on_named_holidays() {
    let policy = policy();
    let office = policy.calendar("office").unwrap();
    assert_eq!(office.holidays().len(), 23);
    assert_eq!(
        office.closed("2026-11-26".parse().unwrap()).unwrap().to_string(),
        "holiday: Thanksgiving"
    );
    assert_eq!(office.windows("2026-11-27".parse().unwrap())[0].to_string(), "09:00-13:00");
    assert!(policy.calendar("always").unwrap().is_always());
    // A holiday on a weekend would be a slip: its observed day is the one to name.
    let weekend = office.holidays().keys().filter(|day| {
        use chrono::Datelike;
        day.weekday().num_days_from_monday() >= 5
    });
    assert_eq!(weekend.count(), 0);
}

#[test]
fn no_line_of_it_passes_the_width_of_a_screen_without_need() {
    let long = SHIPPED.lines().filter(|line| line.starts_with('#') && line.chars().count() > 120);
    assert_eq!(long.collect::<Vec<_>>(), Vec::<&str>::new());
}

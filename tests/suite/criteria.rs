//! The shipped policy read as DOMAIN.md 4 is: every row of its decision table, its patterns, and the packages and
//! proposals that follow.

use std::collections::BTreeMap;

use handoff_desk::domain::account::{Account, Dated, Relation, Tier};
use handoff_desk::domain::contact::{BuyingRole, Contact};
use handoff_desk::domain::criteria::{Case, Judgement, judge, patterns_met, receipt};
use handoff_desk::domain::handoff::Handoff;
use handoff_desk::domain::ids::{AccountId, ContactId, HandoffId, SignalId};
use handoff_desk::domain::package::{Material, TemplateFacts, assemble};
use handoff_desk::domain::policy::{Policy, Verdict};
use handoff_desk::domain::signal::{Signal, Source};
use handoff_desk::domain::stage::Stage;
use handoff_desk::domain::time::{DAY, Instant};
use handoff_desk::policy::shipped;
use handoff_desk::report::template::{Templates, gaps};
use rstest::{fixture, rstest};

/// Fri 20 Nov 2026 14:32 in New York.
const NOW: Instant = Instant(1_795_203_120_000);

#[fixture]
#[once]
fn policy() -> Policy {
    shipped().expect("the shipped policy is valid")
}

/// An account that fits the tier, on no list, new to us.
fn account(tier: Tier) -> Account {
    Account {
        id: AccountId(1),
        name: "Acme Inc".into(),
        tier,
        tier_by_hand: true,
        ..Account::default()
    }
}

/// A signal of a kind, so many days ago.
fn signal(id: i64, kind: &str, days: i64) -> Signal {
    Signal {
        id: SignalId(id),
        account: AccountId(1),
        kind: kind.into(),
        at: NOW.plus(-days * DAY),
        ..Signal::default()
    }
}

fn signals(all: &[(&str, i64)]) -> Vec<Signal> {
    (1..).zip(all).map(|(id, (kind, days))| signal(id, kind, *days)).collect()
}

fn committee(number: i64) -> Vec<Contact> {
    (1..=number)
        .map(|id| Contact {
            id: ContactId(id),
            name: format!("Person {id}"),
            role: BuyingRole::DecisionMaker,
            authority: true,
            ..Contact::default()
        })
        .collect()
}

fn judged(account: &Account, people: i64, all: &[Signal], policy: &Policy) -> Judgement {
    let contacts = committee(people);
    let case = Case { account, contacts: &contacts, signals: all, open: &[], rest: None, now: NOW };
    let judgement = judge(&case, policy);
    let told = receipt(&case, policy, &judgement);
    let tried = told.tried.len();
    assert_eq!(tried, judgement.rule.map_or(policy.criteria.len(), |rule| rule + 1));
    assert!(told.tried.iter().take(tried - 1).all(|tried| !tried.matched), "the first one decides");
    judgement
}

const HAND_OFF: Verdict = Verdict::Handoff;
const THREE_DEMOS: &[(&str, i64)] =
    &[("demo_request", 0), ("demo_request", 1), ("demo_request", 2)];
/// 45 points: moderate.
const MODERATE: &[(&str, i64)] = &[("webinar", 0), ("event", 0), ("webinar", 0)];
/// 105 points, with no request and no pattern.
const UNPRECEDENTED: &[(&str, i64)] = &[
    ("webinar", 0),
    ("event", 0),
    ("webinar", 0),
    ("event", 0),
    ("webinar", 0),
    ("event", 0),
    ("webinar", 0),
];
/// 75 points: strong.
const STRONG: &[(&str, i64)] =
    &[("webinar", 0), ("event", 0), ("webinar", 0), ("event", 0), ("webinar", 0)];

#[rstest]
#[case::row_1_outside_whatever_the_intent(Tier::Outside, 5, THREE_DEMOS, Verdict::Never, None)]
#[case::row_1_outside_even_when_referred(Tier::Outside, 0, &[("referral", 0)], Verdict::Never, None)]
#[case::row_2_referral(Tier::Three, 0, &[("referral", 3)], HAND_OFF, Some("relationship"))]
#[case::row_2_partner(Tier::Two, 0, &[("partner_intro", 3)], HAND_OFF, Some("relationship"))]
#[case::row_2_before_row_3(Tier::One, 2, &[("referral", 3), ("demo_request", 0)], HAND_OFF, Some("relationship"))]
#[case::row_2_wants_a_customer(Tier::Three, 0, &[("expansion_request", 3)], Verdict::Nurture, None)]
#[case::row_3_demo(Tier::Three, 0, &[("demo_request", 3)], HAND_OFF, Some("inbound"))]
#[case::row_3_sales_call(Tier::Three, 0, &[("sales_call_request", 3)], HAND_OFF, Some("inbound"))]
#[case::row_3_form(Tier::Three, 0, &[("contact_form", 3)], HAND_OFF, Some("inbound"))]
#[case::row_3_callback(Tier::Three, 0, &[("chat_callback", 3)], HAND_OFF, Some("inbound"))]
#[case::row_3_meeting(Tier::Three, 0, &[("meeting_request", 3)], HAND_OFF, Some("inbound"))]
#[case::row_3_trial(Tier::Three, 0, &[("trial_signup", 3)], HAND_OFF, Some("hot_lead"))]
#[case::row_3_before_row_4(Tier::One, 2, &[("demo_request", 3)], HAND_OFF, Some("inbound"))]
#[case::row_4_light_intent(Tier::One, 2, &[("site_visit", 0)], HAND_OFF, Some("tier1"))]
#[case::row_4_no_committee(Tier::One, 0, &[("site_visit", 0)], HAND_OFF, Some("tier1"))]
#[case::row_4_wants_some_intent(Tier::One, 2, &[], Verdict::Nurture, None)]
#[case::row_4_before_row_11(Tier::One, 0, &[("content_download", 0)], HAND_OFF, Some("tier1"))]
#[case::row_5_moderate_with_committee(Tier::Two, 2, MODERATE, HAND_OFF, Some("tier2"))]
#[case::row_5_strong_with_committee(Tier::Two, 3, STRONG, HAND_OFF, Some("tier2"))]
#[case::row_5_wants_moderate_intent(Tier::Two, 2, &[("webinar", 0), ("event", 0)], Verdict::Nurture, None)]
#[case::row_6_one_is_not_a_committee(Tier::Two, 1, MODERATE, Verdict::Research, None)]
#[case::row_6_nobody_is_not_a_committee(Tier::Two, 0, UNPRECEDENTED, Verdict::Research, None)]
#[case::row_7_unprecedented(Tier::Three, 0, UNPRECEDENTED, HAND_OFF, Some("tier2"))]
#[case::row_7_strong_is_not_enough_but_scores(Tier::Three, 0, STRONG, HAND_OFF, Some("mql"))]
#[case::row_9_website_behaviour(Tier::Three, 0, &[], Verdict::Discuss, None)]
#[case::row_10_below_65(Tier::Three, 0, &[("webinar", 0), ("event", 0), ("webinar", 0), ("event", 0)], Verdict::Nurture, None)]
#[case::row_11_one_download(Tier::Three, 0, &[("content_download", 0)], Verdict::Nurture, None)]
#[case::row_11_nothing(Tier::Two, 2, &[], Verdict::Nurture, None)]
fn the_decision_table(
    policy: &Policy,
    #[case] tier: Tier,
    #[case] people: i64,
    #[case] all: &[(&str, i64)],
    #[case] verdict: Verdict,
    #[case] kind: Option<&str>,
) {
    let all = match verdict {
        Verdict::Discuss => long_visits(),
        _ => signals(all),
    };
    let judgement = judged(&account(tier), people, &all, policy);
    let name = judgement.rule.map(|rule| policy.criteria[rule].name.as_str());
    assert_eq!((judgement.verdict, judgement.kind.as_deref()), (verdict, kind), "by {name:?}");
    assert_eq!(judgement.flags(), verdict == HAND_OFF);
    assert_eq!(kind.is_some(), kind.is_some_and(|kind| policy.kind(kind).is_some()));
}

/// Five visits, twenty minutes, the pricing page: the website behaviour of row 9.
fn long_visits() -> Vec<Signal> {
    let minutes = |id, kind, days| Signal { value: Some(4.0), ..signal(id, kind, days) };
    (1..5)
        .map(|id| minutes(id, "site_visit", id * 7))
        .chain([minutes(5, "pricing_visit", 29)])
        .collect()
}

#[rstest]
#[case::asks_for_more(&[("expansion_request", 3)], "relationship")]
#[case::usage(&[("product_usage", 3)], "expansion")]
#[case::asks_and_uses(&[("product_usage", 3), ("expansion_request", 3)], "relationship")]
fn row_2_a_customer_who_wants_more(
    policy: &Policy,
    #[case] all: &[(&str, i64)],
    #[case] kind: &str,
) {
    let customer = Account { relation: Relation::Customer, ..account(Tier::Three) };
    let judgement = judged(&customer, 0, &signals(all), policy);
    assert_eq!((judgement.verdict, judgement.kind.as_deref()), (HAND_OFF, Some(kind)));
}

#[rstest]
#[case::visits(&[("site_visit", 1), ("site_visit", 3), ("site_visit", 7)])]
#[case::key_page(&[("key_page_visit", 20)])]
#[case::pricing(&[("pricing_visit", 20)])]
#[case::key_resource(&[("content_download", 20)])]
fn row_8_on_the_list_with_a_pattern(policy: &Policy, #[case] all: &[(&str, i64)]) {
    let kind =
        |tier, on_tal| judged(&Account { on_tal, ..account(tier) }, 0, &signals(all), policy).kind;
    assert_eq!(kind(Tier::Three, true).as_deref(), Some("intent"));
    assert_eq!(kind(Tier::Two, true).as_deref(), Some("intent"));
    assert_eq!(kind(Tier::One, true).as_deref(), Some("tier1"), "tier 1 is row 4's");
    assert_eq!(kind(Tier::Outside, true), None, "outside is row 1's");
    assert_eq!(kind(Tier::Three, false), None, "not on the list");
}

#[rstest]
#[case::enough(Some(65), Some("mql"))]
#[case::too_low(Some(64), None)]
#[case::too_low_whatever_the_intent_score(Some(0), None)]
fn row_10_takes_the_crms_own_score(
    policy: &Policy,
    #[case] lead_score: Option<u8>,
    #[case] kind: Option<&str>,
) {
    let account = Account { lead_score, ..account(Tier::Three) };
    assert_eq!(judged(&account, 0, &signals(STRONG), policy).kind.as_deref(), kind);
}

#[rstest]
fn row_4_briefs_sales_on_the_roles_to_find(policy: &Policy) {
    let all = signals(&[("site_visit", 0)]);
    assert!(judged(&account(Tier::One), 0, &all, policy).brief.is_some());
    assert_eq!(judged(&account(Tier::One), 2, &all, policy).brief, None);
}

#[rstest]
#[case::request(&[("demo_request", 0)], Source::DirectDemand)]
#[case::referral(&[("referral", 0), ("site_visit", 0)], Source::Referral)]
#[case::trial(&[("trial_signup", 0)], Source::DirectDemand)]
fn the_source_follows_from_the_deciding_signals(
    policy: &Policy,
    #[case] all: &[(&str, i64)],
    #[case] source: Source,
) {
    assert_eq!(judged(&account(Tier::Two), 0, &signals(all), policy).source, source);
}

fn valued(kind: &str, value: f64) -> Signal {
    Signal { value: Some(value), ..signal(1, kind, 10) }
}

#[rstest]
#[case::three_different_actions(signals(&[("demo_request", 1), ("pricing_visit", 40), ("roi_calculator", 14)]), "three_product_actions", false)]
#[case::three_different_actions_in_time(signals(&[("demo_request", 1), ("pricing_visit", 2), ("roi_calculator", 14)]), "three_product_actions", true)]
#[case::three_times_the_same(signals(&[("pricing_visit", 1), ("pricing_visit", 2), ("pricing_visit", 3)]), "three_product_actions", false)]
#[case::three_visits(signals(&[("site_visit", 0), ("site_visit", 3), ("site_visit", 7)]), "three_site_visits", true)]
#[case::three_visits_in_eight_days(signals(&[("site_visit", 0), ("site_visit", 3), ("site_visit", 8)]), "three_site_visits", false)]
#[case::surge(vec![valued("third_party_surge", 70.0)], "surge", true)]
#[case::no_surge(vec![valued("third_party_surge", 69.0)], "surge", false)]
#[case::opens_and_clicks(vec![valued("email_open", 50.0), signal(2, "email_click", 9)], "email_engaged", true)]
#[case::opens_too_few(vec![valued("email_open", 49.0), signal(2, "email_click", 9)], "email_engaged", false)]
#[case::never_clicks(vec![valued("email_open", 90.0)], "email_engaged", false)]
#[case::a_resource(signals(&[("content_download", 1)]), "key_resource", true)]
#[case::a_key_page(signals(&[("roi_calculator", 1)]), "key_page", true)]
#[case::website_behaviour(long_visits(), "website_behaviour", true)]
#[case::without_the_pricing_page(long_visits()[..4].to_vec(), "website_behaviour", false)]
fn patterns(policy: &Policy, #[case] all: Vec<Signal>, #[case] key: &str, #[case] met: bool) {
    assert!(policy.patterns.contains_key(key), "{key} is in the policy");
    assert_eq!(patterns_met(&all, policy, NOW).contains(&key), met);
}

/// Everything that a template may name, known.
fn facts() -> TemplateFacts {
    let mut facts = TemplateFacts::new();
    facts
        .set("contact.first_name", "Sarah")
        .set("contact.name", "Sarah Chen")
        .set("contact.title", "CMO")
        .set("account.name", "Acme Inc")
        .set("account.industry", "SaaS")
        .set("account.technology", "HubSpot")
        .set("news.headline", "hiring a new CMO")
        .set("event.headline", "speaking at DemandCon")
        .set("trigger", "Visited the pricing page")
        .set("pain", "reports take days")
        .set("peer", "Globex")
        .set("sender.first_name", "Sam");
    facts
}

#[rstest]
fn every_opening_angle_fills_without_a_gap(policy: &Policy) {
    let templates = Templates::new();
    for motion in &policy.motions {
        let text = templates.render(&motion.angle, &facts()).expect(&motion.angle);
        assert_eq!(gaps(&text).collect::<Vec<_>>(), [""; 0], "{text}");
        assert!(!text.trim().is_empty());
    }
}

#[rstest]
fn what_marketing_is_told_is_well_formed(policy: &Policy) {
    let templates = Templates::new();
    let told = policy.dispositions.iter().filter_map(|rule| rule.tell_marketing.as_deref());
    for template in told {
        assert_eq!(templates.check(template), Ok(()), "{template}");
    }
}

#[rstest]
#[case::tier_1("tier1", Tier::One)]
#[case::tier_2("tier2", Tier::Two)]
#[case::on_the_list("intent", Tier::Three)]
#[case::asked("inbound", Tier::Three)]
#[case::scored("mql", Tier::Three)]
#[case::trial("hot_lead", Tier::Three)]
fn the_data_alone_completes_a_package(policy: &Policy, #[case] kind: &str, #[case] tier: Tier) {
    let day = |text: &str| text.parse().expect("a day");
    let account = Account {
        revenue: Some(120_000_000),
        employees: Some(450),
        industry: Some("SaaS".into()),
        expected_value: Some(80_000),
        fit: Some(82),
        technologies: vec!["HubSpot".into()],
        news: vec![Dated { on: day("2026-11-12"), headline: "Hires a new CMO".into() }],
        events: vec![Dated { on: day("2026-10-02"), headline: "Speaks at DemandCon".into() }],
        ..account(tier)
    };
    let (contacts, all) = (committee(2), signals(&[("webinar", 5), ("pricing_visit", 1)]));
    let handoff = Handoff {
        id: HandoffId(1042),
        version: 1,
        account: account.id,
        kind: kind.into(),
        opportunity: None,
        stage: Stage::Flagged,
        tier,
        score: 64,
        source: Source::Campaign,
        reason: "Visited the pricing page, on Thu 19 Nov".into(),
        contact: None,
        sender: None,
        assignee: None,
        co_owner: None,
        brief: None,
        fields: BTreeMap::new(),
        completeness: None,
        missing: vec![],
        moments: BTreeMap::new(),
        days: BTreeMap::new(),
        amount: None,
        outcome: None,
        parent: None,
        before_dispute: None,
        decisions: vec![],
        rating: None,
        lacked: None,
        checks: vec![],
        touches: vec![],
        clocks: vec![],
    };
    let templates = Templates::new();
    let name_of = |_| None;
    let render = |template: &str, facts: &TemplateFacts| templates.render(template, facts);
    let material = |peer| Material {
        handoff: &handoff,
        account: &account,
        contacts: &contacts,
        signals: &all,
        trigger: &[],
        peer,
        policy,
        zone: policy.zone,
        now: NOW,
        name_of: &name_of,
        render: &render,
    };
    let package = assemble(&material(Some("Globex")));
    assert_eq!(package.problems, [""; 0]);
    let missing: Vec<_> = package.missing.iter().map(|field| field.key).collect();
    assert_eq!(missing, [""; 0], "{:?}", package.value("motion.angle"));
    assert_eq!(package.completeness, 100);
    let minimum = policy.kind(kind).expect(kind).minimum_completeness;
    let without_peer = assemble(&material(None)).completeness;
    assert!(without_peer >= minimum, "{without_peer} of {minimum} without a peer to name");
}

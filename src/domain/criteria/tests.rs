//! The criteria, read as tables: scores, fit, patterns, every condition, what earlier handoffs mean, receipts.

mod properties;
mod receipts;

use proptest::prelude::*;
use rstest::rstest;

use super::sample::{NOW, account, at_least, contact, policy, signal, signals, strings};
use super::*;
use crate::domain::account::{Relation, Tier};
use crate::domain::contact::BuyingRole;
use crate::domain::ids::HandoffId;
use crate::domain::policy::{Band, BandTest, CriteriaRule, NumberTest, Op, When};
use crate::domain::time::DAY;

fn case<'a>(account: &'a Account, contacts: &'a [Contact], signals: &'a [Signal]) -> Case<'a> {
    Case { account, contacts, signals, open: &[], rest: None, now: NOW }
}

fn people(number: i64) -> Vec<Contact> {
    (1..=number)
        .map(|id| contact(id, &format!("Person {id}"), "CFO", BuyingRole::DecisionMaker))
        .collect()
}

#[rstest]
#[case::nothing(&[], 0, Band::None)]
#[case::fresh(&[("pricing_visit", 0)], 15, Band::Light)]
#[case::half_after_14_days(&[("demo_request", 14)], 20, Band::Light)]
#[case::a_quarter_after_28(&[("demo_request", 28)], 10, Band::Light)]
#[case::rounded_to_the_nearest(&[("pricing_visit", 14)], 8, Band::Light)]
#[case::less_than_half_a_point_is_none(&[("pricing_visit", 90)], 0, Band::None)]
#[case::the_last_day_of_the_window_counts(&[("demo_request", 90), ("demo_request", 90)], 1, Band::Light)]
#[case::older_does_not(&[("demo_request", 91), ("demo_request", 91), ("demo_request", 91)], 0, Band::None)]
#[case::the_future_does_not(&[("demo_request", -1)], 0, Band::None)]
#[case::unknown_kinds_weigh_nothing(&[("sneeze", 0)], 0, Band::None)]
#[case::just_below_moderate(&[("contact_form", 0), ("site_visit", 0), ("site_visit", 0), ("site_visit", 0)], 39, Band::Light)]
#[case::moderate(&[("demo_request", 0)], 40, Band::Moderate)]
#[case::strong(&[("demo_request", 0), ("contact_form", 0)], 70, Band::Strong)]
#[case::unprecedented(&[("demo_request", 0), ("demo_request", 0), ("webinar", 0)], 90, Band::Unprecedented)]
#[case::capped(&[("demo_request", 0), ("demo_request", 0), ("demo_request", 0)], 100, Band::Unprecedented)]
#[case::a_surge_counts_through_its_weight(&[("third_party_surge", 0)], 20, Band::Light)]
fn intent_is_the_sum_of_weights_that_halve(
    #[case] all: &[(&str, i64)],
    #[case] value: u8,
    #[case] band: Band,
) {
    let score = intent_score(&signals(all), &policy(), NOW);
    assert_eq!((score.value, score.band), (value, band));
}

#[test]
fn without_a_half_life_weights_stay() {
    let mut policy = policy();
    policy.intent.half_life = 0;
    let all = signals(&[("webinar", 0), ("webinar", 80)]);
    assert_eq!(intent_score(&all, &policy, NOW).value, 20);
}

#[test]
fn kinds_that_gave_the_same_stand_by_name() {
    for order in [["roi_calculator", "pricing_visit"], ["pricing_visit", "roi_calculator"]] {
        let parts = intent_score(&signals(&order.map(|kind| (kind, 1))), &policy(), NOW).parts;
        let kinds: Vec<_> = parts.iter().map(|part| part.kind.as_str()).collect();
        assert_eq!(kinds, ["pricing_visit", "roi_calculator"]);
    }
}

#[test]
fn a_score_tells_its_parts_by_kind_and_most_points_first() {
    let all =
        signals(&[("site_visit", 0), ("pricing_visit", 0), ("pricing_visit", 14), ("sneeze", 1)]);
    let parts = intent_score(&all, &policy(), NOW).parts;
    let told: Vec<_> =
        parts.iter().map(|part| (&*part.kind, &*part.label, part.count, part.points)).collect();
    assert_eq!(
        told,
        [
            ("pricing_visit", "Visited the pricing page", 2, 22.5),
            ("site_visit", "Visited the site", 1, 3.0),
            ("sneeze", "sneeze", 1, 0.0),
        ]
    );
}

/// An account that meets the sample's first ICP rule in full.
fn ideal() -> Account {
    Account {
        tier: Tier::Outside,
        tier_by_hand: false,
        employees: Some(250),
        revenue: Some(50_000_000),
        technologies: strings(&["Marketo", "hubspot"]),
        ..account(Tier::Outside)
    }
}

#[rstest]
#[case::in_full(ideal(), "Chief Marketing Officer", Tier::One, FitWhy::Rule(0))]
#[case::too_few_people(Account { employees: Some(249), ..ideal() }, "CMO", Tier::Two, FitWhy::Rule(1))]
#[case::people_not_known(Account { employees: None, ..ideal() }, "CMO", Tier::Two, FitWhy::Rule(1))]
#[case::too_little_revenue(Account { revenue: Some(49_999_999), ..ideal() }, "CMO", Tier::Two, FitWhy::Rule(1))]
#[case::other_technology(Account { technologies: vec![], ..ideal() }, "CMO", Tier::Two, FitWhy::Rule(1))]
#[case::other_titles(ideal(), "Intern", Tier::Two, FitWhy::Rule(1))]
#[case::other_region(Account { region: Some("North".into()), ..ideal() }, "Intern", Tier::Outside, FitWhy::NoRule)]
#[case::other_industry(Account { industry: Some("Mining".into()), ..ideal() }, "CMO", Tier::Outside, FitWhy::NoRule)]
#[case::industry_not_known(Account { industry: None, ..ideal() }, "CMO", Tier::Outside, FitWhy::NoRule)]
#[case::case_and_space_do_not_matter(Account { industry: Some(" saas ".into()), ..ideal() }, "cmo", Tier::One, FitWhy::Rule(0))]
#[case::given_in_the_data_wins(Account { tier: Tier::Three, ..ideal() }, "CMO", Tier::Three, FitWhy::Given)]
#[case::by_hand_wins(Account { tier: Tier::Two, tier_by_hand: true, ..ideal() }, "CMO", Tier::Two, FitWhy::ByHand)]
#[case::outside_by_hand_wins(Account { tier_by_hand: true, ..ideal() }, "CMO", Tier::Outside, FitWhy::ByHand)]
fn fit_is_by_hand_or_given_or_by_the_first_rule_met(
    #[case] account: Account,
    #[case] title: &str,
    #[case] tier: Tier,
    #[case] why: FitWhy,
) {
    let contacts = [contact(1, "Sarah Chen", title, BuyingRole::Unknown)];
    assert_eq!(fit(&account, &contacts, &policy()), Fit { tier, why });
}

#[rstest]
#[case::the_word(&[Some("CMO")], true)]
#[case::among_others(&[Some("Interim CMO, EMEA")], true)]
#[case::words_in_a_row(&[Some("chief marketing officer")], true)]
#[case::one_of_several_contacts(&[None, Some("Intern"), Some("cmo")], true)]
#[case::part_of_a_word(&[Some("CMOS engineer"), Some("ACMO")], false)]
#[case::part_and_then_whole(&[Some("ACMO and CMO")], true)]
#[case::no_title(&[None], false)]
#[case::nobody(&[], false)]
fn a_title_counts_when_it_holds_the_word(#[case] titles: &[Option<&str>], #[case] meets: bool) {
    let contacts: Vec<_> = titles
        .iter()
        .map(|title| Contact { title: title.map(str::to_owned), ..Contact::default() })
        .collect();
    assert_eq!(fit(&ideal(), &contacts, &policy()).tier == Tier::One, meets);
}

#[test]
fn a_blank_title_in_a_rule_is_held_by_none() {
    let mut policy = policy();
    policy.icp[0].titles = strings(&[" "]);
    let contacts = [contact(1, "Sarah Chen", "CMO", BuyingRole::Unknown)];
    assert_eq!(fit(&ideal(), &contacts, &policy).tier, Tier::Two);
}

#[test]
fn a_fit_says_where_it_comes_from() {
    let mut any = policy();
    any.icp[1].industry.clear();
    any.icp[1].region.clear();
    let by_any = Fit { tier: Tier::Two, why: FitWhy::Rule(1) };
    assert_eq!(by_any.line(&any), "tier 2 by ICP rule 2: any account");
    let line = |tier, why| Fit { tier, why }.line(&policy());
    assert_eq!(line(Tier::One, FitWhy::ByHand), "tier 1, set by hand");
    assert_eq!(line(Tier::Three, FitWhy::Given), "tier 3, as given in the data");
    assert_eq!(line(Tier::Outside, FitWhy::NoRule), "outside the ICP: no ICP rule is met");
    assert_eq!(
        line(Tier::One, FitWhy::Rule(0)),
        "tier 1 by ICP rule 1: industry Software or SaaS, technology HubSpot, a contact titled CMO or chief \
         marketing, at least 250 employees, revenue at least $50M"
    );
}

fn valued(kind: &str, days: i64, value: f64) -> Signal {
    Signal { value: Some(value), ..signal(9, kind, days) }
}

#[rstest]
#[case::too_few(signals(&[("site_visit", 0), ("site_visit", 1)]), &[])]
#[case::enough(signals(&[("site_visit", 0), ("site_visit", 1), ("site_visit", 7)]), &["visits"])]
#[case::one_too_old(signals(&[("site_visit", 0), ("site_visit", 1), ("site_visit", 8)]), &[])]
#[case::one_in_the_future(signals(&[("site_visit", 0), ("site_visit", 1), ("site_visit", -1)]), &[])]
#[case::three_different(signals(&[("demo_request", 1), ("pricing_visit", 2), ("roi_calculator", 14)]), &["three"])]
#[case::two_different(signals(&[("demo_request", 1), ("pricing_visit", 2), ("pricing_visit", 3)]), &[])]
#[case::thrice_the_same(signals(&[("pricing_visit", 1), ("pricing_visit", 2), ("pricing_visit", 3)]), &[])]
#[case::value_reached(vec![valued("email_open", 1, 50.0), signal(1, "email_click", 2)], &["mail"])]
#[case::value_not_reached(vec![valued("email_open", 1, 49.9), signal(1, "email_click", 2)], &[])]
#[case::value_not_known(signals(&[("email_open", 1), ("email_click", 2)]), &[])]
#[case::one_test_of_two(vec![valued("email_open", 1, 80.0)], &[])]
#[case::values_sum_up(vec![valued("site_visit", 1, 12.0), valued("site_visit", 9, 8.0)], &["site"])]
#[case::sum_too_small(vec![valued("site_visit", 1, 12.0), valued("site_visit", 9, 7.5)], &[])]
fn a_pattern_is_met_when_all_its_counts_are(#[case] all: Vec<Signal>, #[case] met: &[&str]) {
    assert_eq!(patterns_met(&all, &policy(), NOW), met);
}

#[rstest]
#[case::outside_whatever_the_intent(Tier::Outside, 3, &[("demo_request", 0); 3], Verdict::Never, Some(0), None)]
#[case::they_asked(Tier::Three, 0, &[("contact_form", 89)], Verdict::Handoff, Some(1), Some("inbound"))]
#[case::they_asked_long_ago(Tier::Three, 0, &[("contact_form", 91)], Verdict::Nurture, Some(7), None)]
#[case::tier_1_with_light_intent(Tier::One, 2, &[("site_visit", 0)], Verdict::Handoff, Some(2), Some("tier1"))]
#[case::tier_1_without_any(Tier::One, 2, &[], Verdict::Nurture, Some(7), None)]
#[case::tier_2_with_committee(Tier::Two, 2, &[("pricing_visit", 0); 3], Verdict::Handoff, Some(3), Some("tier2"))]
#[case::tier_2_with_one(Tier::Two, 1, &[("pricing_visit", 0); 3], Verdict::Research, Some(4), None)]
#[case::tier_2_with_light_intent(Tier::Two, 2, &[("pricing_visit", 0); 2], Verdict::Nurture, None, None)]
#[case::on_the_list_with_a_pattern(Tier::Three, 0, &[("site_visit", 0); 3], Verdict::Handoff, Some(5), Some("intent"))]
#[case::a_download_alone(Tier::Three, 0, &[("content_download", 0)], Verdict::Nurture, Some(7), None)]
#[case::nothing(Tier::Three, 0, &[], Verdict::Nurture, Some(7), None)]
#[case::no_rule(Tier::Three, 0, &[("webinar", 0)], Verdict::Nurture, None, None)]
fn the_first_rule_that_matches_decides(
    #[case] tier: Tier,
    #[case] committee: i64,
    #[case] all: &[(&str, i64)],
    #[case] verdict: Verdict,
    #[case] rule: Option<usize>,
    #[case] kind: Option<&str>,
) {
    let account = Account { on_tal: true, ..account(tier) };
    let (contacts, signals) = (people(committee), signals(all));
    let judgement = judge(&case(&account, &contacts, &signals), &policy());
    assert_eq!(
        (judgement.verdict, judgement.rule, judgement.kind.as_deref()),
        (verdict, rule, kind)
    );
    assert_eq!(judgement.flags(), verdict == Verdict::Handoff);
    assert_eq!(judgement.reason.is_empty(), matches!(verdict, Verdict::Nurture | Verdict::Never));
}

fn intent(band: Band, plus: bool) -> When {
    When { intent: Some(BandTest { band, plus }), ..When::default() }
}

fn score(op: Op, value: f64) -> When {
    When { lead_score: Some(NumberTest { op, value }), ..When::default() }
}

fn value(least: f64) -> When {
    When { expected_value: Some(at_least(least)), ..When::default() }
}

/// Tier 2, past prospect, not on the list, worth $80K, CRM lead score 64, two to decide, one demo request today.
#[rstest]
#[case::no_condition(When::default(), true)]
#[case::tier(When { tier: Some(vec![Tier::One, Tier::Two]), ..When::default() }, true)]
#[case::other_tier(When { tier: Some(vec![Tier::One, Tier::Three]), ..When::default() }, false)]
#[case::band(intent(Band::Moderate, false), true)]
#[case::lower_band(intent(Band::Light, false), false)]
#[case::lower_band_or_higher(intent(Band::Light, true), true)]
#[case::higher_band(intent(Band::Strong, true), false)]
#[case::committee(When { committee: Some(at_least(2.0)), ..When::default() }, true)]
#[case::larger_committee(When { committee: Some(at_least(3.0)), ..When::default() }, false)]
#[case::relation(When { relation: Some(vec![Relation::PastProspect]), ..When::default() }, true)]
#[case::other_relation(When { relation: Some(vec![Relation::Customer, Relation::New]), ..When::default() }, false)]
#[case::signal(When { signals: Some(strings(&["webinar", "demo_request"])), ..When::default() }, true)]
#[case::other_signal(When { signals: Some(strings(&["webinar"])), ..When::default() }, false)]
#[case::only(When { only: Some(strings(&["demo_request"])), ..When::default() }, true)]
#[case::only_others(When { only: Some(strings(&["webinar"])), ..When::default() }, false)]
#[case::pattern_not_met(When { patterns: Some(strings(&["visits", "never", "unheard"])), ..When::default() }, false)]
#[case::on_the_list(When { on_tal: Some(true), ..When::default() }, false)]
#[case::off_the_list(When { on_tal: Some(false), ..When::default() }, true)]
#[case::crm_score(score(Op::Eq, 64.0), true)]
#[case::crm_score_too_low(score(Op::Ge, 65.0), false)]
#[case::value(value(80_000.0), true)]
#[case::value_too_low(value(80_001.0), false)]
#[case::all_must_hold(When { on_tal: Some(true), ..value(1.0) }, false)]
fn each_condition_holds_or_not(#[case] when: When, #[case] holds: bool) {
    let account = Account {
        relation: Relation::PastProspect,
        expected_value: Some(80_000),
        lead_score: Some(64),
        ..account(Tier::Two)
    };
    let (contacts, signals, mut policy) = (people(2), signals(&[("demo_request", 0)]), policy());
    policy.criteria.truncate(1);
    policy.criteria[0].when = when;
    let case = case(&account, &contacts, &signals);
    let judgement = judge(&case, &policy);
    assert_eq!(judgement.rule.is_some(), holds);
    let receipt = receipt(&case, &policy, &judgement);
    assert_eq!(receipt.tried[0].matched, holds, "the receipt tells the same");
    assert_eq!(receipt.tried[0].conditions.iter().all(|checked| checked.met), holds);
}

#[test]
fn what_is_not_known_meets_no_condition_and_the_intent_score_stands_in_for_the_crm() {
    let account = account(Tier::Three);
    let mut policy = policy();
    policy.criteria.truncate(1);
    let judged = |when: When, policy: &mut Policy| {
        policy.criteria[0].when = when;
        judge(&case(&account, &[], &signals(&[("demo_request", 0)])), policy).rule.is_some()
    };
    assert!(!judged(value(0.0), &mut policy), "a value that isn't known is not 0");
    assert!(judged(score(Op::Eq, 40.0), &mut policy));
}

#[test]
fn sales_is_briefed_only_where_nobody_who_decides_is_known() {
    let (account, all) = (account(Tier::One), signals(&[("site_visit", 0)]));
    let brief = |contacts: &[Contact]| judge(&case(&account, contacts, &all), &policy()).brief;
    assert_eq!(brief(&[]).as_deref(), Some("Find the CFO and the EVP"));
    assert_eq!(brief(&people(1)), None);
}

const REST: Rest<'_> = Rest {
    id: HandoffId(7),
    kind: "tier2",
    since: Instant(NOW.0 - 30 * DAY),
    wake: None,
    removed: false,
};

fn waking(days: i64) -> Rest<'static> {
    Rest { wake: Some(NOW.plus(-days * DAY)), ..REST }
}

#[rstest]
#[case::free(&[], None, &[("demo_request", 1)], Standing::Free, true)]
#[case::open(&[5, 9, 7], None, &[("demo_request", 1)], Standing::Open(HandoffId(9)), false)]
#[case::open_wins_over_rest(&[5], Some(REST), &[("demo_request", 1)], Standing::Open(HandoffId(5)), false)]
#[case::nothing_new(&[], Some(REST), &[("demo_request", 31)], Standing::Resting(HandoffId(7)), false)]
#[case::at_the_moment_it_rested(&[], Some(REST), &[("demo_request", 30)], Standing::Resting(HandoffId(7)), false)]
#[case::something_new(&[], Some(REST), &[("demo_request", 29)], Standing::Woken(HandoffId(7)), true)]
#[case::something_right_now(&[], Some(REST), &[("demo_request", 0)], Standing::Woken(HandoffId(7)), true)]
#[case::something_in_the_future(&[], Some(REST), &[("demo_request", -1)], Standing::Resting(HandoffId(7)), false)]
#[case::new_but_too_little(&[], Some(REST), &[("webinar", 1)], Standing::Woken(HandoffId(7)), false)]
#[case::date_to_come(&[], Some(waking(-1)), &[], Standing::Resting(HandoffId(7)), false)]
#[case::date_has_come(&[], Some(waking(0)), &[], Standing::Due { id: HandoffId(7), news: false }, true)]
#[case::date_and_news(&[], Some(waking(1)), &[("webinar", 1)], Standing::Due { id: HandoffId(7), news: true }, true)]
#[case::removed(&[], Some(Rest { removed: true, ..REST }), &[("demo_request", 1)], Standing::Removed(HandoffId(7)), false)]
fn earlier_handoffs_stand_in_the_way_or_wake(
    #[case] open: &[i64],
    #[case] rest: Option<Rest<'_>>,
    #[case] all: &[(&str, i64)],
    #[case] standing: Standing,
    #[case] flags: bool,
) {
    let (account, all) = (account(Tier::Three), signals(all));
    let open: Vec<_> = open
        .iter()
        .map(|id| Open { id: HandoffId(*id), kind: "inbound", opportunity: None })
        .collect();
    let judgement = judge(&Case { open: &open, rest, ..case(&account, &[], &all) }, &policy());
    assert_eq!(judgement.standing, standing);
    assert_eq!(judgement.flags(), flags);
    let news = !matches!(
        standing,
        Standing::Resting(_) | Standing::Removed(_) | Standing::Due { news: false, .. }
    );
    assert_eq!(judgement.has_news(), news);
}

#[test]
fn a_wake_date_flags_with_the_old_type_but_never_outside_the_icp() {
    let judged = |tier| {
        let account = account(tier);
        judge(&Case { rest: Some(waking(0)), ..case(&account, &[], &[]) }, &policy())
    };
    let due = judged(Tier::Three);
    assert_eq!(due.kind.as_deref(), Some("tier2"));
    assert_eq!(due.reason, "To be looked at again on Fri 20 Nov 2026");
    assert!(!due.has_news());
    let outside = judged(Tier::Outside);
    assert!(!outside.flags());
    assert_eq!(outside.kind, None);
}

#[rstest]
#[case::day_before(179, &[], false)]
#[case::six_months(180, &[], true)]
#[case::a_signal_since(200, &[("webinar", 100)], false)]
#[case::a_signal_long_ago(400, &[("webinar", 180)], true)]
#[case::a_signal_before_it_rested(100, &[("webinar", 300)], false)]
#[case::a_signal_to_come(180, &[("webinar", -1)], true)]
#[case::a_signal_just_now(180, &[("webinar", 0)], false)]
#[case::the_last_of_several(400, &[("webinar", 300), ("webinar", 100), ("webinar", 200)], false)]
fn quiet_for_six_months_hibernates(
    #[case] rests: i64,
    #[case] all: &[(&str, i64)],
    #[case] quiet: bool,
) {
    assert_eq!(is_quiet(NOW.plus(-rests * DAY), &signals(all), &policy(), NOW), quiet);
}

#[test]
fn a_second_open_one_of_a_type_and_opportunity_is_a_duplicate() {
    let open = |id, kind, opportunity| Open { id: HandoffId(id), kind, opportunity };
    let all =
        [open(3, "tier1", None), open(2, "tier1", None), open(1, "opportunity", Some("OP-1"))];
    assert_eq!(duplicate_of(&all, "tier1", None), Some(HandoffId(2)));
    assert_eq!(duplicate_of(&all, "tier1", Some("OP-1")), None);
    assert_eq!(duplicate_of(&all, "opportunity", Some("OP-1")), Some(HandoffId(1)));
    assert_eq!(duplicate_of(&all, "inbound", None), None);
}

#[rstest]
#[case::by_kind(&[("demo_request", 0), ("site_visit", 1)], Source::DirectDemand)]
#[case::vendor(&[("third_party_surge", 0), ("site_visit", 1)], Source::IntentPlatform)]
#[case::most_points_win(&[("third_party_surge", 60), ("webinar", 0)], Source::Campaign)]
#[case::several_sum_up(&[("webinar", 0), ("third_party_surge", 0), ("webinar", 0), ("webinar", 0)], Source::Campaign)]
#[case::introduced(&[("referral", 0)], Source::Referral)]
#[case::usage(&[("product_usage", 0)], Source::Product)]
#[case::at_an_event(&[("event", 0)], Source::Event)]
#[case::by_a_partner(&[("partner_intro", 0)], Source::Referral)]
#[case::they_want_more(&[("expansion_request", 0)], Source::CustomerSuccess)]
#[case::no_signals(&[], Source::Campaign)]
#[case::too_old_to_count(&[("demo_request", 100)], Source::DirectDemand)]
#[case::equals_by_the_order_of_the_domain(&[("sneeze", 0), ("event", 0)], Source::Campaign)]
fn the_channel_is_the_one_that_gives_most(#[case] all: &[(&str, i64)], #[case] source: Source) {
    let all = signals(all);
    assert_eq!(source_of(&all.iter().collect::<Vec<_>>(), &policy(), NOW), source);
}

#[test]
fn a_signals_own_word_for_its_channel_wins() {
    let named = Signal { source: Some("Customer Success".into()), ..signal(1, "webinar", 0) };
    let unheard = Signal { source: Some("website".into()), ..signal(2, "webinar", 0) };
    assert_eq!(source_of(&[&named], &policy(), NOW), Source::CustomerSuccess);
    let dashed = Signal { source: Some(" direct-DEMAND ".into()), ..named };
    assert_eq!(source_of(&[&dashed], &policy(), NOW), Source::DirectDemand);
    assert_eq!(source_of(&[&unheard], &policy(), NOW), Source::Campaign);
}

#[test]
fn one_starts_with_who_acted_last_else_with_the_strongest() {
    let contacts = [
        contact(1, "Bo", "Analyst", BuyingRole::User),
        contact(2, "Cy", "CTO", BuyingRole::Blocker),
        contact(3, "Di", "CMO", BuyingRole::DecisionMaker),
        contact(4, "Ed", "CFO", BuyingRole::DecisionMaker),
    ];
    let by = |id, contact, days| Signal {
        contact: Some(ContactId(contact)),
        ..signal(id, "webinar", days)
    };
    let (user, blocker, stranger) = (by(1, 1, 2), by(2, 2, 1), by(3, 99, 0));
    let nobody = signal(4, "webinar", 0);
    let lead = |trigger: &[&Signal]| lead_contact(&contacts, trigger);
    assert_eq!(lead(&[&nobody, &stranger, &blocker, &user]), Some(ContactId(1)));
    assert_eq!(lead(&[&nobody, &blocker]), Some(ContactId(3)));
    assert_eq!(lead(&[]), Some(ContactId(3)));
    assert_eq!(lead_contact(&contacts[1..2], &[]), Some(ContactId(2)), "better than nobody");
    assert_eq!(lead_contact(&[], &[&user]), None);
}

#[test]
fn the_deciding_signals_are_those_the_rule_names_newest_first() {
    let account = Account { on_tal: true, ..account(Tier::Three) };
    let trigger = |all: &[(&str, i64)]| {
        let all = signals(all);
        let judgement = judge(&case(&account, &[], &all), &policy());
        let ids: Vec<_> = judgement.trigger.iter().map(|id| id.0).collect();
        (ids, judgement.reason)
    };
    assert_eq!(
        trigger(&[("webinar", 0), ("contact_form", 9), ("demo_request", 2)]),
        (vec![3, 2], "Asked for a demo, Filled in a form, Wed 11 Nov to Wed 18 Nov".into())
    );
    assert_eq!(
        trigger(&[("site_visit", 3), ("site_visit", 9), ("site_visit", 0), ("site_visit", 3)]),
        (vec![3, 4, 1], "Visited the site ×3, Tue 17 Nov to Fri 20 Nov".into()),
        "the visit of nine days ago is outside the pattern"
    );
    let open = Signal { value: Some(60.0), ..signal(1, "email_open", 1) };
    let all = [open, signal(2, "email_click", 2), signal(3, "webinar", 0)];
    let mut by_mail = policy();
    by_mail.criteria[5].when.patterns = Some(strings(&["mail"]));
    let judgement = judge(&case(&account, &[], &all), &by_mail);
    assert_eq!(judgement.trigger, [SignalId(1), SignalId(2)], "of every test of the pattern");
    let (none, reason) = trigger(&[]);
    assert!(none.is_empty() && reason.is_empty());
}

#[test]
fn by_intent_all_signals_that_give_points_decide() {
    let (account, all) =
        (account(Tier::One), signals(&[("sneeze", 0), ("webinar", 1), ("site_visit", 1)]));
    let judgement = judge(&case(&account, &[], &all), &policy());
    assert_eq!(judgement.trigger, [SignalId(3), SignalId(2)]);
    assert_eq!(judgement.reason, "Visited the site, Attended a webinar, on Thu 19 Nov");
}

#[test]
fn past_the_cap_the_best_by_tier_then_score_are_flagged() {
    let all = vec![(Tier::Two, 90, 4), (Tier::One, 10, 3), (Tier::Two, 91, 2), (Tier::Two, 90, 1)];
    let ids = |all: &[(Tier, u8, i64)]| all.iter().map(|one| one.2).collect::<Vec<_>>();
    let select = |remaining| {
        let split = select_under_cap(all.clone(), remaining, |(tier, score, id)| {
            Rank::new(*tier, *score, AccountId(*id))
        });
        (ids(&split.flagged), ids(&split.held_back))
    };
    assert_eq!(select(None), (vec![3, 2, 1, 4], vec![]));
    assert_eq!(select(Some(3)), (vec![3, 2, 1], vec![4]));
    assert_eq!(select(Some(0)), (vec![], vec![3, 2, 1, 4]));
    assert_eq!(select(Some(9)), (vec![3, 2, 1, 4], vec![]));
}

/// What stands between an account that is to be researched and a handoff: tier 2, one who decides, one webinar, by rules
/// that hand off on each of these.
#[rstest]
#[case::the_one_rule(&[at_committee(2.0)], &["decision authority"])]
#[case::what_people_can_see_to_before_what_the_account_must_do(&[asked(), When { on_tal: Some(true), ..at_committee(2.0) }], &["target account list", "decision authority"])]
#[case::what_people_can_see_to_before_a_score(&[intent(Band::Strong, true), at_committee(2.0)], &["decision authority"])]
#[case::a_lead_score_waits_as_a_score_does(&[score(Op::Ge, 65.0), at_committee(2.0)], &["decision authority"])]
#[case::fewer_before_what_people_can_see_to(&[intent(Band::Strong, true), When { on_tal: Some(true), ..at_committee(2.0) }], &["intent"])]
#[case::another_tier_is_another_account(&[When { tier: Some(vec![Tier::One]), ..When::default() }, at_committee(2.0)], &["decision authority"])]
#[case::another_relation_too(&[When { relation: Some(vec![Relation::Customer]), ..When::default() }, at_committee(2.0)], &["decision authority"])]
#[case::only_other_accounts(&[When { tier: Some(vec![Tier::One]), ..When::default() }], &[])]
#[case::the_first_of_equals(&[at_committee(3.0), When { on_tal: Some(true), ..When::default() }], &["decision authority"])]
fn the_nearest_rule_says_what_is_missing(#[case] rules: &[When], #[case] words: &[&str]) {
    let mut policy = policy();
    let one = policy.criteria[1].clone();
    let hands = rules.iter().map(|when| CriteriaRule {
        when: when.clone(),
        verdict: Verdict::Handoff,
        ..one.clone()
    });
    let research = CriteriaRule {
        when: When::default(),
        verdict: Verdict::Research,
        kind: None,
        ..one.clone()
    };
    policy.criteria = hands.chain(std::iter::once(research)).collect();
    let (account, contacts, signals) = (account(Tier::Two), people(1), signals(&[("webinar", 0)]));
    let missing = judge(&case(&account, &contacts, &signals), &policy).missing;
    assert_eq!(missing.len(), words.len(), "{missing:?}");
    for (line, word) in missing.iter().zip(words) {
        assert!(line.contains(word), "{line} is about the {word}");
    }
}

fn at_committee(least: f64) -> When {
    When { committee: Some(at_least(least)), ..When::default() }
}

fn asked() -> When {
    When { signals: Some(strings(&["demo_request"])), ..When::default() }
}

#[test]
fn an_account_is_looked_at_again_as_its_score_sinks_below_a_line() {
    // 40 points halve in 14 days; they round to less than 40 after 14 d x log2(40 / 39.5), which is 6 h 5 m 51 s.
    let (account, signals) = (account(Tier::Three), signals(&[("demo_request", 0)]));
    let again = judge(&case(&account, &[], &signals), &policy()).again.unwrap();
    let early = again.since(NOW) / 1_000;
    assert!((6 * 3_600 + 5 * 60..6 * 3_600 + 6 * 60).contains(&early), "{early} s");
}

#[rstest]
#[case(Op::Lt, [true, false, false])]
#[case(Op::Le, [true, true, false])]
#[case(Op::Eq, [false, true, false])]
#[case(Op::Ge, [false, true, true])]
#[case(Op::Gt, [false, false, true])]
fn a_number_passes_on_its_side_of_the_line(#[case] op: Op, #[case] passes: [bool; 3]) {
    let test = NumberTest { op, value: 65.0 };
    assert_eq!([64.0, 65.0, 66.0].map(|value| test.passes(value)), passes);
}

/// The criteria look as far back as the longest of the look-back window and the windows of the patterns.
#[test]
fn the_criteria_look_back_as_far_as_anything_they_ask_for() {
    let mut policy = policy();
    assert_eq!(look_back(&policy), 90 * DAY, "the window of 90 days; patterns ask for 30 at most");
    policy.patterns.get_mut("visits").unwrap().tests[0].within = 120 * DAY;
    assert_eq!(look_back(&policy), 120 * DAY);
    policy.patterns.clear();
    policy.intent.window = 14 * DAY;
    assert_eq!(look_back(&policy), 14 * DAY);
}

/// `DOMAIN.md 4`: only a rule that hands off says as which type.
#[rstest]
#[case(Verdict::Handoff, Some("inbound"))]
#[case(Verdict::Discuss, None)]
#[case(Verdict::Nurture, None)]
fn a_type_is_named_by_a_rule_that_hands_off(#[case] verdict: Verdict, #[case] kind: Option<&str>) {
    let (account, mut policy) = (account(Tier::Two), policy());
    policy.criteria =
        vec![CriteriaRule { verdict, when: When::default(), ..policy.criteria[1].clone() }];
    let judgement = judge(&case(&account, &[], &[]), &policy);
    assert_eq!((judgement.verdict, judgement.kind.as_deref()), (verdict, kind));
}

#[test]
fn a_standing_names_the_handoff_before() {
    let id = HandoffId(7);
    for (standing, handoff) in [
        (Standing::Free, None),
        (Standing::Open(id), Some(id)),
        (Standing::Resting(id), Some(id)),
        (Standing::Woken(id), Some(id)),
        (Standing::Due { id, news: true }, Some(id)),
        (Standing::Removed(id), Some(id)),
    ] {
        assert_eq!(standing.handoff(), handoff, "{standing:?}");
    }
}

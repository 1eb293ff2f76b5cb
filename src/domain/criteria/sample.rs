//! A small policy and the facts around it, for the tests of criteria, package and routing.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::America::New_York;

use crate::domain::account::{Account, Tier};
use crate::domain::calendar::Calendar;
use crate::domain::contact::{BuyingRole, Contact};
use crate::domain::handoff::{Handoff, Moment};
use crate::domain::ids::{AccountId, ContactId, HandoffId, PersonId, SignalId};
use crate::domain::person::{Person, Role};
use crate::domain::policy::{
    Band, BandTest, Bands, BatchRule, CriteriaRule, Escalation, Fallback, HandoffType, IcpRule,
    Intent, MinimumWork, Motion, NumberTest, Op, Pattern, PatternTest, Policy, Routing, SignalRule,
    Verdict, When,
};
use crate::domain::signal::{Signal, Source};
use crate::domain::stage::Stage;
use crate::domain::target::Target;
use crate::domain::time::{DAY, Instant};

/// Fri 20 Nov 2026 14:32 in New York.
pub(in crate::domain) const NOW: Instant = Instant(1_795_203_120_000);

pub(in crate::domain) fn at_least(value: f64) -> NumberTest {
    NumberTest { op: Op::Ge, value }
}

pub(in crate::domain) fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn rule(name: &str, verdict: Verdict, kind: Option<&str>, when: When) -> CriteriaRule {
    CriteriaRule { name: name.into(), when, verdict, kind: kind.map(str::to_owned), brief: None }
}

fn test(of: &[&str], count: u32, days: i64) -> PatternTest {
    PatternTest {
        count,
        of: strings(of),
        within: days * DAY,
        value: None,
        total: None,
        distinct: false,
    }
}

fn pattern(label: &str, tests: Vec<PatternTest>) -> Pattern {
    Pattern { label: label.into(), tests }
}

pub(in crate::domain) fn kind(key: &str, label: &str, to: Role, requires: &[&str]) -> HandoffType {
    HandoffType {
        key: key.into(),
        label: label.into(),
        from: Role::Marketing,
        to,
        triage: Role::VpSales,
        requires: strings(requires),
        minimum_completeness: 70,
        auto_submit: true,
        auto_assign: false,
        minimum_work: MinimumWork::default(),
        monthly_cap: 0,
        playbook: None,
        success: "response within 7 days".into(),
        co_owner_days: 0,
        clocks: BTreeMap::new(),
        escalation: None,
    }
}

fn patterns() -> BTreeMap<String, Pattern> {
    let open_rate = PatternTest { value: Some(50.0), ..test(&["email_open"], 1, 30) };
    let minutes = PatternTest { total: Some(20.0), ..test(&["site_visit"], 2, 30) };
    let actions = &["demo_request", "pricing_visit", "roi_calculator"];
    let three = PatternTest { distinct: true, ..test(actions, 3, 14) };
    BTreeMap::from([
        (
            "mail".into(),
            pattern("reads and clicks", vec![open_rate, test(&["email_click"], 1, 30)]),
        ),
        ("never".into(), pattern("never met", vec![])),
        ("site".into(), pattern("on the site for long", vec![minutes])),
        ("three".into(), pattern("three product actions in 14 days", vec![three])),
        ("visits".into(), pattern("3 visits in 7 days", vec![test(&["site_visit"], 3, 7)])),
    ])
}

fn criteria() -> Vec<CriteriaRule> {
    let moderate = Some(BandTest { band: Band::Moderate, plus: true });
    let light = Some(BandTest { band: Band::Light, plus: true });
    let two = Some(vec![Tier::Two]);
    let few = NumberTest { op: Op::Lt, value: 2.0 };
    let mut table = vec![
        rule(
            "Outside the ICP",
            Verdict::Never,
            None,
            When { tier: Some(vec![Tier::Outside]), ..When::default() },
        ),
        rule(
            "They asked for us",
            Verdict::Handoff,
            Some("inbound"),
            When { signals: Some(strings(&["demo_request", "contact_form"])), ..When::default() },
        ),
        rule(
            "Tier 1 with some intent",
            Verdict::Handoff,
            Some("tier1"),
            When { tier: Some(vec![Tier::One]), intent: light, ..When::default() },
        ),
        rule(
            "Tier 2 with a visible committee",
            Verdict::Handoff,
            Some("tier2"),
            When {
                tier: two.clone(),
                intent: moderate,
                committee: Some(at_least(2.0)),
                ..When::default()
            },
        ),
        rule(
            "Tier 2 without one",
            Verdict::Research,
            None,
            When { tier: two, intent: moderate, committee: Some(few), ..When::default() },
        ),
        rule(
            "On the list, and active",
            Verdict::Handoff,
            Some("intent"),
            When {
                on_tal: Some(true),
                patterns: Some(strings(&["visits", "three"])),
                ..When::default()
            },
        ),
        rule(
            "Large and scored",
            Verdict::Handoff,
            Some("mql"),
            When {
                lead_score: Some(at_least(65.0)),
                expected_value: Some(at_least(50_000.0)),
                ..When::default()
            },
        ),
        rule(
            "Downloads alone",
            Verdict::Nurture,
            None,
            When { only: Some(strings(&["content_download"])), ..When::default() },
        ),
    ];
    table[2].brief = Some("Find the CFO and the EVP".into());
    table
}

/// A policy with one rule for each condition.
pub(in crate::domain) fn policy() -> Policy {
    let signals = [
        ("demo_request", 40.0, "Asked for a demo"),
        ("contact_form", 30.0, "Filled in a form"),
        ("pricing_visit", 15.0, "Visited the pricing page"),
        ("roi_calculator", 15.0, "Used the ROI calculator"),
        ("site_visit", 3.0, "Visited the site"),
        ("content_download", 8.0, "Downloaded content"),
        ("webinar", 10.0, "Attended a webinar"),
        ("email_open", 1.0, "Opened an e-mail"),
        ("email_click", 2.0, "Clicked in an e-mail"),
        ("third_party_surge", 20.0, "Researches our category"),
        ("referral", 25.0, "Was referred"),
        ("product_usage", 5.0, "Used the product"),
    ];
    let hours: [Vec<_>; 7] = std::array::from_fn(|day| match day {
        0..5 => vec!["09:00-17:00".parse().unwrap()],
        _ => vec![],
    });
    let thanksgiving = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    let office = Calendar::new(
        "office",
        New_York,
        hours,
        BTreeMap::from([(thanksgiving, None)]),
        BTreeMap::new(),
    );
    let target = Target::SameDay;
    Policy {
        name: "small".into(),
        hash: "0123456789abcdef0123456789abcdef".into(),
        zone: New_York,
        calendar: "office".into(),
        calendars: BTreeMap::from([("office".into(), office)]),
        signals: signals
            .into_iter()
            .map(|(kind, weight, label)| (kind.into(), SignalRule { weight, label: label.into() }))
            .collect(),
        intent: Intent {
            window: 90 * DAY,
            half_life: 14 * DAY,
            bands: Bands { light: 1, moderate: 40, strong: 70, unprecedented: 90 },
        },
        patterns: patterns(),
        icp: vec![
            IcpRule {
                tier: Tier::One,
                industry: strings(&["Software", "SaaS"]),
                region: vec![],
                technology: strings(&["HubSpot"]),
                titles: strings(&["CMO", "chief marketing"]),
                employees: Some(at_least(250.0)),
                revenue: Some(at_least(50_000_000.0)),
            },
            IcpRule {
                tier: Tier::Two,
                industry: strings(&["Software", "SaaS"]),
                region: strings(&["West", "East"]),
                technology: vec![],
                titles: vec![],
                employees: None,
                revenue: None,
            },
        ],
        criteria: criteria(),
        types: vec![
            kind(
                "tier1",
                "Tier 1 account",
                Role::Ae,
                &["account.revenue", "reason", "intelligence.news", "committee", "motion.angle"],
            ),
            kind("inbound", "Inbound", Role::Ae, &["engagement.trigger", "contact"]),
            kind("intent", "Intent", Role::Sdr, &[]),
        ],
        weights: BTreeMap::new(),
        routing: Routing {
            win_rate: 0.4,
            capacity: 0.3,
            rotation: 0.2,
            industry: 0.1,
            win_rate_prior: 10.0,
            rotation_days: 14,
            fallback: vec![Fallback::Segment, Fallback::Territory, Fallback::Manager],
        },
        motions: vec![motion(Some(vec![Tier::One]), Some("SaaS"), "A"), motion(None, None, "B")],
        dispositions: vec![],
        playbooks: BTreeMap::new(),
        batch: BatchRule {
            kind: "tier2".into(),
            send: target.clone(),
            review: target.clone(),
            outreach: target,
        },
        measures: BTreeMap::new(),
        escalation: Escalation { warn: vec![], breach: vec![], after: BTreeMap::new() },
        views: vec![],
        hibernate_after_days: 180,
    }
}

fn motion(tier: Option<Vec<Tier>>, industry: Option<&str>, name: &str) -> Motion {
    Motion {
        tier,
        industry: industry.map(str::to_owned).into_iter().collect(),
        stage: None,
        kinds: None,
        from: Role::Ae,
        channel: "email".into(),
        timing: "in two days".into(),
        angle: format!("{name}: {{contact.first_name}}, {{news.headline}}"),
        pain: "late reports".into(),
        cycle: "8-12 weeks".into(),
        success: "ACV of $80K or more".into(),
    }
}

/// A signal of a kind, so many days before [`NOW`].
pub(in crate::domain) fn signal(id: i64, kind: &str, days: i64) -> Signal {
    Signal {
        id: SignalId(id),
        account: AccountId(1),
        kind: kind.into(),
        at: NOW.plus(-days * DAY),
        ..Signal::default()
    }
}

/// Signals of these kinds and ages in days, with ids from 1.
pub(in crate::domain) fn signals(all: &[(&str, i64)]) -> Vec<Signal> {
    (1..).zip(all).map(|(id, (kind, days))| signal(id, kind, *days)).collect()
}

pub(in crate::domain) fn contact(id: i64, name: &str, title: &str, role: BuyingRole) -> Contact {
    Contact {
        id: ContactId(id),
        account: AccountId(1),
        name: name.into(),
        title: Some(title.into()),
        role,
        authority: role == BuyingRole::DecisionMaker,
        ..Contact::default()
    }
}

pub(in crate::domain) fn account(tier: Tier) -> Account {
    Account {
        id: AccountId(1),
        name: "Acme Inc".into(),
        industry: Some("SaaS".into()),
        region: Some("West".into()),
        tier,
        tier_by_hand: true,
        ..Account::default()
    }
}

pub(in crate::domain) fn person(id: i64, name: &str, role: Role) -> Person {
    Person { id: PersonId(id), capacity: Some(10), ..Person::new(name, role) }
}

pub(in crate::domain) fn handoff(kind: &str, tier: Tier) -> Handoff {
    Handoff {
        id: HandoffId(1042),
        version: 1,
        account: AccountId(1),
        kind: kind.into(),
        opportunity: None,
        stage: Stage::Flagged,
        tier,
        score: 64,
        source: Source::DirectDemand,
        reason: "Asked for a demo, on Fri 20 Nov".into(),
        contact: None,
        sender: None,
        assignee: None,
        co_owner: None,
        brief: None,
        fields: BTreeMap::new(),
        completeness: None,
        missing: vec![],
        moments: BTreeMap::from([(Moment::Created, NOW)]),
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
    }
}

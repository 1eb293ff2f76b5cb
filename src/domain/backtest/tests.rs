//! The replay sees no future, tells nothing apart that is the same, and says how what it would have changed ended.

use chrono_tz::America::New_York;
use proptest::prelude::*;

use super::*;
use crate::domain::contact::BuyingRole;
use crate::domain::criteria::sample::{NOW, account, contact, policy, signal};
use crate::domain::ids::AccountId;
use crate::domain::policy::{Band, When};
use crate::domain::time::HOUR;
use crate::policy::shipped;

const KINDS: &[&str] = &[
    "site_visit",
    "pricing_visit",
    "webinar",
    "content_download",
    "demo_request",
    "third_party_surge",
    "email_click",
];

/// The shipped policy, read once.
fn whole_policy() -> &'static Policy {
    static SHIPPED: std::sync::OnceLock<Policy> = std::sync::OnceLock::new();
    SHIPPED.get_or_init(|| shipped().unwrap())
}

fn from() -> Instant {
    months_back(NOW, 6, New_York)
}

/// An account with a signal of these kinds so many hours ago.
fn past(tier: Tier, all: &[(usize, i64)]) -> Past {
    let signals = (1..).zip(all).map(|(id, (kind, hours))| {
        let kind = KINDS[kind % KINDS.len()];
        Signal { at: NOW.plus(-hours * HOUR), value: Some(80.0), ..signal(id, kind, 0) }
    });
    Past {
        account: Account { on_tal: true, ..account(tier) },
        contacts: vec![contact(1, "Sarah Holt", "CMO", BuyingRole::DecisionMaker)],
        signals: signals.collect(),
        real: Vec::new(),
    }
}

fn real(
    id: i64,
    kind: &str,
    days: i64,
    ended: Option<i64>,
    outcome: Option<(&str, Class)>,
) -> Real {
    Real {
        id: HandoffId(id),
        kind: kind.into(),
        created: NOW.plus(-days * DAY),
        ended: ended.map(|days| NOW.plus(-days * DAY)),
        stage: if ended.is_some() { Stage::Closed } else { Stage::Working },
        outcome: outcome.map(|(code, class)| (code.to_owned(), class)),
        wake: None,
        flagged: true,
    }
}

fn tier() -> impl Strategy<Value = Tier> {
    prop_oneof![Just(Tier::One), Just(Tier::Two), Just(Tier::Three), Just(Tier::Outside)]
}

fn happenings() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((0..KINDS.len(), 0..260 * 24_i64), 0..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// What happens later changes nothing of what was flagged before.
    #[test]
    fn the_future_is_not_looked_at(tier in tier(), all in happenings(), cut in 0..180 * 24_i64) {
        let policy = whole_policy();
        let cut = NOW.plus(-cut * HOUR);
        let whole = past(tier, &all);
        let mut known = whole.clone();
        known.signals.retain(|signal| signal.at <= cut);
        let mut flags = replay(&whole, policy, from(), NOW);
        flags.retain(|flag| flag.at <= cut);
        prop_assert_eq!(flags, replay(&known, policy, from(), cut));
    }

    /// The order of the signals is nobody's business, and the same policy differs in nothing from itself.
    #[test]
    fn the_same_comes_out_of_the_same(tier in tier(), all in happenings()) {
        let policy = whole_policy();
        let one = past(tier, &all);
        let mut other = one.clone();
        other.signals.reverse();
        let before = replay(&one, policy, from(), NOW);
        let after = replay(&other, policy, from(), NOW);
        prop_assert_eq!(&before, &after);
        let mut trial = Trial::new(NOW, 6, New_York);
        trial.add(&one, &before, &after);
        prop_assert!(trial.types.values().all(|tally| tally.more + tally.fewer == 0));
        let months: u64 = trial.months.iter().map(|month| month.volumes().0).sum();
        prop_assert_eq!(months, before.len() as u64);
    }
}

#[test]
fn a_flagged_account_is_busy_and_then_needs_something_new() {
    let policy = policy();
    // Three visits in a row, one while the work clock of 21 days runs, one after it.
    let one = past(Tier::One, &[(1, 100 * 24), (1, 99 * 24), (1, 85 * 24), (1, 70 * 24)]);
    let flags = replay(&one, &policy, from(), NOW);
    let days: Vec<_> = flags.iter().map(|flag| NOW.since(flag.at) / DAY).collect();
    assert_eq!(days, [100, 70]);
    assert!(flags.iter().all(|flag| flag.kind == "tier1" && flag.real.is_none()));
}

/// A work clock that counts no days keeps the account for 30.
#[test]
fn an_account_is_busy_for_a_month_where_its_type_names_no_time() {
    use crate::domain::clock::ClockName;
    use crate::domain::policy::{ClockRule, Warn};
    let mut policy = policy();
    let kind = policy.types.iter_mut().find(|kind| kind.key == "tier1").unwrap();
    let rule = ClockRule { target: Target::SameDay, warn: Warn::Share(0.75), calendar: None };
    kind.clocks.insert(ClockName::Work, rule);
    let one = past(Tier::One, &[(1, 100 * 24), (1, 71 * 24), (1, 69 * 24)]);
    let flags = replay(&one, &policy, from(), NOW);
    let days: Vec<_> = flags.iter().map(|flag| NOW.since(flag.at) / DAY).collect();
    assert_eq!(days, [100, 69]);
}

#[test]
fn the_handoff_that_really_was_keeps_it_busy_as_long_as_it_was() {
    let policy = policy();
    let mut one = past(Tier::One, &[(1, 100 * 24), (1, 70 * 24), (1, 20 * 24)]);
    one.real = vec![real(7, "tier1", 100, Some(30), Some(("WON", Class::Close)))];
    let flags = replay(&one, &policy, from(), NOW);
    let told: Vec<_> = flags.iter().map(|flag| (NOW.since(flag.at) / DAY, flag.real)).collect();
    assert_eq!(told, [(100, Some(0)), (20, None)]);
    // One that a person made is no doing of the policy's, and keeps it busy all the same.
    one.real = vec![Real { flagged: false, ..real(8, "opportunity", 120, Some(10), None) }];
    assert_eq!(replay(&one, &policy, from(), NOW), []);
}

#[test]
fn a_stricter_policy_flags_fewer_and_says_how_they_ended() {
    let before = policy();
    let mut after = before.clone();
    let strong = BandTest { band: Band::Strong, plus: true };
    let rule =
        after.criteria.iter_mut().find(|rule| rule.kind.as_deref() == Some("tier1")).unwrap();
    rule.when = When { intent: Some(strong), ..rule.when.clone() };
    let mut trial = Trial::new(NOW, 6, New_York);
    let ends = [
        (1, Some(real(1, "tier1", 50, Some(20), Some(("WON", Class::Close))))),
        (2, Some(real(2, "tier1", 49, Some(20), Some(("NO_RESPONSE", Class::Recycle))))),
        (3, Some(real(3, "tier1", 50, None, None))),
        (4, None),
    ];
    for (id, real) in ends {
        let mut one = past(Tier::One, &[(1, 50 * 24)]);
        one.account.id = AccountId(id);
        one.real = real.into_iter().collect();
        let flags = [&before, &after].map(|policy| replay(&one, policy, from(), NOW));
        trial.add(&one, &flags[0], &flags[1]);
    }
    let tally = &trial.types["tier1"];
    assert_eq!((tally.before, tally.after, tally.more, tally.fewer, tally.really), (4, 0, 0, 4, 3));
    let endings =
        [Ending::Won, Ending::Open, Ending::Recycled, Ending::None].map(|ending| (ending, 1));
    assert_eq!(tally.fewer_endings, endings.into());
    let told: Vec<_> = tally.fewer_named.iter().map(|shift| shift.code.as_deref()).collect();
    assert_eq!(told, [Some("WON"), Some("NO_RESPONSE"), None, None]);
    // 4 of 4 accounts on the list in one month are more than a fifth of them.
    let month = trial.months.iter().find(|month| month.volumes().0 > 0).unwrap();
    assert_eq!(month.volumes(), (4, 0));
    let rate = trial.rate(4, &shipped().unwrap()).unwrap();
    assert_eq!((rate.percent, rate.inside), (100.0, Some(false)));
    let mut capped = before.clone();
    capped.types.iter_mut().for_each(|kind| kind.monthly_cap = 3);
    assert_eq!(Month::over(&month.before, &capped), [("tier1".to_owned(), 1, 3)]);
    for enough in [4, 0] {
        capped.types.iter_mut().for_each(|kind| kind.monthly_cap = enough);
        assert_eq!(Month::over(&month.before, &capped), [], "none is over a cap of {enough}");
    }
    // Fifty days before 20 November is 1 October.
    assert_eq!(month.first.to_string(), "2026-10-01");
    assert_eq!(trial.months.iter().filter(|month| month.volumes().0 > 0).count(), 1);
}

#[test]
fn time_alone_flags_where_a_rule_asks_for_less() {
    let mut policy = policy();
    // Only light intent is handed off: strong intent has to cool down first.
    for rule in policy.criteria.iter_mut().filter(|rule| rule.kind.as_deref() == Some("tier1")) {
        rule.when.intent = Some(BandTest { band: Band::Light, plus: false });
    }
    let hot: Vec<_> = [(1, 60 * 24); 4].into_iter().chain([(2, 60 * 24); 4]).collect();
    let flags = replay(&past(Tier::One, &hot), &policy, from(), NOW);
    let at: Vec<_> = flags.iter().map(|flag| NOW.since(flag.at) / DAY).collect();
    assert!(matches!(at.as_slice(), [one, ..] if *one < 60), "{at:?}");
}

#[test]
fn how_a_handoff_ended_is_told_by_its_stage_and_outcome() {
    let ended = |stage, outcome: Option<(&str, Class)>| {
        Ending::of(&Real { stage, ..real(1, "tier1", 50, Some(20), outcome) })
    };
    let won = Some(("WON", Class::Close));
    assert_eq!(ended(Stage::Closed, won), Ending::Won);
    assert_eq!(ended(Stage::Closed, Some(("LOST", Class::Close))), Ending::Lost);
    assert_eq!(ended(Stage::Closed, Some(("BAD_TIMING", Class::Recycle))), Ending::Recycled);
    assert_eq!(ended(Stage::Closed, Some(("DUPLICATE", Class::Disqualify))), Ending::Disqualified);
    assert_eq!(ended(Stage::Closed, None), Ending::Disqualified);
    assert_eq!(ended(Stage::Nurture, None), Ending::Recycled);
    assert_eq!(ended(Stage::Hibernating, None), Ending::Recycled);
    assert_eq!(ended(Stage::Opportunity, None), Ending::Opportunity);
    assert_eq!(ended(Stage::Working, None), Ending::Open);
}

#[test]
fn a_handoff_made_by_hand_keeps_the_account_from_the_moment_it_was_made() {
    let policy = policy();
    let by_hand =
        |days, ended| Real { flagged: false, ..real(8, "opportunity", days, ended, None) };
    let flags = |real: Real| {
        let one = Past { real: vec![real], ..past(Tier::One, &[(1, 100 * 24), (1, 40 * 24)]) };
        let flags = replay(&one, &policy, from(), NOW);
        flags.iter().map(|flag| NOW.since(flag.at) / DAY).collect::<Vec<_>>()
    };
    assert_eq!(flags(by_hand(120, Some(50))), [40], "it is over before the second visit");
    assert_eq!(flags(by_hand(100, Some(50))), [40], "made with the first visit");
    assert_eq!(flags(by_hand(60, None)), [100], "made between the two");
    assert_eq!(flags(by_hand(300, None)), [0; 0], "made before the months that are tried");
    assert_eq!(flags(by_hand(300, Some(200))), [100, 40]);
}

#[test]
fn nothing_comes_of_an_account_that_nothing_happens_to_unless_a_rule_asks_for_less() {
    let mut policy = policy();
    let mut one = past(Tier::One, &[]);
    let flags = |one: &Past, policy: &Policy| replay(one, policy, from(), NOW).len();
    assert_eq!(flags(&one, &policy), 0);
    assert!(!sinks(&policy));
    one.account.lead_score = Some(10);
    for rule in policy.criteria.iter_mut().filter(|rule| rule.kind.as_deref() == Some("tier1")) {
        let test = crate::domain::policy::NumberTest { op: Op::Lt, value: 20.0 };
        rule.when = When { lead_score: Some(test), ..When::default() };
    }
    assert!(sinks(&policy));
    assert_eq!(flags(&one, &policy), 1);
}

/// A flagged account by the hour: signals so many hours ago, and what really was made of it.
fn flagged(signals: &[i64], real: Vec<Real>) -> Vec<(i64, Option<usize>)> {
    let visits: Vec<_> = signals.iter().map(|hours| (1, *hours)).collect();
    let one = Past { real, ..past(Tier::One, &visits) };
    let flags = replay(&one, &policy(), from(), NOW);
    flags.iter().map(|flag| (NOW.since(flag.at) / HOUR, flag.real)).collect()
}

/// The handoff that really was: flagged, made about then, of the same type rather than another, and for one flag only.
#[test]
fn a_real_handoff_stands_for_the_flag_that_it_was_made_for() {
    let open = |kind: &str, days| real(7, kind, days, None, None);
    let days = |days: i64| days * 24;
    assert_eq!(flagged(&[days(100)], vec![open("tier1", 100)]), [(2_400, Some(0))]);
    assert_eq!(flagged(&[days(100)], vec![open("tier1", 70)]), [(2_400, Some(0))], "a month later");
    assert_eq!(flagged(&[days(100)], vec![open("tier1", 69)]), [(2_400, None)], "too late for it");
    let by_hand = Real { flagged: false, ..open("tier1", 99) };
    assert_eq!(flagged(&[days(100)], vec![by_hand]), [(2_400, None)], "a person made it");
    assert_eq!(
        flagged(&[days(100)], vec![open("inbound", 100), open("tier1", 90)]),
        [(2_400, Some(1))],
        "of the same type, though later"
    );
    // One that ended within hours, and a flag eight hours after it was made: it stands for the first alone.
    let short = Real { ended: Some(NOW.plus(-(days(78) - 4) * HOUR)), ..open("tier1", 78) };
    assert_eq!(
        flagged(&[days(100), days(78) - 8], vec![short]),
        [(2_400, Some(0)), (days(78) - 8, None)]
    );
}

/// `DOMAIN.md 13`: what the account had before the months that are tried keeps it busy in them.
#[test]
fn what_was_made_before_the_months_counts_in_them() {
    let visits = [100 * 24, 40 * 24];
    let told = |real: Real| {
        flagged(&visits, vec![real]).iter().map(|flag| flag.0 / 24).collect::<Vec<_>>()
    };
    assert_eq!(told(real(7, "tier1", 300, None, None)), [0; 0], "open to this day");
    assert_eq!(told(real(7, "tier1", 300, Some(50), None)), [40]);
    let removed = real(7, "tier1", 300, Some(250), Some(("WRONG_ACCOUNT", Class::Disqualify)));
    assert_eq!(told(removed), [0; 0], "taken out of all campaigns");
    let lost = real(7, "tier1", 300, Some(250), Some(("LOST", Class::Close)));
    assert_eq!(told(lost), [100, 40]);
}

/// What was made at the very moment from which on is replayed was made in it.
#[test]
fn the_first_moment_belongs_to_the_months() {
    let mut one = past(Tier::One, &[(1, 0)]);
    one.signals[0].at = from();
    one.real = vec![Real { created: from(), ..real(7, "tier1", 0, None, None) }];
    let flags = replay(&one, &policy(), from(), NOW);
    let told: Vec<_> = flags.iter().map(|flag| (flag.at, flag.real)).collect();
    assert_eq!(told, [(from(), Some(0))]);
}

/// Time alone flags again and again: after each burst of interest the account has to cool down.
#[test]
fn time_alone_flags_after_every_burst() {
    let mut policy = policy();
    for rule in policy.criteria.iter_mut().filter(|rule| rule.kind.as_deref() == Some("tier1")) {
        rule.when.intent = Some(BandTest { band: Band::Light, plus: false });
    }
    let burst = |days: i64| [(1, days * 24); 4].into_iter().chain([(2, days * 24); 4]);
    let all: Vec<_> = burst(160).chain(burst(60)).collect();
    let flags = replay(&past(Tier::One, &all), &policy, from(), NOW);
    let days: Vec<_> = flags.iter().map(|flag| NOW.since(flag.at) / DAY).collect();
    assert!(matches!(days.as_slice(), [131..160, 31..60]), "{days:?}");
}

#[test]
fn a_trial_counts_its_accounts_and_names_a_thousand() {
    let policy = policy();
    let mut one = past(Tier::One, &[(1, 50 * 24)]);
    let flags = replay(&one, &policy, from(), NOW);
    let mut trial = Trial::new(NOW, 6, New_York);
    // What a person made, and what was made before the months, was not flagged in them.
    let long_ago = real(1, "tier1", 300, Some(290), None);
    let by_hand = Real { flagged: false, ..real(2, "tier1", 50, None, None) };
    one.real = vec![long_ago, by_hand];
    for id in 1..=1_001 {
        one.account.id = AccountId(id);
        one.account.on_tal = id % 7 == 0;
        trial.add(&one, &flags, &[]);
    }
    assert_eq!((trial.accounts, trial.on_tal), (1_001, 143));
    let tally = &trial.types["tier1"];
    assert_eq!((tally.fewer, tally.fewer_named.len(), tally.really), (1_001, 1_000, 0));
}

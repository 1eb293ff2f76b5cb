//! What holds for any signals: order is nobody's business, more is never less, and receipts agree with verdicts.

use super::*;

const KINDS: &[&str] = &[
    "demo_request",
    "pricing_visit",
    "roi_calculator",
    "site_visit",
    "content_download",
    "webinar",
    "email_open",
    "email_click",
    "third_party_surge",
    "sneeze",
];

fn any_signals() -> impl Strategy<Value = Vec<Signal>> {
    let one = (0..KINDS.len(), -5 * DAY..100 * DAY, proptest::option::of(0_u8..100));
    proptest::collection::vec(one, 0..20).prop_map(|all| {
        (1..)
            .zip(all)
            .map(|(id, (kind, age, value))| Signal {
                at: NOW.plus(-age),
                value: value.map(f64::from),
                ..signal(id, KINDS[kind], 0)
            })
            .collect()
    })
}

fn any_tier() -> impl Strategy<Value = Tier> {
    proptest::sample::select(Tier::ALL)
}

proptest! {
    #[test]
    fn the_order_of_signals_and_contacts_does_not_matter(
        all in any_signals().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        tier in any_tier(),
        committee in 0_i64..4,
    ) {
        let account = Account { on_tal: true, ..account(tier) };
        let contacts = people(committee);
        let turned: Vec<_> = contacts.iter().rev().cloned().collect();
        let policy = policy();
        let (one, other) = (case(&account, &contacts, &all.0), case(&account, &turned, &all.1));
        let (judged, again) = (judge(&one, &policy), judge(&other, &policy));
        prop_assert_eq!(receipt(&one, &policy, &judged), receipt(&other, &policy, &again));
        prop_assert_eq!(judged, again);
    }

    #[test]
    fn a_score_never_falls_by_a_signal_more(all in any_signals(), more in any_signals()) {
        let policy = policy();
        let with = intent_score(&[all.clone(), more].concat(), &policy, NOW);
        let without = intent_score(&all, &policy, NOW);
        prop_assert!(with.value >= without.value && with.band >= without.band);
        prop_assert!(with.value <= 100);
    }

    #[test]
    fn a_score_never_grows_by_waiting(all in any_signals(), wait in 0_i64..100 * DAY) {
        let happened: Vec<_> = all.into_iter().filter(|signal| signal.at <= NOW).collect();
        let policy = policy();
        let later = intent_score(&happened, &policy, NOW.plus(wait));
        prop_assert!(later.value <= intent_score(&happened, &policy, NOW).value);
    }

    #[test]
    fn a_receipt_agrees_with_its_verdict(all in any_signals(), tier in any_tier(), committee in 0_i64..4) {
        let account = Account { on_tal: true, lead_score: Some(70), expected_value: Some(60_000), ..account(tier) };
        let contacts = people(committee);
        let (case, policy) = (case(&account, &contacts, &all), policy());
        let judgement = judge(&case, &policy);
        let receipt = receipt(&case, &policy, &judgement);
        let matched: Vec<_> =
            receipt.tried.iter().enumerate().filter(|(_, tried)| tried.matched).map(|(place, _)| place).collect();
        prop_assert_eq!(matched, judgement.rule.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(
            receipt.evidence.iter().filter(|seen| seen.decided).count(),
            judgement.trigger.len()
        );
    }
}

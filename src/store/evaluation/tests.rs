//! What is judged again when something changed or time passed is exactly what would come out otherwise.

use std::collections::BTreeMap;

use rstest::rstest;
use rusqlite::params;

use super::*;
use crate::domain::time::{DAY, HOUR};
use crate::policy::shipped;
use crate::store::testing::{Dice, Full, NOW, full};

const KINDS: &[&str] = &[
    "site_visit",
    "site_visit",
    "pricing_visit",
    "email_click",
    "content_download",
    "webinar",
    "third_party_surge",
    "roi_calculator",
    "key_page_visit",
];

type Said = (String, Option<String>, String);

fn add_signals(store: &mut Store, dice: &mut Dice, accounts: u64, now: Instant, count: u64) {
    store
        .write(|tx| {
            for _ in 0..count {
                let ago = dice.below(30).cast_signed() * DAY / 10;
                tx.execute(
                    "INSERT INTO signal (account, kind, at, source, value) VALUES (?1, ?2, ?3, 'website', ?4)",
                    params![
                        1 + dice.below(accounts).cast_signed(),
                        KINDS[usize::try_from(dice.below(KINDS.len() as u64)).unwrap()],
                        now.0 - ago,
                        dice.below(100).cast_signed()
                    ],
                )?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

fn kept(store: &Store) -> BTreeMap<i64, Said> {
    store
        .read(|conn| {
            conn.prepare("SELECT account, verdict, kind, rule FROM evaluation")?
                .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))?
                .collect::<rusqlite::Result<_>>()
        })
        .unwrap()
}

fn said(store: &mut Store, now: Instant, policy: &Policy) -> BTreeMap<i64, Said> {
    let all = Span::After(AccountId::default(), usize::MAX);
    let (_, judgements) = store.judge_some(&all, now, policy, false).unwrap().unwrap();
    let rule = |one: &Judgement| {
        let rule = one.rule.and_then(|place| policy.criteria.get(place));
        rule.map_or("no rule matched".to_owned(), |rule| rule.name.clone())
    };
    let said = judgements
        .iter()
        .map(|one| (one.account.0, (one.verdict.key().to_owned(), one.kind.clone(), rule(one))));
    said.collect()
}

/// Judges what is to be judged again, as evaluation does.
fn catch_up(store: &mut Store, now: Instant, policy: &Policy) -> usize {
    let ids = store.accounts_to_judge(now).unwrap();
    let some = store.judge_some(&Span::These(&ids), now, policy, true).unwrap();
    let judged = some.map(|(_, judged)| judged).unwrap_or_default();
    let settled: Vec<_> = judged.iter().map(|one| (one.account, one.again)).collect();
    store.settle_judgements(&settled, false).unwrap();
    ids.len()
}

fn accounts() -> Full {
    let mut full = full(200);
    // Tiers that the rules tell apart, on no list, without handoffs in the way.
    full.store
        .write(|tx| {
            tx.execute_batch(
                "DELETE FROM clock; DELETE FROM touch; DELETE FROM handoff; DELETE FROM signal;
                 UPDATE account SET tier_by_hand = 1, lead_score = NULL, on_tal = id % 3 = 0;",
            )?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    full
}

#[test]
fn what_changed_or_aged_is_judged_and_nothing_else_would_come_out_otherwise() {
    let policy = shipped().unwrap();
    let mut full = accounts();
    let store = &mut full.store;
    let dice = &mut Dice::new(7);
    let mut now = NOW;
    let (mut judged, mut by_time_alone) = (0, 0);
    for step in 0..24 {
        if step % 2 == 0 {
            add_signals(store, dice, 55, now, 20);
        } else {
            let before = kept(store);
            by_time_alone += said(store, now, &policy)
                .iter()
                .filter(|(account, said)| before.get(account) != Some(said))
                .count();
        }
        judged += catch_up(store, now, &policy);
        assert_eq!(kept(store), said(store, now, &policy), "step {step}");
        now = now.plus(HOUR + dice.below(8 * 24).cast_signed() * HOUR);
    }
    let all = 24 * kept(store).len();
    assert!(by_time_alone > 3, "{by_time_alone} verdicts changed by time alone");
    assert!(judged < all / 2, "{judged} of {all} were judged");
}

#[test]
fn a_store_with_nothing_new_has_nothing_to_judge() {
    let policy = shipped().unwrap();
    let mut full = accounts();
    let store = &mut full.store;
    add_signals(store, &mut Dice::new(3), 55, NOW, 100);
    assert!(catch_up(store, NOW, &policy) > 0);
    assert_eq!(store.accounts_to_judge(NOW).unwrap(), []);
    assert_eq!(store.accounts_to_judge(NOW.plus(1)).unwrap(), []);
    // One new signal, one account.
    add_signals(store, &mut Dice::new(4), 55, NOW, 1);
    assert_eq!(store.accounts_to_judge(NOW).unwrap().len(), 1);
}

/// Some, and so many that half of them are judged on a thread of its own.
#[rstest]
#[case::some(300, 80)]
#[case::many(4_000, 1_005)]
fn many_at_once_and_one_by_one_are_the_same(#[case] handoffs: i64, #[case] accounts: usize) {
    let policy = shipped().unwrap();
    let mut full = full(handoffs);
    let store = &mut full.store;
    add_signals(store, &mut Dice::new(5), 70, NOW, 400);
    let all = Span::After(AccountId::default(), usize::MAX);
    let (_, together) = store.judge_some(&all, NOW, &policy, false).unwrap().unwrap();
    assert!(together.iter().any(|one| one.standing.handoff().is_some()));
    assert_eq!(together.len(), accounts);
    assert!(together.is_sorted_by_key(|one| one.account));
    for one in together {
        let alone = store.judged(one.account, NOW, &policy).unwrap().unwrap().judge(NOW, &policy);
        assert_eq!(one, alone);
    }
}

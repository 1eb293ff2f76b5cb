//! Lists against a second opinion that reads everything, the plans behind them, and what they cost.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::*;
use crate::domain::filter;
use crate::domain::ids::PersonId;
use crate::domain::view::{Sort, SortKey, built_in};
use crate::store::testing::{NOW, full};

mod opinion;
mod plans;

const ZONE: chrono_tz::Tz = chrono_tz::America::New_York;

fn query(line: &str, sort: &str) -> Query {
    Query {
        filter: filter::parse(line).unwrap(),
        sort: sort.parse().unwrap(),
        me: Some(PersonId(3)),
        now: NOW,
        zone: ZONE,
    }
}

fn ids(page: &Page) -> Vec<i64> {
    page.rows.iter().map(|row| row.id.0).collect()
}

/// Reads a whole list page by page, forwards and backwards, and from the middle.
fn check(store: &Store, all: &[opinion::Row], query: &Query, limit: usize) {
    let want = opinion::list(all, query);
    let shown = format!("{} by {}", query.filter, query.sort);
    let mut found = Vec::new();
    let mut edge = Edge::First;
    loop {
        let page = store.window(query, &edge, limit).unwrap();
        assert!(!page.partial);
        assert_eq!(page.before, !found.is_empty(), "{shown}: before {}", found.len());
        found.extend(ids(&page));
        assert_eq!(page.after, found.len() < want.len(), "{shown}: after {}", found.len());
        match page.rows.last() {
            Some(last) if page.after => edge = Edge::After(last.cursor.clone()),
            _ => break,
        }
        assert!(found.len() <= want.len(), "{shown}: pages go on and on");
    }
    assert_eq!(found, want, "{shown}, forwards");
    let mut found = Vec::new();
    let mut edge = Edge::Last;
    let mut middle = None;
    loop {
        let page = store.window(query, &edge, limit).unwrap();
        assert_eq!(page.after, !found.is_empty(), "{shown}");
        found.splice(0..0, ids(&page));
        assert_eq!(page.before, found.len() < want.len(), "{shown}");
        match page.rows.first() {
            Some(first) if page.before => {
                middle = Some((found.len(), first.cursor.clone()));
                edge = Edge::Before(first.cursor.clone());
            }
            _ => break,
        }
        assert!(found.len() <= want.len(), "{shown}: pages go on and on");
    }
    assert_eq!(found, want, "{shown}, backwards");
    if let Some((from_end, cursor)) = middle {
        let page = store.window(query, &Edge::From(cursor), limit).unwrap();
        let at = want.len() - from_end;
        assert_eq!(ids(&page), want[at..(at + limit).min(want.len())], "{shown}, from the middle");
    }
    let count = store.count(query, 10_000).unwrap();
    assert_eq!(count, Count::Exactly(want.len() as u64), "{shown}");
}

#[test]
fn built_in_views_are_whole_in_every_order() {
    let full = full(700);
    let all = opinion::read(&full.store);
    for view in built_in() {
        for key in SortKey::ALL {
            for descending in [false, true] {
                let sort = Sort { key: *key, descending };
                check(&full.store, &all, &query(&view.filter, &sort.to_string()), 97);
            }
        }
    }
}

#[test]
fn every_kind_of_term_passes_what_it_says() {
    let full = full(700);
    let all = opinion::read(&full.store);
    for line in [
        "owner:sam",
        "owner:\"sam ortiz\"",
        "owner:none,kim -stage:closed",
        "owner:nord",
        "owner:nobody.at.all",
        "co:me",
        "co:none tier:2",
        "inc",
        "\"co ba\"",
        "ja emi -inc",
        "émile,12 tier:1",
        "H-12",
        "-7,8,9",
        "7 inc",
        "region:west,EAST",
        "region:île-de-FRANCE",
        "region:nowhere",
        "-industry:retail",
        "industry:\"health care\" relation:customer tal",
        "due:<4h",
        "-due:<4h open",
        "due:today,tomorrow",
        "due:>2d stage:queued,returned",
        "created:<7d -breached",
        "created:>2026-11-01 score:>=70",
        "score:<20,>90",
        "completeness:<50 open",
        "rating:<=3",
        "-rating:1..5 open",
        "sender:me,none",
        "sender:sam rating:>=4",
        "-completeness:<50",
        "clock:first_touch,accept tier:1",
        "clock:onboard",
        "code:NO_RESPONSE",
        "wake:<30d",
        "wake:today..2026-12-01 -stage:nurture",
        "batch:2026-W47",
        "-batch:2026-W47,2026-W48 open",
        "paused",
        "paused,breached type:mql",
        "deferred",
        "-deferred stage:queued",
        "unassigned -open",
        "source:referral tier:1,2 -tier:2",
        "stage:queued -stage:queued",
        "type:tier1,inbound -type:inbound owner:me",
        "&",
    ] {
        for sort in ["due", "-due", "company", "-score", "wake", "-owner"] {
            check(&full.store, &all, &query(line, sort), 60);
        }
    }
}

const TERMS: &[&str] = &[
    "open",
    "breached",
    "paused",
    "unassigned",
    "deferred",
    "tal",
    "tier:1",
    "tier:1,2",
    "stage:queued",
    "stage:assigned,closed",
    "type:mql",
    "type:tier1,tier2",
    "owner:me",
    "owner:sam,none",
    "co:me",
    "due:<2d",
    "due:today",
    "clock:work",
    "source:event",
    "score:>=50",
    "completeness:<70",
    "rating:<=3",
    "sender:sam",
    "region:west",
    "industry:retail",
    "relation:customer",
    "created:<30d",
    "wake:<30d",
    "code:LOST",
    "inc",
    "ja",
    "co,di",
    "1",
    "H-3,breached",
    "batch:2026-W48",
];

fn term() -> impl Strategy<Value = String> {
    (any::<bool>(), select(TERMS))
        .prop_map(|(negated, term)| if negated { format!("-{term}") } else { term.to_owned() })
}

#[test]
fn pages_put_together_are_the_list() {
    let full = full(700);
    let all = opinion::read(&full.store);
    let cases =
        (prop::collection::vec(term(), 0..4), select(SortKey::ALL), any::<bool>(), 20..200usize);
    let config =
        ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&cases, |(terms, key, descending, limit)| {
            let sort = Sort { key, descending };
            check(&full.store, &all, &query(&terms.join(" "), &sort.to_string()), limit);
            Ok(())
        })
        .unwrap();
}

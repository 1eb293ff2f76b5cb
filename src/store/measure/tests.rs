//! Sums against what a plain look at the rows gives, and the ways they are read.

use super::*;
use crate::domain::measure::Measure;
use crate::domain::measure::figure::Verdict;
use crate::store::testing::{NOW, full};

#[test]
fn everything_can_be_asked_of_every_slice() {
    let full = full(200);
    let span = Span { from: NOW.plus(-40 * DAY), until: NOW.plus(DAY / 3) };
    let people = [PersonId(1), PersonId(2)];
    for slice in Slice::ALL {
        for people in [None, Some(&people[..]), Some(&[][..])] {
            let cut = Cut { slice: *slice, people, now: NOW };
            let of = |what: &str| format!("{slice} {what} {people:?}");
            full.store
                .sums(&[span], &cut, true)
                .unwrap_or_else(|error| panic!("{}: {error}", of("sums")));
            full.store
                .volumes(&[span], &cut)
                .unwrap_or_else(|error| panic!("{}: {error}", of("volumes")));
            full.store.heard(&cut).unwrap_or_else(|error| panic!("{}: {error}", of("heard")));
            for kinds in [None, Some(&["tier1".to_owned()][..]), Some(&[][..])] {
                full.store
                    .spreads(span, kinds, &cut)
                    .unwrap_or_else(|error| panic!("{}: {error}", of("spreads")));
                full.store
                    .reasons(span, kinds, &cut)
                    .unwrap_or_else(|error| panic!("{}: {error}", of("reasons")));
                full.store
                    .disposed(span, kinds, &cut, 3)
                    .unwrap_or_else(|error| panic!("{}: {error}", of("disposed")));
                full.store
                    .claims(span, kinds, &cut)
                    .unwrap_or_else(|error| panic!("{}: {error}", of("claims")));
                full.store
                    .senders(span, kinds, &cut)
                    .unwrap_or_else(|error| panic!("{}: {error}", of("senders")));
                full.store
                    .broken(span, kinds, &cut)
                    .unwrap_or_else(|error| panic!("{}: {error}", of("broken")));
                full.store
                    .slowest(span, kinds, &cut, 5, 3)
                    .unwrap_or_else(|error| panic!("{}: {error}", of("slowest")));
                for measure in Measure::ALL {
                    for verdict in Verdict::ALL {
                        let stands = (*verdict, *measure);
                        full.store
                            .examples(span, kinds, &cut, stands, 3)
                            .unwrap_or_else(|error| panic!("{}: {error}", of("examples")));
                    }
                }
            }
        }
    }
    full.store.listed().unwrap();
}

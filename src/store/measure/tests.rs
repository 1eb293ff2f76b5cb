//! Sums against what a plain look at the rows gives, and the ways they are read.

use super::*;
use crate::domain::measure::Measure;
use crate::domain::measure::count::{HORIZONS, age};
use crate::domain::measure::figure::Verdict;
use crate::store::testing::{NOW, full};
use crate::store::{Store, StoreError};

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
                .sums(&[span], &cut, true, &mut Seen::default())
                .unwrap_or_else(|error| panic!("{}: {error}", of("sums")));
            full.store
                .volumes(&[span], &cut)
                .unwrap_or_else(|error| panic!("{}: {error}", of("volumes")));
            full.store.heard(&cut).unwrap_or_else(|error| panic!("{}: {error}", of("heard")));
            for kinds in [None, Some(&["tier1".to_owned()][..]), Some(&[][..])] {
                full.store
                    .spreads(span, kinds, &cut, &mut Seen::default())
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
                    .slowest(span, kinds, &cut, (5, 3), &mut Seen::default())
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

/// What is submitted in one batch is of one moment.
#[test]
fn examples_of_one_moment_are_told_by_id() {
    let mut full = full(200);
    let at = NOW.plus(-DAY);
    let sql = "UPDATE handoff SET at_submitted = ?1";
    full.store.write(|tx| tx.execute(sql, [at.0]).map_err(StoreError::from)).unwrap();
    let cut = Cut { slice: Slice::All, people: None, now: NOW };
    let (span, stands) = (Span { from: at, until: NOW }, (Verdict::Hit, Measure::Completeness));
    let found = |most| full.store.examples(span, None, &cut, stands, most).unwrap();
    let all = found(200);
    assert!(all.len() > 3 && all.is_sorted_by_key(|(id, _)| *id), "{all:?}");
    assert_eq!(found(3), all[..3]);
}

/// Rates count from the assignment or, as long as there is none, from the submission: the day on which they become due is
/// read from two places.
#[test]
fn handoffs_grow_older_at_their_own_moment_whether_somebody_has_them_or_not() {
    let mut full = full(300);
    let sent = "UPDATE handoff SET at_submitted = at_created,
                    at_assigned = CASE WHEN assignee IS NOT NULL THEN at_created + id % 50 * 3600000 END
                WHERE stage <> 'flagged'";
    full.store.write(|tx| Ok::<_, StoreError>(tx.execute(sent, [])?)).unwrap();
    let span = Span { from: NOW.plus(-60 * DAY), until: NOW };
    let plainly = |assigned: &str, now: Instant| {
        let mut aged = [0; HORIZONS.len() + 1];
        let sql = format!(
            "SELECT coalesce(at_assigned, at_submitted) FROM handoff
             WHERE at_submitted >= ?1 AND at_submitted < ?2 AND at_assigned IS {assigned}"
        );
        let from = full.store.read(|conn| {
            conn.prepare(&sql)?
                .query_map([span.from.0, span.until.0], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()
        });
        from.unwrap().into_iter().for_each(|from| aged[age(now.0 - from)] += 1);
        aged
    };
    let mut moved = [false; 2];
    for hours in (0..24 * 40).step_by(5) {
        let now = NOW.plus(hours * DAY / 24);
        let cut = Cut { slice: Slice::All, people: None, now };
        let groups = full.store.sums(&[span], &cut, false, &mut Seen::default()).unwrap().remove(0);
        let mut rolled = [0; HORIZONS.len() + 1];
        for sums in groups.values() {
            for (n, counts) in rolled.iter_mut().zip(&sums.aged) {
                *n += counts.0[0];
            }
        }
        let [without, with] = ["NULL", "NOT NULL"].map(|assigned| plainly(assigned, now));
        let both: Vec<i64> = without.iter().zip(with).map(|(one, other)| one + other).collect();
        assert_eq!(rolled.to_vec(), both, "{hours} hours later");
        moved[0] |= without[1] > 0;
        moved[1] |= with[1] > 0;
    }
    assert_eq!(moved, [true; 2], "both kinds were looked at");
}

/// How clocks were kept by type, straight from the clocks.
fn plainly(store: &Store, span: Span, now: Instant) -> BTreeMap<String, (i64, i64, i64)> {
    let asked = store.read(|conn| {
        conn.prepare(
            "SELECT h.kind, sum(c.state = 'met'),
                 sum(c.state IN ('met_late', 'breached') OR (c.state = 'running' AND c.due <= ?1)),
                 sum(c.state = 'paused' OR (c.state = 'running' AND c.due > ?1))
             FROM clock AS c JOIN handoff AS h ON h.id = c.handoff
             WHERE c.end_to_end = 0 AND c.state <> 'cancelled' AND h.at_submitted >= ?2 AND h.at_submitted < ?3
             GROUP BY 1",
        )?
        .query_map([now.0, span.from.0, span.until.0], |row| {
            Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?)))
        })?
        .collect::<rusqlite::Result<_>>()
    });
    asked.unwrap()
}

#[test]
fn clocks_that_came_due_since_they_were_counted_are_late_at_any_moment() {
    let mut full = full(300);
    let sent = "UPDATE handoff SET at_submitted = at_created WHERE stage <> 'flagged'";
    full.store.write(|tx| Ok::<_, StoreError>(tx.execute(sent, [])?)).unwrap();
    let span = Span { from: NOW.plus(-60 * DAY), until: NOW.plus(-DAY / 3) };
    let rolled = |store: &Store, now: Instant| {
        let cut = Cut { slice: Slice::Person, people: None, now };
        let mut kept: BTreeMap<String, (i64, i64, i64)> = BTreeMap::new();
        for ((_, kind), sums) in
            store.sums(&[span], &cut, true, &mut Seen::default()).unwrap().pop().unwrap()
        {
            for clock in sums.clocks.values() {
                let of = kept.entry(kind.clone()).or_default();
                *of = (of.0 + clock.met, of.1 + clock.missed, of.2 + clock.open);
            }
        }
        kept
    };
    let moments = [-20, -3, 0, 1, 9].map(|days| NOW.plus(days * DAY));
    let agree = |store: &Store, when: &str| {
        for now in moments {
            assert_eq!(rolled(store, now), plainly(store, span, now), "{when}, at {now}");
        }
    };
    let late = |store: &Store, now| plainly(store, span, now).values().map(|of| of.1).sum::<i64>();
    assert!(late(&full.store, moments[0]) < late(&full.store, moments[4]), "clocks come due");
    agree(&full.store, "before any is counted");
    for (at, counted) in moments.into_iter().enumerate() {
        full.store.write(|tx| Ok::<_, StoreError>(count_overdue(tx, counted)?)).unwrap();
        agree(&full.store, &format!("counted up to moment {at}"));
        for sql in recounts() {
            let wrong = full.store.read(|conn| {
                let mut asked = conn.prepare(&sql)?;
                asked.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()
            });
            assert_eq!(wrong.unwrap(), Vec::<String>::new(), "counted up to moment {at}");
        }
    }
}

#[test]
fn a_span_is_whole_days_and_the_shorter_parts_of_those_it_begins_and_ends_in() {
    let at = |hours: i64| Instant(20_000 * DAY + hours * (DAY / 24));
    let span = |from: i64, until: i64| Span { from: at(from), until: at(until) };
    let of = |from: i64, until: i64| {
        let parts = Parts::of(span(from, until), true);
        let edges: Vec<_> = parts.edges.iter().map(|edge| (edge.span, edge.sign)).collect();
        (parts.days.map(|(first, last)| (first - 20_000, last - 20_000)), edges)
    };
    // New York's November: from four hours into a day until five into another.
    assert_eq!(of(4, 53), (Some((0, 1)), vec![(span(0, 4), -1), (span(48, 53), 1)]));
    // Tokyo's: both begin late in the day before.
    assert_eq!(of(15, 63), (Some((1, 2)), vec![(span(15, 24), 1), (span(63, 72), -1)]));
    assert_eq!(of(24, 48), (Some((1, 1)), Vec::new()));
    assert_eq!(of(12, 36), (Some((0, 0)), vec![(span(0, 12), -1), (span(24, 36), 1)]));
    // Less than a day is read as it is, and so is what the roll-ups don't know.
    assert_eq!(of(2, 9), (None, vec![(span(2, 9), 1)]));
    let whole = Parts::of(span(0, 480), false);
    assert_eq!((whole.days, whole.edges), (None, vec![Edge { span: span(0, 480), sign: 1 }]));
}

/// Segments are written as files have them; roll-ups tell "SaaS" and "saas" not apart, and neither do times.
#[test]
fn a_value_is_one_however_it_is_written() {
    let mut full = full(300);
    let touched = "UPDATE handoff SET at_submitted = at_created, at_assigned = at_created,
         at_first_touch = at_created + id * 60000, segment = CASE id % 2 WHEN 0 THEN 'SaaS' ELSE 'saas' END";
    full.store.write(|tx| Ok::<_, StoreError>(tx.execute(touched, [])?)).unwrap();
    let span = Span { from: NOW.plus(-60 * DAY), until: NOW.plus(-DAY / 3) };
    let by = |slice| {
        let cut = Cut { slice, people: None, now: NOW };
        full.store.spreads(span, None, &cut, &mut Seen::default()).unwrap()
    };
    let segments = by(Slice::Segment);
    assert_eq!(segments.keys().collect::<Vec<_>>(), ["saas"]);
    assert!(segments["saas"].touched > 100, "{:?}", segments["saas"]);
    assert_eq!(segments["saas"], by(Slice::All)[""]);
}

/// Whatever hours periods begin and meet at, and whenever rates become due: as the handoffs themselves say.
#[test]
fn roll_ups_and_parts_of_days_come_to_what_the_handoffs_say() {
    use crate::domain::measure::count::{Counter, age};
    let mut full = full(300);
    // One every three hours, two thirds of them assigned some days after it was submitted.
    let spread = "UPDATE handoff SET at_submitted = ?1 - id * 10800000,
         at_assigned = CASE WHEN id % 3 > 0 THEN ?1 - id * 10800000 + id % 7 * 86400000 END";
    full.store.write(|tx| Ok::<_, StoreError>(tx.execute(spread, [NOW.0])?)).unwrap();
    let cut = Cut { slice: Slice::All, people: None, now: NOW };
    for hour in [0, 3, 7, 11, 13, 17, 22] {
        let at = |days: i64| NOW.plus(-days * DAY + hour * DAY / 24);
        let spans = [(32, 20), (20, 9), (9, 1)].map(|(a, b)| Span { from: at(a), until: at(b) });
        let volumes = full.store.volumes(&spans, &cut).unwrap();
        let sums = full.store.sums(&spans, &cut, false, &mut Seen::default()).unwrap();
        for (place, span) in spans.iter().enumerate() {
            let mut wanted = [0; 5];
            let since: Vec<i64> = full
                .store
                .read(|conn| {
                    conn.prepare(
                        "SELECT m_from FROM handoff WHERE at_submitted >= ?1 AND at_submitted < ?2",
                    )?
                    .query_map([span.from.0, span.until.0], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()
                })
                .unwrap();
            since.iter().for_each(|since| wanted[age(NOW.0 - since)] += 1);
            let handed: i64 = volumes[place].values().map(|sums| sums.all(Counter::Handed)).sum();
            assert_eq!(handed, since.len() as i64, "volume, {hour} hours, {span:?}");
            let mut aged = [0; 5];
            for sums in sums[place].values() {
                for (n, counts) in sums.aged.iter().enumerate() {
                    aged[n] += counts.get(Counter::Handed);
                }
            }
            assert_eq!(aged, wanted, "by age, {hour} hours, {span:?}");
        }
    }
}

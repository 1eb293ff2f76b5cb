//! What holds for every calendar, start, target and pause, in zones whose clocks do odd things.

use super::*;
use crate::domain::calendar::Window;
use crate::domain::time::DAY;
use chrono_tz::Tz;
use proptest::prelude::*;

/// Zones with a date near which their clock does something, most of them odd.
const CHANGES: [(Tz, &str); 16] = [
    (Tz::America__New_York, "2026-03-08"),
    (Tz::America__New_York, "2026-11-01"),
    (Tz::Europe__London, "2026-10-25"),
    (Tz::Australia__Lord_Howe, "2026-04-05"),
    (Tz::Australia__Lord_Howe, "2026-10-04"),
    (Tz::America__Sao_Paulo, "2018-11-04"),
    (Tz::America__Sao_Paulo, "2018-02-18"),
    (Tz::Asia__Beirut, "2024-03-31"),
    (Tz::Asia__Beirut, "2024-10-27"),
    (Tz::Asia__Gaza, "2023-04-29"),
    (Tz::Asia__Gaza, "2023-10-28"),
    (Tz::Pacific__Apia, "2011-12-30"),
    (Tz::America__St_Johns, "2006-10-29"),
    (Tz::Pacific__Chatham, "2026-09-27"),
    (Tz::Asia__Kathmandu, "1986-01-01"),
    (Tz::Asia__Pyongyang, "2018-05-05"),
];

fn window() -> impl Strategy<Value = Window> {
    (0..96u32, 1..96u32).prop_map(|(open, length)| {
        let close = (open + length) % 96;
        let time = |quarter: u32| format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
        format!("{}-{}", time(open), time(close)).parse().unwrap()
    })
}

fn day() -> impl Strategy<Value = Vec<Window>> {
    prop_oneof![
        1 => Just(Vec::new()),
        2 => Just(vec!["09:00-17:00".parse().unwrap()]),
        3 => proptest::collection::vec(window(), 0..4),
    ]
}

/// A calendar around one of [`CHANGES`] with some working time in every week, and the local date of the change.
pub(super) fn calendars() -> impl Strategy<Value = (Calendar, NaiveDate)> {
    let around = proptest::collection::btree_map(-4..5i64, day(), 0..3);
    let off = proptest::collection::btree_set(-4..5i64, 0..3);
    (proptest::sample::select(CHANGES.to_vec()), proptest::collection::vec(day(), 6), around, off)
        .prop_map(|((zone, date), mut week, exceptions, holidays)| {
            let date: NaiveDate = date.parse().unwrap();
            let near = |offset: i64| date + chrono::TimeDelta::days(offset);
            week.push(vec!["10:00-16:00".parse().unwrap()]);
            let calendar = Calendar::new(
                "made up",
                zone,
                week.try_into().unwrap(),
                holidays.into_iter().map(|offset| (near(offset), None)).collect(),
                exceptions.into_iter().map(|(offset, hours)| (near(offset), hours)).collect(),
            );
            (calendar, date)
        })
}

pub(super) fn midnight_utc(date: NaiveDate) -> Instant {
    Instant(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
}

/// A start within three days of the change, to the second.
fn start() -> impl Strategy<Value = i64> {
    (-3 * DAY..3 * DAY).prop_map(|ms| ms / SECOND * SECOND)
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        (1..400_000u32).prop_map(|s| format!("{s}s")),
        (1..60u32).prop_map(|h| format!("{h}h")),
        (0..12u32).prop_map(|days| format!("{days}bd")),
        (0..7usize, 0..97u32).prop_map(|(day, quarter)| {
            let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day];
            format!("{day} {:02}:{:02}", quarter / 4, quarter % 4 * 15)
        }),
    ]
    .prop_map(|text| text.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn working_time_never_exceeds_elapsed_time(
        (calendar, date) in calendars(), from in start(), length in 0..20 * DAY, cut in 0..20 * DAY,
    ) {
        let from = midnight_utc(date).plus(from);
        let (to, middle) = (from.plus(length), from.plus(cut.min(length)));
        let all = calendar.business_ms(from, to);
        prop_assert!(all <= length);
        prop_assert_eq!(all, calendar.business_ms(from, middle) + calendar.business_ms(middle, to));
    }

    #[test]
    fn due_is_monotone_in_the_start(
        (calendar, date) in calendars(), from in start(), later in 0..4 * DAY, target in target(),
    ) {
        let from = midnight_utc(date).plus(from);
        let when = |from| due(from, &target, &calendar, &[], None, None).unwrap().due;
        let (first, second) = (when(from), when(from.plus(later)));
        prop_assert!(first <= second, "{first} {second}");
        prop_assert!(first > from);
    }

    #[test]
    fn due_is_monotone_in_the_target(
        (calendar, date) in calendars(), from in start(), s in 1..400_000u32, days in 0..12u32, more in 1..5u32,
    ) {
        let from = midnight_utc(date).plus(from);
        let when = |text: String| due(from, &text.parse().unwrap(), &calendar, &[], None, None).unwrap().due;
        let (short, long) = (when(format!("{s}s")), when(format!("{}s", s + more)));
        prop_assert!(short < long);
        let (short, long) = (when(format!("{days}bd")), when(format!("{}bd", days + more)));
        prop_assert!(short <= long);
        prop_assert_eq!(when("0bd".to_owned()), when("same_day".to_owned()));
    }

    #[test]
    fn steps_are_disjoint_working_time_that_adds_up(
        (calendar, date) in calendars(), from in start(), target in target(), stops in stops(),
    ) {
        let (from, stops) = (midnight_utc(date).plus(from), made(date, &stops));
        let ledger = due(from, &target, &calendar, &stops, None, None).unwrap();
        for step in &ledger.steps {
            prop_assert_eq!(step.counted_ms, step.close.since(step.open));
            prop_assert_eq!(step.counted_ms, calendar.business_ms(step.open, step.close));
            prop_assert!(step.counted_ms > 0 && step.open >= from && step.close <= ledger.due);
            let apart = |stop: &Pause| {
                let to = stop.to.unwrap_or(stop.from);
                to <= stop.from || to <= step.open || stop.from >= step.close
            };
            prop_assert!(stops.iter().all(apart));
        }
        prop_assert!(ledger.steps.windows(2).all(|pair| pair[0].close < pair[1].open));
        let taken: i64 = ledger.paused.iter().map(|pause| pause.counted_ms).sum();
        prop_assert_eq!(ledger.total_ms() + taken, calendar.business_ms(from, ledger.due));
        match &target {
            Target::Elapsed(amount) => prop_assert_eq!(ledger.total_ms(), amount.ms()),
            _ => {
                let plain = due(from, &target, &calendar, &[], None, None).unwrap();
                prop_assert_eq!(ledger.total_ms(), plain.total_ms());
                prop_assert!(ledger.due >= plain.due);
            }
        }
    }

    #[test]
    fn pausing_then_resuming_keeps_what_was_left(
        (calendar, date) in calendars(), from in start(), target in target(),
        run in 0..3 * DAY, length in 1..3 * DAY,
    ) {
        let from = midnight_utc(date).plus(from);
        let before = due(from, &target, &calendar, &[], None, None).unwrap();
        let stopped = from.plus(run);
        let resumed = stopped.plus(length);
        let stop = pause(stopped, Some(resumed));
        let after = due(from, &target, &calendar, &[stop], None, None).unwrap();
        prop_assert_eq!(before.used_ms(stopped), after.used_ms(stopped));
        prop_assert_eq!(after.used_ms(stopped), after.used_ms(resumed));
        if stopped < before.due {
            let left = before.total_ms() - before.used_ms(stopped);
            let owed = after.total_ms() - after.used_ms(resumed);
            prop_assert_eq!(left, owed);
            prop_assert!(left == 0 || left == calendar.business_ms(resumed, after.due));
        } else {
            prop_assert_eq!(before, after, "a pause after the breach does not undo it");
        }
    }

    #[test]
    fn shares_run_from_start_to_due(
        (calendar, date) in calendars(), from in start(), target in target(), a in 0.0..1.0f64, b in 0.0..1.0f64,
    ) {
        let from = midnight_utc(date).plus(from);
        let ledger = due(from, &target, &calendar, &[], None, None).unwrap();
        let (low, high) = (a.min(b), a.max(b));
        let (early, late) = (ledger.at_share(low), ledger.at_share(high));
        prop_assert!(from <= early && early <= late && late <= ledger.due);
        prop_assert!(ledger.share_used(early) <= ledger.share_used(late));
        // The instant is whole milliseconds.
        let length = if ledger.total_ms() == 0 { ledger.due.since(from) } else { ledger.total_ms() };
        prop_assert!((ledger.share_used(early) - low).abs() <= 1.0 / length as f64);
    }
}

/// Pauses near the change, as minutes from its midnight and lengths; some overlap.
pub(super) fn stops() -> impl Strategy<Value = Vec<(i64, i64)>> {
    proptest::collection::vec((-3 * 1_440..5 * 1_440i64, -60..2_000i64), 0..4)
}

pub(super) fn made(date: NaiveDate, stops: &[(i64, i64)]) -> Vec<Pause> {
    let midnight = midnight_utc(date);
    let made = |(from, length): &(i64, i64)| {
        let from = midnight.plus(from * MINUTE);
        pause(from, Some(from.plus(length * MINUTE)))
    };
    stops.iter().map(made).collect()
}

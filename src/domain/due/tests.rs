//! Tests of due times: the table of cases, and the properties that hold for every calendar.

use super::*;
use crate::domain::time::parse_instant;

#[test]
fn a_half_day_and_a_holiday_as_in_the_policy_page() {
    let mut hours: [Vec<_>; 7] = Default::default();
    hours[..5].fill(vec!["09:00-17:00".parse().unwrap()]);
    let date = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    let office = Calendar::new(
        "office",
        chrono_tz::America::New_York,
        hours,
        [(date(26), Some("Thanksgiving".to_owned()))].into(),
        [(date(27), vec!["09:00-13:00".parse().unwrap()])].into(),
    );
    let at = |text| parse_instant(text).unwrap();
    let ledger =
        due(at("2026-11-25T16:30-05:00"), &"4h".parse().unwrap(), &office, &[], None, None)
            .unwrap();
    assert_eq!(ledger.due, at("2026-11-27T17:30:00Z"));
    let steps: Vec<_> =
        ledger.steps.iter().map(|step| (step.open, step.close, step.counted_ms)).collect();
    assert_eq!(
        steps,
        [
            (at("2026-11-25T21:30:00Z"), at("2026-11-25T22:00:00Z"), 1_800_000),
            (at("2026-11-27T14:00:00Z"), at("2026-11-27T17:30:00Z"), 12_600_000),
        ]
    );
    assert_eq!(ledger.skipped.len(), 1);
    assert_eq!(ledger.skipped[0].why.to_string(), "holiday: Thanksgiving");
}

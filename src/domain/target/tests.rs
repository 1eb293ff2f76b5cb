//! Tests of targets: every form read, written back and refused.

use super::*;
use proptest::prelude::*;
use rstest::rstest;

fn amount(count: u32, unit: Unit) -> Amount {
    Amount::new(count, unit).unwrap()
}

#[rstest]
#[case("45s", Target::Elapsed(amount(45, Unit::Second)))]
#[case("5m", Target::Elapsed(amount(5, Unit::Minute)))]
#[case("24h", Target::Elapsed(amount(24, Unit::Hour)))]
#[case("7d", Target::Elapsed(amount(7, Unit::Day)))]
#[case("113509s", Target::Elapsed(amount(113_509, Unit::Second)))]
#[case("3653d", Target::Elapsed(amount(3_653, Unit::Day)))]
#[case("0bd", Target::BusinessDays(0))]
#[case("3bd", Target::BusinessDays(3))]
#[case("same_day", Target::SameDay)]
#[case("fri 17:00", Target::Weekday { day: Weekday::Fri, seconds: 61_200 })]
#[case("sun 24:00", Target::Weekday { day: Weekday::Sun, seconds: 86_400 })]
#[case("mon 00:00", Target::Weekday { day: Weekday::Mon, seconds: 0 })]
#[case("24h before meeting", Target::Before { amount: amount(24, Unit::Hour), field: "meeting".to_owned() })]
#[case("2d before expected_close", Target::Before { amount: amount(2, Unit::Day), field: "expected_close".to_owned() })]
fn targets_read_and_print_the_same(#[case] text: &str, #[case] target: Target) {
    assert_eq!(text.parse(), Ok(target.clone()));
    assert_eq!(target.to_string(), text);
}

#[rstest]
#[case(" 4h ", "4h")]
#[case("004h", "4h")]
#[case("FRI 9:00", "fri 09:00")]
#[case("friday  17:00", "fri 17:00")]
#[case("24h  before  meeting", "24h before meeting")]
fn targets_print_in_one_way(#[case] text: &str, #[case] want: &str) {
    assert_eq!(text.parse::<Target>().unwrap().to_string(), want);
}

#[rstest]
#[case("", "is not a target")]
#[case("soon", "is not a target")]
#[case("4", "is not a target")]
#[case("h", "is not a target")]
#[case("-4h", "is not a target")]
#[case("+4h", "is not a target")]
#[case("4w", "is not a target")]
#[case("4 h", "is not a target")]
#[case("1.5h", "is not an amount of time")]
#[case("1h30m", "is not an amount of time")]
#[case("4éh", "is not an amount of time")]
#[case("4é", "is not a target")]
#[case("٤h", "is not a target")]
#[case("0h", "is no time at all; write at least 1h")]
#[case("000s", "is no time at all; write at least 1s")]
#[case("3654d", "longer than ten years")]
#[case("99999999999999999999h", "longer than ten years")]
#[case("4294967295d", "longer than ten years")]
#[case("bd", "not a number of business days")]
#[case("-1bd", "not a number of business days")]
#[case("1.5bd", "not a number of business days")]
#[case("3654bd", "longer than ten years")]
#[case("99999999999bd", "longer than ten years")]
#[case("same day", "is not a target")]
#[case("sameday", "is not a target")]
#[case("fri", "is not a target")]
#[case("fri 25:00", "is not a target")]
#[case("fri 24:01", "is not a target")]
#[case("fri 17", "is not a target")]
#[case("fry 17:00", "is not a target")]
#[case("fr 17:00", "is not a target")]
#[case("fri 17:00 sharp", "is not a target")]
#[case("24h before", "is not a target")]
#[case("24h before the meeting", "is not a target")]
#[case("24h before Meeting!", "not the name of a date field")]
#[case("24h before mEETING", "not the name of a date field")]
#[case("24h before _meeting", "not the name of a date field")]
#[case("24h before meeting!", "not the name of a date field")]
#[case("24h before 2026-12-01", "not the name of a date field")]
#[case("3bd before meeting", "is not an amount of time")]
#[case("0h before meeting", "is no time at all")]
fn nonsense_is_refused_in_a_sentence(#[case] text: &str, #[case] says: &str) {
    let error = text.parse::<Target>().unwrap_err();
    assert!(error.contains(says), "{error}");
}

#[rstest]
#[case(amount(45, Unit::Second), 45_000)]
#[case(amount(5, Unit::Minute), 300_000)]
#[case(amount(24, Unit::Hour), 86_400_000)]
#[case(amount(7, Unit::Day), 604_800_000)]
fn amounts_in_milliseconds(#[case] amount: Amount, #[case] ms: i64) {
    assert_eq!(amount.ms(), ms);
}

#[test]
fn an_amount_is_something_and_at_most_ten_years() {
    assert_eq!(Amount::new(0, Unit::Day), None);
    assert_eq!(Amount::new(3_653 * 24, Unit::Hour).map(Amount::ms), Some(LONGEST_MS));
    assert_eq!(Amount::new(3_653 * 24 + 1, Unit::Hour), None);
    assert_eq!(Amount::new(u32::MAX, Unit::Day), None);
}

proptest! {
    #[test]
    fn any_text_is_a_target_or_a_sentence(text in "\\PC{0,24}") {
        match text.parse::<Target>() {
            Ok(target) => prop_assert_eq!(target.to_string().parse::<Target>(), Ok(target)),
            Err(sentence) => prop_assert!(sentence.contains("write") && sentence.starts_with('"')),
        }
    }

    #[test]
    fn what_is_printed_reads_back(text in "[0-9]{1,7}(s|m|h|d|bd)|(mon|tue|sat) [0-2][0-9]:[0-5][0-9]|[1-9][0-9]?[mhd] before [a-z_]{1,9}") {
        if let Ok(target) = text.parse::<Target>() {
            prop_assert_eq!(target.to_string().parse::<Target>(), Ok(target));
        }
    }
}

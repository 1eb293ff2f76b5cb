//! Tests of targets: every form read, written back and refused.

use super::*;
use rstest::rstest;

#[rstest]
#[case("45s")]
#[case("5m")]
#[case("24h")]
#[case("7d")]
#[case("0bd")]
#[case("3bd")]
#[case("same_day")]
#[case("fri 17:00")]
#[case("sun 24:00")]
#[case("24h before meeting")]
fn targets_read_and_print_the_same(#[case] text: &str) {
    assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
}

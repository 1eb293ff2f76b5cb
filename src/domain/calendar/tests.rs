//! Tests of calendars: windows as instants in every zone, and the days between.

use super::*;
use rstest::rstest;

#[rstest]
#[case("09:00-17:00", 32_400, 61_200)]
#[case("22:00-06:00", 79_200, 108_000)]
#[case("00:00-24:00", 0, 86_400)]
#[case("22:00-24:00", 79_200, 86_400)]
#[case("22:00-00:00", 79_200, 86_400)]
fn windows_read(#[case] text: &str, #[case] open: u32, #[case] close: u32) {
    let window: Window = text.parse().unwrap();
    assert_eq!((window.open(), window.close()), (open, close));
}

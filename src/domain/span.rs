//! Lengths of time as people read and write them: countdowns, words, and the short form of the filter line.

use super::time::{DAY, HOUR, MINUTE, SECOND};

/// Milliseconds in a week of seven days.
pub const WEEK: i64 = 7 * DAY;

/// Columns that no countdown passes, so that a list can keep its column fixed.
pub const COUNTDOWN_WIDTH: usize = 9;

/// From here on a countdown tells days (`DESK.md 1`: "days beyond two").
const DAYS_FROM: i64 = 2 * DAY;

/// What is left of `ms`, for a list (`DESK.md 1`): `2d 04h` from two days, `02:14` (hours and minutes) below,
/// `41m 09s` in the last hour. From zero on it is breached and counts up behind a minus sign, `−00:41`, without
/// seconds. Never wider than [`COUNTDOWN_WIDTH`].
#[must_use]
pub fn countdown(ms: i64) -> String {
    let (left, sign) = magnitude(ms);
    if left >= DAYS_FROM {
        days(left, sign)
    } else if ms > 0 && left < HOUR {
        format!("{:02}m {:02}s", left / MINUTE, left % MINUTE / SECOND)
    } else {
        format!("{sign}{:02}:{:02}", left / HOUR, left % HOUR / MINUTE)
    }
}

/// What is left of `ms`, for the clocks of one handoff: as [`countdown`], to the second below two days, `02:14:09`.
#[must_use]
pub fn countdown_to_second(ms: i64) -> String {
    let (left, sign) = magnitude(ms);
    if left >= DAYS_FROM {
        return days(left, sign);
    }
    format!("{sign}{:02}:{:02}:{:02}", left / HOUR, left % HOUR / MINUTE, left % MINUTE / SECOND)
}

/// Milliseconds until [`countdown`] of a clock with `ms` left reads differently, so that a screen sleeps until then.
#[must_use]
pub const fn countdown_changes_in(ms: i64) -> i64 {
    let step = if ms > 0 && ms < HOUR { SECOND } else { MINUTE };
    changes_in(ms, step)
}

/// The same for [`countdown_to_second`].
#[must_use]
pub const fn countdown_to_second_changes_in(ms: i64) -> i64 {
    changes_in(ms, SECOND)
}

const fn changes_in(ms: i64, step: i64) -> i64 {
    let step = if ms >= DAYS_FROM || ms <= -DAYS_FROM { HOUR } else { step };
    // A text holds for [n, n + 1) steps left, so it changes one millisecond past the step, or at zero, where the
    // breach begins; a breached clock counts up and changes on the step itself.
    match ms {
        1.. if ms < step => ms,
        1.. => ms % step + 1,
        _ => step + ms % step,
    }
}

fn magnitude(ms: i64) -> (i64, &'static str) {
    let left = i64::try_from(ms.unsigned_abs()).unwrap_or(i64::MAX);
    (left, if ms > 0 { "" } else { "−" })
}

fn days(left: i64, sign: &str) -> String {
    match left / DAY {
        days @ ..1_000 => format!("{sign}{days}d {:02}h", left % DAY / HOUR),
        days @ 1_000..1_000_000 => format!("{sign}{days}d"),
        _ => format!("{sign}999999d+"),
    }
}

/// A length in words, by its two largest units: `2 days 4 hours`, `40 seconds`. The sign is left to the sentence
/// around it.
#[must_use]
pub fn words(ms: i64) -> String {
    let (left, _) = magnitude(ms);
    let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second")];
    let Some(first) = units.iter().position(|(size, _)| left >= *size) else {
        return "less than a second".to_owned();
    };
    let count = |(size, name): (i64, &str), of: i64| {
        let n = of / size;
        if n == 1 { format!("1 {name}") } else { format!("{n} {name}s") }
    };
    let head = count(units[first], left);
    match units.get(first + 1) {
        Some(next) if left % units[first].0 >= next.0 => {
            format!("{head} {}", count(*next, left % units[first].0))
        }
        _ => head,
    }
}

/// The units of the short form, smallest first.
const SHORT: [(char, i64); 5] =
    [('s', SECOND), ('m', MINUTE), ('h', HOUR), ('d', DAY), ('w', WEEK)];

/// Reads the short form, one whole number and one unit: `45s` `5m` `4h` `2d` `3w`. Days are 24 hours here.
/// Nothing else is read, and no length beyond a hundred years.
#[must_use]
pub fn parse_short(text: &str) -> Option<i64> {
    let unit = text.chars().last()?.to_ascii_lowercase();
    let (_, size) = SHORT.iter().find(|(name, _)| *name == unit)?;
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || digits.len() > 10 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let ms = digits.parse::<i64>().ok()?.checked_mul(*size)?;
    (ms <= 36_525 * DAY).then_some(ms)
}

/// Writes the short form in the largest unit that holds it without a rest; below a second it is `0s`.
#[must_use]
pub fn short(ms: i64) -> String {
    let (left, _) = magnitude(ms);
    let (unit, size) = SHORT
        .into_iter()
        .rev()
        .find(|(_, size)| left >= *size && left % size == 0)
        .unwrap_or(('s', SECOND));
    format!("{}{unit}", left / size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use unicode_width::UnicodeWidthStr;

    #[rstest]
    #[case(2 * HOUR + 14 * MINUTE + 9 * SECOND, "02:14", "02:14:09")]
    #[case(4 * HOUR + 50 * MINUTE, "04:50", "04:50:00")]
    #[case(HOUR, "01:00", "01:00:00")]
    #[case(HOUR - 1, "59m 59s", "00:59:59")]
    #[case(41 * MINUTE + 9 * SECOND, "41m 09s", "00:41:09")]
    #[case(999, "00m 00s", "00:00:00")]
    #[case(0, "−00:00", "−00:00:00")]
    #[case(-41 * MINUTE - 7 * SECOND, "−00:41", "−00:41:07")]
    #[case(-26 * HOUR, "−26:00", "−26:00:00")]
    #[case(2 * DAY - 1, "47:59", "47:59:59")]
    #[case(2 * DAY, "2d 00h", "2d 00h")]
    #[case(2 * DAY + 4 * HOUR + 59 * MINUTE, "2d 04h", "2d 04h")]
    #[case(-2 * DAY, "−2d 00h", "−2d 00h")]
    #[case(999 * DAY + 23 * HOUR, "999d 23h", "999d 23h")]
    #[case(-999 * DAY - 23 * HOUR, "−999d 23h", "−999d 23h")]
    #[case(1_000 * DAY, "1000d", "1000d")]
    #[case(i64::MAX, "999999d+", "999999d+")]
    #[case(i64::MIN, "−999999d+", "−999999d+")]
    fn countdowns(#[case] ms: i64, #[case] list: &str, #[case] pane: &str) {
        assert_eq!((countdown(ms).as_str(), countdown_to_second(ms).as_str()), (list, pane));
    }

    #[rstest]
    #[case(0, "less than a second")]
    #[case(999, "less than a second")]
    #[case(SECOND, "1 second")]
    #[case(40 * SECOND, "40 seconds")]
    #[case(MINUTE, "1 minute")]
    #[case(61 * SECOND, "1 minute 1 second")]
    #[case(HOUR + 59 * SECOND, "1 hour")]
    #[case(2 * DAY + 4 * HOUR + 30 * MINUTE, "2 days 4 hours")]
    #[case(-2 * DAY - 4 * HOUR, "2 days 4 hours")]
    #[case(DAY + HOUR, "1 day 1 hour")]
    fn lengths_in_words(#[case] ms: i64, #[case] want: &str) {
        assert_eq!(words(ms), want);
    }

    #[rstest]
    #[case("45s", Some(45 * SECOND))]
    #[case("5m", Some(5 * MINUTE))]
    #[case("4H", Some(4 * HOUR))]
    #[case("2d", Some(2 * DAY))]
    #[case("3w", Some(21 * DAY))]
    #[case("36525d", Some(36_525 * DAY))]
    #[case("36526d", None)]
    #[case("99999999999999999999d", None)]
    #[case("h", None)]
    #[case("0000000045s", Some(45 * SECOND))]
    #[case("00000000045s", None)]
    #[case("4", None)]
    #[case("", None)]
    #[case("-4h", None)]
    #[case("+4h", None)]
    #[case("4 h", None)]
    #[case("4é", None)]
    #[case("1h30m", None)]
    fn the_short_form(#[case] text: &str, #[case] want: Option<i64>) {
        assert_eq!(parse_short(text), want);
    }

    #[test]
    fn the_short_form_takes_the_largest_whole_unit() {
        for (ms, want) in [
            (0, "0s"),
            (90 * MINUTE, "90m"),
            (48 * HOUR, "2d"),
            (14 * DAY, "2w"),
            (10 * DAY, "10d"),
        ] {
            assert_eq!(short(ms), want);
        }
    }

    #[rstest]
    #[case::breached_this_moment(0, MINUTE, SECOND)]
    #[case::a_moment_left(1, 1, 1)]
    #[case::less_than_a_second(999, 999, 999)]
    #[case::a_second(SECOND, 1, 1)]
    #[case::past_a_second(SECOND + 1, 2, 2)]
    #[case::a_minute(MINUTE, 1, 1)]
    #[case::under_an_hour(HOUR - 1, SECOND, SECOND)]
    #[case::an_hour(HOUR, 1, 1)]
    #[case::late_by_an_hour(-HOUR, MINUTE, SECOND)]
    fn a_countdown_changes_in(#[case] ms: i64, #[case] list: i64, #[case] pane: i64) {
        let found = (countdown_changes_in(ms), countdown_to_second_changes_in(ms));
        assert_eq!(found, (list, pane));
    }

    proptest! {
        #[test]
        fn a_countdown_fits_its_column(ms: i64) {
            prop_assert!(countdown(ms).width() <= COUNTDOWN_WIDTH);
            prop_assert!(countdown_to_second(ms).width() <= COUNTDOWN_WIDTH);
        }

        #[test]
        fn a_screen_may_sleep_until_the_countdown_changes(
            ms in prop_oneof![
                -5 * DAY..5 * DAY,
                (proptest::sample::select(vec![0, SECOND, MINUTE, HOUR, 2 * DAY, -HOUR, -2 * DAY]), -1_001..1_001i64)
                    .prop_map(|(near, off)| near + off),
            ]
        ) {
            for (text, wait) in [
                (countdown as fn(i64) -> String, countdown_changes_in(ms)),
                (countdown_to_second, countdown_to_second_changes_in(ms)),
            ] {
                prop_assert!(wait >= 1);
                prop_assert_eq!(text(ms), text(ms - wait + 1), "changed before it said");
                prop_assert_ne!(text(ms), text(ms - wait), "did not change when it said");
            }
        }

        #[test]
        fn the_short_form_reads_back(seconds in 0..36_525 * 86_400i64) {
            prop_assert_eq!(parse_short(&short(seconds * SECOND)), Some(seconds * SECOND));
        }
    }
}

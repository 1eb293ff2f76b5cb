//! Numbers, days and lists as people read them in packages, receipts and reasons.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use super::time::{DAY, Instant};

/// An amount in whole units of the team's currency, short: `$950`, `$80K`, `$1.25M`, `$120M`, `$3.4B`. Three figures
/// at most, cut and never rounded up, so that nothing reads as more than it is.
#[must_use]
pub fn money(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let units = amount.unsigned_abs();
    let (unit, letter) = match units {
        0..1_000 => return format!("{sign}${units}"),
        1_000..1_000_000 => (1_000, "K"),
        1_000_000..1_000_000_000 => (1_000_000, "M"),
        _ => (1_000_000_000, "B"),
    };
    let whole = units / unit;
    let digits = match whole {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let fraction = format!("{:09}", units % unit * (1_000_000_000 / unit));
    let fraction = fraction[..digits].trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}${}{point}{fraction}{letter}", thousands(whole))
}

/// A number with its thousands apart: `1,250`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut apart = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

/// A count with its noun: `1 signal`, `3 signals`, `1,250 people`.
#[must_use]
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A day: `Fri 20 Nov 2026`.
#[must_use]
pub fn day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// A day that is seen from another: without its year where both are of one, `Fri 20 Nov`.
#[must_use]
pub fn day_near(day: NaiveDate, today: NaiveDate) -> String {
    let form = if day.year() == today.year() { "%a %-d %b" } else { "%a %-d %b %Y" };
    day.format(form).to_string()
}

/// The local day of an instant.
#[must_use]
pub fn day_of(at: Instant, zone: Tz) -> NaiveDate {
    local(at, zone).date_naive()
}

/// The instant on the wall clock of a zone. At the two ends of what chrono can count, where no local time is left, it
/// is a day nearer: no zone is that far from UTC.
fn local(at: Instant, zone: Tz) -> DateTime<Tz> {
    let first = DateTime::<Utc>::MIN_UTC.timestamp_millis() + DAY;
    let last = DateTime::<Utc>::MAX_UTC.timestamp_millis() - DAY;
    Instant(at.0.clamp(first, last)).utc().with_timezone(&zone)
}

/// An instant on the local wall clock: `Fri 20 Nov 2026 14:32 EST`.
#[must_use]
pub fn moment(at: Instant, zone: Tz) -> String {
    local(at, zone).format("%a %-d %b %Y %H:%M %Z").to_string()
}

/// Words in a row: `a`, `a or b`, `a, b or c`.
#[must_use]
pub fn either<S: AsRef<str>>(words: &[S]) -> String {
    row(words, " or ")
}

/// Words in a row: `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn all<S: AsRef<str>>(words: &[S]) -> String {
    row(words, " and ")
}

fn row<S: AsRef<str>>(words: &[S], last_joint: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<_> = most.iter().map(AsRef::as_ref).collect();
            format!("{}{last_joint}{}", most.join(", "), last.as_ref())
        }
    }
}

/// Whether two texts are one name, whatever their case and the space around them.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    if one.is_ascii() && other.is_ascii() {
        one.eq_ignore_ascii_case(other)
    } else {
        one.to_lowercase() == other.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;
    use chrono_tz::Asia::Tokyo;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "$0")]
    #[case(950, "$950")]
    #[case(-1_500, "-$1.5K")]
    #[case(1_000, "$1K")]
    #[case(80_000, "$80K")]
    #[case(12_345, "$12.3K")]
    #[case(999_999, "$999K")]
    #[case(1_050_000, "$1.05M")]
    #[case(120_000_000, "$120M")]
    #[case(3_400_000_000, "$3.4B")]
    #[case(7_000_000_000_000, "$7,000B")]
    #[case(i64::MIN, "-$9,223,372,036B")]
    fn amounts_read_short(#[case] amount: i64, #[case] text: &str) {
        assert_eq!(money(amount), text);
    }

    #[test]
    fn counts_days_and_rows_read_as_people_write_them() {
        assert_eq!(count(1, "person", "people"), "1 person");
        assert_eq!(count(0, "person", "people"), "0 people");
        assert_eq!(count(1_234_567, "person", "people"), "1,234,567 people");
        let friday = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let new_year = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        assert_eq!(day(friday), "Fri 20 Nov 2026");
        assert_eq!(day_near(friday, friday), "Fri 20 Nov");
        assert_eq!(day_near(new_year, friday), "Fri 1 Jan 2027");
        let late = Instant(1_795_642_200_000); // 2026-11-25T21:30Z
        assert_eq!(moment(late, New_York), "Wed 25 Nov 2026 16:30 EST");
        for end in [i64::MIN, i64::MAX] {
            for zone in [New_York, Tokyo] {
                assert!(!moment(Instant(end), zone).is_empty(), "no instant is too far to tell");
                assert_eq!(
                    day_of(Instant(end), zone).year().abs() / 1_000,
                    262,
                    "nor brought near"
                );
            }
        }
        assert_eq!(either(&["a"]), "a");
        assert_eq!(either(&["a", "b"]), "a or b");
        assert_eq!(all(&["a", "b", "c"]), "a, b and c");
        assert_eq!(all::<&str>(&[]), "");
    }

    #[test]
    fn names_compare_without_case_in_any_script() {
        assert!(same(" West", "WEST "));
        assert!(same("ÉCLAIR", "éclair"));
        assert!(same("\u{212a}elvin", "kelvin"), "one of the two may be plain letters");
        assert!(!same("West", "Western"));
    }
}

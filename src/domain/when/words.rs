//! The words that dates are made of: names of days, months and quarters, and amounts with a unit.

use chrono::{Month, Weekday};

/// What an amount counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    /// Minutes, for moments only.
    Minutes,
    /// Hours, for moments only.
    Hours,
    /// Days of the calendar in force.
    Business,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Years.
    Years,
}

const UNITS: [(&[&str], Unit); 7] = [
    (&["m", "min", "mins", "minute", "minutes"], Unit::Minutes),
    (&["h", "hour", "hours"], Unit::Hours),
    (&["bd", "business day", "business days", "working day", "working days"], Unit::Business),
    (&["d", "day", "days"], Unit::Days),
    (&["w", "week", "weeks"], Unit::Weeks),
    (&["mo", "month", "months"], Unit::Months),
    (&["y", "year", "years"], Unit::Years),
];

/// An amount and its unit, below zero for the past: `+3bd`, `-2d`, `in 2 weeks`, `in a month`, `3 days ago`.
pub(super) fn amount(typed: &str) -> Option<(i32, Unit)> {
    let (rest, sign) = if let Some(rest) = typed.strip_prefix('+') {
        (rest, 1)
    } else if let Some(rest) = typed.strip_prefix(['-', '−']) {
        (rest, -1)
    } else if let Some(rest) = typed.strip_prefix("in ") {
        (rest, 1)
    } else {
        (typed.strip_suffix(" ago")?, -1)
    };
    let rest = rest.trim();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = match digits {
        0 => (1, rest.strip_prefix("a ").or_else(|| rest.strip_prefix("an "))?),
        // Business days are counted one by one; these last 38 years.
        1..=4 => (rest[..digits].parse::<i32>().ok()?, &rest[digits..]),
        _ => return None,
    };
    let unit = unit.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, unit) = UNITS.iter().find(|(names, _)| names.contains(&unit.as_str()))?;
    Some((count * sign, *unit))
}

/// A day of the week by its name or the first three or more letters of it.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Mon),
        ("tuesday", Weekday::Tue),
        ("wednesday", Weekday::Wed),
        ("thursday", Weekday::Thu),
        ("friday", Weekday::Fri),
        ("saturday", Weekday::Sat),
        ("sunday", Weekday::Sun),
    ];
    let found = NAMES.into_iter().find(|(name, _)| word.len() >= 3 && name.starts_with(word));
    found.map(|(_, day)| day)
}

/// The quarter of `q1` to `q4`.
pub(super) fn quarter(word: &str) -> Option<u32> {
    word.strip_prefix('q').and_then(number).filter(|quarter| (1..=4).contains(quarter))
}

/// The English name of a month.
pub(super) fn month_name(month: u32) -> Option<&'static str> {
    Month::try_from(u8::try_from(month).ok()?).ok().map(|month| month.name())
}

/// A day and a month in either order: `1 dec`, `december 1st`.
pub(super) fn day_and_month(a: &str, b: &str) -> Option<(u32, u32)> {
    let day = |word: &str| {
        let bare = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
        let bare = bare.unwrap_or(word);
        (bare.len() <= 2).then(|| number(bare)).flatten()
    };
    let month = |word: &str| {
        (1..=12).find(|month| {
            word.len() >= 3
                && month_name(*month).is_some_and(|name| name.to_lowercase().starts_with(word))
        })
    };
    day(a).zip(month(b)).or_else(|| day(b).zip(month(a)))
}

/// A whole number of at most nine digits and nothing else.
pub(super) fn number(text: &str) -> Option<u32> {
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Enough of somebody's text to recognise it in a sentence.
pub(super) fn clip(text: &str) -> String {
    let text = text.trim();
    let mut shown: String = text.chars().take(24).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

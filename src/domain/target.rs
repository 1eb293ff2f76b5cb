//! Targets: how long a promise may take, as the policy writes it (POLICY.md "Targets").

use std::fmt;
use std::str::FromStr;

use chrono::Weekday;

use super::calendar::{WallTime, parse_wall_time};
use super::time::{DAY, HOUR, MINUTE, SECOND};

/// The longest target: ten years of elapsed time, and as many business days. What is longer is a slip of the hand.
const LONGEST_MS: i64 = 3_653 * DAY;
const LONGEST_DAYS: u32 = 3_653;

/// The unit an amount of time is written in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`, 24 elapsed hours; refused on a business calendar.
    Day,
}

impl Unit {
    const fn ms(self) -> i64 {
        match self {
            Self::Second => SECOND,
            Self::Minute => MINUTE,
            Self::Hour => HOUR,
            Self::Day => DAY,
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::Second => 's',
            Self::Minute => 'm',
            Self::Hour => 'h',
            Self::Day => 'd',
        }
    }
}

/// An amount of time as written: `45s`, `5m`, `24h`, `7d`; more than nothing and at most ten years.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Amount {
    count: u32,
    unit: Unit,
}

impl Amount {
    /// `count` of a unit; `None` for nothing and for more than ten years.
    #[must_use]
    pub fn new(count: u32, unit: Unit) -> Option<Self> {
        let ms = i64::from(count) * unit.ms();
        (1..=LONGEST_MS).contains(&ms).then_some(Self { count, unit })
    }

    /// The amount in milliseconds.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.count as i64 * self.unit.ms()
    }

    /// How many units.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// The unit it is written in.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.unit
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.letter())
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wanted =
            || format!("\"{text}\" is not an amount of time; write it as 45s, 5m, 24h or 7d");
        let unit = match text.chars().next_back() {
            Some('s') => Unit::Second,
            Some('m') => Unit::Minute,
            Some('h') => Unit::Hour,
            Some('d') => Unit::Day,
            _ => return Err(wanted()),
        };
        let digits = &text[..text.len() - 1];
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wanted());
        }
        if digits.bytes().all(|b| b == b'0') {
            return Err(format!("\"{text}\" is no time at all; write at least 1{}", unit.letter()));
        }
        digits
            .parse()
            .ok()
            .and_then(|count| Self::new(count, unit))
            .ok_or_else(|| format!("\"{text}\" is longer than ten years; write a shorter time"))
    }
}

/// What a clock promises: a length of time, a close of business, a weekday's time, or a moment before a date.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// `4h`: elapsed time on the calendar `always`, working time on a business calendar.
    Elapsed(Amount),
    /// `3bd`: the close of business of the n-th business day after the one the clock starts in.
    BusinessDays(u32),
    /// `same_day`: the close of business of the business day the clock starts in; the same as `0bd`.
    SameDay,
    /// `fri 17:00`: the next such moment on the calendar's wall clock.
    Weekday {
        /// The day of the week.
        day: Weekday,
        /// Seconds from local midnight, up to 86,400 (`24:00`).
        seconds: u32,
    },
    /// `24h before meeting`: counted back in elapsed time from a date on the handoff.
    Before {
        /// How long before the date.
        amount: Amount,
        /// The name of the date field.
        field: String,
    },
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elapsed(amount) => amount.fmt(f),
            Self::BusinessDays(days) => write!(f, "{days}bd"),
            Self::SameDay => f.write_str("same_day"),
            Self::Weekday { day, seconds } => {
                write!(f, "{} {}", day.to_string().to_lowercase(), WallTime(*seconds))
            }
            Self::Before { amount, field } => write!(f, "{amount} before {field}"),
        }
    }
}

/// Reads every form of POLICY.md "Targets"; [`Target`]'s `Display` writes it back.
impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let words: Vec<&str> = text.split_whitespace().collect();
        match words[..] {
            ["same_day"] => Ok(Self::SameDay),
            [word] if word.ends_with("bd") => business_days(word),
            [word]
                if word.starts_with(|c: char| c.is_ascii_digit())
                    && word.ends_with(['s', 'm', 'h', 'd']) =>
            {
                word.parse().map(Self::Elapsed)
            }
            [amount, "before", field] => before(amount, field),
            [day, time] => weekday(day, time).ok_or_else(|| unknown(text)),
            _ => Err(unknown(text)),
        }
    }
}

fn unknown(text: &str) -> String {
    format!(
        "\"{text}\" is not a target; write 45s, 5m, 4h, 7d, 3bd, same_day, fri 17:00 or 24h before meeting"
    )
}

fn business_days(word: &str) -> Result<Target, String> {
    let digits = &word[..word.len() - 2];
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("\"{word}\" is not a number of business days; write it as 3bd"));
    }
    match digits.parse() {
        Ok(days) if days <= LONGEST_DAYS => Ok(Target::BusinessDays(days)),
        _ => Err(format!("\"{word}\" is longer than ten years; write fewer business days")),
    }
}

fn before(amount: &str, field: &str) -> Result<Target, String> {
    let named = field.starts_with(|c: char| c.is_ascii_lowercase())
        && field
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'.');
    if !named {
        return Err(format!(
            "\"{field}\" is not the name of a date field; write it as in 24h before meeting"
        ));
    }
    Ok(Target::Before { amount: amount.parse()?, field: field.to_owned() })
}

fn weekday(day: &str, time: &str) -> Option<Target> {
    Some(Target::Weekday { day: day.parse().ok()?, seconds: parse_wall_time(time)? })
}

#[cfg(test)]
mod tests;

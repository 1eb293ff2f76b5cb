//! The table of keys: what each is called, wants and means, and how its values are read. The parser, the completions
//! and the help read this one table.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use super::lex::{Piece, RawTerm};
use super::{Compare, Flag, Test, When, Who, Word, nearest};
use crate::domain::account::{Relation, Tier};
use crate::domain::clock::ClockName;
use crate::domain::ids::HandoffId;
use crate::domain::measure::Measure;
use crate::domain::measure::figure::Verdict;
use crate::domain::say;
use crate::domain::signal::Source;
use crate::domain::span;
use crate::domain::stage::Stage;

/// A key of the filter language.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it is written before the colon.
    pub name: &'static str,
    /// What it asks about, for help and completion.
    pub means: &'static str,
    /// A term that uses it.
    pub example: &'static str,
    /// The values worth offering, where the language itself knows some.
    pub offers: fn() -> Vec<&'static str>,
    /// What its values look like; empty where they are exactly what is offered.
    wants: &'static str,
    read: fn(&[Piece]) -> Result<Test, Bad>,
}

impl Key {
    /// The key of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// What its values look like, as in "due: wants <4h, >2d, today or a date".
    #[must_use]
    pub fn wants(&self) -> String {
        if !self.wants.is_empty() {
            return self.wants.to_owned();
        }
        say::either(&(self.offers)())
    }
}

/// What is wrong with the values of a term.
enum Bad {
    /// A value is none of what the key wants.
    Value(String),
    /// A value is nearly right, and this says more than what the key wants.
    Because(String),
}

/// Every key, in the order in which they are offered.
pub const KEYS: &[Key] = &[
    Key {
        name: "tier",
        means: "the account's tier",
        example: "tier:1,2",
        offers: || keys_of(Tier::ALL, Tier::key),
        wants: "",
        read: |pieces| words(pieces).map(Test::Tier),
    },
    Key {
        name: "stage",
        means: "where the handoff stands",
        example: "stage:queued",
        offers: || keys_of(Stage::ALL, Stage::key),
        wants: "",
        read: |pieces| words(pieces).map(Test::Stage),
    },
    Key {
        name: "type",
        means: "the type of handoff",
        example: "type:inbound,hot_lead",
        offers: Vec::new,
        wants: "types of the policy, as tier1 or inbound,hot_lead",
        read: |pieces| all(pieces, |piece| name(piece, str::to_ascii_lowercase)).map(Test::Type),
    },
    Key {
        name: "owner",
        means: "who is assigned",
        example: "owner:me",
        offers: || vec!["me", "none"],
        wants: "me, none or a name",
        read: |pieces| all(pieces, who).map(Test::Owner),
    },
    Key {
        name: "due",
        means: "when the next clock is due",
        example: "due:<4h",
        offers: || vec!["<4h", "today", "tomorrow", "week", ">2d"],
        wants: "<4h, >2d, today or a date",
        read: |pieces| all(pieces, |piece| compare(piece, when)).map(Test::Due),
    },
    Key {
        name: "clock",
        means: "a clock of this name is running",
        example: "clock:first_touch",
        offers: || keys_of(ClockName::ALL, ClockName::key),
        wants: "",
        read: |pieces| words(pieces).map(Test::Clock),
    },
    Key {
        name: "source",
        means: "the channel it came from",
        example: "source:campaign",
        offers: || keys_of(Source::ALL, Source::key),
        wants: "",
        read: |pieces| words(pieces).map(Test::Source),
    },
    Key {
        name: "score",
        means: "the account's intent score",
        example: "score:>=70",
        offers: || vec![">=90", ">=70", "40..69", "<40"],
        wants: "a number from 0 to 100, as >=70, <40 or 40..69",
        read: |pieces| all(pieces, |piece| compare(piece, hundred)).map(Test::Score),
    },
    Key {
        name: "completeness",
        means: "how much of the package is there, in percent",
        example: "completeness:<85",
        offers: || vec!["<70", "<85", ">=85", "100"],
        wants: "a percentage from 0 to 100, as <85 or 70..90",
        read: |pieces| all(pieces, |piece| compare(piece, hundred)).map(Test::Completeness),
    },
    Key {
        name: "rating",
        means: "how its reader rated the package",
        example: "rating:<=3",
        offers: || vec!["<=3", "1..5", "5"],
        wants: "a number from 1 to 5, as <=3 or 4..5",
        read: |pieces| all(pieces, |piece| compare(piece, stars)).map(Test::Rating),
    },
    Key {
        name: "region",
        means: "the account's region",
        example: "region:west",
        offers: Vec::new,
        wants: "a region, as west or \"north east\"",
        read: |pieces| all(pieces, text).map(Test::Region),
    },
    Key {
        name: "segment",
        means: "the account's segment",
        example: "segment:enterprise",
        offers: Vec::new,
        wants: "a segment, as enterprise or \"mid market\"",
        read: |pieces| all(pieces, text).map(Test::Segment),
    },
    Key {
        name: "industry",
        means: "the account's industry",
        example: "industry:software",
        offers: Vec::new,
        wants: "an industry, as software or \"health care\"",
        read: |pieces| all(pieces, text).map(Test::Industry),
    },
    Key {
        name: "relation",
        means: "what the account is to us already",
        example: "relation:customer",
        offers: || keys_of(Relation::ALL, Relation::key),
        wants: "",
        read: |pieces| words(pieces).map(Test::Relation),
    },
    Key {
        name: "created",
        means: "when it was flagged; <7d is less than seven days ago",
        example: "created:>2026-11-01",
        offers: || vec!["today", "<7d", "week", "month", ">30d"],
        wants: "<7d, >30d, today or a date, as >2026-11-01",
        read: |pieces| all(pieces, |piece| compare(piece, when)).map(Test::Created),
    },
    Key {
        name: "submitted",
        means: "when it was first handed off",
        example: "submitted:2026-11-01..2026-11-30",
        offers: || vec!["today", "<7d", "week", "month", ">30d"],
        wants: "<7d, >30d, month or a date, as 2026-11-01..2026-11-30",
        read: |pieces| all(pieces, |piece| compare(piece, when)).map(Test::Submitted),
    },
    Key {
        name: "hit",
        means: "it counts above the line of a measure",
        example: "hit:worked",
        offers: || keys_of(Measure::ALL, Measure::key),
        wants: "",
        read: |pieces| words(pieces).map(|all| Test::Measured(Verdict::Hit, all)),
    },
    Key {
        name: "missed",
        means: "it counts below the line of a measure only",
        example: "missed:handoff_to_response",
        offers: || keys_of(Measure::ALL, Measure::key),
        wants: "",
        read: |pieces| words(pieces).map(|all| Test::Measured(Verdict::Missed, all)),
    },
    Key {
        name: "young",
        means: "it is not yet due for a measure",
        example: "young:worked",
        offers: || keys_of(Measure::ALL, Measure::key),
        wants: "",
        read: |pieces| words(pieces).map(|all| Test::Measured(Verdict::Young, all)),
    },
    Key {
        name: "wake",
        means: "when it comes back from nurture",
        example: "wake:<30d",
        offers: || vec!["<30d", "today", "week", "month"],
        wants: "<30d, >2w, month or a date",
        read: |pieces| all(pieces, |piece| compare(piece, when)).map(Test::Wake),
    },
    Key {
        name: "code",
        means: "the last disposition",
        example: "code:NO_RESPONSE",
        offers: Vec::new,
        wants: "a disposition code, as NO_RESPONSE",
        read: |pieces| all(pieces, |piece| name(piece, str::to_ascii_uppercase)).map(Test::Code),
    },
    Key {
        name: "batch",
        means: "the weekly batch it belongs to now",
        example: "batch:2026-W47",
        offers: Vec::new,
        wants: "an ISO week, as 2026-W47",
        read: |pieces| all(pieces, week).map(Test::Batch),
    },
    Key {
        name: "co",
        means: "the former owner who stays on",
        example: "co:me",
        offers: || vec!["me", "none"],
        wants: "me, none or a name",
        read: |pieces| all(pieces, who).map(Test::CoOwner),
    },
    Key {
        name: "sender",
        means: "who hands over",
        example: "sender:me",
        offers: || vec!["me", "none"],
        wants: "me, none or a name",
        read: |pieces| all(pieces, who).map(Test::Sender),
    },
];

/// Reads a raw term.
///
/// # Errors
/// The sentence to show under it.
pub(super) fn read(term: &RawTerm) -> Result<Test, String> {
    let Some(name) = &term.key else {
        return bare_words(&term.pieces);
    };
    let Some(key) = Key::find(name) else {
        return Err(unknown(name));
    };
    (key.read)(&term.pieces).map_err(|bad| match bad {
        Bad::Because(reason) => format!("{}: {reason}", key.name),
        Bad::Value(value) => {
            // Where the offers are examples and not the whole choice, the nearest of them is no better guess.
            let choice = if key.wants.is_empty() { (key.offers)() } else { Vec::new() };
            match nearest(&value, choice) {
                Some(meant) => {
                    format!("{}: \"{}\" is unknown; did you mean {meant}?", key.name, clip(&value))
                }
                None => format!("{}: wants {}", key.name, key.wants()),
            }
        }
    })
}

fn unknown(name: &str) -> String {
    let shown = clip(name);
    match nearest(name, KEYS.iter().map(|key| key.name)) {
        Some(meant) => format!("\"{shown}\" is not a key; did you mean {meant}:?"),
        None => {
            let keys: Vec<_> = KEYS.iter().map(|key| key.name).collect();
            format!(
                "\"{shown}\" is not a key; put text with a colon in quotes, or use {}",
                keys.join(", ")
            )
        }
    }
}

/// Enough of somebody's text to recognise it in a sentence.
fn clip(text: &str) -> String {
    let mut shown: String = text.chars().take(24).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// A comma after a bare word is more often pasted (`Acme, Inc`) than meant, so empty words are left out.
fn bare_words(pieces: &[Piece]) -> Result<Test, String> {
    let words: Vec<Word> = pieces
        .iter()
        .filter(|piece| !piece.text.is_empty())
        .map(|piece| if piece.quoted { Word::Text(piece.text.clone()) } else { bare(&piece.text) })
        .collect();
    if words.is_empty() {
        return Err("there is no word to search for here".to_owned());
    }
    Ok(Test::Words(words))
}

/// What a word means that does not stand in quotes.
pub(super) fn bare(text: &str) -> Word {
    if let Ok(flag) = text.parse::<Flag>() {
        return Word::Flag(flag);
    }
    let is_id = text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("h-"));
    match text.parse::<HandoffId>() {
        Ok(id) if is_id => Word::Id(id),
        _ => Word::Text(text.to_owned()),
    }
}

fn all<T>(pieces: &[Piece], one: impl Fn(&Piece) -> Result<T, Bad>) -> Result<Vec<T>, Bad> {
    pieces.iter().map(one).collect()
}

fn keys_of<T: Copy>(values: &[T], key: fn(T) -> &'static str) -> Vec<&'static str> {
    values.iter().map(|value| key(*value)).collect()
}

fn bad(piece: &Piece) -> Bad {
    Bad::Value(piece.text.clone())
}

fn words<T: FromStr>(pieces: &[Piece]) -> Result<Vec<T>, Bad> {
    all(pieces, |piece| piece.text.parse().ok().ok_or_else(|| bad(piece)))
}

fn text(piece: &Piece) -> Result<String, Bad> {
    if piece.text.is_empty() { Err(bad(piece)) } else { Ok(piece.text.clone()) }
}

/// A name that the policy gives: letters, digits, `_` and `-`.
fn name(piece: &Piece, case: fn(&str) -> String) -> Result<String, Bad> {
    let sound = !piece.text.is_empty()
        && piece.text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if sound { Ok(case(&piece.text)) } else { Err(bad(piece)) }
}

fn who(piece: &Piece) -> Result<Who, Bad> {
    let name = text(piece)?;
    Ok(if piece.quoted { Who::Named(name) } else { who_bare(&name) })
}

/// Whom a name means that does not stand in quotes.
pub(super) fn who_bare(name: &str) -> Who {
    if name.eq_ignore_ascii_case("me") {
        Who::Me
    } else if name.eq_ignore_ascii_case("none") {
        Who::Nobody
    } else {
        Who::Named(name.to_owned())
    }
}

/// An ISO week that exists.
fn week(piece: &Piece) -> Result<String, Bad> {
    let parsed = piece.text.split_once('-').and_then(|(year, week)| {
        let week = week.strip_prefix(['W', 'w'])?;
        (year.len() == 4 && week.len() == 2).then_some(())?;
        Some((number(year)?, number(week)?))
    });
    let (year, week) = parsed.ok_or_else(|| bad(piece))?;
    match i32::try_from(year).ok().filter(|year| YEARS.contains(year)) {
        Some(year) if NaiveDate::from_isoywd_opt(year, week, chrono::Weekday::Mon).is_some() => {
            Ok(format!("{year}-W{week:02}"))
        }
        Some(year) => {
            let last =
                NaiveDate::from_ymd_opt(year, 12, 28).map_or(52, |day| day.iso_week().week());
            Err(Bad::Because(format!(
                "{year} has no week {week}, its weeks run from W01 to W{last}"
            )))
        }
        None => Err(Bad::Because(out_of_years())),
    }
}

const YEARS: std::ops::RangeInclusive<i32> = 1970..=2199;

fn out_of_years() -> String {
    format!("years run from {} to {}", YEARS.start(), YEARS.end())
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A whole number from 0 to 100; a percent sign may follow.
fn hundred(text: &str) -> Result<u8, Bad> {
    let parsed = number(text.strip_suffix('%').unwrap_or(text)).filter(|number| *number <= 100);
    parsed.and_then(|number| u8::try_from(number).ok()).ok_or_else(|| Bad::Value(text.to_owned()))
}

/// A rating: 1 to 5.
fn stars(text: &str) -> Result<u8, Bad> {
    let parsed = number(text).filter(|number| (1..=5).contains(number));
    parsed.and_then(|number| u8::try_from(number).ok()).ok_or_else(|| Bad::Value(text.to_owned()))
}

fn when(text: &str) -> Result<When, Bad> {
    if let Some((_, when)) = When::NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Ok(*when);
    }
    if let Some(ms) = span::parse_short(text) {
        return Ok(When::Span(ms));
    }
    let parts: Vec<&str> = text.split('-').collect();
    let [year @ (_, 4), month @ (_, 2), day @ (_, 2)] =
        parts.iter().map(|part| (*part, part.len())).collect::<Vec<_>>()[..]
    else {
        return Err(Bad::Value(text.to_owned()));
    };
    let (Some(year), Some(month), Some(day)) = (number(year.0), number(month.0), number(day.0))
    else {
        return Err(Bad::Value(text.to_owned()));
    };
    let Some(year) = i32::try_from(year).ok().filter(|year| YEARS.contains(year)) else {
        return Err(Bad::Because(out_of_years()));
    };
    NaiveDate::from_ymd_opt(year, month, day)
        .map(When::Day)
        .ok_or_else(|| Bad::Because(format!("{text} is not in the calendar")))
}

/// Reads `70`, `<70`, `<=70`, `>70`, `>=70`, `40..69`, `40..` and `..69`.
fn compare<T: Endpoint>(piece: &Piece, one: fn(&str) -> Result<T, Bad>) -> Result<Compare<T>, Bad> {
    let text = piece.text.as_str();
    let read = |rest: &str| one(rest.trim());
    // The longer sign first, or `<=` would be read as `<` and a value that begins with `=`.
    if let Some(rest) = text.strip_prefix("<=") {
        return read(rest).map(Compare::AtMost);
    }
    if let Some(rest) = text.strip_prefix(">=") {
        return read(rest).map(Compare::AtLeast);
    }
    if let Some(rest) = text.strip_prefix('<') {
        return read(rest).map(Compare::Less);
    }
    if let Some(rest) = text.strip_prefix('>') {
        return read(rest).map(Compare::More);
    }
    match text.split_once("..") {
        Some(("", high)) => read(high).map(Compare::AtMost),
        Some((low, "")) => read(low).map(Compare::AtLeast),
        Some((low, high)) => match (read(low)?, read(high)?) {
            (a, b) if a.is_after(&b) => {
                Err(Bad::Because(format!("{text} runs backwards; write {high}..{low}")))
            }
            (a, b) => Ok(Compare::Between(a, b)),
        },
        None => match read(text)? {
            alone if alone.stands_alone() => Ok(Compare::Is(alone)),
            _ => Err(bad(piece)),
        },
    }
}

/// A value that comparisons take.
trait Endpoint {
    /// It is known to lie after the other, whatever the day.
    fn is_after(&self, other: &Self) -> bool;
    /// It means something without a sign before it.
    fn stands_alone(&self) -> bool;
}

impl Endpoint for u8 {
    fn is_after(&self, other: &Self) -> bool {
        self > other
    }

    fn stands_alone(&self) -> bool {
        true
    }
}

impl Endpoint for When {
    fn is_after(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Day(a), Self::Day(b)) => a > b,
            (Self::Span(a), Self::Span(b)) => a > b,
            _ => false,
        }
    }

    fn stands_alone(&self) -> bool {
        !matches!(self, Self::Span(_))
    }
}

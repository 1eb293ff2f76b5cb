//! Cells to values: exact forms only. What could mean two things is refused with the form that means one.

use std::str::FromStr;

use crate::domain::account::Dated;
use crate::domain::person::Absence;

use super::moment;
use super::survey::Decimal;

/// Longest id in bytes.
const ID_MAX: usize = 255;
/// Beyond this a number with decimals is no longer exact.
const WHOLE_MAX: f64 = 9_007_199_254_740_991.0;

/// Characters that show nothing, or change the order in which the others are shown.
pub(super) const fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// An id: text that two files must write alike, so nothing invisible and nothing a spreadsheet has rounded.
pub(super) fn id(text: &str) -> Result<String, String> {
    if let Some(letter) = text.chars().find(|letter| letter.is_control() || is_hidden(*letter)) {
        return Err(format!(
            "the id holds the invisible character U+{:04X}; write it without",
            u32::from(letter)
        ));
    }
    if text.len() > ID_MAX {
        return Err(format!("the id is {} bytes long; {ID_MAX} is the most", text.len()));
    }
    if is_rounded_by_a_spreadsheet(text) {
        return Err(format!(
            "\"{text}\" is an id that a spreadsheet has rounded; export the column as text"
        ));
    }
    Ok(text.to_owned())
}

/// `1.2E+05`, which is what a spreadsheet makes of a long number.
fn is_rounded_by_a_spreadsheet(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    exponent.strip_prefix('+').is_some_and(is_digits)
        && mantissa.split('.').all(is_digits)
        && mantissa.split('.').count() <= 2
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The 18 characters of a Salesforce id; one of 15 gets the three that carry the case of its letters.
pub(super) fn salesforce_id(text: &str) -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    if text.len() != 15 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return text.to_owned();
    }
    let mut id = text.to_owned();
    for five in text.as_bytes().chunks(5) {
        let upper = five
            .iter()
            .rev()
            .fold(0, |bits, byte| bits * 2 + usize::from(byte.is_ascii_uppercase()));
        id.push(char::from(SIGNS.get(upper).copied().unwrap_or(b'A')));
    }
    id
}

/// An e-mail address in lower case; `None` for the stand-in that a vendor writes where the address is not bought.
pub(super) fn email(text: &str) -> Result<Option<String>, String> {
    let address = text.strip_prefix("mailto:").unwrap_or(text).to_lowercase();
    if address == "email_not_unlocked@domain.com" {
        return Ok(None);
    }
    let sound = address.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains("..")
    }) && address.len() <= 254
        && !address.chars().any(|letter| {
            letter.is_whitespace()
                || letter.is_control()
                || is_hidden(letter)
                || matches!(letter, ',' | ';' | '<' | '>' | '"' | '(' | ')')
        });
    if sound {
        Ok(Some(address))
    } else {
        Err(format!("\"{}\" is not an e-mail address; write one, as jane@acme.com", brief(text)))
    }
}

/// A key of the policy (`pricing_visit`), from however it was written (`Pricing visit`).
pub(super) fn key(text: &str, what: &str) -> Result<String, String> {
    let key = snake(text);
    if key.is_empty()
        || !key.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.')
        })
    {
        return Err(format!(
            "\"{}\" is not {what}; write it in small letters with _, as pricing_visit",
            brief(text)
        ));
    }
    Ok(key)
}

/// A key of whatever stands there: letters and digits of any script, with one `_` for each run of anything else.
pub(super) fn loose_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_alphanumeric() || letter == '.' {
            key.extend(letter.to_lowercase());
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
    }
    key.truncate(key.trim_end_matches('_').len());
    match key.is_empty() {
        true => "other".to_owned(),
        false => key,
    }
}

/// Lower case, with one `_` for each run of blanks, hyphens, slashes and underscores.
pub(super) fn snake(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_whitespace() || matches!(letter, '-' | '_' | '/') {
            if !key.is_empty() && !key.ends_with('_') {
                key.push('_');
            }
        } else {
            key.extend(letter.to_lowercase());
        }
    }
    key.truncate(key.trim_end_matches('_').len());
    key
}

/// A word of a closed vocabulary, by its key or by another name that people give it.
pub(super) fn word<T: FromStr<Err = String>>(
    text: &str,
    others: &[(&str, &str)],
) -> Result<T, String> {
    let key = snake(text);
    let key = others.iter().find(|(other, _)| *other == key).map_or(key.as_str(), |(_, word)| word);
    key.parse().or_else(|_: String| brief(text).parse())
}

/// Yes or no.
pub(super) fn flag(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" | "1.0" | "x" | "on" | "✓" => Ok(true),
        "no" | "n" | "false" | "f" | "0" | "0.0" | "off" => Ok(false),
        _ => Err(format!("\"{}\" is neither yes nor no", brief(text))),
    }
}

/// The parts between semicolons.
pub(super) fn list(text: &str) -> Vec<String> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// What a number's meaning depends on beside its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Signs {
    /// The cells of the file are separated by semicolons, so a comma may be the decimal sign.
    pub(super) semicolons: bool,
    /// The decimal sign that the column shows in other cells.
    pub(super) decimal: Option<Decimal>,
}

/// A number as people and spreadsheets write it: `1234`, `1,234.50`, `$12,400.00`, `6.0E7`, `120M`, `(45)`, `85%`.
///
/// Between semicolons `1,234` and `1.234` could be either and are refused, unless other cells of the column decide.
pub(super) fn number(text: &str, signs: Signs) -> Result<f64, String> {
    let wrong = || format!("\"{}\" is not a number; write it as 12400 or 12,400.50", brief(text));
    let mut rest = text.trim();
    rest = rest.strip_suffix('%').unwrap_or(rest).trim_end();
    let mut sign = 1.0;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (sign, rest) = (-1.0, inner.trim());
    }
    rest = without_currency(rest);
    if let Some(positive) = rest.strip_prefix(['-', '\u{2212}']) {
        (sign, rest) = (-sign, without_currency(positive.trim_start()));
    } else if let Some(positive) = rest.strip_prefix('+') {
        rest = without_currency(positive.trim_start());
    }
    let (rest, scale) = scale_of(rest);
    let (digits, exponent) = match rest.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, Some(exponent)),
        None => (rest, None),
    };
    let mut plain = plain_digits(digits, signs)?.ok_or_else(wrong)?;
    if let Some(exponent) = exponent {
        if !is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)) {
            return Err(wrong());
        }
        plain.push('e');
        plain.push_str(exponent);
    }
    let number: f64 = plain.parse().map_err(|_not_a_number| wrong())?;
    let number = sign * number * scale;
    if number.is_finite() {
        Ok(number)
    } else {
        Err(format!("\"{}\" is too large a number", brief(text)))
    }
}

/// `$`, `€`, `US$` or `USD` taken away from either end.
fn without_currency(text: &str) -> &str {
    const SIGNS: &[&str] = &[
        "US$", "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY", "INR", "SEK", "NOK", "DKK", "$",
        "€", "£", "¥", "₹",
    ];
    let text = SIGNS.iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text).trim_start();
    SIGNS.iter().find_map(|sign| text.strip_suffix(sign)).unwrap_or(text).trim_end()
}

/// Thousands, millions or billions written as a letter after the digits.
fn scale_of(text: &str) -> (&str, f64) {
    for (suffix, scale) in [("bn", 1e9), ("k", 1e3), ("m", 1e6), ("b", 1e9)] {
        let Some(cut) = text.len().checked_sub(suffix.len()) else { continue };
        if let Some((digits, end)) = text.split_at_checked(cut)
            && end.eq_ignore_ascii_case(suffix)
            && digits.trim_end().ends_with(|last: char| last.is_ascii_digit())
        {
            return (digits.trim_end(), scale);
        }
    }
    (text, 1.0)
}

/// Digits with at most one `.`, thousands signs taken away; `None` when it isn't a number, an error when it could be
/// two of them.
fn plain_digits(text: &str, signs: Signs) -> Result<Option<String>, String> {
    let unspaced: String;
    let blank = |sign: char| matches!(sign, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let mut text = text;
    if text.contains(blank) {
        let whole = text.split(['.', ',']).next().unwrap_or_default();
        if !grouped(whole, blank) {
            return Ok(None);
        }
        unspaced = text.chars().filter(|sign| !blank(*sign)).collect();
        text = &unspaced;
    }
    let decimal = match (text.rfind('.'), text.rfind(',')) {
        (None, None) => None,
        (Some(dot), Some(comma)) => Some(if dot > comma { '.' } else { ',' }),
        (Some(_), None) => {
            if text.matches('.').count() > 1 || signs.decimal == Some(Decimal::Comma) {
                None
            } else if signs.decimal.is_none()
                && signs.semicolons
                && grouped(text, |sign| sign == '.')
            {
                return Err(two_meanings(text));
            } else {
                Some('.')
            }
        }
        (None, Some(_)) => {
            let thousands =
                signs.decimal != Some(Decimal::Comma) && grouped(text, |sign| sign == ',');
            let open = signs.semicolons && signs.decimal.is_none();
            if thousands && open && text.matches(',').count() == 1 {
                return Err(two_meanings(text));
            }
            if !thousands && !signs.semicolons && signs.decimal != Some(Decimal::Comma) {
                return Err(format!("\"{}\" is not a number; write 1.5, not 1,5", brief(text)));
            }
            (!thousands).then_some(',')
        }
    };
    let (whole, fraction) = match decimal {
        Some(sign) => text.rsplit_once(sign).unwrap_or((text, "")),
        None => (text, ""),
    };
    let thousands = if decimal == Some('.') { ',' } else { '.' };
    let thousands = if decimal.is_none() && whole.contains(',') { ',' } else { thousands };
    let sound = (is_digits(whole)
        || grouped(whole, |sign| sign == thousands)
        || (whole.is_empty() && !fraction.is_empty()))
        && (fraction.is_empty() || is_digits(fraction));
    if !sound {
        return Ok(None);
    }
    let mut plain: String = whole.chars().filter(char::is_ascii_digit).collect();
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    Ok(Some(plain))
}

fn two_meanings(text: &str) -> String {
    format!("\"{}\" can be read in two ways; write the number without thousands signs", brief(text))
}

/// True for one to three digits, then one or more groups of exactly three: `1,234,567`.
fn grouped(text: &str, is_sign: impl Fn(char) -> bool) -> bool {
    let mut groups = text.split(is_sign);
    let first = groups.next().unwrap_or_default();
    let mut more = 0;
    is_digits(first)
        && first.len() <= 3
        && !first.starts_with('0')
        && groups.all(|group| {
            more += 1;
            is_digits(group) && group.len() == 3
        })
        && more > 0
}

/// A whole amount that is not negative, rounded to the unit, after multiplying by the column's unit.
pub(super) fn whole(text: &str, times: f64, signs: Signs) -> Result<i64, String> {
    // Most cells are plain digits, and those are quick.
    if text.len() <= 15
        && is_digits(text)
        && times == 1.0
        && let Ok(whole) = text.parse()
    {
        return Ok(whole);
    }
    let number = (number(text, signs)? * times).round();
    if number < 0.0 {
        return Err(format!("\"{}\" is below zero", brief(text)));
    }
    if number > WHOLE_MAX {
        return Err(format!("\"{}\" is too large a number", brief(text)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to lie between 0 and 2^53")]
    Ok(number as i64)
}

/// A number of people: a whole one, or the lower end of a range such as `51-200`, `10,001+` or `11-50 employees`.
pub(super) fn headcount(text: &str, times: f64, signs: Signs) -> Result<i64, String> {
    let bare = text.trim();
    let bare = bare.strip_suffix("employees").unwrap_or(bare).trim_end();
    let lower = match bare.split_once(['-', '–', '—']) {
        Some((lower, upper))
            if !lower.trim().is_empty() && whole(upper.trim(), 1.0, signs).is_ok() =>
        {
            lower.trim()
        }
        _ => bare.strip_suffix('+').unwrap_or(bare),
    };
    whole(lower, times, signs).map_err(|reason| {
        if super::survey::is_spreadsheet_accident(bare) {
            format!("\"{}\" is what a spreadsheet made of a range; write the number", brief(text))
        } else {
            reason
        }
    })
}

/// A score from 0 to 100, with or without `%`.
pub(super) fn score(text: &str, signs: Signs) -> Result<u8, String> {
    let bare = text.strip_suffix('%').unwrap_or(text);
    let number = number(bare, signs)?.round();
    if !(0.0..=100.0).contains(&number) {
        return Err(format!("\"{}\" is not a score; it goes from 0 to 100", brief(text)));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to lie between 0 and 100"
    )]
    Ok(number as u8)
}

/// Dated headlines between semicolons, newest first; a part without a date belongs to the headline before it.
pub(super) fn headlines(text: &str) -> Result<Vec<Dated>, String> {
    let mut all: Vec<Dated> = Vec::new();
    for part in text.split(';') {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let (date, headline) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
        match (moment::date(date.trim_end_matches(':')), all.last_mut()) {
            (Ok(on), _) => all.push(Dated { on, headline: headline.trim().to_owned() }),
            (Err(_), Some(before)) => {
                before.headline.push_str("; ");
                before.headline.push_str(part);
            }
            (Err(_), None) => {
                return Err(format!(
                    "\"{}\" has no date; write each headline as 2026-11-01 Opens a plant in Ohio",
                    brief(part)
                ));
            }
        }
    }
    all.sort_by_key(|dated| std::cmp::Reverse(dated.on));
    Ok(all)
}

/// Days away between semicolons: `2026-12-24..2026-12-31; 2027-01-15`.
pub(super) fn absences(text: &str) -> Result<Vec<Absence>, String> {
    list(text)
        .iter()
        .map(|part| {
            let (from, to) = part.split_once("..").unwrap_or((part, part));
            let (from, to) = (moment::date(from.trim())?, moment::date(to.trim())?);
            if from <= to {
                Ok(Absence { from, to })
            } else {
                Err(format!("\"{}\" ends before it begins", brief(part)))
            }
        })
        .collect()
}

/// Text short enough for a sentence.
pub(super) fn brief(text: &str) -> &str {
    match text.char_indices().nth(60) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

#[cfg(test)]
mod tests;

//! What a disposition's form must hold, and the work owed before it (`DOMAIN.md 8`).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::domain::field::{Kind, OUTCOME, OutcomeField, outcome_field, package_field};
use crate::domain::handoff::{Handoff, Moment};
use crate::domain::ids::HandoffId;
use crate::domain::policy::{DispositionRule, HandoffType, MinimumWork, Owes};
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::{DAY, Instant, parse_instant};

/// The last year that is written in four digits.
const LAST_YEAR: i32 = 9_999;

/// The longest text a disposition field may hold, in bytes.
const LONGEST_TEXT: usize = 4 * 1024;

/// Checks the fields of a disposition against what its rule requires.
///
/// # Errors
/// A refusal that names the first field that is missing or wrong, and what it wants.
pub fn check_fields(
    rule: &DispositionRule,
    fields: &BTreeMap<String, String>,
    today: NaiveDate,
) -> Result<(), Refusal> {
    for key in &rule.requires {
        let filled = fields.get(key).is_some_and(|text| !text.trim().is_empty());
        if !filled {
            let label = outcome_field(key).map_or(key.as_str(), |field| field.label);
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("{} needs \"{label}\".", rule.code),
            )
            .hint(format!("Fill in {key}: {}.", outcome_field(key).map_or("a text", wants))));
        }
    }
    for (key, text) in fields.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let Some(field) = outcome_field(key) else {
            let known: Vec<_> = OUTCOME.iter().map(|field| field.key).collect();
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("\"{key}\" is not a field of {}.", rule.code),
            )
            .hint(format!("The fields are {}.", known.join(", "))));
        };
        let good = match field.kind {
            Kind::Text => text.len() <= LONGEST_TEXT,
            Kind::FutureDay => text
                .trim()
                .parse::<NaiveDate>()
                .is_ok_and(|day| day >= today && day.year() <= LAST_YEAR),
            Kind::Moment => parse_instant(text).is_ok(),
            Kind::Amount => text.trim().parse::<i64>().is_ok_and(|amount| amount > 0),
            Kind::PackageFields => text.split(',').all(|key| package_field(key.trim()).is_some()),
            Kind::Handoff => text.parse::<HandoffId>().is_ok(),
        };
        if !good {
            let shown: String = text.chars().take(60).collect();
            return Err(Refusal::new(
                RefusalKind::Missing,
                format!("{}: \"{shown}\" won't do.", field.label),
            )
            .hint(format!("{key} wants {}.", wants(field))));
        }
    }
    Ok(())
}

const fn wants(field: &OutcomeField) -> &'static str {
    match field.kind {
        Kind::Text => "a text of at most 4 KiB",
        Kind::FutureDay => "a day from today on, such as 2026-12-01",
        Kind::Moment => "a day and time with its zone, such as 2026-12-01T15:00-05:00",
        Kind::Amount => "a whole number above zero",
        Kind::PackageFields => {
            "package field keys separated by commas, such as intelligence.news, committee"
        }
        Kind::Handoff => "another handoff, such as H-1042",
    }
}

/// What is still owed before this disposition, as a sentence; none when it may be recorded.
#[must_use]
pub fn owed_work(
    rule: &DispositionRule,
    kind: &HandoffType,
    handoff: &Handoff,
    now: Instant,
) -> Option<String> {
    let work = match (rule.owes_by_type.get(&kind.key), rule.owes) {
        (Some(work), _) => *work,
        (None, Some(Owes::Fixed(work))) => work,
        (None, Some(Owes::OfType)) => kind.minimum_work,
        (None, None) => return None,
    };
    let MinimumWork { touches, days } = work;
    let done = u32::try_from(handoff.touches.len()).unwrap_or(u32::MAX);
    let worked =
        handoff.moment(Moment::FirstTouch).map_or(0, |first| now.since(first).max(0) / DAY);
    let worked = u32::try_from(worked).unwrap_or(u32::MAX);
    let mut owed = Vec::new();
    if done < touches {
        owed.push(plural(touches - done, "touch", "touches"));
    }
    if worked < days {
        owed.push(plural(days - worked, "day", "days"));
    }
    (!owed.is_empty()).then(|| {
        let needs = match days {
            0 => plural(touches, "touch", "touches"),
            _ => format!(
                "{} over {}",
                plural(touches, "touch", "touches"),
                plural(days, "day", "days")
            ),
        };
        format!("{} needs {needs}; still owed: {}.", rule.code, owed.join(" and "))
    })
}

fn plural(count: u32, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

//! A weekly batch as a plan file: TOML that `handoff batch plan` wrote and a person edited, read row by row. It knows the
//! form of the file and nothing of the store; every mistake is told with its line.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::domain::batch::Week;
use crate::domain::ids::HandoffId;
use crate::domain::text::safe;

/// A plan as it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Whose batch.
    pub week: Week,
    /// Its rows, in the file's order.
    pub rows: Vec<Row>,
}

/// A row of a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The line it begins at.
    pub line: usize,
    /// The handoff.
    pub handoff: HandoffId,
    /// The version of it that the plan was made from.
    pub version: i64,
    /// What is to be done with it.
    pub what: What,
}

/// What a row asks for; people by whatever name the file gives them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// It goes to somebody.
    Route {
        /// To whom.
        to: String,
        /// They are full or away, and it goes there all the same.
        anyway: bool,
    },
    /// It goes with the next batch.
    Defer {
        /// Why.
        reason: String,
    },
    /// It goes back to marketing.
    Return {
        /// Keys of the package fields that are missing or wrong.
        missing: Vec<String>,
        /// What is wrong.
        note: String,
    },
    /// It rests in nurture.
    Nurture {
        /// Why.
        note: String,
    },
    /// Nothing: it stays in the batch.
    Leave,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    week: Spanned<String>,
    #[expect(dead_code, reason = "written for the reader of the file")]
    made: Option<String>,
    #[serde(default)]
    item: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    handoff: Spanned<String>,
    version: i64,
    decision: Spanned<String>,
    to: Option<String>,
    #[serde(default)]
    anyway: bool,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    note: String,
}

/// Reads a plan.
///
/// # Errors
/// Everything that is wrong with the file, a sentence each, with its line.
pub fn read(text: &str) -> Result<Plan, Vec<String>> {
    let file: File = toml::from_str(text).map_err(|error| {
        let line = line_of(text, error.span().unwrap_or_default());
        let why = error.message().trim_end_matches('.');
        vec![format!("Line {line}: {}.", safe(why))]
    })?;
    let mut problems = Vec::new();
    let week = file.week.get_ref().parse::<Week>();
    if let Err(why) = &week {
        problems.push(format!("Line {}: {}.", line_of(text, file.week.span()), safe(why)));
    }
    let mut rows: Vec<Row> = Vec::with_capacity(file.item.len());
    for entry in file.item {
        match row(text, entry, &rows) {
            Ok(row) => rows.push(row),
            Err(problem) => problems.push(problem),
        }
    }
    match week {
        Ok(week) if problems.is_empty() => Ok(Plan { week, rows }),
        _ => Err(problems),
    }
}

fn row(text: &str, entry: Spanned<Entry>, before: &[Row]) -> Result<Row, String> {
    let line = line_of(text, entry.span());
    let entry = entry.into_inner();
    let at = line_of(text, entry.handoff.span());
    let handoff: HandoffId = entry
        .handoff
        .get_ref()
        .parse()
        .map_err(|why: String| format!("Line {at}: {}.", safe(&why)))?;
    if let Some(other) = before.iter().find(|row| row.handoff == handoff) {
        return Err(format!(
            "Line {at}: {handoff} has a row already, on line {}; keep one of them.",
            other.line
        ));
    }
    let to = |who: Option<String>| {
        who.filter(|who| !who.trim().is_empty()).ok_or_else(|| {
            format!("Line {line}: {handoff} is routed, and nobody is named; write to = \"NAME\".")
        })
    };
    let what = match entry.decision.get_ref().trim() {
        "route" => What::Route { to: to(entry.to)?, anyway: entry.anyway },
        "defer" => What::Defer { reason: entry.reason },
        "return" => What::Return { missing: entry.missing, note: entry.note },
        "nurture" => What::Nurture { note: entry.note },
        "leave" => What::Leave,
        other => {
            return Err(format!(
                "Line {}: \"{}\" is not a decision; write route, defer, return, nurture or leave.",
                line_of(text, entry.decision.span()),
                safe(other)
            ));
        }
    };
    Ok(Row { line, handoff, version: entry.version, what })
}

fn line_of(text: &str, span: Range<usize>) -> usize {
    text.get(..span.start).map_or(0, |before| before.matches('\n').count()) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "week = \"2026-W47\"\n\n[[item]]\nhandoff = \"H-1\"\nversion = 3\ndecision = \"route\"\nto = \"Sam Ortiz\"\n\n[[item]]\nhandoff = \"H-2\"\nversion = 1\ndecision = \"leave\"\n";

    #[test]
    fn a_plan_is_read_with_its_lines() {
        let plan = read(GOOD).unwrap();
        assert_eq!(plan.week.to_string(), "2026-W47");
        let rows: Vec<_> = plan.rows.iter().map(|row| (row.line, row.handoff.0)).collect();
        assert_eq!(rows, [(3, 1), (9, 2)]);
        assert_eq!(plan.rows[0].what, What::Route { to: "Sam Ortiz".into(), anyway: false });
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |from: &str, to: &str| read(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert_eq!(
            told("2026-W47", "2025-W53"),
            ["Line 1: there is no week 2025-W53; 2025 has the weeks 01 to 52."]
        );
        assert_eq!(
            told("H-2", "H-1"),
            ["Line 10: H-1 has a row already, on line 3; keep one of them."]
        );
        assert_eq!(
            told("\"leave\"", "\"assign\""),
            [
                "Line 12: \"assign\" is not a decision; write route, defer, return, nurture or leave."
            ]
        );
        assert_eq!(
            told("to = \"Sam Ortiz\"", ""),
            ["Line 3: H-1 is routed, and nobody is named; write to = \"NAME\"."]
        );
        assert!(told("version = 3", "versoin = 3")[0].starts_with("Line "), "a slip is told");
        assert!(told("[[item]]", "[[item]")[0].starts_with("Line 3"));
        assert!(read("").unwrap_err()[0].contains("week"));
    }
}

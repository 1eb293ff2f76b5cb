//! The one-page form of a package \[001\]: what fits on a page, to be copied into a message.

use super::Package;

/// The rows of the page: what it is called there, and the fields it takes, joined.
pub(super) const ROWS: &[(&str, &[&str])] = &[
    ("Account", &["account.name", "account.tier", "account.industry", "account.region"]),
    ("Size", &["account.revenue", "account.employees"]),
    ("Account value", &["account.value"]),
    ("Fit", &["account.fit"]),
    ("Relation", &["account.relation"]),
    ("Contact", &["contact"]),
    ("Why now", &["reason"]),
    ("Intent", &["score", "source"]),
    ("Signals", &["engagement.trigger", "engagement.when"]),
    ("News", &["intelligence.news"]),
    ("Committee", &["committee"]),
    ("Introduced by", &["introducer"]),
    ("Notes", &["engagement.responses", "relationship.notes", "pain_points"]),
    ("Meeting", &["meeting.at", "meeting.attendees", "meeting.topics"]),
    ("Approach", &["motion.angle"]),
    ("Next action", &["motion.first_outreach", "motion.timing", "next_steps"]),
    ("Won means", &["motion.success"]),
];

/// The package on one page: its title, a row for each thing that is known, and what is missing. Every line is one
/// line; line breaks that people typed become ` / `.
#[must_use]
pub fn one_page(package: &Package) -> Vec<String> {
    let mut lines = vec![package.title.clone()];
    for (label, keys) in ROWS {
        let known: Vec<_> = keys.iter().filter_map(|key| package.value(key)).map(flat).collect();
        if !known.is_empty() {
            lines.push(format!("{label}: {}", known.join(" · ")));
        }
    }
    let missing: Vec<_> = package.missing.iter().map(|field| field.label).collect();
    lines.push(match missing.as_slice() {
        [] => format!("Complete: {} %", package.completeness),
        missing => format!("Complete: {} %, missing {}", package.completeness, missing.join(", ")),
    });
    lines
}

fn flat(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" / ")
}

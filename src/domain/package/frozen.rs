//! The package as it was submitted (`DOMAIN.md 7`): a copy of every field that was known, and what is different since.

use std::collections::BTreeMap;

use super::{FieldValue, Package};
use crate::domain::field::{PACKAGE, PackageField};
use crate::domain::time::Instant;

/// A package as it was sent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frozen {
    /// When.
    pub at: Instant,
    /// Its completeness, in percent.
    pub completeness: u8,
    /// What each field said, by field key; what was not known is not there.
    pub fields: BTreeMap<String, String>,
}

/// A field that says something else than when the package was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Differs {
    /// Which.
    pub field: &'static PackageField,
    /// What was sent; none where nothing was known.
    pub sent: Option<String>,
    /// What is known now; none where it was taken out.
    pub now: Option<String>,
}

impl Differs {
    /// What happened to it, in a line: `Budget: "unknown" → "$80K, approved"`.
    #[must_use]
    pub fn line(&self) -> String {
        let label = self.field.label;
        match (&self.sent, &self.now) {
            (None, Some(now)) => format!("{label}: now {}", one_line(now)),
            (Some(sent), None) => format!("{label}: no longer {}", one_line(sent)),
            (Some(sent), Some(now)) => format!("{label}: {} → {}", one_line(sent), one_line(now)),
            (None, None) => label.to_owned(),
        }
    }
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

impl Frozen {
    /// A copy of a package.
    #[must_use]
    pub fn of(package: &Package, at: Instant) -> Self {
        let told = |value: &FieldValue| Some((value.field.key.to_owned(), text(value)?));
        Self {
            at,
            completeness: package.completeness,
            fields: package.fields.iter().filter_map(told).collect(),
        }
    }

    /// What a package says differently now, in the order of the fields.
    #[must_use]
    pub fn differs(&self, package: &Package) -> Vec<Differs> {
        Self::between(&self.fields, &Self::of(package, self.at).fields)
    }

    /// What was different in an earlier copy.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Vec<Differs> {
        Self::between(&earlier.fields, &self.fields)
    }

    fn between(sent: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<Differs> {
        PACKAGE
            .iter()
            .filter(|field| sent.get(field.key) != now.get(field.key))
            .map(|field| Differs {
                field,
                sent: sent.get(field.key).cloned(),
                now: now.get(field.key).cloned(),
            })
            .collect()
    }
}

/// What a field says, whole; nothing where nothing is known.
fn text(value: &FieldValue) -> Option<String> {
    value.value.as_ref()?;
    let text = value.shown().collect::<Vec<_>>().join("\n");
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(fields: &[(&str, &str)]) -> Frozen {
        let fields = fields.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
        Frozen { at: Instant(0), completeness: 90, fields: fields.collect() }
    }

    #[test]
    fn what_is_different_since_a_package_was_sent_is_told_in_a_line_each() {
        let earlier = sent(&[("reason", "They asked"), ("committee", "Sarah, CMO\n\n Bo, CFO")]);
        let now = sent(&[("reason", "They asked\ntwice"), ("intelligence.news", "New CMO")]);
        let mut lines: Vec<_> = now.since(&earlier).iter().map(Differs::line).collect();
        lines.sort_unstable();
        let told = |key: &str| PACKAGE.iter().find(|field| field.key == key).unwrap().label;
        let mut wanted = [
            format!("{}: They asked → They asked; twice", told("reason")),
            format!("{}: no longer Sarah, CMO; Bo, CFO", told("committee")),
            format!("{}: now New CMO", told("intelligence.news")),
        ];
        wanted.sort_unstable();
        assert_eq!(lines, wanted);
        assert_eq!(now.since(&now), []);
    }

    /// `DOMAIN.md 7`: what was sent stays as it was, and what is different since is told.
    #[test]
    fn a_package_is_frozen_as_it_reads_and_differs_by_what_was_changed() {
        use crate::domain::field::package_field;
        let value = |key: &str, text: Option<&str>, lines: &[&str]| FieldValue {
            value: text.map(str::to_owned),
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            field: package_field(key).unwrap(),
            by_hand: false,
            required: false,
        };
        let package = |fields: Vec<FieldValue>| Package {
            handoff: crate::domain::ids::HandoffId(1042),
            title: String::new(),
            fields,
            completeness: 90,
            missing: vec![],
            problems: vec![],
        };
        let was = package(vec![
            value("reason", Some("They asked"), &[]),
            value("committee", Some("Sarah, Bo"), &["Sarah, CMO", "Bo, CFO"]),
            value("intelligence.news", None, &["not told"]),
            value("competitors", Some("  "), &[]),
        ]);
        let frozen = Frozen::of(&was, Instant(7));
        assert_eq!(
            frozen,
            Frozen {
                at: Instant(7),
                ..sent(&[("reason", "They asked"), ("committee", "Sarah, CMO\nBo, CFO")])
            }
        );
        assert_eq!(frozen.differs(&was), []);
        let now = package(vec![
            value("reason", Some("They asked"), &[]),
            value("intelligence.news", Some("New CMO"), &[]),
        ]);
        let told: Vec<_> = frozen
            .differs(&now)
            .iter()
            .map(|one| (one.field.key, one.sent.is_some(), one.now.clone()))
            .collect();
        assert_eq!(
            told,
            [("intelligence.news", false, Some("New CMO".to_owned())), ("committee", true, None)]
        );
    }
}

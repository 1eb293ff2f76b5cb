//! The fields of a package and of a disposition: one table each for the policy, the forms, the importers and the screens.

use super::words::words;

words! {
    /// A section of the package (`DOMAIN.md 7`); `record` holds what came after.
    Section, "a section" {
        /// 1 Account summary.
        Summary = "summary",
        /// 2 Account intelligence.
        Intelligence = "intelligence",
        /// 3 Engagement history.
        Engagement = "engagement",
        /// 4 Suggested motion.
        Motion = "motion",
        /// The event record, touches and outcome.
        Record = "record",
    }
}

impl Section {
    /// The section's title on screen.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Intelligence => "Intelligence",
            Self::Engagement => "Engagement",
            Self::Motion => "Motion",
            Self::Record => "Record",
        }
    }
}

/// A field of the package.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PackageField {
    /// Its key in policies and files.
    pub key: &'static str,
    /// Where it is shown.
    pub section: Section,
    /// Its label on screen.
    pub label: &'static str,
    /// True when it is taken from the account, its contacts, signals or the motion table; people may still overwrite it.
    pub assembled: bool,
}

const fn data(key: &'static str, section: Section, label: &'static str) -> PackageField {
    PackageField { key, section, label, assembled: true }
}

const fn asked(key: &'static str, section: Section, label: &'static str) -> PackageField {
    PackageField { key, section, label, assembled: false }
}

/// Every field that a package can hold, in the order it is shown.
pub const PACKAGE: &[PackageField] = &[
    data("reason", Section::Summary, "Why now"),
    data("account.name", Section::Summary, "Company"),
    data("account.tier", Section::Summary, "Tier"),
    data("account.revenue", Section::Summary, "Revenue"),
    data("account.employees", Section::Summary, "Employees"),
    data("account.industry", Section::Summary, "Industry"),
    data("account.region", Section::Summary, "Region"),
    data("account.relation", Section::Summary, "Relation"),
    data("account.fit", Section::Summary, "Fit"),
    data("account.value", Section::Summary, "Expected value"),
    data("source", Section::Summary, "Source"),
    data("score", Section::Summary, "Intent score"),
    data("contact", Section::Summary, "Contact"),
    data("intelligence.news", Section::Intelligence, "News"),
    data("intelligence.technologies", Section::Intelligence, "Technologies"),
    data("committee", Section::Intelligence, "Buying committee"),
    data("intelligence.events", Section::Intelligence, "Events"),
    asked("competitors", Section::Intelligence, "Competitors"),
    asked("stakeholders", Section::Intelligence, "Stakeholders"),
    data("engagement.trigger", Section::Engagement, "What triggered it"),
    data("engagement.when", Section::Engagement, "When"),
    data("engagement.history", Section::Engagement, "What they did"),
    asked("engagement.shown", Section::Engagement, "Shown so far"),
    asked("engagement.responses", Section::Engagement, "Earlier responses"),
    asked("introducer", Section::Engagement, "Introduced by"),
    asked("usage", Section::Engagement, "Product usage"),
    asked("health", Section::Engagement, "Health score"),
    data("motion.first_outreach", Section::Motion, "First outreach"),
    data("motion.angle", Section::Motion, "Opening angle"),
    data("motion.timing", Section::Motion, "Timing"),
    data("motion.cycle", Section::Motion, "Expected cycle"),
    data("motion.success", Section::Motion, "What won looks like"),
    asked("bant.budget", Section::Motion, "Budget"),
    asked("bant.authority", Section::Motion, "Authority"),
    asked("bant.need", Section::Motion, "Need"),
    asked("bant.timeline", Section::Motion, "Timeline"),
    asked("pain_points", Section::Motion, "Pain points"),
    asked("meeting.at", Section::Motion, "Meeting"),
    asked("meeting.attendees", Section::Motion, "Attendees"),
    asked("meeting.topics", Section::Motion, "Topics"),
    asked("opportunity.details", Section::Motion, "Opportunity"),
    asked("relationship.notes", Section::Motion, "Relationship notes"),
    asked("contract", Section::Motion, "Contract"),
    asked("technical.requirements", Section::Motion, "Technical requirements"),
    asked("success.criteria", Section::Motion, "Success criteria"),
    asked("next_steps", Section::Motion, "Agreed next steps"),
];

/// The package field with this key.
#[must_use]
pub fn package_field(key: &str) -> Option<&'static PackageField> {
    PACKAGE.iter().find(|field| field.key == key)
}

/// What a disposition field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A line of text.
    Text,
    /// A day from today on.
    FutureDay,
    /// A day and time.
    Moment,
    /// Whole units of the team's currency, more than zero.
    Amount,
    /// Keys of package fields, separated by commas.
    PackageFields,
    /// Another handoff.
    Handoff,
}

/// A field of a disposition (`DOMAIN.md 8`, column "requires").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutcomeField {
    /// Its key in policies, files and on the command line.
    pub key: &'static str,
    /// Its label in forms.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
}

const fn outcome(key: &'static str, label: &'static str, kind: Kind) -> OutcomeField {
    OutcomeField { key, label, kind }
}

/// Every field that a disposition can ask for.
pub const OUTCOME: &[OutcomeField] = &[
    outcome("meeting_at", "Meeting on", Kind::Moment),
    outcome("amount", "Amount", Kind::Amount),
    outcome("expected_close", "Expected close", Kind::FutureDay),
    outcome("reason", "Reason", Kind::Text),
    outcome("missing", "Missing fields", Kind::PackageFields),
    outcome("persona", "Right persona or contact", Kind::Text),
    outcome("wake_on", "Re-hand on", Kind::FutureDay),
    outcome("note", "Note", Kind::Text),
    outcome("competitor", "Competitor", Kind::Text),
    outcome("other", "The other handoff", Kind::Handoff),
];

/// The disposition field with this key.
#[must_use]
pub fn outcome_field(key: &str) -> Option<&'static OutcomeField> {
    OUTCOME.iter().find(|field| field.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_titled_as_they_stand_on_screen() {
        let titles: Vec<_> = Section::ALL.iter().map(|section| section.title()).collect();
        assert_eq!(titles, ["Summary", "Intelligence", "Engagement", "Motion", "Record"]);
    }

    #[test]
    fn every_field_has_its_own_key_and_is_found_by_it() {
        for field in PACKAGE {
            let found = package_field(field.key).map(|field| field.label);
            assert_eq!(found, Some(field.label), "{}", field.key);
        }
        assert!(package_field("shoe_size").is_none());
    }
}

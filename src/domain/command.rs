//! What a person asks of the desk, in the domain's words.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::clock::ClockName;
use super::handoff::{Channel, Claim, Decision, TouchOutcome};
use super::ids::PersonId;
use super::time::Instant;

/// A request about one handoff.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Send the package to triage.
    Submit,
    /// Take a flagged handoff back.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// Give it to somebody, or to somebody else.
    Assign {
        /// To whom.
        to: PersonId,
        /// A note to them.
        brief: Option<String>,
        /// True when they were told that the person is full or away, and go on.
        anyway: bool,
    },
    /// Say yes to it.
    Accept,
    /// Log an attempt to reach the account.
    Touch(NewTouch),
    /// Log a note; it counts as a status report.
    Note {
        /// The note.
        text: String,
    },
    /// Record a structured outcome.
    Dispose(Disposal),
    /// Send it back to marketing.
    Return {
        /// Keys of the package fields that are missing or wrong.
        missing: Vec<String>,
        /// What is wrong, in words.
        note: String,
        /// Why the minimum work is overridden, where it is.
        overridden: Option<String>,
    },
    /// Send the mended package again.
    Resubmit {
        /// Package fields to set first.
        fields: BTreeMap<String, String>,
    },
    /// Put a question to both VPs.
    Dispute {
        /// The question.
        note: String,
    },
    /// Record one VP's decision.
    Decide {
        /// What.
        decision: Decision,
        /// Why.
        note: String,
    },
    /// Look at it again on a date.
    Defer {
        /// When.
        until: NaiveDate,
        /// Why.
        reason: String,
    },
    /// Hold its clocks.
    Pause {
        /// Only this one; none means all.
        clock: Option<ClockName>,
        /// Why.
        reason: String,
    },
    /// Let its clocks run on.
    Resume {
        /// Only this one; none means all.
        clock: Option<ClockName>,
    },
    /// Write a note to the assignee.
    Brief {
        /// The note.
        text: String,
    },
    /// Fill in package fields; an empty text clears one.
    Edit {
        /// By field key.
        fields: BTreeMap<String, String>,
    },
    /// Say how good the package was.
    Rate {
        /// 1 to 5.
        stars: u8,
        /// What was missing.
        missing: Option<String>,
    },
    /// Check off an item of the checklist, or take the check back.
    Check {
        /// The item, as the policy words it.
        what: String,
        /// Whether it is done.
        done: bool,
    },
    /// Record that a customer is live.
    Activate,
    /// Let it sleep after six quiet months.
    Hibernate,
    /// Note that it came back as a new handoff.
    Wake {
        /// What is new.
        news: String,
    },
    /// Open a closed one again.
    Reopen {
        /// Why.
        reason: String,
    },
}

/// An attempt to reach the account, as it is logged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewTouch {
    /// How.
    pub channel: Channel,
    /// With which template.
    pub template: Option<String>,
    /// What came of it.
    pub outcome: TouchOutcome,
    /// In their own words.
    pub note: Option<String>,
    /// When, if it was not now.
    pub at: Option<Instant>,
}

/// A disposition as it is filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disposal {
    /// The code.
    pub code: String,
    /// Its fields by key, as canonical text (days as `2026-12-01`, moments as RFC 3339).
    pub fields: BTreeMap<String, String>,
    /// The claim that proved wrong, where it is not the code's own.
    pub claim: Option<Claim>,
    /// Why the minimum work is overridden, where it is.
    pub overridden: Option<String>,
}

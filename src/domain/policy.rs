//! The policy as values: every rule and number a team may change. The file's form and its errors are `crate::policy`'s;
//! a `Policy` that exists is valid.

mod criteria;
mod forms;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono_tz::Tz;

pub use criteria::{
    Band, BandTest, Bands, CriteriaRule, IcpRule, Intent, NumberTest, Op, Pattern, PatternTest,
    SignalRule, Verdict, When,
};

use super::account::{Relation, Tier};
use super::calendar::Calendar;
use super::clock::ClockName;
use super::handoff::Channel;
use super::measure::{Line, Measure};
use super::person::Role;
use super::target::{Amount, Target, Unit};
use super::words::words;

/// The whole policy in force.
#[derive(Clone, PartialEq, Debug)]
pub struct Policy {
    /// The name the team gave it.
    pub name: String,
    /// SHA-256 of the values in force, in hexadecimal; recorded with every event.
    pub hash: String,
    /// Zone for display and date parsing; a person may have their own.
    pub zone: Tz,
    /// Name of the default business calendar.
    pub calendar: String,
    /// Business calendars by name; `always` is built in.
    pub calendars: BTreeMap<String, Calendar>,
    /// Signal kinds by key.
    pub signals: BTreeMap<String, SignalRule>,
    /// How intent is scored.
    pub intent: Intent,
    /// Named patterns of signals.
    pub patterns: BTreeMap<String, Pattern>,
    /// Fit: the first rule that an account meets gives its tier; none means outside.
    pub icp: Vec<IcpRule>,
    /// The decision table; the first rule that matches decides.
    pub criteria: Vec<CriteriaRule>,
    /// Types of handoff, in the file's order.
    pub types: Vec<HandoffType>,
    /// Weight of a package field in completeness, where it is not 1.
    pub weights: BTreeMap<String, f64>,
    /// How assignees are proposed.
    pub routing: Routing,
    /// Suggested motions; the first that matches fills section 4 of the package.
    pub motions: Vec<Motion>,
    /// Disposition codes.
    pub dispositions: Vec<DispositionRule>,
    /// Playbooks by key.
    pub playbooks: BTreeMap<String, Playbook>,
    /// The weekly batch.
    pub batch: BatchRule,
    /// Targets and warning lines of measures.
    pub measures: BTreeMap<Measure, MeasureRule>,
    /// Who hears of a warning, a breach and what follows.
    pub escalation: Escalation,
    /// Saved views that the team shares.
    pub views: Vec<SharedView>,
    /// Days of quiet after which nurture becomes hibernation.
    pub hibernate_after_days: u32,
}

impl Policy {
    /// The type of handoff with this key.
    #[must_use]
    pub fn kind(&self, key: &str) -> Option<&HandoffType> {
        self.types.iter().find(|kind| kind.key == key)
    }

    /// The disposition with this code, whatever its case.
    #[must_use]
    pub fn disposition(&self, code: &str) -> Option<&DispositionRule> {
        self.dispositions.iter().find(|rule| rule.code.eq_ignore_ascii_case(code))
    }

    /// The playbook that a type of handoff is worked by.
    #[must_use]
    pub fn playbook(&self, kind: &HandoffType) -> Option<&Playbook> {
        self.playbooks.get(kind.playbook.as_deref()?)
    }

    /// The checklist of a type of handoff; empty where its playbook has none.
    #[must_use]
    pub fn checklist(&self, kind: &HandoffType) -> &[Task] {
        self.playbook(kind).map_or(&[], |playbook| &playbook.checklist)
    }

    /// The calendar with this name; `always` is built in.
    #[must_use]
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.calendars.get(name)
    }
}

/// A type of handoff (`DOMAIN.md 3`).
#[derive(Clone, PartialEq, Debug)]
pub struct HandoffType {
    /// Its key: `tier1`.
    pub key: String,
    /// How it is told to people.
    pub label: String,
    /// Who hands over.
    pub from: Role,
    /// Who takes over.
    pub to: Role,
    /// Who triages it.
    pub triage: Role,
    /// Keys of the package fields it must hold, see [`crate::domain::field::PACKAGE`].
    pub requires: Vec<String>,
    /// Below this completeness in percent, submit is refused.
    pub minimum_completeness: u8,
    /// Submit as soon as a flagged package is complete enough.
    pub auto_submit: bool,
    /// Assign to the proposal at submission.
    pub auto_assign: bool,
    /// What must be done before a rejection.
    pub minimum_work: MinimumWork,
    /// At most so many a month; 0 means no limit.
    pub monthly_cap: u32,
    /// Key of its playbook.
    pub playbook: Option<String>,
    /// What success means.
    pub success: String,
    /// Days for which the former owner stays on as co-owner after acceptance.
    pub co_owner_days: u32,
    /// Its promises; see [`HandoffType::clock`] for those it doesn't name.
    pub clocks: BTreeMap<ClockName, ClockRule>,
    /// Its own escalation, where it differs.
    pub escalation: Option<Escalation>,
}

impl HandoffType {
    /// The promise by this name: the type's own, or the default of `DOMAIN.md 5`. Package and onboard have no default:
    /// only types that name them have them.
    #[must_use]
    pub fn clock(&self, name: ClockName) -> Option<ClockRule> {
        if let Some(rule) = self.clocks.get(&name) {
            return Some(rule.clone());
        }
        let hours = |count| Amount::new(count, Unit::Hour).map(Target::Elapsed);
        let days = |count| Amount::new(count, Unit::Day).map(Target::Elapsed);
        let target = match name {
            ClockName::Deliver | ClockName::Accept | ClockName::Fix => hours(24),
            ClockName::Assign => Some(Target::SameDay),
            ClockName::FirstTouch => hours(48),
            ClockName::Report => days(7),
            ClockName::Work => days(21),
            ClockName::Decide => Some(Target::BusinessDays(2)),
            ClockName::Package | ClockName::Onboard => None,
        };
        target.map(|target| ClockRule { target, warn: Warn::Share(DEFAULT_WARN), calendar: None })
    }
}

/// The share of a target at which its owner is warned, where the policy doesn't say.
pub const DEFAULT_WARN: f64 = 0.75;

/// A promise.
#[derive(Clone, PartialEq, Debug)]
pub struct ClockRule {
    /// By when.
    pub target: Target,
    /// When its owner is warned.
    pub warn: Warn,
    /// The calendar by name; none means `always` for elapsed targets, and the owner's or the default business calendar
    /// for all others.
    pub calendar: Option<String>,
}

/// When the owner of a clock is warned.
#[derive(Clone, PartialEq, Debug)]
pub enum Warn {
    /// At this share of the target, from 0 to 1.
    Share(f64),
    /// When this nearer target would be due.
    At(Target),
}

impl fmt::Display for Warn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => share.fmt(f),
            Self::At(target) => target.fmt(f),
        }
    }
}

/// Reads a share such as `0.75` or a target such as `3bd`.
impl FromStr for Warn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim().parse::<f64>() {
            Ok(share) if (0.0..=1.0).contains(&share) => Ok(Self::Share(share)),
            Ok(_) => {
                Err(format!("\"{text}\" is not a share; write a number from 0 to 1, such as 0.75"))
            }
            Err(_) => text.parse().map(Self::At),
        }
    }
}

/// Work that is owed before a rejection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MinimumWork {
    /// So many touches.
    pub touches: u32,
    /// So many days since the first touch.
    pub days: u32,
}

/// How assignees are proposed (`DOMAIN.md 6`).
#[derive(Clone, PartialEq, Debug)]
pub struct Routing {
    /// Weight of the win rate on similar accounts.
    pub win_rate: f64,
    /// Weight of free capacity.
    pub capacity: f64,
    /// Weight of the time since the last assignment.
    pub rotation: f64,
    /// Weight of experience in the industry.
    pub industry: f64,
    /// How many deals at the candidates' common rate are added to each person's own, so that few don't beat many.
    pub win_rate_prior: f64,
    /// Days since the last assignment after which the rotation part is full.
    pub rotation_days: u32,
    /// What is dropped, in turn, while nobody is eligible.
    pub fallback: Vec<Fallback>,
}

words! {
    /// A step of the routing fallback.
    Fallback, "a fallback" {
        /// Drop the segment.
        Segment = "segment",
        /// Drop the territory.
        Territory = "territory",
        /// Give it to the manager's own queue.
        Manager = "manager",
    }
}

/// A suggested motion: section 4 of the package.
#[derive(Clone, PartialEq, Debug)]
pub struct Motion {
    /// Tiers it is for; none means any.
    pub tier: Option<Vec<Tier>>,
    /// Industries it is for, compared without case; empty means any.
    pub industry: Vec<String>,
    /// Relation it is for; none means any.
    pub stage: Option<Relation>,
    /// Types of handoff it is for; none means any.
    pub kinds: Option<Vec<String>>,
    /// Who makes the first outreach.
    pub from: Role,
    /// Over which channel.
    pub channel: String,
    /// When, in words.
    pub timing: String,
    /// Opening angle, a template.
    pub angle: String,
    /// What usually hurts, for the angle.
    pub pain: String,
    /// Expected sales cycle, in words.
    pub cycle: String,
    /// What won looks like.
    pub success: String,
}

words! {
    /// What a disposition does to the handoff (`DOMAIN.md 8`).
    Class, "a class" {
        /// It is theirs.
        Accept = "accept",
        /// It moves on.
        Progress = "progress",
        /// It is over, won or lost.
        Close = "close",
        /// Back to marketing for repair.
        Return = "return",
        /// Back to nurture with a path home.
        Recycle = "recycle",
        /// Over, and no prospect.
        Disqualify = "disqualify",
        /// Both VPs decide.
        Escalate = "escalate",
    }
}

/// A disposition code.
#[derive(Clone, PartialEq, Debug)]
pub struct DispositionRule {
    /// The code: `BAD_TIMING`.
    pub code: String,
    /// What it does.
    pub class: Class,
    /// How it is told to people.
    pub label: String,
    /// Keys of the fields it requires, see [`crate::domain::field::OUTCOME`].
    pub requires: Vec<String>,
    /// Where the handoff goes, for those that a policy adds; the shipped codes have their own.
    pub then: Then,
    /// What marketing is told, a template over the fields.
    pub tell_marketing: Option<String>,
    /// Work that is owed before it; none means none.
    pub owes: Option<Owes>,
    /// Other work for some types, by type key.
    pub owes_by_type: BTreeMap<String, MinimumWork>,
}

words! {
    /// What follows from a disposition.
    Then, "a follow-up" {
        /// Accepted.
        Accept = "accept",
        /// A meeting is booked.
        Meeting = "meeting",
        /// The meeting was held.
        Held = "held",
        /// Nobody came.
        Noshow = "noshow",
        /// An opportunity.
        Opportunity = "opportunity",
        /// Closed as won.
        Won = "won",
        /// Closed as lost.
        Lost = "lost",
        /// Returned to marketing.
        Returned = "returned",
        /// To nurture.
        Nurture = "nurture",
        /// Closed.
        Closed = "closed",
        /// Disputed.
        Disputed = "disputed",
    }
}

/// Which work is owed before a disposition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owes {
    /// The type's own minimum work.
    OfType,
    /// This much.
    Fixed(MinimumWork),
}

/// How a handoff is worked (`DOMAIN.md 9`).
#[derive(Clone, PartialEq, Debug)]
pub struct Playbook {
    /// The first 48 hours.
    pub checklist: Vec<Task>,
    /// Touches by day.
    pub sequence: Vec<SequenceStep>,
    /// When the desk proposes to close the loop.
    pub close_after: Option<CloseAfter>,
}

/// An item of a checklist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    /// What is to be done, in words; by these it is known.
    pub what: String,
    /// Where on the desk it is done.
    pub place: Place,
}

words! {
    /// Where on the desk an item of a checklist is done.
    #[derive(Default)]
    Place, "a place of the desk" {
        /// Elsewhere: it is only checked off.
        #[default]
        Elsewhere = "elsewhere",
        /// The package from its first section.
        Package = "package",
        /// Section 2 of the package: committee and news.
        Intelligence = "intelligence",
        /// Section 3: what they did.
        Engagement = "engagement",
        /// Section 4: how to begin.
        Motion = "motion",
        /// The messages, with the one that is due next.
        Message = "message",
        /// The log of touches.
        Touch = "touch",
    }
}

/// One touch of a sequence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SequenceStep {
    /// Days after assignment.
    pub day: u32,
    /// Channel.
    pub channel: Channel,
    /// Template by name.
    pub template: String,
}

/// When the desk proposes to close the loop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CloseAfter {
    /// After so many touches.
    pub touches: u32,
    /// And so many days.
    pub days: u32,
    /// With this disposition.
    pub propose: String,
}

/// The weekly batch (`DOMAIN.md 10`).
#[derive(Clone, PartialEq, Debug)]
pub struct BatchRule {
    /// The type of handoff that goes by batch.
    pub kind: String,
    /// When it is sent.
    pub send: Target,
    /// When it is reviewed.
    pub review: Target,
    /// When every routed item has its first touch.
    pub outreach: Target,
}

/// Target and warning line of a measure (`>=80%`, `<60%`).
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct MeasureRule {
    /// What is aimed at.
    pub target: Option<Line>,
    /// Where it gets worrying.
    pub warn: Option<Line>,
}

/// Who hears of a late clock (`DOMAIN.md 5`, escalation).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Escalation {
    /// At the warning point.
    pub warn: Vec<Hears>,
    /// At the breach.
    pub breach: Vec<Hears>,
    /// So many milliseconds after the breach.
    pub after: BTreeMap<i64, Vec<Hears>>,
}

words! {
    /// Who hears of a late clock.
    Hears, "one who hears" {
        /// Whoever owes.
        Owner = "owner",
        /// The manager of whoever owes.
        Manager = "manager",
        /// The VP of Sales.
        VpSales = "vp_sales",
        /// The VP of Marketing.
        VpMarketing = "vp_marketing",
    }
}

/// A saved view that the team shares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SharedView {
    /// Its name.
    pub name: String,
    /// Its filter, in the filter language.
    pub filter: String,
    /// Its sort key, with a leading `-` for descending.
    pub sort: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_a_share_or_a_target() {
        for share in [0.0, 0.75, 1.0] {
            assert_eq!(share.to_string().parse(), Ok(Warn::Share(share)));
            assert_eq!(Warn::Share(share).to_string(), share.to_string());
        }
        assert_eq!("3bd".parse(), Ok(Warn::At(Target::BusinessDays(3))));
        assert_eq!(Warn::At(Target::BusinessDays(3)).to_string(), "3bd");
        for text in ["1.01", "-0.1", "75", "NaN"] {
            let why = text.parse::<Warn>().unwrap_err();
            assert!(why.contains("is not a share; write a number from 0 to 1"), "{why}");
        }
        assert!("soon".parse::<Warn>().is_err());
    }
}

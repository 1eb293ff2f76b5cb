//! The changes of an event as JSON text and back. These structs are the store's own, apart from the domain's, because
//! what is written once is read for years: a name here never changes, and a test pins each.

pub(super) mod frozen;
mod whole;

use std::collections::BTreeMap;

use self::frozen::FrozenEntry;
use self::whole::HandoffEntry;

use serde::{Deserialize, Serialize};

use super::convert::{day, warn_of, warn_text};
use crate::domain::change::Change;
use crate::domain::clock::{Clock, ClockKey, Owes};
use crate::domain::due::Pause;
use crate::domain::handoff::{Check, CoOwner, Handoff, Outcome, Touch, VpDecision};
use crate::domain::ids::{AccountId, ContactId, PersonId};
use crate::domain::time::Instant;

/// The changes of an event as JSON.
pub(super) fn encode(changes: &[Change]) -> Result<String, String> {
    let entries: Vec<_> = changes.iter().map(Entry::of).collect();
    serde_json::to_string(&entries).map_err(|error| error.to_string())
}

/// Reads what [`encode`] wrote.
pub(super) fn decode(text: &str) -> Result<Vec<Change>, String> {
    let entries: Vec<Entry> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    entries.into_iter().map(Entry::change).collect()
}

/// A handoff as an object; its version is not part of it.
pub(super) fn handoff_to_json(
    handoff: &Handoff,
) -> Result<serde_json::Map<String, serde_json::Value>, String> {
    match serde_json::to_value(HandoffEntry::of(handoff)) {
        Ok(serde_json::Value::Object(object)) => Ok(object),
        Ok(other) => Err(format!("{other} is no handoff")),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads what [`handoff_to_json`] wrote.
pub(super) fn handoff_of_json(
    object: &serde_json::Map<String, serde_json::Value>,
) -> Result<Handoff, String> {
    let entry: HandoffEntry = serde_json::from_value(serde_json::Value::Object(object.clone()))
        .map_err(|error| error.to_string())?;
    entry.handoff()
}

type Texts = BTreeMap<String, String>;

#[derive(Serialize, Deserialize)]
struct FromTo<T> {
    from: T,
    to: T,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    Created(Box<HandoffEntry>),
    Removed(Box<HandoffEntry>),
    Explained(Vec<String>),
    Froze(FromTo<Option<FrozenEntry>>),
    Staged(FromTo<String>),
    Assigned(FromTo<Option<i64>>),
    Moved(FromTo<i64>),
    CoOwned(FromTo<Option<CoOwnerEntry>>),
    Contacted(FromTo<Option<i64>>),
    Happened {
        moment: String,
        from: Option<i64>,
        to: Option<i64>,
    },
    Planned {
        day: String,
        from: Option<String>,
        to: Option<String>,
    },
    Valued(FromTo<Option<i64>>),
    Briefed(FromTo<Option<String>>),
    Filled {
        field: String,
        from: Option<String>,
        to: Option<String>,
    },
    Completed(FromTo<Option<u8>>),
    Asked(FromTo<Vec<String>>),
    Touched(TouchEntry),
    Untouched(TouchEntry),
    Disposed(FromTo<Option<OutcomeEntry>>),
    Suspended(FromTo<Option<String>>),
    Decided(FromTo<Vec<DecisionEntry>>),
    Rated(FromTo<Option<u8>>),
    Lacked(FromTo<Option<String>>),
    Checked(CheckEntry),
    Unchecked(CheckEntry),
    Clocked {
        clock: String,
        leg: u32,
        end_to_end: bool,
        from: Option<Box<ClockEntry>>,
        to: Option<Box<ClockEntry>>,
    },
}

impl Entry {
    fn of(change: &Change) -> Self {
        let key = |id: Option<PersonId>| id.map(|id| id.0);
        match change {
            Change::Created(handoff) => Self::Created(Box::new(HandoffEntry::of(handoff))),
            Change::Removed(handoff) => Self::Removed(Box::new(HandoffEntry::of(handoff))),
            Change::Explained { lines } => Self::Explained(lines.clone()),
            Change::Froze { from, to } => Self::Froze(FromTo {
                from: from.as_deref().map(FrozenEntry::of),
                to: to.as_deref().map(FrozenEntry::of),
            }),
            Change::Staged { from, to } => {
                Self::Staged(FromTo { from: from.to_string(), to: to.to_string() })
            }
            Change::Assigned { from, to } => {
                Self::Assigned(FromTo { from: key(*from), to: key(*to) })
            }
            Change::Moved { from, to } => Self::Moved(FromTo { from: from.0, to: to.0 }),
            Change::CoOwned { from, to } => Self::CoOwned(FromTo {
                from: from.map(CoOwnerEntry::of),
                to: to.map(CoOwnerEntry::of),
            }),
            Change::Contacted { from, to } => {
                Self::Contacted(FromTo { from: from.map(|id| id.0), to: to.map(|id| id.0) })
            }
            Change::Happened { moment, from, to } => Self::Happened {
                moment: moment.to_string(),
                from: from.map(|at| at.0),
                to: to.map(|at| at.0),
            },
            Change::Planned { day, from, to } => Self::Planned {
                day: day.to_string(),
                from: from.map(|day| day.to_string()),
                to: to.map(|day| day.to_string()),
            },
            Change::Valued { from, to } => Self::Valued(FromTo { from: *from, to: *to }),
            Change::Briefed { from, to } => {
                Self::Briefed(FromTo { from: from.clone(), to: to.clone() })
            }
            Change::Filled { field, from, to } => {
                Self::Filled { field: field.clone(), from: from.clone(), to: to.clone() }
            }
            Change::Completed { from, to } => Self::Completed(FromTo { from: *from, to: *to }),
            Change::Asked { from, to } => {
                Self::Asked(FromTo { from: from.clone(), to: to.clone() })
            }
            Change::Touched(touch) => Self::Touched(TouchEntry::of(touch)),
            Change::Untouched(touch) => Self::Untouched(TouchEntry::of(touch)),
            Change::Disposed { from, to } => Self::Disposed(FromTo {
                from: from.as_ref().map(OutcomeEntry::of),
                to: to.as_ref().map(OutcomeEntry::of),
            }),
            Change::Suspended { from, to } => Self::Suspended(FromTo {
                from: from.map(|s| s.to_string()),
                to: to.map(|s| s.to_string()),
            }),
            Change::Decided { from, to } => Self::Decided(FromTo {
                from: from.iter().map(DecisionEntry::of).collect(),
                to: to.iter().map(DecisionEntry::of).collect(),
            }),
            Change::Rated { from, to } => Self::Rated(FromTo { from: *from, to: *to }),
            Change::Lacked { from, to } => {
                Self::Lacked(FromTo { from: from.clone(), to: to.clone() })
            }
            Change::Checked(check) => Self::Checked(CheckEntry::of(check)),
            Change::Unchecked(check) => Self::Unchecked(CheckEntry::of(check)),
            Change::Clocked { key, from, to } => Self::Clocked {
                clock: key.name.to_string(),
                leg: key.leg,
                end_to_end: key.end_to_end,
                from: from.as_deref().map(|clock| Box::new(ClockEntry::of(clock))),
                to: to.as_deref().map(|clock| Box::new(ClockEntry::of(clock))),
            },
        }
    }

    fn change(self) -> Result<Change, String> {
        let person = |id: Option<i64>| id.map(PersonId);
        Ok(match self {
            Self::Created(handoff) => Change::Created(Box::new(handoff.handoff()?)),
            Self::Removed(handoff) => Change::Removed(Box::new(handoff.handoff()?)),
            Self::Explained(lines) => Change::Explained { lines },
            Self::Froze(FromTo { from, to }) => Change::Froze {
                from: from.map(FrozenEntry::frozen),
                to: to.map(FrozenEntry::frozen),
            },
            Self::Staged(FromTo { from, to }) => {
                Change::Staged { from: from.parse()?, to: to.parse()? }
            }
            Self::Assigned(FromTo { from, to }) => {
                Change::Assigned { from: person(from), to: person(to) }
            }
            Self::Moved(FromTo { from, to }) => {
                Change::Moved { from: AccountId(from), to: AccountId(to) }
            }
            Self::CoOwned(FromTo { from, to }) => Change::CoOwned {
                from: from.map(CoOwnerEntry::co_owner),
                to: to.map(CoOwnerEntry::co_owner),
            },
            Self::Contacted(FromTo { from, to }) => {
                Change::Contacted { from: from.map(ContactId), to: to.map(ContactId) }
            }
            Self::Happened { moment, from, to } => Change::Happened {
                moment: moment.parse()?,
                from: from.map(Instant),
                to: to.map(Instant),
            },
            Self::Planned { day: name, from, to } => Change::Planned {
                day: name.parse()?,
                from: from.as_deref().map(day).transpose()?,
                to: to.as_deref().map(day).transpose()?,
            },
            Self::Valued(FromTo { from, to }) => Change::Valued { from, to },
            Self::Briefed(FromTo { from, to }) => Change::Briefed { from, to },
            Self::Filled { field, from, to } => Change::Filled { field, from, to },
            Self::Completed(FromTo { from, to }) => Change::Completed { from, to },
            Self::Asked(FromTo { from, to }) => Change::Asked { from, to },
            Self::Touched(touch) => Change::Touched(touch.touch()?),
            Self::Untouched(touch) => Change::Untouched(touch.touch()?),
            Self::Disposed(FromTo { from, to }) => Change::Disposed {
                from: from.map(OutcomeEntry::outcome).transpose()?,
                to: to.map(OutcomeEntry::outcome).transpose()?,
            },
            Self::Suspended(FromTo { from, to }) => {
                Change::Suspended { from: word(from)?, to: word(to)? }
            }
            Self::Decided(FromTo { from, to }) => Change::Decided {
                from: from.into_iter().map(DecisionEntry::decision).collect::<Result<_, _>>()?,
                to: to.into_iter().map(DecisionEntry::decision).collect::<Result<_, _>>()?,
            },
            Self::Rated(FromTo { from, to }) => Change::Rated { from, to },
            Self::Lacked(FromTo { from, to }) => Change::Lacked { from, to },
            Self::Checked(check) => Change::Checked(check.check()),
            Self::Unchecked(check) => Change::Unchecked(check.check()),
            Self::Clocked { clock, leg, end_to_end, from, to } => {
                let key = ClockKey { name: clock.parse()?, leg, end_to_end };
                let clock = |entry: Option<Box<ClockEntry>>| match entry {
                    Some(entry) => entry.clock(key).map(|clock| Some(Box::new(clock))),
                    None => Ok(None),
                };
                Change::Clocked { key, from: clock(from)?, to: clock(to)? }
            }
        })
    }
}

/// An optional word of a closed vocabulary.
fn word<T: std::str::FromStr<Err = String>>(text: Option<String>) -> Result<Option<T>, String> {
    text.map(|text| text.parse()).transpose()
}

#[derive(Serialize, Deserialize)]
struct CoOwnerEntry {
    person: i64,
    until: i64,
}

impl CoOwnerEntry {
    const fn of(owner: CoOwner) -> Self {
        Self { person: owner.person.0, until: owner.until.0 }
    }

    const fn co_owner(self) -> CoOwner {
        CoOwner { person: PersonId(self.person), until: Instant(self.until) }
    }
}

/// A check, here and in the handoff's own row.
#[derive(Serialize, Deserialize)]
pub(super) struct CheckEntry {
    what: String,
    at: i64,
    by: i64,
}

impl CheckEntry {
    pub(super) fn of(check: &Check) -> Self {
        Self { what: check.what.clone(), at: check.at.0, by: check.by.0 }
    }

    pub(super) fn check(self) -> Check {
        Check { what: self.what, at: Instant(self.at), by: PersonId(self.by) }
    }
}

#[derive(Serialize, Deserialize)]
struct TouchEntry {
    at: i64,
    by: i64,
    channel: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl TouchEntry {
    fn of(touch: &Touch) -> Self {
        Self {
            at: touch.at.0,
            by: touch.by.0,
            channel: touch.channel.to_string(),
            template: touch.template.clone(),
            outcome: touch.outcome.to_string(),
            note: touch.note.clone(),
        }
    }

    fn touch(self) -> Result<Touch, String> {
        Ok(Touch {
            at: Instant(self.at),
            by: PersonId(self.by),
            channel: self.channel.parse()?,
            template: self.template,
            outcome: self.outcome.parse()?,
            note: self.note,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct OutcomeEntry {
    code: String,
    class: String,
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    fields: Texts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claim: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overridden: Option<String>,
    by: i64,
    at: i64,
}

impl OutcomeEntry {
    fn of(outcome: &Outcome) -> Self {
        Self {
            code: outcome.code.clone(),
            class: outcome.class.to_string(),
            fields: outcome.fields.clone(),
            claim: outcome.claim.map(|claim| claim.to_string()),
            overridden: outcome.overridden.clone(),
            by: outcome.by.0,
            at: outcome.at.0,
        }
    }

    fn outcome(self) -> Result<Outcome, String> {
        Ok(Outcome {
            code: self.code,
            class: self.class.parse()?,
            fields: self.fields,
            claim: word(self.claim)?,
            overridden: self.overridden,
            by: PersonId(self.by),
            at: Instant(self.at),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct DecisionEntry {
    role: String,
    by: i64,
    decision: String,
    note: String,
}

impl DecisionEntry {
    fn of(decision: &VpDecision) -> Self {
        Self {
            role: decision.role.to_string(),
            by: decision.by.0,
            decision: decision.decision.to_string(),
            note: decision.note.clone(),
        }
    }

    fn decision(self) -> Result<VpDecision, String> {
        Ok(VpDecision {
            role: self.role.parse()?,
            by: PersonId(self.by),
            decision: self.decision.parse()?,
            note: self.note,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct PauseEntry {
    from: i64,
    to: Option<i64>,
    reason: String,
    by: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct ClockEntry {
    /// `P-7` for a person, a role's word, or `both_vps`.
    owes: String,
    started: i64,
    target: String,
    calendar: String,
    warning: String,
    due: i64,
    warn: i64,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pauses: Vec<PauseEntry>,
    #[serde(default, skip_serializing_if = "is_false")]
    short_notice: bool,
}

const fn is_false(value: &bool) -> bool {
    !*value
}

impl ClockEntry {
    fn of(clock: &Clock) -> Self {
        Self {
            owes: match clock.owes {
                Owes::Person(id) => id.to_string(),
                Owes::Role(role) => role.to_string(),
                Owes::BothVps => "both_vps".to_owned(),
            },
            started: clock.started.0,
            target: clock.target.to_string(),
            calendar: clock.calendar.clone(),
            warning: warn_text(&clock.warning),
            due: clock.due.0,
            warn: clock.warn.0,
            state: clock.state.to_string(),
            ended: clock.ended.map(|at| at.0),
            pauses: clock
                .pauses
                .iter()
                .map(|pause| PauseEntry {
                    from: pause.from.0,
                    to: pause.to.map(|at| at.0),
                    reason: pause.reason.clone(),
                    by: pause.by.map(|id| id.0),
                })
                .collect(),
            short_notice: clock.short_notice,
        }
    }

    fn clock(self, key: ClockKey) -> Result<Clock, String> {
        let owes = match self.owes.as_str() {
            "both_vps" => Owes::BothVps,
            person if person.starts_with("P-") => Owes::Person(person.parse()?),
            role => Owes::Role(role.parse()?),
        };
        Ok(Clock {
            name: key.name,
            leg: key.leg,
            end_to_end: key.end_to_end,
            owes,
            started: Instant(self.started),
            target: self.target.parse()?,
            calendar: self.calendar,
            warning: warn_of(&self.warning)?,
            due: Instant(self.due),
            warn: Instant(self.warn),
            state: self.state.parse()?,
            ended: self.ended.map(Instant),
            pauses: self
                .pauses
                .into_iter()
                .map(|pause| Pause {
                    from: Instant(pause.from),
                    to: pause.to.map(Instant),
                    reason: pause.reason,
                    by: pause.by.map(PersonId),
                })
                .collect(),
            short_notice: self.short_notice,
        })
    }
}

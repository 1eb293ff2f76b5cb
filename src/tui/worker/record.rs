//! Events in words, as the record of a handoff and the Activity screen show them.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::desk::past;
use crate::domain::batch::Week;
use crate::domain::change::Change;
use crate::domain::field::package_field;
use crate::domain::handoff::{Day, Moment};
use crate::domain::ids::PersonId;
use crate::domain::say;
use crate::domain::stage::Stage;
use crate::store::{Entry, Event};
use crate::tui::answer::Happening;

const THE_DESK: &str = "The desk";

/// An event of a handoff, with what changed.
pub(super) fn of_event(
    event: &Event,
    company: &str,
    names: &BTreeMap<PersonId, String>,
    zone: Tz,
) -> Happening {
    let mut details = Vec::new();
    details.extend(stages(event.from, event.to));
    details.extend(event.changes.iter().filter_map(|change| told(change, names, zone)));
    details.extend(event.note.clone());
    Happening {
        seq: event.seq,
        at: event.at,
        who: event.actor_name.clone().unwrap_or_else(|| THE_DESK.to_owned()),
        handoff: Some(event.handoff),
        company: company.to_owned(),
        what: past(&event.action).to_owned(),
        details,
    }
}

/// A line of the whole record.
pub(super) fn of_entry(entry: Entry) -> Happening {
    let mut details = Vec::new();
    details.extend(stages(entry.from, entry.to));
    details.extend(entry.note);
    // What is not about a handoff is only named by its gesture.
    let what = match entry.handoff {
        Some(_) => past(&entry.action).to_owned(),
        None => entry.label,
    };
    Happening {
        seq: entry.seq,
        at: entry.at,
        who: entry.actor_name.unwrap_or_else(|| THE_DESK.to_owned()),
        handoff: entry.handoff,
        company: entry.company.unwrap_or_default(),
        what,
        details,
    }
}

fn stages(from: Option<Stage>, to: Option<Stage>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) if from != to => Some(format!("{from} → {to}")),
        (None, Some(to)) => Some(format!("→ {to}")),
        (Some(from), None) => Some(format!("{from} → gone")),
        _ => None,
    }
}

/// What changed, where it says more than the action and the stages do.
fn told(change: &Change, names: &BTreeMap<PersonId, String>, zone: Tz) -> Option<String> {
    let name = |id: &PersonId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    Some(match change {
        Change::Assigned { from: None, to: Some(to) } => format!("to {}", name(to)),
        Change::Assigned { from: Some(from), to: Some(to) } => {
            format!("from {} to {}", name(from), name(to))
        }
        Change::Assigned { from: Some(from), to: None } => format!("no longer with {}", name(from)),
        Change::Planned { day, to: Some(to), .. } => match day {
            Day::Wake => format!("wakes {}", say::day(*to)),
            Day::Defer => format!("again on {}", say::day(*to)),
            Day::Batch => format!("in the batch of {}", Week::of(*to)),
            Day::ExpectedClose => format!("expected to close {}", say::day(*to)),
        },
        Change::Happened { moment: Moment::Meeting, to: Some(to), .. } => {
            format!("meeting {}", say::moment(*to, zone))
        }
        Change::Valued { to: Some(to), .. } => format!("amount {}", say::money(*to)),
        Change::Filled { field, to, .. } => {
            let label = package_field(field).map_or(field.as_str(), |field| field.label);
            match to {
                Some(to) => format!("{label}: {}", crate::domain::text::clip(to, 80)),
                None => format!("{label} cleared"),
            }
        }
        Change::Asked { to, .. } if !to.is_empty() => {
            let labels: Vec<_> = to
                .iter()
                .map(|key| package_field(key).map_or(key.as_str(), |field| field.label))
                .collect();
            format!("missing: {}", labels.join(", "))
        }
        Change::Touched(touch) => format!("{}, {}", touch.channel, touch.outcome),
        Change::Disposed { to: Some(to), .. } => to.code.clone(),
        Change::Rated { to: Some(to), .. } => format!("{to} of 5"),
        Change::Checked(check) => check.what.clone(),
        Change::Unchecked(check) => format!("not yet: {}", check.what),
        _ => return None,
    })
}

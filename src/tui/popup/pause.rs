//! Holds the clocks of a handoff with a reason, or lets them run on.

use super::forms::{about, card_of, clock_word};
use crate::domain::clock::{ClockName, ClockState};
use crate::domain::command::Command;
use crate::tui::form::{Choice, Field, Form, Values};
use crate::tui::model::{Model, Subject};

pub(super) fn form(model: &Model, subjects: &[Subject]) -> Form {
    let clocks = card_of(model, subjects).map_or(&[][..], |card| &card.handoff.clocks);
    let named = |state: ClockState| {
        let mut names: Vec<_> =
            clocks.iter().filter(|clock| clock.state == state).map(|clock| clock.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let (running, held) = (named(ClockState::Running), named(ClockState::Paused));
    // What is held is what somebody wants back; where both could be meant, they choose.
    let both = subjects.len() > 1 || (!running.is_empty() && !held.is_empty());
    let resume = !held.is_empty();
    let words = vec![('p', "pause", "Pause".to_owned()), ('r', "resume", "Let run on".to_owned())];
    let what = Field::pick("what", "What", words).with(if resume { "resume" } else { "pause" });
    let reason = Field::text("reason", "Reason").hint("such as: waiting for marketing's answer");
    let mut choices = vec![Choice { label: "all".to_owned(), ..Choice::default() }];
    let open = running.iter().map(|name| (name, "")).chain(held.iter().map(|name| (name, "held")));
    for (name, detail) in open {
        choices.push(Choice {
            key: name.key().to_owned(),
            label: clock_word(*name),
            detail: detail.to_owned(),
            ..Choice::default()
        });
    }
    let clock = Field::choice("clock", "Clock", choices).aside();
    let title =
        format!("{} · {}", if resume && !both { "Resume" } else { "Pause" }, about(subjects));
    let fields = match (both, resume) {
        (true, _) => vec![what, reason, clock],
        (false, true) => vec![clock, what.aside()],
        (false, false) => vec![reason.required(), clock],
    };
    Form::new(title, if resume && !both { "resume" } else { "save" }, fields)
}

/// # Errors
/// The field that wants something, and what.
pub(super) fn command(values: &Values) -> Result<Command, (&'static str, String)> {
    let clock = values.some("clock").and_then(|key| key.parse::<ClockName>().ok());
    if values.text("what") == "resume" {
        return Ok(Command::Resume { clock });
    }
    let reason = values.text("reason");
    if reason.is_empty() {
        return Err(("reason", "a pause needs its reason; it is kept in the record".to_owned()));
    }
    Ok(Command::Pause { clock, reason })
}

//! A step of the story as the command it is.

use super::story::{Deed, Fields, Made};
use crate::domain::command::{Command, Disposal, NewTouch};
use crate::domain::draft::{AccountRef, HandoffDraft, PersonRef};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::time::parse_instant;

/// The command that a deed is. `names` knows people by full name, `other` the account's handoff of a type.
pub(super) fn command(
    deed: &Deed,
    names: &dyn Fn(&str) -> Option<PersonId>,
    other: &dyn Fn(&str) -> Option<HandoffId>,
) -> Result<Command, String> {
    Ok(match deed.clone() {
        Deed::Accept => Command::Accept,
        Deed::Activate => Command::Activate,
        Deed::Resume => Command::Resume { clock: None },
        Deed::Assign { to, brief } => {
            let to = names(&to).ok_or_else(|| format!("nobody is called {to}"))?;
            Command::Assign { to, brief, anyway: false }
        }
        Deed::Touch { channel, outcome, template, note } => Command::Touch(NewTouch {
            channel: channel.parse()?,
            template,
            outcome: outcome.parse()?,
            note,
            at: None,
        }),
        Deed::Note { text } => Command::Note { text },
        Deed::Edit { fields } => Command::Edit { fields },
        Deed::Resubmit { fields } => Command::Resubmit { fields },
        Deed::Return { missing, note } => Command::Return { missing, note, overridden: None },
        Deed::Dispute { note } => Command::Dispute { note },
        Deed::Decide { decision, note } => Command::Decide { decision: decision.parse()?, note },
        Deed::Defer { until, reason } => {
            let until = until.parse().map_err(|error| format!("\"{until}\" is no day: {error}"))?;
            Command::Defer { until, reason }
        }
        Deed::Pause { reason } => Command::Pause { clock: None, reason },
        Deed::Rate { stars, missing } => Command::Rate { stars, missing },
        Deed::Dispose { code, mut fields, overridden, same_as } => {
            if let Some(kind) = same_as {
                let other = other(&kind).ok_or_else(|| format!("there is no {kind} to repeat"))?;
                fields.insert("other".to_owned(), other.to_string());
            }
            Command::Dispose(Disposal { code, fields, claim: None, overridden })
        }
        Deed::Undo | Deed::Create(_) => return Err("this is no command on a handoff".to_owned()),
    })
}

/// The draft of a handoff made by hand.
pub(super) fn draft(made: &Made, account: &str) -> Result<HandoffDraft, String> {
    let meeting_at = made.meeting.as_deref().map(parse_instant).transpose()?;
    Ok(HandoffDraft {
        external: None,
        account: AccountRef { name: Some(account.to_owned()), ..AccountRef::default() },
        kind: made.r#type.clone(),
        source: made.source.as_deref().map(str::parse).transpose()?,
        reason: Some(made.reason.clone()),
        opportunity: made.opportunity.clone(),
        contact: made
            .contact
            .clone()
            .map(|name| PersonRef { name: Some(name), ..PersonRef::default() }),
        meeting_at,
        amount: made.amount,
        package: Fields::clone(&made.fields),
    })
}

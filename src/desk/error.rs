//! How the desk says no: the rules refused, somebody else was first, there is no such thing, or the machine failed.

use thiserror::Error;

use crate::domain::ids::HandoffId;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::Instant;
use crate::store::{CommitError, StoreError};

/// Why an action was not done. Nothing was changed.
#[derive(Debug, Error)]
pub enum DeskError {
    /// The rules said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else changed it first.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such thing; the sentence names it.
    #[error("{0}")]
    NotFound(String),
    /// The machine failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody else changed a handoff since it was read.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("Conflict: {} {what} {handoff} at {at}; look again before you decide.", by.as_deref().unwrap_or("the desk"))]
pub struct Conflict {
    /// Which.
    pub handoff: HandoffId,
    /// Who.
    pub by: Option<String>,
    /// When.
    pub at: Instant,
    /// What they did, as a past participle ("assigned").
    pub what: String,
}

impl From<CommitError> for DeskError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict { handoff, by, at, what } => {
                Conflict { handoff, by, at, what: super::run::past(&what).to_owned() }.into()
            }
            CommitError::Duplicate { open } => Refusal::new(
                RefusalKind::NotLegal,
                format!("{open} is open for the same account and type."),
            )
            .hint("Work on that one, or close it first.")
            .into(),
            CommitError::Depends { .. } => Refusal::new(RefusalKind::NotLegal, error.to_string())
                .hint("Undo the later change first, or correct it by a new action.")
                .into(),
            CommitError::Apart(_) => Refusal::new(RefusalKind::NotLegal, error.to_string()).into(),
            CommitError::Store(error) => error.into(),
        }
    }
}

impl DeskError {
    /// The refusal of something that isn't there to do.
    pub(crate) fn nothing(sentence: impl Into<String>) -> Self {
        Self::Refused(Refusal::new(RefusalKind::Nothing, sentence))
    }
}

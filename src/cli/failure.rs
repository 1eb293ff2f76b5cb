//! Errors of the command line: a kind that picks the exit status, one sentence, and what to do.

use crate::desk::DeskError;
use crate::store::StoreError;

/// Exit statuses (`DESK.md 6`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// 0: done.
    Done = 0,
    /// 1: failed.
    Failed = 1,
    /// 2: wrong usage.
    Usage = 2,
    /// 3: done in part.
    Part = 3,
    /// 4: refused.
    Refused = 4,
}

/// Why a command did not do what was asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// For programs.
    pub status: Status,
    /// For people.
    pub sentence: String,
}

impl Failure {
    /// The machine or a file failed.
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self { status: Status::Failed, sentence: sentence.into() }
    }

    /// The command was written wrongly.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self { status: Status::Usage, sentence: sentence.into() }
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        let status = match &error {
            DeskError::Refused(_) | DeskError::Conflict(_) => Status::Refused,
            DeskError::NotFound(_) | DeskError::Store(_) => Status::Failed,
        };
        Self { status, sentence: error.to_string() }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::failed(error.to_string())
    }
}

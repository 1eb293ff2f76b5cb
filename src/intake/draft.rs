//! Drafts with the rows they came from. What a draft says is the domain's (`domain::draft`), since the store reads it too.

use std::sync::Arc;

use super::problem::{Cells, Problem};

pub use crate::domain::draft::{
    AccountDraft, AccountRef, ContactDraft, DealDraft, Draft, HandoffDraft, Kind, PersonDraft,
    PersonRef, SignalDraft,
};

/// A draft with the row it came from. One row may give several (a rep and the rep's manager).
#[derive(Clone, PartialEq, Debug)]
pub struct Drafted {
    /// The line of the file that the row begins on, counted from 1 as an editor does.
    pub row: u64,
    /// What the row says.
    pub draft: Draft,
    /// The row as the file had it, for a refusal that comes later.
    pub cells: Arc<Cells>,
}

impl Drafted {
    /// The refusal of this row by somebody who knows more than the file does (the store, the policy).
    #[must_use]
    pub fn refuse(&self, column: Option<&str>, reason: impl Into<String>) -> Problem {
        Problem {
            row: self.row,
            column: column.map(str::to_owned),
            reason: reason.into(),
            cells: self.cells.to_vec(),
            stops: false,
        }
    }
}

//! How the rules say no: a kind, a sentence and what would make it legal.

use std::fmt;

use super::stage::{Action, Stage, legal};

/// The rules said no. Nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Why, for programs.
    pub kind: RefusalKind,
    /// Why, for people: one sentence.
    pub sentence: String,
    /// What would make it legal.
    pub hint: Option<String>,
}

/// Why the rules said no.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefusalKind {
    /// The action is not legal from this stage.
    NotLegal,
    /// This person may not do it.
    NotPermitted,
    /// A required field is missing or wrong.
    Missing,
    /// Work is still owed.
    Owed,
    /// Somebody is full, away or gone.
    NotAvailable,
    /// Somebody else was first.
    Conflict,
    /// There is nothing to do.
    Nothing,
}

impl Refusal {
    /// A refusal with a sentence.
    pub fn new(kind: RefusalKind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into(), hint: None }
    }

    /// The same with what would make it legal.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The action is not legal from the stage; lists what is (`DOMAIN.md 2`).
    #[must_use]
    pub fn not_legal(action: Action, stage: Stage) -> Self {
        let can: Vec<_> = legal(stage).iter().map(|action| action.key()).collect();
        Self::new(RefusalKind::NotLegal, format!("{action} is not legal from {stage}."))
            .hint(format!("From {stage} you can {}.", can.join(", ")))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)?;
        self.hint.iter().try_for_each(|hint| write!(f, " {hint}"))
    }
}

impl std::error::Error for Refusal {}

//! Files that come in through the screen: what is asked for, what is answered, and the import that runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::effect::Ticket;
use crate::desk::{Counts, Evaluated, Imported};
use crate::domain::ids::PersonId;
use crate::domain::say;
use crate::intake::{Kind, Mapped, Order};

/// How a file is to be read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ask {
    /// Its path as it was typed.
    pub path: String,
    /// The key of the profile to read it with; none to find it by the headers.
    pub read_as: Option<String>,
    /// What somebody chose for single columns, counted from 0: a field as `accounts.name`, or nothing.
    pub chosen: BTreeMap<usize, Option<String>>,
    /// Which number of a date is the day, where somebody said so.
    pub dates: Option<Order>,
}

/// What is asked for. All of it is done beside the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImportAsk {
    /// The rest of a path that is being typed.
    Complete(String),
    /// What a file is, and what would change if this person imported it.
    Look(Ask, PersonId),
    /// The import itself, by somebody.
    Run(Ask, PersonId),
    /// The evaluation of what changed, by somebody; it goes on to its end.
    Evaluate(PersonId),
    /// What runs is to end.
    Stop,
}

/// What is answered.
#[derive(Clone, PartialEq, Debug)]
pub enum ImportAnswer {
    /// A path as it was typed, as far as it can be completed, and the names that begin so.
    Completed {
        /// As it was typed.
        typed: String,
        /// As far as all names go together.
        path: String,
        /// The names, folders with a `/` behind them.
        names: Vec<String>,
    },
    /// Nothing of the file can be taken, in a sentence.
    Unread(String),
    /// Nobody knows what its columns are: a sentence, and what it may be read as.
    Unknown(String, Vec<ReadAs>),
    /// Its dates can be read in two ways, in a sentence.
    Undecided(String),
    /// What the file is.
    Seen(Arc<Seen>),
    /// So many hundredths have been gone through, to see what would change.
    Counting(u8),
    /// What would change.
    Counted(Arc<Counted>),
    /// So many hundredths have been taken in.
    Importing(u8),
    /// The import has ended.
    Imported(Outcome),
    /// So many accounts have been judged.
    Judging(u64),
    /// The evaluation has ended.
    Evaluated(Evaluated),
    /// The import or the evaluation failed, in a sentence.
    Failed(String),
}

/// A profile that a file can be read as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadAs {
    /// Its key.
    pub key: String,
    /// How the desk names such a file.
    pub title: String,
    /// What its rows give.
    pub kinds: Vec<Kind>,
}

/// A record as it was understood: its line, its kind, and each field with its value.
pub type First = (u64, Kind, Vec<(&'static str, String)>);

/// What a file is.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    /// `Maven CRM accounts, 7 of 7 columns`.
    pub summary: String,
    /// The key of its profile.
    pub profile: String,
    /// What its rows give.
    pub kinds: Vec<Kind>,
    /// What becomes of each column.
    pub columns: Vec<Mapped>,
    /// The first rows as they stand.
    pub head: Vec<Vec<String>>,
    /// The first records as they were understood.
    pub first: Vec<First>,
    /// What had been chosen for single columns when it was read.
    pub chosen: BTreeMap<usize, Option<String>>,
    /// Some of its columns are days or times.
    pub dated: bool,
    /// What else it can be read as.
    pub others: Vec<ReadAs>,
}

/// What would change.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Counted {
    /// Rows that were read.
    pub rows: u64,
    /// Records by kind.
    pub kinds: BTreeMap<Kind, Counts>,
    /// Rows that would be refused.
    pub rejected: u64,
    /// The first of them, with row, column and why.
    pub problems: Vec<String>,
    /// Accounts that may be the same company, a line each: the first few.
    pub alike: Vec<String>,
    /// How many such pairs there are.
    pub alike_in_all: u64,
    /// What else there is to know.
    pub notes: Vec<String>,
}

impl Counted {
    /// Whether anything would change.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.kinds.values().any(|counts| counts.new + counts.changed > 0)
    }
}

/// How an import ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// What came of it, in a sentence without its end.
    pub sentence: String,
    /// Nothing of it was left out.
    pub whole: bool,
    /// It can be taken back as one.
    pub undo: bool,
    /// It brought what the evaluation goes by.
    pub judge: bool,
}

impl Outcome {
    /// What an import did, in a line. `stopped` says that it ended before the file did.
    #[must_use]
    pub fn of(name: &str, done: &Imported, stopped: bool) -> Self {
        let told: Vec<_> = done
            .kinds
            .iter()
            .flat_map(|(kind, counts)| {
                let part = |count: u64, what: &str| {
                    let one = match kind {
                        Kind::People => "person",
                        kind => kind.key().trim_end_matches('s'),
                    };
                    (count > 0).then(|| format!("{} {what}", say::count(count, one, kind.key())))
                };
                [part(counts.new, "new"), part(counts.changed, "changed")]
            })
            .flatten()
            .collect();
        let mut sentence = match (stopped, told.is_empty()) {
            (false, true) => format!("Nothing in {name} was new"),
            (false, false) => format!("Imported {name}: {}", told.join(", ")),
            (true, true) => format!("Stopped before anything of {name} was taken in"),
            (true, false) => format!("Stopped {name} halfway: {}", told.join(", ")),
        };
        if done.rejected > 0 {
            let rows = say::count(done.rejected, "row", "rows");
            sentence.push_str(&format!("; {rows} rejected"));
        }
        // Handoffs are made one by one, and each is taken back by itself.
        let made = done.kinds.get(&Kind::Handoffs).is_some_and(|counts| counts.new > 0);
        let brought =
            |kind| done.kinds.get(kind).is_some_and(|counts| counts.new + counts.changed > 0);
        let judge = !stopped && [Kind::Accounts, Kind::Contacts, Kind::Signals].iter().any(brought);
        Self {
            sentence,
            judge,
            whole: !stopped && done.rejected == 0,
            undo: done.gesture.is_some() && !made,
        }
    }
}

/// An import that runs beside the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Importing {
    /// What its answers belong to.
    pub ticket: Ticket,
    /// The file's path as it was typed.
    pub name: String,
    /// So many hundredths are taken in.
    pub percent: u8,
    /// It was told to end.
    pub stopping: bool,
}

/// An evaluation that runs beside the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Evaluating {
    /// What its answers belong to.
    pub ticket: Ticket,
    /// Accounts that are judged.
    pub accounts: u64,
}

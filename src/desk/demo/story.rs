//! The demo's story: what its people did, step by step, as `assets/demo/story.toml` tells it.
//!
//! Reading puts the threads of all accounts into the order of time; what one person did at one moment to several
//! accounts becomes one gesture, as a bulk action on the desk does.

use std::collections::BTreeMap;
use std::mem::discriminant;

use serde::Deserialize;

use super::when::When;
use crate::domain::time::Instant;

const STORY: &str = include_str!("../../../assets/demo/story.toml");

/// Whoever has the handoff.
pub(super) const ASSIGNEE: &str = "assignee";
/// Whoever handed it over.
pub(super) const SENDER: &str = "sender";
/// The manager of whoever has it.
pub(super) const MANAGER: &str = "manager";

/// The story in the order of time.
pub(super) struct Script {
    /// Who imports and runs the criteria.
    pub(super) operator: String,
    /// What happened, oldest first.
    pub(super) entries: Vec<Entry>,
}

/// What happened at one moment.
pub(super) struct Entry {
    pub(super) at: Instant,
    pub(super) what: What,
}

pub(super) enum What {
    /// Accounts arrive and the criteria run.
    Evaluate { by: String, accounts: Vec<String> },
    /// Somebody does the same to one handoff or to several.
    Steps { who: String, steps: Vec<Step> },
}

/// One step, on the newest handoff of its account or the one of its type.
pub(super) struct Step {
    pub(super) account: String,
    /// The type, where the account has more than one handoff.
    pub(super) on: Option<String>,
    pub(super) deed: Deed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    operator: String,
    evaluate: Vec<String>,
    story: Vec<Thread>,
}

/// What happened to one account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Thread {
    account: String,
    arrives: Option<String>,
    by: Option<String>,
    #[serde(default)]
    steps: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    at: String,
    who: String,
    on: Option<String>,
    #[serde(flatten)]
    deed: Deed,
}

/// What somebody did.
#[derive(Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Deed {
    Accept,
    Activate,
    Undo,
    Assign {
        to: String,
        brief: Option<String>,
    },
    Touch {
        channel: String,
        outcome: String,
        template: Option<String>,
        note: Option<String>,
    },
    Note {
        text: String,
    },
    Edit {
        fields: Fields,
    },
    Resubmit {
        fields: Fields,
    },
    Return {
        missing: Vec<String>,
        note: String,
    },
    Dispute {
        note: String,
    },
    Decide {
        decision: String,
        note: String,
    },
    Defer {
        until: String,
        reason: String,
    },
    Pause {
        reason: String,
    },
    Resume,
    Rate {
        stars: u8,
        missing: Option<String>,
    },
    Dispose {
        code: String,
        #[serde(default)]
        fields: Fields,
        overridden: Option<String>,
        /// Type of the account's other handoff that this one repeats.
        same_as: Option<String>,
    },
    Create(Box<Made>),
}

/// Fields by key.
pub(super) type Fields = BTreeMap<String, String>;

/// A handoff made by hand.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    pub(super) r#type: String,
    pub(super) reason: String,
    pub(super) source: Option<String>,
    pub(super) contact: Option<String>,
    pub(super) opportunity: Option<String>,
    pub(super) amount: Option<i64>,
    pub(super) meeting: Option<String>,
    #[serde(default)]
    pub(super) fields: Fields,
}

impl Script {
    /// Reads the story, with its times counted from the opening.
    pub(super) fn read(when: &When<'_>) -> Result<Self, String> {
        let mut table: toml::Value =
            toml::from_str(STORY).map_err(|error| format!("story.toml: {error}"))?;
        expand(&mut table, when)?;
        let book: Book = table.try_into().map_err(|error| format!("story.toml: {error}"))?;
        let mut entries = Vec::new();
        for at in &book.evaluate {
            let what = What::Evaluate { by: book.operator.clone(), accounts: Vec::new() };
            entries.push(Entry { at: when.instant(at)?, what });
        }
        for thread in book.story {
            let Thread { account, arrives, by, steps } = thread;
            if let Some(at) = arrives {
                let by = by.unwrap_or_else(|| book.operator.clone());
                let what = What::Evaluate { by, accounts: vec![account.clone()] };
                entries.push(Entry { at: when.instant(&at)?, what });
            }
            for Line { at, who, on, deed } in steps {
                let at = when.instant(&at)?;
                let steps = vec![Step { account: account.clone(), on, deed }];
                entries.push(Entry { at, what: What::Steps { who, steps } });
            }
        }
        // What stands first in the file comes first where moments are equal, but accounts arrive before all else.
        entries.sort_by_key(|entry| (entry.at, matches!(entry.what, What::Steps { .. })));
        Ok(Self { operator: book.operator, entries: join(entries) })
    }

    /// Names of the accounts that arrive in the course of the story.
    pub(super) fn arrivals(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().flat_map(|entry| match &entry.what {
            What::Evaluate { accounts, .. } => accounts.iter().map(String::as_str).collect(),
            What::Steps { .. } => Vec::new(),
        })
    }
}

/// Makes one entry of what one person did at one moment in one gesture.
fn join(entries: Vec<Entry>) -> Vec<Entry> {
    let mut joined: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let before = joined.last_mut().filter(|before| before.at == entry.at);
        match (before.map(|before| &mut before.what), entry.what) {
            (
                Some(What::Evaluate { by, accounts }),
                What::Evaluate { by: same, accounts: more },
            ) if *by == same => accounts.extend(more),
            (Some(What::Steps { who, steps }), What::Steps { who: same, steps: more })
                if *who == same && alike(who, steps, &more) =>
            {
                steps.extend(more);
            }
            (_, what) => joined.push(Entry { at: entry.at, what }),
        }
    }
    joined
}

/// Whether steps of a person by name are one deed.
fn alike(who: &str, steps: &[Step], more: &[Step]) -> bool {
    let named = !matches!(who, ASSIGNEE | SENDER | MANAGER);
    let (Some(first), Some(other)) = (steps.first(), more.first()) else { return false };
    named
        && discriminant(&first.deed) == discriminant(&other.deed)
        && !matches!(first.deed, Deed::Undo | Deed::Create(_))
}

/// Fills the times in braces of every text.
fn expand(value: &mut toml::Value, when: &When<'_>) -> Result<(), String> {
    match value {
        toml::Value::String(text) if text.contains('{') => *text = when.expand(text)?,
        toml::Value::Array(all) => all.iter_mut().try_for_each(|one| expand(one, when))?,
        toml::Value::Table(all) => all.iter_mut().try_for_each(|(_, one)| expand(one, when))?,
        _ => {}
    }
    Ok(())
}

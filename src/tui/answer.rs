//! What the worker answers, in the form in which screens show it: the worker does the looking up and the wording once,
//! so that drawing only lays out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::action::Screen;
use super::effect::Ticket;
use crate::domain::account::Account;
use crate::domain::clock::{Clock, ClockName};
use crate::domain::contact::Contact;
use crate::domain::due::Ledger;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::package::Package;
use crate::domain::person::Person;
use crate::domain::queue::{Count, Page};
use crate::domain::refusal::Refusal;
use crate::domain::routing::Proposal;
use crate::domain::stage;
use crate::domain::time::Instant;

/// What the worker, or the loop on its own, answers to an effect.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// A page of a list.
    Page(Screen, Ticket, Page),
    /// The rows to mark.
    Marks(Screen, Ticket, Page),
    /// How many handoffs a list holds.
    Count(Screen, Ticket, Count),
    /// The numbers beside the names of the screens.
    Badges(Badges),
    /// Everything that is shown of a handoff; none when there is no such handoff any more.
    Card(HandoffId, Option<Arc<Card>>),
    /// Whom the desk proposes, for each handoff asked about.
    Proposals(Ticket, Vec<(HandoffId, Arc<Proposal>)>),
    /// What would come of requests.
    Preview(Ticket, Preview),
    /// A part of the record, newest first.
    Activity(Ticket, Vec<Happening>),
    /// The team.
    Team(Ticket, Vec<Member>),
    /// Everybody who works the desk.
    People(Arc<Vec<Person>>),
    /// A write was done; it is on disk.
    Done(Ticket, Done),
    /// A write was not done, and nothing was changed.
    NotDone(Ticket, NotDone),
    /// Something was read that could not be.
    Failed(String),
    /// Somebody else changed the store.
    Changed,
    /// The store can only be read, and why; none when it can be written again.
    ReadOnly(Option<String>),
    /// Something on this machine was done or not, in a sentence.
    Told {
        /// It was done.
        good: bool,
        /// The sentence.
        sentence: String,
    },
}

/// The numbers beside the names of the screens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Badges {
    /// Handoffs in the view of the person's role.
    pub queue: Option<Count>,
    /// The person's open handoffs.
    pub mine: Option<Count>,
}

/// Everything that is shown of one handoff.
#[derive(Clone, PartialEq, Debug)]
pub struct Card {
    /// The handoff.
    pub handoff: Handoff,
    /// Its account.
    pub account: Account,
    /// The account's contacts.
    pub contacts: Vec<Contact>,
    /// The package as assembled now.
    pub package: Package,
    /// Its clocks, also those to come.
    pub clocks: Vec<Line>,
    /// The rule that flagged it, with its evidence, a line each.
    pub receipt: Vec<String>,
    /// The newest events of its record, newest first.
    pub record: Vec<Happening>,
    /// Names of the people who appear in it.
    pub names: BTreeMap<PersonId, String>,
    /// What this person may do now: each legal action, with the reason where it isn't theirs.
    pub actions: Vec<(stage::Action, Option<Refusal>)>,
}

/// A line of the clocks pane.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Which promise.
    pub name: ClockName,
    /// Who owes it.
    pub owes: String,
    /// What was or would be promised.
    pub target: String,
    /// The clock, once it has started.
    pub clock: Option<Clock>,
    /// The sum behind its due time, or why it can't be told; none before it has started.
    pub ledger: Option<Result<Arc<Ledger>, String>>,
}

/// Something that happened, for the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happening {
    /// Its number in the record.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// Who, or the desk itself.
    pub who: String,
    /// Which handoff; none for what is not about one.
    pub handoff: Option<HandoffId>,
    /// Its account's name.
    pub company: String,
    /// What, in the past tense: "assigned".
    pub what: String,
    /// From what to what, and what was said; a line each.
    pub details: Vec<String>,
}

/// What would come of requests.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Preview {
    /// Which could be done.
    pub can: Vec<HandoffId>,
    /// Which could not: id, company, why.
    pub cannot: Vec<(HandoffId, String, String)>,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Done {
    /// What happened, in a line that begins with a small letter.
    pub label: String,
    /// To which handoffs.
    pub done: Vec<HandoffId>,
    /// Which were left out: id, company, why.
    pub left_out: Vec<(HandoffId, String, String)>,
    /// It can be taken back.
    pub can_undo: bool,
}

/// Why a write was not done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotDone {
    /// The rules said no: why, and what would make it legal.
    Refused(Refusal),
    /// Somebody else was first.
    Conflict {
        /// On this handoff.
        handoff: HandoffId,
        /// What they did, in a sentence.
        sentence: String,
    },
    /// The machine failed, or the thing isn't there.
    Failed(String),
}

/// A person of the team with what they carry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// Their open handoffs.
    pub open: u32,
    /// Those with a clock past due.
    pub breached: u32,
    /// Median time to first touch in milliseconds.
    pub first_touch: Option<i64>,
    /// When they were given one last.
    pub last_assigned: Option<Instant>,
}

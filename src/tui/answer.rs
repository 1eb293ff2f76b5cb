//! What the worker answers, in the form in which screens show it: the worker does the looking up and the wording once,
//! so that drawing only lays out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::action::Screen;
use super::effect::Ticket;
use super::incoming::ImportAnswer;
use super::popup::front::FrontAnswer;
use crate::desk::{Aside, MergePlan, Message, Notice, Preview, Receipt};
use crate::domain::account::Account;
use crate::domain::batch::Week;
use crate::domain::batch::round::Round;
use crate::domain::batch::sheet::Sheet;
use crate::domain::clock::{Clock, ClockName};
use crate::domain::contact::Contact;
use crate::domain::due::Ledger;
use crate::domain::handoff::Handoff;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::measure::sheet::{Sheet as MeasureSheet, Team as MeasureTeam};
use crate::domain::package::{Differs, Package};
use crate::domain::person::Person;
use crate::domain::playbook::Plan;
use crate::domain::queue::{Count, Page};
use crate::domain::refusal::Refusal;
use crate::domain::routing::Proposal;
use crate::domain::stage;
use crate::domain::time::Instant;
use crate::report::measures::Part;
use crate::store::{Badges, TeamRow};

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
    /// Why the criteria flagged a handoff, as it was kept then, none where a person made it; and what they say of its
    /// account now, a line each.
    Receipt(HandoffId, Option<Vec<String>>, Vec<String>),
    /// The accounts that may be the same company as one.
    Twins(Ticket, Arc<Vec<Twin>>),
    /// A message filled in, or why there is none, in a sentence.
    Message(Ticket, Result<Arc<Message>, String>),
    /// What became of a text in the person's editor, or why nothing did, in a sentence.
    Edited(Result<String, String>),
    /// Whom the desk proposes, for each handoff asked about.
    Proposals(Ticket, Vec<(HandoffId, Arc<Proposal>)>),
    /// What would come of requests.
    Preview(Ticket, Preview),
    /// A part of the record, newest first.
    Activity(Ticket, Vec<Happening>),
    /// The team.
    Team(Ticket, Vec<TeamRow>),
    /// What this person was told of and has not acted on.
    Inbox(Vec<Notice>),
    /// The desk is read as it stood from now on, at this moment; or why not.
    AsOf(Ticket, Result<Instant, String>),
    /// A win is done with, and the desk proposes to hand the customer on.
    Follows {
        /// The won handoff.
        id: HandoffId,
        /// Its account's name.
        company: String,
        /// The type of handoff that follows.
        kind: String,
    },
    /// A month or week in figures, and the teams to choose from.
    Measures(Ticket, Arc<MeasureSheet>, Arc<Vec<MeasureTeam>>),
    /// What marketing is told of a month or week, as tables.
    Pack(Ticket, Arc<Vec<Part>>),
    /// A week's batch, and the weeks there are.
    Batch(Ticket, Arc<Sheet>, Vec<Week>),
    /// What somebody has in hand, to be handed on.
    HandOn(Ticket, Arc<(Person, Round)>),
    /// Why the desk proposes whom it proposes for a handoff, a line each.
    Routing(HandoffId, Vec<String>),
    /// Decisions are kept.
    Drafted(Ticket),
    /// Everybody who works the desk.
    People(Arc<Vec<Person>>),
    /// What accounts, handoffs by hand and the policy asked for.
    Front(Ticket, FrontAnswer),
    /// What a file is, or what came of its import.
    Import(Ticket, ImportAnswer),
    /// A write was done; it is on disk.
    Done(Ticket, Done),
    /// Somebody introduced themselves, and works this desk from now on.
    Joined(Ticket, Arc<Person>),
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
    /// When the package was submitted last.
    pub sent: Option<Instant>,
    /// What the package says differently since.
    pub changed: Vec<Differs>,
    /// Its playbook: the checklist, the touches by day and the next step.
    pub plan: Plan,
    /// Its clocks, also those to come.
    pub clocks: Vec<Line>,
    /// The newest events of its record, newest first.
    pub record: Vec<Happening>,
    /// What is told beside it, under headings.
    pub asides: Vec<Aside>,
    /// Names of the people who appear in it.
    pub names: BTreeMap<PersonId, String>,
    /// What this person may do now: each legal action, with the reason where it isn't theirs.
    pub actions: Vec<(stage::Action, Option<Refusal>)>,
}

/// An account that may be the same company as another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Twin {
    /// What it is called, and why it may be.
    pub line: String,
    /// What a merge would do, or why there can be none, in a sentence.
    pub plan: Result<MergePlan, String>,
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

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    /// What happened, in a line that begins with a small letter; to which handoffs; which were left out and why.
    pub receipt: Receipt,
    /// It was something new, and no undo or redo.
    pub is_new: bool,
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

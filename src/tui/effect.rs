//! What the screen asks for. An effect is a value: `update` decides, and the loop and the worker carry out.

use std::collections::BTreeMap;

use super::action::Screen;
use super::incoming::ImportAsk;
use super::popup::front::{FrontLoad, FrontWrite};
pub use crate::desk::Ask;
use crate::desk::NewPerson;
use crate::domain::batch::{Decision, Week};
use crate::domain::ids::{AccountId, ContactId, HandoffId, PersonId};
use crate::domain::measure::sheet::Scope;
use crate::domain::person::Person;
use crate::domain::queue::{Edge, Query};
use crate::domain::time::Instant;
use crate::domain::view::View;

/// Marks an answer as belonging to what was asked; answers to anything older are dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Ticket(pub u64);

/// What the screen asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// Read something. A newer load replaces a waiting one of its kind.
    Load(Load),
    /// Write something. Done in order, and never dropped.
    Write(Ticket, Write),
    /// Look at a file, or import it; done beside everything else.
    Import(Ticket, ImportAsk),
    /// Put a text on the clipboard.
    Copy {
        /// The text.
        text: String,
        /// What it is, for the line that tells it was copied.
        what: String,
    },
    /// Change a text in the person's own editor.
    Editor(String),
    /// Keep a text in a new file of the folder that the desk was started in.
    KeepText {
        /// The name that is wanted for the file.
        name: String,
        /// The text.
        text: String,
    },
    /// Open an account's site.
    OpenSite(String),
    /// Keep a view of one's own.
    SaveView(View),
    /// Draw every cell anew.
    Redraw,
    /// Stop the process as a shell does.
    Suspend,
    /// Leave the desk.
    Quit,
}

/// What is read.
#[derive(Clone, PartialEq, Debug)]
pub enum Load {
    /// A page of a list of handoffs.
    Page {
        /// Of the list on this screen.
        screen: Screen,
        /// Which list.
        query: Query,
        /// From where.
        edge: Edge,
        /// So many rows at most.
        limit: usize,
        /// The handoff that must be among the rows if it still is in the list.
        keep: Option<HandoffId>,
        /// Nobody waits for it: what the screen shows is there.
        ahead: bool,
        /// What the answer belongs to.
        ticket: Ticket,
    },
    /// The first handoffs of a list, to mark them.
    Marks {
        /// The list on this screen.
        screen: Screen,
        /// Which list.
        query: Query,
        /// So many at most.
        limit: usize,
        /// What the answer belongs to.
        ticket: Ticket,
    },
    /// How many handoffs a list holds.
    Count {
        /// The list on this screen.
        screen: Screen,
        /// Which list.
        query: Query,
        /// What the answer belongs to.
        ticket: Ticket,
    },
    /// The numbers beside the names of the screens.
    Badges,
    /// Everything that is shown of a handoff.
    Card(HandoffId),
    /// The same for handoffs that may be looked at next, when there is nothing else to do.
    Ahead(Vec<HandoffId>),
    /// Why the criteria say of this account, which is a handoff's, what they say.
    Receipt(HandoffId, AccountId),
    /// The accounts that may be the same company as one.
    Twins(Ticket, AccountId),
    /// A message for a handoff: by this template, or by the one that its next step asks for.
    Message {
        /// What the answer belongs to.
        ticket: Ticket,
        /// For which.
        handoff: HandoffId,
        /// The template.
        name: Option<String>,
    },
    /// Whom the desk proposes for these handoffs.
    Proposals(Ticket, Vec<HandoffId>),
    /// What would come of these requests.
    Preview(Ticket, Vec<Ask>),
    /// The record before an event, or its end.
    Activity {
        /// Before the event with this number.
        before: Option<i64>,
        /// So many at most.
        limit: usize,
        /// What the answer belongs to.
        ticket: Ticket,
    },
    /// The team with what they carry.
    Team(Ticket),
    /// A week's batch, or the one at hand.
    Batch(Ticket, Option<Week>),
    /// What somebody has in hand, to be handed on.
    HandOn(Ticket, PersonId),
    /// Why the desk proposes whom it proposes for this handoff.
    Routing(HandoffId),
    /// Everybody who works the desk.
    People,
    /// What accounts, handoffs by hand and the policy need.
    Front(Ticket, FrontLoad),
    /// What this person was told of and has not acted on.
    Inbox,
    /// The desk as it stood at a moment, from which everything is read until further notice.
    AsOf(Ticket, Instant),
    /// The present again.
    Present,
    /// A month or week in figures.
    Measures(Ticket, Scope),
    /// The same before anybody asks for it, beside the work: it is there when they do.
    Glance(Ticket, Scope),
    /// What marketing is told of a month or week.
    Pack(Ticket, Scope),
    /// What is on screen, written to a file.
    Export(Export),
}

impl Load {
    /// Whether nobody looks at it now: what the screen shows can be drawn, and used, without it.
    #[must_use]
    pub const fn can_wait(&self) -> bool {
        matches!(
            self,
            Self::Page { ahead: true, .. }
                | Self::Count { .. }
                | Self::Badges
                | Self::Inbox
                | Self::Ahead(_)
                | Self::Glance(..)
        )
    }
}

/// What is written to a file.
#[derive(Clone, PartialEq, Debug)]
pub enum Export {
    /// A report, in the format of its word.
    Report(Scope, &'static str),
    /// All of a list of handoffs.
    List(Query),
    /// A week's batch with what is proposed.
    Batch(Week),
    /// The team with what they carry.
    Team,
    /// The newest of the record.
    Activity,
}

/// What is written.
#[derive(Clone, PartialEq, Debug)]
pub enum Write {
    /// Requests that are done as one gesture.
    Run {
        /// What is asked of which handoff.
        asks: Vec<Ask>,
        /// True to leave out those that are refused and do the rest; false to do all or none.
        what_can: bool,
    },
    /// Make somebody who introduced themselves the first person of the desk.
    Join(NewPerson),
    /// A handoff made by hand, or an account's fields.
    Front(FrontWrite),
    /// Hand a resting handoff over again.
    Wake {
        /// Which.
        id: HandoffId,
        /// The version that was seen.
        seen: i64,
        /// Another contact, where one was chosen.
        contact: Option<ContactId>,
    },
    /// Hand a won customer on, as the desk proposes.
    Follow(HandoffId),
    /// Keep decisions about items of a week's batch until they are committed.
    Draft {
        /// Which week.
        week: Week,
        /// What is decided; none takes a decision back.
        decisions: Vec<(HandoffId, Option<Decision>)>,
    },
    /// Carry out what is decided about a week's batch.
    CommitBatch {
        /// Which week.
        week: Week,
        /// Items that somebody else decided since: these decisions are dropped first.
        without: Vec<HandoffId>,
    },
    /// Send a week's batch before its cut-off.
    SendBatch(Week),
    /// Hand on what somebody has in hand.
    CarryOn {
        /// Whose.
        from: PersonId,
        /// To whom, with the versions that were seen.
        decisions: BTreeMap<HandoffId, (i64, Decision)>,
    },
    /// Edit a person.
    EditPerson {
        /// As they were seen.
        before: Box<Person>,
        /// As they are to be.
        after: Box<Person>,
    },
    /// Make one account of two.
    Merge {
        /// The one that stays.
        keep: AccountId,
        /// The one that goes.
        gone: AccountId,
    },
    /// Take back the person's last gesture.
    Undo,
    /// Do again what was undone last.
    Redo,
}

//! What a key means. An action is a word of the screen's; what it does to a handoff is a [`crate::domain::command`].

use crate::domain::person::Role;
use crate::domain::stage;

/// What a key, a click on the bottom line or a choice in the palette means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// One row down.
    Next,
    /// One row up.
    Previous,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// A screenful down.
    PageDown,
    /// A screenful up.
    PageUp,
    /// To the pane on the right or below.
    NextPane,
    /// To the pane on the left or above.
    PreviousPane,
    /// Full screen, or the thing behind the row.
    Open,
    /// Back, close, clear the filter.
    Back,
    /// The package section on the right.
    NextSection,
    /// The package section on the left.
    PreviousSection,
    /// Type a filter.
    Filter,
    /// Choose a saved view.
    Views,
    /// Save what is shown as a view of one's own.
    SaveView,
    /// Choose what the list is sorted by.
    Sort,
    /// The other way round.
    Reverse,
    /// Mark the row, or unmark it.
    Mark,
    /// Mark all rows shown, or unmark all.
    MarkAll,
    /// Pick a person for it.
    Assign,
    /// Assign to the desk's proposal.
    TakeProposal,
    /// Say yes to it.
    Accept,
    /// Log an attempt to reach the account.
    Touch,
    /// Record an outcome.
    Disposition,
    /// Send it back to marketing.
    Return,
    /// Put a question to both VPs, or decide one.
    Dispute,
    /// Look at it again on a date.
    Defer,
    /// Hold a clock, or let it run on.
    Pause,
    /// Write a note to the assignee.
    Brief,
    /// Log a note.
    Note,
    /// Fill in the package.
    Edit,
    /// Send the package to triage, or send the mended one again.
    Submit,
    /// Say how good the package was.
    Rate,
    /// Write a message: a template filled in.
    Message,
    /// The checklist, and the touches by day.
    Playbook,
    /// One card at a time.
    Sprint,
    /// How the deadline came about.
    Why,
    /// Carry out what is decided about the batch.
    Commit,
    /// Propose who takes over what a person has in hand.
    HandOn,
    /// Copy the summary.
    Copy,
    /// Open the account's site.
    OpenSite,
    /// Make a handoff by hand.
    NewHandoff,
    /// Edit the account's own fields.
    EditAccount,
    /// Accounts that the criteria want looked at.
    Accounts,
    /// The policy in force, and a changed one tried out.
    Policy,
    /// Look at a file of accounts, contacts, signals and so on, and take it in.
    Import,
    /// Judge what changed and hand over what is ready.
    Evaluate,
    /// What one was told of and has not acted on.
    Inbox,
    /// The desk as it stood at a moment.
    AsOf,
    /// Accounts that may be the same company, to make one of them.
    Merge,
    /// The command palette.
    Palette,
    /// All keys.
    Help,
    /// Take the last gesture back.
    Undo,
    /// Do again what was undone.
    Redo,
    /// The month or week before.
    PreviousPeriod,
    /// The month or week after.
    NextPeriod,
    /// Weeks instead of months, or months again.
    Weekly,
    /// The figures of the next type of handoff.
    NextType,
    /// The figures of the next manager's people.
    NextTeam,
    /// What marketing is told of the month.
    Pack,
    /// Write what is on screen to a file.
    Export,
    /// Show a screen.
    Show(Screen),
    /// Draw everything anew.
    Redraw,
    /// Stop the desk as a shell does.
    Suspend,
    /// Leave the desk.
    Quit,
    /// Answer a confirmation with yes.
    Yes,
    /// Answer a confirmation with no.
    No,
}

impl Action {
    /// The domain's actions that this one leads to; one of them must be open to the person for the key to do
    /// anything. None for what only moves about the screen.
    #[must_use]
    pub const fn asks(self) -> &'static [stage::Action] {
        use stage::Action as A;
        match self {
            Self::Assign | Self::TakeProposal => &[A::Assign, A::Reassign],
            Self::Accept => &[A::Accept],
            Self::Touch => &[A::Touch],
            Self::Disposition => &[
                A::Accept,
                A::Respond,
                A::Book,
                A::Held,
                A::Noshow,
                A::Opportunity,
                A::Win,
                A::Lose,
                A::Recycle,
                A::Disqualify,
                A::Return,
                A::Dispute,
            ],
            Self::Return => &[A::Return],
            Self::Dispute => &[A::Dispute, A::Decide],
            Self::Defer => &[A::Defer],
            Self::Pause => &[A::Pause, A::Resume],
            Self::Brief => &[A::Brief],
            Self::Note => &[A::Note],
            Self::Edit => &[A::Edit],
            Self::Submit => &[A::Submit, A::Resubmit, A::Wake],
            Self::Rate => &[A::Rate],
            _ => &[],
        }
    }
}

/// A screen of the desk (`DESK.md 1`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Screen {
    /// Handoffs in a saved view.
    #[default]
    Queue,
    /// My open handoffs.
    Mine,
    /// The weekly batch.
    Batch,
    /// People.
    Team,
    /// The month in figures.
    Measures,
    /// The event record.
    Activity,
}

impl Screen {
    /// All screens in the order of their numbers.
    pub const ALL: &'static [Self] =
        &[Self::Queue, Self::Mine, Self::Batch, Self::Team, Self::Measures, Self::Activity];

    /// The screens that this version has.
    pub const BUILT: &'static [Self] =
        &[Self::Queue, Self::Mine, Self::Batch, Self::Team, Self::Measures, Self::Activity];

    /// The screen on which somebody of this role lands (`DESK.md 1`).
    #[must_use]
    pub const fn of_role(role: Role) -> Self {
        match role {
            Role::Ae | Role::Sdr | Role::Csm => Self::Mine,
            _ => Self::Queue,
        }
    }

    /// Its name in the header.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Queue => "Queue",
            Self::Mine => "Mine",
            Self::Batch => "Batch",
            Self::Team => "Team",
            Self::Measures => "Measures",
            Self::Activity => "Activity",
        }
    }
}

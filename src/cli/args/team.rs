//! The arguments of the manager's commands: the weekly batch, people, and what the monthly caps hold back.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

/// `handoff batch`
#[derive(Args, Debug)]
#[command(subcommand_precedence_over_arg = true)]
pub struct Batch {
    /// The week, such as 2026-W47 [default: the batch at hand]
    #[arg(value_name = "WEEK")]
    pub week: Option<String>,
    /// What to do [default: show]
    #[command(subcommand)]
    pub what: Option<BatchWhat>,
}

/// What to do with a batch.
#[derive(Debug, Subcommand)]
pub enum BatchWhat {
    /// Show the items with their proposals, decisions, and everybody's capacity
    Show(Week),
    /// Show the review in words to share
    Summary(Week),
    /// Send the batch before its cut-off
    Send(Week),
    /// Decide about items; kept as a draft until you commit
    Route(Route),
    /// Carry out everything you have decided, as one
    Commit(Week),
    /// Write the batch as a plan file to edit
    Plan(Week),
    /// Carry out an edited plan file, whole or not at all
    Apply {
        /// The file; "-" reads standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Show what differs between two weeks
    Diff {
        /// The earlier week
        #[arg(value_name = "WEEK")]
        one: String,
        /// The later week
        #[arg(value_name = "WEEK")]
        other: String,
    },
}

/// A week.
#[derive(Args, Debug)]
pub struct Week {
    /// The week, such as 2026-W47 [default: the batch at hand]
    #[arg(value_name = "WEEK")]
    pub week: Option<String>,
}

/// `handoff batch route`
#[derive(Args, Debug)]
pub struct Route {
    /// The items; none with --proposed decides about all that have no decision yet
    #[arg(value_name = "ID", required_unless_present = "proposed")]
    pub ids: Vec<String>,
    /// The week, such as 2026-W47 [default: the batch at hand]
    #[arg(long, value_name = "WEEK")]
    pub week: Option<String>,
    /// To whom
    #[arg(long, value_name = "WHO", group = "decision")]
    pub to: Option<String>,
    /// To the desk's proposal; of all items, those proposed to another team are left to it
    #[arg(long, group = "decision")]
    pub proposed: bool,
    /// To the next batch
    #[arg(long, group = "decision")]
    pub defer: bool,
    /// Back to marketing, for this reason
    #[arg(long = "return", value_name = "NOTE", group = "decision")]
    pub give_back: Option<String>,
    /// To nurture, for this reason
    #[arg(long, value_name = "NOTE", group = "decision")]
    pub nurture: Option<String>,
    /// Take the decision back
    #[arg(long, group = "decision")]
    pub undecide: bool,
    /// Route although the person is away or full
    #[arg(long, requires = "to")]
    pub anyway: bool,
    /// A package field that is missing or wrong, such as committee (can be repeated)
    #[arg(long, value_name = "FIELD", requires = "give_back")]
    pub missing: Vec<String>,
}

/// `handoff people`
#[derive(Args, Debug)]
pub struct People {
    /// What to do
    #[command(subcommand)]
    pub what: PeopleWhat,
}

/// What to do with people.
#[derive(Debug, Subcommand)]
pub enum PeopleWhat {
    /// Note days out of office: by hand, or from a calendar file
    Away {
        /// Who [default: you]
        #[arg(value_name = "WHO")]
        who: Option<String>,
        /// The first day: 2026-12-24, fri, "in 2 weeks"
        #[arg(long, value_name = "DAY", conflicts_with = "ics")]
        from: Option<String>,
        /// The last day [default: the first]
        #[arg(long, value_name = "DAY", requires = "from")]
        to: Option<String>,
        /// An iCalendar file; "-" reads standard input
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        ics: Option<PathBuf>,
        /// Forget the days from today on first
        #[arg(long)]
        clear: bool,
    },
    /// Edit a person; a list is separated by semicolons, and "none" empties a field
    Edit(Box<PersonEdit>),
    /// Propose who takes over what somebody has in hand, all together, and hand it on with --apply
    Handon(HandOn),
}

/// `handoff people edit`
#[derive(Args, Debug)]
pub struct PersonEdit {
    /// Who
    #[arg(value_name = "WHO")]
    pub who: String,
    /// Full name
    #[arg(long)]
    pub name: Option<String>,
    /// E-mail address
    #[arg(long)]
    pub email: Option<String>,
    /// Role, such as ae or manager
    #[arg(long)]
    pub role: Option<String>,
    /// Whom they report to
    #[arg(long, value_name = "WHO")]
    pub manager: Option<String>,
    /// yes or no; only those who have nothing in hand become inactive
    #[arg(long, value_name = "YES|NO")]
    pub active: Option<String>,
    /// Territories, such as "West; Central"
    #[arg(long, value_name = "LIST")]
    pub territories: Option<String>,
    /// Segments
    #[arg(long, value_name = "LIST")]
    pub segments: Option<String>,
    /// Products
    #[arg(long, value_name = "LIST")]
    pub products: Option<String>,
    /// Languages
    #[arg(long, value_name = "LIST")]
    pub languages: Option<String>,
    /// Open handoffs they can carry
    #[arg(long, value_name = "N")]
    pub capacity: Option<String>,
    /// Handoffs they can be given in a week
    #[arg(long, value_name = "N")]
    pub weekly: Option<String>,
    /// Their calendar in the policy
    #[arg(long, value_name = "NAME")]
    pub calendar: Option<String>,
    /// Their zone, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
}

/// `handoff people handon`
#[derive(Args, Debug)]
pub struct HandOn {
    /// Whose
    #[arg(value_name = "WHO")]
    pub who: String,
    /// Give one of them to somebody else, such as H-12=Sam (can be repeated); H-12=keep leaves it
    #[arg(long = "set", value_name = "ID=WHO")]
    pub set: Vec<String>,
    /// Hand them on
    #[arg(long)]
    pub apply: bool,
}

/// `handoff volume`
#[derive(Args, Debug)]
pub struct Month {
    /// Let this account through the cap of its type
    #[arg(long, value_name = "ACCOUNT")]
    pub release: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", requires = "release")]
    pub reason: Option<String>,
}

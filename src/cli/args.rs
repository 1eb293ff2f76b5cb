//! The command line as clap reads it. The comments here are the help people see; [`super::manual`] has the longer parts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

use super::{manual, road};
use crate::desk::demo::many::MOST;
use crate::intake::Order;

mod actions;
mod team;

pub(super) use actions::{
    Assign, Decide, Defer, Dispose, Edit, Handoffs, Noted, Pause, Rate, Reasoned, Resume, Return,
    Touch, Undo,
};
pub(super) use team::{Batch, BatchWhat, HandOn, Month, People, PeopleWhat, PersonEdit, Route};

/// Hand accounts over without dropping any
///
/// Without a command the desk opens on your store. "-" as a file reads standard input, as an ID it reads ids.
#[derive(Debug, Parser)]
#[command(
    name = "handoff",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    after_long_help = manual::PROGRAM
)]
pub struct Cli {
    /// Options that every command takes
    #[command(flatten)]
    pub common: Common,
    /// What to do; none opens the desk
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options that every command takes.
#[derive(Args, Clone, Debug, Default)]
pub struct Common {
    /// The store's file [default: the platform's data directory; env: HANDOFF_STORE]
    #[arg(long, global = true, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub store: Option<PathBuf>,
    /// Who acts: a name, an e-mail address or an id such as P-3 [env: HANDOFF_USER]
    // An id of its own: an argument of a command that is called `who` would hide it.
    #[arg(id = "as", long = "as", global = true, value_name = "WHO")]
    pub who: Option<String>,
    /// The time to go by, such as 2026-11-25T16:30-05:00 (for tests and what-if) [env: HANDOFF_NOW]
    #[arg(long, global = true, value_name = "TIME")]
    pub now: Option<String>,
    /// The policy file [default: policy.toml in the config directory, else the shipped policy; env: HANDOFF_POLICY]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
    /// Answer as JSON; --help of each command shows its shape
    #[arg(long, global = true)]
    pub json: bool,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the desk on a throw-away store filled with a week of a made-up company
    Demo(Demo),
    /// Bring in accounts, contacts, signals, people, deals and handoffs from CSV, JSON and JSONL
    #[command(after_long_help = manual::import())]
    Import(Import),
    /// Run the criteria over the accounts and flag what is ready
    #[command(after_long_help = manual::EVALUATE)]
    Evaluate(Evaluate),
    /// List handoffs, accounts, people or saved views, and what imports kept
    #[command(after_long_help = manual::LIST)]
    List(List),
    /// Show a handoff: package, clocks and record
    #[command(after_long_help = manual::SHOW)]
    Show(Show),
    /// Fill in a message for a handoff: e-mail, call, introduction, brief, notes
    #[command(after_long_help = manual::MESSAGE)]
    Message(Message),
    /// Make a handoff by hand, of any type
    #[command(after_long_help = manual::new())]
    New(New),
    /// Show an account, or edit its fields, news and events
    #[command(after_long_help = manual::account())]
    Account(Account),
    /// Send flagged handoffs to triage, and returned ones again
    #[command(after_long_help = manual::ACTION)]
    Submit(Handoffs),
    /// Fill in the package of a handoff
    #[command(after_long_help = manual::edit())]
    Edit(Edit),
    /// Take a flagged handoff back
    #[command(after_long_help = manual::ACTION)]
    Withdraw(Reasoned),
    /// Give handoffs to somebody
    #[command(after_long_help = manual::ACTION)]
    Assign(Assign),
    /// Accept handoffs
    #[command(after_long_help = manual::ACTION)]
    Accept(Handoffs),
    /// Log an attempt to reach the account
    #[command(after_long_help = manual::ACTION)]
    Touch(Touch),
    /// Record a disposition with its reason
    #[command(after_long_help = manual::dispose())]
    Dispose(Dispose),
    /// Send a handoff back to marketing
    #[command(after_long_help = manual::give_back())]
    Return(Return),
    /// Look at a queued handoff again on a date
    #[command(after_long_help = manual::ACTION)]
    Defer(Defer),
    /// Put a handoff to both VPs
    #[command(after_long_help = manual::ACTION)]
    Dispute(Noted),
    /// Record your decision on a disputed handoff
    #[command(after_long_help = manual::ACTION)]
    Decide(Decide),
    /// Hold the clocks of a handoff
    #[command(after_long_help = manual::ACTION)]
    Pause(Pause),
    /// Let the clocks of a handoff run on
    #[command(after_long_help = manual::ACTION)]
    Resume(Resume),
    /// Rate the package of a handoff
    #[command(after_long_help = manual::ACTION)]
    Rate(Rate),
    /// Check off an item of the playbook's checklist
    #[command(after_long_help = manual::ACTION)]
    Check(Check),
    /// Record that a customer is live
    #[command(after_long_help = manual::ACTION)]
    Activate(Handoffs),
    /// Open a closed handoff again
    #[command(after_long_help = manual::ACTION)]
    Reopen(Reasoned),
    /// Hand a resting handoff over again, as a new one linked to it; refused while nothing is new
    #[command(after_long_help = manual::ACTION)]
    Wake(road::Wake),
    /// Hand a won customer on, as the desk proposes after WON
    #[command(after_long_help = manual::ACTION)]
    Follow(road::Follow),
    /// Show what you were told of and have not acted on
    #[command(after_long_help = manual::INBOX)]
    Inbox,
    /// Write a note to the assignee
    #[command(after_long_help = manual::ACTION)]
    Brief(Noted),
    /// Write a note into the record; it counts as a status report
    #[command(after_long_help = manual::ACTION)]
    Note(Noted),
    /// Take back your last action, or the one named
    #[command(after_long_help = manual::ACTION)]
    Undo(Undo),
    /// Do again what you took back last
    #[command(after_long_help = manual::ACTION)]
    Redo,
    /// Say what a clock would be due, and how that comes about
    #[command(after_long_help = manual::DUE)]
    Due(Due),
    /// Show what is late and what is due
    #[command(after_long_help = manual::SLA)]
    Sla(Sla),
    /// Write the figures of a month or a week, with action items and feedback for marketing
    #[command(after_long_help = manual::REPORT)]
    Report(Report),
    /// Write, check and show the policy file
    #[command(subcommand, after_long_help = manual::POLICY)]
    Policy(Policy),
    /// Add a person to the desk
    #[command(after_long_help = manual::PERSON)]
    Person(Person),
    /// Review the weekly batch: show, send, route, commit, or as a plan file
    #[command(after_long_help = manual::BATCH)]
    Batch(Batch),
    /// Edit people, note their days away, hand on what they have
    #[command(after_long_help = manual::PEOPLE)]
    People(People),
    /// Show what the monthly caps hold back, or let one of it through
    #[command(after_long_help = manual::CAP)]
    Volume(Month),
    /// List accounts that may be the same company
    #[command(after_long_help = manual::DUPLICATES)]
    Duplicates(Duplicates),
    /// Make one account of two that are the same company
    #[command(after_long_help = manual::MERGE)]
    Merge(Merge),
    /// Write the whole store as lines of JSON
    #[command(after_long_help = manual::EXPORT)]
    Export(Export),
    /// Go back to a backup, or make a store of an export; what is there is kept under another name
    #[command(after_long_help = manual::RESTORE)]
    Restore(Restore),
    /// Copy the store to a new file, consistently, while it is in use
    #[command(after_long_help = manual::BACKUP)]
    Backup(Backup),
    /// Check the store and say what to do about what is found
    #[command(after_long_help = manual::DOCTOR)]
    Doctor(Doctor),
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// `handoff demo`
#[derive(Args, Debug)]
pub struct Demo {
    /// Fill the store at --store and leave the desk closed
    #[arg(long)]
    pub fill_only: bool,
    /// Make a new store at --store with so many handoffs of a big made-up team instead, and leave the desk closed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)))]
    pub size: Option<u32>,
    /// With --size: what the made-up numbers follow from; the same number gives the same store
    #[arg(long, value_name = "S", requires = "size")]
    pub seed: Option<u64>,
}

/// `handoff import`
#[derive(Args, Debug)]
pub struct Import {
    /// The files; "-" reads standard input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// Say what would happen and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write rejected rows here, as they came, with a column ERROR; of several files each to its own, REJECTS-NAME
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub rejects: Option<PathBuf>,
    /// Read the files by this profile, whatever their headers: its name, such as accounts, or a TOML file of the same shape
    #[arg(long, value_name = "PROFILE|FILE")]
    pub map: Option<String>,
    /// Keep the profile under this name, for all files with the same headers
    #[arg(long, value_name = "NAME")]
    pub save_map: Option<String>,
    /// Which comes first in dates such as 03/04/2026: the day (dmy) or the month (mdy) [default: what the column shows]
    #[arg(long, value_name = "ORDER")]
    pub dates: Option<Order>,
    /// Read the files in this encoding, such as windows-1252 or utf-16le [default: found by itself]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
}

/// `handoff evaluate`
#[derive(Args, Debug)]
pub struct Evaluate {
    /// Look only at accounts that changed since the last run
    #[arg(long)]
    pub changed: bool,
    /// Say what would be flagged and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Explain the verdict on one account, condition by condition; changes nothing
    #[arg(long, value_name = "ACCOUNT", conflicts_with_all = ["changed", "dry_run"])]
    pub explain: Option<String>,
}

/// `handoff list`
#[derive(Args, Debug)]
pub struct List {
    /// The filter, as in the desk: tier:1 stage:queued owner:me due:<4h breached -deferred acme; or people, or
    /// views; or accounts with a filter of their own: accounts tier:1 region:West tal acme; or kept, for imported values
    /// without a meaning
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// A saved view by its key, such as tier-1-triage or breached; `handoff list views` shows them
    #[arg(long, value_name = "VIEW")]
    pub view: Option<String>,
    /// Sort by due, company, tier, type, stage, owner, score, created or wake; -score is descending
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// With accounts: those that the criteria say this of: discuss, research, held (by a monthly cap) or handoff
    #[arg(long, value_name = "VERDICT")]
    pub verdict: Option<String>,
    /// With contacts: those whose account is not known
    #[arg(long)]
    pub unattached: bool,
    /// At most so many rows; 0 lists all [default: 50, of a file all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// text, md, html, csv, json or xlsx [default: by the name of --out, else text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Write to this file, in the format of its name
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// As it stood at a moment, such as "2026-09-21 10:12"
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// `handoff show`
#[derive(Args, Debug)]
pub struct Show {
    /// The handoff
    #[arg(value_name = "ID")]
    pub id: String,
    /// Also show the sum behind each due time
    #[arg(long)]
    pub ledger: bool,
    /// Only the one-page summary
    #[arg(long)]
    pub summary: bool,
    /// Only what the package says differently since it was submitted
    #[arg(long, conflicts_with = "summary")]
    pub diff: bool,
    /// Only why it was flagged: the rule, each condition and the evidence, as they were kept then
    #[arg(long, conflicts_with_all = ["summary", "diff"])]
    pub why: bool,
    /// As it stood at a moment, such as "2026-09-21 10:12"
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// `handoff message`
#[derive(Args, Debug)]
pub struct Message {
    /// The handoff
    #[arg(value_name = "ID", required_unless_present_any = ["list", "check", "facts"])]
    pub id: Option<String>,
    /// The template, such as first_message [default: the one that the next step asks for]
    #[arg(long, value_name = "T")]
    pub template: Option<String>,
    /// List the templates
    #[arg(long, conflicts_with_all = ["id", "check", "facts"])]
    pub list: bool,
    /// Check the team's own templates: every error with file, line and variable
    #[arg(long, conflicts_with_all = ["id", "facts"])]
    pub check: bool,
    /// List what a template may name
    #[arg(long, conflicts_with = "id")]
    pub facts: bool,
}

/// `handoff check`
#[derive(Args, Debug)]
pub struct Check {
    /// The handoffs
    #[command(flatten)]
    pub handoffs: Handoffs,
    /// The item, as the playbook words it
    #[arg(long, value_name = "TEXT")]
    pub item: String,
    /// Take the check back
    #[arg(long)]
    pub not: bool,
}

/// `handoff new`
#[derive(Args, Debug)]
pub struct New {
    /// The account: its id, domain, name or key
    #[arg(value_name = "ACCOUNT")]
    pub account: String,
    /// The type, such as meeting_set or closed_won
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: String,
    /// Why now, in a line
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// The contact to reach: an e-mail address or a name
    #[arg(long, value_name = "CONTACT")]
    pub contact: Option<String>,
    /// The channel it came from, such as referral or outbound
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// When the meeting is: 2026-11-25T16:30-05:00, "fri 10:00"
    #[arg(long, value_name = "TIME")]
    pub meeting: Option<String>,
    /// The opportunity it is about, as the CRM names it
    #[arg(long, value_name = "KEY")]
    pub opportunity: Option<String>,
    /// The amount at stake, in whole units of your currency
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    pub amount: Option<i64>,
    /// A field of the package, such as "bant.budget=Approved, $80K" (can be repeated)
    #[arg(long = "field", value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
}

/// `handoff account`
#[derive(Args, Debug)]
pub struct Account {
    /// The account: its id, domain, name or key
    #[arg(value_name = "ACCOUNT")]
    pub account: String,
    /// A field to set, such as employees=450 (can be repeated); without a value it is cleared
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
    /// A piece of news to add, such as "2026-11-02 Acme hires a new CMO" (can be repeated)
    #[arg(long, value_name = "TEXT")]
    pub news: Vec<String>,
    /// An event to add, such as "2026-11-02 Acme speaks at SaaStr" (can be repeated)
    #[arg(long = "event", value_name = "TEXT")]
    pub events: Vec<String>,
}

/// `handoff due`
#[derive(Args, Debug)]
pub struct Due {
    /// When the clock starts, with its zone: 2026-11-25T16:30-05:00
    #[arg(long, value_name = "TIME")]
    pub from: String,
    /// The target: 5m, 4h, 24h, 7d, 3bd, same_day, "fri 17:00", "24h before meeting"
    #[arg(long)]
    pub target: String,
    /// The calendar by name; "always" is around the clock [default: the policy's]
    #[arg(long, value_name = "NAME")]
    pub calendar: Option<String>,
    /// A pause, such as 2026-11-25T17:00Z..2026-11-25T18:00Z (can be repeated)
    #[arg(long = "pause", value_name = "FROM..TO")]
    pub pauses: Vec<String>,
    /// The date that a target such as "24h before meeting" counts back from
    #[arg(long, value_name = "TIME")]
    pub reference: Option<String>,
}

/// `handoff sla`
#[derive(Args, Debug)]
pub struct Sla {
    /// Show what falls due within so many hours
    #[arg(long, default_value_t = 8, value_name = "N")]
    pub within: u32,
    /// Only what is mine
    #[arg(long)]
    pub mine: bool,
    /// Record what is to be told of late promises, each step once, and say how many; for a scheduler
    #[arg(long)]
    pub escalate: bool,
    /// At most so many rows of each
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: usize,
}

/// `handoff report`
#[derive(Args, Debug)]
pub struct Report {
    /// The month (2026-11), the week (2026-W47), this, last, week or last-week [default: this month]
    #[arg(value_name = "PERIOD")]
    pub period: Option<String>,
    /// text, md, html, csv, json or xlsx [default: by the name of --out, else text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Only handoffs of this type, such as tier1
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// Only the people of this manager, or this person; --summary of a manager who names nobody is of their own
    #[arg(long, value_name = "WHO")]
    pub team: Option<String>,
    /// Instead of figures, what is late, due and escalated for each person
    #[arg(long, conflicts_with = "period")]
    pub digest: bool,
    /// A manager's week: volume, what is late, returned and escalated, who is over capacity, the next batch
    #[arg(long, conflicts_with = "digest")]
    pub summary: bool,
    /// Write to this file, in the format of its name
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// `handoff policy`
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Write a copy of the shipped policy to edit
    Init {
        /// Where [default: policy.toml in the config directory]
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    /// Check a policy file whole, and the team's message templates: every error with its line, key and remedy
    Check {
        /// The file; "-" reads standard input [default: the policy in force]
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    /// Print the policy in force, with who signed it and where each part came from
    Show,
    /// Replay past months under a changed policy: how many more or fewer, which accounts, how those handoffs really ended
    Try(PolicyTry),
    /// Put a changed policy in force, with who agreed; the one before is kept aside
    Adopt(PolicyAdopt),
}

/// `handoff policy try`
#[derive(Args, Debug)]
pub struct PolicyTry {
    /// The changed policy; "-" reads standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// So many whole months before this one, and this one so far
    #[arg(long, default_value_t = 6, value_name = "N")]
    pub months: u32,
    /// Name at most so many accounts of each type either way
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub named: usize,
}

/// `handoff policy adopt`
#[derive(Args, Debug)]
pub struct PolicyAdopt {
    /// The policy; "-" reads standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Who agreed, with commas between; the VP of Sales or revenue operations must be among them
    #[arg(long, required = true, value_delimiter = ',', value_name = "WHO")]
    pub signed_by: Vec<String>,
}

/// `handoff person`
#[derive(Args, Debug)]
pub struct Person {
    /// Full name
    #[arg(long)]
    pub name: String,
    /// E-mail address
    #[arg(long)]
    pub email: String,
    /// vp_sales, manager, ae, sdr, csm, marketing, vp_marketing or revops
    #[arg(long)]
    pub role: String,
}

/// `handoff duplicates`
#[derive(Args, Debug)]
pub struct Duplicates {
    /// Only those of this account: its id, key, domain or whole name
    #[arg(value_name = "ACCOUNT")]
    pub account: Option<String>,
}

/// `handoff merge`
#[derive(Args, Debug)]
pub struct Merge {
    /// The account that stays: its id such as A-12, its key, domain or whole name
    #[arg(value_name = "KEEP")]
    pub keep: String,
    /// The account that goes; what hangs on it moves to the other
    #[arg(value_name = "OTHER")]
    pub other: String,
    /// Say what would happen and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `handoff export`
#[derive(Args, Debug)]
pub struct Export {
    /// Write to this new file, readable by you alone, and not to the standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// `handoff restore`
#[derive(Args, Debug)]
pub struct Restore {
    /// The export or the backup, left as it is; "-" reads an export from standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Also where there is a good store; it is kept under another name
    #[arg(long)]
    pub force: bool,
}

/// `handoff backup`
#[derive(Args, Debug)]
pub struct Backup {
    /// The new file; it must not exist
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// `handoff doctor`
#[derive(Args, Debug)]
pub struct Doctor {
    /// Make the handoffs what the record of events says, after a copy of the store, and tell what differed
    #[arg(long)]
    pub repair: bool,
}

/// `handoff completions`
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

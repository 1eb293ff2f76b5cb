//! The one table of commands: name, keys, section, sentence and where each is of use. Input, the bottom line, help, the
//! palette and the README read it; `keys.toml` gives a command other keys. A key that would mean two things is refused
//! by name before the desk opens.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::action::{Action, Screen};
use super::chord::Key;
use crate::domain::filter::nearest;
use crate::domain::text;

/// A heading of the help.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Moving about.
    Move,
    /// What a list shows.
    List,
    /// What is done with a handoff.
    Handoff,
    /// What the screen of measures shows.
    Measures,
    /// The desk itself.
    Desk,
}

impl Group {
    /// All headings, in the order of the help.
    pub const ALL: &'static [Self] =
        &[Self::Move, Self::List, Self::Handoff, Self::Measures, Self::Desk];

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Move => "Move",
            Self::List => "List",
            Self::Handoff => "Handoff",
            Self::Measures => "Measures",
            Self::Desk => "Desk",
        }
    }
}

/// Where a command is of use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Context {
    /// On every screen.
    Anywhere,
    /// On the screens that list handoffs.
    Handoffs,
    /// On a screen that lists handoffs, with one at hand.
    Handoff,
    /// On the screen of measures.
    Measures,
    /// On the screens that list something else than handoffs.
    Figures,
    /// In a question that wants yes or no.
    Question,
}

impl Context {
    /// Whether one key may mean different things in the two places.
    const fn is_apart_from(self, other: Self) -> bool {
        const fn place(context: Context) -> u8 {
            match context {
                Context::Question => 1,
                Context::Handoffs | Context::Handoff => 2,
                Context::Measures | Context::Figures => 3,
                Context::Anywhere => 0,
            }
        }
        let (one, two) = (place(self), place(other));
        (one != two && one != 0 && two != 0) || ((one == 1) != (two == 1))
    }
}

/// A command of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Command {
    /// What it means.
    pub action: Action,
    /// Its name in `keys.toml` and in the palette.
    pub name: &'static str,
    /// Its keys as shipped, as they are written in `keys.toml`; the first is the one shown.
    pub keys: &'static [&'static str],
    /// Its heading.
    pub group: Group,
    /// Where it is of use.
    pub context: Context,
    /// What it does in two or three words, for the bottom line.
    pub short: &'static str,
    /// What it does in one sentence.
    pub says: &'static str,
}

const fn command(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    (group, context): (Group, Context),
    short: &'static str,
    says: &'static str,
) -> Command {
    Command { action, name, keys, group, context, short, says }
}

const MOVE: (Group, Context) = (Group::Move, Context::Anywhere);
const PANE: (Group, Context) = (Group::Move, Context::Handoffs);
const LIST: (Group, Context) = (Group::List, Context::Handoffs);
const HAND: (Group, Context) = (Group::Handoff, Context::Handoff);
const MONTH: (Group, Context) = (Group::Measures, Context::Measures);
const SHEET: (Group, Context) = (Group::List, Context::Figures);
const DESK: (Group, Context) = (Group::Desk, Context::Anywhere);
const ASKED: (Group, Context) = (Group::Desk, Context::Question);

use Action as A;

/// Every command, in the order of the help.
pub const COMMANDS: &[Command] = &[
    command(A::Next, "next", &["j", "Down"], MOVE, "next", "Go to the next row, or scroll down."),
    command(
        A::Previous,
        "previous",
        &["k", "Up"],
        MOVE,
        "previous",
        "Go to the previous row, or scroll up.",
    ),
    command(A::First, "first", &["g", "Home"], MOVE, "first", "Go to the first row."),
    command(A::Last, "last", &["G", "End"], MOVE, "last", "Go to the last row."),
    command(
        A::PageDown,
        "page-down",
        &["PgDn", "Ctrl-d"],
        MOVE,
        "page down",
        "Go down by a screenful.",
    ),
    command(A::PageUp, "page-up", &["PgUp", "Ctrl-u"], MOVE, "page up", "Go up by a screenful."),
    command(A::NextPane, "next-pane", &["Tab"], PANE, "next pane", "Go to the next pane."),
    command(
        A::PreviousPane,
        "previous-pane",
        &["Shift-Tab"],
        PANE,
        "previous pane",
        "Go to the previous pane.",
    ),
    command(
        A::Open,
        "open",
        &["Enter"],
        MOVE,
        "open",
        "Open the package full screen, or what stands behind the row.",
    ),
    command(A::Back, "back", &["Esc"], MOVE, "back", "Go back, close, clear marks or the filter."),
    command(
        A::PreviousSection,
        "previous-section",
        &["[", "Left"],
        PANE,
        "section",
        "Show the previous section of the package.",
    ),
    command(
        A::NextSection,
        "next-section",
        &["]", "Right"],
        PANE,
        "section",
        "Show the next section of the package.",
    ),
    command(
        A::Filter,
        "filter",
        &["/"],
        LIST,
        "filter",
        "Narrow the list by words and key:value terms.",
    ),
    command(A::Views, "views", &["v"], LIST, "views", "Show another saved view."),
    command(
        A::SaveView,
        "save-view",
        &["V"],
        LIST,
        "save view",
        "Save filter, sort and columns as a view of your own.",
    ),
    command(A::Sort, "sort", &["o"], LIST, "sort", "Sort the list by another column."),
    command(A::Reverse, "reverse", &["O"], LIST, "reverse", "Turn the order of the list around."),
    command(
        A::Mark,
        "mark",
        &["Space"],
        LIST,
        "mark",
        "Mark the handoff, so that actions apply to all that are marked.",
    ),
    command(
        A::MarkAll,
        "mark-all",
        &["*"],
        LIST,
        "mark all",
        "Mark all handoffs shown, or unmark them.",
    ),
    command(
        A::Sprint,
        "sprint",
        &["s"],
        LIST,
        "sprint",
        "Go through the list one card at a time, what is due first coming first.",
    ),
    command(
        A::PreviousPeriod,
        "previous-period",
        &["[", "Left"],
        MONTH,
        "month before",
        "Show the measures of the month or week before.",
    ),
    command(
        A::NextPeriod,
        "next-period",
        &["]", "Right"],
        MONTH,
        "month after",
        "Show the measures of the month or week after.",
    ),
    command(
        A::Weekly,
        "weekly",
        &["w"],
        MONTH,
        "weeks",
        "Show the measures of a week instead of a month, or of a month again.",
    ),
    command(
        A::NextType,
        "next-type",
        &["t"],
        MONTH,
        "type",
        "Show the measures of the next type of handoff, then of all.",
    ),
    command(
        A::NextTeam,
        "next-team",
        &["m"],
        MONTH,
        "team",
        "Show the measures of the next manager's people, then of all.",
    ),
    command(
        A::Pack,
        "feedback",
        &["f"],
        MONTH,
        "for marketing",
        "Show who used up the promises that were broken, and the feedback pack for marketing.",
    ),
    command(
        A::Export,
        "export",
        &["e"],
        SHEET,
        "export",
        "Write what is on screen to a file: a report, a list or the record.",
    ),
    command(
        A::Assign,
        "assign",
        &["a"],
        HAND,
        "assign",
        "Assign to a person; the desk's proposals come first, each with its reason.",
    ),
    command(
        A::TakeProposal,
        "take-proposal",
        &["A"],
        HAND,
        "take proposal",
        "Assign to the person whom the desk proposes.",
    ),
    command(
        A::Accept,
        "accept",
        &["c"],
        HAND,
        "accept",
        "Accept the handoff; a key from 1 to 5 right behind it rates its package.",
    ),
    command(A::Touch, "touch", &["t"], HAND, "touch", "Log an attempt to reach the account."),
    command(
        A::Disposition,
        "disposition",
        &["d"],
        HAND,
        "disposition",
        "Record an outcome, with what its code requires.",
    ),
    command(
        A::Return,
        "return",
        &["r"],
        HAND,
        "return",
        "Return it to marketing, with what is missing.",
    ),
    command(
        A::Dispute,
        "dispute",
        &["x"],
        HAND,
        "dispute",
        "Dispute it, or record your decision on a dispute.",
    ),
    command(A::Defer, "defer", &["z"], HAND, "defer", "Put it off to a day."),
    command(
        A::Pause,
        "pause",
        &["p"],
        HAND,
        "pause",
        "Pause its clocks with a reason, or let them run on.",
    ),
    command(A::Brief, "brief", &["b"], HAND, "brief", "Write a note to the assignee."),
    command(A::Note, "note", &["N"], HAND, "note", "Log a note; it counts as a status report."),
    command(A::Edit, "edit", &["e"], HAND, "edit", "Fill in the package."),
    command(
        A::Submit,
        "submit",
        &["S"],
        HAND,
        "submit",
        "Submit the package, or the mended one again; hand over again what rests.",
    ),
    command(A::Rate, "rate", &["R"], HAND, "rate", "Rate the package from 1 to 5."),
    command(
        A::Message,
        "message",
        &["m"],
        HAND,
        "message",
        "Fill in a message from the package: first message, follow-ups, calls, introductions, notes.",
    ),
    command(
        A::Playbook,
        "playbook",
        &["P"],
        HAND,
        "playbook",
        "Show the checklist and the touches by day, and check items off.",
    ),
    command(
        A::Why,
        "why",
        &["w"],
        HAND,
        "why",
        "Show the sum behind the deadline, the rule behind the handoff, and whom the desk proposes and why.",
    ),
    command(
        A::Commit,
        "commit",
        &["C"],
        DESK,
        "commit",
        "Carry out everything that is decided about the batch, as one.",
    ),
    command(
        A::HandOn,
        "hand-on",
        &["L"],
        DESK,
        "hand on",
        "Propose who takes over what the person at hand has, all together.",
    ),
    command(A::Copy, "copy", &["y"], HAND, "copy", "Copy the summary to the clipboard."),
    command(
        A::OpenSite,
        "open-site",
        &["Ctrl-o"],
        HAND,
        "open site",
        "Open the account's site in the browser.",
    ),
    command(
        A::NewHandoff,
        "new",
        &["n"],
        DESK,
        "new handoff",
        "Make a handoff by hand, of any type.",
    ),
    command(
        A::EditAccount,
        "edit-account",
        &["E"],
        HAND,
        "edit account",
        "Edit the account's fields, its news and events.",
    ),
    command(
        A::Accounts,
        "accounts",
        &["W"],
        DESK,
        "accounts",
        "Show the accounts to discuss, to research or held back, with what is missing.",
    ),
    command(
        A::Policy,
        "policy",
        &["T"],
        DESK,
        "policy",
        "Show who signed the policy, and try a changed one on the months behind.",
    ),
    command(
        A::Import,
        "import",
        &["I"],
        DESK,
        "import",
        "Look at a file and import it, as in :import accounts.csv; you see first what it would change.",
    ),
    command(
        A::Evaluate,
        "evaluate",
        &[],
        DESK,
        "evaluate",
        "Judge the accounts that changed since they were last judged, and hand over what is ready.",
    ),
    command(
        A::Inbox,
        "inbox",
        &["i"],
        DESK,
        "inbox",
        "Show what you were told of and have not acted on.",
    ),
    command(
        A::AsOf,
        "as-of",
        &[],
        DESK,
        "as of",
        "Show the desk as it stood, as in :asof 2026-09-21 10:12; Esc goes back.",
    ),
    command(
        A::Merge,
        "merge",
        &["M"],
        HAND,
        "merge",
        "Show accounts that may be the same company, and merge one into this.",
    ),
    command(
        A::Palette,
        "palette",
        &[":", "Ctrl-p"],
        DESK,
        "command",
        "Find a command by its name.",
    ),
    command(A::Help, "help", &["?"], DESK, "help", "Show all keys, and why some do nothing now."),
    command(A::Undo, "undo", &["u"], DESK, "undo", "Undo your last action, bulk ones whole."),
    command(A::Redo, "redo", &["U"], DESK, "redo", "Redo what you undid last."),
    command(A::Show(Screen::Queue), "queue", &["1"], DESK, "queue", "Show the queue."),
    command(A::Show(Screen::Mine), "mine", &["2"], DESK, "mine", "Show your open handoffs."),
    command(A::Show(Screen::Batch), "batch", &["3"], DESK, "batch", "Show the weekly batch."),
    command(A::Show(Screen::Team), "team", &["4"], DESK, "team", "Show the team."),
    command(
        A::Show(Screen::Measures),
        "measures",
        &["5"],
        DESK,
        "measures",
        "Show the month's measures.",
    ),
    command(
        A::Show(Screen::Activity),
        "activity",
        &["6"],
        DESK,
        "activity",
        "Show what happened, newest first.",
    ),
    command(A::Redraw, "redraw", &["Ctrl-l"], DESK, "redraw", "Draw the screen anew."),
    command(
        A::Suspend,
        "suspend",
        &["Ctrl-z"],
        DESK,
        "suspend",
        "Stop the desk; fg brings it back.",
    ),
    command(A::Quit, "quit", &["q", "Ctrl-c"], DESK, "quit", "Leave the desk."),
    command(A::Yes, "yes", &["y"], ASKED, "yes", "Answer a question with yes."),
    command(A::No, "no", &["n"], ASKED, "no", "Answer a question with no."),
];

/// The command of an action.
#[must_use]
pub fn command_of(action: Action) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.action == action)
}

/// What a key means, by context.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keymap {
    desk: HashMap<Key, Action>,
    figures: HashMap<Key, Action>,
    question: HashMap<Key, Action>,
    /// The keys of each command in the order of the table.
    keys: Vec<Vec<Key>>,
}

/// What is wrong with a `keys.toml`: a sentence each, with its line.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct KeysError {
    /// The sentences.
    pub problems: Vec<String>,
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "a command has a key as text, or a list of them")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Keymap {
    /// The keys as shipped.
    ///
    /// # Errors
    /// Never for the table as it is: a test holds it to that.
    pub fn shipped() -> Result<Self, KeysError> {
        Self::with("")
    }

    /// The keys as shipped with those of a `keys.toml` in place of theirs: `name = "key"`, `name = ["key", "key"]`, or
    /// `name = []` for none.
    ///
    /// # Errors
    /// All that is wrong: no TOML, a name that is no command, a text that is no key, a key with two meanings.
    pub fn with(overrides: &str) -> Result<Self, KeysError> {
        let mut problems = Vec::new();
        let mut chosen = read(overrides, &mut problems);
        let keys: Vec<Vec<Key>> = COMMANDS
            .iter()
            .map(|command| {
                chosen.remove(command.name).unwrap_or_else(|| {
                    command.keys.iter().filter_map(|key| key.parse().ok()).collect()
                })
            })
            .collect();
        let mut map =
            Self { desk: HashMap::new(), figures: HashMap::new(), question: HashMap::new(), keys };
        let mut owners: Vec<(Key, &'static Command)> = Vec::new();
        for (command, keys) in COMMANDS.iter().zip(&map.keys) {
            for key in keys {
                let twice = owners.iter().find(|(other, owner)| {
                    other == key && !owner.context.is_apart_from(command.context)
                });
                match twice {
                    Some((_, owner)) => problems.push(format!(
                        "keys.toml: {key} means both {} and {}; give one of them another key",
                        owner.name, command.name
                    )),
                    None => owners.push((*key, command)),
                }
                let meanings = match command.context {
                    Context::Question => &mut map.question,
                    Context::Measures | Context::Figures => &mut map.figures,
                    _ => &mut map.desk,
                };
                meanings.insert(*key, command.action);
            }
        }
        if problems.is_empty() { Ok(map) } else { Err(KeysError { problems }) }
    }

    /// What a key means on a screen.
    #[must_use]
    pub fn action(&self, key: Key) -> Option<Action> {
        self.desk.get(&key).copied()
    }

    /// What a key means on a screen: where handoffs are not listed, some mean something else.
    #[must_use]
    pub fn action_on(&self, key: Key, screen: Screen) -> Option<Action> {
        let figures = matches!(screen, Screen::Team | Screen::Measures | Screen::Activity);
        let own = self.figures.get(&key).filter(|_| figures).copied();
        let own = own.filter(|action| screen == Screen::Measures || *action == Action::Export);
        own.or_else(|| self.action(key))
    }

    /// What a key means in a question.
    #[must_use]
    pub fn answer(&self, key: Key) -> Option<Action> {
        self.question.get(&key).copied()
    }

    /// The keys of an action.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Key] {
        let place = COMMANDS.iter().position(|command| command.action == action);
        place.and_then(|place| self.keys.get(place)).map_or(&[], Vec::as_slice)
    }

    /// The key of an action as it is shown; none when it has none.
    #[must_use]
    pub fn shown(&self, action: Action) -> Option<String> {
        self.keys(action).first().map(ToString::to_string)
    }
}

/// The keys that the text gives to commands.
fn read(overrides: &str, problems: &mut Vec<String>) -> BTreeMap<&'static str, Vec<Key>> {
    let overrides = overrides.strip_prefix('\u{feff}').unwrap_or(overrides);
    let line = |at: usize| {
        overrides.get(..at).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count() + 1
    };
    let table: BTreeMap<toml::Spanned<String>, toml::Spanned<OneOrMore>> = match toml::from_str(
        overrides,
    ) {
        Ok(table) => table,
        Err(error) => {
            problems.push(format!(
                    "keys.toml, line {}: {}; write lines such as assign = \"a\" or next = [\"j\", \"Down\"]",
                    line(error.span().map_or(0, |span| span.start)),
                    text::safe(error.message()),
                ));
            return BTreeMap::new();
        }
    };
    let mut chosen = BTreeMap::new();
    for (name, value) in table {
        let at = line(name.span().start);
        let Some(command) = COMMANDS.iter().find(|command| command.name == name.as_ref()) else {
            let near = nearest(name.as_ref(), COMMANDS.iter().map(|command| command.name))
                .map_or_else(String::new, |near| format!("; did you mean {near}?"));
            let name = text::clip(name.as_ref(), 40);
            problems.push(format!("keys.toml, line {at}: \"{name}\" is not a command{near}"));
            continue;
        };
        let written = match value.into_inner() {
            OneOrMore::One(key) => vec![key],
            OneOrMore::More(keys) => keys,
        };
        let mut keys = Vec::new();
        for key in written {
            match key.parse::<Key>() {
                Ok(key) if keys.contains(&key) => {}
                Ok(key) => keys.push(key),
                Err(sentence) => problems.push(format!("keys.toml, line {at}: {sentence}")),
            }
        }
        chosen.insert(command.name, keys);
    }
    chosen
}

#[cfg(test)]
mod tests;

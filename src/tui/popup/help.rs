//! All keys by group, each with its sentence, and the reason beside those that do nothing now; the words of the filter
//! line; and what each event does to which clock.

use ratatui::Frame;
use ratatui::text::Line;

use super::page::{self, Reading};
use super::{Popup, Reply};
use crate::domain::clock::{ClockEvent, ClockName, Op, ops};
use crate::domain::filter::{Flag, KEYS};
use crate::domain::say;
use crate::tui::action::{Action, Screen};
use crate::tui::keys::{COMMANDS, Command, Context, Group};
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::Input;
use crate::tui::text::{cell, gap, label, padded, wrapped};
use crate::tui::update::refused;

/// Columns of the help.
const COLUMNS: u16 = 100;
/// Columns of the keys.
const NAMES: usize = 16;

/// The help, scrolled so many lines.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Help {
    at: usize,
}

impl Popup {
    /// The help from its beginning.
    #[must_use]
    pub fn help() -> Self {
        Self::Help(Help::default())
    }
}

impl Help {
    pub(super) fn input(&mut self, input: &Input, model: &Model) -> Reply {
        match page::reading(model, input, Action::Help) {
            Reading::Close => Reply::close(),
            Reading::Scroll(by) => {
                let lines = lines(model, page::columns(model, COLUMNS)).len();
                self.at = page::scrolled(model, self.at, by, lines);
                Reply::keep()
            }
            // Help is for finding a key; pressing it then does what it says.
            Reading::Other(action) => Reply::run(action),
            Reading::Nothing => Reply::keep(),
        }
    }

    pub(super) fn view(&self, model: &Model, memory: &mut Memory, frame: &mut Frame<'_>) {
        let lines = lines(model, page::columns(model, COLUMNS));
        page::draw(model, memory, frame, ("Help", COLUMNS), lines, self.at, &page::hints(model));
    }
}

fn lines(model: &Model, columns: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let head = |lines: &mut Vec<Line<'static>>, title: &'static str| {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(label(title, model.theme.brand)));
    };
    for group in Group::ALL {
        head(&mut lines, group.title());
        let commands =
            COMMANDS.iter().filter(|command| command.group == *group && is_shown(command));
        for command in commands {
            self::command(model, command, columns, &mut lines);
        }
    }
    head(&mut lines, "Filter");
    let theme = &model.theme;
    let intro = "Words find accounts, contacts, domains and ids by their beginnings; - negates, a comma means or, \
                 quotes hold spaces.";
    lines.extend(wrapped(intro, columns, 9).iter().map(|line| Line::from(cell(line, theme.muted))));
    for key in KEYS {
        entry(model, &format!("{}:", key.name), key.means, columns, &mut lines);
    }
    for flag in Flag::ALL {
        entry(model, flag.key(), flag.means(), columns, &mut lines);
    }
    head(&mut lines, "Clocks");
    for event in ClockEvent::ALL {
        let does = does(*event);
        if !does.is_empty() {
            entry(model, event.key(), &does, columns, &mut lines);
        }
    }
    lines
}

/// Screens that this version doesn't have are not offered, and answers are told where they are asked for.
fn is_shown(command: &Command) -> bool {
    let built = !matches!(command.action, Action::Show(screen) if !Screen::BUILT.contains(&screen));
    built && command.context != Context::Question
}

fn command(model: &Model, command: &Command, columns: usize, lines: &mut Vec<Line<'static>>) {
    let theme = &model.theme;
    let keys: Vec<_> = model.keys.keys(command.action).iter().map(ToString::to_string).collect();
    let keys = if keys.is_empty() { "–".to_owned() } else { keys.join(" ") };
    let why = if model.list().is_some() { refused(model, command.action) } else { None };
    let (named, said) =
        if why.is_some() { (theme.faint, theme.muted) } else { (theme.key, theme.text()) };
    let room = columns.saturating_sub(NAMES);
    let sentences = wrapped(command.says, room, 9).into_iter().map(|line| cell(&line, said));
    // The sentence tells which handoff state forbids it; the hint would repeat the same list at every key.
    let reasons = why.map(|why| wrapped(&why.sentence, room, 9)).unwrap_or_default();
    let reasons = reasons.into_iter().map(|line| cell(&line, theme.notice));
    for (n, span) in sentences.chain(reasons).enumerate() {
        let lead = if n == 0 { padded(&keys, NAMES, named) } else { gap(NAMES) };
        lines.push(Line::from(vec![lead, span]));
    }
}

fn entry(model: &Model, name: &str, means: &str, columns: usize, lines: &mut Vec<Line<'static>>) {
    let theme = &model.theme;
    for (n, line) in wrapped(means, columns.saturating_sub(NAMES), 9).into_iter().enumerate() {
        let lead = if n == 0 { padded(name, NAMES, theme.key) } else { gap(NAMES) };
        lines.push(Line::from(vec![lead, cell(&line, theme.text())]));
    }
}

/// What an event does to which clocks, in words: the table of `DOMAIN.md 5`, read from the code that obeys it.
fn does(event: ClockEvent) -> String {
    let verbs = [
        (Op::Stop, "stops"),
        (Op::Cancel, "cancels"),
        (Op::Resume, "resumes"),
        (Op::Pause, "pauses"),
        (Op::Start, "starts"),
    ];
    let parts = verbs.iter().filter_map(|(op, verb)| {
        let clocks: Vec<_> =
            ClockName::ALL.iter().filter(|name| ops(event, **name).contains(op)).collect();
        match clocks.len() {
            0 => None,
            all if all == ClockName::ALL.len() => Some(format!("{verb} every clock")),
            all if all + 1 == ClockName::ALL.len() => {
                let but = ClockName::ALL.iter().find(|name| !clocks.contains(name));
                but.map(|but| format!("{verb} every clock but {but}"))
            }
            _ => {
                let names: Vec<_> = clocks.iter().map(|name| name.key()).collect();
                Some(format!("{verb} {}", say::all(&names)))
            }
        }
    });
    parts.collect::<Vec<_>>().join("; ")
}

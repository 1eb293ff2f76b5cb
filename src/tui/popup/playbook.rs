//! The playbook of a handoff: its checklist, whose items are checked off here, and its touches by day with what came of
//! them.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::Line;

use super::page::{self, Reading};
use super::{Popup, Reply};
use crate::domain::command::Command;
use crate::domain::handoff::Touch;
use crate::domain::ids::HandoffId;
use crate::domain::say;
use crate::tui::action::Action;
use crate::tui::answer::{Answer, Card};
use crate::tui::effect::{Ask, Effect, Load, Ticket};
use crate::tui::form::panel::Hint;
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Input;
use crate::tui::text::{cell, clipped, gap, label, padded, wrapped};
use crate::tui::update::may_check;

/// Columns of the playbook.
const COLUMNS: u16 = 88;
/// Columns of who checked an item off and when.
const WHO: usize = 28;
/// Columns of the channel.
const CHANNEL: usize = 8;
/// Columns of the template.
const TEMPLATE: usize = 18;

/// The playbook of one handoff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlaybookOf {
    handoff: HandoffId,
    /// The item at hand.
    at: usize,
    /// The write that is waited for.
    waiting: Option<Ticket>,
}

impl Popup {
    /// The playbook of a handoff, with the first item that is open at hand once it is known.
    #[must_use]
    pub const fn playbook(handoff: HandoffId) -> Self {
        Self::Playbook(PlaybookOf { handoff, at: usize::MAX, waiting: None })
    }
}

impl PlaybookOf {
    /// Whether it waits for something that will be seen.
    pub(super) const fn awaits(&self) -> bool {
        self.waiting.is_some()
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        let tasks = model.cards.get(self.handoff).map_or(0, |card| card.plan.tasks.len());
        self.at = self.place(model);
        let is_enter =
            matches!(input, Input::Key(key) if key.code == crossterm::event::KeyCode::Enter);
        if is_enter {
            return self.check(model);
        }
        match page::reading(model, input, Action::Playbook) {
            Reading::Close => return Reply::close(),
            Reading::Scroll(by) => {
                self.at = self.at.saturating_add_signed(by).min(tasks.saturating_sub(1));
            }
            Reading::Other(Action::Mark) => return self.check(model),
            Reading::Other(
                action @ (Action::Touch | Action::Message | Action::Undo | Action::Note),
            ) => {
                return Reply::run(action);
            }
            Reading::Other(_) | Reading::Nothing => {}
        }
        Reply::keep()
    }

    /// The item at hand: the first that is open, until somebody goes to another.
    fn place(&self, model: &Model) -> usize {
        let Some(card) = model.cards.get(self.handoff) else { return self.at };
        if self.at < card.plan.tasks.len() {
            return self.at;
        }
        card.plan.tasks.iter().position(|(_, check)| check.is_none()).unwrap_or(0)
    }

    /// Checks the item at hand off, or takes its check back.
    fn check(&mut self, model: &mut Model) -> Reply {
        let Some(card) = model.cards.get(self.handoff).filter(|_| self.waiting.is_none()) else {
            return Reply::keep();
        };
        let Some((task, check)) = card.plan.tasks.get(self.at) else { return Reply::keep() };
        if !may_check(model, self.handoff) {
            let why = "Only the assignee, their manager or the VP of Sales checks items off.";
            return Reply { tell: Some((Tone::Notice, why.to_owned())), ..Reply::keep() };
        }
        let command = Command::Check { what: task.what.clone(), done: check.is_none() };
        let ask = Ask { handoff: self.handoff, seen: Some(card.handoff.version), command };
        if check.is_none() {
            // The eye goes on to what is open.
            let open = |(_, (_, check)): &(usize, &(_, Option<_>))| check.is_none();
            let next = card.plan.tasks.iter().enumerate().skip(self.at + 1).find(open);
            self.at = next.map_or(self.at, |(at, _)| at);
        }
        let effect = model.run(vec![ask]);
        self.waiting = Some(model.ticket);
        Reply::ask(effect)
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        match answer {
            Answer::Done(ticket, _) | Answer::NotDone(ticket, _)
                if Some(*ticket) == self.waiting =>
            {
                self.waiting = None;
                Reply::ask(Effect::Load(Load::Card(self.handoff)))
            }
            _ => Reply::keep(),
        }
    }

    pub(super) fn view(&self, model: &Model, memory: &mut Memory, frame: &mut Frame<'_>) {
        let columns = page::columns(model, COLUMNS);
        let Some(card) = model.cards.get(self.handoff) else {
            let lines = vec![Line::from(label("The handoff is being read.", model.theme.muted))];
            let title = format!("Playbook · {}", self.handoff);
            page::draw(model, memory, frame, (&title, COLUMNS), lines, 0, &page::hints(model));
            return;
        };
        let at = self.place(model);
        let lines = lines(model, card, at, columns);
        let key = |action| model.keys.shown(action).unwrap_or_default();
        let mut hints = vec![Hint::new("Enter", "check or uncheck")];
        hints.push(Hint::new(key(Action::Message), "message"));
        hints.push(Hint::new(key(Action::Touch), "log a touch"));
        hints.extend(page::hints(model));
        let title = format!("Playbook · {} {}", card.handoff.id, card.account.name);
        // The item at hand stays in sight with some lines around it.
        let top = at.saturating_sub(6);
        page::draw(model, memory, frame, (&title, COLUMNS), lines, top, &hints);
    }
}

fn lines(model: &Model, card: &Card, at: usize, columns: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let today = model.today();
    let mut lines = Vec::new();
    let step = card.plan.step.words(model.now, model.zone);
    if !step.is_empty() {
        let room = columns.saturating_sub(6);
        lines.push(Line::from(vec![
            label("Next  ", theme.muted),
            clipped(&step, room, theme.strong),
        ]));
    }
    let head = |lines: &mut Vec<Line<'static>>, title: &'static str| {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(label(title, theme.brand)));
    };
    if !card.plan.tasks.is_empty() {
        head(&mut lines, "First 48 hours");
    }
    for (n, (task, check)) in card.plan.tasks.iter().enumerate() {
        let who = check.as_ref().map_or_else(String::new, |check| {
            let name = card.names.get(&check.by).cloned().unwrap_or_default();
            format!("{name}, {}", say::day_near(say::day_of(check.at, model.zone), today))
        });
        let (ground, words) = match (n == at, check.is_some()) {
            (true, _) => (theme.selected, theme.selected),
            (false, true) => (Style::new(), theme.muted),
            (false, false) => (Style::new(), theme.text()),
        };
        let sign = if check.is_some() { "✓ " } else { "· " };
        let signed = if check.is_some() { theme.good } else { theme.muted };
        let room = columns.saturating_sub(2 + WHO + 2);
        lines.push(Line::from(vec![
            label(sign, if n == at { ground } else { signed }),
            padded(&task.what, room, words),
            label("  ", ground),
            padded(&who, WHO, if n == at { ground } else { theme.muted }),
        ]));
    }
    let planned = &card.plan.touches;
    if !planned.is_empty() || !card.handoff.touches.is_empty() {
        head(&mut lines, "Touches");
    }
    for (n, touch) in card.handoff.touches.iter().enumerate() {
        lines.push(made(model, card, n, touch, columns));
    }
    for touch in planned.iter().skip(card.handoff.touches.len()) {
        let late = touch.due <= today;
        let style = if late { theme.strong } else { theme.text() };
        lines.push(Line::from(vec![
            label("· ", theme.muted),
            padded(&format!("{} of {}", touch.number, touch.of), 8, theme.muted),
            padded(touch.channel.key(), CHANNEL, style),
            gap(1),
            padded(&touch.template.replace('_', " "), TEMPLATE, style),
            gap(1),
            cell(&format!("due {}", say::day_near(touch.due, today)), style),
        ]));
    }
    let over = match (&card.plan.touches[..], card.handoff.touches.is_empty()) {
        ([], false) => Some("They answered, or the sequence is over: nothing more is planned."),
        ([], true) if card.plan.tasks.is_empty() => {
            Some("The playbook begins when somebody has the handoff in hand.")
        }
        _ => None,
    };
    if let Some(over) = over {
        lines.extend(
            wrapped(over, columns, 3).iter().map(|line| Line::from(cell(line, theme.muted))),
        );
    }
    lines
}

/// A touch that was made.
fn made(model: &Model, card: &Card, n: usize, touch: &Touch, columns: usize) -> Line<'static> {
    let theme = &model.theme;
    let day = say::day_near(say::day_of(touch.at, model.zone), model.today());
    let name = card.names.get(&touch.by).map_or("", String::as_str);
    let note = touch.note.as_deref().map_or_else(String::new, |note| format!(" · {note}"));
    let told = format!("{day}, {} by {name}{note}", touch.outcome.key().replace('_', " "));
    let template = touch.template.as_deref().unwrap_or("–").replace('_', " ");
    Line::from(vec![
        label("✓ ", theme.good),
        padded(&format!("{}", n + 1), 8, theme.muted),
        padded(touch.channel.key(), CHANNEL, theme.muted),
        gap(1),
        padded(&template, TEMPLATE, theme.muted),
        gap(1),
        clipped(&told, columns.saturating_sub(2 + 8 + CHANNEL + TEMPLATE + 2), theme.muted),
    ])
}

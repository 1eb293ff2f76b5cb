//! Accounts that may be the same company as the one at hand: what a merge would do with each, and the merge itself.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::Line;

use super::page::{self, Reading};
use super::{Popup, Reply};
use crate::desk::MergePlan;
use crate::domain::ids::AccountId;
use crate::domain::say;
use crate::domain::text::safe;
use crate::tui::action::Action;
use crate::tui::answer::{Answer, Twin};
use crate::tui::effect::{Effect, Load, Ticket, Write};
use crate::tui::form::panel::Hint;
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::Input;
use crate::tui::text::{cell, label, padded, wrapped};

/// Columns of the popup.
const COLUMNS: u16 = 80;

/// The accounts that may be the same company as one.
#[derive(Clone, PartialEq, Debug)]
pub struct MergeOf {
    account: AccountId,
    company: String,
    /// The reading that is waited for.
    ticket: Ticket,
    /// What was found; none until then.
    found: Option<Arc<Vec<Twin>>>,
    /// The one at hand.
    at: usize,
    /// The write that is waited for.
    waiting: Option<Ticket>,
}

impl Popup {
    /// The accounts that may be the same company as one, and the reading of them.
    #[must_use]
    pub fn merge(model: &mut Model, account: AccountId, company: &str) -> (Self, Effect) {
        let ticket = model.next_ticket();
        let popup = Self::Merge(MergeOf {
            account,
            company: company.to_owned(),
            ticket,
            found: None,
            at: 0,
            waiting: None,
        });
        (popup, Effect::Load(Load::Twins(ticket, account)))
    }
}

impl MergeOf {
    /// Whether it waits for something that will be seen.
    pub(super) const fn awaits(&self) -> bool {
        self.found.is_none() || self.waiting.is_some()
    }

    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        let count = self.found.as_ref().map_or(0, |found| found.len());
        if let Input::Key(key) = input
            && model.keys.answer(*key) == Some(Action::Yes)
        {
            return self.merge(model);
        }
        match page::reading(model, input, Action::Merge) {
            Reading::Close => return Reply::close(),
            Reading::Scroll(by) => {
                self.at = self.at.saturating_add_signed(by).min(count.saturating_sub(1));
            }
            Reading::Other(Action::Undo) => return Reply::run(Action::Undo),
            Reading::Other(_) | Reading::Nothing => {}
        }
        Reply::keep()
    }

    /// Makes one of the account and the one at hand.
    fn merge(&mut self, model: &mut Model) -> Reply {
        let found = self.found.as_ref().filter(|_| self.waiting.is_none());
        let Some(Ok(plan)) = found.and_then(|found| found.get(self.at)).map(|twin| &twin.plan)
        else {
            return Reply::keep();
        };
        let effect = model.write(Write::Merge { keep: self.account, gone: plan.gone.id });
        self.waiting = Some(model.ticket);
        Reply::ask(effect)
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        match answer {
            Answer::Twins(ticket, found) if *ticket == self.ticket => {
                self.found = Some(Arc::clone(found));
                Reply::keep()
            }
            Answer::Done(ticket, _) if Some(*ticket) == self.waiting => Reply::close(),
            Answer::NotDone(ticket, _) if Some(*ticket) == self.waiting => {
                self.waiting = None;
                Reply::keep()
            }
            _ => Reply::keep(),
        }
    }

    pub(super) fn view(&self, model: &Model, memory: &mut Memory, frame: &mut Frame<'_>) {
        let columns = page::columns(model, COLUMNS);
        let (lines, top) = self.lines(model, columns);
        let mut hints = Vec::new();
        let can = self
            .found
            .as_ref()
            .and_then(|found| found.get(self.at))
            .is_some_and(|twin| twin.plan.is_ok());
        if can {
            hints.push(Hint::new(model.keys.shown(Action::Yes).unwrap_or_default(), "merge"));
        }
        let key = |action| model.keys.shown(action).unwrap_or_default();
        let choose = format!("{} {}", key(Action::Next), key(Action::Previous));
        hints.extend([Hint::new(choose, "choose"), Hint::new("Esc", "close")]);
        let title = format!("Same company as {}?", safe(&self.company));
        page::draw(model, memory, frame, (&title, COLUMNS), lines, top, &hints);
    }

    fn lines(&self, model: &Model, columns: usize) -> (Vec<Line<'static>>, usize) {
        let theme = &model.theme;
        let Some(found) = &self.found else {
            return (vec![Line::from(label("Accounts are being compared.", theme.muted))], 0);
        };
        if found.is_empty() {
            let text = "No account has a name or a domain like it. On the command line, handoff merge KEEP OTHER makes \
                        one of any two.";
            let lines = wrapped(text, columns, 3).into_iter();
            return (lines.map(|line| Line::from(cell(&line, theme.text()))).collect(), 0);
        }
        let mut lines = Vec::new();
        let mut top = 0;
        for (place, twin) in found.iter().enumerate() {
            let style = if place == self.at { theme.selected } else { Style::new() };
            lines.push(Line::from(padded(&twin.line, columns, style)));
            if place != self.at {
                continue;
            }
            top = lines.len().saturating_sub(3);
            let told = match &twin.plan {
                Ok(plan) => told(plan),
                Err(why) => vec![why.clone()],
            };
            for text in told {
                let wrapped = wrapped(&text, columns.saturating_sub(2), 3).into_iter();
                lines.extend(wrapped.map(|line| {
                    Line::from(vec![label("  ", theme.muted), cell(&line, theme.text())])
                }));
            }
        }
        (lines, top)
    }
}

/// What a merge does, a line each.
fn told(plan: &MergePlan) -> Vec<String> {
    let mut lines: Vec<_> = plan
        .differs
        .iter()
        .map(|one| format!("{}: {} stays, {} goes", one.field, one.kept, one.dropped))
        .collect();
    let moves: Vec<_> = [
        (plan.moves.contacts, "contact", "contacts"),
        (plan.moves.signals, "signal", "signals"),
        (plan.moves.deals, "deal", "deals"),
        (plan.moves.handoffs, "handoff", "handoffs"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| say::count(u64::from(count), one, many))
    .collect();
    if !moves.is_empty() {
        lines.push(format!("{} move to {}", say::all(&moves), plan.keep.name));
    }
    if lines.is_empty() {
        lines.push("Nothing is given up.".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(in crate::tui) use tests::sample;

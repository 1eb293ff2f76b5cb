//! What marketing is told of the month on the Measures screen: who used up the promises that were broken, and what
//! became of the handoffs (`DOMAIN.md 11` and `13.5`); as tables to read.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::page::{self, Reading};
use super::{Popup, Reply};
use crate::domain::text::columns;
use crate::report::measures::{Cell, Part};
use crate::tui::action::Action;
use crate::tui::answer::Answer;
use crate::tui::effect::{Effect, Load, Ticket};
use crate::tui::form::panel::Hint;
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::Input;
use crate::tui::text::{cell, gap, label, padded, padded_start, wrapped};

/// Columns of the popup.
const COLUMNS: u16 = 116;
/// A column of texts gives way down to this.
const LEAST: usize = 10;

/// What marketing is told of a period.
#[derive(Clone, PartialEq, Debug)]
pub struct PackOf {
    title: String,
    waiting: Ticket,
    parts: Option<Arc<Vec<Part>>>,
    at: usize,
}

impl Popup {
    /// What marketing is told of what the Measures screen shows, and the question to the worker.
    #[must_use]
    pub fn pack(model: &mut Model) -> (Self, Effect) {
        let scope = model.measures.scope(model.now, model.policy.zone);
        let waiting = model.next_ticket();
        let mut title = format!("For marketing · {}", scope.period.name());
        if let Some(kind) = &scope.kind {
            title.push_str(&format!(" · {kind}"));
        }
        if let Some(team) = &scope.team {
            title.push_str(&format!(" · {}'s team", team.name));
        }
        let pack = PackOf { title, waiting, parts: None, at: 0 };
        (Self::Pack(pack), Effect::Load(Load::Pack(waiting, scope)))
    }
}

impl PackOf {
    /// Whether it is looked up still.
    pub(super) const fn awaits(&self) -> bool {
        self.parts.is_none()
    }

    pub(super) fn input(&mut self, input: &Input, model: &Model) -> Reply {
        match page::reading(model, input, Action::Pack) {
            Reading::Close => return Reply::close(),
            Reading::Other(Action::Export) => return Reply::run(Action::Export),
            Reading::Scroll(by) => {
                let lines = self.lines(model).len();
                self.at = page::scrolled(model, self.at, by, lines);
            }
            Reading::Other(_) | Reading::Nothing => {}
        }
        Reply::keep()
    }

    pub(super) fn answer(&mut self, answer: &Answer) -> Reply {
        if let Answer::Pack(ticket, parts) = answer
            && *ticket == self.waiting
        {
            self.parts = Some(Arc::clone(parts));
        }
        Reply::keep()
    }

    pub(super) fn view(&self, model: &Model, memory: &mut Memory, frame: &mut Frame<'_>) {
        let mut hints = page::hints(model);
        let key = model.keys.shown(Action::Export).unwrap_or_default();
        hints.insert(1, Hint::new(key, "write the report"));
        let lines = self.lines(model);
        page::draw(model, memory, frame, (&self.title, COLUMNS), lines, self.at, &hints);
    }

    fn lines(&self, model: &Model) -> Vec<Line<'static>> {
        let theme = &model.theme;
        let room = page::columns(model, COLUMNS);
        let Some(parts) = &self.parts else {
            return vec![Line::from(label("Reading …", theme.muted))];
        };
        let mut lines = Vec::new();
        if parts.is_empty() {
            let says = "No promise was broken and no outcome recorded in this time.";
            return vec![Line::from(label(says, theme.muted))];
        }
        for part in parts.iter() {
            if !lines.is_empty() {
                lines.push(Line::default());
            }
            lines.push(Line::from(cell(&part.title, theme.brand)));
            for said in &part.says {
                let said = wrapped(said, room, 4).into_iter();
                lines.extend(said.map(|line| Line::from(cell(&line, theme.muted))));
            }
            let widths = widths(part, room);
            let heads = part.heads.iter().map(|head| Cell::text(head.as_str())).collect();
            for (n, row) in std::iter::once(&heads).chain(&part.rows).enumerate() {
                let style = if n == 0 { theme.muted } else { theme.text() };
                let mut spans: Vec<Span<'static>> = Vec::new();
                for (place, width) in widths.iter().enumerate().filter(|(_, width)| **width > 0) {
                    let shown = row.get(place).map(Cell::shown).unwrap_or_default();
                    if !spans.is_empty() {
                        spans.push(gap(2));
                    }
                    spans.push(match is_number(part, place) {
                        true => padded_start(&shown, *width, style),
                        false => padded(&shown, *width, style),
                    });
                }
                lines.push(Line::from(spans));
            }
        }
        lines
    }
}

fn is_number(part: &Part, place: usize) -> bool {
    part.rows.iter().any(|row| row.get(place).is_some_and(Cell::is_number))
}

/// The columns that each column of a table takes: none where it is empty throughout, and the widest give way until all
/// fit.
fn widths(part: &Part, room: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = (0..part.heads.len())
        .map(|place| {
            let cells = part.rows.iter().filter_map(|row| row.get(place));
            let widest = cells.map(|cell| columns(&cell.shown())).max().unwrap_or_default();
            let head = part.heads.get(place).map_or(0, |head| columns(head));
            if widest == 0 { 0 } else { widest.max(head) }
        })
        .collect();
    loop {
        let used = widths.iter().filter(|width| **width > 0).map(|width| width + 2).sum::<usize>();
        let over = used.saturating_sub(room + 2);
        let widest = widths.iter_mut().max_by_key(|width| **width);
        match widest {
            Some(width) if over > 0 && *width > LEAST => {
                *width = width.saturating_sub(over.min(4)).max(LEAST);
            }
            _ => return widths,
        }
    }
}

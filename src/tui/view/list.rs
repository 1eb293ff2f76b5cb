//! The list of handoffs: its title, its filter line, its heads and as many rows as fit.

mod columns;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use self::columns::{Drawn, EDGE, GUTTER, What, columns, value};
use super::{below, count, first_shown, inner, is_active, note, put, row, sentence, title};
use crate::domain::ids::HandoffId;
use crate::domain::queue::QueueRow;
use crate::domain::say;
use crate::domain::span::{COUNTDOWN_WIDTH, countdown};
use crate::domain::text;
use crate::domain::view::{Column, Next, Sort, SortKey};
use crate::tui::action::{Action, Screen};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Pane};
use crate::tui::msg::Hit;
use crate::tui::screen::list::List;
use crate::tui::step::next_step;
use crate::tui::text::{cell, clipped, gap, label, padded, padded_start};
use crate::tui::update::completions;
use crate::tui::urgency::Urgency;

pub(super) fn draw(model: &Model, memory: &mut Memory, frame: &mut Frame<'_>, area: Rect) {
    let Some(list) = model.list().filter(|_| !area.is_empty()) else { return };
    memory.hit(area, Hit::Pane(Pane::List));
    let active = is_active(model, Pane::List);
    heading(model, list, frame.buffer_mut(), area, active);
    let mut rest = below(area, 1);
    if list.typed.open || !list.typed.line.is_empty() {
        let lines = filter_line(model, list, frame, rest);
        rest = below(rest, lines);
    }
    let buffer = frame.buffer_mut();
    if list.page.rows.is_empty() {
        if list.loaded {
            nothing(model, list, buffer, rest);
        }
        return;
    }
    let columns = columns(model, list, &mut memory.widths, usize::from(rest.width));
    heads(model, list, memory, buffer, rest, &columns);
    rows(model, list, memory, buffer, below(rest, 1), &columns);
}

fn heading(model: &Model, list: &List, buffer: &mut Buffer, area: Rect, active: bool) {
    let mut left = vec![cell(&list.view.name, Style::new())];
    if let Some(number) = list.count {
        left.push(label(" · ", Style::new()));
        left.push(cell(&count(number), Style::new()));
    }
    left.push(label(" · ", Style::new()));
    left.push(label(order(list.sort), Style::new()));
    let right = match list.marks.len() {
        0 if list.page.partial => vec![label("first matches; narrow the filter", Style::new())],
        0 => Vec::new(),
        marked => vec![cell(&format!("{} marked", say::thousands(marked as u64)), Style::new())],
    };
    title(model, buffer, area, active, left, right);
}

/// An order in words.
#[must_use]
pub const fn order(sort: Sort) -> &'static str {
    match (sort.key, sort.descending) {
        (SortKey::Due, false) => "due first",
        (SortKey::Due, true) => "due last",
        (SortKey::Company, false) => "by account",
        (SortKey::Company, true) => "by account, Z first",
        (SortKey::Tier, false) => "best tier first",
        (SortKey::Tier, true) => "best tier last",
        (SortKey::Type, false) => "by type",
        (SortKey::Type, true) => "by type, Z first",
        (SortKey::Stage, false) => "by stage",
        (SortKey::Stage, true) => "by stage, last first",
        (SortKey::Owner, false) => "by owner",
        (SortKey::Owner, true) => "by owner, Z first",
        (SortKey::Score, true) => "highest score first",
        (SortKey::Score, false) => "lowest score first",
        (SortKey::Created, true) => "newest first",
        (SortKey::Created, false) => "oldest first",
        (SortKey::Wake, false) => "waking first",
        (SortKey::Wake, true) => "waking last",
    }
}

/// Draws the line that is typed into, and below it what is wrong with it or what could follow; says how many lines
/// that took.
fn filter_line(model: &Model, list: &List, frame: &mut Frame<'_>, area: Rect) -> u16 {
    let theme = &model.theme;
    let Some(line) = row(area, 0) else { return 0 };
    let buffer = frame.buffer_mut();
    let sign = model.keys.shown(Action::Filter).unwrap_or_default();
    put(buffer, inner(line), &Line::from(cell(&sign, theme.key)));
    let lead = 2 + sign.chars().count() as u16;
    let place = Rect { x: line.x + lead, width: line.width.saturating_sub(lead + 1), ..line };
    let columns = usize::from(place.width);
    let typed = &list.typed;
    if !typed.open {
        put(buffer, place, &Line::from(clipped(typed.line.value(), columns, theme.strong)));
        return 1;
    }
    let wrong = typed.problem.as_ref().map(|problem| (problem.span.clone(), theme.wrong));
    let (spans, cursor) = typed.line.view(columns, theme.field, wrong);
    buffer.set_style(place, theme.field);
    put(buffer, place, &Line::from(spans));
    if model.popups.is_empty() && columns > 0 {
        frame.set_cursor_position(Position::new(place.x + cursor as u16, place.y));
    }
    let Some(help) = row(area, 1) else { return 1 };
    let help = Rect { x: place.x, width: place.width, ..help };
    let buffer = frame.buffer_mut();
    let offers = offers(model, columns);
    let line = match &typed.problem {
        // A word that is on its way to one that fits is underlined, but not explained yet.
        Some(problem) if offers.spans.is_empty() => {
            Line::from(clipped(&problem.message, columns, theme.notice))
        }
        _ => offers,
    };
    put(buffer, help, &line);
    2
}

/// What could stand at the cursor of the filter line, as far as it fits.
fn offers(model: &Model, columns: usize) -> Line<'static> {
    let theme = &model.theme;
    let items = completions(model).map(|found| found.items).unwrap_or_default();
    let mut spans = Vec::new();
    let mut used = 0;
    for (at, item) in items.iter().enumerate() {
        let width = text::columns(&item.text) + 2;
        if used + width > columns.saturating_sub(4) {
            spans.push(label("…", theme.faint));
            break;
        }
        spans.push(cell(&item.text, if at == 0 { theme.strong } else { theme.muted }));
        if at == 0 {
            spans.push(label(" Tab", theme.key));
            used += 4;
        }
        spans.push(gap(2));
        used += width;
    }
    if let [item] = items.as_slice() {
        spans.push(clipped(item.means, columns.saturating_sub(used), theme.muted));
    }
    Line::from(spans)
}

/// Why the list is empty, and which key fills it.
fn nothing(model: &Model, list: &List, buffer: &mut Buffer, area: Rect) {
    let theme = &model.theme;
    let empty = list.empty();
    let columns = usize::from(area.width).saturating_sub(4);
    let mut lines = sentence(empty.why, columns, theme.strong);
    let action = match empty.next {
        Next::Views => Some(Action::Views),
        Next::Clear => Some(Action::Back),
        // A handoff by hand is not made on this desk yet; other lists are a key away.
        Next::New => None,
    };
    let next = action.and_then(|action| Some((model.keys.shown(action)?, empty.next.does())));
    if let Some((key, does)) = next {
        lines.push(Line::default());
        lines.push(Line::from(vec![cell(&key, theme.key), gap(1), label(does, theme.muted)]));
    }
    note(buffer, area, &lines);
}

fn heads(
    model: &Model,
    list: &List,
    memory: &mut Memory,
    buffer: &mut Buffer,
    area: Rect,
    columns: &[Drawn],
) {
    let Some(line) = row(area, 0) else { return };
    let theme = &model.theme;
    let mut x = line.x + EDGE as u16;
    for drawn in columns {
        let sort = drawn.what.column().and_then(Column::sort);
        let sorted = sort == Some(list.sort.key);
        let sign = match (sorted, list.sort.descending) {
            (false, _) => "",
            (true, false) => " ↑",
            (true, true) => " ↓",
        };
        let head = match drawn.what.column() {
            None => "next step",
            Some(Column::Clock) if drawn.width == COUNTDOWN_WIDTH => "due in",
            Some(column) => column.head(),
        };
        let style = if sorted { theme.strong } else { theme.muted };
        let head = format!("{head}{sign}");
        let span = if drawn.what.is_number() {
            padded_start(&head, drawn.width, style)
        } else {
            padded(&head, drawn.width, style)
        };
        let room = line.right().saturating_sub(x);
        let place = Rect { x, width: (drawn.width as u16).min(room), ..line };
        put(buffer, place, &Line::from(span));
        if let Some(key) = sort {
            memory.hit(place, Hit::Head(key));
        }
        x = x.saturating_add((drawn.width + GUTTER) as u16);
    }
}

fn rows(
    model: &Model,
    list: &List,
    memory: &mut Memory,
    buffer: &mut Buffer,
    area: Rect,
    columns: &[Drawn],
) {
    let shown = usize::from(area.height);
    let all = &list.page.rows;
    let slot = usize::from(model.screen == Screen::Mine);
    // The window may have moved under the screen since: what stood at the top still does, unless it was the very top,
    // where what is new comes in.
    let before = match memory.tops[slot] {
        Some((_, true)) if !list.page.before => 0,
        Some((id, _)) => all.iter().position(|row| row.id == id).unwrap_or(0),
        None => 0,
    };
    let first = first_shown(before, list.index().unwrap_or(0), all.len(), shown);
    memory.tops[slot] = all.get(first).map(|row| (row.id, first == 0 && !list.page.before));
    let active = is_active(model, Pane::List);
    for (n, handoff) in all.iter().skip(first).take(shown).enumerate() {
        let Some(place) = row(area, n) else { break };
        memory.hit(place, Hit::Row(handoff.id));
        let at_hand = list.selected == Some(handoff.id);
        let ground = match (at_hand, active) {
            (true, true) => model.theme.selected,
            (true, false) => model.theme.selected_idle,
            (false, _) => Style::new(),
        };
        buffer.set_style(place, ground);
        put(buffer, place, &line(model, list, handoff, columns, at_hand.then_some(ground)));
    }
}

fn line(
    model: &Model,
    list: &List,
    handoff: &QueueRow,
    columns: &[Drawn],
    at_hand: Option<Style>,
) -> Line<'static> {
    let theme = &model.theme;
    let urgency = Urgency::of_row(handoff, &model.policy, model.now);
    let pressing = urgency.is_some_and(|urgency| urgency >= Urgency::Critical);
    let quiet = at_hand.unwrap_or_default();
    let name = match (at_hand.is_some(), pressing) {
        (true, _) => quiet,
        (false, true) => theme.strong,
        (false, false) => theme.text(),
    };
    let mut spans: Vec<Span<'static>> = vec![
        if at_hand.is_some() { label("▌", theme.key) } else { gap(1) },
        if is_marked(list, handoff.id) { label("✓", theme.marked) } else { gap(1) },
        urgency.map_or_else(|| gap(1), |urgency| label(urgency.glyph(), urgency.style(theme))),
        gap(1),
    ];
    for (n, drawn) in columns.iter().enumerate() {
        if n > 0 {
            spans.push(gap(GUTTER));
        }
        let style = if at_hand.is_some() { quiet } else { theme.muted };
        match drawn.what {
            What::Data(Column::Clock) => {
                spans.extend(clock(model, handoff, urgency, drawn.width, quiet));
            }
            What::Data(Column::Company) => spans.push(padded(&handoff.company, drawn.width, name)),
            What::Data(column) => {
                let text = value(model, handoff, column);
                spans.push(if drawn.what.is_number() {
                    padded_start(&text, drawn.width, style)
                } else {
                    padded(&text, drawn.width, style)
                });
            }
            What::Step => {
                let style = if at_hand.is_some() { quiet } else { theme.text() };
                let step = next_step(model, handoff);
                let style = match at_hand {
                    None if step.is_due(model.now, model.zone) => theme.strong,
                    _ => style,
                };
                let words = step.words(model.now, model.zone);
                spans.push(padded(&words, drawn.width, style));
            }
        }
    }
    Line::from(spans)
}

fn is_marked(list: &List, id: HandoffId) -> bool {
    list.marks.contains_key(&id)
}

/// The next clock by name, as far as there is room for it, and what is left of it at the right edge.
fn clock(
    model: &Model,
    handoff: &QueueRow,
    urgency: Option<Urgency>,
    width: usize,
    quiet: Style,
) -> [Span<'static>; 2] {
    let theme = &model.theme;
    let room = width.saturating_sub(COUNTDOWN_WIDTH);
    let (name, left, style) = match (handoff.next, urgency) {
        (Some(next), Some(urgency)) => {
            (next.name.key(), countdown(next.due.since(model.now)), urgency.style(theme))
        }
        _ if handoff.held => ("", "paused".to_owned(), theme.muted),
        _ => ("", "–".to_owned(), theme.faint),
    };
    let named = if quiet == Style::new() { theme.muted } else { quiet };
    [padded(name, room, named), padded_start(&left, COUNTDOWN_WIDTH, style)]
}

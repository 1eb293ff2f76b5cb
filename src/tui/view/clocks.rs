//! The clocks of the handoff at hand: what is promised, by whom, when it is due, and how much of the time is used.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line as Row, Span};

use super::{bar, below, first_shown, inner, is_active, put, row, title};
use crate::domain::clock::{Clock, ClockName, ClockState};
use crate::domain::span::{COUNTDOWN_WIDTH, countdown_to_second};
use crate::domain::time::Instant;
use crate::tui::answer::{Card, Line};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Pane};
use crate::tui::msg::Hit;
use crate::tui::text::{cell, clipped, gap, label, padded, padded_start};
use crate::tui::urgency::Urgency;
use crate::tui::when;

const NAME: usize = 11;
const OWES: usize = 14;
const BAR: usize = 8;
const SHARE: usize = 4;

pub(super) fn draw(model: &Model, memory: &mut Memory, buffer: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    memory.hit(area, Hit::Pane(Pane::Clocks));
    let active = is_active(model, Pane::Clocks);
    let mut heading = vec![label("Clocks", Style::new())];
    if let Some(at_hand) = model.row() {
        heading.push(label(" · ", Style::new()));
        heading.push(cell(&at_hand.id.to_string(), Style::new()));
    }
    title(model, buffer, area, active, heading, Vec::new());
    let Some(card) = model.card() else { return };
    let rest = below(area, 1);
    let order = order(card);
    let first =
        first_shown(0, if active { model.clock } else { 0 }, order.len(), usize::from(rest.height));
    for (n, line) in order.iter().enumerate().skip(first) {
        let Some(place) = row(rest, n - first) else { break };
        memory.hit(place, Hit::Line(n));
        if active && n == model.clock {
            buffer.set_style(place, model.theme.selected);
        }
        put(buffer, inner(place), &drawn(model, line, usize::from(place.width).saturating_sub(2)));
    }
}

/// The clocks in the order in which they matter: those that run by their due time, those that are held, those still to
/// come, and what is over, the latest first. The account's own view of a promise is left out where it says the same
/// as the assignee's.
#[must_use]
pub fn order(card: &Card) -> Vec<&Line> {
    let told = |clock: &Clock| {
        let others = card.clocks.iter().filter_map(|line| line.clock.as_ref());
        clock.end_to_end
            && others
                .filter(|other| !other.end_to_end && other.name == clock.name)
                .any(|leg| (leg.due, leg.state, leg.ended) == (clock.due, clock.state, clock.ended))
    };
    let mut lines: Vec<_> =
        card.clocks.iter().filter(|line| !line.clock.as_ref().is_some_and(told)).collect();
    lines.sort_by_key(|line| match &line.clock {
        Some(clock) if clock.state == ClockState::Running => (0, clock.due.0),
        Some(clock) if clock.state == ClockState::Paused => (1, clock.due.0),
        None => (2, 0),
        Some(clock) => (3, -clock.ended.unwrap_or(clock.due).0),
    });
    lines
}

fn drawn(model: &Model, line: &Line, columns: usize) -> Row<'static> {
    let theme = &model.theme;
    let over = line.clock.as_ref().is_some_and(|clock| !clock.is_open());
    let calm = if over || line.clock.is_none() { theme.muted } else { theme.text() };
    let urgency = Urgency::of_line(line, model.now);
    let glyph = urgency.map_or(" ", Urgency::glyph);
    let pressing = urgency.map_or(theme.muted, |urgency| urgency.style(theme));
    let mut spans: Vec<Span<'static>> =
        vec![label(glyph, pressing), gap(1), padded(line.name.key(), NAME, calm), gap(2)];
    let bars = columns >= 2 + NAME + OWES + 18 + COUNTDOWN_WIDTH + BAR + SHARE + 10;
    let owed = columns >= 2 + NAME + OWES + 16 + COUNTDOWN_WIDTH + 6;
    let mut used = 2 + NAME + 2;
    if owed {
        spans.push(padded(&line.owes, OWES, calm));
        spans.push(gap(2));
        used += OWES + 2;
    }
    let right = match &line.clock {
        Some(clock) if clock.is_open() => {
            COUNTDOWN_WIDTH + 2 + if bars { BAR + SHARE + 3 } else { 0 }
        }
        _ => 0,
    };
    let words = words(model, line);
    let room = columns.saturating_sub(used + right);
    match &line.clock {
        Some(clock) if clock.is_open() => {
            spans.push(padded(&words, room, calm));
            spans.push(gap(2));
            let left = countdown_to_second(clock.left(model.now));
            spans.push(padded_start(&left, COUNTDOWN_WIDTH, pressing));
            if bars {
                spans.push(gap(2));
                spans.extend(share(model, line, pressing));
            }
        }
        _ => spans.push(clipped(&words, room, theme.muted)),
    }
    Row::from(spans)
}

/// How much of its time is used, as a bar and in percent; nothing where the sum can't be told.
fn share(model: &Model, line: &Line, style: Style) -> Vec<Span<'static>> {
    let Some(Ok(ledger)) = &line.ledger else { return Vec::new() };
    let at = line.clock.as_ref().and_then(Clock::held_since).unwrap_or(model.now);
    let over = line.clock.as_ref().is_some_and(|clock| at >= clock.due);
    let used = if over { 1.0 } else { ledger.share_used(at) };
    let mut spans = bar(used, BAR, style, model.theme.faint).to_vec();
    spans.push(gap(1));
    spans.push(padded_start(&format!("{}%", (used * 100.0).floor()), SHARE, style));
    spans
}

/// When it is due, or what became of it.
fn words(model: &Model, line: &Line) -> String {
    let at = |at| when::moment(at, model.now, model.zone);
    let whose = line
        .clock
        .as_ref()
        .is_some_and(|clock| clock.end_to_end && clock.name == ClockName::FirstTouch);
    let words = clock_words(model, line, at);
    if whose { format!("for the account: {words}") } else { words }
}

fn clock_words(model: &Model, line: &Line, at: impl Fn(Instant) -> String) -> String {
    let Some(clock) = &line.clock else { return format!("to come, {}", line.target) };
    let end = clock.ended.unwrap_or(clock.due);
    match clock.state {
        ClockState::Running if clock.short_notice => format!("short notice, due {}", at(clock.due)),
        ClockState::Running if model.now >= clock.due => format!("was due {}", at(clock.due)),
        ClockState::Running => format!("due {}", at(clock.due)),
        ClockState::Paused => {
            let reason = clock.pauses.iter().rev().find(|pause| pause.to.is_none());
            format!("paused: {}", reason.map_or("no reason given", |pause| pause.reason.as_str()))
        }
        ClockState::Met => format!("met {}", at(end)),
        ClockState::MetLate => format!("met late {}", at(end)),
        ClockState::Cancelled => format!("no longer owed since {}", at(end)),
        ClockState::Breached => format!("breached, no longer owed since {}", at(end)),
    }
}

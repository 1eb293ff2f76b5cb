//! The sprint as it is drawn: what is left and what breaches first above the card, what the desk proposes below it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{count, inner, put, row, title};
use crate::domain::say;
use crate::domain::span::countdown;
use crate::domain::stage::Stage;
use crate::tui::model::Model;
use crate::tui::screen::sprint::Sprint;
use crate::tui::step::next_step;
use crate::tui::text::{cell, clipped, gap, label};
use crate::tui::urgency::Urgency;

/// Columns of the words that stand before what is proposed.
const LABEL: usize = 10;

/// Draws the band above the card.
pub(super) fn head(model: &Model, buffer: &mut Buffer, area: Rect) {
    let Some((sprint, list)) = model.sprint.as_ref().zip(model.list()) else { return };
    let mut left = vec![label("Sprint · ", Style::new()), cell(&list.view.name, Style::new())];
    if let Some(number) = sprint.left(list) {
        left.push(cell(&format!(" · {} left", count(number)), Style::new()));
    }
    if sprint.count > 0 {
        left.push(cell(&format!(", {} done", say::thousands(sprint.count as u64)), Style::new()));
    }
    let taken: usize = left.iter().map(Span::width).sum();
    let room = usize::from(area.width).saturating_sub(taken + 4);
    title(model, buffer, area, true, left, first(model, sprint, room));
}

/// What breaches first, with what is left of its time.
fn first(model: &Model, sprint: &Sprint, room: usize) -> Vec<Span<'static>> {
    let Some(row) = model.list().and_then(|list| sprint.first_to_breach(list)) else {
        return Vec::new();
    };
    let Some(next) = row.next else { return Vec::new() };
    let urgency = Urgency::of_row(row, &model.policy, model.now);
    let glyph = urgency.map_or("", Urgency::glyph);
    let late = next.due <= model.now;
    let lead = label(if late { "late longest: " } else { "breaches first: " }, Style::new());
    let clock = cell(&format!(" · {} ", next.name.key().replace('_', " ")), Style::new());
    let left = cell(&countdown(next.due.since(model.now)), Style::new());
    let rest = room.saturating_sub(clock.width() + 1 + left.width());
    // Where it is tight the words go first; what it is about and how long it has stay.
    let lead = Some(lead).filter(|lead| lead.width() + 12 <= rest);
    let name = rest.saturating_sub(lead.as_ref().map_or(0, Span::width)).min(28);
    let named = clipped(&row.company, name, Style::new());
    lead.into_iter().chain([named, clock, label(glyph, Style::new()), left]).collect()
}

/// Draws what is proposed for the card: the person who would get it and why, or the next step.
pub(super) fn proposed(model: &Model, buffer: &mut Buffer, area: Rect) {
    let (Some(sprint), Some(at_hand)) = (model.sprint.as_ref(), model.row()) else { return };
    let theme = &model.theme;
    let room = usize::from(area.width).saturating_sub(LABEL + 4);
    let lines = match (at_hand.stage, sprint.proposal(at_hand.id)) {
        (Stage::Queued, Some(proposal)) => match proposal.ranked.first() {
            Some(best) => {
                let why = best.reasons.join(" · ");
                let others = proposal.ranked.iter().skip(1).take(2).map(|one| one.name.as_str());
                let others = others.collect::<Vec<_>>().join(", ");
                let name = clipped(&best.name, room, theme.strong);
                let rest = room.saturating_sub(name.width() + 2);
                let mut lines = vec![said(
                    "Proposed",
                    vec![name, gap(2), clipped(&why, rest, theme.text())],
                    model,
                )];
                if !others.is_empty() {
                    lines.push(said("Then", vec![clipped(&others, room, theme.muted)], model));
                }
                lines
            }
            None => vec![said("Proposed", vec![label("nobody can take it", theme.notice)], model)],
        },
        (Stage::Queued, None) if sprint.asked.is_some() => {
            vec![said("Proposed", vec![label("…", theme.muted)], model)]
        }
        _ => {
            let words = next_step(model, at_hand).words(model.now, model.zone);
            vec![said("Next", vec![clipped(&words, room, theme.strong)], model)]
        }
    };
    for (n, line) in lines.iter().enumerate() {
        if let Some(place) = row(area, n) {
            put(buffer, inner(place), line);
        }
    }
}

fn said(what: &'static str, mut spans: Vec<Span<'static>>, model: &Model) -> Line<'static> {
    spans.insert(0, gap(LABEL.saturating_sub(what.len())));
    spans.insert(0, label(what, model.theme.muted));
    Line::from(spans)
}

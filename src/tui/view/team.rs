//! The Team screen: each person with what they carry.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{bar, below, first_shown, note, put, row, sentence, title};
use crate::domain::say;
use crate::domain::span;
use crate::store::TeamRow;
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::Hit;
use crate::tui::text::{gap, label, padded, padded_start};
use crate::tui::when;

/// The columns: head, width, and how much of the width must be there for it.
const COLUMNS: &[(&str, usize, usize)] = &[
    ("name", 20, 0),
    ("role", 18, 64),
    ("open", 16, 0),
    ("breached", 8, 0),
    ("first touch", 14, 100),
    ("accepts", 7, 110),
    ("out of office", 18, 84),
    ("last assigned", 16, 128),
];

pub(super) fn draw(model: &Model, memory: &mut Memory, buffer: &mut Buffer, area: Rect) {
    let team = &model.team;
    let theme = &model.theme;
    let mut heading = vec![label("Team", Style::new())];
    if team.loaded {
        let people = say::count(team.members.len() as u64, "person", "people");
        heading.push(label(" · ", Style::new()));
        heading.push(crate::tui::text::cell(&people, Style::new()));
    }
    let turned = if team.reversed { ", turned around" } else { "" };
    let order = crate::tui::text::cell(&format!("by {}{turned}", team.sort.label()), Style::new());
    title(model, buffer, area, model.popups.is_empty(), heading, vec![order]);
    let rest = below(area, 1);
    if team.members.is_empty() {
        if team.loaded {
            let why = "Nobody works this desk yet: import people with handoff import.";
            note(
                buffer,
                rest,
                &sentence(why, usize::from(rest.width).saturating_sub(4), theme.strong),
            );
        }
        return;
    }
    if let Some(line) = row(rest, 0) {
        let mut spans = vec![gap(2)];
        for (head, width, from) in COLUMNS {
            if usize::from(area.width) >= *from {
                let number = matches!(*head, "breached" | "accepts");
                spans.push(if number {
                    padded_start(head, *width, theme.muted)
                } else {
                    padded(head, *width, theme.muted)
                });
                spans.push(gap(2));
            }
        }
        put(buffer, line, &Line::from(spans));
    }
    let rest = below(rest, 1);
    let shown = usize::from(rest.height);
    let first = first_shown(memory.top, team.index().unwrap_or(0), team.members.len(), shown);
    memory.top = first;
    for (n, member) in team.members.iter().enumerate().skip(first).take(shown) {
        let Some(place) = row(rest, n - first) else { break };
        memory.hit(place, Hit::Line(n));
        let at_hand = team.selected == Some(member.person.id);
        if at_hand {
            buffer.set_style(place, theme.selected);
        }
        put(buffer, place, &line(model, member, usize::from(area.width), at_hand));
    }
}

fn line(model: &Model, member: &TeamRow, columns: usize, at_hand: bool) -> Line<'static> {
    let theme = &model.theme;
    let plain = if at_hand { Style::new() } else { theme.text() };
    let quiet = if at_hand { Style::new() } else { theme.muted };
    let person = &member.person;
    let mut spans = vec![if at_hand { label("▌", theme.key) } else { gap(1) }, gap(1)];
    for (n, (_, width, from)) in COLUMNS.iter().enumerate() {
        if columns < *from {
            continue;
        }
        spans.extend(match n {
            0 => {
                vec![padded(&person.name, *width, if person.active { plain } else { theme.faint })]
            }
            1 => vec![padded(person.role.label(), *width, quiet)],
            2 => load(model, member, *width, plain),
            3 => {
                let style = if member.breached > 0 { theme.breached } else { quiet };
                vec![padded_start(&member.breached.to_string(), *width, style)]
            }
            4 => {
                vec![padded(&member.first_touch.map_or("–".to_owned(), span::words), *width, quiet)]
            }
            5 => {
                let share = member.accepted.map(|share| format!("{:.0} %", share * 100.0));
                vec![padded_start(&share.unwrap_or_else(|| "–".to_owned()), *width, quiet)]
            }
            6 => vec![padded(&away(model, member), *width, theme.notice)],
            _ => {
                let last = member.last_assigned.map(|at| when::moment(at, model.now, model.zone));
                vec![padded(&last.unwrap_or_else(|| "–".to_owned()), *width, quiet)]
            }
        });
        spans.push(gap(2));
    }
    Line::from(spans)
}

/// What somebody carries of what they can, as a bar and in figures.
fn load(model: &Model, member: &TeamRow, width: usize, plain: Style) -> Vec<Span<'static>> {
    let theme = &model.theme;
    let Some(capacity) = member.person.capacity else {
        return vec![gap(9), padded(&member.open.to_string(), width.saturating_sub(9), plain)];
    };
    let share = if capacity == 0 { 1.0 } else { f64::from(member.open) / f64::from(capacity) };
    let style = match share {
        share if share >= 1.0 => theme.critical,
        share if share >= 0.8 => theme.warned,
        _ => theme.noticed,
    };
    let mut spans = bar(share, 8, style, theme.faint).to_vec();
    spans.push(gap(1));
    spans.push(padded(&format!("{}/{capacity}", member.open), width.saturating_sub(9), plain));
    spans
}

fn away(model: &Model, member: &TeamRow) -> String {
    let today = model.today();
    match member.person.away_on(today) {
        _ if !member.person.active => "no longer here".to_owned(),
        Some(absence) => format!("until {}", say::day_near(absence.to, today)),
        None => String::new(),
    }
}

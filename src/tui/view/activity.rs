//! The Activity screen: what happened, newest first; who, when, to which handoff, from what to what.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::{below, first_shown, note, put, row, sentence, title};
use crate::tui::answer::Happening;
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::Hit;
use crate::tui::text::{clipped, gap, label, padded};
use crate::tui::when::{self, STAMP};

/// From here on each part of a line has its column.
const WIDE: usize = 110;

pub(super) fn draw(model: &Model, memory: &mut Memory, buffer: &mut Buffer, area: Rect) {
    let activity = &model.activity;
    let heading = vec![label("Activity · newest first", Style::new())];
    title(model, buffer, area, model.popups.is_empty(), heading, Vec::new());
    let rest = below(area, 1);
    if activity.rows.is_empty() {
        if activity.loaded {
            let why = "Nothing has happened on this desk yet; what people and the desk do will stand here.";
            let columns = usize::from(rest.width).saturating_sub(4);
            note(buffer, rest, &sentence(why, columns, model.theme.strong));
        }
        return;
    }
    let shown = usize::from(rest.height);
    let first = first_shown(memory.top, activity.index().unwrap_or(0), activity.rows.len(), shown);
    memory.top = first;
    for (n, happening) in activity.rows.iter().enumerate().skip(first).take(shown) {
        let Some(place) = row(rest, n - first) else { break };
        memory.hit(place, Hit::Line(n));
        let at_hand = activity.selected == Some(happening.seq);
        if at_hand {
            buffer.set_style(place, model.theme.selected);
        }
        put(buffer, place, &line(model, happening, usize::from(area.width), at_hand));
    }
}

fn line(model: &Model, happening: &Happening, columns: usize, at_hand: bool) -> Line<'static> {
    let theme = &model.theme;
    let style = |usual: Style| if at_hand { Style::new() } else { usual };
    let stamp = when::stamp(happening.at, model.now, model.zone);
    let mut spans = vec![
        if at_hand { label("▌", theme.key) } else { gap(1) },
        gap(1),
        padded(&stamp, STAMP, style(theme.muted)),
        gap(2),
    ];
    let used = STAMP + 4;
    let handoff = happening.handoff.map_or(String::new(), |id| id.to_string());
    let details = happening.details.join(" · ");
    if columns < WIDE {
        // One sentence: in columns its parts would be cut to nothing.
        let parts = [&happening.who, &happening.what, &handoff, &happening.company];
        let parts = parts.map(String::as_str).into_iter().filter(|part| !part.is_empty());
        let said = parts.collect::<Vec<_>>().join(" ");
        let said = if details.is_empty() { said } else { format!("{said} · {details}") };
        spans.push(clipped(&said, columns.saturating_sub(used + 1), style(theme.text())));
        return Line::from(spans);
    }
    for (text, width, usual) in [
        (&happening.who, 14, theme.text()),
        (&happening.what, 22, theme.strong),
        (&handoff, 8, theme.muted),
        (&happening.company, 22, theme.text()),
    ] {
        spans.push(padded(text, width, style(usual)));
        spans.push(gap(2));
    }
    let room = columns.saturating_sub(used + 14 + 22 + 8 + 22 + 8 + 1);
    spans.push(clipped(&details, room, style(theme.muted)));
    Line::from(spans)
}

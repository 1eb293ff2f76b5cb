//! The first line: the screens with their counts, and who works here when.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{count, put, put_right};
use crate::domain::say;
use crate::tui::action::{Action, Screen};
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::Hit;
use crate::tui::text::{cell, gap, label};
use crate::tui::when;

const NAME: &str = " Handoff Desk ";

pub(super) fn draw(model: &Model, memory: &mut Memory, buffer: &mut Buffer, area: Rect) {
    let theme = &model.theme;
    buffer.set_style(area, theme.band);
    let who = who(model);
    // The program's name gives way to the person's.
    let told = who.get(1).map_or(0, Line::width);
    let wide = usize::from(area.width) > NAME.len() + tabs_width(model) + told + 1;
    let mut x = area.x;
    if wide {
        put(buffer, area, &Line::from(label(NAME, theme.brand)));
        x += NAME.len() as u16 + 1;
    }
    for screen in Screen::BUILT {
        let shown = *screen == model.screen;
        let style = if shown { theme.tab } else { theme.band };
        let line = tab(model, *screen, style);
        let rest = Rect { x, width: area.right().saturating_sub(x), ..area };
        let tab = Rect { width: (line.width() as u16).min(rest.width), ..rest };
        buffer.set_style(tab, style);
        put(buffer, tab, &line);
        memory.hit(tab, Hit::Screen(*screen));
        x = x.saturating_add(line.width() as u16);
    }
    if let Some(line) = past(model) {
        // It is told whatever there is room for.
        let width = (line.width() as u16).min(area.width);
        let place = Rect { x: area.right() - width, width, ..area };
        buffer.set_style(place, theme.title);
        put(buffer, place, &line);
        return;
    }
    let rest = Rect { x: x.min(area.right()), width: area.right().saturating_sub(x), ..area };
    for line in who {
        if line.width() < usize::from(rest.width) {
            put_right(buffer, rest, &line);
            break;
        }
    }
}

fn tab(model: &Model, screen: Screen, style: ratatui::style::Style) -> Line<'static> {
    let theme = &model.theme;
    let shown = screen == model.screen;
    let badge = match screen {
        Screen::Queue => model.badges.map(|badges| badges.queue),
        Screen::Mine => model.badges.map(|badges| badges.mine),
        _ => None,
    };
    let key = model.keys.shown(Action::Show(screen)).unwrap_or_default();
    let mut spans = vec![gap(1)];
    if !key.is_empty() {
        spans.push(cell(&key, if shown { style } else { theme.key }));
        spans.push(gap(1));
    }
    spans.push(label(screen.title(), style));
    if let Some(badge) = badge {
        spans.push(gap(1));
        spans.push(cell(&count(badge), if shown { style } else { theme.strong }));
    }
    spans.push(gap(1));
    Line::from(spans)
}

fn tabs_width(model: &Model) -> usize {
    Screen::BUILT.iter().map(|screen| tab(model, *screen, model.theme.band).width()).sum()
}

/// That the desk is shown as it stood, and how to get back.
fn past(model: &Model) -> Option<Line<'static>> {
    let past = model.as_of?;
    let moment = say::moment(past.at, model.zone);
    let esc = model.keys.shown(Action::Back).unwrap_or_default();
    let style = model.theme.title;
    Some(Line::from(cell(&format!(" AS OF {moment} · read only · {esc} goes back "), style)))
}

/// Who works here and what time it is, the longest first.
fn who(model: &Model) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let time = when::header(model.now, model.zone);
    let clock = || vec![cell(&time, theme.band), gap(1)];
    let dot = || label(" · ", theme.faint);
    let only = model.read_only.as_ref().map(|_| label("read only", theme.notice));
    let told = (!model.inbox.is_empty()).then(|| {
        let key = model.keys.shown(Action::Inbox).unwrap_or_default();
        cell(&format!("{key} inbox {}", model.inbox.len()), theme.notice)
    });
    let mut lines = Vec::new();
    let with_state = |mut spans: Vec<Span<'static>>| {
        for state in [&told, &only].into_iter().flatten() {
            spans.insert(0, if spans.is_empty() { gap(1) } else { dot() });
            spans.insert(0, state.clone());
        }
        Line::from(spans)
    };
    if let Some(me) = &model.me {
        let name = || cell(&me.name, theme.strong);
        let role = label(me.role.label(), theme.band);
        lines.push(with_state([vec![name(), dot(), role, dot()], clock()].concat()));
        lines.push(with_state([vec![name(), dot()], clock()].concat()));
    }
    lines.push(with_state(clock()));
    // Where there is room for one of them, what waits matters more than the time.
    if only.is_some() || told.is_some() {
        lines.push(with_state(Vec::new()));
    }
    lines.push(Line::from(clock()));
    lines
}

//! What a click and the wheel mean.

use super::{list, perform, show, show_section};
use crate::tui::action::{Action, Screen};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Pane};
use crate::tui::msg::{Hit, Mouse};

/// Takes what the mouse did on the screen, no popup being open.
pub(super) fn on_mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    match mouse {
        Mouse::Click(hit) => click(model, hit),
        Mouse::Double(hit) => {
            let mut effects = click(model, hit);
            if matches!(hit, Hit::Row(_) | Hit::Line(_)) {
                effects.extend(perform(model, Action::Open));
            }
            effects
        }
        Mouse::Wheel(lines, hit) => {
            let pane = match hit {
                Hit::Row(_) | Hit::Pane(Pane::List) | Hit::Head(_) => Pane::List,
                Hit::Pane(pane) => pane,
                Hit::Section(_) => Pane::Package,
                _ => model.pane,
            };
            // The wheel scrolls what is under it and leaves the keys where they are.
            let before = std::mem::replace(&mut model.pane, pane);
            let effects = super::step(model, isize::from(lines));
            model.pane = before;
            effects
        }
    }
}

fn click(model: &mut Model, hit: Hit) -> Vec<Effect> {
    match hit {
        Hit::Screen(screen) => show(model, screen),
        Hit::Pane(pane) => {
            model.pane = pane;
            Vec::new()
        }
        Hit::Row(id) => list::select(model, id),
        Hit::Line(line) => select_line(model, line),
        Hit::Head(key) => list::sort_by_head(model, key),
        Hit::Section(section) => {
            model.pane = Pane::Package;
            show_section(model, section);
            Vec::new()
        }
        Hit::Key(action) => perform(model, action),
        Hit::Nothing | Hit::Choice(_) | Hit::Popup | Hit::Outside => Vec::new(),
    }
}

fn select_line(model: &mut Model, line: usize) -> Vec<Effect> {
    match model.screen {
        Screen::Team => {
            model.team.selected = model.team.members.get(line).map(|member| member.person.id);
        }
        Screen::Activity => {
            model.activity.selected = model.activity.rows.get(line).map(|row| row.seq);
        }
        Screen::Queue | Screen::Mine => {
            model.pane = Pane::Clocks;
            model.clock = line;
        }
        Screen::Batch => {
            let at = model.batch.index().unwrap_or(0);
            let by = isize::try_from(line).unwrap_or(0) - isize::try_from(at).unwrap_or(0);
            return super::batch::step(model, by);
        }
        Screen::Measures => model.measures.go(line),
    }
    Vec::new()
}

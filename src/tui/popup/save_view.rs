//! Keeps what the list shows as a view of one's own, under a name.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Popup, Reply};
use crate::tui::effect::Effect;
use crate::tui::form::draw::{WIDTH, popup};
use crate::tui::form::{Context, Field, Form, FormEvent, panel};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::{Input, Mouse};
use crate::tui::view::list::order;

/// The form with the name.
#[derive(Clone, PartialEq, Debug)]
pub struct SaveView(Form);

impl Popup {
    /// Asks under which name to keep what the list shows.
    #[must_use]
    pub fn save_view(model: &Model) -> Self {
        let mut form = Form::new("Save view", "save", vec![Field::text("name", "Name").required()]);
        if let Some(list) = model.list() {
            let line = list.line();
            let line = if line.is_empty() { "all handoffs".to_owned() } else { line };
            form = form.note(Tone::Good, format!("{line} · {}", order(list.sort)));
        }
        Self::SaveView(SaveView(form))
    }
}

impl SaveView {
    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        let screen = Rect { x: 0, y: 0, width: model.size.0, height: model.size.1 };
        let event = match input {
            Input::Key(key) => {
                self.0.handle(*key, &Context::of(model, panel::columns(screen, WIDTH)))
            }
            Input::Paste(text) => {
                self.0.paste(text);
                FormEvent::Stay
            }
            Input::Mouse(Mouse::Click(_) | Mouse::Double(_) | Mouse::Wheel(..)) => FormEvent::Stay,
        };
        match event {
            FormEvent::Stay => Reply::keep(),
            FormEvent::Cancel => Reply::close(),
            FormEvent::Discard => Reply::open(Popup::discard(model)),
            FormEvent::Submit(values) => self.save(&values.text("name"), model),
        }
    }

    fn save(&mut self, name: &str, model: &mut Model) -> Reply {
        let Some(view) = model.list().map(|list| list.as_view(name)) else { return Reply::close() };
        let built_in = crate::domain::view::built_in();
        if view.key.is_empty() {
            self.0.refuse("The name needs a letter or a digit.");
            return Reply::keep();
        }
        if built_in.iter().any(|known| known.key == view.key) {
            self.0.refuse(format!(
                "\"{}\" is one of the desk's own views; take another name.",
                view.name
            ));
            return Reply::keep();
        }
        model.views.retain(|known| known.key != view.key);
        model.views.push(view.clone());
        if let Some(list) = model.list_mut() {
            list.view.name.clone_from(&view.name);
        }
        Reply { effects: vec![Effect::SaveView(view)], ..Reply::close() }
    }

    pub(super) fn view(
        &self,
        model: &Model,
        memory: &mut Memory,
        frame: &mut Frame<'_>,
        screen: Rect,
    ) {
        let context = Context::of(model, panel::columns(screen, WIDTH));
        popup(&self.0, &context, memory, frame, screen, &model.theme);
    }
}

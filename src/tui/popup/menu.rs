//! Something to choose from, narrowed by typing: a command by its name, a saved view, the order of the list.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Popup, Reply};
use crate::domain::say;
use crate::domain::view::{Sort, SortKey};
use crate::tui::action::{Action, Screen};
use crate::tui::form::list::narrowed;
use crate::tui::form::panel::{self, Hint, Row};
use crate::tui::form::picker::{Choice, Picked, Picker};
use crate::tui::keys::{COMMANDS, Context};
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Input;
use crate::tui::text::clipped;
use crate::tui::update::{
    export_report, go_as_of, import_of, open_list, refused, show_view, sort_by,
};
use crate::tui::view::list::order;

/// The width that a menu would like.
const WIDTH: u16 = 88;
/// The rows of its list.
const ROWS: usize = 16;
/// What the keys of handoffs begin with.
pub(super) const GO: &str = "go:";
/// What the keys of views begin with among commands.
const WEEK: &str = "week ";
const VIEW: &str = "view:";
/// What the keys of formats begin with.
const EXPORT: &str = "export:";
/// The formats in which measures are written, and what each is good for.
const EXPORTS: &[(&str, &str)] = &[
    ("html", "one page with charts, to read, print and send"),
    ("xlsx", "a workbook with a sheet for each part"),
    ("csv", "every figure on a line, for a spreadsheet"),
    ("md", "Markdown, for a message or a wiki"),
    ("json", "for programs"),
    ("text", "plain text"),
];

/// Something to choose from.
#[derive(Clone, PartialEq, Debug)]
pub struct Menu {
    title: &'static str,
    picker: Picker,
}

impl Popup {
    /// All commands, those that can't be used now with the reason, and the saved views.
    #[must_use]
    pub fn palette(model: &Model) -> Self {
        let commands = COMMANDS.iter().filter(|command| {
            let built =
                !matches!(command.action, Action::Show(screen) if !Screen::BUILT.contains(&screen));
            let moves = matches!(command.action, Action::Next | Action::Previous | Action::Palette);
            built && !moves && command.context != Context::Question
        });
        let commands = commands.map(|command| Choice {
            key: command.name.to_owned(),
            label: command.name.replace('-', " "),
            detail: match model.keys.shown(command.action) {
                Some(key) => format!("{key:<8} {}", command.says),
                None => format!("{:<8} {}", "", command.says),
            },
            also: command.short.to_owned(),
            group: String::new(),
            off: refused(model, command.action).map(|why| why.sentence),
            ..Choice::default()
        });
        let views = views(model, VIEW).into_iter().filter(|_| model.list().is_some());
        let views = views.map(|view| Choice {
            group: String::new(),
            label: format!("view: {}", view.label),
            ..view
        });
        Self::menu("Command", commands.chain(views).collect(), None)
    }

    /// The saved views.
    #[must_use]
    pub fn views(model: &Model) -> Self {
        let shown = model.list().map(|list| list.view.key.clone());
        let mut choices = views(model, "");
        // Accounts have no handoff yet; their lists are another popup.
        choices.push(Choice {
            key: "accounts".to_owned(),
            label: "Accounts to research, to discuss, held back".to_owned(),
            detail: "no handoff yet, with what is missing".to_owned(),
            ..Choice::default()
        });
        Self::menu("Views", choices, shown.as_deref())
    }

    /// The weeks that have a batch.
    #[must_use]
    pub fn weeks(model: &Model) -> Self {
        let shown = model.batch.sheet().map(|sheet| sheet.week.to_string());
        let weeks = model.batch.weeks.iter().map(|week| Choice {
            key: format!("{WEEK}{week}"),
            label: week.to_string(),
            detail: format!("from {}", crate::domain::say::day(week.monday())),
            ..Choice::default()
        });
        let shown = shown.map(|week| format!("{WEEK}{week}"));
        Self::menu("Weeks", weeks.collect(), shown.as_deref())
    }

    /// What the list can be sorted by.
    #[must_use]
    pub fn sort(model: &Model) -> Self {
        let present = model.list().map_or_else(Sort::default, |list| list.sort);
        let choices = SortKey::ALL.iter().map(|key| {
            let sort = if *key == present.key { present.reversed() } else { Sort::by(*key) };
            Choice {
                key: sort.to_string(),
                label: key.key().to_owned(),
                detail: order(sort).to_owned(),
                ..Choice::default()
            }
        });
        Self::menu("Sort by", choices.collect(), None)
    }

    /// The forms in which measures are written to a file.
    #[must_use]
    pub fn export() -> Self {
        let choices = EXPORTS.iter().map(|(key, detail)| Choice {
            key: format!("{EXPORT}{key}"),
            label: (*key).to_owned(),
            detail: (*detail).to_owned(),
            ..Choice::default()
        });
        Self::menu("Write the report as", choices.collect(), None)
    }

    pub(super) fn menu(title: &'static str, choices: Vec<Choice>, at: Option<&str>) -> Self {
        let picker = Picker::new(choices);
        let picker = match at {
            Some(key) => picker.at(key),
            None => picker,
        };
        Self::Menu(Menu { title, picker })
    }
}

fn views(model: &Model, prefix: &str) -> Vec<Choice> {
    let choice = |view: &crate::domain::view::View| Choice {
        key: format!("{prefix}{}", view.key),
        label: view.name.clone(),
        detail: if view.filter.is_empty() {
            "all handoffs".to_owned()
        } else {
            view.filter.clone()
        },
        ..Choice::default()
    };
    model.views.iter().map(choice).collect()
}

impl Menu {
    pub(super) fn input(&mut self, input: &Input, model: &mut Model) -> Reply {
        match self.picker.input(input, false) {
            Picked::Stay => Reply::keep(),
            Picked::Close => Reply::close(),
            Picked::Quit => Reply::run(Action::Quit),
            Picked::Take => self.chosen(model),
        }
    }

    fn chosen(&self, model: &mut Model) -> Reply {
        match super::as_of::typed(self.picker.filter().text(), model) {
            Some(Ok(at)) => return Reply { effects: go_as_of(model, at), ..Reply::close() },
            Some(Err(why)) => return Reply { tell: Some((Tone::Notice, why)), ..Reply::keep() },
            None => {}
        }
        if let Some(effects) = import_of(model, self.picker.filter().text()) {
            return Reply { effects, ..Reply::close() };
        }
        let Some(choice) = self.picker.hand() else { return Reply::keep() };
        if let Some(id) = choice.key.strip_prefix(GO) {
            return Reply { effects: open_list(model, id), ..Reply::close() };
        }
        if let Some(why) = &choice.off {
            return Reply { tell: Some((Tone::Notice, why.clone())), ..Reply::close() };
        }
        if let Some(command) = COMMANDS.iter().find(|command| command.name == choice.key) {
            return Reply::run(command.action);
        }
        let wanted = choice.key.strip_prefix(EXPORT);
        if let Some((format, _)) = EXPORTS.iter().find(|(key, _)| Some(*key) == wanted) {
            return Reply { effects: export_report(model, format), ..Reply::close() };
        }
        if let Some(week) = choice.key.strip_prefix(WEEK).and_then(|week| week.parse().ok()) {
            let effects = crate::tui::update::show_week(model, week);
            return Reply { effects, ..Reply::close() };
        }
        let key = choice.key.strip_prefix(VIEW).unwrap_or(&choice.key);
        let effects =
            match (model.views.iter().find(|view| view.key == key).cloned(), key.parse::<Sort>()) {
                (Some(view), _) => show_view(model, view),
                (None, Ok(sort)) => sort_by(model, sort),
                (None, Err(_)) => Vec::new(),
            };
        Reply { effects, ..Reply::close() }
    }

    pub(super) fn view(
        &self,
        model: &Model,
        memory: &mut Memory,
        frame: &mut Frame<'_>,
        screen: Rect,
    ) {
        let theme = &model.theme;
        let columns = panel::columns(screen, WIDTH);
        let hints =
            [Hint::new("↑↓", "choose"), Hint::new("Enter", "take"), Hint::new("Esc", "close")];
        let height = usize::from(screen.height.saturating_sub(6)).clamp(1, ROWS);
        // As high while typing as before, so that it does not jump.
        let rows = self.picker.choices().len().min(height);
        let room = panel::draw(self.title, &hints, (WIDTH, rows + 1), memory, frame, screen, theme);
        let shown = usize::from(room.height).saturating_sub(1);
        let mut sheet = narrowed(&self.picker, columns, shown, &mut memory.popup_top, theme);
        if let Some(typed) = super::as_of::typed(self.picker.filter().text(), model) {
            let (says, style) = match typed {
                Ok(at) => {
                    (format!("The desk as it stood {}", say::moment(at, model.zone)), theme.good)
                }
                Err(why) => (why, theme.notice),
            };
            let line = ratatui::text::Line::from(clipped(&says, columns, style));
            sheet.rows.truncate(1);
            sheet.rows.push(Row { line, place: None });
        }
        sheet.draw(memory, frame, room, theme);
    }
}

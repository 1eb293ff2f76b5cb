//! How the import screen looks.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{ImportFile, Step};
use crate::domain::{say, text};
use crate::intake::{Mapped, Order};
use crate::tui::form::list::list;
use crate::tui::form::panel::{self, Hint, Row, Sheet};
use crate::tui::form::picker::Picker;
use crate::tui::incoming::{Counted, Seen};
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::popup::page;
use crate::tui::text::{cell, clipped, gap, label, padded, wrapped};
use crate::tui::view::bar;

/// Columns of the screen.
const WIDTH: u16 = 110;
/// Rows of its lists.
const ROWS: usize = 14;
/// Rows kept for what is told of the line at hand.
const TOLD: usize = 2;
/// Rows of the reason why something is asked.
const WHY: usize = 6;
/// Columns of headers and kinds.
const NAMES: usize = 30;
/// Cells of a bar.
const BAR: usize = 24;

/// What becomes of a column, in a phrase.
pub(super) fn becomes(column: &Mapped) -> String {
    match (column.fields.is_empty(), column.known) {
        (false, _) => format!("→ {}", column.fields.join(", ")),
        (true, true) => "known, and not kept".to_owned(),
        (true, false) => "not used".to_owned(),
    }
}

impl ImportFile {
    fn title(&self, model: &Model) -> String {
        let path = match (&self.step, &model.importing) {
            (Step::Running, Some(importing)) => &importing.name,
            _ => &self.ask.path,
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        match &self.step {
            Step::ReadAs(..) => format!("Import · {name} · read it as"),
            Step::Dates(..) => format!("Import · {name} · dates"),
            Step::Columns(..) => format!("Import · {name} · columns"),
            Step::Field(column, _) => {
                let columns = self.seen.iter().flat_map(|seen| &seen.columns);
                let header = columns.into_iter().find(|one| one.column == *column);
                let header = header.map(|one| one.header.as_str()).unwrap_or_default();
                format!("Import · {name} · what is {header}?")
            }
            _ => format!("Import · {name}"),
        }
    }

    pub(super) fn draw(
        &self,
        model: &Model,
        memory: &mut Memory,
        frame: &mut Frame<'_>,
        screen: Rect,
    ) {
        let title = self.title(model);
        let hints = self.hints(model);
        let (picker, why) = match &self.step {
            Step::ReadAs(picker, why) | Step::Dates(picker, why) => (picker, why.as_str()),
            Step::Columns(picker, true) => {
                (picker, "Esc shows what would change with what you chose.")
            }
            Step::Columns(picker, false) | Step::Field(_, picker) => (picker, ""),
            _ => {
                let title = (title.as_str(), WIDTH);
                let lines = self.lines(model);
                return page::draw(model, memory, frame, title, lines, self.at, &hints);
            }
        };
        pick(model, (&title, why, &hints), picker, memory, frame, screen);
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let leave = |does: &str| vec![Hint::new("Esc", does)];
        match &self.step {
            Step::Looking => leave("stop"),
            Step::Running => {
                vec![Hint::new("Enter", "work on meanwhile"), Hint::new("Esc", "stop")]
            }
            Step::Preview => {
                let mut hints = vec![
                    Hint::new("y", "import"),
                    Hint::new("m", "columns"),
                    Hint::new("t", "read it as"),
                ];
                if self.seen.as_ref().is_some_and(|seen| seen.dated) {
                    hints.push(Hint::new("d", "dates"));
                }
                hints.extend(page::hints(model).into_iter().take(1));
                hints.push(Hint::new("Esc", "leave"));
                hints
            }
            step => {
                let back = match step {
                    Step::Columns(..) => "preview",
                    _ => "back",
                };
                vec![Hint::new("↑↓", "choose"), Hint::new("Enter", "take"), Hint::new("Esc", back)]
            }
        }
    }

    /// What is read: how far it is, or the preview.
    pub(super) fn lines(&self, model: &Model) -> Vec<Line<'static>> {
        let columns = page::columns(model, WIDTH);
        let mut told = Told { model, columns, lines: Vec::new() };
        match (&self.step, &self.seen) {
            (Step::Running, _) => running(&mut told),
            (_, None) => told.say("The file is being read.", model.theme.muted),
            (_, Some(seen)) => self.preview_lines(seen, &mut told),
        }
        told.lines
    }

    fn preview_lines(&self, seen: &Seen, told: &mut Told<'_>) {
        let theme = &told.model.theme;
        told.say(&seen.summary, theme.strong);
        match self.ask.dates {
            Some(Order::DayFirst) => told.say("Dates: the day first, as you said", theme.muted),
            Some(Order::MonthFirst) => told.say("Dates: the month first, as you said", theme.muted),
            None => {}
        }
        told.head("What would change");
        match (&self.counted, &self.failed) {
            (Some(counted), _) => changes(counted, told),
            (None, Some(why)) => told.say(why, theme.bad),
            (None, None) => told.bar("counting", self.percent),
        }
        told.head("Columns");
        for column in &seen.columns {
            let kept = !column.fields.is_empty();
            let (name, what) =
                if kept { (theme.text(), theme.text()) } else { (theme.muted, theme.notice) };
            let mark = if self.ask.chosen.contains_key(&column.column) { " *" } else { "" };
            told.line(&column.header, name, &format!("{}{mark}", becomes(column)), what);
        }
        if !self.ask.chosen.is_empty() {
            told.say("* as you said", theme.muted);
        }
        told.head("First records as they are understood");
        if seen.first.is_empty() {
            told.say("None of the first rows can be taken.", theme.notice);
        }
        for (line, kind, fields) in &seen.first {
            let said: Vec<_> =
                fields.iter().map(|(field, value)| format!("{field} {}", brief(value))).collect();
            told.line(
                &format!("line {line}, {kind}"),
                theme.muted,
                &said.join(" · "),
                theme.text(),
            );
        }
        if let Some(counted) = &self.counted
            && !counted.notes.is_empty()
        {
            told.head("Notes");
            counted.notes.iter().for_each(|note| told.say(note, theme.text()));
        }
    }
}

/// A value short enough to stand beside others.
fn brief(value: &str) -> String {
    text::clip(text::first_line(value).as_ref(), 40).into_owned()
}

fn changes(counted: &Counted, told: &mut Told<'_>) {
    let theme = &told.model.theme;
    for (kind, counts) in &counted.kinds {
        let said = format!(
            "{} new · {} changed · {} unchanged",
            say::thousands(counts.new),
            say::thousands(counts.changed),
            say::thousands(counts.unchanged)
        );
        let some = counts.new + counts.changed > 0;
        told.line(kind.key(), theme.text(), &said, if some { theme.good } else { theme.muted });
    }
    if counted.kinds.is_empty() {
        told.say("There is nothing to import in such a file.", theme.notice);
    }
    if counted.rejected > 0 {
        let rows = say::count(counted.rejected, "row", "rows");
        told.line("rejected", theme.text(), &rows, theme.notice);
        counted.problems.iter().for_each(|problem| told.item(problem));
        let more = counted.rejected.saturating_sub(counted.problems.len() as u64);
        if more > 0 {
            let more = say::thousands(more);
            told.item(&format!("and {more} more; handoff import --rejects FILE writes them all"));
        }
    }
    if counted.alike_in_all > 0 {
        let pairs = say::count(counted.alike_in_all, "pair", "pairs");
        told.line("possible duplicates", theme.text(), &pairs, theme.notice);
        counted.alike.iter().for_each(|pair| told.item(pair));
        let more = counted.alike_in_all.saturating_sub(counted.alike.len() as u64);
        if more > 0 {
            let more = say::thousands(more);
            told.item(&format!("and {more} more; handoff duplicates lists them afterwards"));
        }
    }
}

fn running(told: &mut Told<'_>) {
    let theme = &told.model.theme;
    let Some(importing) = &told.model.importing else { return };
    told.bar(if importing.stopping { "stopping" } else { "importing" }, importing.percent);
    told.lines.push(Line::default());
    let undo = told.model.keys.shown(crate::tui::action::Action::Undo).unwrap_or_default();
    let what = format!(
        "You can work on meanwhile. Where it is stopped, what was read until then stays, and {undo} takes back all of it."
    );
    told.say(&what, theme.muted);
}

/// Lines that are told one below the other.
struct Told<'a> {
    model: &'a Model,
    columns: usize,
    lines: Vec<Line<'static>>,
}

impl Told<'_> {
    fn say(&mut self, sentence: &str, style: ratatui::style::Style) {
        let lines = wrapped(sentence, self.columns, 8);
        self.lines.extend(lines.iter().map(|line| Line::from(cell(line, style))));
    }

    fn head(&mut self, title: &'static str) {
        self.lines.push(Line::default());
        self.lines.push(Line::from(label(title, self.model.theme.brand)));
    }

    /// A name and what is said of it, over as many lines as that takes.
    fn line(
        &mut self,
        name: &str,
        named: ratatui::style::Style,
        said: &str,
        style: ratatui::style::Style,
    ) {
        let names = NAMES.min(self.columns / 3);
        let room = self.columns.saturating_sub(names + 2);
        let mut lines = wrapped(said, room, 6);
        if lines.is_empty() {
            lines.push(String::new());
        }
        for (n, line) in lines.iter().enumerate() {
            let lead = if n == 0 { padded(name, names, named) } else { gap(names) };
            self.lines.push(Line::from(vec![lead, gap(2), cell(line, style)]));
        }
    }

    /// One of several things, below what they are.
    fn item(&mut self, said: &str) {
        let style = self.model.theme.text();
        for (n, line) in wrapped(said, self.columns.saturating_sub(4), 4).iter().enumerate() {
            let lead = if n == 0 { label("  – ", self.model.theme.muted) } else { gap(4) };
            self.lines.push(Line::from(vec![lead, cell(line, style)]));
        }
    }

    fn bar(&mut self, what: &'static str, percent: u8) {
        let theme = &self.model.theme;
        let share = f64::from(percent) / 100.0;
        let [full, rest] = bar(share, BAR.min(self.columns / 3), theme.good, theme.faint);
        let spans: Vec<Span<'static>> = vec![
            full,
            rest,
            gap(2),
            cell(&format!("{percent} %"), theme.text()),
            gap(2),
            label(what, theme.muted),
        ];
        self.lines.push(Line::from(spans));
    }
}

/// Draws something to choose from, below the reason why it is asked.
fn pick(
    model: &Model,
    (title, why, hints): (&str, &str, &[Hint]),
    picker: &Picker,
    memory: &mut Memory,
    frame: &mut Frame<'_>,
    screen: Rect,
) {
    let theme = &model.theme;
    let columns = panel::columns(screen, WIDTH);
    let why = wrapped(why, columns, WHY);
    let above = why.len() + usize::from(!why.is_empty());
    let most = panel::rows(screen).saturating_sub(above + 1 + TOLD).max(1);
    let rows = ROWS.min(most);
    let size = (WIDTH, above + 1 + rows + TOLD);
    let room = panel::draw(title, hints, size, memory, frame, screen, theme);
    let mut sheet = Sheet::default();
    why.iter().for_each(|line| sheet.push(cell(line, theme.notice)));
    sheet.space();
    let typed = picker.filter().as_line();
    let (spans, cursor) = typed.view(columns.saturating_sub(2), theme.strong, None);
    let mut line = Line::from(vec![label("› ", theme.key)]);
    line.extend(spans);
    sheet.cursor = Some((sheet.rows.len(), cursor + 2));
    sheet.rows.push(Row { line, place: None });
    let found = list(picker, false, columns, rows, &mut memory.popup_top, theme);
    let lacking = rows.saturating_sub(found.len());
    sheet.rows.extend(found);
    sheet.rows.extend(std::iter::repeat_n(Row::default(), lacking));
    for said in picker.hand().into_iter().flat_map(|choice| &choice.why) {
        sheet.push(clipped(said, columns, theme.muted));
    }
    sheet.draw(memory, frame, room, theme);
}

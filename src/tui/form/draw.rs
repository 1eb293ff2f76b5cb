//! How a form looks: a label and what is typed beside it, what was understood below it, and the list of the field that
//! has the keys. Where there is no room beside, labels stand above.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::field::{Check, Field, Kind, Pick};
use super::list::{groups, list};
use super::panel::{self, Hint, Row, Sheet};
use super::{Context, Form};
use crate::domain::text;
use crate::tui::memory::Memory;
use crate::tui::model::Tone;
use crate::tui::text::{cell, clipped, gap, label, padded, wrapped};
use crate::tui::theme::Theme;

/// The width a form would like.
pub const WIDTH: u16 = 84;

/// The most rows of a note in sight.
const NOTE: usize = 8;
/// The rows in which a list tells of the one at hand.
const WHY: usize = 3;
/// The rows that a list keeps when there is little room.
const LEAST: usize = 3;
/// The widest column of labels.
const LABELS: usize = 26;

/// Draws a form as a popup of its own.
pub fn popup(
    form: &Form,
    context: &Context<'_>,
    memory: &mut Memory,
    frame: &mut Frame<'_>,
    screen: Rect,
    theme: &Theme,
) {
    let columns = panel::columns(screen, WIDTH);
    let context = Context { columns, ..context.clone() };
    let sheet = fitting(form, &context, memory, theme, panel::rows(screen));
    let size = (WIDTH, sheet.height());
    let room = panel::draw(&form.title, &hints(form), size, memory, frame, screen, theme);
    sheet.draw(memory, frame, room, theme);
}

/// The keys that do something in the form as it is.
#[must_use]
pub fn hints(form: &Form) -> Vec<Hint> {
    let mut hints = Vec::new();
    match form.focused().map(|field| &field.kind) {
        Some(Kind::Pick(_)) => hints.push(Hint::new("←→", "choose")),
        Some(Kind::Multi(_)) => hints.push(Hint::new("Space", "tick")),
        Some(Kind::Toggle(_)) => hints.push(Hint::new("Space", "change")),
        Some(Kind::Note(..)) => hints.push(Hint::new("Alt-Enter", "new line")),
        _ => {}
    }
    if form.is_last() {
        hints.insert(0, Hint::new("Enter", form.submits));
    } else {
        hints.insert(0, Hint::new("Enter", "next"));
        hints.push(Hint::new("Ctrl-s", form.submits));
    }
    if form.fields.len() > 1 {
        hints.push(Hint::new("Tab", "other field"));
    }
    hints.push(Hint::new("Esc", "close"));
    hints
}

/// The columns beside the labels; all of them where labels stand above.
#[must_use]
pub fn text_columns(form: &Form, columns: usize) -> usize {
    columns.saturating_sub(label_columns(form, columns))
}

fn label_columns(form: &Form, columns: usize) -> usize {
    let widest = form.fields.iter().map(|field| text::columns(&field.label) + 3).max().unwrap_or(0);
    if columns < 44 { 0 } else { widest.min(LABELS) }
}

/// The style of a kind of news.
#[must_use]
pub const fn tone(tone: Tone, theme: &Theme) -> Style {
    match tone {
        Tone::Good => theme.good,
        Tone::Notice => theme.notice,
        Tone::Bad => theme.bad,
    }
}

/// The rows of a form for so much room: where it is short, the list gives way first, so that what has the keys and the
/// line at hand are seen together.
fn fitting(
    form: &Form,
    context: &Context<'_>,
    memory: &mut Memory,
    theme: &Theme,
    room: usize,
) -> Sheet {
    let top = memory.popup_top;
    let whole = sheet(form, context, memory, theme, (form.list_rows, WHY));
    let Some(excess) = whole.height().checked_sub(room).filter(|excess| *excess > 0) else {
        return whole;
    };
    memory.popup_top = top;
    let rows = form.list_rows.saturating_sub(excess.saturating_sub(WHY + 1)).max(LEAST);
    sheet(form, context, memory, theme, (rows, 0))
}

/// The rows of a form, with so many for its list and for what is told of the one at hand.
fn sheet(
    form: &Form,
    context: &Context<'_>,
    memory: &mut Memory,
    theme: &Theme,
    list: (usize, usize),
) -> Sheet {
    let mut sheet = Sheet::default();
    for (kind, sentence) in &form.notes {
        sheet.tell(sentence, context.columns, 6, tone(*kind, theme));
    }
    beside(form, context.columns, theme, &mut sheet);
    sheet.space();
    for (at, field) in form.fields.iter().enumerate() {
        let start = sheet.rows.len();
        if !field.head.is_empty() {
            sheet.space();
            sheet.push(label(field.head, theme.strong));
        }
        let mut part = Part { form, field, at, context, theme, memory, list, sheet: &mut sheet };
        part.draw();
        if at == form.focus() {
            sheet.keep = start..sheet.rows.len();
        }
    }
    if let Some((None, sentence)) = form.error() {
        sheet.tell_below(sentence, context.columns, 6, theme.notice);
    } else if let Some((kind, sentence)) = &form.status {
        sheet.tell_below(sentence, context.columns, 2, tone(*kind, theme));
    }
    sheet
}

/// What different people said, in columns where each gets some width, else one below the other.
fn beside(form: &Form, columns: usize, theme: &Theme, sheet: &mut Sheet) {
    let count = form.beside.len().max(1);
    let width = (columns + 2) / count;
    let stacked = width < 24;
    let width = if stacked { columns } else { width - 2 };
    let parts: Vec<Vec<Span<'static>>> = form
        .beside
        .iter()
        .map(|(head, said)| {
            let said = wrapped(said, width, 6);
            let said = said.iter().map(|line| padded(line, width, theme.popup));
            std::iter::once(padded(head, width, theme.strong)).chain(said).collect()
        })
        .collect();
    if stacked {
        parts.into_iter().flatten().for_each(|span| sheet.push(span));
        return;
    }
    for row in 0..parts.iter().map(Vec::len).max().unwrap_or(0) {
        let mut line = Line::default();
        for part in &parts {
            line.push_span(part.get(row).cloned().unwrap_or_else(|| gap(width)));
            line.push_span(gap(2));
        }
        sheet.push(line);
    }
}

/// One field on its way onto the sheet.
struct Part<'a, 's> {
    form: &'a Form,
    field: &'a Field,
    at: usize,
    context: &'a Context<'a>,
    theme: &'a Theme,
    memory: &'a mut Memory,
    /// The rows of its list, and of what is told of the one at hand.
    list: (usize, usize),
    sheet: &'s mut Sheet,
}

impl Part<'_, '_> {
    fn has_keys(&self) -> bool {
        self.at == self.form.focus()
    }

    fn draw(&mut self) {
        let labels = label_columns(self.form, self.context.columns);
        let room = self.context.columns.saturating_sub(labels);
        let mut cursor = None;
        let lines = self.value(room, &mut cursor);
        let start = self.sheet.rows.len();
        let mut head = vec![self.label(labels)];
        if labels == 0 {
            self.row(head);
            head = Vec::new();
        }
        let first = self.sheet.rows.len();
        for line in lines {
            let mut spans = std::mem::take(&mut head);
            if spans.is_empty() {
                spans.push(gap(labels));
            }
            spans.extend(line.spans);
            self.row(spans);
        }
        if let Some((row, column)) = cursor.filter(|_| self.has_keys()) {
            self.sheet.cursor = Some((first + row, labels + column));
        }
        self.list(labels, room);
        if let Some((sentence, style)) = self.sentence() {
            for line in wrapped(&sentence, room, 3) {
                self.row(vec![gap(labels), cell(&line, style)]);
            }
        }
        let typed = match self.field.kind {
            Kind::Date(..) | Kind::Moment(..) | Kind::Amount(_) => true,
            Kind::Note(_, _, least) => least > 1,
            _ => false,
        };
        if typed || self.sheet.rows.len() - start > 1 {
            self.sheet.space();
        }
    }

    fn row(&mut self, spans: Vec<Span<'static>>) {
        self.sheet.rows.push(Row { line: Line::from(spans), place: Some(self.at) });
    }

    fn label(&self, labels: usize) -> Span<'static> {
        let star = if self.field.required || self.field.marked { " *" } else { "" };
        let named = format!("{}{star}", self.field.label);
        let style = if self.has_keys() { self.theme.strong } else { self.theme.muted };
        if labels == 0 {
            clipped(&named, self.context.columns, style)
        } else {
            let shown = padded(&named, labels.saturating_sub(1), style);
            Span::styled(format!("{} ", shown.content), style)
        }
    }

    /// What the field holds, and where the cursor stands in it.
    fn value(&self, room: usize, cursor: &mut Option<(usize, usize)>) -> Vec<Line<'static>> {
        let ground = if self.has_keys() { self.theme.field } else { self.theme.popup };
        match &self.field.kind {
            Kind::Note(edit, _, least) => {
                let rows = edit.rows(room.saturating_sub(1));
                let (row, column) = edit.place(room.saturating_sub(1));
                let top = (row + 1).saturating_sub(NOTE);
                *cursor = Some((row - top, column));
                let shown = rows.iter().skip(top).take(NOTE).enumerate();
                let mut lines: Vec<_> = shown
                    .map(|(at, row)| {
                        let part = edit.text().get(row.clone()).unwrap_or_default();
                        let hint = at == 0 && edit.text().is_empty();
                        if hint {
                            self.empty(room, ground)
                        } else {
                            padded(part.trim_end_matches(' '), room, ground).into()
                        }
                    })
                    .collect();
                while lines.len() < *least {
                    lines.push(padded("", room, ground).into());
                }
                lines
            }
            Kind::Pick(pick) => pick_lines(pick, room, self.has_keys(), self.theme),
            Kind::Toggle(yes) => {
                let (mark, word) = if *yes { ("[x]", " yes") } else { ("[ ]", " no") };
                *cursor = Some((0, 1));
                vec![Line::from(vec![label(mark, self.theme.key), label(word, ground)])]
            }
            Kind::Choice(picker) if !self.has_keys() => {
                let said = picker.chosen().map(|choice| {
                    // The one without a key stands for what holds when nothing is chosen.
                    let style = if choice.key.is_empty() { self.theme.muted } else { ground };
                    clipped(&choice.label, room, style)
                });
                vec![said.map_or_else(|| self.empty(room, ground), Line::from)]
            }
            Kind::Multi(picker) if !self.has_keys() => {
                let ticked = picker.choices().iter().enumerate();
                let ticked: Vec<_> = ticked
                    .filter(|(at, _)| picker.is_ticked(*at))
                    .map(|(_, choice)| choice.label.as_str())
                    .collect();
                if ticked.is_empty() {
                    vec![self.empty(room, ground)]
                } else {
                    vec![clipped(&ticked.join(", "), room, ground).into()]
                }
            }
            _ => match self.field.editor() {
                Some(edit) if edit.text().is_empty() => {
                    *cursor = Some((0, 0));
                    vec![self.empty(room, ground)]
                }
                Some(edit) => {
                    let (mut spans, column) = edit.as_line().view(room, ground, None);
                    let used: usize = spans.iter().map(Span::width).sum();
                    spans.push(Span::styled(" ".repeat(room.saturating_sub(used)), ground));
                    *cursor = Some((0, column));
                    vec![Line::from(spans)]
                }
                None => Vec::new(),
            },
        }
    }

    /// What stands in an empty field.
    fn empty(&self, room: usize, ground: Style) -> Line<'static> {
        let hint = match (&self.field.kind, self.has_keys()) {
            _ if !self.field.known.is_empty() => self.field.known.as_str(),
            (Kind::Choice(_) | Kind::Multi(_), true) => "type to narrow",
            (_, true) => self.field.hint.as_str(),
            (_, false) if self.field.required => "needed",
            (_, false) => "optional",
        };
        let ink = if self.has_keys() { self.theme.muted } else { self.theme.faint };
        padded(hint, room, Style { bg: ground.bg, ..ground.patch(ink) }).into()
    }

    /// The list below the field that has the keys.
    fn list(&mut self, labels: usize, room: usize) {
        let (Kind::Choice(picker) | Kind::Multi(picker)) = &self.field.kind else { return };
        if !self.has_keys() {
            return;
        }
        let many = matches!(self.field.kind, Kind::Multi(_));
        let (height, why) = self.list;
        let mut rows = list(picker, many, room, height, &mut self.memory.popup_top, self.theme);
        // Nothing below the list moves while one goes through it or narrows it.
        let most = (picker.choices().len() + groups(picker)).min(height).max(rows.len());
        rows.resize(most, Row::default());
        if why > 0 && picker.choices().iter().any(|choice| !choice.why.is_empty()) {
            rows.push(Row::default());
            let told = picker.hand().map_or(&[][..], |choice| choice.why.as_slice());
            for line in told.iter().flat_map(|sentence| wrapped(sentence, room, why)).take(why) {
                rows.push(Row { line: cell(&line, self.theme.popup).into(), place: None });
            }
            rows.resize(most + 1 + why, Row::default());
        }
        for mut row in rows {
            row.line.spans.insert(0, gap(labels));
            self.sheet.rows.push(row);
        }
    }

    /// The sentence below the field.
    fn sentence(&self) -> Option<(String, Style)> {
        if let Some((Some(at), sentence)) = self.form.error()
            && at == self.at
        {
            return Some((sentence.to_owned(), self.theme.notice));
        }
        match self.field.check(self.context) {
            Check::Good(understood) if !understood.is_empty() => {
                Some((understood, self.theme.good))
            }
            Check::Wrong(why) => Some((why, self.theme.wrong)),
            _ => None,
        }
    }
}

fn pick_lines(pick: &Pick, room: usize, has_keys: bool, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let mut used = 0;
    for (at, (letter, _, word)) in pick.words.iter().enumerate() {
        let width = text::columns(word) + 5;
        if used > 0 && used + width > room {
            lines.push(Line::default());
            used = 0;
        }
        used += width;
        let Some(line) = lines.last_mut() else { continue };
        let picked = pick.at == Some(at);
        let ground = match (picked, has_keys) {
            (true, true) => theme.selected,
            (true, false) => theme.selected_idle,
            _ => theme.popup,
        };
        let (open, close) = if picked { ("[", "]") } else { (" ", " ") };
        line.push_span(label(open, ground));
        line.push_span(cell(&letter.to_string(), ground.patch(Style { bg: None, ..theme.key })));
        line.push_span(cell(&format!(" {word}"), ground));
        line.push_span(label(close, ground));
        line.push_span(gap(1));
    }
    lines
}

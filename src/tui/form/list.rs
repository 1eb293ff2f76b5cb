//! How a list looks: the lines around the one at hand, under their headings, with what matches what was typed.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::panel::{Row, Sheet};
use super::picker::{Choice, Picker, Shown};
use crate::domain::text;
use crate::tui::text::{cell, clipped, label, padded};
use crate::tui::theme::Theme;

/// Where the lines of a list begin among the places that a click may mean; those before are fields.
pub const CHOICES: usize = 10_000;

/// How many headings a list has while nothing is typed.
#[must_use]
pub fn groups(picker: &Picker) -> usize {
    let mut names: Vec<_> = picker.choices().iter().map(|choice| choice.group.as_str()).collect();
    names.dedup();
    names.iter().filter(|name| !name.is_empty()).count()
}

/// A list with the line in which it is narrowed above it, in so many columns and rows.
pub fn narrowed(
    picker: &Picker,
    columns: usize,
    rows: usize,
    top: &mut usize,
    theme: &Theme,
) -> Sheet {
    let typed = picker.filter().as_line();
    let (spans, cursor) = typed.view(columns.saturating_sub(2), theme.strong, None);
    let mut line = Line::from(vec![label("› ", theme.key)]);
    line.extend(spans);
    let mut sheet = Sheet::default();
    sheet.rows.push(Row { line, place: None });
    sheet.cursor = Some((0, cursor + 2));
    sheet.rows.extend(list(picker, false, columns, rows, top, theme));
    sheet
}

/// The rows of a list: those around the one at hand, under their headings while nothing is typed. `top` is the first
/// row in sight, and stays where it is as long as the one at hand does.
#[must_use]
pub fn list(
    picker: &Picker,
    many: bool,
    room: usize,
    height: usize,
    top: &mut usize,
    theme: &Theme,
) -> Vec<Row> {
    if picker.shown().is_empty() {
        let none = if picker.choices().is_empty() {
            "There is nothing to choose."
        } else {
            "Nothing matches."
        };
        return vec![Row { line: label(none, theme.muted).into(), place: None }];
    }
    let headed = picker.filter().is_blank();
    let mut rows: Vec<(usize, bool)> = Vec::new();
    let mut group = "";
    let mut hand = 0;
    for (place, shown) in picker.shown().iter().enumerate() {
        let Some(choice) = picker.choices().get(shown.choice) else { continue };
        if headed && choice.group != group {
            group = &choice.group;
            rows.push((place, true));
        }
        if place == picker.place() {
            hand = rows.len();
        }
        rows.push((place, false));
    }
    // A heading stays with its first line.
    let first = hand - usize::from(hand > 0 && rows.get(hand - 1).is_some_and(|(_, head)| *head));
    *top = (*top)
        .clamp((hand + 1).saturating_sub(height), first.max((hand + 1).saturating_sub(height)));
    *top = (*top).min(rows.len().saturating_sub(height));
    let widest = picker.choices().iter().map(|choice| text::columns(&choice.label)).max();
    let labels = widest.unwrap_or(0).min(room / 2);
    rows.iter()
        .skip(*top)
        .take(height)
        .filter_map(|(place, heading)| {
            let shown = picker.shown().get(*place)?;
            let choice = picker.choices().get(shown.choice)?;
            if *heading {
                return Some(Row {
                    line: clipped(&choice.group, room, theme.muted).into(),
                    place: None,
                });
            }
            let tick = many.then(|| picker.is_ticked(shown.choice));
            let at_hand = *place == picker.place();
            let line = list_line(choice, shown, (at_hand, tick), labels, room, theme);
            Some(Row { line, place: Some(CHOICES + place) })
        })
        .collect()
}

fn list_line(
    choice: &Choice,
    shown: &Shown,
    (at_hand, tick): (bool, Option<bool>),
    labels: usize,
    room: usize,
    theme: &Theme,
) -> Line<'static> {
    let ground = if at_hand { theme.selected } else { theme.popup };
    let on = |style: Style| Style { bg: ground.bg.or(style.bg), ..ground.patch(style) };
    let off = choice.off.is_some();
    let name = if off && !at_hand { on(theme.faint) } else { ground };
    let mut spans = vec![label(if at_hand { "▌ " } else { "  " }, on(theme.key))];
    match tick {
        Some(true) => spans.push(label("[x] ", on(theme.marked))),
        Some(false) => spans.push(label("[ ] ", on(theme.muted))),
        None => {}
    }
    let label_text = text::clip(&choice.label, labels);
    let whole = label_text == choice.label;
    let found = |at: usize| whole && shown.found.contains(&(u32::try_from(at).unwrap_or(u32::MAX)));
    let mut run = String::new();
    let mut lit = false;
    for (at, grapheme) in label_text.graphemes(true).enumerate() {
        if found(at) != lit {
            spans.push(cell(&std::mem::take(&mut run), if lit { on(theme.found) } else { name }));
            lit = !lit;
        }
        run.push_str(grapheme);
    }
    spans.push(cell(&run, if lit { on(theme.found) } else { name }));
    let used: usize = spans.iter().map(Span::width).sum();
    let margin = 2 + if tick.is_some() { 4 } else { 0 };
    let filled = (labels + margin + 2).min(room);
    spans.push(Span::styled(" ".repeat(filled.saturating_sub(used)), ground));
    let (rest, style) = match &choice.off {
        Some(why) => (why, on(theme.muted)),
        None => (&choice.detail, on(theme.muted)),
    };
    spans.push(padded(rest, room.saturating_sub(filled.max(used)), style));
    spans.retain(|span| !span.content.is_empty());
    Line::from(spans)
}

//! The Measures screen: the headline figures against their targets first, the other figures below, and charts beside or
//! under them, as many as there is room for; the one that belongs to the figure at hand always is.

mod charts;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use self::charts::Chart;
use super::{below, first_shown, inner, note, put, row, sentence, title};
use crate::domain::measure::Measure;
use crate::domain::measure::figure::{Figure, Standing, Value};
use crate::domain::measure::sheet::{HEADLINES, Sheet, actions};
use crate::tui::layout::WIDE;
use crate::tui::memory::Memory;
use crate::tui::model::Model;
use crate::tui::msg::Hit;
use crate::tui::text::{cell, gap, label, padded, padded_start};
use crate::tui::theme::Theme;

/// Lines of a headline.
const CARD: u16 = 3;
/// The columns that a headline wants.
const CARD_WIDTH: u16 = 19;
/// Lines that a chart wants.
const CHART: u16 = 9;
/// Columns of the list of figures beside charts.
const LIST: u16 = 67;

pub(super) fn draw(model: &Model, memory: &mut Memory, frame: &mut Frame<'_>, area: Rect) {
    let measures = &model.measures;
    let heading = heading(model);
    let right = match measures.sheet.as_deref() {
        Some(sheet) if !sheet.over => vec![label("not over yet, figures still move", Style::new())],
        _ => Vec::new(),
    };
    title(model, frame.buffer_mut(), area, model.popups.is_empty(), heading, right);
    let rest = below(area, 1);
    let Some(sheet) = measures.sheet.as_deref() else { return };
    if sheet.is_empty() && sheet.weeks.iter().all(|(_, kinds)| kinds.is_empty()) {
        empty(model, frame.buffer_mut(), rest);
        return;
    }
    let cards = headlines(model, sheet, memory, frame.buffer_mut(), rest);
    let rest = below(rest, cards + 1);
    let chosen = measures.measure().map_or(Chart::Weeks, Chart::of);
    if area.width >= WIDE {
        let list = Rect { width: LIST, ..rest };
        let side =
            Rect { x: rest.x + LIST + 2, width: rest.width.saturating_sub(LIST + 2), ..rest };
        let used = figures(model, sheet, memory, frame.buffer_mut(), list);
        todo_list(model, sheet, frame.buffer_mut(), below(list, used + 1));
        charts::grid(model, sheet, chosen, frame, side);
    } else {
        let lines = (rest.height / 2).clamp(3, 19);
        figures(model, sheet, memory, frame.buffer_mut(), Rect { height: lines, ..rest });
        charts::draw(model, sheet, chosen, frame, below(rest, lines + 1));
    }
}

/// What is shown: of when, of which type, of whom.
fn heading(model: &Model) -> Vec<Span<'static>> {
    let measures = &model.measures;
    let period = measures.period(model.now, model.policy.zone);
    let kind = match &measures.kind {
        Some(kind) => model.policy.kind(kind).map_or(kind.as_str(), |rule| rule.label.as_str()),
        None => "all types",
    };
    let team = measures.team.and_then(|place| measures.teams.get(place));
    let mut spans = vec![label("Measures · ", Style::new()), cell(&period.name(), Style::new())];
    spans.extend([label(" · ", Style::new()), cell(kind, Style::new())]);
    spans.push(label(" · ", Style::new()));
    spans.push(match team {
        Some(team) => cell(&format!("{}'s team", team.name), Style::new()),
        None => label("everybody", Style::new()),
    });
    spans
}

fn empty(model: &Model, buffer: &mut Buffer, area: Rect) {
    let period = model.measures.period(model.now, model.policy.zone);
    let why = format!(
        "Nothing was handed off in {} or the weeks before it. The keys below show another month, type or team.",
        period.name()
    );
    let columns = usize::from(area.width).saturating_sub(4);
    note(buffer, area, &sentence(&why, columns, model.theme.strong));
}

/// How a figure stands, as a sign and in its colour.
fn mark(standing: Standing, theme: &Theme) -> (&'static str, Style) {
    match standing {
        Standing::Plain => (" ", theme.strong),
        Standing::Good => ("✓", theme.good),
        Standing::Short => ("▲", theme.warned),
        Standing::Warned => ("!", theme.breached),
    }
}

/// Draws the headlines; gives the lines that they took.
fn headlines(
    model: &Model,
    sheet: &Sheet,
    memory: &mut Memory,
    buffer: &mut Buffer,
    area: Rect,
) -> u16 {
    let all: Vec<&Figure> = HEADLINES.iter().filter_map(|one| sheet.figure(*one)).collect();
    let across = (area.width / CARD_WIDTH).clamp(1, 8);
    // Two even rows rather than one full and a rest.
    let across = if across < 8 { across.min(4) } else { 8 };
    let width = area.width / across;
    let rows = (all.len() as u16).div_ceil(across);
    let rows = rows.min((area.height / 2 / CARD).max(1));
    for (place, figure) in all.iter().enumerate().take(usize::from(across * rows)) {
        let n = place as u16;
        let card = Rect {
            x: area.x + n % across * width,
            y: area.y + n / across * CARD,
            width: width.saturating_sub(1),
            height: CARD,
        };
        if card.bottom() > area.bottom() {
            break;
        }
        memory.hit(card, Hit::Line(place));
        self::card(model, figure, model.measures.selected == place, buffer, card);
    }
    rows * CARD
}

fn card(model: &Model, figure: &Figure, at_hand: bool, buffer: &mut Buffer, area: Rect) {
    let theme = &model.theme;
    if at_hand {
        buffer.set_style(area, theme.selected);
    }
    let (sign, style) = mark(figure.standing(), theme);
    let quiet = if at_hand { Style::new() } else { theme.muted };
    let lead = |at_hand: bool| if at_hand { label("▌", theme.key) } else { gap(1) };
    let room = usize::from(area.width).saturating_sub(1);
    let lines = [
        vec![lead(at_hand), padded(figure.measure.short(), room, quiet)],
        vec![
            lead(at_hand),
            label(sign, style),
            gap(1),
            cell(&figure.shown(), style.add_modifier(ratatui::style::Modifier::BOLD)),
            gap(2),
            trend(figure, theme),
        ],
        vec![lead(at_hand), padded(&against(figure), room, quiet)],
    ];
    for (n, spans) in lines.into_iter().enumerate() {
        if let Some(place) = row(area, n) {
            put(buffer, place, &Line::from(spans));
        }
    }
}

/// What a figure is held against, or what it is made of where it is held against nothing.
fn against(figure: &Figure) -> String {
    match figure.rule.target {
        Some(line) => {
            format!("target {}", line.to_string().replace(">=", "≥ ").replace("<=", "≤ "))
        }
        None => figure.made_of(),
    }
}

/// How a figure moved: an arrow, and in its colour whether that is good.
fn trend(figure: &Figure, theme: &Theme) -> Span<'static> {
    let moved = figure.moved();
    if moved.is_empty() {
        return gap(0);
    }
    let style = match figure.improves() {
        Some(true) => theme.good,
        Some(false) => theme.notice,
        None => theme.muted,
    };
    cell(&moved, style)
}

/// Draws the other figures; gives the lines that they took.
fn figures(
    model: &Model,
    sheet: &Sheet,
    memory: &mut Memory,
    buffer: &mut Buffer,
    area: Rect,
) -> u16 {
    let theme = &model.theme;
    let wide = area.width >= LIST;
    if let Some(head) = row(area, 0) {
        let mut spans =
            vec![gap(3), padded("figure", 24, theme.muted), padded_start("is", 9, theme.muted)];
        spans.extend([gap(2), padded("of", if wide { 12 } else { 14 }, theme.muted)]);
        spans.push(padded_start("trend", 8, theme.muted));
        spans.extend([gap(1), padded_start("young", 6, theme.muted)]);
        put(buffer, head, &Line::from(spans));
    }
    let rest = below(area, 1);
    let rows: Vec<(usize, &Figure)> = sheet.in_order().enumerate().skip(HEADLINES.len()).collect();
    let shown = usize::from(rest.height);
    let at = model.measures.selected.saturating_sub(HEADLINES.len());
    let first = first_shown(memory.top, at, rows.len(), shown);
    memory.top = first;
    for (n, (place, figure)) in rows.iter().skip(first).take(shown).enumerate() {
        let Some(line) = row(rest, n) else { break };
        memory.hit(line, Hit::Line(*place));
        let at_hand = model.measures.selected == *place;
        if at_hand {
            buffer.set_style(line, theme.selected);
        }
        put(buffer, line, &figure_line(figure, at_hand, theme));
    }
    1 + rows.len().min(shown) as u16
}

fn figure_line(figure: &Figure, at_hand: bool, theme: &Theme) -> Line<'static> {
    let (sign, style) = mark(figure.standing(), theme);
    let plain = if at_hand { Style::new() } else { theme.text() };
    let quiet = if at_hand { Style::new() } else { theme.muted };
    let made = match figure.value {
        Value::Time { of, .. } => format!("of {of}"),
        Value::Share { hit, of } => format!("{hit} of {of}"),
        Value::Mean { of, .. } => format!("over {of}"),
        Value::Count(_) => String::new(),
    };
    let moved = trend(figure, theme);
    let young = if figure.young > 0 { figure.young.to_string() } else { String::new() };
    let moved_style = moved.style;
    Line::from(vec![
        if at_hand { label("▌", theme.key) } else { gap(1) },
        label(sign, style),
        gap(1),
        padded(figure.measure.title(), 24, plain),
        padded_start(
            &figure.shown(),
            9,
            if figure.standing() == Standing::Plain { plain } else { style },
        ),
        gap(2),
        padded(&made, 12, quiet),
        padded_start(moved.content.as_ref(), 8, moved_style),
        gap(1),
        padded_start(&young, 6, quiet),
    ])
}

/// What to do, as far as there is room.
fn todo_list(model: &Model, sheet: &Sheet, buffer: &mut Buffer, area: Rect) {
    let theme = &model.theme;
    if area.height < 3 {
        return;
    }
    let items = actions(sheet, &model.policy);
    let columns = usize::from(inner(area).width);
    let mut lines = vec![Line::from(label("Action items", theme.brand))];
    if items.is_empty() && !sheet.is_empty() {
        lines.push(Line::from(label("No figure is past its line.", theme.good)));
    }
    for item in &items {
        let at_hand = model.measures.measure() == Some(item.measure);
        let style = if at_hand { theme.strong } else { theme.text() };
        lines.extend(sentence(&format!("• {}", item.sentence), columns, style));
    }
    // The items that fit whole, and how many do not.
    let height = usize::from(area.height);
    if lines.len() > height {
        lines.truncate(height.saturating_sub(1));
        lines.push(Line::from(label("… the report has the rest", theme.muted)));
    }
    for (n, line) in lines.iter().enumerate() {
        if let Some(place) = row(area, n) {
            put(buffer, inner(place), line);
        }
    }
}

/// Which figures have which chart beside them.
impl Chart {
    const fn of(measure: Measure) -> Self {
        match measure {
            Measure::HandoffToResponse | Measure::ResponseToOpportunity => Self::Rates,
            Measure::WithinSla | Measure::FeedbackGiven | Measure::Escalations => Self::Clocks,
            Measure::TimeToFirstTouch | Measure::MqlTimeToFirstTouch | Measure::AnsweredIn5Min => {
                Self::Touches
            }
            Measure::ConversionBySource | Measure::RecycleConversion => Self::Sources,
            Measure::Rejected
            | Measure::ReturnRate
            | Measure::IncompleteReports
            | Measure::Recycled
            | Measure::Overrides => Self::Reasons,
            Measure::Worked
            | Measure::MqaToOpportunity
            | Measure::MqaToClose
            | Measure::SalesAcceptance
            | Measure::MqlToMeeting
            | Measure::MeetingToOpportunity
            | Measure::ClosedWonToActivated => Self::Funnel,
            Measure::Volume
            | Measure::HandoffRate
            | Measure::Completeness
            | Measure::Satisfaction => Self::Weeks,
        }
    }
}

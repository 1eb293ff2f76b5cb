//! The charts of the Measures screen, all of them ratatui's own. Colour is never alone: stacked types differ by how
//! densely they are filled, lines by their marker, and every bar has its number beside it.

use std::collections::BTreeMap;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::{Marker, bar};
use ratatui::text::Line;
use ratatui::widgets::{Axis, Bar, BarChart, Chart as LineChart, Dataset, GraphType, Widget};

use super::CHART;
use crate::domain::measure::count::STEPS;
use crate::domain::measure::sheet::Sheet;
use crate::domain::text::{clip, columns, pad, pad_start};
use crate::tui::model::Model;
use crate::tui::text::{cell, gap, label};
use crate::tui::theme::Theme;
use crate::tui::view::{below, inner, put, row};

/// A chart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Chart {
    /// Volume by week, stacked by type.
    Weeks,
    /// Response and opportunity rates.
    Rates,
    /// Promises kept, by clock.
    Clocks,
    /// From handed off to won.
    Funnel,
    /// Conversion by source.
    Sources,
    /// Time to first touch.
    Touches,
    /// How handoffs came out.
    Reasons,
}

impl Chart {
    const ALL: [Self; 7] = [
        Self::Weeks,
        Self::Rates,
        Self::Clocks,
        Self::Funnel,
        Self::Sources,
        Self::Touches,
        Self::Reasons,
    ];

    const fn title(self) -> &'static str {
        match self {
            Self::Weeks => "Handed off by week, stacked by type",
            Self::Rates => "Answered, then opportunity, in %",
            Self::Clocks => "Kept in time, by clock",
            Self::Funnel => "From handed off to won",
            Self::Sources => "Opportunities by source",
            Self::Touches => "Assignment to first touch",
            Self::Reasons => "How handoffs came out",
        }
    }
}

/// As many charts as there is room for: in their order, or the chosen one first where not all fit.
pub(super) fn grid(model: &Model, sheet: &Sheet, chosen: Chart, frame: &mut Frame<'_>, area: Rect) {
    let across: u16 = if area.width >= 72 { 2 } else { 1 };
    let down = (area.height / CHART).max(1);
    let room = usize::from(across * down);
    let mut charts: Vec<Chart> = Chart::ALL.to_vec();
    if charts.len() > room {
        charts.retain(|chart| *chart != chosen);
        charts.insert(0, chosen);
        charts.truncate(room);
    }
    let down = (charts.len() as u16).div_ceil(across);
    let height = area.height / down;
    let width = area.width / across;
    for (place, chart) in charts.iter().enumerate() {
        let n = place as u16;
        let place = Rect {
            x: area.x + n % across * width,
            y: area.y + n / across * height,
            width: width.saturating_sub(2),
            height: height.saturating_sub(1),
        };
        draw(model, sheet, *chart, frame, place);
    }
}

/// One chart under its title.
pub(super) fn draw(model: &Model, sheet: &Sheet, chart: Chart, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.theme;
    if area.height < 3 || area.width < 20 {
        return;
    }
    let buffer = frame.buffer_mut();
    if let Some(head) = row(area, 0) {
        put(buffer, inner(head), &Line::from(label(chart.title(), theme.brand)));
    }
    let body = inner(below(area, 1));
    let drawn = match chart {
        Chart::Weeks => weeks(model, sheet, buffer, body),
        Chart::Rates => rates(sheet, theme, buffer, body),
        Chart::Clocks => bars(&clocks(sheet), theme, buffer, body),
        Chart::Funnel => bars(&funnel(sheet), theme, buffer, body),
        Chart::Sources => bars(&sources(sheet), theme, buffer, body),
        Chart::Touches => bars(&touches(sheet), theme, buffer, body),
        Chart::Reasons => bars(&reasons(model, sheet), theme, buffer, body),
    };
    if !drawn && let Some(line) = row(body, 0) {
        put(buffer, line, &Line::from(label("nothing to show yet", theme.faint)));
    }
}

/// The fillings of stacked types, the largest first.
const FILLS: [&str; 6] = ["█", "▓", "▒", "░", "▚", "·"];

fn styles(theme: &Theme) -> [Style; 6] {
    [theme.key, theme.good, theme.notice, theme.critical, theme.noticed, theme.muted]
}

fn filled(fill: &'static str) -> bar::Set<'static> {
    bar::Set {
        full: fill,
        seven_eighths: fill,
        three_quarters: fill,
        five_eighths: fill,
        half: fill,
        three_eighths: fill,
        one_quarter: fill,
        one_eighth: fill,
        empty: " ",
    }
}

/// Volume by week: the whole is drawn first, and each part over it from below, so that the types stand on each other.
fn weeks(model: &Model, sheet: &Sheet, buffer: &mut Buffer, area: Rect) -> bool {
    let theme = &model.theme;
    let mut totals: BTreeMap<&str, i64> = BTreeMap::new();
    for (kind, n) in sheet.weeks.iter().flat_map(|(_, kinds)| kinds) {
        *totals.entry(kind).or_default() += n;
    }
    let mut kinds: Vec<(&str, i64)> = totals.into_iter().collect();
    kinds.sort_by_key(|(_, n)| -n);
    if kinds.is_empty() {
        return false;
    }
    // What is rare goes together under the last filling.
    let places: BTreeMap<&str, usize> =
        kinds.iter().enumerate().map(|(n, (kind, _))| (*kind, n.min(FILLS.len() - 1))).collect();
    let ranks = kinds.len().min(FILLS.len());
    let sum = |of: &[(String, i64)], to: usize| -> u64 {
        let part =
            of.iter().filter(|(kind, _)| places.get(kind.as_str()).is_some_and(|at| *at <= to));
        part.map(|(_, n)| n.unsigned_abs()).sum()
    };
    let width = (area.width / (sheet.weeks.len() as u16).max(1)).clamp(2, 8) - 1;
    let shown = usize::from(area.width / (width + 1)).min(sheet.weeks.len());
    let weeks = sheet.weeks.get(sheet.weeks.len() - shown..).unwrap_or_default();
    let most = weeks.iter().map(|(_, of)| sum(of, ranks)).max().unwrap_or(1).max(1);
    let legend = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let names = Rect { y: area.bottom().saturating_sub(2), height: 1, ..area };
    let plot = Rect { y: area.y + 1, height: area.height.saturating_sub(3), ..area };
    for rank in (0..ranks).rev() {
        let all: Vec<Bar<'_>> = weeks
            .iter()
            .map(|(_, of)| Bar::default().value(sum(of, rank)).text_value(String::new()))
            .collect();
        let style = styles(theme).get(rank).copied().unwrap_or_default();
        BarChart::vertical(all)
            .bar_width(width)
            .bar_gap(1)
            .max(most)
            .bar_set(filled(FILLS.get(rank).copied().unwrap_or("█")))
            .bar_style(style)
            .render(plot, buffer);
    }
    for (n, (week, of)) in weeks.iter().enumerate() {
        let x = area.x + n as u16 * (width + 1);
        let total = sum(of, ranks);
        let high =
            (total * u64::from(plot.height) * 8 / most).div_ceil(8).min(u64::from(plot.height));
        let above = Rect {
            x,
            y: plot.bottom().saturating_sub(high as u16 + 1),
            width: width + 1,
            height: 1,
        };
        if total > 0 {
            put(buffer, above, &Line::from(cell(&total.to_string(), theme.strong)));
        }
        let name = Rect { x, width: width + 1, ..names };
        let short = if width >= 3 { week.short() } else { String::new() };
        put(buffer, name, &Line::from(cell(&short, theme.muted)));
    }
    let mut spans = Vec::new();
    let roomy = kinds.iter().take(FILLS.len()).map(|(kind, _)| columns(kind) + 8).sum::<usize>()
        <= usize::from(area.width);
    for (n, (kind, total)) in kinds.iter().take(FILLS.len()).enumerate() {
        let style = styles(theme).get(n).copied().unwrap_or_default();
        let rest = n + 1 == FILLS.len() && kinds.len() > FILLS.len();
        let name = if rest { "others" } else { kind };
        let says = if rest || !roomy { name.to_owned() } else { format!("{name} {total}") };
        spans.extend([
            label(FILLS.get(n).copied().unwrap_or("█"), style),
            gap(1),
            cell(&says, theme.muted),
            gap(if roomy { 2 } else { 1 }),
        ]);
    }
    put(buffer, legend, &Line::from(spans));
    true
}

fn rates(sheet: &Sheet, theme: &Theme, buffer: &mut Buffer, area: Rect) -> bool {
    let points =
        |of: &dyn Fn(&crate::domain::measure::sheet::Rate) -> Option<f64>| -> Vec<(f64, f64)> {
            let all = sheet.rates.iter().enumerate();
            all.filter_map(|(n, rate)| Some((n as f64, of(rate)?))).collect()
        };
    let (response, opportunity) = (points(&|rate| rate.response), points(&|rate| rate.opportunity));
    if response.is_empty() && opportunity.is_empty() {
        return false;
    }
    let last = |points: &[(f64, f64)]| {
        points.last().map_or_else(|| "–".to_owned(), |(_, number)| format!("{number:.0} %"))
    };
    let legend = Rect { height: 1, ..area };
    put(
        buffer,
        legend,
        &Line::from(vec![
            label("• ", theme.key),
            cell(&format!("response {}", last(&response)), theme.muted),
            gap(2),
            label("▪ ", theme.notice),
            cell(&format!("opportunity {}", last(&opportunity)), theme.muted),
        ]),
    );
    let names: Vec<Line<'_>> = sheet
        .rates
        .iter()
        .map(|rate| Line::from(cell(&rate.period.short(), theme.muted)))
        .collect();
    let marks = ["0", "50", "100"].map(|mark| Line::from(label(mark, theme.muted)));
    let sets = vec![
        Dataset::default()
            .marker(Marker::Braille)
            .graph_type(GraphType::Line)
            .style(theme.key)
            .data(&response),
        Dataset::default()
            .marker(Marker::Block)
            .graph_type(GraphType::Scatter)
            .style(theme.notice)
            .data(&opportunity),
    ];
    let end = (sheet.rates.len().max(2) - 1) as f64;
    LineChart::new(sets)
        .x_axis(Axis::default().style(theme.faint).bounds([0.0, end]).labels(names))
        .y_axis(Axis::default().style(theme.faint).bounds([0.0, 100.0]).labels(marks))
        .legend_position(None)
        .render(below(area, 1), buffer);
    true
}

/// A bar with what stands before it.
struct Part {
    name: String,
    says: String,
    /// Its length, of 1,000.
    length: u64,
    style: fn(&Theme) -> Style,
}

fn thousandth(n: i64, of: i64) -> u64 {
    if of <= 0 { 0 } else { (n.max(0) as u64) * 1_000 / of.unsigned_abs() }
}

/// Whole percent, as the report rounds them.
fn percent(n: i64, of: i64) -> String {
    let share = if of > 0 { n as f64 * 100.0 / of as f64 } else { 0.0 };
    format!("{share:.0}")
}

const fn plain(theme: &Theme) -> Style {
    theme.key
}

fn clocks(sheet: &Sheet) -> Vec<Part> {
    let part =
        |(name, kept): &(crate::domain::clock::ClockName, crate::domain::measure::count::Kept)| {
            let of = kept.met + kept.missed;
            let length = thousandth(kept.met, of);
            let style: fn(&Theme) -> Style = match (of, length) {
                (0, _) => |theme| theme.faint,
                (_, 900..) => |theme| theme.good,
                (_, 700..) => |theme| theme.warned,
                _ => |theme| theme.breached,
            };
            let says = if of == 0 {
                "–".to_owned()
            } else {
                format!("{} % of {of}", percent(kept.met, of))
            };
            Part { name: name.key().replace('_', " "), says, length, style }
        };
    sheet.clocks.iter().map(part).collect()
}

fn funnel(sheet: &Sheet) -> Vec<Part> {
    let all = sheet.funnel.first().map_or(0, |(_, n)| *n);
    let part = |(name, n): &(&'static str, i64)| Part {
        name: (*name).to_owned(),
        says: format!("{n}, {} %", percent(*n, all)),
        length: thousandth(*n, all),
        style: plain,
    };
    if all == 0 { Vec::new() } else { sheet.funnel.iter().map(part).collect() }
}

fn sources(sheet: &Sheet) -> Vec<Part> {
    let part = |one: &crate::domain::measure::sheet::Converted| Part {
        name: one.source.replace('_', " "),
        says: format!("{} % of {}", percent(one.converted, one.handed), one.handed),
        length: thousandth(one.converted, one.handed),
        style: plain,
    };
    sheet.sources.iter().map(part).collect()
}

fn touches(sheet: &Sheet) -> Vec<Part> {
    if sheet.spread.touched == 0 {
        return Vec::new();
    }
    let most = sheet.spread.steps.iter().copied().max().unwrap_or(1);
    let names = STEPS.iter().map(|(_, name)| *name).chain(["longer"]);
    let part = |(name, n): (&'static str, i64)| Part {
        name: name.to_owned(),
        says: n.to_string(),
        length: thousandth(n, most),
        style: plain,
    };
    names.zip(sheet.spread.steps).map(part).collect()
}

fn reasons(model: &Model, sheet: &Sheet) -> Vec<Part> {
    let most = sheet.reasons.first().map_or(1, |(_, n)| *n);
    let part = |(code, n): &(String, i64)| {
        let rule = model.policy.disposition(code);
        Part {
            name: rule.map_or_else(|| code.clone(), |rule| rule.label.clone()),
            says: n.to_string(),
            length: thousandth(*n, most),
            style: plain,
        }
    };
    sheet.reasons.iter().map(part).collect()
}

/// Bars under each other, each with its name and number before it.
fn bars(parts: &[Part], theme: &Theme, buffer: &mut Buffer, area: Rect) -> bool {
    let shown = parts.get(..parts.len().min(usize::from(area.height))).unwrap_or(parts);
    if shown.is_empty() {
        return false;
    }
    let widest = |of: &dyn Fn(&Part) -> usize, most: usize| {
        shown.iter().map(of).max().unwrap_or(0).min(most)
    };
    let name = widest(&|part| columns(&part.name), 22);
    let says = widest(&|part| columns(&part.says), 14);
    let all: Vec<Bar<'_>> = shown
        .iter()
        .map(|part| {
            let line = Line::from(vec![
                cell(&pad(&clip(&part.name, name), name), theme.text()),
                gap(1),
                cell(&pad_start(&part.says, says), theme.strong),
            ]);
            Bar::default()
                .label(line)
                .value(part.length)
                .text_value(String::new())
                .style((part.style)(theme))
        })
        .collect();
    BarChart::horizontal(all).bar_width(1).bar_gap(0).max(1_000).render(area, buffer);
    true
}

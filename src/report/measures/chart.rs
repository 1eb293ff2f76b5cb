//! Charts as inline SVG: no script, no font, nothing from elsewhere. Every shape carries its numbers as text or title,
//! so that a chart reads without its colours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::html::escaped;
use crate::domain::measure::count::Spread;
use crate::domain::measure::sheet::{Rate, Sheet};

/// Colours that are told apart on screen, on paper and by people who see few of them (Okabe and Ito).
const COLORS: [&str; 8] =
    ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f", "#b3a000"];

const WIDE: f64 = 560.0;
const HIGH: f64 = 220.0;

fn color(place: usize) -> &'static str {
    COLORS.get(place % COLORS.len()).copied().unwrap_or("#0072b2")
}

fn open(title: &str, high: f64) -> String {
    format!(
        "<svg viewBox=\"0 0 {WIDE} {high:.0}\" role=\"img\" aria-label=\"{0}\"><title>{0}</title>",
        escaped(title)
    )
}

fn text(out: &mut String, x: f64, y: f64, anchor: &str, class: &str, words: &str) {
    let _ = write!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{}</text>",
        escaped(words)
    );
}

fn rect(out: &mut String, (x, y, w, h): (f64, f64, f64, f64), fill: &str, title: &str) {
    let _ = write!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{fill}\"><title>{}</title></rect>",
        w.max(0.0),
        h.max(0.0),
        escaped(title)
    );
}

/// Volume by week, stacked by type.
pub(super) fn weeks(sheet: &Sheet, labels: &BTreeMap<String, String>) -> String {
    let mut totals: BTreeMap<&String, i64> = BTreeMap::new();
    for (kind, n) in sheet.weeks.iter().flat_map(|(_, kinds)| kinds) {
        *totals.entry(kind).or_default() += n;
    }
    let mut kinds: Vec<(&String, i64)> = totals.into_iter().collect();
    kinds.sort_by_key(|(_, n)| -n);
    let sum = |of: &[(String, i64)]| of.iter().map(|(_, n)| *n).sum::<i64>();
    let most = sheet.weeks.iter().map(|(_, of)| sum(of)).max().unwrap_or(0).max(1) as f64;
    let mut out = open("Handoffs by week, stacked by type", HIGH + 24.0);
    let step = (WIDE - 40.0) / sheet.weeks.len().max(1) as f64;
    for (place, (week, of)) in sheet.weeks.iter().enumerate() {
        let x = 30.0 + step * place as f64;
        let mut top = HIGH - 20.0;
        for (rank, (kind, _)) in kinds.iter().enumerate() {
            let n = of.iter().find(|(own, _)| own == *kind).map_or(0, |(_, n)| *n);
            if n > 0 {
                let high = n as f64 / most * (HIGH - 50.0);
                top -= high;
                let label = labels.get(*kind).unwrap_or(kind);
                rect(
                    &mut out,
                    (x, top, step * 0.72, high),
                    color(rank),
                    &format!("{week} {label}: {n}"),
                );
            }
        }
        text(&mut out, x + step * 0.36, HIGH - 5.0, "middle", "axis", &week.short());
        text(&mut out, x + step * 0.36, top - 4.0, "middle", "value", &sum(of).to_string());
    }
    let mut x = 30.0;
    for (rank, (kind, n)) in kinds.iter().enumerate().take(8) {
        let label = labels.get(*kind).unwrap_or(kind);
        rect(&mut out, (x, HIGH + 8.0, 9.0, 9.0), color(rank), label);
        let words = format!("{label} {n}");
        text(&mut out, x + 12.0, HIGH + 16.0, "start", "axis", &words);
        x += 24.0 + words.chars().count() as f64 * 5.6;
        if x > WIDE - 60.0 {
            break;
        }
    }
    out + "</svg>"
}

/// One bar of a list.
pub(super) struct Bar {
    /// What it is of.
    pub(super) name: String,
    /// How long it is, of 1.
    pub(super) share: f64,
    /// What stands behind it.
    pub(super) says: String,
}

/// Bars under each other.
pub(super) fn bars(title: &str, all: &[Bar]) -> String {
    let line = 22.0;
    let mut out = open(title, line * all.len() as f64 + 8.0);
    for (place, bar) in all.iter().enumerate() {
        let y = 4.0 + line * place as f64;
        let room = WIDE - 290.0;
        text(&mut out, 130.0, y + 13.0, "end", "axis", &bar.name);
        rect(&mut out, (138.0, y, room, 16.0), "#ececec", "");
        let says = format!("{}: {}", bar.name, bar.says);
        rect(&mut out, (138.0, y, room * bar.share.clamp(0.0, 1.0), 16.0), color(0), &says);
        text(&mut out, 138.0 + room + 8.0, y + 13.0, "start", "value", &bar.says);
    }
    out + "</svg>"
}

/// The two rates over the periods.
pub(super) fn rates(rates: &[Rate]) -> String {
    let mut out = open("Response and opportunity rates", HIGH + 24.0);
    let step = (WIDE - 80.0) / (rates.len().max(2) - 1) as f64;
    let y = |number: f64| HIGH - 20.0 - number.clamp(0.0, 100.0) / 100.0 * (HIGH - 50.0);
    for percent in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let _ = write!(
            out,
            "<line x1=\"34\" x2=\"{:.0}\" y1=\"{1:.1}\" y2=\"{1:.1}\" stroke=\"#dddddd\"/>",
            WIDE - 30.0,
            y(percent)
        );
        text(&mut out, 30.0, y(percent) + 4.0, "end", "axis", &format!("{percent:.0}%"));
    }
    for (place, rate) in rates.iter().enumerate() {
        let x = 44.0 + step * place as f64;
        text(&mut out, x, HIGH - 4.0, "middle", "axis", &rate.period.short());
    }
    let series: [(&str, Vec<Option<f64>>, &str); 2] = [
        ("handoff to response", rates.iter().map(|rate| rate.response).collect(), ""),
        ("response to opportunity", rates.iter().map(|rate| rate.opportunity).collect(), "5 3"),
    ];
    for (rank, (name, numbers, dash)) in series.iter().enumerate() {
        let mut before: Option<(f64, f64)> = None;
        for (place, number) in numbers.iter().enumerate() {
            let Some(number) = number else {
                before = None;
                continue;
            };
            let (x, y) = (44.0 + step * place as f64, y(*number));
            if let Some((from, height)) = before {
                let _ = write!(
                    out,
                    "<line x1=\"{from:.1}\" y1=\"{height:.1}\" x2=\"{x:.1}\" y2=\"{y:.1}\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>",
                    color(rank * 5)
                );
            }
            let _ = write!(
                out,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{}\"><title>{name}: {number:.0} %</title></circle>",
                color(rank * 5)
            );
            let lift = if rank == 0 { -7.0 } else { 15.0 };
            text(&mut out, x, y + lift, "middle", "value", &format!("{number:.0}"));
            before = Some((x, y));
        }
        let x = 44.0 + 200.0 * rank as f64;
        rect(&mut out, (x, HIGH + 8.0, 16.0, 4.0), color(rank * 5), name);
        text(&mut out, x + 20.0, HIGH + 15.0, "start", "axis", name);
    }
    out + "</svg>"
}

/// How long first touches took.
pub(super) fn touches(spread: &Spread) -> String {
    let names = super::doc::step_names();
    let most = spread.steps.iter().copied().max().unwrap_or(0).max(1) as f64;
    let mut out = open("Time to first touch", HIGH);
    let step = (WIDE - 20.0) / names.len() as f64;
    for (place, (name, n)) in names.iter().zip(spread.steps).enumerate() {
        let x = 10.0 + step * place as f64;
        let high = n as f64 / most * (HIGH - 50.0);
        let y = HIGH - 20.0 - high;
        rect(&mut out, (x, y, step * 0.8, high), color(0), &format!("{name}: {n}"));
        text(&mut out, x + step * 0.4, HIGH - 5.0, "middle", "axis", name);
        text(&mut out, x + step * 0.4, y - 4.0, "middle", "value", &n.to_string());
    }
    out + "</svg>"
}

//! A report as one page: styles and charts inside, no script, nothing fetched. It prints on A4 and letter.

use super::chart::{self, Bar};
use super::doc::{Cell, Doc, Part, stands};
use crate::domain::measure::figure::Standing;
use crate::domain::measure::sheet::{HEADLINES, Report, Sheet};
use crate::domain::text::safe;

/// Columns of a table that fit on a sheet of paper.
const ACROSS: usize = 10;
/// Columns of a table that fit beside another part.
const BESIDE: usize = 6;
/// Letters of a cell that is not broken over two lines.
const SHORT: usize = 10;
/// What a cell with a command begins with.
const COMMAND: &str = "handoff list ";

const STYLE: &str = include_str!("../../../assets/report.css");

/// A text in which nothing is a tag, in its safe form.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

fn head(title: &str) -> String {
    // The policy forbids what the page doesn't do anyway: scripts, and anything from elsewhere.
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        escaped(title)
    )
}

/// The page of a report.
pub(super) fn page(report: &Report, doc: &Doc) -> String {
    let sheet = &report.sheet;
    let mut out = head(&doc.title);
    out.push_str(&format!("<header><h1>{}</h1>\n", escaped(&doc.title)));
    for note in &doc.notes {
        out.push_str(&format!("<p>{}</p>\n", escaped(note)));
    }
    out.push_str("</header>\n<main>\n");
    if !sheet.is_empty() {
        out.push_str(&headlines(sheet));
    }
    for part in &doc.parts {
        let drawn = drawn(part.key, report);
        // Half a page holds a chart and a few columns of figures, never a table that runs into its neighbour.
        let class = match drawn.is_empty() || used(part).len() > BESIDE {
            true => "wide",
            false => "half",
        };
        out.push_str(&format!("<section class=\"{class}\"><h2>{}</h2>\n", escaped(&part.title)));
        out.push_str(&drawn);
        out.push_str(&body(part));
        out.push_str("</section>\n");
    }
    out + "</main>\n</body>\n</html>\n"
}

/// A page of tables only.
pub(super) fn plain(doc: &Doc) -> String {
    let mut out = head(&doc.title);
    out.push_str(&format!("<header><h1>{}</h1>\n", escaped(&doc.title)));
    for note in &doc.notes {
        out.push_str(&format!("<p>{}</p>\n", escaped(note)));
    }
    out.push_str("</header>\n<main>\n");
    for part in &doc.parts {
        out.push_str("<section class=\"wide\">");
        if doc.parts.len() > 1 || part.title != doc.title {
            out.push_str(&format!("<h2>{}</h2>\n", escaped(&part.title)));
        }
        out.push_str(&body(part));
        out.push_str("</section>\n");
    }
    out + "</main>\n</body>\n</html>\n"
}

fn headlines(sheet: &Sheet) -> String {
    let mut out = "<div class=\"headlines\">\n".to_owned();
    for measure in HEADLINES {
        let Some(figure) = sheet.figure(measure) else { continue };
        let standing = figure.standing();
        let target = figure
            .rule
            .target
            .map(|line| format!("target {}", crate::domain::measure::figure::line_words(line)))
            .unwrap_or_default();
        let says = match standing {
            Standing::Plain => String::new(),
            other => format!("<span class=\"stands\">{}</span>", stands(other)),
        };
        out.push_str(&format!(
            "<div class=\"{}\"><h3>{}</h3><p class=\"figure\">{}</p><p>{says} {}</p><p>{} {}</p></div>\n",
            standing.key(),
            escaped(measure.title()),
            escaped(&figure.shown()),
            escaped(&target),
            escaped(&figure.made_of()),
            escaped(&figure.moved())
        ));
    }
    out + "</div>\n"
}

fn drawn(key: &str, report: &Report) -> String {
    let sheet = &report.sheet;
    let share = |hit: i64, of: i64| if of > 0 { hit as f64 / of as f64 } else { 0.0 };
    match key {
        "weeks" => chart::weeks(sheet, &report.labels),
        "rates" => chart::rates(&sheet.rates),
        "touches" => chart::touches(&sheet.spread),
        "clocks" => {
            let bar = |(name, kept): &(
                crate::domain::clock::ClockName,
                crate::domain::measure::count::Kept,
            )| {
                let of = kept.met + kept.missed;
                let says = match of {
                    0 => format!("{} open", kept.open),
                    _ => format!("{:.0} % of {of}", share(kept.met, of) * 100.0),
                };
                Bar { name: name.key().replace('_', " "), share: share(kept.met, of), says }
            };
            let all: Vec<Bar> = sheet.clocks.iter().map(bar).collect();
            chart::bars("Promises kept in time, by clock", &all)
        }
        "sources" => {
            let most = sheet.sources.iter().map(|one| one.handed).max().unwrap_or(1);
            let all: Vec<Bar> = sheet
                .sources
                .iter()
                .map(|one| Bar {
                    name: one.source.replace('_', " "),
                    share: share(one.converted, one.handed.max(1)).max(0.0),
                    says: format!(
                        "{:.0} %, {} of {}",
                        share(one.converted, one.handed) * 100.0,
                        one.converted,
                        one.handed
                    ),
                })
                .filter(|_| most > 0)
                .collect();
            chart::bars("Conversion by source", &all)
        }
        "funnel" => {
            let most = sheet.funnel.first().map_or(1, |(_, n)| *n).max(1);
            let all: Vec<Bar> = sheet
                .funnel
                .iter()
                .map(|(name, n)| Bar {
                    name: (*name).to_owned(),
                    share: share(*n, most),
                    says: format!("{n}, {:.0} %", share(*n, most) * 100.0),
                })
                .collect();
            chart::bars("From handed off to won", &all)
        }
        "outcomes" => {
            let most = sheet.reasons.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1);
            let label = |code: &str| {
                let known = report.feedback.outcomes.iter().find(|(own, _, _)| own == code);
                known.map_or_else(|| code.to_owned(), |(_, label, _)| label.clone())
            };
            let all: Vec<Bar> = sheet
                .reasons
                .iter()
                .take(10)
                .map(|(code, n)| Bar {
                    name: label(code),
                    share: share(*n, most),
                    says: n.to_string(),
                })
                .collect();
            chart::bars("Outcomes", &all)
        }
        _ => String::new(),
    }
}

/// The columns of a part that say something: those with a cell that is not empty.
fn used(part: &Part) -> Vec<usize> {
    let says = |place: usize| {
        part.rows.iter().any(|row| row.get(place).is_some_and(|cell| !cell.shown().is_empty()))
    };
    (0..part.heads.len()).filter(|place| says(*place)).collect()
}

fn body(part: &Part) -> String {
    let mut out = String::new();
    for said in &part.says {
        out.push_str(&format!("<p>{}</p>\n", escaped(said)));
    }
    if part.heads.is_empty() || part.rows.is_empty() {
        return out;
    }
    let used = used(part);
    // A page is only so wide: of a table with many figures the rest goes below, under the same names.
    let (names, figures) = used.split_at(used.len().min(1));
    let across = if used.len() > ACROSS { ACROSS - 1 } else { ACROSS };
    for some in figures.chunks(across) {
        let places: Vec<usize> = names.iter().chain(some).copied().collect();
        out.push_str(&table(part, &places));
    }
    if figures.is_empty() {
        out.push_str(&table(part, names));
    }
    out
}

/// Some columns of a part as a table.
fn table(part: &Part, places: &[usize]) -> String {
    let is_number =
        |place: usize| part.rows.iter().any(|row| row.get(place).is_some_and(Cell::is_number));
    let is_command = |place: usize| {
        let mut cells = part.rows.iter().filter_map(|row| row.get(place));
        cells.any(|cell| matches!(cell, Cell::Text(text) if text.starts_with(COMMAND)))
    };
    let is_short = |place: usize| {
        let mut cells = part.rows.iter().filter_map(|row| row.get(place));
        cells.all(|cell| cell.shown().chars().count() <= SHORT)
    };
    let class = |place: usize| match (is_number(place), is_command(place), is_short(place)) {
        (true, ..) => " class=\"n\"",
        (_, true, _) => " class=\"command\"",
        (.., true) => " class=\"short\"",
        _ => "",
    };
    let mut out = "<div class=\"table\"><table>\n<thead><tr>".to_owned();
    for place in places {
        let head = part.heads.get(*place).map_or("", String::as_str);
        out.push_str(&format!("<th{}>{}</th>", class(*place), escaped(head)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (n, row) in part.rows.iter().enumerate() {
        let standing = part.stands.get(n).map_or("", |standing| standing.key());
        out.push_str(&format!("<tr class=\"{standing}\">"));
        for place in places {
            let shown = row.get(*place).map(Cell::shown).unwrap_or_default();
            let shown = match shown.strip_prefix(COMMAND) {
                Some(_) => format!("<code>{}</code>", escaped(&shown)),
                None => escaped(&shown),
            };
            out.push_str(&format!("<td{}>{shown}</td>", class(*place)));
        }
        out.push_str("</tr>\n");
    }
    out + "</tbody>\n</table></div>\n"
}

//! A report as titled tables and sentences, before it becomes text, Markdown, HTML or a workbook.

use std::collections::BTreeMap;

use crate::domain::clock::ClockName;
use crate::domain::handoff::Claim;
use crate::domain::measure::Measure;
use crate::domain::measure::blame::{Broken, Party};
use crate::domain::measure::count::STEPS;
use crate::domain::measure::feedback::{Feedback, Item};
use crate::domain::measure::figure::{Figure, Standing, line_words, time};
use crate::domain::measure::sheet::{CutTable, HEADLINES, Report, Sheet};
use crate::domain::say;

/// One cell of a table.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A whole number.
    Count(i64),
    /// A figure: its number, and how it is shown.
    Figure(Option<f64>, String),
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// As it is shown.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Figure(_, text) => text.clone(),
            Self::Count(n) => n.to_string(),
        }
    }

    /// Whether it stands at the right of its column.
    #[must_use]
    pub const fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_))
    }
}

/// A titled table with sentences before it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Part {
    /// What the charts and the sheets of a workbook know it by.
    pub key: &'static str,
    /// Its heading.
    pub title: String,
    /// Sentences.
    pub says: Vec<String>,
    /// The heads of its columns.
    pub heads: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
    /// How each row stands against its lines, where rows are figures.
    pub stands: Vec<Standing>,
}

/// A document.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Doc {
    /// Its heading.
    pub title: String,
    /// What to know before reading it.
    pub notes: Vec<String>,
    /// Its parts.
    pub parts: Vec<Part>,
}

pub(super) fn part(key: &'static str, title: &str, heads: &[&str]) -> Part {
    Part {
        key,
        title: title.to_owned(),
        heads: heads.iter().map(|head| (*head).to_owned()).collect(),
        ..Part::default()
    }
}

impl Doc {
    /// The document of a report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let sheet = &report.sheet;
        let mut parts = vec![actions(report), figures(report)];
        parts.push(weeks(report));
        parts.push(clocks(sheet));
        parts.push(rates(sheet));
        parts.push(sources(sheet));
        parts.push(funnel(sheet));
        parts.push(touches(sheet));
        parts.push(broken(&report.broken));
        parts.extend(report.cuts.iter().map(cut));
        parts.extend(feedback(&report.feedback));
        parts.retain(|part| !part.rows.is_empty() || !part.says.is_empty());
        Self { title: title(sheet), notes: notes(report), parts }
    }
}

fn title(sheet: &Sheet) -> String {
    let mut title = format!("Handoffs, {}", sheet.scope.period.name());
    if let Some(team) = &sheet.scope.team {
        title.push_str(&format!(", team of {}", team.name));
    }
    if let Some(kind) = &sheet.scope.kind {
        title.push_str(&format!(", type {kind}"));
    }
    title
}

fn notes(report: &Report) -> Vec<String> {
    let sheet = &report.sheet;
    let mut notes = Vec::new();
    let told = say::moment(sheet.now, sheet.zone);
    if sheet.over {
        notes.push(format!("As of {told}; days are those of {}.", sheet.zone.name()));
    } else {
        notes.push(format!(
            "Not over yet: this is how it stands on {told}, and figures still move; days are those of {}.",
            sheet.zone.name()
        ));
    }
    if sheet.is_empty() {
        notes.push("Nothing was handed off in this period.".to_owned());
    } else {
        let volume = sheet.figure(Measure::Volume).map_or(0, |figure| figure.value.of());
        let handed = say::count(volume.unsigned_abs(), "handoff", "handoffs");
        let per = report.per_person.map_or_else(String::new, |mean| {
            format!(", {mean:.1} for each person who was given some")
        });
        notes.push(format!(
            "{handed} submitted{per}; the period before had {}.",
            say::thousands(report.before.unsigned_abs())
        ));
        notes.push(
            "A handoff too young for a rate is left out of it and counted as not yet due."
                .to_owned(),
        );
    }
    notes
}

fn actions(report: &Report) -> Part {
    let mut part =
        part("actions", "Action items", &["what", "handoffs that show it", "all of them"]);
    for action in &report.actions {
        let examples: Vec<_> =
            action.examples.iter().map(|(id, company)| format!("{id} {company}")).collect();
        part.rows.push(vec![
            Cell::text(&action.sentence),
            Cell::text(examples.join(", ")),
            Cell::text(format!("handoff list '{}'", action.filter)),
        ]);
    }
    if report.actions.is_empty() && !report.sheet.is_empty() {
        part.says.push("No figure is past its line.".to_owned());
        part.heads.clear();
    }
    part
}

/// How a figure stands, in a word that needs no colour.
pub(super) const fn stands(standing: Standing) -> &'static str {
    match standing {
        Standing::Plain => "",
        Standing::Good => "on target",
        Standing::Short => "short",
        Standing::Warned => "past its line",
    }
}

fn figures(report: &Report) -> Part {
    let heads = [
        "measure",
        "figure",
        "of",
        "stands",
        "target",
        "warning",
        "trend",
        "not yet due",
        "formula",
        "handoffs behind it",
    ];
    let mut part = part("figures", "Figures", &heads);
    for figure in report.sheet.in_order() {
        let words = |line: Option<_>| line.map(line_words).unwrap_or_default();
        part.rows.push(vec![
            Cell::text(figure.measure.title()),
            Cell::Figure(figure.value.number(), figure.shown()),
            Cell::text(figure.made_of()),
            Cell::text(stands(figure.standing())),
            Cell::text(words(figure.rule.target)),
            Cell::text(words(figure.rule.warn)),
            Cell::text(figure.moved()),
            Cell::Count(figure.young),
            Cell::text(figure.measure.says()),
            Cell::text(
                report
                    .filters
                    .get(&figure.measure)
                    .map_or_else(String::new, |filter| format!("handoff list '{filter}'")),
            ),
        ]);
        part.stands.push(figure.standing());
    }
    part
}

fn weeks(report: &Report) -> Part {
    let sheet = &report.sheet;
    let mut totals: BTreeMap<&String, i64> = BTreeMap::new();
    for (kind, n) in sheet.weeks.iter().flat_map(|(_, kinds)| kinds) {
        *totals.entry(kind).or_default() += n;
    }
    let mut part = part("weeks", "Volume by week", &["week"]);
    let label = |kind: &String| report.labels.get(kind).cloned().unwrap_or_else(|| kind.clone());
    part.heads.extend(totals.keys().map(|kind| label(kind)));
    part.heads.push("total".to_owned());
    part.heads.push("against the week before".to_owned());
    let mut before: Option<i64> = None;
    for (week, kinds) in sheet.weeks.iter().filter(|_| !totals.is_empty()) {
        let n = |kind: &String| kinds.iter().find(|(own, _)| own == kind).map_or(0, |(_, n)| *n);
        let total: i64 = kinds.iter().map(|(_, n)| n).sum();
        let mut row = vec![Cell::text(week.to_string())];
        row.extend(totals.keys().map(|kind| Cell::Count(n(kind))));
        row.push(Cell::Count(total));
        row.push(before.map_or_else(
            || Cell::text(""),
            |before| Cell::Figure(Some((total - before) as f64), format!("{:+}", total - before)),
        ));
        before = Some(total);
        part.rows.push(row);
    }
    part
}

fn share(hit: i64, of: i64) -> Cell {
    let number = (of > 0).then(|| hit as f64 * 100.0 / of as f64);
    Cell::Figure(number, number.map_or_else(|| "–".to_owned(), |number| format!("{number:.0} %")))
}

fn clocks(sheet: &Sheet) -> Part {
    let heads = ["clock", "in time", "missed", "share in time", "still open"];
    let mut part = part("clocks", "Promises kept, by clock", &heads);
    for (name, kept) in &sheet.clocks {
        part.rows.push(vec![
            Cell::text(name.key()),
            Cell::Count(kept.met),
            Cell::Count(kept.missed),
            share(kept.met, kept.met + kept.missed),
            Cell::Count(kept.open),
        ]);
    }
    part
}

fn rates(sheet: &Sheet) -> Part {
    let heads = ["period", "handoff to response", "response to opportunity"];
    let mut part = part("rates", "Rates over six periods", &heads);
    let cell = |rate: Option<f64>| {
        Cell::Figure(rate, rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.0} %")))
    };
    if sheet.rates.iter().any(|rate| rate.response.or(rate.opportunity).is_some()) {
        for rate in &sheet.rates {
            part.rows.push(vec![
                Cell::text(rate.period.to_string()),
                cell(rate.response),
                cell(rate.opportunity),
            ]);
        }
    }
    part
}

fn sources(sheet: &Sheet) -> Part {
    let heads = ["source", "handed off", "opportunities", "conversion"];
    let mut part = part("sources", "Conversion by source", &heads);
    for one in &sheet.sources {
        part.rows.push(vec![
            Cell::text(one.source.replace('_', " ")),
            Cell::Count(one.handed),
            Cell::Count(one.converted),
            share(one.converted, one.handed),
        ]);
    }
    part
}

fn funnel(sheet: &Sheet) -> Part {
    let mut part = part("funnel", "From handed off to won", &["step", "handoffs", "of all"]);
    let all = sheet.funnel.first().map_or(0, |(_, n)| *n);
    for (name, n) in sheet.funnel.iter().filter(|_| all > 0) {
        part.rows.push(vec![Cell::text(*name), Cell::Count(*n), share(*n, all)]);
    }
    part
}

/// The names of the steps of first touches.
pub(super) fn step_names() -> Vec<&'static str> {
    STEPS.iter().map(|(_, name)| *name).chain(["longer"]).collect()
}

fn touches(sheet: &Sheet) -> Part {
    let mut part = part("touches", "Time to first touch", &["took", "handoffs"]);
    if sheet.spread.touched == 0 {
        return part;
    }
    for (name, n) in step_names().into_iter().zip(sheet.spread.steps) {
        part.rows.push(vec![Cell::text(name), Cell::Count(n)]);
    }
    part.rows.push(vec![Cell::text("not touched"), Cell::Count(sheet.spread.untouched)]);
    part
}

pub(super) fn broken(all: &BTreeMap<ClockName, Broken>) -> Part {
    let mut part = part(
        "broken",
        "Who used up the promise",
        &["clock", "broken", "marketing", "triage", "assignee", "prospect", "used up by"],
    );
    for (name, broken) in all {
        let mut row = vec![Cell::text(name.key()), Cell::Count(broken.n)];
        row.extend(Party::ALL.iter().map(|party| {
            let ms = broken.split.of(*party);
            Cell::Figure(Some(ms as f64 / 3_600_000.0), time(ms))
        }));
        let blamed = Party::ALL.iter().zip(broken.blamed).filter(|(_, n)| *n > 0);
        let mut blamed: Vec<_> = blamed.collect();
        blamed.sort_by_key(|(_, n)| -n);
        let blamed: Vec<_> = blamed.iter().map(|(party, n)| format!("{party} {n}")).collect();
        row.push(Cell::text(blamed.join(", ")));
        part.rows.push(row);
    }
    if !part.rows.is_empty() {
        part.says.push(
            "The time of end-to-end clocks that were broken, by whoever had the handoff while it ran.".to_owned(),
        );
    }
    part
}

fn cut(table: &CutTable) -> Part {
    let key = match table.by {
        "person" => "by person",
        "source" => "by source",
        "tier" => "by tier",
        "segment" => "by segment",
        _ => "by type",
    };
    let mut part = part(key, &format!("Figures {key}"), &[table.by, "handed off"]);
    let shown: Vec<Measure> = table.rows.first().map_or_else(Vec::new, |row| {
        let all = row.figures.iter().map(|figure| figure.measure);
        let (first, rest): (Vec<_>, Vec<_>) = all.partition(|measure| HEADLINES.contains(measure));
        let used = |measure: &Measure| {
            *measure != Measure::Volume
                && table.rows.iter().any(|row| {
                    row.figures.iter().any(|one| one.measure == *measure && one.value.of() > 0)
                })
        };
        first.into_iter().chain(rest).filter(used).collect()
    });
    part.heads.extend(shown.iter().map(|measure| measure.title().to_owned()));
    for row in &table.rows {
        let find = |measure: Measure| row.figures.iter().find(|one| one.measure == measure);
        let handed = find(Measure::Volume).map_or(0, |one| one.value.of());
        let mut cells = vec![Cell::text(&row.name), Cell::Count(handed)];
        cells.extend(shown.iter().map(|measure| match find(*measure) {
            Some(figure) => Cell::Figure(figure.value.number(), shown_with(figure)),
            None => Cell::text(""),
        }));
        part.rows.push(cells);
    }
    part
}

/// A figure in a table of many: with its mark where it is past its line.
fn shown_with(figure: &Figure) -> String {
    match figure.standing() {
        // The rate over the whole list is held against its line as a whole, not value by value.
        Standing::Warned if figure.measure != Measure::HandoffRate => {
            format!("! {}", figure.shown())
        }
        _ => figure.shown(),
    }
}

pub(super) fn feedback(pack: &Feedback) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut outcomes =
        part("outcomes", "For marketing: how handoffs came out", &["code", "outcome", "times"]);
    for (code, label, n) in &pack.outcomes {
        outcomes.rows.push(vec![Cell::text(code), Cell::text(label), Cell::Count(*n)]);
    }
    parts.push(outcomes);
    let mut items = |key, title: &str, what: &str, items: &[Item]| {
        let mut one = part(key, &format!("For marketing: {title}"), &["handoff", "account", what]);
        for item in items {
            one.rows.push(vec![
                Cell::text(item.handoff.to_string()),
                Cell::text(&item.company),
                Cell::text(&item.what),
            ]);
        }
        parts.push(one);
    };
    items("reasons", "reasons given", "reason", &pack.reasons);
    items("personas", "personas to correct", "right person", &pack.personas);
    items("rehand", "hand over again", "on", &pack.rehand);
    items("remove", "accounts to remove", "why", &pack.remove);
    let mut competitors =
        part("competitors", "For marketing: competitors met", &["competitor", "times"]);
    for (name, n) in &pack.competitors {
        competitors.rows.push(vec![Cell::text(name), Cell::Count(*n)]);
    }
    parts.push(competitors);
    let mut claims = part("claims", "For marketing: which claims held", &["source", "outcomes"]);
    claims.heads.extend(Claim::ALL.iter().map(|claim| claim.key().replace('_', " ")));
    for one in &pack.claims {
        let mut row = vec![Cell::text(one.source.key().replace('_', " ")), Cell::Count(one.judged)];
        row.extend(Claim::ALL.iter().map(|claim| match one.precision(*claim) {
            Some(held) => Cell::Figure(Some(held), format!("{held:.0} %")),
            None => Cell::text("too few to say"),
        }));
        claims.rows.push(row);
    }
    parts.push(claims);
    let heads = ["sender", "handed off", "rating", "rated", "incomplete", "missing most often"];
    let mut senders = part("senders", "For marketing: who sent what", &heads);
    for sent in &pack.senders {
        let missing: Vec<_> =
            sent.missing.iter().take(5).map(|(field, n)| format!("{field} {n}")).collect();
        senders.rows.push(vec![
            Cell::text(&sent.name),
            Cell::Count(sent.sender.handed),
            Cell::Figure(
                sent.rating(),
                sent.rating().map_or_else(|| "–".to_owned(), |mean| format!("{mean:.1}")),
            ),
            Cell::Count(sent.sender.rated),
            Cell::Count(sent.sender.incomplete),
            Cell::text(missing.join(", ")),
        ]);
    }
    parts.push(senders);
    parts
}

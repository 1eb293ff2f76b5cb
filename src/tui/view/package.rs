//! The package of the handoff at hand: its sections, how complete it is, and the one section that is shown.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{bar, below, inner, is_active, put, put_right, row, title};
use crate::domain::field::{Section, package_field};
use crate::domain::ids::HandoffId;
use crate::domain::package::FieldValue;
use crate::domain::say;
use crate::domain::stage::Stage;
use crate::tui::action::Screen;
use crate::tui::answer::{Card, Happening};
use crate::tui::layout;
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Pane};
use crate::tui::msg::Hit;
use crate::tui::text::{cell, clipped, gap, label, padded, wrapped};
use crate::tui::when::{self, STAMP};

/// Lines above the text: title, sections, completeness, a space.
const ABOVE: u16 = 4;
/// Text is not wider than this, however wide the screen: longer lines read badly.
const WIDEST: usize = 110;
/// The labels of the facts take no more than this.
const LABELS: usize = 18;
/// Lines that one fact shows at most.
const MOST: usize = 40;
/// So many fields that differ from what was submitted are told at the top.
const CHANGES: usize = 5;

pub(super) fn draw(model: &Model, memory: &mut Memory, buffer: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    memory.hit(area, Hit::Pane(Pane::Package));
    let active = is_active(model, Pane::Package) || model.full;
    let Some(at_hand) = head(model) else {
        title(model, buffer, area, active, vec![label("Package", Style::new())], Vec::new());
        return;
    };
    let left = vec![
        cell(&at_hand.0.to_string(), Style::new()),
        label(" · ", Style::new()),
        clipped(at_hand.1, usize::from(area.width) * 3 / 5, Style::new()),
    ];
    let kind = model.policy.kind(at_hand.2).map_or(at_hand.2, |kind| kind.label.as_str());
    let right = vec![
        cell(kind, Style::new()),
        label(" · ", Style::new()),
        cell(at_hand.3.key(), Style::new()),
    ];
    title(model, buffer, area, active, left, right);
    sections(model, memory, buffer, area);
    let Some(card) = model.card() else { return };
    completeness(model, card, buffer, area);
    let text = below(area, ABOVE);
    for (n, line) in lines(model, card, columns(area)).iter().skip(model.scroll).enumerate() {
        let Some(place) = row(text, n) else {
            more(model, buffer, text);
            break;
        };
        put(buffer, inner(place), line);
    }
}

/// The handoff at hand: id, company, type, stage.
fn head(model: &Model) -> Option<(HandoffId, &str, &str, Stage)> {
    if model.screen == Screen::Batch {
        let item = model.batch.item()?;
        return Some((item.id, &item.account.name, &item.kind, item.stage));
    }
    let row = model.row()?;
    Some((row.id, &row.company, &row.kind, row.stage))
}

fn columns(area: Rect) -> usize {
    usize::from(area.width).saturating_sub(2).min(WIDEST)
}

/// The most lines by which the package can be scrolled at its present size.
#[must_use]
pub fn overflow(model: &Model) -> usize {
    let Some((areas, card)) = layout::areas(model).zip(model.card()) else { return 0 };
    let shown = usize::from(areas.package.height.saturating_sub(ABOVE));
    lines(model, card, columns(areas.package)).len().saturating_sub(shown)
}

/// Says at the edge of the last line that there is more.
fn more(model: &Model, buffer: &mut Buffer, area: Rect) {
    if let Some(last) = row(area, usize::from(area.height).saturating_sub(1)) {
        put_right(buffer, last, &Line::from(label("↓", model.theme.key)));
    }
}

fn sections(model: &Model, memory: &mut Memory, buffer: &mut Buffer, area: Rect) {
    let Some(line) = row(area, 1) else { return };
    let theme = &model.theme;
    let names: usize = Section::ALL.iter().map(|section| section.title().len() + 2).sum();
    let short = names > usize::from(line.width);
    let mut x = line.x;
    for section in Section::ALL {
        let shown = *section == model.section;
        let style = if shown { theme.tab } else { theme.muted };
        let name = section.title();
        // Where there is no room for all names, those that are not shown keep their beginnings.
        let name = if short && !shown { name.get(..3).unwrap_or(name) } else { name };
        let width = name.len() as u16 + 2;
        let place = Rect { x, width: width.min(line.right().saturating_sub(x)), ..line };
        buffer.set_style(place, style);
        put(buffer, place, &Line::from(vec![gap(1), label(name, style)]));
        memory.hit(place, Hit::Section(*section));
        x = x.saturating_add(width);
    }
}

fn completeness(model: &Model, card: &Card, buffer: &mut Buffer, area: Rect) {
    let Some(line) = row(area, 2) else { return };
    let theme = &model.theme;
    let package = &card.package;
    let style = if package.missing.is_empty() { theme.good } else { theme.warned };
    let percent = format!(" {:>3} %", package.completeness);
    let mut spans = bar(f64::from(package.completeness) / 100.0, 10, style, theme.faint).to_vec();
    spans.push(cell(&percent, style));
    let names: Vec<_> = package.missing.iter().map(|field| field.label).collect();
    if names.is_empty() {
        spans.push(label("  complete", theme.muted));
    } else {
        let room = usize::from(line.width).saturating_sub(28);
        spans.push(label("  missing ", theme.muted));
        spans.push(clipped(&names.join(", "), room, theme.notice));
    }
    put(buffer, inner(line), &Line::from(spans));
}

/// The lines of the section that is shown.
fn lines(model: &Model, card: &Card, columns: usize) -> Vec<Line<'static>> {
    match model.section {
        Section::Record => record(model, card, columns),
        section => {
            let mut lines = Vec::new();
            if section == Section::Summary {
                lead(model, card, columns, &mut lines);
            }
            let facts: Vec<_> = card
                .package
                .section(section)
                .filter(|fact| !is_told(fact) || section != Section::Summary)
                .collect();
            let mark = usize::from(!card.changed.is_empty());
            let labels = facts.iter().map(|fact| fact.field.label.len() + mark);
            let labels = labels.max().unwrap_or(0).min(LABELS);
            for fact in &facts {
                self::fact(model, card, fact, labels, columns, &mut lines);
            }
            if facts.is_empty() && lines.is_empty() {
                lines.push(Line::from(label("Nothing is known here yet.", model.theme.muted)));
            }
            lines
        }
    }
}

/// What the first lines of the summary tell already.
fn is_told(fact: &FieldValue) -> bool {
    const TOLD: &[&str] = &[
        "reason",
        "account.name",
        "account.revenue",
        "account.employees",
        "account.industry",
        "account.region",
    ];
    TOLD.contains(&fact.field.key) && fact.is_filled()
}

/// The company in one line, why it is here, and what was said to the assignee.
fn lead(model: &Model, card: &Card, columns: usize, lines: &mut Vec<Line<'static>>) {
    let theme = &model.theme;
    let account = &card.account;
    let parts = [
        account.revenue.map(say::money),
        account
            .employees
            .and_then(|number| u64::try_from(number).ok())
            .map(|n| say::count(n, "person", "people")),
        account.industry.clone(),
        account.region.clone(),
    ];
    let company = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if !company.is_empty() {
        lines.push(Line::from(clipped(&company, columns, theme.strong)));
    }
    if let Some(why) = card.package.value("reason") {
        lines.extend(prose(why, columns, theme.text()));
    }
    if card.handoff.stage == Stage::Returned && !card.handoff.missing.is_empty() {
        let names: Vec<_> = card
            .handoff
            .missing
            .iter()
            .map(|key| package_field(key).map_or(key.as_str(), |field| field.label))
            .collect();
        let wanted = format!("Returned; they ask for: {}", names.join(", "));
        lines.extend(prose(&wanted, columns, theme.notice));
    }
    lines.extend(since_sent(model, card, columns));
    let back = card.asides.iter().find(|aside| aside.title.starts_with("Came back"));
    if let Some(back) = back {
        lines.push(Line::default());
        lines.push(Line::from(cell(&back.title, theme.muted)));
        for line in &back.lines {
            lines.extend(prose(line, columns, theme.text()));
        }
    }
    if let Some(brief) = &card.handoff.brief {
        lines.push(Line::default());
        lines.push(Line::from(label("Brief", theme.muted)));
        lines.extend(prose(brief, columns, theme.strong));
    }
    lines.push(Line::default());
}

/// What the package says differently since it was submitted, field by field.
fn since_sent(model: &Model, card: &Card, columns: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let Some(sent) = card.sent.filter(|_| !card.changed.is_empty()) else { return Vec::new() };
    let many = say::count(card.changed.len() as u64, "field differs", "fields differ");
    let head =
        format!("~ {many} from what was submitted {}:", when::stamp(sent, model.now, model.zone));
    let mut lines: Vec<_> = prose(&head, columns, theme.notice).collect();
    for differs in card.changed.iter().take(CHANGES) {
        let text = format!("  {}", differs.line());
        lines.push(Line::from(clipped(&text, columns, theme.muted)));
    }
    if card.changed.len() > CHANGES {
        let more = format!("  and {} more", card.changed.len() - CHANGES);
        lines.push(Line::from(cell(&more, theme.muted)));
    }
    lines
}

fn prose(text: &str, columns: usize, style: Style) -> impl Iterator<Item = Line<'static>> {
    wrapped(text, columns, MOST).into_iter().map(move |line| Line::from(cell(&line, style)))
}

fn fact(
    model: &Model,
    card: &Card,
    fact: &FieldValue,
    labels: usize,
    columns: usize,
    lines: &mut Vec<Line<'static>>,
) {
    let theme = &model.theme;
    let room = columns.saturating_sub(labels + 2);
    let missing = fact.required && !fact.is_filled();
    // Beside its name stands that it says something else than when it was submitted.
    let changed = card.changed.iter().any(|differs| differs.field.key == fact.field.key);
    let style = if changed { theme.notice } else { theme.muted };
    let name = if changed { format!("~{}", fact.field.label) } else { fact.field.label.to_owned() };
    let named = padded(&name, labels, style);
    let mut shown: Vec<Span<'static>> = Vec::new();
    for line in fact.shown() {
        shown.extend(wrapped(line, room, MOST).into_iter().map(|line| cell(&line, theme.text())));
    }
    if missing {
        shown.insert(0, label("missing", theme.notice));
    }
    for (n, span) in shown.into_iter().take(MOST).enumerate() {
        let lead = if n == 0 { named.clone() } else { gap(labels) };
        lines.push(Line::from(vec![lead, gap(2), span]));
    }
}

fn record(model: &Model, card: &Card, columns: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let mut lines = rated(model, card, columns);
    for aside in &card.asides {
        lines.push(Line::from(cell(&aside.title, theme.strong)));
        for line in &aside.lines {
            let wrapped = wrapped(line, columns.saturating_sub(2), MOST).into_iter();
            lines.extend(wrapped.map(|line| Line::from(vec![gap(2), cell(&line, theme.text())])));
        }
        lines.push(Line::default());
    }
    for happening in &card.record {
        lines.extend(happened(model, happening, columns));
    }
    if card.record.is_empty() {
        lines.push(Line::from(label("Nothing has happened yet.", theme.muted)));
    }
    lines
}

/// How the package was rated and what was missing, for whoever sent it.
fn rated(model: &Model, card: &Card, columns: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let Some(stars) = card.handoff.rating else { return Vec::new() };
    let said = format!("Rated {stars} of 5");
    let style = if stars <= 2 { theme.notice } else { theme.strong };
    let mut lines = vec![Line::from(cell(&said, style))];
    if let Some(lacked) = &card.handoff.lacked {
        lines.extend(prose(&format!("Missing: {lacked}"), columns, theme.text()));
    }
    lines.push(Line::default());
    lines
}

/// When, who and what, and below it from what to what and what was said.
fn happened(model: &Model, happening: &Happening, columns: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let stamp = when::stamp(happening.at, model.now, model.zone);
    let room = columns.saturating_sub(STAMP + 1);
    let of = happening.handoff.map_or(String::new(), |id| format!(" {id}"));
    let mut lines = vec![Line::from(vec![
        padded(&stamp, STAMP, theme.muted),
        gap(1),
        clipped(&format!("{} {}{of}", happening.who, happening.what), room, theme.strong),
    ])];
    for detail in &happening.details {
        let wrapped = wrapped(detail, room, MOST).into_iter();
        lines.extend(
            wrapped.map(|line| Line::from(vec![gap(STAMP + 1), cell(&line, theme.text())])),
        );
    }
    lines
}

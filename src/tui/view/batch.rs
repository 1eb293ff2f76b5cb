//! The Batch screen: the items with what is proposed and decided, why, and how everybody fills.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{bar, below, first_shown, inner, is_active, note, put, row, sentence, title};
use crate::domain::batch::round::Item;
use crate::domain::batch::sheet::Filled;
use crate::domain::ids::PersonId;
use crate::domain::say;
use crate::domain::stage::Stage;
use crate::tui::memory::Memory;
use crate::tui::model::{Model, Pane};
use crate::tui::msg::Hit;
use crate::tui::screen::batch::Of;
use crate::tui::text::{cell, clipped, gap, label, padded, padded_start, wrapped};
use crate::tui::when;

/// Columns of the account's score and of the proposal's.
const SCORE: usize = 5;

/// Columns of the three texts of a row, in the room that is there: names are cut last.
#[derive(Clone, Copy)]
struct Widths {
    account: usize,
    proposed: usize,
    decided: usize,
}

impl Widths {
    fn of(width: usize) -> Self {
        let room = width.saturating_sub(3 + SCORE + 2 + 1 + SCORE + 2 + 1);
        let proposed = (room * 3 / 10).clamp(12, 26);
        let decided = (room * 3 / 10).clamp(12, 30);
        Self { account: room.saturating_sub(proposed + decided).max(14), proposed, decided }
    }

    /// What a row has where neither proposal nor decision stands.
    const fn behind(self) -> usize {
        self.proposed + 1 + SCORE + 2 + self.decided + 1
    }
}
/// Columns of a person's name.
const NAME: usize = 20;
/// Columns of the bar behind it.
const BAR: usize = 10;

pub(super) fn draw_list(model: &Model, memory: &mut Memory, buffer: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    memory.hit(area, Hit::Pane(Pane::List));
    let theme = &model.theme;
    let batch = &model.batch;
    let items = batch.items();
    let (left, right) = heading(model);
    title(model, buffer, area, is_active(model, Pane::List), left, right);
    let rest = below(area, 1);
    if batch.of.is_none() {
        return;
    }
    let others = others(model);
    if items.is_empty() && others.is_empty() {
        let why = match &batch.of {
            Some(Of::Leaving(leaving)) => format!("{} has nothing in hand.", leaving.person.name),
            _ => "Nothing is in this batch. Tier 2 handoffs go into it when they are flagged; v shows another week."
                .to_owned(),
        };
        note(
            buffer,
            rest,
            &sentence(&why, usize::from(rest.width).saturating_sub(4), theme.strong),
        );
        return;
    }
    let widths = Widths::of(usize::from(area.width));
    if let Some(line) = row(rest, 0) {
        let heads = vec![
            gap(3),
            padded("account", widths.account, theme.muted),
            padded_start("score", SCORE, theme.muted),
            gap(2),
            padded("proposed", widths.proposed + 1 + SCORE, theme.muted),
            gap(2),
            padded("decision", widths.decided, theme.muted),
        ];
        put(buffer, line, &Line::from(heads));
    }
    let rest = below(rest, 1);
    let shown = usize::from(rest.height);
    let all = items.len() + others.len();
    let first = first_shown(memory.top, batch.index().unwrap_or(0), all, shown);
    memory.top = first;
    for n in first..all.min(first + shown) {
        let Some(place) = row(rest, n - first) else { break };
        match items.get(n) {
            Some(item) => {
                memory.hit(place, Hit::Line(n));
                let at_hand = batch.selected == Some(item.id);
                if at_hand {
                    buffer.set_style(place, theme.selected);
                }
                put(buffer, place, &line(model, item, widths, at_hand));
            }
            None => {
                if let Some((item, what)) = others.get(n - items.len()) {
                    let spans = vec![
                        gap(3),
                        padded(&item.account.name, widths.account, theme.muted),
                        padded_start(&item.score.to_string(), SCORE, theme.muted),
                        gap(2),
                        clipped(what, widths.behind(), theme.muted),
                    ];
                    put(buffer, place, &Line::from(spans));
                }
            }
        }
    }
}

fn heading(model: &Model) -> (Vec<Span<'static>>, Vec<Span<'static>>) {
    let batch = &model.batch;
    let plain = Style::new();
    let decided = format!("{} of {} decided", batch.decided(), batch.items().len());
    match &batch.of {
        None => (vec![label("Batch", plain)], Vec::new()),
        Some(Of::Week(sheet)) => {
            let left = vec![
                cell(&format!("Batch {} · {}", sheet.week, sheet.phase.label()), plain),
                label(" · ", plain),
                cell(&decided, plain),
            ];
            let (what, at) = match sheet.phase {
                crate::domain::batch::Phase::Open => ("cut-off", sheet.dates.send),
                crate::domain::batch::Phase::Routed | crate::domain::batch::Phase::Done => {
                    ("first touches by", sheet.dates.outreach)
                }
                _ => ("review by", sheet.dates.review),
            };
            (
                left,
                vec![cell(&format!("{what} {}", when::moment(at, model.now, model.zone)), plain)],
            )
        }
        Some(Of::Leaving(leaving)) => {
            let what = format!("What {} has in hand", leaving.person.name);
            (vec![cell(&what, plain), label(" · ", plain), cell(&decided, plain)], Vec::new())
        }
    }
}

/// What is in the batch beside the items that wait, with what became of each.
fn others(model: &Model) -> Vec<(&Item, String)> {
    let Some(sheet) = model.batch.sheet() else { return Vec::new() };
    let mut all = Vec::new();
    for item in &sheet.undelivered {
        all.push((item, "not delivered: package not complete enough".to_owned()));
    }
    for item in &sheet.settled {
        let what = match item.stage {
            stage if stage.is_assigned() => {
                let touched = if item.first_touch.is_some() { ", touched" } else { "" };
                format!("with {}{touched}", name_of(model, item.assignee))
            }
            Stage::Returned => "returned to marketing".to_owned(),
            stage => stage.key().to_owned(),
        };
        all.push((item, what));
    }
    for item in &sheet.put_off {
        all.push((item, format!("put off to {}", sheet.week.next())));
    }
    for item in &sheet.late {
        all.push((item, format!("late arrival, goes with {}", sheet.week.next())));
    }
    all
}

fn name_of(model: &Model, id: Option<PersonId>) -> String {
    let people = model.batch.round().map_or(&[][..], |round| &round.people);
    let person = people.iter().find(|person| Some(person.id) == id);
    person.map_or_else(|| "nobody".to_owned(), |person| person.name.clone())
}

fn line(model: &Model, item: &Item, widths: Widths, at_hand: bool) -> Line<'static> {
    let theme = &model.theme;
    let plain = if at_hand { Style::new() } else { theme.text() };
    let quiet = if at_hand { Style::new() } else { theme.muted };
    let batch = &model.batch;
    let draft = batch.drafts.get(&item.id);
    let overtaken = draft.is_some_and(|draft| draft.version != item.version);
    let sign = match (draft, overtaken) {
        (_, true) => label("!", theme.breached),
        (Some(_), false) => label("✓", theme.good),
        (None, _) => gap(1),
    };
    let pick = batch.solved.picks.get(&item.id);
    let proposed = pick.map_or_else(String::new, |pick| {
        let to = pick.to.map_or_else(|| "nobody".to_owned(), |to| name_of(model, Some(to)));
        // Where the whole batch proposes somebody other than the best for it alone, that is marked; a tie is not.
        let moved = pick
            .alone
            .is_some_and(|(alone, score)| Some(alone) != pick.to && score - pick.score >= 0.000_5);
        let sign = if moved { "≠ " } else { "" };
        format!("{sign}{to}")
    });
    let fits = pick.filter(|pick| pick.score > 0.0).map(|pick| format!("{:.3}", pick.score));
    let people = batch.round().map_or(&[][..], |round| &round.people);
    let decided = match (draft, overtaken) {
        (_, true) => "overtaken: changed since".to_owned(),
        (Some(draft), false) => draft.decision.words(people),
        (None, _) => String::new(),
    };
    Line::from(vec![
        if at_hand { label("▌", theme.key) } else { gap(1) },
        sign,
        gap(1),
        padded(&item.account.name, widths.account, plain),
        padded_start(&item.score.to_string(), SCORE, quiet),
        gap(2),
        padded(&proposed, widths.proposed, quiet),
        gap(1),
        padded_start(&fits.unwrap_or_default(), SCORE, quiet),
        gap(2),
        padded(&decided, widths.decided, if overtaken { theme.breached } else { plain }),
    ])
}

/// Why the item at hand is proposed as it is, and how everybody fills.
pub(super) fn draw_why(model: &Model, memory: &mut Memory, buffer: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    memory.hit(area, Hit::Pane(Pane::Clocks));
    let theme = &model.theme;
    let batch = &model.batch;
    let mut left = vec![label("Why", Style::new())];
    if let Some(item) = batch.item() {
        left.push(cell(&format!(" · {} {}", item.id, item.account.name), Style::new()));
    }
    let gain = batch.solved.total - batch.solved.greedy;
    let right = match gain > 0.000_5 {
        true => vec![cell(
            &format!("together {:.3}, one by one {:.3}", batch.solved.total, batch.solved.greedy),
            Style::new(),
        )],
        false => Vec::new(),
    };
    title(model, buffer, area, is_active(model, Pane::Clocks), left, right);
    let rest = below(area, 1);
    let columns = usize::from(rest.width).saturating_sub(2);
    let filled = batch.filled(&model.policy);
    let bars = if columns >= 70 { filled.len().div_ceil(2) } else { filled.len() };
    let height = usize::from(rest.height);
    let room = height.saturating_sub(bars.min(height / 2));
    let mut used = 0;
    for text in batch.told.iter() {
        for piece in wrapped(text, columns, 4) {
            if used >= room {
                break;
            }
            if let Some(place) = row(rest, used) {
                put(buffer, inner(place), &Line::from(cell(&piece, theme.text())));
            }
            used += 1;
        }
    }
    let rest = below(rest, u16::try_from(used).unwrap_or(u16::MAX));
    let wide = columns >= 70;
    let each = if wide { columns / 2 } else { columns };
    for (n, one) in filled.iter().enumerate() {
        let (line, column) = if wide { (n / 2, n % 2) } else { (n, 0) };
        let Some(place) = row(rest, line) else { break };
        let x = inner(place).x + u16::try_from(column * each).unwrap_or(0);
        let place = Rect { x, width: u16::try_from(each.saturating_sub(1)).unwrap_or(0), ..place };
        put(buffer, place, &fills(model, one));
    }
}

/// What somebody carries and is given, as a bar of two parts and in figures.
fn fills(model: &Model, one: &Filled<'_>) -> Line<'static> {
    let theme = &model.theme;
    let after = one.open + one.drawn;
    let mut spans = vec![padded(&one.person.name, NAME, theme.text()), gap(1)];
    match one.person.capacity.filter(|capacity| *capacity > 0) {
        Some(capacity) => {
            let share = f64::from(after) / f64::from(capacity);
            let style = match share {
                share if share > 1.0 => theme.breached,
                share if share >= 1.0 => theme.critical,
                share if share >= 0.8 => theme.warned,
                _ => theme.noticed,
            };
            spans.extend(bar(share, BAR, style, theme.faint));
            spans.push(gap(1));
            spans.push(cell(&format!("{}+{}/{capacity}", one.open, one.drawn), theme.muted));
        }
        None => {
            spans.push(gap(BAR + 1));
            spans.push(cell(&format!("{}+{}", one.open, one.drawn), theme.muted));
        }
    }
    if let Some(weekly) = one.person.weekly {
        let style = if one.week + one.drawn > weekly { theme.breached } else { theme.muted };
        spans.push(cell(&format!(" · week {}+{}/{weekly}", one.week, one.drawn), style));
    }
    let today = model.today();
    if let Some(absence) = one.person.away_on(today) {
        spans.push(cell(&format!(" away to {}", say::day_near(absence.to, today)), theme.notice));
    }
    Line::from(spans)
}

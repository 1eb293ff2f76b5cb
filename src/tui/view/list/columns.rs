//! The columns of the list: which fit, how wide they are, and what a row shows in them.

use crate::domain::account::Tier;
use crate::domain::queue::QueueRow;
use crate::domain::say;
use crate::domain::span::COUNTDOWN_WIDTH;
use crate::domain::text;
use crate::domain::view::{Column, Sort};
use crate::tui::action::Screen;
use crate::tui::memory::Widths;
use crate::tui::model::Model;
use crate::tui::screen::list::List;

/// Columns at the left of each row: the bar of the row at hand, its mark, its urgency, a space.
pub(super) const EDGE: usize = 4;
/// Columns between two columns.
pub(super) const GUTTER: usize = 2;
/// No column but the account and the next step takes more.
const WIDEST: usize = 16;
/// Columns that the account's name keeps.
const COMPANY: usize = 18;
/// Columns that it takes where there is room.
const COMPANY_ROOMY: usize = 20;
/// Columns that the next step keeps.
const STEP: usize = 30;

/// A column as it is drawn.
pub(super) struct Drawn {
    pub(super) what: What,
    pub(super) width: usize,
}

/// What a column shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A column of the view.
    Data(Column),
    /// What the playbook asks for next, on one's own list.
    Step,
}

impl What {
    /// Whether it is of numbers and times, which stand at the right edge.
    pub(super) const fn is_number(self) -> bool {
        matches!(self, Self::Data(Column::Score | Column::Touches | Column::Rating | Column::Clock))
    }

    /// The column of the view.
    pub(super) const fn column(self) -> Option<Column> {
        match self {
            Self::Data(column) => Some(column),
            Self::Step => None,
        }
    }
}

/// Columns in the order in which they give way.
const LEAST_FIRST: &[What] = &[
    What::Data(Column::Touches),
    What::Data(Column::Created),
    What::Data(Column::Region),
    What::Data(Column::Source),
    What::Data(Column::Id),
    What::Data(Column::Score),
    What::Data(Column::Type),
    What::Data(Column::Tier),
    What::Data(Column::Code),
    What::Data(Column::Owner),
    What::Data(Column::Stage),
    What::Step,
    What::Data(Column::Wake),
];

/// The columns that fit, each as wide as it needs to be; the account, or the next step, takes what is left.
pub(super) fn columns(model: &Model, list: &List, widths: &mut Widths, room: usize) -> Vec<Drawn> {
    let of = (format!("{:?} {}", model.screen, list.view.key), room as u16);
    if widths.of != of {
        *widths = Widths { of, ..Widths::default() };
    }
    let mut wanted: Vec<_> = list.view.columns.iter().copied().map(What::Data).collect();
    if model.screen == Screen::Mine {
        // On one's own list the owner is oneself; what matters is what to do.
        wanted.retain(|what| *what != What::Data(Column::Owner));
        let clock = wanted.iter().position(|what| *what == What::Data(Column::Clock));
        wanted.insert(clock.unwrap_or(wanted.len()), What::Step);
    }
    grow(model, list, widths, &wanted);
    let mut drawn: Vec<_> = wanted
        .into_iter()
        .map(|what| Drawn { what, width: width(what, list.sort, widths) })
        .collect();
    let taken = |drawn: &[Drawn]| {
        let columns: usize = drawn.iter().map(|drawn| drawn.width + GUTTER).sum();
        EDGE + 1 + columns.saturating_sub(GUTTER)
    };
    // What fits least is what tells least: the stage names the clock as well, so its name goes first.
    if taken(&drawn) > room
        && let Some(clock) = find(&mut drawn, What::Data(Column::Clock))
    {
        clock.width = COUNTDOWN_WIDTH;
    }
    for least in LEAST_FIRST {
        if taken(&drawn) <= room {
            break;
        }
        drawn.retain(|drawn| drawn.what != *least);
    }
    let mut left = room.saturating_sub(taken(&drawn));
    if let Some(step) = find(&mut drawn, What::Step) {
        // Names of companies are short, steps are sentences.
        let more = left.saturating_sub(COMPANY_ROOMY - COMPANY);
        step.width += more;
        left -= more;
    }
    if let Some(company) = find(&mut drawn, What::Data(Column::Company)) {
        company.width += left;
    }
    drawn
}

fn find(drawn: &mut [Drawn], what: What) -> Option<&mut Drawn> {
    drawn.iter_mut().find(|drawn| drawn.what == what)
}

/// Remembers the widest text of each column in the window.
fn grow(model: &Model, list: &List, widths: &mut Widths, wanted: &[What]) {
    let rows = &list.page.rows;
    let versions = rows.iter().fold(0_i64, |sum, row| sum.wrapping_add(row.version));
    let window = rows.first().zip(rows.last());
    let window = window.map(|(first, last)| (first.id, last.id, rows.len(), versions));
    if std::mem::replace(&mut widths.looked_at, window) == window {
        return;
    }
    for row in &list.page.rows {
        widths.clock = widths.clock.max(row.next.map_or(0, |next| next.name.key().len()));
        let data = wanted.iter().filter_map(|what| what.column());
        for column in data.filter(|column| !matches!(column, Column::Company | Column::Clock)) {
            let width = text::columns(&value(model, row, column)).min(WIDEST);
            let widest = widths.columns.entry(column).or_default();
            *widest = width.max(*widest);
        }
    }
}

fn width(what: What, sort: Sort, widths: &Widths) -> usize {
    match what {
        What::Step => STEP,
        What::Data(Column::Company) => COMPANY,
        What::Data(Column::Clock) if widths.clock == 0 => COUNTDOWN_WIDTH,
        What::Data(Column::Clock) => widths.clock + 1 + COUNTDOWN_WIDTH,
        What::Data(column) => {
            let content = widths.columns.get(&column).copied().unwrap_or(0);
            let sign = if column.sort() == Some(sort.key) { 2 } else { 0 };
            content.max(column.head().len() + sign)
        }
    }
}

/// What a row shows in a column; the clock is drawn otherwise.
pub(super) fn value(model: &Model, row: &QueueRow, column: Column) -> String {
    const NONE: &str = "–";
    let or_none = |text: Option<&str>| text.unwrap_or(NONE).to_owned();
    match column {
        Column::Id => row.id.to_string(),
        Column::Company => row.company.clone(),
        Column::Tier if row.tier == Tier::Outside => "out".to_owned(),
        Column::Tier => row.tier.to_string(),
        Column::Type => row.kind.clone(),
        Column::Stage => row.stage.to_string(),
        Column::Owner => or_none(row.assignee_name.as_deref()),
        Column::Score => row.score.to_string(),
        Column::Source => row.source.to_string(),
        Column::Region => or_none(row.region.as_deref()),
        Column::Created => say::day_near(say::day_of(row.created, model.zone), model.today()),
        Column::Code => or_none(row.code.as_deref()),
        Column::Wake => row.wake.map_or(NONE.to_owned(), |day| say::day_near(day, model.today())),
        Column::Touches => row.touches.to_string(),
        Column::Rating => row.rating.map_or(NONE.to_owned(), |stars| stars.to_string()),
        Column::Clock => String::new(),
    }
}

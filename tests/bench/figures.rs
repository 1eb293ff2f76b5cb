//! What was measured, and the table of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a figure is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Start,
    Move,
    MoveBytes,
    Page,
    Ends,
    Hold,
    Section,
    Screen,
    Sort,
    Column,
    Filter,
    Package,
    Sync,
    Assign,
    Accept,
    Dispose,
    Settled,
    Bulk,
    IdleCpu,
    IdleBytes,
    IdleWrites,
    TickCpu,
    TickBytes,
    TickWrites,
    Memory,
}

impl Kind {
    /// What it is called, the floor's figure that it is a ratio of, and the bar of PROMISES.md.
    const fn says(self) -> (&'static str, Self, &'static str) {
        match self {
            Self::Start => ("start to queue, package and clocks", Self::Start, "p50 <= 3"),
            Self::Move => ("move", Self::Move, "p99 <= 2"),
            Self::MoveBytes => ("move, bytes sent", Self::MoveBytes, "cells that changed"),
            Self::Page => ("page", Self::Page, "p99 <= 2"),
            Self::Ends => ("last, first", Self::Ends, "p99 <= 3"),
            Self::Hold => ("hold a key: lag behind the last press", Self::Hold, "p50 <= 2"),
            Self::Section => ("next section", Self::Move, "p99 <= 2"),
            Self::Screen => ("switch screen", Self::Page, "p99 <= 2"),
            Self::Sort => ("sort the other way", Self::Ends, "p99 <= 3"),
            Self::Column => ("sort by another column", Self::Ends, "p99 <= 3"),
            Self::Filter => ("filter, per key typed", Self::Page, "p95 <= 10"),
            Self::Package => ("open a package with 200 signals", Self::Page, "p50 <= 3"),
            Self::Sync => ("the disk's own sync of 8 KB", Self::Sync, "beside the next"),
            Self::Assign => ("assign, key to done, over the sync", Self::Page, "p50 <= 5"),
            Self::Accept => ("accept, key to done, over the sync", Self::Page, "p50 <= 5"),
            Self::Dispose => ("dispose, key to done, over the sync", Self::Page, "p50 <= 5"),
            Self::Settled => {
                ("assign or accept, key to the list as it is now", Self::Page, "beside the bar")
            }
            Self::Bulk => ("assign 200 at once, key to done", Self::Page, "<= 100 ms"),
            Self::IdleCpu => {
                ("idle, no second in sight: processor, us a second", Self::IdleCpu, "0")
            }
            Self::IdleBytes => ("idle, no second in sight: bytes a second", Self::IdleBytes, "0"),
            Self::IdleWrites => ("idle, no second in sight: bytes to disk", Self::IdleWrites, "0"),
            Self::TickCpu => {
                ("idle, a dozen ticking: processor, us a second", Self::TickCpu, "<= 3000")
            }
            Self::TickBytes => ("idle, a dozen ticking: bytes a second", Self::TickBytes, "<= 400"),
            Self::TickWrites => ("idle, a dozen ticking: bytes to disk", Self::TickWrites, "0"),
            Self::Memory => ("most memory, KB", Self::Memory, "<= 4"),
        }
    }

    const fn is_time(self) -> bool {
        !matches!(
            self,
            Self::MoveBytes
                | Self::IdleCpu
                | Self::IdleBytes
                | Self::IdleWrites
                | Self::TickCpu
                | Self::TickBytes
                | Self::TickWrites
                | Self::Memory
        )
    }
}

#[derive(Default)]
pub(crate) struct Figures(BTreeMap<(Kind, bool), Vec<f64>>);

impl Figures {
    pub(crate) fn add(&mut self, kind: Kind, desk: bool, figure: f64) {
        if !figure.is_nan() {
            self.0.entry((kind, desk)).or_default().push(figure);
        }
    }

    pub(crate) fn count(&mut self, kind: Kind, desk: bool, figure: u64) {
        self.add(kind, desk, figure as f64);
    }

    /// A table in Markdown: the desk's percentiles, the floor's, and their ratio.
    pub(crate) fn table(&self) -> String {
        let mut text = "| what | n | desk p50 | p95 | p99 | floor p50 | p95 | p99 | ratio p50 | p95 | p99 | bar |\n\
                        |---|---|---|---|---|---|---|---|---|---|---|---|\n"
            .to_owned();
        for ((kind, _), figures) in self.0.iter().filter(|((_, desk), _)| *desk) {
            let (name, beside, bar) = kind.says();
            let floor = self.0.get(&(beside, false)).map_or(&[][..], Vec::as_slice);
            let shares = [0.50, 0.95, 0.99];
            let shown = |figure: f64| match kind.is_time() {
                _ if figure.is_nan() => "–".to_owned(),
                true => format!("{figure:.2}"),
                false => format!("{figure:.0}"),
            };
            let desk = shares.map(|share| at(figures, share));
            let floor = shares.map(|share| at(floor, share));
            let ratio = |n: usize| {
                if floor[n] > 0.0 { format!("{:.1}", desk[n] / floor[n]) } else { "–".into() }
            };
            writeln!(
                text,
                "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {bar} |",
                figures.len(),
                shown(desk[0]),
                shown(desk[1]),
                shown(desk[2]),
                shown(floor[0]),
                shown(floor[1]),
                shown(floor[2]),
                ratio(0),
                ratio(1),
                ratio(2),
            )
            .unwrap();
        }
        text
    }
}

/// The figure that such a share of them stays within.
pub(crate) fn at(figures: &[f64], share: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (share * (sorted.len().max(1) - 1) as f64).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

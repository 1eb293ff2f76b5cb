//! What a manager needs on a Friday: the week's volume against the one before, what is late, what was returned and
//! escalated in it, who carries more than they should, and the batch that is reviewed next.

use chrono::NaiveDate;

use super::blame::Broken;
use super::feedback::Feedback;
use super::sheet::Sheet;
use crate::domain::batch::{Phase, Week};
use crate::domain::clock::ClockName;
use crate::domain::ids::HandoffId;
use crate::domain::queue::QueueRow;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use std::collections::BTreeMap;

/// A week as its manager sums it up.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    /// The week's figures.
    pub sheet: Sheet,
    /// Open and past due now, the latest first; at most [`MOST`].
    pub late: Vec<QueueRow>,
    /// Lists all that is past due now.
    pub late_filter: String,
    /// Sent back to marketing in the week, the newest first; at most [`MOST`].
    pub returned: Vec<Returned>,
    /// Escalated in the week, the newest first; at most [`MOST`].
    pub escalated: Vec<Escalated>,
    /// Who works handoffs or has any in hand: the fullest first.
    pub loads: Vec<Load>,
    /// The batch that is reviewed next.
    pub next: Next,
}

/// Most rows of each list of a summary; who wants more asks for the list.
pub const MOST: usize = 50;

/// A handoff that was sent back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Returned {
    /// Which.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// When.
    pub at: Instant,
    /// The code of the return, as it is called.
    pub label: String,
    /// What is missing, or why, as it was written down.
    pub why: String,
    /// Whoever handed it over.
    pub sender: String,
}

/// A promise that was told of above whoever owes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Escalated {
    /// On which handoff.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// Which promise.
    pub clock: ClockName,
    /// When it was last told of.
    pub at: Instant,
    /// To whom it was told, by name.
    pub to: Vec<String>,
    /// It still runs.
    pub open: bool,
}

/// What somebody carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Load {
    /// Their name.
    pub name: String,
    /// Handoffs in their hands.
    pub open: u32,
    /// How many they may have.
    pub capacity: Option<u32>,
    /// Of what they have, past due.
    pub late: u32,
    /// What they were given this week.
    pub this_week: u32,
}

impl Load {
    /// How they stand against their capacity.
    #[must_use]
    pub fn stands(&self) -> &'static str {
        match self.capacity {
            Some(most) if self.open > most => "over capacity",
            Some(most) if self.open == most => "full",
            Some(_) => "",
            None => "no capacity set",
        }
    }

    /// Whether they have more than they should.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.capacity.is_some_and(|most| self.open > most)
    }
}

/// The batch that is reviewed next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Next {
    /// Its week.
    pub week: Week,
    /// How far it has come.
    pub phase: Phase,
    /// Its cut-off.
    pub send: Instant,
    /// The day on which it is reviewed.
    pub review: NaiveDate,
    /// What waits for a decision or for its package.
    pub items: Vec<NextItem>,
}

/// An item of the next batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NextItem {
    /// The handoff.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// Where it stands.
    pub stage: Stage,
    /// Its intent score.
    pub score: u8,
    /// How complete its package was at submit, in percent; none before.
    pub completeness: Option<u8>,
}

impl Summary {
    /// Handed off by type: the type's key, this week, and the week before.
    #[must_use]
    pub fn volume(&self) -> Vec<(String, i64, i64)> {
        let week = self.sheet.scope.period;
        let of = |period| {
            let found = self.sheet.weeks.iter().find(|(own, _)| *own == period);
            found.map(|(_, kinds)| kinds.as_slice()).unwrap_or_default()
        };
        let mut all: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for (kind, n) in of(week) {
            all.entry(kind).or_default().0 += n;
        }
        for (kind, n) in of(week.previous()) {
            all.entry(kind).or_default().1 += n;
        }
        all.into_iter().map(|(kind, (now, before))| (kind.to_owned(), now, before)).collect()
    }
}

/// What marketing is told of a period: who used up the promises, and what became of its handoffs.
#[derive(Clone, PartialEq, Debug)]
pub struct Pack {
    /// End-to-end clocks that were broken.
    pub broken: BTreeMap<ClockName, Broken>,
    /// How handoffs came out and what to mend.
    pub feedback: Feedback,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_volume_of_a_week_stands_beside_the_week_before() {
        use crate::domain::measure::count::Spread;
        use crate::domain::measure::period::Period;
        use crate::domain::measure::sheet::Scope;
        let week = |text: &str| text.parse::<Period>().unwrap();
        let kinds = |all: &[(&str, i64)]| {
            all.iter().map(|(kind, n)| ((*kind).to_owned(), *n)).collect::<Vec<_>>()
        };
        let weeks = vec![
            (week("2026-W45"), kinds(&[("tier1", 50)])),
            (week("2026-W46"), kinds(&[("mql", 4), ("tier1", 3)])),
            (week("2026-W47"), kinds(&[("tier1", 5), ("tier2", 2)])),
        ];
        let monday = "2026-11-23".parse().unwrap();
        let sheet = Sheet {
            scope: Scope { period: week("2026-W47"), kind: None, team: None },
            now: Instant(0),
            zone: chrono_tz::UTC,
            over: true,
            figures: vec![],
            weeks,
            clocks: vec![],
            rates: vec![],
            sources: vec![],
            funnel: vec![],
            spread: Spread::default(),
            reasons: vec![],
        };
        let next = Next {
            week: Week::of(monday),
            phase: Phase::Open,
            send: Instant(0),
            review: monday,
            items: vec![],
        };
        let summary = Summary {
            sheet,
            late: vec![],
            late_filter: String::new(),
            returned: vec![],
            escalated: vec![],
            loads: vec![],
            next,
        };
        let told = [("mql", 0, 4), ("tier1", 5, 3), ("tier2", 2, 0)];
        assert_eq!(summary.volume(), told.map(|(kind, now, then)| (kind.to_owned(), now, then)));
    }

    #[test]
    fn somebody_stands_against_their_capacity() {
        let load =
            |open, capacity| Load { name: "Sam".into(), open, capacity, late: 0, this_week: 0 };
        for (open, capacity, stands, over) in [
            (11, Some(12), "", false),
            (12, Some(12), "full", false),
            (13, Some(12), "over capacity", true),
            (13, None, "no capacity set", false),
        ] {
            let load = load(open, capacity);
            assert_eq!((load.stands(), load.is_over()), (stands, over), "{open} of {capacity:?}");
        }
    }
}

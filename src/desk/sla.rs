//! What is due and what is late, for the command line and for schedulers.

use super::{Desk, DeskError};
use crate::domain::filter::Filter;
use crate::domain::ids::PersonId;
use crate::domain::queue::{Count, Edge, Query, QueueRow};
use crate::domain::time::Instant;
use crate::domain::view::{Sort, SortKey};

/// A handoff whose next clock is late or near.
#[derive(Clone, PartialEq, Debug)]
pub struct Late {
    /// The handoff.
    pub row: QueueRow,
    /// Milliseconds until it is due; negative when it is late.
    pub left: i64,
}

/// What is late and what is due next.
#[derive(Clone, PartialEq, Debug)]
pub struct Sla {
    /// Late, the latest first.
    pub late: Vec<Late>,
    /// How many are late in all.
    pub late_count: Count,
    /// Due within the time asked for, the nearest first.
    pub soon: Vec<Late>,
    /// How many are due within it in all.
    pub soon_count: Count,
}

impl Desk {
    /// What is late and what falls due within `hours`, at most `limit` of each; of everybody, or of one person.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn sla(
        &self,
        who: Option<PersonId>,
        now: Instant,
        hours: u32,
        limit: usize,
    ) -> Result<Sla, DeskError> {
        let mine = if who.is_some() { " owner:me" } else { "" };
        let list = |line: String| -> Result<(Vec<Late>, Count), DeskError> {
            let filter: Filter =
                line.parse().map_err(|error| DeskError::NotFound(format!("{error}")))?;
            let query = Query {
                filter,
                sort: Sort::by(SortKey::Due),
                me: who,
                now,
                zone: self.policy.zone,
            };
            let page = self.store.window(&query, &Edge::First, limit)?;
            let count = self.store.count(&query, 10_000)?;
            let rows = page.rows.into_iter().filter_map(|row| {
                let left = row.next?.due.since(now);
                Some(Late { row, left })
            });
            Ok((rows.collect(), count))
        };
        let (late, late_count) = list(format!("open breached{mine}"))?;
        let (soon, soon_count) = list(format!("open -breached due:<{hours}h{mine}"))?;
        Ok(Sla { late, late_count, soon, soon_count })
    }
}

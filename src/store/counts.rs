//! Counts beside the names of lists and screens: from the roll-ups where they know, capped where they don't.

use chrono_tz::Tz;
use rusqlite::OptionalExtension;

use super::{Store, StoreError};
use crate::domain::filter::Filter;
use crate::domain::ids::PersonId;
use crate::domain::person::Role;
use crate::domain::queue::{Count, Query};
use crate::domain::time::Instant;
use crate::domain::view::{Sort, View, built_in};

/// Counting on would cost more than the figure tells: it is shown as `999+`.
const CAP: u64 = 999;

/// The numbers beside the names of the screens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Badges {
    /// Handoffs in the view that the queue opens on for the person's role.
    pub queue: Count,
    /// The person's open handoffs.
    pub mine: Count,
}

impl Store {
    /// The numbers beside the names of the screens, for somebody or, with none, for whoever operates the desk. What is
    /// put off to another day than today's in `zone` is not waiting.
    ///
    /// # Errors
    /// What the machine failed at.
    pub fn badges(
        &self,
        who: Option<PersonId>,
        now: Instant,
        zone: Tz,
    ) -> Result<Badges, StoreError> {
        let role = match who {
            Some(who) => self.read(|conn| {
                conn.prepare_cached("SELECT role FROM person WHERE id = ?1")?
                    .query_row([who], |row| row.get(0))
                    .optional()
            })?,
            None => None,
        };
        let queue = View::of_role(role.unwrap_or(Role::Revops));
        let count = |key: &str| {
            let view = built_in().into_iter().find(|view| view.key == key);
            // The built-in views are tested to be whole; an empty filter is all there is.
            let filter =
                view.and_then(|view| view.filter.parse::<Filter>().ok()).unwrap_or_default();
            self.count(&Query { filter, sort: Sort::default(), me: who, now, zone }, CAP)
        };
        Ok(Badges { queue: count(queue)?, mine: count("mine")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{NOW, full};

    #[test]
    fn badges_are_the_lengths_of_the_views() {
        let full = full(400);
        let write = |sql| {
            full.store.read(|conn| conn.execute_batch(sql)).unwrap();
        };
        write("UPDATE person SET role = 'vp_sales' WHERE id = 2");
        let zone = chrono_tz::America::New_York;
        let one = |sql: &str| {
            let found: i64 =
                full.store.read(|conn| conn.query_row(sql, [], |row| row.get(0))).unwrap();
            Count::Exactly(found.unsigned_abs())
        };
        let badges = full.store.badges(Some(PersonId(2)), NOW, zone).unwrap();
        let triage = "SELECT count(*) FROM handoff WHERE tier = '1' AND stage = 'queued'
             AND (on_defer IS NULL OR on_defer <= '2026-11-20')";
        assert_eq!(badges.queue, one(triage));
        assert_ne!(badges.queue, Count::Exactly(0));
        let mine = "SELECT count(*) FROM handoff WHERE assignee = 2 AND open = 1";
        assert_eq!(badges.mine, one(mine));
        let nobody = full.store.badges(None, NOW, zone).unwrap();
        assert_eq!(nobody, Badges { queue: Count::Exactly(400), mine: Count::Exactly(0) });
    }
}

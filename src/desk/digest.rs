//! The digest for each person who works handoffs: what is late, what falls due this week, what was escalated.

use super::{Desk, DeskError};
use crate::domain::filter::Compare;
use crate::domain::filter::{Filter, Flag, Term, Test, When, Who, Word};
use crate::domain::measure::Measure;
use crate::domain::measure::figure::Verdict;
use crate::domain::measure::sheet::Team;
use crate::domain::person::Person;
use crate::domain::queue::{Edge, Query, QueueRow};
use crate::domain::time::{DAY, Instant};
use crate::domain::view::{Sort, SortKey};

/// Most handoffs of each part; who has more looks at the desk.
const MOST: usize = 50;

/// What somebody has before them.
#[derive(Clone, PartialEq, Debug)]
pub struct Digest {
    /// Who.
    pub person: Person,
    /// Handoffs in their hands.
    pub open: u32,
    /// Past due, the latest first.
    pub late: Vec<QueueRow>,
    /// Due within 7 days, the nearest first.
    pub due: Vec<QueueRow>,
    /// Open and escalated.
    pub escalated: Vec<QueueRow>,
}

impl Desk {
    /// The digest of everybody who has handoffs in hand, or of some people.
    ///
    /// # Errors
    /// The store can't be read.
    pub fn digests(&self, team: Option<&Team>, now: Instant) -> Result<Vec<Digest>, DeskError> {
        let mut digests = Vec::new();
        for row in self.team(now)? {
            let asked =
                team.is_none_or(|team| team.people.iter().any(|(id, _)| *id == row.person.id));
            if !asked || row.open == 0 {
                continue;
            }
            let me = Some(row.person.id);
            let list = |terms: Vec<(bool, Test)>| {
                let all = terms.into_iter().map(|(negated, test)| Term { negated, test });
                let own = [Test::Owner(vec![Who::Me]), Test::Words(vec![Word::Flag(Flag::Open)])];
                let own = own.map(|test| Term { negated: false, test });
                let query = Query {
                    filter: Filter { terms: own.into_iter().chain(all).collect() },
                    sort: Sort::by(SortKey::Due),
                    me,
                    now,
                    zone: self.policy.zone,
                };
                self.store.window(&query, &Edge::First, MOST).map(|page| page.rows)
            };
            let breached = || Test::Words(vec![Word::Flag(Flag::Breached)]);
            let soon = Test::Due(vec![Compare::Less(When::Span(7 * DAY))]);
            digests.push(Digest {
                late: list(vec![(false, breached())])?,
                due: list(vec![(true, breached()), (false, soon)])?,
                escalated: list(vec![(
                    false,
                    Test::Measured(Verdict::Hit, vec![Measure::Escalations]),
                )])?,
                open: row.open,
                person: row.person,
            });
        }
        Ok(digests)
    }
}

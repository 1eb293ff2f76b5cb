//! A sprint through a list: one card at a time, what is due first coming first, until each has been dealt with. The
//! cards are those of the list; a sprint only remembers which of them are done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::list::List;
use crate::desk::Ask;
use crate::domain::command::Command;
use crate::domain::ids::HandoffId;
use crate::domain::queue::{Count, QueueRow};
use crate::domain::routing::Proposal;
use crate::tui::effect::{Ticket, Write};

/// How many proposals are remembered: for the card at hand and its neighbours.
const MOST: usize = 8;

/// The state of a sprint.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sprint {
    /// What was dealt with, as far as it may still be in the list.
    done: BTreeSet<HandoffId>,
    /// What of it the list's number still has in it, also where its row is gone.
    uncounted: BTreeSet<HandoffId>,
    /// How many were dealt with.
    pub count: usize,
    /// Writes that deal with a card once they are done.
    moving: Vec<Ticket>,
    /// The proposals that are waited for.
    pub asked: Option<Ticket>,
    /// Whom the desk proposes for the cards near by.
    proposals: BTreeMap<HandoffId, Arc<Proposal>>,
}

impl Sprint {
    /// Something is being written; whether a card is dealt with by it is known by what is asked.
    pub fn asked_for(&mut self, ticket: Ticket, write: &Write) {
        if matches!(write, Write::Run { asks, .. } if asks.iter().any(deals_with)) {
            self.moving.push(ticket);
        }
    }

    /// A write is done; true when it dealt with a card.
    pub fn dealt(&mut self, ticket: Ticket, done: &[HandoffId]) -> bool {
        let before = self.moving.len();
        self.moving.retain(|moving| *moving != ticket);
        if self.moving.len() == before {
            return false;
        }
        self.done.extend(done);
        self.uncounted.extend(done);
        self.count += done.len();
        true
    }

    /// A write was taken back: what it was about is to be dealt with again.
    pub fn again(&mut self, taken_back: &[HandoffId]) {
        for id in taken_back {
            self.uncounted.remove(id);
            if self.done.remove(id) {
                self.count = self.count.saturating_sub(1);
            }
        }
    }

    /// The list was counted anew.
    pub fn counted(&mut self) {
        self.uncounted.clear();
    }

    /// The card after the one at hand that is not dealt with, or else the first in the list that is not.
    #[must_use]
    pub fn next(&self, list: &List) -> Option<HandoffId> {
        let at = list.index().map_or(0, |at| at + 1);
        let rows = &list.page.rows;
        let later = rows.iter().skip(at).chain(rows.iter().take(at));
        later.map(|row| row.id).find(|id| !self.done.contains(id) && Some(*id) != list.selected)
    }

    /// How many cards are left.
    #[must_use]
    pub fn left(&self, list: &List) -> Option<Count> {
        let rows = list.page.rows.iter().map(|row| row.id);
        let here = rows.filter(|id| self.done.contains(id) && !self.uncounted.contains(id)).count();
        let dealt = (here + self.uncounted.len()) as u64;
        Some(match list.count? {
            Count::Exactly(all) => Count::Exactly(all.saturating_sub(dealt)),
            Count::AtLeast(all) => Count::AtLeast(all.saturating_sub(dealt)),
        })
    }

    /// The card that breaches first of those that are left.
    #[must_use]
    pub fn first_to_breach<'l>(&self, list: &'l List) -> Option<&'l QueueRow> {
        let left = list.page.rows.iter().filter(|row| !self.done.contains(&row.id));
        left.filter(|row| row.next.is_some()).min_by_key(|row| row.next.map(|next| next.due))
    }

    /// Keeps what the desk proposes.
    pub fn propose(&mut self, proposals: &[(HandoffId, Arc<Proposal>)]) {
        if self.proposals.len() > MOST {
            self.proposals.clear();
        }
        self.proposals.extend(proposals.iter().cloned());
    }

    /// Whom the desk proposes for a card, once it is known.
    #[must_use]
    pub fn proposal(&self, id: HandoffId) -> Option<&Arc<Proposal>> {
        self.proposals.get(&id)
    }
}

/// Whether a card is dealt with once this is done; notes, briefs and the like leave it at hand.
const fn deals_with(ask: &Ask) -> bool {
    matches!(
        ask.command,
        Command::Submit
            | Command::Withdraw { .. }
            | Command::Assign { .. }
            | Command::Accept
            | Command::Touch(_)
            | Command::Dispose(_)
            | Command::Return { .. }
            | Command::Resubmit { .. }
            | Command::Dispute { .. }
            | Command::Decide { .. }
            | Command::Defer { .. }
            | Command::Activate
            | Command::Hibernate
            | Command::Wake { .. }
            | Command::Reopen { .. }
    )
}

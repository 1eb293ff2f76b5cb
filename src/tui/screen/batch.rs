//! What the Batch screen is computed from: a week's batch, or what somebody leaves behind, with the decisions about it and
//! the proposals for the rest, solved together after each decision.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::batch::round::{Item, Round, Solved};
use crate::domain::batch::sheet::{Draft, Filled, Sheet, filled};
use crate::domain::batch::{Decision, Week};
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::Person;
use crate::domain::policy::Policy;
use crate::report::batch::reasons_of;
use crate::tui::effect::Ticket;

/// What is routed together.
#[derive(Clone, PartialEq, Debug)]
pub enum Of {
    /// A week's batch.
    Week(Arc<Sheet>),
    /// What somebody has in hand, who is away or leaves.
    Leaving(Arc<Leaving>),
}

/// What somebody leaves behind.
#[derive(Clone, PartialEq, Debug)]
pub struct Leaving {
    /// Who, as they are now.
    pub person: Person,
    /// Their handoffs, with everybody else.
    pub round: Round,
    /// How they are to be kept once all is handed on: no longer active.
    pub then: Option<Person>,
}

/// The state of the Batch screen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Batch {
    /// The week that was asked for; none is the one at hand.
    pub week: Option<Week>,
    /// Whose handoffs are to be handed on instead, and as what they are kept then.
    pub leaving: Option<(PersonId, Option<Box<Person>>)>,
    /// What is shown.
    pub of: Option<Of>,
    /// The decisions, as far as they are not committed.
    pub drafts: BTreeMap<HandoffId, Draft>,
    /// The proposals for the rest.
    pub solved: Arc<Solved>,
    /// The item at hand.
    pub selected: Option<HandoffId>,
    /// Why it is proposed as it is, a line each.
    pub told: Arc<Vec<String>>,
    /// The weeks there are, newest first.
    pub weeks: Vec<Week>,
    /// The load that is waited for.
    pub waiting: Option<Ticket>,
}

impl Batch {
    /// What is routed.
    #[must_use]
    pub fn round(&self) -> Option<&Round> {
        match self.of.as_ref()? {
            Of::Week(sheet) => Some(&sheet.round),
            Of::Leaving(leaving) => Some(&leaving.round),
        }
    }

    /// The week's sheet, where a week is shown.
    #[must_use]
    pub fn sheet(&self) -> Option<&Sheet> {
        match self.of.as_ref()? {
            Of::Week(sheet) => Some(sheet),
            Of::Leaving(_) => None,
        }
    }

    /// The items that can be decided about.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        self.round().map_or(&[], |round| &round.items)
    }

    /// Where the item at hand stands.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        let id = self.selected?;
        self.items().iter().position(|item| item.id == id)
    }

    /// The item at hand.
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        self.items().get(self.index()?)
    }

    /// How many items have a decision.
    #[must_use]
    pub fn decided(&self) -> usize {
        self.items().iter().filter(|item| self.drafts.contains_key(&item.id)).count()
    }

    /// The decisions, without the versions.
    #[must_use]
    pub fn decisions(&self) -> BTreeMap<HandoffId, Decision> {
        let known = |id: &HandoffId| self.items().iter().any(|item| item.id == *id);
        let drafts = self.drafts.iter().filter(|(id, _)| known(id));
        drafts.map(|(id, draft)| (*id, draft.decision.clone())).collect()
    }

    /// Everybody with what they carry and are given.
    #[must_use]
    pub fn filled(&self, policy: &Policy) -> Vec<Filled<'_>> {
        self.round().map_or_else(Vec::new, |round| filled(round, &self.solved, policy))
    }

    /// Goes so many items down, or up.
    pub fn step(&mut self, by: isize, policy: &Policy) {
        let last = self.items().len().saturating_sub(1);
        let at = self.index().unwrap_or(0).saturating_add_signed(by).min(last);
        self.selected = self.items().get(at).map(|item| item.id);
        self.tell(policy);
    }

    /// Goes to the next item without a decision, round and round; stays where there is none.
    pub fn next_open(&mut self, policy: &Policy) {
        let at = self.index().unwrap_or(0);
        let items = self.items();
        let behind = items.iter().skip(at + 1).chain(items.iter().take(at));
        let next = behind.map(|item| item.id).find(|id| !self.drafts.contains_key(id));
        if let Some(next) = next {
            self.selected = Some(next);
        }
        self.tell(policy);
    }

    /// Takes a week's batch.
    pub fn take(&mut self, sheet: Arc<Sheet>, weeks: Vec<Week>, policy: &Policy) {
        self.drafts.clone_from(&sheet.drafts);
        self.of = Some(Of::Week(sheet));
        self.weeks = weeks;
        self.settle(policy);
    }

    /// Takes what somebody leaves behind; every proposal stands as a decision until it is changed.
    pub fn take_leaving(&mut self, leaving: Leaving, policy: &Policy) {
        let solved = leaving.round.solve(&BTreeMap::new(), policy);
        let drafts = leaving.round.items.iter().filter_map(|item| {
            let to = solved.picks.get(&item.id)?.to?;
            let decision = Decision::Route { to, anyway: false };
            Some((item.id, Draft { version: item.version, decision }))
        });
        self.drafts = drafts.collect();
        self.of = Some(Of::Leaving(Arc::new(leaving)));
        self.settle(policy);
    }

    /// Decides about an item, or takes a decision back.
    pub fn decide(&mut self, id: HandoffId, decision: Option<Decision>, policy: &Policy) {
        self.decide_all(&[(id, decision)], policy);
    }

    /// Decides about several items at once.
    pub fn decide_all(&mut self, decisions: &[(HandoffId, Option<Decision>)], policy: &Policy) {
        for (id, decision) in decisions {
            let version = self.items().iter().find(|item| item.id == *id).map(|item| item.version);
            match (decision.clone(), version) {
                (Some(decision), Some(version)) => {
                    drop(self.drafts.insert(*id, Draft { version, decision }));
                }
                _ => drop(self.drafts.remove(id)),
            }
        }
        self.settle(policy);
    }

    /// Solves what has no decision anew.
    fn settle(&mut self, policy: &Policy) {
        let decisions = self.decisions();
        let solved = self.round().map(|round| round.solve(&decisions, policy));
        self.solved = Arc::new(solved.unwrap_or_default());
        if self.index().is_none() {
            let items = self.items();
            let open = items.iter().find(|item| !self.drafts.contains_key(&item.id));
            self.selected = open.or(items.first()).map(|item| item.id);
        }
        self.tell(policy);
    }

    /// Looks up why the item at hand is proposed as it is.
    fn tell(&mut self, policy: &Policy) {
        let lines = match (self.round(), self.item()) {
            (Some(round), Some(item)) => {
                reasons_of(round, &self.decisions(), &self.solved, item, policy)
            }
            _ => Vec::new(),
        };
        self.told = Arc::new(lines);
    }
}

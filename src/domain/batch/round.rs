//! A round of routing: some handoffs, the people, what they carry and have won, as values; proposals for all of them
//! together, which change as decisions are made. The weekly batch is one, and so is what somebody leaves behind.

use std::collections::BTreeMap;

use super::Decision;
use crate::domain::account::{Account, SizeBand, Tier};
use crate::domain::handoff::Handoff;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::person::Person;
use crate::domain::policy::Policy;
use crate::domain::routing::whole::{Given, Problem, UNIT};
use crate::domain::routing::{self, Candidate, Load, Proposal, Record, propose};
use crate::domain::stage::Stage;
use crate::domain::time::{DAY, Instant};

/// What is known of an item without its whole package.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// The handoff.
    pub id: HandoffId,
    /// The version that is seen.
    pub version: i64,
    /// Its type's key.
    pub kind: String,
    /// Where it stands.
    pub stage: Stage,
    /// Its tier.
    pub tier: Tier,
    /// Its intent score.
    pub score: u8,
    /// Why it is handed over.
    pub reason: String,
    /// How complete its package was at submit, in percent.
    pub completeness: Option<u8>,
    /// When it was flagged.
    pub created: Instant,
    /// When its batch was sent by hand.
    pub sent: Option<Instant>,
    /// Who has it.
    pub assignee: Option<PersonId>,
    /// When it was first touched.
    pub first_touch: Option<Instant>,
    /// Its account, as far as routing looks at it.
    pub account: Account,
}

impl Item {
    /// Whether it waits for a decision: before triage.
    #[must_use]
    pub const fn waits(&self) -> bool {
        matches!(self.stage, Stage::Flagged | Stage::Queued)
    }

    /// The item of a whole handoff and its account.
    #[must_use]
    pub fn of(handoff: &Handoff, account: Account) -> Self {
        use crate::domain::handoff::Moment;
        Self {
            id: handoff.id,
            version: handoff.version,
            kind: handoff.kind.clone(),
            stage: handoff.stage,
            tier: handoff.tier,
            score: handoff.score,
            reason: handoff.reason.clone(),
            completeness: handoff.completeness,
            created: handoff.moment(Moment::Created).unwrap_or_default(),
            sent: handoff.moment(Moment::Sent),
            assignee: handoff.assignee,
            first_touch: handoff.moment(Moment::FirstTouch),
            account,
        }
    }
}

/// What somebody won and closed in one industry and size band, from the roll-ups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Success {
    /// Who.
    pub person: PersonId,
    /// The industry in small letters; empty where it is not known.
    pub sector: String,
    /// The size band's key; empty where it is not known.
    pub band: String,
    /// Won.
    pub won: u32,
    /// Closed, won or lost.
    pub closed: u32,
}

/// What somebody has won, as routing looks at it for one account. An account whose industry or size is not known is like
/// no other.
#[must_use]
pub fn record(wins: &[Success], person: PersonId, account: &Account) -> Record {
    let sector = account.industry.as_deref().unwrap_or_default().to_ascii_lowercase();
    let band = account.size_band().map(SizeBand::key);
    let mut record = Record::default();
    for one in wins.iter().filter(|one| one.person == person) {
        record.won += one.won;
        record.closed += one.closed;
        if sector.is_empty() || one.sector != sector {
            continue;
        }
        record.industry_closed += one.closed;
        if Some(one.band.as_str()) == band {
            record.similar_won += one.won;
            record.similar_closed += one.closed;
        }
    }
    record
}

/// Some handoffs to route together, and all that routing looks at.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Round {
    /// The handoffs, by id.
    pub items: Vec<Item>,
    /// Everybody.
    pub people: Vec<Person>,
    /// What they carry.
    pub loads: BTreeMap<PersonId, Load>,
    /// What they have won, by person.
    pub wins: Vec<Success>,
    /// The moment for which it was put together.
    pub at: Instant,
}

/// Whom the whole proposes for an item.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pick {
    /// Who; a manager where nobody is left with room. None only where there is no active manager or VP of Sales either.
    pub to: Option<PersonId>,
    /// What they score for it, from 0 to 1; 0 for a manager's own queue.
    pub score: f64,
    /// Who would be first for it alone, and with which score.
    pub alone: Option<(PersonId, f64)>,
}

/// Proposals for all items that have no decision, solved together.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Solved {
    /// By item.
    pub picks: BTreeMap<HandoffId, Pick>,
    /// The summed score, with what scores fall by as people fill.
    pub total: f64,
    /// The same where each item in turn goes to the best for it alone.
    pub greedy: f64,
    /// What everybody would be given by the decisions and the proposals together.
    pub drawn: BTreeMap<PersonId, u32>,
    problem: Problem,
    best: Given,
    open: Vec<HandoffId>,
    seats: Vec<PersonId>,
}

/// More than any score: the account's own owner comes first.
const OWNER: i64 = 2 * UNIT;

impl Round {
    /// The item of a handoff.
    #[must_use]
    pub fn item(&self, id: HandoffId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// What everybody carries once those who are given something have it.
    fn loads_after(&self, drawn: &BTreeMap<PersonId, u32>) -> BTreeMap<PersonId, Load> {
        let mut loads = self.loads.clone();
        for (person, given) in drawn {
            let load = loads.entry(*person).or_default();
            load.open += given;
            load.this_week += given;
            load.assigned_30d += given;
            load.last_assigned = Some(self.at);
        }
        loads
    }

    fn candidates<'a>(
        &'a self,
        account: &Account,
        loads: &BTreeMap<PersonId, Load>,
        records: &mut BTreeMap<(String, Option<SizeBand>), Vec<Record>>,
    ) -> Vec<Candidate<'a>> {
        let key = (account.industry.clone().unwrap_or_default(), account.size_band());
        let records = records.entry(key).or_insert_with(|| {
            self.people.iter().map(|person| record(&self.wins, person.id, account)).collect()
        });
        let people = self.people.iter().zip(records.iter());
        let all = people.map(|(person, record)| Candidate {
            person,
            load: loads.get(&person.id).copied().unwrap_or_default(),
            record: *record,
        });
        all.collect()
    }

    /// The whole answer of routing for one item while some decisions stand: ranked, left out, and why.
    #[must_use]
    pub fn proposal(
        &self,
        id: HandoffId,
        decisions: &BTreeMap<HandoffId, Decision>,
        policy: &Policy,
    ) -> Option<Proposal> {
        let item = self.item(id)?;
        let kind = policy.kind(&item.kind)?;
        let loads = self.loads_after(&drawn(decisions, Some(id)));
        let all = self.candidates(&item.account, &loads, &mut BTreeMap::new());
        Some(propose(&item.account, kind, &all, policy, self.at))
    }

    /// What would put somebody first for an item, in a sentence.
    #[must_use]
    pub fn what_if(
        &self,
        id: HandoffId,
        decisions: &BTreeMap<HandoffId, Decision>,
        policy: &Policy,
        who: PersonId,
    ) -> Option<String> {
        let item = self.item(id)?;
        let kind = policy.kind(&item.kind)?;
        let loads = self.loads_after(&drawn(decisions, Some(id)));
        let all = self.candidates(&item.account, &loads, &mut BTreeMap::new());
        routing::what_if(&item.account, kind, &all, policy, self.at, who)
    }

    /// Proposes for every item without a decision, all together: the assignment with the highest summed score under what
    /// the decisions leave of everybody's capacity. What then finds nobody with room goes on down the fallback, and at
    /// its end to a manager's own queue.
    #[must_use]
    pub fn solve(&self, decisions: &BTreeMap<HandoffId, Decision>, policy: &Policy) -> Solved {
        let mut solved = Solved { drawn: drawn(decisions, None), ..Solved::default() };
        let mut open: Vec<&Item> = self
            .items
            .iter()
            .filter(|item| item.waits() || item.stage.is_assigned())
            .filter(|item| !decisions.contains_key(&item.id))
            .collect();
        open.sort_by_key(|item| item.id);
        let mut records = BTreeMap::new();
        let mut first = true;
        while !open.is_empty() {
            let loads = self.loads_after(&solved.drawn);
            let (problem, alone) = self.problem(&open, &loads, policy, &mut records);
            let best = problem.best();
            let mut left = Vec::new();
            for ((item, to), alone) in open.iter().zip(&best.to).zip(&alone) {
                let own = alone.first().map(|one| (one.person, one.score));
                let person = to.and_then(|place| self.people.get(place));
                if first {
                    let pick = Pick { to: None, score: 0.0, alone: own };
                    solved.picks.insert(item.id, pick);
                }
                match person {
                    Some(person) => {
                        let score = alone.iter().find(|one| one.person == person.id);
                        if let Some(pick) = solved.picks.get_mut(&item.id) {
                            pick.to = Some(person.id);
                            pick.score = score.map_or(0.0, |one| one.score);
                        }
                        *solved.drawn.entry(person.id).or_default() += 1;
                    }
                    None => left.push(*item),
                }
            }
            let nobody_more = left.len() == open.len();
            if first {
                solved.open = open.iter().map(|item| item.id).collect();
                (solved.total, solved.greedy) = totals(&problem, &best);
                solved.seats = self.people.iter().map(|person| person.id).collect();
                (solved.problem, solved.best) = (problem, best);
                first = false;
            }
            if nobody_more {
                break;
            }
            open = left;
        }
        self.to_managers(&mut solved, policy, &mut records);
        solved
    }

    /// What nobody has room for goes to a manager's own queue.
    fn to_managers(
        &self,
        solved: &mut Solved,
        policy: &Policy,
        records: &mut BTreeMap<(String, Option<SizeBand>), Vec<Record>>,
    ) {
        let loads = self.loads_after(&solved.drawn);
        for item in &self.items {
            let Some(pick) = solved.picks.get_mut(&item.id).filter(|pick| pick.to.is_none()) else {
                continue;
            };
            let Some(kind) = policy.kind(&item.kind) else { continue };
            let all = self.candidates(&item.account, &loads, records);
            pick.to = propose(&item.account, kind, &all, policy, self.at).best();
        }
    }

    /// The items as a problem of flow, and by item who is eligible, best first.
    fn problem(
        &self,
        open: &[&Item],
        loads: &BTreeMap<PersonId, Load>,
        policy: &Policy,
        records: &mut BTreeMap<(String, Option<SizeBand>), Vec<Record>>,
    ) -> (Problem, Vec<Vec<routing::Scored>>) {
        let places: BTreeMap<PersonId, usize> =
            self.people.iter().enumerate().map(|(place, person)| (person.id, place)).collect();
        let mut items = Vec::with_capacity(open.len());
        let mut alone = Vec::with_capacity(open.len());
        for item in open {
            let scored = match policy.kind(&item.kind) {
                Some(kind) => {
                    let all = self.candidates(&item.account, loads, records);
                    routing::scores(&item.account, kind, &all, policy, self.at).scored
                }
                None => Vec::new(),
            };
            let options = scored.iter().filter_map(|one| {
                let own = if one.owner { OWNER } else { 0 };
                Some((*places.get(&one.person)?, units(one.score) + own))
            });
            items.push(options.collect());
            alone.push(scored);
        }
        let seats = self.people.iter().map(|person| {
            let load = loads.get(&person.id).copied().unwrap_or_default();
            seats(person, load, open.len(), policy, self.at)
        });
        (Problem { items, seats: seats.collect() }, alone)
    }
}

impl Solved {
    /// What the whole batch loses, in score, when an item goes to somebody in any case; none where they may not take it
    /// or have no room.
    #[must_use]
    pub fn loss(&self, item: HandoffId, to: PersonId) -> Option<f64> {
        let item = self.open.iter().position(|open| *open == item)?;
        let person = self.seats.iter().position(|person| *person == to)?;
        self.problem.loss(&self.best, item, person).map(score)
    }
}

/// What everybody is given by decisions, one item left out where it is looked at itself.
fn drawn(
    decisions: &BTreeMap<HandoffId, Decision>,
    but: Option<HandoffId>,
) -> BTreeMap<PersonId, u32> {
    let mut drawn = BTreeMap::new();
    for (id, decision) in decisions {
        if let Decision::Route { to, .. } = decision
            && Some(*id) != but
        {
            *drawn.entry(*to).or_default() += 1;
        }
    }
    drawn
}

/// What somebody's score falls by with each further item, as far as they have room: the share of their capacity that it
/// takes, and the wait for their turn, which ends with the first.
fn seats(person: &Person, load: Load, most: usize, policy: &Policy, now: Instant) -> Vec<i64> {
    let routing = &policy.routing;
    let left = |limit: Option<u32>, used: u32| limit.map(|limit| limit.saturating_sub(used));
    let room = [left(person.capacity, load.open), left(person.weekly, load.this_week)];
    let room = room.into_iter().flatten().min().map_or(most, |room| (room as usize).min(most));
    let each = person.capacity.map_or(0.0, |capacity| routing.capacity / f64::from(capacity));
    let full = i64::from(routing.rotation_days.max(1)) * DAY;
    let waited = load.last_assigned.map_or(1.0, |last| {
        #[expect(clippy::cast_precision_loss, reason = "some days in milliseconds")]
        let waited = now.since(last).clamp(0, full) as f64 / full as f64;
        waited
    });
    let seats = (0..room).map(|seat| {
        #[expect(clippy::cast_precision_loss, reason = "a number of items")]
        let taken = each * seat as f64;
        units(taken + if seat > 0 { routing.rotation * waited } else { 0.0 })
    });
    seats.collect()
}

/// The totals of the best and of the greedy assignment, as scores: without what puts owners first.
fn totals(problem: &Problem, best: &Given) -> (f64, f64) {
    let own = |given: &Given| -> i64 {
        let items = problem.items.iter().zip(&given.to);
        items
            .filter_map(|(options, to)| options.iter().find(|(person, _)| Some(*person) == *to))
            .map(|(_, score)| if *score >= OWNER { OWNER } else { 0 })
            .sum()
    };
    let greedy = problem.greedy();
    (score(best.total - own(best)), score(greedy.total - own(&greedy)))
}

fn units(score: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a score from 0 to 1"
    )]
    let units = (score * UNIT as f64).round() as i64;
    units
}

fn score(units: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some scores from 0 to 1")]
    let score = units as f64 / UNIT as f64;
    score
}

#[cfg(test)]
mod tests;

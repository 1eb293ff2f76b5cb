//! A whole batch routed together (`DOMAIN.md 10`): the assignment that maximises the summed score under capacities, which
//! giving each item in turn to the best for it alone does not.
//!
//! It is a flow of least cost: items flow through people to seats, and each further seat of a person costs as much as
//! their score falls by carrying one more. An item enters by the path that costs least, moving others aside where that
//! pays; so after each the whole is the best there is for those that have entered. Costs are whole numbers, so that the
//! same inputs give the same assignment on every machine.

/// Units of a score of 1.
pub const UNIT: i64 = 1_000_000_000;

/// A cost that nothing pays.
const NEVER: i64 = i64::MAX / 4;

/// A batch to route: what each person would score for each item, and what their seats cost.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Problem {
    /// By item, the people who may take it (by their place in `seats`) and what each scores, in [`UNIT`]s.
    pub items: Vec<Vec<(usize, i64)>>,
    /// By person, what the score falls by with the first item that they are given, the second, …; never less than the
    /// one before. There are as many as they have room for.
    pub seats: Vec<Vec<i64>>,
}

/// Who takes which item.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Given {
    /// By item, the person, by their place; none where nobody has room.
    pub to: Vec<Option<usize>>,
    /// The summed score, in [`UNIT`]s.
    pub total: i64,
}

impl Problem {
    /// The assignment with the highest summed score.
    #[must_use]
    pub fn best(&self) -> Given {
        let mut flow = Flow::new(self);
        for item in 0..self.items.len() {
            flow.enter(item);
        }
        flow.given()
    }

    /// What giving each item in turn to the best for it alone comes to, as seats fill.
    #[must_use]
    pub fn greedy(&self) -> Given {
        let mut given = Given { to: vec![None; self.items.len()], total: 0 };
        let mut taken = vec![0; self.seats.len()];
        for (item, options) in self.items.iter().enumerate() {
            let mut best: Option<(i64, usize)> = None;
            for (person, score) in options {
                let seat = self.seats.get(*person).and_then(|seats| seats.get(taken[*person]));
                let Some(worth) = seat.map(|cost| score - cost) else { continue };
                if best.is_none_or(|(least, _)| worth > least) {
                    best = Some((worth, *person));
                }
            }
            if let Some((worth, person)) = best {
                given.to[item] = Some(person);
                given.total += worth;
                taken[person] += 1;
            }
        }
        given
    }

    /// What the whole batch loses when one item goes to somebody in any case, in [`UNIT`]s; none where they have no room
    /// at all or may not take it.
    #[must_use]
    pub fn loss(&self, best: &Given, item: usize, person: usize) -> Option<i64> {
        if best.to.get(item) == Some(&Some(person)) {
            return Some(0);
        }
        let score = self.items.get(item)?.iter().find(|(who, _)| *who == person)?.1;
        self.seats.get(person).filter(|seats| !seats.is_empty())?;
        let mut flow = Flow::from(self, best);
        flow.leave(item);
        flow.improve();
        flow.reserve(person);
        flow.improve();
        let total = flow.given().total + score;
        Some((best.total - total).max(0))
    }
}

/// The flow so far. The last person of `held` is nobody: an item that has no place stays there, for a score of nothing.
struct Flow<'a> {
    problem: &'a Problem,
    scores: Vec<Vec<i64>>,
    to: Vec<Option<usize>>,
    held: Vec<Vec<usize>>,
    /// Seats that are taken by what is not of this flow.
    reserved: Vec<usize>,
}

/// The cheapest way on from a person to a free seat: what it costs, and whom the next item moves to; none where the seat
/// is their own.
#[derive(Clone, Copy)]
struct Way {
    cost: i64,
    next: Option<(usize, usize)>,
}

impl<'a> Flow<'a> {
    fn new(problem: &'a Problem) -> Self {
        let people = problem.seats.len();
        let scores = problem.items.iter().map(|options| {
            let mut row = vec![i64::MIN; people + 1];
            for (person, score) in options {
                if let Some(place) = row.get_mut(*person) {
                    *place = *score;
                }
            }
            row[people] = 0;
            row
        });
        Self {
            problem,
            scores: scores.collect(),
            to: vec![None; problem.items.len()],
            held: vec![Vec::new(); people + 1],
            reserved: vec![0; people + 1],
        }
    }

    fn from(problem: &'a Problem, given: &Given) -> Self {
        let mut flow = Self::new(problem);
        let nobody = problem.seats.len();
        for (item, person) in given.to.iter().enumerate() {
            flow.put(item, person.unwrap_or(nobody));
        }
        flow
    }

    fn put(&mut self, item: usize, person: usize) {
        self.held[person].push(item);
        self.to[item] = Some(person);
    }

    fn leave(&mut self, item: usize) {
        if let Some(person) = self.to[item].take() {
            self.held[person].retain(|other| *other != item);
        }
    }

    fn taken(&self, person: usize) -> usize {
        self.held[person].len() + self.reserved[person]
    }

    /// What one more item costs somebody by itself.
    fn seat(&self, person: usize) -> i64 {
        match self.problem.seats.get(person) {
            None => 0,
            Some(seats) => seats.get(self.taken(person)).copied().unwrap_or(NEVER),
        }
    }

    /// What one item less gives back.
    fn refund(&self, person: usize) -> i64 {
        let last = self.taken(person).checked_sub(1);
        match self.problem.seats.get(person) {
            None => 0,
            // What was reserved beyond all seats is worth any price to be rid of.
            Some(seats) => last.map_or(0, |last| seats.get(last).copied().unwrap_or(NEVER)),
        }
    }

    /// The cheapest move of one item from each person to each other: what it loses, and which item.
    fn moves(&self) -> Vec<Vec<(i64, usize)>> {
        let nodes = self.held.len();
        let mut moves = vec![vec![(NEVER, 0); nodes]; nodes];
        for (from, items) in self.held.iter().enumerate() {
            for item in items {
                let row = &self.scores[*item];
                for (to, score) in row.iter().enumerate() {
                    if to == from || *score == i64::MIN {
                        continue;
                    }
                    let loss = row[from] - score;
                    let known = &mut moves[from][to];
                    *known = (*known).min((loss, *item));
                }
            }
        }
        moves
    }

    /// The cheapest way from each person to a free seat.
    fn ways(&self, moves: &[Vec<(i64, usize)>]) -> Vec<Way> {
        let nodes = self.held.len();
        let mut ways: Vec<_> =
            (0..nodes).map(|node| Way { cost: self.seat(node), next: None }).collect();
        // Without cycles that pay for themselves, no way passes more people than there are.
        for _ in 0..nodes {
            let mut changed = false;
            for from in 0..nodes {
                for to in 0..nodes {
                    let (loss, item) = moves[from][to];
                    if loss >= NEVER || ways[to].cost >= NEVER {
                        continue;
                    }
                    let cost = loss + ways[to].cost;
                    if cost < ways[from].cost {
                        ways[from] = Way { cost, next: Some((to, item)) };
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }
        ways
    }

    /// Moves an item on along the way from each person that it passes.
    fn follow(&mut self, ways: &[Way], from: usize) {
        let mut at = from;
        for _ in 0..=ways.len() {
            let Some((next, item)) = ways[at].next else { return };
            self.leave(item);
            self.put(item, next);
            at = next;
        }
    }

    /// Takes an item in by the path that costs least.
    fn enter(&mut self, item: usize) {
        let moves = self.moves();
        let ways = self.ways(&moves);
        // Nobody always has room, at a worth of nothing: no way that costs NEVER comes before that.
        let mut best = (i64::MIN, self.problem.seats.len());
        for (person, way) in ways.iter().enumerate() {
            let score = self.scores[item][person];
            if score != i64::MIN && score - way.cost > best.0 {
                best = (score - way.cost, person);
            }
        }
        self.follow(&ways, best.1);
        self.put(item, best.1);
    }

    /// Takes a seat away from somebody; what has no seat then goes its cheapest way.
    fn reserve(&mut self, person: usize) {
        self.reserved[person] += 1;
    }

    /// Moves items while that pays, after a seat came free or was taken away.
    fn improve(&mut self) {
        for _ in 0..=self.to.len() {
            let moves = self.moves();
            let ways = self.ways(&moves);
            let paying = (0..self.held.len())
                .filter(|node| ways[*node].next.is_some())
                .map(|node| (ways[node].cost - self.refund(node), node))
                .min();
            match paying {
                Some((gain, node)) if gain < 0 => self.follow(&ways, node),
                _ => return,
            }
        }
    }

    fn given(&self) -> Given {
        let nobody = self.problem.seats.len();
        let mut total = 0;
        for (item, person) in self.to.iter().enumerate() {
            if let Some(person) = person {
                total += self.scores[item][*person];
            }
        }
        for (person, seats) in self.problem.seats.iter().enumerate() {
            let from = self.reserved[person];
            // What a reserved seat costs is counted too: it is part of what the whole comes to.
            total -= seats.iter().take(from + self.held[person].len()).sum::<i64>();
        }
        Given { to: self.to.iter().map(|to| to.filter(|who| *who != nobody)).collect(), total }
    }
}

#[cfg(test)]
mod tests;

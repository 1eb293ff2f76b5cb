//! What would have changed the answer (`DOMAIN.md 13.3`): for somebody who doesn't come first, the smallest change of
//! them or of the account that would put them first, found by asking routing again.

use super::{Candidate, propose};
use crate::domain::account::Account;
use crate::domain::ids::PersonId;
use crate::domain::person::Person;
use crate::domain::policy::{HandoffType, Policy};
use crate::domain::routing::Load;
use crate::domain::say;
use crate::domain::time::{DAY, Instant};

/// Capacity is not imagined further than this beyond what somebody has or carries.
const MOST_CAPACITY: u32 = 40;

/// What would put a person first for this account, in a sentence: "Sam Ortiz would be first if capacity were 13, or if
/// the account were in the West." None where they are first already, or where no single change and no pair of them would.
#[must_use]
pub fn what_if(
    account: &Account,
    kind: &HandoffType,
    candidates: &[Candidate<'_>],
    policy: &Policy,
    now: Instant,
    who: PersonId,
) -> Option<String> {
    let candidate = candidates.iter().find(|one| one.person.id == who)?;
    let asked = Asked { account, kind, candidates, policy, now };
    if asked.first(account, candidate.person, candidate.load) || candidate.person.role != kind.to {
        return None;
    }
    let singles: Vec<String> = changes(candidate, account, policy, now)
        .iter()
        .filter_map(|change| asked.enough(candidate, &[*change]))
        .collect();
    let words = if singles.is_empty() { asked.pairs(candidate)? } else { singles.join(", or if ") };
    Some(format!("{} would be first if {words}.", candidate.person.name))
}

/// A change of a person, of what they carry, or of the account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    Active,
    InOffice,
    Capacity,
    Weekly,
    Region,
    Segment,
    Product,
    Language,
    Rested,
}

/// The changes that could matter, those first that stand against the person by name.
fn changes(
    candidate: &Candidate<'_>,
    account: &Account,
    policy: &Policy,
    now: Instant,
) -> Vec<Change> {
    let Candidate { person, load, .. } = *candidate;
    let today = say::day_of(now, policy.zone);
    let covers =
        |theirs: &[String], is: &Option<String>| super::eligible::covers(theirs, is.as_deref());
    let possible = [
        (Change::Active, !person.active),
        (Change::InOffice, person.away_on(today).is_some()),
        (Change::Capacity, person.capacity.is_some()),
        (Change::Weekly, person.weekly.is_some_and(|weekly| load.this_week >= weekly)),
        (Change::Region, !covers(&person.territories, &account.region)),
        (Change::Segment, !covers(&person.segments, &account.segment)),
        (Change::Product, !covers(&person.products, &account.product)),
        (Change::Language, !covers(&person.languages, &account.language)),
        (Change::Rested, load.last_assigned.is_some()),
    ];
    possible.into_iter().filter(|(_, is)| *is).map(|(change, _)| change).collect()
}

struct Asked<'a> {
    account: &'a Account,
    kind: &'a HandoffType,
    candidates: &'a [Candidate<'a>],
    policy: &'a Policy,
    now: Instant,
}

impl Asked<'_> {
    /// Whether somebody who is like this would come first for an account like this.
    fn first(&self, account: &Account, person: &Person, load: Load) -> bool {
        let others = self.candidates.iter().filter(|one| one.person.id != person.id).copied();
        let record = self.candidates.iter().find(|one| one.person.id == person.id);
        let record = record.map(|one| one.record).unwrap_or_default();
        let all: Vec<_> =
            others.chain(std::iter::once(Candidate { person, load, record })).collect();
        let proposal = propose(account, self.kind, &all, self.policy, self.now);
        proposal.best() == Some(person.id)
    }

    /// Whether some changes together put them first, and then in words how far they must go.
    fn enough(&self, candidate: &Candidate<'_>, changes: &[Change]) -> Option<String> {
        let mut account = self.account.clone();
        let mut person = candidate.person.clone();
        let mut load = candidate.load;
        let mut words = Vec::new();
        for change in changes {
            words.push(change.make(&mut account, &mut person, &mut load, self.now));
        }
        if !self.first(&account, &person, load) {
            return None;
        }
        // Capacity and rest come in amounts, and the least that is enough is told.
        if changes.contains(&Change::Capacity) {
            let most = person.capacity.unwrap_or_default();
            let least = candidate.person.capacity.unwrap_or_default();
            let wanted = least_of(least, most, |capacity| {
                let person = Person { capacity: Some(capacity), ..person.clone() };
                self.first(&account, &person, load)
            });
            // What else is changed is told for this capacity: the two are enough together.
            person.capacity = Some(wanted);
            words.retain(|word| !word.starts_with("capacity"));
            words.push(format!("capacity were {wanted}"));
        }
        if changes.contains(&Change::Rested) {
            let last = candidate.load.last_assigned?;
            let waited = u32::try_from(self.now.since(last) / DAY).unwrap_or(0);
            let wanted = least_of(waited, waited.max(self.policy.routing.rotation_days), |days| {
                let last_assigned = Some(self.now.plus(-i64::from(days) * DAY));
                self.first(&account, &person, Load { last_assigned, ..load })
            });
            words.retain(|word| !word.starts_with("the last"));
            let days = say::count(u64::from(wanted), "day", "days");
            words.push(format!("the last assignment were {days} ago"));
        }
        Some(words.join(" and "))
    }

    /// The first two changes that are enough together.
    fn pairs(&self, candidate: &Candidate<'_>) -> Option<String> {
        let all = changes(candidate, self.account, self.policy, self.now);
        let pairs = all
            .iter()
            .enumerate()
            .flat_map(|(place, one)| all.iter().skip(place + 1).map(move |other| [*one, *other]));
        let mut found = pairs.filter_map(|pair| self.enough(candidate, &pair));
        found.next()
    }
}

impl Change {
    /// Makes the change, as large as it is imagined, and says it.
    fn make(
        self,
        account: &mut Account,
        person: &mut Person,
        load: &mut Load,
        now: Instant,
    ) -> String {
        let one_of = |theirs: &[String]| theirs.first().cloned();
        match self {
            Self::Active => {
                person.active = true;
                "they were active".to_owned()
            }
            Self::InOffice => {
                person.absences.clear();
                "they were in the office".to_owned()
            }
            Self::Capacity => {
                let from = person.capacity.unwrap_or_default().max(load.open);
                person.capacity = Some(from + MOST_CAPACITY);
                format!("capacity were {}", from + MOST_CAPACITY)
            }
            Self::Weekly => {
                person.weekly = Some(load.this_week + 1);
                format!("they could be given {} this week", load.this_week + 1)
            }
            Self::Region => {
                account.region = one_of(&person.territories);
                format!("the account were in {}", say::either(&person.territories))
            }
            Self::Segment => {
                account.segment = one_of(&person.segments);
                format!("its segment were {}", say::either(&person.segments))
            }
            Self::Product => {
                account.product = one_of(&person.products);
                format!("its product were {}", say::either(&person.products))
            }
            Self::Language => {
                account.language = one_of(&person.languages);
                format!("its language were {}", say::either(&person.languages))
            }
            Self::Rested => {
                load.last_assigned = Some(Instant(now.0.saturating_sub(3_650 * DAY)));
                "the last assignment were long ago".to_owned()
            }
        }
    }
}

/// The least number from `low` to `high` that is enough, where `high` is and more is never worse.
fn least_of(low: u32, high: u32, enough: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (low.min(high), high);
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    high
}

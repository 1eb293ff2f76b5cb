//! What a back-test found: per type and month how many more and fewer, which accounts, and how their handoffs really
//! ended.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use chrono_tz::Tz;

use super::{Flag, Past, Real};
use crate::domain::account::Tier;
use crate::domain::ids::{AccountId, HandoffId};
use crate::domain::measure::{Line, Measure};
use crate::domain::policy::{Class, Policy};
use crate::domain::say::day_of;
use crate::domain::stage::Stage;
use crate::domain::time::Instant;
use crate::domain::when::start_of;
use crate::domain::words::words;

/// So many accounts of each type are named; the rest are counted.
const NAMED: usize = 1_000;

words! {
    /// How a handoff really ended.
    Ending, "an ending" {
        /// Won.
        Won = "won",
        /// It is an opportunity.
        Opportunity = "opportunity",
        /// It is open.
        Open = "open",
        /// Lost.
        Lost = "lost",
        /// Recycled: in nurture or asleep.
        Recycled = "recycled",
        /// Disqualified, or closed without an outcome.
        Disqualified = "disqualified",
        /// There was no handoff.
        None = "none",
    }
}

impl Ending {
    /// How a real handoff ended, as far as it has.
    #[must_use]
    pub fn of(real: &Real) -> Self {
        match (real.stage, &real.outcome) {
            (Stage::Opportunity, _) => Self::Opportunity,
            (Stage::Nurture | Stage::Hibernating, _) => Self::Recycled,
            (Stage::Closed, Some((code, Class::Close))) if code == "WON" => Self::Won,
            (Stage::Closed, Some((_, Class::Close))) => Self::Lost,
            (Stage::Closed, Some((_, Class::Recycle))) => Self::Recycled,
            (Stage::Closed, _) => Self::Disqualified,
            _ => Self::Open,
        }
    }
}

/// A handoff that one policy flags and the other doesn't.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub company: String,
    /// Its tier.
    pub tier: Tier,
    /// When it would have been flagged.
    pub at: Instant,
    /// The intent score then.
    pub score: u8,
    /// The handoff that really was made about then.
    pub real: Option<HandoffId>,
    /// How that ended.
    pub ending: Ending,
    /// The code of its outcome.
    pub code: Option<String>,
}

/// A type of handoff under both policies.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypeTally {
    /// Flagged by the policy in force.
    pub before: u64,
    /// Flagged by the changed one.
    pub after: u64,
    /// Really flagged in that time.
    pub really: u64,
    /// Flagged only by the changed one.
    pub more: u64,
    /// Flagged only by the one in force.
    pub fewer: u64,
    /// The first of those, by account.
    pub more_named: Vec<Shift>,
    /// The first of these, by account.
    pub fewer_named: Vec<Shift>,
    /// How the handoffs really ended that only the changed policy flags.
    pub more_endings: BTreeMap<Ending, u64>,
    /// How the handoffs really ended that only the policy in force flags.
    pub fewer_endings: BTreeMap<Ending, u64>,
}

/// A calendar month under both policies.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// It is not over, and its rate not yet told.
    pub running: bool,
    /// Flagged by type, by the policy in force.
    pub before: BTreeMap<String, u64>,
    /// Flagged by type, by the changed one.
    pub after: BTreeMap<String, u64>,
}

/// A handoff rate beside its target.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rate {
    /// In percent of the target account list.
    pub percent: f64,
    /// Whether it meets the target; none where the policy has none.
    pub inside: Option<bool>,
}

impl Month {
    /// All that would have been flagged in the month, by the policy in force and by the changed one.
    #[must_use]
    pub fn volumes(&self) -> (u64, u64) {
        (self.before.values().sum(), self.after.values().sum())
    }

    /// What would have been held back by the caps of a policy, by type.
    #[must_use]
    pub fn over(flagged: &BTreeMap<String, u64>, policy: &Policy) -> Vec<(String, u64, u32)> {
        flagged
            .iter()
            .filter_map(|(key, number)| {
                let cap = policy.kind(key)?.monthly_cap;
                let over = number.saturating_sub(u64::from(cap));
                (cap > 0 && over > 0).then(|| (key.clone(), over, cap))
            })
            .collect()
    }
}

/// What a back-test found.
#[derive(Clone, PartialEq, Debug)]
pub struct Trial {
    /// The first moment that was replayed.
    pub from: Instant,
    /// The last.
    pub to: Instant,
    /// The zone of the months.
    pub zone: Tz,
    /// Accounts replayed.
    pub accounts: u64,
    /// Of those, on the target account list.
    pub on_tal: u64,
    /// By type.
    pub types: BTreeMap<String, TypeTally>,
    /// By month, the first one first.
    pub months: Vec<Month>,
}

/// The first moment of the month so many months ago.
#[must_use]
pub fn months_back(now: Instant, months: u32, zone: Tz) -> Instant {
    let today = day_of(now, zone);
    let first = today.with_day(1).unwrap_or(today);
    start_of(first.checked_sub_months(Months::new(months)).unwrap_or(first), zone)
}

impl Trial {
    /// A trial of so many whole months before this one, and this one so far.
    #[must_use]
    pub fn new(now: Instant, months: u32, zone: Tz) -> Self {
        let from = months_back(now, months, zone);
        let months = (0..=months).rev().map(|back| Month {
            first: day_of(months_back(now, back, zone), zone),
            running: back == 0,
            ..Month::default()
        });
        Self {
            from,
            to: now,
            zone,
            accounts: 0,
            on_tal: 0,
            types: BTreeMap::new(),
            months: months.collect(),
        }
    }

    /// Takes in an account with what each policy would have flagged.
    pub fn add(&mut self, past: &Past, before: &[Flag], after: &[Flag]) {
        self.accounts += 1;
        self.on_tal += u64::from(past.account.on_tal);
        let really = past.real.iter().filter(|real| real.flagged && real.created >= self.from);
        for real in really {
            self.types.entry(real.kind.clone()).or_default().really += 1;
        }
        for (flags, changed) in [(before, false), (after, true)] {
            for flag in flags {
                self.count(flag, changed);
            }
        }
        // The same type about the same time is the same handoff; what is left over differs.
        let mut gone: Vec<&Flag> = before.iter().collect();
        let mut come: Vec<&Flag> = Vec::new();
        for flag in after {
            let same = gone
                .iter()
                .enumerate()
                .filter(|(_, other)| other.kind == flag.kind)
                .min_by_key(|(_, other)| other.at.since(flag.at).abs())
                .map(|(place, _)| place);
            match same {
                Some(place) => drop(gone.remove(place)),
                None => come.push(flag),
            }
        }
        for (flags, more) in [(come, true), (gone, false)] {
            for flag in flags {
                self.shift(past, flag, more);
            }
        }
    }

    fn count(&mut self, flag: &Flag, changed: bool) {
        let tally = self.types.entry(flag.kind.clone()).or_default();
        *(if changed { &mut tally.after } else { &mut tally.before }) += 1;
        let day = day_of(flag.at, self.zone);
        let first = day.with_day(1).unwrap_or(day);
        if let Some(month) = self.months.iter_mut().find(|month| month.first == first) {
            let by_type = if changed { &mut month.after } else { &mut month.before };
            *by_type.entry(flag.kind.clone()).or_default() += 1;
        }
    }

    fn shift(&mut self, past: &Past, flag: &Flag, more: bool) {
        let real = flag.real.and_then(|place| past.real.get(place));
        let ending = real.map_or(Ending::None, Ending::of);
        let tally = self.types.entry(flag.kind.clone()).or_default();
        let (count, named, endings) = if more {
            (&mut tally.more, &mut tally.more_named, &mut tally.more_endings)
        } else {
            (&mut tally.fewer, &mut tally.fewer_named, &mut tally.fewer_endings)
        };
        *count += 1;
        *endings.entry(ending).or_default() += 1;
        if named.len() < NAMED {
            named.push(Shift {
                account: past.account.id,
                company: past.account.name.clone(),
                tier: flag.tier,
                at: flag.at,
                score: flag.score,
                real: real.map(|real| real.id),
                ending,
                code: real.and_then(|real| Some(real.outcome.as_ref()?.0.clone())),
            });
        }
    }

    /// Handed off in a month ÷ accounts on the target account list (`DOMAIN.md 11`); none without such accounts.
    #[must_use]
    pub fn rate(&self, volume: u64, policy: &Policy) -> Option<Rate> {
        if self.on_tal == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "numbers of accounts are far below 2^52")]
        let percent = volume as f64 * 100.0 / self.on_tal as f64;
        let target = policy.measures.get(&Measure::HandoffRate).and_then(|rule| rule.target);
        let inside = match target {
            Some(Line::Range { low, high, .. }) => Some((low..=high).contains(&percent)),
            Some(Line::Side { op, value, .. }) => {
                Some(crate::domain::policy::NumberTest { op, value }.passes(percent))
            }
            Some(Line::Outside) | None => None,
        };
        Some(Rate { percent, inside })
    }
}

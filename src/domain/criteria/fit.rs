//! How well an account fits: a tier set by hand or given in the data wins, else the ICP rules say (`DOMAIN.md 4`, fit).

use crate::domain::account::{Account, Tier};
use crate::domain::contact::Contact;
use crate::domain::policy::{IcpRule, Policy};
use crate::domain::say;

/// How well an account fits, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fit {
    /// The tier.
    pub tier: Tier,
    /// Why that one.
    pub why: FitWhy,
}

/// Where a tier comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FitWhy {
    /// A person set it.
    ByHand,
    /// It came with the account's data.
    Given,
    /// The ICP rule at this place of the policy gives it.
    Rule(usize),
    /// No ICP rule is met.
    NoRule,
}

impl Fit {
    /// The tier and why, in a line: `tier 1, set by hand`.
    #[must_use]
    pub fn line(&self, policy: &Policy) -> String {
        let tier = tier_words(self.tier);
        match self.why {
            FitWhy::ByHand => format!("{tier}, set by hand"),
            FitWhy::Given => format!("{tier}, as given in the data"),
            FitWhy::NoRule => format!("{tier}: no ICP rule is met"),
            FitWhy::Rule(place) => {
                let wants = policy.icp.get(place).map(wants).unwrap_or_default();
                let wants = if wants.is_empty() { "any account".to_owned() } else { wants };
                format!("{tier} by ICP rule {}: {wants}", place + 1)
            }
        }
    }
}

/// A tier as a person would say it.
pub(in crate::domain) const fn tier_words(tier: Tier) -> &'static str {
    match tier {
        Tier::One => "tier 1",
        Tier::Two => "tier 2",
        Tier::Three => "tier 3",
        Tier::Outside => "outside the ICP",
    }
}

/// The fit of an account. A tier set by hand wins; so does one that the data gave; else the first ICP rule that the
/// account meets says, and none means outside.
#[must_use]
pub fn fit(account: &Account, contacts: &[Contact], policy: &Policy) -> Fit {
    if account.tier_by_hand {
        return Fit { tier: account.tier, why: FitWhy::ByHand };
    }
    if account.tier != Tier::Outside {
        return Fit { tier: account.tier, why: FitWhy::Given };
    }
    let place = policy.icp.iter().position(|rule| meets(account, contacts, rule));
    match place.and_then(|place| policy.icp.get(place).map(|rule| (place, rule))) {
        Some((place, rule)) => Fit { tier: rule.tier, why: FitWhy::Rule(place) },
        None => Fit { tier: Tier::Outside, why: FitWhy::NoRule },
    }
}

fn meets(account: &Account, contacts: &[Contact], rule: &IcpRule) -> bool {
    let IcpRule { tier: _, industry, region, technology, titles, employees, revenue } = rule;
    one_of(account.industry.as_deref(), industry)
        && one_of(account.region.as_deref(), region)
        && number(account.employees, employees.as_ref())
        && number(account.revenue, revenue.as_ref())
        && (technology.is_empty()
            || account.technologies.iter().any(|used| one_of(Some(used), technology)))
        && (titles.is_empty() || contacts.iter().any(|contact| titled(contact, titles)))
}

fn one_of(have: Option<&str>, wanted: &[String]) -> bool {
    wanted.is_empty()
        || have.is_some_and(|have| wanted.iter().any(|wanted| say::same(have, wanted)))
}

#[expect(clippy::cast_precision_loss, reason = "amounts and head counts are far below 2^52")]
fn number(have: Option<i64>, wanted: Option<&crate::domain::policy::NumberTest>) -> bool {
    wanted.is_none_or(|test| have.is_some_and(|have| test.passes(have as f64)))
}

fn titled(contact: &Contact, words: &[String]) -> bool {
    let Some(title) = &contact.title else { return false };
    let title = title.to_lowercase();
    words.iter().any(|word| holds(&title, &word.trim().to_lowercase()))
}

/// Whether a title holds a word, or words in a row, as a whole: "VP" is in "VP, Sales" and not in "MVP". A blank word
/// is in none.
fn holds(title: &str, word: &str) -> bool {
    let apart = |next: Option<char>| next.is_none_or(|letter| !letter.is_alphanumeric());
    !word.is_empty()
        && title.match_indices(word).any(|(at, _)| {
            apart(title[..at].chars().next_back()) && apart(title[at + word.len()..].chars().next())
        })
}

/// What a rule asks for, in words.
fn wants(rule: &IcpRule) -> String {
    let mut wants = Vec::new();
    let mut listed = |what: &str, list: &[String]| {
        if !list.is_empty() {
            wants.push(format!("{what} {}", say::either(list)));
        }
    };
    listed("industry", &rule.industry);
    listed("region", &rule.region);
    listed("technology", &rule.technology);
    listed("a contact titled", &rule.titles);
    if let Some(test) = &rule.employees {
        wants.push(format!("{} employees", super::rules::number_words(test, false)));
    }
    if let Some(test) = &rule.revenue {
        wants.push(format!("revenue {}", super::rules::number_words(test, true)));
    }
    wants.join(", ")
}

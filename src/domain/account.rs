//! Accounts: the companies that are handed over (`DOMAIN.md 1`).

use chrono::NaiveDate;

use super::ids::{AccountId, PersonId};
use super::time::Instant;
use super::words::words;

words! {
    /// How well an account fits the ideal customer profile (`DOMAIN.md 4`, fit).
    #[derive(Default)]
    Tier, "a tier" {
        /// The best fit: handed over one by one.
        One = "1",
        /// A good fit: handed over in the weekly batch.
        Two = "2",
        /// A loose fit: nurtured, unless its intent is unprecedented.
        Three = "3",
        /// Not a customer we serve.
        #[default]
        Outside = "outside",
    }
}

words! {
    /// What we are to each other already.
    #[derive(Default)]
    Relation, "a relation" {
        /// No business so far.
        #[default]
        New = "new",
        /// We talked, and it came to nothing.
        PastProspect = "past_prospect",
        /// They buy from us.
        Customer = "customer",
    }
}

words! {
    /// Size band by employees, for "similar accounts" (`DOMAIN.md 6`).
    SizeBand, "a size band" {
        /// 1 to 49 employees.
        Small = "1-49",
        /// 50 to 249 employees.
        Medium = "50-249",
        /// 250 to 999 employees.
        Large = "250-999",
        /// 1,000 employees and more.
        Huge = "1000+",
    }
}

impl SizeBand {
    /// The band that a number of employees falls in.
    #[must_use]
    pub const fn of(employees: i64) -> Self {
        match employees {
            ..=49 => Self::Small,
            50..=249 => Self::Medium,
            250..=999 => Self::Large,
            _ => Self::Huge,
        }
    }
}

/// A company.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Account {
    /// Its id in this store.
    pub id: AccountId,
    /// The key it has where it came from (`hubspot:company:512`); the first choice for matching.
    pub external: Option<String>,
    /// Its name as written.
    pub name: String,
    /// Its domain, lower case, without scheme or `www.`.
    pub domain: Option<String>,
    /// Yearly revenue in whole units of the team's currency.
    pub revenue: Option<i64>,
    /// Number of employees.
    pub employees: Option<i64>,
    /// Industry as written.
    pub industry: Option<String>,
    /// Region or territory as written.
    pub region: Option<String>,
    /// Market segment as written.
    pub segment: Option<String>,
    /// Language the account is spoken to in, as written.
    pub language: Option<String>,
    /// Product of interest, as written.
    pub product: Option<String>,
    /// Fit tier.
    pub tier: Tier,
    /// True when a person set the tier, which then wins over the ICP rules and says so.
    pub tier_by_hand: bool,
    /// ICP fit score from 0 to 100.
    pub fit: Option<u8>,
    /// Lead score of the CRM from 0 to 100, where it keeps one.
    pub lead_score: Option<u8>,
    /// What we are to each other already.
    pub relation: Relation,
    /// Technologies in use.
    pub technologies: Vec<String>,
    /// News, newest first.
    pub news: Vec<Dated>,
    /// Conferences, launches and other events, newest first.
    pub events: Vec<Dated>,
    /// On the target account list.
    pub on_tal: bool,
    /// Who owns the account by name or by existing relation.
    pub owner: Option<PersonId>,
    /// Expected yearly contract value in whole units of the team's currency.
    pub expected_value: Option<i64>,
    /// Street address of the site, as written; opened by the desk after a check.
    pub website: Option<String>,
    /// When something about it last changed.
    pub changed: Instant,
}

impl Account {
    /// Size band, where the number of employees is known.
    #[must_use]
    pub fn size_band(&self) -> Option<SizeBand> {
        self.employees.map(SizeBand::of)
    }
}

/// A dated headline: a piece of news, or an event of the account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Dated {
    /// The day it happened or was published.
    pub on: NaiveDate,
    /// What happened, in a line.
    pub headline: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_bands_meet_without_gap() {
        for (employees, band) in [
            (0, SizeBand::Small),
            (49, SizeBand::Small),
            (50, SizeBand::Medium),
            (249, SizeBand::Medium),
            (250, SizeBand::Large),
            (999, SizeBand::Large),
            (1000, SizeBand::Huge),
        ] {
            assert_eq!(SizeBand::of(employees), band, "{employees}");
        }
    }

    #[test]
    fn words_read_back_and_name_their_choices() {
        for tier in Tier::ALL {
            assert_eq!(tier.key().parse(), Ok(*tier));
        }
        assert_eq!(
            "4".parse::<Tier>(),
            Err("\"4\" is not a tier; it is one of 1, 2, 3, outside".into())
        );
    }
}

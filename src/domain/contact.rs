//! Contacts: the people at an account (`DOMAIN.md 1`).

use super::ids::{AccountId, ContactId};
use super::words::words;

words! {
    /// The part a contact plays in the purchase.
    #[derive(Default)]
    BuyingRole, "a buying role" {
        /// Decides.
        DecisionMaker = "decision_maker",
        /// Argues for us inside.
        Champion = "champion",
        /// Has a say.
        Influencer = "influencer",
        /// Will use it.
        User = "user",
        /// Is against it.
        Blocker = "blocker",
        /// Not known yet.
        #[default]
        Unknown = "unknown",
    }
}

/// Words before a name that are not the name.
const TITLES: &[&str] = &["dr", "prof", "mr", "mrs", "ms", "mx", "sir", "dame", "rev"];

/// A person at an account.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Contact {
    /// Its id in this store.
    pub id: ContactId,
    /// The account the person works for.
    pub account: AccountId,
    /// The key it has where it came from.
    pub external: Option<String>,
    /// Full name as written.
    pub name: String,
    /// Job title as written.
    pub title: Option<String>,
    /// E-mail address, lower case.
    pub email: Option<String>,
    /// Telephone number as written.
    pub phone: Option<String>,
    /// Address of a public profile.
    pub profile: Option<String>,
    /// The part played in the purchase.
    pub role: BuyingRole,
    /// Has decision authority, and so is of the buying committee.
    pub authority: bool,
    /// Must not be called.
    pub do_not_call: bool,
    /// Has opted out of e-mail.
    pub opted_out: bool,
}

impl Contact {
    /// The first word of the name that is no title, for greetings.
    #[must_use]
    pub fn first_name(&self) -> &str {
        let words = || self.name.split_whitespace();
        let given = words().find(|word| {
            let bare = word.trim_end_matches('.');
            !TITLES.iter().any(|title| bare.eq_ignore_ascii_case(title))
        });
        given.or_else(|| words().next()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Sarah Chen", "Sarah")]
    #[case("Dr. Paloma Reinholt", "Paloma")]
    #[case("Prof. Dr. Ulrike Höllenthal", "Ulrike")]
    #[case("sir Alistair Bewick", "Alistair")]
    #[case("Drew", "Drew")]
    #[case("Dr.", "Dr.")]
    #[case("  ", "")]
    fn people_are_greeted_by_name_and_not_by_title(#[case] name: &str, #[case] want: &str) {
        assert_eq!(Contact { name: name.into(), ..Contact::default() }.first_name(), want);
    }
}

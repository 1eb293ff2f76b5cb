//! Past deals, from which win rates are taken (`DOMAIN.md 6`).

use chrono::NaiveDate;

use super::ids::{AccountId, PersonId};
use super::words::words;

words! {
    /// How far a deal came.
    DealStage, "a deal stage" {
        /// Somebody looked for it.
        Prospecting = "prospecting",
        /// Somebody talked to them.
        Engaging = "engaging",
        /// They signed.
        Won = "won",
        /// They didn't.
        Lost = "lost",
    }
}

/// A deal of the past or of now, as the CRM keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deal {
    /// The key it has where it came from.
    pub external: String,
    /// The account, where it is named.
    pub account: Option<AccountId>,
    /// Whose deal it is.
    pub owner: Option<PersonId>,
    /// How far it came.
    pub stage: DealStage,
    /// Value in whole units of the team's currency.
    pub value: Option<i64>,
    /// The day it was opened.
    pub opened: Option<NaiveDate>,
    /// The day it was closed.
    pub closed: Option<NaiveDate>,
    /// What was sold.
    pub product: Option<String>,
}

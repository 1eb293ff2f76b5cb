//! Drafts: what a row of a file says, before anybody knows whether the store has it already.
//!
//! A field that the file does not have, or whose cell is empty, is `None` (or an empty list) and changes nothing.
//! Other records are named by natural keys, never by ids of this store.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use super::account::{Dated, Relation, Tier};
use super::contact::BuyingRole;
use super::deal::DealStage;
use super::person::{Absence, Role};
use super::say;
use super::signal::Source;
use super::time::Instant;

/// What the rows of a file are about. The order is the one to import several files in, so that each finds what it
/// names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// People who work the desk.
    People,
    /// Companies.
    Accounts,
    /// People at an account.
    Contacts,
    /// Dated things that an account did.
    Signals,
    /// Deals of the past and of now, for win rates.
    Deals,
    /// Handoffs made by hand elsewhere.
    Handoffs,
}

impl Kind {
    /// Every kind, in the order to import them.
    pub const ALL: &'static [Self] =
        &[Self::People, Self::Accounts, Self::Contacts, Self::Signals, Self::Deals, Self::Handoffs];

    /// So many of it, in words: `1 account`, `3 contacts`.
    #[must_use]
    pub fn count(self, number: u64) -> String {
        let one = match self {
            Self::People => "person",
            Self::Accounts => "account",
            Self::Contacts => "contact",
            Self::Signals => "signal",
            Self::Deals => "deal",
            Self::Handoffs => "handoff",
        };
        say::count(number, one, self.key())
    }

    /// The word for it in profiles and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Accounts => "accounts",
            Self::Contacts => "contacts",
            Self::Signals => "signals",
            Self::Deals => "deals",
            Self::Handoffs => "handoffs",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = text.trim();
        Self::ALL.iter().copied().find(|kind| kind.key().eq_ignore_ascii_case(wanted)).ok_or_else(
            || {
                let keys: Vec<_> = Self::ALL.iter().map(|kind| kind.key()).collect();
                format!("\"{wanted}\" is not a kind of file; it is one of {}", keys.join(", "))
            },
        )
    }
}

/// Names an account by whatever the file knows of it. To be tried in this order: external id, domain, name.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct AccountRef {
    /// The key it has where it came from. A bare `account` column fills both this and `name`.
    pub external: Option<String>,
    /// Its domain, lower case, without scheme or `www.`.
    pub domain: Option<String>,
    /// Its name as written.
    pub name: Option<String>,
    /// The record may be taken without it where nothing is known by these keys.
    pub optional: bool,
}

impl AccountRef {
    /// True when the row names no account at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.external.is_none() && self.domain.is_none() && self.name.is_none()
    }
}

/// Names a contact of an account, or a person of the team. To be tried in this order: external id, e-mail, name.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct PersonRef {
    /// The key they have where they came from. A cell without `@` fills both this and `name`.
    pub external: Option<String>,
    /// E-mail address, lower case.
    pub email: Option<String>,
    /// Full name as written.
    pub name: Option<String>,
    /// The record may be taken without them where nobody is known by these keys.
    pub optional: bool,
}

impl PersonRef {
    /// True when the row names nobody.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.external.is_none() && self.email.is_none() && self.name.is_none()
    }
}

/// Values of a row that are kept as they stand, by the field or column they stood in: what the cell said, or nothing
/// where the row now says it in a way that has a meaning.
pub type Kept = Vec<(String, Option<String>)>;

/// A row about an account. It holds at least one of `external`, `domain` and `name`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccountDraft {
    /// The key it has where it came from; the first choice for matching.
    pub external: Option<String>,
    /// Its name as written.
    pub name: Option<String>,
    /// Its domain; taken from the web site where the file has no domain of its own.
    pub domain: Option<String>,
    /// Address of the web site as written.
    pub website: Option<String>,
    /// Yearly revenue in whole units of the team's currency, not negative.
    pub revenue: Option<i64>,
    /// Number of employees, not negative.
    pub employees: Option<i64>,
    /// Industry as written.
    pub industry: Option<String>,
    /// Region or territory as written.
    pub region: Option<String>,
    /// Market segment as written.
    pub segment: Option<String>,
    /// Language as written.
    pub language: Option<String>,
    /// Product of interest as written.
    pub product: Option<String>,
    /// Fit tier; a tier in a file counts as set by hand.
    pub tier: Option<Tier>,
    /// ICP fit score from 0 to 100.
    pub fit: Option<u8>,
    /// Lead score of the CRM from 0 to 100.
    pub lead_score: Option<u8>,
    /// What we are to each other already.
    pub relation: Option<Relation>,
    /// Technologies in use.
    pub technologies: Option<Vec<String>>,
    /// News, newest first.
    pub news: Option<Vec<Dated>>,
    /// Conferences, launches and other events, newest first.
    pub events: Option<Vec<Dated>>,
    /// On the target account list.
    pub on_tal: Option<bool>,
    /// Who owns the account.
    pub owner: Option<PersonRef>,
    /// Expected yearly contract value in whole units of the team's currency, not negative.
    pub expected_value: Option<i64>,
    /// Values that are kept as they stand.
    pub kept: Kept,
}

/// A row about a person at an account. It holds at least one of `external`, `email` and `name`, and names its account
/// unless it has an `external` id or an `email` to be found by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContactDraft {
    /// The key it has where it came from.
    pub external: Option<String>,
    /// The account the person works for.
    pub account: AccountRef,
    /// Full name; put together from first and last name where the file has those.
    pub name: Option<String>,
    /// Job title as written.
    pub title: Option<String>,
    /// E-mail address, lower case.
    pub email: Option<String>,
    /// Telephone number as written.
    pub phone: Option<String>,
    /// Address of a public profile.
    pub profile: Option<String>,
    /// The part played in the purchase.
    pub role: Option<BuyingRole>,
    /// Has decision authority.
    pub authority: Option<bool>,
    /// Must not be called.
    pub do_not_call: Option<bool>,
    /// Has opted out of e-mail.
    pub opted_out: Option<bool>,
    /// Values that are kept as they stand.
    pub kept: Kept,
}

/// A row about something dated that an account did. It always has `account`, `kind` and `at`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SignalDraft {
    /// The key it has where it came from. Signals without one are the same when account, kind, time, contact, source
    /// and detail are the same.
    pub external: Option<String>,
    /// The account that did it.
    pub account: AccountRef,
    /// The contact that did it.
    pub contact: Option<PersonRef>,
    /// What it was, as a key (`pricing_visit`); whether the policy knows it is not checked here.
    pub kind: String,
    /// When it happened.
    pub at: Instant,
    /// Where it was seen, as written.
    pub source: Option<String>,
    /// What exactly, in a line.
    pub detail: Option<String>,
    /// A value the signal carries (surge score, open rate, minutes on site).
    pub value: Option<f64>,
    /// What the kind was before a map gave it a meaning: the same signal may be known by it.
    pub kind_before: Option<String>,
    /// Values that are kept as they stand.
    pub kept: Kept,
}

/// A row about somebody who works the desk. It holds at least one of `external`, `email` and `name`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PersonDraft {
    /// The key they have where they came from.
    pub external: Option<String>,
    /// Full name as written.
    pub name: Option<String>,
    /// E-mail address, lower case.
    pub email: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// What somebody new may do, where the row does not say.
    pub role_if_new: Option<Role>,
    /// Whom they report to; may stand further down in the same file.
    pub manager: Option<PersonRef>,
    /// Still with us.
    pub active: Option<bool>,
    /// Regions they work.
    pub territories: Option<Vec<String>>,
    /// Segments they work.
    pub segments: Option<Vec<String>>,
    /// Products they sell.
    pub products: Option<Vec<String>>,
    /// Languages they speak.
    pub languages: Option<Vec<String>>,
    /// Open handoffs they can carry.
    pub capacity: Option<u32>,
    /// Handoffs they can be given in a week.
    pub weekly: Option<u32>,
    /// Their business calendar by name.
    pub calendar: Option<String>,
    /// Their zone by its IANA name.
    pub zone: Option<String>,
    /// When they are away.
    pub absences: Option<Vec<Absence>>,
}

/// A row about a deal. It always has its `external` id, by which a second import finds it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DealDraft {
    /// The key it has where it came from.
    pub external: String,
    /// The account; many real deals name none, and it is empty then.
    pub account: AccountRef,
    /// Whose deal it is.
    pub owner: Option<PersonRef>,
    /// How far it came.
    pub stage: Option<DealStage>,
    /// How far a new deal came, where the row does not say.
    pub stage_if_new: Option<DealStage>,
    /// Value in whole units of the team's currency, not negative.
    pub value: Option<i64>,
    /// The day it was opened.
    pub opened: Option<NaiveDate>,
    /// The day it was closed.
    pub closed: Option<NaiveDate>,
    /// What was sold.
    pub product: Option<String>,
    /// Values that are kept as they stand.
    pub kept: Kept,
}

/// A row about a handoff made by hand. It always names its account and has its `kind`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HandoffDraft {
    /// The key it has where it came from.
    pub external: Option<String>,
    /// The account that is handed over.
    pub account: AccountRef,
    /// The type as a key (`meeting_set`); whether the policy knows it is not checked here.
    pub kind: String,
    /// The channel it came from.
    pub source: Option<Source>,
    /// Why it is handed over.
    pub reason: Option<String>,
    /// The opportunity it is about, as written.
    pub opportunity: Option<String>,
    /// The contact to reach.
    pub contact: Option<PersonRef>,
    /// When the booked meeting takes place.
    pub meeting_at: Option<Instant>,
    /// The amount at stake in whole units of the team's currency, not negative.
    pub amount: Option<i64>,
    /// Package fields by their key without `package.` (`bant.budget`).
    pub package: BTreeMap<String, String>,
}

/// What one row says about one record.
#[derive(Clone, PartialEq, Debug)]
pub enum Draft {
    /// About an account.
    Account(Box<AccountDraft>),
    /// About a person at an account.
    Contact(Box<ContactDraft>),
    /// About something an account did.
    Signal(Box<SignalDraft>),
    /// About somebody who works the desk.
    Person(Box<PersonDraft>),
    /// About a deal.
    Deal(Box<DealDraft>),
    /// About a handoff.
    Handoff(Box<HandoffDraft>),
}

/// What was left out of a draft, or put into it, so that it can be taken in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Loosened {
    /// A new record got what the profile gives new ones.
    Filled,
    /// Its owner, who is not known.
    Owner,
    /// Its account, which is not known.
    Account,
}

impl Draft {
    /// Whether [`Self::loosen`] has anything to try.
    #[must_use]
    pub fn may_loosen(&self) -> bool {
        let optional =
            |owner: &Option<PersonRef>| owner.as_ref().is_some_and(|owner| owner.optional);
        match self {
            Self::Person(draft) => draft.role.is_none() && draft.role_if_new.is_some(),
            Self::Deal(draft) => {
                (draft.stage.is_none() && draft.stage_if_new.is_some())
                    || optional(&draft.owner)
                    || (draft.account.optional && !draft.account.is_empty())
            }
            Self::Account(draft) => optional(&draft.owner),
            Self::Contact(_) | Self::Signal(_) | Self::Handoff(_) => false,
        }
    }

    /// Fills in what the profile gives new records, or else leaves out the next reference that may be left out; `None`
    /// when there is nothing left to try.
    pub fn loosen(&mut self) -> Option<Loosened> {
        let left_out = |owner: &mut Option<PersonRef>| {
            owner.take_if(|owner| owner.optional).map(|_| Loosened::Owner)
        };
        match self {
            Self::Person(draft) if draft.role.is_none() => {
                draft.role = draft.role_if_new.take();
                draft.role.map(|_| Loosened::Filled)
            }
            Self::Deal(draft) if draft.stage.is_none() && draft.stage_if_new.is_some() => {
                draft.stage = draft.stage_if_new.take();
                Some(Loosened::Filled)
            }
            Self::Deal(draft) => left_out(&mut draft.owner).or_else(|| {
                let account = std::mem::take(&mut draft.account);
                if account.optional && !account.is_empty() {
                    return Some(Loosened::Account);
                }
                draft.account = account;
                None
            }),
            Self::Account(draft) => left_out(&mut draft.owner),
            Self::Person(_) | Self::Contact(_) | Self::Signal(_) | Self::Handoff(_) => None,
        }
    }

    /// What the draft is about.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Account(_) => Kind::Accounts,
            Self::Contact(_) => Kind::Contacts,
            Self::Signal(_) => Kind::Signals,
            Self::Person(_) => Kind::People,
            Self::Deal(_) => Kind::Deals,
            Self::Handoff(_) => Kind::Handoffs,
        }
    }
}

#[cfg(test)]
mod tests;

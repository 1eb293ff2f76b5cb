//! The fields of every kind: the desk's own headers, and how each is read.

use super::domain_name;
use super::draft::{
    AccountDraft, ContactDraft, DealDraft, Draft, HandoffDraft, Kind, PersonDraft, SignalDraft,
};
use super::field::{Build, Cell, Field, Lack};
use super::value;
use crate::domain::deal::DealStage;
use crate::domain::time::Instant;

/// One of the desk's own headers, for help and templates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// The header as the desk writes it; case, blanks, `_`, `-`, `/`, `.`, `:` and `*` make no difference.
    pub name: &'static str,
    /// What to write in its cells.
    pub what: &'static str,
}

/// The desk's own headers for a kind of file. All are optional but what the kind cannot be told apart without.
#[must_use]
pub fn headers(kind: Kind) -> Vec<Header> {
    fn of<D: Build>() -> Vec<Header> {
        D::FIELDS.iter().map(|field| Header { name: field.name, what: field.what }).collect()
    }
    match kind {
        Kind::People => of::<PersonBuild>(),
        Kind::Accounts => of::<AccountDraft>(),
        Kind::Contacts => of::<ContactBuild>(),
        Kind::Signals => of::<SignalBuild>(),
        Kind::Deals => of::<DealBuild>(),
        Kind::Handoffs => {
            let mut all = of::<HandoffDraft>();
            all.push(Header {
                name: "package.<field>",
                what: "a field of the package, as package.bant.budget",
            });
            all
        }
    }
}

/// A field whose cell is short.
macro_rules! field {
    ($name:literal, $what:literal, $set:expr) => {
        Field { name: $name, what: $what, prose: false, word: false, set: $set }
    };
    (prose $name:literal, $what:literal, $set:expr) => {
        Field { name: $name, what: $what, prose: true, word: false, set: $set }
    };
    (word $name:literal, $what:literal, $set:expr) => {
        Field { name: $name, what: $what, prose: false, word: true, set: $set }
    };
}

/// Puts a value that was read into its place.
macro_rules! put {
    ($place:expr, $value:expr) => {{
        $place = Some($value);
        Ok(())
    }};
}

/// Other ways to write a tier.
const TIERS: &[(&str, &str)] = &[
    ("tier_1", "1"),
    ("tier_2", "2"),
    ("tier_3", "3"),
    ("tier1", "1"),
    ("tier2", "2"),
    ("tier3", "3"),
    ("t1", "1"),
    ("t2", "2"),
    ("t3", "3"),
    ("outside_icp", "outside"),
    ("outside_the_icp", "outside"),
    ("out", "outside"),
];
const RELATIONS: &[(&str, &str)] =
    &[("prospect", "new"), ("past", "past_prospect"), ("existing_customer", "customer")];
const BUYING_ROLES: &[(&str, &str)] = &[
    ("economic_buyer", "decision_maker"),
    ("budget_holder", "decision_maker"),
    ("end_user", "user"),
    ("other", "unknown"),
];
const ROLES: &[(&str, &str)] = &[
    ("account_executive", "ae"),
    ("sales_rep", "ae"),
    ("sales_manager", "manager"),
    ("vp_of_sales", "vp_sales"),
    ("vp_of_marketing", "vp_marketing"),
    ("bdr", "sdr"),
    ("sales_development_representative", "sdr"),
    ("customer_success_manager", "csm"),
    ("customer_success", "csm"),
    ("revenue_operations", "revops"),
    ("sales_ops", "revops"),
];
const DEAL_STAGES: &[(&str, &str)] =
    &[("closed_won", "won"), ("closedwon", "won"), ("closed_lost", "lost"), ("closedlost", "lost")];
const SOURCES: &[(&str, &str)] =
    &[("intent", "intent_platform"), ("direct", "direct_demand"), ("cs", "customer_success")];

impl Build for AccountDraft {
    const FIELDS: &'static [Field<Self>] = &[
        field!("id", "the account's id where it comes from", |d, c| put!(d.external, c.id()?)),
        field!("name", "the company's name", |d, c| put!(d.name, c.text())),
        field!("domain", "its domain, as acme.com", |d, c| put!(d.domain, c.domain()?)),
        field!(
            "website",
            "address of its web site; gives the domain where that is missing",
            |d, c| { put!(d.website, c.text()) }
        ),
        field!("revenue", "yearly revenue in whole units, as 120000000, $120M or 1.2E8", |d, c| {
            put!(d.revenue, c.whole()?)
        }),
        field!(
            "employees",
            "number of employees; of a range such as 51-200 the lower end",
            |d, c| { put!(d.employees, c.headcount()?) }
        ),
        field!("industry", "industry", |d, c| put!(d.industry, c.text())),
        field!("region", "region or territory", |d, c| put!(d.region, c.text())),
        field!("segment", "market segment", |d, c| put!(d.segment, c.text())),
        field!("language", "language to speak to them in", |d, c| put!(d.language, c.text())),
        field!("product", "product of interest", |d, c| put!(d.product, c.text())),
        field!(word "tier", "1, 2, 3 or outside", |d, c| put!(d.tier, c.word(TIERS)?)),
        field!("fit", "ICP fit score from 0 to 100", |d, c| put!(d.fit, c.score()?)),
        field!("lead_score", "the CRM's lead score from 0 to 100", |d, c| {
            put!(d.lead_score, c.score()?)
        }),
        field!(word "relation", "new, past_prospect or customer", |d, c| {
            put!(d.relation, c.word(RELATIONS)?)
        }),
        field!("technologies", "technologies in use; separated by semicolons", |d, c| {
            put!(d.technologies, c.list())
        }),
        field!(prose "news", "dated headlines: 2026-11-01 Opens a plant; 2026-10-02 Raises", |d, c| {
            put!(d.news, c.headlines()?)
        }),
        field!(prose "events", "dated events, written as news are", |d, c| {
            put!(d.events, c.headlines()?)
        }),
        field!("on_tal", "on the target account list: yes or no", |d, c| put!(d.on_tal, c.flag()?)),
        field!("owner", "who owns it, by e-mail, id or name", |d, c| put!(d.owner, c.person()?)),
        field!("expected_value", "expected yearly contract value in whole units", |d, c| {
            put!(d.expected_value, c.whole()?)
        }),
    ];

    fn keep(&mut self, field: &str, raw: Option<&str>) {
        self.kept.push((field.to_owned(), raw.map(str::to_owned)));
    }

    fn loosen(&mut self, field: &str) {
        if let ("owner", Some(owner)) = (field, &mut self.owner) {
            owner.optional = true;
        }
    }

    fn finish(mut self) -> Result<Draft, Lack> {
        if self.domain.is_none() {
            self.domain = self.website.as_deref().and_then(domain_name::normalise);
        }
        if self.external.is_none() && self.domain.is_none() && self.name.is_none() {
            return Err(("name", "the row has no id, no name and no domain; give one".into()));
        }
        Ok(Draft::Account(Box::new(self)))
    }
}

/// A contact whose name may come in two columns.
#[derive(Default)]
pub(super) struct ContactBuild {
    draft: ContactDraft,
    first: Option<String>,
    last: Option<String>,
}

impl Build for ContactBuild {
    const FIELDS: &'static [Field<Self>] = &[
        field!("id", "the contact's id where it comes from", |d, c| {
            put!(d.draft.external, c.id()?)
        }),
        field!("account", "the account, by id, name or domain", |d, c| {
            c.account(&mut d.draft.account)
        }),
        field!("account_name", "the account's name, where another column has its id", |d, c| {
            put!(d.draft.account.name, c.text())
        }),
        field!("account_domain", "the account's domain", |d, c| {
            put!(d.draft.account.domain, c.domain()?)
        }),
        field!("name", "full name", |d, c| put!(d.draft.name, c.text())),
        field!("first_name", "first name, where there is no full name", |d, c| {
            put!(d.first, c.text())
        }),
        field!("last_name", "last name, where there is no full name", |d, c| {
            put!(d.last, c.text())
        }),
        field!("title", "job title", |d, c| put!(d.draft.title, c.text())),
        field!("email", "e-mail address", |d, c| {
            d.draft.email = c.email()?;
            Ok(())
        }),
        field!("phone", "telephone number", |d, c| put!(d.draft.phone, c.text())),
        field!("profile", "address of a public profile", |d, c| put!(d.draft.profile, c.text())),
        field!(
            word "buying_role",
            "decision_maker, champion, influencer, user, blocker or unknown",
            |d, c| put!(d.draft.role, c.word(BUYING_ROLES)?)
        ),
        field!("authority", "has decision authority: yes or no", |d, c| {
            put!(d.draft.authority, c.flag()?)
        }),
        field!("do_not_call", "must not be called: yes or no", |d, c| {
            put!(d.draft.do_not_call, c.flag()?)
        }),
        field!("email_opt_out", "has opted out of e-mail: yes or no", |d, c| {
            put!(d.draft.opted_out, c.flag()?)
        }),
    ];

    fn keep(&mut self, field: &str, raw: Option<&str>) {
        self.draft.kept.push((field.to_owned(), raw.map(str::to_owned)));
    }

    fn finish(self) -> Result<Draft, Lack> {
        let mut draft = self.draft;
        draft.name = draft.name.or_else(|| full_name(self.first, self.last));
        if draft.external.is_none() && draft.email.is_none() && draft.name.is_none() {
            return Err((
                "name",
                "the row has no id, no name and no e-mail address; give one".into(),
            ));
        }
        // One with a key to be found by is kept until its account comes.
        if draft.external.is_none() && draft.email.is_none() && draft.account.is_empty() {
            return Err((
                "account",
                "the row names no account, and has no id and no e-mail address to be found by"
                    .into(),
            ));
        }
        Ok(Draft::Contact(Box::new(draft)))
    }
}

/// A signal before it is known to have a kind and a time.
#[derive(Default)]
pub(super) struct SignalBuild {
    draft: SignalDraft,
    kind: Option<String>,
    at: Option<Instant>,
}

impl Build for SignalBuild {
    const FIELDS: &'static [Field<Self>] = &[
        field!("id", "the signal's id where it comes from", |d, c| put!(d.draft.external, c.id()?)),
        field!("account", "the account, by id, name or domain", |d, c| {
            c.account(&mut d.draft.account)
        }),
        field!("account_name", "the account's name, where another column has its id", |d, c| {
            put!(d.draft.account.name, c.text())
        }),
        field!("domain", "the account's domain", |d, c| put!(d.draft.account.domain, c.domain()?)),
        field!("contact", "who did it, by e-mail, id or name", |d, c| {
            put!(d.draft.contact, c.person()?)
        }),
        field!(word "kind", "what it was, as pricing_visit; the kinds stand in the policy", |d, c| {
            put!(d.kind, c.key("a kind of signal")?)
        }),
        field!("at", "when, as 2026-11-01T14:30:00Z or 2026-11-01 14:30", |d, c| {
            put!(d.at, c.instant()?)
        }),
        field!("source", "where it was seen, as website or newsletter", |d, c| {
            put!(d.draft.source, c.text())
        }),
        field!(prose "detail", "what exactly, in a line", |d, c| put!(d.draft.detail, c.text())),
        field!("value", "a number it carries: surge score, open rate, minutes", |d, c| {
            put!(d.draft.value, c.number()?)
        }),
    ];

    fn keep(&mut self, field: &str, raw: Option<&str>) {
        let Some(raw) = raw else { return };
        if field == "kind" {
            // What is written for people is a kind as well, which a policy or a map may give a meaning later.
            self.kind = Some(value::loose_key(raw));
        }
        self.draft.kept.push((field.to_owned(), Some(raw.to_owned())));
    }

    fn mapped(&mut self, field: &str, raw: &str) {
        if field == "kind" {
            self.draft.kind_before = Some(value::loose_key(raw));
        }
    }

    fn finish(self) -> Result<Draft, Lack> {
        let mut draft = self.draft;
        if draft.account.is_empty() {
            return Err((
                "account",
                "the row names no account; give its id, name or domain".into(),
            ));
        }
        draft.kind =
            self.kind.ok_or_else(|| ("kind", "the row does not say what it was".to_owned()))?;
        draft.at = self.at.ok_or_else(|| ("at", "the row does not say when it was".to_owned()))?;
        Ok(Draft::Signal(Box::new(draft)))
    }
}

/// A person whose name may come in two columns.
#[derive(Default)]
pub(super) struct PersonBuild {
    draft: PersonDraft,
    first: Option<String>,
    last: Option<String>,
}

/// First and last name in one.
fn full_name(first: Option<String>, last: Option<String>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (first, last) => first.or(last),
    }
}

impl Build for PersonBuild {
    const FIELDS: &'static [Field<Self>] = &[
        field!("id", "the person's id where it comes from", |d, c| put!(d.draft.external, c.id()?)),
        field!("name", "full name", |d, c| put!(d.draft.name, c.text())),
        field!("first_name", "first name, where there is no full name", |d, c| {
            put!(d.first, c.text())
        }),
        field!("last_name", "last name, where there is no full name", |d, c| {
            put!(d.last, c.text())
        }),
        field!("email", "e-mail address", |d, c| {
            d.draft.email = c.email()?;
            Ok(())
        }),
        field!(
            "role",
            "vp_sales, manager, ae, sdr, csm, marketing, vp_marketing or revops",
            |d, c| put!(d.draft.role, c.word(ROLES)?)
        ),
        field!("manager", "whom they report to, by e-mail, id or name", |d, c| {
            put!(d.draft.manager, c.person()?)
        }),
        field!("active", "still with us: yes or no", |d, c| put!(d.draft.active, c.flag()?)),
        field!("territories", "regions they work; separated by semicolons", |d, c| {
            put!(d.draft.territories, c.list())
        }),
        field!("segments", "segments they work; separated by semicolons", |d, c| {
            put!(d.draft.segments, c.list())
        }),
        field!("products", "products they sell; separated by semicolons", |d, c| {
            put!(d.draft.products, c.list())
        }),
        field!("languages", "languages they speak; separated by semicolons", |d, c| {
            put!(d.draft.languages, c.list())
        }),
        field!("capacity", "open handoffs they can carry", |d, c| {
            put!(
                d.draft.capacity,
                u32::try_from(c.whole()?).map_err(|_too_large| {
                    "nobody carries that many; write a smaller number".to_owned()
                })?
            )
        }),
        field!("weekly", "handoffs they can be given in a week", |d, c| {
            put!(
                d.draft.weekly,
                u32::try_from(c.whole()?).map_err(|_too_large| {
                    "nobody is given that many; write a smaller number".to_owned()
                })?
            )
        }),
        field!("calendar", "name of their calendar in the policy", |d, c| {
            put!(d.draft.calendar, c.text())
        }),
        field!("zone", "their time zone, as Europe/Berlin", |d, c| put!(d.draft.zone, c.zone()?)),
        field!("out_of_office", "days away: 2026-12-24..2026-12-31; 2027-01-15", |d, c| {
            put!(d.draft.absences, c.absences()?)
        }),
    ];

    fn if_new(&mut self, field: &str, cell: &Cell<'_>) -> Result<(), String> {
        match field {
            "role" => put!(self.draft.role_if_new, cell.word(ROLES)?),
            _ => Err(format!("{field} takes no if_new")),
        }
    }

    fn finish(self) -> Result<Draft, Lack> {
        let mut draft = self.draft;
        draft.name = draft.name.or_else(|| full_name(self.first, self.last));
        if draft.external.is_none() && draft.email.is_none() && draft.name.is_none() {
            return Err((
                "name",
                "the row has no id, no name and no e-mail address; give one".into(),
            ));
        }
        Ok(Draft::Person(Box::new(draft)))
    }
}

/// A deal, with what a CRM says about its end beside the stage.
#[derive(Default)]
pub(super) struct DealBuild {
    draft: DealDraft,
    is_closed: bool,
    is_won: bool,
}

impl Build for DealBuild {
    const FIELDS: &'static [Field<Self>] = &[
        field!("id", "the deal's id where it comes from", |d, c| {
            d.draft.external = c.id()?;
            Ok(())
        }),
        field!("account", "the account, by id, name or domain", |d, c| {
            c.account(&mut d.draft.account)
        }),
        field!("account_name", "the account's name, where another column has its id", |d, c| {
            put!(d.draft.account.name, c.text())
        }),
        field!("owner", "whose deal it is, by e-mail, id or name", |d, c| {
            put!(d.draft.owner, c.person()?)
        }),
        field!(word "stage", "prospecting, engaging, won or lost", |d, c| {
            put!(d.draft.stage, c.word(DEAL_STAGES)?)
        }),
        field!("is_closed", "it is over: yes or no; goes before the stage", |d, c| {
            d.is_closed = c.flag()?;
            Ok(())
        }),
        field!("is_won", "they signed: yes or no; goes before the stage", |d, c| {
            d.is_won = c.flag()?;
            Ok(())
        }),
        field!("value", "value in whole units", |d, c| put!(d.draft.value, c.whole()?)),
        field!("opened", "the day it was opened, as 2026-11-01", |d, c| {
            put!(d.draft.opened, c.day()?)
        }),
        field!("closed", "the day it was closed, as 2026-11-01", |d, c| {
            put!(d.draft.closed, c.day()?)
        }),
        field!("product", "what was sold", |d, c| put!(d.draft.product, c.text())),
    ];

    fn keep(&mut self, field: &str, raw: Option<&str>) {
        if field == "stage" && raw.is_some() {
            // Whatever it is called, a deal that nobody calls won or lost is open.
            self.draft.stage_if_new = self.draft.stage_if_new.or(Some(DealStage::Engaging));
        }
        self.draft.kept.push((field.to_owned(), raw.map(str::to_owned)));
    }

    fn if_new(&mut self, field: &str, cell: &Cell<'_>) -> Result<(), String> {
        match field {
            "stage" => put!(self.draft.stage_if_new, cell.word(DEAL_STAGES)?),
            _ => Err(format!("{field} takes no if_new")),
        }
    }

    fn loosen(&mut self, field: &str) {
        match (field, &mut self.draft.owner) {
            ("owner", Some(owner)) => owner.optional = true,
            ("account" | "account_name", _) => self.draft.account.optional = true,
            _ => {}
        }
    }

    fn finish(self) -> Result<Draft, Lack> {
        let mut draft = self.draft;
        if draft.external.is_empty() {
            return Err(("id", "the row has no id, so a second import could not find it".into()));
        }
        match (self.is_won, self.is_closed) {
            (true, _) => draft.stage = Some(DealStage::Won),
            (false, true) => draft.stage = Some(DealStage::Lost),
            (false, false) => {}
        }
        Ok(Draft::Deal(Box::new(draft)))
    }
}

impl Build for HandoffDraft {
    const FIELDS: &'static [Field<Self>] = &[
        field!("id", "the handoff's id where it comes from", |d, c| put!(d.external, c.id()?)),
        field!("account", "the account, by id, name or domain", |d, c| c.account(&mut d.account)),
        field!("domain", "the account's domain", |d, c| put!(d.account.domain, c.domain()?)),
        field!(
            "type",
            "the type, as tier1 or meeting_set; the types stand in the policy",
            |d, c| {
                d.kind = c.key("a type of handoff")?;
                Ok(())
            }
        ),
        field!(
            "source",
            "direct_demand, intent_platform, campaign, event, referral, outbound, product or customer_success",
            |d, c| put!(d.source, c.word(SOURCES)?)
        ),
        field!(prose "reason", "why it is handed over", |d, c| put!(d.reason, c.text())),
        field!("opportunity", "the opportunity it is about", |d, c| put!(d.opportunity, c.text())),
        field!("contact", "whom to reach, by e-mail, id or name", |d, c| {
            put!(d.contact, c.person()?)
        }),
        field!("meeting_at", "when the booked meeting takes place", |d, c| {
            put!(d.meeting_at, c.instant()?)
        }),
        field!("amount", "the amount at stake in whole units", |d, c| put!(d.amount, c.whole()?)),
    ];

    fn extra(&mut self, key: &str, text: &str) {
        self.package.insert(key.to_owned(), text.to_owned());
    }

    fn finish(self) -> Result<Draft, Lack> {
        if self.account.is_empty() {
            return Err((
                "account",
                "the row names no account; give its id, name or domain".into(),
            ));
        }
        if self.kind.is_empty() {
            return Err(("type", "the row does not say what type of handoff it is".into()));
        }
        Ok(Draft::Handoff(Box::new(self)))
    }
}

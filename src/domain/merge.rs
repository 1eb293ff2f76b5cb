//! Two accounts that are one company become one (issue 3, Matching): what the survivor says after it.
//!
//! The rule is one and clear: the survivor's word stands; where it has none, the other's is taken; lists are joined,
//! the survivor's first. A tier set by hand goes before one that wasn't, being on the target account list before not
//! being on it, and the closer relation before the looser.

use std::fmt::Display;

use super::account::{Account, Relation};

/// A field that both knew, and differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Differs {
    /// The field, as the desk's own headers call it.
    pub field: &'static str,
    /// What stands after the merge.
    pub kept: String,
    /// What is given up.
    pub dropped: String,
}

/// The survivor after the merge, and every field where one of two values was given up. Its key stays; what keys the
/// other had is the store's to keep. The owner is compared by id and told by the caller.
#[must_use]
pub fn merged(keep: &Account, gone: &Account) -> (Account, Vec<Differs>) {
    let mut all = Differing(Vec::new());
    let mut merged = keep.clone();
    all.text("name", &keep.name, &gone.name);
    merged.external = keep.external.clone().or_else(|| gone.external.clone());
    all.either("domain", &mut merged.domain, &gone.domain);
    all.either("website", &mut merged.website, &gone.website);
    all.either("revenue", &mut merged.revenue, &gone.revenue);
    all.either("employees", &mut merged.employees, &gone.employees);
    all.either("industry", &mut merged.industry, &gone.industry);
    all.either("region", &mut merged.region, &gone.region);
    all.either("segment", &mut merged.segment, &gone.segment);
    all.either("language", &mut merged.language, &gone.language);
    all.either("product", &mut merged.product, &gone.product);
    all.either("fit", &mut merged.fit, &gone.fit);
    all.either("lead_score", &mut merged.lead_score, &gone.lead_score);
    all.either("owner", &mut merged.owner, &gone.owner);
    all.either("expected_value", &mut merged.expected_value, &gone.expected_value);
    if gone.tier_by_hand && !keep.tier_by_hand {
        (merged.tier, merged.tier_by_hand) = (gone.tier, true);
        all.text("tier", gone.tier.key(), keep.tier.key());
    } else if gone.tier_by_hand == keep.tier_by_hand {
        all.text("tier", keep.tier.key(), gone.tier.key());
    }
    let closeness = |relation: Relation| match relation {
        Relation::New => 0,
        Relation::PastProspect => 1,
        Relation::Customer => 2,
    };
    if closeness(gone.relation) > closeness(keep.relation) {
        merged.relation = gone.relation;
    }
    merged.on_tal |= gone.on_tal;
    join(&mut merged.technologies, &gone.technologies, |a, b| a.to_lowercase() == b.to_lowercase());
    join(&mut merged.news, &gone.news, |a, b| a == b);
    join(&mut merged.events, &gone.events, |a, b| a == b);
    merged.news.sort_by_key(|news| std::cmp::Reverse(news.on));
    merged.events.sort_by_key(|event| std::cmp::Reverse(event.on));
    (merged, all.0)
}

struct Differing(Vec<Differs>);

impl Differing {
    fn text(&mut self, field: &'static str, kept: &str, dropped: &str) {
        if kept != dropped && !dropped.is_empty() {
            self.0.push(Differs { field, kept: kept.to_owned(), dropped: dropped.to_owned() });
        }
    }

    fn either<T: Clone + Display>(
        &mut self,
        field: &'static str,
        kept: &mut Option<T>,
        other: &Option<T>,
    ) {
        match (kept.as_ref(), other) {
            (None, Some(other)) => *kept = Some(other.clone()),
            (Some(kept), Some(other)) => self.text(field, &kept.to_string(), &other.to_string()),
            (_, None) => {}
        }
    }
}

/// Adds what the other has and this one hasn't.
fn join<T: Clone>(target: &mut Vec<T>, other: &[T], same: impl Fn(&T, &T) -> bool) {
    for one in other {
        if !target.iter().any(|known| same(known, one)) {
            target.push(one.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::domain::account::{Dated, Tier};
    use crate::domain::ids::AccountId;

    fn news(day: u32, headline: &str) -> Dated {
        Dated {
            on: NaiveDate::from_ymd_opt(2026, 11, day).unwrap_or_default(),
            headline: headline.into(),
        }
    }

    #[test]
    fn the_survivors_word_stands_and_gaps_are_filled() {
        let keep = Account {
            id: AccountId(1),
            name: "Acme Inc".into(),
            domain: Some("acme.com".into()),
            employees: Some(400),
            technologies: vec!["Marketo".into()],
            news: vec![news(1, "a")],
            ..Account::default()
        };
        let gone = Account {
            id: AccountId(2),
            external: Some("crm:2".into()),
            name: "ACME".into(),
            employees: Some(450),
            industry: Some("SaaS".into()),
            tier: Tier::One,
            tier_by_hand: true,
            relation: Relation::Customer,
            on_tal: true,
            technologies: vec!["MARKETO".into(), "Salesforce".into()],
            news: vec![news(2, "b"), news(1, "a")],
            ..Account::default()
        };
        let (merged, differs) = merged(&keep, &gone);
        assert_eq!(
            merged,
            Account {
                external: Some("crm:2".into()),
                industry: Some("SaaS".into()),
                tier: Tier::One,
                tier_by_hand: true,
                relation: Relation::Customer,
                on_tal: true,
                technologies: vec!["Marketo".into(), "Salesforce".into()],
                news: vec![news(2, "b"), news(1, "a")],
                ..keep
            }
        );
        let told: Vec<_> = differs
            .iter()
            .map(|one| (one.field, one.kept.as_str(), one.dropped.as_str()))
            .collect();
        assert_eq!(
            told,
            [("name", "Acme Inc", "ACME"), ("employees", "400", "450"), ("tier", "1", "outside")]
        );
    }

    fn tiers(keep: (Tier, bool), gone: (Tier, bool)) -> (Tier, bool, Vec<(String, String)>) {
        let of = |(tier, tier_by_hand)| Account { tier, tier_by_hand, ..Account::default() };
        let (merged, differs) = merged(&of(keep), &of(gone));
        let told = differs.into_iter().map(|one| (one.kept, one.dropped)).collect();
        (merged.tier, merged.tier_by_hand, told)
    }

    /// A tier set by hand goes before one that was not; else the survivor's stands, and what is given up is told.
    #[test]
    fn a_tier_set_by_hand_stands() {
        let told = |kept: &str, dropped: &str| vec![(kept.to_owned(), dropped.to_owned())];
        let (hand, rules) = (true, false);
        assert_eq!(
            tiers((Tier::Two, hand), (Tier::One, hand)),
            (Tier::Two, true, told("2", "1")),
            "both by hand"
        );
        assert_eq!(tiers((Tier::Two, hand), (Tier::One, rules)), (Tier::Two, true, vec![]));
        assert_eq!(tiers((Tier::Two, rules), (Tier::One, hand)), (Tier::One, true, told("1", "2")));
        assert_eq!(
            tiers((Tier::Two, rules), (Tier::One, rules)),
            (Tier::Two, false, told("2", "1")),
            "both by the rules"
        );
        assert_eq!(tiers((Tier::Two, hand), (Tier::Two, hand)), (Tier::Two, true, vec![]));
    }

    #[test]
    fn nothing_is_given_up_where_the_other_has_no_name() {
        let named = |name: &str| Account { name: name.into(), ..Account::default() };
        assert_eq!(merged(&named("Acme"), &named("")).1, []);
        assert_eq!(merged(&named("Acme"), &named("Acme")).1, []);
    }

    #[test]
    fn the_closer_relation_stands_and_lists_are_joined_once() {
        use Relation::{Customer, New, PastProspect};
        for (keep, gone, wanted) in [
            (New, PastProspect, PastProspect),
            (PastProspect, New, PastProspect),
            (PastProspect, Customer, Customer),
            (Customer, New, Customer),
            (New, New, New),
        ] {
            let of = |relation| Account { relation, ..Account::default() };
            assert_eq!(merged(&of(keep), &of(gone)).0.relation, wanted, "{keep} and {gone}");
        }
        let of = |events: Vec<Dated>| Account { events, ..Account::default() };
        let joined =
            merged(&of(vec![news(1, "a"), news(3, "c")]), &of(vec![news(3, "c"), news(2, "b")])).0;
        assert_eq!(joined.events, [news(3, "c"), news(2, "b"), news(1, "a")]);
        assert!(joined.news.is_empty());
    }
}

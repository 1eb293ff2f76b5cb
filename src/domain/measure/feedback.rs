//! What marketing learns from a month (the feedback pack, `DOMAIN.md 11` and `13.8`): how handoffs came out and why, whom
//! to write to instead, when to hand over again, competitors met, accounts to remove, which claims hold, and who sends
//! what.

use std::collections::BTreeMap;

use crate::domain::handoff::Claim;
use crate::domain::ids::{HandoffId, PersonId};
use crate::domain::policy::Class;
use crate::domain::signal::Source;
use crate::domain::time::Instant;

/// An outcome as marketing hears of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disposed {
    /// Which handoff.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// Its type's key.
    pub kind: String,
    /// The channel it came from.
    pub source: Source,
    /// Whoever handed it over, where it was a person.
    pub sender: Option<PersonId>,
    /// When.
    pub at: Instant,
    /// The code.
    pub code: String,
    /// What it does.
    pub class: Class,
    /// The claim that proved wrong.
    pub claim: Option<Claim>,
    /// Why the minimum work was overridden, where it was.
    pub overridden: Option<String>,
    /// Its fields by key.
    pub fields: BTreeMap<String, String>,
}

/// What one sender handed off in a period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sender {
    /// Handed off.
    pub handed: i64,
    /// Returned for incomplete information, times.
    pub incomplete: i64,
    /// How many were rated.
    pub rated: i64,
    /// Sum of the ratings.
    pub stars: i64,
}

/// Below so many outcomes the precision of a claim is not told: too few to say.
pub const ENOUGH: i64 = 10;

/// How marketing's claims of one source came out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claims {
    /// The channel.
    pub source: Source,
    /// Handoffs that came to an end, or were sent back.
    pub judged: i64,
    /// How many proved which claim wrong.
    pub wrong: BTreeMap<Claim, i64>,
}

impl Claims {
    /// The share of a claim that held, in percent; none where there are too few to say.
    #[must_use]
    pub fn precision(&self, claim: Claim) -> Option<f64> {
        let wrong = self.wrong.get(&claim).copied().unwrap_or_default();
        (self.judged >= ENOUGH).then(|| (self.judged - wrong) as f64 * 100.0 / self.judged as f64)
    }
}

/// What one sender handed off, and what was missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// Their name, or `marketing` where it was nobody in person.
    pub name: String,
    /// The figures.
    pub sender: Sender,
    /// Fields that were asked for on return, the most frequent first.
    pub missing: Vec<(String, i64)>,
}

impl Sent {
    /// The mean rating, of 5.
    #[must_use]
    pub fn rating(&self) -> Option<f64> {
        (self.sender.rated > 0).then(|| self.sender.stars as f64 / self.sender.rated as f64)
    }
}

/// A line of the pack about one handoff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Which.
    pub handoff: HandoffId,
    /// Its account's name.
    pub company: String,
    /// What to know: the right person, the day, the reason.
    pub what: String,
}

/// The feedback pack.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Feedback {
    /// How handoffs came out: code, its label, how many.
    pub outcomes: Vec<(String, String, i64)>,
    /// The reasons that were given, newest first.
    pub reasons: Vec<Item>,
    /// Personas to correct.
    pub personas: Vec<Item>,
    /// Days to hand over again.
    pub rehand: Vec<Item>,
    /// Competitors met, and how often.
    pub competitors: Vec<(String, i64)>,
    /// Accounts to remove from campaigns.
    pub remove: Vec<Item>,
    /// Precision of claims by source.
    pub claims: Vec<Claims>,
    /// Ratings and missing fields by sender.
    pub senders: Vec<Sent>,
}

impl Feedback {
    /// Sorts outcomes into the parts of the pack. `label` names a code.
    #[must_use]
    pub fn of(
        disposed: &[Disposed],
        counts: &[(String, i64)],
        label: impl Fn(&str) -> String,
    ) -> Self {
        let mut pack = Self::default();
        for (code, n) in counts {
            pack.outcomes.push((code.clone(), label(code), *n));
        }
        let mut competitors: BTreeMap<String, (String, i64)> = BTreeMap::new();
        for one in disposed {
            let field = |key: &str| {
                one.fields.get(key).map(|text| text.trim()).filter(|text| !text.is_empty())
            };
            let item =
                |what: String| Item { handoff: one.handoff, company: one.company.clone(), what };
            if let Some(persona) = field("persona") {
                pack.personas.push(item(persona.to_owned()));
            }
            if let Some(day) = field("wake_on") {
                pack.rehand.push(item(day.to_owned()));
            }
            if let Some(name) = field("competitor") {
                let met =
                    competitors.entry(name.to_lowercase()).or_insert_with(|| (name.to_owned(), 0));
                met.1 += 1;
            }
            if one.class == Class::Disqualify && one.claim == Some(Claim::Fit) {
                pack.remove.push(item(field("reason").unwrap_or("no longer fits").to_owned()));
            }
            let said = field("reason").or_else(|| field("note")).or(one.overridden.as_deref());
            if let Some(said) = said {
                pack.reasons.push(item(format!("{}: {said}", label(&one.code))));
            }
        }
        pack.competitors = competitors.into_values().collect();
        pack.competitors.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        pack.rehand.sort_by(|a, b| a.what.cmp(&b.what).then(a.handoff.cmp(&b.handoff)));
        pack
    }

    /// Nothing came of anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty() && self.senders.is_empty()
    }
}

/// The fields that were asked for on return, of each sender, the most frequent first.
#[must_use]
pub fn missing_by_sender(disposed: &[Disposed]) -> BTreeMap<Option<PersonId>, Vec<(String, i64)>> {
    let mut counts: BTreeMap<Option<PersonId>, BTreeMap<String, i64>> = BTreeMap::new();
    for one in disposed.iter().filter(|one| one.class == Class::Return) {
        let fields = one.fields.get("missing").map(String::as_str).unwrap_or_default();
        for field in fields.split(',').map(str::trim).filter(|field| !field.is_empty()) {
            *counts.entry(one.sender).or_default().entry(field.to_owned()).or_default() += 1;
        }
    }
    let sorted = |fields: BTreeMap<String, i64>| {
        let mut all: Vec<_> = fields.into_iter().collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all
    };
    counts.into_iter().map(|(who, fields)| (who, sorted(fields))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disposed(
        code: &str,
        class: Class,
        claim: Option<Claim>,
        fields: &[(&str, &str)],
    ) -> Disposed {
        Disposed {
            handoff: HandoffId(7),
            company: "Acme".to_owned(),
            kind: "tier1".to_owned(),
            source: Source::Campaign,
            sender: Some(PersonId(3)),
            at: Instant(0),
            code: code.to_owned(),
            class,
            claim,
            overridden: None,
            fields: fields
                .iter()
                .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn outcomes_are_sorted_into_what_marketing_does_with_them() {
        let all = [
            disposed(
                "BAD_TIMING",
                Class::Recycle,
                Some(Claim::Timing),
                &[("wake_on", "2027-02-01")],
            ),
            disposed(
                "BAD_TIMING",
                Class::Recycle,
                Some(Claim::Timing),
                &[("wake_on", "2027-01-01")],
            ),
            disposed("WRONG_PERSONA", Class::Recycle, Some(Claim::Persona), &[("persona", "CFO")]),
            disposed("LOST_COMPETITOR", Class::Disqualify, None, &[("competitor", "Globex ")]),
            disposed("LOST_COMPETITOR", Class::Disqualify, None, &[("competitor", "globex")]),
            disposed("WRONG_ACCOUNT", Class::Disqualify, Some(Claim::Fit), &[("reason", "sold")]),
            disposed("INCOMPLETE", Class::Return, None, &[("missing", "committee, reason")]),
            disposed("INCOMPLETE", Class::Return, None, &[("missing", " reason,, trigger")]),
        ];
        let counts = [("BAD_TIMING".to_owned(), 2)];
        let pack = Feedback::of(&all, &counts, str::to_lowercase);
        let days: Vec<_> = pack.rehand.iter().map(|item| item.what.as_str()).collect();
        assert_eq!(days, ["2027-01-01", "2027-02-01"]);
        assert_eq!(pack.personas[0].what, "CFO");
        assert_eq!(pack.competitors, [("Globex".to_owned(), 2)]);
        assert_eq!(pack.remove.len(), 1);
        assert_eq!(pack.reasons[0].what, "wrong_account: sold");
        assert_eq!(pack.outcomes[0].1, "bad_timing");
        let missing = missing_by_sender(&all);
        let told = [("reason", 2), ("committee", 1), ("trigger", 1)];
        assert_eq!(missing[&Some(PersonId(3))], told.map(|(field, n)| (field.to_owned(), n)));
    }

    #[test]
    fn precision_is_silent_under_ten() {
        let claims = |judged| Claims {
            source: Source::Event,
            judged,
            wrong: BTreeMap::from([(Claim::Timing, 3)]),
        };
        assert_eq!(claims(9).precision(Claim::Timing), None);
        assert_eq!(claims(10).precision(Claim::Timing), Some(70.0));
        assert_eq!(claims(10).precision(Claim::Fit), Some(100.0));
    }

    #[test]
    fn a_senders_rating_is_the_mean_of_those_that_were_given() {
        let rating = |rated, stars| {
            let sender = Sender { handed: 9, rated, stars, ..Sender::default() };
            Sent { name: "marketing".into(), sender, missing: vec![] }.rating()
        };
        assert_eq!(rating(0, 0), None, "nobody rated any");
        assert_eq!(rating(1, 4), Some(4.0));
        assert_eq!(rating(4, 14), Some(3.5));
    }

    #[test]
    fn a_pack_is_empty_where_nothing_ended_and_nobody_sent_anything() {
        let sent = Sent { name: "marketing".into(), sender: Sender::default(), missing: vec![] };
        let outcome = ("WON".to_owned(), "Won".to_owned(), 1);
        let pack = |outcomes: usize, senders: usize| Feedback {
            outcomes: vec![outcome.clone(); outcomes],
            senders: vec![sent.clone(); senders],
            ..Feedback::default()
        };
        let all = [(0, 0), (1, 0), (0, 1), (1, 1)];
        let empty = all.map(|(outcomes, senders)| pack(outcomes, senders).is_empty());
        assert_eq!(empty, [true, false, false, false]);
    }
}

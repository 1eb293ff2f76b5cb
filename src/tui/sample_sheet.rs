//! A month in figures for the tests of the Measures screen: always the same, with every standing.

use crate::domain::clock::ClockName;
use crate::domain::ids::PersonId;
use crate::domain::measure::Measure;
use crate::domain::measure::count::{Kept, Spread};
use crate::domain::measure::figure::{Figure, Formula, Value};
use crate::domain::measure::period::Period;
use crate::domain::measure::sheet::{Converted, Rate, Scope, Sheet, Team};
use crate::domain::time::HOUR;
use crate::report::measures::{Part, pack as pack_of};

use super::sample;

/// The teams to choose from.
pub(super) fn teams() -> Vec<Team> {
    vec![Team { name: "Lee Park".to_owned(), people: vec![(PersonId(3), "Sam Ortiz".to_owned())] }]
}

/// The figures of a scope.
pub(super) fn sheet(scope: Scope) -> Sheet {
    let policy = sample::policy();
    let figures = Measure::ALL.iter().enumerate().map(|(n, measure)| {
        let n = n as i64;
        let (value, before) = match measure.formula() {
            Formula::Mean { .. } if *measure == Measure::Completeness => {
                (Value::Mean { sum: 88 * 40, of: 40 }, 86.0)
            }
            Formula::Mean { .. } => (Value::Mean { sum: 160, of: 40 }, 4.1),
            Formula::Times => {
                let (median, p90) = (Some(5 * HOUR + n * 60_000), Some(50 * HOUR));
                (Value::Time { median, p90, of: 38 }, (6 * HOUR) as f64)
            }
            Formula::Count(_) => (Value::Count(3 * n), (3 * n - 2) as f64),
            _ => (Value::Share { hit: 20 + n, of: 48 }, 40.0),
        };
        Figure {
            measure: *measure,
            value,
            young: n % 5,
            rule: policy.measures.get(measure).copied().unwrap_or_default(),
            before: Some(before),
        }
    });
    let period = scope.period;
    let week = Period::week_of(sample::now(), policy.zone);
    let kinds = |n: i64| {
        vec![("tier1".to_owned(), 4 + n % 3), ("inbound".to_owned(), 9 - n), ("mql".to_owned(), n)]
    };
    let kept = |met, missed, open| Kept { met, missed, open };
    Sheet {
        now: sample::now(),
        zone: policy.zone,
        over: false,
        figures: figures.collect(),
        weeks: (0..8).map(|n| (week.plus(n - 7), kinds(i64::from(n)))).collect(),
        clocks: vec![
            (ClockName::Deliver, kept(40, 4, 2)),
            (ClockName::Assign, kept(30, 10, 3)),
            (ClockName::Accept, kept(36, 2, 4)),
            (ClockName::FirstTouch, kept(20, 20, 5)),
        ],
        rates: (0..6)
            .map(|n| Rate {
                period: period.plus(n - 5),
                response: Some(f64::from(40 + n * 6)),
                opportunity: (n > 1).then(|| f64::from(20 + n * 3)),
            })
            .collect(),
        sources: vec![
            Converted { source: "campaign".to_owned(), handed: 24, converted: 6 },
            Converted { source: "referral".to_owned(), handed: 10, converted: 5 },
        ],
        funnel: vec![
            ("handed off", 48),
            ("assigned", 46),
            ("touched", 40),
            ("answered", 26),
            ("opportunity", 12),
            ("won", 3),
        ],
        spread: Spread {
            touched: 40,
            untouched: 6,
            median: Some(5 * HOUR),
            p90: Some(50 * HOUR),
            steps: [2, 6, 10, 9, 8, 4, 1],
        },
        reasons: vec![("NO_RESPONSE".to_owned(), 9), ("BAD_TIMING".to_owned(), 4)],
        scope,
    }
}

/// What marketing is told of a month: a promise that was broken, and outcomes with names that are too long.
pub(crate) fn pack() -> Vec<Part> {
    use crate::domain::handoff::Claim;
    use crate::domain::ids::HandoffId;
    use crate::domain::measure::blame::{Broken, Split};
    use crate::domain::measure::feedback::{Claims, Feedback, Item, Sender, Sent};
    use crate::domain::measure::summary::Pack;
    use crate::domain::signal::Source;
    let item = |id, company: &str, what: &str| Item {
        handoff: HandoffId(id),
        company: company.to_owned(),
        what: what.to_owned(),
    };
    let broken = Broken {
        n: 7,
        split: Split([6 * HOUR, 30 * HOUR, 95 * HOUR, 12 * HOUR]),
        blamed: [0, 2, 5, 0],
    };
    let long = "Wojciechowski Brothers Agricultural Machinery Cooperative";
    pack_of(&Pack {
        broken: [(ClockName::FirstTouch, broken)].into(),
        feedback: Feedback {
            outcomes: vec![
                ("NO_RESPONSE".to_owned(), "No response".to_owned(), 9),
                ("LOST_COMPETITOR".to_owned(), "Lost to a competitor".to_owned(), 2),
            ],
            reasons: vec![item(
                1_042,
                long,
                "Lost to a competitor: they signed with Globex in October and will not look again",
            )],
            personas: vec![item(1_050, "Acme Inc", "Chief Financial Officer")],
            rehand: vec![item(1_051, "Northwind", "2027-02-01")],
            competitors: vec![("Globex".to_owned(), 2)],
            claims: vec![Claims {
                source: Source::Campaign,
                judged: 12,
                wrong: [(Claim::Timing, 3)].into(),
            }],
            senders: vec![Sent {
                name: "Mia Chen".to_owned(),
                sender: Sender { handed: 20, incomplete: 2, rated: 8, stars: 33 },
                missing: vec![("committee".to_owned(), 2)],
            }],
            ..Feedback::default()
        },
    })
}

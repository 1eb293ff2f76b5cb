//! `[signals.*]`, `[intent]`, `[patterns.*]`, `[[icp]]` and `[[criteria]]`: who is handed over, and why
//! (`DOMAIN.md 4`).

use std::collections::BTreeMap;

use super::Names;
use super::spot::{Fields, Spot};
use super::tree::{Value, shown};
use crate::domain::account::{Relation, Tier};
use crate::domain::policy::{
    BandTest, Bands, CriteriaRule, IcpRule, Intent, NumberTest, Op, Pattern, PatternTest,
    SignalRule, Verdict, When,
};
use crate::domain::target::Amount;

/// Kinds of signal.
pub(super) fn signals(spot: &Spot<'_>) -> Option<BTreeMap<String, SignalRule>> {
    let all = spot.entries()?.into_iter().map(|(key, spot)| {
        spot.check_name(key);
        let fields = spot.fields(&["weight", "label"])?;
        let weight = fields.need("weight", "10").and_then(|spot| spot.number(0.0..=100.0));
        let label = fields.or("label", words(key), text);
        Some((key.to_owned(), SignalRule { weight: weight?, label: label? }))
    });
    all.collect::<Vec<_>>().into_iter().collect()
}

/// A key as words, for a label that isn't given: `pricing_visit` reads "Pricing visit".
pub(super) fn words(key: &str) -> String {
    let mut words = key.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// An owned text.
pub(super) fn text(spot: &Spot<'_>) -> Option<String> {
    spot.text().map(str::to_owned)
}

/// A list of texts.
pub(super) fn texts(spot: &Spot<'_>) -> Option<Vec<String>> {
    spot.each(text)
}

/// A length of time such as `90d`, in milliseconds.
fn length(spot: &Spot<'_>) -> Option<i64> {
    spot.parse::<Amount>("90d").map(Amount::ms)
}

/// How intent is scored.
pub(super) fn intent(spot: &Spot<'_>) -> Option<Intent> {
    let fields = spot.fields(&["window", "half_life", "bands"])?;
    let window = fields.need("window", "\"90d\"").and_then(|spot| length(&spot));
    let half_life = fields.need("half_life", "\"14d\"").and_then(|spot| length(&spot));
    let bands = fields
        .need("bands", "{ light = 1, moderate = 40, strong = 70, unprecedented = 90 }")
        .and_then(|spot| bands(&spot));
    Some(Intent { window: window?, half_life: half_life?, bands: bands? })
}

fn bands(spot: &Spot<'_>) -> Option<Bands> {
    const KEYS: [&str; 4] = ["light", "moderate", "strong", "unprecedented"];
    let fields = spot.fields(&KEYS)?;
    let from = |key| fields.need(key, "40").and_then(|spot| spot.whole(1..=100));
    let (light, moderate, strong, unprecedented) =
        (from(KEYS[0]), from(KEYS[1]), from(KEYS[2]), from(KEYS[3]));
    let bands = Bands {
        light: light?,
        moderate: moderate?,
        strong: strong?,
        unprecedented: unprecedented?,
    };
    let rising: [u8; 4] = [bands.light, bands.moderate, bands.strong, bands.unprecedented];
    if !rising.is_sorted_by(|low, high| low < high) {
        fields.blame(&KEYS).fail(
            format!("the bands don't rise: {rising:?}"),
            "let each begin above the one before: light, moderate, strong, unprecedented",
        );
        return None;
    }
    Some(bands)
}

/// Named patterns.
pub(super) fn patterns(spot: &Spot<'_>, names: &Names<'_>) -> Option<BTreeMap<String, Pattern>> {
    let all = spot.entries()?.into_iter().map(|(key, spot)| {
        spot.check_key(key);
        Some((key.to_owned(), pattern(key, &spot, names)?))
    });
    all.collect::<Vec<_>>().into_iter().collect()
}

/// One test written in the pattern itself, or several under `all`.
fn pattern(key: &str, spot: &Spot<'_>, names: &Names<'_>) -> Option<Pattern> {
    const TEST: [&str; 6] = ["count", "of", "within", "value", "total", "distinct"];
    let many = matches!(spot.value(), Value::Table(table) if table.get("all").is_some());
    if many {
        let fields = spot.fields(&["label", "all"])?;
        let label = fields.or("label", words(key), text);
        let tests = fields.get("all").and_then(|spot| {
            let tests = spot.each_table(&TEST, |fields| pattern_test(fields, names))?;
            if tests.is_empty() {
                spot.fail("a pattern without a test is never met", "add a test");
                return None;
            }
            Some(tests)
        });
        return Some(Pattern { label: label?, tests: tests? });
    }
    let fields =
        spot.fields(&["label", "count", "of", "within", "value", "total", "distinct", "all"])?;
    let label = fields.or("label", words(key), text);
    let test = pattern_test(&fields, names);
    Some(Pattern { label: label?, tests: vec![test?] })
}

fn pattern_test(fields: &Fields<'_>, names: &Names<'_>) -> Option<PatternTest> {
    let count = fields.or("count", 1, |spot| spot.whole(1..=10_000));
    let of = fields
        .need("of", "[\"site_visit\"]")
        .and_then(|spot| some(&spot, &kinds(&spot, names)?, "name at least one kind of signal"));
    let within = fields.need("within", "\"7d\"").and_then(|spot| length(&spot));
    let value = fields.maybe("value", |spot| spot.number(0.0..=1e9));
    let total = fields.maybe("total", |spot| spot.number(0.0..=1e9));
    let distinct = fields.or("distinct", false, |spot| spot.flag());
    let test = PatternTest {
        count: count?,
        of: of?,
        within: within?,
        value: value?,
        total: total?,
        distinct: distinct?,
    };
    if test.distinct && usize::try_from(test.count).is_ok_and(|count| count > test.of.len()) {
        fields.blame(&["count", "distinct", "of"]).fail(
            format!("{} different kinds of {} can't be seen", test.count, test.of.len()),
            format!("lower count to {}, or name more kinds", test.of.len()),
        );
        return None;
    }
    Some(test)
}

/// Known kinds of signal.
fn kinds(spot: &Spot<'_>, names: &Names<'_>) -> Option<Vec<String>> {
    spot.each(|spot| {
        spot.name("a kind of signal of this policy", &names.signals).map(str::to_owned)
    })
}

/// A list that must not be empty.
fn some<T: Clone>(spot: &Spot<'_>, list: &[T], remedy: &str) -> Option<Vec<T>> {
    if list.is_empty() {
        spot.fail("the list is empty", remedy);
        return None;
    }
    Some(list.to_vec())
}

/// Rules of fit.
pub(super) fn icp(spot: &Spot<'_>) -> Option<Vec<IcpRule>> {
    const KEYS: [&str; 7] =
        ["tier", "industry", "region", "technology", "titles", "employees", "revenue"];
    spot.each_table(&KEYS, |fields| {
        let tier = fields.need("tier", "1").and_then(|spot| tier(&spot));
        let listed = |key| fields.or(key, Vec::new(), texts);
        let (industry, region) = (listed("industry"), listed("region"));
        let (technology, titles) = (listed("technology"), listed("titles"));
        let employees = fields.maybe("employees", number_test);
        let revenue = fields.maybe("revenue", number_test);
        Some(IcpRule {
            tier: tier?,
            industry: industry?,
            region: region?,
            technology: technology?,
            titles: titles?,
            employees: employees?,
            revenue: revenue?,
        })
    })
}

/// A tier: 1, 2, 3 or `"outside"`.
fn tier(spot: &Spot<'_>) -> Option<Tier> {
    let found = match spot.value() {
        Value::Integer(number) => number.to_string().parse().ok(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    if found.is_none() {
        let what = match spot.value() {
            Value::Integer(number) => format!("{number} is not a tier"),
            Value::Text(text) => format!("{} is not a tier", shown(text)),
            _ => "this is not a tier".to_owned(),
        };
        spot.fail(what, "write 1, 2, 3 or \"outside\"");
    }
    found
}

/// Tiers: one of them, or a list.
pub(super) fn tiers(spot: &Spot<'_>) -> Option<Vec<Tier>> {
    let tiers = spot.each(tier)?;
    some(spot, &tiers, "name at least one tier, or leave the condition out")
}

/// Relations: one of them, or a list.
fn relations(spot: &Spot<'_>) -> Option<Vec<Relation>> {
    let relations = spot.each(|spot| spot.word(Relation::ALL))?;
    some(spot, &relations, "name at least one relation, or leave the condition out")
}

/// A comparison: `">=2"`, or a plain number for exactly that.
#[expect(clippy::cast_precision_loss, reason = "the range is far below 2^52")]
fn number_test(spot: &Spot<'_>) -> Option<NumberTest> {
    if matches!(spot.value(), Value::Integer(_)) {
        let value: i64 = spot.whole(0..=1_000_000_000_000)?;
        return Some(NumberTest { op: Op::Eq, value: value as f64 });
    }
    spot.parse(">=2")
}

/// The decision table.
pub(super) fn criteria(spot: &Spot<'_>, names: &Names<'_>) -> Option<Vec<CriteriaRule>> {
    spot.each_table(&["name", "when", "verdict", "type", "brief"], |fields| {
        let name = fields.need("name", "\"Tier 1\"").and_then(|spot| text(&spot));
        let when = fields.or("when", When::default(), |spot| when(spot, names));
        let verdict =
            fields.need("verdict", "\"handoff\"").and_then(|spot| spot.word(Verdict::ALL));
        let kind = fields.maybe("type", |spot| {
            spot.name("a type of handoff of this policy", &names.types).map(str::to_owned)
        });
        let brief = fields.maybe("brief", text);
        let (verdict, kind, brief) = (verdict?, kind?, brief?);
        if verdict == Verdict::Handoff && kind.is_none() {
            fields.need("type", "\"tier1\", the type of handoff to flag")?;
        }
        for (key, given) in [("type", kind.is_some()), ("brief", brief.is_some())] {
            if verdict != Verdict::Handoff && given {
                fields.blame(&[key]).fail(
                    format!("\"{key}\" goes with the verdict \"handoff\" only"),
                    format!("take it out, or write verdict = \"handoff\" instead of \"{verdict}\""),
                );
            }
        }
        Some(CriteriaRule { name: name?, when: when?, verdict, kind, brief })
    })
}

fn when(spot: &Spot<'_>, names: &Names<'_>) -> Option<When> {
    const KEYS: [&str; 10] = [
        "tier",
        "intent",
        "committee",
        "relation",
        "signals",
        "only",
        "patterns",
        "on_tal",
        "lead_score",
        "expected_value",
    ];
    let fields = spot.fields(&KEYS)?;
    let tier = fields.maybe("tier", tiers);
    let intent = fields.maybe("intent", |spot| spot.parse::<BandTest>("moderate+"));
    let committee = fields.maybe("committee", number_test);
    let relation = fields.maybe("relation", relations);
    let listed = |key| {
        let remedy = "name at least one kind of signal, or leave the condition out";
        fields.maybe(key, |spot| some(spot, &kinds(spot, names)?, remedy))
    };
    let (signals, only) = (listed("signals"), listed("only"));
    let patterns = fields.maybe("patterns", |spot| {
        let list = spot.each(|spot| {
            spot.name("a pattern of this policy", &names.patterns).map(str::to_owned)
        })?;
        some(spot, &list, "name at least one pattern, or leave the condition out")
    });
    let on_tal = fields.maybe("on_tal", |spot| spot.flag());
    let lead_score = fields.maybe("lead_score", number_test);
    let expected_value = fields.maybe("expected_value", number_test);
    Some(When {
        tier: tier?,
        intent: intent?,
        committee: committee?,
        relation: relation?,
        signals: signals?,
        only: only?,
        patterns: patterns?,
        on_tal: on_tal?,
        lead_score: lead_score?,
        expected_value: expected_value?,
    })
}

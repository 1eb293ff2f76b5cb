//! The whole file as a policy: the top of it, and the tables that are small.

use std::collections::BTreeMap;

use super::Names;
use super::calendars::{calendars, zone};
use super::criteria::{criteria, icp, intent, patterns, signals, text};
use super::spot::Spot;
use super::tree::{Value, shown};
use super::types::{calendar_name, escalation, target, types};
use super::work::{dispositions, motions, playbooks};
use crate::domain::calendar::Calendar;
use crate::domain::field::{PACKAGE, package_field};
use crate::domain::filter;
use crate::domain::measure::{Line, Measure};
use crate::domain::message::TEMPLATES;
use crate::domain::policy::{BatchRule, Fallback, MeasureRule, Policy, Routing, SharedView};
use crate::domain::target::Target;
use crate::domain::view::Sort;

/// The form of the file that this program reads.
const VERSION: i64 = 1;

/// The keys at the top of the file.
const TOP: &[&str] = &[
    "version",
    "name",
    "zone",
    "calendar",
    "hibernate_after_days",
    "calendars",
    "signals",
    "intent",
    "patterns",
    "icp",
    "criteria",
    "types",
    "completeness",
    "routing",
    "motions",
    "dispositions",
    "playbooks",
    "batch",
    "measures",
    "escalation",
    "views",
];

/// Reads the top of a file, and with it everything; the hash is left empty. `own` are the team's message templates.
pub(super) fn policy(spot: &Spot<'_>, own: &[String]) -> Option<Policy> {
    let top = spot.fields(TOP)?;
    let mut calendar_names = top.names("calendars");
    calendar_names.push(Calendar::ALWAYS);
    let names = Names {
        calendars: calendar_names,
        signals: top.names("signals"),
        patterns: top.names("patterns"),
        types: top.names("types"),
        playbooks: top.names("playbooks"),
        dispositions: top.names("dispositions"),
        templates: TEMPLATES
            .iter()
            .map(|template| template.name)
            .chain(own.iter().map(String::as_str))
            .collect(),
    };
    let version = top.need("version", "1").and_then(|spot| version(&spot));
    let name = top.or("name", "unnamed".to_owned(), text);
    let zone = top.need("zone", "\"America/New_York\"").and_then(|spot| zone(&spot));
    let calendar = top.need("calendar", "\"office\"").and_then(|spot| calendar_name(&spot, &names));
    let hibernate_after_days =
        top.need("hibernate_after_days", "183").and_then(|spot| spot.whole(1..=3_653));
    let table = |key| top.need(key, "…, as in the shipped policy");
    let calendars = table("calendars").and_then(|spot| calendars(&spot));
    let signals = table("signals").and_then(|spot| signals(&spot));
    let intent = table("intent").and_then(|spot| intent(&spot));
    let patterns = table("patterns").and_then(|spot| patterns(&spot, &names));
    let icp = table("icp").and_then(|spot| icp(&spot));
    let criteria = table("criteria").and_then(|spot| criteria(&spot, &names));
    let escalation = table("escalation").and_then(|spot| escalation(&spot, None));
    // A general table that is wrong is told once, not again for each type.
    let general = escalation.clone().unwrap_or_default();
    let types = table("types").and_then(|spot| types(&spot, &names, &general));
    let weights = top.or("completeness", BTreeMap::new(), weights);
    let routing = table("routing").and_then(|spot| routing(&spot));
    let motions = table("motions").and_then(|spot| motions(&spot, &names));
    let dispositions = table("dispositions").and_then(|spot| dispositions(&spot, &names));
    let playbooks = table("playbooks").and_then(|spot| playbooks(&spot, &names));
    let batch = table("batch").and_then(|spot| batch(&spot, &names));
    let measures = table("measures").and_then(|spot| measures(&spot));
    let views = top.or("views", Vec::new(), views);
    version?;
    Some(Policy {
        name: name?,
        hash: String::new(),
        zone: zone?,
        calendar: calendar?,
        calendars: calendars?,
        signals: signals?,
        intent: intent?,
        patterns: patterns?,
        icp: icp?,
        criteria: criteria?,
        types: types?,
        weights: weights?,
        routing: routing?,
        motions: motions?,
        dispositions: dispositions?,
        playbooks: playbooks?,
        batch: batch?,
        measures: measures?,
        escalation: escalation?,
        views: views?,
        hibernate_after_days: hibernate_after_days?,
    })
}

fn version(spot: &Spot<'_>) -> Option<()> {
    let version: i64 = spot.whole(1..=i64::MAX)?;
    if version != VERSION {
        spot.fail(
            format!("version {version} is not known to this program"),
            format!("write version = {VERSION}, or use a newer program"),
        );
        return None;
    }
    Some(())
}

/// Weights of package fields; `"account.revenue" = 2` and `account.revenue = 2` both.
fn weights(spot: &Spot<'_>) -> Option<BTreeMap<String, f64>> {
    let mut all = BTreeMap::new();
    weights_below(spot, "", &mut all).then_some(all)
}

fn weights_below(spot: &Spot<'_>, above: &str, all: &mut BTreeMap<String, f64>) -> bool {
    let Some(entries) = spot.entries() else { return false };
    let mut good = true;
    for (key, spot) in entries {
        let key = if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
        if matches!(spot.value(), Value::Table(_)) {
            good &= weights_below(&spot, &key, all);
        } else if package_field(&key).is_none() {
            let known: Vec<&str> = PACKAGE.iter().map(|field| field.key).collect();
            spot.unknown_key(&key, &known);
            good = false;
        } else if let Some(weight) = spot.number(0.0..=100.0) {
            all.insert(key, weight);
        } else {
            good = false;
        }
    }
    good
}

fn routing(spot: &Spot<'_>) -> Option<Routing> {
    const PARTS: [&str; 4] = ["win_rate", "capacity", "rotation", "industry"];
    let fields = spot.fields(&["weights", "win_rate_prior", "rotation_days", "fallback"])?;
    let weights = fields
        .need("weights", "{ win_rate = 0.4, capacity = 0.3, rotation = 0.2, industry = 0.1 }")
        .and_then(|spot| {
            let fields = spot.fields(&PARTS)?;
            let part = |key| fields.need(key, "0.1").and_then(|spot| spot.number(0.0..=1.0));
            let [one, two, three, four] = PARTS.map(part);
            let parts = [one?, two?, three?, four?];
            let sum: f64 = parts.iter().sum();
            if (sum - 1.0).abs() > 0.001 {
                fields.blame(&PARTS).fail(
                    format!("the four weights sum up to {}", (sum * 1000.0).round() / 1000.0),
                    "let them sum up to 1",
                );
                return None;
            }
            Some(parts)
        });
    let win_rate_prior =
        fields.need("win_rate_prior", "10").and_then(|spot| spot.number(1.0..=1_000.0));
    let rotation_days = fields.need("rotation_days", "14").and_then(|spot| spot.whole(1..=3_653));
    let fallback = fields
        .need("fallback", "[\"segment\", \"territory\", \"manager\"]")
        .and_then(|spot| spot.each(|spot| spot.word(Fallback::ALL)));
    let [win_rate, capacity, rotation, industry] = weights?;
    Some(Routing {
        win_rate,
        capacity,
        rotation,
        industry,
        win_rate_prior: win_rate_prior?,
        rotation_days: rotation_days?,
        fallback: fallback?,
    })
}

fn batch(spot: &Spot<'_>, names: &Names<'_>) -> Option<BatchRule> {
    let fields = spot.fields(&["type", "send", "review", "outreach"])?;
    let kind = fields.need("type", "\"tier2\"").and_then(|spot| {
        spot.name("a type of handoff of this policy", &names.types).map(str::to_owned)
    });
    let moment = |key, example| {
        fields.need(key, example).and_then(|spot| {
            let target = target(&spot)?;
            if !matches!(target, Target::Weekday { .. }) {
                spot.fail(
                    format!("\"{target}\" is not a moment of the week"),
                    format!("write something like {example}"),
                );
                return None;
            }
            Some(target)
        })
    };
    let (send, review) = (moment("send", "\"fri 17:00\""), moment("review", "\"mon 17:00\""));
    let outreach = moment("outreach", "\"wed 17:00\"");
    Some(BatchRule { kind: kind?, send: send?, review: review?, outreach: outreach? })
}

fn measures(spot: &Spot<'_>) -> Option<BTreeMap<Measure, MeasureRule>> {
    let known: Vec<&str> = Measure::ALL.iter().map(|measure| measure.key()).collect();
    let all = spot.entries()?.into_iter().map(|(key, spot)| {
        let Some(measure) = Measure::ALL.iter().find(|measure| measure.key() == key) else {
            spot.unknown_key(key, &known);
            return None;
        };
        let fields = spot.fields(&["target", "warn"])?;
        let target = fields.maybe("target", |spot| spot.parse::<Line>(">=80%"));
        let warn = fields.maybe("warn", |spot| spot.parse::<Line>("<60%"));
        let rule = MeasureRule { target: target?, warn: warn? };
        let outside = |line| line == Some(Line::Outside);
        let range = matches!(rule.target, Some(Line::Range { .. }));
        if outside(rule.target) || (outside(rule.warn) && !range) {
            fields.blame(&["warn", "target"]).fail(
                "\"outside\" says outside the target's range, and there is none",
                "write warn = \"outside\" beside a target such as \"10-20%\"",
            );
            return None;
        }
        if let (Some(target), Some(warn)) =
            (rule.target.and_then(Line::unit), rule.warn.and_then(Line::unit))
            && target != warn
        {
            fields
                .blame(&["warn", "target"])
                .fail("target and warn don't count the same", "write both in the same unit");
            return None;
        }
        Some((*measure, rule))
    });
    all.collect::<Vec<_>>().into_iter().collect()
}

fn views(spot: &Spot<'_>) -> Option<Vec<SharedView>> {
    spot.each_table(&["name", "filter", "sort"], |fields| {
        let name = fields.need("name", "\"Big ones\"").and_then(|spot| text(&spot));
        let filter = fields.need("filter", "\"tier:1\"").and_then(|spot| {
            let line = spot.text()?;
            match filter::parse(line) {
                Ok(_) => Some(line.to_owned()),
                Err(error) => {
                    spot.fail(format!("{} is not a filter", shown(line)), error.to_string());
                    None
                }
            }
        });
        let sort = fields.or("sort", "due".to_owned(), |spot| {
            spot.parse::<Sort>("-score").map(|sort| sort.to_string())
        });
        Some(SharedView { name: name?, filter: filter?, sort: sort? })
    })
}

//! `[types.*]`: the types of handoff with their promises, and `[escalation]` (`DOMAIN.md 3` and `5`).

use std::collections::BTreeMap;

use super::Names;
use super::criteria::{text, words};
use super::spot::{Fields, Spot};
use super::tree::Value;
use crate::domain::calendar::Calendar;
use crate::domain::clock::ClockName;
use crate::domain::field::PACKAGE;
use crate::domain::person::Role;
use crate::domain::policy::{
    ClockRule, DEFAULT_WARN, Escalation, HandoffType, Hears, MinimumWork, Warn,
};
use crate::domain::target::{Amount, Target, Unit};

/// Who may triage: those who may assign (`DOMAIN.md 12`).
const TRIAGE: [Role; 3] = [Role::VpSales, Role::Manager, Role::Revops];

/// The most days any number of days in a policy may be: ten years.
pub(super) const MOST_DAYS: i64 = 3_653;

/// Types of handoff, in order: those of the shipped policy first.
pub(super) fn types(
    spot: &Spot<'_>,
    names: &Names<'_>,
    general: &Escalation,
) -> Option<Vec<HandoffType>> {
    let all = spot.entries()?.into_iter().map(|(key, spot)| {
        spot.check_name(key);
        kind(key, &spot, names, general)
    });
    all.collect::<Vec<_>>().into_iter().collect()
}

fn kind(
    key: &str,
    spot: &Spot<'_>,
    names: &Names<'_>,
    general: &Escalation,
) -> Option<HandoffType> {
    let fields = spot.fields(&[
        "label",
        "from",
        "to",
        "triage",
        "requires",
        "minimum_completeness",
        "auto_submit",
        "auto_assign",
        "minimum_work",
        "monthly_cap",
        "playbook",
        "success",
        "co_owner_days",
        "clocks",
        "escalation",
    ])?;
    let label = fields.or("label", words(key), text);
    let from = fields.need("from", "\"marketing\"").and_then(|spot| spot.word(Role::ALL));
    let to = fields.need("to", "\"ae\"").and_then(|spot| spot.word(Role::ALL));
    let triage = fields.or("triage", Role::Manager, triage);
    let requires = fields.or("requires", Vec::new(), package_fields);
    let minimum_completeness = fields.or("minimum_completeness", 0, |spot| spot.whole(0..=100));
    let auto_submit = fields.or("auto_submit", true, |spot| spot.flag());
    let auto_assign = fields.or("auto_assign", true, |spot| spot.flag());
    let minimum_work = fields.or("minimum_work", MinimumWork::default(), minimum_work);
    let monthly_cap = fields.or("monthly_cap", 0, |spot| spot.whole(0..=1_000_000));
    let playbook = fields.maybe("playbook", |spot| {
        spot.name("a playbook of this policy", &names.playbooks).map(str::to_owned)
    });
    let success = fields.or("success", String::new(), text);
    let co_owner_days = fields.or("co_owner_days", 0, |spot| spot.whole(0..=MOST_DAYS));
    let clocks = fields.or("clocks", BTreeMap::new(), |spot| clocks(spot, names));
    let escalation = fields.maybe("escalation", |spot| escalation(spot, Some(general)));
    Some(HandoffType {
        key: key.to_owned(),
        label: label?,
        from: from?,
        to: to?,
        triage: triage?,
        requires: requires?,
        minimum_completeness: minimum_completeness?,
        auto_submit: auto_submit?,
        auto_assign: auto_assign?,
        minimum_work: minimum_work?,
        monthly_cap: monthly_cap?,
        playbook: playbook?,
        success: success?,
        co_owner_days: co_owner_days?,
        clocks: clocks?,
        escalation: escalation?,
    })
}

fn triage(spot: &Spot<'_>) -> Option<Role> {
    spot.word(&TRIAGE)
}

/// Keys of package fields.
fn package_fields(spot: &Spot<'_>) -> Option<Vec<String>> {
    let known: Vec<&str> = PACKAGE.iter().map(|field| field.key).collect();
    spot.each(|spot| spot.name("a package field", &known).map(str::to_owned))
}

/// Touches and days.
pub(super) fn minimum_work(spot: &Spot<'_>) -> Option<MinimumWork> {
    let fields = spot.fields(&["touches", "days"])?;
    let touches = fields.or("touches", 0, |spot| spot.whole(0..=1_000));
    let days = fields.or("days", 0, |spot| spot.whole(0..=MOST_DAYS));
    Some(MinimumWork { touches: touches?, days: days? })
}

fn clocks(spot: &Spot<'_>, names: &Names<'_>) -> Option<BTreeMap<ClockName, ClockRule>> {
    let known: Vec<&str> = ClockName::ALL.iter().map(|name| name.key()).collect();
    let all = spot.entries()?.into_iter().map(|(key, spot)| {
        let Some(name) = ClockName::ALL.iter().find(|name| name.key() == key) else {
            spot.unknown_key(key, &known);
            return None;
        };
        Some((*name, clock(&spot, names)?))
    });
    all.collect::<Vec<_>>().into_iter().collect()
}

/// A promise: a target, or a table of target, warning point and calendar.
fn clock(spot: &Spot<'_>, names: &Names<'_>) -> Option<ClockRule> {
    if !matches!(spot.value(), Value::Table(_)) {
        let target = target(spot)?;
        return Some(ClockRule { target, warn: Warn::Share(DEFAULT_WARN), calendar: None });
    }
    let fields = spot.fields(&["target", "warn", "calendar"])?;
    let target = fields.need("target", "\"24h\"").and_then(|spot| target(&spot));
    let warn = fields.or("warn", Warn::Share(DEFAULT_WARN), warn);
    let calendar = fields.maybe("calendar", |spot| calendar_name(spot, names));
    let rule = ClockRule { target: target?, warn: warn?, calendar: calendar? };
    agree(&fields, &rule)?;
    Some(rule)
}

/// A target of `POLICY.md`.
pub(super) fn target(spot: &Spot<'_>) -> Option<Target> {
    spot.parse("24h")
}

fn warn(spot: &Spot<'_>) -> Option<Warn> {
    match spot.value() {
        Value::Text(_) => spot.parse("3bd"),
        _ => spot.number(0.0..=1.0).map(Warn::Share),
    }
}

/// A calendar of this policy, or the built-in one.
pub(super) fn calendar_name(spot: &Spot<'_>, names: &Names<'_>) -> Option<String> {
    spot.name("a calendar of this policy", &names.calendars).map(str::to_owned)
}

/// Whether target, warning and calendar go together.
fn agree(fields: &Fields<'_>, rule: &ClockRule) -> Option<()> {
    let business = rule.calendar.as_deref().is_some_and(|name| name != Calendar::ALWAYS);
    let in_days =
        |target: &Target| matches!(target, Target::Elapsed(amount) if amount.unit() == Unit::Day);
    let refuse = |key: &str, target: &Target| {
        let Target::Elapsed(amount) = target else { return };
        fields.blame(&[key]).fail(
            format!("\"{target}\" counts days around the clock, and this calendar doesn't"),
            format!(
                "write \"{}h\" of working time, or \"{}bd\" for business days",
                u64::from(amount.count()) * 24,
                amount.count()
            ),
        );
    };
    if business && in_days(&rule.target) {
        refuse("target", &rule.target);
        return None;
    }
    if let Warn::At(warn) = &rule.warn {
        if business && in_days(warn) {
            refuse("warn", warn);
            return None;
        }
        if !nearer(warn, &rule.target) {
            fields.blame(&["warn"]).fail(
                format!("a warning at \"{warn}\" doesn't come before \"{}\"", rule.target),
                "write a nearer target, or a share such as 0.75",
            );
            return None;
        }
    }
    Some(())
}

/// Whether a warning comes before its target, as far as that can be told without a start.
const fn nearer(warn: &Target, target: &Target) -> bool {
    match (warn, target) {
        (Target::Elapsed(warn), Target::Elapsed(target)) => warn.ms() < target.ms(),
        (Target::BusinessDays(warn), Target::BusinessDays(target)) => *warn < *target,
        (Target::SameDay, Target::BusinessDays(target)) => *target > 0,
        (Target::BusinessDays(_) | Target::SameDay, Target::SameDay) => false,
        (Target::Before { amount: warn, .. }, Target::Before { amount: target, .. }) => {
            warn.ms() > target.ms()
        }
        _ => true,
    }
}

/// Who hears of a late clock; what a type leaves out is as in the general table.
pub(super) fn escalation(spot: &Spot<'_>, general: Option<&Escalation>) -> Option<Escalation> {
    let fields = spot.fields(&["warn", "breach", "after"])?;
    let hears = |spot: &Spot<'_>| spot.each(|spot| spot.word(Hears::ALL));
    let listed = |key, general: Option<&Vec<Hears>>| match general {
        Some(list) => fields.or(key, list.clone(), hears),
        None => fields.need(key, "[\"owner\"]").as_ref().and_then(hears),
    };
    let warn = listed("warn", general.map(|general| &general.warn));
    let breach = listed("breach", general.map(|general| &general.breach));
    let after = fields.or(
        "after",
        general.map(|general| general.after.clone()).unwrap_or_default(),
        |spot| {
            let all = spot.entries()?.into_iter().map(|(key, spot)| {
                let who = hears(&spot);
                match key.parse::<Amount>() {
                    Ok(amount) => Some((amount.ms(), who?)),
                    Err(sentence) => {
                        let (what, remedy) = sentence.split_once("; ").unwrap_or((&sentence, ""));
                        spot.fail_key(what, remedy);
                        None
                    }
                }
            });
            all.collect::<Vec<_>>().into_iter().collect()
        },
    );
    Some(Escalation { warn: warn?, breach: breach?, after: after? })
}

//! `[calendars.*]`: zone, hours, holidays and exceptions (`POLICY.md`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::{TZ_VARIANTS, Tz};

use super::spot::Spot;
use super::tree::{Value, shown};
use crate::domain::calendar::{Calendar, Window};
use crate::domain::filter::nearest;

/// Days of the week as the file writes them, Monday first.
pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// All calendars of the file, and the built-in one.
pub(super) fn calendars(spot: &Spot<'_>) -> Option<BTreeMap<String, Calendar>> {
    let mut all = BTreeMap::new();
    let mut good = true;
    for (name, spot) in spot.entries()? {
        spot.check_key(name);
        if name == Calendar::ALWAYS {
            spot.fail_key(
                "\"always\" is the built-in calendar",
                "choose another name for this one",
            );
        }
        match calendar(name, &spot) {
            Some(calendar) => _ = all.insert(name.to_owned(), calendar),
            None => good = false,
        }
    }
    all.insert(Calendar::ALWAYS.to_owned(), Calendar::always());
    good.then_some(all)
}

fn calendar(name: &str, spot: &Spot<'_>) -> Option<Calendar> {
    let fields = spot.fields(&["zone", "hours", "holidays", "exceptions"])?;
    let zone = fields.need("zone", "\"America/New_York\"").and_then(|spot| zone(&spot));
    let hours = fields.need("hours", "{ mon = [\"09:00-17:00\"] }").and_then(|spot| hours(&spot));
    let holidays = fields.or("holidays", BTreeMap::new(), holidays);
    let exceptions = fields.or("exceptions", BTreeMap::new(), exceptions);
    Some(Calendar::new(name, zone?, hours?, holidays?, exceptions?))
}

/// A time zone by its IANA name.
pub(super) fn zone(spot: &Spot<'_>) -> Option<Tz> {
    let text = spot.text()?;
    let zone = text.parse().ok();
    if zone.is_none() {
        let remedy = match nearest(text, TZ_VARIANTS.iter().map(|zone| zone.name())) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "write an IANA name such as \"America/New_York\" or \"UTC\"".to_owned(),
        };
        spot.fail(format!("{} is not a time zone", shown(text)), remedy);
    }
    zone
}

fn hours(spot: &Spot<'_>) -> Option<[Vec<Window>; 7]> {
    let mut week: [Vec<Window>; 7] = Default::default();
    let mut good = true;
    for (day, spot) in spot.entries()? {
        let Some(place) = DAYS.iter().position(|name| *name == day) else {
            spot.unknown_key(day, &DAYS);
            good = false;
            continue;
        };
        match windows(&spot) {
            Some(windows) => week[place] = windows,
            None => good = false,
        }
    }
    if good && week.iter().all(Vec::is_empty) {
        spot.fail(
            "this calendar never opens",
            "give it hours, such as { mon = [\"09:00-17:00\"] }",
        );
        return None;
    }
    good.then_some(week)
}

fn windows(spot: &Spot<'_>) -> Option<Vec<Window>> {
    spot.each(|spot| spot.parse("09:00-17:00"))
}

/// Holidays: a list of days, or a table of days with their names.
fn holidays(spot: &Spot<'_>) -> Option<BTreeMap<NaiveDate, Option<String>>> {
    if matches!(spot.value(), Value::Table(_)) {
        let named = spot.entries()?.into_iter().map(|(key, spot)| {
            let name = spot.text();
            Some((spot.key_day(key)?, Some(name?.to_owned())))
        });
        return named.collect::<Vec<_>>().into_iter().collect();
    }
    let days = spot.each(|spot| spot.day())?;
    Some(days.into_iter().map(|day| (day, None)).collect())
}

fn exceptions(spot: &Spot<'_>) -> Option<BTreeMap<NaiveDate, Vec<Window>>> {
    let days = spot.entries()?.into_iter().map(|(key, spot)| {
        let windows = windows(&spot);
        Some((spot.key_day(key)?, windows?))
    });
    days.collect::<Vec<_>>().into_iter().collect()
}

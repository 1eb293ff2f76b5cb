//! Measures against an independent computation: the events as they were exported, replayed and counted by code that
//! shares nothing with the report but the names of the measures (DOMAIN.md 11).
//!
//! `HANDOFF_LONG=1 cargo test --test suite measures` does so for a year of 50,000 handoffs and all Maven deals.

mod bad;
mod browser;
mod oracle;
mod year;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::America::New_York;
use handoff_desk::desk::Desk;
use handoff_desk::desk::demo;
use handoff_desk::domain::measure::period::Period;
use handoff_desk::domain::measure::sheet::{Report, Scope};
use handoff_desk::domain::time::{Instant, parse_instant};
use handoff_desk::policy;
use handoff_desk::report::measures::{Format, write};
use handoff_desk::store::{Machine, Store};
use serde_json::Value;
use tempfile::TempDir;

use oracle::{Events, Told};

/// A store in a folder that goes with it.
struct Filled {
    desk: Desk,
    path: std::path::PathBuf,
    _folder: TempDir,
}

impl Filled {
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        let store = Store::create(&path).unwrap();
        let machine = Machine { os_user: "tester".into(), host: "here".into(), pid: 1 };
        let desk = Desk::new(store, Arc::new(policy::shipped().unwrap()), machine);
        Self { desk, path, _folder: folder }
    }

    fn scope(period: &str) -> Scope {
        Scope { period: period.parse().unwrap(), kind: None, team: None }
    }

    fn report(&self, period: &str, now: Instant) -> Report {
        self.desk.report(&Self::scope(period), now).unwrap()
    }

    fn json(&self, period: &str, now: Instant) -> Value {
        let bytes = write(&self.report(period, now), Format::Json).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Compares every figure of a report with what the events say.
    fn agrees(&self, period: &str, now: Instant) -> usize {
        let events = Events::read(&self.path);
        let span = period.parse::<Period>().unwrap();
        let told = oracle::tell(
            &events,
            self.desk.policy(),
            span.first(),
            span.next().first(),
            New_York,
            now.0,
        );
        let report = self.json(period, now);
        let mut seen: BTreeMap<(String, String, String), Told> = told;
        let mut compared = 0;
        for one in report["figures"].as_array().unwrap() {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            let key = (text("by"), text("name"), text("measure"));
            let Some(want) = seen.remove(&key) else {
                panic!("{period}: the events know nothing of {key:?}");
            };
            let near = |found: &Value, want: Option<f64>| match (found.as_f64(), want) {
                (Some(found), Some(want)) => (found - want).abs() < 1e-9 * want.abs().max(1.0),
                (None, None) => true,
                _ => false,
            };
            assert!(
                near(&one["figure"], want.figure)
                    && one["not_yet_due"].as_i64() == Some(want.young)
                    && near(&one["p90_h"], want.p90)
                    && one["above"].as_i64() == want.above
                    && one["below"].as_i64() == want.below,
                "{period} at {now}: {key:?} is {one}, and the events say {want:?}"
            );
            compared += 1;
        }
        let left: Vec<_> = seen.into_iter().filter(|(_, told)| told.counts()).collect();
        assert!(left.is_empty(), "{period}: the report leaves out {left:?}");
        compared
    }

    /// Every list that the report names is as long as its figure says.
    fn lists_agree(&self, period: &str, now: Instant) {
        use handoff_desk::domain::filter::parse;
        use handoff_desk::domain::queue::{Count, Query};
        use handoff_desk::domain::view::Sort;
        let report = self.json(period, now);
        for one in report["figures"].as_array().unwrap() {
            let (line, measure) =
                (one["filter"].as_str().unwrap(), one["measure"].as_str().unwrap());
            // A clock counts each, a list each handoff once; a sum is no number of handoffs; people may share names.
            let counted =
                ["within_sla", "incomplete_reports", "recycled", "overrides", "escalations"];
            if counted.contains(&measure)
                || !["all", "type", "source", "tier"].contains(&one["by"].as_str().unwrap())
            {
                continue;
            }
            if line.is_empty() || one["below"].is_null() && measure != "volume" {
                continue;
            }
            let query = Query {
                filter: parse(line).unwrap_or_else(|error| panic!("{line}: {error}")),
                sort: Sort::default(),
                me: None,
                now,
                zone: New_York,
            };
            let found = self.desk.count(&query, 1_000_000).unwrap();
            let (above, below) = (one["above"].as_i64(), one["below"].as_i64());
            let want = match measure {
                "volume" => one["figure"].as_f64().unwrap() as i64,
                "rejected" | "return_rate" | "handoff_rate" => above.unwrap(),
                "completeness"
                | "satisfaction"
                | "time_to_first_touch"
                | "mql_time_to_first_touch" => below.unwrap(),
                // The list of what is in hand is of now, whatever the period.
                "feedback_given" if one["above"] == 0 && one["below"] == 0 => continue,
                _ => below.unwrap() - above.unwrap(),
            };
            if one["by"] == "type" && below == Some(0) {
                continue;
            }
            assert_eq!(
                found,
                Count::Exactly(want.unsigned_abs()),
                "{measure} of {}: {line}",
                one["name"]
            );
        }
    }
}

#[test]
fn every_measure_of_the_demo_is_what_its_events_say() {
    let mut filled = Filled::empty();
    let now = parse_instant("2026-11-20T14:32-05:00").unwrap();
    let mut last = 0_u128;
    let mut ids = || {
        last += 1;
        last.to_be_bytes()
    };
    demo::fill(&mut filled.desk, now, &mut ids).unwrap();
    assert!(filled.agrees("2026-11", now) > 400);
    filled.agrees("2026-W47", now);
    filled.agrees("2026-10", now);
    filled.lists_agree("2026-11", now);
    // Later all of it is due, and what is open is late.
    filled.agrees("2026-11", parse_instant("2027-08-20T14:32-05:00").unwrap());
}

#[test]
fn every_measure_of_a_year_is_what_its_events_say() {
    let long = std::env::var_os("HANDOFF_LONG").is_some();
    let mut filled = Filled::empty();
    year::fill(&mut filled, if long { 50_000 } else { 500 });
    // The clocks went forward in March and back in November.
    for (period, now) in [
        ("2026-03", "2026-04-20T09:00:00-04:00"),
        ("2026-11", "2026-11-19T15:30:00-05:00"),
        ("2026-W45", "2026-11-19T15:30:00-05:00"),
        ("2026-06", "2027-03-01T00:00:00-05:00"),
    ] {
        let now = parse_instant(now).unwrap();
        filled.agrees(period, now);
    }
    filled.lists_agree("2026-06", parse_instant("2026-09-01T00:00:00-05:00").unwrap());
    assert_eq!(sound(&filled), Vec::<String>::new());
}

#[test]
fn the_lists_behind_every_figure_are_as_long_as_it_says() {
    use handoff_desk::domain::filter::parse;
    use handoff_desk::domain::measure::Measure;
    use handoff_desk::domain::measure::figure::{Formula, Value as Is, Verdict};
    use handoff_desk::domain::queue::{Count, Query};
    use handoff_desk::domain::view::Sort;
    let mut filled = Filled::empty();
    year::fill(&mut filled, 400);
    let mut seen = 0;
    for (period, now) in [
        ("2026-06", "2026-07-10T00:00:00-04:00"),
        ("2026-10", "2026-11-19T15:30:00-05:00"),
        ("2026-11", "2026-11-19T15:30:00-05:00"),
    ] {
        let now = parse_instant(now).unwrap();
        let scope = Filled::scope(period);
        let sheet = filled.desk.measures(&scope, now).unwrap();
        for measure in Measure::ALL {
            let figure = sheet.figure(*measure).unwrap();
            let listed = |verdict| {
                let line = scope.filter(*measure, verdict, filled.desk.policy());
                let filter = parse(&line).unwrap();
                let query = Query { filter, sort: Sort::default(), me: None, now, zone: New_York };
                match filled.desk.count(&query, 1_000_000).unwrap() {
                    Count::Exactly(n) => i64::try_from(n).unwrap(),
                    other => panic!("{other:?}"),
                }
            };
            // What is in hand is of now, not of a period that is over.
            if measure.formula() == Formula::Heard && sheet.over {
                continue;
            }
            match figure.value {
                // A clock counts each, a list each handoff once: no more of them than clocks, and none without.
                Is::Share { hit, of } if *measure == Measure::WithinSla => {
                    let missed = listed(Verdict::Missed);
                    assert!(0 < missed && missed <= of - hit, "{measure} {period}");
                }
                Is::Share { hit, of } => {
                    // The rate over the list of accounts has no handoffs behind what it is divided by.
                    let whole = *measure == Measure::HandoffRate;
                    assert_eq!(listed(Verdict::Hit), hit, "{measure} {period}");
                    if !whole {
                        assert_eq!(listed(Verdict::Missed), of - hit, "{measure} {period}");
                        assert_eq!(listed(Verdict::Young), figure.young, "{measure} {period}");
                    }
                }
                Is::Mean { of, .. } | Is::Time { of, .. } => {
                    assert_eq!(listed(Verdict::Hit), of, "{measure} {period}");
                }
                Is::Count(n) if *measure == Measure::Volume => {
                    assert_eq!(listed(Verdict::Hit), n, "{measure} {period}");
                }
                Is::Count(n) => {
                    let found = listed(Verdict::Hit);
                    assert!(
                        found <= n && (found > 0) == (n > 0),
                        "{measure} {period}: {found}, {n}"
                    );
                }
            }
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen}");
}

#[test]
fn every_measure_of_maven_deals_is_what_their_events_say() {
    let long = std::env::var_os("HANDOFF_LONG").is_some();
    let mut filled = Filled::empty();
    if !year::fill_from_deals(&mut filled, if long { usize::MAX } else { 250 }) {
        return;
    }
    let now = parse_instant("2018-01-05T12:00:00-05:00").unwrap();
    for period in ["2016-11", "2017-01", "2017-07", "2017-12"] {
        filled.agrees(period, now);
    }
}

/// What the doctor finds, but for rules that made-up lives don't keep.
fn sound(filled: &Filled) -> Vec<String> {
    let store = Store::open(&filled.path, handoff_desk::store::Access::ReadOnly).unwrap();
    let checked = store.check(&mut |_| {}).unwrap();
    let all = checked.findings.into_iter().map(|finding| finding.what);
    let known = ["nobody owes", "a code that sends", "more like this"];
    all.filter(|what| known.iter().all(|known| !what.contains(known))).collect()
}

#[test]
fn the_doctor_sees_a_count_that_is_wrong() {
    let mut filled = Filled::empty();
    year::fill(&mut filled, 300);
    assert_eq!(sound(&filled), Vec::<String>::new());
    let conn = rusqlite::Connection::open(&filled.path).unwrap();
    // Changes that wait to be added up are counted with what is.
    for (table, count) in [("cell_change", "worked"), ("cell_clock_change", "late")] {
        let more = |n: i64| {
            format!(
                "UPDATE {table} SET {count} = {count} + {n} WHERE id = (SELECT max(id) FROM {table})"
            )
        };
        assert_eq!(conn.execute(&more(1), []).unwrap(), 1);
        let found = sound(&filled);
        let wanted = format!("{}, all", table.trim_end_matches("_change"));
        assert!(found.iter().any(|what| what.contains(&wanted)), "{table}: {found:?}");
        conn.execute(&more(-1), []).unwrap();
    }
    // Added up they come to the same.
    let waiting = || {
        let sql =
            "SELECT (SELECT count(*) FROM cell_change) + (SELECT count(*) FROM cell_clock_change)";
        conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let before = waiting();
    filled.desk.tidy();
    assert!((1..before).contains(&waiting()), "a part at a time");
    (0..20).for_each(|_| filled.desk.tidy());
    assert!(waiting() < 500);
    assert_eq!(sound(&filled), Vec::<String>::new());
    for (sql, wanted) in [
        ("UPDATE cell SET answered = answered + 1 WHERE rowid_of = 1", ""),
        ("UPDATE cell SET worked = worked + 1 WHERE slice = 'source'", "cell, source"),
        ("UPDATE cell_clock SET met = met + 1 WHERE slice = 'person'", "cell_clock, person"),
        ("UPDATE cell_step SET n = n + 1 WHERE slice = 'all'", "cell_step, all"),
        (
            "UPDATE cell_answer SET followed = followed + 1 WHERE slice = 'tier'",
            "cell_answer, tier",
        ),
        ("UPDATE cell_heard SET n = n + 1 WHERE slice = 'segment'", "cell_heard, segment"),
        ("UPDATE cell_outcome SET n = n + 1 WHERE slice = 'person'", "cell_outcome, person"),
        ("DELETE FROM outcome WHERE id = (SELECT min(id) FROM outcome)", "other outcomes"),
    ] {
        if conn.execute(sql, []).unwrap_or(0) == 0 {
            assert_eq!(wanted, "", "{sql} changed nothing");
            continue;
        }
        let found = sound(&filled);
        assert!(found.iter().any(|what| what.contains(wanted)), "{sql}: {found:?}");
    }
}

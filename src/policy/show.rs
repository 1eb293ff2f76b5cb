//! The policy in force as a TOML text: with the origin of each part for people, and without for its hash. Reading the
//! text back gives the same policy.

use std::fmt::{Display, Write};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::Loaded;
use super::calendars::DAYS;
use super::sheet::{
    Sheet, clock, hours, inline, length, list, tier, tiers as tier_list, work, written,
};
use super::tree::quoted;
use crate::domain::calendar::Calendar;
use crate::domain::clock::ClockName;
use crate::domain::policy::{
    CriteriaRule, DispositionRule, Escalation, HandoffType, Hears, IcpRule, Motion, Owes, Pattern,
    PatternTest, Place, Playbook, Policy, Task, When,
};
use crate::domain::text::safe;

/// The policy in force as TOML, each table with where it came from.
#[must_use]
pub fn show(loaded: &Loaded) -> String {
    let mut sheet = Sheet::new(Some(loaded));
    sheet.policy(&loaded.policy, false);
    sheet.text
}

/// SHA-256, in hexadecimal, of the values in force: the same values give the same hash, whatever their order in the
/// file and its comments.
pub(super) fn hash(policy: &Policy) -> String {
    let mut sheet = Sheet::new(None);
    sheet.policy(policy, true);
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(sheet.text.as_bytes()) {
        // Writing to a String cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}

impl Sheet<'_> {
    fn policy(&mut self, policy: &Policy, sorted: bool) {
        // A new field must be written here, or two policies that differ in it have one hash.
        let Policy {
            name,
            hash: _,
            zone,
            calendar,
            calendars,
            signals,
            intent,
            patterns,
            icp,
            criteria,
            types,
            weights,
            routing,
            motions,
            dispositions,
            playbooks,
            batch,
            measures,
            escalation,
            views,
            hibernate_after_days,
        } = policy;
        self.mixed = self.loaded.is_some();
        if let Some(loaded) = self.loaded {
            let from = match safe(&loaded.file) {
                file if file.is_empty() => "the shipped default".to_owned(),
                file => format!("{file} over the shipped default"),
            };
            let _ = writeln!(self.text, "# The policy in force: {from}.");
            let _ = writeln!(self.text, "# Hash {}", policy.hash);
        }
        self.line("version", 1);
        self.text("name", name);
        self.text("zone", zone.name());
        self.text("calendar", calendar);
        self.line("hibernate_after_days", hibernate_after_days);
        // Left out, an empty list would be the shipped one.
        for (key, empty) in [
            ("icp", icp.is_empty()),
            ("criteria", criteria.is_empty()),
            ("motions", motions.is_empty()),
        ] {
            if empty {
                self.line(key, "[]");
            }
        }
        for (name, calendar) in calendars.iter().filter(|(_, calendar)| !calendar.is_always()) {
            self.calendar(name, calendar);
        }
        for (key, rule) in signals {
            self.table(&["signals", key]);
            self.line("weight", rule.weight);
            self.text("label", &rule.label);
        }
        self.table(&["intent"]);
        self.text("window", &length(intent.window));
        self.text("half_life", &length(intent.half_life));
        let bands = intent.bands;
        self.line(
            "bands",
            format_args!(
                "{{ light = {}, moderate = {}, strong = {}, unprecedented = {} }}",
                bands.light, bands.moderate, bands.strong, bands.unprecedented
            ),
        );
        patterns.iter().for_each(|(key, pattern)| self.pattern(key, pattern));
        self.list_of("icp", icp, Self::icp);
        self.list_of("criteria", criteria, Self::criterion);
        let mut kinds: Vec<&HandoffType> = types.iter().collect();
        let mut codes: Vec<&DispositionRule> = dispositions.iter().collect();
        if sorted {
            kinds.sort_by(|one, other| one.key.cmp(&other.key));
            codes.sort_by(|one, other| one.code.cmp(&other.code));
        }
        kinds.into_iter().for_each(|kind| self.kind(kind));
        if !weights.is_empty() {
            self.table(&["completeness"]);
            weights.iter().for_each(|(key, weight)| self.line(key, weight));
        }
        self.table(&["routing"]);
        self.line(
            "weights",
            format_args!(
                "{{ win_rate = {}, capacity = {}, rotation = {}, industry = {} }}",
                routing.win_rate, routing.capacity, routing.rotation, routing.industry
            ),
        );
        self.line("win_rate_prior", routing.win_rate_prior);
        self.line("rotation_days", routing.rotation_days);
        let fallback: Vec<&str> = routing.fallback.iter().map(|step| step.key()).collect();
        self.line("fallback", list(&fallback));
        self.list_of("motions", motions, Self::motion);
        codes.into_iter().for_each(|rule| self.disposition(rule));
        playbooks.iter().for_each(|(key, playbook)| self.playbook(key, playbook));
        self.table(&["batch"]);
        self.text("type", &batch.kind);
        self.text("send", &batch.send.to_string());
        self.text("review", &batch.review.to_string());
        self.text("outreach", &batch.outreach.to_string());
        for (measure, rule) in measures {
            self.table(&["measures", measure.key()]);
            rule.target.iter().for_each(|line| self.text("target", &line.to_string()));
            rule.warn.iter().for_each(|line| self.text("warn", &line.to_string()));
        }
        self.escalation(&["escalation"], escalation);
        self.list_of("views", views, |sheet, view| {
            sheet.text("name", &view.name);
            sheet.text("filter", &view.filter);
            sheet.text("sort", &view.sort);
        });
    }

    /// A list of tables.
    fn list_of<T>(&mut self, key: &str, items: &[T], write: impl Fn(&mut Self, &T)) {
        for item in items {
            self.item(key);
            write(self, item);
        }
    }

    fn calendar(&mut self, name: &str, calendar: &Calendar) {
        self.table(&["calendars", name]);
        self.text("zone", calendar.zone().name());
        let days = DAYS.iter().zip(calendar.hours()).filter(|(_, windows)| !windows.is_empty());
        let hours: Vec<String> =
            days.map(|(day, windows)| format!("{day} = {}", list(&written(windows)))).collect();
        self.line("hours", inline(&hours));
        let holidays = calendar.holidays();
        let exceptions = calendar.exceptions();
        if !holidays.is_empty() {
            if holidays.values().all(Option::is_none) {
                let days: Vec<String> = holidays.keys().map(NaiveDate::to_string).collect();
                self.line("holidays", list(&days));
            } else {
                self.table(&["calendars", name, "holidays"]);
                let label =
                    |name: &Option<String>| name.clone().unwrap_or_else(|| "holiday".into());
                holidays.iter().for_each(|(day, name)| self.text(&day.to_string(), &label(name)));
            }
        }
        if !exceptions.is_empty() {
            self.table(&["calendars", name, "exceptions"]);
            for (day, windows) in exceptions {
                self.line(&day.to_string(), list(&written(windows)));
            }
        }
    }

    fn pattern(&mut self, key: &str, pattern: &Pattern) {
        self.table(&["patterns", key]);
        self.text("label", &pattern.label);
        match &pattern.tests[..] {
            [test] => {
                for (key, value) in test_parts(test) {
                    self.line(key, value);
                }
            }
            tests => {
                let tests: Vec<String> = tests
                    .iter()
                    .map(|test| {
                        let parts: Vec<String> = test_parts(test)
                            .into_iter()
                            .map(|(key, value)| format!("{key} = {value}"))
                            .collect();
                        inline(&parts)
                    })
                    .collect();
                self.line("all", format_args!("[{}]", tests.join(", ")));
            }
        }
    }

    fn icp(&mut self, rule: &IcpRule) {
        let IcpRule { tier: one, industry, region, technology, titles, employees, revenue } = rule;
        self.line("tier", tier(*one));
        self.list("industry", industry);
        self.list("region", region);
        self.list("technology", technology);
        self.list("titles", titles);
        employees.iter().for_each(|test| self.text("employees", &test.to_string()));
        revenue.iter().for_each(|test| self.text("revenue", &test.to_string()));
    }

    fn criterion(&mut self, rule: &CriteriaRule) {
        let CriteriaRule { name, when, verdict, kind, brief } = rule;
        self.text("name", name);
        let conditions = conditions(when);
        if !conditions.is_empty() {
            self.line("when", inline(&conditions));
        }
        self.text("verdict", verdict.key());
        kind.iter().for_each(|kind| self.text("type", kind));
        brief.iter().for_each(|brief| self.text("brief", brief));
    }

    fn kind(&mut self, kind: &HandoffType) {
        let HandoffType {
            key,
            label,
            from,
            to,
            triage,
            requires,
            minimum_completeness,
            auto_submit,
            auto_assign,
            minimum_work,
            monthly_cap,
            playbook,
            success,
            co_owner_days,
            clocks,
            escalation,
        } = kind;
        self.table(&["types", key]);
        self.text("label", label);
        self.text("from", from.key());
        self.text("to", to.key());
        self.text("triage", triage.key());
        self.line("requires", list(requires));
        self.line("minimum_completeness", minimum_completeness);
        self.line("auto_submit", auto_submit);
        self.line("auto_assign", auto_assign);
        self.line("minimum_work", work(*minimum_work));
        self.line("monthly_cap", monthly_cap);
        playbook.iter().for_each(|playbook| self.text("playbook", playbook));
        self.some("success", success);
        self.line("co_owner_days", co_owner_days);
        if !clocks.is_empty() {
            self.table(&["types", key, "clocks"]);
            clocks.iter().for_each(|(name, rule)| self.line(name.key(), clock(rule)));
        }
        // What nobody gave is in force too; as a comment, so that it stays what it is when the text is read again.
        for name in ClockName::ALL.iter().filter(|name| !clocks.contains_key(name)) {
            if let (Some(_), Some(rule)) = (self.loaded, kind.clock(*name)) {
                let _ = writeln!(self.text, "# {name} = {} # built in", clock(&rule));
            }
        }
        escalation.iter().for_each(|rule| self.escalation(&["types", key, "escalation"], rule));
    }

    fn escalation(&mut self, path: &[&str], escalation: &Escalation) {
        let hears = |who: &[Hears]| list(&who.iter().map(|one| one.key()).collect::<Vec<_>>());
        self.table(path);
        self.line("warn", hears(&escalation.warn));
        self.line("breach", hears(&escalation.breach));
        let after: Vec<String> = escalation
            .after
            .iter()
            .map(|(ms, who)| format!("{} = {}", quoted(&hours(*ms)), hears(who)))
            .collect();
        self.line("after", inline(&after));
    }

    fn motion(&mut self, motion: &Motion) {
        let Motion {
            tier,
            industry,
            stage,
            kinds,
            from,
            channel,
            timing,
            angle,
            pain,
            cycle,
            success,
        } = motion;
        let mut when = Vec::new();
        when.extend(tier.iter().map(|tiers| format!("tier = {}", tier_list(tiers))));
        if !industry.is_empty() {
            when.push(format!("industry = {}", list(industry)));
        }
        when.extend(stage.iter().map(|stage| format!("stage = \"{stage}\"")));
        when.extend(kinds.iter().map(|kinds| format!("type = {}", list(kinds))));
        if !when.is_empty() {
            self.line("when", inline(&when));
        }
        self.text("from", from.key());
        self.text("channel", channel);
        self.some("timing", timing);
        self.text("angle", angle);
        self.some("pain", pain);
        self.some("cycle", cycle);
        self.some("success", success);
    }

    fn disposition(&mut self, rule: &DispositionRule) {
        let DispositionRule {
            code,
            class,
            label,
            requires,
            then,
            tell_marketing,
            owes,
            owes_by_type,
        } = rule;
        self.table(&["dispositions", code]);
        self.text("class", class.key());
        self.text("label", label);
        self.line("requires", list(requires));
        self.text("then", then.key());
        tell_marketing.iter().for_each(|text| self.text("tell_marketing", text));
        match owes {
            None => self.text("owes", "nothing"),
            Some(Owes::OfType) => self.text("owes", "type"),
            Some(Owes::Fixed(fixed)) => self.line("owes", work(*fixed)),
        }
        if !owes_by_type.is_empty() {
            let each: Vec<String> = owes_by_type
                .iter()
                .map(|(kind, fixed)| format!("{kind} = {}", work(*fixed)))
                .collect();
            self.line("owes_by_type", inline(&each));
        }
    }

    fn playbook(&mut self, key: &str, playbook: &Playbook) {
        let Playbook { checklist, sequence, close_after } = playbook;
        self.table(&["playbooks", key]);
        let tasks: Vec<String> = checklist
            .iter()
            .map(|Task { what, place }| match place {
                Place::Elsewhere => quoted(what),
                place => format!("{{ do = {}, in = \"{place}\" }}", quoted(what)),
            })
            .collect();
        self.line("checklist", format_args!("[{}]", tasks.join(", ")));
        let steps: Vec<String> = sequence
            .iter()
            .map(|step| {
                format!(
                    "{{ day = {}, channel = \"{}\", template = {} }}",
                    step.day,
                    step.channel,
                    quoted(&step.template)
                )
            })
            .collect();
        self.line("sequence", format_args!("[{}]", steps.join(", ")));
        if let Some(close) = close_after {
            self.line(
                "close_after",
                format_args!(
                    "{{ touches = {}, days = {}, propose = {} }}",
                    close.touches,
                    close.days,
                    quoted(&close.propose)
                ),
            );
        }
    }
}

fn test_parts(test: &PatternTest) -> Vec<(&'static str, String)> {
    let PatternTest { count, of, within, value, total, distinct } = test;
    let mut parts =
        vec![("count", count.to_string()), ("of", list(of)), ("within", quoted(&length(*within)))];
    parts.extend(value.map(|value| ("value", value.to_string())));
    parts.extend(total.map(|total| ("total", total.to_string())));
    if *distinct {
        parts.push(("distinct", "true".to_owned()));
    }
    parts
}

fn conditions(when: &When) -> Vec<String> {
    let When {
        tier,
        intent,
        committee,
        relation,
        signals,
        only,
        patterns,
        on_tal,
        lead_score,
        expected_value,
    } = when;
    let mut parts = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        parts.extend(value.map(|value| format!("{key} = {value}")));
    };
    let told = |value: &dyn Display| quoted(&value.to_string());
    add("tier", tier.as_deref().map(tier_list));
    add("intent", intent.as_ref().map(|test| told(test)));
    add("committee", committee.as_ref().map(|test| told(test)));
    add(
        "relation",
        relation.as_ref().map(|all| list(&all.iter().map(|one| one.key()).collect::<Vec<_>>())),
    );
    add("signals", signals.as_deref().map(list));
    add("only", only.as_deref().map(list));
    add("patterns", patterns.as_deref().map(list));
    add("on_tal", on_tal.map(|on| on.to_string()));
    add("lead_score", lead_score.as_ref().map(|test| told(test)));
    add("expected_value", expected_value.as_ref().map(|test| told(test)));
    parts
}

//! What a draft says, field by field, for people to look at before they take it in.

use super::draft::{AccountRef, Draft, PersonRef};
use crate::domain::account::Dated;
use crate::domain::person::Absence;
use crate::domain::say;
use crate::domain::time::Instant;

/// The fields that a draft fills, by the desk's own headers, with what was understood. Made safe by whoever shows it.
#[must_use]
pub fn told(draft: &Draft) -> Vec<(&'static str, String)> {
    let mut told = Told(Vec::new());
    match draft {
        Draft::Account(draft) => {
            told.text("id", &draft.external);
            told.text("name", &draft.name);
            told.text("domain", &draft.domain);
            told.text("website", &draft.website);
            told.number("revenue", draft.revenue);
            told.number("employees", draft.employees);
            told.text("industry", &draft.industry);
            told.text("region", &draft.region);
            told.text("segment", &draft.segment);
            told.text("language", &draft.language);
            told.text("product", &draft.product);
            told.put("tier", draft.tier.map(|tier| tier.to_string()));
            told.number("fit", draft.fit.map(i64::from));
            told.number("lead_score", draft.lead_score.map(i64::from));
            told.put("relation", draft.relation.map(|relation| relation.to_string()));
            told.list("technologies", &draft.technologies);
            told.dated("news", &draft.news);
            told.dated("events", &draft.events);
            told.flag("on_tal", draft.on_tal);
            told.person("owner", draft.owner.as_ref());
            told.number("expected_value", draft.expected_value);
        }
        Draft::Contact(draft) => {
            told.text("id", &draft.external);
            told.text("name", &draft.name);
            told.account(&draft.account);
            told.text("title", &draft.title);
            told.text("email", &draft.email);
            told.text("phone", &draft.phone);
            told.text("profile", &draft.profile);
            told.put("buying_role", draft.role.map(|role| role.to_string()));
            told.flag("authority", draft.authority);
            told.flag("do_not_call", draft.do_not_call);
            told.flag("email_opt_out", draft.opted_out);
        }
        Draft::Signal(draft) => {
            told.text("id", &draft.external);
            told.put("kind", Some(draft.kind.clone()));
            told.moment("at", Some(draft.at));
            told.account(&draft.account);
            told.person("contact", draft.contact.as_ref());
            told.text("source", &draft.source);
            told.text("detail", &draft.detail);
            told.put("value", draft.value.map(|value| value.to_string()));
        }
        Draft::Person(draft) => {
            told.text("id", &draft.external);
            told.text("name", &draft.name);
            told.text("email", &draft.email);
            told.put("role", draft.role.map(|role| role.to_string()));
            told.person("manager", draft.manager.as_ref());
            told.flag("active", draft.active);
            told.list("territories", &draft.territories);
            told.list("segments", &draft.segments);
            told.list("products", &draft.products);
            told.list("languages", &draft.languages);
            told.number("capacity", draft.capacity.map(i64::from));
            told.number("weekly", draft.weekly.map(i64::from));
            told.text("calendar", &draft.calendar);
            told.text("zone", &draft.zone);
            let away = |away: &Absence| format!("{}..{}", away.from, away.to);
            let away = draft.absences.as_ref().map(|all| all.iter().map(away).collect());
            told.list("out_of_office", &away);
        }
        Draft::Deal(draft) => {
            told.put("id", Some(draft.external.clone()));
            told.account(&draft.account);
            told.person("owner", draft.owner.as_ref());
            told.put("stage", draft.stage.map(|stage| stage.to_string()));
            told.number("value", draft.value);
            told.put("opened", draft.opened.map(say::day));
            told.put("closed", draft.closed.map(say::day));
            told.text("product", &draft.product);
        }
        Draft::Handoff(draft) => {
            told.text("id", &draft.external);
            told.put("type", Some(draft.kind.clone()));
            told.account(&draft.account);
            told.put("source", draft.source.map(|source| source.to_string()));
            told.text("reason", &draft.reason);
            told.text("opportunity", &draft.opportunity);
            told.person("contact", draft.contact.as_ref());
            told.moment("meeting_at", draft.meeting_at);
            told.number("amount", draft.amount);
            let package = draft.package.iter().map(|(key, value)| format!("{key}: {value}"));
            told.list("package", &Some(package.collect()));
        }
    }
    told.0
}

struct Told(Vec<(&'static str, String)>);

impl Told {
    fn put(&mut self, field: &'static str, value: Option<String>) {
        self.0.extend(value.filter(|value| !value.is_empty()).map(|value| (field, value)));
    }

    fn text(&mut self, field: &'static str, value: &Option<String>) {
        self.put(field, value.clone());
    }

    fn number(&mut self, field: &'static str, value: Option<i64>) {
        let sign = if value.is_some_and(i64::is_negative) { "-" } else { "" };
        let value = value.map(|value| format!("{sign}{}", say::thousands(value.unsigned_abs())));
        self.put(field, value);
    }

    fn flag(&mut self, field: &'static str, value: Option<bool>) {
        self.put(field, value.map(|yes| if yes { "yes" } else { "no" }.to_owned()));
    }

    fn list(&mut self, field: &'static str, value: &Option<Vec<String>>) {
        self.put(field, value.as_ref().map(|all| all.join("; ")));
    }

    fn dated(&mut self, field: &'static str, value: &Option<Vec<Dated>>) {
        let line = |dated: &Dated| format!("{} {}", say::day(dated.on), dated.headline);
        self.list(field, &value.as_ref().map(|all| all.iter().map(line).collect()));
    }

    fn moment(&mut self, field: &'static str, value: Option<Instant>) {
        self.put(field, value.map(|at| at.to_string()));
    }

    fn account(&mut self, named: &AccountRef) {
        let named = [&named.name, &named.domain, &named.external];
        self.put("account", first_two(named));
    }

    fn person(&mut self, field: &'static str, named: Option<&PersonRef>) {
        self.put(field, named.and_then(|it| first_two([&it.name, &it.email, &it.external])));
    }
}

/// The first two of some keys that differ: `Acme (acme.com)`.
fn first_two(keys: [&Option<String>; 3]) -> Option<String> {
    let mut keys: Vec<_> = keys.into_iter().filter_map(Option::as_deref).collect();
    keys.dedup();
    match keys.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        [one, other, ..] => Some(format!("{one} ({other})")),
    }
}

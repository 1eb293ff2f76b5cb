//! The package, read field by field: what the data says, what people typed over it, what is missing, and the page.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::domain::account::{Dated, Relation, Tier};
use crate::domain::contact::BuyingRole;
use crate::domain::criteria::sample::{self, NOW, contact, handoff, policy, signal, signals};
use crate::domain::field::package_field;
use crate::domain::handoff::Moment;
use crate::domain::ids::{AccountId, ContactId};
use crate::domain::time::{DAY, parse_instant};

/// Everything an assembled package reads, to be changed by the tests.
struct Desk {
    handoff: Handoff,
    account: Account,
    contacts: Vec<Contact>,
    signals: Vec<Signal>,
    trigger: Vec<SignalId>,
    peer: Option<&'static str>,
    policy: Policy,
}

/// Puts facts in braces; one that isn't known leaves a gap, and a template that says `broken` is.
fn render(template: &str, facts: &TemplateFacts) -> Result<String, String> {
    if template.contains("broken") {
        return Err("line 1: it is broken".into());
    }
    let mut text = String::new();
    for part in template.split_inclusive('}') {
        match part.strip_suffix('}').and_then(|part| part.split_once('{')) {
            Some((before, name)) => {
                let gap = format!("{GAP}{name}]");
                text.push_str(before);
                text.push_str(facts.get(name).unwrap_or(&gap));
            }
            None => text.push_str(part),
        }
    }
    Ok(text)
}

fn name_of(person: PersonId) -> Option<String> {
    (person == PersonId(3)).then(|| "Sam Ortiz".to_owned())
}

impl Desk {
    fn bare(kind: &str) -> Self {
        Self {
            handoff: Handoff { reason: String::new(), ..handoff(kind, Tier::One) },
            account: Account { name: "Acme Inc".into(), ..Account::default() },
            contacts: vec![],
            signals: vec![],
            trigger: vec![],
            peer: None,
            policy: policy(),
        }
    }

    fn full(kind: &str) -> Self {
        let day = |text: &str| text.parse().unwrap();
        let dated = |on, headline: &str| Dated { on: day(on), headline: headline.into() };
        let mike = Contact {
            role: BuyingRole::Unknown,
            authority: true,
            ..contact(2, "Mike Lee", " ", BuyingRole::Unknown)
        };
        let sarah = Contact {
            email: Some("sarah@acme.example".into()),
            phone: Some("555 0100".into()),
            profile: Some("https://social.example/sarah".into()),
            ..contact(1, "Sarah Chen", "CMO", BuyingRole::DecisionMaker)
        };
        let by = |id, kind: &str, days, who, detail: &str| Signal {
            contact: Some(ContactId(who)),
            detail: Some(detail.into()),
            ..signal(id, kind, days)
        };
        Self {
            handoff: handoff(kind, Tier::One),
            account: Account {
                revenue: Some(120_000_000),
                employees: Some(450),
                expected_value: Some(80_000),
                fit: Some(82),
                relation: Relation::PastProspect,
                technologies: sample::strings(&["HubSpot", " ", "Looker"]),
                news: vec![
                    dated("2025-12-01", "Opens an office in Austin"),
                    dated("2026-11-12", "Hires a new CMO"),
                    dated("2026-11-19", " "),
                ],
                events: vec![dated("2026-10-02", "Speaks at DemandCon")],
                ..sample::account(Tier::One)
            },
            contacts: vec![mike, contact(3, "Ann Roe", "Analyst", BuyingRole::User), sarah],
            signals: vec![
                by(1, "webinar", 5, 2, "Pipeline in the open"),
                by(2, "pricing_visit", 1, 1, ""),
                by(3, "pricing_visit", 3, 1, ""),
                signal(4, "site_visit", 400),
                signal(5, "demo_request", -1),
            ],
            trigger: vec![SignalId(2), SignalId(3)],
            peer: None,
            policy: policy(),
        }
    }

    fn with<T>(&self, look: impl FnOnce(&Material<'_>) -> T) -> T {
        look(&Material {
            handoff: &self.handoff,
            account: &self.account,
            contacts: &self.contacts,
            signals: &self.signals,
            trigger: &self.trigger,
            peer: self.peer,
            policy: &self.policy,
            zone: self.policy.zone,
            now: NOW,
            name_of: &name_of,
            render: &render,
        })
    }

    fn package(&self) -> Package {
        self.with(assemble)
    }
}

#[rstest]
#[case("reason", "Asked for a demo, on Fri 20 Nov")]
#[case("account.name", "Acme Inc")]
#[case("account.tier", "Tier 1")]
#[case("account.revenue", "$120M")]
#[case("account.employees", "450 people")]
#[case("account.industry", "SaaS")]
#[case("account.region", "West")]
#[case("account.relation", "Past prospect")]
#[case("account.fit", "82 of 100")]
#[case("account.value", "$80K a year")]
#[case("source", "Direct demand")]
#[case("score", "64 of 100, moderate")]
#[case("contact", "Sarah Chen · CMO · decision maker · sarah@acme.example · 555 0100")]
#[case("intelligence.news", "Thu 12 Nov · Hires a new CMO")]
#[case("intelligence.technologies", "HubSpot, Looker")]
#[case("intelligence.events", "Fri 2 Oct · Speaks at DemandCon")]
#[case("committee", "Sarah Chen (CMO), Mike Lee")]
#[case("engagement.trigger", "Visited the pricing page ×2")]
#[case("engagement.when", "Tue 17 Nov to Thu 19 Nov, the newest yesterday")]
#[case(
    "engagement.history",
    "4 signals, the newest Thu 19 Nov · Visited the pricing page · Sarah Chen, CMO"
)]
#[case("motion.first_outreach", "AE by email")]
#[case("motion.angle", "A: Sarah, Hires a new CMO")]
#[case("motion.timing", "in two days")]
#[case("motion.cycle", "8-12 weeks")]
#[case("motion.success", "ACV of $80K or more")]
fn the_data_says(#[case] key: &str, #[case] value: &str) {
    assert_eq!(Desk::full("tier1").package().value(key), Some(value), "{key}");
}

#[rstest]
#[case("intelligence.news", &["Thu 12 Nov · Hires a new CMO", "Mon 1 Dec 2025 · Opens an office in Austin"])]
#[case("intelligence.events", &["Fri 2 Oct · Speaks at DemandCon"])]
#[case("committee", &["Sarah Chen · CMO · decision maker · https://social.example/sarah · sarah@acme.example", "Mike Lee · decision authority"])]
#[case("engagement.trigger", &["Thu 19 Nov · Visited the pricing page · Sarah Chen, CMO", "Tue 17 Nov · Visited the pricing page · Sarah Chen, CMO"])]
#[case("engagement.history", &["Thu 19 Nov · Visited the pricing page · Sarah Chen, CMO", "Tue 17 Nov · Visited the pricing page · Sarah Chen, CMO", "Sun 15 Nov · Attended a webinar · Pipeline in the open · Mike Lee", "Thu 16 Oct 2025 · Visited the site"])]
#[case("account.name", &["Acme Inc"])]
#[case("competitors", &[])]
fn at_length(#[case] key: &str, #[case] lines: &[&str]) {
    let package = Desk::full("tier1").package();
    assert_eq!(package.field(key).unwrap().shown().collect::<Vec<_>>(), lines);
}

#[test]
fn nothing_known_gives_a_package_that_says_what_is_missing() {
    let package = Desk::bare("tier1").package();
    assert_eq!(package.fields.len(), PACKAGE.len());
    let missing: Vec<_> = package.missing.iter().map(|field| field.key).collect();
    let required = ["reason", "account.revenue", "intelligence.news", "committee", "motion.angle"];
    assert_eq!(missing, required);
    assert_eq!(package.completeness, 0);
    let gaps = "B: [missing: contact.first_name], [missing: news.headline]";
    assert_eq!(package.value("motion.angle"), Some(gaps));
    assert_eq!(package.problems, [""; 0]);
}

#[test]
fn a_gap_in_the_angle_is_shown_and_counts_as_missing() {
    let mut desk = Desk::full("tier1");
    desk.account.news.clear();
    let package = desk.package();
    let angle = package.field("motion.angle").unwrap();
    assert_eq!(angle.value.as_deref(), Some("A: Sarah, [missing: news.headline]"));
    assert!(!angle.is_filled());
    let missing: Vec<_> = package.missing.iter().map(|field| field.key).collect();
    assert_eq!(missing, ["intelligence.news", "motion.angle"]);
    assert_eq!(package.completeness, 60);
}

#[rstest]
#[case::all(&[], &[], 100)]
#[case::one_of_five(&["account.revenue"], &[], 80)]
#[case::rounded_down(&["account.revenue"], &[("account.revenue", 2.0)], 66)]
#[case::a_weight_of_nothing(&["account.revenue"], &[("account.revenue", 0.0)], 100)]
#[case::small_weights_cost_nothing(&["account.revenue"], &[("account.revenue", 0.3), ("reason", 0.1), ("intelligence.news", 0.1), ("committee", 0.1), ("motion.angle", 0.0)], 50)]
fn completeness_is_the_weighted_share_of_what_is_required(
    #[case] without: &[&str],
    #[case] weights: &[(&str, f64)],
    #[case] percent: u8,
) {
    let mut desk = Desk::full("tier1");
    if without.contains(&"account.revenue") {
        desk.account.revenue = None;
    }
    desk.policy.weights =
        weights.iter().map(|(key, weight)| ((*key).to_owned(), *weight)).collect();
    let package = desk.package();
    assert_eq!(package.completeness, percent);
    assert_eq!(package.missing.len(), without.len(), "it is missing whatever it weighs");
}

#[rstest]
#[case::nothing_typed(&[], 80)]
#[case::typed(&[("account.revenue", "$1M")], 100)]
#[case::blank(&[("account.revenue", "  ")], 80)]
#[case::what_data_fills_stays(&[("committee", "")], 80)]
#[case::cleared(&[("reason", "")], 60)]
fn completeness_can_be_told_while_somebody_types(
    #[case] typed: &[(&str, &str)],
    #[case] percent: u8,
) {
    let mut desk = Desk::full("tier1");
    desk.account.revenue = None;
    desk.handoff.fields.insert("reason".into(), "They asked".into());
    let typed = typed.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    assert_eq!(desk.package().completeness_with(&typed, &desk.policy), percent);
}

#[test]
fn a_type_that_requires_nothing_is_complete_and_an_unknown_one_too() {
    assert_eq!(Desk::bare("intent").package().completeness, 100);
    let unknown = Desk::bare("long_gone").package();
    assert_eq!((unknown.completeness, unknown.missing.len()), (100, 0));
    assert_eq!(unknown.title, "H-1042 · Acme Inc · long_gone");
}

#[test]
fn what_people_typed_wins_over_the_data() {
    let mut desk = Desk::full("tier1");
    for (key, text) in [
        ("account.revenue", "$130M by their own account"),
        ("intelligence.news", "Opens a plant\nHires 200"),
        ("competitors", "Rival [missing: nothing]"),
        ("account.region", "  "),
    ] {
        desk.handoff.fields.insert(key.into(), text.into());
    }
    let package = desk.package();
    let revenue = package.field("account.revenue").unwrap();
    assert_eq!(revenue.value.as_deref(), Some("$130M by their own account"));
    assert!(revenue.by_hand && revenue.required && revenue.is_filled());
    assert_eq!(package.value("account.region"), Some("West"), "a blank doesn't win");
    assert!(!package.field("account.region").unwrap().by_hand);
    let news = package.field("intelligence.news").unwrap();
    assert_eq!(news.shown().collect::<Vec<_>>(), ["Opens a plant", "Hires 200"]);
    assert_eq!(package.value("motion.angle"), Some("A: Sarah, Opens a plant"));
    assert!(package.field("competitors").unwrap().is_filled(), "people may write what they like");
}

#[test]
fn the_first_motion_that_matches_is_suggested() {
    let angle = |change: &dyn Fn(&mut Desk)| {
        let mut desk = Desk::full("tier1");
        change(&mut desk);
        desk.package().value("motion.angle").map(|angle| angle[..1].to_owned())
    };
    assert_eq!(angle(&|_| ()).as_deref(), Some("A"));
    assert_eq!(angle(&|desk| desk.account.industry = Some("saas".into())).as_deref(), Some("A"));
    assert_eq!(angle(&|desk| desk.account.industry = Some("Mining".into())).as_deref(), Some("B"));
    assert_eq!(
        angle(&|desk| desk.account.industry = None).as_deref(),
        Some("B"),
        "* is any, even none"
    );
    assert_eq!(angle(&|desk| desk.handoff.tier = Tier::Two).as_deref(), Some("B"));
    assert_eq!(angle(&|desk| desk.policy.motions[0].industry.clear()).as_deref(), Some("A"));
    let stage = |stage| move |desk: &mut Desk| desk.policy.motions[0].stage = Some(stage);
    assert_eq!(angle(&stage(Relation::PastProspect)).as_deref(), Some("A"));
    assert_eq!(angle(&stage(Relation::Customer)).as_deref(), Some("B"));
    let kind =
        |kind| move |desk: &mut Desk| desk.policy.motions[0].kinds = Some(sample::strings(&[kind]));
    assert_eq!(angle(&kind("tier1")).as_deref(), Some("A"));
    assert_eq!(angle(&kind("tier2")).as_deref(), Some("B"));
    assert_eq!(angle(&|desk| desk.policy.motions.clear()), None);
}

#[test]
fn a_broken_template_is_told_and_nothing_else_suffers() {
    let mut desk = Desk::full("tier1");
    desk.policy.motions[0].angle = "broken".into();
    desk.handoff.assignee = Some(PersonId(3));
    let package = desk.package();
    assert_eq!(package.problems, ["The opening angle can't be filled: line 1: it is broken"]);
    assert_eq!(package.value("motion.angle"), None);
    assert_eq!(package.value("motion.first_outreach"), Some("Sam Ortiz (AE) by email"));
    let kind = desk.policy.types.iter_mut().find(|kind| kind.key == "tier1").unwrap();
    let to = std::mem::replace(&mut kind.to, crate::domain::person::Role::Sdr);
    assert_eq!(desk.package().value("motion.first_outreach"), Some("Sam Ortiz (SDR) by email"));
    desk.policy.types.iter_mut().find(|kind| kind.key == "tier1").unwrap().to = to;
    desk.policy.motions[0].channel = " ".into();
    assert_eq!(desk.package().value("motion.first_outreach"), Some("Sam Ortiz (AE)"));
}

#[test]
fn the_contact_is_the_handoffs_own_and_says_what_must_not_be_done() {
    let mut desk = Desk::full("tier1");
    desk.handoff.contact = Some(ContactId(3));
    assert_eq!(desk.package().value("contact"), Some("Ann Roe · Analyst · user"));
    desk.contacts[1].role = BuyingRole::Unknown;
    assert_eq!(desk.package().value("contact"), Some("Ann Roe · Analyst"));
    desk.handoff.contact = Some(ContactId(99));
    desk.contacts[2].opted_out = true;
    desk.contacts[2].do_not_call = true;
    assert_eq!(
        desk.package().value("contact"),
        Some("Sarah Chen · CMO · decision maker · no e-mail: opted out · do not call")
    );
}

#[test]
fn without_a_judgement_the_signals_that_gave_points_when_it_was_flagged_tell() {
    let mut desk = Desk::full("tier1");
    desk.trigger.clear();
    let trigger = |desk: &Desk| desk.package().value("engagement.trigger").map(str::to_owned);
    assert_eq!(
        trigger(&desk).as_deref(),
        Some("Visited the pricing page ×2, Attended a webinar"),
        "not the visit of last year, nor what is still to come"
    );
    desk.handoff.moments.insert(Moment::Created, NOW.plus(-2 * DAY));
    assert_eq!(trigger(&desk).as_deref(), Some("Visited the pricing page, Attended a webinar"));
}

#[rstest]
#[case::today(&[("webinar", 0)], "Fri 20 Nov, today")]
#[case::yesterday(&[("webinar", 1)], "Thu 19 Nov, yesterday")]
#[case::days(&[("webinar", 3), ("webinar", 3)], "Tue 17 Nov, 3 days ago")]
#[case::a_stretch_over_the_year(&[("webinar", 3), ("webinar", 400)], "Thu 16 Oct 2025 to Tue 17 Nov, the newest 3 days ago")]
fn when_says_how_long_ago(#[case] all: &[(&str, i64)], #[case] when: &str) {
    let mut desk = Desk::bare("inbound");
    desk.signals = signals(all);
    desk.trigger = desk.signals.iter().map(|signal| signal.id).collect();
    assert_eq!(desk.package().value("engagement.when"), Some(when));
}

#[test]
fn a_long_history_is_cut_and_says_so() {
    let mut desk = Desk::bare("inbound");
    desk.signals = signals(&[("webinar", 3); 200]);
    assert_eq!(desk.package().field("engagement.history").unwrap().lines.len(), 200);
    desk.signals = signals(&[("webinar", 3); 1_203]);
    let package = desk.package();
    let history = package.field("engagement.history").unwrap();
    assert_eq!(history.lines.len(), 201);
    assert_eq!(history.lines.last().map(String::as_str), Some("and 1,003 older signals"));
    assert!(history.value.as_deref().is_some_and(|value| value.starts_with("1,203 signals, ")));
}

#[test]
fn who_introduced_them_and_how_they_use_the_product_come_from_the_signals() {
    let mut desk = Desk::full("inbound");
    assert_eq!(desk.package().value("introducer"), None);
    let referred =
        |id, days| Signal { contact: Some(ContactId(1)), ..signal(id, "referral", days) };
    desk.signals.push(referred(10, 9));
    assert_eq!(desk.package().value("introducer"), Some("Sarah Chen · CMO · decision maker"));
    desk.signals.push(Signal { source: Some("Partner Ltd".into()), ..referred(11, 8) });
    assert_eq!(desk.package().value("introducer"), Some("Partner Ltd"));
    let told = Signal { detail: Some("Ada of Globex".into()), ..referred(12, 7) };
    desk.signals.push(Signal { source: Some("Partner Ltd".into()), ..told });
    assert_eq!(desk.package().value("introducer"), Some("Ada of Globex"));
    desk.signals
        .push(Signal { detail: Some("40 seats of 50".into()), ..signal(13, "product_usage", 2) });
    desk.signals.push(signal(14, "product_usage", 3));
    let package = desk.package();
    let usage = package.field("usage").unwrap();
    assert_eq!(usage.value.as_deref(), Some("Wed 18 Nov · Used the product · 40 seats of 50"));
    assert_eq!(usage.lines.len(), 2);
}

#[test]
fn the_meeting_is_told_on_the_local_wall_clock() {
    let mut desk = Desk::bare("inbound");
    let at = parse_instant("2026-12-01T15:30Z").unwrap();
    desk.handoff.moments.insert(Moment::Meeting, at);
    assert_eq!(desk.package().value("meeting.at"), Some("Tue 1 Dec 2026 10:30 EST"));
}

#[test]
fn a_section_shows_what_is_known_or_required() {
    let package = Desk::bare("tier1").package();
    let keys = |section| package.section(section).map(|value| value.field.key).collect::<Vec<_>>();
    assert_eq!(keys(Section::Intelligence), ["intelligence.news", "committee"]);
    assert_eq!(keys(Section::Engagement), [""; 0]);
    assert_eq!(keys(Section::Record), [""; 0]);
    assert!(keys(Section::Summary).contains(&"account.tier"));
}

#[test]
fn templates_may_use_these_facts() {
    let mut desk = Desk::full("tier1");
    desk.peer = Some("Globex");
    desk.handoff.assignee = Some(PersonId(3));
    desk.handoff.fields.insert("pain_points".into(), "late\nreports".into());
    let facts = desk.with(facts);
    for (name, value) in [
        ("contact.first_name", "Sarah"),
        ("contact.name", "Sarah Chen"),
        ("contact.title", "CMO"),
        ("account.name", "Acme Inc"),
        ("account.industry", "SaaS"),
        ("account.revenue", "$120M"),
        ("account.relation", "past prospect"),
        ("news.headline", "Hires a new CMO"),
        ("news.date", "Thu 12 Nov 2026"),
        ("event.headline", "Speaks at DemandCon"),
        ("trigger", "Visited the pricing page ×2"),
        ("trigger_date", "Thu 19 Nov 2026"),
        ("pain", "late"),
        ("pain_points", "late\nreports"),
        ("peer", "Globex"),
        ("sender.name", "Sam Ortiz"),
        ("sender.first_name", "Sam"),
        ("handoff.id", "H-1042"),
    ] {
        assert_eq!(facts.get(name), Some(value), "{name}");
    }
    assert_eq!(facts.get("account.segment"), None);
    assert_eq!(facts.get("trigger_detail"), None, "a blank is not known");
}

#[test]
fn the_page_fits_what_is_known() {
    let mut desk = Desk::full("tier1");
    desk.account.news.clear();
    desk.handoff.fields.insert("pain_points".into(), "Late reports\n\nNo forecast".into());
    assert_eq!(
        one_page(&desk.package()).join("\n"),
        "\
H-1042 · Acme Inc · Tier 1 account
Account: Acme Inc · Tier 1 · SaaS · West
Size: $120M · 450 people
Account value: $80K a year
Fit: 82 of 100
Relation: Past prospect
Contact: Sarah Chen · CMO · decision maker · sarah@acme.example · 555 0100
Why now: Asked for a demo, on Fri 20 Nov
Intent: 64 of 100, moderate · Direct demand
Signals: Visited the pricing page ×2 · Tue 17 Nov to Thu 19 Nov, the newest yesterday
Committee: Sarah Chen (CMO), Mike Lee
Notes: Late reports / No forecast
Approach: A: Sarah, [missing: news.headline]
Next action: AE by email · in two days
Won means: ACV of $80K or more
Complete: 60 %, missing News, Opening angle"
    );
}

#[test]
fn every_field_the_sources_name_is_on_the_page_or_in_a_section() {
    for row in super::page::ROWS {
        for key in row.1 {
            assert!(package_field(key).is_some(), "{key} is on the page but isn't a field");
        }
    }
}

proptest! {
    /// Whatever the data holds, a package comes out, the same one twice, and no line of the page breaks.
    #[test]
    fn assembling_never_fails_and_repeats_itself(
        name in ".*",
        texts in proptest::collection::vec((0..PACKAGE.len(), ".{0,12}|\n|a\nb"), 0..6),
        numbers in (any::<i64>(), any::<i64>(), any::<i64>()),
        moments in proptest::collection::vec((any::<i64>(), 0_usize..4, -2_i64..4), 0..6),
        now in any::<i64>(),
    ) {
        let mut desk = Desk::full("tier1");
        desk.account.name = name;
        desk.account.revenue = Some(numbers.0);
        desk.account.employees = Some(numbers.1);
        desk.account.expected_value = Some(numbers.2);
        for (place, text) in texts {
            desk.handoff.fields.insert(PACKAGE[place].key.into(), text);
        }
        for (at, kind, who) in moments {
            let kind = ["webinar", "referral", "product_usage", "sneeze"][kind];
            let contact = (who > 0).then_some(ContactId(who));
            desk.signals.push(Signal { at: Instant(at), contact, account: AccountId(1), ..signal(77, kind, 0) });
        }
        let assembled = desk.with(|material| assemble(&Material { now: Instant(now), ..*material }));
        let again = desk.with(|material| assemble(&Material { now: Instant(now), ..*material }));
        prop_assert!(assembled.completeness <= 100);
        prop_assert_eq!(assembled.completeness == 100, assembled.missing.is_empty());
        for line in one_page(&assembled).iter().skip(1) {
            prop_assert!(!line.contains('\n'));
        }
        prop_assert_eq!(assembled, again);
    }
}

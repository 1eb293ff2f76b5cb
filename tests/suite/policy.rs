//! The shipped policy at work: its decision table judges as DOMAIN.md 4 says, its texts can be filled.

use rstest::rstest;

use handoff_desk::domain::account::{Account, Relation, Tier};
use handoff_desk::domain::contact::Contact;
use handoff_desk::domain::criteria::{Case, judge};
use handoff_desk::domain::ids::{AccountId, ContactId, SignalId};
use handoff_desk::domain::package::TemplateFacts;
use handoff_desk::domain::policy::Policy;
use handoff_desk::domain::signal::Signal;
use handoff_desk::domain::time::{DAY, Instant};
use handoff_desk::policy;
use handoff_desk::report::template::{Templates, gaps};

const NOW: Instant = Instant(1_795_642_200_000);

fn shipped() -> Policy {
    policy::shipped().unwrap_or_else(|errors| panic!("{errors}"))
}

/// Signals as `kind*count@days:value`, all parts but the first left out at will.
fn signals(text: &str) -> Vec<Signal> {
    let mut all = Vec::new();
    for word in text.split_whitespace() {
        let (word, value) = word.split_once(':').unwrap_or((word, ""));
        let (word, days) = word.split_once('@').unwrap_or((word, "0"));
        let (kind, count) = word.split_once('*').unwrap_or((word, "1"));
        for _ in 0..count.parse().unwrap() {
            all.push(Signal {
                id: SignalId(i64::try_from(all.len()).unwrap() + 1),
                account: AccountId(1),
                kind: kind.to_owned(),
                at: NOW.plus(-days.parse::<i64>().unwrap() * DAY),
                value: value.parse().ok(),
                ..Signal::default()
            });
        }
    }
    all
}

#[rstest]
#[case::outside_whatever_the_intent("outside", 5, "demo_request*5 pricing_visit*9", "never")]
#[case::referral("3", 0, "referral", "handoff relationship")]
#[case::partner("1", 0, "partner_intro", "handoff relationship")]
#[case::expansion_request("customer 2", 0, "expansion_request", "handoff relationship")]
#[case::usage("customer 3", 0, "product_usage", "handoff expansion")]
#[case::usage_of_a_prospect("3", 0, "product_usage", "nurture")]
#[case::demo("3", 0, "demo_request", "handoff inbound")]
#[case::form("2", 0, "contact_form", "handoff inbound")]
#[case::callback("1", 0, "chat_callback", "handoff inbound")]
#[case::trial("2", 0, "trial_signup", "handoff hot_lead")]
#[case::demo_and_trial("2", 0, "trial_signup demo_request", "handoff inbound")]
#[case::tier1_light("1", 2, "content_download", "handoff tier1")]
#[case::tier1_alone("1", 0, "content_download", "handoff tier1")]
#[case::tier1_quiet("1", 2, "", "nurture")]
#[case::tier2_visible("2", 2, "webinar*2 content_download", "handoff tier2")]
#[case::tier2_hidden("2", 1, "webinar*2 content_download", "research")]
#[case::tier2_light("2", 5, "webinar", "nurture")]
#[case::tier3_strong("3", 5, "webinar*4", "nurture")]
#[case::tier3_unprecedented("3", 0, "webinar*6", "handoff tier2")]
#[case::tal_key_page("tal 3", 0, "pricing_visit", "handoff intent")]
#[case::tal_visits("tal 3", 0, "site_visit*3@2", "handoff intent")]
#[case::tal_two_visits("tal 3", 0, "site_visit*2", "nurture")]
#[case::tal_surge("tal 3", 0, "third_party_surge:70", "handoff intent")]
#[case::tal_weak_surge("tal 3", 0, "third_party_surge:69", "nurture")]
#[case::tal_mail("tal 3", 0, "email_open:50 email_click", "handoff intent")]
#[case::tal_mail_unread("tal 3", 0, "email_open:49 email_click", "nurture")]
#[case::tal_download("tal 2", 0, "content_download@29", "handoff intent")]
#[case::tal_old_download("tal 2", 0, "content_download@31", "nurture")]
#[case::download_alone("2", 0, "content_download", "nurture")]
#[case::behaviour("3", 0, "site_visit*4@20:5 pricing_visit@3:1", "discuss")]
#[case::behaviour_too_short("3", 0, "site_visit*4@20:4 pricing_visit@3:1", "nurture")]
#[case::behaviour_no_pricing("3", 0, "site_visit*5@20:9", "nurture")]
#[case::lead_score("3 lead=65", 0, "", "handoff mql")]
#[case::lead_score_below("3 lead=64", 0, "", "nurture")]
#[case::score_as_lead_score("3", 0, "webinar*4 site_visit", "handoff mql")]
fn the_decision_table(
    #[case] who: &str,
    #[case] committee: usize,
    #[case] did: &str,
    #[case] verdict: &str,
) {
    let policy = shipped();
    let mut account = Account { id: AccountId(1), tier_by_hand: true, ..Account::default() };
    for word in who.split_whitespace() {
        match word {
            "tal" => account.on_tal = true,
            "customer" => account.relation = Relation::Customer,
            lead if lead.starts_with("lead=") => account.lead_score = lead[5..].parse().ok(),
            tier => account.tier = tier.parse::<Tier>().unwrap(),
        }
    }
    let contact = |id| Contact { id: ContactId(id), authority: true, ..Contact::default() };
    let contacts: Vec<_> = (1..=committee).map(|id| contact(i64::try_from(id).unwrap())).collect();
    let signals = signals(did);
    let case = Case {
        account: &account,
        contacts: &contacts,
        signals: &signals,
        open: &[],
        rest: None,
        now: NOW,
    };
    let found = judge(&case, &policy);
    let said = match &found.kind {
        Some(kind) => format!("{} {kind}", found.verdict),
        None => found.verdict.to_string(),
    };
    assert_eq!(said, verdict, "score {}, rule {:?}", found.score.value, found.rule);
    let briefed = said == "handoff tier1" && committee == 0;
    assert_eq!(found.brief.is_some(), briefed);
}

#[rstest]
#[case::employees(Some(1_000), None, Tier::One)]
#[case::revenue(None, Some(100_000_000), Tier::One)]
#[case::either_is_enough(Some(30), Some(20_000_000), Tier::Two)]
#[case::small(Some(20), None, Tier::Three)]
#[case::too_small(Some(19), Some(1_999_999), Tier::Outside)]
#[case::unknown(None, None, Tier::Outside)]
fn the_placeholder_icp_goes_by_size(
    #[case] employees: Option<i64>,
    #[case] revenue: Option<i64>,
    #[case] tier: Tier,
) {
    let account = Account { employees, revenue, ..Account::default() };
    assert_eq!(handoff_desk::domain::criteria::fit(&account, &[], &shipped()).tier, tier);
}

#[test]
fn every_text_of_it_can_be_filled_with_and_without_news() {
    let policy = shipped();
    let templates = Templates::new();
    for motion in &policy.motions {
        let mut facts = TemplateFacts::new();
        facts
            .set("contact.first_name", "Sarah")
            .set("account.name", "Acme")
            .set("pain", &*motion.pain);
        let bare = templates.render(&motion.angle, &facts).unwrap();
        assert_eq!(gaps(&bare).count(), 0, "{bare}");
        facts.set("news.headline", "Acme's new CMO").set("peer", "Globex");
        let told = templates.render(&motion.angle, &facts).unwrap();
        assert_eq!(gaps(&told).count(), 0, "{told}");
        assert!(told.contains("Sarah") && told.contains(&motion.pain), "{told}");
    }
    for rule in &policy.dispositions {
        let mut facts = TemplateFacts::new();
        rule.requires.iter().for_each(|field| _ = facts.set(field, "x"));
        let told = rule.tell_marketing.as_deref().unwrap_or_default();
        let told = templates.render(told, &facts).unwrap();
        assert_eq!(gaps(&told).count(), 0, "{}: {told}", rule.code);
    }
}

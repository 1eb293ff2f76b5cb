//! What a good first message is, and what each thing that is wrong with one is called.

use rstest::rstest;

use super::*;

const GOOD: &str = "Subject: Alder Labs and the second site

Hi Sarah,

Alder Labs opens a second site, and that is often when reporting takes days. Others in your trade had it down to an hour \
within a quarter. Would a quarter of an hour on Tuesday 24 November at 10:00 be of use?

Best regards,
Sam";

fn facts() -> TemplateFacts {
    let mut facts = TemplateFacts::new();
    facts.set("news.headline", "Alder Labs opens a second site").set("account.technology", "SAP");
    facts
}

fn said(text: &str, kind: Kind) -> Vec<String> {
    let shown = Shown {
        titles: vec!["The ROI guide".into()],
        sent: vec![("nudge".into(), "Tue 17 Nov".into())],
    };
    concerns(text, "first_message", kind, &facts(), &shown)
}

#[test]
fn a_good_message_has_nothing_said_of_it() {
    assert_eq!(said(GOOD, Kind::Opener), Vec::<String>::new());
}

#[rstest]
#[case("Would", "Wouldn't you agree? Would", &["It asks 2 questions", "It has 4"][..1])]
#[case("be of use?", "be of use.", &["It asks nothing"])]
#[case(" on Tuesday 24 November at 10:00", " soon", &["It proposes no time"])]
#[case(" on Tuesday 24 November at 10:00", " on Tuesday", &["It proposes no time"])]
#[case("Alder Labs opens a second site, and that", "Growth", &["It could be written to anybody"])]
#[case("Others", "The ROI guide has it all. Others", &["It repeats \"The ROI guide\""])]
#[case("Alder Labs opens", "[missing: news.headline] [missing: peer] [missing: peer] opens", &["Not known and marked in the text: news.headline, peer."])]
fn each_fault_is_named(#[case] from: &str, #[case] to: &str, #[case] want: &[&str]) {
    let text = GOOD.replace(from, to);
    assert_ne!(text, GOOD);
    let said = said(&text, Kind::Opener);
    assert_eq!(said.len(), want.len(), "{said:?}");
    for (said, want) in said.iter().zip(want) {
        assert!(said.starts_with(want), "{said}");
    }
}

#[rstest]
#[case("One sentence about the second site of Alder Labs, Tuesday at 10:00?", 1)]
#[case("Acme Inc. is at $1.5M. Are you at 10:00, or at 3 p.m. as ever?", 2)]
#[case("It is so. It is so! Is it so? It is so. It is so.", 5)]
#[case("They asked. B! We answered.", 2)]
#[case("…", 0)]
fn sentences_are_counted_as_people_do(#[case] text: &str, #[case] count: usize) {
    assert_eq!(sentences(&body(text)), count);
}

#[rstest]
#[case("Tuesday at 10:00.", true)]
#[case("tomorrow, 3 pm.", true)]
#[case("on Thu at 3pm.", true)]
#[case("on Friday at 9 o'clock.", true)]
#[case("next week at 10:00.", false)]
#[case("on Tuesday, 24 November.", false)]
#[case("", false)]
fn a_time_is_a_day_and_an_hour(#[case] text: &str, #[case] named: bool) {
    assert_eq!(names_a_time(text), named);
}

#[test]
fn the_last_message_needs_no_time_and_others_no_form() {
    let text = GOOD.replace(" on Tuesday 24 November at 10:00", "");
    assert_eq!(said(&text, Kind::Last), Vec::<String>::new());
    for kind in [Kind::Mail, Kind::Call, Kind::Meeting, Kind::Inside] {
        assert_eq!(said("Hello [missing: contact.name].", kind).len(), 1);
    }
}

#[test]
fn what_went_out_already_is_said_with_its_day() {
    let shown = Shown { titles: vec![], sent: vec![("first_message".into(), "Tue 17 Nov".into())] };
    assert_eq!(
        concerns(GOOD, "first_message", Kind::Opener, &facts(), &shown),
        ["This message went out on Tue 17 Nov already."]
    );
}

#[test]
fn names_are_known_whole_and_as_tables() {
    for known in ["contact.first_name", "contact", "points", "bant.need", "bant", "motion.angle"] {
        assert!(is_known(known), "{known}");
    }
    for unknown in ["contact.frist_name", "cont", "contact.first_name.x", "", "pain.x"] {
        assert!(!is_known(unknown), "{unknown}");
    }
    let mut all: Vec<_> = names().collect();
    let number = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), number, "no name stands for two facts");
}

/// `DOMAIN.md 9`: the channel says how a template reaches somebody; what stays inside reaches nobody by one.
#[rstest]
#[case("first_message", Kind::Opener, Some(Channel::Email))]
#[case("final_attempt", Kind::Last, Some(Channel::Email))]
#[case("welcome", Kind::Mail, Some(Channel::Email))]
#[case("call_opener", Kind::Call, Some(Channel::Call))]
#[case("kick_off", Kind::Meeting, Some(Channel::Meeting))]
#[case("brief", Kind::Inside, None)]
fn a_template_goes_by_its_channel(
    #[case] name: &str,
    #[case] kind: Kind,
    #[case] channel: Option<Channel>,
) {
    let found = template_named(name).map(|template| (template.name, template.kind));
    assert_eq!(found, Some((name, kind)));
    assert_eq!(kind.channel(), channel);
}

#[test]
fn every_template_is_found_by_its_name_and_no_other_is() {
    for template in TEMPLATES {
        assert_eq!(template_named(template.name), Some(template));
    }
    assert_eq!(template_named("first_massage"), None);
}

#[test]
fn no_text_is_too_odd_to_be_judged() {
    for text in
        ["\n\n\n", "?.!?.!", "Subject:", "Subject: x\n\n", "[missing: ", "\u{202E}.", "a.b.c?"]
    {
        let _ = said(text, Kind::Opener);
    }
}

/// Half of the telling words are enough to know a fact again.
#[rstest]
#[case("Alder Labs opens another Boston site", "The site in Boston of Alder", true)]
#[case("Alder Labs opens another Boston site", "The site in Boston", false)]
#[case("Alder opens Boston", "Boston is cold", false)]
#[case("Series B", "after your series b round", true)]
#[case("B2B", "b2b it is", true)]
#[case("B2B", "B2C it is", false)]
fn a_fact_is_named_by_half_of_its_words(
    #[case] fact: &str,
    #[case] body: &str,
    #[case] named: bool,
) {
    assert_eq!(is_named(fact, body), named);
}

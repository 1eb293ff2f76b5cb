//! Every shipped message with all that can be known, and with nothing; and what is wrong with a template of a team's.

use rstest::rstest;

use super::*;
use crate::domain::message::{FACTS, Shown, concerns};

fn facts() -> TemplateFacts {
    let mut facts = TemplateFacts::new();
    for name in names() {
        facts.set(name, format!("<{name}>"));
    }
    for (name, value) in [
        ("contact.name", "Sarah Holt"),
        ("contact.first_name", "Sarah"),
        ("contact.title", "CMO"),
        ("contact.phone", "+1 555 0100"),
        ("colleague.first_name", "Mike"),
        ("colleague.title", "VP Sales"),
        ("account.name", "Alder Labs"),
        ("account.industry", "Software"),
        ("account.technology", "Marketo"),
        ("news.headline", "Alder Labs opens a second site"),
        ("event.headline", "Cloud Summit"),
        ("trigger", "Used the ROI calculator"),
        ("trigger_detail", "the ROI calculator"),
        ("trigger_date", "Mon 9 Nov 2026"),
        ("last_touch", "Tue 10 Nov 2026"),
        ("handoff.reason", "Asked at the fair"),
        ("pain", "more pipeline is asked for with the same team"),
        ("peer", "Globex"),
        ("introducer", "Iris Vale of Globex"),
        ("usage", "40 of 50 seats are taken"),
        ("success.criteria", "live in 90 days"),
        ("bant.need", "reports on Monday, not on Thursday"),
        ("next_steps", "a session with the two team leads"),
        ("me.name", "Sam Ortiz"),
        ("me.first_name", "Sam"),
        ("meeting.day", "Tuesday 17 November"),
        ("time.first", "Tuesday 24 November at 10:00"),
        ("time.second", "Wednesday 25 November at 14:00"),
        ("touches", "4"),
        ("points", "Why now: Asked at the fair\nNews: a second site\nDecides: Sarah Holt"),
        ("page", "H-1 · Alder Labs\nWhy now: Asked at the fair"),
    ] {
        facts.set(name, value);
    }
    facts
}

#[test]
fn there_is_a_text_for_every_message_and_no_other() {
    let library = Library::shipped();
    let named: Vec<_> = TEMPLATES.iter().map(|template| template.name).collect();
    let mut shipped: Vec<_> = library.texts.keys().map(String::as_str).collect();
    assert_eq!(shipped.len(), named.len());
    shipped.retain(|name| !named.contains(name));
    assert_eq!(shipped, Vec::<&str>::new());
    assert_eq!(library.problems(&Templates::for_messages()), []);
}

#[test]
fn every_message_with_all_that_can_be_known_is_whole_and_good() {
    let (library, templates, facts) = (Library::shipped(), Templates::for_messages(), facts());
    let mut all = String::new();
    for template in TEMPLATES {
        let text = library.fill(template.name, &templates, &facts).unwrap();
        all.push_str(&format!("──── {}\n{text}\n\n", template.name));
        assert_eq!(
            concerns(&text, template.name, template.kind, &facts, &Shown::default()),
            Vec::<String>::new(),
            "{text}"
        );
        assert!(
            !text.contains("{{") && !text.contains("  \n") && !text.contains("\n\n\n"),
            "{text}"
        );
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../../../tests/snapshots" }, {
        insta::assert_snapshot!("messages", all);
    });
}

#[test]
fn every_message_with_nothing_known_marks_what_is_missing() {
    let (library, templates) = (Library::shipped(), Templates::for_messages());
    let mut facts = TemplateFacts::new();
    facts.set("account.name", "Alder Labs");
    for template in TEMPLATES {
        let text = library.fill(template.name, &templates, &facts).unwrap();
        assert!(text.contains("[missing: "), "{}: {text}", template.name);
        let said = concerns(&text, template.name, template.kind, &facts, &Shown::default());
        assert!(said[0].starts_with("Not known and marked in the text: "), "{said:?}");
    }
}

fn own(text: &str) -> Library {
    let file = "templates/first_message.txt".to_owned();
    Library::shipped().with("first_message", Source { text: text.to_owned(), file })
}

#[rstest]
#[case(
    "Hi {{ contact.first_name }},\n\nat {{ account.nmae }} {{ zebra }}",
    "templates/first_message.txt, line 3: account.nmae is not known; did you mean account.name?"
)]
#[case("{% if x.y %}a{% endif %}", "templates/first_message.txt, line 1: x.y is not known.")]
#[case("a\n{{ contact.name", "templates/first_message.txt, line 2: unexpected end of input")]
#[case(
    "{% for x in range(9999) %}{% for y in range(9999) %}{% endfor %}{% endfor %}",
    "templates/first_message.txt, line 1: in the loop over y it takes too many steps; shorten its loops."
)]
#[case(
    "Hi\n{% for x in range(9999) %}\n{{ account.name }}\n{% endfor %}",
    "templates/first_message.txt, line 2: in the loop over x the text grows past 64 KB; shorten its loops."
)]
#[case(
    "{% for x in range(100000000) %}{% endfor %}",
    "templates/first_message.txt, line 1: range has too many elements."
)]
#[case(
    "{% for x in range(9) recursive %}{{ loop(range(9)) }}{% endfor %}",
    "templates/first_message.txt, line 1: "
)]
#[case("{{ contact['nmae'] }}", "templates/first_message.txt, line 1: contact.nmae is not known")]
#[case("{{ pain | shout }}", "templates/first_message.txt, line 1: filter shout is unknown.")]
#[case("{% include 'secrets' %}", "templates/first_message.txt, line 1: ")]
fn what_is_wrong_names_file_line_and_variable(#[case] text: &str, #[case] want: &str) {
    let errors = own(text).fill("first_message", &Templates::for_messages(), &facts()).unwrap_err();
    let said = errors[0].to_string();
    assert!(said.starts_with(want), "{said}");
    assert!(!said.contains('\n'), "{said}");
    // It shows before anybody needs the message.
    assert_eq!(own(text).problems(&Templates::for_messages()), errors);
}

/// A loop that goes wrong only where something is known, or only where it isn't, is found all the same.
#[rstest]
#[case("{% if pain %}{% for x in range(99999) %}{% endfor %}{% endif %}")]
#[case("{% if not pain %}{% for x in range(99999) %}{% endfor %}{% endif %}")]
#[case("{% for line in points | lines %}{% for x in range(99999) %}{% endfor %}{% endfor %}")]
fn a_loop_that_hardly_ends_is_found_before_it_runs(#[case] text: &str) {
    let problems = own(text).problems(&Templates::for_messages());
    let told: Vec<_> = problems.iter().map(|it| (it.line, it.variable.as_deref())).collect();
    assert_eq!(told, [(Some(1), Some("x"))], "{problems:?}");
}

#[test]
fn the_teams_text_takes_the_place_and_others_stand_beside() {
    let library = own("Hello {{ contact.first_name }}!").with(
        "spring_offer",
        Source { text: "Subject: x\n\nHi".into(), file: "templates/spring_offer.txt".into() },
    );
    let templates = Templates::for_messages();
    assert_eq!(library.fill("first_message", &templates, &facts()).as_deref(), Ok("Hello Sarah!"));
    let offers = library.offers();
    assert_eq!(offers.len(), TEMPLATES.len() + 1);
    assert_eq!(offers.last(), Some(&("spring_offer".into(), "Spring offer".into(), Kind::Opener)));
    let none = library.fill("frist_message", &templates, &facts()).unwrap_err();
    assert_eq!(
        none[0].to_string(),
        "frist_message.txt: there is no such message template; did you mean first_message?"
    );
    assert!(FACTS.iter().all(|(_, says)| !says.is_empty()));
}

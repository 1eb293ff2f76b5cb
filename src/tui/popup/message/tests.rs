//! A message as it is read, changed, copied and refused; and how it looks.

use std::sync::Arc;

use super::*;
use crate::desk::Message;
use crate::domain::ids::HandoffId;
use crate::domain::message::{Kind, Shown};
use crate::domain::package::TemplateFacts;
use crate::tui::msg::Msg;
use crate::tui::sample::{Bench, bench};

const TEXT: &str = "Subject: A second site\n\nHi Sarah,\n\nI read the news: [missing: news.headline]. Would a quarter of an \
                    hour on Tuesday 24 November at 10:00 be worth it?\n\nBest regards,\nSam";

fn message(text: Result<&str, &str>) -> Message {
    Message {
        handoff: HandoffId(1_041),
        name: "first_message".into(),
        title: "First message".into(),
        kind: Kind::Opener,
        text: text.map(str::to_owned).map_err(|why| vec![why.to_owned()]),
        facts: Arc::new(TemplateFacts::new()),
        shown: Arc::new(Shown::default()),
        closed: None,
        offers: vec![
            ("first_message".into(), "First message".into()),
            ("nudge".into(), "Second message: a nudge".into()),
        ],
    }
}

/// The ticket and the template of the message that was asked for last.
fn asked(bench: &mut Bench) -> (Ticket, Option<String>) {
    let asked = bench.asked().into_iter().rev();
    let mut found = asked.filter_map(|effect| match effect {
        Effect::Load(Load::Message { ticket, name, .. }) => Some((ticket, name)),
        _ => None,
    });
    found.next().expect("a message was asked for")
}

fn opened(columns: u16, rows: u16, message: Message) -> Bench {
    let mut bench = bench(3, columns, rows);
    bench.keys("m");
    let (ticket, name) = asked(&mut bench);
    assert_eq!(name, None, "the next step's");
    bench.tell(Msg::Answer(Answer::Message(ticket, Ok(Arc::new(message)))));
    bench
}

#[test]
fn pictures() {
    opened(100, 30, message(Ok(TEXT))).shot().is_as_kept("message_100x30");
    opened(80, 24, message(Ok(TEXT))).shot().is_as_kept("message_80x24");
    let wrong = "templates/first_message.txt, line 3: acount.name is not known.";
    opened(80, 24, message(Err(wrong))).shot().is_as_kept("message_wrong_80x24");
}

#[test]
fn it_is_copied_as_it_reads_and_kept_in_a_file() {
    let mut bench = opened(100, 30, message(Ok(TEXT)));
    bench.keys("y");
    let what = "the first message for H-1041".to_owned();
    assert_eq!(bench.asked(), [Effect::Copy { text: TEXT.to_owned(), what }]);
    bench.keys("w");
    let name = "H-1041-first_message.txt".to_owned();
    assert_eq!(bench.asked(), [Effect::KeepText { name, text: TEXT.to_owned() }]);
    bench.keys("E");
    assert_eq!(bench.asked(), [Effect::Editor(TEXT.to_owned())]);
    bench.tell(Msg::Answer(Answer::Edited(Ok("Shorter.".into()))));
    bench.keys("y");
    let copied = bench.asked();
    assert!(matches!(&copied[..], [Effect::Copy { text, .. }] if text == "Shorter."), "{copied:?}");
    bench.keys("Esc");
    assert!(bench.model.popups.is_empty(), "what was copied is no loss");
}

#[test]
fn what_was_changed_and_not_copied_is_asked_about() {
    let mut bench = opened(100, 30, message(Ok(TEXT)));
    bench.keys("e x Ctrl-s");
    bench.keys("Esc");
    assert!(matches!(bench.model.popups.last(), Some(Popup::Question(_))));
}

#[test]
fn another_message_is_chosen_by_name_or_by_place() {
    let mut bench = opened(100, 30, message(Ok(TEXT)));
    bench.keys("]");
    assert_eq!(asked(&mut bench).1.as_deref(), Some("nudge"));
    bench.keys("m n u d Enter");
    assert_eq!(asked(&mut bench).1.as_deref(), Some("nudge"));
}

#[test]
fn nobody_is_written_to_who_has_opted_out() {
    let closed = Some("Sarah Holt has opted out of e-mail.".to_owned());
    let mut bench = opened(100, 30, Message { closed, ..message(Ok(TEXT)) });
    bench.keys("y");
    assert_eq!(bench.asked(), []);
    assert!(bench.told().starts_with("Sarah Holt has opted out of e-mail."), "{}", bench.told());
    bench.keys("w");
    assert_eq!(bench.asked(), []);
}

#[test]
fn what_is_wrong_with_the_template_stands_in_place_of_the_text() {
    let mut bench = opened(100, 30, message(Err("first_message.txt, line 3: x is not known.")));
    bench.keys("y w e E");
    assert_eq!(bench.asked(), []);
    assert!(bench.shot().text().contains("line 3: x is not known."));
    bench.keys("t");
    assert!(matches!(bench.model.popups.last(), Some(Popup::Work(_))) || !bench.told().is_empty());
}

#[test]
fn gaps_are_marked_over_the_end_of_a_line() {
    let (plain, wrong) = (Style::new(), Style::new().bold());
    let mut open = false;
    let drawn = |line: &str, open: &mut bool| {
        let spans = gaps(line, open, plain, wrong).spans;
        spans
            .into_iter()
            .map(|span| (span.content.into_owned(), span.style == wrong))
            .collect::<Vec<_>>()
    };
    let pair = |text: &str, marked| (text.to_owned(), marked);
    assert_eq!(
        drawn("a [missing: b] c", &mut open),
        [pair("a ", false), pair("[missing: b]", true), pair(" c", false)]
    );
    assert_eq!(drawn("a [missing:", &mut open), [pair("a ", false), pair("[missing:", true)]);
    assert_eq!(drawn("b.c] d", &mut open), [pair("b.c]", true), pair(" d", false)]);
    assert_eq!(drawn("", &mut open), []);
}

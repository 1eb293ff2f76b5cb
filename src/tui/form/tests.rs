//! Forms under scripts of keys, as pictures, and at every size.

use chrono_tz::America::New_York;
use proptest::prelude::*;
use ratatui::layout::Rect;
use rstest::rstest;

use super::*;
use crate::domain::ids::HandoffId;
use crate::domain::time::parse_instant;
use crate::tui::memory::Memory;
use crate::tui::shot::{Shot, shot};
use crate::tui::theme::{Depth, Theme};

fn context(columns: usize) -> Context<'static> {
    Context {
        now: parse_instant("2026-11-20T14:32-05:00").unwrap(),
        zone: New_York,
        calendar: Cow::Owned(Calendar::always()),
        columns,
    }
}

fn theme() -> Theme {
    Theme::shipped("dark", Depth::True).unwrap()
}

fn choice(key: &str, label: &str, detail: &str) -> Choice {
    Choice { key: key.into(), label: label.into(), detail: detail.into(), ..Choice::default() }
}

fn everything() -> Form {
    let codes = vec![
        Choice { group: "recycle".into(), ..choice("bad", "BAD_TIMING", "Good fit, wrong moment") },
        Choice { group: "recycle".into(), ..choice("none", "NO_RESPONSE", "Nobody answered") },
        Choice {
            group: "close".into(),
            off: Some("not legal from assigned".into()),
            ..choice("won", "WON", "Won")
        },
    ];
    let channels = vec![
        ('e', "email", "E-mail".to_owned()),
        ('c', "call", "Call".to_owned()),
        ('l', "social", "Social".to_owned()),
    ];
    let missing =
        vec![choice("news", "News", ""), choice("committee", "Buying committee", "required")];
    Form::new(
        "Everything at once",
        "log",
        vec![
            Field::text("name", "Name").required(),
            Field::date("wake_on", "Re-hand on", 0).required(),
            Field::moment("at", "Meeting on", Tense::Future),
            Field::amount("amount", "Amount"),
            Field::pick("channel", "Channel", channels).with("email"),
            Field::choice("code", "Code", codes),
            Field::multi("missing", "Missing fields", missing),
            Field::toggle("sure", "Sure", false),
            Field::note("note", "Note"),
            Field::handoff("other", "The other handoff", HandoffId(7)).aside(),
        ],
    )
}

/// Types a script: keys in angle brackets by their names, all else letter by letter.
fn typed(form: &mut Form, script: &str) -> FormEvent {
    let mut event = FormEvent::Stay;
    let mut rest = script;
    while let Some(letter) = rest.chars().next() {
        let key = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some((name, after)) => {
                rest = after;
                name.parse().unwrap()
            }
            None => {
                rest = &rest[letter.len_utf8()..];
                Key::letter(letter)
            }
        };
        event = form.handle(key, &context(80));
    }
    event
}

fn drawn(form: &Form, columns: u16, rows: u16) -> Shot {
    let theme = theme();
    shot(columns, rows, |frame| {
        frame.buffer_mut().set_style(Rect::new(0, 0, columns, rows), theme.text());
        draw::popup(form, &context(0), &mut Memory::default(), frame, frame.area(), &theme);
    })
}

#[test]
fn a_form_is_filled_in_with_few_keys() {
    let mut form = Form::new(
        "t",
        "log",
        vec![Field::date("wake_on", "On", 0).required(), Field::text("claim", "Claim").aside()],
    );
    let FormEvent::Submit(values) = typed(&mut form, "+10d<Enter>") else { panic!("{form:?}") };
    assert_eq!(values.day("wake_on").unwrap().to_string(), "2026-11-30");
    assert_eq!(values.0.get("wake_on").unwrap().canonical(), "2026-11-30");
    assert_eq!(values.some("claim"), None);
}

#[test]
fn every_kind_of_field_gives_its_value() {
    let mut form = everything();
    let script = "Sam<Enter>fri<Enter>tomorrow 3pm<Enter>$1.2m<Enter>c<Enter>none<Enter>com <Tab>y<Tab>two<Alt-Enter>lines<Tab>h-9<Enter>";
    let FormEvent::Submit(values) = typed(&mut form, script) else { panic!("{:?}", form.error()) };
    let told: Vec<_> = values.0.iter().map(|(key, value)| (*key, value.canonical())).collect();
    let want = [
        ("amount", "1200000"),
        ("at", "2026-11-21T20:00:00Z"),
        ("channel", "call"),
        ("code", "none"),
        ("missing", "committee"),
        ("name", "Sam"),
        ("note", "two\nlines"),
        ("other", "H-9"),
        ("sure", "yes"),
        ("wake_on", "2026-11-27"),
    ];
    assert_eq!(told, want.map(|(key, value)| (key, value.to_owned())));
}

#[test]
fn what_is_missing_or_wrong_gets_the_keys_and_a_sentence() {
    let mut form = everything();
    assert_eq!(typed(&mut form, "<Ctrl-s>"), FormEvent::Stay);
    assert_eq!(form.error(), Some((Some(0), "this is needed")));
    assert_eq!(typed(&mut form, "x<Enter>31 feb<Enter>"), FormEvent::Stay);
    assert_eq!(form.focus(), 1, "a wrong day keeps the keys");
    assert!(form.error().unwrap().1.contains("there is no 31 February"), "{:?}", form.error());
    typed(&mut form, "<Ctrl-u>yesterday<Enter>");
    assert!(
        form.error().unwrap().1.contains("is too early; choose Fri 20 Nov"),
        "{:?}",
        form.error()
    );
    typed(&mut form, "<Ctrl-u>");
    assert_eq!(form.error(), None, "typing takes the sentence away");
    form.refuse("Somebody else was first.");
    assert_eq!(form.field("name").unwrap().editor().unwrap().text(), "x", "what was typed stays");
}

#[rstest]
#[case("", FormEvent::Cancel)]
#[case("x<Backspace>", FormEvent::Cancel)]
#[case("x", FormEvent::Discard)]
#[case("<Tab><Tab><Tab><Tab>c<Tab>bad", FormEvent::Cancel)]
#[case("<Shift-Tab><Shift-Tab>typed", FormEvent::Discard)]
fn leaving_asks_only_for_what_was_typed(#[case] script: &str, #[case] want: FormEvent) {
    let mut form = everything();
    typed(&mut form, script);
    assert_eq!(typed(&mut form, "<Esc>"), want);
}

#[test]
fn letters_pick_words_wherever_they_are_not_typed() {
    let words = |a, b| vec![(a, "1", "one".to_owned()), (b, "2", "two".to_owned())];
    let mut form = Form::new(
        "t",
        "log",
        vec![
            Field::pick("a", "A", words('a', 'b')).with("1"),
            Field::pick("c", "C", words('c', 'd')).with("1"),
            Field::text("note", "Note"),
        ],
    );
    let FormEvent::Submit(values) = typed(&mut form, "bd<Down><Down>ac<Enter>") else { panic!() };
    assert_eq!([values.text("a"), values.text("c"), values.text("note")], ["2", "2", "ac"]);
}

#[test]
fn a_paste_goes_to_the_field_that_has_the_keys_and_controls_nothing() {
    let mut form = everything();
    form.paste("a\u{1b}[31mb\nc\td\u{9b}");
    assert_eq!(form.field("name").unwrap().editor().unwrap().text(), "a [31mb c d ");
    form = form.on("note");
    form.paste("one\r\ntwo\rthree\u{0}");
    assert_eq!(form.field("note").unwrap().editor().unwrap().text(), "one\ntwo\nthree ");
    form.paste(&"é".repeat(40_000));
    assert!(form.field("note").unwrap().editor().unwrap().text().len() <= 64 * 1024);
    assert!(form.error().unwrap().1.contains("64 KiB"), "{:?}", form.error());
    typed(&mut form, "x");
    assert_eq!(form.error(), None);
}

#[test]
fn notes_go_up_and_down_as_they_are_shown() {
    let mut edit = edit::Editor::lines("one two three\nfour");
    let rows: Vec<_> = edit.rows(8).into_iter().map(|row| edit.text()[row].to_owned()).collect();
    assert_eq!(rows, ["one two ", "three", "four"]);
    let mut go = |key: &str| {
        let took = edit.handle(key.parse().unwrap(), 8);
        (edit.place(8), took)
    };
    assert_eq!(go("Up"), ((1, 4), true));
    assert_eq!(go("Up"), ((0, 4), true));
    assert_eq!(go("Up"), ((0, 4), false), "the first row lets go of the key");
    assert_eq!(go("End"), ((1, 5), true));
    assert_eq!(go("Down"), ((2, 4), true));
    assert_eq!(go("Down"), ((2, 4), false));
    assert_eq!(go("Home"), ((2, 0), true));
    assert_eq!(go("Alt-Enter"), ((3, 0), true));
    assert_eq!(go("Ctrl-u"), ((3, 0), true));
    assert_eq!(go("Ctrl-k"), ((3, 0), true));
    assert_eq!(edit.text(), "one two three\n\n");
}

#[test]
fn going_up_never_sticks_at_a_broken_row() {
    let mut edit = edit::Editor::lines("aaaa bbbbbb cc dddddd");
    for _ in 0..9 {
        let (row, _) = edit.place(7);
        let took = edit.handle("Up".parse().unwrap(), 7);
        assert!(edit.place(7).0 < row || (row == 0 && !took), "{:?}", edit.place(7));
    }
}

#[rstest]
#[case("120000", Ok(120_000))]
#[case(" $120,000 ", Ok(120_000))]
#[case("120k", Ok(120_000))]
#[case("1.25M", Ok(1_250_000))]
#[case("3b", Ok(3_000_000_000))]
#[case("1 200 000", Ok(1_200_000))]
#[case("1.2345k", Err("not a whole amount"))]
#[case("1.234", Err("two ways"))]
#[case("12,34", Err("not an amount"))]
#[case("1234,567", Err("not an amount"))]
#[case("0", Err("is nothing"))]
#[case("-5", Err("not an amount"))]
#[case("k", Err("not an amount"))]
#[case("99999999999999999999", Err("more than anybody has"))]
fn amounts_are_read_as_people_write_them(#[case] typed: &str, #[case] want: Result<i64, &str>) {
    match (value::parse_amount(typed), want) {
        (Ok(amount), Ok(want)) => assert_eq!(amount, want),
        (Err(sentence), Err(part)) => assert!(sentence.contains(part), "{sentence}"),
        (got, want) => panic!("{typed}: {got:?}, not {want:?}"),
    }
}

#[test]
fn a_list_narrows_loosely_by_label_and_by_words_of_the_rest() {
    let mut picker = Picker::new(vec![
        choice("1", "BAD_TIMING", "Good fit, wrong moment"),
        choice("2", "BADGER", "An animal"),
        Choice { off: Some("no".into()), ..choice("3", "BAD", "Bad") },
        choice("4", "LOST_COMPETITOR", "They chose another"),
    ]);
    let mut found = |typed: &str| {
        for letter in typed.chars() {
            picker.handle(Key::letter(letter));
        }
        let keys: String =
            picker.shown().iter().map(|it| picker.choices()[it.choice].key.clone()).collect();
        picker.handle("Ctrl-u".parse().unwrap());
        keys
    };
    assert_eq!(found("bad"), "123", "what can't be chosen comes last");
    assert_eq!(found("bdt"), "1");
    assert_eq!(found("moment"), "1");
    assert_eq!(found("mmnt"), "", "the rest only by whole words");
    assert_eq!(found("lcomp"), "4");
    assert_eq!(found("x"), "");
    assert_eq!(picker.chosen().unwrap().key, "1");
}

#[test]
fn a_list_that_is_read_again_keeps_what_was_chosen() {
    let all = || vec![choice("1", "one", ""), choice("2", "two", ""), choice("3", "three", "")];
    let mut picker = Picker::new(all()).ticked(&["3"]);
    picker.handle("Down".parse().unwrap());
    picker.replace(all().into_iter().rev().collect());
    assert_eq!(picker.chosen().unwrap().key, "2");
    assert_eq!(picker.keys(), ["3"]);
}

#[test]
fn pictures() {
    drawn(&everything(), 100, 40).is_as_kept("form_empty_100x40");
    let mut form = everything();
    typed(&mut form, "Sam\u{202e}x<Enter>fri<Enter>tomorrow 25:00<Tab>120k<Tab><Tab>n");
    drawn(&form, 100, 40).is_as_kept("form_filled_100x40");
    drawn(&form, 80, 24).is_as_kept("form_filled_80x24");
    drawn(&form, 40, 10).is_as_kept("form_filled_40x10");
    form.refuse("H-7 Acme Inc is no longer yours: Sam Ortiz has it. Look again before you decide.");
    drawn(&form, 80, 24).is_as_kept("form_refused_80x24");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_panics_at_any_size_whatever_is_typed(
        columns in 0..130_u16,
        rows in 0..50_u16,
        focus in 0..10_usize,
        pasted in "\\PC{0,40}|.{0,200}",
        keys in prop::collection::vec(prop::sample::select(vec![
            "Up", "Down", "Left", "Right", "Home", "End", "Tab", "Shift-Tab", "Backspace", "Del", "Ctrl-w", "Ctrl-k",
            "Ctrl-u", "Alt-Enter", "Space", "PgDn", "PgUp", "a", "é", "Enter",
        ]), 0..12),
    ) {
        let mut form = everything();
        form.click(focus);
        form.paste(&pasted);
        for key in keys {
            form.handle(key.parse().unwrap(), &context(usize::from(columns)));
        }
        let shot = drawn(&form, columns, rows);
        prop_assert!(!shot.text().chars().any(|letter| letter != '\n' && letter.is_control()));
        if let Some((x, y)) = shot.cursor() {
            prop_assert!(x < columns && y < rows);
        }
    }

    #[test]
    fn rows_hold_the_whole_text_and_no_row_is_too_wide(text in "[a-z \n\u{202e}é世]{0,60}", columns in 1..20_usize) {
        let edit = edit::Editor::lines(&text);
        let mut end = 0;
        for row in edit.rows(columns) {
            prop_assert!(row.start == end || edit.text()[end..row.start] == *"\n", "{row:?} after {end}");
            let part = edit.text()[row.clone()].trim_end_matches(' ');
            let width = crate::domain::text::columns(part);
            prop_assert!(width <= columns || part.chars().count() == 1, "{part:?}");
            end = row.end;
        }
        prop_assert_eq!(end, edit.text().len());
    }
}

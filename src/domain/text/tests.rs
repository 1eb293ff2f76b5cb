//! No forbidden character comes out, whatever goes in; clean text is not copied; twice is once.

use std::borrow::Cow;

use proptest::prelude::*;
use rstest::rstest;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{clip, columns, first_line, json, lines, pad, pad_start, safe};

/// Written from PROMISES.md and RELIABILITY.md, not from the code under test.
fn forbidden(c: char) -> bool {
    let n = u32::from(c);
    c.is_control()
        || [0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff, 0xad].contains(&n)
        || (0x202a..=0x202e).contains(&n)
        || (0x2066..=0x2069).contains(&n)
        || (0x200b..=0x200d).contains(&n)
        || (0x2060..=0x2064).contains(&n)
        || (0xfe00..=0xfe0f).contains(&n)
        || (0xe000..=0xf8ff).contains(&n)
        || (0xfdd0..=0xfdef).contains(&n)
        || n & 0xfffe == 0xfffe
        || n >= 0xe_0000
}

/// Text in which the troublesome characters are as likely as letters.
fn trouble() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        '\u{1b}',
        '\u{9b}',
        '\u{9d}',
        '\n',
        '\r',
        '\t',
        '\0',
        '\u{7f}',
        '\u{61c}',
        '\u{200b}',
        '\u{200d}',
        '\u{200e}',
        '\u{202e}',
        '\u{2028}',
        '\u{2066}',
        '\u{2069}',
        '\u{feff}',
        '\u{ad}',
        '\u{fe0f}',
        '\u{e0041}',
        '\u{e000}',
        '\u{fffe}',
        '\u{10ffff}',
        '\u{301}',
        '\u{20e3}',
        '\u{11a8}',
        '\u{93f}',
        '漢',
        '👩',
        '🏽',
        '🇩',
        '🇪',
        'é',
        'ﷺ',
        '⟨',
        '…',
    ]);
    let mixed = prop_oneof![4 => special, 3 => prop::char::range(' ', '~'), 2 => any::<char>()];
    prop_oneof![
        3 => prop::collection::vec(mixed, 0..40).prop_map(|chars| chars.into_iter().collect()),
        1 => (any::<char>(), 0_usize..40, any::<char>()).prop_map(|(a, n, b)| {
            let marks: String = std::iter::repeat_n('\u{301}', n).collect();
            format!("{a}{marks}{b}")
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000 * ProptestConfig::default().cases / 256))]

    #[test]
    fn nothing_forbidden_comes_out(text in trouble(), room in 0_usize..60) {
        let document = serde_json::to_string(&text).unwrap();
        for shown in [
            safe(&text).into_owned(),
            clip(&text, room).into_owned(),
            pad(&text, room),
            pad_start(&text, room),
            first_line(&text).into_owned(),
            lines(&text).collect::<String>(),
            json(&document).into_owned(),
        ] {
            prop_assert!(!shown.chars().any(forbidden), "{text:?} -> {shown:?}");
        }
    }

    #[test]
    fn twice_is_once(text in trouble()) {
        let once = safe(&text).into_owned();
        let twice = safe(&once);
        prop_assert_eq!(&*twice, &*once);
        prop_assert!(matches!(twice, Cow::Borrowed(_)), "clean text was copied: {:?}", once);
    }

    #[test]
    fn no_letter_carries_more_than_eight_marks(text in trouble()) {
        let shown = safe(&text).into_owned();
        let mut run = 0;
        for c in shown.chars() {
            run = if c.width() == Some(0) { run + 1 } else { 0 };
            prop_assert!(run <= 8, "{shown:?}");
        }
        prop_assert!(shown.chars().next().is_none_or(|c| c.width() != Some(0)), "{shown:?}");
    }

    #[test]
    fn ordinary_text_is_borrowed(text in "[ -~äöüßéèñçøåłşğ漢字かなカナ한글абвгд…–—“”€£→✓]{0,60}") {
        prop_assert!(matches!(safe(&text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn clipped_text_fits_and_is_a_beginning(text in trouble(), room in 0_usize..60) {
        let whole = safe(&text).into_owned();
        let shown = clip(&text, room);
        let width: usize = shown.graphemes(true).map(UnicodeWidthStr::width).sum();
        prop_assert!(width <= room, "{shown:?} takes {width} of {room}");
        if columns(&text) <= room {
            prop_assert_eq!(&*shown, &*whole);
        } else if room > 0 {
            let kept = shown.strip_suffix('…');
            prop_assert!(kept.is_some_and(|kept| whole.starts_with(kept)), "{shown:?} of {whole:?}");
        }
        prop_assert_eq!(columns(&pad(&text, room)), room);
        prop_assert_eq!(columns(&pad_start(&text, room)), room);
    }

    #[test]
    fn json_means_the_same(text in trouble()) {
        let document = serde_json::to_string_pretty(&vec![&text]).unwrap();
        let back: Vec<String> = serde_json::from_str(&json(&document)).unwrap();
        prop_assert_eq!(back, vec![text]);
    }
}

#[test]
fn every_character_alone_is_clean_or_made_visible() {
    for c in (0..=0x10_ffff).filter_map(char::from_u32) {
        let text = c.to_string();
        let shown = safe(&text);
        assert!(!shown.chars().any(forbidden), "U+{:04X}", u32::from(c));
        // Only the two selectors of an emoji's look may vanish; all else leaves something to see.
        let vanishes = matches!(c, '\u{fe0e}' | '\u{fe0f}');
        assert_eq!(shown.width() == 0, vanishes, "U+{:04X} -> {shown:?}", u32::from(c));
    }
}

#[rstest]
#[case::title("\u{1b}]0;PWNED\u{7}", "␛]0;PWNED␇")]
#[case::clear("\u{1b}[2Jx", "␛[2Jx")]
#[case::c1("a\u{9b}31mred", "a⟨U+009B⟩31mred")]
#[case::right_to_left("\u{202e}gpj.exe", "⟨U+202E⟩gpj.exe")]
#[case::zero_width("a\u{200b}b", "a⟨U+200B⟩b")]
#[case::overwritten("real\rFAKE", "real␍FAKE")]
#[case::newline("a\nb\tc", "a␊b␉c")]
#[case::backspace("abc\u{8}\u{8}X\u{7f}", "abc␈␈X␡")]
#[case::nul("\0", "␀")]
#[case::tag("x\u{e0041}", "x⟨U+E0041⟩")]
#[case::last("\u{10ffff}", "⟨U+10FFFF⟩")]
#[case::heart("I \u{2764}\u{fe0f} it", "I \u{2764} it")]
#[case::family("👩\u{200d}💻", "👩⟨U+200D⟩💻")]
#[case::wave("👋🏽", "👋🏽")]
#[case::flag("🇩🇪", "🇩🇪")]
#[case::lone_mark("\u{301}x", "◌\u{301}x")]
#[case::vietnamese("Nguye\u{302}\u{303}n", "Nguye\u{302}\u{303}n")]
#[case::persian("خانه", "خانه")]
fn known_attacks_and_known_names(#[case] text: &str, #[case] shown: &str) {
    assert_eq!(safe(text), shown);
}

#[test]
fn marks_beyond_the_eighth_are_counted() {
    let text = format!("e{}x", "\u{301}".repeat(300));
    assert_eq!(safe(&text), format!("e{}⟨+292 marks⟩x", "\u{301}".repeat(8)));
    let nine = format!("e{}", "\u{301}".repeat(9));
    assert_eq!(safe(&nine), format!("e{}⟨+1 mark⟩", "\u{301}".repeat(8)));
}

#[rstest]
#[case("Northwind", 9, "Northwind")]
#[case("Northwind", 8, "Northwi…")]
#[case("Northwind", 1, "…")]
#[case("Northwind", 0, "")]
#[case("", 0, "")]
#[case("漢字会社", 8, "漢字会社")]
#[case("漢字会社", 7, "漢字会…")]
#[case("漢字会社", 6, "漢字…")]
#[case("abc\u{301}", 3, "abc\u{301}")]
#[case("ab\u{1b}cd", 4, "ab␛…")]
#[case("a\u{202e}b", 5, "a⟨U+…")]
fn clipping(#[case] text: &str, #[case] room: usize, #[case] shown: &str) {
    assert_eq!(clip(text, room), shown);
}

#[test]
fn a_huge_field_is_not_read_whole() {
    // Were all of it cleaned, the result would be computed over 40 MB; this bounds the work by its output.
    let text = "\u{202e}".repeat(1_000_000);
    let (clean, whole) = super::clean_start(&text, 40);
    assert!(!whole && clean.len() < 4_000, "{}", clean.len());
    // Wide letters after a narrow one pass every even number of columns by.
    let wide = format!("a{}", "漢".repeat(100_000));
    let (clean, whole) = super::clean_start(&wide, 40);
    assert!(!whole && clean.len() < 4_000, "{}", clean.len());
    assert_eq!(super::clean_start("ab", 40), ("ab".into(), true));
}

#[test]
fn padding_counts_columns() {
    assert_eq!(pad("漢字", 6), "漢字  ");
    assert_eq!(pad("漢字", 3), "漢…");
    assert_eq!(pad("漢字", 2), "… ");
    assert_eq!(pad_start("7", 3), "  7");
}

#[rstest]
#[case("one", "one")]
#[case("\n\n  one\ntwo", "one …")]
#[case("one\r\n", "one")]
#[case("a\u{1b}b\nc", "a␛b …")]
fn first_lines(#[case] text: &str, #[case] shown: &str) {
    assert_eq!(first_line(text), shown);
}

#[test]
fn notes_keep_their_lines() {
    let shown: Vec<_> = lines("one\r\n\ttwo\n\nfo\rur").collect();
    assert_eq!(shown, ["one", "    two", "", "fo␍ur"]);
}

#[test]
fn json_escapes_what_could_control() {
    assert_eq!(
        json("{\"a\": \"\u{9b}31m\u{202e}\u{e0041}ä\"}\n"),
        "{\"a\": \"\\u009b31m\\u202e\\udb40\\udc41ä\"}\n"
    );
    assert!(matches!(json("{\"a\": \"ä\"}"), Cow::Borrowed(_)));
}

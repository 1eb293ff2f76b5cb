//! Nothing that somebody may do to a file makes the reader stop in the middle.

use proptest::prelude::*;

use super::*;

/// A text in which a stretch was replaced by another text.
fn spliced(text: &str, from: usize, length: usize, other: &str) -> String {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(from), floor(from + length));
    format!("{}{other}{}", &text[..start], &text[end..])
}

/// What is told of a text is told whole: a place, a thing and a remedy each.
fn check(text: &str) -> Result<(), TestCaseError> {
    let Err(errors) = parse(text, "policy.toml") else { return Ok(()) };
    prop_assert!(!errors.list.is_empty());
    let lines = text.matches('\n').count() + 1;
    for error in errors.list {
        prop_assert!((1..=lines).contains(&error.line), "{error}");
        prop_assert!(
            error.column >= 1 && !error.what.is_empty() && !error.remedy.is_empty(),
            "{error:?}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48 * ProptestConfig::default().cases / 256) })]

    #[test]
    fn a_shipped_text_that_was_cut_and_filled_at_random(
        cuts in prop::collection::vec((0..SHIPPED.len(), 0..60_usize, "[ -~\n]{0,12}"), 1..4),
    ) {
        let mut text = SHIPPED.to_owned();
        for (from, length, other) in cuts {
            text = spliced(&text, from, length, &other);
        }
        check(&text)?;
    }

    #[test]
    fn a_shipped_text_with_two_stretches_swapped(
        (a, b, length) in (0..SHIPPED.len(), 0..SHIPPED.len(), 1..2_000_usize),
    ) {
        let piece: String = SHIPPED.chars().skip(b).take(length).collect();
        check(&spliced(SHIPPED, a, length, &piece))?;
    }

    #[test]
    fn any_text_at_all(text in "\\PC{0,200}|[\\[\\]{}=\",.a-z0-9\n #-]{0,200}") {
        check(&text)?;
    }
}

//! The word somebody probably meant.

/// The candidate nearest to `word`, where one is near enough to be worth asking about: it begins with the word, or
/// takes one slip (a letter too many, too few, wrong, or two swapped) for each three letters.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A word much longer than any name is no slip, and the distance costs the product of the lengths.
    let word: Vec<char> = word.to_lowercase().chars().take(65).collect();
    if word.len() < 2 || word.len() > 64 {
        return None;
    }
    let slips = word.len().div_ceil(3);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let far = if letters.starts_with(&word) { 0 } else { distance(&word, &letters) };
            (far <= slips && far < letters.len()).then_some((far, candidate))
        })
        .min_by_key(|(far, _)| *far)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment: edits and swaps of neighbours, each counted once.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ower", Some("owner"))]
    #[case("onwer", Some("owner"))]
    #[case("OWNER", Some("owner"))]
    #[case("own", Some("owner"))]
    #[case("comp", Some("completeness"))]
    #[case("tear", Some("tier"))]
    #[case("ti", Some("tier"))]
    #[case("to", None)]
    #[case("x", None)]
    #[case("", None)]
    #[case("https", None)]
    fn the_word_that_was_meant(#[case] word: &str, #[case] want: Option<&str>) {
        assert_eq!(nearest(word, ["tier", "owner", "completeness"]), want);
    }

    #[test]
    fn a_name_of_which_nothing_but_its_letters_is_left_was_not_meant() {
        assert_eq!(nearest("meat", ["me"]), None);
        assert_eq!(nearest("mer", ["me"]), Some("me"));
    }

    #[test]
    fn a_word_longer_than_any_name_is_no_slip() {
        let long = "o".repeat(80);
        assert_eq!(nearest(&"o".repeat(64), [long.as_str()]), Some(long.as_str()));
        assert_eq!(nearest(&"o".repeat(65), [long.as_str()]), None);
    }

    #[rstest]
    #[case("", "abc", 3)]
    #[case("abc", "abc", 0)]
    #[case("abc", "acb", 1)]
    #[case("ca", "abc", 3)]
    #[case("kitten", "sitting", 3)]
    fn slips_are_counted(#[case] a: &str, #[case] b: &str, #[case] want: usize) {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&chars(a), &chars(b)), want);
        assert_eq!(distance(&chars(b), &chars(a)), want);
    }
}

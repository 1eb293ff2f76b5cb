//! The words that search knows, cut and folded the same way when a record is indexed and when a query is typed.

use nucleo_matcher::chars::normalize;

/// The words of a text: lower case, without accents, cut at everything but letters, digits and inner full stops, so that
/// `acme.com` stays one word and `Coca-Cola` becomes two.
pub(super) fn terms(text: &str) -> Vec<String> {
    let accent = |c: char| ('\u{300}'..='\u{36F}').contains(&c);
    text.split(|c: char| !(c.is_alphanumeric() || c == '.' || accent(c)))
        .map(|word| {
            let lower = word.trim_matches('.').chars().flat_map(char::to_lowercase);
            lower.filter(|c| !accent(*c)).map(normalize).collect()
        })
        .filter(|word: &String| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Acme Inc.", &["acme", "inc"])]
    #[case("acme.com", &["acme.com"])]
    #[case("Coca-Cola & Søn", &["coca", "cola", "son"])]
    #[case("Café ZÜRICH", &["cafe", "zurich"])]
    #[case("  ... - ", &[])]
    #[case("日本 株式会社", &["日本", "株式会社"])]
    #[case("Cafe\u{301} Noir", &["cafe", "noir"])]
    #[case("İstanbul\"*^:", &["istanbul"])]
    fn words_are_cut_and_folded(#[case] text: &str, #[case] want: &[&str]) {
        assert_eq!(terms(text), want);
    }
}

use rstest::rstest;

use super::*;
use crate::domain::account::Tier;

const SEMICOLONS: Signs = Signs { semicolons: true, decimal: None };

#[rstest]
#[case("1234", 1234.0)]
#[case("6.0E7", 6.0e7)]
#[case("1e-2", 0.01)]
#[case("$12,400.00", 12_400.0)]
#[case("95,570.69", 95_570.69)]
#[case("US$ 1,234", 1234.0)]
#[case("1 234 567 €", 1_234_567.0)]
#[case("1'234'567", 1_234_567.0)]
#[case("1.234.567", 1_234_567.0)]
#[case("1.234,56", 1234.56)]
#[case("120M", 1.2e8)]
#[case("$1.5bn", 1.5e9)]
#[case("450k", 4.5e5)]
#[case("-5", -5.0)]
#[case("(45)", -45.0)]
#[case("+7", 7.0)]
#[case("-$3.50", -3.5)]
#[case(".5", 0.5)]
#[case("1.234", 1.234)]
fn numbers_are_read(#[case] text: &str, #[case] wanted: f64) {
    let got = number(text, Signs::default()).unwrap();
    assert!((got - wanted).abs() <= wanted.abs() * 1e-12, "{text}: {got}");
}

#[rstest]
#[case("")]
#[case("abc")]
#[case("NaN")]
#[case("inf")]
#[case("1e309")]
#[case("1,23")]
#[case("1,2345")]
#[case("12,34,567")]
#[case("0,123")]
#[case("1.2.3")]
#[case("1 23")]
#[case("0x10")]
#[case("1e")]
#[case("1e5e5")]
#[case("--5")]
#[case("100-200")]
#[case("k")]
#[case("$")]
#[case("１２")]
#[case("5 apples")]
fn what_is_no_number_is_refused(#[case] text: &str) {
    assert!(number(text, Signs::default()).is_err(), "{:?}", number(text, Signs::default()));
}

#[test]
fn beside_semicolons_a_comma_is_the_decimal_sign_and_doubt_is_refused() {
    assert_eq!(number("12,5", SEMICOLONS), Ok(12.5));
    assert_eq!(number("1.234,56", SEMICOLONS), Ok(1234.56));
    assert_eq!(number("1.234.567", SEMICOLONS), Ok(1_234_567.0));
    assert_eq!(number("12.5", SEMICOLONS), Ok(12.5));
    for doubtful in ["1.234", "1,234"] {
        let refusal = number(doubtful, SEMICOLONS).unwrap_err();
        assert!(refusal.contains("two ways"), "{refusal}");
    }
}

#[test]
fn whole_amounts_are_rounded_scaled_and_not_negative() {
    assert_eq!(whole("1100.04", 1e6, Signs::default()), Ok(1_100_040_000));
    assert_eq!(whole("4.54", 1e6, Signs::default()), Ok(4_540_000));
    assert_eq!(whole("-0", 1.0, Signs::default()), Ok(0));
    assert_eq!(whole("999999999999999", 1.0, Signs::default()), Ok(999_999_999_999_999));
    assert!(whole("-1", 1.0, Signs::default()).unwrap_err().contains("below zero"));
    assert!(whole("1e300", 1.0, Signs::default()).unwrap_err().contains("too large"));
}

#[test]
fn scores_go_from_0_to_100() {
    assert_eq!(score("85%", Signs::default()), Ok(85));
    assert_eq!(score("99.6", Signs::default()), Ok(100));
    for bad in ["101", "-1", "1e9", "A+"] {
        assert!(score(bad, Signs::default()).is_err(), "{bad}");
    }
}

#[test]
fn words_are_found_however_they_are_written() {
    for text in ["1", "Tier 1", "tier-1", "TIER_1", "t1"] {
        assert_eq!(word::<Tier>(text, &[("tier_1", "1"), ("t1", "1")]), Ok(Tier::One), "{text}");
    }
    assert_eq!(
        word::<Tier>("Gold", &[]),
        Err("\"Gold\" is not a tier; it is one of 1, 2, 3, outside".into())
    );
}

#[rstest]
#[case("Pricing Visit", Some("pricing_visit"))]
#[case("demo-request", Some("demo_request"))]
#[case(" _x_ ", Some("x"))]
#[case("", None)]
#[case("é", None)]
#[case("a;b", None)]
fn keys_are_small_letters(#[case] text: &str, #[case] wanted: Option<&str>) {
    assert_eq!(key(text, "a kind").ok().as_deref(), wanted);
}

#[rstest]
#[case("Jane.Doe@Acme.com", Some("jane.doe@acme.com"))]
#[case("mailto:jane@acme.com", Some("jane@acme.com"))]
#[case("email_not_unlocked@domain.com", None)]
fn addresses_are_lowered(#[case] text: &str, #[case] wanted: Option<&str>) {
    assert_eq!(email(text).unwrap().as_deref(), wanted);
}

#[rstest]
#[case("jane")]
#[case("jane@acme")]
#[case("@acme.com")]
#[case("a@b@c.com")]
#[case("a b@acme.com")]
#[case("a@acme..com")]
#[case("a@acme.com; b@acme.com")]
#[case("a\u{200b}@acme.com")]
fn what_is_no_address_is_refused(#[case] text: &str) {
    assert!(email(text).is_err());
}

#[rstest]
#[case("a\u{200b}1", "U+200B")]
#[case("a\u{1b}1", "U+001B")]
#[case("1.2E+05", "rounded")]
#[case("1E+15", "rounded")]
fn ids_hold_nothing_invisible_and_nothing_rounded(#[case] text: &str, #[case] why: &str) {
    let refusal = id(text).unwrap_err();
    assert!(refusal.contains(why), "{refusal}");
}

#[test]
fn ids_may_look_like_anything_else() {
    for text in ["1C1I7A6R", "0042", "maven:account:Acme, Inc", "E+5", "1E5"] {
        assert_eq!(id(text).as_deref(), Ok(text));
    }
    assert!(id(&"x".repeat(256)).is_err());
}

#[test]
fn headlines_come_newest_first_and_keep_their_semicolons() {
    let news = headlines("2026-10-02 Raises; again; 2026-11-01: Opens a plant in Ohio;").unwrap();
    let shown: Vec<_> =
        news.iter().map(|dated| format!("{} {}", dated.on, dated.headline)).collect();
    assert_eq!(shown, ["2026-11-01 Opens a plant in Ohio", "2026-10-02 Raises; again"]);
    assert!(headlines("Opens a plant").unwrap_err().contains("no date"));
}

#[test]
fn absences_are_ranges_or_single_days() {
    let away = absences("2026-12-24..2026-12-31; 2027-01-15").unwrap();
    let shown: Vec<_> = away.iter().map(|away| format!("{}..{}", away.from, away.to)).collect();
    assert_eq!(shown, ["2026-12-24..2026-12-31", "2027-01-15..2027-01-15"]);
    assert!(absences("2026-12-31..2026-12-24").unwrap_err().contains("ends before"));
    assert!(absences("Christmas").is_err());
}

#[test]
fn other_cells_of_the_column_decide_what_could_be_two_numbers() {
    let comma = Signs { semicolons: true, decimal: Some(Decimal::Comma) };
    let dot = Signs { semicolons: true, decimal: Some(Decimal::Dot) };
    assert_eq!(number("1.234", comma), Ok(1234.0));
    assert_eq!(number("1,234", comma), Ok(1.234));
    assert_eq!(number("1.234", dot), Ok(1.234));
    assert_eq!(number("1,234", dot), Ok(1234.0));
    assert!(number("1.23", comma).is_err(), "no thousands sign stands before two digits");
}

#[rstest]
#[case("51-200", 51)]
#[case("10,001+", 10_001)]
#[case("11 – 50 employees", 11)]
#[case("2822", 2822)]
fn of_a_range_of_people_the_lower_end_is_taken(#[case] text: &str, #[case] people: i64) {
    assert_eq!(headcount(text, 1.0, Signs::default()), Ok(people));
}

#[test]
fn a_range_that_became_a_date_is_called_so() {
    let refusal = headcount("20.máj", 1.0, Signs::default()).unwrap_err();
    assert_eq!(refusal, "\"20.máj\" is what a spreadsheet made of a range; write the number");
}

#[test]
fn short_salesforce_ids_get_the_letters_that_carry_their_case() {
    assert_eq!(salesforce_id("001x0000002xLCV"), "001x0000002xLCVAA2");
    assert_eq!(salesforce_id("001x0000002xLCVAA2"), "001x0000002xLCVAA2");
    assert_eq!(salesforce_id("id#0"), "id#0");
}

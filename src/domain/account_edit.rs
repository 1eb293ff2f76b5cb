//! Editing an account by hand, field by field and as text: one table for the form, the command line and the record.

use chrono::NaiveDate;

use super::account::{Account, Dated, Tier};
use super::person::Person;

/// A field of an account that people edit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccountField {
    /// Its key on the command line and in the record.
    pub key: &'static str,
    /// Its label on screen.
    pub label: &'static str,
    /// What it looks like.
    pub hint: &'static str,
    /// It may hold several lines.
    pub lines: bool,
}

const fn line(key: &'static str, label: &'static str, hint: &'static str) -> AccountField {
    AccountField { key, label, hint, lines: false }
}

const fn lines(key: &'static str, label: &'static str, hint: &'static str) -> AccountField {
    AccountField { key, label, hint, lines: true }
}

/// Every field of an account that people edit, in the order of the form.
pub const ACCOUNT: &[AccountField] = &[
    line("name", "Name", "as they write it"),
    line("domain", "Domain", "acme.com"),
    line("website", "Web site", "https://acme.com"),
    line("tier", "Tier", "1, 2, 3, outside, or auto to let the ICP rules say"),
    line("revenue", "Revenue", "a year, whole units: 120000000 or 120M"),
    line("employees", "Employees", "a number"),
    line("industry", "Industry", "as written"),
    line("region", "Region", "as written"),
    line("segment", "Segment", "as written"),
    line("language", "Language", "as written"),
    line("product", "Product", "of interest"),
    line("relation", "Relation", "new, past_prospect or customer"),
    line("fit", "ICP fit", "0 to 100"),
    line("lead_score", "Lead score", "0 to 100"),
    line("on_tal", "Target list", "yes or no"),
    line("expected_value", "Expected value", "a year, whole units: 80000 or 80K"),
    line("owner", "Owner", "somebody of this desk"),
    lines("technologies", "Technologies", "Marketo, Salesforce"),
    lines("news", "News", "2026-11-02 Acme hires a new CMO; one a line"),
    lines("events", "Events", "2026-11-02 Acme speaks at SaaStr; one a line"),
];

/// The field with this key.
#[must_use]
pub fn account_field(key: &str) -> Option<&'static AccountField> {
    ACCOUNT.iter().find(|field| field.key == key)
}

/// What a field of an account says, as it is edited; empty where it says nothing.
#[must_use]
pub fn shown(account: &Account, key: &str, people: &[Person]) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let score = |value: Option<u8>| value.map(|value| value.to_string()).unwrap_or_default();
    match key {
        "name" => account.name.clone(),
        "domain" => text(&account.domain),
        "website" => text(&account.website),
        "tier" if account.tier_by_hand || account.tier != Tier::Outside => account.tier.to_string(),
        "tier" => "auto".to_owned(),
        "revenue" => number(account.revenue),
        "employees" => number(account.employees),
        "industry" => text(&account.industry),
        "region" => text(&account.region),
        "segment" => text(&account.segment),
        "language" => text(&account.language),
        "product" => text(&account.product),
        "relation" => account.relation.to_string(),
        "fit" => score(account.fit),
        "lead_score" => score(account.lead_score),
        "on_tal" => if account.on_tal { "yes" } else { "no" }.to_owned(),
        "expected_value" => number(account.expected_value),
        "owner" => {
            let owner = account.owner.and_then(|id| people.iter().find(|person| person.id == id));
            owner.map(|person| person.name.clone()).unwrap_or_default()
        }
        "technologies" => account.technologies.join(", "),
        "news" => dated(&account.news),
        "events" => dated(&account.events),
        _ => String::new(),
    }
}

fn dated(list: &[Dated]) -> String {
    let lines: Vec<_> = list.iter().map(|one| format!("{} {}", one.on, one.headline)).collect();
    lines.join("\n")
}

/// Sets a field of an account from text; an empty one clears it. `today` is the date of news that has none.
///
/// # Errors
/// A sentence: what the field wants instead.
pub fn set(
    account: &mut Account,
    key: &str,
    text: &str,
    people: &[Person],
    today: NaiveDate,
) -> Result<(), String> {
    let text = text.trim();
    if text.contains('\0') {
        return Err("it holds a NUL byte; leave that out".to_owned());
    }
    let said = || (!text.is_empty()).then(|| text.to_owned());
    match key {
        "name" => account.name = said().ok_or("an account needs a name")?,
        "domain" => account.domain = said().map(|text| domain(&text)).transpose()?,
        "website" => account.website = said(),
        "tier" => {
            let by_hand = !matches!(text, "" | "auto");
            account.tier = if by_hand { text.parse()? } else { Tier::Outside };
            account.tier_by_hand = by_hand;
        }
        "revenue" => account.revenue = said().map(|text| amount(&text)).transpose()?,
        "employees" => account.employees = said().map(|text| amount(&text)).transpose()?,
        "industry" => account.industry = said(),
        "region" => account.region = said(),
        "segment" => account.segment = said(),
        "language" => account.language = said(),
        "product" => account.product = said(),
        "relation" => account.relation = text.parse()?,
        "fit" => account.fit = said().map(|text| score(&text)).transpose()?,
        "lead_score" => account.lead_score = said().map(|text| score(&text)).transpose()?,
        "on_tal" => {
            account.on_tal = match text.to_lowercase().as_str() {
                "yes" | "y" | "true" | "1" => true,
                "no" | "n" | "false" | "0" | "" => false,
                _ => return Err(format!("\"{text}\" is neither yes nor no")),
            }
        }
        "expected_value" => {
            account.expected_value = said().map(|text| amount(&text)).transpose()?
        }
        "owner" => account.owner = said().map(|text| person(&text, people)).transpose()?,
        "technologies" => {
            let words = text.split([',', ';', '\n']).map(str::trim).filter(|word| !word.is_empty());
            account.technologies = words.map(str::to_owned).collect();
        }
        "news" => account.news = headlines(text, today)?,
        "events" => account.events = headlines(text, today)?,
        _ => {
            let keys: Vec<_> = ACCOUNT.iter().map(|field| field.key).collect();
            return Err(format!("an account has no such field; it has {}", keys.join(", ")));
        }
    }
    Ok(())
}

fn domain(text: &str) -> Result<String, String> {
    let bare = text.to_lowercase();
    let bare = bare.trim_start_matches("https://").trim_start_matches("http://");
    let bare = bare.trim_start_matches("www.").trim_end_matches('/');
    let fits = bare.contains('.')
        && !bare.starts_with('.')
        && !bare.ends_with('.')
        && bare.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-'));
    if fits {
        Ok(bare.to_owned())
    } else {
        Err(format!("\"{text}\" is not a domain; write acme.com"))
    }
}

fn amount(text: &str) -> Result<i64, String> {
    let wrong = || format!("\"{text}\" is not a whole number; write 120000000 or 120M");
    let bare: String =
        text.chars().filter(|letter| !matches!(letter, ',' | '_' | ' ' | '$')).collect();
    let (digits, factor) = match bare.char_indices().last() {
        Some((at, 'k' | 'K')) => (&bare[..at], 1_000.0),
        Some((at, 'm' | 'M')) => (&bare[..at], 1_000_000.0),
        Some((at, 'b' | 'B')) => (&bare[..at], 1_000_000_000.0),
        _ => (bare.as_str(), 1.0),
    };
    if !digits.chars().all(|letter| letter.is_ascii_digit() || letter == '.') {
        return Err(wrong());
    }
    let Ok(value) = digits.parse::<f64>() else { return Err(wrong()) };
    let value = value * factor;
    if !(0.0..=9e15).contains(&value) || value.fract() != 0.0 {
        return Err(wrong());
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and far below 2^53")]
    let value = value as i64;
    Ok(value)
}

fn score(text: &str) -> Result<u8, String> {
    let number: Option<u8> = text.parse().ok().filter(|score| *score <= 100);
    number.ok_or_else(|| format!("\"{text}\" is not a number from 0 to 100"))
}

fn person(text: &str, people: &[Person]) -> Result<super::ids::PersonId, String> {
    let same = |person: &&Person| {
        person.name.eq_ignore_ascii_case(text)
            || person.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(text))
            || person.id.to_string().eq_ignore_ascii_case(text)
    };
    let found = people.iter().find(same).map(|person| person.id);
    found.ok_or_else(|| format!("nobody here is called \"{text}\"; write the full name"))
}

/// Dated headlines, one a line, newest first; one without a date is of today.
fn headlines(text: &str, today: NaiveDate) -> Result<Vec<Dated>, String> {
    let mut all = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let dated = match first.parse::<NaiveDate>() {
            Ok(_) if rest.trim().is_empty() => {
                return Err(format!("\"{line}\" is a date without a headline"));
            }
            Ok(on) => Dated { on, headline: rest.trim().to_owned() },
            Err(_)
                if first.starts_with(|letter: char| letter.is_ascii_digit())
                    && first.contains('-') =>
            {
                return Err(format!(
                    "\"{first}\" is not a date; write 2026-11-02 and then the headline"
                ));
            }
            Err(_) => Dated { on: today, headline: line.to_owned() },
        };
        all.push(dated);
    }
    // Newest first; those of one day stay as they were written.
    all.sort_by_key(|dated: &Dated| std::cmp::Reverse(dated.on));
    Ok(all)
}

/// What differs between two states of an account, a line for each field: `Employees: 450 → 500`.
#[must_use]
pub fn differs(before: &Account, after: &Account, people: &[Person]) -> Vec<String> {
    let one_line = |text: String| match text.replace('\n', "; ") {
        text if text.is_empty() => "–".to_owned(),
        text => text,
    };
    ACCOUNT
        .iter()
        .filter_map(|field| {
            let [was, is] = [before, after].map(|account| shown(account, field.key, people));
            (was != is).then(|| format!("{}: {} → {}", field.label, one_line(was), one_line(is)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::ids::PersonId;
    use crate::domain::person::Role;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
    }

    #[rstest]
    #[case("name", "Acme Inc", "Acme Inc")]
    #[case("domain", "https://www.Acme.com/", "acme.com")]
    #[case("website", "https://acme.com/about", "https://acme.com/about")]
    #[case("segment", "Enterprise", "Enterprise")]
    #[case("language", "French", "French")]
    #[case("product", "Suite", "Suite")]
    #[case("region", "West", "West")]
    #[case("tier", "2", "2")]
    #[case("tier", "auto", "auto")]
    #[case("revenue", "$1.5M", "1500000")]
    #[case("revenue", "120,000,000", "120000000")]
    #[case("revenue", "80k", "80000")]
    #[case("expected_value", "2B", "2000000000")]
    #[case("industry", "SaaS", "SaaS")]
    #[case("events", "2026-11-02 Speaks at SaaStr", "2026-11-02 Speaks at SaaStr")]
    #[case("employees", "", "")]
    #[case("relation", "customer", "customer")]
    #[case("lead_score", "65", "65")]
    #[case("fit", "82", "82")]
    #[case("fit", "100", "100")]
    #[case("expected_value", "9_000_000_000_000_000", "9000000000000000")]
    #[case("on_tal", "Yes", "yes")]
    #[case("on_tal", "N", "no")]
    #[case("on_tal", "", "no")]
    #[case("technologies", "Marketo; Salesforce,\nSnowflake", "Marketo, Salesforce, Snowflake")]
    #[case(
        "news",
        "2026-10-01 Old\nFresh\n2026-11-02 New CMO",
        "2026-11-20 Fresh\n2026-11-02 New CMO\n2026-10-01 Old"
    )]
    fn what_is_set_is_shown(#[case] key: &str, #[case] text: &str, #[case] says: &str) {
        let mut account = Account { name: "X".into(), ..Account::default() };
        set(&mut account, key, text, &[], today()).unwrap();
        assert_eq!(shown(&account, key, &[]), says);
        // What is shown can be set again.
        let before = account.clone();
        set(&mut account, key, says, &[], today()).unwrap();
        assert_eq!(account, before);
    }

    #[rstest]
    #[case("name", " ", "an account needs a name")]
    #[case("domain", "acme", "\"acme\" is not a domain; write acme.com")]
    #[case("revenue", "much", "\"much\" is not a whole number; write 120000000 or 120M")]
    #[case("employees", "-5", "\"-5\" is not a whole number; write 120000000 or 120M")]
    #[case("employees", "1.5", "\"1.5\" is not a whole number; write 120000000 or 120M")]
    #[case("employees", "1e999", "\"1e999\" is not a whole number; write 120000000 or 120M")]
    #[case(
        "revenue",
        "9000000000000001",
        "\"9000000000000001\" is not a whole number; write 120000000 or 120M"
    )]
    #[case("revenue", "1.2.3", "\"1.2.3\" is not a whole number; write 120000000 or 120M")]
    #[case("fit", "101", "\"101\" is not a number from 0 to 100")]
    #[case("on_tal", "maybe", "\"maybe\" is neither yes nor no")]
    #[case("owner", "Nobody", "nobody here is called \"Nobody\"; write the full name")]
    #[case(
        "news",
        "2026-13-40 Never",
        "\"2026-13-40\" is not a date; write 2026-11-02 and then the headline"
    )]
    #[case("news", "2026-11-02", "\"2026-11-02\" is a date without a headline")]
    fn what_makes_no_sense_is_refused_in_a_sentence(
        #[case] key: &str,
        #[case] text: &str,
        #[case] why: &str,
    ) {
        let mut account = Account { name: "X".into(), ..Account::default() };
        let before = account.clone();
        assert_eq!(set(&mut account, key, text, &[], today()), Err(why.to_owned()));
        assert_eq!(account, before);
    }

    /// A tier that the rules gave is theirs to change; outside is what they say of nobody.
    #[rstest]
    #[case(Tier::One, false, "1")]
    #[case(Tier::Outside, false, "auto")]
    #[case(Tier::Outside, true, "outside")]
    #[case(Tier::Three, true, "3")]
    fn a_tier_is_shown_by_hand_or_by_the_rules(
        #[case] tier: Tier,
        #[case] tier_by_hand: bool,
        #[case] says: &str,
    ) {
        let account = Account { tier, tier_by_hand, ..Account::default() };
        assert_eq!(shown(&account, "tier", &[]), says);
    }

    /// A line that begins with no date is of today, whatever figures and dashes it has.
    #[rstest]
    #[case("2 new offices", "2026-11-20 2 new offices")]
    #[case("Acme-Corp merges", "2026-11-20 Acme-Corp merges")]
    fn a_headline_without_a_date_is_of_today(#[case] text: &str, #[case] says: &str) {
        let mut account = Account { name: "X".into(), ..Account::default() };
        set(&mut account, "news", text, &[], today()).unwrap();
        assert_eq!(shown(&account, "news", &[]), says);
    }

    #[test]
    fn a_field_is_found_by_its_key() {
        for field in ACCOUNT {
            assert_eq!(account_field(field.key), Some(field));
        }
        assert_eq!(account_field("size"), None);
        let several: Vec<_> =
            ACCOUNT.iter().filter(|field| field.lines).map(|field| field.key).collect();
        assert_eq!(several, ["technologies", "news", "events"]);
    }

    #[test]
    fn an_owner_is_shown_by_name() {
        let sam = Person { id: PersonId(3), ..Person::new("Sam Ortiz", Role::Ae) };
        let ann = Person { id: PersonId(4), ..Person::new("Ann Lee", Role::Ae) };
        let mut account = Account { name: "X".into(), ..Account::default() };
        set(&mut account, "owner", "Sam Ortiz", &[ann.clone(), sam.clone()], today()).unwrap();
        assert_eq!(account.owner, Some(PersonId(3)));
        assert_eq!(shown(&account, "owner", &[ann, sam]), "Sam Ortiz");
        assert_eq!(shown(&account, "owner", &[]), "");
    }

    #[test]
    fn every_field_is_told_and_an_unknown_one_names_them() {
        let mut account = Account { name: "X".into(), ..Account::default() };
        let why = set(&mut account, "size", "9", &[], today()).unwrap_err();
        assert!(why.contains("no such field; it has name, domain"), "{why}");
        let after = Account { employees: Some(9), ..account.clone() };
        assert_eq!(differs(&account, &after, &[]), ["Employees: – → 9"]);
    }
}

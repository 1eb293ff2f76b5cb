//! What makes two records the same company: keys of one system, domains, and names that look alike (issue 3, Matching).
//!
//! A key from outside comes first, each system's keys apart; then the registrable part of the domain; then that of a
//! contact's e-mail address. Names are no keys: they only point at possible duplicates.

use nucleo_matcher::chars::normalize;

/// Hosts that lend mail addresses to anybody, so that they stand for no company.
const FREEMAIL: &[&str] = &[
    "126.com",
    "163.com",
    "aim.com",
    "alice.it",
    "aol.com",
    "att.net",
    "bellsouth.net",
    "bigpond.com",
    "bk.ru",
    "bluewin.ch",
    "bol.com.br",
    "btinternet.com",
    "centrum.cz",
    "charter.net",
    "comcast.net",
    "cox.net",
    "daum.net",
    "earthlink.net",
    "email.com",
    "fastmail.com",
    "fastmail.fm",
    "foxmail.com",
    "free.fr",
    "freemail.hu",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hanmail.net",
    "hey.com",
    "home.nl",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "hushmail.com",
    "icloud.com",
    "inbox.lv",
    "inbox.ru",
    "juno.com",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.co.uk",
    "live.com",
    "live.de",
    "live.fr",
    "live.nl",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "netscape.net",
    "ntlworld.com",
    "o2.pl",
    "onet.pl",
    "optonline.net",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.es",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "rediffmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "shaw.ca",
    "sina.com",
    "sky.com",
    "sympatico.ca",
    "t-online.de",
    "talktalk.net",
    "telenet.be",
    "terra.com.br",
    "tiscali.it",
    "tutanota.com",
    "uol.com.br",
    "verizon.net",
    "virgilio.it",
    "virginmedia.com",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "ya.ru",
    "yahoo.ca",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.com.au",
    "yahoo.com.br",
    "yahoo.de",
    "yahoo.es",
    "yahoo.fr",
    "yahoo.it",
    "yandex.com",
    "yandex.ru",
    "yeah.net",
    "ymail.com",
    "ziggo.nl",
    "zoho.com",
];

/// Words that say what form a company has, and nothing about which company it is.
const LEGAL: &[&str] = &[
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bhd",
    "bv",
    "bvba",
    "cia",
    "co",
    "company",
    "corp",
    "corporation",
    "cv",
    "doo",
    "eg",
    "eirl",
    "ek",
    "ev",
    "gesmbh",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "lda",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "ohg",
    "oy",
    "oyj",
    "pbc",
    "plc",
    "pllc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sab",
    "sarl",
    "sas",
    "sasu",
    "se",
    "sl",
    "slu",
    "snc",
    "spa",
    "sprl",
    "srl",
    "sro",
    "ug",
    "ulc",
    "zoo",
];

/// The part of a host that somebody registered: `acme.co.uk` of `shop.acme.co.uk`. None for a host of mail addresses
/// for anybody, and for a suffix that nobody can register.
#[must_use]
pub fn registrable(host: &str) -> Option<&str> {
    let root = psl::domain_str(host)?;
    FREEMAIL.binary_search(&root).is_err().then_some(root)
}

/// Whether mail addresses at this host are anybody's, so that it is no company's domain.
#[must_use]
pub fn is_freemail(host: &str) -> bool {
    psl::domain_str(host).is_some_and(|root| FREEMAIL.binary_search(&root).is_ok())
}

/// The registrable domain behind a mail address, if it is a company's.
#[must_use]
pub fn registrable_of_mail(address: &str) -> Option<&str> {
    registrable(address.rsplit_once('@')?.1)
}

/// The system that a key is from: `hubspot` of `hubspot:company:512`; nothing of a key that doesn't say.
#[must_use]
pub fn system_of(key: &str) -> &str {
    key.split_once(':').map_or("", |(system, _)| system)
}

/// What names that look alike have in common: no case, accents, punctuation, legal form or "the" before it. Empty only
/// where the name holds no letter and no digit.
#[must_use]
pub fn likeness(name: &str) -> String {
    let words: Vec<String> = name
        .replace(['&', '+'], " and ")
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '/' | '(' | ')' | '-' | '_' | '|' | '–' | '—')
        })
        .map(folded)
        .filter(|word| !word.is_empty())
        .collect();
    let mut core = words.as_slice();
    while let [first @ .., last] = core
        && !first.is_empty()
        && (LEGAL.binary_search(&last.as_str()).is_ok() || last == "and")
    {
        core = first;
    }
    if let [first, rest @ ..] = core
        && first == "the"
        && !rest.is_empty()
    {
        core = rest;
    }
    core.concat()
}

/// Letters and digits alone, lower case, without accents.
fn folded(word: &str) -> String {
    let accent = |c: &char| ('\u{300}'..='\u{36F}').contains(c);
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .filter(|c| !accent(c))
        .map(normalize)
        .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_lists_are_in_order() {
        assert!(FREEMAIL.is_sorted() && LEGAL.is_sorted());
    }

    #[rstest]
    #[case("acme.com", Some("acme.com"))]
    #[case("shop.acme.co.uk", Some("acme.co.uk"))]
    #[case("eu.mail.acme.example", Some("acme.example"))]
    #[case("bücher.de", Some("bücher.de"))]
    #[case("acme.github.io", Some("acme.github.io"))]
    #[case("gmail.com", None)]
    #[case("co.uk", None)]
    #[case("", None)]
    fn hosts_are_cut_to_what_is_registered(#[case] host: &str, #[case] root: Option<&str>) {
        assert_eq!(registrable(host), root);
    }

    /// Who is anybody's customer tells no company; a host that nobody can register is no mail at all.
    #[rstest]
    #[case("gmail.com", true)]
    #[case("mail.gmail.com", true)]
    #[case("hotmail.co.uk", true)]
    #[case("acme.com", false)]
    #[case("notgmail.com", false)]
    #[case("co.uk", false)]
    #[case("", false)]
    fn free_mail_is_known_by_its_host(#[case] host: &str, #[case] free: bool) {
        assert_eq!(is_freemail(host), free);
        assert!(!free || registrable(host).is_none());
    }

    #[rstest]
    #[case("jane@eu.acme.com", Some("acme.com"))]
    #[case("jane@hotmail.co.uk", None)]
    #[case("jane", None)]
    fn mail_addresses_stand_for_their_companies(#[case] mail: &str, #[case] root: Option<&str>) {
        assert_eq!(registrable_of_mail(mail), root);
    }

    #[rstest]
    #[case("hubspot:company:512", "hubspot")]
    #[case("0015g00000AbCdE", "")]
    fn keys_say_their_system(#[case] key: &str, #[case] system: &str) {
        assert_eq!(system_of(key), system);
    }

    #[rstest]
    #[case("Acme, Inc.", "acme")]
    #[case("ACME Corporation", "acme")]
    #[case("A.C.M.E. S.A.", "acme")]
    #[case("The Acme Company", "acme")]
    #[case("Müller GmbH & Co. KG", "muller")]
    #[case("Coca-Cola", "cocacola")]
    #[case("Coca Cola", "cocacola")]
    #[case("Johnson & Johnson", "johnsonandjohnson")]
    #[case("Johnson and Johnson Ltd", "johnsonandjohnson")]
    #[case("Co", "co")]
    #[case("The", "the")]
    #[case("株式会社", "株式会社")]
    #[case("---", "")]
    fn names_that_look_alike_have_one_likeness(#[case] name: &str, #[case] want: &str) {
        assert_eq!(likeness(name), want);
    }
}

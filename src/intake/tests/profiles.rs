//! Profiles as data: the shipped ones are sound, and an unsound one is refused with its name.

use std::collections::BTreeMap;

use rstest::rstest;

use super::*;
use crate::intake::profile::normalise;
use crate::intake::recognise::Profiles;

#[test]
fn the_desks_own_profiles_know_every_field_by_its_own_header_and_no_header_twice() {
    let profiles = Profiles::shipped().unwrap();
    for kind in Kind::ALL {
        let profile = profiles.named(kind.key()).unwrap();
        let [record] = profile.records.as_slice() else { panic!("{kind}: one record") };
        assert_eq!(record.kind, *kind);
        let mut seen = BTreeMap::new();
        for (field, mapping) in &record.fields {
            assert_eq!(normalise(&mapping.headers[0]), normalise(field), "{kind}");
            for header in &mapping.headers {
                let before = seen.insert(normalise(header), field);
                assert_eq!(before, None, "{kind}: {header} stands for {field} as well");
            }
        }
        for header in headers(*kind).iter().filter(|header| !header.name.contains('<')) {
            assert!(record.fields.contains_key(header.name), "{kind}: {}", header.name);
        }
    }
}

#[rstest]
#[case("title = 1", "profile mine: ")]
#[case("title = 'x'", "has no records")]
#[case("title = 'x'\ncolour = 'red'\nnothing = 'y'", "unknown field `colour`")]
#[case("title = 'x'\n[[records]]\nkind = 'unicorns'\nfields = {}", "is not a kind of file")]
#[case("title = 'x'\n[[records]]\nkind = 'deals'\nfields.horn = {}", "deals have no field horn")]
#[case(
    "title = 'x'\nneeds = ['id|name']\n[[records]]\nkind = 'deals'\nfields.id = {}",
    "needs name, which none of its records has"
)]
fn unsound_profiles_are_refused(#[case] text: &str, #[case] why: &str) {
    let refusal = Profile::parse("mine", text).unwrap_err();
    assert!(refusal.contains(why), "{refusal}");
}

#[test]
fn headers_are_compared_without_what_people_vary() {
    for header in
        ["Lead Score", "lead_score", " LEAD-SCORE* ", "\u{feff}lead.score:", "lead\u{a0}score"]
    {
        assert_eq!(normalise(header), "leadscore", "{header:?}");
    }
}

#[test]
fn an_id_given_once_is_given_again_when_its_row_was_refused() {
    // The first row is refused for its zone, so the manager has not been given by it.
    let text = "sales_agent,manager,regional_office\nAda,Ol\u{200b}ga,West\nBen,Rafe,West\nCleo,Rafe,East\n";
    let (drafts, problems) = read(text, "teams.csv");
    assert_eq!((drafts.len(), problems.len()), (3, 1));
    let text = "sales_agent,manager,regional_office\nA\u{200b}da,Olga,West\nBen,Olga,West\n";
    let (drafts, problems) = read(text, "teams.csv");
    assert_eq!((drafts.len(), problems.len()), (2, 1), "Olga comes with Ben");
}

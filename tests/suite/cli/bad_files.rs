//! Files that no export is, and exports that went wrong. Each is told in one sentence, and what can be kept is kept.

use rstest::rstest;

use super::place::Place;

#[rstest]
#[case::empty(b"", "it is empty")]
#[case::binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0\xff\xfe\x9a", "not text")]
#[case::page(b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "web page")]
#[case::header_only(b"name,domain\n", "no rows under it")]
#[case::unknown(b"a,b,c\n1,2,3\n", "its columns are not known (a, b, c)")]
#[case::half_json(b"{\"name\": \"x\"", "JSON")]
fn a_file_that_is_no_table_is_refused_by_name(#[case] bytes: &[u8], #[case] why: &str) {
    let place = Place::demo();
    let before = place.state();
    let path = place.file("from the crm.csv", bytes);
    place.run(&["import", &path]).refuses(1, &["from the crm.csv", why]);
    assert_eq!(place.state(), before);
}

#[test]
fn a_file_that_is_not_there_and_a_folder_are_refused_by_name() {
    let place = Place::demo();
    place.run(&["import", "nowhere.csv"]).refuses(1, &["no file nowhere.csv", "check the path"]);
    std::fs::create_dir(place.path("exports")).unwrap();
    place.run(&["import", "exports"]).refuses(1, &["exports is a folder"]);
}

#[test]
fn one_file_of_three_that_is_wrong_leaves_the_store_as_it_was() {
    let place = Place::demo();
    let good = place.file("accounts.csv", "name,domain\nAlder Works,alder.example\n");
    let before = place.state();
    let said = place.run(&["import", &good, "nowhere.csv"]);
    assert_ne!(said.status, 0);
    said.tells(&["nowhere.csv"]);
    assert_eq!(place.state(), before);
    place.sound();
}

#[test]
fn ragged_rows_are_told_and_the_others_are_kept() {
    let place = Place::demo();
    let text = "name,domain,industry\nAlder Works,alder.example,SaaS\nShort,short.example\n\
                Long,long.example,SaaS,one,two\n";
    let path = place.file("ragged.csv", text);
    let said = place.run(&["import", &path, "--rejects", "rejects.csv", "--json"]);
    assert_eq!(said.status, 3, "{}{}", said.out, said.err);
    let rejects = std::fs::read_to_string(place.path("rejects.csv")).unwrap();
    assert!(rejects.lines().next().unwrap().contains("ERROR"), "{rejects}");
    assert!(rejects.contains("Long") && !rejects.contains("Alder"), "{rejects}");
    let found = place.run(&["evaluate", "--explain", "alder.example", "--json"]);
    assert_eq!(found.status, 0, "{}", found.err);
}

#[rstest]
#[case::utf_8("name,domain\nCaf\u{e9} Noir,noir.example\n".as_bytes().to_vec())]
#[case::marked("\u{feff}name,domain\nCaf\u{e9} Noir,noir.example\n".as_bytes().to_vec())]
#[case::windows(b"name,domain\nCaf\xe9 Noir,noir.example\n".to_vec())]
#[case::utf_16(utf_16("name,domain\nCaf\u{e9} Noir,noir.example\n"))]
#[case::semicolons("name;domain\r\nCaf\u{e9} Noir;noir.example\r\n".as_bytes().to_vec())]
#[case::utf_16_unmarked(utf_16("name,domain\nCaf\u{e9} Noir,noir.example\n").split_off(2))]
#[case::utf_16_big(swapped(utf_16("name,domain\nCaf\u{e9} Noir,noir.example\n"), 2))]
#[case::utf_32(utf_32("name,domain\nCaf\u{e9} Noir,noir.example\n"))]
#[case::utf_32_big(swapped(utf_32("name,domain\nCaf\u{e9} Noir,noir.example\n"), 4))]
#[case::tabs("name\tdomain\nCaf\u{e9} Noir\tnoir.example".as_bytes().to_vec())]
#[case::returns("name,domain\rCaf\u{e9} Noir,noir.example\r".as_bytes().to_vec())]
#[case::told("sep=|\nname|domain\nCaf\u{e9} Noir|noir.example\n".as_bytes().to_vec())]
#[case::told_oddly("sep=!\r\nname!domain\r\nCaf\u{e9} Noir!noir.example\r\n".as_bytes().to_vec())]
fn one_table_in_any_writing_is_one_account(#[case] bytes: Vec<u8>) {
    let place = Place::demo();
    let path = place.file("accounts.csv", bytes);
    place.done("Wanda Kowalczyk", &["import", &path]);
    let told = place.json(&["evaluate", "--explain", "noir.example"]);
    assert!(told.to_string().contains("Caf\u{e9} Noir"), "{told}");
}

/// The other order of the bytes of a unit.
fn swapped(mut bytes: Vec<u8>, unit: usize) -> Vec<u8> {
    bytes.chunks_exact_mut(unit).for_each(<[u8]>::reverse);
    bytes
}

fn utf_32(text: &str) -> Vec<u8> {
    let units = std::iter::once('\u{feff}').chain(text.chars());
    units.flat_map(|letter| u32::from(letter).to_le_bytes()).collect()
}

fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_field_of_a_million_characters_is_rejected_and_the_rest_is_kept() {
    let place = Place::demo();
    let text = format!(
        "name,domain\nAlder Works,alder.example\n\"{}\",mega.example\n",
        "x".repeat(1_000_000)
    );
    let path = place.file("mega.csv", text);
    let said = place.run(&["import", &path]);
    assert_eq!(said.status, 3, "{}{}", said.out, said.err);
    assert!(said.out.len() + said.err.len() < 10_000, "the field is not told whole");
    place.done("Wanda Kowalczyk", &["evaluate", "--explain", "alder.example"]);
    place.sound();
}

#[test]
fn a_large_file_is_read_piece_by_piece() {
    let place = Place::empty();
    let mut text = String::from("name,domain,industry,employees\n");
    for n in 0..20_000 {
        text.push_str(&format!("Company {n},company{n}.example,SaaS,{n}\n"));
    }
    let path = place.file("accounts.csv", text);
    let first = place.json(&["import", &path]);
    let again = place.json(&["import", &path]);
    assert!(first.to_string().contains("20000"), "{first}");
    assert!(again.to_string().contains("\"unchanged\":20000"), "{again}");
}

#[test]
fn three_mistakes_of_a_policy_are_told_at_once_and_nothing_is_done() {
    let place = Place::demo();
    let text = "version = 1\nzone = \"Mars/Base\"\ncalendar = \"nowhere\"\n[types.tier1.clocks]\nassign = \"soon\"\n";
    let path = place.file("policy.toml", text);
    let said = place.run(&["policy", "check", &path]);
    assert_eq!(said.status, 2, "{}", said.err);
    for part in
        ["policy.toml:2:", "Mars/Base", "policy.toml:3:", "nowhere", "policy.toml:5:", "soon"]
    {
        assert!(said.err.contains(part), "no {part:?} in {}", said.err);
    }
    let before = std::fs::read(place.store()).unwrap();
    let said = place.run(&["list", "--policy", &path]);
    assert_eq!((said.status, said.out.as_str()), (2, ""), "{}", said.err);
    assert_eq!(std::fs::read(place.store()).unwrap(), before);
}

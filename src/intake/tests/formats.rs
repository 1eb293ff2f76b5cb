//! Each kind of file and each way of writing it.

use std::fmt::Write;

use rstest::rstest;

use super::*;

/// Everything a file gives, with what is absent left out.
fn rendered(input: &mut Input) -> String {
    let mut text = format!("{}\n", input.summary());
    for header in input.unknown() {
        writeln!(text, "left out: {header}").unwrap();
    }
    for item in input.by_ref() {
        match item {
            Ok(Drafted { row, draft, .. }) => {
                let draft = format!("{draft:#?}");
                let nothing = |line: &str| line.ends_with(": None,") || line.ends_with("kept: [],");
                let told = draft.lines().filter(|line| !nothing(line));
                writeln!(text, "\nline {row}: {}", told.collect::<Vec<_>>().join("\n")).unwrap();
            }
            Err(problem) => writeln!(text, "\nREFUSED {problem}").unwrap(),
        }
    }
    for note in input.notes() {
        writeln!(text, "\nnote: {note}").unwrap();
    }
    text
}

#[rstest]
#[case("accounts.csv")]
#[case("contacts.csv")]
#[case("signals.csv")]
#[case("people.csv")]
#[case("deals.csv")]
#[case("handoffs.csv")]
#[case("accounts.jsonl")]
#[case("signals.json")]
#[case("maven_accounts.csv")]
#[case("maven_teams.csv")]
#[case("maven_pipeline.csv")]
#[case("maven_products.csv")]
fn each_kind_of_file(#[case] name: &str) {
    let text = rendered(&mut open_bytes(fixture(name), name).unwrap());
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/intake"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}

#[rstest]
#[case("plain_bom.csv")]
#[case("plain_utf16le_bom.csv")]
#[case("plain_utf16be_bom.csv")]
#[case("plain_utf16le.csv")]
#[case("plain_utf32le_bom.csv")]
#[case("plain_utf32le_short_mark.csv")]
#[case("plain_utf32be_short_mark.csv")]
#[case("plain_utf32be_bom.csv")]
#[case("plain_windows1252.csv")]
#[case("plain_crlf.csv")]
#[case("plain_no_last_newline.csv")]
#[case("plain_semicolon.csv")]
#[case("plain_tab.csv")]
#[case("plain_pipe.csv")]
#[case("plain_sep_line.csv")]
#[case("plain_titles.csv")]
#[case("plain_all_quoted.csv")]
fn every_way_of_writing_gives_the_same_drafts(#[case] name: &str) {
    let (wanted, _) = read(fixture("plain.csv"), "plain.csv");
    assert_eq!(wanted.len(), 2);
    let (drafts, problems) = read(fixture(name), name);
    assert_eq!(problems, []);
    assert_eq!(said(&drafts), said(&wanted));
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let lines = |text: &str| -> Vec<u64> {
        read(text, "accounts.csv").0.iter().map(|drafted| drafted.row).collect()
    };
    assert_eq!(lines("id,name\n1,a\n\n\n2,\"b\nb\"\n3,c"), [2, 5, 7]);
    assert_eq!(lines("id,domain\r\n1,a.example\r\n\r\n2,b.example\r\n"), [2, 4]);
    assert_eq!(lines("id,domain\r1,a.example\r\r2,b.example\r"), [2, 4]);
    assert_eq!(lines("\n\nid,domain\n1,a.example\n"), [4]);
    assert_eq!(lines("Report\n\nid,domain\n1,a.example\n"), [4]);
}

#[test]
fn a_guess_about_the_encoding_is_told() {
    let notes = |name| open_bytes(fixture(name), name).unwrap().notes();
    assert!(notes("plain_windows1252.csv")[0].contains("Windows-1252"));
    assert!(notes("plain_utf16le.csv")[0].contains("UTF-16"));
    assert!(notes("plain_titles.csv")[0].contains("2 rows above"));
    assert_eq!(notes("plain.csv"), Vec::<String>::new());
}

#[test]
fn a_named_encoding_wins() {
    let mut options = Options::new(chrono_tz::UTC);
    options.encoding = Some("windows-1251".into());
    let bytes = b"id,name\n1,\xc0\xea\xec\xe5\n".to_vec();
    let (drafts, _) = sorted_out(open_with(bytes, "accounts.csv", &options).unwrap());
    let Draft::Account(account) = &drafts[0].draft else { panic!() };
    assert_eq!(account.name.as_deref(), Some("Акме"));
}

#[test]
fn headers_may_be_written_as_people_write_them() {
    let text = "\u{a0}Account Name*, E-MAIL_address.,job/title\nAcme,jane@acme.example,COO\n";
    let input = open_bytes(text, "list.csv").unwrap();
    assert_eq!(input.summary(), "desk contacts, 3 of 3 columns");
}

#[test]
fn of_a_header_that_stands_twice_the_first_filled_cell_counts() {
    let text = "id,name,domain,Name\n1,,a.example,Behind\n2,Before,b.example,Behind\n";
    let input = open_bytes(text, "accounts.csv").unwrap();
    assert_eq!(input.notes(), ["Name stands more than once; the first that is filled counts"]);
    let names: Vec<_> = said(&sorted_out(input).0)
        .into_iter()
        .map(|draft| match draft {
            Draft::Account(account) => account.name.unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["Behind", "Before"]);
}

#[test]
fn what_fits_two_kinds_is_asked_for_unless_the_name_or_the_person_says() {
    let text = "id,name,email\n1,Jane,jane@acme.example\n";
    let sentence = refusal(text, "export.csv");
    assert_eq!(
        sentence,
        "its columns (id, name, email) fit contacts and people equally; say which with --map"
    );
    let kind = |input: Input| input.profile().key.clone();
    assert_eq!(kind(open_bytes(text, "crm/People-2026.csv").unwrap()), "people");
    let mut options = Options::new(chrono_tz::UTC);
    options.map = Some("contacts".into());
    assert_eq!(kind(open_with(text, "people.csv", &options).unwrap()), "contacts");
    options.map = Some("unicorns".into());
    let Err(error) = open_with(text, "people.csv", &options) else { panic!() };
    assert!(
        error.to_string().starts_with("there is no profile \"unicorns\"; there are accounts, ")
    );
}

#[test]
fn a_named_profile_is_content_with_one_column() {
    let mut options = Options::new(chrono_tz::UTC);
    options.map = Some("accounts".into());
    let input = open_with("domain\nacme.example\n", "list.txt", &options).unwrap();
    assert_eq!(input.summary(), "desk accounts, 1 of 1 columns");
    assert!(refusal("domain\nacme.example\n", "list.txt").contains("not known"));
}

#[test]
fn a_file_that_comes_near_is_told_what_it_lacks() {
    let sentence = refusal("account,source,detail,at\nAcme,web,x,2026-11-01\n", "x.csv");
    assert!(sentence.ends_with("desk signals come nearest and also need kind"), "{sentence}");
    // Two known columns of thirty are a chance, not a match.
    let mut wide = String::from("id,name");
    for column in 0..28 {
        write!(wide, ",COL{column}").unwrap();
    }
    let sentence = refusal(format!("{wide}\n1\n"), "opportunities.csv");
    assert!(sentence.contains("say --map accounts"), "{sentence}");
}

#[test]
fn the_desks_own_headers_recognise_their_own_kind() {
    for kind in Kind::ALL {
        let names: Vec<_> = headers(*kind).iter().map(|header| header.name).collect();
        let line = names.join(",").replace("<field>", "bant.need");
        let row = vec!["x"; names.len()].join(",");
        let input = open_bytes(format!("{line}\n{row}\n"), "export.csv").unwrap();
        assert_eq!(input.profile().kinds(), [*kind]);
        assert_eq!(input.matched().count(), names.len(), "{line}");
        let (profile, known) =
            recognise(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        assert_eq!(profile.key, kind.key());
        assert_eq!(known.iter().filter(|known| !**known).count(), 0, "{kind}: {names:?}");
    }
}

#[test]
fn progress_counts_the_bytes_of_the_file_and_not_those_of_the_text() {
    let bytes = fixture("plain_utf32le_bom.csv");
    let length = bytes.len() as u64;
    let mut input = open_bytes(bytes, "a.csv").unwrap();
    assert_eq!(input.by_ref().count(), 2);
    assert_eq!((input.bytes_read(), input.rows()), (length, 2));
}

#[test]
fn an_open_file_may_be_read_by_another_thread() {
    let input = open_bytes(fixture("plain.csv"), "plain.csv").unwrap();
    let read = std::thread::spawn(move || input.count());
    assert_eq!(read.join().unwrap(), 2);
}

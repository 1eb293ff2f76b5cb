//! The catalogue of bad input: each gets one sentence, and the rows around a bad one are taken.

use std::io::{self, Read};

use rstest::rstest;

use super::*;

const MIB: usize = 1024 * 1024;

/// Gives a text again and again, and counts nothing: a file of any size without a file.
struct Endless {
    head: Cursor<Vec<u8>>,
    body: Vec<u8>,
    at: usize,
    left: usize,
    /// How the stream ends: properly, or with an error.
    fails: bool,
}

impl Endless {
    fn new(head: &str, body: &str, times: usize) -> Self {
        let head = Cursor::new(head.as_bytes().to_vec());
        let body = body.as_bytes().to_vec();
        Self { head, left: body.len() * times, body, at: 0, fails: false }
    }
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let head = self.head.read(into)?;
        if head > 0 {
            return Ok(head);
        }
        if self.left == 0 && self.fails {
            return Err(io::Error::other("the disk is gone"));
        }
        let mut given = 0;
        while given < into.len() && self.left > 0 {
            let piece = &self.body[self.at..];
            let length = piece.len().min(into.len() - given).min(self.left);
            into[given..given + length].copy_from_slice(&piece[..length]);
            given += length;
            self.left -= length;
            self.at = (self.at + length) % self.body.len();
        }
        Ok(given)
    }
}

fn stream(source: Endless) -> Input {
    open(Box::new(source), "accounts.csv", &Options::new(chrono_tz::UTC)).unwrap()
}

#[rstest]
#[case(b"", "it is empty")]
#[case(b"\xef\xbb\xbf", "it is empty")]
#[case(b" \r\n\t\n", "it is empty")]
#[case(b"id,name\n", "holds a header row (id, name) and no rows")]
#[case(b"id,name\n\n\n", "no rows under it")]
#[case(b"[]", "it is empty")]
#[case(b"{\"id\": 1", "it is JSON, but it is not a JSON object: EOF")]
#[case(b"{\"results\": [], \"paging\": null}", "it is empty")]
#[case(b"[1, 2]", "an element of the array is not an object")]
#[case(b"hello\nworld\n", "its columns are not known (hello)")]
#[case(b"\x7fELF\x02\x01\x01\0\0\0\0\0", "it is not text")]
fn files_that_are_no_table(#[case] bytes: &[u8], #[case] sentence: &str) {
    let refused = refusal(bytes, "accounts.csv");
    assert!(refused.contains(sentence), "{refused}");
}

#[rstest]
#[case("page.html", "it is a web page and not a table")]
#[case("pointer.csv", "it is a Git LFS pointer")]
fn fixtures_that_are_no_table(#[case] name: &str, #[case] sentence: &str) {
    let refused = refusal(fixture(name), name);
    assert!(refused.contains(sentence), "{refused}");
}

#[test]
fn random_bytes_and_zeroes_without_end_are_refused_at_once() {
    let mut seed: u32 = 7;
    let noise: Vec<u8> = (0..100_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        })
        .collect();
    assert!(refusal(noise, "accounts.csv").contains("not text"));
    let zeroes = Box::new(io::repeat(0));
    let Err(error) = open(zeroes, "zero", &Options::new(chrono_tz::UTC)) else { panic!() };
    assert!(error.to_string().contains("not text"), "{error}");
}

#[test]
fn a_source_that_cannot_be_read_says_so_at_its_row() {
    let mut source = Endless::new("id,name\n", "1,Acme\n", 100_000);
    source.fails = true;
    let mut input = stream(source);
    let last = input.by_ref().last().unwrap().unwrap_err();
    assert!(last.stops);
    assert_eq!(
        last.to_string(),
        "line 100002: the file cannot be read on from here: the disk is gone"
    );
    assert_eq!(input.rows(), 100_001);
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("no such disk"))
        }
    }
    let Err(error) = open(Box::new(Broken), "a", &Options::new(chrono_tz::UTC)) else { panic!() };
    assert_eq!(error.to_string(), "it cannot be read: no such disk");
}

#[test]
fn ragged_rows_are_refused_and_the_rest_is_taken() {
    let text = "id,name,region\n1,Acme,West\n2,Beta\n3,Gamma,East,x,y\n4,Delta,West,, ,\n5,Eps,\n";
    let (drafts, problems) = read(text, "accounts.csv");
    let rows: Vec<_> = drafts.iter().map(|drafted| drafted.row).collect();
    assert_eq!(rows, [2, 5, 6]);
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 3: the row has 2 cells and the header row 3; its last cell is missing",
            "line 4: the row has 5 cells and the header row 3; look for a separator in a cell without quotes",
        ]
    );
    assert_eq!(problems[1].cells, ["3", "Gamma", "East", "x", "y"]);
}

#[rstest]
#[case(b"2,Acme\xff\xfe", "ff fe", "Acme\u{ff}\u{fe}")]
#[case(b"2,\xc3\x28", "c3 28", "\u{c3}(")]
#[case(b"2,Z\xc3\xbcri\xe9ch", "e9 63 68", "Z\u{c3}\u{bc}ri\u{e9}ch")]
fn bytes_that_are_no_utf8_cost_their_row_only(
    #[case] row: &[u8],
    #[case] shown: &str,
    #[case] kept: &str,
) {
    let text = [b"id,name\n1,Z\xc3\xbcrich\n", row, b"\n3,After\n"].concat();
    let (drafts, problems) = read(text, "accounts.csv");
    assert_eq!(drafts.len(), 2);
    let problem = &problems[0];
    assert_eq!((problem.row, problem.column.as_deref()), (3, Some("name")));
    assert!(problem.reason.starts_with(&format!("the bytes {shown} are not UTF-8")), "{problem}");
    assert_eq!(problem.cells[1], kept);
}

#[test]
fn half_a_letter_of_utf16_costs_its_row_only() {
    let mut bytes = vec![0xff, 0xfe];
    let text: Vec<u16> = "id,name\n1,A\u{0}\n2,B?\n3,C\n".encode_utf16().collect();
    for unit in text {
        let unit = if unit == u16::from(b'?') { 0xd800 } else { unit };
        bytes.extend(unit.to_le_bytes());
    }
    let (drafts, problems) = read(bytes, "accounts.csv");
    assert_eq!(drafts.len(), 1);
    let rows: Vec<_> = problems.iter().map(|problem| problem.row).collect();
    assert_eq!(rows, [2, 3]);
}

#[test]
fn nul_bytes_cost_their_row_only() {
    let (drafts, problems) = read("id,name\n1,Ac\0me\n2,Beta\n", "accounts.csv");
    assert_eq!(drafts.len(), 1);
    assert_eq!(problems[0].to_string(), "line 2, name: the cell holds a NUL byte; take it out");
}

#[test]
fn escape_sequences_are_kept_as_they_are_and_counted() {
    let text = "id,name\n1,\u{1b}]0;owned\u{7}Acme\n2,abc\u{202e}def\n3,fine\n";
    let mut input = open_bytes(text, "accounts.csv").unwrap();
    let drafts: Vec<_> = input.by_ref().map(Result::unwrap).collect();
    let Draft::Account(account) = &drafts[0].draft else { panic!() };
    assert_eq!(account.name.as_deref(), Some("\u{1b}]0;owned\u{7}Acme"));
    assert!(input.notes()[0].starts_with("2 rows hold characters that do not show"));
}

#[test]
fn a_cell_of_a_million_characters_costs_its_row_only() {
    let text = format!("id,name\n1,{}\n2,Beta\n", "x".repeat(1_000_000));
    let (drafts, problems) = read(text, "accounts.csv");
    assert_eq!((drafts.len(), drafts[0].row), (1, 3));
    assert_eq!(
        problems[0].to_string(),
        "line 2, name: the cell is 1000000 bytes long; 64 KiB is the most, shorten it"
    );
}

#[test]
fn prose_may_be_longer_than_other_cells() {
    let row = |length: usize| format!("1,Acme,webinar,2026-11-01,{}\n", "x".repeat(length));
    let text = format!("id,account,kind,at,detail\n{}{}", row(200 * 1024), row(300 * 1024));
    let (drafts, problems) = read(text, "signals.csv");
    assert_eq!((drafts.len(), problems.len()), (1, 1));
    assert!(problems[0].reason.contains("256 KiB"), "{}", problems[0]);
}

#[test]
fn a_row_of_ten_mebibytes_costs_its_row_only() {
    let text = format!("id,name\n1,\"{}\"\n2,Beta\n", "long ".repeat(2 * MIB));
    let (drafts, problems) = read(text, "accounts.csv");
    assert_eq!((drafts.len(), drafts[0].row), (1, 3));
    assert!(!problems[0].stops);
    assert!(
        problems[0].reason.starts_with("the quote that opens on line 2 is not closed within 1 MiB"),
        "{}",
        problems[0]
    );
    assert!(problems[0].cells[1].len() <= 200);
}

#[test]
fn a_quote_that_never_closes_stops_the_reading_and_names_its_line() {
    let head = "id,name\n1,Acme\n2,\"Beta\n";
    let mut input = stream(Endless::new(head, "3,Gamma,with more text in it\n", 2_000_000));
    let items: Vec<_> = input.by_ref().collect();
    assert_eq!(items.len(), 2);
    let problem = items[1].as_ref().unwrap_err();
    assert!(problem.stops);
    assert_eq!((problem.row, problem.column.as_deref()), (3, Some("name")));
    assert!(problem.reason.contains("opens on line 3"), "{problem}");
    assert!(problem.reason.ends_with("(nothing after it was read)"), "{problem}");
    // It gave up long before the end of the 58 MB.
    assert!(input.bytes_read() < 18 * MIB as u64);
}

#[test]
fn a_quote_that_closes_in_another_row_does_not_swallow_it_unseen() {
    let text = "id,name,region\n1,\"Acme,West\n2,Beta,East\n3,\"Gamma\",West\n4,Delta,East\n";
    let (drafts, problems) = read(text, "accounts.csv");
    assert_eq!(said(&drafts).len(), 1);
    assert_eq!(drafts[0].row, 5);
    assert_eq!(
        problems[0].to_string(),
        "line 2, name: text follows a closing quote (the row took in 3 lines); inside a quoted cell write \"\" for a quote"
    );
    let (_, problems) = read("id,name\n1,\"Acme\n2,Beta\n", "accounts.csv");
    assert_eq!(
        problems[0].to_string(),
        "line 2, name: a quote opens and is never closed (the row took in 2 lines)"
    );
}

#[test]
fn too_many_columns_are_refused_as_a_whole() {
    assert!(refusal("id,".repeat(600), "a.csv").contains("more than 512 columns"));
    let source = Endless::new("", "column,", 5_000_000);
    let Err(error) = open(Box::new(source), "a.csv", &Options::new(chrono_tz::UTC)) else {
        panic!()
    };
    assert_eq!(error.to_string(), "it has more than 512 columns; 512 is the most");
    let source = Endless::new("\"", "never closed ", 1_000_000);
    let Err(error) = open(Box::new(source), "a.csv", &Options::new(chrono_tz::UTC)) else {
        panic!()
    };
    assert!(error.to_string().starts_with("its first row does not end within 256 KiB"), "{error}");
}

#[test]
fn a_row_of_a_million_cells_costs_its_row_only() {
    let text = format!("id,name\n1,Acme\n{}\n3,Gamma\n", "x,".repeat(400_000));
    let (drafts, problems) = read(text, "accounts.csv");
    assert_eq!(drafts.len(), 2);
    assert!(problems[0].reason.contains("more than 4096 cells"), "{}", problems[0]);
}

#[test]
fn more_rows_than_allowed_stop_the_reading() {
    let mut options = Options::new(chrono_tz::UTC);
    options.max_rows = 3;
    let input = open_with("id,name\n".to_owned() + &"1,A\n".repeat(5), "accounts.csv", &options);
    let (drafts, problems) = sorted_out(input.unwrap());
    assert_eq!((drafts.len(), problems.len()), (3, 1));
    assert!(problems[0].stops);
    assert_eq!(
        problems[0].to_string(),
        "line 5: the file has more than 3 rows; split it (nothing from here on was read)"
    );
}

#[test]
fn blank_lines_without_end_need_no_memory() {
    let text = format!("id,name\n1,Acme\n{}2,Beta\n", "\n".repeat(3 * MIB));
    let (drafts, problems) = read(text, "accounts.csv");
    assert_eq!(problems, []);
    assert_eq!(drafts[1].row, 3 + 3 * MIB as u64);
}

#[test]
fn json_that_is_cut_off_keeps_what_came_before() {
    let text = r#"[{"id": "1", "name": "Acme"}, {"id": "2", "name": "Be"#;
    let (drafts, problems) = read(text, "accounts.json");
    assert_eq!(drafts.len(), 1);
    assert!(problems[0].stops);
    assert!(problems[0].reason.starts_with("the object is not closed"), "{}", problems[0]);
    let (drafts, problems) = read(r#"[{"id": "1", "name": "Acme"}] [1]"#, "accounts.json");
    assert_eq!(drafts.len(), 1);
    assert!(problems[0].reason.starts_with("something follows the end"), "{}", problems[0]);
}

#[test]
fn json_lines_that_are_too_long_cost_their_line_only() {
    let long = "x".repeat(3 * MIB);
    let text = format!(
        "{{\"id\": 1, \"name\": \"A\"}}\n{{\"id\": 2, \"name\": \"{long}\"}}\n{{\"id\": 3, \"name\": \"C\"}}"
    );
    let (drafts, problems) = read(text, "accounts.jsonl");
    assert_eq!(drafts.len(), 2);
    assert_eq!(
        problems[0].to_string(),
        "line 2: the object is longer than 1 MiB; shorten its values"
    );
}

#[test]
fn json_nested_without_end_is_refused_without_harm() {
    let text = format!("{{\"id\": 1, \"name\": \"A\"}}\n{{\"name\": {}\n", "[".repeat(100_000));
    let (drafts, problems) = read(text, "accounts.jsonl");
    assert_eq!((drafts.len(), problems.len()), (1, 1));
}

//! What spreadsheets may not compute, and how formats are named. The figures have a suite of their own.

use rstest::rstest;

use super::*;

#[rstest]
#[case("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")")]
#[case("+1-555-0100", "'+1-555-0100")]
#[case("@SUM(1)", "'@SUM(1)")]
#[case("-cmd", "'-cmd")]
#[case(" \u{200b}=1+1", "' \u{200b}=1+1")]
#[case("\t=1", "'\t=1")]
#[case("＝1+1", "'＝1+1")]
#[case("-4.5", "-4.5")]
#[case("a=b", "a=b")]
#[case("", "")]
fn what_a_spreadsheet_would_compute_is_guarded(#[case] text: &str, #[case] wanted: &str) {
    assert_eq!(csv_cell(text), wanted);
}

#[test]
fn quotes_and_line_ends_stay_inside_their_cell() {
    let rows = csv_rows([vec!["a \"b\"".into(), "c\nd".into()]]);
    assert_eq!(String::from_utf8(rows).unwrap(), "\"a \"\"b\"\"\",\"c\nd\"\r\n");
}

#[test]
fn formats_are_named_and_anything_else_is_refused() {
    for (format, key) in Format::ALL {
        assert_eq!(key.to_uppercase().parse(), Ok(format));
        assert_eq!(format.key(), key);
    }
    let why = "pdf".parse::<Format>().unwrap_err();
    assert_eq!(why, "\"pdf\" is not a format; it is one of text, md, html, csv, json, xlsx");
}

#[test]
fn a_list_is_a_table_in_every_format() {
    let part = Part {
        key: "List",
        title: "Handoffs".to_owned(),
        heads: vec!["account".to_owned(), "score".to_owned()],
        rows: vec![vec![Cell::text("=1|<b>"), Cell::Count(7)]],
        ..Part::default()
    };
    let text = |format| String::from_utf8(write_table(part.clone(), format).unwrap()).unwrap();
    assert_eq!(text(Format::Csv), "\"account\",\"score\"\r\n\"'=1|<b>\",\"7\"\r\n");
    assert!(text(Format::Md).contains("| =1\\|&lt;b&gt; | 7 |"));
    assert!(
        text(Format::Html).contains("<td class=\"short\">=1|&lt;b&gt;</td><td class=\"n\">7</td>")
    );
    assert!(text(Format::Text).contains("=1|<b>"));
    assert!(write_table(part.clone(), Format::Xlsx).unwrap().starts_with(b"PK"));
}
